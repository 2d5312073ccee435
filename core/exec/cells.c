/* SPDX-License-Identifier: MIT */
/* Cells to cells, and the dispatch of every node that gives cells. */
#include "config.h"

#include "core/exec/naive.h"

#include <math.h>
#include <string.h>

#include "core/base/i18n.h"

size_t shy_frame_areas(const struct run *run, const struct frame *f)
{
    return f->whole ? 1 : shy_areas_count(run->areas, f->set);
}

/* Zeroed: every value in it is set by the operator that asked for it. */
int shy_block_make(struct run *run, const struct frame *f, struct block *out)
{
    int rc = 0;
    out->areas = shy_frame_areas(run, f);
    out->combos = shy_dims_count(f->dims);
    out->vals = shy_run_alloc(run, out->areas * out->combos, sizeof *out->vals, &rc);
    return rc;
}

/* Two inputs -------------------------------------------------------------------------------- */

/* Asked before dividing; exact values are compared exactly. */
static bool is_zero(const struct val *v)
{
    return v->exact ? v->num.num == 0 : v->value == 0;
}

/* num * factor / den, exactly where both are. */
static void divide(struct val *v, const struct val *num, const struct val *den, int64_t factor)
{
    struct shy_fraction n, d;
    if (is_zero(den)) {
        shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_ZERO_DENOMINATOR);
    } else if (num->exact && den->exact) {
        if (shy_val_fraction(num, &n) && shy_val_fraction(den, &d))
            shy_val_number(v, n, d, factor);
        else
            shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    } else {
        v->exact = false;
        v->value = num->value / den->value * (double)factor;
    }
}

/* A factor that was left out is 1. */
static void ratio(const struct shy_node *n, const struct val *num, const struct val *den,
                  struct val *out)
{
    const struct val *const inputs[] = {num, den};
    if (shy_val_from(out, inputs, 2))
        divide(out, num, den, n->factor == 0 ? 1 : n->factor);
}

/* Exact a + sign * b into *sum; false when it does not fit. */
static bool add_exact(const struct val *v, int sign, struct shy_fraction *sum)
{
    struct shy_fraction f;
    if (!shy_val_fraction(v, &f))
        return false;
    return sign > 0 ? shy_fraction_add(*sum, f, sum) : shy_fraction_sub(*sum, f, sum);
}

/* The terms added, from the second on with `sign`. */
static void add_terms(const struct val *const *terms, size_t count, int sign, struct val *out)
{
    struct shy_fraction sum = {0, 1}, one = {1, 1};
    bool exact = true, fits = true;
    double value = 0;
    if (!shy_val_from(out, terms, count))
        return;
    for (size_t i = 0; i < count; i++) {
        int s = i == 0 ? 1 : sign;
        exact = exact && terms[i]->exact;
        value += s * terms[i]->value;
        fits = fits && add_exact(terms[i], s, &sum);
    }
    if (exact && fits) {
        shy_val_number(out, sum, one, 1);
    } else if (exact) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    } else {
        out->exact = false;
        out->value = value;
    }
}

/* Persons in one count and not in the other, where one holds the other. */
static int64_t support_difference(int64_t a, int64_t b)
{
    if (a == SHY_SUPPORT_UNKNOWN || b == SHY_SUPPORT_UNKNOWN)
        return SHY_SUPPORT_UNKNOWN;
    return a < b ? b - a : a - b;
}

/* Two nested counts published side by side give away the part between them. */
static void difference(const struct val *const *terms, struct val *out)
{
    add_terms(terms, 2, -1, out);
    out->persons =
        shy_support_least(out->persons, support_difference(terms[0]->persons, terms[1]->persons));
    out->institutions = shy_support_least(
        out->institutions, support_difference(terms[0]->institutions, terms[1]->institutions));
}

/* Only a figure that was never there is `no earlier value`; one that was masked stays masked. */
static void growth(const struct val *now, const struct val *before, struct val *out)
{
    const struct val *const inputs[] = {now, before};
    struct val change;
    if (before->state == SHIHYO_STATE_MISSING && before->reason == SHY_REASON_NO_ROWS &&
        shy_val_has_number(now)) {
        (void)shy_val_from(out, inputs, 2);
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_NO_EARLIER);
        return;
    }
    if (!shy_val_from(out, inputs, 2))
        return;
    add_terms(inputs, 2, -1, &change);
    if (shy_val_has_number(&change))
        divide(out, &change, before, 100);
    else
        shy_val_state(out, change.state, change.reason);
}

