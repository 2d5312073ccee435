/* SPDX-License-Identifier: MIT */
/* Row operators: which rows of a contract a node gives. semantics.md, "Rows". */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

int shy_rows_make(struct run *run, size_t most, struct rows *out)
{
    int rc = 0;
    out->count = 0;
    out->row = shy_run_alloc(run, most, sizeof *out->row, &rc);
    out->doubt = shy_run_alloc(run, most, sizeof *out->doubt, &rc);
    return rc;
}

/* Room was made for the most there can be (shy_rows_make). */
static void add(struct rows *rows, uint32_t row, uint8_t doubt)
{
    rows->row[rows->count] = row;
    rows->doubt[rows->count++] = doubt;
}

/* Keys ------------------------------------------------------------------------------------- */

/* What has no claim, person or month matches nothing. */
uint64_t shy_key_of(const struct source *s, uint32_t row, enum shy_match match)
{
    int32_t first, last;
    if (match == SHY_MATCH_CLAIM)
        return s->claims[row] == NONE ? NO_KEY : s->claims[row];
    if (s->persons[row] == NONE)
        return NO_KEY;
    if (match == SHY_MATCH_PERSON || match == SHY_MATCH_PERIOD)
        return s->persons[row];
    shy_row_months(s, row, &first, &last);
    return first > last ? NO_KEY : (uint64_t)s->persons[row] << 32 | (uint32_t)first;
}

/* The surest of equal keys first, because one sure match is enough. */
static int compare_keys(const void *a, const void *b)
{
    const struct key *k = a, *l = b;
    if (k->key != l->key)
        return k->key < l->key ? -1 : 1;
    return (int)k->doubt - (int)l->doubt;
}

/* The other side of a match, each key once. */
int shy_keys(struct run *run, struct source *s, const struct rows *rows, enum shy_match match,
             struct key **out, size_t *count)
{
    int rc = 0;
    struct key *keys = shy_run_alloc(run, rows->count, sizeof *keys, &rc);
    size_t n = 0, kept = 0;
    if (rc != 0)
        return rc;
    SHY_TRY(match == SHY_MATCH_CLAIM ? shy_source_claims(run, s) : shy_source_persons(run, s));
    for (size_t i = 0; i < rows->count; i++) {
        uint64_t key = shy_key_of(s, rows->row[i], match);
        if (key != NO_KEY)
            keys[n++] = (struct key){key, rows->doubt[i]};
    }
    if (n > 1)
        qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || keys[kept - 1].key != keys[i].key)
            keys[kept++] = keys[i];
    }
    *out = keys;
    *count = kept;
    return 0;
}

