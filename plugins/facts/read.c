/* SPDX-License-Identifier: MIT */
/* Files to rows: the header found, the columns found by their labels, then row after row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"

enum { MOST_LOGGED = 20, FIRST_SLOTS = 1024 };

/* A column of the wide table in the file at hand, with what its label said. */
struct carried {
    size_t column;                    /* of the mapping */
    const struct shihyo_value *value; /* or: */
    char text[16];
};
struct wide_column {
    size_t source;
    struct carried carried[4];
    size_t carried_count;
    const struct shihyo_value *entry;
};

/* Rows written so far, to leave out those that are the same. */
struct seen {
    char **rows;
    size_t *lengths;
    size_t count, slots;
};

struct facts_rows {
    struct facts_mapping *m;
    struct facts_sink sink;
    struct seen seen;
    size_t bad;

    /* Of the file at hand: */
    const char *file, *sheet;
    struct shihyo_header *header;
    int64_t header_first; /* number of its first row, 0 = not found yet */
    bool ready;           /* the columns are found */
    size_t width;         /* fields of the header row */
    struct wide_column *wide;
    size_t wide_count;
    size_t *above;
    char **above_text;
    size_t above_count;
    size_t *where;
    struct shihyo_error *err;
    struct shihyo_field *cells; /* the row with what stands above filled in */
    size_t cell_capacity;
};

static void place(const struct facts_rows *r, struct shihyo_error *err, int64_t row)
{
    if (err == NULL)
        return;
    if (r->file != NULL && err->file[0] == '\0')
        common_copy(err->file, sizeof err->file, r->file, strlen(r->file));
    if (r->sheet != NULL && err->sheet[0] == '\0')
        common_copy(err->sheet, sizeof err->sheet, r->sheet, strlen(r->sheet));
    if (err->row == 0)
        err->row = row;
}

/* Rows that are the same ------------------------------------------------------------------ */

static uint64_t hash_of(const char *bytes, size_t length)
{
    uint64_t h = 1469598103934665603u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
    return h ^ (h >> 32);
}

static size_t slot_of(const struct seen *s, const char *row, size_t length)
{
    size_t at = hash_of(row, length) & (s->slots - 1);
    while (s->rows[at] != NULL &&
           (s->lengths[at] != length || memcmp(s->rows[at], row, length) != 0))
        at = (at + 1) & (s->slots - 1);
    return at;
}

static bool seen_grow(struct seen *s)
{
    struct seen old = *s;
    if (s->count * 2 < s->slots)
        return true;
    s->slots = old.slots == 0 ? FIRST_SLOTS : old.slots * 2;
    s->rows = calloc(s->slots, sizeof *s->rows);
    s->lengths = calloc(s->slots, sizeof *s->lengths);
    if (s->rows == NULL || s->lengths == NULL) {
        free(s->rows);
        free(s->lengths);
        *s = old;
        return false;
    }
    for (size_t i = 0; i < old.slots; i++) {
        if (old.rows[i] == NULL)
            continue;
        size_t at = slot_of(s, old.rows[i], old.lengths[i]);
        s->rows[at] = old.rows[i];
        s->lengths[at] = old.lengths[i];
    }
    free(old.rows);
    free(old.lengths);
    return true;
}

/* 1 if the row was there already, 0 if it is now, -1 if memory ran out. */
static int seen_add(struct seen *s, const char *row, size_t length)
{
    if (!seen_grow(s))
        return -1;
    size_t at = slot_of(s, row, length);
    if (s->rows[at] != NULL)
        return 1;
    s->rows[at] = malloc(length == 0 ? 1 : length);
    if (s->rows[at] == NULL)
        return -1;
    memcpy(s->rows[at], row, length);
    s->lengths[at] = length;
    s->count++;
    return 0;
}

static void seen_free(struct seen *s)
{
    for (size_t i = 0; i < s->slots; i++)
        free(s->rows[i]);
    free(s->rows);
    free(s->lengths);
}

/* Cells that are wrong -------------------------------------------------------------------- */

