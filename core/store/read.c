/* SPDX-License-Identifier: MIT */
/* Reading rows back, with every checksum compared and no number believed. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/contract_json.h"
#include "core/store/person_rows.h"
#include "core/store/superseded.h"
#include "core/store/segments_internal.h"
#include "core/store/store_internal.h"

/* Rows for which room is made before any is seen; of more, memory grows with what is there. */
enum { ROWS_AT_ONCE = 1 << 24 };

/* What is read of one contract. Where damage is found, problems (of shy_store_verify) gets it and
 * the reading goes on; without problems it ends. */
struct reader {
    struct shy_store *store;
    const struct shy_contract *contract;
    struct shy_table *table;
    struct shy_problems *problems;
    sqlite3_stmt *chunks, *dictionary, *parts;
    struct shy_person_rows *persons; /* of a person-level contract */
    bool told, several;              /* a register, told by several deliveries */
    int64_t *deliveries;             /* of a register's rows */
    size_t delivery_capacity;
    int64_t delivery;
    const char *source;
    int64_t expected_rows, rows; /* of the delivery */
    /* The dictionary read last: its numbers as numbers of the table's column. */
    int64_t translated;
    uint32_t *numbers;
    size_t number_count, number_capacity;
};

static int fail_damaged(const struct reader *r, const char *column, struct shihyo_error *err)
{
    if (column == NULL)
        (void)shy_database_damaged(&r->store->db, err,
                                   _("the rows of '%s', delivery %lld of source '%s'"),
                                   r->contract->id, (long long)r->delivery, r->source);
    else
        (void)shy_database_damaged(&r->store->db, err,
                                   _("the rows of '%s', delivery %lld of source '%s', column '%s'"),
                                   r->contract->id, (long long)r->delivery, r->source, column);
    if (column != NULL)
        shy_at_column(err, column);
    shy_hint(err, _("Import the source again with --force."));
    return SHY_E_STORE_DAMAGED;
}

/* Dictionaries --------------------------------------------------------------------------- */

static int add_texts(struct reader *r, struct shy_table_column *column, struct shihyo_error *err)
{
    sqlite3_stmt *row = r->parts;
    int64_t first = sqlite3_column_int64(row, 0), entries = sqlite3_column_int64(row, 1);
    size_t size = (size_t)sqlite3_column_bytes(row, 3);
    const unsigned char *bytes = sqlite3_column_blob(row, 3);
    const int64_t numbers[] = {first, entries};
    const char *name = column->def->name, *text;
    size_t length;
    if (first != (int64_t)r->number_count || entries <= 0 ||
        (uint64_t)entries > size / sizeof(uint32_t) ||
        shy_chunk_checksum(r->contract->id, name, numbers, 2, bytes, size) !=
            (uint64_t)sqlite3_column_int64(row, 2))
        return fail_damaged(r, name, err);
    for (size_t i = 0; i < (size_t)entries; i++) {
        if (!shy_texts_at(bytes, size, (size_t)entries, i, &text, &length))
            return fail_damaged(r, name, err);
        if (!SHY_GROW(r->numbers, r->number_count, r->number_capacity))
            return shy_fail_nomem(err);
        uint32_t number = shy_map_add(&column->dict, text, length);
        if (number == SHY_MAP_NONE)
            return shy_fail_nomem(err);
        r->numbers[r->number_count++] = number;
    }
    return 0;
}

/* A dictionary belongs to one segment, or (segment NULL) is shared by those of its contract. */
static int check_dictionary(struct reader *r, int64_t dictionary, int64_t segment,
                            const char *column, int64_t *entries, struct shihyo_error *err)
{
    bool row;
    (void)sqlite3_bind_int64(r->dictionary, 1, dictionary);
    SHY_TRY(shy_database_step(&r->store->db, r->dictionary, &row, err));
    bool good = row && strcmp(shy_database_text(r->dictionary, 1), r->contract->id) == 0 &&
                strcmp(shy_database_text(r->dictionary, 2), column) == 0 &&
                (sqlite3_column_type(r->dictionary, 0) == SQLITE_NULL ||
                 sqlite3_column_int64(r->dictionary, 0) == segment);
    if (row)
        *entries = sqlite3_column_int64(r->dictionary, 3);
    (void)sqlite3_reset(r->dictionary);
    return good ? 0 : fail_damaged(r, column, err);
}

