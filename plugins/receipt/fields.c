/* SPDX-License-Identifier: MIT */
/* Fields of a line and what they say. */
#include <stdlib.h>

#include "receipt.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

size_t receipt_split(const char *text, size_t length, struct shihyo_field *fields, size_t most)
{
    const char *at = text, *end = text + length;
    size_t count = 0;
    for (; count < most; count++) {
        const char *from = at;
        while (at < end && *at != ',')
            at++;
        const char *to = at;
        while (from < to && is_blank(*from))
            from++;
        while (from < to && is_blank(to[-1]))
            to--;
        fields[count] = (struct shihyo_field){from, (size_t)(to - from)};
        if (at == end)
            return count + 1;
        at++;
    }
    return count;
}

static int digits(const char *text, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/* The year in front of `rest` digits: of an era with its sign, or of our own. */
static int year_of(const struct shihyo_field *f, size_t rest)
{
    if (f->length == rest + 4)
        return digits(f->text, 4);
    int year = f->length == rest + 3 ? digits(f->text + 1, 2) : -1;
    return year < 0 ? -1 : common_era_year(f->text[0], year);
}

int32_t receipt_month(const struct shihyo_field *f)
{
    int year = year_of(f, 2);
    int month = year < 0 ? -1 : digits(f->text + f->length - 2, 2);
    return month < 1 || month > 12 ? -1 : year * 100 + month;
}

int32_t receipt_date(const struct shihyo_field *f)
{
    int year = year_of(f, 4);
    int month = year < 0 ? -1 : digits(f->text + f->length - 4, 2);
    int day = month < 0 ? -1 : digits(f->text + f->length - 2, 2);
    return common_day(year, month, day) == INT32_MIN ? -1 : year * 10000 + month * 100 + day;
}

int32_t receipt_day(const struct shihyo_field *f)
{
    int32_t date = receipt_date(f);
    return date < 0 ? INT32_MIN : common_day(date / 10000, date / 100 % 100, date % 100);
}

bool receipt_number(const struct shihyo_field *f, int64_t *out, bool *blank)
{
    size_t at = f->length > 0 && (f->text[0] == '-' || f->text[0] == '+') ? 1 : 0;
    int64_t value = 0;
    *blank = f->length == 0;
    *out = 0;
    if (*blank)
        return true;
    if (f->length == at || f->length - at > 15)
        return false;
    for (size_t i = at; i < f->length; i++) {
        if (f->text[i] < '0' || f->text[i] > '9')
            return false;
        value = value * 10 + (f->text[i] - '0');
    }
    *out = f->text[0] == '-' ? -value : value;
    return true;
}

bool receipt_digits(const struct shihyo_field *f, char *out, size_t width)
{
    if (f->length == 0 || f->length > width)
        return false;
    for (size_t i = 0; i < f->length; i++) {
        if (f->text[i] < '0' || f->text[i] > '9')
            return false;
    }
    memset(out, '0', width - f->length);
    memcpy(out + width - f->length, f->text, f->length);
    out[width] = '\0';
    return true;
}

/* What is written with full-width digits and the like in one file is not in another. */
size_t receipt_insured(const struct shihyo_host *host, const struct shihyo_field *f,
                       char out[RECEIPT_TEXT])
{
    size_t length = 0, zeros = 0;
    bool ascii = true, number = true;
    for (size_t i = 0; i < f->length && ascii; i++)
        ascii = (unsigned char)f->text[i] < 0x80 && f->text[i] != ' ' && f->text[i] != '\t';
    if (ascii && f->length < RECEIPT_TEXT) {
        length = f->length;
        memcpy(out, f->text, length);
    } else {
        length = host->text->normalise_label(f->text, f->length, out, RECEIPT_TEXT);
        if (length >= RECEIPT_TEXT)
            return RECEIPT_TEXT;
    }
    for (size_t i = 0; i < length; i++)
        number = number && out[i] >= '0' && out[i] <= '9';
    while (number && zeros + 1 < length && out[zeros] == '0')
        zeros++;
    memmove(out, out + zeros, length - zeros);
    return length - zeros;
}

/* Names ------------------------------------------------------------------------------------
 *
 * SipHash-2-4 with 128 bits and a fixed key (Aumasson, Bernstein: "SipHash: a fast short-input
 * PRF", 2012). The key is no secret: what matters is that two different texts do not meet.
 */
static uint64_t rotate(uint64_t v, int bits)
{
    return v << bits | v >> (64 - bits);
}

static void mix(uint64_t v[4], int rounds)
{
    for (int i = 0; i < rounds; i++) {
        v[0] += v[1];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[0] = rotate(v[0], 32);
        v[2] += v[3];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

static uint64_t last_word(const char *text, size_t length)
{
    uint64_t word = (uint64_t)length << 56;
    for (size_t i = 0; i < length % 8; i++)
        word |= (uint64_t)(unsigned char)text[length / 8 * 8 + i] << (8 * i);
    return word;
}

static void hash(const char *text, size_t length, uint64_t out[2])
{
    static const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};
    uint64_t v[4] = {UINT64_C(0x736f6d6570736575) ^ key[0],
                     UINT64_C(0x646f72616e646f6d) ^ key[1] ^ 0xee,
                     UINT64_C(0x6c7967656e657261) ^ key[0], UINT64_C(0x7465646279746573) ^ key[1]};
    for (size_t i = 0; i <= length / 8; i++) {
        uint64_t word;
        if (i == length / 8)
            word = last_word(text, length);
        else
            memcpy(&word, text + 8 * i, sizeof word);
        v[3] ^= word;
        mix(v, 2);
        v[0] ^= word;
    }
    v[2] ^= 0xee;
    mix(v, 4);
    out[0] = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    mix(v, 4);
    out[1] = v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* 72 bits, six to a character: among 10^8 texts two meet with a chance of one in a million. */
void receipt_id(const char *text, size_t length, char out[RECEIPT_ID])
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    uint64_t bits[2];
    hash(text, length, bits);
    for (size_t i = 0; i < RECEIPT_ID / 2; i++) {
        out[2 * i] = signs[bits[0] >> (6 * i) & 63];
        out[2 * i + 1] = signs[bits[1] >> (6 * i) & 63];
    }
}
