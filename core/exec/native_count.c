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

/* The atoms of a batch --------------------------------------------------------------------- */

/* Where every row of a partition's selection is counted, batch by batch. */
struct counting {
    struct worker *w;
    struct grid *g;
    const struct shelf *s;
    const struct selection *sel;
    struct beside beside;
    /* The row counted last, and the stamps with which its person and month began. */
    uint32_t last_person, at_person, at_month;
    int32_t last_month;
    uint64_t last_claim;
    bool goes_on; /* the next batch begins with the same person */
};

/* Rows that count, with the atoms they lie in. Persons are not divided, but those with more rows
 * than a batch has. */
struct batch {
    uint32_t rows[BATCH], atom[BATCH], slot[BATCH];
    size_t n;
    bool divided;
    /* When the row's person, month and claim began, and the stamp of the atom's row before it. */
    uint32_t at_person[BATCH], at_month[BATCH], stamp[BATCH], seen[BATCH];
};

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

static int64_t value_of(const struct dim_plan *d, size_t digit)
{
    return digit == d->radix - 1   ? VALUE_NONE
           : digit == d->radix - 2 ? VALUE_MISSING
                                   : (int64_t)digit;
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
    const struct grid_plan *p = c->g->plan;
    int64_t values[MAX_DIMS];
    for (size_t i = p->dim_count; i-- > 0; number /= p->dims[i].radix)
        values[i] = value_of(&p->dims[i], number % p->dims[i].radix);
    return meet_values(c, values, slot, atom);
}

