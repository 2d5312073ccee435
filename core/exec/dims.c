/* SPDX-License-Identifier: MIT */
/*
 * Dimensions of a cross table: the values a row has in each, the combinations that occur, and
 * their order. A combination is a list of value numbers, one per dimension.
 */
#include "config.h"

#include "core/exec/naive.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/exec/tuples.h"

/* A text of a person's month; of several in a month the greatest. */
struct month_text {
    uint64_t key;
    const char *text;
};

/* A dimension for one leaf: where the value comes from. */
struct dim_leaf {
    size_t dim;
    shy_node_id leaf;
    uint32_t period; /* of month_texts; NONE without `other` */
    struct source *base;
    struct bound bound;
    struct month_text *texts;
    size_t text_count;
    struct dim_leaf *next;
};

/* Values and combinations get numbers as they are found, in the order of rows; what a reader sees
 * is sorted when all are known (shy_dims_close). */
struct dims {
    const struct shy_definition *definition;
    size_t count;
    struct shy_map values[MAX_DIMS]; /* texts of each */
    struct tuples combos;            /* `count` value numbers each; as found */
    uint32_t *order, *rank;          /* sorted to found, found to sorted */
    uint32_t *texts;                 /* of result.dims, in sorted order */
    uint32_t *place[MAX_DIMS];       /* of each value among those of its dimension, when closed */
    bool closed;
    struct naming *naming;
    struct dim_leaf *leaves;
};

/* Made for one definition: the combinations shown are those that occur in it. */
int shy_dims_new(struct run *run, const struct shy_definition *d, struct dims **out)
{
    int rc = 0;
    *out = NULL;
    if (d->dim_count == 0)
        return 0;
    if (d->dim_count > MAX_DIMS)
        return shy_fail(run->err, SHY_E_INTERNAL, "'%s' has too many dimensions", d->id);
    struct dims *dims = shy_run_alloc(run, 1, sizeof *dims, &rc);
    if (rc != 0)
        return rc;
    dims->definition = d;
    dims->count = dims->combos.arity = d->dim_count;
    *out = dims;
    return 0;
}

/* Values ------------------------------------------------------------------------------------ */

/* The greatest first: of two care levels in a month the higher is taken. */
static int compare_month_texts(const void *a, const void *b)
{
    const struct month_text *m = a, *n = b;
    if (m->key != n->key)
        return m->key < n->key ? -1 : 1;
    return strcmp(n->text, m->text);
}

/* What is stored as a number, as people and documents write it: "2023-04", "true", an age. */
void shy_number_text(enum shy_type type, int64_t number, char out[32])
{
    struct shy_period month = {SHY_PERIOD_MONTH, (int32_t)number, (int32_t)number, 0};
    if (type == SHY_MONTH_T)
        shy_period_text(&month, out);
    else if (type == SHY_DATE_T)
        shy_date_text((int32_t)number, out);
    else if (type == SHY_BOOL_T)
        (void)snprintf(out, 32, "%s", number != 0 ? "true" : "false");
    else
        (void)snprintf(out, 32, "%lld", (long long)number);
}

static int number_text(struct run *run, enum shy_type type, int64_t number, const char **out)
{
    char buffer[32];
    shy_number_text(type, number, buffer);
    *out = shy_arena_strdup(&run->arena, buffer);
    return *out == NULL ? shy_fail_nomem(run->err) : 0;
}

/* The text of a row's value; NULL where it has none. */
static int text_of_value(struct run *run, const struct bound *b, uint32_t row, const char **out)
{
    struct value v;
    shy_value_of(b, row, &v);
    *out = v.text;
    if (v.text == NULL && (v.state == SHIHYO_STATE_OK || v.state == SHIHYO_STATE_PARTIAL))
        return number_text(run, b->operand->type, v.number, out);
    return 0;
}