static const struct key *find_key(const struct key *keys, size_t count, uint64_t key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (keys[middle].key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && keys[low].key == key ? &keys[low] : NULL;
}

/* Operators -------------------------------------------------------------------------------- */

/* All rows of the contract, whatever their time: the period is asked when rows become cells,
 * because windows and picks look beyond it. */
static int scan(struct run *run, const struct shy_node *n, struct rows *out)
{
    struct source *s;
    struct test *tests;
    SHY_TRY(shy_source(run, n->contract, &s));
    SHY_TRY(shy_tests(run, s, n->where, n->where_count, &tests));
    SHY_TRY(shy_rows_make(run, s->rows, out));
    for (uint32_t row = 0; row < s->rows; row++) {
        if (shy_test_all(tests, n->where_count, row) == HAVE)
            add(out, row, SURE);
    }
    return 0;
}

/* What a function gave no value of, for a month that is in doubt, could be anything: a condition on
 * it may hold. */
static bool may_be(const struct source *s, const struct test *t, uint32_t row, uint8_t doubt)
{
    const struct bound *b = &t->bound;
    if (doubt == SURE || !s->contract->made || b->from != s || b->link != NULL)
        return false;
    return b->column >= 0 && s->table->columns[b->column].state[row] == SHIHYO_STATE_MISSING;
}

static bool passes(const struct source *s, const struct test *tests, size_t count, uint32_t row,
                   uint8_t doubt)
{
    for (size_t i = 0; i < count; i++) {
        if (shy_test(&tests[i], row) != HAVE && !may_be(s, &tests[i], row, doubt))
            return false;
    }
    return true;
}

static int where(struct run *run, const struct shy_node *n, struct source *s, const struct rows *in,
                 struct rows *out)
{
    struct test *tests;
    SHY_TRY(shy_tests(run, s, n->where, n->where_count, &tests));
    SHY_TRY(shy_rows_make(run, in->count, out));
    for (size_t i = 0; i < in->count; i++) {
        if (passes(s, tests, n->where_count, in->row[i], in->doubt[i]))
            add(out, in->row[i], in->doubt[i]);
    }
    return 0;
}

/* A function's rows were made with their source. */
static int each_person(struct run *run, const struct source *s, struct rows *out)
{
    SHY_TRY(shy_rows_make(run, s->rows, out));
    for (uint32_t row = 0; row < s->rows; row++)
        add(out, row, s->doubt[row]);
    return 0;
}

static uint8_t worse(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* Of the other side the rows that lie in the period, where the match is about that. */
static int in_period(struct run *run, const struct shy_node *n, const struct source *t,
                     uint32_t period, const struct rows **rows, struct rows *kept)
{
    if (n->match != SHY_MATCH_PERIOD)
        return 0;
    SHY_TRY(shy_rows_make(run, (*rows)->count, kept));
    for (size_t i = 0; i < (*rows)->count; i++) {
        if (shy_row_in_period(t, (*rows)->row[i], &run->periods[period]))
            add(kept, (*rows)->row[i], (*rows)->doubt[i]);
    }
    *rows = kept;
    return 0;
}

/* `lacking` is not simply the rest: a row that may have a match is in doubt on both sides. */
static int having(struct run *run, const struct shy_node *n, struct source *s,
                  const struct rows *in, uint32_t period, struct rows *out)
{
    const struct rows *other;
    struct rows those;
    struct source *t;
    struct key *keys;
    size_t count;
    SHY_TRY(shy_rows(run, n->inputs[1], period, &other));
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, n->inputs[1])->contract, &t));
    SHY_TRY(in_period(run, n, t, period, &other, &those));
    SHY_TRY(shy_keys(run, t, other, n->match, &keys, &count));
    SHY_TRY(n->match == SHY_MATCH_CLAIM ? shy_source_claims(run, s) : shy_source_persons(run, s));
    SHY_TRY(shy_rows_make(run, in->count, out));
    for (size_t i = 0; i < in->count; i++) {
        uint64_t key = shy_key_of(s, in->row[i], n->match);
        const struct key *found = key == NO_KEY ? NULL : find_key(keys, count, key);
        uint8_t doubt = found == NULL ? SURE : found->doubt;
        bool kept = n->op == SHY_OP_HAVING ? found != NULL : found == NULL || doubt != SURE;
        if (kept)
            add(out, in->row[i], worse(in->doubt[i], doubt));
    }
    return 0;
}

/* Marks rows over the whole table, so that the union keeps their order; a row that is sure in one
 * of the terms is sure. */
static int unite(struct run *run, const struct shy_node *n, struct source *s, uint32_t period,
                 struct rows *out)
{
    int rc = 0;
    uint8_t *marks = shy_run_alloc(run, s->rows, 1, &rc);
    if (rc != 0)
        return rc;
    for (size_t t = 0; t < n->of_count; t++) {
        const struct rows *in;
        SHY_TRY(shy_rows(run, n->of[t], period, &in));
        for (size_t i = 0; i < in->count; i++) {
            uint8_t *mark = &marks[in->row[i]];
            if (*mark == 0 || in->doubt[i] + 1 < *mark)
                *mark = (uint8_t)(in->doubt[i] + 1);
        }
    }
    SHY_TRY(shy_rows_make(run, s->rows, out));
    for (uint32_t row = 0; row < s->rows; row++) {
        if (marks[row] != 0)
            add(out, row, (uint8_t)(marks[row] - 1));
    }
    return 0;
}

