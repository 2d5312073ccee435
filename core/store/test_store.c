/* SPDX-License-Identifier: MIT */
#include "core/store/test_help.h"

#include <sqlite3.h>

#include "core/store/chunk.h"
#include "core/store/contract_json.h"
#include "core/store/database.h"

static char path[256], other_path[256];

static int setup(void **state)
{
    (void)state;
    test_path(path, "a");
    test_path(other_path, "b");
    test_remove(path);
    test_remove(other_path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    test_remove(path);
    test_remove(other_path);
    return 0;
}

static struct shy_store *open_store(const char *name, enum shy_store_mode mode)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    OK(shy_store_open(name, mode, &store, &err));
    return store;
}

/* Runs SQL on the file behind the store's back. */
static void tamper(const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void write_text(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

/* Chunks --------------------------------------------------------------------------------- */

/* Bytes worked out by hand from docs/store.md. */
static void test_chunk_bytes(void **state)
{
    const int64_t few[] = {5, 7, 6, 5, 8}, wide[] = {-1, 254, 255, 1000};
    const uint8_t states[] = {0, 2, 6, 0, 1};
    unsigned char out[64];
    (void)state;
    struct shy_packing p = shy_packing_of(few, NULL, 5);
    assert_int_equal(p.base, 5);
    assert_int_equal(p.bits, 2);
    assert_int_equal(shy_packed_size(p.bits, 5), 2);
    shy_pack_values(p, few, NULL, 5, out);
    assert_memory_equal(out, "\x18\x03", 2); /* 0 + 2*4 + 1*16 + 0*64; 3 */
    p = shy_packing_of(wide, NULL, 4);
    assert_int_equal(p.base, -1);
    assert_int_equal(p.bits, 16);
    shy_pack_values(p, wide, NULL, 4, out);
    assert_memory_equal(out, "\x00\x00\xff\x00\x00\x01\xe9\x03", 8);
    /* Only OK and PARTIAL count: 5, 6, 5 need one bit, and the masked 7 becomes zero. */
    p = shy_packing_of(few, states, 4);
    assert_int_equal(p.bits, 1);
    shy_pack_values(p, few, states, 4, out);
    assert_int_equal(out[0], 4);
    shy_pack_states(states, 5, out);
    assert_memory_equal(out, "\x20\x06\x01", 3);
}

static void test_chunk_widths(void **state)
{
    static const struct {
        int64_t least, most;
        uint32_t bits;
    } cases[] = {{7, 7, 0},
                 {0, 1, 1},
                 {0, 2, 2},
                 {0, 3, 2},
                 {0, 4, 4},
                 {-8, 7, 4},
                 {0, 16, 8},
                 {0, 255, 8},
                 {0, 256, 16},
                 {0, 65535, 16},
                 {0, 65536, 32},
                 {0, UINT32_MAX, 32},
                 {-1, UINT32_MAX, 64},
                 {INT64_MIN, INT64_MAX, 64}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t values[] = {cases[i].most, cases[i].least, cases[i].most}, back[3];
        unsigned char bytes[32];
        struct shy_packing p = shy_packing_of(values, NULL, 3);
        assert_int_equal(p.bits, cases[i].bits);
        shy_pack_values(p, values, NULL, 3, bytes);
        assert_true(shy_unpack_values(p, bytes, 3, back));
        assert_memory_equal(values, back, sizeof values);
    }
    struct shy_packing odd = {0, 3};
    int64_t value;
    assert_false(shy_unpack_values(odd, (const unsigned char *)"", 1, &value));
}

static void test_chunk_texts_bounds(void **state)
{
    const uint32_t good[] = {0, 2, 3}, bad[] = {0, 9, 3};
    unsigned char bytes[32];
    const char *text;
    size_t length;
    (void)state;
    memcpy(bytes, good, sizeof good);
    memcpy(bytes + sizeof good, "abc", 3);
    assert_true(shy_texts_at(bytes, 15, 2, 0, &text, &length));
    assert_int_equal(length, 2);
    assert_memory_equal(text, "ab", 2);
    assert_false(shy_texts_at(bytes, 14, 2, 1, &text, &length));
    assert_false(shy_texts_at(bytes, 15, 2, 2, &text, &length));
    assert_false(shy_texts_at(bytes, 7, 2, 0, &text, &length));
    memcpy(bytes, bad, sizeof bad);
    assert_false(shy_texts_at(bytes, 15, 2, 0, &text, &length));
    assert_false(shy_texts_at(bytes, 15, 2, 1, &text, &length));
}

static void test_contract_json_round_trip(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_catalogue *cat = shy_catalogue_new();
    struct shy_arena arena = {0};
    const struct shy_contract *back;
    const char *const bad[] = {"", "{}", "[1,", "{\"id\":\"x\",\"columns\":[{\"name\":\"a\"}]}"};
    bool no_memory;
    (void)state;
    for (size_t i = 0; i < shy_catalogue_count(cat); i++) {
        char *first, *second;
        OK(shy_contract_write_json(shy_catalogue_at(cat, i), &first, &err));
        assert_true(shy_contract_read_json(first, &arena, &back, &no_memory));
        OK(shy_contract_write_json(back, &second, &err));
        assert_string_equal(first, second);
        shy_free(first);
        shy_free(second);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(shy_contract_read_json(bad[i], &arena, &back, &no_memory));
        assert_false(no_memory);
    }
    shy_arena_free(&arena);
    shy_catalogue_free(cat);
}

/* Rows ----------------------------------------------------------------------------------- */

static void test_store_round_trip(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    (void)state;
    OK(test_import(store, "a", "1", 0, 1000, 300, &err));
    test_expect_rows(store, 0, 1000);
    shy_store_close(store);
    store = open_store(path, SHY_STORE_READ);
    test_expect_rows(store, 0, 1000);
    const char *const names[] = {"number", "code"};
    struct shy_table *part;
    OK(shy_store_read(store, &test_contract, names, 2, &part, &err));
    assert_int_equal(part->column_count, 2);
    assert_int_equal(part->rows, 1000);
    assert_string_equal(shy_table_text(part, 2, 0), "15838"); /* 2 * 7919 */
    assert_int_equal(part->columns[1].data[4], 4 * 4 - 50);
    assert_int_equal(part->columns[1].state[3], SHIHYO_STATE_MASKED);
    shy_table_free(part);
    shy_store_close(store);
}

static void test_store_many_segments(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    (void)state;
    OK(test_import(store, "a", "1", 0, 150000, 4096, &err));
    test_expect_rows(store, 0, 150000);
    sqlite3_stmt *s;
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT group_concat(rows) FROM segments", -1, &s, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(s), SQLITE_ROW);
    assert_string_equal(sqlite3_column_text(s, 0), "65536,65536,18928");
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    shy_store_close(store);
}

static void test_store_columns_of_a_part(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    const char *const names[] = {"code", "number"};
    struct shy_table *two, *all = test_rows(0, 3), *there;
    struct shy_delivery d = test_delivery("a", "1");
    size_t row;
    (void)state;
    OK(shy_table_new(&test_contract, names, 2, &two, &err));
    OK(shy_table_add_row(two, &row, &err));
    OK(shy_table_set_text(two, row, 0, "x", 1, &err));
    shy_table_set_int(two, row, 1, 9);
    OK(shy_store_begin(store, &d, true, &err));
    OK(shy_store_append(store, two, &err));
    OK(shy_store_append(store, all, &err));
    OK(shy_store_append(store, two, &err));
    OK(shy_store_commit(store, NULL, &err));
    OK(shy_store_read(store, &test_contract, NULL, 0, &there, &err));
    assert_int_equal(there->rows, 5);
    assert_string_equal(shy_table_text(there, 0, 0), "x");
    assert_int_equal(there->columns[5].data[0], 9);
    for (int c = 0; c < 7; c++) {
        if (c != 0 && c != 5)
            assert_int_equal(there->columns[c].state[0], SHIHYO_STATE_MISSING);
    }
    assert_true(test_same(all, 1, there, 2));
    assert_string_equal(shy_table_text(there, 4, 0), "x");
    shy_table_free(there);
    shy_table_free(two);
    shy_table_free(all);
    shy_store_close(store);
}

/* Everything in the file but the time of receipt, as text. */
static char *content_of(const char *name)
{
    static const char *const sql =
        "SELECT hash || rows || options FROM deliveries "
        "UNION ALL SELECT contract || definition || rows FROM contracts "
        "UNION ALL SELECT contract || month || rows FROM months "
        "UNION ALL SELECT contract || sequence || rows || columns || checksum FROM segments "
        "UNION ALL SELECT name || entries FROM dictionaries "
        "UNION ALL SELECT first || entries || checksum || hex(data) FROM dictionary_parts "
        "UNION ALL SELECT name || first_row || bits || base || checksum || hex(data) FROM chunks";
    struct shy_text text = {0};
    sqlite3 *db;
    sqlite3_stmt *s;
    assert_int_equal(sqlite3_open(name, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
    while (sqlite3_step(s) == SQLITE_ROW)
        shy_text_adds(&text, (const char *)sqlite3_column_text(s, 0));
    (void)sqlite3_finalize(s);
    (void)sqlite3_close(db);
    assert_true(text.length > 1000);
    return text.text;
}

static void test_store_same_bytes(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *a = open_store(path, SHY_STORE_WRITE);
    struct shy_store *b = open_store(other_path, SHY_STORE_WRITE);
    (void)state;
    OK(test_import(a, "a", "1", 0, 70000, 1000, &err));
    OK(test_import(b, "a", "1", 0, 70000, 33333, &err));
    shy_store_close(a);
    shy_store_close(b);
    char *x = content_of(path), *y = content_of(other_path);
    assert_string_equal(x, y);
    shy_free(x);
    shy_free(y);
}

/* Deliveries ----------------------------------------------------------------------------- */

static void test_store_deliveries(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    const struct shy_delivery *list;
    const char *provenance;
    size_t count;
    (void)state;
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    OK(test_import(store, "b", "2", 10, 10, 10, &err));
    test_expect_rows(store, 0, 20);
    /* A replacement keeps its place, so that the rows' order is that of a fresh import. */
    OK(test_import(store, "a", "3", 5, 5, 10, &err));
    OK(shy_store_deliveries(store, &list, &count, &err));
    assert_int_equal(count, 2);
    assert_string_equal(list[0].source, "a");
    assert_int_equal(list[0].rows, 5);
    assert_string_equal(list[0].received, "2024-04-01T09:00:00Z");
    assert_int_equal(list[0].file_count, 1);
    assert_string_equal(list[0].files[0].path, "data/表.csv");
    assert_string_equal(list[0].files[0].note, "sheet 1");
    assert_int_equal(list[0].files[0].size, 12);
    assert_string_equal(list[1].source, "b");
    assert_int_equal(strlen(list[1].hash), 64);
    char wanted[300];
    (void)snprintf(wanted, sizeof wanted, "a:%s,b:%s", list[0].hash, list[1].hash);
    test_expect_rows(store, 5, 15);
    OK(shy_store_provenance(store, "facts.test", &provenance, &err));
    assert_string_equal(provenance, wanted);
    OK(shy_store_provenance(store, "beds", &provenance, &err));
    assert_string_equal(provenance, "");
    OK(shy_store_remove(store, "a", &err));
    OK(shy_store_remove(store, "nobody", &err));
    test_expect_rows(store, 10, 10);
    OK(shy_store_remove(store, "b", &err));
    struct shy_table *none;
    OK(shy_store_read(store, &test_contract, NULL, 0, &none, &err));
    assert_null(none);
    shy_store_close(store);
}

static void test_store_known_delivery(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    struct shy_delivery again = test_delivery("a", "1");
    (void)state;
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    assert_int_equal(shy_store_begin(store, &again, false, &err), SHY_E_DELIVERY_KNOWN);
    assert_non_null(strstr(err.message, "'a'"));
    assert_int_equal(test_import(store, "b", "1", 0, 10, 10, &err), SHY_E_DELIVERY_KNOWN);
    /* In its own place it may be imported again. */
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    test_expect_rows(store, 0, 10);
    shy_store_close(store);
}

static void test_store_months(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    int32_t *months;
    size_t count;
    (void)state;
    OK(test_import(store, "a", "1", 0, 2, 10, &err));
    OK(test_import(store, "b", "2", 1, 2, 10, &err));
    OK(shy_store_months(store, "facts.test", &months, &count, &err));
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(months[i], 24240 + i);
    shy_free(months);
    OK(shy_store_months(store, "beds", &months, &count, &err));
    assert_int_equal(count, 0);
    shy_free(months);
    shy_store_close(store);
}

static void test_store_declared_contracts(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    struct shy_catalogue *cat = shy_catalogue_new();
    struct shy_contract other = test_contract;
    struct shy_delivery d = test_delivery("b", "2");
    struct shy_table *rows;
    (void)state;
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    OK(shy_store_load_catalogue(store, cat, &err));
    const struct shy_contract *found = shy_catalogue_find(cat, "facts.test");
    assert_non_null(found);
    assert_int_equal(found->column_count, 7);
    assert_int_equal(found->columns[6].type, SHY_DECIMAL_T);
    assert_int_equal(found->columns[6].scale, 2);
    assert_string_equal(found->columns[5].unit, "人");
    assert_int_equal(found->columns[3].role, SHY_ROLE_MONTH);
    /* The same id with other columns from another source is refused; nothing changes. */
    other.column_count = 3;
    OK(shy_table_new(&other, NULL, 0, &rows, &err));
    OK(shy_store_begin(store, &d, true, &err));
    assert_int_equal(shy_store_append(store, rows, &err), SHY_E_ID_TWICE);
    assert_int_equal(shy_store_commit(store, NULL, &err), SHY_E_INTERNAL);
    /* The source itself may change its mind. */
    d = test_delivery("a", "2");
    OK(shy_store_begin(store, &d, true, &err));
    OK(shy_store_append(store, rows, &err));
    OK(shy_store_commit(store, NULL, &err));
    shy_table_free(rows);
    shy_catalogue_free(cat);
    cat = shy_catalogue_new();
    OK(shy_store_load_catalogue(store, cat, &err));
    assert_int_equal(shy_catalogue_find(cat, "facts.test")->column_count, 3);
    shy_catalogue_free(cat);
    shy_store_close(store);
}

static void test_store_changed_contract(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    struct shy_column columns[7];
    struct shy_contract changed = test_contract;
    struct shy_table *there;
    const char *const names[] = {"code"};
    (void)state;
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    memcpy(columns, test_columns, sizeof columns);
    columns[6].scale = 4;
    changed.columns = columns;
    assert_int_equal(shy_store_read(store, &changed, NULL, 0, &there, &err), SHY_E_STORE_CONTRACT);
    assert_null(there);
    OK(shy_store_read(store, &changed, names, 1, &there, &err));
    shy_table_free(there);
    shy_store_close(store);
}

static void test_store_rolls_back(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    struct shy_delivery d = test_delivery("a", "2");
    struct shy_table *rows = test_rows(0, 5);
    (void)state;
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    OK(shy_store_begin(store, &d, true, &err));
    OK(shy_store_append(store, rows, &err));
    shy_store_rollback(store);
    test_expect_rows(store, 0, 10);
    OK(shy_store_begin(store, &d, true, &err));
    OK(shy_store_append(store, rows, &err));
    shy_store_close(store);
    store = open_store(path, SHY_STORE_READ);
    test_expect_rows(store, 0, 10);
    shy_store_close(store);
    shy_table_free(rows);
}

/* Files that are not as they should be ----------------------------------------------------- */

static int open_code(enum shy_store_mode mode)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    int code = shy_store_open(path, mode, &store, &err);
    if (code != 0)
        assert_string_equal(err.file, path);
    shy_store_close(store);
    return code;
}

static void test_store_open_refuses(void **state)
{
    (void)state;
    assert_int_equal(open_code(SHY_STORE_READ), SHY_E_STORE_OPEN);
    assert_int_not_equal(access(path, F_OK), 0);
    write_text(path, "");
    assert_int_equal(open_code(SHY_STORE_READ), SHY_E_STORE_OPEN);
    write_text(path, "コード,名称\n1,2\n");
    assert_int_equal(open_code(SHY_STORE_READ), SHY_E_STORE_FOREIGN);
    assert_int_equal(open_code(SHY_STORE_WRITE), SHY_E_STORE_FOREIGN);
    test_remove(path);
    tamper("CREATE TABLE notes (x)");
    assert_int_equal(open_code(SHY_STORE_READ), SHY_E_STORE_FOREIGN);
    assert_int_equal(open_code(SHY_STORE_WRITE), SHY_E_STORE_FOREIGN);
}

/* A file of format 1 had no tables for rows of persons; what it has stays. */
static void test_store_open_older(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(test_import(store, "a", "1", 0, 100, 100, &err));
    shy_store_close(store);
    tamper("DROP TABLE bundles; DROP TABLE register; DROP TABLE partitions;"
           "DROP TABLE link_rates; DROP TABLE file_stamps; PRAGMA user_version = 1");
    OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
    test_expect_rows(store, 0, 100);
    shy_store_close(store);
    assert_int_equal(open_code(SHY_STORE_WRITE), 0);
}

/* A file counts as the one it was only where everything about it is as it was, and what is written
 * of it is sound. */
static void test_store_stamps(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    struct shy_delivery d = test_delivery("a", "1");
    struct shy_file_stamp stamp = {.path = "/data/a.csv", .stamp = {10, 20, 30, 40}};
    char hash[SHY_HASH_TEXT];
    int64_t id;
    (void)state;
    shy_hash_bytes("a", 1, stamp.hash);
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(shy_store_begin(store, &d, true, &err));
    OK(shy_store_note_stamp(store, &stamp, &err));
    OK(shy_store_commit(store, &id, &err));
    OK(shy_store_find_stamp(store, stamp.path, &stamp.stamp, hash, &err));
    assert_string_equal(hash, stamp.hash);
    OK(shy_store_find_stamp(store, "/data/b.csv", &stamp.stamp, hash, &err));
    assert_string_equal(hash, "");
    for (int i = 0; i < 4; i++) {
        struct shy_os_stamp other = stamp.stamp;
        int64_t *numbers[] = {&other.size, &other.modified, &other.changed, &other.inode};
        ++*numbers[i];
        OK(shy_store_find_stamp(store, stamp.path, &other, hash, &err));
        assert_string_equal(hash, "");
    }
    shy_store_close(store);
    tamper("UPDATE file_stamps SET hash = substr(hash, 2) || '0'");
    OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
    OK(shy_store_find_stamp(store, stamp.path, &stamp.stamp, hash, &err));
    assert_string_equal(hash, "");
    shy_store_close(store);
}

static void test_store_open_versions(void **state)
{
    (void)state;
    assert_int_equal(open_code(SHY_STORE_WRITE), 0);
    tamper("PRAGMA user_version = 4");
    assert_int_equal(open_code(SHY_STORE_READ), SHY_E_STORE_VERSION);
    assert_int_equal(open_code(SHY_STORE_WRITE), SHY_E_STORE_VERSION);
    tamper("PRAGMA user_version = 0");
    assert_int_equal(open_code(SHY_STORE_READ), SHY_E_STORE_DAMAGED);
    tamper("PRAGMA user_version = 3");
    assert_int_equal(open_code(SHY_STORE_READ), 0);
    tamper("CREATE TRIGGER t AFTER INSERT ON chunks BEGIN DELETE FROM chunks; END");
    assert_int_equal(open_code(SHY_STORE_WRITE), SHY_E_STORE_DAMAGED);
    tamper("DROP TRIGGER t; DROP INDEX chunks_place");
    assert_int_equal(open_code(SHY_STORE_WRITE), SHY_E_STORE_DAMAGED);
}

static void test_store_busy(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *one = open_store(path, SHY_STORE_WRITE);
    struct shy_store *two = open_store(path, SHY_STORE_WRITE);
    struct shy_delivery d = test_delivery("a", "1");
    (void)state;
    shy_store_wait(two, 20);
    OK(shy_store_begin(one, &d, true, &err));
    assert_int_equal(test_import(two, "b", "2", 0, 10, 10, &err), SHY_E_STORE_BUSY);
    assert_non_null(strstr(err.hint, "try again"));
    /* The other process goes on undisturbed, and afterwards the second gets its turn. */
    struct shy_table *rows = test_rows(0, 10);
    OK(shy_store_append(one, rows, &err));
    OK(shy_store_commit(one, NULL, &err));
    shy_table_free(rows);
    OK(test_import(two, "b", "2", 10, 10, 10, &err));
    test_expect_rows(one, 0, 20);
    shy_store_close(one);
    shy_store_close(two);
}

/* One statement that damages the file, and what must be named. */
static void expect_damage(const char *sql, const char *column, size_t findings)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_table *there;
    test_remove(path);
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    OK(test_import(store, "a", "1", 0, 100, 100, &err));
    shy_store_close(store);
    tamper(sql);
    store = open_store(path, SHY_STORE_READ);
    int code = shy_store_read(store, &test_contract, NULL, 0, &there, &err);
    if (code != SHY_E_STORE_DAMAGED)
        fail_msg("%s: code %d", sql, code);
    assert_null(there);
    assert_non_null(strstr(err.message, "'a'"));
    if (column != NULL) {
        assert_string_equal(err.column_name, column);
        assert_non_null(strstr(err.message, "facts.test"));
    }
    OK(shy_store_verify(store, &problems, &err));
    if (problems.errors != findings)
        fail_msg("%s: %zu findings", sql, problems.errors);
    shy_problems_free(&problems);
    shy_store_close(store);
}

static void test_store_damage(void **state)
{
    (void)state;
    expect_damage("UPDATE chunks SET data = zeroblob(length(data)) WHERE name = 'amount'", "amount",
                  1);
    expect_damage("UPDATE chunks SET data = substr(data, 2)", "code", 7);
    expect_damage("UPDATE chunks SET base = base + 1 WHERE name = 'number'", "number", 1);
    expect_damage("UPDATE chunks SET states = 0 WHERE name = 'flag'", "flag", 1);
    expect_damage("DELETE FROM chunks WHERE name = 'month'", "month", 1);
    expect_damage("UPDATE chunks SET dictionary = dictionary + 1 WHERE name = 'code'", "code", 1);
    expect_damage("UPDATE chunks SET dictionary = NULL WHERE name = 'code'", "code", 1);
    expect_damage("UPDATE dictionary_parts SET data = zeroblob(length(data))", "code", 3);
    expect_damage("UPDATE dictionaries SET entries = entries - 1 WHERE name = 'name'", "name", 1);
    expect_damage("DELETE FROM dictionary_parts WHERE dictionary ="
                  " (SELECT dictionary FROM dictionaries WHERE name = 'period')",
                  "period", 1);
    expect_damage("UPDATE segments SET rows = rows - 1", NULL, 2);
    expect_damage("UPDATE segments SET columns = 'code'", NULL, 2);
    /* Without its segment every chunk and dictionary breaks a foreign key: 7 + 3. */
    expect_damage("DELETE FROM segments", NULL, 11);
    expect_damage("UPDATE deliveries SET received = 'never'", NULL, 1);
    expect_damage("UPDATE contracts SET rows = 99", NULL, 1);
    expect_damage("UPDATE delivery_files SET size = 0", NULL, 1);
    expect_damage("UPDATE contracts SET definition = '{}'", NULL, 1);
}

static void test_store_verify_sound(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_store *store = open_store(path, SHY_STORE_WRITE);
    (void)state;
    OK(test_import(store, "a", "1", 0, 70000, 5000, &err));
    OK(test_import(store, "b", "2", 0, 10, 10, &err));
    OK(shy_store_verify(store, &problems, &err));
    assert_int_equal(problems.count, 0);
    shy_problems_free(&problems);
    shy_store_close(store);
}

static void test_store_out_of_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store = open_store(path, SHY_STORE_WRITE), *reader;
    struct shy_delivery d = test_delivery("b", "2");
    struct shy_table *rows = test_rows(10, 10), *there;
    const struct shy_delivery *list;
    size_t count, failures = 0;
    (void)state;
    OK(test_import(store, "a", "1", 0, 10, 10, &err));
    int code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        assert_true(n < 2000);
        shy_mem_fail_after(n);
        code = shy_store_begin(store, &d, true, &err);
        if (code == 0)
            code = shy_store_append(store, rows, &err);
        if (code == 0)
            code = shy_store_commit(store, NULL, &err);
        shy_mem_fail_after(0);
        failures += code != 0;
        if (code != 0 && code != SHY_E_NOMEM)
            fail_msg("allocation %d: %d", (int)n, code);
        shy_store_rollback(store);
        test_expect_rows(store, 0, code == 0 ? 20 : 10);
    }
    assert_true(failures > 20);
    code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        shy_mem_fail_after(n);
        there = NULL;
        code = shy_store_open(path, SHY_STORE_READ, &reader, &err);
        if (code == 0)
            code = shy_store_read(reader, &test_contract, NULL, 0, &there, &err);
        if (code == 0)
            code = shy_store_deliveries(reader, &list, &count, &err);
        shy_mem_fail_after(0);
        if (code != 0 && code != SHY_E_NOMEM)
            fail_msg("allocation %d: %d", (int)n, code);
        shy_table_free(there);
        shy_store_close(reader);
    }
    shy_table_free(rows);
    shy_store_close(store);
}

