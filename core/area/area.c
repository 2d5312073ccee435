/* SPDX-License-Identifier: MIT */
/*
 * Builds the world of places from tables: which sets there are, their areas as of a date, and the
 * look-ups. Memberships and populations are added by the neighbouring files.
 */
#include "config.h"

#include "core/area/area_internal.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

enum { MAX_REPORTED = 100 };

/* JIS X 0401: codes and names of the prefectures, in the order of their codes from 01. */
static const char *const prefectures[] = {
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県",   "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県",   "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県",   "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
};

struct set_label {
    const char *id, *ja, *en;
};
static const struct set_label set_labels[] = {
    {"city", "市町村（政令指定都市は市）", "Municipalities, wards as their city"},
    {"daily_life", "日常生活圏域", "Daily-life areas"},
    {"elderly", "老人福祉圏域", "Areas of elderly welfare"},
    {"health_centre", "保健所", "Health centres"},
    {"home_care", "在宅医療圏", "Home-care areas"},
    {"medical_association", "郡市区医師会", "Medical associations"},
    {"municipality", "市区町村", "Municipalities"},
    {"nation", "全国", "Nation"},
    {"prefecture", "都道府県", "Prefectures"},
    {"secondary", "二次医療圏", "Secondary medical areas"},
    {"unassigned", "二次医療圏判別不可", "Secondary area unknown"},
    {"vision", "構想区域", "Areas of the regional health-care vision"},
};

/* Problems and rows ---------------------------------------------------------------------- */

void shy_area_report(struct area_build *b, struct shihyo_error *e)
{
    if (shy_map_finds(&b->told, e->message) != SHY_MAP_NONE)
        return;
    (void)shy_map_adds(&b->told, e->message);
    b->reported++;
    if (b->problems != NULL && b->reported <= MAX_REPORTED)
        shy_problems_add(b->problems, SHY_WARNING, e);
}

void shy_area_problem(struct area_build *b, enum shy_code code, const char *set, const char *value,
                      const char *message, const char *hint)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, code, message, set, value);
    shy_value(&e, value, strlen(value));
    shy_hint(&e, "%s", hint);
    shy_area_report(b, &e);
}

/* Both ends are included; an empty one is open. */
bool shy_area_valid(const struct shy_table *t, size_t row, int32_t as_of)
{
    int from = shy_table_column(t, "valid_from"), to = shy_table_column(t, "valid_to");
    if (from >= 0 && t->columns[from].state[row] == SHIHYO_STATE_OK &&
        t->columns[from].data[row] > as_of)
        return false;
    return to < 0 || t->columns[to].state[row] != SHIHYO_STATE_OK ||
           t->columns[to].data[row] >= as_of;
}

/* Sets ----------------------------------------------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct place_set *)a)->id, ((const struct place_set *)b)->id);
}

static int add_set(struct area_build *b, struct shy_map *ids, const char *id)
{
    if (id == NULL || shy_map_finds(ids, id) != SHY_MAP_NONE)
        return 0;
    return shy_map_adds(ids, id) == SHY_MAP_NONE ? shy_fail_nomem(b->err) : 0;
}

/* A set exists as soon as a table names it, valid or not: whether it is known must not depend on
 * the date. */
static int collect_sets(struct area_build *b, struct shy_map *ids, const struct shy_table *t,
                        const char *column)
{
    int c = t == NULL ? -1 : shy_table_column(t, column);
    for (size_t row = 0; c >= 0 && row < t->rows; row++)
        SHY_TRY(add_set(b, ids, shy_table_text(t, row, c)));
    return 0;
}

/* Only where there are wards is a city anything but a municipality. */
static bool names_wards(const struct shy_table *t, const char *column)
{
    int c = t == NULL ? -1 : shy_table_column(t, column);
    for (size_t i = 0; c >= 0 && i < t->columns[c].dict.count; i++) {
        if (shy_city_of_ward(t->columns[c].dict.keys[i]) != NULL)
            return true;
    }
    return false;
}

static int all_set_ids(struct area_build *b, struct shy_map *ids)
{
    SHY_TRY(add_set(b, ids, "municipality"));
    SHY_TRY(add_set(b, ids, "prefecture"));
    SHY_TRY(add_set(b, ids, "nation"));
    SHY_TRY(collect_sets(b, ids, b->areas, "area_set"));
    SHY_TRY(collect_sets(b, ids, b->members, "area_set"));
    SHY_TRY(collect_sets(b, ids, b->members, "member_set"));
    SHY_TRY(collect_sets(b, ids, b->changes, "area_set"));
    if (names_wards(b->areas, "area") || names_wards(b->members, "member") ||
        names_wards(b->population, "area"))
        SHY_TRY(add_set(b, ids, "city"));
    return collect_sets(b, ids, b->population, "area_set");
}

