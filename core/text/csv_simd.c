/* SPDX-License-Identifier: MIT */
/*
 * Three ways to the same masks: plain C, SSE2 (every x86-64), AVX2 where the processor has it. The
 * plain one is the definition; a test holds the others against it on random bytes, so a new kernel
 * needs no test of its own.
 */
#include "core/text/csv_simd.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* Plain C, the reference for the others: one table look-up per byte. */
static bool classify_scalar(const unsigned char *bytes, size_t blocks, unsigned char delimiter,
                            struct shy_csv_masks *out)
{
    enum { QUOTE = 1, DELIMITER = 2, LF = 4, CR = 8, NUL = 16 };
    unsigned char class_of[256] = {0};
    unsigned char all = 0;
    class_of[delimiter] |= DELIMITER;
    class_of['"'] |= QUOTE;
    class_of['\n'] |= LF;
    class_of['\r'] |= CR;
    class_of[0] |= NUL;
    for (size_t b = 0; b < blocks; b++, bytes += SHY_CSV_BLOCK) {
        struct shy_csv_masks m = {0};
        for (unsigned i = 0; i < SHY_CSV_BLOCK; i++) {
            uint64_t c = class_of[bytes[i]];
            all |= bytes[i];
            if (c == 0)
                continue;
            m.quote |= (c & 1) << i;
            m.delimiter |= (c >> 1 & 1) << i;
            m.lf |= (c >> 2 & 1) << i;
            m.cr |= (c >> 3 & 1) << i;
            m.nul |= (c >> 4 & 1) << i;
        }
        m.inside = shy_prefix_xor(m.quote);
        out[b] = m;
    }
    return all >= 0x80;
}

#if defined(__x86_64__)

/* SSE2 is part of every x86-64 processor. */
static inline uint64_t equal_sse2(const __m128i v[4], char c)
{
    __m128i wanted = _mm_set1_epi8(c);
    uint64_t bits = 0;
    for (unsigned i = 0; i < 4; i++) {
        unsigned part = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], wanted));
        bits |= (uint64_t)part << (16 * i);
    }
    return bits;
}

/* The highest bit of a byte says that it is beyond ASCII, so all bytes joined by OR and one look at
 * the signs answer for the whole chunk. */
static bool classify_sse2(const unsigned char *bytes, size_t blocks, unsigned char delimiter,
                          struct shy_csv_masks *out)
{
    __m128i all = _mm_setzero_si128();
    for (size_t b = 0; b < blocks; b++, bytes += SHY_CSV_BLOCK) {
        __m128i v[4];
        for (unsigned i = 0; i < 4; i++) {
            v[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
            all = _mm_or_si128(all, v[i]);
        }
        out[b].quote = equal_sse2(v, '"');
        out[b].inside = shy_prefix_xor(out[b].quote);
        out[b].delimiter = equal_sse2(v, (char)delimiter);
        out[b].lf = equal_sse2(v, '\n');
        out[b].cr = equal_sse2(v, '\r');
        out[b].nul = equal_sse2(v, '\0');
    }
    return _mm_movemask_epi8(all) != 0;
}

/* Compiled for what the build machine need not have; called only where the processor has it. */
#define AVX2 __attribute__((__target__("avx2,bmi,bmi2,pclmul")))

AVX2 static inline uint64_t equal_avx2(__m256i low, __m256i high, char c)
{
    __m256i wanted = _mm256_set1_epi8(c);
    unsigned first = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
    unsigned second = (unsigned)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
    return first | (uint64_t)second << 32;
}

/* A product without carries by all ones is the running parity. */
AVX2 static inline uint64_t parity_avx2(uint64_t bits)
{
    __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8((char)0xff), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

AVX2 static bool classify_avx2(const unsigned char *bytes, size_t blocks, unsigned char delimiter,
                               struct shy_csv_masks *out)
{
    __m256i all = _mm256_setzero_si256();
    for (size_t b = 0; b < blocks; b++, bytes += SHY_CSV_BLOCK) {
        __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
        __m256i high = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + 32));
        all = _mm256_or_si256(all, _mm256_or_si256(low, high));
        out[b].quote = equal_avx2(low, high, '"');
        out[b].inside = parity_avx2(out[b].quote);
        out[b].delimiter = equal_avx2(low, high, (char)delimiter);
        out[b].lf = equal_avx2(low, high, '\n');
        out[b].cr = equal_avx2(low, high, '\r');
        out[b].nul = equal_avx2(low, high, '\0');
    }
    return _mm256_movemask_epi8(all) != 0;
}

#endif

static struct shy_csv_kernel kernels[] = {
    {"scalar", SHY_CSV_PLAIN, classify_scalar, true},
#if defined(__x86_64__)
    {"sse2", SHY_CSV_SSE2, classify_sse2, true},
    {"avx2", SHY_CSV_AVX2, classify_avx2, false},
#endif
};

enum { KERNELS = sizeof kernels / sizeof kernels[0] };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const struct shy_csv_kernel *chosen = &kernels[0];

static void choose(void)
{
    /* For tests, and for the case that a processor's answer is doubted. */
    const char *forced = getenv("SHIHYO_FORCE_SCALAR");
#if defined(__x86_64__)
    __builtin_cpu_init();
    kernels[KERNELS - 1].usable =
        __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("pclmul") != 0 &&
        __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0 &&
        __builtin_cpu_supports("popcnt") != 0;
#endif
    if (forced != NULL && forced[0] != '\0' && strcmp(forced, "0") != 0)
        return;
    for (size_t i = 0; i < KERNELS; i++) {
        if (kernels[i].usable)
            chosen = &kernels[i];
    }
}

const struct shy_csv_kernel *shy_csv_kernels(size_t *count)
{
    (void)pthread_once(&once, choose);
    *count = KERNELS;
    return kernels;
}

shy_csv_classify *shy_csv_classifier(void)
{
    (void)pthread_once(&once, choose);
    return chosen->classify;
}

enum shy_csv_level shy_csv_chosen_level(void)
{
    (void)pthread_once(&once, choose);
    return chosen->level;
}
