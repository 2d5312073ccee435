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

/* The grids of the threads, and their atoms by those of the whole; NONE: it has none. */
struct joined {
    struct grid *const *from;
    size_t count;
    uint32_t **atom;
    size_t taken; /* of them: the one that became the whole; SIZE_MAX */
};

static int make_joined(struct grid *const *from, size_t count, struct joined *out,
                       struct shihyo_error *err)
{
    *out = (struct joined){.from = from, .count = count, .taken = SIZE_MAX};
    out->atom = shy_alloc(count, sizeof(uint32_t *));
    return out->atom == NULL ? shy_fail_nomem(err) : 0;
}

/* Not filled. */
static int make_atoms(struct joined *j, size_t t, size_t count, struct shihyo_error *err)
{
    j->atom[t] = shy_realloc(NULL, count + 1, sizeof *j->atom[t]);
    return j->atom[t] == NULL ? shy_fail_nomem(err) : 0;
}

static void free_joined(struct joined *j)
{
    for (size_t t = 0; j->atom != NULL && t < j->count; t++)
        shy_free(j->atom[t]);
    shy_free(j->atom);
}

/* What the threads saw of one figure, the institutions where there is no measure. The list of the
 * grid that was taken over is one of them. */
static bool join_seen(struct grid *into, const struct joined *j, size_t measure)
{
    bool institutions = measure == into->plan->measure_count, ok;
    struct seen *whole = institutions ? &into->institutions : &into->seen[measure], joined = {0};
    size_t universe = institutions ? into->codes : into->plan->measures[measure].universe, n = 0;
    struct seen_part *parts = shy_alloc(j->count, sizeof *parts);
    for (size_t t = 0; parts != NULL && t < j->count; t++) {
        const struct grid *g = t == j->taken ? into : j->from[t];
        if (g->begun)
            parts[n++] =
                (struct seen_part){institutions ? &g->institutions : &g->seen[measure], j->atom[t]};
    }
    ok = parts != NULL && shy_seen_join(&joined, into->atom_count, parts, n, universe);
    shy_free(parts);
    shy_seen_free(ok ? whole : &joined);
    if (ok)
        *whole = joined;
    return ok;
}

static int join_all_seen(struct grid *into, const struct joined *j, struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    bool ok = p->support != SUPPORT_SEEN || join_seen(into, j, p->measure_count);
    for (size_t i = 0; ok && i < p->measure_count; i++)
        ok = !p->measures[i].coded || join_seen(into, j, i);
    return ok ? 0 : shy_fail_nomem(err);
}

static int join_unknown(struct grid *into, const struct grid *from, struct shihyo_error *err)
{
    into->unknown += from->unknown;
    return shy_idset_join(&into->unknown_codes, &from->unknown_codes) ? 0 : shy_fail_nomem(err);
}

/* Flat grids ---------------------------------------------------------------------------------- */

/* Atoms stand at the same places in all threads. */
static int add_flat(struct grid *into, const struct grid *from, struct shihyo_error *err)
{
    for (size_t number = 0; number < into->plan->product; number++)
        into->named[number] |= from->named[number];
    for (uint32_t a = 0; a < from->atom_count; a++) {
        if (shy_grid_met(from, a))
            SHY_TRY(join_atom(into, a, from, a, err));
    }
    return join_unknown(into, from, err);
}

/* Combinations that have a row, in the order of numbers: what is made of the atoms then walks
 * through its tables from end to end. Those that cells are shared in have numbers already. */
static int name_flat(struct grid *g, struct shihyo_error *err)
{
    const struct grid_plan *p = g->plan;
    size_t a = 0;
    uint32_t base;
    if (!shy_grid_direct(g))
        return shy_fail_nomem(err);
    for (size_t number = 0; number < p->product; number++) {
        int64_t values[MAX_DIMS];
        bool met = g->named[number] != 0;
        for (size_t slot = 0; slot < p->slot_count; slot++, a++)
            met = met || shy_grid_met(g, a);
        if (!met)
            continue;
        shy_grid_values(p, number, values);
        SHY_TRY(shy_grid_base_at(g, number, values, &base, err));
    }
    return 0;
}

