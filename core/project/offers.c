/* SPDX-License-Identifier: MIT */
/*
 * What the project's sources offer now: a plugin's declaration, as far as rows of the contract are
 * in the store. A source that was never imported offers nothing, whatever its plugin could.
 */
#include "config.h"

#include <string.h>

#include "core/project/project_private.h"

static const struct shihyo_offer *declared_offer(const struct shihyo_plugin *plugin,
                                                 const char *contract)
{
    const struct shihyo_offer *const *offers =
        plugin->capabilities != NULL ? plugin->capabilities->offers : NULL;
    for (; offers != NULL && *offers != NULL; offers++)
        if (strcmp((*offers)->contract, contract) == 0 || strcmp((*offers)->contract, "*") == 0)
            return *offers;
    return NULL;
}

/* A plugin that fills whatever contract it is told to ("*") offers the places of that contract: of
 * what a published table's areas are, its contract says. */
static uint32_t bases_of(const struct shihyo_offer *declared, const struct shy_contract *contract)
{
    if (declared == NULL)
        return SHIHYO_BASIS_NONE;
    return strcmp(declared->contract, "*") == 0 ? declared->bases | contract->basis
                                                : declared->bases;
}

static int add_offer(struct shy_offers *out, const char *source,
                     const struct shy_contract *contract, const struct shihyo_offer *declared,
                     struct shihyo_error *err)
{
    if (!SHY_GROW(out->items, out->count, out->capacity))
        return shy_fail_nomem(err);
    const char *name = shy_arena_strdup(&out->arena, source);
    if (name == NULL)
        return shy_fail_nomem(err);
    out->items[out->count++] = (struct shy_offer){
        .source = name,
        .contract = contract->id,
        .columns = declared != NULL ? declared->columns : NULL,
        .bases = bases_of(declared, contract),
        .finest_level = declared != NULL ? declared->finest_level : SHIHYO_LEVEL_ANY,
    };
    return 0;
}

/* NULL for a source that project.lua does not name any more. */
static int plugin_of(struct shy_project *p, const char *source, const struct shihyo_plugin **out,
                     struct shihyo_error *err)
{
    *out = NULL;
    for (size_t i = 0; i < p->source_count; i++) {
        if (strcmp(p->sources[i].name, source) != 0)
            continue;
        struct shy_plugins *plugins;
        struct shy_plugin *plugin;
        SHY_TRY(shy_project_plugins(p, &plugins, err));
        SHY_TRY(shy_plugins_load(plugins, p->sources[i].plugin, &plugin, err));
        *out = shy_plugin_descriptor(plugin);
    }
    return 0;
}

/* provenance is "source:hash,source:hash". A source that project.lua no longer names offers
 * nothing: its rows stay in the store and are not read. */
static int add_sources(struct shy_project *p, const char *provenance,
                       const struct shy_contract *contract, struct shy_offers *out,
                       struct shihyo_error *err)
{
    while (*provenance != '\0') {
        char source[128];
        size_t length = strcspn(provenance, ":,");
        shy_copy_text(source, sizeof source, provenance, length);
        const struct shihyo_plugin *plugin;
        SHY_TRY(plugin_of(p, source, &plugin, err));
        if (plugin != NULL)
            SHY_TRY(add_offer(out, source, contract, declared_offer(plugin, contract->id), err));
        provenance += strcspn(provenance, ",");
        provenance += *provenance == ',';
    }
    return 0;
}

int shy_project_offers(struct shy_project *p, struct shy_store *store,
                       const struct shy_catalogue *catalogue, struct shy_offers *out,
                       struct shihyo_error *err)
{
    for (size_t i = 0; i < shy_catalogue_count(catalogue); i++) {
        const struct shy_contract *contract = shy_catalogue_at(catalogue, i);
        const char *provenance;
        SHY_TRY(shy_store_provenance(store, contract->id, &provenance, err));
        SHY_TRY(add_sources(p, provenance, contract, out, err));
    }
    return 0;
}

void shy_offers_free(struct shy_offers *o)
{
    shy_free(o->items);
    shy_arena_free(&o->arena);
    *o = (struct shy_offers){0};
}
