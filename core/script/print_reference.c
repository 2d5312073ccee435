/* SPDX-License-Identifier: MIT */
/* Writes the page or the type file of the reference: `make update-reference`. */
#include "config.h"

#include <string.h>

#include "core/script/reference.h"

int main(int argc, char **argv)
{
    bool types = argc > 1 && strcmp(argv[1], "types") == 0;
    bool page = argc > 1 && strcmp(argv[1], "markdown") == 0;
    if (!types && !page) {
        (void)fputs("usage: print_reference markdown|types\n", stderr);
        return 2;
    }
    bool good = types ? shy_reference_types(stdout) : shy_reference_markdown(stdout);
    return good && fflush(stdout) == 0 ? 0 : 1;
}
