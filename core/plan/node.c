/* SPDX-License-Identifier: MIT */
/*
 * Operators, read by their table. An operator's parameters go to the members of struct shy_node
 * that the table names; its canonical form is written back from there, so that what is left open
 * and what is written out come to the same text.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

enum { NAMES_MOST = 32 };

const struct shy_node *shy_compiler_node(const struct shy_compiler *c, shy_node_id id)
{
    return id == 0 ? NULL : &c->plan->nodes[id];
}

const struct shy_contract *shy_compiler_rows(const struct shy_compiler *c,
                                             const struct shy_node *node)
{
    if (node->contract != NULL || node->inputs[0] == 0)
        return node->contract;
    return c->plan->nodes[node->inputs[0]].contract;
}

/* Members -------------------------------------------------------------------------------- */

/* The table gives offset and size of each member; the kinds are known by the parameter's type. */
static void *member(struct shy_node *node, const struct shy_param *p)
{
    return (char *)node + p->offset;
}

static const void *member_const(const struct shy_node *node, const struct shy_param *p)
{
    return (const char *)node + p->offset;
}

static void set_number(struct shy_node *node, const struct shy_param *p, int64_t value)
{
    memcpy(member(node, p), &value, p->size); /* little-endian: the low bytes */
}

static int64_t get_number(const struct shy_node *node, const struct shy_param *p)
{
    int64_t value = 0;
    memcpy(&value, member_const(node, p), p->size);
    return value;
}

/* A choice's enum value: its place among the choices unless the table says otherwise. */
static int choice_value(const struct shy_param *p, size_t i)
{
    return p->values != NULL ? p->values[i] : (int)i;
}

/* Problems ------------------------------------------------------------------------------- */

/* With the value, where it is short. */
static bool wrong_type(struct shy_compiler *c, const struct shy_operator *o,
                       const struct shy_param *p, const json_t *value)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' of '%s' takes a value of the kind '%s', not %s."),
             p->name, o->name, shy_param_type_name(p->type), shy_json_kind_name(value));
    shy_value_json(&err, value);
    return shy_plan_report(c, SHY_ERROR, &err);
}

static bool unknown_param(struct shy_compiler *c, const struct shy_operator *o, const char *name)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *names[NAMES_MOST];
    size_t count = 0;
    for (; count < o->param_count && count < NAMES_MOST; count++)
        names[count] = o->params[count].name;
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' has no parameter '%s'."), o->name, name);
    shy_value(&err, name, strlen(name));
    shy_nearest(&err, name, names, count);
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* With the parameter's help, which says what it is for. */
static bool missing_param(struct shy_compiler *c, const struct shy_operator *o,
                          const struct shy_param *p)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' lacks its parameter '%s': %s."), o->name, p->name,
             _(p->help));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* Reading one parameter ------------------------------------------------------------------ */

static bool read_choice(struct shy_compiler *c, const struct shy_operator *o,
                        const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    const char *text = json_string_value(value);
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = 0;
    if (text == NULL)
        return wrong_type(c, o, p, value);
    for (; p->choices[count] != NULL; count++) {
        if (strcmp(p->choices[count], text) == 0) {
            set_number(node, p, choice_value(p, count));
            return true;
        }
    }
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' of '%s' cannot be '%s'."), p->name, o->name, text);
    shy_value(&err, text, strlen(text));
    shy_nearest(&err, text, p->choices, count);
    struct shy_text all = {0};
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&all, "%s%s", i == 0 ? "" : ", ", p->choices[i]);
    shy_hint(&err, _("It can be: %s."), shy_text_get(&all));
    shy_text_free(&all);
    return shy_plan_report(c, SHY_ERROR, &err);
}

static bool read_int(struct shy_compiler *c, const struct shy_operator *o,
                     const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!json_is_integer(value))
        return wrong_type(c, o, p, value);
    int64_t number = (int64_t)json_integer_value(value);
    if (number >= p->min && number <= p->max) {
        set_number(node, p, number);
        return true;
    }
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' of '%s' must lie from %lld to %lld."), p->name,
             o->name, (long long)p->min, (long long)p->max);
    shy_value_json(&err, value);
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* An empty text is a variable that was never filled. */
static bool read_text(struct shy_compiler *c, const struct shy_operator *o,
                      const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    if (!json_is_string(value) || json_string_length(value) == 0)
        return wrong_type(c, o, p, value);
    const char *text = shy_keep_text(c, json_string_value(value));
    memcpy(member(node, p), &text, sizeof text);
    return text != NULL;
}