/* The first is the error of the import; the others go to the log, without their values. */
static void note_bad(struct facts_rows *r, struct shihyo_error *bad)
{
    r->bad++;
    if (r->bad == 1 && r->err != NULL) {
        uint32_t size = r->err->struct_size, version = r->err->abi_version;
        memcpy(r->err, bad, size < sizeof *bad ? size : sizeof *bad);
        r->err->struct_size = size;
        r->err->abi_version = version;
    } else if (r->bad <= MOST_LOGGED) {
        bool sheet = bad->sheet[0] != '\0';
        r->m->host->log(SHIHYO_LOG_INFO, "facts", "%s%s%s%s:%lld '%s': %s", bad->file,
                        sheet ? "[" : "", bad->sheet, sheet ? "]" : "", (long long)bad->row,
                        bad->column_name, bad->message);
    }
}

static int bad_cell(struct facts_rows *r, struct shihyo_error *bad, int64_t row, size_t column,
                    const struct shihyo_field *cell)
{
    const char *path = r->m->host->text->header_path(r->header, column);
    place(r, bad, row);
    bad->column = (int64_t)column + 1;
    if (path != NULL)
        common_copy(bad->column_name, sizeof bad->column_name, path, strlen(path));
    if (cell != NULL)
        common_copy(bad->value, sizeof bad->value, cell->text, cell->length);
    note_bad(r, bad);
    return bad->code == 0 ? SHIHYO_DATA : 0;
}

/* Finding columns ------------------------------------------------------------------------- */

/* The first of the labels that is there. */
static int find_labels(struct facts_rows *r, const struct shihyo_value *labels, bool optional,
                       size_t *out, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = r->m->host->text;
    const char *label;
    *out = SIZE_MAX;
    for (size_t i = 0; (label = common_text_at(labels, i)) != NULL; i++) {
        struct shihyo_error missing = {SHIHYO_ABI_INIT(struct shihyo_error)};
        if (text->header_find(r->header, label, out, &missing) == 0)
            return 0;
        *out = SIZE_MAX;
        if (missing.code != E_HEADER_MISSING)
            break; /* twice: another label would hide it */
        if (optional && common_text_at(labels, i + 1) == NULL)
            return 0;
    }
    label = common_text_at(labels, 0);
    int code = text->header_find(r->header, label == NULL ? "" : label, out, err);
    place(r, err, r->header_first);
    return code;
}

/* Does the end of path, from its beginning or after a '|', have the pattern's form? Digits in
 * braces go to w. Both are normalised. */
static bool match_pattern(const struct facts_mapping *m, const char *pattern, const char *path,
                          struct wide_column *w)
{
    w->carried_count = 0;
    while (*pattern != '\0') {
        if (*pattern != '{') {
            if (*pattern++ != *path++)
                return false;
            continue;
        }
        char name[16];
        size_t length = strcspn(pattern + 1, "}"), digits = strspn(path, "0123456789");
        struct carried *c = &w->carried[w->carried_count];
        if (length >= sizeof name || digits == 0 || digits >= sizeof c->text ||
            w->carried_count == sizeof w->carried / sizeof w->carried[0])
            return false;
        common_copy(name, sizeof name, pattern + 1, length);
        c->column = facts_column_named(m, name);
        c->value = NULL;
        common_copy(c->text, sizeof c->text, path, digits);
        w->carried_count++;
        path += digits;
        pattern += length + 2;
    }
    return *path == '\0';
}

static bool match_ending(const struct facts_mapping *m, const char *pattern, const char *path,
                         struct wide_column *w)
{
    for (const char *p = path; p != NULL; p = strchr(p, '|')) {
        p += *p == '|' ? 1 : 0;
        if (match_pattern(m, pattern, p, w))
            return true;
    }
    return false;
}

static int add_wide(struct facts_rows *r, const struct wide_column *w, struct shihyo_error *err)
{
    struct wide_column *grown = realloc(r->wide, (r->wide_count + 1) * sizeof *grown);
    if (grown == NULL)
        return common_nomem(r->m->host, err);
    r->wide = grown;
    r->wide[r->wide_count++] = *w;
    return 0;
}

