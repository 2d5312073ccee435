/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/result/values_hash.h"

static struct shy_value_row row_of(const char *indicator, const char *name)
{
    return (struct shy_value_row){.indicator = indicator,
                                  .name = name,
                                  .area_set = "prefecture",
                                  .area_code = "24",
                                  .area_name = "三重県",
                                  .period = "FY2022",
                                  .measure = "count",
                                  .dimensions = "",
                                  .exact = true,
                                  .numerator = {5, 1},
                                  .denominator = {2, 1},
                                  .factor = 1000,
                                  .value = 2500,
                                  .state = SHIHYO_STATE_OK,
                                  .unit = "人",
                                  .reason = "",
                                  .source = "ndb",
                                  .basis = "institution",
                                  .notes = "mixed_basis",
                                  .persons = -1,
                                  .institutions = 3,
                                  .definition_hash = "00ff"};
}

static void hash_of(const struct shy_value_row *rows, size_t count, char out[SHY_HASH_TEXT])
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_values_hash h = {0};
    for (size_t i = 0; i < count; i++)
        assert_int_equal(shy_values_hash_add(&h, &rows[i], &err), 0);
    assert_int_equal(shy_values_hash_end(&h, out, &err), 0);
    assert_int_equal(h.count, count);
    shy_values_hash_free(&h);
}

/* The bytes put together as docs/results.md says, by Python's struct and hashlib.blake2b with 32
 * bytes; the numbers of the three blocks by the same program. */
static void test_values_hash_known(void **state)
{
    struct shy_value_row rows[2] = {row_of("a.b", "甲"), row_of("a.b", "乙")};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_values_hash h = {0};
    char hash[SHY_HASH_TEXT];
    (void)state;
    hash_of(NULL, 0, hash);
    assert_string_equal(hash, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    hash_of(rows, 2, hash);
    assert_string_equal(hash, "9078b8b462b1e5f9b7f6da844b022bc85ef1db6b690997d9da5989437285921d");
    for (int64_t i = 0; i < 2000; i++) {
        rows[0].numerator.num = i;
        assert_int_equal(shy_values_hash_add(&h, &rows[0], &err), 0);
    }
    assert_int_equal(shy_values_hash_end(&h, hash, &err), 0);
    assert_string_equal(hash, "c4de5b8aecbd43242a5e03e0ddcd91c90b4246a2b0f6a7f45d4bb2de7df87cbb");
    shy_values_hash_free(&h);
}

/* Rows whose texts joined would be the same. */
static void test_values_hash_boundaries(void **state)
{
    const struct shy_value_row rows[] = {row_of("ab", "c"), row_of("a", "bc"), row_of("a\tb", "c"),
                                         row_of("a", "b\tc"), row_of("abc", "")};
    char hashes[5][SHY_HASH_TEXT];
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        hash_of(&rows[i], 1, hashes[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(hashes[i], hashes[k]);
    }
}

/* A text that changes and comes back is not one that stayed. */
static void test_values_hash_order(void **state)
{
    const struct shy_value_row a = row_of("a", "x"), b = row_of("b", "x");
    const struct shy_value_row stays[] = {a, a, b}, returns[] = {a, b, a}, ends[] = {b, a, a};
    char hashes[3][SHY_HASH_TEXT];
    (void)state;
    hash_of(stays, 3, hashes[0]);
    hash_of(returns, 3, hashes[1]);
    hash_of(ends, 3, hashes[2]);
    assert_string_not_equal(hashes[0], hashes[1]);
    assert_string_not_equal(hashes[0], hashes[2]);
    assert_string_not_equal(hashes[1], hashes[2]);
}

/* Every number counts. */
static void test_values_hash_numbers(void **state)
{
    struct shy_value_row rows[9];
    char hashes[9][SHY_HASH_TEXT];
    (void)state;
    for (size_t i = 0; i < 9; i++)
        rows[i] = row_of("a", "x");
    rows[1].numerator.num++;
    rows[2].numerator.den++;
    rows[3].denominator.num++;
    rows[4].factor++;
    rows[5].value += 1e-9;
    rows[6].persons++;
    rows[7].institutions++;
    rows[8].exact = false;
    for (size_t i = 0; i < 9; i++) {
        hash_of(&rows[i], 1, hashes[i]);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(hashes[i], hashes[k]);
    }
}

/* Every allocation in turn fails: an error, and nothing is lost. */
static void test_values_hash_nomem(void **state)
{
    const struct shy_value_row row = row_of("a", "x");
    struct shihyo_error err = SHY_ERROR_INIT;
    char hash[SHY_HASH_TEXT];
    int code = SHY_E_NOMEM;
    (void)state;
    for (uint64_t n = 1; code != 0; n++) {
        struct shy_values_hash h = {0};
        shy_mem_fail_after(n);
        code = shy_values_hash_add(&h, &row, &err);
        if (code == 0)
            code = shy_values_hash_end(&h, hash, &err);
        shy_mem_fail_after(0);
        shy_values_hash_free(&h);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        assert_true(n > 10 || code == SHY_E_NOMEM);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_hash_known), cmocka_unit_test(test_values_hash_boundaries),
        cmocka_unit_test(test_values_hash_order), cmocka_unit_test(test_values_hash_numbers),
        cmocka_unit_test(test_values_hash_nomem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
