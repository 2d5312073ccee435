/* SPDX-License-Identifier: MIT */
/*
 * Counting the rows of a partition into a grid. What can be added up (rows, sums, sets of
 * institutions) is kept by atom, the rows of one place and one combination of values; areas and
 * totals are made of atoms afterwards. Distinct persons and claims cannot be added up and are
 * counted in every cell; rows of a person stand together, so that a look at the last one tells.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

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

static bool is_counted(const struct measure *m)
{
    return m->kind == MEASURE_PERSONS || m->kind == MEASURE_CLAIMS;
}

static bool grow_cells(struct grid *g)
{
    size_t now = g->combos.count * g->plan->width;
    if (now <= g->cell_capacity)
        return true;
    now = now * 2 + 16;
    if (!EXTEND(g->persons, g->cell_capacity, now))
        return false;
    for (size_t i = 0; i < g->plan->measure_count; i++) {
        if (is_counted(&g->plan->measures[i]) && !EXTEND(g->counted[i], g->cell_capacity, now))
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
    for (size_t k = 0; k < product; k++) {
        size_t rest = k;
        for (size_t i = 0; i < p->dim_count; i++) {
            bool total = values[i] == VALUE_NONE || rest % choices[i] == 1;
            chosen[i] = total ? VALUE_TOTAL : values[i];
            rest /= choices[i];
        }
        if (shy_tuple_number(&g->combos, chosen, &b->combos[b->count++]) != 0)
            return shy_fail_nomem(err);
    }
    return 0;
}

static int base_of(struct grid *g, const int64_t *values, uint32_t *out, struct shihyo_error *err)
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
    size_t before = g->atom_capacity, now = before * 2 + 16, months = months_of(g->plan);
    if (!EXTEND(g->atoms, before, now))
        return false;
    for (size_t i = 0; i < g->plan->measure_count; i++) {
        const struct measure *m = &g->plan->measures[i];
        size_t each = m->monthly ? months : 1;
        if (m->kind == MEASURE_SUM && !EXTEND(g->sums[i], before, now))
            return false;
        if (m->kind == MEASURE_DISTINCT && !EXTEND(g->sets[i], before * each, now * each))
            return false;
    }
    g->atom_capacity = now;
    return true;
}

static int atom_of(struct grid *g, uint32_t base, uint32_t slot, uint32_t *out,
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

/* Dimensions of rows ------------------------------------------------------------------------ */

static bool is_before(const struct month_value *m, uint32_t person, int32_t month)
{
    return m->person != person ? m->person < person : m->month < month;
}

/* Texts are compared, of numbers too: that is what a reader sees. */
static bool is_greater(const struct dim_plan *d, int64_t a, int64_t b)
{
    char x[32], y[32];
    if (d->fetch.is_text)
        return strcmp(d->fetch.texts[a], d->fetch.texts[b]) > 0;
    shy_number_text(d->operand->type, a, x);
    shy_number_text(d->operand->type, b, y);
    return strcmp(x, y) > 0;
}

/* Adds a row's value to the list, which is by person and month; of one month the greatest. */
static void add_month_value(struct memo_values *list, const struct dim_plan *d,
                            struct month_value v)
{
    struct month_value *last = list->count == 0 ? NULL : &list->items[list->count - 1];
    if (last == NULL || last->person != v.person || last->month != v.month)
        list->items[list->count++] = v;
    else if (last->value != v.value && is_greater(d, v.value, last->value))
        last->value = v.value;
}

/* The values of a batch in one operand; VALUE_NONE where there is none. */
static int read_values(struct worker *w, const struct dim_plan *d, const uint32_t *rows, size_t n,
                       int64_t *out)
{
    uint32_t code[BATCH];
    uint8_t state[BATCH];
    if (d->fetch.is_text) {
        SHY_TRY(shy_fetch_codes(w, &d->fetch, rows, n, code));
        for (size_t i = 0; i < n; i++)
            out[i] = code[i] == NONE ? VALUE_NONE : (int64_t)code[i];
        return 0;
    }
    SHY_TRY(shy_fetch_numbers(w, &d->fetch, rows, n, out, state));
    for (size_t i = 0; i < n; i++) {
        if (state[i] != SHIHYO_STATE_OK && state[i] != SHIHYO_STATE_PARTIAL)
            out[i] = VALUE_NONE;
    }
    return 0;
}

