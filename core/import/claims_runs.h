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
    uint8_t *bytes;
    struct shy_run_list kinds[SHY_KIND_COUNT];
    struct shy_run *spare; /* for sorting */
    size_t spare_capacity;
};
int shy_runs_read(struct shy_claims *c, uint32_t partition, struct shy_runs *out,
                  struct shihyo_error *err);
void shy_runs_free(struct shy_runs *runs);
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
