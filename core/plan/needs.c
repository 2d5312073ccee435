/* SPDX-License-Identifier: MIT */
/*
 * What an answer needs of sources: contracts, their columns, a basis; and other indicators. It is
 * computed from the finished nodes alone, so it cannot differ from what an engine will read. What
 * is nice to have (the persons behind a cell where the value does not count them) is not needed:
 * a source without it can still answer.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

/* Contracts found so far, each with marks on its columns. */
struct wanted {
    const struct shy_contract *contract;
    bool *columns;
    uint32_t basis;
};
struct needs {
    struct shy_compiler *c;
    struct wanted *items;
    size_t count, capacity;
};

/* The entry of a contract; few contracts are in one answer, so a linear search will do. NULL for
 * rows that the plan makes: nobody is asked for them. */
static struct wanted *want(struct needs *n, const struct shy_contract *contract)
{
    if (contract->made)
        return NULL;
    for (size_t i = 0; i < n->count; i++) {
        if (n->items[i].contract == contract)
            return &n->items[i];
    }
    if (!SHY_GROW(n->items, n->count, n->capacity)) {
        shy_plan_nomem(n->c);
        return NULL;
    }
    bool *columns = shy_arena_alloc(&n->c->arena, contract->column_count + 1, sizeof *columns);
    if (columns == NULL) {
        shy_plan_nomem(n->c);
        return NULL;
    }
    n->items[n->count] = (struct wanted){contract, columns, 0};
    return &n->items[n->count++];
}

/* -1 is a column that the contract has not; then nothing is needed of it. */
static void want_column(struct needs *n, const struct shy_contract *contract, int index)
{
    struct wanted *w = index < 0 ? NULL : want(n, contract);
    if (w != NULL)
        w->columns[index] = true;
}

static void want_role(struct needs *n, const struct shy_contract *contract, enum shy_role role)
{
    want_column(n, contract, shy_contract_role(contract, role));
}

/* Rows that are read: the contract, and what puts its rows into a period. */
static void want_rows(struct needs *n, const struct shy_contract *contract)
{
    (void)want(n, contract);
    want_role(n, contract, SHY_ROLE_MONTH);
    want_role(n, contract, SHY_ROLE_PERIOD);
}

/* The row a link names is found by its contract's keys, and its validity. */
static void want_linked(struct needs *n, const struct shy_contract *contract)
{
    bool validity = false;
    for (size_t i = 0; i < contract->column_count; i++) {
        if ((contract->columns[i].flags & SHY_COLUMN_KEY) == 0)
            continue;
        want_column(n, contract, (int)i);
        validity = validity || strcmp(contract->columns[i].name, "valid_from") == 0;
    }
    if (validity)
        want_column(n, contract, shy_contract_column(contract, "valid_to"));
}

static void want_operand(struct needs *n, const struct shy_contract *rows,
                         const struct shy_operand *operand)
{
    if (operand->column == NULL)
        return;
    want_column(n, operand->contract, operand->index);
    if (operand->link != NULL) {
        want_column(n, rows, shy_contract_column(rows, operand->link));
        want_linked(n, operand->contract);
    }
}

/* roles is a set of bits by role. */
static void want_roles(struct needs *n, const struct shy_contract *contract, uint32_t roles)
{
    for (int role = SHY_ROLE_NONE + 1; role <= SHY_ROLE_AREA_INSTITUTION; role++) {
        if ((roles & (1u << role)) != 0)
            want_role(n, contract, (enum shy_role)role);
    }
}

/* Nobody knows which columns a function will look at: it may at all it sees, and a source that
 * lacks one that it reads cannot answer. Sex, age and scheme of the person come from the rows of
 * `persons`. */
