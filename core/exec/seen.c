/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/exec/seen.h"

#include <string.h>

#include "core/base/mem.h"

/* From this many pairs on it is tried whether the same ones came again. */
enum { MANY = 1 << 20 };

void shy_seen_begin(struct seen *s, size_t atoms, size_t universe)
{
    unsigned shift = 1;
    while (shift < 32 && universe > (uint64_t)1 << shift)
        shift++;
    s->shift = shift < 32 && atoms <= (uint64_t)1 << (32 - shift) ? shift : 0;
}

static inline uint32_t atom_at(const struct seen *s, size_t i)
{
    return s->shift == 0 ? s->atoms[i] : s->keys[i] >> s->shift;
}

/* Pairs to `out` by atom, in the order in which they came: of each atom alone, so that atoms need
 * not be put there. */
static void put_by_atom(const struct seen *s, size_t atoms, uint32_t *first, uint32_t *out)
{
    for (size_t i = 0; i < s->count; i++)
        first[atom_at(s, i) + 1]++;
    for (size_t a = 0; a < atoms; a++)
        first[a + 1] += first[a];
    for (size_t i = 0; i < s->count; i++)
        out[first[atom_at(s, i)]++] = s->keys[i];
    memmove(first + 1, first, atoms * sizeof *first);
    first[0] = 0;
}

/* Adds the numbers of from[0 … n) that are not in `bits` yet to `to`; returns how many. */
static size_t add_new(const uint32_t *from, size_t n, uint32_t mask, uint64_t *bits, uint32_t *to)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t number = from[i] & mask;
        uint64_t bit = (uint64_t)1 << (number % 64), *word = &bits[number / 64];
        to[kept] = from[i];
        kept += (*word & bit) == 0 ? 1 : 0;
        *word |= bit;
    }
    return kept;
}

/* Bits that were set are taken back one by one: so `bits` need not be cleared as a whole for every
 * atom. */
static void clear(const uint32_t *keys, size_t n, uint32_t mask, uint64_t *bits)
{
    for (size_t i = 0; i < n; i++)
        bits[(keys[i] & mask) / 64] = 0;
}

static uint32_t mask_of(const struct seen *s)
{
    return s->shift == 0 ? UINT32_MAX : ((uint32_t)1 << s->shift) - 1;
}

/* The pairs of `from`, which are by atom, each once to their place. */
static void drop_doubles(struct seen *s, size_t atoms, uint32_t *first, const uint32_t *from,
                         uint64_t *bits)
{
    size_t kept = 0;
    uint32_t mask = mask_of(s);
    for (size_t a = 0, at = 0; a < atoms; a++) {
        size_t end = first[a + 1], n = add_new(&from[at], end - at, mask, bits, &s->keys[kept]);
        clear(&s->keys[kept], n, mask, bits);
        for (size_t i = 0; s->shift == 0 && i < n; i++)
            s->atoms[kept + i] = (uint32_t)a;
        first[a] = (uint32_t)kept;
        kept += n;
        at = end;
    }
    first[atoms] = (uint32_t)kept;
    s->count = s->kept = kept;
}

bool shy_seen_sort(struct seen *s, size_t atoms, size_t universe, uint32_t *spare)
{
    uint32_t *first = shy_alloc(atoms + 2, sizeof *first);
    uint64_t *bits = shy_alloc(universe / 64 + 1, sizeof *bits);
    uint32_t *own = spare != NULL ? NULL : shy_realloc(NULL, s->count + 1, sizeof *own);
    bool ok = first != NULL && bits != NULL && (spare != NULL || own != NULL);
    if (ok) {
        put_by_atom(s, atoms, first, spare != NULL ? spare : own);
        drop_doubles(s, atoms, first, spare != NULL ? spare : own, bits);
        shy_free(s->first);
        s->first = first;
    } else {
        shy_free(first);
    }
    shy_free(own);
    shy_free(bits);
    return ok;
}

static bool grow(struct seen *s, size_t now)
{
    uint32_t *keys = shy_realloc(s->keys, now, sizeof *keys);
    if (keys == NULL)
        return false;
    s->keys = keys;
    uint32_t *atoms = s->shift == 0 ? shy_realloc(s->atoms, now, sizeof *atoms) : NULL;
    if (s->shift == 0 && atoms == NULL)
        return false;
    s->atoms = atoms;
    s->capacity = now;
    return true;
}

bool shy_seen_room(struct seen *s, size_t more, size_t atoms, size_t universe)
{
    if (s->count + more <= s->capacity)
        return true;
    if (s->count + more > UINT32_MAX)
        return false;
    if (s->capacity >= MANY && s->count / 2 >= s->kept && !shy_seen_sort(s, atoms, universe, NULL))
        return false;
    size_t now = s->capacity == 0 ? 256 : s->capacity;
    while (now < s->count + more || s->kept > now / 2)
        now *= 2;
    return now <= s->capacity || grow(s, now);
}

/* Of one atom of the whole, what its parts have. */
static size_t join_atom(struct seen *out, size_t atom, const struct seen_part *parts, size_t count,
                        uint64_t *bits)
{
    uint32_t *to = &out->keys[out->count];
    size_t kept = 0;
    for (size_t p = 0; p < count; p++) {
        const struct seen *s = parts[p].seen;
        uint32_t a = parts[p].atom == NULL ? (uint32_t)atom : parts[p].atom[atom];
        uint32_t mask = mask_of(s);
        if (a == UINT32_MAX || s->first == NULL)
            continue;
        size_t before = kept, n = s->first[a + 1] - s->first[a];
        kept += add_new(&s->keys[s->first[a]], n, mask, bits, &to[kept]);
        for (size_t i = before; i < kept; i++)
            to[i] &= mask;
    }
    clear(to, kept, UINT32_MAX, bits);
    return kept;
}

bool shy_seen_join(struct seen *out, size_t atoms, const struct seen_part *parts, size_t count,
                   size_t universe)
{
    size_t most = 0;
    for (size_t p = 0; p < count; p++)
        most += parts[p].seen->count;
    uint64_t *bits = shy_alloc(universe / 64 + 1, sizeof *bits);
    *out = (struct seen){.first = shy_realloc(NULL, atoms + 1, sizeof *out->first),
                         .keys = shy_realloc(NULL, most + 1, sizeof *out->keys)};
    bool ok = bits != NULL && out->first != NULL && out->keys != NULL && most <= UINT32_MAX;
    for (size_t a = 0; ok && a < atoms; a++) {
        out->first[a] = (uint32_t)out->count;
        out->count += join_atom(out, a, parts, count, bits);
    }
    if (ok)
        out->first[atoms] = (uint32_t)out->count;
    shy_free(bits);
    return ok;
}

void shy_seen_free(struct seen *s)
{
    shy_free(s->keys);
    shy_free(s->atoms);
    shy_free(s->first);
    *s = (struct seen){0};
}
