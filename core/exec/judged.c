/* SPDX-License-Identifier: MIT */
/*
 * Areas beside a benchmark, and years beside each other. A judgement needs sound figures on both
 * sides: a value of a part only is not judged. semantics.md, "Statistics".
 */
#include "config.h"

#include "core/exec/naive.h"

/* Level at which errors of points are taken from limits. */
#define ERROR_LEVEL 9500

struct judging {
    struct run *run;
    const struct shy_node *n;
    const struct block *in;
    struct estimator estimator;
};

/* Where the good side is known, numbers above 0 are good. */
static void judge(const struct shy_node *n, int side, int strength, struct val *out,
                  struct shy_cell_limits *limits)
{
    static const enum shy_judgement compared[2][3] = {
        {SHY_JUDGED_LOWER, SHY_JUDGED_SIMILAR, SHY_JUDGED_HIGHER},
        {SHY_JUDGED_WORSE, SHY_JUDGED_SIMILAR, SHY_JUDGED_BETTER}};
    static const enum shy_judgement trends[2][3] = {
        {SHY_JUDGED_DECREASING, SHY_JUDGED_NO_CHANGE, SHY_JUDGED_INCREASING},
        {SHY_JUDGED_WORSENING, SHY_JUDGED_NO_CHANGE, SHY_JUDGED_IMPROVING}};
    int good = n->better == SHY_BETTER_LOWER ? -side : side;
    const enum shy_judgement(*words)[3] = n->op == SHY_OP_TREND ? trends : compared;
    limits->judgement = words[n->better != SHY_BETTER_NEITHER][good + 1];
    if (n->op != SHY_OP_FUNNEL)
        shy_val_number(out, (struct shy_fraction){good * strength, 1}, (struct shy_fraction){1, 1},
                       1);
}

/* Benchmarks -------------------------------------------------------------------------------- */

/* The benchmark of each area; NONE where it lies in none. An area that is all of its benchmark, or
 * the same one, is not compared. */
struct benchmark {
    uint32_t set, area;
    bool itself;
};

static size_t parts_of(const struct run *run, uint32_t set, uint32_t outer_set, uint32_t outer)
{
    size_t count = 0;
    for (uint32_t a = 0; a < shy_areas_count(run->areas, set); a++)
        count += shy_areas_within(run->areas, set, a, outer_set) == outer ? 1 : 0;
    return count;
}

static struct benchmark benchmark_of(const struct run *run, const struct frame *f, uint32_t area,
                                     uint32_t set)
{
    struct benchmark b = {.set = set, .area = NONE, .itself = f->whole || f->set == set};
    if (b.itself)
        return b;
    b.area = shy_areas_within(run->areas, f->set, area, set);
    b.itself = b.area != NONE && parts_of(run, f->set, set, b.area) == 1;
    return b;
}

/* How many levels the limits pass, and on which side. */
static int strength_of(const struct shy_cell_limits *limits, double benchmark, int *side)
{
    int strength = 0;
    *side = 0;
    for (int i = 0; i < limits->count; i++) {
        int s = shy_stat_side(&limits->limits[i], benchmark);
        if (s == 0 || (i > 0 && s != *side))
            break;
        *side = s;
        strength++;
    }
    return strength;
}

static void compare(const struct judging *j, size_t i, double benchmark, struct val *out,
                    struct shy_cell_limits *limits)
{
    struct shy_estimate e;
    int side;
    if (!shy_estimate_at(&j->estimator, i, &e) || !shy_limits_make(&e, &j->n->levels, limits)) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_NO_LIMITS);
        return;
    }
    int strength = strength_of(limits, benchmark, &side);
    limits->intervals = false; /* those are of the value compared, not of the judgement */
    judge(j->n, side, strength, out, limits);
}

/* Around the benchmark, for the area's own denominator. */
static enum shy_stat control_limits(const struct shy_estimate *e, double benchmark, int level,
                                    struct shy_interval *out)
{
    enum shy_stat state;
    if (e->kind == SHY_STATISTIC_SHARE)
        state = shy_funnel_share(benchmark / e->scale, (int64_t)e->total, level, out);
    else
        state = shy_funnel_events(benchmark / e->scale, level, out);
    out->lower *= e->scale;
    out->upper *= e->scale;
    return state;
}

static void funnel(const struct judging *j, size_t i, double benchmark, struct val *out,
                   struct shy_cell_limits *limits)
{
    const struct val *v = &j->in->vals[i];
    struct shy_estimate e;
    enum shy_stat state = SHY_STAT_NOT_A_SHARE;
    int side = 0;
    *limits = (struct shy_cell_limits){.method = "funnel", .intervals = true};
    if (!shy_estimate_at(&j->estimator, i, &e) || e.scale <= 0) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_NO_LIMITS);
        return;
    }
    for (int k = 0; k < j->n->levels.count; k++) {
        state = control_limits(&e, benchmark, j->n->levels.level[k], &limits->limits[k]);
        if (state != SHY_STAT_OK)
            break;
        limits->level[k] = j->n->levels.level[k];
        limits->count++;
        if (k == 0)
            side = v->value > limits->limits[0].upper   ? 1
                   : v->value < limits->limits[0].lower ? -1
                                                        : 0;
    }
    if (state != SHY_STAT_OK) {
        shy_val_stat(out, state);
        return;
    }
    out->exact = v->exact;
    out->num = v->num;
    out->den = v->den;
    out->factor = v->factor;
    out->value = v->value;
    judge(j->n, side, 1, out, limits);
}