/* A column listed by itself is not found again by a pattern. */
static bool wide_has(const struct facts_rows *r, size_t source)
{
    for (size_t i = 0; i < r->wide_count; i++) {
        if (r->wide[i].source == source)
            return true;
    }
    return false;
}

static int find_pattern(struct facts_rows *r, const char *pattern, struct shihyo_error *err)
{
    const struct shihyo_host *host = r->m->host;
    char *label = facts_label(host, pattern, strlen(pattern));
    size_t found = 0;
    int code = label == NULL ? common_nomem(r->m->host, err) : 0;
    for (size_t i = 0; code == 0 && i < host->text->header_count(r->header); i++) {
        struct wide_column w = {.source = i};
        const char *path = host->text->header_path(r->header, i);
        if (path == NULL)
            code = common_nomem(r->m->host, err);
        else if (path[0] != '\0' && match_ending(r->m, label, path, &w)) {
            found++;
            if (!wide_has(r, i))
                code = add_wide(r, &w, err);
        }
    }
    free(label);
    if (code == 0 && found == 0) {
        code = host->error(err, SHIHYO_DATA, E_HEADER_MISSING,
                           N_("No column of the table has a label of the form '%s'."), pattern);
        place(r, err, r->header_first);
    }
    return code;
}

static int find_wide(struct facts_rows *r, struct shihyo_error *err)
{
    const struct facts_mapping *m = r->m;
    int code = 0;
    free(r->wide);
    r->wide = NULL;
    r->wide_count = 0;
    for (size_t i = 0; code == 0 && i < m->wide_count; i++) {
        struct wide_column w = {.entry = m->wide[i].entry};
        if (w.entry == NULL)
            continue;
        code = find_labels(r, common_member(w.entry, "from"), false, &w.source, err);
        if (code == 0)
            code = add_wide(r, &w, err);
    }
    for (size_t i = 0; code == 0 && i < m->wide_count; i++) {
        if (m->wide[i].pattern != NULL)
            code = find_pattern(r, m->wide[i].pattern, err);
    }
    return code;
}

static int find_above(struct facts_rows *r, struct shihyo_error *err)
{
    const struct shihyo_value *labels = r->m->above;
    size_t count = 0;
    while (common_text_at(labels, count) != NULL)
        count++;
    for (size_t i = 0; i < r->above_count; i++)
        free(r->above_text[i]);
    free(r->above);
    free(r->above_text);
    r->above_count = 0;
    r->above = calloc(count + 1, sizeof *r->above);
    r->above_text = calloc(count + 1, sizeof *r->above_text);
    if (r->above == NULL || r->above_text == NULL)
        return common_nomem(r->m->host, err);
    r->above_count = count;
    for (size_t i = 0; i < count; i++) {
        struct shihyo_value one = {SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_STRING,
                                   .string = common_text_at(labels, i)};
        int code = find_labels(r, &one, false, &r->above[i], err);
        if (code != 0)
            return code;
    }
    return 0;
}

static int find_columns(struct facts_rows *r, struct shihyo_error *err)
{
    struct facts_mapping *m = r->m;
    int code = 0;
    for (size_t i = 0; code == 0 && i < m->column_count; i++) {
        struct facts_column *c = &m->columns[i];
        c->source = SIZE_MAX;
        if (c->from != NULL)
            code = find_labels(r, c->from, c->optional, &c->source, err);
    }
    for (size_t i = 0; code == 0 && i < m->where_count; i++) {
        struct shihyo_value one = {SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_STRING,
                                   .string = m->where[i].column};
        code = find_labels(r, &one, false, &r->where[i], err);
    }
    if (code == 0)
        code = find_above(r, err);
    if (code == 0)
        code = find_wide(r, err);
    r->ready = code == 0;
    return code;
}

/* Rows ------------------------------------------------------------------------------------ */

static struct shihyo_field cell_at(const struct shihyo_field *cells, size_t count, size_t at)
{
    const struct shihyo_field empty = {"", 0};
    return at < count && cells[at].text != NULL ? cells[at] : empty;
}

