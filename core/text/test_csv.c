/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/mem.h"
#include "core/base/test_every.h"
#include "core/text/csv.h"
#include "core/text/csv_scan.h"
#include "core/text/csv_simd.h"
#include "core/text/encoding.h"
#include "core/text/text.h"

/* What was read, as text that is easy to compare: fields in [], a line number before each record,
 * and the failure with its place at the end. */
static void print_record(struct shy_text *out, int64_t line, const struct shihyo_field *fields,
                         size_t count)
{
    shy_text_addf(out, "%lld", (long long)line);
    for (size_t i = 0; i < count; i++) {
        shy_text_addc(out, '[');
        shy_text_add(out, fields[i].text, fields[i].length);
        shy_text_addc(out, ']');
    }
    shy_text_addc(out, '\n');
}

static void print_failure(struct shy_text *out, int code, int64_t row, int64_t column)
{
    shy_text_addf(out, "!%s %lld:%lld\n", shy_code_name(code), (long long)row, (long long)column);
}

static void read_bytes(struct shy_text *out, const void *bytes, size_t size,
                       const struct shihyo_csv_options *options)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_csv *csv = NULL;
    const struct shihyo_field *fields;
    size_t count;
    int code = shy_csv_open_bytes("t.csv", bytes, size, options, &csv, &err);
    while (code == 0) {
        code = shy_csv_next(csv, &fields, &count, &err);
        if (code == 0 && count == 0)
            break;
        if (code == 0)
            print_record(out, shy_csv_line(csv), fields, count);
    }
    if (code != 0) {
        assert_string_equal(err.file, "t.csv");
        print_failure(out, code, err.row, err.column);
    }
    shy_csv_close(csv);
}

static struct shihyo_csv_options options_for(const char *encoding)
{
    return (struct shihyo_csv_options){SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                       .encoding = encoding};
}

/* Tables --------------------------------------------------------------------------------- */

struct csv_case {
    const char *text;
    size_t size; /* 0: text is a string */
    const char *wanted;
};

/* RFC 4180, section 2, rules 1 to 7, then what it leaves open. */
static const struct csv_case cases[] = {
    {"aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", 0, "1[aaa][bbb][ccc]\n2[zzz][yyy][xxx]\n"},
    {"aaa,bbb,ccc\r\nzzz,yyy,xxx", 0, "1[aaa][bbb][ccc]\n2[zzz][yyy][xxx]\n"},
    {"aaa, bbb ,ccc", 0, "1[aaa][ bbb ][ccc]\n"},
    {"\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx", 0, "1[aaa][bbb][ccc]\n2[zzz][yyy][xxx]\n"},
    {"\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx", 0, "1[aaa][b\r\nbb][ccc]\n3[zzz][yyy][xxx]\n"},
    {"\"aaa\",\"b\"\"bb\",\"ccc\"", 0, "1[aaa][b\"bb][ccc]\n"},
    {"", 0, ""},
    {"\n", 0, "1[]\n"},
    {"\r\n\r\na", 0, "1[]\n2[]\n3[a]\n"},
    {"a\rb\nc\r\nd", 0, "1[a]\n2[b]\n3[c]\n4[d]\n"},
    {"a\n\rb", 0, "1[a]\n2[]\n3[b]\n"},
    {",", 0, "1[][]\n"},
    {",\n,\n", 0, "1[][]\n2[][]\n"},
    {"\"\"", 0, "1[]\n"},
    {"\"\",\"\"\n", 0, "1[][]\n"},
    {"\"\"\"\"", 0, "1[\"]\n"},
    {"\"\"\"a\"\"\",\"\"\"\"\"\"", 0, "1[\"a\"][\"\"]\n"},
    {"\"a,b\",c", 0, "1[a,b][c]\n"},
    {"\"a\rb\nc\r\nd\",e\nf", 0, "1[a\rb\nc\r\nd][e]\n5[f]\n"},
    {"\"\n\",\"\"\"\n\"\nx", 0, "1[\n][\"\n]\n4[x]\n"},
    {"\xef\xbb\xbf"
     "a,b",
     0, "1[a][b]\n"},
    {"\xef\xbb\xbf"
     "\"a\",b",
     0, "1[a][b]\n"},
    {"\xef\xbb\xbf", 0, ""},
    {"在宅,\"往\"\"診\"\n訪問,\n", 0, "1[在宅][往\"診]\n2[訪問][]\n"},
    /* Refused, at the place of the offending byte. */
    {"a,b\nc,\"d", 0, "1[a][b]\n!CSV_QUOTE 2:2\n"},
    {"a,\"b\nc,d\n\ne", 0, "!CSV_QUOTE 1:2\n"},
    {"\"a\nb\",\"c", 0, "!CSV_QUOTE 2:2\n"},
    {"\"a\"\"", 0, "!CSV_QUOTE 1:1\n"},
    {"\"", 0, "!CSV_QUOTE 1:1\n"},
    {"\"a\"b,c", 0, "!CSV_QUOTE 1:1\n"},
    {"x,\"a\" ,c", 0, "!CSV_QUOTE 1:2\n"},
    {"a\nb,c\"d\"\n", 0, "1[a]\n!CSV_QUOTE 2:2\n"},
    {"a,5\",b\n", 0, "!CSV_QUOTE 1:2\n"},
    {"a\nb,\0c\nd", 8, "1[a]\n!CSV_NUL 2:2\n"},
    {"a,\"b\n\0\"", 7, "!CSV_NUL 2:2\n"},
    {"\0", 1, "!CSV_NUL 1:1\n"},
};