static bool read_period(struct shy_compiler *c, const struct shy_operator *o,
                        const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    const char *text = json_string_value(value);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (text == NULL)
        return wrong_type(c, o, p, value);
    if (shy_period_parse(text, member(node, p)))
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("'%s' of '%s' must be a period like \"FY2024\", \"2024\" or \"2024-09\"."), p->name,
             o->name);
    shy_value(&err, text, strlen(text));
    return shy_plan_report(c, SHY_ERROR, &err);
}

static bool read_contract(struct shy_compiler *c, const struct shy_operator *o,
                          const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    const char *text = json_string_value(value);
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_contract *contract;
    if (text == NULL)
        return wrong_type(c, o, p, value);
    if (shy_catalogue_require(c->catalogue, text, &contract, &err) != 0) {
        shy_value(&err, text, strlen(text));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    memcpy(member(node, p), &contract, sizeof contract);
    return true;
}

/* Resolved against the rows the node works on; an attribute needs the object form. */
static bool read_column(struct shy_compiler *c, const struct shy_operator *o,
                        const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    const struct shy_contract *contract = shy_compiler_rows(c, node);
    const char *column = json_string_value(value), *attribute = NULL;
    if (contract == NULL)
        return false;
    if (json_is_object(value) && p->type == SHY_PARAM_COLUMN) {
        if (!shy_shape_check(c, value, SHY_SHAPE_COLUMN))
            return false;
        column = shy_member_text(value, "column");
        attribute = shy_member_text(value, "attribute");
    } else if (column == NULL) {
        return wrong_type(c, o, p, value);
    }
    return shy_plan_column(c, contract, node->inputs[0], column, attribute, member(node, p));
}

static bool read_conditions(struct shy_compiler *c, const struct shy_operator *o,
                            const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    const struct shy_contract *contract = shy_compiler_rows(c, node);
    if (!json_is_array(value))
        return wrong_type(c, o, p, value);
    return contract != NULL && shy_plan_conditions(c, contract, node->inputs[0], value,
                                                   &node->where, &node->where_count);
}

/* `rows` and `other` of row operators, `value`, `num` and `den` of the others. */
static bool read_input(struct shy_compiler *c, const struct shy_param *p, const json_t *value,
                       struct shy_node *node)
{
    shy_node_id id = shy_plan_compile_node(c, value, p->type == SHY_PARAM_ROWS, p->name);
    memcpy(member(node, p), &id, sizeof id);
    return id != 0;
}

/* One term of a list; named: {"name", "value"}. */
static shy_node_id read_term(struct shy_compiler *c, const struct shy_param *p, const json_t *term,
                             const char **names, size_t i)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool rows = p->type == SHY_PARAM_NAMED_ROWS;
    if (p->type != SHY_PARAM_NAMED_CELLS && !rows)
        return shy_plan_compile_node(c, term, p->type == SHY_PARAM_ROWS_LIST, p->name);
    if (!shy_shape_check(c, term, SHY_SHAPE_NAMED_CELLS))
        return 0;
    names[i] = shy_member_keep(c, term, "name");
    for (size_t k = 0; k < i && names[i] != NULL; k++) {
        if (names[k] != NULL && strcmp(names[k], names[i]) == 0) {
            shy_fail(&err, SHY_E_PLAN_PARAMETER, _("The name '%s' is given to two values."),
                     names[i]);
            shy_value(&err, names[i], strlen(names[i]));
            shy_plan_report(c, SHY_ERROR, &err);
            return 0;
        }
    }
    return shy_plan_compile_node(c, shy_member(term, "value"), rows, names[i]);
}

