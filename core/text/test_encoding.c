/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/text/csv.h"
#include "core/text/encoding.h"

/* UTF-8 ---------------------------------------------------------------------------------- */

/* The edges of table 3-7 of the Unicode Standard (well-formed byte sequences), and what lies just
 * beyond them. valid: bytes of the valid prefix. */
static void test_encoding_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t valid;
    } cases[] = {
        {"abc", 3},
        {"\x7f", 1},
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\xa0\x80", 3},
        {"\xec\xbf\xbf", 3},
        {"\xed\x80\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x90\x80\x80", 4},
        {"\xf3\xbf\xbf\xbf", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\x80", 0},
        {"\xbf", 0},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"\xc2\x7f", 0},
        {"\xc2\xc0", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xe3\x81", 0},
        {"\xe3\x81\x7f", 0},
        {"\xed\xa0\x80", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xf4\x90\x80\x80", 0},
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"ab\xe3\x81\x82\xe3", 5},
        {"0123456789abcdef\xe3\x81\x82"
         "0123456789\xc0",
         29},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const unsigned char *p = (const unsigned char *)cases[i].text;
        assert_int_equal(shy_utf8_valid(p, strlen(cases[i].text)), cases[i].valid);
    }
}

/* Every sequence of three bytes, before ASCII and alone, against the rows of the same table. */
static void test_encoding_utf8_three_bytes(void **state)
{
    (void)state;
    for (unsigned a = 0xe0; a < 0xf0; a++) {
        for (unsigned b = 0; b < 256; b++) {
            for (unsigned c = 0x70; c < 0xd0; c++) {
                unsigned char text[6] = {(unsigned char)a, (unsigned char)b, (unsigned char)c, 'x'};
                unsigned low = a == 0xe0 ? 0xa0 : 0x80, high = a == 0xed ? 0x9f : 0xbf;
                bool valid = b >= low && b <= high && c >= 0x80 && c <= 0xbf;
                assert_int_equal(shy_utf8_valid(text, 3), valid ? 3 : 0);
                assert_int_equal(shy_utf8_valid(text, 6), valid ? 6 : 0);
            }
        }
    }
}

static void test_encoding_utf8_unfinished(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool unfinished;
    } cases[] = {
        {"\xc2", true},      {"\xe0", true},      {"\xe0\xa0", true},  {"\xe0\xbf", true},
        {"\xed\x9f", true},  {"\xf0\x90", true},  {"\xf4\x8f", true},  {"\xf4\x80\x80", true},
        {"\xe0\x9f", false}, {"\xed\xa0", false}, {"\xf4\x90", false}, {"\xc0", false},
        {"\x80", false},     {"\xf5", false},     {"\xe3\x41", false}, {"\xe3\x81\x82", false},
        {"a", false},        {"", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const unsigned char *p = (const unsigned char *)cases[i].text;
        assert_int_equal(shy_utf8_unfinished(p, strlen(cases[i].text)), cases[i].unfinished);
    }
}

static void test_encoding_count_lines(void **state)
{
    (void)state;
    assert_int_equal(shy_count_lines((const unsigned char *)"a\nb\r\nc\rd\n\r", 10), 5);
    assert_int_equal(shy_count_lines((const unsigned char *)"", 0), 0);
}

/* CP932 ---------------------------------------------------------------------------------- */

/* From Microsoft's table of code page 932 as published by the Unicode Consortium
 * (VENDORS/MICSFT/WINDOWS/CP932.TXT). */
