/* SPDX-License-Identifier: MIT */
/* Expected values: arithmetic by hand, and where marked, Python 3.11 (fractions.Fraction, float's
 * repr and hex, which round correctly). */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/number.h"

static struct shy_fraction make(int64_t num, int64_t den)
{
    struct shy_fraction f = {0, 1};
    assert_true(shy_fraction_make(num, den, &f));
    return f;
}

static void assert_fraction(struct shy_fraction f, int64_t num, int64_t den)
{
    assert_int_equal(f.num, num);
    assert_int_equal(f.den, den);
}

static void test_number_lowest_terms(void **state)
{
    (void)state;
    assert_fraction(make(6, 8), 3, 4);
    assert_fraction(make(6, -8), -3, 4);
    assert_fraction(make(0, -7), 0, 1);
    assert_fraction(make(INT64_MIN, 2), INT64_MIN / 2, 1);
    assert_fraction(make(INT64_MIN, INT64_MIN), 1, 1);
}

static void test_number_make_refuses(void **state)
{
    struct shy_fraction f = {5, 9};
    (void)state;
    assert_false(shy_fraction_make(1, 0, &f));
    assert_false(shy_fraction_make(INT64_MIN, -1, &f)); /* 2^63 does not fit */
    assert_false(shy_fraction_make(1, INT64_MIN, &f));
    assert_fraction(f, 5, 9); /* left alone */
}

static void test_number_arithmetic(void **state)
{
    struct shy_fraction f;
    (void)state;
    assert_true(shy_fraction_add(make(1, 6), make(1, 10), &f));
    assert_fraction(f, 4, 15);
    assert_true(shy_fraction_sub(make(1, 6), make(1, 10), &f));
    assert_fraction(f, 1, 15);
    assert_true(shy_fraction_mul(make(-2, 3), make(9, 4), &f));
    assert_fraction(f, -3, 2);
    assert_true(shy_fraction_div(make(-2, 3), make(-4, 9), &f));
    assert_fraction(f, 3, 2);
    assert_false(shy_fraction_div(make(1, 2), make(0, 1), &f));
}

/* What overflows on the way but fits at the end is exact. */
static void test_number_wide_intermediate(void **state)
{
    struct shy_fraction f;
    (void)state;
    assert_true(shy_fraction_mul(make(INT64_MAX, 2), make(2, INT64_MAX), &f));
    assert_fraction(f, 1, 1);
    assert_true(shy_fraction_add(make(INT64_MAX, 2), make(-INT64_MAX, 2), &f));
    assert_fraction(f, 0, 1);
    assert_true(shy_fraction_sub(make(INT64_MIN, INT64_MAX), make(INT64_MIN, INT64_MAX), &f));
    assert_fraction(f, 0, 1);
}

static void test_number_overflow(void **state)
{
    struct shy_fraction f = {7, 3};
    int64_t i = 42;
    (void)state;
    assert_false(shy_fraction_add(make(INT64_MAX, 1), make(1, 1), &f));
    assert_false(shy_fraction_mul(make(INT64_MAX, 1), make(2, 1), &f));
    assert_false(shy_fraction_add(make(1, INT64_MAX), make(1, INT64_MAX - 1), &f));
    assert_false(shy_add_i64(INT64_MAX, 1, &i));
    assert_false(shy_mul_i64(INT64_MIN, -1, &i));
    assert_fraction(f, 7, 3);
    assert_int_equal(i, 42);
    assert_true(shy_add_i64(INT64_MAX, INT64_MIN, &i));
    assert_int_equal(i, -1);
}

static void test_number_compare(void **state)
{
    (void)state;
    /* As doubles these two are equal. */
    assert_int_equal(
        shy_fraction_compare(make(INT64_MAX, INT64_MAX - 1), make(INT64_MAX - 1, INT64_MAX - 2)),
        -1);
    assert_int_equal(shy_fraction_compare(make(-1, 3), make(-1, 2)), 1);
    assert_int_equal(shy_fraction_compare(make(2, 4), make(1, 2)), 0);
}