static int read_month_values(struct worker *w, const struct dim_plan *d, uint32_t period,
                             struct memo_values *out)
{
    const struct selection *sel;
    int64_t value[BATCH];
    int rc = 0;
    SHY_TRY(shy_select(w, d->other, period, &sel));
    const struct shelf *s = shelf_of(w, w->native->node_shelf[d->other]);
    out->items = shy_scratch(w, sel->count + 1, sizeof *out->items, &rc);
    for (size_t first = 0; rc == 0 && first < sel->count; first += BATCH) {
        size_t n = sel->count - first < BATCH ? sel->count - first : BATCH;
        rc = read_values(w, d, &sel->row[first], n, value);
        for (size_t i = 0; rc == 0 && i < n; i++) {
            uint32_t row = sel->row[first + i];
            if (value[i] != VALUE_NONE && doubt_at(sel, first + i) == SURE)
                add_month_value(out, d,
                                (struct month_value){s->person[row], s->first[row], value[i]});
        }
    }
    return rc;
}

static int month_values(struct worker *w, const struct dim_plan *d, uint32_t period,
                        const struct memo_values **out)
{
    int rc = 0;
    if (!w->native->by_period[d->other])
        period = NONE;
    for (const struct memo_values *m = w->beside; m != NULL; m = m->next) {
        if (m->period == period && m->dim->other == d->other &&
            shy_same_operand(m->dim->operand, d->operand)) {
            *out = m;
            return 0;
        }
    }
    struct memo_values *m = shy_scratch(w, 1, sizeof *m, &rc);
    if (rc != 0)
        return rc;
    *m = (struct memo_values){.dim = d, .period = period, .next = w->beside};
    SHY_TRY(read_month_values(w, d, period, m));
    w->beside = m;
    *out = m;
    return 0;
}

/* One pass over a selection: where it stands in the lists that run beside it. */
struct beside {
    const struct memo_values *values[MAX_DIMS];
    size_t at[MAX_DIMS];
};

/* The value of the earliest month of each row's window that has one. */
static void values_beside(const struct shelf *s, const struct dim_plan *d, struct beside *b,
                          size_t dim, const uint32_t *rows, size_t n, int64_t *out)
{
    const struct memo_values *c = b->values[dim];
    size_t at = b->at[dim];
    for (size_t i = 0; i < n; i++) {
        while (at < c->count &&
               is_before(&c->items[at], s->person[rows[i]], s->first[rows[i]] + d->dim->from_month))
            at++;
        bool found = at < c->count && c->items[at].person == s->person[rows[i]] &&
                     c->items[at].month <= s->first[rows[i]] + d->dim->to_month;
        out[i] = found ? c->items[at].value : d->missing;
    }
    b->at[dim] = at;
}

static int values_of(struct worker *w, struct grid *g, size_t dim, struct beside *b,
                     const uint32_t *rows, size_t n, int64_t *out)
{
    const struct dim_plan *d = &g->plan->dims[dim];
    if (d->other != 0) {
        values_beside(shelf_of(w, g->plan->shelf), d, b, dim, rows, n, out);
    } else {
        SHY_TRY(read_values(w, d, rows, n, out));
        for (size_t i = 0; i < n; i++)
            out[i] = out[i] == VALUE_NONE ? d->missing : out[i];
    }
    return 0;
}

/* The last two digits stand for the missing label and for no value. */
static size_t digit(const struct dim_plan *d, int64_t value)
{
    return value == VALUE_NONE      ? d->radix - 1
           : value == VALUE_MISSING ? d->radix - 2
                                    : (size_t)value;
}

/* Few codes: a table by the number that their digits make; else the hash of the values. */
static int bases_of(struct worker *w, struct grid *g, struct beside *b, const uint32_t *rows,
                    size_t n, uint32_t *base)
{
    const struct grid_plan *p = g->plan;
    int64_t *values = w->values, tuple[MAX_DIMS];
    for (size_t d = 0; d < p->dim_count; d++)
        SHY_TRY(values_of(w, g, d, b, rows, n, &values[d * BATCH]));
    for (size_t i = 0; i < n; i++) {
        size_t index = 0;
        if (g->direct != NULL) {
            for (size_t d = 0; d < p->dim_count; d++)
                index = index * p->dims[d].radix + digit(&p->dims[d], values[d * BATCH + i]);
            base[i] = g->direct[index];
            if (base[i]-- != 0)
                continue;
        }
        for (size_t d = 0; d < p->dim_count; d++)
            tuple[d] = values[d * BATCH + i];
        SHY_TRY(base_of(g, tuple, &base[i], &w->err));
        if (g->direct != NULL)
            g->direct[index] = base[i] + 1;
    }
    return 0;
}

