/* SPDX-License-Identifier: MIT */
/* Files read in parts and in batches give what is read of them whole and one by one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/text/csv.h"
#include "core/text/csv_witness.h"

static struct shihyo_error err;
static uint32_t random_state = 1;

static uint32_t next_random(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Text without broken places; multiline: with line breaks in quotes. */
static void random_text(struct shy_text *out, bool multiline)
{
    static const char *const fields[] = {"",           "1",    "202404", "\"a,b\"",
                                         "\"c\"\"d\"", "\"\"", "在宅"};
    shy_text_clear(out);
    shy_text_adds(out, "");
    for (uint32_t line = next_random(60); line > 0; line--) {
        for (uint32_t f = 0; f < 3; f++) {
            uint32_t which = next_random(multiline ? 9 : 7);
            shy_text_addf(out, "%s%s", f == 0 ? "" : ",",
                          which < 7    ? fields[which]
                          : which == 7 ? "\"e\nf\""
                                       : "\"\r\n,\"");
        }
        shy_text_adds(out, next_random(2) > 0 ? "\n" : "\r\n");
    }
    if (next_random(2) > 0)
        shy_text_adds(out, "x,y,z");
}

static void add_record(struct shy_text *out, const struct shihyo_field *fields, size_t stride)
{
    for (size_t k = 0; k < 3; k++) {
        shy_text_addc(out, '[');
        shy_text_add(out, fields[k * stride].text, fields[k * stride].length);
        shy_text_addc(out, ']');
    }
    shy_text_addc(out, '\n');
}

static struct shihyo_csv *open_part(const struct shy_text *text, uint64_t from, uint64_t to,
                                    bool lines)
{
    struct shihyo_csv *csv;
    const struct shihyo_csv_options options = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                               .encoding = "UTF-8", .from = from, .to = to,
                                               .lines = lines};
    assert_int_equal(
        shy_csv_open_bytes("memory", shy_text_get(text), text->length, &options, &csv, &err), 0);
    return csv;
}

static void read_one_by_one(struct shy_text *out, struct shihyo_csv *csv)
{
    const struct shihyo_field *fields;
    size_t count;
    while (shy_csv_next(csv, &fields, &count, &err) == 0 && count > 0) {
        assert_int_equal(count, 3);
        add_record(out, fields, 1);
    }
    shy_csv_close(csv);
}

/* The fields that were given once for a run, to each of its records. */
static void put_back(const struct shihyo_csv_batch *batch)
{
    for (size_t k = 0; k < batch->repeating; k++) {
        struct shihyo_field *fields = batch->fields + k * batch->most;
        for (size_t i = batch->count; i-- > 0;) {
            uint32_t run = batch->run_of[i];
            assert_true(run <= i && (i == 0 ? run == 0 : run - batch->run_of[i - 1] <= 1));
            fields[i] = fields[run];
        }
    }
}

static void read_batches(struct shy_text *out, struct shihyo_csv *csv)
{
    enum { MOST = 7 };
    static const uint32_t wanted[] = {0, 1, 2};
    struct shihyo_field fields[3 * MOST];
    int64_t lines[MOST], last = 0;
    uint32_t run_of[MOST];
    const size_t repeating = next_random(4);
    struct shihyo_csv_batch batch = {SHIHYO_ABI_INIT(struct shihyo_csv_batch),
                                     .wanted = wanted,
                                     .wanted_count = 3,
                                     .expected = 3,
                                     .most = MOST,
                                     .fields = fields,
                                     .lines = lines,
                                     .repeating = repeating,
                                     .run_of = run_of};
    while (shy_csv_batch(csv, &batch, &err) == 0 && batch.count > 0) {
        put_back(&batch);
        for (size_t i = 0; i < batch.count; i++) {
            assert_true(lines[i] > last);
            last = lines[i];
            add_record(out, fields + i, MOST);
        }
    }
    shy_csv_close(csv);
}

static void compare(const struct shy_text *text, bool lines)
{
    struct shy_text whole = {0}, parts = {0}, batches = {0};
    uint64_t cut[3] = {0, next_random((uint32_t)text->length + 3),
                       next_random((uint32_t)text->length + 3)};
    if (cut[1] > cut[2]) {
        cut[0] = cut[1];
        cut[1] = cut[2];
        cut[2] = cut[0];
        cut[0] = 0;
    }
    read_one_by_one(&whole, open_part(text, 0, 0, false));
    for (int i = 0; i < 3; i++) {
        uint64_t to = i < 2 ? cut[i + 1] : 0;
        /* An end of 0 is the end of the file: such a part is left out. */
        if (i < 2 && to == 0)
            continue;
        read_one_by_one(&parts, open_part(text, cut[i], to, lines));
        read_batches(&batches, open_part(text, cut[i], to, lines));
    }
    assert_string_equal(shy_text_get(&parts), shy_text_get(&whole));
    assert_string_equal(shy_text_get(&batches), shy_text_get(&whole));
    shy_text_free(&whole);
    shy_text_free(&parts);
    shy_text_free(&batches);
}

