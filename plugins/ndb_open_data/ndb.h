/* SPDX-License-Identifier: MIT */
/* What the files of the plugin share: one sheet of figures, and how it becomes rows. */
#ifndef NDB_H
#define NDB_H

#include <stdbool.h>

#include <shihyo/plugin.h>

#include "common/common.h"

enum {
    ITEM_DIGITS = 9,
    MOST_CLASSES = 8,
    MOST_LABEL = 256,
    STOP = -7, /* a visitor's sign that enough has been read */
};

enum ndb_measure { NDB_ITEMS, NDB_PATIENTS, NDB_MEASURES };
extern const char *const ndb_contracts[NDB_MEASURES];

/* What a column of figures is about. */
struct ndb_column {
    size_t source;
    const char *area_set;
    char area[8];
    const char *sex;      /* NULL = both */
    int age_from, age_to; /* -1 = none */
};

/* A total as one workbook gives it: every table of a procedure repeats it. */
struct ndb_total {
    char code[ITEM_DIGITS + 1];
    const char *kind, *setting;
    bool addition;
    char period[16];
    char *name, *section; /* owned */
    struct shihyo_number value;
    /* Where it stands: */
    size_t sheet, column;
    int64_t row;
};
struct ndb_totals {
    struct ndb_total *items;
    size_t count, capacity;
};

/* A sheet being read. */
struct ndb_sheet {
    const struct shihyo_host *host;
    const char *file, *name;
    size_t number;
    struct shihyo_builder *builder; /* of the figures; NULL = not wanted */
    struct ndb_totals *totals;      /* gets the totals; NULL = not wanted */
    enum ndb_measure wanted;
    struct shihyo_error *err;

    /* Of the title and the name: */
    char title[2048];
    const char *kind, *setting;
    bool addition;
    char period[16];

    /* Of the header: */
    struct shihyo_header *header;
    bool headed, ready; /* its first row was met; the columns are known */
    enum ndb_measure measure;
    size_t code, label, total, section; /* columns; section SIZE_MAX = none */
    struct ndb_column *columns;
    size_t column_count;
    char classes[MOST_CLASSES][MOST_LABEL];

    /* Columns of the builder: */
    int to_item, to_name, to_section, to_kind, to_setting, to_addition, to_area_set, to_area,
        to_period, to_sex, to_age_from, to_age_to, to_value;
    int64_t rows;
};

/* What a procedure's figures share. */
struct ndb_item {
    char code[MOST_LABEL];
    struct shihyo_field name;
    const char *section;
    int64_t row;
};

/* Reads a sheet. Without builder and totals it stops at the header and says in measure what it
 * holds. */
int ndb_sheet_read(struct ndb_sheet *s, struct shihyo_workbook *wb, size_t sheet,
                   struct shihyo_error *err);

/* The title and the sheet's name: kind, setting, addition, period. */
int ndb_title_read(struct ndb_sheet *s, struct shihyo_error *err);
/* The header rows are all there: finds the columns. */
int ndb_header_read(struct ndb_sheet *s, struct shihyo_error *err);

/* Label made comparable into out; "" where it is too long for it. */
void ndb_label(const struct shihyo_host *host, const char *text, size_t length,
               char out[MOST_LABEL]);
void ndb_place(const struct ndb_sheet *s, struct shihyo_error *err, int64_t row);

/* Finds the builder's columns. */
void ndb_find_targets(struct ndb_sheet *s);
/* One figure as a row of the builder. */
int ndb_write_figure(struct ndb_sheet *s, const struct ndb_item *item, const struct ndb_column *c,
                     const struct shihyo_number *value);

/* Keeps a total for ndb_totals_write. */
int ndb_totals_add(struct ndb_totals *t, const struct ndb_sheet *s, const struct ndb_item *item,
                   const struct shihyo_number *value);
/* The totals of the workbooks as rows, in their order, each once: those of one procedure must be
 * equal. paths: of the workbooks. */
int ndb_totals_write(const struct shihyo_host *host, const struct ndb_totals *books,
                     const char *const *paths, size_t count, struct shihyo_builder *builder,
                     struct shihyo_error *err);
void ndb_totals_free(struct ndb_totals *t);

#endif
