/* SPDX-License-Identifier: MIT */
/*
 * Random person-level tables, good and bad, imported in every combination of threads, splits and
 * partitions: the rows kept are those that a plain loop over all rows keeps, and the store has the
 * same bytes whatever the number of threads.
 */
#include "core/import/test_claims_source.h"

#include <sqlite3.h>

#include "core/base/hash.h"
#include "core/base/test_every.h"

static void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err->message, err->file, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

enum { NUMBERS = 24, CLAIM_ROWS = 60, ITEM_ROWS = 260, CARE_ROWS = 40, MOST_LINES = 400 };

static uint64_t seed;

static int below(int n)
{
    seed += 0x9e3779b97f4a7c15u;
    return (int)((shy_checksum(&seed, sizeof seed) >> 32) * (uint64_t)n >> 32);
}

/* A month, rarely one that is none. */
static int a_month(void)
{
    static const int bad[] = {202300, 202313, 0, 199912};
    return below(60) == 0 ? bad[below(4)] : 202304 + below(4);
}

static void add_persons(void)
{
    struct test_table *t = test_table_of(
        "persons", "person sex birth_month scheme insurer insured_symbol insured_number valid_from "
                   "valid_to");
    for (int i = 0; i < NUMBERS; i++) {
        char row[128];
        /* Pairs share the five items; half of them follow each other in time. */
        int pair = i / 2, first = i % 2 == 0 ? 201804 : (pair % 2 == 0 ? 202104 : 201904);
        (void)snprintf(row, sizeof row, "P%d %s %d nhi 290000 S %d %d %d", i,
                       pair % 3 == 0 ? "male" : "female", 193001 + pair % 5, pair + 1, first,
                       i % 2 == 0 ? 202103 : 202403);
        test_add(t, 0, row);
    }
}

static void add_events(void)
{
    static const char *const settings[] = {"inpatient", "outpatient", "elsewhere"};
    static const char *const codes[] = {"114001110", "112007410", "190117710", "113002310",
                                        "160000310-with-more-than-12"};
    static const char *const days[] = {"-", "2023-04-30", "1969-12-31", "2024-02-29"};
    static const char *const outcomes[] = {"-", "alive", "death", "dead"};
    char row[160];
    struct test_table *t =
        test_table_of("medical_claims", "claim person month institution setting type days points "
                                        "admitted_on outcome");
    for (int i = 0; i < CLAIM_ROWS; i++) {
        (void)snprintf(row, sizeof row, "R%d P%d %d %d %s medical %d %d %s %s", below(30),
                       below(NUMBERS + 1), a_month(), 2900 + below(4),
                       settings[below(40) == 0 ? 2 : below(2)], below(33), i,
                       days[i % 3 == 0 ? 0 : below(4)], outcomes[below(40) == 0 ? 3 : below(3)]);
        test_add(t, 0, row);
    }
    size_t claims = t->count;
    const struct test_row *rows = t->rows;
    t = test_table_of("medical_items", "claim person month institution item quantity points");
    for (int i = 0; i < ITEM_ROWS; i++) {
        /* Mostly of a claim that there is, in runs. */
        const char *const *f = rows[(size_t)(i / 4) % claims].fields;
        if (below(20) == 0)
            f = rows[below((int)claims)].fields;
        (void)snprintf(row, sizeof row, "%s %s %s %s %s %d %d", below(50) == 0 ? "R99" : f[0],
                       below(50) == 0 ? "P999" : f[1], f[2], below(9) == 0 ? "-" : f[3],
                       below(50) == 0 ? "-" : codes[below(5)], below(5) - 1, i * 1000003 % 5000);
        test_add(t, 0, row);
    }
    t = test_table_of("care_claims", "person month service office care_level units");
    for (int i = 0; i < CARE_ROWS; i++) {
        (void)snprintf(row, sizeof row, "P%d %d %d %s %d %d", below(NUMBERS + 1), a_month(),
                       11 + below(3), below(3) == 0 ? "-" : "2970001", 21 + below(4), i);
        test_add(t, 0, row);
    }
}

/* The plain loop ------------------------------------------------------------------------- */

struct lines {
    char *text[MOST_LINES];
    size_t count;
};

