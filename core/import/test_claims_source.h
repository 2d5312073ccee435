/* SPDX-License-Identifier: MIT */
/* A source of person-level tables inside a test: rows as texts, in any number of splits and files,
 * given as string views by a stream written here. */
#ifndef SHY_IMPORT_TEST_CLAIMS_SOURCE_H
#define SHY_IMPORT_TEST_CLAIMS_SOURCE_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/period.h"
#include "core/contract/core_contracts.h"
#include "core/import/import.h"
#include "core/plugin/internal.h"
#include "core/store/segments.h"

enum { TEST_FIELDS = 12, TEST_FILES = 4, TEST_TABLES = 9, TEST_BATCH = 7 };

/* One row: texts in the order of the table's columns; NULL = none. */
struct test_row {
    const char *fields[TEST_FIELDS];
    int file; /* where it stands */
};
struct test_table {
    const char *contract;
    const char *columns[TEST_FIELDS + 1]; /* NULL-ended; as the rows' fields */
    struct test_row *rows;
    size_t count, capacity;
};

static struct {
    struct test_table tables[TEST_TABLES];
    size_t table_count;
    uint32_t splits;
    size_t files;
    unsigned char chosen[TEST_FILES];
    bool fails; /* the last split of the last table ends in an error */
    /* 1: what the rows of a claim share is given in runs, each column with its own; 2: all of them
     * with the same runs. */
    int runs;
    int64_t rejected; /* rows of the first split that the plugin itself rejects */
    int64_t noted;    /* records of the kind ZZ that it tells of there */
} given;

static char test_files[TEST_FILES][256];
static char test_store[256];

struct shihyo_source {
    const struct shihyo_host *host;
};

/* Adding rows ---------------------------------------------------------------------------- */

static struct test_table *test_table_of(const char *contract, const char *columns)
{
    for (size_t i = 0; i < given.table_count; i++) {
        if (strcmp(given.tables[i].contract, contract) == 0)
            return &given.tables[i];
    }
    struct test_table *t = &given.tables[given.table_count++];
    *t = (struct test_table){.contract = contract};
    char *copy = strdup(columns);
    size_t n = 0;
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        t->columns[n++] = strdup(word);
    free(copy);
    return t;
}

/* fields: separated by blanks; "-" = none. */
static void test_add(struct test_table *t, int file, const char *fields)
{
    if (t->count == t->capacity) {
        t->capacity = t->capacity * 2 + 16;
        t->rows = realloc(t->rows, t->capacity * sizeof *t->rows);
    }
    struct test_row *row = &t->rows[t->count++];
    *row = (struct test_row){.file = file};
    char *copy = strdup(fields), *rest;
    size_t n = 0;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        row->fields[n++] = strcmp(word, "-") == 0 ? NULL : strdup(word);
    free(copy);
}

static void test_clear(void)
{
    for (size_t i = 0; i < given.table_count; i++) {
        struct test_table *t = &given.tables[i];
        for (size_t k = 0; k < t->count; k++) {
            for (int f = 0; f < TEST_FIELDS; f++)
                free((void *)(uintptr_t)t->rows[k].fields[f]);
        }
        for (int f = 0; t->columns[f] != NULL; f++)
            free((void *)(uintptr_t)t->columns[f]);
        free(t->rows);
    }
    given.table_count = 0;
}

/* The stream ----------------------------------------------------------------------------- */

struct test_stream {
    const struct test_table *table;
    int fields[TEST_FIELDS];
    const struct shy_column *defs[TEST_FIELDS];
    size_t count;
    size_t next, end; /* rows */
    bool fails;
    int runs;
};