static bool ends_in(const char *text, const char *ending)
{
    size_t length = strlen(text), tail = strlen(ending);
    return tail <= length && strcmp(text + length - tail, ending) == 0;
}

/* Is the label one of the texts, or does it end in one? 0, 1; -1: out of memory. */
static int is_among(const struct facts_rows *r, const struct shihyo_value *texts, const char *label,
                    bool ending)
{
    const char *text;
    for (size_t i = 0; (text = common_text_at(texts, i)) != NULL; i++) {
        char *wanted = facts_label(r->m->host, text, strlen(text));
        if (wanted == NULL)
            return -1;
        bool yes = ending ? ends_in(label, wanted) : strcmp(label, wanted) == 0;
        free(wanted);
        if (yes)
            return 1;
    }
    return 0;
}

/* 1: the row is wanted; 0: not; -1: out of memory. */
static int row_wanted(const struct facts_rows *r, const struct shihyo_field *cells, size_t count)
{
    for (size_t i = 0; i < r->m->where_count; i++) {
        const struct facts_where *w = &r->m->where[i];
        struct shihyo_field cell = cell_at(cells, count, r->where[i]);
        char *label = facts_label(r->m->host, cell.text, cell.length);
        if (label == NULL)
            return -1;
        int is = w->is == NULL ? 1 : is_among(r, w->is, label, false);
        int isnt = w->is_not == NULL ? 0 : is_among(r, w->is_not, label, false);
        int ends = w->ends == NULL ? 1 : is_among(r, w->ends, label, true);
        int not_ends = w->not_ends == NULL ? 0 : is_among(r, w->not_ends, label, true);
        bool blank = w->blank < 0 || (label[0] == '\0') == (w->blank == 1);
        free(label);
        if (is < 0 || isnt < 0 || ends < 0 || not_ends < 0)
            return -1;
        if (is == 0 || isnt == 1 || ends == 0 || not_ends == 1 || !blank)
            return 0;
    }
    return 1;
}

static bool is_blank(const struct shihyo_field *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < cells[i].length; k++) {
            if (strchr(" \t\r\n", cells[i].text[k]) == NULL)
                return false;
        }
    }
    return true;
}

/* The row with blank cells of the columns named filled from above. */
static int fill_above(struct facts_rows *r, const struct shihyo_field *cells, size_t *count,
                      struct shihyo_error *err)
{
    size_t need = *count;
    for (size_t i = 0; i < r->above_count; i++)
        need = r->above[i] >= need ? r->above[i] + 1 : need;
    if (need > r->cell_capacity) {
        struct shihyo_field *grown = realloc(r->cells, need * 2 * sizeof *grown);
        if (grown == NULL)
            return common_nomem(r->m->host, err);
        r->cells = grown;
        r->cell_capacity = need * 2;
    }
    for (size_t i = 0; i < need; i++)
        r->cells[i] = cell_at(cells, *count, i);
    *count = need;
    for (size_t i = 0; i < r->above_count; i++) {
        struct shihyo_field *cell = &r->cells[r->above[i]];
        if (!is_blank(cell, 1)) {
            free(r->above_text[i]);
            r->above_text[i] = malloc(cell->length + 1);
            if (r->above_text[i] == NULL)
                return common_nomem(r->m->host, err);
            memcpy(r->above_text[i], cell->text, cell->length);
            r->above_text[i][cell->length] = '\0';
        } else if (r->above_text[i] != NULL) {
            *cell = (struct shihyo_field){r->above_text[i], strlen(r->above_text[i])};
        }
    }
    return 0;
}

static int set_column(struct facts_rows *r, const struct facts_column *c, size_t source,
                      int64_t row, size_t count)
{
    struct shihyo_error bad = {SHIHYO_ABI_INIT(struct shihyo_error)};
    struct shihyo_field cell = cell_at(r->cells, count, source);
    if (facts_set_cell(&r->sink, c, cell.text, cell.length, &bad) == 0)
        return 0;
    return bad_cell(r, &bad, row, source, &cell);
}

