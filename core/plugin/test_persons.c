/* SPDX-License-Identifier: MIT */
/*
 * A plugin that is careless about persons: it puts a person's number and name into everything it
 * says. None of it may come out.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/log.h"
#include "core/base/os/os.h"
#include "core/plugin/internal.h"
#include "core/plugin/persons.h"
#include "core/plugin/source_read.h"

#define NUMBER "0312345678"
#define NAME "春日"
#define LOG_FILE SHY_TEST_BUILDDIR "/test_persons.log"

static enum {
    GOOD,
    OPEN_FAILS,
    OPTION_WRONG,
    FILES_FAIL,
    TABLES_FAIL,
    STREAM_FAILS,
    BATCH_FAILS
} behave;
static const char *contract_given;
static struct shihyo_error err;
static struct shy_source *source;

struct shihyo_source {
    const struct shihyo_host *host;
};
static struct shihyo_source inner;

static int blurt(const struct shihyo_host *host, uint32_t code, struct shihyo_error *e)
{
    (void)host->error(e, SHIHYO_DATA, code, "%s of %s is no number", NUMBER, NAME);
    host->hint(e, "Ask %s.", NAME);
    (void)strcpy(e->value, NUMBER);
    (void)strcpy(e->sheet, NAME);
    (void)strcpy(e->file, NUMBER);
    (void)strcpy(e->column_name, NAME);
    e->row = 12;
    e->column = 3;
    return SHIHYO_DATA;
}

static int open_source(const struct shihyo_host *host, const char *name,
                       const struct shihyo_value *options, struct shihyo_source **out,
                       struct shihyo_error *e)
{
    (void)name, (void)options;
    host->log(SHIHYO_LOG_ERROR, "careless", "first row: %s", NUMBER);
    inner.host = host;
    *out = &inner;
    if (behave == OPTION_WRONG)
        return host->error(e, SHIHYO_INVALID_ARG, SHY_E_OPTION_TYPE, "'%s' is no year", "R6");
    return behave == OPEN_FAILS ? blurt(host, SHY_E_NUMBER, e) : 0;
}

static void close_source(struct shihyo_source *s)
{
    s->host->log(SHIHYO_LOG_ERROR, "careless", "last row: %s", NUMBER);
}

static int files(struct shihyo_source *s, const struct shihyo_file **out, size_t *count,
                 struct shihyo_error *e)
{
    *out = NULL;
    *count = 0;
    return behave == FILES_FAIL ? blurt(s->host, 0, e) : 0;
}

static int tables(struct shihyo_source *s, const struct shihyo_table_info **out, size_t *count,
                  struct shihyo_error *e)
{
    static struct shihyo_column_info column = {SHIHYO_ABI_INIT(struct shihyo_column_info),
                                               .name = "person", .type = "code"};
    static struct shihyo_table_info table;
    table = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                       .contract = contract_given, .splits = 1,
                                       .label = {"相談", "talks"}};
    if (strncmp(contract_given, "facts.", 6) == 0) {
        table.columns = &column;
        table.column_count = 1;
    }
    *out = &table;
    *count = 1;
    return behave == TABLES_FAIL ? blurt(s->host, 9999, e) : 0;
}

static int fail_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void)stream, (void)out;
    inner.host->log(SHIHYO_LOG_ERROR, "careless", NUMBER);
    return EIO;
}

static int fail_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    (void)stream, (void)out;
    return EIO;
}

static const char *last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "after " NUMBER;
}

static void release(struct ArrowArrayStream *stream)
{
    inner.host->log(SHIHYO_LOG_ERROR, "careless", "%s", NAME);
    stream->release = NULL;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *e)
{
    (void)request;
    *out = (struct ArrowArrayStream){fail_schema, fail_next, last_error, release, NULL};
    return behave == STREAM_FAILS ? blurt(s->host, SHY_E_OPTION_TYPE, e) : 0;
}

#define PLUGIN(name_, ...) \
    static const struct shihyo_offer name_##_offer = {SHIHYO_ABI_INIT(struct shihyo_offer), \
                                                      __VA_ARGS__}; \
    static const struct shihyo_offer *const name_##_offers[] = {&name_##_offer, NULL}; \
    static const struct shihyo_capabilities name_##_can = { \
        SHIHYO_ABI_INIT(struct shihyo_capabilities), .offers = name_##_offers}; \
    static const struct shihyo_plugin name_##_descriptor = {SHIHYO_ABI_INIT(struct shihyo_plugin), \
                                                            .name = #name_, \
                                                            .capabilities = &name_##_can, \
                                                            .open = open_source, \
                                                            .close = close_source, \
                                                            .files = files, \
                                                            .tables = tables, \
                                                            .stream = stream}; \
    static struct shy_plugin name_ = {.name = (char *)#name_, .descriptor = &name_##_descriptor}

PLUGIN(claims, .contract = "persons");
PLUGIN(own_table, .contract = "facts.talks", .person_level = 1);
PLUGIN(any_table, .contract = "*");
PLUGIN(harmless, .contract = "facts.talks");

/* The tests ------------------------------------------------------------------------------ */

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    behave = GOOD;
    contract_given = "persons";
    (void)remove(LOG_FILE);
    return shy_log_file(LOG_FILE, NULL);
}

