/* SPDX-License-Identifier: MIT */
/*
 * Conditions on rows, three-valued: a value that is not there satisfies neither a condition nor
 * its negation. Texts are compared once per dictionary entry, not once per row.
 */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has_text(const struct shy_condition *c, const char *text)
{
    return bsearch(&text, c->texts, c->count, sizeof *c->texts, compare_texts) != NULL;
}

static int compare_numbers(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static bool has_number(const struct shy_condition *c, int64_t number)
{
    return bsearch(&number, c->numbers, c->count, sizeof *c->numbers, compare_numbers) != NULL;
}

/* Whether the text itself satisfies the condition; of a code list, on any date at all. */
static bool may_hold(const struct shy_condition *c, const char *text)
{
    if (c->kind == SHY_COND_CODES)
        return shy_entry_in(c->list, text, INT32_MIN, INT32_MAX) != NULL;
    return has_text(c, text);
}

/* A text condition on a column becomes a table of yes and no over its dictionary. */
static int prepare(struct run *run, struct source *s, const struct shy_condition *c, struct test *t)
{
    int rc = 0;
    t->condition = c;
    SHY_TRY(shy_bind(run, s, &c->operand, &t->bound));
    bool by_text = c->kind == SHY_COND_CODES || (c->kind == SHY_COND_IN && c->texts != NULL);
    if (!by_text || c->operand.derived != SHY_DERIVED_NO || t->bound.column < 0)
        return 0;
    const struct shy_map *dict = &t->bound.from->table->columns[t->bound.column].dict;
    uint8_t *accepts = shy_run_alloc(run, dict->count, 1, &rc);
    for (size_t i = 0; rc == 0 && i < dict->count; i++)
        accepts[i] = may_hold(c, dict->keys[i]) ? 1 : 0;
    t->accepts = accepts;
    return rc;
}

int shy_tests(struct run *run, struct source *s, const struct shy_condition *conditions,
              size_t count, struct test **out)
{
    int rc = 0;
    *out = shy_run_alloc(run, count, sizeof **out, &rc);
    for (size_t i = 0; rc == 0 && i < count; i++)
        rc = prepare(run, s, &conditions[i], &(*out)[i]);
    return rc;
}

/* At the column's scale, as the compiler read it: 12.5 and 125 tenths are one number. */
static bool in_range(const struct shy_condition *c, int64_t number)
{
    return (!c->has_from || number >= c->from) && (!c->has_to || number <= c->to);
}

/* Asked by row, not by code: whether a code counts depends on the row's dates. */
static bool in_list(const struct test *t, uint32_t row, const char *code)
{
    int32_t from, to;
    shy_row_dates(t->bound.base, row, &from, &to);
    return code != NULL && shy_entry_in(t->condition->list, code, from, to) != NULL;
}

/* The state is looked at first: only a condition on states may speak about a value that is not
 * there. */
int shy_test(const struct test *t, uint32_t row)
{
    const struct shy_condition *c = t->condition;
    struct value v;
    bool holds = false;
    shy_value_of(&t->bound, row, &v);
    if (c->kind == SHY_COND_STATE)
        return (v.state == c->state) != c->negated ? HAVE : NOT_HAVE;
    if (v.state != SHIHYO_STATE_OK && v.state != SHIHYO_STATE_PARTIAL)
        return UNKNOWN;
    switch (c->kind) {
    case SHY_COND_IN:
        if (c->texts == NULL)
            holds = has_number(c, v.number);
        else
            holds = t->accepts != NULL ? t->accepts[v.number] != 0
                                       : v.text != NULL && has_text(c, v.text);
        break;
    case SHY_COND_CODES:
        holds = (t->accepts == NULL || t->accepts[v.number] != 0) && in_list(t, row, v.text);
        break;
    case SHY_COND_RANGE:
        holds = in_range(c, v.number);
        break;
    case SHY_COND_STATE:
        break;
    }
    return holds != c->negated ? HAVE : NOT_HAVE;
}

/* One condition that fails decides, whatever the others do not know. */
int shy_test_all(const struct test *t, size_t count, uint32_t row)
{
    int result = HAVE;
    for (size_t i = 0; i < count; i++) {
        int one = shy_test(&t[i], row);
        if (one == NOT_HAVE)
            return NOT_HAVE;
        if (one == UNKNOWN)
            result = UNKNOWN;
    }
    return result;
}
