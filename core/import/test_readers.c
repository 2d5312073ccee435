/* SPDX-License-Identifier: MIT */
/* A plugin inside the test gives splits that are fast or slow, fail, or never end by themselves. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/import/readers.h"
#include "core/plugin/internal.h"

static void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s]", line, code, err->message, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

/* The plugin ----------------------------------------------------------------------------- */

struct shihyo_source {
    const struct shihyo_host *host;
};

/* What the next source gives. */
static struct {
    uint32_t splits;
    int64_t rows;      /* of a split */
    bool foreign;      /* streams that are not the builder's own */
    int delay_ms[16];  /* before a split, by its number */
    uint32_t fails;    /* this split and all behind it; UINT32_MAX = none */
    bool fails_within; /* after its rows rather than before */
    uint32_t endless;  /* this split ends when it is cancelled; UINT32_MAX = none */
    bool two;          /* the splits are those of two tables, half of each */
} given;

static atomic_int begun, cancelled;

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
    (void)s;
    (void)err;
    *out = NULL;
    *count = 0;
    return 0;
}

static int tables(struct shihyo_source *s, const struct shihyo_table_info **out, size_t *count,
                  struct shihyo_error *err)
{
    static const struct shihyo_column_info columns[] = {
        {SHIHYO_ABI_INIT(struct shihyo_column_info), .name = "area", .type = "area",
         .flags = SHIHYO_COLUMN_KEY},
        {SHIHYO_ABI_INIT(struct shihyo_column_info), .name = "calls", .type = "int",
         .flags = SHIHYO_COLUMN_MEASURE},
    };
    static const char *const names[] = {"facts.calls", "facts.others"};
    static struct shihyo_table_info list[2];
    (void)s;
    (void)err;
    for (int i = 0; i < 2; i++)
        list[i] = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                             .contract = names[i],
                                             .splits = given.splits,
                                             .columns = columns,
                                             .column_count = 2,
                                             .beside = 1};
    *out = list;
    *count = 2;
    return 0;
}

/* The builder's stream in another's clothes, as a plugin with columns of its own would give it. */
struct wrapped {
    struct ArrowArrayStream inner;
    bool fails;
};

static int wrapped_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    struct wrapped *w = stream->private_data;
    return w->inner.get_schema(&w->inner, out);
}

static int wrapped_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    struct wrapped *w = stream->private_data;
    int code = w->inner.get_next(&w->inner, out);
    return code == 0 && out->release == NULL && w->fails ? EIO : code;
}

static const char *wrapped_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the line was cut";
}

static void wrapped_release(struct ArrowArrayStream *stream)
{
    struct wrapped *w = stream->private_data;
    w->inner.release(&w->inner);
    free(w);
    stream->release = NULL;
}

static int wrap(struct ArrowArrayStream *stream, bool fails)
{
    struct wrapped *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->inner = *stream;
    w->fails = fails;
    *stream =
        (struct ArrowArrayStream){wrapped_schema, wrapped_next, wrapped_error, wrapped_release, w};
    return 0;
}

static int add_rows(const struct shihyo_source *s, struct shihyo_builder *to, uint32_t split,
                    struct shihyo_error *err)
{
    const struct shihyo_builder_services *b = s->host->builder;
    int status = 0;
    for (int64_t i = 0; i < given.rows && status == 0; i++) {
        char area[16];
        (void)snprintf(area, sizeof area, "%04u", split);
        b->set_text(to, b->column(to, "area"), area, strlen(area));
        b->set_int(to, b->column(to, "calls"), i);
        status = b->end_row(to, err);
    }
    return status;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct shihyo_builder *to = NULL;
    bool fails = request->split >= given.fails;
    atomic_fetch_add(&begun, 1);
    (void)usleep((useconds_t)given.delay_ms[request->split % 16] * 1000);
    while (request->split == given.endless && !s->host->cancelled())
        (void)usleep(1000);
    if (s->host->cancelled()) {
        atomic_fetch_add(&cancelled, 1);
        return s->host->error(err, SHIHYO_CANCELLED, 0, "Stopped.");
    }
    if (fails && !given.fails_within)
        return s->host->error(err, SHIHYO_DATA, 0, "split %u is bad", request->split);
    int status = s->host->builder->create(s->host, request->contract, request->columns,
                                          request->column_count, &to, err);
    if (status == 0)
        status = add_rows(s, to, request->split, err);
    if (status != 0) {
        s->host->builder->destroy(to);
        return status;
    }
    status = s->host->builder->finish(to, out, err);
    return status == 0 && given.foreign ? wrap(out, fails) : status;
}

