/* SPDX-License-Identifier: MIT */
/*
 * Published figures: of rows that are different statements about one thing, which ones a cell is
 * made of. semantics.md, "Place": every series is settled by breakdown, period and area, in this
 * order.
 */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

/* A selected row within the period. */
struct figure {
    uint32_t series, row, breakdown, set, area;
    uint32_t home; /* the area of the date in which a former one lies; else the area */
    uint8_t doubt;
};

/* One call's work. */
struct settle {
    struct run *run;
    const struct frame *frame;
    const struct shy_period *period;
    struct source *s;
    bool counting; /* rows and values are counted, nothing is added */
    uint32_t named;
    bool sex_named;
    uint32_t areas;
    uint32_t *needed, *have; /* by area of the frame's set */
    bool *has;               /* by place of the set that is looked at */
    size_t has_capacity;
    uint32_t value_series;
    struct parts *out;
};

/* Series ------------------------------------------------------------------------------------ */

/* The one table whose age_from may be empty without being a total. */
static bool is_population(const struct shy_contract *c)
{
    return strcmp(c->id, "population") == 0;
}

/* Key and nullable says: the same figure is there with and without it. An institution is who
 * reports, not a part of the figure. */
static bool is_breakdown(const struct shy_contract *c, const struct shy_column *column)
{
    const uint32_t both = SHY_COLUMN_KEY | SHY_COLUMN_NULLABLE;
    return (column->flags & both) == both && column->role == SHY_ROLE_NONE &&
           column->type != SHY_DATE_T && !is_population(c);
}

static bool is_dimension(const struct shy_column *c)
{
    return c->role == SHY_ROLE_AREA || c->role == SHY_ROLE_AREA_SET || c->role == SHY_ROLE_PERIOD;
}

/* Columns in which the rows of a series agree. The sexes of a population are parts of both. */
static bool is_series_key(const struct shy_contract *c, const struct shy_column *column)
{
    return (column->flags & SHY_COLUMN_KEY) != 0 && !is_dimension(column) &&
           !is_breakdown(c, column) &&
           !(is_population(c) &&
             (strcmp(column->name, "sex") == 0 || strcmp(column->name, "age_from") == 0));
}

/* Tables of a prefecture's own have no key beyond place and period; their code columns tell what
 * a row is about. */
static size_t series_columns(const struct source *s, int *out, size_t most)
{
    const struct shy_contract *c = s->contract;
    size_t count = 0;
    bool keyed = is_population(c);
    for (size_t i = 0; i < c->column_count; i++)
        keyed =
            keyed || ((c->columns[i].flags & SHY_COLUMN_KEY) != 0 && !is_dimension(&c->columns[i]));
    for (size_t i = 0; i < c->column_count && count < most; i++) {
        const struct shy_column *column = &c->columns[i];
        bool in =
            keyed ? is_series_key(c, column) : column->type == SHY_CODE_T && !is_dimension(column);
        if (in && s->columns[i] >= 0)
            out[count++] = s->columns[i];
    }
    return count;
}

/* Numbers the series of a table, once. */
static int number_series(struct run *run, struct source *s)
{
    int columns[32], rc = 0;
    int64_t key[32];
    struct shy_map ids = {0};
    size_t count = series_columns(s, columns, 32);
    uint32_t *series = shy_run_alloc(run, s->rows, sizeof *series, &rc);
    for (uint32_t row = 0; rc == 0 && row < s->rows; row++) {
        for (size_t i = 0; i < count; i++) {
            const struct shy_table_column *c = &s->table->columns[columns[i]];
            key[i] = c->state[row] == SHIHYO_STATE_OK ? c->data[row] : -1;
        }
        series[row] = shy_map_add(&ids, (const char *)key, count * sizeof *key);
        if (series[row] == SHY_MAP_NONE)
            rc = shy_fail_nomem(run->err);
    }
    shy_map_free(&ids);
    s->series = series;
    return rc;
}

/* Breakdown --------------------------------------------------------------------------------- */

