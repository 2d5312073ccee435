/* SPDX-License-Identifier: MIT */
/* A plugin inside the test gives rows, good and bad, to the import. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/import/import.h"
#include "core/import/keys.h"
#include "core/plugin/internal.h"

static void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err->message, err->file, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

/* The plugin ----------------------------------------------------------------------------- */

struct shihyo_source {
    const struct shihyo_host *host;
};

/* What the next source gives. */
static struct {
    int64_t rows;                /* of beds, in two splits */
    int64_t bad_every;           /* a row in so many has a function nobody knows */
    int64_t double_every;        /* … has the key of the one before */
    int64_t persons, bad_person; /* of persons; the number of one without birth month */
    bool facts;                  /* facts.calls as well */
    uint32_t beside;             /* whether the tables may be read at the same time */
    const char *facts_type;      /* of its figure */
    int slow_split;              /* this one takes longer; -1 = none */
    bool fails;                  /* the second split ends in an error */
    bool persons_fail;           /* with a cell of theirs as the error's value */
    size_t files;
} given;

/* Streams of beds under way, and whether another table's was begun meanwhile. */
static atomic_int beds_under_way;
static atomic_bool overlapped;

static char file_names[2][256];
static char store_path[256];

static int open_source(const struct shihyo_host *host, const char *name,
                       const struct shihyo_value *options, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    static struct shihyo_source source;
    (void)name;
    (void)options;
    (void)err;
    source.host = host;
    *out = &source;
    return 0;
}

static void close_source(struct shihyo_source *s)
{
    s->host = NULL;
}

static int files(struct shihyo_source *s, const struct shihyo_file **out, size_t *count,
                 struct shihyo_error *err)
{
    static struct shihyo_file list[2];
    (void)s;
    (void)err;
    for (int i = 0; i < 2; i++)
        list[i] = (struct shihyo_file){SHIHYO_ABI_INIT(struct shihyo_file), file_names[i], NULL};
    *out = list;
    *count = given.files;
    return 0;
}

static int tables(struct shihyo_source *s, const struct shihyo_table_info **out, size_t *count,
                  struct shihyo_error *err)
{
    static struct shihyo_column_info columns[2];
    static struct shihyo_table_info list[3];
    (void)s;
    (void)err;
    columns[0] =
        (struct shihyo_column_info){SHIHYO_ABI_INIT(struct shihyo_column_info), .name = "area",
                                    .type = "area", .flags = SHIHYO_COLUMN_KEY};
    columns[1] = (struct shihyo_column_info){SHIHYO_ABI_INIT(struct shihyo_column_info),
                                             .name = "calls", .type = given.facts_type, .scale = 1,
                                             .flags = SHIHYO_COLUMN_MEASURE};
    *count = 0;
    if (given.rows > 0)
        list[(*count)++] =
            (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info), "beds", 2};
    if (given.persons > 0)
        list[(*count)++] =
            (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info), "persons", 1};
    if (given.facts)
        list[(*count)++] = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                                      "facts.calls", 1, columns, 2};
    for (size_t i = 0; i < *count; i++)
        list[i].beside = given.beside;
    *out = list;
    return 0;
}

static void set_text(const struct shihyo_builder_services *b, struct shihyo_builder *to,
                     const char *column, const char *text)
{
    b->set_text(to, b->column(to, column), text, strlen(text));
}

static void add_beds(const struct shihyo_builder_services *b, struct shihyo_builder *to, int64_t i)
{
    char area[16];
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number), 0, 0, i};
    bool bad = given.bad_every > 0 && i % given.bad_every == given.bad_every - 1;
    int64_t key =
        given.double_every > 0 && i % given.double_every == given.double_every - 1 ? i - 1 : i;
    (void)snprintf(area, sizeof area, "%04d", (int)key);
    set_text(b, to, "area_set", "secondary");
    set_text(b, to, "area", area);
    set_text(b, to, "period", "FY2024");
    set_text(b, to, "function", bad ? "unheard_of" : "acute");
    set_text(b, to, "status", "actual");
    b->set_number(to, b->column(to, "value"), &number);
}

