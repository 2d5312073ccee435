/* SPDX-License-Identifier: MIT */
/*
 * Conditions on rows, typed against their column. A condition that can never hold is a mistake of
 * its author (a misspelt value, a number instead of a code) that would otherwise show as a zero,
 * so it is refused here rather than counted later.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* What kinds of values a column is compared with. Free text has no kind: what people typed is never
 * compared with, only its state is. */
enum value_kind {
    VALUE_NONE,
    VALUE_TEXT,
    VALUE_BOOL,
    VALUE_NUMBER,
    VALUE_MONTH,
    VALUE_DATE,
    VALUE_PERIOD
};

/* A condition being read. */
struct reading {
    struct shy_compiler *c;
    const struct shy_column *column; /* whose constraints hold; NULL = derived */
    const json_t *json;
    struct shy_condition *out;
    enum value_kind kind;
};

static enum value_kind kind_of(enum shy_type type)
{
    switch (type) {
    case SHY_CODE_T:
        return VALUE_TEXT;
    case SHY_INT_T:
    case SHY_DECIMAL_T:
        return VALUE_NUMBER;
    case SHY_BOOL_T:
        return VALUE_BOOL;
    case SHY_MONTH_T:
        return VALUE_MONTH;
    case SHY_DATE_T:
        return VALUE_DATE;
    case SHY_PERIOD_T:
        return VALUE_PERIOD;
    default:
        return VALUE_NONE;
    }
}

/* In the words of the message: "The column … is compared with a number". */
static const char *kind_wanted(enum value_kind kind)
{
    switch (kind) {
    case VALUE_TEXT:
        return _("a code, written as a text");
    case VALUE_NUMBER:
        return _("a number");
    case VALUE_BOOL:
        return _("true or false");
    case VALUE_MONTH:
        return _("a month, written \"2023-04\"");
    case VALUE_DATE:
        return _("a date, written \"2024-06-01\"");
    case VALUE_PERIOD:
        return _("a period, written \"FY2024\", \"2024\", \"2024-09\" or \"2024-10-01\"");
    default:
        return _("nothing");
    }
}

static bool filter_problem(const struct reading *r, const json_t *value, struct shihyo_error *err)
{
    if (err->value[0] == '\0')
        shy_value_json(err, value);
    shy_at_column(err, r->out->operand.column);
    return shy_plan_report(r->c, SHY_ERROR, err);
}

/* The commonest mistake is a code written as a number: 0113 would have lost its zero. */
static bool wrong_kind(const struct reading *r, const json_t *value)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_FILTER, _("The column '%s' is compared with %s, not with %s."),
             r->out->operand.column, kind_wanted(r->kind), shy_json_kind_name(value));
    if (r->kind == VALUE_TEXT && json_is_integer(value))
        shy_hint(&err, _("Write \"%lld\" in quotation marks: a code is a text, 01 is not 1."),
                 (long long)json_integer_value(value));
    return filter_problem(r, value, &err);
}

/* Values ---------------------------------------------------------------------------------- */

/* A code that the contract does not allow can never be met. */
static bool check_allowed(const struct reading *r, const char *text)
{
    const char *const *values = r->column == NULL ? NULL : r->column->values;
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = 0;
    if (values == NULL)
        return true;
    for (; values[count] != NULL; count++) {
        if (strcmp(values[count], text) == 0)
            return true;
    }
    shy_fail(&err, SHY_E_PLAN_FILTER, _("The column '%s' never has the value '%s'."),
             r->out->operand.column, text);
    shy_value(&err, text, strlen(text));
    shy_nearest(&err, text, values, count);
    struct shy_text all = {0};
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&all, "%s%s", i == 0 ? "" : ", ", values[i]);
    shy_hint(&err, _("Its values are: %s."), shy_text_get(&all));
    shy_text_free(&all);
    return filter_problem(r, NULL, &err);
}

/* A text an attribute never has. Of a list whose codes are to be supplied that is no mistake before
 * any are, and perhaps none after. */
