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

/* A total that was read before: every table of one item repeats it. */
struct ndb_total {
    char key[64];
    struct shihyo_number value;
    const char *file;
};
struct ndb_totals {
    struct ndb_total *items;
    size_t count, slots;
};

/* A sheet being read. */
struct ndb_sheet {
    const struct shihyo_host *host;
    const char *file, *name;
    struct shihyo_builder *builder; /* NULL: only to see what the sheet is */
    enum ndb_measure wanted;
    struct ndb_totals *totals;
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

/* Reads a sheet. Without a builder it stops at the header and says in measure what it holds. */
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

void ndb_totals_free(struct ndb_totals *t);

#endif