/* Counting ---------------------------------------------------------------------------------- */

/* One more in every cell of the atom that has not seen the stamp. */
static void count_cells(const struct grid *g, const struct atom *a, struct counted *cells,
                        uint32_t stamp)
{
    const struct grid_plan *p = g->plan;
    const struct base *b = &g->base[a->base];
    for (size_t k = 0; k < b->count; k++) {
        struct counted *row = &cells[b->combos[k] * p->width];
        for (uint32_t i = p->slot_first[a->slot]; i < p->slot_first[a->slot + 1]; i++) {
            struct counted *c = &row[p->slot_columns[i]];
            if (c->last != stamp) {
                c->last = stamp;
                c->count++;
            }
        }
    }
}

/* A batch of rows with the atoms they lie in; NONE = at no known place. */
struct batch {
    const uint32_t *rows;
    const uint32_t *atom;
    const uint8_t *doubt; /* NULL = all sure */
    size_t n;
};

static bool is_sure(const struct batch *b, size_t i)
{
    return b->atom[i] != NONE && (b->doubt == NULL || b->doubt[i] == SURE);
}

static void count_persons(struct grid *g, const struct shelf *s, const struct batch *b,
                          uint32_t before)
{
    uint32_t last = before;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t person = s->person[b->rows[i]];
        if (person != last) {
            g->stamp_person++;
            last = person;
        }
        if (b->atom[i] == NONE)
            continue;
        struct atom *a = &g->atoms[b->atom[i]];
        if (b->doubt != NULL && b->doubt[i] != SURE) {
            *(b->doubt[i] == DOUBT_END ? &a->doubt_end : &a->doubt_window) += 1;
            continue;
        }
        a->rows++;
        if (a->last_person != g->stamp_person) {
            a->last_person = g->stamp_person;
            count_cells(g, a, g->persons, g->stamp_person);
        }
    }
}

/* Persons of each month, counted month by month. */
static void count_months(struct grid *g, const struct shelf *s, const struct batch *b,
                         struct counted *cells, uint32_t before)
{
    uint32_t last = before;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t row = b->rows[i];
        if (last == NONE || s->person[row] != s->person[last] || s->first[row] != s->first[last])
            g->stamp_month++;
        last = row;
        if (!is_sure(b, i))
            continue;
        struct atom *a = &g->atoms[b->atom[i]];
        if (a->last_month != g->stamp_month) {
            a->last_month = g->stamp_month;
            count_cells(g, a, cells, g->stamp_month);
        }
    }
}

static void count_claims(struct grid *g, const struct shelf *s, const struct batch *b,
                         struct counted *cells, uint32_t before)
{
    uint32_t last = before;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t row = b->rows[i];
        if (last == NONE || s->person[row] != s->person[last] || s->first[row] != s->first[last] ||
            s->claim[row] != s->claim[last])
            g->stamp_claim++;
        last = row;
        if (!is_sure(b, i) || s->claim[row] == NO_KEY)
            continue;
        struct atom *a = &g->atoms[b->atom[i]];
        if (a->last_claim != g->stamp_claim) {
            a->last_claim = g->stamp_claim;
            count_cells(g, a, cells, g->stamp_claim);
        }
    }
}

static int count_institutions(struct worker *w, struct grid *g, const struct shelf *s,
                              const struct batch *b)
{
    int column = s->plan->institution;
    const struct shelf_column *c = column < 0 ? NULL : &s->columns[column];
    size_t universe = w->native->institutions[s->plan->number];
    if (c == NULL || c->narrow == NULL)
        return 0;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t row = b->rows[i];
        if (!is_sure(b, i) || (c->state != NULL && c->state[row] != SHIHYO_STATE_OK))
            continue;
        struct atom *a = &g->atoms[b->atom[i]];
        uint32_t id = (uint32_t)c->narrow[row];
        if (a->last_institution == id)
            continue;
        a->last_institution = id;
        if (!shy_idset_add(&a->institutions, id, universe))
            return shy_fail_nomem(&w->err);
    }
    return 0;
}

