/* SPDX-License-Identifier: MIT */
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

#define MODULES SHY_TEST_BUILDDIR "/tests/abi/modules"

/* Offsets of version 1.0 on the one platform there is (64 bits). A change here breaks plugins. */
#define AT(type, member, offset) \
    _Static_assert(offsetof(struct type, member) == (offset), #type "." #member)
AT(shihyo_plugin, name, 8);
AT(shihyo_plugin, capabilities, 48);
AT(shihyo_plugin, open, 64);
AT(shihyo_plugin, stream, 96);
AT(shihyo_plugin, sql_dialect, 112);
AT(shihyo_error, code, 8);
AT(shihyo_error, row, 16);
AT(shihyo_error, message, 32);
AT(shihyo_error, hint, 1440);
AT(shihyo_value, type, 8);
AT(shihyo_value, number, 24);
AT(shihyo_value, items, 48);
AT(shihyo_option, name, 8);
AT(shihyo_option, children, 48);
AT(shihyo_capabilities, title, 8);
AT(shihyo_capabilities, offers, 88);
AT(shihyo_offer, columns, 16);
AT(shihyo_claim, answer, 16);
AT(shihyo_claim, label, 40);
AT(shihyo_number, mantissa, 16);
AT(shihyo_table_info, columns, 24);
AT(shihyo_column_info, flags, 52);
AT(shihyo_stream_request, split, 32);
AT(shihyo_host, text, 40);
AT(shihyo_host, each_file, 56);
AT(shihyo_host, hint, 64);
AT(shihyo_builder_services, create, 8);
AT(shihyo_builder_services, destroy, 72);
AT(shihyo_text_services, csv_open, 16);

static struct shy_plugins *plugins;
static struct shy_plugin *plugin;
static struct shy_source *source;
static struct shy_catalogue *cat;
static struct shihyo_error err;
static char folder[64];

static void open_plugins(const char *path)
{
    assert_int_equal(setenv("SHIHYO_PLUGIN_PATH", path, 1), 0);
    assert_int_equal(shy_plugins_new(&plugins, &err), 0);
}

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    plugins = NULL;
    source = NULL;
    cat = shy_catalogue_new();
    (void)strcpy(folder, "/tmp/shihyo_abi_XXXXXX");
    return cat == NULL || mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    char command[128];
    (void)state;
    shy_source_close(source);
    shy_plugins_free(plugins);
    shy_catalogue_free(cat);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* Copies a module's shared object into the temporary folder, perhaps into one of its own. */
static void copy_module(const char *name, const char *to)
{
    char command[512];
    (void)snprintf(command, sizeof command,
                   "mkdir -p \"$(dirname '%s/%s')\" && cp '%s/.libs/%s.so' '%s/%s'", folder, to,
                   MODULES, name, folder, to);
    assert_int_equal(system(command), 0);
}

static void load(const char *name)
{
    open_plugins(MODULES);
    int code = shy_plugins_load(plugins, name, &plugin, &err);
    if (code != 0)
        fail_msg("%s: %s", name, err.message);
}

static int count_rows(void *arg, const struct shy_table *rows, struct shihyo_error *e)
{
    (void)e;
    *(size_t *)arg += rows->rows;
    return 0;
}

static int read_area(size_t *rows)
{
    static const char *const columns[] = {"area"};
    struct shy_options *options;
    *rows = 0;
    assert_int_equal(
        shy_options_check(shy_plugin_descriptor(plugin)->options, NULL, "/", NULL, &options, &err),
        0);
    assert_int_equal(shy_source_open(plugin, "mine", options, &source, &err), 0);
    shy_options_free(options);
    return shy_source_read(source, shy_catalogue_find(cat, "beds"), columns, 1, 0, count_rows, rows,
                           &err);
}

/* A plugin built from the header of version 1.0 as it was. */
static void test_abi_v1_plugin(void **state)
{
    (void)state;
    size_t rows;
    load("v1_plugin");
    assert_string_equal(shy_plugin_descriptor(plugin)->version, "1.0");
    assert_non_null(strstr(shy_plugin_file(plugin), "v1_plugin.so"));
    assert_int_equal(read_area(&rows), 0);
    assert_int_equal(rows, 1);
}

static void test_abi_older_plugin(void **state)
{
    (void)state;
    size_t rows;
    load("older");
    const struct shihyo_plugin *d = shy_plugin_descriptor(plugin);
    assert_int_equal(d->struct_size, sizeof *d);
    assert_null(d->run_sql);
    assert_null(d->sql_dialect);
    assert_int_equal(d->capabilities->offers[0]->bases, SHIHYO_BASIS_INSTITUTION);
    assert_int_equal(d->capabilities->offers[0]->finest_level, 0);
    /* Reading, it has every service fail into an error that is shorter than the host's. */
    if (read_area(&rows) != 0)
        fail_msg("%s", err.message);
    assert_int_equal(rows, 1);
}

static void test_abi_newer_plugin(void **state)
{
    (void)state;
    size_t rows;
    load("newer");
    const struct shihyo_plugin *d = shy_plugin_descriptor(plugin);
    assert_int_equal(d->abi_version, SHIHYO_ABI_VERSION + 1);
    assert_string_equal(d->options[1].name, "second");
    assert_null(d->options[2].name);
    assert_int_equal(read_area(&rows), 0);
    assert_int_equal(rows, 1);
}

/* What cannot be used is refused, in words that help. */
static void test_abi_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int code;
        const char *says;
    } cases[] = {
        {"wrong_major", SHY_E_PLUGIN_ABI,
         "version 2.3 of the plugin interface; this shihyo has 1.0"},
        {"bad_name", SHY_E_PLUGIN_NAME, "'other'"},
        {"no_symbol", SHY_E_PLUGIN_SYMBOL, "no_symbol_LTX_shihyo_plugin"},
        {"no_stream", SHY_E_PLUGIN_INVALID, "'stream'"},
        {"missing_dep", SHY_E_PLUGIN_LOAD, "libshihyo_ghost.so"},
        {"undefined", SHY_E_PLUGIN_LOAD, "shihyo_no_such_function"},
    };
    open_plugins(MODULES);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int code = shy_plugins_load(plugins, cases[i].name, &plugin, &err);
        if (code != cases[i].code || strstr(err.message, cases[i].says) == NULL)
            fail_msg("%s: %d, %s", cases[i].name, code, err.message);
        assert_null(plugin);
        assert_non_null(strstr(err.file, cases[i].name));
    }
}

