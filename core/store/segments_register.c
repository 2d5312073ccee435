/* SPDX-License-Identifier: MIT */
/*
 * The register of persons, one row for each partition: every delivered number, whose it is, and the
 * hashes by which numbers were linked. It is read and written as a whole by an import; an engine
 * only needs the few persons who were joined later, which stand in `partitions`.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/segment.h"
#include "core/store/segments_internal.h"

enum { HASH = 16, BLOCK = 16, PARTITIONS_MOST = 64 };

/* Blocks: numbers packed as those of chunks are, after their base and bits ------------------ */

static size_t padded(size_t size)
{
    return (size + 7) & ~(size_t)7;
}

static bool put_block(struct shy_text *out, const int64_t *values, size_t count)
{
    static const char zeros[8];
    struct shy_packing packing = shy_packing_of(values, NULL, count);
    size_t size = shy_packed_size(packing.bits, count);
    uint64_t bits = packing.bits;
    unsigned char *bytes = shy_alloc(size + 1, 1);
    if (bytes == NULL)
        return false;
    shy_pack_values(packing, values, NULL, count, bytes);
    shy_text_add(out, (const char *)&packing.base, sizeof packing.base);
    shy_text_add(out, (const char *)&bits, sizeof bits);
    shy_text_add(out, (const char *)bytes, size);
    shy_text_add(out, zeros, padded(size) - size);
    shy_free(bytes);
    return !out->failed;
}

/* What is left to read of a row's bytes. */
struct input {
    const unsigned char *bytes;
    size_t left;
};

static bool get_bytes(struct input *in, size_t size, const unsigned char **out)
{
    *out = in->bytes;
    if (size > in->left)
        return false;
    in->bytes += size;
    in->left -= size;
    return true;
}

static bool get_block(struct input *in, size_t count, int64_t *values)
{
    struct shy_packing packing;
    const unsigned char *bytes;
    uint64_t bits;
    if (!get_bytes(in, BLOCK, &bytes))
        return false;
    memcpy(&packing.base, bytes, sizeof packing.base);
    memcpy(&bits, bytes + sizeof packing.base, sizeof bits);
    packing.bits = (uint32_t)bits;
    return bits <= 64 && get_bytes(in, padded(shy_packed_size(packing.bits, count)), &bytes) &&
           shy_unpack_values(packing, bytes, count, values);
}

/* Partitions ------------------------------------------------------------------------------ */

static int fail_damaged(struct shy_store *store, const char *what, struct shihyo_error *err)
{
    (void)shy_database_damaged(&store->db, err, "%s", what);
    shy_hint(err, _("Remove the file and import the deliveries again."));
    return SHY_E_STORE_DAMAGED;
}

int shy_partitions_count(struct shy_store *store, uint32_t *out, struct shihyo_error *err)
{
    int64_t count;
    *out = 0;
    SHY_TRY(shy_database_number(&store->db, "SELECT count(*) FROM partitions", &count, err));
    if (count > PARTITIONS_MOST)
        return fail_damaged(store, _("the partitions"), err);
    *out = (uint32_t)count;
    return 0;
}

/* A delivery asks again and again; it found out at its beginning, where a failure is one. */
uint32_t shy_store_partitions(const struct shy_store *store)
{
    if (store->writer != NULL)
        return store->writer->partitions;
    struct shy_store reading = {.db = store->db};
    uint32_t count;
    return shy_partitions_count(&reading, &count, NULL) == 0 ? count : 0;
}

/* Writing --------------------------------------------------------------------------------- */

/* The register cut into partitions: entries lie together, keys are put in their order. */
struct cut {
    const struct shy_register *r;
    uint32_t count; /* partitions */
    const uint32_t *persons;
    size_t *entries, *keys; /* first of each partition; one more at the end */
    uint32_t *key_order;
    int64_t *scratch;
};

static int fail_register(struct shihyo_error *err)
{
    return shy_fail(err, SHY_E_INTERNAL, _("The register of persons contradicts itself."));
}

