/* SPDX-License-Identifier: MIT */
/*
 * From the masks of csv_simd.h to what they mean: which delimiters and line breaks count, and where
 * the text breaks the format. Shared by the scanner of records (csv_scan.c) and that of lines
 * (csv_lines.c). Thread-safe.
 */
#ifndef SHY_TEXT_CSV_LOOK_H
#define SHY_TEXT_CSV_LOOK_H

#include <string.h>

#include "core/text/csv_simd.h"

/* What one block hands to the next. Bits 0 or 1, except inside: 0 or all ones. */
struct shy_csv_carry {
    uint64_t inside;    /* a quote is open */
    uint64_t separator; /* the byte before was a delimiter or line break outside quotes */
    uint64_t closing;   /* it was a quote that closed */
    uint64_t cr;
};

/* At the start of a record. */
static const struct shy_csv_carry shy_csv_fresh = {.separator = 1};

struct shy_csv_bits {
    uint64_t marks;  /* delimiters and record ends */
    uint64_t extras; /* doubled quotes and line breaks within quotes: rare, need a closer look */
    uint64_t breaks; /* line breaks anywhere, CR LF once at its CR */
    uint64_t bad;    /* where the text breaks the format */
};

/*
 * One block. quoting: all ones, or 0 where quotes are ordinary characters.
 *
 * Every quote changes between inside and outside; a doubled quote does so twice, which comes to
 * the same. Whether a quote may stand where it stands is then a question about its neighbour: an
 * opening one follows a separator or, as the second of a doubled pair, a closing one; after a
 * closing one comes a separator or a quote. So no state beyond the carry is needed.
 */
static inline struct shy_csv_bits shy_csv_bits_of(const struct shy_csv_masks *m, uint64_t quote,
                                                  uint64_t inside, struct shy_csv_carry *carry)
{
    uint64_t separators = (m->delimiter | m->lf | m->cr) & ~inside;
    uint64_t opening = quote & inside, closing = quote & ~inside;
    uint64_t after_separator = separators << 1 | carry->separator;
    uint64_t after_closing = closing << 1 | carry->closing;
    uint64_t breaks = m->cr | (m->lf & ~(m->cr << 1 | carry->cr));
    carry->inside = (uint64_t)0 - (inside >> 63);
    carry->separator = separators >> 63;
    carry->closing = closing >> 63;
    carry->cr = m->cr >> 63;
    return (struct shy_csv_bits){
        .marks = (m->delimiter | breaks) & ~inside,
        .extras = (opening & after_closing) | (breaks & inside),
        .breaks = breaks,
        .bad = (opening & ~(after_separator | after_closing)) |
               (after_closing & ~(separators | quote)) | m->nul,
    };
}

/* A record may go over several lines within quotes. */
static inline struct shy_csv_bits shy_csv_look(const struct shy_csv_masks *m, uint64_t quoting,
                                               struct shy_csv_carry *carry)
{
    uint64_t inside = (m->inside & quoting) ^ carry->inside;
    return shy_csv_bits_of(m, m->quote & quoting, inside, carry);
}

/* Every line is a record: a quote still open at a line break is wrong there, and closed. */
static inline struct shy_csv_bits shy_csv_look_lines(const struct shy_csv_masks *m,
                                                     uint64_t quoting, struct shy_csv_carry *carry)
{
    uint64_t inside = (m->inside & quoting) ^ carry->inside, open, unclosed = 0;
    uint64_t breaks = m->cr | (m->lf & ~(m->cr << 1 | carry->cr));
    while ((open = breaks & inside) != 0) {
        unclosed |= open & (0 - open);
        inside ^= (uint64_t)0 - (open & (0 - open));
    }
    struct shy_csv_bits bits = shy_csv_bits_of(m, m->quote & quoting, inside, carry);
    bits.bad |= unclosed;
    return bits;
}

/* Appends the places of the bits, counted from the chunk's start, to 32-bit numbers. */
static inline size_t shy_csv_list_bits(uint64_t bits, uint32_t base, uint32_t *out, size_t count)
{
    for (; bits != 0; bits &= bits - 1)
        out[count++] = base + (uint32_t)__builtin_ctzll(bits);
    return count;
}

/* Classifies size bytes, returns the number of blocks. The last block is filled
 * up with a byte that means nothing. */
static inline size_t shy_csv_classify_all(shy_csv_classify *kernel, const unsigned char *bytes,
                                          size_t size, unsigned char delimiter,
                                          struct shy_csv_masks *masks, bool *high)
{
    size_t whole = size / SHY_CSV_BLOCK, rest = size % SHY_CSV_BLOCK;
    *high = kernel(bytes, whole, delimiter, masks);
    if (rest == 0)
        return whole;
    unsigned char last[SHY_CSV_BLOCK];
    memset(last, delimiter == ' ' ? '_' : ' ', sizeof last);
    memcpy(last, bytes + whole * SHY_CSV_BLOCK, rest);
    *high |= kernel(last, 1, delimiter, masks + whole);
    return whole + 1;
}

#endif