static int teardown(void **state)
{
    (void)state;
    shy_source_close(source);
    source = NULL;
    (void)shy_log_file(NULL, NULL);
    return remove(LOG_FILE);
}

static int open_it(struct shy_plugin *plugin)
{
    struct shy_options *options;
    assert_int_equal(shy_options_check(NULL, NULL, "/", NULL, &options, &err), 0);
    int code = shy_source_open(plugin, "mine", options, &source, &err);
    shy_options_free(options);
    return code;
}

static int no_rows(void *arg, const struct shy_table *rows, struct shihyo_error *e)
{
    (void)arg, (void)rows, (void)e;
    fail();
    return 0;
}

static int read_it(void)
{
    const struct shy_contract *contract;
    assert_int_equal(shy_source_contract(source, contract_given, &contract, &err), 0);
    return shy_source_read(source, contract, NULL, 0, 0, no_rows, NULL, &err);
}

static void assert_nothing_of_persons(const char *text)
{
    if (strstr(text, NUMBER) != NULL || strstr(text, NAME) != NULL)
        fail_msg("it comes out: %s", text);
}

static void assert_error_is_veiled(const char *message)
{
    assert_string_equal(err.message, message);
    assert_nothing_of_persons(err.hint);
    assert_non_null(strstr(err.hint, "about persons"));
    assert_string_equal(err.value, "");
    assert_string_equal(err.sheet, "");
    assert_string_equal(err.file, "");
    assert_string_equal(err.column_name, "");
    assert_int_equal(err.row, 12);
    assert_int_equal(err.column, 3);
}

/* What the log says, after the source was closed. */
static void assert_log_is_veiled(int64_t lines)
{
    char text[4096], counted[64];
    shy_source_close(source);
    source = NULL;
    FILE *in = fopen(LOG_FILE, "r");
    assert_non_null(in);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    (void)fclose(in);
    assert_nothing_of_persons(text);
    (void)snprintf(counted, sizeof counted, "'mine': %lld lines", (long long)lines);
    if (strstr(text, counted) == NULL)
        fail_msg("'%s' is not in the log: %s", counted, text);
}

static void test_persons_before_reading(void **state)
{
    (void)state;
    behave = OPEN_FAILS;
    assert_int_equal(open_it(&claims), SHY_E_NUMBER);
    assert_error_is_veiled("Source 'mine': A cell that should hold a number does not.");
    behave = FILES_FAIL;
    assert_int_equal(open_it(&claims), 0);
    const struct shihyo_file *list;
    size_t count;
    assert_int_equal(shy_source_files(source, &list, &count, &err), SHY_E_LAYOUT);
    assert_error_is_veiled("Source 'mine': The table does not have the layout it should have.");
    behave = TABLES_FAIL;
    assert_int_equal(shy_source_ready(source, &err), SHY_E_LAYOUT);
    assert_error_is_veiled("Source 'mine': The table does not have the layout it should have.");
    assert_log_is_veiled(1);
}

