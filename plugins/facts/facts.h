/* SPDX-License-Identifier: MIT */
/*
 * What the files of the plugin share: a mapping says how a table of any shape becomes rows of a
 * contract. It is read once when the source is opened (mapping.c), applied to every file (read.c)
 * cell by cell (cells.c). Strings of the options live as long as the source and are not copied.
 */
#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>

#include <shihyo/plugin.h>

#include "common/common.h"

enum {
    MOST_COLUMNS = 256, /* of a mapping */
    MOST_TEXT = 4096,   /* bytes of a cell that is a code, a number or a date */
    MOST_HEADER_ROWS = 16,
    LEVEL_NONE = -1, /* an area code is taken as it stands */
};

enum facts_type {
    FACTS_CODE,
    FACTS_TEXT,
    FACTS_INT,
    FACTS_BOOL,
    FACTS_DATE,
    FACTS_DECIMAL,
    FACTS_PERIOD,
    FACTS_MONTH,
    FACTS_AREA,
    FACTS_AREA_SET,
    FACTS_INSTITUTION,
};

/* Digits of a code at most. */
enum { MOST_WIDTH = 18 };

/* One text that stands for another value. */
struct facts_word {
    char *from; /* normalised */
    const struct shihyo_value *to;
};

/* A column of the contract. It is filled from a column of the table (from), or is a constant
 * (value), or comes with each column of a wide table (neither). */
struct facts_column {
    const char *name;
    const struct shihyo_value *from; /* a label, or a list of labels any of which may stand */
    const struct shihyo_value *value;
    enum facts_type type;
    bool measure, optional, required, key, fiscal, thousands;
    int level;                 /* enum shihyo_area_level, or LEVEL_NONE */
    int width;                 /* digits of the code; 0 = not said */
    int take_first, take_last; /* characters from 1; 0 = all */
    int scale;
    const char *unit, *label, *label_en;
    struct facts_word *words; /* recode */
    size_t word_count;
    size_t source; /* in the file at hand; SIZE_MAX = none */
    int target;    /* of the builder, or -1 */
};

/* A column of a wide table, or a pattern for several: with it come values of other columns. */
struct facts_wide {
    const char *pattern;              /* "pop_{age_from}_{age_to}", or NULL */
    const struct shihyo_value *entry; /* { from = …, age_from = 0, … }, or NULL */
};

/* Rows that are left out unless every one of these holds. */
struct facts_where {
    const char *column;
    const struct shihyo_value *is, *is_not, *ends, *not_ends;
    int blank; /* 1 must be blank, 0 must not, -1 either */
};

struct facts_mapping {
    const struct shihyo_host *host;
    const struct shihyo_value *root, *layout; /* the project's options, the mapping file's */

    struct facts_column *columns;
    size_t column_count;
    struct facts_wide *wide;
    size_t wide_count;
    size_t wide_into; /* the column that takes the wide columns' values; SIZE_MAX = no wide table */
    struct facts_where *where;
    size_t where_count;
    const struct shihyo_value *above; /* labels of columns whose blank means as above */
    struct facts_word *states;        /* texts that stand for a state */
    size_t state_count;

    const char *sheet_name;
    int64_t sheet_number, skip_rows, header_rows;
    const char *header; /* a label that the first header row holds, or NULL */
    bool distinct;
    struct shihyo_csv_options csv;
    struct shihyo_signs signs;
};

int facts_mapping_read(struct facts_mapping *m, const struct shihyo_host *host,
                       const struct shihyo_value *options, bool declared, struct shihyo_error *err);
void facts_mapping_free(struct facts_mapping *m);

/* An option: the project's, else the layout's. */
const struct shihyo_value *facts_option(const struct facts_mapping *m, const char *key);
size_t facts_column_named(const struct facts_mapping *m, const char *name);
const char *facts_type_name(enum facts_type type);
/* Normalised copy (NULL: out of memory). */
char *facts_label(const struct shihyo_host *host, const char *text, size_t length);

/* Reads a file into the builder. *bad counts cells that are wrong; err is of the first, the others
 * go to the log. */
struct facts_rows;
int facts_rows_new(struct facts_mapping *m, const char *contract, struct shihyo_builder *builder,
                   struct facts_rows **out, struct shihyo_error *err);
void facts_rows_free(struct facts_rows *rows);
int facts_rows_file(struct facts_rows *rows, const char *path, struct shihyo_error *err);
size_t facts_rows_bad(const struct facts_rows *rows);
size_t facts_rows_padded(const struct facts_rows *rows);

/* A row being put together: kept as bytes until it is whole, so that rows that are the same can be
 * told and a row with a wrong cell leaves nothing behind. */
struct facts_sink {
    size_t padded; /* codes that got back their leading zeros */
    const struct facts_mapping *mapping;
    struct shihyo_builder *builder;
    char *row;
    size_t length, capacity;
};
/* Sets what is kept in the builder. */
void facts_flush(const struct facts_sink *sink);
/* A cell's text as the value of a column. On failure err has the message without the place. */
int facts_set_cell(struct facts_sink *sink, const struct facts_column *column, const char *text,
                   size_t length, struct shihyo_error *err);
int facts_set_value(struct facts_sink *sink, const struct facts_column *column,
                    const struct shihyo_value *value, struct shihyo_error *err);

#endif