static int join_flat(struct grid *into, struct joined *j, struct shihyo_error *err)
{
    for (size_t t = 0; t < j->count; t++) {
        struct grid *from = j->from[t];
        if (!from->begun)
            continue;
        if (j->taken != SIZE_MAX) {
            SHY_TRY(add_flat(into, from, err));
            continue;
        }
        *into = *from;
        *from = (struct grid){.plan = into->plan};
        j->taken = t;
    }
    SHY_TRY(name_flat(into, err));
    return join_all_seen(into, j, err);
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

/* What j->atom[t] has by the thread's atoms it gets by those of the whole. */
static int turn_atoms(const struct grid *into, struct joined *j, size_t t, struct shihyo_error *err)
{
    uint32_t *there = j->atom[t];
    int rc = make_atoms(j, t, into->atom_count, err);
    if (rc == 0) {
        memset(j->atom[t], 0xff, (into->atom_count + 1) * sizeof *there);
        for (size_t a = 0; a < j->from[t]->atom_count; a++)
            j->atom[t][there[a]] = (uint32_t)a;
    }
    shy_free(there);
    return rc;
}

/* The first is taken over, the others are joined to it. */
static int join_any(struct grid *into, struct joined *j, struct shihyo_error *err)
{
    size_t own = 0;
    for (size_t t = 0; t < j->count; t++) {
        struct grid *from = j->from[t];
        if (!from->begun)
            continue;
        if (j->taken == SIZE_MAX) {
            *into = *from;
            *from = (struct grid){.plan = into->plan};
            j->taken = t;
            own = into->atom_count;
            continue;
        }
        SHY_TRY(make_atoms(j, t, from->atom_count, err));
        SHY_TRY(join_atoms(into, from, j->atom[t], err));
        SHY_TRY(join_unknown(into, from, err));
    }
    for (size_t t = 0; t < j->count; t++) {
        if (t != j->taken && j->from[t]->begun)
            SHY_TRY(turn_atoms(into, j, t, err));
    }
    SHY_TRY(make_atoms(j, j->taken, into->atom_count, err));
    for (size_t a = 0; a < into->atom_count; a++)
        j->atom[j->taken][a] = a < own ? (uint32_t)a : NONE;
    return join_all_seen(into, j, err);
}

/* Sums and sets do not ask in which order they are joined: so the result does not depend on which
 * thread had which partition. */
int shy_grid_join(struct grid *into, struct grid *const *from, size_t count,
                  struct shihyo_error *err)
{
    struct joined j;
    bool begun = false;
    for (size_t t = 0; t < count; t++)
        begun = begun || from[t]->begun;
    if (!begun)
        return 0;
    int rc = make_joined(from, count, &j, err);
    if (rc == 0)
        rc = into->plan->flat ? join_flat(into, &j, err) : join_any(into, &j, err);
    free_joined(&j);
    return rc;
}

/* Within a thread --------------------------------------------------------------------------- */

static int sort_seen(struct worker *w, struct grid *g, struct seen *s, size_t universe)
{
    int rc = 0;
    uint32_t *spare = shy_scratch(w, s->count + 1, sizeof *spare, &rc);
    if (rc == 0 && !shy_seen_sort(s, g->atom_count, universe, spare))
        rc = shy_fail_nomem(&w->err);
    return rc;
}

int shy_grid_sort(struct worker *w, struct grid *g)
{
    const struct grid_plan *p = g->plan;
    if (!g->begun)
        return 0;
    if (p->support == SUPPORT_SEEN)
        SHY_TRY(sort_seen(w, g, &g->institutions, g->codes));
    for (size_t i = 0; i < p->measure_count; i++) {
        if (p->measures[i].coded)
            SHY_TRY(sort_seen(w, g, &g->seen[i], p->measures[i].universe));
    }
    return 0;
}
