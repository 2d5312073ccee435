/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/base/map.h"
#include "core/base/os/os.h"
#include "core/synth/dice.h"
#include "core/synth/facts.h"
#include "core/synth/synth.h"
#include "core/synth/world.h"
#include "core/text/csv.h"

#define MONTHS 8
#define FIRST (2024 * 12 + 1) /* 2024-02: the codes change in the fifth month */
#define CHANGED (2024 * 12 + 5)

static char folder[64];
static struct shihyo_error err = SHY_ERROR_INIT;

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info;
    (void)type;
    (void)where;
    return remove(path);
}

static int setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "synth-XXXXXX");
    return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
    (void)state;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Options for the folder NAME below the test's own. */
static struct shy_synth_options options_for(const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", folder, name);
    return (struct shy_synth_options){.directory = path,
                                      .persons = 400,
                                      .first_month = FIRST,
                                      .months = MONTHS,
                                      .prefecture = "29",
                                      .seed = 7,
                                      .threads = 2};
}

static struct shy_synth_totals make(const struct shy_synth_options *options)
{
    struct shy_synth_totals totals;
    int code = shy_synth(options, &totals, &err);
    if (code != 0)
        fail_msg("SHY-%04d %s", code, err.message);
    return totals;
}

/* Names and hashes of all files of a folder's folder, one after another. */
static void add_hashes(const char *directory, const char *inner, struct shy_text *out)
{
    struct shy_paths names = {0};
    char path[512], hash[SHY_HASH_TEXT];
    int64_t size;
    (void)snprintf(path, sizeof path, "%s/%s", directory, inner);
    assert_int_equal(shy_os_list(path, &names, &err), 0);
    for (size_t i = 0; i < names.count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s/%s", directory, inner, names.items[i]);
        assert_int_equal(shy_hash_file(path, hash, &size, &err), 0);
        shy_text_addf(out, "%s/%s %s\n", inner, names.items[i], hash);
    }
    shy_paths_free(&names);
}

static char *hashes_of(const char *directory)
{
    struct shy_text all = {0};
    add_hashes(directory, "data", &all);
    add_hashes(directory, "truth", &all);
    add_hashes(directory, "areas", &all);
    assert_false(all.failed);
    return all.text;
}

/* Dice ------------------------------------------------------------------------------------- */

/* The first number of splitmix64 from 0 is e220a8397b1dcdaf (Vigna's published test values). */
static void test_dice_are_splitmix64(void **state)
{
    (void)state;
    struct shy_dice d = {0};
    assert_int_equal(shy_roll(&d), 0xe220a839u);
}

/* A tenth of the places has the cube root of a tenth of what falls: 46.4 %. */
static void test_dice_spread(void **state)
{
    (void)state;
    struct shy_dice d = shy_dice_of(1, 2, 3);
    int64_t low = 0, sum = 0, chances = 0;
    for (int i = 0; i < 100000; i++) {
        uint32_t place = shy_skewed(&d, 1000);
        assert_true(place < 1000);
        low += place < 100;
        sum += shy_exponential(&d, 100);
        chances += shy_chance(&d, 2500);
    }
    assert_in_range(low, 45400, 47400);
    assert_in_range(sum, 9500000, 10300000);
    assert_in_range(chances, 24300, 25700);
}

/* Two dice of one person and two months, or of two persons, do not begin alike. */
static void test_dice_differ(void **state)
{
    (void)state;
    struct shy_dice a = shy_dice_of(1, 5, 9), b = shy_dice_of(1, 5, 10), c = shy_dice_of(1, 6, 9);
    struct shy_dice other = shy_dice_of(2, 5, 9);
    uint32_t first = shy_roll(&a);
    assert_true(first != shy_roll(&b) && first != shy_roll(&c) && first != shy_roll(&other));
}

/* Facts ------------------------------------------------------------------------------------ */

/* Nara has 39 municipalities, Mie 29; Mie had 1,741,266 inhabitants on 2025-01-01
 * (住民基本台帳年齢階級別人口, the prefecture's own line). */
static void test_facts_places(void **state)
{
    (void)state;
    int nara = 0, mie = 0;
    int64_t of_mie = 0;
    for (const struct shy_synth_municipality *m = shy_synth_municipalities; m->code[0] != '\0';
         m++) {
        bool is_mie = memcmp(m->code, "24", 2) == 0;
        nara += !is_mie;
        mie += is_mie;
        of_mie += is_mie ? m->persons[0] + m->persons[1] + m->persons[2] : 0;
        assert_memory_equal(m->code, m->secondary, 2);
    }
    assert_int_equal(nara, 39);
    assert_int_equal(mie, 29);
    assert_in_range(of_mie, 1741266 - 200, 1741266); /* a few bands are withheld */
}

