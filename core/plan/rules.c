/* SPDX-License-Identifier: MIT */
/*
 * What an operator may be applied to, and the defaults that depend on it. Rules speak of roles
 * (person, claim, month), not of contracts, so that a source's own contract works with every
 * operator its columns allow.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

#define ROLE(role) (1u << SHY_ROLE_##role)

static bool has_role(const struct shy_contract *contract, enum shy_role role)
{
    return shy_contract_role(contract, role) >= 0;
}

static const struct shy_contract *input_rows(const struct shy_compiler *c,
                                             const struct shy_node *node, int input)
{
    return shy_compiler_node(c, node->inputs[input])->contract;
}

uint32_t shy_plan_roles(const struct shy_node *node)
{
    static const uint32_t of_match[] = {[SHY_MATCH_CLAIM] = ROLE(CLAIM),
                                        [SHY_MATCH_MONTH] = ROLE(PERSON) | ROLE(MONTH),
                                        [SHY_MATCH_PERSON] = ROLE(PERSON),
                                        [SHY_MATCH_PERIOD] = ROLE(PERSON)};
    switch (node->op) {
    case SHY_OP_HAVING:
    case SHY_OP_LACKING:
        return of_match[node->match];
    case SHY_OP_DISCHARGES:
    case SHY_OP_FOLLOWED_BY:
    case SHY_OP_NOT_FOLLOWED_BY:
    case SHY_OP_PRECEDED_BY:
    case SHY_OP_NOT_PRECEDED_BY:
    case SHY_OP_PICK:
    case SHY_OP_EACH_PERSON:
        return ROLE(PERSON) | ROLE(MONTH);
    case SHY_OP_PERSONS:
        return ROLE(PERSON);
    case SHY_OP_CLAIMS:
        return ROLE(CLAIM);
    default:
        return 0;
    }
}

static bool lacks_role(struct shy_compiler *c, const struct shy_node *node,
                       const struct shy_contract *contract, enum shy_role role)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *op = shy_op_name(node->op);
    if (role == SHY_ROLE_PERSON)
        shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' needs rows about persons; those of '%s' are not."),
                 op, contract->id);
    else if (role == SHY_ROLE_CLAIM)
        shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' needs rows with claims; those of '%s' have none."),
                 op, contract->id);
    else if (role == SHY_ROLE_AREA)
        shy_fail(&err, SHY_E_PLAN_TYPE,
                 _("'%s' needs figures of areas; the rows of '%s' name none themselves."), op,
                 contract->id);
    else
        shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' needs rows with months; those of '%s' have none."),
                 op, contract->id);
    shy_value(&err, contract->id, strlen(contract->id));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* The first role that is lacking is told. */
bool shy_plan_check_roles(struct shy_compiler *c, const struct shy_node *node,
                          const struct shy_contract *contract)
{
    static const enum shy_role roles[] = {SHY_ROLE_PERSON, SHY_ROLE_CLAIM, SHY_ROLE_MONTH};
    uint32_t needed = shy_plan_roles(node);
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        if ((needed & (1u << roles[i])) != 0 && !has_role(contract, roles[i]))
            return lacks_role(c, node, contract, roles[i]);
    }
    return true;
}

/* The narrowest match that both can: a claim says more than a month, a month more than a person. */
static enum shy_match default_match(const struct shy_contract *a, const struct shy_contract *b)
{
    if (has_role(a, SHY_ROLE_CLAIM) && has_role(b, SHY_ROLE_CLAIM))
        return SHY_MATCH_CLAIM;
    if (has_role(a, SHY_ROLE_MONTH) && has_role(b, SHY_ROLE_MONTH))
        return SHY_MATCH_MONTH;
    return SHY_MATCH_PERSON;
}

