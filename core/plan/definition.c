/* SPDX-License-Identifier: MIT */
/*
 * Indicators and cross tables. A definition is read as far as it goes, so that one check shows all
 * its mistakes; it is ok only when nothing was reported as an error. The hash of an answer covers
 * what is computed; that of the definition everything a reader sees.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

enum { DECIMALS_MOST = 9, AGE_MOST = 150 };
#define PER_MOST INT64_C(1000000000)

static const char *either(const char *own, const char *general)
{
    return own != NULL ? own : general;
}

/* False, so that a check can end with it. */
static bool problem(struct shy_compiler *c, const char *value, struct shihyo_error *err)
{
    if (value != NULL)
        shy_value(err, value, strlen(value));
    return shy_plan_report(c, SHY_ERROR, err);
}

/* Canonical pieces ------------------------------------------------------------------------ */

/* NULL for 0, which is a table without areas: then nothing is written. */
static const char *basis_name(uint32_t basis)
{
    for (size_t i = 0; shy_basis_names[i] != NULL; i++) {
        if (shy_basis_bits[i] == basis)
            return shy_basis_names[i];
    }
    return NULL;
}

/* Shared with the node: the canonical form of a plan is a graph and only becomes a text when it is
 * hashed. */
static json_t *canonical_value(struct shy_compiler *c, shy_node_id id)
{
    return json_incref(c->canonical[id]);
}

/* What is computed, for the hash of an answer. */
static bool hash_answer(struct shy_compiler *c, struct shy_answer *answer)
{
    json_t *out = shy_canonical_object(c);
    shy_canonical_text(c, out, "by", basis_name(answer->by.basis));
    shy_canonical_text(c, out, "unit", answer->unit);
    shy_canonical_set(c, out, "value", canonical_value(c, answer->value));
    bool good = !c->nomem && shy_canonical_hash(c, out, answer->hash);
    json_decref(out);
    return good;
}

/* With name, note and series: a reader sees them. */
static json_t *canonical_answer(struct shy_compiler *c, const struct shy_answer *answer)
{
    json_t *out = shy_canonical_object(c);
    shy_canonical_text(c, out, "name", answer->name);
    shy_canonical_text(c, out, "unit", answer->unit);
    shy_canonical_text(c, out, "note", answer->note);
    shy_canonical_text(c, out, "comparable", answer->comparable);
    shy_canonical_text(c, out, "by", basis_name(answer->by.basis));
    shy_canonical_set(c, out, "value", canonical_value(c, answer->value));
    return out;
}

/* An open age and both sexes are left out; all else is written. */
static json_t *canonical_rate(struct shy_compiler *c, const struct shy_rate *rate)
{
    json_t *out = shy_canonical_object(c), *population = shy_canonical_object(c);
    shy_canonical_set(c, population, "age_from", json_integer(rate->population.age_from));
    if (rate->population.age_to >= 0)
        shy_canonical_set(c, population, "age_to", json_integer(rate->population.age_to));
    shy_canonical_text(c, population, "sex", rate->population.sex);
    shy_canonical_text(c, population, "year", rate->population.same_year ? "same" : "latest");
    shy_canonical_set(c, out, "per", json_integer(rate->per));
    shy_canonical_set(c, out, "population", population);
    return out;
}

/* Columns of a dimension: leaves are numbered by what else is compiled, so each different column
 * once, in the order of its text. */
static json_t *canonical_columns(struct shy_compiler *c, const struct shy_dim *dim)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < dim->leaf_count && !c->nomem; i++) {
        json_t *one = shy_canonical_operand(c, &dim->leaves[i].operand);
        char *text = c->nomem ? NULL : shy_canonical_dump(c, one);
        size_t at = 0;
        int order = 1;
        for (; text != NULL && at < json_array_size(list); at++) {
            char *other = shy_canonical_dump(c, json_array_get(list, at));
            order = other == NULL ? 0 : strcmp(other, text);
            shy_free(other);
            if (order >= 0)
                break;
        }
        shy_free(text);
        if (at < json_array_size(list) && order == 0)
            json_decref(one);
        else if (json_array_insert_new(list, at, one) != 0)
            shy_plan_nomem(c);
    }
    return list;
}