/* Nodes ------------------------------------------------------------------------------------- */

/* All terms first, so that they can be taken cell by cell. */
int shy_terms_of(struct run *run, const struct frame *f, const struct shy_node *n,
                 const struct block **blocks)
{
    if (n->of_count > SHY_TERMS_MOST)
        return shy_fail(run->err, SHY_E_PLAN_PARAMETER, _("More than %d values are given to '%s'."),
                        SHY_TERMS_MOST, shy_op_name(n->op));
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(shy_cells(run, f, n->of[i], &blocks[i]));
    return 0;
}

const struct shy_answer *shy_answer_of(const struct run *run, const char *id)
{
    for (size_t i = 0; i < shy_plan_definition_count(run->plan); i++) {
        if (strcmp(shy_plan_definition(run->plan, i)->id, id) == 0)
            return run->request->choices[i].answer;
    }
    return NULL;
}

/* The bases of place below a node: of figures their contract's, of events the definition's. */
uint32_t shy_bases_of(const struct run *run, shy_node_id id, uint32_t basis)
{
    const uint32_t real = SHIHYO_BASIS_RESIDENCE | SHIHYO_BASIS_INSTITUTION | SHIHYO_BASIS_INSURER;
    const struct shy_node *n = shy_plan_node(run->plan, id);
    uint32_t bases = 0;
    if (shy_op_is_leaf(n->op)) {
        const struct shy_contract *c = shy_plan_node(run->plan, n->inputs[0])->contract;
        return (c->basis != 0 ? c->basis : basis) & real;
    }
    if (n->op == SHY_OP_INDICATOR) {
        const struct shy_answer *a = shy_answer_of(run, n->indicator);
        return a == NULL || a->value == 0 ? 0 : shy_bases_of(run, a->value, a->by.basis);
    }
    for (int i = 0; i < 2; i++)
        bases |= n->inputs[i] == 0 ? 0 : shy_bases_of(run, n->inputs[i], basis);
    for (size_t i = 0; i < n->of_count; i++)
        bases |= shy_bases_of(run, n->of[i], basis);
    return bases;
}

/* What the periods below a node mean. */
static uint32_t clocks_of(const struct run *run, shy_node_id id)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    uint32_t clocks = 0;
    if (shy_op_is_leaf(n->op))
        return shy_plan_node(run->plan, n->inputs[0])->contract->clock;
    if (n->op == SHY_OP_INDICATOR) {
        const struct shy_answer *a = shy_answer_of(run, n->indicator);
        return a == NULL || a->value == 0 ? 0 : clocks_of(run, a->value);
    }
    for (int i = 0; i < 2; i++)
        clocks |= n->inputs[i] == 0 ? 0 : clocks_of(run, n->inputs[i]);
    for (size_t i = 0; i < n->of_count; i++)
        clocks |= clocks_of(run, n->of[i]);
    return clocks;
}

bool shy_broken_between(const struct run *run, shy_node_id id, int32_t after, int32_t until)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    if (shy_op_is_leaf(n->op))
        return false;
    if (n->op == SHY_OP_INDICATOR) {
        const struct shy_definition *d = shy_plan_find(run->plan, n->indicator);
        const struct shy_answer *a = shy_answer_of(run, n->indicator);
        for (size_t i = 0; d != NULL && i < d->break_count; i++) {
            if (after < d->breaks[i].first_month && d->breaks[i].first_month <= until)
                return true;
        }
        return a != NULL && a->value != 0 && shy_broken_between(run, a->value, after, until);
    }
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0 && shy_broken_between(run, n->inputs[i], after, until))
            return true;
    }
    for (size_t i = 0; i < n->of_count; i++) {
        if (shy_broken_between(run, n->of[i], after, until))
            return true;
    }
    return false;
}

/* What stands on several bases or clocks says so, however its parts are put together. */
static void note_mixed(const struct run *run, const struct frame *f, const struct shy_node *n,
                       struct block *out)
{
    uint32_t bases = 0, clocks = 0;
    for (int i = 0; i < 2; i++) {
        bases |= n->inputs[i] == 0 ? 0 : shy_bases_of(run, n->inputs[i], f->basis);
        clocks |= n->inputs[i] == 0 ? 0 : clocks_of(run, n->inputs[i]);
    }
    for (size_t i = 0; i < n->of_count; i++) {
        bases |= shy_bases_of(run, n->of[i], f->basis);
        clocks |= clocks_of(run, n->of[i]);
    }
    uint32_t note = ((bases & (bases - 1)) != 0 ? SHY_NOTE_MIXED_BASIS : 0) |
                    ((clocks & (clocks - 1)) != 0 ? SHY_NOTE_MIXED_CLOCK : 0);
    for (size_t i = 0; note != 0 && i < out->areas * out->combos; i++)
        shy_val_note(&out->vals[i], note, 0);
}

