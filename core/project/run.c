/* SPDX-License-Identifier: MIT */
/*
 * A run from the session to project.db: areas, what values will be made from, the evaluator, and
 * behind it what of its cells is kept and written (run_cells.h). Held under the project's lock, so
 * that no import changes rows between two indicators.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/project/run_cells.h"

struct run {
    struct shy_session *session;
    struct shy_store_data *data;
    struct shy_areas *areas;
    struct shy_partitions partitions;
    const char *engine;
    char **provenance;        /* one per definition, NULL = not computed */
    struct shy_choice *saved; /* the choices of what was asked for */
    struct shy_run_info info;
    struct shy_run_pack *packs;
    struct shy_run_source *sources;
    char started[21];
    struct shy_keeping keeping;
    struct shy_span_notes *spans;
    struct shy_results *results; /* these three from the first cell on */
    struct shy_saving *saving;
    struct shy_writer *writer;
    int64_t values;
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
static int choose_engine(struct run *run, struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    int64_t begin = shy_os_monotonic_ns();
    run->engine = s->engine != NULL ? s->engine : "native";
    if (strcmp(run->engine, "native") == 0)
        SHY_TRY(shy_project_open_partitions(s->project, &run->partitions, err));
    if (s->engine == NULL && run->partitions.count == 0)
        run->engine = "naive";
    run->compute_ns += shy_os_monotonic_ns() - begin;
    return 0;
}

/* The results are opened when there is something to write: a run without values leaves no file. */
static int begin_saving(struct run *run, struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    SHY_TRY(shy_results_open(s->project->results_path, true, &run->results, err));
    SHY_TRY(shy_saving_begin(run->results, &run->info, s->plan, run->saved,
                             (const char *const *)run->provenance, run->areas, &run->saving, err));
    return shy_writer_start(run->saving, &run->writer, err);
}

static int take_cells(struct run *run, struct shy_result *cells, struct shihyo_error *err)
{
    SHY_TRY(shy_keeping_choose(&run->keeping, cells, err));
    if (cells->count == 0)
        return 0;
    SHY_TRY(shy_span_notes_look(run->spans, cells, err));
    if (run->writer == NULL)
        SHY_TRY(begin_saving(run, err));
    run->values += (int64_t)cells->count;
    return shy_writer_give(run->writer, cells, err);
}

/* Called with each definition's cells. Waiting for the writer is no time of computing. */
static int give(void *self, struct shy_result *cells, struct shihyo_error *err)
{
    struct run *run = self;
    int64_t begin = shy_os_monotonic_ns();
    int code = take_cells(run, cells, err);
    run->compute_ns -= shy_os_monotonic_ns() - begin;
    return code;
}

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
    struct shy_result none;
    int code = strcmp(run->engine, "native") == 0
                   ? shy_exec_native(s->plan, &run->partitions, dataset, run->areas, &functions,
                                     request, &options, &none, problems, err)
                   : shy_exec_naive(s->plan, dataset, run->areas, &functions, request, &none,
                                    problems, err);
    if (code == 0)
        shy_result_free(&none);
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
        .periods = s->period_count > 0 ? s->periods : NULL,
        .period_count = s->period_count,
        .give = give,
        .self = run,
    };
    size_t errors = problems->errors;
    int64_t begin = shy_os_monotonic_ns();
    int code = execute(run, dataset, &request, problems, err);
    run->compute_ns += shy_os_monotonic_ns() - begin;
    shy_log(SHIHYO_LOG_INFO, "computed by the %s engine in %lld ms", run->engine,
            (long long)(run->compute_ns / 1000000));
    shy_free(sets);
    /* Each error is of one definition, which the plan took for sound. */
    run->failed = problems->errors - errors;
    return code;
}

/* A period that nobody delivered gives empty cells only; often it is of the wrong kind. */
static void check_coverage(const struct run *run, struct shy_problems *problems)
{
    const struct shy_session *s = run->session;
    char name[SHY_PERIOD_TEXT];
    struct shihyo_error e = SHY_ERROR_INIT;
    if (s->period_count == 0 || run->failed > 0 || run->keeping.says_something)
        return;
    shy_period_text(&s->periods[0], name);
    (void)shy_fail(&e, SHY_E_EXEC_PERIOD, _("The imported data have no figure for the period %s."),
                   name);
    shy_hint(&e, _("A fiscal year is FY2022, a calendar year 2022. Without --period every period "
                   "that the data have is computed."));
    shy_problems_add(problems, SHY_ERROR, &e);
}

