/* SPDX-License-Identifier: MIT */
/* What was counted, given to the common evaluator of cells in the place of its own leaves. */
#include "config.h"

#include "core/exec/native.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A grid seen through one lift: the areas of one set. */
struct view {
    struct run *run;
    const struct grid *g;
    const struct lift *lift;
    uint32_t *combo; /* of the definition, by the grid's; NONE = not shown */
    size_t combos;   /* of the definition */
    uint32_t *areas; /* by column of the lift, in the order of first slots */
    uint32_t *columns, *local;
    size_t width; /* columns of the lift */
};

static const struct shy_contract *contract_of(const struct run *run, shy_node_id leaf)
{
    return shy_plan_node(run->plan, shy_plan_node(run->plan, leaf)->inputs[0])->contract;
}

bool shy_is_native(const struct run *run, shy_node_id leaf)
{
    return run->native != NULL && contract_of(run, leaf)->person_level;
}

static const struct grid *find(const struct run *run, const struct frame *f,
                               const struct dims *dims, shy_node_id leaf, uint32_t period,
                               int32_t first, int32_t last)
{
    shy_node_id rows = shy_plan_node(run->plan, leaf)->inputs[0];
    const struct grid_plan *p =
        shy_native_find(run->native, rows, period, first, last, f, shy_dims_definition(dims), leaf);
    return p == NULL ? NULL : &run->native->grids[p->number];
}

/* Dimensions -------------------------------------------------------------------------------- */

/* The text of a value as people see it; NULL for none and for a total. */
static const char *text_of(const struct dim_plan *d, int64_t value, char number[32])
{
    if (value == VALUE_NONE || value == VALUE_TOTAL)
        return NULL;
    if (value == VALUE_MISSING)
        return d->dim->missing;
    if (d->radix > 0)
        return d->fetch.texts[value];
    shy_number_text(d->operand->type, value, number);
    return number;
}

int shy_native_dims(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period)
{
    const struct shy_period *p = &run->periods[period];
    const struct grid *g = find(run, NULL, dims, leaf, period, p->first_month, p->last_month);
    char numbers[MAX_DIMS][32];
    const char *texts[MAX_DIMS];
    for (size_t i = 0; g != NULL && i < g->bases.count; i++) {
        for (size_t d = 0; d < g->bases.arity; d++)
            texts[d] =
                text_of(&g->plan->dims[d], g->bases.values[i * g->bases.arity + d], numbers[d]);
        SHY_TRY(shy_dims_add(run, dims, texts));
    }
    return 0;
}

static int map_combos(struct view *v, struct dims *dims)
{
    int rc = 0;
    const struct grid *g = v->g;
    char numbers[MAX_DIMS][32];
    const char *texts[MAX_DIMS];
    v->combo = shy_run_alloc(v->run, g->combos.count, sizeof *v->combo, &rc);
    for (size_t i = 0; rc == 0 && i < g->combos.count; i++) {
        for (size_t d = 0; d < g->combos.arity; d++)
            texts[d] =
                text_of(&g->plan->dims[d], g->combos.values[i * g->combos.arity + d], numbers[d]);
        v->combo[i] = shy_dims_find(dims, texts);
    }
    return rc;
}

/* Views ------------------------------------------------------------------------------------- */

static int list_columns(struct view *v)
{
    int rc = 0;
    size_t slots = v->g->plan->slot_count;
    v->areas = shy_run_alloc(v->run, slots, sizeof *v->areas, &rc);
    v->columns = shy_run_alloc(v->run, slots, sizeof *v->columns, &rc);
    v->local = shy_run_alloc(v->run, slots, sizeof *v->local, &rc);
    for (size_t s = 0; rc == 0 && s < slots; s++) {
        size_t k = 0;
        v->local[s] = NONE;
        if (v->lift->area[s] == NONE)
            continue;
        while (k < v->width && v->areas[k] != v->lift->area[s])
            k++;
        v->local[s] = (uint32_t)k;
        if (k < v->width)
            continue;
        v->areas[v->width] = v->lift->area[s];
        v->columns[v->width++] = v->lift->column[s];
    }
    return rc;
}

