/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/base/period.h"
#include "core/contract/table.h"

static struct shy_catalogue *cat;
static struct shy_table *table;
static struct shihyo_error err;

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    table = NULL;
    cat = shy_catalogue_new();
    return cat == NULL;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_table_free(table);
    shy_catalogue_free(cat);
    return 0;
}

static void open_table(const char *contract, const char *const *names, size_t count)
{
    const struct shy_contract *c = shy_catalogue_find(cat, contract);
    assert_non_null(c);
    assert_int_equal(shy_table_new(c, names, count, &table, &err), 0);
}

static void set_text(size_t row, const char *column, const char *text)
{
    assert_int_equal(
        shy_table_set_text(table, row, shy_table_column(table, column), text, strlen(text), &err),
        0);
}

static void set_int(size_t row, const char *column, int64_t value)
{
    shy_table_set_int(table, row, shy_table_column(table, column), value);
}

/* A row of population that keeps the contract. */
static size_t good_row(void)
{
    size_t row;
    assert_int_equal(shy_table_add_row(table, &row, &err), 0);
    set_text(row, "area_set", "prefecture");
    set_text(row, "area", "29");
    set_text(row, "period", "2020-10-01");
    set_text(row, "sex", "both");
    set_int(row, "age_from", 75);
    set_int(row, "projection", 0);
    set_int(row, "value", 217000);
    return row;
}

static void test_table_columns_in_contract_order(void **state)
{
    (void)state;
    static const char *const names[] = {"value", "area", "value"};
    open_table("population", names, 3);
    assert_int_equal(table->column_count, 2);
    assert_string_equal(table->columns[0].def->name, "area");
    assert_string_equal(table->columns[1].def->name, "value");
    assert_int_equal(shy_table_column(table, "sex"), -1);
    assert_int_equal(shy_table_role(table, SHY_ROLE_AREA), 0);
    assert_int_equal(shy_table_role(table, SHY_ROLE_PERIOD), -1);
}

static void test_table_unknown_column(void **state)
{
    (void)state;
    static const char *const names[] = {"aera"};
    const struct shy_contract *c = shy_catalogue_find(cat, "population");
    assert_int_equal(shy_table_new(c, names, 1, &table, &err), SHY_E_CONTRACT_COLUMN);
    assert_null(table);
    assert_non_null(strstr(err.hint, "'area'"));
}

static void test_table_values(void **state)
{
    (void)state;
    open_table("population", NULL, 0);
    for (int i = 0; i < 1000; i++) {
        size_t row = good_row();
        set_text(row, "area", i % 2 == 0 ? "29" : "24");
        assert_int_equal(row, i);
    }
    int area = shy_table_column(table, "area");
    assert_int_equal(table->columns[area].dict.count, 2);
    assert_string_equal(shy_table_text(table, 999, area), "24");
    shy_table_set_state(table, 999, area, SHIHYO_STATE_MASKED);
    assert_null(shy_table_text(table, 999, area));
    int age_to = shy_table_column(table, "age_to");
    assert_int_equal(table->columns[age_to].state[5], SHIHYO_STATE_MISSING);
}

static void test_table_check_accepts(void **state)
{
    (void)state;
    open_table("population", NULL, 0);
    assert_int_equal(shy_table_check_row(table, good_row(), &err), 0);
    size_t masked = good_row();
    shy_table_set_state(table, masked, shy_table_column(table, "value"), SHIHYO_STATE_MASKED);
    assert_int_equal(shy_table_check_row(table, masked, &err), 0);
}

static void expect_rejected(size_t row, int code, const char *column, const char *value)
{
    assert_int_equal(shy_table_check_row(table, row, &err), code);
    assert_int_equal(err.code, code);
    assert_string_equal(err.column_name, column);
    assert_string_equal(err.value, value);
    shy_error_reset(&err);
}

static void test_table_check_rejects(void **state)
{
    (void)state;
    open_table("population", NULL, 0);
    size_t row = good_row();
    shy_table_set_state(table, row, shy_table_column(table, "area"), SHIHYO_STATE_MISSING);
    expect_rejected(row, SHY_E_CONTRACT_NULL, "area", "");
    row = good_row();
    set_text(row, "area", "");
    expect_rejected(row, SHY_E_CONTRACT_VALUE, "area", "");
    row = good_row();
    set_text(row, "period", "令和2年");
    expect_rejected(row, SHY_E_CONTRACT_VALUE, "period", "令和2年");
    row = good_row();
    set_int(row, "age_from", 131);
    expect_rejected(row, SHY_E_CONTRACT_VALUE, "age_from", "131");
    row = good_row();
    set_int(row, "projection", 2);
    expect_rejected(row, SHY_E_CONTRACT_VALUE, "projection", "2");
    row = good_row();
    set_text(row, "sex", "femal");
    assert_int_equal(shy_table_check_row(table, row, &err), SHY_E_CONTRACT_VALUE);
    assert_non_null(strstr(err.hint, "'female'"));
    set_text(row, "sex", "女");
    assert_int_equal(shy_table_check_row(table, row, &err), SHY_E_CONTRACT_VALUE);
    assert_non_null(strstr(err.hint, "both, female, male"));
}

