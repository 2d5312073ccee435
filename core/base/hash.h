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
/* Of a file so large that BLAKE2b would be felt: BLAKE2b-256 of its size and the XXH3-128 of each
 * of its blocks. Tells files from each other; not meant against someone who makes two files of one
 * hash. */
#define SHY_HASH_BLOCK ((size_t)256 * 1024) /* the last may be shorter */
struct shy_block_hash {
    unsigned char bytes[16];
};
void shy_hash_block(const void *bytes, size_t length, struct shy_block_hash *out);
size_t shy_hash_block_count(int64_t size);
void shy_hash_of_blocks(int64_t size, const struct shy_block_hash *blocks, char out[SHY_HASH_TEXT]);
/* Reads the blocks i for which have[i] is 0 (NULL: all). SHY_E_FILE_IO where the file has not the
 * size. */
int shy_hash_read_blocks(const char *path, int64_t size, const unsigned char *have,
                         struct shy_block_hash *blocks, struct shihyo_error *err);
/* Files whose blocks are hashed while somebody reads them. */
struct shy_hashed_file {
    const char *path;
    int64_t size;
    struct shy_block_hash *blocks;
    _Atomic unsigned char *done; /* of each block */
};
struct shy_hashed_files {
    struct shy_hashed_file *files;
    size_t count;
};
/* As files were known before there were blocks: of the XXH3-128 of the whole. */
int shy_hash_whole_file(const char *path, char out[SHY_HASH_TEXT], int64_t *size,
                        struct shihyo_error *err);
uint64_t shy_checksum(const void *bytes, size_t length);

struct shy_key {
    uint64_t low, high;
};
struct shy_key shy_hash_key(const void *bytes, size_t length);

#endif