static int read_dictionary(struct reader *r, int64_t dictionary, int64_t segment,
                           struct shy_table_column *column, struct shihyo_error *err)
{
    int64_t entries = 0;
    bool row = true;
    if (dictionary == r->translated)
        return 0;
    r->translated = 0;
    r->number_count = 0;
    SHY_TRY(check_dictionary(r, dictionary, segment, column->def->name, &entries, err));
    (void)sqlite3_bind_int64(r->parts, 1, dictionary);
    int code = 0;
    while (code == 0 && row) {
        code = shy_database_step(&r->store->db, r->parts, &row, err);
        if (code == 0 && row)
            code = add_texts(r, column, err);
    }
    (void)sqlite3_reset(r->parts);
    if (code == 0 && entries != (int64_t)r->number_count)
        code = fail_damaged(r, column->def->name, err);
    if (code == 0)
        r->translated = dictionary;
    return code;
}

/* From numbers of the segment's dictionary to those of the table's, which spans segments. */
static int translate(struct reader *r, struct shy_table_column *column, size_t at, size_t count,
                     struct shihyo_error *err)
{
    for (size_t i = at; i < at + count; i++) {
        if (column->state[i] != SHIHYO_STATE_OK)
            continue;
        if ((uint64_t)column->data[i] >= r->number_count)
            return fail_damaged(r, column->def->name, err);
        column->data[i] = r->numbers[column->data[i]];
    }
    return 0;
}

/* Chunks --------------------------------------------------------------------------------- */

struct chunk {
    int64_t first_row, rows, encoding, bits, base, states, dictionary;
    uint64_t checksum;
    const unsigned char *bytes;
    size_t size;
    bool has_dictionary;
};

static void get_chunk(sqlite3_stmt *row, struct chunk *c)
{
    *c = (struct chunk){
        .first_row = sqlite3_column_int64(row, 0),
        .rows = sqlite3_column_int64(row, 1),
        .encoding = sqlite3_column_int64(row, 2),
        .bits = sqlite3_column_int64(row, 3),
        .base = sqlite3_column_int64(row, 4),
        .states = sqlite3_column_int64(row, 5),
        .has_dictionary = sqlite3_column_type(row, 6) != SQLITE_NULL,
        .dictionary = sqlite3_column_int64(row, 6),
        .checksum = (uint64_t)sqlite3_column_int64(row, 7),
        .bytes = sqlite3_column_blob(row, 8),
        .size = (size_t)sqlite3_column_bytes(row, 8),
    };
}

/* The numbers are believed only once the checksum, which covers them, fits. */
static bool is_sound(const struct reader *r, const char *column, const struct chunk *c,
                     int64_t next_row, int64_t rows)
{
    const int64_t numbers[] = {c->first_row, c->rows,   c->encoding,      c->bits,
                               c->base,      c->states, c->has_dictionary};
    if (c->first_row != next_row || c->rows <= 0 || c->rows > rows - next_row ||
        c->encoding != SHY_CHUNK_PACKED || c->bits < 0 || c->bits > 64)
        return false;
    size_t states = c->states == 0 ? 0 : shy_packed_size(SHY_CHUNK_STATE_BITS, (size_t)c->rows);
    return c->size == shy_packed_size((uint32_t)c->bits, (size_t)c->rows) + states &&
           c->checksum == shy_chunk_checksum(r->contract->id, column, numbers,
                                             sizeof numbers / sizeof numbers[0], c->bytes, c->size);
}

static bool decode(const struct chunk *c, struct shy_table_column *column, size_t at)
{
    static const unsigned char nothing[1];
    const unsigned char *bytes = c->bytes == NULL ? nothing : c->bytes;
    struct shy_packing packing = {c->base, (uint32_t)c->bits};
    size_t rows = (size_t)c->rows;
    if (!shy_unpack_values(packing, bytes, rows, column->data + at))
        return false;
    memset(column->state + at, SHIHYO_STATE_OK, rows);
    return c->states == 0 ||
           shy_unpack_states(bytes + shy_packed_size(packing.bits, rows), rows, column->state + at);
}

