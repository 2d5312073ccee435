/* SPDX-License-Identifier: MIT */
/* Filters: a table of column = value | list | code list | from(n) | to(n) | between(a, b) … */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"

enum { NAMES_MOST = 128 };

/* Columns -------------------------------------------------------------------------------- */

const struct shy_contract *shy_pack_contract(const struct shy_pack *pack, const char *id)
{
    for (size_t i = 0; i < pack->contract_count; i++)
        if (strcmp(pack->contracts[i]->id, id) == 0)
            return pack->contracts[i];
    return pack->catalogue == NULL ? NULL : shy_catalogue_find(pack->catalogue, id);
}

/* Attributes of a code list, of which there are sixteen at most. */
static bool list_has(const json_t *list, const char *text)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
            return true;
    }
    return false;
}

/* The condition by a code list with such an attribute, among those that made the rows. */
static const json_t *find_attribute(const struct shy_pack *pack, const json_t *rows,
                                    const char *name)
{
    for (; rows != NULL; rows = json_object_get(rows, "rows")) {
        size_t i;
        json_t *condition;
        json_array_foreach(json_object_get(rows, "where"), i, condition)
        {
            const char *codes = json_string_value(json_object_get(condition, "codes"));
            const json_t *list = codes == NULL ? NULL : json_object_get(pack->code_lists, codes);
            if (list != NULL && !json_is_true(json_object_get(condition, "not")) &&
                list_has(json_object_get(list, "attributes"), name))
                return condition;
        }
    }
    return NULL;
}

static size_t add_names_of(const struct shy_contract *c, const char **names, size_t count)
{
    for (size_t i = 0; i < c->column_count && count < NAMES_MOST; i++)
        names[count++] = c->columns[i].name;
    return count;
}

/* Whether name is one of the linked contract's columns, alone or as LINK.COLUMN. */
static bool reaches(const struct shy_column *link, const struct shy_contract *to, const char *name)
{
    size_t length = strlen(link->name);
    if (strncmp(name, link->name, length) == 0 && name[length] == '.')
        name += length + 1;
    return shy_contract_column(to, name) >= 0;
}

/* Visits what a contract's columns link to; true when name is one of their columns. With names,
 * collects instead. */
static bool linked_column(const struct shy_pack *pack, const struct shy_contract *c,
                          const char *name, const char **names, size_t *count)
{
    for (size_t i = 0; i < c->column_count; i++) {
        const char *links = c->columns[i].links;
        const struct shy_contract *to = links == NULL ? NULL : shy_pack_contract(pack, links);
        if (to == NULL || to == c)
            continue;
        if (names != NULL)
            *count = add_names_of(to, names, *count);
        else if (reaches(&c->columns[i], to, name))
            return true;
    }
    return false;
}

/* Roughly: the compiler says exactly why there is no age. Here only a misspelt name is to be told
 * from a wrong one. */
static bool has_age(const struct shy_contract *c)
{
    return shy_contract_role(c, SHY_ROLE_PERSON) >= 0 || shy_contract_column(c, "age_from") >= 0 ||
           shy_contract_column(c, "birth_month") >= 0;
}

/* Looked up now rather than by the compiler alone, because here the line is known and the script's
 * own names can be offered. What is found is written as the name; the compiler has the last word.
 */
void shy_set_operand(lua_State *L, json_t *object, const struct shy_box *box, const char *name)
{
    struct shy_pack *pack = shy_pack_of(L);
    const struct shy_contract *c = box->contract;
    const json_t *by_list = NULL;
    if (c != NULL && shy_contract_column(c, name) < 0)
        by_list = find_attribute(pack, box->json, name);
    if (by_list != NULL) {
        const char *list = json_string_value(json_object_get(by_list, "codes"));
        shy_json_set(L, object, "column", json_incref(json_object_get(by_list, "column")));
        shy_json_set(L, object, "attribute", json_sprintf("%s.%s", list, name));
        return;
    }
    if (c == NULL || shy_contract_column(c, name) >= 0 ||
        (strcmp(name, "age") == 0 && has_age(c)) || linked_column(pack, c, name, NULL, NULL)) {
        json_t *text = json_string(name);
        if (text == NULL)
            (void)shy_raisef(L, SHY_E_SCRIPT_VALUE, _("A column's name is not UTF-8."));
        shy_json_set(L, object, "column", text);
        return;
    }
    const char *names[NAMES_MOST];
    size_t count = add_names_of(c, names, 0);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)linked_column(pack, c, name, names, &count);
    for (const luaL_Reg *m = shy_rows_methods; m->name != NULL && count < NAMES_MOST; m++)
        names[count++] = m->name;
    (void)shy_fail(&err, SHY_E_SCRIPT_FIELD, _("'%s' has no column '%s'."), c->id, name);
    shy_nearest(&err, name, names, count);
    (void)shy_raise(L, &err);
}

/* Values --------------------------------------------------------------------------------- */

static bool is_scalar(lua_State *L, int index)
{
    int type = lua_type(L, index);
    return type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN;
}

