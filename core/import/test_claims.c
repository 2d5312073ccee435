/* SPDX-License-Identifier: MIT */
/* Person-level tables from a source inside the test into a store, read back and compared. */
#include "core/import/test_claims_source.h"

#include <dirent.h>

static void check_code(int code, const struct shihyo_error *err, int line)
{
    if (code != 0)
        fail_msg("line %d: SHY-%04d %s [%s] %s", line, code, err->message, err->file, err->hint);
}
#define OK(call) check_code((call), &err, __LINE__)

#define PERSONS \
    "person sex birth_month scheme insurer insured_symbol insured_number residence_area " \
    "valid_from valid_to"
#define CARE_PERSONS \
    "person sex birth_month insurer medical_insurer insured_symbol insured_number valid_from"
#define CLAIMS "claim person month institution setting type days points admitted_on outcome"
#define ITEMS "claim person month institution item quantity points"
#define CARE "person month service office care_level units"

/* Rows of a contract as sorted lines "a,b,c" of the columns named; freed by the caller. */
struct lines {
    char *text[4000];
    size_t count;
};

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

static struct shy_table *read_rows(const char *contract)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    struct shy_table *rows;
    OK(shy_store_open(test_store, SHY_STORE_READ, &store, &err));
    OK(shy_store_read(store, test_contract_of(contract), NULL, 0, &rows, &err));
    shy_store_close(store);
    return rows;
}

static void read_lines(const char *contract, const char *columns, struct lines *out)
{
    struct shy_table *rows = read_rows(contract);
    out->count = 0;
    for (size_t i = 0; rows != NULL && i < rows->rows; i++) {
        struct shy_text t = {0};
        char *copy = strdup(columns), *rest;
        for (char *word = strtok_r(copy, " ", &rest); word != NULL;
             word = strtok_r(NULL, " ", &rest)) {
            char value[64] = "-";
            int column = shy_table_column(rows, word);
            assert_true(column >= 0);
            if (rows->columns[column].state[i] == SHIHYO_STATE_OK)
                shy_table_value_text(rows, i, column, value, sizeof value);
            shy_text_addf(&t, "%s%s", t.length == 0 ? "" : ",", value);
        }
        free(copy);
        out->text[out->count++] = strdup(shy_text_get(&t));
        shy_text_free(&t);
    }
    qsort(out->text, out->count, sizeof out->text[0], by_text);
    shy_table_free(rows);
}

#define EXPECT_LINES(contract, columns, ...) \
    do { \
        const char *const expected_[] = {__VA_ARGS__}; \
        struct lines found_; \
        read_lines(contract, columns, &found_); \
        assert_int_equal(found_.count, sizeof expected_ / sizeof expected_[0]); \
        for (size_t i_ = 0; i_ < found_.count; i_++) \
            assert_string_equal(found_.text[i_], expected_[i_]); \
        free_lines(&found_); \
    } while (0)

static int64_t rows_of(const char *contract)
{
    struct shy_table *rows = read_rows(contract);
    int64_t count = rows == NULL ? 0 : (int64_t)rows->rows;
    shy_table_free(rows);
    return count;
}

static const struct shy_import_table *told(const char *contract)
{
    for (size_t i = 0; i < test_report.table_count; i++) {
        if (strcmp(test_report.tables[i].contract, contract) == 0)
            return &test_report.tables[i];
    }
    fail_msg("the report has no %s", contract);
    return NULL;
}

static const struct shihyo_error *problem(int code)
{
    for (size_t i = 0; i < test_report.problems.count; i++) {
        if ((int)test_report.problems.items[i].error.code == code)
            return &test_report.problems.items[i].error;
    }
    return NULL;
}

/* Two persons of the medical register, one of them in the care register under another number. */
static void add_two_persons(void)
{
    struct test_table *t = test_table_of("persons", PERSONS);
    test_add(t, 0, "A1 female 194504 nhi 00290000 S 0012 29201 202304 -");
    test_add(t, 0, "A2 male 195001 late_elderly 39290001 - 77 29202 202304 202403");
    t = test_table_of("care_persons", CARE_PERSONS);
    test_add(t, 0, "C9 female 194504 292011 290000 Ｓ １２ 202304");
}