/* The texts of the other rows by person and month, one each: the greatest. */
static int read_other(struct run *run, struct dim_leaf *l, shy_node_id node)
{
    int rc = 0;
    const struct rows *rows;
    struct source *s;
    size_t n = 0;
    SHY_TRY(shy_rows(run, node, l->period, &rows));
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, node)->contract, &s));
    SHY_TRY(shy_source_persons(run, s));
    l->texts = shy_run_alloc(run, rows->count, sizeof *l->texts, &rc);
    for (size_t i = 0; rc == 0 && i < rows->count; i++) {
        const char *text = NULL;
        uint64_t key = shy_key_of(s, rows->row[i], SHY_MATCH_MONTH);
        if (rows->doubt[i] == SURE && key != NO_KEY)
            rc = text_of_value(run, &l->bound, rows->row[i], &text);
        if (text != NULL)
            l->texts[n++] = (struct month_text){key, text};
    }
    if (n > 1)
        qsort(l->texts, n, sizeof *l->texts, compare_month_texts);
    for (size_t i = 0; i < n; i++) {
        if (l->text_count == 0 || l->texts[l->text_count - 1].key != l->texts[i].key)
            l->texts[l->text_count++] = l->texts[i];
    }
    return rc;
}

/* Measures of one table may come from different contracts; each finds the dimension in its own
 * rows. */
static int find_leaf(struct run *run, struct dims *dims, size_t dim, shy_node_id leaf,
                     uint32_t period, struct dim_leaf **out)
{
    const struct shy_dim *d = &dims->definition->dims[dim];
    int rc = 0;
    if (d->other == 0)
        period = NONE;
    for (*out = dims->leaves; *out != NULL; *out = (*out)->next) {
        if ((*out)->dim == dim && (*out)->leaf == leaf && (*out)->period == period)
            return 0;
    }
    struct dim_leaf *l = shy_run_alloc(run, 1, sizeof *l, &rc);
    const struct shy_operand *operand = shy_dim_operand(d, leaf);
    if (rc != 0)
        return rc;
    if (operand == NULL)
        return shy_fail(run->err, SHY_E_INTERNAL, "no dimension '%s' for a measure", d->label);
    l->dim = dim;
    l->leaf = leaf;
    l->period = period;
    shy_node_id rows = shy_plan_node(run->plan, leaf)->inputs[0];
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, rows)->contract, &l->base));
    if (d->other != 0) {
        struct source *other;
        SHY_TRY(shy_source(run, shy_plan_node(run->plan, d->other)->contract, &other));
        SHY_TRY(shy_bind(run, other, operand, &l->bound));
        SHY_TRY(shy_source_persons(run, l->base));
        SHY_TRY(read_other(run, l, d->other));
    } else {
        SHY_TRY(shy_bind(run, l->base, operand, &l->bound));
    }
    l->next = dims->leaves;
    dims->leaves = l;
    *out = l;
    return 0;
}

/* The text of the earliest month of the window that has one. */
static const char *text_in_window(const struct dim_leaf *l, const struct shy_dim *d, uint32_t row)
{
    uint64_t key = shy_key_of(l->base, row, SHY_MATCH_MONTH);
    size_t low = 0, high = l->text_count;
    if (key == NO_KEY)
        return NULL;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (l->texts[middle].key < key + (uint64_t)d->from_month)
            low = middle + 1;
        else
            high = middle;
    }
    bool inside = low < l->text_count && l->texts[low].key <= key + (uint64_t)d->to_month;
    return inside ? l->texts[low].text : NULL;
}

static int text_of_row(struct run *run, const struct dim_leaf *l, const struct shy_dim *d,
                       uint32_t row, const char **out)
{
    if (d->other != 0)
        *out = text_in_window(l, d, row);
    else
        SHY_TRY(text_of_value(run, &l->bound, row, out));
    if (*out == NULL)
        *out = d->missing;
    return 0;
}

/* Combinations ------------------------------------------------------------------------------ */

