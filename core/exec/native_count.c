/* SPDX-License-Identifier: MIT */
/* Counting the selected rows of a partition into a grid, batch by batch. */
#include "config.h"

#include "core/exec/native_count.h"

#include <string.h>

/* Counting ---------------------------------------------------------------------------------- */

/* Atoms of a large table are asked for so many rows before they are looked at. */
enum { AHEAD = 24 };

/* Rows, distinct persons, persons by month and claims: one look at each atom. Rows stand in order,
 * so what begins behind the atom's last row is new to it; rows have numbers that rise from
 * partition to partition, the stamps. A new person is a new month and a new claim, too. */
static inline void count_rows(const struct counting *c, struct batch *b, bool months, bool claims)
{
    const struct shelf *s = c->s;
    struct atom *atoms = c->g->atoms;
    for (size_t i = 0; i < b->n; i++) {
        struct atom *a = &atoms[b->atom[i]];
        __builtin_prefetch(&atoms[b->atom[i + AHEAD < b->n ? i + AHEAD : i]], 1);
        uint32_t row = b->rows[i], seen = b->seen[i] = a->last;
        a->last = c->stamp + row;
        a->n[COUNT_PERSONS] += seen < c->stamp + s->start[s->person[row]];
        if (months)
            a->n[COUNT_MONTHS] += seen < c->stamp + s->month_begin[row];
        if (claims)
            a->n[COUNT_CLAIMS] +=
                (seen < c->stamp + s->claim_begin[row]) & (s->claim[row] != NO_KEY);
        a->rows++;
    }
}

/* When a row's person, month and claim began. */
struct begun {
    uint32_t person, month, claim;
};

static struct begun begun_at(const struct counting *c, uint32_t row)
{
    const struct shelf *s = c->s;
    struct begun b;
    b.person = c->stamp + s->start[s->person[row]];
    b.month = c->months ? c->stamp + s->month_begin[row] : b.person;
    b.claim = c->claims ? c->stamp + s->claim_begin[row] : b.month;
    return b;
}

/* A person, month or claim that counts in this atom for the first time: of its cells, those that
 * another atom of the person counted already are noted. Of a person's first atom in a group nothing
 * is noted until there is a second one. */
static void count_shared(const struct counting *c, uint32_t atom, uint32_t row, uint32_t seen)
{
    struct grid *g = c->g;
    struct sharing *sharing = &g->shared;
    struct begun b = begun_at(c, row);
    bool known = c->claims && c->s->claim[row] != NO_KEY;
    struct group *group = &sharing->group[g->atoms[atom].group - 1];
    if (group->person != b.person)
        *group = (struct group){b.person, atom, b.claim, false};
    if (!group->many && group->first == atom) {
        group->last = b.claim;
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
        cell->twice[COUNT_PERSONS] += seen < b.person && *last >= b.person;
        cell->twice[COUNT_MONTHS] += seen < b.month && *last >= b.month;
        cell->twice[COUNT_CLAIMS] += known && *last >= b.claim;
        *last = b.claim;
    }
}

static int count_person(const struct counting *c, const struct batch *b, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        uint32_t atom = b->atom[i], row = b->rows[i];
        if (b->seen[i] >= begun_at(c, row).claim)
            continue;
        if (c->g->atoms[atom].group == 0)
            SHY_TRY(shy_grid_share(c->g, atom, &c->w->err));
        if (c->g->atoms[atom].group != NONE)
            count_shared(c, atom, row, b->seen[i]);
    }
    return 0;
}

/* Persons whose rows all lie in one atom, or without totals at one place, need no look. */
static int count_sharing(const struct counting *c, const struct batch *b)
{
    const uint32_t *key = c->g->plan->totals ? b->atom : b->slot, *person = c->s->person;
    for (size_t i = 0, end; i < b->n; i = end) {
        bool several = b->divided;
        for (end = i + 1; end < b->n && person[b->rows[end]] == person[b->rows[i]]; end++)
            several = several || key[end] != key[end - 1];
        if (several)
            SHY_TRY(count_person(c, b, i, end));
    }
    return 0;
}

static int count_any(const struct counting *c, struct batch *b)
{
    if (c->claims)
        count_rows(c, b, true, true);
    else if (c->months)
        count_rows(c, b, true, false);
    else
        count_rows(c, b, false, false);
    return c->g->plan->shares ? count_sharing(c, b) : 0;
}

static const int32_t *institutions_of(const struct shelf *s, const uint8_t **state)
{
    int column = s->plan->institution;
    const struct shelf_column *c = column < 0 ? NULL : &s->columns[column];
    *state = c == NULL ? NULL : c->state;
    return c == NULL ? NULL : c->narrow;
}

static inline void put_pair(struct seen *s, size_t at, uint32_t atom, uint32_t number)
{
    s->keys[at] = s->shift == 0 ? number : atom << s->shift | number;
    if (s->shift == 0)
        s->atoms[at] = atom;
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
    struct seen *seen = &g->institutions;
    size_t at = seen->count;
    for (size_t i = 0; i < b->n; i++) {
        struct atom *a = &g->atoms[b->atom[i]];
        uint32_t code = (uint32_t)institutions[b->rows[i]];
        bool known = state == NULL || state[b->rows[i]] == SHIHYO_STATE_OK;
        bool other = known && code + 1 != a->last_institution;
        put_pair(seen, at, b->atom[i], code);
        at += other ? 1 : 0;
        a->last_institution = other ? code + 1 : a->last_institution;
    }
    seen->count = at;
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
    size_t at = seen->count;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t month = m->monthly ? (uint32_t)(c->s->first[b->rows[i]] - c->g->plan->first) : 0;
        put_pair(seen, at, b->atom[i], code[i] << m->month_bits | month);
        at += code[i] != NONE ? 1 : 0;
    }
    seen->count = at;
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
    SHY_TRY(shy_atoms_find(c, b));
    if (c->g->plan->looks) {
        doubt_windows(c->w, c->g->plan, c->s, c->sel, first, b->n, doubts);
        doubt = doubts;
    }
    SHY_TRY(leave_out(c, doubt, b));
    SHY_TRY(count_any(c, b));
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
    if (rows < UINT32_MAX - 1 - g->stamp)
        return;
    for (size_t a = 0; a < g->atom_count; a++)
        g->atoms[a].last = 0;
    for (size_t i = 0; i < g->shared.group_capacity; i++)
        g->shared.group[i].person = 0;
    for (size_t i = 0; i < g->shared.last_size; i++)
        g->shared.last[i] = 0;
    g->stamp = 0;
}

static int begin_counting(struct counting *c)
{
    struct grid *g = c->g;
    const bool *counts = g->plan->counts;
    renew_stamps(g, c->s->rows);
    c->stamp = g->stamp + 1;
    g->stamp += (uint32_t)c->s->rows;
    c->claims = counts[COUNT_CLAIMS] && c->s->claim != NULL;
    c->months = counts[COUNT_MONTHS] || c->claims;
    if (c->months)
        SHY_TRY(shy_shelf_months(c->w, c->s));
    if (c->claims)
        SHY_TRY(shy_shelf_claims(c->w, c->s));
    return shy_atoms_begin(c);
}

int shy_grid_count(struct worker *w, struct grid *g)
{
    const struct grid_plan *p = g->plan;
    struct counting c = {.w = w, .g = g, .s = shelf_of(w, p->shelf)};
    SHY_TRY(shy_grid_begin(g, &w->err));
    SHY_TRY(shy_select_within(w, p->rows, p->period, p->first, p->last, &c.sel));
    SHY_TRY(begin_counting(&c));
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
