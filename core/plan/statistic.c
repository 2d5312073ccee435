/* SPDX-License-Identifier: MIT */
/*
 * Statistics in definitions: which values have limits of confidence and by which method, levels,
 * age groups. What cannot have limits is told before any data is opened, with the reason: a limit
 * computed by the wrong distribution looks like any other number.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

static const char *const methods[] = {"auto", "wilson", "poisson"};

static bool problem(struct shy_compiler *c, struct shihyo_error *err)
{
    return shy_plan_report(c, SHY_ERROR, err);
}

/* Levels ----------------------------------------------------------------------------------- */

/* Hundredths of a percent; 0 where it is no level. */
static int level_of(const json_t *value)
{
    double percent = json_number_value(value) * 100;
    int level = percent >= SHY_LEVEL_LEAST && percent <= SHY_LEVEL_MOST ? (int)(percent + 0.5) : 0;
    return json_is_number(value) && percent - level < 1e-6 && level - percent < 1e-6 ? level : 0;
}

bool shy_plan_levels(struct shy_compiler *c, const char *name, const char *of, const json_t *value,
                     int most, struct shy_levels *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    *out = (struct shy_levels){0};
    if (count == 0 || count > (size_t)most) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("'%s' of '%s' must have one to %d levels, not %zu."),
                 name, of, most, count);
        if (count > 0)
            shy_hint(&err, _("A second indicator with value_of can have others."));
        return problem(c, &err);
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
        int level = level_of(one);
        if (level == 0 || (i > 0 && level <= out->level[i - 1])) {
            shy_fail(&err, SHY_E_PLAN_PARAMETER,
                     _("'%s' of '%s' are percentages from 50 to 99.99, the smaller first."), name,
                     of);
            shy_value_json(&err, one);
            shy_hint(&err, _("Usual are 95 and 99.8."));
            return problem(c, &err);
        }
        out->level[out->count++] = level;
    }
    return true;
}

json_t *shy_canonical_levels(struct shy_compiler *c, const struct shy_levels *levels)
{
    json_t *list = shy_canonical_list(c);
    for (int i = 0; i < levels->count && !c->nomem; i++)
        shy_canonical_add(c, list, json_integer(levels->level[i]));
    return list;
}

/* Age groups -------------------------------------------------------------------------------- */

static bool read_band(struct shy_compiler *c, const json_t *json, struct shy_band *out,
                      shy_node_id *events)
{
    if (!shy_shape_check(c, json, SHY_SHAPE_BAND))
        return false;
    int64_t from = shy_member_int(json, "age_from", 0), to = shy_member_int(json, "age_to", -1);
    *out = (struct shy_band){
        .age_from = from < 0 || from > INT16_MAX ? INT16_MAX : (int)from,
        .age_to = to < 0 || to > INT16_MAX ? -1 : (int)to,
        .weight = shy_member_int(json, "weight", 0),
        .reference_events = shy_member_int(json, "reference_events", 0),
        .reference_population = shy_member_int(json, "reference_population", 0),
    };
    const json_t *cells = shy_member(json, "events");
    *events = cells == NULL ? 0 : shy_plan_compile_node(c, cells, false, "events");
    return cells == NULL || *events != 0;
}

/* Each begins where the one before ends: a gap would leave people out, an overlap count them
 * twice. */
static bool check_ages(struct shy_compiler *c, const struct shy_band *bands, size_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    for (size_t i = 0; i < count; i++) {
        const struct shy_band *b = &bands[i];
        bool follows = i == 0 || b->age_from == bands[i - 1].age_to + 1;
        if (follows && (b->age_to >= b->age_from || (b->age_to < 0 && i + 1 == count)))
            continue;
        shy_fail(&err, SHY_E_PLAN_PARAMETER,
                 _("The age groups leave a gap or overlap at the group that begins with %d."),
                 b->age_from);
        shy_hint(&err, _("Each group begins one year after the one before ends; only the last has "
                         "no end."));
        return problem(c, &err);
    }
    return true;
}

