/* SPDX-License-Identifier: MIT */
/*
 * Rows that a function of a script makes, person by person. They become the table of a contract of
 * their own, so that everything after works on them as on rows that were delivered.
 * semantics.md, "Each person".
 */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

struct made {
    struct shy_table *table;
    struct made *next;
};

/* One need: its rows by person and month, their months beside them. */
struct need {
    struct source *source;
    struct event *events;
    int32_t *months;
    size_t count, at; /* at: the first row of the person */
};

/* One run of a function over all persons. */
struct telling {
    struct run *run;
    const struct shy_node *node;
    struct need *needs;
    struct shy_seen_rows *rows;
    struct source *persons; /* NULL: the catalogue has none */
    uint32_t *person_rows;  /* of persons, by person; the one to be preferred first */
    size_t span_rows, span_at;
    struct shy_seen_span *spans;
    struct shy_teller teller;
    struct shy_table *table;
    struct source *source; /* that is made */
    uint8_t *doubt;
    size_t doubt_capacity, count;
};

const struct shy_node *shy_made_node(const struct run *run, const struct shy_contract *contract)
{
    for (shy_node_id id = 1; id <= shy_plan_node_count(run->plan); id++) {
        const struct shy_node *n = shy_plan_node(run->plan, id);
        if (n->op == SHY_OP_EACH_PERSON && strcmp(n->contract->id, contract->id) == 0)
            return n;
    }
    return NULL;
}

/* What is seen ------------------------------------------------------------------------------ */

/* Rows of one month in the order of what the function sees; those that look the same to it may
 * change places. Other columns, which other definitions had loaded, have no say. */
struct order {
    const struct shy_node *node;
    const struct source *source;
};

static int compare_seen(const void *a, const void *b, void *arg)
{
    const struct event *x = a, *y = b;
    const struct order *o = arg;
    const struct shy_contract *c = o->source->contract;
    for (size_t i = 0; i < c->column_count; i++) {
        int at = o->source->columns[i];
        if (at < 0 || !shy_person_sees(o->node, c, i))
            continue;
        int order = shy_compare_values(&o->source->table->columns[at], x->row, y->row);
        if (order != 0)
            return order;
    }
    return x->row < y->row ? -1 : x->row > y->row;
}

static int find_need(struct telling *t, shy_node_id id, struct need *out)
{
    struct run *run = t->run;
    const struct rows *rows;
    int rc = 0;
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, id)->contract, &out->source));
    SHY_TRY(shy_rows(run, id, NONE, &rows));
    SHY_TRY(shy_events(run, out->source, rows, &out->events, &out->count));
    struct order order = {t->node, out->source};
    for (size_t i = 0, end; i < out->count; i = end) {
        const struct event *e = &out->events[i];
        for (end = i + 1; end < out->count && out->events[end].person == e->person &&
                          out->events[end].month == e->month;)
            end++;
        if (end - i > 1)
            qsort_r(&out->events[i], end - i, sizeof *e, compare_seen, &order);
    }
    out->months = shy_run_alloc(run, out->count, sizeof *out->months, &rc);
    for (size_t i = 0; rc == 0 && i < out->count; i++)
        out->months[i] = out->events[i].month;
    return rc;
}

/* By person; of one person as a link would choose among those valid in a month. */
static int compare_spans(const void *a, const void *b, void *arg)
{
    const struct source *s = arg;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    static const char *const columns[] = {"scheme", "insurer"};
    int32_t from_x, from_y, last;
    if (s->persons[x] != s->persons[y])
        return s->persons[x] < s->persons[y] ? -1 : 1;
    shy_row_months(s, x, &from_x, &last);
    shy_row_months(s, y, &from_y, &last);
    if (from_x != from_y)
        return from_x > from_y ? -1 : 1;
    for (size_t i = 0; i < 2; i++) {
        int c = s->columns[shy_contract_column(s->contract, columns[i])];
        const char *p = c < 0 ? NULL : shy_table_text(s->table, x, c);
        const char *q = c < 0 ? NULL : shy_table_text(s->table, y, c);
        int order = strcmp(p == NULL ? "" : p, q == NULL ? "" : q);
        if (order != 0)
            return -order;
    }
    return x < y ? -1 : x > y;
}

const struct shy_contract *shy_persons_contract(const struct run *run)
{
    for (size_t d = 0; d < shy_plan_definition_count(run->plan); d++) {
        const struct shy_answer *a = run->request->choices[d].answer;
        for (size_t i = 0; a != NULL && i < a->need_count; i++) {
            if (strcmp(a->needs[i].contract->id, "persons") == 0)
                return a->needs[i].contract;
        }
    }
    return NULL;
}

