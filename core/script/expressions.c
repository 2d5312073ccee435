/* SPDX-License-Identifier: MIT */
/*
 * Operators: from calls and methods to nodes of docs/plan.md. Named options are those that
 * core/plan/operators.h lists for the operator, so that a new one needs no line here.
 */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"

enum { NAMES_MOST = 32 };

/* Operands ------------------------------------------------------------------------------- */

/* The rows of a whole contract, in place of it. */
static struct shy_box *all_rows(lua_State *L, int index)
{
    const struct shy_box *contract = shy_box_at(L, index);
    struct shy_box *rows = shy_box_push(L, SHY_BOX_ROWS);
    rows->contract = contract->contract;
    shy_json_set(L, rows->json, "op", json_string("scan"));
    shy_set_at(L, rows->json);
    shy_json_set(L, rows->json, "contract",
                 json_incref(json_object_get(contract->json, "contract")));
    shy_json_set(L, rows->json, "where", json_array());
    lua_replace(L, index);
    return rows;
}

struct shy_box *shy_need_rows(lua_State *L, int index)
{
    struct shy_box *box = shy_box_at(L, index);
    if (box != NULL && box->kind == SHY_BOX_ROWS)
        return box;
    if (box != NULL && box->kind == SHY_BOX_CONTRACT)
        return all_rows(L, index);
    if (box != NULL && box->kind == SHY_BOX_INVALID)
        (void)shy_give_up(L);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("Rows are needed here, not %s."),
                   shy_kind_at(L, index));
    if (box != NULL && box->kind == SHY_BOX_CELLS)
        shy_hint(&err, _("Take the rows before they are counted or added."));
    (void)shy_raise(L, &err);
    return NULL;
}

struct shy_box *shy_need_cells(lua_State *L, int index)
{
    struct shy_box *box = shy_box_at(L, index);
    if (box != NULL && box->kind == SHY_BOX_CELLS)
        return box;
    if (box != NULL && box->kind == SHY_BOX_INVALID)
        (void)shy_give_up(L);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("A value is needed here, not %s."),
                   shy_kind_at(L, index));
    if (box != NULL && (box->kind == SHY_BOX_ROWS || box->kind == SHY_BOX_CONTRACT))
        shy_hint(&err, _("Say what is counted: ':persons()', ':rows()', ':distinct \"column\"' or "
                         "':sum()'."));
    (void)shy_raise(L, &err);
    return NULL;
}

/* New node with its operator and place. The place goes into the document: the compiler's messages
 * name the author's line. */
struct shy_box *shy_new_node(lua_State *L, enum shy_op op)
{
    const struct shy_operator *o = shy_operator(op);
    struct shy_box *box =
        shy_box_push(L, o->level == SHY_LEVEL_ROWS ? SHY_BOX_ROWS : SHY_BOX_CELLS);
    shy_json_set(L, box->json, "op", json_string(o->name));
    shy_set_at(L, box->json);
    return box;
}

/* Options -------------------------------------------------------------------------------- */

/* Rows, values, conditions and contracts are what a method is called on and with; all else goes by
 * name. */
static bool is_option(const struct shy_param *p)
{
    switch (p->type) {
    case SHY_PARAM_CHOICE:
    case SHY_PARAM_INT:
    case SHY_PARAM_TEXT:
    case SHY_PARAM_AREA_SET:
    case SHY_PARAM_PERIOD:
    case SHY_PARAM_COLUMN:
    case SHY_PARAM_MEASURE:
    case SHY_PARAM_LEVELS:
    case SHY_PARAM_NUMBER:
        return true;
    default:
        return false;
    }
}

