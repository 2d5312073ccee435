/* SPDX-License-Identifier: MIT */
/*
 * Codes of a definition's lists against a period. A revision of the fee schedule renames codes, so
 * that a code which ends is no harm while another of the list begins; a month in which no code of
 * the list is valid would count as zero and is.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/period.h"

enum { CODES_NAMED = 5 };

struct span {
    int32_t first, last; /* day numbers, both included */
};

/* First and last day of a period. */
static struct span days_of(const struct shy_period *period)
{
    int32_t next = period->last_month + 1;
    if (period->kind == SHY_PERIOD_DAY) {
        int32_t day = shy_date_of(shy_month_year(period->first_month),
                                  shy_month_of_year(period->first_month), period->day);
        return (struct span){day, day};
    }
    return (struct span){
        shy_date_of(shy_month_year(period->first_month), shy_month_of_year(period->first_month), 1),
        shy_date_of(shy_month_year(next), shy_month_of_year(next), 1) - 1};
}

/* Codes are valid by days: a month has a code if it has it on any of its days. */
static struct span month_days(int32_t month)
{
    struct shy_period period = {
        .kind = SHY_PERIOD_MONTH, .first_month = month, .last_month = month};
    return days_of(&period);
}

static bool overlaps(const struct shy_code_entry *entry, struct span span)
{
    return entry->valid_from <= span.last && entry->valid_to >= span.first;
}

/* Linear: a list has some hundreds of entries, and a period twelve months. */
static bool any_valid(const struct shy_code_list *list, struct span span)
{
    for (size_t i = 0; i < list->entry_count; i++) {
        if (overlaps(&list->entries[i], span))
            return true;
    }
    return false;
}

/* At the definition's place: the list may serve others for which the period is right. */
static void report(const struct shy_definition *definition, const struct shy_code_list *list,
                   enum shy_severity severity, struct shihyo_error *err,
                   struct shy_problems *problems)
{
    shy_value(err, list->id, strlen(list->id));
    if (definition->file != NULL)
        shy_at(err, definition->file, definition->line, 0);
    shy_context(err, "%s", definition->id);
    shy_problems_add(problems, severity, err);
}

/* First month of the period without a valid code, and how many there are. */
static size_t empty_months(const struct shy_code_list *list, const struct shy_period *period,
                           int32_t *first)
{
    size_t count = 0;
    if (period->kind == SHY_PERIOD_DAY)
        return 0;
    for (int32_t month = period->first_month; month <= period->last_month; month++) {
        if (any_valid(list, month_days(month)))
            continue;
        if (count++ == 0)
            *first = month;
    }
    return count;
}

/* Codes that are valid in a part of the period only. */
static void note_partial(const struct shy_definition *definition, const struct shy_code_list *list,
                         struct span span, const char *period, struct shy_problems *problems)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text named = {0};
    size_t count = 0;
    for (size_t i = 0; i < list->entry_count; i++) {
        const struct shy_code_entry *entry = &list->entries[i];
        if (!overlaps(entry, span) ||
            (entry->valid_from <= span.first && entry->valid_to >= span.last))
            continue;
        if (count++ < CODES_NAMED)
            shy_text_addf(&named, "%s%s", count == 1 ? "" : ", ", entry->code);
    }
    if (count > 0) {
        shy_fail(&err, SHY_E_PLAN_CODE_VALIDITY,
                 _("%zu codes of the list '%s' are valid in a part of %s only: %s%s."), count,
                 list->id, period, shy_text_get(&named), count > CODES_NAMED ? ", …" : "");
        report(definition, list, SHY_NOTE, &err, problems);
    }
    shy_text_free(&named);
}

/* Before any data is read: what of the period a list cannot tell. */
static void check_span(const struct shy_definition *definition, const struct shy_code_list *list,
                       enum shy_list_coverage coverage, const struct shy_period *period,
                       struct shy_problems *problems)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char text[SHY_PERIOD_TEXT], months[SHY_SPAN_TEXT];
    shy_period_text(period, text);
    shy_code_list_span(list, months);
    if (coverage == SHY_LIST_INCOMPLETE)
        shy_fail(&err, SHY_E_PLAN_CODE_VALIDITY,
                 _("The code list '%s' has all codes of %s only: what is counted by it in %s is "
                   "not computable."),
                 list->id, months, text);
    else
        shy_fail(&err, SHY_E_PLAN_CODE_VALIDITY,
                 _("The code list '%s' has all codes of %s only: what is counted by it in %s may "
                   "be too small."),
                 list->id, months, text);
    shy_code_list_hint(&err, list);
    report(definition, list, shy_code_list_severity(list), &err, problems);
}

/* Error, warning or note by how much of the period is without codes. Of a list that is complete
 * there is no more to say: it knows that there were none. */
