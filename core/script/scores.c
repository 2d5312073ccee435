/* SPDX-License-Identifier: MIT */
/*
 * composite { … }, most_frequent { … }, value:grade { … }, value:over(…) and value:allocate { … }.
 * Lists and options stand in one table, as they read best; the plan gets them apart.
 */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"

/* The named fields of the table at index as a table of their own, at the top. */
static int push_options(lua_State *L, int index)
{
    size_t count = shy_sorted_keys(L, index);
    int keys = lua_gettop(L);
    lua_newtable(L);
    int options = lua_gettop(L);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, (lua_Integer)i);
        if (lua_type(L, -1) != LUA_TSTRING) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        lua_rawset(L, options);
    }
    lua_remove(L, keys);
    return options - 1;
}

/* The list part of the only argument. */
static size_t need_list(lua_State *L, int index, const char *of, const char *hint)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (shy_box_is(L, index, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    if (lua_type(L, index) == LUA_TTABLE && lua_rawlen(L, index) > 0) {
        if (lua_rawlen(L, index) > SHY_NODES_MOST)
            (void)shy_too_many_nodes(L);
        return lua_rawlen(L, index);
    }
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' needs a list, not %s."), of,
                   lua_type(L, index) == LUA_TTABLE ? _("an empty table") : shy_kind_at(L, index));
    shy_hint(&err, "%s", hint);
    (void)shy_raise(L, &err);
    return 0;
}

/* An item written as { a, b }: pushes both; a value alone is given as { value }. */
static int push_pair(lua_State *L, int table, size_t i, const char *of, const char *hint)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    lua_rawgeti(L, table, (lua_Integer)i);
    int item = lua_gettop(L);
    if (shy_box_is(L, item, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    if (lua_type(L, item) != LUA_TTABLE) {
        lua_pushnil(L);
        return item;
    }
    if (lua_rawlen(L, item) > 2) {
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("An item of '%s' has more than two things."), of);
        shy_hint(&err, "%s", hint);
        (void)shy_raise(L, &err);
    }
    lua_rawgeti(L, item, 1);
    lua_rawgeti(L, item, 2);
    lua_remove(L, item);
    return item;
}

static int composite(lua_State *L)
{
    const char *hint = _("Write composite { { value, 10 }, { value, 5 }, how = \"sum\" }; the "
                         "number is the part's weight or points.");
    lua_settop(L, 1);
    size_t count = need_list(L, 1, "composite", hint);
    struct shy_box *node = shy_new_node(L, SHY_OP_COMPOSITE);
    json_t *of = json_array(), *weights = json_array();
    shy_json_set(L, node->json, "of", of);
    shy_json_set(L, node->json, "weights", weights);
    for (size_t i = 1; i <= count; i++) {
        int item = push_pair(L, 1, i, "composite", hint);
        (void)shy_need_cells(L, item);
        shy_json_append_box(L, node, of, item);
        if (lua_isnil(L, item + 1))
            shy_json_append(L, weights, json_integer(1));
        else if (lua_type(L, item + 1) == LUA_TNUMBER)
            shy_json_set_value(L, weights, NULL, item + 1);
        else
            return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("The weight of a part is a number, not %s."),
                              shy_kind_at(L, item + 1));
        lua_settop(L, 2);
    }
    int options = push_options(L, 1);
    shy_set_options(L, node, NULL, SHY_OP_COMPOSITE, options);
    lua_settop(L, 2);
    return 1;
}

static int most_frequent(lua_State *L)
{
    const char *hint = _("Write most_frequent { { \"yes\", value }, { \"no\", value } }.");
    lua_settop(L, 1);
    size_t count = need_list(L, 1, "most_frequent", hint);
    struct shy_box *node = shy_new_node(L, SHY_OP_MOST_FREQUENT);
    json_t *answers = json_array();
    shy_json_set(L, node->json, "answers", answers);
    for (size_t i = 1; i <= count; i++) {
        int item = push_pair(L, 1, i, "most_frequent", hint);
        json_t *answer = json_object();
        shy_json_append(L, answers, answer);
        (void)shy_need_text(L, item, _("The name of an answer"));
        shy_json_set(L, answer, "name", shy_json_text(L, item));
        if (shy_box_is(L, item + 1, SHY_BOX_INVALID))
            return shy_give_up(L);
        (void)shy_need_cells(L, item + 1);
        shy_json_set_box(L, node, answer, "value", item + 1);
        lua_settop(L, 2);
    }
    int options = push_options(L, 1);
    shy_set_options(L, node, NULL, SHY_OP_MOST_FREQUENT, options);
    lua_settop(L, 2);
    return 1;
}

