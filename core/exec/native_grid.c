/* SPDX-License-Identifier: MIT */
/*
 * A grid: what is counted of rows. What can be added up (rows, sums, sets of
 * institutions) is kept by atom, the rows of one place and one combination of values; areas and
 * totals are made of atoms afterwards. Distinct persons and claims cannot be added up: they are
 * counted in the atom and in every cell that several atoms share; rows of a person stand together,
 * so that a look at the last one tells.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

/* Entries of a table by the number that the codes of a row make. */
enum { DIRECT = 1 << 20 };

/* Growing ----------------------------------------------------------------------------------- */

/* Makes room for `now` elements, new ones zero. */
static bool extend(void **items, size_t before, size_t now, size_t size)
{
    void *more = shy_realloc(*items, now == 0 ? 1 : now, size);
    if (more == NULL)
        return false;
    memset((char *)more + before * size, 0, (now - before) * size);
    *items = more;
    return true;
}
#define EXTEND(items, before, now) extend((void **)&(items), before, now, sizeof *(items))

/* Tuples ------------------------------------------------------------------------------------ */

static size_t tuple_place(const struct tuples *t, const int64_t *values)
{
    uint64_t h = 0;
    for (size_t i = 0; i < t->arity; i++)
        h = (h ^ (uint64_t)values[i]) * 0x9e3779b97f4a7c15u ^ h >> 29;
    size_t at = (size_t)(h >> 20) & (t->table_size - 1);
    while (t->table[at] != 0 && memcmp(&t->values[(t->table[at] - 1) * t->arity], values,
                                       t->arity * sizeof *values) != 0)
        at = (at + 1) & (t->table_size - 1);
    return at;
}

static bool grow_tuples(struct tuples *t)
{
    if (t->count == t->capacity) {
        size_t now = t->capacity * 2 + 8;
        int64_t *more = shy_realloc(t->values, now * t->arity + 1, sizeof *more);
        if (more == NULL)
            return false;
        t->values = more;
        t->capacity = now;
    }
    if (t->table_size >= 2 * (t->count + 1))
        return true;
    size_t size = t->table_size == 0 ? 16 : t->table_size * 2;
    uint32_t *table = shy_alloc(size, sizeof *table);
    if (table == NULL)
        return false;
    shy_free(t->table);
    t->table = table;
    t->table_size = size;
    for (size_t i = 0; i < t->count; i++)
        table[tuple_place(t, &t->values[i * t->arity])] = (uint32_t)i + 1;
    return true;
}

/* *out: its number; NONE when out of memory. */
int shy_tuple_number(struct tuples *t, const int64_t *values, uint32_t *out)
{
    *out = NONE;
    if (!grow_tuples(t))
        return SHY_E_NOMEM;
    size_t at = tuple_place(t, values);
    if (t->table[at] == 0) {
        memcpy(&t->values[t->count * t->arity], values, t->arity * sizeof *values);
        t->table[at] = (uint32_t)++t->count;
    }
    *out = t->table[at] - 1;
    return 0;
}

/* Bases and their combinations -------------------------------------------------------------- */

static size_t months_of(const struct grid_plan *p)
{
    return p->last < p->first ? 0 : (size_t)((int64_t)p->last - p->first) + 1;
}

/* Sets of one atom: one for each month where months are told apart. */
static size_t sets_of(const struct grid_plan *p, const struct measure *m)
{
    return m->kind != MEASURE_DISTINCT || m->by_month ? 0 : m->monthly ? months_of(p) : 1;
}

static bool grow_cells(struct grid *g)
{
    size_t now = g->combos.count * g->plan->width;
    if (now <= g->cell_capacity)
        return true;
    now = now * 2 + 16;
    for (int i = 0; i < COUNT_KINDS; i++) {
        if (g->plan->counts[i] && !EXTEND(g->cells[i], g->cell_capacity, now))
            return false;
    }
    g->cell_capacity = now;
    return true;
}

/* The product of the row's values and the totals: each combination it counts in. */
static int expand(struct grid *g, const int64_t *values, struct base *b, struct shihyo_error *err)
{
    int64_t chosen[MAX_DIMS];
    size_t product = 1, choices[MAX_DIMS];
    const struct grid_plan *p = g->plan;
    for (size_t i = 0; i < p->dim_count; i++) {
        choices[i] =
            (values[i] != VALUE_NONE ? 1u : 0u) + (p->dims[i].dim->total != NULL ? 1u : 0u);
        product *= choices[i];
    }
    if (product > SHY_ROW_COMBOS)
        return shy_fail(err, SHY_E_INTERNAL, "'%s' has too many totals", p->dims_of->id);
    b->combos = shy_alloc(product + 1, sizeof *b->combos);
    if (b->combos == NULL)
        return shy_fail_nomem(err);
    b->own = NONE;
    for (size_t k = 0; k < product; k++) {
        size_t rest = k;
        bool any = false;
        for (size_t i = 0; i < p->dim_count; i++) {
            bool total = values[i] == VALUE_NONE || rest % choices[i] == 1;
            chosen[i] = total ? VALUE_TOTAL : values[i];
            any = any || total;
            rest /= choices[i];
        }
        if (!any)
            b->own = (uint32_t)k;
        if (shy_tuple_number(&g->combos, chosen, &b->combos[b->count++]) != 0)
            return shy_fail_nomem(err);
    }
    return 0;
}

