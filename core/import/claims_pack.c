/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_pack.h"

#include <string.h>

enum { FIRST_ROWS = 256 };

void shy_packing_begin(struct shy_packing *p, const struct shy_contract *contract,
                       const int *indices, size_t count)
{
    *p = (struct shy_packing){.contract = contract, .column_count = count};
    for (size_t i = 0; i < count; i++)
        p->columns[i].index = indices[i];
}

void shy_packing_free(struct shy_packing *p)
{
    for (size_t i = 0; i < p->column_count; i++) {
        shy_free(p->columns[i].small);
        shy_free(p->columns[i].large);
        shy_free(p->columns[i].state);
    }
    shy_free(p->person);
    *p = (struct shy_packing){0};
}

void shy_packing_drop(struct shy_packing *p, size_t row)
{
    size_t behind = p->rows - row - 1;
    memmove(p->person + row, p->person + row + 1, behind * sizeof *p->person);
    for (size_t i = 0; i < p->column_count; i++) {
        struct shy_packing_column *c = &p->columns[i];
        if (c->wide)
            memmove(c->large + row, c->large + row + 1, behind * sizeof *c->large);
        else
            memmove(c->small + row, c->small + row + 1, behind * sizeof *c->small);
        if (c->states)
            memmove(c->state + row, c->state + row + 1, behind);
    }
    p->rows--;
}

static bool grow_column(struct shy_packing_column *c, size_t capacity)
{
    uint8_t *state = shy_realloc(c->state, capacity, sizeof *state);
    if (state == NULL)
        return false;
    c->state = state;
    int32_t *small = shy_realloc(c->small, capacity, sizeof *small);
    if (small == NULL)
        return false;
    c->small = small;
    if (!c->wide)
        return true;
    int64_t *large = shy_realloc(c->large, capacity, sizeof *large);
    if (large == NULL)
        return false;
    c->large = large;
    return true;
}

bool shy_packing_grow(struct shy_packing *p, size_t more)
{
    size_t capacity = p->capacity == 0 ? FIRST_ROWS : p->capacity * 2;
    while (capacity < p->rows + more)
        capacity *= 2;
    uint32_t *person = shy_realloc(p->person, capacity, sizeof *person);
    if (person == NULL)
        return false;
    p->person = person;
    for (size_t i = 0; i < p->column_count; i++) {
        if (!grow_column(&p->columns[i], capacity))
            return false;
    }
    p->capacity = capacity;
    return true;
}

void shy_packing_set_state(struct shy_packing *p, struct shy_packing_column *c, uint8_t state)
{
    if (!c->states)
        memset(c->state, 0, p->rows);
    c->states = true;
    c->state[p->rows - 1] = state;
}

void shy_packing_none(struct shy_packing *p, size_t column, size_t count)
{
    struct shy_packing_column *c = &p->columns[column];
    size_t row = p->rows - count;
    if (!c->states)
        memset(c->state, 0, row);
    c->states = true;
    memset(c->state + row, SHIHYO_STATE_MISSING, count);
    if (c->wide)
        memset(c->large + row, 0, count * sizeof *c->large);
    else
        memset(c->small + row, 0, count * sizeof *c->small);
}

int shy_packing_widen(struct shy_packing *p, struct shy_packing_column *c, struct shihyo_error *err)
{
    int64_t *large = shy_realloc(c->large, p->capacity, sizeof *large);
    if (large == NULL)
        return shy_fail_nomem(err);
    c->large = large;
    c->wide = true;
    for (size_t i = 0; i + 1 < p->rows; i++)
        large[i] = c->small[i];
    return 0;
}

static int take(struct shy_packed_list *list, struct shy_packed_segment *segment,
                struct shihyo_error *err)
{
    if (!SHY_GROW(list->items, list->count, list->capacity)) {
        shy_packed_segment_free(segment);
        return shy_fail_nomem(err);
    }
    list->items[list->count++] = segment;
    return 0;
}

int shy_packing_end(struct shy_packing *p, uint32_t partition, int32_t month, uint32_t class,
                    struct shy_packed_list *list, struct shihyo_error *err)
{
    struct shy_segment_column columns[SHY_PACK_COLUMNS];
    struct shy_packed_segment *segment;
    if (p->rows == 0)
        return 0;
    for (size_t i = 0; i < p->column_count; i++) {
        const struct shy_packing_column *c = &p->columns[i];
        columns[i] = (struct shy_segment_column){.index = c->index,
                                                 .small = c->wide ? NULL : c->small,
                                                 .large = c->wide ? c->large : NULL,
                                                 .state = c->states ? c->state : NULL};
    }
    const struct shy_segment_rows rows = {.contract = p->contract,
                                          .partition = partition,
                                          .month = month,
                                          .class = class,
                                          .rows = p->rows,
                                          .person = p->person,
                                          .columns = columns,
                                          .column_count = p->column_count};
    SHY_TRY(shy_segment_pack(&rows, &segment, err));
    p->rows = 0;
    for (size_t i = 0; i < p->column_count; i++)
        p->columns[i].wide = p->columns[i].states = false;
    return take(list, segment, err);
}

void shy_packed_list_free(struct shy_packed_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        shy_packed_segment_free(list->items[i]);
    shy_free(list->items);
    *list = (struct shy_packed_list){0};
}
