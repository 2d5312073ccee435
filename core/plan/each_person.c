/* SPDX-License-Identifier: MIT */
/*
 * A function that is called once for each person. What it returns are rows of a contract of the
 * node's own, so that all that counts, divides and places rows works on them as on any others:
 * their person leads to `persons`, their month to age, insurer and period.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/i18n.h"

/* May a function see the column, if it asks for it? */
static bool may_see(const struct shy_column *c)
{
    if ((c->flags & SHY_COLUMN_LINK) != 0 || c->type == SHY_TEXT_T || c->type == SHY_STATE_T ||
        c->type == SHY_PERIOD_T)
        return false;
    return c->role != SHY_ROLE_PERSON && c->role != SHY_ROLE_CLAIM && c->role != SHY_ROLE_MONTH;
}

bool shy_person_sees(const struct shy_node *node, const struct shy_contract *contract,
                     size_t column)
{
    const struct shy_column *c = &contract->columns[column];
    if (!may_see(c))
        return false;
    bool reads = (c->flags & SHY_COLUMN_OPTIONAL) == 0;
    for (size_t i = 0; i < node->read_count && !reads; i++)
        reads = strcmp(node->reads[i], c->name) == 0;
    return reads;
}

/* A name that is no such column of any need would be read as nothing without a word. */
static bool check_read(struct shy_compiler *c, const struct shy_node *node, const char *name)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *names[32];
    size_t count = 0;
    for (size_t i = 0; i < node->of_count; i++) {
        const struct shy_contract *rows = shy_compiler_node(c, node->of[i])->contract;
        for (size_t k = 0; k < rows->column_count; k++) {
            const struct shy_column *column = &rows->columns[k];
            if (!may_see(column) || (column->flags & SHY_COLUMN_OPTIONAL) == 0)
                continue;
            if (strcmp(column->name, name) == 0)
                return true;
            if (count < sizeof names / sizeof names[0])
                names[count++] = column->name;
        }
    }
    shy_fail(&err, SHY_E_PLAN_COLUMN,
             _("'reads' names '%s', which is no column of the needs that a source may lack."),
             name);
    shy_value(&err, name, strlen(name));
    shy_nearest(&err, name, names, count);
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* Rows that may be in doubt cannot be shown: a function knows only rows that are there. */
static bool may_doubt(const struct shy_compiler *c, shy_node_id id)
{
    const struct shy_node *node = shy_compiler_node(c, id);
    switch (node->op) {
    case SHY_OP_DISCHARGES:
    case SHY_OP_FOLLOWED_BY:
    case SHY_OP_NOT_FOLLOWED_BY:
    case SHY_OP_PRECEDED_BY:
    case SHY_OP_NOT_PRECEDED_BY:
    case SHY_OP_EACH_PERSON:
        return true;
    default:
        break;
    }
    for (int i = 0; i < 2; i++) {
        if (node->inputs[i] != 0 && may_doubt(c, node->inputs[i]))
            return true;
    }
    for (size_t i = 0; i < node->of_count; i++) {
        if (may_doubt(c, node->of[i]))
            return true;
    }
    return false;
}

static bool check_need(struct shy_compiler *c, const struct shy_node *node, size_t i)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!shy_plan_check_roles(c, node, shy_compiler_node(c, node->of[i])->contract))
        return false;
    if (!may_doubt(c, node->of[i]))
        return true;
    shy_fail(&err, SHY_E_PLAN_TYPE,
             _("The rows '%s' that the function sees cannot be events or windows."),
             node->names[i]);
    shy_value(&err, node->names[i], strlen(node->names[i]));
    shy_hint(&err, _("Give it the rows themselves; it finds discharges with person:stays() and "
                     "looks into windows with person:any()."));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* Where the rows that the function sees may be placed by another register than `persons`, so may
 * what it returns. */
