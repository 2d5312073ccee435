/* SPDX-License-Identifier: MIT */
/* Sets of numbers, of which most are small: one number in place, then a hash table. */
#ifndef SHY_EXEC_IDSET_H
#define SHY_EXEC_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised is empty. */
struct idset {
    union {
        uint64_t one;    /* capacity 0, count 1 */
        uint64_t *items; /* number + 1 */
    } in;
    uint32_t capacity; /* of items */
    uint32_t count : 31;
    uint32_t has_last : 1; /* UINT64_MAX, which has no number + 1 */
};

bool shy_idset_add(struct idset *s, uint64_t id); /* false: out of memory */
bool shy_idset_join(struct idset *s, const struct idset *other);
size_t shy_idset_count(const struct idset *s);
/* Calls for every number, in no order that means anything. */
bool shy_idset_each(const struct idset *s, bool (*visit)(void *self, uint64_t id), void *self);
void shy_idset_free(struct idset *s);

#endif