static void add_claims(void)
{
    struct test_table *t = test_table_of("medical_claims", CLAIMS);
    test_add(t, 0, "R1 A1 202304 2911111 outpatient medical 2 500");
    test_add(t, 0, "R2 A2 202304 2922222 inpatient dpc 30 90000");
    test_add(t, 0, "R3 A1 202305 - outpatient medical - -");
    t = test_table_of("medical_items", ITEMS);
    test_add(t, 0, "R1 A1 202304 2911111 114001110 1 400");
    test_add(t, 0, "R1 A1 202304 2911111 112007410 1 100");
    test_add(t, 0, "R2 A2 202304 2922222 190117710 30 80000");
    test_add(t, 0, "R2 A2 202304 2922222 112007410 -3 -");
    test_add(t, 0, "R3 A1 202305 - 114001110 2 800");
}

static void test_claims_small(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    add_claims();
    struct test_table *t = test_table_of("care_claims", CARE);
    test_add(t, 0, "C9 202304 11 2970001 21 1200");
    test_add(t, 0, "A2 202304 51 - - -");
    t = test_table_of("insurers", "insurer name insurer_area");
    test_add(t, 0, "00290000 奈良市 29201");
    OK(test_import(&err));
    /* A1 and C9 are one person: insurer, symbol and number are equal but for width and zeros. The
     * born earlier has the lower number; one partition, since there are few. */
    EXPECT_LINES("persons",
                 "person sex birth_month insurer_area residence_area valid_from valid_to",
                 "00-0000000,female,1945-04,29201,29201,2023-04,-",
                 "00-0000001,male,1950-01,29202,29202,2023-04,2024-03");
    EXPECT_LINES("care_persons", "person sex insurer", "00-0000000,female,292011");
    EXPECT_LINES("medical_claims", "person month institution setting type days points",
                 "00-0000000,2023-04,2911111,outpatient,medical,2,500",
                 "00-0000000,2023-05,-,outpatient,medical,-,-",
                 "00-0000001,2023-04,2922222,inpatient,dpc,30,90000");
    EXPECT_LINES("medical_items", "claim person month institution item quantity points",
                 "00-202304-000001-0000000,00-0000000,2023-04,2911111,112007410,1,100",
                 "00-202304-000001-0000000,00-0000000,2023-04,2911111,114001110,1,400",
                 "00-202304-000001-0000001,00-0000001,2023-04,2922222,112007410,-3,-",
                 "00-202304-000001-0000001,00-0000001,2023-04,2922222,190117710,30,80000",
                 "00-202305-000001-0000000,00-0000000,2023-05,-,114001110,2,800");
    EXPECT_LINES("care_claims", "person month service office care_level units",
                 "00-0000000,2023-04,11,2970001,21,1200", "00-0000001,2023-04,51,-,-,-");
    assert_int_equal(test_report.links.numbers, 3);
    assert_int_equal(test_report.links.persons, 2);
    assert_int_equal(test_report.links.care, 1);
    assert_int_equal(test_report.links.linked, 1);
    assert_int_equal(told("medical_items")->rows_kept, 5);
    assert_int_equal(told("persons")->rows_rejected, 0);
}

/* Rejects -------------------------------------------------------------------------------- */

