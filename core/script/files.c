/* SPDX-License-Identifier: MIT */
/* The files of a pack: found once, hashed together, read only when they were found. */
#include "config.h"

#include "core/script/pack.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"

enum { DEPTH_MOST = 8, FILES_MOST = 5000, NAMES_MOST = 5000 };

/* Finding -------------------------------------------------------------------------------- */

static int refuse(struct shihyo_error *err, const char *name, const char *text)
{
    (void)shy_fail(err, SHY_E_PACK_FILE, _("The file '%s' of the pack cannot be used: %s"), name,
                   text);
    return SHY_E_PACK_FILE;
}

/* Is path, without its symbolic links, inside of the pack? */
static int check_inside(const struct shy_pack *pack, const char *path, const char *name,
                        struct shihyo_error *err)
{
    size_t length = strlen(pack->real_directory);
    char *real = shy_os_real_path(path);
    bool inside = real != NULL && strncmp(real, pack->real_directory, length) == 0 &&
                  (real[length] == '/' || real[length] == '\0');
    shy_free(real);
    if (inside)
        return 0;
    return refuse(err, name, _("it is a link that leads out of the pack, or to nothing."));
}

static int scan(struct shy_pack *pack, const char *folder, int depth, struct shihyo_error *err);

static int scan_entry(struct shy_pack *pack, const char *folder, const char *entry, int depth,
                      struct shihyo_error *err)
{
    char *name = folder[0] == '\0' ? shy_strdup(entry) : shy_os_join(folder, entry);
    char *path = name == NULL ? NULL : shy_os_join(pack->directory, name);
    int code = path == NULL ? shy_fail_nomem(err) : check_inside(pack, path, name, err);
    if (code != 0)
        goto out;
    if (shy_os_is_directory(path))
        code = scan(pack, name, depth + 1, err);
    else if (pack->files.count == FILES_MOST)
        code = refuse(err, name, _("there are too many files."));
    else if (shy_map_adds(&pack->files, name) == SHY_MAP_NONE)
        code = shy_fail_nomem(err);
out:
    shy_free(path);
    shy_free(name);
    return code;
}

/* Names in the order of their bytes, a folder's files at its place. Names in the order of their
 * bytes on every machine, since the hash and the order of reading follow it. */
static int scan(struct shy_pack *pack, const char *folder, int depth, struct shihyo_error *err)
{
    struct shy_paths entries;
    if (depth > DEPTH_MOST)
        return refuse(err, folder, _("the folders are nested too deeply."));
    char *path =
        folder[0] == '\0' ? shy_strdup(pack->directory) : shy_os_join(pack->directory, folder);
    if (path == NULL)
        return shy_fail_nomem(err);
    int code = shy_os_list(path, &entries, err);
    shy_free(path);
    if (code != 0)
        return code;
    for (size_t i = 0; i < entries.count && code == 0; i++)
        if (entries.items[i][0] != '.')
            code = scan_entry(pack, folder, entries.items[i], depth, err);
    shy_paths_free(&entries);
    return code;
}

/* One hash over names and contents. Of names and contents in the order of the names: two packs have
 * one hash exactly when their folders are equal. */
static int hash_files(struct shy_pack *pack, struct shihyo_error *err)
{
    struct shy_text all = {0};
    char hash[SHY_HASH_TEXT];
    int code = 0;
    for (size_t i = 0; i < pack->files.count && code == 0; i++) {
        char *path = shy_os_join(pack->directory, pack->files.keys[i]);
        code = path == NULL ? shy_fail_nomem(err) : shy_hash_file(path, hash, NULL, err);
        shy_free(path);
        if (code == 0)
            shy_text_addf(&all, "%s\n%s\n", pack->files.keys[i], hash);
    }
    if (code == 0 && all.failed)
        code = shy_fail_nomem(err);
    if (code == 0)
        shy_hash_bytes(shy_text_get(&all), all.length, pack->hash);
    shy_text_free(&all);
    return code;
}