bool shy_plan_bands(struct shy_compiler *c, const json_t *value, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t count = json_array_size(value);
    bool good = true;
    if (count == 0 || count > SHY_STRATA_MOST) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("There must be one to %d age groups, not %zu."),
                 SHY_STRATA_MOST, count);
        return problem(c, &err);
    }
    struct shy_band *bands = shy_arena_alloc(&c->plan->arena, count, sizeof *bands);
    shy_node_id *of = shy_arena_alloc(&c->plan->arena, count, sizeof *of);
    if (bands == NULL || of == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && !c->nomem; i++) {
        struct shy_place before = shy_place_enter(c, json_array_get(value, i));
        good = read_band(c, json_array_get(value, i), &bands[i], &of[i]) && good;
        shy_place_leave(c, before);
    }
    if (!good || c->nomem || !check_ages(c, bands, count))
        return false;
    node->bands = bands;
    node->band_count = count;
    node->of = of;
    node->of_count = of[0] == 0 ? 0 : count;
    for (size_t i = 1; i < count; i++) {
        if ((of[i] == 0) == (of[0] == 0))
            continue;
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("Some age groups have events and some have none."));
        return problem(c, &err);
    }
    return true;
}

json_t *shy_canonical_bands(struct shy_compiler *c, const struct shy_node *node, bool deep)
{
    json_t *list = shy_canonical_list(c);
    for (size_t i = 0; i < node->band_count && !c->nomem; i++) {
        const struct shy_band *b = &node->bands[i];
        json_t *one = shy_canonical_object(c);
        shy_canonical_set(c, one, "age_from", json_integer(b->age_from));
        if (b->age_to >= 0)
            shy_canonical_set(c, one, "age_to", json_integer(b->age_to));
        if (b->weight != 0)
            shy_canonical_set(c, one, "weight", json_integer(b->weight));
        if (b->reference_population != 0) {
            shy_canonical_set(c, one, "reference_events", json_integer(b->reference_events));
            shy_canonical_set(c, one, "reference_population",
                              json_integer(b->reference_population));
        }
        if (i < node->of_count)
            shy_canonical_set(c, one, "events", shy_canonical_input(c, node->of[i], deep));
        shy_canonical_add(c, list, one);
    }
    return list;
}

/* Which values have limits ----------------------------------------------------------------- */

struct asking {
    const struct shy_plan *plan;
    const struct shy_answer *(*answer_of)(const void *arg, const char *id);
    const void *arg;
    const char **why;
};

static enum shy_statistic none(const struct asking *a, const char *why)
{
    *a->why = why;
    return SHY_STATISTIC_NONE;
}

static enum shy_statistic statistic(const struct asking *a, shy_node_id id, enum shy_method method);

/* Persons added over codes or areas are counted several times: their number is no number of
 * events. */
static enum shy_statistic of_sum(const struct asking *a, const struct shy_node *n)
{
    const struct shy_contract *rows = a->plan->nodes[n->inputs[0]].contract;
    if ((rows->not_additive & (SHY_NOT_ADDITIVE_ITEM | SHY_NOT_ADDITIVE_AREA)) != 0)
        return none(a, _("the figures added count the same persons several times"));
    if (n->operand.scale > 0 || n->times.column != NULL)
        return none(a, _("what is added are measured numbers, no events"));
    return SHY_STATISTIC_EVENTS;
}

/* The numerator of a percentage is taken for a part of the denominator; of other ratios the author
 * knows. */
static enum shy_statistic of_ratio(const struct asking *a, const struct shy_node *n,
                                   enum shy_method method)
{
    if (statistic(a, n->inputs[0], SHY_METHOD_AUTO) != SHY_STATISTIC_EVENTS ||
        (method != SHY_METHOD_POISSON &&
         statistic(a, n->inputs[1], SHY_METHOD_AUTO) != SHY_STATISTIC_EVENTS))
        return *a->why != NULL ? SHY_STATISTIC_NONE
                               : none(a, _("numerator and denominator are no counts"));
    if (method == SHY_METHOD_POISSON)
        return SHY_STATISTIC_EVENTS;
    if (method == SHY_METHOD_WILSON || n->factor == 100)
        return SHY_STATISTIC_SHARE;
    return none(a, _("the value does not say whether its numerator is a part of its denominator "
                     "(method = \"wilson\") or counts events over it (method = \"poisson\")"));
}

