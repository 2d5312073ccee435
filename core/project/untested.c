/* SPDX-License-Identifier: MIT */
/* Which indicators no example expects a number of: whoever writes a pack cannot see that from
 * examples that pass. */
#include "config.h"

#include <string.h>

#include "core/project/project_private.h"

static bool is_named(const struct shy_session *s, const char *pack)
{
    for (size_t i = 0; i < s->pack_count; i++)
        if (s->named[i] && strcmp(shy_pack_id(s->packs[i]), pack) == 0)
            return true;
    return false;
}

/* A number somewhere in it: a state alone ("missing") would also come from a definition that counts
 * nothing at all. */
static bool has_number(const json_t *expected)
{
    const char *key;
    size_t i;
    json_t *member;
    if (json_is_number(expected))
        return true;
    json_array_foreach((json_t *)(uintptr_t)expected, i, member)
    {
        if (has_number(member))
            return true;
    }
    json_object_foreach((json_t *)(uintptr_t)expected, key, member)
    {
        if (has_number(member))
            return true;
    }
    return false;
}

/* Examples of the other packs count: one that overrides an indicator may leave them where they
 * are. */
static bool is_expected(const struct shy_session *s, const char *id)
{
    for (size_t p = 0; p < s->pack_count; p++) {
        const json_t *examples = json_object_get(shy_pack_document(s->packs[p]), "examples");
        for (size_t i = 0; i < json_array_size(examples); i++)
            if (has_number(
                    json_object_get(json_object_get(json_array_get(examples, i), "expect"), id)))
                return true;
    }
    return false;
}

void shy_session_each_untested(const struct shy_session *s,
                               void (*visit)(void *arg, const struct shy_definition *definition),
                               void *arg)
{
    for (size_t i = 0; i < shy_plan_definition_count(s->plan); i++) {
        const struct shy_definition *d = shy_plan_definition(s->plan, i);
        if (d->ok && is_named(s, d->pack) && !is_expected(s, d->id))
            visit(arg, d);
    }
}
