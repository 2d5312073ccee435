/* SPDX-License-Identifier: MIT */
/* Puts the names of the language into the table of names that scripts see. */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"

enum { NAMES_MOST = 256 };

static int no_field(lua_State *L)
{
    const char *of = lua_tostring(L, lua_upvalueindex(2));
    const char *names[64];
    size_t count = 0;
    (void)shy_sorted_keys(L, lua_upvalueindex(1));
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING && count < 64; i++) {
        names[count++] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    return shy_unknown_field(L, shy_need_text(L, 2, _("A field's name")), of, names, count);
}

static int namespace_index(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    lua_pop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushcclosure(L, no_field, 2);
    lua_insert(L, 1);
    lua_call(L, 2, 1);
    return 1;
}

static int namespace_newindex(lua_State *L)
{
    return shy_raisef(L, SHY_E_SCRIPT_NAME, _("The tables of the language cannot be written to."));
}

/* Sets name of the table at the top to a read-only table of functions. */
static void add_namespace(lua_State *L, const char *name, const luaL_Reg *list)
{
    lua_newtable(L);
    lua_newtable(L);
    lua_newtable(L);
    for (; list->name != NULL; list++) {
        shy_push_guarded(L, list->func);
        lua_setfield(L, -2, list->name);
    }
    lua_pushstring(L, name);
    lua_pushcclosure(L, namespace_index, 2);
    shy_guard(L);
    lua_setfield(L, -2, "__index");
    shy_push_guarded(L, namespace_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, name);
}

/* codes.NAME */
static int code_list_named(lua_State *L)
{
    struct shy_pack *pack = shy_pack_of(L);
    const char *name = shy_need_text(L, 2, _("The name of a code list"));
    if (json_object_get(pack->code_lists, name) != NULL) {
        struct shy_box *box = shy_box_push(L, SHY_BOX_CODES);
        shy_json_set(L, box->json, "codes", shy_json_text(L, 2));
        return 1;
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *names[NAMES_MOST], *key;
    json_t *value;
    size_t count = 0;
    json_object_foreach(pack->code_lists, key, value)
    {
        (void)value;
        if (count < NAMES_MOST)
            names[count++] = key;
    }
    (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("There is no code list '%s'."), name);
    shy_nearest(&err, name, names, count);
    shy_hint(&err,
             _("A code list stands above its use, or in a file named codes.lua, which is read "
               "first."));
    return shy_raise(L, &err);
}

static void add_codes(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    shy_push_guarded(L, code_list_named);
    lua_setfield(L, -2, "__index");
    shy_push_guarded(L, namespace_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, "codes");
}

static void add_functions(lua_State *L, const luaL_Reg *list)
{
    for (; list->name != NULL; list++) {
        if (strchr(list->name, '.') != NULL)
            continue;
        shy_push_guarded(L, list->func);
        lua_setfield(L, -2, list->name);
    }
}

static void add_contracts(lua_State *L, const struct shy_pack *pack)
{
    for (size_t i = 0; i < shy_catalogue_count(pack->catalogue); i++) {
        const struct shy_contract *c = shy_catalogue_at(pack->catalogue, i);
        if (!shy_plain_name(c->id))
            continue;
        struct shy_box *box = shy_box_push(L, SHY_BOX_CONTRACT);
        box->contract = c;
        shy_json_set(L, box->json, "contract", json_string(c->id));
        lua_setfield(L, -2, c->id);
    }
}

static void add_names(lua_State *L, struct shy_host *h)
{
    shy_set_up_objects(L);
    add_contracts(L, h->owner);
    add_functions(L, shy_condition_functions);
    add_functions(L, shy_expression_functions);
    add_functions(L, shy_axis_functions);
    add_functions(L, shy_definition_functions);
    add_functions(L, shy_list_functions);
    add_functions(L, shy_statistics_functions);
    add_functions(L, shy_score_functions);
    add_functions(L, shy_logic_functions);
    add_namespace(L, "areas", shy_area_functions);
    add_codes(L);
    lua_pushcfunction(L, shy_pack_require);
    lua_setfield(L, -2, "require");
}

const struct shy_host_names shy_language_names = {
    .unknown = shy_unknown_global,
    .add = add_names,
};
