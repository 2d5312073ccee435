/* SPDX-License-Identifier: MIT */
#include "core/contract/table.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/number.h"
#include "core/base/period.h"

/* Making --------------------------------------------------------------------------------- */

/* Marks the wanted columns; count of them to *wanted. */
static int mark_wanted(const struct shy_contract *contract, const char *const *names, size_t count,
                       bool *marks, size_t *wanted, struct shihyo_error *err)
{
    *wanted = 0;
    for (size_t i = 0; i < (names == NULL ? contract->column_count : count); i++) {
        int column = (int)i;
        if (names != NULL)
            SHY_TRY(shy_contract_require(contract, names[i], &column, err));
        *wanted += marks[column] ? 0 : 1;
        marks[column] = true;
    }
    return 0;
}

/* Columns stand in the contract's order whatever the order of names: readers that know the
 * contract need not look each one up. */
int shy_table_new(const struct shy_contract *contract, const char *const *names, size_t count,
                  struct shy_table **out, struct shihyo_error *err)
{
    struct shy_table *t = shy_alloc(1, sizeof *t);
    bool *marks = shy_alloc(contract->column_count, sizeof *marks);
    size_t wanted;
    int code = t == NULL || marks == NULL ? shy_fail_nomem(err) : 0;
    *out = NULL;
    if (code == 0)
        code = mark_wanted(contract, names, count, marks, &wanted, err);
    if (code != 0)
        goto out;
    t->contract = contract;
    t->columns = shy_alloc(wanted, sizeof *t->columns);
    if (t->columns == NULL) {
        code = shy_fail_nomem(err);
        goto out;
    }
    for (size_t i = 0; i < contract->column_count; i++) {
        if (marks[i])
            t->columns[t->column_count++].def = &contract->columns[i];
    }
    *out = t;
    t = NULL;
out:
    shy_free(marks);
    shy_table_free(t);
    return code;
}

/* The contract is not the table's: it stays with the catalogue. */
void shy_table_free(struct shy_table *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->column_count; i++) {
        shy_free(t->columns[i].data);
        shy_free(t->columns[i].state);
        shy_map_free(&t->columns[i].dict);
    }
    shy_free(t->columns);
    shy_free(t);
}

int shy_table_column(const struct shy_table *t, const char *name)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (strcmp(t->columns[i].def->name, name) == 0)
            return (int)i;
    }
    return -1;
}

/* A contract has at most one column of a role (contract.c), so the first is it. */
int shy_table_role(const struct shy_table *t, enum shy_role role)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (t->columns[i].def->role == role)
            return (int)i;
    }
    return -1;
}

/* Rows ----------------------------------------------------------------------------------- */

/* A failure half-way leaves some columns longer than others, which is harmless: capacity says what
 * all of them have, and growing again sets that right. */
int shy_table_reserve(struct shy_table *t, size_t more, struct shihyo_error *err)
{
    size_t need, wanted = t->capacity < 64 ? 64 : t->capacity;
    if (__builtin_add_overflow(t->rows, more, &need))
        return shy_fail_nomem(err);
    if (need <= t->capacity)
        return 0;
    /* Who asks before the first row knows how many there will be. */
    if (t->capacity == 0 && need > wanted)
        wanted = need;
    while (wanted < need)
        wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
    for (size_t i = 0; i < t->column_count; i++) {
        int64_t *data = shy_realloc(t->columns[i].data, wanted, sizeof *data);
        if (data == NULL)
            return shy_fail_nomem(err);
        t->columns[i].data = data;
        uint8_t *state = shy_realloc(t->columns[i].state, wanted, sizeof *state);
        if (state == NULL)
            return shy_fail_nomem(err);
        t->columns[i].state = state;
    }
    t->capacity = wanted;
    return 0;
}

/* All columns are MISSING until they are set: a plugin that leaves one out says by that that it has
 * no answer, and never 0. */
int shy_table_add_row(struct shy_table *t, size_t *row, struct shihyo_error *err)
{
    SHY_TRY(shy_table_reserve(t, 1, err));
    for (size_t i = 0; i < t->column_count; i++) {
        t->columns[i].data[t->rows] = 0;
        t->columns[i].state[t->rows] = SHIHYO_STATE_MISSING;
    }
    *row = t->rows++;
    return 0;
}

