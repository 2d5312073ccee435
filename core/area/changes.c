/* SPDX-License-Identifier: MIT */
/*
 * Codes that change. From rows "on this day this code became that one" come versions: what a code
 * meant from one change to the next. A code that goes on through a change (a city that took in a
 * village and kept its code) is two versions, for its figures before and after are of different
 * places. Walks go from a version to those of the date, forwards or backwards.
 */
#include "config.h"

#include "core/area/area_internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* A row of the table. */
struct row {
    uint32_t set;
    int32_t day;
    const char *before, *after, *before_name, *after_name;
};

/* A day on which a code is before or after a change. */
struct turn {
    uint32_t set;
    const char *code, *name;
    int32_t day;
    bool before, after;
};

/* What is put together while the tables are read. */
struct reading {
    struct area_build *b;
    struct row *rows;
    size_t row_count, row_capacity;
    struct turn *turns;
    size_t turn_count, turn_capacity;
};

static int compare_text(const char *s, const char *t)
{
    return strcmp(s == NULL ? "" : s, t == NULL ? "" : t);
}

/* Names come last, so that of doubles the same one stays on every machine. */
static int compare_rows(const void *a, const void *b)
{
    const struct row *r = a, *s = b;
    int order = r->set < s->set ? -1 : r->set > s->set;
    order = order != 0 ? order : r->day < s->day ? -1 : r->day > s->day;
    order = order != 0 ? order : strcmp(r->before, s->before);
    order = order != 0 ? order : strcmp(r->after, s->after);
    order = order != 0 ? order : compare_text(r->before_name, s->before_name);
    return order != 0 ? order : compare_text(r->after_name, s->after_name);
}

static int compare_turns(const void *a, const void *b)
{
    const struct turn *s = a, *t = b;
    int order = s->set < t->set ? -1 : s->set > t->set;
    order = order != 0 ? order : strcmp(s->code, t->code);
    order = order != 0 ? order : s->day < t->day ? -1 : s->day > t->day;
    return order != 0 ? order : compare_text(s->name, t->name);
}

/* Rows ------------------------------------------------------------------------------------ */

static const char *text_at(const struct shy_table *t, size_t row, int column)
{
    return column < 0 ? NULL : shy_table_text(t, row, column);
}

static int add_turn(struct reading *r, const struct row *row, bool before)
{
    if (!SHY_GROW(r->turns, r->turn_count, r->turn_capacity))
        return shy_fail_nomem(r->b->err);
    r->turns[r->turn_count++] = (struct turn){.set = row->set,
                                              .code = before ? row->before : row->after,
                                              .name = before ? row->before_name : row->after_name,
                                              .day = row->day,
                                              .before = before,
                                              .after = !before};
    return 0;
}

static int read_rows(struct reading *r)
{
    const struct shy_table *t = r->b->changes;
    int set = shy_table_column(t, "area_set"), day = shy_table_column(t, "changed_on");
    int before = shy_table_column(t, "before"), after = shy_table_column(t, "after");
    int before_name = shy_table_column(t, "before_name");
    int after_name = shy_table_column(t, "after_name");
    for (size_t i = 0; set >= 0 && day >= 0 && i < t->rows; i++) {
        struct row row = {.before = text_at(t, i, before),
                          .after = text_at(t, i, after),
                          .before_name = text_at(t, i, before_name),
                          .after_name = text_at(t, i, after_name)};
        const char *id = text_at(t, i, set);
        if (id == NULL || row.before == NULL || row.after == NULL ||
            t->columns[day].state[i] != SHIHYO_STATE_OK)
            continue;
        row.set = shy_areas_set(r->b->a, id);
        row.day = (int32_t)t->columns[day].data[i];
        if (!SHY_GROW(r->rows, r->row_count, r->row_capacity))
            return shy_fail_nomem(r->b->err);
        r->rows[r->row_count++] = row;
    }
    return 0;
}

static struct row *find_row(struct reading *r, uint32_t set, int32_t day, const char *before,
                            const char *after)
{
    for (size_t i = 0; i < r->row_count; i++) {
        struct row *row = &r->rows[i];
        if (row->set == set && row->day == day && strcmp(row->before, before) == 0 &&
            strcmp(row->after, after) == 0)
            return row;
    }
    return NULL;
}

/* Two steps of one day: a town takes in its neighbour and goes on, and becomes a city with another
 * code. The table reads like a split. Whoever states the share 1 for the other code says that it is
 * none: what became the town that day became the city. */
