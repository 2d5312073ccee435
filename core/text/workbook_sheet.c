/* SPDX-License-Identifier: MIT */
/*
 * A sheet, row by row. Cells name their place (r="C7"), but need not: without it a row follows the
 * row before and a cell the cell before. A row is handed over when its element ends.
 */
#include "core/text/workbook_internal.h"

#include <string.h>

#include "core/base/i18n.h"

enum {
    TAG_SHEET = SHY_TAG_FIRST,
    TAG_DATA,
    TAG_ROW,
    TAG_CELL,
    TAG_VALUE,
    TAG_FORMULA,
    TAG_INLINE,
    TAG_T,
    TAG_RUN,
    TAG_MERGES,
    TAG_MERGE,
};

static const struct shy_xml_rule row_rules[] = {
    {SHY_TAG_DOCUMENT, TAG_SHEET, "worksheet"},
    {TAG_SHEET, TAG_DATA, "sheetData"},
    {TAG_DATA, TAG_ROW, "row"},
    {TAG_ROW, TAG_CELL, "c"},
    {TAG_CELL, TAG_VALUE, "v"},
    {TAG_CELL, TAG_FORMULA, "f"},
    {TAG_CELL, TAG_INLINE, "is"},
    {TAG_INLINE, TAG_T, "t"},
    {TAG_INLINE, TAG_RUN, "r"},
    {TAG_RUN, TAG_T, "t"},
    {0, 0, NULL},
};

static const struct shy_xml_rule merge_rules[] = {
    {SHY_TAG_DOCUMENT, TAG_SHEET, "worksheet"},
    {TAG_SHEET, TAG_MERGES, "mergeCells"},
    {TAG_MERGES, TAG_MERGE, "mergeCell"},
    {0, 0, NULL},
};

/* ECMA-376 part 1, 18.18.11 (ST_CellType). */
enum cell_type {
    CELL_NUMBER,
    CELL_SHARED,
    CELL_TEXT, /* the result of a formula */
    CELL_INLINE,
    CELL_TRUTH,
    CELL_ERROR,
    CELL_DATE,
};

/* Where a cell's text is: in the row's own text, or elsewhere (shared strings). */
struct cell {
    const char *shared; /* NULL: at offset of the row's text */
    size_t offset, length;
    bool seen;
};

struct row_reader {
    const struct shihyo_workbook *wb;
    shy_row_visitor *visit;
    void *arg;
    int stop_value;

    uint32_t row, column; /* the last ones begun, 1-based */
    enum cell_type type;
    uint32_t style;
    bool has_formula;
    struct shy_text value; /* of the cell being read */

    struct cell *cells;
    size_t used, capacity; /* used: up to the last cell with text */
    size_t begun;          /* up to the last cell of the row */
    uint64_t all_cells;    /* of the rows so far, with the gaps between cells */
    struct shy_text text;
    struct shihyo_field *fields;
    size_t field_capacity;
};

/* References ----------------------------------------------------------------------------- */

/* "AB12" -> 12 and 28; false if it is none or outside the largest sheet. *rest: behind it. */
static bool parse_reference(const char *text, uint32_t *row, uint32_t *column, const char **rest)
{
    uint32_t c = 0, r = 0;
    for (; *text >= 'A' && *text <= 'Z' && c <= SHY_SHEET_COLUMNS; text++)
        c = c * 26 + (uint32_t)(*text - 'A' + 1);
    for (; *text >= '0' && *text <= '9' && r <= SHY_SHEET_ROWS; text++)
        r = r * 10 + (uint32_t)(*text - '0');
    *row = r;
    *column = c;
    *rest = text;
    return r >= 1 && r <= SHY_SHEET_ROWS && c >= 1 && c <= SHY_SHEET_COLUMNS;
}

/* Failing -------------------------------------------------------------------------------- */

/* Adds the place to a failure and ends the reading. */
static void stop_at(struct shy_xml *xml, const struct row_reader *r, int code)
{
    shy_at(xml->err, NULL, r->row, r->column);
    shy_xml_stop(xml, code);
}

