/* SPDX-License-Identifier: MIT */
/* What the function of an each_person sees, and its value: persons counted, or numbers added; and
 * person_rows, whose function gives rows that operators work on. */
#include "config.h"

#include "core/script/fields.h"

#include <string.h>

#include "core/base/i18n.h"

#define COUNT(list) (sizeof list / sizeof list[0])

enum { NEEDS_MOST = 32, MADE_MOST = 16 };

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

/* Names of columns that not every source has. Whether a need has them the plan knows. */
static void read_reads(lua_State *L, json_t *node, int index)
{
    size_t count;
    if (lua_isnil(L, index))
        return;
    if (!shy_is_list(L, index, &count))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'reads' is a list of names of columns."));
    json_t *list = json_array();
    shy_json_set(L, node, "reads", list);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        (void)shy_need_text(L, lua_gettop(L), "reads");
        shy_json_append(L, list, shy_json_text(L, lua_gettop(L)));
        lua_pop(L, 1);
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

static void push_fields(lua_State *L, int table, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, names[i]);
        lua_rawget(L, table);
    }
}

void shy_each_person_value(struct shy_form *form)
{
    static const char *const names[] = {"needs", "count", "sum", "reads"};
    lua_State *L = form->L;
    int top = lua_gettop(L);
    json_t *value = json_object(), *rows = json_object();
    shy_json_set(L, form->object, "value", value);
    shy_json_set(L, value, "rows", rows);
    shy_set_at(L, value);
    shy_set_at(L, rows);
    push_fields(L, form->table, names, COUNT(names));
    int function = find_function(L, top + 2, top + 3);
    bool sum = function == top + 3;
    shy_json_set(L, value, "op", json_string(sum ? "sum" : "persons"));
    shy_json_set(L, rows, "op", json_string("each_person"));
    shy_json_set(L, rows, "gives", json_string(sum ? "numbers" : "months"));
    read_needs(form, rows, top + 1);
    read_reads(L, rows, top + 4);
    shy_keep_function(L, rows, function, true);
    lua_settop(L, top);
}

/* Rows that a function makes --------------------------------------------------------------- */

/* The contract of such rows as far as scripts look at it: names of columns. The plan makes the one
 * that engines use. */
struct made {
    struct shy_column columns[MADE_MOST + 2];
    size_t count;
};

/* name = "int", "decimal", or the list of texts that a code can be. */
static void read_made(lua_State *L, json_t *list, struct made *made, int key, int index)
{
    json_t *column = json_object();
    size_t count;
    const char *name = shy_need_text(L, key, _("The name of a column"));
    bool code = shy_is_list(L, index, &count);
    shy_json_append(L, list, column);
    shy_json_set(L, column, "name", shy_json_text(L, key));
    if (code)
        shy_json_set(L, column, "type", json_string("code"));
    else
        (void)shy_need_text(L, index, name);
    if (code)
        shy_json_set_value(L, column, "values", index);
    else
        shy_json_set(L, column, "type", shy_json_text(L, index));
    if (made->count == COUNT(made->columns))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("A function gives at most %d columns."),
                         (int)MADE_MOST);
    const char *kept = shy_arena_strdup(&shy_pack_of(L)->arena, name);
    if (kept == NULL)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    made->columns[made->count++] = (struct shy_column){.name = kept,
                                                       .type = code ? SHY_CODE_T : SHY_INT_T,
                                                       .min = 1,
                                                       .label_ja = kept,
                                                       .label_en = kept};
}

static const struct shy_contract *keep_contract(lua_State *L, const struct made *made)
{
    struct shy_arena *arena = &shy_pack_of(L)->arena;
    struct shy_contract *contract = shy_arena_alloc(arena, 1, sizeof *contract);
    struct shy_column *columns = shy_arena_alloc(arena, made->count, sizeof *columns);
    if (contract == NULL || columns == NULL)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    memcpy(columns, made->columns, made->count * sizeof *columns);
    *contract = (struct shy_contract){.id = "person_rows",
                                      .person_level = true,
                                      .made = true,
                                      .columns = columns,
                                      .column_count = made->count};
    return contract;
}

static const struct shy_contract *read_columns(lua_State *L, json_t *node, int table)
{
    struct made made = {.columns = {{.name = "person",
                                     .type = SHY_CODE_T,
                                     .role = SHY_ROLE_PERSON,
                                     .links = "persons"},
                                    {.name = "month", .type = SHY_MONTH_T, .role = SHY_ROLE_MONTH}},
                        .count = 2};
    json_t *list = json_array();
    shy_json_set(L, node, "columns", list);
    if (lua_type(L, table) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                         _("person_rows needs columns = { name = \"int\", … }."));
    size_t count = shy_sorted_keys(L, table);
    int sorted = lua_gettop(L);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, sorted, (lua_Integer)i);
        lua_pushvalue(L, -1);
        lua_rawget(L, table);
        read_made(L, list, &made, lua_gettop(L) - 1, lua_gettop(L));
        lua_settop(L, sorted);
    }
    return keep_contract(L, &made);
}

/* person_rows { needs = …, columns = …, rows = function(person) … end } */
int shy_person_rows(lua_State *L)
{
    static const struct shy_field_spec fields[] = {{"columns", SHY_FIELD_OTHER, .required = true},
                                                   {"needs", SHY_FIELD_OTHER, .required = true},
                                                   {"reads", SHY_FIELD_OTHER},
                                                   {"rows", SHY_FIELD_OTHER, .required = true}};
    static const char *const names[] = {"needs", "columns", "reads", "rows"};
    struct shy_form form = {.L = L, .of = "person_rows", .table = 1};
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TTABLE)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE,
                          _("person_rows takes a table { needs = …, columns = …, rows = … }."));
    form.box = shy_box_push(L, SHY_BOX_ROWS);
    form.object = form.box->json;
    shy_form_read(&form, fields, COUNT(fields));
    if (form.bad)
        return shy_give_up(L);
    json_t *node = form.box->json;
    shy_json_set(L, node, "op", json_string("each_person"));
    shy_json_set(L, node, "gives", json_string("rows"));
    shy_set_at(L, node);
    push_fields(L, 1, names, COUNT(names));
    if (lua_type(L, 6) != LUA_TFUNCTION || lua_iscfunction(L, 6))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE,
                          _("person_rows calls a function(person) … end, not %s."),
                          shy_kind_at(L, 6));
    read_needs(&form, node, 3);
    form.box->contract = read_columns(L, node, 4);
    read_reads(L, node, 5);
    shy_keep_function(L, node, 6, true);
    lua_settop(L, 2);
    return 1;
}
