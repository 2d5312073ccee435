/* SPDX-License-Identifier: MIT */
/*
 * Which area lies in which. Memberships are read row by row, checked (unknown areas, two areas of
 * one set, circles), and followed once for every pair of an area and a set, so that a look-up is
 * one load.
 */
#include "config.h"

#include "core/area/area_internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

static int compare_place(struct place_id p, struct place_id q)
{
    if (p.set != q.set)
        return p.set < q.set ? -1 : 1;
    return p.area < q.area ? -1 : p.area > q.area;
}

static int compare_inner(const void *a, const void *b)
{
    const struct membership *m = a, *n = b;
    int order = compare_place(m->inner, n->inner);
    return order != 0 ? order : compare_place(m->outer, n->outer);
}

static int compare_outer(const void *a, const void *b)
{
    const struct membership *m = a, *n = b;
    int order = compare_place(m->outer, n->outer);
    return order != 0 ? order : compare_place(m->inner, n->inner);
}

static int add_membership(struct area_build *b, struct place_id inner, struct place_id outer)
{
    struct shy_areas *a = b->a;
    if (!SHY_GROW(a->by_inner, a->member_count, a->member_capacity))
        return shy_fail_nomem(b->err);
    a->by_inner[a->member_count++] = (struct membership){inner, outer};
    return 0;
}

/* A ward lies in its city, any other municipality in the city of its own code. */
static int add_city_rule(struct area_build *b, struct place_id municipality, uint32_t city,
                         struct place_id prefecture)
{
    const char *code = b->a->sets[municipality.set].places[municipality.area].code;
    const char *of = shy_city_of_ward(code);
    struct place_id in = {city, city == SHY_AREA_NONE
                                    ? SHY_AREA_NONE
                                    : shy_areas_find(b->a, city, of == NULL ? code : of)};
    if (in.area == SHY_AREA_NONE)
        return 0;
    SHY_TRY(add_membership(b, municipality, in));
    return prefecture.area == SHY_AREA_NONE ? 0 : add_membership(b, in, prefecture);
}

/* Rules without a row: a municipality in the prefecture its code begins with, a prefecture and
 * what belongs to no area in the nation. */
static int add_rules(struct area_build *b)
{
    struct shy_areas *a = b->a;
    uint32_t prefecture = shy_areas_set(a, "prefecture"), nation = shy_areas_set(a, "nation");
    uint32_t municipality = shy_areas_set(a, "municipality");
    uint32_t unassigned = shy_areas_set(a, "unassigned");
    uint32_t city = shy_areas_set(a, "city");
    struct place_id whole = shy_area_place(a, "nation", "00");
    for (uint32_t i = 0; i < a->sets[municipality].count; i++) {
        char code[3] = {0};
        strncpy(code, a->sets[municipality].places[i].code, 2);
        struct place_id outer = {prefecture, shy_areas_find(a, prefecture, code)};
        if (outer.area != SHY_AREA_NONE)
            SHY_TRY(add_membership(b, (struct place_id){municipality, i}, outer));
        SHY_TRY(add_city_rule(b, (struct place_id){municipality, i}, city, outer));
    }
    for (uint32_t i = 0; i < a->sets[prefecture].count; i++)
        SHY_TRY(add_membership(b, (struct place_id){prefecture, i}, whole));
    for (uint32_t i = 0; unassigned != SHY_AREA_NONE && i < a->sets[unassigned].count; i++)
        SHY_TRY(add_membership(b, (struct place_id){unassigned, i}, whole));
    return nation == SHY_AREA_NONE ? shy_fail(b->err, SHY_E_INTERNAL, "no nation") : 0;
}

/* Circles: an order of sets -------------------------------------------------------------- */

/* reach[inner * n + outer]: areas of inner may lie, over any number of steps, in areas of outer. */
static void connect(bool *reach, size_t n, size_t inner, size_t outer)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; (i == inner || reach[i * n + inner]) && j < n; j++) {
            if (j == outer || reach[outer * n + j])
                reach[i * n + j] = true;
        }
    }
}

