/* SPDX-License-Identifier: MIT */
/* One source of project.lua into the store, with the project's lock held from before the plugin is
 * opened until the store is closed. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/project/project_private.h"

const struct shy_project_source *
shy_project_source_named(const struct shy_project *p, const char *name, struct shihyo_error *err)
{
    for (size_t i = 0; i < p->source_count; i++)
        if (strcmp(p->sources[i].name, name) == 0)
            return &p->sources[i];
    const char **names = shy_alloc(p->source_count, sizeof *names);
    for (size_t i = 0; names != NULL && i < p->source_count; i++)
        names[i] = p->sources[i].name;
    (void)shy_fail(err, SHY_E_SOURCE_UNKNOWN, _("The project has no source '%s'."), name);
    if (names != NULL)
        shy_nearest(err, name, names, p->source_count);
    shy_free(names);
    return NULL;
}

int shy_project_read_lua(const char *path, json_t **out, struct shihyo_error *err)
{
    return shy_script_value(path, NULL, out, err);
}

/* Closed in the opposite order, also where opening stopped half-way. */
struct opened {
    struct shy_options *options;
    struct shy_source *source;
    struct shy_store *store;
    char *options_json;
};

/* Sorted and compact: the text is a part of the delivery's identity, and must not depend on the
 * order in which somebody wrote the options. Mapping files stand there by what they say. */
static int write_options(const json_t *given, struct opened *o, struct shihyo_error *err)
{
    const char *hash = shy_options_lua_hash(o->options);
    json_t *all = json_copy((json_t *)(uintptr_t)given);
    bool good = all != NULL && (hash[0] == '\0' ||
                                json_object_set_new(all, SHY_OPTIONS_LUA, json_string(hash)) == 0);
    if (good)
        o->options_json = json_dumps(all, JSON_SORT_KEYS | JSON_COMPACT);
    json_decref(all);
    return o->options_json == NULL ? shy_fail_nomem(err) : 0;
}

static int check_options(struct shy_project *p, const struct shy_project_source *named,
                         const struct shy_plugin *plugin, struct opened *o,
                         struct shihyo_error *err)
{
    json_t *none = json_object();
    const json_t *given = json_is_object(named->options) ? named->options : none;
    int code = none == NULL
                   ? shy_fail_nomem(err)
                   : shy_options_check(shy_plugin_descriptor(plugin)->options, given, p->directory,
                                       shy_project_read_lua, &o->options, err);
    if (code == 0)
        code = write_options(given, o, err);
    json_decref(none);
    return code;
}

static int open_all(struct shy_project *p, const struct shy_project_source *named,
                    struct shy_plugin **plugin, struct opened *o, struct shihyo_error *err)
{
    struct shy_plugins *plugins;
    SHY_TRY(shy_project_plugins(p, &plugins, err));
    SHY_TRY(shy_plugins_load(plugins, named->plugin, plugin, err));
    SHY_TRY(check_options(p, named, *plugin, o, err));
    SHY_TRY(shy_source_open(*plugin, named->name, o->options, &o->source, err));
    SHY_TRY(shy_store_open(p->store_path, SHY_STORE_WRITE, &o->store, err));
    return shy_project_read_own(p, o->store, err);
}

static void close_all(struct opened *o)
{
    shy_store_close(o->store);
    shy_source_close(o->source);
    shy_options_free(o->options);
    free(o->options_json);
}

/* What the plugin says has the source's name already. */
static void name_source(struct shihyo_error *err, const char *source)
{
    char name[sizeof err->message];
    if (err == NULL)
        return;
    (void)snprintf(name, sizeof name, _("Source '%s'"), source);
    if (strncmp(err->message, name, strlen(name)) != 0)
        shy_context(err, _("Source '%s'"), source);
}

int shy_project_import(struct shy_project *p, const char *source,
                       const struct shy_import_options *options, struct shy_import_report *report,
                       struct shihyo_error *err)
{
    struct opened o = {0};
    struct shy_plugin *plugin;
    struct shy_lock lock;
    const struct shy_project_source *named = shy_project_source_named(p, source, err);
    if (named == NULL)
        return SHY_E_SOURCE_UNKNOWN;
    SHY_TRY(shy_os_lock(p->lock_path, "shihyo import", &lock, err));
    struct shy_import_options all = *options;
    all.may_be_empty = named->may_be_empty;
    int code = open_all(p, named, &plugin, &o, err);
    if (code == 0)
        code =
            shy_import_source(o.source, named->name, o.options_json, shy_plugin_descriptor(plugin),
                              o.store, p->store_path, &all, report, err);
    close_all(&o);
    shy_os_unlock(&lock);
    if (code != 0)
        name_source(err, source);
    return code;
}
