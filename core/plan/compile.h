/* SPDX-License-Identifier: MIT */
/*
 * Inside the plan compiler: what its files share. A problem is reported where it is found and
 * makes the definition at hand fail; functions then return false (or 0, or NULL) and the caller
 * goes on as far as it can, so that one check shows every mistake. Out of memory sets nomem and
 * ends the compilation.
 */
#ifndef SHY_PLAN_COMPILE_H
#define SHY_PLAN_COMPILE_H

#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/plan/operators.h"

/* Limits against documents made to hurt. */
enum {
    SHY_PLAN_DEPTH_MOST = 200, /* objects inside each other */
    SHY_PLAN_NODES_MOST = 100000,
    SHY_PLAN_DEFINITIONS_MOST = 10000,
    SHY_PLAN_PROBLEMS_MOST = 1000,
    SHY_PLAN_SEARCH_MOST = 1000, /* nodes looked through for one attribute of a code list */
    SHY_PLAN_REFS_MOST = 64,     /* indicators that use indicators that use … */
};

/* A choice not written, whose default depends on the rows; rules.c decides it. */
#define SHY_CHOICE_OPEN 255

struct shy_plan {
    struct shy_arena arena;
    struct shy_node *nodes; /* nodes[0] is not used */
    size_t node_count, node_capacity;
    struct shy_definition *definitions; /* by id */
    size_t definition_count;
    struct shy_code_list *lists; /* by id */
    size_t list_count;
};

/* A definition as written. */
struct shy_plan_source {
    const json_t *json;
    enum shy_definition_kind kind;
    const char *id, *pack, *file;
    int line;
    size_t order;      /* in the documents */
    const char **refs; /* indicators it names; in the compiler's arena */
    size_t ref_count, ref_capacity;
    unsigned ref_depth;
    bool done;
};

struct shy_compiler {
    struct shy_plan *plan;
    const struct shy_catalogue *catalogue;
    struct shy_problems *problems;
    struct shy_arena arena;   /* freed after compilation */
    struct shy_map node_keys; /* text of a node with its inputs' ids */
    json_t **canonical;       /* of each node, by id */
    size_t canonical_capacity;
    struct shy_plan_source *sources; /* by id */
    size_t source_count, source_capacity;
    const char *definition; /* id of the one at hand; NULL outside */
    const char *file;       /* nearest place */
    int line;
    unsigned depth;
    size_t nodes_seen, reported;
    bool failed; /* the definition at hand */
    bool nomem;
};

struct shy_place {
    const char *file;
    int line;
};

/* document.c ------------------------------------------------------------------------------- */

/* Takes the object's own place, if it has one, and gives the place to go back to. */
struct shy_place shy_place_enter(struct shy_compiler *c, const json_t *object);
void shy_place_leave(struct shy_compiler *c, struct shy_place before);

/* Adds place and definition to the error and reports it; an error fails the definition.
 * Always false. */
bool shy_plan_report(struct shy_compiler *c, enum shy_severity severity, struct shihyo_error *err);
bool shy_plan_nomem(struct shy_compiler *c); /* always false */

/* A member that is there and not null. */
const json_t *shy_member(const json_t *object, const char *name);
const char *shy_member_text(const json_t *object, const char *name); /* NULL if not a text */
int64_t shy_member_int(const json_t *object, const char *name, int64_t otherwise);
/* Copies of what the plan keeps; NULL in, NULL out. */
const char *shy_keep_text(struct shy_compiler *c, const char *text);
const char *shy_member_keep(struct shy_compiler *c, const json_t *object, const char *name);

/* Is it an object with all required members, no unknown ones, each of its kind? what: how to call
 * it in messages. */
bool shy_shape_check(struct shy_compiler *c, const json_t *object, enum shy_shape_id shape);
/* The text of `value` as a person wrote it, for messages: "\"a\"", "12", "a list". */
void shy_value_json(struct shihyo_error *err, const json_t *value);
const char *shy_json_kind_name(const json_t *value); /* translated: "a text" */

/* Sets a member of an object under construction; takes value. */
void shy_canonical_set(struct shy_compiler *c, json_t *object, const char *key, json_t *value);
void shy_canonical_text(struct shy_compiler *c, json_t *object, const char *key,
                        const char *text); /* NULL: nothing */