static const struct shihyo_offer any_offer = {SHIHYO_ABI_INIT(struct shihyo_offer),
                                              .contract = "*"};
static const struct shihyo_offer *const offers[] = {&any_offer, NULL};
static const struct shihyo_capabilities capabilities = {SHIHYO_ABI_INIT(struct shihyo_capabilities),
                                                        .offers = offers};
static const struct shihyo_plugin descriptor = {SHIHYO_ABI_INIT(struct shihyo_plugin),
                                                .name = "mock",
                                                .version = "1",
                                                .license = "MIT",
                                                .capabilities = &capabilities,
                                                .open = open_source,
                                                .close = close_source,
                                                .files = files,
                                                .tables = tables,
                                                .stream = stream};

/* The source ----------------------------------------------------------------------------- */

static struct shy_source *source;
static struct shy_catalogue *catalogue;
static struct shy_options *source_options;
static const struct shy_contract *contract, *other;

static int setup(void **state)
{
    (void)state;
    memset(&given, 0, sizeof given);
    given.splits = 12;
    given.rows = 3;
    given.fails = given.endless = UINT32_MAX;
    atomic_store(&begun, 0);
    atomic_store(&cancelled, 0);
    return 0;
}

static void open_mock(void)
{
    static struct shy_plugin plugin = {.descriptor = &descriptor};
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shihyo_table_info *list;
    size_t count;
    plugin.name = (char *)(uintptr_t) "mock";
    OK(shy_options_check(NULL, NULL, "/", NULL, &source_options, &err));
    OK(shy_source_open(&plugin, "a", source_options, &source, &err));
    catalogue = shy_catalogue_new();
    assert_non_null(catalogue);
    OK(shy_source_tables(source, catalogue, &list, &count, &err));
    OK(shy_catalogue_require(catalogue, "facts.calls", &contract, &err));
    OK(shy_catalogue_require(catalogue, "facts.others", &other, &err));
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    shy_source_close(source);
    shy_options_free(source_options);
    shy_catalogue_free(catalogue);
    source = NULL;
    source_options = NULL;
    catalogue = NULL;
    return 0;
}

static const struct shy_contract *contract_of(uint32_t split)
{
    return given.two && split >= given.splits / 2 ? other : contract;
}

/* Of all splits of the source. */
static int start_readers(struct shy_readers **out, struct shihyo_error *err)
{
    static struct shy_split splits[16];
    for (uint32_t i = 0; i < given.splits; i++)
        splits[i] = (struct shy_split){contract_of(i), i};
    return shy_readers_start(source, splits, given.splits, out, err);
}

/* Reads all; every row must be the one that reading without threads would give. *rows: how many
 * came before the end or the failure. */
static int read_all(int64_t *rows, struct shihyo_error *err)
{
    struct shy_readers *readers;
    int64_t within = 0;
    *rows = 0;
    int code = start_readers(&readers, err);
    for (uint32_t split = 0; code == 0 && split < given.splits;) {
        struct shy_table *t;
        code = shy_readers_next(readers, split, &t, err);
        assert_true(code != 0 || t == NULL || strcmp(t->contract->id, contract_of(split)->id) == 0);
        for (size_t i = 0; code == 0 && t != NULL && i < t->rows; i++) {
            char area[16];
            (void)snprintf(area, sizeof area, "%04u", split);
            assert_string_equal(shy_table_text(t, i, 0), area);
            assert_int_equal(t->columns[1].data[i], within++);
        }
        *rows += t == NULL ? 0 : (int64_t)t->rows;
        if (code == 0 && t == NULL) {
            assert_int_equal(within, given.rows);
            within = 0;
            split++;
        }
        shy_table_free(t);
    }
    shy_readers_stop(readers);
    return code;
}

/* Order ---------------------------------------------------------------------------------- */

static void test_readers_order(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    static const int delays[][16] = {{0}, {20, 0, 0, 9, 0, 0, 5}, {0, 0, 15, 0, 0, 15}};
    int64_t rows;
    (void)state;
    open_mock();
    for (size_t i = 0; i < sizeof delays / sizeof delays[0]; i++) {
        memcpy(given.delay_ms, delays[i], sizeof given.delay_ms);
        OK(read_all(&rows, &err));
        assert_int_equal(rows, 36);
    }
}

