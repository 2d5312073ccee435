/* SPDX-License-Identifier: MIT */
/* Random rows of persons, kept in memory beside the store: what the tests compare with. */
#ifndef SHY_STORE_TEST_SEGMENTS_HELP_H
#define SHY_STORE_TEST_SEGMENTS_HELP_H

#include "core/store/test_help.h"

#include "core/base/hash.h"
#include "core/contract/core_contracts.h"
#include "core/store/segments.h"
#include "core/store/segments_internal.h"

enum { TEST_PARTITIONS = 4, TEST_PERSONS = 300, TEST_MONTHS = 5, TEST_FIRST_MONTH = 2023 * 12 + 3 };

static inline uint32_t test_random(uint64_t *seed, uint32_t below)
{
    *seed += 0x9e3779b97f4a7c15u;
    uint64_t z = shy_checksum(seed, sizeof *seed);
    return (uint32_t)((z >> 32) * below >> 32);
}

static inline const struct shy_contract *test_core(const char *id)
{
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, id) == 0)
            return shy_core_contracts[i];
    }
    fail_msg("no contract %s", id);
    return NULL;
}

/* One row as it was given; codes are texts, numbers as they are. */
enum { TEST_COLUMNS = 8 };
struct test_line {
    uint32_t person;
    int64_t value[TEST_COLUMNS];
    uint8_t state[TEST_COLUMNS];
};

/* The rows of one segment. */
struct test_segment {
    const struct shy_contract *contract;
    int64_t delivery;
    uint32_t partition, class;
    int32_t month;
    int columns[TEST_COLUMNS];
    size_t column_count, rows;
    struct test_line *lines;
};

static inline void test_segment_free(struct test_segment *s)
{
    shy_free(s->lines);
    s->lines = NULL;
}

/* Adds the segment to the open delivery. hashes: of claims, NULL = none. */
static inline int test_add_segment(struct shy_store *store, const struct test_segment *s,
                                   const int64_t *hashes, struct shihyo_error *err)
{
    struct shy_segment_column columns[TEST_COLUMNS + 1] = {{0}};
    uint32_t *person = shy_alloc(s->rows, sizeof *person);
    struct shy_packed_segment *packed;
    for (size_t i = 0; i < s->rows; i++)
        person[i] = s->lines[i].person;
    for (size_t k = 0; k < s->column_count; k++) {
        int32_t *small = shy_alloc(s->rows, sizeof *small);
        int64_t *large = shy_alloc(s->rows, sizeof *large);
        uint8_t *state = shy_alloc(s->rows, 1);
        bool fits = true, all_ok = true;
        for (size_t i = 0; i < s->rows; i++) {
            large[i] = s->lines[i].value[k];
            small[i] = (int32_t)large[i];
            fits = fits && small[i] == large[i];
            state[i] = s->lines[i].state[k];
            all_ok = all_ok && state[i] == SHIHYO_STATE_OK;
        }
        columns[k] = (struct shy_segment_column){s->columns[k], fits ? small : NULL,
                                                 fits ? NULL : large, all_ok ? NULL : state};
        if (!fits)
            shy_free(small);
        else
            shy_free(large);
        if (all_ok)
            shy_free(state);
    }
    columns[s->column_count] = (struct shy_segment_column){SHY_CLAIM_HASH, NULL, hashes, NULL};
    struct shy_segment_rows rows = {.contract = s->contract,
                                    .partition = s->partition,
                                    .month = s->month,
                                    .class = s->class,
                                    .rows = s->rows,
                                    .person = person,
                                    .columns = columns,
                                    .column_count = s->column_count + (hashes != NULL)};
    int code = shy_segment_pack(&rows, &packed, err);
    if (code == 0) {
        code = shy_store_add_segment(store, packed, err);
        shy_packed_segment_free(packed);
    }
    for (size_t k = 0; k < s->column_count; k++) {
        shy_free((void *)(uintptr_t)columns[k].small);
        shy_free((void *)(uintptr_t)columns[k].large);
        shy_free((void *)(uintptr_t)columns[k].state);
    }
    shy_free(person);
    return code;
}