/* Checked here too, though the compiler does it, because the script still knows the line. */
static void set_choice(lua_State *L, json_t *object, const struct shy_param *p, int index)
{
    const char *text = shy_need_text(L, index, p->name);
    size_t count = 0;
    for (; p->choices[count] != NULL; count++) {
        if (strcmp(p->choices[count], text) == 0) {
            shy_json_set(L, object, p->name, json_string(text));
            return;
        }
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text list = {0};
    (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' cannot be '%s'."), p->name, text);
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&list, "%s\"%s\"", i > 0 ? ", " : "", p->choices[i]);
    shy_hint(&err, _("It is one of: %s."), shy_text_get(&list));
    shy_text_free(&list);
    (void)shy_raise(L, &err);
}

static void set_column(lua_State *L, struct shy_box *node, const struct shy_box *rows,
                       const struct shy_param *p, int index)
{
    const struct shy_box *given = shy_box_at(L, index);
    if (given == NULL) {
        const char *name = shy_need_text(L, index, p->name);
        struct shy_box *column = shy_box_push(L, SHY_BOX_RAW);
        shy_set_operand(L, column->json, rows, name);
        index = lua_gettop(L);
        given = column;
    } else if (given->kind != SHY_BOX_COLUMN) {
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is the name of a column, not %s."), p->name,
                         shy_kind_at(L, index));
    }
    json_t *column = json_object_get(given->json, "column");
    json_t *attribute = json_object_get(given->json, "attribute");
    if (attribute == NULL) {
        shy_json_set(L, node->json, p->name, json_incref(column));
        return;
    }
    json_t *both = json_object();
    shy_json_set(L, node->json, p->name, both);
    shy_json_set(L, both, "column", json_incref(column));
    shy_json_set(L, both, "attribute", json_incref(attribute));
}

void shy_set_number(lua_State *L, json_t *object, const char *name, int index)
{
    if (shy_box_is(L, index, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    if (lua_type(L, index) != LUA_TNUMBER)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is a number, not %s."), name,
                         shy_kind_at(L, index));
    shy_json_set_value(L, object, name, index);
}

/* A number, or a list of numbers; which ones the plan says. */
static void set_levels(lua_State *L, json_t *object, const struct shy_param *p, int index)
{
    size_t count;
    if (lua_type(L, index) != LUA_TNUMBER && !shy_is_list(L, index, &count))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE,
                         _("'%s' is a level of confidence or a list of them, "
                           "not %s."),
                         p->name, shy_kind_at(L, index));
    shy_json_set_value(L, object, p->name, index);
}

static void set_option(lua_State *L, struct shy_box *node, const struct shy_box *rows,
                       const struct shy_param *p, int index)
{
    if (shy_box_is(L, index, SHY_BOX_INVALID))
        (void)shy_give_up(L);
    if (p->type == SHY_PARAM_CHOICE) {
        set_choice(L, node->json, p, index);
    } else if (p->type == SHY_PARAM_INT) {
        int64_t n = shy_need_int(L, index, p->name);
        if (n < p->min || n > p->max)
            (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' must be from %lld to %lld."), p->name,
                             (long long)p->min, (long long)p->max);
        shy_json_set(L, node->json, p->name, json_integer(n));
    } else if (p->type == SHY_PARAM_NUMBER) {
        shy_set_number(L, node->json, p->name, index);
    } else if (p->type == SHY_PARAM_LEVELS) {
        set_levels(L, node->json, p, index);
    } else if (p->type == SHY_PARAM_COLUMN || p->type == SHY_PARAM_MEASURE) {
        set_column(L, node, rows, p, index);
    } else if (p->type == SHY_PARAM_AREA_SET && shy_box_is(L, index, SHY_BOX_AREAS_ALL)) {
        shy_json_set(L, node->json, p->name,
                     json_incref(json_object_get(shy_box_at(L, index)->json, "set")));
    } else {
        (void)shy_need_text(L, index, p->name);
        shy_json_set(L, node->json, p->name, shy_json_text(L, index));
    }
}