int shy_grid_base(struct grid *g, const int64_t *values, uint32_t *out, struct shihyo_error *err)
{
    size_t before = g->bases.count;
    if (shy_tuple_number(&g->bases, values, out) != 0)
        return shy_fail_nomem(err);
    if (g->bases.count == before)
        return 0;
    if (g->bases.count > g->base_capacity) {
        size_t now = g->bases.count * 2 + 6;
        if (!EXTEND(g->base, g->base_capacity, now))
            return shy_fail_nomem(err);
        g->base_capacity = now;
    }
    SHY_TRY(expand(g, values, &g->base[*out], err));
    size_t need = g->bases.count * g->plan->slot_count;
    if (need > g->atom_of_size) {
        if (!EXTEND(g->atom_of, g->atom_of_size, need * 2))
            return shy_fail_nomem(err);
        g->atom_of_size = need * 2;
    }
    return grow_cells(g) ? 0 : shy_fail_nomem(err);
}

/* Atoms ------------------------------------------------------------------------------------- */

static bool grow_atoms(struct grid *g)
{
    size_t before = g->atom_capacity, now = before * 2 + 16;
    bool ok = EXTEND(g->atoms, before, now) && EXTEND(g->doubts, before, now);
    for (size_t i = 0; ok && i < g->plan->measure_count; i++) {
        const struct measure *m = &g->plan->measures[i];
        size_t each = sets_of(g->plan, m);
        if (m->kind == MEASURE_SUM)
            ok = EXTEND(g->sums[i], before, now);
        else if (m->by_month)
            ok = EXTEND(g->monthly[i], before, now);
        else
            ok = EXTEND(g->sets[i], before * each, now * each);
    }
    if (ok)
        g->atom_capacity = now;
    return ok;
}

struct idset *shy_grid_set(const struct grid *g, size_t measure, uint32_t atom, int32_t month)
{
    const struct measure *m = &g->plan->measures[measure];
    size_t at = atom;
    if (m->monthly)
        at = atom * months_of(g->plan) + (size_t)(month - g->plan->first);
    return &g->sets[measure][at];
}

int shy_grid_atom(struct grid *g, uint32_t base, uint32_t slot, uint32_t *out,
                  struct shihyo_error *err)
{
    uint32_t *at = &g->atom_of[base * g->plan->slot_count + slot];
    if (*at == 0) {
        if (g->atom_count == g->atom_capacity && !grow_atoms(g))
            return shy_fail_nomem(err);
        g->atoms[g->atom_count] =
            (struct atom){.base = base, .slot = slot, .last_institution = NONE};
        *at = (uint32_t)++g->atom_count;
    }
    *out = *at - 1;
    return 0;
}

/* Beginning --------------------------------------------------------------------------------- */

/* Memory of a grid that no row may ever reach is not asked for. */
int shy_grid_begin(struct grid *g, struct shihyo_error *err)
{
    const struct grid_plan *p = g->plan;
    size_t size = p->dim_count > 0 ? 1 : 0;
    if (g->sums != NULL)
        return 0;
    g->bases.arity = g->combos.arity = p->dim_count;
    g->sums = shy_alloc(p->measure_count + 1, sizeof *g->sums);
    g->sets = shy_alloc(p->measure_count + 1, sizeof *g->sets);
    g->monthly = shy_alloc(p->measure_count + 1, sizeof *g->monthly);
    for (size_t i = 0; i < p->dim_count && size > 0; i++) {
        size = p->dims[i].radix == 0 ? 0 : size * p->dims[i].radix;
        size = size > DIRECT ? 0 : size;
    }
    if (size > 0)
        g->direct = shy_alloc(size, sizeof *g->direct);
    bool failed = g->sums == NULL || g->sets == NULL || g->monthly == NULL;
    return failed || (size > 0 && g->direct == NULL) ? shy_fail_nomem(err) : 0;
}

/* Together ---------------------------------------------------------------------------------- */

