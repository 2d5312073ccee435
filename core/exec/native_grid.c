/* SPDX-License-Identifier: MIT */
/*
 * A grid: what is counted of rows. What can be added up (rows, sums, pairs seen) is kept by atom,
 * the rows of one place and one combination of values; areas and totals are made of atoms
 * afterwards. Distinct persons and claims are counted in atoms, too; those that several atoms of a
 * cell count are told apart where that can happen at all.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

/* Entries of a table by the number that the codes of a row (and its slot) make. */
enum { DIRECT = 1 << 20 };
/* Atoms that a thread has from the beginning, of one grid and of all. */
enum { FLAT = 1 << 17, FLAT_OF_ALL = 1 << 18 };

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

/* Shape ------------------------------------------------------------------------------------- */

static size_t months_of(const struct grid_plan *p)
{
    return p->last < p->first ? 0 : (size_t)((int64_t)p->last - p->first) + 1;
}

/* Sets of one atom: one for each month where months are told apart. */
static size_t sets_of(const struct grid_plan *p, const struct measure *m)
{
    return m->kind != MEASURE_DISTINCT || m->coded ? 0 : m->monthly ? months_of(p) : 1;
}

static bool is_institution(const struct grid_plan *p, const struct fetch *f)
{
    return f->from == FROM_OWN && f->is_text && f->flat == NULL &&
           f->column == p->shelf->institution;
}

/* A label for rows without a value that is a code as well would name institutions nobody saw. */
static void find_support(struct grid_plan *p)
{
    p->support = p->shelf->institution < 0 ? SUPPORT_NONE : SUPPORT_SEEN;
    for (size_t i = 0; i < p->measure_count && p->support == SUPPORT_SEEN; i++) {
        const struct measure *m = &p->measures[i];
        if (m->kind == MEASURE_DISTINCT && m->coded && is_institution(p, &m->value)) {
            p->support = SUPPORT_MEASURE;
            p->support_at = i;
        }
    }
    for (size_t i = 0; i < p->dim_count && p->support != SUPPORT_NONE; i++) {
        const struct dim_plan *d = &p->dims[i];
        if (d->other == 0 && is_institution(p, &d->fetch) && d->missing < 0) {
            p->support = SUPPORT_DIM;
            p->support_at = i;
        }
    }
}

/* What can be known before the first row: which numbers are small enough for a table, which cells
 * several atoms may share. */
void shy_grid_shape(struct grid_plan *p, size_t *flat)
{
    bool columns = false;
    size_t product = 1;
    for (size_t i = 0; i < p->dim_count; i++) {
        p->totals = p->totals || p->dims[i].dim->total != NULL;
        product = p->dims[i].radix == 0 ? 0 : product * p->dims[i].radix;
        product = product > DIRECT ? 0 : product;
    }
    for (size_t s = 0; s < p->slot_count; s++)
        columns = columns || p->slot_shared[s] > p->slot_first[s];
    p->shares = p->totals || columns;
    p->by_slot = !columns;
    p->product = product;
    size_t atoms = product * p->slot_count;
    p->flat = product > 0 && atoms <= FLAT && *flat + atoms <= FLAT_OF_ALL;
    for (size_t i = 0; i < p->measure_count; i++)
        p->flat = p->flat && sets_of(p, &p->measures[i]) == 0;
    *flat += p->flat ? atoms : 0;
    find_support(p);
}

/* Bases and their combinations -------------------------------------------------------------- */

