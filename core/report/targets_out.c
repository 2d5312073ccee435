/* SPDX-License-Identifier: MIT */
/*
 * Targets and how far they have come, for people (a table, and the grades of what is graded
 * together) and for other programs (CSV, JSON with the same names).
 */
#include "config.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/report_private.h"
#include "core/report/targets_out.h"
#include "core/text/csv.h"

enum column {
    PLAN,
    RUN,
    INDICATOR,
    NAME,
    AREA_SET,
    AREA_CODE,
    AREA_NAME,
    MEASURE,
    DIMENSIONS,
    KIND,
    GROUP,
    BASELINE,
    BASELINE_PERIOD,
    PERIOD,
    DUE,
    GOAL,
    UPPER,
    ACTUAL,
    ACTUAL_PERIOD,
    STATE,
    UNIT,
    EXPECTED,
    RATE,
    PROGRESS,
    REASON,
    GRADE,
    MISSED,
    IMPROVEMENT,
    CARRIED_FROM,
    CARRIED,
    SOURCE,
    NOTE,
    COLUMNS
};
/* docs/targets.md says what each is; only ever added at the end. */
static const char *const names[COLUMNS] = {
    [PLAN] = "plan",
    [RUN] = "run",
    [INDICATOR] = "indicator",
    [NAME] = "name",
    [AREA_SET] = "area_set",
    [AREA_CODE] = "area_code",
    [AREA_NAME] = "area_name",
    [MEASURE] = "measure",
    [DIMENSIONS] = "dimensions",
    [KIND] = "kind",
    [GROUP] = "group",
    [BASELINE] = "baseline",
    [BASELINE_PERIOD] = "baseline_period",
    [PERIOD] = "period",
    [DUE] = "due",
    [GOAL] = "goal",
    [UPPER] = "upper",
    [ACTUAL] = "actual",
    [ACTUAL_PERIOD] = "actual_period",
    [STATE] = "state",
    [UNIT] = "unit",
    [EXPECTED] = "expected",
    [RATE] = "achievement_rate",
    [PROGRESS] = "progress",
    [REASON] = "reason",
    [GRADE] = "grade",
    [MISSED] = "missed",
    [IMPROVEMENT] = "improvement",
    [CARRIED_FROM] = "carried_from",
    [CARRIED] = "carried",
    [SOURCE] = "source",
    [NOTE] = "note",
};

/* Cells of one line: pointers into the line or into buffers. */
struct texts {
    const char *cells[COLUMNS];
    char buffers[COLUMNS][48];
};

static void put_number(struct texts *x, enum column c, bool there, struct shy_fraction f)
{
    x->cells[c] = x->buffers[c];
    x->buffers[c][0] = '\0';
    if (there)
        shy_target_number_text(f, x->buffers[c]);
}

/* At full precision as the shortest decimal number: a rate is a quotient without an end. */
static void put_quotient(struct texts *x, enum column c, bool there, struct shy_fraction f)
{
    x->cells[c] = x->buffers[c];
    x->buffers[c][0] = '\0';
    if (there)
        shy_double_shortest(shy_fraction_double(f), x->buffers[c], sizeof x->buffers[c]);
}

static void put_period(struct texts *x, enum column c, bool there, const struct shy_period *p)
{
    x->cells[c] = x->buffers[c];
    x->buffers[c][0] = '\0';
    if (there)
        shy_period_text(p, x->buffers[c]);
}

