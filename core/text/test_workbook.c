/* SPDX-License-Identifier: MIT */
/*
 * Workbooks of literal XML. Expected values: ECMA-376 part 1 (18.3.1 cells, 18.4 shared strings,
 * 18.8.30 number formats, 18.17.4 dates, 22.9.2.19 escapes); dates of serial numbers by LibreOffice
 * and Python's datetime; shortest decimals by Python's repr.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text/test_book.h"
#include "core/text/workbook_internal.h"

static void assert_rows(struct test_bytes book, const char *expected)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    struct shy_text rows = {0};
    assert_int_equal(shy_workbook_open_bytes(book.bytes, book.size, "b.xlsx", NULL, &wb, &err), 0);
    assert_int_equal(shy_workbook_read(wb, 0, test_rows, &rows, NULL, &err), 0);
    assert_string_equal(shy_text_get(&rows), expected);
    shy_text_free(&rows);
    shy_workbook_close(wb);
    free(book.bytes);
}

/* Opens and reads sheet 0; the code of whichever failed, with err filled. */
static int read_code(struct test_bytes book, const struct shy_workbook_limits *limits,
                     struct shihyo_error *err)
{
    struct shihyo_workbook *wb;
    struct shy_text rows = {0};
    shy_error_reset(err);
    int code = shy_workbook_open_bytes(book.bytes, book.size, "b.xlsx", limits, &wb, err);
    if (code == 0) {
        code = shy_workbook_read(wb, 0, test_rows, &rows, NULL, err);
        shy_workbook_close(wb);
    }
    shy_text_free(&rows);
    free(book.bytes);
    return code;
}

/* Cells ---------------------------------------------------------------------------------- */

#define STRINGS \
    "<si><t>人口</t><rPh sb='0' eb='2'><t>ジンコウ</t></rPh><phoneticPr fontId='1'/></si>" \
    "<si><r><rPr><b/></rPr><t xml:space='preserve'>総 </t></r><r><t>数</t></r></si>" \
    "<si><t>a_x000D_\nb_x005F_x000D_ _x0000_ _xD800_ _xZZZZ_ _x3042_</t></si>" \
    "<si/><si><t></t></si>"