/* What the options of such a plugin name is known from its tables on. */
static void test_persons_any_contract(void **state)
{
    (void)state;
    contract_given = "facts.talks";
    behave = OPEN_FAILS;
    assert_int_equal(open_it(&any_table), SHY_E_NUMBER);
    assert_error_is_veiled("Source 'mine': A cell that should hold a number does not.");
    behave = STREAM_FAILS;
    assert_int_equal(open_it(&any_table), 0);
    assert_int_equal(read_it(), SHY_E_OPTION_TYPE);
    assert_string_equal(err.value, NUMBER);
}

/* Options hold no rows, and somebody has to mend them. */
static void test_persons_options_are_told(void **state)
{
    (void)state;
    behave = OPTION_WRONG;
    assert_int_equal(open_it(&claims), SHY_E_OPTION_TYPE);
    assert_string_equal(err.message, "Source 'mine': 'R6' is no year");
}

static void test_persons_while_reading(void **state)
{
    (void)state;
    static const struct {
        struct shy_plugin *plugin;
        const char *contract;
    } cases[] = {{&claims, "persons"}, {&own_table, "facts.talks"}, {&any_table, "persons"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        contract_given = cases[i].contract;
        behave = STREAM_FAILS;
        assert_int_equal(open_it(cases[i].plugin), 0);
        /* While rows are read not even the code of an option makes a sentence one about options. */
        assert_int_equal(read_it(), SHY_E_OPTION_TYPE);
        assert_error_is_veiled("Source 'mine': The plugin could not read the table.");
        behave = BATCH_FAILS;
        assert_int_equal(read_it(), SHY_E_PLUGIN_STREAM);
        assert_nothing_of_persons(err.message);
        assert_non_null(strstr(err.message, "after 0 rows"));
        shy_source_close(source);
        source = NULL;
    }
}

static void test_persons_log(void **state)
{
    (void)state;
    behave = BATCH_FAILS;
    assert_int_equal(open_it(&claims), 0);
    assert_int_equal(read_it(), SHY_E_PLUGIN_STREAM);
    assert_log_is_veiled(2); /* fail_schema and release; open and close told theirs apart */
}

/* The column's name is the contract's and the file is there: these are no cells. */
static void test_persons_place(void **state)
{
    (void)state;
    struct shihyo_error e = SHY_ERROR_INIT;
    const struct shy_contract *contract;
    assert_int_equal(open_it(&claims), 0);
    assert_int_equal(shy_source_contract(source, "persons", &contract, &err), 0);
    (void)shy_fail(&e, SHY_E_PERIOD, "'%s' is no month", NUMBER);
    (void)strcpy(e.file, LOG_FILE);
    (void)strcpy(e.column_name, "person");
    shy_persons_veil(contract, &e);
    assert_string_equal(e.message, "A cell that should name a date or period does not.");
    assert_string_equal(e.file, LOG_FILE);
    assert_string_equal(e.column_name, "person");
}

/* A plugin of other tables keeps its words. */
static void test_persons_others_speak(void **state)
{
    (void)state;
    contract_given = "facts.talks";
    behave = STREAM_FAILS;
    assert_int_equal(open_it(&harmless), 0);
    assert_int_equal(read_it(), SHY_E_OPTION_TYPE);
    assert_string_equal(err.message, "Source 'mine': " NUMBER " of " NAME " is no number");
    assert_string_equal(err.value, NUMBER);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_persons_before_reading, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons_any_contract, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons_options_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons_while_reading, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons_log, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons_place, setup, teardown),
        cmocka_unit_test_setup_teardown(test_persons_others_speak, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("persons", tests, NULL, NULL);
}
