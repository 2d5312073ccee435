/* SPDX-License-Identifier: MIT */
/* The parts of an open workbook. Internal to core/text/workbook*.c. */
#ifndef SHY_TEXT_WORKBOOK_INTERNAL_H
#define SHY_TEXT_WORKBOOK_INTERNAL_H

#include "core/text/workbook_part.h"

/* Shared strings: one run of bytes; string i is bytes[ends[i-1] .. ends[i]). */
struct shy_strings {
    struct shy_text bytes;
    size_t *ends;
    size_t count, capacity;
};

/* What a number is by its style. */
enum shy_number_kind {
    SHY_KIND_NUMBER,
    SHY_KIND_DATE,
    SHY_KIND_TIME,     /* of a day */
    SHY_KIND_DURATION, /* hours may pass 24 */
};

struct shy_number_format {
    uint32_t id;
    uint8_t kind;
};

struct shy_styles {
    struct shy_number_format *formats; /* given in the file */
    size_t format_count, format_capacity;
    uint32_t *format_ids; /* of each cell style */
    uint8_t *kinds;       /* enum shy_number_kind of each cell style */
    size_t count, capacity;
};

struct shy_sheet {
    const char *name;
    const char *part; /* NULL: nothing that has cells */
    bool hidden;
};

struct shihyo_workbook {
    struct shy_package package;
    struct shy_arena names; /* names and parts of sheets, the file's name */
    struct shy_sheet *sheets;
    size_t sheet_count, sheet_capacity;
    struct shy_strings strings;
    struct shy_styles styles;
    bool date1904;
};

int shy_strings_read(const struct shy_package *package, const char *part, struct shy_strings *out,
                     struct shihyo_error *err);
void shy_strings_free(struct shy_strings *strings);

int shy_styles_read(const struct shy_package *package, const char *part, struct shy_styles *out,
                    struct shihyo_error *err);
void shy_styles_free(struct shy_styles *styles);
/* Kind of a format code such as yyyy"年"m"月". */
enum shy_number_kind shy_format_kind(const char *code);

/* Longest text of a number: 309 digits and a sign, or a date. */
enum { SHY_CELL_NUMBER = 352 };
/* The text of a stored number; false if it is none. */
bool shy_cell_number(const char *text, size_t length, enum shy_number_kind kind, bool date1904,
                     char out[SHY_CELL_NUMBER]);

#endif
