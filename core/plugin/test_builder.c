/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/base/period.h"
#include "core/contract/core_contracts.h"
#include "core/plugin/plugin_host.h"

static const struct shihyo_builder_services *build;
static struct shihyo_builder *b;
static struct shihyo_error err;
static struct ArrowArrayStream stream;
static struct shy_catalogue *cat;

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    build = shy_plugin_host()->builder;
    b = NULL;
    stream.release = NULL;
    cat = shy_catalogue_new();
    return cat == NULL;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    build->destroy(b);
    if (stream.release != NULL)
        stream.release(&stream);
    shy_catalogue_free(cat);
    return 0;
}

static int begin(const char *contract, const char *const *columns, size_t count)
{
    return build->create(shy_plugin_host(), contract, columns, count, &b, &err);
}

static int finish(void)
{
    int status = build->finish(b, &stream, &err);
    b = NULL;
    return status;
}

/* The built rows, read back through their stream. */
static struct shy_table *read_rows(const char *contract, const char *const *columns, size_t count)
{
    struct shy_table *t;
    struct ArrowSchema schema;
    struct ArrowArray batch;
    assert_int_equal(finish(), 0);
    assert_int_equal(shy_table_new(shy_catalogue_find(cat, contract), columns, count, &t, &err), 0);
    assert_int_equal(stream.get_schema(&stream, &schema), 0);
    while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
        assert_int_equal(shy_table_append_arrow(t, &schema, &batch, &err), 0);
        batch.release(&batch);
    }
    schema.release(&schema);
    return t;
}

static struct shihyo_number number(int64_t mantissa, int scale)
{
    return (struct shihyo_number){SHIHYO_ABI_INIT(struct shihyo_number), SHIHYO_STATE_OK, scale,
                                  mantissa};
}

static void test_builder_rows(void **state)
{
    (void)state;
    static const char *const columns[] = {"value", "area", "projection"};
    assert_int_equal(begin("population", columns, 3), 0);
    assert_int_equal(build->column(b, "value"), 0);
    assert_int_equal(build->column(b, "projection"), 2);
    assert_int_equal(build->column(b, "sex"), -1);
    build->set_text(b, build->column(b, "sex"), "male", 4); /* not asked for: no matter */
    build->set_text(b, 1, "29xx", 2);
    struct shihyo_number n = number(12345, 1);
    build->set_number(b, 0, &n);
    assert_int_equal(build->rows(b), 0);
    assert_int_equal(build->end_row(b, &err), 0);
    n.state = SHIHYO_STATE_MASKED;
    build->set_number(b, 0, &n);
    build->set_int(b, 2, 1);
    assert_int_equal(build->end_row(b, &err), 0);
    assert_int_equal(build->end_row(b, &err), 0);
    assert_int_equal(build->rows(b), 3);
    struct shy_table *t = read_rows("population", columns, 3);
    int value = shy_table_column(t, "value"), area = shy_table_column(t, "area");
    assert_int_equal(t->rows, 3);
    assert_int_equal(t->columns[value].data[0], 1235); /* half up */
    assert_int_equal(t->columns[value].state[1], SHIHYO_STATE_MASKED);
    assert_int_equal(t->columns[value].state[2], SHIHYO_STATE_MISSING);
    assert_string_equal(shy_table_text(t, 0, area), "29");
    assert_null(shy_table_text(t, 2, area));
    shy_table_free(t);
}

static void test_builder_months_dates_decimals(void **state)
{
    (void)state;
    static const char *const persons[] = {"birth_month"};
    static const char *const areas[] = {"valid_from", "valid_to"};
    static const char *const demand[] = {"value"};
    assert_int_equal(begin("persons", persons, 1), 0);
    build->set_int(b, 0, 194012);
    assert_int_equal(build->end_row(b, &err), 0);
    struct shy_table *t = read_rows("persons", persons, 1);
    assert_int_equal(t->columns[0].data[0], shy_month(1940, 12));
    shy_table_free(t);
    stream.release(&stream);
    assert_int_equal(begin("areas", areas, 2), 0);
    build->set_text(b, 0, "2024-10-01", 10);
    build->set_int(b, 1, 19997); /* the same day */
    assert_int_equal(build->end_row(b, &err), 0);
    t = read_rows("areas", areas, 2);
    assert_int_equal(t->columns[0].data[0], t->columns[1].data[0]);
    shy_table_free(t);
    stream.release(&stream);
    assert_int_equal(begin("home_care_demand", demand, 1), 0);
    struct shihyo_number n = number(-15, 1);
    build->set_number(b, 0, &n);
    assert_int_equal(build->end_row(b, &err), 0);
    build->set_int(b, 0, 3);
    assert_int_equal(build->end_row(b, &err), 0);
    t = read_rows("home_care_demand", demand, 1);
    assert_int_equal(t->columns[0].data[0], -15000);
    assert_int_equal(t->columns[0].data[1], 30000);
    shy_table_free(t);
}