/* The second table's splits are begun while those of the first are under way. */
static void test_readers_two_tables(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t rows;
    (void)state;
    given.two = true;
    given.delay_ms[5] = 20;
    open_mock();
    OK(read_all(&rows, &err));
    assert_int_equal(rows, 36);
    given.fails = 6;
    given.delay_ms[5] = given.delay_ms[6] = 10;
    assert_int_equal(read_all(&rows, &err), SHY_E_LAYOUT);
    assert_int_equal(rows, 18);
}

/* 200,000 rows come in more tables than a queue holds. */
static void test_readers_long_streams(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t rows;
    (void)state;
    given.splits = 3;
    given.rows = 200000;
    given.foreign = true;
    open_mock();
    OK(read_all(&rows, &err));
    assert_int_equal(rows, 600000);
}

static void test_readers_no_rows(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t rows;
    (void)state;
    given.rows = 0;
    open_mock();
    OK(read_all(&rows, &err));
    given.foreign = true;
    OK(read_all(&rows, &err));
    assert_int_equal(rows, 0);
    assert_int_equal(atomic_load(&begun), 24);
}

/* Failures ------------------------------------------------------------------------------- */

/* Split 5 takes long to fail, those behind it fail at once: it is split 5 that is told. */
static void test_readers_first_failure(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t rows;
    (void)state;
    given.fails = 5;
    given.delay_ms[5] = 30;
    open_mock();
    assert_int_equal(read_all(&rows, &err), SHY_E_LAYOUT);
    assert_non_null(strstr(err.message, "split 5 is bad"));
    assert_int_equal(rows, 15);
    /* Those that were under way end, no others begin. */
    assert_true(atomic_load(&begun) < 12);
}

/* A stream that breaks off: what came before it is given, then the error. */
static void test_readers_error_in_the_middle(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t rows;
    (void)state;
    given.fails = 2;
    given.fails_within = given.foreign = true;
    given.rows = 70000;
    open_mock();
    assert_int_equal(read_all(&rows, &err), SHY_E_PLUGIN_STREAM);
    assert_non_null(strstr(err.message, "70000"));
    assert_non_null(strstr(err.message, "the line was cut"));
    assert_int_equal(rows, 210000);
}

static void test_readers_out_of_memory(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int code = SHY_E_NOMEM, failures = 0;
    (void)state;
    given.splits = 3;
    open_mock();
    for (uint64_t n = 1; code != 0; n++) {
        int64_t rows;
        shy_mem_fail_after(n);
        code = read_all(&rows, &err);
        shy_mem_fail_after(0);
        assert_true(code == 0 || code == SHY_E_NOMEM);
        failures += code != 0;
    }
    assert_true(failures > 10);
}

/* Ending early --------------------------------------------------------------------------- */

static void test_readers_stop_at_once(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_readers *readers;
    (void)state;
    open_mock();
    OK(start_readers(&readers, &err));
    shy_readers_stop(readers);
    shy_readers_stop(NULL);
}

/* One table is taken, and the rest of what was read goes with the readers: full queues do not hold
 * them up, and what is behind the slots was never begun. */
static void test_readers_stop_early(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_readers *readers;
    struct shy_table *t;
    (void)state;
    given.foreign = true;
    given.rows = 200000;
    open_mock();
    OK(start_readers(&readers, &err));
    OK(shy_readers_next(readers, 0, &t, &err));
    assert_non_null(t);
    shy_table_free(t);
    (void)usleep(50000);
    shy_readers_stop(readers);
    assert_in_range(atomic_load(&begun), 1, 6);
}

/* A plugin that asks whether it is to stop learns it, and this thread is not stopped. */
static void test_readers_stop_tells_plugins(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_readers *readers;
    struct shy_table *t;
    (void)state;
    given.endless = 1;
    open_mock();
    OK(start_readers(&readers, &err));
    OK(shy_readers_next(readers, 0, &t, &err));
    shy_table_free(t);
    /* Split 1 has begun, or will and finds that all is over. */
    shy_readers_stop(readers);
    assert_int_equal(atomic_load(&cancelled) > 0, atomic_load(&begun) > 1);
    assert_false(shy_os_cancelled());
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(test_readers_order),
        TEST(test_readers_two_tables),
        TEST(test_readers_long_streams),
        TEST(test_readers_no_rows),
        TEST(test_readers_first_failure),
        TEST(test_readers_stop_at_once),
        TEST(test_readers_error_in_the_middle),
        TEST(test_readers_out_of_memory),
        TEST(test_readers_stop_early),
        TEST(test_readers_stop_tells_plugins),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("readers", tests, NULL, NULL);
}