/* Labels belong to it: they are the keys of the cells. */
static json_t *canonical_dim(struct shy_compiler *c, const struct shy_dim *dim)
{
    json_t *out = shy_canonical_object(c);
    shy_canonical_text(c, out, "label", dim->label);
    shy_canonical_text(c, out, "missing", dim->missing);
    shy_canonical_text(c, out, "total", dim->total);
    shy_canonical_set(c, out, "columns", canonical_columns(c, dim));
    if (dim->other != 0)
        shy_canonical_set(c, out, "other", canonical_value(c, dim->other));
    if (dim->other != 0) {
        shy_canonical_set(c, out, "from_month", json_integer(dim->from_month));
        shy_canonical_set(c, out, "to_month", json_integer(dim->to_month));
    }
    return out;
}

static json_t *canonical_dims(struct shy_compiler *c, const struct shy_definition *d, size_t from,
                              size_t to)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = from; i < to && !c->nomem; i++)
        shy_canonical_add(c, list, canonical_dim(c, &d->dims[i]));
    return list;
}

static json_t *canonical_measures(struct shy_compiler *c, const struct shy_definition *d)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < d->measure_count && !c->nomem; i++) {
        json_t *one = shy_canonical_object(c);
        shy_canonical_text(c, one, "label", d->measures[i].label);
        shy_canonical_text(c, one, "unit", d->measures[i].unit);
        shy_canonical_set(c, one, "value", canonical_value(c, d->measures[i].value));
        shy_canonical_add(c, list, one);
    }
    return list;
}

/* Layout and figures of a cross table. */
static json_t *canonical_table(struct shy_compiler *c, const struct shy_definition *d, json_t *out)
{
    json_t *by = d->area_rows ? shy_canonical_object(c) : NULL;
    if (by != NULL) {
        shy_canonical_text(c, by, "basis", basis_name(d->answers[0].by.basis));
        shy_canonical_set(c, by, "position", json_integer((json_int_t)d->area_position));
        shy_canonical_set(c, out, "by", by);
    }
    shy_canonical_set(c, out, "rows", canonical_dims(c, d, 0, d->row_dims));
    shy_canonical_set(c, out, "columns", canonical_dims(c, d, d->row_dims, d->dim_count));
    shy_canonical_set(c, out, "measures", canonical_measures(c, d));
    if (d->limits.levels.count > 0)
        shy_canonical_set(c, out, "limits", shy_canonical_limits(c, d));
    return out;
}

static json_t *canonical_indicator(struct shy_compiler *c, const struct shy_definition *d,
                                   json_t *out)
{
    json_t *answers = shy_canonical_list(c), *rates = shy_canonical_list(c);
    for (size_t i = 0; i < d->answer_count && !c->nomem; i++)
        shy_canonical_add(c, answers, canonical_answer(c, &d->answers[i]));
    for (size_t i = 0; i < d->rate_count && !c->nomem; i++)
        shy_canonical_add(c, rates, canonical_rate(c, &d->rates[i]));
    shy_canonical_set(c, out, "answers", answers);
    shy_canonical_set(c, out, "rates", rates);
    if (d->limits.levels.count > 0) /* definitions without keep the text they had before */
        shy_canonical_set(c, out, "limits", shy_canonical_limits(c, d));
    return out;
}

