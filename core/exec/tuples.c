/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/exec/tuples.h"

#include <string.h>

#include "core/base/mem.h"

static bool is_equal(const int64_t *a, const int64_t *b, size_t n)
{
    size_t i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return i == n;
}

static size_t place_of(const struct tuples *t, const int64_t *values)
{
    uint64_t h = 0;
    for (size_t i = 0; i < t->arity; i++)
        h = (h ^ (uint64_t)values[i]) * 0x9e3779b97f4a7c15u ^ h >> 29;
    size_t at = (size_t)(h >> 20) & (t->table_size - 1);
    while (t->table[at] != 0 &&
           !is_equal(&t->values[(t->table[at] - 1) * t->arity], values, t->arity))
        at = (at + 1) & (t->table_size - 1);
    return at;
}

static bool grow_values(struct tuples *t, size_t now)
{
    if (now <= t->capacity)
        return true;
    int64_t *more = shy_realloc(t->values, now * t->arity + 1, sizeof *more);
    if (more == NULL)
        return false;
    t->values = more;
    t->capacity = now;
    return true;
}

bool shy_tuple_add(struct tuples *t, const int64_t *values)
{
    if (t->count == t->capacity && !grow_values(t, t->capacity * 2 + 8))
        return false;
    int64_t *to = &t->values[t->count++ * t->arity];
    for (size_t i = 0; i < t->arity; i++)
        to[i] = values[i];
    return true;
}

static bool grow_table(struct tuples *t, size_t count)
{
    size_t size = t->table_size == 0 ? 16 : t->table_size;
    while (size < 2 * (count + 1))
        size *= 2;
    if (size == t->table_size)
        return true;
    uint32_t *table = shy_realloc(NULL, size, sizeof *table);
    if (table == NULL)
        return false;
    memset(table, 0, size * sizeof *table); /* written before it is read: pages come once */
    shy_free(t->table);
    t->table = table;
    t->table_size = size;
    for (size_t i = 0; i < t->count; i++)
        table[place_of(t, &t->values[i * t->arity])] = (uint32_t)i + 1;
    return true;
}

bool shy_tuple_reserve(struct tuples *t, size_t count, bool table)
{
    return grow_values(t, t->count + count) && (!table || grow_table(t, t->count + count));
}

bool shy_tuple_number(struct tuples *t, const int64_t *values, uint32_t *out)
{
    if (!grow_table(t, t->count))
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