/* Sets are numbered in the order of their ids, whatever the order of the tables. */
static int make_sets(struct area_build *b)
{
    struct shy_map ids = {0};
    struct shy_areas *a = b->a;
    int rc = all_set_ids(b, &ids);
    if (rc != 0)
        goto out;
    a->sets = shy_alloc(ids.count, sizeof *a->sets);
    if (a->sets == NULL) {
        rc = shy_fail_nomem(b->err);
        goto out;
    }
    for (size_t i = 0; i < ids.count && rc == 0; i++) {
        a->sets[i].id = shy_arena_strdup(&a->arena, ids.keys[i]);
        if (a->sets[i].id == NULL)
            rc = shy_fail_nomem(b->err);
    }
    if (rc == 0) {
        a->set_count = ids.count;
        qsort(a->sets, a->set_count, sizeof *a->sets, compare_ids);
    }
out:
    shy_map_free(&ids);
    return rc;
}

/* Areas ---------------------------------------------------------------------------------- */

static int add_place(struct area_build *b, uint32_t set, const char *code, const char *name,
                     bool carried)
{
    struct place_set *s = &b->a->sets[set];
    if (!SHY_GROW(s->places, s->count, s->capacity))
        return shy_fail_nomem(b->err);
    struct place *p = &s->places[s->count];
    *p = (struct place){.carried = carried};
    p->code = shy_arena_strdup(&b->a->arena, code);
    p->name = shy_arena_strdup(&b->a->arena, name == NULL ? "" : name);
    if (p->code == NULL || p->name == NULL)
        return shy_fail_nomem(b->err);
    s->count++;
    return 0;
}

/* The areas of the date that a row's code is or became. */
static int add_at_date(struct area_build *b, uint32_t set, const char *code, const char *name,
                       bool dated, struct reached *r)
{
    SHY_TRY(shy_area_carry(b, set, code, dated, r));
    if (r->count == 0 && !r->lost)
        return add_place(b, set, code, name, false);
    for (size_t i = 0; i < r->count; i++) {
        const struct version *v = &b->a->versions[r->versions[i]];
        bool same = strcmp(v->code, code) == 0;
        SHY_TRY(add_place(b, set, v->code, same && name != NULL ? name : v->name, !same));
    }
    return 0;
}

static bool is_dated(const struct shy_table *t, size_t row)
{
    int from = shy_table_column(t, "valid_from");
    return from >= 0 && t->columns[from].state[row] == SHIHYO_STATE_OK;
}

static int add_declared(struct area_build *b, struct reached *r)
{
    const struct shy_table *t = b->areas;
    if (t == NULL)
        return 0;
    int set = shy_table_column(t, "area_set"), code = shy_table_column(t, "area");
    int name = shy_table_column(t, "name");
    for (size_t row = 0; row < t->rows; row++) {
        const char *s = set < 0 ? NULL : shy_table_text(t, row, set);
        const char *c = code < 0 ? NULL : shy_table_text(t, row, code);
        if (s == NULL || c == NULL)
            continue;
        uint32_t number = shy_areas_set(b->a, s);
        b->a->sets[number].declared = true;
        if (shy_area_valid(t, row, b->as_of))
            SHY_TRY(add_at_date(b, number, c, name < 0 ? NULL : shy_table_text(t, row, name),
                                is_dated(t, row), r));
    }
    return 0;
}

/* Codes that memberships and populations name, of sets that no table of areas declares. */
static int add_named(struct area_build *b, const struct shy_table *t, const char *set_column,
                     const char *code_column, struct reached *r)
{
    int set = t == NULL ? -1 : shy_table_column(t, set_column);
    int code = t == NULL ? -1 : shy_table_column(t, code_column);
    for (size_t row = 0; set >= 0 && code >= 0 && row < t->rows; row++) {
        const char *s = shy_table_text(t, row, set), *c = shy_table_text(t, row, code);
        if (s == NULL || c == NULL || !shy_area_valid(t, row, b->as_of))
            continue;
        uint32_t number = shy_areas_set(b->a, s);
        if (!b->a->sets[number].declared)
            SHY_TRY(add_at_date(b, number, c, NULL, is_dated(t, row), r));
    }
    return 0;
}

/* The 47 prefectures and the nation are there without a table. */
static int add_built_in(struct area_build *b)
{
    uint32_t set = shy_areas_set(b->a, "prefecture");
    for (size_t i = 0; i < sizeof prefectures / sizeof prefectures[0]; i++) {
        char code[3] = {(char)('0' + (int)((i + 1) / 10)), (char)('0' + (int)((i + 1) % 10)), 0};
        SHY_TRY(add_place(b, set, code, prefectures[i], false));
    }
    return add_place(b, shy_areas_set(b->a, "nation"), "00", "全国", false);
}

