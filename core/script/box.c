/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/script/box.h"

#include <lauxlib.h>

#include "core/base/i18n.h"

static const char box_type[] = "shihyo.object";

/* Bytes that a box and its JSON take outside of Lua, roughly: they count as the script's. */
enum { NODE_WEIGHT = 256 };

static int box_tostring(lua_State *L)
{
    const struct shy_box *box = luaL_checkudata(L, 1, box_type);
    lua_pushstring(L, shy_box_kind_name(box->kind));
    return 1;
}

void shy_box_metatable(lua_State *L)
{
    if (luaL_newmetatable(L, box_type) == 0)
        return;
    lua_pushcfunction(L, box_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

static struct shy_box *push(lua_State *L, enum shy_box_kind kind)
{
    shy_charge(L, NODE_WEIGHT);
    struct shy_box *box = lua_newuserdatauv(L, sizeof *box, 1);
    *box = (struct shy_box){.kind = kind, .size = 1};
    shy_box_metatable(L);
    lua_setmetatable(L, -2);
    return box;
}

struct shy_box *shy_box_push(lua_State *L, enum shy_box_kind kind)
{
    struct shy_box *box = push(L, kind);
    box->json = json_object();
    shy_json_append(L, shy_host_of(L)->held, box->json);
    return box;
}

struct shy_box *shy_box_at(lua_State *L, int index)
{
    return luaL_testudata(L, index, box_type);
}

/* By the metatable's identity (luaL_testudata), which a script cannot forge. */
bool shy_box_is(lua_State *L, int index, enum shy_box_kind kind)
{
    const struct shy_box *box = shy_box_at(L, index);
    return box != NULL && box->kind == kind;
}

const char *shy_box_kind_name(enum shy_box_kind kind)
{
    static const char *const names[SHY_BOX_COUNT_] = {
        [SHY_BOX_RAW] = N_("object"),
        [SHY_BOX_INVALID] = N_("wrong expression"),
        [SHY_BOX_CONTRACT] = N_("contract"),
        [SHY_BOX_ROWS] = N_("rows"),
        [SHY_BOX_CELLS] = N_("value"),
        [SHY_BOX_COLUMN] = N_("column"),
        [SHY_BOX_DIM] = N_("dimension"),
        [SHY_BOX_CONDITION] = N_("condition"),
        [SHY_BOX_CODES] = N_("code list"),
        [SHY_BOX_AREAS_OF] = N_("areas.of"),
        [SHY_BOX_AREAS_ALL] = N_("areas.all"),
        [SHY_BOX_MONTHS] = N_("months"),
        [SHY_BOX_POPULATION] = N_("population"),
        [SHY_BOX_RATE] = N_("per"),
        [SHY_BOX_EXAMPLE] = N_("example"),
    };
    return names[kind] == NULL ? "" : _(names[kind]);
}

const char *shy_kind_at(lua_State *L, int index)
{
    const struct shy_box *box = shy_box_at(L, index);
    if (box != NULL)
        return shy_box_kind_name(box->kind);
    switch (lua_type(L, index)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return _("nothing");
    case LUA_TBOOLEAN:
        return _("true or false");
    case LUA_TNUMBER:
        return _("number");
    case LUA_TSTRING:
        return _("text");
    case LUA_TTABLE:
        return _("table");
    case LUA_TFUNCTION:
        return _("function");
    default:
        return luaL_typename(L, index);
    }
}

int shy_too_many_nodes(lua_State *L)
{
    return shy_raisef(L, SHY_E_SCRIPT_MEMORY,
                      _("The definition has more than %d parts; is it built in a loop?"),
                      (int)SHY_NODES_MOST);
}

static void grow(lua_State *L, struct shy_box *owner, const struct shy_box *part)
{
    owner->size += part->size;
    if (owner->size > SHY_NODES_MOST)
        (void)shy_too_many_nodes(L);
}

/* Shared, not copied: a filter used by ten indicators is one piece of JSON. It may be, because no
 * box changes after it is made. */
void shy_json_set_box(lua_State *L, struct shy_box *owner, json_t *object, const char *key,
                      int index)
{
    const struct shy_box *part = shy_box_at(L, index);
    grow(L, owner, part);
    shy_json_set(L, object, key, json_incref(part->json));
}

void shy_json_append_box(lua_State *L, struct shy_box *owner, json_t *array, int index)
{
    const struct shy_box *part = shy_box_at(L, index);
    grow(L, owner, part);
    shy_json_append(L, array, json_incref(part->json));
}
