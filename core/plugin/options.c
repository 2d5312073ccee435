/* SPDX-License-Identifier: MIT */
/*
 * Options of a source: the JSON of project.lua against the plugin's schema. A plugin gets a tree
 * that it need not check again.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/plugin/internal.h"

enum { MOST_DEPTH = 32 };

struct shy_options {
    struct shy_arena arena;
    struct shihyo_value *root;
    char lua_hash[SHY_HASH_TEXT];
};

struct reading {
    struct shy_arena *arena;
    const char *base;
    int (*read_lua)(const char *path, json_t **out, struct shihyo_error *err);
    const char *file; /* the mapping file being read, or NULL */
    char *lua_hash;   /* of what the Lua files gave so far */
    struct shihyo_error *err;
};

/* Where in the options we are: "mapping.columns[2].name". */
struct place {
    const struct place *outer;
    const char *key;
    size_t item; /* where key is NULL */
};

static void place_text(const struct place *p, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    if (p->outer != NULL) {
        place_text(p->outer, out, size);
        used = strlen(out);
    }
    if (p->key == NULL)
        (void)snprintf(out + used, size - used, "[%zu]", p->item + 1);
    else
        (void)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ".", p->key);
}

static const char *value_kind(uint32_t type)
{
    switch (type) {
    case SHIHYO_VALUE_BOOL:
        return _("true or false");
    case SHIHYO_VALUE_INT:
        return _("a whole number");
    case SHIHYO_VALUE_NUMBER:
        return _("a number");
    case SHIHYO_VALUE_STRING:
        return _("a text");
    case SHIHYO_VALUE_LIST:
        return _("a list");
    default:
        return _("a table with names");
    }
}

static const char *json_kind(const json_t *j)
{
    switch (json_typeof(j)) {
    case JSON_TRUE:
    case JSON_FALSE:
        return value_kind(SHIHYO_VALUE_BOOL);
    case JSON_INTEGER:
        return value_kind(SHIHYO_VALUE_INT);
    case JSON_REAL:
        return value_kind(SHIHYO_VALUE_NUMBER);
    case JSON_STRING:
        return value_kind(SHIHYO_VALUE_STRING);
    case JSON_ARRAY:
        return value_kind(SHIHYO_VALUE_LIST);
    case JSON_OBJECT:
        return value_kind(SHIHYO_VALUE_MAP);
    default:
        return _("nothing");
    }
}

/* What was found is told by its kind, not by its value: options may hold passwords. */
static int fail_type(const struct reading *r, const struct place *place, uint32_t type,
                     const json_t *j)
{
    char text[256];
    place_text(place, text, sizeof text);
    (void)shy_fail(r->err, SHY_E_OPTION_TYPE, _("The option '%s' must be %s, not %s."), text,
                   value_kind(type), json_kind(j));
    shy_at(r->err, r->file, 0, 0);
    return SHY_E_OPTION_TYPE;
}

static struct shihyo_value *new_value(const struct reading *r, uint32_t type)
{
    struct shihyo_value *v = shy_arena_alloc(r->arena, 1, sizeof *v);
    if (v == NULL) {
        (void)shy_fail_nomem(r->err);
        return NULL;
    }
    *v = (struct shihyo_value){SHIHYO_ABI_INIT(struct shihyo_value), .type = type};
    return v;
}

static int read_option(const struct reading *r, const struct shihyo_option *option, uint32_t type,
                       const json_t *j, const struct place *place, int depth,
                       struct shihyo_value **out);
static int read_free(const struct reading *r, const json_t *j, const struct place *place, int depth,
                     struct shihyo_value **out);

static int check_depth(const struct reading *r, const struct place *place, int depth)
{
    char text[256];
    if (depth <= MOST_DEPTH)
        return 0;
    place_text(place, text, sizeof text);
    return shy_fail(r->err, SHY_E_OPTION_TYPE, _("The option '%s' is nested too deep."), text);
}

/* Scalars -------------------------------------------------------------------------------- */

/* An absolute path. The project's folder is no pattern, even where its name has a [ in it. */
static char *absolute_path(const struct reading *r, const char *name)
{
    bool pattern = strpbrk(name, "*?[") != NULL;
    struct shy_text base = {0};
    char *joined = NULL;
    if (name[0] == '/' || r->base == NULL)
        return shy_arena_strdup(r->arena, name);
    for (const char *p = r->base; *p != '\0'; p++) {
        if (pattern && strchr("*?[\\", *p) != NULL)
            shy_text_addc(&base, '\\');
        shy_text_addc(&base, *p);
    }
    char *path = base.failed ? NULL : shy_os_join(shy_text_get(&base), name);
    if (path != NULL)
        joined = shy_arena_strdup(r->arena, path);
    shy_free(path);
    shy_text_free(&base);
    return joined;
}