static bool read_list(struct shy_compiler *c, const struct shy_operator *o,
                      const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_array_size(value);
    bool good = true;
    if (!json_is_array(value))
        return wrong_type(c, o, p, value);
    if (count < (size_t)p->min || (p->max > 0 && count > (size_t)p->max)) {
        if (p->max == p->min)
            shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' of '%s' must have %lld terms, not %zu."),
                     p->name, o->name, (long long)p->min, count);
        else if (count > 0)
            shy_fail(&err, SHY_E_PLAN_PARAMETER,
                     _("'%s' of '%s' must have at least %lld terms, not %zu."), p->name, o->name,
                     (long long)p->min, count);
        else
            shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' of '%s' is an empty list."), p->name,
                     o->name);
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    shy_node_id *of = shy_arena_alloc(&c->plan->arena, count, sizeof *of);
    const char **names = shy_arena_alloc(&c->plan->arena, count, sizeof *names);
    if (of == NULL || names == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && !c->nomem; i++) {
        const json_t *term = json_array_get(value, i);
        struct shy_place before = shy_place_enter(c, term);
        of[i] = read_term(c, p, term, names, i);
        good = of[i] != 0 && good;
        shy_place_leave(c, before);
    }
    node->of = of;
    node->of_count = count;
    bool named = p->type == SHY_PARAM_NAMED_CELLS || p->type == SHY_PARAM_NAMED_ROWS;
    node->names = named ? names : NULL;
    return good && !c->nomem;
}

static bool read_param(struct shy_compiler *c, const struct shy_operator *o,
                       const struct shy_param *p, const json_t *value, struct shy_node *node)
{
    switch (p->type) {
    case SHY_PARAM_ROWS:
    case SHY_PARAM_CELLS:
        return read_input(c, p, value, node);
    case SHY_PARAM_ROWS_LIST:
    case SHY_PARAM_CELLS_LIST:
    case SHY_PARAM_NAMED_CELLS:
    case SHY_PARAM_NAMED_ROWS:
        return read_list(c, o, p, value, node);
    case SHY_PARAM_CONDITIONS:
        return read_conditions(c, o, p, value, node);
    case SHY_PARAM_CONTRACT:
        return read_contract(c, o, p, value, node);
    case SHY_PARAM_COLUMN:
    case SHY_PARAM_MEASURE:
        return read_column(c, o, p, value, node);
    case SHY_PARAM_CHOICE:
        return read_choice(c, o, p, value, node);
    case SHY_PARAM_INT:
        return read_int(c, o, p, value, node);
    case SHY_PARAM_PERIOD:
        return read_period(c, o, p, value, node);
    case SHY_PARAM_TEXT:
    case SHY_PARAM_FUNCTION:
    case SHY_PARAM_AREA_SET:
    case SHY_PARAM_INDICATOR:
        return read_text(c, o, p, value, node);
    case SHY_PARAM_LEVELS:
        return shy_plan_levels(c, p->name, o->name, value, (int)p->max, member(node, p));
    case SHY_PARAM_BANDS:
        return json_is_array(value) ? shy_plan_bands(c, value, node) : wrong_type(c, o, p, value);
    case SHY_PARAM_NUMBER:
        return json_is_number(value) ? shy_plan_number(c, p->name, value, member(node, p))
                                     : wrong_type(c, o, p, value);
    case SHY_PARAM_NUMBERS:
        return json_is_array(value) ? shy_plan_weights(c, value, node) : wrong_type(c, o, p, value);
    case SHY_PARAM_STEPS:
        return json_is_array(value) ? shy_plan_steps(c, value, (size_t)p->max, node)
                                    : wrong_type(c, o, p, value);
    case SHY_PARAM_MADE:
        return json_is_array(value) ? shy_plan_made_columns(c, value, node)
                                    : wrong_type(c, o, p, value);
    case SHY_PARAM_READS:
        return json_is_array(value) ? shy_plan_reads(c, value, node) : wrong_type(c, o, p, value);
    }
    return false;
}

/* "95 99.8" */
static void set_default_levels(struct shy_node *node, const struct shy_param *p)
{
    struct shy_levels *levels = member(node, p);
    for (const char *text = p->default_text; *text != '\0';) {
        size_t length = strcspn(text, " ");
        int64_t mantissa = 0, hundredths = 0;
        int scale = 0;
        (void)shy_decimal_parse(text, length, &mantissa, &scale);
        (void)shy_decimal_rescale(mantissa, scale, 2, &hundredths, NULL);
        levels->level[levels->count++] = (int)hundredths;
        text += length + (text[length] == ' ' ? 1 : 0);
    }
}

