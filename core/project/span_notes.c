/* SPDX-License-Identifier: MIT */
/*
 * Which code lists stand behind values that are not computable, or partial, because the list does
 * not have all codes of the time. A cell has the reason; the list and what to do are told here,
 * once for each list.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/project/project_private.h"

enum { PERIODS_NAMED = 8 };

struct told {
    const struct shy_code_list *list;
    struct shy_map definitions, periods;
};

struct shy_span_notes {
    const struct shy_session *s;
    const struct shy_dataset *data;
    struct shihyo_error *err; /* of the call */
    struct told *told;
    size_t count, capacity;
    struct shy_map looked;                   /* definitions and periods */
    const struct shy_definition *definition; /* at hand */
    const struct shy_period *period;
};

static struct told *entry_of(struct shy_span_notes *t, const struct shy_code_list *list)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->told[i].list == list)
            return &t->told[i];
    }
    if (!SHY_GROW(t->told, t->count, t->capacity))
        return NULL;
    t->told[t->count] = (struct told){.list = list};
    return &t->told[t->count++];
}

static int look(void *self, const struct shy_list_use *use)
{
    struct shy_span_notes *t = self;
    const int32_t *months = NULL;
    char period[SHY_PERIOD_TEXT];
    size_t count = 0;
    if (use->anywhere && !use->contract->made &&
        shy_contract_role(use->contract, SHY_ROLE_MONTH) >= 0)
        SHY_TRY(t->data->months(t->data->self, use->contract, &months, &count, t->err));
    bool checked = t->definition->period.kind != SHY_PERIOD_NONE || t->s->period_count > 0;
    if (shy_list_use_coverage(use, t->period, months, count) < SHY_LIST_IN_PART ||
        (checked && shy_list_use_coverage(use, t->period, NULL, 0) >= SHY_LIST_IN_PART))
        return 0; /* or told before the run */
    struct told *entry = entry_of(t, use->list);
    shy_period_text(t->period, period);
    if (entry == NULL || shy_map_adds(&entry->definitions, t->definition->id) == SHY_MAP_NONE ||
        shy_map_adds(&entry->periods, period) == SHY_MAP_NONE)
        return shy_fail_nomem(t->err);
    return 0;
}

static int look_below(struct shy_span_notes *t, shy_node_id id, int depth)
{
    const struct shy_node *n = shy_plan_node(t->s->plan, id);
    if (n == NULL || depth > SHY_USES_DEEPEST)
        return 0;
    if (shy_op_is_leaf(n->op))
        return shy_plan_list_uses(t->s->plan, t->definition, id, t, look);
    if (n->op == SHY_OP_INDICATOR) {
        for (size_t i = 0; i < shy_plan_definition_count(t->s->plan); i++) {
            const struct shy_answer *answer = t->s->choices[i].answer;
            if (answer != NULL && strcmp(shy_plan_definition(t->s->plan, i)->id, n->indicator) == 0)
                SHY_TRY(look_below(t, answer->value, depth + 1));
        }
    }
    for (int i = 0; i < 2; i++)
        SHY_TRY(look_below(t, n->inputs[i], depth));
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(look_below(t, n->of[i], depth));
    return 0;
}

static int look_at(struct shy_span_notes *t, uint32_t definition, const struct shy_period *period)
{
    t->definition = shy_plan_definition(t->s->plan, definition);
    t->period = period;
    SHY_TRY(look_below(t, t->s->choices[definition].answer->value, 0));
    for (size_t i = 0; i < t->definition->measure_count; i++)
        SHY_TRY(look_below(t, t->definition->measures[i].value, 0));
    return 0;
}

static int report(const struct told *told, struct shy_problems *problems, struct shihyo_error *err)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    struct shy_text periods = {0};
    char span[SHY_SPAN_TEXT];
    for (size_t i = 0; i < told->periods.count && i < PERIODS_NAMED; i++)
        shy_text_addf(&periods, "%s%s", i == 0 ? "" : ", ", told->periods.keys[i]);
    shy_code_list_span(told->list, span);
    (void)shy_fail(&e, SHY_E_PLAN_CODE_VALIDITY,
                   _("The code list '%s' has all codes of %s only. Values of %zu definitions are "
                     "not computable, or from a part of the rows, for that reason: %s%s"),
                   told->list->id, span, (size_t)told->definitions.count, shy_text_get(&periods),
                   told->periods.count > PERIODS_NAMED ? ", …" : "");
    shy_code_list_hint(&e, told->list);
    if (told->list->file != NULL)
        shy_at(&e, told->list->file, told->list->line, 0);
    shy_problems_add(problems, shy_code_list_severity(told->list), &e);
    bool failed = periods.failed;
    shy_text_free(&periods);
    return failed ? shy_fail_nomem(err) : 0;
}

int shy_span_notes_new(const struct shy_session *s, const struct shy_dataset *data,
                       struct shy_span_notes **out, struct shihyo_error *err)
{
    *out = shy_alloc(1, sizeof **out);
    if (*out == NULL)
        return shy_fail_nomem(err);
    **out = (struct shy_span_notes){.s = s, .data = data};
    return 0;
}

void shy_span_notes_free(struct shy_span_notes *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->count; i++) {
        shy_map_free(&t->told[i].definitions);
        shy_map_free(&t->told[i].periods);
    }
    shy_free(t->told);
    shy_map_free(&t->looked);
    shy_free(t);
}

/* A definition has one answer for a period, however many cells it has. */
int shy_span_notes_look(struct shy_span_notes *t, const struct shy_result *cells,
                        struct shihyo_error *err)
{
    t->err = err;
    for (size_t i = 0; i < cells->count; i++) {
        const struct shy_cell *c = &cells->cells[i];
        char key[SHY_PERIOD_TEXT + 16], period[SHY_PERIOD_TEXT];
        if (c->reason != SHY_REASON_CODES_INCOMPLETE && c->reason != SHY_REASON_INPUT)
            continue;
        size_t before = t->looked.count;
        shy_period_text(&c->period, period);
        (void)snprintf(key, sizeof key, "%u %s", (unsigned)c->definition, period);
        if (shy_map_adds(&t->looked, key) == SHY_MAP_NONE)
            return shy_fail_nomem(err);
        if (t->looked.count > before)
            SHY_TRY(look_at(t, c->definition, &c->period));
    }
    return 0;
}

int shy_span_notes_report(const struct shy_span_notes *t, struct shy_problems *problems,
                          struct shihyo_error *err)
{
    for (size_t i = 0; i < t->count; i++)
        SHY_TRY(report(&t->told[i], problems, err));
    return 0;
}