/* Lua writes 1e3 as a real; up to 2^53 a double holds every whole number. */
static bool is_whole(double d)
{
    return d >= -9007199254740992.0 && d <= 9007199254740992.0 && d == (double)(int64_t)d;
}

static int read_scalar(const struct reading *r, uint32_t flags, uint32_t type, const json_t *j,
                       const struct place *place, struct shihyo_value **out)
{
    struct shihyo_value *v = new_value(r, type);
    if (v == NULL)
        return SHY_E_NOMEM;
    *out = v;
    if (type == SHIHYO_VALUE_BOOL && json_is_boolean(j)) {
        v->integer = json_is_true(j) ? 1 : 0;
    } else if (type == SHIHYO_VALUE_INT && json_is_integer(j)) {
        v->integer = json_integer_value(j);
    } else if (type == SHIHYO_VALUE_INT && json_is_real(j) && is_whole(json_real_value(j))) {
        v->integer = (int64_t)json_real_value(j);
    } else if (type == SHIHYO_VALUE_NUMBER && json_is_number(j)) {
        v->number = json_number_value(j);
    } else if (type == SHIHYO_VALUE_STRING && json_is_string(j)) {
        const char *text = json_string_value(j);
        v->string = (flags & SHIHYO_OPTION_PATH) != 0 ? absolute_path(r, text)
                                                      : shy_arena_strdup(r->arena, text);
        if (v->string == NULL)
            return shy_fail_nomem(r->err);
    } else {
        return fail_type(r, place, type, j);
    }
    return 0;
}

/* Lists ---------------------------------------------------------------------------------- */

/* Lua's empty table is both: it comes as one of the two. */
static bool is_empty_other(const json_t *j, uint32_t type)
{
    return (type == SHIHYO_VALUE_LIST && json_is_object(j) && json_object_size(j) == 0) ||
           (type == SHIHYO_VALUE_MAP && json_is_array(j) && json_array_size(j) == 0);
}

/* item_type NIL: whatever the items are. */
static int read_list(const struct reading *r, const struct shihyo_option *option,
                     uint32_t item_type, const json_t *j, const struct place *place, int depth,
                     struct shihyo_value **out)
{
    struct shihyo_value *v = new_value(r, SHIHYO_VALUE_LIST);
    if (v == NULL)
        return SHY_E_NOMEM;
    *out = v;
    if (is_empty_other(j, SHIHYO_VALUE_LIST))
        return 0;
    if (!json_is_array(j))
        return fail_type(r, place, SHIHYO_VALUE_LIST, j);
    size_t count = json_array_size(j);
    const struct shihyo_value **items = shy_arena_alloc(r->arena, count, sizeof *items);
    if (items == NULL || count > UINT32_MAX)
        return shy_fail_nomem(r->err);
    for (size_t i = 0; i < count; i++) {
        const struct place inner = {place, NULL, i};
        const json_t *item = json_array_get(j, i);
        struct shihyo_value *value = NULL;
        SHY_TRY(item_type == SHIHYO_VALUE_NIL
                    ? read_free(r, item, &inner, depth + 1, &value)
                    : read_option(r, option, item_type, item, &inner, depth + 1, &value));
        items[i] = value;
    }
    v->items = items;
    v->count = (uint32_t)count;
    return 0;
}

/* Maps ----------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of an object, in the arena; sorted, so that a plugin may search and nothing depends on
 * the order of a hash table. */
