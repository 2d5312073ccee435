/* SPDX-License-Identifier: MIT */
/*
 * Counting the selected rows of a partition into a grid: the values of their dimensions, their
 * places, and everything that is counted of them, batch by batch.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

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

/* The sure rows of `sel` whose persons are in `base`. */
static int rows_beside(struct worker *w, const struct shelf *s, const struct selection *sel,
                       const struct shelf *t, const struct selection *base, uint32_t **out,
                       size_t *count)
{
    int rc = 0;
    uint32_t *rows = *out = shy_scratch(w, sel->count + 1, sizeof *rows, &rc);
    size_t at = 0;
    *count = 0;
    for (size_t i = 0; rc == 0 && i < base->count; i++) {
        uint32_t person = t->person[base->row[i]];
        if (i > 0 && t->person[base->row[i - 1]] == person)
            continue;
        at = shy_seek(sel, at, s->start[person]);
        for (; at < sel->count && sel->row[at] < s->start[person + 1]; at++) {
            rows[*count] = sel->row[at];
            *count += doubt_at(sel, at) == SURE ? 1 : 0;
        }
    }
    return rc;
}

static int read_month_values(struct worker *w, const struct shelf *t, struct memo_values *out)
{
    const struct dim_plan *d = out->dim;
    const struct selection *sel;
    const struct shelf *s = shelf_of(w, w->native->node_shelf[d->other]);
    uint32_t *rows;
    size_t count;
    int64_t value[BATCH];
    int rc = 0;
    SHY_TRY(shy_select(w, d->other, out->period, &sel));
    SHY_TRY(rows_beside(w, s, sel, t, out->base, &rows, &count));
    out->items = shy_scratch(w, count + 1, sizeof *out->items, &rc);
    for (size_t first = 0; rc == 0 && first < count; first += BATCH) {
        size_t n = count - first < BATCH ? count - first : BATCH;
        rc = read_values(w, d, &rows[first], n, value);
        for (size_t i = 0; rc == 0 && i < n; i++) {
            uint32_t row = rows[first + i];
            if (value[i] != VALUE_NONE)
                add_month_value(out, d,
                                (struct month_value){s->person[row], s->first[row], value[i]});
        }
    }
    return rc;
}

static int month_values(struct worker *w, const struct dim_plan *d, uint32_t period,
                        const struct shelf *t, const struct selection *base,
                        const struct memo_values **out)
{
    int rc = 0;
    if (!w->native->by_period[d->other])
        period = NONE;
    for (const struct memo_values *m = w->beside; m != NULL; m = m->next) {
        if (m->period == period && m->base == base && m->dim->other == d->other &&
            shy_same_operand(m->dim->operand, d->operand)) {
            *out = m;
            return 0;
        }
    }
    struct memo_values *m = shy_scratch(w, 1, sizeof *m, &rc);
    if (rc != 0)
        return rc;
    *m = (struct memo_values){.dim = d, .base = base, .period = period, .next = w->beside};
    SHY_TRY(read_month_values(w, t, m));
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
        SHY_TRY(shy_grid_base(g, tuple, &base[i], &w->err));
        if (g->direct != NULL)
            g->direct[index] = base[i] + 1;
    }
    return 0;
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
        if (slot[i] == NONE)
            continue;
        SHY_TRY(shy_grid_atom(g, base[i], slot[i], &atom[i], &w->err));
    }
    return 0;
}

/* Counting ---------------------------------------------------------------------------------- */

/* A batch of rows with the atoms they lie in; NONE = at no known place. */
struct batch {
    const uint32_t *rows;
    const uint32_t *atom;
    const uint8_t *doubt; /* NULL = all sure */
    size_t n;
    uint32_t before; /* the row before the first; NONE */
};

static bool is_sure(const struct batch *b, size_t i)
{
    return b->atom[i] != NONE && (b->doubt == NULL || b->doubt[i] == SURE);
}