/* By hand: 1 3 1 0 1 times 2 1 2 1 2 is 2 3 2 0 2, in all 9, and 1 lacks to ten. 0013302 times
 * 2 1 2 1 2 1 2: 0 0 2 3 6 0 4, in all 15, and 5 lack to twenty. */
static void test_insurer_check_digit(void **state)
{
    (void)state;
    struct shy_synth_place place = {.code = "13101"};
    struct shy_synth_world world = {.prefecture = "13", .places = &place, .place_count = 1};
    char number[9];
    shy_synth_insurer(&world, SHY_SYNTH_CARE, 0, -1, number);
    assert_string_equal(number, "131011");
    shy_synth_insurer(&world, SHY_SYNTH_NHI, 0, 1, number);
    assert_string_equal(number, "00133025");
}

/* Same bytes ------------------------------------------------------------------------------- */

static void test_synth_same_bytes(void **state)
{
    (void)state;
    static const struct {
        size_t threads, buffer;
    } ways[] = {{1, 1}, {2, 5000}, {4, 1 << 20}};
    char *first = NULL, path[128], name[16];
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(name, sizeof name, "same%zu", i);
        struct shy_synth_options o = options_for(name, path);
        o.threads = ways[i].threads;
        o.buffer = ways[i].buffer;
        o.persons = 60;
        (void)make(&o);
        char *hashes = hashes_of(path);
        if (first != NULL)
            assert_string_equal(hashes, first);
        if (first != NULL)
            shy_free(hashes);
        else
            first = hashes;
    }
    struct shy_synth_options o = options_for("other", path);
    o.persons = 60;
    o.seed++;
    (void)make(&o);
    char *other = hashes_of(path);
    assert_string_not_equal(other, first);
    shy_free(other);
    shy_free(first);
}

/* Lines ------------------------------------------------------------------------------------ */

struct line {
    const struct shihyo_field *fields;
    size_t count;
    const char *file;
};
typedef void check_line(void *arg, const struct line *line);

/* Every line of the files whose names begin with prefix, but for headers; how many there are. */
static int64_t each_line(const char *directory, const char *prefix, check_line *check, void *arg)
{
    struct shihyo_csv_options options = {SHIHYO_ABI_INIT(struct shihyo_csv_options),
                                         .encoding = "CP932"};
    struct shy_paths files = {0};
    char pattern[512];
    int64_t lines = 0;
    (void)snprintf(pattern, sizeof pattern, "%s/data/%s*.csv", directory, prefix);
    assert_int_equal(shy_os_glob(pattern, &files, &err), 0);
    assert_true(files.count > 0);
    for (size_t i = 0; i < files.count; i++) {
        struct line line = {.file = shy_os_basename(files.items[i])};
        struct shihyo_csv *csv;
        assert_int_equal(shy_csv_open(files.items[i], &options, &csv, &err), 0);
        assert_int_equal(shy_csv_next(csv, &line.fields, &line.count, &err), 0);
        size_t header = line.count;
        while (shy_csv_next(csv, &line.fields, &line.count, &err) == 0 && line.count > 0) {
            assert_int_equal(line.count, header);
            lines++;
            if (check != NULL)
                check(arg, &line);
        }
        assert_int_equal(err.code, 0);
        shy_csv_close(csv);
    }
    shy_paths_free(&files);
    return lines;
}

static int64_t number_of(const struct line *line, size_t field)
{
    int64_t n = 0;
    assert_true(line->fields[field].length > 0);
    for (size_t i = 0; i < line->fields[field].length; i++) {
        assert_in_range(line->fields[field].text[i], '0', '9');
        n = n * 10 + line->fields[field].text[i] - '0';
    }
    return n;
}

static int32_t month_of(const struct line *line, size_t field)
{
    int64_t n = number_of(line, field);
    assert_int_equal(line->fields[field].length, 6);
    assert_in_range(n % 100, 1, 12);
    return (int32_t)(n / 100 * 12 + n % 100 - 1);
}

/* Claims by their id: how many points their items come to less those of the claim itself. */
struct sums {
    struct shy_map ids;
    int64_t open[200000];
    int64_t claims, late, ward_old, ward_new;
};

