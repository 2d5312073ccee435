/* SPDX-License-Identifier: MIT */
/* The grids of all threads, joined to one. */
#include "config.h"

#include "core/exec/native.h"

static bool join_sets(struct grid *into, uint32_t to, const struct grid *from, uint32_t a, size_t i)
{
    const struct grid_plan *p = into->plan;
    const struct measure *m = &p->measures[i];
    for (int32_t month = p->first; m->monthly && month <= p->last; month++) {
        if (!shy_idset_join(shy_grid_set(into, i, to, month), shy_grid_set(from, i, a, month)))
            return false;
    }
    return m->monthly ||
           shy_idset_join(shy_grid_set(into, i, to, p->first), shy_grid_set(from, i, a, p->first));
}

static bool join_sums(struct grid *into, uint32_t to, const struct grid *from, uint32_t a, size_t i)
{
    int64_t *sum = &into->added[i][to], more = from->added[i][a];
    bool fits = !__builtin_add_overflow(*sum, more, sum);
    if (fits && from->sums[i] == NULL)
        return true;
    struct sums *s = shy_grid_sums(into, i);
    if (s == NULL)
        return false;
    if (!fits) { /* what wrapped around: back, and to where there is room */
        *sum = (int64_t)((uint64_t)*sum - (uint64_t)more);
        s[to].sum += more;
    }
    if (from->sums[i] == NULL)
        return true;
    const struct sums *t = &from->sums[i][a];
    s[to].sum += t->sum;
    s[to].overflow = s[to].overflow || t->overflow;
    for (int k = 0; k <= SHIHYO_STATE_PARTIAL; k++)
        s[to].by_state[k] += t->by_state[k];
    return true;
}

/* Both list the cells of one combination and slot in one order. */
static void join_cells(struct grid *into, uint32_t to, const struct grid *from, uint32_t a)
{
    const struct atom_place *x = &into->places[to], *y = &from->places[a];
    for (uint32_t k = 0; k < y->cell_count; k++) {
        for (int i = 0; i < COUNT_KINDS; i++)
            into->shared.cells[x->cells + k].twice[i] += from->shared.cells[y->cells + k].twice[i];
    }
}

static int join_atom(struct grid *into, uint32_t to, const struct grid *from, uint32_t a,
                     struct shihyo_error *err)
{
    struct atom *x = &into->atoms[to];
    const struct atom *y = &from->atoms[a];
    bool ok = true;
    x->rows += y->rows;
    for (int i = 0; i < COUNT_KINDS; i++)
        x->n[i] += y->n[i];
    into->doubts[to].end += from->doubts[a].end;
    into->doubts[to].window += from->doubts[a].window;
    join_cells(into, to, from, a);
    for (size_t i = 0; ok && i < into->plan->measure_count; i++) {
        const struct measure *m = &into->plan->measures[i];
        if (m->kind == MEASURE_SUM)
            ok = join_sums(into, to, from, a, i);
        else if (!m->coded)
            ok = join_sets(into, to, from, a, i);
    }
    return ok ? 0 : shy_fail_nomem(err);
}

static bool join_seen(struct seen *into, const struct seen *from, const uint32_t *atom,
                      size_t atoms, size_t universe)
{
    if (!shy_seen_room(into, from->count, atoms, universe))
        return false;
    for (size_t i = 0; i < from->count; i++)
        into->items[into->count++] =
            (struct seen_pair){atom[from->items[i].atom], from->items[i].number};
    return true;
}

/* In the order of numbers where there are some: what is made of the atoms then walks through its
 * tables from end to end. */
static int join_bases(struct grid *into, const struct grid *from, struct shihyo_error *err)
{
    size_t count = from->direct != NULL ? from->plan->product : from->bases.count;
    uint32_t base;
    for (size_t i = 0; i < count; i++) {
        size_t b = from->direct == NULL ? i : (size_t)from->direct[i] - 1;
        if (b != SIZE_MAX)
            SHY_TRY(shy_grid_base(into, &from->bases.values[b * from->bases.arity], &base, err));
    }
    return 0;
}

static int join_atoms(struct grid *into, const struct grid *from, uint32_t *atom, size_t universe,
                      struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    bool dense = p->dense;
    size_t count = dense ? from->atom_of_size : from->atom_count;
    SHY_TRY(join_bases(into, from, err));
    for (size_t i = 0; i < count; i++) {
        uint32_t a = dense ? from->atom_of[i] - 1 : (uint32_t)i;
        if (a == NONE)
            continue;
        const int64_t *values = &from->bases.values[from->places[a].base * from->bases.arity];
        SHY_TRY(shy_grid_atom(into, values, from->places[a].slot, &atom[a], err));
        SHY_TRY(join_atom(into, atom[a], from, a, err));
    }
    bool ok = join_seen(&into->institutions, &from->institutions, atom, into->atom_count, universe);
    for (size_t i = 0; ok && i < p->measure_count; i++)
        ok = join_seen(&into->seen[i], &from->seen[i], atom, into->atom_count,
                       p->measures[i].universe);
    return ok ? 0 : shy_fail_nomem(err);
}

/* Sums and sets do not ask in which order they are joined: so the result does not depend on which
 * thread had which partition. */
int shy_grid_merge(struct grid *into, const struct grid *from, size_t universe,
                   struct shihyo_error *err)
{
    if (!from->begun)
        return 0;
    SHY_TRY(shy_grid_begin(into, err));
    uint32_t *atom = shy_alloc(from->atom_count + 1, sizeof *atom);
    if (atom == NULL)
        return shy_fail_nomem(err);
    int rc = join_atoms(into, from, atom, universe, err);
    shy_free(atom);
    SHY_TRY(rc);
    into->unknown += from->unknown;
    return shy_idset_join(&into->unknown_codes, &from->unknown_codes) ? 0 : shy_fail_nomem(err);
}

/* What was seen, by atom: in each thread before the grids are joined, and again behind that. */
int shy_grid_sort(struct grid *g, size_t institutions, struct shihyo_error *err)
{
    const struct grid_plan *p = g->plan;
    bool ok = true;
    if (!g->begun)
        return 0;
    if (p->support == SUPPORT_SEEN)
        ok = shy_seen_sort(&g->institutions, g->atom_count, institutions);
    for (size_t i = 0; ok && i < p->measure_count; i++) {
        if (p->measures[i].coded)
            ok = shy_seen_sort(&g->seen[i], g->atom_count, p->measures[i].universe);
    }
    return ok ? 0 : shy_fail_nomem(err);
}

int shy_grid_finish(struct grid *g, size_t institutions, struct shihyo_error *err)
{
    SHY_TRY(shy_grid_sort(g, institutions, err));
    return g->begun ? shy_grid_expand(g, err) : 0;
}
