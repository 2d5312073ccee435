/* SPDX-License-Identifier: MIT */
#include "core/text/normalise.h"

#include <stdbool.h>
#include <string.h>

#include <utf8proc.h>

#include "core/base/mem.h"
#include "core/base/period.h"

/* Characters ----------------------------------------------------------------------------- */

/* - ‐ ‑ ‒ – — ― ⁃ − ﹘ and the lines of boxes that stand for a dash. The full-width forms become
 * one of these by NFKC; the long vowel mark ー is a letter in labels. */
static bool is_hyphen(int32_t c)
{
    return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2043 || c == 0x2212 || c == 0xfe58 ||
           c == 0x2500 || c == 0x2501;
}

static bool is_tilde(int32_t c)
{
    return c == '~' || c == 0x301c || c == 0xff5e || c == 0x223c;
}

/* · • ‧ ∙ ⋅ ・ ･ */
static bool is_middle_dot(int32_t c)
{
    return c == 0xb7 || c == 0x2022 || c == 0x2027 || c == 0x2219 || c == 0x22c5 || c == 0x30fb ||
           c == 0xff65;
}

static bool is_white(int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
        return true;
    default:
        return false;
    }
}

/*
 * Radicals get into tables by way of PDF files. NFKC leaves some alone and makes others the old
 * form of the character (⼾ 戶); these become the form that is in use.
 */
static utf8proc_int32_t modern_radical(utf8proc_int32_t c, void *data)
{
    static const struct {
        uint16_t radical, letter;
    } radicals[] = {
        {0x2ec1, 0x864e}, {0x2ec4, 0x897f}, {0x2ec6, 0x89d2}, {0x2ed1, 0x9577}, {0x2ed8, 0x9752},
        {0x2edd, 0x98df}, {0x2ee4, 0x9b3c}, {0x2ee8, 0x9ea6}, {0x2ee9, 0x9ec4}, {0x2eeb, 0x6589},
        {0x2eed, 0x6b6f}, {0x2eef, 0x7adc}, {0x2ef2, 0x4e80}, {0x2f3e, 0x6238}, {0x2fad, 0x9752},
        {0x2fc6, 0x9ea6}, {0x2fc8, 0x9ec4}, {0x2fca, 0x9ed2}, {0x2fd1, 0x6589}, {0x2fd2, 0x6b6f},
        {0x2fd3, 0x7adc}, {0x2fd4, 0x4e80},
    };
    (void)data;
    if (c < 0x2ec1 || c > 0x2fd4)
        return c;
    for (size_t i = 0; i < sizeof radicals / sizeof radicals[0]; i++) {
        if (radicals[i].radical == c)
            return radicals[i].letter;
    }
    return c;
}

/* Labels --------------------------------------------------------------------------------- */

enum { LABEL_ROOM = 256 };

static const utf8proc_option_t label_options =
    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE;

/* Drops and unifies characters in place; returns how many are left. */
static size_t unify(int32_t *letters, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        int32_t c = letters[i];
        if (is_white(c))
            continue;
        letters[used++] = is_hyphen(c) ? '-' : is_tilde(c) ? '~' : is_middle_dot(c) ? 0x30fb : c;
    }
    return used;
}

/* All of it, or nothing where it does not fit; see plugin.h. */
static size_t put_letters(const int32_t *letters, size_t count, char *out, size_t size)
{
    utf8proc_uint8_t bytes[4];
    size_t total = 0, used = 0;
    for (size_t i = 0; i < count; i++)
        total += (size_t)utf8proc_encode_char(letters[i], bytes);
    if (total >= size)
        return total;
    for (size_t i = 0; i < count; i++)
        used += (size_t)utf8proc_encode_char(letters[i], (utf8proc_uint8_t *)out + used);
    out[used] = '\0';
    return used;
}

static size_t put_bytes(const char *text, size_t length, char *out, size_t size)
{
    if (length >= size)
        return length;
    if (length > 0)
        memcpy(out, text, length);
    out[length] = '\0';
    return length;
}

/* Bytes of the character at text if it is its own label, else 0: printable ASCII, hiragana (U+3041
 * to 3096), katakana with the middle dot and the long vowel mark (U+30A1 to 30FC) and the unified
 * ideographs (U+4E00 to 9FFF). Nothing of these decomposes, and none joins what stands before it:
 * a mark that would is itself not among them. */