/* The model ------------------------------------------------------------------------------- */

struct model {
    struct test_segment *segments;
    size_t count, capacity;
    uint32_t joined[TEST_PARTITIONS][TEST_PERSONS];
    uint64_t seed;
    int32_t months; /* of a delivery */
    uint32_t rows;  /* of a segment, at most */
};

static inline void model_free(struct model *m)
{
    for (size_t i = 0; i < m->count; i++)
        test_segment_free(&m->segments[i]);
    shy_free(m->segments);
}

static inline struct model model_copy(const struct model *m)
{
    struct model copy = *m;
    copy.segments = shy_alloc(m->count + 1, sizeof *copy.segments);
    copy.capacity = m->count + 1;
    for (size_t i = 0; i < m->count; i++) {
        copy.segments[i] = m->segments[i];
        copy.segments[i].lines = shy_alloc(m->segments[i].rows, sizeof *copy.segments[i].lines);
        memcpy(copy.segments[i].lines, m->segments[i].lines,
               m->segments[i].rows * sizeof *copy.segments[i].lines);
    }
    return copy;
}

static inline void model_remove(struct model *m, int64_t delivery)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++) {
        if (m->segments[i].delivery == delivery)
            test_segment_free(&m->segments[i]);
        else
            m->segments[kept++] = m->segments[i];
    }
    m->count = kept;
}

/* Codes of the meanings, the same in every delivery; class of an item's code by its beginning. */
enum { CODES = 40 };

static inline size_t code_text(const char *meaning, uint32_t number, char out[32])
{
    static const char *const chapters[] = {"160", "114", "190", "113"};
    bool items = strcmp(meaning, "code_master") == 0;
    const char *front = items ? chapters[number % 4] : meaning;
    return (size_t)snprintf(out, 32, "%.20s%06u", front, number);
}

static inline int add_codes(struct shy_store *store, const struct shy_contract *c, int column,
                            struct shihyo_error *err)
{
    int code = 0;
    char meaning[SHY_MEANING_TEXT], text[CODES][32];
    const char *texts[CODES];
    size_t lengths[CODES];
    struct shy_map known;
    shy_code_meaning(c, column, meaning);
    SHY_TRY(shy_store_dictionary(store, c, column, &known, err));
    for (uint32_t i = 0; i < CODES; i++) {
        lengths[i] = code_text(meaning, i, text[i]);
        texts[i] = text[i];
    }
    /* In two steps, as two deliveries would. */
    if (known.count == 0)
        code = shy_store_dictionary_add(store, c, column, texts, lengths, CODES / 2, err);
    if (known.count == 0 && code == 0)
        code = shy_store_dictionary_add(store, c, column, texts + CODES / 2, lengths + CODES / 2,
                                        CODES / 2, err);
    shy_map_free(&known);
    return code;
}

static inline int64_t random_value(struct model *m, const struct shy_column *def, uint32_t class,
                                   uint32_t kind)
{
    int64_t most;
    if (shy_store_has_texts(def->type) && def->role != SHY_ROLE_CLAIM) {
        uint32_t number = test_random(&m->seed, CODES / 4);
        return strcmp(def->name, "item") == 0 ? number * 4 + class : kind % 3 == 0 ? 7 : number;
    }
    switch (kind % 5) {
    case 0:
        return -5;
    case 1:
        return test_random(&m->seed, 3);
    case 2:
        return (int64_t)test_random(&m->seed, 200) - 100;
    case 3: /* one in a hundred is large */
        most = test_random(&m->seed, 100) == 0 ? 900000000 : 900;
        return test_random(&m->seed, (uint32_t)most);
    default:
        return (int64_t)test_random(&m->seed, UINT32_MAX) * 1000 - 7;
    }
}

