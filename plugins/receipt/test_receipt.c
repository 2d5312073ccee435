/* SPDX-License-Identifier: MIT */
/*
 * Claim files through the loaded plugin. All persons, institutions and numbers are invented. Rows
 * are shown as its Arrow batches give them, one a line; the names it makes up for persons and
 * claims are shown by the order in which they first appear (p1, c1). A row that was rejected is
 * "!code file:line column", what it only tells "~code kind count file:line".
 */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "core/base/os/os.h"
#include "core/plugin/plugin_host.h"
#include "core/script/script.h"
#include "core/text/encoding.h"

static struct shihyo_error err;
static struct shy_text rows;
static char folder[64];
static struct shy_plugins *plugins;
static const struct shihyo_plugin *receipt;
static struct shy_paths written;
static json_t *more_options; /* besides files; or NULL */
static uint32_t in_runs;     /* whether columns may be run-end encoded */

/* Names in the order of their first appearance, in all of one expectation. */
static struct {
    char names[256][16];
    size_t count;
} persons, claims;

static int set_up(void **state)
{
    struct shy_plugin *plugin;
    (void)state;
    shy_error_reset(&err);
    strcpy(folder, "/tmp/receipt-XXXXXX");
    if (mkdtemp(folder) == NULL || shy_plugins_new(&plugins, &err) != 0 ||
        shy_plugins_load(plugins, "receipt", &plugin, &err) != 0)
        return -1;
    receipt = shy_plugin_descriptor(plugin);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < written.count; i++)
        (void)unlink(written.items[i]);
    shy_paths_free(&written);
    (void)rmdir(folder);
    shy_text_free(&rows);
    shy_plugins_free(plugins);
    json_decref(more_options);
    more_options = NULL;
    in_runs = 0;
    return 0;
}

/* Files ------------------------------------------------------------------------------------ */

static char *write_bytes(const char *name, const void *bytes, size_t size)
{
    char *path = shy_os_join(folder, name);
    assert_int_equal(shy_os_write_file(path, bytes, size, &err), 0);
    assert_true(SHY_GROW(written.items, written.count, written.capacity));
    written.items[written.count++] = path;
    return path;
}

/* As the specification has it: CP932, CR LF, the sign 1A at the end. */
static void to_uke(const char *text, struct shy_text *out)
{
    struct shy_text lines = {0};
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            shy_text_addc(&lines, '\r');
        shy_text_addc(&lines, *p);
    }
    assert_int_equal(shy_cp932_encode(shy_text_get(&lines), lines.length, out, &err), 0);
    shy_text_free(&lines);
}

static char *write_uke(const char *name, const char *text)
{
    struct shy_text out = {0};
    to_uke(text, &out);
    shy_text_addc(&out, '\x1a');
    char *path = write_bytes(name, out.text, out.length);
    shy_text_free(&out);
    return path;
}

/* Reading ---------------------------------------------------------------------------------- */

struct opened {
    struct shy_options *options;
    struct shihyo_source *source;
    const struct shihyo_table_info *tables;
    size_t count;
};

static void close_source(struct opened *o)
{
    if (o->source != NULL)
        receipt->close(o->source);
    shy_options_free(o->options);
    *o = (struct opened){0};
}

/* split: bytes of a part, 0 = the default. Returns the message code. */
static int open_source(struct opened *o, int split)
{
    json_t *given = json_pack("{s:s}", "files", "*.[Uu]*");
    *o = (struct opened){0};
    if (more_options != NULL)
        json_object_update(given, more_options);
    if (split > 0)
        json_object_set_new(given, "split_bytes", json_integer(split));
    shy_error_reset(&err);
    int code = shy_options_check(receipt->options, given, folder, NULL, &o->options, &err);
    if (code == 0 && receipt->open(shy_plugin_host(), "test", shy_options_root(o->options),
                                   &o->source, &err) != 0)
        code = (int)err.code;
    if (code == 0 && receipt->tables(o->source, &o->tables, &o->count, &err) != 0)
        code = (int)err.code;
    json_decref(given);
    return code;
}

struct told {
    struct shy_text rejects, notes;
};

static int reject(void *rejects, const struct shihyo_error *found)
{
    struct told *t = rejects;
    shy_text_addf(&t->rejects, "!%s %s:%lld %s\n", shy_code_name((int)found->code),
                  shy_os_basename(found->file), (long long)found->row, found->column_name);
    assert_string_equal(found->value, "");
    return 0;
}

static int take_note(void *rejects, const struct shihyo_error *found, int64_t count)
{
    struct told *t = rejects;
    shy_text_addf(&t->notes, "~%s %s %lld %s:%lld\n", shy_code_name((int)found->code), found->value,
                  (long long)count, shy_os_basename(found->file), (long long)found->row);
    return 0;
}

static void add_name(struct shy_text *out, const char *column, const char *text, size_t length)
{
    bool person = strcmp(column, "person") == 0;
    if (!person && strcmp(column, "claim") != 0) {
        shy_text_add(out, text, length);
        return;
    }
    size_t i = 0, *count = person ? &persons.count : &claims.count;
    char(*names)[16] = person ? persons.names : claims.names;
    assert_int_equal(length, 12);
    while (i < *count && memcmp(names[i], text, 12) != 0)
        i++;
    if (i == *count) {
        assert_true(i < 256);
        memcpy(names[(*count)++], text, 12);
    }
    shy_text_addf(out, "%c%zu", person ? 'p' : 'c', i + 1);
}

static void add_text(struct shy_text *out, const char *column, const struct ArrowArray *a,
                     int64_t row)
{
    const char *view = (const char *)a->buffers[1] + 16 * row;
    int32_t length, offset;
    memcpy(&length, view, 4);
    memcpy(&offset, view + 12, 4);
    add_name(out, column, length <= 12 ? view + 4 : (const char *)a->buffers[2] + offset,
             (size_t)length);
}

static void add_value(struct shy_text *out, const struct ArrowSchema *schema,
                      const struct ArrowArray *a, int64_t row)
{
    struct ArrowSchema values;
    if (strcmp(schema->format, "+r") == 0) {
        int64_t run = 0;
        while (((const int32_t *)a->children[0]->buffers[1])[run] <= row)
            run++;
        assert_true(run < a->children[0]->length && a->length > row);
        values = *schema->children[1];
        values.name = schema->name;
        schema = &values;
        a = a->children[1];
        row = run;
    }
    const unsigned char *valid = a->buffers[0];
    if (a->null_count > 0 && (valid[row >> 3] >> (row & 7) & 1) == 0)
        return;
    if (strcmp(schema->format, "vu") == 0)
        add_text(out, schema->name, a, row);
    else if (strcmp(schema->format, "i") == 0 || strcmp(schema->format, "tdD") == 0)
        shy_text_addf(out, "%d", ((const int32_t *)a->buffers[1])[row]);
    else
        shy_text_addf(out, "%lld", (long long)((const int64_t *)a->buffers[1])[row]);
}

