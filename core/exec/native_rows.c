/* SPDX-License-Identifier: MIT */
/*
 * Row operators on the rows of one partition. Rows stand by person, month and claim, so that every
 * match is a merge. What each operator means: semantics.md, "Rows"; rows.c says it once more.
 */
#include "config.h"

#include "core/exec/native.h"

#include <string.h>

/* A selection being made. */
struct making {
    uint32_t *row;
    uint8_t *doubt;
    size_t count;
};

static int make(struct worker *w, size_t most, bool doubts, struct making *out)
{
    int rc = 0;
    out->count = 0;
    out->row = shy_scratch(w, most + 1, sizeof *out->row, &rc);
    out->doubt = doubts ? shy_scratch(w, most + 1, 1, &rc) : NULL;
    return rc;
}

static struct selection made(const struct making *m)
{
    return (struct selection){m->row, m->doubt, m->count};
}

/* Conditions -------------------------------------------------------------------------------- */

static bool in_numbers(const struct shy_condition *c, int64_t number)
{
    size_t low = 0, high = c->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c->numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->count && c->numbers[low] == number;
}

/* Three-valued, but only what surely holds is kept. */
static bool holds(const struct shy_condition *c, int64_t number, uint8_t state)
{
    bool yes = false;
    if (c->kind == SHY_COND_STATE)
        return (state == (uint8_t)c->state) != c->negated;
    if (state != SHIHYO_STATE_OK && state != SHIHYO_STATE_PARTIAL)
        return false;
    if (c->kind == SHY_COND_IN && c->texts == NULL)
        yes = in_numbers(c, number);
    else if (c->kind == SHY_COND_RANGE)
        yes = (!c->has_from || number >= c->from) && (!c->has_to || number <= c->to);
    return yes != c->negated;
}

/* Rows of a batch for which a condition holds move to the front; at[] moves with them. */
static int sift_codes(struct worker *w, const struct sieve *v, uint32_t *rows, uint16_t *at,
                      size_t *n)
{
    uint32_t code[BATCH];
    const struct code_test *t = v->test;
    const int32_t *months = w->shelves[v->fetch.base->number].first;
    size_t kept = 0;
    SHY_TRY(shy_fetch_codes(w, &v->fetch, rows, *n, code));
    for (size_t i = 0; i < *n; i++) {
        size_t k = t->classes.count == 0 ? 0 : class_of(&t->classes, months[rows[i]]);
        bool yes = code[i] != NONE && t->yes[k * t->size + code[i]] != 0;
        rows[kept] = rows[i];
        at[kept] = at[i];
        kept += yes ? 1 : 0;
    }
    *n = kept;
    return 0;
}

static int sift_numbers(struct worker *w, const struct sieve *v, uint32_t *rows, uint16_t *at,
                        size_t *n)
{
    int64_t number[BATCH];
    uint8_t state[BATCH];
    size_t kept = 0;
    SHY_TRY(shy_fetch_numbers(w, &v->fetch, rows, *n, number, state));
    for (size_t i = 0; i < *n; i++) {
        bool yes = holds(v->condition, number[i], state[i]);
        rows[kept] = rows[i];
        at[kept] = at[i];
        kept += yes ? 1 : 0;
    }
    *n = kept;
    return 0;
}

/* A condition on a column that a function makes: what it gave no value of, for a month that is in
 * doubt, could be anything. */
static bool is_made(const struct sieve *v)
{
    const struct fetch *f = &v->fetch;
    return f->from == FROM_OWN && f->source->contract->made && f->column >= EACH_VALUE;
}

static int sift_batch(struct worker *w, const struct sieve *v, uint32_t *rows, uint16_t *at,
                      size_t *n)
{
    return v->test != NULL ? sift_codes(w, v, rows, at, n) : sift_numbers(w, v, rows, at, n);
}

