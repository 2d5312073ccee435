/* SPDX-License-Identifier: MIT */
/*
 * Any text as a file of a pack, and as a file that returns a table. Whatever it is, it ends within
 * its limits with a document, or with problems that have a code and a sentence; two loads of it
 * give the same document.
 */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/script/script.h"
#include "tests/fuzz/fuzz.h"

static const struct shy_limits limits = {
    .memory = 4 << 20, .steps = 200000, .seconds = 20, .source = 1 << 16};

static char *load(const char *text, size_t size, const struct shy_catalogue *catalogue,
                  size_t *problem_count)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_pack *pack;
    char *dump = NULL;
    int code =
        shy_pack_load_text(text, size, "fuzz.lua", catalogue, &limits, &pack, &problems, &err);
    SHY_BUG_ON((code == 0) != (pack != NULL));
    for (size_t i = 0; i < problems.count; i++) {
        const struct shihyo_error *e = &problems.items[i].error;
        SHY_BUG_ON(e->code == 0 || e->message[0] == '\0' || e->file[0] == '\0');
    }
    if (code == 0) {
        dump = json_dumps(shy_pack_document(pack), JSON_COMPACT);
        SHY_BUG_ON(dump == NULL);
    }
    *problem_count = problems.count;
    shy_problems_free(&problems);
    shy_pack_free(pack);
    return dump;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_catalogue *catalogue = shy_catalogue_new();
    json_t *value = NULL;
    size_t first_count, second_count;
    if (catalogue == NULL)
        return 0;
    char *first = load(text, size, catalogue, &first_count);
    char *second = load(text, size, catalogue, &second_count);
    SHY_BUG_ON(first == NULL || second == NULL || first_count != second_count ||
               strcmp(first, second) != 0);
    free(first);
    free(second);
    int code = shy_script_value_text(text, size, "fuzz.lua", &limits, &value, &err);
    SHY_BUG_ON((code == 0) != (value != NULL));
    SHY_BUG_ON(code != 0 && (err.code == 0 || err.message[0] == '\0'));
    json_decref(value);
    shy_catalogue_free(catalogue);
    return 0;
}
