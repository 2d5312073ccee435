/* SPDX-License-Identifier: MIT */
/* What the tests of the language share. Include after cmocka.h. */
#ifndef SHY_TEST_SCRIPT_H
#define SHY_TEST_SCRIPT_H

#include <stdlib.h>
#include <string.h>

#include "core/script/script.h"

struct fixture {
    struct shy_catalogue *catalogue;
    struct shy_pack *pack;
    struct shy_problems problems;
    struct shihyo_error err;
};

static inline void fixture_open(struct fixture *f)
{
    *f = (struct fixture){.err = SHY_ERROR_INIT};
    f->catalogue = shy_catalogue_new();
    assert_non_null(f->catalogue);
}

static inline void fixture_close(struct fixture *f)
{
    shy_pack_free(f->pack);
    shy_problems_free(&f->problems);
    shy_catalogue_free(f->catalogue);
}

static inline int fixture_text(struct fixture *f, const char *text)
{
    static const struct shy_limits limits = {.memory = 16 << 20, .steps = 3000000, .seconds = 20};
    return shy_pack_load_text(text, strlen(text), "test.lua", f->catalogue, &limits, &f->pack,
                              &f->problems, &f->err);
}

#endif
