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

static struct grid *find(const struct run *run, const struct frame *f, const struct dims *dims,
                         shy_node_id leaf, uint32_t period, int32_t first, int32_t last)
{
    shy_node_id rows = shy_plan_node(run->plan, leaf)->inputs[0];
    const struct grid_plan *p =
        shy_native_find(run->native, rows, period, first, last, f, shy_dims_definition(dims), leaf);
    return p == NULL ? NULL : &run->native->grids[p->number];
}

/* Dimensions -------------------------------------------------------------------------------- */

/* The grid's values as numbers of the definition's, looked up by their texts once each. */
struct naming {
    struct run *run;
    struct dims *dims;
    const struct grid_plan *p;
    uint32_t *numbers[MAX_DIMS]; /* of codes, by digit: number + 1; 0 = not looked up */
};

static int name_values(struct naming *n)
{
    int rc = 0;
    for (size_t i = 0; i < n->p->dim_count && rc == 0; i++)
        n->numbers[i] = shy_run_alloc(n->run, n->p->dims[i].radix + 1, sizeof *n->numbers[i], &rc);
    return rc;
}

static const char *text_of(const struct dim_plan *d, int64_t value, char number[32])
{
    if (value == VALUE_MISSING)
        return d->dim->missing;
    if (d->radix > 0)
        return d->fetch.texts[value];
    shy_number_text(d->operand->type, value, number);
    return number;
}

/* NONE: no value, or one that is not shown. */
static int number_of(struct naming *n, size_t dim, int64_t value, uint32_t *out)
{
    const struct dim_plan *d = &n->p->dims[dim];
    char number[32];
    *out = value == VALUE_TOTAL ? SHY_DIMS_TOTAL : NONE;
    if (value == VALUE_NONE || value == VALUE_TOTAL)
        return 0;
    uint32_t *known = d->radix == 0 ? NULL : &n->numbers[dim][digit_of(d, value)];
    if (known != NULL && *known != 0) {
        *out = *known - 1;
        return 0;
    }
    SHY_TRY(shy_dims_value(n->run, n->dims, dim, text_of(d, value, number), out));
    if (known != NULL)
        *known = *out + 1; /* of one not shown 0: looked up again, and again not found */
    return 0;
}

int shy_native_dims(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period)
{
    const struct shy_period *p = &run->periods[period];
    struct grid *g = find(run, NULL, dims, leaf, period, p->first_month, p->last_month);
    uint32_t values[MAX_DIMS];
    int rc = 0;
    if (g == NULL)
        return 0;
    struct naming n = {run, dims, g->plan, {0}};
    SHY_TRY(name_values(&n));
    SHY_TRY(shy_dims_expect(run, dims, g->bases.count));
    uint32_t *found = shy_run_alloc(run, g->bases.count, sizeof *found, &rc);
    for (size_t i = 0; rc == 0 && i < g->bases.count; i++) {
        for (size_t d = 0; d < g->bases.arity; d++)
            SHY_TRY(number_of(&n, d, g->bases.values[i * g->bases.arity + d], &values[d]));
        rc = shy_dims_add(run, dims, values, &found[i]);
    }
    g->found = found;
    g->found_in = dims;
    return rc;
}

/* The combinations were numbered when they were collected. */
static void map_found(struct view *v, const struct dims *dims)
{
    const uint32_t *rank = shy_dims_ranks(dims);
    for (size_t i = 0; i < v->g->bases.count; i++)
        v->combo[i] = v->g->found[i] == NONE ? NONE : rank[v->g->found[i]];
}

