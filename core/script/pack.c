/* SPDX-License-Identifier: MIT */
/* Loading a pack: its manifest, its scripts in order, the document they made. */
#include "config.h"

#include "core/script/pack.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"

/* The version of the language that packs name as `api`. */
#define API 1

/* Manifest ------------------------------------------------------------------------------- */

static const char *const manifest_fields[] = {
    "api",  "depends", "description", "files", "id",      "licence",
    "name", "name_en", "publisher",   "tests", "version",
};

static int invalid(struct shihyo_error *err, const char *path, const char *format, const char *what)
{
    (void)shy_fail(err, SHY_E_PACK_INVALID, format, what);
    shy_at(err, path, 0, 0);
    return SHY_E_PACK_INVALID;
}

/* "1.2.3" to three numbers; what follows a '-' is left alone. Six digits each at most, so that no
 * number overflows. */
static bool parse_version(const char *text, long out[3])
{
    for (int i = 0; i < 3; i++) {
        char *end;
        if (!isdigit((unsigned char)*text))
            return false;
        out[i] = strtol(text, &end, 10);
        if (end - text > 6 || (i < 2 && *end != '.'))
            return false;
        text = i < 2 ? end + 1 : end;
    }
    if (*text != '\0' && *text != '-')
        return false;
    return strspn(text, "-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
           strlen(text);
}

/* An empty text is no name. */
static int check_texts(const json_t *manifest, const char *path, struct shihyo_error *err)
{
    static const char *const required[] = {"id", "version", "name"};
    static const char *const texts[] = {"id",        "version", "name",  "name_en",
                                        "publisher", "licence", "tests", "description"};
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (json_object_get(manifest, required[i]) == NULL)
            return invalid(err, path, _("The manifest lacks the field '%s'."), required[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const json_t *value = json_object_get(manifest, texts[i]);
        if (value != NULL && (!json_is_string(value) || json_string_length(value) == 0))
            return invalid(err, path, _("The manifest's field '%s' must be a text."), texts[i]);
    }
    return 0;
}

/* Both forms are read by every caller: a list of ids, or ids with the least version. */
static int check_depends(const json_t *depends, const char *path, struct shihyo_error *err)
{
    const char *key;
    json_t *value;
    size_t i;
    long version[3];
    json_object_foreach((json_t *)(uintptr_t)depends, key, value)
    {
        if (!json_is_string(value) || !parse_version(json_string_value(value), version))
            return invalid(err, path,
                           _("The version wanted of the pack '%s' must be a text like "
                             "\"1.0.0\"."),
                           key);
    }
    json_array_foreach(depends, i, value)
    {
        if (!json_is_string(value))
            return invalid(err, path,
                           _("'%s' of the manifest is { id = \"1.0.0\" } or a list of "
                             "ids."),
                           "depends");
    }
    if (depends != NULL && !json_is_object(depends) && !json_is_array(depends))
        return invalid(err, path,
                       _("'%s' of the manifest is { id = \"1.0.0\" } or a list of "
                         "ids."),
                       "depends");
    return 0;
}

static int check_files(const json_t *files, const char *path, struct shihyo_error *err)
{
    size_t i;
    json_t *value;
    if (files == NULL)
        return 0;
    bool good = json_is_array(files);
    json_array_foreach(files, i, value) good = good && json_is_string(value);
    return good ? 0
                : invalid(err, path, _("'%s' of the manifest is a list of file names."), "files");
}

static int check_manifest(const json_t *manifest, const char *path, struct shihyo_error *err)
{
    const size_t count = sizeof manifest_fields / sizeof manifest_fields[0];
    const char *key;
    json_t *value;
    long version[3];
    if (!json_is_object(manifest))
        return invalid(err, path, _("The manifest must be a table with names%s."), "");
    json_object_foreach((json_t *)(uintptr_t)manifest, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known = known || strcmp(key, manifest_fields[i]) == 0;
        if (!known) {
            (void)invalid(err, path, _("A manifest has no field '%s'."), key);
            shy_nearest(err, key, manifest_fields, count);
            return SHY_E_PACK_INVALID;
        }
    }
    SHY_TRY(check_texts(manifest, path, err));
    const char *id = json_string_value(json_object_get(manifest, "id"));
    if (id[0] < 'a' || id[0] > 'z' || strlen(id) > 60 ||
        strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_.") != strlen(id))
        return invalid(err, path,
                       _("The pack's id '%s' may only have the letters a to z, digits, "
                         "'_' and '.', and begins with a letter."),
                       id);
    const char *text = json_string_value(json_object_get(manifest, "version"));
    if (!parse_version(text, version))
        return invalid(err, path, _("The pack's version '%s' must be like \"1.0.0\"."), text);
    SHY_TRY(check_depends(json_object_get(manifest, "depends"), path, err));
    SHY_TRY(check_files(json_object_get(manifest, "files"), path, err));
    const json_t *api = json_object_get(manifest, "api");
    if (!json_is_integer(api) || json_integer_value(api) != API) {
        (void)shy_fail(err, SHY_E_PACK_API,
                       _("The pack is not made for this version of the language (api = %d)."), API);
        shy_hint(err,
                 api == NULL ? _("pack.lua does not say for which: add api = %d.")
                             : _("A newer shihyo may know it; this one knows %d."),
                 API);
        shy_at(err, path, 0, 0);
        return SHY_E_PACK_API;
    }
    return 0;
}

int shy_pack_manifest(const char *directory, json_t **out, struct shihyo_error *err)
{
    *out = NULL;
    char *path = shy_os_join(directory, "pack.lua");
    if (path == NULL)
        return shy_fail_nomem(err);
    int code;
    if (!shy_os_exists(path)) {
        code = shy_fail(err, SHY_E_PACK_NOT_FOUND, _("There is no pack at '%s'."), directory);
        shy_hint(err, _("A pack is a folder with a file pack.lua."));
    } else {
        code = shy_script_value(path, NULL, out, err);
        if (code == 0)
            code = check_manifest(*out, path, err);
    }
    if (code != 0) {
        json_decref(*out);
        *out = NULL;
    }
    shy_free(path);
    return code;
}

/* Dependencies --------------------------------------------------------------------------- */

/* By the id in the manifest, not by the folder's name. */
static const struct shy_pack *find_pack(const struct shy_pack *const *packs, size_t count,
                                        const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(packs[i]->id, id) == 0)
            return packs[i];
    return NULL;
}

/* Numbers as in semantic versioning: the same first number promises that nothing was taken away. */
static int check_dependency(const struct shy_pack *pack, const struct shy_pack *found,
                            const char *id, const char *wanted, struct shihyo_error *err)
{
    long want[3] = {0, 0, 0}, have[3] = {0, 0, 0};
    if (found == NULL) {
        (void)shy_fail(err, SHY_E_PACK_DEPENDS, _("The pack '%s' needs the pack '%s'."), pack->id,
                       id);
        shy_hint(err, _("Add it to 'packs' of project.lua."));
        return SHY_E_PACK_DEPENDS;
    }
    if (wanted == NULL || !parse_version(wanted, want) || !parse_version(found->version, have))
        return 0;
    bool enough =
        have[0] == want[0] && (have[1] > want[1] || (have[1] == want[1] && have[2] >= want[2]));
    return enough ? 0
                  : shy_fail(err, SHY_E_PACK_DEPENDS,
                             _("The pack '%s' needs '%s' %s or a later one of the same first "
                               "number; there is %s."),
                             pack->id, id, wanted, found->version);
}

/* The code lists of a dependency can be used like one's own. Shared, not copied: lists are not
 * changed after they are made. */
static int take_dependency(struct shy_pack *pack, const struct shy_pack *from,
                           struct shihyo_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach(from->code_lists, key, value)
    {
        if (json_object_set(pack->code_lists, key, value) != 0)
            return shy_fail_nomem(err);
    }
    return 0;
}

static int take_dependencies(struct shy_pack *pack, const struct shy_pack *const *packs,
                             size_t count, struct shihyo_error *err)
{
    const json_t *depends = json_object_get(pack->manifest, "depends");
    const char *key;
    json_t *value;
    size_t i;
    json_object_foreach((json_t *)(uintptr_t)depends, key, value)
    {
        const struct shy_pack *found = find_pack(packs, count, key);
        SHY_TRY(check_dependency(pack, found, key, json_string_value(value), err));
        SHY_TRY(take_dependency(pack, found, err));
    }
    json_array_foreach(depends, i, value)
    {
        const struct shy_pack *found = find_pack(packs, count, json_string_value(value));
        SHY_TRY(check_dependency(pack, found, json_string_value(value), NULL, err));
        SHY_TRY(take_dependency(pack, found, err));
    }
    return 0;
}

/* Running -------------------------------------------------------------------------------- */

enum stage { STAGE_CODES, STAGE_OTHERS, STAGE_TESTS, STAGE_NONE };

/* A whole folder: "tests2/x.lua" is not in "tests". */
static bool in_folder(const char *name, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(name, folder, length) == 0 && name[length] == '/';
}

/* When a file is read: code lists first, examples last. */
static enum stage stage_of(const struct shy_pack *pack, const char *name)
{
    const char *tests = json_string_value(json_object_get(pack->manifest, "tests"));
    const json_t *files = json_object_get(pack->manifest, "files");
    size_t length = strlen(name), i;
    json_t *file;
    bool listed = files == NULL;
    if (length < 4 || strcmp(name + length - 4, ".lua") != 0 || strcmp(name, "pack.lua") == 0)
        return STAGE_NONE;
    if (in_folder(name, tests == NULL ? "tests" : tests))
        return STAGE_TESTS;
    json_array_foreach(files, i, file)
    {
        listed = listed || strcmp(json_string_value(file), name) == 0;
    }
    if (!listed)
        return STAGE_NONE;
    if (strcmp(shy_os_basename(name), "codes.lua") == 0 || in_folder(name, "codes"))
        return STAGE_CODES;
    return STAGE_OTHERS;
}

struct run {
    struct shy_pack *pack;
    const char *name, *text; /* text NULL = the file */
    size_t length;
};

static int run_script(lua_State *L)
{
    struct run *run = lua_touserdata(L, 1);
    if (lua_getfield(L, LUA_REGISTRYINDEX, "shihyo.modules") != LUA_TTABLE) {
        lua_newtable(L);
        lua_setfield(L, LUA_REGISTRYINDEX, "shihyo.modules");
    }
    lua_settop(L, 0);
    if (run->text != NULL) {
        shy_host_load(L, run->text, run->length, run->name);
        lua_call(L, 0, 0);
        return 0;
    }
    (void)shy_pack_run_file(L, run->pack, run->name);
    return 0;
}

/* A file that stops is a problem; the other files are read all the same. */
static int run_one(struct shy_pack *pack, const char *name, const char *text, size_t length,
                   struct shihyo_error *err)
{
    struct run run = {.pack = pack, .name = name, .text = text, .length = length};
    struct shihyo_error problem = SHY_ERROR_INIT;
    int code = shy_host_run(pack->host, run_script, &run, &problem);
    if (code == SHY_E_NOMEM)
        return shy_fail_nomem(err);
    if (problem.code != 0) {
        shy_at(&problem, name, 0, 0);
        pack->problem_count++;
        if (pack->problems != NULL)
            shy_problems_add(pack->problems, SHY_ERROR, &problem);
    }
    return 0;
}

/* A file that a list names and the folder lacks is told, and the others are read. */
static int run_files(struct shy_pack *pack, struct shihyo_error *err)
{
    const json_t *files = json_object_get(pack->manifest, "files");
    size_t i;
    json_t *file;
    json_array_foreach(files, i, file)
    {
        struct shihyo_error problem = SHY_ERROR_INIT;
        const char *name = json_string_value(file);
        if (shy_map_finds(&pack->files, name) != SHY_MAP_NONE)
            continue;
        (void)shy_fail(&problem, SHY_E_PACK_FILE, _("The pack has no file '%s'."), name);
        char *manifest = shy_os_join(pack->directory, "pack.lua");
        if (manifest == NULL)
            return shy_fail_nomem(err);
        shy_at(&problem, manifest, 0, 0);
        shy_free(manifest);
        shy_nearest(&problem, name, (const char *const *)pack->files.keys, pack->files.count);
        pack->problem_count++;
        if (pack->problems != NULL)
            shy_problems_add(pack->problems, SHY_ERROR, &problem);
    }
    for (enum stage stage = STAGE_CODES; stage < STAGE_NONE; stage++) {
        for (size_t n = 0; n < pack->files.count; n++) {
            const char *name = pack->files.keys[n];
            if (stage_of(pack, name) == stage && shy_map_finds(&pack->done, name) == SHY_MAP_NONE)
                SHY_TRY(run_one(pack, name, NULL, 0, err));
        }
    }
    return 0;
}

/* Life ----------------------------------------------------------------------------------- */

/* Every list is there from the start, so that a document of a pack without indicators has the same
 * shape. */
static int new_document(struct shy_pack *pack, struct shihyo_error *err)
{
    static const char *const lists[] = {"code_lists", "indicators", "cross_tables", "examples"};
    pack->document = json_object();
    pack->code_lists = json_object();
    int failed = json_object_set_new(pack->document, "format", json_integer(1)) |
                 json_object_set(pack->document, "pack", pack->manifest);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        failed |= json_object_set_new(pack->document, lists[i], json_array());
    return failed != 0 || pack->code_lists == NULL ? shy_fail_nomem(err) : 0;
}

static int begin(struct shy_pack *pack, const struct shy_limits *limits, struct shihyo_error *err)
{
    pack->id = shy_strdup(json_string_value(json_object_get(pack->manifest, "id")));
    pack->version = shy_strdup(json_string_value(json_object_get(pack->manifest, "version")));
    if (pack->id == NULL || pack->version == NULL)
        return shy_fail_nomem(err);
    SHY_TRY(new_document(pack, err));
    return shy_host_new(limits, &shy_language_names, pack, &pack->host, err);
}

static void close_files(struct shy_pack *pack)
{
    for (size_t i = 0; i < pack->mapping_count; i++)
        shy_os_unmap(&pack->mappings[i]);
    pack->mapping_count = 0;
}

/* What was lent for loading is forgotten: a function that is called later must not find it. */
static void seal(struct shy_pack *pack)
{
    close_files(pack);
    pack->sealed = true;
    pack->catalogue = NULL;
    pack->problems = NULL;
}

static int load(struct shy_pack *pack, const struct shy_pack *const *depends, size_t depend_count,
                const struct shy_limits *limits, struct shihyo_error *err)
{
    SHY_TRY(shy_pack_manifest(pack->directory, &pack->manifest, err));
    SHY_TRY(shy_pack_scan(pack, err));
    SHY_TRY(begin(pack, limits, err));
    SHY_TRY(take_dependencies(pack, depends, depend_count, err));
    return run_files(pack, err);
}

int shy_pack_load_with(const char *directory, const struct shy_catalogue *catalogue,
                       const struct shy_pack *const *depends, size_t depend_count,
                       const struct shy_limits *limits, struct shy_pack **out,
                       struct shy_problems *problems, struct shihyo_error *err)
{
    *out = NULL;
    struct shy_pack *pack = shy_alloc(1, sizeof *pack);
    if (pack == NULL || (pack->directory = shy_strdup(directory)) == NULL) {
        shy_free(pack);
        return shy_fail_nomem(err);
    }
    size_t length = strlen(pack->directory);
    while (length > 1 && pack->directory[length - 1] == '/')
        pack->directory[--length] = '\0';
    pack->catalogue = catalogue;
    pack->problems = problems;
    int code = load(pack, depends, depend_count, limits, err);
    if (code != 0) {
        shy_pack_free(pack);
        return code;
    }
    seal(pack);
    *out = pack;
    return 0;
}

int shy_pack_load(const char *directory, const struct shy_catalogue *catalogue,
                  const struct shy_limits *limits, struct shy_pack **out,
                  struct shy_problems *problems, struct shihyo_error *err)
{
    return shy_pack_load_with(directory, catalogue, NULL, 0, limits, out, problems, err);
}

int shy_pack_load_text(const char *text, size_t length, const char *name,
                       const struct shy_catalogue *catalogue, const struct shy_limits *limits,
                       struct shy_pack **out, struct shy_problems *problems,
                       struct shihyo_error *err)
{
    *out = NULL;
    struct shy_pack *pack = shy_alloc(1, sizeof *pack);
    if (pack == NULL)
        return shy_fail_nomem(err);
    pack->catalogue = catalogue;
    pack->problems = problems;
    pack->manifest = json_pack("{s:s, s:s, s:s, s:i}", "id", "script", "version", "0.0.0", "name",
                               name, "api", API);
    shy_hash_bytes(text, length, pack->hash);
    int code = pack->manifest == NULL ? shy_fail_nomem(err) : begin(pack, limits, err);
    if (code == 0)
        code = run_one(pack, name, text, length, err);
    if (code != 0) {
        shy_pack_free(pack);
        return code;
    }
    seal(pack);
    *out = pack;
    return 0;
}

static void free_ids(struct shy_ids *ids)
{
    for (size_t i = 0; i < ids->count; i++)
        shy_free(ids->places[i]);
    shy_free(ids->places);
    shy_map_free(&ids->map);
}

void shy_pack_free(struct shy_pack *pack)
{
    if (pack == NULL)
        return;
    shy_host_free(pack->host);
    close_files(pack);
    shy_free(pack->mappings);
    shy_functions_free(pack);
    free_ids(&pack->definitions);
    free_ids(&pack->lists);
    free_ids(&pack->facts);
    shy_map_free(&pack->files);
    shy_map_free(&pack->done);
    shy_arena_free(&pack->arena);
    shy_free(pack->contracts);
    json_decref(pack->manifest);
    json_decref(pack->document);
    json_decref(pack->code_lists);
    shy_free(pack->directory);
    shy_free(pack->real_directory);
    shy_free(pack->id);
    shy_free(pack->version);
    shy_free(pack);
}

const char *shy_pack_id(const struct shy_pack *pack)
{
    return pack->id;
}

const char *shy_pack_version(const struct shy_pack *pack)
{
    return pack->version;
}

const char *shy_pack_hash(const struct shy_pack *pack)
{
    return pack->hash;
}

const json_t *shy_pack_document(const struct shy_pack *pack)
{
    return pack->document;
}

int shy_pack_declare(const struct shy_pack *pack, struct shy_catalogue *catalogue,
                     struct shihyo_error *err)
{
    for (size_t i = 0; i < pack->contract_count; i++)
        SHY_TRY(shy_catalogue_declare(catalogue, pack->contracts[i], err));
    return 0;
}
