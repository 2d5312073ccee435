/* SPDX-License-Identifier: MIT */
/*
 * The naive evaluator: walks the definitions, periods and area sets asked for and writes the
 * cells. What a node means is in the neighbouring files; this one decides what is asked.
 */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* One definition at work. */
struct job {
    struct run *run;
    uint32_t definition;
    const struct shy_definition *d;
    const struct shy_answer *answer;
    struct dims *dims;
    uint32_t *periods;
    size_t period_count;
    bool given; /* periods were asked for */
};

/* Periods have numbers, so that frames compare by them. */
int shy_run_period(struct run *run, const struct shy_period *p, uint32_t *out)
{
    for (size_t i = 0; i < run->period_count; i++) {
        if (run->periods[i].kind == p->kind && shy_period_compare(&run->periods[i], p) == 0) {
            *out = (uint32_t)i;
            return 0;
        }
    }
    if (!SHY_GROW(run->periods, run->period_count, run->period_capacity))
        return shy_fail_nomem(run->err);
    *out = (uint32_t)run->period_count;
    run->periods[run->period_count++] = *p;
    return 0;
}

/* Leaves of a definition -------------------------------------------------------------------- */

/* Calls visit for each leaf below a node of cells, of other indicators too. */
static int each_leaf(struct job *job, shy_node_id id, bool others,
                     int (*visit)(struct job *job, shy_node_id leaf))
{
    const struct shy_node *n = shy_plan_node(job->run->plan, id);
    if (shy_op_is_leaf(n->op))
        return visit(job, id);
    if (n->op == SHY_OP_INDICATOR) {
        for (size_t i = 0; others && i < shy_plan_definition_count(job->run->plan); i++) {
            const struct shy_answer *a = job->run->request->choices[i].answer;
            if (a != NULL && a->value != 0 &&
                strcmp(shy_plan_definition(job->run->plan, i)->id, n->indicator) == 0)
                SHY_TRY(each_leaf(job, a->value, others, visit));
        }
        return 0;
    }
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0)
            SHY_TRY(each_leaf(job, n->inputs[i], others, visit));
    }
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(each_leaf(job, n->of[i], others, visit));
    return 0;
}

/* An indicator has one value, which its answer gives; a cross table has measures beside each other,
 * which all answers share. */
static size_t measure_count(const struct job *job)
{
    return job->d->kind == SHY_INDICATOR ? 1 : job->d->measure_count;
}

static shy_node_id measure_node(const struct job *job, size_t i)
{
    return job->d->kind == SHY_INDICATOR ? job->answer->value : job->d->measures[i].value;
}

static int each_leaf_of_job(struct job *job, bool others,
                            int (*visit)(struct job *job, shy_node_id leaf))
{
    for (size_t i = 0; i < measure_count(job); i++)
        SHY_TRY(each_leaf(job, measure_node(job, i), others, visit));
    return 0;
}

/* Periods ----------------------------------------------------------------------------------- */

/* Each once: leaves of one definition carry the same periods mostly. */
static int add_period(struct job *job, const struct shy_period *p)
{
    uint32_t number;
    int rc = 0;
    SHY_TRY(shy_run_period(job->run, p, &number));
    for (size_t i = 0; i < job->period_count; i++) {
        if (job->periods[i] == number)
            return 0;
    }
    if ((job->period_count & (job->period_count + 1)) == 0) { /* 0, 1, 3, 7 … : full */
        uint32_t *more = shy_run_alloc(job->run, job->period_count * 2 + 1, sizeof *more, &rc);
        if (rc != 0)
            return rc;
        if (job->period_count > 0)
            memcpy(more, job->periods, job->period_count * sizeof *more);
        job->periods = more;
    }
    job->periods[job->period_count++] = number;
    return 0;
}

/* Published figures carry periods as their column says; receipts carry months, and are shown by the
 * fiscal years of those that were delivered, April being month 3 of the year counted from 0. */
