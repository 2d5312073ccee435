/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/exec/tuples.h"

#include <string.h>

#include "core/base/mem.h"

static size_t place_of(const struct tuples *t, const int64_t *values)
{
    uint64_t h = 0;
    for (size_t i = 0; i < t->arity; i++)
        h = (h ^ (uint64_t)values[i]) * 0x9e3779b97f4a7c15u ^ h >> 29;
    size_t at = (size_t)(h >> 20) & (t->table_size - 1);
    while (t->table[at] != 0 && memcmp(&t->values[(t->table[at] - 1) * t->arity], values,
                                       t->arity * sizeof *values) != 0)
        at = (at + 1) & (t->table_size - 1);
    return at;
}

bool shy_tuple_add(struct tuples *t, const int64_t *values)
{
    if (t->count == t->capacity) {
        size_t now = t->capacity * 2 + 8;
        int64_t *more = shy_realloc(t->values, now * t->arity + 1, sizeof *more);
        if (more == NULL)
            return false;
        t->values = more;
        t->capacity = now;
    }
    if (t->arity > 0)
        memcpy(&t->values[t->count * t->arity], values, t->arity * sizeof *values);
    t->count++;
    return true;
}

static bool grow_table(struct tuples *t)
{
    if (t->table_size >= 2 * (t->count + 1))
        return true;
    size_t size = t->table_size == 0 ? 16 : t->table_size * 2;
    uint32_t *table = shy_alloc(size, sizeof *table);
    if (table == NULL)
        return false;
    shy_free(t->table);
    t->table = table;
    t->table_size = size;
    for (size_t i = 0; i < t->count; i++)
        table[place_of(t, &t->values[i * t->arity])] = (uint32_t)i + 1;
    return true;
}

bool shy_tuple_number(struct tuples *t, const int64_t *values, uint32_t *out)
{
    if (!grow_table(t))
        return false;
    size_t at = place_of(t, values);
    if (t->table[at] == 0) {
        if (!shy_tuple_add(t, values))
            return false;
        t->table[at] = (uint32_t)t->count;
    }
    *out = t->table[at] - 1;
    return true;
}

uint32_t shy_tuple_find(const struct tuples *t, const int64_t *values)
{
    /* What is not there is 0 in the table. */
    return t->count == 0 ? UINT32_MAX : t->table[place_of(t, values)] - 1;
}

void shy_tuples_free(struct tuples *t)
{
    shy_free(t->values);
    shy_free(t->table);
    *t = (struct tuples){0};
}