/* Few codes: a table by the number that their digits make. */
static int atoms_of_codes(struct counting *c, const uint32_t *rows, const uint32_t *slot, size_t n,
                          uint32_t *atom)
{
    struct grid *g = c->g;
    uint32_t number[BATCH];
    size_t slots = g->plan->slot_count;
    bool dense = g->plan->dense;
    SHY_TRY(mix_codes(c, rows, n, number));
    for (size_t i = 0; i < n; i++) {
        size_t at = dense ? number[i] : (size_t)g->direct[number[i]] - 1;
        bool placed = slot[i] != NONE, met = dense ? placed : at != SIZE_MAX;
        atom[i] = met && placed ? g->atom_of[at * slots + slot[i]] - 1 : NONE;
        if (atom[i] == NONE && (placed || g->direct[number[i]] == 0))
            SHY_TRY(meet_number(c, number[i], slot[i], &atom[i]));
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

static int find_atoms(struct counting *c, struct batch *b)
{
    const struct grid_plan *p = c->g->plan;
    if (p->whole || shy_basis_role(p->basis) == SHY_ROLE_NONE) {
        memset(b->slot, 0, b->n * sizeof *b->slot);
    } else {
        SHY_TRY(shy_fetch_slots(c->w, p, b->rows, b->n, b->slot));
        SHY_TRY(note_unknown(c->w, c->g, b->rows, b->slot, b->n));
    }
    return p->product > 0 ? atoms_of_codes(c, b->rows, b->slot, b->n, b->atom)
                          : atoms_of_values(c, b->rows, b->slot, b->n, b->atom);
}

/* Counting ---------------------------------------------------------------------------------- */

/* A new person is a new month and a new claim, too. Without branches: which rows begin something
 * cannot be guessed. */
static inline void stamp_rows(struct counting *c, struct batch *b, bool months, bool claims)
{
    const struct shelf *s = c->s;
    uint32_t stamp = c->g->stamp, at_person = c->at_person, at_month = c->at_month;
    uint32_t last_person = c->last_person;
    int32_t last_month = c->last_month;
    uint64_t last_claim = c->last_claim;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t row = b->rows[i], person = s->person[row];
        int32_t month = months ? s->first[row] : 0;
        uint64_t claim = claims ? s->claim[row] : 0;
        unsigned is_person = person != last_person;
        unsigned is_month = is_person | (month != last_month);
        stamp += is_month | (claim != last_claim);
        at_person = is_person ? stamp : at_person;
        at_month = is_month ? stamp : at_month;
        b->at_person[i] = at_person;
        b->at_month[i] = at_month;
        b->stamp[i] = stamp;
        last_person = person;
        last_month = month;
        last_claim = claim;
    }
    c->g->stamp = stamp;
    c->at_person = at_person;
    c->at_month = at_month;
    c->last_person = last_person;
    c->last_month = last_month;
    c->last_claim = last_claim;
}

/* Rows, distinct persons, persons by month and claims: one look at each atom. */
static inline void count_rows(struct grid *g, const struct shelf *s, struct batch *b, bool claims)
{
    for (size_t i = 0; i < b->n; i++) {
        struct atom *a = &g->atoms[b->atom[i]];
        uint32_t seen = b->seen[i] = a->last;
        a->last = b->stamp[i];
        a->n[COUNT_PERSONS] += seen < b->at_person[i];
        a->n[COUNT_MONTHS] += seen < b->at_month[i];
        if (claims)
            a->n[COUNT_CLAIMS] += (seen < b->stamp[i]) & (s->claim[b->rows[i]] != NO_KEY);
        a->rows++;
    }
}

/* A person, month or claim that counts in this atom for the first time: of its cells, those that
 * another atom of the person counted already are noted. Of a person's first atom in a group nothing
 * is noted until there is a second one. */
static void count_shared(struct grid *g, const struct batch *b, size_t i, bool known)
{
    struct sharing *sharing = &g->shared;
    uint32_t atom = b->atom[i], stamp = b->stamp[i];
    struct group *group = &sharing->group[g->atoms[atom].group];
    if (group->person != b->at_person[i])
        *group = (struct group){b->at_person[i], atom, stamp, false};
    if (!group->many && group->first == atom) {
        group->last = stamp;
        return;
    }
    if (!group->many) {
        const struct atom_place *first = &g->places[group->first];
        for (uint32_t k = 0; k < first->cell_count; k++)
            sharing->last[sharing->cells[first->cells + k].cell] = group->last;
        group->many = true;
    }
    const struct atom_place *place = &g->places[atom];
    for (uint32_t k = 0; k < place->cell_count; k++) {
        struct shared_cell *cell = &sharing->cells[place->cells + k];
        uint32_t *last = &sharing->last[cell->cell];
        cell->twice[COUNT_PERSONS] += b->seen[i] < b->at_person[i] && *last >= b->at_person[i];
        cell->twice[COUNT_MONTHS] += b->seen[i] < b->at_month[i] && *last >= b->at_month[i];
        cell->twice[COUNT_CLAIMS] += known && *last >= stamp;
        *last = stamp;
    }
}

/* Persons whose rows all lie in one atom, or without totals at one place, need no look. */
static void count_sharing(struct counting *c, const struct batch *b, bool claims)
{
    const uint32_t *key = c->g->plan->totals ? b->atom : b->slot;
    for (size_t i = 0, end; i < b->n; i = end) {
        bool several = b->divided;
        for (end = i + 1; end < b->n && b->at_person[end] == b->at_person[i]; end++)
            several = several || key[end] != key[end - 1];
        for (size_t k = i; several && k < end; k++) {
            bool known = claims && c->s->claim[b->rows[k]] != NO_KEY;
            if (b->seen[k] < b->stamp[k] && c->g->atoms[b->atom[k]].group != NONE)
                count_shared(c->g, b, k, known);
        }
    }
}

static void count_any(struct counting *c, struct batch *b)
{
    const struct grid_plan *p = c->g->plan;
    bool claims = p->counts[COUNT_CLAIMS] && c->s->claim != NULL;
    if (claims)
        stamp_rows(c, b, true, true);
    else if (p->counts[COUNT_MONTHS])
        stamp_rows(c, b, true, false);
    else
        stamp_rows(c, b, false, false);
    if (claims)
        count_rows(c->g, c->s, b, true);
    else
        count_rows(c->g, c->s, b, false);
    if (p->shares)
        count_sharing(c, b, claims);
}

static const int32_t *institutions_of(const struct shelf *s, const uint8_t **state)
{
    int column = s->plan->institution;
    const struct shelf_column *c = column < 0 ? NULL : &s->columns[column];
    *state = c == NULL ? NULL : c->state;
    return c == NULL ? NULL : c->narrow;
}

/* A person's rows mostly name one institution again and again. */
static int note_institutions(struct counting *c, const struct batch *b)
{
    struct grid *g = c->g;
    const uint8_t *state;
    const int32_t *institutions = institutions_of(c->s, &state);
    size_t universe = c->w->native->institutions[c->s->plan->number];
    if (institutions == NULL || g->plan->support != SUPPORT_SEEN)
        return 0;
    if (!shy_seen_room(&g->institutions, b->n, g->atom_count, universe))
        return shy_fail_nomem(&c->w->err);
    struct seen_pair *to = &g->institutions.items[g->institutions.count];
    for (size_t i = 0; i < b->n; i++) {
        struct atom *a = &g->atoms[b->atom[i]];
        uint32_t code = (uint32_t)institutions[b->rows[i]];
        bool known = state == NULL || state[b->rows[i]] == SHIHYO_STATE_OK;
        bool other = known && code != a->last_institution;
        *to = (struct seen_pair){b->atom[i], code};
        to += other ? 1 : 0;
        a->last_institution = other ? code : a->last_institution;
    }
    g->institutions.count = (size_t)(to - g->institutions.items);
    return 0;
}

static int distinct_codes(struct counting *c, size_t measure, const struct batch *b)
{
    const struct measure *m = &c->g->plan->measures[measure];
    struct seen *seen = &c->g->seen[measure];
    uint32_t code[BATCH];
    SHY_TRY(shy_fetch_codes(c->w, &m->value, b->rows, b->n, code));
    if (!shy_seen_room(seen, b->n, c->g->atom_count, m->universe))
        return shy_fail_nomem(&c->w->err);
    struct seen_pair *to = &seen->items[seen->count];
    for (size_t i = 0; i < b->n; i++) {
        uint32_t month = m->monthly ? (uint32_t)(c->s->first[b->rows[i]] - c->g->plan->first) : 0;
        *to = (struct seen_pair){b->atom[i], code[i] << m->month_bits | month};
        to += code[i] != NONE ? 1 : 0;
    }
    seen->count = (size_t)(to - seen->items);
    return 0;
}

static int distinct_numbers(struct counting *c, size_t measure, const struct batch *b)
{
    const struct measure *m = &c->g->plan->measures[measure];
    int64_t number[BATCH];
    uint8_t state[BATCH];
    bool ok = true;
    SHY_TRY(shy_fetch_numbers(c->w, &m->value, b->rows, b->n, number, state));
    for (size_t i = 0; i < b->n && ok; i++) {
        if (state[i] == SHIHYO_STATE_OK || state[i] == SHIHYO_STATE_PARTIAL)
            ok = shy_idset_add(shy_grid_set(c->g, measure, b->atom[i], c->s->first[b->rows[i]]),
                               (uint64_t)number[i]);
    }
    return ok ? 0 : shy_fail_nomem(&c->w->err);
}

/* A number that is not simply there, or does not fit. Rows that are OK are not counted here: they
 * are those of the atom that nobody tells of. */
static int add_rare(struct counting *c, size_t measure, uint32_t atom, uint8_t state,
                    const shy_wide *product)
{
    struct sums *s = shy_grid_sums(c->g, measure);
    if (s == NULL)
        return shy_fail_nomem(&c->w->err);
    if (state != SHIHYO_STATE_OK)
        s[atom].by_state[state]++;
    if (state != SHIHYO_STATE_OK && state != SHIHYO_STATE_PARTIAL)
        return 0;
    if (*product < INT64_MIN || *product > INT64_MAX)
        s[atom].overflow = true;
    else
        s[atom].sum += *product;
    return 0;
}

static int add_number(struct counting *c, size_t measure, uint32_t atom, uint8_t state,
                      shy_wide number)
{
    int64_t *added = &c->g->added[measure][atom], sum;
    bool fits = number >= INT64_MIN && number <= INT64_MAX &&
                !__builtin_add_overflow(*added, (int64_t)number, &sum);
    if (!fits || state != SHIHYO_STATE_OK)
        return add_rare(c, measure, atom, state, &number);
    *added = sum;
    return 0;
}

/* A product is as good as the worse of its two factors. */
static int count_products(struct counting *c, size_t measure, const struct batch *b,
                          const int64_t *number, const uint8_t *state)
{
    int64_t times[BATCH];
    uint8_t other[BATCH];
    SHY_TRY(shy_fetch_numbers(c->w, &c->g->plan->measures[measure].factor, b->rows, b->n, times,
                              other));
    for (size_t i = 0; i < b->n; i++) {
        bool worse = shy_state_rank((enum shihyo_state)other[i]) >
                     shy_state_rank((enum shihyo_state)state[i]);
        SHY_TRY(add_number(c, measure, b->atom[i], worse ? other[i] : state[i],
                           (shy_wide)number[i] * times[i]));
    }
    return 0;
}

static int count_sum(struct counting *c, size_t measure, const struct batch *b)
{
    const struct measure *m = &c->g->plan->measures[measure];
    int64_t number[BATCH], sum;
    uint8_t state[BATCH];
    int64_t *added = c->g->added[measure];
    SHY_TRY(shy_fetch_numbers(c->w, &m->value, b->rows, b->n, number, state));
    if (m->times != NULL)
        return count_products(c, measure, b, number, state);
    for (size_t i = 0; i < b->n; i++) {
        bool fits = !__builtin_add_overflow(added[b->atom[i]], number[i], &sum);
        if (fits && state[i] == SHIHYO_STATE_OK)
            added[b->atom[i]] = sum;
        else
            SHY_TRY(add_number(c, measure, b->atom[i], state[i], number[i]));
    }
    return 0;
}

static int count_measures(struct counting *c, const struct batch *b)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < c->g->plan->measure_count; i++) {
        const struct measure *m = &c->g->plan->measures[i];
        if (m->kind == MEASURE_SUM)
            rc = count_sum(c, i, b);
        else
            rc = m->coded ? distinct_codes(c, i, b) : distinct_numbers(c, i, b);
    }
    return rc;
}

