/* SPDX-License-Identifier: MIT */
/*
 * What a run asks of person-level rows: the same walk over nodes as the evaluator of cells will
 * make, ending at the leaves. Leaves over the same rows, months, basis and dimensions share a grid.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

/* Grids ------------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool shy_same_operand(const struct shy_operand *a, const struct shy_operand *b)
{
    if (a == b)
        return true;
    if (a == NULL || b == NULL || a->column == NULL || b->column == NULL)
        return false;
    return a->contract == b->contract && a->index == b->index && a->derived == b->derived &&
           same_text(a->link, b->link) && a->list == b->list &&
           (a->list == NULL || a->attribute_index == b->attribute_index);
}

/* Measures of one table may find a dimension in different columns. */
static bool same_dims(const struct shy_definition *d, shy_node_id a, shy_node_id b)
{
    for (size_t i = 0; d != NULL && a != b && i < d->dim_count; i++) {
        if (!shy_same_operand(shy_dim_operand(&d->dims[i], a), shy_dim_operand(&d->dims[i], b)))
            return false;
    }
    return true;
}

struct grid_plan *shy_native_find(const struct native *n, shy_node_id rows, uint32_t period,
                                  int32_t first, int32_t last, const struct frame *f,
                                  const struct shy_definition *dims_of, shy_node_id leaf)
{
    for (struct grid_plan *g = n->grid_list; g != NULL; g = g->next) {
        if (g->rows == rows && g->period == period && g->first == first && g->last == last &&
            (f == NULL || (g->basis == f->basis && g->whole == f->whole)) &&
            g->dims_of == dims_of && same_dims(dims_of, g->leaf, leaf))
            return g;
    }
    return NULL;
}

static int add_lift(struct native *n, struct grid_plan *g, uint32_t among, uint32_t set)
{
    for (size_t i = 0; i < g->lift_count; i++) {
        if (g->lifts[i].among == among && g->lifts[i].set == set)
            return 0;
    }
    if (!SHY_GROW(g->lifts, g->lift_count, g->lift_capacity))
        return shy_fail_nomem(n->run->err);
    g->lifts[g->lift_count++] = (struct lift){.among = among, .set = set};
    return 0;
}

static int add_measure(struct native *n, struct grid_plan *g, struct measure m)
{
    for (size_t i = 0; i < g->measure_count; i++) {
        const struct measure *have = &g->measures[i];
        if (have->kind == m.kind && have->monthly == m.monthly &&
            shy_same_operand(have->operand, m.operand) && shy_same_operand(have->times, m.times))
            return 0;
    }
    if (!SHY_GROW(g->measures, g->measure_count, g->measure_capacity))
        return shy_fail_nomem(n->run->err);
    g->measures[g->measure_count++] = m;
    return 0;
}

static int find_grid(struct native *n, const struct frame *f, shy_node_id leaf,
                     const struct shy_definition *dims_of, uint32_t period,
                     const struct shy_period *window, struct grid_plan **out)
{
    int rc = 0;
    shy_node_id rows = shy_plan_node(n->run->plan, leaf)->inputs[0];
    *out =
        shy_native_find(n, rows, period, window->first_month, window->last_month, f, dims_of, leaf);
    if (*out != NULL)
        return 0;
    struct grid_plan *g = shy_run_alloc(n->run, 1, sizeof *g, &rc);
    if (rc != 0)
        return rc;
    g->number = n->grid_count++;
    g->leaf = leaf;
    g->rows = rows;
    g->period = period;
    g->first = window->first_month;
    g->last = window->last_month;
    g->basis = f->basis;
    g->whole = f->whole;
    g->dims_of = dims_of;
    g->counts[COUNT_PERSONS] = true;
    SHY_TRY(shy_native_shelf(n, shy_plan_node(n->run->plan, rows)->contract, &g->shelf));
    *n->grid_end = g;
    n->grid_end = &g->next;
    *out = g;
    return 0;
}