/* doubt: of the batch, by at[]. */
static int sift_made(struct worker *w, const struct sieve *v, const uint8_t *doubt, uint32_t *rows,
                     uint16_t *at, size_t *n)
{
    uint32_t all[BATCH];
    uint16_t all_at[BATCH];
    const struct shelf *s = &w->shelves[v->fetch.source->number];
    const uint8_t *state = s->columns[v->fetch.column].state;
    size_t count = *n, k = 0, kept = 0;
    memcpy(all, rows, count * sizeof *all);
    memcpy(all_at, at, count * sizeof *all_at);
    SHY_TRY(sift_batch(w, v, rows, at, n));
    bool yes[BATCH];
    for (size_t i = 0; i < count; i++) {
        bool holds = k < *n && at[k] == all_at[i];
        k += holds;
        yes[i] = holds || (doubt[all_at[i]] != SURE && state[all[i]] == SHIHYO_STATE_MISSING);
    }
    for (size_t i = 0; i < count; i++) {
        rows[kept] = all[i];
        at[kept] = all_at[i];
        kept += yes[i];
    }
    *n = kept;
    return 0;
}

/* Batch by batch, so that what one condition leaves is still in the cache for the next. */
static int sift(struct worker *w, const struct sieves *sieves, const struct selection *in,
                struct selection *out)
{
    struct making m;
    uint32_t rows[BATCH];
    uint16_t at[BATCH];
    if (sieves->count == 0) {
        *out = *in;
        return 0;
    }
    SHY_TRY(make(w, in->count, in->doubt != NULL, &m));
    for (size_t first = 0; first < in->count; first += BATCH) {
        size_t n = in->count - first < BATCH ? in->count - first : BATCH;
        memcpy(rows, &in->row[first], n * sizeof *rows);
        for (size_t i = 0; i < n; i++)
            at[i] = (uint16_t)i;
        for (size_t s = 0; s < sieves->count && n > 0; s++) {
            const struct sieve *v = &sieves->items[s];
            SHY_TRY(in->doubt != NULL && is_made(v)
                        ? sift_made(w, v, &in->doubt[first], rows, at, &n)
                        : sift_batch(w, v, rows, at, &n));
        }
        memcpy(&m.row[m.count], rows, n * sizeof *rows);
        for (size_t i = 0; in->doubt != NULL && i < n; i++)
            m.doubt[m.count + i] = in->doubt[first + at[i]];
        m.count += n;
    }
    *out = made(&m);
    return 0;
}

/* Scans ------------------------------------------------------------------------------------- */

/* How many rows each scan has, and room for them. */
static int make_scans(struct worker *w, const struct shelf *s, struct making *m)
{
    int rc = 0;
    const struct shelf_plan *p = s->plan;
    uint32_t *rows = shy_scratch(w, p->kind_count, sizeof *rows, &rc);
    if (rc != 0)
        return rc;
    memset(rows, 0, p->kind_count * sizeof *rows);
    memset(m, 0, p->scan_count * sizeof *m);
    for (size_t i = 0; i < s->rows; i++)
        rows[s->kind[i]]++;
    for (size_t kind = 0; kind < p->kind_count; kind++) {
        for (uint32_t i = p->kind_first[kind]; i < p->kind_first[kind + 1]; i++)
            m[p->kind_scans[i]].count += rows[kind];
    }
    return 0;
}

/* Where the rows of a scan go; one of several that a kind of rows is for. */
struct kind {
    uint32_t first, second; /* scans, or one that nobody asks for */
    uint32_t more, end;     /* the others, in a list */
};

/* The scans of each kind, but those that want every row: these have a common list. The first two
 * need no loop, whose end could not be guessed; most kinds have no more. `none` takes what is not
 * wanted. */
