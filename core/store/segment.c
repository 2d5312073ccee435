/* SPDX-License-Identifier: MIT */
/*
 * Rows are gathered per contract until a segment is full, so that the segments depend on the rows
 * and their order only, not on the batches they came in, and memory is bounded by one segment per
 * contract.
 */
#include "config.h"

#include "core/store/segment.h"

#include <stdlib.h>
#include <string.h>

/* Writing a segment ---------------------------------------------------------------------- */

/* One buffer serves all blobs of a delivery: each is bound and written before the next. */
static int reserve_bytes(struct shy_store_writer *w, size_t size, struct shihyo_error *err)
{
    if (size > w->byte_capacity &&
        !shy_grow_((void **)&w->bytes, &w->byte_capacity, size, sizeof *w->bytes))
        return shy_fail_nomem(err);
    return 0;
}

/* A text of a segment's dictionary and the number it had while rows were gathered. */
struct entry {
    const char *text;
    uint32_t length, number;
};

/* Bytes, not a locale's order: the same rows give the same file on every machine. */
static int by_bytes(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    size_t shorter = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, shorter);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Entries in the order of their bytes, and the column's numbers changed to that order: what is
 * written does not depend on the order in which the texts came. */
static int sort_entries(struct shy_gathered *column, size_t rows, struct entry **out,
                        struct shihyo_error *err)
{
    size_t count = column->dict.count;
    struct entry *entries = shy_alloc(count, sizeof *entries);
    uint32_t *place = shy_alloc(count, sizeof *place);
    *out = entries;
    if (entries == NULL || place == NULL) {
        shy_free(place);
        return shy_fail_nomem(err);
    }
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct entry){column->dict.keys[i], column->dict.lengths[i], (uint32_t)i};
    qsort(entries, count, sizeof *entries, by_bytes);
    for (size_t i = 0; i < count; i++)
        place[entries[i].number] = (uint32_t)i;
    for (size_t i = 0; i < rows; i++) {
        if (column->state[i] == SHIHYO_STATE_OK)
            column->data[i] = place[column->data[i]];
    }
    shy_free(place);
    return 0;
}

/* A dictionary is written in parts of about a chunk's size, so that reading one needs no more
 * memory than reading a chunk, and SQLite's limit on a value stays far away. */
static int insert_part(struct shy_store *store, const struct shy_gathering *g, const char *name,
                       int64_t dictionary, const struct entry *entries, size_t first, size_t count,
                       size_t size, struct shihyo_error *err)
{
    struct shy_store_writer *w = store->writer;
    size_t head = (count + 1) * sizeof(uint32_t), at = 0;
    SHY_TRY(reserve_bytes(w, head + size, err));
    for (size_t i = 0; i <= count; i++) {
        uint32_t offset = (uint32_t)at;
        memcpy(w->bytes + i * sizeof offset, &offset, sizeof offset);
        if (i == count)
            break;
        memcpy(w->bytes + head + at, entries[first + i].text, entries[first + i].length);
        at += entries[first + i].length;
    }
    const int64_t numbers[] = {(int64_t)first, (int64_t)count};
    uint64_t checksum =
        shy_chunk_checksum(g->contract->id, name, numbers, 2, w->bytes, head + size);
    (void)sqlite3_bind_int64(w->part, 1, dictionary);
    (void)sqlite3_bind_int64(w->part, 2, (int64_t)first);
    (void)sqlite3_bind_int64(w->part, 3, (int64_t)count);
    (void)sqlite3_bind_int64(w->part, 4, (int64_t)checksum);
    (void)sqlite3_bind_blob64(w->part, 5, w->bytes, head + size, SQLITE_STATIC);
    return shy_database_run(&store->db, w->part, err);
}

/* Each segment has dictionaries of its own, so that it is read, and removed with its delivery,
 * without a look at any other. */
