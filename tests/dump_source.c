/* SPDX-License-Identifier: MIT */
/*
 * Prints what a plugin makes of files (tests/rows.h), for tests that read the same files in
 * another way.
 *
 *   dump_source PLUGIN OPTIONS.json CONTRACT [FILE]
 *
 * FILE, if given, stands for the option `files`. Exit 1 with the message on standard error where
 * reading fails.
 */
#include <stdio.h>

#include "tests/rows.h"

int main(int argc, char **argv)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    json_error_t json_error;
    if (argc < 4 || argc > 5) {
        (void)fputs("usage: dump_source PLUGIN OPTIONS.json CONTRACT [FILE]\n", stderr);
        return 2;
    }
    json_t *given = json_load_file(argv[2], 0, &json_error);
    if (given == NULL || (argc == 5 && json_object_set_new(given, "files", json_string(argv[4])))) {
        (void)fprintf(stderr, "%s: %s\n", argv[2], json_error.text);
        return 2;
    }
    struct shy_text rows = {0};
    int code = rows_of_source(argv[1], given, argv[3], &rows, &err);
    (void)fputs(shy_text_get(&rows), stdout);
    shy_text_free(&rows);
    json_decref(given);
    if (code != 0)
        shy_error_print(stderr, SHY_ERROR, &err);
    return code == 0 ? 0 : 1;
}
