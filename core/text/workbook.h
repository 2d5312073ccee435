/* SPDX-License-Identifier: MIT */
/*
 * Reads xlsx workbooks (ECMA-376, Transitional and Strict). Opening reads the list of sheets, the
 * shared strings and the styles; a sheet is then read row by row, so that memory is bounded by the
 * shared strings and one row. Parts are found through the package's relationships, never by name.
 *
 * A workbook belongs to one thread at a time. What files can be made of is limited: see
 * shy_workbook_limits.
 */
#ifndef SHY_TEXT_WORKBOOK_H
#define SHY_TEXT_WORKBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* The largest sheet that the format knows. */
#define SHY_SHEET_ROWS 1048576
#define SHY_SHEET_COLUMNS 16384

/* What a workbook may unpack to; more is SHY_E_XLSX_LIMIT. */
struct shy_workbook_limits {
    uint64_t total;     /* bytes of all parts together */
    uint64_t part;      /* bytes of one part */
    uint32_t ratio;     /* unpacked to packed size, for parts above 16 MiB */
    uint32_t parts;     /* files in the zip */
    uint32_t strings;   /* shared strings */
    uint64_t cells;     /* of one sheet, with the gaps between them */
    uint32_t cell_text; /* bytes of one cell */
    uint32_t row_text;  /* bytes of one row's own texts, without shared strings */
};
/* 2 GiB, 1 GiB, 500, 65536, 16 Mi, 512 Mi, 1 MiB, 64 MiB. */
extern const struct shy_workbook_limits shy_workbook_limits_default;

/* A merged range; rows and columns are 1-based and included. */
struct shy_merge {
    uint32_t first_row, first_column, last_row, last_column;
};

/* limits NULL = default. */
int shy_workbook_open(const char *path, const struct shy_workbook_limits *limits,
                      struct shihyo_workbook **out, struct shihyo_error *err);
/* From memory that stays until the workbook is closed; name stands for the file in messages. */
int shy_workbook_open_bytes(const void *bytes, size_t size, const char *name,
                            const struct shy_workbook_limits *limits, struct shihyo_workbook **out,
                            struct shihyo_error *err);
void shy_workbook_close(struct shihyo_workbook *wb);

/* Sheets in the order of their tabs, hidden ones included. A chart sheet has no rows. */
size_t shy_workbook_sheet_count(const struct shihyo_workbook *wb);
const char *shy_workbook_sheet_name(const struct shihyo_workbook *wb, size_t sheet);
bool shy_workbook_sheet_hidden(const struct shihyo_workbook *wb, size_t sheet);

/*
 * Rows with any text, in order; see sheet_read in plugin.h for what the cells are. Cells after the
 * last that has text are left out. A date has the form YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS where it
 * has a time of day; a time HH:MM:SS; a truth value TRUE or FALSE; an error its sign (#N/A).
 * A visitor's value other than 0 ends the reading: the function returns 0 and puts the value into
 * *stopped (which may be NULL), or 0 there when all was read.
 */
typedef int shy_row_visitor(void *arg, int64_t row_number, const struct shihyo_field *cells,
                            size_t count);
int shy_workbook_read(struct shihyo_workbook *wb, size_t sheet, shy_row_visitor *visit, void *arg,
                      int *stopped, struct shihyo_error *err);

/* The merged ranges of a sheet in the order of the file; *out is freed with shy_free. */
int shy_workbook_merges(struct shihyo_workbook *wb, size_t sheet, struct shy_merge **out,
                        size_t *count, struct shihyo_error *err);

/* Reads XML as if it were a sheet of a workbook without shared strings and styles: for tests that
 * go to the heart of the parser without a zip around it. */
int shy_sheet_read_xml(const void *bytes, size_t size, shy_row_visitor *visit, void *arg,
                       struct shihyo_error *err);

#endif
