/* SPDX-License-Identifier: MIT */
/*
 * 構想区域別の病床数: a block of rows per vision area on one sheet. Each block has the area's code
 * beside 構想区域, a header whose last row has labels like 2024実績, 2026見込量 and 2025必要数, and
 * a row for every function. Years are calendar years: the figures are those of a day in the year.
 */
#include "bed_function.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *label, *function;
} functions[] = {
    {"合計", "total"},      {"高度急性期", "high_acute"}, {"急性期", "acute"},
    {"回復期", "recovery"}, {"慢性期", "chronic"},
};

static const struct {
    const char *label, *status;
} statuses[] = {
    {"実績", "actual"},
    {"見込量", "expected"},
    {"必要数", "required"},
};

enum {
    FUNCTION_COUNT = sizeof functions / sizeof functions[0],
    STATUS_COUNT = sizeof statuses / sizeof statuses[0],
    ALL_FUNCTIONS = (1 << FUNCTION_COUNT) - 1,
    MOST_YEARS = 64,
};

struct year_column {
    size_t column;
    char label[32], period[16];
    int status;
};

struct blocks {
    struct bed_reader *r;
    char area[8];                         /* of the block being read; "" before the first */
    struct year_column years[MOST_YEARS]; /* of the block */
    size_t year_count;
    unsigned seen; /* functions of the block, bits */
    int64_t blocks;
    /* Does the column i differ from the column before it anywhere in the sheet? */
    bool differs[MOST_YEARS];
};

/* "2015実績": four digits and one of the three words. */
static bool parse_year(const char *label, struct year_column *out)
{
    if (strspn(label, "0123456789") != 4)
        return false;
    for (int i = 0; i < STATUS_COUNT; i++) {
        const char *rest = label + 4;
        if (strncmp(rest, "年", strlen("年")) == 0)
            rest += strlen("年");
        if (strcmp(rest, statuses[i].label) != 0)
            continue;
        (void)snprintf(out->label, sizeof out->label, "%.4s%s", label, statuses[i].label);
        (void)snprintf(out->period, sizeof out->period, "%.4s", label);
        out->status = i;
        return true;
    }
    return false;
}

static int add_year(struct blocks *b, const struct bed_row *row, const struct year_column *year)
{
    for (size_t i = 0; i < b->year_count; i++) {
        if (strcmp(b->years[i].label, year->label) == 0) {
            int status =
                b->r->host->error(b->r->err, SHIHYO_DATA, E_HEADER_TWICE,
                                  N_("The table has the column '%s' twice, columns %zu and %zu."),
                                  year->label, b->years[i].column + 1, year->column + 1);
            return bed_place(b->r, row, year->column, year->label, status);
        }
    }
    if (b->year_count == MOST_YEARS)
        return bed_place(b->r, row, year->column, year->label,
                         b->r->host->error(b->r->err, SHIHYO_LIMIT, E_LAYOUT,
                                           N_("The table has more than %d columns of years."),
                                           MOST_YEARS));
    b->years[b->year_count++] = *year;
    return SHIHYO_OK;
}

/* The header of a block: a row with any such label. */
static int read_header(struct blocks *b, const struct bed_row *row, bool *is_header)
{
    char label[LABEL_SIZE];
    struct year_column year;
    int status = SHIHYO_OK;
    *is_header = false;
    for (size_t c = 0; status == SHIHYO_OK && c < row->count; c++) {
        bed_label(b->r->host, row, c, label);
        if (!parse_year(label, &year))
            continue;
        if (!*is_header)
            b->year_count = 0;
        *is_header = true;
        year.column = c;
        status = add_year(b, row, &year);
    }
    return status;
}

static int end_block(const struct blocks *b)
{
    if (b->area[0] == '\0' || b->seen == ALL_FUNCTIONS)
        return SHIHYO_OK;
    for (int i = 0; i < FUNCTION_COUNT; i++) {
        if ((b->seen & (1u << i)) == 0)
            return bed_place(b->r, NULL, SIZE_MAX, functions[i].label,
                             b->r->host->error(b->r->err, SHIHYO_NOT_FOUND, E_LAYOUT,
                                               N_("The area %s has no row '%s'."), b->area,
                                               functions[i].label));
    }
    return SHIHYO_OK;
}

