/* SPDX-License-Identifier: MIT */
/*
 * Numbers seen with atoms, of which distinct ones are counted at the end: pairs are written down as
 * they come, one after the other, and what is there twice goes when there is no room. So a row
 * touches no set of its atom, of which there are too many for the cache.
 */
#ifndef SHY_EXEC_SEEN_H
#define SHY_EXEC_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised is empty. Where atom and number fit in 32 bits they are one key. */
struct seen {
    uint32_t *keys;  /* numbers, atoms above `shift` */
    uint32_t *atoms; /* of each pair; NULL where keys have them */
    unsigned shift;  /* of atoms in keys; 0 = they are apart */
    size_t count, capacity;
    size_t kept;     /* different ones when it was last sorted */
    uint32_t *first; /* by atom, once it is sorted: keys[first[atom] … first[atom + 1]) */
};

/* Before the first pair: there will be no atoms but these, and numbers below `universe`. */
void shy_seen_begin(struct seen *s, size_t atoms, size_t universe);
/* Makes room for `more` pairs; atoms and numbers are below `atoms` and `universe`. False: out of
 * memory. */
bool shy_seen_room(struct seen *s, size_t more, size_t atoms, size_t universe);
/* By atom, each pair once. spare: room for as many pairs, or NULL. */
bool shy_seen_sort(struct seen *s, size_t atoms, size_t universe, uint32_t *spare);

/* Several that are sorted, as one: its keys are the numbers alone. */
struct seen_part {
    const struct seen *seen;
    const uint32_t *atom; /* by atom of the whole: the part's; UINT32_MAX = none; NULL: the same */
};
bool shy_seen_join(struct seen *out, size_t atoms, const struct seen_part *parts, size_t count,
                   size_t universe);
void shy_seen_free(struct seen *s);

static inline uint32_t shy_seen_number(const struct seen *s, size_t i)
{
    return s->shift == 0 ? s->keys[i] : s->keys[i] & (((uint32_t)1 << s->shift) - 1);
}

#endif
