/* SPDX-License-Identifier: MIT */
/* The template as the core sees it: loaded from its file, opened with options, read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/plugin/plugin_host.h"

#define FIXTURES SHY_TEST_SRCDIR "/plugins/template/fixtures"

static struct shy_plugins *plugins;
static struct shy_plugin *plugin;
static struct shy_source *source;
static struct shy_catalogue *cat;
static struct shihyo_error err;

static int setup(void **state)
{
    (void)state;
    source = NULL;
    plugins = NULL;
    shy_error_reset(&err);
    cat = shy_catalogue_new();
    return cat == NULL ||
           setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins/template/build", 1) != 0 ||
           shy_plugins_new(&plugins, &err) != 0 ||
           shy_plugins_load(plugins, "template", &plugin, &err) != 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_source_close(source);
    shy_plugins_free(plugins);
    shy_catalogue_free(cat);
    return 0;
}

static int open_source(const char *path, const char *period)
{
    struct shy_options *options;
    json_t *json = json_pack("{s:s, s:s}", "path", path, "period", period);
    int code = shy_options_check(shy_plugin_descriptor(plugin)->options, json, FIXTURES, NULL,
                                 &options, &err);
    json_decref(json);
    assert_int_equal(code, 0);
    code = shy_source_open(plugin, "mine", options, &source, &err);
    shy_options_free(options);
    return code;
}

struct seen {
    char text[512];
};

static int visit(void *arg, const struct shy_table *t, struct shihyo_error *e)
{
    struct seen *seen = arg;
    int area = shy_table_column(t, "area"), period = shy_table_column(t, "period");
    int value = shy_table_column(t, "value");
    for (size_t i = 0; i < t->rows; i++) {
        assert_int_equal(shy_table_check_row(t, i, e), 0);
        size_t used = strlen(seen->text);
        (void)snprintf(seen->text + used, sizeof seen->text - used, "%s %s %lld/%d;",
                       shy_table_text(t, i, area), shy_table_text(t, i, period),
                       (long long)t->columns[value].data[i], t->columns[value].state[i]);
    }
    return 0;
}

static int read_all(struct seen *seen)
{
    const struct shihyo_table_info *tables;
    size_t count;
    *seen = (struct seen){""};
    assert_int_equal(shy_source_tables(source, cat, &tables, &count, &err), 0);
    assert_int_equal(count, 1);
    return shy_source_read(source, shy_catalogue_find(cat, tables[0].contract), NULL, 0, 0, visit,
                           seen, &err);
}

static void test_template_reads(void **state)
{
    (void)state;
    const struct shihyo_file *files;
    struct seen seen;
    size_t count;
    assert_int_equal(open_source("[ab].csv", "令和6年度"), 0);
    assert_int_equal(shy_source_files(source, &files, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(files[1].path, FIXTURES "/b.csv");
    assert_int_equal(read_all(&seen), 0);
    /* States: 0 there, 1 missing, 2 masked; a hyphen means what signs_default says. */
    assert_non_null(strstr(seen.text, "29201 FY2024 1234/0;29202 FY2024 0/2;29203 FY2024 0/1;"
                                      "29204 FY2024 10/0;29205 FY2024 0/"));
}

static void test_template_bad_line(void **state)
{
    (void)state;
    struct seen seen;
    assert_int_equal(open_source("bad.csv", "2024"), 0);
    assert_int_equal(read_all(&seen), SHY_E_LAYOUT);
    assert_string_equal(err.file, FIXTURES "/bad.csv");
    assert_int_equal(err.row, 3);
}

static void test_template_bad_options(void **state)
{
    (void)state;
    assert_int_equal(open_source("none*.csv", "2024"), SHY_E_OPTION_NO_FILE);
    assert_int_equal(open_source("a.csv", "never"), SHY_E_LAYOUT);
    assert_non_null(strstr(err.message, "'never'"));
    assert_null(source);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_template_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(test_template_bad_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_template_bad_options, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
