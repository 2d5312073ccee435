/* SPDX-License-Identifier: MIT */
/* Populations as denominators: which year's table, which bands, and sums over parts. */
#include "config.h"

#include "core/area/area_internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/number.h"

#define UNKNOWN_AGE (-1)
#define OPEN INT_MAX

/* Reading -------------------------------------------------------------------------------- */

/* Columns of the population table, -1 where it lacks one. */
struct pop_columns {
    int set, area, period, sex, from, to, projection, value;
};

static int compare_vintages(const struct vintage *v, const struct vintage *w)
{
    int order = shy_period_compare(&v->period, &w->period);
    return order != 0 ? order : (int)v->projection - (int)w->projection;
}

/* From the end: rows of one table stand together. */
static int vintage_number(struct area_build *b, const struct vintage *v, uint32_t *out)
{
    struct shy_areas *a = b->a;
    for (size_t i = a->vintage_count; i > 0; i--) {
        if (compare_vintages(&a->vintages[i - 1], v) == 0) {
            *out = (uint32_t)(i - 1);
            return 0;
        }
    }
    if (!SHY_GROW(a->vintages, a->vintage_count, a->vintage_capacity))
        return shy_fail_nomem(b->err);
    *out = (uint32_t)a->vintage_count;
    a->vintages[a->vintage_count++] = *v;
    return 0;
}

static int64_t number_at(const struct shy_table *t, size_t row, int column, int64_t otherwise)
{
    if (column < 0 || t->columns[column].state[row] != SHIHYO_STATE_OK)
        return otherwise;
    return t->columns[column].data[row];
}

/* The last day of a period: whom a code means is asked of that day. */
static int32_t last_day(const struct shy_period *p)
{
    int32_t next = p->last_month + 1;
    if (p->kind == SHY_PERIOD_DAY)
        return shy_date_of(shy_month_year(p->first_month), shy_month_of_year(p->first_month),
                           p->day);
    return shy_date_of(shy_month_year(next), shy_month_of_year(next), 1) - 1;
}

static int32_t first_day(const struct shy_period *p)
{
    return p->kind == SHY_PERIOD_DAY
               ? last_day(p)
               : shy_date_of(shy_month_year(p->first_month), shy_month_of_year(p->first_month), 1);
}

/* A former area that lies in one area is counted there, one that was split at its own place. */
static void place_row(const struct shy_areas *a, const char *set, const char *code, int32_t day,
                      struct pop_row *r)
{
    uint32_t s = shy_areas_set(a, set);
    uint32_t area = s == SHY_AREA_NONE ? SHY_AREA_NONE : shy_areas_at(a, s, code, day);
    r->place = (struct place_id){SHY_AREA_NONE, SHY_AREA_NONE};
    r->origin = area;
    if (area == SHY_AREA_NONE)
        return;
    uint32_t in = a->sets[s].places[area].within[s];
    r->place = (struct place_id){s, in == SHY_AREA_NONE ? area : in};
}

/* A row without its keys is no population; import has reported it. */
static int read_row(struct area_build *b, const struct pop_columns *c, size_t row)
{
    const struct shy_table *t = b->population;
    const char *set = shy_table_text(t, row, c->set), *area = shy_table_text(t, row, c->area);
    const char *period = shy_table_text(t, row, c->period);
    const char *sex = c->sex < 0 ? "both" : shy_table_text(t, row, c->sex);
    struct vintage v = {.projection = number_at(t, row, c->projection, 0) != 0};
    if (set == NULL || area == NULL || period == NULL || sex == NULL ||
        !shy_period_parse(period, &v.period))
        return 0;
    struct pop_row r = {.sex = sex[0]};
    place_row(b->a, set, area, last_day(&v.period), &r);
    if (r.place.set == SHY_AREA_NONE) {
        shy_area_problem(b, SHY_E_AREA_UNKNOWN, set, area,
                         _("The population table names an area that set '%s' does not have: %s."),
                         _("The row is passed over. The code is misspelt, or of another day "
                           "(contract area_changes), or the table of areas lacks it."));
        return 0;
    }
    r.from = (int)number_at(t, row, c->from, UNKNOWN_AGE);
    r.to = (int)number_at(t, row, c->to, OPEN);
    r.state = (enum shihyo_state)t->columns[c->value].state[row];
    r.persons = t->columns[c->value].data[row];
    SHY_TRY(vintage_number(b, &v, &r.vintage));
    struct shy_areas *a = b->a;
    if (!SHY_GROW(a->population, a->pop_count, a->pop_capacity))
        return shy_fail_nomem(b->err);
    a->population[a->pop_count++] = r;
    return 0;
}

