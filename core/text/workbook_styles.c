/* SPDX-License-Identifier: MIT */
/*
 * Whether a stored number is a number or a date is said only by its style: the built-in formats by
 * their ids (those a Japanese Excel means by 27-36 and 50-58), the others by their format codes.
 */
#include "core/text/workbook_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/period.h"

enum {
    TAG_STYLES = SHY_TAG_FIRST,
    TAG_FORMATS,
    TAG_FORMAT,
    TAG_CELLS,
    TAG_XF,
};

static const struct shy_xml_rule rules[] = {
    {SHY_TAG_DOCUMENT, TAG_STYLES, "styleSheet"},
    {TAG_STYLES, TAG_FORMATS, "numFmts"},
    {TAG_FORMATS, TAG_FORMAT, "numFmt"},
    {TAG_STYLES, TAG_CELLS, "cellXfs"},
    {TAG_CELLS, TAG_XF, "xf"},
    {0, 0, NULL},
};

enum { MOST_STYLES = 65536 };

/* Format codes --------------------------------------------------------------------------- */

/* What the codes of one format ask for. */
struct asked {
    bool date, time, elapsed;
    char before; /* the last code letter */
};

/* Behind a quoted text, an escaped character, a width or a fill; p itself if it is none. */
static const char *skip_literal(const char *p)
{
    if (*p == '"') {
        const char *end = strchr(p + 1, '"');
        return end == NULL ? p + strlen(p) : end + 1;
    }
    if ((*p == '\\' || *p == '_' || *p == '*') && p[1] != '\0')
        return p + 2;
    /* Word of the format language; its e and a would be taken for the era and the day. */
    if (strncasecmp(p, "General", 7) == 0)
        return p + 7;
    if (strncasecmp(p, "AM/PM", 5) == 0)
        return p + 5;
    return p;
}

/* [h], [mm], [s] count on; all else in brackets is a colour, a condition or a locale. */
static const char *skip_bracket(const char *p, struct asked *asked)
{
    const char *end = strchr(p, ']');
    if (end == NULL)
        return p + strlen(p);
    size_t same = strspn(p + 1, "hH") + strspn(p + 1, "mM") + strspn(p + 1, "sS");
    if (same > 0 && p + 1 + same == end) {
        asked->elapsed = true;
        asked->before = 'h';
    }
    return end + 1;
}

/* A run of m is minutes after hours or before seconds, else months. */
static bool means_minutes(const struct asked *asked, const char *after)
{
    if (asked->before == 'h')
        return true;
    for (;;) {
        const char *literal = skip_literal(after);
        if (literal == after && (*after == '\0' || strchr(":.- /", *after) == NULL))
            break;
        after = literal == after ? after + 1 : literal;
    }
    return *after == 's' || *after == 'S';
}

static void take_letters(char letter, size_t count, const char *after, struct asked *asked)
{
    if (letter == 'm')
        letter = means_minutes(asked, after) ? 'n' : 'm';
    if (letter == 'e' && (*after == '+' || *after == '-'))
        return;
    if (letter == 'a' && count < 3) /* aaa, aaaa: day of the week */
        return;
    if (letter == 'h' || letter == 'n' || letter == 's')
        asked->time = true;
    else
        asked->date = true;
    asked->before = letter;
}

enum shy_number_kind shy_format_kind(const char *code)
{
    struct asked asked = {0};
    /* Sections after the first are for negative numbers, zero and text. */
    for (const char *p = code; *p != '\0' && *p != ';';) {
        const char *literal = skip_literal(p);
        char letter = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
        if (literal != p) {
            p = literal;
        } else if (*p == '[') {
            p = skip_bracket(p, &asked);
        } else if (strchr("ymdhsgea", letter) == NULL) {
            p++;
        } else {
            const char *after = p;
            while (*after == *p)
                after++;
            take_letters(letter, (size_t)(after - p), after, &asked);
            p = after;
        }
    }
    if (asked.date)
        return SHY_KIND_DATE;
    return asked.elapsed ? SHY_KIND_DURATION : asked.time ? SHY_KIND_TIME : SHY_KIND_NUMBER;
}

/* ECMA-376 part 1, 18.8.30 (numFmt), with the ids that mean dates in a Japanese locale. They are
 * not written in the file. */