static int ratio_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out)
{
    const struct block *num, *den;
    SHY_TRY(shy_cells(run, f, n->inputs[0], &num));
    SHY_TRY(shy_cells(run, f, n->inputs[1], &den));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++)
        ratio(n, &num->vals[i], &den->vals[i], &out->vals[i]);
    note_mixed(run, f, n, out);
    return 0;
}

static int terms_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out)
{
    const struct block *blocks[SHY_TERMS_MOST];
    const struct val *terms[SHY_TERMS_MOST];
    SHY_TRY(shy_terms_of(run, f, n, blocks));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        for (size_t t = 0; t < n->of_count; t++)
            terms[t] = &blocks[t]->vals[i];
        if (n->op == SHY_OP_TOTAL)
            add_terms(terms, n->of_count, 1, &out->vals[i]);
        else
            difference(terms, &out->vals[i]);
    }
    note_mixed(run, f, n, out);
    return 0;
}

static struct shy_period years_before(struct shy_period p, int years)
{
    p.first_month -= 12 * years;
    p.last_month -= 12 * years;
    return p;
}

int shy_years_before(struct run *run, const struct frame *f, int years, uint32_t *out)
{
    struct shy_period p = years_before(run->periods[f->period], years);
    return shy_run_period(run, &p, out);
}

int shy_earlier_period(struct run *run, const struct frame *f, const struct shy_node *n,
                       uint32_t *out)
{
    struct shy_period p = n->growth_since;
    if (n->growth_years > 0)
        p = years_before(run->periods[f->period], n->growth_years);
    return shy_run_period(run, &p, out);
}

/* The earlier period is evaluated like any other, whether or not it was asked for. */
static int growth_node(struct run *run, const struct frame *f, const struct shy_node *n,
                       struct block *out)
{
    const struct block *now, *before;
    struct frame earlier = *f;
    SHY_TRY(shy_earlier_period(run, f, n, &earlier.period));
    SHY_TRY(shy_cells(run, f, n->inputs[0], &now));
    SHY_TRY(shy_cells(run, &earlier, n->inputs[0], &before));
    SHY_TRY(shy_block_make(run, f, out));
    bool broken = shy_broken_between(run, n->inputs[0], run->periods[earlier.period].last_month,
                                     run->periods[f->period].last_month);
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        growth(&now->vals[i], &before->vals[i], &out->vals[i]);
        if (broken && shy_val_has_number(&out->vals[i]))
            shy_val_state(&out->vals[i], SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_SERIES_BREAK);
    }
    return 0;
}

/* Compute ----------------------------------------------------------------------------------- */

/* The function sees numbers only: what it makes of a masked value could not be told from a
 * figure. An error is kept for the report and makes the cell not computable. */
static int call(struct run *run, const struct shy_node *n, const struct val *const *terms,
                struct val *out)
{
    struct shy_named_value named[SHY_TERMS_MOST];
    struct shihyo_error err = SHY_ERROR_INIT;
    enum shihyo_state state = SHIHYO_STATE_OK;
    double value = 0;
    int rc = SHY_E_EXEC_FUNCTION;
    if (!shy_val_from(out, terms, n->of_count))
        return 0;
    for (size_t i = 0; i < n->of_count; i++)
        named[i] = (struct shy_named_value){n->names[i], terms[i]->state, terms[i]->value};
    if (run->functions != NULL)
        rc = run->functions->call(run->functions->self, n->function, named, n->of_count, &state,
                                  &value, &err);
    if (rc == SHY_E_NOMEM)
        return shy_fail_nomem(run->err);
    if (rc != 0 && run->function_error.code == 0 && err.code != 0)
        run->function_error = err;
    if (rc != 0 || (state == SHIHYO_STATE_OK && !isfinite(value)))
        state = SHIHYO_STATE_NOT_COMPUTABLE;
    if (state == SHIHYO_STATE_PARTIAL)
        shy_val_partial(out, SHY_REASON_FUNCTION);
    else if (state != SHIHYO_STATE_OK)
        shy_val_state(out, state, SHY_REASON_FUNCTION);
    if (shy_val_has_number(out)) {
        out->exact = false;
        out->value = value;
    }
    return 0;
}