static int compare_rows(const void *a, const void *b)
{
    const struct pop_row *p = a, *q = b;
    if (p->place.set != q->place.set)
        return p->place.set < q->place.set ? -1 : 1;
    if (p->place.area != q->place.area)
        return p->place.area < q->place.area ? -1 : 1;
    if (p->vintage != q->vintage)
        return p->vintage < q->vintage ? -1 : 1;
    if (p->sex != q->sex)
        return p->sex < q->sex ? -1 : 1;
    if (p->from != q->from)
        return p->from < q->from ? -1 : 1;
    if (p->to != q->to)
        return p->to > q->to ? -1 : 1; /* the widest band first */
    return p->origin < q->origin ? -1 : p->origin > q->origin;
}

static bool same_band(const struct pop_row *p, const struct pop_row *q)
{
    return p->place.set == q->place.set && p->place.area == q->place.area &&
           p->vintage == q->vintage && p->sex == q->sex && p->from == q->from && p->to == q->to;
}

/* Adds a row of another former area to the sum of a band. */
static void join(struct pop_row *sum, const struct pop_row *row)
{
    bool both = sum->state == SHIHYO_STATE_OK && row->state == SHIHYO_STATE_OK;
    if (!both || !shy_add_i64(sum->persons, row->persons, &sum->persons))
        sum->state = both ? SHIHYO_STATE_NOT_COMPUTABLE
                          : (sum->state == SHIHYO_STATE_OK ? row->state : sum->state);
}

/* Bands of the areas that one area was made of become bands of the area; where one of them has no
 * row the band is not known, for a part of its people is missing. */
static int join_former(struct area_build *b)
{
    struct shy_areas *a = b->a;
    size_t kept = 0, most = 0;
    for (size_t s = 0; s < a->set_count; s++)
        most = shy_areas_places(a, (uint32_t)s) > most ? shy_areas_places(a, (uint32_t)s) : most;
    bool *has = shy_alloc(most + 1, sizeof *has);
    if (has == NULL)
        return shy_fail_nomem(b->err);
    for (size_t i = 0, end; i < a->pop_count; i = end) {
        struct pop_row sum = a->population[i];
        const struct shy_period *p = &a->vintages[sum.vintage].period;
        bool joined = sum.origin != sum.place.area;
        has[sum.origin] = true;
        for (end = i + 1; end < a->pop_count && same_band(&sum, &a->population[end]); end++) {
            if (a->population[end].origin == a->population[end - 1].origin)
                continue; /* the same row twice */
            join(&sum, &a->population[end]);
            has[a->population[end].origin] = joined = true;
        }
        if (joined &&
            !shy_areas_covered(a, sum.place.set, sum.place.area, first_day(p), last_day(p), has))
            sum.state = SHIHYO_STATE_MISSING;
        for (size_t k = i; k < end; k++)
            has[a->population[k].origin] = false;
        a->population[kept++] = sum;
    }
    a->pop_count = kept;
    shy_free(has);
    return 0;
}

int shy_area_population(struct area_build *b)
{
    const struct shy_table *t = b->population;
    if (t == NULL)
        return 0;
    struct pop_columns c = {
        shy_table_column(t, "area_set"),   shy_table_column(t, "area"),
        shy_table_column(t, "period"),     shy_table_column(t, "sex"),
        shy_table_column(t, "age_from"),   shy_table_column(t, "age_to"),
        shy_table_column(t, "projection"), shy_table_column(t, "value"),
    };
    if (c.set < 0 || c.area < 0 || c.period < 0 || c.value < 0)
        return 0;
    for (size_t row = 0; row < t->rows; row++)
        SHY_TRY(read_row(b, &c, row));
    struct shy_areas *a = b->a;
    if (a->pop_count > 1)
        qsort(a->population, a->pop_count, sizeof *a->population, compare_rows);
    SHY_TRY(join_former(b));
    for (size_t i = 0; i < a->pop_count; i++) {
        struct place_id id = a->population[i].place;
        struct place *p = &a->sets[id.set].places[id.area];
        if (p->pop_count++ == 0)
            p->first_pop = i;
        if (id.area >= a->sets[id.set].count)
            a->sets[id.set].former_counted = true;
    }
    return 0;
}

/* One area, one table -------------------------------------------------------------------- */

enum found { ABSENT, FOUND, CUT };

/* The widest band that begins at age and ends by the last age asked. */
static const struct pop_row *band_at(const struct pop_row *rows, size_t count, int age, int last)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].from == age && rows[i].to <= last)
            return &rows[i];
    }
    return NULL;
}

/* A band that is masked or missing makes the sum impossible, not smaller. */
static bool add_persons(const struct pop_row *row, int64_t *sum)
{
    return row->state == SHIHYO_STATE_OK && shy_add_i64(*sum, row->persons, sum);
}