static void fill(const struct shy_target_progress *p, const struct shy_target_line *line,
                 struct texts *x)
{
    const struct shy_target *t = line->target;
    const struct shy_evaluation *e = &line->evaluation;
    const struct shy_target_point *point = t->point_count > 0 ? &t->points[line->point] : NULL;
    struct shy_fraction none = {0, 1};
    snprintf(x->buffers[RUN], sizeof x->buffers[RUN], "%lld", (long long)p->run);
    const char *const fixed[COLUMNS] = {
        [PLAN] = p->table->plan,
        [RUN] = x->buffers[RUN],
        [INDICATOR] = t->indicator,
        [NAME] = line->name,
        [AREA_SET] = t->area_set,
        [AREA_CODE] = t->area,
        [AREA_NAME] = line->area_name,
        [MEASURE] = t->measure,
        [DIMENSIONS] = t->dimensions,
        [KIND] = shy_target_kind_id(t->kind),
        [GROUP] = t->group,
        [DUE] = line->due ? "yes" : "no",
        [STATE] = line->actual.found ? shy_state_id(line->state) : "",
        [UNIT] = line->unit,
        [PROGRESS] = shy_standing_id(e->standing),
        [REASON] = shy_standing_reason_id(e->reason),
        [GRADE] = shy_grade_id(e->grade),
        [MISSED] = e->missed ? "yes" : "no",
        [IMPROVEMENT] = t->improvement,
        [CARRIED_FROM] = t->carried_from,
        [SOURCE] = t->source,
        [NOTE] = t->note,
    };
    memcpy(x->cells, fixed, sizeof fixed);
    bool range = t->kind == SHY_TARGET_RANGE && point != NULL;
    put_number(x, BASELINE, t->has_baseline, t->baseline);
    put_number(x, GOAL, e->has_goal || range, range ? point->value : e->goal);
    put_number(x, UPPER, range, range ? point->upper : none);
    put_number(x, CARRIED, t->carried_from[0] != '\0', t->carried);
    put_quotient(x, ACTUAL, line->actual.ok, line->actual.value);
    put_quotient(x, EXPECTED, e->has_expected, e->expected);
    put_quotient(x, RATE, e->has_rate, e->rate);
    put_period(x, BASELINE_PERIOD, t->baseline_dated, &t->baseline_period);
    put_period(x, PERIOD, point != NULL, point == NULL ? NULL : &point->period);
    put_period(x, ACTUAL_PERIOD, line->actual.found, &line->actual.period);
}

/* CSV and JSON ------------------------------------------------------------------------------ */

static int write_text(const struct shy_text *text, FILE *out, struct shihyo_error *err)
{
    if (text->failed)
        return shy_fail_nomem(err);
    if (fwrite(shy_text_get(text), 1, text->length, out) != text->length)
        return shy_fail_os(err, errno, _("write the values"), "");
    return 0;
}

static int write_csv(const struct shy_target_progress *p, FILE *out, struct shihyo_error *err)
{
    struct shy_text text = {0};
    for (size_t c = 0; c < COLUMNS; c++)
        shy_csv_cell(&text, names[c], c == 0);
    shy_text_addc(&text, '\n');
    for (size_t i = 0; i < p->count; i++) {
        struct texts x;
        fill(p, &p->lines[i], &x);
        for (size_t c = 0; c < COLUMNS; c++)
            shy_csv_cell(&text, x.cells[c], c == 0);
        shy_text_addc(&text, '\n');
    }
    int code = write_text(&text, out, err);
    shy_text_free(&text);
    return code;
}

static json_t *line_json(const struct shy_target_progress *p, const struct shy_target_line *line)
{
    struct texts x;
    json_t *object = json_object();
    fill(p, line, &x);
    for (size_t c = 0; c < COLUMNS; c++)
        if (x.cells[c][0] != '\0')
            json_object_set_new(object, names[c], json_string(x.cells[c]));
    return object;
}