struct test_buffers {
    const void *buffers[TEST_FIELDS][4];
    struct ArrowArray arrays[TEST_FIELDS], *list[TEST_FIELDS];
    const void *none[1];
    uint8_t validity[TEST_FIELDS][TEST_BATCH / 8 + 1];
    int64_t sizes[TEST_FIELDS];
    char bytes[TEST_FIELDS][TEST_BATCH * 64];
    struct shy_text_view views[TEST_FIELDS][TEST_BATCH];
    int64_t numbers[TEST_FIELDS][TEST_BATCH];
    int32_t days[TEST_FIELDS][TEST_BATCH]; /* or months */
    int32_t ends[TEST_FIELDS][TEST_BATCH];
    const void *end_buffers[TEST_FIELDS][2];
    struct ArrowArray inner[TEST_FIELDS][2], *inner_list[TEST_FIELDS][2];
};

static bool test_in_runs(const struct test_stream *s, size_t column)
{
    enum shy_role role = s->defs[column]->role;
    return s->runs > 0 && (role == SHY_ROLE_PERSON || role == SHY_ROLE_MONTH ||
                           role == SHY_ROLE_CLAIM || role == SHY_ROLE_INSTITUTION);
}

static void release_child(struct ArrowArray *a)
{
    a->release = NULL;
}
static void release_batch(struct ArrowArray *a)
{
    free(a->private_data);
    a->release = NULL;
}
static void release_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; i < s->n_children; i++) {
        s->children[i]->release(s->children[i]);
        free(s->children[i]);
    }
    free((void *)s->children);
    s->release = NULL;
}
static void release_one(struct ArrowSchema *s)
{
    s->release = NULL;
}

static void release_run_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; i < s->n_children; i++)
        free(s->children[i]);
    free((void *)s->children);
    s->release = NULL;
}

/* "+r", whose second child is what the column was. */
static void put_schema_in_runs(struct ArrowSchema *column)
{
    struct ArrowSchema **children = calloc(2, sizeof *children);
    for (int i = 0; i < 2; i++)
        children[i] = calloc(1, sizeof *children[i]);
    *children[0] = (struct ArrowSchema){.format = "i", .name = "run_ends", .release = release_one};
    *children[1] = *column;
    column->format = "+r";
    column->n_children = 2;
    column->children = children;
    column->release = release_run_schema;
}

static int test_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const struct test_stream *s = stream->private_data;
    *out = (struct ArrowSchema){
        .format = "+s", .name = "", .n_children = (int64_t)s->count, .release = release_schema};
    out->children = calloc(s->count + 1, sizeof *out->children);
    for (size_t i = 0; i < s->count; i++) {
        out->children[i] = calloc(1, sizeof *out->children[i]);
        *out->children[i] = (struct ArrowSchema){.format = s->defs[i]->type == SHY_CODE_T ||
                                                                   s->defs[i]->type == SHY_TEXT_T
                                                               ? "vu"
                                                               : shy_arrow_format(s->defs[i]),
                                                 .name = s->defs[i]->name,
                                                 .flags = 2,
                                                 .release = release_one};
        if (test_in_runs(s, i))
            put_schema_in_runs(out->children[i]);
    }
    return 0;
}

static void fill_text(struct test_buffers *b, size_t column, size_t row, const char *text)
{
    size_t length = strlen(text);
    struct shy_text_view view = {.length = (int32_t)length};
    if (length <= SHY_VIEW_INLINE) {
        memcpy(&view.prefix, text, length);
    } else {
        memcpy(&view.prefix, text, 4);
        view.offset = (int32_t)b->sizes[column];
        memcpy(b->bytes[column] + b->sizes[column], text, length);
        b->sizes[column] += (int64_t)length;
    }
    b->views[column][row] = view;
}

