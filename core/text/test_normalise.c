/* SPDX-License-Identifier: MIT */
/*
 * The tables of docs/government_tables.md. Expected labels by Unicode's own data (NFKC) where they
 * differ from the text; check digits: 総務省「全国地方公共団体コード」, 検査数字.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/text/normalise.h"
#include "core/text/text.h"

/* Labels --------------------------------------------------------------------------------- */

static void test_normalise_labels(void **state)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"  総　数\r\n", "総数"},
        {"二次医療圏\n判別不可", "二次医療圏判別不可"},
        {"０〜４歳", "0~4歳"},
        {"０～４歳", "0~4歳"},
        {"0∼4歳", "0~4歳"},
        {"病院−一般診療所", "病院-一般診療所"},
        {"病院－一般診療所", "病院-一般診療所"},
        {"病院‐一般診療所", "病院-一般診療所"},
        {"病院—一般診療所", "病院-一般診療所"},
        {"病院―一般診療所", "病院-一般診療所"},
        {"病院─一般診療所", "病院-一般診療所"},
        {"データ", "データ"}, /* the long vowel mark is a letter */
        {"ﾃﾞｰﾀ", "データ"},
        {"往診・訪問", "往診・訪問"},
        {"往診･訪問", "往診・訪問"},
        {"往診·訪問", "往診・訪問"},
        {"６５歳以上（再掲）", "65歳以上(再掲)"},
        {"Ａ１０１ 療養病棟", "A101療養病棟"},
        {"療養病棟入院料①", "療養病棟入院料1"},
        {"第Ⅱ表", "第II表"},
        {"㈱", "(株)"},
        {"\xef\xbb\xbf分類コード", "分類コード"},
        {"か\xe3\x82\x99ん", "がん"},         /* か with a combining mark */
        {"神\xef\xbb\xbf⼾市", "神戸市"},     /* U+2F3E, a radical */
        {"⻑崎", "長崎"},                     /* U+2ED1 */
        {"葛\xf3\xa0\x84\x80城市", "葛城市"}, /* a variation selector */
        {"\xef\xa8\x99奈川", "神奈川"},       /* U+FA19, compatibility ideograph */
        {"a\xffz", "a\xffz"},                 /* not UTF-8 */
    };
    char out[64];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t length = strlen(cases[i][1]);
        assert_int_equal(shy_normalise_label(cases[i][0], strlen(cases[i][0]), out, sizeof out),
                         length);
        assert_string_equal(out, cases[i][1]);
    }
}

static void test_normalise_label_room(void **state)
{
    char out[8] = "before";
    (void)state;
    assert_int_equal(shy_normalise_label("総 数", 7, out, 6), 6);
    assert_string_equal(out, "before");
    assert_int_equal(shy_normalise_label("総 数", 7, out, 7), 6);
    assert_string_equal(out, "総数");
    assert_int_equal(shy_normalise_label("総 数", 7, NULL, 0), 6);

    /* Longer than the room on the stack. */
    char text[3001], *label;
    for (size_t i = 0; i < 1000; i++)
        memcpy(text + 3 * i, "㌔", 3); /* becomes キロ */
    text[3000] = '\0';
    label = shy_label(text, 3000);
    assert_non_null(label);
    assert_int_equal(strlen(label), 6000);
    assert_memory_equal(label, "キロキロ", 12);
    shy_free(label);
    shy_mem_fail_after(1);
    assert_null(shy_label(text, 3000));
    assert_int_equal(shy_normalise_label(text, 3000, NULL, 0), SIZE_MAX);
    shy_mem_fail_after(0);
}

/* Letters that are their own label are not looked up; behind a wide letter, which is, they must
 * come out the same. U+3000 to U+9FFF: kana, ideographs, and what stands between them. */
static void test_normalise_label_letters(void **state)
{
    (void)state;
    for (unsigned c = 0x3000; c <= 0x9fff; c++) {
        char text[] = "\xef\xbc\xa1\xe0\x80\x80", alone[64], behind[64];
        text[3] = (char)(0xe0u | c >> 12);
        text[4] = (char)(0x80u | (c >> 6 & 63u));
        text[5] = (char)(0x80u | (c & 63u));
        assert_in_range(shy_normalise_label(text + 3, 3, alone, sizeof alone), 0, 63);
        assert_in_range(shy_normalise_label(text, 6, behind, sizeof behind), 1, 63);
        assert_int_equal(behind[0], 'A');
        assert_string_equal(behind + 1, alone);
    }
}

/* Numbers -------------------------------------------------------------------------------- */

