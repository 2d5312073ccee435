/* SPDX-License-Identifier: MIT */
/*
 * A run from the session to project.db: areas, the evaluator, what of its cells is kept, what they
 * were made from. Held under the project's lock, so that no import changes rows between two
 * indicators.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/project/project_private.h"

struct run {
    struct shy_session *session;
    struct shy_store_data *data;
    struct shy_areas *areas;
    struct shy_result result;
    struct shy_partitions partitions;
    const char *engine;
    char **provenance;        /* one per definition, NULL = not computed */
    struct shy_choice *saved; /* the choices of what was asked for */
    struct shy_results *results;
    size_t failed; /* definitions that failed while they were computed */
    int64_t compute_ns;
};

int shy_session_areas(const struct shy_session *s, const struct shy_dataset *dataset,
                      struct shy_areas **out, struct shy_problems *problems,
                      struct shihyo_error *err)
{
    return shy_project_areas(s->catalogue, dataset, s->as_of, true, out, problems, err);
}

/* Sets a project asks for but knows no area of are left out and told as an error, so that a project
 * whose area table is not imported yet still gives what it can. */
static int known_sets(struct run *run, const char ***sets, size_t *count,
                      struct shy_problems *problems, struct shihyo_error *err)
{
    const struct shy_session *s = run->session;
    *sets = shy_alloc(s->area_set_count, sizeof **sets);
    *count = 0;
    if (*sets == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < s->area_set_count; i++) {
        struct shihyo_error local = SHY_ERROR_INIT;
        uint32_t set;
        if (shy_areas_require_set(run->areas, s->area_sets[i], &set, &local) == 0)
            (*sets)[(*count)++] = s->area_sets[i];
        else
            shy_problems_add(problems, SHY_ERROR, &local);
    }
    return 0;
}

static bool stop(void *arg)
{
    (void)arg;
    return shy_os_cancelled();
}

/* Rows of persons are read by the native engine; where there are none, the common evaluator does
 * the same without opening the store twice. */
static int execute(struct run *run, const struct shy_dataset *dataset,
                   const struct shy_request *request, struct shy_problems *problems,
                   struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    struct shy_functions functions = shy_session_functions(s);
    struct shy_native_options options = {.threads =
                                             s->threads > 0 ? s->threads : (int)shy_os_processors(),
                                         .self = s->progress_arg,
                                         .progress = s->progress,
                                         .cancelled = stop};
    bool asked = s->engine != NULL;
    run->engine = asked ? s->engine : "native";
    if (strcmp(run->engine, "native") == 0)
        SHY_TRY(shy_project_open_partitions(s->project, &run->partitions, err));
    if (!asked && run->partitions.count == 0)
        run->engine = "naive";
    int64_t started = shy_os_monotonic_ns();
    int code = strcmp(run->engine, "native") == 0
                   ? shy_exec_native(s->plan, &run->partitions, dataset, run->areas, &functions,
                                     request, &options, &run->result, problems, err)
                   : shy_exec_naive(s->plan, dataset, run->areas, &functions, request, &run->result,
                                    problems, err);
    shy_log(SHIHYO_LOG_INFO, "computed by the %s engine in %lld ms", run->engine,
            (long long)((shy_os_monotonic_ns() - started) / 1000000));
    return code;
}

static int evaluate(struct run *run, const struct shy_dataset *dataset,
                    struct shy_problems *problems, struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    const char **sets;
    size_t set_count;
    SHY_TRY(known_sets(run, &sets, &set_count, problems, err));
    struct shy_request request = {
        .choices = s->choices,
        .area_sets = sets,
        .area_set_count = set_count,
        .periods = s->has_period ? &s->period : NULL,
        .period_count = s->has_period ? 1 : 0,
    };
    size_t errors = problems->errors;
    int64_t begin = shy_os_monotonic_ns();
    int code = execute(run, dataset, &request, problems, err);
    run->compute_ns = shy_os_monotonic_ns() - begin;
    shy_free(sets);
    /* Each error is of one definition, which the plan took for sound. */
    run->failed = problems->errors - errors;
    return code;
}

/* Is there a figure, or a word of a source on why there is none? */
static bool says_something(const struct shy_cell *c)
{
    return c->state != SHIHYO_STATE_MISSING && c->reason != SHY_REASON_MONTHS_MISSING;
}