static size_t case_size(const struct csv_case *c)
{
    return c->size != 0 ? c->size : strlen(c->text);
}

static void test_csv_rfc4180(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_text got = {0};
        struct shihyo_csv_options options = options_for(NULL);
        read_bytes(&got, cases[i].text, case_size(&cases[i]), &options);
        assert_string_equal(shy_text_get(&got), cases[i].wanted);
        shy_text_free(&got);
    }
}

/* UTF-16 of BMP text, byte by byte, so that the converted path is held against the same table. */
static void to_utf16(struct shy_text *out, const char *text, size_t size, bool big)
{
    const unsigned char *p = (const unsigned char *)text;
    for (size_t i = 0; i < size;) {
        size_t length = p[i] < 0x80 ? 1 : p[i] < 0xe0 ? 2 : 3;
        unsigned c = length == 1 ? p[i] : p[i] & (0x7fu >> length);
        for (size_t k = 1; k < length; k++)
            c = c << 6 | (p[i + k] & 0x3fu);
        shy_text_addc(out, (char)(big ? c >> 8 : c & 0xff));
        shy_text_addc(out, (char)(big ? c & 0xff : c >> 8));
        i += length;
    }
}

static void test_csv_utf16(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int big = 0; big < 2; big++) {
            struct shy_text text = {0}, got = {0};
            struct shihyo_csv_options options = options_for(big ? "UTF-16BE" : "utf-16le");
            to_utf16(&text, cases[i].text, case_size(&cases[i]), big);
            read_bytes(&got, shy_text_get(&text), text.length, &options);
            assert_string_equal(shy_text_get(&got), cases[i].wanted);
            shy_text_free(&text);
            shy_text_free(&got);
        }
    }
}

static void test_csv_no_quotes(void **state)
{
    (void)state;
    struct shy_text got = {0};
    const char *text = "a\",\"b\nc\t\"d\"\"\n\"";
    struct shihyo_csv_options options = options_for("UTF-8");
    options.no_quotes = 1;
    read_bytes(&got, text, strlen(text), &options);
    assert_string_equal(shy_text_get(&got), "1[a\"][\"b]\n2[c\t\"d\"\"]\n3[\"]\n");
    shy_text_free(&got);
}

