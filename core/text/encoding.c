/* SPDX-License-Identifier: MIT */
#include "core/text/encoding.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"

enum {
    DETECT_ENOUGH = 4096, /* valid characters beyond ASCII that settle the matter */
    UTF16_SAMPLE = 4096,
    /* Characters of three bytes and more that CP932 text does not form by chance before its
     * first byte that is not UTF-8: a file with so many is UTF-8 with a broken place. */
    UTF8_EVIDENCE = 8,
};

#define HIGH_BITS UINT64_C(0x8080808080808080)

static uint64_t load64(const unsigned char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

/* The number of ASCII bytes at the start. */
static size_t ascii_run(const unsigned char *p, size_t size)
{
    size_t i = 0;
    while (size - i >= 8 && (load64(p + i) & HIGH_BITS) == 0)
        i += 8;
    while (i < size && p[i] < 0x80)
        i++;
    return i;
}

bool shy_is_ascii(const char *text, size_t length)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t i = 0;
    unsigned char all = 0;
    uint64_t words = 0;
    for (; length - i >= 8; i += 8)
        words |= load64(p + i);
    for (; i < length; i++)
        all |= p[i];
    return (words & HIGH_BITS) == 0 && all < 0x80;
}

int64_t shy_count_lines(const unsigned char *bytes, size_t size)
{
    int64_t lines = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            lines += i == 0 || bytes[i - 1] != '\r';
        else if (bytes[i] == '\r')
            lines++;
    }
    return lines;
}

/* UTF-8 ---------------------------------------------------------------------------------- */

/* Bytes of the character beyond ASCII at p (RFC 3629: no overlong form, no surrogate, nothing
 * above U+10FFFF); 0 where it is invalid or cut off. */
static size_t utf8_wide(const unsigned char *p, size_t size)
{
    if (p[0] < 0xc2 || p[0] > 0xf4 || size < 2 || (p[1] & 0xc0) != 0x80)
        return 0;
    if (p[0] < 0xe0)
        return 2;
    bool second = p[0] == 0xe0   ? p[1] >= 0xa0
                  : p[0] == 0xed ? p[1] < 0xa0
                  : p[0] == 0xf0 ? p[1] >= 0x90
                  : p[0] == 0xf4 ? p[1] < 0x90
                                 : true;
    if (!second || size < 3 || (p[2] & 0xc0) != 0x80)
        return 0;
    if (p[0] < 0xf0)
        return 3;
    return size < 4 || (p[3] & 0xc0) != 0x80 ? 0 : 4;
}

/* Bytes of the run of three-byte characters at the start, as most Japanese text is: four bytes are
 * tested at once. The second test leaves out overlong forms (E0 80..9F) and surrogates (ED A0..BF),
 * which utf8_wide then refuses. */
static size_t three_byte_run(const unsigned char *p, size_t size)
{
    size_t i = 0;
    while (size - i >= 4) {
        uint32_t word;
        memcpy(&word, p + i, sizeof word);
        uint32_t edge = word & 0x200f;
        if ((word & 0xc0c0f0) != 0x8080e0 || edge == 0 || edge == 0x200d)
            break;
        i += 3;
    }
    return i;
}

size_t shy_utf8_valid(const unsigned char *bytes, size_t size)
{
    size_t i = 0;
    for (;;) {
        i += ascii_run(bytes + i, size - i);
        i += three_byte_run(bytes + i, size - i);
        for (size_t wide; i < size && bytes[i] >= 0x80; i += wide) {
            wide = utf8_wide(bytes + i, size - i);
            if (wide == 0)
                return i;
        }
        if (i == size)
            return i;
    }
}

bool shy_utf8_unfinished(const unsigned char *bytes, size_t size)
{
    /* Completed by the lowest and by the highest bytes that may follow; one of the two is valid
     * for every beginning that can be completed. */
    unsigned char low[4] = {0x80, 0x80, 0x80, 0x80}, high[4] = {0xbf, 0xbf, 0xbf, 0xbf};
    if (size == 0 || size > 3 || bytes[0] < 0x80)
        return false;
    memcpy(low, bytes, size);
    memcpy(high, bytes, size);
    return utf8_wide(low, 4) > size || utf8_wide(high, 4) > size;
}

/* Errors --------------------------------------------------------------------------------- */

