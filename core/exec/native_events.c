/* SPDX-License-Identifier: MIT */
/* One row per person, discharges and windows, on rows by person and month. events.c says it once
 * more, for a whole table. */
#include "config.h"

#include "core/exec/native.h"

#include <stdlib.h>
#include <string.h>

bool shy_month_known(const struct native *n, shy_node_id node, int32_t month)
{
    const struct months_known *k = &n->months_known[node];
    if (month < k->base || (int64_t)month >= (int64_t)k->base + (int64_t)k->count)
        return k->outside;
    return k->known[month - k->base] != 0;
}

/* Which of two rows of a month -------------------------------------------------------------- */

static bool is_known(const struct shelf_column *c, uint32_t row)
{
    return c->state == NULL || c->state[row] == SHIHYO_STATE_OK;
}

int shy_shelf_compare(const struct worker *w, const struct shelf *s, int column, uint32_t a,
                      uint32_t b)
{
    const struct shelf_column *c = &s->columns[column];
    const struct shy_partitions *data = w->native->data;
    if (c->narrow == NULL && c->wide == NULL)
        return 0;
    bool x = is_known(c, a), y = is_known(c, b);
    if (!x || !y) /* both only where there are states */
        return x != y ? (x ? 1 : -1) : (int)c->state[a] - (int)c->state[b];
    if (c->wide != NULL)
        return c->wide[a] < c->wide[b] ? -1 : c->wide[a] > c->wide[b];
    if (c->narrow[a] == c->narrow[b])
        return 0;
    enum shy_type type = s->plan->contract->columns[column].type;
    if (s->plan->contract->made) /* numbered in the order of their texts */
        return c->narrow[a] < c->narrow[b] ? -1 : 1;
    if (type != SHY_CODE_T && type != SHY_TEXT_T && type != SHY_PERIOD_T)
        return c->narrow[a] < c->narrow[b] ? -1 : 1;
    const struct shy_map *dict = data->dictionary(data->self, s->plan->contract, column);
    return strcmp(dict->keys[c->narrow[a]], dict->keys[c->narrow[b]]);
}

/* By the contract's columns in their order, as far as anybody looks at them. */
static int compare_rows(const struct worker *w, const struct shelf *s, uint32_t a, uint32_t b)
{
    for (int i = 0; i < s->plan->compared; i++) {
        int order = 0;
        if (i == s->plan->claim && s->claim != NULL)
            order = s->claim[a] < s->claim[b] ? -1 : s->claim[a] > s->claim[b];
        else if (i != s->plan->claim)
            order = shy_shelf_compare(w, s, i, a, b);
        if (order != 0)
            return order;
    }
    return 0;
}

/* The rows of one person and month in a selection: [i, end) and the smallest of them. */
static size_t month_end(const struct worker *w, const struct shelf *s, const struct selection *in,
                        size_t i, size_t *smallest)
{
    size_t end = i + 1;
    *smallest = i;
    while (end < in->count && s->person[in->row[end]] == s->person[in->row[i]] &&
           s->first[in->row[end]] == s->first[in->row[i]]) {
        if (compare_rows(w, s, in->row[end], in->row[*smallest]) < 0)
            *smallest = end;
        end++;
    }
    return end;
}

static size_t person_end(const struct shelf *s, const struct selection *in, size_t i,
                         uint8_t *doubt)
{
    size_t end = i;
    *doubt = SURE;
    for (; end < in->count && s->person[in->row[end]] == s->person[in->row[i]]; end++) {
        uint8_t d = doubt_at(in, end);
        if (d > *doubt)
            *doubt = d;
    }
    return end;
}

/* Rows chosen, at most one of a person and month, and so in order. */
struct chosen {
    uint32_t *row;
    uint8_t *doubt;
    size_t count;
};

static int make(struct worker *w, size_t most, struct chosen *out)
{
    int rc = 0;
    out->count = 0;
    out->row = shy_scratch(w, most + 1, sizeof *out->row, &rc);
    out->doubt = shy_scratch(w, most + 1, 1, &rc);
    return rc;
}

static void add(struct chosen *c, uint32_t row, uint8_t doubt)
{
    c->row[c->count] = row;
    c->doubt[c->count++] = doubt;
}

/* Pick -------------------------------------------------------------------------------------- */

int shy_select_pick(struct worker *w, const struct shy_node *n, const struct shelf *s,
                    const struct selection *in, struct selection *out)
{
    struct chosen chosen;
    SHY_TRY(make(w, in->count, &chosen));
    for (size_t i = 0, end; i < in->count; i = end) {
        uint8_t doubt;
        size_t take = i, smallest;
        end = person_end(s, in, i, &doubt);
        for (size_t k = i, next; k < end; k = next) {
            next = month_end(w, s, in, k, &smallest);
            if (k == i || n->keep == SHY_KEEP_LATEST)
                take = smallest;
            if (n->keep != SHY_KEEP_LATEST)
                break;
        }
        add(&chosen, in->row[take], doubt);
    }
    *out = (struct selection){chosen.row, chosen.doubt, chosen.count};
    return 0;
}

/* Discharges -------------------------------------------------------------------------------- */