static void test_csv_delimiter(void **state)
{
    (void)state;
    static const uint32_t refused[] = {'"', '\n', '\r', 0x80, 0x3001, 0x12c};
    struct shihyo_csv_options options = options_for("UTF-8");
    struct shy_text got = {0};
    options.delimiter = '\t';
    read_bytes(&got, "a,b\tc\n", 6, &options);
    options.delimiter = ' ';
    read_bytes(&got, "a b,c", 5, &options);
    assert_string_equal(shy_text_get(&got), "1[a,b][c]\n1[a][b,c]\n");
    shy_text_clear(&got);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        options.delimiter = refused[i];
        read_bytes(&got, "a", 1, &options);
        assert_string_equal(shy_text_get(&got), "!CSV_DELIMITER 0:0\n");
        shy_text_clear(&got);
    }
    shy_text_free(&got);
}

/* The second byte of 表 (95 5C) is a backslash, of ポ (83 7C) a bar: neither parts fields. */
static void test_csv_cp932(void **state)
{
    (void)state;
    const char *text = "\x95\x5c,\"\x83\x7c\"\"\x83\x7c\"\r\n\xb1,A\r\n";
    struct shihyo_csv_options options = options_for("CP932");
    struct shy_text got = {0};
    read_bytes(&got, text, strlen(text), &options);
    assert_string_equal(shy_text_get(&got), "1[表][ポ\"ポ]\n2[ｱ][A]\n");
    shy_text_clear(&got);
    options.delimiter = '|';
    text = "\x83\x7c|\x95\x5c\n";
    read_bytes(&got, text, strlen(text), &options);
    options.delimiter = '\\';
    text = "\x83\x7c\\\x95\x5c\n";
    read_bytes(&got, text, strlen(text), &options);
    assert_string_equal(shy_text_get(&got), "1[ポ][表]\n1[ポ][表]\n");
    shy_text_free(&got);
}

static void test_csv_bad_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *encoding, *text;
        size_t size;
        const char *wanted;
    } bad[] = {
        {"UTF-8", "a,b\nc,\x82\xa0\n", 9, "1[a][b]\n!ENCODING 2:2\n"},
        {"UTF-8", "a\n\"\n\n\xe3\x81", 7, "1[a]\n!ENCODING 4:1\n"},
        {"UTF-8", "a\xe3\x81\nb", 5, "!ENCODING 1:1\n"},
        {"CP932", "a\nb,c\x82\nd", 8, "1[a]\n!ENCODING 2:2\n"},
        {"CP932", "a,\"\n\xfd\"", 6, "!ENCODING 2:2\n"},
        {"UTF-16LE", "a\0\n\0b\0\0\xd8x\0", 10, "1[a]\n!ENCODING 2:0\n"},
        {"UTF-16BE", "\0a\0", 3, "!ENCODING 1:0\n"},
        {"auto", "a\n\x81", 3, "!ENCODING 2:0\n"},
        {"no-such", "a", 1, "!ENCODING_UNKNOWN 0:0\n"},
        {"UTF-16//IGNORE", "a", 1, "!ENCODING_UNKNOWN 0:0\n"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct shy_text got = {0};
        struct shihyo_csv_options options = options_for(bad[i].encoding);
        read_bytes(&got, bad[i].text, bad[i].size, &options);
        assert_string_equal(shy_text_get(&got), bad[i].wanted);
        shy_text_free(&got);
    }
}

static void test_csv_limits(void **state)
{
    (void)state;
    struct shihyo_csv_options options = options_for("UTF-8");
    struct shy_text got = {0};
    options.max_fields = 3;
    read_bytes(&got, "a,b,c\nd,e,f,g\n", 14, &options);
    assert_string_equal(shy_text_get(&got), "1[a][b][c]\n!CSV_LIMIT 2:4\n");
    shy_text_clear(&got);
    options.max_fields = 0;
    options.max_record = 5;
    read_bytes(&got, "abcde\r\n12,45\n123456\n", 20, &options);
    assert_string_equal(shy_text_get(&got), "1[abcde]\n2[12][45]\n!CSV_LIMIT 3:0\n");
    shy_text_clear(&got);
    options.max_record = UINT64_MAX;
    read_bytes(&got, "abcdef", 6, &options);
    assert_string_equal(shy_text_get(&got), "1[abcdef]\n");
    shy_text_free(&got);
}

