/* SPDX-License-Identifier: MIT */
/*
 * The basic names: an allow list per library of Lua. What is not listed exists as a function that
 * says that it is blocked. A script gives the same result every time, so that nothing of time,
 * chance, addresses or the order of a hash is reachable.
 */
#include "config.h"

#include "core/script/host.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

#include "core/base/i18n.h"

static const char *const names[] = {
    "assert", "error",    "getmetatable", "ipairs",   "math",   "pairs",
    "pcall",  "rawequal", "rawget",       "rawlen",   "select", "setmetatable",
    "string", "table",    "tonumber",     "tostring", "type",   "utf8",
};

static const char *const plain_base[] = {"assert", "error",  "getmetatable", "ipairs",   "rawequal",
                                         "rawget", "rawlen", "select",       "tonumber", "type",
                                         NULL};
static const char *const plain_math[] = {
    "abs",  "acos", "asin", "atan", "ceil",       "cos",  "deg",        "exp",  "floor",
    "fmod", "huge", "log",  "max",  "maxinteger", "min",  "mininteger", "modf", "pi",
    "rad",  "sin",  "sqrt", "tan",  "tointeger",  "type", "ult",        NULL};
static const char *const plain_table[] = {"pack", NULL};

/* Functions that walk a whole text: their length counts as work. */
static const char *const timed_string[] = {"byte",    "char", "len",   "lower",
                                           "reverse", "sub",  "upper", NULL};
static const char *const timed_utf8[] = {"char", "codepoint", "codes", "len", "offset", NULL};

static const char *const blocked_base[] = {"collectgarbage", "dofile", "load",   "loadfile",
                                           "loadstring",     "next",   "print",  "rawset",
                                           "require",        "warn",   "xpcall", NULL};
static const char *const blocked_math[] = {"math.random", "math.randomseed", NULL};
static const char *const blocked_string[] = {"string.dump", "string.pack", "string.packsize",
                                             "string.unpack", NULL};
static const char *const blocked_libraries[] = {"coroutine", "debug", "io", "os", "package", NULL};

const char *const *shy_library_names(size_t *count)
{
    *count = sizeof names / sizeof names[0];
    return names;
}

/* Blocked functions ---------------------------------------------------------------------- */

static const char *why_blocked(const char *name)
{
    if (strcmp(name, "next") == 0)
        return _("Use pairs, which goes through a table in the order of its keys.");
    if (strcmp(name, "xpcall") == 0)
        return _("Use pcall.");
    if (strcmp(name, "require") == 0)
        return _("Only the scripts of a pack can use other files, and only those of their pack.");
    if (strncmp(name, "math.random", 11) == 0)
        return _("A definition gives the same result every time.");
    if (strncmp(name, "os.", 3) == 0 || strncmp(name, "io.", 3) == 0)
        return _("A script only describes; sources of project.lua read files.");
    return "";
}

static int blocked(lua_State *L)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    (void)shy_fail(&err, SHY_E_SCRIPT_BLOCKED, _("blocked: %s may not be used in a script."), name);
    const char *why = why_blocked(name);
    if (why[0] != '\0')
        shy_hint(&err, "%s", why);
    return shy_raise(L, &err);
}

void shy_push_blocked(lua_State *L, const char *name)
{
    lua_pushstring(L, name);
    lua_pushcclosure(L, blocked, 1);
}

/* os.anything */
static int blocked_member(lua_State *L)
{
    const char *library = lua_tostring(L, lua_upvalueindex(1));
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    if (strlen(name) > 64)
        name = "?";
    lua_pushfstring(L, "%s.%s", library, name);
    lua_pushcclosure(L, blocked, 1);
    return 1;
}

static int refuse_write(lua_State *L)
{
    return shy_raisef(L, SHY_E_SCRIPT_NAME, _("The tables of the language cannot be written to."));
}