/* What the format does not allow: no spreadsheet program writes it, so reading on could only give
 * wrong figures. */
static void stop_damaged(struct shy_xml *xml, const struct row_reader *r, const char *why,
                         const char *value)
{
    (void)shy_fail(xml->err, SHY_E_XLSX_DAMAGED, _("The sheet is damaged: %s"), why);
    shy_value(xml->err, value, strlen(value));
    shy_hint(xml->err, _("Open the workbook in a spreadsheet program and save it again."));
    stop_at(xml, r, SHY_E_XLSX_DAMAGED);
}

static void stop_limit(struct shy_xml *xml, const struct row_reader *r, const char *what,
                       uint64_t limit)
{
    (void)shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                   _("The workbook holds more than allowed: %s (limit %llu)"), what,
                   (unsigned long long)limit);
    shy_hint(xml->err, _("The file was not written by a spreadsheet program, or is damaged."));
    stop_at(xml, r, SHY_E_XLSX_LIMIT);
}

/* Beginnings ----------------------------------------------------------------------------- */

/* Numbers of rows must rise: a row that comes again could not be given out any more. */
static void begin_row(struct shy_xml *xml, struct row_reader *r, const char **attributes)
{
    const char *number = shy_xml_attribute(attributes, "r");
    uint32_t row = r->row + 1;
    r->column = 0;
    r->used = r->begun = 0;
    shy_text_clear(&r->text);
    if (number != NULL && (!shy_xml_number(number, &row) || row == 0)) {
        stop_damaged(xml, r, _("a row's number is not a number"), number);
    } else if (row <= r->row) {
        stop_damaged(xml, r, _("rows are not in order"), number == NULL ? "" : number);
    } else if (row > SHY_SHEET_ROWS) {
        stop_limit(xml, r, _("rows"), SHY_SHEET_ROWS);
    } else {
        r->row = row;
    }
}

static bool parse_type(const char *text, enum cell_type *out)
{
    static const struct {
        const char *name;
        enum cell_type type;
    } types[] = {
        {"s", CELL_SHARED}, {"n", CELL_NUMBER}, {"str", CELL_TEXT}, {"inlineStr", CELL_INLINE},
        {"b", CELL_TRUTH},  {"e", CELL_ERROR},  {"d", CELL_DATE},
    };
    *out = CELL_NUMBER;
    if (text == NULL)
        return true;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(text, types[i].name) == 0) {
            *out = types[i].type;
            return true;
        }
    }
    return false;
}

/* Cells up to column exist, those not seen yet empty. */
static bool reach_column(struct row_reader *r, uint32_t column)
{
    while (r->begun < column) {
        if (!SHY_GROW(r->cells, r->begun, r->capacity))
            return false;
        r->cells[r->begun++] = (struct cell){0};
    }
    return true;
}

/* Where the cell is, as r->column; false and stopped where that cannot be. */
static bool place_cell(struct shy_xml *xml, struct row_reader *r, const char *place)
{
    const char *rest = "";
    uint32_t row = r->row, column = r->column + 1;
    bool right = place == NULL || (parse_reference(place, &row, &column, &rest) && *rest == '\0');
    r->column = 0;
    if (!right || row != r->row) {
        stop_damaged(xml, r, _("a cell's place is not in its row"), place);
    } else if (column > SHY_SHEET_COLUMNS) {
        stop_limit(xml, r, _("columns"), SHY_SHEET_COLUMNS);
    } else if (!reach_column(r, column)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    } else {
        r->column = column;
        if (!r->cells[column - 1].seen)
            return true;
        stop_damaged(xml, r, _("a cell is there twice"), place == NULL ? "" : place);
    }
    return false;
}

/* A cell that stands twice is refused when it is placed (place_cell): which of the two is meant,
 * nobody could say. */