/* { "A", from = 80, points = 3 } of the list at index 2, into the list. */
static void add_step(lua_State *L, json_t *steps, size_t i)
{
    static const char *const known[] = {"above", "below", "from", "points", "to"};
    json_t *step = json_object();
    shy_json_append(L, steps, step);
    lua_rawgeti(L, 2, (lua_Integer)i);
    int item = lua_gettop(L);
    if (lua_type(L, item) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("A step is written { \"A\", from = 80 }, not %s."),
                         shy_kind_at(L, item));
    size_t keys = shy_sorted_keys(L, item);
    int sorted = lua_gettop(L);
    for (size_t k = 1; k <= keys; k++) {
        lua_rawgeti(L, sorted, (lua_Integer)k);
        lua_pushvalue(L, -1);
        lua_rawget(L, item);
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1) {
            (void)shy_need_text(L, lua_gettop(L), _("The name of a step"));
            shy_json_set(L, step, "label", shy_json_text(L, lua_gettop(L)));
        } else {
            const char *name = shy_need_text(L, lua_gettop(L) - 1, _("A field's name"));
            bool there = false;
            for (size_t n = 0; n < sizeof known / sizeof known[0]; n++)
                there = there || strcmp(known[n], name) == 0;
            if (!there)
                (void)shy_unknown_field(L, name, "grade", known, sizeof known / sizeof known[0]);
            shy_set_number(L, step, name, lua_gettop(L));
        }
        lua_settop(L, sorted);
    }
    lua_settop(L, item - 1);
}

int shy_grade(lua_State *L)
{
    lua_settop(L, 2);
    (void)shy_need_cells(L, 1);
    size_t count = need_list(
        L, 2, "grade",
        _("Write value:grade { { \"A\", from = 80 }, { \"B\", from = 50 }, { \"C\" } }."));
    struct shy_box *node = shy_new_node(L, SHY_OP_GRADE);
    json_t *steps = json_array();
    shy_json_set_box(L, node, node->json, "value", 1);
    shy_json_set(L, node->json, "steps", steps);
    for (size_t i = 1; i <= count; i++)
        add_step(L, steps, i);
    int options = push_options(L, 2);
    shy_set_options(L, node, NULL, SHY_OP_GRADE, options);
    lua_settop(L, 3);
    return 1;
}

/* Sets "set" from areas.all "SET" or its name at index 2. */
static void set_areas(lua_State *L, struct shy_box *node)
{
    if (shy_box_is(L, 2, SHY_BOX_AREAS_ALL)) {
        shy_json_set(L, node->json, "set",
                     json_incref(json_object_get(shy_box_at(L, 2)->json, "set")));
        return;
    }
    if (shy_box_is(L, 2, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    (void)shy_need_text(L, 2, _("An area set (areas.all \"municipality\")"));
    shy_json_set(L, node->json, "set", shy_json_text(L, 2));
}

int shy_over(lua_State *L)
{
    lua_settop(L, 3);
    (void)shy_need_cells(L, 1);
    struct shy_box *node = shy_new_node(L, SHY_OP_OVER);
    shy_json_set_box(L, node, node->json, "value", 1);
    set_areas(L, node);
    shy_set_options(L, node, NULL, SHY_OP_OVER, 3);
    lua_settop(L, 4);
    return 1;
}

int shy_allocate(lua_State *L)
{
    return shy_of_value(L, SHY_OP_ALLOCATE, true);
}

const luaL_Reg shy_score_functions[] = {
    {"composite", composite},
    {"most_frequent", most_frequent},
    {NULL, NULL},
};