/* A quote that is never closed must not draw the whole file into memory. */
static void test_csv_limit_of_open_quote(void **state)
{
    (void)state;
    size_t size = 3u << 20;
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text, "a\n\"", 3);
    struct shihyo_csv_options options = options_for("UTF-8");
    struct shy_text got = {0};
    options.max_record = 1u << 20;
    read_bytes(&got, text, size, &options);
    options.encoding = "ISO-8859-1";
    read_bytes(&got, text, size, &options);
    assert_string_equal(shy_text_get(&got), "1[a]\n!CSV_LIMIT 2:0\n1[a]\n!CSV_LIMIT 2:0\n");
    shy_text_free(&got);
    free(text);
}

/* Random text against a plain parser ------------------------------------------------------- */

static uint64_t seed;

static uint32_t rnd(uint32_t below)
{
    /* xorshift64*; the same everywhere. */
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 33) % below;
}

struct plain {
    const char *text;
    size_t size, at;
    int64_t line;
    bool quotes;
};

static bool at_break(const struct plain *p)
{
    return p->at == p->size || p->text[p->at] == '\n' || p->text[p->at] == '\r';
}

static void count_line(struct plain *p)
{
    char c = p->text[p->at];
    p->line += c == '\r' || (c == '\n' && (p->at == 0 || p->text[p->at - 1] != '\r'));
}

/* One field; 0 or the code. */
static int plain_field(struct plain *p, struct shy_text *out)
{
    shy_text_addc(out, '[');
    bool quoted = p->quotes && p->at < p->size && p->text[p->at] == '"';
    size_t open = p->at;
    int64_t open_line = p->line;
    p->at += quoted;
    for (; quoted; p->at++) {
        if (p->at == p->size) {
            p->at = open;
            p->line = open_line;
            return SHY_E_CSV_QUOTE;
        }
        char c = p->text[p->at];
        if (c == '\0')
            return SHY_E_CSV_NUL;
        if (c == '"') {
            p->at++;
            if (p->at == p->size || p->text[p->at] != '"')
                break;
        }
        count_line(p);
        shy_text_addc(out, c);
    }
    for (; !at_break(p) && p->text[p->at] != ','; p->at++) {
        if (p->text[p->at] == '\0')
            return SHY_E_CSV_NUL;
        if (quoted || (p->quotes && p->text[p->at] == '"'))
            return SHY_E_CSV_QUOTE;
        shy_text_addc(out, p->text[p->at]);
    }
    shy_text_addc(out, ']');
    return 0;
}

/* Also gives the begin of every record and its line, for the boundaries. */
struct starts {
    size_t at[4096];
    int64_t line[4096];
    size_t count;
};

static void plain_parse(struct shy_text *out, const char *text, size_t size, bool quotes,
                        struct starts *starts)
{
    struct plain p = {text, size, 0, 1, quotes};
    starts->count = 0;
    while (p.at < size) {
        size_t before = out->length;
        int64_t field = 0;
        if (starts->count < 4096) {
            starts->at[starts->count] = p.at;
            starts->line[starts->count++] = p.line;
        }
        shy_text_addf(out, "%lld", (long long)p.line);
        for (;;) {
            field++;
            int code = plain_field(&p, out);
            if (code != 0) {
                out->length = before;
                print_failure(out, code, p.line, field);
                return;
            }
            if (at_break(&p))
                break;
            p.at++;
        }
        shy_text_addc(out, '\n');
        if (p.at < size) {
            p.line++;
            p.at += p.text[p.at] == '\r' && p.at + 1 < size && p.text[p.at + 1] == '\n' ? 2 : 1;
        }
    }
}

/* Any bytes, mostly the ones that matter. */
static void random_bytes(struct shy_text *t, size_t size)
{
    static const char *const pieces[] = {"a",    "b",  ",",    ",",  "\"",
                                         "\"\"", "\n", "\r\n", "\r", "在"};
    uint32_t kinds = rnd(4) == 0 ? 10 : 4 + rnd(6);
    while (t->length < size) {
        if (rnd(2000) == 0)
            shy_text_addc(t, '\0');
        else
            shy_text_adds(t, pieces[rnd(kinds)]);
    }
}