static int map_combos(struct view *v, struct dims *dims)
{
    int rc = 0;
    const struct tuples *combos = combos_of(v->g);
    struct naming n = {v->run, dims, v->g->plan, {0}};
    uint32_t values[MAX_DIMS];
    v->combo = shy_run_alloc(v->run, combos->count, sizeof *v->combo, &rc);
    if (rc != 0)
        return rc;
    if (dims != NULL && v->g->found_in == dims && !v->g->plan->totals) {
        map_found(v, dims);
        return 0;
    }
    SHY_TRY(name_values(&n));
    for (size_t i = 0; i < combos->count; i++) {
        for (size_t d = 0; d < combos->arity; d++)
            SHY_TRY(number_of(&n, d, combos->values[i * combos->arity + d], &values[d]));
        v->combo[i] = shy_dims_find(dims, values);
    }
    return 0;
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

/* Calls for every atom and every combination shown that it counts in, with the cell's place among
 * the atom's shared ones; NONE: it is not shared. */
static void each_atom(const struct view *v, void *self,
                      void (*visit)(const struct view *v, uint32_t atom, uint32_t combo,
                                    uint32_t shared, void *self))
{
    static const struct atom_place none = {0};
    const struct grid_plan *p = v->g->plan;
    for (uint32_t a = 0; a < v->g->atom_count; a++) {
        uint32_t slot = atom_slot(v->g, a);
        if (v->local[slot] == NONE || !shy_grid_met(v->g, a))
            continue;
        const struct base *b = &v->g->base[atom_base(v->g, a)];
        const struct atom_place *place = v->g->places == NULL ? &none : &v->g->places[a];
        uint32_t first = p->slot_first[slot], at = place->cells;
        for (uint32_t k = 0; k < b->count; k++) {
            uint32_t combo = v->g->pool[b->first + k], index = v->lift->index[slot];
            uint32_t columns =
                k == b->own ? p->slot_shared[slot] - first : p->slot_first[slot + 1] - first;
            if (v->combo[combo] != NONE)
                visit(v, a, combo, place->cell_count > 0 && index < columns ? at + index : NONE,
                      self);
            at += columns;
        }
    }
}

/* Numbers seen, joined by cell ---------------------------------------------------------------- */

/* What is joined: the pairs seen with the cells' atoms, or what a dimension names. */
struct joined {
    const struct view *v;
    const struct seen *seen; /* NULL: the value of dimension `dim` */
    size_t dim, universe;
    int drop;          /* bits of a number that do not count */
    size_t set, month; /* of numbers that are not codes: their measure, and one month of it */
    uint32_t *first;   /* by cell [combo * width + column]: its atoms */
    uint32_t *atoms;
    uint32_t *mark; /* by number: the cell + 1 that saw it last */
    bool failed;
};

static size_t cell_of(const struct view *v, uint32_t atom, uint32_t combo)
{
    return combo * v->width + v->local[atom_slot(v->g, atom)];
}

static void count_atom(const struct view *v, uint32_t atom, uint32_t combo, uint32_t shared,
                       void *self)
{
    const struct joined *j = self;
    (void)shared;
    j->first[cell_of(v, atom, combo) + 1]++;
}

static void list_atom(const struct view *v, uint32_t atom, uint32_t combo, uint32_t shared,
                      void *self)
{
    const struct joined *j = self;
    (void)shared;
    j->atoms[j->first[cell_of(v, atom, combo)]++] = atom;
}

/* The atoms of every cell. */
static bool list_atoms(struct joined *j, size_t cells)
{
    j->first = shy_alloc(cells + 2, sizeof *j->first);
    if (j->first == NULL)
        return false;
    each_atom(j->v, j, count_atom);
    for (size_t i = 0; i < cells; i++)
        j->first[i + 1] += j->first[i];
    j->atoms = shy_alloc((size_t)j->first[cells] + 1, sizeof *j->atoms);
    if (j->atoms == NULL)
        return false;
    each_atom(j->v, j, list_atom);
    memmove(j->first + 1, j->first, cells * sizeof *j->first);
    j->first[0] = 0;
    return true;
}

static size_t count_pairs(const struct joined *j, uint32_t atom, uint32_t stamp)
{
    const struct seen *s = j->seen;
    size_t n = 0;
    for (uint32_t i = s->first[atom]; i < s->first[atom + 1]; i++) {
        uint32_t *mark = &j->mark[s->keys[i] >> j->drop];
        n += *mark != stamp ? 1 : 0;
        *mark = stamp;
    }
    return n;
}

static size_t count_value(const struct joined *j, uint32_t atom, uint32_t stamp)
{
    const struct grid *g = j->v->g;
    int64_t value = g->bases.values[atom_base(g, atom) * g->bases.arity + j->dim];
    bool fresh = value >= 0 && g->atoms[atom].rows > 0 && j->mark[value] != stamp;
    if (fresh)
        j->mark[value] = stamp;
    return fresh ? 1 : 0;
}

static size_t count_numbers(struct joined *j, const uint32_t *atoms, size_t count)
{
    const struct grid *g = j->v->g;
    int32_t month = g->plan->first + (int32_t)j->month;
    struct idset all = {0};
    if (count == 1)
        return shy_idset_count(shy_grid_set(g, j->set, atoms[0], month));
    for (size_t i = 0; i < count && !j->failed; i++)
        j->failed = !shy_idset_join(&all, shy_grid_set(g, j->set, atoms[i], month));
    size_t n = shy_idset_count(&all);
    shy_idset_free(&all);
    return n;
}

static size_t count_cell(struct joined *j, uint32_t cell)
{
    size_t n = 0;
    const uint32_t *atoms = &j->atoms[j->first[cell]];
    uint32_t count = j->first[cell + 1] - j->first[cell];
    if (j->mark == NULL)
        return count_numbers(j, atoms, count);
    if (j->seen != NULL && j->drop == 0 && count == 1)
        return j->seen->first[atoms[0] + 1] - j->seen->first[atoms[0]];
    for (uint32_t i = 0; i < count; i++)
        n += j->seen != NULL ? count_pairs(j, atoms[i], cell + 1)
                             : count_value(j, atoms[i], cell + 1);
    return n;
}

static int64_t *member_of(const struct view *v, struct tally *tallies, size_t column,
                          uint32_t combo, size_t member)
{
    char *t = (char *)&tallies[v->areas[column] * v->combos + combo];
    return (int64_t *)(void *)(t + member);
}

/* universe: of codes; 0 = numbers that are not. */
static int add_joined(struct joined j, struct tally *tallies, size_t member)
{
    const struct view *v = j.v;
    size_t combos = combos_of(v->g)->count, cells = combos * v->width;
    bool ok = list_atoms(&j, cells);
    if (ok && j.universe > 0) {
        j.mark = shy_alloc(j.universe, sizeof *j.mark);
        ok = j.mark != NULL;
    }
    for (uint32_t i = 0; ok && i < cells; i++) {
        uint32_t combo = v->combo[i / v->width];
        if (combo != NONE && j.first[i + 1] > j.first[i])
            *member_of(v, tallies, i % v->width, combo, member) += (int64_t)count_cell(&j, i);
        ok = !j.failed;
    }
    shy_free(j.first);
    shy_free(j.atoms);
    shy_free(j.mark);
    return ok ? 0 : shy_fail_nomem(v->run->err);
}

/* Leaves ------------------------------------------------------------------------------------ */

static bool is_former(const struct view *v, uint32_t slot)
{
    uint32_t place = v->g->plan->slots[slot];
    return place != SET_UNASSIGNED &&
           shy_is_former(v->run, shy_areas_set(v->run->areas, "municipality"), place);
}

/* Rows of a place that was split lie in no area of the set for certain: none of those it may be in
 * has a number. */
static void add_split(const struct view *v, const struct frame *f, struct tally *tallies)
{
    uint32_t municipality = shy_areas_set(v->run->areas, "municipality"), target;
    int64_t share;
    for (uint32_t a = 0; a < v->g->atom_count; a++) {
        uint32_t slot = atom_slot(v->g, a);
        size_t at = 0;
        if (v->lift->area[slot] != NONE || !is_former(v, slot) || !shy_grid_met(v->g, a))
            continue;
        const struct base *b = &v->g->base[atom_base(v->g, a)];
        while (shy_lift_spread(v->run, f, municipality, v->g->plan->slots[slot], &at, &target,
                               &share)) {
            for (uint32_t k = 0; k < b->count; k++) {
                uint32_t combo = v->combo[v->g->pool[b->first + k]];
                if (combo != NONE)
                    tallies[target * v->combos + combo].split++;
            }
        }
    }
}

struct adding {
    struct tally *tallies;
    const int64_t *added; /* of a SUM, by atom; NULL */
    const struct sums *sums;
    int counted; /* what `distinct` counts; -1 */
};

static void add_sums(const struct adding *to, const struct atom *atom, uint32_t a, struct tally *t)
{
    int64_t ok = atom->rows;
    if (to->added == NULL)
        return;
    t->sum += to->added[a];
    for (int i = 0; to->sums != NULL && i <= SHIHYO_STATE_PARTIAL; i++) {
        t->by_state[i] += to->sums[a].by_state[i];
        ok -= to->sums[a].by_state[i];
    }
    t->by_state[SHIHYO_STATE_OK] += ok;
    if (to->sums != NULL) {
        t->sum += to->sums[a].sum;
        t->overflow = t->overflow || to->sums[a].overflow;
    }
}

static int64_t counted(const struct view *v, const struct atom *atom, uint32_t shared, int kind)
{
    int64_t twice = shared == NONE ? 0 : v->g->shared.cells[shared].twice[kind];
    return (int64_t)atom->n[kind] - twice;
}

static void add_to(const struct view *v, const struct adding *to, uint32_t a, uint32_t shared,
                   struct tally *t)
{
    const struct atom *atom = &v->g->atoms[a];
    t->rebased = t->rebased || (atom->rows > 0 && is_former(v, atom_slot(v->g, a)));
    t->rows += atom->rows;
    if (v->g->doubts != NULL) {
        t->doubt_end += v->g->doubts[a].end;
        t->doubt_window += v->g->doubts[a].window;
    }
    t->persons += counted(v, atom, shared, COUNT_PERSONS);
    if (to->counted >= 0)
        t->distinct += counted(v, atom, shared, to->counted);
    add_sums(to, atom, a, t);
}

static void add_atom(const struct view *v, uint32_t a, uint32_t combo, uint32_t shared, void *self)
{
    const struct adding *to = self;
    uint32_t area = v->lift->area[atom_slot(v->g, a)];
    add_to(v, to, a, shared, &to->tallies[area * v->combos + v->combo[combo]]);
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
static int kind_counted(const struct shy_node *leaf, bool monthly)
{
    enum shy_role role = leaf->op == SHY_OP_DISTINCT ? shy_own_role(&leaf->operand) : SHY_ROLE_NONE;
    if (leaf->op == SHY_OP_PERSONS || role == SHY_ROLE_PERSON)
        return monthly ? COUNT_MONTHS : COUNT_PERSONS;
    return leaf->op == SHY_OP_CLAIMS || role == SHY_ROLE_CLAIM ? COUNT_CLAIMS : -1;
}

static int add_distinct(const struct view *v, const struct shy_node *leaf, bool monthly,
                        struct tally *tallies)
{
    const struct grid_plan *p = v->g->plan;
    const size_t member = offsetof(struct tally, distinct);
    int i = leaf->op == SHY_OP_DISTINCT ? find_measure(p, leaf, monthly) : -1;
    if (i < 0)
        return 0;
    const struct measure *m = &p->measures[i];
    struct joined j = {.v = v, .set = (size_t)i};
    if (m->coded) {
        j.seen = &v->g->seen[i];
        j.universe = m->universe;
        return add_joined(j, tallies, member);
    }
    size_t months = monthly ? (size_t)((int64_t)p->last - p->first) + 1 : 1;
    for (j.month = 0; v->g->sets[i] != NULL && j.month < months; j.month++)
        SHY_TRY(add_joined(j, tallies, member));
    return 0;
}

/* Without a universe: none. */
static struct joined joined_institutions(const struct view *v)
{
    const struct grid_plan *p = v->g->plan;
    struct joined j = {.v = v, .universe = v->run->native->institutions[p->shelf->number]};
    switch (p->support) {
    case SUPPORT_NONE:
        j.universe = 0;
        break;
    case SUPPORT_SEEN:
        j.seen = &v->g->institutions;
        break;
    case SUPPORT_MEASURE:
        j.seen = &v->g->seen[p->support_at];
        j.drop = p->measures[p->support_at].month_bits;
        break;
    case SUPPORT_DIM:
        j.dim = p->support_at;
        break;
    }
    return j;
}

static int join_institutions(const struct view *v, struct tally *tallies)
{
    struct joined j = joined_institutions(v);
    return j.universe == 0 ? 0 : add_joined(j, tallies, offsetof(struct tally, institutions));
}

/* The institutions behind the cells are the same for every figure of a grid: joined once. */
static int add_institutions(const struct view *v, struct tally *tallies)
{
    size_t cells = v->combos * shy_areas_count(v->run->areas, v->lift->set);
    int64_t **kept = &((struct lift *)v->lift)->institutions;
    int rc = 0;
    if (*kept == NULL) {
        *kept = shy_run_alloc(v->run, cells, sizeof **kept, &rc);
        if (rc != 0)
            return rc;
        SHY_TRY(join_institutions(v, tallies));
        for (size_t i = 0; i < cells; i++)
            (*kept)[i] = tallies[i].institutions;
        return 0;
    }
    for (size_t i = 0; i < cells; i++)
        tallies[i].institutions = (*kept)[i];
    return 0;
}

/* Unknown areas ----------------------------------------------------------------------------- */

struct listing {
    struct shy_map *codes;
    const struct fetch *place;
};

static bool add_code(void *self, uint64_t id)
{
    struct listing *l = self;
    return shy_map_adds(l->codes, l->place->texts[id]) != SHY_MAP_NONE;
}

/* As the common evaluator notes them for the same figure. */
static int note_unknown(struct run *run, const struct frame *f, const struct grid *g)
{
    struct listing l = {.place = &g->plan->place_text};
    if (f->whole || g->unknown == 0)
        return 0;
    SHY_TRY(shy_note_unknown(run, g->plan->shelf->contract, g->plan->basis, g->unknown, &l.codes));
    return shy_idset_each(&g->unknown_codes, add_code, &l) ? 0 : shy_fail_nomem(run->err);
}

/* Leaves, at last --------------------------------------------------------------------------- */

static struct adding what_to_add(const struct run *run, const struct grid *g, shy_node_id leaf,
                                 bool monthly)
{
    const struct shy_node *n = shy_plan_node(run->plan, leaf);
    int i = n->op == SHY_OP_SUM ? find_measure(g->plan, n, monthly) : -1;
    return (struct adding){.added = i < 0 ? NULL : g->added[i],
                           .sums = i < 0 ? NULL : g->sums[i],
                           .counted = kind_counted(n, monthly)};
}

static int find_leaf(struct run *run, const struct frame *f, shy_node_id leaf, int64_t *unknown,
                     const struct grid **out)
{
    const struct shy_period *p = &run->periods[f->period];
    *out = find(run, f, f->dims, leaf, f->period, p->first_month, p->last_month);
    if (*out == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "a figure was not asked for");
    *unknown = f->whole ? 0 : (*out)->unknown;
    return note_unknown(run, f, *out);
}

int shy_native_leaf(struct run *run, const struct frame *f, shy_node_id leaf, bool monthly,
                    struct tally *tallies, int64_t *unknown)
{
    const struct grid *g;
    struct view v;
    SHY_TRY(find_leaf(run, f, leaf, unknown, &g));
    if (!g->begun)
        return 0; /* no partition: no row */
    SHY_TRY(make_view(run, f, g, NONE, &v));
    struct adding to = what_to_add(run, g, leaf, monthly);
    to.tallies = tallies;
    each_atom(&v, &to, add_atom);
    add_split(&v, f, tallies);
    SHY_TRY(add_distinct(&v, shy_plan_node(run->plan, leaf), monthly, tallies));
    return add_institutions(&v, tallies);
}

/* Cells of one atom each ---------------------------------------------------------------------- */

/* Where no area has two places and no dimension a total, an atom is a cell: it is given as it
 * stands. */
struct giving {
    struct adding what;
    const struct seen *distinct; /* of the measure asked for; NULL */
    struct joined institutions;
    uint32_t cell;
    shy_give_tally give;
    void *self;
};

static void give_atom(const struct view *v, uint32_t a, uint32_t combo, uint32_t shared, void *self)
{
    struct giving *to = self;
    const struct joined *j = &to->institutions;
    struct tally t = {0};
    add_to(v, &to->what, a, shared, &t);
    if (to->distinct != NULL)
        t.distinct = to->distinct->first[a + 1] - to->distinct->first[a];
    if (j->universe > 0 && j->seen == NULL)
        t.institutions = (int64_t)count_value(j, a, ++to->cell);
    else if (j->universe > 0 && j->drop == 0)
        t.institutions = j->seen->first[a + 1] - j->seen->first[a];
    else if (j->universe > 0)
        t.institutions = (int64_t)count_pairs(j, a, ++to->cell);
    uint32_t area = v->lift->area[atom_slot(v->g, a)];
    to->give(to->self, area * v->combos + v->combo[combo], &t);
}

static bool is_alone(const struct view *v, int measure)
{
    const struct grid_plan *p = v->g->plan;
    bool alone = !p->shares && (measure < 0 || p->measures[measure].coded);
    for (uint32_t s = 0; alone && s < p->slot_count; s++)
        alone = v->lift->area[s] != NONE || !is_former(v, s);
    return alone;
}

int shy_native_give(struct run *run, const struct frame *f, shy_node_id leaf, bool monthly,
                    shy_give_tally give, void *self, int64_t *unknown, bool *given)
{
    const struct shy_node *n = shy_plan_node(run->plan, leaf);
    const struct grid *g;
    struct view v;
    SHY_TRY(find_leaf(run, f, leaf, unknown, &g));
    *given = !g->begun;
    if (*given || g->plan->shares)
        return 0;
    SHY_TRY(make_view(run, f, g, NONE, &v));
    int measure = n->op == SHY_OP_DISTINCT ? find_measure(g->plan, n, monthly) : -1;
    if (!is_alone(&v, measure))
        return 0;
    struct giving to = {.what = what_to_add(run, g, leaf, monthly),
                        .distinct = measure < 0 ? NULL : &g->seen[measure],
                        .institutions = joined_institutions(&v),
                        .give = give,
                        .self = self};
    to.institutions.mark = shy_alloc(to.institutions.universe + 1, sizeof(uint32_t));
    if (to.institutions.mark == NULL)
        return shy_fail_nomem(run->err);
    each_atom(&v, &to, give_atom);
    shy_free(to.institutions.mark);
    *given = true;
    return 0;
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
    bool *has, *doubt_end, *doubt_window, *split;
    uint32_t set;    /* counted over */
    uint32_t *among; /* by slot */
};

/* Each area counted over that a place which was split may lie in. */
static void mark_split(const struct view *v, const struct marking *m, size_t atom)
{
    const struct frame over = {.set = m->set};
    const struct base *b = &v->g->base[atom_base(v->g, atom)];
    uint32_t municipality = shy_areas_set(v->run->areas, "municipality"), area;
    size_t at = 0;
    int64_t share;
    while (shy_lift_spread(v->run, &over, municipality, v->g->plan->slots[atom_slot(v->g, atom)],
                           &at, &area, &share)) {
        for (uint32_t k = 0; k < b->count; k++) {
            uint32_t combo = v->combo[v->g->pool[b->first + k]];
            if (combo != NONE)
                m->split[area * v->combos + combo] = true;
        }
    }
}

static void mark_atoms(const struct view *v, const struct marking *m)
{
    for (size_t a = 0; a < v->g->atom_count; a++) {
        uint32_t slot = atom_slot(v->g, a), area = m->among[slot];
        if (!shy_grid_met(v->g, a))
            continue;
        const struct base *b = &v->g->base[atom_base(v->g, a)];
        if (area == NONE && is_former(v, slot))
            mark_split(v, m, a);
        for (uint32_t k = 0; area != NONE && k < b->count; k++) {
            uint32_t combo = v->combo[v->g->pool[b->first + k]];
            if (combo == NONE)
                continue;
            size_t i = area * v->combos + combo;
            m->has[i] = m->has[i] || v->g->atoms[a].rows > 0;
            if (v->g->doubts != NULL) {
                m->doubt_end[i] = m->doubt_end[i] || v->g->doubts[a].end > 0;
                m->doubt_window[i] = m->doubt_window[i] || v->g->doubts[a].window > 0;
            }
        }
    }
}

static void add_persons(const struct view *v, uint32_t a, uint32_t combo, uint32_t shared,
                        void *self)
{
    struct tally *tallies = self;
    uint32_t area = v->lift->area[atom_slot(v->g, a)];
    tallies[area * v->combos + v->combo[combo]].persons +=
        counted(v, &v->g->atoms[a], shared, COUNT_PERSONS);
}

int shy_native_areas(struct run *run, const struct frame *f, shy_node_id leaf, uint32_t among,
                     bool *has, bool *doubt_end, bool *doubt_window, bool *split,
                     struct tally *tallies)
{
    const struct shy_period *p = &run->periods[f->period];
    const struct grid *g = find(run, f, f->dims, leaf, f->period, p->first_month, p->last_month);
    struct marking m = {has, doubt_end, doubt_window, split, among, NULL};
    struct view v;
    int rc = 0;
    if (g == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "a figure was not asked for");
    if (!g->begun)
        return 0;
    SHY_TRY(note_unknown(run, f, g));
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
    each_atom(&v, tallies, add_persons);
    return add_institutions(&v, tallies);
}
