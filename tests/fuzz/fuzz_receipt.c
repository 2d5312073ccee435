/* SPDX-License-Identifier: MIT */
/*
 * Claim files. The first byte chooses the size of the parts, the rest is the file. Whatever it
 * holds, the same rows, rejects and notes must come, read whole and in parts; every text must be
 * valid UTF-8, every line of a claim that is given, and every claim of a person that is.
 */
#define _GNU_SOURCE /* memfd_create */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/plugin/plugin_host.h"
#include "core/text/encoding.h"
#include "tests/fuzz/fuzz.h"

extern const struct shihyo_plugin receipt_LTX_shihyo_plugin;

struct reading {
    struct shy_text rows, told;
    struct shy_text items, claims, persons; /* "|claim|person|month|institution", "|person" */
    int64_t notes[8];
};

static int take_reject(void *arg, const struct shihyo_error *err)
{
    struct reading *r = arg;
    SHY_BUG_ON(err->code == 0 || err->row < 1 || err->value[0] != '\0');
    shy_text_addf(&r->told, "%u %lld %s\n", err->code, (long long)err->row, err->column_name);
    return 0;
}

static int take_note(void *arg, const struct shihyo_error *err, int64_t count)
{
    struct reading *r = arg;
    SHY_BUG_ON(err->code < 1420 || err->code > 1424 || err->row < 1 || count < 1);
    r->notes[err->code - 1420] += count;
    return 0;
}

static void add_text(struct shy_text *out, const struct ArrowArray *a, int64_t row)
{
    const char *view = (const char *)a->buffers[1] + 16 * row;
    int32_t length, offset;
    memcpy(&length, view, 4);
    memcpy(&offset, view + 12, 4);
    const char *text = length <= 12 ? view + 4 : (const char *)a->buffers[2] + offset;
    SHY_BUG_ON(shy_utf8_valid((const unsigned char *)text, (size_t)length) != (size_t)length);
    shy_text_add(out, text, (size_t)length);
}

static void add_value(struct shy_text *out, const struct ArrowSchema *schema,
                      const struct ArrowArray *a, int64_t row)
{
    const unsigned char *valid = a->buffers[0];
    if (a->null_count > 0 && (valid[row >> 3] >> (row & 7) & 1) == 0)
        return;
    if (strcmp(schema->format, "vu") == 0) {
        add_text(out, a, row);
    } else if (strcmp(schema->format, "i") == 0) {
        int32_t month = ((const int32_t *)a->buffers[1])[row];
        SHY_BUG_ON(month % 100 < 1 || month % 100 > 12 || month > 999912);
        shy_text_addf(out, "%d", month);
    } else {
        shy_text_addf(out, "%lld", (long long)((const int64_t *)a->buffers[1])[row]);
    }
}

/* The first columns of the rows from `from` on, each row in a line. */
static void keep_heads(const char *from, size_t columns, struct shy_text *out)
{
    for (const char *row = from; *row != '\0'; row = strchr(row, '\n') + 1) {
        const char *end = row;
        for (size_t i = 0; i < columns; i++)
            end += 1 + strcspn(end + 1, "|\n");
        shy_text_add(out, row, (size_t)(end - row));
        shy_text_addc(out, '\n');
    }
}

/* The key of every line of a is a line of b. */
static void check_lines(const struct shy_text *a, const struct shy_text *b,
                        const char *(*key)(const char *line, size_t *length))
{
    for (const char *line = shy_text_get(a); *line != '\0'; line = strchr(line, '\n') + 1) {
        char text[128];
        size_t length;
        const char *from = key(line, &length);
        (void)snprintf(text, sizeof text, "%.*s\n", (int)length, from);
        SHY_BUG_ON(strstr(shy_text_get(b), text) == NULL);
    }
}

static const char *whole_line(const char *line, size_t *length)
{
    *length = strcspn(line, "\n");
    return line;
}

static const char *person_of(const char *line, size_t *length)
{
    const char *from = strchr(line + 1, '|');
    *length = 1 + strcspn(from + 1, "|\n");
    return from;
}