static void add_person(const struct shihyo_builder_services *b, struct shihyo_builder *to,
                       int64_t i)
{
    char person[32];
    (void)snprintf(person, sizeof person, "SECRET%d", (int)(i == 2 ? 1 : i));
    set_text(b, to, "person", person);
    set_text(b, to, "sex", "female");
    if (i != given.bad_person)
        b->set_int(to, b->column(to, "birth_month"), 194001);
    set_text(b, to, "scheme", "nhi");
    set_text(b, to, "insurer", "SECRET-INSURER");
    b->set_int(to, b->column(to, "valid_from"), 202004);
}

static int give_stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                       struct ArrowArrayStream *out, struct shihyo_error *err)
{
    const struct shihyo_builder_services *b = s->host->builder;
    struct shihyo_builder *to = NULL;
    int64_t half = given.rows / 2;
    bool beds = strcmp(request->contract, "beds") == 0;
    bool persons = strcmp(request->contract, "persons") == 0;
    int64_t first = beds && request->split == 1 ? half : 0;
    int64_t end = beds ? (request->split == 0 ? half : given.rows) : persons ? given.persons : 1;
    if ((int)request->split == given.slow_split)
        (void)usleep(20000);
    if (given.fails && request->split == 1)
        return s->host->error(err, SHIHYO_DATA, 0, "the sheet ends in the middle");
    if (given.persons_fail && persons) {
        (void)s->host->error(err, SHIHYO_DATA, 0, "the cell %s is no month", "SECRET7");
        (void)snprintf(err->value, sizeof err->value, "SECRET7");
        err->row = 8;
        return SHIHYO_DATA;
    }
    int status =
        b->create(s->host, request->contract, request->columns, request->column_count, &to, err);
    for (int64_t i = first; i < end && status == 0; i++) {
        if (beds) {
            add_beds(b, to, i);
        } else if (persons) {
            add_person(b, to, i);
        } else {
            struct shihyo_number calls = {SHIHYO_ABI_INIT(struct shihyo_number), 0, 2, 1234};
            set_text(b, to, "area", "2901");
            b->set_number(to, b->column(to, "calls"), &calls);
        }
        status = b->end_row(to, err);
    }
    if (status == 0)
        return b->finish(to, out, err);
    b->destroy(to);
    return status;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    int beds = strcmp(request->contract, "beds") == 0;
    int others = atomic_fetch_add(&beds_under_way, beds);
    if (!beds && others > 0)
        atomic_store(&overlapped, true);
    int status = give_stream(s, request, out, err);
    atomic_fetch_sub(&beds_under_way, beds);
    return status;
}

static const struct shihyo_offer any_offer = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                              .contract = "*"};
static const struct shihyo_offer beds_offer = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                               .contract = "beds"};
static const struct shihyo_offer persons_offer = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                                  .contract = "persons", .person_level = 1};
static const struct shihyo_offer *const offers[] = {&any_offer, &beds_offer, &persons_offer, NULL};
static const struct shihyo_capabilities capabilities = {SHIHYO_ABI_INIT(struct shihyo_capabilities),
                                                        .offers = offers};
static const struct shihyo_plugin descriptor = {SHIHYO_ABI_INIT(struct shihyo_plugin),
                                                .name = "mock",
                                                .version = "1.2",
                                                .license = "MIT",
                                                .capabilities = &capabilities,
                                                .open = open_source,
                                                .close = close_source,
                                                .files = files,
                                                .tables = tables,
                                                .stream = stream};

/* The import ----------------------------------------------------------------------------- */

static struct shy_store *store;
static struct shy_import_report report;
static struct shy_import_options options;

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    memset(&given, 0, sizeof given);
    given.rows = 10000;
    given.files = 1;
    given.facts_type = "decimal";
    given.slow_split = -1;
    options = (struct shy_import_options){.reject_limit = 0.001};
    (void)snprintf(store_path, sizeof store_path, "%s/test_import_%ld.store", SHY_TEST_BUILDDIR,
                   (long)getpid());
    for (int i = 0; i < 2; i++) {
        (void)snprintf(file_names[i], sizeof file_names[i], "%s/test_import_%ld_%d.csv",
                       SHY_TEST_BUILDDIR, (long)getpid(), i);
        write_file(file_names[i], i == 0 ? "first" : "second");
    }
    (void)unlink(store_path);
    OK(shy_store_open(store_path, SHY_STORE_WRITE, &store, &err));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_import_report_free(&report);
    shy_store_close(store);
    store = NULL;
    (void)unlink(store_path);
    (void)unlink(file_names[0]);
    (void)unlink(file_names[1]);
    return 0;
}