static bool check_attribute(const struct reading *r, const char *text)
{
    const struct shy_operand *operand = &r->out->operand;
    const struct shy_code_list *list = operand->list;
    struct shihyo_error err = SHY_ERROR_INIT;
    const char **values = shy_arena_alloc(&r->c->arena, list->entry_count + 1, sizeof *values);
    if (values == NULL)
        return shy_plan_nomem(r->c);
    for (size_t i = 0; i < list->entry_count; i++) {
        values[i] = list->entries[i].attribute_values[operand->attribute_index];
        if (values[i] != NULL && strcmp(values[i], text) == 0)
            return true;
    }
    if (list->entry_count == 0)
        return true;
    shy_fail(&err, SHY_E_PLAN_FILTER, _("No code of the list '%s' has '%s' as its '%s'."), list->id,
             text, operand->attribute);
    shy_value(&err, text, strlen(text));
    shy_nearest(&err, text, values, list->entry_count);
    if (!list->to_be_supplied)
        return filter_problem(r, NULL, &err);
    shy_at_column(&err, operand->column);
    shy_plan_report(r->c, SHY_WARNING, &err);
    return true;
}

static bool read_text(const struct reading *r, const json_t *value, const char **out)
{
    if (!json_is_string(value))
        return wrong_kind(r, value);
    *out = shy_keep_text(r->c, json_string_value(value));
    if (*out == NULL)
        return false;
    if (r->out->operand.derived == SHY_DERIVED_CODE_ATTRIBUTE)
        return check_attribute(r, *out);
    return check_allowed(r, *out);
}

/* Canonical text only, since periods are compared as texts. */
static bool read_period(const struct reading *r, const json_t *value, const char **out)
{
    struct shy_period period;
    if (!json_is_string(value) || !shy_period_parse(json_string_value(value), &period))
        return wrong_kind(r, value);
    *out = shy_keep_text(r->c, json_string_value(value));
    return *out != NULL;
}

/* Exactly, at the column's scale. A real is taken by its shortest text, which is what its author
 * wrote. */
static bool read_number(const struct reading *r, const json_t *value, int64_t *out)
{
    int scale = r->out->operand.scale, from = 0;
    int64_t mantissa = 0;
    bool rounded = false, good = true;
    char text[64];
    struct shihyo_error err = SHY_ERROR_INIT;
    if (json_is_integer(value)) {
        mantissa = (int64_t)json_integer_value(value);
    } else if (json_is_real(value)) {
        shy_double_shortest(json_real_value(value), text, sizeof text);
        good = shy_decimal_parse(text, strlen(text), &mantissa, &from);
    } else {
        return wrong_kind(r, value);
    }
    if (good && shy_decimal_rescale(mantissa, from, scale, out, &rounded) && !rounded)
        return true;
    if (scale == 0)
        shy_fail(&err, SHY_E_PLAN_FILTER, _("The column '%s' holds whole numbers only."),
                 r->out->operand.column);
    else
        shy_fail(&err, SHY_E_PLAN_FILTER,
                 _("The column '%s' holds numbers with no more digits after the point than %d."),
                 r->out->operand.column, scale);
    return filter_problem(r, value, &err);
}

/* Months as ordinals, dates as day numbers. */
static bool read_day(const struct reading *r, const json_t *value, int64_t *out)
{
    const char *text = json_string_value(value);
    struct shy_period period;
    int32_t date;
    if (text != NULL && r->kind == VALUE_MONTH && shy_period_parse(text, &period) &&
        period.kind == SHY_PERIOD_MONTH) {
        *out = period.first_month;
        return true;
    }
    if (text != NULL && r->kind == VALUE_DATE && shy_date_parse(text, strlen(text), &date)) {
        *out = date;
        return true;
    }
    return wrong_kind(r, value);
}

/* Is the value one the column can have at all? */
static bool check_limits(const struct reading *r, const json_t *value, int64_t least, int64_t most)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (r->column == NULL || r->column->min > r->column->max || r->kind == VALUE_DATE ||
        (most >= r->column->min && least <= r->column->max))
        return true;
    if (r->kind == VALUE_NUMBER)
        shy_fail(&err, SHY_E_PLAN_FILTER, _("The column '%s' only has values from %lld to %lld."),
                 r->out->operand.column, (long long)r->column->min, (long long)r->column->max);
    else
        shy_fail(&err, SHY_E_PLAN_FILTER, _("The column '%s' never has the value asked for."),
                 r->out->operand.column);
    return filter_problem(r, value, &err);
}