static void test_normalise_signs(void **state)
{
    static const struct {
        const char *text;
        enum shihyo_state state;
    } cases[] = {
        {"", SHIHYO_STATE_MISSING},
        {" 　\n", SHIHYO_STATE_MISSING},
        {"-", SHIHYO_STATE_PARTIAL},
        {"‐", SHIHYO_STATE_PARTIAL},
        {"‑", SHIHYO_STATE_PARTIAL},
        {"–", SHIHYO_STATE_PARTIAL},
        {"—", SHIHYO_STATE_PARTIAL},
        {"―", SHIHYO_STATE_PARTIAL},
        {"−", SHIHYO_STATE_PARTIAL},
        {"－", SHIHYO_STATE_PARTIAL},
        {"ー", SHIHYO_STATE_PARTIAL},
        {"ｰ", SHIHYO_STATE_PARTIAL},
        {"─", SHIHYO_STATE_PARTIAL},
        {" -- ", SHIHYO_STATE_PARTIAL},
        {"・", SHIHYO_STATE_NOT_APPLICABLE},
        {"･", SHIHYO_STATE_NOT_APPLICABLE},
        {"·", SHIHYO_STATE_NOT_APPLICABLE},
        {"…", SHIHYO_STATE_UNREPORTED},
        {"……", SHIHYO_STATE_UNREPORTED},
        {"...", SHIHYO_STATE_UNREPORTED},
        {"．．．", SHIHYO_STATE_UNREPORTED},
        {"・・・", SHIHYO_STATE_UNREPORTED},
        {"*", SHIHYO_STATE_MASKED},
        {"＊", SHIHYO_STATE_MASKED},
        {"***", SHIHYO_STATE_MASKED},
        {"x", SHIHYO_STATE_NOT_COMPUTABLE},
        {"X", SHIHYO_STATE_NOT_COMPUTABLE},
        {"ｘ", SHIHYO_STATE_NOT_COMPUTABLE},
        {"Ｘ", SHIHYO_STATE_NOT_COMPUTABLE},
        {"χ", SHIHYO_STATE_NOT_COMPUTABLE},
        {"未報告", SHIHYO_STATE_UNREPORTED},
        {" 未 報告\n", SHIHYO_STATE_UNREPORTED},
        {"該当なし", SHIHYO_STATE_NOT_APPLICABLE},
    };
    /* Every sign of the table its own state, so that none can stand in for another. */
    struct shihyo_signs signs = shy_signs_default;
    signs.hyphen = SHIHYO_STATE_PARTIAL;
    signs.ellipsis = SHIHYO_STATE_UNREPORTED;
    signs.letter_x = SHIHYO_STATE_NOT_COMPUTABLE;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shihyo_number n = {SHIHYO_ABI_INIT(struct shihyo_number), 99, 99, 99};
        if (shy_parse_number(cases[i].text, strlen(cases[i].text), &signs, &n) != SHIHYO_OK ||
            n.state != cases[i].state || n.mantissa != 0)
            fail_msg("'%s': state %u", cases[i].text, n.state);
    }
    /* By default no sign is a number. */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shihyo_number n;
        assert_int_equal(shy_parse_number(cases[i].text, strlen(cases[i].text), NULL, &n), 0);
        assert_int_not_equal(n.state, SHIHYO_STATE_OK);
    }
    /* A table that says so may mean "none" by a hyphen. */
    struct shihyo_number n;
    signs.hyphen = SHIHYO_STATE_OK;
    assert_int_equal(shy_parse_number("-", 1, &signs, &n), SHIHYO_OK);
    assert_int_equal(n.state, SHIHYO_STATE_OK);
    assert_int_equal(n.mantissa, 0);
}

static void assert_number(const char *text, int32_t keep, uint32_t thousands, int64_t mantissa,
                          int32_t scale)
{
    struct shihyo_signs signs = shy_signs_default;
    struct shihyo_number n;
    signs.scale = keep;
    signs.thousands = thousands;
    if (shy_parse_number(text, strlen(text), &signs, &n) != SHIHYO_OK ||
        n.state != SHIHYO_STATE_OK || n.mantissa != mantissa || n.scale != scale)
        fail_msg("'%s': %lld / 10^%d", text, (long long)n.mantissa, (int)n.scale);
}