static int import(const char *name, struct shihyo_error *err)
{
    struct shy_plugin plugin = {.name = (char *)(uintptr_t) "mock", .descriptor = &descriptor};
    struct shy_source *source = NULL;
    struct shy_options *checked = NULL;
    shy_import_report_free(&report);
    int code = shy_options_check(NULL, NULL, "/", NULL, &checked, err);
    if (code == 0)
        code = shy_source_open(&plugin, name, checked, &source, err);
    if (code == 0)
        code = shy_import_source(source, name, "{\"files\":\"x\"}", &descriptor, store, store_path,
                                 &options, &report, err);
    shy_source_close(source);
    shy_options_free(checked);
    return code;
}

static size_t rows_of(const char *contract)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_catalogue *cat = shy_catalogue_new();
    struct shy_table *rows;
    OK(shy_store_load_catalogue(store, cat, &err));
    const struct shy_contract *c = shy_catalogue_find(cat, contract);
    size_t count = 0;
    if (c != NULL) {
        OK(shy_store_read(store, c, NULL, 0, &rows, &err));
        count = rows == NULL ? 0 : rows->rows;
        shy_table_free(rows);
    }
    shy_catalogue_free(cat);
    return count;
}

static int progress_calls;
static int64_t progress_rows;
static double progress_share;

static void progress(void *arg, const char *source, int64_t rows, double share)
{
    assert_ptr_equal(arg, &progress_calls);
    assert_string_equal(source, "a");
    assert_true(rows >= progress_rows && share >= progress_share);
    progress_rows = rows;
    progress_share = share;
    progress_calls++;
}

/* Tables of a source are read at the same time only where it says that they may be; what comes of
 * them is the same. */
static void test_import_tables_beside(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.facts = true;
    given.slow_split = 1;
    for (given.beside = 0; given.beside < 2; given.beside++) {
        atomic_store(&overlapped, false);
        options.force = true;
        OK(import("a", &err));
        assert_false(given.beside == 0 && atomic_load(&overlapped));
        assert_int_equal(report.table_count, 2);
        assert_string_equal(report.tables[0].contract, "beds");
        assert_int_equal(report.tables[0].rows_kept, 10000);
        assert_int_equal(report.tables[0].values_rounded, 0);
        assert_string_equal(report.tables[1].contract, "facts.calls");
        assert_int_equal(report.tables[1].rows_kept, 1);
        assert_int_equal(report.tables[1].values_rounded, 1);
        assert_int_equal(rows_of("beds"), 10000);
        assert_int_equal(rows_of("facts.calls"), 1);
    }
    /* What fails first in the order of tables is told, though the other was read long before. */
    given.fails = true;
    given.beside = 1;
    assert_int_equal(import("a", &err), SHY_E_LAYOUT);
    assert_non_null(strstr(err.message, "the sheet ends in the middle"));
    assert_int_equal(rows_of("facts.calls"), 1);
}

