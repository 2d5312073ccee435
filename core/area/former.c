/* SPDX-License-Identifier: MIT */
/*
 * Places that are no areas of the date: codes of other days, and designated cities beside their
 * wards. They are numbered behind the areas of their set, so that a row can be at one as at any
 * other place; what they lie in is known as far as all areas they are spread over agree.
 */
#include "config.h"

#include "core/area/area_internal.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/number.h"

#define WHOLE SHY_WEIGHT_WHOLE

static struct former *former_at(struct shy_areas *a, uint32_t set, uint32_t place)
{
    return &a->sets[set].formers[place - a->sets[set].count];
}

/* Making them ----------------------------------------------------------------------------- */

static int add_former(struct area_build *b, uint32_t set, const char *code, const char *name,
                      uint32_t *out)
{
    struct place_set *s = &b->a->sets[set];
    size_t at = s->count + s->former;
    if (!SHY_GROW(s->places, at, s->capacity))
        return shy_fail_nomem(b->err);
    s->places[at] = (struct place){.code = code, .name = name};
    s->former++;
    *out = (uint32_t)at;
    return 0;
}

/* Areas are added to a former place one by one, each once. */
static void add_area(struct former *f, uint32_t area)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->areas[i] == area)
            return;
    }
    f->areas[f->count++] = area;
}

static int make_former(struct area_build *b, uint32_t set, uint32_t place, size_t most)
{
    struct former *f = former_at(b->a, set, place);
    f->areas = shy_arena_alloc(&b->a->arena, most, sizeof *f->areas);
    return f->areas == NULL ? shy_fail_nomem(b->err) : 0;
}

/* Wards in the order of their codes; their city before any change of codes is looked at, which may
 * lead to it. */
static int add_cities(struct area_build *b, uint32_t set)
{
    struct place_set *s = &b->a->sets[set];
    for (size_t c = 0; shy_area_city(c) != NULL; c++) {
        uint32_t place = SHY_AREA_NONE;
        const char *city = shy_area_city(c);
        for (uint32_t i = 0; i < s->count; i++) {
            const char *of = shy_city_of_ward(s->places[i].code);
            if (of == NULL || strcmp(of, city) != 0)
                continue;
            if (place == SHY_AREA_NONE) {
                SHY_TRY(add_former(b, set, city, shy_area_city_name(city), &place));
                SHY_TRY(make_former(b, set, place, s->count));
            }
            add_area(former_at(b->a, set, place), i);
        }
        if (place != SHY_AREA_NONE)
            former_at(b->a, set, place)->split = former_at(b->a, set, place)->count > 1;
    }
    return 0;
}

/* An area of the date, or a city beside its wards. */
static uint32_t known_place(const struct shy_areas *a, uint32_t set, const char *code)
{
    const struct place_set *s = &a->sets[set];
    uint32_t area = shy_areas_find(a, set, code);
    for (size_t i = s->count; area == SHY_AREA_NONE && i < s->count + s->former; i++) {
        if (shy_area_city_name(code) != NULL && strcmp(s->places[i].code, code) == 0)
            area = (uint32_t)i;
    }
    return area;
}

/* A city that became its wards, or wards of which the city is listed too, are one thing said
 * twice. Is the version a part of another that is reached? */
static bool is_said_by(const struct shy_areas *a, const struct reached *r, uint32_t version)
{
    const struct version *v = &a->versions[version];
    const char *city = shy_city_of_ward(v->code);
    for (size_t i = 0; i < r->count; i++) {
        const struct version *w = &a->versions[r->versions[i]];
        const char *of = shy_city_of_ward(w->code);
        if (of != NULL && strcmp(of, v->code) == 0 && w->place != SHY_AREA_NONE)
            return true;
        if (city != NULL && v->place == SHY_AREA_NONE && strcmp(city, w->code) == 0)
            return true;
    }
    return false;
}

/* What a version is on the date, as areas; false where no way leads to a known one. */
static bool spread_over(struct shy_areas *a, const struct reached *r, struct former *f)
{
    size_t others = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct version *v = &a->versions[r->versions[i]];
        const struct place_set *s = &a->sets[v->set];
        if (is_said_by(a, r, r->versions[i]))
            continue;
        if (v->place == SHY_AREA_NONE) {
            others++;
        } else if (v->place < s->count) {
            add_area(f, v->place);
        } else {
            const struct former *city = former_at(a, v->set, v->place);
            for (size_t k = 0; k < city->count; k++)
                add_area(f, city->areas[k]);
        }
    }
    f->split = f->count + others > 1 || r->lost;
    return f->count > 0;
}