static bool entry_fits(const struct cut *c, size_t i)
{
    const struct shy_register_entry *e = &c->r->entries[i];
    if (e->partition >= c->count || (i > 0 && e->partition < e[-1].partition))
        return false;
    return e->person < c->persons[e->partition] && e->joined < c->persons[e->partition];
}

/* Counting sort of the keys by their entry's partition; inside they stay in order. */
static int cut_register(struct cut *c, struct shihyo_error *err)
{
    const struct shy_register *r = c->r;
    size_t most = r->entry_count > r->key_count ? r->entry_count : r->key_count;
    c->entries = shy_alloc(c->count + 1u, sizeof *c->entries);
    c->keys = shy_alloc(c->count + 2u, sizeof *c->keys);
    c->key_order = shy_alloc(r->key_count + 1, sizeof *c->key_order);
    c->scratch = shy_alloc(most + 1, sizeof *c->scratch);
    if (c->entries == NULL || c->keys == NULL || c->key_order == NULL || c->scratch == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < r->entry_count; i++) {
        if (!entry_fits(c, i))
            return fail_register(err);
        c->entries[r->entries[i].partition + 1]++;
    }
    for (size_t i = 0; i < r->key_count; i++) {
        if (r->keys[i].entry >= r->entry_count)
            return fail_register(err);
        c->keys[r->entries[r->keys[i].entry].partition + 2]++;
    }
    for (uint32_t p = 0; p < c->count; p++) {
        c->entries[p + 1] += c->entries[p];
        c->keys[p + 2] += c->keys[p + 1];
    }
    for (size_t i = 0; i < r->key_count; i++)
        c->key_order[c->keys[r->entries[r->keys[i].entry].partition + 1]++] = (uint32_t)i;
    return 0;
}

static void free_cut(struct cut *c)
{
    shy_free(c->entries);
    shy_free(c->keys);
    shy_free(c->key_order);
    shy_free(c->scratch);
}

#define PUT_ENTRIES(expression) \
    do { \
        for (size_t i = 0; i < count; i++) { \
            const struct shy_register_entry *e = &from[i]; \
            c->scratch[i] = (int64_t)(expression); \
        } \
        good = good && put_block(out, c->scratch, count); \
    } while (0)

static bool put_entries(struct cut *c, uint32_t p, struct shy_text *out)
{
    const struct shy_register_entry *from = c->r->entries + c->entries[p];
    size_t count = c->entries[p + 1] - c->entries[p];
    bool good = true;
    PUT_ENTRIES(e->length);
    PUT_ENTRIES(e->person);
    PUT_ENTRIES((int64_t)e->joined - (int64_t)e->person);
    PUT_ENTRIES(e->sex);
    PUT_ENTRIES(e->birth_month);
    PUT_ENTRIES(e->care);
    for (size_t i = 0; i < count; i++)
        shy_text_add(out, from[i].number, from[i].length);
    return good && !out->failed;
}

#define PUT_KEYS(expression) \
    do { \
        for (size_t i = 0; i < count; i++) { \
            const struct shy_register_key *k = &c->r->keys[order[i]]; \
            c->scratch[i] = (int64_t)(expression); \
        } \
        good = good && put_block(out, c->scratch, count); \
    } while (0)

static bool put_keys(struct cut *c, uint32_t p, struct shy_text *out)
{
    const uint32_t *order = c->key_order + c->keys[p];
    size_t count = c->keys[p + 1] - c->keys[p];
    bool good = true;
    PUT_KEYS(k->entry - c->entries[p]);
    PUT_KEYS(k->first_month);
    PUT_KEYS(k->last_month);
    for (size_t i = 0; i < count; i++)
        shy_text_add(out, (const char *)c->r->keys[order[i]].hash, HASH);
    return good && !out->failed;
}

static uint64_t row_checksum(uint32_t partition, int64_t entries, int64_t keys, const void *bytes,
                             size_t size)
{
    const int64_t numbers[] = {partition, entries, keys};
    return shy_chunk_checksum("register", "", numbers, 3, bytes, size);
}