static int compute_node(struct run *run, const struct frame *f, const struct shy_node *n,
                        struct block *out)
{
    const struct block *blocks[SHY_TERMS_MOST];
    const struct val *terms[SHY_TERMS_MOST];
    SHY_TRY(shy_terms_of(run, f, n, blocks));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        for (size_t t = 0; t < n->of_count; t++)
            terms[t] = &blocks[t]->vals[i];
        SHY_TRY(call(run, n, terms, &out->vals[i]));
    }
    note_mixed(run, f, n, out);
    return 0;
}

/* Another indicator ------------------------------------------------------------------------- */

/* The other indicator has no dimensions: its value stands in every combination. */
static int indicator_node(struct run *run, const struct frame *f, const struct shy_node *n,
                          struct block *out)
{
    const struct shy_answer *answer = shy_answer_of(run, n->indicator);
    const struct block *other = NULL;
    SHY_TRY(shy_block_make(run, f, out));
    if (answer != NULL && answer->value != 0) {
        struct frame g = {
            .basis = answer->by.basis, .whole = f->whole, .set = f->set, .period = f->period};
        SHY_TRY(shy_cells(run, &g, answer->value, &other));
    }
    if (other != NULL && other->extras != NULL)
        SHY_TRY(shy_extras_make(run, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        struct val *v = &out->vals[i];
        *v = (struct val){.persons = SHY_SUPPORT_UNKNOWN, .institutions = SHY_SUPPORT_UNKNOWN};
        if (other == NULL)
            shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_INPUT);
        else
            *v = other->vals[i / out->combos];
        if (out->extras != NULL)
            out->extras[i] = other->extras[i / out->combos];
    }
    return 0;
}

/* Monthly averages -------------------------------------------------------------------------- */

/* Adds one month's counts of areas. */
static void add_month(struct block *sum, const struct block *month)
{
    for (size_t i = 0; i < sum->areas * sum->combos; i++) {
        struct val *v = &sum->vals[i], *w = &month->vals[i];
        shy_val_note(v, w->notes, w->note_count);
        if (shy_state_rank(w->state) > shy_state_rank(v->state)) {
            v->state = w->state;
            v->reason = w->reason;
        }
        v->num.num += w->num.num; /* counts of areas are small */
    }
}

/* The average number of areas that have a row in a month; supports are those of the period. */
static int average_of_areas(struct run *run, const struct frame *f, shy_node_id leaf,
                            struct block *out)
{
    const struct shy_period *p = &run->periods[f->period];
    const struct shy_node *n = shy_plan_node(run->plan, leaf);
    int months = shy_period_months(p);
    int32_t first = p->first_month;
    SHY_TRY(shy_area_count(run, f, n, leaf, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        if (out->vals[i].state != SHIHYO_STATE_NOT_APPLICABLE)
            shy_val_state(&out->vals[i], SHIHYO_STATE_OK, SHY_REASON_NONE);
    }
    for (int i = 0; i < months; i++) {
        struct shy_period month = {SHY_PERIOD_MONTH, first + i, first + i, 0};
        struct frame one = *f;
        struct block block;
        SHY_TRY(shy_run_period(run, &month, &one.period));
        SHY_TRY(shy_area_count(run, &one, n, leaf, &block));
        add_month(out, &block);
    }
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        struct val *v = &out->vals[i];
        if (shy_val_has_number(v))
            shy_val_number(v, v->num, (struct shy_fraction){months, 1}, 1);
        else
            shy_val_state(v, v->state, v->reason);
    }
    return 0;
}

static int average_node(struct run *run, const struct frame *f, const struct shy_node *n,
                        struct block *out)
{
    if (shy_plan_node(run->plan, n->inputs[0])->op == SHY_OP_AREAS)
        return average_of_areas(run, f, n->inputs[0], out);
    return shy_leaf(run, f, n->inputs[0], true, out);
}

/* Nobody's receipts of a kind in a whole month means that the kind was not delivered: a zero would
 * be taken for "nobody was treated". */
