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
/* A thread's, from one partition to the next. Zero-initialised is empty. */
struct shy_runs {
    uint8_t *bytes; /* heads and lines of the runs */
    size_t used, capacity;
    struct shy_run_list kinds[SHY_KIND_COUNT];
    struct shy_run *spare;
    size_t spare_capacity;
    uint8_t *room; /* a block being read */
};
/* Calls take with the partition's runs, all at once or, where they are more than c->memory, some
 * months at a time, in the order of months. */
int shy_runs_each(struct shy_claims *c, uint32_t partition, struct shy_runs *runs,
                  int (*take)(void *arg, const struct shy_runs *runs, struct shihyo_error *err),
                  void *arg, struct shihyo_error *err);
void shy_runs_free(struct shy_runs *runs);

static inline int32_t shy_run_month(const struct shy_run *run)
{
    return (int32_t)(run->key >> 32);
}
static inline uint32_t shy_run_person(const struct shy_run *run)
{
    return (uint32_t)run->key;
}

static inline struct shy_run_head shy_run_head_of(const struct shy_run *run)
{
    struct shy_run_head head;
    memcpy(&head, run->at, sizeof head);
    return head;
}

#endif
