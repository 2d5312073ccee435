/* SPDX-License-Identifier: MIT */
/*
 * The operators of a plan and the objects of a definition document as constant tables. Checking,
 * defaults, nearest names, the canonical form, the names of the authors' language and its
 * reference page all come from here: nothing else in the core knows an operator by its name.
 */
#ifndef SHY_PLAN_OPERATORS_H
#define SHY_PLAN_OPERATORS_H

#include "core/plan/plan.h"

/** Kinds of a parameter. */
enum shy_param_type {
    SHY_PARAM_ROWS,      /* a row operator */
    SHY_PARAM_CELLS,     /* a cell operator */
    SHY_PARAM_ROWS_LIST, /* of one contract */
    SHY_PARAM_CELLS_LIST,
    SHY_PARAM_NAMED_CELLS, /* [ {"name", "value": CELLS} … ] */
    SHY_PARAM_NAMED_ROWS,  /* [ {"name", "value": ROWS} … ] */
    SHY_PARAM_CONDITIONS,
    SHY_PARAM_CONTRACT,
    SHY_PARAM_COLUMN,  /* a name, or {"column", "attribute"} */
    SHY_PARAM_MEASURE, /* a numeric column of the rows themselves */
    SHY_PARAM_CHOICE,  /* one of `choices` */
    SHY_PARAM_INT,     /* from min to max */
    SHY_PARAM_TEXT,
    SHY_PARAM_FUNCTION, /* a text; text_hash, where given, is its identity */
    SHY_PARAM_AREA_SET,
    SHY_PARAM_PERIOD, /* canonical text, "FY2024" */
    SHY_PARAM_INDICATOR,
    SHY_PARAM_LEVELS,  /* a number or a list of numbers: percent of confidence */
    SHY_PARAM_BANDS,   /* age groups with their events */
    SHY_PARAM_NUMBER,  /* exact; not given: den 0 */
    SHY_PARAM_NUMBERS, /* weights of of[] */
    SHY_PARAM_STEPS,   /* of a grade */
    SHY_PARAM_MADE,    /* columns of rows that a function makes */
    SHY_PARAM_READS,   /* a list of names of columns */
};

struct shy_param {
    const char *name;
    enum shy_param_type type;
    bool required;
    const char *default_text;   /* a choice or a number; NULL = none, or as `help` says */
    const char *const *choices; /* NULL-ended; */
    const int *values;          /* their enum values; NULL = 0, 1, 2… */
    int64_t min, max;           /* of INT; of a list: fewest and most terms, max 0 = any */
    size_t offset, size;        /* of the member of struct shy_node; inputs[] by slot */
    const char *help;           /* English, translatable */
};

/** What an operator takes and gives. */
enum shy_level {
    SHY_LEVEL_ROWS,  /* rows */
    SHY_LEVEL_LEAF,  /* rows to cells */
    SHY_LEVEL_CELLS, /* cells to cells */
};

struct shy_operator {
    enum shy_op op;
    const char *name;
    enum shy_level level;
    const struct shy_param *params; /* param_count, in the order to explain them */
    size_t param_count;
    const char *help;
};

const struct shy_operator *shy_operator(enum shy_op op); /* NULL for NONE */
const struct shy_operator *shy_operator_find(const char *name);
const struct shy_param *shy_operator_param(const struct shy_operator *o, const char *name);
const char *shy_param_type_name(enum shy_param_type type); /* "rows", "list of cells" … */

/** Members of the document's other objects. */
enum shy_json_kind {
    SHY_JSON_TEXT = 1,
    SHY_JSON_INT = 2,
    SHY_JSON_BOOL = 4,
    SHY_JSON_OBJECT = 8,
    SHY_JSON_LIST = 16,
    SHY_JSON_REAL = 32,
};

struct shy_field {
    const char *name;
    unsigned kinds; /* SHY_JSON_* */
    bool required;
    const char *default_text;
    const char *help;
};

struct shy_shape {
    const char *name; /* "indicator", as messages call it */
    const struct shy_field *fields;
    size_t field_count;
};

enum shy_shape_id {
    SHY_SHAPE_DOCUMENT,
    SHY_SHAPE_CODE_LIST,
    SHY_SHAPE_CODE_ENTRY,
    SHY_SHAPE_INDICATOR,
    SHY_SHAPE_ANSWER,
    SHY_SHAPE_RATE,
    SHY_SHAPE_POPULATION,
    SHY_SHAPE_CROSS_TABLE,
    SHY_SHAPE_MEASURE,
    SHY_SHAPE_BY,
    SHY_SHAPE_DIM,
    SHY_SHAPE_CONDITION,
    SHY_SHAPE_COLUMN,
    SHY_SHAPE_NAMED_CELLS,
    SHY_SHAPE_EXAMPLE,
    SHY_SHAPE_SPAN,
    SHY_SHAPE_LIMITS,
    SHY_SHAPE_BAND,
    SHY_SHAPE_STEP,
    SHY_SHAPE_MADE_COLUMN,
    SHY_SHAPE_COUNT_
};
const struct shy_shape *shy_shape(enum shy_shape_id id);

/* Names of values that the document writes. NULL-ended. */
extern const char *const shy_basis_names[]; /* with shy_basis_bits[] */
extern const uint32_t shy_basis_bits[];
extern const char *const shy_state_names[]; /* in the order of enum shihyo_state */

#endif
