/* SPDX-License-Identifier: MIT */
/*
 * Tables on the screen. All values of one indicator make one table: a line per area, period and
 * dimension, a column per measure (the count and its rates). Marks beside a figure are explained
 * below the table, so that no number stands without what a reader must know of it.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/report_private.h"

struct kept_value {
    uint32_t line, measure;
    const char *text;
    const char *mark; /* notes and reason as printed: "1)" refers to the footnotes; "" */
};

struct kept_line {
    const char *area_set, *area_code, *area_name, *period, *dimensions;
};

struct table_out {
    const struct shy_show_options *options;
    FILE *out;
    struct shihyo_error *err;
    struct shy_arena arena; /* of the current indicator */
    char *indicator;        /* NULL = none yet */
    const char *name, *source;
    struct shy_map lines; /* key of a line -> number */
    struct kept_line *kept_lines;
    size_t line_count, line_capacity;
    struct kept_value *values;
    size_t value_count, value_capacity;
    struct shy_map measures, footnotes;
    struct shy_map methods; /* of limits and judgements: "byar|95" */
    const char **headings;  /* one per measure */
    size_t heading_count, heading_capacity;
    bool any;
};

/* Memory is that of one indicator, however many a run has. */
static void forget(struct table_out *t)
{
    shy_arena_free(&t->arena);
    shy_map_free(&t->lines);
    shy_map_free(&t->measures);
    shy_map_free(&t->footnotes);
    shy_map_free(&t->methods);
    t->indicator = NULL;
    t->line_count = t->value_count = t->heading_count = 0;
}

/* "1) 2)" for the reason and notes of a row, adding what is new to the footnotes. */
static const char *marks_of(struct table_out *t, const struct shy_value_row *row)
{
    char key[512];
    char text[64] = "";
    const char *state = row->state == SHIHYO_STATE_OK ? "" : shy_state_id(row->state);
    if (state[0] == '\0' && row->notes[0] == '\0')
        return "";
    snprintf(key, sizeof key, "%s|%s|%s", state, row->reason, row->notes);
    uint32_t n = shy_map_adds(&t->footnotes, key);
    if (n == SHY_MAP_NONE)
        return NULL;
    snprintf(text, sizeof text, "%u)", (unsigned)n + 1);
    return shy_arena_strdup(&t->arena, text);
}

static int keep_line(struct table_out *t, const struct shy_value_row *row, uint32_t *number)
{
    struct shy_text key = {0};
    shy_text_addf(&key, "%s\x1f%s\x1f%s\x1f%s", row->area_set, row->area_code, row->period,
                  row->dimensions);
    size_t before = t->lines.count;
    *number = key.failed ? SHY_MAP_NONE : shy_map_add(&t->lines, key.text, key.length);
    shy_text_free(&key);
    if (*number == SHY_MAP_NONE)
        return shy_fail_nomem(t->err);
    if (t->lines.count == before)
        return 0;
    if (!SHY_GROW(t->kept_lines, t->line_count, t->line_capacity))
        return shy_fail_nomem(t->err);
    t->kept_lines[t->line_count++] = (struct kept_line){
        .area_set = shy_arena_strdup(&t->arena, row->area_set),
        .area_code = shy_arena_strdup(&t->arena, row->area_code),
        .area_name = shy_arena_strdup(&t->arena, row->area_name),
        .period = shy_arena_strdup(&t->arena, row->period),
        .dimensions = shy_arena_strdup(&t->arena, row->dimensions),
    };
    return 0;
}

/* The unit says what a count or a rate is; a measure of a cross table has a label of its own. */
static const char *heading_of(struct table_out *t, const struct shy_value_row *row)
{
    if (strcmp(row->measure, "count") == 0 || strncmp(row->measure, "rate:", 5) == 0)
        return shy_arena_strdup(&t->arena, row->unit);
    if (row->unit[0] == '\0')
        return shy_arena_strdup(&t->arena, row->measure);
    struct shy_text text = {0};
    shy_text_addf(&text, "%s (%s)", row->measure, row->unit);
    const char *heading = text.failed ? NULL : shy_arena_strdup(&t->arena, text.text);
    shy_text_free(&text);
    return heading;
}