static bool read_as_number(const struct reading *r, const json_t *value, int64_t *out)
{
    if (r->kind == VALUE_NUMBER)
        return read_number(r, value, out);
    if (r->kind != VALUE_BOOL)
        return read_day(r, value, out);
    if (!json_is_boolean(value))
        return wrong_kind(r, value);
    *out = json_is_true(value);
    return true;
}

/* The four forms -------------------------------------------------------------------------- */

/* By bytes: the evaluator searches the list by halves. */
static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool read_in_texts(const struct reading *r, const json_t *list)
{
    size_t count = json_array_size(list), kept = 0;
    bool good = true;
    const char **texts = shy_arena_alloc(&r->c->plan->arena, count, sizeof *texts);
    if (texts == NULL)
        return shy_plan_nomem(r->c);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(list, i);
        good = (r->kind == VALUE_PERIOD ? read_period(r, value, &texts[i])
                                        : read_text(r, value, &texts[i])) &&
               good;
    }
    if (!good)
        return false;
    qsort(texts, count, sizeof *texts, by_text);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(texts[kept - 1], texts[i]) != 0)
            texts[kept++] = texts[i];
    }
    r->out->texts = texts;
    r->out->count = kept;
    return true;
}

static bool read_in_numbers(const struct reading *r, const json_t *list)
{
    size_t count = json_array_size(list), kept = 0;
    bool good = true;
    int64_t *numbers = shy_arena_alloc(&r->c->plan->arena, count, sizeof *numbers);
    if (numbers == NULL)
        return shy_plan_nomem(r->c);
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(list, i);
        good = read_as_number(r, value, &numbers[i]) &&
               check_limits(r, value, numbers[i], numbers[i]) && good;
    }
    if (!good)
        return false;
    qsort(numbers, count, sizeof *numbers, by_number);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || numbers[kept - 1] != numbers[i])
            numbers[kept++] = numbers[i];
    }
    r->out->numbers = numbers;
    r->out->count = kept;
    return true;
}

/* An empty list would take no row; a script that built it from something lost that something. */
static bool read_in(const struct reading *r, const json_t *list)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    r->out->kind = SHY_COND_IN;
    if (json_array_size(list) == 0) {
        shy_fail(&err, SHY_E_PLAN_FILTER, _("The list of values for '%s' is empty."),
                 r->out->operand.column);
        return filter_problem(r, NULL, &err);
    }
    if (r->kind == VALUE_TEXT || r->kind == VALUE_PERIOD)
        return read_in_texts(r, list);
    return read_in_numbers(r, list);
}

/* Codes have an order of bytes, but none that means anything: "1" to "9" holds "51". */
static bool read_range(const struct reading *r, const json_t *from, const json_t *to)
{
    struct shy_condition *out = r->out;
    struct shihyo_error err = SHY_ERROR_INIT;
    out->kind = SHY_COND_RANGE;
    if (r->kind != VALUE_NUMBER && r->kind != VALUE_MONTH && r->kind != VALUE_DATE) {
        shy_fail(&err, SHY_E_PLAN_FILTER,
                 _("The values of '%s' have no order, so there is no 'from' and 'to'."),
                 out->operand.column);
        return filter_problem(r, from != NULL ? from : to, &err);
    }
    out->has_from = from != NULL;
    out->has_to = to != NULL;
    if ((from != NULL && !read_as_number(r, from, &out->from)) ||
        (to != NULL && !read_as_number(r, to, &out->to)))
        return false;
    if (out->has_from && out->has_to && out->from > out->to) {
        shy_fail(&err, SHY_E_PLAN_FILTER, _("The range for '%s' ends before it begins."),
                 out->operand.column);
        return filter_problem(r, from, &err);
    }
    return check_limits(r, from != NULL ? from : to, out->has_from ? out->from : INT64_MIN,
                        out->has_to ? out->to : INT64_MAX);
}