static int periods_of_rows(struct job *job, shy_node_id rows)
{
    struct source *s;
    const struct shy_contract *c = shy_plan_node(job->run->plan, rows)->contract;
    const struct shy_node *made = c->made ? shy_made_node(job->run, c) : NULL;
    for (size_t i = 0; made != NULL && i < made->of_count; i++)
        SHY_TRY(periods_of_rows(job, made->of[i]));
    if (made != NULL)
        return 0;
    SHY_TRY(shy_source(job->run, c, &s));
    size_t texts = s->period < 0 ? 0 : s->table->columns[s->period].dict.count;
    for (size_t i = 0; i < texts; i++) {
        if (s->periods[i].kind != SHY_PERIOD_NONE)
            SHY_TRY(add_period(job, &s->periods[i]));
    }
    for (size_t i = 0; i < s->month_count; i++) {
        struct shy_period p = shy_fiscal_year((int)((s->months[i] - 3) / 12));
        SHY_TRY(add_period(job, &p));
    }
    return 0;
}

/* Periods that one leaf's rows carry: those published, the fiscal years of delivered months. What a
 * function makes carries those of what it sees. */
static int periods_of_leaf(struct job *job, shy_node_id leaf)
{
    return periods_of_rows(job, shy_plan_node(job->run->plan, leaf)->inputs[0]);
}

static int compare_periods(const void *a, const void *b, void *arg)
{
    const struct run *run = arg;
    return shy_period_compare(&run->periods[*(const uint32_t *)a],
                              &run->periods[*(const uint32_t *)b]);
}

/* A study period is part of what a definition says. Without one and without a request it shows the
 * periods its own rows carry. */
static int find_periods(struct job *job)
{
    const struct shy_request *r = job->run->request;
    if (job->d->period.kind != SHY_PERIOD_NONE) {
        job->given = true;
        return add_period(job, &job->d->period);
    }
    job->given = r->periods != NULL;
    for (size_t i = 0; job->given && i < r->period_count; i++)
        SHY_TRY(add_period(job, &r->periods[i]));
    if (!job->given)
        SHY_TRY(each_leaf_of_job(job, true, periods_of_leaf));
    if (job->period_count > 1)
        qsort_r(job->periods, job->period_count, sizeof *job->periods, compare_periods, job->run);
    return 0;
}

static int dims_of_leaf(struct job *job, shy_node_id leaf)
{
    for (size_t i = 0; i < job->period_count; i++)
        SHY_TRY(shy_dims_scan(job->run, job->dims, leaf, job->periods[i]));
    return 0;
}

/* Cells ------------------------------------------------------------------------------------- */

static int keep_limits(const struct job *job, const struct shy_cell_limits *limits,
                       const struct shy_cell_limits **out)
{
    struct shy_cell_limits *kept = shy_arena_alloc(&job->run->out->limits, 1, sizeof *kept);
    if (kept == NULL)
        return shy_fail_nomem(job->run->err);
    *kept = *limits;
    *out = kept;
    return 0;
}

/* Is the period one of a series that began anew? */
static uint32_t broken_note(const struct job *job, const struct shy_period *p)
{
    for (size_t i = 0; i < job->d->break_count; i++) {
        if (job->d->breaks[i].first_month <= p->last_month)
            return SHY_NOTE_SERIES_BREAK;
    }
    return 0;
}

/* The last step: from here on nothing is computed. */
static int write_cell(const struct job *job, const struct frame *f, uint32_t measure, uint32_t area,
                      size_t combo, const struct val *v, const struct shy_cell_limits *limits)
{
    struct shy_result *out = job->run->out;
    if (!SHY_GROW(out->cells, out->count, out->capacity))
        return shy_fail_nomem(job->run->err);
    out->cells[out->count++] = (struct shy_cell){
        .definition = job->definition,
        .measure = measure,
        .area_set = f->set,
        .area = area,
        .period = job->run->periods[f->period],
        .dims = shy_dims_text(f->dims, combo),
        .state = v->state,
        .reason = v->reason,
        .exact = v->exact,
        .numerator = v->num,
        .denominator = v->den,
        .factor = v->factor,
        .value = v->value,
        .persons = v->persons,
        .institutions = v->institutions,
        .notes = v->notes | (v->state == SHIHYO_STATE_OK || v->state == SHIHYO_STATE_PARTIAL
                                 ? broken_note(job, &job->run->periods[f->period])
                                 : 0),
        .note_count = v->note_count,
        .limits = limits,
    };
    return 0;
}

