/* SPDX-License-Identifier: MIT */
/*
 * Delimited text files, read record by record: what stands behind csv_open and its sisters of
 * struct shihyo_text_services. UTF-8 and CP932 are read from the mapped file in place, all other
 * encodings are converted in a window that holds at least one record. A reader belongs to one
 * thread at a time.
 */
#ifndef SHY_TEXT_CSV_H
#define SHY_TEXT_CSV_H

#include <shihyo/plugin.h>

#include "core/base/error.h"
#include "core/base/mem.h"

/* options may be NULL. *out is freed by shy_csv_close. */
int shy_csv_open(const char *path, const struct shihyo_csv_options *options,
                 struct shihyo_csv **out, struct shihyo_error *err);

/* The same of bytes in memory, which must stay; name stands for the file in messages. */
int shy_csv_open_bytes(const char *name, const void *bytes, size_t size,
                       const struct shihyo_csv_options *options, struct shihyo_csv **out,
                       struct shihyo_error *err);

/* *count = 0 at the end. After a failure every further call fails in the same way. */
int shy_csv_next(struct shihyo_csv *csv, const struct shihyo_field **fields, size_t *count,
                 struct shihyo_error *err);
int shy_csv_batch(struct shihyo_csv *csv, struct shihyo_csv_batch *batch, struct shihyo_error *err);
int64_t shy_csv_line(const struct shihyo_csv *csv);
void shy_csv_close(struct shihyo_csv *csv);

/* Appends a field as RFC 4180 writes it, after a comma where it is not the first. */
void shy_csv_cell(struct shy_text *out, const char *text, bool first);

/* "UTF-8", "CP932", …: what the file is read as. */
const char *shy_csv_encoding(const struct shihyo_csv *csv);

#endif
