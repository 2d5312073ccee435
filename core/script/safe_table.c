/* SPDX-License-Identifier: MIT */
/*
 * Table functions over raw tables: their loops run over what is there, never over what a
 * metatable pretends. sort is stable and its result depends on the comparison alone.
 */
#include "config.h"

#include "core/script/host.h"

#include <lauxlib.h>

/* Raw: __len may say anything. */
static lua_Integer list_length(lua_State *L, int arg)
{
    luaL_checktype(L, arg, LUA_TTABLE);
    return (lua_Integer)lua_rawlen(L, arg);
}

static int safe_concat(lua_State *L)
{
    lua_Integer n = list_length(L, 1);
    size_t length;
    const char *between = luaL_optlstring(L, 2, "", &length);
    lua_Integer first = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, n);
    luaL_argcheck(L, first >= 1 && last <= n, 3, "there are not so many items");
    shy_tick(L, first <= last ? (uint64_t)(last - first) : 0);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (lua_Integer i = first; i <= last; i++) {
        lua_rawgeti(L, 1, i);
        if (!lua_isstring(L, -1))
            return luaL_error(L, "item %d of the list is a %s, not a text or number", (int)i,
                              luaL_typename(L, -1));
        luaL_addvalue(&b);
        if (i < last)
            luaL_addlstring(&b, between, length);
    }
    luaL_pushresult(&b);
    return 1;
}

static int safe_insert(lua_State *L)
{
    lua_Integer n = list_length(L, 1) + 1, at = n;
    int args = lua_gettop(L);
    if (args == 3) {
        at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, at >= 1 && at <= n, 2, "position out of bounds");
        shy_tick(L, (uint64_t)(n - at) / 8);
        for (lua_Integer i = n; i > at; i--) {
            lua_rawgeti(L, 1, i - 1);
            lua_rawseti(L, 1, i);
        }
    } else if (args != 2) {
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_rawseti(L, 1, at);
    return 0;
}

static int safe_remove(lua_State *L)
{
    lua_Integer n = list_length(L, 1), at = luaL_optinteger(L, 2, n);
    if (n == 0 && (at == 0 || at == 1)) {
        lua_pushnil(L);
        return 1;
    }
    luaL_argcheck(L, at >= 1 && at <= n, 2, "position out of bounds");
    shy_tick(L, (uint64_t)(n - at) / 8);
    lua_rawgeti(L, 1, at);
    for (lua_Integer i = at; i < n; i++) {
        lua_rawgeti(L, 1, i + 1);
        lua_rawseti(L, 1, i);
    }
    lua_pushnil(L);
    lua_rawseti(L, 1, n);
    return 1;
}

static int safe_unpack(lua_State *L)
{
    enum { RESULTS_MOST = 250 };
    lua_Integer n = list_length(L, 1);
    lua_Integer first = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, n);
    if (first > last)
        return 0;
    luaL_argcheck(L, first >= 1 && (lua_Unsigned)last - (lua_Unsigned)first < RESULTS_MOST, 1,
                  "too many items to unpack");
    luaL_checkstack(L, RESULTS_MOST, "too many items to unpack");
    for (lua_Integer i = first; i <= last; i++)
        lua_rawgeti(L, 1, i);
    return (int)(last - first + 1);
}

/* An upper end near 2^63 would make the sums of indices wrap; no list is that long. */
static int safe_move(lua_State *L)
{
    lua_Integer n = list_length(L, 1);
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3);
    lua_Integer to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    luaL_checktype(L, target, LUA_TTABLE);
    luaL_argcheck(L, first >= 1 && last <= n, 3, "there are not so many items");
    luaL_argcheck(L, to >= 1 && to <= ((lua_Integer)1 << 40), 4, "position out of bounds");
    shy_tick(L, first <= last ? (uint64_t)(last - first) : 0);
    if (to > first && target == 1) {
        for (lua_Integer i = last; i >= first; i--) {
            lua_rawgeti(L, 1, i);
            lua_rawseti(L, target, to + (i - first));
        }
    } else {
        for (lua_Integer i = first; i <= last; i++) {
            lua_rawgeti(L, 1, i);
            lua_rawseti(L, target, to + (i - first));
        }
    }
    lua_pushvalue(L, target);
    return 1;
}

/* Is the item at index a before the one at b? Function at 2, or nil. */
static bool before(lua_State *L, int a, int b)
{
    if (lua_isnil(L, 2))
        return lua_compare(L, a, b, LUA_OPLT) != 0;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, a);
    lua_pushvalue(L, b);
    lua_call(L, 2, 1);
    bool yes = lua_toboolean(L, -1) != 0;
    lua_pop(L, 1);
    return yes;
}

/* Merges from[lo..mid] and from[mid+1..hi] to the list at `to`. */
static void merge(lua_State *L, int from, int to, lua_Integer lo, lua_Integer mid, lua_Integer hi)
{
    lua_Integer i = lo, j = mid + 1;
    for (lua_Integer k = lo; k <= hi; k++) {
        bool second = i > mid;
        if (i <= mid && j <= hi) {
            lua_rawgeti(L, from, j);
            lua_rawgeti(L, from, i);
            second = before(L, lua_gettop(L) - 1, lua_gettop(L));
            lua_pop(L, 2);
        }
        lua_rawgeti(L, from, second ? j++ : i++);
        lua_rawseti(L, to, k);
    }
}

/* Merging, because the order of equal items then depends on the input alone, and a comparison that
 * contradicts itself still ends. */
static int safe_sort(lua_State *L)
{
    lua_Integer n = list_length(L, 1);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_createtable(L, n < 1 << 20 ? (int)n : 0, 0);
    int from = 1, to = 3;
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer lo = 1; lo <= n; lo += 2 * width) {
            lua_Integer mid = lo + width - 1 < n ? lo + width - 1 : n;
            lua_Integer hi = lo + 2 * width - 1 < n ? lo + 2 * width - 1 : n;
            shy_tick(L, (uint64_t)(hi - lo + 1));
            merge(L, from, to, lo, mid, hi);
        }
        int t = from;
        from = to;
        to = t;
    }
    for (lua_Integer i = 1; from != 1 && i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_rawseti(L, 1, i);
    }
    return 0;
}

const luaL_Reg shy_safe_table[] = {
    {"concat", safe_concat}, {"insert", safe_insert}, {"move", safe_move}, {"remove", safe_remove},
    {"sort", safe_sort},     {"unpack", safe_unpack}, {NULL, NULL},
};
