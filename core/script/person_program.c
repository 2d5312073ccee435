/* SPDX-License-Identifier: MIT */
/*
 * A pure function outside of any Lua state. What it may capture is numbers, texts, windows of
 * months and other pure functions, so that it can be built anew in the state of every thread. Two
 * functions that captured the same variable share it there too.
 */
#include "config.h"

#include "core/script/person.h"

#include <string.h>

/* functions.c takes 64 captured values of 8 functions; each has its environment besides. */
enum { FUNCTIONS_MOST = 8, CAPTURED_MOST = 72 };

enum captured_kind {
    CAPTURED_NIL,
    CAPTURED_BOOLEAN,
    CAPTURED_INTEGER,
    CAPTURED_FLOAT,
    CAPTURED_TEXT,
    CAPTURED_LIBRARY,  /* a function of the language, by name */
    CAPTURED_FUNCTION, /* of the program */
    CAPTURED_WINDOW,
    CAPTURED_ENVIRONMENT,
};

struct captured {
    enum captured_kind kind;
    size_t function; /* whose upvalue it is */
    int index;
    const void *id; /* of the variable, while the program is taken */
    int64_t integer;
    int64_t to; /* of a window */
    double number;
    char *text;
    size_t length;
};

struct code {
    char *bytes;
    size_t length, capacity;
    const void *self; /* while the program is taken */
};

struct shy_program {
    struct code functions[FUNCTIONS_MOST];
    size_t function_count;
    struct captured captured[CAPTURED_MOST];
    size_t captured_count;
    struct shy_spent spent;
};

struct shy_program *shy_program_new(void)
{
    return shy_alloc(1, sizeof(struct shy_program));
}

void shy_program_free(struct shy_program *p)
{
    for (size_t i = 0; p != NULL && i < p->function_count; i++)
        shy_free(p->functions[i].bytes);
    for (size_t i = 0; p != NULL && i < p->captured_count; i++)
        shy_free(p->captured[i].text);
    shy_free(p);
}

size_t shy_program_functions(const struct shy_program *p)
{
    return p->function_count;
}

struct shy_spent *shy_program_spent(struct shy_program *p)
{
    return &p->spent;
}

/* Taking ----------------------------------------------------------------------------------- */

static int write_code(lua_State *L, const void *bytes, size_t length, void *code_)
{
    struct code *code = code_;
    (void)L;
    if (length > SIZE_MAX / 4 - code->length)
        return 1;
    if (code->length + length > code->capacity) {
        size_t capacity = (code->length + length) * 2;
        char *more = shy_realloc(code->bytes, capacity, 1);
        if (more == NULL)
            return 1;
        code->bytes = more;
        code->capacity = capacity;
    }
    memcpy(code->bytes + code->length, bytes, length);
    code->length += length;
    return 0;
}

static size_t take_function(lua_State *L, struct shy_program *p, int index);

static void keep_text(lua_State *L, struct captured *c, int index)
{
    const char *text = lua_tolstring(L, index, &c->length);
    c->text = shy_strndup(text, c->length);
    if (c->text == NULL)
        shy_trip_now(L, SHY_TRIP_MEMORY);
}

/* The captured value is at the top of the stack. functions.c refused all that is not here. */
static void take_value(lua_State *L, struct shy_program *p, struct captured *c, const char *name)
{
    int value = lua_gettop(L), from, to;
    switch (lua_type(L, value)) {
    case LUA_TBOOLEAN:
        c->kind = CAPTURED_BOOLEAN;
        c->integer = lua_toboolean(L, value);
        break;
    case LUA_TNUMBER:
        c->kind = lua_isinteger(L, value) ? CAPTURED_INTEGER : CAPTURED_FLOAT;
        c->integer = lua_isinteger(L, value) ? lua_tointeger(L, value) : 0;
        c->number = lua_tonumber(L, value);
        break;
    case LUA_TSTRING:
        c->kind = CAPTURED_TEXT;
        keep_text(L, c, value);
        break;
    case LUA_TFUNCTION:
        if (shy_library_name(L, value)) {
            c->kind = CAPTURED_LIBRARY;
            keep_text(L, c, lua_gettop(L));
        } else {
            c->kind = CAPTURED_FUNCTION;
            c->integer = (int64_t)take_function(L, p, value);
        }
        break;
    case LUA_TUSERDATA:
        c->kind = CAPTURED_WINDOW;
        if (shy_window_at(L, value, &from, &to)) {
            c->integer = from;
            c->to = to;
        }
        break;
    default:
        c->kind = strcmp(name, "_ENV") == 0 ? CAPTURED_ENVIRONMENT : CAPTURED_NIL;
    }
    lua_settop(L, value);
}

/* The number of the function at index, which is taken where it was not yet. functions.c looked at
 * the same functions before and refused more than there is room for. */