static void begin_cell(struct shy_xml *xml, struct row_reader *r, const char **attributes)
{
    const char *type = shy_xml_attribute(attributes, "t");
    const char *style = shy_xml_attribute(attributes, "s");
    r->has_formula = false;
    r->style = 0;
    shy_text_clear(&r->value);
    if (!place_cell(xml, r, shy_xml_attribute(attributes, "r")))
        return;
    r->cells[r->column - 1].seen = true;
    if (!parse_type(type, &r->type))
        stop_damaged(xml, r, _("a cell has a type that is not known"), type);
    else if (style != NULL && !shy_xml_number(style, &r->style))
        stop_damaged(xml, r, _("a cell has a style that is not a number"), style);
}

static void on_start(struct shy_xml *xml, int tag, const char **attributes)
{
    struct row_reader *r = xml->arg;
    switch (tag) {
    case TAG_ROW:
        begin_row(xml, r, attributes);
        break;
    case TAG_CELL:
        begin_cell(xml, r, attributes);
        break;
    case TAG_FORMULA:
        r->has_formula = true;
        break;
    default:
        break;
    }
}

/* Text counts in <v>, and in the <t> of inline strings; a cell has one or the other. */
static void on_text(struct shy_xml *xml, int tag, const char *text, size_t length)
{
    struct row_reader *r = xml->arg;
    if (!(tag == TAG_VALUE && r->type != CELL_INLINE) && !(tag == TAG_T && r->type == CELL_INLINE))
        return;
    shy_text_add(&r->value, text, length);
    if (r->value.failed)
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    else if (r->value.length > xml->limits->cell_text)
        stop_limit(xml, r, _("bytes of one cell"), xml->limits->cell_text);
}

/* Ends ----------------------------------------------------------------------------------- */

/* An empty text is an empty cell. `used` stays at the last cell that holds something, so that rows
 * are as long as what is in them, not as the sheet's formats. */
static void set_cell(struct row_reader *r, struct cell cell)
{
    if (cell.length == 0)
        return;
    cell.seen = true;
    r->cells[r->column - 1] = cell;
    if (r->used < r->column)
        r->used = r->column;
}

static void set_text(struct shy_xml *xml, struct row_reader *r, const char *text, size_t length)
{
    size_t offset = r->text.length;
    shy_text_add(&r->text, text, length);
    if (r->text.failed)
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    else if (r->text.length > xml->limits->row_text)
        stop_limit(xml, r, _("bytes of one row"), xml->limits->row_text);
    else
        set_cell(r, (struct cell){NULL, offset, length, true});
}

/* White space as XML knows it. */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* White space around a value is no part of it. */
static void trim(const char **text, size_t *length)
{
    while (*length > 0 && is_space((*text)[*length - 1]))
        --*length;
    while (*length > 0 && is_space(**text))
        ++*text, --*length;
}

/* The cell points into the workbook's strings, which outlive the row; nothing is copied. */
static void set_shared(struct shy_xml *xml, struct row_reader *r, const char *text)
{
    const struct shy_strings *strings = &r->wb->strings;
    uint32_t index;
    if (!shy_xml_number(text, &index) || index >= strings->count) {
        stop_damaged(xml, r, _("a cell names a shared string that is not there"), text);
        return;
    }
    size_t begin = index == 0 ? 0 : strings->ends[index - 1];
    if (strings->ends[index] > begin)
        set_cell(r,
                 (struct cell){strings->bytes.text + begin, 0, strings->ends[index] - begin, true});
}

static void set_number(struct shy_xml *xml, struct row_reader *r, const char *text, size_t length)
{
    char out[SHY_CELL_NUMBER];
    const struct shy_styles *styles = &r->wb->styles;
    enum shy_number_kind kind = SHY_KIND_NUMBER;
    if (r->style < styles->count)
        kind = (enum shy_number_kind)styles->kinds[r->style];
    if (shy_cell_number(text, length, kind, r->wb->date1904, out))
        set_text(xml, r, out, strlen(out));
    else
        stop_damaged(xml, r, _("a cell should hold a number and does not"), text);
}