/* Sets the options in the table at index, if there is one. rows: what columns are of. */
void shy_set_options(lua_State *L, struct shy_box *node, const struct shy_box *rows, enum shy_op op,
                     int index)
{
    const struct shy_operator *o = shy_operator(op);
    if (lua_isnoneornil(L, index))
        return;
    if (lua_type(L, index) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("Options of '%s' are a table with names, not %s."),
                         o->name, shy_kind_at(L, index));
    size_t count = shy_sorted_keys(L, index);
    int keys = lua_gettop(L);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, (lua_Integer)i);
        const char *name = shy_need_text(L, lua_gettop(L), _("An option's name"));
        const struct shy_param *p = shy_operator_param(o, name);
        if (p == NULL || !is_option(p)) {
            const char *names[NAMES_MOST];
            size_t known = 0;
            for (size_t k = 0; k < o->param_count && known < NAMES_MOST; k++)
                if (is_option(&o->params[k]))
                    names[known++] = o->params[k].name;
            (void)shy_unknown_field(L, name, o->name, names, known);
            return;
        }
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        set_option(L, node, rows, p, lua_gettop(L));
        lua_settop(L, keys);
    }
    lua_pop(L, 1);
}

/* Rows ----------------------------------------------------------------------------------- */

int shy_contract_rows(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    struct shy_box *rows = all_rows(L, 3);
    json_t *where = json_object_get(rows->json, "where");
    shy_add_conditions(L, where, rows, 2);
    rows->size += json_array_size(where);
    lua_settop(L, 3);
    return 1;
}

/* A node of its own rather than more conditions of the scan: what stands behind discharges must be
 * asked behind them. */
static int where(lua_State *L)
{
    lua_settop(L, 2);
    const struct shy_box *rows = shy_need_rows(L, 1);
    struct shy_box *node = shy_new_node(L, SHY_OP_WHERE);
    json_t *list = json_array();
    node->contract = rows->contract;
    shy_json_set(L, node->json, "where", list);
    shy_json_set_box(L, node, node->json, "rows", 1);
    shy_add_conditions(L, list, rows, 2);
    node->size += json_array_size(list);
    return 1;
}

/* rows:op(other, options). The rows keep their contract; the other side only decides which of them
 * stay. */
static int with_other(lua_State *L, enum shy_op op)
{
    lua_settop(L, 3);
    const struct shy_box *rows = shy_need_rows(L, 1);
    (void)shy_need_rows(L, 2);
    struct shy_box *node = shy_new_node(L, op);
    node->contract = rows->contract;
    shy_json_set_box(L, node, node->json, "rows", 1);
    shy_json_set_box(L, node, node->json, "other", 2);
    shy_set_options(L, node, rows, op, 3);
    return 1;
}

static int having(lua_State *L)
{
    return with_other(L, SHY_OP_HAVING);
}

static int lacking(lua_State *L)
{
    return with_other(L, SHY_OP_LACKING);
}

const struct shy_box *shy_need_window(lua_State *L, int index, const char *what)
{
    if (!shy_box_is(L, index, SHY_BOX_MONTHS)) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' needs a window of months, not %s."), what,
                       shy_kind_at(L, index));
        shy_hint(&err, _("Write months(1, 6) for the six months after the row's month; 0 is the "
                         "row's own month."));
        (void)shy_raise(L, &err);
    }
    return shy_box_at(L, index);
}

/* rows:op(other, months(a, b)) */
static int with_window(lua_State *L, enum shy_op op)
{
    lua_settop(L, 3);
    const struct shy_box *rows = shy_need_rows(L, 1);
    (void)shy_need_rows(L, 2);
    if (shy_box_is(L, 3, SHY_BOX_INVALID))
        return shy_give_up(L);
    const json_t *window = shy_need_window(L, 3, shy_operator(op)->name)->json;
    struct shy_box *node = shy_new_node(L, op);
    node->contract = rows->contract;
    shy_json_set_box(L, node, node->json, "rows", 1);
    shy_json_set_box(L, node, node->json, "other", 2);
    shy_json_set(L, node->json, "from_month", json_incref(json_object_get(window, "from")));
    shy_json_set(L, node->json, "to_month", json_incref(json_object_get(window, "to")));
    return 1;
}

