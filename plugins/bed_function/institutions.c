/* SPDX-License-Identifier: MIT */
/*
 * 構想区域別の医療機関: a sheet per vision area with (1) the area and (2) its institutions, the
 * largest first. Only (2) becomes rows; the first part repeats its sums.
 *
 * The workbook gives institutions no code. Theirs is made of the area's code and the number in
 * the list ("0101-1"): stable for this edition of the workbook, not from one year to the next.
 */
#include "bed_function.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How a column of the list goes into the contract. */
enum use { USE_NAME, USE_PLACE, USE_FLAG, USE_BEDS, USE_AMBULANCES };

static const struct wanted {
    const char *path; /* in the header, without the circled number before a group */
    enum use use;
    const char *column; /* of the contract */
    const char *mark;   /* what stands in a flag */
} wanted[] = {
    {"医療機関名", USE_NAME, "name", NULL},
    {"所在地", USE_PLACE, "place", NULL},
    {"一般・療養病床|休棟中等含む計", USE_BEDS, "beds", NULL},
    {"一般・療養病床|高度急性期", USE_BEDS, "beds_high_acute", NULL},
    {"一般・療養病床|急性期", USE_BEDS, "beds_acute", NULL},
    {"一般・療養病床|回復期", USE_BEDS, "beds_recovery", NULL},
    {"一般・療養病床|慢性期", USE_BEDS, "beds_chronic", NULL},
    {"一般・療養病床|休棟中等", USE_BEDS, "beds_dormant", NULL},
    {"医療機関機能|地域支援", USE_FLAG, "regional_support", "地"},
    {"医療機関機能|在宅療養支援", USE_FLAG, "home_care_support", "在支"},
    {"診療実績(オープンデータ)|救急車の受入件数", USE_AMBULANCES, "ambulances", NULL},
};

enum { WANTED_COUNT = sizeof wanted / sizeof wanted[0] };

struct list {
    struct bed_reader *r;
    char area[8];                 /* "" until known */
    struct shihyo_header *header; /* NULL until (2) begins */
    bool found;                   /* the header ended, its columns are known */
    size_t at[WANTED_COUNT];
    long last; /* number of the institution before */
};

/* The numbers before the labels of groups (①, ②…) are no part of them: another edition may count
 * otherwise. */
static int add_header_row(struct list *l, const struct bed_row *row)
{
    struct shihyo_field *cells = calloc(row->count, sizeof *cells);
    if (cells == NULL)
        return common_nomem(l->r->host, l->r->err);
    memcpy(cells, row->cells, row->count * sizeof *cells);
    for (size_t i = 0; i < row->count; i++) {
        const unsigned char *t = (const unsigned char *)cells[i].text;
        /* U+2460 to U+2473 */
        if (cells[i].length >= 3 && t[0] == 0xe2 && t[1] == 0x91 && t[2] >= 0xa0 && t[2] <= 0xb3) {
            cells[i].text += 3;
            cells[i].length -= 3;
        }
    }
    int status = l->r->host->text->header_row(l->header, cells, row->count, l->r->err);
    free(cells);
    return status;
}

/* A label that stands over several merged columns is found in the first of them. */
static int find_column(struct list *l, const char *path, size_t *column)
{
    const struct shihyo_text_services *text = l->r->host->text;
    size_t count = text->header_count(l->header), first = count, run = 0, all = 0;
    for (size_t c = 0; c < count; c++) {
        const char *found = text->header_path(l->header, c);
        if (found == NULL || strcmp(found, path) != 0)
            continue;
        if (first == count)
            first = c;
        run += c == first + run ? 1 : 0;
        all++;
    }
    *column = first;
    return all > 1 && run == all ? SHIHYO_OK
                                 : text->header_find(l->header, path, column, l->r->err);
}

static int find_columns(struct list *l, const struct bed_row *row)
{
    for (size_t i = 0; i < WANTED_COUNT; i++) {
        int status = find_column(l, wanted[i].path, &l->at[i]);
        if (status != SHIHYO_OK)
            return bed_place(l->r, row, SIZE_MAX, wanted[i].path, status);
    }
    return SHIHYO_OK;
}

/* The area's code begins the row of the rate of reporting and the sheet's name; both must agree. */
static int read_area(struct list *l, const struct bed_row *row)
{
    char named[8];
    const char *sheet = l->r->sheet;
    size_t digits = strspn(sheet, "0123456789");
    int status = bed_area(l->r, row, bed_next_cell(l->r->host, row, 0), l->area);
    if (status != SHIHYO_OK || digits == 0)
        return status;
    if (l->r->host->text->parse_area_code(sheet, digits, SHIHYO_LEVEL_SECONDARY, named) !=
            SHIHYO_OK ||
        strcmp(named, l->area) != 0) {
        status = l->r->host->error(l->r->err, SHIHYO_DATA, E_AREA_CODE,
                                   N_("The sheet is named for another area than the %s in it."),
                                   l->area);
        return bed_place(l->r, row, 0, "構想区域", status);
    }
    return SHIHYO_OK;
}

static int read_number_in_list(struct list *l, const struct bed_row *row, size_t column)
{
    char label[LABEL_SIZE], *end;
    bed_label(l->r->host, row, column, label);
    long number = strtol(label, &end, 10);
    if (label[0] == '\0' || *end != '\0' || number <= l->last) {
        int status = l->r->host->error(
            l->r->err, SHIHYO_DATA, E_LAYOUT,
            N_("An institution must have a number before its name, greater than the last, %ld."),
            l->last);
        return bed_place(l->r, row, column, "番号", status);
    }
    l->last = number;
    return SHIHYO_OK;
}