static int count_distinct(struct worker *w, struct grid *g, size_t measure, const struct shelf *s,
                          const struct batch *b)
{
    const struct measure *m = &g->plan->measures[measure];
    size_t months = m->monthly ? months_of(g->plan) : 1;
    int64_t number[BATCH];
    uint32_t code[BATCH];
    uint8_t state[BATCH];
    if (m->value.is_text)
        SHY_TRY(shy_fetch_codes(w, &m->value, b->rows, b->n, code));
    else
        SHY_TRY(shy_fetch_numbers(w, &m->value, b->rows, b->n, number, state));
    for (size_t i = 0; i < b->n; i++) {
        bool known = m->value.is_text
                         ? code[i] != NONE
                         : state[i] == SHIHYO_STATE_OK || state[i] == SHIHYO_STATE_PARTIAL;
        if (!known || !is_sure(b, i))
            continue;
        size_t month = m->monthly ? (size_t)(s->first[b->rows[i]] - g->plan->first) : 0;
        uint64_t id = m->value.is_text ? code[i] : (uint64_t)number[i];
        if (!shy_idset_add(&g->sets[measure][b->atom[i] * months + month], id, m->universe))
            return shy_fail_nomem(&w->err);
    }
    return 0;
}

/* A product is as good as the worse of its two factors. */
static int count_sum(struct worker *w, struct grid *g, size_t measure, const struct batch *b)
{
    const struct measure *m = &g->plan->measures[measure];
    int64_t number[BATCH], times[BATCH], product;
    uint8_t state[BATCH], other[BATCH];
    SHY_TRY(shy_fetch_numbers(w, &m->value, b->rows, b->n, number, state));
    if (m->times != NULL)
        SHY_TRY(shy_fetch_numbers(w, &m->factor, b->rows, b->n, times, other));
    for (size_t i = 0; i < b->n; i++) {
        if (!is_sure(b, i))
            continue;
        struct sums *s = &g->sums[measure][b->atom[i]];
        uint8_t worst = state[i];
        if (m->times != NULL &&
            shy_state_rank((enum shihyo_state)other[i]) > shy_state_rank((enum shihyo_state)worst))
            worst = other[i];
        s->by_state[worst]++;
        if (worst != SHIHYO_STATE_OK && worst != SHIHYO_STATE_PARTIAL)
            continue;
        if (!shy_mul_i64(number[i], m->times != NULL ? times[i] : 1, &product))
            s->overflow = true;
        else
            s->sum += product;
    }
    return 0;
}

static int count_measures(struct worker *w, struct grid *g, const struct shelf *s,
                          const struct batch *b, uint32_t before)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < g->plan->measure_count; i++) {
        switch (g->plan->measures[i].kind) {
        case MEASURE_PERSONS:
            count_months(g, s, b, g->counted[i], before);
            break;
        case MEASURE_CLAIMS:
            if (s->claim != NULL)
                count_claims(g, s, b, g->counted[i], before);
            break;
        case MEASURE_DISTINCT:
            rc = count_distinct(w, g, i, s, b);
            break;
        case MEASURE_SUM:
            rc = count_sum(w, g, i, b);
            break;
        }
    }
    return rc;
}

/* Places ------------------------------------------------------------------------------------ */

/* Rows that nobody can place are left out, counted, and their codes kept for the report. */
static int note_unknown(struct worker *w, struct grid *g, const uint32_t *rows,
                        const uint32_t *slot, size_t n)
{
    uint32_t code[BATCH];
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        any = any || slot[i] == NONE;
        g->unknown += slot[i] == NONE ? 1 : 0;
    }
    if (!any)
        return 0;
    SHY_TRY(shy_fetch_codes(w, &g->plan->place_text, rows, n, code));
    for (size_t i = 0; i < n; i++) {
        if (slot[i] == NONE && code[i] != NONE &&
            !shy_idset_add(&g->unknown_codes, code[i], g->plan->place_text.text_count))
            return shy_fail_nomem(&w->err);
    }
    return 0;
}

static int atoms_of(struct worker *w, struct grid *g, const uint32_t *rows, const uint32_t *base,
                    size_t n, uint32_t *atom)
{
    uint32_t slot[BATCH];
    const struct grid_plan *p = g->plan;
    bool one = p->whole || shy_basis_role(p->basis) == SHY_ROLE_NONE;
    if (one)
        memset(slot, 0, n * sizeof *slot);
    else
        SHY_TRY(shy_fetch_codes(w, &p->place, rows, n, slot));
    if (!one)
        SHY_TRY(note_unknown(w, g, rows, slot, n));
    for (size_t i = 0; i < n; i++) {
        atom[i] = NONE;
        if (slot[i] != NONE)
            SHY_TRY(atom_of(g, base[i], slot[i], &atom[i], &w->err));
    }
    return 0;
}