/* Versions ------------------------------------------------------------------------------- */

static const char *const step_list[] = {
    "CREATE TABLE a (x INTEGER) STRICT;",
    "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7; CREATE INDEX a_y ON a (y);",
    "CREATE TABLE b (z TEXT) STRICT; INSERT INTO b SELECT 'row ' || x FROM a;",
};
static const char *const broken_steps[] = {
    "CREATE TABLE a (x INTEGER) STRICT;",
    "CREATE TABLE c (z INTEGER) STRICT; INSERT INTO c VALUES ('not a number');",
};

static void test_database_steps(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_database_format old = {"test", 1234, 1, step_list, 4096, true, false};
    struct shy_database_format new = {"test", 1234, 3, step_list, 4096, true, false};
    struct shy_database_format broken = {"test", 1234, 2, broken_steps, 4096, true, false};
    struct shy_database db;
    int64_t number;
    (void)state;
    OK(shy_database_open(path, &old, SHY_DATABASE_CREATE, &db, &err));
    OK(shy_database_exec(&db, "INSERT INTO a VALUES (5), (6)", &err));
    shy_database_close(&db);
    /* A step that fails leaves the old version. */
    assert_int_equal(shy_database_open(path, &broken, SHY_DATABASE_EXISTING, &db, &err),
                     SHY_E_STORE_DAMAGED);
    shy_database_close(&db);
    OK(shy_database_open(path, &old, SHY_DATABASE_EXISTING, &db, &err));
    OK(shy_database_number(&db, "SELECT count(*) FROM sqlite_schema", &number, &err));
    assert_int_equal(number, 1);
    shy_database_close(&db);
    /* Reading, too, brings the file to the present version; old rows are kept. */
    OK(shy_database_open(path, &new, SHY_DATABASE_READ, &db, &err));
    OK(shy_database_number(&db, "SELECT sum(x * y) FROM a", &number, &err));
    assert_int_equal(number, 77);
    OK(shy_database_number(&db, "SELECT count(*) FROM b WHERE z IN ('row 5', 'row 6')", &number,
                           &err));
    assert_int_equal(number, 2);
    OK(shy_database_number(&db, "PRAGMA user_version", &number, &err));
    assert_int_equal(number, 3);
    assert_int_not_equal(shy_database_exec(&db, "DELETE FROM a", &err), 0);
    shy_database_close(&db);
    assert_int_equal(shy_database_open(path, &old, SHY_DATABASE_EXISTING, &db, &err),
                     SHY_E_STORE_VERSION);
    shy_database_close(&db);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chunk_bytes),
        cmocka_unit_test(test_chunk_widths),
        cmocka_unit_test(test_chunk_texts_bounds),
        cmocka_unit_test(test_contract_json_round_trip),
        cmocka_unit_test_setup_teardown(test_store_round_trip, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_many_segments, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_columns_of_a_part, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_same_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_deliveries, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_known_delivery, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_months, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_declared_contracts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_changed_contract, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_rolls_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_open_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_open_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_open_older, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_busy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_damage, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_stamps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_verify_sound, setup, teardown),
        cmocka_unit_test_setup_teardown(test_store_out_of_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_database_steps, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
