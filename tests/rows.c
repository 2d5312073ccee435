/* SPDX-License-Identifier: MIT */
#include "tests/rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/number.h"
#include "core/base/period.h"
#include "core/plugin/plugin_host.h"
#include "core/script/script.h"

static int read_lua(const char *path, json_t **out, struct shihyo_error *err)
{
    return shy_script_value(path, NULL, out, err);
}

static const char *state_name(uint8_t state)
{
    static const char *const names[] = {
        "ok", "missing", "masked", "not_applicable", "not_computable", "unreported", "partial"};
    return state < sizeof names / sizeof names[0] ? names[state] : "?";
}

static void add_number(struct shy_text *out, const struct shy_column *def, int64_t value)
{
    char text[64];
    switch (def->type) {
    case SHY_DECIMAL_T: {
        if (def->scale == 0) {
            shy_text_addf(out, "%" PRId64, value);
            break;
        }
        int64_t unit = 1;
        for (int i = 0; i < def->scale; i++)
            unit *= 10;
        shy_text_addf(out, "%s%" PRId64 ".%0*" PRId64, value < 0 ? "-" : "",
                      (value < 0 ? -value : value) / unit, def->scale,
                      (value < 0 ? -value : value) % unit);
        break;
    }
    case SHY_DATE_T:
        shy_date_text((int32_t)value, text);
        shy_text_adds(out, text);
        break;
    case SHY_MONTH_T:
        shy_text_addf(out, "%04" PRId64 "-%02" PRId64, value / 12, value % 12 + 1);
        break;
    default:
        shy_text_addf(out, "%" PRId64, value);
        break;
    }
}

static void add_cell(struct shy_text *out, const struct shy_table *t, size_t row, size_t i)
{
    const struct shy_table_column *c = &t->columns[i];
    const struct shy_column *def = c->def;
    if (c->state[row] != SHIHYO_STATE_OK) {
        if ((def->flags & SHY_COLUMN_MEASURE) != 0 || c->state[row] != SHIHYO_STATE_MISSING)
            shy_text_addf(out, "!%s", state_name(c->state[row]));
    } else if (def->type == SHY_CODE_T || def->type == SHY_TEXT_T || def->type == SHY_PERIOD_T) {
        shy_text_adds(out, shy_table_text(t, row, (int)i));
    } else {
        add_number(out, def, c->data[row]);
    }
}

struct reading {
    struct shy_text *out;
    bool headed;
};

static int add_rows(void *arg, const struct shy_table *t, struct shihyo_error *err)
{
    struct reading *r = arg;
    for (size_t i = 0; !r->headed && i < t->column_count; i++)
        shy_text_addf(r->out, "%s%s", i == 0 ? "" : "\t", t->columns[i].def->name);
    if (!r->headed)
        shy_text_addc(r->out, '\n');
    r->headed = true;
    for (size_t row = 0; row < t->rows; row++) {
        int code = shy_table_check_row(t, row, err);
        if (code != 0)
            return code;
        for (size_t i = 0; i < t->column_count; i++) {
            if (i > 0)
                shy_text_addc(r->out, '\t');
            add_cell(r->out, t, row, i);
        }
        shy_text_addc(r->out, '\n');
    }
    return r->out->failed ? shy_fail_nomem(err) : 0;
}

static int read_contract(struct shy_source *source, struct shy_catalogue *catalogue, const char *id,
                         struct shy_text *out, struct shihyo_error *err)
{
    struct reading r = {out, false};
    const struct shihyo_table_info *tables;
    const struct shy_contract *contract;
    size_t count;
    SHY_TRY(shy_source_tables(source, catalogue, &tables, &count, err));
    SHY_TRY(shy_catalogue_require(catalogue, id, &contract, err));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tables[i].contract, id) != 0)
            continue;
        for (uint32_t split = 0; split < tables[i].splits; split++)
            SHY_TRY(shy_source_read(source, contract, NULL, 0, split, add_rows, &r, err));
    }
    return 0;
}

int rows_of_source(const char *name, const json_t *given, const char *contract,
                   struct shy_text *out, struct shihyo_error *err)
{
    struct shy_plugins *plugins = NULL;
    struct shy_plugin *plugin = NULL;
    struct shy_options *options = NULL;
    struct shy_source *source = NULL;
    struct shy_catalogue *catalogue = shy_catalogue_new();
    int code = catalogue == NULL ? shy_fail_nomem(err) : shy_plugins_new(&plugins, err);
    if (code == 0)
        code = shy_plugins_load(plugins, name, &plugin, err);
    if (code == 0)
        code = shy_options_check(shy_plugin_descriptor(plugin)->options, given, ".", read_lua,
                                 &options, err);
    if (code == 0)
        code = shy_source_open(plugin, name, options, &source, err);
    if (code == 0)
        code = read_contract(source, catalogue, contract, out, err);
    shy_source_close(source);
    shy_options_free(options);
    shy_plugins_free(plugins);
    shy_catalogue_free(catalogue);
    return code;
}