/* Precedence of states as everywhere; only what would be partial is refused. */
static bool sound(const struct val *const *inputs, size_t count, struct val *out)
{
    if (!shy_val_from(out, inputs, count))
        return false;
    if (out->state == SHIHYO_STATE_OK)
        return true;
    shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_INPUT);
    return false;
}

static int compare_node(struct judging *j, const struct frame *f, struct block *out)
{
    const struct block *others;
    struct frame with = *f;
    uint32_t set;
    SHY_TRY(shy_areas_require_set(j->run->areas, j->n->with_set, &set, j->run->err));
    with.set = f->whole ? f->set : set;
    SHY_TRY(shy_cells(j->run, &with, j->n->inputs[0], &others));
    struct benchmark b = {0};
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        if (i % out->combos == 0)
            b = benchmark_of(j->run, f, (uint32_t)(i / out->combos), set);
        struct val *v = &out->vals[i];
        const struct val *inputs[] = {&j->in->vals[i], NULL};
        struct shy_cell_limits limits = {0};
        if (b.itself || b.area == NONE) {
            (void)shy_val_from(v, inputs, 1);
            shy_val_state(v, SHIHYO_STATE_NOT_APPLICABLE,
                          b.itself ? SHY_REASON_ITSELF : SHY_REASON_NONE);
            continue;
        }
        inputs[1] = &others->vals[b.area * out->combos + i % out->combos];
        if (!sound(inputs, 2, v))
            continue;
        if (j->n->op == SHY_OP_COMPARE)
            compare(j, i, inputs[1]->value, v, &limits);
        else
            funnel(j, i, inputs[1]->value, v, &limits);
        if (shy_val_has_number(v))
            out->extras[i].limits = limits;
    }
    return 0;
}

/* Trends ------------------------------------------------------------------------------------ */

static bool point_of(const struct estimator *e, size_t i, struct shy_point *out)
{
    struct shy_estimate estimate;
    struct shy_interval limits;
    const char *method;
    if (!shy_estimate_at(e, i, &estimate) ||
        shy_limits_of(&estimate, ERROR_LEVEL, &limits, &method) != SHY_STAT_OK)
        return false;
    out->value = shy_estimate_value(&estimate);
    out->error = (limits.upper - limits.lower) / (2 * shy_normal_two_sided(ERROR_LEVEL));
    return true;
}

/* Masked years mask the trend; any other year without a sound figure leaves it uncalculated. */
static void trend(const struct judging *j, const struct estimator *years,
                  const struct block *const *blocks, size_t i, struct val *out,
                  struct shy_cell_limits *limits)
{
    struct shy_point points[SHY_POINTS_MOST];
    const struct val *inputs[SHY_POINTS_MOST];
    struct shy_trend t;
    int count = j->n->points;
    bool whole = true;
    for (int k = 0; k < count; k++) {
        inputs[k] = &blocks[k]->vals[i];
        whole = point_of(&years[k], i, &points[k]) && whole;
    }
    if (!sound(inputs, (size_t)count, out) || !whole) {
        if (out->state != SHIHYO_STATE_MASKED)
            shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_FEW_POINTS);
        return;
    }
    int level = j->n->levels.level[0];
    enum shy_stat state = shy_trend_of(points, (size_t)count, level, &t);
    if (state != SHY_STAT_OK) {
        shy_val_stat(out, state);
        return;
    }
    *limits = (struct shy_cell_limits){.method = "regression", .count = 1, .level = {level}};
    judge(j->n, t.direction, 1, out, limits);
}

/* The oldest year first. */
static int trend_node(struct judging *j, const struct frame *f, struct block *out)
{
    struct estimator years[SHY_POINTS_MOST];
    const struct block *blocks[SHY_POINTS_MOST];
    int count = j->n->points;
    for (int k = 0; k < count; k++) {
        struct frame g = *f;
        SHY_TRY(shy_years_before(j->run, f, count - 1 - k, &g.period));
        SHY_TRY(shy_cells(j->run, &g, j->n->inputs[0], &blocks[k]));
        SHY_TRY(shy_estimator(j->run, &g, j->n->inputs[0], j->n->method, &years[k]));
    }
    struct shy_period now = j->run->periods[f->period];
    bool broken = shy_broken_between(j->run, j->n->inputs[0], now.last_month - 12 * (count - 1),
                                     now.last_month);
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        trend(j, years, blocks, i, &out->vals[i], &out->extras[i].limits);
        if (!broken || out->vals[i].state == SHIHYO_STATE_MASKED)
            continue;
        shy_val_state(&out->vals[i], SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_SERIES_BREAK);
        out->extras[i].limits = (struct shy_cell_limits){0};
    }
    return 0;
}

int shy_judged_node(struct run *run, const struct frame *f, const struct shy_node *n,
                    struct block *out)
{
    struct judging j = {.run = run, .n = n};
    SHY_TRY(shy_cells(run, f, n->inputs[0], &j.in));
    SHY_TRY(shy_estimator(run, f, n->inputs[0], n->method, &j.estimator));
    SHY_TRY(shy_block_make(run, f, out));
    SHY_TRY(shy_extras_make(run, out));
    return n->op == SHY_OP_TREND ? trend_node(&j, f, out) : compare_node(&j, f, out);
}
