/* SPDX-License-Identifier: MIT */
/*
 * For which months a code list is complete. A list is made from the fee schedules its author had at
 * hand; a row of another time may bear a code that the list does not know, and would be missing
 * without a trace. So a list says its span, other lists may add what it lacks, and every count says
 * in which months it looks codes up.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/period.h"

static bool span_problem(struct shy_compiler *c, const struct shy_code_list *list,
                         struct shihyo_error *err)
{
    shy_context(err, _("code list '%s'"), list->id);
    return shy_plan_report(c, SHY_ERROR, err);
}

/* Reading --------------------------------------------------------------------------------- */

static bool read_month(struct shy_compiler *c, const struct shy_code_list *list, const json_t *json,
                       const char *member, int32_t *out)
{
    const char *text = shy_member_text(json, member);
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_period p;
    if (text == NULL)
        return true;
    if (shy_period_parse(text, &p) && p.kind == SHY_PERIOD_MONTH) {
        *out = p.first_month;
        return true;
    }
    shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("'%s' is not a month; months are written 2024-06."),
             text);
    return span_problem(c, list, &err);
}

static bool read_outside(struct shy_compiler *c, struct shy_code_list *list, const json_t *json)
{
    const char *text = shy_member_text(json, "outside");
    struct shihyo_error err = SHY_ERROR_INIT;
    if (text == NULL || strcmp(text, "refuse") == 0)
        return true;
    list->outside_partial = strcmp(text, "partial") == 0;
    if (list->outside_partial)
        return true;
    shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("'outside' is \"refuse\" or \"partial\", not '%s'."),
             text);
    return span_problem(c, list, &err);
}

bool shy_plan_span(struct shy_compiler *c, const json_t *json, struct shy_code_list *list)
{
    const json_t *complete = shy_member(json, "complete");
    struct shihyo_error err = SHY_ERROR_INIT;
    list->has_span = complete != NULL;
    list->span_from = INT32_MIN;
    list->span_to = INT32_MAX;
    if (complete == NULL || json_is_true(complete))
        return true;
    if (json_is_false(complete)) {
        list->span_from = INT32_MAX;
        list->span_to = INT32_MIN;
        return true;
    }
    if (!shy_shape_check(c, complete, SHY_SHAPE_SPAN) ||
        !read_month(c, list, complete, "from", &list->span_from) ||
        !read_month(c, list, complete, "to", &list->span_to) || !read_outside(c, list, complete))
        return false;
    if (list->span_from <= list->span_to)
        return true;
    shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("The list is complete to a month before the first."));
    return span_problem(c, list, &err);
}

bool shy_plan_adds_to(struct shy_compiler *c, const json_t *json, struct shy_code_list *list)
{
    const json_t *ids = shy_member(json, "adds_to");
    size_t count = json_array_size(ids);
    struct shihyo_error err = SHY_ERROR_INIT;
    const char **out = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *out);
    if (out == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count; i++) {
        const char *id = json_string_value(json_array_get(ids, i));
        if (id == NULL) {
            shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("'adds_to' is a list of ids of code lists."));
            return span_problem(c, list, &err);
        }
        out[i] = shy_keep_text(c, id);
        if (out[i] == NULL)
            return false;
    }
    list->adds_to = out;
    list->adds_to_count = count;
    return true;
}

static void month_text(int32_t month, char out[SHY_PERIOD_TEXT])
{
    struct shy_period p = shy_months(month, month);
    shy_period_text(&p, out);
}

static void canonical_month(struct shy_compiler *c, json_t *object, const char *key, int32_t month)
{
    char text[SHY_PERIOD_TEXT];
    month_text(month, text);
    shy_canonical_text(c, object, key, text);
}

