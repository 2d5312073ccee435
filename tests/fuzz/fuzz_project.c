/* SPDX-License-Identifier: MIT */
/*
 * project.lua. Whatever it says, opening the project either succeeds with every text in place or
 * fails with a code, a sentence and the file's name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/project/project.h"
#include "tests/fuzz/fuzz.h"

static char folder[] = "/tmp/shihyo-fuzz-XXXXXX";

static void remove_folder(void)
{
    char path[sizeof folder + 16];
    snprintf(path, sizeof path, "%s/project.lua", folder);
    unlink(path);
    rmdir(folder);
}

static void write_project(const uint8_t *data, size_t size)
{
    static int made;
    char path[sizeof folder + 16];
    if (!made++) {
        SHY_BUG_ON(mkdtemp(folder) == NULL);
        SHY_BUG_ON(atexit(remove_folder) != 0);
    }
    snprintf(path, sizeof path, "%s/project.lua", folder);
    FILE *f = fopen(path, "wb");
    SHY_BUG_ON(f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0);
}

static void check_opened(const struct shy_project *p)
{
    SHY_BUG_ON(strlen(p->prefecture) != 2 || p->title == NULL);
    SHY_BUG_ON(p->store_path == NULL || p->results_path == NULL || p->log_path == NULL);
    SHY_BUG_ON(!(p->reject_limit >= 0 && p->reject_limit <= 1));
    for (size_t i = 0; i < p->source_count; i++)
        SHY_BUG_ON(p->sources[i].name[0] == '\0' || p->sources[i].plugin == NULL);
    for (size_t i = 0; i < p->pack_count; i++)
        SHY_BUG_ON(p->packs[i] == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_project *p = NULL;
    write_project(data, size);
    int code = shy_project_open(folder, &p, &err);
    if (code == 0) {
        check_opened(p);
        shy_project_close(p);
        return 0;
    }
    SHY_BUG_ON(code != (int)err.code || err.message[0] == '\0' || err.file[0] == '\0');
    return 0;
}