static int read_chunk(struct reader *r, const struct shy_store_segment *s,
                      struct shy_table_column *column, size_t at, int64_t *next_row,
                      struct shihyo_error *err)
{
    struct chunk c;
    get_chunk(r->chunks, &c);
    bool texts = shy_store_has_texts(column->def->type);
    if (!is_sound(r, column->def->name, &c, *next_row, s->rows) || c.has_dictionary != texts)
        return fail_damaged(r, column->def->name, err);
    at += (size_t)c.first_row;
    if (!decode(&c, column, at))
        return fail_damaged(r, column->def->name, err);
    *next_row += c.rows;
    if (!texts)
        return 0;
    SHY_TRY(read_dictionary(r, c.dictionary, s->segment, column, err));
    return translate(r, column, at, (size_t)c.rows, err);
}

/* Is name in the list "a,b,c"? A column that the segment was written without reads as MISSING,
 * which is what lets a contract grow by a column. */
static bool has_name(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *p = list; p != NULL; p = strchr(p, ',')) {
        p += *p == ',';
        if (strncmp(p, name, length) == 0 && (p[length] == ',' || p[length] == '\0'))
            return true;
    }
    return false;
}

static int read_column(struct reader *r, const struct shy_store_segment *s,
                       struct shy_table_column *column, size_t at, struct shihyo_error *err)
{
    int64_t next_row = 0;
    bool row = true;
    if (!has_name(s->columns, column->def->name)) {
        memset(column->data + at, 0, (size_t)s->rows * sizeof *column->data);
        memset(column->state + at, SHIHYO_STATE_MISSING, (size_t)s->rows);
        return 0;
    }
    (void)sqlite3_bind_int64(r->chunks, 1, s->segment);
    shy_database_bind_text(r->chunks, 2, column->def->name);
    int code = 0;
    while (code == 0 && row) {
        code = shy_database_step(&r->store->db, r->chunks, &row, err);
        if (code == 0 && row)
            code = read_chunk(r, s, column, at, &next_row, err);
    }
    (void)sqlite3_reset(r->chunks);
    if (code == 0 && next_row != s->rows)
        code = fail_damaged(r, column->def->name, err);
    return code;
}

/* Segments ------------------------------------------------------------------------------- */

/* Damage is a finding when the store is verified, and the end of any other reading. */
static int note_damage(struct reader *r, int code, struct shihyo_error *err)
{
    if (code != SHY_E_STORE_DAMAGED || r->problems == NULL)
        return code;
    shy_problems_add(r->problems, SHY_ERROR, err);
    return 0;
}

/* Rows of persons lie in a bundle. */
static int read_bundle(struct reader *r, const struct shy_store_segment *s, uint64_t checksum,
                       bool *here, struct shihyo_error *err)
{
    *here = false;
    if (r->persons == NULL)
        return 0;
    int code = shy_person_rows_read(r->persons, s, checksum, r->problems != NULL, here, err);
    if (code == SHY_E_STORE_DAMAGED)
        (void)fail_damaged(r, NULL, err);
    return note_damage(r, code, err);
}

/* Of each row of a register, which delivery told it. */
static int note_delivery(struct reader *r, size_t rows, struct shihyo_error *err)
{
    size_t before = r->table->rows;
    if (!r->told)
        return 0;
    if (!shy_grow_((void **)&r->deliveries, &r->delivery_capacity, before + rows,
                   sizeof *r->deliveries))
        return shy_fail_nomem(err);
    for (size_t i = 0; i < rows; i++)
        r->deliveries[before + i] = r->delivery;
    r->several = r->several || r->deliveries[0] != r->delivery;
    return 0;
}

static int read_columns(struct reader *r, const struct shy_store_segment *s, uint64_t checksum,
                        struct shihyo_error *err)
{
    struct shy_table *t = r->table;
    bool bundle;
    SHY_TRY(shy_table_reserve(t, (size_t)s->rows, err));
    SHY_TRY(read_bundle(r, s, checksum, &bundle, err));
    for (size_t i = 0; !bundle && i < t->column_count; i++) {
        r->translated = 0;
        SHY_TRY(note_damage(r, read_column(r, s, &t->columns[i], t->rows, err), err));
    }
    /* When only checking, the rows have done their duty. */
    for (size_t i = 0; r->problems != NULL && i < t->column_count; i++)
        shy_map_free(&t->columns[i].dict);
    if (r->problems != NULL)
        return 0;
    SHY_TRY(note_delivery(r, (size_t)s->rows, err));
    t->rows += (size_t)s->rows;
    return 0;
}

