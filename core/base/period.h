/* SPDX-License-Identifier: MIT */
/*
 * Periods and Japanese eras. A month is an ordinal: year * 12 + (month - 1). Fiscal years run
 * April to March. Thread-safe. docs/semantics.md, "Time".
 */
#ifndef SHY_BASE_PERIOD_H
#define SHY_BASE_PERIOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

enum shy_period_kind {
    SHY_PERIOD_NONE = 0,
    SHY_PERIOD_FISCAL_YEAR, /* "FY2024" */
    SHY_PERIOD_YEAR,        /* "2024" */
    SHY_PERIOD_MONTH,       /* "2024-09" */
    SHY_PERIOD_DAY,         /* "2024-10-01" */
    SHY_PERIOD_MONTHS,      /* "2015-04..2015-08": months that are no year together */
};

struct shy_period {
    enum shy_period_kind kind;
    int32_t first_month, last_month; /* ordinals, both included */
    int32_t day;                     /* of a DAY, 1..31 */
};

#define SHY_PERIOD_TEXT 24

static inline int32_t shy_month(int year, int month)
{
    return (int32_t)(year * 12 + (month - 1));
}
static inline int shy_month_year(int32_t m)
{
    return (int)(m / 12);
}
static inline int shy_month_of_year(int32_t m)
{
    return (int)(m % 12) + 1;
}

/* Canonical text only ("FY2024", "2024", "2024-09", "2024-10-01", "2015-04..2015-08"). */
bool shy_period_parse(const char *text, struct shy_period *out);
/* As people write it; see plugin.h, parse_period. Accepts 平成32年 and the like (tolerated
 * years after an era ended), refuses 0年. Two periods with ～ or .. between them are all months
 * from the first to the last: FY2012..FY2017, 平成24年4月～平成30年3月. */
bool shy_period_parse_any(const char *text, size_t length, struct shy_period *out);
void shy_period_text(const struct shy_period *p, char out[SHY_PERIOD_TEXT]);
/* "令和6年度", "令和6年9月", … / "FY2024", "September 2024". */
void shy_period_label(const struct shy_period *p, bool japanese, char *out, size_t size);
/* Every day of inner lies in outer. */
bool shy_period_contains(const struct shy_period *outer, const struct shy_period *inner);
/* By last month, then first month, then day, then kind. */
int shy_period_compare(const struct shy_period *a, const struct shy_period *b);
struct shy_period shy_fiscal_year(int year);
/* The months from first to last; of a whole fiscal or calendar year, that year; of one month, that
 * month: one period has one form. */
struct shy_period shy_months(int32_t first, int32_t last);
/* Whole months: 12 for a year, 1 for a month or day. */
int shy_period_months(const struct shy_period *p);

/* A calendar date "YYYY-MM-DD" as a day number (days since 1970-01-01); validity dates. */
bool shy_date_parse(const char *text, size_t length, int32_t *out);
void shy_date_text(int32_t date, char out[11]);
int32_t shy_date_of(int year, int month, int day);
int32_t shy_date_month(int32_t date); /* its month */

#endif