static void read_stream(struct ArrowArrayStream *stream, struct shy_text *out)
{
    struct ArrowSchema schema;
    struct ArrowArray batch;
    assert_int_equal(stream->get_schema(stream, &schema), 0);
    for (;;) {
        int failed = stream->get_next(stream, &batch);
        if (failed != 0) {
            shy_text_addf(out, "!stream %s\n", stream->get_last_error(stream));
            break;
        }
        if (batch.release == NULL)
            break;
        for (int64_t row = 0; row < batch.length; row++) {
            for (int64_t i = 0; i < batch.n_children; i++) {
                shy_text_adds(out, i == 0 ? "" : "|");
                add_value(out, schema.children[i], batch.children[i], row);
            }
            shy_text_addc(out, '\n');
        }
        batch.release(&batch);
    }
    schema.release(&schema);
}

/* columns: separated by blanks. Appends the rows of all splits, then what was rejected, then what
 * was told. */
static void read_table(struct opened *o, const char *contract, const char *columns,
                       struct shy_text *out)
{
    char copy[256];
    const char *names[16];
    struct told told = {0};
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = contract,
                                            .columns = names,
                                            .reject = reject,
                                            .rejects = &told,
                                            .note = take_note,
                                            .runs = in_runs};
    (void)snprintf(copy, sizeof copy, "%s", columns);
    for (char *name = strtok(copy, " "); name != NULL; name = strtok(NULL, " "))
        names[request.column_count++] = name;
    for (size_t t = 0; t < o->count; t++) {
        if (strcmp(o->tables[t].contract, contract) != 0)
            continue;
        for (request.split = 0; request.split < o->tables[t].splits; request.split++) {
            struct ArrowArrayStream stream = {0};
            assert_int_equal(receipt->stream(o->source, &request, &stream, &err), 0);
            read_stream(&stream, out);
            stream.release(&stream);
        }
    }
    shy_text_adds(out, shy_text_get(&told.rejects));
    shy_text_adds(out, shy_text_get(&told.notes));
    shy_text_free(&told.rejects);
    shy_text_free(&told.notes);
}

#define CLAIMS "medical_claims", "claim person month institution setting type days points"
#define STAYS "medical_claims", "claim admitted_on outcome"
#define ITEMS "medical_items", "claim person month institution item quantity points"
#define PERSONS \
    "persons", "person sex birth_month scheme insurer insured_symbol insured_number valid_from " \
               "valid_to"

struct merged {
    char key[80], place[64];
    long long sum;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct merged *)a)->key, ((const struct merged *)b)->key);
}

/* Notes come part by part: of each code and kind the sum, with the first place. */
static void merge_notes(struct shy_text *text)
{
    struct merged notes[16];
    size_t count = 0;
    char *copy = shy_strdup(shy_text_get(text)), *rest = copy;
    struct shy_text out = {0};
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char code[32], kind[32] = "", key[80], place[64];
        long long times;
        if (line[0] != '~') {
            if (line[0] != '\0')
                shy_text_addf(&out, "%s\n", line);
            continue;
        }
        if (sscanf(line, "%31s %lld %63s", code, &times, place) != 3)
            assert_int_equal(sscanf(line, "%31s %31s %lld %63s", code, kind, &times, place), 4);
        (void)snprintf(key, sizeof key, "%s %s", code, kind);
        size_t i = 0;
        while (i < count && strcmp(notes[i].key, key) != 0)
            i++;
        if (i == count) {
            assert_true(count++ < 16);
            strcpy(notes[i].key, key);
            strcpy(notes[i].place, place);
            notes[i].sum = 0;
        }
        notes[i].sum += times;
    }
    qsort(notes, count, sizeof *notes, by_key);
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&out, "%s %lld %s\n", notes[i].key, notes[i].sum, notes[i].place);
    shy_free(copy);
    shy_text_free(text);
    *text = out;
}

static void expect_split(int split, const char *contract, const char *columns, const char *expected)
{
    struct opened o;
    shy_text_clear(&rows);
    if (open_source(&o, split) != 0)
        fail_msg("SHY-%u %s %s", err.code, err.message, err.hint);
    persons.count = claims.count = 0;
    read_table(&o, contract, columns, &rows);
    if (strchr(expected, '~') != NULL)
        merge_notes(&rows);
    if (strcmp(shy_text_get(&rows), expected) != 0)
        fail_msg("parts of %d bytes:\n%s\nrather than\n%s", split, shy_text_get(&rows), expected);
    close_source(&o);
}

/* Cut in parts of any size, a file gives the same rows. */
static void expect(const char *contract, const char *columns, const char *expected)
{
    static const int sizes[] = {0, 1, 2, 3, 7, 16, 33, 64, 100, 300, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        in_runs = i % 2;
        expect_split(sizes[i], contract, columns, expected);
    }
    in_runs = 1;
    expect_split(0, contract, columns, expected);
}

/* Medical care ------------------------------------------------------------------------------ */

/* A clinic and a hospital. The first patient has two receipts, one of them inpatient, with half
 * width and zeros in other places; the second is of the late-stage elderly; the third of employees'
 * insurance, the fourth of public funds alone. Sums of points are made to agree:
 *   receipt 1: 75*2 + 52*2 + 30*14 + 26 + 300 = 1000
 *   receipt 2: 200; the line of 負担区分 5 is public funds' alone
 *   hospital 1: 794*31 = 24614; meals (97) are yen */

