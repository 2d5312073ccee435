/* SPDX-License-Identifier: MIT */
/*
 * Layouts and files through the loaded plugin. Rows are shown as its Arrow batches give them, one a
 * line; a row that was rejected is shown as "!code file:line column".
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
#include "core/plugin/compare.h"
#include "core/plugin/plugin_host.h"
#include "core/script/script.h"
#include "core/text/encoding.h"

#define DEFAULT_LAYOUT SHY_TEST_SRCDIR "/plugins/kdb/layouts/default.lua"

static struct shihyo_error err;
static struct shy_text rows;
static char folder[64];
static struct shy_plugins *plugins;
static const struct shihyo_plugin *kdb;
static struct shy_paths written;

static int set_up(void **state)
{
    struct shy_plugin *plugin;
    (void)state;
    shy_error_reset(&err);
    strcpy(folder, "/tmp/kdb-XXXXXX");
    if (mkdtemp(folder) == NULL || shy_plugins_new(&plugins, &err) != 0 ||
        shy_plugins_load(plugins, "kdb", &plugin, &err) != 0)
        return -1;
    kdb = shy_plugin_descriptor(plugin);
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

static char *write_text(const char *name, const char *text)
{
    return write_bytes(name, text, strlen(text));
}

/* As CP932 with CR LF, as the default layout has it. */
static char *write_cp932(const char *name, const char *text)
{
    struct shy_text lines = {0}, out = {0};
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\n')
            shy_text_addc(&lines, '\r');
        shy_text_addc(&lines, *p);
    }
    assert_int_equal(shy_cp932_encode(lines.text, lines.length, &out, &err), 0);
    char *path = write_bytes(name, out.text, out.length);
    shy_text_free(&lines);
    shy_text_free(&out);
    return path;
}

/* A zip archive of two files. raw: the names are CP932, as Japanese Windows writes them. */
static char *write_zip(const char *name, const char *const members[][2], size_t count)
{
    char *path = shy_os_join(folder, name);
    int number;
    (void)unlink(path);
    zip_t *zip = zip_open(path, ZIP_CREATE, &number);
    assert_non_null(zip);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *source = zip_source_buffer(zip, members[i][1], strlen(members[i][1]), 0);
        assert_true(zip_file_add(zip, members[i][0], source, ZIP_FL_ENC_RAW) >= 0);
    }
    assert_int_equal(zip_close(zip), 0);
    assert_true(SHY_GROW(written.items, written.count, written.capacity));
    written.items[written.count++] = path;
    return path;
}

/* Reading ---------------------------------------------------------------------------------- */

static int read_lua(const char *path, json_t **out, struct shihyo_error *e)
{
    return shy_script_value(path, NULL, out, e);
}

struct opened {
    struct shy_options *options;
    struct shihyo_source *source;
    const struct shihyo_table_info *tables;
    size_t count;
};

static void close_source(struct opened *o)
{
    if (o->source != NULL)
        kdb->close(o->source);
    shy_options_free(o->options);
    *o = (struct opened){0};
}

/* split: bytes of a part, 0 = the default. Returns the message code. */
static int open_source(struct opened *o, const char *layout, int split)
{
    json_t *given = json_pack("{s:s}", "folder", folder);
    *o = (struct opened){0};
    if (layout != NULL)
        json_object_set_new(given, "layout", json_string(layout));
    if (split > 0)
        json_object_set_new(given, "split_bytes", json_integer(split));
    shy_error_reset(&err);
    int code = shy_options_check(kdb->options, given, folder, read_lua, &o->options, &err);
    if (code == 0 &&
        kdb->open(shy_plugin_host(), "test", shy_options_root(o->options), &o->source, &err) != 0)
        code = (int)err.code;
    if (code == 0 && kdb->tables(o->source, &o->tables, &o->count, &err) != 0)
        code = (int)err.code;
    json_decref(given);
    return code;
}

static int reject(void *rejects, const struct shihyo_error *found)
{
    struct shy_text *out = rejects;
    shy_text_addf(out, "!%s %s:%lld %s\n", shy_code_name((int)found->code),
                  shy_os_basename(found->file), (long long)found->row, found->column_name);
    assert_string_equal(found->value, "");
    return 0;
}

/* Any string view, by the specification of the Arrow C data interface. */
static void add_text(struct shy_text *out, const struct ArrowArray *a, int64_t row)
{
    const char *view = (const char *)a->buffers[1] + 16 * row;
    int32_t length, buffer, offset;
    memcpy(&length, view, 4);
    memcpy(&buffer, view + 8, 4);
    memcpy(&offset, view + 12, 4);
    if (length <= 12) {
        shy_text_add(out, view + 4, (size_t)length);
        return;
    }
    assert_true(buffer + 1 < a->n_buffers - 2);
    const char *text = (const char *)a->buffers[2 + buffer] + offset;
    assert_memory_equal(text, view + 4, 4);
    shy_text_add(out, text, (size_t)length);
}

