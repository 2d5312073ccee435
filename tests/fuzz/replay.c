/* SPDX-License-Identifier: MIT */
/*
 * Runs a fuzz target over files: those named, or those in the folders named, or, for a program
 * fuzz_X without arguments, the corpus tests/fuzz/X.in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "tests/fuzz/fuzz.h"

static int fail(const struct shihyo_error *err)
{
    shy_error_print(stderr, SHY_ERROR, err);
    return 1;
}

static int replay_file(const char *path, size_t *count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_mapping map;
    if (shy_os_map(path, &map, &err) != 0)
        return fail(&err);
    /* A copy of just this size: a sanitizer sees every byte read beyond it. */
    uint8_t *copy = malloc(map.size == 0 ? 1 : map.size);
    if (copy != NULL) {
        (void)printf("%s\n", path);
        (void)fflush(stdout);
        if (map.size > 0)
            memcpy(copy, map.data, map.size);
        (void)LLVMFuzzerTestOneInput(copy, map.size);
        (*count)++;
    }
    free(copy);
    shy_os_unmap(&map);
    return copy == NULL;
}

static int replay_folder(const char *path, size_t *count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_paths names;
    int failed = 0;
    if (shy_os_list(path, &names, &err) != 0)
        return fail(&err);
    for (size_t i = 0; i < names.count && !failed; i++) {
        char *file = shy_os_join(path, names.items[i]);
        failed = file == NULL || replay_file(file, count);
        shy_free(file);
    }
    shy_paths_free(&names);
    return failed;
}

static int replay(const char *path, size_t *count)
{
    return shy_os_is_directory(path) ? replay_folder(path, count) : replay_file(path, count);
}

static int replay_corpus(const char *program, size_t *count)
{
    struct shy_text path = {0};
    const char *name = strstr(shy_os_basename(program), "fuzz_");
    if (name == NULL)
        return 1;
    shy_text_addf(&path, "%s/tests/fuzz/%s.in", SHY_TEST_SRCDIR, name + strlen("fuzz_"));
    int failed = replay(shy_text_get(&path), count);
    shy_text_free(&path);
    return failed;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    int failed = argc > 1 ? 0 : replay_corpus(argv[0], &count);
    for (int i = 1; i < argc && !failed; i++)
        failed = replay(argv[i], &count);
    (void)printf("%zu inputs\n", count);
    return failed || count == 0;
}
