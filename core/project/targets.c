/* SPDX-License-Identifier: MIT */
/*
 * Targets of a project: a file is read, held against the packs' indicators and the project's areas,
 * and kept in project.db; what one plan did not reach is carried over to the next. Everything wrong
 * is told at once, and nothing is set while anything is.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/project/project_private.h"

/* Plans ------------------------------------------------------------------------------------ */

static bool plan_of_item(const json_t *item, struct shy_target_plan *out)
{
    json_int_t first, last;
    if (json_unpack((json_t *)item, "{s:s,s:s,s:I,s:I}", "id", &out->id, "name", &out->name,
                    "first", &first, "last", &last) != 0)
        return false;
    out->first = (int)first;
    out->last = (int)last;
    return first >= 1900 && last < 2200 && first <= last;
}

int shy_project_target_plan(const struct shy_project *p, const char *id,
                            struct shy_target_plan *out, struct shihyo_error *err)
{
    size_t built_in, n;
    const struct shy_target_plan *plans = shy_target_plans(&built_in);
    const json_t *own = json_object_get(p->config, "plans");
    const char *names[64];
    size_t count = 0;
    json_t *item;
    json_array_foreach((json_t *)own, n, item)
    {
        if (!plan_of_item(item, out)) {
            int code = shy_fail(err, SHY_E_PROJECT_INVALID,
                                _("Item %zu of the list '%s' is not understood."), n + 1, "plans");
            shy_hint(err,
                     "plans = { { id = \"fund2026\", name = \"…\", first = 2026, last = 2026 } }");
            return code;
        }
        if (strcmp(out->id, id) == 0)
            return 0;
        if (count < sizeof names / sizeof names[0])
            names[count++] = out->id;
    }
    for (size_t i = 0; i < built_in; i++) {
        if (strcmp(plans[i].id, id) == 0) {
            *out = plans[i];
            return 0;
        }
        if (count < sizeof names / sizeof names[0])
            names[count++] = plans[i].id;
    }
    int code = shy_fail(err, SHY_E_TARGET_PLAN, _("There is no target plan '%s'."), id);
    shy_nearest(err, id, names, count);
    shy_hint(err, _("Plans of your own are listed in project.lua, in the field 'plans'."));
    return code;
}

/* Checking --------------------------------------------------------------------------------- */

struct checking {
    const struct shy_session *session;
    const struct shy_areas *areas; /* NULL = nothing was imported */
    struct shy_target_table *table;
    struct shy_problems *problems;
};

static void add_problem(struct checking *c, const struct shy_target *t, struct shihyo_error *e)
{
    shy_at(e, c->table->file, t->line, 0);
    shy_problems_add(c->problems, SHY_ERROR, e);
}

static int unknown_indicator(struct checking *c, const struct shy_target *t,
                             struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    size_t count = shy_plan_definition_count(c->session->plan);
    const char **known = shy_alloc(count, sizeof *known);
    if (known == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++)
        known[i] = shy_plan_definition(c->session->plan, i)->id;
    (void)shy_fail(&e, SHY_E_TARGET_INDICATOR, _("There is no indicator '%s'."), t->indicator);
    shy_nearest(&e, t->indicator, known, count);
    shy_free(known);
    add_problem(c, t, &e);
    return 0;
}

static bool has_measure(const struct shy_definition *d, const char *measure)
{
    if (strcmp(measure, "count") == 0)
        return d->kind == SHY_INDICATOR;
    for (size_t i = 0; i < d->rate_count; i++)
        if (strcmp(d->rates[i].measure, measure) == 0)
            return true;
    for (size_t i = 0; i < d->measure_count; i++)
        if (strcmp(d->measures[i].label, measure) == 0)
            return true;
    return false;
}

static int unknown_measure(struct checking *c, const struct shy_target *t,
                           const struct shy_definition *d, struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text known = {0};
    if (d->kind == SHY_INDICATOR)
        shy_text_adds(&known, "count");
    for (size_t i = 0; i < d->rate_count; i++)
        shy_text_addf(&known, "%s%s", known.length > 0 ? ", " : "", d->rates[i].measure);
    for (size_t i = 0; i < d->measure_count; i++)
        shy_text_addf(&known, "%s%s", known.length > 0 ? ", " : "", d->measures[i].label);
    (void)shy_fail(&e, SHY_E_TARGET_MEASURE, _("The indicator '%s' has no measure '%s'."),
                   t->indicator, t->measure);
    shy_hint(&e, _("It has: %s."), shy_text_get(&known));
    bool failed = known.failed;
    shy_text_free(&known);
    add_problem(c, t, &e);
    return failed ? shy_fail_nomem(err) : 0;
}