/* Two sets of rows of one person: having, lacking and the windows. */
static bool rule_pair(struct shy_compiler *c, struct shy_node *node)
{
    const struct shy_contract *rows = input_rows(c, node, 0), *other = input_rows(c, node, 1);
    struct shihyo_error err = SHY_ERROR_INIT;
    if ((unsigned)node->match == SHY_CHOICE_OPEN)
        node->match = default_match(rows, other);
    if (node->from_month > node->to_month) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("The window from month %d to month %d is empty."),
                 node->from_month, node->to_month);
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    return shy_plan_check_roles(c, node, rows) && shy_plan_check_roles(c, node, other);
}

/* One contract, so that the union has columns. */
static bool rule_union(struct shy_compiler *c, struct shy_node *node)
{
    for (size_t i = 1; i < node->of_count; i++) {
        const struct shy_contract *other = shy_compiler_node(c, node->of[i])->contract;
        struct shihyo_error err = SHY_ERROR_INIT;
        if (other == node->contract)
            continue;
        shy_fail(&err, SHY_E_PLAN_TYPE, _("Rows of '%s' and of '%s' cannot be put together."),
                 node->contract->id, other->id);
        shy_value(&err, other->id, strlen(other->id));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    return true;
}

static bool rule_rows(struct shy_compiler *c, struct shy_node *node)
{
    return shy_plan_check_roles(c, node, input_rows(c, node, 0));
}

/* Counting different texts or measured numbers counts spellings and decimals. */
static bool rule_distinct(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (node->operand.type != SHY_TEXT_T && node->operand.type != SHY_DECIMAL_T)
        return true;
    shy_fail(&err, SHY_E_PLAN_TYPE,
             _("The different values of '%s' cannot be counted: it holds %s."),
             node->operand.column,
             node->operand.type == SHY_TEXT_T ? _("free text") : _("measured numbers"));
    shy_value(&err, node->operand.column, strlen(node->operand.column));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* -1 where there is none or more than one: a sum never guesses which column is meant. */
int shy_contract_measure(const struct shy_contract *contract)
{
    int found = -1;
    for (size_t i = 0; i < contract->column_count; i++) {
        if ((contract->columns[i].flags & SHY_COLUMN_MEASURE) == 0)
            continue;
        if (found >= 0)
            return -1;
        found = (int)i;
    }
    return found;
}

/* Months and dates are ordinals inside; their sum means nothing. */
static bool is_number(enum shy_type type)
{
    return type == SHY_INT_T || type == SHY_DECIMAL_T;
}

static bool summable(struct shy_compiler *c, const struct shy_operand *operand)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (operand->column == NULL)
        return true;
    if (operand->link != NULL || operand->derived != SHY_DERIVED_NO)
        shy_fail(&err, SHY_E_PLAN_TYPE,
                 _("'%s' does not stand in the rows themselves: adding it would count it again in "
                   "every row."),
                 operand->column);
    else if (!is_number(operand->type))
        shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' holds no numbers that could be added."),
                 operand->column);
    else
        return true;
    shy_value(&err, operand->column, strlen(operand->column));
    return shy_plan_report(c, SHY_ERROR, &err);
}

static bool no_measure(struct shy_compiler *c, const struct shy_contract *contract)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text names = {0};
    for (size_t i = 0; i < contract->column_count; i++) {
        if (is_number(contract->columns[i].type))
            shy_text_addf(&names, "%s%s", names.length == 0 ? "" : ", ", contract->columns[i].name);
    }
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("Say which column of '%s' is added up."), contract->id);
    shy_value(&err, contract->id, strlen(contract->id));
    if (names.length > 0)
        shy_hint(&err, _("Its columns with numbers are: %s."), shy_text_get(&names));
    shy_text_free(&names);
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* A contract with one measure needs not say which. */
static bool rule_sum(struct shy_compiler *c, struct shy_node *node)
{
    const struct shy_contract *rows = input_rows(c, node, 0);
    if (node->operand.column == NULL) {
        int only = shy_contract_measure(rows);
        if (only < 0)
            return no_measure(c, rows);
        if (!shy_plan_column(c, rows, 0, rows->columns[only].name, NULL, &node->operand))
            return false;
    }
    return summable(c, &node->operand) && summable(c, &node->times);
}

