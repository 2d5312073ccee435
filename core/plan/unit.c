/* SPDX-License-Identifier: MIT */
/*
 * Units and digits: what can be told of them from the value. Units are free text of the author;
 * only the percent sign can be held against the arithmetic, and only as a warning, since a function
 * or a source may well give percentages that nobody can see from here.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

/* Is the value a percentage? UNKNOWN where it depends on a function or another indicator. */
enum percent { PERCENT_NO, PERCENT_YES, PERCENT_UNKNOWN };

/* Units are typed by hand, half-width or full-width. */
static bool is_percent_sign(const char *unit)
{
    return strcmp(unit, "%") == 0 || strcmp(unit, "％") == 0 || strcmp(unit, "percent") == 0;
}

/* By the operator that makes the number; a sum has the unit of its column. */
static enum percent percent_of(const struct shy_compiler *c, shy_node_id id)
{
    const struct shy_node *node = shy_compiler_node(c, id);
    const struct shy_operand *column = &node->operand;
    const char *unit;
    switch (node->op) {
    case SHY_OP_SHARE:
    case SHY_OP_GROWTH:
        return PERCENT_YES;
    case SHY_OP_RATIO:
        return node->factor == 100 ? PERCENT_YES : PERCENT_NO;
    case SHY_OP_TOTAL:
    case SHY_OP_DIFFERENCE:
        return percent_of(c, node->of[0]);
    case SHY_OP_HIGHEST:
    case SHY_OP_LOWEST:
    case SHY_OP_FIRST_OF:
        return percent_of(c, node->of[0]);
    case SHY_OP_CHOOSE:
        return percent_of(c, node->of[1]);
    case SHY_OP_COMPUTE:
    case SHY_OP_INDICATOR:
    case SHY_OP_INDIRECTLY_STANDARDISED:
    case SHY_OP_NUMBER:
    case SHY_OP_COMPOSITE:
    case SHY_OP_GRADE:
        return PERCENT_UNKNOWN;
    case SHY_OP_RATE:
    case SHY_OP_DIRECTLY_STANDARDISED:
        return node->factor == 100 ? PERCENT_UNKNOWN : PERCENT_NO;
    case SHY_OP_MONTHLY_AVERAGE:
    case SHY_OP_IF_DELIVERED:
    case SHY_OP_FUNNEL:
    case SHY_OP_ROUNDED:
    case SHY_OP_EARLIER:
    case SHY_OP_INTERPOLATE:
    case SHY_OP_MOST_RECENT:
    case SHY_OP_EACH_AREA:
        return percent_of(c, node->inputs[0]);
    case SHY_OP_OVER:
        return node->joint == SHY_JOINT_SHARE   ? PERCENT_YES
               : node->joint == SHY_JOINT_COUNT ? PERCENT_NO
                                                : percent_of(c, node->inputs[0]);
    case SHY_OP_MEAN:
    case SHY_OP_SUM:
        unit = column->contract->columns[column->index].unit;
        return unit == NULL ? PERCENT_UNKNOWN : is_percent_sign(unit) ? PERCENT_YES : PERCENT_NO;
    default:
        return PERCENT_NO;
    }
}

void shy_plan_unit(struct shy_compiler *c, const char *unit, shy_node_id value)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    enum percent percent = percent_of(c, value);
    if (unit == NULL || unit[0] == '\0') {
        shy_fail(&err, SHY_E_PLAN_UNIT, _("The value has no unit."));
        shy_plan_report(c, SHY_WARNING, &err);
    } else if (percent == PERCENT_YES && !is_percent_sign(unit)) {
        shy_fail(&err, SHY_E_PLAN_UNIT, _("The value is a percentage, but its unit is '%s'."),
                 unit);
        shy_value(&err, unit, strlen(unit));
        shy_plan_report(c, SHY_WARNING, &err);
    } else if (percent == PERCENT_NO && is_percent_sign(unit)) {
        shy_fail(&err, SHY_E_PLAN_UNIT, _("The unit is '%s', but the value is not a percentage."),
                 unit);
        shy_value(&err, unit, strlen(unit));
        shy_hint(&err, _("A ratio is a percentage with the factor 100."));
        shy_plan_report(c, SHY_WARNING, &err);
    }
}

/* Only sums and the best of whole numbers stay whole. */
static bool composite_divided(const struct shy_compiler *c, const struct shy_node *node)
{
    if (node->joint == SHY_JOINT_MEAN)
        return true;
    if (node->joint != SHY_JOINT_SUM && node->joint != SHY_JOINT_BEST)
        return false;
    for (size_t i = 0; i < node->of_count; i++) {
        if (shy_plan_divided(c, node->of[i]) ||
            (node->weights != NULL && node->weights[i].den != 1))
            return true;
    }
    return false;
}

/* As far as the operators go: a function may give anything, so it counts as divided. */
bool shy_plan_divided(const struct shy_compiler *c, shy_node_id value)
{
    const struct shy_node *node = shy_compiler_node(c, value);
    switch (node->op) {
    case SHY_OP_MONTHLY_AVERAGE:
    case SHY_OP_SHARE:
    case SHY_OP_RATIO:
    case SHY_OP_GROWTH:
    case SHY_OP_COMPUTE:
    case SHY_OP_RATE:
    case SHY_OP_MEAN:
    case SHY_OP_DIRECTLY_STANDARDISED:
    case SHY_OP_INDIRECTLY_STANDARDISED:
        return true;
    case SHY_OP_INTERPOLATE:
        return true;
    case SHY_OP_FUNNEL:
    case SHY_OP_EARLIER:
    case SHY_OP_MOST_RECENT:
    case SHY_OP_EACH_AREA:
        return shy_plan_divided(c, node->inputs[0]);
    case SHY_OP_ROUNDED:
    case SHY_OP_NUMBER:
        return node->digits > 0;
        return shy_plan_divided(c, node->inputs[0]);
    case SHY_OP_OVER:
        return node->joint == SHY_JOINT_MEAN || node->joint == SHY_JOINT_MEDIAN ||
               node->joint == SHY_JOINT_SHARE ||
               (node->joint != SHY_JOINT_COUNT && shy_plan_divided(c, node->inputs[0]));
    case SHY_OP_COMPOSITE:
        return composite_divided(c, node);
    case SHY_OP_GRADE:
        for (size_t i = 0; i < node->step_count; i++) {
            if (node->steps[i].points.den != 1)
                return true;
        }
        return false;
    case SHY_OP_SUM:
        return node->operand.scale > 0;
    case SHY_OP_TOTAL:
    case SHY_OP_DIFFERENCE:
    case SHY_OP_HIGHEST:
    case SHY_OP_LOWEST:
    case SHY_OP_FIRST_OF:
    case SHY_OP_CHOOSE:
        for (size_t i = 0; i < node->of_count; i++) {
            if (shy_plan_divided(c, node->of[i]))
                return true;
        }
        return false;
    case SHY_OP_INDICATOR:
        return shy_plan_find(c->plan, node->indicator)->decimals > 0;
    default:
        return false;
    }
}
