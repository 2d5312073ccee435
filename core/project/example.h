/* SPDX-License-Identifier: MIT */
/*
 * The rows an example gives, as a dataset of their own: the same evaluator runs over them as over
 * the store. docs/semantics.md is not repeated here; docs/examples.md says what a row may leave
 * out.
 */
#ifndef SHY_EXAMPLE_H
#define SHY_EXAMPLE_H

#include "core/exec/exec.h"

struct shy_example_data {
    struct shy_table **tables; /* one per contract given, and the areas made up from them */
    size_t count, capacity;
    int32_t *months; /* delivered months of every person-level contract given */
    size_t month_count;
    struct shy_areas *areas;
};

/* Builds the tables and areas of an example; free with shy_example_data_free also on failure. */
int shy_example_data_build(const json_t *example, const struct shy_catalogue *catalogue,
                           struct shy_example_data *out, struct shy_problems *problems,
                           struct shihyo_error *err);
void shy_example_data_free(struct shy_example_data *d);
struct shy_dataset shy_example_dataset(struct shy_example_data *d);

#endif
