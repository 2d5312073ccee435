/* SPDX-License-Identifier: MIT */
/* The runs of one partition, read back from the spill and sorted. Threads: one. */
#ifndef SHY_IMPORT_CLAIMS_RUNS_H
#define SHY_IMPORT_CLAIMS_RUNS_H

#include "core/import/claims_internal.h"

/* Runs of one contract, by month, person, claim, and where they came from. */
struct shy_run_list {
    struct shy_run *items;
    size_t count, capacity;
};
struct shy_runs {
    uint8_t *bytes; /* of the runs' lines */
    size_t used;
    struct shy_run_list kinds[SHY_KIND_COUNT];
};
/* Calls take with the partition's runs, all at once or, where they are more than c->memory, some
 * months at a time, in the order of months. */
int shy_runs_each(struct shy_claims *c, uint32_t partition,
                  int (*take)(void *arg, const struct shy_runs *runs, struct shihyo_error *err),
                  void *arg, struct shihyo_error *err);
/* Sorts; exported for tests. spare has room for count runs. */
void shy_runs_sort(struct shy_run *runs, size_t count, struct shy_run *spare);

static inline int32_t shy_run_month(const struct shy_run *run)
{
    return (int32_t)(run->key >> 32);
}
static inline uint32_t shy_run_person(const struct shy_run *run)
{
    return (uint32_t)run->key;
}

#endif
