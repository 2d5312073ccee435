/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/exec/idset.h"

#include "core/base/mem.h"

static size_t place_of(const struct idset *s, uint64_t item)
{
    uint64_t h = item * 0x9e3779b97f4a7c15u;
    size_t at = (size_t)(h >> 32) & (s->capacity - 1);
    while (s->items[at] != 0 && s->items[at] != item)
        at = (at + 1) & (s->capacity - 1);
    return at;
}

static bool set_bit(struct idset *s, uint64_t id)
{
    s->items[id / 64] |= (uint64_t)1 << (id % 64);
    return true;
}

/* All numbers into a bitmap of the universe. */
static bool to_bitmap(struct idset *s, size_t universe)
{
    struct idset bits = {.bitmap = true, .capacity = universe / 64 + 1};
    bits.items = shy_alloc(bits.capacity, sizeof *bits.items);
    if (bits.items == NULL)
        return false;
    for (size_t i = 0; i < s->capacity; i++) {
        if (s->items[i] != 0)
            set_bit(&bits, s->items[i] - 1);
    }
    shy_free(s->items);
    *s = bits;
    return true;
}

static bool grow(struct idset *s, size_t universe)
{
    struct idset bigger = {.capacity = s->capacity == 0 ? 8 : s->capacity * 2,
                           .count = s->count,
                           .has_last = s->has_last};
    if (universe > 0 && bigger.capacity * 64 >= universe)
        return to_bitmap(s, universe);
    bigger.items = shy_alloc(bigger.capacity, sizeof *bigger.items);
    if (bigger.items == NULL)
        return false;
    for (size_t i = 0; i < s->capacity; i++) {
        if (s->items[i] != 0)
            bigger.items[place_of(&bigger, s->items[i])] = s->items[i];
    }
    shy_free(s->items);
    *s = bigger;
    return true;
}

bool shy_idset_add(struct idset *s, uint64_t id, size_t universe)
{
    if (s->bitmap)
        return set_bit(s, id);
    if (id == UINT64_MAX) {
        s->has_last = true;
        return true;
    }
    if (s->capacity > 0) {
        size_t at = place_of(s, id + 1);
        if (s->items[at] != 0)
            return true;
        if (s->count < s->capacity / 2) {
            s->items[at] = id + 1;
            s->count++;
            return true;
        }
    }
    if (!grow(s, universe))
        return false;
    return shy_idset_add(s, id, universe);
}

bool shy_idset_each(const struct idset *s, bool (*visit)(void *self, uint64_t id), void *self)
{
    if (s->has_last && !visit(self, UINT64_MAX))
        return false;
    for (size_t i = 0; i < s->capacity; i++) {
        uint64_t item = s->items[i];
        if (!s->bitmap && item != 0 && !visit(self, item - 1))
            return false;
        for (; s->bitmap && item != 0; item &= item - 1) {
            if (!visit(self, i * 64 + (size_t)__builtin_ctzll(item)))
                return false;
        }
    }
    return true;
}

struct joining {
    struct idset *to;
    size_t universe;
};

static bool add_one(void *self, uint64_t id)
{
    struct joining *j = self;
    return shy_idset_add(j->to, id, j->universe);
}

bool shy_idset_join(struct idset *s, const struct idset *other, size_t universe)
{
    struct joining j = {s, universe};
    if (other->bitmap && !s->bitmap && !to_bitmap(s, universe))
        return false;
    if (!other->bitmap)
        return shy_idset_each(other, add_one, &j);
    for (size_t i = 0; i < other->capacity; i++)
        s->items[i] |= other->items[i];
    return true;
}

size_t shy_idset_count(const struct idset *s)
{
    size_t n = s->count + (s->has_last ? 1 : 0);
    for (size_t i = 0; s->bitmap && i < s->capacity; i++)
        n += (size_t)__builtin_popcountll(s->items[i]);
    return n;
}

void shy_idset_free(struct idset *s)
{
    shy_free(s->items);
    *s = (struct idset){0};
}