/* A list with a code that the column never has was meant for another column. */
static bool read_codes(const struct reading *r, const char *name)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    r->out->kind = SHY_COND_CODES;
    r->out->list = shy_plan_require_list(r->c, name, strlen(name));
    if (r->out->list == NULL)
        return false;
    if (r->kind != VALUE_TEXT || r->out->operand.derived != SHY_DERIVED_NO) {
        shy_fail(&err, SHY_E_PLAN_FILTER,
                 _("The column '%s' holds no codes, so no code list fits it."),
                 r->out->operand.column);
        shy_value(&err, name, strlen(name));
        return filter_problem(r, NULL, &err);
    }
    for (size_t i = 0; i < r->out->list->entry_count; i++) {
        if (!check_allowed(r, r->out->list->entries[i].code))
            return false;
    }
    return true;
}

/* Any column has a state, free text as well. */
static bool read_state(const struct reading *r, const char *name)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t i = 0;
    r->out->kind = SHY_COND_STATE;
    for (; shy_state_names[i] != NULL; i++) {
        if (strcmp(shy_state_names[i], name) == 0) {
            r->out->state = (enum shihyo_state)i;
            return true;
        }
    }
    shy_fail(&err, SHY_E_PLAN_FILTER, _("There is no state '%s'."), name);
    shy_value(&err, name, strlen(name));
    shy_nearest(&err, name, shy_state_names, i);
    return filter_problem(r, NULL, &err);
}

/* Exactly one form: two would leave open whether both or either is meant. */
static bool read_test(struct reading *r)
{
    const json_t *in = shy_member(r->json, "in"), *codes = shy_member(r->json, "codes"),
                 *from = shy_member(r->json, "from"), *to = shy_member(r->json, "to"),
                 *state = shy_member(r->json, "state");
    struct shihyo_error err = SHY_ERROR_INIT;
    int forms = (in != NULL) + (codes != NULL) + (from != NULL || to != NULL) + (state != NULL);
    if (forms != 1) {
        shy_fail(&err, SHY_E_PLAN_SHAPE,
                 _("A condition on '%s' needs one of 'in', 'codes', 'from' and 'to', 'state'."),
                 r->out->operand.column);
        return filter_problem(r, NULL, &err);
    }
    if (state != NULL)
        return read_state(r, json_string_value(state));
    if (r->kind == VALUE_NONE) {
        shy_fail(&err, SHY_E_PLAN_FILTER, _("'%s' is free text and is not filtered by its value."),
                 r->out->operand.column);
        return filter_problem(r, NULL, &err);
    }
    /* What is derived (an age) has no column of the contract. */
    if (r->column != NULL &&
        (r->column->role == SHY_ROLE_PERSON || r->column->role == SHY_ROLE_CLAIM)) {
        shy_fail(&err, SHY_E_PLAN_FILTER,
                 _("'%s' holds numbers of persons or claims, which are made up when they are "
                   "imported, and is not filtered by its value."),
                 r->out->operand.column);
        return filter_problem(r, NULL, &err);
    }
    if (codes != NULL)
        return read_codes(r, json_string_value(codes));
    return in != NULL ? read_in(r, in) : read_range(r, from, to);
}

static bool read_condition(struct shy_compiler *c, const struct shy_contract *contract,
                           shy_node_id rows, const json_t *json, struct shy_condition *out)
{
    if (!shy_shape_check(c, json, SHY_SHAPE_CONDITION) ||
        !shy_plan_column(c, contract, rows, shy_member_text(json, "column"),
                         shy_member_text(json, "attribute"), &out->operand))
        return false;
    const struct shy_operand *operand = &out->operand;
    struct reading r = {c, NULL, json, out, kind_of(operand->type)};
    if (operand->derived == SHY_DERIVED_NO)
        r.column = &operand->contract->columns[operand->index];
    out->negated = json_is_true(json_object_get(json, "not"));
    return read_test(&r);
}

/* The canonical form, and sorting by it --------------------------------------------------- */

/* As a person writes it, so that the canonical text can be read; a fraction as text, because JSON
 * readers disagree about the last digit of a real. */