static void check_list(const struct shy_definition *definition, const struct shy_code_list *list,
                       enum shy_list_coverage coverage, const struct shy_period *period,
                       struct shy_problems *problems)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct span span = days_of(period);
    char text[SHY_PERIOD_TEXT], month_text[SHY_PERIOD_TEXT];
    int32_t first = 0;
    shy_period_text(period, text);
    if (list->has_span) {
        if (coverage > SHY_LIST_NO_CODES)
            check_span(definition, list, coverage, period, problems);
        else
            note_partial(definition, list, span, text, problems);
        return;
    }
    if (!any_valid(list, span)) {
        shy_fail(&err, SHY_E_PLAN_CODE_VALIDITY, _("No code of the list '%s' is valid in %s."),
                 list->id, text);
        shy_hint(&err, _("Add the codes of that time to the list."));
        report(definition, list, SHY_ERROR, &err, problems);
        return;
    }
    size_t empty = empty_months(list, period, &first);
    if (empty > 0) {
        struct shy_period month = {
            .kind = SHY_PERIOD_MONTH, .first_month = first, .last_month = first};
        shy_period_text(&month, month_text);
        shy_fail(&err, SHY_E_PLAN_CODE_VALIDITY,
                 _("In %zu months of %s, the first of them %s, no code of the list '%s' is valid."),
                 empty, text, month_text, list->id);
        shy_hint(&err, _("Add the codes of that time to the list."));
        report(definition, list, SHY_WARNING, &err, problems);
    }
    note_partial(definition, list, span, text, problems);
}

static void mark_list(const struct shy_plan *plan, const struct shy_code_list *list, bool *marks)
{
    if (list != NULL)
        marks[list - plan->lists] = true;
}

static void mark_values(const struct shy_definition *definition, bool *reached)
{
    for (size_t i = 0; i < definition->answer_count; i++)
        reached[definition->answers[i].value] = true;
    for (size_t i = 0; i < definition->measure_count; i++)
        reached[definition->measures[i].value] = true;
    for (size_t i = 0; i < definition->dim_count; i++)
        reached[definition->dims[i].other] = true;
}

/* Lists that conditions, counted columns and dimensions of the definition look codes up in. */
static void mark_lists(const struct shy_plan *plan, const struct shy_definition *definition,
                       bool *reached, bool *lists)
{
    mark_values(definition, reached);
    for (size_t id = plan->node_count; id > 0; id--) {
        const struct shy_node *node = &plan->nodes[id];
        if (!reached[id])
            continue;
        reached[node->inputs[0]] = reached[node->inputs[1]] = true;
        for (size_t k = 0; k < node->of_count; k++)
            reached[node->of[k]] = true;
        for (size_t k = 0; k < node->where_count; k++) {
            mark_list(plan, node->where[k].list, lists);
            mark_list(plan, node->where[k].operand.list, lists);
        }
        mark_list(plan, node->operand.list, lists);
    }
    for (size_t d = 0; d < definition->dim_count; d++) {
        for (size_t k = 0; k < definition->dims[d].leaf_count; k++)
            mark_list(plan, definition->dims[d].leaves[k].operand.list, lists);
    }
}

int shy_plan_each_list(const struct shy_plan *plan, const struct shy_definition *definition,
                       void *self, int (*visit)(void *self, const struct shy_code_list *list),
                       struct shihyo_error *err)
{
    int code = 0;
    bool *reached = shy_alloc(plan->node_count + 1, sizeof *reached);
    bool *lists = shy_alloc(plan->list_count + 1, sizeof *lists);
    if (reached == NULL || lists == NULL)
        code = shy_fail_nomem(err);
    else
        mark_lists(plan, definition, reached, lists);
    for (size_t i = 0; i < plan->list_count && code == 0; i++) {
        if (lists[i])
            code = visit(self, &plan->lists[i]);
    }
    shy_free(reached);
    shy_free(lists);
    return code;
}

struct looks {
    const struct shy_plan *plan;
    const struct shy_period *period;
    enum shy_list_coverage *worst; /* by list */
};

static int look(void *self, const struct shy_list_use *use)
{
    struct looks *l = self;
    enum shy_list_coverage coverage = shy_list_use_coverage(use, l->period, NULL, 0);
    size_t i = (size_t)(use->list - l->plan->lists);
    if (coverage > l->worst[i])
        l->worst[i] = coverage;
    return 0;
}

static void check_lists(const struct shy_plan *plan, const struct shy_definition *definition,
                        const struct shy_period *period, bool *reached, bool *lists,
                        enum shy_list_coverage *worst, struct shy_problems *problems)
{
    struct looks l = {plan, period, worst};
    mark_lists(plan, definition, reached, lists);
    for (shy_node_id id = 1; id <= plan->node_count; id++) {
        if (reached[id] && shy_op_is_leaf(plan->nodes[id].op))
            (void)shy_plan_list_uses(plan, definition, id, &l, look);
    }
    for (size_t i = 0; i < plan->list_count; i++) {
        if (lists[i])
            check_list(definition, &plan->lists[i], worst[i], period, problems);
    }
}

void shy_plan_check_period(const struct shy_plan *plan, const struct shy_definition *definition,
                           const struct shy_period *period, struct shy_problems *problems)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool *reached = shy_alloc(plan->node_count + 1, sizeof *reached);
    bool *lists = shy_alloc(plan->list_count + 1, sizeof *lists);
    enum shy_list_coverage *worst = shy_alloc(plan->list_count + 1, sizeof *worst);
    if (reached == NULL || lists == NULL || worst == NULL) {
        shy_fail_nomem(&err);
        shy_problems_add(problems, SHY_ERROR, &err);
    } else if (period->kind != SHY_PERIOD_NONE) {
        check_lists(plan, definition, period, reached, lists, worst, problems);
    }
    shy_free(reached);
    shy_free(lists);
    shy_free(worst);
}
