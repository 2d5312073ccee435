/* SPDX-License-Identifier: MIT */
/*
 * Arrow batches. All columns of a batch stand in one block of memory, which goes back to its
 * stream's pool when the batch is released: a stream of a hundred million rows then allocates a
 * handful of blocks. A batch may outlive its stream.
 */
#include <stdlib.h>

#include "kdb.h"

enum { BITMAP = KDB_ROWS / 8, SPARES = 4, FIRST_TEXT = 64 * 1024 };

struct kdb_pool {
    _Atomic size_t users;
    _Atomic(struct kdb_block *) spare[SPARES];
};

struct kdb_block {
    struct kdb_pool *pool;
    size_t size, used; /* of columns */
    char *columns;
    size_t at[KDB_MOST_COLUMNS]; /* where a column begins: its bitmap, then its values */
    int64_t nulls[KDB_MOST_COLUMNS];
    char *text;
    size_t text_used, text_size;
    int64_t text_sizes[1]; /* the last buffer of a "vu" array */
    struct ArrowArray children[KDB_MOST_COLUMNS];
    struct ArrowArray *child_list[KDB_MOST_COLUMNS];
    const void *buffers[KDB_MOST_COLUMNS][4];
    const void *none[1];
};

/* Pools ------------------------------------------------------------------------------------ */

struct kdb_pool *kdb_pool_new(void)
{
    struct kdb_pool *pool = calloc(1, sizeof *pool);
    if (pool != NULL)
        atomic_init(&pool->users, 1);
    return pool;
}

static void free_block(struct kdb_block *b)
{
    if (b == NULL)
        return;
    free(b->columns);
    free(b->text);
    free(b);
}

void kdb_pool_leave(struct kdb_pool *pool)
{
    if (pool == NULL || atomic_fetch_sub(&pool->users, 1) != 1)
        return;
    for (size_t i = 0; i < SPARES; i++)
        free_block(atomic_load(&pool->spare[i]));
    free(pool);
}

