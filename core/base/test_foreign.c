/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "core/base/foreign.h"

static bool part_is(const struct shy_foreign_part *part, const char *text)
{
    return part->length == strlen(text) && memcmp(part->text, text, part->length) == 0;
}

static void test_foreign_match(void **state)
{
    struct shy_foreign_part parts[SHY_FOREIGN_PARTS];
    (void)state;
    assert_true(
        shy_foreign_match("call a %s value (%s '%s')", "call a nil value (global 'f')", parts));
    assert_true(part_is(&parts[0], "nil"));
    assert_true(part_is(&parts[1], "global"));
    assert_true(part_is(&parts[2], "f"));
    assert_false(shy_foreign_match("call a %s value", "call a nil value (global 'f')", parts));
    assert_true(shy_foreign_match("%s near %s", "x near y near z", parts));
    assert_true(part_is(&parts[1], "y near z"));
    assert_true(shy_foreign_match("'n%%%%0'", "'n%%0'", parts));
    assert_false(shy_foreign_match("'n%%%%0'", "'n%0'", parts));
    assert_true(shy_foreign_match("near %s", "near ", parts));
    assert_int_equal(parts[0].length, 0);
    /* More wildcards than there is room for never match. */
    assert_false(shy_foreign_match("%s %s %s %s %s", "a b c d e", parts));
}

static void test_foreign_fill(void **state)
{
    const struct shy_foreign_part parts[SHY_FOREIGN_PARTS] = {{"nil", 3}, {"global", 6}, {"f", 1}};
    char out[64];
    (void)state;
    shy_foreign_fill("%3$s（%2$s）は%1$s", parts, out, sizeof out);
    assert_string_equal(out, "f（global）はnil");
    shy_foreign_fill("%s, %s: 100%%", parts, out, sizeof out);
    assert_string_equal(out, "nil, global: 100%");
    /* No part there: nothing is put. Another directive is no directive. */
    shy_foreign_fill("[%4$s] %d", parts, out, sizeof out);
    assert_string_equal(out, "[] %d");
    /* Three bytes a character: two of them fit in eight bytes. */
    shy_foreign_fill("値値値", parts, out, 8);
    assert_string_equal(out, "値値");
}

/* What the system says of the errors that users meet, by POSIX and glibc. */
static void test_foreign_system(void **state)
{
    static const int numbers[] = {ENOENT,    EACCES, EPERM,  EISDIR, ENOTDIR, EEXIST,
                                  ENOTEMPTY, ENOSPC, EDQUOT, EROFS,  EIO,     EMFILE,
                                  ENFILE,    EFBIG,  ELOOP,  EPIPE,  EBUSY,   EAGAIN,
                                  EINVAL,    EBADF,  ENXIO,  ESTALE, ETXTBSY, ENAMETOOLONG};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!shy_foreign_known(strerror(numbers[i])))
            fail_msg("not known: %s", strerror(numbers[i]));
    assert_false(shy_foreign_known("The cat sat on the mat."));
}

/* Without a catalogue every sentence stays as it was. */
static void test_foreign_untranslated(void **state)
{
    char out[64];
    const char *known = "attempt to call a nil value (global 'f')", *other = "人の文";
    (void)state;
    assert_ptr_equal(shy_foreign(known, out, sizeof out), known);
    assert_ptr_equal(shy_foreign(other, out, sizeof out), other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_foreign_match),
        cmocka_unit_test(test_foreign_fill),
        cmocka_unit_test(test_foreign_system),
        cmocka_unit_test(test_foreign_untranslated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