/* The number of a combination; NONE once the list is closed and it is not in it. */
static int number_combo(struct run *run, struct dims *dims, const int64_t *values, uint32_t *out)
{
    if (dims->closed) {
        uint32_t found = shy_tuple_find(&dims->combos, values);
        *out = found == NONE ? NONE : dims->rank[found];
        return 0;
    }
    return shy_tuple_number(&dims->combos, values, out) ? 0 : shy_fail_nomem(run->err);
}

/* Two lines of one name would be one value to a reader, and which of them, chance. */
static int check_total(const struct run *run, const struct dims *dims, const struct shy_dim *d,
                       const char *text)
{
    if (d->total == NULL || strcmp(text, d->total) != 0)
        return 0;
    (void)shy_fail(run->err, SHY_E_EXEC_TOTAL_LABEL,
                   _("Rows have the value '%s' in the dimension '%s' of '%s', and its total is "
                     "called so, too."),
                   d->total, d->label, dims->definition->id);
    shy_hint(run->err, _("Give the total another label in the script; if the value is itself a "
                         "total of the source, leave its rows out by a condition."));
    return SHY_E_EXEC_TOTAL_LABEL;
}

int shy_dims_value(struct run *run, struct dims *dims, size_t dim, const char *text, uint32_t *out)
{
    size_t known = dims->values[dim].count;
    *out = dims->closed ? shy_map_finds(&dims->values[dim], text)
                        : shy_map_adds(&dims->values[dim], text);
    if (*out == SHY_MAP_NONE && !dims->closed)
        return shy_fail_nomem(run->err);
    if (dims->values[dim].count > known)
        SHY_TRY(check_total(run, dims, &dims->definition->dims[dim], text));
    return 0;
}

/* The product of the row's values and totals: a row counts once in every cell it belongs to. */
static int combos_of_values(struct run *run, struct dims *dims, const uint32_t *values,
                            uint32_t *out, size_t *count)
{
    int64_t chosen[MAX_DIMS];
    size_t counts[MAX_DIMS], product = 1;
    *count = 0;
    for (size_t i = 0; i < dims->count; i++) {
        bool total = dims->definition->dims[i].total != NULL;
        counts[i] = (values[i] != NONE ? 1u : 0u) + (total ? 1u : 0u);
        product *= counts[i];
    }
    if (product > SHY_ROW_COMBOS)
        return shy_fail(run->err, SHY_E_INTERNAL, "'%s' has too many totals", dims->definition->id);
    for (size_t p = 0; p < product; p++) {
        uint32_t combo;
        size_t rest = p;
        for (size_t i = 0; i < dims->count; i++) {
            bool own = values[i] != NONE && rest % counts[i] == 0;
            chosen[i] = own ? values[i] : SHY_DIMS_TOTAL;
            rest /= counts[i];
        }
        SHY_TRY(number_combo(run, dims, chosen, &combo));
        if (combo != NONE)
            out[(*count)++] = combo;
    }
    return 0;
}

static int combos_of_texts(struct run *run, struct dims *dims, const char *const *texts,
                           uint32_t *out, size_t *count)
{
    uint32_t values[MAX_DIMS];
    *count = 0;
    for (size_t i = 0; i < dims->count; i++) {
        values[i] = NONE;
        if (texts[i] != NULL)
            SHY_TRY(shy_dims_value(run, dims, i, texts[i], &values[i]));
    }
    return combos_of_values(run, dims, values, out, count);
}

int shy_dims_of_row(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period,
                    uint32_t row, uint32_t *out, size_t *count)
{
    const char *texts[MAX_DIMS];
    *count = 0;
    if (dims == NULL) {
        out[(*count)++] = 0;
        return 0;
    }
    for (size_t i = 0; i < dims->count; i++) {
        struct dim_leaf *l;
        SHY_TRY(find_leaf(run, dims, i, leaf, period, &l));
        SHY_TRY(text_of_row(run, l, &dims->definition->dims[i], row, &texts[i]));
    }
    return combos_of_texts(run, dims, texts, out, count);
}

