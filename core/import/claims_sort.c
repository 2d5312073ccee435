/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_sort.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS };

/* One digit, from `from` to `to`; the order of earlier passes stays among equals. */
static void sort_digit(const struct shy_sort_item *from, struct shy_sort_item *to, size_t count,
                       unsigned shift)
{
    size_t starts[DIGITS] = {0}, at = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].key >> shift & (DIGITS - 1)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t n = starts[d];
        starts[d] = at;
        at += n;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

struct comparison {
    int (*compare)(const void *arg, uint32_t a, uint32_t b);
    const void *arg;
};

static int by_comparison(const void *a, const void *b, void *arg)
{
    const struct comparison *c = arg;
    return c->compare(c->arg, ((const struct shy_sort_item *)a)->at,
                      ((const struct shy_sort_item *)b)->at);
}

static void sort_equals(struct shy_sort_item *items, size_t count, struct comparison *c)
{
    for (size_t i = 0, n; i < count; i += n) {
        for (n = 1; i + n < count && items[i + n].key == items[i].key;)
            n++;
        if (n > 1)
            qsort_r(items + i, n, sizeof *items, by_comparison, c);
    }
}

int shy_sort_items(struct shy_sort_item *items, size_t count,
                   int (*compare)(const void *arg, uint32_t a, uint32_t b), const void *arg,
                   struct shihyo_error *err)
{
    struct comparison c = {compare, arg};
    struct shy_sort_item *spare = shy_alloc(count + 1, sizeof *spare), *from = items, *to = spare;
    uint64_t differ = 0;
    if (spare == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 1; i < count; i++)
        differ |= items[i].key ^ items[0].key;
    /* Bits in which all keys are the same are passed over. */
    for (unsigned shift = 0; shift < 64 && differ >> shift != 0; shift += DIGIT_BITS) {
        shift += (unsigned)__builtin_ctzll(differ >> shift);
        sort_digit(from, to, count, shift);
        struct shy_sort_item *swap = from;
        from = to;
        to = swap;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
    shy_free(spare);
    sort_equals(items, count, &c);
    return 0;
}

uint64_t shy_sort_prefix(const char *text, size_t length, size_t skip, unsigned bits)
{
    uint64_t prefix = 0;
    for (size_t i = skip; i < skip + 8; i++)
        prefix = prefix << 8 | (i < length ? (unsigned char)text[i] : 0);
    return prefix >> (64 - bits);
}

size_t shy_sort_shared(const char *a, size_t a_length, const char *b, size_t b_length, size_t most)
{
    size_t n = 0;
    most = most < a_length ? most : a_length;
    most = most < b_length ? most : b_length;
    while (n < most && a[n] == b[n])
        n++;
    return n;
}
