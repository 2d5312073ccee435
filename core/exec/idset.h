/* SPDX-License-Identifier: MIT */
/*
 * A set of numbers: a hash table while it is small, a bitmap once that is smaller. Sets of the same
 * kind may be joined.
 */
#ifndef SHY_EXEC_IDSET_H
#define SHY_EXEC_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised is empty. */
struct idset {
    uint64_t *items;       /* number + 1, or bits */
    size_t capacity;       /* of items */
    size_t count;          /* in the table */
    bool bitmap, has_last; /* has_last: UINT64_MAX, which has no number + 1 */
};

/* universe: numbers are below it; 0 = any. False: out of memory. */
bool shy_idset_add(struct idset *s, uint64_t id, size_t universe);
bool shy_idset_join(struct idset *s, const struct idset *other, size_t universe);
size_t shy_idset_count(const struct idset *s);
/* Calls for every number, in no order that means anything. */
bool shy_idset_each(const struct idset *s, bool (*visit)(void *self, uint64_t id), void *self);
void shy_idset_free(struct idset *s);

#endif