static int write_json(const struct shy_target_progress *p, FILE *out, struct shihyo_error *err)
{
    json_t *targets = json_array(), *groups = json_array();
    for (size_t i = 0; i < p->count; i++)
        json_array_append_new(targets, line_json(p, &p->lines[i]));
    for (size_t i = 0; i < p->group_count; i++) {
        const struct shy_target_group *g = &p->groups[i];
        json_array_append_new(groups,
                              json_pack("{s:s,s:s,s:s,s:s,s:I}", "area_set", g->area_set,
                                        "area_code", g->area, "group", g->group, "grade",
                                        shy_grade_id(g->grade), "targets", (json_int_t)g->count));
    }
    json_t *report = json_pack("{s:s,s:I,s:I,s:o,s:o}", "plan", p->table->plan, "table",
                               (json_int_t)p->table_number, "run", (json_int_t)p->run, "targets",
                               targets, "groups", groups);
    char *text = report == NULL ? NULL : json_dumps(report, JSON_INDENT(1));
    int code = text == NULL ? shy_fail_nomem(err) : 0;
    if (text != NULL && fprintf(out, "%s\n", text) < 0)
        code = shy_fail_os(err, errno, _("write the values"), "");
    free(text);
    json_decref(report);
    return code;
}

/* The table -------------------------------------------------------------------------------- */

enum shown { AREA, TITLE, YEAR, START, AIM, NOW, NOW_PERIOD, LINE, SHARE, WORD, LETTER, SHOWN };

static const char *format_number(struct shy_arena *arena, bool there, struct shy_fraction f,
                                 int decimals, const char *suffix)
{
    char number[48], text[64];
    if (!there)
        return "";
    shy_fraction_format(f, decimals, true, number, sizeof number);
    snprintf(text, sizeof text, "%s%s", number, suffix);
    return shy_arena_strdup(arena, text);
}

static const char *period_text(struct shy_arena *arena, bool there, const struct shy_period *p,
                               bool japanese)
{
    char label[64];
    if (!there)
        return "";
    shy_period_label(p, japanese, label, sizeof label);
    return shy_arena_strdup(arena, label);
}

/* Decimals that a written number has, at most three beyond the indicator's. */
static int decimals_of(struct shy_fraction f, int decimals)
{
    char text[48];
    shy_target_number_text(f, text);
    const char *point = strchr(text, '.');
    int own = point == NULL ? 0 : (int)strlen(point + 1);
    return own > decimals ? (own < decimals + 3 ? own : decimals + 3) : decimals;
}

static const char *aim_text(struct shy_arena *arena, const struct shy_target_line *line)
{
    const struct shy_target *t = line->target;
    const struct shy_evaluation *e = &line->evaluation;
    struct shy_text text = {0};
    char value[48], upper[48];
    if (t->kind == SHY_TARGET_RANGE && t->point_count > 0) {
        shy_target_number_text(t->points[line->point].value, value);
        shy_target_number_text(t->points[line->point].upper, upper);
        shy_text_addf(&text, "%s–%s", value, upper);
    } else if (!shy_target_has_number(t->kind)) {
        shy_text_adds(&text, shy_target_kind_label(t->kind));
    } else if (e->has_goal) {
        shy_text_adds(
            &text, format_number(arena, true, e->goal, decimals_of(e->goal, line->decimals), ""));
    }
    const char *kept = text.failed ? NULL : shy_arena_strdup(arena, shy_text_get(&text));
    shy_text_free(&text);
    return kept;
}

static const char *now_text(struct shy_arena *arena, const struct shy_target_line *line)
{
    if (line->actual.ok)
        return format_number(arena, true, line->actual.value, line->decimals, "");
    return line->actual.found ? shy_state_sign(line->state) : "";
}

