/* SPDX-License-Identifier: MIT */
/*
 * A plugin to copy. It reads CSV files of two columns, a municipality and a number, and gives
 * them as the contract facts.template. README.md says what to change.
 */
#include <stdlib.h>
#include <string.h>

#include <shihyo/plugin.h>

#define CONTRACT "facts.template"
#define OPTION SHIHYO_ABI_INIT(struct shihyo_option)
#define COLUMN SHIHYO_ABI_INIT(struct shihyo_column_info)

struct shihyo_source {
    const struct shihyo_host *host;
    struct shihyo_table_info table;
    struct shihyo_file *files;
    size_t file_count;
    char period[16];
};

/* What the source is and what it can answer: read without opening any file. ------------------ */

static const struct shihyo_option options[] = {
    {OPTION, .name = "path", .type = SHIHYO_VALUE_STRING,
     .flags = SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH, .help_ja = "CSVファイル（* も可）",
     .help_en = "CSV files (* is allowed)"},
    {OPTION, .name = "period", .type = SHIHYO_VALUE_STRING, .flags = SHIHYO_OPTION_REQUIRED,
     .help_ja = "時点（例: 令和6年度）", .help_en = "the period of the figures, e.g. FY2024"},
    {OPTION, .name = NULL},
};

static const struct shihyo_offer offer = {
    SHIHYO_ABI_INIT(struct shihyo_offer),
    .contract = CONTRACT,
    .bases = SHIHYO_BASIS_RESIDENCE,
    .finest_level = SHIHYO_LEVEL_ANY,
};
static const struct shihyo_offer *const offers[] = {&offer, NULL};

static const struct shihyo_capabilities capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"プラグインのひな型", "Plugin template"},
    .cycle = {"随時", "any time"},
    .offers = offers,
};

static const struct shihyo_column_info columns[] = {
    {COLUMN, .name = "area_set", .type = "area_set", .label = {"圏域の種類", "Area set"},
     .flags = SHIHYO_COLUMN_KEY},
    {COLUMN, .name = "area", .type = "area", .label = {"圏域", "Area"}, .flags = SHIHYO_COLUMN_KEY},
    {COLUMN, .name = "period", .type = "period", .label = {"期間", "Period"},
     .flags = SHIHYO_COLUMN_KEY},
    {COLUMN, .name = "value", .type = "int", .unit = "件", .label = {"件数", "Count"},
     .flags = SHIHYO_COLUMN_MEASURE},
};

/* Life: open, files, tables, stream, close. --------------------------------------------------- */

static const char *option_text(const struct shihyo_value *map, const char *name)
{
    for (uint32_t i = 0; i < map->count; i++) {
        if (strcmp(map->keys[i], name) == 0)
            return map->items[i]->string;
    }
    return NULL;
}

/* Also frees a source that open did not finish. */
static void close_source(struct shihyo_source *s)
{
    for (size_t i = 0; i < s->file_count; i++)
        free((char *)s->files[i].path);
    free(s->files);
    free(s);
}

static int add_file(void *arg, const char *path)
{
    struct shihyo_source *s = arg;
    struct shihyo_file *files = realloc(s->files, (s->file_count + 1) * sizeof *files);
    if (files == NULL)
        return SHIHYO_NOMEM;
    s->files = files;
    files[s->file_count] =
        (struct shihyo_file){SHIHYO_ABI_INIT(struct shihyo_file), .path = strdup(path)};
    return files[s->file_count++].path == NULL ? SHIHYO_NOMEM : SHIHYO_OK;
}

