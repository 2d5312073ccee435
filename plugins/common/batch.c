/* SPDX-License-Identifier: MIT */
/*
 * Arrow batches. All columns of a batch stand in one block of memory, which goes back to its
 * stream's pool when the batch is released: a stream of a hundred million rows then allocates a
 * handful of blocks. A batch may outlive its stream.
 */
#include "common/batch.h"

#include <stdlib.h>

enum { BITMAP = BATCH_ROWS / 8, SPARES = 4, FIRST_TEXT = 64 * 1024 };

struct batch_pool {
    _Atomic size_t users;
    _Atomic(struct batch_block *) spare[SPARES];
};

struct batch_block {
    struct batch_pool *pool;
    size_t size, used; /* of columns */
    char *columns;
    size_t at[BATCH_COLUMNS]; /* where a column begins: its bitmap, then its values */
    int64_t nulls[BATCH_COLUMNS];
    char *text;
    size_t text_used, text_size;
    int64_t text_sizes[1]; /* the last buffer of a "vu" array */
    struct ArrowArray children[BATCH_COLUMNS];
    struct ArrowArray *child_list[BATCH_COLUMNS];
    const void *buffers[BATCH_COLUMNS][4];
    const void *none[1];
    /* Of batches in runs: where they end, whether they are to be removed, and the arrays that the
     * interface puts between a column and its values. */
    int32_t *run_ends;
    uint32_t *run_bad;
    const void *end_buffers[2];
    struct ArrowArray inner[BATCH_COLUMNS][2];
    struct ArrowArray *inner_list[BATCH_COLUMNS][2];
};

/* Pools ------------------------------------------------------------------------------------ */

struct batch_pool *batch_pool_new(void)
{
    struct batch_pool *pool = calloc(1, sizeof *pool);
    if (pool != NULL)
        atomic_init(&pool->users, 1);
    return pool;
}

static void free_block(struct batch_block *b)
{
    if (b == NULL)
        return;
    free(b->columns);
    free(b->text);
    free(b->run_ends);
    free(b->run_bad);
    free(b);
}

void batch_pool_leave(struct batch_pool *pool)
{
    if (pool == NULL || atomic_fetch_sub(&pool->users, 1) != 1)
        return;
    for (size_t i = 0; i < SPARES; i++)
        free_block(atomic_load(&pool->spare[i]));
    free(pool);
}

static struct batch_block *take_block(struct batch_pool *pool)
{
    struct batch_block *b = NULL;
    for (size_t i = 0; b == NULL && i < SPARES; i++)
        b = atomic_exchange(&pool->spare[i], NULL);
    if (b == NULL)
        b = calloc(1, sizeof *b);
    if (b != NULL) {
        b->pool = pool;
        (void)atomic_fetch_add(&pool->users, 1);
    }
    return b;
}

static void give_block(struct batch_block *b)
{
    struct batch_pool *pool = b->pool;
    for (size_t i = 0; i < SPARES; i++) {
        struct batch_block *nothing = NULL;
        if (atomic_compare_exchange_strong(&pool->spare[i], &nothing, b)) {
            b = NULL;
            break;
        }
    }
    free_block(b);
    batch_pool_leave(pool);
}

/* Filling ---------------------------------------------------------------------------------- */

static size_t width_of(const struct column_def *def)
{
    switch (def->type) {
    case COLUMN_MONTH:
    case COLUMN_DATE:
        return sizeof(int32_t);
    case COLUMN_INT:
        return sizeof(int64_t);
    default:
        return sizeof(struct batch_view);
    }
}

static bool in_runs(const struct batch *batch, size_t column)
{
    return batch->in_runs && batch->columns[column]->shared;
}

static bool make_runs(struct batch_block *b)
{
    if (b->run_ends == NULL)
        b->run_ends = malloc(BATCH_ROWS * sizeof *b->run_ends);
    if (b->run_bad == NULL)
        b->run_bad = malloc(BATCH_ROWS * sizeof *b->run_bad);
    return b->run_ends != NULL && b->run_bad != NULL;
}

bool batch_begin(struct batch *batch, struct batch_pool *pool)
{
    size_t need = 0;
    struct batch_block *b = batch->block = take_block(pool);
    batch->rows = batch->runs = 0;
    if (b == NULL)
        return false;
    for (size_t i = 0; i < batch->column_count; i++) {
        b->at[i] = need;
        b->nulls[i] = 0;
        need += BITMAP + BATCH_ROWS * width_of(batch->columns[i]);
    }
    if (b->size < need) {
        free(b->columns);
        b->columns = malloc(need);
        b->size = b->columns == NULL ? 0 : need;
    }
    if ((need > 0 && b->columns == NULL) || (batch->in_runs && !make_runs(b))) {
        batch_drop(batch);
        return false;
    }
    b->text_used = 0;
    for (size_t i = 0; i < batch->column_count; i++)
        memset(b->columns + b->at[i], 0xff, BITMAP);
    return true;
}

