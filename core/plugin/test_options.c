/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/plugin/plugin_host.h"

static struct shy_options *options;
static struct shihyo_error err;
static const char *lua_text; /* what "the Lua file" evaluates to, as JSON */
static char lua_path[256];

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    options = NULL;
    lua_text = "{}";
    lua_path[0] = '\0';
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_options_free(options);
    return 0;
}

#define OPTION(name_, type_, ...) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_option), .name = name_, .type = SHIHYO_VALUE_##type_, \
                                               __VA_ARGS__ \
    }
#define END OPTION(NULL, NIL, .flags = 0)

static const struct shihyo_option column[] = {
    OPTION("name", STRING, .flags = SHIHYO_OPTION_REQUIRED),
    OPTION("header", STRING, .flags = SHIHYO_OPTION_LIST_OK),
    END,
};
static const struct shihyo_option mapping[] = {
    OPTION("columns", LIST, .children = column),
    OPTION("recode", MAP, .flags = 0),
    END,
};
static const struct shihyo_option labels[] = {OPTION("*", STRING, .flags = 0), END};
static const struct shihyo_option schema[] = {
    OPTION("path", STRING, .flags = SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK),
    OPTION("paths", LIST, .flags = SHIHYO_OPTION_PATH),
    OPTION("year", INT, .flags = 0),
    OPTION("share", NUMBER, .flags = 0),
    OPTION("strict", BOOL, .flags = 0),
    OPTION("encoding", STRING, .help_ja = "文字コード", .help_en = "encoding"),
    OPTION("mapping", MAP, .flags = SHIHYO_OPTION_LUA_FILE, .children = mapping),
    OPTION("labels", MAP, .children = labels),
    END,
};

static int read_lua(const char *path, json_t **out, struct shihyo_error *e)
{
    (void)snprintf(lua_path, sizeof lua_path, "%s", path);
    if (strstr(path, "bad") != NULL)
        return shy_fail(e, SHY_E_SCRIPT_SYNTAX, "bad Lua");
    *out = json_loads(lua_text, JSON_DECODE_ANY, NULL);
    assert_non_null(*out);
    return 0;
}

static int check(const struct shihyo_option *against, const char *text)
{
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    shy_options_free(options);
    int code = shy_options_check(against, json, "/project", read_lua, &options, &err);
    json_decref(json);
    return code;
}

static const struct shihyo_value *get(const struct shihyo_value *map, const char *key)
{
    assert_int_equal(map->type, SHIHYO_VALUE_MAP);
    for (uint32_t i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i], key) == 0)
            return map->items[i];
    }
    return NULL;
}

static const struct shihyo_value *option(const char *key)
{
    return get(shy_options_root(options), key);
}

static void test_options_scalars(void **state)
{
    (void)state;
    assert_int_equal(check(schema, "{\"year\": 2024, \"share\": 0.5, \"strict\": true, "
                                   "\"encoding\": \"CP932\"}"),
                     0);
    assert_int_equal(option("year")->integer, 2024);
    assert_true(option("share")->number == 0.5);
    assert_int_equal(option("strict")->integer, 1);
    assert_string_equal(option("encoding")->string, "CP932");
    assert_null(option("path"));
    assert_int_equal(option("year")->struct_size, sizeof(struct shihyo_value));
    assert_int_equal(check(schema, "{\"year\": 3.0, \"share\": 2, \"strict\": false}"), 0);
    assert_int_equal(option("year")->integer, 3);
    assert_true(option("share")->number == 2.0);
    assert_int_equal(option("strict")->integer, 0);
    const struct shihyo_value *root = shy_options_root(options);
    for (uint32_t i = 1; i < root->count; i++)
        assert_true(strcmp(root->keys[i - 1], root->keys[i]) < 0);
}

static void test_options_wrong_types(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "{\"year\": \"2024\"}", "{\"year\": 2.5}",          "{\"strict\": 1}",
        "{\"encoding\": 932}",  "{\"encoding\": [1]}",      "{\"mapping\": 3}",
        "{\"labels\": [1]}",    "{\"labels\": {\"a\": 1}}", "{\"paths\": \"x\"}",
        "{\"paths\": [1]}",     "{\"path\": [[\"a\"]]}",    "{\"year\": 1e300}",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (check(schema, cases[i]) != SHY_E_OPTION_TYPE)
            fail_msg("taken: %s", cases[i]);
        assert_null(options);
    }
    assert_int_equal(check(schema, "{\"mapping\": {\"columns\": [{\"name\": \"a\"}, "
                                   "{\"name\": 2}]}}"),
                     SHY_E_OPTION_TYPE);
    assert_non_null(strstr(err.message, "'mapping.columns[2].name'"));
}

static void test_options_unknown_names_the_nearest(void **state)
{
    (void)state;
    assert_int_equal(check(schema, "{\"encodnig\": \"CP932\"}"), SHY_E_OPTION_UNKNOWN);
    assert_non_null(strstr(err.message, "'encodnig'"));
    assert_non_null(strstr(err.hint, "'encoding'"));
    assert_int_equal(check(schema, "{\"mapping\": {\"columns\": [{\"heder\": \"a\"}]}}"),
                     SHY_E_OPTION_UNKNOWN);
    assert_non_null(strstr(err.message, "'mapping.columns[1].heder'"));
    assert_non_null(strstr(err.hint, "'header'"));
    assert_int_equal(check(NULL, "{\"a\": 1}"), SHY_E_OPTION_UNKNOWN);
}