static int add_version_place(struct area_build *b, uint32_t version, struct reached *r)
{
    struct shy_areas *a = b->a;
    struct version *v = &a->versions[version];
    struct place_set *s = &a->sets[v->set];
    struct former f = {0};
    SHY_TRY(shy_area_reach(b, version, r));
    f.areas = shy_arena_alloc(&a->arena, s->count, sizeof *f.areas);
    if (f.areas == NULL)
        return shy_fail_nomem(b->err);
    if (!spread_over(a, r, &f))
        return 0;
    SHY_TRY(add_former(b, v->set, v->code, v->name, &v->place));
    *former_at(a, v->set, v->place) = f;
    return 0;
}

static int add_versions(struct area_build *b)
{
    struct shy_areas *a = b->a;
    struct reached r = {0};
    int rc = 0;
    for (size_t i = 0; i < a->version_count; i++) {
        if (shy_area_is_of_date(a, (uint32_t)i))
            a->versions[i].place = known_place(a, a->versions[i].set, a->versions[i].code);
    }
    for (size_t i = 0; i < a->version_count && rc == 0; i++) {
        if (!shy_area_is_of_date(a, (uint32_t)i))
            rc = add_version_place(b, (uint32_t)i, &r);
    }
    shy_free(r.versions);
    return rc;
}

int shy_area_formers(struct area_build *b)
{
    struct shy_areas *a = b->a;
    uint32_t municipality = shy_areas_set(a, "municipality");
    for (size_t s = 0; s < a->set_count; s++) {
        size_t most = a->sets[s].version_count + (s == municipality ? SHY_AREA_CITIES : 0);
        a->sets[s].formers = shy_arena_alloc(&a->arena, most, sizeof *a->sets[s].formers);
        if (a->sets[s].formers == NULL)
            return shy_fail_nomem(b->err);
    }
    SHY_TRY(add_cities(b, municipality));
    return add_versions(b);
}

/* Weights --------------------------------------------------------------------------------- */

/* Columns of the table of weights. */
struct weight_columns {
    int set, day, from, to, weight;
};

static bool find_columns(const struct shy_table *t, struct weight_columns *c)
{
    *c = (struct weight_columns){shy_table_column(t, "area_set"), shy_table_column(t, "changed_on"),
                                 shy_table_column(t, "from_area"), shy_table_column(t, "to_area"),
                                 shy_table_column(t, "weight")};
    return c->set >= 0 && c->day >= 0 && c->from >= 0 && c->to >= 0 && c->weight >= 0;
}

static bool is_text(const struct shy_table *t, size_t row, int column, const char *text)
{
    const char *there = shy_table_text(t, row, column);
    return there != NULL && strcmp(there, text) == 0;
}

/* The weight stated for one way of a split; -1 where there is none. */
static int64_t stated(const struct area_build *b, const char *set, int32_t day, const char *from,
                      const char *to)
{
    struct weight_columns c;
    const struct shy_table *t = b->weights;
    for (size_t row = 0; find_columns(t, &c) && row < t->rows; row++) {
        if (is_text(t, row, c.set, set) && t->columns[c.day].state[row] == SHIHYO_STATE_OK &&
            t->columns[c.day].data[row] == day && is_text(t, row, c.from, from) &&
            is_text(t, row, c.to, to) && t->columns[c.weight].state[row] == SHIHYO_STATE_OK)
            return t->columns[c.weight].data[row];
    }
    return -1;
}

/* The first version on the way to the date that more than one way leads away from. */
static uint32_t parting(const struct shy_areas *a, uint32_t version)
{
    for (;;) {
        const struct version *v = &a->versions[version];
        bool forward = v->to <= a->as_of;
        size_t ways = forward ? v->nexts : v->prevs;
        if (ways != 1 || shy_area_is_of_date(a, version))
            return version;
        version = forward ? a->changes[v->next].after : a->changes_back[v->prev].before;
    }
}

static int weigh_way(struct area_build *b, uint32_t way, int64_t weight, struct former *f,
                     struct reached *r, bool *ok)
{
    struct shy_areas *a = b->a;
    SHY_TRY(shy_area_reach(b, way, r));
    uint32_t place = r->count == 1 && !r->lost ? a->versions[r->versions[0]].place : SHY_AREA_NONE;
    if (weight == 0)
        return 0;
    *ok = false;
    for (size_t i = 0; i < f->count; i++) {
        if (f->areas[i] == place) {
            f->weights[i] += weight;
            *ok = true;
        }
    }
    return 0;
}

