/* SPDX-License-Identifier: MIT */
/*
 * Targets in project.db. A table is written whole and never changes; setting a plan's targets anew
 * adds another table, and the last one is in force. So what a plan said at any time can be seen.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/result/result_internal.h"

static void bind_texts(sqlite3_stmt *s, int first, const char *const *texts, int count)
{
    for (int i = 0; i < count; i++)
        shy_database_bind_text(s, first + i, texts[i]);
}

static void bind_fraction(sqlite3_stmt *s, int first, struct shy_fraction f)
{
    (void)sqlite3_bind_int64(s, first, f.num);
    (void)sqlite3_bind_int64(s, first + 1, f.den);
}

/* Writing ---------------------------------------------------------------------------------- */

static int insert_target(struct shy_results *r, sqlite3_stmt *s, int64_t table, size_t n,
                         const struct shy_target *t, struct shihyo_error *err)
{
    char dated[SHY_PERIOD_TEXT] = "";
    if (t->baseline_dated)
        shy_period_text(&t->baseline_period, dated);
    (void)sqlite3_bind_int64(s, 1, table);
    (void)sqlite3_bind_int64(s, 2, (int64_t)n + 1);
    (void)sqlite3_bind_int(s, 3, t->substitute);
    bind_fraction(s, 4, t->carried);
    if (t->has_baseline) {
        bind_fraction(s, 6, t->baseline);
    } else {
        (void)sqlite3_bind_null(s, 6);
        (void)sqlite3_bind_null(s, 7);
    }
    bind_texts(s, 8,
               (const char *const[]){
                   t->indicator, t->area_set, t->area, t->measure, t->dimensions,
                   shy_target_kind_id(t->kind), shy_target_direction_id(t->direction), dated,
                   t->baseline_source, t->group, t->source, t->reason, t->improvement, t->note,
                   t->carried_from, t->carried_reason, t->definition_hash, t->comparable},
               18);
    return shy_database_run(&r->db, s, err);
}

static int insert_point(struct shy_results *r, sqlite3_stmt *s, int64_t table, size_t n,
                        const struct shy_target_point *p, struct shihyo_error *err)
{
    char period[SHY_PERIOD_TEXT];
    shy_period_text(&p->period, period);
    (void)sqlite3_bind_int64(s, 1, table);
    (void)sqlite3_bind_int64(s, 2, (int64_t)n + 1);
    shy_database_bind_text(s, 3, period);
    bind_fraction(s, 4, p->value);
    bind_fraction(s, 6, p->upper);
    return shy_database_run(&r->db, s, err);
}