static void test_workbook_cells(void **state)
{
    static const struct {
        const char *data, *rows;
    } cases[] = {
        {"<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>",
         "1:人口|総 数;"},
        {"<row r='1'><c r='A1' t='s'><v>2</v></c></row>",
         "1:a\r\nb_x000D_ _x0000_ _xD800_ _xZZZZ_ あ;"},
        /* Empty shared strings make no row, and end none. */
        {"<row r='2'><c r='A2' t='s'><v>3</v></c></row><row r='5'><c r='A5'><v>7</v></c>"
         "<c r='B5' t='s'><v>4</v></c><c r='C5' s='1'/></row>",
         "5:7;"},
        {"<row r='1'><c t='inlineStr'><is><t>x</t><rPh><t>y</t></rPh></is></c>"
         "<c t='inlineStr'><is><r><t>p</t></r><r><t>q</t></r></is></c></row>",
         "1:x|pq;"},
        {"<row r='1'><c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='e'><v>#N/A</v></c>"
         "<c t='str'><f>A1&amp;B1</f><v>k _x0041_</v></c><c t='str'><f>IF(1,\"\")</f></c>"
         "<c><f>1+1</f><v>2</v></c></row>",
         "1:TRUE|FALSE|#N/A|k A||2;"},
        /* Places left out follow the cell before; gaps are empty cells. */
        {"<row><c><v>1</v></c><c r='D1'><v>2</v></c><c><v>3</v></c></row><row r='9'/><row>"
         "<c r='B10'><v>4</v></c></row>",
         "1:1|||2|3;10:|4;"},
        {"<row r='1048576'><c r='A1048576'><v>1</v></c></row>", "1048576:1;"},
        {"<row r='1'><c r='B1'><v>2</v></c><c r='A1'><v>1</v></c></row>", "1:1|2;"},
        {"<row r='1'><c t='d'><v>2024-04-01T00:00:00</v></c><c t='d'><v>2024-04-01T08:30:00.000Z"
         "</v></c><c t='d'><v>2024-04-01</v></c></row>",
         "1:2024-04-01|2024-04-01T08:30:00|2024-04-01;"},
        {"<row r='1'><c><v> 12 </v></c><c><v><![CDATA[13]]></v></c><c><v>1<!-- -->4</v></c></row>",
         "1:12|13|14;"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_rows(test_book(cases[i].data, STRINGS, NULL), cases[i].rows);
}

static void test_workbook_numbers(void **state)
{
    static const char *const cases[][2] = {
        {"0", "0"},
        {"-0", "0"},
        {"0.0", "0"},
        {"12", "12"},
        {"007", "7"},
        {"+5", "5"},
        {".5", "0.5"},
        {"-0.25", "-0.25"},
        {"1.50", "1.5"},
        {"999999999999999", "999999999999999"},
        {"10.999999999999999", "10.999999999999998"},
        {"0.1", "0.1"},
        {"0.10000000000000001", "0.1"},
        {"3.5000000000000003E-2", "0.035"},
        {"8.2000000000000003E-2", "0.082"},
        {"1E3", "1000"},
        {"1.23E+18", "1230000000000000000"},
        {"12345678901234567890", "12345678901234567000"},
        {"9007199254740993", "9007199254740992"},
        {"1E22", "10000000000000000000000"},
        {"1e-7", "0.0000001"},
        {"1e-30", "1e-30"},
        {"1.5e-30", "1.5e-30"},
        {"4.9406564584124654E-324", "5e-324"},
    };
    char out[SHY_CELL_NUMBER];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(shy_cell_number(cases[i][0], strlen(cases[i][0]), SHY_KIND_NUMBER, false, out));
        assert_string_equal(out, cases[i][1]);
    }
    static const char *const bad[] = {"", "x", "1x", "0x10", "inf", "nan", "1e999", "1.2.3", "-"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(shy_cell_number(bad[i], strlen(bad[i]), SHY_KIND_NUMBER, false, out));
}

static void test_workbook_dates(void **state)
{
    static const struct {
        const char *number;
        enum shy_number_kind kind;
        bool date1904;
        const char *text;
    } cases[] = {
        {"1", SHY_KIND_DATE, false, "1900-01-01"},
        {"59", SHY_KIND_DATE, false, "1900-02-28"},
        {"60", SHY_KIND_DATE, false, "1900-02-29"}, /* as every spreadsheet program shows it */
        {"61", SHY_KIND_DATE, false, "1900-03-01"},
        {"45383", SHY_KIND_DATE, false, "2024-04-01"},
        {"45383.5", SHY_KIND_DATE, false, "2024-04-01T12:00:00"},
        {"45382.999999", SHY_KIND_DATE, false, "2024-04-01"}, /* rounds to the second */
        {"2958465", SHY_KIND_DATE, false, "9999-12-31"},
        {"2958466", SHY_KIND_DATE, false, "2958466"},
        {"0", SHY_KIND_DATE, false, "0"},
        {"-1", SHY_KIND_DATE, false, "-1"},
        {"0", SHY_KIND_DATE, true, "1904-01-01"},
        {"43921", SHY_KIND_DATE, true, "2024-04-01"},
        {"0.5", SHY_KIND_TIME, false, "12:00:00"},
        {"0.999999999", SHY_KIND_TIME, false, "24:00:00"},
        {"45383.25", SHY_KIND_TIME, false, "2024-04-01T06:00:00"},
        {"1.5", SHY_KIND_DURATION, false, "36:00:00"},
    };
    char out[SHY_CELL_NUMBER];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(shy_cell_number(cases[i].number, strlen(cases[i].number), cases[i].kind,
                                    cases[i].date1904, out));
        assert_string_equal(out, cases[i].text);
    }
}

static void test_workbook_format_codes(void **state)
{
    static const struct {
        const char *code;
        enum shy_number_kind kind;
    } cases[] = {
        {"General", SHY_KIND_NUMBER},
        {"General;;", SHY_KIND_NUMBER},
        {"0.00E+00", SHY_KIND_NUMBER},
        {"#,##0_ ", SHY_KIND_NUMBER},
        {"#,##0;[Red]\\-#,##0;", SHY_KIND_NUMBER},
        {"#,##0.0\"万人\"", SHY_KIND_NUMBER},
        {"\"year\"0", SHY_KIND_NUMBER},
        {"\\+0;\\▲0;\\-", SHY_KIND_NUMBER},
        {"0\\d", SHY_KIND_NUMBER},
        {"[DBNum3]0", SHY_KIND_NUMBER},
        {"0;yyyy", SHY_KIND_NUMBER},
        {"@", SHY_KIND_NUMBER},
        {"yyyy/m/d", SHY_KIND_DATE},
        {"[$-411]ge\\.m\\.d;@", SHY_KIND_DATE},
        {"[$-411]ggge\"年\"m\"月\"d\"日\"", SHY_KIND_DATE},
        {"aaaa", SHY_KIND_DATE},
        {"m", SHY_KIND_DATE},
        {"yyyy\\-mm\\-dd hh:mm", SHY_KIND_DATE},
        {"h:mm", SHY_KIND_TIME},
        {"h\"時\"mm\"分\"", SHY_KIND_TIME},
        {"mm:ss", SHY_KIND_TIME},
        {"mm\"分\"ss\"秒\"", SHY_KIND_TIME},
        {"h:mm AM/PM", SHY_KIND_TIME},
        {"[h]:mm", SHY_KIND_DURATION},
        {"[mm]:ss.0", SHY_KIND_DURATION},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (shy_format_kind(cases[i].code) != cases[i].kind)
            fail_msg("%s", cases[i].code);
    }
}

#define ALL_IDS \
    "<cellXfs><xf/><xf numFmtId='14'/><xf numFmtId='20'/><xf numFmtId='46'/><xf numFmtId='57'/>" \
    "<xf numFmtId='37'/><xf numFmtId='164'/><xf numFmtId='31'/></cellXfs>"

static void test_workbook_styles(void **state)
{
    const char *data = "<row r='1'><c s='0'><v>45383.5</v></c><c s='1'><v>45383</v></c>"
                       "<c s='2'><v>0.75</v></c><c s='3'><v>2</v></c><c s='4'><v>45383</v></c>"
                       "<c s='5'><v>45383</v></c><c s='6'><v>45383</v></c><c s='7'><v>45383</v></c>"
                       "<c s='99'><v>45383</v></c></row>";
    (void)state;
    assert_rows(test_book(data, NULL,
                          "<numFmts><numFmt numFmtId='164' formatCode='yyyy'/>"
                          "<numFmt numFmtId='31' formatCode='0'/></numFmts>" ALL_IDS),
                "1:45383.5|2024-04-01|18:00:00|48:00:00|2024-04-01|45383|2024-04-01|45383|45383;");
}

/* The package ---------------------------------------------------------------------------- */

#define STRICT_MAIN "http://purl.oclc.org/ooxml/spreadsheetml/main"
#define STRICT_REL "http://purl.oclc.org/ooxml/officeDocument/relationships"

static void test_workbook_strict_and_targets(void **state)
{
    /* Strict namespaces under a prefix, absolute and climbing targets, another folder, a chart
     * sheet, a hidden sheet, an escaped name, 1904, a stray element of another namespace. */
    const struct test_part parts[] = {
        {"_rels/.rels",
         TEST_RELS("<Relationship Id='r' Type='" STRICT_REL
                   "/officeDocument' Target='/a/b/w.xml'/>"),
         0},
        {"a/b/w.xml",
         "<x:workbook xmlns:x='" STRICT_MAIN "' xmlns:q='" STRICT_REL "'>"
         "<x:workbookPr date1904='true'/><x:sheets>"
         "<x:sheet name='表_x0031_' q:id='i1'/><x:sheet name='図' q:id='i2'/>"
         "<x:sheet name='裏' state='veryHidden' q:id='i3'/></x:sheets></x:workbook>",
         0},
        {"a/b/_rels/w.xml.rels",
         TEST_RELS("<Relationship Id='i1' Type='" STRICT_REL "/worksheet' Target='../s1.xml'/>"
                   "<Relationship Id='i2' Type='" STRICT_REL "/chartsheet' Target='c.xml'/>"
                   "<Relationship Id='i3' Type='" STRICT_REL "/worksheet' Target='/z/./S3.xml'/>"
                   "<Relationship Id='i4' Type='" STRICT_REL "/hyperlink' TargetMode='External' "
                   "Target='http://example.org/'/>"
                   "<Relationship Id='i5' Type='" STRICT_REL "/styles' Target='st.xml'/>"),
         0},
        {"a/s1.xml",
         "<x:worksheet xmlns:x='" STRICT_MAIN
         "' xmlns:o='urn:o'><o:sheetData><x:row/></o:sheetData>"
         "<x:sheetData><x:row><x:c s='1'><x:v>0</x:v><o:v>9</o:v></x:c></x:row></x:sheetData>"
         "<x:mergeCells><x:mergeCell ref='A1:C2'/><x:mergeCell ref='XFD1048576'/></x:mergeCells>"
         "</x:worksheet>",
         0},
        {"z/s3.xml", /* names differ in case only */
         "<worksheet xmlns='" STRICT_MAIN "'><sheetData><row r='3'><c><v>3</v></c></row>"
         "</sheetData></worksheet>",
         0},
        {"a/b/c.xml", "<chartsheet xmlns='" STRICT_MAIN "'/>", 0},
        {"a/b/st.xml",
         "<styleSheet xmlns='" STRICT_MAIN "'><cellXfs><xf/><xf numFmtId='14'/></cellXfs>"
         "</styleSheet>",
         0},
        {NULL, NULL, 0},
    };
    struct test_bytes book = test_zip(parts);
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    struct shy_merge *merges;
    size_t count;
    (void)state;
    assert_int_equal(shy_workbook_open_bytes(book.bytes, book.size, "b", NULL, &wb, &err), 0);
    assert_int_equal(shy_workbook_sheet_count(wb), 3);
    assert_string_equal(shy_workbook_sheet_name(wb, 0), "表1");
    assert_string_equal(shy_workbook_sheet_name(wb, 1), "図");
    assert_null(shy_workbook_sheet_name(wb, 3));
    assert_false(shy_workbook_sheet_hidden(wb, 0));
    assert_true(shy_workbook_sheet_hidden(wb, 2));
    static const char *const rows[] = {"1:1904-01-01;", "", "3:3;"};
    for (size_t i = 0; i < 3; i++) {
        struct shy_text text = {0};
        assert_int_equal(shy_workbook_read(wb, i, test_rows, &text, NULL, &err), 0);
        assert_string_equal(shy_text_get(&text), rows[i]);
        shy_text_free(&text);
    }
    assert_int_equal(shy_workbook_read(wb, 3, test_rows, NULL, NULL, &err), SHY_E_XLSX_SHEET);
    assert_int_equal(shy_workbook_merges(wb, 0, &merges, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_int_equal(merges[0].last_row, 2);
    assert_int_equal(merges[0].last_column, 3);
    assert_int_equal(merges[1].first_row, SHY_SHEET_ROWS);
    assert_int_equal(merges[1].first_column, SHY_SHEET_COLUMNS);
    shy_free(merges);
    shy_workbook_close(wb);
    free(book.bytes);
}

static int stop_at_second(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    (void)cells, (void)count;
    *(int64_t *)arg = row;
    return row == 2 ? -77 : 0;
}

static void test_workbook_visitor_stops(void **state)
{
    struct test_bytes book = test_book("<row><c><v>1</v></c></row><row><c><v>2</v></c></row>"
                                       "<row><c><v>not a number</v></c></row>",
                                       NULL, NULL);
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    int64_t last = 0;
    int stopped = 0;
    (void)state;
    assert_int_equal(shy_workbook_open_bytes(book.bytes, book.size, "b", NULL, &wb, &err), 0);
    assert_int_equal(shy_workbook_read(wb, 0, stop_at_second, &last, &stopped, &err), 0);
    assert_int_equal(stopped, -77);
    assert_int_equal(last, 2);
    shy_workbook_close(wb);
    free(book.bytes);
}

/* Refusals ------------------------------------------------------------------------------- */

static void test_workbook_bad_sheets(void **state)
{
    static const struct {
        const char *data;
        int code;
        int row, column;
    } cases[] = {
        {"<row r='1'><c r='A1' t='s'><v>5</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 1},
        {"<row r='1'><c r='A1' t='s'><v>-1</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 1},
        {"<row r='1'><c r='B1'><v>abc</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 2},
        {"<row r='1'><c r='A2'><v>1</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 0},
        {"<row r='1'><c r='XFE1'><v>1</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 0},
        {"<row r='1'><c r='XFD1'/><c><v>1</v></c></row>", SHY_E_XLSX_LIMIT, 1, 0},
        {"<row r='1'><c r='A1'><v>1</v></c><c r='A1'/></row>", SHY_E_XLSX_DAMAGED, 1, 1},
        {"<row r='1'><c t='z'><v>1</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 1},
        {"<row r='1'><c s='-1'><v>1</v></c></row>", SHY_E_XLSX_DAMAGED, 1, 1},
        {"<row r='2'/><row r='1'/>", SHY_E_XLSX_DAMAGED, 2, 0},
        {"<row r='0'/>", SHY_E_XLSX_DAMAGED, 0, 0},
        {"<row r='x'/>", SHY_E_XLSX_DAMAGED, 0, 0},
        {"<row r='1048577'/>", SHY_E_XLSX_LIMIT, 0, 0},
        {"<row r='1048576'/><row/>", SHY_E_XLSX_LIMIT, 1048576, 0},
        {"<row r='3'><c r='B3'><f>1+1</f></c></row>", SHY_E_XLSX_FORMULA, 3, 2},
        {"<row r='3'><c r='B3'><f>1+1</f><v/></c></row>", SHY_E_XLSX_FORMULA, 3, 2},
        {"<row r='4'><c r='A4'><v>1</v></row>", SHY_E_XLSX_XML, 4, 0},
        {"<row r='4'>&unknown;</row>", SHY_E_XLSX_XML, 4, 0},
    };
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int code = read_code(test_book(cases[i].data, NULL, NULL), NULL, &err);
        if (code != cases[i].code || err.row != cases[i].row || err.column != cases[i].column)
            fail_msg("%s: %d at %d:%d", cases[i].data, code, (int)err.row, (int)err.column);
        assert_string_equal(err.sheet, "S");
        assert_string_equal(err.file, "b.xlsx");
    }
}

/* One part of a good workbook replaced by another text. */
static int code_with(const char *name, const char *xml, size_t length, struct shihyo_error *err)
{
    struct test_part parts[] = {
        {"_rels/.rels", TEST_RELS(TEST_REL("r1", "officeDocument", "w.xml")), 0},
        {"w.xml",
         "<workbook xmlns='" TEST_MAIN_NS "' xmlns:r='" TEST_REL_NS "'><sheets>"
         "<sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>",
         0},
        {"_rels/w.xml.rels",
         TEST_RELS(TEST_REL("s", "worksheet", "s.xml") TEST_REL("t", "sharedStrings", "t.xml")), 0},
        {"s.xml", "<worksheet xmlns='" TEST_MAIN_NS "'/>", 0},
        {"t.xml", "<sst xmlns='" TEST_MAIN_NS "'/>", 0},
        {NULL, NULL, 0},
    };
    struct test_part kept[6];
    size_t used = 0;
    for (size_t i = 0; parts[i].name != NULL; i++) {
        bool same = name != NULL && strcmp(parts[i].name, name) == 0;
        if (same && xml == NULL)
            continue;
        kept[used++] = same ? (struct test_part){name, xml, length} : parts[i];
    }
    kept[used] = (struct test_part){NULL, NULL, 0};
    return read_code(test_zip(kept), NULL, err);
}

static void test_workbook_bad_packages(void **state)
{
    static const char laughs[] =
        "<?xml version='1.0'?><!DOCTYPE sst [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]>"
        "<sst xmlns='" TEST_MAIN_NS "'><si><t>&b;</t></si></sst>";
    static const struct {
        const char *name, *xml;
        int code;
    } cases[] = {
        {NULL, NULL, 0},
        {"_rels/.rels", NULL, SHY_E_XLSX_NOT},
        {"_rels/.rels", TEST_RELS(""), SHY_E_XLSX_NOT},
        {"_rels/.rels", TEST_RELS(TEST_REL("r1", "officeDocument", "xl/workbook.bin")),
         SHY_E_XLSX_NOT},
        {"_rels/.rels", "<Relationships/>", SHY_E_XLSX_XML},
        {"w.xml", NULL, SHY_E_XLSX_DAMAGED},
        {"w.xml", "<workbook xmlns='" TEST_MAIN_NS "'/>", SHY_E_XLSX_DAMAGED},
        {"w.xml",
         "<workbook xmlns='" TEST_MAIN_NS "' xmlns:r='" TEST_REL_NS
         "'><sheets><sheet name='S' r:id='other'/></sheets></workbook>",
         SHY_E_XLSX_DAMAGED},
        {"w.xml", "<document/>", SHY_E_XLSX_XML},
        {"_rels/w.xml.rels", NULL, SHY_E_XLSX_DAMAGED},
        {"s.xml", NULL, SHY_E_XLSX_DAMAGED},
        {"s.xml", "<worksheet", SHY_E_XLSX_XML},
        {"s.xml", "<html/>", SHY_E_XLSX_XML},
        {"t.xml", NULL, SHY_E_XLSX_DAMAGED},
        {"t.xml", laughs, SHY_E_XLSX_XML},
        {"t.xml", "<!DOCTYPE sst SYSTEM 'file:///etc/passwd'><sst/>", SHY_E_XLSX_XML},
        {"t.xml", "<sst xmlns='" TEST_MAIN_NS "'><si><t>\xff</t></si></sst>", SHY_E_XLSX_XML},
    };
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int code = code_with(cases[i].name, cases[i].xml, 0, &err);
        if (code != cases[i].code)
            fail_msg("%zu: %d %s", i, code, err.message);
        if (code != 0)
            assert_string_equal(err.file, "b.xlsx");
    }
}

/* text repeated; freed by the caller. */
static char *repeat(const char *before, const char *text, size_t times, const char *after)
{
    struct shy_text t = {0};
    shy_text_adds(&t, before);
    for (size_t i = 0; i < times; i++)
        shy_text_adds(&t, text);
    shy_text_adds(&t, after);
    assert_false(t.failed);
    return t.text;
}

static void test_workbook_limits(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_workbook_limits small = shy_workbook_limits_default;
    const char *cell = "<row><c><v>1</v></c></row>";
    (void)state;
    small.total = 1000;
    assert_int_equal(read_code(test_book(cell, NULL, NULL), &small, &err), SHY_E_XLSX_LIMIT);
    small = shy_workbook_limits_default;
    small.part = 300;
    assert_int_equal(read_code(test_book(cell, NULL, NULL), &small, &err), SHY_E_XLSX_LIMIT);
    small = shy_workbook_limits_default;
    small.parts = 5;
    assert_int_equal(read_code(test_book(cell, NULL, NULL), &small, &err), SHY_E_XLSX_LIMIT);
    small = shy_workbook_limits_default;
    small.strings = 4;
    assert_int_equal(read_code(test_book(cell, STRINGS, NULL), &small, &err), SHY_E_XLSX_LIMIT);
    small.strings = 5;
    assert_int_equal(read_code(test_book(cell, STRINGS, NULL), &small, &err), 0);
    small.cells = 2;
    assert_int_equal(read_code(test_book("<row><c r='C1'/></row>", NULL, NULL), &small, &err),
                     SHY_E_XLSX_LIMIT);
    small.cell_text = 3;
    assert_int_equal(
        read_code(test_book("<row><c t='str'><v>abcd</v></c></row>", NULL, NULL), &small, &err),
        SHY_E_XLSX_LIMIT);
    small = shy_workbook_limits_default;
    small.row_text = 3;
    assert_int_equal(read_code(test_book("<row><c><v>12</v></c><c><v>34</v></c></row>", NULL, NULL),
                               &small, &err),
                     SHY_E_XLSX_LIMIT);
}

static void test_workbook_bombs(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char *space =
        repeat("<row>", "                                                  ", 400000, "</row>");
    char *deep = repeat("", "<a>", 1000, "");
    char *token = repeat("<row r='", "1111111111111111111111111111111111111111", 100000, "'/>");
    (void)state;
    assert_int_equal(read_code(test_book(space, NULL, NULL), NULL, &err), SHY_E_XLSX_LIMIT);
    assert_int_equal(read_code(test_book(deep, NULL, NULL), NULL, &err), SHY_E_XLSX_LIMIT);
    assert_int_equal(read_code(test_book(token, NULL, NULL), NULL, &err), SHY_E_XLSX_LIMIT);
    shy_free(space);
    shy_free(deep);
    shy_free(token);
}

static void test_workbook_not_one(void **state)
{
    static const char ole[] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more";
    static const struct {
        const char *bytes;
        size_t size;
        int code;
        const char *message;
    } cases[] = {
        {"", 0, SHY_E_XLSX_NOT, "empty"},
        {ole, sizeof ole, SHY_E_XLSX_NOT, "password-protected or an old .xls"},
        {"<html><body>404", 15, SHY_E_XLSX_NOT, "not an xlsx"},
        {"a,b,c\n1,2,3\n", 12, SHY_E_XLSX_NOT, "not an xlsx"},
        {"PK", 2, SHY_E_XLSX_NOT, "not an xlsx"},
        {"PK\3\4 and no more", 16, SHY_E_XLSX_DAMAGED, "cut off"},
    };
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            shy_workbook_open_bytes(cases[i].bytes, cases[i].size, "f.xlsx", NULL, &wb, &err),
            cases[i].code);
        assert_null(wb);
        assert_non_null(strstr(err.message, cases[i].message));
        assert_string_not_equal(err.hint, "");
        assert_string_equal(err.file, "f.xlsx");
    }
    assert_int_equal(shy_workbook_open("/no/such/file.xlsx", NULL, &wb, &err),
                     SHY_E_FILE_NOT_FOUND);
}

/* A zip cut off anywhere is refused, and nothing is read from it as if it were whole. */
static void test_workbook_truncated(void **state)
{
    struct test_bytes book = test_book("<row><c t='s'><v>0</v></c></row>", STRINGS, NULL);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    for (size_t size = 0; size < book.size; size += 7) {
        struct test_bytes part = {malloc(size + 1), size};
        memcpy(part.bytes, book.bytes, size);
        int code = read_code(part, NULL, &err);
        assert_true(code == SHY_E_XLSX_NOT || code == SHY_E_XLSX_DAMAGED);
    }
    free(book.bytes);
}

/* A bit turned in the packed bytes of a part shows by its checksum, if not before. */
static void test_workbook_bad_checksum(void **state)
{
    struct test_bytes book = test_book("<row><c><v>12345</v></c></row>", NULL, NULL);
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    /* A part's packed bytes follow its name. */
    size_t at = 0;
    while (memcmp(book.bytes + at, "odd-name.xml", 12) != 0)
        at++;
    book.bytes[at + 12 + 60] ^= 0x10;
    int code = read_code(book, NULL, &err);
    assert_true(code == SHY_E_XLSX_DAMAGED || code == SHY_E_XLSX_XML);
}

/* Memory --------------------------------------------------------------------------------- */

static void test_workbook_out_of_memory(void **state)
{
    struct test_bytes book =
        test_book("<row><c t='s'><v>0</v></c><c s='1'><v>45383</v></c></row>", STRINGS, ALL_IDS);
    (void)state;
    for (uint64_t n = 1;; n++) {
        struct shihyo_error err = SHY_ERROR_INIT;
        struct test_bytes copy = {malloc(book.size), book.size};
        memcpy(copy.bytes, book.bytes, book.size);
        shy_mem_fail_after(n);
        struct shihyo_workbook *wb;
        struct shy_text rows = {0};
        struct shy_merge *merges = NULL;
        size_t count;
        int code = shy_workbook_open_bytes(copy.bytes, copy.size, "b", NULL, &wb, &err);
        if (code == 0) {
            int64_t last;
            code = shy_workbook_read(wb, 0, stop_at_second, &last, NULL, &err);
            if (code == 0)
                code = shy_workbook_merges(wb, 0, &merges, &count, &err);
            shy_workbook_close(wb);
        }
        shy_mem_fail_after(0);
        shy_free(merges);
        shy_text_free(&rows);
        free(copy.bytes);
        if (code == 0) {
            assert_true(n > 30);
            break;
        }
        assert_int_equal(code, SHY_E_NOMEM);
    }
    free(book.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_workbook_cells),
        cmocka_unit_test(test_workbook_numbers),
        cmocka_unit_test(test_workbook_dates),
        cmocka_unit_test(test_workbook_format_codes),
        cmocka_unit_test(test_workbook_styles),
        cmocka_unit_test(test_workbook_strict_and_targets),
        cmocka_unit_test(test_workbook_visitor_stops),
        cmocka_unit_test(test_workbook_bad_sheets),
        cmocka_unit_test(test_workbook_bad_packages),
        cmocka_unit_test(test_workbook_limits),
        cmocka_unit_test(test_workbook_bombs),
        cmocka_unit_test(test_workbook_not_one),
        cmocka_unit_test(test_workbook_truncated),
        cmocka_unit_test(test_workbook_bad_checksum),
        cmocka_unit_test(test_workbook_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
