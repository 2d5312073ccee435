/* SPDX-License-Identifier: MIT */
/*
 * Reading a document: places, problems, the shape of objects, and the canonical form. jansson may
 * fail for want of memory at any point; the functions that build take NULL and note it, so that
 * callers need to look only once, at the end.
 */
#include "config.h"

#include "core/plan/compile.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

/* Most members whose names are offered when one is misspelt. */
enum { NAMES_MOST = 32 };

/* "file.lua:12"; a text without a number is a file. */
struct shy_place shy_place_enter(struct shy_compiler *c, const json_t *object)
{
    struct shy_place before = {c->file, c->line};
    const char *at = shy_member_text(object, "at");
    if (at == NULL)
        return before;
    const char *colon = strrchr(at, ':');
    char *end = NULL;
    long line = colon != NULL ? strtol(colon + 1, &end, 10) : 0;
    bool numbered =
        colon != NULL && end != colon + 1 && *end == '\0' && line > 0 && line <= INT32_MAX;
    char *file =
        shy_arena_strndup(&c->plan->arena, at, numbered ? (size_t)(colon - at) : strlen(at));
    if (file == NULL) {
        shy_plan_nomem(c);
        return before;
    }
    c->file = file;
    c->line = numbered ? (int)line : 0;
    return before;
}

void shy_place_leave(struct shy_compiler *c, struct shy_place before)
{
    c->file = before.file;
    c->line = before.line;
}

bool shy_plan_nomem(struct shy_compiler *c)
{
    c->nomem = true;
    c->failed = true;
    return false;
}

/* A document made to hurt must not fill the memory with messages: after the first thousand there is
 * one that says so. */
bool shy_plan_report(struct shy_compiler *c, enum shy_severity severity, struct shihyo_error *err)
{
    if (severity == SHY_ERROR)
        c->failed = true;
    if (c->problems == NULL || c->reported > SHY_PLAN_PROBLEMS_MOST)
        return false;
    if (c->reported++ == SHY_PLAN_PROBLEMS_MOST) {
        shy_error_reset(err);
        shy_fail(err, SHY_E_PLAN_SHAPE, _("There are more problems than the %d shown."),
                 SHY_PLAN_PROBLEMS_MOST);
        shy_problems_add(c->problems, severity, err);
        return false;
    }
    if (c->file != NULL)
        shy_at(err, c->file, c->line, 0);
    if (c->definition != NULL)
        shy_context(err, "%s", c->definition);
    shy_problems_add(c->problems, severity, err);
    return false;
}

/* null is what is not there, so that a program that writes documents may leave members in. */
const json_t *shy_member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    return json_is_null(value) ? NULL : value;
}

const char *shy_member_text(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

int64_t shy_member_int(const json_t *object, const char *name, int64_t otherwise)
{
    const json_t *value = json_object_get(object, name);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

const char *shy_keep_text(struct shy_compiler *c, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *kept = shy_arena_strdup(&c->plan->arena, text);
    if (kept == NULL)
        shy_plan_nomem(c);
    return kept;
}

const char *shy_member_keep(struct shy_compiler *c, const json_t *object, const char *name)
{
    return shy_keep_text(c, shy_member_text(object, name));
}

/* Shapes ---------------------------------------------------------------------------------- */

static unsigned kind_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return SHY_JSON_TEXT;
    case JSON_INTEGER:
        return SHY_JSON_INT;
    case JSON_REAL:
        return SHY_JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return SHY_JSON_BOOL;
    case JSON_OBJECT:
        return SHY_JSON_OBJECT;
    case JSON_ARRAY:
        return SHY_JSON_LIST;
    default:
        return 0;
    }
}

