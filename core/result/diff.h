/* SPDX-License-Identifier: MIT */
/*
 * Two runs, or a run and a published table, value by value: which differ, and what of that which
 * makes a value (data, definition, populations, areas) differs as well. docs/diff.md.
 */
#ifndef SHY_RESULT_DIFF_H
#define SHY_RESULT_DIFF_H

#include "core/result/result.h"

enum shy_diff_change {
    SHY_DIFF_CHANGED, /* another number, or another state */
    SHY_DIFF_ADDED,   /* only in the newer */
    SHY_DIFF_REMOVED, /* only in the older */
};

/* What is different behind a value; bits. */
#define SHY_DIFF_DATA (1u << 0)       /* deliveries of what is counted */
#define SHY_DIFF_DEFINITION (1u << 1) /* the definition */
#define SHY_DIFF_ANSWER (1u << 2)     /* another answer of the same definition was taken */
#define SHY_DIFF_POPULATION (1u << 3) /* deliveries of populations */
#define SHY_DIFF_AREAS (1u << 4)      /* deliveries of areas, or the date for which they hold */
#define SHY_DIFF_PROGRAM (1u << 5)    /* another version of shihyo */
const char *shy_diff_cause_id(uint32_t bit);   /* "data"; NULL past the last */
const char *shy_diff_cause_text(uint32_t bit); /* a translated sentence */

/* One side of a value; state MISSING and there false where it is not on that side. */
struct shy_diff_side {
    bool there;
    enum shihyo_state state;
    bool exact;
    struct shy_fraction value; /* where exact */
    double number;             /* of OK and PARTIAL */
};

/* Texts are valid during the visit. */
struct shy_diff_row {
    const char *indicator, *name, *area_set, *area_code, *area_name, *period, *measure, *dimensions,
        *unit;
    int decimals;
    enum shy_diff_change change;
    struct shy_diff_side before, after;
    uint32_t causes; /* 0: nothing that is known; of a published table always 0 */
};

struct shy_diff_counts {
    int64_t same, changed, added, removed;
    int64_t unexplained; /* of two runs: changed though nothing else is different */
};

struct shy_diff_options {
    int64_t before, after;  /* runs; 0 = the latest, and for before the one before `after` */
    const char *const *ids; /* NULL = all */
    size_t id_count;
};
/* Visits what differs: first what is in `after`, in its order, then what is only in `before`.
 * visit's return other than 0 stops and is returned. SHY_E_RUN_UNKNOWN. *options gets the numbers
 * of the runs. */
int shy_results_diff(struct shy_results *r, struct shy_diff_options *options,
                     int (*visit)(void *arg, const struct shy_diff_row *row), void *arg,
                     struct shy_diff_counts *counts, struct shihyo_error *err);

/*
 * The run `after` against a CSV with (some of) the columns of `show --format csv`: indicator,
 * area_set, area_code, period and value at least. A number of the table is the run's where the
 * run's, rounded half up to the digits that the table shows, is the same; a sign or a state, where
 * the state is. Values of the run that the table does not speak of are not counted; those of the
 * table that the run does not have are REMOVED. Malformed lines are problems.
 */
int shy_results_diff_table(struct shy_results *r, struct shy_diff_options *options,
                           const char *path,
                           int (*visit)(void *arg, const struct shy_diff_row *row), void *arg,
                           struct shy_diff_counts *counts, struct shy_problems *problems,
                           struct shihyo_error *err);

#endif
