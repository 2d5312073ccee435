/* SPDX-License-Identifier: MIT */
/*
 * The three formats of `show` over rows given by the test: shy_results_each is replaced at link
 * time (--wrap), so that a row may hold what no project.db of today would.
 *
 * Expected texts come from the formats' own rules: RFC 8259 (JSON, read back by jansson), RFC 4180
 * (CSV), the WHATWG Encoding Standard (CP932: of a character that stands there twice the one of
 * IBM's extension), Python's decimal (ROUND_HALF_UP).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/report/report_private.h"

static const struct shy_value_row *rows;
static size_t row_count;

int __wrap_shy_results_each(struct shy_results *r, const struct shy_value_filter *filter,
                            int (*visit)(void *arg, const struct shy_value_row *row), void *arg,
                            struct shihyo_error *err);

int __wrap_shy_results_each(struct shy_results *r, const struct shy_value_filter *filter,
                            int (*visit)(void *arg, const struct shy_value_row *row), void *arg,
                            struct shihyo_error *err)
{
    int code = 0;
    (void)r, (void)filter, (void)err;
    for (size_t i = 0; code == 0 && i < row_count; i++)
        code = visit(arg, &rows[i]);
    return code;
}

static struct shy_value_row row_of(const char *area, const char *name, int64_t num)
{
    return (struct shy_value_row){
        .run = 3,
        .indicator = "t.x",
        .name = "訪問診療",
        .area_set = "municipality",
        .area_code = area,
        .area_name = name,
        .period = "FY2022",
        .measure = "count",
        .dimensions = "",
        .exact = true,
        .numerator = {num, 1},
        .denominator = {1, 1},
        .factor = 1,
        .value = (double)num,
        .state = SHIHYO_STATE_OK,
        .unit = "人",
        .method = "",
        .reason = "",
        .source = "ndb",
        .basis = "residence",
        .notes = "",
        .persons = num,
        .institutions = 2,
    };
}

/* What the format writes, with its code; NUL-terminated, freed by the caller. */
static char *written(const struct shy_value_row *given, size_t count,
                     const struct shy_show_options *options, int *code, struct shihyo_error *err)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    rows = given;
    row_count = count;
    *code = shy_show(NULL, NULL, options, out, err);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *shown(const struct shy_value_row *given, size_t count,
                   const struct shy_show_options *options)
{
    int code;
    struct shihyo_error err = SHY_ERROR_INIT;
    char *text = written(given, count, options, &code, &err);
    if (code != 0)
        fail_msg("SHY-%04d %s", code, err.message);
    return text;
}

/* JSON ----------------------------------------------------------------------------------- */

/* Every byte that JSON must escape, what ends a script in HTML, and line ends of JavaScript. */
static const char hostile[] = "\"\\/</script>\b\f\n\r\t\x01\x1f\x7f\xE2\x80\xA8 =1+1,奈良";

static void test_json_reads_back_what_was_written(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_JSON};
    struct shy_value_row two[] = {row_of("29201", hostile, 1234567), row_of("29202", "b", 0)};
    json_error_t error;
    (void)state;
    two[0].dimensions = hostile;
    two[0].notes = hostile;
    two[1].state = SHIHYO_STATE_MASKED;
    two[1].reason = "source";
    char *text = shown(two, 2, &options);
    json_t *list = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (list == NULL)
        fail_msg("%s: %s", error.text, text);
    assert_int_equal(json_array_size(list), 2);
    const json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);
    assert_int_equal(json_object_size(first), SHY_SHOW_COLUMNS);
    assert_string_equal(json_string_value(json_object_get(first, "area_name")), hostile);
    assert_string_equal(json_string_value(json_object_get(first, "dimensions")), hostile);
    assert_string_equal(json_string_value(json_object_get(first, "notes")), hostile);
    assert_int_equal(json_integer_value(json_object_get(first, "value")), 1234567);
    assert_int_equal(json_integer_value(json_object_get(first, "run")), 3);
    assert_true(json_is_null(json_object_get(second, "value")));
    assert_true(json_is_null(json_object_get(second, "persons")));
    assert_string_equal(json_string_value(json_object_get(second, "state")), "masked");
    json_decref(list);
    free(text);
}

