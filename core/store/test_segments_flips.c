/* SPDX-License-Identifier: MIT */
/*
 * Rows of persons in a damaged file: whatever byte is changed, a reading either says that the file
 * is damaged or gives the rows as they were; never other rows, never an abort.
 */
#include "core/store/test_segments_help.h"

#include <fcntl.h>

#include "core/base/os/os.h"
#include "core/base/test_every.h"

enum { STEP = 23 };

static char path[256];
static const char *const looked_at[] = {"persons", "medical_claims", "medical_items",
                                        "care_claims"};
static struct shy_table *wanted[4];
static struct model model = {.seed = 77, .months = 1, .rows = 25};

static bool may_fail_with(int code)
{
    return code == SHY_E_STORE_DAMAGED || code == SHY_E_STORE_FOREIGN ||
           code == SHY_E_STORE_VERSION || code == SHY_E_STORE_OPEN;
}

static int read_tables(struct shy_store *store, struct shy_table *out[4], struct shihyo_error *err)
{
    for (size_t i = 0; i < 4; i++)
        SHY_TRY(shy_store_read(store, test_core(looked_at[i]), NULL, 0, &out[i], err));
    return 0;
}

static void compare_tables(struct shy_table *const there[4], size_t place)
{
    for (size_t i = 0; i < 4; i++) {
        if (there[i] == NULL || there[i]->rows != wanted[i]->rows)
            fail_msg("byte %zu: rows of %s are missing", place, looked_at[i]);
        for (size_t row = 0; row < wanted[i]->rows; row++) {
            if (!test_same(wanted[i], row, there[i], row))
                fail_msg("byte %zu: row %zu of %s was read wrong", place, row, looked_at[i]);
        }
    }
}

/* An engine's reading of the same rows: the values are compared where nothing was found. */
static int read_partitions(struct shihyo_error *err)
{
    struct shy_partitions all;
    struct shy_partition_reader reader;
    SHY_TRY(shy_store_open_partitions(path, NULL, 0, &all, err));
    int code = all.reader(all.self, &reader, err);
    for (uint32_t p = 0; p < all.count && code == 0; p++) {
        for (size_t i = 0; i < 4 && code == 0; i++) {
            const struct shy_contract *c = test_core(looked_at[i]);
            const int columns[] = {0, 1, 2, 3, 4, 5};
            struct shy_partition_request request = {.contract = c,
                                                    .columns = columns,
                                                    .column_count = 6,
                                                    .first_month = INT32_MIN,
                                                    .last_month = INT32_MAX};
            struct shy_stretches got;
            code = reader.read(reader.self, p, &request, &got, err);
        }
    }
    if (reader.self != NULL)
        reader.close(reader.self);
    shy_store_close_partitions(&all);
    return code;
}

/* 1 where something was found, else 0. */
static int look(size_t place)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_table *there[4] = {NULL};
    struct shy_store *store;
    int code = shy_store_open(path, SHY_STORE_READ, &store, &err);
    if (code == 0)
        code = read_tables(store, there, &err);
    if (code == 0)
        compare_tables(there, place);
    for (size_t i = 0; i < 4; i++)
        shy_table_free(there[i]);
    if (code == 0)
        code = shy_store_verify(store, &problems, &err);
    shy_store_close(store);
    int engine = read_partitions(&err);
    if ((code != 0 && !may_fail_with(code)) || (engine != 0 && !may_fail_with(engine)))
        fail_msg("byte %zu: SHY-%d, SHY-%d %s", place, code, engine, err.message);
    if (engine != 0 && code == 0 && problems.count == 0)
        fail_msg("byte %zu: only the engine saw the damage", place);
    if (code == 0 && engine == 0 && problems.count == 0)
        expect_partitions(&model, path);
    int found = code != 0 || problems.count > 0;
    shy_problems_free(&problems);
    return found;
}

static void change(size_t place, unsigned char byte)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)place), 1);
    assert_int_equal(close(fd), 0);
}

static void test_segments_flips(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    struct shy_mapping file;
    size_t used = 0, step = STEP * (size_t)test_every();
    int tried = 0, found = 0;
    (void)state;
    test_path(path, "segflips");
    test_remove(path);
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&model, store, "first", 0, &err));
    OK(read_tables(store, wanted, &err));
    shy_store_close(store);
    OK(shy_os_map(path, &file, &err));
    size_t size = file.size;
    unsigned char *bytes = shy_alloc(size, 1);
    memcpy(bytes, file.data, size);
    shy_os_unmap(&file);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == 0 || used++ % step != 0)
            continue;
        change(i, (unsigned char)(bytes[i] ^ 1u << used / step % 8));
        found += look(i);
        tried++;
        change(i, bytes[i]);
    }
    assert_int_equal(look(0), 0);
    print_message("%d of %zu bytes in use tried, %d found\n", tried, used, found);
    assert_true(tried > 300 / test_every());
    assert_true(found > tried * 9 / 10);
    for (size_t i = 0; i < 4; i++)
        shy_table_free(wanted[i]);
    shy_free(bytes);
    model_free(&model);
    test_remove(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_segments_flips),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