static void add_value(struct shy_text *out, const char *format, const struct ArrowArray *a,
                      int64_t row)
{
    const unsigned char *valid = a->buffers[0];
    if (a->null_count > 0 && (valid[row >> 3] >> (row & 7) & 1) == 0)
        return;
    if (strcmp(format, "vu") == 0)
        add_text(out, a, row);
    else if (strcmp(format, "i") == 0 || strcmp(format, "tdD") == 0)
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
                add_value(out, schema.children[i]->format, batch.children[i], row);
            }
            shy_text_addc(out, '\n');
        }
        batch.release(&batch);
    }
    schema.release(&schema);
}

/* columns: separated by blanks. Appends the rows of all splits, and what was rejected behind. */
static void read_table(struct opened *o, const char *contract, const char *columns,
                       struct shy_text *out)
{
    char copy[256];
    const char *names[16];
    struct shy_text rejects = {0};
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = contract, .columns = names,
                                            .reject = reject, .rejects = &rejects};
    (void)snprintf(copy, sizeof copy, "%s", columns);
    for (char *name = strtok(copy, " "); name != NULL; name = strtok(NULL, " "))
        names[request.column_count++] = name;
    for (size_t t = 0; t < o->count; t++) {
        if (strcmp(o->tables[t].contract, contract) != 0)
            continue;
        for (request.split = 0; request.split < o->tables[t].splits; request.split++) {
            struct ArrowArrayStream stream = {0};
            assert_int_equal(kdb->stream(o->source, &request, &stream, &err), 0);
            read_stream(&stream, out);
            stream.release(&stream);
        }
    }
    shy_text_adds(out, shy_text_get(&rejects));
    shy_text_free(&rejects);
}

static void expect_split(const char *layout, int split, const char *contract, const char *columns,
                         const char *expected)
{
    struct opened o;
    shy_text_clear(&rows);
    if (open_source(&o, layout, split) != 0)
        fail_msg("SHY-%u %s %s", err.code, err.message, err.hint);
    read_table(&o, contract, columns, &rows);
    assert_string_equal(shy_text_get(&rows), expected);
    close_source(&o);
}