static enum shy_statistic of_rate(const struct asking *a, shy_node_id value, enum shy_method method)
{
    enum shy_statistic of = statistic(a, value, SHY_METHOD_AUTO);
    if (of == SHY_STATISTIC_NONE)
        return of;
    if (of != SHY_STATISTIC_EVENTS)
        return none(a, _("what stands above the population is no count"));
    return method == SHY_METHOD_WILSON ? SHY_STATISTIC_SHARE : SHY_STATISTIC_EVENTS;
}

/* All answers that may be taken; of one that is not ok nothing is known. */
static enum shy_statistic of_indicator(const struct asking *a, const struct shy_node *n,
                                       enum shy_method method)
{
    const struct shy_definition *used = shy_plan_find(a->plan, n->indicator);
    enum shy_statistic kind = SHY_STATISTIC_NONE;
    if (used == NULL)
        return none(a, _("the indicator used is not known"));
    if (method == SHY_METHOD_AUTO)
        method = used->limits.method;
    if (a->answer_of != NULL) {
        const struct shy_answer *answer = a->answer_of(a->arg, n->indicator);
        return answer == NULL || answer->value == 0 ? none(a, "")
                                                    : statistic(a, answer->value, method);
    }
    for (size_t i = 0; i < used->answer_count; i++) {
        if ((kind = statistic(a, used->answers[i].value, method)) == SHY_STATISTIC_NONE)
            return kind;
    }
    return kind;
}

static enum shy_statistic statistic(const struct asking *a, shy_node_id id, enum shy_method method)
{
    const struct shy_node *n = &a->plan->nodes[id];
    switch (n->op) {
    case SHY_OP_ROWS:
    case SHY_OP_PERSONS:
    case SHY_OP_CLAIMS:
    case SHY_OP_DISTINCT:
        return SHY_STATISTIC_EVENTS;
    case SHY_OP_SUM:
        return of_sum(a, n);
    case SHY_OP_SHARE:
        return SHY_STATISTIC_SHARE;
    case SHY_OP_RATIO:
        return of_ratio(a, n, method);
    case SHY_OP_RATE:
        return of_rate(a, n->inputs[0], method);
    case SHY_OP_MEAN:
        return SHY_STATISTIC_MEAN;
    case SHY_OP_DIRECTLY_STANDARDISED:
        return SHY_STATISTIC_DIRECT;
    case SHY_OP_INDIRECTLY_STANDARDISED:
        return SHY_STATISTIC_EVENTS;
    case SHY_OP_IF_DELIVERED:
        return statistic(a, n->inputs[0], method);
    case SHY_OP_INDICATOR:
        return of_indicator(a, n, method);
    case SHY_OP_MONTHLY_AVERAGE:
        return none(a, _("the months of one person do not depend on chance alone: count persons or "
                         "events over the whole period"));
    default:
        return none(a, _("no limits are known for such a value"));
    }
}

enum shy_statistic
shy_plan_statistic(const struct shy_plan *plan, shy_node_id value, enum shy_method method,
                   const struct shy_answer *(*answer_of)(const void *arg, const char *id),
                   const void *arg, const char **why)
{
    struct asking a = {plan, answer_of, arg, why};
    *why = NULL;
    return statistic(&a, value, method);
}

bool shy_plan_repeats(const struct shy_plan *plan, shy_node_id value)
{
    const struct shy_node *n = &plan->nodes[value];
    const struct shy_definition *used;
    bool repeats = false;
    switch (n->op) {
    case SHY_OP_ROWS:
    case SHY_OP_CLAIMS:
    case SHY_OP_SUM:
        return plan->nodes[n->inputs[0]].contract->person_level;
    case SHY_OP_RATIO:
    case SHY_OP_RATE:
    case SHY_OP_IF_DELIVERED:
    case SHY_OP_COMPARE:
    case SHY_OP_FUNNEL:
    case SHY_OP_TREND:
        return shy_plan_repeats(plan, n->inputs[0]);
    case SHY_OP_INDICATOR:
        used = shy_plan_find(plan, n->indicator);
        for (size_t i = 0; used != NULL && i < used->answer_count; i++)
            repeats |=
                used->answers[i].value != 0 && shy_plan_repeats(plan, used->answers[i].value);
        return repeats;
    default:
        return false;
    }
}