static void fill_shown(struct shy_arena *arena, const struct shy_target_line *line, bool japanese,
                       const char **cells)
{
    const struct shy_target *t = line->target;
    const struct shy_evaluation *e = &line->evaluation;
    struct shy_fraction percent = {0, 1}, hundred = {100, 1};
    bool has_rate = e->has_rate && shy_fraction_mul(e->rate, hundred, &percent);
    cells[AREA] = line->area_name[0] != '\0' ? line->area_name : t->area;
    cells[TITLE] = line->name[0] != '\0' ? line->name : t->indicator;
    cells[YEAR] = period_text(arena, t->point_count > 0,
                              t->point_count > 0 ? &t->points[line->point].period : NULL, japanese);
    cells[START] = format_number(arena, t->has_baseline, t->baseline,
                                 decimals_of(t->baseline, line->decimals), "");
    cells[AIM] = aim_text(arena, line);
    cells[NOW] = now_text(arena, line);
    cells[NOW_PERIOD] = period_text(arena, line->actual.found, &line->actual.period, japanese);
    cells[LINE] = format_number(arena, e->has_expected, e->expected, line->decimals + 1, "");
    cells[SHARE] = format_number(arena, has_rate, percent, 0, "%");
    cells[WORD] = shy_standing_label(e->standing);
    cells[LETTER] = shy_grade_id(e->grade);
}

static void add_groups(const struct shy_target_progress *p, struct shy_text *text)
{
    if (p->group_count > 0)
        shy_text_addf(text, "\n%s\n", _("Graded together:"));
    for (size_t i = 0; i < p->group_count; i++) {
        const struct shy_target_group *g = &p->groups[i];
        shy_text_adds(text, "  ");
        shy_text_show(text, g->area_name[0] != '\0' ? g->area_name : g->area);
        shy_text_adds(text, "  ");
        shy_text_show(text, g->group);
        shy_text_addf(text, "  %s (%zu)\n", shy_grade_id(g->grade), g->count);
    }
}

/* Why targets cannot be evaluated, each reason once. */
static void add_reasons(const struct shy_target_progress *p, struct shy_text *text)
{
    for (int r = SHY_STANDING_REASON_NONE + 1; r < SHY_STANDING_REASON_COUNT_; r++) {
        size_t count = 0;
        for (size_t i = 0; i < p->count; i++)
            count += p->lines[i].evaluation.reason == (enum shy_standing_reason)r;
        if (count > 0)
            shy_text_addf(text, _("%zu cannot be evaluated: %s\n"), count,
                          shy_standing_reason_text((enum shy_standing_reason)r));
    }
}

static int write_table(const struct shy_target_progress *p, bool japanese, int width, FILE *out,
                       struct shihyo_error *err)
{
    struct shy_arena arena = {0};
    struct shy_text text = {0};
    const char **cells = shy_arena_alloc(&arena, (p->count + 1) * SHOWN, sizeof *cells);
    int code = cells == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0) {
        const char *const head[SHOWN] = {
            [AREA] = _("Area"),         [TITLE] = _("Indicator"),  [YEAR] = _("By"),
            [START] = _("Baseline"),    [AIM] = _("Target"),       [NOW] = _("Actual"),
            [NOW_PERIOD] = _("Period"), [LINE] = _("On the line"), [SHARE] = _("Achieved"),
            [WORD] = _("Progress"),     [LETTER] = _("Grade")};
        memcpy(cells, head, sizeof head);
        for (size_t i = 0; i < p->count; i++)
            fill_shown(&arena, &p->lines[i], japanese, cells + (i + 1) * SHOWN);
        for (size_t i = 0; i < (p->count + 1) * SHOWN && code == 0; i++)
            code = cells[i] == NULL ? shy_fail_nomem(err) : 0;
    }
    if (code == 0)
        code = shy_draw_table(&text, cells, p->count + 1, SHOWN, "lllrrrlrrll", width, err);
    if (code == 0) {
        add_groups(p, &text);
        add_reasons(p, &text);
        code = write_text(&text, out, err);
    }
    shy_text_free(&text);
    shy_arena_free(&arena);
    return code;
}

int shy_show_progress(const struct shy_target_progress *p, const struct shy_show_options *options,
                      FILE *out, struct shihyo_error *err)
{
    switch (options->format) {
    case SHY_FORMAT_CSV:
        return write_csv(p, out, err);
    case SHY_FORMAT_JSON:
        return write_json(p, out, err);
    case SHY_FORMAT_TABLE:
        break;
    }
    return write_table(p, options->japanese, options->width, out, err);
}