/* Cut in parts of any size, a file gives the same rows. */
static void expect(const char *layout, const char *contract, const char *columns,
                   const char *expected)
{
    static const int sizes[] = {0, 1, 2, 3, 7, 16, 33, 64, 100, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        expect_split(layout, sizes[i], contract, columns, expected);
}

static void expect_failure(const char *layout, int code, const char *message, const char *hint)
{
    struct opened o;
    assert_int_equal(open_source(&o, layout, 0), code);
    if (strstr(err.message, message) == NULL || strstr(err.hint, hint) == NULL)
        fail_msg("%s | %s", err.message, err.hint);
    close_source(&o);
}

/* The default layout ------------------------------------------------------------------------ */

static void test_kdb_default_layout(void **state)
{
    (void)state;
    write_cp932("被保険者台帳_202404.csv",
                "個人番号,制度,保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月,"
                "住所地市町村コード\n"
                "0000000000001,1,00270001,山12,0123,2,195001,201204,202403,27001\n"
                "0000000000001,2,39270001,\"\",77,2,195001,202404,,27001\n");
    write_cp932(
        "介護受給者台帳.csv",
        "個人番号,介護保険者番号,医療保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月\n"
        "C1,270017,39270001,,77,1,193012,201504,\n");
    write_cp932("医療レセプト1.csv",
                "レセプト番号,個人番号,診療年月,医療機関コード,入外,レセプト種別,診療実日数,点数,"
                "入院年月日,転帰区分\n"
                "R1,P1,202401,2710000017,1,1,31,123456,20231120,3\n"
                "R2,P2,202402,2710000025,2,4,,-50,,\n");
    write_cp932("レセプト摘要2.csv",
                "レセプト番号,個人番号,診療年月,医療機関コード,診療行為コード,回数,点数\n"
                "R1,P1,202401,2710000017,190077410,3,830\n");
    write_cp932("介護レセプト.csv",
                "個人番号,サービス提供年月,サービス種類コード,事業所番号,要介護状態区分,単位数\n"
                "C1,202401,11,2770000001,21,5000\n");
    write_cp932("介護明細.csv", "個人番号,サービス提供年月,事業所番号,サービスコード,回数\n"
                                "C1,202401,2770000001,111111,4\n");
    write_cp932("医療機関一覧.csv", "医療機関コード,名称,市町村コード,種別\n"
                                    "2710000017,\"架空, 病院\",27001,1\n2710000025,県外,,\n");
    write_cp932("介護事業所.csv", "事業所番号,名称,市町村コード\n2770000001,訪問介護,27001\n");
    write_cp932("保険者.csv",
                "保険者番号,名称,市町村コード\n00270001,市,27001\n39270001,広域連合,\n");
    expect(DEFAULT_LAYOUT, "persons",
           "person scheme insurer insured_symbol insured_number sex birth_month valid_from "
           "valid_to residence_area insurer_area",
           "0000000000001|nhi|00270001|山12|0123|female|195001|201204|202403|27001|\n"
           "0000000000001|late_elderly|39270001||77|female|195001|202404||27001|\n");
    expect(DEFAULT_LAYOUT, "care_persons",
           "person insurer medical_insurer insured_symbol insured_number sex birth_month "
           "valid_from valid_to",
           "C1|270017|39270001||77|male|193012|201504|\n");
    expect(DEFAULT_LAYOUT, "medical_claims",
           "claim person month institution setting type days points",
           "R1|P1|202401|2710000017|inpatient|medical|31|123456\n"
           "R2|P2|202402|2710000025|outpatient|pharmacy||-50\n");
    /* `date -u -d 2023-11-20 +%s` is 1700438400, 19681 days. */
    expect(DEFAULT_LAYOUT, "medical_claims", "outcome admitted_on", "death|19681\n|\n");
    expect(DEFAULT_LAYOUT, "medical_items", "points item claim quantity", "830|190077410|R1|3\n");
    expect(DEFAULT_LAYOUT, "care_claims", "person month service office care_level units",
           "C1|202401|11|2770000001|21|5000\n");
    expect(DEFAULT_LAYOUT, "care_items", "person month office item quantity",
           "C1|202401|2770000001|111111|4\n");
    expect(DEFAULT_LAYOUT, "institutions", "institution name institution_area kind",
           "2710000017|架空, 病院|27001|1\n2710000025|県外||\n");
    expect(DEFAULT_LAYOUT, "care_offices", "office name institution_area",
           "2770000001|訪問介護|27001\n");
    expect(DEFAULT_LAYOUT, "insurers", "insurer name insurer_area",
           "00270001|市|27001\n39270001|広域連合|\n");
}

/* It is taken where no layout is named. */
static void test_kdb_default_is_shipped(void **state)
{
    (void)state;
    write_cp932("保険者.csv", "名称,市町村コード,保険者番号\n市,27001,00270001\n");
    setenv("SHIHYO_LAYOUT_PATH", "/nowhere:" SHY_TEST_SRCDIR "/plugins", 1);
    expect(NULL, "insurers", "insurer name", "00270001|市\n");
    expect("kdb/default", "insurers", "insurer name", "00270001|市\n");
    expect_failure("kdb/defalt", SHY_E_LAYOUT_NOT_FOUND, "kdb/defalt", "/nowhere");
    unsetenv("SHIHYO_LAYOUT_PATH");
}

#define ITEMS \
    "return { encoding = 'UTF-8', medical_items = { files = 'i*.csv', columns = { claim = { from " \
    "= 'r' }, " \
    "month = { from = 'm' }, item = { from = 'i' }, points = { from = 'p' } } } }"
#define ITEM_COLUMNS "claim month item points"

/* Another delivery --------------------------------------------------------------------------- */

/* One wide file per municipality in a zip archive: no header, everything quoted, UTF-8 with a mark,
 * months of the Japanese calendar, claims and items and institutions in one line. */
static const char wide_layout[] =
    "local wide = { 'city_*.zip' }\n"
    "local claim = { join = { { position = 1 }, { value = '-' }, { position = 2 } } }\n"
    "local month = { position = 4, form = 'gyymm' }\n"
    "local kinds = { is_not = { '9' }, position = 5 }\n"
    "return {\n"
    "  encoding = 'UTF-8', header = false, skip_lines = 1,\n"
    "  persons = { files = '資格.txt', delimiter = '\\t', quotes = false, header = true,\n"
    "    skip_lines = 0, encoding = 'auto',\n"
    "    columns = {\n"
    "      person = { from = { 'ＩＤ', '個人 番号' } },\n"
    "      sex = { from = '性', recode = { ['男'] = 'male', ['女'] = 'female' } },\n"
    "      birth_month = { from = '生年月日', form = 'gyymmdd' },\n"
    "      scheme = { from = '保険者', take = '1-2', recode = { ['39'] = 'late_elderly' },\n"
    "        default = 'nhi' },\n"
    "      insurer = { from = '保険者', pad = 8 },\n"
    "      insurer_area = { join = { { value = '27' }, { from = '保険者', take = '4-6' } } },\n"
    "      valid_from = { from = '取得', form = 'yyyy-mm-dd' },\n"
    "      valid_to = { from = '喪失', form = 'yyyymmdd', empty = { '99999999' } },\n"
    "      residence_area = { from = '住所地', optional = true },\n"
    "    },\n"
    "    where = { { from = '保険者', prefix = { '39', '00' } } },\n"
    "  },\n"
    "  medical_claims = { files = wide, members = '*_med.csv', distinct = true,\n"
    "    columns = {\n"
    "      claim = claim, person = { position = 3 }, month = month,\n"
    "      setting = { position = 5, recode = { ['1'] = 'inpatient', ['2'] = 'outpatient' } },\n"
    "      type = { value = 'medical' },\n"
    "    },\n"
    "    where = { kinds },\n"
    "  },\n"
    "  medical_items = { files = wide, members = 'a/*_med.csv', columns = { claim = claim,\n"
    "      person = { position = 3 }, month = month, item = { position = 6 },\n"
    "      quantity = { position = 7 } },\n"
    "    where = { kinds, { position = 6, at_least = '114', at_most = '115' } } },\n"
    "  institutions = { files = '資格.txt', members = nil, delimiter = '\\t', header = true,\n"
    "    skip_lines = 0, columns = { institution = { from = '住所地' } },\n"
    "    where = { { from = '住所地', blank = false }, { from = '性', is = '女' } } },\n"
    "}\n";

static void test_kdb_other_layout(void **state)
{
    (void)state;
    static const char city1[] = "\xef\xbb\xbf\"題\"\r\n"
                                "\"1\",\"10\",\"P1\",\"50401\",\"1\",\"114001110\",\"2\"\r\n"
                                "\"1\",\"10\",\"P1\",\"50401\",\"1\",\"190077410\",\"31\"\r\n"
                                "\"1\",\"10\",\"P1\",\"50401\",\"9\",\"1140\",\"1\"\r\n"
                                "\"1\",\"10\",\"P1\",\"50401\",\"1\",\"1140\",\"1\"\r\n"
                                "\"1\",\"11\",\"P1\",\"43104\",\"2\",\"1141\",\"\"\r\n\x1a";
    static const char city2[] = "x\n1,1,P9,R0605,2,1145,5\n";
    static const char *const first[][2] = {{"a/1_med.csv", city1}, {"readme.txt", "x"}};
    /* "b/\x8e\x73_med.csv": 市 in CP932. */
    static const char *const second[][2] = {{"b/\x8e\x73_med.csv", city2}};
    char *layout = write_text("l.lua", wide_layout);
    write_zip("city_01.zip", first, 2);
    write_zip("city_02.zip", second, 1);
    write_text("資格.txt", "個人番号\t性\t生年月日\t保険者\t取得\t喪失\t住所地\n"
                           "P1\t女\t3140115\t39271001\t2012-04-01\t20240331\t27100\n"
                           " P2 \t男\t5010203\t002710\t2019-05-10\t99999999\t\n"
                           "P3\t男\t3140115\t06271001\t2012-04-01\t20240331\t27100\n"
                           "P4\t他\t3140115\t39271001\t2012-04-01\t20240331\t27100\n"
                           "P5\t女\t3651115\t39271001\t2012-04-01\t20240331\t27100\n");
    expect(layout, "persons",
           "person sex birth_month scheme insurer insurer_area valid_from valid_to residence_area",
           "P1|female|193901|late_elderly|39271001|27710|201204|202403|27100\n"
           "P2|male|201902|nhi|00002710|27710|201905||\n"
           "!CONTRACT_VALUE 資格.txt:5 sex\n!PERIOD 資格.txt:6 birth_month\n");
    expect(layout, "medical_claims", "claim person month setting type points",
           "1-10|P1|202201|inpatient|medical|\n1-11|P1|201904|outpatient|medical|\n"
           "1-1|P9|202405|outpatient|medical|\n");
    expect(layout, "medical_items", "claim item quantity",
           "1-10|114001110|2\n1-10|1140|1\n1-11|1141|\n");
    expect(layout, "institutions", "institution", "27100\n27100\n");
}

static void test_kdb_bad_archives(void **state)
{
    (void)state;
    struct opened o;
    char *layout = write_text("l.lua", wide_layout);
    write_text("city_01.zip", "no archive");
    assert_int_equal(open_source(&o, layout, 0), SHY_E_ARCHIVE);
    assert_string_equal(shy_os_basename(err.file), "city_01.zip");
    close_source(&o);
    /* Cut off behind the directory of what is in it, and with a byte turned over in the middle. */
    static const char *const members[][2] = {{"a/1_med.csv", "t\n1,2,P,50401,1,114,1\n"}};
    char *path = write_zip("city_01.zip", members, 1);
    struct shy_mapping whole;
    assert_int_equal(shy_os_map(path, &whole, &err), 0);
    char *bytes = shy_strndup((const char *)whole.data, whole.size);
    size_t size = whole.size;
    memcpy(bytes, whole.data, size);
    shy_os_unmap(&whole);
    write_bytes("city_01.zip", bytes, size - 30);
    assert_int_equal(open_source(&o, layout, 0), SHY_E_ARCHIVE);
    close_source(&o);
    char *found = memmem(bytes, size, "50401", 5);
    assert_non_null(found);
    found[1] = '1';
    write_bytes("city_01.zip", bytes, size);
    shy_text_clear(&rows);
    int code = open_source(&o, layout, 0);
    assert_true(code == 0 || code == SHY_E_ARCHIVE);
    if (code == 0)
        read_table(&o, "medical_items", "claim", &rows);
    assert_true(code != 0 || strstr(shy_text_get(&rows), "!stream") != NULL);
    close_source(&o);
    shy_free(bytes);
}

static void test_kdb_digits(void **state)
{
    (void)state;
    struct opened o;
    char *layout = write_text(
        "l.lua", "return { header = false, medical_items = { files = 'i.csv', columns = {\n"
                 "  claim = { position = 1 }, person = { position = 2 },\n"
                 "  month = { position = 3 }, item = { position = 4, digits = 9 },\n"
                 "  institution = { position = 5, pad = 10, digits = 10 } } } }\n");
    write_text("i.csv", "1,P,202204,114001110,2910000001\n1,P,202204, 114001110 ,910000001\n"
                        "1,P,202204,11400111,1\n1,P,202204,1140011100,1\n"
                        "1,P,202204,11400111A,1\n1,P,202204,-14001110,1\n1,P,202204,,\n"
                        "1,P,202204,114001110,291000000A\n1,P,202204,114001110,29100000010\n"
                        "1,P,202204,\xef\xbc\x91\xef\xbc\x91\xef\xbc\x94,1\n");
    expect(layout, "medical_items", "item institution",
           "114001110|2910000001\n114001110|0910000001\n|\n"
           "!CONTRACT_VALUE i.csv:3 item\n!CONTRACT_VALUE i.csv:4 item\n"
           "!CONTRACT_VALUE i.csv:5 item\n!CONTRACT_VALUE i.csv:6 item\n"
           "!CONTRACT_VALUE i.csv:8 institution\n!CONTRACT_VALUE i.csv:9 institution\n"
           "!CONTRACT_VALUE i.csv:10 item\n");
    layout = write_text("l.lua",
                        "return { medical_items = { files = 'i.csv', header = false, columns = {\n"
                        "  month = { position = 3, digits = 6 } } } }\n");
    assert_int_not_equal(open_source(&o, layout, 0), 0);
    assert_non_null(strstr(err.message, "digits"));
    close_source(&o);
}

/* A text in quotes that goes over lines needs `multiline`. */
/* Days as `date -u -d DAY +%s` has them, divided by 86,400. */
static void test_kdb_dates(void **state)
{
    (void)state;
    char *layout = write_text("l.lua", "return { medical_claims = { files = 'd.csv', columns = {\n"
                                       "  claim = { from = 'r' }, admitted_on = { from = 'd',\n"
                                       "  form = 'gyymmdd', empty = '0' } } } }");
    write_text("d.csv", "r,d\n1,5060229\n2,4310430\n3, 3640107 \n4,\n5,0\n6,5050229\n7,5061301\n"
                        "8,50602\n9,5060231\n");
    expect(layout, "medical_claims", "claim admitted_on",
           "1|19782\n2|18016\n3|6946\n4|\n5|\n"
           "!PERIOD d.csv:7 admitted_on\n!PERIOD d.csv:8 admitted_on\n"
           "!PERIOD d.csv:9 admitted_on\n!PERIOD d.csv:10 admitted_on\n");
    write_text("l.lua", "return { medical_claims = { files = 'd.csv', columns = {\n"
                        "  claim = { from = 'r' }, admitted_on = { from = 'd' } } } }");
    write_text("d.csv", "r,d\n1,20000229\n2,19691231\n3,19000229\n4,2024-02-29\n");
    expect(layout, "medical_claims", "claim admitted_on",
           "1|11016\n2|-1\n"
           "!PERIOD d.csv:4 admitted_on\n!PERIOD d.csv:5 admitted_on\n");
    write_text("l.lua", "return { medical_claims = { files = 'd.csv', columns = {\n"
                        "  claim = { from = 'r' }, admitted_on = { from = 'd',\n"
                        "  form = 'yyyymm' } } } }");
    expect_failure(layout, SHY_E_OPTION_TYPE, "A date needs its day", "docs/kdb.md");
}

static void test_kdb_multiline(void **state)
{
    (void)state;
    char *layout = write_text("l.lua", "return { institutions = { files = 'i.csv', columns = { "
                                       "institution = { from = 'c' }, name = { from = 'n' } }, "
                                       "multiline = true } }");
    write_text("i.csv", "c,n\n1,\"a\nb\"\n2,\"c\"\"\"\n3,d,e\n4,f");
    expect(layout, "institutions", "institution name",
           "1|a\nb\n2|c\"\n4|f\n!CSV_FIELDS i.csv:5 \n");
    layout = write_text("l.lua", "return { institutions = { files = 'i.csv', columns = { "
                                 "institution = { from = 'c' }, name = { from = 'n' } } } }");
    expect(layout, "institutions", "institution name",
           "2|c\"\n4|f\n!CSV_QUOTE i.csv:2 \n!CSV_QUOTE i.csv:3 \n!CSV_FIELDS i.csv:5 \n");
}

/* Numbers of every length, and what only looks like one. */
static void test_kdb_numbers(void **state)
{
    (void)state;
    static const char *const wrong[] = {"x",        "1/", "/1", ":",  "1:2", "123456a",
                                        "1234567/", "-",  "+",  "1-", "1.5", "1234567890123456789",
                                        "--1",      "１", "0x1"};
    struct shy_text file = {0}, expected = {0};
    struct opened o;
    char *layout = write_text("l.lua", ITEMS);
    shy_text_adds(&file, "r,m,i,p\n");
    int64_t value = 0;
    for (int digits = 1; digits <= 18; digits++) {
        value = value * 10 + (digits * 7) % 10;
        shy_text_addf(&file, "a,202401,x,%lld\nb,202401,x,-%lld\nc,202401,x, 0%lld \n",
                      (long long)value, (long long)value, (long long)value);
        shy_text_addf(&expected, "%lld\n%lld\n", (long long)value, (long long)-value);
        if (digits < 18)
            shy_text_addf(&expected, "%lld\n", (long long)value);
    }
    size_t line = 1 + 3 * 18;
    shy_text_addf(&expected, "!NUMBER items.csv:%zu points\n", line);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        shy_text_addf(&file, "a,202401,x,%s\n", wrong[i]);
        shy_text_addf(&expected, "!NUMBER items.csv:%zu points\n", ++line);
    }
    write_text("items.csv", shy_text_get(&file));
    assert_int_equal(open_source(&o, layout, 0), 0);
    shy_text_clear(&rows);
    read_table(&o, "medical_items", "points", &rows);
    assert_string_equal(shy_text_get(&rows), shy_text_get(&expected));
    close_source(&o);
    shy_text_free(&file);
    shy_text_free(&expected);
}

