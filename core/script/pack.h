/* SPDX-License-Identifier: MIT */
/* What a pack is while its scripts run and afterwards; shared by the files of the language. */
#ifndef SHY_SCRIPT_PACK_H
#define SHY_SCRIPT_PACK_H

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/plan/operators.h"
#include "core/base/os/os.h"
#include "core/script/box.h"

/* Ids that were defined, with the place of each. */
struct shy_ids {
    struct shy_map map;
    char **places;
    size_t count, capacity;
};

struct shy_pack_function;
struct shy_program;

struct shy_pack {
    struct shy_host *host;
    const struct shy_catalogue *catalogue; /* while loading */
    struct shy_problems *problems;         /* while loading */
    size_t problem_count;                  /* of this pack */
    bool sealed;                           /* loaded: nothing can be defined any more */
    char *directory, *real_directory;
    char *id, *version;
    char hash[SHY_HASH_TEXT];
    json_t *manifest, *document;
    json_t *code_lists; /* id to list, of this pack and those it depends on */
    struct shy_ids definitions, lists, facts;
    struct shy_arena arena; /* contracts declared by facts_table */
    struct shy_contract **contracts;
    size_t contract_count, contract_capacity;
    struct shy_pack_function *functions; /* functions.c */
    size_t function_count, function_capacity;
    struct shy_functions interface;
    struct shy_map files;         /* of the pack, relative, sorted */
    struct shy_mapping *mappings; /* of files being read */
    size_t mapping_count, mapping_capacity;
    struct shy_map done; /* files that were run or are being run */
};

struct shy_pack *shy_pack_of(lua_State *L);

/* names.c */
extern const struct shy_host_names shy_language_names;

/* language.c */
int shy_unknown_global(lua_State *L, struct shy_host *h, const char *name);
/* The metatable of boxes: members, methods, calls. */
void shy_set_up_objects(lua_State *L);
/* Replaces the function at the top by one whose errors are reported, not raised. */
void shy_guard(lua_State *L);
void shy_push_guarded(lua_State *L, lua_CFunction f);
/* Is the contract a name of its own in scripts? */
bool shy_plain_name(const char *id);
/* Adds a problem of the script; err gets the innermost script place where it has none. Raises
 * when there are too many. */
void shy_problem(lua_State *L, struct shihyo_error *err);
/* Ends the expression being built without a message: a part of it was reported already. */
int shy_give_up(lua_State *L);
/* "file:line" of the innermost script line as "at" of an object. */
void shy_set_at(lua_State *L, json_t *object);
/* Text at index or an error naming what it is for. */
const char *shy_need_text(lua_State *L, int index, const char *what);
int64_t shy_need_int(lua_State *L, int index, const char *what);
/* Is the table at index a list (or empty)? Its length to *count. */
bool shy_is_list(lua_State *L, int index, size_t *count);
/* Raises that `of` has no such field, with the nearest ones. */
int shy_unknown_field(lua_State *L, const char *field, const char *of, const char *const *known,
                      size_t count);

/* conditions.c: filters and columns. */
const struct shy_contract *shy_pack_contract(const struct shy_pack *pack, const char *id);
/* Sets "column" (and "attribute") of object to what name means on the rows or contract of box. */
void shy_set_operand(lua_State *L, json_t *object, const struct shy_box *box, const char *name);
/* Appends the conditions of the table at index to the list. */
void shy_add_conditions(lua_State *L, json_t *list, const struct shy_box *box, int index);
extern const luaL_Reg shy_condition_functions[];

/* axes.c: columns, dimensions, areas, windows, rates. */
extern const luaL_Reg shy_axis_functions[];
extern const luaL_Reg shy_area_functions[]; /* areas.of, areas.all */
int shy_rows_column(lua_State *L);

/* expressions.c: operators. */
extern const luaL_Reg shy_expression_functions[];
extern const luaL_Reg shy_rows_methods[];
extern const luaL_Reg shy_cells_methods[];
extern const luaL_Reg shy_dim_methods[];
int shy_push_column(lua_State *L, int box_index, const char *name);
/* Replaces a contract at index by its rows; raises where it is neither. */
struct shy_box *shy_need_rows(lua_State *L, int index);
/* A window made with months(); what: the function that needs it. */
const struct shy_box *shy_need_window(lua_State *L, int index, const char *what);
struct shy_box *shy_need_cells(lua_State *L, int index);
/* A value, or a number that stands for one. */
struct shy_box *shy_need_operand(lua_State *L, int index);
/* New node of the operator with its place. */
struct shy_box *shy_new_node(lua_State *L, enum shy_op op);
/* The options in the table at index, if there is one; rows: what columns are of. */
void shy_set_options(lua_State *L, struct shy_box *node, const struct shy_box *rows, enum shy_op op,
                     int index);
/* Terms given as arguments or as one list. */
int shy_spread_terms(lua_State *L);
int shy_terms(lua_State *L, enum shy_op op, bool of_cells);
int shy_contract_rows(lua_State *L); /* contract { filter } */

/* define.c, lists.c, facts.c: definitions. */
extern const luaL_Reg shy_definition_functions[];
extern const luaL_Reg shy_list_functions[];
int shy_facts_table(lua_State *L);
int shy_example_rows(lua_State *L); /* example "name" { … } */
/* Is id well formed and new? Reports otherwise. */
bool shy_claim_id(lua_State *L, struct shy_ids *ids, const char *id);

/* statistics.c: standardised figures, and limits = … of an indicator into an object; false where it
 * is something else. */
extern const luaL_Reg shy_statistics_functions[];
bool shy_limits_value(lua_State *L, json_t *object, int index);

int shy_of_value(lua_State *L, enum shy_op op, bool options); /* value:op { options } */
void shy_set_number(lua_State *L, json_t *object, const char *name, int index);

extern const luaL_Reg shy_logic_functions[]; /* logic.c */

/* scores.c: composites, answers, grades, shares. */
extern const luaL_Reg shy_score_functions[];
int shy_allocate(lua_State *L);
int shy_grade(lua_State *L);
int shy_over(lua_State *L);

/* functions.c: compute, and functions over persons. */
int shy_compute(lua_State *L);
/* choices.c */
int shy_choose(lua_State *L);
int shy_first_of(lua_State *L);
int shy_highest(lua_State *L);
int shy_lowest(lua_State *L);
int shy_since(lua_State *L);
int shy_rounded(lua_State *L);
int shy_earlier(lua_State *L);
int shy_interpolate(lua_State *L);
int shy_most_recent(lua_State *L);
int shy_each_area(lua_State *L);
/* Keeps the function at index when it is pure; sets "function" and "text_hash" of the node. */
void shy_keep_function(lua_State *L, json_t *node, int index, bool persons);
struct shy_program *shy_function_program(const struct shy_pack *pack, const char *name);
void shy_functions_free(struct shy_pack *pack);

/* files.c: what a pack has on disk. */
int shy_pack_scan(struct shy_pack *pack, struct shihyo_error *err);
int shy_pack_read(const struct shy_pack *pack, const char *name, struct shy_mapping *out,
                  struct shihyo_error *err);
int shy_pack_require(lua_State *L);
int shy_pack_run_file(lua_State *L, struct shy_pack *pack, const char *name);

#endif
