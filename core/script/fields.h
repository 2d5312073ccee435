/* SPDX-License-Identifier: MIT */
/* Reading the table of a definition field by field, with every mistake reported. */
#ifndef SHY_SCRIPT_FIELDS_H
#define SHY_SCRIPT_FIELDS_H

#include "core/script/pack.h"

enum shy_field_type {
    SHY_FIELD_OTHER, /* known, but read by the definition itself */
    SHY_FIELD_TEXT,
    SHY_FIELD_TEXTS, /* a text or a list of texts; kept as a list */
    SHY_FIELD_INT,   /* from min to max */
    SHY_FIELD_BOOL,
    SHY_FIELD_CHOICE,
    SHY_FIELD_DATE, /* "2024-06-01" */
    SHY_FIELD_CELLS,
    SHY_FIELD_BY,     /* areas.of */
    SHY_FIELD_RATES,  /* a list of per(…) */
    SHY_FIELD_LIMITS, /* { 95, 99.8 } */
    SHY_FIELD_DATA,   /* any table of plain data */
};

struct shy_field_spec {
    const char *name;
    enum shy_field_type type;
    bool required;
    bool metadata; /* kept in "metadata" */
    const char *const *choices;
    int64_t min, max;
};

struct shy_form {
    lua_State *L;
    struct shy_box *box; /* owns object */
    json_t *object;
    const char *of; /* "indicator", for messages */
    const char *id; /* of the definition, or NULL */
    int table;      /* stack index of the script's table */
    size_t listed;  /* items 1…listed are read by the caller */
    bool bad;       /* a mistake was reported */
};

/* The definition's table is argument 1; its box goes on the stack. Raises when it is no table. */
void shy_form_open(lua_State *L, struct shy_form *form, const char *of);
/* Reads the fields listed; unknown ones are mistakes. */
void shy_form_read(struct shy_form *form, const struct shy_field_spec *specs, size_t count);
/* Reads one field by name. */
void shy_form_field(struct shy_form *form, const struct shy_field_spec *specs, size_t count,
                    const char *name);
/* Reads the value at index as the field. */
void shy_form_value(struct shy_form *form, const struct shy_field_spec *spec, int index);

/* table[position], or table.name, as a text; true where it is there and good. */
bool shy_form_item(struct shy_form *form, int position, const char *name, bool required);

/* needs.c: sets "value" of an each_person's only answer; the function person_rows. */
void shy_each_person_value(struct shy_form *form);
int shy_person_rows(lua_State *L);

void shy_form_fail(struct shy_form *form, enum shy_code code, const char *text);
void shy_form_report(struct shy_form *form, struct shihyo_error *err);

#endif