static int find_persons(struct telling *t)
{
    const struct shy_contract *c = shy_persons_contract(t->run);
    size_t most = 1;
    int rc = 0;
    if (c == NULL)
        return 0;
    SHY_TRY(shy_source(t->run, c, &t->persons));
    SHY_TRY(shy_source_persons(t->run, t->persons));
    const struct source *s = t->persons;
    t->person_rows = shy_run_alloc(t->run, s->rows, sizeof *t->person_rows, &rc);
    if (rc != 0)
        return rc;
    for (uint32_t row = 0; row < s->rows; row++) {
        if (s->persons[row] != NONE)
            t->person_rows[t->span_rows++] = row;
    }
    if (t->span_rows > 1)
        qsort_r(t->person_rows, t->span_rows, sizeof *t->person_rows, compare_spans, t->persons);
    for (size_t i = 1, length = 1; i < t->span_rows; i++) {
        length =
            s->persons[t->person_rows[i]] == s->persons[t->person_rows[i - 1]] ? length + 1 : 1;
        most = length > most ? length : most;
    }
    t->spans = shy_run_alloc(t->run, most, sizeof *t->spans, &rc);
    return rc;
}

static const char *text_at(const struct source *s, uint32_t row, const char *name)
{
    int i = shy_contract_column(s->contract, name);
    return i < 0 || s->columns[i] < 0 ? NULL : shy_table_text(s->table, row, s->columns[i]);
}

static struct shy_seen_span span_of(const struct source *s, uint32_t row)
{
    struct shy_seen_span span = {
        .birth = INT32_MIN, .sex = text_at(s, row, "sex"), .scheme = text_at(s, row, "scheme")};
    int i = shy_contract_column(s->contract, "birth_month");
    const struct shy_table_column *c =
        i < 0 || s->columns[i] < 0 ? NULL : &s->table->columns[s->columns[i]];
    if (c != NULL && c->state[row] == SHIHYO_STATE_OK)
        span.birth = (int32_t)c->data[row];
    shy_row_months(s, row, &span.first, &span.last);
    return span;
}

static void value_of(void *self, size_t need, size_t row, int column, struct shy_seen_value *out)
{
    const struct telling *t = self;
    const struct need *n = &t->needs[need];
    int i = n->source->columns[column];
    *out = (struct shy_seen_value){.state = SHIHYO_STATE_MISSING};
    if (i < 0)
        return;
    const struct shy_table_column *c = &n->source->table->columns[i];
    uint32_t there = n->events[n->at + row].row;
    out->state = (enum shihyo_state)c->state[there];
    if (out->state != SHIHYO_STATE_OK && out->state != SHIHYO_STATE_PARTIAL)
        return;
    out->number = c->data[there];
    if (c->def->type == SHY_CODE_T)
        out->text = c->dict.keys[out->number];
}

/* Delivered months -------------------------------------------------------------------------- */

/* First and last month of any contract scanned below the node. */
static int month_range(struct run *run, shy_node_id id, int32_t *first, int32_t *last)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    struct source *s;
    if (n->op == SHY_OP_SCAN) {
        SHY_TRY(shy_source(run, n->contract, &s));
        if (s->month_count > 0 && s->months[0] < *first)
            *first = s->months[0];
        if (s->month_count > 0 && s->months[s->month_count - 1] > *last)
            *last = s->months[s->month_count - 1];
    }
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0)
            SHY_TRY(month_range(run, n->inputs[i], first, last));
    }
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(month_range(run, n->of[i], first, last));
    return 0;
}

int shy_seen_months(struct run *run, const struct shy_node *node, struct shy_seen_months **out)
{
    int rc = 0;
    struct shy_seen_months *list = shy_run_alloc(run, node->of_count, sizeof *list, &rc);
    for (size_t i = 0; rc == 0 && i < node->of_count; i++) {
        int32_t first = INT32_MAX, last = INT32_MIN;
        SHY_TRY(month_range(run, node->of[i], &first, &last));
        size_t count = first > last ? 0 : (size_t)(last - first) + 1;
        uint8_t *known = shy_run_alloc(run, count, 1, &rc);
        for (size_t m = 0; rc == 0 && m < count; m++) {
            bool have;
            SHY_TRY(shy_delivered(run, node->of[i], first + (int32_t)m, &have));
            known[m] = have;
        }
        list[i] = (struct shy_seen_months){first, count, known};
    }
    *out = list;
    return rc;
}

/* What is told ------------------------------------------------------------------------------ */

/* Behind person and month. */
static int keep_value(struct telling *t, size_t row, size_t i, const struct shy_told_value *value)
{
    const char *const *texts = t->node->made[i].values;
    int column = (int)i + 2;
    if (value == NULL || !value->known) {
        shy_table_set_state(t->table, row, column, SHIHYO_STATE_MISSING);
        return 0;
    }
    if (texts == NULL) {
        shy_table_set_int(t->table, row, column, value->number);
        return 0;
    }
    const char *text = texts[value->number];
    return shy_table_set_text(t->table, row, column, text, strlen(text), t->run->err);
}