/* A partition whose register has not changed is not written again. */
static int is_written(struct shy_store *store, uint32_t p, uint64_t checksum, bool *out,
                      struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "SELECT 1 FROM register WHERE partition = ? AND checksum = ?",
                                 &statement, err));
    (void)sqlite3_bind_int64(statement, 1, p);
    (void)sqlite3_bind_int64(statement, 2, (int64_t)checksum);
    int code = shy_database_step(&store->db, statement, out, err);
    (void)sqlite3_finalize(statement);
    return code;
}

static int write_row(struct shy_store *store, struct cut *c, uint32_t p, struct shy_text *bytes,
                     struct shihyo_error *err)
{
    sqlite3_stmt *row;
    int64_t entries = (int64_t)(c->entries[p + 1] - c->entries[p]);
    int64_t keys = (int64_t)(c->keys[p + 1] - c->keys[p]);
    bool same;
    shy_text_clear(bytes);
    if (!put_entries(c, p, bytes) || !put_keys(c, p, bytes))
        return shy_fail_nomem(err);
    uint64_t checksum = row_checksum(p, entries, keys, bytes->text, bytes->length);
    SHY_TRY(is_written(store, p, checksum, &same, err));
    if (same)
        return 0;
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT OR REPLACE INTO register (partition, entries, keys,"
                                 " checksum, data) VALUES (?, ?, ?, ?, ?)",
                                 &row, err));
    (void)sqlite3_bind_int64(row, 1, p);
    (void)sqlite3_bind_int64(row, 2, entries);
    (void)sqlite3_bind_int64(row, 3, keys);
    (void)sqlite3_bind_int64(row, 4, (int64_t)checksum);
    (void)sqlite3_bind_blob64(row, 5, bytes->text, bytes->length, SQLITE_STATIC);
    int code = shy_database_run(&store->db, row, err);
    (void)sqlite3_finalize(row);
    return code;
}

static uint64_t partition_checksum(uint32_t count, uint32_t p, int64_t persons, const void *links,
                                   size_t size)
{
    const int64_t numbers[] = {count, p, persons};
    return shy_chunk_checksum("partitions", "", numbers, 3, links, size);
}

static int insert_partition(struct shy_store *store, uint32_t count, uint32_t p, uint32_t persons,
                            const struct shy_text *links, struct shihyo_error *err)
{
    sqlite3_stmt *row;
    const char *bytes = shy_text_get(links);
    uint64_t checksum = partition_checksum(count, p, persons, bytes, links->length);
    SHY_TRY(shy_database_prepare(&store->db,
                                 "INSERT INTO partitions (partition, persons, links, checksum)"
                                 " VALUES (?, ?, ?, ?) ON CONFLICT (partition) DO UPDATE SET"
                                 " persons = excluded.persons, links = excluded.links,"
                                 " checksum = excluded.checksum",
                                 &row, err));
    (void)sqlite3_bind_int64(row, 1, p);
    (void)sqlite3_bind_int64(row, 2, persons);
    (void)sqlite3_bind_blob64(row, 3, bytes, links->length, SQLITE_STATIC);
    (void)sqlite3_bind_int64(row, 4, (int64_t)checksum);
    int code = shy_database_run(&store->db, row, err);
    (void)sqlite3_finalize(row);
    return code;
}

