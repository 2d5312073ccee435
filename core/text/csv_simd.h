/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a delimited text that matter, as bit masks of 64 bytes each. This is the only part
 * of the scanner that depends on the processor. Thread-safe.
 */
#ifndef SHY_TEXT_CSV_SIMD_H
#define SHY_TEXT_CSV_SIMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHY_CSV_BLOCK = 64 };

/* Bit i is byte i of the block. */
struct shy_csv_masks {
    uint64_t quote;
    uint64_t inside; /* an odd number of quotes from the block's start to byte i, i included */
    uint64_t delimiter;
    uint64_t lf, cr, nul;
};

/* Fills one mask per block; true where a byte is above 0x7f. */
typedef bool shy_csv_classify(const unsigned char *bytes, size_t blocks, unsigned char delimiter,
                              struct shy_csv_masks *out);

enum shy_csv_level { SHY_CSV_PLAIN, SHY_CSV_SSE2, SHY_CSV_AVX2 };

struct shy_csv_kernel {
    const char *name;
    enum shy_csv_level level; /* of the processor */
    shy_csv_classify *classify;
    bool usable; /* on this processor */
};

/* All of them, the slowest and plainest first. */
const struct shy_csv_kernel *shy_csv_kernels(size_t *count);

/* The best usable one; the plain one where SHIHYO_FORCE_SCALAR is set to other than 0. Chosen at
 * the first call. */
shy_csv_classify *shy_csv_classifier(void);
enum shy_csv_level shy_csv_chosen_level(void);

/* Bit i of the result is the parity of bits 0..i. */
static inline uint64_t shy_prefix_xor(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^= bits << 32;
    return bits;
}

#endif