static void test_json_of_nothing_is_an_empty_list(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_JSON};
    (void)state;
    char *text = shown(NULL, 0, &options);
    json_t *list = json_loads(text, 0, NULL);
    assert_true(json_is_array(list));
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    free(text);
}

/* JSON has no sign for what is no number, and RFC 8259 wants UTF-8. */
static void test_json_is_never_invalid(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_JSON};
    struct shy_value_row row = row_of("29201", "a", 1);
    struct shihyo_error err = SHY_ERROR_INIT;
    int code;
    (void)state;
    row.exact = false;
    row.value = 1e308 * 10;
    char *text = shown(&row, 1, &options);
    json_t *list = json_loads(text, 0, NULL);
    assert_non_null(list);
    assert_true(json_is_null(json_object_get(json_array_get(list, 0), "value")));
    json_decref(list);
    free(text);
    row = row_of("29201", "\xff\xfe", 1);
    text = written(&row, 1, &options, &code, &err);
    assert_int_equal(code, SHY_E_ENCODING);
    free(text);
}

/* CSV ------------------------------------------------------------------------------------ */

/* The nth field (from 0) of the first line after the heading, as a reader of RFC 4180 sees it. */
static void field_of(const char *text, size_t n, char *out, size_t size)
{
    const char *p = strchr(text, '\n');
    size_t used = 0;
    assert_non_null(p);
    for (p++; n > 0; p++) {
        if (*p == '"')
            for (p++; *p != '"' || p[1] == '"'; p += *p == '"' ? 2 : 1)
                assert_int_not_equal(*p, '\0');
        else if (*p == ',')
            n--;
        else
            assert_int_not_equal(*p, '\0');
    }
    bool quoted = *p == '"';
    p += quoted;
    while (quoted ? *p != '"' || p[1] == '"' : strchr(",\r\n", *p) == NULL) {
        assert_true(*p != '\0' && used + 1 < size);
        p += quoted && *p == '"';
        out[used++] = *p++;
    }
    out[used] = '\0';
}

enum { AREA_NAME = 5, VALUE = 11 };

static void check_name(const char *name, bool spreadsheet, const char *expected)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_CSV, .spreadsheet = spreadsheet};
    struct shy_value_row row = row_of("29201", name, 5);
    char field[128], value[32];
    char *text = shown(&row, 1, &options);
    field_of(text, AREA_NAME, field, sizeof field);
    field_of(text, VALUE, value, sizeof value);
    assert_string_equal(field, expected);
    assert_string_equal(value, "5");
    free(text);
}

static void test_csv_quotes_what_must_be(void **state)
{
    (void)state;
    check_name("奈良市", false, "奈良市");
    check_name("a,b", false, "a,b");
    check_name("say \"x\"", false, "say \"x\"");
    check_name("\"", false, "\"");
    check_name("two\nlines\r\n", false, "two\nlines\r\n");
    check_name("=1+1", false, "=1+1");
}

/* A spreadsheet must not compute a label; half- and full-width signs both begin a formula there
 * (OWASP, "CSV Injection"). */
static void test_csv_for_spreadsheets_has_no_formulas(void **state)
{
    (void)state;
    check_name("=HYPERLINK(\"x\")", true, "'=HYPERLINK(\"x\")");
    check_name("+81", true, "'+81");
    check_name("-x", true, "'-x");
    check_name("@SUM(A1)", true, "'@SUM(A1)");
    check_name("\tx", true, "'\tx");
    check_name("\nx", true, "'\nx");
    check_name("＝1+1", true, "'＝1+1");
    check_name("－x", true, "'－x");
    check_name("＋x", true, "'＋x");
    check_name("＠x", true, "'＠x");
    check_name("奈良=x", true, "奈良=x");
}