static int list_scans(struct worker *w, const struct shelf *s, struct making *m, uint32_t none,
                      struct kind *kinds, uint32_t *scans)
{
    int rc = 0;
    const struct shelf_plan *p = s->plan;
    uint32_t at = 0, *all = NULL;
    for (size_t k = 0; k < p->kind_count; k++) {
        struct kind *kind = &kinds[k];
        *kind = (struct kind){none, none, at, at};
        for (uint32_t i = p->kind_first[k]; i < p->kind_first[k + 1]; i++) {
            uint32_t scan = p->kind_scans[i];
            if (m[scan].count == s->rows)
                continue;
            if (kind->first == none)
                kind->first = scan;
            else if (kind->second == none)
                kind->second = scan;
            else
                scans[at++] = scan;
        }
        kind->end = at;
    }
    for (size_t k = 0; rc == 0 && k < p->scan_count; k++) {
        if (m[k].count < s->rows) {
            rc = make(w, m[k].count, false, &m[k]);
            continue;
        }
        if (all == NULL) {
            all = shy_scratch(w, s->rows + 1, sizeof *all, &rc);
            for (uint32_t row = 0; rc == 0 && row < s->rows; row++)
                all[row] = row;
        }
        m[k].row = all;
    }
    return rc;
}

static inline void put_row(struct making *to, uint32_t row)
{
    to->row[to->count++] = row;
}

/* The rows of every scan at once: each row is looked at as often as it is wanted. */
static int share_out(struct worker *w, struct shelf *s)
{
    int rc = 0;
    const struct shelf_plan *p = s->plan;
    uint32_t none = (uint32_t)p->scan_count;
    struct making *m = shy_scratch(w, p->scan_count + 1, sizeof *m, &rc);
    struct kind *kinds = shy_scratch(w, p->kind_count, sizeof *kinds, &rc);
    uint32_t *scans = shy_scratch(w, p->kind_first[p->kind_count] + 1, sizeof *scans, &rc);
    struct selection *out = shy_scratch(w, p->scan_count, sizeof *out, &rc);
    if (rc != 0)
        return rc;
    SHY_TRY(make_scans(w, s, m));
    SHY_TRY(list_scans(w, s, m, none, kinds, scans));
    SHY_TRY(make(w, 2 * s->rows, false, &m[none]));
    for (uint32_t row = 0; row < s->rows; row++) {
        const struct kind *kind = &kinds[s->kind[row]];
        put_row(&m[kind->first], row);
        put_row(&m[kind->second], row);
        for (uint32_t i = kind->more; i < kind->end; i++)
            put_row(&m[scans[i]], row);
    }
    for (size_t k = 0; k < p->scan_count; k++)
        out[k] = made(&m[k]);
    s->scans = out;
    return 0;
}

/* Rows whose bit of the mask is set; all where the contract has no masks. */
static int masked_rows(struct worker *w, struct shelf *s, uint32_t bit, struct selection *out)
{
    struct making m;
    if (s->plan->words > 0) {
        if (s->scans == NULL)
            SHY_TRY(share_out(w, s));
        *out = s->scans[bit];
        return 0;
    }
    SHY_TRY(make(w, s->rows, false, &m));
    for (size_t i = 0; i < s->rows; i++)
        m.row[i] = (uint32_t)i;
    m.count = s->rows;
    *out = made(&m);
    return 0;
}

static int scan(struct worker *w, shy_node_id id, struct shelf *s, struct selection *out)
{
    struct selection all;
    SHY_TRY(masked_rows(w, s, w->native->scan_bits[id], &all));
    return sift(w, &w->native->sieves[id], &all, out);
}

/* Matches ----------------------------------------------------------------------------------- */

static int compare_keys(const struct shelf *s, uint32_t a, const struct shelf *t, uint32_t b,
                        enum shy_match match)
{
    if (s->person[a] != t->person[b])
        return s->person[a] < t->person[b] ? -1 : 1;
    if (match == SHY_MATCH_PERSON || match == SHY_MATCH_PERIOD)
        return 0;
    if (s->first[a] != t->first[b])
        return s->first[a] < t->first[b] ? -1 : 1;
    if (match == SHY_MATCH_MONTH)
        return 0;
    return s->claim[a] < t->claim[b] ? -1 : s->claim[a] > t->claim[b];
}

