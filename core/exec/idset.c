/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/exec/idset.h"

#include "core/base/mem.h"

static size_t mix(uint64_t id)
{
    return (size_t)(id * 0x9e3779b97f4a7c15u >> 32);
}

static size_t place_of(const struct idset *s, uint64_t item)
{
    size_t at = mix(item) & (s->capacity - 1);
    while (s->in.items[at] != 0 && s->in.items[at] != item)
        at = (at + 1) & (s->capacity - 1);
    return at;
}

bool shy_idset_each(const struct idset *s, bool (*visit)(void *self, uint64_t id), void *self)
{
    if (s->has_last && !visit(self, UINT64_MAX))
        return false;
    if (s->capacity == 0)
        return s->count == 0 || visit(self, s->in.one);
    for (size_t i = 0; i < s->capacity; i++) {
        uint64_t item = s->in.items[i];
        if (!s->bitmap && item != 0 && !visit(self, item - 1))
            return false;
        for (; s->bitmap && item != 0; item &= item - 1) {
            if (!visit(self, i * 64 + (size_t)__builtin_ctzll(item)))
                return false;
        }
    }
    return true;
}

static bool put(void *self, uint64_t id)
{
    struct idset *s = self;
    if (s->bitmap)
        s->in.items[id / 64] |= (uint64_t)1 << (id % 64);
    else
        s->in.items[place_of(s, id + 1)] = id + 1;
    return true;
}

/* The same numbers in more room, or in a bitmap where that takes no more. */
static bool grow(struct idset *s, size_t universe, bool bitmap)
{
    struct idset bigger = {
        .capacity = s->capacity == 0 ? 8 : s->capacity * 2, .count = s->count, .bitmap = bitmap};
    if (universe > 0 && (size_t)bigger.capacity * 64 >= universe)
        bigger.bitmap = true;
    if (bigger.bitmap)
        bigger.capacity = (uint32_t)(universe / 64 + 1);
    bigger.in.items = shy_alloc(bigger.capacity, sizeof *bigger.in.items);
    if (bigger.in.items == NULL)
        return false;
    bool last = s->has_last;
    s->has_last = 0;
    (void)shy_idset_each(s, put, &bigger);
    shy_idset_free(s);
    *s = bigger;
    s->has_last = last ? 1 : 0;
    return true;
}

bool shy_idset_insert(struct idset *s, uint64_t id, size_t universe)
{
    if (id == UINT64_MAX) {
        s->has_last = 1;
        return true;
    }
    if (s->capacity == 0) {
        if (s->count == 1 && s->in.one != id)
            return grow(s, universe, false) && shy_idset_add(s, id, universe);
        s->in.one = id;
        s->count = 1;
        return true;
    }
    size_t at = place_of(s, id + 1);
    if (s->in.items[at] != 0)
        return true;
    if (s->count >= s->capacity / 2)
        return grow(s, universe, false) && shy_idset_add(s, id, universe);
    s->in.items[at] = id + 1;
    s->count++;
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
    if (other->bitmap && !s->bitmap && !grow(s, universe, true))
        return false;
    if (!other->bitmap)
        return shy_idset_each(other, add_one, &j);
    for (size_t i = 0; i < other->capacity; i++)
        s->in.items[i] |= other->in.items[i];
    return true;
}

size_t shy_idset_count(const struct idset *s)
{
    size_t n = 0;
    for (size_t i = 0; s->bitmap && i < s->capacity; i++)
        n += (size_t)__builtin_popcountll(s->in.items[i]);
    return (s->bitmap ? n : s->count) + (s->has_last ? 1 : 0);
}

void shy_idset_free(struct idset *s)
{
    if (s->capacity > 0)
        shy_free(s->in.items);
    *s = (struct idset){0};
}

/* With months ------------------------------------------------------------------------------ */

static size_t place_of_id(const struct idmonths *s, uint64_t key)
{
    size_t at = shy_idmonths_start(s, (uint32_t)(key - 1));
    while (s->items[at] != 0 && s->items[at] >> 32 != key)
        at = (at + 1) & (s->capacity - 1);
    return at;
}

static bool grow_months(struct idmonths *s)
{
    struct idmonths bigger = {.capacity = s->capacity == 0 ? 8 : s->capacity * 2,
                              .count = s->count};
    bigger.items = shy_alloc(bigger.capacity, sizeof *bigger.items);
    if (bigger.items == NULL)
        return false;
    for (size_t i = 0; i < s->capacity; i++) {
        if (s->items[i] != 0)
            bigger.items[place_of_id(&bigger, s->items[i] >> 32)] = s->items[i];
    }
    shy_free(s->items);
    *s = bigger;
    return true;
}

bool shy_idmonths_add(struct idmonths *s, uint32_t id, uint32_t months)
{
    uint64_t key = (uint64_t)id + 1;
    if (s->count >= s->capacity / 2 && !grow_months(s))
        return false;
    uint64_t *item = &s->items[place_of_id(s, key)];
    s->count += *item == 0 ? 1 : 0;
    *item |= key << 32 | months;
    return true;
}

bool shy_idmonths_join(struct idmonths *s, const struct idmonths *other)
{
    for (size_t i = 0; i < other->capacity; i++) {
        uint64_t item = other->items[i];
        if (item != 0 && !shy_idmonths_add(s, (uint32_t)((item >> 32) - 1), (uint32_t)item))
            return false;
    }
    return true;
}

size_t shy_idmonths_count(const struct idmonths *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->capacity; i++)
        n += (size_t)__builtin_popcount((uint32_t)s->items[i]);
    return n;
}
