/* SPDX-License-Identifier: MIT */
/* What the function of an each_person sees, and its value: persons counted, or numbers added. */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"

enum { NEEDS_MOST = 32 };

struct need {
    const char *name; /* held by the table, or the contract's id */
    int index;        /* of the rows on the stack */
};

/* An entry of the list goes by its contract's name, one with a name of its own by that. */
static void add_need(lua_State *L, struct need *needs, size_t *count, int key, int value)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_box *rows = shy_need_rows(L, value);
    bool listed = lua_isinteger(L, key) != 0;
    const char *name = listed ? rows->contract == NULL ? "" : rows->contract->id
                              : shy_need_text(L, key, _("The name of a need"));
    if (*count == NEEDS_MOST)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'needs' has more than %d kinds of rows."),
                         (int)NEEDS_MOST);
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(needs[i].name, name) != 0)
            continue;
        (void)shy_fail(&err, SHY_E_SCRIPT_FIELD, _("'needs' has the rows '%s' twice."), name);
        shy_hint(&err, _("Give them names: needs = { stays = medical_claims { … }, others = "
                         "medical_claims { … } }."));
        (void)shy_raise(L, &err);
    }
    size_t at = (*count)++;
    for (; at > 0 && strcmp(needs[at - 1].name, name) > 0; at--)
        needs[at] = needs[at - 1];
    needs[at] = (struct need){name, value};
}

/* In the order of the names: it says nothing, and the same needs are one definition. */
static void read_needs(struct shy_form *form, json_t *node, int table)
{
    lua_State *L = form->L;
    struct need needs[NEEDS_MOST];
    size_t count = 0;
    json_t *list = json_array();
    shy_json_set(L, node, "needs", list);
    if (lua_type(L, table) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("each_person needs needs = { rows, … }."));
    size_t keys = shy_sorted_keys(L, table);
    int sorted = lua_gettop(L);
    luaL_checkstack(L, (int)keys * 2 + 20, NULL);
    for (size_t i = 1; i <= keys; i++) {
        lua_rawgeti(L, sorted, (lua_Integer)i);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        add_need(L, needs, &count, lua_gettop(L) - 1, lua_gettop(L));
    }
    if (count == 0)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("each_person needs needs = { rows, … }."));
    for (size_t i = 0; i < count; i++) {
        json_t *named = json_object();
        shy_json_append(L, list, named);
        shy_json_set(L, named, "name", json_string(needs[i].name));
        shy_json_set_box(L, form->box, named, "value", needs[i].index);
    }
}

/* The function at index `count` or at `sum`, of which there is exactly one. */
static int find_function(lua_State *L, int count, int sum)
{
    if (lua_isnil(L, count) == lua_isnil(L, sum))
        (void)shy_raisef(L, SHY_E_SCRIPT_MISSING,
                         _("each_person has either 'count' or 'sum', a function(person) … end."));
    int function = lua_isnil(L, count) ? sum : count;
    if (lua_type(L, function) != LUA_TFUNCTION || lua_iscfunction(L, function))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                         _("each_person calls a function(person) … end, not %s."),
                         shy_kind_at(L, function));
    return function;
}

void shy_each_person_value(struct shy_form *form)
{
    lua_State *L = form->L;
    int top = lua_gettop(L);
    json_t *value = json_object(), *rows = json_object();
    shy_json_set(L, form->object, "value", value);
    shy_json_set(L, value, "rows", rows);
    shy_set_at(L, value);
    shy_set_at(L, rows);
    lua_pushliteral(L, "needs");
    lua_rawget(L, form->table);
    lua_pushliteral(L, "count");
    lua_rawget(L, form->table);
    lua_pushliteral(L, "sum");
    lua_rawget(L, form->table);
    int function = find_function(L, top + 2, top + 3);
    bool sum = function == top + 3;
    shy_json_set(L, value, "op", json_string(sum ? "sum" : "persons"));
    shy_json_set(L, rows, "op", json_string("each_person"));
    shy_json_set(L, rows, "gives", json_string(sum ? "numbers" : "months"));
    read_needs(form, rows, top + 1);
    shy_keep_function(L, rows, function, true);
    lua_settop(L, top);
}
