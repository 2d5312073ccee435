/* SPDX-License-Identifier: MIT */
/*
 * A label that stands over several columns is spread to its right, as far as the labels above it
 * reach: under "男 | _ | 女 | _" the row "計 | 65歳以上 | 計 | 65歳以上" gives the paths 男|計,
 * 男|65歳以上, 女|計, 女|65歳以上. Without the groups of the rows above, a label would run on under
 * the next heading and a column of women be read as one of men.
 */
#include "core/text/header.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/text/normalise.h"

/* Rows may be of different lengths: a merged cell at the end of one leaves nothing behind it. */
struct header_row {
    char **labels; /* "" = empty */
    size_t count, capacity;
};

struct shihyo_header {
    struct header_row *rows;
    size_t row_count, row_capacity;
    char **paths; /* one per column once a column is asked for */
    size_t width;
};

/* "Shown again": the figure is part of another column's, as 65歳以上 is of 計. */
static const char mark_of_repetition[] = "再掲";

static void forget_paths(struct shihyo_header *h)
{
    for (size_t i = 0; h->paths != NULL && i < h->width; i++)
        shy_free(h->paths[i]);
    shy_free(h->paths);
    h->paths = NULL;
}

int shy_header_new(struct shihyo_header **out, struct shihyo_error *err)
{
    *out = shy_alloc(1, sizeof **out);
    return *out == NULL ? shy_fail_nomem(err) : 0;
}

static void free_row(struct header_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        shy_free(row->labels[i]);
    shy_free(row->labels);
}

void shy_header_free(struct shihyo_header *header)
{
    if (header == NULL)
        return;
    forget_paths(header);
    for (size_t i = 0; i < header->row_count; i++)
        free_row(&header->rows[i]);
    shy_free(header->rows);
    shy_free(header);
}

int shy_header_row(struct shihyo_header *header, const struct shihyo_field *cells, size_t count,
                   struct shihyo_error *err)
{
    struct header_row row = {0};
    forget_paths(header);
    if (!SHY_GROW(header->rows, header->row_count, header->row_capacity))
        return shy_fail_nomem(err);
    for (size_t i = 0; i < count; i++) {
        char *label = NULL;
        if (SHY_GROW(row.labels, row.count, row.capacity))
            label = shy_label(cells[i].text == NULL ? "" : cells[i].text, cells[i].length);
        if (label == NULL) {
            free_row(&row);
            return shy_fail_nomem(err);
        }
        row.labels[row.count++] = label;
    }
    header->rows[header->row_count++] = row;
    if (header->width < count)
        header->width = count;
    return 0;
}

/* Paths ---------------------------------------------------------------------------------- */

static const char *label_at(const struct shihyo_header *h, size_t row, size_t column)
{
    return column < h->rows[row].count ? h->rows[row].labels[column] : "";
}

/* Of one row, the column whose label each column has; groups[c] is the first of the columns at
 * whose left edge all labels so far agree with those of c, and is brought up to date. */
static void spread(const struct shihyo_header *h, size_t row, size_t *whose, size_t *groups)
{
    size_t before = SIZE_MAX;
    for (size_t c = 0; c < h->width; c++) {
        size_t group = groups[c];
        bool same = c > 0 && group == before;
        bool empty = label_at(h, row, c)[0] == '\0';
        whose[c] = same && empty ? whose[c - 1] : c;
        groups[c] = same && whose[c] == whose[c - 1] ? groups[c - 1] : c;
        before = group;
    }
}

static void add_label(struct shy_text *path, const char *label)
{
    if (label[0] == '\0')
        return;
    if (path->length > 0)
        shy_text_addc(path, '|');
    shy_text_adds(path, label);
}

/* Adds row after row to the texts of the columns. */
static void join_rows(const struct shihyo_header *h, size_t *whose, size_t *groups,
                      struct shy_text *texts)
{
    for (size_t r = 0; r < h->row_count; r++) {
        bool last = r + 1 == h->row_count;
        if (!last)
            spread(h, r, whose, groups);
        for (size_t c = 0; c < h->width; c++)
            add_label(&texts[c], label_at(h, r, last ? c : whose[c]));
    }
}

static bool make_paths(struct shihyo_header *h)
{
    if (h->paths != NULL)
        return true;
    struct shy_text *texts = shy_alloc(h->width, sizeof *texts);
    size_t *whose = shy_alloc(h->width, sizeof *whose);
    size_t *groups = shy_alloc(h->width, sizeof *groups);
    char **paths = shy_alloc(h->width, sizeof *paths);
    bool made = texts != NULL && whose != NULL && groups != NULL && paths != NULL;
    if (made)
        join_rows(h, whose, groups, texts);
    for (size_t c = 0; made && c < h->width; c++) {
        paths[c] = texts[c].failed ? NULL : shy_strdup(shy_text_get(&texts[c]));
        made = paths[c] != NULL;
    }
    for (size_t c = 0; texts != NULL && c < h->width; c++)
        shy_text_free(&texts[c]);
    shy_free(texts);
    shy_free(whose);
    shy_free(groups);
    h->paths = paths;
    if (!made)
        forget_paths(h);
    return made;
}

size_t shy_header_count(const struct shihyo_header *header)
{
    return header->width;
}

const char *shy_header_path(struct shihyo_header *header, size_t column)
{
    if (!make_paths(header))
        return NULL;
    return column < header->width ? header->paths[column] : "";
}

