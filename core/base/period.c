/* SPDX-License-Identifier: MIT */
/*
 * The forms that people use are read by a small hand-written parser rather than by patterns: the
 * same text must never be a month by one rule and a day by another, and a text that is nearly a
 * period must be refused, because a wrong month is worse than an error.
 */
#include "core/base/period.h"

#include <stdio.h>
#include <string.h>

/* Years that a text may name: from 明治元年 to far beyond any plan. */
enum { FIRST_YEAR = 1868, LAST_YEAR = 2199, MONTHS = 12, APRIL = 4 };

/* Eras ----------------------------------------------------------------------------------- */

struct era {
    const char *name;   /* 令和 */
    const char *square; /* the one-character form */
    char letter;
    int first_year;                      /* the Gregorian year of its year 1 */
    int from_year, from_month, from_day; /* first day */
};

/* In the order of their numbers in receipts: 1 明治 … 5 令和. */
static const struct era eras[] = {
    {"明治", "㍾", 'M', 1868, 1868, 1, 25},  {"大正", "㍽", 'T', 1912, 1912, 7, 30},
    {"昭和", "㍼", 'S', 1926, 1926, 12, 25}, {"平成", "㍻", 'H', 1989, 1989, 1, 8},
    {"令和", "㋿", 'R', 2019, 2019, 5, 1},
};

enum { ERA_COUNT = sizeof eras / sizeof eras[0] };

/* The era of a day; NULL before 明治. Eras change in the middle of a month, so a month or year has
 * none of its own: callers say which of its days decides. */
static const struct era *era_on(int year, int month, int day)
{
    for (int i = ERA_COUNT - 1; i >= 0; i--) {
        const struct era *e = &eras[i];
        int began = (e->from_year * 100 + e->from_month) * 100 + e->from_day;
        if ((year * 100 + month) * 100 + day >= began)
            return e;
    }
    return NULL;
}

/* Calendar ------------------------------------------------------------------------------- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years are proleptic Gregorian; before 1873 Japan counted otherwise, which no table here needs. */
static bool is_date(int year, int month, int day)
{
    return month >= 1 && month <= MONTHS && day >= 1 && day <= days_in_month(year, month);
}

enum { DAYS_400_YEARS = 146097, DAYS_TO_1970 = 719468 };

/* Days are counted in years that begin in March, so that the leap day is a year's last. */
int32_t shy_date_of(int year, int month, int day)
{
    if (month <= 2)
        year--;
    int cycle = (year >= 0 ? year : year - 399) / 400;
    int in_cycle = year - cycle * 400;
    int in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int days = in_cycle * 365 + in_cycle / 4 - in_cycle / 100 + in_year;
    return cycle * DAYS_400_YEARS + days - DAYS_TO_1970;
}

