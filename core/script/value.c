/* SPDX-License-Identifier: MIT */
/*
 * Lua values as JSON. A table whose keys are 1…n is a list, one whose keys are texts is an object
 * with its members in the order of their bytes, an empty one is an empty list. A float without a
 * fraction is a whole number. Everything else is refused with its path.
 */
#include "config.h"

#include "core/script/box.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>
#include <utf8proc.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

enum { DEPTH_MOST = 60, PATH_SIZE = 256 };

/* Bytes that jansson needs for a value, roughly. */
enum { JSON_WEIGHT = 64 };

struct walk {
    const void *tables[DEPTH_MOST]; /* those that we are inside of */
    int depth;
    char path[PATH_SIZE];
    size_t path_length;
};

static void convert(lua_State *L, struct walk *w, json_t *container, const char *key, int index);

void shy_json_set(lua_State *L, json_t *object, const char *key, json_t *value)
{
    if (value == NULL || json_object_set_new(object, key, value) != 0) {
        shy_host_of(L)->exhausted = true;
        shy_trip_now(L, SHY_TRIP_MEMORY);
    }
}

void shy_json_append(lua_State *L, json_t *array, json_t *value)
{
    if (value == NULL || json_array_append_new(array, value) != 0) {
        shy_host_of(L)->exhausted = true;
        shy_trip_now(L, SHY_TRIP_MEMORY);
    }
}

static void add(lua_State *L, json_t *container, const char *key, json_t *value)
{
    if (key == NULL)
        shy_json_append(L, container, value);
    else
        shy_json_set(L, container, key, value);
}

static int refuse(lua_State *L, const struct walk *w, const char *text)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_VALUE, "%s", text);
    if (w != NULL && w->path_length > 0)
        shy_at_column(&err, w->path);
    return shy_raise(L, &err);
}

/* jansson refuses such a text without a word; here the author learns where it stands. */
static bool utf8_bad(const char *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text + i,
                                              (utf8proc_ssize_t)(length - i), &c);
        if (n <= 0)
            return true;
        i += (size_t)n;
    }
    return false;
}

json_t *shy_json_text(lua_State *L, int index)
{
    size_t length;
    const char *text = lua_tolstring(L, index, &length);
    shy_charge(L, length + JSON_WEIGHT);
    if (memchr(text, '\0', length) != NULL || utf8_bad(text, length))
        (void)refuse(L, NULL, _("A text is not UTF-8, or has a NUL byte in it."));
    return json_stringn(text, length);
}

/* Beyond 2^53 a float no longer holds every whole number: what it says there is kept as a float. */
static json_t *number(lua_State *L, const struct walk *w, int index)
{
    if (lua_isinteger(L, index))
        return json_integer(lua_tointeger(L, index));
    double x = lua_tonumber(L, index);
    if (!isfinite(x))
        (void)refuse(L, w, _("A number is infinite or not a number."));
    if (x == floor(x) && fabs(x) <= 9007199254740992.0)
        return json_integer((json_int_t)x);
    return json_real(x);
}

/* The path is for the message alone: where it grows too long its end is left out. */
static size_t path_push(struct walk *w, const char *format, const char *key, long long number_)
{
    size_t before = w->path_length;
    char part[96];
    if (key != NULL)
        (void)snprintf(part, sizeof part, format, w->path_length > 0 ? "." : "", key);
    else
        (void)snprintf(part, sizeof part, format, number_);
    size_t length = strlen(part);
    if (w->path_length + length < sizeof w->path) {
        memcpy(w->path + w->path_length, part, length + 1);
        w->path_length += length;
    }
    return before;
}

static void path_pop(struct walk *w, size_t before)
{
    w->path_length = before;
    w->path[before] = '\0';
}

static void convert_list(lua_State *L, struct walk *w, json_t *list, int index, size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        size_t before = path_push(w, "[%lld]", NULL, (long long)i);
        lua_rawgeti(L, index, (lua_Integer)i);
        convert(L, w, list, NULL, lua_gettop(L));
        lua_pop(L, 1);
        path_pop(w, before);
    }
}

/* keys: list of keys at the top of the stack. */
static void convert_object(lua_State *L, struct walk *w, json_t *object, int index, int keys,
                           size_t count)
{
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, (lua_Integer)i);
        size_t length;
        const char *key = lua_tolstring(L, -1, &length);
        shy_charge(L, length + JSON_WEIGHT);
        if (strlen(key) != length || utf8_bad(key, length))
            (void)refuse(L, w, _("A field's name is not UTF-8, or has a NUL byte in it."));
        size_t before = path_push(w, "%s%.80s", key, 0);
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        convert(L, w, object, key, lua_gettop(L));
        lua_pop(L, 2);
        path_pop(w, before);
    }
}

/* The tables that we are inside of are known, so that one which contains itself is told and not
 * walked for ever. It may well stand at two places. */
