/* SPDX-License-Identifier: MIT */
/*
 * For tests: tables written as lines of text. The header names the columns, fields are parted by
 * '|' and read by the column's type: codes and texts as they stand, months "2023-04", dates
 * "2023-04-01", bools "true"/"false", decimals "12.5". An empty field is missing, "*" masked,
 * "?" unreported, "." not applicable, "~12" the number 12 marked partial.
 */
#ifndef SHY_TEST_ROWS_H
#define SHY_TEST_ROWS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/number.h"
#include "core/base/period.h"
#include "core/contract/table.h"

static inline int64_t test_rows_number(const struct shy_column *def, const char *text, size_t n)
{
    struct shy_period p;
    int64_t mantissa;
    int scale;
    int32_t date;
    char copy[64] = "";
    memcpy(copy, text, n < sizeof copy ? n : sizeof copy - 1);
    switch (def->type) {
    case SHY_MONTH_T:
        assert_true(shy_period_parse(copy, &p));
        return p.first_month;
    case SHY_DATE_T:
        assert_true(shy_date_parse(text, n, &date));
        return date;
    case SHY_BOOL_T:
        return strcmp(copy, "true") == 0;
    default:
        assert_true(shy_decimal_parse(text, n, &mantissa, &scale));
        assert_true(shy_decimal_rescale(mantissa, scale, def->scale, &mantissa, NULL));
        return mantissa;
    }
}

static inline void test_rows_field(struct shy_table *t, size_t row, int column, const char *text,
                                   size_t n)
{
    const struct shy_column *def = t->columns[column].def;
    if (n == 0)
        return;
    if (n == 1 && strchr("*?.", text[0]) != NULL) {
        shy_table_set_state(t, row, column,
                            text[0] == '*'   ? SHIHYO_STATE_MASKED
                            : text[0] == '?' ? SHIHYO_STATE_UNREPORTED
                                             : SHIHYO_STATE_NOT_APPLICABLE);
    } else if (def->type == SHY_CODE_T || def->type == SHY_TEXT_T || def->type == SHY_PERIOD_T) {
        assert_int_equal(shy_table_set_text(t, row, column, text, n, NULL), 0);
    } else {
        bool partial = text[0] == '~';
        shy_table_set_int(t, row, column,
                          test_rows_number(def, text + (partial ? 1 : 0), n - (partial ? 1 : 0)));
        if (partial)
            shy_table_set_state(t, row, column, SHIHYO_STATE_PARTIAL);
    }
}

static inline void test_rows_line(struct shy_table *t, const int *columns, int count,
                                  const char *line)
{
    size_t row;
    assert_int_equal(shy_table_add_row(t, &row, NULL), 0);
    for (int i = 0; i < count; i++) {
        const char *end = strchr(line, '|');
        size_t n = end == NULL ? strlen(line) : (size_t)(end - line);
        test_rows_field(t, row, columns[i], line, n);
        line += n + (end == NULL ? 0 : 1);
    }
}

/* A table of the contract with the columns of the header and the lines, NULL-ended. */
static inline struct shy_table *test_rows(const struct shy_contract *contract, const char *header,
                                          const char *const *lines)
{
    char copy[512];
    const char *names[32];
    int columns[32], count = 0;
    struct shy_table *t = NULL;
    assert_non_null(contract);
    assert_true(strlen(header) < sizeof copy);
    memcpy(copy, header, strlen(header) + 1);
    for (char *at = copy, *next; at != NULL && count < 32; at = next) {
        next = strchr(at, '|');
        if (next != NULL)
            *next++ = '\0';
        names[count++] = at;
    }
    assert_int_equal(shy_table_new(contract, names, (size_t)count, &t, NULL), 0);
    for (int i = 0; i < count; i++)
        columns[i] = shy_table_column(t, names[i]);
    for (; lines != NULL && *lines != NULL; lines++)
        test_rows_line(t, columns, count, *lines);
    return t;
}

#define TEST_LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
