/* SPDX-License-Identifier: MIT */
/* The state, its allocator, its limits and the way errors leave it. */
#include "config.h"

#include "core/script/box.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "core/base/foreign.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

/* Often enough that a hundred of the slowest single instructions (comparing or joining texts of
 * megabytes) end well within a second. */
enum { HOOK_STEPS = 100, REFUSALS_MOST = 100 };

static const char error_type[] = "shihyo.error";
static const char trip_marker = 't'; /* its address is the error value of a passed limit */

struct shy_host *shy_host_of(lua_State *L)
{
    struct shy_host *h;
    memcpy(&h, lua_getextraspace(L), sizeof h);
    return h;
}

/* Limits --------------------------------------------------------------------------------- */

static void hook(lua_State *L, lua_Debug *ar);

/* The first limit that was passed is the one that is told. */
static void set_trip(struct shy_host *h, enum shy_trip trip)
{
    if (h->trip == SHY_TRIP_NONE)
        h->trip = trip;
    /* From now on every single instruction raises: no pcall in a loop can go on. */
    lua_sethook(h->L, hook, LUA_MASKCOUNT, 1);
}

/* Reads the call stack, which an allocation never finds half changed. */
static void note_place(struct shy_host *h)
{
    const char *file;
    int line;
    if (h->L == NULL)
        return;
    shy_where(h->L, &file, &line);
    if (line == 0)
        return;
    h->trip_line = line;
    shy_copy_text(h->trip_file, sizeof h->trip_file, file, strlen(file));
}

/* Lua's allocator. For a new block old_size is a kind of object, not a size. A block is never
 * refused when it shrinks: Lua relies on it. */
static void *allocate(void *ud, void *p, size_t old_size, size_t new_size)
{
    struct shy_host *h = ud;
    if (p == NULL)
        old_size = 0;
    if (new_size == 0) {
        shy_free(p);
        h->used -= old_size;
        return NULL;
    }
    if (new_size > old_size && !h->lifted) {
        size_t want = new_size - old_size;
        if (h->used + h->charged > h->limits.memory ||
            want > h->limits.memory - h->used - h->charged) {
            /* The error that Lua raises passes no handler: the place is known only now. */
            note_place(h);
            /* Lua collects garbage and asks again; near the limit this could go on for long. */
            if (++h->refusals > REFUSALS_MOST)
                set_trip(h, SHY_TRIP_MEMORY);
            return NULL;
        }
    }
    void *q = shy_realloc(p, new_size, 1);
    if (q == NULL && new_size > old_size) {
        h->exhausted = true;
        return NULL;
    }
    h->used += new_size;
    h->used -= old_size;
    return q == NULL ? p : q;
}

static void check_limits(struct shy_host *h)
{
    if (h->trip != SHY_TRIP_NONE || h->lifted)
        return;
    if (h->steps > h->limits.steps)
        set_trip(h, SHY_TRIP_STEPS);
    else if (shy_os_monotonic_ns() > h->deadline)
        set_trip(h, SHY_TRIP_TIME);
}

static void raise_trip(lua_State *L)
{
    struct shy_host *h = shy_host_of(L);
    if (!h->placed)
        note_place(h);
    h->placed = true;
    lua_pushlightuserdata(L, (void *)(uintptr_t)&trip_marker);
    (void)lua_error(L);
}

static void hook(lua_State *L, lua_Debug *ar)
{
    (void)ar;
    struct shy_host *h = shy_host_of(L);
    h->steps += HOOK_STEPS;
    check_limits(h);
    if (h->trip != SHY_TRIP_NONE && !h->lifted)
        raise_trip(L);
}

void shy_trip_now(lua_State *L, enum shy_trip trip)
{
    set_trip(shy_host_of(L), trip);
    raise_trip(L);
    abort(); /* not reached: raise_trip does not return */
}