/* Bits of the breakdown columns (in the contract's order) that the row has. */
static uint32_t breakdown_of(const struct source *s, uint32_t row)
{
    uint32_t bits = 0, bit = 1;
    for (size_t i = 0; i < s->contract->column_count; i++) {
        if (!is_breakdown(s->contract, &s->contract->columns[i]))
            continue;
        if (s->columns[i] >= 0 && s->table->columns[s->columns[i]].state[row] == SHIHYO_STATE_OK)
            bits |= bit;
        bit <<= 1;
    }
    return bits;
}

static bool operand_is(const struct shy_operand *o, const struct shy_contract *c, size_t column)
{
    return o->column != NULL && o->link == NULL && o->contract == c && o->index == (int)column;
}

/* Does a condition of the rows name the column? */
static bool rows_name(const struct run *run, shy_node_id id, const struct shy_contract *c,
                      size_t column)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    for (size_t i = 0; i < n->where_count; i++) {
        if (operand_is(&n->where[i].operand, c, column))
            return true;
    }
    for (size_t i = 0; i < n->of_count; i++) {
        if (rows_name(run, n->of[i], c, column))
            return true;
    }
    return n->inputs[0] != 0 && rows_name(run, n->inputs[0], c, column);
}

/* Naming sex in a condition is asking for the rows by sex. */
static void find_named(struct settle *w, shy_node_id leaf)
{
    const struct shy_contract *c = w->s->contract;
    const struct shy_node *n = shy_plan_node(w->run->plan, leaf);
    const struct shy_contract *of_rows = shy_plan_node(w->run->plan, n->inputs[0])->contract;
    uint32_t bit = 1;
    for (size_t i = 0; i < c->column_count; i++) {
        bool named = rows_name(w->run, n->inputs[0], of_rows, i) ||
                     operand_is(&n->operand, of_rows, i) ||
                     shy_dims_name(w->frame->dims, leaf, &of_rows->columns[i]);
        if (strcmp(c->columns[i].name, "sex") == 0)
            w->sex_named = named;
        if (!is_breakdown(c, &c->columns[i]))
            continue;
        if (named)
            w->named |= bit;
        bit <<= 1;
    }
}

/* How finely a figure is broken down. */
static int bits_in(uint32_t bits)
{
    return __builtin_popcount(bits);
}

/* Keeps the rows of the coarsest breakdown that has every one named. */
static size_t keep_breakdown(const struct settle *w, struct figure *figures, size_t count)
{
    uint32_t best = NONE;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t b = figures[i].breakdown;
        if ((b & w->named) != w->named)
            continue;
        if (best == NONE || bits_in(b) < bits_in(best) || (bits_in(b) == bits_in(best) && b < best))
            best = b;
    }
    for (size_t i = 0; i < count; i++) {
        if (figures[i].breakdown == best)
            figures[kept++] = figures[i];
    }
    return kept;
}

/* In a population, both sexes together go before the sexes. */
static size_t keep_both(const struct settle *w, struct figure *figures, size_t count)
{
    int i = shy_contract_column(w->s->contract, "sex");
    int sex = i < 0 ? -1 : w->s->columns[i];
    size_t kept = 0;
    if (!is_population(w->s->contract) || w->sex_named || sex < 0)
        return count;
    for (size_t k = 0; k < count; k++) {
        const char *text = shy_table_text(w->s->table, figures[k].row, sex);
        if (text != NULL && strcmp(text, "both") == 0)
            figures[kept++] = figures[k];
    }
    return kept > 0 ? kept : count;
}

/* Period ------------------------------------------------------------------------------------ */

static const struct shy_period *period_of(const struct settle *w, const struct figure *f)
{
    return &w->s->periods[w->s->table->columns[w->s->period].data[f->row]];
}

/* Of one kind as well: a fiscal year is not the calendar year that ends with it, and a day is no
 * month. */
static bool same_period(const struct shy_period *a, const struct shy_period *b)
{
    return a->kind == b->kind && shy_period_compare(a, b) == 0;
}

/* Rows published for exactly the period, if there are any. */
static size_t keep_period(const struct settle *w, struct figure *figures, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!same_period(period_of(w, &figures[i]), w->period))
            continue;
        struct figure f = figures[i];
        figures[i] = figures[kept];
        figures[kept++] = f;
    }
    return kept > 0 ? kept : count;
}

