/* SPDX-License-Identifier: MIT */
#include "core/text/text.h"

#include "core/base/error.h"
#include "core/text/csv.h"

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
    case SHY_E_CANCELLED:
        return SHIHYO_CANCELLED;
    case SHY_E_INTERNAL:
        return SHIHYO_INTERNAL;
    default:
        return SHIHYO_PARSE;
    }
}

static int csv_open(const char *path, const struct shihyo_csv_options *options,
                    struct shihyo_csv **out, struct shihyo_error *err)
{
    return status_of(shy_csv_open(path, options, out, err));
}

static int csv_next(struct shihyo_csv *csv, const struct shihyo_field **fields, size_t *count,
                    struct shihyo_error *err)
{
    return status_of(shy_csv_next(csv, fields, count, err));
}

static const struct shihyo_text_services services = {
    SHIHYO_ABI_INIT(struct shihyo_text_services),
    .csv_open = csv_open,
    .csv_next = csv_next,
    .csv_line = shy_csv_line,
    .csv_close = shy_csv_close,
};

const struct shihyo_text_services *shy_text_services(void)
{
    return &services;
}