static const char *placed_otherwise(const struct shy_compiler *c, const struct shy_node *node)
{
    for (size_t i = 0; i < node->of_count; i++) {
        const struct shy_contract *of = shy_compiler_node(c, node->of[i])->contract;
        int person = shy_contract_role(of, SHY_ROLE_PERSON);
        if (person >= 0 && of->columns[person].or_links != NULL)
            return of->columns[person].or_links;
    }
    return NULL;
}

/* What tells the rows of two functions apart, or of one that is given different things. */
static const char *contract_id(struct shy_compiler *c, const struct shy_node *node)
{
    struct shy_text id = {0}, rest = {0};
    shy_text_addf(&id, "each_person.%s", node->function);
    for (size_t i = 0; i < node->of_count; i++)
        shy_text_addf(&id, ".%u", (unsigned)node->of[i]);
    for (size_t i = 0; i < node->read_count; i++)
        shy_text_addf(&rest, "+%s", node->reads[i]);
    for (size_t i = 0; i < node->made_count; i++) {
        const struct shy_column *made = &node->made[i];
        shy_text_addf(&rest, "/%s", made->name);
        for (size_t k = 0; made->values != NULL && made->values[k] != NULL; k++)
            shy_text_addf(&rest, "|%s", made->values[k]);
    }
    /* The name stands in messages: lists of columns and values are a number in it. */
    shy_text_addf(&id, ".%u.%016llx", (unsigned)node->gives,
                  (unsigned long long)shy_checksum(shy_text_get(&rest), rest.length));
    id.failed = id.failed || rest.failed;
    shy_text_free(&rest);
    const char *kept = id.failed ? NULL : shy_keep_text(c, shy_text_get(&id));
    shy_text_free(&id);
    return kept;
}

/* One contract for each node: engines keep rows by their contract's id. */
static const struct shy_contract *new_contract(struct shy_compiler *c, const struct shy_node *node)
{
    size_t count = node->gives == SHY_GIVES_NUMBERS ? 3 : 2;
    struct shy_contract *contract = shy_arena_alloc(&c->plan->arena, 1, sizeof *contract);
    struct shy_column *columns =
        shy_arena_alloc(&c->plan->arena, 3 + node->made_count, sizeof *columns);
    const char *id = contract_id(c, node);
    if (contract == NULL || columns == NULL || id == NULL) {
        shy_plan_nomem(c);
        return NULL;
    }
    columns[0] = (struct shy_column){.name = "person",
                                     .type = SHY_CODE_T,
                                     .role = SHY_ROLE_PERSON,
                                     .min = 1,
                                     .links = "persons",
                                     .or_links = placed_otherwise(c, node)};
    columns[1] =
        (struct shy_column){.name = "month", .type = SHY_MONTH_T, .role = SHY_ROLE_MONTH, .min = 1};
    columns[2] = (struct shy_column){
        .name = "value", .type = SHY_INT_T, .flags = SHY_COLUMN_MEASURE, .min = 1};
    if (node->made_count > 0)
        memcpy(columns + count, node->made, node->made_count * sizeof *columns);
    *contract = (struct shy_contract){
        .id = id,
        .label_ja = "1人ずつ作られた行",
        .label_en = "Rows made person by person",
        .description = "",
        .person_level = true,
        .made = true,
        .clock = SHIHYO_CLOCK_CARE,
        .columns = columns,
        .column_count = count + node->made_count,
    };
    return contract;
}

static bool check_made(struct shy_compiler *c, const struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if ((node->gives == SHY_GIVES_ROWS) == (node->made != NULL))
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("'columns' goes with gives = \"rows\", and only with that."));
    return shy_plan_report(c, SHY_ERROR, &err);
}

bool shy_plan_rule_each_person(struct shy_compiler *c, struct shy_node *node)
{
    for (size_t i = 0; i < node->of_count; i++) {
        if (!check_need(c, node, i))
            return false;
    }
    for (size_t i = 0; i < node->read_count; i++) {
        if (!check_read(c, node, node->reads[i]))
            return false;
    }
    if (!check_made(c, node))
        return false;
    node->contract = new_contract(c, node);
    return node->contract != NULL;
}