static int keep_measure(struct table_out *t, const struct shy_value_row *row, uint32_t *number)
{
    size_t before = t->measures.count;
    *number = shy_map_adds(&t->measures, row->measure);
    if (*number == SHY_MAP_NONE)
        return shy_fail_nomem(t->err);
    if (t->measures.count == before)
        return 0;
    if (!SHY_GROW(t->headings, t->heading_count, t->heading_capacity))
        return shy_fail_nomem(t->err);
    t->headings[t->heading_count++] = heading_of(t, row);
    return 0;
}

/* By which method limits were computed, once for the table; only the first level is shown in it. */
static int keep_method(struct table_out *t, const struct shy_value_row *row)
{
    char level[48], key[96];
    if (!shy_value_shown(row) || row->method == NULL || row->method[0] == '\0' || row->levels == 0)
        return 0;
    shy_double_shortest(row->level[0] / 100.0, level, sizeof level);
    snprintf(key, sizeof key, "%s %% (%s)", level, row->method);
    return shy_map_adds(&t->methods, key) == SHY_MAP_NONE ? shy_fail_nomem(t->err) : 0;
}

static int keep(struct table_out *t, const struct shy_value_row *row)
{
    struct kept_value value = {0};
    char text[192];
    SHY_TRY(keep_line(t, row, &value.line));
    SHY_TRY(keep_measure(t, row, &value.measure));
    SHY_TRY(keep_method(t, row));
    shy_value_table_text(row, text, sizeof text);
    value.text = shy_arena_strdup(&t->arena, text);
    value.mark = marks_of(t, row);
    if (value.text == NULL || value.mark == NULL ||
        !SHY_GROW(t->values, t->value_count, t->value_capacity))
        return shy_fail_nomem(t->err);
    t->values[t->value_count++] = value;
    return 0;
}

static bool any_dimension(const struct table_out *t)
{
    for (size_t i = 0; i < t->line_count; i++)
        if (t->kept_lines[i].dimensions[0] != '\0')
            return true;
    return false;
}

/* A canonical period always reads; the text itself is shown where a file says otherwise. */
static const char *period_label(struct table_out *t, const char *canonical)
{
    struct shy_period p;
    char label[64];
    if (!shy_period_parse(canonical, &p))
        return canonical;
    shy_period_label(&p, t->options->japanese, label, sizeof label);
    return shy_arena_strdup(&t->arena, label);
}

static const char *value_text(struct table_out *t, const struct kept_value *v)
{
    if (v->mark[0] == '\0')
        return v->text;
    char text[256];
    snprintf(text, sizeof text, "%s %s", v->text, v->mark);
    return shy_arena_strdup(&t->arena, text);
}

/* cells of the whole table: heading, then a row per line. */
static void fill_cells(struct table_out *t, const char **cells, char *align, size_t columns,
                       bool dimensions)
{
    size_t fixed = dimensions ? 4 : 3;
    for (size_t i = 0; i < (t->line_count + 1) * columns; i++)
        cells[i] = "";
    memset(align, 'l', fixed);
    memset(align + fixed, 'r', columns - fixed);
    cells[0] = _("Code");
    cells[1] = _("Area");
    cells[2] = _("Period");
    if (dimensions)
        cells[3] = _("Dimension");
    for (size_t m = 0; m < t->heading_count; m++)
        cells[fixed + m] = t->headings[m];
    for (size_t i = 0; i < t->line_count; i++) {
        const struct kept_line *line = &t->kept_lines[i];
        const char **row = cells + (i + 1) * columns;
        row[0] = line->area_code;
        row[1] = line->area_name;
        row[2] = period_label(t, line->period);
        if (dimensions)
            row[3] = line->dimensions;
    }
    for (size_t i = 0; i < t->value_count; i++) {
        const struct kept_value *v = &t->values[i];
        cells[(v->line + 1) * columns + fixed + v->measure] = value_text(t, v);
    }
    for (size_t i = 0; i < (t->line_count + 1) * columns; i++)
        if (cells[i] == NULL)
            cells[i] = "?"; /* out of memory for a label: shown, never wrong */
}

/* "state|reason|note;note×3" in words. Key as marks_of made it; ids have no bar and no semicolon.
 */