static void add_line(struct lines *l, const char *format, ...) SHY_PRINTF(2, 3);
static void add_line(struct lines *l, const char *format, ...)
{
    va_list args;
    char text[256];
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    l->text[l->count++] = strdup(text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_lines(struct lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->text[i]);
    l->count = 0;
}

static struct shy_register known;

/* "00-0000003", or NULL for a number that no register has. */
static const char *who(const char *number)
{
    static char names[NUMBERS][32]; /* by entry: callers keep several */
    for (size_t i = 0; i < known.entry_count; i++) {
        const struct shy_register_entry *e = &known.entries[i];
        if (e->length != strlen(number) || memcmp(e->number, number, e->length) != 0)
            continue;
        assert_true(i < NUMBERS);
        (void)snprintf(names[i], sizeof names[i], "%02u-%07u", e->partition, e->joined);
        return names[i];
    }
    return NULL;
}

static bool good_month(const char *month)
{
    long m = strtol(month, NULL, 10);
    return m >= 200001 && m % 100 >= 1 && m % 100 <= 12;
}

static const char *or_none(const char *text)
{
    return text == NULL ? "-" : text;
}

/* Whether claim row i is kept: its values are good, and none before it is the same claim. */
static bool keeps_claim(const struct test_table *t, size_t i)
{
    const char *const *f = t->rows[i].fields;
    const char *me = who(f[1]);
    if (me == NULL || !good_month(f[2]) || strcmp(f[4], "elsewhere") == 0 ||
        strtol(f[6], NULL, 10) > 31 || strcmp(or_none(f[9]), "dead") == 0)
        return false;
    for (size_t k = 0; k < i; k++) {
        const char *const *g = t->rows[k].fields;
        if (strcmp(f[0], g[0]) == 0 && strcmp(f[2], g[2]) == 0 && who(g[1]) != NULL &&
            strcmp(me, who(g[1])) == 0 && keeps_claim(t, k))
            return false;
    }
    return true;
}

/* The points of the claim that an item belongs to; NULL = none. In these tables points tell
 * claims apart. */
static const char *claim_of(const char *const *item)
{
    const struct test_table *t = test_table_of("medical_claims", "");
    for (size_t i = 0; i < t->count; i++) {
        const char *const *f = t->rows[i].fields;
        if (strcmp(f[0], item[0]) == 0 && strcmp(f[2], item[2]) == 0 && who(f[1]) != NULL &&
            strcmp(who(f[1]), who(item[1])) == 0 && keeps_claim(t, i))
            return f[7];
    }
    return NULL;
}

static void expect_lines(struct lines *out)
{
    const struct test_table *t = test_table_of("medical_claims", "");
    for (size_t i = 0; i < t->count; i++) {
        const char *const *f = t->rows[i].fields;
        if (keeps_claim(t, i))
            add_line(out, "claim %s %.4s-%s %s %s %s %s %s %s", who(f[1]), f[2], f[2] + 4, f[3],
                     f[4], f[6], f[7], or_none(f[8]), or_none(f[9]));
    }
    t = test_table_of("medical_items", "");
    for (size_t i = 0; i < t->count; i++) {
        const char *const *f = t->rows[i].fields;
        if (who(f[1]) == NULL || !good_month(f[2]) || f[4] == NULL || claim_of(f) == NULL)
            continue;
        add_line(out, "item %s %.4s-%s %s %s %s %s of %s", who(f[1]), f[2], f[2] + 4, or_none(f[3]),
                 f[4], f[5], f[6], claim_of(f));
    }
    t = test_table_of("care_claims", "");
    for (size_t i = 0; i < t->count; i++) {
        const char *const *f = t->rows[i].fields;
        if (who(f[0]) != NULL && good_month(f[1]))
            add_line(out, "care %s %.4s-%s %s %s %s %s", who(f[0]), f[1], f[1] + 4, f[2],
                     or_none(f[3]), f[4], f[5]);
    }
    qsort(out->text, out->count, sizeof out->text[0], by_text);
}

/* What is in the store ------------------------------------------------------------------- */

static const char *value(const struct shy_table *t, size_t row, const char *column)
{
    static char texts[16][64];
    static int next;
    int at = shy_table_column(t, column);
    char *text = texts[next++ % 16];
    (void)snprintf(text, sizeof texts[0], "-");
    if (t->columns[at].state[row] == SHIHYO_STATE_OK)
        shy_table_value_text(t, row, at, text, sizeof texts[0]);
    return text;
}

static struct shy_table *read_table(struct shy_store *store, const char *contract)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_table *t;
    OK(shy_store_read(store, test_contract_of(contract), NULL, 0, &t, &err));
    assert_non_null(t);
    return t;
}

