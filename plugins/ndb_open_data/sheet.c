/* SPDX-License-Identifier: MIT */
/* The rows of a sheet: one procedure each, to one row of the contract for each figure. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ndb.h"

/* Cells ----------------------------------------------------------------------------------- */

static struct shihyo_field cell_at(const struct shihyo_field *cells, size_t count, size_t at)
{
    const struct shihyo_field empty = {"", 0};
    return at < count && cells[at].text != NULL ? cells[at] : empty;
}

static bool is_blank(const struct ndb_sheet *s, struct shihyo_field cell)
{
    char label[MOST_LABEL];
    ndb_label(s->host, cell.text, cell.length, label);
    return label[0] == '\0' && cell.length < MOST_LABEL;
}

static int bad_cell(const struct ndb_sheet *s, int64_t row, size_t column, struct shihyo_field cell)
{
    const char *path = s->host->text->header_path(s->header, column);
    struct shihyo_error *err = s->err;
    ndb_place(s, err, row);
    if (err != NULL) {
        err->column = (int64_t)column + 1;
        if (path != NULL)
            common_copy(err->column_name, sizeof err->column_name, path, strlen(path));
        common_copy(err->value, sizeof err->value, cell.text, cell.length);
    }
    return SHIHYO_DATA;
}

/* `-` is a figure below ten, or the smallest of the others where only one is; the title says so.
 * A zero is written 0. */
static int read_figure(const struct ndb_sheet *s, int64_t row, size_t column,
                       struct shihyo_field cell, struct shihyo_number *out)
{
    struct shihyo_signs signs = *s->host->text->signs_default;
    signs.hyphen = SHIHYO_STATE_MASKED;
    *out = (struct shihyo_number){SHIHYO_ABI_INIT(struct shihyo_number)};
    if (s->host->text->parse_number(cell.text, cell.length, &signs, out) == 0 &&
        (out->state != SHIHYO_STATE_OK || (out->scale == 0 && out->mantissa >= 0)))
        return 0;
    (void)s->host->error(s->err, SHIHYO_DATA, E_NUMBER,
                         N_("The cell should hold a count, or - for one that is withheld."));
    return bad_cell(s, row, column, cell);
}

/* Rows ------------------------------------------------------------------------------------ */

/* A101, B001-2: a section of the fee schedule. */
static bool is_section(const char *label)
{
    size_t digits = label[0] >= 'A' && label[0] <= 'Z' ? strspn(label + 1, "0123456789") : 0;
    return digits == 3 && (label[4] == '\0' || label[4] == '-');
}

/* The columns before the code say to which class a procedure belongs, once for several rows. A
 * cell that is filled begins a new class: what stands right of it in the row above is over. */
static void read_classes(struct ndb_sheet *s, const struct shihyo_field *cells, size_t count)
{
    bool begun = false;
    for (size_t i = 0; i < s->code; i++) {
        char label[MOST_LABEL];
        struct shihyo_field cell = cell_at(cells, count, i);
        ndb_label(s->host, cell.text, cell.length, label);
        begun = begun || label[0] != '\0';
        if (begun)
            memcpy(s->classes[i], label, sizeof label);
    }
}

static const char *section_of(const struct ndb_sheet *s)
{
    if (s->section != SIZE_MAX && s->section < s->code)
        return s->classes[s->section];
    for (size_t i = 0; i < s->code; i++) {
        if (is_section(s->classes[i]))
            return s->classes[i];
    }
    return "";
}

int ndb_write_figure(struct ndb_sheet *s, const struct ndb_item *item, const struct ndb_column *c,
                     const struct shihyo_number *value)
{
    const struct shihyo_builder_services *b = s->host->builder;
    b->set_text(s->builder, s->to_item, item->code, ITEM_DIGITS);
    b->set_text(s->builder, s->to_name, item->name.text, item->name.length);
    if (item->section[0] != '\0')
        b->set_text(s->builder, s->to_section, item->section, strlen(item->section));
    b->set_text(s->builder, s->to_kind, s->kind, strlen(s->kind));
    b->set_text(s->builder, s->to_setting, s->setting, strlen(s->setting));
    b->set_int(s->builder, s->to_addition, s->addition);
    b->set_text(s->builder, s->to_area_set, c->area_set, strlen(c->area_set));
    b->set_text(s->builder, s->to_area, c->area, strlen(c->area));
    b->set_text(s->builder, s->to_period, s->period, strlen(s->period));
    if (c->sex != NULL)
        b->set_text(s->builder, s->to_sex, c->sex, strlen(c->sex));
    if (c->age_from >= 0)
        b->set_int(s->builder, s->to_age_from, c->age_from);
    if (c->age_to >= 0)
        b->set_int(s->builder, s->to_age_to, c->age_to);
    b->set_number(s->builder, s->to_value, value);
    int code = b->end_row(s->builder, s->err);
    if (code != 0)
        ndb_place(s, s->err, item->row);
    s->rows++;
    return code;
}

static int keep_total(struct ndb_sheet *s, const struct ndb_item *item, struct shihyo_field cell)
{
    struct shihyo_number value;
    int code = read_figure(s, item->row, s->total, cell, &value);
    if (code == 0 && s->totals != NULL)
        code = ndb_totals_add(s->totals, s, item, &value);
    return code;
}