static int read_segment(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct reader *r = arg;
    struct shy_store_segment s = {
        .segment = sqlite3_column_int64(row, 0),
        .delivery = r->delivery,
        .partition = sqlite3_column_int64(row, 1),
        .has_month = sqlite3_column_type(row, 2) != SQLITE_NULL,
        .month = sqlite3_column_int64(row, 2),
        .class = sqlite3_column_int64(row, 3),
        .sequence = sqlite3_column_int64(row, 4),
        .rows = sqlite3_column_int64(row, 5),
        .columns = shy_database_text(row, 6),
    };
    /* Before memory is asked for: a damaged count must not become an allocation. */
    if (s.rows <= 0 || s.rows > r->expected_rows - r->rows ||
        shy_store_segment_checksum(r->contract->id, &s) != (uint64_t)sqlite3_column_int64(row, 7))
        return note_damage(r, fail_damaged(r, NULL, err), err);
    r->rows += s.rows;
    return read_columns(r, &s, (uint64_t)sqlite3_column_int64(row, 7), err);
}

static int read_segments(struct reader *r, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&r->store->db,
                                 "SELECT segment, partition, month, class, sequence, rows,"
                                 " columns, checksum FROM segments"
                                 " WHERE delivery = ? AND contract = ?"
                                 " ORDER BY partition, month, class, sequence",
                                 &statement, err));
    (void)sqlite3_bind_int64(statement, 1, r->delivery);
    shy_database_bind_text(statement, 2, r->contract->id);
    r->rows = 0;
    SHY_TRY(shy_database_each(&r->store->db, statement, read_segment, r, err));
    if (r->rows != r->expected_rows)
        return note_damage(r, fail_damaged(r, NULL, err), err);
    return 0;
}

/* Deliveries ----------------------------------------------------------------------------- */

/* Rows stored by an older shihyo, whose contract had a column of another kind. */
static int check_shape(struct reader *r, const char *definition, struct shihyo_error *err)
{
    struct shy_arena arena = {0};
    const struct shy_contract *stored;
    int code = shy_store_definition(r->store, r->contract->id, definition, &arena, &stored, err);
    for (size_t i = 0; code == 0 && i < r->table->column_count; i++) {
        const struct shy_column *now = r->table->columns[i].def;
        int column = shy_contract_column(stored, now->name);
        if (column < 0 || (stored->columns[column].type == now->type &&
                           stored->columns[column].scale == now->scale))
            continue;
        code = shy_fail(err, SHY_E_STORE_CONTRACT,
                        _("The rows of '%s' from source '%s' were stored for another version of "
                          "the contract: the column '%s' has changed."),
                        r->contract->id, r->source, now->name);
        shy_hint(err, _("Import the source again with --force."));
    }
    shy_arena_free(&arena);
    return code;
}

static int read_delivery(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct reader *r = arg;
    r->delivery = sqlite3_column_int64(row, 0);
    r->source = shy_database_text(row, 1);
    r->expected_rows = sqlite3_column_int64(row, 2);
    SHY_TRY(check_shape(r, shy_database_text(row, 3), err));
    /* At once: a table that grows twofold ends half empty. The count is the manifest's, which was
     * checked before. */
    if (r->expected_rows > 0 && r->expected_rows <= ROWS_AT_ONCE)
        SHY_TRY(shy_table_reserve(r->table, (size_t)r->expected_rows, err));
    return read_segments(r, err);
}

static int prepare(struct reader *r, struct shihyo_error *err)
{
    struct shy_database *db = &r->store->db;
    if (r->contract->person_level)
        SHY_TRY(shy_person_rows_open(r->store, r->table, &r->persons, err));
    SHY_TRY(shy_database_prepare(db,
                                 "SELECT first_row, rows, encoding, bits, base, states, dictionary,"
                                 " checksum, data FROM chunks WHERE segment = ? AND name = ?"
                                 " ORDER BY first_row",
                                 &r->chunks, err));
    SHY_TRY(shy_database_prepare(
        db, "SELECT segment, contract, name, entries FROM dictionaries WHERE dictionary = ?",
        &r->dictionary, err));
    return shy_database_prepare(db,
                                "SELECT first, entries, checksum, data FROM dictionary_parts"
                                " WHERE dictionary = ? ORDER BY first",
                                &r->parts, err);
}

static void free_reader(struct reader *r)
{
    (void)sqlite3_finalize(r->chunks);
    (void)sqlite3_finalize(r->dictionary);
    (void)sqlite3_finalize(r->parts);
    shy_person_rows_close(r->persons);
    shy_free(r->numbers);
    shy_free(r->deliveries);
}