static bool no_limits(struct shy_compiler *c, const char *what, const char *why)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_STATISTIC, _("'%s' cannot be had: %s."), what, why);
    return problem(c, &err);
}

/* Operators --------------------------------------------------------------------------------- */

/* Rows whose value does not exist are passed over by a sum, so the count leaves them out too. All
 * three are counts that every engine has. */
bool shy_plan_rule_mean(struct shy_compiler *c, struct shy_node *node)
{
    struct shy_condition *condition = shy_arena_alloc(&c->plan->arena, 1, sizeof *condition);
    shy_node_id *of = shy_arena_alloc(&c->plan->arena, 3, sizeof *of);
    if (condition == NULL || of == NULL)
        return shy_plan_nomem(c);
    struct shy_node sum = {.op = SHY_OP_SUM, .file = node->file, .line = node->line};
    sum.inputs[0] = node->inputs[0];
    sum.operand = node->operand;
    if (!shy_plan_rules(c, &sum))
        return false;
    node->operand = sum.operand;
    *condition = (struct shy_condition){.kind = SHY_COND_STATE,
                                        .negated = true,
                                        .operand = sum.operand,
                                        .state = SHIHYO_STATE_NOT_APPLICABLE};
    struct shy_node with = {.op = SHY_OP_WHERE,
                            .where = condition,
                            .where_count = 1,
                            .contract = c->plan->nodes[node->inputs[0]].contract};
    with.inputs[0] = node->inputs[0];
    sum.inputs[0] = shy_plan_intern(c, &with);
    struct shy_node rows = {.op = SHY_OP_ROWS, .inputs = {sum.inputs[0]}};
    of[0] = shy_plan_intern(c, &sum);
    sum.times = sum.operand;
    of[1] = shy_plan_intern(c, &sum);
    of[2] = shy_plan_intern(c, &rows);
    node->of = of;
    node->of_count = 3;
    return of[0] != 0 && of[1] != 0 && of[2] != 0;
}

/* A count of a town is always smaller than its prefecture's: only what has a denominator can stand
 * beside a benchmark. A funnel needs one in numbers. */
static bool has_denominator(const struct shy_plan *plan, shy_node_id id, bool counted)
{
    const struct shy_node *n = &plan->nodes[id];
    const struct shy_definition *used;
    switch (n->op) {
    case SHY_OP_IF_DELIVERED:
        return has_denominator(plan, n->inputs[0], counted);
    case SHY_OP_INDICATOR:
        used = shy_plan_find(plan, n->indicator);
        for (size_t i = 0; used != NULL && i < used->answer_count; i++) {
            if (!has_denominator(plan, used->answers[i].value, counted))
                return false;
        }
        return used != NULL;
    case SHY_OP_MEAN:
    case SHY_OP_DIRECTLY_STANDARDISED:
        return !counted;
    case SHY_OP_RATE:
    case SHY_OP_RATIO:
    case SHY_OP_SHARE:
    case SHY_OP_INDIRECTLY_STANDARDISED:
        return true;
    default:
        return false;
    }
}

static bool lacks_weight(struct shy_compiler *c, const struct shy_node *node,
                         const struct shy_band *b)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool direct = node->op == SHY_OP_DIRECTLY_STANDARDISED;
    if (direct && b->weight > 0)
        return false;
    if (!direct && ((node->with_set != NULL) != (b->reference_population > 0)) &&
        b->reference_events >= 0)
        return false;
    if (direct)
        shy_fail(&err, SHY_E_PLAN_PARAMETER,
                 _("The age group that begins with %d has no weight in the standard population."),
                 b->age_from);
    else
        shy_fail(&err, SHY_E_PLAN_PARAMETER,
                 _("The rates of the reference come either from the areas of a set ('with') or "
                   "from every age group; that beginning with %d has both or neither."),
                 b->age_from);
    (void)problem(c, &err);
    return true;
}

