/* SPDX-License-Identifier: MIT */
/*
 * The ministry's comparison of data sources (what each can answer), put together from what the
 * plugins declare. Texts are in the chosen language and valid until the comparison is freed and
 * the plugins are unloaded.
 */
#ifndef SHY_PLUGIN_COMPARE_H
#define SHY_PLUGIN_COMPARE_H

#include "core/plugin/plugin_host.h"

struct shy_comparison_cell {
    const char *mark; /* "○" "△" "×" "・"; "" where the plugin says nothing or the row is text */
    const char *remark; /* "" where there is none */
};

struct shy_comparison_row {
    const char *question; /* "cycle", "discharge_destination", … */
    const char *label;
    struct shy_comparison_cell *cells; /* one per source */
};

struct shy_comparison {
    const char **names; /* of the plugins: those that answer any question */
    const char **titles;
    size_t source_count;
    struct shy_comparison_row *rows;
    size_t row_count;
};

/* Plugins in the order given. Rows: cycle, as_of, published, the questions of docs/plugin-api.md,
 * then the plugins' own by id. */
int shy_comparison_new(struct shy_plugin *const *plugins, size_t count, struct shy_comparison **out,
                       struct shihyo_error *err);
void shy_comparison_free(struct shy_comparison *c);

#endif