void batch_drop(struct batch *batch)
{
    if (batch->block != NULL)
        give_block(batch->block);
    batch->block = NULL;
}

static void *values(struct batch *batch, size_t column)
{
    return batch->block->columns + batch->block->at[column] + BITMAP;
}

static const void *filled(const struct batch *batch, size_t column)
{
    return batch->block->columns + batch->block->at[column] + BITMAP;
}

static size_t next_place(const struct batch *batch, size_t column)
{
    return in_runs(batch, column) ? batch->runs : batch->rows;
}

struct batch_view *batch_views(struct batch *batch, size_t column)
{
    return (struct batch_view *)values(batch, column) + next_place(batch, column);
}

int32_t *batch_months(struct batch *batch, size_t column)
{
    return (int32_t *)values(batch, column) + next_place(batch, column);
}

int64_t *batch_ints(struct batch *batch, size_t column)
{
    return (int64_t *)values(batch, column) + next_place(batch, column);
}

struct shihyo_field batch_text_at(const struct batch *batch, size_t column, size_t row)
{
    return batch_view_text(batch, (const struct batch_view *)filled(batch, column) + row);
}

int64_t batch_number_at(const struct batch *batch, size_t column, size_t row)
{
    const void *all = filled(batch, column);
    return batch->columns[column]->type == COLUMN_INT ? ((const int64_t *)all)[row]
                                                      : ((const int32_t *)all)[row];
}

int32_t *batch_run_ends(struct batch *batch)
{
    return batch->block->run_ends + batch->runs;
}

void batch_set_null(struct batch *batch, size_t column, size_t row)
{
    unsigned char *bits = (unsigned char *)batch->block->columns + batch->block->at[column];
    bits[row >> 3] &= (unsigned char)~(1u << (row & 7));
    batch->block->nulls[column]++;
}

void batch_repeat(struct batch *batch, size_t column, size_t row)
{
    size_t width = width_of(batch->columns[column]);
    char *at = (char *)values(batch, column) + row * width;
    memcpy(at, at - width, width);
    if (batch_is_null(batch, column, row - 1))
        batch_set_null(batch, column, row);
}

void batch_put_nulls(struct batch *batch, size_t column, size_t count)
{
    struct batch_block *b = batch->block;
    unsigned char *bits = (unsigned char *)b->columns + b->at[column];
    size_t first = next_place(batch, column), width = width_of(batch->columns[column]);
    memset((char *)values(batch, column) + first * width, 0, count * width);
    for (size_t i = first; i < first + count;) {
        if ((i & 7) == 0 && first + count - i >= 8) {
            bits[i >> 3] = 0;
            i += 8;
        } else {
            bits[i >> 3] &= (unsigned char)~(1u << (i & 7));
            i++;
        }
    }
    b->nulls[column] += (int64_t)count;
}

bool batch_put_long(struct batch *batch, struct batch_view *view, const char *text, size_t length)
{
    struct batch_block *b = batch->block;
    if (b->text_size - b->text_used < length) {
        size_t size = b->text_size == 0 ? FIRST_TEXT : b->text_size * 2;
        while (size - b->text_used < length)
            size *= 2;
        /* Offsets are 32 bits. A batch of rows as long as that is none. */
        char *larger = size > INT32_MAX ? NULL : realloc(b->text, size);
        if (larger == NULL)
            return false;
        b->text = larger;
        b->text_size = size;
    }
    memcpy(b->text + b->text_used, text, length);
    view->length = (int32_t)length;
    memcpy(view->prefix, text, sizeof view->prefix);
    view->buffer = 0;
    view->offset = (int32_t)b->text_used;
    b->text_used += length;
    return true;
}

bool batch_put_text(struct batch *batch, size_t column, const char *text, size_t length)
{
    struct batch_view *view = batch_views(batch, column);
    *view = (struct batch_view){.length = (int32_t)length};
    if (length > 12)
        return batch_put_long(batch, view, text, length);
    memcpy((char *)view + sizeof view->length, text, length);
    return true;
}

static bool get_bit(const unsigned char *bits, size_t i)
{
    return (bits[i >> 3] >> (i & 7) & 1) != 0;
}