static int open_source(const struct shihyo_host *host, const char *source_name,
                       const struct shihyo_value *given, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    const char *period = option_text(given, "period");
    struct shihyo_source *s = calloc(1, sizeof *s);
    (void)source_name;
    if (s == NULL)
        return host->error(err, SHIHYO_NOMEM, 0, "There is not enough memory.");
    s->host = host;
    s->table = (struct shihyo_table_info){
        SHIHYO_ABI_INIT(struct shihyo_table_info),
        .contract = CONTRACT,
        .splits = 1,
        .columns = columns,
        .column_count = sizeof columns / sizeof columns[0],
        .label = capabilities.title,
        .basis = SHIHYO_BASIS_RESIDENCE,
    };
    int status = host->text->parse_period(period, strlen(period), s->period);
    if (status != SHIHYO_OK)
        (void)host->error(err, status, 0, "'%s' is not a period.", period);
    else
        status = host->each_file(option_text(given, "path"), add_file, s, err);
    if (status != SHIHYO_OK) {
        close_source(s);
        return status;
    }
    *out = s;
    return SHIHYO_OK;
}

static int give_files(struct shihyo_source *s, const struct shihyo_file **files, size_t *count,
                      struct shihyo_error *err)
{
    (void)err;
    *files = s->files;
    *count = s->file_count;
    return SHIHYO_OK;
}

static int give_tables(struct shihyo_source *s, const struct shihyo_table_info **tables,
                       size_t *count, struct shihyo_error *err)
{
    (void)err;
    *tables = &s->table;
    *count = 1;
    return SHIHYO_OK;
}

static int add_record(const struct shihyo_source *s, struct shihyo_builder *b,
                      const struct shihyo_field *fields, size_t count, struct shihyo_error *err)
{
    const struct shihyo_builder_services *build = s->host->builder;
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number), .state = SHIHYO_STATE_OK};
    if (count != 2)
        return s->host->error(err, SHIHYO_PARSE, 0, "A line must have two fields.");
    if (s->host->text->parse_number(fields[1].text, fields[1].length, s->host->text->signs_default,
                                    &number) != SHIHYO_OK)
        return s->host->error(err, SHIHYO_PARSE, 0, "The second field is not a number.");
    build->set_text(b, build->column(b, "area_set"), "municipality", 12);
    build->set_text(b, build->column(b, "area"), fields[0].text, fields[0].length);
    build->set_text(b, build->column(b, "period"), s->period, strlen(s->period));
    build->set_number(b, build->column(b, "value"), &number);
    return build->end_row(b, err);
}

/* The first line is the header. */
static int read_file(const struct shihyo_source *s, const char *path, struct shihyo_builder *b,
                     struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    const struct shihyo_field *fields;
    struct shihyo_csv *csv;
    size_t count;
    int status = text->csv_open(path, NULL, &csv, err);
    if (status != SHIHYO_OK)
        return status;
    for (int line = 0; status == SHIHYO_OK; line++) {
        status = text->csv_next(csv, &fields, &count, err);
        if (status != SHIHYO_OK || count == 0)
            break;
        status = line == 0 ? SHIHYO_OK : add_record(s, b, fields, count, err);
        if (status != SHIHYO_OK) {
            strncpy(err->file, path, sizeof err->file - 1);
            err->row = text->csv_line(csv);
        }
    }
    text->csv_close(csv);
    return status;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    const struct shihyo_builder_services *build = s->host->builder;
    struct shihyo_builder *b;
    int status =
        build->create(s->host, request->contract, request->columns, request->column_count, &b, err);
    if (status != SHIHYO_OK)
        return status;
    for (size_t i = 0; status == SHIHYO_OK && i < s->file_count; i++)
        status = read_file(s, s->files[i].path, b, err);
    if (status == SHIHYO_OK)
        return build->finish(b, out, err);
    build->destroy(b);
    return status;
}

SHIHYO_PLUGIN_EXPORT(template) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "template",
    .version = "1.0",
    .license = "MIT",
    .summary = {"CSV2列（圏域, 件数）を読むひな型", "reads CSV files of two columns: area, count"},
    .capabilities = &capabilities,
    .options = options,
    .open = open_source,
    .close = close_source,
    .files = give_files,
    .tables = give_tables,
    .stream = stream,
};