/* Parts are read from several threads at once. */
struct reader {
    struct opened *source;
    uint32_t first;
    int64_t rows, rejected;
};

static int count_reject(void *rejects, const struct shihyo_error *found)
{
    (void)found;
    ++*(int64_t *)rejects;
    return 0;
}

static void *read_every_second(void *arg)
{
    struct reader *r = arg;
    static const char *const names[] = {"claim", "month", "points"};
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = "medical_items",
                                            .columns = names,
                                            .column_count = 3,
                                            .reject = count_reject,
                                            .rejects = &r->rejected};
    for (request.split = r->first; request.split < r->source->tables[0].splits;
         request.split += 2) {
        struct ArrowArrayStream stream = {0};
        struct ArrowArray batch;
        if (kdb->stream(r->source->source, &request, &stream, NULL) != 0)
            return NULL;
        while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
            r->rows += batch.length;
            batch.release(&batch);
        }
        stream.release(&stream);
    }
    return NULL;
}

static void test_kdb_threads(void **state)
{
    (void)state;
    struct shy_text file = {0};
    struct opened o;
    pthread_t threads[2];
    struct reader readers[2] = {{.source = &o, .first = 0}, {.source = &o, .first = 1}};
    char *layout = write_text("l.lua", ITEMS);
    shy_text_adds(&file, "r,m,i,p\n");
    for (int i = 0; i < 5000; i++)
        shy_text_addf(&file, "%d,2024%02d,a,%d\n", i, i % 13, i);
    write_text("items.csv", shy_text_get(&file));
    shy_text_free(&file);
    assert_int_equal(open_source(&o, layout, 1000), 0);
    assert_true(o.tables[0].splits > 50);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_every_second, &readers[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    /* Month 0 is none: every thirteenth of 5000. */
    assert_int_equal(readers[0].rejected + readers[1].rejected, 385);
    assert_int_equal(readers[0].rows + readers[1].rows, 5000 - 385);
    close_source(&o);
}

/* Where a row came from, and only the files that are chosen. */
static void test_kdb_locate_and_choose(void **state)
{
    (void)state;
    static const char *const names[] = {"claim", "month"};
    struct shihyo_stream_request request = {SHIHYO_ABI_INIT(struct shihyo_stream_request),
                                            .contract = "medical_items", .columns = names,
                                            .column_count = 2};
    struct opened o;
    const struct shihyo_file *files;
    size_t count;
    char *layout = write_text("l.lua", ITEMS);
    write_text("i1.csv", "r,m,i,p\n1,202401,a,1\n2,202413,a,1\n\n3,202401,a,1\n4,202401,b,2\n");
    write_text("i2.csv", "r,m,i,p\n9,202402,a,1\n");
    assert_int_equal(open_source(&o, layout, 0), 0);
    struct shihyo_error place = SHY_ERROR_INIT;
    assert_int_equal(kdb->locate(o.source, &request, 1, &place), 0);
    assert_string_equal(shy_os_basename(place.file), "i1.csv");
    assert_int_equal(place.row, 5);
    close_source(&o);
    /* In the second part of the file lines go on counting. */
    assert_int_equal(open_source(&o, layout, 40), 0);
    request.split = 1;
    shy_error_reset(&place);
    assert_int_equal(kdb->locate(o.source, &request, 0, &place), 0);
    assert_int_equal(place.row, 6);
    static const unsigned char second[] = {0, 1};
    assert_int_equal(kdb->files(o.source, &files, &count, &err), 0);
    assert_int_equal(count, 2);
    assert_string_equal(files[0].note, "medical_items");
    assert_int_equal(kdb->choose_files(o.source, second, 2, &err), 0);
    assert_int_equal(kdb->tables(o.source, &o.tables, &o.count, &err), 0);
    shy_text_clear(&rows);
    read_table(&o, "medical_items", "claim month", &rows);
    assert_string_equal(shy_text_get(&rows), "9|202402\n");
    close_source(&o);
}

/* Property ----------------------------------------------------------------------------------- */

static uint32_t random_state;

static uint32_t next_random(uint32_t below)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (random_state >> 8) % below;
}