void shy_tick(lua_State *L, uint64_t steps)
{
    struct shy_host *h = shy_host_of(L);
    h->steps += steps;
    check_limits(h);
    if (h->trip != SHY_TRIP_NONE)
        raise_trip(L);
}

void shy_charge(lua_State *L, size_t bytes)
{
    struct shy_host *h = shy_host_of(L);
    h->charged += bytes;
    if (h->used + h->charged > h->limits.memory)
        shy_trip_now(L, SHY_TRIP_MEMORY);
}

/* Errors --------------------------------------------------------------------------------- */

void shy_where(lua_State *L, const char **file, int *line)
{
    struct shy_host *h = shy_host_of(L);
    lua_Debug ar;
    *file = "";
    *line = 0;
    for (int level = 0; lua_getstack(L, level, &ar); level++) {
        if (lua_getinfo(L, "Sl", &ar) == 0 || ar.currentline <= 0 || ar.source[0] != '@')
            continue;
        size_t n = strtoul(ar.source + 1, NULL, 10);
        if (n < h->file_count) {
            *file = h->files[n];
            *line = ar.currentline;
        }
        return;
    }
}

struct shihyo_error *shy_error_at(lua_State *L, int index)
{
    return luaL_testudata(L, index, error_type);
}

/* The error travels as an object of ours: a text of Lua's would lose its code, place and hint. */
static void push_error(lua_State *L, const struct shihyo_error *err)
{
    struct shihyo_error *copy = lua_newuserdatauv(L, sizeof *copy, 0);
    *copy = *err;
    luaL_setmetatable(L, error_type);
    if (copy->file[0] == '\0') {
        const char *file;
        int line;
        shy_where(L, &file, &line);
        shy_at(copy, file, line, 0);
    }
}

int shy_raise(lua_State *L, const struct shihyo_error *err)
{
    push_error(L, err);
    return lua_error(L);
}

int shy_raisef(lua_State *L, enum shy_code code, const char *format, ...)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char message[sizeof err.message];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(message, sizeof message, format, args);
    va_end(args);
    (void)shy_fail(&err, code, "%s", message);
    return shy_raise(L, &err);
}

/* "3:12: text" as Lua writes it: chunk, line, text. */
static const char *split_place(struct shy_host *h, const char *text, const char **file, int *line)
{
    char *end;
    *file = "";
    *line = 0;
    unsigned long chunk = strtoul(text, &end, 10);
    if (end == text || *end != ':')
        return text;
    const char *number = end + 1;
    long at = strtol(number, &end, 10);
    if (end == number || end[0] != ':' || end[1] != ' ' || chunk >= h->file_count)
        return text;
    *file = h->files[chunk];
    *line = (int)at;
    return end + 2;
}

static void error_of_text(lua_State *L, enum shy_code code, const char *text, size_t length,
                          struct shihyo_error *out)
{
    const char *file;
    int line;
    char message[400], words[400];
    shy_copy_text(message, sizeof message, text, length);
    const char *rest = split_place(shy_host_of(L), message, &file, &line);
    rest = shy_foreign(rest, words, sizeof words);
    if (code == SHY_E_SCRIPT_SYNTAX)
        (void)shy_fail(out, code, _("The script is not valid Lua: %s"), rest);
    else
        (void)shy_fail(out, code, _("The script stopped: %s"), rest);
    if (line > 0)
        shy_at(out, file, line, 0);
}

/* Makes every error an error object while the stack still tells where it happened. Never calls
 * what a script could have defined (__tostring). */
static int handler(lua_State *L)
{
    if (shy_error_at(L, 1) != NULL || lua_type(L, 1) == LUA_TLIGHTUSERDATA)
        return 1;
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t length = 0;
    if (lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER) {
        const char *text = lua_tolstring(L, 1, &length);
        error_of_text(L, SHY_E_SCRIPT_ERROR, text, length, &err);
    } else {
        (void)shy_fail(&err, SHY_E_SCRIPT_ERROR,
                       _("The script stopped with an error that is a %s."), luaL_typename(L, 1));
    }
    push_error(L, &err);
    return 1;
}