/* Replaces the table at the top by a read-only view of it. */
static void lock(lua_State *L)
{
    lua_newtable(L);
    lua_newtable(L);
    lua_rotate(L, -3, -1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static void add_blocked_library(lua_State *L, const char *name)
{
    lua_newtable(L);
    lua_newtable(L);
    lua_pushstring(L, name);
    lua_pushcclosure(L, blocked_member, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_write);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_setfield(L, -2, name);
}

/* Wrapped functions ---------------------------------------------------------------------- */

/* Calls upvalue 1 after counting the texts among the arguments as work. */
static int timed(lua_State *L)
{
    int count = lua_gettop(L);
    uint64_t bytes = 0;
    for (int i = 1; i <= count; i++)
        if (lua_type(L, i) == LUA_TSTRING)
            bytes += lua_rawlen(L, i);
    shy_tick(L, bytes / 16);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, LUA_MULTRET);
    return lua_gettop(L);
}

/* tostring without addresses: two runs must not differ. */
int shy_lua_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_settop(L, 1);
    int type = lua_type(L, 1);
    if (type == LUA_TTABLE || type == LUA_TUSERDATA || type == LUA_TLIGHTUSERDATA) {
        if (luaL_getmetafield(L, 1, "__tostring") == LUA_TNIL) {
            lua_pushstring(L, luaL_typename(L, 1));
            return 1;
        }
        lua_pop(L, 1);
    } else if (type == LUA_TFUNCTION || type == LUA_TTHREAD) {
        lua_pushstring(L, luaL_typename(L, 1));
        return 1;
    }
    luaL_tolstring(L, 1, NULL);
    return 1;
}

/* Finalisers run where no limit holds, and weak tables show when memory is collected: neither
 * belongs in a description. */
static int safe_setmetatable(lua_State *L)
{
    static const char *const refused[] = {"__gc", "__close", "__mode", NULL};
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    lua_settop(L, 2);
    if (luaL_getmetafield(L, 1, "__metatable") != LUA_TNIL)
        return shy_raisef(L, SHY_E_SCRIPT_BLOCKED,
                          _("blocked: setmetatable on a table of the language."));
    for (size_t i = 0; refused[i] != NULL && lua_istable(L, 2); i++) {
        lua_pushstring(L, refused[i]);
        if (lua_rawget(L, 2) != LUA_TNIL)
            return shy_raisef(L, SHY_E_SCRIPT_BLOCKED,
                              _("blocked: setmetatable with the field %s."), refused[i]);
        lua_pop(L, 1);
    }
    lua_setmetatable(L, 1);
    return 1;
}

/* pcall through which a passed limit goes on; the script sees errors as text. A script may try
 * something and go on; it may not go on after a limit. */
static int safe_pcall(lua_State *L)
{
    luaL_checkany(L, 1);
    int args = lua_gettop(L) - 1;
    lua_pushboolean(L, 1);
    lua_insert(L, 1);
    if (shy_host_pcall(L, args, LUA_MULTRET) == LUA_OK)
        return lua_gettop(L);
    lua_pushboolean(L, 0);
    const struct shihyo_error *err = shy_error_at(L, -2);
    lua_pushstring(L, err == NULL ? "?" : err->message);
    return 2;
}

/* Names ---------------------------------------------------------------------------------- */

/* Replaces the table at the top by the name that the function at index has in it. */
static bool name_in(lua_State *L, int index, const char *library)
{
    int table = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || !lua_rawequal(L, -1, index))
            continue;
        lua_pushfstring(L, "%s.%s", library, lua_tostring(L, -2));
        lua_replace(L, table);
        lua_settop(L, table);
        return true;
    }
    return false;
}

/* All that is looked through was made by shy_library_push, so no function of it has a memory; an
 * iterator that gmatch or pairs gave is not among it, and has. */
bool shy_library_name(lua_State *L, int index)
{
    static const char *const libraries[] = {"math", "string", "table", "utf8"};
    int top = lua_gettop(L);
    index = lua_absindex(L, index);
    luaL_checkstack(L, 10, NULL);
    lua_getfield(L, LUA_REGISTRYINDEX, "shihyo.names");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        lua_pushstring(L, names[i]);
        (void)lua_rawget(L, top + 1);
        bool same = lua_type(L, -1) == LUA_TFUNCTION && lua_rawequal(L, -1, index);
        lua_settop(L, top + 1);
        if (same) {
            lua_pushstring(L, names[i]);
            lua_remove(L, top + 1);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
        lua_pushstring(L, libraries[i]);
        (void)lua_rawget(L, top + 1);
        /* Behind the read-only view. */
        if (lua_getmetatable(L, -1) != 0) {
            lua_pushliteral(L, "__index");
            (void)lua_rawget(L, -2);
            if (name_in(L, index, libraries[i])) {
                lua_replace(L, top + 1);
                lua_settop(L, top + 1);
                return true;
            }
        }
        lua_settop(L, top + 1);
    }
    lua_settop(L, top);
    return false;
}

