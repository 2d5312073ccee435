/* SPDX-License-Identifier: MIT */
/* Operators that look at a person's months: one row per person, discharges, windows. */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

/* Which of two rows of one month ----------------------------------------------------------- */

/* Codes are compared by their texts: dictionary numbers depend on the order of deliveries. */
int shy_compare_values(const struct shy_table_column *c, uint32_t a, uint32_t b)
{
    bool x = c->state[a] == SHIHYO_STATE_OK, y = c->state[b] == SHIHYO_STATE_OK;
    if (!x || !y)
        return x != y ? (x ? 1 : -1) : (int)c->state[a] - (int)c->state[b];
    if (c->def->type == SHY_CODE_T || c->def->type == SHY_TEXT_T || c->def->type == SHY_PERIOD_T)
        return strcmp(c->dict.keys[c->data[a]], c->dict.keys[c->data[b]]);
    return c->data[a] < c->data[b] ? -1 : c->data[a] > c->data[b];
}

/* A total order by content, so that the row chosen does not depend on how the table is stored; rows
 * equal in every column are interchangeable. Texts and columns that a source need not offer are
 * loaded only where a definition needs them (sources.c). That does not change which row is chosen:
 * in the contracts of events these columns stand last, behind a key or the item, and decide only
 * between rows that are otherwise equal. */
static int compare_rows(const struct source *s, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < s->table->column_count; i++) {
        int order = shy_compare_values(&s->table->columns[i], a, b);
        if (order != 0)
            return order;
    }
    return a < b ? -1 : a > b;
}

static int compare_events(const void *a, const void *b, void *source)
{
    const struct event *e = a, *f = b;
    if (e->person != f->person)
        return e->person < f->person ? -1 : 1;
    if (e->month != f->month)
        return e->month < f->month ? -1 : 1;
    return compare_rows(source, e->row, f->row);
}

int shy_events(struct run *run, struct source *s, const struct rows *in, struct event **out,
               size_t *count)
{
    int rc = 0;
    struct event *events = shy_run_alloc(run, in->count, sizeof *events, &rc);
    size_t n = 0;
    if (rc != 0)
        return rc;
    SHY_TRY(shy_source_persons(run, s));
    for (size_t i = 0; i < in->count; i++) {
        int32_t first, last;
        shy_row_months(s, in->row[i], &first, &last);
        if (s->persons[in->row[i]] != NONE && first <= last)
            events[n++] = (struct event){s->persons[in->row[i]], first, in->row[i], in->doubt[i]};
    }
    if (n > 1)
        qsort_r(events, n, sizeof *events, compare_events, s);
    *out = events;
    *count = n;
    return 0;
}

/* Every row operator gives its rows in ascending order (struct rows); others rely on it. */
static int compare_chosen(const void *a, const void *b)
{
    const struct event *e = a, *f = b;
    return e->row < f->row ? -1 : e->row > f->row;
}

/* Chosen events as rows in the order of the table. */
static int give(struct run *run, struct event *chosen, size_t count, struct rows *out)
{
    SHY_TRY(shy_rows_make(run, count, out));
    if (count > 1)
        qsort(chosen, count, sizeof *chosen, compare_chosen);
    for (size_t i = 0; i < count; i++) {
        out->row[i] = chosen[i].row;
        out->doubt[i] = chosen[i].doubt;
    }
    out->count = count;
    return 0;
}

/* Pick ------------------------------------------------------------------------------------- */

/* Which row is first depends on every row of the person, so one in doubt puts the choice in doubt.
 */
int shy_pick(struct run *run, const struct shy_node *n, struct source *s, const struct rows *in,
             struct rows *out)
{
    struct event *events;
    size_t count, chosen = 0;
    SHY_TRY(shy_events(run, s, in, &events, &count));
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && events[end].person == events[i].person;)
            end++;
        size_t take = i;
        uint8_t doubt = SURE;
        for (size_t k = i; k < end; k++) {
            if (n->keep == SHY_KEEP_LATEST && events[k].month > events[take].month)
                take = k;
            if (events[k].doubt > doubt)
                doubt = events[k].doubt;
        }
        struct event e = events[take];
        e.doubt = doubt;
        events[chosen++] = e;
    }
    return give(run, events, chosen, out);
}

/* Discharges ------------------------------------------------------------------------------- */

/* The group an event competes in: the fiscal year, or the period asked for. */
static bool scope_of(const struct shy_node *n, const struct shy_period *p, int32_t month,
                     int32_t *scope)
{
    *scope = 0;
    if (n->keep == SHY_KEEP_ALL)
        return true;
    if (n->scope == SHY_SCOPE_FISCAL_YEAR) {
        *scope = (month - 3) / 12; /* April is month 3 of its year */
        return true;
    }
    return month >= p->first_month && month <= p->last_month;
}

/* Is there a row in the gap after events[last of month]? The next event of the person tells. */
static bool is_break(const struct event *events, size_t count, size_t next, const struct event *e,
                     int gap)
{
    return next >= count || events[next].person != e->person || events[next].month > e->month + gap;
}

/* Silence in a month that was not delivered is no break. The gap lies behind its row, so only
 * months after it are asked. */
static int gap_delivered(struct run *run, shy_node_id rows, int32_t month, int gap, bool *out)
{
    *out = true;
    for (int i = 1; i <= gap && *out; i++)
        SHY_TRY(shy_delivered(run, rows, month + i, out));
    return 0;
}

