/* SPDX-License-Identifier: MIT */
/* Sorting by whole numbers, where comparing would look up two places of memory each time. Threads:
 * one for a list. */
#ifndef SHY_IMPORT_CLAIMS_SORT_H
#define SHY_IMPORT_CLAIMS_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct shy_sort_item {
    uint64_t key;
    uint32_t at; /* what is sorted, by its place */
};

/* By key; neighbours of one key then by compare, which gets two places. */
int shy_sort_items(struct shy_sort_item *items, size_t count,
                   int (*compare)(const void *arg, uint32_t a, uint32_t b), const void *arg,
                   struct shihyo_error *err);

/* The first bytes of a text behind `skip` as a number whose order is theirs, `bits` of it (64 at
 * most). Texts of one number are to be compared. */
uint64_t shy_sort_prefix(const char *text, size_t length, size_t skip, unsigned bits);
/* How many first bytes two texts share, `most` at most. */
size_t shy_sort_shared(const char *a, size_t a_length, const char *b, size_t b_length, size_t most);

#endif