/* What came with the wide column's label. */
static int set_carried(struct facts_rows *r, const struct wide_column *w, struct shihyo_error *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < w->carried_count; i++) {
        const struct facts_column *c = &r->m->columns[w->carried[i].column];
        const char *text = w->carried[i].text;
        code = facts_set_cell(&r->sink, c, text, strlen(text), err);
    }
    for (uint32_t i = 0; code == 0 && w->entry != NULL && i < w->entry->count; i++) {
        size_t at = facts_column_named(r->m, w->entry->keys[i]);
        if (at != SIZE_MAX && strcmp(w->entry->keys[i], "from") != 0)
            code = facts_set_value(&r->sink, &r->m->columns[at], w->entry->items[i], err);
    }
    return code;
}

/* Hands the row over, unless it was there before. */
static int end_row(struct facts_rows *r, int64_t row)
{
    struct shihyo_error bad = {SHIHYO_ABI_INIT(struct shihyo_error)};
    if (r->bad != 0) /* the import fails: the other cells are only looked at */
        return 0;
    if (r->m->distinct) {
        int known = seen_add(&r->seen, r->sink.row, r->sink.length);
        if (known != 0)
            return known < 0 ? common_nomem(r->m->host, r->err) : 0;
    }
    facts_flush(&r->sink);
    if (r->m->host->builder->end_row(r->sink.builder, &bad) != 0) {
        place(r, &bad, row);
        note_bad(r, &bad);
    }
    return 0;
}

/* The values that every row made from this row of the table has. */
static int set_common(struct facts_rows *r, int64_t row, size_t count)
{
    const struct facts_mapping *m = r->m;
    int code = 0;
    r->sink.length = 0;
    for (size_t i = 0; code == 0 && i < m->column_count; i++) {
        const struct facts_column *c = &m->columns[i];
        if (c->value != NULL)
            code = facts_set_value(&r->sink, c, c->value, r->err);
        else if (c->source != SIZE_MAX)
            code = set_column(r, c, c->source, row, count);
    }
    return code;
}

static int write_wide(struct facts_rows *r, int64_t row, size_t count)
{
    size_t common = r->sink.length;
    int code = 0;
    for (size_t i = 0; code == 0 && i < r->wide_count; i++) {
        const struct wide_column *w = &r->wide[i];
        r->sink.length = common;
        code = set_carried(r, w, r->err);
        if (code == 0)
            code = set_column(r, &r->m->columns[r->m->wide_into], w->source, row, count);
        if (code == 0)
            code = end_row(r, row);
    }
    return code;
}

/* A text beyond the header's last column: the values before it may stand in wrong columns. */
static bool excess(const struct shihyo_field *cells, size_t width, size_t count)
{
    return count > width && !is_blank(cells + width, count - width);
}

static int bad_width(struct facts_rows *r, int64_t row, const struct shihyo_field *cells,
                     size_t count)
{
    const struct shihyo_host *host = r->m->host;
    struct shihyo_error bad = {SHIHYO_ABI_INIT(struct shihyo_error)};
    (void)host->error(&bad, SHIHYO_DATA, E_LAYOUT,
                      N_("The row has %d values, but the header has %d columns."), (int)count,
                      (int)r->width);
    host->hint(&bad, N_("A value that holds a comma, such as 1,234, must stand in quotes."));
    return bad_cell(r, &bad, row, r->width, &cells[r->width]);
}

static int take_row(struct facts_rows *r, int64_t row, const struct shihyo_field *cells,
                    size_t count)
{
    if (is_blank(cells, count))
        return 0;
    int code = fill_above(r, cells, &count, r->err);
    if (code != 0)
        return code;
    int wanted = row_wanted(r, r->cells, count);
    if (wanted <= 0)
        return wanted < 0 ? common_nomem(r->m->host, r->err) : 0;
    if (r->sheet == NULL && excess(r->cells, r->width, count))
        return bad_width(r, row, r->cells, count);
    code = set_common(r, row, count);
    if (code != 0)
        return code;
    return r->m->wide_into == SIZE_MAX ? end_row(r, row) : write_wide(r, row, count);
}