/* A negative figure is no formula: it stays a number in a spreadsheet. */
static void test_csv_keeps_negative_numbers(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_CSV, .spreadsheet = true};
    struct shy_value_row row = row_of("29201", "a", -5);
    char value[32];
    (void)state;
    char *text = shown(&row, 1, &options);
    field_of(text, VALUE, value, sizeof value);
    assert_string_equal(value, "-5");
    assert_int_equal(strncmp(text, "\xEF\xBB\xBFrun,", 7), 0);
    assert_non_null(strstr(text, "\r\n"));
    free(text);
}

static void test_csv_as_cp932(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_CSV, .encoding = "cp932"};
    struct shy_value_row row = row_of("29201", "髙﨑①", 5);
    struct shihyo_error err = SHY_ERROR_INIT;
    int code;
    (void)state;
    char *text = shown(&row, 1, &options);
    assert_non_null(strstr(text, ",\xfb\xfc\xfa\xb1\x87\x40,"));
    assert_null(strstr(text, "\xEF\xBB\xBF"));
    free(text);
    /* 鷗 (U+9DD7) and emoji have no place in CP932: an error that names the character, no '?'. */
    row = row_of("29201", "鷗外", 5);
    text = written(&row, 1, &options, &code, &err);
    assert_int_equal(code, SHY_E_ENCODING_CHARACTER);
    assert_non_null(strstr(err.message, "U+9DD7"));
    assert_string_equal(err.value, "鷗");
    assert_null(strchr(text, '?'));
    free(text);
}

static void test_csv_refuses_other_encodings(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_CSV, .encoding = "latin1"};
    struct shihyo_error err = SHY_ERROR_INIT;
    int code;
    (void)state;
    char *text = written(NULL, 0, &options, &code, &err);
    assert_int_equal(code, SHY_E_USAGE);
    assert_string_equal(text, "");
    free(text);
}

/* Tables --------------------------------------------------------------------------------- */

static void check_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (const char *p = text; p != NULL && *p != '\0'; p = strchr(p, '\n'), p += p != NULL)
        if (strncmp(p, line, length) == 0 && p[length] == '\n')
            return;
    fail_msg("no line '%s' in:\n%s", line, text);
}

static void test_table_puts_footnotes_under_the_figures(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_TABLE};
    struct shy_value_row r[] = {row_of("29201", "奈良市", 1234), row_of("29202", "大和高田市", 5),
                                row_of("29203", "大和郡山市", 6), row_of("29204", "天理市", 7)};
    (void)state;
    r[1].state = SHIHYO_STATE_MASKED;
    r[1].reason = "source";
    r[2].state = SHIHYO_STATE_PARTIAL;
    r[2].reason = "unreported_areas";
    r[2].notes = "unreported:3;areas_added";
    r[3].state = SHIHYO_STATE_MASKED; /* the same again: one footnote for both */
    r[3].reason = "source";
    char *text = shown(r, 4, &options);
    check_line(text, "29201  奈良市      FY2022  1,234");
    check_line(text, "29202  大和高田市  FY2022   * 1)");
    check_line(text, "29203  大和郡山市  FY2022   6 2)");
    check_line(text, "29204  天理市      FY2022   * 1)");
    assert_non_null(strstr(text, "\n1) masked: "));
    const char *second = strstr(text, "\n2) partial: ");
    assert_non_null(second);
    assert_non_null(strstr(second, " (3)"));
    assert_null(strstr(text, "\n3) "));
    free(text);
}

/* A label must not move the cursor, paint the screen or break the row. */
static void test_table_shows_no_control_characters(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_TABLE};
    struct shy_value_row row = row_of("29201",
                                      "a\nb\x1b[2Jc\xc2\x9bm\x7f\xE2\x80\xA8"
                                      "d",
                                      5);
    (void)state;
    row.name = "x\ry";
    row.source = "a\x1b]0;b";
    char *text = shown(&row, 1, &options);
    for (const char *p = text; *p != '\0'; p++)
        if (*p != '\n' && ((unsigned char)*p < 0x20 || *p == 0x7f))
            fail_msg("control character %02x", (unsigned)*p);
    assert_null(strstr(text, "\xc2\x9b"));
    assert_null(strstr(text, "\xE2\x80\xA8"));
    check_line(text, "29201  a b [2Jc m  d  FY2022   5");
    assert_int_equal(strncmp(text, "x y (t.x)\n", 10), 0);
    free(text);
}