static bool same_text(const struct test_stream *s, size_t column, size_t row)
{
    const char *a = s->table->rows[s->next + row - 1].fields[s->fields[column]];
    const char *b = s->table->rows[s->next + row].fields[s->fields[column]];
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether row begins a run of the column; of every column in runs where they share theirs. */
static bool begins_run(const struct test_stream *s, size_t column, size_t row)
{
    bool same = row > 0;
    for (size_t i = 0; i < s->count && same; i++) {
        if (i == column || (s->runs == 2 && test_in_runs(s, i)))
            same = same_text(s, i, row);
    }
    return !same;
}

/* Puts an array of ends before the column that has been filled. */
static void put_runs(const struct test_stream *s, struct test_buffers *b, size_t column,
                     size_t rows, size_t runs)
{
    size_t own = s->runs == 2 ? 0 : column;
    b->end_buffers[column][1] = b->ends[own];
    b->inner[column][0] = (struct ArrowArray){.length = (int64_t)runs,
                                              .n_buffers = 2,
                                              .buffers = b->end_buffers[column],
                                              .release = release_child};
    b->inner[column][1] = b->arrays[column];
    for (int i = 0; i < 2; i++)
        b->inner_list[column][i] = &b->inner[column][i];
    b->arrays[column] = (struct ArrowArray){.length = (int64_t)rows,
                                            .n_children = 2,
                                            .children = b->inner_list[column],
                                            .release = release_child};
}

static void fill_column(const struct test_stream *s, struct test_buffers *b, size_t column,
                        size_t all_rows)
{
    bool text = s->defs[column]->type == SHY_CODE_T || s->defs[column]->type == SHY_TEXT_T;
    size_t rows = 0;
    for (size_t from = 0; from < all_rows; from++) {
        const char *value = s->table->rows[s->next + from].fields[s->fields[column]];
        bool begins = !test_in_runs(s, column) || begins_run(s, column, from);
        size_t row = begins ? rows++ : rows - 1;
        if (test_in_runs(s, column))
            b->ends[s->runs == 2 ? 0 : column][row] = (int32_t)from + 1;
        if (!begins)
            continue;
        if (value == NULL)
            continue;
        b->validity[column][row / 8] |= (uint8_t)(1 << row % 8);
        if (text)
            fill_text(b, column, row, value);
        b->numbers[column][row] = text ? 0 : strtoll(value, NULL, 10);
        b->days[column][row] = (int32_t)b->numbers[column][row];
        if (s->defs[column]->type == SHY_DATE_T)
            assert_true(shy_date_parse(value, strlen(value), &b->days[column][row]));
    }
    b->buffers[column][0] = b->validity[column];
    b->buffers[column][1] =
        text ? (const void *)b->views[column]
        : s->defs[column]->type == SHY_MONTH_T || s->defs[column]->type == SHY_DATE_T
            ? (const void *)b->days[column]
            : (const void *)b->numbers[column];
    b->buffers[column][2] = b->bytes[column];
    b->buffers[column][3] = &b->sizes[column];
    b->arrays[column] = (struct ArrowArray){.length = (int64_t)rows,
                                            .null_count = -1,
                                            .n_buffers = text ? 4 : 2,
                                            .buffers = b->buffers[column],
                                            .release = release_child};
    if (test_in_runs(s, column))
        put_runs(s, b, column, all_rows, rows);
    b->list[column] = &b->arrays[column];
}

static int test_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct test_stream *s = stream->private_data;
    size_t rows = 0;
    *out = (struct ArrowArray){0};
    /* Rows of files that are not chosen are not there. */
    while (s->next < s->end && !given.chosen[s->table->rows[s->next].file])
        s->next++;
    while (rows < TEST_BATCH && s->next + rows < s->end &&
           given.chosen[s->table->rows[s->next + rows].file])
        rows++;
    if (rows == 0)
        return s->fails ? EIO : 0;
    struct test_buffers *b = calloc(1, sizeof *b);
    for (size_t i = 0; i < s->count; i++)
        fill_column(s, b, i, rows);
    *out = (struct ArrowArray){.length = (int64_t)rows,
                               .n_buffers = 1,
                               .n_children = (int64_t)s->count,
                               .buffers = b->none,
                               .children = b->list,
                               .release = release_batch,
                               .private_data = b};
    s->next += rows;
    return 0;
}

static const char *test_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the file ends in the middle of SECRET";
}
static void test_release_stream(struct ArrowArrayStream *stream)
{
    free(stream->private_data);
    stream->release = NULL;
}

/* The plugin ----------------------------------------------------------------------------- */

static const struct shy_contract *test_contract_of(const char *id)
{
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, id) == 0)
            return shy_core_contracts[i];
    }
    return NULL;
}

