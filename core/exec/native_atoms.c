/* SPDX-License-Identifier: MIT */
/* Where rows are counted: the values of their dimensions, their places, and the atom of both. */
#include "config.h"

#include "core/exec/native_count.h"

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

/* The atoms of a batch --------------------------------------------------------------------- */

/* The numbers that the codes of the rows' dimensions make. */
static int mix_codes(struct counting *c, const uint32_t *rows, size_t n, uint32_t *number)
{
    const struct grid_plan *p = c->g->plan;
    uint32_t code[BATCH];
    memset(number, 0, n * sizeof *number);
    for (size_t i = 0; i < p->dim_count; i++) {
        const struct dim_plan *d = &p->dims[i];
        uint32_t radix = (uint32_t)d->radix;
        if (d->other != 0) {
            values_beside(c->s, d, &c->beside, i, rows, n, c->w->values);
            for (size_t k = 0; k < n; k++)
                number[k] = number[k] * radix + (uint32_t)digit_of(d, c->w->values[k]);
            continue;
        }
        SHY_TRY(shy_fetch_codes(c->w, &d->fetch, rows, n, code));
        for (size_t k = 0; k < n; k++)
            number[k] = number[k] * radix + (code[k] == NONE ? d->none : code[k]);
    }
    return 0;
}

/* Rows at no known place have no atom, but what they name is shown. */
static int meet_values(struct counting *c, const int64_t *values, uint32_t slot, uint32_t *atom)
{
    uint32_t base;
    *atom = NONE;
    return slot == NONE ? shy_grid_base(c->g, values, &base, &c->w->err)
                        : shy_grid_atom(c->g, values, slot, atom, &c->w->err);
}

/* The first row of a number: the values are taken out of it again. */
static int meet_number(struct counting *c, size_t number, uint32_t slot, uint32_t *atom)
{
    int64_t values[MAX_DIMS];
    shy_grid_values(c->g->plan, number, values);
    return meet_values(c, values, slot, atom);
}

/* Few codes: a table by the number that their digits make. */
static int atoms_of_codes(struct counting *c, const uint32_t *rows, const uint32_t *slot, size_t n,
                          uint32_t *atom)
{
    struct grid *g = c->g;
    uint32_t number[BATCH];
    size_t slots = g->plan->slot_count;
    SHY_TRY(mix_codes(c, rows, n, number));
    for (size_t i = 0; i < n; i++) {
        size_t base = (size_t)g->direct[number[i]] - 1;
        bool placed = slot[i] != NONE, met = base != SIZE_MAX;
        atom[i] = met && placed ? g->atom_of[base * slots + slot[i]] - 1 : NONE;
        if (atom[i] == NONE && (placed || !met))
            SHY_TRY(meet_number(c, number[i], slot[i], &atom[i]));
    }
    return 0;
}

/* Very few codes: the number is the atom's. */
static int flat_atoms(struct counting *c, const uint32_t *rows, const uint32_t *slot, size_t n,
                      uint32_t *atom)
{
    uint32_t number[BATCH], slots = (uint32_t)c->g->plan->slot_count;
    SHY_TRY(mix_codes(c, rows, n, number));
    for (size_t i = 0; i < n; i++) {
        atom[i] = slot[i] == NONE ? NONE : number[i] * slots + slot[i];
        if (slot[i] == NONE)
            c->g->named[number[i]] = 1;
    }
    return 0;
}

static int values_of(struct counting *c, size_t dim, const uint32_t *rows, size_t n, int64_t *out)
{
    const struct dim_plan *d = &c->g->plan->dims[dim];
    if (d->other != 0) {
        values_beside(c->s, d, &c->beside, dim, rows, n, out);
        return 0;
    }
    SHY_TRY(read_values(c->w, d, rows, n, out));
    for (size_t i = 0; i < n; i++)
        out[i] = out[i] == VALUE_NONE ? d->missing : out[i];
    return 0;
}

/* Numbers, or very many codes: the hash of the values. */
static int atoms_of_values(struct counting *c, const uint32_t *rows, const uint32_t *slot, size_t n,
                           uint32_t *atom)
{
    const struct grid_plan *p = c->g->plan;
    int64_t *values = c->w->values, tuple[MAX_DIMS];
    for (size_t d = 0; d < p->dim_count; d++)
        SHY_TRY(values_of(c, d, rows, n, &values[d * BATCH]));
    for (size_t i = 0; i < n; i++) {
        for (size_t d = 0; d < p->dim_count; d++)
            tuple[d] = values[d * BATCH + i];
        SHY_TRY(meet_values(c, tuple, slot[i], &atom[i]));
    }
    return 0;
}

/* Places ------------------------------------------------------------------------------------ */

/* Rows that nobody can place are left out, counted, and their codes kept for the report. */
static int note_unknown(struct worker *w, struct grid *g, const uint32_t *rows,
                        const uint32_t *slot, size_t n)
{
    uint32_t code[BATCH];
    size_t unknown = 0;
    for (size_t i = 0; i < n; i++)
        unknown += slot[i] == NONE ? 1 : 0;
    g->unknown += (int64_t)unknown;
    if (unknown == 0)
        return 0;
    SHY_TRY(shy_fetch_codes(w, &g->plan->place_text, rows, n, code));
    for (size_t i = 0; i < n; i++) {
        if (slot[i] == NONE && code[i] != NONE && !shy_idset_add(&g->unknown_codes, code[i]))
            return shy_fail_nomem(&w->err);
    }
    return 0;
}

int shy_atoms_find(struct counting *c, struct batch *b)
{
    const struct grid_plan *p = c->g->plan;
    if (p->whole || shy_basis_role(p->basis) == SHY_ROLE_NONE) {
        memset(b->slot, 0, b->n * sizeof *b->slot);
    } else {
        SHY_TRY(shy_fetch_slots(c->w, p, b->rows, b->n, b->slot));
        SHY_TRY(note_unknown(c->w, c->g, b->rows, b->slot, b->n));
    }
    if (c->g->flat)
        return flat_atoms(c, b->rows, b->slot, b->n, b->atom);
    return p->product > 0 ? atoms_of_codes(c, b->rows, b->slot, b->n, b->atom)
                          : atoms_of_values(c, b->rows, b->slot, b->n, b->atom);
}

int shy_atoms_begin(struct counting *c)
{
    const struct grid_plan *p = c->g->plan;
    for (size_t d = 0; d < p->dim_count; d++) {
        if (p->dims[d].other != 0)
            SHY_TRY(month_values(c->w, &p->dims[d], p->period, c->s, c->sel, &c->beside.values[d]));
    }
    return 0;
}
