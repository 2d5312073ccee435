/* SPDX-License-Identifier: MIT */
/*
 * Finding the value that a target means: same indicator, area, measure and dimensions, and of those
 * the latest period. A run is read once, whatever the number of targets.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/result/progress.h"
#include "core/result/result_internal.h"

/* What was found for one target. */
struct match {
    bool found;
    enum shihyo_state state;
    struct shy_actual actual;
    int decimals;
    const char *name, *area_name, *unit;
};

struct matching {
    const struct shy_target_table *table;
    const struct shy_period *until; /* NULL = any */
    bool baselines;                 /* only values of the period of the target's baseline */
    struct match *matches;          /* by target */
    struct shy_arena *arena;
    struct shihyo_error *err;
    int64_t run;
};

/* A value as one exact fraction; of a function's number, that of its shortest decimal text. */
static bool exact_value(const struct shy_value_row *row, struct shy_fraction *out)
{
    char text[48];
    int64_t mantissa;
    int scale;
    struct shy_fraction factor = {row->factor, 1};
    if (row->exact)
        return shy_fraction_mul(row->numerator, factor, out) &&
               shy_fraction_div(*out, row->denominator, out);
    shy_double_shortest(row->value, text, sizeof text);
    return shy_decimal_parse(text, strlen(text), &mantissa, &scale) &&
           shy_fraction_decimal(mantissa, scale, out);
}

/* Is the row's period the one to take, before what was found so far? */
static bool is_wanted(const struct matching *m, size_t i, const struct shy_period *period)
{
    const struct match *so_far = &m->matches[i];
    const struct shy_target *t = &m->table->targets[i];
    if (m->baselines)
        return t->baseline_dated && shy_period_compare(&t->baseline_period, period) == 0;
    if (m->until != NULL && period->last_month > m->until->last_month)
        return false;
    return !so_far->found || shy_period_compare(&so_far->actual.period, period) < 0;
}

static const char *keep(struct matching *m, const char *text)
{
    return shy_arena_strdup(m->arena, text);
}

static int take_row(struct matching *m, size_t i, const struct shy_value_row *row,
                    const struct shy_period *period)
{
    struct match found = {
        .found = true,
        .state = row->state,
        .decimals = row->decimals,
        .name = keep(m, row->name),
        .area_name = keep(m, row->area_name),
        .unit = keep(m, row->unit),
        .actual = {.found = true,
                   .period = *period,
                   .definition_hash = keep(m, row->definition_hash),
                   .comparable = keep(m, row->comparable)},
    };
    if (found.name == NULL || found.area_name == NULL || found.unit == NULL ||
        found.actual.definition_hash == NULL || found.actual.comparable == NULL)
        return shy_fail_nomem(m->err);
    /* A part of the data is a lower bound, not a value to be held against a goal. */
    found.actual.ok = row->state == SHIHYO_STATE_OK && exact_value(row, &found.actual.value);
    m->matches[i] = found;
    return 0;
}

static int visit(void *arg, const struct shy_value_row *row)
{
    struct matching *m = arg;
    const struct shy_target like = {.indicator = row->indicator,
                                    .area_set = row->area_set,
                                    .area = row->area_code,
                                    .measure = row->measure,
                                    .dimensions = row->dimensions};
    struct shy_period period;
    m->run = row->run;
    uint32_t i = shy_target_find(m->table, &like);
    if (i == SHY_MAP_NONE || !shy_period_parse(row->period, &period) || !is_wanted(m, i, &period))
        return 0;
    return take_row(m, i, row, &period);
}

/* matches[i]: what the run has for target i; in the arena. */
static int match_targets(struct shy_results *r, int64_t run, struct matching *m,
                         struct shihyo_error *err)
{
    /* All values are read: an indicator that the run does not have is an answer, not an error. */
    const struct shy_value_filter filter = {.run = run};
    m->err = err;
    m->matches = shy_arena_alloc(m->arena, m->table->count, sizeof *m->matches);
    if (m->matches == NULL)
        return shy_fail_nomem(err);
    return shy_results_each(r, &filter, visit, m, err);
}