static int compare_places(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    int order = strcmp(p->code, q->code);
    order = order != 0 ? order : (int)p->carried - (int)q->carried;
    return order != 0 ? order : strcmp(p->name, q->name);
}

/* Sorts a set's areas and keeps one of each code. Two rows of the table of areas for one date
 * that differ in their names are a problem; the first name in byte order stays. */
static void sort_places(struct area_build *b, struct place_set *s, bool built_in)
{
    size_t kept = 0;
    if (s->count > 1)
        qsort(s->places, s->count, sizeof *s->places, compare_places);
    for (size_t i = 0; i < s->count; i++) {
        struct place *last = kept == 0 ? NULL : &s->places[kept - 1];
        if (last == NULL || strcmp(last->code, s->places[i].code) != 0) {
            s->places[kept++] = s->places[i];
            continue;
        }
        if (s->declared && !built_in && !s->places[i].carried)
            shy_area_problem(b, SHY_E_AREA_TWICE, s->id, last->code,
                             _("Area set '%s' has area %s twice for one date."),
                             _("Take one of the rows out of the table of areas, or give both "
                               "their dates (valid_from, valid_to)."));
        if (last->name[0] == '\0')
            last->name = s->places[i].name;
    }
    s->count = kept;
}

/* Rows of the table of areas repeat the built-in ones and may name them otherwise. */
static bool is_built_in(const struct place_set *s)
{
    return strcmp(s->id, "prefecture") == 0 || strcmp(s->id, "nation") == 0;
}

/* A designated city is no municipality beside its wards: both would count the same people. */
static void drop_cities(struct shy_areas *a)
{
    struct place_set *s = &a->sets[shy_areas_set(a, "municipality")];
    size_t kept = 0;
    for (size_t i = 0; i < s->count; i++) {
        const char *city = shy_area_city_name(s->places[i].code) == NULL ? NULL : s->places[i].code;
        bool wards = false;
        for (size_t k = i + 1; city != NULL && !wards && k < s->count; k++) {
            const char *of = shy_city_of_ward(s->places[k].code);
            wards = of != NULL && strcmp(of, city) == 0;
        }
        if (!wards)
            s->places[kept++] = s->places[i];
    }
    s->count = kept;
}

/* Every municipality lies in the set of cities, wards in theirs. */
static int add_cities(struct area_build *b)
{
    struct shy_areas *a = b->a;
    uint32_t city = shy_areas_set(a, "city"), municipality = shy_areas_set(a, "municipality");
    for (size_t i = 0; city != SHY_AREA_NONE && i < a->sets[municipality].count; i++) {
        const struct place *p = &a->sets[municipality].places[i];
        const char *of = shy_city_of_ward(p->code);
        SHY_TRY(add_place(b, city, of == NULL ? p->code : of,
                          of == NULL ? p->name : shy_area_city_name(of), true));
    }
    return 0;
}

/* Declared names go before built-in ones, those before codes that are only mentioned. */
static int make_places(struct area_build *b)
{
    struct shy_areas *a = b->a;
    struct reached r = {0};
    int rc = add_declared(b, &r);
    rc = rc != 0 ? rc : add_built_in(b);
    rc = rc != 0 ? rc : add_named(b, b->members, "area_set", "area", &r);
    rc = rc != 0 ? rc : add_named(b, b->members, "member_set", "member", &r);
    rc = rc != 0 ? rc : add_named(b, b->population, "area_set", "area", &r);
    shy_free(r.versions);
    SHY_TRY(rc);
    uint32_t city = shy_areas_set(a, "city");
    for (size_t i = 0; i < a->set_count; i++) {
        if (i != city)
            sort_places(b, &a->sets[i], is_built_in(&a->sets[i]));
    }
    drop_cities(a);
    SHY_TRY(add_cities(b));
    if (city != SHY_AREA_NONE)
        sort_places(b, &a->sets[city], true);
    return 0;
}

static int build(struct area_build *b)
{
    SHY_TRY(make_sets(b));
    SHY_TRY(shy_area_changes(b));
    SHY_TRY(make_places(b));
    SHY_TRY(shy_area_formers(b));
    SHY_TRY(shy_area_members(b));
    SHY_TRY(shy_area_former_within(b));
    return shy_area_population(b);
}

int shy_areas_new(const struct shy_table *areas, const struct shy_table *members,
                  const struct shy_table *population, int32_t as_of, struct shy_areas **out,
                  struct shy_problems *problems, struct shihyo_error *err)
{
    const struct shy_area_tables tables = {
        .areas = areas, .members = members, .population = population};
    return shy_areas_build(&tables, as_of, out, problems, err);
}