static int insert_all(struct shy_results *r, const struct shy_target_table *t, int64_t table,
                      struct shihyo_error *err)
{
    sqlite3_stmt *target, *point;
    SHY_TRY(shy_database_prepare(
        &r->db,
        "INSERT INTO targets (target_table, n, substitute, carried_num, carried_den, baseline_num,"
        " baseline_den, indicator, area_set, area_code, measure, dimensions, kind, direction,"
        " baseline_period, baseline_source, policy_group, source, reason, improvement, note,"
        " carried_from, carried_reason, definition_hash, comparable) VALUES (?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &target, err));
    int code = shy_database_prepare(
        &r->db, "INSERT INTO target_points VALUES (?, ?, ?, ?, ?, ?, ?)", &point, err);
    if (code != 0) {
        (void)sqlite3_finalize(target);
        return code;
    }
    for (size_t i = 0; i < t->count && code == 0; i++) {
        const struct shy_target *one = &t->targets[i];
        code = insert_target(r, target, table, i, one, err);
        for (size_t k = 0; k < one->point_count && code == 0; k++)
            code = insert_point(r, point, table, i, &one->points[k], err);
    }
    (void)sqlite3_finalize(target);
    (void)sqlite3_finalize(point);
    return code;
}

static int write_table(struct shy_results *r, const struct shy_target_table *t, const char *set_at,
                       const char *program_version, int64_t *number, struct shihyo_error *err)
{
    sqlite3_stmt *s;
    SHY_TRY(shy_database_number(
        &r->db, "SELECT coalesce(max(target_table), 0) + 1 FROM target_tables", number, err));
    SHY_TRY(insert_all(r, t, *number, err));
    /* Last, since it seals the table (schema.c). */
    SHY_TRY(shy_database_prepare(&r->db,
                                 "INSERT INTO target_tables (target_table, target_count, plan,"
                                 " set_at, program_version, file, hash)"
                                 " VALUES (?, ?, ?, ?, ?, ?, ?)",
                                 &s, err));
    (void)sqlite3_bind_int64(s, 1, *number);
    (void)sqlite3_bind_int64(s, 2, (int64_t)t->count);
    bind_texts(s, 3, (const char *const[]){t->plan, set_at, program_version, t->file, t->hash}, 5);
    int code = shy_database_run(&r->db, s, err);
    (void)sqlite3_finalize(s);
    return code;
}

int shy_results_set_targets(struct shy_results *r, const struct shy_target_table *t,
                            const char *set_at, const char *program_version, int64_t *number,
                            struct shihyo_error *err)
{
    SHY_TRY(shy_database_begin(&r->db, true, err));
    int code = write_table(r, t, set_at, program_version, number, err);
    if (code == 0)
        return shy_database_commit(&r->db, err);
    shy_database_rollback(&r->db);
    return code;
}

/* Reading ---------------------------------------------------------------------------------- */

struct reading {
    struct shy_results *results;
    struct shy_target_table *table;
    sqlite3_stmt *points;
    int64_t number;
};

static bool get_fraction(sqlite3_stmt *s, int column, struct shy_fraction *out)
{
    out->num = sqlite3_column_int64(s, column);
    out->den = sqlite3_column_int64(s, column + 1);
    return out->den > 0;
}

static bool get_period(sqlite3_stmt *s, int column, bool *known, struct shy_period *out)
{
    const char *text = shy_database_text(s, column);
    *known = text[0] != '\0';
    return !*known || shy_period_parse(text, out);
}

static bool get_kind(const char *id, enum shy_target_kind *out)
{
    for (int kind = 0; kind < SHY_TARGET_KINDS_; kind++) {
        if (strcmp(shy_target_kind_id((enum shy_target_kind)kind), id) == 0) {
            *out = (enum shy_target_kind)kind;
            return true;
        }
    }
    return false;
}

static bool get_direction(const char *id, enum shy_target_direction *out)
{
    for (int d = SHY_TARGET_ANY; d <= SHY_TARGET_LOWER; d++) {
        if (strcmp(shy_target_direction_id((enum shy_target_direction)d), id) == 0) {
            *out = (enum shy_target_direction)d;
            return true;
        }
    }
    return false;
}

static bool get_target(sqlite3_stmt *s, struct shy_target *t)
{
    *t = (struct shy_target){
        .substitute = sqlite3_column_int(s, 1) != 0,
        .has_baseline = sqlite3_column_type(s, 4) != SQLITE_NULL,
        .indicator = shy_database_text(s, 6),
        .area_set = shy_database_text(s, 7),
        .area = shy_database_text(s, 8),
        .measure = shy_database_text(s, 9),
        .dimensions = shy_database_text(s, 10),
        .baseline_source = shy_database_text(s, 14),
        .group = shy_database_text(s, 15),
        .source = shy_database_text(s, 16),
        .reason = shy_database_text(s, 17),
        .improvement = shy_database_text(s, 18),
        .note = shy_database_text(s, 19),
        .carried_from = shy_database_text(s, 20),
        .carried_reason = shy_database_text(s, 21),
        .definition_hash = shy_database_text(s, 22),
        .comparable = shy_database_text(s, 23),
    };
    return get_fraction(s, 2, &t->carried) &&
           (!t->has_baseline || get_fraction(s, 4, &t->baseline)) &&
           get_kind(shy_database_text(s, 11), &t->kind) &&
           get_direction(shy_database_text(s, 12), &t->direction) &&
           get_period(s, 13, &t->baseline_dated, &t->baseline_period);
}

static int damaged(struct reading *reading, struct shihyo_error *err)
{
    return shy_database_damaged(&reading->results->db, err, _("a target of table %lld"),
                                (long long)reading->number);
}

/* The points of target n, by time; their memory is the caller's. */
static int read_points(struct reading *reading, int64_t n, struct shy_target *t,
                       struct shihyo_error *err)
{
    bool row;
    (void)sqlite3_bind_int64(reading->points, 1, reading->number);
    (void)sqlite3_bind_int64(reading->points, 2, n);
    for (;;) {
        struct shy_target_point p = {0};
        bool known;
        SHY_TRY(shy_database_step(&reading->results->db, reading->points, &row, err));
        if (!row)
            return 0;
        if (!get_period(reading->points, 0, &known, &p.period) || !known ||
            !get_fraction(reading->points, 1, &p.value) ||
            !get_fraction(reading->points, 3, &p.upper))
            return damaged(reading, err);
        if (!SHY_GROW(t->points, t->point_count, t->point_capacity))
            return shy_fail_nomem(err);
        /* In the order of time, which that of the texts need not be. */
        size_t k = t->point_count++;
        for (; k > 0 && shy_period_compare(&t->points[k - 1].period, &p.period) > 0; k--)
            t->points[k] = t->points[k - 1];
        t->points[k] = p;
    }
}

static int visit_target(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct reading *reading = arg;
    struct shy_target t;
    if (!get_target(s, &t))
        return damaged(reading, err);
    int code = read_points(reading, sqlite3_column_int64(s, 0), &t, err);
    if (code == 0)
        code = shy_target_add(reading->table, &t, err);
    shy_free(t.points);
    return code;
}

static int read_table(struct reading *reading, struct shihyo_error *err)
{
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(
        &reading->results->db,
        "SELECT n, substitute, carried_num, carried_den, baseline_num, baseline_den, indicator,"
        " area_set, area_code, measure, dimensions, kind, direction, baseline_period,"
        " baseline_source, policy_group, source, reason, improvement, note, carried_from,"
        " carried_reason, definition_hash, comparable FROM targets WHERE target_table = ?"
        " ORDER BY n",
        &s, err));
    int code = shy_database_prepare(&reading->results->db,
                                    "SELECT period, value_num, value_den, upper_num, upper_den"
                                    " FROM target_points WHERE target_table = ? AND n = ?",
                                    &reading->points, err);
    if (code != 0) {
        (void)sqlite3_finalize(s);
        return code;
    }
    (void)sqlite3_bind_int64(s, 1, reading->number);
    code = shy_database_each(&reading->results->db, s, visit_target, reading, err);
    (void)sqlite3_finalize(reading->points);
    return code == 0 ? shy_target_table_seal(reading->table, err) : code;
}

struct naming {
    struct shy_map plans;
};

static int add_plan(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct naming *names = arg;
    return shy_map_adds(&names->plans, shy_database_text(s, 0)) == SHY_MAP_NONE
               ? shy_fail_nomem(err)
               : 0;
}

static int no_such_plan(struct shy_results *r, const char *plan, struct shihyo_error *err)
{
    struct naming names = {0};
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(&r->db, "SELECT DISTINCT plan FROM target_tables ORDER BY plan",
                                 &s, err));
    int code = shy_database_each(&r->db, s, add_plan, &names, err);
    if (code == 0) {
        code = shy_fail(err, SHY_E_TARGET_NONE, _("No targets were set for the plan '%s'."), plan);
        shy_nearest(err, plan, (const char *const *)names.plans.keys, names.plans.count);
        shy_hint(err, _("`shihyo targets set FILE` sets them."));
    }
    shy_map_free(&names.plans);
    return code;
}