int shy_results_fill_baselines(struct shy_results *r, int64_t run, struct shy_target_table *table,
                               size_t *found, struct shihyo_error *err)
{
    struct shy_arena arena = {0};
    struct matching m = {.table = table, .baselines = true, .arena = &arena};
    char source[32];
    *found = 0;
    int code = match_targets(r, run, &m, err);
    snprintf(source, sizeof source, "run %lld", (long long)m.run);
    for (size_t i = 0; i < table->count && code == 0; i++) {
        struct shy_target *t = &table->targets[i];
        if (t->has_baseline || !m.matches[i].found || !m.matches[i].actual.ok)
            continue;
        t->has_baseline = true;
        t->baseline = m.matches[i].actual.value;
        if (t->baseline_source[0] == '\0')
            t->baseline_source = shy_arena_strdup(&table->arena, source);
        ++*found;
        if (t->baseline_source == NULL)
            code = shy_fail_nomem(err);
    }
    shy_arena_free(&arena);
    return code;
}

/* Evaluation ------------------------------------------------------------------------------- */

struct directions {
    struct shy_map lower; /* indicators whose lower values are better */
    struct shy_map higher;
    struct matching *matching; /* its values get the breaks of their series */
};

static bool add_breaks(struct matching *m, const struct shy_definition_row *row)
{
    const char *breaks = row->breaks[0] == '\0' ? NULL : keep(m, row->breaks);
    for (size_t i = 0; breaks != NULL && i < m->table->count; i++)
        if (strcmp(m->table->targets[i].indicator, row->indicator) == 0)
            m->matches[i].actual.breaks = breaks;
    return breaks != NULL || row->breaks[0] == '\0';
}

static int add_definition(void *arg, const struct shy_definition_row *row)
{
    struct directions *d = arg;
    if (!add_breaks(d->matching, row))
        return SHY_E_NOMEM;
    struct shy_map *map = strcmp(row->better, "lower") == 0    ? &d->lower
                          : strcmp(row->better, "higher") == 0 ? &d->higher
                                                               : NULL;
    return map != NULL && shy_map_adds(map, row->indicator) == SHY_MAP_NONE ? SHY_E_NOMEM : 0;
}

static enum shy_target_direction direction_of(const struct directions *d, const char *indicator)
{
    if (shy_map_finds(&d->lower, indicator) != SHY_MAP_NONE)
        return SHY_TARGET_LOWER;
    return shy_map_finds(&d->higher, indicator) != SHY_MAP_NONE ? SHY_TARGET_HIGHER
                                                                : SHY_TARGET_ANY;
}

/* The first point not before the value, else the last. */
static size_t due_point(const struct shy_target *t, const struct match *m)
{
    for (size_t p = 0; p < t->point_count; p++)
        if (!m->found || t->points[p].period.last_month >= m->actual.period.last_month)
            return p;
    return t->point_count > 0 ? t->point_count - 1 : 0;
}

static int add_line(struct shy_target_progress *out, const struct shy_target *t, size_t point,
                    const struct match *m, enum shy_target_direction direction,
                    struct shy_fraction unchanged, struct shihyo_error *err)
{
    if (!SHY_GROW(out->lines, out->count, out->capacity))
        return shy_fail_nomem(err);
    struct shy_target_line *line = &out->lines[out->count++];
    *line = (struct shy_target_line){
        .target = t,
        .point = point,
        .due = point == due_point(t, m),
        .name = m->found ? m->name : "",
        .area_name = m->found ? m->area_name : "",
        .unit = m->found ? m->unit : "",
        .decimals = m->found ? m->decimals : 0,
        .state = m->found ? m->state : SHIHYO_STATE_MISSING,
        .actual = m->actual,
    };
    shy_target_evaluate(t, point, direction, &m->actual, unchanged, &line->evaluation);
    return 0;
}