/* Marks in wanted the pairs of sets that the rows name. */
static void pairs_of_rows(const struct area_build *b, bool *wanted)
{
    const struct shy_table *t = b->members;
    size_t n = b->a->set_count;
    int outer = shy_table_column(t, "area_set"), inner = shy_table_column(t, "member_set");
    for (size_t row = 0; outer >= 0 && inner >= 0 && row < t->rows; row++) {
        const char *o = shy_table_text(t, row, outer), *i = shy_table_text(t, row, inner);
        if (o != NULL && i != NULL)
            wanted[shy_areas_set(b->a, i) * n + shy_areas_set(b->a, o)] = true;
    }
}

/* Takes the pairs of sets in the order of their ids and refuses the one that closes a circle. */
static void allow_pairs(struct area_build *b, const bool *wanted, bool *reach, bool *allowed)
{
    struct shy_areas *a = b->a;
    size_t n = a->set_count;
    uint32_t municipality = shy_areas_set(a, "municipality");
    uint32_t prefecture = shy_areas_set(a, "prefecture"), nation = shy_areas_set(a, "nation");
    connect(reach, n, municipality, prefecture);
    connect(reach, n, prefecture, nation);
    for (size_t inner = 0; inner < n; inner++) {
        for (size_t outer = 0; outer < n; outer++) {
            if (!wanted[inner * n + outer])
                continue;
            if (inner == outer || reach[outer * n + inner]) {
                shy_area_problem(b, SHY_E_AREA_CYCLE, a->sets[inner].id, a->sets[outer].id,
                                 _("Area set '%s' lies in '%s', which lies in it again; these "
                                   "memberships are left out."),
                                 _("The columns member (the smaller area) and area (the larger "
                                   "one) may be exchanged in one of the tables."));
                continue;
            }
            allowed[inner * n + outer] = true;
            connect(reach, n, inner, outer);
        }
    }
}

/* A row of the table of members. */
struct member_row {
    const char *inner_set, *inner, *outer_set, *outer;
    bool dated;
};

static bool read_member(const struct area_build *b, size_t row, struct member_row *m)
{
    const struct shy_table *t = b->members;
    int set = shy_table_column(t, "area_set"), area = shy_table_column(t, "area");
    int inner_set = shy_table_column(t, "member_set"), inner = shy_table_column(t, "member");
    int from = shy_table_column(t, "valid_from");
    if (set < 0 || area < 0 || inner_set < 0 || inner < 0 || !shy_area_valid(t, row, b->as_of))
        return false;
    *m = (struct member_row){shy_table_text(t, row, inner_set), shy_table_text(t, row, inner),
                             shy_table_text(t, row, set), shy_table_text(t, row, area),
                             from >= 0 && t->columns[from].state[row] == SHIHYO_STATE_OK};
    return m->inner_set != NULL && m->inner != NULL && m->outer_set != NULL && m->outer != NULL;
}

/* The areas of the date that one side of a row names: its own, or what it became. */
static int places_of(struct area_build *b, const char *set, const char *code, bool dated,
                     struct reached *r, struct place_id *own, bool *carried)
{
    uint32_t s = shy_areas_set(b->a, set);
    *own = (struct place_id){s, SHY_AREA_NONE};
    SHY_TRY(shy_area_carry(b, s, code, dated, r));
    size_t kept = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct version *v = &b->a->versions[r->versions[i]];
        uint32_t area = shy_areas_find(b->a, s, v->code);
        if (area == SHY_AREA_NONE)
            continue;
        if (strcmp(v->code, code) == 0)
            own->area = area;
        r->versions[kept++] = area;
    }
    *carried = r->count > 0 || r->lost;
    r->count = kept;
    if (!*carried)
        own->area = shy_areas_find(b->a, s, code);
    return 0;
}