/* Pairs of local numbers, old and new, by the old. A number has one new one, and that is final. */
static int write_partition(struct shy_store *store, struct cut *c, uint32_t p,
                           struct shy_text *links, struct shihyo_error *err)
{
    uint32_t *now = shy_alloc(c->persons[p] + (size_t)1, sizeof *now);
    int code = now == NULL ? shy_fail_nomem(err) : 0;
    shy_text_clear(links);
    for (uint32_t i = 0; code == 0 && i < c->persons[p]; i++)
        now[i] = UINT32_MAX;
    for (size_t i = c->entries[p]; code == 0 && i < c->entries[p + 1]; i++) {
        const struct shy_register_entry *e = &c->r->entries[i];
        if (now[e->person] != UINT32_MAX && now[e->person] != e->joined)
            code = fail_register(err);
        now[e->person] = e->joined;
    }
    for (uint32_t i = 0; code == 0 && i < c->persons[p]; i++) {
        if (now[i] == UINT32_MAX || now[i] == i)
            continue;
        if (now[now[i]] != now[i] && now[now[i]] != UINT32_MAX)
            code = fail_register(err);
        shy_text_add(links, (const char *)&i, sizeof i);
        shy_text_add(links, (const char *)&now[i], sizeof now[i]);
    }
    if (code == 0 && links->failed)
        code = shy_fail_nomem(err);
    if (code == 0)
        code = insert_partition(store, c->count, p, c->persons[p], links, err);
    shy_free(now);
    return code;
}

int shy_store_write_register(struct shy_store *store, const struct shy_register *r,
                             const uint32_t *persons, struct shihyo_error *err)
{
    struct cut c = {.r = r, .count = shy_store_partitions(store), .persons = persons};
    struct shy_text bytes = {0};
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    int code = cut_register(&c, err);
    for (uint32_t p = 0; p < c.count && code == 0; p++) {
        code = write_partition(store, &c, p, &bytes, err);
        if (code == 0)
            code = write_row(store, &c, p, &bytes, err);
    }
    free_cut(&c);
    shy_text_free(&bytes);
    if (code != 0)
        shy_store_rollback(store);
    return code;
}

int shy_store_set_partitions(struct shy_store *store, uint32_t count, struct shihyo_error *err)
{
    struct shy_text none = {0};
    if (store->writer == NULL)
        return shy_store_not_begun(err);
    int code = 0;
    if (count < 1 || count > PARTITIONS_MOST || (count & (count - 1)) != 0 ||
        store->writer->partitions != 0)
        code = shy_fail(err, SHY_E_INTERNAL, _("The partitions are chosen only once."));
    for (uint32_t p = 0; p < count && code == 0; p++)
        code = insert_partition(store, count, p, 0, &none, err);
    if (code != 0)
        shy_store_rollback(store);
    else
        store->writer->partitions = count;
    return code;
}

struct reading {
    struct shy_store *store;
    struct shy_store_persons *persons;
    struct shy_register *r;
    size_t entry_capacity, key_capacity;
    uint32_t next;
    int64_t *scratch;
};

static int take_links(struct reading *r, uint32_t p, const unsigned char *bytes, size_t size,
                      bool *sound, struct shihyo_error *err)
{
    uint32_t persons = r->persons->numbers[p];
    *sound = size % (2 * sizeof(uint32_t)) == 0;
    if (size == 0 || !*sound)
        return 0;
    uint32_t *joined = r->persons->joined[p] = shy_alloc(persons + (size_t)1, sizeof *joined);
    if (joined == NULL)
        return shy_fail_nomem(err);
    for (uint32_t i = 0; i < persons; i++)
        joined[i] = i;
    for (size_t at = 0; at < size && *sound; at += 2 * sizeof(uint32_t)) {
        uint32_t pair[2];
        memcpy(pair, bytes + at, sizeof pair);
        *sound = pair[0] < persons && pair[1] < persons;
        if (*sound)
            joined[pair[0]] = pair[1];
    }
    return 0;
}

static int read_partition(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct reading *r = arg;
    int64_t p = sqlite3_column_int64(row, 0), persons = sqlite3_column_int64(row, 1);
    const unsigned char *links = sqlite3_column_blob(row, 2);
    size_t size = (size_t)sqlite3_column_bytes(row, 2);
    bool sound = p == r->next && p < r->persons->count && persons >= 0 && persons < INT32_MAX &&
                 partition_checksum(r->persons->count, r->next, persons, links, size) ==
                     (uint64_t)sqlite3_column_int64(row, 3);
    if (sound) {
        r->persons->numbers[p] = (uint32_t)persons;
        SHY_TRY(take_links(r, r->next, links, size, &sound, err));
    }
    r->next++;
    return sound ? 0 : fail_damaged(r->store, _("the partitions"), err);
}