static inline int by_person_claim(const void *a, const void *b)
{
    const struct test_line *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return (x->value[0] > y->value[0]) - (x->value[0] < y->value[0]);
}

static inline void fill_lines(struct model *m, struct test_segment *s)
{
    uint32_t kinds[TEST_COLUMNS], runs = test_random(&m->seed, 4);
    for (size_t k = 0; k < s->column_count; k++)
        kinds[k] = test_random(&m->seed, 30);
    for (size_t i = 0; i < s->rows; i++) {
        struct test_line *line = &s->lines[i];
        bool again = i > 0 && runs > 0 && test_random(&m->seed, 8) != 0;
        *line = again ? line[-1] : (struct test_line){0};
        if (!again)
            line->person = test_random(&m->seed, TEST_PERSONS);
        for (size_t k = 0; k < s->column_count; k++) {
            const struct shy_column *def = &s->contract->columns[s->columns[k]];
            bool shared = def->role == SHY_ROLE_CLAIM || def->role == SHY_ROLE_INSTITUTION;
            if (again && shared)
                continue;
            bool gap = (def->flags & SHY_COLUMN_NULLABLE) != 0 && kinds[k] > 15 &&
                       test_random(&m->seed, 9) == 0;
            line->state[k] = gap ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
            line->value[k] = gap ? 0
                             : def->role == SHY_ROLE_CLAIM
                                 ? line->person * 3 + test_random(&m->seed, 3)
                                 : random_value(m, def, s->class, kinds[k]);
        }
    }
    qsort(s->lines, s->rows, sizeof *s->lines, by_person_claim);
}

/* Columns given: all but person, month, evidence, and now and then one that is optional. */
static inline void choose_columns(struct model *m, struct test_segment *s)
{
    for (size_t i = 0; i < s->contract->column_count && s->column_count < TEST_COLUMNS; i++) {
        const struct shy_column *def = &s->contract->columns[i];
        bool optional = (def->flags & SHY_COLUMN_OPTIONAL) != 0;
        if (def->role == SHY_ROLE_PERSON || def->role == SHY_ROLE_MONTH ||
            (def->flags & SHY_COLUMN_LINK) != 0 || (optional && test_random(&m->seed, 4) == 0))
            continue;
        s->columns[s->column_count++] = (int)i;
    }
}

/* Any number that differs between rows and deliveries. */
static inline int64_t claim_hash(int64_t delivery, size_t row)
{
    uint64_t of[] = {(uint64_t)delivery, row};
    return (int64_t)shy_checksum(of, sizeof of);
}

static inline int add_segment(struct model *m, struct shy_store *store, int64_t delivery,
                              const char *id, uint32_t partition, int32_t month, uint32_t class,
                              struct shihyo_error *err)
{
    struct test_segment s = {.contract = test_core(id),
                             .delivery = delivery,
                             .partition = partition,
                             .class = class,
                             .month = month,
                             .rows = 1 + test_random(&m->seed, m->rows)};
    int64_t *hashes = NULL;
    choose_columns(m, &s);
    s.lines = shy_alloc(s.rows, sizeof *s.lines);
    fill_lines(m, &s);
    if (strcmp(id, "medical_claims") == 0) {
        hashes = shy_alloc(s.rows, sizeof *hashes);
        for (size_t i = 0; i < s.rows; i++)
            hashes[i] = claim_hash(delivery, i);
    }
    int code = test_add_segment(store, &s, hashes, err);
    shy_free(hashes);
    SHY_BUG_ON(!SHY_GROW(m->segments, m->count, m->capacity));
    m->segments[m->count++] = s;
    return code;
}

