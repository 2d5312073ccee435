/* SPDX-License-Identifier: MIT */
/*
 * Delimited text read line by line, as large deliveries are. The first byte chooses encoding and
 * quoting, the second where the file is cut; the rest is the file. Whatever is broken, the same
 * lines must come and the same must be told of, whole and in parts, in batches of any size; every
 * text must be valid UTF-8 without NUL.
 */
#include <stdbool.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/text/csv.h"
#include "core/text/encoding.h"
#include "tests/fuzz/fuzz.h"

struct reading {
    struct shy_text rows;
    size_t broken;
};

static int count_broken(void *arg, const struct shihyo_error *err)
{
    struct reading *r = arg;
    SHY_BUG_ON(err->code == 0 || err->message[0] == '\0' || err->row < 1);
    SHY_BUG_ON(err->value[0] != '\0' || err->hint[0] != '\0');
    r->broken++;
    return 0;
}

static void add_row(struct reading *r, const struct shihyo_field *fields, size_t most)
{
    for (size_t k = 0; k < 2; k++) {
        const struct shihyo_field *f = &fields[k * most];
        SHY_BUG_ON(shy_utf8_valid((const unsigned char *)f->text, f->length) != f->length);
        SHY_BUG_ON(f->length > 0 && memchr(f->text, '\0', f->length) != NULL);
        shy_text_addf(&r->rows, "%zu:", f->length);
        shy_text_add(&r->rows, f->text, f->length);
    }
}

/* false: the file cannot be opened so. */
static bool read_part(const uint8_t *data, size_t size, struct shihyo_csv_options *options,
                      size_t most, uint32_t expected, struct reading *r)
{
    enum { MOST = 9 };
    static const uint32_t wanted[] = {0, 2};
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_csv *csv;
    struct shihyo_field fields[2 * MOST];
    int64_t lines[MOST], last = 0;
    struct shihyo_csv_batch batch = {SHIHYO_ABI_INIT(struct shihyo_csv_batch),
                                     .wanted = wanted,
                                     .wanted_count = 2,
                                     .expected = expected,
                                     .most = most,
                                     .fields = fields,
                                     .lines = lines,
                                     .broken = count_broken,
                                     .arg = r};
    if (shy_csv_open_bytes("fuzz", data, size, options, &csv, &err) != 0)
        return false;
    do {
        SHY_BUG_ON(shy_csv_batch(csv, &batch, &err) != 0);
        for (size_t i = 0; i < batch.count; i++) {
            SHY_BUG_ON(lines[i] <= last);
            last = lines[i];
            add_row(r, fields + i, most);
        }
    } while (batch.count > 0);
    SHY_BUG_ON(shy_csv_line(csv) < last);
    shy_csv_close(csv);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading whole = {0}, parts = {0};
    if (size < 2)
        return 0;
    uint32_t expected = (data[0] & 4) != 0 ? 3 : 0;
    size_t text = size - 2, cut = text * data[1] / 256;
    struct shihyo_csv_options options = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                         .encoding = (data[0] & 1) != 0 ? "CP932" : "UTF-8",
                                         .no_quotes = (data[0] & 2) != 0, .lines = 1};
    if (read_part(data + 2, text, &options, 9, expected, &whole) && cut > 0) {
        options.to = cut;
        SHY_BUG_ON(!read_part(data + 2, text, &options, 1, expected, &parts));
        options.from = cut;
        options.to = 0;
        SHY_BUG_ON(!read_part(data + 2, text, &options, 4, expected, &parts));
        SHY_BUG_ON(parts.broken != whole.broken);
        SHY_BUG_ON(strcmp(shy_text_get(&parts.rows), shy_text_get(&whole.rows)) != 0);
    }
    shy_text_free(&whole.rows);
    shy_text_free(&parts.rows);
    return 0;
}