int shy_store_read_persons(struct shy_store *store, struct shy_store_persons *out,
                           struct shihyo_error *err)
{
    struct reading r = {.store = store, .persons = out};
    sqlite3_stmt *statement;
    *out = (struct shy_store_persons){0};
    SHY_TRY(shy_partitions_count(store, &out->count, err));
    out->numbers = shy_alloc(out->count + 1u, sizeof *out->numbers);
    out->joined = shy_alloc(out->count + 1u, sizeof *out->joined);
    int code = out->numbers == NULL || out->joined == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0)
        code = shy_database_prepare(&store->db,
                                    "SELECT partition, persons, links, checksum FROM partitions"
                                    " ORDER BY partition",
                                    &statement, err);
    if (code == 0)
        code = shy_database_each(&store->db, statement, read_partition, &r, err);
    if (code != 0)
        shy_store_persons_free(out);
    return code;
}

void shy_store_persons_free(struct shy_store_persons *p)
{
    for (uint32_t i = 0; p->joined != NULL && i < p->count; i++)
        shy_free(p->joined[i]);
    shy_free(p->joined);
    shy_free(p->numbers);
    *p = (struct shy_store_persons){0};
}

/* Reading --------------------------------------------------------------------------------- */

#define GET_ENTRIES(assignment) \
    do { \
        good = good && get_block(in, count, v); \
        for (size_t i = 0; good && i < count; i++) { \
            struct shy_register_entry *e = &to[i]; \
            assignment; \
        } \
    } while (0)

static bool get_entries(struct reading *r, uint32_t p, struct input *in,
                        struct shy_register_entry *to, size_t count)
{
    uint32_t persons = r->persons->numbers[p];
    int64_t *v = r->scratch;
    const unsigned char *number = NULL;
    bool good = true;
    GET_ENTRIES(e->length = (size_t)v[i]);
    GET_ENTRIES(e->person = (uint32_t)v[i]);
    GET_ENTRIES(e->joined = (uint32_t)(e->person + v[i]));
    GET_ENTRIES(e->sex = (unsigned char)v[i]);
    GET_ENTRIES(e->birth_month = (int32_t)v[i]);
    GET_ENTRIES(e->care = v[i] != 0);
    for (size_t i = 0; good && i < count; i++) {
        good = to[i].person < persons && to[i].joined < persons &&
               get_bytes(in, to[i].length, &number);
        to[i].number = (const char *)number;
        to[i].partition = p;
    }
    return good;
}

#define GET_KEYS(assignment) \
    do { \
        good = good && get_block(in, count, v); \
        for (size_t i = 0; good && i < count; i++) { \
            struct shy_register_key *k = &to[i]; \
            assignment; \
        } \
    } while (0)

static bool get_keys(struct reading *r, struct input *in, struct shy_register_key *to, size_t count,
                     size_t first_entry, size_t entries)
{
    int64_t *v = r->scratch;
    const unsigned char *hash = NULL;
    bool good = true;
    GET_KEYS(k->entry = (uint32_t)(first_entry + (uint64_t)v[i]));
    GET_KEYS(k->first_month = (int32_t)v[i]);
    GET_KEYS(k->last_month = (int32_t)v[i]);
    for (size_t i = 0; good && i < count; i++) {
        good = to[i].entry >= first_entry && to[i].entry - first_entry < entries &&
               get_bytes(in, HASH, &hash);
        if (good)
            memcpy(to[i].hash, hash, HASH);
    }
    return good && in->left == 0;
}