/* One joined person in seven, of the first hundred. */
static inline int write_register(struct model *m, struct shy_store *store, struct shihyo_error *err)
{
    enum { ENTRIES = TEST_PARTITIONS * TEST_PERSONS };
    static struct shy_register_entry entries[ENTRIES];
    static struct shy_register_key keys[ENTRIES];
    static char numbers[ENTRIES][16];
    static const uint32_t persons[TEST_PARTITIONS] = {TEST_PERSONS, TEST_PERSONS, TEST_PERSONS,
                                                      TEST_PERSONS};
    for (uint32_t i = 0; i < ENTRIES; i++) {
        uint32_t p = i / TEST_PERSONS, local = i % TEST_PERSONS;
        int length = snprintf(numbers[i], sizeof numbers[i], "N%05u%u", local, p);
        m->joined[p][local] = local < 100 && local % 7 == 3 ? local + 150 : local;
        entries[i] = (struct shy_register_entry){.number = numbers[i],
                                                 .length = (size_t)length,
                                                 .partition = p,
                                                 .person = local,
                                                 .joined = m->joined[p][local],
                                                 .sex = (unsigned char)(1 + local % 2),
                                                 .birth_month = 1940 * 12 + (int32_t)local,
                                                 .care = local % 5 == 0};
        keys[i] = (struct shy_register_key){
            .entry = ENTRIES - 1 - i, .first_month = 24280, .last_month = 24280 + (int32_t)p};
        memcpy(keys[i].hash, numbers[i], sizeof keys[i].hash);
    }
    struct shy_register r = {
        .entries = entries, .entry_count = ENTRIES, .keys = keys, .key_count = ENTRIES};
    return shy_store_write_register(store, &r, persons, err);
}

static const char *const coded[][2] = {
    {"medical_claims", "institution"},
    {"medical_claims", "setting"},
    {"medical_claims", "type"},
    {"medical_claims", "outcome"},
    {"medical_items", "item"},
    {"care_claims", "service"},
    {"care_claims", "office"},
    {"care_claims", "care_level"},
    {"persons", "sex"},
    {"persons", "scheme"},
    {"persons", "insurer"},
    {"persons", "insurer_area"},
};

/* The segments of a delivery; at the first failure it ends. */
static inline int add_segments(struct model *m, struct shy_store *store, int64_t delivery,
                               struct shihyo_error *err)
{
    for (uint32_t p = 0; p < TEST_PARTITIONS; p++) {
        SHY_TRY(add_segment(m, store, delivery, "persons", p, SHY_NO_MONTH, 0, err));
        for (int32_t month = TEST_FIRST_MONTH; month < TEST_FIRST_MONTH + m->months; month++) {
            if (test_random(&m->seed, 4) == 0)
                continue;
            SHY_TRY(add_segment(m, store, delivery, "medical_claims", p, month, 0, err));
            SHY_TRY(add_segment(m, store, delivery, "care_claims", p, month, 0, err));
            for (uint32_t class = 0; class < 4; class ++)
                SHY_TRY(add_segment(m, store, delivery, "medical_items", p, month, class, err));
        }
    }
    return 0;
}

static inline int64_t next_delivery(const struct model *m)
{
    int64_t most = 0;
    for (size_t i = 0; i < m->count; i++)
        most = m->segments[i].delivery > most ? m->segments[i].delivery : most;
    return most + 1;
}

/* instead = 0: beside the others. */
static inline int deliver(struct model *m, struct shy_store *store, const char *content,
                          int64_t instead, struct shihyo_error *err)
{
    struct shy_delivery d = test_delivery("kdb", content);
    int64_t id = 0, delivery = instead;
    SHY_TRY(shy_store_begin_instead(store, &d, instead, err));
    if (instead == 0)
        delivery = next_delivery(m);
    model_remove(m, instead);
    if (shy_store_partitions(store) == 0)
        SHY_TRY(shy_store_set_partitions(store, TEST_PARTITIONS, err));
    for (size_t i = 0; i < sizeof coded / sizeof coded[0]; i++) {
        const struct shy_contract *c = test_core(coded[i][0]);
        SHY_TRY(add_codes(store, c, shy_contract_column(c, coded[i][1]), err));
    }
    SHY_TRY(add_segments(m, store, delivery, err));
    SHY_TRY(write_register(m, store, err));
    SHY_TRY(shy_store_commit(store, &id, err));
    assert_int_equal(id, delivery);
    return 0;
}