/* What tables of another day say of a code that has changed since is only taken where no row says
 * it of the area itself: `own` rows come first. */
struct member_pass {
    struct area_build *b;
    const bool *allowed;
    struct reached inner, outer;
    struct shy_map direct; /* inner area and outer set, of own rows */
    bool own;
};

static int name_direct(struct member_pass *m, struct place_id inner, uint32_t outer_set, bool add,
                       bool *known)
{
    const uint32_t key[] = {inner.set, inner.area, outer_set};
    const char *bytes = (const char *)key;
    *known = shy_map_find(&m->direct, bytes, sizeof key) != SHY_MAP_NONE;
    if (add && shy_map_add(&m->direct, bytes, sizeof key) == SHY_MAP_NONE)
        return shy_fail_nomem(m->b->err);
    return 0;
}

static void unknown_member(struct area_build *b, const char *set, const char *code)
{
    shy_area_problem(b, SHY_E_AREA_UNKNOWN, set, code,
                     _("A membership names an area that set '%s' does not have: %s."),
                     _("The row is passed over. The code is misspelt, or of another day "
                       "(contract area_changes), or the table of areas lacks it."));
}

/* Both sides are checked, so that one row can give two problems. */
static int add_row(struct member_pass *m, const struct member_row *row)
{
    struct area_build *b = m->b;
    struct place_id inner, outer;
    bool inner_carried, outer_carried, known;
    SHY_TRY(
        places_of(b, row->inner_set, row->inner, row->dated, &m->inner, &inner, &inner_carried));
    SHY_TRY(
        places_of(b, row->outer_set, row->outer, row->dated, &m->outer, &outer, &outer_carried));
    if (outer_carried && m->outer.count == 1)
        outer.area = m->outer.versions[0];
    bool inner_unknown = inner.area == SHY_AREA_NONE && m->inner.count == 0;
    if (m->own && inner_unknown && shy_area_city_name(row->inner) == NULL)
        unknown_member(b, row->inner_set, row->inner);
    if (m->own && outer.area == SHY_AREA_NONE)
        unknown_member(b, row->outer_set, row->outer);
    if (outer.area == SHY_AREA_NONE || !m->allowed[inner.set * b->a->set_count + outer.set])
        return 0;
    if (m->own && inner.area != SHY_AREA_NONE) {
        SHY_TRY(name_direct(m, inner, outer.set, true, &known));
        return add_membership(b, inner, outer);
    }
    for (size_t i = 0; !m->own && i < m->inner.count; i++) {
        struct place_id one = {inner.set, m->inner.versions[i]};
        SHY_TRY(name_direct(m, one, outer.set, false, &known));
        if (!known)
            SHY_TRY(add_membership(b, one, outer));
    }
    return 0;
}

static int add_rows(struct area_build *b, const bool *allowed)
{
    struct member_pass m = {.b = b, .allowed = allowed};
    int rc = 0;
    for (int pass = 0; pass < (b->changes == NULL ? 1 : 2); pass++) {
        m.own = pass == 0;
        for (size_t row = 0; row < b->members->rows && rc == 0; row++) {
            struct member_row r;
            if (read_member(b, row, &r))
                rc = add_row(&m, &r);
        }
    }
    shy_map_free(&m.direct);
    shy_free(m.inner.versions);
    shy_free(m.outer.versions);
    return rc;
}

static int add_from_table(struct area_build *b)
{
    size_t n = b->a->set_count;
    if (b->members == NULL)
        return 0;
    bool *wanted = shy_alloc(n * n, 3 * sizeof *wanted);
    if (wanted == NULL)
        return shy_fail_nomem(b->err);
    bool *reach = wanted + n * n, *allowed = reach + n * n;
    pairs_of_rows(b, wanted);
    allow_pairs(b, wanted, reach, allowed);
    int rc = add_rows(b, allowed);
    shy_free(wanted);
    return rc;
}

