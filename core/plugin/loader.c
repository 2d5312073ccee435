/* SPDX-License-Identifier: MIT */
/*
 * Loading. A module is opened by its full path. It is opened twice: by dlopen, which says what is
 * wrong (libltdl's text is that of the last loader it tried, mostly "file not found") and binds
 * every function at once, and by libltdl, which holds it.
 */
#include <dlfcn.h>
#include <ltdl.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/foreign.h"
#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/plugin/internal.h"

#define SYMBOL "shihyo_plugin"
#define SYMBOL_SUFFIX "_LTX_" SYMBOL
#define STATIC_FILE "(static)"

struct shy_plugins {
    struct shy_modules modules;
    struct shy_plugin **items; /* loaded, sorted by name */
    size_t count, capacity;
};

/* libltdl is not thread-safe: one lock around every call of it. */
static pthread_mutex_t ltdl_lock = PTHREAD_MUTEX_INITIALIZER;
static const lt_dlsymlist *preloaded;
enum { NAME_SIZE = 128 };

void shy_plugins_set_preloaded(const void *symbols)
{
    preloaded = symbols;
    (void)lt_dlpreload_default(symbols);
}

/* Unloading makes later reports of leaks and races name unknown places. */
static bool keep_modules(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return true;
#else
    const char *keep = getenv("SHIHYO_KEEP_PLUGINS");
    return keep != NULL && strcmp(keep, "1") == 0;
#endif
}

/* Preloaded modules ---------------------------------------------------------------------- */

/* Name of the plugin whose symbol this is, to out; false where it is another symbol. */
static bool preloaded_name(const lt_dlsymlist *symbol, char *out, size_t size)
{
    const char *suffix = symbol->address == NULL ? NULL : strstr(symbol->name, SYMBOL_SUFFIX);
    if (suffix == NULL || strcmp(suffix, SYMBOL_SUFFIX) != 0)
        return false;
    shy_copy_text(out, size, symbol->name, (size_t)(suffix - symbol->name));
    return true;
}

static bool is_preloaded(const char *name)
{
    char found[NAME_SIZE];
    for (const lt_dlsymlist *s = preloaded; s != NULL && s->name != NULL; s++) {
        if (preloaded_name(s, found, sizeof found) && strcmp(found, name) == 0)
            return true;
    }
    return false;
}

/* Making --------------------------------------------------------------------------------- */

int shy_plugins_new(struct shy_plugins **out, struct shihyo_error *err)
{
    *out = NULL;
    struct shy_plugins *p = shy_alloc(1, sizeof *p);
    if (p == NULL)
        return shy_fail_nomem(err);
    (void)pthread_mutex_lock(&ltdl_lock);
    int failed = lt_dlinit();
    const char *why = failed != 0 ? lt_dlerror() : NULL;
    int code = failed == 0 ? 0
                           : shy_fail(err, SHY_E_PLUGIN_LOAD, _("Plugins cannot be loaded: %s"),
                                      why == NULL ? "" : why);
    (void)pthread_mutex_unlock(&ltdl_lock);
    if (code == 0)
        code = shy_modules_find(&p->modules, err);
    if (code != 0) {
        if (failed != 0)
            shy_free(p);
        else
            shy_plugins_free(p);
        return code;
    }
    *out = p;
    return 0;
}

static void free_plugin(struct shy_plugin *plugin)
{
    if (plugin == NULL)
        return;
    if (plugin->handle != NULL && !keep_modules())
        (void)lt_dlclose(plugin->handle);
    shy_arena_free(&plugin->arena);
    shy_free(plugin->name);
    shy_free(plugin->file);
    shy_free(plugin);
}

void shy_plugins_free(struct shy_plugins *p)
{
    if (p == NULL)
        return;
    (void)pthread_mutex_lock(&ltdl_lock);
    for (size_t i = 0; i < p->count; i++)
        free_plugin(p->items[i]);
    if (!keep_modules())
        (void)lt_dlexit();
    (void)pthread_mutex_unlock(&ltdl_lock);
    shy_free(p->items);
    shy_modules_free(&p->modules);
    shy_free(p);
}

/* Opening a module ----------------------------------------------------------------------- */

static int fail_open(struct shihyo_error *err, const char *name, const char *file, const char *why)
{
    char reason[256];
    (void)shy_fail(err, SHY_E_PLUGIN_LOAD, _("The module of the plugin '%s' cannot be loaded: %s"),
                   name, shy_foreign(why == NULL ? "?" : why, reason, sizeof reason));
    shy_at(err, file, 0, 0);
    shy_hint(err, _("A library it needs is missing, or it was made for another system."));
    return SHY_E_PLUGIN_LOAD;
}

