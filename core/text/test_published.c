/* SPDX-License-Identifier: MIT */
/* A published table that exists in CP932 and in UTF-8; SKIP where the files are not at hand. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/text/csv.h"
#include "core/text/encoding.h"

/* CP932, UTF-8. */
static char *paths[2];

static bool find_files(void)
{
    static const char *const names[] = {"localgovjp-sjis.csv", "localgovjp-utf8.csv"};
    const char *root = getenv("SHIHYO_SHARED_DATA");
    struct shy_text folder = {0};
    shy_text_addf(&folder, "%s/encoding/localgovjp_20200104",
                  root != NULL ? root : SHY_TEST_SRCDIR "/../shared/data");
    for (int i = 0; i < 2; i++)
        paths[i] = shy_os_join(shy_text_get(&folder), names[i]);
    shy_text_free(&folder);
    return shy_os_exists(paths[0]) && shy_os_exists(paths[1]);
}

/* Characters of a text that strict Shift_JIS would have read as another one. */
static size_t count_of(const struct shihyo_field *f, const char *character)
{
    size_t n = 0, size = strlen(character);
    for (size_t i = 0; i + size <= f->length; i++)
        n += memcmp(f->text + i, character, size) == 0;
    return n;
}

static void test_published_read(void **state)
{
    (void)state;
    struct shihyo_csv *csv[2] = {NULL, NULL};
    const struct shihyo_field *fields[2];
    size_t count[2], records = 0, differing = 0;
    for (int i = 0; i < 2; i++)
        assert_int_equal(shy_csv_open(paths[i], NULL, &csv[i], NULL), 0);
    assert_string_equal(shy_csv_encoding(csv[0]), "CP932");
    assert_string_equal(shy_csv_encoding(csv[1]), "UTF-8");
    for (;; records++) {
        for (int i = 0; i < 2; i++)
            assert_int_equal(shy_csv_next(csv[i], &fields[i], &count[i], NULL), 0);
        assert_int_equal(count[0], count[1]);
        assert_int_equal(shy_csv_line(csv[0]), shy_csv_line(csv[1]));
        if (count[0] == 0)
            break;
        for (size_t k = 0; k < count[0]; k++) {
            assert_int_equal(fields[0][k].length, fields[1][k].length);
            assert_memory_equal(fields[0][k].text, fields[1][k].text, fields[0][k].length);
            differing += count_of(&fields[0][k], "\uff5e") + count_of(&fields[0][k], "\uff0d");
        }
    }
    /* By wc: 1,917 lines, none of them broken by a quoted line break. By decoding the CP932 file
     * as the Shift_JIS of JIS X 0208: 464 other characters (371 tildes, 93 hyphens). */
    assert_int_equal(records, 1917);
    assert_int_equal(shy_csv_line(csv[0]), 1917);
    assert_int_equal(differing, 464);
    shy_csv_close(csv[0]);
    shy_csv_close(csv[1]);
}

/* The whole UTF-8 file as CP932 is the CP932 file, byte for byte. */
static void test_published_written(void **state)
{
    (void)state;
    struct shy_mapping maps[2];
    struct shy_text out = {0};
    for (int i = 0; i < 2; i++)
        assert_int_equal(shy_os_map(paths[i], &maps[i], NULL), 0);
    assert_int_equal(shy_cp932_encode((const char *)maps[1].data, maps[1].size, &out, NULL), 0);
    assert_int_equal(out.length, maps[0].size);
    assert_memory_equal(out.text, maps[0].data, out.length);
    shy_text_free(&out);
    shy_os_unmap(&maps[0]);
    shy_os_unmap(&maps[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published_read),
        cmocka_unit_test(test_published_written),
    };
    int result = 77;
    if (find_files())
        result = cmocka_run_group_tests(tests, NULL, NULL);
    else
        puts("the published files are not there");
    shy_free(paths[0]);
    shy_free(paths[1]);
    return result;
}
