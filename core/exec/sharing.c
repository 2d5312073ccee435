/* SPDX-License-Identifier: MIT */
/*
 * Across areas: the figures of smaller areas put together, and an amount shared by scores. Shares
 * are whole units that add up to the amount; a masked score masks every share beside it, because
 * the shares together tell the sum of the scores. semantics.md, "Scores".
 */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>

/* Figures of smaller areas ------------------------------------------------------------------ */

/* The areas that lie in one, with their figures. */
struct inner {
    const struct val **vals; /* of those with a figure */
    size_t count, lacking, all;
    bool exact;
    enum shihyo_state worst; /* of the others */
};

/* A fraction where all have one; else all are compared as doubles, since mixed comparisons are no
 * order. */
static int by_size(const void *a, const void *b)
{
    const struct val *v = *(const struct val *const *)a, *w = *(const struct val *const *)b;
    struct shy_fraction f, g;
    if (shy_val_fraction(v, &f) && shy_val_fraction(w, &g))
        return shy_fraction_compare(f, g);
    return v->value < w->value ? -1 : v->value > w->value;
}

/* What does not exist for an area is passed over, as in sums. */
static void collect_inner(struct inner *in, const struct block *block, const uint32_t *outer,
                          uint32_t area, size_t combo, struct val *out)
{
    *in = (struct inner){.vals = in->vals, .exact = true, .worst = SHIHYO_STATE_OK};
    *out = (struct val){.persons = SHY_SUPPORT_UNKNOWN, .institutions = SHY_SUPPORT_UNKNOWN};
    for (uint32_t a = 0; a < block->areas; a++) {
        const struct val *v = &block->vals[a * block->combos + combo];
        if (outer[a] != area)
            continue;
        shy_val_note(out, v->notes, v->note_count);
        out->persons = shy_support_least(out->persons, v->persons);
        out->institutions = shy_support_least(out->institutions, v->institutions);
        in->all++;
        if (v->state == SHIHYO_STATE_NOT_APPLICABLE)
            continue;
        if (shy_state_rank(v->state) > shy_state_rank(in->worst))
            in->worst = v->state;
        if (shy_val_has_number(v)) {
            in->exact = in->exact && v->exact;
            in->vals[in->count++] = v;
        } else {
            in->lacking++;
        }
    }
    shy_val_state(out, SHIHYO_STATE_OK, SHY_REASON_NONE);
}

/* True where there is something to compute. */
static bool settle(const struct shy_node *n, const struct inner *in, struct val *out)
{
    if (in->count == 0 && in->lacking == 0) {
        shy_val_state(out, SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NONE);
    } else if (in->lacking > 0 && (in->worst == SHIHYO_STATE_MASKED || in->count == 0 ||
                                   n->lacking == SHY_LACKING_REFUSE)) {
        shy_val_state(out, in->worst, SHY_REASON_INPUT);
    } else {
        if (in->worst != SHIHYO_STATE_OK)
            shy_val_partial(out, SHY_REASON_INPUT);
        if (in->lacking > 0)
            shy_val_note(out, SHY_NOTE_LEFT_OUT, (int64_t)in->lacking);
        return true;
    }
    return false;
}

static void sum_inner(const struct inner *in, bool mean, struct val *out)
{
    struct shy_fraction sum = {0, 1}, f, count = {mean ? (int64_t)in->count : 1, 1};
    double value = 0;
    bool fits = true;
    for (size_t i = 0; i < in->count; i++) {
        value += in->vals[i]->value;
        fits = fits && (!in->exact ||
                        (shy_val_fraction(in->vals[i], &f) && shy_fraction_add(sum, f, &sum)));
    }
    if (!fits) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    } else if (in->exact) {
        shy_val_number(out, sum, count, 1);
    } else {
        out->exact = false;
        out->value = value / (double)count.num;
    }
}

/* The mean of two neighbours: both are one where the number of areas is odd. */
static void between(const struct inner *in, size_t a, size_t b, struct val *out)
{
    const struct val *pair[] = {in->vals[a], in->vals[b]};
    const struct inner two = {.vals = pair, .count = a == b ? 1 : 2, .exact = in->exact};
    sum_inner(&two, true, out);
}

