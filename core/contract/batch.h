/* SPDX-License-Identifier: MIT */
/*
 * Columns of an Arrow batch, looked at where they lie. The arrays come from a plugin, perhaps a
 * wrong one: what the interface lets us check is checked when a column is opened, once for all its
 * rows; reading a value afterwards checks nothing. Threads: readers may share a view.
 */
#ifndef SHY_CONTRACT_BATCH_H
#define SHY_CONTRACT_BATCH_H

#include <string.h>

#include <shihyo/arrow.h>

#include "core/contract/contract.h"

enum shy_layout {
    SHY_LAYOUT_VIEWS,     /* texts: "vu" */
    SHY_LAYOUT_OFFSETS32, /* "u" */
    SHY_LAYOUT_OFFSETS64, /* "U" */
    SHY_LAYOUT_FIXED,     /* "w:N"; filled up with blanks or NULs */
    SHY_LAYOUT_INT32,
    SHY_LAYOUT_INT64,
    SHY_LAYOUT_INT128, /* a decimal */
    SHY_LAYOUT_BITS,
    SHY_LAYOUT_BYTES, /* states */
};

struct shy_batch_column {
    const struct shy_column *def;
    const char *name;
    enum shy_layout layout;
    int64_t first, rows;     /* first counts from the begin of the buffers */
    const uint8_t *validity; /* bits; NULL = every value is there */
    const void *values;
    const char *bytes;         /* of texts with offsets */
    const void *const *blocks; /* of views */
    int64_t width;             /* of FIXED */
    /* Bits that say of whole rows that they are there, from bit parent_first; NULL = all. */
    const uint8_t *parent;
    int64_t parent_first;
    /* Of a column in runs: where they end, counted from row run_first of the array; the values (and
     * validity) are then one for each run. NULL: one for each row. */
    const int32_t *run_ends;
    int64_t run_count, run_first;
    /* The state column of a measure; states.values is NULL where there is none. */
    const char *state_name;
    const uint8_t *states, *state_validity;
    int64_t state_first;
};

/* A batch of one contract; columns in the order in which they were asked for. */
struct shy_batch {
    const struct shy_contract *contract;
    int64_t rows;
    const struct shy_batch_column *columns;
    size_t column_count;
};

/* Checks a schema and the struct array itself. */
int shy_batch_check(const struct ArrowSchema *schema, const struct ArrowArray *batch,
                    struct shihyo_error *err);
/* Finds a column by name, with the state column of a measure, and checks it. SHY_E_CONTRACT_TYPE,
 * SHY_E_PLUGIN_STREAM. After shy_batch_check. */
int shy_batch_open(const struct shy_column *def, const struct ArrowSchema *schema,
                   const struct ArrowArray *batch, struct shy_batch_column *out,
                   struct shihyo_error *err);
/* The same where the column may be run-end encoded. Values of such a column are not read by row but
 * by run: shy_batch_run. */
int shy_batch_open_runs(const struct shy_column *def, const struct ArrowSchema *schema,
                        const struct ArrowArray *batch, struct shy_batch_column *out,
                        struct shihyo_error *err);
/* "A batch of the stream breaks the Arrow interface: …" */
int shy_batch_broken(struct shihyo_error *err, const char *column, const char *what);
/* Valid UTF-8 without NUL: a dictionary's texts end up in JSON, in messages and in files. */
bool shy_text_is_clean(const char *text, size_t length);

/* The run of row i, at or after run `from`: the i of the functions below. */
static inline int64_t shy_batch_run(const struct shy_batch_column *c, int64_t i, int64_t from)
{
    while (c->run_ends[from] <= c->run_first + i)
        from++;
    return from;
}

/* Values of row i (from 0), which must be there. ------------------------------------------- */

static inline bool shy_bit(const uint8_t *bits, int64_t i)
{
    return (bits[i >> 3] >> (i & 7) & 1) != 0;
}

static inline bool shy_batch_has(const struct shy_batch_column *c, int64_t i)
{
    return (c->validity == NULL || shy_bit(c->validity, c->first + i)) &&
           (c->parent == NULL || shy_bit(c->parent, c->parent_first + i));
}

/* Arrow's string view: a length, then up to twelve bytes; longer ones have four bytes of their
 * begin, the number of a buffer and an offset into it. */
struct shy_text_view {
    int32_t length;
    int32_t prefix;
    int32_t block;
    int32_t offset;
};
#define SHY_VIEW_INLINE 12

static inline const char *shy_batch_view(const struct shy_batch_column *c, int64_t i,
                                         size_t *length)
{
    const char *at = (const char *)c->values + (c->first + i) * 16;
    struct shy_text_view view;
    memcpy(&view, at, sizeof view);
    *length = (size_t)view.length;
    if (view.length <= SHY_VIEW_INLINE)
        return at + 4;
    return (const char *)c->blocks[view.block] + view.offset;
}

static inline const char *shy_batch_fixed(const struct shy_batch_column *c, int64_t i,
                                          size_t *length)
{
    const char *text = (const char *)c->values + (c->first + i) * c->width;
    *length = (size_t)c->width;
    while (*length > 0 && (text[*length - 1] == '\0' || text[*length - 1] == ' '))
        --*length;
    return text;
}

static inline const char *shy_batch_text(const struct shy_batch_column *c, int64_t i,
                                         size_t *length)
{
    int64_t from, to;
    if (c->layout == SHY_LAYOUT_VIEWS)
        return shy_batch_view(c, i, length);
    if (c->layout == SHY_LAYOUT_FIXED)
        return shy_batch_fixed(c, i, length);
    if (c->layout == SHY_LAYOUT_OFFSETS64) {
        from = ((const int64_t *)c->values)[c->first + i];
        to = ((const int64_t *)c->values)[c->first + i + 1];
    } else {
        from = ((const int32_t *)c->values)[c->first + i];
        to = ((const int32_t *)c->values)[c->first + i + 1];
    }
    *length = (size_t)(to - from);
    return *length == 0 ? "" : c->bytes + from;
}

/* INT, MONTH (yyyymm), DATE and BOOL; not decimals of 128 bits. */
static inline int64_t shy_batch_int(const struct shy_batch_column *c, int64_t i)
{
    if (c->layout == SHY_LAYOUT_INT64)
        return ((const int64_t *)c->values)[c->first + i];
    if (c->layout == SHY_LAYOUT_INT32)
        return ((const int32_t *)c->values)[c->first + i];
    return shy_bit(c->values, c->first + i);
}

/* A decimal of either layout. SHY_E_OVERFLOW where it does not fit in 64 bits. */
int shy_batch_decimal(const struct shy_batch_column *c, int64_t i, int64_t *out,
                      struct shihyo_error *err);

/* State of row i: the state column's where there is one and it has a value. SHY_E_PLUGIN_STREAM
 * where it cannot be. */
int shy_batch_state(const struct shy_batch_column *c, int64_t i, uint8_t *out,
                    struct shihyo_error *err);

/* yyyymm to an ordinal, -1 where it is no month. */
static inline int64_t shy_month_of(int64_t yyyymm)
{
    if (yyyymm < 100 || yyyymm > 999912 || yyyymm % 100 < 1 || yyyymm % 100 > 12)
        return -1;
    return yyyymm / 100 * 12 + yyyymm % 100 - 1;
}

#endif
