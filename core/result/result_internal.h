/* SPDX-License-Identifier: MIT */
/* What the files of core/result share: result.c opens and reads, save.c writes a run. */
#ifndef SHY_RESULT_INTERNAL_H
#define SHY_RESULT_INTERNAL_H

#include "core/base/mem.h"
#include "core/result/result.h"
#include "core/store/database.h"

struct shy_results {
    struct shy_database db;
};

/* The words of docs/results.md, which the database keeps. */
bool shy_result_parse_state(const char *id, enum shihyo_state *out);

/* The number of a run (0 = the latest), or SHY_E_RUN_UNKNOWN with those there are. */
int shy_result_find_run(struct shy_results *r, int64_t wanted, int64_t *out,
                        struct shihyo_error *err);

extern const struct shy_database_format shy_results_format; /* schema.c */

/* limits.c: what a cell has beside its value into a row, and a row's to the file (nothing where it
 * has none) and back. *insert is prepared when it is needed first; the caller finalizes it. */
void shy_result_fill_limits(const struct shy_cell *cell, struct shy_value_row *row);
int shy_result_save_limits(struct shy_results *r, sqlite3_stmt **insert, int64_t run, int64_t n,
                           const struct shy_value_row *row, struct shihyo_error *err);
/* The columns from `first` on, as SHY_RESULT_LIMITS lists them. */
#define SHY_RESULT_LIMITS \
    "method, judgement, lower, upper, confidence, lower_2, upper_2, confidence_2,"                     \
    " lower_3, upper_3, confidence_3, lower_4, upper_4, confidence_4"
void shy_result_get_limits(sqlite3_stmt *s, int first, struct shy_value_row *row);

/* Unit of a measure: the value's own, or that of a rate: "人（75歳以上人口千対）". */
void shy_result_unit(const struct shy_definition *definition, const struct shy_answer *answer,
                     const char *measure, struct shy_text *out);

#endif
