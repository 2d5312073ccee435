/* SPDX-License-Identifier: MIT */
/*
 * One sandboxed Lua state. Everything of Lua stays in this folder and leaves it as JSON and
 * struct shihyo_error. Lua raises errors with longjmp: a function of ours that Lua calls takes its
 * arguments first, and what it allocates belongs to a box (box.h) before the next call of Lua.
 * Threads: a state belongs to one thread at a time.
 */
#ifndef SHY_SCRIPT_HOST_H
#define SHY_SCRIPT_HOST_H

#include <jansson.h>
#include <lauxlib.h>
#include <lua.h>

#include "core/script/script.h"

enum shy_trip { SHY_TRIP_NONE, SHY_TRIP_MEMORY, SHY_TRIP_STEPS, SHY_TRIP_TIME };

struct shy_host;

/* What the names of a script mean where they are not the basic ones. */
struct shy_host_names {
    /* A global that does not exist: pushes a value or raises. */
    int (*unknown)(lua_State *L, struct shy_host *h, const char *name);
    /* Adds names to the table at the top of the stack. */
    void (*add)(lua_State *L, struct shy_host *h);
};

struct shy_host {
    lua_State *L;
    struct shy_limits limits;
    size_t used, charged; /* bytes of Lua; bytes of what scripts made outside of Lua */
    uint64_t steps;
    int64_t deadline; /* monotonic ns */
    enum shy_trip trip;
    char trip_file[512];
    int trip_line;
    bool placed; /* trip_file and trip_line are of the limit passed */
    unsigned refusals;
    bool exhausted; /* the system itself had no memory */
    bool lifted;    /* no limits: the state is being closed */
    char **files;   /* chunk n is named "@n": paths of any length survive */
    char **texts;
    size_t file_count, file_capacity, text_capacity;
    json_t *held; /* the JSON of all boxes */
    const struct shy_host_names *names;
    void *owner; /* of names */
};

/* limits and names may be NULL. */
int shy_host_new(const struct shy_limits *limits, const struct shy_host_names *names, void *owner,
                 struct shy_host **out, struct shihyo_error *err);
void shy_host_free(struct shy_host *h);
struct shy_host *shy_host_of(lua_State *L);

/* Runs f(L) protected, with arg as light userdata at index 1. Steps and time start anew. */
int shy_host_run(struct shy_host *h, lua_CFunction f, void *arg, struct shihyo_error *err);
/* Compiles a script: pushes its function with a fresh environment. Inside of shy_host_run. */
void shy_host_load(lua_State *L, const char *text, size_t length, const char *path);
/* Pushes a fresh environment that knows the names and cannot be written to. */
void shy_host_environment(lua_State *L);
/* lua_pcall that limits cannot be hidden by: 0, or an error object (shy_error_at) at the top. */
int shy_host_pcall(lua_State *L, int args, int results);

/* Errors as Lua values. Both raise and never return; the script's place is filled in. */
int shy_raise(lua_State *L, const struct shihyo_error *err);
int shy_raisef(lua_State *L, enum shy_code code, const char *format, ...) SHY_PRINTF(3, 4);
/* The error object at index, or NULL. */
struct shihyo_error *shy_error_at(lua_State *L, int index);
/* Place of the innermost script line being run; file is "" where there is none. */
void shy_where(lua_State *L, const char **file, int *line);

/* Counts work done in C, and bytes kept outside of Lua: raises when a limit is passed. */
void shy_tick(lua_State *L, uint64_t steps);
void shy_charge(lua_State *L, size_t bytes);
_Noreturn void shy_trip_now(lua_State *L, enum shy_trip trip);

/* library.c: pushes the table of basic names that every script sees. */
void shy_library_push(lua_State *L);
const char *const *shy_library_names(size_t *count);
/* Pushes the name ("math.floor") of the function at index, if it is one that every script sees and
 * that keeps nothing between calls; else pushes nothing. */
bool shy_library_name(lua_State *L, int index);
/* Is the table at index an environment made for a script, which nobody can write to? */
bool shy_is_environment(lua_State *L, int index);
/* A function that raises SHY_E_SCRIPT_BLOCKED naming itself; name must be static. */
void shy_push_blocked(lua_State *L, const char *name);
int shy_lua_tostring(lua_State *L);

/* safe_string.c, safe_table.c: functions whose loops in C have bounds. */
extern const luaL_Reg shy_safe_string[];
extern const luaL_Reg shy_safe_table[];

/* keys.c: deterministic order. Pushes a list of the keys of the table at index: integers, then
 * texts by bytes, then false, true; raises on keys of other kinds. Returns their number. */
size_t shy_sorted_keys(lua_State *L, int index);
int shy_lua_pairs(lua_State *L);

#endif
