/* SPDX-License-Identifier: MIT */
/*
 * The XML of one sheet, without a zip around it; and what the cells' texts mean. Rows must come in
 * order, end in a cell with text, and hold valid UTF-8; numbers must come out as numbers do.
 */
#include <stdbool.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/text/encoding.h"
#include "core/text/normalise.h"
#include "core/text/workbook.h"
#include "tests/fuzz/fuzz.h"

/* A label that is made comparable stays as it is when it is made so again. */
static void check_label(const struct shihyo_field *f)
{
    char *once = shy_label(f->text, f->length);
    SHY_BUG_ON(once == NULL);
    char *twice = shy_label(once, strlen(once));
    SHY_BUG_ON(twice == NULL || strcmp(once, twice) != 0);
    shy_free(once);
    shy_free(twice);
}

static void check_meaning(const struct shihyo_field *f)
{
    struct shihyo_number number;
    char text[16];
    if (shy_parse_number(f->text, f->length, NULL, &number) == SHIHYO_OK)
        SHY_BUG_ON(number.scale < 0 || number.scale > 18 ||
                   (number.state != SHIHYO_STATE_OK && number.mantissa != 0));
    if (shy_parse_period(f->text, f->length, text) == SHIHYO_OK)
        SHY_BUG_ON(strlen(text) < 4);
    for (uint32_t level = SHIHYO_LEVEL_NATION; level <= SHIHYO_LEVEL_ANY; level++) {
        char code[8];
        if (shy_parse_area_code(f->text, f->length, level, code) == SHIHYO_OK)
            SHY_BUG_ON(strlen(code) != 2 && strlen(code) != 4 && strlen(code) != 5);
    }
}

static int check_row(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    int64_t *last = arg;
    SHY_BUG_ON(row <= *last || row > SHY_SHEET_ROWS);
    SHY_BUG_ON(count == 0 || count > SHY_SHEET_COLUMNS || cells[count - 1].length == 0);
    *last = row;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *text = (const unsigned char *)cells[i].text;
        SHY_BUG_ON(shy_utf8_valid(text, cells[i].length) != cells[i].length);
        check_label(&cells[i]);
        check_meaning(&cells[i]);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t last = 0;
    int code = shy_sheet_read_xml(data, size, check_row, &last, &err);
    SHY_BUG_ON(code != (int)err.code);
    SHY_BUG_ON(code != 0 && err.message[0] == '\0');
    return 0;
}