/* One person's events [first, end): breaks, of which the earliest of each scope is kept. A break
 * in doubt does not hide a later sure one: either may be the first. */
static int person_discharges(struct run *run, const struct shy_node *n, struct event *events,
                             size_t first, size_t end, const struct shy_period *p,
                             struct event *chosen, size_t *count)
{
    uint8_t doubt = SURE;
    bool have = false;
    int32_t kept_scope = 0;
    for (size_t i = first; i < end; i++) {
        if (events[i].doubt > doubt)
            doubt = events[i].doubt;
    }
    for (size_t i = first, next; i < end; i = next) {
        struct event e = events[i];
        int32_t scope;
        bool delivered;
        for (next = i + 1; next < end && events[next].month == e.month;)
            next++;
        if (!is_break(events, end, next, &e, n->gap) || !scope_of(n, p, e.month, &scope))
            continue;
        if (n->keep == SHY_KEEP_EARLIEST && have && scope == kept_scope)
            continue;
        SHY_TRY(gap_delivered(run, n->inputs[0], e.month, n->gap, &delivered));
        e.doubt = !delivered && doubt == SURE ? DOUBT_END : doubt;
        chosen[(*count)++] = e;
        if (e.doubt == SURE) {
            have = true;
            kept_scope = scope;
        }
    }
    return 0;
}

int shy_discharges(struct run *run, const struct shy_node *n, struct source *s,
                   const struct rows *in, uint32_t period, struct rows *out)
{
    struct event *events, *chosen;
    size_t count, kept = 0;
    int rc = 0;
    const struct shy_period none = {0};
    const struct shy_period *p = period == NONE ? &none : &run->periods[period];
    SHY_TRY(shy_events(run, s, in, &events, &count));
    chosen = shy_run_alloc(run, count, sizeof *chosen, &rc);
    for (size_t i = 0, end; rc == 0 && i < count; i = end) {
        for (end = i + 1; end < count && events[end].person == events[i].person;)
            end++;
        rc = person_discharges(run, n, events, i, end, p, chosen, &kept);
    }
    return rc != 0 ? rc : give(run, chosen, kept, out);
}

/* Windows ---------------------------------------------------------------------------------- */

struct window {
    bool before, negated;
    int from, to;
};

/* Looking back is looking forward with negative distances. */
static struct window window_of(const struct shy_node *n)
{
    bool before = n->op == SHY_OP_PRECEDED_BY || n->op == SHY_OP_NOT_PRECEDED_BY;
    struct window w = {before, n->op == SHY_OP_NOT_FOLLOWED_BY || n->op == SHY_OP_NOT_PRECEDED_BY,
                       before ? -n->to_month : n->from_month,
                       before ? -n->from_month : n->to_month};
    return w;
}

/* The surest doubt of a key from `low` to `high`, or -1 where there is none. */
static int surest(const struct key *keys, size_t count, uint64_t low, uint64_t high)
{
    size_t a = 0, b = count;
    int best = -1;
    while (a < b) {
        size_t middle = (a + b) / 2;
        if (keys[middle].key < low)
            a = middle + 1;
        else
            b = middle;
    }
    for (; a < count && keys[a].key <= high; a++) {
        if (best < 0 || keys[a].doubt < best)
            best = keys[a].doubt;
    }
    return best;
}

/* The whole window counts, even where something was found in a part of it: otherwise those found
 * early would be counted and those not found yet would not, and every rate would be too high. */
static int window_delivered(struct run *run, shy_node_id other, int32_t from, int32_t to, bool *out)
{
    *out = true;
    for (int32_t m = from; m <= to && *out; m++)
        SHY_TRY(shy_delivered(run, other, m, out));
    return 0;
}

/* A row whose window is open is kept whether or not a match was found: it is in doubt either way.
 * Of a whole window the surest match decides, since one sure match is enough. */
int shy_follow(struct run *run, const struct shy_node *n, struct source *s, const struct rows *in,
               uint32_t period, struct rows *out)
{
    struct window w = window_of(n);
    const struct rows *other;
    struct source *t;
    struct key *keys;
    size_t count;
    SHY_TRY(shy_rows(run, n->inputs[1], period, &other));
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, n->inputs[1])->contract, &t));
    SHY_TRY(shy_keys(run, t, other, SHY_MATCH_MONTH, &keys, &count));
    SHY_TRY(shy_source_persons(run, s));
    SHY_TRY(shy_rows_make(run, in->count, out));
    for (size_t i = 0; i < in->count; i++) {
        uint64_t key = shy_key_of(s, in->row[i], SHY_MATCH_MONTH);
        if (key == NO_KEY)
            continue;
        int32_t month = (int32_t)(uint32_t)key;
        uint64_t person = key & ~(uint64_t)UINT32_MAX;
        bool delivered;
        SHY_TRY(window_delivered(run, n->inputs[1], month + w.from, month + w.to, &delivered));
        int found = surest(keys, count, person | (uint32_t)(month + w.from),
                           person | (uint32_t)(month + w.to));
        bool kept = w.negated ? found != SURE : found >= 0;
        uint8_t doubt = found > in->doubt[i] ? (uint8_t)found : in->doubt[i];
        if (!delivered)
            doubt = DOUBT_WINDOW;
        if (!delivered || kept) {
            out->row[out->count] = in->row[i];
            out->doubt[out->count++] = doubt;
        }
    }
    return 0;
}