/* Averages have been divided already, and a rate is no number of events. */
static bool counts_events(struct shy_compiler *c, const struct shy_node *node, shy_node_id events)
{
    const char *why;
    if (shy_plan_statistic(c->plan, events, SHY_METHOD_AUTO, NULL, NULL, &why) ==
            SHY_STATISTIC_EVENTS &&
        !has_denominator(c->plan, events, false))
        return true;
    return no_limits(c, shy_op_name(node->op),
                     why != NULL ? why : _("its age groups do not count events"));
}

/* Each age group needs a weight or a reference, and events; only where the reference comes in
 * numbers and the events of an area as a whole nothing is counted by age. */
bool shy_plan_rule_standardised(struct shy_compiler *c, struct shy_node *node)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (node->of_count == 0 && (node->inputs[0] == 0 || node->with_set != NULL)) {
        shy_fail(&err, SHY_E_PLAN_PARAMETER, _("The age groups of '%s' lack their events."),
                 shy_op_name(node->op));
        return problem(c, &err);
    }
    for (size_t i = 0; i < node->band_count; i++) {
        if (lacks_weight(c, node, &node->bands[i]))
            return false;
    }
    for (size_t i = 0; i < node->of_count; i++) {
        if (!counts_events(c, node, node->of[i]))
            return false;
    }
    return node->inputs[0] == 0 || counts_events(c, node, node->inputs[0]);
}

/* The indicator's polarity, where the operator does not say its own: that of the indicator it is
 * about, else of the one it stands in. */
static enum shy_better default_better(const struct shy_compiler *c, const struct shy_node *node)
{
    const struct shy_node *value = shy_compiler_node(c, node->inputs[0]);
    const char *better = NULL;
    if (value->op == SHY_OP_INDICATOR) {
        const struct shy_definition *used = shy_plan_find(c->plan, value->indicator);
        better = used == NULL ? NULL : shy_member_text(used->metadata, "better");
    }
    for (size_t i = 0; better == NULL && c->definition != NULL && i < c->source_count; i++) {
        if (strcmp(c->sources[i].id, c->definition) == 0)
            better = shy_member_text(shy_member(c->sources[i].json, "metadata"), "better");
    }
    if (better == NULL)
        return SHY_BETTER_NEITHER;
    return strcmp(better, "lower") == 0 ? SHY_BETTER_LOWER : SHY_BETTER_HIGHER;
}

bool shy_plan_rule_judged(struct shy_compiler *c, struct shy_node *node)
{
    const char *why, *name = shy_op_name(node->op);
    if ((unsigned)node->better == SHY_CHOICE_OPEN)
        node->better = default_better(c, node);
    if (shy_plan_statistic(c->plan, node->inputs[0], node->method, NULL, NULL, &why) ==
        SHY_STATISTIC_NONE)
        return no_limits(c, name, why);
    if (node->op != SHY_OP_TREND && !has_denominator(c->plan, node->inputs[0], false))
        return no_limits(c, name,
                         _("a count grows with its area; take a rate, a share or a standardised "
                           "figure"));
    if (node->op == SHY_OP_FUNNEL && !has_denominator(c->plan, node->inputs[0], true))
        return no_limits(c, name, _("control limits need counts above and below the line"));
    return true;
}

/* Limits of an indicator -------------------------------------------------------------------- */

static bool read_method(struct shy_compiler *c, const json_t *json, enum shy_method *out)
{
    const char *text = shy_member_text(json, "method");
    struct shihyo_error err = SHY_ERROR_INIT;
    *out = SHY_METHOD_AUTO;
    for (size_t i = 0; text != NULL && i < sizeof methods / sizeof methods[0]; i++) {
        if (strcmp(methods[i], text) == 0) {
            *out = (enum shy_method)i;
            return true;
        }
    }
    if (text == NULL)
        return true;
    shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' cannot be '%s'."), "method", text);
    shy_nearest(&err, text, methods, sizeof methods / sizeof methods[0]);
    shy_value(&err, text, strlen(text));
    return problem(c, &err);
}

