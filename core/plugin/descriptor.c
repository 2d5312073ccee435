/* SPDX-License-Identifier: MIT */
/*
 * A descriptor crosses the boundary as the plugin's compiler laid it out, perhaps by an older or
 * newer plugin.h. Here it becomes a copy in which every struct has this host's size.
 */
#include <string.h>

#include "core/base/i18n.h"
#include "core/plugin/internal.h"

enum { HEADER = 8, LARGEST = 65536, MOST_ITEMS = 4096, DEEPEST = 16 };

bool shy_struct_take(const void *foreign, void *out, size_t size)
{
    uint32_t given;
    memcpy(&given, foreign, sizeof given);
    if (given < HEADER || given > LARGEST)
        return false;
    memset(out, 0, size);
    memcpy(out, foreign, given < size ? given : size);
    uint32_t ours = (uint32_t)size;
    memcpy(out, &ours, sizeof ours);
    return true;
}

const void *shy_struct_at(const void *foreign, size_t i)
{
    uint32_t stride;
    memcpy(&stride, foreign, sizeof stride);
    return (const char *)foreign + i * stride;
}

/* Whether elements of this size can stand side by side. */
static bool stride_ok(const void *foreign)
{
    uint32_t stride;
    memcpy(&stride, foreign, sizeof stride);
    return stride >= HEADER && stride <= LARGEST && stride % 8 == 0;
}

bool shy_plugin_name_ok(const char *name)
{
    if (name[0] < 'a' || name[0] > 'z')
        return false;
    for (const char *p = name; *p != '\0'; p++) {
        bool fine = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_';
        if (!fine)
            return false;
    }
    return true;
}

/* The plugin being taken, for messages. */
struct taking {
    const char *name, *file;
    struct shy_arena *arena;
    struct shihyo_error *err;
};

static int lacks(const struct taking *t, const char *field)
{
    (void)shy_fail(t->err, SHY_E_PLUGIN_INVALID, _("The plugin '%s' does not give '%s'."), t->name,
                   field);
    shy_at(t->err, t->file, 0, 0);
    return SHY_E_PLUGIN_INVALID;
}

static int bad_size(const struct taking *t, const char *field)
{
    (void)shy_fail(t->err, SHY_E_PLUGIN_INVALID,
                   _("A struct of '%s' in the plugin '%s' does not begin with its size."), field,
                   t->name);
    shy_at(t->err, t->file, 0, 0);
    shy_hint(t->err, _("Begin each with SHIHYO_ABI_INIT."));
    return SHY_E_PLUGIN_INVALID;
}

static int too_many(const struct taking *t, const char *field)
{
    (void)shy_fail(t->err, SHY_E_PLUGIN_INVALID,
                   _("The list '%s' of the plugin '%s' has no end, or is nested too deep."), field,
                   t->name);
    shy_at(t->err, t->file, 0, 0);
    return SHY_E_PLUGIN_INVALID;
}

/* Options -------------------------------------------------------------------------------- */

static int take_options(const struct taking *t, const struct shihyo_option *foreign, int depth,
                        const struct shihyo_option **out)
{
    size_t count = 0;
    struct shihyo_option probe;
    *out = NULL;
    if (foreign == NULL)
        return 0;
    /* The end mark need not carry a size; the first element's is that of all. */
    while (count < MOST_ITEMS) {
        if (count == 0 && foreign->name == NULL)
            break;
        if (count == 0 && !stride_ok(foreign))
            return bad_size(t, "options");
        const struct shihyo_option *at = shy_struct_at(foreign, count);
        if (at->name == NULL)
            break;
        count++;
    }
    if (count == MOST_ITEMS || depth > DEEPEST)
        return too_many(t, "options");
    struct shihyo_option *copy = shy_arena_alloc(t->arena, count + 1, sizeof *copy);
    if (copy == NULL)
        return shy_fail_nomem(t->err);
    for (size_t i = 0; i < count; i++) {
        if (!shy_struct_take(shy_struct_at(foreign, i), &probe, sizeof probe))
            return bad_size(t, "options");
        if (probe.type == SHIHYO_VALUE_NIL || probe.type > SHIHYO_VALUE_MAP)
            return lacks(t, "options.type");
        SHY_TRY(take_options(t, probe.children, depth + 1, &probe.children));
        copy[i] = probe;
    }
    *out = copy;
    return 0;
}

/* Capabilities --------------------------------------------------------------------------- */

/* Length of a NULL-ended list of pointers, MOST_ITEMS if it has no end within reason. */
static size_t list_length(const void *const *list)
{
    size_t count = 0;
    while (list != NULL && count < MOST_ITEMS && list[count] != NULL)
        count++;
    return count;
}

/* A source that offers nothing could never be chosen: the list must not be empty. */
static int take_offers(const struct taking *t, struct shihyo_capabilities *c)
{
    size_t count = list_length((const void *const *)c->offers);
    if (count == 0)
        return lacks(t, "capabilities.offers");
    if (count == MOST_ITEMS)
        return too_many(t, "offers");
    const struct shihyo_offer **list = shy_arena_alloc(t->arena, count + 1, sizeof *list);
    struct shihyo_offer *copies = shy_arena_alloc(t->arena, count, sizeof *copies);
    if (list == NULL || copies == NULL)
        return shy_fail_nomem(t->err);
    for (size_t i = 0; i < count; i++) {
        if (!shy_struct_take(c->offers[i], &copies[i], sizeof copies[i]))
            return bad_size(t, "offers");
        if (copies[i].contract == NULL)
            return lacks(t, "capabilities.offers.contract");
        list[i] = &copies[i];
    }
    c->offers = list;
    return 0;
}