static int weigh(struct area_build *b, uint32_t version, struct former *f, struct reached *r)
{
    struct shy_areas *a = b->a;
    uint32_t at = parting(a, version);
    const struct version *v = &a->versions[at];
    bool forward = v->to <= a->as_of, ok = true;
    size_t ways = forward ? v->nexts : v->prevs;
    int64_t sum = 0;
    f->weights = shy_arena_alloc(&a->arena, f->count, sizeof *f->weights);
    if (f->weights == NULL)
        return shy_fail_nomem(b->err);
    for (size_t i = 0; i < ways; i++) {
        uint32_t way =
            forward ? a->changes[v->next + i].after : a->changes_back[v->prev + i].before;
        int64_t weight = stated(b, a->sets[v->set].id, forward ? v->to : v->from, v->code,
                                a->versions[way].code);
        if (weight < 0)
            continue;
        sum += weight;
        SHY_TRY(weigh_way(b, way, weight, f, r, &ok));
        if (!ok)
            break;
    }
    if (sum == WHOLE && !ok)
        shy_area_problem(b, SHY_E_AREA_WEIGHTS, a->sets[v->set].id, v->code,
                         _("Set '%s': the shares of the area %s lead to areas that are not there, "
                           "or that are split again; it stays split."),
                         _("State the shares of every split on the way from the old code to the "
                           "areas of the day."));
    if (sum != WHOLE || !ok)
        f->weights = NULL;
    return 0;
}

/* The shares stated for the same area and day as those of a row. */
static int64_t sum_stated(const struct shy_table *t, const struct weight_columns *c, size_t row)
{
    int64_t sum = 0;
    const char *set = shy_table_text(t, row, c->set), *from = shy_table_text(t, row, c->from);
    for (size_t i = 0; i < t->rows; i++) {
        if (is_text(t, i, c->set, set) && is_text(t, i, c->from, from) &&
            t->columns[c->day].data[i] == t->columns[c->day].data[row] &&
            t->columns[c->weight].state[i] == SHIHYO_STATE_OK &&
            !shy_add_i64(sum, t->columns[c->weight].data[i], &sum))
            return -1;
    }
    return sum;
}

/* Is there a change on the day between the two, in either direction? */
static bool is_change(const struct shy_areas *a, uint32_t set, int32_t day, const char *from,
                      const char *to)
{
    for (size_t i = 0; i < a->change_count; i++) {
        const struct version *v = &a->versions[a->changes[i].before];
        const struct version *w = &a->versions[a->changes[i].after];
        bool forward = strcmp(v->code, from) == 0 && strcmp(w->code, to) == 0;
        bool back = strcmp(v->code, to) == 0 && strcmp(w->code, from) == 0;
        if (v->set == set && v->to == day && (forward || back))
            return true;
    }
    return false;
}

/* Shares are looked over whether or not the date makes use of them. */
static void check_weights(struct area_build *b)
{
    struct weight_columns c;
    const struct shy_table *t = b->weights;
    for (size_t row = 0; t != NULL && find_columns(t, &c) && row < t->rows; row++) {
        const char *set = shy_table_text(t, row, c.set), *from = shy_table_text(t, row, c.from);
        const char *to = shy_table_text(t, row, c.to);
        if (set == NULL || from == NULL || to == NULL ||
            t->columns[c.day].state[row] != SHIHYO_STATE_OK)
            continue;
        uint32_t number = shy_areas_set(b->a, set);
        if (number == SHY_AREA_NONE ||
            !is_change(b->a, number, (int32_t)t->columns[c.day].data[row], from, to))
            shy_area_problem(
                b, SHY_E_AREA_WEIGHTS, set, from,
                _("Set '%s': the table of changes has no change on the day for which a "
                  "share of the area %s is stated."),
                _("changed_on must be the day of the table of changes, and from_area and "
                  "to_area two codes of one of its rows."));
        else if (sum_stated(t, &c, row) != WHOLE)
            shy_area_problem(
                b, SHY_E_AREA_WEIGHTS, set, from,
                _("Set '%s': the shares of the area %s do not add up to 1; where it is "
                  "split, it stays so."),
                _("All shares of one area and day must make exactly 1 in six decimals: the last "
                  "takes the rest (0.333333, 0.333333, 0.333334)."));
    }
}

static int weigh_all(struct area_build *b)
{
    struct shy_areas *a = b->a;
    struct reached r = {0};
    int rc = 0;
    for (size_t i = 0; b->weights != NULL && i < a->version_count && rc == 0; i++) {
        const struct version *v = &a->versions[i];
        if (v->place == SHY_AREA_NONE || v->place < a->sets[v->set].count ||
            shy_area_is_of_date(a, (uint32_t)i))
            continue;
        struct former *f = former_at(a, v->set, v->place);
        if (f->split)
            rc = weigh(b, (uint32_t)i, f, &r);
    }
    shy_free(r.versions);
    return rc;
}

/* What they lie in ------------------------------------------------------------------------ */

/* The area of a set in which all areas of a former place lie. */
static uint32_t common(const struct shy_areas *a, uint32_t set, const struct former *f, uint32_t to)
{
    uint32_t in = SHY_AREA_NONE;
    for (size_t i = 0; i < f->count; i++) {
        uint32_t one = a->sets[set].places[f->areas[i]].within[to];
        if (one == SHY_AREA_NONE || (i > 0 && one != in))
            return SHY_AREA_NONE;
        in = one;
    }
    return in;
}