static void want_each_person(struct needs *n, const struct shy_node *node)
{
    static const char *const of_persons[] = {"person",  "sex",        "birth_month", "scheme",
                                             "insurer", "valid_from", "valid_to"};
    const struct shy_contract *persons = shy_catalogue_find(n->c->catalogue, "persons");
    for (size_t i = 0; i < node->of_count; i++) {
        const struct shy_contract *rows = shy_compiler_node(n->c, node->of[i])->contract;
        want_roles(n, rows, shy_plan_roles(node));
        for (size_t k = 0; k < rows->column_count; k++) {
            if (shy_person_sees(node, rows, k))
                want_column(n, rows, (int)k);
        }
    }
    for (size_t i = 0; persons != NULL && i < sizeof of_persons / sizeof of_persons[0]; i++)
        want_column(n, persons, shy_contract_column(persons, of_persons[i]));
}

/* Columns the node compares or adds, and those its operator works by. */
static void want_node(struct needs *n, const struct shy_node *node)
{
    const struct shy_contract *rows = shy_compiler_rows(n->c, node);
    if (node->op == SHY_OP_SCAN)
        want_rows(n, rows);
    if (node->op == SHY_OP_EACH_PERSON)
        want_each_person(n, node);
    for (size_t i = 0; i < node->where_count; i++)
        want_operand(n, rows, &node->where[i].operand);
    want_operand(n, rows, &node->operand);
    want_operand(n, rows, &node->times);
    uint32_t roles = shy_plan_roles(node);
    for (size_t i = 0; roles != 0 && i < 2 && node->inputs[i] != 0; i++)
        want_roles(n, shy_compiler_node(n->c, node->inputs[i])->contract, roles);
}

/* Every node below the values; inputs have smaller ids. Node 0 is none: it is marked with the
 * others and never looked at. */
static void mark(struct shy_compiler *c, bool *reached)
{
    for (size_t id = c->plan->node_count; id > 0; id--) {
        const struct shy_node *node = &c->plan->nodes[id];
        if (!reached[id])
            continue;
        reached[node->inputs[0]] = reached[node->inputs[1]] = true;
        for (size_t k = 0; k < node->of_count; k++)
            reached[node->of[k]] = true;
    }
}

/* The basis is asked of the contract whose rows are counted: a source that gives claims says for
 * which bases it can place them. */
static void want_areas(struct needs *n, const struct shy_answer *answer)
{
    for (size_t i = 0; i < answer->area_count; i++) {
        const struct shy_operand *area = &answer->areas[i].operand;
        const struct shy_contract *rows =
            shy_compiler_rows(n->c, shy_compiler_node(n->c, answer->areas[i].leaf));
        struct shy_operand fits;
        want_operand(n, rows, area);
        if (area->contract->columns[area->index].role == SHY_ROLE_AREA)
            want_role(n, rows, SHY_ROLE_AREA_SET);
        struct wanted *w = want(n, rows);
        if (w != NULL && answer->by.basis != SHIHYO_BASIS_NONE &&
            (shy_contract_role(rows, SHY_ROLE_AREA) < 0 || rows->basis != 0) &&
            shy_plan_area_column(n->c->catalogue, rows, answer->by.basis, &fits))
            w->basis = answer->by.basis;
    }
}

/* Rows of `other` are read too; marking them reached makes their scan a need. */
static void want_dims(struct needs *n, const struct shy_dim *dims, size_t count, bool *reached)
{
    for (size_t d = 0; d < count; d++) {
        if (dims[d].other != 0)
            reached[dims[d].other] = true;
        for (size_t i = 0; i < dims[d].leaf_count; i++) {
            const struct shy_node *leaf = shy_compiler_node(n->c, dims[d].leaves[i].leaf);
            const struct shy_contract *rows = shy_compiler_rows(n->c, leaf);
            if (dims[d].other != 0) {
                want_roles(n, rows, 1u << SHY_ROLE_PERSON | 1u << SHY_ROLE_MONTH);
                rows = shy_compiler_node(n->c, dims[d].other)->contract;
                want_roles(n, rows, 1u << SHY_ROLE_PERSON | 1u << SHY_ROLE_MONTH);
            }
            want_operand(n, rows, &dims[d].leaves[i].operand);
        }
    }
}