static void test_normalise_numbers(void **state)
{
    static const struct {
        const char *text;
        int64_t mantissa;
        int32_t scale;
    } cases[] = {
        {"0", 0, 0},
        {"-0", 0, 0},
        {"0.0", 0, 1},
        {" 12 ", 12, 0},
        {"　１２，３４５．６", 123456, 1},
        {"1,234,567", 1234567, 0},
        {"+3", 3, 0},
        {"-1.2", -12, 1},
        {"−1.2", -12, 1},
        {"－１．２", -12, 1},
        {"△1.2", -12, 1},
        {"△ 1.2", -12, 1},
        {"▲1,000", -1000, 0},
        {".5", 5, 1},
        {"007", 7, 0},
        {"1.50", 150, 2},
        {"1E3", 1000, 0},
        {"1.5E+2", 150, 0},
        {"3.5000000000000003E-2", 35000000000000003, 18},
        {"1e-30", 0, 18},
        {"10.999999999999999", 10999999999999999, 15},
        {"9223372036854775807", INT64_MAX, 0},
        {"-9223372036854775807", -INT64_MAX, 0},
        /* As many digits as there is room for, the others cut. */
        {"12.3456789012345678901234", 1234567890123456789, 17},
        {"0.00000000000000000009", 0, 18},
        {"0e400", 0, 0},
        {"999999999999999999", 999999999999999999, 0},
        {"1000000000000000000", 1000000000000000000, 0},
        {"000000000000000000000000000012", 12, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_number(cases[i].text, 18, 0, cases[i].mantissa, cases[i].scale);
}

static void test_normalise_number_scale(void **state)
{
    (void)state;
    /* Thousands of persons, also where the cell is digits alone. */
    assert_number("12", 18, 1, 12000, 0);
    /* Half up, away from zero, once and on all digits. */
    assert_number("0.45", 1, 0, 5, 1);
    assert_number("0.44999999999999999999999", 1, 0, 4, 1);
    assert_number("-2.5", 0, 0, -3, 0);
    assert_number("2.49", 0, 0, 2, 0);
    /* 千人 */
    assert_number("1,364", 18, 1, 1364000, 0);
    assert_number("84.1", 18, 1, 84100, 0);
    assert_number("0.0", 18, 1, 0, 0);
    assert_number("1.2345", 18, 1, 12345, 1);
    assert_number("1.2345", 0, 1, 1235, 0);
}

static void test_normalise_not_numbers(void **state)
{
    static const char *const bad[] = {
        "abc",
        "1 234",
        "12 34",
        "1,23",
        "1,2345",
        "12,345,6",
        ",123",
        "1,,234",
        "5.",
        "1.2.3",
        "--1",
        "+-1",
        "1-",
        "(5)",
        "（5）",
        "12%",
        "１２％",
        "3人",
        "1e",
        "1e+",
        "e5",
        "1e401",
        "0x10",
        "1.5,000",
        "△",
        "+",
        ".",
        "-*",
        "*1",
        "x1",
        "・1",
        "#N/A",
        "1/2",
        "報告なし",
        "12:30",
        "一",
        "9223372036854775808",
        "1e19",
        "\xff",
        "999999999999999999999999999999999999999999",
        "000000000000000000000000000000000000000000000000000000000000000001",
    };
    struct shihyo_number n;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (shy_parse_number(bad[i], strlen(bad[i]), NULL, &n) != SHIHYO_PARSE)
            fail_msg("'%s' was read", bad[i]);
    }
}

/* Periods and codes ---------------------------------------------------------------------- */

static void test_normalise_periods(void **state)
{
    static const char *const cases[][2] = {
        {"令和６年度", "FY2024"}, {"平成26年10月1日", "2014-10-01"},
        {"H26.9", "2014-09"},     {"2022年度", "FY2022"},
        {"202204", "2022-04"},    {"R6年", "2024"},
    };
    char out[16];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(shy_parse_period(cases[i][0], strlen(cases[i][0]), out), SHIHYO_OK);
        assert_string_equal(out, cases[i][1]);
    }
    assert_int_equal(shy_parse_period("総数", 6, out), SHIHYO_PARSE);
}