/* Shows two bytes at most: enough to recognise the encoding, too few to tell a value. */
static int fail_bytes(struct shihyo_error *err, const unsigned char *bytes, size_t size,
                      size_t offset)
{
    char text[8] = "";
    size_t count = size - offset < 2 ? size - offset : 2, used = 0;
    for (size_t i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, i == 0 ? "%02X" : " %02X",
                                 bytes[offset + i]);
    shy_value(err, text, used);
    shy_hint(err, _("The file may be in another encoding, or damaged. If its encoding is known, "
                    "name it, for example \"CP932\", \"UTF-8\" or \"UTF-16\"."));
    return SHY_E_ENCODING;
}

int shy_fail_encoding(struct shihyo_error *err, const char *name, const unsigned char *bytes,
                      size_t size, size_t offset)
{
    (void)shy_fail(err, SHY_E_ENCODING, _("The bytes at offset %llu are not valid %s."),
                   (unsigned long long)offset, name);
    return fail_bytes(err, bytes, size, offset);
}

static int fail_neither(struct shihyo_error *err, const unsigned char *bytes, size_t size,
                        size_t offset)
{
    (void)shy_fail(err, SHY_E_ENCODING,
                   _("The bytes at offset %llu are valid neither as UTF-8 nor as CP932."),
                   (unsigned long long)offset);
    return fail_bytes(err, bytes, size, offset);
}

/* Detection ------------------------------------------------------------------------------ */

struct sighting {
    size_t valid; /* characters beyond ASCII */
    size_t three; /* of them, of three bytes and more */
    size_t at;    /* where it ended */
    bool broken;  /* by an invalid byte, not by the end or by having seen enough */
};

static struct sighting look_for_utf8(const unsigned char *bytes, size_t size)
{
    struct sighting s = {0};
    while (s.valid < DETECT_ENOUGH) {
        s.at += ascii_run(bytes + s.at, size - s.at);
        if (s.at == size)
            break;
        size_t wide = utf8_wide(bytes + s.at, size - s.at);
        if (wide == 0) {
            s.broken = true;
            break;
        }
        s.valid++;
        s.three += wide > 2;
        s.at += wide;
    }
    return s;
}

/* Two bytes at a time are enough: no character has more. */
static struct sighting look_for_cp932(const unsigned char *bytes, size_t size)
{
    struct sighting s = {0};
    while (s.valid < DETECT_ENOUGH) {
        char out[8];
        s.at += ascii_run(bytes + s.at, size - s.at);
        if (s.at == size)
            break;
        size_t used, most = size - s.at < 2 ? size - s.at : 2;
        (void)shy_cp932_decode((const char *)bytes + s.at, most, out, &used);
        if (used == 0) {
            s.broken = true;
            break;
        }
        s.valid++;
        s.at += used;
    }
    return s;
}

static void set(struct shy_encoding *out, enum shy_encoding_kind kind, const char *name,
                size_t mark)
{
    out->kind = kind;
    out->mark = mark;
    shy_copy_text(out->name, sizeof out->name, name, strlen(name));
}

/* UTF-8 is tried first, for text in CP932 is hardly ever valid UTF-8 by chance, while the bytes of
 * UTF-8 mostly pass for CP932. A file of ASCII alone is UTF-8, which is then true as well. */
static int detect(const unsigned char *bytes, size_t size, struct shy_encoding *out,
                  struct shihyo_error *err)
{
    struct sighting utf8 = look_for_utf8(bytes, size);
    if (!utf8.broken) {
        set(out, SHY_ENCODING_UTF8, "UTF-8", 0);
        return 0;
    }
    size_t at = utf8.at;
    if (utf8.three >= UTF8_EVIDENCE) {
        (void)shy_fail_encoding(err, "UTF-8", bytes, size, at);
    } else {
        SHY_TRY(shy_cp932_ready(err));
        struct sighting cp932 = look_for_cp932(bytes, size);
        if (!cp932.broken) {
            set(out, SHY_ENCODING_CP932, "CP932", 0);
            return 0;
        }
        /* The one that got further is the likelier; its place is the one to look at. */
        at = cp932.at > at ? cp932.at : at;
        (void)fail_neither(err, bytes, size, at);
    }
    shy_at(err, NULL, 1 + shy_count_lines(bytes, at), 0);
    return SHY_E_ENCODING;
}

static bool starts_with(const unsigned char *bytes, size_t size, const char *mark, size_t length)
{
    return size >= length && memcmp(bytes, mark, length) == 0;
}

#define UTF8_MARK "\xef\xbb\xbf"
#define UTF16LE_MARK "\xff\xfe"
#define UTF16BE_MARK "\xfe\xff"

/* Where the marks are told before anything else is looked at: a file that has one says what it is.
 * UTF-32 is left out: its mark begins like that of UTF-16LE, and no office program writes it. */