static void convert_table(lua_State *L, struct walk *w, json_t *container, const char *key,
                          int index)
{
    const void *self = lua_topointer(L, index);
    for (int i = 0; i < w->depth; i++)
        if (w->tables[i] == self)
            (void)refuse(L, w, _("The table contains itself."));
    if (w->depth == DEPTH_MOST)
        (void)refuse(L, w, _("The tables are nested too deeply."));
    w->tables[w->depth++] = self;
    luaL_checkstack(L, 16, NULL);
    size_t count = shy_sorted_keys(L, index);
    int keys = lua_gettop(L);
    bool list = true, object = true;
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, keys, (lua_Integer)i);
        list = list && lua_isinteger(L, -1) && lua_tointeger(L, -1) == (lua_Integer)i;
        object = object && lua_type(L, -1) == LUA_TSTRING;
        lua_pop(L, 1);
    }
    if (!list && !object) {
        (void)refuse(L, w,
                     _("The table is neither a list (1, 2, 3 … without gaps) nor named "
                       "fields: it must not be both."));
    }
    json_t *made = list ? json_array() : json_object();
    add(L, container, key, made);
    if (list)
        convert_list(L, w, made, index, count);
    else
        convert_object(L, w, made, index, keys, count);
    lua_pop(L, 1);
    w->depth--;
}

static void convert(lua_State *L, struct walk *w, json_t *container, const char *key, int index)
{
    char text[160];
    shy_charge(L, JSON_WEIGHT);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        add(L, container, key, json_null());
        break;
    case LUA_TBOOLEAN:
        add(L, container, key, json_boolean(lua_toboolean(L, index)));
        break;
    case LUA_TNUMBER:
        add(L, container, key, number(L, w, index));
        break;
    case LUA_TSTRING: {
        size_t length;
        const char *bytes = lua_tolstring(L, index, &length);
        shy_charge(L, length);
        if (memchr(bytes, '\0', length) != NULL || utf8_bad(bytes, length))
            (void)refuse(L, w, _("A text is not UTF-8, or has a NUL byte in it."));
        add(L, container, key, json_stringn(bytes, length));
        break;
    }
    case LUA_TTABLE:
        convert_table(L, w, container, key, index);
        break;
    default:
        (void)snprintf(text, sizeof text, _("A %s cannot be data."), shy_kind_at(L, index));
        (void)refuse(L, w, text);
    }
}

void shy_json_set_value(lua_State *L, json_t *container, const char *key, int index)
{
    struct walk w = {.depth = 0};
    if (key != NULL)
        (void)path_push(&w, "%s%.80s", key, 0);
    convert(L, &w, container, key, lua_absindex(L, index));
}

/* Files that return a table ---------------------------------------------------------------- */

struct value_job {
    const char *text, *name;
    size_t length;
    json_t *out; /* {"value": …}, taken by the caller */
};

/* The result is taken as JSON before the state is closed; nothing of Lua leaves. */
static int run_value(lua_State *L)
{
    struct value_job *job = lua_touserdata(L, 1);
    struct shy_box *box = shy_box_push(L, SHY_BOX_RAW);
    shy_host_load(L, job->text, job->length, job->name);
    if (shy_host_pcall(L, 0, 1) != LUA_OK)
        return lua_error(L);
    if (lua_type(L, -1) != LUA_TTABLE) {
        struct shihyo_error err = SHY_ERROR_INIT;
        (void)shy_fail(&err, SHY_E_SCRIPT_VALUE, _("The file must return a table, not %s."),
                       shy_kind_at(L, -1));
        shy_at(&err, job->name, 0, 0);
        shy_hint(&err, _("Begin it with 'return {' and end it with '}'."));
        return shy_raise(L, &err);
    }
    struct walk w = {.depth = 0};
    convert(L, &w, box->json, "value", lua_gettop(L));
    job->out = json_incref(json_object_get(box->json, "value"));
    return 0;
}

int shy_script_value_text(const char *text, size_t length, const char *name,
                          const struct shy_limits *limits, json_t **out, struct shihyo_error *err)
{
    struct shy_host *h;
    *out = NULL;
    SHY_TRY(shy_host_new(limits, NULL, NULL, &h, err));
    struct value_job job = {.text = text, .length = length, .name = name};
    int code = shy_host_run(h, run_value, &job, err);
    if (code == 0)
        *out = job.out;
    else {
        json_decref(job.out);
        shy_at(err, name, 0, 0);
    }
    shy_host_free(h);
    return code;
}

int shy_script_value(const char *path, const struct shy_limits *limits, json_t **out,
                     struct shihyo_error *err)
{
    struct shy_mapping file;
    *out = NULL;
    SHY_TRY(shy_os_map(path, &file, err));
    int code = shy_script_value_text((const char *)file.data, file.size, path, limits, out, err);
    shy_os_unmap(&file);
    return code;
}