/* Leaves ------------------------------------------------------------------------------------ */

enum shy_role shy_own_role(const struct shy_operand *o)
{
    bool own = o->link == NULL && o->derived == SHY_DERIVED_NO && o->index >= 0;
    return own ? o->contract->columns[o->index].role : SHY_ROLE_NONE;
}

/* Distinct persons of the whole period are counted for every grid: they are its support. */
static int ask_measure(struct native *n, struct grid_plan *g, const struct shy_node *leaf,
                       bool monthly)
{
    const struct shy_operand *o = &leaf->operand;
    if (leaf->op == SHY_OP_SUM)
        return add_measure(
            n, g,
            (struct measure){.kind = MEASURE_SUM,
                             .operand = o,
                             .times = leaf->times.column == NULL ? NULL : &leaf->times});
    enum shy_role role = leaf->op == SHY_OP_DISTINCT ? shy_own_role(o) : SHY_ROLE_NONE;
    if (leaf->op == SHY_OP_CLAIMS || role == SHY_ROLE_CLAIM)
        g->counts[COUNT_CLAIMS] = true;
    else if ((leaf->op == SHY_OP_PERSONS || role == SHY_ROLE_PERSON) && monthly)
        g->counts[COUNT_MONTHS] = true;
    else if (leaf->op == SHY_OP_DISTINCT && role != SHY_ROLE_PERSON)
        return add_measure(
            n, g, (struct measure){.kind = MEASURE_DISTINCT, .monthly = monthly, .operand = o});
    return 0;
}

static int ask_leaf(struct native *n, const struct frame *f, const struct shy_definition *dims_of,
                    shy_node_id leaf, bool monthly)
{
    const struct shy_node *node = shy_plan_node(n->run->plan, leaf);
    const struct shy_contract *c = shy_plan_node(n->run->plan, node->inputs[0])->contract;
    struct shy_period p = n->run->periods[f->period];
    struct grid_plan *g;
    if (!c->person_level)
        return 0;
    SHY_TRY(find_grid(n, f, leaf, dims_of, f->period, &p, &g));
    SHY_TRY(add_lift(n, g, NONE, f->set));
    return ask_measure(n, g, node, monthly);
}

/* Areas counted over: as shy_area_count chooses them for rows of persons. NONE: unknown set. */
uint32_t shy_native_among(const struct run *run, const struct shy_node *n, shy_node_id leaf)
{
    const char *id =
        n->among_set != NULL ? n->among_set : shy_plan_node(run->plan, leaf)->among_set;
    return shy_areas_set(run->areas, id != NULL ? id : "municipality");
}

static int ask_areas(struct native *n, const struct frame *f, const struct shy_definition *dims_of,
                     const struct shy_node *node, shy_node_id leaf)
{
    const struct shy_contract *c =
        shy_plan_node(n->run->plan, shy_plan_node(n->run->plan, leaf)->inputs[0])->contract;
    uint32_t among = shy_native_among(n->run, node, leaf);
    struct shy_period p = n->run->periods[f->period];
    struct grid_plan *g;
    if (!c->person_level || among == NONE)
        return 0;
    SHY_TRY(find_grid(n, f, leaf, dims_of, f->period, &p, &g));
    return add_lift(n, g, among, f->set);
}

static int ask_average(struct native *n, const struct frame *f,
                       const struct shy_definition *dims_of, shy_node_id leaf)
{
    const struct shy_node *node = shy_plan_node(n->run->plan, leaf);
    struct shy_period p = n->run->periods[f->period];
    if (node->op != SHY_OP_AREAS)
        return ask_leaf(n, f, dims_of, leaf, true);
    SHY_TRY(ask_areas(n, f, dims_of, node, leaf));
    for (int32_t m = p.first_month; m <= p.last_month; m++) {
        struct shy_period month = {SHY_PERIOD_MONTH, m, m, 0};
        struct frame one = *f;
        SHY_TRY(shy_run_period(n->run, &month, &one.period));
        SHY_TRY(ask_areas(n, &one, dims_of, node, leaf));
    }
    return 0;
}

