/* SPDX-License-Identifier: MIT */
/*
 * The area axis: on which basis rows have an area, and which column says it. Two families of
 * tables meet here. Published tables carry one area, on the basis of the whole contract (role
 * AREA); person-level rows have up to three, each a column of its own role, and mostly in another
 * contract: an item row's insurer is that of its person, its place that of its institution.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* Roles of columns that name the area on one basis. */
static const struct basis_role {
    uint32_t basis;
    enum shy_role role;
} basis_roles[] = {
    {SHIHYO_BASIS_RESIDENCE, SHY_ROLE_AREA_RESIDENCE},
    {SHIHYO_BASIS_INSURER, SHY_ROLE_AREA_INSURER},
    {SHIHYO_BASIS_INSTITUTION, SHY_ROLE_AREA_INSTITUTION},
};
enum { BASIS_ROLES = sizeof basis_roles / sizeof basis_roles[0] };

/* Leaves ---------------------------------------------------------------------------------- */

static int by_id(const void *a, const void *b)
{
    shy_node_id x = *(const shy_node_id *)a, y = *(const shy_node_id *)b;
    return (x > y) - (x < y);
}

/* Inputs have smaller ids than their node, so one pass from the highest id down meets every node
 * after all that use it. */
bool shy_plan_leaves(struct shy_compiler *c, const shy_node_id *values, size_t count,
                     struct shy_leaves *out)
{
    bool *wanted = shy_arena_alloc(&c->arena, c->plan->node_count + 1, sizeof *wanted);
    out->ids = shy_arena_alloc(&c->arena, c->plan->node_count + 1, sizeof *out->ids);
    out->count = 0;
    if (wanted == NULL || out->ids == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++)
        wanted[values[i]] = true;
    for (size_t id = c->plan->node_count; id > 0; id--) {
        const struct shy_node *node = &c->plan->nodes[id];
        if (!wanted[id])
            continue;
        if (shy_op_is_leaf(node->op)) {
            out->ids[out->count++] = (shy_node_id)id;
            continue;
        }
        wanted[node->inputs[0]] = wanted[node->inputs[1]] = true;
        for (size_t k = 0; k < node->of_count; k++)
            wanted[node->of[k]] = true;
    }
    qsort(out->ids, out->count, sizeof *out->ids, by_id);
    return true;
}

/* Areas of a contract --------------------------------------------------------------------- */

static struct shy_operand operand_of(const struct shy_contract *contract, int index,
                                     const char *link)
{
    const struct shy_column *column = &contract->columns[index];
    return (struct shy_operand){.column = column->name,
                                .contract = contract,
                                .index = index,
                                .type = column->type,
                                .scale = column->scale,
                                .link = link};
}

/* In the rows themselves, else behind the first link that leads to the role. */
static bool find_role(const struct shy_catalogue *catalogue, const struct shy_contract *contract,
                      enum shy_role role, struct shy_operand *out)
{
    int own = shy_contract_role(contract, role);
    if (own >= 0) {
        *out = operand_of(contract, own, NULL);
        return true;
    }
    for (size_t i = 0; i < contract->column_count; i++) {
        const char *links = contract->columns[i].links;
        const struct shy_contract *other =
            links == NULL ? NULL : shy_catalogue_find(catalogue, links);
        int index = other == NULL ? -1 : shy_contract_role(other, role);
        if (index >= 0) {
            *out = operand_of(other, index, contract->columns[i].name);
            return true;
        }
    }
    return false;
}

/* Tables that name their areas themselves and state no basis fit every one. */
static bool fixed_fits(const struct shy_contract *contract, uint32_t basis)
{
    return basis == SHIHYO_BASIS_NONE || contract->basis == 0 ||
           (contract->basis & (basis | SHIHYO_BASIS_NONE)) != 0;
}

bool shy_plan_area_column(const struct shy_catalogue *catalogue,
                          const struct shy_contract *contract, uint32_t basis,
                          struct shy_operand *out)
{
    int own = shy_contract_role(contract, SHY_ROLE_AREA);
    if (own >= 0 && fixed_fits(contract, basis)) {
        *out = operand_of(contract, own, NULL);
        return true;
    }
    for (size_t i = 0; i < BASIS_ROLES; i++) {
        if (basis_roles[i].basis == basis)
            return find_role(catalogue, contract, basis_roles[i].role, out);
    }
    return false;
}

/* A table that names its areas and states no basis counts as NONE, which is not 0: it has areas. */
uint32_t shy_plan_bases(const struct shy_catalogue *catalogue, const struct shy_contract *contract)
{
    struct shy_operand operand;
    uint32_t bases = 0;
    if (shy_contract_role(contract, SHY_ROLE_AREA) >= 0)
        bases |= contract->basis == 0 ? SHIHYO_BASIS_NONE : contract->basis;
    for (size_t i = 0; i < BASIS_ROLES; i++) {
        if (find_role(catalogue, contract, basis_roles[i].role, &operand))
            bases |= basis_roles[i].basis;
    }
    return bases;
}

/* BY -------------------------------------------------------------------------------------- */

/* A leaf has no rows of its own; its contract is that of what it counts. */
static const struct shy_contract *leaf_contract(const struct shy_compiler *c, shy_node_id leaf)
{
    return shy_compiler_rows(c, shy_compiler_node(c, leaf));
}

