/* SPDX-License-Identifier: MIT */
/* A plugin inside the test that breaks one rule of the interface at a time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/plugin/internal.h"

static enum behaviour {
    GOOD,
    OPEN_FAILS,
    OPEN_SILENT,
    OPEN_NOTHING,
    FILES_FAIL,
    FILES_NO_SIZE,
    FILE_NO_PATH,
    TABLES_FAIL,
    TABLE_UNKNOWN,
    TABLE_NO_SPLIT,
    TABLE_TWICE,
    TABLE_NOT_OFFERED,
    TABLE_BAD_TYPE,
    TABLE_BAD_ID,
    STREAM_FAILS,
    STREAM_NONE,
    STREAM_ENDS_BADLY,
    STREAM_ENDS_SILENTLY,
    SCHEMA_FAILS,
    FEWER_COLUMNS,
    MORE_COLUMNS,
    OTHER_ORDER,
    OTHER_TYPE,
    BAD_BATCH,
} behave;

static int closed, streams_released;
static int64_t rows_wanted;
static struct shihyo_error err;
static struct shy_source *source;
static struct shy_catalogue *cat;

struct shihyo_source {
    const struct shihyo_host *host;
};
static struct shihyo_source inner;

/* The plugin ----------------------------------------------------------------------------- */

static int open_source(const struct shihyo_host *host, const char *name,
                       const struct shihyo_value *options, struct shihyo_source **out,
                       struct shihyo_error *e)
{
    (void)options;
    assert_string_equal(name, "mine");
    inner.host = host;
    if (behave == OPEN_FAILS) {
        (void)host->error(e, SHIHYO_DATA, 0, "the %s is wrong", "header");
        e->row = 6;
        return SHIHYO_DATA;
    }
    if (behave == OPEN_SILENT)
        return SHIHYO_IO;
    *out = behave == OPEN_NOTHING ? NULL : &inner;
    return 0;
}

static void close_source(struct shihyo_source *s)
{
    assert_ptr_equal(s, &inner);
    closed++;
}

/* Structs of a newer plugin.h are longer than the host's. */
struct longer_file {
    struct shihyo_file file;
    const char *more;
};

static int files(struct shihyo_source *s, const struct shihyo_file **out, size_t *count,
                 struct shihyo_error *e)
{
    static struct longer_file list[2];
    uint32_t size = behave == FILES_NO_SIZE ? 0 : sizeof list[0];
    list[0] = (struct longer_file){{size, SHIHYO_ABI_VERSION + 1, "/data/a.csv", NULL}, "x"};
    list[1] = (struct longer_file){{size, SHIHYO_ABI_VERSION + 1, "/data/b.csv", "second"}, "y"};
    if (behave == FILE_NO_PATH)
        list[1].file.path = NULL;
    *out = &list[0].file;
    *count = 2;
    return behave == FILES_FAIL ? s->host->error(e, SHIHYO_IO, 0, "no disk") : 0;
}

#define COLUMN(name_, type_, ...) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_column_info), .name = name_, .type = type_, __VA_ARGS__ \
    }

static int tables(struct shihyo_source *s, const struct shihyo_table_info **out, size_t *count,
                  struct shihyo_error *e)
{
    static struct shihyo_column_info columns[4] = {
        COLUMN("area", "area", .flags = SHIHYO_COLUMN_KEY),
        COLUMN("period", "period", .flags = SHIHYO_COLUMN_KEY),
        COLUMN("held", "int", .flags = SHIHYO_COLUMN_MEASURE, .unit = "回"),
        COLUMN("share", "decimal", .flags = SHIHYO_COLUMN_NULLABLE, .scale = 2),
    };
    static struct shihyo_table_info list[2];
    columns[3].type = behave == TABLE_BAD_TYPE ? "float" : "decimal";
    list[0] = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                         .contract = "facts.acp",
                                         .splits = 1,
                                         .columns = columns,
                                         .column_count = 4,
                                         .basis = SHIHYO_BASIS_RESIDENCE,
                                         .label = {"ACPの普及啓発", "ACP"}};
    list[1] = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                         .contract = "beds", .splits = 2};
    if (behave == TABLE_UNKNOWN)
        list[1].contract = "facts.none";
    if (behave == TABLE_NO_SPLIT)
        list[1].splits = 0;
    if (behave == TABLE_TWICE)
        list[1].contract = "facts.acp";
    if (behave == TABLE_NOT_OFFERED)
        list[1].contract = "persons";
    if (behave == TABLE_BAD_ID)
        list[0].contract = "facts.ACP";
    *out = list;
    *count = 2;
    return behave == TABLES_FAIL ? s->host->error(e, SHIHYO_PARSE, SHY_E_XLSX_NOT, "not xlsx") : 0;
}