static int sorted_keys(const struct reading *r, const json_t *j, size_t more, const char ***out)
{
    size_t count = 0;
    const char *key;
    json_t *value;
    const char **keys = shy_arena_alloc(r->arena, json_object_size(j) + more, sizeof *keys);
    if (keys == NULL)
        return shy_fail_nomem(r->err);
    json_object_foreach((json_t *)j, key, value)
    {
        keys[count] = shy_arena_strdup(r->arena, key);
        if (keys[count++] == NULL)
            return shy_fail_nomem(r->err);
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    *out = keys;
    return 0;
}

/* A name of its own goes before "*", wherever it stands in the table. */
static const struct shihyo_option *find_option(const struct shihyo_option *schema, const char *key)
{
    const struct shihyo_option *any = NULL;
    for (; schema->name != NULL; schema++) {
        if (strcmp(schema->name, key) == 0)
            return schema;
        if (strcmp(schema->name, "*") == 0)
            any = schema;
    }
    return any;
}

static int fail_unknown(const struct reading *r, const struct shihyo_option *schema,
                        const struct place *place)
{
    char text[256];
    const char *names[64];
    size_t count = 0;
    place_text(place, text, sizeof text);
    (void)shy_fail(r->err, SHY_E_OPTION_UNKNOWN, _("There is no option '%s'."), text);
    shy_at(r->err, r->file, 0, 0);
    for (; schema->name != NULL && count < 64; schema++)
        names[count++] = schema->name;
    shy_nearest(r->err, place->key, names, count);
    if (r->err == NULL || r->err->hint[0] != '\0')
        return SHY_E_OPTION_UNKNOWN;
    struct shy_text list = {0};
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&list, "%s%s", i == 0 ? "" : ", ", names[i]);
    shy_hint(r->err, _("Options: %s."), shy_text_get(&list));
    shy_text_free(&list);
    return SHY_E_OPTION_UNKNOWN;
}

/* A null counts as not given: in Lua a field set to nil does not exist either. Asked after the
 * unknown names, since a misspelt required option is both, and the misspelling is what helps. */
static int check_required(const struct reading *r, const struct shihyo_option *schema,
                          const json_t *j, const struct place *place)
{
    for (; schema->name != NULL; schema++) {
        if ((schema->flags & SHIHYO_OPTION_REQUIRED) == 0 || strcmp(schema->name, "*") == 0)
            continue;
        const json_t *value = json_object_get(j, schema->name);
        if (value != NULL && !json_is_null(value))
            continue;
        char text[256];
        const struct place missing = {place, schema->name, 0};
        place_text(&missing, text, sizeof text);
        (void)shy_fail(r->err, SHY_E_OPTION_MISSING, _("The option '%s' must be given."), text);
        shy_at(r->err, r->file, 0, 0);
        if (schema->help_ja != NULL || schema->help_en != NULL)
            shy_hint(r->err, "%s", shy_i18n_pick(schema->help_ja, schema->help_en));
        return SHY_E_OPTION_MISSING;
    }
    return 0;
}

static int read_lua_file(const struct reading *r, const struct shihyo_option *option, uint32_t type,
                         const char *name, const struct place *place, int depth,
                         struct shihyo_value **out);

/* Files that the options do not name and that have a default: a plugin cannot apply it itself,
 * since it never sees Lua. keys and items have room for them. */
static int add_default_files(const struct reading *r, const struct shihyo_option *schema,
                             const json_t *j, const struct place *place, int depth,
                             const char **keys, const struct shihyo_value **items, size_t *count)
{
    for (; schema->name != NULL; schema++) {
        const json_t *value = json_object_get(j, schema->name);
        struct shihyo_value *item = NULL;
        const struct place inner = {place, schema->name, 0};
        if ((schema->flags & SHIHYO_OPTION_LUA_FILE) == 0 || schema->default_text == NULL ||
            (value != NULL && !json_is_null(value)))
            continue;
        SHY_TRY(
            read_lua_file(r, schema, schema->type, schema->default_text, &inner, depth + 1, &item));
        size_t at = 0;
        while (at < *count && strcmp(keys[at], schema->name) < 0)
            at++;
        if (at == *count || strcmp(keys[at], schema->name) != 0) {
            memmove(keys + at + 1, keys + at, (*count - at) * sizeof *keys);
            memmove(items + at + 1, items + at, (*count - at) * sizeof *items);
            ++*count;
        }
        keys[at] = schema->name;
        items[at] = item;
    }
    return 0;
}

static size_t count_default_files(const struct shihyo_option *schema)
{
    size_t count = 0;
    for (; schema != NULL && schema->name != NULL; schema++)
        count += (schema->flags & SHIHYO_OPTION_LUA_FILE) != 0 && schema->default_text != NULL;
    return count;
}

