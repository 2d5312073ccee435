/* SPDX-License-Identifier: MIT */
/* What the store's tests share: a contract with every type, rows made from a number, files in a
 * folder of the test's own. */
#ifndef SHY_STORE_TEST_HELP_H
#define SHY_STORE_TEST_HELP_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/contract/table.h"
#include "core/store/store.h"

static inline void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err->message, err->file, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

static const struct shy_column test_columns[] = {
    {.name = "code", .type = SHY_CODE_T, .flags = SHY_COLUMN_KEY, .min = 1, .max = 0},
    {.name = "name", .type = SHY_TEXT_T, .flags = SHY_COLUMN_NULLABLE, .min = 1, .max = 0},
    {.name = "period", .type = SHY_PERIOD_T, .role = SHY_ROLE_PERIOD, .min = 1, .max = 0},
    {.name = "month", .type = SHY_MONTH_T, .role = SHY_ROLE_MONTH, .min = 0, .max = 30000},
    {.name = "flag", .type = SHY_BOOL_T, .flags = SHY_COLUMN_NULLABLE, .min = 0, .max = 1},
    {.name = "number",
     .type = SHY_INT_T,
     .flags = SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE,
     .min = 1,
     .max = 0,
     .unit = "人"},
    {.name = "amount",
     .type = SHY_DECIMAL_T,
     .flags = SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE,
     .scale = 2,
     .min = 1,
     .max = 0},
};
static const struct shy_contract test_contract = {
    .id = "facts.test",
    .label_ja = "試験",
    .columns = test_columns,
    .column_count = sizeof test_columns / sizeof test_columns[0],
};

/* Row i of a delivery: every state, wide and narrow numbers, few and many texts. */
static inline void test_add_row(struct shy_table *t, int64_t i)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    size_t row;
    char text[64];
    OK(shy_table_add_row(t, &row, &err));
    int length = snprintf(text, sizeof text, "%05lld", (long long)(i * 7919 % 100003));
    OK(shy_table_set_text(t, row, 0, text, (size_t)length, &err));
    if (i % 5 != 0) {
        length = snprintf(text, sizeof text, "名前%lld", (long long)(i % 13));
        OK(shy_table_set_text(t, row, 1, text, (size_t)length, &err));
    }
    OK(shy_table_set_text(t, row, 2, i % 2 == 0 ? "FY2022" : "FY2023", 6, &err));
    shy_table_set_int(t, row, 3, 24240 + i % 3);
    if (i % 7 == 0)
        shy_table_set_state(t, row, 4, SHIHYO_STATE_UNREPORTED);
    else
        shy_table_set_int(t, row, 4, i % 2);
    shy_table_set_int(t, row, 5, i % 11 == 0 ? INT64_MIN + i : i * i - 50);
    if (i % 11 == 3)
        shy_table_set_state(t, row, 5, SHIHYO_STATE_MASKED);
    shy_table_set_int(t, row, 6, -i);
    if (i % 4 == 1)
        shy_table_set_state(t, row, 6, SHIHYO_STATE_PARTIAL);
}

static inline struct shy_table *test_rows(int64_t first, int64_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_table *t;
    OK(shy_table_new(&test_contract, NULL, 0, &t, &err));
    for (int64_t i = first; i < first + count; i++)
        test_add_row(t, i);
    return t;
}

static inline bool test_same(const struct shy_table *a, size_t i, const struct shy_table *b,
                             size_t k)
{
    for (int c = 0; c < (int)a->column_count; c++) {
        uint8_t state = a->columns[c].state[i];
        if (state != b->columns[c].state[k])
            return false;
        const char *x = shy_table_text(a, i, c), *y = shy_table_text(b, k, c);
        bool texts = a->columns[c].def->type == SHY_CODE_T ||
                     a->columns[c].def->type == SHY_TEXT_T ||
                     a->columns[c].def->type == SHY_PERIOD_T;
        if (texts && state == SHIHYO_STATE_OK && strcmp(x, y) != 0)
            return false;
        bool number = state == SHIHYO_STATE_OK || state == SHIHYO_STATE_PARTIAL;
        if (!texts && number && a->columns[c].data[i] != b->columns[c].data[k])
            return false;
    }
    return true;
}

/* A delivery named after its source, with one file. */
static inline struct shy_delivery test_delivery(const char *source, const char *content)
{
    static struct shy_delivery_file file;
    file = (struct shy_delivery_file){.path = "data/表.csv", .note = "sheet 1", .size = 12};
    shy_hash_bytes(content, strlen(content), file.hash);
    struct shy_delivery d = {.source = source,
                             .plugin = "facts",
                             .plugin_version = "1.0",
                             .options = "{}",
                             .received = "2024-04-01T09:00:00Z",
                             .files = &file,
                             .file_count = 1};
    shy_hash_bytes(content, strlen(content), d.hash);
    return d;
}

/* Appends rows [first, first + count) in batches and commits. */
static inline int test_import(struct shy_store *store, const char *source, const char *content,
                              int64_t first, int64_t count, int64_t batch, struct shihyo_error *err)
{
    struct shy_delivery d = test_delivery(source, content);
    int64_t id;
    int code = shy_store_begin(store, &d, true, err);
    for (int64_t i = 0; i < count && code == 0; i += batch) {
        struct shy_table *t = test_rows(first + i, count - i < batch ? count - i : batch);
        code = shy_store_append(store, t, err);
        shy_table_free(t);
    }
    return code == 0 ? shy_store_commit(store, &id, err) : code;
}

static inline void test_path(char out[256], const char *name)
{
    (void)snprintf(out, 256, "%s/test_store_%ld_%s", SHY_TEST_BUILDDIR, (long)getpid(), name);
}

static inline void test_remove(const char *path)
{
    static const char *const ends[] = {"", "-journal", "-wal", "-shm"};
    char name[300];
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, ends[i]);
        (void)unlink(name);
    }
}

/* The rows of the test's contract are those of [first, first + count). */
static inline void test_expect_rows(struct shy_store *store, int64_t first, int64_t count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_table *there, *wanted = test_rows(first, count);
    OK(shy_store_read(store, &test_contract, NULL, 0, &there, &err));
    assert_non_null(there);
    assert_int_equal(there->rows, count);
    for (size_t i = 0; i < (size_t)count; i++) {
        if (!test_same(wanted, i, there, i))
            fail_msg("row %zu differs", i);
    }
    shy_table_free(there);
    shy_table_free(wanted);
}

#endif
