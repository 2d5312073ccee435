/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a segment of person-level rows: a head, a directory of parts, the parts (docs/
 * store.md, "Bundles"). bundle_pack.c writes them, bundle.c reads them and believes nothing.
 * Nothing here knows SQLite. Thread-safe.
 */
#ifndef SHY_STORE_BUNDLE_H
#define SHY_STORE_BUNDLE_H

#include "core/store/segments.h"

enum {
    SHY_BUNDLE_MAGIC = 0x42796873, /* "shyB" */
    SHY_BUNDLE_ROWS = 1 << 19,     /* about as many rows a bundle has at most */
    SHY_BUNDLE_PARTS = 128,
    SHY_BUNDLE_ALIGN = 8,
    SHY_BUNDLE_SLACK = 64,
};

/* What a part holds. */
enum {
    SHY_PART_COLUMN = 0, /* values of the column at `place` in the segment's list */
    SHY_PART_PERSON = 1, /* local numbers */
    SHY_PART_RUNS = 2,   /* how many rows each run has */
    SHY_PART_CLAIMS = 3, /* hashes of claims, sorted; engines do not read them */
};

#define SHY_PART_PER_RUN 1u /* one value for each run, not for each row */
#define SHY_PART_DELTA 2u   /* differences to the value before; never negative, all OK */
#define SHY_PART_FEW 4u     /* a few values stand apart, in full */

/* As in the file, little-endian. */
struct shy_bundle_head {
    uint32_t magic, parts, rows, runs; /* runs = 0: every value belongs to one row */
    uint64_t size, checksum;           /* of all bytes; over the segment, head and directory */
};
struct shy_bundle_part {
    uint8_t kind, place, flags;
    uint8_t bits;       /* of a packed value: 0, 1, 2, 4, or whole bytes up to 64 */
    uint8_t state_bits; /* of a packed state; 0 = all OK */
    uint8_t width;      /* bytes of a value as the engine gets it: 0, 1, 2, 4, 8 */
    uint16_t few;       /* values that stand apart */
    int64_t base;       /* DELTA: the least difference */
    int64_t start;      /* DELTA: the first value; else as base */
    uint32_t offset, size;
    uint64_t checksum; /* of the part's bytes */
};

/* A bundle being read: bytes may be only its beginning. */
struct shy_bundle {
    struct shy_bundle_head head;
    const struct shy_bundle_part *parts;
};

size_t shy_bundle_values(const struct shy_bundle *b, const struct shy_bundle_part *part);

/* Bytes of head and directory, 0 where that is no bundle; size >= sizeof(struct shy_bundle_head).
 */
size_t shy_bundle_directory(const void *bytes, size_t size);
/* Checks head and directory against the segment's checksum (which says what segment it is), its
 * rows and the size of the whole. bytes: aligned to 8, as long as shy_bundle_directory said, and
 * valid as long as *out. */
bool shy_bundle_open(const void *bytes, uint64_t segment, int64_t rows, size_t size,
                     struct shy_bundle *out);
/* NULL where there is none. */
const struct shy_bundle_part *shy_bundle_part(const struct shy_bundle *b, int kind, int place);
bool shy_bundle_sound(const struct shy_bundle_part *part, const void *bytes);

/* Is the part, as it lies in the file, what an engine may read? */
bool shy_bundle_in_place(const struct shy_bundle_part *part);
/* Values of a part as unsigned numbers of `width` bytes above part->start; one for each of the
 * part's values. width: the part's, or more. out has room for them. false: not sound. */
bool shy_bundle_decode(const struct shy_bundle *b, const struct shy_bundle_part *part,
                       const unsigned char *bytes, uint32_t width, void *out);
/* The greatest of unsigned numbers of `width` bytes. */
uint64_t shy_bundle_most(const void *values, uint32_t width, size_t count);
/* States of a part with state_bits > 0, one for each of the part's values. */
bool shy_bundle_states(const struct shy_bundle *b, const struct shy_bundle_part *part,
                       const unsigned char *bytes, uint8_t *out);
/* From one for each run to one for each row: `lengths` sum up to the rows. Behind the rows `to` has
 * SHY_BUNDLE_SLACK bytes that may be written. */
void shy_bundle_expand(const struct shy_bundle *b, const uint32_t *lengths, uint32_t width,
                       const void *from, void *to);

/* A packed segment: one bundle, more where there are very many rows. */
struct shy_packed_bundle {
    unsigned char *bytes;
    size_t size, rows;
};
struct shy_packed_segment {
    const struct shy_contract *contract;
    uint32_t partition, class;
    int32_t month;
    char *columns; /* "person,month,item" */
    struct shy_packed_bundle *bundles;
    size_t count;
};
/* The directory's checksum needs to know the segment: set when it is written. */
void shy_bundle_seal(struct shy_packed_bundle *bundle, uint64_t segment);

#endif