/* Only a definition without errors has a canonical text and a hash. */
static bool finish(struct shy_compiler *c, struct shy_definition *d)
{
    json_t *out = shy_canonical_object(c);
    shy_canonical_text(c, out, "kind", d->kind == SHY_INDICATOR ? "indicator" : "cross_table");
    shy_canonical_text(c, out, "id", d->id);
    shy_canonical_text(c, out, "name", d->name);
    shy_canonical_text(c, out, "name_en", d->name_en);
    shy_canonical_text(c, out, "unit", d->unit);
    shy_canonical_set(c, out, "decimals", json_integer(d->decimals));
    if (d->period.kind != SHY_PERIOD_NONE) {
        char period[SHY_PERIOD_TEXT];
        shy_period_text(&d->period, period);
        shy_canonical_text(c, out, "period", period);
    }
    if (d->metadata != NULL)
        shy_canonical_set(c, out, "metadata", json_incref((json_t *)(uintptr_t)d->metadata));
    if (d->kind == SHY_INDICATOR)
        canonical_indicator(c, d, out);
    else
        canonical_table(c, d, out);
    char *text = c->nomem ? NULL : shy_canonical_dump(c, out);
    json_decref(out);
    if (text == NULL)
        return false;
    d->canonical = shy_keep_text(c, text);
    shy_hash_bytes(text, strlen(text), d->hash);
    shy_free(text);
    return d->canonical != NULL;
}

/* Indicators ------------------------------------------------------------------------------ */

/* Leaves first, because the areas, the dimensions and the needs are all theirs. */
static bool read_answer(struct shy_compiler *c, const struct shy_definition *d, const json_t *json,
                        struct shy_answer *out)
{
    struct shy_leaves leaves;
    if (!shy_shape_check(c, json, SHY_SHAPE_ANSWER))
        return false;
    out->name = shy_member_keep(c, json, "name");
    out->unit = either(shy_member_keep(c, json, "unit"), d->unit);
    out->note = shy_member_keep(c, json, "note");
    out->comparable = shy_member_keep(c, json, "comparable");
    out->value = shy_plan_compile_node(c, shy_member(json, "value"), false, "value");
    if (out->value == 0 || !shy_plan_leaves(c, &out->value, 1, &leaves) ||
        !shy_plan_by(c, shy_member(json, "by"), &leaves, out))
        return false;
    shy_plan_unit(c, out->unit, out->value);
    if (!shy_plan_needs(c, &out->value, 1, NULL, 0, out))
        return false;
    shy_plan_mixed_basis(c, out);
    return hash_answer(c, out);
}

static bool read_answers(struct shy_compiler *c, const json_t *list, struct shy_definition *d)
{
    size_t count = json_array_size(list);
    struct shihyo_error err = SHY_ERROR_INIT;
    bool good = true;
    if (count == 0) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("The indicator has no answer: nothing says its value."));
        return problem(c, NULL, &err);
    }
    struct shy_answer *answers = shy_arena_alloc(&c->plan->arena, count, sizeof *answers);
    if (answers == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && !c->nomem; i++) {
        const json_t *one = json_array_get(list, i);
        struct shy_place before = shy_place_enter(c, one);
        good = read_answer(c, d, one, &answers[i]) && good;
        shy_place_leave(c, before);
    }
    d->answers = answers;
    d->answer_count = count;
    return good;
}

/* The name of the rate in results and in the CSV; it must not change between versions. */
static const char *measure_text(struct shy_compiler *c, const struct shy_rate *rate)
{
    const struct shy_population_key *p = &rate->population;
    struct shy_text text = {0};
    shy_text_addf(&text, "rate:%" PRId64 ":", rate->per);
    if (p->sex != NULL)
        shy_text_addf(&text, "%s:", p->sex);
    if (p->age_from == 0 && p->age_to < 0)
        shy_text_adds(&text, "all");
    else if (p->age_to < 0)
        shy_text_addf(&text, "%d+", p->age_from);
    else
        shy_text_addf(&text, "%d-%d", p->age_from, p->age_to);
    if (p->same_year)
        shy_text_adds(&text, ":same");
    const char *kept = text.failed ? NULL : shy_keep_text(c, shy_text_get(&text));
    if (text.failed)
        shy_plan_nomem(c);
    shy_text_free(&text);
    return kept;
}

/* Number of the word, SIZE_MAX where it is not written. */
static bool read_word(struct shy_compiler *c, const json_t *json, const char *name,
                      const char *const *words, size_t *out)
{
    const char *text = shy_member_text(json, name);
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t i = 0;
    *out = SIZE_MAX;
    if (text == NULL)
        return true;
    for (; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            *out = i;
            return true;
        }
    }
    shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' cannot be '%s'."), name, text);
    shy_nearest(&err, text, words, i);
    return problem(c, text, &err);
}