/* A date as ISO 8601 writes it; midnight and the mark of UTC are no part of what is meant. */
static void set_date(struct shy_xml *xml, struct row_reader *r, const char *text, size_t length)
{
    if (length > 0 && text[length - 1] == 'Z')
        length--;
    const char *point = memchr(text, '.', length);
    if (point != NULL && strspn(point, ".0") == length - (size_t)(point - text))
        length = (size_t)(point - text);
    if (length == 19 && memcmp(text + 10, "T00:00:00", 9) == 0)
        length = 10;
    set_text(xml, r, text, length);
}

/* A result that was never stored is not an empty cell. */
static void stop_formula(struct shy_xml *xml, const struct row_reader *r)
{
    (void)shy_fail(xml->err, SHY_E_XLSX_FORMULA,
                   _("A cell holds a formula, but its result was not stored."));
    shy_hint(xml->err,
             _("Open the workbook in a spreadsheet program, let it compute, and save it."));
    stop_at(xml, r, SHY_E_XLSX_FORMULA);
}

/* White space belongs to a text, but to nothing else, so texts alone are not trimmed. A cell that
 * has a formula and no value was never computed: it is no blank. */
static void end_cell(struct shy_xml *xml, struct row_reader *r)
{
    const char *text = shy_text_get(&r->value);
    size_t length = r->value.length;
    if (r->type == CELL_TEXT || r->type == CELL_INLINE) {
        length = length == 0 ? 0 : shy_xml_unescape(r->value.text, length);
        set_text(xml, r, text, length);
        return;
    }
    trim(&text, &length);
    if (length == 0) {
        if (r->type == CELL_NUMBER && r->has_formula)
            stop_formula(xml, r);
        return;
    }
    /* Cut behind the trimmed text, so that it is a string of its own. */
    r->value.text[text - r->value.text + (ptrdiff_t)length] = '\0';
    switch (r->type) {
    case CELL_SHARED:
        set_shared(xml, r, text);
        break;
    case CELL_NUMBER:
        set_number(xml, r, text, length);
        break;
    case CELL_TRUTH:
        text = shy_xml_truth(text) ? "TRUE" : "FALSE";
        set_text(xml, r, text, strlen(text));
        break;
    case CELL_DATE:
        set_date(xml, r, text, length);
        break;
    default:
        set_text(xml, r, text, length);
        break;
    }
}

/* The limit counts the gaps as well: a single cell in column XFD costs as much as a full row. */
static void end_row(struct shy_xml *xml, struct row_reader *r)
{
    r->all_cells += r->begun;
    if (r->all_cells > xml->limits->cells) {
        stop_limit(xml, r, _("cells of one sheet"), xml->limits->cells);
        return;
    }
    if (r->used == 0)
        return;
    while (r->field_capacity < r->used) {
        if (!SHY_GROW(r->fields, r->field_capacity, r->field_capacity)) {
            shy_xml_stop(xml, shy_fail_nomem(xml->err));
            return;
        }
    }
    for (size_t i = 0; i < r->used; i++) {
        const struct cell *cell = &r->cells[i];
        r->fields[i].text =
            cell->shared != NULL ? cell->shared : shy_text_get(&r->text) + cell->offset;
        r->fields[i].length = cell->length;
    }
    r->stop_value = r->visit(r->arg, r->row, r->fields, r->used);
    if (r->stop_value != 0)
        shy_xml_stop(xml, 0);
}

/* A value is taken at the end of its cell, not of <v>: by then it is known whether there is a
 * formula, whichever of the two stands first. */
static void on_end(struct shy_xml *xml, int tag)
{
    struct row_reader *r = xml->arg;
    if (tag == TAG_CELL)
        end_cell(xml, r);
    else if (tag == TAG_ROW)
        end_row(xml, r);
}

/* Reading -------------------------------------------------------------------------------- */

static const struct shy_xml_reader row_xml = {row_rules, false, on_start, on_end, on_text};

static void free_reader(struct row_reader *r)
{
    shy_text_free(&r->value);
    shy_text_free(&r->text);
    shy_free(r->cells);
    shy_free(r->fields);
}