/* schema NULL: any keys with any values. */
static int read_map(const struct reading *r, const struct shihyo_option *schema, const json_t *j,
                    const struct place *place, int depth, struct shihyo_value **out)
{
    const char **keys = NULL;
    struct shihyo_value *v = new_value(r, SHIHYO_VALUE_MAP);
    if (v == NULL)
        return SHY_E_NOMEM;
    *out = v;
    if (!json_is_object(j) && !is_empty_other(j, SHIHYO_VALUE_MAP))
        return fail_type(r, place, SHIHYO_VALUE_MAP, j);
    size_t count = json_object_size(j), more = count_default_files(schema);
    SHY_TRY(sorted_keys(r, j, more, &keys));
    const struct shihyo_value **items = shy_arena_alloc(r->arena, count + more, sizeof *items);
    if (items == NULL || count > UINT32_MAX)
        return shy_fail_nomem(r->err);
    for (size_t i = 0; i < count; i++) {
        const struct place inner = {place, keys[i], 0};
        const json_t *value = json_object_get(j, keys[i]);
        const struct shihyo_option *option = schema == NULL ? NULL : find_option(schema, keys[i]);
        struct shihyo_value *item = NULL;
        if (schema == NULL)
            SHY_TRY(read_free(r, value, &inner, depth + 1, &item));
        else if (option == NULL)
            return fail_unknown(r, schema, &inner);
        else
            SHY_TRY(read_option(r, option, option->type, value, &inner, depth + 1, &item));
        items[i] = item;
    }
    if (schema != NULL)
        SHY_TRY(check_required(r, schema, j, place));
    if (more > 0)
        SHY_TRY(add_default_files(r, schema, j, place, depth, keys, items, &count));
    v->keys = keys;
    v->items = items;
    v->count = (uint32_t)count;
    return 0;
}

/* A value that no schema describes. */
static int read_free(const struct reading *r, const json_t *j, const struct place *place, int depth,
                     struct shihyo_value **out)
{
    SHY_TRY(check_depth(r, place, depth));
    switch (json_typeof(j)) {
    case JSON_OBJECT:
        return read_map(r, NULL, j, place, depth, out);
    case JSON_ARRAY:
        return read_list(r, NULL, SHIHYO_VALUE_NIL, j, place, depth, out);
    case JSON_STRING:
        return read_scalar(r, 0, SHIHYO_VALUE_STRING, j, place, out);
    case JSON_INTEGER:
        return read_scalar(r, 0, SHIHYO_VALUE_INT, j, place, out);
    case JSON_REAL:
        return read_scalar(r, 0, SHIHYO_VALUE_NUMBER, j, place, out);
    case JSON_TRUE:
    case JSON_FALSE:
        return read_scalar(r, 0, SHIHYO_VALUE_BOOL, j, place, out);
    default:
        *out = new_value(r, SHIHYO_VALUE_NIL);
        return *out == NULL ? SHY_E_NOMEM : 0;
    }
}

/* Options -------------------------------------------------------------------------------- */

/* A file that comes with a plugin is called PLUGIN/NAME, without an ending. In a folder D it is
 * D/PLUGIN/NAME.lua or, as a source tree has it, D/PLUGIN/layouts/NAME.lua. */
static char *shipped_in(const struct reading *r, const char *folder, size_t length,
                        const char *name)
{
    static const char *const between[] = {"", "layouts/"};
    const char *slash = strchr(name, '/');
    struct shy_text path = {0};
    char *found = NULL;
    for (size_t i = 0; found == NULL && i < 2; i++) {
        shy_text_clear(&path);
        shy_text_addf(&path, "%.*s/%.*s/%s%s.lua", (int)length, folder, (int)(slash - name), name,
                      between[i], slash + 1);
        if (shy_os_exists(shy_text_get(&path)))
            found = shy_arena_strdup(r->arena, shy_text_get(&path));
    }
    shy_text_free(&path);
    return found;
}

static bool is_shipped(const char *name)
{
    const char *slash = strchr(name, '/');
    size_t length = strlen(name);
    return slash != NULL && slash != name && strchr(slash + 1, '/') == NULL && name[0] != '.' &&
           (length < 4 || strcmp(name + length - 4, ".lua") != 0);
}

static int shipped_path(const struct reading *r, const char *name, const char **out)
{
    const char *path = getenv("SHIHYO_LAYOUT_PATH"), *folders = path == NULL ? "" : path;
    *out = NULL;
    while (*out == NULL && *folders != '\0') {
        size_t length = strcspn(folders, ":");
        if (length > 0)
            *out = shipped_in(r, folders, length, name);
        folders += length + (folders[length] == ':');
    }
    if (*out == NULL)
        *out = shipped_in(r, SHY_LAYOUT_DIR, strlen(SHY_LAYOUT_DIR), name);
    if (*out != NULL)
        return 0;
    (void)shy_fail(r->err, SHY_E_LAYOUT_NOT_FOUND, _("There is no layout '%s'."), name);
    shy_hint(r->err, _("Looked in: %s%s%s. The path of a file of your own ends in .lua."),
             path == NULL ? "" : path, path == NULL ? "" : ":", SHY_LAYOUT_DIR);
    return SHY_E_LAYOUT_NOT_FOUND;
}