int shy_results_targets(struct shy_results *r, const char *plan, struct shy_target_table **out,
                        int64_t *number, struct shihyo_error *err)
{
    struct reading reading = {.results = r};
    sqlite3_stmt *s;
    bool row = false;
    char *file = NULL;
    *out = NULL;
    SHY_TRY(shy_database_prepare(&r->db,
                                 "SELECT target_table, file FROM target_tables WHERE plan = ?"
                                 " ORDER BY target_table DESC LIMIT 1",
                                 &s, err));
    shy_database_bind_text(s, 1, plan);
    int code = shy_database_step(&r->db, s, &row, err);
    if (code == 0 && row) {
        reading.number = sqlite3_column_int64(s, 0);
        file = shy_strdup(shy_database_text(s, 1));
        code = file == NULL ? shy_fail_nomem(err) : 0;
    }
    (void)sqlite3_finalize(s);
    if (code == 0 && !row)
        code = no_such_plan(r, plan, err);
    if (code == 0)
        code = shy_target_table_new(plan, file, &reading.table, err);
    if (code == 0)
        code = read_table(&reading, err);
    shy_free(file);
    if (code != 0) {
        shy_target_table_free(reading.table);
        return code;
    }
    *number = reading.number;
    *out = reading.table;
    return 0;
}

