/* SPDX-License-Identifier: MIT */
/*
 * The project's targets as rows of the contract `targets`, so that indicators count them like
 * anything else. How far a target has come is taken from the latest run that is whole: a run's own
 * values are not there yet while it computes. docs/targets.md, "Targets as data".
 */
#include "config.h"

#include <string.h>

#include "core/base/hash.h"
#include "core/base/i18n.h"
#include "core/project/project_private.h"

#define TARGETS "targets"

struct making {
    struct shy_session *session;
    struct shy_results *results;
    struct shy_table *table; /* NULL: only the hash is wanted */
    struct shy_text told;    /* what the rows are made from */
    char **plans;
    size_t plan_count, plan_capacity;
};

/* Plans ------------------------------------------------------------------------------------- */

static int add_plan(void *arg, const struct shy_target_row *row)
{
    struct making *m = arg;
    if (!row->in_force)
        return 0;
    if (!SHY_GROW(m->plans, m->plan_count, m->plan_capacity))
        return SHY_E_NOMEM;
    m->plans[m->plan_count] = shy_strdup(row->plan);
    return m->plans[m->plan_count++] == NULL ? SHY_E_NOMEM : 0;
}

static int open_plans(struct making *m, struct shihyo_error *err)
{
    const struct shy_project *p = m->session->project;
    if (p == NULL || !shy_os_exists(p->results_path))
        return 0;
    SHY_TRY(shy_results_open(p->results_path, false, &m->results, err));
    int code = shy_results_target_tables(m->results, add_plan, m, err);
    return code == SHY_E_NOMEM ? shy_fail_nomem(err) : code;
}

static void close_plans(struct making *m)
{
    shy_results_close(m->results);
    for (size_t i = 0; i < m->plan_count; i++)
        shy_free(m->plans[i]);
    shy_free(m->plans);
    shy_text_free(&m->told);
}

/* Rows -------------------------------------------------------------------------------------- */

/* One goal of a target: evaluation NULL where there is no run to hold it against. */
struct goal {
    const char *plan;
    const struct shy_target *target;
    struct shy_period period;
    const struct shy_target_line *line;
};

static int set_text(struct shy_table *t, size_t row, const char *column, const char *text,
                    struct shihyo_error *err)
{
    return text == NULL || text[0] == '\0'
               ? 0
               : shy_table_set_text(t, row, shy_table_column(t, column), text, strlen(text), err);
}

static void set_flag(struct shy_table *t, size_t row, const char *column, bool value)
{
    shy_table_set_int(t, row, shy_table_column(t, column), value ? 1 : 0);
}

/* What no run was held against is not known; a target that is none has nothing to come. */
static int set_outcome(struct shy_table *t, size_t row, const struct goal *g,
                       struct shihyo_error *err)
{
    if (g->line == NULL)
        return 0;
    const struct shy_evaluation *e = &g->line->evaluation;
    SHY_TRY(set_text(t, row, "outcome", shy_standing_id(e->standing), err));
    SHY_TRY(set_text(t, row, "reason", shy_standing_reason_id(e->reason), err));
    SHY_TRY(set_text(t, row, "grade", shy_grade_id(e->grade), err));
    set_flag(t, row, "missed", e->missed);
    set_flag(t, row, "due", g->line->due);
    return 0;
}

/* stage "" is the row of the target itself. */
static int add_row(struct making *m, const struct goal *g, const char *stage,
                   struct shihyo_error *err)
{
    const struct shy_target *t = g->target;
    const struct shy_definition *d = shy_plan_find(m->session->plan, t->indicator);
    const json_t *metadata = d == NULL ? NULL : d->metadata;
    struct shy_text id = {0};
    char period[SHY_PERIOD_TEXT];
    size_t row;
    SHY_TRY(shy_table_add_row(m->table, &row, err));
    shy_period_text(&g->period, period);
    shy_text_addf(&id, "%s|%s|%s|%s|%s|%s", g->plan, t->indicator, t->area_set, t->area, t->measure,
                  t->dimensions);
    const struct {
        const char *column, *text;
    } texts[] = {
        {"target", shy_text_get(&id)},
        {"plan", g->plan},
        {"indicator", t->indicator},
        {"measure", t->measure},
        {"kind", shy_target_kind_id(t->kind)},
        {"indicator_kind", json_string_value(json_object_get(metadata, "kind"))},
        {"stage", stage},
        {"area_set", t->area_set},
        {"area", t->area},
        {"period", period},
        {"policy", t->group},
    };
    int code = id.failed ? shy_fail_nomem(err) : 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && code == 0; i++)
        code = set_text(m->table, row, texts[i].column, texts[i].text, err);
    shy_text_free(&id);
    set_flag(m->table, row, "set", t->kind != SHY_TARGET_NOT_SET && t->kind != SHY_TARGET_ESTIMATE);
    set_flag(m->table, row, "has_figure",
             shy_target_has_number(t->kind) && t->kind != SHY_TARGET_ESTIMATE);
    set_flag(m->table, row, "substitute", t->substitute);
    set_flag(m->table, row, "explained", t->reason[0] != '\0');
    set_flag(m->table, row, "improvement", t->improvement[0] != '\0');
    set_flag(m->table, row, "carried_over", t->carried_from[0] != '\0');
    return code == 0 ? set_outcome(m->table, row, g, err) : code;
}