static void test_abi_error_in_the_middle_of_a_stream(void **state)
{
    (void)state;
    size_t rows;
    load("midstream");
    assert_int_equal(read_area(&rows), SHY_E_PLUGIN_STREAM);
    assert_int_equal(rows, 2);
    assert_non_null(strstr(err.message, "after 2 rows: the file ends in the middle of row 3"));
}

static void test_abi_stream_of_wrong_type(void **state)
{
    (void)state;
    size_t rows;
    load("wrong_type");
    assert_int_equal(read_area(&rows), SHY_E_CONTRACT_TYPE);
    assert_int_equal(rows, 0);
    assert_string_equal(err.column_name, "area");
}

static void test_abi_not_found(void **state)
{
    (void)state;
    open_plugins(MODULES ":/nowhere/at/all");
    assert_int_equal(shy_plugins_load(plugins, "newwer", &plugin, &err), SHY_E_PLUGIN_NOT_FOUND);
    assert_non_null(strstr(err.hint, "'newer'"));
    assert_non_null(strstr(err.hint, MODULES));
    /* A library of the system is no plugin, and neither is a path. */
    assert_int_equal(shy_plugins_load(plugins, "libsqlite3", &plugin, &err),
                     SHY_E_PLUGIN_NOT_FOUND);
    assert_int_equal(shy_plugins_load(plugins, MODULES "/newer", &plugin, &err),
                     SHY_E_PLUGIN_NOT_FOUND);
    assert_int_equal(shy_plugins_load(plugins, "", &plugin, &err), SHY_E_PLUGIN_NOT_FOUND);
}

static void test_abi_folders(void **state)
{
    (void)state;
    static const char *const places[] = {"older.so", "older/older.so", "older/.libs/older.so"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        copy_module("older", places[i]);
        open_plugins(folder);
        assert_int_equal(shy_plugins_load(plugins, "older", &plugin, &err), 0);
        assert_non_null(strstr(shy_plugin_file(plugin), places[i]));
        shy_plugins_free(plugins);
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", folder, places[i]);
        assert_int_equal(remove(path), 0);
    }
    plugins = NULL;
}

static void test_abi_twice(void **state)
{
    (void)state;
    char path[256], file[128];
    copy_module("older", "older.so");
    (void)snprintf(path, sizeof path, "%s:%s", MODULES, folder);
    (void)snprintf(file, sizeof file, "%s/older.so", folder);
    open_plugins(path);
    assert_int_equal(shy_plugins_load(plugins, "older", &plugin, &err), SHY_E_PLUGIN_TWICE);
    assert_non_null(strstr(err.message, MODULES "/.libs/older.so"));
    assert_non_null(strstr(err.message, file));
    assert_int_equal(shy_plugins_load(plugins, "newer", &plugin, &err), 0);
    shy_plugins_free(plugins);
    /* The same file by two ways is one plugin. */
    open_plugins(MODULES ":" MODULES "/.libs:" MODULES "/");
    assert_int_equal(shy_plugins_load(plugins, "older", &plugin, &err), 0);
}