static int make_view(struct run *run, const struct frame *f, const struct grid *g, uint32_t among,
                     struct view *v)
{
    *v = (struct view){.run = run, .g = g, .combos = shy_dims_count(f->dims)};
    for (size_t i = 0; i < g->plan->lift_count; i++) {
        if (g->plan->lifts[i].among == among && g->plan->lifts[i].set == f->set)
            v->lift = &g->plan->lifts[i];
    }
    if (v->lift == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "a set of areas was not asked for");
    SHY_TRY(list_columns(v));
    return map_combos(v, f->dims);
}

/* Calls for every atom and cell it counts in. */
static void each_atom(const struct view *v, void *self,
                      void (*visit)(const struct view *v, size_t atom, size_t cell, void *self))
{
    for (size_t a = 0; a < v->g->atom_count; a++) {
        const struct atom *atom = &v->g->atoms[a];
        const struct base *b = &v->g->base[atom->base];
        uint32_t area = v->lift->area[atom->slot];
        for (size_t k = 0; area != NONE && k < b->count; k++) {
            if (v->combo[b->combos[k]] != NONE)
                visit(v, a, area * v->combos + v->combo[b->combos[k]], self);
        }
    }
}

static int64_t *member_of(const struct view *v, struct tally *tallies, size_t column,
                          uint32_t combo, size_t member)
{
    char *t = (char *)&tallies[v->areas[column] * v->combos + combo];
    return (int64_t *)(void *)(t + member);
}

/* Adds what was counted in every cell; of cells of one atom alone the atom has it. */
static void add_counted(const struct view *v, enum count_kind kind, struct tally *tallies,
                        size_t member)
{
    const struct grid *g = v->g;
    for (size_t c = 0; g->cells[kind] != NULL && c < g->combos.count; c++) {
        for (size_t k = 0; v->combo[c] != NONE && k < v->width; k++)
            *member_of(v, tallies, k, v->combo[c], member) +=
                g->cells[kind][c * g->plan->width + v->columns[k]].count;
    }
    for (size_t i = 0; i < g->atom_count; i++) {
        const struct atom *a = &g->atoms[i];
        const struct base *b = &g->base[a->base];
        uint32_t combo = b->own == NONE ? NONE : v->combo[b->combos[b->own]];
        if (combo != NONE && v->lift->alone[a->slot])
            *member_of(v, tallies, v->local[a->slot], combo, member) += a->n[kind];
    }
}

/* Sets of atoms joined by cell: of institutions, or of a measure. */
struct joined {
    size_t measure, month, universe;
    bool institutions, by_month;
    uint32_t *only; /* by cell [combo * width + column]: its one atom + 1, MANY, 0 */
    struct idset *sets;
    struct idmonths *monthly;
    bool failed;
};
#define MANY UINT32_MAX

static const struct idset *set_of(const struct view *v, const struct joined *j, uint32_t atom)
{
    if (j->institutions)
        return &v->g->atoms[atom].institutions;
    return shy_grid_set(v->g, j->measure, atom, v->g->plan->first + (int32_t)j->month);
}

/* Calls for every cell of every atom. */
static void each_cell(const struct view *v, struct joined *j,
                      void (*visit)(const struct view *v, struct joined *j, uint32_t atom,
                                    size_t cell))
{
    for (uint32_t a = 0; a < v->g->atom_count; a++) {
        const struct base *b = &v->g->base[v->g->atoms[a].base];
        uint32_t local = v->local[v->g->atoms[a].slot];
        for (size_t k = 0; local != NONE && k < b->count; k++) {
            if (v->combo[b->combos[k]] != NONE)
                visit(v, j, a, b->combos[k] * v->width + local);
        }
    }
}

static void note_atom(const struct view *v, struct joined *j, uint32_t atom, size_t cell)
{
    (void)v;
    j->only[cell] = j->only[cell] == 0 ? atom + 1 : MANY;
}