static int sheet_at(const struct shihyo_workbook *wb, size_t sheet, struct shihyo_error *err)
{
    if (sheet < wb->sheet_count)
        return 0;
    (void)shy_fail(err, SHY_E_XLSX_SHEET,
                   _("The workbook has %zu sheets; sheet %zu was asked for."), wb->sheet_count,
                   sheet + 1);
    shy_at(err, wb->package.name, 0, 0);
    return SHY_E_XLSX_SHEET;
}

static void name_sheet(struct shihyo_error *err, const struct shy_sheet *sheet)
{
    if (err != NULL && err->sheet[0] == '\0')
        shy_copy_text(err->sheet, sizeof err->sheet, sheet->name, strlen(sheet->name));
}

int shy_workbook_read(struct shihyo_workbook *wb, size_t sheet, shy_row_visitor *visit, void *arg,
                      int *stopped, struct shihyo_error *err)
{
    struct row_reader r = {.wb = wb, .visit = visit, .arg = arg};
    if (stopped != NULL)
        *stopped = 0;
    SHY_TRY(sheet_at(wb, sheet, err));
    if (wb->sheets[sheet].part == NULL)
        return 0;
    int code = shy_package_read(&wb->package, wb->sheets[sheet].part, &row_xml, &r, err);
    free_reader(&r);
    if (code != 0) {
        name_sheet(err, &wb->sheets[sheet]);
        shy_at(err, NULL, r.row, 0);
    }
    if (code == 0 && stopped != NULL)
        *stopped = r.stop_value;
    return code;
}

int shy_sheet_read_xml(const void *bytes, size_t size, shy_row_visitor *visit, void *arg,
                       struct shihyo_error *err)
{
    static const struct shihyo_workbook nothing;
    struct row_reader r = {.wb = &nothing, .visit = visit, .arg = arg};
    int code = shy_xml_read_bytes(bytes, size, &shy_workbook_limits_default, &row_xml, &r, err);
    free_reader(&r);
    return code;
}

/* Merged ranges -------------------------------------------------------------------------- */

struct merge_reader {
    struct shy_merge *items;
    size_t count, capacity;
};

static bool parse_range(const char *text, struct shy_merge *out)
{
    const char *rest;
    if (!parse_reference(text, &out->first_row, &out->first_column, &rest))
        return false;
    if (*rest == '\0') {
        out->last_row = out->first_row;
        out->last_column = out->first_column;
        return true;
    }
    return *rest == ':' && parse_reference(rest + 1, &out->last_row, &out->last_column, &rest) &&
           *rest == '\0' && out->last_row >= out->first_row &&
           out->last_column >= out->first_column;
}

static void on_merge(struct shy_xml *xml, int tag, const char **attributes)
{
    struct merge_reader *m = xml->arg;
    struct shy_merge range;
    if (tag != TAG_MERGE)
        return;
    const char *text = shy_xml_attribute(attributes, "ref");
    if (text == NULL || !parse_range(text, &range)) {
        int code = shy_fail(xml->err, SHY_E_XLSX_DAMAGED, _("The sheet is damaged: %s"),
                            _("a merged range is not a range"));
        if (text != NULL)
            shy_value(xml->err, text, strlen(text));
        shy_xml_stop(xml, code);
    } else if (!SHY_GROW(m->items, m->count, m->capacity)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    } else {
        m->items[m->count++] = range;
    }
}

static void on_merge_end(struct shy_xml *xml, int tag)
{
    (void)xml, (void)tag;
}

int shy_workbook_merges(struct shihyo_workbook *wb, size_t sheet, struct shy_merge **out,
                        size_t *count, struct shihyo_error *err)
{
    static const struct shy_xml_reader reader = {merge_rules, false, on_merge, on_merge_end, NULL};
    struct merge_reader m = {0};
    *out = NULL;
    *count = 0;
    SHY_TRY(sheet_at(wb, sheet, err));
    if (wb->sheets[sheet].part == NULL)
        return 0;
    int code = shy_package_read(&wb->package, wb->sheets[sheet].part, &reader, &m, err);
    if (code != 0) {
        name_sheet(err, &wb->sheets[sheet]);
        shy_free(m.items);
        return code;
    }
    *out = m.items;
    *count = m.count;
    return 0;
}