/* Well-formed records with every kind of field. */
static void random_records(struct shy_text *t, size_t size)
{
    static const char *const fields[] = {
        "",         "x",           "abcdefghijklmnopqrstuvwxyz0123456789",
        "\"\"",     "\"a\"",       "\"\"\"\"",
        "\"\r\n\"", "\"\"\"\n,\"", "在宅医療",
        "\",,,\r\""};
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    while (t->length < size) {
        for (uint32_t n = 1 + rnd(12); n > 0; n--) {
            shy_text_adds(t, fields[rnd(10)]);
            if (n > 1)
                shy_text_addc(t, ',');
        }
        shy_text_adds(t, ends[rnd(3)]);
    }
}

static void compare_one(const struct shy_text *t, bool quotes)
{
    static struct starts starts;
    struct shy_text got = {0}, wanted = {0};
    struct shihyo_csv_options options = options_for("UTF-8");
    options.no_quotes = !quotes;
    read_bytes(&got, shy_text_get(t), t->length, &options);
    plain_parse(&wanted, shy_text_get(t), t->length, quotes, &starts);
    assert_int_equal(got.length, wanted.length);
    assert_memory_equal(shy_text_get(&got), shy_text_get(&wanted), got.length);
    shy_text_free(&got);
    shy_text_free(&wanted);
}

static void test_csv_random(void **state)
{
    (void)state;
    seed = 20240401;
    for (int i = 0; i < 6000; i += test_every()) {
        struct shy_text t = {0};
        size_t size = i % 200 == 0 ? 16300 + rnd(20000) : rnd(300);
        if (i % 3 == 0)
            random_bytes(&t, size);
        else
            random_records(&t, size);
        compare_one(&t, i % 7 != 0);
        shy_text_free(&t);
    }
}

static void test_csv_kernels_agree(void **state)
{
    (void)state;
    enum { BLOCKS = 5 };
    static const unsigned char special[] = {'"', ',', '\n', '\r', 0, 0x80, 0xff, ';', 0x8a};
    unsigned char bytes[BLOCKS * SHY_CSV_BLOCK];
    size_t count;
    const struct shy_csv_kernel *kernels = shy_csv_kernels(&count);
    assert_true(count >= 1);
    seed = 7;
    for (int i = 0; i < 5000; i += test_every()) {
        struct shy_csv_masks wanted[BLOCKS], got[BLOCKS];
        uint32_t density = 1 + rnd(20);
        uint32_t high = rnd(4);
        for (size_t k = 0; k < sizeof bytes; k++) {
            bytes[k] = rnd(density) == 0 ? special[rnd(sizeof special)] : (unsigned char)rnd(256);
            bytes[k] &= high == 0 ? 0x7f : 0xff;
        }
        unsigned char delimiter = rnd(2) == 0 ? ',' : ';';
        bool any = kernels[0].classify(bytes, BLOCKS, delimiter, wanted);
        assert_int_equal(any, high != 0);
        for (size_t k = 1; k < count; k++) {
            if (!kernels[k].usable)
                continue;
            assert_int_equal(kernels[k].classify(bytes, BLOCKS, delimiter, got), any);
            assert_memory_equal(got, wanted, sizeof wanted);
        }
    }
}

static void test_csv_kernel_chosen(void **state)
{
    (void)state;
    size_t count, best = 0;
    const struct shy_csv_kernel *kernels = shy_csv_kernels(&count);
    for (size_t k = 0; k < count && getenv("SHIHYO_FORCE_SCALAR") == NULL; k++)
        best = kernels[k].usable ? k : best;
    assert_ptr_equal(shy_csv_classifier(), kernels[best].classify);
}