/* A single snapshot stands for its year; only several raise the question of adding. */
static bool one_period(const struct settle *w, const struct figure *figures, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (!same_period(period_of(w, &figures[i]), period_of(w, &figures[0])))
            return false;
    }
    return true;
}

/* Do several periods leave a month of the cell's period uncovered? Days are events. */
static bool leaves_months(const struct settle *w, const struct figure *figures, size_t count)
{
    for (int32_t m = w->period->first_month; m <= w->period->last_month; m++) {
        bool covered = false;
        for (size_t i = 0; i < count && !covered; i++) {
            const struct shy_period *p = period_of(w, &figures[i]);
            covered = p->kind == SHY_PERIOD_DAY || (p->first_month <= m && m <= p->last_month);
        }
        if (!covered)
            return true;
    }
    return false;
}

/* Area -------------------------------------------------------------------------------------- */

/* Fewer areas, coarser set; what belongs to no area comes last. */
static size_t set_size(const struct settle *w, uint32_t set)
{
    return set == SET_UNASSIGNED || set == NONE ? SIZE_MAX : shy_areas_count(w->run->areas, set);
}

/* Does the place lie in some area of the frame, be it with a part? */
static bool reaches(const struct settle *w, const struct figure *f)
{
    size_t at = 0;
    uint32_t target;
    int64_t share;
    return shy_lift(w->run, w->frame, f->set, f->area) != NONE ||
           shy_lift_spread(w->run, w->frame, f->set, f->area, &at, &target, &share);
}

/* The area set to take: the frame's own, or the coarsest below it; NONE where none is below. */
static uint32_t choose_set(const struct settle *w, const struct figure *figures, size_t count)
{
    uint32_t best = NONE;
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        const struct figure *f = &figures[i];
        if (!w->frame->whole && f->set == w->frame->set)
            return f->set;
        if (!reaches(w, f))
            continue;
        if (!found || set_size(w, f->set) < set_size(w, best))
            best = f->set;
        found = true;
    }
    return best;
}

/* Is a row of another set a part beside the rows of the chosen set? */
static bool joins(const struct settle *w, const struct figure *f, uint32_t set)
{
    if (f->set == set)
        return true;
    if (f->set == SET_UNASSIGNED)
        return set != w->run->nation;
    return w->frame->whole && f->set == NONE;
}

/* Areas of the chosen set in each area of the frame. */
static void count_needed(struct settle *w, uint32_t set)
{
    memset(w->needed, 0, w->areas * sizeof *w->needed);
    for (uint32_t a = 0; set != SET_UNASSIGNED && a < shy_areas_count(w->run->areas, set); a++) {
        uint32_t target = shy_areas_within(w->run->areas, set, a, w->frame->set);
        if (target != NONE)
            w->needed[target]++;
    }
}

/* Figures of one place, of [0, count): where the next place begins. */
static size_t place_end(const struct figure *figures, size_t count, size_t i)
{
    size_t end = i + 1;
    while (end < count && figures[end].set == figures[i].set &&
           figures[end].area == figures[i].area)
        end++;
    return end;
}

/* Figures of one area of the date, of [0, count): where the next area's begin. */
static size_t home_end(const struct figure *figures, size_t count, size_t i)
{
    size_t end = i + 1;
    while (end < count && figures[end].set == figures[i].set &&
           figures[end].home == figures[i].home)
        end++;
    return end;
}

/* Breakdown and period, place by place. */
static size_t settle_places(const struct settle *w, struct figure *figures, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0, end; i < count; i = end) {
        end = place_end(figures, count, i);
        size_t n = keep_breakdown(w, figures + i, end - i);
        n = keep_both(w, figures + i, n);
        n = keep_period(w, figures + i, n);
        memmove(figures + kept, figures + i, n * sizeof *figures);
        kept += n;
    }
    return kept;
}

/* Without area axis adding begins with the second place. */
static bool several_places(const struct settle *w, const struct figure *figures, size_t count,
                           uint32_t set)
{
    size_t places = 0;
    for (size_t i = 0; i < count; i = place_end(figures, count, i))
        places += joins(w, &figures[i], set) ? 1 : 0;
    return places > 1;
}

