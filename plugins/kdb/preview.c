/* SPDX-License-Identifier: MIT */
/* The first rows of each dataset as they are read and understood. What of them may be shown to
 * anybody is the core's to decide. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "kdb.h"

struct previewing {
    struct shihyo_source *source;
    const struct kdb_input *input;
    size_t rows;
    struct shihyo_preview preview;
    const struct column_def *columns[BATCH_COLUMNS];
    const char *names[BATCH_COLUMNS];
    char from[BATCH_COLUMNS][128];
    size_t column_count;
    int (*visit)(void *arg, const struct shihyo_preview *preview);
    void *arg;
    struct shihyo_error *err;
};

/* What a column is taken from, in words of the layout. */
static void describe(const struct kdb_column *c, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < c->piece_count && used + 1 < size; i++) {
        const struct kdb_piece *p = &c->pieces[i];
        char text[64];
        if (p->labels != NULL)
            common_copy(text, sizeof text, common_text_at(p->labels, 0),
                        strlen(common_text_at(p->labels, 0)));
        else if (p->constant != NULL)
            (void)snprintf(text, sizeof text, "\"%.40s\"", p->constant);
        else
            (void)snprintf(text, sizeof text, "%lld", (long long)p->position);
        int added = snprintf(out + used, size - used, "%s%s", i == 0 ? "" : " + ", text);
        used += added < 0 ? 0 : (size_t)added;
    }
}

static void list_columns(struct previewing *p, const struct kdb_dataset *d)
{
    p->column_count = 0;
    for (size_t i = 0; i < d->column_count; i++) {
        p->columns[i] = d->columns[i].def;
        p->names[i] = d->columns[i].name;
        describe(&d->columns[i], p->from[i], sizeof p->from[i]);
        p->column_count++;
    }
}

/* Labels ----------------------------------------------------------------------------------- */

static bool is_used(const struct kdb_input *input, size_t field)
{
    for (size_t i = 0; i < input->dataset->piece_count; i++) {
        if (input->fields[i] == field)
            return true;
    }
    return false;
}

static void free_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
}

static int unused_labels(struct previewing *p, char ***out, size_t *count)
{
    const struct shihyo_host *host = p->source->host;
    const struct shihyo_field *fields = NULL;
    struct shihyo_csv *csv;
    size_t width = 0;
    *out = NULL;
    *count = 0;
    if (!p->input->dataset->header)
        return 0;
    int code = kdb_open_part(p->source, p->input, 0, 0, &csv, p->err);
    if (code != 0)
        return code;
    for (int64_t skip = 0; code == 0 && skip <= p->input->dataset->skip_lines; skip++)
        code = host->text->csv_next(csv, &fields, &width, p->err);
    *out = calloc(width + 1, sizeof **out);
    if (code == 0 && *out == NULL)
        code = common_nomem(host, p->err);
    for (size_t i = 0; code == 0 && i < width; i++) {
        if (is_used(p->input, i))
            continue;
        (*out)[*count] = strndup(fields[i].text, fields[i].length);
        if ((*out)[(*count)++] == NULL)
            code = common_nomem(host, p->err);
    }
    host->text->csv_close(csv);
    return code;
}

/* Cells ------------------------------------------------------------------------------------ */

/* Texts of cells, each in a piece of its own. */
enum { CELL_TEXT = 2 * KDB_MOST_TEXT };

static struct shihyo_field value_of(const struct kdb_first *rows, const struct column_def *def,
                                    size_t column, size_t row, char *memory)
{
    if (batch_is_null(rows->batch, column, row))
        return (struct shihyo_field){NULL, 0};
    if (def->type == COLUMN_DATE) {
        common_day_text((int32_t)batch_number_at(rows->batch, column, row), memory);
        return (struct shihyo_field){memory, strlen(memory)};
    }
    if (def->type == COLUMN_MONTH || def->type == COLUMN_INT) {
        int length = snprintf(memory, KDB_MOST_TEXT, "%lld",
                              (long long)batch_number_at(rows->batch, column, row));
        return (struct shihyo_field){memory, length < 0 ? 0 : (size_t)length};
    }
    struct shihyo_field text = batch_text_at(rows->batch, column, row);
    if (text.length >= KDB_MOST_TEXT)
        text.length = 0;
    memcpy(memory, text.text, text.length);
    return (struct shihyo_field){memory, text.length};
}

static void fill_cell(const struct previewing *p, const struct kdb_first *rows, size_t row,
                      size_t column, char *memory, struct shihyo_preview_cell *cell)
{
    const struct kdb_verdict *v = rows->verdict;
    size_t length = kdb_program_read(rows->program, column, rows->records, rows->select[row],
                                     memory, KDB_MOST_TEXT);
    *cell = (struct shihyo_preview_cell){
        SHIHYO_ABI_INIT(struct shihyo_preview_cell),
        .column = p->names[column],
        .from = p->from[column],
        .read = {memory, length},
        .code = v->bad[row] != 0 && v->column[row] == column ? v->bad[row] : 0,
    };
    if (cell->code == 0)
        cell->understood = value_of(rows, p->columns[column], column, row, memory + KDB_MOST_TEXT);
}