static void read_range(struct shy_text *out, struct shy_csv_scanner *scanner,
                       const struct shy_text *t, size_t begin, size_t end, int64_t line)
{
    const struct shihyo_field *fields;
    size_t count;
    shy_csv_scanner_range(scanner, (const unsigned char *)t->text, begin, end, line, true);
    for (;;) {
        assert_int_equal(shy_csv_scanner_next(scanner, &fields, &count, NULL), 0);
        if (count == 0)
            break;
        print_record(out, shy_csv_scanner_line(scanner), fields, count);
    }
    assert_int_equal(shy_csv_scanner_at(scanner), end);
}

/* Every boundary is the plain parser's, and parts read one by one are the whole. */
static void test_csv_boundaries(void **state)
{
    (void)state;
    static struct starts starts;
    struct shy_csv_dialect dialect = {0};
    assert_int_equal(shy_csv_dialect_check(&dialect, NULL), 0);
    struct shy_csv_scanner *scanner = shy_csv_scanner_new(&dialect, SHY_CSV_UTF8);
    assert_non_null(scanner);
    seed = 99;
    for (int i = 0; i < 150; i += test_every()) {
        struct shy_text t = {0}, wanted = {0}, got = {0};
        random_records(&t, 1 + rnd(4000));
        plain_parse(&wanted, t.text, t.length, true, &starts);
        for (size_t offset = 0, k = 0; offset <= t.length; offset++) {
            while (k < starts.count && starts.at[k] < offset)
                k++;
            int64_t line = 1;
            size_t found = shy_csv_boundary(&dialect, (const unsigned char *)t.text, 0, t.length,
                                            offset, &line);
            assert_int_equal(found, k < starts.count ? starts.at[k] : t.length);
            if (k < starts.count)
                assert_int_equal(line, starts.line[k]);
        }
        size_t begin = 0;
        int64_t line = 1;
        while (begin < t.length) {
            int64_t next_line = line;
            size_t end = shy_csv_boundary(&dialect, (const unsigned char *)t.text, begin, t.length,
                                          begin + 1 + rnd(700), &next_line);
            read_range(&got, scanner, &t, begin, end, line);
            begin = end;
            line = next_line;
        }
        assert_string_equal(shy_text_get(&got), shy_text_get(&wanted));
        shy_text_free(&t);
        shy_text_free(&wanted);
        shy_text_free(&got);
    }
    shy_csv_scanner_free(scanner);
}

/* Records that straddle the window of converted text, and one larger than the window. */
static void test_csv_window(void **state)
{
    (void)state;
    static struct starts starts;
    seed = 5;
    struct shy_text t = {0}, utf16 = {0}, wanted = {0}, got = {0};
    random_records(&t, 300000);
    shy_text_adds(&t, "\"");
    for (int i = 0; i < 60000; i++)
        shy_text_adds(&t, "一行\"\"\r\n");
    shy_text_adds(&t, "\",z\r\n");
    random_records(&t, t.length + 300000);
    to_utf16(&utf16, t.text, t.length, false);
    struct shihyo_csv_options options = options_for("UTF-16");
    read_bytes(&got, utf16.text, utf16.length, &options);
    plain_parse(&wanted, t.text, t.length, true, &starts);
    assert_int_equal(got.length, wanted.length);
    assert_memory_equal(got.text, wanted.text, got.length);
    shy_text_free(&t);
    shy_text_free(&utf16);
    shy_text_free(&wanted);
    shy_text_free(&got);
}

/* Files, services, memory ------------------------------------------------------------------ */

static void test_csv_services(void **state)
{
    (void)state;
    const struct shihyo_text_services *text = shy_text_services();
    char path[] = "/tmp/shihyo-csv-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "a,b\nc", 5), 5);
    assert_int_equal(close(fd), 0);
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_csv *csv = NULL;
    const struct shihyo_field *fields;
    size_t count;
    assert_int_equal(text->csv_open(path, NULL, &csv, &err), SHIHYO_OK);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(text->csv_next(csv, &fields, &count, &err), SHIHYO_OK);
    assert_int_equal(count, 2);
    assert_int_equal(text->csv_line(csv), 1);
    assert_int_equal(text->csv_next(csv, &fields, &count, &err), SHIHYO_OK);
    assert_int_equal(count, 1);
    assert_memory_equal(fields[0].text, "c", 1);
    assert_int_equal(text->csv_line(csv), 2);
    assert_int_equal(text->csv_next(csv, &fields, &count, &err), SHIHYO_OK);
    assert_int_equal(count, 0);
    text->csv_close(csv);
    assert_int_equal(text->csv_open(path, NULL, &csv, &err), SHIHYO_NOT_FOUND);
    assert_string_equal(err.file, path);
    assert_null(csv);
    assert_int_equal(text->csv_open("/", NULL, &csv, &err), SHIHYO_IO);
}