/* A part stands for one row in one area; what is not additive or missing is a part too, so that it
 * is not forgotten when the cell is made. */
static int add_part(struct settle *w, const struct figure *f, uint32_t target, uint8_t kind,
                    bool added, bool some_months, uint32_t count)
{
    struct part part = {.row = f->row,
                        .area = target,
                        .kind = kind,
                        .added = added,
                        .some_months = some_months,
                        .count = count};
    return shy_parts_add(w->run, w->out, part);
}

static uint8_t kind_of(uint8_t doubt)
{
    return doubt == SURE ? PART_VALUE : doubt == DOUBT_END ? PART_DOUBT_END : PART_DOUBT_WINDOW;
}

/* Were the figures of an area told by several codes? */
static bool several_codes(const struct figure *figures, size_t count)
{
    return place_end(figures, count, 0) < count;
}

/* The figures of one area, all of which count in `target`. share: as in struct part. */
static int place_parts(struct settle *w, const struct figure *figures, size_t count,
                       uint32_t target, bool added, uint32_t share)
{
    uint32_t not_additive = w->counting ? 0 : w->s->contract->not_additive;
    bool one = one_period(w, figures, count);
    bool areas = added || share > 0 || several_codes(figures, count);
    if ((!one && (not_additive & SHY_NOT_ADDITIVE_PERIOD) != 0) ||
        (areas && (not_additive & SHY_NOT_ADDITIVE_AREA) != 0))
        return add_part(w, &figures[0], target, PART_NOT_ADDITIVE, false, false, 0);
    bool some_months = !w->counting && !one && leaves_months(w, figures, count);
    for (size_t i = 0; i < count; i++) {
        struct part part = {.row = figures[i].row,
                            .area = target,
                            .kind = kind_of(figures[i].doubt),
                            .rebased = shy_is_former(w->run, figures[i].set, figures[i].area),
                            .share = share,
                            .added = added && !w->counting,
                            .some_months = some_months};
        SHY_TRY(shy_parts_add(w->run, w->out, part));
    }
    return 0;
}

/* The figures of a place that was split: divided by the shares that are stated, else refused. What
 * is counted, or may not be added, cannot be divided. */
static int split_parts(struct settle *w, const struct figure *figures, size_t count, bool added)
{
    size_t at = 0;
    uint32_t target;
    int64_t weight;
    bool entity = shy_is_entity(w->s, figures[0].row);
    while (
        shy_lift_spread(w->run, w->frame, figures[0].set, figures[0].area, &at, &target, &weight)) {
        if (weight >= 0 && !w->counting && !entity)
            SHY_TRY(place_parts(w, figures, count, target, added, (uint32_t)weight + 1));
        else
            SHY_TRY(add_part(w, &figures[0], target, PART_SPLIT, false, false, 0));
    }
    return 0;
}

/* The series' parts in every area they lie in. */
static int set_parts(struct settle *w, uint32_t set, const struct figure *figures, size_t count,
                     bool added)
{
    bool any = false;
    for (size_t i = 0, end; i < count; i = end) {
        uint32_t target = shy_lift(w->run, w->frame, figures[i].set, figures[i].area);
        end = home_end(figures, count, i);
        if (!joins(w, &figures[i], set))
            continue;
        if (target != NONE)
            SHY_TRY(place_parts(w, figures + i, end - i, target, added, 0));
        else
            SHY_TRY(split_parts(w, figures + i, end - i, added));
        any = any || reaches(w, &figures[i]);
    }
    w->value_series += any ? 1 : 0;
    return 0;
}

/* First and last day of the cell's period. */
static void days_of(const struct shy_period *p, int32_t *first, int32_t *last)
{
    *first = shy_day_of_month(p->first_month - 1) + 1;
    *last = shy_day_of_month(p->last_month);
    if (p->kind == SHY_PERIOD_DAY)
        *first = *last = *first + p->day - 1;
}

/* Areas of the set whose figures are all there, by the area of the frame they lie in. Where codes
 * changed, the figures of all that an area was made of are needed. */