static size_t take_function(lua_State *L, struct shy_program *p, int index)
{
    const void *self = lua_topointer(L, index);
    const char *name;
    for (size_t i = 0; i < p->function_count; i++) {
        if (p->functions[i].self == self)
            return i;
    }
    size_t n = p->function_count++;
    SHY_BUG_ON(n >= FUNCTIONS_MOST);
    p->functions[n].self = self;
    luaL_checkstack(L, 20, NULL);
    lua_pushvalue(L, index);
    if (lua_dump(L, write_code, &p->functions[n], 0) != 0)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
        SHY_BUG_ON(p->captured_count >= CAPTURED_MOST);
        struct captured *c = &p->captured[p->captured_count++];
        c->function = n;
        c->index = i;
        c->id = lua_upvalueid(L, -2, i);
        take_value(L, p, c, name);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return n;
}

void shy_program_take(lua_State *L, struct shy_program *p, int index)
{
    (void)take_function(L, p, lua_absindex(L, index));
}

/* Loading ---------------------------------------------------------------------------------- */

/* "math.floor" */
static void push_library(lua_State *L, int environment, const char *name)
{
    char first[64];
    const char *dot = strchr(name, '.');
    size_t length = dot == NULL ? strlen(name) : (size_t)(dot - name);
    (void)snprintf(first, sizeof first, "%.*s", (int)length, name);
    lua_getfield(L, environment, first);
    if (dot != NULL) {
        lua_getfield(L, -1, dot + 1);
        lua_remove(L, -2);
    }
}

static void push_captured(lua_State *L, const struct captured *c, int first, int environment)
{
    switch (c->kind) {
    case CAPTURED_NIL:
        lua_pushnil(L);
        break;
    case CAPTURED_BOOLEAN:
        lua_pushboolean(L, c->integer != 0);
        break;
    case CAPTURED_INTEGER:
        lua_pushinteger(L, c->integer);
        break;
    case CAPTURED_FLOAT:
        lua_pushnumber(L, c->number);
        break;
    case CAPTURED_TEXT:
        lua_pushlstring(L, c->text, c->length);
        break;
    case CAPTURED_LIBRARY:
        push_library(L, environment, c->text);
        break;
    case CAPTURED_FUNCTION:
        lua_pushvalue(L, first + (int)c->integer);
        break;
    case CAPTURED_WINDOW:
        shy_window_push(L, (int)c->integer, (int)c->to);
        break;
    case CAPTURED_ENVIRONMENT:
        lua_pushvalue(L, environment);
        break;
    }
}

/* The first upvalue that stands for the same variable, or NULL. */
static const struct captured *same_variable(const struct shy_program *p, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (p->captured[k].id == p->captured[i].id)
            return &p->captured[k];
    }
    return NULL;
}

void shy_program_load(lua_State *L, const struct shy_program *p)
{
    luaL_checkstack(L, FUNCTIONS_MOST + 10, NULL);
    shy_host_environment(L);
    int environment = lua_gettop(L), first = environment + 1;
    for (size_t i = 0; i < p->function_count; i++) {
        const struct code *code = &p->functions[i];
        int status = luaL_loadbufferx(L, code->bytes, code->length, "=person", "b");
        if (status == LUA_ERRMEM)
            shy_trip_now(L, SHY_TRIP_MEMORY);
        SHY_BUG_ON(status != LUA_OK);
    }
    for (size_t i = 0; i < p->captured_count; i++) {
        const struct captured *c = &p->captured[i], *other = same_variable(p, i);
        if (other != NULL) {
            lua_upvaluejoin(L, first + (int)c->function, c->index, first + (int)other->function,
                            other->index);
            continue;
        }
        push_captured(L, c, first, environment);
        (void)lua_setupvalue(L, first + (int)c->function, c->index);
    }
}

/* 1 and 1.0 are equal and yet not the same; a NaN is the same and not equal. */
static bool same_number(lua_State *L, const struct captured *c)
{
    double number = lua_tonumber(L, -2);
    if (c->kind == CAPTURED_INTEGER)
        return lua_isinteger(L, -2) && lua_tointeger(L, -2) == c->integer;
    return lua_type(L, -2) == LUA_TNUMBER && !lua_isinteger(L, -2) &&
           memcmp(&c->number, &number, sizeof number) == 0;
}

bool shy_program_intact(lua_State *L, const struct shy_program *p, int environment)
{
    for (size_t i = 0; i < p->captured_count; i++) {
        const struct captured *c = &p->captured[i];
        (void)lua_getupvalue(L, environment + 1 + (int)c->function, c->index);
        push_captured(L, c, environment + 1, environment);
        bool number = c->kind == CAPTURED_INTEGER || c->kind == CAPTURED_FLOAT;
        bool same = number ? same_number(L, c) : lua_rawequal(L, -1, -2) != 0;
        lua_pop(L, 2);
        if (!same)
            return false;
    }
    return true;
}
