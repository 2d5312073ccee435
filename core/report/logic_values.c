/* SPDX-License-Identifier: MIT */
/* The latest value of every item of a logic model in one area, and its targets. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/report/logic_out.h"
#include "core/report/report_private.h"

struct gathering {
    const struct shy_logic_model *model;
    struct shy_logic_values *out;
    const struct shy_logic_ask *ask;
    const char *area_set; /* of the area, "" until a value of it was seen */
    bool nomem;
};

static const char *keep(struct gathering *g, const char *text)
{
    const char *kept = shy_arena_strdup(&g->out->arena, text);
    g->nomem = g->nomem || kept == NULL;
    return kept == NULL ? "" : kept;
}

/* A code may stand in several sets (secondary areas, areas of the vision): all values are of one.
 */
static bool is_area(struct gathering *g, const struct shy_value_row *row)
{
    const struct shy_logic_ask *ask = g->ask;
    const char *set = g->area_set[0] != '\0' ? g->area_set : ask->area_set;
    if (set != NULL && strcmp(set, row->area_set) != 0)
        return false;
    if (strcmp(ask->area, row->area_code) != 0 && strcmp(ask->area, row->area_name) != 0)
        return false;
    if (g->area_set[0] == '\0') {
        g->area_set = keep(g, row->area_set);
        g->out->area = keep(g, row->area_code);
        g->out->area_name = keep(g, row->area_name);
    }
    return true;
}

/* Values come with their periods in order, so that the last one is the latest. */
static int see_value(void *arg, const struct shy_value_row *row)
{
    struct gathering *g = arg;
    char text[192], number[48];
    if (!is_area(g, row))
        return g->nomem ? SHY_E_NOMEM : 0;
    if (strcmp(row->measure, "count") != 0 || row->dimensions[0] != '\0')
        return g->nomem ? SHY_E_NOMEM : 0;
    for (size_t i = 0; i < g->model->item_count; i++) {
        const struct shy_definition *d = g->model->items[i].definition;
        struct shy_logic_beside *b = &g->out->items[i];
        if (d == NULL || strcmp(d->id, row->indicator) != 0)
            continue;
        shy_value_table_text(row, text, sizeof text);
        number[0] = '\0';
        if (shy_value_shown(row))
            shy_double_shortest(row->value, number, sizeof number);
        b->value = keep(g, text);
        b->number = keep(g, number);
        b->unit = keep(g, row->unit);
        b->period = keep(g, row->period);
        b->state = shy_state_id(row->state);
    }
    return g->nomem ? SHY_E_NOMEM : 0;
}

/* The goal that is next, or the last; of several plans one behind the other. */
static void see_line(struct gathering *g, const char *plan, const struct shy_target_line *line)
{
    const struct shy_target *t = line->target;
    if (!line->due || strcmp(t->area, g->out->area) != 0 ||
        (g->area_set[0] != '\0' && strcmp(t->area_set, g->area_set) != 0) ||
        strcmp(t->measure, "count") != 0 || t->dimensions[0] != '\0')
        return;
    for (size_t i = 0; i < g->model->item_count; i++) {
        const struct shy_definition *d = g->model->items[i].definition;
        struct shy_logic_beside *b = &g->out->items[i];
        struct shy_text text = {0};
        if (d == NULL || strcmp(d->id, t->indicator) != 0)
            continue;
        shy_text_addf(&text, "%s%s%s: %s", b->target, b->target[0] != '\0' ? "; " : "", plan,
                      shy_standing_label(line->evaluation.standing));
        b->target = keep(g, shy_text_get(&text));
        b->progress = shy_standing_id(line->evaluation.standing);
        g->nomem = g->nomem || text.failed;
        shy_text_free(&text);
    }
}

static int see_targets(struct gathering *g, struct shy_results *results, int64_t run,
                       const char *plan, struct shihyo_error *err)
{
    struct shy_target_progress progress;
    const struct shy_progress_options ask = {.plan = plan, .run = run, .unchanged = {5, 1}};
    int code = shy_results_progress(results, &ask, &progress, err);
    for (size_t i = 0; code == 0 && i < progress.count; i++)
        see_line(g, plan, &progress.lines[i]);
    shy_target_progress_free(&progress);
    return code != 0 ? code : g->nomem ? shy_fail_nomem(err) : 0;
}

struct plans {
    struct gathering *g;
    const char *names[100];
    size_t count;
};

static int see_plan(void *arg, const struct shy_target_row *row)
{
    struct plans *p = arg;
    if (row->in_force && p->count < sizeof p->names / sizeof p->names[0])
        p->names[p->count++] = keep(p->g, row->plan);
    return p->g->nomem ? SHY_E_NOMEM : 0;
}

static int all_targets(struct gathering *g, struct shy_results *results, int64_t run,
                       const char *plan, struct shihyo_error *err)
{
    struct plans plans = {.g = g};
    if (plan != NULL)
        return see_targets(g, results, run, plan, err);
    SHY_TRY(shy_results_target_tables(results, see_plan, &plans, err));
    for (size_t i = 0; i < plans.count; i++)
        SHY_TRY(see_targets(g, results, run, plans.names[i], err));
    return 0;
}

/* A word that no value is of would else look like an area without values. */
static int unknown_area(const struct shy_logic_ask *ask, struct shihyo_error *err)
{
    int code =
        shy_fail(err, SHY_E_EXPLAIN_NOTHING, _("The run has no values in area '%s'."), ask->area);
    shy_hint(err, _("`shihyo show` prints what it has; an area is given by its code or name."));
    return code;
}

int shy_logic_values_get(const struct shy_logic_model *m, struct shy_results *results,
                         const struct shy_logic_ask *ask, struct shy_logic_values *out,
                         struct shihyo_error *err)
{
    struct gathering g = {.model = m, .out = out, .ask = ask, .area_set = ""};
    const struct shy_value_filter filter = {.run = ask->run};
    *out = (struct shy_logic_values){.area_name = ""};
    out->items = shy_arena_alloc(&out->arena, m->item_count + 1, sizeof *out->items);
    if (out->items == NULL)
        return shy_fail_nomem(err);
    out->area = keep(&g, ask->area);
    for (size_t i = 0; i < m->item_count; i++)
        out->items[i] = (struct shy_logic_beside){"", "", "", "", "", "", ""};
    if (results == NULL)
        return g.nomem ? shy_fail_nomem(err) : 0;
    int code = shy_results_each(results, &filter, see_value, &g, err);
    if (code == 0 && ask->must && g.area_set[0] == '\0')
        code = unknown_area(ask, err);
    if (code == 0)
        code = all_targets(&g, results, ask->run, ask->plan, err);
    return g.nomem ? shy_fail_nomem(err) : code;
}

void shy_logic_values_free(struct shy_logic_values *v)
{
    shy_arena_free(&v->arena);
    *v = (struct shy_logic_values){0};
}
