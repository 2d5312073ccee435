/* SPDX-License-Identifier: MIT */
/*
 * project.lua, read into a table and checked before anything is opened. What it says is not
 * believed to be sound: every field has a type, a name that is not known is an error with the
 * nearest one, for a misspelt field would otherwise be a default that nobody chose.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/project/project_private.h"

/* A field of project.lua: its name, whether a value of that JSON type fits, and a word for it. */
struct field {
    const char *name;
    bool required;
    json_type type;
};

static const struct field fields[] = {
    {"title", false, JSON_STRING},      {"prefecture", true, JSON_STRING},
    {"sources", false, JSON_ARRAY},     {"packs", false, JSON_ARRAY},
    {"area_sets", false, JSON_ARRAY},   {"as_of", false, JSON_STRING},
    {"store", false, JSON_STRING},      {"results", false, JSON_STRING},
    {"reject_limit", false, JSON_REAL}, {"plans", false, JSON_ARRAY},
    {"answers", false, JSON_OBJECT},
};
static const struct field source_fields[] = {
    {"name", true, JSON_STRING},
    {"plugin", true, JSON_STRING},
    {"options", false, JSON_OBJECT},
    {"may_be_empty", false, JSON_TRUE},
};

static const char *type_word(json_type type)
{
    switch (type) {
    case JSON_STRING:
        return _("a text");
    case JSON_ARRAY:
        return _("a list");
    case JSON_OBJECT:
        return _("a table");
    case JSON_TRUE:
        return _("true or false");
    default:
        return _("a number");
    }
}

/* A whole number is a number too: reject_limit = 0 is written without a point. */
static bool fits(const json_t *value, json_type type)
{
    if (type == JSON_REAL)
        return json_is_number(value);
    if (type == JSON_TRUE)
        return json_is_boolean(value);
    /* An empty table of Lua is neither list nor map. */
    if (type == JSON_ARRAY || type == JSON_OBJECT)
        return json_typeof(value) == type ||
               ((json_is_array(value) || json_is_object(value)) &&
                json_array_size(value) + json_object_size(value) == 0);
    return json_typeof(value) == type;
}

static int unknown_field(const char *key, const struct field *known, size_t count,
                         struct shihyo_error *err)
{
    const char *names[sizeof fields / sizeof fields[0]];
    for (size_t i = 0; i < count; i++)
        names[i] = known[i].name;
    int code = shy_fail(err, SHY_E_PROJECT_INVALID, _("The project has no field '%s'."), key);
    shy_nearest(err, key, names, count);
    return code;
}

static int check_fields(const json_t *object, const struct field *known, size_t count,
                        struct shihyo_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value)
    {
        size_t i = 0;
        while (i < count && strcmp(known[i].name, key) != 0)
            i++;
        if (i == count)
            return unknown_field(key, known, count, err);
        if (!fits(value, known[i].type))
            return shy_fail(err, SHY_E_PROJECT_INVALID, _("The field '%s' must be %s."), key,
                            type_word(known[i].type));
    }
    for (size_t i = 0; i < count; i++)
        if (known[i].required && json_object_get(object, known[i].name) == NULL)
            return shy_fail(err, SHY_E_PROJECT_INVALID, _("The field '%s' is missing."),
                            known[i].name);
    return 0;
}

/* 01..47, or 00 for the nation. */
static bool is_prefecture(const char *code)
{
    if (strlen(code) != 2 || code[0] < '0' || code[0] > '4' || code[1] < '0' || code[1] > '9')
        return false;
    return (code[0] - '0') * 10 + (code[1] - '0') <= 47;
}

static int read_texts(const json_t *list, const char *name, const char ***out, size_t *count,
                      struct shihyo_error *err)
{
    *count = json_array_size(list);
    *out = shy_alloc(*count, sizeof **out);
    if (*out == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < *count; i++) {
        (*out)[i] = json_string_value(json_array_get(list, i));
        if ((*out)[i] == NULL)
            return shy_fail(err, SHY_E_PROJECT_INVALID,
                            _("Item %zu of the list '%s' must be a text."), i + 1, name);
    }
    return 0;
}