static bool read_population(struct shy_compiler *c, const json_t *json,
                            struct shy_population_key *out)
{
    static const char *const sexes[] = {"female", "male", NULL};
    static const char *const years[] = {"latest", "same", NULL};
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t sex, year;
    if (!shy_shape_check(c, json, SHY_SHAPE_POPULATION) ||
        !read_word(c, json, "sex", sexes, &sex) || !read_word(c, json, "year", years, &year))
        return false;
    int64_t from = shy_member_int(json, "age_from", 0);
    int64_t to = shy_member_int(json, "age_to", -1);
    bool open = shy_member(json, "age_to") == NULL;
    if (from < 0 || from > AGE_MOST || (!open && (to < from || to > AGE_MOST))) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("There is no population from age %lld to %lld."),
                 (long long)from, (long long)(open ? AGE_MOST : to));
        return problem(c, NULL, &err);
    }
    *out = (struct shy_population_key){sex == SIZE_MAX ? NULL : sexes[sex], (int)from, (int)to,
                                       year == 1};
    return true;
}

static bool read_rate(struct shy_compiler *c, const json_t *json, struct shy_rate *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!shy_shape_check(c, json, SHY_SHAPE_RATE) ||
        !read_population(c, shy_member(json, "population"), &out->population))
        return false;
    out->per = shy_member_int(json, "per", 0);
    if (out->per < 1 || out->per > PER_MOST) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("A rate cannot be per %lld people."),
                 (long long)out->per);
        return problem(c, NULL, &err);
    }
    out->measure = measure_text(c, out);
    return out->measure != NULL;
}

static bool read_rates(struct shy_compiler *c, const json_t *list, struct shy_definition *d)
{
    size_t count = json_array_size(list);
    bool good = true;
    struct shy_rate *rates = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *rates);
    if (rates == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && !c->nomem; i++) {
        const json_t *one = json_array_get(list, i);
        struct shy_place before = shy_place_enter(c, one);
        good = read_rate(c, one, &rates[i]) && good;
        for (size_t k = 0; k < i && good; k++) {
            struct shihyo_error err = SHY_ERROR_INIT;
            if (strcmp(rates[k].measure, rates[i].measure) != 0)
                continue;
            shy_fail(&err, SHY_E_PLAN_SHAPE, _("The rate '%s' is given twice."), rates[i].measure);
            good = problem(c, rates[i].measure, &err);
        }
        shy_place_leave(c, before);
    }
    d->rates = rates;
    d->rate_count = count;
    return good;
}

/* Cross tables ---------------------------------------------------------------------------- */

/* Labels are the column headings of the table. */
static bool check_label(struct shy_compiler *c, const struct shy_measure *measures, size_t i,
                        size_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *label = measures[i].label;
    if (count > 1 && (label == NULL || label[0] == '\0')) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("Of several measures each needs a label."));
        return problem(c, NULL, &err);
    }
    for (size_t k = 0; k < i && label != NULL; k++) {
        if (measures[k].label == NULL || strcmp(measures[k].label, label) != 0)
            continue;
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("Two measures are called '%s'."), label);
        return problem(c, label, &err);
    }
    return true;
}

/* A measure without a unit of its own has the table's. */
static bool read_measure(struct shy_compiler *c, const struct shy_definition *d, const json_t *json,
                         struct shy_measure *out)
{
    if (!shy_shape_check(c, json, SHY_SHAPE_MEASURE))
        return false;
    out->label = shy_member_keep(c, json, "label");
    out->unit = either(shy_member_keep(c, json, "unit"), d->unit);
    out->value = shy_plan_compile_node(c, shy_member(json, "value"), false, "value");
    if (out->value == 0)
        return false;
    shy_plan_unit(c, out->unit, out->value);
    return true;
}

