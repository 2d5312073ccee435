/* SPDX-License-Identifier: MIT */
/*
 * Which module files there are. Directories are listed here, not by libltdl: its own walk also
 * yields object files of a build tree, and its search ends in the system's library path.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/plugin/internal.h"

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

/* Value of a line name='value' of a libtool archive, to out; false where there is none. */
static bool archive_value(const char *text, const char *name, char *out, size_t size)
{
    size_t length = strlen(name);
    for (const char *line = text; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        if (strncmp(line, name, length) == 0 && line[length] == '=') {
            const char *value = line + length + 1;
            size_t count = end == NULL ? strlen(value) : (size_t)(end - value);
            if (count >= 2 && value[0] == '\'' && value[count - 1] == '\'') {
                value++;
                count -= 2;
            }
            shy_copy_text(out, size, value, count);
            return true;
        }
        line = end == NULL ? NULL : end + 1;
    }
    return false;
}

/* Path of the shared object that a libtool archive names; NULL where it has none (a static
 * library), cannot be read, or memory is exhausted. */
static char *shared_of_archive(const char *archive)
{
    struct shy_mapping file;
    char dlname[256], installed[8];
    char *shared = NULL;
    if (shy_os_map(archive, &file, NULL) != 0)
        return NULL;
    char *text = shy_strndup((const char *)file.data, file.size);
    char *directory = shy_os_dirname(archive);
    if (text != NULL && directory != NULL && archive_value(text, "dlname", dlname, sizeof dlname) &&
        dlname[0] != '\0' && strchr(dlname, '/') == NULL) {
        bool built = archive_value(text, "installed", installed, sizeof installed) &&
                     strcmp(installed, "no") == 0;
        struct shy_text path = {0};
        shy_text_addf(&path, "%s/%s%s", directory, built ? ".libs/" : "", dlname);
        shared = path.failed ? NULL : shy_strdup(path.text);
        shy_text_free(&path);
    }
    shy_free(directory);
    shy_free(text);
    shy_os_unmap(&file);
    return shared;
}

static void free_module(struct shy_module *m)
{
    shy_free(m->name);
    shy_free(m->open);
    shy_free(m->shared);
}

/* Takes over open and shared. The same file by two ways is one module. */
static int add_module(struct shy_modules *list, const char *name, char *open, char *shared,
                      bool installed, struct shihyo_error *err)
{
    struct shy_module m = {shy_strdup(name), open, shared, installed};
    char *real = shared == NULL ? NULL : realpath(shared, NULL);
    bool known = false;
    for (size_t i = 0; real != NULL && i < list->count && !known; i++) {
        char *other = realpath(list->items[i].shared, NULL);
        known = other != NULL && strcmp(other, real) == 0 && strcmp(list->items[i].name, name) == 0;
        free(other);
    }
    free(real);
    bool failed = m.name == NULL || m.open == NULL || m.shared == NULL ||
                  (!known && !SHY_GROW(list->items, list->count, list->capacity));
    if (failed || known) {
        free_module(&m);
        return failed ? shy_fail_nomem(err) : 0;
    }
    list->items[list->count++] = m;
    return 0;
}

/* The module called name in a directory, if any: NAME.la before NAME.so. */
static int probe(struct shy_modules *list, const char *directory, const char *name, bool installed,
                 bool *found, struct shihyo_error *err)
{
    struct shy_text archive = {0}, object = {0};
    int code = 0;
    *found = false;
    shy_text_addf(&archive, "%s/%s.la", directory, name);
    shy_text_addf(&object, "%s/%s.so", directory, name);
    if (archive.failed || object.failed) {
        code = shy_fail_nomem(err);
        goto out;
    }
    char *shared = shy_os_exists(archive.text) ? shared_of_archive(archive.text) : NULL;
    if (shared != NULL && shy_os_exists(shared)) {
        *found = true;
        code = add_module(list, name, shy_strdup(archive.text), shared, installed, err);
        goto out;
    }
    shy_free(shared);
    if (shy_os_exists(object.text) && !shy_os_is_directory(object.text)) {
        *found = true;
        code = add_module(list, name, shy_strdup(object.text), shy_strdup(object.text), installed,
                          err);
    }
out:
    shy_text_free(&archive);
    shy_text_free(&object);
    return code;
}

/* A folder of a build tree: NAME/NAME.la, NAME/NAME.so or NAME/.libs/NAME.so. The last is for a
 * tree from which the .la was removed, as packagers do with installed modules. */
static int probe_folder(struct shy_modules *list, const char *directory, const char *name,
                        bool installed, struct shihyo_error *err)
{
    struct shy_text folder = {0};
    bool found;
    shy_text_addf(&folder, "%s/%s", directory, name);
    int code = folder.failed ? shy_fail_nomem(err)
                             : probe(list, folder.text, name, installed, &found, err);
    if (code == 0 && !found) {
        shy_text_adds(&folder, "/.libs");
        code = folder.failed ? shy_fail_nomem(err)
                             : probe(list, folder.text, name, installed, &found, err);
    }
    shy_text_free(&folder);
    return code;
}

/* A folder that is not there is no error: the install folder is missing until something has been
 * installed. */
static int scan(struct shy_modules *list, const char *directory, bool installed,
                struct shihyo_error *err)
{
    struct shy_paths entries;
    if (!shy_os_is_directory(directory))
        return 0;
    SHY_TRY(shy_os_list(directory, &entries, err));
    int code = 0;
    for (size_t i = 0; code == 0 && i < entries.count; i++) {
        const char *entry = entries.items[i];
        bool found;
        if (ends_with(entry, ".la") || ends_with(entry, ".so")) {
            char *name = shy_strndup(entry, strlen(entry) - 3);
            code = name == NULL ? shy_fail_nomem(err)
                                : probe(list, directory, name, installed, &found, err);
            shy_free(name);
        } else if (shy_plugin_name_ok(entry)) {
            code = probe_folder(list, directory, entry, installed, err);
        }
    }
    shy_paths_free(&entries);
    return code;
}

static int add_directory(struct shy_modules *list, const char *directory, size_t length,
                         bool installed, struct shihyo_error *err)
{
    struct shy_paths *d = &list->directories;
    char *copy = shy_strndup(directory, length);
    if (copy == NULL || !SHY_GROW(d->items, d->count, d->capacity)) {
        shy_free(copy);
        return shy_fail_nomem(err);
    }
    d->items[d->count++] = copy;
    return scan(list, copy, installed, err);
}

int shy_modules_find(struct shy_modules *out, struct shihyo_error *err)
{
    const char *path = getenv("SHIHYO_PLUGIN_PATH");
    int code = 0;
    *out = (struct shy_modules){0};
    while (code == 0 && path != NULL && *path != '\0') {
        size_t length = strcspn(path, ":");
        if (length > 0)
            code = add_directory(out, path, length, false, err);
        path += length + (path[length] == ':');
    }
    if (code == 0)
        code = add_directory(out, SHY_PLUGIN_DIR, strlen(SHY_PLUGIN_DIR), true, err);
    if (code != 0)
        shy_modules_free(out);
    return code;
}

void shy_modules_free(struct shy_modules *m)
{
    for (size_t i = 0; i < m->count; i++)
        free_module(&m->items[i]);
    shy_free(m->items);
    shy_paths_free(&m->directories);
    *m = (struct shy_modules){0};
}