int shy_host_pcall(lua_State *L, int args, int results)
{
    struct shy_host *h = shy_host_of(L);
    int base = lua_gettop(L) - args;
    lua_pushcfunction(L, handler);
    lua_insert(L, base);
    int status = lua_pcall(L, args, results, base);
    lua_remove(L, base);
    if (status == LUA_ERRMEM && h->trip == SHY_TRIP_NONE)
        set_trip(h, SHY_TRIP_MEMORY);
    if (h->trip != SHY_TRIP_NONE)
        raise_trip(L);
    if (status != LUA_OK && shy_error_at(L, -1) == NULL) {
        /* The handler itself failed: the stack was full. */
        struct shihyo_error err = SHY_ERROR_INIT;
        lua_pop(L, 1);
        (void)shy_fail(&err, SHY_E_SCRIPT_ERROR, _("The script stopped: stack overflow"));
        push_error(L, &err);
    }
    return status;
}

static int fail_trip(struct shy_host *h, struct shihyo_error *err)
{
    int code = 0;
    switch (h->trip) {
    case SHY_TRIP_NONE:
        return 0;
    case SHY_TRIP_MEMORY:
        if (h->exhausted)
            return shy_fail_nomem(err);
        code = shy_fail(err, SHY_E_SCRIPT_MEMORY,
                        _("The script needs more than the %zu MiB of memory that it may use."),
                        h->limits.memory >> 20);
        break;
    case SHY_TRIP_STEPS:
        code = shy_fail(err, SHY_E_SCRIPT_STEPS,
                        _("The script ran for more than %llu steps and was stopped."),
                        (unsigned long long)h->limits.steps);
        shy_hint(err, _("Is there a loop that never ends?"));
        break;
    case SHY_TRIP_TIME:
        code = shy_fail(err, SHY_E_SCRIPT_STEPS,
                        _("The script ran for more than %g seconds and was stopped."),
                        h->limits.seconds);
        shy_hint(err, _("Is there a loop that never ends?"));
        break;
    }
    if (h->trip_file[0] != '\0')
        shy_at(err, h->trip_file, h->trip_line, 0);
    return code;
}

static void start_limits(struct shy_host *h)
{
    h->steps = 0;
    h->trip = SHY_TRIP_NONE;
    h->trip_file[0] = '\0';
    h->trip_line = 0;
    h->placed = false;
    h->refusals = 0;
    h->exhausted = false;
    h->deadline = shy_os_monotonic_ns() + (int64_t)(h->limits.seconds * 1e9);
    lua_sethook(h->L, hook, LUA_MASKCOUNT, HOOK_STEPS);
}

int shy_host_run(struct shy_host *h, lua_CFunction f, void *arg, struct shihyo_error *err)
{
    lua_State *L = h->L;
    int top = lua_gettop(L);
    start_limits(h);
    /* None of these three allocates: functions without upvalues and light userdata. */
    lua_pushcfunction(L, handler);
    lua_pushcfunction(L, f);
    lua_pushlightuserdata(L, arg);
    int status = lua_pcall(L, 1, 0, top + 1);
    if (status == LUA_ERRMEM && h->trip == SHY_TRIP_NONE)
        set_trip(h, SHY_TRIP_MEMORY);
    /* A passed limit counts even where the script got to its end all the same. */
    int code = fail_trip(h, err);
    if (code == 0 && status != LUA_OK) {
        const struct shihyo_error *raised = shy_error_at(L, -1);
        if (raised == NULL) {
            code = shy_fail(err, SHY_E_SCRIPT_ERROR, _("The script stopped: stack overflow"));
        } else {
            code = (int)raised->code;
            if (err != NULL)
                *err = *raised;
        }
    }
    lua_settop(L, top);
    return code;
}

/* Loading -------------------------------------------------------------------------------- */