static bool read_measures(struct shy_compiler *c, const json_t *list, struct shy_definition *d,
                          shy_node_id **values)
{
    size_t count = json_array_size(list);
    struct shihyo_error err = SHY_ERROR_INIT;
    bool good = true;
    if (count == 0) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("The cross table counts nothing: it has no measure."));
        return problem(c, NULL, &err);
    }
    struct shy_measure *measures = shy_arena_alloc(&c->plan->arena, count, sizeof *measures);
    *values = shy_arena_alloc(&c->arena, count, sizeof **values);
    if (measures == NULL || *values == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && !c->nomem; i++) {
        const json_t *one = json_array_get(list, i);
        struct shy_place before = shy_place_enter(c, one);
        good = read_measure(c, d, one, &measures[i]) && check_label(c, measures, i, count) && good;
        (*values)[i] = measures[i].value;
        shy_place_leave(c, before);
    }
    d->measures = measures;
    d->measure_count = count;
    return good;
}

/* Labels are the keys of "制度=国保;重症度=計"; the value of an indicator has no rows left that
 * could be divided. */
static bool check_dims(struct shy_compiler *c, const struct shy_definition *d)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    for (size_t i = 0; i < d->dim_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (strcmp(d->dims[i].label, d->dims[k].label) != 0)
                continue;
            shy_fail(&err, SHY_E_PLAN_SHAPE, _("Two dimensions are called '%s'."),
                     d->dims[i].label);
            return problem(c, d->dims[i].label, &err);
        }
    }
    if (d->dim_count > 0 && d->answers[0].ref_count > 0) {
        shy_fail(&err, SHY_E_PLAN_TYPE,
                 _("The indicator '%s' cannot be divided by the dimensions of a table."),
                 d->answers[0].refs[0]);
        return problem(c, d->answers[0].refs[0], &err);
    }
    return true;
}

/* Without BY the table has no area axis and needs no area at all. */
static bool read_axis(struct shy_compiler *c, const json_t *by, const struct shy_leaves *leaves,
                      struct shy_definition *d, struct shy_answer *answer)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (by == NULL)
        return true;
    if (!shy_plan_by(c, by, leaves, answer))
        return false;
    int64_t position = shy_member_int(by, "position", 0);
    if (position < 0 || (size_t)position > d->row_dims) {
        shy_fail(&err, SHY_E_PLAN_SHAPE,
                 _("The areas cannot stand after %lld row dimensions of %zu."), (long long)position,
                 d->row_dims);
        return problem(c, NULL, &err);
    }
    d->area_rows = true;
    d->area_position = (size_t)position;
    return true;
}

/* All of a table is its one answer: layout and measures are computed together. */
static bool hash_table(struct shy_compiler *c, const struct shy_definition *d,
                       struct shy_answer *answer)
{
    json_t *out = canonical_table(c, d, shy_canonical_object(c));
    bool good = !c->nomem && shy_canonical_hash(c, out, answer->hash);
    json_decref(out);
    return good;
}

/* Measures before dimensions: a dimension is a column of what they count. */
static bool read_table(struct shy_compiler *c, const json_t *json, struct shy_definition *d)
{
    const json_t *rows = shy_member(json, "rows"), *columns = shy_member(json, "columns");
    size_t row_dims = json_array_size(rows), column_dims = json_array_size(columns);
    struct shy_leaves leaves;
    shy_node_id *values = NULL;
    struct shy_answer *answer = shy_arena_alloc(&c->plan->arena, 1, sizeof *answer);
    struct shy_dim *dims =
        shy_arena_alloc(&c->plan->arena, row_dims + column_dims + 1, sizeof *dims);
    if (answer == NULL || dims == NULL)
        return shy_plan_nomem(c);
    answer->unit = d->unit;
    d->answers = answer;
    d->dims = dims;
    d->row_dims = row_dims;
    if (!read_measures(c, shy_member(json, "measures"), d, &values) ||
        !shy_plan_leaves(c, values, d->measure_count, &leaves))
        return false;
    bool good = read_axis(c, shy_member(json, "by"), &leaves, d, answer);
    good = shy_plan_dims(c, rows, &leaves, dims, row_dims) && good;
    good = shy_plan_dims(c, columns, &leaves, dims + row_dims, column_dims) && good;
    if (!good)
        return false;
    d->dim_count = row_dims + column_dims;
    d->answer_count = 1;
    return shy_plan_needs(c, values, d->measure_count, dims, d->dim_count, answer) &&
           check_dims(c, d) && shy_plan_limits(c, shy_member(json, "limits"), d) &&
           hash_table(c, d, answer);
}

