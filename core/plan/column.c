/* SPDX-License-Identifier: MIT */
/*
 * Where a column's value is found: in the rows, in the row of another contract that a column of
 * the rows links to, or derived (age, attributes of code lists).
 */
#include "config.h"

#include "core/plan/compile.h"

#include <string.h>

#include "core/base/i18n.h"

enum { LISTED_MOST = 12 };

/* A search over the rows of one contract. */
struct search {
    struct shy_compiler *c;
    const struct shy_contract *contract;
    shy_node_id rows;
    const char *name;
    size_t steps; /* nodes looked through */
};

/* One step only: a column two links away is reached from the contract in between, and the reader of
 * a definition can follow one step. */
static const struct shy_contract *linked(const struct shy_compiler *c,
                                         const struct shy_column *column)
{
    return column->links == NULL ? NULL : shy_catalogue_find(c->catalogue, column->links);
}

static void plain(struct shy_operand *out, const struct shy_contract *contract, int index,
                  const char *link, const char *name)
{
    const struct shy_column *column = &contract->columns[index];
    *out = (struct shy_operand){.column = name,
                                .contract = contract,
                                .index = index,
                                .type = column->type,
                                .scale = column->scale,
                                .link = link};
}

/* Named by the way it is reached, so that "sex" and "person.sex" are one operand. */
static bool linked_operand(struct shy_compiler *c, const struct shy_column *link,
                           const struct shy_contract *contract, int index, struct shy_operand *out)
{
    const char *column = contract->columns[index].name;
    size_t length = strlen(link->name) + strlen(column) + 2;
    char *name = shy_arena_alloc(&c->plan->arena, length, 1);
    if (name == NULL)
        return shy_plan_nomem(c);
    (void)snprintf(name, length, "%s.%s", link->name, column);
    plain(out, contract, index, link->name, name);
    return true;
}

/* Names near to what was wanted, or the columns there are. */
static void add_names(struct search *s, struct shihyo_error *err)
{
    size_t count = s->contract->column_count;
    for (size_t i = 0; i < s->contract->column_count; i++) {
        const struct shy_contract *other = linked(s->c, &s->contract->columns[i]);
        count += other == NULL ? 0 : other->column_count;
    }
    const char **names = shy_arena_alloc(&s->c->arena, count + 1, sizeof *names);
    struct shy_text listed = {0};
    if (names == NULL)
        return;
    count = 0;
    for (size_t i = 0; i < s->contract->column_count; i++) {
        const struct shy_contract *other = linked(s->c, &s->contract->columns[i]);
        names[count++] = s->contract->columns[i].name;
        if (i < LISTED_MOST)
            shy_text_addf(&listed, "%s%s", i == 0 ? "" : ", ", s->contract->columns[i].name);
        for (size_t k = 0; other != NULL && k < other->column_count; k++)
            names[count++] = other->columns[k].name;
    }
    shy_nearest(err, s->name, names, count);
    if (err->hint[0] == '\0')
        shy_hint(err, _("Its columns are: %s."), shy_text_get(&listed));
    shy_text_free(&listed);
}

/* The nearest name may be a column of a linked contract; all of them are offered. */
static bool unknown(struct search *s)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_COLUMN, _("The rows of '%s' have no column '%s'."), s->contract->id,
             s->name);
    shy_value(&err, s->name, strlen(s->name));
    add_names(s, &err);
    return shy_plan_report(s->c, SHY_ERROR, &err);
}

/* Through which columns a name can be reached; the number of ways. All ways are counted, not the
 * first taken: a contract that gains a link later must make the name ambiguous, not change its
 * meaning. */
static size_t find_linked(struct search *s, const char *name, struct shy_operand *out,
                          struct shy_text *ways)
{
    size_t found = 0;
    for (size_t i = 0; i < s->contract->column_count; i++) {
        const struct shy_column *link = &s->contract->columns[i];
        const struct shy_contract *other = linked(s->c, link);
        int index = other == NULL ? -1 : shy_contract_column(other, name);
        if (index < 0)
            continue;
        if (found++ == 0 && !linked_operand(s->c, link, other, index, out))
            return found;
        shy_text_addf(ways, "%s%s.%s", found == 1 ? "" : ", ", link->name, name);
    }
    return found;
}

/* LINK.COLUMN; *found false where there is no such way, which the caller reports. */
static bool find_dotted(struct search *s, const char *dot, struct shy_operand *out, bool *found)
{
    char *link = shy_arena_strndup(&s->c->arena, s->name, (size_t)(dot - s->name));
    if (link == NULL)
        return shy_plan_nomem(s->c);
    int at = shy_contract_column(s->contract, link);
    const struct shy_contract *other = at < 0 ? NULL : linked(s->c, &s->contract->columns[at]);
    int index = other == NULL ? -1 : shy_contract_column(other, dot + 1);
    *found = index >= 0;
    return !*found || linked_operand(s->c, &s->contract->columns[at], other, index, out);
}