int shy_area_former_within(struct area_build *b)
{
    struct shy_areas *a = b->a;
    for (uint32_t s = 0; s < a->set_count; s++) {
        for (size_t i = 0; i < a->sets[s].former; i++) {
            struct place *p = &a->sets[s].places[a->sets[s].count + i];
            const struct former *f = &a->sets[s].formers[i];
            p->within = shy_arena_alloc(&a->arena, a->set_count, sizeof *p->within);
            if (p->within == NULL)
                return shy_fail_nomem(b->err);
            for (uint32_t to = 0; to < a->set_count; to++)
                p->within[to] = common(a, s, f, to);
            if (f->split)
                p->within[s] = SHY_AREA_NONE;
        }
    }
    check_weights(b);
    return weigh_all(b);
}

/* Look-ups -------------------------------------------------------------------------------- */

uint32_t shy_areas_at(const struct shy_areas *a, uint32_t set, const char *code, int32_t day)
{
    uint32_t version = shy_area_version(a, set, code, day);
    return version != SHY_AREA_NONE ? a->versions[version].place : known_place(a, set, code);
}

size_t shy_areas_places(const struct shy_areas *a, uint32_t set)
{
    return a->sets[set].count + a->sets[set].former;
}

size_t shy_areas_change_days(const struct shy_areas *a, uint32_t set, const int32_t **days)
{
    *days = a->sets[set].days;
    return a->sets[set].day_count;
}

void shy_areas_spread(const struct shy_areas *a, uint32_t set, uint32_t area,
                      struct shy_spread *out)
{
    const struct place_set *s = &a->sets[set];
    *out = (struct shy_spread){.areas = &s->places[area].within[set], .count = 1};
    if (area < s->count)
        return;
    const struct former *f = &s->formers[area - s->count];
    *out = (struct shy_spread){f->areas, f->count, f->split, f->weights};
}

/* Coverage -------------------------------------------------------------------------------- */

struct cover {
    const struct shy_areas *a;
    uint32_t set;
    int32_t first, last;
    const bool *has;
};

static bool has_rows(const struct cover *c, uint32_t place)
{
    return place != SHY_AREA_NONE && c->has[place];
}

static bool covered(const struct cover *c, uint32_t version, int direction);

/* A city's figure is that of its wards. */
static bool city_covers(const struct cover *c, uint32_t ward)
{
    const char *city = shy_city_of_ward(c->a->versions[ward].code);
    return city != NULL && has_rows(c, shy_areas_at(c->a, c->set, city, c->last));
}

/* All ways one step further in a direction; of a city and its wards, either will do. */
static bool ways_covered(const struct cover *c, const struct version *v, int direction)
{
    size_t ways = direction > 0 ? v->nexts : v->prevs, wards = 0, cities = 0;
    bool rest = true, all_wards = true, any_city = false;
    for (size_t i = 0; i < ways; i++) {
        uint32_t way = direction > 0 ? c->a->changes[v->next + i].after
                                     : c->a->changes_back[v->prev + i].before;
        const char *code = c->a->versions[way].code;
        bool there = covered(c, way, direction);
        if (shy_area_city_name(code) != NULL) {
            cities++;
            any_city = any_city || there;
        } else if (shy_city_of_ward(code) != NULL) {
            wards++;
            all_wards = all_wards && there;
        } else {
            rest = rest && there;
        }
    }
    return ways > 0 && rest && (any_city || (wards > 0 ? all_wards : cities == 0));
}

/* A version that was there through the whole period has rows of its own or is not covered; one that
 * began or ended within it may be covered by what it was before, or became. */
static bool covered(const struct cover *c, uint32_t version, int direction)
{
    const struct version *v = &c->a->versions[version];
    if (has_rows(c, v->place) || city_covers(c, version))
        return true;
    if (direction <= 0 && v->from > c->first && ways_covered(c, v, -1))
        return true;
    return direction >= 0 && v->to <= c->last && ways_covered(c, v, 1);
}

bool shy_areas_covered(const struct shy_areas *a, uint32_t set, uint32_t area, int32_t first,
                       int32_t last, const bool *has)
{
    const struct place_set *s = &a->sets[set];
    const struct cover c = {a, set, first, last, has};
    const char *code = s->places[area].code, *city = shy_city_of_ward(code);
    if (has[area])
        return true;
    if (city != NULL && has_rows(&c, shy_areas_at(a, set, city, last)))
        return true;
    uint32_t version = shy_area_version(a, set, code, a->as_of);
    return version != SHY_AREA_NONE && covered(&c, version, 0);
}