static int followed_by(lua_State *L)
{
    return with_window(L, SHY_OP_FOLLOWED_BY);
}

static int not_followed_by(lua_State *L)
{
    return with_window(L, SHY_OP_NOT_FOLLOWED_BY);
}

static int preceded_by(lua_State *L)
{
    return with_window(L, SHY_OP_PRECEDED_BY);
}

static int not_preceded_by(lua_State *L)
{
    return with_window(L, SHY_OP_NOT_PRECEDED_BY);
}

/* rows:op { options }. A contract stands for all its rows. */
static struct shy_box *of_rows(lua_State *L, enum shy_op op, bool options)
{
    lua_settop(L, 2);
    const struct shy_box *rows = shy_need_rows(L, 1);
    struct shy_box *node = shy_new_node(L, op);
    if (node->kind == SHY_BOX_ROWS)
        node->contract = rows->contract;
    shy_json_set_box(L, node, node->json, "rows", 1);
    if (options)
        shy_set_options(L, node, rows, op, 2);
    else if (!lua_isnil(L, 2))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("':%s()' takes nothing in its brackets."),
                         shy_operator(op)->name);
    return node;
}

static int discharges(lua_State *L)
{
    (void)of_rows(L, SHY_OP_DISCHARGES, true);
    return 1;
}

static int earliest(lua_State *L)
{
    struct shy_box *node = of_rows(L, SHY_OP_PICK, false);
    shy_json_set(L, node->json, "keep", json_string("earliest"));
    return 1;
}

static int latest(lua_State *L)
{
    struct shy_box *node = of_rows(L, SHY_OP_PICK, false);
    shy_json_set(L, node->json, "keep", json_string("latest"));
    return 1;
}

/* Leaves them as arguments 1…n. The list is bounded before
 * it is spread: Lua does not check the room on its stack for what C pushes, so a long list would be
 * written past its end. */
int shy_spread_terms(lua_State *L)
{
    size_t count;
    if (lua_gettop(L) != 1 || !shy_is_list(L, 1, &count))
        return lua_gettop(L);
    if (count > SHY_NODES_MOST)
        return shy_too_many_nodes(L);
    luaL_checkstack(L, (int)count + 20, "too many terms");
    for (size_t i = 1; i <= count; i++)
        lua_rawgeti(L, 1, (lua_Integer)i);
    lua_remove(L, 1);
    return (int)count;
}

int shy_terms(lua_State *L, enum shy_op op, bool of_cells)
{
    int count = shy_spread_terms(L);
    const struct shy_param *p = &shy_operator(op)->params[0];
    if (count < p->min || (p->max > 0 && count > p->max))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("'%s' is given %d terms."),
                          shy_operator(op)->name, count);
    struct shy_box *node = shy_new_node(L, op);
    json_t *of = json_array();
    shy_json_set(L, node->json, "of", of);
    for (int i = 1; i <= count; i++) {
        if (of_cells)
            (void)shy_need_operand(L, i);
        else
            node->contract = shy_need_rows(L, i)->contract;
        shy_json_append_box(L, node, of, i);
    }
    return 1;
}

static int rows_union(lua_State *L)
{
    return shy_terms(L, SHY_OP_UNION, false);
}

/* Rows to cells -------------------------------------------------------------------------- */

static int rows(lua_State *L)
{
    (void)of_rows(L, SHY_OP_ROWS, false);
    return 1;
}

static int persons(lua_State *L)
{
    (void)of_rows(L, SHY_OP_PERSONS, false);
    return 1;
}

static int claims(lua_State *L)
{
    (void)of_rows(L, SHY_OP_CLAIMS, false);
    return 1;
}

static int areas(lua_State *L)
{
    (void)of_rows(L, SHY_OP_AREAS, true);
    return 1;
}