int shy_table_set_text(struct shy_table *t, size_t row, int column, const char *text, size_t length,
                       struct shihyo_error *err)
{
    struct shy_table_column *c = &t->columns[column];
    /* Neighbours are mostly equal: rows come sorted by item, person or area. */
    uint64_t number =
        row > 0 && c->state[row - 1] == SHIHYO_STATE_OK ? (uint64_t)c->data[row - 1] : SHY_MAP_NONE;
    if (number >= c->dict.count || c->dict.lengths[number] != length || length == 0 ||
        memcmp(c->dict.keys[number], text, length) != 0)
        number = shy_map_add(&c->dict, text, length);
    if (number == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    c->data[row] = (int64_t)number;
    c->state[row] = SHIHYO_STATE_OK;
    return 0;
}

void shy_table_set_int(struct shy_table *t, size_t row, int column, int64_t value)
{
    t->columns[column].data[row] = value;
    t->columns[column].state[row] = SHIHYO_STATE_OK;
}

void shy_table_set_state(struct shy_table *t, size_t row, int column, enum shihyo_state state)
{
    t->columns[column].state[row] = (uint8_t)state;
}

/* Numbers come from files, too: one outside the dictionary is no text, not a wrong one. */
const char *shy_table_text(const struct shy_table *t, size_t row, int column)
{
    const struct shy_table_column *c = &t->columns[column];
    if (c->state[row] != SHIHYO_STATE_OK || c->data[row] < 0 ||
        (uint64_t)c->data[row] >= c->dict.count)
        return NULL;
    return c->dict.keys[c->data[row]];
}

/* Dictionaries are copied in their order, so that the numbers in the data stay the same. */
int shy_table_copy(const struct shy_table *from, struct shy_table **out, struct shihyo_error *err)
{
    struct shy_table *t = shy_alloc(1, sizeof *t);
    int code = t == NULL ? shy_fail_nomem(err) : 0;
    *out = NULL;
    if (code != 0)
        return code;
    t->contract = from->contract;
    t->columns = shy_alloc(from->column_count, sizeof *t->columns);
    if (t->columns == NULL)
        code = shy_fail_nomem(err);
    for (; code == 0 && t->column_count < from->column_count; t->column_count++)
        t->columns[t->column_count].def = from->columns[t->column_count].def;
    if (code == 0)
        code = shy_table_reserve(t, from->rows, err);
    for (size_t i = 0; code == 0 && i < from->column_count; i++) {
        const struct shy_table_column *source = &from->columns[i];
        struct shy_table_column *copy = &t->columns[i];
        if (from->rows > 0) {
            memcpy(copy->data, source->data, from->rows * sizeof *copy->data);
            memcpy(copy->state, source->state, from->rows);
        }
        for (size_t k = 0; code == 0 && k < source->dict.count; k++) {
            if (shy_map_add(&copy->dict, source->dict.keys[k], source->dict.lengths[k]) ==
                SHY_MAP_NONE)
                code = shy_fail_nomem(err);
        }
    }
    if (code != 0) {
        shy_table_free(t);
        return code;
    }
    t->rows = from->rows;
    *out = t;
    return 0;
}

/* Checking ------------------------------------------------------------------------------- */

static bool is_dictionary(enum shy_type type)
{
    return type == SHY_CODE_T || type == SHY_TEXT_T || type == SHY_PERIOD_T;
}

/* Lists of values are short; their order is for reading and not relied on. */
static bool in_values(const char *const *values, const char *text)
{
    for (; *values != NULL; values++) {
        if (strcmp(*values, text) == 0)
            return true;
    }
    return false;
}

/* Ordinals of days and months and mantissas of decimals mean nothing to who reads a message. */
void shy_table_value_text(const struct shy_table *t, size_t row, int column, char *out, size_t size)
{
    const struct shy_table_column *c = &t->columns[column];
    const char *text = is_dictionary(c->def->type) ? shy_table_text(t, row, column) : NULL;
    int64_t value = c->data[row];
    struct shy_fraction f;
    char date[11];
    if (text != NULL) {
        shy_copy_text(out, size, text, c->dict.lengths[value]);
    } else if (c->def->type == SHY_MONTH_T && value >= 0 && value < 12 * 10000) {
        int32_t month = (int32_t)value;
        (void)snprintf(out, size, "%04d-%02d", shy_month_year(month), shy_month_of_year(month));
    } else if (c->def->type == SHY_DATE_T) {
        shy_date_text((int32_t)value, date);
        shy_copy_text(out, size, date, strlen(date));
    } else if (c->def->type == SHY_DECIMAL_T && shy_fraction_decimal(value, c->def->scale, &f)) {
        shy_fraction_format(f, c->def->scale, false, out, size);
    } else {
        (void)snprintf(out, size, "%lld", (long long)value);
    }
}

/* NULL where the text keeps the contract, else what is wrong with it, translated. */
static const char *broken_text_rule(const struct shy_column *def, const char *text)
{
    struct shy_period period;
    if (text == NULL || (text[0] == '\0' && def->type != SHY_TEXT_T))
        return _("The value is empty.");
    if (def->type == SHY_PERIOD_T && !shy_period_parse(text, &period))
        return _("The value is not a period in its canonical form.");
    if (def->values != NULL && !in_values(def->values, text))
        return _("The value is not one of those the contract allows.");
    return NULL;
}

static const char *broken_number_rule(const struct shy_column *def, int64_t value)
{
    if (def->type == SHY_MONTH_T && value < 0)
        return _("The value is not a month.");
    if (def->type == SHY_BOOL_T && value != 0 && value != 1)
        return _("The value is neither true nor false.");
    if (def->min <= def->max && (value < def->min || value > def->max))
        return _("The value is outside the range that the contract allows.");
    return NULL;
}

static const char *broken_rule(const struct shy_table *t, size_t row, int column)
{
    const struct shy_table_column *c = &t->columns[column];
    if (is_dictionary(c->def->type))
        return broken_text_rule(c->def, shy_table_text(t, row, column));
    return broken_number_rule(c->def, c->data[row]);
}

static bool is_there(uint8_t state)
{
    return state == SHIHYO_STATE_OK || state == SHIHYO_STATE_PARTIAL;
}

/* Rules are asked once for each text, however many rows have it. */
static int mark_texts(const struct shy_table_column *c, size_t rows, uint8_t *bad,
                      struct shihyo_error *err)
{
    bool *broken = shy_alloc(c->dict.count, sizeof *broken);
    if (broken == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < c->dict.count; i++)
        broken[i] = broken_text_rule(c->def, c->dict.keys[i]) != NULL;
    for (size_t i = 0; i < rows; i++) {
        /* A text cannot be partial. */
        if (is_there(c->state[i]))
            bad[i] |= c->state[i] != SHIHYO_STATE_OK || (uint64_t)c->data[i] >= c->dict.count ||
                      broken[c->data[i]];
    }
    shy_free(broken);
    return 0;
}

/* The same rules as shy_table_check_row, column by column and without words: nearly all rows are
 * good, and those that are not are looked at again to say why. */
int shy_table_mark_bad(const struct shy_table *t, uint8_t *bad, struct shihyo_error *err)
{
    memset(bad, 0, t->rows);
    for (size_t i = 0; i < t->column_count; i++) {
        const struct shy_table_column *c = &t->columns[i];
        bool nullable = (c->def->flags & SHY_COLUMN_NULLABLE) != 0;
        for (size_t row = 0; !nullable && row < t->rows; row++)
            bad[row] |= !is_there(c->state[row]);
        if (is_dictionary(c->def->type)) {
            SHY_TRY(mark_texts(c, t->rows, bad, err));
            continue;
        }
        for (size_t row = 0; row < t->rows; row++)
            bad[row] |= is_there(c->state[row]) && broken_number_rule(c->def, c->data[row]) != NULL;
    }
    return 0;
}

/* The nearest of the allowed values, or all of them where none is near. */
static void hint_values(struct shihyo_error *err, const struct shy_column *def, const char *text)
{
    size_t count = 0;
    if (err == NULL || def->values == NULL)
        return;
    while (def->values[count] != NULL)
        count++;
    shy_nearest(err, text, def->values, count);
    if (err->hint[0] != '\0')
        return;
    struct shy_text list = {0};
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&list, "%s%s", i == 0 ? "" : ", ", def->values[i]);
    shy_hint(err, _("Allowed: %s."), shy_text_get(&list));
    shy_text_free(&list);
}