/* A partition ------------------------------------------------------------------------------- */

/* Memory of a grid that no row may ever reach is not asked for. */
static int begin(struct worker *w, struct grid *g)
{
    const struct grid_plan *p = g->plan;
    size_t size = p->dim_count > 0 ? 1 : 0;
    if (g->sums != NULL)
        return 0;
    g->bases.arity = g->combos.arity = p->dim_count;
    g->sums = shy_alloc(p->measure_count + 1, sizeof *g->sums);
    g->sets = shy_alloc(p->measure_count + 1, sizeof *g->sets);
    g->counted = shy_alloc(p->measure_count + 1, sizeof *g->counted);
    for (size_t i = 0; i < p->dim_count && size > 0; i++) {
        size = p->dims[i].radix == 0 ? 0 : size * p->dims[i].radix;
        size = size > 1u << 16 ? 0 : size;
    }
    if (size > 0)
        g->direct = shy_alloc(size, sizeof *g->direct);
    g->direct_size = size;
    bool failed = g->sums == NULL || g->sets == NULL || g->counted == NULL;
    return failed || (size > 0 && g->direct == NULL) ? shy_fail_nomem(&w->err) : 0;
}

/* A row is in doubt where a dimension looks into a month that nobody delivered. */
static void doubt_windows(const struct worker *w, const struct grid_plan *p, const struct shelf *s,
                          const struct selection *sel, size_t first, size_t n, uint8_t *doubt)
{
    for (size_t i = 0; i < n; i++) {
        int32_t month = s->first[sel->row[first + i]];
        doubt[i] = doubt_at(sel, first + i);
        for (size_t d = 0; d < p->dim_count && doubt[i] != DOUBT_WINDOW; d++) {
            const struct shy_dim *dim = p->dims[d].dim;
            for (int m = dim->from_month; dim->other != 0 && m <= dim->to_month; m++) {
                if (!shy_month_known(w->native, dim->other, month + m))
                    doubt[i] = DOUBT_WINDOW;
            }
        }
    }
}

static int count_batch(struct worker *w, struct grid *g, const struct shelf *s,
                       struct beside *beside, const struct selection *sel, size_t first, size_t n)
{
    uint32_t base[BATCH], atom[BATCH];
    uint8_t doubt[BATCH];
    const uint32_t *rows = &sel->row[first];
    uint32_t before = first == 0 ? NONE : sel->row[first - 1];
    SHY_TRY(bases_of(w, g, beside, rows, n, base));
    SHY_TRY(atoms_of(w, g, rows, base, n, atom));
    struct batch b = {rows, atom, sel->doubt == NULL ? NULL : &sel->doubt[first], n};
    if (g->plan->looks) {
        doubt_windows(w, g->plan, s, sel, first, n, doubt);
        b.doubt = doubt;
    }
    count_persons(g, s, &b, before == NONE ? NONE : s->person[before]);
    SHY_TRY(count_institutions(w, g, s, &b));
    return count_measures(w, g, s, &b, before);
}

int shy_grid_count(struct worker *w, struct grid *g)
{
    const struct grid_plan *p = g->plan;
    const struct selection *sel;
    struct beside beside = {0};
    SHY_TRY(begin(w, g));
    SHY_TRY(shy_select_within(w, p->rows, p->period, p->first, p->last, &sel));
    for (size_t d = 0; d < p->dim_count; d++) {
        if (p->dims[d].other != 0)
            SHY_TRY(month_values(w, &p->dims[d], p->period, &beside.values[d]));
    }
    const struct shelf *s = shelf_of(w, p->shelf);
    for (size_t first = 0; first < sel->count; first += BATCH)
        SHY_TRY(count_batch(w, g, s, &beside, sel, first,
                            sel->count - first < BATCH ? sel->count - first : BATCH));
    return 0;
}

int shy_presence_count(struct worker *w, const struct presence *p, uint8_t *seen)
{
    const struct shy_period *period = &w->native->run->periods[p->period];
    const struct selection *sel;
    SHY_TRY(
        shy_select_within(w, p->node, p->period, period->first_month, period->last_month, &sel));
    const struct shelf *s = shelf_of(w, w->native->node_shelf[p->node]);
    for (size_t i = 0; i < sel->count; i++)
        seen[s->first[sel->row[i]] - period->first_month] = 1;
    return 0;
}