static size_t plain_letter(const unsigned char *text, size_t length)
{
    if (text[0] < 0x80)
        return text[0] > ' ' && text[0] < 0x7f ? 1 : 0;
    if (length < 3 || (text[1] & 0xc0u) != 0x80 || (text[2] & 0xc0u) != 0x80 || text[0] >> 4 != 0xe)
        return 0;
    unsigned c = (text[0] & 15u) << 12 | (text[1] & 63u) << 6 | (text[2] & 63u);
    bool plain = (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3041 && c <= 0x3096) ||
                 (c >= 0x30a1 && c <= 0x30fc);
    return plain ? 3 : 0;
}

/* Such a text is what it is: no table needs to be asked. */
static bool is_plain(const char *text, size_t length)
{
    for (size_t i = 0, bytes; i < length; i += bytes) {
        bytes = plain_letter((const unsigned char *)text + i, length - i);
        if (bytes == 0)
            return false;
    }
    return true;
}

size_t shy_normalise_label(const char *text, size_t length, char *out, size_t size)
{
    int32_t few[LABEL_ROOM], *letters = few;
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    if (is_plain(text, length))
        return put_bytes(text, length, out, size);
    utf8proc_ssize_t count = utf8proc_decompose_custom(
        bytes, (utf8proc_ssize_t)length, few, LABEL_ROOM, label_options, modern_radical, NULL);
    if (count > LABEL_ROOM) {
        letters = shy_alloc((size_t)count, sizeof *letters);
        if (letters == NULL)
            return SIZE_MAX;
        count = utf8proc_decompose_custom(bytes, (utf8proc_ssize_t)length, letters, count,
                                          label_options, modern_radical, NULL);
    }
    size_t result;
    if (count > 0)
        count = utf8proc_normalize_utf32(letters, count, label_options);
    if (count < 0)
        result = put_bytes(text, length, out, size);
    else
        result = put_letters(letters, unify(letters, (size_t)count), out, size);
    if (letters != few)
        shy_free(letters);
    return result;
}

char *shy_label(const char *text, size_t length)
{
    char few[LABEL_ROOM];
    size_t need = shy_normalise_label(text, length, few, sizeof few);
    if (need < sizeof few)
        return shy_strndup(few, need);
    char *label = need == SIZE_MAX ? NULL : shy_alloc(need + 1, 1);
    if (label != NULL && shy_normalise_label(text, length, label, need + 1) == SIZE_MAX) {
        shy_free(label);
        label = NULL;
    }
    return label;
}

/* Signs ---------------------------------------------------------------------------------- */

/* No sign means zero. What "-" is differs between tables (none in one, too few to publish in
 * another), so that a source which knows better says so. */
const struct shihyo_signs shy_signs_default = {
    SHIHYO_ABI_INIT(struct shihyo_signs),
    .hyphen = SHIHYO_STATE_MISSING,
    .dot = SHIHYO_STATE_NOT_APPLICABLE,
    .ellipsis = SHIHYO_STATE_MISSING,
    .asterisk = SHIHYO_STATE_MASKED,
    .letter_x = SHIHYO_STATE_MASKED,
    .blank = SHIHYO_STATE_MISSING,
    .scale = 18,
    .thousands = 0,
};

/* A cell in the letters 0-9 + - . , E and these. */
enum {
    TRIANGLE = '^',
    DOT = 'o',
    ELLIPSIS = ':',
    LETTER_X = 'x',
    ASTERISK = '*',
    MOST_LETTERS = 64
};