int shy_pack_scan(struct shy_pack *pack, struct shihyo_error *err)
{
    pack->real_directory = shy_os_real_path(pack->directory);
    if (pack->real_directory == NULL)
        return shy_fail(err, SHY_E_PACK_NOT_FOUND, _("There is no pack at '%s'."), pack->directory);
    SHY_TRY(scan(pack, "", 0, err));
    return hash_files(pack, err);
}

/* Reading -------------------------------------------------------------------------------- */

/* Only what the scan has found: a name with .. in it is no file of the pack. */
int shy_pack_read(const struct shy_pack *pack, const char *name, struct shy_mapping *out,
                  struct shihyo_error *err)
{
    if (shy_map_finds(&pack->files, name) == SHY_MAP_NONE) {
        (void)shy_fail(err, SHY_E_PACK_FILE, _("The pack has no file '%s'."), name);
        shy_nearest(err, name, (const char *const *)pack->files.keys, pack->files.count);
        return SHY_E_PACK_FILE;
    }
    char *path = shy_os_join(pack->directory, name);
    if (path == NULL)
        return shy_fail_nomem(err);
    int code = shy_os_map(path, out, err);
    shy_free(path);
    return code;
}

/* Runs a file; its result is left at the top of the stack. Raises what goes wrong. */
int shy_pack_run_file(lua_State *L, struct shy_pack *pack, const char *name)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    if (shy_map_adds(&pack->done, name) == SHY_MAP_NONE ||
        !SHY_GROW(pack->mappings, pack->mapping_count, pack->mapping_capacity))
        shy_trip_now(L, SHY_TRIP_MEMORY);
    /* The pack holds the file until it is loaded: an error may come at any of the next steps. */
    struct shy_mapping *file = &pack->mappings[pack->mapping_count];
    if (shy_pack_read(pack, name, file, &err) != 0)
        return shy_raise(L, &err);
    pack->mapping_count++;
    struct shy_mapping content = *file;
    lua_pushfstring(L, "%s/%s", pack->directory, name);
    shy_host_load(L, content.data == NULL ? "" : (const char *)content.data, content.size,
                  lua_tostring(L, -1));
    lua_remove(L, -2);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, "shihyo.modules");
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
    return 1;
}

/* require "lib.names" or "lib/names.lua": the file's value; every file is run once. By what the
 * scan found, so no path leads out of the pack; a file that is being read may not be asked for
 * again. */
int shy_pack_require(lua_State *L)
{
    struct shy_pack *pack = shy_pack_of(L);
    const char *wanted = shy_need_text(L, 1, "require");
    lua_settop(L, 1);
    if (pack->sealed)
        return shy_raisef(L, SHY_E_SCRIPT_BLOCKED,
                          _("blocked: require may not be used when figures are computed."));
    size_t length = strlen(wanted);
    if (length > 4 && strcmp(wanted + length - 4, ".lua") == 0)
        lua_pushvalue(L, 1);
    else
        lua_pushfstring(L, "%s.lua", luaL_gsub(L, wanted, ".", "/"));
    lua_replace(L, 1);
    const char *name = lua_tostring(L, 1);
    if (shy_map_finds(&pack->files, name) == SHY_MAP_NONE) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_BLOCKED,
                       _("blocked: require of '%s', which is no file of the pack."), wanted);
        shy_nearest(&err, name, (const char *const *)pack->files.keys, pack->files.count);
        return shy_raise(L, &err);
    }
    lua_getfield(L, LUA_REGISTRYINDEX, "shihyo.modules");
    lua_getfield(L, -1, name);
    if (!lua_isnil(L, -1))
        return 1;
    if (shy_map_finds(&pack->done, name) != SHY_MAP_NONE)
        return shy_raisef(L, SHY_E_PACK_FILE,
                          _("The files of the pack require each other in a circle, or '%s' has "
                            "a mistake."),
                          name);
    return shy_pack_run_file(L, pack, name);
}