/* Assembly ------------------------------------------------------------------------------- */

/* Copies fields from the library (at -2) to the table being built (at -1). What is not on a list is
 * not there: a later Lua may bring functions that nobody has looked at. */
static void copy_fields(lua_State *L, const char *const *list, bool with_time)
{
    for (size_t i = 0; list[i] != NULL; i++) {
        lua_getfield(L, -2, list[i]);
        if (with_time)
            lua_pushcclosure(L, timed, 1);
        lua_setfield(L, -2, list[i]);
    }
}

/* There under its name, so that a script learns why and not that it is "nil". */
static void add_blocked(lua_State *L, const char *const *list)
{
    for (size_t i = 0; list[i] != NULL; i++) {
        const char *dot = strchr(list[i], '.');
        shy_push_blocked(L, list[i]);
        lua_setfield(L, -2, dot == NULL ? list[i] : dot + 1);
    }
}

static void add_functions(lua_State *L, const luaL_Reg *list)
{
    for (; list->name != NULL; list++) {
        /* The original, where there is one, is the upvalue. */
        lua_getfield(L, -2, list->name);
        lua_pushcclosure(L, list->func, 1);
        lua_setfield(L, -2, list->name);
    }
}

static void open_library(lua_State *L, const char *name, lua_CFunction open)
{
    luaL_requiref(L, name, open, 0);
    lua_newtable(L);
}

/* Library at -2 and table at -1 become the field name of the table below them. */
static void close_library(lua_State *L, const char *name)
{
    lua_remove(L, -2);
    lock(L);
    lua_setfield(L, -2, name);
}

/* The string library is reachable from every text ("x"):f(), so its table is the one that is made
 * here. */
static void add_string(lua_State *L)
{
    open_library(L, "string", luaopen_string);
    copy_fields(L, timed_string, true);
    add_functions(L, shy_safe_string);
    add_blocked(L, blocked_string);
    /* ("text"):method() must find the same functions, and the metatable must not be reachable. */
    lua_pushliteral(L, "");
    if (lua_getmetatable(L, -1) != 0) {
        lua_pushvalue(L, -3);
        lua_setfield(L, -2, "__index");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    close_library(L, "string");
}

void shy_library_push(lua_State *L)
{
    lua_newtable(L);

    luaL_requiref(L, "_G", luaopen_base, 0);
    lua_insert(L, -2);
    copy_fields(L, plain_base, false);
    lua_remove(L, -2);
    add_blocked(L, blocked_base);
    for (size_t i = 0; blocked_libraries[i] != NULL; i++)
        add_blocked_library(L, blocked_libraries[i]);
    lua_pushcfunction(L, shy_lua_pairs);
    lua_setfield(L, -2, "pairs");
    lua_pushcfunction(L, safe_pcall);
    lua_setfield(L, -2, "pcall");
    lua_pushcfunction(L, safe_setmetatable);
    lua_setfield(L, -2, "setmetatable");
    lua_pushcfunction(L, shy_lua_tostring);
    lua_setfield(L, -2, "tostring");

    add_string(L);

    open_library(L, "table", luaopen_table);
    copy_fields(L, plain_table, false);
    add_functions(L, shy_safe_table);
    close_library(L, "table");

    open_library(L, "math", luaopen_math);
    copy_fields(L, plain_math, false);
    add_blocked(L, blocked_math);
    close_library(L, "math");

    open_library(L, "utf8", luaopen_utf8);
    copy_fields(L, timed_utf8, true);
    lua_getfield(L, -2, "charpattern");
    lua_setfield(L, -2, "charpattern");
    close_library(L, "utf8");
}