/* kept is the membership that counts. */
static void report_doubled(struct area_build *b, const struct membership *kept,
                           const struct membership *other)
{
    const struct place_set *set = &b->a->sets[kept->outer.set];
    const struct place *p = &b->a->sets[kept->inner.set].places[kept->inner.area];
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, SHY_E_AREA_TWICE,
                   _("In set '%s' an area lies in two areas at once: %s%s%s lies in %s and %s."),
                   set->id, p->code, p->name[0] == '\0' ? "" : " ", p->name,
                   set->places[kept->outer.area].code, set->places[other->outer.area].code);
    shy_value(&e, p->code, strlen(p->code));
    shy_hint(&e,
             _("It counts in %s only. Take one of the rows out of the source of area_members, or "
               "give both their dates (valid_from, valid_to) where one follows the other."),
             set->places[kept->outer.area].code);
    shy_area_report(b, &e);
}

/* Sorts, drops doubles, and reports an area that lies in two areas of one set: the first code
 * stays. A prefecture's rule is checked against its rows the same way. */
static void settle(struct area_build *b)
{
    struct shy_areas *a = b->a;
    size_t kept = 0;
    if (a->member_count > 1)
        qsort(a->by_inner, a->member_count, sizeof *a->by_inner, compare_inner);
    for (size_t i = 0; i < a->member_count; i++) {
        struct membership m = a->by_inner[i];
        const struct membership *last = kept == 0 ? NULL : &a->by_inner[kept - 1];
        bool same_set = last != NULL && compare_place(last->inner, m.inner) == 0 &&
                        last->outer.set == m.outer.set;
        if (!same_set) {
            a->by_inner[kept++] = m;
        } else if (last->outer.area != m.outer.area) {
            report_doubled(b, last, &m);
        }
    }
    a->member_count = kept;
}

/* Following memberships ------------------------------------------------------------------ */

static struct place *place_at(struct shy_areas *a, struct place_id id)
{
    return &a->sets[id.set].places[id.area];
}