struct visiting_tables {
    int (*visit)(void *arg, const struct shy_target_row *row);
    void *arg;
};

static int visit_table(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct visiting_tables *v = arg;
    struct shy_target_row row = {.number = sqlite3_column_int64(s, 0),
                                 .targets = sqlite3_column_int64(s, 1),
                                 .plan = shy_database_text(s, 2),
                                 .set_at = shy_database_text(s, 3),
                                 .file = shy_database_text(s, 4),
                                 .in_force = sqlite3_column_int(s, 5) != 0};
    (void)err;
    return v->visit(v->arg, &row);
}

int shy_results_target_tables(struct shy_results *r,
                              int (*visit)(void *arg, const struct shy_target_row *row), void *arg,
                              struct shihyo_error *err)
{
    struct visiting_tables v = {visit, arg};
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(&r->db,
                                 "SELECT target_table, target_count, plan, set_at, file,"
                                 " target_table = max(target_table) OVER (PARTITION BY plan)"
                                 " FROM target_tables ORDER BY plan, target_table",
                                 &s, err));
    return shy_database_each(&r->db, s, visit_table, &v, err);
}

/* What a run's definitions say of themselves ------------------------------------------------ */

struct visiting_definitions {
    int (*visit)(void *arg, const struct shy_definition_row *row);
    void *arg;
};

static int visit_definition(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct visiting_definitions *v = arg;
    struct shy_definition_row row = {.indicator = shy_database_text(s, 0),
                                     .name = shy_database_text(s, 1),
                                     .hash = shy_database_text(s, 2),
                                     .comparable = shy_database_text(s, 3),
                                     .better = shy_database_text(s, 4),
                                     .breaks = shy_database_text(s, 5)};
    (void)err;
    return v->visit(v->arg, &row);
}

int shy_results_definitions(struct shy_results *r, int64_t run,
                            int (*visit)(void *arg, const struct shy_definition_row *row),
                            void *arg, struct shihyo_error *err)
{
    struct visiting_definitions v = {visit, arg};
    sqlite3_stmt *s;
    int64_t number;
    SHY_TRY(shy_result_find_run(r, run, &number, err));
    SHY_TRY(shy_database_prepare(&r->db,
                                 "SELECT indicator, name, hash, comparable,"
                                 " coalesce(json_extract(metadata, '$.better'), ''),"
                                 " coalesce((SELECT group_concat(value, char(10))"
                                 "           FROM json_each(metadata, '$.breaks')), '')"
                                 " FROM run_definitions JOIN definitions USING (definition)"
                                 " WHERE run = ? ORDER BY indicator",
                                 &s, err));
    (void)sqlite3_bind_int64(s, 1, number);
    return shy_database_each(&r->db, s, visit_definition, &v, err);
}
