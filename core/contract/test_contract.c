/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/contract/contract.h"
#include "core/contract/core_contracts.h"

static struct shy_catalogue *cat;
static struct shihyo_error err;

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    cat = shy_catalogue_new();
    return cat == NULL;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_catalogue_free(cat);
    cat = NULL;
    return 0;
}

#define ANY .min = 1, .max = 0
static const struct shy_column plain[] = {
    {.name = "area", .type = SHY_CODE_T, .role = SHY_ROLE_AREA, .flags = SHY_COLUMN_KEY, ANY},
    {.name = "value", .type = SHY_INT_T, .flags = SHY_COLUMN_MEASURE, ANY, .unit = "人"},
};

static struct shy_contract contract_of(const char *id, const struct shy_column *columns, size_t n)
{
    return (struct shy_contract){.id = id, .columns = columns, .column_count = n};
}

/* The core's own contracts keep the rules that declared ones must keep. */
static void test_contract_core_ones_are_sound(void **state)
{
    (void)state;
    struct shy_contract copy;
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        const struct shy_contract *c = shy_core_contracts[i];
        char id[64];
        if (i > 0)
            assert_true(strcmp(shy_core_contracts[i - 1]->id, c->id) < 0);
        (void)snprintf(id, sizeof id, "copy.%s", c->id);
        copy = *c;
        copy.id = id;
        assert_int_equal(shy_catalogue_declare(cat, &copy, &err), 0);
        for (size_t k = 0; k < c->column_count; k++) {
            const struct shy_column *column = &c->columns[k];
            assert_non_null(column->label_ja);
            assert_non_null(column->label_en);
            if (column->links != NULL)
                assert_non_null(shy_catalogue_find(cat, column->links));
            for (size_t v = 1; column->values != NULL && column->values[v] != NULL; v++)
                assert_true(strcmp(column->values[v - 1], column->values[v]) < 0);
        }
    }
}

static void test_contract_find_and_order(void **state)
{
    (void)state;
    size_t count = shy_catalogue_count(cat);
    assert_true(count > 10);
    assert_null(shy_catalogue_find(cat, "nothing"));
    assert_null(shy_catalogue_at(cat, count));
    struct shy_contract c = contract_of("facts.acp", plain, 2);
    assert_int_equal(shy_catalogue_declare(cat, &c, &err), 0);
    assert_int_equal(shy_catalogue_count(cat), count + 1);
    for (size_t i = 1; i <= count; i++)
        assert_true(strcmp(shy_catalogue_at(cat, i - 1)->id, shy_catalogue_at(cat, i)->id) < 0);
    for (size_t i = 0; i <= count; i++)
        assert_ptr_equal(shy_catalogue_find(cat, shy_catalogue_at(cat, i)->id),
                         shy_catalogue_at(cat, i));
}

static void test_contract_unknown_names_the_nearest(void **state)
{
    (void)state;
    const struct shy_contract *found;
    int column;
    assert_int_equal(shy_catalogue_require(cat, "popluation", &found, &err),
                     SHY_E_CONTRACT_UNKNOWN);
    assert_non_null(strstr(err.hint, "'population'"));
    assert_int_equal(shy_catalogue_require(cat, "population", &found, &err), 0);
    assert_int_equal(shy_contract_require(found, "age_form", &column, &err), SHY_E_CONTRACT_COLUMN);
    assert_non_null(strstr(err.hint, "'age_from'"));
    assert_int_equal(shy_contract_require(found, "age_from", &column, &err), 0);
    assert_string_equal(found->columns[column].name, "age_from");
    assert_int_equal(shy_contract_role(found, SHY_ROLE_PERSON), -1);
    assert_string_equal(found->columns[shy_contract_role(found, SHY_ROLE_AREA)].name, "area");
}

static void test_contract_declare_copies(void **state)
{
    (void)state;
    char id[] = "facts.x", name[] = "area";
    struct shy_column columns[2];
    memcpy(columns, plain, sizeof plain);
    columns[0].name = name;
    struct shy_contract c = contract_of(id, columns, 2);
    assert_int_equal(shy_catalogue_declare(cat, &c, &err), 0);
    memset(id, 'z', 3);
    memset(name, 'z', 3);
    columns[1].type = SHY_TEXT_T;
    const struct shy_contract *found = shy_catalogue_find(cat, "facts.x");
    assert_non_null(found);
    assert_string_equal(found->columns[0].name, "area");
    assert_int_equal(found->columns[1].type, SHY_INT_T);
    assert_string_equal(found->columns[1].unit, "人");
}