static void test_receipt_medical(void **state)
{
    (void)state;
    static const char file[] = "IR,2,27,1,1234567,,架空診療所,50604,00,06-0000-0000\n"
                               "RE,1,1112,50603,架空　一郎,1,3250401,,,,,,,,,,,,,58,\n"
                               "HO,  271007,山－１,００１２,2,1000,,,,,,,,,\n"
                               "SN,1,01,,,,01,,\n"
                               "JD,1,,,,1,,,,,,,,,,,,,,,,,,,,,,,,,,,\n"
                               "SY,8830592,5060301,1,,,01,\n"
                               "SI,12,1,112007410,,75,2,,,,,,,1,,,,1\n"
                               "SI,,1,112011010,,52,2,,,,,,,1,,,,1\n"
                               "IY,21,1,620000001,1,,14,,,,,,,14\n"
                               "IY,,1,620000002,2.5,30,14,,,,,,,14\n"
                               "CO,,1,840000006,１４\n"
                               "TO,40,1,710010001,1,26,1,,,,,,,,,,,1\n"
                               "SI,14,1,114001110,,300,1,,,,,,,1\n"
                               "SJ,01,架空の詳記\n"
                               "RE,2,1328,50602,架空　花子,2,3050505,,,,,,,,,,,,,58,\n"
                               "HO,39271001,,７７７７７７,1,200,,,,,,,,,\n"
                               "KO,54270001,1234567,,1,260,0,,,,,\n"
                               "SI,11,2,111000110,,200,1,,,,,,,1\n"
                               "SI,60,5,160000310,,60,1,,,,,,,1\n"
                               "RE,3,1112,50603,架空　三郎,1,3600401,,,,,,,,,,,,,58,\n"
                               "HO,06270001,12,34,1,288,,,,,,,,,\n"
                               "SI,11,1,111000110,,288,1,,,,,,,1\n"
                               "RE,4,1212,50603,架空　四郎,1,3600402,,,,,,,,,,,,,58,\n"
                               "KO,12270001,7654321,,1,288,0,,,,,\n"
                               "SI,11,5,111000110,,288,1,,,,,,,1\n"
                               "GO,5,1776,99\n"
                               "IR,2,27,1,0000017,,架空病院,202404,00,\n"
                               "RE,1,1111,202403,架空　一郎,1,19500401,,5060301,,,,,,,,,,,202004,\n"
                               "HO,00271007,山-1,12,31,24614,,93,59520,,,,,,\n"
                               "SI,90,1,190077410,,794,31,,,,,,,1\n"
                               "SI,97,1,197000110,3,1920,31,,,,,,,1\n"
                               "GO,1,24614,99\n";
    write_uke("RECEIPTC.UKE", file);
    expect(CLAIMS, "c1|p1|202403|2711234567|outpatient|medical|2|1000\n"
                   "c2|p2|202402|2711234567|outpatient|medical|1|200\n"
                   "c3|p1|202403|2710000017|inpatient|medical|31|24614\n");
    /* 令和6年3月1日; `date -u -d 2024-03-01 +%s` is 1709251200, 19783 days. */
    expect(STAYS, "c1||alive\nc2||\nc3|19783|\n");
    expect(ITEMS, "c1|p1|202403|2711234567|112007410|2|75\n"
                  "c1|p1|202403|2711234567|112011010|2|52\n"
                  "c1|p1|202403|2711234567|620000001|14|\n"
                  "c1|p1|202403|2711234567|620000002|14|30\n"
                  "c1|p1|202403|2711234567|710010001|1|26\n"
                  "c1|p1|202403|2711234567|114001110|1|300\n"
                  "c2|p2|202402|2711234567|111000110|1|200\n"
                  "c2|p2|202402|2711234567|160000310|1|60\n"
                  "c3|p1|202403|2710000017|190077410|31|794\n"
                  "c3|p1|202403|2710000017|197000110|31|1920\n");
    expect(PERSONS, "p1|male|195004|nhi|00271007|山-1|12|202403|202403\n"
                    "p2|female|193005|late_elderly|39271001||777777|202402|202402\n"
                    "~RECEIPT_OTHER  2 RECEIPTC.UKE:20\n");
    expect("institutions", "institution name institution_area",
           "2710000017|架空病院|\n2711234567|架空診療所|\n");
    more_options = json_pack("{s:[s]}", "records", "SI");
    expect("medical_items", "item",
           "112007410\n112011010\n114001110\n111000110\n160000310\n190077410\n197000110\n");
}

/* DPC ---------------------------------------------------------------------------------------- */

/* A receipt of DPC (lump sum 20000 and 500 beside it), and one that sums up a stay with DPC (10000
 * + 250*2) and one without (300): the points are the first's, the lines the others'. CD repeats
 * what was done and is no claim. */
static const char dpc[] = "IR,2,27,1,0000017,,架空病院,202407,00,\n"
                          "RE,1,1111,202406,架空　一郎,1,19500401,,20240601,,,,,,,,,,0,,,202006,\n"
                          "HO,00271007,山1,12,30,20500,,,,,,,,,,\n"
                          "BU,110290XX99X00X,20240601,,6,\n"
                          "SB,5849004,,,N178,01,,\n"
                          "KK,,,2,20240501,1,74,,,,,,,\n"
                          "GA,202406,2,000000000000000000000000000000,,1.4888,\n"
                          "HH,202406,2,1,1,1,2750,5,13750\n"
                          "GT,202406,2,1,1,13750,20000,,20000,93,,\n"
                          "CO,01,1,810000001,架空\n"
                          "SI,92,1,190147510,,,1\n"
                          "SI,,1,190192210,,500,1\n"
                          "CD,20240601,90,1,1,190147510,,,,1,\n"
                          "CD,20240601,60,1,1,160008010,,,,1,\n"
                          "RE,2,1115,202406,架空　二郎,1,19600401,,20240520,,,,,,,,,,1,2,,202006,\n"
                          "HO,00271007,川2,34,30,10800,,,,,,,,,,\n"
                          "CO,01,1,810000001,架空\n"
                          "RE,2,1115,202406,架空　二郎,1,19600401,,20240520,,,,,,,,,,2,,,202006,\n"
                          "HO,00271007,川2,34,20,10500,,,,,,,,,,\n"
                          "BU,040080XX99X002,20240520,20240620,9,\n"
                          "GT,202405,1,,,10939,16232,,,,,\n"
                          "GT,202406,2,1,1,13750,10000,,10000,93,,\n"
                          "SI,13,1,113002410,,250,2\n"
                          "RE,2,1115,202406,架空　二郎,1,19600401,,20240620,,,,,,,,,,3,,,202006,\n"
                          "HO,00271007,川2,34,10,300,,,,,,,,,,\n"
                          "SY,8830592,20240620,1,,,01,\n"
                          "SI,90,1,190077410,,30,10\n"
                          "GO,2,31300,99\n";

static void test_receipt_dpc(void **state)
{
    (void)state;
    write_uke("RECEIPTD.UKE", dpc);
    expect(CLAIMS, "c1|p1|202406|2710000017|inpatient|dpc|30|20500\n"
                   "c2|p2|202406|2710000017|inpatient|dpc|30|10800\n");
    /* 2024-06-01 is day 19875, 2024-05-20 day 19863 (`date`). Outcome 6 is death; 9 and a disease
     * that goes on are not. */
    expect(STAYS, "c1|19875|death\nc2|19863|alive\n");
    expect(ITEMS, "c1|p1|202406|2710000017|190147510|1|\n"
                  "c1|p1|202406|2710000017|190192210|1|500\n"
                  "c2|p2|202406|2710000017|113002410|2|250\n"
                  "c2|p2|202406|2710000017|190077410|10|30\n");
    expect(PERSONS, "p1|male|195004|nhi|00271007|山1|12|202406|202406\n"
                    "p2|male|196004|nhi|00271007|川2|34|202406|202406\n");
}

/* The same number in the file of medical care is another claim; a part without its first is none.
 */
static void test_receipt_dpc_parts(void **state)
{
    (void)state;
    write_uke("a.uke", "IR,2,27,1,0000017,,架空病院,202407,00,\n"
                       "RE,2,1115,202406,架空,1,19600401,,,,,,,,,,,,,202006,\n"
                       "HO,00271007,川2,34,10,300,,,,,,,,,,\n"
                       "SI,90,1,190077410,,30,10\n");
    write_uke("b.uke", "IR,2,27,1,0000017,,架空病院,202407,00,\n"
                       "RE,2,1115,202406,架空,1,19600401,,,,,,,,,,,,0,,,202006,\n"
                       "HO,00271007,川2,34,10,300,,,,,,,,,,\n"
                       "SI,90,1,190077410,,30,10\n"
                       "RE,3,1115,202406,架空,1,19600401,,,,,,,,,,,,2,,,202006,\n"
                       "HO,00271007,川2,34,10,300,,,,,,,,,,\n"
                       "SI,90,1,190077410,,30,10\n"
                       "RE,4,1115,202406,架空,1,19600401,,,,,,,,,,,,1,1,,202006,\n"
                       "HO,00271007,川2,34,10,300,,,,,,,,,,\n"
                       "RE,4,1115,202406,架空,1,19600401,,,,,,,,,,,,2,,,202006,\n"
                       "HO,00271007,川2,34,10,200,,,,,,,,,,\n"
                       "SI,90,1,190077410,,30,5\n");
    expect(CLAIMS, "c1|p1|202406|2710000017|inpatient|medical|10|300\n"
                   "c2|p1|202406|2710000017|inpatient|dpc|10|300\n"
                   "c3|p1|202406|2710000017|inpatient|dpc|10|300\n"
                   "!CLAIM_UNKNOWN b.uke:5 claim\n");
    expect("medical_items", "claim quantity", "c1|10\nc2|10\nc3|5\n");
    /* Receipt 4: the detail's lines come to 150 and not 200, and the details to 200, not 300. */
    expect("persons", "person", "p1\n~RECEIPT_POINTS  1 b.uke:8\n");
}

