/* SPDX-License-Identifier: MIT */
/*
 * The bytes of the store's chunks (docs/store.md, "Chunks"): integers packed to the width their
 * range needs, states to four bits, dictionaries as offsets and texts. Nothing here knows SQLite,
 * and nothing read is believed: every function that decodes says whether the bytes make sense.
 * Thread-safe.
 */
#ifndef SHY_STORE_CHUNK_H
#define SHY_STORE_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SHY_CHUNK_PACKED = 1,         /* the only encoding so far */
    SHY_CHUNK_ROWS = 1 << 16,     /* of a segment as written: at 8 bytes a chunk is 512 KiB */
    SHY_CHUNK_BYTES = 512 * 1024, /* about what a chunk or a dictionary's part holds */
    SHY_CHUNK_STATE_BITS = 4,
};

/* value = base + the unsigned number of `bits` bits; bits is 0, 1, 2, 4, 8, 16, 32 or 64. */
struct shy_packing {
    int64_t base;
    uint32_t bits;
};

/* The narrowest packing. state NULL = all OK; only OK and PARTIAL have values. */
struct shy_packing shy_packing_of(const int64_t *values, const uint8_t *state, size_t count);
size_t shy_packed_size(uint32_t bits, size_t count);
/* out has shy_packed_size bytes; where there is no value the bits are zero. */
void shy_pack_values(struct shy_packing packing, const int64_t *values, const uint8_t *state,
                     size_t count, unsigned char *out);
/* false where bits is not a width; bytes must hold shy_packed_size bytes. */
bool shy_unpack_values(struct shy_packing packing, const unsigned char *bytes, size_t count,
                       int64_t *values);
void shy_pack_states(const uint8_t *state, size_t count, unsigned char *out);
/* false where a state is not one of enum shihyo_state. */
bool shy_unpack_states(const unsigned char *bytes, size_t count, uint8_t *state);

/* A dictionary's part: count + 1 offsets (32 bits, little-endian), then the texts. */
bool shy_texts_at(const unsigned char *bytes, size_t size, size_t count, size_t i,
                  const char **text, size_t *length);

/* What is known of a chunk besides its bytes goes into its checksum, so that a damaged number
 * beside sound bytes is found as well. */
uint64_t shy_chunk_checksum(const char *contract, const char *column, const int64_t *numbers,
                            size_t count, const void *bytes, size_t size);

#endif