static void test_csv_parts_of_records(void **state)
{
    struct shy_text text = {0};
    (void)state;
    for (int i = 0; i < 2000; i++) {
        random_text(&text, true);
        compare(&text, false);
    }
    shy_text_free(&text);
}

static void test_csv_parts_of_lines(void **state)
{
    struct shy_text text = {0};
    (void)state;
    for (int i = 0; i < 2000; i++) {
        random_text(&text, false);
        compare(&text, true);
    }
    shy_text_free(&text);
}

/* Lines longer than a chunk, and chunks that end between CR and LF. */
static void test_csv_long_lines(void **state)
{
    struct shy_text text = {0};
    (void)state;
    for (size_t length = 16300; length < 16450; length++) {
        shy_text_clear(&text);
        for (int i = 0; i < 5; i++) {
            for (size_t k = 0; k < length * (i == 2 ? 9 : 1); k++)
                shy_text_addc(&text, 'a');
            shy_text_adds(&text, ",b,c\r\n");
        }
        compare(&text, true);
    }
    shy_text_free(&text);
}

/* UTF-16 cannot be cut: it is whole in the first part. */
static void test_csv_parts_of_utf16(void **state)
{
    static const char bytes[] = "\xff\xfe"
                                "a\0,\0b\0,\0c\0\n\0";
    struct shy_text text = {0}, first = {0}, second = {0};
    (void)state;
    shy_text_add(&text, bytes, sizeof bytes - 1);
    for (int part = 0; part < 2; part++) {
        struct shihyo_csv *csv;
        const struct shihyo_csv_options options = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                                   .from = part == 0 ? 0 : 4,
                                                   .to = part == 0 ? 4 : 0, .lines = 1};
        assert_int_equal(shy_csv_open_bytes("memory", text.text, text.length, &options, &csv, &err),
                         0);
        read_batches(part == 0 ? &first : &second, csv);
    }
    assert_string_equal(shy_text_get(&first), "[a][b][c]\n");
    assert_string_equal(shy_text_get(&second), "");
    shy_text_free(&text);
    shy_text_free(&first);
    shy_text_free(&second);
}

/* Reads [from, to) of a file, and drops what it says. */
static void read_file(const char *path, uint64_t from, uint64_t to)
{
    struct shihyo_csv *csv;
    struct shy_text out = {0};
    const struct shihyo_csv_options options = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                               .encoding = "UTF-8", .from = from, .to = to,
                                               .lines = 1};
    assert_int_equal(shy_csv_open(path, &options, &csv, &err), 0);
    read_batches(&out, csv);
    shy_text_free(&out);
}

/* Blocks noted while the lines of a file are read are those of the file; only a block that lies in
 * two parts is noted by neither. */
static void test_csv_witness(void **state)
{
    enum { SIZE = 5 * 256 * 1024 + 100, BLOCKS = 6 };
    char path[] = "/tmp/shihyo-witness-XXXXXX";
    struct shy_block_hash noted[BLOCKS], wanted[BLOCKS];
    _Atomic unsigned char done[BLOCKS];
    struct shy_hashed_file file = {path, SIZE, noted, done};
    const struct shy_hashed_files files = {&file, 1};
    static const uint64_t cuts[] = {0, 2 * 256 * 1024, 3 * 256 * 1024 + 5};
    (void)state;
    FILE *f = fdopen(mkstemp(path), "wb");
    assert_non_null(f);
    for (int i = 0; i < SIZE; i++)
        (void)fputc(i % 20 == 19 ? '\n' : i % 20 == 5 || i % 20 == 11 ? ',' : '0' + i % 7, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(shy_hash_block_count(SIZE), BLOCKS);
    assert_int_equal(shy_hash_read_blocks(path, SIZE, NULL, wanted, &err), 0);
    for (size_t cut = 0; cut < 3; cut++) {
        memset((void *)done, 0, sizeof done);
        memset(noted, 0, sizeof noted);
        shy_csv_set_witness(&files);
        if (cuts[cut] > 0)
            read_file(path, 0, cuts[cut]);
        read_file(path, cuts[cut], 0);
        shy_csv_set_witness(NULL);
        for (size_t i = 0; i < BLOCKS; i++) {
            assert_int_equal(done[i], cut < 2 || i != 3);
            if (done[i])
                assert_memory_equal(&noted[i], &wanted[i], sizeof noted[i]);
        }
    }
    memset((void *)done, 0, sizeof done);
    read_file(path, 0, 0);
    assert_int_equal(done[0], 0);
    assert_int_equal(remove(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_parts_of_records), cmocka_unit_test(test_csv_parts_of_lines),
        cmocka_unit_test(test_csv_long_lines),       cmocka_unit_test(test_csv_parts_of_utf16),
        cmocka_unit_test(test_csv_witness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