/* A batch and a partition ------------------------------------------------------------------- */

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

/* Rows in doubt count nowhere, but are told of; rows at no known place neither. What is left moves
 * to the front. */
static int leave_out(struct counting *c, const uint8_t *doubt, struct batch *b)
{
    struct doubts *doubts = doubt == NULL ? NULL : shy_grid_doubts(c->g);
    size_t kept = 0;
    unsigned any = doubt != NULL;
    for (size_t i = 0; i < b->n; i++)
        any |= b->atom[i] == NONE;
    if (any == 0)
        return 0;
    if (doubt != NULL && doubts == NULL)
        return shy_fail_nomem(&c->w->err);
    for (size_t i = 0; i < b->n; i++) {
        bool placed = b->atom[i] != NONE, sure = doubt == NULL || doubt[i] == SURE;
        if (placed && !sure) {
            struct doubts *d = &doubts[b->atom[i]];
            *(doubt[i] == DOUBT_END ? &d->end : &d->window) += 1;
        }
        b->rows[kept] = b->rows[i];
        b->atom[kept] = b->atom[i];
        b->slot[kept] = b->slot[i];
        kept += placed && sure ? 1 : 0;
    }
    b->n = kept;
    return 0;
}

static int count_batch(struct counting *c, size_t first, struct batch *b)
{
    uint8_t doubts[BATCH];
    const uint8_t *doubt = c->sel->doubt == NULL ? NULL : &c->sel->doubt[first];
    memcpy(b->rows, &c->sel->row[first], b->n * sizeof *b->rows);
    SHY_TRY(find_atoms(c, b));
    if (c->g->plan->looks) {
        doubt_windows(c->w, c->g->plan, c->s, c->sel, first, b->n, doubts);
        doubt = doubts;
    }
    SHY_TRY(leave_out(c, doubt, b));
    count_any(c, b);
    SHY_TRY(note_institutions(c, b));
    return count_measures(c, b);
}