/* The builder's stream, with what goes wrong in its way. */
static struct ArrowArrayStream built;
static int batches_given;

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void)stream;
    return behave == SCHEMA_FAILS ? EIO : built.get_schema(&built, out);
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    (void)stream;
    if ((behave == STREAM_ENDS_BADLY || behave == STREAM_ENDS_SILENTLY) && batches_given == 1)
        return EIO;
    int code = built.get_next(&built, out);
    batches_given++;
    if (behave == BAD_BATCH && out->release != NULL)
        out->children[0]->length = 1;
    return code;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return behave == STREAM_ENDS_BADLY ? "line 12 of b.csv is cut off" : NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    built.release(&built);
    streams_released++;
    stream->release = NULL;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *e)
{
    static const char *const more[] = {"period", "value", "area", "status"};
    static const char *const acp[] = {"area", "held"};
    const struct shihyo_builder_services *build = s->host->builder;
    const char *const *columns = request->columns;
    size_t count = request->column_count;
    struct shihyo_builder *b;
    assert_int_equal(request->struct_size, sizeof *request);
    if (behave == STREAM_FAILS)
        return s->host->error(e, SHIHYO_UNSUPPORTED, 0, "no such split: %u", request->split);
    if (behave == STREAM_NONE)
        return 0;
    if (behave == FEWER_COLUMNS)
        count--;
    if (behave == MORE_COLUMNS || behave == OTHER_ORDER)
        columns = more;
    if (behave == MORE_COLUMNS)
        count = 4;
    if (behave == OTHER_TYPE) {
        columns = acp;
        count = 2;
    }
    int status = build->create(s->host, behave == OTHER_TYPE ? "facts.acp" : request->contract,
                               columns, count, &b, e);
    if (status != 0)
        return status;
    for (int64_t i = 0; i < rows_wanted; i++) {
        char area[24];
        (void)snprintf(area, sizeof area, "%lld", (long long)i);
        build->set_text(b, build->column(b, "area"), area, strlen(area));
        build->set_text(b, build->column(b, "period"), "FY2024", 6);
        struct shihyo_number n = {SHIHYO_ABI_INIT(struct shihyo_number), SHIHYO_STATE_OK, 1,
                                  i * 10 + 5};
        build->set_number(b, build->column(b, "value"), &n);
        if (build->end_row(b, e) != 0) {
            build->destroy(b);
            return SHIHYO_DATA;
        }
    }
    batches_given = 0;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, NULL};
    return build->finish(b, &built, e);
}

static const struct shihyo_offer offer_facts = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                                .contract = "facts.acp"};
static const struct shihyo_offer offer_none = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                               .contract = "facts.none"};
static const char *const beds_columns[] = {"area", "period", "value", "status", NULL};
static const struct shihyo_offer offer_beds = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                               .contract = "beds", .columns = beds_columns};
static const struct shihyo_offer *const offers[] = {&offer_facts, &offer_none, &offer_beds, NULL};
static const struct shihyo_claim *const claims[] = {NULL};
static const struct shihyo_capabilities capabilities = {SHIHYO_ABI_INIT(struct shihyo_capabilities),
                                                        .title = {"試験", "Test"}, .offers = offers,
                                                        .claims = claims};
static const struct shihyo_plugin descriptor = {SHIHYO_ABI_INIT(struct shihyo_plugin),
                                                .name = "test",
                                                .capabilities = &capabilities,
                                                .open = open_source,
                                                .close = close_source,
                                                .files = files,
                                                .tables = tables,
                                                .stream = stream};
