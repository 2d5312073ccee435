/* SPDX-License-Identifier: MIT */
/*
 * Dimensions of cross tables: a column for every leaf below the measures. Measures may count rows
 * of different contracts; each reaches the column in its own way (a claim's scheme is its person's,
 * as is an item's), so the operand is found once for each.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

/* A cell for every text or every measured number would be a list of rows, not a table. */
static bool check_type(struct shy_compiler *c, const struct shy_dim *dim,
                       const struct shy_operand *operand)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    /* The name of a linked row goes with its code; a text of the rows themselves may be anything.
     */
    bool text = operand->type == SHY_TEXT_T && operand->link == NULL;
    /* What is derived (an age) has no column of the contract. */
    enum shy_role role = operand->derived == SHY_DERIVED_NO
                             ? operand->contract->columns[operand->index].role
                             : SHY_ROLE_NONE;
    bool number = role == SHY_ROLE_PERSON || role == SHY_ROLE_CLAIM;
    if (!text && !number && operand->type != SHY_DECIMAL_T)
        return true;
    shy_fail(&err, SHY_E_PLAN_TYPE, _("The dimension '%s' cannot be made of '%s': it holds %s."),
             dim->label, operand->column,
             number                        ? _("numbers of persons or claims")
             : operand->type == SHY_TEXT_T ? _("free text")
                                           : _("measured numbers"));
    shy_value(&err, operand->column, strlen(operand->column));
    return shy_plan_report(c, SHY_ERROR, &err);
}

static bool check_months(struct shy_compiler *c, const struct shy_dim *dim,
                         const struct shy_contract *contract)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (shy_contract_role(contract, SHY_ROLE_PERSON) >= 0 &&
        shy_contract_role(contract, SHY_ROLE_MONTH) >= 0)
        return true;
    shy_fail(&err, SHY_E_PLAN_TYPE,
             _("The dimension '%s' looks for the person's month, but rows of '%s' have none."),
             dim->label, contract->id);
    shy_value(&err, contract->id, strlen(contract->id));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* With `other` the column is looked for in those rows, whatever the leaf counts. */
static bool find_leaf(struct shy_compiler *c, const json_t *json, const struct shy_dim *dim,
                      shy_node_id leaf, struct shy_operand *out)
{
    const struct shy_node *node = shy_compiler_node(c, leaf);
    const struct shy_contract *contract = shy_compiler_rows(c, node);
    shy_node_id rows = node->inputs[0];
    if (dim->other != 0) {
        if (!check_months(c, dim, contract))
            return false;
        rows = dim->other;
        contract = shy_compiler_node(c, rows)->contract;
        if (!check_months(c, dim, contract))
            return false;
    }
    return shy_plan_column(c, contract, rows, shy_member_text(json, "column"),
                           shy_member_text(json, "attribute"), out) &&
           check_type(c, dim, out);
}

static bool read_window(struct shy_compiler *c, const json_t *json, struct shy_dim *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t from = (int64_t)json_integer_value(shy_member(json, "from_month"));
    int64_t to = (int64_t)json_integer_value(shy_member(json, "to_month"));
    const struct shy_param *p = shy_operator_param(shy_operator(SHY_OP_FOLLOWED_BY), "to_month");
    if (from >= 0 && from <= to && to <= p->max) {
        out->from_month = (int)from;
        out->to_month = (int)to;
        return true;
    }
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("The window of the dimension '%s' must lie from 0 to %lld, its first month not "
               "after its last."),
             out->label, (long long)p->max);
    return shy_plan_report(c, SHY_ERROR, &err);
}

static bool read_dim(struct shy_compiler *c, const json_t *json, const struct shy_leaves *leaves,
                     struct shy_dim *out)
{
    const json_t *other = shy_member(json, "other");
    bool good = true;
    if (!shy_shape_check(c, json, SHY_SHAPE_DIM))
        return false;
    out->label = shy_member_keep(c, json, "label");
    out->missing = shy_member_keep(c, json, "missing");
    out->total = shy_member_keep(c, json, "total");
    if (out->missing != NULL && out->total != NULL && strcmp(out->missing, out->total) == 0) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_PLAN_SHAPE,
                       _("The total of the dimension '%s' has the label of its missing values."),
                       out->label);
        shy_value(&err, out->total, strlen(out->total));
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    if (other != NULL) {
        out->other = shy_plan_compile_node(c, other, true, "other");
        if (out->other == 0 || !read_window(c, json, out))
            return false;
    }
    struct shy_dim_leaf *found = shy_arena_alloc(&c->plan->arena, leaves->count + 1, sizeof *found);
    if (found == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < leaves->count && good; i++) {
        found[i].leaf = leaves->ids[i];
        good = find_leaf(c, json, out, leaves->ids[i], &found[i].operand);
    }
    out->leaves = found;
    out->leaf_count = leaves->count;
    return good && !c->nomem;
}

bool shy_plan_dims(struct shy_compiler *c, const json_t *list, const struct shy_leaves *leaves,
                   struct shy_dim *out, size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count && !c->nomem; i++) {
        const json_t *one = json_array_get(list, i);
        struct shy_place before = shy_place_enter(c, one);
        good = read_dim(c, one, leaves, &out[i]) && good;
        shy_place_leave(c, before);
    }
    return good;
}

/* Leaves stand in the order of their ids (shy_plan_leaves). */
const struct shy_operand *shy_leaf_operand(const struct shy_dim_leaf *leaves, size_t count,
                                           shy_node_id leaf)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (leaves[middle].leaf == leaf)
            return &leaves[middle].operand;
        if (leaves[middle].leaf < leaf)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct shy_operand *shy_dim_operand(const struct shy_dim *dim, shy_node_id leaf)
{
    return shy_leaf_operand(dim->leaves, dim->leaf_count, leaf);
}