static struct kdb_block *take_block(struct kdb_pool *pool)
{
    struct kdb_block *b = NULL;
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

static void give_block(struct kdb_block *b)
{
    struct kdb_pool *pool = b->pool;
    for (size_t i = 0; i < SPARES; i++) {
        struct kdb_block *nothing = NULL;
        if (atomic_compare_exchange_strong(&pool->spare[i], &nothing, b)) {
            b = NULL;
            break;
        }
    }
    free_block(b);
    kdb_pool_leave(pool);
}

/* Filling ---------------------------------------------------------------------------------- */

static size_t width_of(const struct kdb_def *def)
{
    switch (def->type) {
    case KDB_MONTH:
        return sizeof(int32_t);
    case KDB_INT:
        return sizeof(int64_t);
    default:
        return sizeof(struct kdb_view);
    }
}

bool kdb_batch_begin(struct kdb_batch *batch, struct kdb_pool *pool)
{
    size_t need = 0;
    struct kdb_block *b = batch->block = take_block(pool);
    batch->rows = 0;
    if (b == NULL)
        return false;
    for (size_t i = 0; i < batch->column_count; i++) {
        b->at[i] = need;
        b->nulls[i] = 0;
        need += BITMAP + KDB_ROWS * width_of(batch->columns[i]);
    }
    if (b->size < need) {
        free(b->columns);
        b->columns = malloc(need);
        b->size = b->columns == NULL ? 0 : need;
    }
    if (need > 0 && b->columns == NULL) {
        kdb_batch_drop(batch);
        return false;
    }
    b->text_used = 0;
    for (size_t i = 0; i < batch->column_count; i++)
        memset(b->columns + b->at[i], 0xff, BITMAP);
    return true;
}

void kdb_batch_drop(struct kdb_batch *batch)
{
    if (batch->block != NULL)
        give_block(batch->block);
    batch->block = NULL;
}

static void *values(struct kdb_batch *batch, size_t column)
{
    return batch->block->columns + batch->block->at[column] + BITMAP;
}

struct kdb_view *kdb_views(struct kdb_batch *batch, size_t column)
{
    return (struct kdb_view *)values(batch, column) + batch->rows;
}

int32_t *kdb_months(struct kdb_batch *batch, size_t column)
{
    return (int32_t *)values(batch, column) + batch->rows;
}

int64_t *kdb_ints(struct kdb_batch *batch, size_t column)
{
    return (int64_t *)values(batch, column) + batch->rows;
}

void kdb_set_null(struct kdb_batch *batch, size_t column, size_t row)
{
    unsigned char *bits = (unsigned char *)batch->block->columns + batch->block->at[column];
    bits[row >> 3] &= (unsigned char)~(1u << (row & 7));
    batch->block->nulls[column]++;
}

bool kdb_put_long(struct kdb_batch *batch, struct kdb_view *view, const char *text, size_t length)
{
    struct kdb_block *b = batch->block;
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

static bool get_bit(const unsigned char *bits, size_t i)
{
    return (bits[i >> 3] >> (i & 7) & 1) != 0;
}

bool kdb_is_null(const struct kdb_batch *batch, size_t column, size_t row)
{
    const struct kdb_block *b = batch->block;
    return !get_bit((const unsigned char *)b->columns + b->at[column], row);
}

struct shihyo_field kdb_view_text(const struct kdb_batch *batch, const struct kdb_view *view)
{
    const char *text =
        view->length <= 12 ? (const char *)view + 4 : batch->block->text + view->offset;
    return (struct shihyo_field){text, (size_t)view->length};
}

/* Moves the rows of one column that stay to the front. */
static void compact_column(struct kdb_batch *batch, size_t column, size_t first, size_t count,
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

void kdb_batch_compact(struct kdb_batch *batch, size_t first, size_t count, const uint32_t *bad)
{
    size_t kept = 0;
    for (size_t c = 0; c < batch->column_count; c++)
        compact_column(batch, c, first, count, bad);
    for (size_t i = 0; i < count; i++)
        kept += bad[i] == 0;
    batch->rows = first + kept;
}

/* Handing over ----------------------------------------------------------------------------- */

static void release_child(struct ArrowArray *child)
{
    child->release = NULL;
}

/* Children a reader has moved away keep their buffers only as long as the batch: the interface
 * lets a producer say so by one release for all. */
static void release_batch(struct ArrowArray *array)
{
    struct kdb_block *b = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++) {
        if (array->children[i]->release != NULL)
            array->children[i]->release(array->children[i]);
    }
    array->release = NULL;
    give_block(b);
}

static void fill_child(struct kdb_batch *batch, size_t i)
{
    struct kdb_block *b = batch->block;
    bool text = width_of(batch->columns[i]) == sizeof(struct kdb_view);
    b->buffers[i][0] = b->nulls[i] > 0 ? b->columns + b->at[i] : NULL;
    b->buffers[i][1] = values(batch, i);
    b->buffers[i][2] = b->text != NULL ? b->text : (const void *)"";
    b->buffers[i][3] = b->text_sizes;
    b->children[i] = (struct ArrowArray){
        .length = (int64_t)batch->rows,
        .null_count = b->nulls[i],
        .n_buffers = text ? 4 : 2,
        .buffers = b->buffers[i],
        .release = release_child,
    };
    b->child_list[i] = &b->children[i];
}

bool kdb_batch_finish(struct kdb_batch *batch, struct ArrowArray *out)
{
    struct kdb_block *b = batch->block;
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
    return true;
}

/* Schema ----------------------------------------------------------------------------------- */

struct schema_memory {
    struct ArrowSchema children[KDB_MOST_COLUMNS];
    struct ArrowSchema *list[KDB_MOST_COLUMNS];
};

static void release_schema_child(struct ArrowSchema *child)
{
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

bool kdb_make_schema(const struct kdb_def *const *columns, size_t count, struct ArrowSchema *out)
{
    struct schema_memory *m = calloc(1, sizeof *m);
    if (m == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        m->children[i] = (struct ArrowSchema){
            .format = columns[i]->type == KDB_MONTH ? "i"
                      : columns[i]->type == KDB_INT ? "l"
                                                    : "vu",
            .name = columns[i]->name,
            .flags = ARROW_FLAG_NULLABLE,
            .release = release_schema_child,
        };
        m->list[i] = &m->children[i];
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
