/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/mem.h"

static struct shy_map map;

static int setup(void **state)
{
    (void)state;
    map = (struct shy_map){0};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_map_free(&map);
    return 0;
}

static void test_map_empty(void **state)
{
    (void)state;
    assert_int_equal(shy_map_finds(&map, "a"), SHY_MAP_NONE);
    assert_int_equal(shy_map_find(&map, NULL, 0), SHY_MAP_NONE);
}

static void test_map_first_insertion_order(void **state)
{
    (void)state;
    assert_int_equal(shy_map_adds(&map, "岐阜県"), 0);
    assert_int_equal(shy_map_adds(&map, "静岡県"), 1);
    assert_int_equal(shy_map_adds(&map, "岐阜県"), 0);
    assert_int_equal(shy_map_adds(&map, ""), 2);
    assert_int_equal(map.count, 3);
    assert_string_equal(map.keys[1], "静岡県");
    assert_int_equal(map.lengths[1], strlen("静岡県"));
    assert_int_equal(shy_map_find(&map, NULL, 0), 2);
}

/* Keys are bytes: a NUL inside counts, and so does what follows it. */
static void test_map_binary_keys(void **state)
{
    (void)state;
    assert_int_equal(shy_map_add(&map, "a\0b", 3), 0);
    assert_int_equal(shy_map_add(&map, "a\0c", 3), 1);
    assert_int_equal(shy_map_add(&map, "a", 1), 2);
    assert_int_equal(shy_map_find(&map, "a\0b", 3), 0);
    assert_int_equal(shy_map_find(&map, "a\0b", 2), SHY_MAP_NONE);
    assert_int_equal(map.keys[0][3], '\0');
}

static void test_map_many(void **state)
{
    enum { MANY = 50000 };
    char key[32];
    (void)state;
    for (uint32_t i = 0; i < MANY; i++) {
        int length = snprintf(key, sizeof key, "%u", i * 7919u);
        assert_int_equal(shy_map_add(&map, key, (size_t)length), i);
    }
    assert_int_equal(map.count, MANY);
    for (uint32_t i = 0; i < MANY; i++) {
        (void)snprintf(key, sizeof key, "%u", i * 7919u);
        assert_int_equal(shy_map_finds(&map, key), i);
        assert_string_equal(map.keys[i], key);
    }
    assert_int_equal(shy_map_finds(&map, "1"), SHY_MAP_NONE);
}

/* Wherever memory runs out, the map stays what it was and goes on once there is some. */
static void test_map_out_of_memory(void **state)
{
    char key[32];
    uint64_t failures = 0;
    (void)state;
    for (uint32_t i = 0; i < 200; i++) {
        (void)snprintf(key, sizeof key, "key %u", i);
        for (uint64_t n = 1;; n++) {
            shy_mem_fail_after(n);
            uint32_t number = shy_map_adds(&map, key);
            shy_mem_fail_after(0);
            if (number == i)
                break;
            assert_int_equal(number, SHY_MAP_NONE);
            assert_int_equal(map.count, i);
            assert_int_equal(shy_map_finds(&map, key), SHY_MAP_NONE);
            failures++;
        }
    }
    assert_true(failures >= 20); /* slots, keys, lengths and texts double a few times each */
    for (uint32_t i = 0; i < 200; i++) {
        (void)snprintf(key, sizeof key, "key %u", i);
        assert_int_equal(shy_map_finds(&map, key), i);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_map_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_first_insertion_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_binary_keys, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_many, setup, teardown),
        cmocka_unit_test_setup_teardown(test_map_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
