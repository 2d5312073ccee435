/* SPDX-License-Identifier: MIT */
/*
 * CP932 in both directions. The tables are asked of iconv once, so that the mapping is the
 * system's; a table look-up is then several times as fast as iconv's own loop.
 */
#include "core/text/encoding.h"

#include <iconv.h>
#include <pthread.h>
#include <string.h>

#include "core/base/i18n.h"

enum { LEADS = 128, TRAILS = 256, PLANE = 65536 };

/* CP932 has nothing beyond the basic plane, and every character of it is one 16-bit unit: tables of
 * fixed size hold the whole mapping. They are written once, under pthread_once, and then only read.
 * 0 is no character. */
static uint16_t unicode_of_single[256];
static uint16_t unicode_of_double[LEADS][TRAILS];
static uint16_t cp932_of[PLANE]; /* two bytes, or one where the high byte is 0 */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool ready;

/* One character through iconv; the number of bytes written, 0 where it has no counterpart. */
static size_t convert(iconv_t cd, const unsigned char *in, size_t in_size, unsigned char out[8])
{
    char source[4];
    char *from = source, *to = (char *)out;
    size_t from_left = in_size, to_left = 8;
    memcpy(source, in, in_size);
    /* Back to the first state: after an invalid byte the converter would go on in its middle. */
    (void)iconv(cd, NULL, NULL, NULL, NULL);
    if (iconv(cd, &from, &from_left, &to, &to_left) == (size_t)-1 || from_left != 0)
        return 0;
    return 8 - to_left;
}

/* Half-width katakana (A1 to DF) are characters by themselves and lead nothing; trail bytes begin
 * at 40. The rows F0 to F9 are for characters of a user's own (外字) and come out in the private
 * area of Unicode, as on Windows: they survive a way in and out, but mean something only to the
 * office that drew them. */
static void fill_decoding(iconv_t cd)
{
    unsigned char out[8];
    for (unsigned c = 1; c < 256; c++) {
        unsigned char in[2] = {(unsigned char)c, 0};
        if (convert(cd, in, 1, out) == 2)
            unicode_of_single[c] = (uint16_t)(out[0] | out[1] << 8);
        for (unsigned t = 0x40; c >= 0x81 && t < TRAILS; t++) {
            in[1] = (unsigned char)t;
            if (unicode_of_single[c] == 0 && convert(cd, in, 2, out) == 2)
                unicode_of_double[c - 0x80][t] = (uint16_t)(out[0] | out[1] << 8);
        }
    }
}

static void fill_encoding(iconv_t cd)
{
    unsigned char out[8];
    for (unsigned c = 1; c < PLANE; c++) {
        if (c >= 0xd800 && c < 0xe000)
            continue;
        unsigned char in[2] = {(unsigned char)(c & 0xff), (unsigned char)(c >> 8)};
        size_t size = convert(cd, in, 2, out);
        if (size == 1)
            cp932_of[c] = out[0];
        else if (size == 2)
            cp932_of[c] = (uint16_t)(out[0] << 8 | out[1]);
    }
    /* iconv gives these two the bytes of the backslash and the tilde, and reading them back would
     * give another character: take the full-width signs, which say the same. */
    cp932_of[0xa5] = cp932_of[0xffe5];
    cp932_of[0x203e] = cp932_of[0xffe3];
}

static void fill_tables(void)
{
    iconv_t decoder = iconv_open("UTF-16LE", "CP932");
    iconv_t encoder = iconv_open("CP932", "UTF-16LE");
    bool known = decoder != (iconv_t)-1 && encoder != (iconv_t)-1;
    if (known) {
        fill_decoding(decoder);
        fill_encoding(encoder);
        ready = true;
    }
    if (decoder != (iconv_t)-1)
        (void)iconv_close(decoder);
    if (encoder != (iconv_t)-1)
        (void)iconv_close(encoder);
}

int shy_cp932_ready(struct shihyo_error *err)
{
    (void)pthread_once(&once, fill_tables);
    if (ready)
        return 0;
    (void)shy_fail(err, SHY_E_ENCODING_UNKNOWN, _("The encoding '%s' is not known."), "CP932");
    shy_hint(err, _("The system's iconv lacks it; install the complete C library."));
    return SHY_E_ENCODING_UNKNOWN;
}

/* U+0080 and above, of the basic plane. */
static char *put_utf8(char *out, unsigned c)
{
    if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
    } else {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
    }
    *out++ = (char)(0x80 | (c & 0x3f));
    return out;
}

/* A lead byte that is the last one given is left for the next call: *used stops before it. */
size_t shy_cp932_decode(const char *bytes, size_t size, char *out, size_t *used)
{
    const unsigned char *in = (const unsigned char *)bytes;
    char *to = out;
    size_t i = 0;
    while (i < size) {
        unsigned c = in[i], next = 1;
        if (c < 0x80) {
            *to++ = (char)c;
            i++;
            continue;
        }
        unsigned wide = unicode_of_single[c];
        if (wide == 0 && i + 1 < size) {
            wide = unicode_of_double[c - 0x80][in[i + 1]];
            next = 2;
        }
        if (wide == 0)
            break;
        to = put_utf8(to, wide);
        i += next;
    }
    *used = i;
    return (size_t)(to - out);
}

/* The character at text, which has length bytes of it; 0 bytes where it is not valid UTF-8. */
static size_t take_utf8(const unsigned char *text, size_t length, uint32_t *out)
{
    size_t size = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    if (size > length || shy_utf8_valid(text, size) != size)
        return 0;
    uint32_t c = size == 1 ? text[0] : text[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++)
        c = c << 6 | (text[i] & 0x3fu);
    *out = c;
    return size;
}

static int fail_character(struct shihyo_error *err, const char *text, size_t at, size_t size,
                          uint32_t c)
{
    (void)shy_fail(err, SHY_E_ENCODING_CHARACTER,
                   _("The character U+%04X cannot be written in %s."), (unsigned)c, "CP932");
    shy_at(err, NULL, 1 + shy_count_lines((const unsigned char *)text, at), 0);
    shy_value(err, text + at, size);
    shy_hint(err, _("Write UTF-8 instead, or replace the character where it comes from."));
    return SHY_E_ENCODING_CHARACTER;
}

int shy_cp932_encode(const char *text, size_t length, struct shy_text *out,
                     struct shihyo_error *err)
{
    SHY_TRY(shy_cp932_ready(err));
    const unsigned char *bytes = (const unsigned char *)text;
    /* ASCII is the same in both encodings and is copied in runs, not byte by byte. */
    size_t plain = 0; /* where the run of ASCII that is not copied yet began */
    for (size_t i = 0; i < length;) {
        uint32_t c = 0;
        if (bytes[i] < 0x80) {
            i++;
            continue;
        }
        shy_text_add(out, text + plain, i - plain);
        size_t size = take_utf8(bytes + i, length - i, &c);
        if (size == 0) {
            (void)shy_fail_encoding(err, "UTF-8", bytes, length, i);
            shy_at(err, NULL, 1 + shy_count_lines(bytes, i), 0);
            return SHY_E_ENCODING;
        }
        unsigned code = c < PLANE ? cp932_of[c] : 0;
        if (code == 0)
            return fail_character(err, text, i, size, c);
        if (code > 0xff)
            shy_text_addc(out, (char)(code >> 8));
        shy_text_addc(out, (char)(code & 0xff));
        i += size;
        plain = i;
    }
    shy_text_add(out, text + plain, length - plain);
    return out->failed ? shy_fail_nomem(err) : 0;
}