/* A list without the field keeps the hash it had. */
void shy_canonical_span(struct shy_compiler *c, json_t *object, const struct shy_code_list *list)
{
    json_t *bases = shy_canonical_list(c);
    for (size_t i = 0; i < list->adds_to_count; i++)
        shy_canonical_add(c, bases, json_string(list->adds_to[i]));
    if (list->adds_to_count > 0)
        shy_canonical_set(c, object, "adds_to", bases);
    else
        json_decref(bases);
    if (!list->has_span)
        return;
    json_t *span = shy_canonical_object(c);
    if (list->span_from > list->span_to)
        shy_canonical_text(c, span, "from", "never");
    else if (list->span_from != INT32_MIN)
        canonical_month(c, span, "from", list->span_from);
    if (list->span_from <= list->span_to && list->span_to != INT32_MAX)
        canonical_month(c, span, "to", list->span_to);
    if (list->outside_partial)
        shy_canonical_text(c, span, "outside", "partial");
    shy_canonical_set(c, object, "complete", span);
}

/* Additions ------------------------------------------------------------------------------- */

/* Where the base's attribute stands among the addition's; -1 where it has none of that name. */
static int same_attribute(const struct shy_code_list *list, const char *name)
{
    for (size_t i = 0; i < list->attribute_count; i++) {
        if (strcmp(list->attributes[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static bool known_attributes(struct shy_compiler *c, const struct shy_code_list *base,
                             const struct shy_code_list *more)
{
    for (size_t i = 0; i < more->attribute_count; i++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        if (same_attribute(base, more->attributes[i]) >= 0)
            continue;
        shy_fail(&err, SHY_E_PLAN_CODE_LIST,
                 _("The list '%s' that codes are added to has no "
                   "attribute '%s'."),
                 base->id, more->attributes[i]);
        shy_nearest(&err, more->attributes[i], base->attributes, base->attribute_count);
        return span_problem(c, more, &err);
    }
    return true;
}

static bool add_entries(struct shy_compiler *c, struct shy_code_list *base,
                        const struct shy_code_list *more)
{
    size_t count = base->entry_count + more->entry_count;
    struct shy_code_entry *all = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *all);
    if (all == NULL)
        return shy_plan_nomem(c);
    if (base->entry_count > 0)
        memcpy(all, base->entries, base->entry_count * sizeof *all);
    for (size_t i = 0; i < more->entry_count; i++) {
        struct shy_code_entry *entry = &all[base->entry_count + i];
        *entry = more->entries[i];
        const char **values =
            shy_arena_alloc(&c->plan->arena, base->attribute_count + 1, sizeof *values);
        if (values == NULL)
            return shy_plan_nomem(c);
        for (size_t a = 0; a < base->attribute_count; a++) {
            int from = same_attribute(more, base->attributes[a]);
            values[a] = from < 0 ? NULL : more->entries[i].attribute_values[from];
        }
        entry->attribute_values = values;
    }
    base->entries = all;
    base->entry_count = count;
    return shy_plan_list_finish(c, base, all);
}

/* Two spans that touch are one; what lies between two that do not is not known. */
static bool add_span(struct shy_compiler *c, struct shy_code_list *base,
                     const struct shy_code_list *more)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!base->has_span || !more->has_span || more->span_from > more->span_to)
        return true;
    if (base->span_from > base->span_to) {
        base->span_from = more->span_from;
        base->span_to = more->span_to;
        return true;
    }
    bool before = more->span_to != INT32_MAX && more->span_to + 1 < base->span_from;
    bool behind = base->span_to != INT32_MAX && base->span_to + 1 < more->span_from;
    if (before || behind) {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST,
                 _("There are months between those that this list and '%s' are complete for."),
                 base->id);
        shy_hint(&err, _("Add the codes of the months between them too, then extend 'complete'."));
        return span_problem(c, more, &err);
    }
    if (more->span_from < base->span_from)
        base->span_from = more->span_from;
    if (more->span_to > base->span_to)
        base->span_to = more->span_to;
    return true;
}

static bool add_list(struct shy_compiler *c, const struct shy_code_list *more, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_code_list *found = shy_plan_require_list(c, id, strlen(id));
    if (found == NULL)
        return false;
    if (found->adds_to_count > 0) {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST,
                 _("The list '%s' adds its own codes to another one; add to that one."), id);
        return span_problem(c, more, &err);
    }
    struct shy_code_list *base = &c->plan->lists[found - c->plan->lists];
    /* A list to which an addition did not fit stays what it was. */
    struct shy_code_list whole = *base;
    if (!known_attributes(c, base, more) || !add_span(c, &whole, more) ||
        !add_entries(c, &whole, more))
        return false;
    *base = whole;
    return true;
}

