/* SPDX-License-Identifier: MIT */
/* Identity of definitions, packs and files: BLAKE2b-256 (libsodium), as 64 hex digits.
 * Checksums of chunks: XXH3-64; short keys that stand for longer ones: XXH3-128. Thread-safe. */
#ifndef SHY_BASE_HASH_H
#define SHY_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

#define SHY_HASH_TEXT 65

void shy_hash_bytes(const void *bytes, size_t length, char out[SHY_HASH_TEXT]);
int shy_hash_file(const char *path, char out[SHY_HASH_TEXT], int64_t *size,
                  struct shihyo_error *err);
void shy_hash_short(const void *bytes, size_t length, unsigned char out[16]); /* BLAKE2b-128 */
/* Of a file so large that BLAKE2b would be felt: BLAKE2b-256 of its size and its XXH3-128. Tells
 * files from each other; not meant against someone who makes two files of one hash. */
int shy_hash_large_file(const char *path, char out[SHY_HASH_TEXT], int64_t *size,
                        struct shihyo_error *err);
uint64_t shy_checksum(const void *bytes, size_t length);

struct shy_key {
    uint64_t low, high;
};
struct shy_key shy_hash_key(const void *bytes, size_t length);

#endif