static int test_open(const struct shihyo_host *host, const char *name,
                     const struct shihyo_value *options, struct shihyo_source **out,
                     struct shihyo_error *err)
{
    static struct shihyo_source source;
    (void)name;
    (void)options;
    (void)err;
    source.host = host;
    memset(given.chosen, 1, sizeof given.chosen);
    *out = &source;
    return 0;
}

static void test_close(struct shihyo_source *s)
{
    s->host = NULL;
}

static int test_list_files(struct shihyo_source *s, const struct shihyo_file **out, size_t *count,
                           struct shihyo_error *err)
{
    static struct shihyo_file list[TEST_FILES];
    (void)s;
    (void)err;
    for (int i = 0; i < TEST_FILES; i++)
        list[i] = (struct shihyo_file){SHIHYO_ABI_INIT(struct shihyo_file), test_files[i], NULL};
    *out = list;
    *count = given.files;
    return 0;
}

static int test_list_tables(struct shihyo_source *s, const struct shihyo_table_info **out,
                            size_t *count, struct shihyo_error *err)
{
    static struct shihyo_table_info list[TEST_TABLES];
    (void)s;
    (void)err;
    *count = 0;
    for (size_t i = 0; i < given.table_count; i++) {
        bool any = false;
        for (size_t k = 0; k < given.tables[i].count; k++)
            any = any || given.chosen[given.tables[i].rows[k].file];
        if (any)
            list[(*count)++] = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                                          given.tables[i].contract, given.splits};
    }
    *out = list;
    return 0;
}

static int test_open_stream(struct shihyo_source *source,
                            const struct shihyo_stream_request *request,
                            struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct test_stream *s = calloc(1, sizeof *s);
    const struct shy_contract *contract = test_contract_of(request->contract);
    (void)source;
    (void)err;
    s->table = test_table_of(request->contract, "");
    s->runs = request->runs != 0 ? given.runs : 0;
    s->count = request->column_count;
    for (size_t i = 0; i < s->count; i++) {
        s->fields[i] = TEST_FIELDS - 1; /* never filled: not given */
        for (int k = 0; s->table->columns[k] != NULL; k++) {
            if (strcmp(s->table->columns[k], request->columns[i]) == 0)
                s->fields[i] = k;
        }
        s->defs[i] = &contract->columns[shy_contract_column(contract, request->columns[i])];
    }
    s->next = s->table->count * request->split / given.splits;
    s->end = s->table->count * (request->split + 1) / given.splits;
    s->fails = given.fails && request->split + 1 == given.splits &&
               strcmp(request->contract, "care_claims") == 0;
    for (int64_t i = 0; i < given.rejected && request->split == 0 && request->reject != NULL; i++) {
        struct shihyo_error why = SHY_ERROR_INIT;
        why.code = SHY_E_CSV_QUOTE;
        why.row = i + 2;
        (void)snprintf(why.message, sizeof why.message, "SECRET");
        (void)snprintf(why.file, sizeof why.file, "%s", test_files[0]);
        if (request->reject(request->rejects, &why) != 0)
            break;
    }
    if (given.noted > 0 && request->split == 0 && request->note != NULL) {
        struct shihyo_error what = SHY_ERROR_INIT;
        what.code = SHY_E_RECORD_UNKNOWN;
        what.row = 7;
        (void)snprintf(what.message, sizeof what.message, "SECRET");
        (void)snprintf(what.file, sizeof what.file, "%s", test_files[0]);
        (void)snprintf(what.value, sizeof what.value, "ZZ");
        (void)request->note(request->rejects, &what, given.noted);
        (void)snprintf(what.value, sizeof what.value, "SECRET");
        (void)request->note(request->rejects, &what, 1);
    }
    *out = (struct ArrowArrayStream){.get_schema = test_get_schema,
                                     .get_next = test_get_next,
                                     .get_last_error = test_last_error,
                                     .release = test_release_stream,
                                     .private_data = s};
    return 0;
}

