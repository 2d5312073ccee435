/* SPDX-License-Identifier: MIT */
/* For tests: workbooks made of literal XML, so that hostile ones are as easy as good ones. */
#ifndef SHY_TEXT_TEST_BOOK_H
#define SHY_TEXT_TEST_BOOK_H

#include <stddef.h>

#include "core/base/mem.h"

struct test_part {
    const char *name; /* NULL ends a list */
    const char *xml;
    size_t length; /* 0: a string */
};

struct test_bytes {
    unsigned char *bytes;
    size_t size;
};

/* A zip of the parts; freed with free(). */
struct test_bytes test_zip(const struct test_part *parts);
/* A workbook of one sheet "S"; each text may be NULL. data: inside sheetData; strings: inside sst;
 * styles: inside styleSheet. */
struct test_bytes test_book(const char *data, const char *strings, const char *styles);

#define TEST_MAIN_NS "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define TEST_REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define TEST_PACKAGE_NS "http://schemas.openxmlformats.org/package/2006/relationships"
#define TEST_RELS(inner) "<Relationships xmlns='" TEST_PACKAGE_NS "'>" inner "</Relationships>"
#define TEST_REL(id, type, target) \
    "<Relationship Id='" id "' Type='" TEST_REL_NS "/" type "' Target='" target "'/>"

/* What the rows of sheet 0 are: "1:a|b;3:||c;". Freed with shy_text_free. */
int test_rows(void *text, int64_t row, const struct shihyo_field *cells, size_t count);

#endif