/* One column of the table for every measure, under its unit or its label and unit. */
static void test_table_has_a_column_per_measure(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_TABLE};
    struct shy_value_row r[] = {row_of("29", "奈良県", 5), row_of("29", "奈良県", 6),
                                row_of("29", "奈良県", 7)};
    char label[400];
    (void)state;
    r[1].measure = "rate:1000:all";
    r[1].unit = "人（人口千対）";
    /* 127 characters of three bytes: a heading is never cut within a character. */
    for (size_t i = 0; i < 127; i++)
        (void)memcpy(label + 3 * i, "数", 3);
    label[381] = '\0';
    r[2].measure = label;
    char *text = shown(r, 3, &options);
    assert_non_null(strstr(text, "  人  人（人口千対）  "));
    assert_non_null(strstr(text, label));
    assert_non_null(strstr(text, "数 (人)\n"));
    assert_non_null(strstr(text, "\n29    奈良県  FY2022   5             6.0  "));
    assert_non_null(strstr(text, " 7\n"));
    free(text);
}

/* Japanese labels take two columns each; what does not fit is cut with … and the figure stays. */
static void test_table_fits_the_terminal(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_TABLE, .width = 36};
    struct shy_value_row row = row_of("29201", "とても長い名前の市町村の連合体", 1234567);
    (void)state;
    char *text = shown(&row, 1, &options);
    /* 5 + 2 + 10 + 2 + 6 + 2 + 9 columns: nine of the ten are four characters and the … */
    check_line(text, "29201  とても長…   FY2022  1,234,567");
    free(text);
}

/* Limits --------------------------------------------------------------------------------- */

static struct shy_value_row limited_row(void)
{
    struct shy_value_row row = row_of("29201", "a", 20);
    row.method = "byar";
    row.judgement = "";
    row.levels = 2;
    row.intervals = true;
    row.level[0] = 9500;
    row.level[1] = 9980;
    row.limits[0] = (struct shy_interval){12.25, 30.5};
    row.limits[1] = (struct shy_interval){8.5, 38};
    return row;
}

/* Behind the columns that were always there; a masked value shows none of them. */
static void test_limits_in_csv(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_CSV};
    struct shy_value_row row = limited_row();
    (void)state;
    char *text = shown(&row, 1, &options);
    assert_non_null(strstr(text, ",notes,lower_2,upper_2,confidence_2,judgement,lower_3,upper_3,confidence_3,lower_4,"
"upper_4,confidence_4,period_ja\n"));
    assert_non_null(strstr(text, ",20,1,20,人,12.25,30.5,95,byar,ok,,20,2,ndb,residence,,8.5,38,"
                                 "99.8,,,,,,,,令和4年度\n"));
    free(text);
    row.state = SHIHYO_STATE_MASKED;
    text = shown(&row, 1, &options);
    assert_non_null(strstr(text, ",,,,人,,,,,masked,,,,ndb,residence,,,,,,,,,,,,令和4年度\n"));
    free(text);
    row = limited_row();
    row.intervals = false;
    row.judgement = "better";
    text = shown(&row, 1, &options);
    assert_non_null(strstr(text, ",人,,,95,byar,ok,,20,2,ndb,residence,,,,99.8,better,,,,,,,令和4年度\n"));
    free(text);
}