static const struct {
    const char *cp932;
    const char *utf8;
} pairs[] = {
    {"\x81\x60", "\xef\xbd\x9e"}, /* U+FF5E fullwidth tilde, not U+301C */
    {"\x81\x7c", "\xef\xbc\x8d"}, /* U+FF0D fullwidth hyphen-minus, not U+2212 */
    {"\x81\x61", "\xe2\x88\xa5"}, /* U+2225 parallel to, not U+2016 */
    {"\x81\x5c", "\xe2\x80\x95"}, /* U+2015 horizontal bar */
    {"\x81\x5f", "\xef\xbc\xbc"}, /* U+FF3C fullwidth reverse solidus */
    {"\x81\x91", "\xef\xbf\xa0"}, /* U+FFE0 fullwidth cent sign */
    {"\x81\x92", "\xef\xbf\xa1"}, /* U+FFE1 fullwidth pound sign */
    {"\x81\xca", "\xef\xbf\xa2"}, /* U+FFE2 fullwidth not sign */
    {"\x81\x8f", "\xef\xbf\xa5"}, /* U+FFE5 fullwidth yen sign */
    {"\x5c\x7e", "\\~"},
    {"\xa1\xdf", "\xef\xbd\xa1\xef\xbe\x9f"}, /* half-width katakana, first and last */
    {"\x87\x40", "\xe2\x91\xa0"},             /* U+2460 circled one */
    {"\x83\xbf", "\xce\xb1"},                 /* U+03B1, two bytes of UTF-8 */
    {"\xfb\xfc", "\xe9\xab\x99"},             /* U+9AD9, the ladder form of 高 */
    {"\x88\x9f\x98\x72\xea\xa4", "亜腕熙"},   /* first and last of level 1, last of level 2 */
};

static void test_encoding_cp932_pairs(void **state)
{
    (void)state;
    assert_int_equal(shy_cp932_ready(NULL), 0);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char out[32];
        size_t used, size = strlen(pairs[i].cp932);
        struct shy_text back = {0};
        size_t length = shy_cp932_decode(pairs[i].cp932, size, out, &used);
        assert_int_equal(used, size);
        assert_int_equal(length, strlen(pairs[i].utf8));
        assert_memory_equal(out, pairs[i].utf8, length);
        assert_int_equal(shy_cp932_encode(pairs[i].utf8, length, &back, NULL), 0);
        assert_string_equal(shy_text_get(&back), pairs[i].cp932);
        shy_text_free(&back);
    }
}

static void test_encoding_cp932_invalid(void **state)
{
    (void)state;
    static const char *const cases[] = {"\x80",     "\xa0",     "\xfd",     "\xfe",     "\xff",
                                        "\x81",     "\x81\x3f", "\x81\x7f", "\x81\xfd", "\x85\x40",
                                        "\xef\x40", "\xfc\x4c", "\x81\x20"};
    assert_int_equal(shy_cp932_ready(NULL), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[16];
        size_t used;
        assert_int_equal(shy_cp932_decode(cases[i], strlen(cases[i]), out, &used), 0);
        assert_int_equal(used, 0);
    }
}

/* All that can be read can be written, and reads back as the same. CP932.TXT has 7,915
 * characters, 191 of them of one byte; 1,880 more, of two bytes, are left to users. */
static void test_encoding_cp932_round_trip(void **state)
{
    (void)state;
    assert_int_equal(shy_cp932_ready(NULL), 0);
    int doubles = 0;
    for (unsigned code = 1; code <= 0xffff; code++) {
        char in[2] = {(char)(code >> 8), (char)code}, first[8], again[8];
        const char *from = code < 0x100 ? in + 1 : in;
        size_t size = code < 0x100 ? 1 : 2, used;
        if (size == 2 && in[0] > 0)
            continue;
        size_t length = shy_cp932_decode(from, size, first, &used);
        if (used != size || (size == 2 && shy_cp932_decode(in, 1, again, &used) != 0))
            continue;
        struct shy_text back = {0};
        assert_int_equal(shy_cp932_encode(first, length, &back, NULL), 0);
        size_t second = shy_cp932_decode(back.text, back.length, again, &used);
        assert_int_equal(used, back.length);
        assert_int_equal(second, length);
        assert_memory_equal(again, first, length);
        doubles += size == 2;
        shy_text_free(&back);
    }
    assert_int_equal(doubles, 7915 - 191 + 1880);
}

