/* SPDX-License-Identifier: MIT */
/* Ranks among areas, the upper half, quantiles. semantics.md, "Cells to cells". */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>

/* An area that has a number. */
struct ranked {
    uint32_t area, group; /* group: area of `within` */
    const struct val *val;
    struct shy_fraction exact;
    bool is_exact;
    int64_t rank;
};

/* As fractions: 1/3 and 2/6 are equal, and no rounding makes a tie. */
static int compare_numbers(const struct ranked *a, const struct ranked *b)
{
    if (a->is_exact && b->is_exact)
        return shy_fraction_compare(a->exact, b->exact);
    return a->val->value < b->val->value ? -1 : a->val->value > b->val->value;
}

static int by_group_then_value(const void *a, const void *b)
{
    const struct ranked *r = a, *s = b;
    if (r->group != s->group)
        return r->group < s->group ? -1 : 1;
    int order = compare_numbers(r, s);
    return order != 0 ? order : r->area < s->area ? -1 : r->area > s->area;
}

/* The area's number last in both directions, so that the order is total and the same on every
 * machine; ties get one rank all the same. */
static int by_group_then_value_down(const void *a, const void *b)
{
    const struct ranked *r = a, *s = b;
    if (r->group != s->group)
        return r->group < s->group ? -1 : 1;
    int order = compare_numbers(s, r);
    return order != 0 ? order : r->area < s->area ? -1 : r->area > s->area;
}

/* Ranks one group, sorted best first. */
static void rank_group(struct ranked *r, size_t count, enum shy_ties ties)
{
    int64_t dense = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && compare_numbers(&r[end], &r[i]) == 0;)
            end++;
        dense++;
        int64_t rank = ties == SHY_TIES_MIN   ? (int64_t)i + 1
                       : ties == SHY_TIES_MAX ? (int64_t)end
                                              : dense;
        for (size_t k = i; k < end; k++)
            r[k].rank = rank;
    }
}

/* Fewer areas than groups would leave groups empty. */
static void give_quantile(const struct shy_node *n, const struct ranked *r, size_t ranked,
                          struct val *out)
{
    int group;
    struct shy_fraction one = {1, 1};
    if (shy_quantile_of(r->rank, (int64_t)ranked, n->groups, &group) == SHY_STAT_OK)
        shy_val_number(out, (struct shy_fraction){group, 1}, one, 1);
    else
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_FEW_AREAS);
}

/* A rank is about its area's value and carries that value's notes and supports. */
static void give(const struct shy_node *n, const struct ranked *r, size_t ranked, struct val *out)
{
    const struct val *const inputs[] = {r->val};
    struct shy_fraction rank = {r->rank, 1}, one = {1, 1};
    struct shy_fraction upper = {r->rank <= (int64_t)((ranked + 1) / 2) ? 1 : 0, 1};
    (void)shy_val_from(out, inputs, 1);
    if (n->op == SHY_OP_QUANTILE)
        give_quantile(n, r, ranked, out);
    else
        shy_val_number(out, n->op == SHY_OP_RANK ? rank : upper, one, 1);
}

/* The areas of one combination that have a number and a group; the others get their state. */
static size_t collect(const struct run *run, const struct frame *f, uint32_t within,
                      const struct block *in, size_t combo, struct ranked *ranked,
                      struct block *out)
{
    size_t count = 0;
    for (uint32_t a = 0; a < in->areas; a++) {
        const struct val *v = &in->vals[a * in->combos + combo];
        struct val *to = &out->vals[a * in->combos + combo];
        uint32_t group = shy_group_of(run, f, a, within);
        if (!shy_val_from(to, &v, 1))
            continue;
        if (group == NONE) {
            shy_val_state(to, SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NONE);
            continue;
        }
        struct ranked *r = &ranked[count++];
        *r = (struct ranked){.area = a, .group = group, .val = v};
        r->is_exact = shy_val_fraction(v, &r->exact);
    }
    return count;
}

/* If one value has no exact form, all are compared as doubles: mixed comparisons are no order. */
static void rank_combo(const struct run *run, const struct frame *f, const struct shy_node *n,
                       uint32_t within, const struct block *in, size_t combo, struct ranked *ranked,
                       struct block *out)
{
    size_t count = collect(run, f, within, in, combo, ranked, out);
    bool exact = true;
    for (size_t i = 0; i < count; i++)
        exact = exact && ranked[i].is_exact;
    for (size_t i = 0; i < count; i++)
        ranked[i].is_exact = exact; /* one order for all of them */
    if (count > 1)
        qsort(ranked, count, sizeof *ranked,
              n->descending ? by_group_then_value_down : by_group_then_value);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && ranked[end].group == ranked[i].group;)
            end++;
        rank_group(ranked + i, end - i, n->ties);
        for (size_t k = i; k < end; k++)
            give(n, &ranked[k], end - i, &out->vals[ranked[k].area * in->combos + combo]);
    }
}

/* A rank needs the whole set of areas at once: it is the only operator that looks across the areas
 * of a block. */
int shy_rank(struct run *run, const struct frame *f, const struct shy_node *n,
             const struct block *in, struct block *out)
{
    uint32_t within = NONE;
    if (n->within_set != NULL)
        SHY_TRY(shy_areas_require_set(run->areas, n->within_set, &within, run->err));
    SHY_TRY(shy_block_make(run, f, out));
    struct ranked *ranked = shy_alloc(in->areas + 1, sizeof *ranked);
    if (ranked == NULL)
        return shy_fail_nomem(run->err);
    for (size_t combo = 0; combo < in->combos; combo++)
        rank_combo(run, f, n, within, in, combo, ranked, out);
    shy_free(ranked);
    return 0;
}
