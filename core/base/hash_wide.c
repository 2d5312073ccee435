/* SPDX-License-Identifier: MIT */
/* The hash of large blocks once more, for processors with AVX2: half the time. The header makes its
 * code for what the compiler may use where it is included, hence a file of its own. */
#include "core/base/hash_wide.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC target("avx2")
#define WIDE 1
#else
#define WIDE 0
#endif

#define XXH_INLINE_ALL
#include <xxhash.h>

bool shy_hash_wide_usable(void)
{
#if WIDE
    return __builtin_cpu_supports("avx2") != 0;
#else
    return false;
#endif
}

void shy_hash_wide(const void *bytes, size_t length, uint64_t out[2])
{
    XXH128_hash_t hash = XXH3_128bits(bytes, length);
    out[0] = hash.low64;
    out[1] = hash.high64;
}
