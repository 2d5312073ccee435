/* SPDX-License-Identifier: MIT */
/*
 * Targets held against the values of a run: for each target the value that is meant, its
 * evaluation, and the grades of what is graded together. docs/targets.md.
 */
#ifndef SHY_RESULT_PROGRESS_H
#define SHY_RESULT_PROGRESS_H

#include "core/result/result.h"

struct shy_target_line {
    const struct shy_target *target;
    size_t point;     /* of the target; 0 where it has none */
    bool due;         /* the next point at the value's time, or the last: what counts in grades */
    const char *name; /* of the indicator and the area, "" where the run does not have them */
    const char *area_name, *unit;
    int decimals;
    enum shihyo_state state; /* of the value, MISSING where there is none */
    struct shy_actual actual;
    struct shy_evaluation evaluation;
};
struct shy_target_group {
    const char *area_set, *area, *area_name, *group;
    enum shy_grade grade;
    size_t count; /* targets in it */
};
struct shy_target_progress {
    struct shy_target_table *table;
    int64_t table_number, run;
    struct shy_target_line *lines; /* in the order of the table, each by its points */
    size_t count, capacity;
    struct shy_target_group *groups; /* in the order of their first line */
    size_t group_count, group_capacity;
    struct shy_arena arena;
};

struct shy_progress_options {
    const char *plan;
    int64_t run;                    /* 0 = the latest */
    const struct shy_period *until; /* values of later periods are not looked at; NULL = all */
    struct shy_fraction unchanged;  /* percent, of grades: see shy_target_evaluate */
};
/* SHY_E_TARGET_NONE, SHY_E_RUN_UNKNOWN. Ends with shy_target_progress_free, also after a failure.
 */
int shy_results_progress(struct shy_results *r, const struct shy_progress_options *options,
                         struct shy_target_progress *out, struct shihyo_error *err);
void shy_target_progress_free(struct shy_target_progress *p);

/* Targets with the year of their baseline but without its value get it from a run (0 = the latest)
 * where that has one; *found of them. The run's number becomes their source. */
int shy_results_fill_baselines(struct shy_results *r, int64_t run, struct shy_target_table *table,
                               size_t *found, struct shihyo_error *err);

#endif