/* Names are parts of provenance ("a:hash,b:hash") and words on the command line: no comma, colon or
 * blank may be in one. */
static int check_source_name(const struct shy_project *p, const char *name,
                             struct shihyo_error *err)
{
    if (name[0] == '\0' || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name)) {
        int code =
            shy_fail(err, SHY_E_PROJECT_INVALID, _("'%s' cannot be the name of a source."), name);
        shy_hint(err, _("Use lower-case letters, digits and underscores."));
        return code;
    }
    for (size_t i = 0; i < p->source_count; i++)
        if (strcmp(p->sources[i].name, name) == 0)
            return shy_fail(err, SHY_E_ID_TWICE, _("Two sources have the name '%s'."), name);
    return 0;
}

static int read_sources(struct shy_project *p, struct shihyo_error *err)
{
    const json_t *list = json_object_get(p->config, "sources");
    size_t count = json_array_size(list);
    p->sources = shy_alloc(count, sizeof *p->sources);
    if (p->sources == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const json_t *source = json_array_get(list, i);
        if (!json_is_object(source))
            return shy_fail(err, SHY_E_PROJECT_INVALID, _("Source %zu must be a table."), i + 1);
        int code = check_fields(source, source_fields,
                                sizeof source_fields / sizeof source_fields[0], err);
        if (code != 0) {
            shy_context(err, _("Source %zu"), i + 1);
            return code;
        }
        const char *name = json_string_value(json_object_get(source, "name"));
        SHY_TRY(check_source_name(p, name, err));
        p->sources[p->source_count++] = (struct shy_project_source){
            .name = name,
            .plugin = json_string_value(json_object_get(source, "plugin")),
            .options = json_object_get(source, "options"),
            .may_be_empty = json_is_true(json_object_get(source, "may_be_empty")),
        };
    }
    return 0;
}

static const char *text_or(const json_t *config, const char *name, const char *fallback)
{
    const char *text = json_string_value(json_object_get(config, name));
    return text != NULL ? text : fallback;
}

static int read_scalars(struct shy_project *p, struct shihyo_error *err)
{
    p->prefecture = text_or(p->config, "prefecture", "");
    if (!is_prefecture(p->prefecture)) {
        int code = shy_fail(err, SHY_E_PROJECT_INVALID, _("'%s' is not the code of a prefecture."),
                            p->prefecture);
        shy_hint(err, _("Give two digits, \"01\" to \"47\", or \"00\" for the nation."));
        return code;
    }
    p->title = text_or(p->config, "title", "");
    const char *as_of = text_or(p->config, "as_of", "2025-04-01");
    if (!shy_date_parse(as_of, strlen(as_of), &p->as_of))
        return shy_fail(err, SHY_E_PROJECT_INVALID, _("'%s' is not a date (2025-04-01)."), as_of);
    const json_t *limit = json_object_get(p->config, "reject_limit");
    p->reject_limit = limit != NULL ? json_number_value(limit) : 0.001;
    if (!(p->reject_limit >= 0 && p->reject_limit <= 1))
        return shy_fail(err, SHY_E_PROJECT_INVALID, _("reject_limit must lie between 0 and 1."));
    return 0;
}

/* The log and the lock always lie in the project; store and results may be put on another disk. */
static int set_paths(struct shy_project *p, struct shihyo_error *err)
{
    p->store_path = shy_os_join(p->directory, text_or(p->config, "store", "claims.store"));
    p->results_path = shy_os_join(p->directory, text_or(p->config, "results", "project.db"));
    p->log_path = shy_os_join(p->directory, "shihyo.log");
    p->lock_path = shy_os_join(p->directory, ".shihyo.lock");
    if (p->store_path == NULL || p->results_path == NULL || p->log_path == NULL ||
        p->lock_path == NULL)
        return shy_fail_nomem(err);
    return 0;
}