/* Who is who --------------------------------------------------------------------------------- */

static const char twins[] = "IR,2,27,1,1234567,,架空診療所,50604,00,\n"
                            "RE,1,1114,50603,架空,2,4300105,,,,\n"
                            "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                            "SN,1,01,,,,02,,\n"
                            "RE,2,1114,50602,架空,2,20180105,,,,\n"
                            "HO,00271007,山1,0012,1,0,,,,,,,,,\n"
                            "SN,1,01,,,,03,,\n"
                            "RE,3,1114,50601,架空,2,20180106,,,,\n"
                            "HO,00271007,山1,12,1,0,,,,,,,,,\n";

static void test_receipt_branches(void **state)
{
    (void)state;
    write_uke("RECEIPTC.UKE", twins);
    expect(PERSONS, "p1|female|201801|nhi|00271007|山1|12|202402|202403\n"
                    "p2|female|201801|nhi|00271007|山1|12|202401|202401\n");
    more_options = json_pack("{s:b}", "branch", 1);
    expect("persons", "person valid_from valid_to",
           "p1|202403|202403\np2|202402|202402\np3|202401|202401\n");
}

/* 39 with a symbol; retired employees; an insurer that is none. */
static void test_receipt_insurers(void **state)
{
    (void)state;
    write_uke("RECEIPTC.UKE", "IR,2,27,1,1234567,,架空診療所,50604,00,\n"
                              "RE,1,1318,50603,架空,2,3050105,,,,\n"
                              "HO,39271001,後,1,1,0,,,,,,,,,\n"
                              "RE,2,1310,50603,架空,2,3050105,,,,\n"
                              "HO,39271001,,１,1,0,,,,,,,,,\n"
                              "RE,3,1412,50603,架空,2,3300105,,,,\n"
                              "HO,67271007,退,1,1,0,,,,,,,,,\n"
                              "RE,4,1112,50603,架空,2,3300105,,,,\n"
                              "HO,2710O7,退,1,1,0,,,,,,,,,\n"
                              "RE,5,1112,50603,架空,2,3300105,,,,\n"
                              "HO,271007,国,,1,0,,,,,,,,,\n");
    expect("medical_claims", "claim person",
           "c1|p1\nc2|p1\nc3|p2\n!CONTRACT_VALUE RECEIPTC.UKE:9 person\n"
           "!CONTRACT_NULL RECEIPTC.UKE:11 person\n");
    expect("persons", "scheme insurer insured_symbol", "late_elderly|39271001|\nnhi|67271007|退\n");
}

static void test_receipt_institution_places(void **state)
{
    (void)state;
    write_uke("RECEIPTC.UKE", "IR,2,27,1,1234567,,架空診療所,50604,00,\n"
                              "IR,2,27,1,1234567,,架空医院,50604,00,\n"
                              "IR,1,5,1,17,,,50604,00,\n");
    write_bytes(
        "places.csv",
        "名称,医療機関コード,市町村コード\n病院,2710000017,271004\n診療所,0510000017,05201\n",
        strlen("名称,医療機関コード,市町村コード\n病院,2710000017,271004\n"
               "診療所,0510000017,05201\n"));
    more_options = json_pack("{s:s}", "institutions", "places.csv");
    expect("institutions", "institution name institution_area",
           "0510000017|診療所|05201\n2710000017|病院|27100\n2711234567|架空診療所|\n");
    struct opened o;
    json_object_set_new(more_options, "give_institutions", json_false());
    assert_int_equal(open_source(&o, 0), 0);
    for (size_t i = 0; i < o.count; i++)
        assert_string_not_equal(o.tables[i].contract, "institutions");
    close_source(&o);
}

/* What is told ------------------------------------------------------------------------------- */

static void test_receipt_unknown_records(void **state)
{
    (void)state;
    write_uke("RECEIPTC.UKE", "HO,00271007,山1,12,1,0\n"
                              "SI,12,1,112007410,,75,2\n"
                              "UK,2,27,1\n"
                              "IR,2,27,1,1234567,,架空診療所,50604,00,\n"
                              "SY,8830592,5060301,1,,,01,\n"
                              "RE,1,1114,50603,架空,2,4300105,,,,\n"
                              "HO,00271007,山1,12,1,75,,,,,,,,,\n"
                              "ZZ,1,2\n"
                              "ZZ\n"
                              "QX,あ\n"
                              "8,1,0,RE,1,1112,50603,架空　一郎\n"
                              "山田\n"
                              "\n"
                              "SI,12,1,112007410,,75,1\n"
                              "MN,929000020,架空市,13142811929000020,,,\n"
                              "EX,,,,,1:42811:\n"
                              "GO,1,75,99\n"
                              "IY,21,1,620000001,1,,14\n");
    expect("persons", "valid_from",
           "202403\n~RECORD_STRAY  3 RECEIPTC.UKE:1\n~RECORD_UNKNOWN  2 RECEIPTC.UKE:11\n"
           "~RECORD_UNKNOWN QX 1 RECEIPTC.UKE:10\n~RECORD_UNKNOWN ZZ 2 RECEIPTC.UKE:8\n");
    expect("medical_items", "item", "112007410\n");
}

/* A file with 負担区分 of every kind: medical insurance bears 1, 2, 3, 4, E, G, M to Q, V to Y
 * and 9 (別表21), each 10 points; 公費 alone the others, each 1000. */
