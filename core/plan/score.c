/* SPDX-License-Identifier: MIT */
/*
 * Scores in definitions: weights, steps of grades, bounds. Numbers are kept as the exact decimals
 * that were written; a step's bounds are checked here, because a figure that lies in two steps or
 * in none would be graded by the order of the list and nobody would see it.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

static bool problem(struct shy_compiler *c, struct shihyo_error *err)
{
    return shy_plan_report(c, SHY_ERROR, err);
}

/* Numbers ----------------------------------------------------------------------------------- */

/* 0.1 of a script is a double; its shortest text is what the author wrote. */
static bool exact_number(const json_t *value, struct shy_fraction *out)
{
    char text[64];
    int64_t mantissa;
    int scale;
    if (json_is_integer(value))
        return shy_fraction_make((int64_t)json_integer_value(value), 1, out);
    if (!json_is_real(value))
        return false;
    shy_double_shortest(json_real_value(value), text, sizeof text);
    return shy_decimal_parse(text, strlen(text), &mantissa, &scale) &&
           shy_fraction_decimal(mantissa, scale, out);
}

bool shy_plan_number(struct shy_compiler *c, const char *name, const json_t *value,
                     struct shy_fraction *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (exact_number(value, out))
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' is no number that can be kept exactly."), name);
    shy_value_json(&err, value);
    return problem(c, &err);
}

/* Fewer or more weights than parts are told by the rule, which knows both. */
bool shy_plan_weights(struct shy_compiler *c, const json_t *list, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_array_size(list);
    struct shy_fraction *weights = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *weights);
    if (weights == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        if (!shy_plan_number(c, "weights", one, &weights[i]))
            return false;
        if (weights[i].num >= 0)
            continue;
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("A weight must not be negative."));
        shy_value_json(&err, one);
        return problem(c, &err);
    }
    node->weights = weights;
    node->weight_count = count;
    return true;
}

/* Steps ------------------------------------------------------------------------------------- */

struct bound {
    bool given, included;
    struct shy_fraction at;
};
struct step {
    struct bound lower, upper;
    const char *label;
    bool has_points;
    struct shy_fraction points;
    struct shy_place place;
};

static bool read_bound(struct shy_compiler *c, const json_t *json, const char *with,
                       const char *without, struct bound *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const json_t *a = shy_member(json, with), *b = shy_member(json, without);
    *out = (struct bound){.given = a != NULL || b != NULL, .included = a != NULL};
    if (a != NULL && b != NULL) {
        shy_fail(&err, SHY_E_PLAN_STEPS, _("A step has '%s' or '%s', not both."), with, without);
        return problem(c, &err);
    }
    if (!out->given)
        return true;
    return shy_plan_number(c, a != NULL ? with : without, a != NULL ? a : b, &out->at);
}

static bool read_step(struct shy_compiler *c, const json_t *json, struct step *out)
{
    const json_t *points;
    if (!shy_shape_check(c, json, SHY_SHAPE_STEP))
        return false;
    out->label = shy_member_keep(c, json, "label");
    points = shy_member(json, "points");
    out->has_points = points != NULL;
    out->place = (struct shy_place){c->file, c->line};
    return read_bound(c, json, "from", "above", &out->lower) &&
           read_bound(c, json, "to", "below", &out->upper) &&
           (points == NULL || shy_plan_number(c, "points", points, &out->points));
}

/* Lists go up or down; the first two steps tell. Whatever does not follow from there is a gap or an
 * overlap. */
static bool goes_down(const struct step *a, const struct step *b)
{
    if (a->lower.given && b->lower.given)
        return shy_fraction_compare(a->lower.at, b->lower.at) > 0;
    if (a->upper.given && b->upper.given)
        return shy_fraction_compare(a->upper.at, b->upper.at) > 0;
    if (a->lower.given || a->upper.given)
        return !a->upper.given;
    return !b->lower.given;
}

static void turn(struct step *steps, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct step first = steps[i];
        steps[i] = steps[count - 1 - i];
        steps[count - 1 - i] = first;
    }
}

static bool steps_problem(struct shy_compiler *c, const struct step *at, struct shihyo_error *err)
{
    struct shy_place before = {c->file, c->line};
    c->file = at->place.file;
    c->line = at->place.line;
    (void)problem(c, err);
    shy_place_leave(c, before);
    return false;
}