static bool is_cell_space(int32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0xa0 || c == 0x3000 ||
           (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0xfeff;
}

/* The letter that a character stands for in a number; 0: none. */
static char number_letter(int32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xff01 - '!';
    if ((c >= '0' && c <= '9') || c == '+' || c == '.' || c == ',')
        return (char)c;
    if (is_hyphen(c) || c == 0x30fc || c == 0xff70) /* ー ｰ */
        return '-';
    if (c == 'e' || c == 'E')
        return 'E';
    if (c == '*')
        return ASTERISK;
    if (c == 'x' || c == 'X' || c == 0x3c7 || c == 0x3a7) /* χ Χ */
        return LETTER_X;
    if (c == 0x25b3 || c == 0x25b2) /* △ ▲ */
        return TRIANGLE;
    if (c == 0x2026 || c == 0x2025 || c == 0x22ef) /* … ‥ ⋯ */
        return ELLIPSIS;
    return is_middle_dot(c) ? DOT : '\0';
}

/* Digits alone, as most cells of counts are; at most as many as every 64-bit number has. */
static bool only_digits(const char *text, size_t length, int64_t *out)
{
    int64_t value = 0;
    if (length == 0 || length > 18)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *out = value;
    return true;
}

/* White space may stand around a cell's text and behind a sign; elsewhere it would join two
 * numbers. */
static bool tidy_number(const char *text, size_t length, char out[MOST_LETTERS + 1])
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
    size_t used = 0;
    bool space = false;
    while (length > 0) {
        int32_t c;
        utf8proc_ssize_t bytes = utf8proc_iterate(p, (utf8proc_ssize_t)length, &c);
        if (bytes <= 0)
            return false;
        p += bytes;
        length -= (size_t)bytes;
        if (is_cell_space(c)) {
            space = true;
            continue;
        }
        char letter = number_letter(c);
        if (letter == '\0' || used == MOST_LETTERS ||
            (space && used > 0 && strchr("+-^", out[used - 1]) == NULL))
            return false;
        space = false;
        out[used++] = letter;
    }
    out[used] = '\0';
    return true;
}

/* "**" and "－－－" are the sign itself, repeated to fill the cell. */
static bool only(const char *letters, char letter)
{
    const char same[] = {letter, '\0'};
    return letters[0] != '\0' && letters[strspn(letters, same)] == '\0';
}

/* State of a cell that is a sign and no number; false if it is not. */
static bool sign_state(const char *letters, const struct shihyo_signs *signs, uint32_t *state)
{
    if (letters[0] == '\0')
        *state = signs->blank;
    else if (only(letters, '-'))
        *state = signs->hyphen;
    else if (only(letters, ASTERISK))
        *state = signs->asterisk;
    else if (only(letters, LETTER_X))
        *state = signs->letter_x;
    else if (letters[0] == DOT && letters[1] == '\0')
        *state = signs->dot;
    else if (only(letters, ELLIPSIS) || only(letters, DOT) ||
             (letters[0] == '.' && letters[1] == '.' && only(letters, '.')))
        *state = signs->ellipsis;
    else
        return false;
    return true;
}

static bool word_state(const char *text, size_t length, uint32_t *state)
{
    char label[64];
    if (shy_normalise_label(text, length, label, sizeof label) >= sizeof label)
        return false;
    if (strcmp(label, "未報告") == 0)
        *state = SHIHYO_STATE_UNREPORTED;
    else if (strcmp(label, "該当なし") == 0)
        *state = SHIHYO_STATE_NOT_APPLICABLE;
    else
        return false;
    return true;
}

/* Decimals ------------------------------------------------------------------------------- */

/* digits / 10^scale, exact up to 30 digits. */
struct decimal {
    unsigned __int128 digits;
    int scale;
    bool negative;
};

enum { MOST_SCALE = 18, MOST_EXPONENT = 400, WIDE_POWER = 38 };

static unsigned __int128 power10(int n)
{
    unsigned __int128 value = 1;
    while (n-- > 0)
        value *= 10;
    return value;
}

/* Digits and commas before the point: none, or one before every three digits. Thousands are only
 * believed where the groups are right: "1,23" is a cut-off cell or two figures, not 123. */
static const char *take_whole(const char *p, struct decimal *d)
{
    int group = 0;
    bool grouped = false;
    for (; (*p >= '0' && *p <= '9') || *p == ','; p++) {
        if (*p == ',') {
            if (group == 0 || group > 3 || (grouped && group != 3))
                return NULL;
            grouped = true;
            group = 0;
            continue;
        }
        group++;
        if (d->digits >= power10(30))
            return NULL;
        d->digits = d->digits * 10 + (unsigned)(*p - '0');
    }
    return grouped && group != 3 ? NULL : p;
}

/* Digits behind the point; those beyond the thirtieth are below what anything keeps. */
static const char *take_part(const char *p, struct decimal *d)
{
    for (; *p >= '0' && *p <= '9'; p++) {
        if (d->digits >= power10(30))
            continue;
        d->digits = d->digits * 10 + (unsigned)(*p - '0');
        d->scale++;
    }
    return p;
}

static const char *take_exponent(const char *p, struct decimal *d)
{
    int exponent = 0;
    bool negative = *p == '-';
    if (*p == '-' || *p == '+')
        p++;
    if (*p < '0' || *p > '9')
        return NULL;
    for (; *p >= '0' && *p <= '9'; p++) {
        exponent = exponent * 10 + (*p - '0');
        if (exponent > MOST_EXPONENT)
            return NULL;
    }
    d->scale -= negative ? -exponent : exponent;
    return p;
}