static int read_item(struct ndb_sheet *s, int64_t row, const struct shihyo_field *cells,
                     size_t count)
{
    struct ndb_item item = {.name = cell_at(cells, count, s->label), .row = row};
    struct shihyo_field code_cell = cell_at(cells, count, s->code);
    ndb_label(s->host, code_cell.text, code_cell.length, item.code);
    read_classes(s, cells, count);
    if (item.code[0] == '\0' && is_blank(s, cell_at(cells, count, s->total)))
        return 0; /* a note below the table */
    if (strlen(item.code) != ITEM_DIGITS || strspn(item.code, "0123456789") != ITEM_DIGITS) {
        (void)s->host->error(s->err, SHIHYO_DATA, E_LAYOUT,
                             N_("The cell should hold the nine digits of a procedure's code."));
        return bad_cell(s, row, s->code, code_cell);
    }
    item.section = section_of(s);
    int code = keep_total(s, &item, cell_at(cells, count, s->total));
    for (size_t i = 0; code == 0 && s->builder != NULL && i < s->column_count; i++) {
        const struct ndb_column *c = &s->columns[i];
        struct shihyo_number value;
        code = read_figure(s, row, c->source, cell_at(cells, count, c->source), &value);
        if (code == 0)
            code = ndb_write_figure(s, &item, c, &value);
    }
    return code;
}

/* The sheet ------------------------------------------------------------------------------- */

/* Is this the first row of the header? Then the column of the codes is known. */
static bool begins_header(struct ndb_sheet *s, const struct shihyo_field *cells, size_t count)
{
    char label[MOST_LABEL];
    for (size_t i = 0; i < count; i++) {
        if (cells[i].text == NULL || cells[i].length >= MOST_LABEL)
            continue;
        ndb_label(s->host, cells[i].text, cells[i].length, label);
        if (strcmp(label, "診療行為コード") == 0) {
            s->code = i;
            return true;
        }
    }
    return false;
}

static void add_title(struct ndb_sheet *s, struct shihyo_field cell)
{
    size_t used = strlen(s->title);
    if (cell.length > 0 && s->title[0] == '\0' && cell.length < sizeof s->title - used) {
        memcpy(s->title + used, cell.text, cell.length);
        s->title[used + cell.length] = '\0';
    }
}

/* The header is over with the first row that has a code. */
static bool is_data(const struct ndb_sheet *s, const struct shihyo_field *cells, size_t count)
{
    char label[MOST_LABEL];
    struct shihyo_field cell = cell_at(cells, count, s->code);
    ndb_label(s->host, cell.text, cell.length, label);
    return label[0] >= '0' && label[0] <= '9';
}

static int visit(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    struct ndb_sheet *s = arg;
    int code = 0;
    if (s->host->cancelled())
        return s->host->error(s->err, SHIHYO_CANCELLED, 0, N_("Stopped."));
    if (!s->headed && !begins_header(s, cells, count)) {
        add_title(s, cell_at(cells, count, 0));
        return 0;
    }
    if (!s->headed || (!s->ready && !is_data(s, cells, count))) {
        s->headed = true;
        return s->host->text->header_row(s->header, cells, count, s->err);
    }
    if (!s->ready) {
        code = ndb_title_read(s, s->err);
        if (code == 0)
            code = ndb_header_read(s, s->err);
        if (code != 0)
            ndb_place(s, s->err, row);
        if (code == 0 && s->builder == NULL && s->totals == NULL)
            return STOP;
        if (code == 0 && s->measure != s->wanted) {
            code = s->host->error(s->err, SHIHYO_DATA, E_LAYOUT,
                                  N_("The workbook's first sheet has other figures than this one: "
                                     "%s and %s stand in workbooks of their own."),
                                  "算定回数", "患者数");
            ndb_place(s, s->err, row);
        }
    }
    return code != 0 ? code : read_item(s, row, cells, count);
}

static int fail_layout(const struct ndb_sheet *s, struct shihyo_error *err)
{
    int code = s->host->error(err, SHIHYO_DATA, E_LAYOUT,
                              N_("This is no table of the NDB open data by area or by sex and age: "
                                 "no header with %s was found."),
                              "診療行為コード, 診療行為, 総計");
    ndb_place(s, err, 0);
    s->host->hint(err, N_("Expected are workbooks such as '%s'."),
                  "医科診療行為 C 在宅医療 二次医療圏別算定回数");
    return code;
}

void ndb_find_targets(struct ndb_sheet *s)
{
    const struct {
        const char *name;
        int *target;
    } columns[] = {
        {"item", &s->to_item},         {"name", &s->to_name},         {"section", &s->to_section},
        {"kind", &s->to_kind},         {"setting", &s->to_setting},   {"addition", &s->to_addition},
        {"area_set", &s->to_area_set}, {"area", &s->to_area},         {"period", &s->to_period},
        {"sex", &s->to_sex},           {"age_from", &s->to_age_from}, {"age_to", &s->to_age_to},
        {"value", &s->to_value},
    };
    for (size_t i = 0; s->builder != NULL && i < sizeof columns / sizeof columns[0]; i++)
        *columns[i].target = s->host->builder->column(s->builder, columns[i].name);
}

int ndb_sheet_read(struct ndb_sheet *s, struct shihyo_workbook *wb, size_t sheet,
                   struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    s->name = text->sheet_name(wb, sheet);
    s->number = sheet;
    s->err = err;
    ndb_find_targets(s);
    int code = text->header_new(&s->header, err);
    if (code == 0)
        code = text->sheet_read(wb, sheet, visit, s, err);
    if (code == STOP)
        code = 0;
    else if (code == 0 && !s->ready)
        code = fail_layout(s, err);
    text->header_free(s->header);
    free(s->columns);
    s->header = NULL;
    s->columns = NULL;
    s->column_count = 0;
    return code;
}
