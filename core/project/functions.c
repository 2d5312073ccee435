/* SPDX-License-Identifier: MIT */
/* Functions of scripts are named PACK#n; a session sends a call to the pack it names. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/project/project_private.h"

static const struct shy_functions *functions_of(const struct shy_session *s, const char *function)
{
    size_t length = strcspn(function, "#");
    for (size_t i = 0; i < s->pack_count; i++) {
        const char *id = shy_pack_id(s->packs[i]);
        if (strlen(id) != length || memcmp(id, function, length) != 0)
            continue;
        return shy_pack_functions(s->packs[i]);
    }
    return NULL;
}

static int call(void *self, const char *function, const struct shy_named_value *values,
                size_t count, enum shihyo_state *state, double *value, struct shihyo_error *err)
{
    const struct shy_functions *f = functions_of(self, function);
    if (f != NULL)
        return f->call(f->self, function, values, count, state, value, err);
    return shy_fail(err, SHY_E_INTERNAL, _("No pack holds the function '%s'."), function);
}

static int open_teller(void *self, const struct shy_plan *plan, const struct shy_node *node,
                       const struct shy_seen_months *months, struct shy_teller *out,
                       struct shihyo_error *err)
{
    const struct shy_functions *f = functions_of(self, node->function);
    if (f != NULL)
        return f->open(f->self, plan, node, months, out, err);
    return shy_fail(err, SHY_E_INTERNAL, _("No pack holds the function '%s'."), node->function);
}

struct shy_functions shy_session_functions(struct shy_session *s)
{
    return (struct shy_functions){.self = s, .call = call, .open = open_teller};
}