/* The product of the row's values and the totals: each combination it counts in. */
static int expand(struct grid *g, const int64_t *values, uint32_t number, struct shihyo_error *err)
{
    int64_t chosen[MAX_DIMS];
    size_t product = 1, choices[MAX_DIMS];
    const struct grid_plan *p = g->plan;
    struct base *b = &g->base[number];
    for (size_t i = 0; i < p->dim_count; i++) {
        choices[i] =
            (values[i] != VALUE_NONE ? 1u : 0u) + (p->dims[i].dim->total != NULL ? 1u : 0u);
        product *= choices[i];
    }
    if (product > SHY_ROW_COMBOS)
        return shy_fail(err, SHY_E_INTERNAL, "'%s' has too many totals", p->dims_of->id);
    if (g->pool_count + product > g->pool_capacity) {
        size_t now = g->pool_capacity * 2 + product + 8;
        if (!EXTEND(g->pool, g->pool_capacity, now))
            return shy_fail_nomem(err);
        g->pool_capacity = now;
    }
    *b = (struct base){.first = (uint32_t)g->pool_count, .own = NONE};
    for (size_t k = 0; k < product; k++) {
        size_t rest = k;
        bool any = false;
        uint32_t combo = number;
        for (size_t i = 0; i < p->dim_count; i++) {
            bool total = values[i] == VALUE_NONE || rest % choices[i] == 1;
            chosen[i] = total ? VALUE_TOTAL : values[i];
            any = any || total;
            rest /= choices[i];
        }
        if (!any)
            b->own = (uint32_t)k;
        if (p->totals && !shy_tuple_number(&g->combos, chosen, &combo))
            return shy_fail_nomem(err);
        g->pool[g->pool_count++] = combo;
        b->count++;
    }
    return 0;
}

/* Without totals a base is its one combination, and nobody asks before the end. */
int shy_grid_expand(struct grid *g, struct shihyo_error *err)
{
    for (; g->expanded < g->bases.count; g->expanded++)
        SHY_TRY(
            expand(g, &g->bases.values[g->expanded * g->bases.arity], (uint32_t)g->expanded, err));
    return 0;
}

void shy_grid_values(const struct grid_plan *p, size_t number, int64_t *values)
{
    for (size_t i = p->dim_count; i-- > 0; number /= p->dims[i].radix) {
        size_t radix = p->dims[i].radix, digit = number % radix;
        values[i] = digit == radix - 1   ? VALUE_NONE
                    : digit == radix - 2 ? VALUE_MISSING
                                         : (int64_t)digit;
    }
}

static size_t mixed_number(const struct grid_plan *p, const int64_t *values)
{
    size_t n = 0;
    for (size_t i = 0; i < p->dim_count; i++)
        n = n * p->dims[i].radix + digit_of(&p->dims[i], values[i]);
    return n;
}

static int grow_bases(struct grid *g, struct shihyo_error *err)
{
    size_t need = g->bases.count * g->plan->slot_count;
    if (g->bases.count > g->base_capacity) {
        size_t now = g->bases.count * 2 + 6;
        if (!EXTEND(g->base, g->base_capacity, now))
            return shy_fail_nomem(err);
        g->base_capacity = now;
    }
    if (!g->plan->flat && need > g->atom_of_size) {
        if (!EXTEND(g->atom_of, g->atom_of_size, need * 2))
            return shy_fail_nomem(err);
        g->atom_of_size = need * 2;
    }
    return g->plan->shares ? shy_grid_expand(g, err) : 0;
}

/* number: that the codes make, where they make one. */
static int find_base(struct grid *g, const int64_t *values, size_t number, uint32_t *out,
                     struct shihyo_error *err)
{
    uint32_t *direct = g->direct == NULL ? NULL : &g->direct[number];
    size_t before = g->bases.count;
    if (direct != NULL && *direct != 0) {
        *out = *direct - 1;
        return 0;
    }
    *out = (uint32_t)before;
    if (direct != NULL ? !shy_tuple_add(&g->bases, values)
                       : !shy_tuple_number(&g->bases, values, out))
        return shy_fail_nomem(err);
    if (direct != NULL)
        *direct = *out + 1;
    return g->bases.count == before ? 0 : grow_bases(g, err);
}

bool shy_grid_direct(struct grid *g)
{
    return g->direct != NULL || EXTEND(g->direct, 0, g->plan->product);
}

int shy_grid_base_at(struct grid *g, size_t number, const int64_t *values, uint32_t *out,
                     struct shihyo_error *err)
{
    return find_base(g, values, number, out, err);
}

int shy_grid_base(struct grid *g, const int64_t *values, uint32_t *out, struct shihyo_error *err)
{
    return find_base(g, values, g->direct == NULL ? 0 : mixed_number(g->plan, values), out, err);
}

/* Shared cells ------------------------------------------------------------------------------ */