static int insert_dictionary(struct shy_store *store, const struct shy_gathering *g,
                             struct shy_gathered *column, int64_t segment, int64_t *dictionary,
                             struct shihyo_error *err)
{
    struct shy_store_writer *w = store->writer;
    struct entry *entries = NULL;
    size_t count = column->dict.count;
    (void)sqlite3_bind_int64(w->dictionary, 1, segment);
    shy_database_bind_text(w->dictionary, 2, g->contract->id);
    shy_database_bind_text(w->dictionary, 3, column->def->name);
    (void)sqlite3_bind_int64(w->dictionary, 4, (int64_t)count);
    SHY_TRY(shy_database_run(&store->db, w->dictionary, err));
    *dictionary = sqlite3_last_insert_rowid(store->db.handle);
    int code = sort_entries(column, g->rows, &entries, err);
    for (size_t first = 0; first < count && code == 0;) {
        size_t size = entries[first].length, end = first + 1;
        while (end < count && size + entries[end].length < SHY_CHUNK_BYTES)
            size += entries[end++].length;
        code = insert_part(store, g, column->def->name, *dictionary, entries, first, end - first,
                           size, err);
        first = end;
    }
    shy_free(entries);
    return code;
}

/* A column of the segment: packed values, then states where any is not OK, both under one checksum
 * with everything that says how to unpack them. */
static int insert_chunk(struct shy_store *store, const struct shy_gathering *g,
                        struct shy_gathered *column, int64_t segment, struct shihyo_error *err)
{
    struct shy_store_writer *w = store->writer;
    bool texts = shy_store_has_texts(column->def->type);
    int64_t dictionary = 0;
    if (texts)
        SHY_TRY(insert_dictionary(store, g, column, segment, &dictionary, err));
    const uint8_t *state = column->states ? column->state : NULL;
    struct shy_packing packing = shy_packing_of(column->data, state, g->rows);
    size_t size = shy_packed_size(packing.bits, g->rows);
    size_t states = state == NULL ? 0 : shy_packed_size(SHY_CHUNK_STATE_BITS, g->rows);
    SHY_TRY(reserve_bytes(w, size + states + 1, err));
    shy_pack_values(packing, column->data, state, g->rows, w->bytes);
    if (state != NULL)
        shy_pack_states(state, g->rows, w->bytes + size);
    /* In the order of the columns of `chunks`, and of is_sound in read.c: both sides hash them. */
    const int64_t numbers[] = {
        0, (int64_t)g->rows, SHY_CHUNK_PACKED, packing.bits, packing.base, state != NULL, texts};
    uint64_t checksum =
        shy_chunk_checksum(g->contract->id, column->def->name, numbers,
                           sizeof numbers / sizeof numbers[0], w->bytes, size + states);
    (void)sqlite3_bind_int64(w->chunk, 1, segment);
    shy_database_bind_text(w->chunk, 2, column->def->name);
    for (int i = 0; i < 6; i++)
        (void)sqlite3_bind_int64(w->chunk, 3 + i, numbers[i]);
    if (texts)
        (void)sqlite3_bind_int64(w->chunk, 9, dictionary);
    else
        (void)sqlite3_bind_null(w->chunk, 9);
    (void)sqlite3_bind_int64(w->chunk, 10, (int64_t)checksum);
    (void)sqlite3_bind_blob64(w->chunk, 11, w->bytes, size + states, SQLITE_STATIC);
    return shy_database_run(&store->db, w->chunk, err);
}