/* Together ---------------------------------------------------------------------------------- */

static int join_atom(struct grid *into, uint32_t to, const struct grid *from, uint32_t a,
                     size_t universe, struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    struct atom *x = &into->atoms[to];
    const struct atom *y = &from->atoms[a];
    bool ok = shy_idset_join(&x->institutions, &y->institutions, universe);
    x->rows += y->rows;
    x->doubt_end += y->doubt_end;
    x->doubt_window += y->doubt_window;
    for (size_t i = 0; ok && i < p->measure_count; i++) {
        const struct measure *m = &p->measures[i];
        size_t each = m->monthly ? months_of(p) : 1;
        for (size_t k = 0; ok && m->kind == MEASURE_DISTINCT && k < each; k++)
            ok = shy_idset_join(&into->sets[i][to * each + k], &from->sets[i][a * each + k],
                                m->universe);
        if (m->kind != MEASURE_SUM)
            continue;
        struct sums *s = &into->sums[i][to];
        const struct sums *t = &from->sums[i][a];
        s->sum += t->sum;
        s->overflow = s->overflow || t->overflow;
        for (int k = 0; k <= SHIHYO_STATE_PARTIAL; k++)
            s->by_state[k] += t->by_state[k];
    }
    return ok ? 0 : shy_fail_nomem(err);
}

static int join_cells(struct grid *into, const struct grid *from, struct shihyo_error *err)
{
    const struct grid_plan *p = into->plan;
    for (size_t combo = 0; combo < from->combos.count; combo++) {
        uint32_t to;
        if (shy_tuple_number(&into->combos, &from->combos.values[combo * p->dim_count], &to) != 0)
            return shy_fail_nomem(err);
        for (size_t k = 0; k < p->width; k++) {
            into->persons[to * p->width + k].count += from->persons[combo * p->width + k].count;
            for (size_t i = 0; i < p->measure_count; i++) {
                if (is_counted(&p->measures[i]))
                    into->counted[i][to * p->width + k].count +=
                        from->counted[i][combo * p->width + k].count;
            }
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
    for (uint32_t b = 0; b < from->bases.count; b++) {
        uint32_t base;
        SHY_TRY(base_of(into, &from->bases.values[b * from->bases.arity], &base, err));
    }
    for (uint32_t a = 0; a < from->atom_count; a++) {
        uint32_t base, to;
        const int64_t *values = &from->bases.values[from->atoms[a].base * from->bases.arity];
        SHY_TRY(base_of(into, values, &base, err));
        SHY_TRY(atom_of(into, base, from->atoms[a].slot, &to, err));
        SHY_TRY(join_atom(into, to, from, a, universe, err));
    }
    into->unknown += from->unknown;
    if (!shy_idset_join(&into->unknown_codes, &from->unknown_codes,
                        into->plan->place_text.text_count))
        return shy_fail_nomem(err);
    return join_cells(into, from, err);
}

void shy_grid_free(struct grid *g)
{
    size_t measures = g->plan == NULL ? 0 : g->plan->measure_count;
    for (size_t i = 0; i < g->atom_count; i++)
        shy_idset_free(&g->atoms[i].institutions);
    for (size_t i = 0; i < measures; i++) {
        size_t each = g->plan->measures[i].monthly ? months_of(g->plan) : 1;
        for (size_t k = 0; g->sets != NULL && g->sets[i] != NULL && k < g->atom_count * each; k++)
            shy_idset_free(&g->sets[i][k]);
        if (g->sets != NULL)
            shy_free(g->sets[i]);
        if (g->sums != NULL)
            shy_free(g->sums[i]);
        if (g->counted != NULL)
            shy_free(g->counted[i]);
    }
    for (size_t i = 0; i < g->bases.count && i < g->base_capacity; i++)
        shy_free(g->base[i].combos);
    shy_free(g->bases.values);
    shy_free(g->bases.table);
    shy_free(g->combos.values);
    shy_free(g->combos.table);
    shy_free(g->base);
    shy_free(g->direct);
    shy_free(g->atom_of);
    shy_free(g->atoms);
    shy_free(g->sums);
    shy_free(g->sets);
    shy_free(g->counted);
    shy_free(g->persons);
    shy_idset_free(&g->unknown_codes);
}
