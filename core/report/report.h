/* SPDX-License-Identifier: MIT */
/*
 * What people and other programs read: tables on the screen with East Asian widths, CSV, JSON.
 * Same values, same bytes.
 */
#ifndef SHY_REPORT_H
#define SHY_REPORT_H

#include "core/base/mem.h"
#include "core/result/result.h"

enum shy_format { SHY_FORMAT_TABLE, SHY_FORMAT_CSV, SHY_FORMAT_JSON };

struct shy_show_options {
    enum shy_format format;
    int width;              /* columns of the terminal, 0 = unlimited */
    bool byte_order_mark;   /* CSV: for Excel */
    const char *encoding;   /* CSV: NULL = UTF-8, "cp932"; unmappable characters are an error */
    bool crlf;
};

/* Writes the values of a run to out. */
int shy_show(struct shy_results *results, const struct shy_value_filter *filter,
             const struct shy_show_options *options, FILE *out, struct shihyo_error *err);

/* Columns on a terminal (wide characters 2, combining 0); and padding or cutting to a width. */
int shy_text_width(const char *text);
void shy_text_pad(struct shy_text *out, const char *text, int width, bool right);

/* A table of texts drawn with aligned columns; cells[row * columns + column]; right-aligned where
 * align[column] is 'r'. */
void shy_draw_table(struct shy_text *out, const char *const *cells, size_t rows, size_t columns,
                    const char *align, int width);

#endif
