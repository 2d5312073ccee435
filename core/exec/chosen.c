/* SPDX-License-Identifier: MIT */
/*
 * Cells to cells without a statistic: numbers of the script, choices among values, rounding,
 * values of other periods and of other areas. docs/semantics.md, "Choices, periods and areas".
 */
#include "config.h"

#include "core/exec/naive.h"

#include <string.h>

#include "core/base/i18n.h"

enum { MAX_TERMS = 256 };

static const struct shy_fraction one = {1, 1};

static struct val nothing(void)
{
    return (struct val){.persons = SHY_SUPPORT_UNKNOWN, .institutions = SHY_SUPPORT_UNKNOWN};
}

/* Numbers of the script ----------------------------------------------------------------------- */

/* The same in every area: a number knows nothing of places. */
static int fill(struct run *run, const struct frame *f, struct shy_fraction number,
                struct block *out)
{
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        out->vals[i] = nothing();
        shy_val_number(&out->vals[i], number, one, 1);
    }
    return 0;
}

static int number_node(struct run *run, const struct frame *f, const struct shy_node *n,
                       struct block *out)
{
    struct shy_fraction number = {0, 1};
    (void)shy_fraction_decimal(n->number, n->digits, &number);
    return fill(run, f, number, out);
}

static int since_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out)
{
    bool reached = run->periods[f->period].first_month >= n->growth_since.first_month;
    return fill(run, f, (struct shy_fraction){reached ? 1 : 0, 1}, out);
}

/* Choices -------------------------------------------------------------------------------------- */

/* Exactly where both values are exact. */
static int compare(const struct val *a, const struct val *b)
{
    struct shy_fraction x, y;
    if (shy_val_fraction(a, &x) && shy_val_fraction(b, &y))
        return shy_fraction_compare(x, y);
    return (a->value > b->value) - (a->value < b->value);
}

/* The number of `from` in a value whose state and notes are settled. */
static void take_number(struct val *out, const struct val *from)
{
    out->exact = from->exact;
    out->num = from->num;
    out->den = from->den;
    out->factor = from->factor;
    out->value = from->value;
}

/* A term without a number could be the greatest: nobody knows. */
static void extreme(const struct val *const *terms, size_t count, int sign, struct val *out)
{
    const struct val *best = terms[0];
    if (!shy_val_from(out, terms, count))
        return;
    for (size_t i = 1; i < count; i++) {
        if (compare(terms[i], best) * sign > 0)
            best = terms[i];
    }
    take_number(out, best);
}

/* What is missing says nothing; a masked or unreported figure is an answer. */
static void first_of(const struct val *const *terms, size_t count, struct val *out)
{
    size_t i = 0;
    while (i + 1 < count && terms[i]->state == SHIHYO_STATE_MISSING)
        i++;
    *out = *terms[i];
}

static bool is_zero(const struct val *v)
{
    return v->exact ? v->num.num == 0 : v->value == 0;
}

/* The conditions up to the one that holds and its value count; the others are not looked at, so
 * that a figure nobody chose cannot spoil the one that was. */
static void choose(const struct val *const *terms, size_t count, struct val *out)
{
    const struct val *seen[MAX_TERMS];
    const struct val *value = NULL;
    size_t used = 0;
    for (size_t i = 0; i < count && value == NULL; i += 2) {
        bool last = i + 1 == count;
        seen[used++] = terms[i];
        if (last) {
            value = terms[i];
        } else if (!shy_val_has_number(terms[i])) {
            break;
        } else if (!is_zero(terms[i])) {
            value = terms[i + 1];
            seen[used++] = value;
        }
    }
    if (!shy_val_from(out, seen, used))
        return;
    if (value == NULL)
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_NO_CHOICE);
    else
        take_number(out, value);
}