static void test_claims_rejects(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    add_claims();
    struct test_table *t = test_table_of("medical_items", ITEMS);
    test_add(t, 0, "R1 NOBODY 202304 2911111 114001110 1 400");
    test_add(t, 0, "R1 A1 202313 2911111 114001110 1 400");
    test_add(t, 0, "R1 A1 202304 2911111 - 1 400");
    test_add(t, 0, "R9 A1 202304 2911111 114001110 1 400");
    t = test_table_of("medical_claims", CLAIMS);
    test_add(t, 0, "R1 A1 202304 2911111 outpatient medical 1 1");
    test_add(t, 0, "R4 A1 202304 2911111 somewhere medical 1 1");
    test_add(t, 0, "R5 A1 202304 2911111 outpatient medical 32 1");
    t = test_table_of("persons", PERSONS);
    test_add(t, 0, "A3 female 195001 nhi 1 1 1 29201 202304 -");
    test_add(t, 0, "A3 male 195001 nhi 1 1 1 29201 202404 -");
    test_add(t, 0, "A1 female 194504 nhi 00290000 S 0012 29201 202304 202305");
    test_add(t, 0, "A4 female 194504 nhi 1 1 1 29201 202304 202303");
    OK(test_import(&err));
    assert_int_equal(told("medical_items")->rows_rejected, 4);
    assert_int_equal(told("medical_items")->rows_kept, 5);
    assert_int_equal(told("medical_claims")->rows_rejected, 3);
    assert_int_equal(told("persons")->rows_rejected, 4);
    assert_int_equal(rows_of("persons"), 2);
    assert_int_equal(rows_of("medical_items"), 5);
    /* Below a header the first row stands on line 2. */
    assert_int_equal(problem(SHY_E_PERSON_UNKNOWN)->row, 7);
    assert_string_equal(problem(SHY_E_PERSON_UNKNOWN)->file, test_files[0]);
    assert_int_equal(problem(SHY_E_CLAIM_UNKNOWN)->row, 10);
    assert_int_equal(problem(SHY_E_PERSON_CONTRADICTION)->row, 4);
    for (size_t i = 0; i < test_report.problems.count; i++) {
        const struct shihyo_error *e = &test_report.problems.items[i].error;
        assert_string_equal(e->value, "");
        assert_null(strstr(e->message, "NOBODY"));
        assert_null(strstr(e->message, "SECRET"));
    }
}

static void test_claims_rejects_beyond_limit(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    add_claims();
    OK(test_import(&err));
    given.files = 2;
    struct test_table *t = test_table_of("medical_items", ITEMS);
    for (int i = 0; i < 40; i++)
        test_add(t, 1, "R1 NOBODY 202306 2911111 114001110 1 400");
    assert_int_equal(test_import(&err), SHY_E_IMPORT_REJECTED);
    assert_int_equal(rows_of("medical_items"), 5);
    /* Ten are shown; one sentence tells how many there are. One file was passed over. */
    assert_int_equal(test_report.problems.warnings, 11);
    assert_int_equal(test_report.problems.notes, 1);
    assert_int_equal(test_report.tables[0].rows_rejected, 40);
}

/* What the plugin rejects counts as well; its words are not shown. */
static void test_claims_plugin_rejects(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    add_claims();
    given.rejected = 1;
    OK(test_import(&err));
    assert_int_equal(told("medical_items")->rows_read, 6);
    assert_int_equal(told("medical_items")->rows_rejected, 1);
    assert_non_null(problem(SHY_E_CSV_QUOTE));
    assert_int_equal(problem(SHY_E_CSV_QUOTE)->row, 2);
    assert_null(strstr(problem(SHY_E_CSV_QUOTE)->message, "SECRET"));
}

/* What it tells without rejecting a row counts as none, and of its words only a kind of records
 * is shown. */
static void test_claims_plugin_notes(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    bool kind = false;
    (void)state;
    add_two_persons();
    add_claims();
    given.noted = 3;
    test_options.reject_limit = 0;
    OK(test_import(&err));
    assert_int_equal(told("medical_items")->rows_read, 5);
    assert_int_equal(told("medical_items")->rows_rejected, 0);
    for (size_t i = 0; i < test_report.problems.count; i++) {
        const struct shihyo_error *p = &test_report.problems.items[i].error;
        assert_null(strstr(p->message, "SECRET"));
        assert_string_equal(p->value, "");
        if (p->code == SHY_E_RECORD_UNKNOWN && strstr(p->message, "'ZZ'") != NULL) {
            kind = strstr(p->message, "3 ") != NULL;
            assert_int_equal(p->row, 7);
        }
    }
    assert_true(kind);
}

/* Deliveries ----------------------------------------------------------------------------- */

