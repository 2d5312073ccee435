/* SPDX-License-Identifier: MIT */
/*
 * Eras: 元号法 (昭和54年法律第43号) and the cabinet orders of 1989-01-07 and 2019-04-01 (平成 from
 * 1989-01-08, 令和 from 2019-05-01); 大正 from 1912-07-30, 昭和 from 1926-12-25. Era numbers 1 to 5
 * are those of medical receipts (診療報酬請求書等の記載要領). Day numbers: Python 3.11, datetime.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/period.h"

static const char *parsed(const char *text)
{
    static char out[SHY_PERIOD_TEXT];
    struct shy_period p;
    if (!shy_period_parse_any(text, strlen(text), &p))
        return "(refused)";
    shy_period_text(&p, out);
    return out;
}

static void test_period_any_accepts(void **state)
{
    static const char *const cases[][2] = {
        /* fiscal years */
        {"令和6年度", "FY2024"},
        {"R6年度", "FY2024"},
        {"２０２２年度", "FY2022"},
        {"2022年度", "FY2022"},
        {"FY2022", "FY2022"},
        {"fy 2022", "FY2022"},
        {"平成31年度", "FY2019"},
        {"令和元年度", "FY2019"},
        {"平成 30 年度", "FY2018"},
        /* calendar years */
        {"R6", "2024"},
        {"令和6年", "2024"},
        {"2024", "2024"},
        {"2024年", "2024"},
        {"平成32年", "2020"},
        {"昭和元年", "1926"},
        {"㋿元年", "2019"},
        {"㍻31年", "2019"},
        {"明治45年", "1912"},
        {"大正元年", "1912"},
        /* months */
        {"H26.9", "2014-09"},
        {"h２６．９", "2014-09"},
        {"平成26年9月", "2014-09"},
        {"令和6年9月分", "2024-09"},
        {"202204", "2022-04"},
        {"43404", "2022-04"}, /* 平成34年4月 */
        {"50604", "2024-04"},
        {"36401", "1989-01"},
        {"R0604", "2024-04"},
        {"2024-09", "2024-09"},
        {"2024/9", "2024-09"},
        {"2024年9月", "2024-09"},
        {" 令和 6 年　9 月 ", "2024-09"},
        /* days */
        {"平成26年10月1日", "2014-10-01"},
        {"平成26年10月1日現在", "2014-10-01"},
        {"5060401", "2024-04-01"},
        {"R060401", "2024-04-01"},
        {"R6.4.1", "2024-04-01"},
        {"20240401", "2024-04-01"},
        {"2024/2/29", "2024-02-29"},
        {"２０２４－１０－０１", "2024-10-01"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(parsed(cases[i][0]), cases[i][1]);
}

static void test_period_any_refuses(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "令和",
        "令和0年",
        "R0",
        "0年",
        "令和年度",
        "6年度",
        "24",
        "123",
        "2024年13月",
        "202413",
        "202400",
        "43400",
        "63404",
        "03404",
        "40004",
        "2023/2/29",
        "2024-09/1",
        "2024年9月1",
        "2024年9",
        "2024 04",
        "20 24",
        "R6年度9月",
        "FY24",
        "FY2024年",
        "令和123年",
        "R12345",
        "1867",
        "2200",
        "2024年度末",
        "合計",
        "45566",
        "2024-9-1-1",
        "123456789",
        "20240230",
        "R061301",
        "昭和６４年１月８日９",
        "令和6年9月1日2024年9月1日2024年9月1日2024年9月1日2024年9月1日",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(parsed(cases[i]), "(refused)");
}

/* The text need not be terminated, and may be any bytes. */
static void test_period_any_bytes(void **state)
{
    struct shy_period p;
    char text[SHY_PERIOD_TEXT];
    (void)state;
    assert_true(shy_period_parse_any("2024年度計", strlen("2024年度"), &p));
    shy_period_text(&p, text);
    assert_string_equal(text, "FY2024");
    assert_false(shy_period_parse_any("2024\0", 5, &p));
    assert_false(shy_period_parse_any("\xe4\xbb", 2, &p));
    assert_false(shy_period_parse_any("2024\xff", 5, &p));
    assert_false(shy_period_parse_any("\x80\x80", 2, &p));
    /* a 2 written in two bytes, and a lead byte that an r follows: both end in the bits of a 2 */
    assert_false(shy_period_parse_any("\xc0\xb2"
                                      "024",
                                      5, &p));
    assert_false(shy_period_parse_any("\xc0"
                                      "r024",
                                      5, &p));
    assert_false(shy_period_parse_any("\xef\xbd\xb2\xf8\x80\x80\x80", 7, &p));
}

