/* SPDX-License-Identifier: MIT */
/* What all kinds of workbooks have in common: labels, figures, places of errors, rows. */
#include "bed_function.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

int bed_each_sheet(struct bed_reader *r, int (*one)(struct bed_reader *r, size_t sheet))
{
    const struct shihyo_text_services *text = r->host->text;
    int status = SHIHYO_OK;
    for (size_t i = r->part->first; status == SHIHYO_OK && i < r->part->end; i++) {
        if (r->host->cancelled())
            return r->host->error(r->err, SHIHYO_CANCELLED, 0, N_("The reading was stopped."));
        if (text->sheet_hidden(r->book, i))
            continue;
        r->sheet = text->sheet_name(r->book, i);
        status = one(r, i);
    }
    return status;
}

/* Labels --------------------------------------------------------------------------------- */

void bed_label(const struct shihyo_host *host, const struct bed_row *row, size_t column,
               char out[LABEL_SIZE])
{
    const bool there = column < row->count;
    common_label(host, there ? row->cells[column].text : "", there ? row->cells[column].length : 0,
                 out, LABEL_SIZE);
}

size_t bed_find_label(const struct shihyo_host *host, const struct bed_row *row, size_t from,
                      const char *wanted)
{
    char label[LABEL_SIZE];
    for (size_t c = from; c < row->count; c++) {
        bed_label(host, row, c, label);
        if (strcmp(label, wanted) == 0)
            return c;
    }
    return row->count;
}

bool bed_has_text(const struct shihyo_host *host, const struct bed_row *row, size_t column)
{
    /* What is too long for a label is text, too. */
    return column < row->count &&
           host->text->normalise_label(row->cells[column].text, row->cells[column].length, NULL,
                                       0) > 0;
}

size_t bed_next_cell(const struct shihyo_host *host, const struct bed_row *row, size_t from)
{
    size_t c = from;
    while (c < row->count && !bed_has_text(host, row, c))
        c++;
    return c < row->count ? c : row->count;
}

/* Errors --------------------------------------------------------------------------------- */

int bed_place(const struct bed_reader *r, const struct bed_row *row, size_t column,
              const char *column_name, int status)
{
    struct shihyo_error *err = r->err;
    if (err == NULL)
        return status;
    common_copy(err->file, sizeof err->file, r->path, strlen(r->path));
    if (r->sheet != NULL)
        common_copy(err->sheet, sizeof err->sheet, r->sheet, strlen(r->sheet));
    if (row != NULL)
        err->row = row->number;
    if (column_name != NULL)
        common_copy(err->column_name, sizeof err->column_name, column_name, strlen(column_name));
    if (column != SIZE_MAX) {
        err->column = (int64_t)column + 1;
        if (row != NULL && column < row->count)
            common_copy(err->value, sizeof err->value, row->cells[column].text,
                        row->cells[column].length);
    }
    return status;
}

/* Figures -------------------------------------------------------------------------------- */

int bed_number(const struct bed_reader *r, const struct bed_row *row, size_t column,
               const char *column_name, struct shihyo_number *out)
{
    struct shihyo_signs signs = *r->host->text->signs_default;
    const char *text = column < row->count ? row->cells[column].text : "";
    size_t length = column < row->count ? row->cells[column].length : 0;
    signs.hyphen = SHIHYO_STATE_NOT_APPLICABLE;
    *out = (struct shihyo_number){SHIHYO_ABI_INIT(struct shihyo_number)};
    int status = r->host->text->parse_number(text, length, &signs, out);
    if (status == SHIHYO_OK)
        return SHIHYO_OK;
    (void)r->host->error(r->err, status, E_NUMBER, N_("The cell is not a number."));
    r->host->hint(r->err, N_("Signs known here: * (1 to 9), - (nothing to report), 未報告."));
    return bed_place(r, row, column, column_name, status);
}

int bed_area(const struct bed_reader *r, const struct bed_row *row, size_t column, char out[8])
{
    int status = SHIHYO_PARSE;
    if (column < row->count)
        status = r->host->text->parse_area_code(row->cells[column].text, row->cells[column].length,
                                                SHIHYO_LEVEL_SECONDARY, out);
    if (status == SHIHYO_OK)
        return SHIHYO_OK;
    (void)r->host->error(r->err, status, E_AREA_CODE,
                         N_("The cell is not the code of a vision area (four digits)."));
    return bed_place(r, row, column, "構想区域", status);
}

/* Rows ----------------------------------------------------------------------------------- */

void bed_set(const struct bed_reader *r, const char *column, const char *text)
{
    const struct shihyo_builder_services *build = r->host->builder;
    build->set_text(r->builder, build->column(r->builder, column), text, strlen(text));
}

void bed_set_bool(const struct bed_reader *r, const char *column, bool value)
{
    const struct shihyo_builder_services *build = r->host->builder;
    build->set_int(r->builder, build->column(r->builder, column), value ? 1 : 0);
}

void bed_set_number(const struct bed_reader *r, const char *column,
                    const struct shihyo_number *value)
{
    const struct shihyo_builder_services *build = r->host->builder;
    build->set_number(r->builder, build->column(r->builder, column), value);
}

void bed_set_state(const struct bed_reader *r, const char *column, uint32_t state)
{
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number), .state = state};
    bed_set_number(r, column, &number);
}

int bed_end_row(const struct bed_reader *r, const struct bed_row *row)
{
    int status = r->host->builder->end_row(r->builder, r->err);
    return status == SHIHYO_OK ? status : bed_place(r, row, SIZE_MAX, NULL, status);
}
