/* SPDX-License-Identifier: MIT */
/*
 * What a script holds in its hands: rows, cells, columns, conditions… Each is a userdata with a
 * piece of JSON, immutable once it is made. The state holds all JSON from its first moment to the
 * state's end: an error raised by Lua leaks nothing, and nothing hangs on a finaliser, which Lua
 * does not run where memory is exhausted.
 */
#ifndef SHY_SCRIPT_BOX_H
#define SHY_SCRIPT_BOX_H

#include "core/script/host.h"

enum shy_box_kind {
    SHY_BOX_RAW,      /* under construction */
    SHY_BOX_INVALID,  /* what a wrong expression gives; whatever is done with it is it again */
    SHY_BOX_CONTRACT, /* medical_items */
    SHY_BOX_ROWS,
    SHY_BOX_CELLS,
    SHY_BOX_COLUMN, /* rows.scheme; a dimension without a name */
    SHY_BOX_DIM,
    SHY_BOX_CONDITION, /* from(65) */
    SHY_BOX_CODES,     /* codes.visit_care */
    SHY_BOX_AREAS_OF,
    SHY_BOX_AREAS_ALL,
    SHY_BOX_MONTHS,
    SHY_BOX_POPULATION,
    SHY_BOX_RATE,
    SHY_BOX_EXAMPLE, /* example "name", waiting for its table */
    SHY_BOX_COUNT_
};

/* A definition of more nodes than this is written by a loop that went wrong. Nodes are shared in
 * memory, but whoever walks the tree meets each as often as it is mentioned. */
enum { SHY_NODES_MOST = 10000 };
int shy_too_many_nodes(lua_State *L); /* raises */

struct shy_box {
    enum shy_box_kind kind;
    json_t *json;
    const struct shy_contract *contract; /* of CONTRACT, ROWS, COLUMN; NULL = not known */
    size_t size;                         /* nodes of json */
};

/* New box at the top of the stack with an empty JSON object. */
struct shy_box *shy_box_push(lua_State *L, enum shy_box_kind kind);
/* Pushes the metatable of all boxes. */
void shy_box_metatable(lua_State *L);
struct shy_box *shy_box_at(lua_State *L, int index); /* NULL where it is none */
bool shy_box_is(lua_State *L, int index, enum shy_box_kind kind);
const char *shy_box_kind_name(enum shy_box_kind kind); /* "rows", translated */
/* What is at index, for messages: "a table", "rows" … */
const char *shy_kind_at(lua_State *L, int index);

/* Set a member; out of memory and invalid UTF-8 raise. value is taken over. */
void shy_json_set(lua_State *L, json_t *object, const char *key, json_t *value);
void shy_json_append(lua_State *L, json_t *array, json_t *value);
/* Members that the box at index is a part of: shares its JSON and adds its size. */
void shy_json_set_box(lua_State *L, struct shy_box *owner, json_t *object, const char *key,
                      int index);
void shy_json_append_box(lua_State *L, struct shy_box *owner, json_t *array, int index);
/* The text at index as JSON, charged. */
json_t *shy_json_text(lua_State *L, int index);

/* Converts the value at index and sets it as key of object (or appends to an array where key is
 * NULL). Raises SHY_E_SCRIPT_VALUE with the path of what cannot be data. */
void shy_json_set_value(lua_State *L, json_t *container, const char *key, int index);

#endif
