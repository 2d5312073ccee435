/* SPDX-License-Identifier: MIT */
/*
 * Delimited text. The first byte chooses encoding, delimiter, quoting and limits ('0': automatic,
 * comma, quotes, usual limits), the rest is the file. What is read must be valid UTF-8, must be
 * the same when it is written and read again, and the same when it is read in parts.
 */
#include <stdbool.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/text/csv.h"
#include "core/text/csv_scan.h"
#include "core/text/encoding.h"
#include "tests/fuzz/fuzz.h"

static void add_quoted(struct shy_text *out, const struct shihyo_field *f)
{
    shy_text_addc(out, '"');
    for (size_t i = 0; i < f->length; i++) {
        if (f->text[i] == '"')
            shy_text_addc(out, '"');
        shy_text_addc(out, f->text[i]);
    }
    shy_text_addc(out, '"');
}

static void add_record(struct shy_text *out, const struct shihyo_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const unsigned char *text = (const unsigned char *)fields[i].text;
        SHY_BUG_ON(shy_utf8_valid(text, fields[i].length) != fields[i].length);
        if (i > 0)
            shy_text_addc(out, ',');
        add_quoted(out, &fields[i]);
    }
    shy_text_addc(out, '\n');
}

/* Reads everything that can be read into out, as well-formed text; 0 or the code. */
static int read_text(const void *data, size_t size, const struct shihyo_csv_options *options,
                     struct shy_text *out, bool *utf8)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_csv *csv = NULL;
    const struct shihyo_field *fields;
    size_t count = 1;
    int64_t line = 0;
    int code = shy_csv_open_bytes("fuzz", data, size, options, &csv, &err);
    if (code == 0)
        *utf8 = strcmp(shy_csv_encoding(csv), "UTF-8") == 0;
    while (code == 0 && count > 0) {
        code = shy_csv_next(csv, &fields, &count, &err);
        if (code == 0 && count > 0) {
            SHY_BUG_ON(shy_csv_line(csv) <= line);
            line = shy_csv_line(csv);
            add_record(out, fields, count);
        }
    }
    SHY_BUG_ON(code != (int)err.code);
    SHY_BUG_ON(code != 0 && err.message[0] == '\0');
    shy_csv_close(csv);
    return code;
}

static void read_in_parts(const uint8_t *data, size_t size, const struct shy_csv_dialect *dialect,
                          struct shy_text *out)
{
    struct shy_csv_scanner *scanner = shy_csv_scanner_new(dialect, SHY_CSV_UTF8);
    const struct shihyo_field *fields;
    size_t count, end, begin = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    int64_t line = 1, next = 1;
    SHY_BUG_ON(scanner == NULL);
    for (; begin < size; begin = end, line = next) {
        end = shy_csv_boundary(dialect, data, begin, size, begin + 1 + size / 3, &next);
        SHY_BUG_ON(end <= begin);
        shy_csv_scanner_range(scanner, data, begin, end, line, true);
        do {
            SHY_BUG_ON(shy_csv_scanner_next(scanner, &fields, &count, NULL) != 0);
            if (count > 0)
                add_record(out, fields, count);
        } while (count > 0);
        SHY_BUG_ON(shy_csv_scanner_at(scanner) != end);
    }
    shy_csv_scanner_free(scanner);
}

static void check_same(const struct shy_text *a, const struct shy_text *b)
{
    SHY_BUG_ON(a->failed || b->failed || a->length != b->length);
    SHY_BUG_ON(a->length > 0 && memcmp(a->text, b->text, a->length) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {"auto", "UTF-8", "CP932", "UTF-16"};
    static const char delimiters[] = {',', '\t', '|', ' '};
    if (size == 0)
        return 0;
    unsigned how = data[0] ^ (unsigned)'0';
    struct shihyo_csv_options options = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                         .encoding = encodings[how & 3],
                                         .delimiter = (uint32_t)delimiters[how >> 4 & 3],
                                         .no_quotes = how >> 2 & 1,
                                         .max_record = how & 8 ? 64 : 0,
                                         .max_fields = how & 8 ? 8 : 0};
    struct shihyo_csv_options plain = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                       .encoding = "UTF-8"};
    struct shy_text first = {0}, again = {0}, parts = {0};
    bool utf8 = false;
    int code = read_text(data + 1, size - 1, &options, &first, &utf8);
    SHY_BUG_ON(read_text(shy_text_get(&first), first.length, &plain, &again, &(bool){false}) != 0);
    check_same(&first, &again);
    if (code == 0 && utf8) {
        struct shy_csv_dialect dialect = {(unsigned char)options.delimiter, options.no_quotes != 0,
                                          options.max_record, options.max_fields};
        SHY_BUG_ON(shy_csv_dialect_check(&dialect, NULL) != 0);
        read_in_parts(data + 1, size - 1, &dialect, &parts);
        check_same(&first, &parts);
    }
    shy_text_free(&first);
    shy_text_free(&again);
    shy_text_free(&parts);
    return 0;
}
