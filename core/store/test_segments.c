/* SPDX-License-Identifier: MIT */
/*
 * Rows of persons in the store, against a model in memory: what was given comes back, through the
 * partitions of an engine and through shy_store_read, whatever deliveries were added, replaced and
 * removed on the way.
 */
#include "core/store/test_segments_help.h"

#include "core/base/os/os.h"

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

/* Cases ----------------------------------------------------------------------------------- */

static void test_segments_random_deliveries(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    char content[32];
    (void)state;
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct model m = {.seed = seed * 1000, .months = TEST_MONTHS, .rows = 400};
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
                OK(deliver(&m, store, content, action == 1 ? some : 0, &err));
            }
            shy_store_close(store);
            expect_all(&m, path);
            OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
        }
        shy_store_close(store);
        model_free(&m);
    }
}

/* Many rows of one place: cut between persons, and too large to be fetched whole. */
static void test_segments_large(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model m = {.seed = 5, .months = 0, .rows = 10};
    struct shy_store *store;
    struct shy_partitions all;
    struct shy_partition_reader reader;
    struct shy_stretches got;
    const struct shy_contract *c = test_core("medical_items");
    enum { ROWS = 1200000, PER_PERSON = 5000 };
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&m, store, "small", 0, &err));
    struct shy_delivery d = test_delivery("kdb", "large");
    uint32_t *person = shy_alloc(ROWS, sizeof *person);
    int32_t *item = shy_alloc(ROWS, sizeof *item), *points = shy_alloc(ROWS, sizeof *points);
    for (int32_t i = 0; i < ROWS; i++) {
        person[i] = (uint32_t)(i / PER_PERSON);
        item[i] = i % CODES;
        points[i] = i % 1000 == 7 ? 1 << 28 : i % 251;
    }
    struct shy_segment_column columns[] = {{shy_contract_column(c, "item"), item, NULL, NULL},
                                           {shy_contract_column(c, "points"), points, NULL, NULL}};
    struct shy_segment_rows rows = {.contract = c,
                                    .month = TEST_FIRST_MONTH,
                                    .rows = ROWS,
                                    .person = person,
                                    .columns = columns,
                                    .column_count = 2};
    struct shy_packed_segment *packed;
    OK(shy_segment_pack(&rows, &packed, &err));
    /* Two bytes a row at most: what stands apart does not widen the rest. */
    assert_true(shy_packed_segment_size(packed) < ROWS * 2 + ROWS / 50);
    OK(shy_store_begin_instead(store, &d, 0, &err));
    OK(shy_store_add_segment(store, packed, &err));
    OK(shy_store_commit(store, NULL, &err));
    shy_packed_segment_free(packed);
    shy_store_close(store);
    const int asked[] = {columns[1].index, columns[0].index};
    struct shy_partition_request request = {.contract = c,
                                            .columns = asked,
                                            .column_count = 2,
                                            .first_month = INT32_MIN,
                                            .last_month = INT32_MAX};
    OK(shy_store_open_partitions(path, NULL, 0, &all, &err));
    OK(all.reader(all.self, &reader, &err));
    OK(reader.read(reader.self, 0, &request, &got, &err));
    assert_true(got.count >= 2);
    size_t at = 0;
    for (size_t i = 0; i < got.count; i++) {
        const struct shy_stretch *s = &got.items[i];
        assert_true(i == 0 || s->person[0] != got.items[i - 1].person[got.items[i - 1].rows - 1]);
        for (size_t row = 0; row < s->rows; row++, at++) {
            if (s->person[row] != m.joined[0][person[at]] ||
                strip_value(&s->columns[0], row) != points[at] ||
                strip_value(&s->columns[1], row) != item[at])
                fail_msg("row %zu", at);
        }
    }
    assert_int_equal(at, ROWS);
    reader.close(reader.self);
    shy_store_close_partitions(&all);
    shy_free(person);
    shy_free(item);
    shy_free(points);
    model_free(&m);
}

