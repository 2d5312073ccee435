/* SPDX-License-Identifier: MIT */
/*
 * What is shown of one value. Rounded figures are worked out by hand: half up means away from zero
 * at the half (core/base/number.h).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/report/report_private.h"

static struct shy_value_row row_of(int64_t num, int64_t den, int64_t factor, int decimals)
{
    return (struct shy_value_row){
        .run = 1,
        .indicator = "t.x",
        .name = "x",
        .area_set = "prefecture",
        .area_code = "29",
        .area_name = "奈良県",
        .period = "FY2022",
        .measure = "count",
        .dimensions = "",
        .exact = true,
        .numerator = {num, 1},
        .denominator = {den, 1},
        .factor = factor,
        .value = (double)num * (double)factor / (double)den,
        .state = SHIHYO_STATE_OK,
        .unit = "人",
        .method = "",
        .reason = "",
        .source = "a",
        .basis = "residence",
        .notes = "",
        .decimals = decimals,
        .persons = 12,
        .institutions = 3,
    };
}

static void check_display(const struct shy_value_row *row, const char *expected)
{
    char text[48];
    shy_value_display(row, text, sizeof text);
    assert_string_equal(text, expected);
}

static void test_show_rounds_half_away_from_zero(void **state)
{
    (void)state;
    struct shy_value_row row = row_of(1, 2, 1, 0);
    check_display(&row, "1"); /* 0.5 */
    row = row_of(-1, 2, 1, 0);
    check_display(&row, "-1"); /* -0.5 */
    row = row_of(-1, 4, 1, 0);
    check_display(&row, "0"); /* -0.25 has no sign left */
    row = row_of(1, 8, 100, 0);
    check_display(&row, "13"); /* 12.5 % */
    row = row_of(5, 2000, 1, 2);
    check_display(&row, "0.00"); /* 0.0025 */
    row = row_of(1005, 1000, 1, 2);
    check_display(&row, "1.01"); /* 1.005 is less than that as a double */
    row = row_of(1234567, 1, 1, 0);
    check_display(&row, "1,234,567");
}

static void test_show_rates_have_a_decimal(void **state)
{
    (void)state;
    struct shy_value_row row = row_of(10, 150, 1000, 0);
    row.measure = "rate:1000:all";
    check_display(&row, "66.7");
    row.decimals = 2;
    check_display(&row, "66.67");
}

/* No figure of a value that is withheld leaves the program, whatever its row holds. */
static void test_show_hides_what_has_no_number(void **state)
{
    static const enum shihyo_state hidden[] = {
        SHIHYO_STATE_MISSING,        SHIHYO_STATE_MASKED,     SHIHYO_STATE_NOT_APPLICABLE,
        SHIHYO_STATE_NOT_COMPUTABLE, SHIHYO_STATE_UNREPORTED,
    };
    static const char *const signs[] = {"…", "*", "・", "-", "未報告"};
    (void)state;
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        struct shy_value_row row = row_of(7, 40, 1, 0);
        struct shy_show_line line;
        size_t numbers = 0;
        row.state = hidden[i];
        check_display(&row, signs[i]);
        shy_show_line(&row, &line);
        for (size_t c = 0; c < SHY_SHOW_COLUMNS; c++)
            numbers += shy_show_is_number(c) && line.cells[c] != NULL;
        assert_int_equal(numbers, 1); /* the run's */
        assert_string_equal(line.cells[0], "1");
    }
}

static void test_show_line_is_exact(void **state)
{
    struct shy_show_line line;
    (void)state;
    struct shy_value_row row = row_of(-5, 3, 1, 0);
    row.numerator.den = 2;
    row.value = -5.0 / 6;
    row.persons = SHY_SUPPORT_UNKNOWN;
    row.state = SHIHYO_STATE_PARTIAL;
    shy_show_line(&row, &line);
    assert_string_equal(shy_show_column_names[9], "numerator");
    assert_string_equal(line.cells[9], "-2.5");
    assert_string_equal(line.cells[10], "3");
    assert_string_equal(line.cells[11], "-0.8333333333333334");
    assert_string_equal(shy_show_column_names[19], "persons");
    assert_null(line.cells[19]); /* unknown is not 0 */
    assert_string_equal(line.cells[20], "3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_show_rounds_half_away_from_zero),
        cmocka_unit_test(test_show_rates_have_a_decimal),
        cmocka_unit_test(test_show_hides_what_has_no_number),
        cmocka_unit_test(test_show_line_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