static int delivered_node(struct run *run, const struct frame *f, const struct shy_node *n,
                          struct block *out)
{
    const struct block *in;
    int months = shy_period_months(&run->periods[f->period]), with_rows;
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    SHY_TRY(shy_months_with_rows(run, n->inputs[1], f->period, &with_rows));
    SHY_TRY(shy_block_make(run, f, out));
    out->extras = in->extras;
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        out->vals[i] = in->vals[i];
        if (with_rows == 0 && shy_val_has_number(&out->vals[i]))
            shy_val_state(&out->vals[i], SHIHYO_STATE_UNREPORTED, SHY_REASON_NOT_DELIVERED);
        else if (with_rows < months)
            shy_val_partial(&out->vals[i], SHY_REASON_NOT_DELIVERED);
    }
    return 0;
}

/* Dispatch ---------------------------------------------------------------------------------- */

static int rank_node(struct run *run, const struct frame *f, const struct shy_node *n,
                     struct block *out)
{
    const struct block *in;
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    return shy_rank(run, f, n, in, out);
}

/* Operators over cells evaluate their inputs in the same frame. */
static int evaluate(struct run *run, const struct frame *f, shy_node_id id, struct block *out)
{
    const struct shy_node *n = shy_plan_node(run->plan, id);
    switch (n->op) {
    case SHY_OP_AREAS:
        return shy_area_count(run, f, n, id, out);
    case SHY_OP_SHARE:
    case SHY_OP_ALL_OF:
        return shy_area_count(run, f, n, n->inputs[0], out);
    case SHY_OP_MONTHLY_AVERAGE:
        return average_node(run, f, n, out);
    case SHY_OP_RATIO:
        return ratio_node(run, f, n, out);
    case SHY_OP_TOTAL:
    case SHY_OP_DIFFERENCE:
        return terms_node(run, f, n, out);
    case SHY_OP_GROWTH:
        return growth_node(run, f, n, out);
    case SHY_OP_RANK:
    case SHY_OP_TOP_HALF:
    case SHY_OP_QUANTILE:
        return rank_node(run, f, n, out);
    case SHY_OP_COMPUTE:
        return compute_node(run, f, n, out);
    case SHY_OP_INDICATOR:
        return indicator_node(run, f, n, out);
    case SHY_OP_IF_DELIVERED:
        return delivered_node(run, f, n, out);
    case SHY_OP_RATE:
        return shy_rate_node(run, f, n, out);
    case SHY_OP_MEAN:
        return shy_mean_node(run, f, n, out);
    case SHY_OP_DIRECTLY_STANDARDISED:
    case SHY_OP_INDIRECTLY_STANDARDISED:
        return shy_standardised_node(run, f, n, out);
    case SHY_OP_COMPARE:
    case SHY_OP_FUNNEL:
    case SHY_OP_TREND:
        return shy_judged_node(run, f, n, out);
    case SHY_OP_NUMBER:
    case SHY_OP_SINCE:
    case SHY_OP_HIGHEST:
    case SHY_OP_LOWEST:
    case SHY_OP_FIRST_OF:
    case SHY_OP_CHOOSE:
    case SHY_OP_ROUNDED:
    case SHY_OP_EARLIER:
    case SHY_OP_INTERPOLATE:
    case SHY_OP_MOST_RECENT:
    case SHY_OP_EACH_AREA:
        return shy_chosen_node(run, f, n, out);
    case SHY_OP_COMPOSITE:
    case SHY_OP_MOST_FREQUENT:
    case SHY_OP_GRADE:
    case SHY_OP_OVER:
    case SHY_OP_ALLOCATE:
        return shy_score_node(run, f, n, out);
    default:
        return shy_leaf(run, f, id, false, out);
    }
}

static bool same_frame(const struct frame *f, const struct frame *g)
{
    return f->basis == g->basis && f->whole == g->whole && f->set == g->set &&
           f->period == g->period && f->dims == g->dims;
}

/* Kept by frame: a denominator used by ten indicators is computed once. */
int shy_cells(struct run *run, const struct frame *f, shy_node_id node, const struct block **out)
{
    int rc = 0;
    for (struct memo_block *m = run->blocks[node]; m != NULL; m = m->next) {
        if (same_frame(&m->frame, f)) {
            *out = &m->block;
            return 0;
        }
    }
    struct memo_block *m = shy_run_alloc(run, 1, sizeof *m, &rc);
    if (rc != 0)
        return rc;
    m->frame = *f;
    SHY_TRY(evaluate(run, f, node, &m->block));
    m->next = run->blocks[node];
    run->blocks[node] = m;
    *out = &m->block;
    return 0;
}