/* Bands must follow each other from the first age asked to the last. Persons of unknown age are
 * in the whole population only. */
static bool sum_bands(const struct pop_row *rows, size_t count,
                      const struct shy_population_filter *f, int64_t *sum)
{
    int last = f->age_to < 0 ? OPEN : f->age_to;
    for (int age = f->age_from; age <= last;) {
        const struct pop_row *band = band_at(rows, count, age, last);
        if (band == NULL || !add_persons(band, sum))
            return false;
        if (band->to == OPEN)
            break;
        age = band->to + 1;
    }
    const struct pop_row *unknown = band_at(rows, count, UNKNOWN_AGE, OPEN);
    bool whole = f->age_from == 0 && f->age_to < 0;
    return !whole || unknown == NULL || add_persons(unknown, sum);
}

static bool sum_sex(const struct pop_row *rows, size_t count, char sex,
                    const struct shy_population_filter *f, int64_t *sum)
{
    size_t first = 0, n = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].sex != sex)
            continue;
        if (n++ == 0)
            first = i;
    }
    return n > 0 && sum_bands(rows + first, n, f, sum);
}

/* Both sexes together, where the table has them; else the two, of which neither may lack. */
static enum found own_persons(const struct shy_areas *a, const struct place *p, uint32_t vintage,
                              const struct shy_population_filter *f, int64_t *persons)
{
    const struct pop_row *rows = a->population + p->first_pop;
    size_t first = 0, count = 0;
    for (size_t i = 0; i < p->pop_count; i++) {
        if (rows[i].vintage != vintage)
            continue;
        if (count++ == 0)
            first = i;
    }
    if (count == 0)
        return ABSENT;
    rows += first;
    int64_t sum = 0;
    if (f->sex != NULL) {
        if (!sum_sex(rows, count, f->sex[0], f, &sum))
            return CUT;
    } else if (rows[0].sex == 'b') { /* sorted: both, female, male */
        if (!sum_sex(rows, count, 'b', f, &sum))
            return CUT;
    } else if (!sum_sex(rows, count, 'f', f, &sum) || !sum_sex(rows, count, 'm', f, &sum)) {
        return CUT;
    }
    *persons = sum;
    return FOUND;
}

/* Parts ---------------------------------------------------------------------------------- */

static bool holds(const struct former *f, uint32_t area)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->areas[i] == area)
            return true;
    }
    return false;
}

/* The population of a former place that lies in the area as a whole, though it is spread over
 * several; not where one of those has its own, nor twice for a city that is told by two codes. */
static enum found former_persons(const struct shy_areas *a, struct place_id id, size_t set,
                                 size_t former, uint32_t vintage,
                                 const struct shy_population_filter *f, int64_t *persons)
{
    const struct place_set *s = &a->sets[set];
    const struct place *p = &s->places[s->count + former];
    const struct former *one = &s->formers[former];
    int64_t other;
    if (p->pop_count == 0 || !one->split || p->within[id.set] != id.area)
        return ABSENT;
    for (size_t i = 0; i < one->count; i++) {
        if (own_persons(a, &s->places[one->areas[i]], vintage, f, &other) != ABSENT)
            return ABSENT;
    }
    for (size_t i = 0; i < former; i++) {
        if (s->places[s->count + i].pop_count > 0 && holds(&s->formers[i], one->areas[0]) &&
            own_persons(a, &s->places[s->count + i], vintage, f, &other) == FOUND)
            return ABSENT;
    }
    return own_persons(a, p, vintage, f, persons);
}

/* Is an area's population within that of a former place? */
static bool is_within_former(const struct shy_areas *a, struct place_id id, size_t set,
                             uint32_t area, uint32_t vintage, const struct shy_population_filter *f)
{
    const struct place_set *s = &a->sets[set];
    int64_t persons;
    for (size_t i = 0; s->former_counted && i < s->former; i++) {
        if (holds(&s->formers[i], area) &&
            former_persons(a, id, set, i, vintage, f, &persons) == FOUND)
            return true;
    }
    return false;
}

