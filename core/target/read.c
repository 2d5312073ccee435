/* SPDX-License-Identifier: MIT */
/* Target tables from files, and back: CSV with labels in English or Japanese, and the lists of
 * tables that a Lua file returns. Both become the same rows of texts. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/target/target_private.h"
#include "core/text/csv.h"
#include "core/text/normalise.h"

const struct shy_target_word shy_target_columns[SHY_TC_COUNT] = {
    [SHY_TC_PLAN] = {"plan", "計画"},
    [SHY_TC_INDICATOR] = {"indicator", "指標"},
    [SHY_TC_AREA_SET] = {"area_set", "圏域の種類"},
    [SHY_TC_AREA] = {"area", "地域コード"},
    [SHY_TC_MEASURE] = {"measure", "測り方"},
    [SHY_TC_DIMENSIONS] = {"dimensions", "内訳"},
    [SHY_TC_KIND] = {"kind", "種類"},
    [SHY_TC_DIRECTION] = {"direction", "向き"},
    [SHY_TC_BASELINE] = {"baseline", "策定時"},
    [SHY_TC_BASELINE_PERIOD] = {"baseline_period", "策定時の年度"},
    [SHY_TC_BASELINE_SOURCE] = {"baseline_source", "策定時の出典"},
    [SHY_TC_PERIOD] = {"period", "目標年度"},
    [SHY_TC_VALUE] = {"value", "目標値"},
    [SHY_TC_UPPER] = {"upper", "上限"},
    [SHY_TC_GROUP] = {"group", "施策"},
    [SHY_TC_SOURCE] = {"source", "資料"},
    [SHY_TC_REASON] = {"reason", "理由"},
    [SHY_TC_IMPROVEMENT] = {"improvement", "改善の方向性"},
    [SHY_TC_NOTE] = {"note", "備考"},
    [SHY_TC_SUBSTITUTE] = {"substitute", "代替"},
    [SHY_TC_CARRIED_FROM] = {"carried_from", "引継元"},
    [SHY_TC_CARRIED] = {"carried", "引継量"},
    [SHY_TC_CARRIED_REASON] = {"carried_reason", "引継の理由"},
};

/* CSV -------------------------------------------------------------------------------------- */

struct csv_reading {
    struct shihyo_csv *csv;
    struct shy_target_reader reader;
    int places[SHY_TC_COUNT]; /* field of each column, -1 = not in the file */
    struct shy_text cells[SHY_TC_COUNT];
};

static int unknown_label(const char *label, const char *file, struct shihyo_error *err)
{
    const char *names[2 * SHY_TC_COUNT];
    for (size_t i = 0; i < SHY_TC_COUNT; i++) {
        names[2 * i] = shy_target_columns[i].id;
        names[2 * i + 1] = shy_target_columns[i].japanese;
    }
    int code = shy_fail(err, SHY_E_TARGET_TABLE, _("A target table has no column '%s'."), label);
    shy_nearest(err, label, names, 2 * SHY_TC_COUNT);
    shy_hint(err, _("docs/targets.md lists the columns; words of your own go into the column %s."),
             shy_target_columns[SHY_TC_NOTE].japanese);
    shy_at(err, file, 1, 0);
    return code;
}

static int place_label(struct csv_reading *c, const char *label, size_t field,
                       struct shihyo_error *err)
{
    if (label[0] == '\0')
        return 0;
    for (size_t i = 0; i < SHY_TC_COUNT; i++) {
        const struct shy_target_word *w = &shy_target_columns[i];
        if (strcmp(w->id, label) != 0 && strcmp(w->japanese, label) != 0)
            continue;
        if (c->places[i] >= 0) {
            int code = shy_fail(err, SHY_E_HEADER_TWICE,
                                _("The column '%s' is in the table twice."), label);
            shy_at(err, c->reader.file, 1, 0);
            return code;
        }
        c->places[i] = (int)field;
        return 0;
    }
    return unknown_label(label, c->reader.file, err);
}

