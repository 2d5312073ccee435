/* SPDX-License-Identifier: MIT */
/*
 * Scores: parts put together, grades, the most frequent answer. A part that nobody knows is never
 * taken for 0, and a masked part masks the whole: the sum less the known parts would tell it.
 * semantics.md, "Scores".
 */
#include "config.h"

#include "core/exec/naive.h"

#include "core/base/i18n.h"

/* Parts ------------------------------------------------------------------------------------- */

/* Those of one cell that count. */
struct gathered {
    const struct val *vals[SHY_TERMS_MOST];
    struct shy_fraction weights[SHY_TERMS_MOST];
    size_t count, lacking;
    bool exact;
};

static bool is_zero(const struct val *v)
{
    return v->exact ? v->num.num == 0 : v->value == 0;
}

/* State, notes and supports of the whole; true where there is something to compute. */
static bool gather(const struct shy_node *n, const struct val *const *parts, struct gathered *g,
                   struct val *out)
{
    *g = (struct gathered){.exact = true};
    bool numbers = shy_val_from(out, parts, n->of_count);
    for (size_t i = 0; i < n->of_count; i++) {
        if (!shy_val_has_number(parts[i])) {
            g->lacking++;
            continue;
        }
        g->exact = g->exact && parts[i]->exact;
        g->weights[g->count] = n->weights == NULL ? (struct shy_fraction){1, 1} : n->weights[i];
        g->vals[g->count++] = parts[i];
    }
    if (numbers)
        return true;
    if (out->state == SHIHYO_STATE_MASKED || n->lacking == SHY_LACKING_REFUSE || g->count == 0)
        return false;
    shy_val_state(out, SHIHYO_STATE_OK, SHY_REASON_NONE);
    shy_val_partial(out, SHY_REASON_INPUT);
    shy_val_note(out, SHY_NOTE_LEFT_OUT, (int64_t)g->lacking);
    return true;
}

/* weight × value of each part to its fraction; false where one does not fit. */
static bool weighted(const struct gathered *g, size_t i, struct shy_fraction *out)
{
    struct shy_fraction f;
    return shy_val_fraction(g->vals[i], &f) && shy_fraction_mul(f, g->weights[i], out);
}

static double weighted_double(const struct gathered *g, size_t i)
{
    return g->vals[i]->value * shy_fraction_double(g->weights[i]);
}

/* Sum and sum of weights; the mean is divided at the end and shows both. */
static void add_up(const struct gathered *g, bool mean, struct val *out)
{
    struct shy_fraction sum = {0, 1}, weights = {0, 1}, f;
    double value = 0;
    bool fits = true;
    for (size_t i = 0; i < g->count; i++) {
        value += weighted_double(g, i);
        fits = fits && shy_fraction_add(weights, g->weights[i], &weights);
        fits = fits && (!g->exact || (weighted(g, i, &f) && shy_fraction_add(sum, f, &sum)));
    }
    if (!mean)
        weights = (struct shy_fraction){1, 1};
    if (!fits) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    } else if (weights.num == 0) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_ZERO_DENOMINATOR);
    } else if (g->exact) {
        shy_val_number(out, sum, weights, 1);
    } else {
        out->exact = false;
        out->value = value / shy_fraction_double(weights);
    }
}

static void take_best(const struct gathered *g, struct val *out)
{
    struct shy_fraction best = {0, 1}, f = {0, 1};
    double value = 0;
    bool fits = true;
    for (size_t i = 0; i < g->count; i++) {
        if (i == 0 || weighted_double(g, i) > value)
            value = weighted_double(g, i);
        fits = fits && (!g->exact || weighted(g, i, &f));
        if (i == 0 || (fits && shy_fraction_compare(f, best) > 0))
            best = f;
    }
    if (!fits) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    } else if (g->exact) {
        shy_val_number(out, best, (struct shy_fraction){1, 1}, 1);
    } else {
        out->exact = false;
        out->value = value;
    }
}

static int64_t count_holding(const struct gathered *g)
{
    int64_t holding = 0;
    for (size_t i = 0; i < g->count; i++)
        holding += is_zero(g->vals[i]) ? 0 : 1;
    return holding;
}

/* One part that does not hold decides `all` and one that does decides `any`, whatever the parts
 * are that nobody knows. */
static void take_whether(const struct shy_node *n, const struct gathered *g, bool known,
                         struct val *out)
{
    int64_t holding = count_holding(g);
    bool all = n->joint == SHY_JOINT_ALL;
    bool decided = all ? holding < (int64_t)g->count : holding > 0;
    bool partial = false;
    for (size_t i = 0; i < g->count; i++)
        partial = partial || g->vals[i]->state == SHIHYO_STATE_PARTIAL;
    if (decided && !partial && out->state != SHIHYO_STATE_MASKED)
        shy_val_state(out, SHIHYO_STATE_OK, SHY_REASON_NONE);
    else if (!known)
        return;
    int yes = all ? !decided : decided;
    shy_val_number(out, (struct shy_fraction){yes, 1}, (struct shy_fraction){1, 1}, 1);
}

