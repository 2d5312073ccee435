/* SPDX-License-Identifier: MIT */
/* Tables are hashed with a seed of their own in every state; here their keys get an order. */
#include "config.h"

#include "core/script/box.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

struct key {
    enum { KEY_INTEGER, KEY_TEXT, KEY_BOOL } kind;
    lua_Integer integer; /* or 0, 1 of a bool */
    const char *text;    /* held by the table */
    size_t length;
};

static int compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind != KEY_TEXT)
        return (x->integer > y->integer) - (x->integer < y->integer);
    size_t least = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, least);
    if (order != 0)
        return order;
    return (x->length > y->length) - (x->length < y->length);
}

static struct key key_at(lua_State *L, int index)
{
    struct key key = {.kind = KEY_INTEGER};
    if (lua_isinteger(L, index)) {
        key.integer = lua_tointeger(L, index);
    } else if (lua_type(L, index) == LUA_TSTRING) {
        key.kind = KEY_TEXT;
        key.text = lua_tolstring(L, index, &key.length);
    } else if (lua_isboolean(L, index)) {
        key.kind = KEY_BOOL;
        key.integer = lua_toboolean(L, index);
    } else {
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                         _("The table has a key that is a %s; keys are texts and whole numbers."),
                         shy_kind_at(L, index));
    }
    return key;
}

/* Counted first: the memory for the keys is taken at once, and is Lua's own, so that its limit
 * holds. */
static size_t count_keys(lua_State *L, int index)
{
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        count++;
    return count;
}

size_t shy_sorted_keys(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    size_t count = count_keys(L, index), i = 0;
    shy_tick(L, count);
    struct key *keys = lua_newuserdatauv(L, (count + 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, index) != 0 && i < count; lua_pop(L, 1))
        keys[i++] = key_at(L, -2);
    qsort(keys, count, sizeof *keys, compare_keys);
    lua_createtable(L, count < 1 << 20 ? (int)count : 0, 0);
    for (i = 0; i < count; i++) {
        if (keys[i].kind == KEY_INTEGER)
            lua_pushinteger(L, keys[i].integer);
        else if (keys[i].kind == KEY_TEXT)
            lua_pushlstring(L, keys[i].text, keys[i].length);
        else
            lua_pushboolean(L, (int)keys[i].integer);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_remove(L, -2);
    return count;
}

/* Upvalues: keys, how many were given out. What was removed since is passed over; what was added
 * since is not met, as Lua leaves open. */
static int next_pair(lua_State *L)
{
    lua_Integer at = lua_tointeger(L, lua_upvalueindex(2));
    for (;;) {
        at++;
        if (lua_rawgeti(L, lua_upvalueindex(1), at) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL)
            break;
        lua_pop(L, 2);
    }
    lua_pushinteger(L, at);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

int shy_lua_pairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    (void)shy_sorted_keys(L, 1);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_pair, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}