static int terms_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out)
{
    const struct block *blocks[MAX_TERMS];
    const struct val *terms[MAX_TERMS];
    if (n->of_count > MAX_TERMS)
        return shy_fail(run->err, SHY_E_PLAN_PARAMETER, _("More than %d values are given to '%s'."),
                        MAX_TERMS, shy_op_name(n->op));
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(shy_cells(run, f, n->of[i], &blocks[i]));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        for (size_t t = 0; t < n->of_count; t++)
            terms[t] = &blocks[t]->vals[i];
        if (n->op == SHY_OP_CHOOSE)
            choose(terms, n->of_count, &out->vals[i]);
        else if (n->op == SHY_OP_FIRST_OF)
            first_of(terms, n->of_count, &out->vals[i]);
        else
            extreme(terms, n->of_count, n->op == SHY_OP_HIGHEST ? 1 : -1, &out->vals[i]);
    }
    return 0;
}

/* Rounding ------------------------------------------------------------------------------------- */

/* A fraction, with what is behind the digits cut off or carried; the sign of a half is its own. */
static bool round_fraction(struct shy_fraction f, const struct shy_node *n,
                           struct shy_fraction *out)
{
    struct shy_fraction scaled, ten = {shy_pow10(n->digits), 1};
    if (!shy_fraction_mul(f, ten, &scaled))
        return false;
    int64_t whole = scaled.num / scaled.den, rest = scaled.num % scaled.den;
    int64_t size = rest < 0 ? -rest : rest;
    bool away = n->how == SHY_ROUND_UP ? size > 0
                                       : n->how == SHY_ROUND_HALF_UP && size >= scaled.den - size;
    if (away)
        whole += rest < 0 ? -1 : 1;
    return shy_fraction_make(whole, ten.num, out);
}

/* A value of a script's function is a double: its shortest decimal text is what a person sees of
 * it, and that is rounded. */
static bool exact_of(const struct val *v, struct shy_fraction *out)
{
    char text[64];
    int64_t mantissa;
    int scale;
    if (v->exact)
        return shy_val_fraction(v, out);
    shy_double_shortest(v->value, text, sizeof text);
    return shy_decimal_parse(text, strlen(text), &mantissa, &scale) &&
           shy_fraction_decimal(mantissa, scale, out);
}

static int rounded_node(struct run *run, const struct frame *f, const struct shy_node *n,
                        struct block *out)
{
    const struct block *in;
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        struct shy_fraction value;
        struct val *v = &out->vals[i];
        *v = in->vals[i];
        if (!shy_val_has_number(v))
            continue;
        if (exact_of(v, &value) && round_fraction(value, n, &value))
            shy_val_number(v, value, one, 1);
        else
            shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    }
    return 0;
}

/* Other periods -------------------------------------------------------------------------------- */

static int earlier_node(struct run *run, const struct frame *f, const struct shy_node *n,
                        struct block *out)
{
    const struct block *in;
    struct frame earlier = *f;
    SHY_TRY(shy_earlier_period(run, f, n, &earlier.period));
    SHY_TRY(shy_cells(run, &earlier, n->inputs[0], &in));
    *out = *in;
    out->extras = NULL;
    return 0;
}

/* How far along the line the end of the period is; false where it is not on it. */
static bool place_on_line(const struct shy_period *p, const struct shy_node *n,
                          struct shy_fraction *out)
{
    int32_t from = n->from_period.last_month, to = n->to_period.last_month, at = p->last_month;
    return at >= from && at <= to && shy_fraction_make(at - from, to - from, out);
}

