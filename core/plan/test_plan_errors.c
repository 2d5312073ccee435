/* SPDX-License-Identifier: MIT */
/*
 * What is said of a definition that is wrong: every case of test_plan_errors.golden is compiled
 * and its problems compared with those written there.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "core/plan/test_plan_help.h"

#define GOLDEN SHY_TEST_SRCDIR "/core/plan/test_plan_errors.golden"

static char *read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    if (f == NULL)
        return NULL;
    FILE *out = open_memstream(&text, &size);
    for (int ch = fgetc(f); ch != EOF; ch = fgetc(f))
        (void)fputc(ch, out);
    (void)fclose(f);
    (void)fclose(out);
    return text;
}

static void print_problem(FILE *out, const struct shy_problem *problem)
{
    static const char *const severities[] = {"note", "warning", "error"};
    const struct shihyo_error *err = &problem->error;
    (void)fprintf(out, "%s %s: %s\n", severities[problem->severity], shy_code_name((int)err->code),
                  err->message);
    if (err->file[0] != '\0' || err->column_name[0] != '\0')
        (void)fprintf(out, "  at %s:%lld %s\n", err->file, (long long)err->row, err->column_name);
    if (err->value[0] != '\0')
        (void)fprintf(out, "  value %s\n", err->value);
    if (err->hint[0] != '\0')
        (void)fprintf(out, "  %s\n", err->hint);
}

static char *problems_of(const char *document)
{
    struct compiled x;
    char *text = NULL;
    size_t size = 0;
    compile_text(&x, document);
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < x.problems.count; i++)
        print_problem(out, &x.problems.items[i]);
    (void)fclose(out);
    compiled_free(&x);
    return text;
}

/* The line at *text, which moves on; NULL at the end. */
static char *next_line(char **text)
{
    char *line = *text;
    if (*line == '\0')
        return NULL;
    char *end = strchr(line, '\n');
    *text = end == NULL ? line + strlen(line) : end + 1;
    if (end != NULL)
        *end = '\0';
    return line;
}

/* Compares one case; expected is what stands after "-" up to the next "=". */
static size_t check_case(FILE *out, const char *name, const char *document, const char *expected)
{
    char *found = problems_of(document);
    size_t differs = strcmp(found, expected) != 0;
    (void)fprintf(out, "= %s\n%s\n-\n%s", name, document, found);
    if (differs)
        print_error("%s\n%s\nexpected:\n%sfound:\n%s", name, document, expected, found);
    free(found);
    return differs;
}

static void expected_of(char **at, char *expected, size_t size)
{
    size_t length = 0;
    expected[0] = '\0';
    while (**at != '\0' && **at != '=') {
        const char *line = next_line(at);
        length += (size_t)snprintf(expected + length, size - length, "%s\n", line);
        assert_true(length < size);
    }
}

static void test_errors_golden(void **state)
{
    static char expected[65536];
    char *text = read_file(GOLDEN), *at = text, *line, *written = NULL;
    size_t cases = 0, failures = 0, size = 0;
    (void)state;
    assert_non_null(text);
    FILE *out = open_memstream(&written, &size);
    while ((line = next_line(&at)) != NULL) {
        if (line[0] == '#') {
            (void)fprintf(out, "%s\n", line);
            continue;
        }
        assert_int_equal(line[0], '=');
        char *document = next_line(&at), *dash = next_line(&at);
        assert_true(dash != NULL && strcmp(dash, "-") == 0);
        expected_of(&at, expected, sizeof expected);
        failures += check_case(out, line + 2, document, expected);
        cases++;
    }
    (void)fclose(out);
    if (getenv("SHIHYO_UPDATE_GOLDEN") != NULL) {
        FILE *golden = fopen(GOLDEN, "wb");
        assert_non_null(golden);
        (void)fputs(written, golden);
        (void)fclose(golden);
    }
    free(written);
    free(text);
    assert_true(cases >= 100);
    assert_int_equal(failures, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors_golden),
    };
    return cmocka_run_group_tests_name("plan errors", tests, NULL, NULL);
}