static int read_labels(struct csv_reading *c, struct shihyo_error *err)
{
    const struct shihyo_field *fields;
    size_t count;
    SHY_TRY(shy_csv_next(c->csv, &fields, &count, err));
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        c->places[i] = -1;
    for (size_t f = 0; f < count; f++) {
        char *label = shy_label(fields[f].text, fields[f].length);
        if (label == NULL)
            return shy_fail_nomem(err);
        int code = place_label(c, label, f, err);
        shy_free(label);
        SHY_TRY(code);
    }
    static const enum shy_target_column needed[] = {SHY_TC_PLAN, SHY_TC_INDICATOR, SHY_TC_AREA_SET,
                                                    SHY_TC_AREA, SHY_TC_KIND};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        if (c->places[needed[i]] >= 0)
            continue;
        const struct shy_target_word *w = &shy_target_columns[needed[i]];
        int code = shy_fail(err, SHY_E_HEADER_MISSING,
                            _("The target table has no column '%s' (%s)."), w->japanese, w->id);
        shy_at(err, c->reader.file, 1, 0);
        return code;
    }
    return 0;
}

/* Blanks around a cell are no part of it; a row without any text is none. */
static bool trim(const struct shihyo_field *f, struct shy_text *out)
{
    const char *text = f->text;
    size_t length = f->length;
    while (length > 0 && (text[0] == ' ' || text[0] == '\t'))
        text++, length--;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    shy_text_clear(out);
    shy_text_add(out, text, length);
    return length > 0;
}

static int read_record(struct csv_reading *c, const struct shihyo_field *fields, size_t count,
                       struct shihyo_error *err)
{
    const char *cells[SHY_TC_COUNT];
    bool any = false, failed = false;
    for (size_t f = 0; f < count; f++)
        any |= fields[f].length > 0;
    for (size_t i = 0; i < SHY_TC_COUNT; i++) {
        shy_text_clear(&c->cells[i]);
        if (c->places[i] >= 0 && (size_t)c->places[i] < count)
            (void)trim(&fields[c->places[i]], &c->cells[i]);
        failed |= c->cells[i].failed;
        cells[i] = shy_text_get(&c->cells[i]);
    }
    if (failed)
        return shy_fail_nomem(err);
    if (!any)
        return 0;
    if (c->reader.table->plan[0] == '\0') {
        c->reader.table->plan = shy_arena_strdup(&c->reader.table->arena, cells[SHY_TC_PLAN]);
        if (c->reader.table->plan == NULL)
            return shy_fail_nomem(err);
    }
    return shy_target_add_row(&c->reader, cells, shy_csv_line(c->csv), err);
}

static int read_csv(struct csv_reading *c, struct shihyo_error *err)
{
    const struct shihyo_field *fields;
    size_t count;
    SHY_TRY(read_labels(c, err));
    for (;;) {
        SHY_TRY(shy_csv_next(c->csv, &fields, &count, err));
        if (count == 0)
            return shy_target_finish(&c->reader, err);
        SHY_TRY(read_record(c, fields, count, err));
    }
}

int shy_target_table_read(const char *path, struct shy_target_table **out,
                          struct shy_problems *problems, struct shihyo_error *err)
{
    struct csv_reading c = {.reader = {.problems = problems, .file = path}};
    *out = NULL;
    SHY_TRY(shy_csv_open(path, NULL, &c.csv, err));
    int code = shy_target_table_new("", path, &c.reader.table, err);
    if (code == 0)
        code = read_csv(&c, err);
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        shy_text_free(&c.cells[i]);
    shy_csv_close(c.csv);
    if (code == 0)
        *out = c.reader.table;
    else
        shy_target_table_free(c.reader.table);
    return code;
}

/* Lua -------------------------------------------------------------------------------------- */

struct json_reading {
    struct shy_target_reader reader;
    struct shy_text cells[SHY_TC_COUNT];
};

/* A value of a table as the text that a CSV would have. */
static bool value_text(const json_t *value, struct shy_text *out)
{
    char number[48];
    shy_text_clear(out);
    if (json_is_string(value))
        shy_text_adds(out, json_string_value(value));
    else if (json_is_integer(value))
        shy_text_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_boolean(value))
        shy_text_adds(out, json_is_true(value) ? "yes" : "no");
    else if (json_is_real(value)) {
        shy_double_shortest(json_real_value(value), number, sizeof number);
        shy_text_adds(out, number);
    } else {
        return false;
    }
    return true;
}