static int read_config(struct shy_project *p, struct shihyo_error *err)
{
    SHY_TRY(check_fields(p->config, fields, sizeof fields / sizeof fields[0], err));
    SHY_TRY(read_scalars(p, err));
    SHY_TRY(
        read_texts(json_object_get(p->config, "packs"), "packs", &p->packs, &p->pack_count, err));
    SHY_TRY(read_texts(json_object_get(p->config, "area_sets"), "area_sets", &p->area_sets,
                       &p->area_set_count, err));
    SHY_TRY(read_sources(p, err));
    SHY_TRY(shy_project_read_answers(p->config, err));
    return set_paths(p, err);
}

static int load_config(struct shy_project *p, const char *path, struct shihyo_error *err)
{
    if (!shy_os_exists(path)) {
        int code = shy_fail(err, SHY_E_PROJECT_NOT_FOUND, _("The folder '%s' holds no project."),
                            p->directory);
        shy_hint(err, _("Make one with `shihyo init DIR`, or name its folder with -p DIR."));
        return code;
    }
    SHY_TRY(shy_script_value(path, NULL, &p->config, err));
    if (json_is_array(p->config) && json_array_size(p->config) == 0) {
        /* An empty table of Lua is neither list nor map. */
        json_decref(p->config);
        p->config = json_object();
        if (p->config == NULL)
            return shy_fail_nomem(err);
    }
    int code = json_is_object(p->config)
                   ? read_config(p, err)
                   : shy_fail(err, SHY_E_PROJECT_INVALID, _("project.lua must return a table."));
    if (code != 0 && err != NULL && err->file[0] == '\0')
        shy_at(err, path, 0, 0);
    return code;
}

int shy_project_open(const char *directory, struct shy_project **out, struct shihyo_error *err)
{
    struct shy_project *p = shy_alloc(1, sizeof *p);
    if (p == NULL)
        return shy_fail_nomem(err);
    p->directory = shy_strdup(directory);
    char *path = shy_os_join(directory, "project.lua");
    int code =
        p->directory == NULL || path == NULL ? shy_fail_nomem(err) : load_config(p, path, err);
    shy_free(path);
    if (code != 0) {
        shy_project_close(p);
        return code;
    }
    *out = p;
    return 0;
}

void shy_project_close(struct shy_project *p)
{
    if (p == NULL)
        return;
    shy_plugins_free(p->plugins);
    shy_free(p->sources);
    shy_free(p->packs);
    shy_free(p->area_sets);
    shy_free(p->store_path);
    shy_free(p->results_path);
    shy_free(p->log_path);
    shy_free(p->lock_path);
    json_decref(p->config);
    shy_free(p->directory);
    shy_free(p);
}

int shy_project_plugins(struct shy_project *p, struct shy_plugins **out, struct shihyo_error *err)
{
    if (p->plugins == NULL)
        SHY_TRY(shy_plugins_new(&p->plugins, err));
    *out = p->plugins;
    return 0;
}

/* With no source at all nothing is read: an empty list is not the same as none given. */
static const char **source_names(const struct shy_project *p)
{
    const char **names = shy_alloc(p->source_count + 1, sizeof *names);
    for (size_t i = 0; names != NULL && i < p->source_count; i++)
        names[i] = p->sources[i].name;
    return names;
}

int shy_project_read_own(const struct shy_project *p, struct shy_store *store,
                         struct shihyo_error *err)
{
    const char **names = source_names(p);
    if (names == NULL)
        return shy_fail_nomem(err);
    int code = shy_store_only(store, names, p->source_count, err);
    shy_free(names);
    return code;
}

int shy_project_open_partitions(const struct shy_project *p, struct shy_partitions *out,
                                struct shihyo_error *err)
{
    const char **names = source_names(p);
    if (names == NULL)
        return shy_fail_nomem(err);
    int code = shy_store_open_partitions(p->store_path, names, p->source_count, out, err);
    shy_free(names);
    return code;
}
