/* SPDX-License-Identifier: MIT */
#include "core/text/test_book.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zip.h>

static void must(bool condition, const char *what)
{
    if (condition)
        return;
    (void)fprintf(stderr, "test_zip: %s\n", what);
    exit(99);
}

struct test_bytes test_zip(const struct test_part *parts)
{
    zip_error_t error;
    struct test_bytes result = {0};
    zip_error_init(&error);
    zip_source_t *target = zip_source_buffer_create(NULL, 0, 0, &error);
    must(target != NULL, "source");
    zip_source_keep(target);
    zip_t *zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
    must(zip != NULL, "open");
    for (; parts->name != NULL; parts++) {
        size_t length = parts->length > 0 ? parts->length : strlen(parts->xml);
        zip_source_t *source = zip_source_buffer(zip, parts->xml, length, 0);
        must(source != NULL && zip_file_add(zip, parts->name, source, ZIP_FL_ENC_UTF_8) >= 0,
             "add");
    }
    must(zip_close(zip) == 0, "close");
    zip_stat_t st;
    must(zip_source_stat(target, &st) == 0 && zip_source_open(target) == 0, "stat");
    result.size = (size_t)st.size;
    result.bytes = malloc(result.size);
    must(result.bytes != NULL &&
             zip_source_read(target, result.bytes, result.size) == (zip_int64_t)result.size,
         "read");
    (void)zip_source_close(target);
    zip_source_free(target);
    zip_error_fini(&error);
    return result;
}

static char *wrap(const char *root, const char *before, const char *inner, const char *after)
{
    struct shy_text t = {0};
    shy_text_addf(&t, "<%s xmlns='" TEST_MAIN_NS "'>%s", root, before);
    shy_text_adds(&t, inner == NULL ? "" : inner);
    shy_text_addf(&t, "%s</%s>", after, root);
    must(!t.failed, "memory");
    return t.text;
}

struct test_bytes test_book(const char *data, const char *strings, const char *styles)
{
    char *sheet = wrap("worksheet", "<sheetData>", data, "</sheetData>");
    char *sst = wrap("sst", "", strings, ""), *style_sheet = wrap("styleSheet", "", styles, "");
    const struct test_part parts[] = {
        {"_rels/.rels", TEST_RELS(TEST_REL("r1", "officeDocument", "xl/workbook.xml")), 0},
        {"xl/workbook.xml",
         "<workbook xmlns='" TEST_MAIN_NS "' xmlns:r='" TEST_REL_NS "'><sheets>"
         "<sheet name='S' sheetId='1' r:id='s'/></sheets></workbook>",
         0},
        {"xl/_rels/workbook.xml.rels",
         TEST_RELS(TEST_REL("s", "worksheet", "worksheets/odd-name.xml") TEST_REL(
             "t", "sharedStrings", "strings.xml") TEST_REL("u", "styles", "styles.xml")),
         0},
        {"xl/worksheets/odd-name.xml", sheet, 0},
        {"xl/strings.xml", sst, 0},
        {"xl/styles.xml", style_sheet, 0},
        {NULL, NULL, 0},
    };
    struct test_bytes book = test_zip(parts);
    shy_free(sheet);
    shy_free(sst);
    shy_free(style_sheet);
    return book;
}

int test_rows(void *text, int64_t row, const struct shihyo_field *cells, size_t count)
{
    shy_text_addf(text, "%" PRId64 ":", row);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            shy_text_addc(text, '|');
        shy_text_add(text, cells[i].text, cells[i].length);
    }
    shy_text_addc(text, ';');
    return 0;
}
