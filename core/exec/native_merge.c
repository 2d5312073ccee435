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
static int join_cells(struct grid *into, uint32_t to, const struct grid *from, uint32_t a,
                      struct shihyo_error *err)
{
    uint32_t group = from->atoms[a].group;
    if (group == 0 || group == NONE)
        return 0;
    SHY_TRY(shy_grid_share(into, to, err));
    const struct atom_place *x = &into->places[to], *y = &from->places[a];
    for (uint32_t k = 0; k < y->cell_count; k++) {
        for (int i = 0; i < COUNT_KINDS; i++)
            into->shared.cells[x->cells + k].twice[i] += from->shared.cells[y->cells + k].twice[i];
    }
    return 0;
}

static int join_atom(struct grid *into, uint32_t to, const struct grid *from, uint32_t a,
                     struct shihyo_error *err)
{
    bool ok = true;
    SHY_TRY(join_cells(into, to, from, a, err));
    struct atom *x = &into->atoms[to];
    const struct atom *y = &from->atoms[a];
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

/* Flat grids ---------------------------------------------------------------------------------- */

static bool is_met(const struct grid *g, size_t atom)
{
    return g->atoms[atom].rows > 0 ||
           (g->doubts != NULL && (g->doubts[atom].end > 0 || g->doubts[atom].window > 0));
}

/* The grids of the threads, atom by atom beside each other. */
struct flats {
    struct grid *const *from;
    size_t count;
    uint32_t **atom; /* by grid, of its atoms: those they become */
};

/* The atom of one number and slot, if a thread has it. */
static int join_flat_atom(struct grid *into, const struct flats *f, size_t at, uint32_t base,
                          uint32_t slot, struct shihyo_error *err)
{
    uint32_t to;
    SHY_TRY(shy_grid_new_atom(into, base, slot, &to, err));
    for (size_t t = 0; t < f->count; t++) {
        if (f->from[t]->begun && is_met(f->from[t], at)) {
            f->atom[t][at] = to;
            SHY_TRY(join_atom(into, to, f->from[t], (uint32_t)at, err));
        }
    }
    return 0;
}

static int join_number(struct grid *into, const struct flats *f, size_t number,
                       struct shihyo_error *err)
{
    size_t slots = into->plan->slot_count;
    int64_t values[MAX_DIMS];
    uint32_t base = NONE;
    bool named = false;
    for (size_t t = 0; t < f->count; t++)
        named = named || (f->from[t]->begun && f->from[t]->named[number] != 0);
    for (uint32_t slot = 0; slot <= slots; slot++) {
        bool met = slot == slots && named;
        for (size_t t = 0; t < f->count && slot < slots; t++)
            met = met || (f->from[t]->begun && is_met(f->from[t], number * slots + slot));
        if (!met)
            continue;
        if (base == NONE) {
            shy_grid_values(into->plan, number, values);
            SHY_TRY(shy_grid_new_base(into, values, &base, err));
        }
        if (slot < slots)
            SHY_TRY(join_flat_atom(into, f, number * slots + slot, base, slot, err));
    }
    return 0;
}

/* Room for all atoms at once, and for as many combinations, if there are no more numbers. */
static bool reserve(struct grid *into, const struct flats *f)
{
    size_t atoms = into->plan->product * into->plan->slot_count, met = 0;
    for (size_t a = 0; a < atoms; a++) {
        bool any = false;
        for (size_t t = 0; t < f->count; t++)
            any = any || (f->from[t]->begun && is_met(f->from[t], a));
        met += any ? 1 : 0;
    }
    return shy_grid_reserve(into, met < into->plan->product ? met : into->plan->product, met);
}

/* What only one thread has is taken over, what was seen further on. */
static int join_flat_seen(struct grid *into, const struct flats *f, size_t universe,
                          struct shihyo_error *err)
{
    bool ok = true;
    for (size_t t = 0; ok && t < f->count; t++) {
        struct grid *from = f->from[t];
        if (!from->begun)
            continue;
        ok = join_seen(&into->institutions, &from->institutions, f->atom[t], into->atom_count,
                       universe);
        for (size_t i = 0; ok && i < into->plan->measure_count; i++)
            ok = join_seen(&into->seen[i], &from->seen[i], f->atom[t], into->atom_count,
                           into->plan->measures[i].universe);
        into->unknown += from->unknown;
        ok = ok && shy_idset_join(&into->unknown_codes, &from->unknown_codes);
    }
    return ok ? 0 : shy_fail_nomem(err);
}

/* In the order of numbers: what is made of the atoms then walks through its tables from end to
 * end. */
static int join_flat(struct grid *into, struct grid *const *from, size_t count, size_t universe,
                     struct shihyo_error *err)
{
    size_t atoms = into->plan->product * into->plan->slot_count;
    struct flats f = {from, count, shy_alloc(count, sizeof(uint32_t *))};
    int rc = f.atom == NULL ? shy_fail_nomem(err) : shy_grid_begin(into, err);
    for (size_t t = 0; rc == 0 && t < count; t++) {
        f.atom[t] = shy_realloc(NULL, atoms + 1, sizeof *f.atom[t]);
        rc = f.atom[t] == NULL ? shy_fail_nomem(err) : 0;
    }
    if (rc == 0 && !reserve(into, &f))
        rc = shy_fail_nomem(err);
    for (size_t number = 0; rc == 0 && number < into->plan->product; number++)
        rc = join_number(into, &f, number, err);
    if (rc == 0)
        rc = join_flat_seen(into, &f, universe, err);
    for (size_t t = 0; f.atom != NULL && t < count; t++)
        shy_free(f.atom[t]);
    shy_free(f.atom);
    return rc;
}

/* Other grids --------------------------------------------------------------------------------- */

static int join_atoms(struct grid *into, const struct grid *from, uint32_t *atom,
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

static int merge(struct grid *into, struct grid *from, uint32_t *atom, size_t universe,
                 struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    SHY_TRY(join_atoms(into, from, atom, err));
    bool ok = join_seen(&into->institutions, &from->institutions, atom, into->atom_count, universe);
    for (size_t i = 0; ok && i < p->measure_count; i++)
        ok = join_seen(&into->seen[i], &from->seen[i], atom, into->atom_count,
                       p->measures[i].universe);
    into->unknown += from->unknown;
    return ok && shy_idset_join(&into->unknown_codes, &from->unknown_codes) ? 0
                                                                            : shy_fail_nomem(err);
}

/* The first is taken over, the others are joined to it. */
static int join_any(struct grid *into, struct grid *const *from, size_t count, size_t universe,
                    struct shihyo_error *err)
{
    for (size_t t = 0; t < count; t++) {
        if (!from[t]->begun)
            continue;
        if (!into->begun) {
            *into = *from[t];
            *from[t] = (struct grid){.plan = into->plan};
            continue;
        }
        uint32_t *atom = shy_alloc(from[t]->atom_count + 1, sizeof *atom);
        if (atom == NULL)
            return shy_fail_nomem(err);
        int rc = merge(into, from[t], atom, universe, err);
        shy_free(atom);
        SHY_TRY(rc);
    }
    return 0;
}

/* Sums and sets do not ask in which order they are joined: so the result does not depend on which
 * thread had which partition. */
int shy_grid_join(struct grid *into, struct grid *const *from, size_t count, size_t universe,
                  struct shihyo_error *err)
{
    bool begun = false;
    for (size_t t = 0; t < count; t++)
        begun = begun || from[t]->begun;
    if (!begun)
        return 0;
    return into->plan->flat ? join_flat(into, from, count, universe, err)
                            : join_any(into, from, count, universe, err);
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