json_t *shy_canonical_object(struct shy_compiler *c);
json_t *shy_canonical_list(struct shy_compiler *c);
void shy_canonical_add(struct shy_compiler *c, json_t *list, json_t *value);
/* A copy of any JSON without "at"; NULL when it is nested too deep (reported) or no memory. */
json_t *shy_canonical_copy(struct shy_compiler *c, const json_t *value);
/* Sorted keys, no white space; free with shy_free. NULL when out of memory. */
char *shy_canonical_dump(struct shy_compiler *c, const json_t *value);
bool shy_canonical_hash(struct shy_compiler *c, const json_t *value, char out[SHY_HASH_TEXT]);

/* "a-z 0-9 _ - ." and not empty; reports. */
bool shy_plan_id_check(struct shy_compiler *c, const char *id);

/* codelist.c ------------------------------------------------------------------------------- */

/* Reads the code lists of all documents into the plan. */
void shy_plan_code_lists(struct shy_compiler *c, const json_t *const *documents, size_t count);
/* Reports an unknown list with the nearest names. */
const struct shy_code_list *shy_plan_require_list(struct shy_compiler *c, const char *id,
                                                  size_t length);
json_t *shy_canonical_code_list(struct shy_compiler *c, const struct shy_code_list *list);
/* Sorts the entries, which are the list's, checks their dates, and makes the hash. */
bool shy_plan_list_finish(struct shy_compiler *c, struct shy_code_list *list,
                          struct shy_code_entry *entries);

/* spans.c ---------------------------------------------------------------------------------- */

/* Read "complete" and "adds_to" of a code list. */
bool shy_plan_span(struct shy_compiler *c, const json_t *json, struct shy_code_list *list);
bool shy_plan_adds_to(struct shy_compiler *c, const json_t *json, struct shy_code_list *list);
void shy_canonical_span(struct shy_compiler *c, json_t *object, const struct shy_code_list *list);
/* Gives codes of lists that add to another one to that one. */
void shy_plan_add_codes(struct shy_compiler *c);

/* column.c --------------------------------------------------------------------------------- */

/* Finds a column for rows; rows are needed for attributes of the lists they are filtered by.
 * column or attribute may be NULL, not both. Reports. */
bool shy_plan_column(struct shy_compiler *c, const struct shy_contract *contract, shy_node_id rows,
                     const char *column, const char *attribute, struct shy_operand *out);
json_t *shy_canonical_operand(struct shy_compiler *c, const struct shy_operand *operand);

/* condition.c ------------------------------------------------------------------------------ */

/* Reads conditions on rows of a contract; sorted and unique in *out. */
bool shy_plan_conditions(struct shy_compiler *c, const struct shy_contract *contract,
                         shy_node_id rows, const json_t *list, const struct shy_condition **out,
                         size_t *count);
json_t *shy_canonical_condition(struct shy_compiler *c, const struct shy_condition *condition);

/* node.c ----------------------------------------------------------------------------------- */

/* Compiles an operator; param: what it is for, in messages. 0 = reported. */
shy_node_id shy_plan_compile_node(struct shy_compiler *c, const json_t *json, bool rows,
                                  const char *param);
const struct shy_node *shy_compiler_node(const struct shy_compiler *c, shy_node_id id);
/* A node below another: its number (for keys), or deep its own form. */
json_t *shy_canonical_input(struct shy_compiler *c, shy_node_id id, bool deep);
/* The node equal to this one, added where there is none yet. 0 = out of memory. */
shy_node_id shy_plan_intern(struct shy_compiler *c, const struct shy_node *node);
/* Contract of the rows a node gives, or works on. NULL for cells of cells. */
const struct shy_contract *shy_compiler_rows(const struct shy_compiler *c,
                                             const struct shy_node *node);

/* rules.c ---------------------------------------------------------------------------------- */

/* Does the operator fit what it is applied to? Fills defaults that depend on it. */
bool shy_plan_rules(struct shy_compiler *c, struct shy_node *node);
/* Roles that the rows of inputs[0] (and [1]) must have for the operator; bits 1 << role. */
uint32_t shy_plan_roles(const struct shy_node *node);
/* Do rows of the contract have what the operator works by? Reports. */
bool shy_plan_check_roles(struct shy_compiler *c, const struct shy_node *node,
                          const struct shy_contract *contract);
/* each_person.c: what the function sees; makes the contract of its rows. */
bool shy_plan_rule_each_person(struct shy_compiler *c, struct shy_node *node);
/* made.c: `columns` and `reads` of an EACH_PERSON; value: a list. */
bool shy_plan_made_columns(struct shy_compiler *c, const json_t *value, struct shy_node *node);
json_t *shy_canonical_made(struct shy_compiler *c, const struct shy_node *node);
bool shy_plan_reads(struct shy_compiler *c, const json_t *value, struct shy_node *node);
json_t *shy_canonical_reads(struct shy_compiler *c, const struct shy_node *node);
/* The one measure among a contract's columns, or -1. */
int shy_contract_measure(const struct shy_contract *contract);