/* Defaults are texts in the table, because the reference page prints them. */
static void set_default(struct shy_node *node, const struct shy_param *p)
{
    int64_t number = 0;
    int scale;
    if (p->default_text == NULL)
        return;
    if (p->type == SHY_PARAM_LEVELS) {
        set_default_levels(node, p);
        return;
    }
    if (p->type != SHY_PARAM_CHOICE) {
        (void)shy_decimal_parse(p->default_text, strlen(p->default_text), &number, &scale);
        set_number(node, p, number);
        return;
    }
    for (size_t i = 0; p->choices[i] != NULL; i++) {
        if (strcmp(p->choices[i], p->default_text) == 0)
            set_number(node, p, choice_value(p, i));
    }
}

/* A choice that depends on what the operator is applied to; rules.c fills it. */
static void set_open(struct shy_node *node, const struct shy_param *p)
{
    if (p->type == SHY_PARAM_CHOICE)
        set_number(node, p, SHY_CHOICE_OPEN);
}

/* In the order of the table. A parameter that fails does not stop the others: one check shows all.
 */
static bool read_params(struct shy_compiler *c, const struct shy_operator *o, const json_t *json,
                        struct shy_node *node)
{
    bool good = true;
    for (size_t i = 0; i < o->param_count && !c->nomem; i++) {
        const struct shy_param *p = &o->params[i];
        const json_t *value = shy_member(json, p->name);
        if (value != NULL)
            good = read_param(c, o, p, value, node) && good;
        else if (p->required)
            good = missing_param(c, o, p);
        else if (p->default_text != NULL)
            set_default(node, p);
        else
            set_open(node, p);
        /* The rows come first in the table; what follows needs their contract. */
        if (node->contract == NULL && o->level == SHY_LEVEL_ROWS && node->inputs[0] != 0)
            node->contract = c->plan->nodes[node->inputs[0]].contract;
    }
    if (good && node->contract == NULL && o->level == SHY_LEVEL_ROWS && node->of_count > 0)
        node->contract = c->plan->nodes[node->of[0]].contract;
    return good && !c->nomem;
}

/* A misspelt parameter would otherwise leave its default in force. */
static bool check_names(struct shy_compiler *c, const struct shy_operator *o, const json_t *json)
{
    bool good = true;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        if (strcmp(key, "op") != 0 && strcmp(key, "at") != 0 && !json_is_null(value) &&
            shy_operator_param(o, key) == NULL)
            good = unknown_param(c, o, key);
    }
    return good;
}

/* The canonical form ---------------------------------------------------------------------- */

json_t *shy_canonical_input(struct shy_compiler *c, shy_node_id id, bool deep)
{
    json_t *out = deep ? json_incref(c->canonical[id]) : json_integer(id);
    if (out == NULL)
        shy_plan_nomem(c);
    return out;
}

/* The order is kept: a difference is not a sum. Names go with their values. */
static json_t *canonical_terms(struct shy_compiler *c, const struct shy_node *node, bool deep)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < node->of_count && !c->nomem; i++) {
        json_t *term = shy_canonical_input(c, node->of[i], deep);
        if (node->names != NULL) {
            json_t *named = shy_canonical_object(c);
            shy_canonical_text(c, named, "name", node->names[i]);
            shy_canonical_set(c, named, "value", term);
            term = named;
        }
        shy_canonical_add(c, list, term);
    }
    return list;
}

static json_t *canonical_where(struct shy_compiler *c, const struct shy_node *node)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < node->where_count && !c->nomem; i++)
        shy_canonical_add(c, list, shy_canonical_condition(c, &node->where[i]));
    return list;
}

/* The word that the member's value stands for. */
static const char *choice_name(const struct shy_node *node, const struct shy_param *p)
{
    for (size_t i = 0; p->choices[i] != NULL; i++) {
        if (choice_value(p, i) == (int)get_number(node, p))
            return p->choices[i];
    }
    return "";
}

/* The indicator used, by its hash, so that a change in it is a change here. */
static const char *indicator_hash(const struct shy_compiler *c, const char *id)
{
    const struct shy_definition *definition = shy_plan_find(c->plan, id);
    return definition == NULL ? "" : definition->hash;
}