static int unknown_area(struct checking *c, const struct shy_target *t, uint32_t set,
                        struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    size_t count = shy_areas_count(c->areas, set);
    const char **codes = shy_alloc(count, sizeof *codes);
    if (codes == NULL)
        return shy_fail_nomem(err);
    for (uint32_t a = 0; a < count; a++)
        codes[a] = shy_areas_code(c->areas, set, a);
    (void)shy_fail(&e, SHY_E_TARGET_AREA, _("The area set '%s' has no area '%s'."), t->area_set,
                   t->area);
    shy_nearest(&e, t->area, codes, count);
    if (e.hint[0] == '\0' && count > 0)
        shy_hint(&e, _("It has %zu areas, from %s to %s."), count, codes[0], codes[count - 1]);
    shy_free(codes);
    add_problem(c, t, &e);
    return 0;
}

static int check_area(struct checking *c, const struct shy_target *t, struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    uint32_t set;
    if (c->areas == NULL)
        return 0;
    if (shy_areas_require_set(c->areas, t->area_set, &set, &e) != 0) {
        add_problem(c, t, &e);
        return 0;
    }
    return shy_areas_find(c->areas, set, t->area) == SHY_AREA_NONE ? unknown_area(c, t, set, err)
                                                                   : 0;
}

static int check_target(struct checking *c, struct shy_target *t, struct shihyo_error *err)
{
    const struct shy_plan *plan = c->session->plan;
    const struct shy_definition *d = shy_plan_find(plan, t->indicator);
    if (d == NULL)
        return unknown_indicator(c, t, err);
    if (!has_measure(d, t->measure))
        SHY_TRY(unknown_measure(c, t, d, err));
    /* What the indicator is now is what the target is about. */
    for (size_t i = 0; i < shy_plan_definition_count(plan); i++) {
        const struct shy_answer *a = c->session->choices[i].answer;
        if (shy_plan_definition(plan, i) != d)
            continue;
        t->definition_hash = shy_arena_strdup(&c->table->arena, d->hash);
        t->comparable = shy_arena_strdup(&c->table->arena,
                                         a == NULL || a->comparable == NULL ? "" : a->comparable);
        if (t->definition_hash == NULL || t->comparable == NULL)
            return shy_fail_nomem(err);
    }
    return check_area(c, t, err);
}

/* Setting ---------------------------------------------------------------------------------- */

static int read_file(const char *path, struct shy_target_table **out, struct shy_problems *problems,
                     struct shihyo_error *err)
{
    size_t length = strlen(path);
    json_t *list;
    if (length < 4 || strcmp(path + length - 4, ".lua") != 0)
        return shy_target_table_read(path, out, problems, err);
    SHY_TRY(shy_script_value(path, NULL, &list, err));
    int code = shy_target_table_from_json(list, path, out, problems, err);
    json_decref(list);
    return code;
}

/* A target that was set before and has the same baseline is about the definition it was set with:
 * setting the table again (to add a note) must not hide that the definition changed since. */
static int keep_definitions(struct shy_target_table *table, const struct shy_target_table *before,
                            struct shihyo_error *err)
{
    for (size_t i = 0; i < table->count; i++) {
        struct shy_target *t = &table->targets[i];
        uint32_t old = shy_target_find(before, t);
        if (old == SHY_MAP_NONE)
            continue;
        const struct shy_target *b = &before->targets[old];
        if (b->has_baseline != t->has_baseline ||
            (b->has_baseline && shy_fraction_compare(b->baseline, t->baseline) != 0) ||
            b->definition_hash[0] == '\0')
            continue;
        t->definition_hash = shy_arena_strdup(&table->arena, b->definition_hash);
        t->comparable = shy_arena_strdup(&table->arena, b->comparable);
        if (t->definition_hash == NULL || t->comparable == NULL)
            return shy_fail_nomem(err);
    }
    return 0;
}

