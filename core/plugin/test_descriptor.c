/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/plugin/internal.h"

static struct shy_arena arena;
static struct shihyo_error err;
static struct shihyo_plugin good;
static struct shihyo_capabilities capabilities;

static int open_source(const struct shihyo_host *host, const char *name,
                       const struct shihyo_value *options, struct shihyo_source **out,
                       struct shihyo_error *e)
{
    (void)host, (void)name, (void)options, (void)out, (void)e;
    return SHIHYO_UNSUPPORTED;
}
static void close_source(struct shihyo_source *s)
{
    (void)s;
}
static int files(struct shihyo_source *s, const struct shihyo_file **f, size_t *n,
                 struct shihyo_error *e)
{
    (void)s, (void)f, (void)n, (void)e;
    return 0;
}
static int tables(struct shihyo_source *s, const struct shihyo_table_info **t, size_t *n,
                  struct shihyo_error *e)
{
    (void)s, (void)t, (void)n, (void)e;
    return 0;
}
static int stream(struct shihyo_source *s, const struct shihyo_stream_request *r,
                  struct ArrowArrayStream *out, struct shihyo_error *e)
{
    (void)s, (void)r, (void)out, (void)e;
    return 0;
}

static const struct shihyo_offer offer = {SHIHYO_ABI_INIT(struct shihyo_offer), .contract = "beds"};
static const struct shihyo_offer *const offers[] = {&offer, NULL};

static int setup(void **state)
{
    (void)state;
    shy_error_reset(&err);
    arena = (struct shy_arena){0};
    capabilities = (struct shihyo_capabilities){SHIHYO_ABI_INIT(struct shihyo_capabilities),
                                                .title = {"病床", "Beds"}, .offers = offers};
    good = (struct shihyo_plugin){SHIHYO_ABI_INIT(struct shihyo_plugin),
                                  .name = "good",
                                  .version = "1",
                                  .license = "MIT",
                                  .summary = {"よい", "good"},
                                  .capabilities = &capabilities,
                                  .open = open_source,
                                  .close = close_source,
                                  .files = files,
                                  .tables = tables,
                                  .stream = stream};
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    shy_arena_free(&arena);
    return 0;
}

static int take(const struct shihyo_plugin **out)
{
    return shy_descriptor_take(&good, "good", "/x/good.so", &arena, out, &err);
}

static void test_descriptor_good(void **state)
{
    (void)state;
    const struct shihyo_plugin *p;
    assert_int_equal(take(&p), 0);
    assert_string_equal(p->name, "good");
    assert_ptr_equal(p->stream, stream);
    assert_null(p->run_sql);
    assert_string_equal(p->capabilities->offers[0]->contract, "beds");
    assert_null(p->capabilities->claims[0]);
    assert_null(p->capabilities->caveats[0].ja);
}

/* Every field that must be there, by the name under which its lack is told. */
static void test_descriptor_required(void **state)
{
    (void)state;
    static const char *const fields[] = {
        "'name'",
        "'version'",
        "'license'",
        "'summary'",
        "'capabilities'",
        "'open'",
        "'close'",
        "'files'",
        "'tables'",
        "'stream'",
        "'capabilities.title'",
        "'capabilities.offers'",
        "'sql_dialect'",
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct shihyo_plugin *p;
        (void)setup(NULL);
        switch (i) {
        case 0:
            good.name = NULL;
            break;
        case 1:
            good.version = NULL;
            break;
        case 2:
            good.license = NULL;
            break;
        case 3:
            good.summary = (struct shihyo_text){NULL, ""};
            break;
        case 4:
            good.capabilities = NULL;
            break;
        case 5:
            good.open = NULL;
            break;
        case 6:
            good.close = NULL;
            break;
        case 7:
            good.files = NULL;
            break;
        case 8:
            good.tables = NULL;
            break;
        case 9:
            good.stream = NULL;
            break;
        case 10:
            capabilities.title = (struct shihyo_text){NULL, NULL};
            break;
        case 11:
            capabilities.offers = NULL;
            break;
        default:
            good.run_sql = (int (*)(struct shihyo_source *, const char *, struct ArrowArrayStream *,
                                    struct shihyo_error *))stream;
        }
        assert_int_equal(take(&p), SHY_E_PLUGIN_INVALID);
        if (strstr(err.message, fields[i]) == NULL)
            fail_msg("%s is not in: %s", fields[i], err.message);
        assert_string_equal(err.file, "/x/good.so");
        (void)teardown(NULL);
    }
}

