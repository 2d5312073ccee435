/* SPDX-License-Identifier: MIT */
/*
 * each_person: a function of a script that is called once for each person. It leaves the state it
 * was written in as a program (person_program.c) and is called in states of its own, one for each
 * thread (person_call.c), where all it can reach is the person before it (person_values.c).
 */
#ifndef SHY_SCRIPT_PERSON_H
#define SHY_SCRIPT_PERSON_H

#include <stdatomic.h>

#include "core/script/pack.h"

/* Functions that use each other, as text of the machine, and what they captured. */
struct shy_program;
struct shy_program *shy_program_new(void); /* NULL: out of memory */
void shy_program_free(struct shy_program *p);
/* Takes the function at index, which look_at found to be pure. */
void shy_program_take(lua_State *L, struct shy_program *p, int index);
/* Pushes an environment and the program's functions, the one that was taken first. */
void shy_program_load(lua_State *L, const struct shy_program *p);
size_t shy_program_functions(const struct shy_program *p);
/* Have the functions, which stand behind their environment at this index, captured what they had
 * captured when they were loaded? */
bool shy_program_intact(lua_State *L, const struct shy_program *p, int environment);
/* Steps of all calls since the first teller was opened, over all threads. */
struct shy_spent {
    atomic_uint_fast64_t steps;
    unsigned open;
};
struct shy_spent *shy_program_spent(struct shy_program *p);

/* A call and what it looked at. */
struct shy_look {
    int32_t month;
    enum shy_told_doubt doubt;
};
struct shy_person_state {
    struct shy_host *host;
    struct shy_program *program;
    const struct shy_node *node;
    const struct shy_contract **contracts; /* by need */
    const struct shy_seen_months *months;  /* by need */
    const struct shy_seen *seen;           /* during a call */
    struct shy_look *looks;
    size_t look_count, look_capacity;
    struct shy_told *told;
    size_t told_count, told_capacity;
    struct shy_told_value *values; /* of what was told, where the node gives rows */
    size_t value_count, value_capacity;
    int *refs; /* of the environment and the functions */
    size_t ref_count;
    const char *file; /* of the definition */
    int line;
};

/* person_values.c: values that need no memory; a number tells what they are. */
void shy_person_values(lua_State *L); /* sets up their metatable */
void shy_person_push(lua_State *L);
bool shy_person_month(lua_State *L, int index, int32_t *month);
extern const luaL_Reg shy_person_methods[];
extern const struct shy_host_names shy_person_names;
/* Raises a sentence that has nothing of the person in it. */
int shy_person_fail(lua_State *L, const char *text);
bool shy_window_at(lua_State *L, int index, int *from, int *to); /* a box made by months() */
void shy_window_push(lua_State *L, int from, int to);

/* person_call.c */
int shy_person_open(void *self, const struct shy_plan *plan, const struct shy_node *node,
                    const struct shy_seen_months *months, struct shy_teller *out,
                    struct shihyo_error *err);

#endif