static void test_claims_deliveries(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    add_claims();
    OK(test_import(&err));
    assert_int_equal(test_report.delivery, 1);
    OK(test_import(&err));
    assert_true(test_report.unchanged);
    /* Another file: a new month, and a claim that was delivered before. */
    given.files = 2;
    struct test_table *t = test_table_of("medical_claims", CLAIMS);
    test_add(t, 1, "R7 A2 202306 2922222 outpatient medical 1 70");
    test_add(t, 1, "R1 A1 202304 2911111 outpatient medical 2 500");
    t = test_table_of("medical_items", ITEMS);
    test_add(t, 1, "R7 A2 202306 2922222 113002310 1 70");
    test_add(t, 1, "R1 A1 202304 2911111 114001110 1 400");
    OK(test_import(&err));
    assert_int_equal(test_report.delivery, 2);
    assert_int_equal(test_report.files, 1);
    assert_int_equal(test_report.files_passed_over, 1);
    assert_int_equal(told("medical_claims")->rows_rejected, 1);
    assert_int_equal(told("medical_items")->rows_rejected, 1);
    assert_int_equal(problem(SHY_E_CLAIM_KNOWN)->row, 6);
    EXPECT_LINES(
        "medical_items", "claim month item", "00-202304-000001-0000000,2023-04,112007410",
        "00-202304-000001-0000000,2023-04,114001110", "00-202304-000001-0000001,2023-04,112007410",
        "00-202304-000001-0000001,2023-04,190117710", "00-202305-000001-0000000,2023-05,114001110",
        "00-202306-000002-0000000,2023-06,113002310");
    /* The same number again, in the place of the second. */
    test_options.replace = 2;
    test_write_file(test_files[1], "changed");
    test_add(t, 1, "R7 A2 202306 2922222 113002310 1 71");
    OK(test_import(&err));
    assert_int_equal(test_report.delivery, 2);
    assert_int_equal(rows_of("medical_items"), 7);
    test_options.replace = 5;
    assert_int_equal(test_import(&err), SHY_E_DELIVERY_UNKNOWN);
}

/* A register of a later delivery shows that two numbers are one person. */
static void test_claims_join_later(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    struct test_table *t = test_table_of("persons", PERSONS);
    test_add(t, 0, "A1 female 194504 nhi 290000 S 1 29201 202004 202003");
    test_add(t, 0, "A1 female 194504 nhi 290000 S 1 29201 201904 202003");
    test_add(t, 0, "B1 female 194504 late_elderly 39290001 - 5 29201 202004 -");
    t = test_table_of("medical_claims", CLAIMS);
    test_add(t, 0, "R1 A1 202001 1 outpatient medical 1 1");
    test_add(t, 0, "R2 B1 202004 1 outpatient medical 1 1");
    OK(test_import(&err));
    EXPECT_LINES("medical_claims", "person month", "00-0000000,2020-01", "00-0000001,2020-04");
    /* The care register knows both insurances of C1. */
    given.files = 2;
    t = test_table_of("care_persons", CARE_PERSONS);
    test_add(t, 1, "C1 female 194504 292011 290000 S 1 201904");
    test_add(t, 1, "C1 female 194504 292011 39290001 - 5 202004");
    t = test_table_of("care_claims", CARE);
    test_add(t, 1, "C1 202004 11 - 21 1");
    OK(test_import(&err));
    assert_int_equal(test_report.links.joined, 1);
    assert_int_equal(test_report.links.linked, 1);
    EXPECT_LINES("medical_claims", "person month", "00-0000000,2020-01", "00-0000000,2020-04");
    EXPECT_LINES("care_claims", "person month", "00-0000000,2020-04");
    /* Read anew as the only delivery, nothing is left of the numbers given before. */
    assert_int_equal(test_report.links.persons, 2);
    test_options.force = true;
    OK(test_import(&err));
    assert_int_equal(test_report.links.persons, 1);
    assert_int_equal(test_report.links.joined, 0);
    EXPECT_LINES("medical_claims", "person month", "00-0000000,2020-01", "00-0000000,2020-04");
}