static int insert_segment(struct shy_store *store, const struct shy_gathering *g, int64_t *segment,
                          struct shihyo_error *err)
{
    struct shy_store_writer *w = store->writer;
    struct shy_text columns = {0};
    for (size_t i = 0; i < g->column_count; i++)
        shy_text_addf(&columns, "%s%s", i == 0 ? "" : ",", g->columns[i].def->name);
    if (columns.failed) {
        shy_text_free(&columns);
        return shy_fail_nomem(err);
    }
    struct shy_store_segment s = {.delivery = w->delivery,
                                  .sequence = g->segments,
                                  .rows = (int64_t)g->rows,
                                  .columns = shy_text_get(&columns)};
    (void)sqlite3_bind_int64(w->segment, 1, s.delivery);
    shy_database_bind_text(w->segment, 2, g->contract->id);
    (void)sqlite3_bind_int64(w->segment, 3, s.partition);
    (void)sqlite3_bind_null(w->segment, 4);
    (void)sqlite3_bind_int64(w->segment, 5, s.class);
    (void)sqlite3_bind_int64(w->segment, 6, s.sequence);
    (void)sqlite3_bind_int64(w->segment, 7, s.rows);
    shy_database_bind_text(w->segment, 8, s.columns);
    (void)sqlite3_bind_int64(w->segment, 9,
                             (int64_t)shy_store_segment_checksum(g->contract->id, &s));
    int code = shy_database_run(&store->db, w->segment, err);
    *segment = sqlite3_last_insert_rowid(store->db.handle);
    shy_text_free(&columns);
    return code;
}

int shy_gathering_flush(struct shy_store *store, struct shy_gathering *g, struct shihyo_error *err)
{
    int64_t segment = 0;
    if (g->rows == 0)
        return 0;
    SHY_TRY(insert_segment(store, g, &segment, err));
    for (size_t i = 0; i < g->column_count; i++) {
        SHY_TRY(insert_chunk(store, g, &g->columns[i], segment, err));
        shy_map_free(&g->columns[i].dict);
        g->columns[i].states = false;
    }
    g->segments++;
    g->written += (int64_t)g->rows;
    g->rows = 0;
    return 0;
}

/* Gathering ------------------------------------------------------------------------------ */

static void free_columns(struct shy_gathering *g)
{
    for (size_t i = 0; i < g->column_count; i++) {
        shy_free(g->columns[i].data);
        shy_free(g->columns[i].state);
        shy_map_free(&g->columns[i].dict);
    }
    shy_free(g->columns);
    g->columns = NULL;
    g->column_count = g->rows = g->capacity = 0;
}

void shy_gathering_free(struct shy_gathering *g)
{
    free_columns(g);
    shy_free(g->months);
    g->months = NULL;
}

/* By name: the tables of two sources of a declared contract have two definitions of it. */
static bool same_columns(const struct shy_gathering *g, const struct shy_table *rows)
{
    bool same = g->column_count == rows->column_count;
    for (size_t i = 0; same && i < g->column_count; i++)
        same = strcmp(g->columns[i].def->name, rows->columns[i].def->name) == 0;
    return same;
}

static int take_columns(struct shy_gathering *g, const struct shy_table *rows,
                        struct shihyo_error *err)
{
    free_columns(g);
    g->columns = shy_alloc(rows->column_count, sizeof *g->columns);
    if (g->columns == NULL)
        return shy_fail_nomem(err);
    g->column_count = rows->column_count;
    for (size_t i = 0; i < g->column_count; i++)
        g->columns[i].def = rows->columns[i].def;
    return 0;
}

/* Doubling up to a segment; the memory serves all segments of the contract. */
static int reserve_rows(struct shy_gathering *g, size_t rows, struct shihyo_error *err)
{
    size_t wanted = g->capacity < 1024 ? 1024 : g->capacity;
    if (rows <= g->capacity)
        return 0;
    while (wanted < rows)
        wanted *= 2;
    for (size_t i = 0; i < g->column_count; i++) {
        int64_t *data = shy_realloc(g->columns[i].data, wanted, sizeof *data);
        if (data == NULL)
            return shy_fail_nomem(err);
        g->columns[i].data = data;
        uint8_t *state = shy_realloc(g->columns[i].state, wanted, sizeof *state);
        if (state == NULL)
            return shy_fail_nomem(err);
        g->columns[i].state = state;
    }
    g->capacity = wanted;
    return 0;
}

/* seen[number of the table's dictionary] is our number plus one: every text is looked up once a
 * batch, not once a row. */