/* rows:mean(), rows:mean "column" */
static int mean(lua_State *L)
{
    lua_settop(L, 2);
    const struct shy_box *of = shy_need_rows(L, 1);
    struct shy_box *node = shy_new_node(L, SHY_OP_MEAN);
    shy_json_set_box(L, node, node->json, "rows", 1);
    if (!lua_isnil(L, 2))
        set_option(L, node, of, shy_operator_param(shy_operator(SHY_OP_MEAN), "column"), 2);
    lua_settop(L, 3);
    return 1;
}

/* A column of the rows, of what they link to, or an attribute of a list. */
static int distinct(lua_State *L)
{
    lua_settop(L, 2);
    const struct shy_box *of = shy_need_rows(L, 1);
    struct shy_box *node = shy_new_node(L, SHY_OP_DISTINCT);
    shy_json_set_box(L, node, node->json, "rows", 1);
    set_option(L, node, of, shy_operator_param(shy_operator(SHY_OP_DISTINCT), "column"), 2);
    lua_settop(L, 3);
    return 1;
}

/* rows:sum(), rows:sum("column"), rows:sum("column", { … }), rows:sum { … } */
static int sum(lua_State *L)
{
    lua_settop(L, 3);
    const struct shy_box *of = shy_need_rows(L, 1);
    struct shy_box *node = shy_new_node(L, SHY_OP_SUM);
    int options = 3;
    shy_json_set_box(L, node, node->json, "rows", 1);
    if (lua_type(L, 2) == LUA_TTABLE)
        options = 2;
    else if (!lua_isnil(L, 2))
        set_option(L, node, of, shy_operator_param(shy_operator(SHY_OP_SUM), "column"), 2);
    shy_set_options(L, node, of, SHY_OP_SUM, options);
    lua_settop(L, 4);
    return 1;
}

/* Cells ---------------------------------------------------------------------------------- */

/* Values have no columns, so no option of theirs names one. */
int shy_of_value(lua_State *L, enum shy_op op, bool options)
{
    lua_settop(L, 2);
    (void)shy_need_cells(L, 1);
    struct shy_box *node = shy_new_node(L, op);
    shy_json_set_box(L, node, node->json, "value", 1);
    if (options)
        shy_set_options(L, node, NULL, op, 2);
    else if (!lua_isnil(L, 2))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("':%s()' takes nothing in its brackets."),
                          shy_operator(op)->name);
    return 1;
}

static int monthly_average(lua_State *L)
{
    return shy_of_value(L, SHY_OP_MONTHLY_AVERAGE, false);
}

/* value:if_delivered(rows) */
static int if_delivered(lua_State *L)
{
    lua_settop(L, 2);
    (void)shy_need_cells(L, 1);
    (void)shy_need_rows(L, 2);
    struct shy_box *node = shy_new_node(L, SHY_OP_IF_DELIVERED);
    shy_json_set_box(L, node, node->json, "value", 1);
    shy_json_set_box(L, node, node->json, "rows", 2);
    return 1;
}

static int growth(lua_State *L)
{
    return shy_of_value(L, SHY_OP_GROWTH, true);
}

static int rank(lua_State *L)
{
    return shy_of_value(L, SHY_OP_RANK, true);
}

static int top_half(lua_State *L)
{
    return shy_of_value(L, SHY_OP_TOP_HALF, true);
}

static int compare(lua_State *L)
{
    return shy_of_value(L, SHY_OP_COMPARE, true);
}

static int funnel(lua_State *L)
{
    return shy_of_value(L, SHY_OP_FUNNEL, true);
}

static int trend(lua_State *L)
{
    return shy_of_value(L, SHY_OP_TREND, true);
}

static int quantile(lua_State *L)
{
    return shy_of_value(L, SHY_OP_QUANTILE, true);
}