static void join_atom(const struct view *v, struct joined *j, uint32_t atom, size_t cell)
{
    bool ok = true;
    if (j->only[cell] != MANY)
        return;
    if (j->by_month)
        ok = shy_idmonths_join(&j->monthly[cell], &v->g->monthly[j->measure][atom]);
    else
        ok = shy_idset_join(&j->sets[cell], set_of(v, j, atom), j->universe);
    j->failed = j->failed || !ok;
}

static size_t count_cell(const struct view *v, const struct joined *j, size_t cell)
{
    uint32_t only = j->only[cell];
    bool one = only != 0 && only != MANY;
    if (j->by_month)
        return shy_idmonths_count(one ? &v->g->monthly[j->measure][only - 1] : &j->monthly[cell]);
    return shy_idset_count(one ? set_of(v, j, only - 1) : &j->sets[cell]);
}

/* Most cells are made of one atom, whose set is counted where it stands. */
static int add_joined(const struct view *v, struct joined j, struct tally *tallies, size_t member)
{
    size_t count = v->g->combos.count * v->width;
    j.only = shy_alloc(count + 1, sizeof *j.only);
    j.sets = shy_alloc(j.by_month ? 1 : count + 1, sizeof *j.sets);
    j.monthly = shy_alloc(j.by_month ? count + 1 : 1, sizeof *j.monthly);
    j.failed = j.only == NULL || j.sets == NULL || j.monthly == NULL;
    if (!j.failed) {
        each_cell(v, &j, note_atom);
        each_cell(v, &j, join_atom);
    }
    for (size_t i = 0; i < count && j.only != NULL; i++) {
        uint32_t combo = v->combo[i / v->width];
        if (!j.failed && combo != NONE)
            *member_of(v, tallies, i % v->width, combo, member) += (int64_t)count_cell(v, &j, i);
        if (j.sets != NULL && !j.by_month)
            shy_idset_free(&j.sets[i]);
        if (j.monthly != NULL && j.by_month)
            shy_free(j.monthly[i].items);
    }
    shy_free(j.only);
    shy_free(j.sets);
    shy_free(j.monthly);
    return j.failed ? shy_fail_nomem(v->run->err) : 0;
}

/* Leaves ------------------------------------------------------------------------------------ */

struct adding {
    struct tally *tallies;
    const struct sums *sums; /* of a SUM, by atom; NULL */
};

static void add_atom(const struct view *v, size_t a, size_t cell, void *self)
{
    const struct adding *to = self;
    struct tally *t = &to->tallies[cell];
    const struct atom *atom = &v->g->atoms[a];
    t->rows += atom->rows;
    t->doubt_end += v->g->doubts[a].end;
    t->doubt_window += v->g->doubts[a].window;
    if (to->sums == NULL)
        return;
    t->sum += to->sums[a].sum;
    t->overflow = t->overflow || to->sums[a].overflow;
    for (int i = 0; i <= SHIHYO_STATE_PARTIAL; i++)
        t->by_state[i] += to->sums[a].by_state[i];
}

static int find_measure(const struct grid_plan *p, const struct shy_node *leaf, bool monthly)
{
    const struct shy_operand *times = leaf->times.column == NULL ? NULL : &leaf->times;
    for (int i = 0; i < (int)p->measure_count; i++) {
        const struct measure *m = &p->measures[i];
        switch (leaf->op) {
        case SHY_OP_SUM:
            if (m->kind == MEASURE_SUM && shy_same_operand(m->operand, &leaf->operand) &&
                shy_same_operand(m->times, times))
                return i;
            break;
        case SHY_OP_DISTINCT:
            if (m->kind == MEASURE_DISTINCT && m->monthly == monthly &&
                shy_same_operand(m->operand, &leaf->operand))
                return i;
            break;
        default:
            break;
        }
    }
    return -1;
}