/* Anywhere in the path: what stands under a heading 再掲 is shown again as well. */
bool shy_header_repeated(struct shihyo_header *header, size_t column)
{
    const char *path = shy_header_path(header, column);
    return path != NULL && strstr(path, mark_of_repetition) != NULL;
}

/* Finding -------------------------------------------------------------------------------- */

enum match { MATCH_WHOLE, MATCH_END, MATCH_WHOLE_UNMARKED, MATCH_END_UNMARKED, MATCH_COUNT };

/* text without the marks (再掲) and 再掲, in place. */
static void drop_marks(char *text)
{
    static const char *const marks[] = {"(再掲)",   "[再掲]", "〔再掲〕",
                                        "【再掲】", "再掲:",  "再掲"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t length = strlen(marks[i]);
        for (char *at = strstr(text, marks[i]); at != NULL; at = strstr(at, marks[i]))
            memmove(at, at + length, strlen(at + length) + 1);
    }
}

/* Only at a whole label: "65歳以上" must not be found in "男|うち65歳以上". */
static bool ends_in(const char *path, const char *wanted)
{
    size_t length = strlen(path), end = strlen(wanted);
    return length > end && path[length - end - 1] == '|' &&
           strcmp(path + length - end, wanted) == 0;
}

static bool matches(const char *path, const char *wanted, bool whole)
{
    if (wanted[0] == '\0')
        return false;
    return whole ? strcmp(path, wanted) == 0 : ends_in(path, wanted);
}

/* Columns that match; the first two of them to found. False: out of memory. */
static bool count_matches(const struct shihyo_header *h, const char *wanted, enum match how,
                          size_t found[2], size_t *count)
{
    bool whole = how == MATCH_WHOLE || how == MATCH_WHOLE_UNMARKED;
    *count = 0;
    for (size_t c = 0; c < h->width; c++) {
        const char *path = h->paths[c];
        char *unmarked = NULL;
        if (how >= MATCH_WHOLE_UNMARKED) {
            if (strstr(path, mark_of_repetition) == NULL)
                continue;
            unmarked = shy_strdup(path);
            if (unmarked == NULL)
                return false;
            drop_marks(unmarked);
            path = unmarked;
        }
        if (matches(path, wanted, whole)) {
            if (*count < 2)
                found[*count] = c;
            ++*count;
        }
        shy_free(unmarked);
    }
    return true;
}

static int fail_missing(const struct shihyo_header *h, const char *wanted, struct shihyo_error *err)
{
    /* Near to what is wanted may be a path or the last label of one. */
    const char **names = shy_alloc(h->width, 2 * sizeof *names);
    (void)shy_fail(err, SHY_E_HEADER_MISSING, _("The table has no column '%s'."), wanted);
    shy_at_column(err, wanted);
    if (names == NULL)
        return SHY_E_HEADER_MISSING;
    for (size_t c = 0; c < h->width; c++) {
        const char *bar = strrchr(h->paths[c], '|');
        names[2 * c] = h->paths[c];
        names[2 * c + 1] = bar == NULL ? NULL : bar + 1;
    }
    shy_nearest(err, wanted, names, 2 * h->width);
    shy_free(names);
    return SHY_E_HEADER_MISSING;
}

static int fail_twice(const struct shihyo_header *h, const char *wanted, const size_t found[2],
                      size_t count, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_HEADER_TWICE,
                   _("The table has %zu columns '%s', for instance columns %zu and %zu."), count,
                   wanted, found[0] + 1, found[1] + 1);
    shy_at_column(err, wanted);
    if (strcmp(h->paths[found[0]], h->paths[found[1]]) != 0)
        shy_hint(err, _("Say which with the labels above it: '%s' or '%s'."), h->paths[found[0]],
                 h->paths[found[1]]);
    return SHY_E_HEADER_TWICE;
}

/* From the strictest way to the loosest; the first that finds anything decides. One that finds two
 * columns is an error rather than the first of them: the figure would be of the wrong one half the
 * time. */
static int find_label(const struct shihyo_header *h, const char *label, size_t *column,
                      struct shihyo_error *err)
{
    size_t found[2], count;
    for (enum match how = MATCH_WHOLE; how < MATCH_COUNT; how++) {
        if (!count_matches(h, label, how, found, &count))
            return shy_fail_nomem(err);
        if (count > 1)
            return fail_twice(h, label, found, count, err);
        if (count == 1) {
            *column = found[0];
            return 0;
        }
    }
    return fail_missing(h, label, err);
}

int shy_header_find(struct shihyo_header *header, const char *wanted, size_t *column,
                    struct shihyo_error *err)
{
    char *label = shy_label(wanted, strlen(wanted));
    int code = label == NULL || !make_paths(header) ? shy_fail_nomem(err) : 0;
    if (code == 0)
        code = find_label(header, label, column, err);
    shy_free(label);
    return code;
}

int shy_find_column(const struct shihyo_field *labels, size_t count, const char *wanted,
                    size_t *column, struct shihyo_error *err)
{
    struct shihyo_header *header;
    SHY_TRY(shy_header_new(&header, err));
    int code = shy_header_row(header, labels, count, err);
    if (code == 0)
        code = shy_header_find(header, wanted, column, err);
    shy_header_free(header);
    return code;
}