static bool parse_decimal(const char *p, struct decimal *d)
{
    *d = (struct decimal){0};
    d->negative = *p == '-' || *p == TRIANGLE;
    if (d->negative || *p == '+')
        p++;
    const char *whole = p;
    p = take_whole(p, d);
    if (p == NULL)
        return false;
    if (*p == '.') {
        if (p[1] < '0' || p[1] > '9')
            return false;
        p = take_part(p + 1, d);
    } else if (p == whole) {
        return false;
    }
    if (*p == 'E')
        p = take_exponent(p + 1, d);
    return p != NULL && *p == '\0';
}

/* Leaves `drop` digits away, half up where asked. */
static void drop_digits(struct decimal *d, int drop, bool half_up)
{
    unsigned __int128 divisor = drop > WIDE_POWER ? 0 : power10(drop);
    unsigned __int128 rest = divisor == 0 ? 0 : d->digits % divisor;
    d->digits = divisor == 0 ? 0 : d->digits / divisor;
    if (half_up && divisor != 0 && rest >= divisor - rest)
        d->digits++;
    d->scale -= drop;
}

/*
 * To 64 bits and the digits asked for. Where only the room is short, digits are cut, not rounded:
 * the one rounding is the column's, and half up of a cut number is half up of the number itself.
 */
static bool fit(struct decimal *d, int keep)
{
    if (d->digits == 0 && d->scale < 0)
        d->scale = 0;
    for (; d->scale < 0; d->scale++) {
        if (d->digits > INT64_MAX)
            return false;
        d->digits *= 10;
    }
    if (d->scale > keep)
        drop_digits(d, d->scale - keep, keep < MOST_SCALE);
    while (d->digits > INT64_MAX && d->scale > 0)
        drop_digits(d, 1, false);
    return d->digits <= INT64_MAX;
}

int shy_parse_number(const char *text, size_t length, const struct shihyo_signs *signs,
                     struct shihyo_number *out)
{
    char letters[MOST_LETTERS + 1];
    struct decimal d;
    if (signs == NULL)
        signs = &shy_signs_default;
    out->state = SHIHYO_STATE_OK;
    out->scale = 0;
    out->mantissa = 0;
    if (!signs->thousands && only_digits(text, length, &out->mantissa))
        return SHIHYO_OK;
    if (!tidy_number(text, length, letters))
        return word_state(text, length, &out->state) ? SHIHYO_OK : SHIHYO_PARSE;
    if (sign_state(letters, signs, &out->state))
        return SHIHYO_OK;
    int keep = signs->scale < 0 ? 0 : signs->scale > MOST_SCALE ? MOST_SCALE : signs->scale;
    if (!parse_decimal(letters, &d))
        return SHIHYO_PARSE;
    if (signs->thousands)
        d.scale -= 3;
    if (!fit(&d, keep))
        return SHIHYO_PARSE;
    out->scale = d.scale;
    out->mantissa = d.negative ? -(int64_t)d.digits : (int64_t)d.digits;
    return SHIHYO_OK;
}

int shy_parse_period(const char *text, size_t length, char out[16])
{
    struct shy_period period;
    /* No published figure is for a range of months, and a plugin's text has no room for one. */
    char canonical[SHY_PERIOD_TEXT];
    if (!shy_period_parse_any(text, length, &period) || period.kind == SHY_PERIOD_MONTHS)
        return SHIHYO_PARSE;
    shy_period_text(&period, canonical);
    memcpy(out, canonical, 16);
    return SHIHYO_OK;
}

/* Area codes ----------------------------------------------------------------------------- */

enum { PREFECTURES = 47, FIRST_MUNICIPALITY = 100, LAST_MUNICIPALITY = 799 };

/* Digits only, at most six, made narrow; the number of digits, or 0. */
static size_t tidy_code(const char *text, size_t length, char out[7])
{
    char letters[MOST_LETTERS + 1];
    if (!tidy_number(text, length, letters))
        return 0;
    size_t count = strlen(letters);
    if (count == 0 || count > 6 || strspn(letters, "0123456789") != count)
        return 0;
    memcpy(out, letters, count + 1);
    return count;
}

/* Value of digits[0..count). */
static int value_of(const char *digits, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (digits[i] - '0');
    return value;
}

