/* SPDX-License-Identifier: MIT */
/*
 * Code lists: codes with validity and attributes. The fee schedule is revised every two years and
 * codes come and go, so a code stands in a list once for every span of dates, and the entries of
 * one code must not overlap: on any day it means one thing.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/period.h"

/* Names offered when a list is unknown. */
enum { NEAREST_FROM = 4096 };

/* Says in which list, with the code where there is one. */
static bool list_problem(struct shy_compiler *c, enum shy_severity severity,
                         const struct shy_code_list *list, const char *code,
                         struct shihyo_error *err)
{
    shy_context(err, _("code list '%s'"), list->id);
    if (code != NULL)
        shy_value(err, code, strlen(code));
    return shy_plan_report(c, severity, err);
}

static bool read_date(struct shy_compiler *c, const struct shy_code_list *list, const json_t *entry,
                      const char *member, int32_t open, int32_t *out)
{
    const char *text = shy_member_text(entry, member);
    struct shihyo_error err = SHY_ERROR_INIT;
    *out = open;
    if (text == NULL || shy_date_parse(text, strlen(text), out))
        return true;
    shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("'%s' is not a date; dates are written 2024-06-01."),
             text);
    return list_problem(c, SHY_ERROR, list, text, &err);
}

/* Lists have a handful of attributes. */
static int attribute_index(const struct shy_code_list *list, const char *name)
{
    for (size_t i = 0; i < list->attribute_count; i++) {
        if (strcmp(list->attributes[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* An attribute that was not announced is a misspelling: it would be there for one code and missing
 * for all others. */
static bool set_attribute(struct shy_compiler *c, const struct shy_code_list *list,
                          const char *code, const char *name, const json_t *value,
                          const char **slots)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int i = attribute_index(list, name);
    if (i < 0) {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("The list has no attribute '%s'."), name);
        shy_nearest(&err, name, list->attributes, list->attribute_count);
        return list_problem(c, SHY_ERROR, list, code, &err);
    }
    if (!json_is_string(value)) {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("The attribute '%s' of a code must be %s, not %s."),
                 name, _("a text"), shy_json_kind_name(value));
        return list_problem(c, SHY_ERROR, list, code, &err);
    }
    slots[i] = shy_keep_text(c, json_string_value(value));
    return slots[i] != NULL;
}

static bool read_attributes(struct shy_compiler *c, const struct shy_code_list *list,
                            const json_t *entry, struct shy_code_entry *out)
{
    const json_t *values = shy_member(entry, "values");
    const char *name;
    json_t *value;
    bool good = true;
    if (list->attribute_count == 0 && json_object_size(values) == 0)
        return true;
    const char **slots = shy_arena_alloc(&c->plan->arena, list->attribute_count + 1, sizeof *slots);
    if (slots == NULL)
        return shy_plan_nomem(c);
    json_object_foreach((json_t *)(uintptr_t)values, name, value)
    {
        if (!json_is_null(value))
            good = set_attribute(c, list, out->code, name, value, slots) && good;
    }
    out->attribute_values = slots;
    return good;
}

static bool read_entry(struct shy_compiler *c, const struct shy_code_list *list,
                       const json_t *entry, struct shy_code_entry *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!shy_shape_check(c, entry, SHY_SHAPE_CODE_ENTRY))
        return false;
    out->code = shy_member_keep(c, entry, "code");
    out->label = shy_member_keep(c, entry, "label");
    if (out->code == NULL)
        return false;
    if (out->code[0] == '\0') {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("A code is empty."));
        return list_problem(c, SHY_ERROR, list, NULL, &err);
    }
    if (!read_date(c, list, entry, "from", INT32_MIN, &out->valid_from) ||
        !read_date(c, list, entry, "to", INT32_MAX, &out->valid_to))
        return false;
    if (out->valid_from > out->valid_to) {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("The code '%s' ends before it begins."), out->code);
        return list_problem(c, SHY_ERROR, list, out->code, &err);
    }
    return read_attributes(c, list, entry, out);
}

/* The order in which shy_code_list_find searches. */
static int by_code(const void *a, const void *b)
{
    const struct shy_code_entry *x = a, *y = b;
    int order = strcmp(x->code, y->code);
    if (order != 0)
        return order;
    return (x->valid_from > y->valid_from) - (x->valid_from < y->valid_from);
}