static bool within_bounds(const struct val *v, const struct shy_node *n)
{
    struct shy_fraction f;
    if (shy_val_fraction(v, &f))
        return (n->least.den == 0 || shy_fraction_compare(f, n->least) >= 0) &&
               (n->most.den == 0 || shy_fraction_compare(f, n->most) <= 0);
    return (n->least.den == 0 || v->value >= shy_fraction_double(n->least)) &&
           (n->most.den == 0 || v->value <= shy_fraction_double(n->most));
}

static void count_inner(const struct shy_node *n, const struct inner *in, struct val *out)
{
    int64_t counted = 0;
    bool share = n->joint == SHY_JOINT_SHARE;
    for (size_t i = 0; i < in->count; i++)
        counted += within_bounds(in->vals[i], n) ? 1 : 0;
    shy_val_number(out, (struct shy_fraction){counted, 1},
                   (struct shy_fraction){share ? (int64_t)in->count : 1, 1}, share ? 100 : 1);
}

static void put_together(const struct shy_node *n, struct inner *in, struct val *out)
{
    if (!settle(n, in, out))
        return;
    qsort(in->vals, in->count, sizeof(const struct val *), by_size);
    switch (n->joint) {
    case SHY_JOINT_COUNT:
    case SHY_JOINT_SHARE:
        count_inner(n, in, out);
        return;
    case SHY_JOINT_MEDIAN:
        between(in, (in->count - 1) / 2, in->count / 2, out);
        return;
    case SHY_JOINT_LOWEST:
        between(in, 0, 0, out);
        return;
    case SHY_JOINT_HIGHEST:
        between(in, in->count - 1, in->count - 1, out);
        return;
    default:
        sum_inner(in, n->joint == SHY_JOINT_MEAN, out);
    }
}

/* A definition without area axis has no areas that could be told apart; there it is not
 * applicable. */
int shy_over_node(struct run *run, const struct frame *f, const struct shy_node *n,
                  struct block *out)
{
    const struct block *block = NULL;
    struct frame inside = *f;
    struct inner in = {0};
    int rc = 0;
    SHY_TRY(shy_areas_require_set(run->areas, n->among_set, &inside.set, run->err));
    SHY_TRY(shy_block_make(run, f, out));
    if (!f->whole)
        SHY_TRY(shy_cells(run, &inside, n->inputs[0], &block));
    size_t areas = block == NULL ? 0 : block->areas;
    uint32_t *outer = shy_run_alloc(run, areas + 1, sizeof *outer, &rc);
    in.vals = shy_run_alloc(run, areas + 1, sizeof *in.vals, &rc);
    if (rc != 0)
        return rc;
    for (uint32_t a = 0; a < areas; a++)
        outer[a] = shy_areas_within(run->areas, inside.set, a, f->set);
    const struct block none = {.combos = out->combos};
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        collect_inner(&in, block == NULL ? &none : block, outer, (uint32_t)(i / out->combos),
                      i % out->combos, &out->vals[i]);
        put_together(n, &in, &out->vals[i]);
    }
    return 0;
}

/* Shares ------------------------------------------------------------------------------------ */

struct share {
    uint32_t area, group;
    const struct val *val;
    int64_t score; /* over the common denominator */
    int64_t units, remainder;
};

static int by_group(const void *a, const void *b)
{
    const struct share *s = a, *t = b;
    if (s->group != t->group)
        return s->group < t->group ? -1 : 1;
    return s->area < t->area ? -1 : s->area > t->area;
}

/* What is left goes to the largest remainders; of equal ones to the higher score, then to the area
 * that comes first. */
static int by_remainder(const void *a, const void *b)
{
    const struct share *s = a, *t = b;
    if (s->remainder != t->remainder)
        return s->remainder > t->remainder ? -1 : 1;
    if (s->score != t->score)
        return s->score > t->score ? -1 : 1;
    return s->area < t->area ? -1 : s->area > t->area;
}

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Scores as whole numbers over one denominator, and their sum; the reason where they cannot be. */
static enum shy_reason whole_scores(struct share *shares, size_t count, int64_t *sum)
{
    struct shy_fraction f;
    int64_t common = 1, score;
    *sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!shy_val_fraction(shares[i].val, &f))
            return SHY_REASON_FUNCTION;
        if (f.num < 0)
            return SHY_REASON_INPUT;
        if (!shy_mul_i64(common / common_divisor(common, f.den), f.den, &common))
            return SHY_REASON_OVERFLOW;
    }
    for (size_t i = 0; i < count; i++) {
        (void)shy_val_fraction(shares[i].val, &f);
        if (!shy_mul_i64(f.num, common / f.den, &score) || !shy_add_i64(*sum, score, sum))
            return SHY_REASON_OVERFLOW;
        shares[i].score = score;
    }
    return *sum == 0 ? SHY_REASON_ZERO_DENOMINATOR : SHY_REASON_NONE;
}

