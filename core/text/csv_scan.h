/* SPDX-License-Identifier: MIT */
/*
 * Records and fields of a range of delimited text in memory (RFC 4180 with LF, CR and CR LF).
 *
 * The text is classified in chunks of 16 KiB by csv_simd.h into marks (delimiters and record ends
 * outside quotes), then records are put together from the marks. Fields point into the range;
 * only what must be decoded or unescaped is copied. A quote may stand only at the start and the
 * end of a field and, doubled, within a quoted one; everything else is refused where it stands.
 *
 * A file may be read by several scanners at once, one per range; shy_csv_boundary finds where
 * ranges may be parted. A scanner belongs to one thread at a time.
 */
#ifndef SHY_TEXT_CSV_SCAN_H
#define SHY_TEXT_CSV_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct shy_csv_dialect {
    unsigned char delimiter; /* ASCII */
    bool no_quotes;
    uint64_t max_record; /* bytes */
    uint32_t max_fields;
};

/* Checks the delimiter; a value that is 0 becomes the default: comma, 16 MiB, 16384. */
int shy_csv_dialect_check(struct shy_csv_dialect *dialect, struct shihyo_error *err);

/* What is known of the bytes. Of CP932 the structure can be seen without decoding as long as the
 * delimiter is below 0x40: the second byte of a character is never lower. */
enum shy_csv_bytes {
    SHY_CSV_VALID, /* UTF-8, checked already */
    SHY_CSV_UTF8,  /* to be checked */
    SHY_CSV_CP932, /* to be decoded */
};

struct shy_csv_scanner;

/* NULL when out of memory. */
struct shy_csv_scanner *shy_csv_scanner_new(const struct shy_csv_dialect *dialect,
                                            enum shy_csv_bytes bytes);
void shy_csv_scanner_free(struct shy_csv_scanner *scanner);

/* Starts at data[begin], where a record begins, which is on the given line. The range ends before
 * data[end]; complete: nothing follows it. data must stay; offsets in messages count from it. */
void shy_csv_scanner_range(struct shy_csv_scanner *scanner, const unsigned char *data, size_t begin,
                           size_t end, int64_t line, bool complete);

/* The next record. *count = 0 at the end of the range, or, where more is to follow, when the
 * range holds no further whole record; shy_csv_scanner_at is then where the rest begins. */
int shy_csv_scanner_next(struct shy_csv_scanner *scanner, const struct shihyo_field **fields,
                         size_t *count, struct shihyo_error *err);

size_t shy_csv_scanner_at(const struct shy_csv_scanner *scanner);
int64_t shy_csv_scanner_line(const struct shy_csv_scanner *scanner); /* of the last record */
int64_t shy_csv_scanner_next_line(const struct shy_csv_scanner *scanner);

/*
 * The first record boundary at or after offset in data[begin..end), end if there is none. begin
 * must be one, on line *line; *line becomes the line of the result. It has to see all bytes from
 * begin on, since whether a line break ends a record depends on the quotes before it.
 */
size_t shy_csv_boundary(const struct shy_csv_dialect *dialect, const unsigned char *data,
                        size_t begin, size_t end, size_t offset, int64_t *line);

#endif