static enum shy_number_kind builtin_kind(uint32_t id)
{
    if (id == 46)
        return SHY_KIND_DURATION;
    if ((id >= 18 && id <= 21) || id == 45 || id == 47 || id == 32 || id == 33)
        return SHY_KIND_TIME;
    if ((id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
        return SHY_KIND_DATE;
    return SHY_KIND_NUMBER;
}

/* The part ------------------------------------------------------------------------------- */

static void add_format(struct shy_xml *xml, struct shy_styles *s, const char **attributes)
{
    const char *id_text = shy_xml_attribute(attributes, "numFmtId");
    const char *code = shy_xml_attribute(attributes, "formatCode");
    uint32_t id;
    if (id_text == NULL || code == NULL || !shy_xml_number(id_text, &id))
        return;
    if (s->format_count == MOST_STYLES) {
        shy_xml_stop(xml, shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                                   _("The workbook has more than %d number formats."),
                                   (int)MOST_STYLES));
    } else if (!SHY_GROW(s->formats, s->format_count, s->format_capacity)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    } else {
        s->formats[s->format_count++] =
            (struct shy_number_format){id, (uint8_t)shy_format_kind(code)};
    }
}

static void add_style(struct shy_xml *xml, struct shy_styles *s, const char **attributes)
{
    const char *id_text = shy_xml_attribute(attributes, "numFmtId");
    uint32_t id = 0;
    if (id_text != NULL && !shy_xml_number(id_text, &id))
        id = 0;
    if (s->count == MOST_STYLES) {
        shy_xml_stop(xml,
                     shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                              _("The workbook has more than %d cell styles."), (int)MOST_STYLES));
    } else if (!SHY_GROW(s->format_ids, s->count, s->capacity)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    } else {
        s->format_ids[s->count++] = id;
    }
}

static void on_start(struct shy_xml *xml, int tag, const char **attributes)
{
    if (tag == TAG_FORMAT)
        add_format(xml, xml->arg, attributes);
    else if (tag == TAG_XF)
        add_style(xml, xml->arg, attributes);
}

static void on_end(struct shy_xml *xml, int tag)
{
    (void)xml, (void)tag;
}

static int by_id(const void *a, const void *b)
{
    uint32_t x = ((const struct shy_number_format *)a)->id;
    uint32_t y = ((const struct shy_number_format *)b)->id;
    return x < y ? -1 : x > y;
}

/* Formats may stand behind the cells that use them, so kinds are found when all is read. */
int shy_styles_read(const struct shy_package *package, const char *part, struct shy_styles *out,
                    struct shihyo_error *err)
{
    static const struct shy_xml_reader reader = {rules, false, on_start, on_end, NULL};
    SHY_TRY(shy_package_read(package, part, &reader, out, err));
    if (out->format_count > 1)
        qsort(out->formats, out->format_count, sizeof *out->formats, by_id);
    out->kinds = shy_alloc(out->count, 1);
    if (out->kinds == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < out->count; i++) {
        struct shy_number_format key = {out->format_ids[i], 0}, *found = NULL;
        if (out->format_count > 0)
            found = bsearch(&key, out->formats, out->format_count, sizeof key, by_id);
        out->kinds[i] = found != NULL ? found->kind : (uint8_t)builtin_kind(key.id);
    }
    return 0;
}

void shy_styles_free(struct shy_styles *styles)
{
    shy_free(styles->formats);
    shy_free(styles->format_ids);
    shy_free(styles->kinds);
    *styles = (struct shy_styles){0};
}

/* Numbers -------------------------------------------------------------------------------- */

enum { DECIMAL_DIGITS = 15, DAY_SECONDS = 86400 };

/*
 * A decimal of at most 15 digits is the shortest text of the double it stands for, if it has no
 * needless zeros: such a text, which is nearly every one, is copied.
 */
static bool is_shortest(const char *text, size_t length)
{
    size_t i = length > 0 && text[0] == '-' ? 1 : 0, digits = 0;
    bool point = false;
    if (length - i == 0 || length - i > DECIMAL_DIGITS)
        return false;
    if (text[i] == '0' && (i > 0 || length > 1) && !(i + 1 < length && text[i + 1] == '.'))
        return false;
    for (; i < length; i++) {
        if (text[i] == '.' && !point && digits > 0)
            point = true;
        else if (text[i] >= '0' && text[i] <= '9')
            digits++;
        else
            return false;
    }
    return !point || (text[length - 1] >= '1' && text[length - 1] <= '9');
}