static void compose(const struct shy_node *n, const struct val *const *parts, struct gathered *g,
                    struct val *out)
{
    bool known = gather(n, parts, g, out);
    if (n->joint == SHY_JOINT_ALL || n->joint == SHY_JOINT_ANY)
        take_whether(n, g, known, out);
    else if (!known)
        return;
    else if (n->joint == SHY_JOINT_BEST)
        take_best(g, out);
    else if (n->joint == SHY_JOINT_COUNT)
        shy_val_number(out, (struct shy_fraction){count_holding(g), 1}, (struct shy_fraction){1, 1},
                       1);
    else
        add_up(g, n->joint == SHY_JOINT_MEAN, out);
}

static int composite_node(struct run *run, const struct frame *f, const struct shy_node *n,
                          struct block *out)
{
    const struct block *blocks[SHY_TERMS_MOST];
    const struct val *parts[SHY_TERMS_MOST];
    int rc = 0;
    struct gathered *g = shy_run_alloc(run, 1, sizeof *g, &rc);
    if (rc != 0)
        return rc;
    SHY_TRY(shy_terms_of(run, f, n, blocks));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        for (size_t t = 0; t < n->of_count; t++)
            parts[t] = &blocks[t]->vals[i];
        compose(n, parts, g, &out->vals[i]);
    }
    return 0;
}

/* Grades and answers ------------------------------------------------------------------------ */

static void label(struct val *v, struct extra *extra, const char *text, bool beside)
{
    if (shy_val_has_number(v))
        extra->limits =
            (struct shy_cell_limits){.method = beside ? "points" : "grade", .label = text};
}

static int compare_value(const struct val *v, bool exact, struct shy_fraction f,
                         struct shy_fraction bound)
{
    double d = shy_fraction_double(bound);
    if (exact)
        return shy_fraction_compare(f, bound);
    return v->value < d ? -1 : v->value > d;
}

static bool lies_in(const struct val *v, const struct shy_step *s)
{
    struct shy_fraction f = {0, 1};
    bool exact = shy_val_fraction(v, &f);
    int low = s->open_below ? 1 : compare_value(v, exact, f, s->least);
    int high = s->open_above ? -1 : compare_value(v, exact, f, s->most);
    return (low > 0 || (low == 0 && !s->without_least)) &&
           (high < 0 || (high == 0 && !s->below_most));
}

static int grade_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out)
{
    const struct block *in;
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    SHY_TRY(shy_block_make(run, f, out));
    SHY_TRY(shy_extras_make(run, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        const struct val *v = &in->vals[i];
        if (!shy_val_from(&out->vals[i], &v, 1))
            continue;
        size_t s = 0;
        while (s + 1 < n->step_count && !lies_in(v, &n->steps[s]))
            s++;
        shy_val_number(&out->vals[i], n->steps[s].points, (struct shy_fraction){1, 1}, 1);
        label(&out->vals[i], &out->extras[i], n->steps[s].label, n->steps[s].has_points);
    }
    return 0;
}

static int compare_vals(const struct val *a, const struct val *b)
{
    struct shy_fraction f, g;
    if (shy_val_fraction(a, &f) && shy_val_fraction(b, &g))
        return shy_fraction_compare(f, g);
    return a->value < b->value ? -1 : a->value > b->value;
}

/* The place in the list. An area where no answer was given at all has none. */
static void most_frequent(const struct shy_node *n, const struct val *const *counts,
                          struct val *out, struct extra *extra)
{
    size_t best = 0, tied = 1;
    if (!shy_val_from(out, counts, n->of_count))
        return;
    for (size_t i = 1; i < n->of_count; i++) {
        int order = compare_vals(counts[i], counts[best]);
        tied = order > 0 ? 1 : order == 0 ? tied + 1 : tied;
        if (order > 0 || (order == 0 && n->tie == SHY_TIE_LAST))
            best = i;
    }
    if (is_zero(counts[best])) {
        shy_val_state(out, SHIHYO_STATE_MISSING, SHY_REASON_NO_ROWS);
        return;
    }
    if (tied > 1 && n->tie == SHY_TIE_REFUSE) {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_TIE);
        return;
    }
    if (tied > 1)
        shy_val_note(out, SHY_NOTE_TIE, (int64_t)tied);
    shy_val_number(out, (struct shy_fraction){(int64_t)best + 1, 1}, (struct shy_fraction){1, 1},
                   1);
    label(out, extra, n->names[best], false);
}

static int frequent_node(struct run *run, const struct frame *f, const struct shy_node *n,
                         struct block *out)
{
    const struct block *blocks[SHY_TERMS_MOST];
    const struct val *counts[SHY_TERMS_MOST];
    SHY_TRY(shy_terms_of(run, f, n, blocks));
    SHY_TRY(shy_block_make(run, f, out));
    SHY_TRY(shy_extras_make(run, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        for (size_t t = 0; t < n->of_count; t++)
            counts[t] = &blocks[t]->vals[i];
        most_frequent(n, counts, &out->vals[i], &out->extras[i]);
    }
    return 0;
}

int shy_score_node(struct run *run, const struct frame *f, const struct shy_node *n,
                   struct block *out)
{
    switch (n->op) {
    case SHY_OP_COMPOSITE:
        return composite_node(run, f, n, out);
    case SHY_OP_MOST_FREQUENT:
        return frequent_node(run, f, n, out);
    case SHY_OP_GRADE:
        return grade_node(run, f, n, out);
    case SHY_OP_OVER:
        return shy_over_node(run, f, n, out);
    default:
        return shy_allocate_node(run, f, n, out);
    }
}
