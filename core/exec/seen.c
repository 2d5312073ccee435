/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/exec/seen.h"

#include <string.h>

#include "core/base/mem.h"

/* From this many pairs on it is tried whether the same ones came again. */
enum { MANY = 1 << 20 };

/* items of `s` to `out` by atom, in the order in which they came. */
static void put_by_atom(const struct seen *s, size_t atoms, uint32_t *first, struct seen_pair *out)
{
    for (size_t i = 0; i < s->count; i++)
        first[s->items[i].atom + 1]++;
    for (size_t a = 0; a < atoms; a++)
        first[a + 1] += first[a];
    for (size_t i = 0; i < s->count; i++)
        out[first[s->items[i].atom]++] = s->items[i];
    memmove(first + 1, first, atoms * sizeof *first);
    first[0] = 0;
}

/* The bits of one atom's numbers are set and, where they were set, taken back at once: so `bits`
 * need not be cleared as a whole for every atom. */
static void drop_doubles(struct seen *s, size_t atoms, uint32_t *first, uint64_t *bits)
{
    size_t kept = 0;
    for (size_t a = 0, at = 0; a < atoms; a++) {
        size_t begin = kept, end = first[a + 1];
        for (; at < end; at++) {
            uint32_t number = s->items[at].number;
            uint64_t bit = (uint64_t)1 << (number % 64), *word = &bits[number / 64];
            s->items[kept] = s->items[at];
            kept += (*word & bit) == 0 ? 1 : 0;
            *word |= bit;
        }
        for (size_t i = begin; i < kept; i++)
            bits[s->items[i].number / 64] = 0;
        first[a] = (uint32_t)begin;
    }
    first[atoms] = (uint32_t)kept;
    s->count = s->kept = kept;
}

bool shy_seen_sort(struct seen *s, size_t atoms, size_t universe)
{
    uint32_t *first = shy_alloc(atoms + 2, sizeof *first);
    uint64_t *bits = shy_alloc(universe / 64 + 1, sizeof *bits);
    struct seen_pair *sorted = shy_realloc(NULL, s->capacity + 1, sizeof *sorted);
    bool ok = first != NULL && bits != NULL && sorted != NULL;
    if (ok) {
        put_by_atom(s, atoms, first, sorted);
        shy_free(s->items);
        shy_free(s->first);
        s->items = sorted;
        s->first = first;
        drop_doubles(s, atoms, first, bits);
    } else {
        shy_free(first);
        shy_free(sorted);
    }
    shy_free(bits);
    return ok;
}

bool shy_seen_room(struct seen *s, size_t more, size_t atoms, size_t universe)
{
    if (s->count + more <= s->capacity)
        return true;
    if (s->count + more > UINT32_MAX)
        return false;
    if (s->capacity >= MANY && s->count / 2 >= s->kept && !shy_seen_sort(s, atoms, universe))
        return false;
    size_t now = s->capacity == 0 ? 256 : s->capacity;
    while (now < s->count + more || s->kept > now / 2)
        now *= 2;
    if (now <= s->capacity)
        return true;
    struct seen_pair *items = shy_realloc(s->items, now, sizeof *items);
    if (items == NULL)
        return false;
    s->items = items;
    s->capacity = now;
    return true;
}

void shy_seen_free(struct seen *s)
{
    shy_free(s->items);
    shy_free(s->first);
    *s = (struct seen){0};
}