static void test_number_double(void **state)
{
    static const struct {
        int64_t num, den;
        double value; /* Python: float(Fraction(num, den)).hex() */
    } cases[] = {
        {0, 1, 0.0},
        {2, 3, 0x1.5555555555555p-1},
        {9007199254740993, 1, 0x1p+53},
        {9007199254740995, 1, 0x1.0000000000002p+53},
        {18014398509481989, 2, 0x1.0000000000001p+53},
        {9007199254740993, 9007199254740991, 0x1.0000000000001p+0},
        {INT64_MAX, 3, 0x1.5555555555555p+61},
        {1, INT64_MAX, 0x1p-63},
        {INT64_MIN, INT64_MAX, -0x1p+0},
        {123456789012345678, 987654321098765431, 0x1.ffffffb1b9669p-4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = shy_fraction_double(make(cases[i].num, cases[i].den));
        assert_true(value == cases[i].value);
    }
}

static void test_number_fraction_format(void **state)
{
    static const struct {
        int64_t num, den;
        int decimals;
        bool group;
        const char *text;
    } cases[] = {
        {1, 2, 0, false, "1"},
        {-1, 2, 0, false, "-1"}, /* away from zero */
        {49, 100, 0, false, "0"},
        {-49, 100, 0, false, "0"}, /* no minus zero */
        {-1, 2000, 2, false, "0.00"},
        {5, 1000, 2, false, "0.01"},
        {1005, 1000, 2, false, "1.01"}, /* 1.005 as a double would round to 1.00 */
        {2, 3, 4, false, "0.6667"},
        {12345678, 10, 1, true, "1,234,567.8"},
        {-123456, 1, 0, true, "-123,456"},
        {999999, 1, 0, true, "999,999"},
        {9999995, 10, 0, true, "1,000,000"},
        {INT64_MIN, 1, 0, true, "-9,223,372,036,854,775,808"},
        {INT64_MIN, 1, 18, true, "-9,223,372,036,854,775,808.000000000000000000"},
        {1, 3, 18, false, "0.333333333333333333"},
    };
    char out[48];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shy_fraction_format(make(cases[i].num, cases[i].den), cases[i].decimals, cases[i].group,
                            out, sizeof out);
        assert_string_equal(out, cases[i].text);
    }
}

static void test_number_double_format(void **state)
{
    static const struct {
        double value;
        int decimals;
        bool group;
        const char *text;
    } cases[] = {
        {0.285, 2, false, "0.29"}, /* half up on the text 0.285, not on its binary value */
        {-2.5, 0, false, "-3"},
        {1e-30, 3, false, "0.000"},
        {-0.0, 1, false, "0.0"},
        {1234567.05, 1, true, "1,234,567.1"},
        {123456789012345678.0, 0, true, "123,456,789,012,345,680"},
        {1e300, 1, true, "1e+300"},
    };
    char out[48];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shy_double_format(cases[i].value, cases[i].decimals, cases[i].group, out, sizeof out);
        assert_string_equal(out, cases[i].text);
    }
    shy_double_format((double)NAN, 1, false, out, sizeof out);
    assert_string_equal(out, "nan");
}

static void test_number_shortest(void **state)
{
    static const struct {
        double value;
        const char *text; /* digits as Python's repr */
    } cases[] = {
        {0.0, "0"},
        {-0.0, "0"},
        {100.0, "100"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1.0 / 3.0, "0.3333333333333333"},
        {0.1 + 0.2, "0.30000000000000004"},
        {999999999999999.9, "999999999999999.9"},
        {1e15, "1e+15"},
        {1234567890123456.0, "1.234567890123456e+15"},
        {1e-7, "0.0000001"},
        {1e-15, "0.000000000000001"},
        {9.5e-16, "9.5e-16"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
    };
    char out[48];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        shy_double_shortest(cases[i].value, out, sizeof out);
        assert_string_equal(out, cases[i].text);
    }
}