static int show_rows(void *arg, const struct kdb_first *rows)
{
    struct previewing *p = arg;
    size_t count = rows->count < p->rows ? rows->count : p->rows, cells = count * p->column_count;
    struct shihyo_preview_cell *list = calloc(cells + 1, sizeof *list);
    char *memory = calloc(cells + 1, CELL_TEXT);
    int code = list == NULL || memory == NULL ? common_nomem(p->source->host, p->err) : 0;
    for (size_t i = 0; code == 0 && i < cells; i++)
        fill_cell(p, rows, i / p->column_count, i % p->column_count, memory + i * CELL_TEXT,
                  &list[i]);
    p->preview.cells = list;
    p->preview.cell_count = cells;
    if (code == 0)
        code = p->visit(p->arg, &p->preview);
    free(list);
    free(memory);
    return code;
}

/* Datasets --------------------------------------------------------------------------------- */

static int pass_over(void *rejects, const struct shihyo_error *err)
{
    (void)rejects;
    (void)err;
    return 0;
}

/* The first part of the dataset's first file that has any lines. */
static bool first_part(const struct shihyo_source *s, const struct kdb_dataset *d, uint32_t *split,
                       const struct kdb_input **input)
{
    for (size_t t = 0; t < s->table_count; t++) {
        for (size_t i = 0; i < s->tables[t].part_count; i++) {
            if (s->tables[t].parts[i].input->dataset != d)
                continue;
            *split = (uint32_t)i;
            *input = s->tables[t].parts[i].input;
            return true;
        }
    }
    return false;
}

static int show_first(struct previewing *p, uint32_t split)
{
    char **labels;
    const struct shihyo_stream_request request = {
        SHIHYO_ABI_INIT(struct shihyo_stream_request),
        .contract = p->input->dataset->contract->id,
        .columns = p->names,
        .column_count = p->column_count,
        .split = split,
        .reject = pass_over,
    };
    p->preview.file =
        p->input->member != NULL ? p->input->member : p->source->files[p->input->file].path;
    int code = unused_labels(p, &labels, &p->preview.unused_count);
    p->preview.unused = (const char *const *)labels;
    if (code == 0)
        code = kdb_first_rows(p->source, &request, show_rows, p, p->err);
    free_texts(labels, p->preview.unused_count);
    return code;
}

static int show_dataset(struct previewing *p, struct kdb_dataset *d)
{
    uint32_t split;
    p->preview = (struct shihyo_preview){SHIHYO_ABI_INIT(struct shihyo_preview),
                                         .contract = d->contract->id};
    for (size_t i = 0; i < p->source->input_count; i++)
        p->preview.files += p->source->inputs[i].dataset == d;
    list_columns(p, d);
    return first_part(p->source, d, &split, &p->input) ? show_first(p, split)
                                                       : p->visit(p->arg, &p->preview);
}

/* Files that no dataset names --------------------------------------------------------------- */

struct others {
    const struct shihyo_source *source;
    char **names;
    size_t count, capacity;
};

static int add_other(void *arg, const char *path)
{
    struct others *o = arg;
    struct stat st;
    for (size_t i = 0; i < o->source->file_count; i++) {
        if (strcmp(o->source->files[i].path, path) == 0)
            return 0;
    }
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return 0;
    if (o->count == o->capacity) {
        size_t capacity = o->capacity == 0 ? 16 : o->capacity * 2;
        char **names = realloc(o->names, capacity * sizeof *names);
        if (names == NULL)
            return SHIHYO_NOMEM;
        o->names = names;
        o->capacity = capacity;
    }
    o->names[o->count] = strdup(path);
    return o->names[o->count++] == NULL ? SHIHYO_NOMEM : 0;
}

static int show_others(struct previewing *p)
{
    const struct shihyo_host *host = p->source->host;
    struct others o = {.source = p->source};
    const char *folder;
    int code = 0;
    for (size_t i = 0; code == 0 && (folder = common_text_at(p->source->folders, i)) != NULL; i++) {
        struct shihyo_error none = {SHIHYO_ABI_INIT(struct shihyo_error)};
        char *pattern = kdb_join_pattern(folder, "*");
        code = pattern == NULL ? SHIHYO_NOMEM : host->each_file(pattern, add_other, &o, &none);
        free(pattern);
        if (code == SHIHYO_NOT_FOUND)
            code = 0;
    }
    p->preview =
        (struct shihyo_preview){SHIHYO_ABI_INIT(struct shihyo_preview),
                                .unused = (const char *const *)o.names, .unused_count = o.count};
    if (code != 0)
        code = common_nomem(host, p->err);
    else if (o.count > 0)
        code = p->visit(p->arg, &p->preview);
    free_texts(o.names, o.count);
    return code;
}

int kdb_preview(struct shihyo_source *s, size_t rows,
                int (*visit)(void *arg, const struct shihyo_preview *preview), void *arg,
                struct shihyo_error *err)
{
    int code = kdb_make_tables(s, err);
    struct previewing *p = calloc(1, sizeof *p);
    if (code == 0 && p == NULL)
        code = common_nomem(s->host, err);
    if (code == 0)
        *p = (struct previewing){.source = s, .rows = rows, .visit = visit, .arg = arg, .err = err};
    for (size_t i = 0; code == 0 && i < s->layout.dataset_count; i++)
        code = show_dataset(p, &s->layout.datasets[i]);
    if (code == 0)
        code = show_others(p);
    free(p);
    return code;
}