/* The first broken rule of the row is told, in the order of the columns. Keys are not looked at:
 * that needs all rows, and is the import's. */
int shy_table_check_row(const struct shy_table *t, size_t row, struct shihyo_error *err)
{
    for (size_t i = 0; i < t->column_count; i++) {
        const struct shy_table_column *c = &t->columns[i];
        uint8_t state = c->state[row];
        if (!is_there(state)) {
            if ((c->def->flags & SHY_COLUMN_NULLABLE) != 0)
                continue;
            (void)shy_fail(err, SHY_E_CONTRACT_NULL,
                           _("The column '%s' of '%s' must have a value and has none."),
                           c->def->name, t->contract->id);
            shy_at_column(err, c->def->name);
            return SHY_E_CONTRACT_NULL;
        }
        const char *rule = broken_rule(t, row, (int)i);
        if (rule == NULL)
            continue;
        char text[128];
        shy_table_value_text(t, row, (int)i, text, sizeof text);
        (void)shy_fail(err, SHY_E_CONTRACT_VALUE, _("The column '%s' of '%s': %s"), c->def->name,
                       t->contract->id, rule);
        shy_at_column(err, c->def->name);
        if (!t->contract->person_level) {
            shy_value(err, text, strlen(text));
            hint_values(err, c->def, text);
        }
        return SHY_E_CONTRACT_VALUE;
    }
    return 0;
}
