/* SPDX-License-Identifier: MIT */
/*
 * Rows of persons in the store, against a model in memory: what was given comes back, through the
 * partitions of an engine and through shy_store_read, whatever deliveries were added, replaced and
 * removed on the way.
 */
#include "core/store/test_segments_help.h"

#include "core/store/segments_internal.h"

static char path[256];

static int setup(void **state)
{
    (void)state;
    test_path(path, "segments");
    test_remove(path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_remove(path);
    return 0;
}

/* The model ------------------------------------------------------------------------------- */

struct model {
    struct test_segment *segments;
    size_t count, capacity;
    uint32_t joined[TEST_PARTITIONS][TEST_PERSONS];
    uint64_t seed;
};

static void model_free(struct model *m)
{
    for (size_t i = 0; i < m->count; i++)
        test_segment_free(&m->segments[i]);
    shy_free(m->segments);
}

static void model_remove(struct model *m, int64_t delivery)
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

static size_t code_text(const char *meaning, uint32_t number, char out[32])
{
    static const char *const chapters[] = {"160", "114", "190", "113"};
    bool items = strcmp(meaning, "code_master") == 0;
    const char *front = items ? chapters[number % 4] : meaning;
    return (size_t)snprintf(out, 32, "%.20s%06u", front, number);
}

static void add_codes(struct shy_store *store, const struct shy_contract *c, int column)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    char meaning[SHY_MEANING_TEXT], text[CODES][32];
    const char *texts[CODES];
    size_t lengths[CODES];
    struct shy_map known;
    shy_code_meaning(c, column, meaning);
    OK(shy_store_dictionary(store, c, column, &known, &err));
    for (uint32_t i = 0; i < CODES; i++) {
        lengths[i] = code_text(meaning, i, text[i]);
        texts[i] = text[i];
    }
    if (known.count == 0) {
        /* In two steps, as two deliveries would. */
        OK(shy_store_dictionary_add(store, c, column, texts, lengths, CODES / 2, &err));
        OK(shy_store_dictionary_add(store, c, column, texts + CODES / 2, lengths + CODES / 2,
                                    CODES / 2, &err));
    }
    shy_map_free(&known);
}

static int64_t random_value(struct model *m, const struct shy_column *def, uint32_t class,
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

static int by_person_claim(const void *a, const void *b)
{
    const struct test_line *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return (x->value[0] > y->value[0]) - (x->value[0] < y->value[0]);
}

static void fill_lines(struct model *m, struct test_segment *s)
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
static void choose_columns(struct model *m, struct test_segment *s)
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

static void add_segment(struct model *m, struct shy_store *store, int64_t delivery, const char *id,
                        uint32_t partition, int32_t month, uint32_t class)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct test_segment s = {.contract = test_core(id),
                             .delivery = delivery,
                             .partition = partition,
                             .class = class,
                             .month = month,
                             .rows = 1 + test_random(&m->seed, 400)};
    int64_t *hashes = NULL;
    choose_columns(m, &s);
    s.lines = shy_alloc(s.rows, sizeof *s.lines);
    fill_lines(m, &s);
    if (strcmp(id, "medical_claims") == 0) {
        hashes = shy_alloc(s.rows, sizeof *hashes);
        for (size_t i = 0; i < s.rows; i++)
            hashes[i] = (int64_t)(delivery * 1000003 + (int64_t)i) * INT64_C(-7046029254386353131);
    }
    OK(test_add_segment(store, &s, hashes, &err));
    shy_free(hashes);
    SHY_BUG_ON(!SHY_GROW(m->segments, m->count, m->capacity));
    m->segments[m->count++] = s;
}

/* One joined person in seven, of the first hundred. */
static void write_register(struct model *m, struct shy_store *store)
{
    struct shihyo_error err = SHY_ERROR_INIT;
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
    OK(shy_store_write_register(store, &r, persons, &err));
}

static const char *const coded[][2] = {
    {"medical_claims", "institution"},
    {"medical_claims", "setting"},
    {"medical_claims", "type"},
    {"medical_items", "item"},
    {"care_claims", "service"},
    {"care_claims", "office"},
    {"care_claims", "care_level"},
    {"persons", "sex"},
    {"persons", "scheme"},
    {"persons", "insurer"},
    {"persons", "insurer_area"},
};

/* instead = 0: beside the others. */
static int64_t deliver(struct model *m, struct shy_store *store, const char *content,
                       int64_t instead)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_delivery d = test_delivery("kdb", content);
    int64_t id = 0, delivery = instead;
    OK(shy_store_begin_instead(store, &d, instead, &err));
    model_remove(m, instead);
    for (size_t i = 0; instead == 0 && i < m->count; i++)
        delivery = m->segments[i].delivery > delivery ? m->segments[i].delivery : delivery;
    delivery += instead == 0;
    if (shy_store_partitions(store) == 0)
        OK(shy_store_set_partitions(store, TEST_PARTITIONS, &err));
    for (size_t i = 0; i < sizeof coded / sizeof coded[0]; i++) {
        const struct shy_contract *c = test_core(coded[i][0]);
        add_codes(store, c, shy_contract_column(c, coded[i][1]));
    }
    for (uint32_t p = 0; p < TEST_PARTITIONS; p++) {
        add_segment(m, store, delivery, "persons", p, SHY_NO_MONTH, 0);
        for (int32_t month = TEST_FIRST_MONTH; month < TEST_FIRST_MONTH + TEST_MONTHS; month++) {
            if (test_random(&m->seed, 4) == 0)
                continue;
            add_segment(m, store, delivery, "medical_claims", p, month, 0);
            add_segment(m, store, delivery, "care_claims", p, month, 0);
            for (uint32_t class = 0; class < 4; class ++)
                add_segment(m, store, delivery, "medical_items", p, month, class);
        }
    }
    write_register(m, store);
    OK(shy_store_commit(store, &id, &err));
    assert_int_equal(id, delivery);
    return id;
}