static bool scope_of(const struct shy_node *n, const struct shy_period *p, int32_t month,
                     int32_t *scope)
{
    *scope = 0;
    if (n->keep == SHY_KEEP_ALL)
        return true;
    if (n->scope == SHY_SCOPE_FISCAL_YEAR) {
        *scope = (month - 3) / 12;
        return true;
    }
    return month >= p->first_month && month <= p->last_month;
}

static bool gap_known(const struct worker *w, const struct shy_node *n, int32_t month)
{
    for (int i = 1; i <= n->gap; i++) {
        if (!shy_month_known(w->native, n->inputs[0], month + i))
            return false;
    }
    return true;
}

/* One person's months: breaks, of which the earliest of each scope is kept; one in doubt does not
 * hide a later sure one. */
static void person_discharges(struct worker *w, const struct shy_node *n, const struct shelf *s,
                              const struct selection *in, size_t first, size_t end, uint8_t doubt,
                              const struct shy_period *p, struct chosen *out)
{
    bool have = false;
    int32_t kept_scope = 0, scope;
    for (size_t i = first, next; i < end; i = next) {
        size_t smallest;
        int32_t month = s->first[in->row[i]];
        next = month_end(w, s, in, i, &smallest);
        if (next < end && s->first[in->row[next]] <= month + n->gap)
            continue;
        if (!scope_of(n, p, month, &scope))
            continue;
        if (n->keep == SHY_KEEP_EARLIEST && have && scope == kept_scope)
            continue;
        uint8_t d = doubt == SURE && !gap_known(w, n, month) ? (uint8_t)DOUBT_END : doubt;
        add(out, in->row[smallest], d);
        if (d == SURE) {
            have = true;
            kept_scope = scope;
        }
    }
}

int shy_select_discharges(struct worker *w, const struct shy_node *n, const struct shelf *s,
                          const struct selection *in, uint32_t period, struct selection *out)
{
    static const struct shy_period none = {0};
    const struct shy_period *p = period == NONE ? &none : &w->native->run->periods[period];
    struct chosen chosen;
    SHY_TRY(make(w, in->count, &chosen));
    for (size_t i = 0, end; i < in->count; i = end) {
        uint8_t doubt;
        end = person_end(s, in, i, &doubt);
        person_discharges(w, n, s, in, i, end, doubt, p, &chosen);
    }
    *out = (struct selection){chosen.row, chosen.doubt, chosen.count};
    return 0;
}

/* Windows ----------------------------------------------------------------------------------- */

struct window {
    bool negated;
    int from, to;
};

static struct window window_of(const struct shy_node *n)
{
    bool before = n->op == SHY_OP_PRECEDED_BY || n->op == SHY_OP_NOT_PRECEDED_BY;
    return (struct window){n->op == SHY_OP_NOT_FOLLOWED_BY || n->op == SHY_OP_NOT_PRECEDED_BY,
                           before ? -n->to_month : n->from_month,
                           before ? -n->from_month : n->to_month};
}

/* The surest doubt of the person's rows of `other` in the months, or -1. `at` stands at the
 * person's first row. */
static int surest(const struct shelf *t, const struct selection *other, size_t at, uint32_t person,
                  int32_t first, int32_t last)
{
    int best = -1;
    for (; at < other->count && t->person[other->row[at]] == person &&
           t->first[other->row[at]] <= last && best != SURE;
         at++) {
        if (t->first[other->row[at]] >= first && (best < 0 || doubt_at(other, at) < best))
            best = doubt_at(other, at);
    }
    return best;
}

static bool window_known(const struct worker *w, shy_node_id other, int32_t first, int32_t last)
{
    for (int32_t m = first; m <= last; m++) {
        if (!shy_month_known(w->native, other, m))
            return false;
    }
    return true;
}

/* A window that is not delivered as a whole leaves the row in doubt, whatever was found. */
int shy_select_window(struct worker *w, const struct shy_node *n, const struct shelf *s,
                      const struct selection *in, const struct shelf *t,
                      const struct selection *other, struct selection *out)
{
    struct window v = window_of(n);
    struct chosen chosen;
    size_t at = 0;
    bool delivered = false;
    int found = -1;
    SHY_TRY(make(w, in->count, &chosen));
    for (size_t i = 0; i < in->count; i++) {
        uint32_t row = in->row[i], person = s->person[row];
        int32_t month = s->first[row];
        bool again =
            i > 0 && s->person[in->row[i - 1]] == person && s->first[in->row[i - 1]] == month;
        at = shy_seek(other, at, t->start[person]);
        if (!again) {
            delivered = window_known(w, n->inputs[1], month + v.from, month + v.to);
            found = surest(t, other, at, person, month + v.from, month + v.to);
        }
        bool kept = v.negated ? found != SURE : found >= 0;
        uint8_t doubt = found > doubt_at(in, i) ? (uint8_t)found : doubt_at(in, i);
        if (!delivered)
            add(&chosen, row, DOUBT_WINDOW);
        else if (kept)
            add(&chosen, row, doubt);
    }
    *out = (struct selection){chosen.row, chosen.doubt, chosen.count};
    return 0;
}
