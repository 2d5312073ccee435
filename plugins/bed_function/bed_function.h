/* SPDX-License-Identifier: MIT */
/*
 * What the files of the plugin share. A source is a list of workbooks, each of one of the kinds
 * below; a stream reads the workbooks of one kind, one per split (bed_function.c). How a sheet of
 * a kind becomes rows is in institutions.c, beds.c, demand.c and facility.c; reader.c has what
 * they have in common.
 */
#ifndef BED_FUNCTION_H
#define BED_FUNCTION_H

#include <stdbool.h>

#include <shihyo/plugin.h>

#include "common/common.h"

/* Bytes of a label or a code that is looked at; longer cells are notes. */
enum { LABEL_SIZE = 256 };

enum bed_kind {
    BED_INSTITUTIONS, /* 構想区域別の医療機関: a sheet per area */
    BED_BEDS,         /* 構想区域別の病床数: a block of rows per area */
    BED_DEMAND,       /* 将来の在宅（訪問診療）・外来需要推計 */
    BED_FACILITY,     /* the published sheet of one institution */
    BED_KIND_COUNT,
    BED_UNKNOWN = BED_KIND_COUNT,
};

/* What one split reads: sheets first to end - 1 of a file. */
struct bed_part {
    size_t file, first, end;
};

struct shihyo_source {
    const struct shihyo_host *host;
    char as_of[16]; /* of BED_INSTITUTIONS, whose workbooks have no date */
    bool as_of_given;
    const struct shihyo_value *facilities; /* the option, or NULL */
    struct common_files files;
    enum bed_kind *kinds;   /* of the files */
    struct bed_part *parts; /* of all files, in their order */
    size_t part_count, part_capacity;
    struct shihyo_table_info tables[BED_KIND_COUNT];
    size_t table_count;
};

/* A workbook being read into a builder. */
struct bed_reader {
    const struct shihyo_source *source;
    const struct shihyo_host *host;
    struct shihyo_builder *builder;
    struct shihyo_workbook *book;
    const struct bed_part *part;
    const char *path, *sheet;
    struct shihyo_error *err;
};

/* Cells of one row. */
struct bed_row {
    int64_t number;
    const struct shihyo_field *cells;
    size_t count;
};

/* Each reads the visible sheets of r->part. */
int bed_read_institutions(struct bed_reader *r);
int bed_read_beds(struct bed_reader *r);
int bed_read_demand(struct bed_reader *r);
int bed_read_facility(struct bed_reader *r);

/* Calls one for every visible sheet of the part, with r->sheet set. */
int bed_each_sheet(struct bed_reader *r, int (*one)(struct bed_reader *r, size_t sheet));

/* Normalised text of a cell; "" past the last cell or where it is longer than a label. */
void bed_label(const struct shihyo_host *host, const struct bed_row *row, size_t column,
               char out[LABEL_SIZE]);
/* First column from `from` whose label is wanted, or the row's count. */
size_t bed_find_label(const struct shihyo_host *host, const struct bed_row *row, size_t from,
                      const char *wanted);
bool bed_has_text(const struct shihyo_host *host, const struct bed_row *row, size_t column);
/* First column from `from` that is not empty, or the row's count. */
size_t bed_next_cell(const struct shihyo_host *host, const struct bed_row *row, size_t from);

/* Adds where it happened to the error just filled; column counts from 0, SIZE_MAX = none. Returns
 * status. */
int bed_place(const struct bed_reader *r, const struct bed_row *row, size_t column,
              const char *column_name, int status);
/* A figure of these reports: * is 1 to 9 and masked, - stands where there is nothing to report. */
int bed_number(const struct bed_reader *r, const struct bed_row *row, size_t column,
               const char *column_name, struct shihyo_number *out);
/* The four digits of a 構想区域, whose zero a spreadsheet may have dropped. */
int bed_area(const struct bed_reader *r, const struct bed_row *row, size_t column, char out[8]);

void bed_set(const struct bed_reader *r, const char *column, const char *text);
void bed_set_bool(const struct bed_reader *r, const char *column, bool value);
void bed_set_number(const struct bed_reader *r, const char *column,
                    const struct shihyo_number *value);
void bed_set_state(const struct bed_reader *r, const char *column, uint32_t state);
int bed_end_row(const struct bed_reader *r, const struct bed_row *row);

#endif