/* file NULL: a preloaded module by its bare name, from nowhere else. */
static int open_module(const char *name, const struct shy_module *m, lt_dlhandle *out,
                       struct shihyo_error *err)
{
    void *probe = NULL;
    lt_dladvise advise;
    if (m != NULL) {
        probe = dlopen(m->shared, RTLD_NOW | RTLD_LOCAL);
        if (probe == NULL)
            return fail_open(err, name, m->shared, dlerror());
    }
    if (lt_dladvise_init(&advise) != 0 ||
        (m == NULL ? lt_dladvise_preload(&advise) : lt_dladvise_local(&advise)) != 0)
        *out = NULL;
    else
        *out = lt_dlopenadvise(m == NULL ? name : m->open, advise);
    int code =
        *out != NULL ? 0 : fail_open(err, name, m == NULL ? STATIC_FILE : m->shared, lt_dlerror());
    (void)lt_dladvise_destroy(&advise);
    if (probe != NULL)
        (void)dlclose(probe);
    return code;
}

/* libltdl looks for NAME_LTX_shihyo_plugin first. The prefix keeps apart two plugins that are
 * linked into one program, and no library on which a module depends has such a symbol. */
static int find_symbol(const char *name, const char *file, lt_dlhandle handle,
                       const struct shihyo_plugin **out, struct shihyo_error *err)
{
    *out = lt_dlsym(handle, SYMBOL);
    if (*out != NULL)
        return 0;
    (void)shy_fail(err, SHY_E_PLUGIN_SYMBOL, _("The module does not export '%s%s'."), name,
                   SYMBOL_SUFFIX);
    shy_at(err, file, 0, 0);
    shy_hint(err, _("It is not a plugin of shihyo, or its file was renamed."));
    return SHY_E_PLUGIN_SYMBOL;
}

/* Under the lock. */
static int load_module(const char *name, const struct shy_module *m, struct shy_plugin **out,
                       struct shihyo_error *err)
{
    const struct shihyo_plugin *foreign;
    lt_dlhandle handle = NULL;
    struct shy_plugin *plugin = shy_alloc(1, sizeof *plugin);
    if (plugin == NULL)
        return shy_fail_nomem(err);
    plugin->name = shy_strdup(name);
    plugin->file = shy_strdup(m == NULL ? STATIC_FILE : m->shared);
    int code = plugin->name == NULL || plugin->file == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0)
        code = open_module(name, m, &handle, err);
    plugin->handle = handle;
    if (code == 0)
        code = find_symbol(name, plugin->file, handle, &foreign, err);
    if (code == 0)
        code = shy_descriptor_take(foreign, name, plugin->file, &plugin->arena, &plugin->descriptor,
                                   err);
    if (code != 0) {
        free_plugin(plugin);
        return code;
    }
    shy_log(SHIHYO_LOG_DEBUG, "plugin %s %s from %s", name, plugin->descriptor->version,
            plugin->file);
    *out = plugin;
    return 0;
}

/* Choosing a module ---------------------------------------------------------------------- */

static int fail_twice(struct shihyo_error *err, const char *name, const char *a, const char *b)
{
    (void)shy_fail(err, SHY_E_PLUGIN_TWICE, _("There are two plugins '%s': %s and %s."), name, a,
                   b);
    shy_hint(err, _("Remove one of them, or its folder from SHIHYO_PLUGIN_PATH."));
    return SHY_E_PLUGIN_TWICE;
}

/* Of the plugins that are linked in and those that lie in the folders. */
static void add_nearest(const struct shy_plugins *p, const char *name, struct shihyo_error *err)
{
    size_t linked = 0, count = 0;
    for (const lt_dlsymlist *s = preloaded; s != NULL && s->name != NULL; s++)
        linked++;
    const char **names = shy_alloc(linked + p->modules.count + 1, sizeof *names);
    char(*texts)[NAME_SIZE] = shy_alloc(linked + 1, sizeof *texts);
    if (names != NULL && texts != NULL) {
        for (size_t i = 0; i < linked; i++) {
            if (preloaded_name(&preloaded[i], texts[count], sizeof texts[count])) {
                names[count] = texts[count];
                count++;
            }
        }
        for (size_t i = 0; i < p->modules.count; i++)
            names[count++] = p->modules.items[i].name;
        shy_nearest(err, name, names, count);
    }
    shy_free((void *)names);
    shy_free(texts);
}

static int fail_not_found(const struct shy_plugins *p, const char *name, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_PLUGIN_NOT_FOUND, _("There is no plugin '%s'."), name);
    if (!shy_plugin_name_ok(name))
        shy_hint(err, _("Plugin names are lower-case letters, digits and underscores."));
    add_nearest(p, name, err);
    struct shy_text searched = {0};
    for (size_t i = 0; i < p->modules.directories.count; i++)
        shy_text_addf(&searched, "%s%s", i == 0 ? "" : ", ", p->modules.directories.items[i]);
    shy_hint(err, _("Searched: %s."), shy_text_get(&searched));
    shy_text_free(&searched);
    return SHY_E_PLUGIN_NOT_FOUND;
}