int shy_dims_add(struct run *run, struct dims *dims, const uint32_t *values, uint32_t *out)
{
    uint32_t combos[SHY_ROW_COMBOS];
    size_t count;
    SHY_TRY(combos_of_values(run, dims, values, combos, &count));
    *out = count == 1 ? combos[0] : NONE;
    return 0;
}

int shy_dims_expect(struct run *run, struct dims *dims, size_t count)
{
    return shy_tuple_reserve(&dims->combos, count, true) ? 0 : shy_fail_nomem(run->err);
}

const uint32_t *shy_dims_ranks(const struct dims *dims)
{
    return dims->rank;
}

uint32_t shy_dims_find(const struct dims *dims, const uint32_t *values)
{
    int64_t key[MAX_DIMS];
    for (size_t i = 0; dims != NULL && i < dims->count; i++) {
        if (values[i] == NONE)
            return NONE;
        key[i] = values[i];
    }
    if (dims == NULL)
        return 0;
    uint32_t found = shy_tuple_find(&dims->combos, key);
    return found == NONE ? NONE : dims->rank[found];
}

/* Whether all months are delivered in which a dimension looks for its value: without them "no
 * value" would be a guess. */
int shy_dims_known(struct run *run, const struct dims *dims, const struct source *s, uint32_t row,
                   bool *out)
{
    int32_t first, last;
    *out = true;
    for (size_t i = 0; dims != NULL && i < dims->count && *out; i++) {
        const struct shy_dim *d = &dims->definition->dims[i];
        if (d->other == 0)
            continue;
        shy_row_months(s, row, &first, &last);
        for (int m = d->from_month; m <= d->to_month && *out; m++)
            SHY_TRY(shy_delivered(run, d->other, first + m, out));
    }
    return 0;
}

/* Combinations of all periods asked for are collected before any cell is made, so that every
 * period and area shows the same lines. */
int shy_dims_scan(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period)
{
    const struct rows *rows;
    struct source *s;
    uint32_t combos[SHY_ROW_COMBOS];
    size_t count;
    shy_node_id node = shy_plan_node(run->plan, leaf)->inputs[0];
    if (shy_is_native(run, leaf))
        return shy_native_dims(run, dims, leaf, period);
    SHY_TRY(shy_rows(run, node, period, &rows));
    SHY_TRY(shy_source(run, shy_plan_node(run->plan, node)->contract, &s));
    for (size_t i = 0; i < rows->count; i++) {
        if (shy_row_in_period(s, rows->row[i], &run->periods[period]))
            SHY_TRY(shy_dims_of_row(run, dims, leaf, period, rows->row[i], combos, &count));
    }
    return 0;
}

/* Order and names --------------------------------------------------------------------------- */

/* One dimension's values while they are put in order. */
struct ordering {
    const struct dims *dims;
    size_t dim;
};

/* Values by their bytes, then the label of "none". */
static int compare_values(const void *a, const void *b, void *arg)
{
    const struct ordering *o = arg;
    const char *missing = o->dims->definition->dims[o->dim].missing;
    const char *x = o->dims->values[o->dim].keys[*(const uint32_t *)a];
    const char *y = o->dims->values[o->dim].keys[*(const uint32_t *)b];
    int order = strcmp(x, y);
    if (order == 0 || missing == NULL)
        return order;
    return strcmp(x, missing) == 0 ? 1 : strcmp(y, missing) == 0 ? -1 : order;
}

/* Texts are compared once for each value, not for each of its combinations. */
static int place_values(struct run *run, struct dims *dims, size_t dim)
{
    int rc = 0;
    struct ordering o = {dims, dim};
    size_t count = dims->values[dim].count;
    uint32_t *order = shy_run_alloc(run, count, sizeof *order, &rc);
    uint32_t *place = dims->place[dim] = shy_run_alloc(run, count, sizeof *place, &rc);
    if (rc != 0)
        return rc;
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    if (count > 1)
        qsort_r(order, count, sizeof *order, compare_values, &o);
    for (uint32_t i = 0; i < count; i++)
        place[order[i]] = i;
    return 0;
}