/* After all documents are read, so that the order of packs does not matter. What an addition gives
 * is part of the base from then on, and of its hash. */
void shy_plan_add_codes(struct shy_compiler *c)
{
    for (size_t i = 0; i < c->plan->list_count && !c->nomem; i++) {
        const struct shy_code_list *more = &c->plan->lists[i];
        struct shy_place before = {c->file, c->line};
        c->file = more->file;
        c->line = more->line;
        for (size_t k = 0; k < more->adds_to_count && !c->nomem; k++)
            (void)add_list(c, more, more->adds_to[k]);
        shy_place_leave(c, before);
    }
}

/* Uses ------------------------------------------------------------------------------------ */

struct walk {
    const struct shy_plan *plan;
    void *self;
    int (*visit)(void *self, const struct shy_list_use *use);
};

static int look_up(const struct walk *w, const struct shy_code_list *list, struct shy_list_use use)
{
    bool dated = shy_contract_role(use.contract, SHY_ROLE_MONTH) >= 0 ||
                 shy_contract_role(use.contract, SHY_ROLE_PERIOD) >= 0;
    use.list = list;
    return list == NULL || !list->has_span || !dated ? 0 : w->visit(w->self, &use);
}

/* A row operator's own conditions and the lists in their columns. */
static int conditions(const struct walk *w, const struct shy_node *n, struct shy_list_use use)
{
    use.contract = n->contract;
    for (size_t i = 0; i < n->where_count; i++) {
        struct shy_list_use own = use;
        own.selects = use.selects && n->where[i].kind == SHY_COND_CODES && !n->where[i].negated;
        SHY_TRY(look_up(w, n->where[i].list, own));
        own.selects = false;
        SHY_TRY(look_up(w, n->where[i].operand.list, own));
    }
    return 0;
}

static int rows(const struct walk *w, shy_node_id id, struct shy_list_use use);

/* The other side of a match or of a window; it selects nothing by itself. */
static int other(const struct walk *w, const struct shy_node *n, struct shy_list_use use)
{
    bool before = n->op == SHY_OP_PRECEDED_BY || n->op == SHY_OP_NOT_PRECEDED_BY;
    use.selects = false;
    if (n->op == SHY_OP_HAVING || n->op == SHY_OP_LACKING) {
        use.anywhere = use.anywhere || n->match == SHY_MATCH_PERSON;
        if (n->match == SHY_MATCH_PERIOD) {
            use.from = use.to = 0;
            use.fiscal_year = false;
        }
    } else {
        use.from += before ? -n->to_month : n->from_month;
        use.to += before ? -n->from_month : n->to_month;
    }
    return rows(w, n->inputs[1], use);
}

static int rows(const struct walk *w, shy_node_id id, struct shy_list_use use)
{
    const struct shy_node *n = &w->plan->nodes[id];
    struct shy_list_use below = use;
    switch (n->op) {
    case SHY_OP_DISCHARGES:
        below.to += n->gap;
        below.fiscal_year =
            use.fiscal_year || (n->keep == SHY_KEEP_EARLIEST && n->scope == SHY_SCOPE_FISCAL_YEAR);
        break;
    case SHY_OP_PICK:
        below.anywhere = true;
        break;
    case SHY_OP_EACH_PERSON:
        below.anywhere = true;
        below.selects = false;
        break;
    case SHY_OP_UNION:
        below.selects = false;
        break;
    default:
        break;
    }
    SHY_TRY(conditions(w, n, use));
    if (n->inputs[0] != 0)
        SHY_TRY(rows(w, n->inputs[0], below));
    if (n->inputs[1] != 0)
        SHY_TRY(other(w, n, use));
    for (size_t i = 0; i < n->of_count; i++)
        SHY_TRY(rows(w, n->of[i], below));
    return 0;
}