int shy_areas_build(const struct shy_area_tables *tables, int32_t as_of, struct shy_areas **out,
                    struct shy_problems *problems, struct shihyo_error *err)
{
    *out = NULL;
    struct shy_areas *a = shy_alloc(1, sizeof *a);
    if (a == NULL)
        return shy_fail_nomem(err);
    struct area_build b = {.a = a,
                           .areas = tables->areas,
                           .members = tables->members,
                           .population = tables->population,
                           .changes = tables->changes,
                           .weights = tables->weights,
                           .as_of = as_of,
                           .problems = problems,
                           .err = err};
    a->as_of = as_of;
    int rc = build(&b);
    shy_map_free(&b.told);
    if (rc != 0) {
        shy_areas_free(a);
        return rc;
    }
    if (problems != NULL && b.reported > MAX_REPORTED) {
        struct shihyo_error e = SHY_ERROR_INIT;
        (void)shy_fail(&e, SHY_E_AREA_UNKNOWN,
                       _("%zu more problems of areas are not listed one by one."),
                       b.reported - MAX_REPORTED);
        shy_problems_add(problems, SHY_WARNING, &e);
    }
    *out = a;
    return 0;
}

void shy_areas_free(struct shy_areas *a)
{
    if (a == NULL)
        return;
    for (size_t i = 0; i < a->set_count; i++)
        shy_free(a->sets[i].places);
    shy_free(a->sets);
    shy_free(a->by_inner);
    shy_free(a->by_outer);
    shy_free(a->population);
    shy_free(a->vintages);
    shy_free(a->versions);
    shy_free(a->changes);
    shy_free(a->changes_back);
    shy_arena_free(&a->arena);
    shy_free(a);
}

/* Look-ups ------------------------------------------------------------------------------- */

size_t shy_areas_set_count(const struct shy_areas *a)
{
    return a->set_count;
}

const char *shy_areas_set_id(const struct shy_areas *a, uint32_t set)
{
    return a->sets[set].id;
}

/* There are about ten sets: a search from the front is as good as any. */
uint32_t shy_areas_set(const struct shy_areas *a, const char *id)
{
    for (size_t i = 0; i < a->set_count; i++) {
        if (strcmp(a->sets[i].id, id) == 0)
            return (uint32_t)i;
    }
    return SHY_AREA_NONE;
}

int shy_areas_require_set(const struct shy_areas *a, const char *id, uint32_t *out,
                          struct shihyo_error *err)
{
    *out = shy_areas_set(a, id);
    if (*out != SHY_AREA_NONE)
        return 0;
    int code = shy_fail(err, SHY_E_AREA_SET_UNKNOWN, _("There is no area set '%s'."), id);
    shy_value(err, id, strlen(id));
    const char *ids[64];
    size_t count = a->set_count < 64 ? a->set_count : 64;
    for (size_t i = 0; i < count; i++)
        ids[i] = a->sets[i].id;
    shy_nearest(err, id, ids, count);
    shy_hint(err, _("Area sets come with the source of areas; the project's area sets are named in "
                    "project.lua."));
    return code;
}

const char *shy_areas_set_label(const struct shy_areas *a, uint32_t set, bool japanese)
{
    const char *id = a->sets[set].id;
    for (size_t i = 0; i < sizeof set_labels / sizeof set_labels[0]; i++) {
        if (strcmp(set_labels[i].id, id) == 0)
            return japanese ? set_labels[i].ja : set_labels[i].en;
    }
    return id;
}

size_t shy_areas_count(const struct shy_areas *a, uint32_t set)
{
    return a->sets[set].count;
}

uint32_t shy_areas_find(const struct shy_areas *a, uint32_t set, const char *code)
{
    const struct place_set *s = &a->sets[set];
    size_t low = 0, high = s->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(s->places[middle].code, code);
        if (order == 0)
            return (uint32_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return SHY_AREA_NONE;
}

struct place_id shy_area_place(const struct shy_areas *a, const char *set, const char *code)
{
    struct place_id none = {SHY_AREA_NONE, SHY_AREA_NONE};
    uint32_t s = set == NULL ? SHY_AREA_NONE : shy_areas_set(a, set);
    if (s == SHY_AREA_NONE || code == NULL)
        return none;
    struct place_id id = {s, shy_areas_find(a, s, code)};
    return id.area == SHY_AREA_NONE ? none : id;
}

const char *shy_areas_code(const struct shy_areas *a, uint32_t set, uint32_t area)
{
    return a->sets[set].places[area].code;
}

const char *shy_areas_name(const struct shy_areas *a, uint32_t set, uint32_t area)
{
    return a->sets[set].places[area].name;
}

uint32_t shy_areas_within(const struct shy_areas *a, uint32_t set, uint32_t area, uint32_t to_set)
{
    return a->sets[set].places[area].within[to_set];
}