/* What the values of one measure get beside their numbers, where the definition asks for it. */
struct beside {
    bool limits;                /* asked for by the definition */
    bool repeated;              /* of events of which one person may have several */
    enum shy_statistic of_rate; /* what a rate counts as */
    struct estimator estimator; /* of the value */
};

/* Limits are given where the value has a number; where they cannot be had, a note says so. */
static int write_value(const struct job *job, const struct frame *f, const struct beside *beside,
                       const struct block *b, uint32_t measure, uint32_t area, size_t combo,
                       const struct shy_rate *rate, const struct val *v)
{
    const struct shy_levels *levels = &job->d->limits.levels;
    size_t i = area * b->combos + combo;
    struct shy_cell_limits limits = {0};
    struct shy_estimate e;
    struct val noted;
    const struct shy_cell_limits *kept = NULL;
    if (rate == NULL && b->extras != NULL && b->extras[i].limits.method != NULL)
        limits = b->extras[i].limits;
    if (beside->limits && shy_val_has_number(v)) {
        bool known = rate == NULL ? shy_estimate_at(&beside->estimator, i, &e)
                                  : shy_estimate_of(v, beside->of_rate, &e);
        if (!known || !shy_limits_make(&e, levels, &limits)) {
            limits = (struct shy_cell_limits){0};
            noted = *v;
            shy_val_note(&noted, SHY_NOTE_NO_LIMITS, 0);
            v = &noted;
        }
    }
    if (limits.method != NULL && shy_val_has_number(v)) {
        SHY_TRY(keep_limits(job, &limits, &kept));
        noted = *v;
        shy_val_note(&noted, beside->repeated ? SHY_NOTE_REPEATED : 0, 0);
        v = &noted;
    }
    return write_cell(job, f, measure, area, combo, v, kept);
}

/* node: the value, or one measure of a cross table. */
static int find_beside(const struct job *job, const struct frame *f, shy_node_id node,
                       struct beside *out)
{
    *out = (struct beside){.repeated = shy_plan_repeats(job->run->plan, node)};
    if (job->d->limits.levels.count == 0)
        return 0;
    bool share = job->d->limits.method == SHY_METHOD_WILSON;
    out->of_rate = share ? SHY_STATISTIC_SHARE : SHY_STATISTIC_EVENTS;
    SHY_TRY(shy_estimator(job->run, f, node, job->d->limits.method, &out->estimator));
    /* A measure of a table without a method has no limits, and no note that they lack. */
    out->limits = job->d->kind == SHY_INDICATOR || out->estimator.kind != SHY_STATISTIC_NONE;
    return 0;
}

/* A period that the table carries for other figures only. */
static bool is_empty(const struct block *b)
{
    for (size_t i = 0; i < b->areas * b->combos; i++) {
        if (b->vals[i].state != SHIHYO_STATE_MISSING || b->vals[i].reason != SHY_REASON_NO_ROWS)
            return false;
    }
    return true;
}

/* Basis of the places the cells are grouped by; of figures, their contract's. */
static uint32_t basis_of(const struct job *job)
{
    uint32_t basis = job->answer->by.basis;
    if ((basis == 0 || basis == SHIHYO_BASIS_NONE) && job->answer->main != NULL)
        basis = job->answer->main->basis;
    return basis;
}

/* The cells of one measure, its value or (rate not NULL) a rate, in one area set. All areas of a
 * period stand together in a block; the cells go area by area. */