/* value:per(n, population { … }): the rate as a value of its own, to go on with. */
static int value_per(lua_State *L)
{
    static const char *const keys[] = {"sex", "age_from", "age_to", "year"};
    lua_settop(L, 3);
    (void)shy_need_cells(L, 1);
    int64_t n = shy_need_int(L, 2, _("The first thing in per(n, population { … })"));
    if (shy_box_is(L, 3, SHY_BOX_INVALID))
        return shy_give_up(L);
    if (!shy_box_is(L, 3, SHY_BOX_POPULATION))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("per(n, …) needs population { … }, not %s."),
                          shy_kind_at(L, 3));
    struct shy_box *node = shy_new_node(L, SHY_OP_RATE);
    const json_t *population = shy_box_at(L, 3)->json;
    shy_json_set_box(L, node, node->json, "value", 1);
    shy_json_set(L, node->json, "per", json_integer(n));
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        json_t *member = json_object_get(population, keys[i]);
        if (member != NULL)
            shy_json_set(L, node->json, keys[i], json_incref(member));
    }
    return 1;
}

/* share(areas that have, areas.all "SET", options): the first two in either order; rows stand for
 * the areas that have one. */
static int over_areas(lua_State *L, enum shy_op op)
{
    lua_settop(L, 3);
    if (shy_box_is(L, 1, SHY_BOX_AREAS_ALL)) {
        lua_pushvalue(L, 1);
        lua_remove(L, 1);
        lua_insert(L, 2);
    }
    if (!shy_box_is(L, 2, SHY_BOX_AREAS_ALL)) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_TYPE, _("'%s' needs the areas it is out of, not %s."),
                       shy_operator(op)->name, shy_kind_at(L, 2));
        shy_hint(&err, _("Write areas.all \"municipality\" or another area set."));
        return shy_raise(L, &err);
    }
    json_t *set = json_object_get(shy_box_at(L, 2)->json, "set");
    struct shy_box *value = shy_box_at(L, 1);
    if (value != NULL && (value->kind == SHY_BOX_ROWS || value->kind == SHY_BOX_CONTRACT)) {
        (void)shy_need_rows(L, 1);
        struct shy_box *counted = shy_new_node(L, SHY_OP_AREAS);
        shy_json_set_box(L, counted, counted->json, "rows", 1);
        shy_json_set(L, counted->json, "set", json_incref(set));
        lua_replace(L, 1);
    }
    value = shy_need_cells(L, 1);
    const char *op_name = json_string_value(json_object_get(value->json, "op"));
    if (strcmp(op_name, "areas") != 0)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE,
                          _("'%s' needs areas (rows:areas()), not the value "
                            "of '%s'."),
                          shy_operator(op)->name, op_name);
    struct shy_box *node = shy_new_node(L, op);
    shy_json_set_box(L, node, node->json, "value", 1);
    shy_json_set(L, node->json, "set", json_incref(set));
    shy_set_options(L, node, NULL, op, 3);
    return 1;
}

static int share(lua_State *L)
{
    return over_areas(L, SHY_OP_SHARE);
}

static int all_of(lua_State *L)
{
    return over_areas(L, SHY_OP_ALL_OF);
}

static struct shy_box *fraction(lua_State *L)
{
    lua_settop(L, 3);
    (void)shy_need_operand(L, 1);
    (void)shy_need_operand(L, 2);
    struct shy_box *node = shy_new_node(L, SHY_OP_RATIO);
    shy_json_set_box(L, node, node->json, "num", 1);
    shy_json_set_box(L, node, node->json, "den", 2);
    return node;
}

static int ratio(lua_State *L)
{
    struct shy_box *node = fraction(L);
    shy_set_options(L, node, NULL, SHY_OP_RATIO, 3);
    return 1;
}

static int percent(lua_State *L)
{
    struct shy_box *node = fraction(L);
    if (!lua_isnil(L, 3))
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("percent takes two values and nothing else."));
    shy_json_set(L, node->json, "factor", json_integer(100));
    return 1;
}

