/* SPDX-License-Identifier: MIT */
/*
 * directly_standardised { … }, indirectly_standardised { … }, and the limits of an indicator. A
 * standardised figure is written with its rows and a standard population; the rows are divided by
 * age here, so that every age group is a count like any other.
 */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/stat/stat.h"

#define COUNT(list) (sizeof list / sizeof list[0])

/* One age group as the script gives it. */
struct group {
    int64_t from, to; /* to -1: open */
    int64_t weight;
    int64_t reference_events, reference_population;
};

struct standardising {
    lua_State *L;
    const char *name; /* of the function */
    struct shy_box *rows;
    int rows_index;
    enum shy_op count;
    const char *sex;
    struct group groups[SHY_STRATA_MOST];
    size_t group_count;
    bool by_age; /* are events counted by age? */
};

/* Fields ------------------------------------------------------------------------------------ */

static void check_fields(lua_State *L, const char *of, const char *const *known, size_t count)
{
    if (lua_type(L, 1) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is written as a table { … }, not %s."), of,
                         shy_kind_at(L, 1));
    size_t keys = shy_sorted_keys(L, 1);
    int sorted = lua_gettop(L);
    for (size_t i = 1; i <= keys; i++) {
        lua_rawgeti(L, sorted, (lua_Integer)i);
        const char *name = shy_need_text(L, -1, _("A field's name"));
        bool there = false;
        for (size_t k = 0; k < count; k++)
            there = there || strcmp(known[k], name) == 0;
        if (!there)
            (void)shy_unknown_field(L, name, of, known, count);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

/* Pushes table[name]; false where it is nil. What is invalid was told before. */
static bool push_field(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_rawget(L, 1);
    if (shy_box_is(L, -1, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    return !lua_isnil(L, -1);
}

/* One of a few words, or the first of them where the field is not there. */
static const char *word_of(lua_State *L, const char *name, const char *const *words, size_t count)
{
    const char *found = words[0];
    if (push_field(L, name)) {
        const char *text = shy_need_text(L, -1, name);
        struct shihyo_error err = SHY_ERROR_INIT;
        found = NULL;
        for (size_t i = 0; i < count; i++)
            found = strcmp(words[i], text) == 0 ? words[i] : found;
        if (found == NULL) {
            (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' cannot be '%s'."), name, text);
            shy_nearest(&err, text, words, count);
            (void)shy_raise(L, &err);
        }
    }
    lua_pop(L, 1);
    return found;
}

/* table[name] of the table at index, or `otherwise` (negative: it must be there). */
static int64_t number_in(lua_State *L, int index, const char *name, int64_t otherwise)
{
    int64_t n = otherwise;
    lua_pushstring(L, name);
    lua_rawget(L, index);
    if (!lua_isnil(L, -1))
        n = shy_need_int(L, lua_gettop(L), name);
    lua_pop(L, 1);
    return n;
}

/* Age groups -------------------------------------------------------------------------------- */

static void add_group(struct standardising *s, struct group g)
{
    if (s->group_count == SHY_STRATA_MOST)
        (void)shy_raisef(s->L, SHY_E_SCRIPT_TYPE, _("There are more than %d age groups."),
                         (int)SHY_STRATA_MOST);
    s->groups[s->group_count++] = g;
}

static void take_standard(struct standardising *s, const struct shy_standard_population *p)
{
    for (size_t i = 0; i < p->count; i++)
        add_group(s, (struct group){.from = p->bands[i].age_from,
                                    .to = p->bands[i].age_to,
                                    .weight = p->bands[i].persons});
}

/* { { from = 0, to = 4, persons = 8180000 }, … }; whether they follow each other the plan looks. */
static void read_groups(struct standardising *s, int table, const char *what)
{
    lua_State *L = s->L;
    bool direct = strcmp(what, "standard") == 0;
    for (size_t i = 1; i <= lua_rawlen(L, table); i++) {
        struct group g = {0};
        lua_rawgeti(L, table, (lua_Integer)i);
        if (lua_type(L, -1) != LUA_TTABLE)
            (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                             direct ? _("'%s' has age groups { from = 0, to = 4, persons = … }.")
                                    : _("'%s' has age groups { from = 0, to = 4, events = …, "
                                        "population = … }."),
                             what);
        int at = lua_gettop(L);
        g.from = number_in(L, at, "from", 0);
        g.to = number_in(L, at, "to", -1);
        g.weight = number_in(L, at, "persons", 0);
        g.reference_events = number_in(L, at, "events", 0);
        g.reference_population = number_in(L, at, "population", 0);
        add_group(s, g);
        lua_pop(L, 1);
    }
}

static int unknown_standard(lua_State *L, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *ids[8];
    size_t count = 0;
    for (; count < shy_standard_population_count() && count < COUNT(ids); count++)
        ids[count] = shy_standard_population_at(count)->id;
    (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("There is no standard population '%s'."), id);
    shy_nearest(&err, id, ids, count);
    shy_hint(&err, _("Known are japan_1985 and japan_2015; any other is a list { label = \"…\", "
                     "{ from = 0, to = 4, persons = … }, … }."));
    return shy_raise(L, &err);
}

/* Sets "standard", the name for people, and the groups. */
static void read_standard(struct standardising *s, struct shy_box *node)
{
    lua_State *L = s->L;
    if (!push_field(L, "standard"))
        (void)shy_raisef(L, SHY_E_SCRIPT_MISSING, _("'%s' lacks the field '%s'."), s->name,
                         "standard");
    int at = lua_gettop(L);
    if (lua_type(L, at) == LUA_TTABLE) {
        read_groups(s, at, "standard");
        lua_getfield(L, at, "label");
        (void)shy_need_text(L, -1, _("The label of a standard population"));
        shy_json_set(L, node->json, "standard", shy_json_text(L, lua_gettop(L)));
        lua_pop(L, 1);
    } else {
        const char *id = shy_need_text(L, at, "standard");
        const struct shy_standard_population *p = shy_standard_population_find(id);
        if (p == NULL) {
            (void)unknown_standard(L, id);
            return;
        }
        take_standard(s, p);
        shy_json_set(L, node->json, "standard", json_string(p->label));
    }
    lua_pop(L, 1);
}

/* ages = { 0, 40, 65, 75 }: where groups begin; by default every five years to 85. */
static void read_ages(struct standardising *s)
{
    lua_State *L = s->L;
    if (!push_field(L, "ages")) {
        take_standard(s, shy_standard_population_at(0));
    } else {
        int at = lua_gettop(L);
        size_t count;
        if (!shy_is_list(L, at, &count) || count == 0)
            (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                             _("'ages' is a list of the ages at which groups "
                               "begin."));
        for (size_t i = 1; i <= count; i++) {
            lua_rawgeti(L, at, (lua_Integer)i);
            int64_t from = shy_need_int(L, lua_gettop(L), "ages");
            if (s->group_count > 0)
                s->groups[s->group_count - 1].to = from - 1;
            add_group(s, (struct group){.from = from, .to = -1});
            lua_pop(L, 1);
        }
    }
    for (size_t i = 0; i < s->group_count; i++)
        s->groups[i].weight = 0;
    lua_pop(L, 1);
}

/* Rates of the area that an area lies in, or a table of them. */
static void read_reference(struct standardising *s, struct shy_box *node)
{
    lua_State *L = s->L;
    bool with = push_field(L, "with"), table = push_field(L, "reference");
    if (with == table)
        (void)shy_raisef(L, SHY_E_SCRIPT_MISSING,
                         _("'%s' needs either with = areas.all \"…\", whose rates are expected, or "
                           "a table of rates in 'reference'."),
                         s->name);
    if (with) {
        if (!shy_box_is(L, -2, SHY_BOX_AREAS_ALL))
            (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is areas.all \"…\", not %s."), "with",
                             shy_kind_at(L, -2));
        shy_json_set(L, node->json, "with",
                     json_incref(json_object_get(shy_box_at(L, -2)->json, "set")));
        read_ages(s);
    } else {
        size_t count;
        if (!shy_is_list(L, lua_gettop(L), &count))
            (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                             _("'%s' has age groups { from = 0, to = 4, "
                               "events = …, population = … }."),
                             "reference");
        read_groups(s, lua_gettop(L), "reference");
    }
    lua_pop(L, 2);
}

/* Nodes ------------------------------------------------------------------------------------- */

static json_t *add_condition(lua_State *L, json_t *where, const char *column)
{
    json_t *condition = json_object();
    shy_json_append(L, where, condition);
    shy_json_set(L, condition, "column", json_string(column));
    return condition;
}

static void add_bounds(lua_State *L, json_t *condition, const struct group *g)
{
    shy_json_set(L, condition, "from", json_integer(g->from));
    if (g->to >= 0)
        shy_json_set(L, condition, "to", json_integer(g->to));
}

static bool is_published(const struct shy_contract *c)
{
    return c != NULL && shy_contract_column(c, "age_from") >= 0;
}

/* Persons have an age; published rows an age group, which must lie in this one. */
static void add_ages(const struct standardising *s, json_t *where, const struct group *g)
{
    const struct shy_contract *c = s->rows->contract;
    lua_State *L = s->L;
    bool published = is_published(c);
    if (g != NULL)
        add_bounds(L, add_condition(L, where, published ? "age_from" : "age"), g);
    if (g != NULL && published && g->to >= 0)
        add_bounds(L, add_condition(L, where, "age_to"), g);
    if (s->sex != NULL) {
        json_t *in = json_array();
        shy_json_set(L, add_condition(L, where, "sex"), "in", in);
        shy_json_append(L, in, json_string(s->sex));
    }
}

static void set_op(lua_State *L, struct shy_box *box, enum shy_op op)
{
    shy_json_set(L, box->json, "op", json_string(shy_op_name(op)));
    shy_set_at(L, box->json);
}

/* Events of an age group, or (group NULL) of all ages, as a member of the node. */
static void set_events(const struct standardising *s, struct shy_box *node, json_t *object,
                       const char *key, const struct group *g)
{
    lua_State *L = s->L;
    json_t *where = json_array();
    struct shy_box *rows = shy_box_push(L, SHY_BOX_ROWS);
    set_op(L, rows, SHY_OP_WHERE);
    shy_json_set_box(L, rows, rows->json, "rows", s->rows_index);
    shy_json_set(L, rows->json, "where", where);
    add_ages(s, where, g);
    struct shy_box *events = shy_box_push(L, SHY_BOX_CELLS);
    set_op(L, events, s->count);
    shy_json_set_box(L, events, events->json, "rows", lua_gettop(L) - 1);
    shy_json_set_box(L, node, object, key, lua_gettop(L));
    lua_pop(L, 2);
}

/* Events of one age group into the list of the node. */
static void add_band(const struct standardising *s, struct shy_box *node, json_t *bands,
                     const struct group *g)
{
    lua_State *L = s->L;
    json_t *band = json_object();
    shy_json_append(L, bands, band);
    shy_json_set(L, band, "age_from", json_integer(g->from));
    if (g->to >= 0)
        shy_json_set(L, band, "age_to", json_integer(g->to));
    if (g->weight != 0)
        shy_json_set(L, band, "weight", json_integer(g->weight));
    if (g->reference_population != 0) {
        shy_json_set(L, band, "reference_events", json_integer(g->reference_events));
        shy_json_set(L, band, "reference_population", json_integer(g->reference_population));
    }
    if (s->by_age)
        set_events(s, node, band, "events", g);
}

/* rows and what is counted of them: persons where there are any, else what the table publishes. */
static void read_rows(struct standardising *s)
{
    static const char *const counts[] = {"", "persons", "rows", "claims", "sum"};
    static const enum shy_op ops[] = {SHY_OP_SUM, SHY_OP_PERSONS, SHY_OP_ROWS, SHY_OP_CLAIMS,
                                      SHY_OP_SUM};
    lua_State *L = s->L;
    if (!push_field(L, "rows"))
        (void)shy_raisef(L, SHY_E_SCRIPT_MISSING, _("'%s' lacks the field '%s'."), s->name, "rows");
    s->rows_index = lua_gettop(L);
    s->rows = shy_need_rows(L, s->rows_index);
    const char *count = word_of(L, "count", counts, COUNT(counts));
    bool persons =
        s->rows->contract != NULL && shy_contract_role(s->rows->contract, SHY_ROLE_PERSON) >= 0;
    s->count = persons ? SHY_OP_PERSONS : SHY_OP_SUM;
    for (size_t i = 1; i < COUNT(counts); i++)
        s->count = strcmp(count, counts[i]) == 0 ? ops[i] : s->count;
}

static void read_population(struct standardising *s, struct shy_box *node)
{
    static const char *const sexes[] = {"both", "female", "male"};
    static const char *const years[] = {"latest", "same"};
    const char *sex = word_of(s->L, "sex", sexes, COUNT(sexes));
    s->sex = strcmp(sex, "both") == 0 ? NULL : sex;
    shy_json_set(s->L, node->json, "sex", json_string(sex));
    shy_json_set(s->L, node->json, "year", json_string(word_of(s->L, "year", years, COUNT(years))));
}

static void add_bands(const struct standardising *s, struct shy_box *node)
{
    json_t *bands = json_array();
    shy_json_set(s->L, node->json, "bands", bands);
    for (size_t i = 0; i < s->group_count; i++)
        add_band(s, node, bands, &s->groups[i]);
}

/* The node's box lies below what is pushed while it is made and comes to the top at the end. */
static int directly_standardised(lua_State *L)
{
    static const char *const known[] = {"count", "per", "rows", "sex", "standard", "year"};
    struct standardising s = {.L = L, .name = "directly_standardised", .by_age = true};
    lua_settop(L, 1);
    check_fields(L, s.name, known, COUNT(known));
    struct shy_box *node = shy_box_push(L, SHY_BOX_CELLS);
    set_op(L, node, SHY_OP_DIRECTLY_STANDARDISED);
    read_rows(&s);
    read_standard(&s, node);
    read_population(&s, node);
    int64_t per = number_in(L, 1, "per", 0);
    if (per < 1)
        return shy_raisef(L, SHY_E_SCRIPT_MISSING, _("'%s' lacks the field '%s'."), s.name, "per");
    shy_json_set(L, node->json, "per", json_integer(per));
    add_bands(&s, node);
    lua_settop(L, 2);
    return 1;
}

static int indirectly_standardised(lua_State *L)
{
    static const char *const known[] = {"ages", "count", "factor", "reference",
                                        "rows", "sex",   "with",   "year"};
    struct standardising s = {.L = L, .name = "indirectly_standardised"};
    lua_settop(L, 1);
    check_fields(L, s.name, known, COUNT(known));
    struct shy_box *node = shy_box_push(L, SHY_BOX_CELLS);
    set_op(L, node, SHY_OP_INDIRECTLY_STANDARDISED);
    read_rows(&s);
    read_reference(&s, node);
    read_population(&s, node);
    shy_json_set(L, node->json, "factor", json_integer(number_in(L, 1, "factor", 100)));
    /* Published tables have ages for the reference, mostly not for each area; a person who passes
     * into the next age group has events in both, in the area as in the reference. */
    s.by_age = json_object_get(node->json, "with") != NULL;
    if (!s.by_age || is_published(s.rows->contract))
        set_events(&s, node, node->json, "observed", NULL);
    add_bands(&s, node);
    lua_settop(L, 2);
    return 1;
}

const luaL_Reg shy_statistics_functions[] = {
    {"directly_standardised", directly_standardised},
    {"indirectly_standardised", indirectly_standardised},
    {NULL, NULL},
};

/* Limits of an indicator -------------------------------------------------------------------- */

/* limits = 95, limits = { 95, 99.8 }, limits = { 95, method = "wilson" } */
bool shy_limits_value(lua_State *L, json_t *object, int index)
{
    json_t *levels = json_array();
    shy_json_set(L, object, "levels", levels);
    if (lua_type(L, index) == LUA_TNUMBER) {
        shy_json_set_value(L, levels, NULL, index);
        return true;
    }
    if (lua_type(L, index) != LUA_TTABLE)
        return false;
    size_t keys = shy_sorted_keys(L, index), listed = lua_rawlen(L, index), seen = 0;
    int sorted = lua_gettop(L);
    bool good = true;
    for (size_t i = 1; i <= keys; i++) {
        lua_rawgeti(L, sorted, (lua_Integer)i);
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        if (lua_isinteger(L, -2)) {
            seen++;
            good = good && lua_type(L, -1) == LUA_TNUMBER;
            if (good)
                shy_json_set_value(L, levels, NULL, lua_gettop(L));
        } else {
            const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
            good = good && strcmp(key, "method") == 0 && lua_type(L, -1) == LUA_TSTRING;
            if (good)
                shy_json_set(L, object, "method", shy_json_text(L, lua_gettop(L)));
        }
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
    return good && listed > 0 && seen == listed;
}