static int write_measure(const struct job *job, const struct frame *frames,
                         const struct block *const *blocks, shy_node_id node, uint32_t measure,
                         const struct shy_rate *rate)
{
    struct shy_result *out = job->run->out;
    size_t areas = shy_frame_areas(job->run, &frames[0]), cells = 0;
    int rc = 0;
    for (size_t p = 0; p < job->period_count; p++)
        cells += blocks[p] == NULL ? 0 : areas * blocks[p]->combos;
    if (!shy_grow_((void **)&out->cells, &out->capacity, out->count + cells, sizeof *out->cells))
        return shy_fail_nomem(job->run->err);
    struct beside *beside = shy_run_alloc(job->run, job->period_count, sizeof *beside, &rc);
    if (rc != 0)
        return rc;
    for (size_t p = 0; p < job->period_count; p++)
        SHY_TRY(find_beside(job, &frames[p], node, &beside[p]));
    for (uint32_t area = 0; area < areas; area++) {
        for (size_t p = 0; p < job->period_count; p++) {
            const struct block *b = blocks[p];
            for (size_t combo = 0; b != NULL && combo < b->combos; combo++) {
                const struct val *v = &b->vals[area * b->combos + combo];
                struct val rated;
                if (rate != NULL)
                    shy_rate(job->run, &frames[p], area, rate, basis_of(job), v, &rated);
                v = rate != NULL ? &rated : v;
                if (b->extras == NULL && !beside[p].limits)
                    SHY_TRY(write_cell(job, &frames[p], measure, area, combo, v, NULL));
                else
                    SHY_TRY(
                        write_value(job, &frames[p], &beside[p], b, measure, area, combo, rate, v));
            }
        }
    }
    return 0;
}

/* Names of measures are numbers in cells: thousands of cells share a handful of names. */
static int measure_number(const struct job *job, const char *name, uint32_t *out)
{
    *out = shy_map_adds(&job->run->out->measures, name);
    return *out == SHY_MAP_NONE ? shy_fail_nomem(job->run->err) : 0;
}

/* Blocks of all measures for every period of one area set; NULL for a period that is not shown. */
static int make_blocks(struct job *job, const struct frame *frames, const struct block **blocks)
{
    for (size_t p = 0; p < job->period_count; p++) {
        bool empty = !job->given;
        for (size_t m = 0; m < measure_count(job); m++) {
            const struct block **b = &blocks[m * job->period_count + p];
            SHY_TRY(shy_cells(job->run, &frames[p], measure_node(job, m), b));
            empty = empty && is_empty(*b);
        }
        for (size_t m = 0; empty && m < measure_count(job); m++)
            blocks[m * job->period_count + p] = NULL;
    }
    return 0;
}

/* An indicator's value is its count; measures of a cross table go by their labels. */
static const char *measure_name(const struct job *job, size_t m)
{
    const char *label = job->d->kind == SHY_INDICATOR ? NULL : job->d->measures[m].label;
    return label == NULL || label[0] == '\0' ? "count" : label;
}

/* All frames of the definition: by area set, then period. */
struct asked {
    struct frame *frames;
    const struct block **blocks; /* by set, measure, period */
    size_t sets;
};

static int write_all(const struct job *job, const struct asked *a, uint32_t m, const char *name,
                     const struct shy_rate *rate)
{
    size_t periods = job->period_count;
    uint32_t measure;
    SHY_TRY(measure_number(job, name, &measure));
    for (size_t s = 0; s < a->sets; s++)
        SHY_TRY(write_measure(job, &a->frames[s * periods],
                              &a->blocks[(s * measure_count(job) + m) * periods],
                              measure_node(job, m), measure, rate));
    return 0;
}

/* Blocks of all sets and periods before the first cell is written: cells go out by measure. */
static int make_frames(struct job *job, const uint32_t *sets, struct asked *a)
{
    int rc = 0;
    size_t periods = job->period_count, measures = measure_count(job);
    bool whole = job->answer->by.basis == 0;
    a->frames = shy_run_alloc(job->run, a->sets * periods, sizeof *a->frames, &rc);
    a->blocks = shy_run_alloc(job->run, a->sets * periods * measures, sizeof *a->blocks, &rc);
    for (size_t s = 0; rc == 0 && s < a->sets; s++) {
        for (size_t p = 0; p < periods; p++)
            a->frames[s * periods + p] = (struct frame){.basis = job->answer->by.basis,
                                                        .whole = whole,
                                                        .set = whole ? job->run->nation : sets[s],
                                                        .period = job->periods[p],
                                                        .dims = job->dims};
        rc = make_blocks(job, &a->frames[s * periods], &a->blocks[s * measures * periods]);
    }
    return rc;
}

static int failed_leaf(struct job *job, shy_node_id leaf)
{
    return shy_each_failed(job->run, leaf);
}