/* Adds each "source:hash" of a contract that is not in out yet; whole entries are compared, since a
 * source's name may end like another's. */
static int add_entries(struct shy_session *s, const char *contract, struct shy_text *out,
                       struct shihyo_error *err)
{
    const char *entry;
    char targets[SHY_HASH_TEXT + 16];
    SHY_TRY(shy_store_provenance(s->store, contract, &entry, err));
    if (strcmp(contract, "targets") == 0 && s->targets_hash[0] != '\0') {
        (void)snprintf(targets, sizeof targets, "targets:%s", s->targets_hash);
        entry = targets;
    }
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

/* What the run's record says of it. */
static int describe(struct run *run, struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    size_t source_count;
    SHY_TRY(list_sources(s, &run->sources, &source_count, err));
    run->packs = shy_alloc(s->pack_count, sizeof *run->packs);
    if (run->packs == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < s->pack_count; i++)
        run->packs[i] = (struct shy_run_pack){
            .id = shy_pack_id(s->packs[i]),
            .version = shy_pack_version(s->packs[i]),
            .hash = shy_pack_hash(s->packs[i]),
        };
    shy_os_utc(shy_os_now(), run->started);
    run->info = (struct shy_run_info){
        .program_version = PACKAGE_VERSION,
        .command = shy_text_get(&s->command),
        .started = run->started,
        .engine = run->engine,
        .prefecture = s->project->prefecture,
        .packs = run->packs,
        .pack_count = s->pack_count,
        .sources = run->sources,
        .source_count = source_count,
    };
    return 0;
}

/* Everything that belongs to the run but its values and problems, before the first value. */
static int prepare(struct run *run, const struct shy_dataset *dataset,
                   struct shy_problems *problems, struct shihyo_error *err)
{
    struct shy_session *s = run->session;
    SHY_TRY(shy_session_areas(s, dataset, &run->areas, problems, err));
    SHY_TRY(shy_project_omitted(run->areas, s->project->prefecture, s->area_sets, s->area_set_count,
                                problems, err));
    SHY_TRY(shy_span_notes_new(s, dataset, &run->spans, err));
    SHY_TRY(choose_engine(run, err));
    SHY_TRY(collect_provenance(run, err));
    for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++)
        if (s->asked[i])
            run->saved[i] = s->choices[i];
    SHY_TRY(describe(run, err));
    run->keeping = (struct shy_keeping){.session = s, .areas = run->areas, .problems = problems};
    return shy_keeping_begin(&run->keeping, err);
}

/* The run is whole when its last value and its problems are written. */
static int end_saving(struct run *run, const struct shy_problems *problems, int64_t *number,
                      struct shihyo_error *err)
{
    int code = shy_writer_stop(run->writer, err);
    struct shy_saving *saving = run->saving;
    run->writer = NULL;
    if (code != 0 || saving == NULL)
        return code;
    run->saving = NULL;
    return shy_saving_end(saving, problems, number, err);
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
    SHY_TRY(shy_target_rows_give(s, run->data, err));
    struct shy_dataset dataset = shy_store_dataset(run->data);
    SHY_TRY(prepare(run, &dataset, problems, err));
    SHY_TRY(evaluate(run, &dataset, problems, err));
    /* What fails may be one that was not asked for but is used by those that were. */
    size_t failed = run->failed < report->indicators_ok ? run->failed : report->indicators_ok;
    report->indicators_ok -= failed;
    report->indicators_failed += failed;
    check_coverage(run, problems);
    SHY_TRY(shy_keeping_report(&run->keeping, problems, err));
    SHY_TRY(shy_span_notes_report(run->spans, problems, err));
    SHY_TRY(end_saving(run, problems, &report->run, err));
    report->values = run->values;
    report->compute_ns = run->values > 0 ? run->compute_ns : 0;
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
    shy_free(run->packs);
    shy_free(run->sources);
    (void)shy_writer_stop(run->writer, NULL);
    shy_saving_cancel(run->saving);
    shy_results_close(run->results);
    shy_keeping_free(&run->keeping);
    shy_span_notes_free(run->spans);
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
