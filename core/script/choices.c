/* SPDX-License-Identifier: MIT */
/* Choices among values, numbers among them, and values of other periods and areas. */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/number.h"

enum { DIGITS_MOST = 9 };

/* Numbers -------------------------------------------------------------------------------- */

/* 0.7 is seven tenths: what the author wrote, not the double next to it. */
static void number_node(lua_State *L, int index)
{
    char text[64];
    int64_t mantissa = 0;
    int scale = 0;
    if (lua_isinteger(L, index)) {
        mantissa = lua_tointeger(L, index);
    } else {
        shy_double_shortest(lua_tonumber(L, index), text, sizeof text);
        if (!shy_decimal_parse(text, strlen(text), &mantissa, &scale) || scale > DIGITS_MOST)
            (void)shy_raisef(L, SHY_E_SCRIPT_VALUE,
                             _("A number in a value has at most %d digits behind the point."),
                             (int)DIGITS_MOST);
    }
    struct shy_box *node = shy_new_node(L, SHY_OP_NUMBER);
    shy_json_set(L, node->json, "number", json_integer(mantissa));
    shy_json_set(L, node->json, "digits", json_integer(scale));
    lua_replace(L, index);
}

struct shy_box *shy_need_operand(lua_State *L, int index)
{
    if (lua_type(L, index) == LUA_TNUMBER)
        number_node(L, lua_absindex(L, index));
    return shy_need_cells(L, index);
}

int shy_since(lua_State *L)
{
    (void)shy_need_text(L, 1, _("The period of 'since'"));
    struct shy_box *node = shy_new_node(L, SHY_OP_SINCE);
    shy_json_set(L, node->json, "period", shy_json_text(L, 1));
    return 1;
}

/* Choices -------------------------------------------------------------------------------- */

int shy_highest(lua_State *L)
{
    return shy_terms(L, SHY_OP_HIGHEST, true);
}

int shy_lowest(lua_State *L)
{
    return shy_terms(L, SHY_OP_LOWEST, true);
}

int shy_first_of(lua_State *L)
{
    return shy_terms(L, SHY_OP_FIRST_OF, true);
}

static int wrong_case(lua_State *L, int number)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("Case %d of 'choose' is not { condition, value }."),
                   number);
    shy_hint(&err, _("Only the last may be a value alone: it is taken where no condition holds."));
    return shy_raise(L, &err);
}

/* choose { { condition, value }, …, value } */
int shy_choose(lua_State *L)
{
    int count = shy_spread_terms(L);
    struct shy_box *node = shy_new_node(L, SHY_OP_CHOOSE);
    json_t *of = json_array();
    int top = lua_gettop(L);
    size_t members;
    shy_json_set(L, node->json, "of", of);
    for (int i = 1; i <= count; i++) {
        bool pair = shy_is_list(L, i, &members) && members == 2;
        if (!pair && (i < count || i == 1 || lua_type(L, i) == LUA_TTABLE))
            return wrong_case(L, i);
        for (int k = 1; pair && k <= 2; k++) {
            lua_rawgeti(L, i, k);
            if (shy_box_is(L, top + 1, SHY_BOX_INVALID))
                return shy_give_up(L);
            (void)shy_need_operand(L, top + 1);
            shy_json_append_box(L, node, of, top + 1);
            lua_settop(L, top);
        }
        if (!pair) {
            (void)shy_need_operand(L, i);
            shy_json_append_box(L, node, of, i);
        }
    }
    if (count == 0)
        return wrong_case(L, 1);
    return 1;
}

/* Methods of values ------------------------------------------------------------------------ */

static int with_options(lua_State *L, enum shy_op op)
{
    lua_settop(L, 2);
    (void)shy_need_cells(L, 1);
    struct shy_box *node = shy_new_node(L, op);
    shy_json_set_box(L, node, node->json, "value", 1);
    shy_set_options(L, node, NULL, op, 2);
    return 1;
}

int shy_rounded(lua_State *L)
{
    return with_options(L, SHY_OP_ROUNDED);
}

int shy_earlier(lua_State *L)
{
    return with_options(L, SHY_OP_EARLIER);
}

int shy_most_recent(lua_State *L)
{
    return with_options(L, SHY_OP_MOST_RECENT);
}

/* value:interpolate { from = …, to = …, start = … }. The start is a value, so it is taken out of a
 * copy of the options before these are read. */
int shy_interpolate(lua_State *L)
{
    lua_settop(L, 2);
    (void)shy_need_cells(L, 1);
    if (lua_type(L, 2) != LUA_TTABLE)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE,
                          _("Options of '%s' are a table with names, not %s."),
                          shy_op_name(SHY_OP_INTERPOLATE), shy_kind_at(L, 2));
    lua_newtable(L);
    for (lua_pushnil(L); lua_next(L, 2) != 0; lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        lua_pushvalue(L, -2);
        lua_rawset(L, 3);
    }
    lua_pushliteral(L, "start");
    lua_pushnil(L);
    lua_rawset(L, 3);
    lua_pushliteral(L, "start");
    lua_rawget(L, 2);
    if (!lua_isnil(L, 4) && !shy_box_is(L, 4, SHY_BOX_INVALID))
        (void)shy_need_operand(L, 4);
    struct shy_box *node = shy_new_node(L, SHY_OP_INTERPOLATE);
    shy_json_set_box(L, node, node->json, "value", 1);
    if (shy_box_is(L, 4, SHY_BOX_INVALID))
        return shy_give_up(L);
    if (!lua_isnil(L, 4))
        shy_json_set_box(L, node, node->json, "start", 4);
    shy_set_options(L, node, NULL, SHY_OP_INTERPOLATE, 3);
    return 1;
}

/* value:each_area(areas.all "SET" or rows, options) */
int shy_each_area(lua_State *L)
{
    lua_settop(L, 3);
    (void)shy_need_cells(L, 1);
    bool named = shy_box_is(L, 2, SHY_BOX_AREAS_ALL);
    if (!named)
        (void)shy_need_rows(L, 2);
    struct shy_box *node = shy_new_node(L, SHY_OP_EACH_AREA);
    shy_json_set_box(L, node, node->json, "value", 1);
    if (named)
        shy_json_set(L, node->json, "set",
                     json_incref(json_object_get(shy_box_at(L, 2)->json, "set")));
    else
        shy_json_set_box(L, node, node->json, "rows", 2);
    shy_set_options(L, node, NULL, SHY_OP_EACH_AREA, 3);
    return 1;
}