/* Digits d.ddd and an exponent, without exponent: 1.5e16 -> 15000000000000000. */
static void put_plain(const char *digits, int exponent, bool negative, char out[SHY_CELL_NUMBER])
{
    size_t count = strlen(digits), used = 0;
    if (negative)
        out[used++] = '-';
    if (exponent < 0) {
        out[used++] = '0';
        out[used++] = '.';
        for (int i = -1; i > exponent; i--)
            out[used++] = '0';
    }
    for (size_t i = 0; i < count; i++) {
        out[used++] = digits[i];
        if (exponent >= 0 && i == (size_t)exponent && i + 1 < count)
            out[used++] = '.';
    }
    for (int i = (int)count; i <= exponent; i++)
        out[used++] = '0';
    out[used] = '\0';
}

/* The shortest digits that read back as value. Fifteen are tried first: with fewer it would have
 * been the same number without its zeros. Only subnormal numbers have less precision. */
static void put_shortest(double value, char out[SHY_CELL_NUMBER])
{
    char text[40], digits[24];
    if (value == 0) {
        (void)strcpy(out, "0");
        return;
    }
    int precision = isnormal(value) ? DECIMAL_DIGITS - 1 : 0;
    for (; precision <= DECIMAL_DIGITS + 1; precision++) {
        (void)snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    size_t used = 0;
    const char *p = text;
    for (; *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9')
            digits[used++] = *p;
    }
    while (used > 1 && digits[used - 1] == '0')
        used--;
    digits[used] = '\0';
    int exponent = (int)strtol(p + 1, NULL, 10);
    if (exponent >= -20) {
        put_plain(digits, exponent, value < 0, out);
        return;
    }
    (void)snprintf(out, SHY_CELL_NUMBER, "%s%c%s%se%d", value < 0 ? "-" : "", digits[0],
                   used > 1 ? "." : "", digits + 1, exponent);
}

/* Digits, point and exponent as XML Schema writes a double; not "inf", hexadecimal or blanks. */
static bool parse_double(const char *text, size_t length, double *out)
{
    char copy[SHY_CELL_NUMBER], *end;
    if (length == 0 || length >= sizeof copy)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (strchr("0123456789+-.eE", text[i]) == NULL || text[i] == '\0')
            return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    *out = strtod(copy, &end);
    return *end == '\0' && isfinite(*out);
}

static void put_time(int64_t seconds, char *out, size_t size)
{
    (void)snprintf(out, size, "%02" PRId64 ":%02d:%02d", seconds / 3600, (int)(seconds / 60 % 60),
                   (int)(seconds % 60));
}

/*
 * Day 1 is 1900-01-01; day 60 is the 29 February 1900 that Lotus 1-2-3 believed in, so that from
 * day 61 on one day too many is counted. The system of 1904 begins with day 0, 1904-01-01.
 */
static bool put_date(int64_t day, bool date1904, char out[11])
{
    int64_t first = date1904 ? shy_date_of(1904, 1, 1) : shy_date_of(1899, 12, 31);
    if (!date1904 && day == 60) {
        (void)strcpy(out, "1900-02-29");
        return true;
    }
    if (!date1904 && day > 60)
        day--;
    if (day < (date1904 ? 0 : 1) || first + day > shy_date_of(9999, 12, 31))
        return false;
    shy_date_text((int32_t)(first + day), out);
    return true;
}

/* Rounded to the second: a time of day is stored as a fraction that no double has exactly, and 9:00
 * would otherwise read 08:59:59. */
static bool put_moment(double value, enum shy_number_kind kind, bool date1904,
                       char out[SHY_CELL_NUMBER])
{
    if (!(value >= 0 && value < 3000000))
        return false;
    int64_t seconds = (int64_t)floor(value * DAY_SECONDS + 0.5);
    int64_t day = seconds / DAY_SECONDS;
    char date[11], time[24];
    if (kind == SHY_KIND_DURATION || (kind == SHY_KIND_TIME && value < 1)) {
        put_time(seconds, out, SHY_CELL_NUMBER);
        return true;
    }
    if (!put_date(day, date1904, date))
        return false;
    put_time(seconds % DAY_SECONDS, time, sizeof time);
    if (seconds % DAY_SECONDS == 0)
        (void)snprintf(out, SHY_CELL_NUMBER, "%s", date);
    else
        (void)snprintf(out, SHY_CELL_NUMBER, "%sT%s", date, time);
    return true;
}

bool shy_cell_number(const char *text, size_t length, enum shy_number_kind kind, bool date1904,
                     char out[SHY_CELL_NUMBER])
{
    double value;
    if (kind == SHY_KIND_NUMBER && is_shortest(text, length)) {
        memcpy(out, text, length);
        out[length] = '\0';
        return true;
    }
    if (!parse_double(text, length, &value))
        return false;
    if (kind == SHY_KIND_NUMBER || !put_moment(value, kind, date1904, out))
        put_shortest(value, out);
    return true;
}