/* Marked are exactly the rows that checking one by one rejects. */
static void test_table_mark_bad(void **state)
{
    static const struct {
        const char *column, *text;
        int64_t number;
        enum shihyo_state state;
    } broken[] = {
        {"area", NULL, 0, SHIHYO_STATE_MISSING},     {"area", "", 0, SHIHYO_STATE_OK},
        {"period", "令和2年", 0, SHIHYO_STATE_OK},   {"sex", "femal", 0, SHIHYO_STATE_OK},
        {"age_from", NULL, 131, SHIHYO_STATE_OK},    {"age_from", NULL, -1, SHIHYO_STATE_OK},
        {"projection", NULL, 2, SHIHYO_STATE_OK},    {"value", NULL, 0, SHIHYO_STATE_MASKED},
        {"value", NULL, 5, SHIHYO_STATE_PARTIAL},    {"projection", NULL, 0, SHIHYO_STATE_MASKED},
        {"age_from", NULL, 0, SHIHYO_STATE_MISSING}, {"sex", "both", 0, SHIHYO_STATE_PARTIAL},
    };
    enum { CASES = sizeof broken / sizeof broken[0] };
    uint8_t bad[2 * CASES], rejected = 0;
    (void)state;
    open_table("population", NULL, 0);
    for (size_t i = 0; i < CASES; i++) {
        (void)good_row();
        size_t row = good_row();
        if (broken[i].text != NULL)
            set_text(row, broken[i].column, broken[i].text);
        else
            set_int(row, broken[i].column, broken[i].number);
        shy_table_set_state(table, row, shy_table_column(table, broken[i].column), broken[i].state);
    }
    assert_int_equal(shy_table_mark_bad(table, bad, &err), 0);
    for (size_t row = 0; row < table->rows; row++) {
        assert_int_equal(bad[row], shy_table_check_row(table, row, &err) != 0);
        rejected += bad[row];
    }
    assert_in_range(rejected, 8, CASES - 1);
}

/* Values of person-level rows never reach a message. */
static void test_table_check_hides_persons(void **state)
{
    (void)state;
    open_table("persons", NULL, 0);
    size_t row;
    assert_int_equal(shy_table_add_row(table, &row, &err), 0);
    set_text(row, "person", "secret-1");
    set_text(row, "sex", "secret-2");
    set_int(row, "birth_month", shy_month(1940, 1));
    expect_rejected(row, SHY_E_CONTRACT_VALUE, "sex", "");
    set_text(row, "sex", "male");
    set_int(row, "birth_month", shy_month(1859, 12));
    expect_rejected(row, SHY_E_CONTRACT_VALUE, "birth_month", "");
    assert_null(strstr(err.message, "secret"));
}

static void test_table_copy(void **state)
{
    (void)state;
    open_table("population", NULL, 0);
    (void)good_row();
    struct shy_table *copy;
    assert_int_equal(shy_table_copy(table, &copy, &err), 0);
    set_text(0, "area", "24");
    assert_int_equal(copy->rows, 1);
    assert_string_equal(shy_table_text(copy, 0, shy_table_column(copy, "area")), "29");
    shy_table_free(copy);
}

/* 19782: days from 1970-01-01 to 2024-02-29 as `date -u -d 2024-02-29 +%s` has them (1709164800).
 */
static void test_table_value_text(void **state)
{
    (void)state;
    static const struct shy_column columns[] = {
        {.name = "day", .type = SHY_DATE_T, .label_ja = "日", .label_en = "Day", .min = 1},
        {.name = "month", .type = SHY_MONTH_T, .label_ja = "月", .label_en = "Month", .min = 1},
        {.name = "share",
         .type = SHY_DECIMAL_T,
         .scale = 2,
         .label_ja = "率",
         .label_en = "Share",
         .min = 1},
        {.name = "note", .type = SHY_TEXT_T, .label_ja = "注", .label_en = "Note", .min = 1},
    };
    const struct shy_contract contract = {.id = "facts.texts",
                                          .label_ja = "文",
                                          .label_en = "Texts",
                                          .description = "",
                                          .basis = SHIHYO_BASIS_NONE,
                                          .columns = columns,
                                          .column_count = 4};
    static const char *const wanted[] = {"2024-02-29", "2023-12", "-0.05", "在宅"};
    char text[48];
    size_t row;
    assert_int_equal(shy_catalogue_declare(cat, &contract, &err), 0);
    open_table("facts.texts", NULL, 0);
    assert_int_equal(shy_table_add_row(table, &row, &err), 0);
    set_int(row, "day", 19782);
    set_int(row, "month", shy_month(2023, 12));
    set_int(row, "share", -5);
    set_text(row, "note", wanted[3]);
    for (int i = 0; i < 4; i++) {
        shy_table_value_text(table, row, i, text, sizeof text);
        assert_string_equal(text, wanted[i]);
    }
}

static void test_table_out_of_memory(void **state)
{
    (void)state;
    const struct shy_contract *c = shy_catalogue_find(cat, "population");
    struct shy_table *copy = NULL;
    int code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        size_t row;
        assert_true(n < 100);
        shy_table_free(table);
        shy_mem_fail_after(n);
        code = shy_table_new(c, NULL, 0, &table, &err);
        if (code == 0)
            code = shy_table_add_row(table, &row, &err);
        if (code == 0)
            code = shy_table_set_text(table, row, 0, "29", 2, &err);
        if (code == 0)
            code = shy_table_copy(table, &copy, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
    }
    shy_table_free(copy);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_table_columns_in_contract_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_unknown_column, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_values, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_check_accepts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_check_rejects, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_mark_bad, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_check_hides_persons, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_copy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_value_text, setup, teardown),
        cmocka_unit_test_setup_teardown(test_table_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