/* Comparing ------------------------------------------------------------------------------- */

static inline int64_t strip_value(const struct shy_strip *s, size_t i)
{
    uint64_t v = 0;
    if (s->width > 0)
        memcpy(&v, (const char *)s->values + i * s->width, s->width);
    return (int64_t)((uint64_t)s->base + v);
}

static inline int given_column(const struct test_segment *s, int column)
{
    for (size_t k = 0; k < s->column_count; k++) {
        if (s->columns[k] == column)
            return (int)k;
    }
    return -1;
}

static inline void expect_strip(const struct model *m, const struct test_segment *s, int column,
                                const struct shy_strip *strip)
{
    const struct shy_column *def = &s->contract->columns[column];
    int k = given_column(s, column);
    for (size_t i = 0; i < s->rows; i++) {
        uint8_t state = strip->state == NULL ? SHIHYO_STATE_OK : strip->state[i];
        int64_t value = strip_value(strip, i);
        const struct test_line *line = &s->lines[i];
        if (def->role == SHY_ROLE_PERSON)
            assert_int_equal(value, m->joined[s->partition][line->person]);
        else if (def->role == SHY_ROLE_MONTH)
            assert_int_equal(value, s->month);
        else if (k < 0)
            assert_int_equal(state, SHIHYO_STATE_MISSING);
        else {
            assert_int_equal(state, line->state[k]);
            if (state == SHIHYO_STATE_OK && value != line->value[k])
                fail_msg("%s.%s row %zu: %lld, not %lld", s->contract->id, def->name, i,
                         (long long)value, (long long)line->value[k]);
        }
    }
}

static inline void expect_stretch(const struct model *m, const struct test_segment *s,
                                  const struct shy_partition_request *request,
                                  const struct shy_stretch *stretch)
{
    assert_int_equal(stretch->month, s->month);
    assert_int_equal(stretch->delivery, s->delivery);
    assert_int_equal(stretch->rows, s->rows);
    for (size_t i = 0; i < s->rows; i++)
        assert_int_equal(stretch->person[i], m->joined[s->partition][s->lines[i].person]);
    for (size_t k = 0; k < request->column_count; k++)
        expect_strip(m, s, request->columns[k], &stretch->columns[k]);
}

static inline int by_month(const void *a, const void *b)
{
    const struct test_segment *x = *(const struct test_segment *const *)a;
    const struct test_segment *y = *(const struct test_segment *const *)b;
    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    if (x->delivery != y->delivery)
        return x->delivery < y->delivery ? -1 : 1;
    return (x->class > y->class) - (x->class < y->class);
}

static inline int by_delivery(const void *a, const void *b)
{
    const struct test_segment *x = *(const struct test_segment *const *)a;
    const struct test_segment *y = *(const struct test_segment *const *)b;
    if (x->delivery != y->delivery)
        return x->delivery < y->delivery ? -1 : 1;
    if (x->partition != y->partition)
        return x->partition < y->partition ? -1 : 1;
    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    return (x->class > y->class) - (x->class < y->class);
}

/* The model's segments of a contract, in order; partition UINT32_MAX = of all. */
static inline size_t pick(const struct model *m, const struct shy_contract *c, uint32_t partition,
                          int (*order)(const void *, const void *),
                          const struct test_segment ***out)
{
    size_t count = 0;
    *out = shy_alloc(m->count + 1, sizeof **out);
    for (size_t i = 0; i < m->count; i++) {
        const struct test_segment *s = &m->segments[i];
        if (s->contract == c && (partition == UINT32_MAX || s->partition == partition))
            (*out)[count++] = s;
    }
    qsort(*out, count, sizeof **out, order);
    return count;
}