/* Every finite bit pattern must come back; a fixed sequence of them stands for all. */
static void test_number_shortest_reads_back(void **state)
{
    uint64_t bits = 88172645463325252u;
    char out[48];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double value, back;
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        shy_double_shortest(value, out, sizeof out);
        back = strtod(out, NULL);
        assert_true(back == value);
        value = (double)(int64_t)(bits >> 12) / 1000.0; /* the sizes that indicators have */
        shy_double_shortest(value, out, sizeof out);
        back = strtod(out, NULL);
        assert_true(back == value);
    }
}

static void test_number_fraction_decimal(void **state)
{
    struct shy_fraction f;
    (void)state;
    assert_true(shy_fraction_decimal(-1250, 2, &f));
    assert_fraction(f, -25, 2);
    assert_true(shy_fraction_decimal(12, -3, &f));
    assert_fraction(f, 12000, 1);
    assert_true(shy_fraction_decimal(0, 40, &f));
    assert_fraction(f, 0, 1);
    assert_false(shy_fraction_decimal(1, 19, &f));
    assert_false(shy_fraction_decimal(10, -18, &f));
    assert_int_equal(shy_pow10(0), 1);
    assert_int_equal(shy_pow10(18), 1000000000000000000);
}

static void test_number_rescale(void **state)
{
    int64_t out = 0;
    bool rounded = true;
    (void)state;
    assert_true(shy_decimal_rescale(125, 1, 3, &out, &rounded));
    assert_int_equal(out, 12500);
    assert_false(rounded);
    assert_true(shy_decimal_rescale(125, 1, 0, &out, &rounded)); /* 12.5 */
    assert_int_equal(out, 13);
    assert_true(rounded);
    assert_true(shy_decimal_rescale(-125, 1, 0, &out, &rounded));
    assert_int_equal(out, -13);
    assert_true(shy_decimal_rescale(120, 1, 0, &out, &rounded));
    assert_int_equal(out, 12);
    assert_false(rounded);
    assert_true(shy_decimal_rescale(9000000000000000000, 19, 0, &out, &rounded)); /* 0.9 */
    assert_int_equal(out, 1);
    assert_true(rounded);
    assert_true(shy_decimal_rescale(1, 60, 0, &out, NULL));
    assert_int_equal(out, 0);
    assert_false(shy_decimal_rescale(INT64_MAX, 0, 1, &out, &rounded));
    assert_false(shy_decimal_rescale(1, 0, 19, &out, &rounded));
}

static void test_number_decimal_parse(void **state)
{
    static const struct {
        const char *text;
        int64_t mantissa;
        int scale;
    } good[] = {
        {"-12.50", -1250, 2},
        {"0", 0, 0},
        {"+7", 7, 0},
        {".5", 5, 1},
        {"000123", 123, 0},
        {"-9223372036854775808", INT64_MIN, 0},
        {"9.223372036854775807", INT64_MAX, 18},
    };
    static const char *const bad[] = {"",
                                      "-",
                                      ".",
                                      "5.",
                                      "1.2.3",
                                      "1,000",
                                      " 1",
                                      "1e5",
                                      "1 ",
                                      "１",
                                      "--1",
                                      "9223372036854775808",
                                      "0.0000000000000000001"};
    int64_t mantissa;
    int scale;
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(shy_decimal_parse(good[i].text, strlen(good[i].text), &mantissa, &scale));
        assert_int_equal(mantissa, good[i].mantissa);
        assert_int_equal(scale, good[i].scale);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(shy_decimal_parse(bad[i], strlen(bad[i]), &mantissa, &scale));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_number_lowest_terms),
        cmocka_unit_test(test_number_make_refuses),
        cmocka_unit_test(test_number_arithmetic),
        cmocka_unit_test(test_number_wide_intermediate),
        cmocka_unit_test(test_number_overflow),
        cmocka_unit_test(test_number_compare),
        cmocka_unit_test(test_number_double),
        cmocka_unit_test(test_number_fraction_format),
        cmocka_unit_test(test_number_double_format),
        cmocka_unit_test(test_number_shortest),
        cmocka_unit_test(test_number_shortest_reads_back),
        cmocka_unit_test(test_number_fraction_decimal),
        cmocka_unit_test(test_number_rescale),
        cmocka_unit_test(test_number_decimal_parse),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