/* Rows of persons as an engine reads them, in the first partition: "person from to scheme". */
static void engine_lines(struct lines *out)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    const struct shy_contract *c = test_contract_of("persons");
    const int columns[] = {shy_contract_column(c, "valid_from"), shy_contract_column(c, "valid_to"),
                           shy_contract_column(c, "scheme")};
    struct shy_partition_request request = {.contract = c, .columns = columns, .column_count = 3};
    struct shy_partitions partitions;
    struct shy_partition_reader reader;
    struct shy_stretches in;
    out->count = 0;
    OK(shy_store_open_partitions(test_store, NULL, 0, &partitions, &err));
    OK(partitions.reader(partitions.self, &reader, &err));
    OK(reader.read(reader.self, 0, &request, &in, &err));
    const struct shy_map *schemes = partitions.dictionary(partitions.self, c, columns[2]);
    for (size_t i = 0; i < in.count; i++) {
        for (size_t row = 0; row < in.items[i].rows; row++) {
            int64_t v[3];
            char text[64];
            for (size_t k = 0; k < 3; k++) {
                const struct shy_strip *s = &in.items[i].columns[k];
                uint64_t more = 0;
                if (s->width > 0)
                    memcpy(&more, (const char *)s->values + row * s->width, s->width);
                v[k] = s->state != NULL && s->state[row] != 0 ? -1 : s->base + (int64_t)more;
            }
            (void)snprintf(text, sizeof text, "%u %d %d %s", in.items[i].person[row],
                           (int)(v[0] / 12 * 100 + v[0] % 12 + 1),
                           v[1] < 0 ? -1 : (int)(v[1] / 12 * 100 + v[1] % 12 + 1),
                           schemes->keys[v[2]]);
            out->text[out->count++] = strdup(text);
        }
    }
    qsort(out->text, out->count, sizeof out->text[0], by_text);
    reader.close(reader.self);
    shy_store_close_partitions(&partitions);
}

#define EXPECT_SEEN(...) \
    do { \
        const char *const expected_[] = {__VA_ARGS__}; \
        struct lines found_; \
        engine_lines(&found_); \
        assert_int_equal(found_.count, sizeof expected_ / sizeof expected_[0]); \
        for (size_t i_ = 0; i_ < found_.count; i_++) \
            assert_string_equal(found_.text[i_], expected_[i_]); \
        free_lines(&found_); \
    } while (0)

/* An eligibility that was open and is closed by a later delivery is closed for what is joined to
 * it; taken away again, the delivery has said nothing. All are of one sex and month of birth, and
 * so of one partition. */
static void test_claims_ended_later(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_store *store;
    (void)state;
    struct test_table *t = test_table_of("persons", PERSONS);
    test_add(t, 0, "A1 female 194504 nhi 290000 S 1 29201 202304 -");
    test_add(t, 0, "B1 female 194504 nhi 290000 S 2 29201 202304 -");
    OK(test_import(&err));
    EXPECT_SEEN("0 202304 -1 nhi", "1 202304 -1 nhi");
    given.files = 3;
    test_add(t, 1, "A1 female 194504 nhi 290000 S 1 29201 202304 202312");
    test_add(t, 1, "A1 female 194504 late_elderly 39290001 - 9 29201 202401 -");
    OK(test_import(&err));
    EXPECT_LINES("persons", "person valid_from valid_to scheme", "00-0000000,2023-04,2023-12,nhi",
                 "00-0000000,2024-01,-,late_elderly", "00-0000001,2023-04,-,nhi");
    /* the same for an engine, and for a table of which other columns are asked */
    EXPECT_SEEN("0 202304 202312 nhi", "0 202401 -1 late_elderly", "1 202304 -1 nhi");
    OK(shy_store_open(test_store, SHY_STORE_READ, &store, &err));
    struct shy_table *rows;
    const char *const only[] = {"sex"};
    OK(shy_store_read(store, test_contract_of("persons"), only, 1, &rows, &err));
    assert_int_equal(rows->rows, 3);
    shy_table_free(rows);
    shy_store_close(store);
    OK(shy_store_open(test_store, SHY_STORE_WRITE, &store, &err));
    OK(shy_store_remove_delivery(store, test_report.delivery, &err));
    shy_store_close(store);
    EXPECT_SEEN("0 202304 -1 nhi", "1 202304 -1 nhi");
}

