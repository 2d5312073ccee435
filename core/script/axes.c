/* SPDX-License-Identifier: MIT */
/* What stands beside a value: columns and dimensions, areas, windows of months, rates. */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"

/* Columns and dimensions ----------------------------------------------------------------- */

/* The column remembers its rows: same_month() and within() read them. */
int shy_push_column(lua_State *L, int box_index, const char *name)
{
    box_index = lua_absindex(L, box_index);
    const struct shy_box *of = shy_box_at(L, box_index);
    struct shy_box *column = shy_box_push(L, SHY_BOX_COLUMN);
    shy_set_at(L, column->json);
    shy_set_operand(L, column->json, of, name);
    column->contract = of->contract;
    lua_pushvalue(L, box_index);
    lua_setiuservalue(L, -2, 1);
    return 1;
}

int shy_rows_column(lua_State *L)
{
    const struct shy_box *of = shy_box_at(L, 1);
    if (of == NULL || (of->kind != SHY_BOX_ROWS && of->kind != SHY_BOX_CONTRACT))
        (void)shy_need_rows(L, 1);
    return shy_push_column(L, 1, shy_need_text(L, 2, _("A column's name")));
}

/* A column is a dimension without a label of its own. */
static struct shy_box *need_dim(lua_State *L, int index)
{
    struct shy_box *box = shy_box_at(L, index);
    if (box != NULL && (box->kind == SHY_BOX_COLUMN || box->kind == SHY_BOX_DIM))
        return box;
    if (box != NULL && box->kind == SHY_BOX_INVALID)
        (void)shy_give_up(L);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("A column is needed here, not %s."),
                   shy_kind_at(L, index));
    shy_hint(&err, _("Write the rows and the column's name with a point: care_claims.care_level."));
    (void)shy_raise(L, &err);
    return NULL;
}

/* A copy of the dimension at index 1 at the top of the stack, to be changed. */
static struct shy_box *copy_dim(lua_State *L)
{
    const struct shy_box *from = need_dim(L, 1);
    struct shy_box *dim = shy_box_push(L, SHY_BOX_DIM);
    const char *key;
    json_t *value;
    dim->contract = from->contract;
    dim->size = from->size;
    json_object_foreach(from->json, key, value) shy_json_set(L, dim->json, key, json_incref(value));
    lua_getiuservalue(L, 1, 1);
    lua_setiuservalue(L, -2, 1);
    return dim;
}

static int set_label(lua_State *L, const char *key, const char *what)
{
    lua_settop(L, 2);
    struct shy_box *dim = copy_dim(L);
    (void)shy_need_text(L, 2, what);
    shy_json_set(L, dim->json, key, shy_json_text(L, 2));
    return 1;
}

static int with_total(lua_State *L)
{
    return set_label(L, "total", _("The label of the total"));
}

static int if_missing(lua_State *L)
{
    return set_label(L, "missing", _("The label for 'no value'"));
}

/* The column's own rows become the other rows: in the row's month, or in the window at 2. */
static int other_rows(lua_State *L, const json_t *window)
{
    struct shy_box *dim = copy_dim(L);
    int at = lua_gettop(L);
    lua_getiuservalue(L, at, 1);
    (void)shy_need_rows(L, at + 1);
    shy_json_set_box(L, dim, dim->json, "other", at + 1);
    if (window != NULL) {
        shy_json_set(L, dim->json, "from_month", json_incref(json_object_get(window, "from")));
        shy_json_set(L, dim->json, "to_month", json_incref(json_object_get(window, "to")));
    }
    lua_settop(L, at);
    return 1;
}

static int same_month(lua_State *L)
{
    lua_settop(L, 1);
    return other_rows(L, NULL);
}

static int within(lua_State *L)
{
    lua_settop(L, 2);
    if (shy_box_is(L, 2, SHY_BOX_INVALID))
        return shy_give_up(L);
    return other_rows(L, shy_need_window(L, 2, "within")->json);
}

static int dim(lua_State *L)
{
    lua_settop(L, 2);
    (void)shy_need_text(L, 1, _("The label of a dimension"));
    (void)need_dim(L, 2);
    lua_insert(L, 1);
    return set_label(L, "label", _("The label of a dimension"));
}

/* Areas, windows, rates ------------------------------------------------------------------ */

static int areas_of(lua_State *L)
{
    const char *name = shy_need_text(L, 1, _("A basis of place"));
    struct shy_box *box = shy_box_push(L, SHY_BOX_AREAS_OF);
    size_t count = 0;
    for (; shy_basis_names[count] != NULL; count++) {
        if (strcmp(shy_basis_names[count], name) == 0) {
            shy_json_set(L, box->json, "basis", json_string(name));
            return 1;
        }
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("There are no areas of '%s'."), name);
    shy_nearest(&err, name, shy_basis_names, count);
    shy_hint(&err, _("areas.of takes \"institution\", \"insurer\", \"residence\" or \"none\"."));
    return shy_raise(L, &err);
}