/* A row for the target, and one for each stage of home care that its indicator belongs to. */
static int add_goal(struct making *m, const struct goal *g, struct shihyo_error *err)
{
    const struct shy_definition *d = shy_plan_find(m->session->plan, g->target->indicator);
    const json_t *stages = d == NULL ? NULL : json_object_get(d->metadata, "stages");
    size_t i;
    json_t *stage;
    SHY_TRY(add_row(m, g, "", err));
    if (json_is_string(stages))
        return add_row(m, g, json_string_value(stages), err);
    json_array_foreach((json_t *)(uintptr_t)stages, i, stage)
    {
        if (json_is_string(stage))
            SHY_TRY(add_row(m, g, json_string_value(stage), err));
    }
    return 0;
}

/* A target without years stands in the plan's last. */
static int period_of(struct making *m, const char *plan, const struct shy_target *t, size_t point,
                     struct shy_period *out, struct shihyo_error *err)
{
    struct shy_target_plan p;
    if (point < t->point_count) {
        *out = t->points[point].period;
        return 0;
    }
    SHY_TRY(shy_project_target_plan(m->session->project, plan, &p, err));
    *out = shy_fiscal_year(p.last);
    return 0;
}

static int add_evaluated(struct making *m, const char *plan, const struct shy_target_progress *p,
                         struct shihyo_error *err)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct shy_target_line *line = &p->lines[i];
        struct goal g = {.plan = plan, .target = line->target, .line = line};
        SHY_TRY(period_of(m, plan, g.target, line->point, &g.period, err));
        SHY_TRY(add_goal(m, &g, err));
    }
    return 0;
}

static int add_unevaluated(struct making *m, const char *plan, const struct shy_target_table *table,
                           struct shihyo_error *err)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t points = table->targets[i].point_count;
        struct goal g = {.plan = plan, .target = &table->targets[i]};
        for (size_t n = 0; n < (points == 0 ? 1 : points); n++) {
            SHY_TRY(period_of(m, plan, g.target, n, &g.period, err));
            SHY_TRY(add_goal(m, &g, err));
        }
    }
    return 0;
}

/* Against the latest run; where there is none yet, without an outcome. */
static int add_table(struct making *m, const char *plan, struct shihyo_error *err)
{
    const struct shy_progress_options options = {.plan = plan, .unchanged = {5, 1}};
    struct shy_target_progress progress = {0};
    struct shy_target_table *table = NULL;
    struct shihyo_error local = SHY_ERROR_INIT;
    int64_t number = 0;
    int code = shy_results_progress(m->results, &options, &progress, &local);
    if (code == 0) {
        shy_text_addf(&m->told, "%s %s %lld\n", plan, progress.table->hash,
                      (long long)progress.run);
        code = m->table == NULL ? 0 : add_evaluated(m, plan, &progress, err);
    } else if (code == SHY_E_RUN_UNKNOWN) {
        code = shy_results_targets(m->results, plan, &table, &number, err);
        if (code == 0)
            shy_text_addf(&m->told, "%s %s\n", plan, table->hash);
        if (code == 0 && m->table != NULL)
            code = add_unevaluated(m, plan, table, err);
        shy_target_table_free(table);
    } else if (err != NULL) {
        *err = local;
    }
    shy_target_progress_free(&progress);
    return code;
}

static int make_rows(struct making *m, const struct shy_contract *contract,
                     struct shihyo_error *err)
{
    int code = shy_table_new(contract, NULL, 0, &m->table, err);
    for (size_t i = 0; i < m->plan_count && code == 0; i++)
        code = add_table(m, m->plans[i], err);
    return code == 0 && m->told.failed ? shy_fail_nomem(err) : code;
}

/* For a session ------------------------------------------------------------------------------ */

int shy_target_rows_offer(struct shy_session *s, struct shihyo_error *err)
{
    struct making m = {.session = s};
    int code = open_plans(&m, err);
    if (code == 0 && m.plan_count > 0) {
        if (!SHY_GROW(s->offers.items, s->offers.count, s->offers.capacity))
            code = shy_fail_nomem(err);
        else
            s->offers.items[s->offers.count++] = (struct shy_offer){
                .source = TARGETS,
                .contract = TARGETS,
                .bases = SHIHYO_BASIS_NONE,
                .finest_level = SHIHYO_LEVEL_ANY,
            };
    }
    close_plans(&m);
    return code;
}

static bool is_wanted(const struct shy_session *s)
{
    for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++) {
        const struct shy_answer *a = s->choices[i].answer;
        for (size_t n = 0; a != NULL && n < a->need_count; n++)
            if (strcmp(a->needs[n].contract->id, TARGETS) == 0)
                return true;
    }
    return false;
}

int shy_target_rows_give(struct shy_session *s, struct shy_store_data *data,
                         struct shihyo_error *err)
{
    const struct shy_contract *contract = shy_catalogue_find(s->catalogue, TARGETS);
    struct making m = {.session = s};
    if (contract == NULL || !is_wanted(s))
        return 0;
    int code = open_plans(&m, err);
    if (code == 0 && m.results != NULL)
        code = make_rows(&m, contract, err);
    if (code == 0 && m.table != NULL) {
        shy_hash_bytes(shy_text_get(&m.told), m.told.length, s->targets_hash);
        code = shy_store_data_give(data, m.table, err);
        m.table = NULL;
    }
    shy_table_free(m.table);
    close_plans(&m);
    return code;
}