static void test_import_all_tables(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_delivery *list;
    size_t count;
    (void)state;
    given.facts = true;
    given.files = 2;
    options.progress = progress;
    options.progress_arg = &progress_calls;
    OK(import("a", &err));
    assert_false(report.unchanged);
    assert_int_equal(report.table_count, 2);
    assert_string_equal(report.tables[0].contract, "beds");
    assert_int_equal(report.tables[0].rows_read, 10000);
    assert_int_equal(report.tables[0].rows_kept, 10000);
    assert_int_equal(report.tables[0].rows_rejected, 0);
    assert_int_equal(report.tables[0].values_rounded, 0);
    assert_string_equal(report.tables[1].contract, "facts.calls");
    assert_int_equal(report.tables[1].rows_kept, 1);
    assert_int_equal(report.tables[1].values_rounded, 1); /* 12.34 to 12.3 */
    assert_int_equal(report.files, 2);
    assert_int_equal(report.bytes, 11);
    assert_int_equal(report.problems.count, 0);
    assert_int_equal(rows_of("beds"), 10000);
    assert_int_equal(rows_of("facts.calls"), 1);
    assert_true(progress_calls >= 4);
    assert_int_equal(progress_rows, 10001);
    assert_true(progress_share >= 1);
    OK(shy_store_deliveries(store, &list, &count, &err));
    assert_int_equal(count, 1);
    assert_int_equal(list[0].id, report.delivery);
    assert_string_equal(list[0].plugin_version, "1.2");
    assert_int_equal(list[0].file_count, 2);
    /* b2sum -l 256 of "second". */
    assert_string_equal(list[0].files[1].hash,
                        "3e0c7313caa18f664831f54f95af1b4e6d6e8e5180ff05f01092b6d7f5dbf21b");
}

/* Splits are read at the same time; rows, and what is said of them, do not depend on who is first.
 */
static void test_import_order(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.bad_every = 4000;
    for (given.slow_split = -1; given.slow_split < 2; given.slow_split++) {
        struct shy_catalogue *cat = shy_catalogue_new();
        struct shy_table *rows;
        const char *const value[] = {"value"};
        char path[300];
        (void)snprintf(path, sizeof path, "slow %d", given.slow_split);
        write_file(file_names[0], path);
        OK(import("a", &err));
        OK(shy_store_read(store, shy_catalogue_find(cat, "beds"), value, 1, &rows, &err));
        assert_int_equal(rows->rows, 9998);
        for (int64_t i = 0; i < 9998; i++)
            assert_int_equal(rows->columns[0].data[i], i + (i >= 3999) + (i >= 7998));
        assert_int_equal(report.problems.count, 2);
        assert_non_null(strstr(report.problems.items[0].error.message, "Row 4000 of 'beds'"));
        assert_non_null(strstr(report.problems.items[1].error.message, "Row 8000 of 'beds'"));
        shy_table_free(rows);
        shy_catalogue_free(cat);
    }
}

static void test_import_unchanged(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    OK(import("a", &err));
    OK(import("a", &err));
    assert_true(report.unchanged);
    assert_int_equal(report.table_count, 0);
    assert_int_equal(report.delivery, 1);
    options.force = true;
    OK(import("a", &err));
    assert_false(report.unchanged);
    assert_int_equal(report.tables[0].rows_kept, 10000);
    options.force = false;
    write_file(file_names[0], "changed");
    given.rows = 20;
    OK(import("a", &err));
    assert_false(report.unchanged);
    assert_int_equal(rows_of("beds"), 20);
    /* The same files under another name would count twice. */
    assert_int_equal(import("b", &err), SHY_E_DELIVERY_KNOWN);
    assert_int_equal(rows_of("beds"), 20);
}

static void test_import_without_files(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.files = 0;
    OK(import("a", &err));
    assert_int_equal(report.files, 0);
    assert_int_equal(rows_of("beds"), 10000);
}

static void test_import_rejects_within_limit(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.rows = 20000;
    given.bad_every = 2000;    /* 10 rows: 1999, 3999 … */
    given.double_every = 2500; /* 8 rows: 2499 …, of which 9999 and 19999 are bad already */
    options.reject_limit = 0.001;
    OK(import("a", &err));
    assert_int_equal(report.tables[0].rows_read, 20000);
    assert_int_equal(report.tables[0].rows_rejected, 16);
    assert_int_equal(report.tables[0].rows_kept, 19984);
    assert_int_equal(rows_of("beds"), 19984);
    assert_int_equal(report.problems.warnings, 16);
    const struct shihyo_error *first = &report.problems.items[0].error;
    assert_int_equal(first->code, SHY_E_CONTRACT_VALUE);
    assert_string_equal(first->column_name, "function");
    assert_string_equal(first->value, "unheard_of");
    assert_string_equal(first->file, file_names[0]);
    assert_non_null(strstr(first->message, "Row 2000 of 'beds'"));
    const struct shihyo_error *second = &report.problems.items[1].error;
    assert_int_equal(second->code, SHY_E_CONTRACT_KEY);
    assert_non_null(strstr(second->message, "Row 2500 of 'beds'"));
    assert_string_equal(second->value, "area_set=secondary, area=2498, period=FY2024, "
                                       "function=acute, status=actual");
}