/* Months that have a row. */
static int ask_presence(struct native *n, shy_node_id rows, uint32_t period)
{
    int rc = 0;
    if (!shy_plan_node(n->run->plan, rows)->contract->person_level)
        return 0;
    for (const struct presence *p = n->presences; p != NULL; p = p->next) {
        if (p->node == rows && p->period == period)
            return 0;
    }
    struct presence *p = shy_run_alloc(n->run, 1, sizeof *p, &rc);
    if (rc != 0)
        return rc;
    size_t months = (size_t)shy_period_months(&n->run->periods[period]);
    *p = (struct presence){rows, period, n->presence_count++, NULL, n->presences};
    p->seen = shy_run_alloc(n->run, months, 1, &rc);
    n->presences = p;
    return rc;
}

/* Nodes of cells ---------------------------------------------------------------------------- */

static int ask_indicator(struct run *run, const struct frame *f, const struct shy_node *n)
{
    const struct shy_answer *a = shy_answer_of(run, n->indicator);
    if (a == NULL || a->value == 0)
        return 0;
    struct frame g = {.basis = a->by.basis, .whole = f->whole, .set = f->set, .period = f->period};
    return shy_native_ask(run, &g, NULL, a->value);
}

/* A node that many others use is walked once in each frame. */
static int is_asked(struct native *n, const struct frame *f, const struct shy_definition *dims_of,
                    shy_node_id node, bool *out)
{
    int rc = 0;
    *out = true;
    for (const struct memo_ask *m = n->asked[node]; m != NULL; m = m->next) {
        if (m->frame.basis == f->basis && m->frame.whole == f->whole && m->frame.set == f->set &&
            m->frame.period == f->period && m->dims_of == dims_of)
            return 0;
    }
    *out = false;
    struct memo_ask *m = shy_run_alloc(n->run, 1, sizeof *m, &rc);
    if (rc != 0)
        return rc;
    *m = (struct memo_ask){*f, dims_of, n->asked[node]};
    n->asked[node] = m;
    return 0;
}

/* A node's inputs are asked for the areas that areas are compared with, too. */
static int ask_benchmark(struct run *run, const struct frame *f,
                         const struct shy_definition *dims_of, const struct shy_node *n)
{
    struct frame other = *f;
    other.set = n->with_set == NULL ? NONE : shy_areas_set(run->areas, n->with_set);
    if (other.set == NONE || f->whole)
        return 0;
    if (n->inputs[0] != 0)
        SHY_TRY(shy_native_ask(run, &other, dims_of, n->inputs[0]));
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(shy_native_ask(run, &other, dims_of, n->of[i]));
    return 0;
}

static int ask_years(struct run *run, const struct frame *f, const struct shy_definition *dims_of,
                     const struct shy_node *n)
{
    for (int years = 1; years < n->points; years++) {
        struct frame earlier = *f;
        SHY_TRY(shy_years_before(run, f, years, &earlier.period));
        SHY_TRY(shy_native_ask(run, &earlier, dims_of, n->inputs[0]));
    }
    return shy_native_ask(run, f, dims_of, n->inputs[0]);
}

/* Values of other periods and areas than the cell's. The combinations of dimensions are those of
 * the cell's own period. */