/* The table in force of a plan; *out NULL where there is none yet. */
static int read_in_force(struct shy_results *r, const char *plan, struct shy_target_table **out,
                         int64_t *number, struct shihyo_error *err)
{
    struct shihyo_error local = SHY_ERROR_INIT;
    int code = shy_results_targets(r, plan, out, number, &local);
    if (code == SHY_E_TARGET_NONE)
        return 0;
    if (code != 0 && err != NULL)
        *err = local;
    return code;
}

static int save_table(struct shy_results *r, struct shy_target_table *table,
                      struct shy_targets_report *report, struct shihyo_error *err)
{
    struct shy_target_table *before = NULL;
    char now[21];
    int64_t number = 0;
    SHY_TRY(read_in_force(r, table->plan, &before, &number, err));
    int code = before == NULL ? 0 : keep_definitions(table, before, err);
    if (code == 0)
        code = shy_target_table_seal(table, err);
    report->targets = table->count;
    report->table = number;
    report->unchanged = code == 0 && before != NULL && strcmp(before->hash, table->hash) == 0;
    shy_target_table_free(before);
    if (code != 0 || report->unchanged)
        return code;
    shy_os_utc(shy_os_now(), now);
    return shy_results_set_targets(r, table, now, PACKAGE_VERSION, &report->table, err);
}

static int fill_baselines(struct shy_results *r, struct shy_target_table *table,
                          struct shy_targets_report *report, struct shihyo_error *err)
{
    struct shihyo_error local = SHY_ERROR_INIT;
    int code = shy_results_fill_baselines(r, 0, table, &report->baselines, &local);
    if (code == SHY_E_RUN_UNKNOWN) /* no run yet, no baselines from it */
        return 0;
    if (code != 0 && err != NULL)
        *err = local;
    return code;
}

static int check_table(struct shy_project *p, struct shy_session *s, struct shy_target_table *table,
                       struct shy_problems *problems, struct shihyo_error *err)
{
    struct checking c = {.session = s, .table = table, .problems = problems};
    struct shy_target_plan plan;
    struct shy_store_data *data = NULL;
    struct shy_areas *areas = NULL;
    if (table->count == 0) {
        struct shihyo_error e = SHY_ERROR_INIT;
        (void)shy_fail(&e, SHY_E_TARGET_TABLE, _("The target table has no targets."));
        shy_at(&e, table->file, 0, 0);
        shy_problems_add(problems, SHY_ERROR, &e);
        return 0;
    }
    SHY_TRY(shy_project_target_plan(p, table->plan, &plan, err));
    shy_target_check_years(table, &plan, problems);
    int code = 0;
    if (s->store != NULL) {
        code = shy_store_data_new(s->store, &data, err);
        struct shy_dataset dataset = shy_store_dataset(data);
        if (code == 0)
            code = shy_session_areas(s, &dataset, &areas, problems, err);
    }
    c.areas = areas;
    for (size_t i = 0; i < table->count && code == 0; i++)
        code = check_target(&c, &table->targets[i], err);
    shy_areas_free(areas);
    shy_store_data_free(data);
    return code;
}

/* errors: how many there were before the file was read. What the file itself has wrong does not
 * keep its names from being looked up: everything is told at once. */
static int set_table(struct shy_project *p, struct shy_target_table *table, size_t errors,
                     struct shy_targets_report *report, struct shy_problems *problems,
                     struct shihyo_error *err)
{
    struct shy_session *s = NULL;
    struct shy_results *r = NULL;
    const struct shy_session_options options = {0};
    SHY_TRY(shy_session_open(p, &options, &s, problems, err));
    int code = check_table(p, s, table, problems, err);
    if (code == 0 && problems->errors == errors)
        code = shy_results_open(p->results_path, true, &r, err);
    if (r != NULL && code == 0)
        code = fill_baselines(r, table, report, err);
    if (r != NULL && code == 0)
        code = save_table(r, table, report, err);
    shy_results_close(r);
    shy_session_close(s);
    return code;
}