static bool rule_areas(struct shy_compiler *c, struct shy_node *node)
{
    const struct shy_contract *rows = input_rows(c, node, 0);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (shy_plan_bases(c->catalogue, rows) != 0)
        return true;
    shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' needs rows with areas; those of '%s' have none."),
             shy_op_name(node->op), rows->id);
    shy_value(&err, rows->id, strlen(rows->id));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* Months are counted one by one, so what is averaged must be a count of rows. */
static bool rule_average(struct shy_compiler *c, struct shy_node *node)
{
    const struct shy_node *value = shy_compiler_node(c, node->inputs[0]);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!shy_op_is_leaf(value->op)) {
        shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' averages what is counted every month, not '%s'."),
                 shy_op_name(node->op), shy_op_name(value->op));
        shy_value(&err, shy_op_name(value->op), strlen(shy_op_name(value->op)));
        shy_hint(&err, _("Average first, then compute with the averages."));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if (has_role(input_rows(c, value, 0), SHY_ROLE_MONTH))
        return true;
    return lacks_role(c, node, input_rows(c, value, 0), SHY_ROLE_MONTH);
}

/* The set and the policy are those of the areas counted: one statement for both. */
static bool rule_of_areas(struct shy_compiler *c, struct shy_node *node)
{
    struct shy_node areas = *shy_compiler_node(c, node->inputs[0]);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (areas.op != SHY_OP_AREAS) {
        shy_fail(&err, SHY_E_PLAN_TYPE, _("'%s' is taken of areas, not of '%s'."),
                 shy_op_name(node->op), shy_op_name(areas.op));
        shy_value(&err, shy_op_name(areas.op), strlen(shy_op_name(areas.op)));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if (node->among_set == NULL)
        node->among_set = areas.among_set;
    if (node->among_set == NULL) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("Say over which area set '%s' is taken."),
                 shy_op_name(node->op));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if (areas.among_set != NULL && strcmp(areas.among_set, node->among_set) != 0) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER,
                 _("'%s' is taken over '%s', but the areas counted are of '%s'."),
                 shy_op_name(node->op), node->among_set, areas.among_set);
        shy_value(&err, areas.among_set, strlen(areas.among_set));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if ((unsigned)node->unreported == SHY_CHOICE_OPEN)
        node->unreported = areas.unreported;
    areas.among_set = node->among_set;
    areas.unreported = node->unreported;
    node->inputs[0] = shy_plan_intern(c, &areas);
    return node->inputs[0] != 0;
}

/* Against a number of years before (one, if nothing is said) or against a fixed period. */
static bool rule_growth(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool since = node->growth_since.kind != SHY_PERIOD_NONE;
    if (since && node->growth_years != 0) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' takes 'years' or 'since', not both."),
                 shy_op_name(node->op));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if (!since && node->growth_years == 0)
        node->growth_years = 1;
    return true;
}

/* A line needs room between its ends. */
static bool rule_interpolate(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (node->from_period.last_month < node->to_period.last_month)
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'from' of '%s' must end before 'to' does."),
             shy_op_name(node->op));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* The areas are named by a set or by rows of figures, which have one. */
static bool rule_each_area(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if ((node->within_set == NULL) == (node->inputs[1] == 0)) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' takes a set of areas or rows that name it."),
                 shy_op_name(node->op));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if (node->inputs[1] == 0)
        return true;
    const struct shy_contract *rows = shy_compiler_node(c, node->inputs[1])->contract;
    return has_role(rows, SHY_ROLE_AREA) || lacks_role(c, node, rows, SHY_ROLE_AREA);
}

