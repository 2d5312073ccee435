/* SPDX-License-Identifier: MIT */
/*
 * The hash over a run's values, taken of the rows as they are written and again, by `doctor`, as
 * they are read: equal only where the database gives back what it was given. docs/results.md has
 * the bytes. Threads: one at a time.
 */
#ifndef SHY_RESULT_VALUES_HASH_H
#define SHY_RESULT_VALUES_HASH_H

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/result/result.h"

enum { SHY_VALUES_HASH_TEXTS = 14 };

/* Zero-initialised is the hash of no values. */
struct shy_values_hash {
    struct shy_text block;                       /* bytes not yet hashed */
    struct shy_text last[SHY_VALUES_HASH_TEXTS]; /* texts of the row before */
    char hash[SHY_HASH_TEXT];                    /* of all blocks before */
    int64_t count;
};

int shy_values_hash_add(struct shy_values_hash *h, const struct shy_value_row *row,
                        struct shihyo_error *err);
/* The hash to out, and the end of h. */
int shy_values_hash_end(struct shy_values_hash *h, char out[SHY_HASH_TEXT],
                        struct shihyo_error *err);
void shy_values_hash_free(struct shy_values_hash *h);

#endif