/* Nothing but a name, or 未報告 instead of the beds: it did not report. */
static bool reported(struct list *l, const struct bed_row *row)
{
    for (size_t i = 0; i < WANTED_COUNT; i++) {
        char label[LABEL_SIZE];
        bed_label(l->r->host, row, l->at[i], label);
        if (wanted[i].use != USE_NAME && wanted[i].use != USE_PLACE && label[0] != '\0' &&
            strcmp(label, "未報告") != 0)
            return true;
    }
    return false;
}

static int set_flag(struct list *l, const struct bed_row *row, size_t i)
{
    char label[LABEL_SIZE];
    bed_label(l->r->host, row, l->at[i], label);
    if (label[0] != '\0' && strcmp(label, wanted[i].mark) != 0) {
        int status = l->r->host->error(l->r->err, SHIHYO_DATA, E_LAYOUT,
                                       N_("The column takes '%s' or nothing."), wanted[i].mark);
        return bed_place(l->r, row, l->at[i], wanted[i].path, status);
    }
    bed_set_bool(l->r, wanted[i].column, label[0] != '\0');
    return SHIHYO_OK;
}

static int set_column(struct list *l, const struct bed_row *row, size_t i, bool is_reported)
{
    const struct wanted *w = &wanted[i];
    const struct shihyo_builder_services *build = l->r->host->builder;
    struct shihyo_number number;
    if (w->use == USE_NAME || w->use == USE_PLACE) {
        size_t c = l->at[i];
        if (bed_has_text(l->r->host, row, c))
            build->set_text(l->r->builder, build->column(l->r->builder, w->column),
                            row->cells[c].text, row->cells[c].length);
        return SHIHYO_OK;
    }
    if (!is_reported) {
        /* Whether it supports home care is not known either: flags stay empty. */
        if (w->use != USE_FLAG)
            bed_set_state(l->r, w->column, SHIHYO_STATE_UNREPORTED);
        return SHIHYO_OK;
    }
    if (w->use == USE_FLAG)
        return set_flag(l, row, i);
    int status = bed_number(l->r, row, l->at[i], w->path, &number);
    if (status == SHIHYO_OK)
        bed_set_number(l->r, w->column, &number);
    return status;
}

static int read_institution(struct list *l, const struct bed_row *row)
{
    char id[48];
    size_t first = bed_next_cell(l->r->host, row, 0);
    bool is_reported = reported(l, row);
    /* Notes below the list stand alone in the first columns. */
    if (!bed_has_text(l->r->host, row, l->at[0]) && !is_reported)
        return SHIHYO_OK;
    int status = read_number_in_list(l, row, first < l->at[0] ? first : row->count);
    if (status != SHIHYO_OK)
        return status;
    (void)snprintf(id, sizeof id, "%s-%ld", l->area, l->last);
    bed_set(l->r, "institution", id);
    bed_set(l->r, "area_set", "vision");
    bed_set(l->r, "area", l->area);
    bed_set(l->r, "period", l->r->source->as_of);
    for (size_t i = 0; status == SHIHYO_OK && i < WANTED_COUNT; i++)
        status = set_column(l, row, i, is_reported);
    return status == SHIHYO_OK ? bed_end_row(l->r, row) : status;
}

/* The label of the names begins the list's header. */
static bool begins_list(const struct list *l, const struct bed_row *row)
{
    char label[LABEL_SIZE];
    bed_label(l->r->host, row, bed_next_cell(l->r->host, row, 0), label);
    size_t length = strlen(label), end = strlen("医療機関名");
    return length >= end && strcmp(label + length - end, "医療機関名") == 0;
}

/* The header ends where the numbers of the list begin. */
static bool begins_numbers(const struct list *l, const struct bed_row *row)
{
    char label[LABEL_SIZE];
    bed_label(l->r->host, row, bed_next_cell(l->r->host, row, 0), label);
    return label[0] != '\0' && label[strspn(label, "0123456789")] == '\0';
}

static int visit_row(void *arg, int64_t number, const struct shihyo_field *cells, size_t count)
{
    struct list *l = arg;
    const struct bed_row row = {number, cells, count};
    int status = SHIHYO_OK;
    if (l->found)
        return read_institution(l, &row);
    if (l->header == NULL && bed_find_label(l->r->host, &row, 0, "(報告率)") < count)
        return read_area(l, &row);
    if (l->header == NULL && begins_list(l, &row))
        status = l->r->host->text->header_new(&l->header, l->r->err);
    if (status != SHIHYO_OK || l->header == NULL)
        return status;
    if (!begins_numbers(l, &row))
        return add_header_row(l, &row);
    status = find_columns(l, &row);
    l->found = status == SHIHYO_OK;
    return l->found ? read_institution(l, &row) : status;
}

static int read_sheet(struct bed_reader *r, size_t sheet)
{
    struct list l = {.r = r};
    int status = r->host->text->sheet_read(r->book, sheet, visit_row, &l, r->err);
    if (status == SHIHYO_OK && (l.area[0] == '\0' || l.header == NULL)) {
        const char *what = l.area[0] == '\0' ? "(報告率)" : "医療機関名";
        status = r->host->error(r->err, SHIHYO_NOT_FOUND, E_LAYOUT,
                                N_("The sheet has no row with the label '%s'."), what);
        (void)bed_place(r, NULL, SIZE_MAX, NULL, status);
    }
    if (l.header != NULL)
        r->host->text->header_free(l.header);
    return status;
}

int bed_read_institutions(struct bed_reader *r)
{
    if (!r->source->as_of_given && r->part->first == 0)
        r->host->log(SHIHYO_LOG_INFO, "bed_function",
                     N_("%s has no date of its own: its figures are taken to be of %s (option "
                        "as_of)."),
                     r->path, r->source->as_of);
    return bed_each_sheet(r, read_sheet);
}