static const int64_t *combo_values(const struct dims *dims, uint32_t found)
{
    return &dims->combos.values[found * dims->count];
}

/* Into the order of one dimension, keeping the order that was: places are small numbers, so they
 * are counted, not compared. The total is the last. */
static int sort_by(struct run *run, const struct dims *dims, size_t dim, uint32_t *order,
                   uint32_t *sorted)
{
    int rc = 0;
    size_t values = dims->values[dim].count, n = dims->combos.count;
    uint32_t *first = shy_run_alloc(run, values + 2, sizeof *first, &rc);
    uint32_t *place = shy_run_alloc(run, n, sizeof *place, &rc);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        int64_t value = combo_values(dims, order[i])[dim];
        place[i] = value == SHY_DIMS_TOTAL ? (uint32_t)values : dims->place[dim][value];
        first[place[i] + 1]++;
    }
    for (size_t i = 0; i <= values; i++)
        first[i + 1] += first[i];
    for (size_t i = 0; i < n; i++)
        sorted[first[place[i]]++] = order[i];
    return 0;
}

/* By the first dimension, then the second …: sorted by the last one first. */
static int sort_combos(struct run *run, struct dims *dims)
{
    int rc = 0;
    size_t n = dims->combos.count;
    uint32_t *other = shy_run_alloc(run, n, sizeof *other, &rc);
    for (uint32_t i = 0; i < n; i++)
        dims->order[i] = i;
    for (size_t i = dims->count; rc == 0 && i-- > 0;) {
        uint32_t *sorted = other;
        rc = sort_by(run, dims, i, dims->order, sorted);
        other = dims->order;
        dims->order = sorted;
    }
    return rc;
}

/* "label=value" of every value of a dimension, the total last: written once each. */
struct part_text {
    const char *text;
    size_t length;
};

static int name_parts(struct run *run, const struct dims *dims, size_t dim, struct part_text **out)
{
    int rc = 0;
    const struct shy_map *values = &dims->values[dim];
    const struct shy_dim *d = &dims->definition->dims[dim];
    struct shy_text t = {0};
    struct part_text *parts = *out = shy_run_alloc(run, values->count + 1, sizeof *parts, &rc);
    for (size_t i = 0; rc == 0 && i <= values->count; i++) {
        shy_text_clear(&t);
        shy_text_addf(&t, "%s%s=", dim == 0 ? "" : ";", d->label);
        if (i < values->count)
            shy_text_add(&t, values->keys[i], values->lengths[i]);
        else
            shy_text_adds(&t, d->total == NULL ? "" : d->total);
        parts[i].length = t.length;
        parts[i].text =
            t.failed ? NULL : shy_arena_strndup(&run->arena, shy_text_get(&t), t.length);
        rc = parts[i].text == NULL ? shy_fail_nomem(run->err) : 0;
    }
    shy_text_free(&t);
    return rc;
}

/* The names of all combinations. Of many they are made by a thread of their own while the cells
 * are computed, which have numbers only. */
enum { MANY = 4096 };
struct naming {
    struct dims *dims;
    struct part_text *parts[MAX_DIMS];
    struct shy_map *names; /* of the result */
    pthread_t thread;
    bool started;
    int rc;
    struct shihyo_error err;
};

/* The key of the cell in results, so it must be the same in every run. The total has a number of
 * its own, which no text has. */
static int name_combo(struct naming *n, struct shy_text *t, const int64_t *values, uint32_t *out)
{
    const struct dims *dims = n->dims;
    shy_text_clear(t);
    for (size_t i = 0; i < dims->count; i++) {
        bool total = values[i] == SHY_DIMS_TOTAL;
        const struct part_text *p =
            &n->parts[i][total ? (int64_t)dims->values[i].count : values[i]];
        shy_text_add(t, p->text, p->length);
    }
    *out = t->failed ? SHY_MAP_NONE : shy_map_add(n->names, shy_text_get(t), t->length);
    return *out == SHY_MAP_NONE ? shy_fail_nomem(&n->err) : 0;
}