static void test_import_kept_rows_are_right(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_catalogue *cat = shy_catalogue_new();
    struct shy_table *rows;
    (void)state;
    given.rows = 10;
    given.bad_every = 4; /* rows 3 and 7 */
    options.reject_limit = 0.2;
    OK(import("a", &err));
    OK(shy_store_read(store, shy_catalogue_find(cat, "beds"), NULL, 0, &rows, &err));
    const int64_t kept[] = {0, 1, 2, 4, 5, 6, 8, 9};
    int area = shy_table_column(rows, "area"), value = shy_table_column(rows, "value");
    assert_int_equal(rows->rows, 8);
    for (size_t i = 0; i < 8; i++) {
        char text[16];
        (void)snprintf(text, sizeof text, "%04d", (int)kept[i]);
        assert_string_equal(shy_table_text(rows, i, area), text);
        assert_int_equal(rows->columns[value].data[i], kept[i]);
    }
    shy_table_free(rows);
    shy_catalogue_free(cat);
}

static void test_import_rejects_beyond_limit(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.rows = 30;
    OK(import("a", &err));
    write_file(file_names[0], "changed");
    given.rows = 10000;
    given.bad_every = 100;
    assert_int_equal(import("a", &err), SHY_E_IMPORT_REJECTED);
    assert_non_null(strstr(err.message, "100 of 10000"));
    assert_int_equal(rows_of("beds"), 30);
    assert_int_equal(report.tables[0].rows_rejected, 100);
    /* Ten are shown, and a sentence tells how many there are. */
    assert_int_equal(report.problems.count, 11);
    assert_non_null(strstr(report.problems.items[10].error.message, "100 rows of 'beds'"));
    options.reject_limit = 0;
    given.bad_every = 10000;
    assert_int_equal(import("a", &err), SHY_E_IMPORT_REJECTED);
    assert_int_equal(rows_of("beds"), 30);
}

static void test_import_no_person_in_messages(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.rows = 0;
    given.persons = 6;
    given.bad_person = 4;
    options.reject_limit = 0.5;
    OK(import("a", &err));
    assert_int_equal(report.tables[0].rows_rejected, 2); /* one double, one without month */
    /* … and nobody knows where the insurer is. */
    assert_int_equal(report.problems.count, 3);
    for (size_t i = 0; i < report.problems.count; i++) {
        const struct shihyo_error *e = &report.problems.items[i].error;
        assert_string_equal(e->value, "");
        assert_null(strstr(e->message, "SECRET"));
        assert_null(strstr(e->hint, "SECRET"));
    }
    assert_int_equal(rows_of("persons"), 4);
}

static void test_import_empty(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.rows = 30;
    OK(import("a", &err));
    write_file(file_names[0], "changed");
    given.rows = 0;
    assert_int_equal(import("a", &err), SHY_E_IMPORT_EMPTY);
    assert_int_equal(rows_of("beds"), 30);
}

static void test_import_failing_stream(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.rows = 30;
    OK(import("a", &err));
    write_file(file_names[0], "changed");
    given.rows = 10000;
    given.fails = true;
    assert_int_not_equal(import("a", &err), 0);
    assert_non_null(strstr(err.message, "the sheet ends in the middle"));
    assert_int_equal(rows_of("beds"), 30);
    (void)unlink(file_names[0]);
    assert_int_equal(import("a", &err), SHY_E_FILE_NOT_FOUND);
    assert_string_equal(err.file, file_names[0]);
    assert_int_equal(rows_of("beds"), 30);
}

/* The mapping of a source may change; a second source may not disagree with the first. */
static void test_import_changed_mapping(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    given.facts = true;
    OK(import("a", &err));
    given.facts_type = "int";
    write_file(file_names[0], "changed");
    OK(import("a", &err));
    assert_int_equal(rows_of("facts.calls"), 1);
    given.facts_type = "decimal";
    write_file(file_names[0], "of b");
    assert_int_equal(import("b", &err), SHY_E_ID_TWICE);
    assert_int_equal(rows_of("beds"), 10000);
}