static int count_have(struct settle *w, uint32_t set, const struct figure *figures, size_t count)
{
    int32_t first, last;
    size_t places = shy_areas_places(w->run->areas, set);
    if (places > w->has_capacity) {
        shy_free(w->has);
        w->has = shy_alloc(places, sizeof *w->has);
        w->has_capacity = w->has == NULL ? 0 : places;
        if (w->has == NULL)
            return shy_fail_nomem(w->run->err);
    }
    memset(w->has, 0, places * sizeof *w->has);
    memset(w->have, 0, w->areas * sizeof *w->have);
    for (size_t i = 0; i < count; i = place_end(figures, count, i)) {
        if (figures[i].set == set)
            w->has[figures[i].area] = true;
    }
    days_of(w->period, &first, &last);
    for (uint32_t a = 0; a < shy_areas_count(w->run->areas, set); a++) {
        uint32_t target = shy_areas_within(w->run->areas, set, a, w->frame->set);
        if (target != NONE && shy_areas_covered(w->run->areas, set, a, first, last, w->has))
            w->have[target]++;
    }
    return 0;
}

/* One part for an area that lacks figures of some of its parts. */
static int missing_part(struct settle *w, const struct figure *f, uint32_t target, bool added)
{
    uint32_t lack = w->needed[target] - w->have[target];
    if (w->have[target] >= w->needed[target])
        return 0;
    w->have[target] = w->needed[target]; /* once */
    return add_part(w, f, target, PART_MISSING, added, false, lack);
}

static int missing_parts(struct settle *w, uint32_t set, const struct figure *figures, size_t count,
                         bool added)
{
    if (set == SET_UNASSIGNED)
        return 0;
    count_needed(w, set);
    SHY_TRY(count_have(w, set, figures, count));
    for (size_t i = 0; i < count; i = place_end(figures, count, i)) {
        size_t at = 0;
        uint32_t target = shy_lift(w->run, w->frame, figures[i].set, figures[i].area);
        int64_t share;
        if (figures[i].set != set)
            continue;
        if (target != NONE)
            SHY_TRY(missing_part(w, &figures[i], target, added));
        while (target == NONE &&
               shy_lift_spread(w->run, w->frame, set, figures[i].area, &at, &target, &share)) {
            SHY_TRY(missing_part(w, &figures[i], target, added));
            target = NONE;
        }
    }
    return 0;
}

static const char *code_of(const struct settle *w, const struct figure *f)
{
    const char *code = shy_table_text(w->s->table, f->row, w->s->area);
    return code == NULL ? "" : code;
}

/* Is one figure that of a ward, the other its city's, for one period? */
static bool is_ward_of(const struct settle *w, const struct figure *ward, const struct figure *city)
{
    const char *of = ward->set != city->set ? NULL : shy_city_of_ward(code_of(w, ward));
    return of != NULL && strcmp(of, code_of(w, city)) == 0 &&
           same_period(period_of(w, ward), period_of(w, city));
}

/* A table that gives a designated city beside its wards says one thing twice. Cities stay where
 * areas of cities are asked for, wards everywhere else. */
static size_t drop_cities(const struct settle *w, struct figure *figures, size_t count)
{
    uint32_t cities = shy_areas_set(w->run->areas, "city");
    uint32_t municipality = shy_areas_set(w->run->areas, "municipality");
    bool keep_cities = !w->frame->whole && w->frame->set == cities;
    size_t kept = 0;
    if (cities == NONE)
        return count;
    for (size_t i = 0; i < count; i++) {
        const struct figure *f = &figures[i];
        bool said = false, asked = f->set == municipality;
        asked = asked && (keep_cities ? shy_city_of_ward(code_of(w, f)) != NULL
                                      : shy_is_city(code_of(w, f)));
        for (size_t k = 0; k < count && asked && !said; k++)
            said = keep_cities ? is_ward_of(w, f, &figures[k]) : is_ward_of(w, &figures[k], f);
        if (!said)
            figures[kept++] = *f;
    }
    return kept;
}