bool batch_is_null(const struct batch *batch, size_t column, size_t row)
{
    const struct batch_block *b = batch->block;
    return !get_bit((const unsigned char *)b->columns + b->at[column], row);
}

struct shihyo_field batch_view_text(const struct batch *batch, const struct batch_view *view)
{
    const char *text =
        view->length <= 12 ? (const char *)view + 4 : batch->block->text + view->offset;
    return (struct shihyo_field){text, (size_t)view->length};
}

static void rewind_column(struct batch *batch, size_t column, size_t first, size_t count)
{
    struct batch_block *b = batch->block;
    unsigned char *bits = (unsigned char *)b->columns + b->at[column];
    for (size_t i = first; i < first + count && i < BATCH_ROWS; i++) {
        b->nulls[column] -= !get_bit(bits, i);
        bits[i >> 3] |= (unsigned char)(1u << (i & 7));
    }
}

void batch_rewind(struct batch *batch, size_t rows)
{
    size_t run = batch->runs;
    while (batch->in_runs && run > 0 && (size_t)batch->block->run_ends[run - 1] > rows)
        run--;
    /* With what was begun of the next row. */
    for (size_t c = 0; c < batch->column_count; c++) {
        if (in_runs(batch, c))
            rewind_column(batch, c, run, batch->runs - run + 1);
        else
            rewind_column(batch, c, rows, batch->rows - rows + 1);
    }
    batch->runs = run;
    batch->rows = rows;
}

/* Moves the rows of one column that stay to the front. */
static void compact_column(struct batch *batch, size_t column, size_t first, size_t count,
                           const uint32_t *bad)
{
    unsigned char *bits = (unsigned char *)batch->block->columns + batch->block->at[column];
    size_t width = width_of(batch->columns[column]), to = first;
    char *at = values(batch, column);
    for (size_t i = 0; i < count; i++) {
        bool valid = get_bit(bits, first + i);
        unsigned char mask = (unsigned char)(1u << (to & 7));
        if (bad[i] != 0) {
            batch->block->nulls[column] -= !valid;
            continue;
        }
        memmove(at + to * width, at + (first + i) * width, width);
        bits[to >> 3] = (unsigned char)(valid ? bits[to >> 3] | mask : bits[to >> 3] & ~mask);
        to++;
    }
    /* What was behind is free again: rows yet to come find their bits set. */
    for (; to < first + count; to++)
        bits[to >> 3] |= (unsigned char)(1u << (to & 7));
}

/* Shortens the runs from row `first` on, and removes those of which nothing is left. */
static void compact_runs(struct batch *batch, size_t first, const uint32_t *bad)
{
    struct batch_block *b = batch->block;
    size_t run = batch->runs, row = first, kept = first;
    while (run > 0 && (size_t)b->run_ends[run - 1] > first)
        run--;
    size_t first_run = run, runs = batch->runs - run, to = run;
    for (; run < batch->runs; run++) {
        size_t before = kept;
        for (; row < (size_t)b->run_ends[run]; row++)
            kept += bad[row - first] == 0;
        b->run_bad[run - first_run] = kept == before;
        b->run_ends[to] = (int32_t)kept;
        to += kept > before;
    }
    for (size_t c = 0; c < batch->column_count; c++) {
        if (in_runs(batch, c))
            compact_column(batch, c, first_run, runs, b->run_bad);
    }
    batch->runs = to;
}

void batch_compact(struct batch *batch, size_t first, size_t count, const uint32_t *bad)
{
    size_t kept = 0;
    for (size_t c = 0; c < batch->column_count; c++) {
        if (!in_runs(batch, c))
            compact_column(batch, c, first, count, bad);
    }
    if (batch->in_runs)
        compact_runs(batch, first, bad);
    for (size_t i = 0; i < count; i++)
        kept += bad[i] == 0;
    batch->rows = first + kept;
}

/* Handing over ----------------------------------------------------------------------------- */

static void release_child(struct ArrowArray *child)
{
    child->release = NULL;
}

static void release_runs(struct ArrowArray *child)
{
    for (int64_t i = 0; i < child->n_children; i++) {
        if (child->children[i]->release != NULL)
            child->children[i]->release(child->children[i]);
    }
    child->release = NULL;
}

/* Children a reader has moved away keep their buffers only as long as the batch: the interface
 * lets a producer say so by one release for all. */
static void release_batch(struct ArrowArray *array)
{
    struct batch_block *b = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
    }
    array->release = NULL;
    give_block(b);
}

