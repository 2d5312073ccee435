/* SPDX-License-Identifier: MIT */
/* Expected values: Python 3.11, hashlib.blake2b(…, digest_size=32); XXH3-64 of nothing is the
 * first test vector of the xxHash specification. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/hash.h"
#include "core/base/i18n.h"

static void test_hash_bytes(void **state)
{
    char out[SHY_HASH_TEXT];
    (void)state;
    shy_hash_bytes("abc", 3, out);
    assert_string_equal(out, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    shy_hash_bytes(NULL, 0, out);
    assert_string_equal(out, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

/* 200000 bytes, i % 251 each: more than one read. */
static void test_hash_file(void **state)
{
    char path[] = "/tmp/shihyo-hash-XXXXXX", out[SHY_HASH_TEXT];
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t size = 0;
    (void)state;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    assert_non_null(f);
    for (int i = 0; i < 200000; i++)
        (void)fputc(i % 251, f);
    assert_int_equal(fclose(f), 0);
    int code = shy_hash_file(path, out, &size, &err);
    assert_int_equal(remove(path), 0);
    assert_int_equal(code, 0);
    assert_int_equal(size, 200000);
    assert_string_equal(out, "04bb8ecaae05b9024a76314d4e774b4bda8ad4c662e5dc008764fc6c37284653");
}

/* 600000 bytes, i % 251 each: three blocks. The blocks' hashes by libxxhash's XXH3_128bits
 * (canonical form), called from Python. */
static void test_hash_blocks(void **state)
{
    char path[] = "/tmp/shihyo-hash-XXXXXX", out[SHY_HASH_TEXT], whole[SHY_HASH_TEXT];
    const unsigned char have[3] = {1, 0, 1};
    struct shy_block_hash blocks[3], again[3];
    struct shihyo_error err = SHY_ERROR_INIT;
    int64_t size = 0;
    (void)state;
    FILE *f = fdopen(mkstemp(path), "wb");
    assert_non_null(f);
    for (int i = 0; i < 600000; i++)
        (void)fputc(i % 251, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(shy_hash_block_count(600000), 3);
    int code = shy_hash_read_blocks(path, 600000, NULL, blocks, &err);
    memcpy(again, blocks, sizeof again);
    memset(&again[1], 0, sizeof again[1]);
    int some = shy_hash_read_blocks(path, 600000, have, again, &err);
    int longer = shy_hash_read_blocks(path, 600001, NULL, again, &err);
    int old = shy_hash_whole_file(path, whole, &size, &err);
    assert_int_equal(remove(path), 0);
    assert_int_equal(code, 0);
    assert_int_equal(some, 0);
    assert_int_equal(longer, SHY_E_FILE_IO);
    assert_int_equal(old, 0);
    assert_memory_equal(&again[1], &blocks[1], sizeof again[1]);
    shy_hash_of_blocks(600000, blocks, out);
    assert_string_equal(out, "02bb8a1cda43bbf3150ea954a55201566e25d5a1fab6cacb977d68bab31f6727");
    assert_string_equal(whole, "6680c18bdd135a843e9854e7d7d95185a395029c67729bfbb375dbb04dccc061");
    shy_hash_of_blocks(0, blocks, out);
    assert_string_equal(out, "81e47a19e6b29b0a65b9591762ce5143ed30d0261e5d24a3201752506b20f15c");
}

static void test_hash_file_fails(void **state)
{
    char out[SHY_HASH_TEXT];
    struct shihyo_error err = SHY_ERROR_INIT;
    (void)state;
    assert_int_equal(shy_hash_file("/nonexistent", out, NULL, &err), SHY_E_FILE_NOT_FOUND);
    assert_string_equal(err.file, "/nonexistent");
    assert_int_equal(shy_hash_file("/", out, NULL, &err), SHY_E_FILE_IO); /* a folder */
}

static void test_hash_checksum(void **state)
{
    (void)state;
    assert_true(shy_checksum("", 0) == UINT64_C(0x2d06800538d394c2));
    assert_true(shy_checksum("abc", 3) != shy_checksum("abd", 3));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hash_bytes),    cmocka_unit_test(test_hash_file),
        cmocka_unit_test(test_hash_blocks),   cmocka_unit_test(test_hash_file_fails),
        cmocka_unit_test(test_hash_checksum),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