static void join_steps(struct reading *r)
{
    const struct shy_table *t = r->b->weights;
    int set = t == NULL ? -1 : shy_table_column(t, "area_set");
    int day = t == NULL ? -1 : shy_table_column(t, "changed_on");
    int weight = t == NULL ? -1 : shy_table_column(t, "weight");
    for (size_t i = 0; set >= 0 && day >= 0 && weight >= 0 && i < t->rows; i++) {
        const char *id = text_at(t, i, set);
        const char *from = text_at(t, i, shy_table_column(t, "from_area"));
        const char *to = text_at(t, i, shy_table_column(t, "to_area"));
        if (id == NULL || from == NULL || to == NULL || strcmp(from, to) == 0 ||
            t->columns[day].state[i] != SHIHYO_STATE_OK ||
            t->columns[weight].state[i] != SHIHYO_STATE_OK ||
            t->columns[weight].data[i] != SHY_WEIGHT_WHOLE)
            continue;
        uint32_t number = shy_areas_set(r->b->a, id);
        int32_t on = (int32_t)t->columns[day].data[i];
        const struct row *step = find_row(r, number, on, from, to);
        if (step == NULL || find_row(r, number, on, from, from) == NULL)
            continue;
        for (size_t k = 0; k < r->row_count; k++) {
            struct row *row = &r->rows[k];
            if (row->set != number || row->day != on || strcmp(row->after, from) != 0)
                continue;
            row->after = step->after;
            row->after_name = step->after_name;
        }
    }
}

static bool same_change(const struct row *r, const struct row *s)
{
    return r->set == s->set && r->day == s->day && strcmp(r->before, s->before) == 0 &&
           strcmp(r->after, s->after) == 0;
}

/* A change told twice is one change: tables list a code that goes on with each that joins it. */
static int settle_rows(struct reading *r)
{
    size_t kept = 0;
    if (r->row_count > 1)
        qsort(r->rows, r->row_count, sizeof *r->rows, compare_rows);
    for (size_t i = 0; i < r->row_count; i++) {
        if (kept > 0 && same_change(&r->rows[kept - 1], &r->rows[i]))
            continue;
        r->rows[kept++] = r->rows[i];
    }
    r->row_count = kept;
    for (size_t i = 0; i < kept; i++) {
        SHY_TRY(add_turn(r, &r->rows[i], true));
        SHY_TRY(add_turn(r, &r->rows[i], false));
    }
    return 0;
}

/* One turn of each code and day. */
static void settle_turns(struct reading *r)
{
    size_t kept = 0;
    if (r->turn_count > 1)
        qsort(r->turns, r->turn_count, sizeof *r->turns, compare_turns);
    for (size_t i = 0; i < r->turn_count; i++) {
        struct turn *last = kept == 0 ? NULL : &r->turns[kept - 1], *t = &r->turns[i];
        if (last == NULL || last->set != t->set || last->day != t->day ||
            strcmp(last->code, t->code) != 0) {
            r->turns[kept++] = *t;
            continue;
        }
        last->before |= t->before;
        last->after |= t->after;
        if (t->name != NULL && (last->name == NULL || t->after))
            last->name = t->name;
    }
    r->turn_count = kept;
}

/* Versions -------------------------------------------------------------------------------- */

static int add_version(struct reading *r, const struct turn *t, int32_t from, int32_t to)
{
    struct shy_areas *a = r->b->a;
    if (!SHY_GROW(a->versions, a->version_count, a->version_capacity))
        return shy_fail_nomem(r->b->err);
    struct version *v = &a->versions[a->version_count];
    *v = (struct version){.set = t->set, .from = from, .to = to, .place = SHY_AREA_NONE};
    v->code = shy_arena_strdup(&a->arena, t->code);
    v->name = shy_arena_strdup(&a->arena, t->name == NULL ? "" : t->name);
    if (v->code == NULL || v->name == NULL)
        return shy_fail_nomem(r->b->err);
    a->version_count++;
    return 0;
}

static bool same_code(const struct turn *s, const struct turn *t)
{
    return s->set == t->set && strcmp(s->code, t->code) == 0;
}

/* Before its first turn a code was there if it is `before` in it; between two turns if either says
 * so; behind the last if it is `after` in it. A turn that only adds to a code that was there goes
 * on with it, though no row says so. */