int shy_project_set_targets(struct shy_project *p, const char *path,
                            struct shy_targets_report *report, struct shy_problems *problems,
                            struct shihyo_error *err)
{
    struct shy_target_table *table = NULL;
    struct shy_lock lock;
    size_t errors = problems->errors;
    *report = (struct shy_targets_report){0};
    SHY_TRY(shy_os_lock(p->lock_path, "shihyo targets", &lock, err));
    int code = read_file(path, &table, problems, err);
    if (code == 0)
        code = set_table(p, table, errors, report, problems, err);
    shy_target_table_free(table);
    shy_os_unlock(&lock);
    return code;
}

/* Carrying over ---------------------------------------------------------------------------- */

struct carrying {
    const struct shy_target_progress *from;
    struct shy_target_table *to;
    const char *reason;
    struct shy_targets_report *report;
    struct shy_problems *problems;
};

static void cannot_carry(struct carrying *c, const struct shy_target *t, const char *why)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, SHY_E_TARGET_CARRY, _("What '%s' lacks in area %s is not carried over: %s"),
                   t->indicator, t->area, why);
    shy_problems_add(c->problems, SHY_WARNING, &e);
}

static int carry_one(struct carrying *c, const struct shy_target_line *line,
                     struct shihyo_error *err)
{
    const struct shy_target *t = line->target;
    struct shy_fraction lacking;
    uint32_t next = shy_target_find(c->to, t);
    if (t->kind == SHY_TARGET_GROWTH || t->kind == SHY_TARGET_RANGE ||
        !shy_target_has_number(t->kind)) {
        cannot_carry(c, t, _("a target of this kind has no number to add to."));
        return 0;
    }
    if (next == SHY_MAP_NONE) {
        cannot_carry(c, t, _("the next plan has no target for it."));
        return 0;
    }
    struct shy_target *to = &c->to->targets[next];
    if (to->kind != t->kind) {
        cannot_carry(c, t, _("the next plan's target is of another kind."));
        return 0;
    }
    if (!shy_fraction_sub(line->evaluation.goal, line->actual.value, &lacking))
        return shy_fail(err, SHY_E_OVERFLOW, _("A number is too large."));
    /* Carried over again, it is what is lacking now, not both. */
    to->carried = lacking;
    to->carried_from = shy_arena_strdup(&c->to->arena, c->from->table->plan);
    to->carried_reason = shy_arena_strdup(&c->to->arena, c->reason);
    if (to->carried_from == NULL || to->carried_reason == NULL)
        return shy_fail_nomem(err);
    c->report->carried++;
    return 0;
}

/* Only the last point of a target is what its plan was to reach. */
static int carry_lines(struct carrying *c, struct shihyo_error *err)
{
    for (size_t i = 0; i < c->from->count; i++) {
        const struct shy_target_line *line = &c->from->lines[i];
        if (line->target->point_count > 0 && line->point + 1 < line->target->point_count)
            continue;
        if (line->evaluation.missed)
            SHY_TRY(carry_one(c, line, err));
    }
    return 0;
}

static int carry(struct shy_results *r, const struct shy_carry_options *options,
                 struct shy_targets_report *report, struct shy_problems *problems,
                 struct shihyo_error *err)
{
    struct shy_target_progress from = {0};
    struct shy_target_table *to = NULL;
    const struct shy_progress_options ask = {
        .plan = options->from, .run = options->run, .unchanged = {0, 1}};
    int64_t number;
    int code = shy_results_progress(r, &ask, &from, err);
    if (code == 0)
        code = shy_results_targets(r, options->to, &to, &number, err);
    struct carrying c = {&from, to, options->reason, report, problems};
    if (code == 0)
        code = carry_lines(&c, err);
    if (code == 0)
        code = save_table(r, to, report, err);
    shy_target_table_free(to);
    shy_target_progress_free(&from);
    return code;
}

int shy_project_carry_targets(struct shy_project *p, const struct shy_carry_options *options,
                              struct shy_targets_report *report, struct shy_problems *problems,
                              struct shihyo_error *err)
{
    struct shy_results *r = NULL;
    struct shy_lock lock;
    *report = (struct shy_targets_report){0};
    SHY_TRY(shy_os_lock(p->lock_path, "shihyo targets", &lock, err));
    int code = shy_results_open(p->results_path, false, &r, err);
    if (code == 0)
        code = carry(r, options, report, problems, err);
    shy_results_close(r);
    shy_os_unlock(&lock);
    return code;
}
