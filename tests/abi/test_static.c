/* SPDX-License-Identifier: MIT */
/* A program into which the plugin "linked" was linked. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/os/os.h"
#include "core/plugin/plugin_host.h"

static struct shy_plugins *plugins;
static struct shihyo_error err;

static int teardown(void **state)
{
    (void)state;
    shy_plugins_free(plugins);
    plugins = NULL;
    return 0;
}

static void open_plugins(const char *path)
{
    assert_int_equal(setenv("SHIHYO_PLUGIN_PATH", path, 1), 0);
    assert_int_equal(shy_plugins_new(&plugins, &err), 0);
}

static void test_static_loads(void **state)
{
    (void)state;
    struct shy_plugin *plugin;
    open_plugins("/nowhere");
    assert_int_equal(shy_plugins_load(plugins, "linked", &plugin, &err), 0);
    assert_string_equal(shy_plugin_descriptor(plugin)->name, "linked");
    assert_string_equal(shy_plugin_file(plugin), "(static)");
}

static void test_static_is_listed(void **state)
{
    (void)state;
    struct shy_problems problems = {0};
    struct shy_plugin *const *all;
    size_t count, found = 0;
    open_plugins("/nowhere");
    assert_int_equal(shy_plugins_all(plugins, &all, &count, &problems, &err), 0);
    for (size_t i = 0; i < count; i++)
        found += strcmp(shy_plugin_file(all[i]), "(static)") == 0;
    shy_problems_free(&problems);
    assert_int_equal(found, 1);
}

/* libltdl would take the linked one without a word, whatever file is named. */
static void test_static_and_a_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/shihyo_static_XXXXXX", file[64];
    struct shy_plugin *plugin;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/linked.so", folder);
    int code = shy_os_write_file(file, "x", 1, &err);
    open_plugins(folder);
    if (code == 0)
        code = shy_plugins_load(plugins, "linked", &plugin, &err);
    (void)unlink(file);
    (void)rmdir(folder);
    assert_int_equal(code, SHY_E_PLUGIN_TWICE);
    assert_non_null(strstr(err.message, "(static)"));
    assert_non_null(strstr(err.message, file));
}

static void test_static_is_near(void **state)
{
    struct shy_plugin *plugin;
    (void)state;
    open_plugins("/nowhere");
    assert_int_equal(shy_plugins_load(plugins, "linkd", &plugin, &err), SHY_E_PLUGIN_NOT_FOUND);
    assert_non_null(strstr(err.hint, "'linked'"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_static_loads, teardown),
        cmocka_unit_test_teardown(test_static_is_listed, teardown),
        cmocka_unit_test_teardown(test_static_and_a_file, teardown),
        cmocka_unit_test_teardown(test_static_is_near, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("static", tests, NULL, NULL);
}
