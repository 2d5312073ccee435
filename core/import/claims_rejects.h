/* SPDX-License-Identifier: MIT */
/*
 * Rows of person-level tables that are not kept, and why: counted by reason, the first ten of each
 * with their place. No value of such a row is ever shown. "First" is by table, split and row, so
 * the ten do not depend on threads. Threads: any.
 */
#ifndef SHY_IMPORT_CLAIMS_REJECTS_H
#define SHY_IMPORT_CLAIMS_REJECTS_H

#include <pthread.h>

#include "core/contract/contract.h"

#define SHY_REJECTS_SHOWN 10

/* One row; a place the plugin has told itself is in told. */
struct shy_reject_place {
    uint32_t split;
    int64_t row; /* in the split, from 0 */
    struct shihyo_error *told;
};
struct shy_reject_reason {
    int kind; /* enum shy_claims_kind */
    int code;
    char column[64]; /* of the contract, or of a note the kind of records; "" = none */
    bool note;       /* of what no row was rejected for */
    int64_t rows;
    struct shy_reject_place places[SHY_REJECTS_SHOWN]; /* sorted */
    size_t place_count;
};
struct shy_rejects {
    pthread_mutex_t lock;
    struct shy_reject_reason *reasons;
    size_t count, capacity;
};
void shy_rejects_open(struct shy_rejects *r);
void shy_rejects_close(struct shy_rejects *r);
/* rows: how many share the place. told: the plugin's own word, or NULL; copied. */
int shy_rejects_add(struct shy_rejects *r, int kind, int code, const char *column, uint32_t split,
                    int64_t row, int64_t rows, const struct shihyo_error *told,
                    struct shihyo_error *err);
/* What the plugin tells without rejecting a row. Once for each kind of records is shown, with the
 * first place and how often. */
int shy_rejects_note(struct shy_rejects *r, int kind, uint32_t split,
                     const struct shihyo_error *found, int64_t count, struct shihyo_error *err);

/* Adds everything to the problems, sorted by table, code and column. place: where a row came
 * from; may be NULL. */
void shy_rejects_report(struct shy_rejects *r, const struct shy_contract *const *contracts,
                        void (*place)(void *arg, int kind, uint32_t split, int64_t row,
                                      struct shihyo_error *to),
                        void *arg, struct shy_problems *problems);

#endif
