/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/script/script.h"

static void gives(const char *text, const char *expected)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    json_t *value;
    int code = shy_script_value_text(text, strlen(text), "v.lua", NULL, &value, &err);
    if (code != 0)
        fail_msg("%s: %s", text, err.message);
    char *dump = json_dumps(value, JSON_COMPACT);
    assert_string_equal(dump, expected);
    free(dump);
    json_decref(value);
}

static void refuses(const char *text, int code, const char *path, const char *says)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    json_t *value;
    assert_int_equal(shy_script_value_text(text, strlen(text), "v.lua", NULL, &value, &err), code);
    assert_null(value);
    assert_string_equal(err.file, "v.lua");
    if (path != NULL)
        assert_string_equal(err.column_name, path);
    if (strstr(err.message, says) == NULL)
        fail_msg("%s: '%s'", text, err.message);
}

static void test_value_tables(void **state)
{
    (void)state;
    gives("return { prefecture = '29', title = '奈良県' }",
          "{\"prefecture\":\"29\",\"title\":\"奈良県\"}");
    gives("return { b = 1, a = { 1, 2, { c = true } } }", "{\"a\":[1,2,{\"c\":true}],\"b\":1}");
    gives("return {}", "[]");
    gives("local t = { 1 } return { x = t, y = t }", "{\"x\":[1],\"y\":[1]}");
}

static void test_value_numbers(void **state)
{
    (void)state;
    gives("return { 1, -5, 2.0, 0.5, 1e3, 9223372036854775807 }",
          "[1,-5,2,0.5,1000,9223372036854775807]");
    refuses("return { a = { 0/0 } }", SHY_E_SCRIPT_VALUE, "a[1]", "not a number");
    refuses("return { a = 1/0 }", SHY_E_SCRIPT_VALUE, "a", "infinite");
}

static void test_value_refused(void **state)
{
    (void)state;
    refuses("return { sources = { { 1, name = 'x' } } }", SHY_E_SCRIPT_VALUE, "sources[1]",
            "neither");
    refuses("return { [1] = 1, [3] = 3 }", SHY_E_SCRIPT_VALUE, "", "neither");
    refuses("return { [1.5] = 1 }", SHY_E_SCRIPT_TYPE, "", "key");
    refuses("return { f = print }", SHY_E_SCRIPT_VALUE, "f", "function");
    refuses("local t = {} t.t = { t } return t", SHY_E_SCRIPT_VALUE, "t[1]", "itself");
    refuses("local t = {} for i = 1, 100 do t = { t } end return t", SHY_E_SCRIPT_VALUE, NULL,
            "deeply");
    refuses("return { a = '\\xff' }", SHY_E_SCRIPT_VALUE, "a", "UTF-8");
    refuses("return { a = 'x\\0y' }", SHY_E_SCRIPT_VALUE, "a", "NUL");
    refuses("return { ['\\xff'] = 1 }", SHY_E_SCRIPT_VALUE, "", "UTF-8");
    refuses("return 5", SHY_E_SCRIPT_VALUE, "", "must return a table");
    refuses("", SHY_E_SCRIPT_VALUE, "", "must return a table");
}

static void test_value_file(void **state)
{
    (void)state;
    struct shihyo_error err = SHY_ERROR_INIT;
    json_t *value;
    assert_int_equal(shy_script_value("/nonexistent/project.lua", NULL, &value, &err),
                     SHY_E_FILE_NOT_FOUND);
    assert_null(value);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_value_tables),
        cmocka_unit_test(test_value_numbers),
        cmocka_unit_test(test_value_refused),
        cmocka_unit_test(test_value_file),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