/* Published rows stand for ages from and to: whether such a band lies within the ages asked for is
 * for the author to say. */
static bool no_age(struct search *s)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (shy_contract_column(s->contract, "age_from") < 0)
        return unknown(s);
    shy_fail(&err, SHY_E_PLAN_COLUMN,
             _("The rows of '%s' are not about single persons with an age."), s->contract->id);
    shy_value(&err, s->name, strlen(s->name));
    shy_hint(&err, _("Choose the age bands by 'age_from' and 'age_to'."));
    return shy_plan_report(s->c, SHY_ERROR, &err);
}

/* Age: from the month of birth of the person, in the row's month or period. */
static bool find_age(struct search *s, struct shy_operand *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text ways = {0};
    int own = shy_contract_column(s->contract, "birth_month");
    size_t found = own >= 0 ? 1 : find_linked(s, "birth_month", out, &ways);
    shy_text_free(&ways);
    if (found == 0)
        return no_age(s);
    if (own >= 0)
        plain(out, s->contract, own, NULL, "age");
    if (shy_contract_role(s->contract, SHY_ROLE_MONTH) < 0 &&
        shy_contract_role(s->contract, SHY_ROLE_PERIOD) < 0) {
        shy_fail(&err, SHY_E_PLAN_COLUMN,
                 _("The rows of '%s' have no month, so nobody has an age in them."),
                 s->contract->id);
        shy_value(&err, s->name, strlen(s->name));
        return shy_plan_report(s->c, SHY_ERROR, &err);
    }
    out->column = "age";
    out->derived = SHY_DERIVED_AGE;
    out->type = SHY_INT_T;
    out->scale = 0;
    return true;
}

/* Attributes of code lists ------------------------------------------------------------------ */