static int gather_texts(struct shy_gathered *to, size_t at, const struct shy_table_column *from,
                        size_t first, size_t count, struct shihyo_error *err)
{
    uint32_t *seen = shy_alloc(from->dict.count, sizeof *seen);
    if (seen == NULL)
        return shy_fail_nomem(err);
    int code = 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        to->data[at + i] = 0;
        if (from->state[first + i] != SHIHYO_STATE_OK)
            continue;
        uint64_t number = (uint64_t)from->data[first + i];
        SHY_BUG_ON(number >= from->dict.count);
        if (seen[number] == 0) {
            uint32_t ours =
                shy_map_add(&to->dict, from->dict.keys[number], from->dict.lengths[number]);
            if (ours == SHY_MAP_NONE)
                code = shy_fail_nomem(err);
            seen[number] = ours + 1;
        }
        to->data[at + i] = (int64_t)seen[number] - 1;
    }
    shy_free(seen);
    return code;
}

static int gather(struct shy_gathering *g, const struct shy_table *rows, size_t first, size_t count,
                  struct shihyo_error *err)
{
    SHY_TRY(reserve_rows(g, g->rows + count, err));
    for (size_t i = 0; i < g->column_count; i++) {
        struct shy_gathered *to = &g->columns[i];
        const struct shy_table_column *from = &rows->columns[i];
        memcpy(to->state + g->rows, from->state + first, count);
        for (size_t k = 0; k < count && !to->states; k++)
            to->states = from->state[first + k] != SHIHYO_STATE_OK;
        if (shy_store_has_texts(to->def->type))
            SHY_TRY(gather_texts(to, g->rows, from, first, count, err));
        else
            memcpy(to->data + g->rows, from->data + first, count * sizeof *to->data);
    }
    g->rows += count;
    return 0;
}

/* Sorted insertion from the end: rows mostly come in the order of months. */
int shy_gathering_month(struct shy_gathering *g, int32_t month, int64_t rows,
                        struct shihyo_error *err)
{
    size_t i = g->month_count;
    while (i > 0 && g->months[i - 1].month >= month)
        i--;
    if (i == g->month_count || g->months[i].month != month) {
        if (!SHY_GROW(g->months, g->month_count, g->month_capacity))
            return shy_fail_nomem(err);
        memmove(&g->months[i + 1], &g->months[i], (g->month_count - i) * sizeof *g->months);
        g->months[i] = (struct shy_month_rows){month, 0};
        g->month_count++;
    }
    g->months[i].rows += rows;
    return 0;
}

static int count_months(struct shy_gathering *g, const struct shy_table *rows,
                        struct shihyo_error *err)
{
    int column = shy_table_role(rows, SHY_ROLE_MONTH);
    if (column < 0)
        return 0;
    const struct shy_table_column *c = &rows->columns[column];
    for (size_t i = 0; i < rows->rows; i++) {
        if (c->state[i] == SHIHYO_STATE_OK)
            SHY_TRY(shy_gathering_month(g, (int32_t)c->data[i], 1, err));
    }
    return 0;
}

int shy_gathering_append(struct shy_store *store, struct shy_gathering *g,
                         const struct shy_table *rows, struct shihyo_error *err)
{
    /* A segment has one list of columns; the empty batch that makes a contract known has all of
     * them, those with rows what the plugin offers. */
    if (!same_columns(g, rows)) {
        SHY_TRY(shy_gathering_flush(store, g, err));
        SHY_TRY(take_columns(g, rows, err));
    }
    SHY_TRY(count_months(g, rows, err));
    for (size_t first = 0; first < rows->rows;) {
        size_t room = SHY_CHUNK_ROWS - g->rows, left = rows->rows - first;
        size_t count = left < room ? left : room;
        SHY_TRY(gather(g, rows, first, count, err));
        first += count;
        if (g->rows == SHY_CHUNK_ROWS)
            SHY_TRY(shy_gathering_flush(store, g, err));
    }
    return 0;
}
