/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/report/formula.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/plan/operators.h"

/* How tightly a text holds together: a sum inside a product needs brackets. */
enum tightness { SUM, PRODUCT, ATOM };

struct formula {
    const struct shy_plan *plan;
    const struct shy_formula_names *names;
    bool japanese;
    struct shy_text *out;
};

static void write(const struct formula *f, shy_node_id id, const struct shy_period *period,
                  enum tightness outside);

/* Periods ----------------------------------------------------------------------------------- */

static struct shy_period years_before(struct shy_period p, int years)
{
    p.first_month -= 12 * years;
    p.last_month -= 12 * years;
    return p;
}

bool shy_formula_period(const struct shy_node *n, int which, const struct shy_period *period,
                        struct shy_period *out)
{
    *out = *period;
    if (n->op == SHY_OP_INTERPOLATE)
        *out = which == 0 ? n->to_period : n->from_period;
    else if (n->op == SHY_OP_EARLIER && n->growth_years == 0)
        *out = n->growth_since;
    else if (n->op == SHY_OP_EARLIER)
        *out = years_before(*period, n->growth_years);
    return out->kind != SHY_PERIOD_NONE;
}

void shy_formula_rows(const struct shy_plan *plan, shy_node_id node,
                      const struct shy_period *period, bool recent, void *self,
                      void (*visit)(void *self, shy_node_id rows, const struct shy_period *period,
                                    bool recent))
{
    const struct shy_node *n = shy_plan_node(plan, node);
    struct shy_period inside;
    if (shy_op_is_leaf(n->op)) {
        visit(self, n->inputs[0], period, recent);
        return;
    }
    recent = recent || n->op == SHY_OP_MOST_RECENT;
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] == 0 || shy_op_is_rows(shy_plan_node(plan, n->inputs[i])->op) ||
            !shy_formula_period(n, i, period, &inside))
            continue;
        shy_formula_rows(plan, n->inputs[i], &inside, recent, self, visit);
    }
    for (size_t i = 0; i < n->of_count; i++)
        shy_formula_rows(plan, n->of[i], period, recent, self, visit);
}

static void write_period(const struct formula *f, const struct shy_period *period)
{
    char label[64];
    shy_period_label(period, f->japanese, label, sizeof label);
    shy_text_adds(f->out, label);
}

/* Rows -------------------------------------------------------------------------------------- */

/* What is asked of codes: the others would have to be spelt out in words. */
static void write_conditions(const struct formula *f, const struct shy_node *rows)
{
    for (size_t i = 0; i < rows->where_count; i++) {
        const struct shy_condition *c = &rows->where[i];
        const struct shy_column *column = &c->operand.contract->columns[c->operand.index];
        if (c->kind != SHY_COND_IN || c->texts == NULL || c->operand.derived != SHY_DERIVED_NO)
            continue;
        shy_text_addf(f->out, ", %s %s ", shy_i18n_pick(column->label_ja, column->label_en),
                      c->negated ? "≠" : "=");
        for (size_t k = 0; k < c->count; k++)
            shy_text_addf(f->out, "%s%s", k == 0 ? "" : "/", c->texts[k]);
    }
}

static const struct shy_node *scan_below(const struct formula *f, shy_node_id rows)
{
    const struct shy_node *n = shy_plan_node(f->plan, rows);
    while (n->op != SHY_OP_SCAN && n->inputs[0] != 0)
        n = shy_plan_node(f->plan, n->inputs[0]);
    return n;
}

static void write_leaf(const struct formula *f, const struct shy_node *n)
{
    const struct shy_node *scan = scan_below(f, n->inputs[0]);
    const struct shy_contract *c = scan->contract;
    const char *table = c == NULL ? "" : shy_i18n_pick(c->label_ja, c->label_en);
    if (n->op == SHY_OP_SUM && c != NULL) {
        const struct shy_column *column = &n->operand.contract->columns[n->operand.index];
        shy_text_addf(f->out, _("%s (table \"%s\""),
                      shy_i18n_pick(column->label_ja, column->label_en), table);
    } else { /* what is counted */
        shy_text_addf(f->out, _("%s (table \"%s\""), _(shy_operator(n->op)->help), table);
    }
    if (scan->op == SHY_OP_SCAN)
        write_conditions(f, scan);
    shy_text_addc(f->out, ')');
}

/* Arithmetic -------------------------------------------------------------------------------- */

static void write_number(const struct formula *f, const struct shy_node *n)
{
    struct shy_fraction number = {0, 1};
    char text[64];
    (void)shy_fraction_decimal(n->number, n->digits, &number);
    shy_fraction_format(number, n->digits, true, text, sizeof text);
    shy_text_adds(f->out, text);
}

