/* SPDX-License-Identifier: MIT */
/*
 * 将来の在宅（訪問診療）需要推計 and 将来の外来需要推計: a sheet each, a row per vision area, a
 * column per fiscal year. A year with a remark in brackets, 2030年度（現状投影）, is projected.
 */
#include "bed_function.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { MOST_YEARS = 32 };

struct demand_year {
    size_t column;
    char period[16];
    char path[LABEL_SIZE];
    bool projection;
};

struct demand {
    struct bed_reader *r;
    const char *kind;             /* NULL until the title was read */
    struct shihyo_header *header; /* of the last two rows seen, until its end */
    bool found;
    size_t code;
    struct demand_year years[MOST_YEARS];
    size_t year_count;
};

/* The path ends in "2030年度(現状投影)|レセプト件数/月" or the like. */
static bool parse_year(const char *path, struct demand_year *out)
{
    static const char measure[] = "|レセプト件数/月", year_mark[] = "年度";
    size_t length = strlen(path), end = strlen(measure);
    if (length < end || length >= sizeof out->path || strcmp(path + length - end, measure) != 0)
        return false;
    /* The label above the measure. */
    size_t from = length - end;
    while (from > 0 && path[from - 1] != '|')
        from--;
    const char *label = path + from, *rest = label + 4;
    if (strspn(label, "0123456789") != 4 || strncmp(rest, year_mark, strlen(year_mark)) != 0)
        return false;
    rest += strlen(year_mark);
    out->projection = *rest == '(';
    (void)snprintf(out->period, sizeof out->period, "FY%.4s", label);
    (void)snprintf(out->path, sizeof out->path, "%s", path);
    return *rest == '(' || *rest == '|';
}

static int add_year(struct demand *d, const struct bed_row *row, const struct demand_year *year)
{
    const char *fault = NULL;
    for (size_t i = 0; i < d->year_count; i++) {
        if (strcmp(d->years[i].period, year->period) == 0)
            fault = N_("The table has two columns for %s.");
    }
    if (d->year_count == MOST_YEARS)
        fault = N_("The table has too many columns of years; that of %s is one too many.");
    if (fault != NULL)
        return bed_place(
            d->r, row, year->column, year->path,
            d->r->host->error(d->r->err, SHIHYO_DATA, E_HEADER_TWICE, fault, year->period));
    d->years[d->year_count++] = *year;
    return SHIHYO_OK;
}

static int find_columns(struct demand *d, const struct bed_row *row)
{
    const struct shihyo_text_services *text = d->r->host->text;
    struct demand_year year;
    int status = text->header_find(d->header, "構想区域コード", &d->code, d->r->err);
    if (status != SHIHYO_OK)
        return bed_place(d->r, row, SIZE_MAX, "構想区域コード", status);
    for (size_t c = 0; status == SHIHYO_OK && c < text->header_count(d->header); c++) {
        const char *path = text->header_path(d->header, c);
        if (path == NULL)
            return common_nomem(d->r->host, d->r->err);
        if (!parse_year(path, &year))
            continue;
        year.column = c;
        status = add_year(d, row, &year);
    }
    if (status == SHIHYO_OK && d->year_count == 0)
        status = bed_place(d->r, row, SIZE_MAX, "レセプト件数/月",
                           d->r->host->error(d->r->err, SHIHYO_NOT_FOUND, E_HEADER_MISSING,
                                             N_("The table has no column of a fiscal year over "
                                                "'%s'."),
                                             "レセプト件数/月"));
    d->found = status == SHIHYO_OK;
    return status;
}

static int add_rows(struct demand *d, const struct bed_row *row)
{
    char area[8];
    struct shihyo_number number;
    /* Notes below the table have no code. */
    if (!bed_has_text(d->r->host, row, d->code) &&
        bed_next_cell(d->r->host, row, d->years[0].column) == row->count)
        return SHIHYO_OK;
    int status = bed_area(d->r, row, d->code, area);
    for (size_t i = 0; status == SHIHYO_OK && i < d->year_count; i++) {
        const struct demand_year *year = &d->years[i];
        status = bed_number(d->r, row, year->column, year->path, &number);
        if (status != SHIHYO_OK)
            break;
        bed_set(d->r, "area_set", "vision");
        bed_set(d->r, "area", area);
        bed_set(d->r, "period", year->period);
        bed_set(d->r, "kind", d->kind);
        bed_set_bool(d->r, "projection", year->projection);
        bed_set_number(d->r, "value", &number);
        status = bed_end_row(d->r, row);
    }
    return status;
}

static void read_title(struct demand *d, const struct bed_row *row)
{
    char label[LABEL_SIZE];
    bed_label(d->r->host, row, bed_next_cell(d->r->host, row, 0), label);
    if (strstr(label, "需要推計") == NULL)
        return;
    if (strstr(label, "訪問診療") != NULL)
        d->kind = "home_visit";
    else if (strstr(label, "外来") != NULL)
        d->kind = "outpatient";
}

/* The header is the row with 構想区域コード and the one above it. */
static int read_header(struct demand *d, const struct bed_row *row)
{
    const struct shihyo_text_services *text = d->r->host->text;
    bool last = bed_find_label(d->r->host, row, 0, "構想区域コード") < row->count;
    int status = SHIHYO_OK;
    if (!last && d->header != NULL) {
        text->header_free(d->header);
        d->header = NULL;
    }
    if (d->header == NULL)
        status = text->header_new(&d->header, d->r->err);
    if (status == SHIHYO_OK)
        status = text->header_row(d->header, row->cells, row->count, d->r->err);
    return status == SHIHYO_OK && last ? find_columns(d, row) : status;
}

static int visit_row(void *arg, int64_t number, const struct shihyo_field *cells, size_t count)
{
    struct demand *d = arg;
    const struct bed_row row = {number, cells, count};
    if (d->kind == NULL)
        read_title(d, &row);
    return d->found ? add_rows(d, &row) : read_header(d, &row);
}

static int read_sheet(struct bed_reader *r, size_t sheet)
{
    struct demand d = {.r = r};
    int status = r->host->text->sheet_read(r->book, sheet, visit_row, &d, r->err);
    if (status == SHIHYO_OK && (d.kind == NULL || !d.found))
        status = bed_place(r, NULL, SIZE_MAX, NULL,
                           r->host->error(r->err, SHIHYO_NOT_FOUND, E_LAYOUT,
                                          N_("The sheet has no row with the label '%s'."),
                                          d.kind == NULL ? "需要推計" : "構想区域コード"));
    if (d.header != NULL)
        r->host->text->header_free(d.header);
    return status;
}

int bed_read_demand(struct bed_reader *r)
{
    return bed_each_sheet(r, read_sheet);
}