static void expect_register(struct shy_store *store)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_register r;
    char number[16];
    OK(shy_store_read_register(store, &r, &err));
    assert_int_equal(r.entry_count, TEST_PARTITIONS * TEST_PERSONS);
    assert_int_equal(r.key_count, r.entry_count);
    for (uint32_t i = 0; i < r.entry_count; i++) {
        const struct shy_register_entry *e = &r.entries[i];
        uint32_t local = i % TEST_PERSONS;
        (void)snprintf(number, sizeof number, "N%05u%u", local, i / TEST_PERSONS);
        assert_int_equal(e->length, strlen(number));
        assert_memory_equal(e->number, number, e->length);
        assert_int_equal(e->partition, i / TEST_PERSONS);
        assert_int_equal(e->person, local);
        assert_int_equal(e->joined, local < 100 && local % 7 == 3 ? local + 150 : local);
        assert_int_equal(e->sex, 1 + local % 2);
        assert_int_equal(e->birth_month, 1940 * 12 + (int32_t)local);
        assert_int_equal(e->care, local % 5 == 0);
    }
    for (uint32_t i = 0; i < r.key_count; i++) {
        const struct shy_register_key *k = &r.keys[i];
        const struct shy_register_entry *e = &r.entries[k->entry];
        char hash[16] = {0};
        /* See write_register: key i was entry count - 1 - i's. */
        uint32_t own = TEST_PARTITIONS * TEST_PERSONS - 1 - k->entry;
        (void)snprintf(hash, sizeof hash, "N%05u%u", own % TEST_PERSONS, own / TEST_PERSONS);
        assert_memory_equal(k->hash, hash, sizeof k->hash);
        assert_int_equal(k->first_month, 24280);
        assert_int_equal(k->last_month, 24280 + (int32_t)(own / TEST_PERSONS));
        assert_true(e->partition < TEST_PARTITIONS);
    }
    shy_register_free(&r);
}

/* Is the text anywhere in the file, used or free? */
static bool is_in_file(const char *text)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_mapping file;
    size_t length = strlen(text);
    bool found = false;
    OK(shy_os_map(path, &file, &err));
    for (size_t i = 0; i + length <= file.size && !found; i++)
        found = memcmp(file.data + i, text, length) == 0;
    shy_os_unmap(&file);
    return found;
}

static void test_segments_register(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model m = {.seed = 3, .months = 1, .rows = 20};
    struct shy_store *store;
    struct shy_register r;
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    assert_int_equal(shy_store_partitions(store), 0);
    OK(shy_store_read_register(store, &r, &err));
    assert_int_equal(r.entry_count, 0);
    shy_register_free(&r);
    OK(deliver(&m, store, "1", 0, &err));
    assert_int_equal(shy_store_partitions(store), TEST_PARTITIONS);
    expect_register(store);
    OK(deliver(&m, store, "2", 0, &err));
    expect_register(store);
    assert_int_equal(shy_store_remove_delivery(store, 9, &err), SHY_E_DELIVERY_UNKNOWN);
    OK(shy_store_remove_delivery(store, 1, &err));
    expect_register(store);
    /* With the last rows of persons goes all that tells who they were, from free pages, too. */
    assert_true(is_in_file("N001230"));
    OK(shy_store_remove_delivery(store, 2, &err));
    assert_false(is_in_file("N001230"));
    assert_int_equal(shy_store_partitions(store), 0);
    OK(shy_store_read_register(store, &r, &err));
    assert_int_equal(r.entry_count, 0);
    shy_register_free(&r);
    shy_store_close(store);
    model_free(&m);
}

