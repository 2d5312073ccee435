/* SPDX-License-Identifier: MIT */
/*
 * Functions over persons in the pass: when the rows of a partition are read, each function is
 * called for each of its persons, and what it returns becomes a shelf like any other. each_person.c
 * says it once more, for whole tables.
 */
#include "config.h"

#include "core/exec/native.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* One need in a partition: rows by person and month, within a month by what the function sees. */
struct need {
    const struct shelf *shelf;
    uint32_t *row;
    int32_t *months;
    size_t count, at;
};

struct telling {
    struct worker *w;
    const struct each_plan *plan;
    struct need *needs;
    struct shy_seen_rows *rows;
    struct shy_seen_span *spans;
    uint32_t *span_row;
    const struct shelf *persons;
    struct shelf *out;
    size_t capacity;
};

/* Needs ------------------------------------------------------------------------------------- */

struct order {
    struct worker *w;
    const struct shy_node *node;
    const struct shelf *s;
};

static int compare_seen(const void *a, const void *b, void *arg)
{
    const struct order *o = arg;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const struct shy_contract *c = o->s->plan->contract;
    for (size_t i = 0; i < c->column_count; i++) {
        int order =
            shy_person_sees(o->node, c, i) ? shy_shelf_compare(o->w, o->s, (int)i, x, y) : 0;
        if (order != 0)
            return order;
    }
    return x < y ? -1 : x > y;
}

static int find_need(struct telling *t, shy_node_id id, struct need *out)
{
    struct worker *w = t->w;
    const struct selection *in;
    int rc = 0;
    SHY_TRY(shy_select(w, id, NONE, &in));
    const struct shelf *s = out->shelf = shelf_of(w, w->native->node_shelf[id]);
    struct order order = {w, t->plan->node, s};
    out->at = 0;
    out->count = in->count;
    out->row = shy_scratch(w, in->count + 1, sizeof *out->row, &rc);
    out->months = shy_scratch(w, in->count + 1, sizeof *out->months, &rc);
    if (rc != 0)
        return rc;
    if (in->count > 0)
        memcpy(out->row, in->row, in->count * sizeof *out->row);
    for (size_t i = 0, end; i < in->count; i = end) {
        for (end = i + 1; end < in->count && s->person[in->row[end]] == s->person[in->row[i]] &&
                          s->first[in->row[end]] == s->first[in->row[i]];)
            end++;
        if (end - i > 1)
            qsort_r(&out->row[i], end - i, sizeof *out->row, compare_seen, &order);
    }
    for (size_t i = 0; i < in->count; i++)
        out->months[i] = s->first[out->row[i]];
    return 0;
}

static void value_of(void *self, size_t need, size_t row, int column, struct shy_seen_value *out)
{
    const struct telling *t = self;
    const struct need *n = &t->needs[need];
    const struct shelf_column *c = &n->shelf->columns[column];
    const struct shy_contract *contract = n->shelf->plan->contract;
    const struct shy_partitions *data = t->w->native->data;
    uint32_t there = n->row[n->at + row];
    *out = (struct shy_seen_value){.state = SHIHYO_STATE_MISSING};
    if (c->narrow == NULL && c->wide == NULL)
        return;
    out->state = c->state == NULL ? SHIHYO_STATE_OK : (enum shihyo_state)c->state[there];
    if (out->state != SHIHYO_STATE_OK && out->state != SHIHYO_STATE_PARTIAL)
        return;
    out->number = c->wide != NULL ? c->wide[there] : c->narrow[there];
    if (contract->columns[column].type == SHY_CODE_T)
        out->text = data->dictionary(data->self, contract, column)->keys[out->number];
}

/* Persons ----------------------------------------------------------------------------------- */

static const char *person_text(const struct telling *t, const char *name, uint32_t row)
{
    const struct shy_contract *contract = t->persons->plan->contract;
    const struct shy_partitions *data = t->w->native->data;
    int i = shy_contract_column(contract, name);
    const struct shelf_column *c = &t->persons->columns[i];
    if (c->narrow == NULL || (c->state != NULL && c->state[row] != SHIHYO_STATE_OK))
        return NULL;
    return data->dictionary(data->self, contract, i)->keys[c->narrow[row]];
}

static struct shy_seen_span span_of(const struct telling *t, uint32_t row)
{
    const struct shelf *s = t->persons;
    const struct shelf_column *birth =
        &s->columns[shy_contract_column(s->plan->contract, "birth_month")];
    bool known =
        birth->narrow != NULL && (birth->state == NULL || birth->state[row] == SHIHYO_STATE_OK);
    return (struct shy_seen_span){.first = s->first[row],
                                  .last = s->last[row],
                                  .birth = known ? birth->narrow[row] : INT32_MIN,
                                  .sex = person_text(t, "sex", row),
                                  .scheme = person_text(t, "scheme", row)};
}