/* Both ------------------------------------------------------------------------------------ */

/* Then one digit after the point is shown, as in the ministry's tables. */
static bool is_divided(const struct shy_compiler *c, const struct shy_definition *d)
{
    for (size_t i = 0; d->kind == SHY_INDICATOR && i < d->answer_count; i++) {
        if (shy_plan_divided(c, d->answers[i].value))
            return true;
    }
    for (size_t i = 0; i < d->measure_count; i++) {
        if (shy_plan_divided(c, d->measures[i].value))
            return true;
    }
    return false;
}

static bool read_decimals(struct shy_compiler *c, const json_t *json, struct shy_definition *d)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t decimals = shy_member_int(json, "decimals", is_divided(c, d) ? 1 : 0);
    if (decimals < 0 || decimals > DECIMALS_MOST) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' must lie from %d to %d."), "decimals", 0,
                 DECIMALS_MOST);
        shy_value_json(&err, shy_member(json, "decimals"));
        return problem(c, NULL, &err);
    }
    d->decimals = (int)decimals;
    return true;
}

static bool read_period(struct shy_compiler *c, const json_t *json, struct shy_definition *d)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *text = shy_member_text(json, "period");
    if (text == NULL || shy_period_parse(text, &d->period))
        return true;
    shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' is no period."), text);
    shy_hint(&err, _("Write FY2024, 2024, 2024-09 or 2015-04..2015-08."));
    shy_value(&err, text, strlen(text));
    return problem(c, NULL, &err);
}

static bool read_breaks(struct shy_compiler *c, struct shy_definition *d)
{
    const json_t *list = json_object_get(d->metadata, "breaks");
    size_t count = json_array_size(list);
    struct shy_period *breaks = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *breaks);
    if (breaks == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++) {
        const char *text = json_string_value(json_array_get(list, i));
        struct shihyo_error err = SHY_ERROR_INIT;
        if (text != NULL && shy_period_parse_any(text, strlen(text), &breaks[i]))
            continue;
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' is no period."), text == NULL ? "" : text);
        shy_hint(&err, _("breaks names the first period of each new series: FY2017, 平成29年度."));
        return problem(c, text, &err);
    }
    d->breaks = breaks;
    d->break_count = count;
    return true;
}

static bool define(struct shy_compiler *c, const json_t *json, struct shy_definition *d)
{
    bool indicator = d->kind == SHY_INDICATOR;
    bool good = shy_shape_check(c, json, indicator ? SHY_SHAPE_INDICATOR : SHY_SHAPE_CROSS_TABLE);
    d->name = either(shy_member_keep(c, json, "name"), d->id);
    d->name_en = shy_member_keep(c, json, "name_en");
    d->unit = shy_member_keep(c, json, "unit");
    d->metadata = shy_canonical_copy(c, shy_member(json, "metadata"));
    if (!good || c->nomem)
        return false;
    if (indicator) {
        good = read_answers(c, shy_member(json, "answers"), d);
        good = read_rates(c, shy_member(json, "rates"), d) && good;
        good = good && shy_plan_limits(c, shy_member(json, "limits"), d);
    } else {
        good = read_table(c, json, d);
    }
    return good && read_decimals(c, json, d) && read_period(c, json, d) && read_breaks(c, d) &&
           finish(c, d);
}

void shy_plan_define(struct shy_compiler *c, const struct shy_plan_source *source,
                     struct shy_definition *out)
{
    c->definition = source->id;
    c->file = source->file;
    c->line = source->line;
    c->failed = false;
    c->depth = 0;
    out->ok = define(c, source->json, out) && !c->failed;
    c->definition = NULL;
}