/* Files ----------------------------------------------------------------------------------- */

static bool holds_label(const struct facts_rows *r, const struct shihyo_field *cells, size_t count)
{
    size_t column;
    return r->m->header == NULL ||
           r->m->host->text->find_column(cells, count, r->m->header, &column, NULL) == 0;
}

/* A row of the file: number counts rows of a sheet or records of a text; shown is its line. */
static int visit_row(struct facts_rows *r, int64_t number, int64_t shown,
                     const struct shihyo_field *cells, size_t count)
{
    if (r->m->host->cancelled())
        return r->m->host->error(r->err, SHIHYO_CANCELLED, 0, N_("Stopped."));
    if (number <= r->m->skip_rows)
        return 0;
    if (r->header_first == 0) {
        if (is_blank(cells, count) || !holds_label(r, cells, count))
            return 0;
        r->header_first = number;
    }
    if (number < r->header_first + r->m->header_rows) {
        r->width = count > r->width ? count : r->width;
        return r->m->host->text->header_row(r->header, cells, count, r->err);
    }
    int code = r->ready ? 0 : find_columns(r, r->err);
    return code != 0 ? code : take_row(r, shown, cells, count);
}

static int visit_sheet_row(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    return visit_row(arg, row, row, cells, count);
}

static int read_text(struct facts_rows *r, const char *path, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = r->m->host->text;
    const struct shihyo_field *cells = NULL;
    struct shihyo_csv *csv = NULL;
    size_t count = 0;
    int64_t number = 0;
    int code = text->csv_open(path, &r->m->csv, &csv, err);
    while (code == 0) {
        code = text->csv_next(csv, &cells, &count, err);
        if (code != 0 || count == 0)
            break;
        code = visit_row(r, ++number, text->csv_line(csv), cells, count);
    }
    if (csv != NULL)
        text->csv_close(csv);
    return code;
}

static int fail_sheet(const struct facts_rows *r, const struct shihyo_workbook *wb,
                      struct shihyo_error *err)
{
    const struct shihyo_host *host = r->m->host;
    int code =
        r->m->sheet_name == NULL
            ? host->error(err, SHIHYO_NOT_FOUND, E_SHEET,
                          N_("The mapping does not say which of the workbook's sheets to read."))
            : host->error(err, SHIHYO_NOT_FOUND, E_SHEET, N_("The workbook has no sheet '%s'."),
                          r->m->sheet_name);
    for (size_t i = 0; i < host->text->sheet_count(wb); i++)
        host->hint(err, N_("'%s'"), host->text->sheet_name(wb, i));
    return code;
}

static bool same_label(const struct facts_rows *r, const char *a, const char *b)
{
    char *first = facts_label(r->m->host, a, strlen(a));
    char *second = facts_label(r->m->host, b, strlen(b));
    bool same = first != NULL && second != NULL && strcmp(first, second) == 0;
    free(first);
    free(second);
    return same;
}

/* The sheet named, or of that number, or the only one to be seen. */
static int choose_sheet(const struct facts_rows *r, const struct shihyo_workbook *wb, size_t *out,
                        struct shihyo_error *err)
{
    const struct shihyo_text_services *text = r->m->host->text;
    size_t found = 0;
    for (size_t i = 0; i < text->sheet_count(wb); i++) {
        bool fits;
        if (r->m->sheet_name != NULL)
            fits = same_label(r, text->sheet_name(wb, i), r->m->sheet_name);
        else if (r->m->sheet_number > 0)
            fits = i + 1 == (size_t)r->m->sheet_number;
        else
            fits = text->sheet_hidden(wb, i) == 0;
        if (fits) {
            *out = i;
            found++;
        }
    }
    return found == 1 ? 0 : fail_sheet(r, wb, err);
}