static void bad_field(struct json_reading *j, const char *key, int64_t item)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    const char *names[SHY_TC_COUNT + 1];
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        names[i] = shy_target_columns[i].id;
    names[SHY_TC_COUNT] = "points";
    (void)shy_fail(&e, SHY_E_TARGET_FIELD,
                   _("Target %lld has a field '%s' that is not understood."), (long long)item, key);
    shy_nearest(&e, key, names, SHY_TC_COUNT + 1);
    shy_hint(&e, _("Fields are those of the CSV, and points = { { period, value, upper }, … }."));
    shy_at(&e, j->reader.file, 0, 0);
    shy_problems_add(j->reader.problems, SHY_ERROR, &e);
}

static bool take_field(struct json_reading *j, const char *key, const json_t *value)
{
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        if (strcmp(shy_target_columns[i].id, key) == 0)
            return value_text(value, &j->cells[i]);
    return strcmp(key, "points") == 0 && json_is_array(value);
}

static int add_cells(struct json_reading *j, int64_t item, struct shihyo_error *err)
{
    const char *cells[SHY_TC_COUNT];
    for (size_t i = 0; i < SHY_TC_COUNT; i++) {
        if (j->cells[i].failed)
            return shy_fail_nomem(err);
        cells[i] = shy_text_get(&j->cells[i]);
    }
    if (j->reader.table->plan[0] == '\0') {
        j->reader.table->plan = shy_arena_strdup(&j->reader.table->arena, cells[SHY_TC_PLAN]);
        if (j->reader.table->plan == NULL)
            return shy_fail_nomem(err);
    }
    return shy_target_add_row(&j->reader, cells, item, err);
}

/* points = { { "FY2020", 120 }, { "FY2023", 150 } }: a row each. */
static int add_points(struct json_reading *j, const json_t *points, int64_t item,
                      struct shihyo_error *err)
{
    static const enum shy_target_column columns[] = {SHY_TC_PERIOD, SHY_TC_VALUE, SHY_TC_UPPER};
    size_t n;
    json_t *point;
    if (json_array_size(points) == 0)
        return add_cells(j, item, err);
    json_array_foreach((json_t *)points, n, point)
    {
        bool good =
            json_is_array(point) && json_array_size(point) >= 1 && json_array_size(point) <= 3;
        for (size_t i = 0; i < 3; i++) {
            shy_text_clear(&j->cells[columns[i]]);
            if (good && i < json_array_size(point))
                good = value_text(json_array_get(point, i), &j->cells[columns[i]]);
        }
        if (!good) {
            bad_field(j, "points", item);
            return 0;
        }
        SHY_TRY(add_cells(j, item, err));
    }
    return 0;
}

static int add_item(struct json_reading *j, const json_t *item, int64_t number,
                    struct shihyo_error *err)
{
    const char *key;
    json_t *value;
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        shy_text_clear(&j->cells[i]);
    if (!json_is_object(item)) {
        bad_field(j, "?", number);
        return 0;
    }
    json_object_foreach((json_t *)item, key, value)
    {
        if (!take_field(j, key, value)) {
            bad_field(j, key, number);
            return 0;
        }
    }
    return add_points(j, json_object_get(item, "points"), number, err);
}

int shy_target_table_from_json(const json_t *list, const char *name, struct shy_target_table **out,
                               struct shy_problems *problems, struct shihyo_error *err)
{
    struct json_reading j = {.reader = {.problems = problems, .file = name}};
    size_t n;
    json_t *item;
    *out = NULL;
    if (!json_is_array(list)) {
        (void)shy_fail(err, SHY_E_TARGET_TABLE, _("A target table is a list of tables."));
        shy_hint(err, "return { { plan = \"medical8\", indicator = \"…\", … }, … }");
        shy_at(err, name, 0, 0);
        return SHY_E_TARGET_TABLE;
    }
    int code = shy_target_table_new("", name, &j.reader.table, err);
    json_array_foreach((json_t *)list, n, item)
    {
        if (code == 0)
            code = add_item(&j, item, (int64_t)n + 1, err);
    }
    if (code == 0)
        code = shy_target_finish(&j.reader, err);
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        shy_text_free(&j.cells[i]);
    if (code == 0)
        *out = j.reader.table;
    else
        shy_target_table_free(j.reader.table);
    return code;
}