/* The row's bytes are kept, for the entries' numbers point into them. */
static int keep_bytes(struct reading *r, const void *bytes, size_t size, struct input *out,
                      struct shihyo_error *err)
{
    struct shy_arena arena = {r->r->memory};
    char *kept = shy_arena_alloc(&arena, size + 1, 1);
    r->r->memory = arena.last;
    if (kept == NULL)
        return shy_fail_nomem(err);
    if (size > 0)
        memcpy(kept, bytes, size);
    *out = (struct input){(const unsigned char *)kept, size};
    return 0;
}

static int reserve(struct reading *r, size_t entries, size_t keys, struct shihyo_error *err)
{
    struct shy_register *to = r->r;
    size_t most = entries > keys ? entries : keys;
    shy_free(r->scratch);
    r->scratch = shy_alloc(most + 1, sizeof *r->scratch);
    if (r->scratch == NULL)
        return shy_fail_nomem(err);
    if (to->entry_count + entries > r->entry_capacity &&
        !shy_grow_((void **)&to->entries, &r->entry_capacity, to->entry_count + entries,
                   sizeof *to->entries))
        return shy_fail_nomem(err);
    if (to->key_count + keys > r->key_capacity &&
        !shy_grow_((void **)&to->keys, &r->key_capacity, to->key_count + keys, sizeof *to->keys))
        return shy_fail_nomem(err);
    return 0;
}

static int read_row(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct reading *r = arg;
    int64_t p = sqlite3_column_int64(row, 0);
    int64_t entries = sqlite3_column_int64(row, 1), keys = sqlite3_column_int64(row, 2);
    const void *bytes = sqlite3_column_blob(row, 4);
    size_t size = (size_t)sqlite3_column_bytes(row, 4);
    struct input in;
    if (p < 0 || p >= r->persons->count || entries < 0 || keys < 0 ||
        row_checksum((uint32_t)p, entries, keys, bytes, size) !=
            (uint64_t)sqlite3_column_int64(row, 3) ||
        entries > UINT32_MAX || keys > UINT32_MAX)
        return fail_damaged(r->store, _("the register of persons"), err);
    SHY_TRY(reserve(r, (size_t)entries, (size_t)keys, err));
    SHY_TRY(keep_bytes(r, bytes, size, &in, err));
    struct shy_register *to = r->r;
    if (!get_entries(r, (uint32_t)p, &in, to->entries + to->entry_count, (size_t)entries) ||
        !get_keys(r, &in, to->keys + to->key_count, (size_t)keys, to->entry_count, (size_t)entries))
        return fail_damaged(r->store, _("the register of persons"), err);
    to->entry_count += (size_t)entries;
    to->key_count += (size_t)keys;
    r->next++;
    return 0;
}

static int read_register(struct shy_store *store, void *arg, struct shihyo_error *err)
{
    struct shy_store_persons persons;
    struct reading r = {.store = store, .persons = &persons, .r = arg};
    sqlite3_stmt *statement;
    int64_t rows;
    SHY_TRY(shy_store_read_persons(store, &persons, err));
    int code = shy_database_number(&store->db, "SELECT count(*) FROM register", &rows, err);
    if (code == 0)
        code = shy_database_prepare(&store->db,
                                    "SELECT partition, entries, keys, checksum, data FROM register"
                                    " ORDER BY partition",
                                    &statement, err);
    if (code == 0)
        code = shy_database_each(&store->db, statement, read_row, &r, err);
    /* Between choosing the partitions and writing the register there are no rows. */
    if (code == 0 && rows != 0 && r.next != persons.count)
        code = fail_damaged(store, _("the register of persons"), err);
    shy_free(r.scratch);
    shy_store_persons_free(&persons);
    return code;
}

int shy_store_read_register(struct shy_store *store, struct shy_register *out,
                            struct shihyo_error *err)
{
    *out = (struct shy_register){0};
    int code = shy_store_reading(store, read_register, out, err);
    if (code != 0)
        shy_register_free(out);
    return code;
}

void shy_register_free(struct shy_register *r)
{
    struct shy_arena arena = {r->memory};
    shy_arena_free(&arena);
    shy_free(r->entries);
    shy_free(r->keys);
    *r = (struct shy_register){0};
}