/* Periods, then combinations, then cells: each needs the one before. */
static int evaluate(struct job *job, const uint32_t *sets, size_t set_count)
{
    struct asked a = {.sets = job->answer->by.basis == 0 ? 1 : set_count};
    if (job->run->native != NULL)
        SHY_TRY(each_leaf_of_job(job, true, failed_leaf));
    SHY_TRY(find_periods(job));
    SHY_TRY(shy_dims_new(job->run, job->d, &job->dims));
    if (job->dims != NULL)
        SHY_TRY(each_leaf_of_job(job, false, dims_of_leaf));
    SHY_TRY(shy_dims_close(job->run, job->dims));
    if (job->period_count == 0 || a.sets == 0)
        return 0;
    SHY_TRY(make_frames(job, sets, &a));
    SHY_TRY(shy_dims_named(job->run, job->dims));
    for (uint32_t m = 0; m < measure_count(job); m++)
        SHY_TRY(write_all(job, &a, m, measure_name(job, m), NULL));
    for (size_t r = 0; r < job->d->rate_count && job->d->kind == SHY_INDICATOR; r++)
        SHY_TRY(write_all(job, &a, 0, job->d->rates[r].measure, &job->d->rates[r]));
    return 0;
}

/* Asking ------------------------------------------------------------------------------------ */

/* What evaluate() will ask of rows of persons, without knowing any row yet. */
static int ask(struct job *job, const uint32_t *sets, size_t set_count)
{
    const struct shy_definition *dims_of = job->d->dim_count > 0 ? job->d : NULL;
    bool whole = job->answer->by.basis == 0;
    SHY_TRY(find_periods(job));
    for (size_t s = 0; s < (whole ? 1 : set_count); s++) {
        for (size_t p = 0; p < job->period_count; p++) {
            struct frame f = {.basis = job->answer->by.basis,
                              .whole = whole,
                              .set = whole ? job->run->nation : sets[s],
                              .period = job->periods[p]};
            for (size_t m = 0; m < measure_count(job); m++)
                SHY_TRY(shy_native_ask(job->run, &f, dims_of, measure_node(job, m)));
        }
    }
    return 0;
}

/* The native engine reads rows once for the whole run, so that every question must be known before
 * the first is answered. */
static int ask_all(struct run *run, const uint32_t *sets, size_t set_count)
{
    for (uint32_t i = 0; i < shy_plan_definition_count(run->plan); i++) {
        struct job job = {.run = run,
                          .definition = i,
                          .d = shy_plan_definition(run->plan, i),
                          .answer = run->request->choices[i].answer};
        if (job.answer != NULL && job.d->ok)
            SHY_TRY(ask(&job, sets, set_count));
    }
    return shy_native_answer(run);
}

/* Definitions ------------------------------------------------------------------------------- */

/* A function fails in many cells and is reported once: the definition is wrong, though its other
 * cells stand. */
static void report_function(struct run *run, const struct shy_definition *d)
{
    if (run->function_error.code == 0)
        return;
    shy_context(&run->function_error, "%s", d->id);
    if (run->function_error.file[0] == '\0' && d->file != NULL)
        shy_at(&run->function_error, d->file, d->line, 0);
    shy_hint(&run->function_error, _("Values for which it fails are not computable; the others "
                                     "are computed."));
    shy_problems_add(run->problems, SHY_ERROR, &run->function_error);
    run->function_error.code = 0;
}

/* A definition that fails leaves no cells and does not stop the others; lack of memory does. */
static int run_definition(struct run *run, uint32_t i, const uint32_t *sets, size_t set_count)
{
    struct job job = {.run = run,
                      .definition = i,
                      .d = shy_plan_definition(run->plan, i),
                      .answer = run->request->choices[i].answer};
    struct shihyo_error err = SHY_ERROR_INIT, *outer = run->err;
    size_t cells = run->out->count;
    if (job.answer == NULL || !job.d->ok)
        return 0;
    run->err = &err;
    int rc = evaluate(&job, sets, set_count);
    run->err = outer;
    shy_dims_free(job.dims);
    report_function(run, job.d);
    if (rc == 0)
        return 0;
    run->out->count = cells;
    if (rc == SHY_E_NOMEM)
        return shy_fail_nomem(outer);
    shy_context(&err, "%s", job.d->id);
    if (err.file[0] == '\0' && job.d->file != NULL)
        shy_at(&err, job.d->file, job.d->line, 0);
    shy_problems_add(run->problems, SHY_ERROR, &err);
    return 0;
}