/* Lines of any bytes that mean something to the reader, broken or not. */
static void random_file(struct shy_text *out)
{
    static const char *const parts[] = {"1",  "202401", "x",    "\"", "\"\"", ",",    ",", ",",
                                        "\n", "\n",     "\r\n", "\r", "あ",   "\xff", "R"};
    shy_text_clear(out);
    shy_text_adds(out, "r,m,i,p\n");
    for (uint32_t line = next_random(40); line > 0; line--) {
        if (next_random(3) > 0) {
            shy_text_addf(out, "%u,2024%02u,\"%u\",5%s", next_random(5), next_random(14),
                          next_random(1000), next_random(2) > 0 ? "\n" : "\r\n");
            continue;
        }
        for (uint32_t part = next_random(10); part > 0; part--)
            shy_text_adds(out, parts[next_random(sizeof parts / sizeof parts[0])]);
    }
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Rejects come part by part, and within a part broken lines before wrong values: as a set they are
 * the same. */
static void sort_lines(struct shy_text *text)
{
    char *lines[256];
    size_t count = 0;
    struct shy_text sorted = {0};
    for (char *line = strtok(text->text, "\n"); line != NULL; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        shy_text_addf(&sorted, "%s\n", lines[i]);
    shy_text_free(text);
    *text = sorted;
}

static void test_kdb_parts_of_any_size(void **state)
{
    (void)state;
    struct shy_text file = {0}, whole = {0};
    struct opened o;
    static const char *const distinct[] = {"false", "true"};
    for (random_state = 1; random_state < 400; random_state += 2) {
        uint32_t seed = random_state;
        struct shy_text layout = {0};
        shy_text_addf(&layout,
                      "return { medical_items = { files = 'i.csv', encoding = 'UTF-8', "
                      "distinct = %s, columns = { claim = { from = 'r' }, month = { from = 'm' }, "
                      "item = { from = 'i' } }, where = { { from = 'r', is_not = '3' } } } }",
                      distinct[next_random(2)]);
        write_text("l.lua", shy_text_get(&layout));
        shy_text_free(&layout);
        random_file(&file);
        write_bytes("i.csv", file.text, file.length);
        for (int split = 0; split < 50; split += 1 + (int)next_random(12)) {
            char *path = shy_os_join(folder, "l.lua");
            assert_int_equal(open_source(&o, path, split), 0);
            shy_free(path);
            shy_text_clear(&rows);
            read_table(&o, "medical_items", "claim month item", &rows);
            close_source(&o);
            if (rows.length > 0)
                sort_lines(&rows);
            if (split == 0) {
                shy_text_clear(&whole);
                shy_text_adds(&whole, shy_text_get(&rows));
            } else if (strcmp(shy_text_get(&rows), shy_text_get(&whole)) != 0) {
                fail_msg("seed %u, parts of %d bytes:\n%s\nrather than\n%s", seed, split,
                         shy_text_get(&rows), shy_text_get(&whole));
            }
        }
        random_state = seed;
    }
    shy_text_free(&file);
    shy_text_free(&whole);
}

/* Bad input --------------------------------------------------------------------------------- */

static void test_kdb_broken_lines(void **state)
{
    (void)state;
    static const char bytes[] = "r,m,i,p\n"
                                "1,202401,a,5\n"
                                "2,202401,b\n"       /* line 3: too few */
                                "3,202401,c,5,6\n"   /* 4: too many */
                                "4,202413,d,5\n"     /* 5: impossible month */
                                "5,202401,e,x\n"     /* 6: no number */
                                "6,202401,\"f,5\n"   /* 7: never closed */
                                "7,202401,g\0,5\n"   /* 8: NUL */
                                "8,202401,h\xff,5\n" /* 9: encoding */
                                "9,202401,i\"j,5\n"  /* 10: a quote within */
                                "\n"
                                "10,202401,\"k\"\"l, m\",7\n"
                                "11,202401,n,8"; /* cut off: no line break */
    char *layout = write_text("l.lua", ITEMS);
    write_bytes("items.csv", bytes, sizeof bytes - 1);
    write_text("items2.csv", "i,p,r,m\nz,1,12,202402\n");
    struct opened o;
    for (int split = 0; split < 40; split++) {
        assert_int_equal(open_source(&o, layout, split), 0);
        shy_text_clear(&rows);
        read_table(&o, "medical_items", ITEM_COLUMNS, &rows);
        static const char kept[] = "1|202401|a|5\n10|202401|k\"l, m|7\n11|202401|n|8\n"
                                   "12|202402|z|1\n";
        assert_int_equal(strncmp(shy_text_get(&rows), kept, sizeof kept - 1), 0);
        /* Records come in bundles, so that broken ones are told before wrong values. */
        static const char *const told[] = {
            "!CSV_FIELDS items.csv:3 \n",  "!CSV_FIELDS items.csv:4 \n",
            "!PERIOD items.csv:5 month\n", "!NUMBER items.csv:6 points\n",
            "!CSV_QUOTE items.csv:7 \n",   "!CSV_NUL items.csv:8 \n",
            "!ENCODING items.csv:9 \n",    "!CSV_QUOTE items.csv:10 \n"};
        size_t length = sizeof kept - 1;
        for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
            if (strstr(shy_text_get(&rows), told[i]) == NULL)
                fail_msg("split %d: no %s in %s", split, told[i], shy_text_get(&rows));
            length += strlen(told[i]);
        }
        assert_int_equal(rows.length, length);
        close_source(&o);
    }
}

static void test_kdb_header_lacks_column(void **state)
{
    (void)state;
    char *layout = write_text("l.lua", ITEMS);
    write_text("items.csv", "r,m,code,p,123456\n1,202401,a,5,\n");
    expect_failure(layout, SHY_E_LAYOUT_COLUMN, "no label 'i'", "r, m, code, p, …");
    assert_string_equal(shy_os_basename(err.file), "items.csv");
    assert_string_equal(err.column_name, "item");
    assert_int_equal(err.row, 1);
    /* A row taken for a header is not shown. */
    write_text("items.csv", "1,202401,山田太郎,5\n");
    expect_failure(layout, SHY_E_LAYOUT_COLUMN, "no label 'r'", "");
    assert_null(strstr(err.hint, "山田"));
    assert_null(strstr(err.hint, "202401"));
    assert_non_null(strstr(err.hint, "4"));
}

static void test_kdb_layout_mistakes(void **state)
{
    (void)state;
    write_text("i.csv", "r\n1\n");
    char *layout = write_text("l.lua", "return { medical_item = {} }");
    expect_failure(layout, SHY_E_OPTION_UNKNOWN, "layout.medical_item", "medical_items");
    write_text("l.lua", "return { medical_items = { files = 'i.csv', columns = { clam = {} } } }");
    expect_failure(layout, SHY_E_OPTION_UNKNOWN, "medical_items.columns.clam", "claim");
    write_text("l.lua", "return { medical_items = { files = 'i.csv', columns = { claim = { "
                        "form = 'r' } } } }");
    expect_failure(layout, SHY_E_OPTION_TYPE, "form is for months", "docs/kdb.md");
    assert_string_equal(err.column_name, "layout.medical_items.claim");
    write_text("l.lua", "return { medical_items = { files = 'i.csv', columns = { claim = { "
                        "take = '1-2', join = { { from = 'r' } } } } } }");
    expect_failure(layout, SHY_E_OPTION_TYPE, "'take' goes into the pieces", "docs/kdb.md");
    write_text("l.lua", "return { medical_items = { files = 'j.csv', columns = { claim = { "
                        "from = 'r' } } } }");
    expect_failure(layout, SHY_E_OPTION_NO_FILE, "no file", "files");
}

/* The ministry's own comparison: slide 13 of 「在宅医療の整備目標の設定プロセス」, 2017-06-30. */
static void test_kdb_comparison_of_sources(void **state)
{
    (void)state;
    static const char *const names[] = {"patient_survey", "bed_function", "kdb"};
    static const char *const slide[][4] = {
        {"discharge_destination", "○", "○", "○"},
        {"medical_category", "×", "△", "○"},
        {"services_after_discharge", "×", "×", "○"},
        {"area_granularity", "△", "△", "○"},
        {"workload", "○", "○", "△"},
    };
    struct shy_plugin *sources[3];
    struct shy_comparison *table;
    size_t found = 0;
    for (size_t i = 0; i < 3; i++) {
        if (shy_plugins_load(plugins, names[i], &sources[i], &err) != 0)
            skip();
    }
    assert_int_equal(shy_comparison_new(sources, 3, &table, &err), 0);
    assert_int_equal(table->source_count, 3);
    for (size_t r = 0; r < table->row_count; r++) {
        for (size_t k = 0; k < sizeof slide / sizeof slide[0]; k++) {
            if (strcmp(table->rows[r].question, slide[k][0]) != 0)
                continue;
            found++;
            for (size_t c = 0; c < 3; c++)
                assert_string_equal(table->rows[r].cells[c].mark, slide[k][c + 1]);
        }
    }
    assert_int_equal(found, sizeof slide / sizeof slide[0]);
    shy_comparison_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_kdb_default_layout, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_default_is_shipped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_other_layout, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_bad_archives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_dates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_multiline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_numbers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_threads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_locate_and_choose, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_parts_of_any_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_comparison_of_sources, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_broken_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_header_lacks_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_kdb_layout_mistakes, set_up, tear_down),
    };
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