static int read_workbook(struct facts_rows *r, const char *path, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = r->m->host->text;
    struct shihyo_workbook *wb = NULL;
    size_t sheet = 0;
    int code = text->workbook_open(path, &wb, err);
    if (code == 0)
        code = choose_sheet(r, wb, &sheet, err);
    if (code == 0) {
        r->sheet = text->sheet_name(wb, sheet);
        code = text->sheet_read(wb, sheet, visit_sheet_row, r, err);
        if (code != 0)
            place(r, err, 0);
    }
    if (code == 0 && r->header_first != 0 && !r->ready)
        code = find_columns(r, err);
    r->sheet = NULL;
    if (wb != NULL)
        text->workbook_close(wb);
    return code;
}

/* A workbook by its name or by its first bytes. */
static bool is_workbook(const char *path)
{
    char bytes[2] = "";
    size_t length = strlen(path);
    if (length > 5 &&
        (strcmp(path + length - 5, ".xlsx") == 0 || strcmp(path + length - 5, ".xlsm") == 0))
        return true;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool read = fread(bytes, 1, 2, file) == 2;
    (void)fclose(file);
    /* An old .xls is no text either: the reader of workbooks says what it is. */
    return read && (memcmp(bytes, "PK", 2) == 0 || memcmp(bytes, "\xd0\xcf", 2) == 0);
}

int facts_rows_file(struct facts_rows *r, const char *path, struct shihyo_error *err)
{
    r->file = path;
    r->err = err;
    r->header_first = 0;
    r->ready = false;
    r->width = 0;
    int code = r->m->host->text->header_new(&r->header, err);
    if (code == 0)
        code = is_workbook(path) ? read_workbook(r, path, err) : read_text(r, path, err);
    if (code == 0 && r->header_first != 0 && !r->ready)
        code = find_columns(r, err);
    if (code == 0 && r->header_first == 0)
        code = r->m->header == NULL
                   ? r->m->host->error(err, SHIHYO_DATA, E_LAYOUT, N_("The table is empty."))
                   : r->m->host->error(err, SHIHYO_DATA, E_LAYOUT,
                                       N_("No row has a cell '%s', with which the header should "
                                          "begin."),
                                       r->m->header);
    if (code != 0)
        place(r, err, 0);
    r->m->host->text->header_free(r->header);
    r->header = NULL;
    r->file = NULL;
    return code;
}

size_t facts_rows_bad(const struct facts_rows *r)
{
    return r->bad;
}

size_t facts_rows_padded(const struct facts_rows *r)
{
    return r->sink.padded;
}

/* A column that is not asked for now is left out. One that the contract does not have was misspelt:
 * a builder for it alone fails, and says so with the nearest names. */
static int find_target(const struct facts_mapping *m, const char *contract,
                       const struct shihyo_builder *builder, struct facts_column *c,
                       struct shihyo_error *err)
{
    struct shihyo_builder *alone = NULL;
    c->target = m->host->builder->column(builder, c->name);
    if (c->target >= 0)
        return 0;
    int code =
        m->host->builder->create(m->host, contract, (const char *const[]){c->name}, 1, &alone, err);
    if (code == 0)
        m->host->builder->destroy(alone);
    return code;
}

int facts_rows_new(struct facts_mapping *m, const char *contract, struct shihyo_builder *builder,
                   struct facts_rows **out, struct shihyo_error *err)
{
    struct facts_rows *r = calloc(1, sizeof *r);
    *out = r;
    if (r == NULL)
        return common_nomem(m->host, err);
    r->m = m;
    r->sink = (struct facts_sink){.mapping = m, .builder = builder};
    r->where = calloc(m->where_count + 1, sizeof *r->where);
    if (r->where == NULL)
        return common_nomem(r->m->host, err);
    for (size_t i = 0; i < m->column_count; i++) {
        int code = find_target(m, contract, builder, &m->columns[i], err);
        if (code != 0)
            return code;
    }
    return 0;
}

void facts_rows_free(struct facts_rows *r)
{
    if (r == NULL)
        return;
    for (size_t i = 0; i < r->above_count; i++)
        free(r->above_text[i]);
    free(r->above);
    free(r->above_text);
    free(r->wide);
    free(r->where);
    free(r->cells);
    free(r->sink.row);
    seen_free(&r->seen);
    free(r);
}