static int compare_sets(const void *a, const void *b)
{
    uint32_t s = *(const uint32_t *)a, t = *(const uint32_t *)b;
    return s < t ? -1 : s > t;
}

/* The sets asked for, each once, in the order of their ids. */
static int find_sets(struct run *run, uint32_t *sets, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < run->request->area_set_count; i++) {
        uint32_t set;
        bool known = false;
        SHY_TRY(shy_areas_require_set(run->areas, run->request->area_sets[i], &set, run->err));
        for (size_t k = 0; k < *count; k++)
            known = known || sets[k] == set;
        if (!known)
            sets[(*count)++] = set;
    }
    if (*count > 1)
        qsort(sets, *count, sizeof *sets, compare_sets);
    return 0;
}

/* Nodes are numbered from 1; number 0 of the memos stays empty. Text 0 of the combinations is "",
 * which cells without dimensions have. */
static int prepare(struct run *run, uint32_t **sets)
{
    int rc = 0;
    size_t nodes = shy_plan_node_count(run->plan) + 1;
    run->nation = shy_areas_set(run->areas, "nation");
    run->rows = shy_run_alloc(run, nodes, sizeof *run->rows, &rc);
    run->blocks = shy_run_alloc(run, nodes, sizeof *run->blocks, &rc);
    *sets = shy_run_alloc(run, run->request->area_set_count, sizeof **sets, &rc);
    if (rc == 0 && shy_map_adds(&run->out->dims, "") == SHY_MAP_NONE)
        rc = shy_fail_nomem(run->err);
    return rc;
}

/* A definition's cells are whole: those that others use of it are in its blocks. */
static int give_cells(struct run *run)
{
    const struct shy_request *r = run->request;
    int code = 0;
    if (r->give == NULL || run->out->count == 0)
        return 0;
    code = r->give(r->self, run->out, run->err);
    run->out->count = 0;
    shy_arena_free(&run->out->limits);
    return code;
}

int shy_exec_run(struct run *run)
{
    uint32_t *sets = NULL;
    size_t set_count = 0;
    *run->out = (struct shy_result){0};
    SHY_TRY(prepare(run, &sets));
    SHY_TRY(find_sets(run, sets, &set_count));
    if (run->native != NULL)
        SHY_TRY(ask_all(run, sets, set_count));
    for (uint32_t i = 0; i < shy_plan_definition_count(run->plan); i++) {
        SHY_TRY(run_definition(run, i, sets, set_count));
        SHY_TRY(give_cells(run));
    }
    return shy_report_unknown(run);
}

void shy_exec_end(struct run *run, int rc)
{
    shy_made_free(run);
    shy_unknown_free(run);
    shy_map_free(&run->person_ids);
    shy_map_free(&run->claim_ids);
    shy_free(run->periods);
    shy_arena_free(&run->arena);
    if (rc != 0)
        shy_result_free(run->out);
}

int shy_exec_naive(const struct shy_plan *plan, const struct shy_dataset *data,
                   const struct shy_areas *areas, const struct shy_functions *functions,
                   const struct shy_request *request, struct shy_result *out,
                   struct shy_problems *problems, struct shihyo_error *err)
{
    struct run run = {.plan = plan,
                      .data = data,
                      .areas = areas,
                      .functions = functions,
                      .request = request,
                      .out = out,
                      .problems = problems,
                      .err = err,
                      .function_error = SHY_ERROR_INIT};
    int rc = shy_exec_run(&run);
    shy_exec_end(&run, rc);
    return rc;
}

void shy_result_free(struct shy_result *r)
{
    shy_free(r->cells);
    shy_arena_free(&r->limits);
    shy_map_free(&r->measures);
    shy_map_free(&r->dims);
    *r = (struct shy_result){0};
}