/* Of one kind, or of a set of kinds that a field may have. */
static const char *kind_name(unsigned kind)
{
    switch (kind) {
    case SHY_JSON_TEXT:
        return _("a text");
    case SHY_JSON_INT:
        return _("a whole number");
    case SHY_JSON_REAL:
    case SHY_JSON_INT | SHY_JSON_REAL:
        return _("a number");
    case SHY_JSON_BOOL:
        return _("true or false");
    case SHY_JSON_OBJECT:
        return _("a table with named fields");
    case SHY_JSON_LIST:
        return _("a list");
    case SHY_JSON_TEXT | SHY_JSON_INT | SHY_JSON_REAL:
        return _("a text or a number");
    default:
        return _("a value");
    }
}

const char *shy_json_kind_name(const json_t *value)
{
    return value == NULL ? _("nothing") : kind_name(kind_of(value));
}

/* Tables and lists have no short text; their kind is in the message. */
void shy_value_json(struct shihyo_error *err, const json_t *value)
{
    if (json_is_string(value)) {
        shy_value(err, json_string_value(value), json_string_length(value));
    } else if (value != NULL && !json_is_object(value) && !json_is_array(value)) {
        char text[64];
        size_t length =
            json_dumpb(value, text, sizeof text, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        shy_value(err, text, length < sizeof text ? length : 0);
    }
}

static const struct shy_field *find_field(const struct shy_shape *shape, const char *name)
{
    for (size_t i = 0; i < shape->field_count; i++) {
        if (strcmp(shape->fields[i].name, name) == 0)
            return &shape->fields[i];
    }
    return NULL;
}

static bool unknown_field(struct shy_compiler *c, const struct shy_shape *shape, const char *name)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *names[NAMES_MOST];
    size_t count = 0;
    for (; count < shape->field_count && count < NAMES_MOST; count++)
        names[count] = shape->fields[count].name;
    shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' has no field '%s'."), shape->name, name);
    shy_value(&err, name, strlen(name));
    shy_nearest(&err, name, names, count);
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* A misspelt field would otherwise be silently left out. */
static bool check_known(struct shy_compiler *c, const json_t *object, const struct shy_shape *shape)
{
    bool good = true;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (strcmp(key, "at") == 0 || json_is_null(value))
            continue;
        const struct shy_field *field = find_field(shape, key);
        if (field == NULL) {
            good = unknown_field(c, shape, key);
        } else if ((field->kinds & kind_of(value)) == 0) {
            struct shihyo_error err = SHY_ERROR_INIT;
            shy_fail(&err, SHY_E_PLAN_SHAPE, _("The field '%s' of '%s' must be %s, not %s."), key,
                     shape->name, kind_name(field->kinds), shy_json_kind_name(value));
            shy_value_json(&err, value);
            good = shy_plan_report(c, SHY_ERROR, &err);
        }
    }
    return good;
}

/* All that is wrong with an object is told at once, unknown fields before lacking ones: a lacking
 * field is often a misspelt one. */
bool shy_shape_check(struct shy_compiler *c, const json_t *object, enum shy_shape_id id)
{
    const struct shy_shape *shape = shy_shape(id);
    struct shihyo_error err = SHY_ERROR_INIT;
    if (!json_is_object(object)) {
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' must be %s, not %s."), shape->name,
                 kind_name(SHY_JSON_OBJECT), shy_json_kind_name(object));
        shy_value_json(&err, object);
        return shy_plan_report(c, SHY_ERROR, &err);
    }
    bool good = check_known(c, object, shape);
    for (size_t i = 0; i < shape->field_count; i++) {
        if (shape->fields[i].required && shy_member(object, shape->fields[i].name) == NULL) {
            shy_error_reset(&err);
            shy_fail(&err, SHY_E_PLAN_SHAPE, _("'%s' lacks the field '%s': %s."), shape->name,
                     shape->fields[i].name, _(shape->fields[i].help));
            good = shy_plan_report(c, SHY_ERROR, &err);
        }
    }
    return good;
}

/* Ids are parts of file names, columns of CSV and words on the command line: nothing in them may
 * need quoting. */
