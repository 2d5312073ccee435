/* SPDX-License-Identifier: MIT */
/* Which rows count in which area. Events count where their place lies; figures: published.c. */
#include "config.h"

#include "core/exec/naive.h"

int shy_parts_add(struct run *run, struct parts *parts, struct part part)
{
    if (!SHY_GROW(parts->items, parts->count, parts->capacity))
        return shy_fail_nomem(run->err);
    parts->items[parts->count++] = part;
    return 0;
}

/* Rows in doubt become parts of their own kind: they count in no cell and still change its state.
 */
static uint8_t kind_of(uint8_t doubt)
{
    return doubt == SURE ? PART_VALUE : doubt == DOUBT_END ? PART_DOUBT_END : PART_DOUBT_WINDOW;
}

/* A person of an area that was split is in one of the areas it was split into, nobody knows in
 * which. */
static int split_parts(struct run *run, const struct frame *f, const struct places *places,
                       struct part part, struct parts *out)
{
    size_t at = 0;
    int64_t weight;
    part.kind = PART_SPLIT;
    while (shy_lift_spread(run, f, places->set[part.row], places->area[part.row], &at, &part.area,
                           &weight))
        SHY_TRY(shy_parts_add(run, out, part));
    return 0;
}

/* Events of one person may lie in several areas of a period; each counts in its own. */
static int event_parts(struct run *run, const struct frame *f, struct source *s,
                       const struct rows *rows, struct parts *out)
{
    const struct shy_period *p = &run->periods[f->period];
    const struct places *places = NULL;
    if (!f->whole)
        SHY_TRY(shy_source_places(run, s, f->basis, &places));
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t row = rows->row[i];
        if (!shy_row_in_period(s, row, p))
            continue;
        uint32_t area = 0;
        struct part part = {.row = row, .kind = kind_of(rows->doubt[i])};
        if (places != NULL) {
            area = shy_lift(run, f, places->set[row], places->area[row]);
            out->unknown += places->set[row] == NONE ? 1 : 0;
        }
        if (area == NONE) {
            SHY_TRY(split_parts(run, f, places, part, out));
            continue;
        }
        part.area = area;
        part.rebased = places != NULL && shy_is_former(run, places->set[row], places->area[row]);
        SHY_TRY(shy_parts_add(run, out, part));
    }
    return out->unknown > 0 ? shy_note_unknown_rows(run, f, s, rows) : 0;
}

/* Figures answer for areas, events for persons: they find their areas in different ways. */
int shy_parts(struct run *run, const struct frame *f, shy_node_id leaf, struct parts *out)
{
    const struct shy_node *n = shy_plan_node(run->plan, leaf);
    const struct rows *rows;
    struct source *s;
    SHY_TRY(shy_rows(run, n->inputs[0], f->period, &rows));
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, n->inputs[0])->contract, &s));
    if (shy_is_published(s))
        return shy_published_parts(run, f, leaf, s, rows, out);
    return event_parts(run, f, s, rows, out);
}