static void test_descriptor_versions(void **state)
{
    (void)state;
    const struct shihyo_plugin *p;
    good.abi_version = (SHIHYO_ABI_MAJOR + 1) << 16 | 7;
    assert_int_equal(take(&p), SHY_E_PLUGIN_ABI);
    assert_non_null(strstr(err.message, "2.7"));
    assert_non_null(strstr(err.message, "1.0"));
    assert_string_equal(err.file, "/x/good.so");
    good.abi_version = SHIHYO_ABI_VERSION + 1;
    assert_int_equal(take(&p), 0);
    good.struct_size = 0;
    assert_int_equal(take(&p), SHY_E_PLUGIN_INVALID);
    assert_non_null(strstr(err.hint, "SHIHYO_ABI_INIT"));
}

static void test_descriptor_name(void **state)
{
    (void)state;
    const struct shihyo_plugin *p;
    good.name = "other";
    assert_int_equal(take(&p), SHY_E_PLUGIN_NAME);
    assert_non_null(strstr(err.message, "'good'"));
    assert_non_null(strstr(err.message, "'other'"));
    assert_true(shy_plugin_name_ok("ndb_open_data2"));
    assert_false(shy_plugin_name_ok("ndb-open-data"));
    assert_false(shy_plugin_name_ok("2ndb"));
    assert_false(shy_plugin_name_ok(""));
    assert_false(shy_plugin_name_ok("Ndb"));
}

/* An options table of a newer plugin.h: longer elements, an end mark without a size. */
static void test_descriptor_longer_options(void **state)
{
    (void)state;
    struct longer {
        struct shihyo_option option;
        const char *more[3];
    };
    static const struct longer table[] = {
        {{sizeof(struct longer), SHIHYO_ABI_VERSION + 1, .name = "a", .type = SHIHYO_VALUE_INT},
         {"x", "y", "z"}},
        {{sizeof(struct longer), SHIHYO_ABI_VERSION + 1, .name = "b", .type = SHIHYO_VALUE_STRING},
         {"x", "y", "z"}},
        {{0, 0, .name = NULL}, {"x", "y", "z"}},
    };
    const struct shihyo_plugin *p;
    good.options = &table[0].option;
    assert_int_equal(take(&p), 0);
    assert_string_equal(p->options[0].name, "a");
    assert_string_equal(p->options[1].name, "b");
    assert_int_equal(p->options[1].type, SHIHYO_VALUE_STRING);
    assert_null(p->options[2].name);
}

static void test_descriptor_bad_options(void **state)
{
    (void)state;
    const struct shihyo_plugin *p;
    struct shihyo_option table[] = {
        {SHIHYO_ABI_INIT(struct shihyo_option), .name = "a", .type = SHIHYO_VALUE_MAP},
        {SHIHYO_ABI_INIT(struct shihyo_option), .name = NULL},
    };
    good.options = table;
    table[0].children = table; /* nested in itself */
    assert_int_equal(take(&p), SHY_E_PLUGIN_INVALID);
    table[0].children = NULL;
    table[0].type = 99;
    assert_int_equal(take(&p), SHY_E_PLUGIN_INVALID);
    table[0].type = SHIHYO_VALUE_INT;
    table[0].struct_size = 13;
    assert_int_equal(take(&p), SHY_E_PLUGIN_INVALID);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_descriptor_good, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptor_required, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptor_versions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptor_name, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptor_longer_options, setup, teardown),
        cmocka_unit_test_setup_teardown(test_descriptor_bad_options, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("descriptor", tests, NULL, NULL);
}