static void test_period_canonical(void **state)
{
    static const char *const good[] = {"FY2024", "2024", "2024-09", "2024-10-01", "2024-02-29"};
    static const char *const bad[] = {
        "",          "FY24",  "fy2024",     "2024-9", "2024-13",  "2024-00",   "2023-02-29",
        "2024-10-1", "2024 ", "2024-10-32", "R6",     "20240401", "FY2024-04", "2024/10/01"};
    struct shy_period p;
    char text[SHY_PERIOD_TEXT];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(shy_period_parse(good[i], &p));
        shy_period_text(&p, text);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(shy_period_parse(bad[i], &p));
}

static void test_period_fiscal_year(void **state)
{
    struct shy_period p;
    (void)state;
    assert_true(shy_period_parse("FY2024", &p));
    assert_int_equal(p.first_month, shy_month(2024, 4));
    assert_int_equal(p.last_month, shy_month(2025, 3));
    assert_int_equal(shy_period_months(&p), 12);
    struct shy_period same = shy_fiscal_year(2024);
    assert_int_equal(shy_period_compare(&p, &same), 0);
}

static void test_period_labels(void **state)
{
    static const char *const cases[][3] = {
        {"FY2024", "令和6年度", "FY2024"},
        {"FY2019", "令和元年度", "FY2019"},
        {"FY2018", "平成30年度", "FY2018"},
        {"FY1989", "平成元年度", "FY1989"},
        {"FY1988", "昭和63年度", "FY1988"},
        {"2019", "令和元年", "2019"},
        {"2018", "平成30年", "2018"},
        {"2019-04", "平成31年4月", "April 2019"},
        {"2019-05", "令和元年5月", "May 2019"},
        {"2024-09", "令和6年9月", "September 2024"},
        {"2019-04-30", "平成31年4月30日", "30 April 2019"},
        {"2019-05-01", "令和元年5月1日", "1 May 2019"},
        {"1989-01-07", "昭和64年1月7日", "7 January 1989"},
        {"1989-01-08", "平成元年1月8日", "8 January 1989"},
        {"1926-12-24", "大正15年12月24日", "24 December 1926"},
        {"1926-12-25", "昭和元年12月25日", "25 December 1926"},
        {"1912-07-29", "明治45年7月29日", "29 July 1912"},
        {"1912-07-30", "大正元年7月30日", "30 July 1912"},
        {"1867", "1867年", "1867"},
    };
    char label[64];
    struct shy_period p;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(shy_period_parse(cases[i][0], &p));
        shy_period_label(&p, true, label, sizeof label);
        assert_string_equal(label, cases[i][1]);
        shy_period_label(&p, false, label, sizeof label);
        assert_string_equal(label, cases[i][2]);
    }
}

/* A Japanese label is a text as people write it: it must read back as the same period. */
static void test_period_labels_read_back(void **state)
{
    (void)state;
    for (int year = 1873; year <= 2199; year++) {
        for (int month = 1; month <= 12; month++) {
            struct shy_period p = {SHY_PERIOD_MONTH, shy_month(year, month), shy_month(year, month),
                                   0};
            struct shy_period fiscal = shy_fiscal_year(year), back;
            char label[64];
            shy_period_label(&p, true, label, sizeof label);
            if (year - 2018 > 99)
                continue; /* three digits are nobody's era year */
            assert_true(shy_period_parse_any(label, strlen(label), &back));
            assert_int_equal(shy_period_compare(&p, &back), 0);
            shy_period_label(&fiscal, true, label, sizeof label);
            assert_true(shy_period_parse_any(label, strlen(label), &back));
            assert_int_equal(shy_period_compare(&fiscal, &back), 0);
        }
    }
}

static bool contains(const char *outer, const char *inner)
{
    struct shy_period a, b;
    assert_true(shy_period_parse(outer, &a));
    assert_true(shy_period_parse(inner, &b));
    return shy_period_contains(&a, &b);
}

static void test_period_contains(void **state)
{
    struct shy_period none = {SHY_PERIOD_NONE, 0, 0, 0}, year = shy_fiscal_year(2024);
    (void)state;
    assert_true(contains("FY2024", "2025-03"));
    assert_true(contains("FY2024", "2025-03-31"));
    assert_true(contains("FY2024", "FY2024"));
    assert_false(contains("FY2024", "2024-03"));
    assert_false(contains("FY2024", "2024"));
    assert_false(contains("2024-10", "2024"));
    assert_true(contains("2024-10", "2024-10-01"));
    assert_false(contains("2024-10-01", "2024-10"));
    assert_true(contains("2024-10-01", "2024-10-01"));
    assert_false(contains("2024-10-01", "2024-10-02"));
    assert_false(shy_period_contains(&none, &year));
    assert_false(shy_period_contains(&year, &none));
}

