/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <string.h>

#include <utf8proc.h>

#include "core/report/report.h"

/* Names come out of other people's files: one with an escape sequence could repaint the screen,
 * one with a line break could pass for a row of the table. */
static bool moves_cursor(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return true;
    default:
        return false;
    }
}

/* One character from text: its bytes to *bytes, what is shown of it to *shown (NULL = itself), its
 * columns returned. A byte that is not UTF-8 counts as one column, so that a damaged text still
 * lines up. */
static int next_character(const char *text, size_t length, size_t *bytes, const char **shown)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &c);
    *bytes = n <= 0 ? 1 : (size_t)n;
    *shown = n <= 0 ? "\uFFFD" : moves_cursor(c) ? " " : NULL;
    if (*shown != NULL)
        return 1;
    int width = utf8proc_charwidth(c);
    return width < 0 ? 0 : width;
}

int shy_text_width(const char *text)
{
    size_t length = strlen(text);
    const char *shown;
    int width = 0;
    for (size_t i = 0, bytes; i < length; i += bytes)
        width += next_character(text + i, length - i, &bytes, &shown);
    return width;
}

static void add_shown(struct shy_text *out, const char *text, size_t length)
{
    const char *shown;
    for (size_t i = 0, bytes; i < length; i += bytes) {
        (void)next_character(text + i, length - i, &bytes, &shown);
        if (shown != NULL)
            shy_text_adds(out, shown);
        else
            shy_text_add(out, text + i, bytes);
    }
}

void shy_text_show(struct shy_text *out, const char *text)
{
    add_shown(out, text, strlen(text));
}

static void add_blanks(struct shy_text *out, int count)
{
    for (int i = 0; i < count; i++)
        shy_text_addc(out, ' ');
}

/* Bytes of text that fit into width columns; the columns they take to *used. */
static size_t fitting(const char *text, int width, int *used)
{
    size_t length = strlen(text), i = 0;
    *used = 0;
    const char *shown;
    while (i < length) {
        size_t bytes;
        int w = next_character(text + i, length - i, &bytes, &shown);
        if (*used + w > width)
            break;
        *used += w;
        i += bytes;
    }
    return i;
}

void shy_text_pad(struct shy_text *out, const char *text, int width, bool right)
{
    int used = shy_text_width(text);
    if (used > width) {
        size_t bytes = fitting(text, width - 1, &used);
        add_shown(out, text, bytes);
        shy_text_adds(out, "…");
        add_blanks(out, width - used - 1);
        return;
    }
    if (right)
        add_blanks(out, width - used);
    shy_text_show(out, text);
    if (!right)
        add_blanks(out, width - used);
}

/* Narrows the widest left-aligned column until the line fits, but not below 8 columns. */
static void fit_columns(int *widths, size_t columns, const char *align, int width)
{
    for (;;) {
        int line = -2;
        size_t widest = columns;
        for (size_t c = 0; c < columns; c++) {
            line += widths[c] + 2;
            if (align[c] == 'l' && (widest == columns || widths[c] > widths[widest]))
                widest = c;
        }
        if (line <= width || widest == columns || widths[widest] <= 8)
            return;
        int excess = line - width;
        widths[widest] = widths[widest] - excess < 8 ? 8 : widths[widest] - excess;
    }
}

static void add_rule(struct shy_text *out, const int *widths, size_t columns)
{
    for (size_t c = 0; c < columns; c++) {
        for (int i = 0; i < widths[c]; i++)
            shy_text_addc(out, '-');
        shy_text_adds(out, c + 1 < columns ? "  " : "\n");
    }
}

/* Blanks at the end of a line are dropped: the last column is not padded on its right. */
static void add_line(struct shy_text *out, const char *const *cells, size_t columns,
                     const char *align, const int *widths)
{
    for (size_t c = 0; c < columns; c++) {
        shy_text_pad(out, cells[c], widths[c], align[c] == 'r');
        if (c + 1 < columns)
            shy_text_adds(out, "  ");
    }
    while (out->length > 0 && !out->failed && out->text[out->length - 1] == ' ')
        out->text[--out->length] = '\0';
    shy_text_addc(out, '\n');
}

/* Two passes: widths need all rows. Numbers are never cut, a cut number is another number. */
int shy_draw_table(struct shy_text *out, const char *const *cells, size_t rows, size_t columns,
                   const char *align, int width, struct shihyo_error *err)
{
    int *widths = shy_alloc(columns, sizeof *widths);
    if (widths == NULL)
        return shy_fail_nomem(err);
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < columns; c++) {
            int w = shy_text_width(cells[r * columns + c]);
            if (w > widths[c])
                widths[c] = w;
        }
    }
    if (width > 0)
        fit_columns(widths, columns, align, width);
    for (size_t r = 0; r < rows; r++) {
        add_line(out, cells + r * columns, columns, align, widths);
        if (r == 0)
            add_rule(out, widths, columns);
    }
    shy_free(widths);
    return out->failed ? shy_fail_nomem(err) : 0;
}
