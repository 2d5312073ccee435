/* SPDX-License-Identifier: MIT */
/* What limits of confidence are made from, and the limits. semantics.md, "Limits". */
#include "config.h"

#include "core/exec/naive.h"

#include "core/base/i18n.h"

static const struct shy_answer *answer_of(const void *arg, const char *id)
{
    return shy_answer_of(arg, id);
}

int shy_extras_make(struct run *run, struct block *block)
{
    int rc = 0;
    block->extras = shy_run_alloc(run, block->areas * block->combos, sizeof *block->extras, &rc);
    return rc;
}

/* Values of another indicator have the limits they have there, by its own method. */
int shy_estimator(struct run *run, const struct frame *f, shy_node_id node, enum shy_method method,
                  struct estimator *out)
{
    struct frame g = *f;
    const char *why;
    *out = (struct estimator){.divide = 1};
    for (;;) {
        const struct shy_node *n = shy_plan_node(run->plan, node);
        if (n->op == SHY_OP_IF_DELIVERED) {
            node = n->inputs[0];
            continue;
        }
        if (n->op != SHY_OP_INDICATOR)
            break;
        const struct shy_answer *answer = shy_answer_of(run, n->indicator);
        if (answer == NULL || answer->value == 0)
            return 0;
        if (method == SHY_METHOD_AUTO)
            method = shy_plan_find(run->plan, n->indicator)->limits.method;
        out->divide *= shy_dims_count(g.dims);
        g.basis = answer->by.basis;
        g.dims = NULL;
        node = answer->value;
    }
    out->kind = shy_plan_statistic(run->plan, node, method, answer_of, run, &why);
    return shy_cells(run, &g, node, &out->block);
}

/* A value of a part only (a lower bound, some months) would have limits around the wrong figure. */
bool shy_estimate_of(const struct val *v, enum shy_statistic kind, struct shy_estimate *out)
{
    bool share = kind == SHY_STATISTIC_SHARE;
    if (v->state != SHIHYO_STATE_OK || !v->exact || v->num.den != 1 || v->den.den != 1 ||
        (!share && kind != SHY_STATISTIC_EVENTS))
        return false;
    double total = (double)v->den.num, factor = (double)v->factor;
    *out = (struct shy_estimate){.kind = kind,
                                 .count = (double)v->num.num,
                                 .total = total,
                                 .scale = share ? factor : factor / total};
    return true;
}

bool shy_estimate_at(const struct estimator *e, size_t i, struct shy_estimate *out)
{
    if (e->block == NULL)
        return false;
    const struct val *v = &e->block->vals[i / e->divide];
    const struct extra *extra = e->block->extras == NULL ? NULL : &e->block->extras[i / e->divide];
    if (extra == NULL || extra->estimate.kind == SHY_STATISTIC_NONE)
        return shy_estimate_of(v, e->kind, out);
    *out = extra->estimate;
    return v->state == SHIHYO_STATE_OK;
}

bool shy_limits_make(const struct shy_estimate *e, const struct shy_levels *levels,
                     struct shy_cell_limits *out)
{
    *out = (struct shy_cell_limits){.intervals = true, .method = ""};
    for (int i = 0; i < levels->count; i++) {
        if (shy_limits_of(e, levels->level[i], &out->limits[i], &out->method) != SHY_STAT_OK)
            return false;
        out->level[i] = levels->level[i];
        out->count++;
    }
    return out->count > 0;
}

void shy_val_stat(struct val *v, enum shy_stat state)
{
    static const enum shy_reason reasons[] = {
        [SHY_STAT_OK] = SHY_REASON_NONE,
        [SHY_STAT_FEW_EVENTS] = SHY_REASON_FEW_EVENTS,
        [SHY_STAT_FEW_VALUES] = SHY_REASON_FEW_POINTS,
        [SHY_STAT_ZERO] = SHY_REASON_ZERO_DENOMINATOR,
        [SHY_STAT_NOT_A_SHARE] = SHY_REASON_NO_LIMITS,
        [SHY_STAT_NEGATIVE] = SHY_REASON_NO_LIMITS,
        [SHY_STAT_NO_SPREAD] = SHY_REASON_FEW_POINTS,
    };
    shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, reasons[state]);
}
