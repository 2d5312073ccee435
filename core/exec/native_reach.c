/* SPDX-License-Identifier: MIT */
/*
 * Whose rows are put on a shelf. Every match is one within a person, so a contract whose rows
 * nothing counts, which is only looked at beside other rows (care receipts of who was discharged,
 * the register's row of who was treated), need not have the rows of anybody else. Which persons
 * these are is known, partition by partition, when the other shelves are full.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

/* What is known before the pass ------------------------------------------------------------- */

static bool is_linked(const struct native *n, const struct shelf_plan *s)
{
    return s == n->persons || s == n->claims || s == n->registered;
}

/* Do rows of the node depend on a shelf of which only some rows will be there? */
static bool is_partial(const struct native *n, shy_node_id id)
{
    const struct shy_node *node = shy_plan_node(n->run->plan, id);
    bool partial = n->node_shelf[id]->reach == REACH_ASKED;
    for (int i = 0; i < 2; i++)
        partial = partial || (node->inputs[i] != 0 && is_partial(n, node->inputs[i]));
    for (size_t i = 0; i < node->of_count; i++)
        partial = partial || is_partial(n, node->of[i]);
    return partial;
}

/* Rows beside which those of `other` are looked at; of a node that cannot be selected first, what
 * it is chosen from: its persons are among them. Where nothing serves, all rows are needed. */
static int ask_persons(struct native *n, shy_node_id base, shy_node_id other)
{
    int rc = 0;
    struct shelf_plan *s = (struct shelf_plan *)n->node_shelf[other];
    if (s == n->node_shelf[base] || s->reach != REACH_ASKED)
        return 0;
    while (base != 0 && (n->by_period[base] || is_partial(n, base)))
        base = shy_plan_node(n->run->plan, base)->inputs[0];
    if (base == 0) {
        s->reach = REACH_ALL;
        return 0;
    }
    for (size_t i = 0; i < s->asking_count; i++) {
        if (s->asking[i] == base)
            return 0;
    }
    if (s->asking == NULL)
        s->asking =
            shy_run_alloc(n->run, shy_plan_node_count(n->run->plan), sizeof *s->asking, &rc);
    if (rc == 0)
        s->asking[s->asking_count++] = base;
    return rc;
}

static bool looks_beside(const struct shy_node *node)
{
    switch (node->op) {
    case SHY_OP_HAVING:
    case SHY_OP_LACKING:
    case SHY_OP_FOLLOWED_BY:
    case SHY_OP_NOT_FOLLOWED_BY:
    case SHY_OP_PRECEDED_BY:
    case SHY_OP_NOT_PRECEDED_BY:
        return true;
    default:
        return false;
    }
}

static int ask_all(struct native *n)
{
    for (shy_node_id id = 1; id <= shy_plan_node_count(n->run->plan); id++) {
        const struct shy_node *node = shy_plan_node(n->run->plan, id);
        if (n->node_shelf[id] != NULL && looks_beside(node))
            SHY_TRY(ask_persons(n, node->inputs[0], node->inputs[1]));
    }
    for (const struct grid_plan *g = n->grid_list; g != NULL; g = g->next) {
        for (size_t d = 0; d < g->dim_count; d++) {
            if (g->dims[d].other != 0)
                SHY_TRY(ask_persons(n, g->rows, g->dims[d].other));
        }
    }
    return 0;
}

/* Functions may look at anything, so with them nothing is left out. */
int shy_reach_plan(struct native *n)
{
    for (struct shelf_plan *s = n->shelf_list; s != NULL; s = s->next)
        s->reach = n->each_list != NULL ? REACH_ALL : is_linked(n, s) ? REACH_LINKED : REACH_ASKED;
    for (const struct grid_plan *g = n->grid_list; g != NULL; g = g->next)
        g->shelf->reach = REACH_ALL;
    for (const struct presence *p = n->presences; p != NULL; p = p->next)
        ((struct shelf_plan *)n->node_shelf[p->node])->reach = REACH_ALL;
    return ask_all(n);
}

/* In a partition ---------------------------------------------------------------------------- */

/* Everybody who has a row on a shelf that has all its rows. */
static void mark_present(struct worker *w, uint8_t *marks)
{
    for (size_t i = 0; i < w->native->shelf_count; i++) {
        const struct shelf *s = &w->shelves[i];
        if (s->plan->reach != REACH_ALL || s->start == NULL)
            continue;
        for (uint32_t p = 0; p < w->persons; p++)
            marks[p] |= s->start[p + 1] > s->start[p];
    }
}

static int mark_asking(struct worker *w, const struct shelf_plan *plan, uint8_t *marks)
{
    for (size_t i = 0; i < plan->asking_count; i++) {
        const struct selection *rows;
        const struct shelf *s = shelf_of(w, w->native->node_shelf[plan->asking[i]]);
        SHY_TRY(shy_select(w, plan->asking[i], NONE, &rows));
        for (size_t k = 0; k < rows->count; k++)
            marks[s->person[rows->row[k]]] = 1;
    }
    return 0;
}

int shy_reach_marks(struct worker *w, const struct shelf_plan *plan, const uint8_t **out)
{
    int rc = 0;
    *out = NULL;
    if (plan->reach == REACH_ALL)
        return 0;
    uint8_t *marks = shy_scratch(w, (size_t)w->persons + 1, 1, &rc);
    if (rc != 0)
        return rc;
    memset(marks, 0, (size_t)w->persons + 1);
    *out = marks;
    if (plan->reach == REACH_ASKED)
        return mark_asking(w, plan, marks);
    mark_present(w, marks);
    return 0;
}