/* Sets "in" to the scalar or list of scalars at index. A single value is a list of one. */
static void set_in(lua_State *L, json_t *object, int index, const char *column)
{
    json_t *list = json_array();
    size_t count = 1;
    shy_json_set(L, object, "in", list);
    if (is_scalar(L, index)) {
        shy_json_set_value(L, list, NULL, index);
        return;
    }
    if (!shy_is_list(L, index, &count))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                         _("The condition on '%s' is a table with names; a "
                           "list of values is meant."),
                         column);
    if (count == 0)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("The list of values for '%s' is empty."), column);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        if (shy_box_is(L, -1, SHY_BOX_INVALID))
            (void)shy_give_up(L);
        if (!is_scalar(L, -1)) {
            struct shihyo_error err = SHY_ERROR_INIT;
            (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("The list of values for '%s' has in it: %s."),
                           column, shy_kind_at(L, -1));
            if (shy_box_is(L, -1, SHY_BOX_CODES))
                shy_hint(&err, _("One code list stands by itself: item = codes.NAME. For several "
                                 "make a code list that has them all, or use union."));
            (void)shy_raise(L, &err);
        }
        shy_json_set_value(L, list, NULL, lua_gettop(L));
        lua_pop(L, 1);
    }
}

/* Sets the members that the value at index means, on an object without column. */
static void set_test(lua_State *L, json_t *object, int index, const char *column)
{
    const struct shy_box *box = shy_box_at(L, index);
    const char *key;
    json_t *value;
    if (box == NULL && (is_scalar(L, index) || lua_type(L, index) == LUA_TTABLE)) {
        set_in(L, object, index, column);
        return;
    }
    if (box != NULL && box->kind == SHY_BOX_INVALID)
        (void)shy_give_up(L);
    if (box == NULL || (box->kind != SHY_BOX_CONDITION && box->kind != SHY_BOX_CODES)) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("The condition on '%s' cannot be: %s."), column,
                       shy_kind_at(L, index));
        shy_hint(&err, _("A condition is a value, a list of values, codes.NAME, from(n), to(n), "
                         "between(a, b), except(…) or missing()."));
        (void)shy_raise(L, &err);
        return;
    }
    json_object_foreach(box->json, key, value) shy_json_set(L, object, key, json_incref(value));
}

void shy_add_conditions(lua_State *L, json_t *list, const struct shy_box *box, int index)
{
    index = lua_absindex(L, index);
    if (shy_box_is(L, index, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    if (lua_type(L, index) != LUA_TTABLE) {
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("A filter is a table like { item = … }, not %s."),
                         shy_kind_at(L, index));
    }
    size_t count = shy_sorted_keys(L, index);
    int keys = lua_gettop(L);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, (lua_Integer)i);
        const char *name = shy_need_text(L, lua_gettop(L), _("The name of a filter's column"));
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        json_t *condition = json_object();
        shy_json_append(L, list, condition);
        shy_set_operand(L, condition, box, name);
        set_test(L, condition, lua_gettop(L), name);
        lua_pop(L, 2);
    }
    lua_pop(L, 1);
}

/* Functions ------------------------------------------------------------------------------ */

static void set_bound(lua_State *L, json_t *object, const char *key, int index)
{
    if (lua_type(L, index) != LUA_TNUMBER && lua_type(L, index) != LUA_TSTRING)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("A bound is a number or a text, not %s."),
                         shy_kind_at(L, index));
    shy_json_set_value(L, object, key, index);
}

static int from(lua_State *L)
{
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONDITION);
    set_bound(L, box->json, "from", 1);
    return 1;
}

static int to(lua_State *L)
{
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONDITION);
    set_bound(L, box->json, "to", 1);
    return 1;
}

static int between(lua_State *L)
{
    lua_settop(L, 2);
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONDITION);
    set_bound(L, box->json, "from", 1);
    set_bound(L, box->json, "to", 2);
    bool both = lua_type(L, 1) == lua_type(L, 2);
    if (!both || lua_compare(L, 2, 1, LUA_OPLT) != 0)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("between(a, b): a must not be greater than b."));
    return 1;
}

static int except(lua_State *L)
{
    int count = lua_gettop(L);
    if (count == 0)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("except(…) needs what is excepted."));
    if (count > 1) {
        lua_createtable(L, count, 0);
        for (int i = 1; i <= count; i++) {
            lua_pushvalue(L, i);
            lua_rawseti(L, -2, i);
        }
        lua_replace(L, 1);
        lua_settop(L, 1);
    }
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONDITION);
    set_test(L, box->json, 1, "except");
    if (json_is_true(json_object_get(box->json, "not")))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("except(except(…)) says nothing."));
    shy_json_set(L, box->json, "not", json_true());
    return 1;
}

static int state(lua_State *L)
{
    const char *name = shy_need_text(L, 1, _("A state"));
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONDITION);
    size_t count = 0;
    for (; shy_state_names[count] != NULL; count++) {
        if (strcmp(name, shy_state_names[count]) == 0) {
            shy_json_set(L, box->json, "state", json_string(name));
            return 1;
        }
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("There is no state '%s'."), name);
    shy_nearest(&err, name, shy_state_names, count);
    return shy_raise(L, &err);
}

static int missing(lua_State *L)
{
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONDITION);
    shy_json_set(L, box->json, "state", json_string("missing"));
    return 1;
}

const luaL_Reg shy_condition_functions[] = {
    {"between", between}, {"except", except}, {"from", from}, {"missing", missing},
    {"state", state},     {"to", to},         {NULL, NULL},
};