static uint32_t claim_of(struct sums *s, const struct line *line, bool is_new)
{
    uint32_t before = (uint32_t)s->ids.count;
    uint32_t id = shy_map_add(&s->ids, line->fields[0].text, line->fields[0].length);
    assert_true(id < 200000);
    assert_int_equal(id == before, is_new);
    return id;
}

/* A receipt is delivered in its month, or two months later. */
static void check_claim(void *arg, const struct line *line)
{
    struct sums *s = arg;
    int32_t month = month_of(line, 2);
    const char *digits = strchr(line->file, '_') + 1;
    int32_t file =
        (int32_t)(strtol(digits, NULL, 10) / 100 * 12 + strtol(digits, NULL, 10) % 100 - 1);
    assert_in_range(month, FIRST, FIRST + MONTHS - 1);
    assert_true(file == month || file == month + 2);
    s->late += file != month;
    s->claims++;
    s->open[claim_of(s, line, true)] = -number_of(line, 7);
    assert_in_range(number_of(line, 4), 1, 2);
    assert_in_range(number_of(line, 6), 1, 31);
    assert_int_equal(line->fields[3].length, 10);
}

static bool is_code(const struct line *line, size_t field, const char *code)
{
    return line->fields[field].length == 9 && memcmp(line->fields[field].text, code, 9) == 0;
}

/* 190131910 (療養病棟入院料１ Ｇ) ended on 2024-05-31, 190822510 (入院料２５) began the day after
 * (医科診療行為マスター). */
static void check_item(void *arg, const struct line *line)
{
    struct sums *s = arg;
    int32_t month = month_of(line, 2);
    int64_t quantity = number_of(line, 5);
    assert_true(quantity > 0);
    assert_int_equal(line->fields[4].length, 9);
    s->open[claim_of(s, line, false)] += quantity * number_of(line, 6);
    if (is_code(line, 4, "190131910"))
        s->ward_old++;
    if (is_code(line, 4, "190822510"))
        s->ward_new++;
    assert_false(is_code(line, 4, "190131910") && month >= CHANGED);
    assert_false(is_code(line, 4, "190822510") && month < CHANGED);
}

static void check_care(void *arg, const struct line *line)
{
    static const char levels[] = "12 13 21 22 23 24 25";
    char level[3] = {0};
    (void)arg;
    assert_in_range(month_of(line, 1), FIRST, FIRST + MONTHS - 1);
    assert_int_equal(line->fields[4].length, 2);
    memcpy(level, line->fields[4].text, 2);
    assert_non_null(strstr(levels, level));
    assert_int_equal(line->fields[2].length, 2);
}

static void check_person(void *arg, const struct line *line)
{
    struct shy_map *keys = arg;
    char key[64];
    int32_t first = month_of(line, 7);
    (void)snprintf(key, sizeof key, "%.*s %d", (int)line->fields[0].length, line->fields[0].text,
                   first);
    size_t before = keys->count;
    assert_int_equal(shy_map_adds(keys, key), before); /* number and first month tell rows apart */
    assert_true(month_of(line, 6) < FIRST + MONTHS);
    if (line->fields[8].length > 0)
        assert_true(month_of(line, 8) >= first);
}

static void test_synth_lines(void **state)
{
    (void)state;
    char path[128];
    struct shy_synth_options o = options_for("lines", path);
    struct sums *s = calloc(1, sizeof *s);
    struct shy_map keys = {0};
    assert_non_null(s);
    o.persons = 2000;
    struct shy_synth_totals totals = make(&o);
    int64_t lines = each_line(path, "医療レセプト", check_claim, s);
    int64_t items = each_line(path, "レセプト摘要", check_item, s);
    assert_int_equal(items, totals.items);
    for (int64_t i = 0; i < s->claims; i++)
        assert_int_equal(s->open[i], 0);
    assert_true(s->late > 0 && s->ward_old > 0 && s->ward_new > 0);
    lines += items + each_line(path, "介護レセプト", check_care, NULL);
    lines += each_line(path, "被保険者台帳", check_person, &keys);
    lines +=
        each_line(path, "介護明細", NULL, NULL) + each_line(path, "介護受給者台帳", NULL, NULL);
    lines += each_line(path, "医療機関", NULL, NULL) + each_line(path, "介護事業所", NULL, NULL);
    lines += each_line(path, "保険者", NULL, NULL);
    assert_int_equal(lines, totals.lines);
    /* What the issue asks for: 3 to 5 of 100 lines are home care. */
    assert_in_range(totals.home_items * 1000 / totals.items, 25, 55);
    shy_map_free(&keys);
    shy_map_free(&s->ids);
    free(s);
}

