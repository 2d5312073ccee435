/* SPDX-License-Identifier: MIT */
/*
 * Rows put together by a plugin. Setting a value cannot fail for the caller: what is wrong is kept
 * until end_row, which drops the row and tells.
 */
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/number.h"
#include "core/base/period.h"
#include "core/contract/core_contracts.h"
#include "core/plugin/internal.h"

struct shihyo_builder {
    struct shy_table *table;
    char **names; /* the columns in the order asked for */
    size_t name_count;
    int *columns; /* of the table, for each name */
    size_t row;
    bool open; /* the row was begun */
    int fault; /* of the row */
    struct shihyo_error error;
    int64_t rounded;
    struct shy_source *source; /* counts roundings; may be NULL */
};

static void destroy(struct shihyo_builder *b)
{
    if (b == NULL)
        return;
    for (size_t i = 0; i < b->name_count; i++)
        shy_free(b->names[i]);
    shy_free(b->names);
    shy_free(b->columns);
    shy_table_free(b->table);
    shy_free(b);
}

/* Contracts of facts.NAME exist in their source only, so a builder asked for through the common
 * host table knows the core's. */
static int find_contract(const struct shihyo_host *host, const char *id,
                         const struct shy_contract **out, struct shihyo_error *err)
{
    const struct shy_host_context *context = (const struct shy_host_context *)host;
    if (context->source != NULL)
        return shy_source_contract(context->source, id, out, err);
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        *out = shy_core_contracts[i];
        if (strcmp((*out)->id, id) == 0)
            return 0;
    }
    return shy_fail(err, SHY_E_CONTRACT_UNKNOWN, _("There is no contract '%s'."), id);
}

static int make(const struct shihyo_host *host, const char *contract, const char *const *columns,
                size_t column_count, struct shihyo_builder **out, struct shihyo_error *err)
{
    const struct shy_contract *found;
    *out = NULL;
    SHY_TRY(find_contract(host, contract, &found, err));
    struct shihyo_builder *b = shy_alloc(1, sizeof *b);
    if (b == NULL)
        return shy_fail_nomem(err);
    b->error = (struct shihyo_error)SHY_ERROR_INIT;
    b->source = ((const struct shy_host_context *)host)->source;
    int code = shy_table_new(found, columns, column_count, &b->table, err);
    b->names = shy_alloc(column_count, sizeof *b->names);
    b->columns = shy_alloc(column_count, sizeof *b->columns);
    if (code == 0 && (b->names == NULL || b->columns == NULL))
        code = shy_fail_nomem(err);
    for (size_t i = 0; code == 0 && i < column_count; i++) {
        b->names[b->name_count++] = shy_strdup(columns[i]);
        if (b->names[i] == NULL)
            code = shy_fail_nomem(err);
        b->columns[i] = shy_table_column(b->table, columns[i]);
    }
    if (code != 0) {
        destroy(b);
        return code;
    }
    *out = b;
    return 0;
}

static int create(const struct shihyo_host *host, const char *contract, const char *const *columns,
                  size_t column_count, struct shihyo_builder **out, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    int code = make(host, contract, columns, column_count, out, &filled);
    if (code != 0)
        shy_error_give(err, &filled);
    return shy_code_status(code);
}