static void read_stream(struct ArrowArrayStream *stream, struct shy_text *out)
{
    struct ArrowSchema schema;
    struct ArrowArray batch;
    SHY_BUG_ON(stream->get_schema(stream, &schema) != 0);
    for (;;) {
        SHY_BUG_ON(stream->get_next(stream, &batch) != 0);
        if (batch.release == NULL)
            break;
        for (int64_t row = 0; row < batch.length; row++) {
            for (int64_t i = 0; i < batch.n_children; i++) {
                shy_text_addc(out, '|');
                add_value(out, schema.children[i], batch.children[i], row);
            }
            shy_text_addc(out, '\n');
        }
        batch.release(&batch);
    }
    schema.release(&schema);
    stream->release(stream);
}

static void read_table(struct shihyo_source *source, const struct shihyo_table_info *table,
                       struct reading *r)
{
    static const char *const columns[][9] = {
        {"institution", "name", NULL},
        {"claim", "person", "month", "institution", "setting", "type", "days", "points", NULL},
        {"claim", "person", "month", "institution", "item", "quantity", "points", NULL},
        {"person", "sex", "birth_month", "insurer", "insured_number", "valid_from", "valid_to",
         NULL}};
    static const char *const contracts[] = {"institutions", "medical_claims", "medical_items",
                                            "persons"};
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = table->contract, .reject = take_reject,
                                            .rejects = r, .note = take_note};
    size_t contract = 0;
    while (strcmp(contracts[contract], table->contract) != 0)
        contract++;
    request.columns = columns[contract];
    while (columns[contract][request.column_count] != NULL)
        request.column_count++;
    size_t before = r->rows.length;
    for (request.split = 0; request.split < table->splits; request.split++) {
        struct ArrowArrayStream stream = {0};
        struct shihyo_error err = SHY_ERROR_INIT;
        SHY_BUG_ON(receipt_LTX_shihyo_plugin.stream(source, &request, &stream, &err) != 0);
        read_stream(&stream, &r->rows);
    }
    const char *rows = shy_text_get(&r->rows) + before;
    if (contract == 1)
        keep_heads(rows, 4, &r->claims);
    else if (contract == 2)
        keep_heads(rows, 4, &r->items);
    else if (contract == 3)
        keep_heads(rows, 1, &r->persons);
}

static void free_reading(struct reading *r)
{
    shy_text_free(&r->rows);
    shy_text_free(&r->told);
    shy_text_free(&r->items);
    shy_text_free(&r->claims);
    shy_text_free(&r->persons);
}

static void read_file(const char *path, int64_t split, struct reading *r)
{
    const struct shihyo_plugin *plugin = &receipt_LTX_shihyo_plugin;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_source *source;
    const struct shihyo_table_info *tables;
    size_t count;
    const struct shihyo_value file = {SHIHYO_ABI_INIT(struct shihyo_value),
                                      .type = SHIHYO_VALUE_STRING, .string = path},
                              bytes = {SHIHYO_ABI_INIT(struct shihyo_value),
                                       .type = SHIHYO_VALUE_INT, .integer = split};
    const char *const keys[] = {"files", "split_bytes"};
    const struct shihyo_value *const items[] = {&file, &bytes};
    const struct shihyo_value options = {SHIHYO_ABI_INIT(struct shihyo_value),
                                         .type = SHIHYO_VALUE_MAP, .count = 2, .keys = keys,
                                         .items = items};
    SHY_BUG_ON(plugin->open(shy_plugin_host(), "fuzz", &options, &source, &err) != 0);
    SHY_BUG_ON(plugin->tables(source, &tables, &count, &err) != 0);
    for (size_t i = 0; i < count; i++)
        read_table(source, &tables[i], r);
    plugin->close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading whole = {0}, parts = {0};
    char path[64];
    if (size < 1)
        return 0;
    int file = memfd_create("fuzz", 0);
    SHY_BUG_ON(file < 0 || write(file, data + 1, size - 1) != (ssize_t)size - 1);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_file(path, 1 << 20, &whole);
    read_file(path, 1 + data[0], &parts);
    SHY_BUG_ON(strcmp(shy_text_get(&whole.rows), shy_text_get(&parts.rows)) != 0);
    SHY_BUG_ON(strcmp(shy_text_get(&whole.told), shy_text_get(&parts.told)) != 0);
    SHY_BUG_ON(memcmp(whole.notes, parts.notes, sizeof whole.notes) != 0);
    check_lines(&whole.items, &whole.claims, whole_line);
    check_lines(&whole.claims, &whole.persons, person_of);
    (void)close(file);
    free_reading(&whole);
    free_reading(&parts);
    return 0;
}
