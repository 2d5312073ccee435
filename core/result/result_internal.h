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

extern const struct shy_database_format shy_results_format; /* schema.c */

/* Unit of a measure: the value's own, or that of a rate: "人（75歳以上人口千対）". */
void shy_result_unit(const struct shy_definition *definition, const struct shy_answer *answer,
                     const char *measure, struct shy_text *out);

/* Hash over a run's values in their order, and how many there are. */
int shy_result_values_hash(struct shy_results *r, int64_t run, char out[SHY_HASH_TEXT],
                           int64_t *count, struct shihyo_error *err);

#endif
