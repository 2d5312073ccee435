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
        if (s->in.items[i] != 0 && !visit(self, s->in.items[i] - 1))
            return false;
    }
    return true;
}

static bool put(void *self, uint64_t id)
{
    struct idset *s = self;
    s->in.items[place_of(s, id + 1)] = id + 1;
    return true;
}

static bool grow(struct idset *s)
{
    bool last = s->has_last;
    struct idset bigger = {.capacity = s->capacity == 0 ? 8 : s->capacity * 2, .count = s->count};
    bigger.in.items = shy_alloc(bigger.capacity, sizeof *bigger.in.items);
    if (bigger.in.items == NULL)
        return false;
    s->has_last = 0;
    (void)shy_idset_each(s, put, &bigger);
    shy_idset_free(s);
    *s = bigger;
    s->has_last = last ? 1 : 0;
    return true;
}

bool shy_idset_add(struct idset *s, uint64_t id)
{
    if (id == UINT64_MAX) {
        s->has_last = 1;
        return true;
    }
    if (s->capacity == 0) {
        if (s->count == 1 && s->in.one != id)
            return grow(s) && shy_idset_add(s, id);
        s->in.one = id;
        s->count = 1;
        return true;
    }
    size_t at = place_of(s, id + 1);
    if (s->in.items[at] != 0)
        return true;
    if (s->count >= s->capacity / 2)
        return grow(s) && shy_idset_add(s, id);
    s->in.items[at] = id + 1;
    s->count++;
    return true;
}

static bool add_one(void *self, uint64_t id)
{
    return shy_idset_add(self, id);
}

bool shy_idset_join(struct idset *s, const struct idset *other)
{
    return shy_idset_each(other, add_one, s);
}

size_t shy_idset_count(const struct idset *s)
{
    return s->count + (s->has_last ? 1 : 0);
}

void shy_idset_free(struct idset *s)
{
    if (s->capacity > 0)
        shy_free(s->in.items);
    *s = (struct idset){0};
}