static bool by_mark(const unsigned char *bytes, size_t size, struct shy_encoding *out)
{
    if (starts_with(bytes, size, UTF8_MARK, 3))
        set(out, SHY_ENCODING_UTF8, "UTF-8", 3);
    else if (starts_with(bytes, size, UTF16LE_MARK, 2))
        set(out, SHY_ENCODING_OTHER, "UTF-16LE", 2);
    else if (starts_with(bytes, size, UTF16BE_MARK, 2))
        set(out, SHY_ENCODING_OTHER, "UTF-16BE", 2);
    else
        return false;
    return true;
}

/* ASCII, kana and Japanese punctuation have 00 or 30 as the high byte: the side on which these
 * stand more often is the high one. Little-endian, Windows' own, where that does not tell. */
static void guess_utf16(const unsigned char *bytes, size_t size, struct shy_encoding *out)
{
    size_t high[2] = {0, 0};
    for (size_t i = 0; i < size && i < UTF16_SAMPLE; i++)
        high[i & 1] += bytes[i] == 0 || bytes[i] == 0x30;
    set(out, SHY_ENCODING_OTHER, high[0] > high[1] ? "UTF-16BE" : "UTF-16LE", 0);
}

/* By name -------------------------------------------------------------------------------- */

/* Upper case, letters and digits only. Names are written in many ways ("Shift_JIS", "shift-jis",
 * "utf8"); what is not known here goes to iconv as it was written. */
static void plain_name(const char *name, char *out, size_t size)
{
    size_t n = 0;
    for (; *name != '\0' && n + 1 < size; name++) {
        char c = *name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            out[n++] = c;
    }
    out[n] = '\0';
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(name, *names) == 0)
            return true;
    }
    return false;
}

static int other(const char *name, struct shy_encoding *out, struct shihyo_error *err)
{
    /* A '/' would ask iconv to drop or replace what it cannot map; "" is the locale's encoding. */
    bool sound = name[0] != '\0' && strchr(name, '/') == NULL;
    iconv_t cd = sound ? iconv_open("UTF-8", name) : (iconv_t)-1;
    if (cd != (iconv_t)-1 && strlen(name) < sizeof out->name) {
        (void)iconv_close(cd);
        set(out, SHY_ENCODING_OTHER, name, 0);
        return 0;
    }
    if (cd != (iconv_t)-1)
        (void)iconv_close(cd);
    (void)shy_fail(err, SHY_E_ENCODING_UNKNOWN, _("The encoding '%s' is not known."), name);
    shy_hint(err, _("Usual names are \"auto\", \"UTF-8\", \"CP932\" and \"UTF-16\"."));
    return SHY_E_ENCODING_UNKNOWN;
}

int shy_encoding_find(const char *name, const unsigned char *bytes, size_t size,
                      struct shy_encoding *out, struct shihyo_error *err)
{
    /* What Japanese programs call Shift_JIS is CP932. */
    static const char *const cp932[] = {"CP932", "WINDOWS31J", "MS932", "SHIFTJIS", "SJIS", NULL};
    char plain[32];
    struct shy_encoding marked = {0};
    bool has_mark = by_mark(bytes, size, &marked);
    plain_name(name == NULL ? "auto" : name, plain, sizeof plain);
    if (strcmp(plain, "AUTO") == 0) {
        if (!has_mark)
            return detect(bytes, size, out, err);
        *out = marked;
    } else if (strcmp(plain, "UTF8") == 0 || strcmp(plain, "UTF8BOM") == 0) {
        set(out, SHY_ENCODING_UTF8, "UTF-8", marked.kind == SHY_ENCODING_UTF8 ? marked.mark : 0);
    } else if (is_one_of(plain, cp932)) {
        set(out, SHY_ENCODING_CP932, "CP932", 0);
        return shy_cp932_ready(err);
    } else if (strcmp(plain, "UTF16") == 0) {
        if (has_mark && marked.kind == SHY_ENCODING_OTHER)
            *out = marked;
        else
            guess_utf16(bytes, size, out);
    } else if (strcmp(plain, "UTF16LE") == 0 || strcmp(plain, "UTF16BE") == 0) {
        set(out, SHY_ENCODING_OTHER, plain[5] == 'L' ? "UTF-16LE" : "UTF-16BE", 0);
        if (has_mark && strcmp(out->name, marked.name) == 0)
            out->mark = marked.mark;
    } else {
        return other(name, out, err);
    }
    return 0;
}