static void put_number(char *out, int width, int value)
{
    for (int i = width - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
}

static void split_date(int32_t date, int64_t *year, int *month, int *day)
{
    int64_t days = (int64_t)date + DAYS_TO_1970;
    int64_t cycle = (days >= 0 ? days : days - (DAYS_400_YEARS - 1)) / DAYS_400_YEARS;
    int rest = (int)(days - cycle * DAYS_400_YEARS);
    int in_cycle = (rest - rest / 1460 + rest / 36524 - rest / 146096) / 365;
    int in_year = rest - (365 * in_cycle + in_cycle / 4 - in_cycle / 100);
    int from_march = (5 * in_year + 2) / 153;
    *day = in_year - (153 * from_march + 2) / 5 + 1;
    *year = in_cycle + cycle * 400 + (from_march >= 10 ? 1 : 0);
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
}

int32_t shy_date_month(int32_t date)
{
    int64_t year;
    int month, day;
    split_date(date, &year, &month, &day);
    return (int32_t)(year * MONTHS + month - 1);
}

void shy_date_text(int32_t date, char out[11])
{
    int64_t year;
    int month, day;
    split_date(date, &year, &month, &day);
    put_number(out, 4, year < 0 || year > 9999 ? 0 : (int)year);
    out[4] = out[7] = '-';
    put_number(out + 5, 2, month);
    put_number(out + 8, 2, day);
    out[10] = '\0';
}

/* Exactly count digits. Not strtol, which would take signs and white space as well. */
static bool fixed_digits(const char *text, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

static bool fixed_date(const char *text, size_t length, int *year, int *month, int *day)
{
    return length == 10 && fixed_digits(text, 4, year) && text[4] == '-' &&
           fixed_digits(text + 5, 2, month) && text[7] == '-' && fixed_digits(text + 8, 2, day) &&
           is_date(*year, *month, *day);
}

bool shy_date_parse(const char *text, size_t length, int32_t *out)
{
    int year, month, day;
    if (!fixed_date(text, length, &year, &month, &day))
        return false;
    *out = shy_date_of(year, month, day);
    return true;
}

/* Periods -------------------------------------------------------------------------------- */

/* True always, so that its callers can end with it. */
static bool make_period(enum shy_period_kind kind, int32_t first, int32_t last, int day,
                        struct shy_period *out)
{
    *out = (struct shy_period){kind, first, last, day};
    return true;
}

struct shy_period shy_fiscal_year(int year)
{
    int32_t first = shy_month(year, APRIL);
    return (struct shy_period){SHY_PERIOD_FISCAL_YEAR, first, first + MONTHS - 1, 0};
}

struct shy_period shy_months(int32_t first, int32_t last)
{
    enum shy_period_kind kind = SHY_PERIOD_MONTHS;
    if (first == last)
        kind = SHY_PERIOD_MONTH;
    else if (last - first == MONTHS - 1 && shy_month_of_year(first) == APRIL)
        kind = SHY_PERIOD_FISCAL_YEAR;
    else if (last - first == MONTHS - 1 && shy_month_of_year(first) == 1)
        kind = SHY_PERIOD_YEAR;
    return (struct shy_period){kind, first, last, 0};
}

static bool set_year(int year, struct shy_period *out)
{
    int32_t first = shy_month(year, 1);
    return make_period(SHY_PERIOD_YEAR, first, first + MONTHS - 1, 0, out);
}

static bool set_month(int year, int month, struct shy_period *out)
{
    if (month < 1 || month > MONTHS)
        return false;
    return make_period(SHY_PERIOD_MONTH, shy_month(year, month), shy_month(year, month), 0, out);
}

static bool set_day(int year, int month, int day, struct shy_period *out)
{
    if (!is_date(year, month, day))
        return false;
    return make_period(SHY_PERIOD_DAY, shy_month(year, month), shy_month(year, month), day, out);
}

enum { RANGE_LENGTH = 16 }; /* of "2015-04..2015-08" */

static bool fixed_month(const char *text, int32_t *out)
{
    int year, month;
    if (!fixed_digits(text, 4, &year) || text[4] != '-' || !fixed_digits(text + 5, 2, &month) ||
        month < 1 || month > MONTHS)
        return false;
    *out = shy_month(year, month);
    return true;
}

/* Months that are a year are written as the year, so such a text is not canonical. */
static bool parse_range(const char *text, struct shy_period *out)
{
    int32_t first, last;
    if (!fixed_month(text, &first) || strncmp(text + 7, "..", 2) != 0 ||
        !fixed_month(text + 9, &last) || first > last)
        return false;
    *out = shy_months(first, last);
    return out->kind == SHY_PERIOD_MONTHS;
}

/* Strict: what comes out of shy_period_text and nothing else. A text has one canonical form, so
 * that periods can be compared and stored as texts. */
bool shy_period_parse(const char *text, struct shy_period *out)
{
    size_t length = strlen(text);
    int year, month, day;
    if (length == RANGE_LENGTH)
        return parse_range(text, out);
    if (length == 6 && text[0] == 'F' && text[1] == 'Y' && fixed_digits(text + 2, 4, &year)) {
        *out = shy_fiscal_year(year);
        return true;
    }
    if (fixed_date(text, length, &year, &month, &day))
        return set_day(year, month, day, out);
    if ((length != 4 && length != 7) || !fixed_digits(text, 4, &year))
        return false;
    if (length == 4)
        return set_year(year, out);
    return text[4] == '-' && fixed_digits(text + 5, 2, &month) && set_month(year, month, out);
}

static char *put_month(char *at, int32_t month)
{
    put_number(at, 4, shy_month_year(month));
    at[4] = '-';
    put_number(at + 5, 2, shy_month_of_year(month));
    return at + 7;
}

void shy_period_text(const struct shy_period *p, char out[SHY_PERIOD_TEXT])
{
    char *at = out;
    if (p->kind == SHY_PERIOD_MONTHS) {
        at = put_month(at, p->first_month);
        *at++ = '.';
        *at++ = '.';
        *put_month(at, p->last_month) = '\0';
        return;
    }
    if (p->kind == SHY_PERIOD_FISCAL_YEAR) {
        *at++ = 'F';
        *at++ = 'Y';
    }
    if (p->kind != SHY_PERIOD_NONE) {
        put_number(at, 4, shy_month_year(p->first_month));
        at += 4;
    }
    if (p->kind == SHY_PERIOD_MONTH || p->kind == SHY_PERIOD_DAY) {
        *at++ = '-';
        put_number(at, 2, shy_month_of_year(p->first_month));
        at += 2;
    }
    if (p->kind == SHY_PERIOD_DAY) {
        *at++ = '-';
        put_number(at, 2, p->day);
        at += 2;
    }
    *at = '\0';
}

/* A year contains its months and days; a day contains only itself. */
bool shy_period_contains(const struct shy_period *outer, const struct shy_period *inner)
{
    if (outer->kind == SHY_PERIOD_NONE || inner->kind == SHY_PERIOD_NONE)
        return false;
    if (outer->kind == SHY_PERIOD_DAY)
        return inner->kind == SHY_PERIOD_DAY && inner->first_month == outer->first_month &&
               inner->day == outer->day;
    return inner->first_month >= outer->first_month && inner->last_month <= outer->last_month;
}

static int compare_i32(int32_t a, int32_t b)
{
    return a < b ? -1 : a > b;
}

int shy_period_compare(const struct shy_period *a, const struct shy_period *b)
{
    int order = compare_i32(a->last_month, b->last_month);
    if (order == 0)
        order = compare_i32(a->first_month, b->first_month);
    if (order == 0)
        order = compare_i32(a->day, b->day);
    if (order == 0)
        order = compare_i32((int32_t)a->kind, (int32_t)b->kind);
    return order;
}

int shy_period_months(const struct shy_period *p)
{
    return p->kind == SHY_PERIOD_NONE ? 0 : (int)(p->last_month - p->first_month) + 1;
}

/* Labels --------------------------------------------------------------------------------- */

/* "令和6年": the era in force at the end of the period, so that 2019 and its fiscal year are
 * 令和元年 and May 2019 is too. A fiscal year goes by the year it begins in: the one from April
 * 1988 is 昭和63年度, though it ended in 平成. */
static void era_year(int year, int month, int day, char *out, size_t size)
{
    const struct era *e = era_on(year, month, day);
    int n = e == NULL ? 0 : year - e->first_year + 1;
    if (e == NULL)
        (void)snprintf(out, size, "%d年", year);
    else if (n == 1)
        (void)snprintf(out, size, "%s元年", e->name);
    else
        (void)snprintf(out, size, "%s%d年", e->name, n);
}

/* 平成27年4月～平成27年8月; of whole fiscal years 平成24年度～平成29年度. */
static void label_months(const struct shy_period *p, char *out, size_t size)
{
    int32_t from = p->first_month, to = p->last_month;
    char first[40], last[40];
    if (shy_month_of_year(from) == APRIL && shy_month_of_year(to) == APRIL - 1) {
        era_year(shy_month_year(from), MONTHS, 31, first, sizeof first);
        era_year(shy_month_year(to) - 1, MONTHS, 31, last, sizeof last);
        (void)snprintf(out, size, "%s度～%s度", first, last);
        return;
    }
    int year = shy_month_year(from), month = shy_month_of_year(from);
    int last_year = shy_month_year(to), last_month = shy_month_of_year(to);
    era_year(year, month, days_in_month(year, month), first, sizeof first);
    era_year(last_year, last_month, days_in_month(last_year, last_month), last, sizeof last);
    (void)snprintf(out, size, "%s%d月～%s%d月", first, month, last, last_month);
}

static void label_ja(const struct shy_period *p, char *out, size_t size)
{
    int year = shy_month_year(p->first_month), month = shy_month_of_year(p->first_month);
    char name[40];
    switch (p->kind) {
    case SHY_PERIOD_FISCAL_YEAR:
        era_year(year, MONTHS, 31, name, sizeof name);
        (void)snprintf(out, size, "%s度", name);
        break;
    case SHY_PERIOD_YEAR:
        era_year(year, MONTHS, 31, name, sizeof name);
        (void)snprintf(out, size, "%s", name);
        break;
    case SHY_PERIOD_MONTH:
        era_year(year, month, days_in_month(year, month), name, sizeof name);
        (void)snprintf(out, size, "%s%d月", name, month);
        break;
    case SHY_PERIOD_DAY:
        era_year(year, month, p->day, name, sizeof name);
        (void)snprintf(out, size, "%s%d月%d日", name, month, p->day);
        break;
    case SHY_PERIOD_MONTHS:
        label_months(p, out, size);
        break;
    case SHY_PERIOD_NONE:
        (void)snprintf(out, size, "%s", "");
        break;
    }
}

static void label_en(const struct shy_period *p, char *out, size_t size)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    int year = shy_month_year(p->first_month);
    const char *month = names[shy_month_of_year(p->first_month) - 1];
    char text[SHY_PERIOD_TEXT];
    if (p->kind == SHY_PERIOD_MONTH) {
        (void)snprintf(out, size, "%s %d", month, year);
    } else if (p->kind == SHY_PERIOD_DAY) {
        (void)snprintf(out, size, "%d %s %d", p->day, month, year);
    } else {
        shy_period_text(p, text);
        (void)snprintf(out, size, "%s", text);
    }
}

void shy_period_label(const struct shy_period *p, bool in_japanese, char *out, size_t size)
{
    if (in_japanese)
        label_ja(p, out, size);
    else
        label_en(p, out, size);
}

/* As people write it --------------------------------------------------------------------- */

/* What is left to read; NUL-terminated. */
struct cursor {
    const char *at;
};

/* The next code point; 0 for NUL, a stray byte, a cut-off character or an overlong form: bytes that
 * are no UTF-8 must not come out as the digits of a year. */
static uint32_t next_character(const unsigned char **p, const unsigned char *end)
{
    static const unsigned char lead_mask[] = {0x00, 0x7f, 0x1f, 0x0f, 0x07};
    static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
    unsigned char lead = **p;
    int bytes = lead < 0x80                  ? 1
                : lead < 0xc0 || lead > 0xf7 ? 0
                : lead < 0xe0                ? 2
                : lead < 0xf0                ? 3
                                             : 4;
    if (bytes == 0 || end - *p < bytes)
        return 0;
    uint32_t c = lead & lead_mask[bytes];
    for (int i = 1; i < bytes; i++) {
        if (((*p)[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | ((*p)[i] & 0x3fu);
    }
    *p += bytes;
    return c >= least[bytes] ? c : 0;
}

/* ASCII equivalent of a full-width form or of one of the several hyphens; else 0. */
static char to_ascii(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xff01 - '!';
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30fc)
        c = '-';
    if (c >= 'a' && c <= 'z')
        c -= 'a' - 'A';
    return c < 0x80 ? (char)c : '\0';
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x3000 || c == 0xa0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Copies the text with forms made narrow and white space dropped. White space between two digits
 * would make one number of two: such a text is refused. */
static bool tidy(const char *text, size_t length, char *out, size_t size)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    size_t used = 0;
    bool space = false;
    while (p < end) {
        const unsigned char *start = p;
        uint32_t c = next_character(&p, end);
        if (c == 0)
            return false;
        if (is_space(c)) {
            space = true;
            continue;
        }
        size_t bytes = (size_t)(p - start);
        char ascii = to_ascii(c);
        if (used + bytes >= size ||
            (space && used > 0 && is_digit(out[used - 1]) && is_digit(ascii)))
            return false;
        space = false;
        if (ascii != '\0') {
            out[used++] = ascii;
            continue;
        }
        memcpy(out + used, start, bytes);
        used += bytes;
    }
    out[used] = '\0';
    return used > 0;
}

/* Moves only where the whole token is there, so that alternatives can be tried one after the other.
 */
static bool take(struct cursor *c, const char *token)
{
    size_t length = strlen(token);
    if (strncmp(c->at, token, length) != 0)
        return false;
    c->at += length;
    return true;
}

/* At least one, at most most digits, and not followed by another one. Returns how many. */
static int take_number(struct cursor *c, int most, int *out)
{
    int count = 0;
    while (count <= most && is_digit(c->at[count]))
        count++;
    if (count == 0 || count > most || !fixed_digits(c->at, count, out))
        return 0;
    c->at += count;
    return count;
}

static const struct era *take_era(struct cursor *c)
{
    for (int i = 0; i < ERA_COUNT; i++) {
        char letter[] = {eras[i].letter, '\0'};
        if (take(c, eras[i].name) || take(c, eras[i].square) || take(c, letter))
            return &eras[i];
    }
    return NULL;
}

/* An era ends, its years may not: forms printed in 平成29年 speak of 平成32年. */
static bool year_of_era(const struct era *e, int n, int *year)
{
    *year = e->first_year + n - 1;
    return n >= 1;
}

static bool in_range(int year)
{
    return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/* [yy]yymm or [yy]yymmdd after the year has been split off: rest is mm or mmdd. */
static bool set_compact(int year, int rest, bool has_day, struct shy_period *out)
{
    if (!in_range(year))
        return false;
    return has_day ? set_day(year, rest / 100, rest % 100, out) : set_month(year, rest, out);
}

/* Digits only: yyyy, yyyymm, yyyymmdd, and those of receipts, gyymm and gyymmdd. The length alone
 * tells which; a serial day number of a workbook (45566) has five digits as well, and is mostly
 * refused because its last two are no month. */
static bool parse_digits(const char *text, size_t length, struct shy_period *out)
{
    int year, rest;
    bool with_era = length == 5 || length == 7;
    size_t head = with_era ? 3 : 4;
    if (length < 4 || length > 8 || !fixed_digits(text, (int)head, &year) ||
        !fixed_digits(text + head, (int)(length - head), &rest))
        return false;
    if (length == 4)
        return in_range(year) && set_year(year, out);
    if (with_era) {
        int era = year / 100;
        if (era < 1 || era > ERA_COUNT || !year_of_era(&eras[era - 1], year % 100, &year))
            return false;
    }
    return set_compact(year, rest, length >= 7, out);
}

/* After an era: 元 or a number, or the compact yymm and yymmdd of R0604. *compact: all is read. */
static bool parse_era_year(struct cursor *c, const struct era *e, int *year, bool *compact,
                           struct shy_period *out)
{
    int n, digits;
    *compact = false;
    if (take(c, "元"))
        return year_of_era(e, 1, year);
    digits = take_number(c, 6, &n);
    if (digits == 1 || digits == 2)
        return year_of_era(e, n, year);
    if ((digits != 4 && digits != 6) || c->at[0] != '\0')
        return false;
    int divisor = digits == 4 ? 100 : 10000;
    *compact = true;
    return year_of_era(e, n / divisor, year) && set_compact(*year, n % divisor, digits == 6, out);
}

/* Asked behind every form: "2024年9月?" is nearly a month, and a footnote's mark may change what it
 * means. */
static bool at_end(const struct cursor *c)
{
    return c->at[0] == '\0';
}

/* "9月", "9月分", "9月1日", "9月1日現在" after 年. */
static bool parse_words(struct cursor *c, int year, struct shy_period *out)
{
    int month, day;
    if (take_number(c, 2, &month) == 0 || !take(c, "月"))
        return false;
    if (at_end(c) || (take(c, "分") && at_end(c)))
        return set_month(year, month, out);
    if (take_number(c, 2, &day) == 0 || !take(c, "日"))
        return false;
    (void)take(c, "現在");
    return at_end(c) && set_day(year, month, day, out);
}

/* "9" or "9/1" after a year and a separator, which must stay the same. */
static bool parse_separated(struct cursor *c, const char *separator, int year,
                            struct shy_period *out)
{
    int month, day;
    if (take_number(c, 2, &month) == 0)
        return false;
    if (at_end(c))
        return set_month(year, month, out);
    return take(c, separator) && take_number(c, 2, &day) != 0 && at_end(c) &&
           set_day(year, month, day, out);
}

/* What follows a year. A bare year is a calendar year: a fiscal one always says 年度 or FY. */
static bool parse_rest(struct cursor *c, int year, struct shy_period *out)
{
    static const char *const separators[] = {"-", "/", "."};
    if (at_end(c))
        return set_year(year, out);
    if ((take(c, "年度") || take(c, "FY")) && at_end(c)) {
        *out = shy_fiscal_year(year);
        return true;
    }
    if (take(c, "年"))
        return at_end(c) ? set_year(year, out) : parse_words(c, year, out);
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        if (take(c, separators[i]))
            return parse_separated(c, separators[i], year, out);
    }
    return false;
}

static bool parse_one(const char *text, struct shy_period *out)
{
    int year;
    bool compact = false;
    size_t used = strlen(text);
    if (strspn(text, "0123456789") == used)
        return parse_digits(text, used, out);
    struct cursor c = {text};
    if (take(&c, "FY")) {
        if (take_number(&c, 4, &year) != 4 || !at_end(&c) || !in_range(year))
            return false;
        *out = shy_fiscal_year(year);
        return true;
    }
    const struct era *e = take_era(&c);
    if (e != NULL && !parse_era_year(&c, e, &year, &compact, out))
        return false;
    if (e == NULL && take_number(&c, 4, &year) != 4)
        return false;
    return compact || (in_range(year) && parse_rest(&c, year, out));
}

/* The several tildes of Japanese keyboards; tidy() has made full-width ones narrow. */
static char *find_range(char *text, size_t *length)
{
    static const char *const signs[] = {"..", "~", "〜", "～"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        char *at = strstr(text, signs[i]);
        *length = strlen(signs[i]);
        if (at != NULL)
            return at;
    }
    return NULL;
}

/* A day has no place in a range of months. */
bool shy_period_parse_any(const char *text, size_t length, struct shy_period *out)
{
    char buffer[128];
    struct shy_period first, last;
    size_t sign;
    if (text == NULL || !tidy(text, length, buffer, sizeof buffer))
        return false;
    char *at = find_range(buffer, &sign);
    if (at == NULL)
        return parse_one(buffer, out);
    *at = '\0';
    if (!parse_one(buffer, &first) || !parse_one(at + sign, &last) ||
        first.kind == SHY_PERIOD_DAY || last.kind == SHY_PERIOD_DAY ||
        first.first_month > last.last_month)
        return false;
    *out = shy_months(first.first_month, last.last_month);
    return true;
}
