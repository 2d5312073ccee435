/* SPDX-License-Identifier: MIT */
/*
 * Every name of the authors' language, described once: suggestions for misspelt names, the help of
 * the command line, docs/lua-reference.md and the type file for editors all come from this table.
 * Immutable.
 */
#ifndef SHY_SCRIPT_REFERENCE_H
#define SHY_SCRIPT_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What a name belongs to. */
enum shy_ref_of {
    SHY_REF_GLOBAL, /* written by itself: indicator, areas.of */
    SHY_REF_ROWS,   /* rows:name(…) */
    SHY_REF_CELLS,  /* value:name(…) */
    SHY_REF_DIM,    /* column:name(…) */
    SHY_REF_PERSON, /* person:name(…), in the function of each_person */
    SHY_REF_OF_COUNT_
};

struct shy_ref_param {
    const char *name;
    const char *type; /* of the type file: "string", "shihyo.rows|shihyo.contract" */
    bool optional;
    const char *ja, *en;
};

/* How the parameters are written. */
enum shy_ref_call {
    SHY_REF_ARGUMENTS, /* name(a, b) */
    SHY_REF_FIELDS,    /* name { a = …, b = … } */
    SHY_REF_OPTIONS,   /* name(a, { b = … }): parameters from `first_option` on are fields */
    SHY_REF_FILTER,    /* name { column = condition } */
    SHY_REF_INDEX,     /* name.NAME */
};

enum { SHY_REF_PARAMS_MOST = 28 };

struct shy_reference {
    const char *name;
    enum shy_ref_of of;
    enum shy_ref_call call;
    const char *gives; /* type; "" = nothing */
    const char *ja, *en;
    const char *example;
    size_t first_option;
    struct shy_ref_param params[SHY_REF_PARAMS_MOST]; /* name NULL ends */
};

size_t shy_reference_count(void);
const struct shy_reference *shy_reference_at(size_t i);
/* By name, with or without what it belongs to ("rows:where", "where"); NULL = none. The n-th one
 * of that name, as `rows` may be several things. */
const struct shy_reference *shy_reference_find(const char *name, size_t n);
/* "rows:followed_by(other, window)" */
void shy_reference_signature(const struct shy_reference *r, char *out, size_t size);

/* The generated pages; false when writing failed. */
bool shy_reference_markdown(FILE *out);
bool shy_reference_types(FILE *out);

#endif