/* Registers that contradict themselves are refused, and the delivery with them. */
static void test_segments_register_refused(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const uint32_t persons[] = {2, 2};
    struct shy_delivery d = test_delivery("kdb", "x");
    struct shy_store *store;
    struct shy_register_entry e[] = {{.number = "a", .length = 1, .joined = 1},
                                     {.number = "b", .length = 1, .person = 1, .joined = 1}};
    struct shy_register_key k = {.entry = 0};
    struct shy_register r = {.entries = e, .entry_count = 2, .keys = &k, .key_count = 1};
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    for (int round = 0; round < 6; round++) {
        OK(shy_store_begin_instead(store, &d, 0, &err));
        OK(shy_store_set_partitions(store, 2, &err));
        struct shy_register_entry was[2] = {e[0], e[1]};
        k.entry = round == 1 ? 2 : 0;
        e[0].partition = round == 2 ? 1 : 0; /* out of order */
        e[1].person = round == 3 ? 2 : 1;
        e[1].partition = round == 4 ? 2 : 0;
        e[1].joined = round == 5 ? 0 : 1; /* the one who was joined is joined again */
        int code = shy_store_write_register(store, &r, persons, &err);
        assert_int_equal(code, round == 0 ? 0 : SHY_E_INTERNAL);
        e[0] = was[0];
        e[1] = was[1];
        shy_store_rollback(store);
        assert_int_equal(shy_store_partitions(store), 0);
    }
    OK(shy_store_begin_instead(store, &d, 0, &err));
    assert_int_equal(shy_store_set_partitions(store, 3, &err), SHY_E_INTERNAL);
    shy_store_close(store);
}

static void test_segments_claims_known(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model m = {.seed = 21, .months = 2, .rows = 300};
    struct shy_store *store;
    uint64_t *hashes;
    size_t count, seen = 0;
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&m, store, "1", 0, &err));
    OK(deliver(&m, store, "2", 0, &err));
    for (uint32_t p = 0; p < TEST_PARTITIONS; p++) {
        for (int32_t month = TEST_FIRST_MONTH; month < TEST_FIRST_MONTH + 2; month++) {
            size_t wanted = 0;
            OK(shy_store_claims_known(store, p, month, &hashes, &count, &err));
            for (size_t i = 0; i < m.count; i++) {
                const struct test_segment *s = &m.segments[i];
                if (strcmp(s->contract->id, "medical_claims") != 0 || s->partition != p ||
                    s->month != month)
                    continue;
                wanted += s->rows;
                for (size_t row = 0; row < s->rows; row++) {
                    uint64_t hash = (uint64_t)claim_hash(s->delivery, row);
                    size_t k = 0;
                    while (k < count && hashes[k] != hash)
                        k++;
                    assert_true(k < count);
                }
            }
            assert_int_equal(count, wanted);
            for (size_t k = 1; k < count; k++)
                assert_true(hashes[k - 1] <= hashes[k]);
            seen += count;
            shy_free(hashes);
        }
    }
    assert_true(seen > 0);
    shy_store_close(store);
    model_free(&m);
}

static void test_segments_link_rates(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_link_rate rates[] = {{"", 3, 1, 0}, {"29201", 100, 97, 2}};
    struct shy_delivery d = test_delivery("kdb", "x");
    struct shy_link_rate *got;
    struct shy_store *store;
    size_t count;
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    for (size_t n = 2; n > 0; n--) {
        d.hash[0] = (char)('0' + n);
        OK(shy_store_begin_instead(store, &d, 0, &err));
        OK(shy_store_write_link_rates(store, rates, n, &err));
        OK(shy_store_commit(store, NULL, &err));
        OK(shy_store_link_rates(store, &got, &count, &err));
        assert_int_equal(count, n);
        for (size_t i = 0; i < n; i++) {
            assert_string_equal(got[i].area, rates[i].area);
            assert_int_equal(got[i].persons, rates[i].persons);
            assert_int_equal(got[i].linked, rates[i].linked);
            assert_int_equal(got[i].ambiguous, rates[i].ambiguous);
        }
        shy_free(got);
    }
    shy_store_close(store);
}

/* Same hash: refused, other than in the place of the delivery that has it. */
static void test_segments_same_files(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model m = {.seed = 2, .months = 1, .rows = 10};
    struct shy_store *store;
    struct shy_delivery d = test_delivery("kdb", "1");
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&m, store, "1", 0, &err));
    OK(deliver(&m, store, "2", 0, &err));
    assert_int_equal(shy_store_begin_instead(store, &d, 0, &err), SHY_E_DELIVERY_KNOWN);
    assert_int_equal(shy_store_begin_instead(store, &d, 2, &err), SHY_E_DELIVERY_KNOWN);
    assert_int_equal(shy_store_begin_instead(store, &d, 7, &err), SHY_E_DELIVERY_KNOWN);
    d.source = "other";
    d.hash[0] = 'x';
    assert_int_equal(shy_store_begin_instead(store, &d, 1, &err), SHY_E_DELIVERY_UNKNOWN);
    OK(deliver(&m, store, "1", 1, &err));
    shy_store_close(store);
    expect_all(&m, path);
    model_free(&m);
}