/* start + (end - start) * share */
static void on_line(const struct val *start, const struct val *end, struct shy_fraction share,
                    struct val *out)
{
    const struct val *const both[] = {start, end};
    struct shy_fraction a, b, way;
    if (!shy_val_from(out, both, 2))
        return;
    if (!start->exact || !end->exact) {
        out->exact = false;
        out->value = start->value + (end->value - start->value) * shy_fraction_double(share);
    } else if (shy_val_fraction(start, &a) && shy_val_fraction(end, &b) &&
               shy_fraction_sub(b, a, &way) && shy_fraction_mul(way, share, &way) &&
               shy_fraction_add(a, way, &way)) {
        shy_val_number(out, way, one, 1);
    } else {
        shy_val_state(out, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    }
    shy_val_note(out, SHY_NOTE_INTERPOLATED, 0);
}

int shy_line_frames(struct run *run, const struct frame *f, const struct shy_node *n,
                    struct frame *start, struct frame *end)
{
    *start = *end = *f;
    SHY_TRY(shy_run_period(run, &n->from_period, &start->period));
    return shy_run_period(run, &n->to_period, &end->period);
}

/* At its ends the line is what was given there, whatever the other end is. */
static int interpolate_node(struct run *run, const struct frame *f, const struct shy_node *n,
                            struct block *out)
{
    const struct block *start, *end;
    struct frame at_start, at_end;
    struct shy_fraction share = {0, 1};
    bool inside = place_on_line(&run->periods[f->period], n, &share);
    SHY_TRY(shy_line_frames(run, f, n, &at_start, &at_end));
    SHY_TRY(shy_cells(run, &at_start, n->inputs[n->inputs[1] != 0 ? 1 : 0], &start));
    SHY_TRY(shy_cells(run, &at_end, n->inputs[0], &end));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        struct val *v = &out->vals[i];
        if (!inside) {
            *v = nothing();
            shy_val_state(v, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OUTSIDE_LINE);
        } else if (share.num == 0) {
            *v = start->vals[i];
        } else if (share.num == share.den) {
            *v = end->vals[i];
        } else {
            on_line(&start->vals[i], &end->vals[i], share, v);
        }
    }
    return 0;
}

/* A masked figure is there, though nobody may see it: an older one in its place would be taken for
 * it. */
static bool is_there(const struct val *v)
{
    return shy_val_has_number(v) || v->state == SHIHYO_STATE_MASKED;
}

static int most_recent_node(struct run *run, const struct frame *f, const struct shy_node *n,
                            struct block *out)
{
    const struct block *in;
    SHY_TRY(shy_cells(run, f, n->inputs[0], &in));
    SHY_TRY(shy_block_make(run, f, out));
    for (size_t i = 0; i < out->areas * out->combos; i++)
        out->vals[i] = in->vals[i];
    for (int years = 1; years <= n->years_most; years++) {
        struct frame earlier = *f;
        SHY_TRY(shy_years_before(run, f, years, &earlier.period));
        SHY_TRY(shy_cells(run, &earlier, n->inputs[0], &in));
        for (size_t i = 0; i < out->areas * out->combos; i++) {
            if (is_there(&out->vals[i]) || !is_there(&in->vals[i]))
                continue;
            out->vals[i] = in->vals[i];
            shy_val_note(&out->vals[i], SHY_NOTE_EARLIER_PERIOD, years);
        }
    }
    return 0;
}

/* Other areas ---------------------------------------------------------------------------------- */

/* The set that the rows name; of several the one with the most areas, as in `areas`. */
static int named_set(struct run *run, const struct shy_contract *contract, uint32_t *out)
{
    struct source *s;
    const struct places *places;
    *out = NONE;
    SHY_TRY(shy_source(run, contract, &s));
    SHY_TRY(shy_source_places(run, s, SHIHYO_BASIS_NONE, &places));
    for (uint32_t row = 0; row < s->rows; row++) {
        uint32_t set = places->set[row];
        if (set == NONE || set == SET_UNASSIGNED)
            continue;
        if (*out == NONE || shy_areas_count(run->areas, set) > shy_areas_count(run->areas, *out))
            *out = set;
    }
    return 0;
}

int shy_each_area_frame(struct run *run, const struct frame *f, const struct shy_node *n,
                        struct frame *out)
{
    *out = *f;
    out->whole = false;
    if (n->within_set != NULL)
        return shy_areas_require_set(run->areas, n->within_set, &out->set, run->err);
    return named_set(run, shy_plan_node(run->plan, n->inputs[1])->contract, &out->set);
}