/* All operators but scan and union start from the rows of their first input. */
static int make_rows(struct run *run, const struct shy_node *n, uint32_t period, struct rows *out)
{
    const struct rows *in;
    struct source *s;
    SHY_TRY(shy_source(run, n->contract, &s));
    if (n->op == SHY_OP_SCAN)
        return scan(run, n, out);
    if (n->op == SHY_OP_EACH_PERSON)
        return each_person(run, s, out);
    if (n->op == SHY_OP_UNION)
        return unite(run, n, s, period, out);
    SHY_TRY(shy_rows(run, n->inputs[0], period, &in));
    switch (n->op) {
    case SHY_OP_WHERE:
        return where(run, n, s, in, out);
    case SHY_OP_HAVING:
    case SHY_OP_LACKING:
        return having(run, n, s, in, period, out);
    case SHY_OP_DISCHARGES:
        return shy_discharges(run, n, s, in, period, out);
    case SHY_OP_PICK:
        return shy_pick(run, n, s, in, out);
    default:
        return shy_follow(run, n, s, in, period, out);
    }
}

/* The earliest discharge of a period does, and what a person has in it. */
bool shy_depends_on_period(const struct run *run, shy_node_id id)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    if ((n->op == SHY_OP_HAVING || n->op == SHY_OP_LACKING) && n->match == SHY_MATCH_PERIOD)
        return true;
    if (n->op == SHY_OP_DISCHARGES && n->keep == SHY_KEEP_EARLIEST && n->scope == SHY_SCOPE_PERIOD)
        return true;
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0 && shy_depends_on_period(run, n->inputs[i]))
            return true;
    }
    for (size_t i = 0; i < n->of_count; i++) {
        if (shy_depends_on_period(run, n->of[i]))
            return true;
    }
    return false;
}

/* Results are kept: indicators share most of their rows. */
int shy_rows(struct run *run, shy_node_id node, uint32_t period, const struct rows **out)
{
    int rc = 0;
    if (!shy_depends_on_period(run, node))
        period = NONE;
    for (struct memo_rows *m = run->rows[node]; m != NULL; m = m->next) {
        if (m->period == period) {
            *out = &m->rows;
            return 0;
        }
    }
    struct memo_rows *m = shy_run_alloc(run, 1, sizeof *m, &rc);
    if (rc != 0)
        return rc;
    m->node = node;
    m->period = period;
    SHY_TRY(make_rows(run, shy_plan_node(run->plan, node), period, &m->rows));
    m->next = run->rows[node];
    run->rows[node] = m;
    *out = &m->rows;
    return 0;
}

int shy_months_with_rows(struct run *run, shy_node_id node, uint32_t period, int *out)
{
    int rc = 0, months = shy_period_months(&run->periods[period]);
    const struct shy_period *p = &run->periods[period];
    const struct rows *rows;
    struct source *s;
    if (run->native != NULL && shy_plan_node(run->plan, node)->contract->person_level) {
        *out = shy_native_months(run, node, period);
        return 0;
    }
    SHY_TRY(shy_rows(run, node, period, &rows));
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, node)->contract, &s));
    bool *seen = shy_run_alloc(run, (size_t)months + 1, sizeof *seen, &rc);
    *out = 0;
    for (size_t i = 0; rc == 0 && i < rows->count; i++) {
        int32_t first, last;
        shy_row_months(s, rows->row[i], &first, &last);
        if (first < p->first_month || first > p->last_month || seen[first - p->first_month])
            continue;
        seen[first - p->first_month] = true;
        ++*out;
    }
    return rc;
}
