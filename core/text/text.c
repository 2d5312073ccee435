/* SPDX-License-Identifier: MIT */
/*
 * The table of text services that plugins get: statuses for codes, and errors that are written no
 * further than the plugin's own struct goes.
 */
#include "core/text/text.h"

#include "core/base/error.h"
#include "core/text/archive.h"
#include "core/text/csv.h"
#include "core/text/header.h"
#include "core/text/normalise.h"
#include "core/text/workbook.h"

/* The plugin interface knows kinds of failure, not message codes; err carries the code. */
static int status_of(int code)
{
    switch (code) {
    case 0:
        return SHIHYO_OK;
    case SHY_E_NOMEM:
        return SHIHYO_NOMEM;
    case SHY_E_FILE_NOT_FOUND:
    case SHY_E_XLSX_SHEET:
        return SHIHYO_NOT_FOUND;
    case SHY_E_FILE_IO:
    case SHY_E_OS:
        return SHIHYO_IO;
    case SHY_E_CSV_LIMIT:
    case SHY_E_XLSX_LIMIT:
        return SHIHYO_LIMIT;
    case SHY_E_ENCODING_UNKNOWN:
    case SHY_E_CSV_DELIMITER:
        return SHIHYO_INVALID_ARG;
    case SHY_E_HEADER_MISSING:
    case SHY_E_HEADER_TWICE:
        return SHIHYO_DATA;
    case SHY_E_CANCELLED:
        return SHIHYO_CANCELLED;
    case SHY_E_INTERNAL:
        return SHIHYO_INTERNAL;
    default:
        return SHIHYO_PARSE;
    }
}

/* The status for code; what filled says goes to the plugin. */
static int give(int code, const struct shihyo_error *filled, struct shihyo_error *err)
{
    if (code != 0)
        shy_error_give(err, filled);
    return status_of(code);
}

static int csv_open(const char *path, const struct shihyo_csv_options *options,
                    struct shihyo_csv **out, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    return give(shy_csv_open(path, options, out, &filled), &filled, err);
}

/* Once per record: filled is written where it fails, and then wholly. */
static int csv_next(struct shihyo_csv *csv, const struct shihyo_field **fields, size_t *count,
                    struct shihyo_error *err)
{
    struct shihyo_error filled;
    return give(shy_csv_next(csv, fields, count, &filled), &filled, err);
}

/* What batch->broken returned is handed on as it is. */
static int csv_batch(struct shihyo_csv *csv, struct shihyo_csv_batch *batch,
                     struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    int code = shy_csv_batch(csv, batch, &filled);
    return filled.code != 0 ? give(code, &filled, err) : code;
}

/* As sheet_read. */
static int each_member(const char *path, int (*visit)(void *arg, const char *name, uint64_t size),
                       void *arg, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    int stopped;
    int code = shy_archive_list(path, visit, arg, &stopped, &filled);
    return code != 0 ? give(code, &filled, err) : stopped;
}

static int workbook_open(const char *path, struct shihyo_workbook **out, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    return give(shy_workbook_open(path, NULL, out, &filled), &filled, err);
}

/* What the visitor returns is the plugin's own and goes back to it as it is; a failure of the
 * reader is a status. */
static int sheet_read(struct shihyo_workbook *wb, size_t sheet, shy_row_visitor *visit, void *arg,
                      struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    int stopped;
    int code = shy_workbook_read(wb, sheet, visit, arg, &stopped, &filled);
    return code != 0 ? give(code, &filled, err) : stopped;
}

static int sheet_hidden(const struct shihyo_workbook *wb, size_t sheet)
{
    return shy_workbook_sheet_hidden(wb, sheet);
}

static int header_new(struct shihyo_header **out, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    return give(shy_header_new(out, &filled), &filled, err);
}

static int header_row(struct shihyo_header *header, const struct shihyo_field *cells, size_t count,
                      struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    return give(shy_header_row(header, cells, count, &filled), &filled, err);
}

static int header_find(struct shihyo_header *header, const char *wanted, size_t *column,
                       struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    return give(shy_header_find(header, wanted, column, &filled), &filled, err);
}

static int header_repeated(struct shihyo_header *header, size_t column)
{
    return shy_header_repeated(header, column);
}

static int find_column(const struct shihyo_field *labels, size_t count, const char *wanted,
                       size_t *column, struct shihyo_error *err)
{
    struct shihyo_error filled = SHY_ERROR_INIT;
    return give(shy_find_column(labels, count, wanted, column, &filled), &filled, err);
}

static const struct shihyo_text_services services = {
    SHIHYO_ABI_INIT(struct shihyo_text_services),
    .signs_default = &shy_signs_default,
    .csv_open = csv_open,
    .csv_next = csv_next,
    .csv_line = shy_csv_line,
    .csv_close = shy_csv_close,
    .workbook_open = workbook_open,
    .sheet_count = shy_workbook_sheet_count,
    .sheet_name = shy_workbook_sheet_name,
    .sheet_read = sheet_read,
    .workbook_close = shy_workbook_close,
    .normalise_label = shy_normalise_label,
    .parse_number = shy_parse_number,
    .parse_period = shy_parse_period,
    .parse_area_code = shy_parse_area_code,
    .header_new = header_new,
    .header_row = header_row,
    .header_find = header_find,
    .header_count = shy_header_count,
    .header_path = shy_header_path,
    .header_repeated = header_repeated,
    .header_free = shy_header_free,
    .find_column = find_column,
    .sheet_hidden = sheet_hidden,
    .csv_batch = csv_batch,
    .csv_encoding = shy_csv_encoding,
    .each_member = each_member,
};

const struct shihyo_text_services *shy_text_services(void)
{
    return &services;
}