/* Back ------------------------------------------------------------------------------------- */

/* A decimal ends where the denominator has no prime factors but 2 and 5. */
void shy_target_number_text(struct shy_fraction f, char out[48])
{
    int64_t den = f.den;
    int twos = 0, fives = 0;
    while (den % 2 == 0)
        den /= 2, twos++;
    while (den % 5 == 0)
        den /= 5, fives++;
    int decimals = twos > fives ? twos : fives;
    if (den == 1 && decimals <= 18)
        shy_fraction_format(f, decimals, false, out, 48);
    else
        snprintf(out, 48, "%lld/%lld", (long long)f.num, (long long)f.den);
}

/* point NULL: of a target that was not set. */
static void write_row(const struct shy_target_table *table, const struct shy_target *t,
                      const struct shy_target_point *p, struct shy_text *out)
{
    char baseline[48] = "", value[48] = "", upper[48] = "", carried[48] = "";
    char dated[SHY_PERIOD_TEXT] = "", period[SHY_PERIOD_TEXT] = "";
    if (t->has_baseline)
        shy_target_number_text(t->baseline, baseline);
    if (t->baseline_dated)
        shy_period_text(&t->baseline_period, dated);
    if (t->carried_from[0] != '\0')
        shy_target_number_text(t->carried, carried);
    if (p != NULL)
        shy_period_text(&p->period, period);
    if (p != NULL && shy_target_has_number(t->kind))
        shy_target_number_text(p->value, value);
    if (p != NULL && t->kind == SHY_TARGET_RANGE)
        shy_target_number_text(p->upper, upper);
    const char *cells[SHY_TC_COUNT] = {
        [SHY_TC_PLAN] = table->plan,
        [SHY_TC_INDICATOR] = t->indicator,
        [SHY_TC_AREA_SET] = t->area_set,
        [SHY_TC_AREA] = t->area,
        [SHY_TC_MEASURE] = t->measure,
        [SHY_TC_DIMENSIONS] = t->dimensions,
        [SHY_TC_KIND] = shy_target_kind_id(t->kind),
        [SHY_TC_DIRECTION] = shy_target_direction_id(t->direction),
        [SHY_TC_BASELINE] = baseline,
        [SHY_TC_BASELINE_PERIOD] = dated,
        [SHY_TC_BASELINE_SOURCE] = t->baseline_source,
        [SHY_TC_PERIOD] = period,
        [SHY_TC_VALUE] = value,
        [SHY_TC_UPPER] = upper,
        [SHY_TC_GROUP] = t->group,
        [SHY_TC_SOURCE] = t->source,
        [SHY_TC_REASON] = t->reason,
        [SHY_TC_IMPROVEMENT] = t->improvement,
        [SHY_TC_NOTE] = t->note,
        [SHY_TC_SUBSTITUTE] = t->substitute ? "yes" : "",
        [SHY_TC_CARRIED_FROM] = t->carried_from,
        [SHY_TC_CARRIED] = carried,
        [SHY_TC_CARRIED_REASON] = t->carried_reason,
    };
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        shy_csv_cell(out, cells[i], i == 0);
    shy_text_addc(out, '\n');
}

void shy_target_table_write(const struct shy_target_table *t, struct shy_text *out)
{
    for (size_t i = 0; i < SHY_TC_COUNT; i++)
        shy_csv_cell(out, shy_target_columns[i].id, i == 0);
    shy_text_addc(out, '\n');
    for (size_t i = 0; i < t->count; i++) {
        const struct shy_target *target = &t->targets[i];
        for (size_t p = 0; p < target->point_count; p++)
            write_row(t, target, &target->points[p], out);
        if (target->point_count == 0)
            write_row(t, target, NULL, out);
    }
}