static void fill_child(struct batch *batch, size_t i)
{
    struct batch_block *b = batch->block;
    bool text = width_of(batch->columns[i]) == sizeof(struct batch_view), runs = in_runs(batch, i);
    struct ArrowArray *values_array = runs ? &b->inner[i][1] : &b->children[i];
    b->buffers[i][0] = b->nulls[i] > 0 ? b->columns + b->at[i] : NULL;
    b->buffers[i][1] = values(batch, i);
    b->buffers[i][2] = b->text != NULL ? b->text : (const void *)"";
    b->buffers[i][3] = b->text_sizes;
    *values_array = (struct ArrowArray){
        .length = (int64_t)(runs ? batch->runs : batch->rows),
        .null_count = b->nulls[i],
        .n_buffers = text ? 4 : 2,
        .buffers = b->buffers[i],
        .release = release_child,
    };
    b->child_list[i] = &b->children[i];
    if (!runs)
        return;
    b->end_buffers[1] = b->run_ends;
    b->inner[i][0] = (struct ArrowArray){
        .length = (int64_t)batch->runs,
        .n_buffers = 2,
        .buffers = b->end_buffers,
        .release = release_child,
    };
    b->inner_list[i][0] = &b->inner[i][0];
    b->inner_list[i][1] = &b->inner[i][1];
    b->children[i] = (struct ArrowArray){
        .length = (int64_t)batch->rows,
        .n_children = 2,
        .children = b->inner_list[i],
        .release = release_runs,
    };
}

void batch_finish(struct batch *batch, struct ArrowArray *out)
{
    struct batch_block *b = batch->block;
    b->text_sizes[0] = (int64_t)b->text_used;
    for (size_t i = 0; i < batch->column_count; i++)
        fill_child(batch, i);
    b->none[0] = NULL;
    *out = (struct ArrowArray){
        .length = (int64_t)batch->rows,
        .n_buffers = 1,
        .n_children = (int64_t)batch->column_count,
        .buffers = b->none,
        .children = b->child_list,
        .release = release_batch,
        .private_data = b,
    };
    batch->block = NULL;
}

/* Schema ----------------------------------------------------------------------------------- */

struct schema_memory {
    struct ArrowSchema children[BATCH_COLUMNS];
    struct ArrowSchema *list[BATCH_COLUMNS];
    struct ArrowSchema inner[BATCH_COLUMNS][2];
    struct ArrowSchema *inner_list[BATCH_COLUMNS][2];
};

static void release_schema_child(struct ArrowSchema *child)
{
    for (int64_t i = 0; i < child->n_children; i++) {
        if (child->children[i]->release != NULL)
            child->children[i]->release(child->children[i]);
    }
    child->release = NULL;
}

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (schema->children[i]->release != NULL)
            schema->children[i]->release(schema->children[i]);
    }
    free(schema->private_data);
    schema->release = NULL;
}

static struct ArrowSchema schema_of(const char *name, const char *format)
{
    return (struct ArrowSchema){.format = format,
                                .name = name,
                                .flags = ARROW_FLAG_NULLABLE,
                                .release = release_schema_child};
}

static const char *format_of(const struct column_def *def)
{
    static const char *const formats[] = {[COLUMN_CODE] = "vu",
                                          [COLUMN_TEXT] = "vu",
                                          [COLUMN_MONTH] = "i",
                                          [COLUMN_DATE] = "tdD",
                                          [COLUMN_INT] = "l"};
    return formats[def->type];
}

static bool make_schema(const struct column_def *const *columns, size_t count, bool runs,
                        struct ArrowSchema *out)
{
    struct schema_memory *m = calloc(1, sizeof *m);
    if (m == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        m->list[i] = &m->children[i];
        m->children[i] = schema_of(columns[i]->name, format_of(columns[i]));
        if (!runs || !columns[i]->shared)
            continue;
        m->children[i].format = "+r";
        m->inner[i][0] = schema_of("run_ends", "i");
        m->inner[i][0].flags = 0;
        m->inner[i][1] = schema_of("values", format_of(columns[i]));
        m->inner_list[i][0] = &m->inner[i][0];
        m->inner_list[i][1] = &m->inner[i][1];
        m->children[i].n_children = 2;
        m->children[i].children = m->inner_list[i];
    }
    *out = (struct ArrowSchema){
        .format = "+s",
        .name = "",
        .n_children = (int64_t)count,
        .children = m->list,
        .release = release_schema,
        .private_data = m,
    };
    return true;
}

bool batch_make_schema(const struct column_def *const *columns, size_t count,
                       struct ArrowSchema *out)
{
    return make_schema(columns, count, false, out);
}

bool batch_make_schema_in_runs(const struct column_def *const *columns, size_t count,
                               struct ArrowSchema *out)
{
    return make_schema(columns, count, true, out);
}