/* The three steps in the order of semantics.md. */
static int settle_series(struct settle *w, struct figure *figures, size_t count)
{
    count = settle_places(w, figures, drop_cities(w, figures, count));
    uint32_t set = choose_set(w, figures, count);
    if (count == 0 || (set == NONE && !w->frame->whole))
        return 0;
    bool entity = shy_is_entity(w->s, figures[0].row);
    bool added = !entity &&
                 (w->frame->whole ? several_places(w, figures, count, set) : set != w->frame->set);
    SHY_TRY(set_parts(w, set, figures, count, added));
    bool changed = set != NONE && set != SET_UNASSIGNED &&
                   shy_areas_places(w->run->areas, set) > shy_areas_count(w->run->areas, set);
    if (entity || (!added && !changed) || w->counting || w->frame->whole ||
        (w->s->contract->not_additive & SHY_NOT_ADDITIVE_AREA) != 0)
        return 0;
    return missing_parts(w, set, figures, count, added);
}

/* All of it --------------------------------------------------------------------------------- */

/* Series by series, and within each place by place. */
static int compare_series(const void *a, const void *b)
{
    const struct figure *f = a, *g = b;
    if (f->series != g->series)
        return f->series < g->series ? -1 : 1;
    if (f->set != g->set)
        return f->set < g->set ? -1 : 1;
    if (f->home != g->home)
        return f->home < g->home ? -1 : 1;
    if (f->area != g->area)
        return f->area < g->area ? -1 : 1;
    return f->row < g->row ? -1 : f->row > g->row;
}

static uint32_t home_of(const struct settle *w, uint32_t set, uint32_t area)
{
    uint32_t in =
        shy_is_former(w->run, set, area) ? shy_areas_within(w->run->areas, set, area, set) : NONE;
    return in == NONE ? area : in;
}

/* Rows in the period with what settling asks about them. */
static size_t collect(struct settle *w, const struct places *places, const struct rows *rows,
                      struct figure *figures)
{
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t row = rows->row[i];
        if (!shy_row_in_period(w->s, row, w->period))
            continue;
        if (places->set[row] == NONE && !w->frame->whole) {
            w->out->unknown++;
            continue;
        }
        figures[count++] = (struct figure){.series = w->s->series[row],
                                           .row = row,
                                           .breakdown = breakdown_of(w->s, row),
                                           .set = places->set[row],
                                           .area = places->area[row],
                                           .home = home_of(w, places->set[row], places->area[row]),
                                           .doubt = rows->doubt[i]};
    }
    if (count > 1)
        qsort(figures, count, sizeof *figures, compare_series);
    return count;
}

/* Patients of several codes are the same persons counted again, which a reader must be told. */
static int settle_all(struct settle *w, const struct places *places, const struct rows *rows,
                      struct figure *figures)
{
    size_t count = collect(w, places, rows, figures);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && figures[end].series == figures[i].series;)
            end++;
        SHY_TRY(settle_series(w, figures + i, end - i));
    }
    w->out->cumulative =
        w->value_series > 1 && (w->s->contract->not_additive & SHY_NOT_ADDITIVE_ITEM) != 0;
    return 0;
}

int shy_published_parts(struct run *run, const struct frame *f, shy_node_id leaf, struct source *s,
                        const struct rows *rows, struct parts *out)
{
    const struct places *places;
    struct settle w = {.run = run,
                       .frame = f,
                       .period = &run->periods[f->period],
                       .s = s,
                       .areas = (uint32_t)shy_frame_areas(run, f),
                       .out = out};
    int rc = 0;
    if (s->rows == 0)
        return 0;
    if (s->series == NULL)
        SHY_TRY(number_series(run, s));
    SHY_TRY(shy_source_places(run, s, f->basis, &places));
    find_named(&w, leaf);
    w.counting = shy_plan_node(run->plan, leaf)->op != SHY_OP_SUM;
    struct figure *figures = shy_alloc(rows->count + 1, sizeof *figures);
    w.needed = shy_alloc((size_t)w.areas * 2 + 1, sizeof *w.needed);
    if (figures == NULL || w.needed == NULL) {
        rc = shy_fail_nomem(run->err);
    } else {
        w.have = w.needed + w.areas;
        rc = settle_all(&w, places, rows, figures);
    }
    shy_free(figures);
    shy_free(w.needed);
    shy_free(w.has);
    return rc;
}