/* Results --------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* By id, so that the needs of an answer do not depend on the order in which they were found. */
static int by_contract(const void *a, const void *b)
{
    const struct shy_need *x = a, *y = b;
    return strcmp(x->contract->id, y->contract->id);
}

static bool keep_needs(struct needs *n, struct shy_answer *answer)
{
    struct shy_arena *arena = &n->c->plan->arena;
    struct shy_need *out = shy_arena_alloc(arena, n->count + 1, sizeof *out);
    if (out == NULL)
        return shy_plan_nomem(n->c);
    for (size_t i = 0; i < n->count; i++) {
        const struct shy_contract *contract = n->items[i].contract;
        size_t count = 0;
        const char **names = shy_arena_alloc(arena, contract->column_count + 1, sizeof *names);
        if (names == NULL)
            return shy_plan_nomem(n->c);
        for (size_t k = 0; k < contract->column_count; k++) {
            if (n->items[i].columns[k])
                names[count++] = contract->columns[k].name;
        }
        qsort(names, count, sizeof *names, by_text);
        out[i] = (struct shy_need){contract, names, n->items[i].basis};
    }
    qsort(out, n->count, sizeof *out, by_contract);
    answer->needs = out;
    answer->need_count = n->count;
    return true;
}

/* Indicator nodes are unique by their id, so are the references. */
static bool keep_refs(struct shy_compiler *c, const bool *reached, struct shy_answer *answer)
{
    size_t count = 0, kept = 0;
    for (size_t id = 1; id <= c->plan->node_count; id++)
        count += reached[id] && c->plan->nodes[id].op == SHY_OP_INDICATOR;
    const char **ids = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *ids);
    if (ids == NULL)
        return shy_plan_nomem(c);
    for (size_t id = 1; id <= c->plan->node_count; id++) {
        if (reached[id] && c->plan->nodes[id].op == SHY_OP_INDICATOR)
            ids[kept++] = c->plan->nodes[id].indicator;
    }
    qsort(ids, count, sizeof *ids, by_text);
    answer->refs = ids;
    answer->ref_count = count;
    return true;
}

/* The rows a person would name first: those the first value counts. Of a function's, the first it
 * sees. */
static const struct shy_contract *main_rows(const struct shy_compiler *c, shy_node_id value)
{
    while (value != 0) {
        const struct shy_node *node = shy_compiler_node(c, value);
        const struct shy_contract *rows = shy_compiler_rows(c, node);
        bool given = shy_op_is_leaf(node->op) || shy_op_is_rows(node->op);
        if (given && !rows->made)
            return rows;
        value = node->inputs[0] != 0 ? node->inputs[0] : node->of_count > 0 ? node->of[0] : 0;
    }
    return NULL;
}

bool shy_plan_needs(struct shy_compiler *c, const shy_node_id *values, size_t value_count,
                    const struct shy_dim *dims, size_t dim_count, struct shy_answer *answer)
{
    struct needs n = {.c = c};
    bool *reached = shy_arena_alloc(&c->arena, c->plan->node_count + 1, sizeof *reached);
    if (reached == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < value_count; i++)
        reached[values[i]] = true;
    want_areas(&n, answer);
    want_dims(&n, dims, dim_count, reached);
    mark(c, reached);
    for (size_t id = 1; id <= c->plan->node_count; id++) {
        if (reached[id])
            want_node(&n, &c->plan->nodes[id]);
    }
    for (size_t i = 0; i < value_count && answer->main == NULL; i++)
        answer->main = main_rows(c, values[i]);
    bool good = !c->nomem && keep_needs(&n, answer) && keep_refs(c, reached, answer);
    shy_free(n.items);
    return good;
}
