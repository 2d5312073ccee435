/* SPDX-License-Identifier: MIT */
/* A whole workbook: zip, relationships, strings, styles, every sheet and its merged ranges, under
 * limits small enough to be reached. */
#include "core/base/mem.h"
#include "core/text/encoding.h"
#include "core/text/workbook.h"
#include "tests/fuzz/fuzz.h"

enum { MOST_SHEETS = 16 };

static int check_row(void *arg, int64_t row, const struct shihyo_field *cells, size_t count)
{
    (void)arg, (void)row;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *text = (const unsigned char *)cells[i].text;
        SHY_BUG_ON(shy_utf8_valid(text, cells[i].length) != cells[i].length);
    }
    return 0;
}

static void read_sheet(struct shihyo_workbook *wb, size_t sheet)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_merge *merges;
    size_t count;
    SHY_BUG_ON(shy_workbook_sheet_name(wb, sheet) == NULL);
    int code = shy_workbook_read(wb, sheet, check_row, NULL, NULL, &err);
    SHY_BUG_ON(code != (int)err.code);
    if (shy_workbook_merges(wb, sheet, &merges, &count, NULL) == 0)
        shy_free(merges);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shihyo_workbook *wb;
    struct shy_workbook_limits limits = shy_workbook_limits_default;
    limits.total = 8 << 20;
    limits.part = 4 << 20;
    limits.parts = 64;
    limits.strings = 10000;
    limits.cells = 1 << 20;
    limits.cell_text = 4096;
    int code = shy_workbook_open_bytes(data, size, "fuzz", &limits, &wb, &err);
    SHY_BUG_ON(code != (int)err.code);
    SHY_BUG_ON((code == 0) != (wb != NULL));
    for (size_t i = 0; wb != NULL && i < shy_workbook_sheet_count(wb) && i < MOST_SHEETS; i++)
        read_sheet(wb, i);
    shy_workbook_close(wb);
    return 0;
}
