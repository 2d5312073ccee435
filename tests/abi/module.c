/* SPDX-License-Identifier: MIT */
/*
 * One small plugin, built many times: by the frozen plugin.h of version 1, and with one thing wrong
 * each time. MODULE is its name; the other macros say what is wrong (tests/abi/Makefile.inc).
 */
#include <errno.h>
#include <string.h>

#include <shihyo/plugin.h>

#ifndef INNER_NAME
#define INNER_NAME MODULE_NAME
#endif
#ifndef VERSION
#define VERSION SHIHYO_ABI_VERSION
#endif
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
#define MODULE_NAME TEXT(MODULE)

struct shihyo_source {
    const struct shihyo_host *host;
    struct shihyo_table_info table;
};

static struct shihyo_source only;

/* An array of options whose elements a newer plugin.h made longer. */
struct option {
    struct shihyo_option known;
#ifdef NEWER
    const char *unknown;
#endif
};
static const struct option options[] = {
    {{sizeof(struct option), VERSION, .name = "first", .type = SHIHYO_VALUE_INT}},
    {{sizeof(struct option), VERSION, .name = "second", .type = SHIHYO_VALUE_STRING}},
    {{0, 0, .name = NULL}},
};

static const struct shihyo_offer offer = {
#ifdef OLDER
    offsetof(struct shihyo_offer, finest_level),
    VERSION,
#else
    sizeof(struct shihyo_offer),
    VERSION,
#endif
    .contract = "beds",
    .bases = SHIHYO_BASIS_INSTITUTION,
    .finest_level = SHIHYO_LEVEL_SECONDARY,
};
static const struct shihyo_offer *const offers[] = {&offer, NULL};

static const struct shihyo_capabilities capabilities = {
    sizeof(struct shihyo_capabilities),
    VERSION,
    .title = {"試験", "test"},
    .offers = offers,
};

static int open_source(const struct shihyo_host *host, const char *source_name,
                       const struct shihyo_value *given, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    (void)source_name, (void)given, (void)err;
    only.host = host;
    only.table =
        (struct shihyo_table_info){sizeof only.table, VERSION, .contract = "beds", .splits = 1};
    *out = &only;
    return SHIHYO_OK;
}

static void close_source(struct shihyo_source *s)
{
    s->host = NULL;
}

static int files(struct shihyo_source *s, const struct shihyo_file **out, size_t *count,
                 struct shihyo_error *err)
{
    (void)s, (void)err;
    *out = NULL;
    *count = 0;
    return SHIHYO_OK;
}

static int tables(struct shihyo_source *s, const struct shihyo_table_info **out, size_t *count,
                  struct shihyo_error *err)
{
    (void)err;
    *out = &s->table;
    *count = 1;
    return SHIHYO_OK;
}

#ifdef BY_HAND
/* A stream of one column "area" without the builder: two rows, then an error; or of a wrong type.
 */
static int batches;
static struct ArrowSchema area_schema, *schema_children[] = {&area_schema};
static struct ArrowArray area, *children[] = {&area};

static void release_schema(struct ArrowSchema *s)
{
    s->release = NULL;
}
static void release_array(struct ArrowArray *a)
{
    a->release = NULL;
}
static void release_stream(struct ArrowArrayStream *s)
{
    s->release = NULL;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    (void)stream;
    area_schema =
        (struct ArrowSchema){.format = BY_HAND, .name = "area", .release = release_schema};
    *out = (struct ArrowSchema){.format = "+s",
                                .name = "",
                                .n_children = 1,
                                .children = schema_children,
                                .release = release_schema};
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    static const int32_t offsets[] = {0, 2, 4};
    static const void *buffers[] = {NULL, offsets, "2924"}, *none[] = {NULL};
    (void)stream;
    if (batches++ > 0)
        return EIO;
    area = (struct ArrowArray){
        .length = 2, .n_buffers = 3, .buffers = buffers, .release = release_array};
    *out = (struct ArrowArray){.length = 2,
                               .n_buffers = 1,
                               .buffers = none,
                               .n_children = 1,
                               .children = children,
                               .release = release_array};
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "the file ends in the middle of row 3";
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    (void)s, (void)request, (void)err;
    batches = 0;
    *out = (struct ArrowArrayStream){get_schema, get_next, get_last_error, release_stream, NULL};
    return SHIHYO_OK;
}
#else
#ifdef OLDER
/* The error of a plugin.h without hint: behind it lies something else of the plugin's. */
static struct {
    struct shihyo_error error;
} small;
enum { SMALL = offsetof(struct shihyo_error, hint) };

static int visit_row(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    (void)arg, (void)row, (void)cells, (void)count;
    return 0;
}

static int visit_file(void *arg, const char *path)
{
    (void)arg, (void)path;
    return 0;
}