static size_t find_spans(struct telling *t, uint32_t person)
{
    const struct shelf *s = t->persons;
    size_t count = 0;
    for (uint32_t row = s->start[person]; row < s->start[person + 1]; row++) {
        size_t at = count++;
        for (; at > 0 && shy_person_better(t->w, s, row, t->span_row[at - 1]); at--)
            t->span_row[at] = t->span_row[at - 1];
        t->span_row[at] = row;
    }
    for (size_t i = 0; i < count; i++)
        t->spans[i] = span_of(t, t->span_row[i]);
    return count;
}

/* Telling ----------------------------------------------------------------------------------- */

/* Room for `capacity` values, those there are kept; with `old` NULL there are none yet. */
static void *more(struct telling *t, const void *old, size_t capacity, size_t size, int *rc)
{
    void *new = shy_scratch(t->w, capacity, size, rc);
    if (*rc == 0 && old != NULL)
        memcpy(new, old, t->out->rows * size);
    return new;
}

static int grow(struct telling *t, size_t count)
{
    struct shelf *s = t->out;
    const struct shy_contract *c = s->plan->contract;
    int rc = 0;
    if (s->rows + count <= t->capacity)
        return 0;
    t->capacity = (s->rows + count) * 2;
    s->person = more(t, s->person, t->capacity, sizeof *s->person, &rc);
    s->first = s->last = more(t, s->first, t->capacity, sizeof *s->first, &rc);
    s->doubt = more(t, s->doubt, t->capacity, 1, &rc);
    for (size_t i = EACH_VALUE; rc == 0 && i < c->column_count; i++) {
        struct shelf_column *to = &s->columns[i];
        if (c->columns[i].type == SHY_CODE_T)
            to->narrow = more(t, to->narrow, t->capacity, sizeof *to->narrow, &rc);
        else
            to->wide = more(t, to->wide, t->capacity, sizeof *to->wide, &rc);
        to->state = more(t, to->state, t->capacity, 1, &rc);
    }
    return rc;
}

static void keep(struct telling *t, uint32_t person, const struct shy_told *told)
{
    static const uint8_t doubts[] = {
        [SHY_TOLD_SURE] = SURE, [SHY_TOLD_END] = DOUBT_END, [SHY_TOLD_WINDOW] = DOUBT_WINDOW};
    const struct shy_node *node = t->plan->node;
    struct shelf *s = t->out;
    size_t row = s->rows++;
    s->person[row] = person;
    s->first[row] = told->month;
    s->doubt[row] = doubts[told->doubt];
    if (node->gives == SHY_GIVES_NUMBERS) {
        s->columns[EACH_VALUE].wide[row] = told->value;
        s->columns[EACH_VALUE].state[row] = SHIHYO_STATE_OK;
    }
    for (size_t i = 0; i < node->made_count; i++) {
        struct shelf_column *to = &s->columns[EACH_VALUE + i];
        bool known = told->values != NULL && told->values[i].known;
        int64_t number = known ? told->values[i].number : 0;
        to->state[row] = known ? SHIHYO_STATE_OK : SHIHYO_STATE_MISSING;
        if (to->narrow != NULL)
            to->narrow[row] = (int32_t)number;
        else
            to->wide[row] = number;
    }
}

static int tell_person(struct telling *t, uint32_t person)
{
    struct shy_teller *teller = &t->w->tellers[t->plan->number];
    struct shy_seen seen = {.rows = t->rows, .spans = t->spans, .self = t, .value = value_of};
    const struct shy_told *told;
    size_t count;
    bool any = false;
    for (size_t i = 0; i < t->plan->node->of_count; i++) {
        struct need *n = &t->needs[i];
        n->at += t->rows[i].count;
        t->rows[i] = (struct shy_seen_rows){.months = n->months + n->at};
        while (n->at + t->rows[i].count < n->count &&
               n->shelf->person[n->row[n->at + t->rows[i].count]] == person)
            t->rows[i].count++;
        any = any || t->rows[i].count > 0;
    }
    if (!any)
        return 0;
    seen.span_count = find_spans(t, person);
    SHY_TRY(teller->tell(teller->self, &seen, &told, &count, &t->w->err));
    SHY_TRY(grow(t, count));
    for (size_t i = 0; i < count; i++)
        keep(t, person, &told[i]);
    return 0;
}