/* Line of the first byte that is not UTF-8, 0 = none. Lua takes any bytes between quotes; the
 * document is JSON and takes only UTF-8. */
static int first_bad_line(const char *text, size_t length)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    int line = 1;
    for (size_t i = 0; i < length;) {
        utf8proc_int32_t c;
        if (bytes[i] < 0x80) {
            line += bytes[i++] == '\n';
            continue;
        }
        utf8proc_ssize_t n = utf8proc_iterate(bytes + i, (utf8proc_ssize_t)(length - i), &c);
        if (n <= 0)
            return line;
        i += (size_t)n;
    }
    return 0;
}

/* Bytecode is refused by its first byte, before Lua sees it: hostile bytecode can do anything. */
static void check_text(lua_State *L, const char *text, size_t length, const char *path)
{
    struct shy_host *h = shy_host_of(L);
    struct shihyo_error err = SHY_ERROR_INIT;
    int bad = 0;
    if (length > 0 && text[0] == LUA_SIGNATURE[0]) {
        (void)shy_fail(&err, SHY_E_SCRIPT_BYTECODE,
                       _("This is a compiled script. Only the text of a script is accepted."));
    } else if (length > h->limits.source) {
        (void)shy_fail(&err, SHY_E_SCRIPT_MEMORY,
                       _("The script is longer than the %zu bytes that it may have."),
                       h->limits.source);
    } else if ((bad = first_bad_line(text, length)) > 0) {
        (void)shy_fail(&err, SHY_E_SCRIPT_SYNTAX, _("The script is not UTF-8 text."));
        shy_hint(&err, _("Save it in the editor as UTF-8 (not as Shift_JIS)."));
    } else {
        return;
    }
    shy_at(&err, path, bad, 0);
    (void)shy_raise(L, &err);
}

static int env_index(lua_State *L)
{
    struct shy_host *h = shy_host_of(L);
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    if (lua_type(L, 2) != LUA_TSTRING)
        return 1;
    const char *name = lua_tostring(L, 2);
    if (h->names != NULL && h->names->unknown != NULL)
        return h->names->unknown(L, h, name);
    size_t count;
    const char *const *candidates = shy_library_names(&count);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("There is no name '%s'."), name);
    shy_nearest(&err, name, candidates, count);
    return shy_raise(L, &err);
}

static int env_newindex(lua_State *L)
{
    lua_settop(L, 2);
    struct shihyo_error err = SHY_ERROR_INIT;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("'%s' is a name of the language."), name);
    else
        (void)shy_fail(&err, SHY_E_SCRIPT_NAME, _("'%s' is assigned without 'local'."), name);
    shy_hint(&err, _("Write 'local %s = …' (for a name of the language, choose another one)."),
             name);
    return shy_raise(L, &err);
}

/* Told by its metatable, which no script can reach or copy. */
bool shy_is_environment(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || lua_getmetatable(L, index) == 0)
        return false;
    lua_pushliteral(L, "__newindex");
    (void)lua_rawget(L, -2);
    bool ours = lua_tocfunction(L, -1) == env_newindex;
    lua_pop(L, 2);
    return ours;
}

