/* SPDX-License-Identifier: MIT */
/*
 * Lines of a range of delimited text, many at once: what stands behind csv_batch. A line is a
 * record, whatever quotes are open, so that a broken line is told and passed over, and a file can
 * be cut at any line. The text is taken in chunks of whole lines, so that no record goes from one
 * chunk to the next; only the wanted fields are looked at.
 *
 * Every byte is still checked: quotes, NUL and the encoding. A reader belongs to one thread at a
 * time.
 */
#ifndef SHY_TEXT_CSV_LINES_H
#define SHY_TEXT_CSV_LINES_H

#include "core/text/csv_scan.h"

struct shy_csv_lines;

/* NULL when out of memory. bytes: SHY_CSV_UTF8 or SHY_CSV_CP932. */
struct shy_csv_lines *shy_csv_lines_new(const struct shy_csv_dialect *dialect,
                                        enum shy_csv_bytes bytes);
void shy_csv_lines_free(struct shy_csv_lines *l);

/* Starts at data[begin], where a line begins; lines that begin before `stop` are read, data ends
 * before `end`. complete: nothing follows. line: the number of the line at begin. */
void shy_csv_lines_range(struct shy_csv_lines *l, const unsigned char *data, size_t begin,
                         size_t stop, size_t end, int64_t line, bool complete);

/* The next records; batch->count = 0 at the end of the range or, where more is to follow, when the
 * range holds no further whole line. */
int shy_csv_lines_next(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                       struct shihyo_error *err);

/* The next record with all its fields; one that is broken is an error. */
int shy_csv_lines_one(struct shy_csv_lines *l, const struct shihyo_field **fields, size_t *count,
                      struct shihyo_error *err);

size_t shy_csv_lines_at(const struct shy_csv_lines *l);
int64_t shy_csv_lines_line(const struct shy_csv_lines *l); /* of the next line */

/* Where the first line at or after offset begins; size if none does. */
size_t shy_csv_line_begin(const unsigned char *data, size_t size, size_t offset);

#endif
