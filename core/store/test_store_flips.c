/* SPDX-License-Identifier: MIT */
/*
 * One bit of the file is wrong: whatever is read without an error is what was written. Every
 * so many-th byte that is not zero is tried, over all pages.
 */
#include "core/store/test_help.h"

#include <fcntl.h>

#include "core/base/os/os.h"
#include "core/base/test_every.h"

enum { ROWS = 400, STEP = 5 };

static char path[256];

static void make_store(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(test_import(store, "a", "1", 0, ROWS, 100, &err));
    shy_store_close(store);
}

static bool may_fail_with(int code)
{
    return code == SHY_E_STORE_DAMAGED || code == SHY_E_STORE_FOREIGN ||
           code == SHY_E_STORE_VERSION || code == SHY_E_STORE_OPEN;
}

/* 1 where something was found, else 0. */
static int look(const struct shy_table *wanted, size_t place)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    struct shy_table *there = NULL;
    const struct shy_delivery *list = NULL;
    struct shy_problems problems = {0};
    size_t count = 0;
    int code = shy_store_open(path, SHY_STORE_READ, &store, &err);
    if (code == 0)
        code = shy_store_read(store, wanted->contract, NULL, 0, &there, &err);
    if (code == 0) {
        assert_non_null(there);
        assert_int_equal(there->rows, ROWS);
        for (size_t i = 0; i < ROWS; i++) {
            if (!test_same(wanted, i, there, i))
                fail_msg("byte %zu: row %zu was read wrong", place, i);
        }
        code = shy_store_deliveries(store, &list, &count, &err);
    }
    if (code == 0) {
        assert_int_equal(count, 1);
        assert_string_equal(list[0].source, "a");
        assert_int_equal(list[0].rows, ROWS);
        code = shy_store_verify(store, &problems, &err);
    }
    if (code != 0 && !may_fail_with(code))
        fail_msg("byte %zu: SHY-%d %s", place, code, err.message);
    int found = code != 0 || problems.count > 0;
    shy_problems_free(&problems);
    shy_table_free(there);
    shy_store_close(store);
    return found;
}

static void change(size_t place, unsigned char byte)
{
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, &byte, 1, (off_t)place), 1);
    assert_int_equal(close(fd), 0);
}

static void test_flips_are_found_or_harmless(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_mapping file;
    size_t used = 0, step = STEP * (size_t)test_every();
    int tried = 0, found = 0;
    (void)state;
    test_path(path, "flips");
    test_remove(path);
    make_store();
    OK(shy_os_map(path, &file, &err));
    size_t size = file.size;
    unsigned char *bytes = shy_alloc(size, 1);
    memcpy(bytes, file.data, size);
    shy_os_unmap(&file);
    struct shy_table *wanted = test_rows(0, ROWS);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == 0 || used++ % step != 0)
            continue;
        change(i, (unsigned char)(bytes[i] ^ 1u << used / step % 8));
        found += look(wanted, i);
        tried++;
        change(i, bytes[i]);
    }
    assert_int_equal(look(wanted, 0), 0);
    print_message("%d of %zu bytes in use tried, %d found\n", tried, used, found);
    assert_true(tried > 500 / test_every());
    /* Most bytes are rows, names and checksums; the others are of no consequence. */
    assert_true(found > tried / 2);
    shy_table_free(wanted);
    shy_free(bytes);
    test_remove(path);
}

static void test_flips_cut_off(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_mapping file;
    struct shy_table *wanted = test_rows(0, ROWS);
    (void)state;
    test_path(path, "cut");
    test_remove(path);
    make_store();
    OK(shy_os_map(path, &file, &err));
    size_t size = file.size;
    /* Zeros at the end are no loss: what is not there reads as zero. */
    while (size > 0 && file.data[size - 1] == 0)
        size--;
    shy_os_unmap(&file);
    for (size_t left = size - 1; left > 65536; left -= 65537) {
        assert_int_equal(truncate(path, (off_t)left), 0);
        if (look(wanted, left) == 0)
            fail_msg("cut at %zu was not seen", left);
    }
    shy_table_free(wanted);
    test_remove(path);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flips_are_found_or_harmless),
        cmocka_unit_test(test_flips_cut_off),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
