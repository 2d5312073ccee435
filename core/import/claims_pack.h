/* SPDX-License-Identifier: MIT */
/* Rows of one segment being put together, column by column, then packed. Threads: one. */
#ifndef SHY_IMPORT_CLAIMS_PACK_H
#define SHY_IMPORT_CLAIMS_PACK_H

#include <string.h>

#include "core/base/mem.h"
#include "core/store/segments.h"

#define SHY_PACK_COLUMNS 12
/* Rows are added in steps of so many, and what is too much is gone over by the next: runs are of
 * any length, and a loop that ends anywhere cannot be foreseen. There is room for a step behind the
 * last row, and must be behind the values that are copied. */
#define SHY_PACK_STEP 8

/* Values are kept in 32 bits until one does not fit. */
struct shy_packing_column {
    int index; /* of shy_segment_column */
    int32_t *small;
    int64_t *large;
    uint8_t *state;
    bool wide, states;
};
struct shy_packing {
    const struct shy_contract *contract;
    struct shy_packing_column columns[SHY_PACK_COLUMNS];
    size_t column_count;
    uint32_t *person;
    size_t rows, capacity;
};
/* What was packed, in order. */
struct shy_packed_list {
    struct shy_packed_segment **items;
    size_t count, capacity;
};

void shy_packing_begin(struct shy_packing *p, const struct shy_contract *contract,
                       const int *indices, size_t count);
void shy_packing_free(struct shy_packing *p);
/* Takes a row away; those behind it move up. */
void shy_packing_drop(struct shy_packing *p, size_t row);
bool shy_packing_grow(struct shy_packing *p, size_t more);
int shy_packing_widen(struct shy_packing *p, struct shy_packing_column *c,
                      struct shihyo_error *err);

/* Adds rows of one person. */
static inline int shy_packing_rows(struct shy_packing *p, uint32_t person, size_t count,
                                   struct shihyo_error *err)
{
    uint32_t *to = p->person + p->rows;
    if (p->rows + count + SHY_PACK_STEP > p->capacity) {
        if (!shy_packing_grow(p, count + SHY_PACK_STEP))
            return shy_fail_nomem(err);
        to = p->person + p->rows;
    }
    for (size_t i = 0; i < count; i += SHY_PACK_STEP) {
        for (size_t k = 0; k < SHY_PACK_STEP; k++)
            to[i + k] = person;
    }
    p->rows += count;
    return 0;
}

/* States are kept from the first on that is not OK. */
void shy_packing_set_state(struct shy_packing *p, struct shy_packing_column *c, uint8_t state);

/* Sets a value of the last row. */
static inline int shy_packing_set(struct shy_packing *p, size_t column, int64_t value,
                                  uint8_t state, struct shihyo_error *err)
{
    struct shy_packing_column *c = &p->columns[column];
    size_t row = p->rows - 1;
    if (c->states || state != 0)
        shy_packing_set_state(p, c, state);
    if (!c->wide && value != (int32_t)value)
        SHY_TRY(shy_packing_widen(p, c, err));
    if (c->wide)
        c->large[row] = value;
    else
        c->small[row] = (int32_t)value;
    return 0;
}

/* Values of the last `count` rows, all of them there. */
static inline void shy_packing_copy(struct shy_packing *p, size_t column, const int32_t *values,
                                    size_t count)
{
    struct shy_packing_column *c = &p->columns[column];
    size_t row = p->rows - count;
    if (c->states)
        memset(c->state + row, 0, count);
    if (c->wide) {
        for (size_t i = 0; i < count; i++)
            c->large[row + i] = values[i];
    } else {
        for (size_t i = 0; i < count; i += SHY_PACK_STEP)
            memcpy(c->small + row + i, values + i, SHY_PACK_STEP * sizeof *values);
    }
}

/* No value in any of them. */
void shy_packing_none(struct shy_packing *p, size_t column, size_t count);

/* The same value in all of them. */
static inline void shy_packing_fill(struct shy_packing *p, size_t column, int32_t value,
                                    size_t count)
{
    struct shy_packing_column *c = &p->columns[column];
    size_t row = p->rows - count;
    if (c->states)
        memset(c->state + row, 0, count);
    for (size_t i = 0; i < count && c->wide; i++)
        c->large[row + i] = value;
    for (size_t i = 0; i < count && !c->wide; i += SHY_PACK_STEP) {
        int32_t *to = c->small + row + i;
        for (size_t k = 0; k < SHY_PACK_STEP; k++)
            to[k] = value;
    }
}

/* Packs what there is (nothing where there is none) and begins anew. */
int shy_packing_end(struct shy_packing *p, uint32_t partition, int32_t month, uint32_t class,
                    struct shy_packed_list *list, struct shihyo_error *err);
void shy_packed_list_free(struct shy_packed_list *list);

#endif