/* A bad row is told and left out; the next one is as if it had never been. */
static void test_builder_bad_rows(void **state)
{
    (void)state;
    static const char *const columns[] = {"area", "value"};
    static const char *const persons[] = {"birth_month", "person"};
    assert_int_equal(begin("population", columns, 2), 0);
    build->set_int(b, 0, 29);
    assert_int_equal(build->end_row(b, &err), SHIHYO_INTERNAL);
    assert_int_equal(err.code, SHY_E_CONTRACT_TYPE);
    assert_string_equal(err.column_name, "area");
    build->set_text(b, 1, "5", 1);
    assert_int_equal(build->end_row(b, &err), SHIHYO_INTERNAL);
    struct shihyo_number n = number(INT64_MAX, 0);
    n.scale = -3;
    build->set_number(b, 1, &n);
    assert_int_equal(build->end_row(b, &err), SHIHYO_DATA);
    assert_int_equal(err.code, SHY_E_OVERFLOW);
    n.struct_size = 0;
    build->set_number(b, 1, &n);
    assert_int_equal(build->end_row(b, &err), SHIHYO_INTERNAL);
    build->set_int(b, 7, 1);
    assert_int_equal(build->end_row(b, &err), SHIHYO_INTERNAL);
    assert_int_equal(err.code, SHY_E_PLUGIN_DEFECT);
    build->set_text(b, 0, "29", 2);
    assert_int_equal(build->end_row(b, NULL), 0);
    assert_int_equal(build->rows(b), 1);
    build->destroy(b);
    b = NULL;
    assert_int_equal(begin("persons", persons, 2), 0);
    build->set_int(b, 0, 194013);
    assert_int_equal(build->end_row(b, &err), SHIHYO_DATA);
    assert_null(strstr(err.message, "194013"));
    assert_string_equal(err.value, "");
    assert_int_equal(build->rows(b), 0);
}

static void test_builder_open_row(void **state)
{
    (void)state;
    static const char *const columns[] = {"area"};
    assert_int_equal(begin("population", columns, 1), 0);
    build->set_text(b, 0, "29", 2);
    assert_int_equal(finish(), SHIHYO_INTERNAL);
    assert_int_equal(err.code, SHY_E_PLUGIN_DEFECT);
    assert_null(stream.release);
}

static void test_builder_unknown(void **state)
{
    (void)state;
    static const char *const columns[] = {"aera"};
    assert_int_equal(begin("population", columns, 1), SHIHYO_NOT_FOUND);
    assert_int_equal(err.code, SHY_E_CONTRACT_COLUMN);
    assert_int_equal(begin("populations", columns, 1), SHIHYO_NOT_FOUND);
    assert_int_equal(err.code, SHY_E_CONTRACT_UNKNOWN);
    assert_null(b);
}

/* 65536 rows to a batch. */
static void test_builder_batches(void **state)
{
    (void)state;
    static const char *const columns[] = {"value"};
    struct ArrowArray batch;
    static const int64_t expected[] = {65536, 65536, 8};
    assert_int_equal(begin("population", columns, 1), 0);
    for (int i = 0; i < 2 * 65536 + 8; i++) {
        build->set_int(b, 0, i);
        assert_int_equal(build->end_row(b, &err), 0);
    }
    assert_int_equal(finish(), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(stream.get_next(&stream, &batch), 0);
        assert_int_equal(batch.length, expected[i]);
        batch.release(&batch);
    }
    assert_int_equal(stream.get_next(&stream, &batch), 0);
    assert_null(batch.release);
}

static void test_builder_out_of_memory(void **state)
{
    (void)state;
    static const char *const columns[] = {"area", "value"};
    int status = SHIHYO_NOMEM;
    for (uint64_t n = 1; status != 0; n++) {
        assert_true(n < 100);
        shy_mem_fail_after(n);
        status = begin("population", columns, 2);
        if (status == 0) {
            build->set_text(b, 0, "29", 2);
            status = build->end_row(b, &err);
        }
        if (status == 0)
            status = finish();
        shy_mem_fail_after(0);
        assert_true(status == 0 || status == SHIHYO_NOMEM);
        build->destroy(b);
        b = NULL;
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_builder_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_builder_months_dates_decimals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_builder_bad_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_builder_open_row, setup, teardown),
        cmocka_unit_test_setup_teardown(test_builder_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(test_builder_batches, setup, teardown),
        cmocka_unit_test_setup_teardown(test_builder_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("builder", tests, NULL, NULL);
}