static void test_abi_all(void **state)
{
    (void)state;
    static const char *const good[] = {"midstream", "newer", "older", "v1_plugin", "wrong_type"};
    static const int bad[] = {SHY_E_PLUGIN_NAME,   SHY_E_PLUGIN_LOAD, SHY_E_PLUGIN_INVALID,
                              SHY_E_PLUGIN_SYMBOL, SHY_E_PLUGIN_LOAD, SHY_E_PLUGIN_ABI,
                              SHY_E_PLUGIN_NAME};
    struct shy_problems problems = {0};
    struct shy_plugin *const *all;
    size_t count;
    copy_module("older", "hy-phen.so");
    char path[256];
    (void)snprintf(path, sizeof path, "%s:%s", MODULES, folder);
    open_plugins(path);
    assert_int_equal(shy_plugins_all(plugins, &all, &count, &problems, &err), 0);
    assert_int_equal(count, 5);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(shy_plugin_descriptor(all[i])->name, good[i]);
    /* In the order of the file names: bad_name, missing_dep, no_stream, no_symbol, undefined,
     * wrong_major; then the other folder's. */
    assert_int_equal(problems.count, sizeof bad / sizeof bad[0]);
    for (size_t i = 0; i < problems.count; i++)
        assert_int_equal(problems.items[i].error.code, bad[i]);
    shy_problems_free(&problems);
}

static void test_abi_host_is_complete(void **state)
{
    (void)state;
    const struct shihyo_host *host = shy_plugin_host();
    struct shihyo_error e = SHY_ERROR_INIT;
    assert_int_equal(host->struct_size, sizeof *host);
    assert_int_equal(host->cancelled(), 0);
    assert_int_equal(host->error(&e, SHIHYO_DATA, 0, "%s %d", "row", 3), SHIHYO_DATA);
    assert_int_equal(e.code, SHY_E_LAYOUT);
    assert_string_equal(e.message, "row 3");
    assert_int_equal(host->error(&e, SHIHYO_PARSE, SHY_E_XLSX_NOT, "x"), SHIHYO_PARSE);
    assert_int_equal(e.code, SHY_E_XLSX_NOT);
    assert_int_equal(host->error(NULL, SHIHYO_IO, 0, "x"), SHIHYO_IO);
    /* An error of an older plugin.h is written no further than its size. */
    struct {
        struct shihyo_error error;
    } older = {.error = SHY_ERROR_INIT};
    older.error.struct_size = offsetof(struct shihyo_error, hint);
    memset(older.error.hint, 'x', sizeof older.error.hint);
    (void)host->error(&older.error, SHIHYO_DATA, 0, "again");
    assert_string_equal(older.error.message, "again");
    assert_int_equal(older.error.hint[0], 'x');
    assert_int_equal(older.error.struct_size, offsetof(struct shihyo_error, hint));
}

static int note(void *arg, const char *path)
{
    (void)strcat(arg, strrchr(path, '/'));
    return strstr(path, "stop") == NULL ? 0 : 99;
}

static void test_abi_each_file(void **state)
{
    (void)state;
    static const char *const names[] = {"b.csv", "a.csv", "[x].csv", "stop.txt", "z.txt"};
    const struct shihyo_host *host = shy_plugin_host();
    char path[128], seen[256] = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        assert_int_equal(shy_os_write_file(path, "", 0, &err), 0);
    }
    (void)snprintf(path, sizeof path, "%s/[ab].csv", folder);
    assert_int_equal(host->each_file(path, note, seen, &err), 0);
    assert_string_equal(seen, "/a.csv/b.csv");
    seen[0] = '\0';
    (void)snprintf(path, sizeof path, "%s/[x].csv", folder);
    assert_int_equal(host->each_file(path, note, seen, &err), 0);
    assert_string_equal(seen, "/[x].csv");
    seen[0] = '\0';
    (void)snprintf(path, sizeof path, "%s/*.txt", folder);
    assert_int_equal(host->each_file(path, note, seen, &err), 99);
    assert_string_equal(seen, "/stop.txt");
    (void)snprintf(path, sizeof path, "%s/*.xlsx", folder);
    assert_int_equal(host->each_file(path, note, seen, &err), SHIHYO_NOT_FOUND);
    assert_int_equal(err.code, SHY_E_OPTION_NO_FILE);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_abi_v1_plugin, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_older_plugin, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_newer_plugin, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_error_in_the_middle_of_a_stream, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_stream_of_wrong_type, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_not_found, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_folders, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_twice, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_all, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_host_is_complete, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abi_each_file, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