static void test_import_out_of_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int code = SHY_E_NOMEM;
    (void)state;
    given.rows = 12;
    given.bad_every = 4;
    given.facts = true;
    options.reject_limit = 0.5;
    for (uint64_t n = 1; code != 0; n++) {
        shy_mem_fail_after(n);
        code = import("a", &err);
        shy_mem_fail_after(0);
        /* Where the plugin side runs out, the status crosses as an error of the stream. */
        if (code != 0 && code != SHY_E_NOMEM && code != SHY_E_PLUGIN_STREAM)
            fail_msg("allocation %d: SHY-%d %s", (int)n, code, err.message);
        assert_int_equal(rows_of("beds"), code == 0 ? 9 : 0);
    }
}

/* Keys ----------------------------------------------------------------------------------- */

static const struct shy_column key_columns[] = {
    {.name = "a", .type = SHY_CODE_T, .flags = SHY_COLUMN_KEY | SHY_COLUMN_NULLABLE, .min = 1},
    {.name = "b", .type = SHY_CODE_T, .flags = SHY_COLUMN_KEY | SHY_COLUMN_NULLABLE, .min = 1},
    {.name = "c", .type = SHY_INT_T, .flags = SHY_COLUMN_KEY | SHY_COLUMN_NULLABLE, .min = 1},
    {.name = "d", .type = SHY_INT_T, .min = 1},
};
static const struct shy_contract key_contract = {
    .id = "facts.keys", .columns = key_columns, .column_count = 4};

static bool add_key(struct shy_keys *keys, const char *a, const char *b, int64_t c)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_table *t;
    size_t row;
    uint8_t seen;
    OK(shy_table_new(&key_contract, NULL, 0, &t, &err));
    OK(shy_table_add_row(t, &row, &err));
    if (a != NULL)
        OK(shy_table_set_text(t, row, 0, a, strlen(a), &err));
    if (b != NULL)
        OK(shy_table_set_text(t, row, 1, b, strlen(b), &err));
    if (c >= 0)
        shy_table_set_int(t, row, 2, c);
    OK(shy_keys_add(keys, t, NULL, &seen, &err));
    shy_table_free(t);
    return seen;
}

static void test_import_keys(void **state)
{
    struct shy_keys keys = {0};
    (void)state;
    assert_false(add_key(&keys, "x", "yz", 1));
    assert_false(add_key(&keys, "xy", "z", 1));
    assert_false(add_key(&keys, "xy", NULL, 1));
    assert_false(add_key(&keys, NULL, "xy", 1));
    assert_false(add_key(&keys, "", NULL, 1));
    assert_false(add_key(&keys, NULL, "", 1));
    assert_false(add_key(&keys, NULL, NULL, -1));
    assert_false(add_key(&keys, NULL, NULL, 0));
    assert_true(add_key(&keys, "x", "yz", 1));
    assert_true(add_key(&keys, NULL, NULL, -1));
    for (int i = 2; i < 5000; i++)
        assert_false(add_key(&keys, "x", "yz", i));
    for (int i = 1; i < 5000; i++)
        assert_true(add_key(&keys, "x", "yz", i));
    assert_int_equal(keys.count, 5006);
    shy_keys_free(&keys);
}

/* A plugin that reads any table cannot know that a cell is a person's: the host speaks for it. */
static void test_import_hides_persons_from_plugins(void **state)
{
    (void)state;
    struct shihyo_error err = SHY_ERROR_INIT;
    given.persons = 6;
    given.persons_fail = true;
    assert_int_not_equal(import("kdb", &err), 0);
    assert_null(strstr(err.message, "SECRET7"));
    assert_non_null(strstr(err.message, "does not have the layout"));
    assert_int_equal(err.row, 8);
    assert_string_equal(err.value, "");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_import_tables_beside, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_all_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_unchanged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_without_files, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_rejects_within_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_kept_rows_are_right, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_rejects_beyond_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_no_person_in_messages, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_failing_stream, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_changed_mapping, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_out_of_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_import_hides_persons_from_plugins, setup, teardown),
        cmocka_unit_test(test_import_keys),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