/* Does a row of a later delivery say what this one says (core/store/superseded.c)? */
static inline bool told_again(const struct model *m, const struct test_segment *s, size_t row)
{
    static const char *const keys[] = {"valid_from", "scheme", "insurer"};
    const struct test_line *line = &s->lines[row];
    for (size_t i = 0; i < m->count; i++) {
        const struct test_segment *t = &m->segments[i];
        if (t->contract != s->contract || t->partition != s->partition ||
            t->delivery <= s->delivery)
            continue;
        for (size_t k = 0; k < t->rows; k++) {
            const struct test_line *other = &t->lines[k];
            bool same =
                m->joined[s->partition][line->person] == m->joined[s->partition][other->person];
            for (size_t c = 0; c < 3 && same; c++) {
                int column = shy_contract_column(s->contract, keys[c]);
                int a = given_column(s, column), b = given_column(t, column);
                bool x = a >= 0 && line->state[a] == SHIHYO_STATE_OK;
                bool y = b >= 0 && other->state[b] == SHIHYO_STATE_OK;
                same = x == y && (!x || line->value[a] == other->value[b]);
            }
            if (same)
                return true;
        }
    }
    return false;
}

/* The segment as it is read; its lines are to be freed. */
static inline struct test_segment seen_of(const struct model *m, const struct test_segment *s)
{
    struct test_segment seen = *s;
    seen.lines = shy_alloc(s->rows + 1, sizeof *seen.lines);
    seen.rows = 0;
    for (size_t row = 0; row < s->rows; row++) {
        if (strcmp(s->contract->id, "persons") != 0 || !told_again(m, s, row))
            seen.lines[seen.rows++] = s->lines[row];
    }
    return seen;
}

static inline void expect_request(const struct model *m, const struct shy_partition_reader *reader,
                                  uint32_t partition, const struct shy_partition_request *request,
                                  uint32_t classes)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_stretches got;
    const struct test_segment **wanted;
    size_t count = pick(m, request->contract, partition, by_month, &wanted), next = 0;
    OK(reader->read(reader->self, partition, request, &got, &err));
    for (size_t i = 0; i < count; i++) {
        const struct test_segment *s = wanted[i];
        if ((s->month != SHY_NO_MONTH &&
             (s->month < request->first_month || s->month > request->last_month)) ||
            (classes >> s->class & 1) == 0)
            continue;
        struct test_segment seen = seen_of(m, s);
        if (seen.rows > 0) {
            assert_true(next < got.count);
            expect_stretch(m, &seen, request, &got.items[next++]);
        }
        test_segment_free(&seen);
    }
    assert_int_equal(next, got.count);
    shy_free(wanted);
}

static const char *const contracts[] = {"persons", "medical_claims", "medical_items",
                                        "care_claims"};

static inline void expect_contract(const struct model *m, const struct shy_partition_reader *reader,
                                   uint32_t partition, const struct shy_contract *c)
{
    int columns[32];
    uint8_t wanted[CODES] = {0};
    for (size_t i = 0; i < c->column_count; i++)
        columns[i] = (int)i;
    struct shy_partition_request request = {.contract = c,
                                            .columns = columns,
                                            .column_count = c->column_count,
                                            .first_month = INT32_MIN,
                                            .last_month = INT32_MAX};
    expect_request(m, reader, partition, &request, UINT32_MAX);
    request.first_month = TEST_FIRST_MONTH + 1;
    request.last_month = TEST_FIRST_MONTH + 2;
    request.columns = columns + c->column_count - 2;
    request.column_count = 2;
    expect_request(m, reader, partition, &request, UINT32_MAX);
    if (strcmp(c->id, "medical_items") != 0)
        return;
    /* Codes of classes 1 and 3 only: see code_text. */
    wanted[5] = wanted[7] = 1;
    request.code = shy_contract_column(c, "item");
    request.wanted = wanted;
    request.wanted_count = CODES;
    expect_request(m, reader, partition, &request, 1u << 1 | 1u << 3);
}