/* Receipts that are asked for come besides; all else stays as it was. */
static void test_synth_with(void **state)
{
    (void)state;
    char path[128], more[128];
    struct shy_synth_options o = options_for("plain", path);
    struct shy_text a = {0}, b = {0};
    struct shy_synth_totals plain = make(&o);
    o = options_for("more", more);
    o.with = SHY_SYNTH_DENTAL | SHY_SYNTH_PHARMACY | SHY_SYNTH_HOME_NURSING;
    struct shy_synth_totals with = make(&o);
    assert_true(with.lines > plain.lines);
    assert_int_equal(with.home_items, plain.home_items);
    add_hashes(path, "areas", &a);
    add_hashes(more, "areas", &b);
    assert_string_equal(a.text, b.text);
    shy_text_free(&a);
    shy_text_free(&b);
}

/* What cannot be ------------------------------------------------------------------------------ */

static void test_synth_refuses(void **state)
{
    (void)state;
    char path[128];
    struct shy_synth_totals totals;
    struct shy_synth_options o = options_for("none", path);
    o.prefecture = "48";
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_USAGE);
    o.prefecture = "27"; /* known only by a file */
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_USAGE);
    assert_non_null(strstr(err.hint, "--areas"));
    o.prefecture = "29";
    o.persons = 0;
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_USAGE);
    o.persons = 1;
    o.months = SHY_SYNTH_MONTHS_MOST + 1;
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_USAGE);
    o.months = 1;
    o.directory = folder; /* holds the folders of other tests by now, or this one's */
    char *inside = shy_os_join(folder, "something");
    assert_int_equal(shy_os_mkdir(inside, &err), 0);
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_PROJECT_EXISTS);
    shy_free(inside);
    shy_error_reset(&err);
}

/* The layout of the published table of municipalities; columns may stand in any order. */
static void test_synth_areas_file(void **state)
{
    (void)state;
    static const char good[] =
        "area_code,area_name,muni_code,muni_name\n2701,甲,27999,\"あ\"\"い\"\n"
        "2702,乙,27998,う\n2801,丙,28001,え\n";
    static const char bad[] = "muni_code,muni_name,area_code\n27999,あ,2701\n";
    static const char cut[] = "area_code,area_name,muni_code,muni_name\n2701,甲,2799,あ\n";
    char path[128];
    struct shy_synth_totals totals;
    struct shy_synth_options o = options_for("osaka", path);
    char *list = shy_os_join(folder, "list.csv");
    o.prefecture = "27";
    o.areas = list;
    assert_int_equal(shy_os_write_file(list, bad, sizeof bad - 1, &err), 0);
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_USAGE);
    assert_non_null(strstr(err.message, "area_name"));
    assert_int_equal(shy_os_write_file(list, cut, sizeof cut - 1, &err), 0);
    assert_int_equal(shy_synth(&o, &totals, &err), SHY_E_USAGE);
    assert_int_equal(err.row, 2);
    shy_error_reset(&err);
    assert_int_equal(shy_os_write_file(list, good, sizeof good - 1, &err), 0);
    assert_int_equal(make(&o).persons > 0, 1);
    shy_free(list);
}

/* Wherever memory ends, the failure is told and nothing is lost. */
static void test_synth_memory(void **state)
{
    (void)state;
    bool done = false;
    for (uint64_t n = 1; !done && n < 100000; n += 1 + n / 3) {
        char path[128], name[32];
        struct shy_synth_totals totals;
        (void)snprintf(name, sizeof name, "memory%d", (int)n);
        struct shy_synth_options o = options_for(name, path);
        o.threads = 1;
        o.persons = 5;
        o.months = 2;
        shy_mem_fail_after(n);
        int code = shy_synth(&o, &totals, &err);
        shy_mem_fail_after(0);
        done = code == 0;
        if (!done)
            assert_int_equal(code, SHY_E_NOMEM);
    }
    assert_true(done);
    shy_error_reset(&err);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dice_are_splitmix64), cmocka_unit_test(test_dice_spread),
        cmocka_unit_test(test_dice_differ),         cmocka_unit_test(test_facts_places),
        cmocka_unit_test(test_insurer_check_digit), cmocka_unit_test(test_synth_same_bytes),
        cmocka_unit_test(test_synth_lines),         cmocka_unit_test(test_synth_with),
        cmocka_unit_test(test_synth_refuses),       cmocka_unit_test(test_synth_areas_file),
        cmocka_unit_test(test_synth_memory),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