static int dimensions(const struct walk *w, const struct shy_definition *d, shy_node_id leaf)
{
    for (size_t i = 0; i < d->dim_count; i++) {
        const struct shy_dim *dim = &d->dims[i];
        const struct shy_operand *o = shy_dim_operand(dim, leaf);
        struct shy_list_use use = {.contract =
                                       w->plan->nodes[w->plan->nodes[leaf].inputs[0]].contract};
        if (dim->other != 0) {
            use.from = dim->from_month;
            use.to = dim->to_month;
            use.contract = w->plan->nodes[dim->other].contract;
            SHY_TRY(rows(w, dim->other, use));
        }
        SHY_TRY(look_up(w, o == NULL ? NULL : o->list, use));
    }
    return 0;
}

int shy_plan_list_uses(const struct shy_plan *plan, const struct shy_definition *definition,
                       shy_node_id leaf, void *self,
                       int (*visit)(void *self, const struct shy_list_use *use))
{
    const struct walk w = {.plan = plan, .self = self, .visit = visit};
    const struct shy_node *n = &plan->nodes[leaf];
    struct shy_list_use use = {.selects = true};
    SHY_TRY(rows(&w, n->inputs[0], use));
    use = (struct shy_list_use){.contract = plan->nodes[n->inputs[0]].contract};
    SHY_TRY(look_up(&w, n->operand.list, use));
    return definition == NULL ? 0 : dimensions(&w, definition, leaf);
}

static bool covers(const struct shy_code_list *list, int32_t first, int32_t last)
{
    return list->span_from <= first && last <= list->span_to;
}

/* Codes are valid by days: a month has those that it has on any of its days. */
static bool any_valid(const struct shy_code_list *list, int32_t first, int32_t last)
{
    int32_t begin = shy_date_of(shy_month_year(first), shy_month_of_year(first), 1);
    int32_t end = shy_date_of(shy_month_year(last + 1), shy_month_of_year(last + 1), 1);
    for (size_t i = 0; i < list->entry_count; i++) {
        if (list->entries[i].valid_from < end && list->entries[i].valid_to >= begin)
            return true;
    }
    return false;
}

enum shy_list_coverage shy_list_use_coverage(const struct shy_list_use *use,
                                             const struct shy_period *period,
                                             const int32_t *delivered, size_t count)
{
    const struct shy_code_list *list = use->list;
    int32_t first = period->first_month, last = period->last_month;
    if (use->fiscal_year) {
        first -= (first + 9) % 12; /* months are counted from January, which is 0 */
        last += 11 - (last + 9) % 12;
    }
    if (!covers(list, first + use->from, last + use->to))
        return list->outside_partial ? SHY_LIST_IN_PART : SHY_LIST_INCOMPLETE;
    for (size_t i = 0; use->anywhere && i < count; i++) {
        if (!covers(list, delivered[i], delivered[i]))
            return SHY_LIST_IN_PART;
    }
    if (use->selects && !any_valid(list, period->first_month, period->last_month))
        return SHY_LIST_NO_CODES;
    return SHY_LIST_COMPLETE;
}

void shy_code_list_span(const struct shy_code_list *list, char out[SHY_SPAN_TEXT])
{
    char from[SHY_PERIOD_TEXT] = "", to[SHY_PERIOD_TEXT] = "";
    if (list->span_from > list->span_to) {
        (void)snprintf(out, SHY_SPAN_TEXT, "%s", _("no month"));
        return;
    }
    if (list->span_from != INT32_MIN)
        month_text(list->span_from, from);
    if (list->span_to != INT32_MAX)
        month_text(list->span_to, to);
    (void)snprintf(out, SHY_SPAN_TEXT, "%s..%s", from, to);
}

enum shy_severity shy_code_list_severity(const struct shy_code_list *list)
{
    return list->span_from > list->span_to ? SHY_NOTE : SHY_WARNING;
}

void shy_code_list_hint(struct shihyo_error *err, const struct shy_code_list *list)
{
    shy_hint(err,
             _("Write the codes of that time into a code list of your own with adds_to = \"%s\" "
               "and the months in 'complete' (docs/packs.md)."),
             list->id);
}
