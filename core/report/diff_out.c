/* SPDX-License-Identifier: MIT */
/*
 * Differences for people: what may explain them, then a line for each value; and for programs, one
 * record a value. Lines are kept until the comparison is done, for the causes stand above them.
 */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/diff_out.h"
#include "core/report/report_private.h"
#include "core/text/csv.h"

enum column {
    INDICATOR,
    NAME,
    AREA_SET,
    AREA_CODE,
    AREA_NAME,
    PERIOD,
    MEASURE,
    DIMENSIONS,
    CHANGE,
    BEFORE,
    AFTER,
    DIFFERENCE,
    PERCENT,
    STATE_BEFORE,
    STATE_AFTER,
    UNIT,
    CAUSES,
    COLUMNS
};
static const char *const names[COLUMNS] = {
    "indicator", "name",         "area_set",    "area_code", "area_name", "period",
    "measure",   "dimensions",   "change",      "before",    "after",     "difference",
    "percent",   "state_before", "state_after", "unit",      "causes"};

struct diff_out {
    const struct shy_show_options *show;
    struct shy_text text;   /* CSV */
    json_t *rows;           /* JSON */
    struct shy_arena arena; /* of the table's cells */
    const char **cells;     /* AREA, NAME, PERIOD, MEASURE, BEFORE, AFTER, CHANGE in words */
    size_t cell_count, cell_capacity;
    uint32_t causes; /* of all rows */
    bool failed;
};

static bool has_number(const struct shy_diff_side *side)
{
    return side->there && (side->state == SHIHYO_STATE_OK || side->state == SHIHYO_STATE_PARTIAL);
}

static const char *change_id(enum shy_diff_change change)
{
    static const char *const ids[] = {"changed", "added", "removed"};
    return ids[change];
}

/* At full precision. */
static void number_text(const struct shy_diff_side *side, char out[48])
{
    out[0] = '\0';
    if (has_number(side))
        shy_double_shortest(side->exact ? shy_fraction_double(side->value) : side->number, out, 48);
}

/* after - before, exactly where both are exact; and in percent of before. */
static void difference_text(const struct shy_diff_row *row, char difference[48], char percent[48])
{
    struct shy_fraction d, p, hundred = {100, 1};
    difference[0] = percent[0] = '\0';
    if (!has_number(&row->before) || !has_number(&row->after))
        return;
    if (row->before.exact && row->after.exact &&
        shy_fraction_sub(row->after.value, row->before.value, &d)) {
        shy_double_shortest(shy_fraction_double(d), difference, 48);
        if (row->before.value.num != 0 && shy_fraction_div(d, row->before.value, &p) &&
            shy_fraction_mul(p, hundred, &p))
            shy_double_shortest(shy_fraction_double(p), percent, 48);
        return;
    }
    double change = row->after.number - row->before.number;
    shy_double_shortest(change, difference, 48);
    if (fabs(row->before.number) > 0)
        shy_double_shortest(100 * change / row->before.number, percent, 48);
}

static void causes_text(uint32_t causes, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t bit = 1; shy_diff_cause_id(bit) != NULL; bit <<= 1) {
        if ((causes & bit) == 0 || used >= size)
            continue;
        int n =
            snprintf(out + used, size - used, "%s%s", used > 0 ? ";" : "", shy_diff_cause_id(bit));
        used += n > 0 ? (size_t)n : 0;
    }
}

/* CSV and JSON ------------------------------------------------------------------------------ */

struct texts {
    const char *cells[COLUMNS];
    char before[48], after[48], difference[48], percent[48], causes[128];
};

static void fill(const struct shy_diff_row *row, struct texts *x)
{
    number_text(&row->before, x->before);
    number_text(&row->after, x->after);
    difference_text(row, x->difference, x->percent);
    causes_text(row->causes, x->causes, sizeof x->causes);
    const char *const cells[COLUMNS] = {
        [INDICATOR] = row->indicator,
        [NAME] = row->name,
        [AREA_SET] = row->area_set,
        [AREA_CODE] = row->area_code,
        [AREA_NAME] = row->area_name,
        [PERIOD] = row->period,
        [MEASURE] = row->measure,
        [DIMENSIONS] = row->dimensions,
        [CHANGE] = change_id(row->change),
        [BEFORE] = x->before,
        [AFTER] = x->after,
        [DIFFERENCE] = x->difference,
        [PERCENT] = x->percent,
        [STATE_BEFORE] = row->before.there ? shy_state_id(row->before.state) : "",
        [STATE_AFTER] = row->after.there ? shy_state_id(row->after.state) : "",
        [UNIT] = row->unit,
        [CAUSES] = x->causes,
    };
    memcpy(x->cells, cells, sizeof cells);
}