/* The surest doubt of the rows of `other` with the key of `row`, or -1; *at moves on. */
static int surest(const struct shelf *s, uint32_t row, const struct shelf *t,
                  const struct selection *other, size_t *at, enum shy_match match)
{
    int best = -1;
    if (match == SHY_MATCH_CLAIM && s->claim[row] == NO_KEY)
        return -1;
    *at = shy_seek(other, *at, t->start[s->person[row]]);
    while (*at < other->count && compare_keys(t, other->row[*at], s, row, match) < 0)
        ++*at;
    for (size_t i = *at; i < other->count && compare_keys(t, other->row[i], s, row, match) == 0;
         i++) {
        if (best < 0 || doubt_at(other, i) < best)
            best = doubt_at(other, i);
        if (best == SURE)
            break;
    }
    return best;
}

/* Of the other side the rows that lie in the period, where the match is about that. */
static int in_period(struct worker *w, const struct shy_node *n, const struct shelf *t,
                     uint32_t period, const struct selection **rows, struct selection *kept)
{
    struct making m;
    if (n->match != SHY_MATCH_PERIOD)
        return 0;
    const struct shy_period *p = &w->native->run->periods[period];
    SHY_TRY(make(w, (*rows)->count, (*rows)->doubt != NULL, &m));
    for (size_t i = 0; i < (*rows)->count; i++) {
        uint32_t row = (*rows)->row[i];
        m.row[m.count] = row;
        if (m.doubt != NULL)
            m.doubt[m.count] = doubt_at(*rows, i);
        m.count += t->first[row] <= p->last_month && t->last[row] >= p->first_month ? 1 : 0;
    }
    *kept = made(&m);
    *rows = kept;
    return 0;
}

static int match_rows(struct worker *w, const struct shy_node *n, const struct shelf *s,
                      const struct selection *in, uint32_t period, struct selection *out)
{
    const struct selection *other;
    struct selection kept_rows;
    struct making m;
    size_t at = 0;
    int found = -1;
    SHY_TRY(shy_select(w, n->inputs[1], period, &other));
    const struct shelf *t = shelf_of(w, w->native->node_shelf[n->inputs[1]]);
    SHY_TRY(in_period(w, n, t, period, &other, &kept_rows));
    SHY_TRY(make(w, in->count, in->doubt != NULL || other->doubt != NULL, &m));
    for (size_t i = 0; i < in->count; i++) {
        uint32_t row = in->row[i];
        bool again = i > 0 && compare_keys(s, row, s, in->row[i - 1], n->match) == 0;
        if (!again)
            found = surest(s, row, t, other, &at, n->match);
        bool kept = n->op == SHY_OP_HAVING ? found >= 0 : found != SURE;
        uint8_t doubt = doubt_at(in, i);
        if (found > doubt)
            doubt = (uint8_t)found;
        m.row[m.count] = row;
        if (m.doubt != NULL)
            m.doubt[m.count] = doubt;
        m.count += kept ? 1 : 0;
    }
    *out = made(&m);
    return 0;
}

/* Unions ------------------------------------------------------------------------------------ */

/* Marks by row keep the order; the surest of several terms stands. */
static int unite(struct worker *w, const struct shy_node *n, const struct shelf *s, uint32_t period,
                 struct selection *out)
{
    int rc = 0;
    struct making m;
    bool doubts = false;
    uint8_t *marks = shy_scratch(w, s->rows + 1, 1, &rc);
    if (rc != 0)
        return rc;
    memset(marks, 0, s->rows);
    for (size_t t = 0; t < n->of_count; t++) {
        const struct selection *in;
        SHY_TRY(shy_select(w, n->of[t], period, &in));
        doubts = doubts || in->doubt != NULL;
        for (size_t i = 0; i < in->count; i++) {
            uint8_t *mark = &marks[in->row[i]], doubt = doubt_at(in, i);
            if (*mark == 0 || doubt + 1 < *mark)
                *mark = (uint8_t)(doubt + 1);
        }
    }
    SHY_TRY(make(w, s->rows, doubts, &m));
    for (uint32_t row = 0; row < s->rows; row++) {
        m.row[m.count] = row;
        if (doubts)
            m.doubt[m.count] = (uint8_t)(marks[row] - 1);
        m.count += marks[row] != 0 ? 1 : 0;
    }
    *out = made(&m);
    return 0;
}

