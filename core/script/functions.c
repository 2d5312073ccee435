/* SPDX-License-Identifier: MIT */
/*
 * compute { values = { a = …, b = … }, fn = function(v) return v.a / v.b end }: arithmetic over
 * figures that no operator has. The function stays in the state; only numbers go in, one number or
 * nothing comes out. What it captured must be constant and is set back before every call, so that
 * no call can leave anything for the next. The same is asked of a function over persons, which
 * leaves the state as a program (person_program.c).
 */
#include "config.h"

#include "core/script/person.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/number.h"

enum { NEST_MOST = 8, CAPTURED_MOST = 64, CALL_STEPS = 1000000 };

/* A captured value: the function's reference, the upvalue's number, the value's reference. */
struct captured {
    int function, index, value;
};

struct shy_pack_function {
    char *name;
    int function;
    struct captured captured[CAPTURED_MOST];
    size_t captured_count;
    struct shy_program *program; /* of a function over persons */
};

/* Looking at a function and those that it captured. */
struct look {
    bool windows; /* months() may be captured */
    struct shy_pack_function f;
    const void *seen[NEST_MOST];
    size_t seen_count;
};

/* Looking -------------------------------------------------------------------------------- */

static int impure(lua_State *L, const char *name, const char *kind)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)shy_fail(&err, SHY_E_SCRIPT_FUNCTION,
                   _("The function uses '%s' from outside, which is %s."), name, kind);
    shy_hint(&err, _("It may use numbers, texts and functions; put a table inside the function."));
    return shy_raise(L, &err);
}

/* Moves the text at the top of the stack to the end of the list of words. */
static void add_word(lua_State *L, int words)
{
    lua_rawseti(L, words, (lua_Integer)lua_rawlen(L, words) + 1);
}

/* Appends the lines of the function's text to the list of words at index words. */
static void add_lines(lua_State *L, int function, int words)
{
    struct shy_host *h = shy_host_of(L);
    lua_Debug ar;
    lua_pushvalue(L, function);
    (void)lua_getinfo(L, ">S", &ar);
    size_t n = strtoul(ar.source + 1, NULL, 10);
    if (n >= h->file_count)
        return;
    const char *start = h->texts[n];
    for (int line = 1; line < ar.linedefined && start != NULL; line++) {
        start = strchr(start, '\n');
        start = start == NULL ? NULL : start + 1;
    }
    if (start == NULL)
        return;
    const char *end = start;
    for (int line = ar.linedefined; line <= ar.lastlinedefined && *end != '\0'; line++) {
        const char *next = strchr(end, '\n');
        end = next == NULL ? end + strlen(end) : next + 1;
    }
    lua_pushlstring(L, start, (size_t)(end - start));
    add_word(L, words);
}

static void look_at(lua_State *L, struct look *look, int function, int words);

/* The registry keeps what was captured from being collected, and its references are what
 * call_function sets back. */
static void capture(lua_State *L, struct look *look, int function, int index)
{
    struct shy_pack_function *f = &look->f;
    if (f->captured_count == CAPTURED_MOST)
        (void)shy_raisef(L, SHY_E_SCRIPT_FUNCTION, _("The function uses too much from outside."));
    struct captured *c = &f->captured[f->captured_count];
    lua_pushvalue(L, -1);
    c->value = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushvalue(L, function);
    c->function = luaL_ref(L, LUA_REGISTRYINDEX);
    c->index = index;
    f->captured_count++;
}

/* What tells the captured value at index from every other: floats with all their digits, texts
 * apart from numbers that look the same. */
static void push_constant(lua_State *L, int index)
{
    char text[48];
    if (lua_type(L, index) == LUA_TSTRING) {
        lua_pushfstring(L, "\"%s\"", lua_tostring(L, index));
    } else if (lua_type(L, index) == LUA_TNUMBER && !lua_isinteger(L, index)) {
        shy_double_shortest(lua_tonumber(L, index), text, sizeof text);
        lua_pushstring(L, text);
    } else {
        luaL_tolstring(L, index, NULL);
    }
}

/* The captured value is at the top of the stack. Of functions in C only those of the language are
 * taken: others count along from call to call. */