static int find_group(struct grid *g, const int64_t *values, uint32_t slot, uint32_t *out,
                      struct shihyo_error *err)
{
    struct sharing *s = &g->shared;
    int64_t key[MAX_DIMS + 1];
    size_t n = 0;
    for (size_t i = 0; i < g->plan->dim_count; i++) {
        if (g->plan->dims[i].dim->total == NULL)
            key[n++] = values[i];
    }
    if (g->plan->by_slot)
        key[n++] = slot;
    s->groups.arity = n;
    if (!shy_tuple_number(&s->groups, key, out))
        return shy_fail_nomem(err);
    if (*out >= s->group_capacity) {
        size_t now = s->group_capacity * 2 + 16;
        if (!EXTEND(s->group, s->group_capacity, now))
            return shy_fail_nomem(err);
        s->group_capacity = now;
    }
    return 0;
}

/* The cells of an atom that other atoms may share: of its own combination without totals, those of
 * areas with several slots. */
static int list_cells(struct grid *g, struct atom_place *place, struct shihyo_error *err)
{
    const struct grid_plan *p = g->plan;
    struct sharing *s = &g->shared;
    const struct base *b = &g->base[place->base];
    size_t cells = g->combos.count > g->bases.count ? g->combos.count : g->bases.count;
    place->cells = (uint32_t)s->cell_count;
    for (uint32_t k = 0; k < b->count; k++) {
        uint32_t end = k == b->own ? p->slot_shared[place->slot] : p->slot_first[place->slot + 1];
        for (uint32_t i = p->slot_first[place->slot]; i < end; i++) {
            if (!SHY_GROW(s->cells, s->cell_count, s->cell_capacity))
                return shy_fail_nomem(err);
            s->cells[s->cell_count++] = (struct shared_cell){
                .cell = g->pool[b->first + k] * (uint32_t)p->width + p->slot_columns[i]};
        }
    }
    place->cell_count = (uint32_t)s->cell_count - place->cells;
    cells *= p->width;
    if (cells > s->last_size) {
        if (!EXTEND(s->last, s->last_size, cells * 2))
            return shy_fail_nomem(err);
        s->last_size = cells * 2;
    }
    return 0;
}

/* Atoms ------------------------------------------------------------------------------------- */

