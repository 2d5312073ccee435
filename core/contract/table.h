/* SPDX-License-Identifier: MIT */
/*
 * Rows of one contract in memory, in columns: what passes between plugins, import, store, examples
 * and the naive evaluator. Every value is an int64 with a state byte; codes, texts and periods
 * are numbers of the column's own dictionary. Threads: readers may share a table.
 */
#ifndef SHY_CONTRACT_TABLE_H
#define SHY_CONTRACT_TABLE_H

#include <shihyo/arrow.h>

#include "core/base/map.h"
#include "core/contract/contract.h"

struct shy_table_column {
    const struct shy_column *def;
    int64_t *data;
    uint8_t *state; /* enum shihyo_state; data is meaningful when OK */
    struct shy_map dict;
};

struct shy_table {
    const struct shy_contract *contract;
    struct shy_table_column *columns; /* in the contract's order; the wanted ones only */
    size_t column_count;
    size_t rows, capacity;
};

/* names: the columns wanted (any order), NULL = all. The state column of a measure is not a
 * column of its own here. */
int shy_table_new(const struct shy_contract *contract, const char *const *names, size_t count,
                  struct shy_table **out, struct shihyo_error *err);
void shy_table_free(struct shy_table *t);
/* Index of a column by name or role, or -1 where it is not in the table. */
int shy_table_column(const struct shy_table *t, const char *name);
int shy_table_role(const struct shy_table *t, enum shy_role role);

/* Room for more rows, so that adding them cannot fail. */
int shy_table_reserve(struct shy_table *t, size_t more, struct shihyo_error *err);
/* Rows and dictionaries as they are; the contract is shared. */
int shy_table_copy(const struct shy_table *from, struct shy_table **out, struct shihyo_error *err);

/* Adds a row of MISSING values; its number to *row. */
int shy_table_add_row(struct shy_table *t, size_t *row, struct shihyo_error *err);
int shy_table_set_text(struct shy_table *t, size_t row, int column, const char *text, size_t length,
                       struct shihyo_error *err); /* CODE, TEXT, PERIOD */
void shy_table_set_int(struct shy_table *t, size_t row, int column, int64_t value);
void shy_table_set_state(struct shy_table *t, size_t row, int column, enum shihyo_state state);
/* Text of a CODE, TEXT or PERIOD value; NULL where the state is not OK. */
const char *shy_table_text(const struct shy_table *t, size_t row, int column);
/* A value that is there as a person would write it, to out[size], size >= 48: "2024-10", "12.50".
 * Not for messages about person-level contracts. */
void shy_table_value_text(const struct shy_table *t, size_t row, int column, char *out,
                          size_t size);

/* Appends a batch. schema: a struct whose children are the columns by name (types as docs/
 * plugin-api.md says; NAME_state beside a column); other children are passed over. Checks types
 * (SHY_E_CONTRACT_TYPE) and the arrays themselves (SHY_E_PLUGIN_STREAM), not constraints: a month
 * that is none becomes -1, which shy_table_check_row rejects. On failure no row is added. */
int shy_table_append_arrow(struct shy_table *t, const struct ArrowSchema *schema,
                           const struct ArrowArray *batch, struct shihyo_error *err);
/* Turns a table into a stream of batches of at most 65536 rows and takes it over (also on
 * failure). The columns come in the order of names, each once and in the table; NULL = the
 * table's order. A measure is followed by its state column. The table's contract must stay valid
 * until the stream is released. */
int shy_table_take_arrow(struct shy_table *t, const char *const *names, size_t count,
                         struct ArrowArrayStream *out, struct shihyo_error *err);
/* The rows of a stream that shy_table_take_arrow made and nobody has read from yet, without copying
 * them: what shy_table_append_arrow would make of it, with the columns of the contract. The stream
 * is only to be released then. NULL where it is another's, has other columns than names in that
 * order, or holds a text that would be refused: then it is to be read as any stream. */
struct shy_table *shy_table_from_own(struct ArrowArrayStream *stream,
                                     const struct shy_contract *contract, const char *const *names,
                                     size_t count);
/* A stream over a copy of the rows, for tests and for show --format arrow. */
int shy_table_to_arrow(const struct shy_table *t, struct ArrowArrayStream *out,
                       struct shihyo_error *err);
/* Arrow format string of a column type ("u", "l", "d:18,4" …); static. */
const char *shy_arrow_format(const struct shy_column *column);

/* Marks every row that shy_table_check_row rejects: bad[row] = 1, the others 0. Each text of a
 * dictionary is looked at once, not once a row. */
int shy_table_mark_bad(const struct shy_table *t, uint8_t *bad, struct shihyo_error *err);
/* Checks one row against the contract: nulls, value lists, ranges. On failure err says which
 * column; the value is left out for person-level contracts. */
int shy_table_check_row(const struct shy_table *t, size_t row, struct shihyo_error *err);

#endif