static void add_csv(struct diff_out *o, const char *const *cells)
{
    for (size_t c = 0; c < COLUMNS; c++)
        shy_csv_cell(&o->text, cells[c], c == 0);
    shy_text_addc(&o->text, '\n');
}

static void add_json(struct diff_out *o, const struct texts *x)
{
    json_t *object = json_object();
    for (size_t c = 0; c < COLUMNS; c++)
        if (x->cells[c][0] != '\0')
            json_object_set_new(object, names[c], json_string(x->cells[c]));
    o->failed |= object == NULL || json_array_append_new(o->rows, object) != 0;
}

/* The table -------------------------------------------------------------------------------- */

enum shown { S_INDICATOR, S_AREA, S_PERIOD, S_MEASURE, S_BEFORE, S_AFTER, S_CHANGE, S_COUNT };

static const char *side_text(struct diff_out *o, const struct shy_diff_side *side, int decimals)
{
    char text[48];
    if (!side->there)
        return "";
    if (!has_number(side))
        return shy_state_sign(side->state);
    if (side->exact)
        shy_fraction_format(side->value, decimals, true, text, sizeof text);
    else
        shy_double_format(side->number, decimals, true, text, sizeof text);
    return shy_arena_strdup(&o->arena, text);
}

static const char *change_text(struct diff_out *o, const struct shy_diff_row *row)
{
    char difference[48], percent[48], text[64];
    if (row->change == SHY_DIFF_ADDED)
        return _("new");
    if (row->change == SHY_DIFF_REMOVED)
        return _("gone");
    difference_text(row, difference, percent);
    if (percent[0] == '\0')
        return difference[0] == '\0' ? _("another state") : shy_arena_strdup(&o->arena, difference);
    double share = strtod(percent, NULL);
    char rounded[48];
    shy_double_format(share, 1, false, rounded, sizeof rounded);
    snprintf(text, sizeof text, "%s%s%%", share > 0 ? "+" : "", rounded);
    return shy_arena_strdup(&o->arena, text);
}

static const char *period_label(struct diff_out *o, const char *canonical)
{
    struct shy_period p;
    char label[64];
    if (!shy_period_parse(canonical, &p))
        return shy_arena_strdup(&o->arena, canonical);
    shy_period_label(&p, o->show->japanese, label, sizeof label);
    return shy_arena_strdup(&o->arena, label);
}

static const char *measure_label(struct diff_out *o, const struct shy_diff_row *row)
{
    struct shy_text text = {0};
    shy_text_adds(&text, strcmp(row->measure, "count") == 0 ? row->unit : row->measure);
    if (row->dimensions[0] != '\0')
        shy_text_addf(&text, " %s", row->dimensions);
    const char *label = text.failed ? NULL : shy_arena_strdup(&o->arena, shy_text_get(&text));
    shy_text_free(&text);
    return label;
}

static void add_cells(struct diff_out *o, const struct shy_diff_row *row)
{
    /* A number that changed below the digits shown must not look like one that did not. */
    int decimals = row->decimals;
    char difference[48], percent[48];
    difference_text(row, difference, percent);
    while (difference[0] != '\0' && decimals < row->decimals + 6 &&
           strcmp(side_text(o, &row->before, decimals), side_text(o, &row->after, decimals)) == 0)
        decimals++;
    const char *const cells[S_COUNT] = {
        [S_INDICATOR] =
            shy_arena_strdup(&o->arena, row->name[0] != '\0' ? row->name : row->indicator),
        [S_AREA] = shy_arena_strdup(&o->arena,
                                    row->area_name[0] != '\0' ? row->area_name : row->area_code),
        [S_PERIOD] = period_label(o, row->period),
        [S_MEASURE] = measure_label(o, row),
        [S_BEFORE] = side_text(o, &row->before, decimals),
        [S_AFTER] = side_text(o, &row->after, decimals),
        [S_CHANGE] = change_text(o, row),
    };
    for (size_t i = 0; i < S_COUNT; i++) {
        if (cells[i] == NULL || !SHY_GROW(o->cells, o->cell_count, o->cell_capacity)) {
            o->failed = true;
            return;
        }
        o->cells[o->cell_count++] = cells[i];
    }
}

static int visit(void *arg, const struct shy_diff_row *row)
{
    struct diff_out *o = arg;
    struct texts x;
    o->causes |= row->causes;
    if (o->show->format == SHY_FORMAT_TABLE) {
        add_cells(o, row);
    } else {
        fill(row, &x);
        if (o->show->format == SHY_FORMAT_CSV)
            add_csv(o, x.cells);
        else
            add_json(o, &x);
    }
    return o->failed || o->text.failed ? SHY_E_NOMEM : 0;
}