static int keep(struct telling *t, uint32_t person, const struct shy_told *told)
{
    static const uint8_t doubts[] = {
        [SHY_TOLD_SURE] = SURE, [SHY_TOLD_END] = DOUBT_END, [SHY_TOLD_WINDOW] = DOUBT_WINDOW};
    const struct shy_map *ids = &t->run->person_ids;
    size_t row;
    if (!SHY_GROW(t->doubt, t->count, t->doubt_capacity))
        return shy_fail_nomem(t->run->err);
    SHY_TRY(shy_table_add_row(t->table, &row, t->run->err));
    SHY_TRY(
        shy_table_set_text(t->table, row, 0, ids->keys[person], ids->lengths[person], t->run->err));
    shy_table_set_int(t->table, row, 1, told->month);
    if (t->node->gives == SHY_GIVES_NUMBERS)
        shy_table_set_int(t->table, row, 2, told->value);
    for (size_t i = 0; i < t->node->made_count; i++)
        SHY_TRY(keep_value(t, row, i, told->values == NULL ? NULL : &told->values[i]));
    t->doubt[t->count++] = doubts[told->doubt];
    return 0;
}

/* Numbers of persons are asked for in their order, so each list is walked once. */
static int tell_person(struct telling *t, uint32_t person)
{
    struct shy_seen seen = {.rows = t->rows, .spans = t->spans, .self = t, .value = value_of};
    const struct shy_told *told;
    size_t count;
    bool any = false;
    for (size_t i = 0; i < t->node->of_count; i++) {
        struct need *n = &t->needs[i];
        n->at += t->rows[i].count;
        t->rows[i] = (struct shy_seen_rows){.months = n->months + n->at};
        while (n->at + t->rows[i].count < n->count &&
               n->events[n->at + t->rows[i].count].person == person)
            t->rows[i].count++;
        any = any || t->rows[i].count > 0;
    }
    for (; t->span_at < t->span_rows; t->span_at++) {
        uint32_t row = t->person_rows[t->span_at];
        if (t->persons->persons[row] > person)
            break;
        if (t->persons->persons[row] == person)
            t->spans[seen.span_count++] = span_of(t->persons, row);
    }
    if (!any)
        return 0;
    SHY_TRY(t->teller.tell(t->teller.self, &seen, &told, &count, t->run->err));
    for (size_t i = 0; i < count; i++)
        SHY_TRY(keep(t, person, &told[i]));
    return 0;
}

static int tell_all(struct telling *t)
{
    struct run *run = t->run;
    struct shy_seen_months *months;
    int rc = 0;
    if (run->functions == NULL || run->functions->open == NULL)
        return shy_fail(run->err, SHY_E_EXEC_FUNCTION, _("There is nothing that calls functions."));
    t->needs = shy_run_alloc(run, t->node->of_count, sizeof *t->needs, &rc);
    t->rows = shy_run_alloc(run, t->node->of_count, sizeof *t->rows, &rc);
    for (size_t i = 0; rc == 0 && i < t->node->of_count; i++)
        rc = find_need(t, t->node->of[i], &t->needs[i]);
    SHY_TRY(rc);
    SHY_TRY(find_persons(t));
    SHY_TRY(shy_seen_months(run, t->node, &months));
    SHY_TRY(run->functions->open(run->functions->self, run->plan, t->node, months, &t->teller,
                                 run->err));
    for (uint32_t person = 0; rc == 0 && person < run->person_ids.count; person++)
        rc = tell_person(t, person);
    t->teller.close(t->teller.self);
    return rc;
}

static int give(struct telling *t)
{
    struct run *run = t->run;
    struct source *s = t->source;
    int rc = 0;
    struct made *made = shy_run_alloc(run, 1, sizeof *made, &rc);
    uint8_t *doubt = shy_run_alloc(run, t->count, 1, &rc);
    s->columns = shy_run_alloc(run, s->contract->column_count, sizeof *s->columns, &rc);
    if (rc != 0)
        return rc;
    if (t->count > 0)
        memcpy(doubt, t->doubt, t->count);
    for (size_t i = 0; i < s->contract->column_count; i++)
        s->columns[i] = (int)i;
    s->doubt = doubt;
    s->table = t->table;
    s->rows = t->table->rows;
    made->table = t->table;
    made->next = run->made;
    run->made = made;
    t->table = NULL;
    return 0;
}

/* A function that fails for one person fails its definition: a count without that person would be
 * too small by nobody knows how many. */
int shy_made_load(struct run *run, struct source *s)
{
    struct telling t = {.run = run, .source = s, .node = shy_made_node(run, s->contract)};
    if (t.node == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "no function makes '%s'", s->contract->id);
    int rc = shy_table_new(s->contract, NULL, 0, &t.table, run->err);
    if (rc == 0)
        rc = tell_all(&t);
    if (rc == 0)
        rc = give(&t);
    shy_table_free(t.table);
    shy_free(t.doubt);
    return rc;
}

void shy_made_free(struct run *run)
{
    for (const struct made *m = run->made; m != NULL; m = m->next)
        shy_table_free(m->table);
}