static int areas_all(lua_State *L)
{
    const char *name = shy_need_text(L, 1, _("An area set"));
    struct shy_box *box = shy_box_push(L, SHY_BOX_AREAS_ALL);
    if (name[0] == '\0' || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
        return shy_raisef(L, SHY_E_ID_INVALID,
                          _("The area set '%s' may only have the letters a to z, digits and '_'."),
                          name);
    shy_json_set(L, box->json, "set", json_string(name));
    return 1;
}

/* 0 is the row's own month; months of two different rows are never counted in days. */
static int months(lua_State *L)
{
    int64_t first = shy_need_int(L, 1, _("The first month of a window"));
    int64_t last = shy_need_int(L, 2, _("The last month of a window"));
    struct shy_box *box = shy_box_push(L, SHY_BOX_MONTHS);
    const struct shy_param *p = shy_operator_param(shy_operator(SHY_OP_FOLLOWED_BY), "to_month");
    if (first < 0 || first > last || last > p->max)
        return shy_raisef(
            L, SHY_E_SCRIPT_TYPE,
            _("months(a, b): a and b count from the row's month (0), a not above b."));
    shy_json_set(L, box->json, "from", json_integer(first));
    shy_json_set(L, box->json, "to", json_integer(last));
    return 1;
}

/* Ages are whole years; from(74.5) is a slip. */
static int64_t age_bound(lua_State *L, const json_t *condition, const char *key)
{
    const json_t *bound = json_object_get(condition, key);
    int64_t years = json_is_integer(bound) ? json_integer_value(bound) : -1;
    if (years < 0 || years > 150)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("An age is a whole number of years."));
    return years;
}

static void set_ages(lua_State *L, json_t *object, int index)
{
    const struct shy_box *box = shy_box_at(L, index);
    if (box == NULL) {
        int64_t years = shy_need_int(L, index, "age");
        shy_json_set(L, object, "age_from", json_integer(years));
        shy_json_set(L, object, "age_to", json_integer(years));
        return;
    }
    const json_t *from_ = json_object_get(box->json, "from"),
                 *to_ = json_object_get(box->json, "to");
    if (box->kind == SHY_BOX_INVALID)
        (void)shy_give_up(L);
    if (box->kind != SHY_BOX_CONDITION || (from_ == NULL && to_ == NULL) ||
        json_object_get(box->json, "not") != NULL)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                         _("Ages of a population are from(75), to(14) or between(65, 74)."));
    if (from_ != NULL)
        shy_json_set(L, object, "age_from", json_integer(age_bound(L, box->json, "from")));
    if (to_ != NULL)
        shy_json_set(L, object, "age_to", json_integer(age_bound(L, box->json, "to")));
}

static void set_word(lua_State *L, json_t *object, const char *key, int index, const char *one,
                     const char *other)
{
    const char *text = shy_need_text(L, index, key);
    if (strcmp(text, one) != 0 && strcmp(text, other) != 0)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is \"%s\" or \"%s\"."), key, one, other);
    shy_json_set(L, object, key, json_string(text));
}

/* Nothing at all means everybody, by the latest table. */
static int population(lua_State *L)
{
    static const char *const known[] = {"age", "sex", "year"};
    lua_settop(L, 1);
    if (!lua_isnil(L, 1) && lua_type(L, 1) != LUA_TTABLE)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("population is called with a table, not %s."),
                          shy_kind_at(L, 1));
    struct shy_box *box = shy_box_push(L, SHY_BOX_POPULATION);
    size_t count = lua_isnil(L, 1) ? 0 : shy_sorted_keys(L, 1);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, 3, (lua_Integer)i);
        const char *name = shy_need_text(L, 4, _("A field's name"));
        lua_pushvalue(L, 4);
        lua_rawget(L, 1);
        if (strcmp(name, "age") == 0)
            set_ages(L, box->json, 5);
        else if (strcmp(name, "sex") == 0)
            set_word(L, box->json, "sex", 5, "female", "male");
        else if (strcmp(name, "year") == 0)
            set_word(L, box->json, "year", 5, "latest", "same");
        else
            return shy_unknown_field(L, name, "population", known, 3);
        lua_settop(L, 3);
    }
    lua_settop(L, 2);
    return 1;
}

static int per(lua_State *L)
{
    lua_settop(L, 2);
    int64_t n = shy_need_int(L, 1, _("The first thing in per(n, population { … })"));
    if (n < 1 || n > 1000000000)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("per(n, …): n must be from 1 to 1000000000."));
    if (!shy_box_is(L, 2, SHY_BOX_POPULATION))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("per(n, …) needs population { … }, not %s."),
                          shy_kind_at(L, 2));
    struct shy_box *box = shy_box_push(L, SHY_BOX_RATE);
    shy_set_at(L, box->json);
    shy_json_set(L, box->json, "per", json_integer(n));
    shy_json_set_box(L, box, box->json, "population", 2);
    return 1;
}

const luaL_Reg shy_axis_functions[] = {
    {"dim", dim}, {"months", months}, {"per", per}, {"population", population}, {NULL, NULL},
};

const luaL_Reg shy_area_functions[] = {
    {"all", areas_all},
    {"of", areas_of},
    {NULL, NULL},
};

const luaL_Reg shy_dim_methods[] = {
    {"missing", if_missing},
    {"same_month", same_month},
    {"within", within},
    {"with_total", with_total},
    {NULL, NULL},
};
