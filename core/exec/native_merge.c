/* SPDX-License-Identifier: MIT */
/* The grids of all threads, joined to one. */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

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
    if (from->doubts != NULL) {
        struct doubts *doubts = shy_grid_doubts(into);
        if (doubts == NULL)
            return shy_fail_nomem(err);
        doubts[to].end += from->doubts[a].end;
        doubts[to].window += from->doubts[a].window;
    }
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

/* What the first one has is taken over. */
static bool join_seen(struct seen *into, struct seen *from, const uint32_t *atom, size_t atoms,
                      size_t universe)
{
    size_t before = into->count;
    if (before == 0) {
        struct seen none = *into;
        *into = *from;
        *from = none;
    } else {
        if (!shy_seen_room(into, from->count, atoms, universe))
            return false;
        before = into->count;
        memcpy(&into->items[before], from->items, from->count * sizeof *from->items);
        into->count += from->count;
    }
    for (size_t i = before; i < into->count; i++)
        into->items[i].atom = atom[into->items[i].atom];
    return true;
}

/* In the order of numbers where there are some: what is made of the atoms then walks through its
 * tables from end to end. */
static int join_atoms(struct grid *into, const struct grid *from, uint32_t *atom,
                      struct shihyo_error *err)
{
    size_t numbers = from->plan->product, slots = from->plan->slot_count;
    for (size_t n = 0; n < numbers; n++) {
        size_t b = (size_t)from->direct[n] - 1;
        if (b == SIZE_MAX)
            continue;
        const int64_t *values = &from->bases.values[b * from->bases.arity];
        SHY_TRY(shy_grid_number(into, n, values, err));
        for (uint32_t slot = 0; slot < slots; slot++) {
            uint32_t a = from->atom_of[(from->plan->dense ? n : b) * slots + slot] - 1;
            if (a == NONE)
                continue;
            SHY_TRY(shy_grid_atom_at(into, n, values, slot, &atom[a], err));
            SHY_TRY(join_atom(into, atom[a], from, a, err));
        }
    }
    return 0;
}

static int join_any_atoms(struct grid *into, const struct grid *from, uint32_t *atom,
                          struct shihyo_error *err)
{
    uint32_t base;
    for (size_t b = 0; b < from->bases.count; b++)
        SHY_TRY(shy_grid_base(into, &from->bases.values[b * from->bases.arity], &base, err));
    for (uint32_t a = 0; a < from->atom_count; a++) {
        const int64_t *values = &from->bases.values[from->places[a].base * from->bases.arity];
        SHY_TRY(shy_grid_atom(into, values, from->places[a].slot, &atom[a], err));
        SHY_TRY(join_atom(into, atom[a], from, a, err));
    }
    return 0;
}

static int join_grid(struct grid *into, struct grid *from, uint32_t *atom, size_t universe,
                     struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    SHY_TRY(p->product > 0 ? join_atoms(into, from, atom, err)
                           : join_any_atoms(into, from, atom, err));
    bool ok = join_seen(&into->institutions, &from->institutions, atom, into->atom_count, universe);
    for (size_t i = 0; ok && i < p->measure_count; i++)
        ok = join_seen(&into->seen[i], &from->seen[i], atom, into->atom_count,
                       p->measures[i].universe);
    return ok ? 0 : shy_fail_nomem(err);
}

/* Sums and sets do not ask in which order they are joined: so the result does not depend on which
 * thread had which partition. */
int shy_grid_merge(struct grid *into, struct grid *from, size_t universe, struct shihyo_error *err)
{
    if (!from->begun)
        return 0;
    SHY_TRY(shy_grid_begin(into, err));
    uint32_t *atom = shy_alloc(from->atom_count + 1, sizeof *atom);
    if (atom == NULL)
        return shy_fail_nomem(err);
    int rc = join_grid(into, from, atom, universe, err);
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
