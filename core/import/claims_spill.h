/* SPDX-License-Identifier: MIT */
/*
 * Bytes put aside by partition while rows are read, and read back partition by partition. What
 * fits in memory stays there; the rest is in a file beside the store that has no name from the
 * moment it is made, so that it is gone with the process. It holds rows about persons: nobody else
 * may read it. Threads: each writes through a writer of its own.
 */
#ifndef SHY_IMPORT_CLAIMS_SPILL_H
#define SHY_IMPORT_CLAIMS_SPILL_H

#include <stdatomic.h>

#include "core/base/error.h"

#define SHY_SPILL_BLOCK (128 * 1024)
#define SHY_SPILL_KINDS 8

/* A full block, in memory or at a place of the writer's file. */
struct shy_spill_block {
    uint8_t *bytes; /* NULL: in the file */
    int64_t offset;
    uint32_t length;
};
/* What its writer has said last in the open block, so that what follows is told by differences. */
struct shy_spill_section {
    bool begun; /* false at the begin of a block */
    int kind;
    uint32_t split;
    int64_t month, row;
};
struct shy_spill_part {
    uint8_t *open; /* SHY_SPILL_BLOCK bytes */
    uint32_t used;
    struct shy_spill_section section;
    int64_t pieces[SHY_SPILL_KINDS];
    struct shy_spill_block *blocks;
    size_t count, capacity;
};
struct shy_spill_writer {
    struct shy_spill_part *parts;
    int fd; /* -1: no file yet */
    int64_t written;
};
struct shy_spill {
    char *directory;
    struct shy_spill_writer *writers;
    size_t writer_count;
    uint32_t parts;
    _Atomic int64_t kept, keep_most; /* bytes in memory */
};

/* beside: a file in whose directory there is room. keep_most: bytes of full blocks kept in memory,
 * over all writers. */
int shy_spill_open(struct shy_spill *s, const char *beside, size_t writers, uint32_t parts,
                   int64_t keep_most, struct shihyo_error *err);
void shy_spill_close(struct shy_spill *s);

/* Room for `most` bytes (at most a block) in one piece, in *out; shy_spill_end says how many it
 * became. */
int shy_spill_begin(struct shy_spill *s, size_t writer, uint32_t part, size_t most,
                    struct shy_spill_part **open, uint8_t **out, struct shihyo_error *err);
static inline void shy_spill_end(struct shy_spill_part *open, const uint8_t *end)
{
    enum { LINE = 64 };
    open->used = (uint32_t)(end - open->open);
    /* The next piece of this part comes many pieces later. */
    __builtin_prefetch(end + LINE, 1);
    __builtin_prefetch(end + 2 * LINE, 1);
    open->pieces[open->section.kind]++;
}

/* Bytes of a part, over all writers. */
int64_t shy_spill_size(const struct shy_spill *s, uint32_t part);
/* How many pieces of a kind were begun and ended. */
int64_t shy_spill_pieces(const struct shy_spill *s, uint32_t part, int kind);
/* Calls visit with every block of the part, each beginning and ending with whole pieces. room:
 * SHY_SPILL_BLOCK bytes for what is in the file; the bytes visited are valid until visit returns.
 * Parts may be read at the same time, and again. */
int shy_spill_read(const struct shy_spill *s, uint32_t part, uint8_t *room,
                   int (*visit)(void *arg, size_t writer, const uint8_t *bytes, size_t length,
                                struct shihyo_error *err),
                   void *arg, struct shihyo_error *err);
/* Gives the part's memory back. */
void shy_spill_drop(struct shy_spill *s, uint32_t part);

#endif