/* A period that nobody delivered gives empty cells only; often it is of the wrong kind. */
static void check_coverage(const struct run *run, struct shy_problems *problems)
{
    const struct shy_session *s = run->session;
    char name[SHY_PERIOD_TEXT];
    struct shihyo_error e = SHY_ERROR_INIT;
    if (!s->has_period || run->failed > 0)
        return;
    for (size_t i = 0; i < run->result.count; i++)
        if (says_something(&run->result.cells[i]))
            return;
    shy_period_text(&s->period, name);
    (void)shy_fail(&e, SHY_E_EXEC_PERIOD, _("The imported data have no figure for the period %s."),
                   name);
    shy_hint(&e, _("A fiscal year is FY2022, a calendar year 2022. Without --period every period "
                   "that the data have is computed."));
    shy_problems_add(problems, SHY_ERROR, &e);
}

/* The nation's cells stay: a prefecture is read beside them. */
static bool inside(const struct shy_areas *areas, const struct shy_cell *cell, uint32_t nation,
                   uint32_t set, uint32_t prefecture)
{
    return cell->area_set == nation ||
           shy_areas_within(areas, cell->area_set, cell->area, set) == prefecture;
}

/* Indicators that were computed only because others use them have no cells of their own. */
static void keep_asked(struct run *run)
{
    size_t kept = 0;
    for (size_t i = 0; i < run->result.count; i++)
        if (run->session->asked[run->result.cells[i].definition])
            run->result.cells[kept++] = run->result.cells[i];
    run->result.count = kept;
}

/* Areas named in a sentence about areas; the rest is their number. */
enum { AREAS_NAMED = 3 };

/* The areas of a set that have values but lie in no prefecture, marked; *count of them. */
static int mark_stray(const struct run *run, uint32_t set, uint32_t prefectures, bool **marks,
                      size_t *count, struct shihyo_error *err)
{
    *count = 0;
    *marks = shy_alloc(shy_areas_count(run->areas, set), sizeof **marks);
    if (*marks == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < run->result.count; i++) {
        const struct shy_cell *cell = &run->result.cells[i];
        if (cell->area_set != set || (*marks)[cell->area] ||
            shy_areas_within(run->areas, set, cell->area, prefectures) != SHY_AREA_NONE)
            continue;
        (*marks)[cell->area] = true;
        ++*count;
    }
    return 0;
}

static int report_stray(const struct run *run, uint32_t set, const bool *marks, size_t count,
                        struct shy_problems *problems, struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text names = {0};
    size_t named = 0;
    for (uint32_t a = 0; a < shy_areas_count(run->areas, set) && named < AREAS_NAMED; a++) {
        if (!marks[a])
            continue;
        const char *name = shy_areas_name(run->areas, set, a);
        shy_text_addf(&names, "%s%s%s%s", named++ == 0 ? "" : ", ",
                      shy_areas_code(run->areas, set, a), name[0] == '\0' ? "" : " ", name);
    }
    (void)shy_fail(&e, SHY_E_AREA_STRAY,
                   _("%zu areas of the set '%s' lie in no prefecture; their values are not kept: "
                     "%s%s"),
                   count, shy_areas_set_id(run->areas, set), shy_text_get(&names),
                   count > named ? " …" : "");
    shy_hint(&e, _("A source of the contract area_members says in which prefecture areas lie, "
                   "or which areas of another set they consist of."));
    shy_problems_add(problems, SHY_WARNING, &e);
    bool failed = names.failed;
    shy_text_free(&names);
    return failed ? shy_fail_nomem(err) : 0;
}

/* A prefecture's own area without a membership would otherwise vanish like another prefecture's. */
static int report_strays(const struct run *run, uint32_t prefectures, uint32_t nation,
                         struct shy_problems *problems, struct shihyo_error *err)
{
    for (uint32_t set = 0; set < shy_areas_set_count(run->areas); set++) {
        bool *marks;
        size_t count;
        if (set == nation)
            continue;
        int code = mark_stray(run, set, prefectures, &marks, &count, err);
        if (code == 0 && count > 0)
            code = report_stray(run, set, marks, count, problems, err);
        shy_free(marks);
        SHY_TRY(code);
    }
    return 0;
}

/* A prefecture keeps its own areas and the nation; ranks were made among all there are. */
static int keep_prefecture(struct run *run, struct shy_problems *problems, struct shihyo_error *err)
{
    const char *code = run->session->project->prefecture;
    uint32_t set = shy_areas_set(run->areas, "prefecture");
    uint32_t nation = shy_areas_set(run->areas, "nation");
    if (strcmp(code, "00") == 0 || set == SHY_AREA_NONE)
        return 0;
    uint32_t prefecture = shy_areas_find(run->areas, set, code);
    if (prefecture == SHY_AREA_NONE)
        return 0;
    SHY_TRY(report_strays(run, set, nation, problems, err));
    size_t kept = 0;
    for (size_t i = 0; i < run->result.count; i++)
        if (inside(run->areas, &run->result.cells[i], nation, set, prefecture))
            run->result.cells[kept++] = run->result.cells[i];
    run->result.count = kept;
    return 0;
}