static int total(lua_State *L)
{
    return shy_terms(L, SHY_OP_TOTAL, true);
}

static int difference(lua_State *L)
{
    return shy_terms(L, SHY_OP_DIFFERENCE, true);
}

static int value_of(lua_State *L)
{
    (void)shy_need_text(L, 1, _("The id of an indicator"));
    struct shy_box *node = shy_new_node(L, SHY_OP_INDICATOR);
    shy_json_set(L, node->json, "id", shy_json_text(L, 1));
    return 1;
}

/* Contracts by name ---------------------------------------------------------------------- */

static int push_contract(lua_State *L, const char *id)
{
    struct shy_box *box = shy_box_push(L, SHY_BOX_CONTRACT);
    box->contract = shy_pack_contract(shy_pack_of(L), id);
    json_t *text = json_string(id);
    if (text == NULL)
        return shy_raisef(L, SHY_E_SCRIPT_VALUE, _("A contract's name is not UTF-8."));
    shy_json_set(L, box->json, "contract", text);
    return 1;
}

/* A table of a source that is not open now is not known yet: the plan looks for it. */
static int facts(lua_State *L)
{
    const char *name = shy_need_text(L, 1, _("The name of a facts table"));
    if (name[0] == '\0' || strlen(name) > 100 ||
        strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name))
        return shy_raisef(L, SHY_E_ID_INVALID,
                          _("The facts table '%s' may only have the letters a to z, digits and "
                            "'_'."),
                          name);
    lua_pushfstring(L, "facts.%s", name);
    return push_contract(L, lua_tostring(L, -1));
}

static int contract(lua_State *L)
{
    const char *name = shy_need_text(L, 1, _("The name of a contract"));
    struct shy_pack *pack = shy_pack_of(L);
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_contract *found;
    if (shy_pack_contract(pack, name) == NULL &&
        shy_catalogue_require(pack->catalogue, name, &found, &err) != 0)
        return shy_raise(L, &err);
    return push_contract(L, name);
}

const luaL_Reg shy_expression_functions[] = {
    {"all_of", all_of},
    {"choose", shy_choose},
    {"compute", shy_compute},
    {"contract", contract},
    {"difference", difference},
    {"facts", facts},
    {"first_of", shy_first_of},
    {"highest", shy_highest},
    {"lowest", shy_lowest},
    {"percent", percent},
    {"ratio", ratio},
    {"share", share},
    {"since", shy_since},
    {"total", total},
    {"union", rows_union},
    {"value_of", value_of},
    {NULL, NULL},
};

const luaL_Reg shy_rows_methods[] = {
    {"areas", areas},
    {"claims", claims},
    {"column", shy_rows_column},
    {"discharges", discharges},
    {"distinct", distinct},
    {"earliest", earliest},
    {"followed_by", followed_by},
    {"having", having},
    {"lacking", lacking},
    {"latest", latest},
    {"mean", mean},
    {"not_followed_by", not_followed_by},
    {"not_preceded_by", not_preceded_by},
    {"persons", persons},
    {"preceded_by", preceded_by},
    {"rows", rows},
    {"sum", sum},
    {"where", where},
    {NULL, NULL},
};

const luaL_Reg shy_cells_methods[] = {
    {"allocate", shy_allocate},
    {"compare", compare},
    {"each_area", shy_each_area},
    {"earlier", shy_earlier},
    {"funnel", funnel},
    {"grade", shy_grade},
    {"growth", growth},
    {"if_delivered", if_delivered},
    {"interpolate", shy_interpolate},
    {"monthly_average", monthly_average},
    {"most_recent", shy_most_recent},
    {"over", shy_over},
    {"per", value_per},
    {"quantile", quantile},
    {"rank", rank},
    {"rounded", shy_rounded},
    {"top_half", top_half},
    {"trend", trend},
    {NULL, NULL},
};