static struct shy_plugin plugin = {.name = (char *)"test", .descriptor = &descriptor};

/* The tests ------------------------------------------------------------------------------ */

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    behave = GOOD;
    closed = streams_released = 0;
    rows_wanted = 3;
    source = NULL;
    cat = shy_catalogue_new();
    return cat == NULL;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_source_close(source);
    source = NULL;
    shy_catalogue_free(cat);
    return 0;
}

static int open_it(void)
{
    struct shy_options *options;
    shy_source_close(source);
    source = NULL;
    shy_error_reset(&err);
    assert_int_equal(shy_options_check(NULL, NULL, "/", NULL, &options, &err), 0);
    int code = shy_source_open(&plugin, "mine", options, &source, &err);
    shy_options_free(options);
    return code;
}

static void test_source_open(void **state)
{
    (void)state;
    assert_int_equal(open_it(), 0);
    shy_source_close(source);
    source = NULL;
    assert_int_equal(closed, 1);
    behave = OPEN_FAILS;
    assert_int_equal(open_it(), SHY_E_LAYOUT);
    assert_string_equal(err.message, "Source 'mine': the header is wrong");
    assert_int_equal(err.row, 6);
    behave = OPEN_SILENT;
    assert_int_equal(open_it(), SHY_E_FILE_IO);
    assert_non_null(strstr(err.message, "'test'"));
    behave = OPEN_NOTHING;
    assert_int_equal(open_it(), SHY_E_PLUGIN_STREAM);
    assert_null(source);
    assert_int_equal(closed, 1);
}