/* A row with the label 構想区域 begins a block: code and name follow. */
static int begin_block(struct blocks *b, const struct bed_row *row, size_t label)
{
    int status = end_block(b);
    b->seen = 0;
    b->year_count = 0;
    b->blocks++;
    return status == SHIHYO_OK
               ? bed_area(b->r, row, bed_next_cell(b->r->host, row, label + 1), b->area)
               : status;
}

static int add_rows(struct blocks *b, const struct bed_row *row, int function)
{
    struct shihyo_number before = {SHIHYO_ABI_INIT(struct shihyo_number)}, number;
    int status = SHIHYO_OK;
    for (size_t i = 0; status == SHIHYO_OK && i < b->year_count; i++) {
        const struct year_column *year = &b->years[i];
        status = bed_number(b->r, row, year->column, year->label, &number);
        if (status != SHIHYO_OK)
            break;
        if (i > 0 && (number.state != before.state || number.mantissa != before.mantissa))
            b->differs[i] = true;
        before = number;
        bed_set(b->r, "area_set", "vision");
        bed_set(b->r, "area", b->area);
        bed_set(b->r, "period", year->period);
        bed_set(b->r, "function", functions[function].function);
        bed_set(b->r, "status", statuses[year->status].status);
        bed_set_number(b->r, "value", &number);
        status = bed_end_row(b->r, row);
    }
    return status;
}

static int read_function(struct blocks *b, const struct bed_row *row, size_t column, int function)
{
    const char *label = functions[function].label;
    const char *fault = NULL;
    if (b->area[0] == '\0')
        fault = N_("The row '%s' stands before any area's code.");
    else if (b->year_count == 0)
        fault = N_("The row '%s' stands before a header with years, like 2024実績.");
    else if ((b->seen & (1u << function)) != 0)
        fault = N_("The area has the row '%s' twice.");
    if (fault != NULL)
        return bed_place(b->r, row, column, label,
                         b->r->host->error(b->r->err, SHIHYO_DATA, E_LAYOUT, fault, label));
    b->seen |= 1u << function;
    return add_rows(b, row, function);
}

static int visit_row(void *arg, int64_t number, const struct shihyo_field *cells, size_t count)
{
    struct blocks *b = arg;
    const struct bed_row row = {number, cells, count};
    bool is_header;
    size_t found = bed_find_label(b->r->host, &row, 0, "構想区域");
    if (found < count)
        return begin_block(b, &row, found);
    int status = read_header(b, &row, &is_header);
    if (status != SHIHYO_OK || is_header)
        return status;
    size_t last = b->year_count > 0 && b->years[0].column < count ? b->years[0].column : count;
    for (int i = 0; i < FUNCTION_COUNT; i++) {
        found = bed_find_label(b->r->host, &row, 0, functions[i].label);
        if (found < last)
            return read_function(b, &row, found, i);
    }
    return SHIHYO_OK;
}

/* Two years with the same figures in every row are rather one year twice. */
static void report_same_years(const struct blocks *b)
{
    for (size_t i = 1; b->blocks > 1 && i < b->year_count; i++) {
        if (!b->differs[i])
            b->r->host->log(SHIHYO_LOG_WARNING, "bed_function",
                            N_("%s: the columns %s and %s have the same figures in every row of "
                               "all %lld areas; one of them may not be what its label says."),
                            b->r->path, b->years[i - 1].label, b->years[i].label,
                            (long long)b->blocks);
    }
}

static int read_sheet(struct bed_reader *r, size_t sheet)
{
    struct blocks *b = calloc(1, sizeof *b);
    if (b == NULL)
        return common_nomem(r->host, r->err);
    b->r = r;
    int status = r->host->text->sheet_read(r->book, sheet, visit_row, b, r->err);
    if (status == SHIHYO_OK)
        status = end_block(b);
    if (status == SHIHYO_OK && b->blocks == 0)
        status =
            bed_place(r, NULL, SIZE_MAX, NULL,
                      r->host->error(r->err, SHIHYO_NOT_FOUND, E_LAYOUT,
                                     N_("The sheet has no row with the label '%s'."), "構想区域"));
    if (status == SHIHYO_OK)
        report_same_years(b);
    free(b);
    return status;
}

int bed_read_beds(struct bed_reader *r)
{
    return bed_each_sheet(r, read_sheet);
}