void shy_host_environment(lua_State *L)
{
    struct shy_host *h = shy_host_of(L);
    lua_newtable(L);
    lua_newtable(L);
    if (lua_getfield(L, LUA_REGISTRYINDEX, "shihyo.names") != LUA_TTABLE) {
        lua_pop(L, 1);
        shy_library_push(L);
        if (h->names != NULL && h->names->add != NULL)
            h->names->add(L, h);
        lua_pushvalue(L, -1);
        lua_setfield(L, LUA_REGISTRYINDEX, "shihyo.names");
    }
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, env_index, 1);
    lua_setfield(L, -3, "__index");
    lua_pushcclosure(L, env_newindex, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

/* Texts are kept for the identity of functions (functions.c); chunks are named by number, because
 * Lua cuts long names. */
void shy_host_load(lua_State *L, const char *text, size_t length, const char *path)
{
    struct shy_host *h = shy_host_of(L);
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        length -= 3;
    }
    check_text(L, text, length, path);
    if (!SHY_GROW(h->files, h->file_count, h->file_capacity) ||
        !SHY_GROW(h->texts, h->file_count, h->text_capacity)) {
        h->exhausted = true;
        shy_trip_now(L, SHY_TRIP_MEMORY);
    }
    shy_charge(L, length);
    h->files[h->file_count] = shy_strdup(path);
    h->texts[h->file_count] = shy_strndup(text, length);
    h->file_count++;
    if (h->files[h->file_count - 1] == NULL || h->texts[h->file_count - 1] == NULL) {
        h->exhausted = true;
        shy_trip_now(L, SHY_TRIP_MEMORY);
    }
    char chunk[24];
    (void)snprintf(chunk, sizeof chunk, "@%zu", h->file_count - 1);
    int status = luaL_loadbufferx(L, text, length, chunk, "t");
    if (status == LUA_ERRMEM)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    if (status != LUA_OK) {
        struct shihyo_error err = SHY_ERROR_INIT;
        size_t said;
        const char *message = lua_tolstring(L, -1, &said);
        error_of_text(L, SHY_E_SCRIPT_SYNTAX, message, said, &err);
        shy_at(&err, path, 0, 0);
        (void)shy_raise(L, &err);
    }
    shy_host_environment(L);
    (void)lua_setupvalue(L, -2, 1);
}

/* Life ----------------------------------------------------------------------------------- */

/* For error objects that a script prints by tostring: the message, never the value it carries. */
static int error_tostring(lua_State *L)
{
    const struct shihyo_error *err = luaL_checkudata(L, 1, error_type);
    lua_pushstring(L, err->message);
    return 1;
}

static int set_up(lua_State *L)
{
    luaL_newmetatable(L, error_type);
    lua_pushcfunction(L, error_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    return 0;
}

static struct shy_limits with_defaults(const struct shy_limits *given)
{
    struct shy_limits l = {0};
    if (given != NULL)
        l = *given;
    if (l.memory == 0)
        l.memory = (size_t)64 << 20;
    if (l.steps == 0)
        l.steps = 100000000;
    if (!(l.seconds > 0))
        l.seconds = 10;
    if (l.source == 0)
        l.source = (size_t)1 << 20;
    return l;
}

int shy_host_new(const struct shy_limits *limits, const struct shy_host_names *names, void *owner,
                 struct shy_host **out, struct shihyo_error *err)
{
    *out = NULL;
    struct shy_host *h = shy_alloc(1, sizeof *h);
    if (h == NULL)
        return shy_fail_nomem(err);
    h->limits = with_defaults(limits);
    h->names = names;
    h->owner = owner;
    h->held = json_array();
    h->L = lua_newstate(allocate, h);
    if (h->L == NULL || h->held == NULL) {
        shy_host_free(h);
        return shy_fail_nomem(err);
    }
    memcpy(lua_getextraspace(h->L), &h, sizeof h);
    int code = shy_host_run(h, set_up, NULL, err);
    if (code != 0) {
        shy_host_free(h);
        return code;
    }
    *out = h;
    return 0;
}

/* The count of bytes must come out at zero; if it does not, every limit on memory was wrong. */
void shy_host_free(struct shy_host *h)
{
    if (h == NULL)
        return;
    /* Nothing of a script can run while the state is closed: __gc and __close are refused. */
    h->lifted = true;
    if (h->L != NULL)
        lua_close(h->L);
    SHY_BUG_ON(h->used != 0);
    for (size_t i = 0; i < h->file_count; i++) {
        shy_free(h->files[i]);
        shy_free(h->texts[i]);
    }
    shy_free(h->files);
    shy_free(h->texts);
    json_decref(h->held);
    shy_free(h);
}