static int each_delivery(struct reader *r, struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(
        shy_database_prepare(&r->store->db,
                             "SELECT delivery, source, contracts.rows, definition"
                             " FROM contracts JOIN deliveries USING (delivery)"
                             " WHERE contract = ?1 AND " SHY_STORE_IS_READ(2) " ORDER BY delivery",
                             &statement, err));
    shy_database_bind_text(statement, 1, r->contract->id);
    shy_database_bind_text(statement, 2, r->store->only);
    return shy_database_each(&r->store->db, statement, read_delivery, r, err);
}

struct request {
    const struct shy_contract *contract;
    const char *const *columns;
    size_t count;
    struct shy_table **out;
};

/* The table of a register has the columns too that show which of its rows were told again. */
static int new_table(const struct request *request, struct shy_table **out,
                     struct shihyo_error *err)
{
    const struct shy_contract *c = request->contract;
    int keys[SHY_REGISTER_COLUMNS];
    if (request->columns == NULL || !shy_store_is_register(c))
        return shy_table_new(c, request->columns, request->count, out, err);
    size_t count = shy_register_columns(c, keys), n = 0;
    const char **names = shy_alloc(request->count + count + 1, sizeof *names);
    if (names == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < request->count; i++)
        names[n++] = request->columns[i];
    for (size_t i = 0; i < count; i++)
        names[n++] = c->columns[keys[i]].name;
    names[n++] = c->columns[shy_contract_role(c, SHY_ROLE_PERSON)].name;
    int code = shy_table_new(c, names, n, out, err);
    shy_free(names);
    return code;
}

static int read_contract(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    struct request *request = arg;
    struct reader r = {.store = store, .contract = request->contract};
    r.told = shy_store_is_register(request->contract);
    int code = new_table(request, &r.table, err);
    if (code == 0)
        code = prepare(&r, err);
    if (code == 0)
        code = each_delivery(&r, err);
    if (code == 0 && r.several)
        code = shy_table_supersede(r.table, r.deliveries, err);
    free_reader(&r);
    if (code != 0 || r.table->rows == 0) {
        shy_table_free(r.table);
        r.table = NULL;
    }
    *request->out = r.table;
    return code;
}

int shy_store_read(struct shy_store *store, const struct shy_contract *contract,
                   const char *const *columns, size_t count, struct shy_table **out,
                   struct shihyo_error *err)
{
    struct request request = {contract, columns, count, out};
    *out = NULL;
    return shy_store_reading(store, read_contract, &request, err);
}

/* Verifying ------------------------------------------------------------------------------ */

struct verification {
    struct shy_store *store;
    struct shy_problems *problems;
};

/* One delivery's rows of one contract, every column of it. */
static int verify_rows(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct verification *v = arg;
    struct shy_arena arena = {0};
    struct reader r = {.store = v->store,
                       .problems = v->problems,
                       .delivery = sqlite3_column_int64(row, 0),
                       .source = shy_database_text(row, 1),
                       .expected_rows = sqlite3_column_int64(row, 2)};
    int code = shy_store_definition(v->store, shy_database_text(row, 4), shy_database_text(row, 3),
                                    &arena, &r.contract, err);
    if (code == 0)
        code = shy_table_new(r.contract, NULL, 0, &r.table, err);
    if (code == 0)
        code = prepare(&r, err);
    if (code == 0)
        code = read_segments(&r, err);
    free_reader(&r);
    shy_table_free(r.table);
    shy_arena_free(&arena);
    return code;
}

static int verify(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    struct verification v = {store, arg};
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_check(&store->db, v.problems, err));
    SHY_TRY(shy_store_verify_persons(store, v.problems, err));
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT delivery, source, contracts.rows, definition, contract"
                                 " FROM contracts JOIN deliveries USING (delivery)"
                                 " ORDER BY delivery, contract",
                                 &statement, err));
    return shy_database_each(&store->db, statement, verify_rows, &v, err);
}

int shy_store_verify(struct shy_store *store, struct shy_problems *problems,
                     struct shihyo_error *err)
{
    store->checked = false;
    int code = shy_store_reading(store, verify, problems, err);
    if (code != SHY_E_STORE_DAMAGED)
        return code;
    /* Damage that ends the checking is a finding like the others. */
    shy_problems_add(problems, SHY_ERROR, err);
    return 0;
}
