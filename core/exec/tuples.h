/* SPDX-License-Identifier: MIT */
/* Different lists of numbers, all of one length, numbered in the order in which they come. */
#ifndef SHY_EXEC_TUPLES_H
#define SHY_EXEC_TUPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialised but for the arity is empty. */
struct tuples {
    int64_t *values; /* [number * arity] */
    size_t arity, count, capacity;
    uint32_t *table; /* open addressing; number + 1 */
    size_t table_size;
};
/* The number of a list, added if it is new. False: out of memory. */
bool shy_tuple_number(struct tuples *t, const int64_t *values, uint32_t *out);
/* Adds a list that is known to be new, and is never looked for here. */
bool shy_tuple_add(struct tuples *t, const int64_t *values);
uint32_t shy_tuple_find(const struct tuples *t, const int64_t *values); /* UINT32_MAX: not there */
/* Makes room for lists to come; table: to be looked for, too. */
bool shy_tuple_reserve(struct tuples *t, size_t count, bool table);
void shy_tuples_free(struct tuples *t);

#endif