/* Distinct persons are what the grid counts anyway, claims what it was asked for. */
static int add_distinct(const struct view *v, const struct shy_node *leaf, bool monthly,
                        struct tally *tallies)
{
    const struct grid_plan *p = v->g->plan;
    const size_t member = offsetof(struct tally, distinct);
    enum shy_role role = leaf->op == SHY_OP_DISTINCT ? shy_own_role(&leaf->operand) : SHY_ROLE_NONE;
    int i = find_measure(p, leaf, monthly);
    if (leaf->op == SHY_OP_PERSONS || role == SHY_ROLE_PERSON)
        add_counted(v, monthly ? COUNT_MONTHS : COUNT_PERSONS, tallies, member);
    else if (leaf->op == SHY_OP_CLAIMS || role == SHY_ROLE_CLAIM)
        add_counted(v, COUNT_CLAIMS, tallies, member);
    if (leaf->op != SHY_OP_DISTINCT || i < 0)
        return 0;
    const struct measure *m = &p->measures[i];
    size_t times = monthly && !m->by_month ? (size_t)((int64_t)p->last - p->first) + 1 : 1;
    if (m->by_month ? v->g->monthly[i] == NULL : v->g->sets[i] == NULL)
        return 0; /* no row */
    for (size_t month = 0; month < times; month++) {
        struct joined j = {
            .measure = (size_t)i, .month = month, .universe = m->universe, .by_month = m->by_month};
        SHY_TRY(add_joined(v, j, tallies, member));
    }
    return 0;
}

/* The institutions behind the cells are the same for every figure of a grid: joined once. */
static int add_supports(const struct view *v, struct tally *tallies)
{
    size_t cells = v->combos * shy_areas_count(v->run->areas, v->lift->set);
    int64_t **kept = &((struct lift *)v->lift)->institutions;
    int rc = 0;
    add_counted(v, COUNT_PERSONS, tallies, offsetof(struct tally, persons));
    if (*kept == NULL) {
        *kept = shy_run_alloc(v->run, cells, sizeof **kept, &rc);
        if (rc != 0)
            return rc;
        size_t universe = v->run->native->institutions[v->g->plan->shelf->number];
        struct joined j = {.institutions = true, .universe = universe};
        SHY_TRY(add_joined(v, j, tallies, offsetof(struct tally, institutions)));
        for (size_t i = 0; i < cells; i++)
            (*kept)[i] = tallies[i].institutions;
        return 0;
    }
    for (size_t i = 0; i < cells; i++)
        tallies[i].institutions = (*kept)[i];
    return 0;
}

static int add_leaf(struct run *run, const struct frame *f, const struct grid *g, shy_node_id leaf,
                    bool monthly, struct tally *tallies)
{
    const struct shy_node *n = shy_plan_node(run->plan, leaf);
    struct view v;
    int i = n->op == SHY_OP_SUM ? find_measure(g->plan, n, monthly) : -1;
    if (g->sums == NULL)
        return 0; /* no partition: no row */
    SHY_TRY(make_view(run, f, g, NONE, &v));
    struct adding to = {tallies, i < 0 ? NULL : g->sums[i]};
    each_atom(&v, &to, add_atom);
    SHY_TRY(add_distinct(&v, n, monthly, tallies));
    return add_supports(&v, tallies);
}

int shy_native_leaf(struct run *run, const struct frame *f, shy_node_id leaf, bool monthly,
                    struct tally *tallies, int64_t *unknown)
{
    const struct shy_period *p = &run->periods[f->period];
    const struct grid *g = find(run, f, f->dims, leaf, f->period, p->first_month, p->last_month);
    if (g == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "a figure was not asked for");
    *unknown = f->whole ? 0 : g->unknown;
    return add_leaf(run, f, g, leaf, monthly, tallies);
}

/* Presence ---------------------------------------------------------------------------------- */

int shy_native_months(const struct run *run, shy_node_id node, uint32_t period)
{
    int months = shy_period_months(&run->periods[period]), count = 0;
    for (const struct presence *p = run->native->presences; p != NULL; p = p->next) {
        for (int i = 0; p->node == node && p->period == period && i < months; i++)
            count += p->seen[i];
    }
    return count;
}

/* Areas ------------------------------------------------------------------------------------- */

struct marking {
    bool *has, *doubt_end, *doubt_window;
    uint32_t *among; /* by slot */
};