static void test_encoding_cp932_look_alikes(void **state)
{
    (void)state;
    struct shy_text out = {0};
    const char *text = "\u301c\u2212\u2016\u2014\u00a5\u203e\u00a2\u00a3\u00ac";
    assert_int_equal(shy_cp932_encode(text, strlen(text), &out, NULL), 0);
    assert_string_equal(out.text, "\x81\x60\x81\x7c\x81\x61\x81\x5c\x81\x8f\x81\x50\x81\x91\x81\x92"
                                  "\x81\xca");
    shy_text_free(&out);
}

static void test_encoding_cp932_unmappable(void **state)
{
    (void)state;
    static const struct {
        const char *text, *value;
        int64_t row;
        const char *before;
    } cases[] = {
        {"a,b\n\u20ac,\u20ad", "\u20ac", 2, "a,b\n"},        /* euro sign */
        {"\r\n\r\n\U00020b9f", "\U00020b9f", 3, "\r\n\r\n"}, /* 𠮟, beyond the basic plane */
        {"\u00e9", "\u00e9", 1, ""},
        {"?\ufffd", "\ufffd", 1, "?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        struct shy_text out = {0};
        assert_int_equal(shy_cp932_encode(cases[i].text, strlen(cases[i].text), &out, &err),
                         SHY_E_ENCODING_CHARACTER);
        assert_string_equal(err.value, cases[i].value);
        assert_int_equal(err.row, cases[i].row);
        assert_string_equal(shy_text_get(&out), cases[i].before);
        shy_text_free(&out);
    }
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text out = {0};
    assert_int_equal(shy_cp932_encode("a\n\xe3\x81", 4, &out, &err), SHY_E_ENCODING);
    assert_int_equal(err.row, 2);
    assert_string_equal(err.value, "E3 81");
    shy_text_free(&out);
}

/* Detection ------------------------------------------------------------------------------ */

static void test_encoding_find(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        size_t size;
        const char *wanted;
        size_t mark;
    } cases[] = {
        {NULL, "", 0, "UTF-8", 0},
        {"auto", "abc", 3, "UTF-8", 0},
        {"auto",
         "\xef\xbb\xbf"
         "a",
         4, "UTF-8", 3},
        {"auto",
         "\xff\xfe"
         "a\0",
         4, "UTF-16LE", 2},
        {"auto", "\xfe\xff\0a", 4, "UTF-16BE", 2},
        {"auto", "a\xe5\x9c\xa8", 4, "UTF-8", 0},
        {"auto", "a\x8d\xdd\x91\xee", 5, "CP932", 0}, /* 在宅 */
        {"auto", "\xc3\xde\xb0\xc0", 4, "CP932", 0},  /* half-width データ */
        {"utf8", "\xef\xbb\xbf", 3, "UTF-8", 3},
        {"UTF-8", "\xff\xfe", 2, "UTF-8", 0},
        {"Shift_JIS", "", 0, "CP932", 0},
        {"windows-31j", "", 0, "CP932", 0},
        {"MS932", "", 0, "CP932", 0},
        {"UTF-16", "\xfe\xff\0a", 4, "UTF-16BE", 2},
        {"UTF-16", "a\0,\0", 4, "UTF-16LE", 0},
        {"UTF-16", "\0a\0,", 4, "UTF-16BE", 0},
        {"UTF-16", "\x42\x30\x44\x30", 4, "UTF-16LE", 0}, /* あい */
        {"UTF-16", "\x30\x42\x30\x44", 4, "UTF-16BE", 0},
        {"utf-16le",
         "\xff\xfe"
         "a\0",
         4, "UTF-16LE", 2},
        {"UTF-16BE",
         "\xff\xfe"
         "a\0",
         4, "UTF-16BE", 0},
        {"EUC-JP", "\xa4\xa2", 2, "EUC-JP", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_encoding got;
        const unsigned char *p = (const unsigned char *)cases[i].bytes;
        assert_int_equal(shy_encoding_find(cases[i].name, p, cases[i].size, &got, NULL), 0);
        assert_string_equal(got.name, cases[i].wanted);
        assert_int_equal(got.mark, cases[i].mark);
    }
}

static void check_failure(const char *name, const char *bytes, size_t size, int code, int64_t row,
                          const char *value)
{
    struct shy_encoding got;
    struct shihyo_error err = SHY_ERROR_INIT;
    assert_int_equal(shy_encoding_find(name, (const unsigned char *)bytes, size, &got, &err), code);
    assert_int_equal(err.row, row);
    assert_string_equal(err.value, value);
}

static void test_encoding_find_fails(void **state)
{
    (void)state;
    check_failure("auto", "a\nb\n\xff\xff", 6, SHY_E_ENCODING, 3, "FF FF");
    check_failure("auto", "\x81", 1, SHY_E_ENCODING, 1, "81");
    check_failure("latin-99", "a", 1, SHY_E_ENCODING_UNKNOWN, 0, "");
    check_failure("CP932//TRANSLIT", "a", 1, SHY_E_ENCODING_UNKNOWN, 0, "");
    check_failure("", "a", 1, SHY_E_ENCODING_UNKNOWN, 0, "");
    /* A UTF-8 text with a broken place is not taken for CP932, though its bytes may be valid so:
     * 縺ゅ＞縺 and the like would come in without a word. */
    const char *text = "在宅患者訪問診療\n\xe5\x9c"
                       "abc";
    check_failure("auto", text, strlen(text), SHY_E_ENCODING, 2, "E5 9C");
}

/* Detection reads only as far as it must; the reader finds what comes later. */
static void test_encoding_find_then_broken(void **state)
{
    (void)state;
    struct shy_text t = {0};
    for (int i = 0; i < 5000; i++)
        shy_text_adds(&t, "宅\n");
    shy_text_adds(&t, "x\xff\n");
    struct shihyo_csv *csv = NULL;
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shihyo_field *fields;
    size_t count;
    assert_int_equal(shy_csv_open_bytes("t", t.text, t.length, NULL, &csv, &err), 0);
    assert_string_equal(shy_csv_encoding(csv), "UTF-8");
    for (int i = 0; i < 5000; i++)
        assert_int_equal(shy_csv_next(csv, &fields, &count, &err), 0);
    assert_int_equal(shy_csv_next(csv, &fields, &count, &err), SHY_E_ENCODING);
    assert_int_equal(err.row, 5001);
    assert_non_null(strstr(err.message, "20001"));
    shy_csv_close(csv);
    shy_text_free(&t);
}

static void test_encoding_out_of_memory(void **state)
{
    (void)state;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_text out = {0};
    shy_mem_fail_after(1);
    int code = shy_cp932_encode("在宅", 6, &out, &err);
    shy_mem_fail_after(0);
    assert_int_equal(code, SHY_E_NOMEM);
    shy_text_free(&out);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encoding_utf8),
        cmocka_unit_test(test_encoding_utf8_three_bytes),
        cmocka_unit_test(test_encoding_utf8_unfinished),
        cmocka_unit_test(test_encoding_count_lines),
        cmocka_unit_test(test_encoding_cp932_pairs),
        cmocka_unit_test(test_encoding_cp932_invalid),
        cmocka_unit_test(test_encoding_cp932_round_trip),
        cmocka_unit_test(test_encoding_cp932_look_alikes),
        cmocka_unit_test(test_encoding_cp932_unmappable),
        cmocka_unit_test(test_encoding_find),
        cmocka_unit_test(test_encoding_find_fails),
        cmocka_unit_test(test_encoding_find_then_broken),
        cmocka_unit_test(test_encoding_out_of_memory),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