static void write_terms(const struct formula *f, const struct shy_node *n,
                        const struct shy_period *period, const char *between)
{
    for (size_t i = 0; i < n->of_count; i++) {
        if (i > 0)
            shy_text_adds(f->out, between);
        write(f, n->of[i], period, i == 0 || n->op == SHY_OP_TOTAL ? SUM : PRODUCT);
    }
}

static void write_ratio(const struct formula *f, const struct shy_node *n,
                        const struct shy_period *period)
{
    write(f, n->inputs[0], period, PRODUCT);
    if (n->factor > 1)
        shy_text_addf(f->out, " × %lld", (long long)n->factor);
    shy_text_adds(f->out, " ÷ ");
    write(f, n->inputs[1], period, ATOM);
}

static void write_list(const struct formula *f, const struct shy_node *n,
                       const struct shy_period *period)
{
    for (size_t i = 0; i < n->of_count; i++) {
        shy_text_adds(f->out, i == 0 ? "" : _("; "));
        write(f, n->of[i], period, SUM);
    }
}

static void write_function(const struct formula *f, const struct shy_node *n,
                           const struct shy_period *period, const char *name)
{
    shy_text_addf(f->out, "%s(", name);
    write_list(f, n, period);
    shy_text_adds(f->out, ")");
}

/* "where [3] is not 0: [4]; else: 0" */
static void write_cases(const struct formula *f, const struct shy_node *n,
                        const struct shy_period *period)
{
    for (size_t i = 0; i < n->of_count; i += 2) {
        bool last = i + 1 == n->of_count;
        shy_text_adds(f->out, i == 0 ? "{ " : "; ");
        if (last) {
            shy_text_adds(f->out, _("else "));
        } else if (shy_plan_node(f->plan, n->of[i])->op == SHY_OP_SINCE) {
            write(f, n->of[i], period, SUM);
            shy_text_adds(f->out, ": ");
        } else {
            shy_text_adds(f->out, _("where not 0: "));
            write(f, n->of[i], period, SUM);
            shy_text_adds(f->out, _(" then "));
        }
        write(f, n->of[last ? i : i + 1], period, SUM);
    }
    shy_text_adds(f->out, " }");
}

static bool is_zero(const struct shy_node *n)
{
    return n->op == SHY_OP_NUMBER && n->number == 0;
}

/* start + (end - start) × 36 ÷ 96; from 0 the part of the end. */
static void write_line(const struct formula *f, const struct shy_node *n,
                       const struct shy_period *period)
{
    shy_node_id start = n->inputs[n->inputs[1] != 0 ? 1 : 0];
    bool from_zero = is_zero(shy_plan_node(f->plan, start));
    if (!from_zero) {
        write(f, start, &n->from_period, PRODUCT);
        shy_text_adds(f->out, " + (");
    }
    write(f, n->inputs[0], &n->to_period, from_zero ? PRODUCT : SUM);
    if (!from_zero) {
        shy_text_adds(f->out, " - ");
        write(f, start, &n->from_period, PRODUCT);
        shy_text_adds(f->out, ")");
    }
    shy_text_addf(f->out, " × %d ÷ %d", (int)(period->last_month - n->from_period.last_month),
                  (int)(n->to_period.last_month - n->from_period.last_month));
}

static void write_rounded(const struct formula *f, const struct shy_node *n,
                          const struct shy_period *period)
{
    static const char *const hows[] = {N_("to the nearest"), N_("up"), N_("down")};
    write(f, n->inputs[0], period, PRODUCT);
    if (n->digits == 0)
        shy_text_addf(f->out, _(", rounded %s to a whole number"), _(hows[n->how]));
    else
        shy_text_addf(f->out, _(", rounded %s to %d digits"), _(hows[n->how]), n->digits);
}

/* Any other operator: its explanation and what it is applied to. */
static void write_other(const struct formula *f, const struct shy_node *n,
                        const struct shy_period *period)
{
    bool first = true;
    shy_text_addf(f->out, "%s(", _(shy_operator(n->op)->help));
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] == 0 || shy_op_is_rows(shy_plan_node(f->plan, n->inputs[i])->op))
            continue;
        shy_text_adds(f->out, first ? "" : _("; "));
        write(f, n->inputs[i], period, SUM);
        first = false;
    }
    if (!first && n->of_count > 0)
        shy_text_adds(f->out, _("; "));
    write_list(f, n, period);
    shy_text_adds(f->out, ")");
}