/* As many rows as fit, with all rows of their persons; of a person with more, a part. */
static void begin_batch(struct counting *c, size_t first, struct batch *b)
{
    const uint32_t *row = &c->sel->row[first];
    size_t left = c->sel->count - first, n = left < BATCH ? left : BATCH;
    bool goes_on = c->goes_on;
    c->goes_on = false;
    b->n = n;
    if (left > BATCH) {
        while (n > 0 && c->s->person[row[n]] == c->s->person[row[n - 1]])
            n--;
        c->goes_on = n == 0;
        b->n = n == 0 ? BATCH : n;
    }
    b->divided = goes_on || c->goes_on;
}

/* Stamps are not taken back from partition to partition, until they would not suffice. */
static void renew_stamps(struct grid *g, size_t rows)
{
    if (rows < UINT32_MAX - g->stamp)
        return;
    for (size_t a = 0; a < g->atom_count; a++)
        g->atoms[a].last = 0;
    for (size_t i = 0; i < g->shared.group_capacity; i++)
        g->shared.group[i].person = 0;
    for (size_t i = 0; i < g->shared.last_size; i++)
        g->shared.last[i] = 0;
    g->stamp = 0;
}

int shy_grid_count(struct worker *w, struct grid *g)
{
    const struct grid_plan *p = g->plan;
    struct counting c = {.w = w, .g = g, .s = shelf_of(w, p->shelf), .last_person = NONE};
    SHY_TRY(shy_grid_begin(g, &w->err));
    SHY_TRY(shy_select_within(w, p->rows, p->period, p->first, p->last, &c.sel));
    renew_stamps(g, c.sel->count);
    for (size_t d = 0; d < p->dim_count; d++) {
        if (p->dims[d].other != 0)
            SHY_TRY(month_values(w, &p->dims[d], p->period, c.s, c.sel, &c.beside.values[d]));
    }
    struct batch b;
    for (size_t first = 0, n; first < c.sel->count; first += n) {
        begin_batch(&c, first, &b);
        n = b.n;
        SHY_TRY(count_batch(&c, first, &b));
    }
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