static int tell_all(struct telling *t)
{
    struct worker *w = t->w;
    struct shelf *s = t->out;
    size_t needs = t->plan->node->of_count;
    int rc = 0;
    t->persons = shelf_of(w, t->plan->persons);
    t->needs = shy_scratch(w, needs, sizeof *t->needs, &rc);
    t->rows = shy_scratch(w, needs, sizeof *t->rows, &rc);
    t->spans = shy_scratch(w, t->persons->rows + 1, sizeof *t->spans, &rc);
    t->span_row = shy_scratch(w, t->persons->rows + 1, sizeof *t->span_row, &rc);
    for (size_t i = 0; rc == 0 && i < needs; i++) {
        t->rows[i].count = 0;
        rc = find_need(t, t->plan->node->of[i], &t->needs[i]);
    }
    for (uint32_t person = 0; rc == 0 && person < w->persons; person++) {
        s->start[person] = (uint32_t)s->rows;
        rc = tell_person(t, person);
        s->start[person + 1] = (uint32_t)s->rows;
    }
    return rc;
}

/* A function that failed is not called again by this thread, and its definitions have no cells; the
 * others go on. */
int shy_each_load(struct worker *w, const struct each_plan *plan)
{
    struct shelf *s = shelf_of(w, plan->shelf);
    struct telling t = {.w = w, .plan = plan, .out = s};
    struct each_failure *failure = &w->failures[plan->number];
    size_t columns = s->plan->contract->column_count;
    int rc = 0;
    s->start = shy_scratch(w, (size_t)w->persons + 2, sizeof *s->start, &rc);
    s->columns = shy_scratch(w, columns, sizeof *s->columns, &rc);
    if (rc != 0)
        return rc;
    memset(s->start, 0, ((size_t)w->persons + 2) * sizeof *s->start);
    memset(s->columns, 0, columns * sizeof *s->columns);
    SHY_TRY(grow(&t, 1));
    if (failure->rc == 0)
        rc = tell_all(&t);
    if (rc == SHY_E_NOMEM || rc == SHY_E_CANCELLED)
        return rc;
    if (rc != 0) {
        *failure = (struct each_failure){rc, w->partition, w->err};
        w->err = (struct shihyo_error)SHY_ERROR_INIT;
        s->rows = 0;
        memset(s->start, 0, ((size_t)w->persons + 2) * sizeof *s->start);
    }
    s->columns[EACH_MONTH].narrow = s->first;
    return 0;
}

/* Around the pass --------------------------------------------------------------------------- */

int shy_each_plan(struct native *n, const struct shy_node *node, struct shelf_plan *shelf,
                  struct shelf_plan *persons)
{
    int rc = 0;
    struct each_plan *p = shy_run_alloc(n->run, 1, sizeof *p, &rc);
    if (rc != 0)
        return rc;
    *p = (struct each_plan){.node = node,
                            .number = n->each_count++,
                            .shelf = shelf,
                            .persons = persons,
                            .next = n->each_list};
    n->each_list = p;
    return shy_seen_months(n->run, node, &p->months);
}

/* By the thread that holds the scripts, before the others begin. */
int shy_each_open(struct native *n, struct worker *w, struct shihyo_error *err)
{
    const struct shy_functions *f = n->run->functions;
    w->tellers = shy_alloc(n->each_count + 1, sizeof *w->tellers);
    w->failures = shy_alloc(n->each_count + 1, sizeof *w->failures);
    if (w->tellers == NULL || w->failures == NULL)
        return shy_fail_nomem(err);
    for (const struct each_plan *p = n->each_list; p != NULL; p = p->next) {
        if (f == NULL || f->open == NULL)
            return shy_fail(err, SHY_E_EXEC_FUNCTION, _("There is nothing that calls functions."));
        SHY_TRY(f->open(f->self, n->run->plan, p->node, p->months, &w->tellers[p->number], err));
    }
    return 0;
}

/* Of several threads' failures that of the first partition, which does not depend on them. */
void shy_each_close(struct native *n, struct worker *w)
{
    for (struct each_plan *p = n->each_list; p != NULL && w->tellers != NULL; p = p->next) {
        struct shy_teller *t = &w->tellers[p->number];
        const struct each_failure *f = w->failures == NULL ? NULL : &w->failures[p->number];
        if (t->close != NULL)
            t->close(t->self);
        if (f != NULL && f->rc != 0 && (p->failure.rc == 0 || f->partition < p->failure.partition))
            p->failure = *f;
    }
    shy_free(w->tellers);
    shy_free(w->failures);
    w->tellers = NULL;
    w->failures = NULL;
}

int shy_each_failed(struct run *run, shy_node_id id)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    for (const struct each_plan *p = run->native->each_list; p != NULL; p = p->next) {
        if (p->node != n || p->failure.rc == 0)
            continue;
        *run->err = p->failure.err;
        return p->failure.rc;
    }
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0)
            SHY_TRY(shy_each_failed(run, n->inputs[i]));
    }
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(shy_each_failed(run, n->of[i]));
    return 0;
}
