/* SPDX-License-Identifier: MIT */
/* The first rows of claims and items as they are read and understood. What of them may be shown to
 * anybody is the core's to decide. */
#include <stdio.h>
#include <stdlib.h>

#include "receipt.h"

enum { MOST_CELLS = 10, CELL_TEXT = 32, FROM_TEXT = 96, MOST_KINDS = 32 };

struct cell_text {
    char read[CELL_TEXT], understood[CELL_TEXT];
};

struct previewing {
    struct shihyo_source *source;
    enum receipt_contract contract;
    size_t rows, columns, count; /* wanted; of a row; so far */
    struct shihyo_preview_cell *cells;
    struct cell_text *texts;
    char from[MOST_CELLS][FROM_TEXT];
    char kinds[MOST_KINDS][3]; /* of records that nobody knows */
    const char *unused[MOST_KINDS];
    size_t kind_count;
};

/* Where a column comes from ------------------------------------------------------------------ */

/* Items of the specification by contract and column; -1 ends, ITEM_COUNT = put together. */
static const int sources[RECEIPT_CONTRACTS][MOST_CELLS][4] = {
    [OF_CLAIMS] = {{ITEM_RE_NUMBER, ITEM_IR_CODE, ITEM_IR_BILLED, -1},
                   {ITEM_HO_INSURER, ITEM_HO_NUMBER, ITEM_RE_BIRTH, -1},
                   {ITEM_RE_MONTH, -1},
                   {ITEM_IR_PREFECTURE, ITEM_IR_TABLE, ITEM_IR_CODE, -1},
                   {ITEM_RE_TYPE, -1},
                   {ITEM_RE_SUMMARY, -1},
                   {ITEM_HO_DAYS, -1},
                   {ITEM_HO_POINTS, -1},
                   {ITEM_RE_ADMITTED, ITEM_BU_ADMITTED, -1},
                   {ITEM_SY_OUTCOME, ITEM_BU_OUTCOME, -1}},
    [OF_ITEMS] = {{ITEM_RE_NUMBER, ITEM_IR_CODE, ITEM_IR_BILLED, -1},
                  {ITEM_HO_INSURER, ITEM_HO_NUMBER, ITEM_RE_BIRTH, -1},
                  {ITEM_RE_MONTH, -1},
                  {ITEM_IR_PREFECTURE, ITEM_IR_TABLE, ITEM_IR_CODE, -1},
                  {ITEM_SI_CODE, -1},
                  {ITEM_SI_TIMES, -1},
                  {ITEM_SI_POINTS, -1}},
};

static void describe(struct previewing *p)
{
    for (p->columns = 0; receipt_contracts[p->contract].columns[p->columns].name != NULL;
         p->columns++) {
        const int *items = sources[p->contract][p->columns];
        char *out = p->from[p->columns];
        size_t used = 0;
        out[0] = '\0';
        for (size_t i = 0; items[i] >= 0; i++) {
            const struct receipt_item_text *t = &receipt_items[items[i]];
            int added = snprintf(out + used, FROM_TEXT - used, "%s%s-%d %s", i == 0 ? "" : " + ",
                                 t->record, t->number, t->label);
            used += added < 0 ? 0 : (size_t)added;
            used = used < FROM_TEXT ? used : FROM_TEXT - 1;
        }
    }
}

/* Cells ------------------------------------------------------------------------------------ */

static void set_cell(struct previewing *p, size_t column, const char *read, size_t length,
                     const char *understood)
{
    size_t at = p->count * p->columns + column;
    struct cell_text *t = &p->texts[at];
    common_copy(t->read, sizeof t->read, read, length);
    common_copy(t->understood, sizeof t->understood, understood, strlen(understood));
    p->cells[at] = (struct shihyo_preview_cell){
        SHIHYO_ABI_INIT(struct shihyo_preview_cell),
        .column = receipt_contracts[p->contract].columns[column].name,
        .from = p->from[column],
        .read = {t->read, strlen(t->read)},
        .understood = {t->understood[0] == '\0' ? NULL : t->understood, strlen(t->understood)},
    };
}

static void set_field(struct previewing *p, size_t column, const struct shihyo_field *f)
{
    char text[CELL_TEXT];
    common_copy(text, sizeof text, f->text, f->length);
    set_cell(p, column, text, strlen(text), text);
}

static void set_int(struct previewing *p, size_t column, int64_t value)
{
    char text[CELL_TEXT];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    set_cell(p, column, text, strlen(text), text);
}

/* What claims and their lines have in common: the first four columns. */
static void set_head(struct previewing *p, const struct receipt_reader *r)
{
    const struct receipt *c = &r->current;
    char id[RECEIPT_ID + 1] = "", month[CELL_TEXT] = "";
    memcpy(id, c->claim, RECEIPT_ID);
    set_cell(p, 0, c->number_text, strlen(c->number_text), id);
    memcpy(id, c->person, RECEIPT_ID);
    set_cell(p, 1, c->insured_number, c->insured_number_length, id);
    if (c->month >= 0)
        (void)snprintf(month, sizeof month, "%d", (int)c->month);
    set_cell(p, 2, c->month_text, strlen(c->month_text), month);
    set_cell(p, 3, r->institution.code, strlen(r->institution.code), r->institution.code);
}