/* What is used was compiled before (compile.c), so its state is final. */
static bool rule_indicator(struct shy_compiler *c, struct shy_node *node)
{
    const struct shy_definition *used = shy_plan_find(c->plan, node->indicator);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (used == NULL) {
        const char **ids = shy_arena_alloc(&c->arena, c->source_count + 1, sizeof *ids);
        if (ids == NULL)
            return shy_plan_nomem(c);
        for (size_t i = 0; i < c->source_count; i++)
            ids[i] = c->sources[i].id;
        shy_fail(&err, SHY_E_PLAN_REFERENCE, _("There is no indicator '%s'."), node->indicator);
        shy_nearest(&err, node->indicator, ids, c->source_count);
    } else if (used->kind != SHY_INDICATOR) {
        shy_fail(&err, SHY_E_PLAN_REFERENCE, _("'%s' is a cross table; it has no single value."),
                 node->indicator);
    } else if (!used->ok) {
        shy_fail(&err, SHY_E_PLAN_REFERENCE,
                 _("The indicator '%s' has errors, so it cannot be used."), node->indicator);
    } else {
        return true;
    }
    shy_value(&err, node->indicator, strlen(node->indicator));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* Figures of areas have their own way to say that an area did not answer. */
static bool rule_delivered(struct shy_compiler *c, struct shy_node *node)
{
    const struct shy_contract *rows = shy_compiler_node(c, node->inputs[1])->contract;
    return has_role(rows, SHY_ROLE_MONTH) || lacks_role(c, node, rows, SHY_ROLE_MONTH);
}

bool shy_plan_rules(struct shy_compiler *c, struct shy_node *node)
{
    static bool (*const rules[SHY_OP_COUNT_])(struct shy_compiler *, struct shy_node *) = {
        [SHY_OP_HAVING] = rule_pair,
        [SHY_OP_LACKING] = rule_pair,
        [SHY_OP_DISCHARGES] = rule_rows,
        [SHY_OP_FOLLOWED_BY] = rule_pair,
        [SHY_OP_NOT_FOLLOWED_BY] = rule_pair,
        [SHY_OP_PRECEDED_BY] = rule_pair,
        [SHY_OP_NOT_PRECEDED_BY] = rule_pair,
        [SHY_OP_PICK] = rule_rows,
        [SHY_OP_UNION] = rule_union,
        [SHY_OP_EACH_PERSON] = shy_plan_rule_each_person,
        [SHY_OP_PERSONS] = rule_rows,
        [SHY_OP_CLAIMS] = rule_rows,
        [SHY_OP_DISTINCT] = rule_distinct,
        [SHY_OP_SUM] = rule_sum,
        [SHY_OP_AREAS] = rule_areas,
        [SHY_OP_MONTHLY_AVERAGE] = rule_average,
        [SHY_OP_SHARE] = rule_of_areas,
        [SHY_OP_IF_DELIVERED] = rule_delivered,
        [SHY_OP_ALL_OF] = rule_of_areas,
        [SHY_OP_GROWTH] = rule_growth,
        [SHY_OP_EARLIER] = rule_growth,
        [SHY_OP_INTERPOLATE] = rule_interpolate,
        [SHY_OP_EACH_AREA] = rule_each_area,
        [SHY_OP_INDICATOR] = rule_indicator,
        [SHY_OP_MEAN] = shy_plan_rule_mean,
        [SHY_OP_DIRECTLY_STANDARDISED] = shy_plan_rule_standardised,
        [SHY_OP_INDIRECTLY_STANDARDISED] = shy_plan_rule_standardised,
        [SHY_OP_COMPARE] = shy_plan_rule_judged,
        [SHY_OP_FUNNEL] = shy_plan_rule_judged,
        [SHY_OP_TREND] = shy_plan_rule_judged,
        [SHY_OP_COMPOSITE] = shy_plan_rule_composite,
        [SHY_OP_OVER] = shy_plan_rule_over,
        [SHY_OP_ALLOCATE] = shy_plan_rule_allocate,
    };
    return rules[node->op] == NULL || rules[node->op](c, node);
}
