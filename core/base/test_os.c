/* SPDX-License-Identifier: MIT */
/* Every test works in a folder of its own under TMPDIR, which is removed afterwards. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

static char *folder;
static struct shihyo_error err;

static int setup(void **state)
{
    const char *base = getenv("TMPDIR");
    (void)state;
    folder = shy_os_join(base != NULL && base[0] != '\0' ? base : "/tmp", "shihyo-os-XXXXXX");
    shy_error_reset(&err);
    return folder == NULL || mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_tree(const char *path)
{
    struct shy_paths names = {0};
    int result = 0;
    if (shy_os_is_directory(path) && shy_os_list(path, &names, NULL) != 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        char *inside = shy_os_join(path, names.items[i]);
        if (inside == NULL || remove_tree(inside) != 0)
            result = -1;
        shy_free(inside);
    }
    shy_paths_free(&names);
    return result == 0 ? remove(path) : result;
}

static int teardown(void **state)
{
    (void)state;
    shy_mem_fail_after(0);
    int result = remove_tree(folder);
    shy_free(folder);
    return result;
}

/* A path in the test's folder; valid until the fourth call after it. */
static const char *in_folder(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    char *out = paths[next++ % 4];
    (void)snprintf(out, sizeof paths[0], "%s/%s", folder, name);
    return out;
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(in_folder(name), "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void assert_content(const char *name, const char *text)
{
    struct shy_mapping m;
    assert_int_equal(shy_os_map(in_folder(name), &m, &err), 0);
    assert_int_equal(m.size, strlen(text));
    assert_memory_equal(m.size == 0 ? (const unsigned char *)"" : m.data, text, m.size);
    shy_os_unmap(&m);
}

static void test_os_map(void **state)
{
    struct shy_mapping m;
    (void)state;
    put("a", "指標\n");
    put("empty", "");
    assert_content("a", "指標\n");
    assert_int_equal(shy_os_map(in_folder("empty"), &m, &err), 0);
    assert_null(m.data);
    assert_int_equal(m.size, 0);
    shy_os_unmap(&m);
    assert_int_equal(shy_os_map(in_folder("none"), &m, &err), SHY_E_FILE_NOT_FOUND);
    assert_string_equal(err.file, in_folder("none"));
    assert_int_equal(shy_os_map(folder, &m, &err), SHY_E_FILE_IO);
    assert_int_equal(err.code, SHY_E_FILE_IO);
    shy_os_unmap(&m); /* after a failure there is nothing, and that may be closed */
}

/* A pipe cannot be mapped and is read to its end. */
static void test_os_map_pipe(void **state)
{
    enum { BYTES = 200000 };
    struct shy_mapping m;
    (void)state;
    assert_int_equal(mkfifo(in_folder("pipe"), 0600), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        FILE *f = fopen(in_folder("pipe"), "wb");
        for (int i = 0; f != NULL && i < BYTES; i++)
            (void)fputc('a' + i % 26, f);
        _exit(f == NULL || fclose(f) != 0);
    }
    assert_int_equal(shy_os_map(in_folder("pipe"), &m, &err), 0);
    assert_int_equal(m.size, BYTES);
    assert_int_equal(m.data[BYTES - 1], 'a' + (BYTES - 1) % 26);
    shy_os_unmap(&m);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void test_os_mkdir(void **state)
{
    (void)state;
    assert_int_equal(shy_os_mkdir(in_folder("a/b//c/"), &err), 0);
    assert_true(shy_os_is_directory(in_folder("a/b/c")));
    assert_int_equal(shy_os_mkdir(in_folder("a/b/c"), &err), 0);
    put("file", "x");
    assert_true(shy_os_exists(in_folder("file")));
    assert_false(shy_os_is_directory(in_folder("file")));
    assert_int_equal(shy_os_mkdir(in_folder("file"), &err), SHY_E_OS);
    assert_int_equal(shy_os_mkdir(in_folder("file/d"), &err), SHY_E_OS);
    assert_false(shy_os_exists(in_folder("none")));
}

static void test_os_write_file(void **state)
{
    struct stat st;
    struct shy_paths names;
    (void)state;
    assert_int_equal(shy_os_write_file(in_folder("w"), "one", 3, &err), 0);
    assert_content("w", "one");
    assert_int_equal(chmod(in_folder("w"), 0600), 0);
    assert_int_equal(shy_os_write_file(in_folder("w"), "two", 3, &err), 0);
    assert_content("w", "two");
    assert_int_equal(stat(in_folder("w"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600); /* what was private stays so */
    assert_int_equal(shy_os_write_file(in_folder("w"), NULL, 0, &err), 0);
    assert_content("w", "");
    assert_int_equal(shy_os_list(folder, &names, &err), 0);
    assert_int_equal(names.count, 1); /* no temporary file is left */
    shy_paths_free(&names);
}

static void test_os_write_file_fails(void **state)
{
    struct shy_paths names;
    (void)state;
    assert_int_equal(shy_os_write_file(in_folder("no/w"), "x", 1, &err), SHY_E_FILE_NOT_FOUND);
    assert_int_equal(shy_os_mkdir(in_folder("d/e"), &err), 0);
    assert_int_equal(shy_os_write_file(in_folder("d"), "x", 1, &err), SHY_E_OS);
    assert_string_equal(err.file, in_folder("d"));
    assert_int_equal(shy_os_list(folder, &names, &err), 0);
    assert_int_equal(names.count, 1);
    shy_paths_free(&names);
}

static void assert_owned(char *text, const char *expected)
{
    assert_non_null(text);
    assert_string_equal(text, expected);
    shy_free(text);
}

static void test_os_paths(void **state)
{
    (void)state;
    assert_owned(shy_os_join("a", "b"), "a/b");
    assert_owned(shy_os_join("a/", "b"), "a/b");
    assert_owned(shy_os_join("a", "/b"), "/b");
    assert_owned(shy_os_join("", "b"), "b");
    assert_owned(shy_os_join(NULL, "b"), "b");
    assert_owned(shy_os_dirname("a/b/c"), "a/b");
    assert_owned(shy_os_dirname("a//c"), "a");
    assert_owned(shy_os_dirname("/c"), "/");
    assert_owned(shy_os_dirname("c"), ".");
    assert_string_equal(shy_os_basename("a/b.csv"), "b.csv");
    assert_string_equal(shy_os_basename("b.csv"), "b.csv");
    shy_mem_fail_after(1);
    assert_null(shy_os_join("a", "b"));
}

static void test_os_glob(void **state)
{
    struct shy_paths found;
    (void)state;
    put("b_2.csv", "");
    put("a_1.csv", "");
    put("B_3.csv", "");
    put("あ_4.csv", "");
    put("c.txt", "");
    assert_int_equal(shy_os_mkdir(in_folder("d_5.csv"), &err), 0);
    assert_int_equal(shy_os_glob(in_folder("*_?.csv"), &found, &err), 0);
    assert_int_equal(found.count, 4);                                /* the folder is no file */
    assert_string_equal(shy_os_basename(found.items[0]), "B_3.csv"); /* by bytes */
    assert_string_equal(shy_os_basename(found.items[1]), "a_1.csv");
    assert_string_equal(shy_os_basename(found.items[2]), "b_2.csv");
    assert_string_equal(shy_os_basename(found.items[3]), "あ_4.csv");
    shy_paths_free(&found);
    assert_int_equal(shy_os_glob(in_folder("[ab]_*"), &found, &err), 0);
    assert_int_equal(found.count, 2);
    shy_paths_free(&found);
    assert_int_equal(shy_os_glob(in_folder("*.xlsx"), &found, &err), 0);
    assert_int_equal(found.count, 0);
    /* a folder that is called so is meant as it is called */
    assert_int_equal(shy_os_mkdir(in_folder("[R6]計画*"), &err), 0);
    put("[R6]計画*/a_1.csv", "");
    put("[R6]計画*/b_1.csv", "");
    assert_int_equal(shy_os_glob(in_folder("[R6]計画*/[a]*.csv"), &found, &err), 0);
    assert_int_equal(found.count, 1);
    assert_string_equal(found.items[0], in_folder("[R6]計画*/a_1.csv"));
    shy_paths_free(&found);
    for (uint64_t n = 1; n < 4; n++) {
        shy_mem_fail_after(n);
        assert_int_equal(shy_os_glob(in_folder("*.csv"), &found, &err), SHY_E_NOMEM);
        shy_mem_fail_after(0);
        assert_int_equal(found.count, 0);
    }
}

static void test_os_list(void **state)
{
    struct shy_paths names;
    (void)state;
    put("z", "");
    put(".hidden", "");
    assert_int_equal(shy_os_mkdir(in_folder("m"), &err), 0);
    assert_int_equal(shy_os_list(folder, &names, &err), 0);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[0], ".hidden");
    assert_string_equal(names.items[1], "m");
    assert_string_equal(names.items[2], "z");
    shy_paths_free(&names);
    assert_int_equal(shy_os_list(in_folder("none"), &names, &err), SHY_E_FILE_NOT_FOUND);
}

static void test_os_lock_is_exclusive(void **state)
{
    struct shy_lock first, second;
    char pid[32];
    (void)state;
    assert_int_equal(shy_os_lock(in_folder("lock"), "shihyo import", &first, &err), 0);
    assert_int_equal(shy_os_lock(in_folder("lock"), "shihyo run", &second, &err),
                     SHY_E_PROJECT_LOCKED);
    assert_int_equal(err.code, SHY_E_PROJECT_LOCKED);
    (void)snprintf(pid, sizeof pid, "pid %ld,", (long)getpid());
    assert_non_null(strstr(err.value, pid));
    assert_non_null(strstr(err.value, "shihyo import"));
    assert_null(strchr(err.value, '\n'));
    shy_os_unlock(&second); /* not held: nothing happens to the first */
    assert_int_equal(shy_os_lock(in_folder("lock"), "x", &second, &err), SHY_E_PROJECT_LOCKED);
    shy_os_unlock(&first);
    assert_int_equal(shy_os_lock(in_folder("lock"), "x", &second, &err), 0);
    shy_os_unlock(&second);
    assert_content("lock", "");
}

/* What a process that was killed leaves behind locks nothing. */
static void test_os_lock_of_a_dead_process(void **state)
{
    struct shy_lock lock;
    int ready[2], status;
    char byte;
    (void)state;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct shy_lock held;
        if (shy_os_lock(in_folder("lock"), "child", &held, NULL) != 0)
            _exit(1);
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(shy_os_lock(in_folder("lock"), "x", &lock, &err), SHY_E_PROJECT_LOCKED);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(shy_os_lock(in_folder("lock"), "x", &lock, &err), 0);
    shy_os_unlock(&lock);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

static void test_os_lock_fails(void **state)
{
    struct shy_lock lock;
    (void)state;
    assert_int_equal(shy_os_lock(in_folder("no/lock"), "x", &lock, &err), SHY_E_FILE_NOT_FOUND);
    shy_os_unlock(&lock);
    shy_mem_fail_after(1);
    assert_int_equal(shy_os_lock(in_folder("lock"), "x", &lock, &err), SHY_E_NOMEM);
}

/* Times as Python 3.11 gives them: datetime.fromtimestamp(n, timezone.utc). */
static void test_os_utc(void **state)
{
    char out[21];
    (void)state;
    shy_os_utc(0, out);
    assert_string_equal(out, "1970-01-01T00:00:00Z");
    shy_os_utc(1711962000, out);
    assert_string_equal(out, "2024-04-01T09:00:00Z");
    shy_os_utc(1709251199, out);
    assert_string_equal(out, "2024-02-29T23:59:59Z");
    shy_os_utc(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59Z");
}

static void test_os_measures(void **state)
{
    (void)state;
    int64_t before = shy_os_monotonic_ns();
    assert_true(before > 0);
    assert_true(shy_os_monotonic_ns() >= before);
    assert_true(shy_os_now() > 1700000000); /* November 2023 */
    assert_true(shy_os_peak_memory() > 100000);
    FILE *f = fopen("/dev/null", "r");
    assert_non_null(f);
    assert_false(shy_os_is_terminal(f));
    assert_int_equal(shy_os_terminal_width(f), 80);
    assert_int_equal(fclose(f), 0);
}

/* In a child, because the second signal ends the process. */
static void test_os_cancel(void **state)
{
    int status;
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        shy_os_install_cancel();
        if (shy_os_cancelled() || raise(SIGTERM) != 0 || !shy_os_cancelled())
            _exit(1);
        (void)raise(SIGTERM);
        _exit(2);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
    assert_false(shy_os_cancelled());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_os_map),
        TEST(test_os_map_pipe),
        TEST(test_os_mkdir),
        TEST(test_os_write_file),
        TEST(test_os_write_file_fails),
        TEST(test_os_paths),
        TEST(test_os_glob),
        TEST(test_os_list),
        TEST(test_os_lock_is_exclusive),
        TEST(test_os_lock_of_a_dead_process),
        TEST(test_os_lock_fails),
        TEST(test_os_utc),
        TEST(test_os_measures),
        TEST(test_os_cancel),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