static bool grow_atoms(struct grid *g, size_t now)
{
    size_t before = g->atom_capacity;
    bool ok = EXTEND(g->atoms, before, now) && (g->flat || EXTEND(g->places, before, now)) &&
              (g->doubts == NULL || EXTEND(g->doubts, before, now));
    for (size_t i = 0; ok && i < g->plan->measure_count; i++) {
        const struct measure *m = &g->plan->measures[i];
        size_t each = sets_of(g->plan, m);
        if (m->kind == MEASURE_SUM)
            ok = EXTEND(g->added[i], before, now) &&
                 (g->sums[i] == NULL || EXTEND(g->sums[i], before, now));
        else if (!m->coded)
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

struct sums *shy_grid_sums(struct grid *g, size_t measure)
{
    if (g->sums[measure] == NULL)
        g->sums[measure] = shy_alloc(g->atom_capacity, sizeof(struct sums));
    return g->sums[measure];
}

struct doubts *shy_grid_doubts(struct grid *g)
{
    if (g->doubts == NULL)
        g->doubts = shy_alloc(g->atom_capacity + 1, sizeof *g->doubts);
    return g->doubts;
}

static int make_atom(struct grid *g, uint32_t base, uint32_t slot, uint32_t *out,
                     struct shihyo_error *err)
{
    if (g->atom_count == g->atom_capacity && !grow_atoms(g, 2 * g->atom_count + 16))
        return shy_fail_nomem(err);
    *out = (uint32_t)g->atom_count++;
    g->places[*out] = (struct atom_place){.base = base, .slot = slot};
    return 0;
}

int shy_grid_atom(struct grid *g, const int64_t *values, uint32_t slot, uint32_t *out,
                  struct shihyo_error *err)
{
    uint32_t base;
    SHY_TRY(shy_grid_base(g, values, &base, err));
    uint32_t *at = &g->atom_of[base * g->plan->slot_count + slot];
    if (*at == 0) {
        SHY_TRY(make_atom(g, base, slot, out, err));
        *at = (uint32_t)g->atom_count;
    }
    *out = *at - 1;
    return 0;
}

int shy_grid_share(struct grid *g, uint32_t atom, struct shihyo_error *err)
{
    struct atom_place *place = &g->places[atom];
    int64_t values[MAX_DIMS];
    uint32_t group = NONE - 1;
    if (g->atoms[atom].group != 0)
        return 0;
    if (g->flat) {
        place->slot = atom % (uint32_t)g->plan->slot_count;
        shy_grid_values(g->plan, atom / g->plan->slot_count, values);
        SHY_TRY(shy_grid_base(g, values, &place->base, err));
    } else if (g->plan->dim_count > 0) {
        memcpy(values, &g->bases.values[place->base * g->bases.arity],
               g->plan->dim_count * sizeof *values);
    }
    SHY_TRY(list_cells(g, place, err));
    if (place->cell_count > 0)
        SHY_TRY(find_group(g, values, place->slot, &group, err));
    g->atoms[atom].group = group + 1;
    return 0;
}

/* Beginning and end ------------------------------------------------------------------------- */

/* Atoms that need not be looked for. */
static bool begin_flat(struct grid *g)
{
    const struct grid_plan *p = g->plan;
    g->named = shy_alloc(p->product, sizeof *g->named);
    g->atom_count = p->product * p->slot_count;
    shy_seen_begin(&g->institutions, g->atom_count, g->codes);
    for (size_t i = 0; i < p->measure_count; i++)
        shy_seen_begin(&g->seen[i], g->atom_count, p->measures[i].universe);
    g->places = p->shares ? shy_alloc(g->atom_count + 1, sizeof *g->places) : NULL;
    return g->named != NULL && (g->places != NULL || !p->shares) && grow_atoms(g, g->atom_count);
}

/* Memory of a grid that no row may ever reach is not asked for. */
int shy_grid_begin(struct grid *g, struct shihyo_error *err)
{
    const struct grid_plan *p = g->plan;
    if (g->begun)
        return 0;
    g->bases.arity = g->combos.arity = p->dim_count;
    g->added = shy_alloc(p->measure_count + 1, sizeof *g->added);
    g->sums = shy_alloc(p->measure_count + 1, sizeof *g->sums);
    g->sets = shy_alloc(p->measure_count + 1, sizeof *g->sets);
    g->seen = shy_alloc(p->measure_count + 1, sizeof *g->seen);
    bool ok = g->added != NULL && g->sums != NULL && g->sets != NULL && g->seen != NULL;
    if (ok && p->product > 0 && (!p->flat || (g->flat && p->shares)))
        ok = EXTEND(g->direct, 0, p->product);
    if (ok && g->flat)
        ok = begin_flat(g);
    g->begun = ok;
    return ok ? 0 : shy_fail_nomem(err);
}

static void free_measure(struct grid *g, size_t i)
{
    size_t each = sets_of(g->plan, &g->plan->measures[i]);
    for (size_t k = 0; g->sets != NULL && g->sets[i] != NULL && k < g->atom_count * each; k++)
        shy_idset_free(&g->sets[i][k]);
    if (g->sets != NULL)
        shy_free(g->sets[i]);
    if (g->added != NULL)
        shy_free(g->added[i]);
    if (g->sums != NULL)
        shy_free(g->sums[i]);
    if (g->seen != NULL)
        shy_seen_free(&g->seen[i]);
}

void shy_grid_free(struct grid *g)
{
    for (size_t i = 0; g->plan != NULL && i < g->plan->measure_count; i++)
        free_measure(g, i);
    shy_tuples_free(&g->bases);
    shy_tuples_free(&g->combos);
    shy_tuples_free(&g->shared.groups);
    shy_free(g->base);
    shy_free(g->pool);
    shy_free(g->direct);
    shy_free(g->named);
    shy_free(g->atom_of);
    shy_free(g->atoms);
    shy_free(g->places);
    shy_free(g->doubts);
    shy_free(g->added);
    shy_free(g->sums);
    shy_free(g->sets);
    shy_free(g->seen);
    shy_seen_free(&g->institutions);
    shy_free(g->shared.group);
    shy_free(g->shared.cells);
    shy_free(g->shared.last);
    shy_idset_free(&g->unknown_codes);
}