/* Members that were left open and have no default (0, NULL, NONE) are not written. */
static void canonical_param(struct shy_compiler *c, const struct shy_node *node,
                            const struct shy_param *p, bool deep, json_t *out)
{
    const void *at = member_const(node, p);
    const char *text = NULL;
    char period[SHY_PERIOD_TEXT];
    switch (p->type) {
    case SHY_PARAM_ROWS:
    case SHY_PARAM_CELLS:
        if (*(const shy_node_id *)at != 0)
            shy_canonical_set(c, out, p->name,
                              shy_canonical_input(c, *(const shy_node_id *)at, deep));
        return;
    case SHY_PARAM_ROWS_LIST:
    case SHY_PARAM_CELLS_LIST:
    case SHY_PARAM_NAMED_CELLS:
    case SHY_PARAM_NAMED_ROWS:
        shy_canonical_set(c, out, p->name, canonical_terms(c, node, deep));
        return;
    case SHY_PARAM_CONDITIONS:
        shy_canonical_set(c, out, p->name, canonical_where(c, node));
        return;
    case SHY_PARAM_CONTRACT:
        text = node->contract->id;
        break;
    case SHY_PARAM_COLUMN:
    case SHY_PARAM_MEASURE:
        if (((const struct shy_operand *)at)->column != NULL)
            shy_canonical_set(c, out, p->name, shy_canonical_operand(c, at));
        return;
    case SHY_PARAM_CHOICE:
        text = choice_name(node, p);
        break;
    case SHY_PARAM_INT:
        if (get_number(node, p) != 0 || p->min <= 0)
            shy_canonical_set(c, out, p->name, json_integer(get_number(node, p)));
        return;
    case SHY_PARAM_PERIOD:
        if (((const struct shy_period *)at)->kind == SHY_PERIOD_NONE)
            return;
        shy_period_text(at, period);
        text = period;
        break;
    case SHY_PARAM_INDICATOR:
        shy_canonical_text(c, out, "hash", indicator_hash(c, *(const char *const *)at));
        text = *(const char *const *)at;
        break;
    case SHY_PARAM_FUNCTION:
        if (deep && node->text_hash != NULL)
            return;
        text = *(const char *const *)at;
        break;
    case SHY_PARAM_LEVELS:
        shy_canonical_set(c, out, p->name, shy_canonical_levels(c, at));
        return;
    case SHY_PARAM_BANDS:
        shy_canonical_set(c, out, p->name, shy_canonical_bands(c, node, deep));
        return;
    case SHY_PARAM_NUMBER:
    case SHY_PARAM_NUMBERS:
    case SHY_PARAM_STEPS:
        shy_canonical_scores(c, node, p->type, p->name, at, out);
        return;
    case SHY_PARAM_MADE:
        if (node->made_count > 0)
            shy_canonical_set(c, out, p->name, shy_canonical_made(c, node));
        return;
    case SHY_PARAM_READS:
        if (node->read_count > 0)
            shy_canonical_set(c, out, p->name, shy_canonical_reads(c, node));
        return;
    case SHY_PARAM_TEXT:
    case SHY_PARAM_AREA_SET:
        text = *(const char *const *)at;
        break;
    }
    shy_canonical_text(c, out, p->name, text);
}

static json_t *canonical_node(struct shy_compiler *c, const struct shy_node *node, bool deep)
{
    const struct shy_operator *o = shy_operator(node->op);
    json_t *out = shy_canonical_object(c);
    shy_canonical_text(c, out, "op", o->name);
    for (size_t i = 0; i < o->param_count && !c->nomem; i++)
        canonical_param(c, node, &o->params[i], deep, out);
    return out;
}

/* One node for equal sub-plans -------------------------------------------------------------- */

/* The canonical form of a node refers to those of its inputs and copies nothing: its size is that
 * of the operator alone, however deep it stands. */
static shy_node_id add_node(struct shy_compiler *c, const struct shy_node *node)
{
    struct shy_plan *plan = c->plan;
    shy_node_id id = (shy_node_id)plan->node_count + 1;
    if (!SHY_GROW(plan->nodes, plan->node_count + 1, plan->node_capacity) ||
        !SHY_GROW(c->canonical, plan->node_count + 1, c->canonical_capacity)) {
        shy_plan_nomem(c);
        return 0;
    }
    c->canonical[id] = canonical_node(c, node, true);
    if (c->nomem) {
        json_decref(c->canonical[id]);
        return 0;
    }
    plan->nodes[id] = *node;
    plan->node_count++;
    return id;
}

