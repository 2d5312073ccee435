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

struct seen_pair {
    uint32_t atom, number;
};

/* Zero-initialised is empty. */
struct seen {
    struct seen_pair *items;
    size_t count, capacity;
    size_t kept;     /* different ones when it was last sorted */
    uint32_t *first; /* by atom, once it is sorted: items[first[atom] … first[atom + 1]) */
};

/* Makes room for `more` pairs; atoms and numbers are below `atoms` and `universe`. False: out of
 * memory. */
bool shy_seen_room(struct seen *s, size_t more, size_t atoms, size_t universe);
/* By atom, each pair once. */
bool shy_seen_sort(struct seen *s, size_t atoms, size_t universe);
void shy_seen_free(struct seen *s);

#endif