static void mark_atoms(const struct view *v, const struct marking *m)
{
    for (size_t a = 0; a < v->g->atom_count; a++) {
        const struct atom *atom = &v->g->atoms[a];
        const struct base *b = &v->g->base[atom->base];
        uint32_t area = m->among[atom->slot];
        for (size_t k = 0; area != NONE && k < b->count; k++) {
            uint32_t combo = v->combo[b->combos[k]];
            if (combo == NONE)
                continue;
            size_t i = area * v->combos + combo;
            m->has[i] = m->has[i] || atom->rows > 0;
            m->doubt_end[i] = m->doubt_end[i] || v->g->doubts[a].end > 0;
            m->doubt_window[i] = m->doubt_window[i] || v->g->doubts[a].window > 0;
        }
    }
}

int shy_native_areas(struct run *run, const struct frame *f, shy_node_id leaf, uint32_t among,
                     bool *has, bool *doubt_end, bool *doubt_window, struct tally *tallies)
{
    const struct shy_period *p = &run->periods[f->period];
    const struct grid *g = find(run, f, f->dims, leaf, f->period, p->first_month, p->last_month);
    struct marking m = {has, doubt_end, doubt_window, NULL};
    struct view v;
    int rc = 0;
    if (g == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "a figure was not asked for");
    if (g->sums == NULL)
        return 0;
    SHY_TRY(make_view(run, f, g, among, &v));
    m.among = shy_run_alloc(run, g->plan->slot_count, sizeof *m.among, &rc);
    uint32_t municipality = shy_areas_set(run->areas, "municipality");
    for (size_t s = 0; rc == 0 && s < g->plan->slot_count; s++)
        m.among[s] = g->plan->slots[s] == SET_UNASSIGNED
                         ? NONE
                         : shy_areas_within(run->areas, municipality, g->plan->slots[s], among);
    if (rc != 0)
        return rc;
    mark_atoms(&v, &m);
    return add_supports(&v, tallies);
}

/* Unknown areas ----------------------------------------------------------------------------- */

static int compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct listing {
    const char **codes;
    size_t count;
    const struct fetch *place;
};

static bool add_code(void *self, uint64_t id)
{
    struct listing *l = self;
    l->codes[l->count++] = l->place->texts[id];
    return true;
}

static bool is_reported(const struct native *n, const struct grid_plan *p)
{
    for (const struct grid_plan *q = n->grid_list; q != p; q = q->next) {
        if (q->shelf == p->shelf && q->basis == p->basis && n->grids[q->number].unknown > 0)
            return true;
    }
    return false;
}

/* Once for each contract and basis; of several selections the one with most such rows. */
static int report(struct run *run, const struct grid_plan *p)
{
    struct native *n = run->native;
    struct listing l = {.place = &p->place_text};
    struct idset codes = {0};
    int64_t rows = 0;
    bool ok = true;
    for (const struct grid_plan *q = p; q != NULL && ok; q = q->next) {
        const struct grid *g = &n->grids[q->number];
        if (q->shelf != p->shelf || q->basis != p->basis)
            continue;
        rows = g->unknown > rows ? g->unknown : rows;
        ok = shy_idset_join(&codes, &g->unknown_codes, p->place_text.text_count);
    }
    l.codes = shy_alloc(shy_idset_count(&codes) + 1, sizeof *l.codes);
    int rc = !ok || l.codes == NULL ? shy_fail_nomem(run->err) : 0;
    if (rc == 0) {
        (void)shy_idset_each(&codes, add_code, &l);
        if (l.count > 1)
            qsort(l.codes, l.count, sizeof *l.codes, compare_codes);
        rc = shy_report_unknown(run, p->shelf->contract, (size_t)rows, l.codes, l.count);
    }
    shy_free(l.codes);
    shy_idset_free(&codes);
    return rc;
}

int shy_native_report(struct run *run)
{
    for (const struct grid_plan *p = run->native->grid_list; p != NULL; p = p->next) {
        if (run->native->grids[p->number].unknown > 0 && !is_reported(run->native, p))
            SHY_TRY(report(run, p));
    }
    return 0;
}