static void look_at_captured(lua_State *L, struct look *look, int words, const char *name)
{
    int type = lua_type(L, -1), value = lua_gettop(L), from, to;
    if (look->windows && shy_window_at(L, value, &from, &to)) {
        lua_pushfstring(L, "months(%d,%d)", from, to);
        lua_pushstring(L, name);
        add_word(L, words);
        add_word(L, words);
        return;
    }
    if (type == LUA_TFUNCTION && !lua_iscfunction(L, -1)) {
        look_at(L, look, value, words);
        return;
    }
    if (type == LUA_TFUNCTION ? !shy_library_name(L, value)
                              : type != LUA_TNUMBER && type != LUA_TSTRING &&
                                    type != LUA_TBOOLEAN && type != LUA_TNIL)
        (void)impure(L, name, shy_kind_at(L, value));
    if (type != LUA_TFUNCTION)
        push_constant(L, value);
    lua_pushstring(L, name);
    add_word(L, words);
    add_word(L, words);
}

static void look_at(lua_State *L, struct look *look, int function, int words)
{
    const void *self = lua_topointer(L, function);
    for (size_t i = 0; i < look->seen_count; i++)
        if (look->seen[i] == self)
            return;
    if (look->seen_count == NEST_MOST)
        (void)shy_raisef(L, SHY_E_SCRIPT_FUNCTION, _("The function uses too much from outside."));
    look->seen[look->seen_count++] = self;
    luaL_checkstack(L, 20, NULL);
    add_lines(L, function, words);
    const char *name;
    for (int i = 1; (name = lua_getupvalue(L, function, i)) != NULL; i++) {
        /* A script may call a table of its own _ENV: that one can be written to. */
        if (strcmp(name, "_ENV") != 0 || !shy_is_environment(L, -1)) {
            look_at_captured(L, look, words, name);
            capture(L, look, function, i);
        }
        lua_pop(L, 1);
    }
}

/* Keeps the function at index; sets "function" and "text_hash" of the node. The name is the pack's
 * and a number; the identity is the hash, so that an indicator does not change because another one
 * was written above it. */
void shy_keep_function(lua_State *L, json_t *node, int index, bool persons)
{
    struct shy_pack *pack = shy_pack_of(L);
    struct look look = {.windows = persons};
    char hash[SHY_HASH_TEXT];
    lua_newtable(L);
    int words = lua_gettop(L);
    look_at(L, &look, index, words);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, words); i++) {
        lua_rawgeti(L, words, i);
        luaL_addvalue(&b);
        luaL_addchar(&b, '\n');
    }
    luaL_pushresult(&b);
    size_t length;
    const char *text = lua_tolstring(L, -1, &length);
    shy_hash_bytes(text, length, hash);
    lua_pushvalue(L, index);
    look.f.function = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pushfstring(L, "%s#%d", pack->id, (int)pack->function_count + 1);
    const char *name = lua_tostring(L, -1);
    shy_json_set(L, node, "function", json_string(name));
    shy_json_set(L, node, "text_hash", json_string(hash));
    if (!SHY_GROW(pack->functions, pack->function_count, pack->function_capacity) ||
        (look.f.name = shy_strdup(name)) == NULL)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    pack->functions[pack->function_count++] = look.f;
    if (!persons)
        return;
    struct shy_program *program = shy_program_new();
    pack->functions[pack->function_count - 1].program = program;
    if (program == NULL)
        shy_trip_now(L, SHY_TRIP_MEMORY);
    shy_program_take(L, program, index);
}

/* In the order of the names, so that the same function over the same values is one definition. */
static void add_values(lua_State *L, struct shy_box *node, int index)
{
    json_t *list = json_array();
    shy_json_set(L, node->json, "values", list);
    if (lua_type(L, index) != LUA_TTABLE)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("compute needs values = { name = value, … }."));
    size_t count = shy_sorted_keys(L, index);
    int keys = lua_gettop(L);
    for (size_t i = 1; i <= count; i++) {
        json_t *named = json_object();
        shy_json_append(L, list, named);
        lua_rawgeti(L, keys, (lua_Integer)i);
        (void)shy_need_text(L, lua_gettop(L), _("The name of a value"));
        shy_json_set(L, named, "name", shy_json_text(L, lua_gettop(L)));
        lua_pushvalue(L, -1);
        lua_rawget(L, index);
        (void)shy_need_cells(L, lua_gettop(L));
        shy_json_set_box(L, node, named, "value", lua_gettop(L));
        lua_settop(L, keys);
    }
    if (count == 0)
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("compute needs values = { name = value, … }."));
    lua_pop(L, 1);
}