/* Counts what was not seen in the atom, and once in every cell that other atoms share with it. */
static void count_cells(struct grid *g, struct atom *a, enum count_kind kind)
{
    const struct grid_plan *p = g->plan;
    const struct base *b = &g->base[a->base];
    uint32_t stamp = g->stamp[kind];
    a->last[kind] = stamp;
    a->n[kind]++;
    for (size_t k = 0; k < b->count; k++) {
        struct counted *row = &g->cells[kind][b->combos[k] * p->width];
        uint32_t end = k == b->own ? p->slot_shared[a->slot] : p->slot_first[a->slot + 1];
        for (uint32_t i = p->slot_first[a->slot]; i < end; i++) {
            struct counted *c = &row[p->slot_columns[i]];
            c->count += c->last != stamp ? 1 : 0;
            c->last = stamp;
        }
    }
}

/* A new person is a new month and a new claim, too. */
static void next_stamp(struct grid *g, const struct shelf *s, uint32_t row, uint32_t last)
{
    bool person = last == NONE || s->person[row] != s->person[last];
    bool month = person || s->first[row] != s->first[last];
    bool claim = month || (s->claim != NULL && s->claim[row] != s->claim[last]);
    g->stamp[COUNT_PERSONS] += person ? 1 : 0;
    g->stamp[COUNT_MONTHS] += month ? 1 : 0;
    g->stamp[COUNT_CLAIMS] += claim ? 1 : 0;
}

/* Rows in doubt count nowhere, but are told of. */
static void count_doubt(struct grid *g, uint32_t atom, uint8_t doubt)
{
    struct doubts *d = &g->doubts[atom];
    *(doubt == DOUBT_END ? &d->end : &d->window) += 1;
}

static const int32_t *institutions_of(const struct shelf *s, const uint8_t **state)
{
    int column = s->plan->institution;
    const struct shelf_column *c = column < 0 ? NULL : &s->columns[column];
    *state = c == NULL ? NULL : c->state;
    return c == NULL ? NULL : c->narrow;
}

/* How many rows ahead the cache is asked for what a row will touch: atoms and their sets are many,
 * and rows come to them in no order. */
enum { AHEAD = 12 };

static void ask_ahead(const struct grid *g, const struct batch *b, size_t i,
                      const int32_t *institutions)
{
    if (i + 2 * AHEAD < b->n && b->atom[i + 2 * AHEAD] != NONE)
        __builtin_prefetch(&g->atoms[b->atom[i + 2 * AHEAD]], 1);
    if (institutions != NULL && i + AHEAD < b->n && b->atom[i + AHEAD] != NONE)
        shy_idset_near(&g->atoms[b->atom[i + AHEAD]].institutions,
                       (uint32_t)institutions[b->rows[i + AHEAD]]);
}

/* Rows, distinct persons, persons by month, claims and institutions: one look at each atom. */
static int count_rows(struct worker *w, struct grid *g, const struct shelf *s,
                      const struct batch *b)
{
    const uint8_t *state;
    const int32_t *institutions = institutions_of(s, &state);
    size_t universe = w->native->institutions[s->plan->number];
    bool months = g->plan->counts[COUNT_MONTHS];
    bool claims = g->plan->counts[COUNT_CLAIMS] && s->claim != NULL;
    uint32_t last = b->before;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t row = b->rows[i];
        ask_ahead(g, b, i, institutions);
        next_stamp(g, s, row, last);
        last = row;
        if (b->atom[i] == NONE)
            continue;
        if (b->doubt != NULL && b->doubt[i] != SURE) {
            count_doubt(g, b->atom[i], b->doubt[i]);
            continue;
        }
        struct atom *a = &g->atoms[b->atom[i]];
        a->rows++;
        if (a->last[COUNT_PERSONS] != g->stamp[COUNT_PERSONS])
            count_cells(g, a, COUNT_PERSONS);
        if (months && a->last[COUNT_MONTHS] != g->stamp[COUNT_MONTHS])
            count_cells(g, a, COUNT_MONTHS);
        if (claims && a->last[COUNT_CLAIMS] != g->stamp[COUNT_CLAIMS] && s->claim[row] != NO_KEY)
            count_cells(g, a, COUNT_CLAIMS);
        if (institutions == NULL || (uint32_t)institutions[row] == a->last_institution ||
            (state != NULL && state[row] != SHIHYO_STATE_OK))
            continue;
        a->last_institution = (uint32_t)institutions[row];
        if (!shy_idset_add(&a->institutions, a->last_institution, universe))
            return shy_fail_nomem(&w->err);
    }
    return 0;
}