/* Where one ends and the next begins. A bound that one of them leaves out is that of the other. */
static bool join(struct shy_compiler *c, struct step *a, struct step *b)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct bound *end = &a->upper, *begin = &b->lower;
    char at[64];
    if (!end->given && !begin->given) {
        shy_fail(&err, SHY_E_PLAN_STEPS, _("Nothing says where '%s' ends and '%s' begins."),
                 a->label, b->label);
        shy_hint(&err, _("Write from = … (or to = …) at one of them."));
        return steps_problem(c, b, &err);
    }
    if (!end->given)
        *end = (struct bound){true, !begin->included, begin->at};
    if (!begin->given)
        *begin = (struct bound){true, !end->included, end->at};
    int order = shy_fraction_compare(end->at, begin->at);
    if (order == 0 && end->included != begin->included)
        return true;
    shy_double_shortest(shy_fraction_double(order > 0 ? begin->at : end->at), at, sizeof at);
    if (order < 0 || (order == 0 && !end->included))
        shy_fail(&err, SHY_E_PLAN_STEPS, _("There is a gap between '%s' and '%s', at %s."),
                 a->label, b->label, at);
    else
        shy_fail(&err, SHY_E_PLAN_STEPS, _("'%s' and '%s' overlap, at %s."), a->label, b->label,
                 at);
    shy_hint(&err, _("Where one step ends with below = x the next begins with from = x; after "
                     "to = x comes above = x. One of the two may be left out."));
    return steps_problem(c, b, &err);
}

static bool is_empty(const struct step *s)
{
    if (!s->lower.given || !s->upper.given)
        return false;
    int order = shy_fraction_compare(s->lower.at, s->upper.at);
    return order > 0 || (order == 0 && !(s->lower.included && s->upper.included));
}

static bool check_steps(struct shy_compiler *c, struct step *steps, size_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    for (size_t i = 0; i + 1 < count; i++) {
        if (!join(c, &steps[i], &steps[i + 1]))
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_empty(&steps[i]))
            continue;
        shy_fail(&err, SHY_E_PLAN_STEPS, _("No figure can lie in the step '%s'."), steps[i].label);
        shy_hint(&err, _("Write the steps in order, the highest or the lowest first."));
        return steps_problem(c, &steps[i], &err);
    }
    const struct step *open = steps[0].lower.given           ? &steps[0]
                              : steps[count - 1].upper.given ? &steps[count - 1]
                                                             : NULL;
    if (open == NULL)
        return true;
    shy_fail(&err, SHY_E_PLAN_STEPS,
             open->lower.given && open == &steps[0]
                 ? _("Figures below the step '%s' lie in no step.")
                 : _("Figures above the step '%s' lie in no step."),
             open->label);
    shy_hint(&err, _("Leave the outer bound out: the first and the last step are open."));
    return steps_problem(c, open, &err);
}

/* Points are all the author's, or all places in the list. */
static bool check_labels(struct shy_compiler *c, struct step *steps, size_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    for (size_t i = 0; i < count; i++) {
        if (steps[i].has_points != steps[0].has_points) {
            shy_fail(&err, SHY_E_PLAN_STEPS, _("Some steps have points and some have none."));
            return steps_problem(c, &steps[i], &err);
        }
        for (size_t k = 0; k < i; k++) {
            if (strcmp(steps[k].label, steps[i].label) != 0)
                continue;
            shy_fail(&err, SHY_E_PLAN_STEPS, _("Two steps are called '%s'."), steps[i].label);
            shy_value(&err, steps[i].label, strlen(steps[i].label));
            return steps_problem(c, &steps[i], &err);
        }
        if (!steps[i].has_points)
            steps[i].points = (struct shy_fraction){(int64_t)i + 1, 1};
    }
    return true;
}

static struct shy_step kept(const struct step *s)
{
    return (struct shy_step){
        .label = s->label,
        .open_below = !s->lower.given,
        .open_above = !s->upper.given,
        .without_least = s->lower.given && !s->lower.included,
        .below_most = s->upper.given && !s->upper.included,
        .least = s->lower.given ? s->lower.at : (struct shy_fraction){0, 1},
        .most = s->upper.given ? s->upper.at : (struct shy_fraction){0, 1},
        .has_points = s->has_points,
        .points = s->points,
    };
}