/* The first membership of a place in by_inner. */
static size_t first_of(const struct shy_areas *a, struct place_id inner)
{
    size_t low = 0, high = a->member_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_place(a->by_inner[middle].inner, inner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Breadth first: the nearest way to a set decides. */
static void follow_up(struct shy_areas *a, struct place_id start, struct place_id *queue)
{
    uint32_t *within = place_at(a, start)->within;
    for (size_t s = 0; s < a->set_count; s++)
        within[s] = SHY_AREA_NONE;
    within[start.set] = start.area;
    size_t head = 0, tail = 0;
    queue[tail++] = start;
    while (head < tail) {
        struct place_id at = queue[head++];
        for (size_t i = first_of(a, at);
             i < a->member_count && compare_place(a->by_inner[i].inner, at) == 0; i++) {
            struct place_id outer = a->by_inner[i].outer;
            if (within[outer.set] != SHY_AREA_NONE)
                continue;
            within[outer.set] = outer.area;
            queue[tail++] = outer;
        }
    }
}

/* Where all parts of a place lie in one area of a set, so does the place. */
static bool follow_parts(struct shy_areas *a, struct place *p, size_t set)
{
    if (p->within[set] != SHY_AREA_NONE || p->part_count == 0)
        return false;
    uint32_t common = SHY_AREA_NONE;
    for (size_t i = 0; i < p->part_count; i++) {
        struct place_id part = a->by_outer[p->first_part + i].inner;
        uint32_t in = place_at(a, part)->within[set];
        if (in == SHY_AREA_NONE || (common != SHY_AREA_NONE && in != common))
            return false;
        common = in;
    }
    p->within[set] = common;
    return true;
}

/* May areas of `set` be taken to lie in areas of `to` by their parts? Only upwards: an area of
 * which the tables name one municipality is not for that reason within the municipality, nor is a
 * prefecture within an area of it. */
static bool may_infer(const struct shy_areas *a, const bool *reach, size_t set, size_t to)
{
    bool fixed =
        strcmp(a->sets[set].id, "prefecture") == 0 || strcmp(a->sets[set].id, "nation") == 0;
    return !fixed && !reach[to * a->set_count + set];
}

static void infer(struct shy_areas *a, const bool *reach)
{
    bool changed = true;
    for (size_t round = 0; changed && round < a->set_count; round++) {
        changed = false;
        for (size_t s = 0; s < a->set_count; s++) {
            for (size_t to = 0; to < a->set_count; to++) {
                for (size_t i = 0; may_infer(a, reach, s, to) && i < a->sets[s].count; i++)
                    changed |= follow_parts(a, &a->sets[s].places[i], to);
            }
        }
    }
}

/* Whatever is not known to lie in a prefecture lies in the nation all the same: its sums would
 * otherwise lack an area without saying so. */
static void attach_to_nation(struct shy_areas *a)
{
    uint32_t nation = shy_areas_set(a, "nation"), whole = shy_areas_find(a, nation, "00");
    for (size_t s = 0; s < a->set_count; s++) {
        for (size_t i = 0; i < a->sets[s].count; i++) {
            uint32_t *within = &a->sets[s].places[i].within[nation];
            if (*within == SHY_AREA_NONE)
                *within = whole;
        }
    }
}

/* Which sets lie in which, as the memberships that are left say. */
static int infer_all(struct area_build *b)
{
    struct shy_areas *a = b->a;
    bool *reach = shy_alloc(a->set_count, a->set_count * sizeof *reach);
    if (reach == NULL)
        return shy_fail_nomem(b->err);
    for (size_t i = 0; i < a->member_count; i++) {
        size_t inner = a->by_inner[i].inner.set, outer = a->by_inner[i].outer.set;
        if (!reach[inner * a->set_count + outer])
            connect(reach, a->set_count, inner, outer);
    }
    infer(a, reach);
    shy_free(reach);
    attach_to_nation(a);
    return 0;
}

/* The same memberships the other way round, for sums over parts. */
static int index_parts(struct area_build *b)
{
    struct shy_areas *a = b->a;
    a->by_outer = shy_alloc(a->member_count + 1, sizeof *a->by_outer);
    if (a->by_outer == NULL)
        return shy_fail_nomem(b->err);
    memcpy(a->by_outer, a->by_inner, a->member_count * sizeof *a->by_outer);
    if (a->member_count > 1)
        qsort(a->by_outer, a->member_count, sizeof *a->by_outer, compare_outer);
    for (size_t i = 0; i < a->member_count; i++) {
        struct place *p = place_at(a, a->by_outer[i].outer);
        if (p->part_count++ == 0)
            p->first_part = i;
    }
    return 0;
}

/* Done once for all areas: evaluators ask for every row. */
static int follow_all(struct area_build *b)
{
    struct shy_areas *a = b->a;
    struct place_id *queue = shy_alloc(a->set_count + 1, sizeof *queue);
    int rc = queue == NULL ? shy_fail_nomem(b->err) : 0;
    for (size_t s = 0; s < a->set_count && rc == 0; s++) {
        for (size_t i = 0; i < a->sets[s].count && rc == 0; i++) {
            struct place_id id = {(uint32_t)s, (uint32_t)i};
            struct place *p = place_at(a, id);
            p->within = shy_arena_alloc(&a->arena, a->set_count, sizeof *p->within);
            if (p->within == NULL)
                rc = shy_fail_nomem(b->err);
            else
                follow_up(a, id, queue);
        }
    }
    shy_free(queue);
    return rc;
}

int shy_area_members(struct area_build *b)
{
    SHY_TRY(add_rules(b));
    SHY_TRY(add_from_table(b));
    settle(b);
    SHY_TRY(index_parts(b));
    SHY_TRY(follow_all(b));
    return infer_all(b);
}