/* The whole -------------------------------------------------------------------------------- */

static int finish_table(struct diff_out *o, const struct shy_diff_options *options,
                        const char *table, const struct shy_diff_counts *counts,
                        struct shihyo_error *err)
{
    if (table != NULL)
        shy_text_addf(&o->text, _("Run %lld and the table %s:\n"), (long long)options->after,
                      table);
    else
        shy_text_addf(&o->text, _("Run %lld and run %lld:\n"), (long long)options->before,
                      (long long)options->after);
    shy_text_addf(&o->text,
                  _("%lld values are the same, %lld differ, %lld are new, %lld are gone.\n"),
                  (long long)counts->same, (long long)counts->changed, (long long)counts->added,
                  (long long)counts->removed);
    for (uint32_t bit = 1; shy_diff_cause_id(bit) != NULL; bit <<= 1)
        if ((o->causes & bit) != 0)
            shy_text_addf(&o->text, "  %s\n", shy_diff_cause_text(bit));
    if (counts->unexplained > 0)
        shy_text_addf(&o->text, _("  %lld values differ though nothing behind them does.\n"),
                      (long long)counts->unexplained);
    if (o->cell_count == S_COUNT)
        return 0;
    shy_text_addc(&o->text, '\n');
    return shy_draw_table(&o->text, o->cells, o->cell_count / S_COUNT, S_COUNT, "llllrrr",
                          o->show->width, err);
}

static int finish_json(struct diff_out *o, const struct shy_diff_options *options,
                       const char *table, const struct shy_diff_counts *counts,
                       struct shihyo_error *err)
{
    json_t *report =
        json_pack("{s:I,s:I,s:I,s:I,s:I,s:I,s:O}", "after", (json_int_t)options->after, "same",
                  (json_int_t)counts->same, "changed", (json_int_t)counts->changed, "added",
                  (json_int_t)counts->added, "removed", (json_int_t)counts->removed, "unexplained",
                  (json_int_t)counts->unexplained, "values", o->rows);
    if (table != NULL)
        json_object_set_new(report, "table", json_string(table));
    else
        json_object_set_new(report, "before", json_integer(options->before));
    char *text = report == NULL ? NULL : json_dumps(report, JSON_INDENT(1));
    json_decref(report);
    if (text == NULL)
        return shy_fail_nomem(err);
    shy_text_adds(&o->text, text);
    shy_text_addc(&o->text, '\n');
    free(text);
    return 0;
}

static int begin(struct diff_out *o, struct shihyo_error *err)
{
    const char *const head[S_COUNT] = {_("Indicator"), _("Area"),  _("Period"), _("Measure"),
                                       _("Before"),    _("After"), _("Change")};
    if (o->show->format == SHY_FORMAT_CSV)
        add_csv(o, names);
    o->rows = json_array();
    for (size_t i = 0; i < S_COUNT; i++) {
        if (!SHY_GROW(o->cells, o->cell_count, o->cell_capacity))
            return shy_fail_nomem(err);
        o->cells[o->cell_count++] = head[i];
    }
    return o->rows == NULL ? shy_fail_nomem(err) : 0;
}

int shy_show_diff(struct shy_results *results, struct shy_diff_options *options, const char *table,
                  const struct shy_show_options *show, FILE *out, struct shy_diff_counts *counts,
                  struct shy_problems *problems, struct shihyo_error *err)
{
    struct diff_out o = {.show = show};
    size_t errors = problems->errors;
    int code = begin(&o, err);
    if (code == 0)
        code = table == NULL ? shy_results_diff(results, options, visit, &o, counts, err)
                             : shy_results_diff_table(results, options, table, visit, &o, counts,
                                                      problems, err);
    if (o.failed || o.text.failed)
        code = shy_fail_nomem(err);
    if (code == 0 && problems->errors == errors) {
        if (show->format == SHY_FORMAT_TABLE)
            code = finish_table(&o, options, table, counts, err);
        else if (show->format == SHY_FORMAT_JSON)
            code = finish_json(&o, options, table, counts, err);
        if (code == 0 && o.text.failed)
            code = shy_fail_nomem(err);
        if (code == 0 && fwrite(shy_text_get(&o.text), 1, o.text.length, out) != o.text.length)
            code = shy_fail_os(err, errno, _("write the values"), "");
    }
    json_decref(o.rows);
    shy_text_free(&o.text);
    shy_arena_free(&o.arena);
    shy_free(o.cells);
    return code;
}