/* What a mapping file says decides what rows mean: the same files read by another mapping are
 * another delivery. Its value counts, not its text, so that a comment changes nothing. */
static int add_lua_hash(const struct reading *r, const char *option, const json_t *value)
{
    struct shy_text t = {0};
    char *text = json_dumps(value, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY);
    shy_text_addf(&t, "%s\n%s\n%s", r->lua_hash, option, text == NULL ? "" : text);
    bool good = text != NULL && !t.failed;
    if (good)
        shy_hash_bytes(t.text, t.length, r->lua_hash);
    shy_text_free(&t);
    free(text);
    return good ? 0 : shy_fail_nomem(r->err);
}

/* The value a Lua file evaluates to, checked like one written in its place. */
static int read_lua_file(const struct reading *r, const struct shihyo_option *option, uint32_t type,
                         const char *name, const struct place *place, int depth,
                         struct shihyo_value **out)
{
    const char *path = NULL;
    json_t *value = NULL;
    if (is_shipped(name))
        SHY_TRY(shipped_path(r, name, &path));
    else
        path = absolute_path(r, name);
    if (path == NULL)
        return shy_fail_nomem(r->err);
    if (r->read_lua == NULL)
        return shy_fail(r->err, SHY_E_INTERNAL, _("No Lua can be read here."));
    SHY_TRY(r->read_lua(path, &value, r->err));
    int code = add_lua_hash(r, option->name, value);
    struct reading inner = *r;
    struct shihyo_option plain = *option;
    inner.file = path;
    plain.flags &= ~SHIHYO_OPTION_LUA_FILE;
    if (code == 0)
        code = read_option(&inner, &plain, type, value, place, depth + 1, out);
    json_decref(value);
    return code;
}

static int read_option(const struct reading *r, const struct shihyo_option *option, uint32_t type,
                       const json_t *j, const struct place *place, int depth,
                       struct shihyo_value **out)
{
    SHY_TRY(check_depth(r, place, depth));
    if (json_is_null(j)) {
        *out = new_value(r, SHIHYO_VALUE_NIL);
        return *out == NULL ? SHY_E_NOMEM : 0;
    }
    if ((option->flags & SHIHYO_OPTION_LUA_FILE) != 0 && json_is_string(j))
        return read_lua_file(r, option, type, json_string_value(j), place, depth, out);
    if ((option->flags & SHIHYO_OPTION_LIST_OK) != 0 && json_is_array(j) &&
        type != SHIHYO_VALUE_LIST) {
        struct shihyo_option single = *option;
        single.flags &= ~SHIHYO_OPTION_LIST_OK;
        return read_list(r, &single, type, j, place, depth, out);
    }
    switch (type) {
    case SHIHYO_VALUE_MAP:
        return read_map(r, option->children, j, place, depth, out);
    case SHIHYO_VALUE_LIST:
        if (option->children != NULL)
            return read_list(r, option, SHIHYO_VALUE_MAP, j, place, depth, out);
        return read_list(r, option,
                         (option->flags & SHIHYO_OPTION_PATH) != 0 ? SHIHYO_VALUE_STRING
                                                                   : SHIHYO_VALUE_NIL,
                         j, place, depth, out);
    default:
        return read_scalar(r, option->flags, type, j, place, out);
    }
}

int shy_options_check(const struct shihyo_option *schema, const json_t *options, const char *base,
                      int (*read_lua)(const char *path, json_t **out, struct shihyo_error *err),
                      struct shy_options **out, struct shihyo_error *err)
{
    static const struct shihyo_option none[] = {{.name = NULL}};
    struct shy_options *o = shy_alloc(1, sizeof *o);
    json_t *empty = options == NULL ? json_object() : NULL;
    *out = NULL;
    int code = o == NULL || (options == NULL && empty == NULL) ? shy_fail_nomem(err) : 0;
    if (code == 0) {
        const struct reading r = {&o->arena, base, read_lua, NULL, o->lua_hash, err};
        const struct place top = {NULL, "", 0};
        code = read_map(&r, schema == NULL ? none : schema, options == NULL ? empty : options, &top,
                        0, &o->root);
    }
    json_decref(empty);
    if (code != 0) {
        shy_options_free(o);
        return code;
    }
    *out = o;
    return 0;
}

const struct shihyo_value *shy_options_root(const struct shy_options *o)
{
    return o->root;
}

const char *shy_options_lua_hash(const struct shy_options *o)
{
    return o->lua_hash;
}

void shy_options_free(struct shy_options *o)
{
    if (o == NULL)
        return;
    shy_arena_free(&o->arena);
    shy_free(o);
}