/* A table may have averages beside its counts: those without a method have no limits, unless all
 * of them are without. */
static bool limits_of_table(struct shy_compiler *c, struct shy_definition *d)
{
    const char *why = "";
    bool any = false;
    for (size_t i = 0; i < d->measure_count; i++)
        any |= shy_plan_statistic(c->plan, d->measures[i].value, d->limits.method, NULL, NULL,
                                  &why) != SHY_STATISTIC_NONE;
    return any || no_limits(c, "limits", why);
}

bool shy_plan_limits(struct shy_compiler *c, const json_t *json, struct shy_definition *d)
{
    const char *why;
    if (json == NULL)
        return true;
    if (!shy_shape_check(c, json, SHY_SHAPE_LIMITS) || !read_method(c, json, &d->limits.method) ||
        !shy_plan_levels(c, "levels", "limits", shy_member(json, "levels"), SHY_LEVELS_MOST,
                         &d->limits.levels))
        return false;
    if (d->kind != SHY_INDICATOR)
        return limits_of_table(c, d);
    for (size_t i = 0; i < d->answer_count; i++) {
        enum shy_statistic kind =
            shy_plan_statistic(c->plan, d->answers[i].value, d->limits.method, NULL, NULL, &why);
        if (kind == SHY_STATISTIC_NONE)
            return no_limits(c, "limits", why);
        if (d->rate_count > 0 && kind != SHY_STATISTIC_EVENTS)
            return no_limits(c, "limits", _("what stands above the population is no count"));
    }
    return true;
}

json_t *shy_canonical_limits(struct shy_compiler *c, const struct shy_definition *d)
{
    json_t *out = shy_canonical_object(c);
    shy_canonical_set(c, out, "levels", shy_canonical_levels(c, &d->limits.levels));
    shy_canonical_text(c, out, "method", methods[d->limits.method]);
    return out;
}

/* Walks ------------------------------------------------------------------------------------- */

/* Is such an operator below the value, other indicators left out? */
static bool uses(const struct shy_plan *plan, shy_node_id id, bool standardised)
{
    const struct shy_node *n = &plan->nodes[id];
    if (shy_op_is_rows(n->op) || shy_op_is_leaf(n->op))
        return false;
    if (n->op == SHY_OP_DIRECTLY_STANDARDISED || n->op == SHY_OP_INDIRECTLY_STANDARDISED ||
        (n->op == SHY_OP_RATE && !standardised))
        return true;
    for (int i = 0; i < 2; i++) {
        if (n->inputs[i] != 0 && uses(plan, n->inputs[i], standardised))
            return true;
    }
    for (size_t i = 0; i < n->of_count; i++) {
        if (uses(plan, n->of[i], standardised))
            return true;
    }
    return false;
}

bool shy_plan_needs_population(const struct shy_plan *plan, const struct shy_definition *definition,
                               const struct shy_answer *answer)
{
    return definition->rate_count > 0 || (answer->value != 0 && uses(plan, answer->value, false));
}

/* Who goes to the next town for care counts in its numerator and not in its denominator. */
void shy_plan_mixed_basis(struct shy_compiler *c, const struct shy_answer *answer)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    uint32_t basis = answer->by.basis;
    if ((basis == 0 || basis == SHIHYO_BASIS_NONE) && answer->main != NULL)
        basis = answer->main->basis;
    if (basis != SHIHYO_BASIS_INSTITUTION || !uses(c->plan, answer->value, true))
        return;
    shy_fail(&err, SHY_E_PLAN_MIXED_BASIS,
             _("Events are counted where the institution stands, the population where people "
               "live."));
    shy_hint(&err, _("Every value carries the note mixed_basis. Areas that treat people from "
                     "elsewhere have high figures; by = areas.of \"residence\" avoids it."));
    shy_plan_report(c, SHY_WARNING, &err);
}