static json_t *canonical_number(struct shy_compiler *c, const struct shy_operand *operand,
                                int64_t number)
{
    char text[64] = "";
    json_t *value;
    if (operand->type == SHY_BOOL_T) {
        value = json_boolean(number != 0);
    } else if (operand->type == SHY_MONTH_T) {
        (void)snprintf(text, sizeof text, "%04d-%02d", shy_month_year((int32_t)number),
                       shy_month_of_year((int32_t)number));
        value = json_string(text);
    } else if (operand->type == SHY_DATE_T) {
        shy_date_text((int32_t)number, text);
        value = json_string(text);
    } else if (operand->scale == 0 || number % shy_pow10(operand->scale) == 0) {
        value = json_integer(number / shy_pow10(operand->scale));
    } else {
        struct shy_fraction fraction;
        if (shy_fraction_decimal(number, operand->scale, &fraction))
            shy_fraction_format(fraction, operand->scale, false, text, sizeof text);
        value = json_string(text);
    }
    if (value == NULL)
        shy_plan_nomem(c);
    return value;
}

static json_t *canonical_in(struct shy_compiler *c, const struct shy_condition *condition)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < condition->count && !c->nomem; i++) {
        if (condition->texts != NULL)
            shy_canonical_add(c, list, json_string(condition->texts[i]));
        else
            shy_canonical_add(c, list,
                              canonical_number(c, &condition->operand, condition->numbers[i]));
    }
    return list;
}

json_t *shy_canonical_condition(struct shy_compiler *c, const struct shy_condition *condition)
{
    json_t *out = shy_canonical_object(c);
    const struct shy_operand *operand = &condition->operand;
    shy_canonical_set(c, out, "column", shy_canonical_operand(c, operand));
    shy_canonical_set(c, out, "not", json_boolean(condition->negated));
    switch (condition->kind) {
    case SHY_COND_IN:
        shy_canonical_set(c, out, "in", canonical_in(c, condition));
        break;
    case SHY_COND_CODES:
        shy_canonical_set(c, out, "codes", shy_canonical_code_list(c, condition->list));
        break;
    case SHY_COND_RANGE:
        if (condition->has_from)
            shy_canonical_set(c, out, "from", canonical_number(c, operand, condition->from));
        if (condition->has_to)
            shy_canonical_set(c, out, "to", canonical_number(c, operand, condition->to));
        break;
    case SHY_COND_STATE:
        shy_canonical_text(c, out, "state", shy_state_names[condition->state]);
        break;
    }
    return out;
}

/* A condition with the text it is sorted by. */
struct keyed {
    char *key;
    struct shy_condition condition;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

/* Conditions all hold, so their order and their repetition mean nothing. */
static bool sort_conditions(struct shy_compiler *c, struct shy_condition *items, size_t *count)
{
    size_t kept = 0, read = 0;
    struct keyed *keyed = shy_alloc(*count + 1, sizeof *keyed);
    if (keyed == NULL)
        return shy_plan_nomem(c);
    for (; read < *count; read++) {
        json_t *canonical = shy_canonical_condition(c, &items[read]);
        keyed[read].condition = items[read];
        keyed[read].key = c->nomem ? NULL : shy_canonical_dump(c, canonical);
        json_decref(canonical);
        if (keyed[read].key == NULL)
            break;
    }
    if (!c->nomem) {
        qsort(keyed, read, sizeof *keyed, by_key);
        for (size_t i = 0; i < read; i++) {
            if (i == 0 || strcmp(keyed[i - 1].key, keyed[i].key) != 0)
                items[kept++] = keyed[i].condition;
        }
        *count = kept;
    }
    for (size_t i = 0; i < read; i++)
        shy_free(keyed[i].key);
    shy_free(keyed);
    return !c->nomem;
}

bool shy_plan_conditions(struct shy_compiler *c, const struct shy_contract *contract,
                         shy_node_id rows, const json_t *list, const struct shy_condition **out,
                         size_t *count)
{
    size_t total = json_array_size(list);
    bool good = true;
    struct shy_condition *items = shy_arena_alloc(&c->plan->arena, total + 1, sizeof *items);
    if (items == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < total && !c->nomem; i++) {
        const json_t *one = json_array_get(list, i);
        struct shy_place before = shy_place_enter(c, one);
        good = read_condition(c, contract, rows, one, &items[i]) && good;
        shy_place_leave(c, before);
    }
    if (!good || c->nomem || !sort_conditions(c, items, &total))
        return false;
    *out = items;
    *count = total;
    return true;
}