/* The key has the inputs' numbers in place of their text, so it is short however big the plan below
 * is; equal inputs have equal numbers already. */
shy_node_id shy_plan_intern(struct shy_compiler *c, const struct shy_node *node)
{
    json_t *shallow = canonical_node(c, node, false);
    char *key = c->nomem ? NULL : shy_canonical_dump(c, shallow);
    shy_node_id id = 0;
    json_decref(shallow);
    if (key == NULL)
        return 0;
    uint32_t known = shy_map_finds(&c->node_keys, key);
    if (known != SHY_MAP_NONE) {
        id = known + 1;
    } else if ((id = add_node(c, node)) != 0 && shy_map_adds(&c->node_keys, key) != id - 1) {
        shy_plan_nomem(c);
        id = 0;
    }
    shy_free(key);
    return id;
}

/* Which operator -------------------------------------------------------------------------- */

static const struct shy_operator *unknown_operator(struct shy_compiler *c, const char *name,
                                                   bool rows, const char *param)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *names[SHY_OP_COUNT_];
    size_t count = 0;
    for (int op = SHY_OP_NONE + 1; op < SHY_OP_COUNT_; op++) {
        if (shy_op_is_rows((enum shy_op)op) == rows)
            names[count++] = shy_op_name((enum shy_op)op);
    }
    if (name == NULL) {
        shy_fail(&err, SHY_E_PLAN_OPERATOR, _("'%s' must be an operator, with its name in 'op'."),
                 param);
    } else {
        shy_fail(&err, SHY_E_PLAN_OPERATOR, _("There is no operator '%s'."), name);
        shy_value(&err, name, strlen(name));
        shy_nearest(&err, name, names, count);
    }
    shy_plan_report(c, SHY_ERROR, &err);
    return NULL;
}

/* Rows and figures are never taken for each other, so a wrong level is told before anything else.
 */
static const struct shy_operator *find_operator(struct shy_compiler *c, const json_t *json,
                                                bool rows, const char *param)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *name = shy_member_text(json, "op");
    const struct shy_operator *o = name == NULL ? NULL : shy_operator_find(name);
    if (o == NULL)
        return unknown_operator(c, name, rows, param);
    if ((o->level == SHY_LEVEL_ROWS) == rows)
        return o;
    if (rows)
        shy_fail(&err, SHY_E_PLAN_TYPE,
                 _("For '%s' rows are wanted, but the operator '%s' gives figures."), param, name);
    else
        shy_fail(&err, SHY_E_PLAN_TYPE,
                 _("For '%s' a figure is wanted, but the operator '%s' gives rows."), param, name);
    shy_value(&err, name, strlen(name));
    if (!rows)
        shy_hint(&err,
                 _("Say what is counted of them: rows, persons, claims, distinct, sum or areas."));
    shy_plan_report(c, SHY_ERROR, &err);
    return NULL;
}

/* Checked before an operator is read: what lies too deep is not looked at. */
static bool within_limits(struct shy_compiler *c)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (c->depth > SHY_PLAN_DEPTH_MOST)
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("Operators lie more than %d deep in each other."),
                 SHY_PLAN_DEPTH_MOST);
    else if (c->nodes_seen > SHY_PLAN_NODES_MOST)
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("The definitions have more than %d operators."),
                 SHY_PLAN_NODES_MOST);
    else
        return true;
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* Rules come last: they speak of inputs, which must be whole. */
static shy_node_id compile(struct shy_compiler *c, const json_t *json, bool rows, const char *param)
{
    const struct shy_operator *o = within_limits(c) ? find_operator(c, json, rows, param) : NULL;
    if (o == NULL)
        return 0;
    struct shy_node node = {.op = o->op, .file = c->file, .line = c->line};
    bool good = check_names(c, o, json);
    good = read_params(c, o, json, &node) && good;
    if (!good || !shy_plan_rules(c, &node))
        return 0;
    return shy_plan_intern(c, &node);
}

shy_node_id shy_plan_compile_node(struct shy_compiler *c, const json_t *json, bool rows,
                                  const char *param)
{
    struct shy_place before = shy_place_enter(c, json);
    c->depth++;
    c->nodes_seen++;
    shy_node_id id = compile(c, json, rows, param);
    c->depth--;
    shy_place_leave(c, before);
    return id;
}