static void find_lines(struct shy_store *store, struct lines *out)
{
    struct shy_table *claims = read_table(store, "medical_claims");
    for (size_t i = 0; i < claims->rows; i++)
        add_line(out, "claim %s %s %s %s %s %s %s %s", value(claims, i, "person"),
                 value(claims, i, "month"), value(claims, i, "institution"),
                 value(claims, i, "setting"), value(claims, i, "days"), value(claims, i, "points"),
                 value(claims, i, "admitted_on"), value(claims, i, "outcome"));
    struct shy_table *t = read_table(store, "medical_items");
    for (size_t i = 0; i < t->rows; i++) {
        size_t k = 0;
        while (k < claims->rows && strcmp(value(claims, k, "claim"), value(t, i, "claim")) != 0)
            k++;
        assert_true(k < claims->rows);
        add_line(out, "item %s %s %s %s %s %s of %s", value(t, i, "person"), value(t, i, "month"),
                 value(t, i, "institution"), value(t, i, "item"), value(t, i, "quantity"),
                 value(t, i, "points"), value(claims, k, "points"));
    }
    shy_table_free(t);
    shy_table_free(claims);
    t = read_table(store, "care_claims");
    for (size_t i = 0; i < t->rows; i++)
        add_line(out, "care %s %s %s %s %s %s", value(t, i, "person"), value(t, i, "month"),
                 value(t, i, "service"), value(t, i, "office"), value(t, i, "care_level"),
                 value(t, i, "units"));
    shy_table_free(t);
    qsort(out->text, out->count, sizeof out->text[0], by_text);
}

/* A hash of everything in the file but the times of deliveries. */
static void hash_store(char out[SHY_HASH_TEXT])
{
    static const char *const tables[] = {"segments",         "bundles",    "dictionaries",
                                         "dictionary_parts", "partitions", "register"};
    struct shy_text all = {0};
    sqlite3 *db;
    assert_int_equal(sqlite3_open_v2(test_store, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[80];
        sqlite3_stmt *s;
        (void)snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY 1", tables[i]);
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &s, NULL), SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW) {
            for (int k = 0; k < sqlite3_column_count(s); k++) {
                const void *bytes = sqlite3_column_blob(s, k);
                size_t length = (size_t)sqlite3_column_bytes(s, k);
                shy_text_add(&all, (const char *)&length, sizeof length);
                if (length > 0)
                    shy_text_add(&all, bytes, length);
            }
        }
        assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
    }
    (void)sqlite3_close(db);
    assert_false(all.failed);
    assert_true(all.length > 1000);
    shy_hash_bytes(all.text, all.length, out);
    shy_text_free(&all);
}

/* A store in which the number of partitions is chosen already. */
static void new_store(uint32_t partitions)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    int64_t id;
    (void)unlink(test_store);
    OK(shy_store_open(test_store, SHY_STORE_WRITE, &store, &err));
    struct shy_delivery d = {.source = "other",
                             .plugin = "other",
                             .plugin_version = "1",
                             .options = "{}",
                             .hash = "0",
                             .received = "2024-04-01T09:00:00Z"};
    OK(shy_store_begin(store, &d, true, &err));
    OK(shy_store_set_partitions(store, partitions, &err));
    OK(shy_store_commit(store, &id, &err));
    shy_store_close(store);
}

static void compare(void)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct lines expected = {.count = 0}, found = {.count = 0};
    struct shy_store *store;
    OK(shy_store_open(test_store, SHY_STORE_READ, &store, &err));
    OK(shy_store_read_register(store, &known, &err));
    assert_int_equal(known.entry_count, NUMBERS);
    expect_lines(&expected);
    find_lines(store, &found);
    assert_int_equal(found.count, expected.count);
    assert_true(expected.count > 100);
    for (size_t i = 0; i < found.count; i++)
        assert_string_equal(found.text[i], expected.text[i]);
    free_lines(&expected);
    free_lines(&found);
    shy_register_free(&known);
    shy_store_close(store);
}

static void test_random_claims(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    static const uint32_t splits[] = {1, 3, 7}, partitions[] = {1, 4, 64};
    long start, end = test_cases(4, &start);
    (void)state;
    for (long round = start; round < end; round++) {
        seed = 20240401 + (uint64_t)round;
        test_clear();
        add_persons();
        add_events();
        for (size_t p = 0; p < 3; p++) {
            char first[SHY_HASH_TEXT] = "", hash[SHY_HASH_TEXT];
            for (size_t s = 0; s < 3; s++) {
                given.splits = splits[s];
                test_options.threads = 1 + s;
                given.runs = (int)s;
                /* The last with hardly any memory: some months at a time, through a file. */
                test_options.memory = s == 2 ? 700 : 0;
                new_store(partitions[p]);
                OK(test_import(&err));
                compare();
                hash_store(hash);
                if (s == 0)
                    memcpy(first, hash, sizeof first);
                assert_string_equal(hash, first);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_random_claims, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