/* The column that spoilt a receipt, from its name. */
static void mark_bad(struct previewing *p, const struct receipt *c)
{
    for (size_t i = 0; c->bad != 0 && i < p->columns; i++) {
        struct shihyo_preview_cell *cell = &p->cells[p->count * p->columns + i];
        if (strcmp(cell->column, c->bad_column) == 0)
            cell->code = c->bad;
    }
}

static int show_claim(void *arg, const struct receipt_reader *r)
{
    struct previewing *p = arg;
    const struct receipt *c = &r->current;
    char day[11] = "";
    const char *outcome = receipt_outcome_word(c);
    if (c->other || p->count == p->rows)
        return 0;
    set_head(p, r);
    set_cell(p, 4, c->type_text, strlen(c->type_text), c->inpatient ? "inpatient" : "outpatient");
    set_cell(p, 5, c->dpc ? "D" : "", c->dpc ? 1 : 0, c->dpc ? "dpc" : "medical");
    set_int(p, 6, c->days);
    set_int(p, 7, c->points);
    if (c->admitted != INT32_MIN)
        common_day_text(c->admitted, day);
    set_cell(p, 8, c->admitted_text, strlen(c->admitted_text), day);
    set_cell(p, 9, outcome, strlen(outcome), outcome);
    mark_bad(p, c);
    p->count++;
    return 0;
}

static int show_item(void *arg, const struct receipt_reader *r, const struct shihyo_field *f,
                     size_t count, int64_t line)
{
    struct previewing *p = arg;
    (void)line;
    if (p->count == p->rows || count <= SI_TIMES)
        return 0;
    set_head(p, r);
    set_field(p, 4, &f[SI_CODE]);
    set_field(p, 5, &f[SI_TIMES]);
    set_field(p, 6, &f[SI_POINTS]);
    p->count++;
    return 0;
}

static int show_record(void *arg, uint32_t code, uint32_t record, int64_t line)
{
    struct previewing *p = arg;
    const char kind[3] = {(char)(record >> 8), (char)(record & 0xff), '\0'};
    (void)line;
    if (code != E_RECORD_UNKNOWN || record == 0 || p->kind_count == MOST_KINDS)
        return 0;
    for (size_t i = 0; i < p->kind_count; i++) {
        if (strcmp(p->kinds[i], kind) == 0)
            return 0;
    }
    memcpy(p->kinds[p->kind_count], kind, sizeof kind);
    p->unused[p->kind_count] = p->kinds[p->kind_count];
    p->kind_count++;
    return 0;
}

/* Contracts -------------------------------------------------------------------------------- */

static int read_first(struct previewing *p, const struct receipt_part *part,
                      struct shihyo_error *err)
{
    const bool claims = p->contract == OF_CLAIMS;
    const struct receipt_listener listener = {.arg = p,
                                              .item = claims ? NULL : show_item,
                                              .receipt = claims ? show_claim : NULL,
                                              .note = show_record};
    struct receipt_reader *r = calloc(1, sizeof *r);
    if (r == NULL)
        return common_nomem(p->source->host, err);
    int code = receipt_reader_open(r, p->source, part, &listener, err);
    while (code == 0 && !r->ended && p->count < p->rows)
        code = receipt_reader_step(r, err);
    receipt_reader_close(r);
    free(r);
    return code;
}

static int show(struct previewing *p, size_t files,
                int (*visit)(void *arg, const struct shihyo_preview *preview), void *arg,
                struct shihyo_error *err)
{
    const struct receipt_part *part = p->source->parts;
    describe(p);
    p->cells = calloc(p->rows * p->columns + 1, sizeof *p->cells);
    p->texts = calloc(p->rows * p->columns + 1, sizeof *p->texts);
    int code = p->cells == NULL || p->texts == NULL ? common_nomem(p->source->host, err) : 0;
    if (code == 0 && p->source->part_count > 0)
        code = read_first(p, part, err);
    const struct shihyo_preview preview = {
        SHIHYO_ABI_INIT(struct shihyo_preview),
        .contract = receipt_contracts[p->contract].id,
        .files = files,
        .file = p->source->part_count == 0    ? NULL
                : part->input->member != NULL ? part->input->member
                                              : p->source->files[part->input->file].path,
        .unused = p->unused,
        .unused_count = p->contract == OF_CLAIMS ? p->kind_count : 0,
        .cells = p->cells,
        .cell_count = p->count * p->columns,
    };
    if (code == 0)
        code = visit(arg, &preview);
    free(p->cells);
    free(p->texts);
    return code;
}

int receipt_preview(struct shihyo_source *s, size_t rows,
                    int (*visit)(void *arg, const struct shihyo_preview *preview), void *arg,
                    struct shihyo_error *err)
{
    static const enum receipt_contract shown[] = {OF_CLAIMS, OF_ITEMS};
    int code = receipt_make_parts(s, err);
    for (size_t i = 0; code == 0 && i < sizeof shown / sizeof shown[0]; i++) {
        struct previewing *p = calloc(1, sizeof *p);
        if (p == NULL)
            return common_nomem(s->host, err);
        p->source = s;
        p->contract = shown[i];
        p->rows = rows;
        code = show(p, s->input_count, visit, arg, err);
        free(p);
    }
    return code;
}