static int add_lines(struct shy_target_progress *out, const struct matching *m,
                     const struct directions *d, struct shy_fraction unchanged,
                     struct shihyo_error *err)
{
    for (size_t i = 0; i < out->table->count; i++) {
        const struct shy_target *t = &out->table->targets[i];
        enum shy_target_direction direction = direction_of(d, t->indicator);
        size_t points = t->point_count > 0 ? t->point_count : 1;
        for (size_t p = 0; p < points; p++)
            SHY_TRY(add_line(out, t, p, &m->matches[i], direction, unchanged, err));
    }
    return 0;
}

/* Grades of the targets of one area and one group, taken at the points that are due. */
struct grading {
    struct shy_map keys;
    enum shy_grade *grades; /* of one group */
    size_t capacity;
};

static int add_group(struct shy_target_progress *out, const struct shy_target_line *line,
                     struct grading *g, struct shihyo_error *err)
{
    struct shy_text key = {0};
    shy_text_addf(&key, "%s\x1f%s\x1f%s", line->target->area_set, line->target->area,
                  line->target->group);
    size_t before = g->keys.count;
    uint32_t n = key.failed ? SHY_MAP_NONE : shy_map_add(&g->keys, key.text, key.length);
    shy_text_free(&key);
    if (n == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    if (g->keys.count == before)
        return 0;
    if (!SHY_GROW(out->groups, out->group_count, out->group_capacity))
        return shy_fail_nomem(err);
    out->groups[out->group_count++] = (struct shy_target_group){.area_set = line->target->area_set,
                                                                .area = line->target->area,
                                                                .area_name = line->area_name,
                                                                .group = line->target->group};
    return 0;
}

static bool in_group(const struct shy_target_line *line, const struct shy_target_group *g)
{
    const struct shy_target *t = line->target;
    return line->due && strcmp(t->group, g->group) == 0 && strcmp(t->area, g->area) == 0 &&
           strcmp(t->area_set, g->area_set) == 0;
}

static int grade_group(struct shy_target_progress *out, struct shy_target_group *group,
                       struct grading *g, struct shihyo_error *err)
{
    for (size_t i = 0; i < out->count; i++) {
        if (!in_group(&out->lines[i], group))
            continue;
        if (!SHY_GROW(g->grades, group->count, g->capacity))
            return shy_fail_nomem(err);
        g->grades[group->count++] = out->lines[i].evaluation.grade;
        if (group->area_name[0] == '\0')
            group->area_name = out->lines[i].area_name;
    }
    group->grade = shy_grade_group(g->grades, group->count);
    return 0;
}

static int grade_groups(struct shy_target_progress *out, struct shihyo_error *err)
{
    struct grading g = {0};
    int code = 0;
    for (size_t i = 0; i < out->count && code == 0; i++)
        if (out->lines[i].due && out->lines[i].target->group[0] != '\0')
            code = add_group(out, &out->lines[i], &g, err);
    for (size_t i = 0; i < out->group_count && code == 0; i++)
        code = grade_group(out, &out->groups[i], &g, err);
    shy_map_free(&g.keys);
    shy_free(g.grades);
    return code;
}

int shy_results_progress(struct shy_results *r, const struct shy_progress_options *options,
                         struct shy_target_progress *out, struct shihyo_error *err)
{
    struct directions directions = {0};
    *out = (struct shy_target_progress){0};
    SHY_TRY(shy_results_targets(r, options->plan, &out->table, &out->table_number, err));
    SHY_TRY(shy_result_find_run(r, options->run, &out->run, err));
    struct matching m = {.table = out->table, .until = options->until, .arena = &out->arena};
    int code = match_targets(r, out->run, &m, err);
    directions.matching = &m;
    if (code == 0) {
        code = shy_results_definitions(r, out->run, add_definition, &directions, err);
        if (code == SHY_E_NOMEM)
            (void)shy_fail_nomem(err);
    }
    if (code == 0)
        code = add_lines(out, &m, &directions, options->unchanged, err);
    if (code == 0)
        code = grade_groups(out, err);
    shy_map_free(&directions.lower);
    shy_map_free(&directions.higher);
    return code;
}

void shy_target_progress_free(struct shy_target_progress *p)
{
    shy_target_table_free(p->table);
    shy_free(p->lines);
    shy_free(p->groups);
    shy_arena_free(&p->arena);
    *p = (struct shy_target_progress){0};
}