static void test_receipt_points(void **state)
{
    (void)state;
    struct shy_text file = {0};
    static const char shares[] = "123456789BCEGHIJKLMNOPQRSTUVWXYZ";
    shy_text_adds(&file, "IR,2,27,1,1234567,,架空診療所,50604,00,\n"
                         "RE,1,1154,50603,架空,2,4300105,,,,\n"
                         "HO,00271007,山1,12,1,160,,,,,,,,,\n");
    for (const char *p = shares; *p != '\0'; p++) {
        if (*p == '8')
            continue;
        shy_text_addf(&file, "SI,12,%c,112007410,,%d,1\n", *p,
                      strchr("123EG4MNOPQVWXY9", *p) != NULL ? 10 : 1000);
    }
    shy_text_adds(&file, "RE,2,1112,50603,架空,2,4300105,,,,\n"
                         "HO,00271007,山1,12,1,76,,,,,,,,,\n"
                         "SI,12,1,112007410,,75,1\n"
                         /* Whose share a line is cannot be told, so neither can the sum. */
                         "RE,3,1112,50603,架空,2,4300105,,,,\n"
                         "HO,00271007,山1,12,1,76,,,,,,,,,\n"
                         "SI,12,8,112007410,,75,1\n"
                         /* An organ's donor is somebody else. */
                         "RE,4,1111,50603,架空,2,4300105,,,,\n"
                         "HO,00271007,山1,12,1,500,,,,,,,,,\n"
                         "SI,50,1,150000110,,500,1\n"
                         "TI,1\n"
                         "TR,1\n"
                         "SI,50,1,150000210,,400,1\n");
    write_uke("RECEIPTC.UKE", shy_text_get(&file));
    shy_text_free(&file);
    expect("persons", "valid_from", "202403\n~RECEIPT_POINTS  1 RECEIPTC.UKE:35\n");
    shy_text_clear(&rows);
    expect_split(0, "medical_claims", "points days", "160|1\n76|1\n76|1\n500|1\n");
    struct opened o;
    assert_int_equal(open_source(&o, 0), 0);
    shy_text_clear(&rows);
    read_table(&o, "medical_items", "item", &rows);
    assert_non_null(strstr(shy_text_get(&rows), "150000110"));
    assert_null(strstr(shy_text_get(&rows), "150000210"));
    close_source(&o);
}

/* 総件数 counts a claim for each who bears a part (HO, KO). */
static void test_receipt_totals(void **state)
{
    (void)state;
#define RECEIPT(number, points) \
    "RE," number ",1112,50603,架空,2,4300105,,,,\nHO,00271007,山1,12,1," points \
    ",,,,,,,,,\nSI,12,1,112007410,," points ",1\n"
#define INSTITUTION "IR,2,27,1,1234567,,架空診療所,50604,00,\n"
    write_uke("a.uke", INSTITUTION RECEIPT("1", "10") "KO,54270001,1234567,,1,10,0,,,,,\n" RECEIPT(
                           "2", "20") "GO,3,30,99\n" INSTITUTION RECEIPT("1", "7") "GO,1,7,99\n");
    write_uke("b.uke",
              INSTITUTION RECEIPT("5", "10") "GO,1,11,99\n" INSTITUTION RECEIPT(
                  "6", "10") "GO,2,10,99\n" INSTITUTION "GO,,,\n" INSTITUTION "GO,0,0,99\n");
    write_uke("c.uke", INSTITUTION RECEIPT("9", "10"));
    expect("persons", "valid_from", "202403\n~RECEIPT_TOTALS  3 b.uke:5\n");
}

/* Bad input ---------------------------------------------------------------------------------- */

/* 別表5: medical insurance and public funds in any number, the late-stage elderly, retired
 * employees; inpatient is odd. */
static void test_receipt_types(void **state)
{
    (void)state;
    static const char *const types[] = {"1111", "1112", "1113", "1110", "1159", "1211", "1242",
                                        "1317", "1318", "1319", "1310", "1358", "1411", "1456"},
                             *const none[] = {"1011", "1511", "1101", "1161",  "2111", "3111",
                                              "4112", "6112", "111",  "11111", "111x", ""};
    struct shy_text file = {0}, expected = {0};
    int line = 2;
    shy_text_adds(&file, INSTITUTION);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++, line += 2) {
        shy_text_addf(&file, "RE,%d,%s,50603,架空,2,4300105,,,,\nHO,00271007,山1,12,1,0\n", line,
                      types[i]);
        shy_text_addf(&expected, "%spatient\n", (types[i][3] - '0') % 2 == 1 ? "in" : "out");
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++, line += 2) {
        shy_text_addf(&file, "RE,%d,%s,50603,架空,2,4300105,,,,\nHO,00271007,山1,12,1,0\n", line,
                      none[i]);
        shy_text_addf(&expected, "!CONTRACT_VALUE RECEIPTC.UKE:%d setting\n", line);
    }
    write_uke("RECEIPTC.UKE", shy_text_get(&file));
    expect("medical_claims", "setting", shy_text_get(&expected));
    shy_text_free(&file);
    shy_text_free(&expected);
}

/* A receipt with a wrong head is left out with its lines, and told once. */
static void test_receipt_bad_heads(void **state)
{
    (void)state;
    write_uke("RECEIPTC.UKE", "RE,0,1112,50603,架空,2,4300105,,,,\n" /* 1: no institution yet */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n" INSTITUTION
                              "RE,1,1172,50603,架空,2,4300105,,,,\n" /* 4: no type */
                              "HO,00271007,山1,12,1,75,,,,,,,,,\n"
                              "SI,12,1,112007410,,75,1\n"
                              "RE,2,3112,50603,架空,2,4300105,,,,\n" /* 7: dental */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,3,1112,50613,架空,2,4300105,,,,\n" /* 9: month 13 */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,4,1112,60603,架空,2,4300105,,,,\n" /* 11: no such era */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,5,1112,202400,架空,2,4300105,,,,\n" /* 13: month 0 */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,6,1112,50603,架空,3,4300105,,,,\n" /* 15: sex */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,7,1112,50603,架空,2,4300229,,,,\n" /* 17: 2018-02-29 */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,8,1112,50603\n" /* 19: too short */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,9,1112,50603,架空,2,20160229,,,,\n"
                              "HO,00271007,山1,12,x,0,,,,,,,,,\n" /* 22: days */
                              "RE,10,1112,50603,架空,2,20160229,,,,\n"
                              "HO,00271007,山1,12,1,1.5,,,,,,,,,\n"  /* 24: points */
                              "RE,,1112,50603,架空,2,20160229,,,,\n" /* 25: no number */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,11,1112,50603,架空,2,20160229,,,,\n"
                              "HO,00271007,山1,12,1\n"                 /* 28: too short */
                              "RE,13,1112,50603,架空,2,20240401,,,,\n" /* 29: not born yet */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n"
                              "RE,12,1112,50603,架空,2,20160229,,,,\n"
                              "HO,00271007,山1,12,1,75,,,,,,,,,\n"
                              "SI,12,1,112007410,,75,1\n"
                              "SI,12,1,11200741,,0,1\n"  /* 34: eight digits */
                              "SI,12,1,112007410,,x,1\n" /* 35 */
                              "SI,12,1,112007410,,1,x\n" /* 36 */
                              "SI,12,1,112007410\n"      /* 37 */
                              "SI,12,1,11200741a,,1,1\n" /* 38 */
                              "SI,12,1,112007510,,,\n"
                              "RE,14,1111,50603,架空,2,20160229,,5061301,,\n" /* 40: admitted */
                              "HO,00271007,山1,12,1,0,,,,,,,,,\n");
    expect(CLAIMS, "c1|p1|202403|2711234567|outpatient|medical|1|75\n"
                   "!LAYOUT RECEIPTC.UKE:1 institution\n"
                   "!CONTRACT_VALUE RECEIPTC.UKE:4 setting\n"
                   "!CONTRACT_VALUE RECEIPTC.UKE:7 setting\n"
                   "!PERIOD RECEIPTC.UKE:9 month\n"
                   "!PERIOD RECEIPTC.UKE:11 month\n"
                   "!PERIOD RECEIPTC.UKE:13 month\n"
                   "!CONTRACT_VALUE RECEIPTC.UKE:15 person\n"
                   "!PERIOD RECEIPTC.UKE:17 person\n"
                   "!CSV_FIELDS RECEIPTC.UKE:19 \n"
                   "!NUMBER RECEIPTC.UKE:22 days\n"
                   "!NUMBER RECEIPTC.UKE:24 points\n"
                   "!CONTRACT_VALUE RECEIPTC.UKE:25 claim\n"
                   "!CSV_FIELDS RECEIPTC.UKE:28 \n"
                   "!CONTRACT_VALUE RECEIPTC.UKE:29 person\n"
                   "!PERIOD RECEIPTC.UKE:40 admitted_on\n");
    expect("medical_items", "item quantity points",
           "112007410|1|75\n112007510||\n"
           "!CONTRACT_VALUE RECEIPTC.UKE:34 item\n"
           "!NUMBER RECEIPTC.UKE:35 points\n"
           "!NUMBER RECEIPTC.UKE:36 quantity\n"
           "!CSV_FIELDS RECEIPTC.UKE:37 \n"
           "!CONTRACT_VALUE RECEIPTC.UKE:38 item\n");
    expect("persons", "birth_month", "201602\n");
}