/* Neighbours of one code: an overlap is an error, a gap is worth a word. */
static bool check_validity(struct shy_compiler *c, const struct shy_code_list *list)
{
    bool good = true;
    for (size_t i = 1; i < list->entry_count; i++) {
        const struct shy_code_entry *before = &list->entries[i - 1], *after = &list->entries[i];
        struct shihyo_error err = SHY_ERROR_INIT;
        char from[11], to[11];
        if (strcmp(before->code, after->code) != 0)
            continue;
        if (before->valid_to == INT32_MAX || after->valid_from <= before->valid_to) {
            shy_fail(&err, SHY_E_PLAN_CODE_LIST,
                     _("The code '%s' is in the list twice for one date."), after->code);
            if (after->valid_from != INT32_MIN) {
                shy_date_text(after->valid_from, from);
                shy_hint(&err, _("Both entries are valid on %s."), from);
            }
            shy_hint(&err, _("Give each entry a 'from' and a 'to' that do not overlap."));
            good = list_problem(c, SHY_ERROR, list, after->code, &err);
        } else if (after->valid_from > before->valid_to + 1) {
            shy_date_text(before->valid_to + 1, from);
            shy_date_text(after->valid_from - 1, to);
            shy_fail(&err, SHY_E_PLAN_CODE_VALIDITY,
                     _("The code '%s' is not valid from %s to %s, though it is before and after."),
                     after->code, from, to);
            shy_hint(&err,
                     _("Nothing is counted by it then. If it was valid, let the entries follow "
                       "each other; if another code took its place, add that one."));
            list_problem(c, SHY_WARNING, list, after->code, &err);
        }
    }
    return good;
}

/* No '.', because LIST.ATTRIBUTE is split at the last one. */
static bool read_attribute_names(struct shy_compiler *c, const json_t *json,
                                 struct shy_code_list *list)
{
    const json_t *names = shy_member(json, "attributes");
    size_t count = json_array_size(names);
    struct shihyo_error err = SHY_ERROR_INIT;
    const char **out = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *out);
    if (out == NULL)
        return shy_plan_nomem(c);
    list->attributes = out;
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string_value(json_array_get(names, i));
        if (name == NULL || name[0] == '\0' || strchr(name, '.') != NULL ||
            attribute_index(list, name) >= 0) {
            shy_fail(&err, SHY_E_PLAN_CODE_LIST,
                     _("The names of attributes must be different texts without '.'."));
            return list_problem(c, SHY_ERROR, list, name, &err);
        }
        out[i] = shy_keep_text(c, name);
        if (out[i] == NULL)
            return false;
        list->attribute_count = i + 1;
    }
    return true;
}

/* An open end is left out rather than written as a day that never comes. */
static void canonical_date(struct shy_compiler *c, json_t *object, const char *key, int32_t date)
{
    char text[11];
    if (date == INT32_MIN || date == INT32_MAX)
        return;
    shy_date_text(date, text);
    shy_canonical_text(c, object, key, text);
}

/* What decides which rows a list takes and what it says of them; labels do not. */
static bool hash_list(struct shy_compiler *c, struct shy_code_list *list)
{
    json_t *object = shy_canonical_object(c), *entries = shy_canonical_list(c);
    for (size_t i = 0; i < list->entry_count && !c->nomem; i++) {
        const struct shy_code_entry *entry = &list->entries[i];
        json_t *one = shy_canonical_object(c), *values = shy_canonical_object(c);
        shy_canonical_text(c, one, "code", entry->code);
        canonical_date(c, one, "from", entry->valid_from);
        canonical_date(c, one, "to", entry->valid_to);
        for (size_t a = 0; a < list->attribute_count; a++)
            shy_canonical_text(c, values, list->attributes[a], entry->attribute_values[a]);
        shy_canonical_set(c, one, "values", values);
        shy_canonical_add(c, entries, one);
    }
    shy_canonical_text(c, object, "system", list->system != NULL ? list->system : "");
    shy_canonical_set(c, object, "entries", entries);
    shy_canonical_span(c, object, list);
    bool good = !c->nomem && shy_canonical_hash(c, object, list->hash);
    json_decref(object);
    return good;
}

bool shy_plan_list_finish(struct shy_compiler *c, struct shy_code_list *list,
                          struct shy_code_entry *entries)
{
    if (list->entry_count > 1)
        qsort(entries, list->entry_count, sizeof *entries, by_code);
    bool good = check_validity(c, list);
    return hash_list(c, list) && good;
}

static bool read_entries(struct shy_compiler *c, const json_t *json, struct shy_code_list *list)
{
    const json_t *entries = shy_member(json, "entries");
    size_t count = json_array_size(entries), kept = 0;
    struct shihyo_error err = SHY_ERROR_INIT;
    bool good = true;
    struct shy_code_entry *out = shy_arena_alloc(&c->plan->arena, count + 1, sizeof *out);
    if (out == NULL)
        return shy_plan_nomem(c);
    for (size_t i = 0; i < count && !c->nomem; i++) {
        const json_t *entry = json_array_get(entries, i);
        struct shy_place before = shy_place_enter(c, entry);
        if (read_entry(c, list, entry, &out[kept]))
            kept++;
        else
            good = false;
        shy_place_leave(c, before);
    }
    list->entries = out;
    list->entry_count = kept;
    list->to_be_supplied = count == 0;
    if (count == 0 && !list->has_span) {
        shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("The list has no codes."));
        shy_hint(&err, _("A list whose codes are still to be supplied says complete = false."));
        good = list_problem(c, SHY_ERROR, list, NULL, &err);
    }
    return shy_plan_list_finish(c, list, out) && good;
}