bool shy_plan_steps(struct shy_compiler *c, const json_t *list, size_t most, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_array_size(list);
    bool good = true;
    if (count == 0 || count > most) {
        shy_fail(&err, SHY_E_PLAN_STEPS, _("A grade has one to %zu steps, not %zu."), most, count);
        return problem(c, &err);
    }
    struct step *steps = shy_arena_alloc(&c->arena, count, sizeof *steps);
    struct shy_step *out = shy_arena_alloc(&c->plan->arena, count, sizeof *out);
    if (steps == NULL || out == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++) {
        struct shy_place before = shy_place_enter(c, json_array_get(list, i));
        good = read_step(c, json_array_get(list, i), &steps[i]) && good;
        shy_place_leave(c, before);
    }
    if (!good || c->nomem || !check_labels(c, steps, count))
        return false;
    if (count > 1 && goes_down(&steps[0], &steps[1]))
        turn(steps, count);
    if (!check_steps(c, steps, count))
        return false;
    for (size_t i = 0; i < count; i++)
        out[i] = kept(&steps[i]);
    node->steps = out;
    node->step_count = count;
    return true;
}

/* The canonical form ------------------------------------------------------------------------ */

/* A whole number, or numerator and denominator. */
static json_t *canonical_number(struct shy_compiler *c, struct shy_fraction f)
{
    if (f.den == 1)
        return json_integer(f.num);
    json_t *list = shy_canonical_list(c);
    shy_canonical_add(c, list, json_integer(f.num));
    shy_canonical_add(c, list, json_integer(f.den));
    return list;
}

/* Labels are what the result says, so they count. */
static json_t *canonical_step(struct shy_compiler *c, const struct shy_step *s)
{
    json_t *out = shy_canonical_object(c);
    shy_canonical_text(c, out, "label", s->label);
    if (!s->open_below)
        shy_canonical_set(c, out, s->without_least ? "above" : "from",
                          canonical_number(c, s->least));
    if (!s->open_above)
        shy_canonical_set(c, out, s->below_most ? "below" : "to", canonical_number(c, s->most));
    shy_canonical_set(c, out, "points", canonical_number(c, s->points));
    return out;
}

void shy_canonical_scores(struct shy_compiler *c, const struct shy_node *node,
                          enum shy_param_type type, const char *name, const struct shy_fraction *at,
                          json_t *out)
{
    if (type == SHY_PARAM_NUMBER) {
        if (at->den != 0)
            shy_canonical_set(c, out, name, canonical_number(c, *at));
        return;
    }
    json_t *list = shy_canonical_list(c);
    if (type == SHY_PARAM_STEPS) {
        for (size_t i = 0; i < node->step_count && !c->nomem; i++)
            shy_canonical_add(c, list, canonical_step(c, &node->steps[i]));
    } else {
        for (size_t i = 0; i < node->of_count && !c->nomem; i++)
            shy_canonical_add(c, list,
                              canonical_number(c, node->weights == NULL
                                                      ? (struct shy_fraction){1, 1}
                                                      : node->weights[i]));
    }
    shy_canonical_set(c, out, name, list);
}

/* Rules ------------------------------------------------------------------------------------- */

bool shy_plan_rule_composite(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool weightless = true;
    if (node->weights == NULL)
        return true;
    if (node->weight_count != node->of_count) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("There are %zu parts and %zu weights."),
                 node->of_count, node->weight_count);
        return problem(c, &err);
    }
    for (size_t i = 0; i < node->weight_count; i++)
        weightless = weightless && node->weights[i].num == 0;
    if (!weightless)
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER, _("Every part has the weight 0."));
    return problem(c, &err);
}

/* Bounds belong to what is counted, and only to that. */
bool shy_plan_rule_over(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool counts = node->joint == SHY_JOINT_COUNT || node->joint == SHY_JOINT_SHARE;
    bool bounds = node->least.den != 0 || node->most.den != 0;
    if (counts == bounds && (node->least.den == 0 || node->most.den == 0 ||
                             shy_fraction_compare(node->least, node->most) <= 0))
        return true;
    if (counts && !bounds)
        shy_fail(&err, SHY_E_PLAN_PARAMETER,
                 _("'%s' counts areas by their figure; 'from' or 'to' is lacking."),
                 shy_op_name(node->op));
    else if (!counts)
        shy_fail(&err, SHY_E_PLAN_PARAMETER,
                 _("'from' and 'to' of '%s' belong to how = \"count\" or \"share\"."),
                 shy_op_name(node->op));
    else
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'from' of '%s' lies above 'to'."),
                 shy_op_name(node->op));
    return problem(c, &err);
}

bool shy_plan_rule_allocate(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (node->amount % node->portion == 0)
        return true;
    shy_fail(&err, SHY_E_PLAN_PARAMETER,
             _("The amount %lld cannot be shared in whole units of %lld."), (long long)node->amount,
             (long long)node->portion);
    return problem(c, &err);
}