/* Lines that are no text: what it costs depends on which line it was. 8 stands for a byte that is
 * none of CP932, 9 for NUL. */
static void test_receipt_broken_lines(void **state)
{
    (void)state;
    struct shy_text file = {0};
    to_uke(INSTITUTION RECEIPT("1", "10") "CO,01,1,810000001,#\n" /* 5: a comment */
           RECEIPT("2", "20") "SI,12,1,112007410,#,0,1\n"         /* 9: an item */
                              "RE,3,1112,50603,#,2,4300105,,,,\n" /* 10: a head */
                              "HO,00271007,山1,12,1,5,,,,,,,,,\n"
                              "SI,12,1,112007410,,5,1\n" RECEIPT("4", "40") /* 13 */
           "SY,#\n" RECEIPT("5", "50") "%12,1\n"                            /* 20: nobody knows */
           RECEIPT("6", "60") /* 21: whose institution? */
           INSTITUTION RECEIPT("7", "70") "IR,2,27,1,1234567,,#,50604,00,\n" /* 28 */
           RECEIPT("8", "80") INSTITUTION RECEIPT("9", "90") "GO,#\n",       /* 36 */
           &file);
    for (size_t i = 0; i < file.length; i++)
        file.text[i] = file.text[i] == '#' ? '\xff' : file.text[i] == '%' ? '\0' : file.text[i];
    write_bytes("RECEIPTC.UKE", file.text, file.length);
    static const char claims_expected[] = "202403|10\n202403|40\n202403|70\n202403|90\n"
                                          "!ENCODING RECEIPTC.UKE:9 \n"
                                          "!ENCODING RECEIPTC.UKE:10 \n"
                                          "!CSV_NUL RECEIPTC.UKE:20 \n"
                                          "!LAYOUT RECEIPTC.UKE:21 institution\n"
                                          "!ENCODING RECEIPTC.UKE:28 \n"
                                          "!LAYOUT RECEIPTC.UKE:29 institution\n"
                                          "!ENCODING RECEIPTC.UKE:36 \n";
    expect_split(0, "medical_claims", "month points", claims_expected);
    expect_split(0, "medical_items", "points", "10\n40\n70\n90\n");
    expect_split(0, "persons", "valid_from", "202403\n");
    shy_text_free(&file);
}

/* Cut off in the middle of a line, and at its end: the second cannot be seen but by its sum. */
static void test_receipt_truncated(void **state)
{
    (void)state;
    static const char whole[] = INSTITUTION RECEIPT("1", "10") "RE,2,1112,50603,架空,2,4300105,,\n"
                                                               "HO,00271007,山1,12,1,30,,,,,,,,,\n"
                                                               "SI,12,1,112007410,,10,1\n"
                                                               "SI,12,1,112007410,,20,1";
    struct shy_text file = {0};
    to_uke(whole, &file);
    write_bytes("RECEIPTC.UKE", file.text, file.length - strlen("0,,20,1"));
    expect("medical_claims", "points", "10\n30\n");
    expect("medical_items", "points", "10\n10\n!CSV_FIELDS RECEIPTC.UKE:8 \n");
    write_bytes("RECEIPTC.UKE", file.text, file.length - strlen("SI,12,1,112007410,,20,1"));
    expect("medical_items", "points", "10\n10\n");
    expect("persons", "valid_from", "202403\n~RECEIPT_POINTS  1 RECEIPTC.UKE:5\n");
    write_bytes("RECEIPTC.UKE", "", 0);
    struct opened o;
    assert_int_equal(open_source(&o, 0), 0);
    assert_int_equal(o.count, 0);
    close_source(&o);
    shy_text_free(&file);
}

/* Files overlap: the second of two receipts goes with its lines, whichever is read first. */
static void test_receipt_doubles(void **state)
{
    (void)state;
    write_uke("a.uke", INSTITUTION RECEIPT("1", "10") RECEIPT("2", "20") RECEIPT("1", "11")
                           RECEIPT("513", "30") RECEIPT("12a", "40"));
    write_uke("b.uke",
              INSTITUTION RECEIPT("2", "20") RECEIPT("3", "50") RECEIPT("12a", "40")
                  RECEIPT("1", "10") "IR,1,27,1,1234567,,架空診療所,50604,00,\n" RECEIPT(
                      "1", "60") "IR,2,27,1,1234567,,架空診療所,50605,00,\n" RECEIPT("1", "70"));
    expect("medical_claims", "claim points",
           "c1|10\nc2|20\nc3|30\nc4|40\nc5|50\nc6|60\nc7|70\n"
           "!CONTRACT_KEY a.uke:8 claim\n!CONTRACT_KEY b.uke:2 claim\n"
           "!CONTRACT_KEY b.uke:8 claim\n!CONTRACT_KEY b.uke:11 claim\n");
    expect("medical_items", "points", "10\n20\n30\n40\n50\n60\n70\n");
}

/* Files as they are delivered ------------------------------------------------------------------ */

/* The examining body gives each receipt with its own IR. */
static void test_receipt_single_receipts(void **state)
{
    (void)state;
    write_uke("RECEIPTC.UKE", "MN,910000002,架空市,13142811910000002,,,\n" INSTITUTION
                              "RE,1,1112,50603,架空,2,4300105,,,,\nHO,00271007,山1,12,1,0\n"
                              "EX,,,,,,,,,,,,1:42811:\nRC,Ver00001d9384383d\n"
                              "MN,910000003,架空市,13142811910000003,,,\n"
                              "IR,2,27,1,7654321,,架空,50604,00,\n"
                              "RE,1,1112,50603,架空,2,4300105,,,,\nHO,00271007,山1,12,1,0\n"
                              "RE,2,1112,50604,架空,2,4300105,,,,\nHO,00271007,山1,12,2,0\n");
    expect("medical_claims", "claim person month institution",
           "c1|p1|202403|2711234567\nc2|p1|202403|2717654321\nc3|p1|202404|2717654321\n");
}