static int column(const struct shihyo_builder *b, const char *name)
{
    for (size_t i = 0; i < b->name_count; i++) {
        if (strcmp(b->names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* Column of the table to set in the row being built; -1: nothing to do. */
static int begin_set(struct shihyo_builder *b, int at)
{
    if (at < 0 || b->fault != 0)
        return -1;
    if ((size_t)at >= b->name_count) {
        b->fault = shy_fail(&b->error, SHY_E_PLUGIN_DEFECT,
                            _("The plugin sets a column that it did not ask for."));
        return -1;
    }
    if (!b->open) {
        b->fault = shy_table_add_row(b->table, &b->row, &b->error);
        b->open = b->fault == 0;
    }
    return b->fault == 0 ? b->columns[at] : -1;
}

static const struct shy_column *definition(const struct shihyo_builder *b, int at)
{
    return b->table->columns[at].def;
}

static void wrong_type(struct shihyo_builder *b, int at)
{
    const struct shy_column *def = definition(b, at);
    b->fault = shy_fail(&b->error, SHY_E_CONTRACT_TYPE,
                        _("The plugin sets the column '%s', a %s, with a value of another type."),
                        def->name, shy_type_name(def->type));
    shy_at_column(&b->error, def->name);
}

/* Which value is never said here: the contract may be one of persons. */
static void wrong_value(struct shihyo_builder *b, int at, enum shy_code code, const char *what)
{
    b->fault = shy_fail(&b->error, code, "%s", what);
    shy_at_column(&b->error, definition(b, at)->name);
}

static void set_text(struct shihyo_builder *b, int index, const char *text, size_t length)
{
    int32_t day;
    int at = begin_set(b, index);
    if (at < 0)
        return;
    switch (definition(b, at)->type) {
    case SHY_CODE_T:
    case SHY_TEXT_T:
    case SHY_PERIOD_T:
        b->fault = shy_table_set_text(b->table, b->row, at, text, length, &b->error);
        break;
    case SHY_DATE_T:
        if (shy_date_parse(text, length, &day))
            shy_table_set_int(b->table, b->row, at, day);
        else
            wrong_value(b, at, SHY_E_CONTRACT_VALUE, _("The value is not a date YYYY-MM-DD."));
        break;
    default:
        wrong_type(b, at);
        break;
    }
}

/* Half up, and counted: the import tells how many figures lost digits. */
static void set_decimal(struct shihyo_builder *b, int at, int64_t mantissa, int scale)
{
    const struct shy_column *def = definition(b, at);
    int due = def->type == SHY_DECIMAL_T ? def->scale : 0;
    int64_t value;
    bool rounded = false;
    if (scale < 0 || scale > 18 || !shy_decimal_rescale(mantissa, scale, due, &value, &rounded)) {
        wrong_value(b, at, SHY_E_OVERFLOW, _("The number does not fit in 64 bits."));
        return;
    }
    if (def->type == SHY_BOOL_T && (rounded || value < 0 || value > 1)) {
        wrong_value(b, at, SHY_E_CONTRACT_VALUE, _("The value is neither yes (1) nor no (0)."));
        return;
    }
    b->rounded += rounded ? 1 : 0;
    shy_table_set_int(b->table, b->row, at, value);
}

static void set_int(struct shihyo_builder *b, int index, int64_t value)
{
    int at = begin_set(b, index);
    if (at < 0)
        return;
    switch (definition(b, at)->type) {
    case SHY_INT_T:
        shy_table_set_int(b->table, b->row, at, value);
        break;
    case SHY_DATE_T:
        if (value == (int32_t)value)
            shy_table_set_int(b->table, b->row, at, value);
        else
            wrong_value(b, at, SHY_E_CONTRACT_VALUE, _("The value is not a date."));
        break;
    case SHY_MONTH_T:
        if (value >= 101 && value <= 999912 && value % 100 >= 1 && value % 100 <= 12)
            shy_table_set_int(b->table, b->row, at,
                              shy_month((int)(value / 100), (int)(value % 100)));
        else
            wrong_value(b, at, SHY_E_CONTRACT_VALUE, _("The value is not a month yyyymm."));
        break;
    case SHY_BOOL_T:
    case SHY_DECIMAL_T:
        set_decimal(b, at, value, 0);
        break;
    default:
        wrong_type(b, at);
        break;
    }
}

static void set_number(struct shihyo_builder *b, int index, const struct shihyo_number *value)
{
    struct shihyo_number number;
    int at = begin_set(b, index);
    if (at < 0)
        return;
    enum shy_type type = definition(b, at)->type;
    bool numeric = type == SHY_INT_T || type == SHY_DECIMAL_T || type == SHY_BOOL_T;
    bool taken = shy_struct_take(value, &number, sizeof number);
    bool valued =
        taken && (number.state == SHIHYO_STATE_OK || number.state == SHIHYO_STATE_PARTIAL);
    /* Why there is no answer can be said of every column; numbers are for some. */
    if (!taken || number.state > SHIHYO_STATE_PARTIAL || (valued && !numeric)) {
        wrong_type(b, at);
        return;
    }
    if (valued)
        set_decimal(b, at, number.mantissa, number.scale);
    if (b->fault == 0)
        shy_table_set_state(b->table, b->row, at, (enum shihyo_state)number.state);
}

/* A plugin may leave out a bad row, count it and go on, so a row that failed leaves nothing
 * behind. Texts already put into dictionaries stay there, unused. */
static int end_row(struct shihyo_builder *b, struct shihyo_error *err)
{
    int fault = b->fault;
    if (fault == 0 && !b->open)
        fault = shy_table_add_row(b->table, &b->row, &b->error);
    if (fault != 0) {
        shy_error_give(err, &b->error);
        if (b->open)
            b->table->rows--;
    }
    b->open = false;
    b->fault = 0;
    return shy_code_status(fault);
}

static size_t rows(const struct shihyo_builder *b)
{
    return b->table->rows - (b->open ? 1 : 0);
}

static int finish(struct shihyo_builder *b, struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    int code;
    *out = (struct ArrowArrayStream){0};
    if (b->open || b->fault != 0) {
        code = shy_fail(&filled, SHY_E_PLUGIN_DEFECT,
                        _("The plugin ends the building in the middle of a row."));
    } else {
        const char *contract = b->table->contract->id;
        code = shy_table_take_arrow(b->table, (const char *const *)b->names, b->name_count, out,
                                    &filled);
        b->table = NULL;
        if (code == 0 && b->source != NULL && b->rounded > 0)
            shy_source_add_rounded(b->source, contract, b->rounded);
    }
    if (code != 0)
        shy_error_give(err, &filled);
    destroy(b);
    return shy_code_status(code);
}

const struct shihyo_builder_services shy_builder_services = {
    SHIHYO_ABI_INIT(struct shihyo_builder_services),
    .create = create,
    .column = column,
    .set_text = set_text,
    .set_int = set_int,
    .set_number = set_number,
    .end_row = end_row,
    .rows = rows,
    .finish = finish,
    .destroy = destroy,
};