/* Comparing ------------------------------------------------------------------------------- */

static int64_t strip_value(const struct shy_strip *s, size_t i)
{
    uint64_t v = 0;
    if (s->width > 0)
        memcpy(&v, (const char *)s->values + i * s->width, s->width);
    return (int64_t)((uint64_t)s->base + v);
}

static int given_column(const struct test_segment *s, int column)
{
    for (size_t k = 0; k < s->column_count; k++) {
        if (s->columns[k] == column)
            return (int)k;
    }
    return -1;
}

static void expect_strip(const struct model *m, const struct test_segment *s, int column,
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

static void expect_stretch(const struct model *m, const struct test_segment *s,
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

static int by_month(const void *a, const void *b)
{
    const struct test_segment *x = *(const struct test_segment *const *)a;
    const struct test_segment *y = *(const struct test_segment *const *)b;
    if (x->month != y->month)
        return x->month < y->month ? -1 : 1;
    if (x->delivery != y->delivery)
        return x->delivery < y->delivery ? -1 : 1;
    return (x->class > y->class) - (x->class < y->class);
}

static int by_delivery(const void *a, const void *b)
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
static size_t pick(const struct model *m, const struct shy_contract *c, uint32_t partition,
                   int (*order)(const void *, const void *), const struct test_segment ***out)
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

static void expect_request(const struct model *m, const struct shy_partition_reader *reader,
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
        assert_true(next < got.count);
        expect_stretch(m, s, request, &got.items[next++]);
    }
    assert_int_equal(next, got.count);
    shy_free(wanted);
}

static const char *const contracts[] = {"persons", "medical_claims", "medical_items",
                                        "care_claims"};

static void expect_contract(const struct model *m, const struct shy_partition_reader *reader,
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

static void expect_partitions(const struct model *m)
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

static void expect_text(const struct model *m, const struct test_segment *s, size_t row,
                        const struct shy_column *def, int k, const char *text)
{
    char wanted[64], meaning[SHY_MEANING_TEXT];
    uint32_t person = m->joined[s->partition][s->lines[row].person];
    int column = (int)(def - s->contract->columns);
    if (def->role == SHY_ROLE_PERSON) {
        (void)snprintf(wanted, sizeof wanted, "%02u-%07u", s->partition, person);
    } else if (def->role == SHY_ROLE_CLAIM) {
        (void)snprintf(wanted, sizeof wanted, "%02u-%04d%02d-%lld-%07lld", s->partition,
                       s->month / 12, s->month % 12 + 1, (long long)s->delivery,
                       (long long)s->lines[row].value[k]);
    } else {
        shy_code_meaning(s->contract, column, meaning);
        (void)code_text(meaning, (uint32_t)s->lines[row].value[k], wanted);
    }
    assert_string_equal(text, wanted);
}

static void expect_row(const struct model *m, const struct test_segment *s, size_t row,
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

static void expect_table(const struct model *m, struct shy_store *store,
                         const struct shy_contract *c)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct test_segment **wanted;
    struct shy_table *t;
    size_t count = pick(m, c, UINT32_MAX, by_delivery, &wanted), at = 0;
    OK(shy_store_read(store, c, NULL, 0, &t, &err));
    for (size_t i = 0; i < count; i++) {
        assert_non_null(t);
        assert_true(at + wanted[i]->rows <= t->rows);
        for (size_t row = 0; row < wanted[i]->rows; row++)
            expect_row(m, wanted[i], row, t, at++);
    }
    assert_int_equal(at, t == NULL ? 0 : t->rows);
    shy_table_free(t);
    shy_free(wanted);
}

static void expect_all(const struct model *m)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_store *store;
    expect_partitions(m);
    OK(shy_store_open(path, SHY_STORE_READ, &store, &err));
    for (size_t i = 0; i < sizeof contracts / sizeof contracts[0]; i++)
        expect_table(m, store, test_core(contracts[i]));
    OK(shy_store_verify(store, &problems, &err));
    if (problems.count > 0)
        fail_msg("%s", problems.items[0].error.message);
    shy_problems_free(&problems);
    shy_store_close(store);
}

/* Cases ----------------------------------------------------------------------------------- */

static void test_segments_random_deliveries(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    char content[32];
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct model m = {.seed = seed * 1000};
        test_remove(path);
        OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
        for (int step = 0; step < 4; step++) {
            uint32_t action = test_random(&m.seed, 3);
            int64_t some =
                m.count == 0 ? 0 : m.segments[test_random(&m.seed, (uint32_t)m.count)].delivery;
            (void)snprintf(content, sizeof content, "%d", step);
            if (action == 0 && some != 0) {
                OK(shy_store_remove_delivery(store, some, &err));
                model_remove(&m, some);
            } else {
                (void)deliver(&m, store, content, action == 1 ? some : 0);
            }
            shy_store_close(store);
            expect_all(&m);
            OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
        }
        shy_store_close(store);
        model_free(&m);
    }
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_segments_random_deliveries, setup, teardown),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