static void add_footnote(struct shy_text *out, unsigned number, const char *key)
{
    char copy[512];
    snprintf(copy, sizeof copy, "%s", key);
    char *reason = strchr(copy, '|');
    char *notes = reason ? strchr(reason + 1, '|') : NULL;
    shy_text_addf(out, "%u)", number);
    if (reason != NULL && notes != NULL) {
        *reason++ = '\0';
        *notes++ = '\0';
        if (copy[0] != '\0')
            shy_text_addf(out, " %s", shy_state_label(copy));
        if (reason[0] != '\0')
            shy_text_addf(out, ": %s", shy_reason_sentence(reason));
        shy_notes_sentences(out, notes);
    }
    shy_text_addc(out, '\n');
}

/* "Confidence: 95 % (exact), 95 % (byar)" */
static void add_methods(const struct table_out *t, struct shy_text *out)
{
    struct shy_text list = {0};
    for (size_t i = 0; i < t->methods.count; i++)
        shy_text_addf(&list, "%s%s", i > 0 ? ", " : "", t->methods.keys[i]);
    shy_text_addf(out, _("Confidence: %s\n"), shy_text_get(&list));
    out->failed |= list.failed;
    shy_text_free(&list);
}

static void add_title(const struct table_out *t, struct shy_text *out)
{
    struct shy_text source = {0};
    if (t->any)
        shy_text_addc(out, '\n');
    shy_text_show(out, t->name);
    shy_text_addf(out, " (%s)\n", t->indicator);
    shy_text_show(&source, t->source);
    if (source.length > 0)
        shy_text_addf(out, _("Source: %s\n"), source.text);
    out->failed |= source.failed;
    shy_text_free(&source);
}

static int print_table(struct table_out *t)
{
    if (t->indicator == NULL || t->line_count == 0)
        return 0;
    bool dimensions = any_dimension(t);
    size_t columns = (dimensions ? 4u : 3u) + t->heading_count;
    const char **cells = shy_arena_alloc(&t->arena, (t->line_count + 1) * columns, sizeof *cells);
    char *align = shy_arena_alloc(&t->arena, columns, 1);
    if (cells == NULL || align == NULL)
        return shy_fail_nomem(t->err);
    fill_cells(t, cells, align, columns, dimensions);
    struct shy_text text = {0};
    add_title(t, &text);
    t->any = true;
    int code =
        shy_draw_table(&text, cells, t->line_count + 1, columns, align, t->options->width, t->err);
    for (size_t i = 0; i < t->footnotes.count; i++)
        add_footnote(&text, (unsigned)i + 1, t->footnotes.keys[i]);
    if (t->methods.count > 0)
        add_methods(t, &text);
    if (code == 0 && text.failed)
        code = shy_fail_nomem(t->err);
    if (code == 0 && fwrite(text.text, 1, text.length, t->out) != text.length)
        code = shy_fail_os(t->err, errno, _("write the values"), "");
    shy_text_free(&text);
    return code;
}

/* Values of one indicator come together (shy_results_each), so a new id ends a table. */
static int visit(void *arg, const struct shy_value_row *row)
{
    struct table_out *t = arg;
    if (t->indicator == NULL || strcmp(t->indicator, row->indicator) != 0) {
        SHY_TRY(print_table(t));
        forget(t);
        t->indicator = shy_arena_strdup(&t->arena, row->indicator);
        t->name = shy_arena_strdup(&t->arena, row->name);
        t->source = shy_arena_strdup(&t->arena, row->source);
        if (t->indicator == NULL || t->name == NULL || t->source == NULL)
            return shy_fail_nomem(t->err);
    }
    return keep(t, row);
}

int shy_show_table(struct shy_results *results, const struct shy_value_filter *filter,
                   const struct shy_show_options *options, FILE *out, struct shihyo_error *err)
{
    struct table_out t = {.options = options, .out = out, .err = err};
    int code = shy_results_each(results, filter, visit, &t, err);
    if (code == 0)
        code = print_table(&t);
    forget(&t);
    shy_free(t.kept_lines);
    shy_free(t.values);
    shy_free(t.headings);
    return code;
}