static int find_attribute(const struct shy_code_list *list, const char *name)
{
    for (size_t i = 0; i < list->attribute_count; i++) {
        if (strcmp(list->attributes[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* A condition of the rows that names a code list; same: the same list and column were found
 * before. */
static bool same_list(const struct shy_condition *a, const struct shy_condition *b)
{
    return a->list == b->list && strcmp(a->operand.column, b->operand.column) == 0;
}

/* Looks through the conditions the rows went through for lists (a given one, or any with the
 * attribute). Counts different findings. Depth: that of the document. */
static void find_in_rows(struct search *s, shy_node_id id, const struct shy_code_list *list,
                         const char *attribute, const struct shy_condition **first, size_t *found)
{
    if (id == 0 || s->steps++ >= SHY_PLAN_SEARCH_MOST)
        return;
    const struct shy_node *node = shy_compiler_node(s->c, id);
    for (size_t i = 0; i < node->where_count; i++) {
        const struct shy_condition *condition = &node->where[i];
        if (condition->kind != SHY_COND_CODES || condition->negated ||
            (list != NULL && condition->list != list) ||
            find_attribute(condition->list, attribute) < 0)
            continue;
        if (*found == 0 || !same_list(*first, condition))
            ++*found;
        if (*found == 1)
            *first = condition;
    }
    find_in_rows(s, node->inputs[0], list, attribute, first, found);
    for (size_t i = 0; i < node->of_count && !node->contract->made; i++)
        find_in_rows(s, node->of[i], list, attribute, first, found);
}

/* What the list says of the code that `code` reads. Only codes have attributes, and only codes as
 * they stand: an age or an attribute is no code again. */
static bool make_attribute(struct search *s, const struct shy_operand *code,
                           const struct shy_code_list *list, const char *attribute,
                           struct shy_operand *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int index = find_attribute(list, attribute);
    if (index < 0) {
        shy_fail(&err, SHY_E_PLAN_COLUMN, _("The code list '%s' has no attribute '%s'."), list->id,
                 attribute);
        shy_value(&err, attribute, strlen(attribute));
        shy_nearest(&err, attribute, list->attributes, list->attribute_count);
        return shy_plan_report(s->c, SHY_ERROR, &err);
    }
    if (code->type != SHY_CODE_T || code->derived != SHY_DERIVED_NO) {
        shy_fail(&err, SHY_E_PLAN_COLUMN, _("The column '%s' holds no codes of a list."),
                 code->column);
        shy_value(&err, code->column, strlen(code->column));
        return shy_plan_report(s->c, SHY_ERROR, &err);
    }
    *out = *code;
    out->derived = SHY_DERIVED_CODE_ATTRIBUTE;
    out->list = list;
    out->attribute = list->attributes[index];
    out->attribute_index = index;
    return true;
}

/* Never guess: another contract that gains a column would change what a definition means. */
static bool ambiguous(struct search *s, const char *ways)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_COLUMN, _("'%s' can be found in more than one way from '%s'."),
             s->name, s->contract->id);
    shy_value(&err, s->name, strlen(s->name));
    if (ways != NULL)
        shy_hint(&err, _("Write one of: %s."), ways);
    else
        shy_hint(&err, _("Name the code list: LIST.%s."), s->name);
    return shy_plan_report(s->c, SHY_ERROR, &err);
}

/* An attribute by its bare name, of a list the rows are filtered by. */
static bool find_bare_attribute(struct search *s, const char *attribute, struct shy_operand *out,
                                bool *found)
{
    const struct shy_condition *first = NULL;
    size_t count = 0;
    find_in_rows(s, s->rows, NULL, attribute, &first, &count);
    *found = count > 0;
    if (count == 0)
        return false;
    if (count > 1)
        return ambiguous(s, NULL);
    return make_attribute(s, &first->operand, first->list, attribute, out);
}

/* The order is that of docs/plan.md: own columns win, so that a contract may shadow what it links
 * to, and attributes of lists come last, because lists are the authors' own. */
static bool find_column(struct search *s, struct shy_operand *out)
{
    struct shy_text ways = {0};
    bool found = false;
    const char *dot = strrchr(s->name, '.');
    int own = shy_contract_column(s->contract, s->name);
    if (own >= 0) {
        plain(out, s->contract, own, NULL, s->contract->columns[own].name);
        return true;
    }
    if (dot != NULL) {
        bool good = find_dotted(s, dot, out, &found);
        return found || !good ? good : unknown(s);
    }
    if (strcmp(s->name, "age") == 0)
        return find_age(s, out);
    size_t count = find_linked(s, s->name, out, &ways);
    bool good = count == 1 && !s->c->nomem;
    if (count > 1)
        good = ambiguous(s, shy_text_get(&ways));
    shy_text_free(&ways);
    if (count > 0)
        return good;
    good = find_bare_attribute(s, s->name, out, &found);
    return found ? good : unknown(s);
}

/* "LIST.ATTRIBUTE", or an attribute of the list the rows are filtered by. */
static bool find_named_attribute(struct search *s, const char *column, const char *attribute,
                                 struct shy_operand *out)
{
    const char *dot = strrchr(attribute, '.');
    const struct shy_condition *first = NULL;
    struct shy_operand code;
    bool found = false;
    size_t count = 0;
    s->name = attribute;
    if (dot == NULL) {
        bool good = find_bare_attribute(s, attribute, out, &found);
        return found ? good : unknown(s);
    }
    const struct shy_code_list *list =
        shy_plan_require_list(s->c, attribute, (size_t)(dot - attribute));
    if (list == NULL)
        return false;
    if (column != NULL) {
        s->name = column;
        return find_column(s, &code) && make_attribute(s, &code, list, dot + 1, out);
    }
    find_in_rows(s, s->rows, list, dot + 1, &first, &count);
    if (count == 1)
        return make_attribute(s, &first->operand, list, dot + 1, out);
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_COLUMN, _("Of which column's codes is '%s' wanted?"), attribute);
    shy_value(&err, attribute, strlen(attribute));
    shy_hint(&err, _("Name the column beside the attribute."));
    return shy_plan_report(s->c, SHY_ERROR, &err);
}

bool shy_plan_column(struct shy_compiler *c, const struct shy_contract *contract, shy_node_id rows,
                     const char *column, const char *attribute, struct shy_operand *out)
{
    struct search s = {c, contract, rows, column, 0};
    *out = (struct shy_operand){0};
    if (attribute != NULL)
        return find_named_attribute(&s, column, attribute, out);
    if (column != NULL)
        return find_column(&s, out);
    struct shihyo_error err = SHY_ERROR_INIT;
    shy_fail(&err, SHY_E_PLAN_COLUMN, _("No column is named."));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* The canonical name says all of a column; an attribute needs its list and what is in it. */
json_t *shy_canonical_operand(struct shy_compiler *c, const struct shy_operand *operand)
{
    if (operand->derived != SHY_DERIVED_CODE_ATTRIBUTE) {
        json_t *name = json_string(operand->column);
        if (name == NULL)
            shy_plan_nomem(c);
        return name;
    }
    json_t *object = shy_canonical_code_list(c, operand->list);
    shy_canonical_text(c, object, "attribute", operand->attribute);
    shy_canonical_text(c, object, "column", operand->column);
    return object;
}