/* What is named by SHIHYO_PLUGIN_PATH or linked in goes before what is installed: a build tree
 * works beside an installed copy. Any other pair is refused. *out NULL = preloaded. */
static int choose(const struct shy_plugins *p, const char *name, const struct shy_module **out,
                  struct shihyo_error *err)
{
    const struct shy_module *found = NULL;
    bool linked = is_preloaded(name);
    for (size_t i = 0; i < p->modules.count; i++) {
        const struct shy_module *m = &p->modules.items[i];
        if (strcmp(m->name, name) != 0)
            continue;
        bool yields = m->installed && (linked || (found != NULL && !found->installed));
        if (yields)
            continue;
        if (linked || found != NULL)
            return fail_twice(err, name, linked ? STATIC_FILE : found->shared, m->shared);
        found = m;
    }
    *out = found;
    return found != NULL || linked ? 0 : fail_not_found(p, name, err);
}

/* Index of the loaded plugin, or of its place. */
static size_t find_loaded(const struct shy_plugins *p, const char *name, bool *found)
{
    size_t i = 0;
    int order = -1;
    while (i < p->count && (order = strcmp(p->items[i]->name, name)) < 0)
        i++;
    *found = i < p->count && order == 0;
    return i;
}

int shy_plugins_load(struct shy_plugins *p, const char *name, struct shy_plugin **out,
                     struct shihyo_error *err)
{
    const struct shy_module *module;
    bool found;
    *out = NULL;
    (void)pthread_mutex_lock(&ltdl_lock);
    size_t at = find_loaded(p, name, &found);
    int code = 0;
    if (found) {
        *out = p->items[at];
        goto out;
    }
    if (!shy_plugin_name_ok(name)) {
        code = fail_not_found(p, name, err);
        goto out;
    }
    code = choose(p, name, &module, err);
    if (code == 0 && !SHY_GROW(p->items, p->count, p->capacity))
        code = shy_fail_nomem(err);
    if (code == 0)
        code = load_module(name, module, out, err);
    if (code != 0)
        goto out;
    memmove(p->items + at + 1, p->items + at, (p->count - at) * sizeof *p->items);
    p->items[at] = *out;
    p->count++;
out:
    (void)pthread_mutex_unlock(&ltdl_lock);
    return code;
}

/* All ------------------------------------------------------------------------------------ */

/* One plugin that cannot be loaded must not hide the others. */
static void load_one(struct shy_plugins *p, const char *name, struct shy_problems *problems)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_plugin *plugin;
    if (shy_plugins_load(p, name, &plugin, &err) != 0 && problems != NULL)
        shy_problems_add(problems, SHY_ERROR, &err);
}

/* A module whose file name cannot be a plugin's is told, not passed over: a hyphen is easily
 * typed and would make the plugin vanish. */
static void report_name(const struct shy_module *m, struct shy_problems *problems)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_PLUGIN_NAME, _("The module '%s' cannot be a plugin."), m->name);
    shy_at(&err, m->shared, 0, 0);
    shy_hint(&err, _("Plugin names are lower-case letters, digits and underscores."));
    if (problems != NULL)
        shy_problems_add(problems, SHY_ERROR, &err);
}

static bool seen_before(const struct shy_modules *modules, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(modules->items[k].name, modules->items[i].name) == 0)
            return true;
    }
    return false;
}

int shy_plugins_all(struct shy_plugins *p, struct shy_plugin *const **out, size_t *count,
                    struct shy_problems *problems, struct shihyo_error *err)
{
    char name[NAME_SIZE];
    (void)err;
    for (const lt_dlsymlist *s = preloaded; s != NULL && s->name != NULL; s++) {
        if (preloaded_name(s, name, sizeof name))
            load_one(p, name, problems);
    }
    for (size_t i = 0; i < p->modules.count; i++) {
        const struct shy_module *m = &p->modules.items[i];
        if (!shy_plugin_name_ok(m->name))
            report_name(m, problems);
        else if (!seen_before(&p->modules, i) && !is_preloaded(m->name))
            load_one(p, m->name, problems);
    }
    *out = p->items;
    *count = p->count;
    return 0;
}

const struct shihyo_plugin *shy_plugin_descriptor(const struct shy_plugin *plugin)
{
    return plugin->descriptor;
}

const char *shy_plugin_file(const struct shy_plugin *plugin)
{
    return plugin->file;
}
