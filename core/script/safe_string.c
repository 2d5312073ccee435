/* SPDX-License-Identifier: MIT */
/* Text functions whose loops in C no instruction count sees: refused beyond a bound. */
#include "config.h"

#include "core/script/host.h"

#include <lauxlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* Single steps of the matcher that one call may take in the worst case: about half a second. */
#define PATTERN_STEPS_MOST UINT64_C(50000000)
enum { PATTERN_LONGEST = 256, SUBJECT_LONGEST = 65536 };

/* Lua's own function is the wrapper's first upvalue (library.c). */
static int call_original(lua_State *L, int count)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, count, LUA_MULTRET);
    return lua_gettop(L);
}

static int safe_rep(lua_State *L)
{
    size_t length, between = 0;
    (void)luaL_checklstring(L, 1, &length);
    lua_Integer times = luaL_checkinteger(L, 2);
    (void)luaL_optlstring(L, 3, "", &between);
    if (times <= 0 || length + between == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    size_t most = shy_host_of(L)->limits.memory;
    if ((lua_Unsigned)times > most / (length + between))
        shy_trip_now(L, SHY_TRIP_MEMORY);
    shy_tick(L, (uint64_t)times * (length + between) / 16 + 1);
    return call_original(L, lua_gettop(L));
}

/* Saturates: a bound that overflowed would let everything pass. */
static uint64_t times_at_most(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

/* Upper bound of the matcher's steps: every repetition may be tried at every length, every
 * optional item both ways, from every start. */
static uint64_t pattern_steps(const char *pattern, size_t length, size_t subject, bool anchors)
{
    uint64_t n = subject + 1;
    bool anchored = anchors && length > 0 && pattern[0] == '^';
    uint64_t steps = times_at_most(length + 1, anchored ? 1 : n);
    for (size_t i = anchored ? 1 : 0; i < length; i++) {
        char c = pattern[i];
        if (c == '%' && i + 1 < length) {
            char escaped = pattern[++i];
            if (escaped == 'b' || (escaped >= '0' && escaped <= '9'))
                steps = times_at_most(steps, n);
        } else if (c == '*' || c == '+' || c == '-') {
            steps = times_at_most(steps, n);
        } else if (c == '?') {
            steps = times_at_most(steps, 2);
        }
    }
    return steps;
}

/* anchors: a '^' at its start holds the pattern to the text's beginning. */
static void check_pattern(lua_State *L, bool plain, bool anchors)
{
    size_t subject, length;
    (void)luaL_checklstring(L, 1, &subject);
    const char *pattern = luaL_checklstring(L, 2, &length);
    uint64_t steps = plain ? times_at_most(subject + 1, length + 1) / 8
                           : pattern_steps(pattern, length, subject, anchors);
    bool too_long = !plain && (length > PATTERN_LONGEST || subject > SUBJECT_LONGEST);
    if (too_long || steps > PATTERN_STEPS_MOST) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_STEPS,
                       _("This pattern could take too long on a text of %zu bytes."), subject);
        shy_value(&err, pattern, length);
        shy_hint(&err, _("Use a shorter text, fewer repetitions, or start the pattern with '^'."));
        (void)shy_raise(L, &err);
    }
    shy_tick(L, (subject + length) / 16);
}

static int safe_find(lua_State *L)
{
    check_pattern(L, lua_toboolean(L, 4) != 0, true);
    return call_original(L, lua_gettop(L));
}

static int safe_match(lua_State *L)
{
    check_pattern(L, false, true);
    return call_original(L, lua_gettop(L));
}

/* For gmatch a '^' is a character like any other (Lua 5.4 manual, 6.4, string.gmatch). */
static int safe_gmatch(lua_State *L)
{
    check_pattern(L, false, false);
    return call_original(L, lua_gettop(L));
}

/* string.format without addresses (%p, and %s of a table). */
static int safe_format(lua_State *L)
{
    size_t length;
    const char *format = luaL_checklstring(L, 1, &length);
    int count = lua_gettop(L), arg = 1;
    shy_tick(L, length / 16);
    for (size_t i = 0; i < length; i++) {
        if (format[i] != '%')
            continue;
        if (++i < length && format[i] == '%')
            continue;
        while (i < length && strchr("-+ #0123456789.", format[i]) != NULL && format[i] != '\0')
            i++;
        arg++;
        if (i < length && format[i] == 'p')
            return luaL_argerror(L, 1, "addresses are not available");
        if (i < length && format[i] == 's' && arg <= count) {
            lua_pushcfunction(L, shy_lua_tostring);
            lua_pushvalue(L, arg);
            lua_call(L, 1, 1);
            lua_replace(L, arg);
        }
    }
    return call_original(L, count);
}

const luaL_Reg shy_safe_string[] = {
    {"find", safe_find},  {"format", safe_format}, {"gmatch", safe_gmatch},
    {"gsub", safe_match}, {"match", safe_match},   {"rep", safe_rep},
    {NULL, NULL},
};