/* Adds each "source:hash" of a contract that is not in out yet; whole entries are compared, since a
 * source's name may end like another's. */
static int add_entries(struct shy_session *s, const char *contract, struct shy_text *out,
                       struct shihyo_error *err)
{
    const char *entry;
    SHY_TRY(shy_store_provenance(s->store, contract, &entry, err));
    while (*entry != '\0') {
        size_t length = strcspn(entry, ",");
        bool known = false;
        for (const char *p = shy_text_get(out); *p != '\0' && !known; p += *p != '\0') {
            size_t n = strcspn(p, ",");
            known = n == length && memcmp(p, entry, n) == 0;
            p += n;
        }
        if (!known) {
            if (out->length > 0)
                shy_text_addc(out, ',');
            shy_text_add(out, entry, length);
        }
        entry += length + (entry[length] == ',');
    }
    return out->failed ? shy_fail_nomem(err) : 0;
}

/* What an answer's rows come from, its own and those of the indicators it uses. */
static int add_needs(struct shy_session *s, const struct shy_answer *answer, int depth,
                     struct shy_text *out, struct shihyo_error *err)
{
    for (size_t i = 0; i < answer->need_count; i++)
        SHY_TRY(add_entries(s, answer->needs[i].contract->id, out, err));
    for (size_t r = 0; r < answer->ref_count && depth < SHY_USES_DEEPEST; r++) {
        for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++)
            if (s->choices[i].answer != NULL &&
                strcmp(shy_plan_definition(s->plan, i)->id, answer->refs[r]) == 0)
                SHY_TRY(add_needs(s, s->choices[i].answer, depth + 1, out, err));
    }
    return 0;
}

/* "a:hash,b:hash;people:hash;areas:hash": everything that can change a value. Before the first
 * semicolon what is counted, behind it the populations of rates, behind the second the tables that
 * say which area lies where. */
static int provenance_of(struct shy_session *s, size_t definition, struct shy_text *out,
                         struct shihyo_error *err)
{
    const struct shy_answer *answer = s->choices[definition].answer;
    static const char *const tables[] = {"areas", "area_changes", "area_weights", "area_members"};
    struct shy_text population = {0}, areas = {0};
    int code = add_needs(s, answer, 0, out, err);
    if (code == 0 &&
        shy_plan_needs_population(s->plan, shy_plan_definition(s->plan, definition), answer))
        code = add_entries(s, "population", &population, err);
    for (size_t i = 0; answer->by.basis != 0 && i < sizeof tables / sizeof tables[0]; i++)
        code = code == 0 ? add_entries(s, tables[i], &areas, err) : code;
    if (population.length > 0 || areas.length > 0)
        shy_text_addf(out, ";%s", shy_text_get(&population));
    if (areas.length > 0)
        shy_text_addf(out, ";%s", shy_text_get(&areas));
    shy_text_free(&population);
    shy_text_free(&areas);
    return code == 0 && out->failed ? shy_fail_nomem(err) : code;
}

static int collect_provenance(struct run *run, struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    size_t count = shy_plan_definition_count(s->plan);
    run->provenance = shy_alloc(count, sizeof *run->provenance);
    run->saved = shy_alloc(count, sizeof *run->saved);
    if (run->provenance == NULL || run->saved == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        struct shy_text text = {0};
        if (s->choices[i].answer == NULL || !s->asked[i])
            continue;
        int code = provenance_of(s, i, &text, err);
        if (code == 0) {
            run->provenance[i] = shy_strdup(shy_text_get(&text));
            code = run->provenance[i] == NULL ? shy_fail_nomem(err) : 0;
        }
        shy_text_free(&text);
        SHY_TRY(code);
    }
    return 0;
}

/* Sources are a handful. */
static bool names_source(const struct shy_project *p, const char *source)
{
    for (size_t i = 0; i < p->source_count; i++)
        if (strcmp(p->sources[i].name, source) == 0)
            return true;
    return false;
}

/* Deliveries of sources that project.lua no longer names stay in the store, are not read, and so
 * are no part of the run. */
static int list_sources(struct shy_session *s, struct shy_run_source **out, size_t *count,
                        struct shihyo_error *err)
{
    const struct shy_delivery *deliveries;
    size_t all;
    SHY_TRY(shy_store_deliveries(s->store, &deliveries, &all, err));
    *out = shy_alloc(all, sizeof **out);
    *count = 0;
    if (*out == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < all; i++)
        if (names_source(s->project, deliveries[i].source))
            (*out)[(*count)++] = (struct shy_run_source){
                .name = deliveries[i].source,
                .plugin = deliveries[i].plugin,
                .hash = deliveries[i].hash,
            };
    return 0;
}