static int ask_elsewhere(struct run *run, const struct frame *f,
                         const struct shy_definition *dims_of, const struct shy_node *n)
{
    struct frame g = *f, end = *f;
    if (dims_of != NULL)
        SHY_TRY(shy_native_ask(run, f, dims_of, n->inputs[0]));
    switch (n->op) {
    case SHY_OP_EARLIER:
        SHY_TRY(shy_earlier_period(run, f, n, &g.period));
        break;
    case SHY_OP_INTERPOLATE:
        SHY_TRY(shy_line_frames(run, f, n, &g, &end));
        SHY_TRY(shy_native_ask(run, &end, dims_of, n->inputs[0]));
        return shy_native_ask(run, &g, dims_of, n->inputs[n->inputs[1] != 0 ? 1 : 0]);
    case SHY_OP_MOST_RECENT:
        for (int years = 1; years <= n->years_most; years++) {
            SHY_TRY(shy_years_before(run, f, years, &g.period));
            SHY_TRY(shy_native_ask(run, &g, dims_of, n->inputs[0]));
        }
        return shy_native_ask(run, f, dims_of, n->inputs[0]);
    default:
        SHY_TRY(shy_each_area_frame(run, f, n, &g));
        if (g.set == NONE)
            return 0;
        break;
    }
    return shy_native_ask(run, &g, dims_of, n->inputs[0]);
}

/* Of OVER the areas put together; an unknown set is told when the node is evaluated. */
static int ask_set(struct run *run, const struct frame *f, const struct shy_definition *dims_of,
                   const struct shy_node *n)
{
    struct frame inside = *f;
    inside.set = shy_areas_set(run->areas, n->among_set);
    if (f->whole || inside.set == NONE)
        return 0;
    return shy_native_ask(run, &inside, dims_of, n->inputs[0]);
}

int shy_native_ask(struct run *run, const struct frame *f, const struct shy_definition *dims_of,
                   shy_node_id node)
{
    const struct shy_node *n = shy_plan_node(run->plan, node);
    bool asked;
    SHY_TRY(is_asked(run->native, f, dims_of, node, &asked));
    if (asked)
        return 0;
    switch (n->op) {
    case SHY_OP_AREAS:
        return ask_areas(run->native, f, dims_of, n, node);
    case SHY_OP_SHARE:
    case SHY_OP_ALL_OF:
        return ask_areas(run->native, f, dims_of, n, n->inputs[0]);
    case SHY_OP_MONTHLY_AVERAGE:
        return ask_average(run->native, f, dims_of, n->inputs[0]);
    case SHY_OP_INDICATOR:
        return ask_indicator(run, f, n);
    case SHY_OP_IF_DELIVERED:
        SHY_TRY(ask_presence(run->native, n->inputs[1], f->period));
        return shy_native_ask(run, f, dims_of, n->inputs[0]);
    case SHY_OP_GROWTH: {
        struct frame earlier = *f;
        SHY_TRY(shy_earlier_period(run, f, n, &earlier.period));
        SHY_TRY(shy_native_ask(run, &earlier, dims_of, n->inputs[0]));
        return shy_native_ask(run, f, dims_of, n->inputs[0]);
    }
    case SHY_OP_EARLIER:
    case SHY_OP_INTERPOLATE:
    case SHY_OP_MOST_RECENT:
    case SHY_OP_EACH_AREA:
        return ask_elsewhere(run, f, dims_of, n);
    case SHY_OP_MEAN: /* its rows are those of what it is made from */
        for (size_t i = 0; i < n->of_count; i++)
            SHY_TRY(shy_native_ask(run, f, dims_of, n->of[i]));
        return 0;
    case SHY_OP_TREND:
        return ask_years(run, f, dims_of, n);
    case SHY_OP_OVER:
        return ask_set(run, f, dims_of, n);
    case SHY_OP_INDIRECTLY_STANDARDISED:
    case SHY_OP_COMPARE:
    case SHY_OP_FUNNEL:
        SHY_TRY(ask_benchmark(run, f, dims_of, n));
        break;
    default:
        break;
    }
    if (shy_op_is_leaf(n->op))
        return ask_leaf(run->native, f, dims_of, node, false);
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0)
            SHY_TRY(shy_native_ask(run, f, dims_of, n->inputs[i]));
    }
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(shy_native_ask(run, f, dims_of, n->of[i]));
    return 0;
}