/* status: of a service that had to fail with small as its error. */
static int failed_in_bounds(int status)
{
    const unsigned char *behind = (const unsigned char *)&small.error + SMALL;
    int good = status != 0 && small.error.code != 0 && small.error.struct_size == SMALL &&
               small.error.message[0] != 0;
    for (size_t i = 0; i < sizeof small - SMALL; i++)
        good = good && behind[i] == 0x5a;
    memset(&small, 0, SMALL);
    small.error.struct_size = SMALL;
    small.error.abi_version = SHIHYO_ABI_VERSION;
    return good;
}

static int builder_in_bounds(const struct shihyo_host *host)
{
    static const char *const columns[] = {"area"}, *const unknown[] = {"aera"};
    const struct shihyo_builder_services *build = host->builder;
    struct ArrowArrayStream out;
    struct shihyo_builder *b;
    int good = failed_in_bounds(build->create(host, "nothing", columns, 1, &b, &small.error)) &&
               failed_in_bounds(build->create(host, "beds", unknown, 1, &b, &small.error)) &&
               build->create(host, "beds", columns, 1, &b, NULL) == 0;
    if (!good)
        return 0;
    build->set_int(b, 0, 5);
    good = failed_in_bounds(build->end_row(b, &small.error));
    build->set_text(b, 0, "29", 2);
    return failed_in_bounds(build->finish(b, &out, &small.error)) && good;
}

static int text_in_bounds(const struct shihyo_host *host)
{
    static const struct shihyo_field label = {"a", 1};
    const struct shihyo_text_services *text = host->text;
    const struct shihyo_field *fields;
    struct shihyo_workbook *wb;
    struct shihyo_csv *csv;
    struct shihyo_header *header;
    size_t count;
    int good = failed_in_bounds(text->csv_open("/nowhere/x.csv", NULL, &csv, &small.error)) &&
               failed_in_bounds(text->workbook_open("/nowhere/x.xlsx", &wb, &small.error)) &&
               failed_in_bounds(text->find_column(&label, 1, "b", &count, &small.error)) &&
               failed_in_bounds(host->each_file("/nowhere/*", visit_file, NULL, &small.error));
    if (text->header_new(&header, NULL) != 0)
        return 0;
    good = good && failed_in_bounds(text->header_find(header, "b", &count, &small.error));
    text->header_free(header);
    if (text->workbook_open(INPUTS "/xlsx.in/good", &wb, NULL) != 0 ||
        text->csv_open(INPUTS "/csv.in/nul", NULL, &csv, NULL) != 0)
        return 0;
    good = good && failed_in_bounds(text->sheet_read(wb, 999, visit_row, NULL, &small.error));
    text->workbook_close(wb);
    int status;
    do
        status = text->csv_next(csv, &fields, &count, &small.error);
    while (status == 0 && count > 0);
    text->csv_close(csv);
    return failed_in_bounds(status) && good;
}

static int services_stay_in_bounds(const struct shihyo_host *host)
{
    memset(&small, 0x5a, sizeof small);
    small.error.struct_size = SMALL;
    small.error.abi_version = SHIHYO_ABI_VERSION;
    return text_in_bounds(host) && builder_in_bounds(host);
}
#endif

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    const struct shihyo_builder_services *build = s->host->builder;
    struct shihyo_builder *b;
#ifdef OLDER
    if (!services_stay_in_bounds(s->host))
        return s->host->error(err, SHIHYO_INTERNAL, 0, "a service wrote beyond an older struct");
#endif
    int status =
        build->create(s->host, request->contract, request->columns, request->column_count, &b, err);
    if (status != SHIHYO_OK)
        return status;
    build->set_text(b, build->column(b, "area"), "29", 2);
    build->set_int(b, build->column(b, "value"), 5);
    (void)build->end_row(b, err);
#ifdef UNDEFINED
    int shihyo_no_such_function(void);
    build->set_int(b, 0, shihyo_no_such_function());
#endif
    return build->finish(b, out, err);
}
#endif

/* What plugin.h of a later minor version adds behind what we know. */
struct descriptor {
    struct shihyo_plugin known;
#ifdef NEWER
    const char *unknown[4];
#endif
};

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#ifdef NO_SYMBOL
#define SYMBOL JOIN(MODULE, _something_else)
#else
#define SYMBOL JOIN(MODULE, _LTX_shihyo_plugin)
#endif

extern SHIHYO_EXPORT const struct descriptor SYMBOL;
const struct descriptor SYMBOL = {
    .known =
        {
#ifdef OLDER
            /* Whatever lies behind the older struct is not the host's to read. */
            offsetof(struct shihyo_plugin, run_sql),
            VERSION,
            .run_sql = (int (*)(struct shihyo_source *, const char *, struct ArrowArrayStream *,
                                struct shihyo_error *))16,
            .sql_dialect = (const char *)16,
#else
            sizeof(struct descriptor),
            VERSION,
#endif
            .name = INNER_NAME,
            .version = "1.0",
            .license = "MIT",
            .summary = {"試験", "test"},
            .capabilities = &capabilities,
            .options = &options[0].known,
            .open = open_source,
            .close = close_source,
            .files = files,
            .tables = tables,
#ifndef NO_STREAM
            .stream = stream,
#endif
        },
};