static int save(struct run *run, const struct shy_problems *problems, int64_t *number,
                struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    struct shy_run_pack *packs = shy_alloc(s->pack_count, sizeof *packs);
    struct shy_run_source *sources = NULL;
    char started[21];
    size_t source_count = 0;
    int code = packs == NULL ? shy_fail_nomem(err) : list_sources(s, &sources, &source_count, err);
    for (size_t i = 0; code == 0 && i < s->pack_count; i++)
        packs[i] = (struct shy_run_pack){
            .id = shy_pack_id(s->packs[i]),
            .version = shy_pack_version(s->packs[i]),
            .hash = shy_pack_hash(s->packs[i]),
        };
    shy_os_utc(shy_os_now(), started);
    struct shy_run_info info = {
        .program_version = PACKAGE_VERSION,
        .command = shy_text_get(&s->command),
        .started = started,
        .engine = run->engine,
        .prefecture = s->project->prefecture,
        .packs = packs,
        .pack_count = s->pack_count,
        .sources = sources,
        .source_count = source_count,
    };
    if (code == 0)
        code = shy_results_open(s->project->results_path, true, &run->results, err);
    if (code == 0)
        code = shy_results_save(run->results, &info, s->plan, run->saved,
                                (const char *const *)run->provenance, run->areas, &run->result,
                                problems, number, err);
    shy_free(packs);
    shy_free(sources);
    return code;
}

/* Of what was asked for only; what others use is not counted twice. */
static void count_definitions(const struct shy_session *s, struct shy_run_report *report)
{
    for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++) {
        const struct shy_definition *d = shy_plan_definition(s->plan, i);
        if (!s->asked[i])
            continue;
        if (s->choices[i].answer != NULL)
            report->indicators_ok++;
        else if (!d->ok)
            report->indicators_failed++;
        else
            report->indicators_without_source++;
    }
}

static int compute(struct run *run, struct shy_run_report *report, struct shy_problems *problems,
                   struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    if (s->store == NULL) {
        int code = shy_fail(err, SHY_E_NO_ANSWER, _("Nothing has been imported yet."));
        shy_hint(err, _("Run `shihyo import` first."));
        return code;
    }
    SHY_TRY(shy_store_data_new(s->store, &run->data, err));
    struct shy_dataset dataset = shy_store_dataset(run->data);
    SHY_TRY(shy_session_areas(s, &dataset, &run->areas, problems, err));
    SHY_TRY(shy_project_omitted(run->areas, s->project->prefecture, s->area_sets,
                                s->area_set_count, problems, err));
    SHY_TRY(evaluate(run, &dataset, problems, err));
    keep_asked(run);
    /* What fails may be one that was not asked for but is used by those that were. */
    size_t failed = run->failed < report->indicators_ok ? run->failed : report->indicators_ok;
    report->indicators_ok -= failed;
    report->indicators_failed += failed;
    check_coverage(run, problems);
    SHY_TRY(keep_prefecture(run, problems, err));
    SHY_TRY(shy_note_unlinked(s, run->areas, &run->result, err));
    SHY_TRY(shy_note_spans(s, &dataset, &run->result, problems, err));
    if (run->result.count == 0)
        return 0;
    SHY_TRY(collect_provenance(run, err));
    for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++)
        if (s->asked[i])
            run->saved[i] = s->choices[i];
    SHY_TRY(save(run, problems, &report->run, err));
    report->values = (int64_t)run->result.count;
    report->compute_ns = run->compute_ns;
    return 0;
}

/* The plan and the choices are the session's. */
static void free_run(struct run *run)
{
    if (run->provenance != NULL)
        for (size_t i = 0; i < shy_plan_definition_count(run->session->plan); i++)
            shy_free(run->provenance[i]);
    shy_free(run->provenance);
    shy_free(run->saved);
    shy_results_close(run->results);
    shy_result_free(&run->result);
    shy_areas_free(run->areas);
    shy_store_close_partitions(&run->partitions);
    shy_store_data_free(run->data);
}

int shy_session_run(struct shy_session *s, struct shy_run_report *report,
                    struct shy_problems *problems, struct shihyo_error *err)
{
    struct run run = {.session = s};
    struct shy_lock lock;
    *report = (struct shy_run_report){0};
    count_definitions(s, report);
    if (!s->locked)
        SHY_TRY(shy_os_lock(s->project->lock_path, "shihyo run", &lock, err));
    int code = compute(&run, report, problems, err);
    free_run(&run);
    if (!s->locked)
        shy_os_unlock(&lock);
    return code;
}