int shy_compute(lua_State *L)
{
    static const char *const known[] = {"fn", "values"};
    lua_settop(L, 1);
    if (lua_type(L, 1) != LUA_TTABLE)
        return shy_raisef(L, SHY_E_SCRIPT_TYPE, _("compute is called with a table, not %s."),
                          shy_kind_at(L, 1));
    size_t count = shy_sorted_keys(L, 1);
    for (size_t i = 1; i <= count; i++) {
        lua_rawgeti(L, 2, (lua_Integer)i);
        const char *name = shy_need_text(L, 3, _("A field's name"));
        if (strcmp(name, "fn") != 0 && strcmp(name, "values") != 0)
            return shy_unknown_field(L, name, "compute", known, 2);
        lua_settop(L, 2);
    }
    struct shy_box *node = shy_box_push(L, SHY_BOX_CELLS);
    shy_json_set(L, node->json, "op", json_string("compute"));
    shy_set_at(L, node->json);
    lua_getfield(L, 1, "values");
    lua_getfield(L, 1, "fn");
    add_values(L, node, 4);
    if (lua_type(L, 5) != LUA_TFUNCTION || lua_iscfunction(L, 5))
        (void)shy_raisef(L, SHY_E_SCRIPT_TYPE, _("compute needs fn = function(v) … end, not %s."),
                         shy_kind_at(L, 5));
    shy_keep_function(L, node->json, 5, false);
    lua_settop(L, 3);
    return 1;
}

/* Calling -------------------------------------------------------------------------------- */

struct call {
    const struct shy_pack_function *f;
    const struct shy_named_value *values;
    size_t count;
    bool numeric;
    double value;
};

/* Set back before the call, not after: a call that was stopped half-way leaves nothing either. */
static int call_function(lua_State *L)
{
    struct call *call = lua_touserdata(L, 1);
    const struct shy_pack_function *f = call->f;
    for (size_t i = 0; i < f->captured_count; i++) {
        lua_rawgeti(L, LUA_REGISTRYINDEX, f->captured[i].function);
        lua_rawgeti(L, LUA_REGISTRYINDEX, f->captured[i].value);
        (void)lua_setupvalue(L, -2, f->captured[i].index);
        lua_pop(L, 1);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, f->function);
    lua_createtable(L, 0, (int)call->count);
    for (size_t i = 0; i < call->count; i++) {
        enum shihyo_state state = call->values[i].state;
        if (state != SHIHYO_STATE_OK && state != SHIHYO_STATE_PARTIAL)
            continue;
        lua_pushnumber(L, call->values[i].value);
        lua_setfield(L, -2, call->values[i].name);
    }
    if (shy_host_pcall(L, 1, 1) != LUA_OK)
        return lua_error(L);
    call->numeric = lua_type(L, -1) == LUA_TNUMBER;
    call->value = call->numeric ? lua_tonumber(L, -1) : 0;
    return 0;
}

static int call_by_name(void *self, const char *function, const struct shy_named_value *values,
                        size_t count, enum shihyo_state *state, double *value,
                        struct shihyo_error *err)
{
    struct shy_pack *pack = self;
    struct call call = {.values = values, .count = count};
    *state = SHIHYO_STATE_NOT_COMPUTABLE;
    *value = 0;
    for (size_t i = 0; i < pack->function_count; i++)
        if (strcmp(pack->functions[i].name, function) == 0)
            call.f = &pack->functions[i];
    if (call.f == NULL)
        return shy_fail(err, SHY_E_INTERNAL, _("The pack has no function '%s'."), function);
    SHY_TRY(shy_host_run(pack->host, call_function, &call, err));
    if (call.numeric && isfinite(call.value)) {
        *state = SHIHYO_STATE_OK;
        *value = call.value;
    }
    return 0;
}

/* A call is small: what a whole script may use would let one cell hold up a run for ten seconds. */
const struct shy_functions *shy_pack_functions(struct shy_pack *pack)
{
    pack->interface =
        (struct shy_functions){.self = pack, .call = call_by_name, .open = shy_person_open};
    /* From now on each run is one small call. */
    pack->host->limits.steps = CALL_STEPS;
    pack->host->limits.seconds = 1;
    return &pack->interface;
}

struct shy_program *shy_function_program(const struct shy_pack *pack, const char *name)
{
    for (size_t i = 0; i < pack->function_count; i++) {
        if (strcmp(pack->functions[i].name, name) == 0)
            return pack->functions[i].program;
    }
    return NULL;
}

void shy_functions_free(struct shy_pack *pack)
{
    for (size_t i = 0; i < pack->function_count; i++) {
        shy_free(pack->functions[i].name);
        shy_program_free(pack->functions[i].program);
    }
    shy_free(pack->functions);
}