/* Rows of care have no id of a claim: what another delivery had of the person, month, service (or
 * item) and office is a double. Within a delivery every row counts. */
static void test_claims_care_again(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    struct test_table *t = test_table_of("care_claims", CARE);
    test_add(t, 0, "C9 202304 11 O1 21 100");
    test_add(t, 0, "C9 202304 11 O1 22 30");
    test_add(t, 0, "C9 202304 13 - 21 100");
    struct test_table *items = test_table_of("care_items", "person month office item quantity");
    test_add(items, 0, "C9 202304 O1 111111 3");
    OK(test_import(&err));
    assert_int_equal(told("care_claims")->rows_rejected, 0);
    given.files = 2;
    test_add(t, 1, "C9 202304 11 O1 21 100"); /* again */
    test_add(t, 1, "C9 202304 11 O2 21 7");   /* another office */
    test_add(t, 1, "C9 202304 13 - 23 1");    /* again, without an office */
    test_add(t, 1, "C9 202305 11 O1 21 8");   /* another month */
    test_add(t, 1, "A2 202304 11 O1 21 9");   /* another person */
    test_add(items, 1, "C9 202304 O1 111111 3");
    test_add(items, 1, "C9 202304 O1 111112 1");
    OK(test_import(&err));
    assert_int_equal(told("care_claims")->rows_rejected, 2);
    assert_int_equal(told("care_items")->rows_rejected, 1);
    assert_non_null(problem(SHY_E_CLAIM_KNOWN));
    EXPECT_LINES("care_claims", "month service office units", "2023-04,11,O1,100",
                 "2023-04,11,O1,30", "2023-04,11,O1,9", "2023-04,11,O2,7", "2023-04,13,-,100",
                 "2023-05,11,O1,8");
    EXPECT_LINES("care_items", "item quantity", "111111,3", "111112,1");
}

/* Nothing is left behind ----------------------------------------------------------------- */

static size_t files_beside(void)
{
    size_t count = 0;
    char prefix[32];
    (void)snprintf(prefix, sizeof prefix, "claims-%ld", (long)getpid());
    DIR *d = opendir(SHY_TEST_BUILDDIR);
    assert_non_null(d);
    for (struct dirent *e = readdir(d); e != NULL; e = readdir(d))
        count += strncmp(e->d_name, prefix, strlen(prefix)) == 0 ||
                 strncmp(e->d_name, ".shihyo", 7) == 0;
    (void)closedir(d);
    return count;
}

static void test_claims_failing(void **state)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    add_two_persons();
    add_claims();
    OK(test_import(&err));
    given.files = 2;
    struct test_table *t = test_table_of("care_claims", CARE);
    test_add(t, 1, "A1 202304 11 2970001 21 1200");
    given.fails = true;
    size_t files = files_beside();
    assert_int_equal(test_import(&err), SHY_E_PLUGIN_STREAM);
    assert_null(strstr(err.message, "SECRET"));
    assert_int_equal(rows_of("care_claims"), 0);
    assert_int_equal(rows_of("medical_items"), 5);
    given.fails = false;
    /* Memory runs out at every allocation in turn. */
    int code = SHY_E_NOMEM;
    uint64_t n = 1;
    for (; code != 0 && n < 100000; n += n < 300 ? 1 : 17) {
        shy_mem_fail_after(n);
        code = test_import(&err);
        shy_mem_fail_after(0);
        if (code != 0)
            assert_int_equal(rows_of("care_claims"), 0);
    }
    assert_int_equal(code, 0);
    assert_true(n > 100);
    assert_int_equal(rows_of("care_claims"), 1);
    assert_int_equal(files_beside(), files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_claims_small, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_rejects, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_rejects_beyond_limit, test_setup,
                                        test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_plugin_rejects, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_plugin_notes, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_deliveries, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_join_later, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_ended_later, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_care_again, test_setup, test_teardown),
        cmocka_unit_test_setup_teardown(test_claims_failing, test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
