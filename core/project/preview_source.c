/* SPDX-License-Identifier: MIT */
/* A source looked at without its rows going anywhere: neither store nor lock is touched. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/project/project_private.h"

int shy_project_preview(struct shy_project *p, const char *source, struct shy_preview *out,
                        struct shihyo_error *err)
{
    struct shy_plugins *plugins;
    struct shy_plugin *plugin;
    struct shy_options *options = NULL;
    struct shy_source *opened = NULL;
    const struct shy_project_source *named = shy_project_source_named(p, source, err);
    if (named == NULL)
        return SHY_E_SOURCE_UNKNOWN;
    SHY_TRY(shy_project_plugins(p, &plugins, err));
    SHY_TRY(shy_plugins_load(plugins, named->plugin, &plugin, err));
    int code = shy_options_check(shy_plugin_descriptor(plugin)->options,
                                 json_is_object(named->options) ? named->options : NULL,
                                 p->directory, shy_project_read_lua, &options, err);
    if (code == 0)
        code = shy_source_open(plugin, named->name, options, &opened, err);
    if (code == 0)
        code = shy_source_preview(opened, out, err);
    shy_source_close(opened);
    shy_options_free(options);
    return code;
}