/* A new month leaves every bundle that is there as it is. */
static void test_segments_month_costs_a_month(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model m = {.seed = 2, .months = 4, .rows = 3000};
    struct shy_store *store;
    int64_t before, after, rows;
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&m, store, "1", 0, &err));
    OK(shy_database_number(&store->db, "SELECT max(segment) FROM bundles", &rows, &err));
    OK(shy_database_number(&store->db, "PRAGMA page_count", &before, &err));
    m.months = 1;
    OK(deliver(&m, store, "2", 0, &err));
    OK(shy_database_number(&store->db, "PRAGMA page_count", &after, &err));
    assert_true((after - before) * 2 < before);
    assert_true(rows > 10);
    shy_store_close(store);
    model_free(&m);
}

/* Only some sources: rows, months and columns of the others are not there. */
static void test_segments_only_sources(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct model m = {.seed = 2, .months = 2, .rows = 30};
    const char *const none[] = {"other"}, *const own[] = {"kdb"};
    const struct shy_contract *c = test_core("medical_items");
    struct shy_partitions all;
    struct shy_store *store;
    size_t count;
    (void)state;
    OK(shy_store_open(path, SHY_STORE_WRITE, &store, &err));
    OK(deliver(&m, store, "1", 0, &err));
    int32_t *listed;
    size_t listed_count;
    OK(shy_store_months(store, "medical_items", &listed, &listed_count, &err));
    shy_store_close(store);
    OK(shy_store_open_partitions(path, none, 1, &all, &err));
    (void)all.months(all.self, c, &count);
    assert_int_equal(count, 0);
    assert_false(all.has_column(all.self, c, shy_contract_column(c, "item")));
    shy_store_close_partitions(&all);
    OK(shy_store_open_partitions(path, own, 1, &all, &err));
    const int32_t *months = all.months(all.self, c, &count);
    assert_true(count > 0 && months[0] >= TEST_FIRST_MONTH);
    assert_int_equal(count, listed_count);
    assert_memory_equal(months, listed, count * sizeof *months);
    shy_free(listed);
    assert_true(all.has_column(all.self, c, shy_contract_column(c, "item")));
    assert_true(all.has_column(all.self, c, shy_contract_column(c, "month")));
    /* Columns of one meaning have one dictionary. */
    const struct shy_contract *claims = test_core("medical_claims");
    assert_ptr_equal(all.dictionary(all.self, c, shy_contract_column(c, "institution")),
                     all.dictionary(all.self, claims, shy_contract_column(claims, "institution")));
    assert_non_null(all.dictionary(all.self, c, shy_contract_column(c, "item")));
    shy_store_close_partitions(&all);
    model_free(&m);
}

static void test_segments_code_classes(void **state)
{
    const struct shy_contract *items = test_core("medical_items");
    const struct shy_packed_segment listed = {.contract = items, .class = 2},
                                    others = {.contract = items},
                                    care = {.contract = test_core("care_items")};
    (void)state;
    assert_false(shy_packed_segment_is_rest(&listed));
    assert_true(shy_packed_segment_is_rest(&others));
    assert_false(shy_packed_segment_is_rest(&care));
    assert_int_equal(shy_code_class(items, "114001110", 9), 1);
    assert_int_equal(shy_code_class(items, "190117710", 9), 2);
    assert_int_equal(shy_code_class(items, "113001810", 9), 3);
    assert_int_equal(shy_code_class(items, "160008010", 9), 0);
    assert_int_equal(shy_code_class(items, "11", 2), 0);
    assert_int_equal(shy_code_class(test_core("care_items"), "114001", 6), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        CASE(test_segments_random_deliveries), CASE(test_segments_large),
        CASE(test_segments_register),          CASE(test_segments_register_refused),
        CASE(test_segments_claims_known),      CASE(test_segments_link_rates),
        CASE(test_segments_same_files),        CASE(test_segments_month_costs_a_month),
        CASE(test_segments_only_sources),      CASE(test_segments_code_classes),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