/* What could be asked for instead, in the words of the document. */
static void hint_bases(const struct shy_compiler *c, const struct shy_contract *contract,
                       struct shihyo_error *err)
{
    uint32_t bases = shy_plan_bases(c->catalogue, contract);
    struct shy_text names = {0};
    for (size_t i = 0; shy_basis_names[i] != NULL; i++) {
        if ((bases & shy_basis_bits[i]) != 0)
            shy_text_addf(&names, "%s%s", names.length == 0 ? "" : ", ", shy_basis_names[i]);
    }
    if (names.length > 0)
        shy_hint(err, _("They have areas by: %s."), shy_text_get(&names));
    else
        shy_hint(err, _("They have no areas at all."));
    shy_text_free(&names);
}

/* The basis as the document names it. */
static bool read_basis(struct shy_compiler *c, const json_t *json, uint32_t *basis)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t i = 0;
    if (!shy_shape_check(c, json, SHY_SHAPE_BY))
        return false;
    const char *name = shy_member_text(json, "basis");
    for (; shy_basis_names[i] != NULL; i++) {
        if (strcmp(shy_basis_names[i], name) == 0) {
            *basis = shy_basis_bits[i];
            return true;
        }
    }
    shy_fail(&err, SHY_E_PLAN_BASIS, _("There is no basis '%s'."), name);
    shy_value(&err, name, strlen(name));
    shy_nearest(&err, name, shy_basis_names, i);
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* What an absent BY means: the basis that all tables share, where all name their areas. */
static bool default_basis(struct shy_compiler *c, const struct shy_leaves *leaves, uint32_t *basis)
{
    uint32_t shared = 0;
    for (size_t i = 0; i < leaves->count; i++) {
        const struct shy_contract *contract = leaf_contract(c, leaves->ids[i]);
        struct shihyo_error err = SHY_ERROR_INIT;
        uint32_t own = contract->basis == 0 ? SHIHYO_BASIS_NONE : contract->basis;
        if (shy_contract_role(contract, SHY_ROLE_AREA) < 0) {
            shy_fail(&err, SHY_E_PLAN_BASIS,
                     _("Say by which place the rows of '%s' are put to areas: 'by' is missing."),
                     contract->id);
            shy_value(&err, contract->id, strlen(contract->id));
            hint_bases(c, contract, &err);
            return shy_plan_report(c, SHY_ERROR, &err);
        }
        shared = i == 0 || shared == own ? own : SHIHYO_BASIS_NONE;
        if (shared != own)
            break;
    }
    bool single = shared != 0 && (shared & (shared - 1)) == 0;
    *basis = single ? shared : SHIHYO_BASIS_NONE;
    return true;
}

static const char *basis_phrase(uint32_t basis)
{
    switch (basis) {
    case SHIHYO_BASIS_RESIDENCE:
        return _("where the person lives");
    case SHIHYO_BASIS_INSURER:
        return _("of the insurer");
    case SHIHYO_BASIS_INSTITUTION:
        return _("of the institution");
    default:
        return _("named by the table itself");
    }
}

static bool no_area(struct shy_compiler *c, const struct shy_contract *contract, uint32_t basis,
                    enum shy_severity severity)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (severity == SHY_ERROR)
        shy_fail(&err, SHY_E_PLAN_BASIS, _("The rows of '%s' have no area %s."), contract->id,
                 basis_phrase(basis));
    else
        shy_fail(
            &err, SHY_E_PLAN_BASIS,
            _("The rows of '%s' have no area %s; figures on different bases are put together."),
            contract->id, basis_phrase(basis));
    shy_value(&err, contract->id, strlen(contract->id));
    hint_bases(c, contract, &err);
    return shy_plan_report(c, severity, &err);
}

/* A table with areas on another basis may stand beside rows on the one asked for: as the
 * denominator of a rate, with a warning. */
static bool other_basis(const struct shy_contract *contract, struct shy_operand *out)
{
    int own = shy_contract_role(contract, SHY_ROLE_AREA);
    if (own < 0)
        return false;
    *out = operand_of(contract, own, NULL);
    return true;
}

/* First counts how many leaves fit: one that does not is an error when none does, and a warning
 * beside others that do. */
static bool find_areas(struct shy_compiler *c, const struct shy_leaves *leaves, uint32_t basis,
                       struct shy_dim_leaf *out)
{
    size_t fitting = 0;
    bool good = true;
    for (size_t i = 0; i < leaves->count; i++)
        fitting += shy_plan_area_column(c->catalogue, leaf_contract(c, leaves->ids[i]), basis,
                                        &out[i].operand);
    for (size_t i = 0; i < leaves->count; i++) {
        const struct shy_contract *contract = leaf_contract(c, leaves->ids[i]);
        out[i].leaf = leaves->ids[i];
        if (shy_plan_area_column(c->catalogue, contract, basis, &out[i].operand))
            continue;
        if (fitting > 0 && other_basis(contract, &out[i].operand))
            no_area(c, contract, basis, SHY_WARNING);
        else
            good = no_area(c, contract, basis, SHY_ERROR);
    }
    return good;
}

bool shy_plan_by(struct shy_compiler *c, const json_t *json, const struct shy_leaves *leaves,
                 struct shy_answer *answer)
{
    struct shy_place before = shy_place_enter(c, json);
    bool good = json == NULL ? default_basis(c, leaves, &answer->by.basis)
                             : read_basis(c, json, &answer->by.basis);
    if (good) {
        struct shy_dim_leaf *areas =
            shy_arena_alloc(&c->plan->arena, leaves->count + 1, sizeof *areas);
        good = areas == NULL ? shy_plan_nomem(c) : find_areas(c, leaves, answer->by.basis, areas);
        answer->areas = areas;
        answer->area_count = leaves->count;
    }
    shy_place_leave(c, before);
    return good;
}