static inline void expect_partitions(const struct model *m, const char *path)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_partitions all;
    struct shy_partition_reader reader;
    OK(shy_store_open_partitions(path, NULL, 0, &all, &err));
    OK(all.reader(all.self, &reader, &err));
    assert_int_equal(all.count, m->count == 0 ? 0 : TEST_PARTITIONS);
    for (uint32_t p = 0; p < all.count; p++) {
        assert_int_equal(all.persons(all.self, p), TEST_PERSONS);
        for (size_t i = 0; i < sizeof contracts / sizeof contracts[0]; i++)
            expect_contract(m, &reader, p, test_core(contracts[i]));
        reader.release(reader.self);
    }
    reader.close(reader.self);
    shy_store_close_partitions(&all);
}

static inline void expect_text(const struct model *m, const struct test_segment *s, size_t row,
                               const struct shy_column *def, int k, const char *text)
{
    char wanted[64], meaning[SHY_MEANING_TEXT];
    uint32_t person = m->joined[s->partition][s->lines[row].person];
    int column = (int)(def - s->contract->columns);
    if (def->role == SHY_ROLE_PERSON) {
        (void)snprintf(wanted, sizeof wanted, "%02u-%07u", s->partition, person);
    } else if (def->role == SHY_ROLE_CLAIM) {
        (void)snprintf(wanted, sizeof wanted, "%02u-%04d%02d-%06lld-%07lld", s->partition,
                       s->month / 12, s->month % 12 + 1, (long long)s->delivery,
                       (long long)s->lines[row].value[k]);
    } else {
        shy_code_meaning(s->contract, column, meaning);
        (void)code_text(meaning, (uint32_t)s->lines[row].value[k], wanted);
    }
    assert_string_equal(text, wanted);
}

static inline void expect_row(const struct model *m, const struct test_segment *s, size_t row,
                              const struct shy_table *t, size_t at)
{
    for (size_t c = 0; c < t->column_count; c++) {
        const struct shy_table_column *column = &t->columns[c];
        int index = (int)(column->def - s->contract->columns), k = given_column(s, index);
        bool own = column->def->role == SHY_ROLE_PERSON || column->def->role == SHY_ROLE_MONTH;
        uint8_t state = own     ? SHIHYO_STATE_OK
                        : k < 0 ? SHIHYO_STATE_MISSING
                                : s->lines[row].state[k];
        assert_int_equal(column->state[at], state);
        if (state != SHIHYO_STATE_OK)
            continue;
        if (shy_store_has_texts(column->def->type))
            expect_text(m, s, row, column->def, k, shy_table_text(t, at, (int)c));
        else
            assert_int_equal(column->data[at], column->def->role == SHY_ROLE_MONTH
                                                   ? s->month
                                                   : s->lines[row].value[k]);
    }
}

static inline void expect_table(const struct model *m, struct shy_store *store,
                                const struct shy_contract *c)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct test_segment **wanted;
    struct shy_table *t;
    size_t count = pick(m, c, UINT32_MAX, by_delivery, &wanted), at = 0;
    OK(shy_store_read(store, c, NULL, 0, &t, &err));
    for (size_t i = 0; i < count; i++) {
        struct test_segment seen = seen_of(m, wanted[i]);
        assert_non_null(t);
        assert_true(at + seen.rows <= t->rows);
        for (size_t row = 0; row < seen.rows; row++)
            expect_row(m, &seen, row, t, at++);
        test_segment_free(&seen);
    }
    assert_int_equal(at, t == NULL ? 0 : t->rows);
    shy_table_free(t);
    shy_free(wanted);
}

static inline void expect_all(const struct model *m, const char *path)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_store *store;
    expect_partitions(m, path);
    OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
    for (size_t i = 0; i < sizeof contracts / sizeof contracts[0]; i++)
        expect_table(m, store, test_core(contracts[i]));
    OK(shy_store_verify(store, &problems, &err));
    if (problems.count > 0)
        fail_msg("%s", problems.items[0].error.message);
    shy_problems_free(&problems);
    shy_store_close(store);
}

#endif
