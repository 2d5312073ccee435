/* SPDX-License-Identifier: MIT */
/*
 * Headers of government tables: one or more rows whose labels stand over several columns, the
 * cells merged or left empty. Columns are found by their labels, never by their place.
 *
 * A column's path is its labels from top to bottom, made comparable (normalise.h) and joined by
 * '|'. An empty cell of any row but the last takes the label at its left where all labels above
 * agree; an empty cell of the last row means that the label above is the column's own.
 */
#ifndef SHY_TEXT_HEADER_H
#define SHY_TEXT_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"

int shy_header_new(struct shihyo_header **out, struct shihyo_error *err);
void shy_header_free(struct shihyo_header *header);
/* Adds the next row, from top to bottom. */
int shy_header_row(struct shihyo_header *header, const struct shihyo_field *cells, size_t count,
                   struct shihyo_error *err);
/*
 * The column whose path is wanted, or ends in it ("65歳以上", "男|65歳以上"); where there is none,
 * the one of which the same holds without the mark 再掲. SHY_E_HEADER_MISSING with the nearest
 * labels, SHY_E_HEADER_TWICE with the paths to choose from. Columns are counted from 0.
 */
int shy_header_find(struct shihyo_header *header, const char *wanted, size_t *column,
                    struct shihyo_error *err);
size_t shy_header_count(const struct shihyo_header *header);
/* Path of a column, "" where it has none; NULL when memory ran out. Valid until the next row. */
const char *shy_header_path(struct shihyo_header *header, size_t column);
/* Does the column repeat part of another (再掲)? Sums must leave it out. */
bool shy_header_repeated(struct shihyo_header *header, size_t column);

/* For a table with one row of labels. */
int shy_find_column(const struct shihyo_field *labels, size_t count, const char *wanted,
                    size_t *column, struct shihyo_error *err);

#endif