static void *name_combos(void *self)
{
    struct naming *n = self;
    struct dims *dims = n->dims;
    struct shy_text t = {0};
    if (!shy_map_reserve(n->names, dims->combos.count))
        n->rc = shy_fail_nomem(&n->err);
    for (size_t i = 0; n->rc == 0 && i < dims->combos.count; i++)
        n->rc = name_combo(n, &t, combo_values(dims, dims->order[i]), &dims->texts[i]);
    shy_text_free(&t);
    return NULL;
}

static int begin_naming(struct run *run, struct dims *dims)
{
    int rc = 0;
    struct naming *n = shy_run_alloc(run, 1, sizeof *n, &rc);
    if (rc != 0)
        return rc;
    *n = (struct naming){.dims = dims, .names = &run->out->dims, .err = SHY_ERROR_INIT};
    for (size_t i = 0; i < dims->count; i++)
        SHY_TRY(name_parts(run, dims, i, &n->parts[i]));
    dims->naming = n;
    n->started = run->several && dims->combos.count >= MANY &&
                 pthread_create(&n->thread, NULL, name_combos, n) == 0;
    if (!n->started)
        (void)name_combos(n);
    return 0;
}

int shy_dims_named(struct run *run, struct dims *dims)
{
    struct naming *n = dims == NULL ? NULL : dims->naming;
    if (n == NULL)
        return 0;
    if (n->started)
        (void)pthread_join(n->thread, NULL);
    n->started = false;
    if (n->rc != 0)
        *run->err = n->err;
    return n->rc;
}

/* From here on combinations have their final numbers and no new ones appear. */
int shy_dims_close(struct run *run, struct dims *dims)
{
    int rc = 0;
    if (dims == NULL)
        return 0;
    size_t n = dims->combos.count;
    dims->order = shy_run_alloc(run, n, sizeof *dims->order, &rc);
    dims->rank = shy_run_alloc(run, n, sizeof *dims->rank, &rc);
    dims->texts = shy_run_alloc(run, n, sizeof *dims->texts, &rc);
    for (size_t i = 0; rc == 0 && i < dims->count; i++)
        rc = place_values(run, dims, i);
    if (rc != 0)
        return rc;
    rc = sort_combos(run, dims);
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        dims->rank[dims->order[i]] = i;
    dims->closed = true;
    return rc != 0 ? rc : begin_naming(run, dims);
}

void shy_dims_free(struct dims *dims)
{
    if (dims == NULL)
        return;
    if (dims->naming != NULL && dims->naming->started)
        (void)pthread_join(dims->naming->thread, NULL);
    for (size_t i = 0; i < dims->count; i++)
        shy_map_free(&dims->values[i]);
    shy_tuples_free(&dims->combos);
}

const struct shy_definition *shy_dims_definition(const struct dims *dims)
{
    return dims == NULL ? NULL : dims->definition;
}

size_t shy_dims_count(const struct dims *dims)
{
    return dims == NULL ? 1 : dims->combos.count;
}

uint32_t shy_dims_text(const struct dims *dims, size_t combo)
{
    return dims == NULL ? 0 : dims->texts[combo];
}

bool shy_dims_name(const struct dims *dims, shy_node_id leaf, const struct shy_column *column)
{
    for (size_t i = 0; dims != NULL && i < dims->count; i++) {
        const struct shy_operand *o = shy_dim_operand(&dims->definition->dims[i], leaf);
        if (o != NULL && dims->definition->dims[i].other == 0 && o->link == NULL &&
            &o->contract->columns[o->index] == column)
            return true;
    }
    return false;
}