/* "A × 10 + B × 5"; the mean of them divided by the weights, or the greatest of them. */
static void write_composite(const struct formula *f, const struct shy_node *n,
                            const struct shy_period *period)
{
    struct shy_fraction all = {0, 1}, one = {1, 1};
    bool sum = n->joint != SHY_JOINT_BEST;
    char text[64];
    if (!sum)
        shy_text_adds(f->out, _("the greatest of "));
    if (n->joint != SHY_JOINT_SUM)
        shy_text_adds(f->out, "(");
    for (size_t i = 0; i < n->of_count; i++) {
        struct shy_fraction weight = n->weights == NULL ? one : n->weights[i];
        bool plain = weight.num == weight.den;
        shy_text_adds(f->out, i == 0 ? "" : sum ? " + " : _("; "));
        write(f, n->of[i], period, plain ? SUM : PRODUCT);
        shy_double_shortest(shy_fraction_double(weight), text, sizeof text);
        if (!plain)
            shy_text_addf(f->out, " × %s", text);
        (void)shy_fraction_add(all, weight, &all);
    }
    if (n->joint != SHY_JOINT_SUM)
        shy_text_adds(f->out, ")");
    shy_double_shortest(shy_fraction_double(all), text, sizeof text);
    if (n->joint == SHY_JOINT_MEAN)
        shy_text_addf(f->out, " ÷ %s", text);
}

static bool is_arithmetic(const struct shy_node *n)
{
    return n->op == SHY_OP_COMPOSITE &&
           (n->joint == SHY_JOINT_SUM || n->joint == SHY_JOINT_MEAN || n->joint == SHY_JOINT_BEST);
}

static enum tightness tightness_of(const struct formula *f, const struct shy_node *n)
{
    switch (n->op) {
    case SHY_OP_TOTAL:
        return n->of_count > 1 ? SUM : ATOM;
    case SHY_OP_DIFFERENCE:
    case SHY_OP_ROUNDED:
        return SUM;
    case SHY_OP_RATIO:
        return PRODUCT;
    case SHY_OP_COMPOSITE:
        return !is_arithmetic(n) || n->joint == SHY_JOINT_BEST ? ATOM
               : n->joint == SHY_JOINT_SUM && n->of_count > 1  ? SUM
                                                               : PRODUCT;
    case SHY_OP_INTERPOLATE:
        return is_zero(shy_plan_node(f->plan, n->inputs[n->inputs[1] != 0 ? 1 : 0])) ? PRODUCT
                                                                                     : SUM;
    case SHY_OP_EACH_AREA:
    case SHY_OP_MOST_RECENT:
    case SHY_OP_EARLIER:
        return tightness_of(f, shy_plan_node(f->plan, n->inputs[0]));
    default:
        return ATOM;
    }
}

static void write_node(const struct formula *f, const struct shy_node *n,
                       const struct shy_period *period)
{
    struct shy_period inside;
    switch (n->op) {
    case SHY_OP_NUMBER:
        write_number(f, n);
        return;
    case SHY_OP_INDICATOR:
        f->names->indicator(f->names->self, n->indicator, period, f->out);
        return;
    case SHY_OP_TOTAL:
        write_terms(f, n, period, " + ");
        return;
    case SHY_OP_DIFFERENCE:
        write_terms(f, n, period, " - ");
        return;
    case SHY_OP_RATIO:
        write_ratio(f, n, period);
        return;
    case SHY_OP_HIGHEST:
        write_function(f, n, period, _("the greatest of "));
        return;
    case SHY_OP_LOWEST:
        write_function(f, n, period, _("the least of "));
        return;
    case SHY_OP_FIRST_OF:
        write_function(f, n, period, _("the first that is there of "));
        return;
    case SHY_OP_CHOOSE:
        write_cases(f, n, period);
        return;
    case SHY_OP_SINCE:
        write_period(f, &n->growth_since);
        shy_text_adds(f->out, _(" or later"));
        return;
    case SHY_OP_ROUNDED:
        write_rounded(f, n, period);
        return;
    case SHY_OP_INTERPOLATE:
        write_line(f, n, period);
        return;
    case SHY_OP_EACH_AREA:
    case SHY_OP_MOST_RECENT:
    case SHY_OP_EARLIER:
        (void)shy_formula_period(n, 0, period, &inside);
        write(f, n->inputs[0], &inside, SUM);
        return;
    default:
        if (shy_op_is_leaf(n->op))
            write_leaf(f, n);
        else if (is_arithmetic(n))
            write_composite(f, n, period);
        else
            write_other(f, n, period);
    }
}

static void write(const struct formula *f, shy_node_id id, const struct shy_period *period,
                  enum tightness outside)
{
    const struct shy_node *n = shy_plan_node(f->plan, id);
    bool brackets = tightness_of(f, n) < outside;
    if (brackets)
        shy_text_adds(f->out, "(");
    write_node(f, n, period);
    if (brackets)
        shy_text_adds(f->out, ")");
}

void shy_formula(const struct shy_plan *plan, shy_node_id node, const struct shy_period *period,
                 bool japanese, const struct shy_formula_names *names, struct shy_text *out)
{
    struct formula f = {plan, names, japanese, out};
    write(&f, node, period, SUM);
}