static void test_contract_declare_again(void **state)
{
    (void)state;
    struct shy_column columns[2];
    memcpy(columns, plain, sizeof plain);
    struct shy_contract c = contract_of("facts.x", columns, 2);
    assert_int_equal(shy_catalogue_declare(cat, &c, &err), 0);
    columns[0].label_ja = "市町村";
    assert_int_equal(shy_catalogue_declare(cat, &c, &err), 0);
    columns[1].unit = "床";
    struct shy_column turned[2] = {columns[1], columns[0]};
    struct shy_contract other_order = contract_of("facts.x", turned, 2);
    assert_int_equal(shy_catalogue_declare(cat, &other_order, &err), 0);
    assert_string_equal(shy_catalogue_find(cat, "facts.x")->columns[1].unit, "人");
    columns[1].type = SHY_DECIMAL_T;
    assert_int_equal(shy_catalogue_declare(cat, &c, &err), SHY_E_ID_TWICE);
    assert_int_equal(
        shy_catalogue_declare(
            cat, &(struct shy_contract){.id = "beds", .columns = plain, .column_count = 2}, &err),
        SHY_E_ID_TWICE);
}

static void test_contract_declare_refuses(void **state)
{
    (void)state;
    static const char *const bad_ids[] = {"", "Facts", "facts.", ".x", "a..b", "1a", "a-b", "表"};
    for (size_t i = 0; i < sizeof bad_ids / sizeof bad_ids[0]; i++) {
        struct shy_contract c = contract_of(bad_ids[i], plain, 2);
        assert_int_equal(shy_catalogue_declare(cat, &c, &err), SHY_E_ID_INVALID);
    }
    struct shy_contract none = contract_of("facts.x", plain, 0);
    assert_int_equal(shy_catalogue_declare(cat, &none, &err), SHY_E_CONTRACT_COLUMN);
    struct {
        struct shy_column extra;
        int code;
    } cases[] = {
        {{.name = "value", .type = SHY_CODE_T, ANY}, SHY_E_ID_TWICE},
        {{.name = "value_state", .type = SHY_CODE_T, ANY}, SHY_E_ID_TWICE},
        {{.name = "b", .type = SHY_CODE_T, .role = SHY_ROLE_AREA, ANY}, SHY_E_ID_TWICE},
        {{.name = "B", .type = SHY_CODE_T, ANY}, SHY_E_ID_INVALID},
        {{.name = "b.c", .type = SHY_CODE_T, ANY}, SHY_E_ID_INVALID},
        {{.name = "b", .type = SHY_STATE_T, ANY}, SHY_E_CONTRACT_TYPE},
        {{.name = "b", .type = SHY_DECIMAL_T, .scale = 19, ANY}, SHY_E_CONTRACT_TYPE},
        {{.name = "b", .type = SHY_TEXT_T, .flags = SHY_COLUMN_MEASURE, ANY}, SHY_E_CONTRACT_TYPE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_column columns[3] = {plain[0], plain[1], cases[i].extra};
        struct shy_contract c = contract_of("facts.x", columns, 3);
        assert_int_equal(shy_catalogue_declare(cat, &c, &err), cases[i].code);
    }
    assert_null(shy_catalogue_find(cat, "facts.x"));
}

static void test_contract_out_of_memory(void **state)
{
    (void)state;
    struct shy_contract c = contract_of("facts.x", plain, 2);
    size_t count = shy_catalogue_count(cat);
    int code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        assert_true(n < 50);
        shy_mem_fail_after(n);
        code = shy_catalogue_declare(cat, &c, &err);
        shy_mem_fail_after(0);
        if (code != 0) {
            assert_int_equal(code, SHY_E_NOMEM);
            assert_int_equal(shy_catalogue_count(cat), count);
        }
    }
    assert_non_null(shy_catalogue_find(cat, "facts.x"));
    shy_mem_fail_after(1);
    assert_null(shy_catalogue_new());
    shy_mem_fail_after(2);
    assert_null(shy_catalogue_new());
}

static void test_contract_type_names(void **state)
{
    (void)state;
    enum shy_type type;
    for (int i = SHY_CODE_T; i <= SHY_STATE_T; i++) {
        assert_true(shy_type_parse(shy_type_name((enum shy_type)i), &type));
        assert_int_equal(type, i);
    }
    assert_true(shy_type_parse("decimal", &type));
    assert_int_equal(type, SHY_DECIMAL_T);
    assert_false(shy_type_parse("string", &type));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_contract_core_ones_are_sound, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contract_find_and_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contract_unknown_names_the_nearest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contract_declare_copies, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contract_declare_again, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contract_declare_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contract_out_of_memory, setup, teardown),
        cmocka_unit_test(test_contract_type_names),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("contract", tests, NULL, NULL);
}
