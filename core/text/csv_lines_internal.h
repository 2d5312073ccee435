/* SPDX-License-Identifier: MIT */
/* Between csv_lines.c, which reads lines of any make, and csv_lines_short.c, which reads those that
 * most files are made of. */
#ifndef SHY_TEXT_CSV_LINES_INTERNAL_H
#define SHY_TEXT_CSV_LINES_INTERNAL_H

#include "core/base/mem.h"
#include "core/text/csv_lines.h"
#include "core/text/csv_look.h"

struct shy_csv_lines {
    struct shy_csv_dialect dialect;
    enum shy_csv_bytes bytes;
    shy_csv_classify *classify;

    const unsigned char *data;
    size_t at, stop, end; /* the next line; lines that begin before stop are ours */
    bool complete;
    int64_t line;

    /* The chunk: whole lines from data[chunk]. Marks are offsets from there, `ends` the numbers
     * of those marks that end a line. */
    size_t chunk, chunk_size;
    uint32_t *marks, *ends, *bads;
    size_t capacity; /* bytes of a chunk that the tables have room for */
    size_t end_count, bad_count;
    size_t next_end, next_bad; /* taken so far */
    uint32_t start;            /* of the next line in the chunk */
    bool quotes, high;

    /* Fields that had to be decoded, valid until the next batch. */
    struct shy_arena scratch;
    /* Of a single record. */
    uint32_t *wanted;
    struct shihyo_field *fields;
    size_t wanted_capacity, field_capacity;

    /* Of the record before, as it stands in the file: its repeating fields. */
    struct shihyo_field *heads;
    size_t head_capacity;
    uint32_t *places; /* of the short way: ends of a line's fields, counted from its begin */
    size_t place_capacity;
};

/* Takes lines from l->at on, as long as they are sound, have the fields expected, and are made of
 * nothing that needs a closer look. What ends it is left to csv_lines.c. */
int shy_csv_lines_short(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                        struct shihyo_error *err);

#endif