static void divide_up(const struct shy_node *n, struct share *shares, size_t count, int64_t sum)
{
    int64_t units = n->amount / n->portion, left = units;
    for (size_t i = 0; i < count; i++) {
        shy_wide product = (shy_wide)units * shares[i].score;
        shares[i].units = (int64_t)(product / sum);
        shares[i].remainder = (int64_t)(product % sum);
        left -= shares[i].units;
    }
    if (n->rest == SHY_REST_LEFT)
        return;
    qsort(shares, count, sizeof *shares, by_remainder);
    for (size_t i = 0; i < count && left > 0; i++, left--)
        shares[i].units++;
}

/* All areas of one group, with or without a score. */
static void share_group(const struct shy_node *n, struct share *all, size_t count, size_t combos,
                        size_t combo, struct block *out)
{
    size_t scored = 0, lacking = 0;
    bool masked = false, partial = false;
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        const struct val *v = all[i].val;
        masked = masked || v->state == SHIHYO_STATE_MASKED;
        partial = partial || v->state == SHIHYO_STATE_PARTIAL;
        if (shy_val_has_number(v))
            all[scored++] = all[i];
        else
            lacking++;
    }
    enum shihyo_state state = SHIHYO_STATE_NOT_COMPUTABLE;
    enum shy_reason reason = SHY_REASON_INPUT;
    if (masked)
        state = SHIHYO_STATE_MASKED;
    else if (lacking == 0 || n->lacking == SHY_LACKING_PARTIAL)
        reason = whole_scores(all, scored, &sum);
    if (reason == SHY_REASON_NONE)
        divide_up(n, all, scored, sum);
    for (size_t i = 0; i < scored; i++) {
        struct val *v = &out->vals[all[i].area * combos + combo];
        if (reason != SHY_REASON_NONE) {
            shy_val_state(v, state, reason);
            continue;
        }
        shy_val_state(v, SHIHYO_STATE_OK, SHY_REASON_NONE);
        if (partial || lacking > 0)
            shy_val_partial(v, SHY_REASON_INPUT);
        if (lacking > 0)
            shy_val_note(v, SHY_NOTE_LEFT_OUT, (int64_t)lacking);
        shy_val_number(v, (struct shy_fraction){all[i].units * n->portion, 1},
                       (struct shy_fraction){1, 1}, 1);
    }
}

/* Areas for which there is no score to be had are not in the game. */
static void share_combo(const struct run *run, const struct frame *f, const struct shy_node *n,
                        uint32_t within, const struct block *in, size_t combo, struct share *shares,
                        struct block *out)
{
    size_t count = 0;
    for (uint32_t a = 0; a < in->areas; a++) {
        const struct val *v = &in->vals[a * in->combos + combo];
        struct val *to = &out->vals[a * in->combos + combo];
        uint32_t group = shy_group_of(run, f, a, within);
        (void)shy_val_from(to, &v, 1);
        if (group == NONE)
            shy_val_state(to, SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NONE);
        else if (v->state != SHIHYO_STATE_NOT_APPLICABLE)
            shares[count++] = (struct share){.area = a, .group = group, .val = v};
    }
    if (count > 1)
        qsort(shares, count, sizeof *shares, by_group);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && shares[end].group == shares[i].group;)
            end++;
        share_group(n, shares + i, end - i, in->combos, combo, out);
    }
}

int shy_allocate_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out)
{
    const struct block *in;
    uint32_t within = NONE;
    int rc = 0;
    if (n->within_set != NULL)
        SHY_TRY(shy_areas_require_set(run->areas, n->within_set, &within, run->err));
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    SHY_TRY(shy_block_make(run, f, out));
    struct share *shares = shy_run_alloc(run, in->areas + 1, sizeof *shares, &rc);
    if (rc != 0)
        return rc;
    for (size_t combo = 0; combo < in->combos; combo++)
        share_combo(run, f, n, within, in, combo, shares, out);
    return 0;
}
