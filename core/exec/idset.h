/* SPDX-License-Identifier: MIT */
/*
 * Sets of numbers, of which there are many and most are small: one number in place, a hash table, a
 * bitmap once that is smaller. And sets of numbers with months. Sets of one kind may be joined.
 */
#ifndef SHY_EXEC_IDSET_H
#define SHY_EXEC_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised is empty. */
struct idset {
    union {
        uint64_t one;    /* capacity 0, count 1 */
        uint64_t *items; /* number + 1, or bits */
    } in;
    uint32_t capacity;   /* of items */
    uint32_t count : 30; /* but of a bitmap */
    uint32_t bitmap : 1;
    uint32_t has_last : 1; /* UINT64_MAX, which has no number + 1 */
};

bool shy_idset_insert(struct idset *s, uint64_t id, size_t universe);
/* universe: numbers are below it; 0 = any. False: out of memory. */
static inline bool shy_idset_add(struct idset *s, uint64_t id, size_t universe)
{
    if (!s->bitmap)
        return shy_idset_insert(s, id, universe);
    s->in.items[id / 64] |= (uint64_t)1 << (id % 64);
    return true;
}
/* Asks the cache for what adding the number will touch. */
static inline void shy_idset_near(const struct idset *s, uint64_t id)
{
    if (s->bitmap)
        __builtin_prefetch(&s->in.items[id / 64], 1);
}
bool shy_idset_join(struct idset *s, const struct idset *other, size_t universe);
size_t shy_idset_count(const struct idset *s);
/* Calls for every number, in no order that means anything. */
bool shy_idset_each(const struct idset *s, bool (*visit)(void *self, uint64_t id), void *self);
void shy_idset_free(struct idset *s);

/* Numbers below 2^32 - 1, each with the months, below 32, in which it was seen. */
enum { IDMONTHS_MOST = 32 };
struct idmonths {
    uint64_t *items; /* number + 1, then a bit for each month */
    uint32_t capacity, count;
};
static inline size_t shy_idmonths_start(const struct idmonths *s, uint32_t id)
{
    return (size_t)(((uint64_t)id + 1) * 0x9e3779b97f4a7c15u >> 32) & (s->capacity - 1);
}
static inline void shy_idmonths_near(const struct idmonths *s, uint32_t id)
{
    if (s->capacity > 0)
        __builtin_prefetch(&s->items[shy_idmonths_start(s, id)], 1);
}
bool shy_idmonths_add(struct idmonths *s, uint32_t id, uint32_t months);
bool shy_idmonths_join(struct idmonths *s, const struct idmonths *other);
size_t shy_idmonths_count(const struct idmonths *s); /* pairs of number and month */

#endif