static void test_normalise_area_codes(void **state)
{
    enum { P = SHIHYO_LEVEL_PREFECTURE, S = SHIHYO_LEVEL_SECONDARY, M = SHIHYO_LEVEL_MUNICIPALITY };
    static const struct {
        const char *text;
        uint32_t level;
        int status;
        const char *code;
    } cases[] = {
        {"29", P, SHIHYO_OK, "29"},
        {"1", P, SHIHYO_OK, "01"},
        {"０１", P, SHIHYO_OK, "01"},
        {"29000", P, SHIHYO_OK, "29"},
        {"290009", P, SHIHYO_OK, "29"},
        {"1000", P, SHIHYO_OK, "01"},
        {"10006", P, SHIHYO_OK, "01"}, /* 010006 without its zero */
        {"290008", P, SHIHYO_DATA, NULL},
        {"29201", P, SHIHYO_PARSE, NULL},
        {"48", P, SHIHYO_PARSE, NULL},
        {"00", P, SHIHYO_PARSE, NULL},
        {"101", S, SHIHYO_OK, "0101"},
        {"2901", S, SHIHYO_OK, "2901"},
        {"4801", S, SHIHYO_PARSE, NULL},
        {"2900", S, SHIHYO_PARSE, NULL},
        {"29201", S, SHIHYO_PARSE, NULL},
        {"29201", M, SHIHYO_OK, "29201"},
        {"292010", M, SHIHYO_OK, "29201"},
        {"２９２０１０ ", M, SHIHYO_OK, "29201"},
        {"292011", M, SHIHYO_DATA, NULL},
        {"1100", M, SHIHYO_OK, "01100"},
        {"11002", M, SHIHYO_OK, "01100"}, /* 埼玉 has no 002: 011002 without its zero */
        {"11011", M, SHIHYO_OK, "01101"},
        {"12025", M, SHIHYO_OK, "01202"},
        {"12203", M, SHIHYO_OK, "12203"}, /* 市川市, not 士別市's 012203 */
        {"12345", M, SHIHYO_OK, "12345"},
        {"11003", M, SHIHYO_PARSE, NULL},
        {"13101", M, SHIHYO_OK, "13101"},
        {"27141", M, SHIHYO_OK, "27141"}, /* a ward of 堺市 */
        {"29000", M, SHIHYO_PARSE, NULL},
        {"290009", M, SHIHYO_PARSE, NULL},
        {"48201", M, SHIHYO_PARSE, NULL},
        {"29801", M, SHIHYO_PARSE, NULL},
        {"201", M, SHIHYO_PARSE, NULL},
        {"2920100", M, SHIHYO_PARSE, NULL},
        {"29-201", M, SHIHYO_PARSE, NULL},
        {"", M, SHIHYO_PARSE, NULL},
        {"奈良市", M, SHIHYO_PARSE, NULL},
        {"00000", SHIHYO_LEVEL_NATION, SHIHYO_OK, "00"},
        {"29", SHIHYO_LEVEL_NATION, SHIHYO_PARSE, NULL},
        {"0", SHIHYO_LEVEL_ANY, SHIHYO_OK, "00"},
        {"29", SHIHYO_LEVEL_ANY, SHIHYO_OK, "29"},
        {"2901", SHIHYO_LEVEL_ANY, SHIHYO_OK, "2901"},
        {"29201", SHIHYO_LEVEL_ANY, SHIHYO_OK, "29201"},
        {"290009", SHIHYO_LEVEL_ANY, SHIHYO_OK, "29"},
        {"29", 99, SHIHYO_INVALID_ARG, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char out[8] = "none";
        int status = shy_parse_area_code(cases[i].text, strlen(cases[i].text), cases[i].level, out);
        if (status != cases[i].status)
            fail_msg("'%s' level %u: %d %s", cases[i].text, cases[i].level, status, out);
        if (cases[i].code != NULL)
            assert_string_equal(out, cases[i].code);
    }
}

/* 総務省's list: 北海道 010006, 札幌市 011002, 中央区 011011, 青森県 020001, 東京都 130001,
 * 千代田区 131016, 奈良県 290009, 奈良市 292010, 大阪市 271004, 那覇市 472018. */
static void test_normalise_check_digits(void **state)
{
    static const char *const codes[] = {"010006", "011002", "011011", "020001", "130001",
                                        "131016", "290009", "292010", "271004", "472018"};
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        assert_int_equal(shy_area_check_digit(codes[i]), codes[i][5]);
}

/* The services of plugin.h are these functions: every entry is there. */
static void test_normalise_services(void **state)
{
    const struct shihyo_text_services *text = shy_text_services();
    struct shihyo_number n;
    char out[16];
    size_t column;
    const struct shihyo_field labels[] = {{"コード", 9}, {"総 数", 7}};
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    assert_int_equal(text->struct_size, sizeof *text);
    for (size_t at = offsetof(struct shihyo_text_services, signs_default); at < sizeof *text;
         at += sizeof(void *)) {
        void *entry;
        memcpy(&entry, (const char *)text + at, sizeof entry);
        assert_non_null(entry);
    }
    assert_int_equal(text->parse_number("…", 3, text->signs_default, &n), SHIHYO_OK);
    assert_int_equal(n.state, SHIHYO_STATE_MISSING);
    assert_int_equal(text->parse_period("R6", 2, out), SHIHYO_OK);
    assert_int_equal(text->find_column(labels, 2, "総数", &column, &err), SHIHYO_OK);
    assert_int_equal(column, 1);
    assert_int_equal(text->find_column(labels, 2, "男", &column, &err), SHIHYO_DATA);
    assert_int_equal(err.code, SHY_E_HEADER_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_normalise_labels),
        cmocka_unit_test(test_normalise_label_room),
        cmocka_unit_test(test_normalise_label_letters),
        cmocka_unit_test(test_normalise_signs),
        cmocka_unit_test(test_normalise_numbers),
        cmocka_unit_test(test_normalise_number_scale),
        cmocka_unit_test(test_normalise_not_numbers),
        cmocka_unit_test(test_normalise_periods),
        cmocka_unit_test(test_normalise_area_codes),
        cmocka_unit_test(test_normalise_check_digits),
        cmocka_unit_test(test_normalise_services),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