static void test_csv_failure_stays(void **state)
{
    (void)state;
    struct shihyo_csv *csv = NULL;
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shihyo_field *fields;
    size_t count;
    assert_int_equal(shy_csv_open_bytes("t", "a\"b\nc\n", 6, NULL, &csv, &err), 0);
    for (int i = 0; i < 3; i++) {
        shy_error_reset(&err);
        assert_int_equal(shy_csv_next(csv, &fields, &count, &err), SHY_E_CSV_QUOTE);
        assert_int_equal(err.row, 1);
        assert_int_equal(count, 0);
    }
    shy_csv_close(csv);
}

static int read_all(const char *text, size_t size, const char *encoding, struct shihyo_error *err)
{
    struct shihyo_csv_options options = options_for(encoding);
    struct shihyo_csv *csv = NULL;
    const struct shihyo_field *fields;
    size_t count = 1;
    int code = shy_csv_open_bytes("t", text, size, &options, &csv, err);
    while (code == 0 && count > 0)
        code = shy_csv_next(csv, &fields, &count, err);
    shy_csv_close(csv);
    return code;
}

static void test_csv_out_of_memory(void **state)
{
    (void)state;
    static const char *const encodings[] = {"UTF-8", "CP932", "ISO-8859-1"};
    struct shy_text t = {0};
    for (int i = 0; i < 200; i++)
        shy_text_adds(&t, "a,\"b\"\"c\",d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,u,v,w,x,y,z\n");
    shy_text_adds(&t, "\"");
    for (int i = 0; i < 300000; i++)
        shy_text_adds(&t, "\"\"");
    shy_text_adds(&t, "\"\n");
    for (size_t k = 0; k < 3; k++) {
        uint64_t n = 1;
        for (; n < 100; n++) {
            struct shihyo_error err = SHY_ERROR_INIT;
            shy_mem_fail_after(n);
            int code = read_all(t.text, t.length, encodings[k], &err);
            shy_mem_fail_after(0);
            if (code == 0)
                break;
            assert_int_equal(code, SHY_E_NOMEM);
            assert_int_equal(err.code, SHY_E_NOMEM);
        }
        assert_in_range(n, 4, 99);
    }
    shy_text_free(&t);
}

/* Everything once more with the plain classifier. */
static int run_scalar(char **argv)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0) {
        (void)setenv("SHIHYO_FORCE_SCALAR", "1", 1);
        (void)execv(argv[0], argv);
        _exit(99);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return 99;
    return WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv_rfc4180),       cmocka_unit_test(test_csv_utf16),
        cmocka_unit_test(test_csv_no_quotes),     cmocka_unit_test(test_csv_delimiter),
        cmocka_unit_test(test_csv_cp932),         cmocka_unit_test(test_csv_bad_bytes),
        cmocka_unit_test(test_csv_limits),        cmocka_unit_test(test_csv_limit_of_open_quote),
        cmocka_unit_test(test_csv_random),        cmocka_unit_test(test_csv_kernels_agree),
        cmocka_unit_test(test_csv_kernel_chosen), cmocka_unit_test(test_csv_boundaries),
        cmocka_unit_test(test_csv_window),        cmocka_unit_test(test_csv_services),
        cmocka_unit_test(test_csv_failure_stays), cmocka_unit_test(test_csv_out_of_memory),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    if (failed == 0 && getenv("SHIHYO_FORCE_SCALAR") == NULL)
        failed = run_scalar(argv);
    return failed;
}