static bool join_measure(struct grid *into, uint32_t to, const struct grid *from, uint32_t a,
                         size_t i)
{
    const struct measure *m = &into->plan->measures[i];
    size_t each = sets_of(into->plan, m);
    bool ok = true;
    for (size_t k = 0; ok && k < each; k++)
        ok = shy_idset_join(&into->sets[i][to * each + k], &from->sets[i][a * each + k],
                            m->universe);
    if (m->by_month)
        return shy_idmonths_join(&into->monthly[i][to], &from->monthly[i][a]);
    if (m->kind != MEASURE_SUM)
        return ok;
    struct sums *s = &into->sums[i][to];
    const struct sums *t = &from->sums[i][a];
    s->sum += t->sum;
    s->overflow = s->overflow || t->overflow;
    for (int k = 0; k <= SHIHYO_STATE_PARTIAL; k++)
        s->by_state[k] += t->by_state[k];
    return true;
}

static int join_atom(struct grid *into, uint32_t to, const struct grid *from, uint32_t a,
                     size_t universe, struct shihyo_error *err)
{
    struct atom *x = &into->atoms[to];
    const struct atom *y = &from->atoms[a];
    bool ok = shy_idset_join(&x->institutions, &y->institutions, universe);
    x->rows += y->rows;
    for (int i = 0; i < COUNT_KINDS; i++)
        x->n[i] += y->n[i];
    into->doubts[to].end += from->doubts[a].end;
    into->doubts[to].window += from->doubts[a].window;
    for (size_t i = 0; ok && i < into->plan->measure_count; i++)
        ok = join_measure(into, to, from, a, i);
    return ok ? 0 : shy_fail_nomem(err);
}

static int join_cells(struct grid *into, const struct grid *from, struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    for (size_t combo = 0; combo < from->combos.count; combo++) {
        uint32_t to;
        if (shy_tuple_number(&into->combos, &from->combos.values[combo * p->dim_count], &to) != 0)
            return shy_fail_nomem(err);
        for (int i = 0; i < COUNT_KINDS; i++) {
            for (size_t k = 0; p->counts[i] && k < p->width; k++)
                into->cells[i][to * p->width + k].count +=
                    from->cells[i][combo * p->width + k].count;
        }
    }
    return 0;
}

/* Sums and sets do not ask in which order they are joined: so the result does not depend on which
 * thread had which partition. */
int shy_grid_merge(struct grid *into, const struct grid *from, size_t universe,
                   struct shihyo_error *err)
{
    if (from->sums == NULL)
        return 0;
    uint32_t *bases = shy_alloc(from->bases.count + 1, sizeof *bases), to;
    int rc = bases == NULL ? shy_fail_nomem(err) : 0;
    for (uint32_t b = 0; rc == 0 && b < from->bases.count; b++)
        rc = shy_grid_base(into, &from->bases.values[b * from->bases.arity], &bases[b], err);
    for (uint32_t a = 0; rc == 0 && a < from->atom_count; a++) {
        rc = shy_grid_atom(into, bases[from->atoms[a].base], from->atoms[a].slot, &to, err);
        if (rc == 0)
            rc = join_atom(into, to, from, a, universe, err);
    }
    shy_free(bases);
    SHY_TRY(rc);
    into->unknown += from->unknown;
    if (!shy_idset_join(&into->unknown_codes, &from->unknown_codes,
                        into->plan->place_text.text_count))
        return shy_fail_nomem(err);
    return join_cells(into, from, err);
}

static void free_measure(struct grid *g, size_t i)
{
    size_t each = sets_of(g->plan, &g->plan->measures[i]);
    for (size_t k = 0; g->sets != NULL && g->sets[i] != NULL && k < g->atom_count * each; k++)
        shy_idset_free(&g->sets[i][k]);
    for (size_t k = 0; g->monthly != NULL && g->monthly[i] != NULL && k < g->atom_count; k++)
        shy_free(g->monthly[i][k].items);
    if (g->sets != NULL)
        shy_free(g->sets[i]);
    if (g->monthly != NULL)
        shy_free(g->monthly[i]);
    if (g->sums != NULL)
        shy_free(g->sums[i]);
}

void shy_grid_free(struct grid *g)
{
    for (size_t i = 0; i < g->atom_count; i++)
        shy_idset_free(&g->atoms[i].institutions);
    for (size_t i = 0; g->plan != NULL && i < g->plan->measure_count; i++)
        free_measure(g, i);
    for (size_t i = 0; i < g->bases.count && i < g->base_capacity; i++)
        shy_free(g->base[i].combos);
    for (int i = 0; i < COUNT_KINDS; i++)
        shy_free(g->cells[i]);
    shy_free(g->bases.values);
    shy_free(g->bases.table);
    shy_free(g->combos.values);
    shy_free(g->combos.table);
    shy_free(g->base);
    shy_free(g->direct);
    shy_free(g->atom_of);
    shy_free(g->atoms);
    shy_free(g->doubts);
    shy_free(g->sums);
    shy_free(g->sets);
    shy_free(g->monthly);
    shy_idset_free(&g->unknown_codes);
}
