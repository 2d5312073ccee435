/* SPDX-License-Identifier: MIT */
/*
 * Arrow batches for plugins whose tables have millions of rows: columns that a plugin fills itself,
 * in memory that goes round. Where rows are few host->builder is simpler. Compiled into every
 * plugin that uses it, as common.h.
 *
 * A batch belongs to one thread while it is being filled; released it may be from any.
 */
#ifndef PLUGINS_BATCH_H
#define PLUGINS_BATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <shihyo/plugin.h>

enum {
    BATCH_COLUMNS = 16, /* of a contract */
    /* So few that a batch is still in the processor's second cache when it is read. */
    BATCH_ROWS = 4096,
};

/* A month stands in a batch as yyyymm, a date as days since 1970-01-01. */
enum column_type { COLUMN_CODE, COLUMN_TEXT, COLUMN_MONTH, COLUMN_DATE, COLUMN_INT };

struct column_def {
    const char *name;
    enum column_type type;
    bool shared; /* neighbouring rows often have the same value: the lines of a receipt */
};

/* Of Arrow's "vu": a text of up to 12 bytes stands in it, a longer one in the data buffer. */
struct batch_view {
    int32_t length;
    char prefix[4];
    int32_t buffer, offset;
};

struct batch_block;
struct batch_pool;

/* The columns of one batch while it is being filled; its memory goes to the Arrow array. */
struct batch {
    const struct column_def *const *columns;
    size_t column_count;
    struct batch_block *block;
    size_t rows;
    /* Runs of rows that have the same values in all shared columns, where the batch is begun with
     * `in_runs`: those columns have one value for each run, and are given run-end encoded. */
    bool in_runs;
    size_t runs;
};

struct batch_pool *batch_pool_new(void);
void batch_pool_leave(struct batch_pool *pool); /* the last of stream and batches frees it */

/* false: out of memory. */
bool batch_begin(struct batch *batch, struct batch_pool *pool);
void batch_drop(struct batch *batch);
/* Hands the rows over to out; cannot fail. */
void batch_finish(struct batch *batch, struct ArrowArray *out);
bool batch_make_schema(const struct column_def *const *columns, size_t count,
                       struct ArrowSchema *out);
bool batch_make_schema_in_runs(const struct column_def *const *columns, size_t count,
                               struct ArrowSchema *out);

/* Places of the next row (of a shared column of a batch in runs: run) and later ones; validity bits
 * are set beforehand, a null clears its own. */
struct batch_view *batch_views(struct batch *batch, size_t column);
int32_t *batch_months(struct batch *batch, size_t column); /* of dates, too */
int64_t *batch_ints(struct batch *batch, size_t column);
bool batch_is_null(const struct batch *batch, size_t column, size_t row);
/* What a view stands for. */
struct shihyo_field batch_view_text(const struct batch *batch, const struct batch_view *view);
/* What stands in a row that is filled, of a batch that is not in runs: of a code or text, and of a
 * month, date or whole number. */
struct shihyo_field batch_text_at(const struct batch *batch, size_t column, size_t row);
int64_t batch_number_at(const struct batch *batch, size_t column, size_t row);
void batch_set_null(struct batch *batch, size_t column, size_t row);
/* Row `row` (or run) gets what the one before it has. */
void batch_repeat(struct batch *batch, size_t column, size_t row);
/* Nothing in the next `count` rows (or runs). */
void batch_put_nulls(struct batch *batch, size_t column, size_t count);
/* Where the runs from the next on end, counted in rows of the batch. */
int32_t *batch_run_ends(struct batch *batch);
/* A text of more than 12 bytes; false: out of memory. */
bool batch_put_long(struct batch *batch, struct batch_view *view, const char *text, size_t length);
/* Any text, as the next row's. false: out of memory. */
bool batch_put_text(struct batch *batch, size_t column, const char *text, size_t length);
/* Takes back the rows from `rows` on, where a run begins. */
void batch_rewind(struct batch *batch, size_t rows);
/* Removes the rows from `first` on, where a run begins, whose `bad` is not 0; count of them
 * before. */
void batch_compact(struct batch *batch, size_t first, size_t count, const uint32_t *bad);

#endif