static bool is_prefecture(const char *code)
{
    int prefecture = value_of(code, 2);
    return prefecture >= 1 && prefecture <= PREFECTURES;
}

/* Five digits that are a municipality, or (whole) a prefecture. */
static bool is_code5(const char *code, bool whole)
{
    int rest = value_of(code + 2, 3);
    return is_prefecture(code) &&
           (whole ? rest == 0 : rest >= FIRST_MUNICIPALITY && rest <= LAST_MUNICIPALITY);
}

/* Weights 6 to 2, modulo 11 (全国地方公共団体コード, 総務省). It catches a digit mistyped and two
 * exchanged, which is how a figure gets to the neighbouring town. */
char shy_area_check_digit(const char code[5])
{
    int sum = 0;
    for (int i = 0; i < 5; i++)
        sum += (code[i] - '0') * (6 - i);
    return (char)('0' + (11 - sum % 11) % 10);
}

static bool check_digit_right(const char code[6])
{
    return shy_area_check_digit(code) == code[5];
}

/*
 * Four to six digits of a municipality or whole prefecture. Five digits may be a code, or six that
 * have lost their zero; the code is preferred, and the other reading must have its check digit. So
 * 12203 is 市川市, although 士別市 with its check digit, 012203, comes to the same where a
 * spreadsheet has dropped the zero: in a table of six digits stored as numbers the two then meet as
 * one key, which import refuses.
 */
static int parse_code5(const char *digits, size_t count, bool whole, char out[8])
{
    char code[7] = "0";
    if (count < 4)
        return SHIHYO_PARSE;
    if (count == 6) {
        if (!is_code5(digits, whole))
            return SHIHYO_PARSE;
        if (!check_digit_right(digits))
            return SHIHYO_DATA;
        memcpy(code, digits, 5);
    } else if (count == 5 && is_code5(digits, whole)) {
        memcpy(code, digits, 5);
    } else {
        memcpy(code + 1, digits, count);
        if (!is_code5(code, whole) || (count == 5 && !check_digit_right(code)))
            return SHIHYO_PARSE;
    }
    size_t length = whole ? 2 : 5;
    memcpy(out, code, length);
    out[length] = '\0';
    return SHIHYO_OK;
}

/* Digits with the zeros that a prefecture's or secondary area's code has lost. */
static int parse_short(const char *digits, size_t count, size_t length, char out[8])
{
    if (count > length || count + 1 < length)
        return SHIHYO_PARSE;
    memset(out, '0', length);
    memcpy(out + length - count, digits, count);
    out[length] = '\0';
    bool some = length == 2 || value_of(out + 2, length - 2) > 0;
    return is_prefecture(out) && some ? SHIHYO_OK : SHIHYO_PARSE;
}

/* Only zeros: "00", "000000" of a column of six digits, and what a spreadsheet made of them. */
static int parse_nation(const char *digits, char out[8])
{
    if (!only(digits, '0'))
        return SHIHYO_PARSE;
    memcpy(out, "00", 3);
    return SHIHYO_OK;
}

/* By its length alone. */
static int parse_any_level(const char *digits, size_t count, char out[8])
{
    if (only(digits, '0'))
        return parse_nation(digits, out);
    if (count <= 2)
        return parse_short(digits, count, 2, out);
    if (count <= 4)
        return parse_short(digits, count, 4, out);
    int status = parse_code5(digits, count, false, out);
    return status == SHIHYO_PARSE ? parse_code5(digits, count, true, out) : status;
}

/* The caller says of which level the code is, since "2901" is a secondary area in one column and a
 * town of Hokkaido without its zero in the next. */
int shy_parse_area_code(const char *text, size_t length, uint32_t level, char out[8])
{
    char digits[7];
    size_t count = tidy_code(text, length, digits);
    if (count == 0)
        return SHIHYO_PARSE;
    switch (level) {
    case SHIHYO_LEVEL_NATION:
        return parse_nation(digits, out);
    case SHIHYO_LEVEL_PREFECTURE:
        return count <= 2 ? parse_short(digits, count, 2, out)
                          : parse_code5(digits, count, true, out);
    case SHIHYO_LEVEL_SECONDARY:
        return parse_short(digits, count, 4, out);
    case SHIHYO_LEVEL_MUNICIPALITY:
        return parse_code5(digits, count, false, out);
    case SHIHYO_LEVEL_ANY:
        return parse_any_level(digits, count, out);
    default:
        return SHIHYO_INVALID_ARG;
    }
}