static bool read_list(struct shy_compiler *c, const json_t *json, struct shy_code_list *out)
{
    if (!shy_shape_check(c, json, SHY_SHAPE_CODE_LIST))
        return false;
    out->id = shy_member_keep(c, json, "id");
    out->label = shy_member_keep(c, json, "label");
    out->system = shy_member_keep(c, json, "system");
    out->source = shy_member_keep(c, json, "source");
    out->file = c->file;
    out->line = c->line;
    if (out->id == NULL || !shy_plan_id_check(c, out->id))
        return false;
    return read_attribute_names(c, json, out) && shy_plan_span(c, json, out) &&
           shy_plan_adds_to(c, json, out) && read_entries(c, json, out);
}

static int by_id(const void *a, const void *b)
{
    const struct shy_code_list *x = a, *y = b;
    return strcmp(x->id, y->id);
}

/* Packs may bring the same list; two lists of one id with different content are refused. */
static void add_list(struct shy_compiler *c, const struct shy_code_list *list)
{
    for (size_t i = 0; i < c->plan->list_count; i++) {
        const struct shy_code_list *other = &c->plan->lists[i];
        struct shihyo_error err = SHY_ERROR_INIT;
        if (strcmp(other->id, list->id) != 0)
            continue;
        if (strcmp(other->hash, list->hash) != 0) {
            shy_fail(&err, SHY_E_ID_TWICE,
                     _("The code list '%s' is defined twice, with different codes."), list->id);
            if (other->file != NULL)
                shy_hint(&err, _("The first one stands at %s:%d."), other->file, other->line);
            shy_plan_report(c, SHY_ERROR, &err);
        }
        return;
    }
    c->plan->lists[c->plan->list_count++] = *list;
}

void shy_plan_code_lists(struct shy_compiler *c, const json_t *const *documents, size_t count)
{
    size_t total = 0;
    for (size_t d = 0; d < count; d++)
        total += json_array_size(json_object_get(documents[d], "code_lists"));
    c->plan->lists = shy_arena_alloc(&c->plan->arena, total + 1, sizeof *c->plan->lists);
    if (c->plan->lists == NULL) {
        shy_plan_nomem(c);
        return;
    }
    for (size_t d = 0; d < count; d++) {
        const json_t *lists = json_object_get(documents[d], "code_lists");
        for (size_t i = 0; i < json_array_size(lists) && !c->nomem; i++) {
            struct shy_code_list list = {0};
            struct shy_place before = shy_place_enter(c, json_array_get(lists, i));
            if (read_list(c, json_array_get(lists, i), &list))
                add_list(c, &list);
            shy_place_leave(c, before);
        }
    }
    qsort(c->plan->lists, c->plan->list_count, sizeof *c->plan->lists, by_id);
    shy_plan_add_codes(c);
}

size_t shy_plan_code_list_count(const struct shy_plan *plan)
{
    return plan->list_count;
}

const struct shy_code_list *shy_plan_code_list(const struct shy_plan *plan, const char *id)
{
    struct shy_code_list key = {.id = id};
    return plan->list_count == 0 ? NULL
                                 : bsearch(&key, plan->lists, plan->list_count, sizeof key, by_id);
}

const struct shy_code_list *shy_plan_require_list(struct shy_compiler *c, const char *id,
                                                  size_t length)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char *name = shy_arena_strndup(&c->arena, id, length);
    if (name == NULL) {
        shy_plan_nomem(c);
        return NULL;
    }
    const struct shy_code_list *list = shy_plan_code_list(c->plan, name);
    if (list != NULL)
        return list;
    size_t count = c->plan->list_count < NEAREST_FROM ? c->plan->list_count : NEAREST_FROM;
    const char **names = shy_arena_alloc(&c->arena, count + 1, sizeof *names);
    if (names == NULL) {
        shy_plan_nomem(c);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        names[i] = c->plan->lists[i].id;
    shy_fail(&err, SHY_E_PLAN_CODE_LIST, _("There is no code list '%s'."), name);
    shy_value(&err, name, length);
    shy_nearest(&err, name, names, count);
    shy_plan_report(c, SHY_ERROR, &err);
    return NULL;
}

json_t *shy_canonical_code_list(struct shy_compiler *c, const struct shy_code_list *list)
{
    json_t *object = shy_canonical_object(c);
    shy_canonical_text(c, object, "id", list->id);
    shy_canonical_text(c, object, "hash", list->hash);
    return object;
}

/* Entries are sorted by code and date and do not overlap, so one binary search is enough. */
const struct shy_code_entry *shy_code_list_find(const struct shy_code_list *list, const char *code,
                                                int32_t date)
{
    size_t low = 0, high = list->entry_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct shy_code_entry *entry = &list->entries[middle];
        int order = strcmp(entry->code, code);
        if (order == 0 && entry->valid_from <= date && date <= entry->valid_to)
            return entry;
        if (order < 0 || (order == 0 && entry->valid_to < date))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