/* Claims are for people only, and not every source has a place in the comparison. */
static int take_claims(const struct taking *t, struct shihyo_capabilities *c)
{
    size_t count = list_length((const void *const *)c->claims);
    if (count == MOST_ITEMS)
        return too_many(t, "claims");
    const struct shihyo_claim **list = shy_arena_alloc(t->arena, count + 1, sizeof *list);
    struct shihyo_claim *copies = shy_arena_alloc(t->arena, count, sizeof *copies);
    if (list == NULL || copies == NULL)
        return shy_fail_nomem(t->err);
    for (size_t i = 0; i < count; i++) {
        if (!shy_struct_take(c->claims[i], &copies[i], sizeof copies[i]))
            return bad_size(t, "claims");
        if (copies[i].question == NULL)
            return lacks(t, "capabilities.claims.question");
        list[i] = &copies[i];
    }
    c->claims = list;
    return 0;
}

static bool text_given(const struct shihyo_text *text)
{
    return (text->ja != NULL && text->ja[0] != '\0') || (text->en != NULL && text->en[0] != '\0');
}

static int take_capabilities(const struct taking *t, const struct shihyo_capabilities *foreign,
                             const struct shihyo_capabilities **out)
{
    static const struct shihyo_text no_caveats[] = {{NULL, NULL}};
    if (foreign == NULL)
        return lacks(t, "capabilities");
    struct shihyo_capabilities *copy = shy_arena_alloc(t->arena, 1, sizeof *copy);
    if (copy == NULL)
        return shy_fail_nomem(t->err);
    if (!shy_struct_take(foreign, copy, sizeof *copy))
        return bad_size(t, "capabilities");
    if (!text_given(&copy->title))
        return lacks(t, "capabilities.title");
    SHY_TRY(take_offers(t, copy));
    SHY_TRY(take_claims(t, copy));
    if (copy->caveats == NULL)
        copy->caveats = no_caveats;
    *out = copy;
    return 0;
}

/* The descriptor ------------------------------------------------------------------------- */

static int check_version(const struct taking *t, const struct shihyo_plugin *foreign)
{
    uint32_t version = foreign->abi_version;
    if (SHIHYO_ABI_MAJOR_OF(version) == SHIHYO_ABI_MAJOR)
        return 0;
    (void)shy_fail(t->err, SHY_E_PLUGIN_ABI,
                   _("The plugin '%s' was made for version %u.%u of the plugin interface; this "
                     "shihyo has %u.%u."),
                   t->name, SHIHYO_ABI_MAJOR_OF(version), SHIHYO_ABI_MINOR_OF(version),
                   SHIHYO_ABI_MAJOR, SHIHYO_ABI_MINOR);
    shy_at(t->err, t->file, 0, 0);
    shy_hint(t->err, _("Compile the plugin again with this shihyo's plugin.h."));
    return SHY_E_PLUGIN_ABI;
}

/* A file's name is what a project writes and what messages say; two names for one thing would let
 * a renamed copy pass for another plugin. */
static int check_name(const struct taking *t, const struct shihyo_plugin *p)
{
    if (p->name == NULL)
        return lacks(t, "name");
    if (strcmp(p->name, t->name) == 0)
        return 0;
    (void)shy_fail(t->err, SHY_E_PLUGIN_NAME,
                   _("The module '%s' holds a plugin that calls itself '%s'."), t->name, p->name);
    shy_at(t->err, t->file, 0, 0);
    shy_hint(t->err, _("A plugin's name is that of its file."));
    return SHY_E_PLUGIN_NAME;
}

/* Callbacks of an older plugin that lie behind its struct are zero here, thus "not given". */
static int check_required(const struct taking *t, const struct shihyo_plugin *p)
{
    if (p->version == NULL)
        return lacks(t, "version");
    if (p->license == NULL)
        return lacks(t, "license");
    if (!text_given(&p->summary))
        return lacks(t, "summary");
    if (p->open == NULL)
        return lacks(t, "open");
    if (p->close == NULL)
        return lacks(t, "close");
    if (p->files == NULL)
        return lacks(t, "files");
    if (p->tables == NULL)
        return lacks(t, "tables");
    if (p->stream == NULL)
        return lacks(t, "stream");
    if (p->run_sql != NULL && p->sql_dialect == NULL)
        return lacks(t, "sql_dialect");
    return 0;
}

int shy_descriptor_take(const struct shihyo_plugin *foreign, const char *name, const char *file,
                        struct shy_arena *arena, const struct shihyo_plugin **out,
                        struct shihyo_error *err)
{
    const struct taking t = {name, file, arena, err};
    struct shihyo_plugin *copy = shy_arena_alloc(arena, 1, sizeof *copy);
    if (copy == NULL)
        return shy_fail_nomem(err);
    /* The version first: of another major number nothing else can be understood. */
    SHY_TRY(check_version(&t, foreign));
    if (!shy_struct_take(foreign, copy, sizeof *copy))
        return bad_size(&t, "descriptor");
    SHY_TRY(check_name(&t, copy));
    SHY_TRY(check_required(&t, copy));
    SHY_TRY(take_capabilities(&t, copy->capabilities, &copy->capabilities));
    SHY_TRY(take_options(&t, copy->options, 0, &copy->options));
    *out = copy;
    return 0;
}