static int test_choose(struct shihyo_source *s, const unsigned char *chosen, size_t count,
                       struct shihyo_error *err)
{
    (void)s;
    (void)err;
    memcpy(given.chosen, chosen, count);
    return 0;
}

/* Line 2 is the first row's, as below a header. */
static int test_locate(struct shihyo_source *s, const struct shihyo_stream_request *request,
                       int64_t row, struct shihyo_error *place)
{
    const struct test_table *t = test_table_of(request->contract, "");
    size_t at = t->count * request->split / given.splits;
    (void)s;
    while (!given.chosen[t->rows[at].file])
        at++;
    for (; row > 0; row--) {
        do
            at++;
        while (!given.chosen[t->rows[at].file]);
    }
    place->row = (int64_t)at + 2;
    (void)snprintf(place->file, sizeof place->file, "%s", test_files[t->rows[at].file]);
    return 0;
}

#define TEST_OFFER(contract_) \
    &(const struct shihyo_offer) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_offer), .contract = contract_, .columns = NULL \
    }
static const struct shihyo_offer *const test_offers[] = {
    TEST_OFFER("care_claims"),    TEST_OFFER("care_items"),
    TEST_OFFER("care_offices"),   TEST_OFFER("care_persons"),
    TEST_OFFER("institutions"),   TEST_OFFER("insurers"),
    TEST_OFFER("medical_claims"), TEST_OFFER("medical_items"),
    TEST_OFFER("persons"),        NULL,
};
static const struct shihyo_capabilities test_capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities), .offers = test_offers};
static struct shihyo_plugin test_descriptor = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "inside",
    .version = "1",
    .license = "MIT",
    .capabilities = &test_capabilities,
    .open = test_open,
    .close = test_close,
    .files = test_list_files,
    .tables = test_list_tables,
    .stream = test_open_stream,
    .choose_files = test_choose,
    .locate = test_locate,
};

/* Importing ------------------------------------------------------------------------------ */

static struct shy_import_report test_report;
static struct shy_import_options test_options;

static int test_import(struct shihyo_error *err)
{
    struct shy_plugin plugin = {.name = (char *)(uintptr_t) "inside",
                                .descriptor = &test_descriptor};
    struct shy_source *source = NULL;
    struct shy_store *store;
    shy_import_report_free(&test_report);
    struct shy_options *checked = NULL;
    int code = shy_options_check(NULL, NULL, "/", NULL, &checked, err);
    if (code == 0)
        code = shy_source_open(&plugin, "claims", checked, &source, err);
    if (code == 0)
        code = shy_store_open(test_store, SHY_STORE_WRITE, &store, err);
    if (code == 0) {
        code = shy_import_source(source, "claims", "{}", &test_descriptor, store, test_store,
                                 &test_options, &test_report, err);
        shy_store_close(store);
    }
    shy_source_close(source);
    shy_options_free(checked);
    return code;
}

static void test_write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    (void)fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int test_setup(void **state)
{
    (void)state;
    char folder[128];
    (void)snprintf(folder, sizeof folder, "%s/claims-%ld", SHY_TEST_BUILDDIR, (long)getpid());
    (void)snprintf(test_store, sizeof test_store, "%s.store", folder);
    (void)unlink(test_store);
    for (int i = 0; i < TEST_FILES; i++) {
        char text[32];
        (void)snprintf(test_files[i], sizeof test_files[i], "%s-%d.csv", folder, i);
        (void)snprintf(text, sizeof text, "file %d", i);
        test_write_file(test_files[i], text);
    }
    memset(&given, 0, sizeof given);
    given.splits = 1;
    given.files = 1;
    test_options = (struct shy_import_options){.reject_limit = 0.5, .threads = 1};
    return 0;
}

static int test_teardown(void **state)
{
    (void)state;
    test_clear();
    shy_import_report_free(&test_report);
    (void)unlink(test_store);
    for (int i = 0; i < TEST_FILES; i++)
        (void)unlink(test_files[i]);
    return 0;
}

#endif