static void test_period_compare(void **state)
{
    static const char *const ordered[] = {"2023-12",    "2024-09", "2024-10", "2024-10-01",
                                          "2024-10-02", "2024",    "FY2023",  "FY2024"};
    /* By last month: 2024 ends in 2024-12, FY2023 in 2024-03. */
    static const int rank[] = {0, 2, 3, 4, 5, 6, 1, 7};
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            struct shy_period a, b;
            assert_true(shy_period_parse(ordered[i], &a));
            assert_true(shy_period_parse(ordered[j], &b));
            int order = rank[i] < rank[j] ? -1 : rank[i] > rank[j];
            assert_int_equal(shy_period_compare(&a, &b), order);
        }
    }
}

static void test_period_dates(void **state)
{
    static const struct {
        const char *text;
        int32_t days;
    } cases[] = {
        {"1970-01-01", 0},       {"2000-02-29", 11016},   {"1868-01-25", -37231},
        {"2024-10-01", 19997},   {"1900-03-01", -25508},  {"2100-02-28", 47540},
        {"0001-01-01", -719162}, {"9999-12-31", 2932896},
    };
    int32_t days;
    char text[11];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(shy_date_parse(cases[i].text, 10, &days));
        assert_int_equal(days, cases[i].days);
        shy_date_text(days, text);
        assert_string_equal(text, cases[i].text);
    }
    assert_false(shy_date_parse("1900-02-29", 10, &days)); /* no leap year */
    assert_false(shy_date_parse("2024-1-01", 9, &days));
    assert_false(shy_date_parse("2024-04-31", 10, &days));
}

/* Day numbers follow each other without gap over two cycles of 400 years. */
static void test_period_dates_follow(void **state)
{
    int32_t expected = shy_date_of(1600, 1, 1);
    (void)state;
    for (int32_t day = expected; day < shy_date_of(2400, 1, 1); day++) {
        int32_t back;
        char text[11];
        shy_date_text(day, text);
        assert_true(shy_date_parse(text, 10, &back));
        assert_int_equal(shy_date_month(day),
                         shy_month((int)strtol(text, NULL, 10), (int)strtol(text + 5, NULL, 10)));
        assert_int_equal(back, expected);
        expected++;
    }
    assert_int_equal(expected, shy_date_of(1600, 1, 1) + 2 * 146097);
}

/* Slide 12 of reference 003 counts those discharged from April to August 2015. */
static void test_period_months(void **state)
{
    static const char *const same[] = {"2015-04..2015-08", "平成27年4月～平成27年8月",
                                       "2015年4月〜2015年8月", "H27.4 ~ H27.8", "201504..201508"};
    static const char *const bad[] = {"2015-08..2015-04", "2015-04..", "..2015-04",
                                      "2015-04-01..2015-08-31", "2015-04..2015-08..2015-09"};
    static const char *const not_canonical[] = {"2015-04..2016-03", "2015-01..2015-12",
                                                "2015-04..2015-04", "2015-04..2015-13",
                                                "2015-04.-2015-08", "2015-09..2015-08"};
    struct shy_period p;
    char text[SHY_PERIOD_TEXT], label[80];
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        assert_true(shy_period_parse_any(same[i], strlen(same[i]), &p));
        assert_int_equal(p.kind, SHY_PERIOD_MONTHS);
        assert_int_equal(shy_period_months(&p), 5);
        shy_period_text(&p, text);
        assert_string_equal(text, "2015-04..2015-08");
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(shy_period_parse_any(bad[i], strlen(bad[i]), &p));
    for (size_t i = 0; i < sizeof not_canonical / sizeof not_canonical[0]; i++)
        assert_false(shy_period_parse(not_canonical[i], &p));
    assert_true(shy_period_parse("2015-04..2015-08", &p));
    shy_period_label(&p, true, label, sizeof label);
    assert_string_equal(label, "平成27年4月～平成27年8月");
    shy_period_label(&p, false, label, sizeof label);
    assert_string_equal(label, "2015-04..2015-08");
    assert_true(shy_period_parse_any("2015-04..2016-03", 16, &p));
    assert_int_equal(p.kind, SHY_PERIOD_FISCAL_YEAR);
    assert_true(
        shy_period_parse_any("平成24年度～平成29年度", strlen("平成24年度～平成29年度"), &p));
    assert_int_equal(shy_period_months(&p), 72);
    shy_period_label(&p, true, label, sizeof label);
    assert_string_equal(label, "平成24年度～平成29年度");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_period_any_accepts),      cmocka_unit_test(test_period_any_refuses),
        cmocka_unit_test(test_period_any_bytes),        cmocka_unit_test(test_period_canonical),
        cmocka_unit_test(test_period_fiscal_year),      cmocka_unit_test(test_period_labels),
        cmocka_unit_test(test_period_labels_read_back), cmocka_unit_test(test_period_contains),
        cmocka_unit_test(test_period_compare),          cmocka_unit_test(test_period_dates),
        cmocka_unit_test(test_period_dates_follow),     cmocka_unit_test(test_period_months),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