static void test_source_files(void **state)
{
    (void)state;
    const struct shihyo_file *list;
    size_t count;
    assert_int_equal(open_it(), 0);
    assert_int_equal(shy_source_files(source, &list, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(list[1].path, "/data/b.csv");
    assert_string_equal(list[1].note, "second");
    behave = FILES_FAIL;
    assert_int_equal(shy_source_files(source, &list, &count, &err), SHY_E_FILE_IO);
    behave = FILES_NO_SIZE;
    assert_int_equal(shy_source_files(source, &list, &count, &err), SHY_E_PLUGIN_STREAM);
    behave = FILE_NO_PATH;
    assert_int_equal(shy_source_files(source, &list, &count, &err), SHY_E_PLUGIN_STREAM);
}

static void test_source_tables(void **state)
{
    (void)state;
    const struct shihyo_table_info *list;
    size_t count;
    assert_int_equal(open_it(), 0);
    assert_int_equal(shy_source_tables(source, cat, &list, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_int_equal(list[1].splits, 2);
    const struct shy_contract *c = shy_catalogue_find(cat, "facts.acp");
    assert_non_null(c);
    assert_string_equal(c->label_ja, "ACPの普及啓発");
    assert_int_equal(c->basis, SHIHYO_BASIS_RESIDENCE);
    assert_int_equal(shy_contract_role(c, SHY_ROLE_AREA), 0);
    assert_int_equal(shy_contract_role(c, SHY_ROLE_PERIOD), 1);
    assert_int_equal(c->columns[2].flags, SHY_COLUMN_MEASURE | SHY_COLUMN_NULLABLE);
    assert_int_equal(c->columns[3].scale, 2);
    /* The catalogue's copy lives longer than the source. */
    shy_source_close(source);
    source = NULL;
    assert_string_equal(shy_catalogue_find(cat, "facts.acp")->columns[2].unit, "回");
}

static void test_source_bad_tables(void **state)
{
    (void)state;
    static const struct {
        enum behaviour how;
        int code;
        const char *says;
    } cases[] = {
        {TABLES_FAIL, SHY_E_XLSX_NOT, "not xlsx"},
        {TABLE_UNKNOWN, SHY_E_CONTRACT_UNKNOWN, "facts.none"},
        {TABLE_NO_SPLIT, SHY_E_PLUGIN_STREAM, "beds"},
        {TABLE_TWICE, SHY_E_PLUGIN_STREAM, "facts.acp"},
        {TABLE_NOT_OFFERED, SHY_E_PLUGIN_STREAM, "persons"},
        {TABLE_BAD_TYPE, SHY_E_PLUGIN_STREAM, "facts.acp"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct shihyo_table_info *list;
        size_t count;
        behave = cases[i].how;
        assert_int_equal(open_it(), 0);
        assert_int_equal(shy_source_tables(source, cat, &list, &count, &err), cases[i].code);
        if (strstr(err.message, cases[i].says) == NULL)
            fail_msg("'%s' is not in: %s", cases[i].says, err.message);
    }
}

struct seen {
    int64_t rows, visits, sum;
    size_t columns;
    int stop_with;
};

static int visit(void *arg, const struct shy_table *rows, struct shihyo_error *e)
{
    struct seen *seen = arg;
    int value = shy_table_column(rows, "value");
    assert_true(rows->rows > 0 && rows->rows <= 4096);
    seen->rows += (int64_t)rows->rows;
    seen->visits++;
    seen->columns = rows->column_count;
    for (size_t i = 0; value >= 0 && i < rows->rows; i++)
        seen->sum += rows->columns[value].data[i];
    return seen->stop_with == 0 ? 0 : shy_fail(e, seen->stop_with, "enough");
}

static int read_beds(struct seen *seen)
{
    static const char *const columns[] = {"area", "value", "period"};
    *seen = (struct seen){.stop_with = seen->stop_with};
    shy_error_reset(&err);
    return shy_source_read(source, shy_catalogue_find(cat, "beds"), columns, 3, 1, visit, seen,
                           &err);
}

static void test_source_read(void **state)
{
    (void)state;
    struct seen seen = {0};
    rows_wanted = 70000;
    assert_int_equal(open_it(), 0);
    assert_int_equal(read_beds(&seen), 0);
    assert_int_equal(seen.rows, 70000);
    /* 65536 and 4464 rows, cut at 4096: 16 and 2 visits. */
    assert_int_equal(seen.visits, 18);
    /* i + 0.5 rounded half up is i + 1. */
    assert_int_equal(seen.sum, 70000LL * 69999 / 2 + 70000);
    assert_int_equal(shy_source_rounded(source, "beds"), 70000);
    assert_int_equal(shy_source_rounded(source, "population"), 0);
    assert_int_equal(streams_released, 1);
    rows_wanted = 0;
    assert_int_equal(read_beds(&seen), 0);
    assert_int_equal(seen.visits, 0);
    /* NULL columns: what the plugin offers, not the whole contract. */
    rows_wanted = 1;
    assert_int_equal(
        shy_source_read(source, shy_catalogue_find(cat, "beds"), NULL, 0, 0, visit, &seen, &err),
        0);
    assert_int_equal(seen.columns, 4);
}

static void test_source_read_declared(void **state)
{
    (void)state;
    const struct shihyo_table_info *list;
    struct seen seen = {0};
    size_t count;
    assert_int_equal(open_it(), 0);
    assert_int_equal(shy_source_tables(source, cat, &list, &count, &err), 0);
    assert_int_equal(shy_source_read(source, shy_catalogue_find(cat, "facts.acp"), NULL, 0, 0,
                                     visit, &seen, &err),
                     0);
    assert_int_equal(seen.rows, 3);
    assert_int_equal(seen.columns, 4);
}

static void test_source_visitor_stops(void **state)
{
    (void)state;
    struct seen seen = {.stop_with = SHY_E_IMPORT_REJECTED};
    rows_wanted = 10000;
    assert_int_equal(open_it(), 0);
    assert_int_equal(read_beds(&seen), SHY_E_IMPORT_REJECTED);
    assert_string_equal(err.message, "enough");
    assert_int_equal(seen.visits, 1);
    assert_int_equal(streams_released, 1);
}

static void test_source_bad_streams(void **state)
{
    (void)state;
    static const struct {
        enum behaviour how;
        int code;
        const char *says;
    } cases[] = {
        {STREAM_FAILS, SHY_E_PLUGIN_UNSUPPORTED, "no such split: 1"},
        {STREAM_NONE, SHY_E_PLUGIN_STREAM, "no stream"},
        {STREAM_ENDS_SILENTLY, SHY_E_PLUGIN_STREAM, "65536 rows"},
        {SCHEMA_FAILS, SHY_E_PLUGIN_STREAM, "after 0 rows"},
        {FEWER_COLUMNS, SHY_E_PLUGIN_STREAM, "other columns"},
        {MORE_COLUMNS, SHY_E_PLUGIN_STREAM, "other columns"},
        {OTHER_ORDER, SHY_E_PLUGIN_STREAM, "other columns"},
        {OTHER_TYPE, SHY_E_PLUGIN_STREAM, "other columns"},
        {BAD_BATCH, SHY_E_PLUGIN_STREAM, "shorter"},
    };
    rows_wanted = 70000;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen seen = {0};
        behave = GOOD;
        streams_released = 0;
        assert_int_equal(open_it(), 0);
        behave = cases[i].how;
        int code = read_beds(&seen);
        if (code != cases[i].code || strstr(err.message, cases[i].says) == NULL)
            fail_msg("case %zu: %d, %s", i, code, err.message);
        assert_int_equal(err.code, code);
        assert_int_equal(streams_released,
                         cases[i].how == STREAM_FAILS || cases[i].how == STREAM_NONE ? 0 : 1);
    }
}

/* The plugin's own words about what happened after the first batch reach the user. */
static void test_source_error_in_the_middle(void **state)
{
    (void)state;
    struct seen seen = {0};
    rows_wanted = 70000;
    assert_int_equal(open_it(), 0);
    behave = STREAM_ENDS_BADLY;
    assert_int_equal(read_beds(&seen), SHY_E_PLUGIN_STREAM);
    assert_string_equal(err.message, "Source 'mine', beds: the stream failed after 65536 rows: "
                                     "line 12 of b.csv is cut off");
    assert_int_equal(seen.rows, 65536);
    assert_int_equal(streams_released, 1);
}

static void test_source_refuses_what_is_not_offered(void **state)
{
    (void)state;
    static const char *const function[] = {"function"}, *const wrong[] = {"vlaue"};
    struct seen seen = {0};
    assert_int_equal(open_it(), 0);
    assert_int_equal(shy_source_read(source, shy_catalogue_find(cat, "beds"), function, 1, 0, visit,
                                     &seen, &err),
                     SHY_E_PLUGIN_UNSUPPORTED);
    assert_int_equal(
        shy_source_read(source, shy_catalogue_find(cat, "beds"), wrong, 1, 0, visit, &seen, &err),
        SHY_E_CONTRACT_COLUMN);
    assert_int_equal(
        shy_source_read(source, shy_catalogue_find(cat, "beds"), NULL, 0, 2, visit, &seen, &err),
        SHY_E_PLUGIN_UNSUPPORTED);
    assert_int_equal(
        shy_source_read(source, shy_catalogue_find(cat, "persons"), NULL, 0, 0, visit, &seen, &err),
        SHY_E_PLUGIN_UNSUPPORTED);
    assert_int_equal(seen.visits, 0);
}

static void test_source_out_of_memory(void **state)
{
    (void)state;
    int code = SHY_E_NOMEM;
    for (uint64_t n = 1; code != 0; n++) {
        struct seen seen = {0};
        assert_true(n < 400);
        assert_int_equal(open_it(), 0);
        shy_mem_fail_after(n);
        code = read_beds(&seen);
        shy_mem_fail_after(0);
        /* The plugin's stream can only say so in words. */
        assert_true(code == 0 || code == SHY_E_NOMEM || code == SHY_E_PLUGIN_STREAM ||
                    code == SHY_E_LAYOUT);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_source_open, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_bad_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_read, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_read_declared, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_visitor_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_bad_streams, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_error_in_the_middle, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_refuses_what_is_not_offered, setup, teardown),
        cmocka_unit_test_setup_teardown(test_source_out_of_memory, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