static int distinct_codes(struct worker *w, struct grid *g, size_t measure, const struct shelf *s,
                          const struct batch *b)
{
    const struct measure *m = &g->plan->measures[measure];
    uint32_t code[BATCH];
    bool ok = true;
    SHY_TRY(shy_fetch_codes(w, &m->value, b->rows, b->n, code));
    for (size_t i = 0; i < b->n && ok; i++) {
        size_t next = i + AHEAD;
        if (m->by_month && next < b->n && b->atom[next] != NONE && code[next] != NONE)
            shy_idmonths_near(&g->monthly[measure][b->atom[next]], code[next]);
        if (code[i] == NONE || !is_sure(b, i))
            continue;
        if (m->by_month)
            ok = shy_idmonths_add(&g->monthly[measure][b->atom[i]], code[i],
                                  1u << (s->first[b->rows[i]] - g->plan->first));
        else
            ok = shy_idset_add(shy_grid_set(g, measure, b->atom[i], s->first[b->rows[i]]), code[i],
                               m->universe);
    }
    return ok ? 0 : shy_fail_nomem(&w->err);
}

static int distinct_numbers(struct worker *w, struct grid *g, size_t measure, const struct shelf *s,
                            const struct batch *b)
{
    const struct measure *m = &g->plan->measures[measure];
    int64_t number[BATCH];
    uint8_t state[BATCH];
    bool ok = true;
    SHY_TRY(shy_fetch_numbers(w, &m->value, b->rows, b->n, number, state));
    for (size_t i = 0; i < b->n && ok; i++) {
        bool known = state[i] == SHIHYO_STATE_OK || state[i] == SHIHYO_STATE_PARTIAL;
        if (known && is_sure(b, i))
            ok = shy_idset_add(shy_grid_set(g, measure, b->atom[i], s->first[b->rows[i]]),
                               (uint64_t)number[i], 0);
    }
    return ok ? 0 : shy_fail_nomem(&w->err);
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
                          const struct batch *b)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < g->plan->measure_count; i++) {
        const struct measure *m = &g->plan->measures[i];
        if (m->kind == MEASURE_SUM)
            rc = count_sum(w, g, i, b);
        else if (m->value.is_text)
            rc = distinct_codes(w, g, i, s, b);
        else
            rc = distinct_numbers(w, g, i, s, b);
    }
    return rc;
}

/* A partition ------------------------------------------------------------------------------- */

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
    SHY_TRY(bases_of(w, g, beside, rows, n, base));
    SHY_TRY(atoms_of(w, g, rows, base, n, atom));
    struct batch b = {rows, atom, sel->doubt == NULL ? NULL : &sel->doubt[first], n,
                      first == 0 ? NONE : sel->row[first - 1]};
    if (g->plan->looks) {
        doubt_windows(w, g->plan, s, sel, first, n, doubt);
        b.doubt = doubt;
    }
    SHY_TRY(count_rows(w, g, s, &b));
    return count_measures(w, g, s, &b);
}

int shy_grid_count(struct worker *w, struct grid *g)
{
    const struct grid_plan *p = g->plan;
    const struct selection *sel;
    struct beside beside = {0};
    SHY_TRY(shy_grid_begin(g, &w->err));
    SHY_TRY(shy_select_within(w, p->rows, p->period, p->first, p->last, &sel));
    const struct shelf *s = shelf_of(w, p->shelf);
    for (size_t d = 0; d < p->dim_count; d++) {
        if (p->dims[d].other != 0)
            SHY_TRY(month_values(w, &p->dims[d], p->period, s, sel, &beside.values[d]));
    }
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