/* Adds one area's value to that of the area it lies in. */
static void add_part(struct val *sum, const struct val *part)
{
    const struct val before = *sum, *const both[] = {&before, part};
    struct shy_fraction a, b;
    if (!shy_val_from(sum, both, 2))
        return;
    if (!before.exact || !part->exact) {
        sum->exact = false;
        sum->value = before.value + part->value;
    } else if (shy_val_fraction(&before, &a) && shy_val_fraction(part, &b) &&
               shy_fraction_add(a, b, &a)) {
        shy_val_number(sum, a, one, 1);
    } else {
        shy_val_state(sum, SHIHYO_STATE_NOT_COMPUTABLE, SHY_REASON_OVERFLOW);
    }
}

/* in: of every area of g's set. What lies in no area of f's set is in none of its sums. */
static void add_up(struct run *run, const struct frame *f, const struct frame *g,
                   const struct block *in, bool *filled, struct block *out)
{
    for (uint32_t area = 0; area < in->areas; area++) {
        uint32_t target = shy_lift(run, f, g->set, area);
        for (size_t c = 0; target != NONE && c < out->combos; c++) {
            size_t at = target * out->combos + c;
            const struct val *part = &in->vals[area * in->combos + c];
            if (filled[at]) {
                add_part(&out->vals[at], part);
            } else {
                out->vals[at] = *part;
                if (!shy_val_has_number(part))
                    shy_val_state(&out->vals[at], part->state, SHY_REASON_INPUT);
            }
            shy_val_note(&out->vals[at], SHY_NOTE_AREAS_ADDED, 0);
            filled[at] = true;
        }
    }
}

static int each_area_node(struct run *run, const struct frame *f, const struct shy_node *n,
                          struct block *out)
{
    const struct block *in = NULL;
    struct frame g;
    int rc = 0;
    SHY_TRY(shy_each_area_frame(run, f, n, &g));
    if (g.set != NONE)
        SHY_TRY(shy_cells(run, &g, n->inputs[0], &in));
    if (in != NULL && !f->whole && g.set == f->set) {
        *out = *in;
        out->extras = NULL;
        return 0;
    }
    SHY_TRY(shy_block_make(run, f, out));
    bool *filled = shy_run_alloc(run, out->areas * out->combos, sizeof *filled, &rc);
    if (rc != 0)
        return rc;
    if (in != NULL && n->above == SHY_ABOVE_SUM)
        add_up(run, f, &g, in, filled, out);
    for (size_t i = 0; i < out->areas * out->combos; i++) {
        if (filled[i])
            continue;
        out->vals[i] = nothing();
        if (in == NULL)
            shy_val_state(&out->vals[i], SHIHYO_STATE_MISSING, SHY_REASON_NO_ROWS);
        else
            shy_val_state(&out->vals[i], SHIHYO_STATE_NOT_APPLICABLE, SHY_REASON_NONE);
    }
    return 0;
}

int shy_chosen_node(struct run *run, const struct frame *f, const struct shy_node *n,
                    struct block *out)
{
    switch (n->op) {
    case SHY_OP_NUMBER:
        return number_node(run, f, n, out);
    case SHY_OP_SINCE:
        return since_node(run, f, n, out);
    case SHY_OP_ROUNDED:
        return rounded_node(run, f, n, out);
    case SHY_OP_EARLIER:
        return earlier_node(run, f, n, out);
    case SHY_OP_INTERPOLATE:
        return interpolate_node(run, f, n, out);
    case SHY_OP_MOST_RECENT:
        return most_recent_node(run, f, n, out);
    case SHY_OP_EACH_AREA:
        return each_area_node(run, f, n, out);
    default:
        return terms_node(run, f, n, out);
    }
}