/* Third and fourth levels stand behind what was there before. */
static void test_limits_of_four_levels(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_CSV};
    struct shy_value_row row = limited_row();
    (void)state;
    row.levels = 4;
    row.level[2] = 9990;
    row.level[3] = 9999;
    row.limits[2] = (struct shy_interval){7.5, 39};
    row.limits[3] = (struct shy_interval){6, 42.5};
    char *text = shown(&row, 1, &options);
    assert_non_null(strstr(text, ",8.5,38,99.8,,7.5,39,99.9,6,42.5,99.99,令和4年度\n"));
    free(text);
}

static void test_limits_in_tables(void **state)
{
    const struct shy_show_options options = {.format = SHY_FORMAT_TABLE};
    struct shy_value_row rows_[] = {limited_row(), limited_row(), limited_row()};
    (void)state;
    rows_[0].decimals = 1;
    rows_[1].area_code = "29202";
    rows_[1].intervals = false;
    rows_[1].judgement = "worse";
    rows_[1].value = -2;
    rows_[2].area_code = "29203";
    rows_[2].state = SHIHYO_STATE_MASKED;
    char *text = shown(rows_, 3, &options);
    assert_non_null(strstr(text, "  20.0 (12.3–30.5)\n"));
    assert_non_null(strstr(text, "  worse (99.8 %)\n"));
    assert_non_null(strstr(text, "  * 1)\n"));
    assert_non_null(strstr(text, "Confidence: 95 % (byar)\n"));
    free(text);
}

/* Rounding ------------------------------------------------------------------------------- */

static void test_rounding_agrees_with_decimal(void **state)
{
    static const struct {
        int64_t num, den, factor;
        int decimals;
        const char *expected;
    } cases[] = {
        {2, 3, 1, 0, "1"},
        {2, 3, 100, 1, "66.7"},
        {1, 3, 100, 1, "33.3"},
        {5, 8, 1, 2, "0.63"},
        {-5, 8, 1, 2, "-0.63"},
        {1, 200, 100, 0, "1"},
        {3, 200, 100, 0, "2"},
        {999995, 10, 1, 0, "100,000"},
        {9999995, 1000, 1, 2, "10,000.00"},
        {123456789, 7, 1, 3, "17,636,684.143"},
        {7, 123456789, 10000, 2, "0.00"},
        {9007199254740993, 1, 1, 0, "9,007,199,254,740,993"}, /* no double is this number */
        {INT64_MAX, 2, 1, 0, "4,611,686,018,427,387,904"},
        {1, 6, 100000, 4, "16,666.6667"},
        {2675, 1000, 1, 2, "2.68"}, /* the double 2.675 lies below it */
        {-1, 1000, 1, 2, "0.00"},
        {1, 16, 1, 3, "0.063"},
        {1, 32, 1, 4, "0.0313"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct shy_value_row row = row_of("29201", "a", cases[i].num);
        char text[48];
        row.denominator.num = cases[i].den;
        row.factor = cases[i].factor;
        row.decimals = cases[i].decimals;
        row.value = 0; /* only the fraction may be looked at */
        shy_value_display(&row, text, sizeof text);
        assert_string_equal(text, cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_reads_back_what_was_written),
        cmocka_unit_test(test_json_of_nothing_is_an_empty_list),
        cmocka_unit_test(test_json_is_never_invalid),
        cmocka_unit_test(test_csv_quotes_what_must_be),
        cmocka_unit_test(test_csv_for_spreadsheets_has_no_formulas),
        cmocka_unit_test(test_csv_keeps_negative_numbers),
        cmocka_unit_test(test_csv_as_cp932),
        cmocka_unit_test(test_csv_refuses_other_encodings),
        cmocka_unit_test(test_table_puts_footnotes_under_the_figures),
        cmocka_unit_test(test_table_shows_no_control_characters),
        cmocka_unit_test(test_table_has_a_column_per_measure),
        cmocka_unit_test(test_table_fits_the_terminal),
        cmocka_unit_test(test_limits_in_csv),
        cmocka_unit_test(test_limits_of_four_levels),
        cmocka_unit_test(test_limits_in_tables),
        cmocka_unit_test(test_rounding_agrees_with_decimal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