/* Nodes ------------------------------------------------------------------------------------- */

static int select_rows(struct worker *w, shy_node_id id, uint32_t period, struct selection *out)
{
    const struct shy_node *n = shy_plan_node(w->native->run->plan, id);
    const struct selection *in, *other;
    const struct native *native = w->native;
    struct shelf *s = shelf_of(w, native->node_shelf[id]);
    if (n->op == SHY_OP_SCAN)
        return scan(w, id, s, out);
    if (n->op == SHY_OP_EACH_PERSON) {
        SHY_TRY(masked_rows(w, s, 0, out));
        out->doubt = s->doubt;
        return 0;
    }
    if (n->op == SHY_OP_UNION)
        return unite(w, n, s, period, out);
    SHY_TRY(shy_select(w, n->inputs[0], period, &in));
    switch (n->op) {
    case SHY_OP_WHERE:
        return sift(w, &native->sieves[id], in, out);
    case SHY_OP_HAVING:
    case SHY_OP_LACKING:
        return match_rows(w, n, s, in, period, out);
    case SHY_OP_PICK:
        return shy_select_pick(w, n, s, in, out);
    case SHY_OP_DISCHARGES:
        return shy_select_discharges(w, n, s, in, period, out);
    default:
        SHY_TRY(shy_select(w, n->inputs[1], period, &other));
        return shy_select_window(w, n, s, in, shelf_of(w, native->node_shelf[n->inputs[1]]), other,
                                 out);
    }
}

static int new_memo(struct worker *w, uint32_t period, int32_t first, int32_t last,
                    struct memo_selection **out)
{
    int rc = 0;
    *out = shy_scratch(w, 1, sizeof **out, &rc);
    if (rc == 0)
        **out = (struct memo_selection){.period = period, .first = first, .last = last};
    return rc;
}

static const struct selection *known(const struct worker *w, shy_node_id id, uint32_t period,
                                     int32_t first, int32_t last)
{
    for (const struct memo_selection *m = w->selections[id]; m != NULL; m = m->next) {
        if (m->period == period && m->first == first && m->last == last)
            return &m->selection;
    }
    return NULL;
}

/* Kept until the partition is done: what indicators share is selected once. */
int shy_select(struct worker *w, shy_node_id node, uint32_t period, const struct selection **out)
{
    struct memo_selection *m;
    if (!w->native->by_period[node])
        period = NONE;
    *out = known(w, node, period, 1, 0);
    if (*out != NULL)
        return 0;
    SHY_TRY(new_memo(w, period, 1, 0, &m));
    SHY_TRY(select_rows(w, node, period, &m->selection));
    m->next = w->selections[node];
    w->selections[node] = m;
    *out = &m->selection;
    return 0;
}

/* Those of them that lie in months first … last, or touch them. */
int shy_select_within(struct worker *w, shy_node_id node, uint32_t period, int32_t first,
                      int32_t last, const struct selection **out)
{
    const struct selection *all;
    struct memo_selection *m;
    struct making within;
    if (!w->native->by_period[node])
        period = NONE;
    *out = known(w, node, period, first, last);
    if (*out != NULL)
        return 0;
    SHY_TRY(shy_select(w, node, period, &all));
    if (w->native->rows_in[node].first >= first && w->native->rows_in[node].last <= last) {
        *out = all;
        return 0;
    }
    const struct shelf *s = shelf_of(w, w->native->node_shelf[node]);
    SHY_TRY(new_memo(w, period, first, last, &m));
    SHY_TRY(make(w, all->count, all->doubt != NULL, &within));
    for (size_t i = 0; i < all->count; i++) {
        uint32_t row = all->row[i];
        within.row[within.count] = row;
        if (all->doubt != NULL)
            within.doubt[within.count] = all->doubt[i];
        within.count +=
            s->first[row] <= s->last[row] && s->first[row] <= last && s->last[row] >= first ? 1 : 0;
    }
    m->selection = made(&within);
    m->next = w->selections[node];
    w->selections[node] = m;
    *out = &m->selection;
    return 0;
}