bool shy_plan_id_check(struct shy_compiler *c, const char *id)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (id[0] != '\0' && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_.-") == strlen(id))
        return true;
    shy_fail(&err, SHY_E_ID_INVALID,
             _("The id '%s' may only have the letters a to z, digits, '_', '-' and '.'."), id);
    shy_value(&err, id, strlen(id));
    return shy_plan_report(c, SHY_ERROR, &err);
}

/* The canonical form ---------------------------------------------------------------------- */

json_t *shy_canonical_object(struct shy_compiler *c)
{
    json_t *object = json_object();
    if (object == NULL)
        shy_plan_nomem(c);
    return object;
}

json_t *shy_canonical_list(struct shy_compiler *c)
{
    json_t *list = json_array();
    if (list == NULL)
        shy_plan_nomem(c);
    return list;
}

/* Takes the value over in every case, as jansson does. */
void shy_canonical_set(struct shy_compiler *c, json_t *object, const char *key, json_t *value)
{
    if (object == NULL)
        json_decref(value);
    else if (json_object_set_new(object, key, value) != 0)
        shy_plan_nomem(c);
}

void shy_canonical_text(struct shy_compiler *c, json_t *object, const char *key, const char *text)
{
    if (text != NULL)
        shy_canonical_set(c, object, key, json_string(text));
}

void shy_canonical_add(struct shy_compiler *c, json_t *list, json_t *value)
{
    if (list == NULL)
        json_decref(value);
    else if (json_array_append_new(list, value) != 0)
        shy_plan_nomem(c);
}

/* Metadata are the only part that is copied as written; depth is limited here because the compiler
 * of operators never sees them. */
static json_t *copy(struct shy_compiler *c, const json_t *value, unsigned depth)
{
    const char *key;
    json_t *member, *out;
    size_t i;
    if (depth > SHY_PLAN_DEPTH_MOST) {
        struct shihyo_error err = SHY_ERROR_INIT;
        shy_fail(&err, SHY_E_PLAN_SHAPE, _("Tables lie more than %d deep in each other."),
                 SHY_PLAN_DEPTH_MOST);
        shy_plan_report(c, SHY_ERROR, &err);
        return json_null();
    }
    if (json_is_object(value)) {
        out = shy_canonical_object(c);
        json_object_foreach((json_t *)(uintptr_t)value, key, member)
        {
            if (strcmp(key, "at") != 0 && !json_is_null(member))
                shy_canonical_set(c, out, key, copy(c, member, depth + 1));
        }
        return out;
    }
    if (json_is_array(value)) {
        out = shy_canonical_list(c);
        json_array_foreach(value, i, member) shy_canonical_add(c, out, copy(c, member, depth + 1));
        return out;
    }
    out = json_deep_copy(value);
    if (out == NULL)
        shy_plan_nomem(c);
    return out;
}

json_t *shy_canonical_copy(struct shy_compiler *c, const json_t *value)
{
    return value == NULL ? NULL : copy(c, value, 0);
}

static int add_dumped(const char *bytes, size_t length, void *text)
{
    shy_text_add(text, bytes, length);
    return ((struct shy_text *)text)->failed ? -1 : 0;
}

/* Through a callback, so that the memory is ours whatever allocator jansson uses. Keys sorted, no
 * blanks: one text for one meaning. */
char *shy_canonical_dump(struct shy_compiler *c, const json_t *value)
{
    struct shy_text text = {0};
    if (value == NULL || json_dump_callback(value, add_dumped, &text,
                                            JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY) != 0) {
        shy_text_free(&text);
        shy_plan_nomem(c);
        return NULL;
    }
    return text.text;
}

bool shy_canonical_hash(struct shy_compiler *c, const json_t *value, char out[SHY_HASH_TEXT])
{
    char *text = shy_canonical_dump(c, value);
    if (text == NULL)
        return false;
    shy_hash_bytes(text, strlen(text), out);
    shy_free(text);
    return true;
}