/* Sums the areas of one set that lie in the area; all of them must have their population. */
static enum found parts_of_set(const struct shy_areas *a, struct place_id id, size_t set,
                               uint32_t vintage, const struct shy_population_filter *f,
                               int64_t *persons)
{
    const struct place_set *s = &a->sets[set];
    size_t parts = 0, found = 0;
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        int64_t part = 0;
        if (s->places[i].within[id.set] != id.area)
            continue;
        parts++;
        enum found one = own_persons(a, &s->places[i], vintage, f, &part);
        if (one == CUT || (one == FOUND && !shy_add_i64(sum, part, &sum)))
            return CUT;
        found += one == FOUND || is_within_former(a, id, set, i, vintage, f) ? 1 : 0;
    }
    for (size_t i = 0; s->former_counted && i < s->former; i++) {
        int64_t part = 0;
        enum found one = former_persons(a, id, set, i, vintage, f, &part);
        if (one == CUT || (one == FOUND && !shy_add_i64(sum, part, &sum)))
            return CUT;
    }
    if (found == 0)
        return ABSENT;
    *persons = sum;
    return found == parts ? FOUND : ABSENT;
}

/* Of the sets whose areas give the population, the one with the fewest areas. */
static enum found part_persons(const struct shy_areas *a, struct place_id id, uint32_t vintage,
                               const struct shy_population_filter *f, int64_t *persons)
{
    enum found best = ABSENT;
    size_t best_count = SIZE_MAX;
    for (size_t s = 0; s < a->set_count; s++) {
        int64_t sum = 0;
        if (s == id.set)
            continue;
        enum found one = parts_of_set(a, id, s, vintage, f, &sum);
        if (one == FOUND && a->sets[s].count < best_count) {
            best_count = a->sets[s].count;
            *persons = sum;
            best = FOUND;
        } else if (one == CUT && best == ABSENT) {
            best = CUT;
        }
    }
    return best;
}

/* Which year ----------------------------------------------------------------------------- */

/* A population of the same month is not after it. */
static bool is_after(const struct shy_period *p, const struct shy_period *figure)
{
    if (p->last_month != figure->last_month)
        return p->last_month > figure->last_month;
    return p->kind == SHY_PERIOD_DAY && figure->kind == SHY_PERIOD_DAY && p->day > figure->day;
}

/* The population to prefer: not after the figure before after it, then the nearest in time,
 * counted before projected. */
static bool prefer(const struct vintage *v, const struct vintage *w,
                   const struct shy_period *figure)
{
    bool v_after = is_after(&v->period, figure), w_after = is_after(&w->period, figure);
    if (v_after != w_after)
        return w_after;
    int order = shy_period_compare(&v->period, &w->period);
    if (order != 0)
        return v_after ? order < 0 : order > 0;
    return !v->projection && w->projection;
}

/* The most preferred table after `last` (NULL: of all), or NULL. */
static const struct vintage *next_vintage(const struct shy_areas *a,
                                          const struct shy_period *figure,
                                          enum shy_population_year year, const struct vintage *last)
{
    const struct vintage *best = NULL;
    for (size_t i = 0; i < a->vintage_count; i++) {
        const struct vintage *v = &a->vintages[i];
        if (year == SHY_POPULATION_SAME && !shy_period_contains(figure, &v->period))
            continue;
        if ((last == NULL || prefer(last, v, figure)) && (best == NULL || prefer(v, best, figure)))
            best = v;
    }
    return best;
}

/* The nearest table that can answer: a projection that gives only 75+ does not stand in the way
 * of a census with all bands. */
static enum found search(const struct shy_areas *a, struct place_id id, bool parts,
                         const struct shy_period *figure, const struct shy_population_filter *f,
                         enum shy_population_year year, struct shy_population *out)
{
    enum found result = ABSENT;
    const struct place *p = &a->sets[id.set].places[id.area];
    const struct vintage *v = NULL;
    while ((v = next_vintage(a, figure, year, v)) != NULL) {
        int64_t persons = 0;
        uint32_t number = (uint32_t)(v - a->vintages);
        enum found one = parts ? part_persons(a, id, number, f, &persons)
                               : own_persons(a, p, number, f, &persons);
        if (one == CUT)
            result = CUT;
        if (one != FOUND)
            continue;
        out->state = SHIHYO_STATE_OK;
        out->persons = persons;
        out->period = v->period;
        out->projection = v->projection;
        out->other_year = !shy_period_contains(figure, &out->period);
        return FOUND;
    }
    return result;
}

/* The area's own figure in any year goes before the sum of its parts: sums differ from published
 * totals where ages are unknown. */
void shy_areas_population(const struct shy_areas *a, uint32_t set, uint32_t area,
                          const struct shy_period *period,
                          const struct shy_population_filter *filter, enum shy_population_year year,
                          struct shy_population *out)
{
    struct place_id id = {set, area};
    *out = (struct shy_population){.state = SHIHYO_STATE_MISSING};
    enum found own = search(a, id, false, period, filter, year, out);
    if (own == FOUND)
        return;
    enum found parts = search(a, id, true, period, filter, year, out);
    if (parts != FOUND && (own == CUT || parts == CUT))
        out->state = SHIHYO_STATE_NOT_COMPUTABLE;
}
