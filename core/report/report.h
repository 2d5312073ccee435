/* SPDX-License-Identifier: MIT */
/*
 * What people and other programs read: tables on the screen with East Asian widths, CSV, JSON.
 * Same values, same bytes. Thread-safe: no state of its own.
 */
#ifndef SHY_REPORT_H
#define SHY_REPORT_H

#include "core/base/mem.h"
#include "core/result/result.h"

enum shy_format { SHY_FORMAT_TABLE, SHY_FORMAT_CSV, SHY_FORMAT_JSON };

struct shy_show_options {
    enum shy_format format;
    int width;            /* of a TABLE: columns of the terminal, 0 = unlimited */
    bool japanese;        /* of a TABLE: headings and period labels */
    bool spreadsheet;     /* of a CSV: byte-order mark, CRLF, and no text that a spreadsheet would
                             take for a formula */
    const char *encoding; /* of a CSV: NULL or "utf-8", "cp932". A character that the encoding
                             does not have is an error, never '?' */
};

/* Writes the values of a run to out, in the fixed order of shy_results_each. */
int shy_show(struct shy_results *results, const struct shy_value_filter *filter,
             const struct shy_show_options *options, FILE *out, struct shihyo_error *err);

/* The value as people read it: rounded half up at the indicator's decimals (a rate: at least one)
 * with thousands separated, or the sign of its state ("*", "…"). out has at least 48 bytes. */
void shy_value_display(const struct shy_value_row *row, char *out, size_t size);
/* True where the row carries a figure: its state is OK or PARTIAL. */
bool shy_value_shown(const struct shy_value_row *row);

/* A page about a pack (Markdown, Japanese) from its definitions; pack: the manifest's fields. */
int shy_pack_page(const json_t *pack, const struct shy_plan *plan, struct shy_text *out,
                  struct shihyo_error *err);

/* Columns on a terminal: wide characters 2, combining ones 0, ambiguous ones 1. */
int shy_text_width(const char *text);
/* Appends text as it may be shown on a terminal: control characters and line breaks as blanks,
 * bytes that are not UTF-8 as U+FFFD. The two below do the same. */
void shy_text_show(struct shy_text *out, const char *text);
/* Appends text cut (with … at the end) or padded with blanks to exactly width columns. */
void shy_text_pad(struct shy_text *out, const char *text, int width, bool right);

/* Appends rows as aligned columns under a ruled heading (the first row). cells[row * columns + c];
 * align[c] is 'l' or 'r'. width 0 = unlimited, else the widest left-aligned column is cut. */
int shy_draw_table(struct shy_text *out, const char *const *cells, size_t rows, size_t columns,
                   const char *align, int width, struct shihyo_error *err);

#endif
