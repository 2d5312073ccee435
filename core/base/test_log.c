/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

static char folder[64], path[80];
static struct shihyo_error err;
static int terminal;

/* Standard error goes to a file meanwhile. */
static int setup(void **state)
{
    (void)state;
    shy_i18n_init("en");
    (void)snprintf(folder, sizeof folder, "/tmp/shihyo-log-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    shy_log_verbosity(SHIHYO_LOG_WARNING);
    char errors[80];
    (void)snprintf(errors, sizeof errors, "%s/errors", folder);
    int fd = open(errors, O_WRONLY | O_CREAT | O_APPEND, 0600);
    terminal = dup(STDERR_FILENO);
    if (fd < 0 || terminal < 0 || dup2(fd, STDERR_FILENO) < 0)
        return -1;
    return close(fd);
}

static int teardown(void **state)
{
    struct shy_paths names;
    (void)state;
    (void)dup2(terminal, STDERR_FILENO);
    (void)close(terminal);
    if (shy_log_file(NULL, NULL) != 0 || shy_os_list(folder, &names, NULL) != 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        char *name = shy_os_join(folder, names.items[i]);
        if (name != NULL)
            (void)remove(name);
        shy_free(name);
    }
    shy_paths_free(&names);
    return remove(folder);
}

/* The text of a file of the folder, freed by the caller. */
static char *content(const char *name)
{
    struct shy_mapping m;
    char *full = shy_os_join(folder, name);
    assert_non_null(full);
    assert_int_equal(shy_os_map(full, &m, &err), 0);
    shy_free(full);
    char *text = shy_strndup(m.data == NULL ? "" : (const char *)m.data, m.size);
    shy_os_unmap(&m);
    assert_non_null(text);
    return text;
}

static size_t lines_with(const char *name, const char *word)
{
    char *text = content(name);
    size_t count = 0;
    for (char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word))
        count++;
    shy_free(text);
    return count;
}

static void test_log_levels(void **state)
{
    (void)state;
    assert_int_equal(shy_log_file(path, &err), 0);
    shy_log(SHIHYO_LOG_WARNING, "shown %d", 1);
    shy_log(SHIHYO_LOG_INFO, "filed");
    shy_log(SHIHYO_LOG_DEBUG, "dropped");
    shy_log_verbosity(SHIHYO_LOG_DEBUG);
    shy_log(SHIHYO_LOG_DEBUG, "wanted");
    shy_log_verbosity(SHIHYO_LOG_ERROR);
    shy_log(SHIHYO_LOG_WARNING, "quiet");
    char *text = content("errors");
    assert_string_equal(text, "shihyo: warning: shown 1\nshihyo: debug: wanted\n");
    shy_free(text);
    assert_int_equal(lines_with("log", "Z warning: shown 1\n"), 1);
    assert_int_equal(lines_with("log", "Z info: filed\n"), 1);
    assert_int_equal(lines_with("log", "dropped"), 0);
    assert_int_equal(lines_with("log", "Z debug: wanted\n"), 1);
    assert_int_equal(lines_with("log", "Z warning: quiet\n"), 1);
}

/* A record is one line, cut at a character, and has no control characters. */
static void test_log_one_line(void **state)
{
    char longest[4001];
    (void)state;
    assert_int_equal(shy_log_file(path, &err), 0);
    shy_log(SHIHYO_LOG_INFO, "a\nb\x1b[1m");
    assert_int_equal(lines_with("log", "info: a b [1m\n"), 1);
    for (size_t i = 0; i + 3 < sizeof longest; i += 3)
        memcpy(longest + i, "指", 4);
    shy_log(SHIHYO_LOG_INFO, "%s", longest);
    assert_int_equal(lines_with("log", "指\n"), 1);
    assert_int_equal(lines_with("log", "\n"), 2);
}

/* The value of a cell may be a person's: it stays out. */
static void test_log_error_without_value(void **state)
{
    (void)state;
    assert_int_equal(shy_log_file(path, &err), 0);
    (void)shy_fail(&err, SHY_E_NUMBER, "Not a number.");
    shy_at(&err, "a.csv", 3, 2);
    shy_at_column(&err, "age");
    shy_value(&err, "SECRET", 6);
    shy_log_error(SHIHYO_LOG_ERROR, &err);
    assert_int_equal(lines_with("log", "error: SHY-1220 Not a number. file 'a.csv' row 3 column 2 "
                                       "column 'age'\n"),
                     1);
    assert_int_equal(lines_with("log", "SECRET"), 0);
    assert_int_equal(lines_with("errors", "SECRET"), 0);
}

static void test_log_rotation(void **state)
{
    char text[1001];
    struct shy_paths names;
    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(shy_log_file(path, &err), 0);
    for (int i = 0; i < 6500; i++) /* about 6.7 MiB: six times full */
        shy_log(SHIHYO_LOG_INFO, "%d %s", i, text);
    assert_int_equal(shy_os_list(folder, &names, &err), 0);
    assert_int_equal(names.count, 6); /* errors, log, log.1 … log.4 */
    shy_paths_free(&names);
    assert_int_equal(lines_with("log", "info: 6499 "), 1);
    size_t kept = 0;
    static const char *const files[] = {"log.4", "log.3", "log.2", "log.1", "log"};
    for (size_t i = 0; i < 5; i++) {
        char *all = content(files[i]);
        size_t length = strlen(all);
        assert_true(length < (1 << 20) + 2048);
        if (i < 4)
            assert_true(length >= 1 << 20);
        shy_free(all);
        kept += lines_with(files[i], "info: ");
    }
    /* What is kept is the end of the log, without a gap. */
    char first[32];
    (void)snprintf(first, sizeof first, "info: %zu ", 6500 - kept);
    assert_int_equal(lines_with("log.4", first), 1);
}

static void *write_lines(void *argument)
{
    for (int i = 0; i < 500; i++)
        shy_log(SHIHYO_LOG_INFO, "thread-line");
    return argument;
}

static void test_log_threads(void **state)
{
    pthread_t threads[4];
    (void)state;
    assert_int_equal(shy_log_file(path, &err), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(lines_with("log", "Z info: thread-line\n"), 2000);
}

static void test_log_file_fails(void **state)
{
    (void)state;
    assert_int_equal(shy_log_file("/nonexistent/log", &err), SHY_E_FILE_NOT_FOUND);
    shy_log(SHIHYO_LOG_WARNING, "still shown");
    assert_int_equal(lines_with("errors", "still shown"), 1);
    shy_mem_fail_after(1);
    assert_int_equal(shy_log_file(path, &err), SHY_E_NOMEM);
    shy_mem_fail_after(0);
    shy_log(SHIHYO_LOG_INFO, "nowhere");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_log_levels),   TEST(test_log_one_line), TEST(test_log_error_without_value),
        TEST(test_log_rotation), TEST(test_log_threads),  TEST(test_log_file_fails),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