static int make_versions(struct reading *r)
{
    for (size_t i = 0; i < r->turn_count; i++) {
        const struct turn *t = &r->turns[i];
        bool first = i == 0 || !same_code(&r->turns[i - 1], t);
        bool last = i + 1 == r->turn_count || !same_code(&r->turns[i + 1], t);
        if (first && t->before)
            SHY_TRY(add_version(r, t, INT32_MIN, t->day));
        if (last && t->after)
            SHY_TRY(add_version(r, t, t->day, INT32_MAX));
        if (!last && (t->after || r->turns[i + 1].before))
            SHY_TRY(add_version(r, t, t->day, r->turns[i + 1].day));
    }
    return 0;
}

/* The versions of a set stand together, those of a code in the order of time. */
static void range_of_sets(struct shy_areas *a)
{
    for (size_t i = 0; i < a->version_count; i++) {
        struct place_set *s = &a->sets[a->versions[i].set];
        if (s->version_count++ == 0)
            s->first_version = i;
    }
}

/* The first version of a code, or one behind the set's last. */
static size_t first_of_code(const struct shy_areas *a, uint32_t set, const char *code)
{
    const struct place_set *s = &a->sets[set];
    size_t low = s->first_version, high = low + s->version_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(a->versions[middle].code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_code(const struct shy_areas *a, size_t version, uint32_t set, const char *code)
{
    const struct place_set *s = &a->sets[set];
    return version < s->first_version + s->version_count &&
           strcmp(a->versions[version].code, code) == 0;
}

uint32_t shy_area_version(const struct shy_areas *a, uint32_t set, const char *code, int32_t day)
{
    uint32_t found = SHY_AREA_NONE;
    for (size_t i = first_of_code(a, set, code); is_code(a, i, set, code); i++) {
        const struct version *v = &a->versions[i];
        /* A code used before it was there means what it became; one used later, what it was. */
        if (found != SHY_AREA_NONE && day != INT32_MIN && v->from > day)
            break;
        found = (uint32_t)i;
    }
    return found;
}

bool shy_area_is_of_date(const struct shy_areas *a, uint32_t version)
{
    const struct version *v = &a->versions[version];
    return v->from <= a->as_of && a->as_of < v->to;
}

/* Changes --------------------------------------------------------------------------------- */

static int compare_before(const void *a, const void *b)
{
    const struct change *c = a, *d = b;
    if (c->before != d->before)
        return c->before < d->before ? -1 : 1;
    return c->after < d->after ? -1 : c->after > d->after;
}

static int compare_after(const void *a, const void *b)
{
    const struct change *c = a, *d = b;
    if (c->after != d->after)
        return c->after < d->after ? -1 : 1;
    return c->before < d->before ? -1 : c->before > d->before;
}

/* The version that ends (or begins) on the day. */
static uint32_t turning(const struct shy_areas *a, uint32_t set, const char *code, int32_t day,
                        bool ends)
{
    for (size_t i = first_of_code(a, set, code); is_code(a, i, set, code); i++) {
        if ((ends ? a->versions[i].to : a->versions[i].from) == day)
            return (uint32_t)i;
    }
    return SHY_AREA_NONE;
}

static void add_change(struct shy_areas *a, uint32_t before, uint32_t after)
{
    if (before != SHY_AREA_NONE && after != SHY_AREA_NONE)
        a->changes[a->change_count++] = (struct change){before, after};
}

/* Rows, and codes that go on without a row. */
static void list_changes(struct reading *r)
{
    struct shy_areas *a = r->b->a;
    for (size_t i = 0; i < r->row_count; i++) {
        const struct row *row = &r->rows[i];
        add_change(a, turning(a, row->set, row->before, row->day, true),
                   turning(a, row->set, row->after, row->day, false));
    }
    for (size_t i = 0; i < r->turn_count; i++) {
        const struct turn *t = &r->turns[i];
        if (t->after && !t->before)
            add_change(a, turning(a, t->set, t->code, t->day, true),
                       turning(a, t->set, t->code, t->day, false));
    }
}

static int make_changes(struct reading *r)
{
    struct shy_areas *a = r->b->a;
    size_t most = r->row_count + r->turn_count;
    a->changes = shy_alloc(most, sizeof *a->changes);
    a->changes_back = shy_alloc(most, sizeof *a->changes_back);
    if (a->changes == NULL || a->changes_back == NULL)
        return shy_fail_nomem(r->b->err);
    list_changes(r);
    if (a->change_count > 1)
        qsort(a->changes, a->change_count, sizeof *a->changes, compare_before);
    memcpy(a->changes_back, a->changes, a->change_count * sizeof *a->changes);
    if (a->change_count > 1)
        qsort(a->changes_back, a->change_count, sizeof *a->changes_back, compare_after);
    for (size_t i = 0; i < a->change_count; i++) {
        struct version *v = &a->versions[a->changes[i].before];
        if (v->nexts++ == 0)
            v->next = i;
        v = &a->versions[a->changes_back[i].after];
        if (v->prevs++ == 0)
            v->prev = i;
    }
    return 0;
}

static int compare_days(const void *a, const void *b)
{
    int32_t d = *(const int32_t *)a, e = *(const int32_t *)b;
    return d < e ? -1 : d > e;
}

/* For those who must know when a code may begin to mean something else. */
static int list_days(struct reading *r)
{
    struct shy_areas *a = r->b->a;
    for (size_t s = 0; s < a->set_count; s++) {
        struct place_set *set = &a->sets[s];
        size_t kept = 0;
        set->days = shy_arena_alloc(&a->arena, r->row_count, sizeof *set->days);
        if (set->days == NULL)
            return shy_fail_nomem(r->b->err);
        for (size_t i = 0; i < r->row_count; i++) {
            if (r->rows[i].set == s)
                set->days[set->day_count++] = r->rows[i].day;
        }
        if (set->day_count > 1)
            qsort(set->days, set->day_count, sizeof *set->days, compare_days);
        for (size_t i = 0; i < set->day_count; i++) {
            if (kept == 0 || set->days[kept - 1] != set->days[i])
                set->days[kept++] = set->days[i];
        }
        set->day_count = kept;
    }
    return 0;
}

int shy_area_changes(struct area_build *b)
{
    struct reading r = {.b = b};
    int rc = 0;
    if (b->changes == NULL)
        return 0;
    rc = read_rows(&r);
    if (rc == 0) {
        join_steps(&r);
        rc = settle_rows(&r);
    }
    if (rc == 0) {
        settle_turns(&r);
        rc = make_versions(&r);
    }
    if (rc == 0) {
        range_of_sets(b->a);
        rc = make_changes(&r);
    }
    if (rc == 0)
        rc = list_days(&r);
    shy_free(r.rows);
    shy_free(r.turns);
    return rc;
}

/* Walks ----------------------------------------------------------------------------------- */

/* Every version is taken up once, so a walk is no longer than the table however ways part and meet
 * again. */
static int visit(struct area_build *b, uint32_t version, struct reached *out)
{
    struct version *v = &b->a->versions[version];
    if (v->mark == b->walks)
        return 0;
    v->mark = b->walks;
    if (!SHY_GROW(out->versions, out->count, out->capacity))
        return shy_fail_nomem(b->err);
    out->versions[out->count++] = version;
    return 0;
}

/* The list is worked through from the front; what is of the date is kept. */
int shy_area_reach(struct area_build *b, uint32_t version, struct reached *out)
{
    struct shy_areas *a = b->a;
    size_t kept = 0;
    out->count = 0;
    out->lost = false;
    b->walks++;
    SHY_TRY(visit(b, version, out));
    for (size_t i = 0; i < out->count; i++) {
        const struct version *v = &a->versions[out->versions[i]];
        if (shy_area_is_of_date(a, out->versions[i])) {
            out->versions[kept++] = out->versions[i];
            continue;
        }
        bool forward = v->to <= a->as_of;
        size_t ways = forward ? v->nexts : v->prevs;
        out->lost = out->lost || ways == 0;
        for (size_t k = 0; k < ways; k++)
            SHY_TRY(visit(
                b, forward ? a->changes[v->next + k].after : a->changes_back[v->prev + k].before,
                out));
    }
    out->count = kept;
    return 0;
}

int shy_area_carry(struct area_build *b, uint32_t set, const char *code, bool dated,
                   struct reached *out)
{
    uint32_t now = shy_area_version(b->a, set, code, b->as_of);
    uint32_t last = shy_area_version(b->a, set, code, INT32_MIN);
    out->count = 0;
    if (last == SHY_AREA_NONE)
        return 0;
    return shy_area_reach(b, dated && shy_area_is_of_date(b->a, now) ? now : last, out);
}