static void test_receipt_archives(void **state)
{
    (void)state;
    struct shy_text one = {0}, two = {0};
    int number;
    to_uke(INSTITUTION RECEIPT("1", "10"), &one);
    to_uke(INSTITUTION RECEIPT("2", "20") "CO,\xe3\x81\x82\n" RECEIPT("3", "30"), &two);
    char *path = shy_os_join(folder, "d.uke.zip");
    zip_t *zip = zip_open(path, ZIP_CREATE, &number);
    assert_non_null(zip);
    const struct {
        const char *name;
        const struct shy_text *text;
    } members[] = {{"b/receiptc.uke", &two}, {"a/RECEIPTC.UKE", &one}, {"readme.txt", &one}};
    for (size_t i = 0; i < 3; i++) {
        zip_source_t *source =
            zip_source_buffer(zip, members[i].text->text, members[i].text->length, 0);
        assert_true(zip_file_add(zip, members[i].name, source, 0) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_true(SHY_GROW(written.items, written.count, written.capacity));
    written.items[written.count++] = path;
    more_options = json_pack("{s:s}", "files", "d.uke.zip");
    expect("medical_claims", "points", "10\n20\n30\n");
    json_object_set_new(more_options, "members", json_string("a/*"));
    expect("medical_claims", "points", "10\n");
    shy_text_free(&one);
    shy_text_free(&two);
}

/* Where a row came from, and only the files that are chosen. */
static void test_receipt_locate_and_choose(void **state)
{
    (void)state;
    const char *const month = "month", *const person = "person";
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .column_count = 1};
    struct opened o;
    const struct shihyo_file *files;
    size_t count;
    write_uke("a.uke", INSTITUTION RECEIPT("1", "10") RECEIPT("2", "20"));
    write_uke("b.uke", INSTITUTION "RE,7,1112,50602,架空,1,4300105,,,,\n"
                                   "HO,00271007,山1,12,1,5,,,,,,,,,\nSI,12,1,112007410,,5,1\n");
    for (int split = 0; split <= 60; split += 60) {
        struct shihyo_error place = SHY_ERROR_INIT;
        assert_int_equal(open_source(&o, split), 0);
        request.contract = "medical_items";
        request.columns = &month;
        request.split = split == 0 ? 0 : 1;
        assert_int_equal(receipt->locate(o.source, &request, split == 0 ? 1 : 0, &place), 0);
        assert_string_equal(shy_os_basename(place.file), "a.uke");
        assert_int_equal(place.row, 7);
        request.contract = "persons";
        request.columns = &person;
        request.split = 0;
        shy_error_reset(&place);
        assert_int_equal(receipt->locate(o.source, &request, 1, &place), 0);
        assert_string_equal(shy_os_basename(place.file), "b.uke");
        assert_int_equal(place.row, 2);
        close_source(&o);
    }
    static const unsigned char second[] = {0, 1};
    assert_int_equal(open_source(&o, 0), 0);
    assert_int_equal(receipt->files(o.source, &files, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_int_equal(receipt->choose_files(o.source, second, 2, &err), 0);
    assert_int_equal(receipt->tables(o.source, &o.tables, &o.count, &err), 0);
    shy_text_clear(&rows);
    read_table(&o, "medical_items", "points", &rows);
    read_table(&o, "persons", "sex valid_from", &rows);
    assert_string_equal(shy_text_get(&rows), "5\nmale|202402\n");
    close_source(&o);
}

static int count_cells(void *arg, const struct shihyo_preview *p)
{
    struct shy_text *out = arg;
    shy_text_addf(out, "%s %zu %s:", p->contract, p->files, shy_os_basename(p->file));
    for (size_t i = 0; i < p->unused_count; i++)
        shy_text_addf(out, " %s", p->unused[i]);
    shy_text_addc(out, '\n');
    for (size_t i = 0; i < p->cell_count; i++) {
        const struct shihyo_preview_cell *c = &p->cells[i];
        if (strcmp(c->column, "person") != 0 && strcmp(c->column, "claim") != 0)
            shy_text_addf(out, "%s (%s): %.*s -> %.*s%s\n", c->column, c->from, (int)c->read.length,
                          c->read.text, (int)c->understood.length,
                          c->understood.text == NULL ? "" : c->understood.text,
                          c->code != 0 ? " !" : "");
    }
    return 0;
}

#define NO_STAY \
    "admitted_on (RE-9 入院年月日 + BU-3 今回入院年月日):  -> \n" \
    "outcome (SY-4 転帰区分 + BU-5 DPC転帰区分):  -> \n"
static void test_receipt_preview(void **state)
{
    (void)state;
    struct opened o;
    write_uke("a.uke", INSTITUTION RECEIPT("1", "10") "ZZ,1\n"
                                                      "RE,2,1191,50603,架空,2,4300105,,\n"
                                                      "HO,00271007,山1,12,1,30,,,,,,,,,\n");
    assert_int_equal(open_source(&o, 0), 0);
    shy_text_clear(&rows);
    assert_int_equal(receipt->preview(o.source, 5, count_cells, &rows, &err), 0);
    assert_string_equal(
        shy_text_get(&rows),
        "medical_claims 1 a.uke: ZZ\n"
        "month (RE-4 診療年月): 50603 -> 202403\n"
        "institution (IR-3 都道府県 + IR-4 点数表 + IR-5 医療機関コード): 2711234567 -> "
        "2711234567\n"
        "setting (RE-3 レセプト種別): 1112 -> outpatient\n"
        "type (RE-19 レセプト総括区分):  -> medical\n"
        "days (HO-5 診療実日数): 1 -> 1\n"
        "points (HO-6 合計点数): 10 -> 10\n" NO_STAY "month (RE-4 診療年月): 50603 -> 202403\n"
        "institution (IR-3 都道府県 + IR-4 点数表 + IR-5 医療機関コード): 2711234567 -> "
        "2711234567\n"
        "setting (RE-3 レセプト種別): 1191 -> outpatient !\n"
        "type (RE-19 レセプト総括区分):  -> medical\n"
        "days (HO-5 診療実日数): 1 -> 1\n"
        "points (HO-6 合計点数): 30 -> 30\n" NO_STAY "medical_items 1 a.uke:\n"
        "month (RE-4 診療年月): 50603 -> 202403\n"
        "institution (IR-3 都道府県 + IR-4 点数表 + IR-5 医療機関コード): 2711234567 -> "
        "2711234567\n"
        "item (SI-4 診療行為コード): 112007410 -> 112007410\n"
        "quantity (SI-7 回数): 1 -> 1\n"
        "points (SI-6 点数): 10 -> 10\n");
    close_source(&o);
}

static void test_receipt_options(void **state)
{
    (void)state;
    struct opened o;
    write_uke("a.uke", INSTITUTION);
    more_options = json_pack("{s:[ss]}", "records", "SI", "SY");
    assert_int_equal(open_source(&o, 0), SHY_E_OPTION_TYPE);
    assert_non_null(strstr(err.message, "'SY'"));
    close_source(&o);
    json_decref(more_options);
    more_options = json_pack("{s:s}", "files", "none*.uke");
    assert_int_equal(open_source(&o, 0), SHY_E_OPTION_NO_FILE);
    close_source(&o);
    json_decref(more_options);
    more_options = json_pack("{s:s}", "encoding", "EBCDIC-X");
    assert_int_equal(open_source(&o, 0), 0);
    shy_text_clear(&rows);
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = "persons"};
    struct ArrowArrayStream stream = {0};
    assert_int_not_equal(receipt->stream(o.source, &request, &stream, &err), 0);
    assert_int_equal(err.code, SHY_E_ENCODING_UNKNOWN);
    close_source(&o);
}

/* Many ---------------------------------------------------------------------------------------- */

static uint32_t random_state;

static uint32_t next_random(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Records in any order, good and bad. */
static void random_file(struct shy_text *out)
{
    static const char *const lines[] = {
        "IR,2,27,1,1234567,,架空診療所,50604,00,\n",
        "IR,2,27,1,0000017,,架空病院,50604,00,\n",
        "HO,00271007,山1,%u,1,10,,,,,,,,,\n",
        "HO,39271007,,%u,1,10,,,,,,,,,\n",
        "HO,06271007,,%u,1,10,,,,,,,,,\n",
        "KO,54270001,%u,,1,10,0,,,,,\n",
        "SI,12,1,112007410,,%u,1\n",
        "IY,21,1,62000000%u,1,,14\n",
        "SI,12,1,x,,%u,1\n",
        "GO,%u,20,99\n",
        "GO\n",
        "BU,040080XX99X002,20240520,20240620,%u,\n",
        "ZZ,%u\n",
        "\n",
        "CO,,1,810000001,あ%u\n",
        "TI,%u\n",
    };
    shy_text_clear(out);
    for (uint32_t line = next_random(60); line > 0; line--) {
        uint32_t kind = next_random(24);
        if (kind < sizeof lines / sizeof lines[0])
            shy_text_addf(out, lines[kind], next_random(4));
        else
            shy_text_addf(out, "RE,%u,11%u%u,5%02u%02u,架空,%u,4300105,,,,,,,,,,,,%s,\n",
                          next_random(5), 1 + next_random(6), next_random(10), next_random(3),
                          next_random(13), 1 + next_random(2),
                          (const char *const[]){"", "", "0", "1", "2", "3"}[next_random(6)]);
    }
}

static void read_all(int split, struct shy_text *out)
{
    struct opened o;
    struct shy_text told = {0};
    persons.count = claims.count = 0;
    assert_int_equal(open_source(&o, split), 0);
    shy_text_clear(out);
    read_table(&o, CLAIMS, out);
    read_table(&o, ITEMS, out);
    read_table(&o, PERSONS, &told);
    merge_notes(&told);
    shy_text_adds(out, shy_text_get(&told));
    shy_text_free(&told);
    shy_text_clear(&told);
    read_table(&o, "institutions", "institution name", out);
    close_source(&o);
}

/* Messages of tests are short: the first line that is another one. */
static void fail_difference(uint32_t seed, int split, const char *got, const char *whole)
{
    size_t at = 0;
    while (got[at] == whole[at])
        at++;
    while (at > 0 && got[at - 1] != '\n')
        at--;
    fail_msg("seed %u, parts of %d bytes: '%.*s' rather than '%.*s'", seed, split,
             (int)strcspn(got + at, "\n"), got + at, (int)strcspn(whole + at, "\n"), whole + at);
}

static void test_receipt_parts_of_any_size(void **state)
{
    (void)state;
    struct shy_text file = {0}, whole = {0};
    for (random_state = 1; random_state < 400; random_state += 2) {
        uint32_t seed = random_state;
        random_file(&file);
        write_uke("RECEIPTC.UKE", shy_text_get(&file));
        read_all(0, &whole);
        for (int split = 1; split < 900; split += 1 + (int)next_random(150)) {
            in_runs ^= 1;
            read_all(split, &rows);
            if (strcmp(shy_text_get(&rows), shy_text_get(&whole)) != 0)
                fail_difference(seed, split, shy_text_get(&rows), shy_text_get(&whole));
        }
        random_state = seed;
    }
    shy_text_free(&file);
    shy_text_free(&whole);
}

/* Parts are read from several threads at once. */
struct reader {
    struct opened *source;
    uint32_t first;
    int64_t rows;
};

static void *read_every_second(void *arg)
{
    struct reader *r = arg;
    static const char *const names[] = {"claim", "item", "points"};
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = "medical_items", .columns = names,
                                            .column_count = 3};
    for (request.split = r->first; request.split < r->source->tables[2].splits;
         request.split += 2) {
        struct ArrowArrayStream stream = {0};
        struct ArrowArray batch;
        if (receipt->stream(r->source->source, &request, &stream, NULL) != 0)
            return NULL;
        while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
            r->rows += batch.length;
            batch.release(&batch);
        }
        stream.release(&stream);
    }
    return NULL;
}

/* A receipt of 300 lines each, so that rows go over batches. */
static void test_receipt_threads(void **state)
{
    (void)state;
    struct shy_text file = {0};
    struct opened o;
    pthread_t threads[2];
    struct reader readers[2] = {{.source = &o, .first = 0}, {.source = &o, .first = 1}};
    shy_text_adds(&file, INSTITUTION);
    for (int i = 0; i < 200; i++) {
        shy_text_addf(&file, "RE,%d,1112,50603,架空,1,4300105,,,,\nHO,00271007,山1,%d,1,300\n", i,
                      i % 50);
        for (int k = 0; k < 300; k++)
            shy_text_adds(&file, "SI,12,1,112007410,,1,1\n");
        /* Every tenth is spoilt by its last line. */
        if (i % 10 == 9)
            shy_text_adds(&file, "HO,00271007\n");
    }
    write_uke("RECEIPTC.UKE", shy_text_get(&file));
    shy_text_free(&file);
    assert_int_equal(open_source(&o, 50000), 0);
    assert_true(o.tables[2].splits > 20);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_every_second, &readers[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(readers[0].rows + readers[1].rows, 180 * 300);
    close_source(&o);
    struct reader alone = {.source = &o};
    assert_int_equal(open_source(&o, 0), 0);
    assert_int_equal(o.tables[2].splits, 1);
    (void)read_every_second(&alone);
    assert_int_equal(alone.rows, 180 * 300);
    close_source(&o);
    /* Of every tenth all receipts are spoilt. */
    assert_int_equal(open_source(&o, 50000), 0);
    shy_text_clear(&rows);
    persons.count = 0;
    read_table(&o, "persons", "person", &rows);
    assert_int_equal(persons.count, 45);
    close_source(&o);
}

/* clang-format off */
#define TEST(name) cmocka_unit_test_setup_teardown(test_receipt_##name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(medical), TEST(dpc), TEST(dpc_parts), TEST(branches),
        TEST(insurers), TEST(institution_places), TEST(unknown_records), TEST(points),
        TEST(totals), TEST(types), TEST(bad_heads), TEST(broken_lines),
        TEST(truncated), TEST(doubles), TEST(single_receipts), TEST(archives),
        TEST(locate_and_choose), TEST(preview), TEST(options), TEST(parts_of_any_size),
        TEST(threads),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
/* clang-format on */