static void test_options_required(void **state)
{
    (void)state;
    assert_int_equal(check(column, "{}"), SHY_E_OPTION_MISSING);
    assert_non_null(strstr(err.message, "'name'"));
    assert_int_equal(check(column, "{\"name\": null}"), SHY_E_OPTION_MISSING);
    assert_int_equal(check(schema, "{\"mapping\": {\"columns\": [{}]}}"), SHY_E_OPTION_MISSING);
    assert_non_null(strstr(err.message, "'mapping.columns[1].name'"));
    assert_int_equal(shy_options_check(column, NULL, "/", NULL, &options, &err),
                     SHY_E_OPTION_MISSING);
    assert_int_equal(shy_options_check(schema, NULL, "/", NULL, &options, &err), 0);
    assert_int_equal(shy_options_root(options)->count, 0);
}

static void test_options_paths(void **state)
{
    (void)state;
    assert_int_equal(check(schema, "{\"path\": \"in/*.xlsx\"}"), 0);
    assert_string_equal(option("path")->string, "/project/in/*.xlsx");
    assert_int_equal(check(schema, "{\"path\": [\"a.csv\", \"/abs/b.csv\"], \"paths\": [\"c\"]}"),
                     0);
    assert_int_equal(option("path")->type, SHIHYO_VALUE_LIST);
    assert_string_equal(option("path")->items[0]->string, "/project/a.csv");
    assert_string_equal(option("path")->items[1]->string, "/abs/b.csv");
    assert_string_equal(option("paths")->items[0]->string, "/project/c");
    /* The folder's own brackets are no pattern. */
    json_t *json = json_pack("{s:s}", "path", "x*.csv");
    shy_options_free(options);
    assert_int_equal(shy_options_check(schema, json, "/p[1]", NULL, &options, &err), 0);
    assert_string_equal(option("path")->string, "/p\\[1]/x*.csv");
    json_decref(json);
}

static void test_options_nested(void **state)
{
    (void)state;
    assert_int_equal(
        check(schema, "{\"mapping\": {\"columns\": [{\"name\": \"a\", \"header\": [\"x\", \"y\"]}],"
                      " \"recode\": {\"男\": \"male\", \"n\": [1, 2.5, true, null, {}]}},"
                      " \"labels\": {\"01\": \"北海道\"}}"),
        0);
    const struct shihyo_value *columns = get(option("mapping"), "columns");
    assert_int_equal(columns->count, 1);
    assert_int_equal(get(columns->items[0], "header")->count, 2);
    assert_string_equal(get(columns->items[0], "header")->items[1]->string, "y");
    const struct shihyo_value *recode = get(option("mapping"), "recode");
    assert_string_equal(get(recode, "男")->string, "male");
    assert_int_equal(get(recode, "n")->items[3]->type, SHIHYO_VALUE_NIL);
    assert_int_equal(get(recode, "n")->items[4]->type, SHIHYO_VALUE_MAP);
    assert_string_equal(get(option("labels"), "01")->string, "北海道");
    /* Lua's empty table may come as either. */
    assert_int_equal(check(schema, "{\"paths\": {}, \"labels\": []}"), 0);
    assert_int_equal(option("paths")->type, SHIHYO_VALUE_LIST);
    assert_int_equal(option("labels")->type, SHIHYO_VALUE_MAP);
}

static void test_options_lua_file(void **state)
{
    (void)state;
    lua_text = "{\"columns\": [{\"name\": \"a\"}]}";
    assert_int_equal(check(schema, "{\"mapping\": \"map.lua\"}"), 0);
    assert_string_equal(lua_path, "/project/map.lua");
    assert_int_equal(get(option("mapping"), "columns")->count, 1);
    lua_text = "{\"colums\": []}";
    assert_int_equal(check(schema, "{\"mapping\": \"map.lua\"}"), SHY_E_OPTION_UNKNOWN);
    assert_string_equal(err.file, "/project/map.lua");
    lua_text = "\"again.lua\"";
    assert_int_equal(check(schema, "{\"mapping\": \"map.lua\"}"), SHY_E_OPTION_TYPE);
    assert_int_equal(check(schema, "{\"mapping\": \"bad.lua\"}"), SHY_E_SCRIPT_SYNTAX);
}

static void test_options_too_deep(void **state)
{
    (void)state;
    char text[2048] = "{\"mapping\": {\"recode\": {\"a\": ";
    for (int i = 0; i < 200; i++)
        strcat(text, "[");
    for (int i = 0; i < 200; i++)
        strcat(text, "]");
    strcat(text, "}}}");
    assert_int_equal(check(schema, text), SHY_E_OPTION_TYPE);
}

static void test_options_out_of_memory(void **state)
{
    (void)state;
    json_t *json =
        json_loads("{\"path\": [\"a\"], \"mapping\": {\"recode\": {\"a\": [1]}}}", 0, NULL);
    int code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        assert_true(n < 200);
        shy_mem_fail_after(n);
        code = shy_options_check(schema, json, "/project", NULL, &options, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        if (code != 0)
            assert_null(options);
    }
    json_decref(json);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_options_scalars, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_wrong_types, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_unknown_names_the_nearest, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_required, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_paths, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_nested, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_lua_file, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_too_deep, setup, teardown),
        cmocka_unit_test_setup_teardown(test_options_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