/* statistic.c ------------------------------------------------------------------------------ */

/* Levels from a number or a list; `most` of them. name, of: for messages. */
bool shy_plan_levels(struct shy_compiler *c, const char *name, const char *of, const json_t *value,
                     int most, struct shy_levels *out);
json_t *shy_canonical_levels(struct shy_compiler *c, const struct shy_levels *levels);
bool shy_plan_bands(struct shy_compiler *c, const json_t *value, struct shy_node *node);
json_t *shy_canonical_bands(struct shy_compiler *c, const struct shy_node *node, bool deep);
bool shy_plan_rule_mean(struct shy_compiler *c, struct shy_node *node);
bool shy_plan_rule_standardised(struct shy_compiler *c, struct shy_node *node);
bool shy_plan_rule_judged(struct shy_compiler *c, struct shy_node *node);
/* Reads the limits of an indicator whose answers and rates are read. */
bool shy_plan_limits(struct shy_compiler *c, const json_t *json, struct shy_definition *d);
json_t *shy_canonical_limits(struct shy_compiler *c, const struct shy_definition *d);
/* Warns of a standardised figure whose events and population count by different places. */
void shy_plan_mixed_basis(struct shy_compiler *c, const struct shy_answer *answer);

/* score.c ---------------------------------------------------------------------------------- */

/* A number of the document, exactly; name: for messages. */
bool shy_plan_number(struct shy_compiler *c, const char *name, const json_t *value,
                     struct shy_fraction *out);
bool shy_plan_weights(struct shy_compiler *c, const json_t *list, struct shy_node *node);
/* Steps of a grade, at most `most`; from the lowest to the highest, whichever way written. */
bool shy_plan_steps(struct shy_compiler *c, const json_t *list, size_t most, struct shy_node *node);
/* Sets the member of the canonical form for a NUMBER (at), NUMBERS or STEPS; nothing where there
 * is none. */
void shy_canonical_scores(struct shy_compiler *c, const struct shy_node *node,
                          enum shy_param_type type, const char *name, const struct shy_fraction *at,
                          json_t *out);
bool shy_plan_rule_composite(struct shy_compiler *c, struct shy_node *node);
bool shy_plan_rule_over(struct shy_compiler *c, struct shy_node *node);
bool shy_plan_rule_allocate(struct shy_compiler *c, struct shy_node *node);

/* by.c ------------------------------------------------------------------------------------- */

/* The leaves (ROWS … AREAS) below some nodes, sorted by id; in the compiler's arena. */
struct shy_leaves {
    shy_node_id *ids;
    size_t count;
};
bool shy_plan_leaves(struct shy_compiler *c, const shy_node_id *values, size_t count,
                     struct shy_leaves *out);
/* The bases an area can be had on for rows of a contract. */
uint32_t shy_plan_bases(const struct shy_catalogue *catalogue, const struct shy_contract *contract);
/* The column with the area of rows on a basis; false: none. */
bool shy_plan_area_column(const struct shy_catalogue *catalogue,
                          const struct shy_contract *contract, uint32_t basis,
                          struct shy_operand *out);
/* Reads BY (NULL = absent) for the leaves of a definition, and finds the area of each leaf. */
bool shy_plan_by(struct shy_compiler *c, const json_t *json, const struct shy_leaves *leaves,
                 struct shy_answer *answer);

/* needs.c ---------------------------------------------------------------------------------- */

bool shy_plan_needs(struct shy_compiler *c, const shy_node_id *values, size_t value_count,
                    const struct shy_dim *dims, size_t dim_count, struct shy_answer *answer);

/* unit.c ----------------------------------------------------------------------------------- */

/* Warns where a unit does not fit the value. */
void shy_plan_unit(struct shy_compiler *c, const char *unit, shy_node_id value);
/* Is the value divided, so that it has digits after the point? */
bool shy_plan_divided(const struct shy_compiler *c, shy_node_id value);

/* dim.c ------------------------------------------------------------------------------------ */

bool shy_plan_dims(struct shy_compiler *c, const json_t *list, const struct shy_leaves *leaves,
                   struct shy_dim *out, size_t count);

/* definition.c ----------------------------------------------------------------------------- */

/* Compiles one definition into *out (kept with ok = false when it fails). */
void shy_plan_define(struct shy_compiler *c, const struct shy_plan_source *source,
                     struct shy_definition *out);

#endif
