/* SPDX-License-Identifier: MIT */
/* What a count is worth where its code lists are not complete. semantics.md, "Code lists". */
#include "config.h"

#include "core/exec/naive.h"

struct looks {
    struct run *run;
    const struct shy_period *period;
    enum shy_list_coverage worst;
};

/* The months that were delivered matter only to those who look at all of them. */
static int look(void *self, const struct shy_list_use *use)
{
    struct looks *l = self;
    const int32_t *months = NULL;
    size_t count = 0;
    if (use->anywhere && !use->contract->made &&
        shy_contract_role(use->contract, SHY_ROLE_MONTH) >= 0) {
        struct source *s;
        SHY_TRY(shy_source(l->run, use->contract, &s));
        months = s->months;
        count = s->month_count;
    }
    enum shy_list_coverage coverage = shy_list_use_coverage(use, l->period, months, count);
    if (coverage > l->worst)
        l->worst = coverage;
    return 0;
}

/* What has no number already says why. */
int shy_codes_known(struct run *run, const struct frame *f, shy_node_id leaf, struct block *out)
{
    struct looks l = {.run = run, .period = &run->periods[f->period]};
    const struct shy_definition *d = f->dims == NULL ? NULL : shy_dims_definition(f->dims);
    SHY_TRY(shy_plan_list_uses(run->plan, d, leaf, &l, look));
    for (size_t i = 0; l.worst != SHY_LIST_COMPLETE && i < out->areas * out->combos; i++) {
        struct val *v = &out->vals[i];
        if (!shy_val_has_number(v))
            continue;
        if (l.worst == SHY_LIST_INCOMPLETE)
            shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_CODES_INCOMPLETE);
        else if (l.worst == SHY_LIST_NO_CODES)
            shy_val_state(v, SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NO_CODES);
        else
            shy_val_partial(v, SHY_REASON_CODES_INCOMPLETE);
    }
    return 0;
}
