/* SPDX-License-Identifier: MIT */
/*
 * How a source would read its files, made fit to be looked at: `shihyo import --dry-run`.
 *
 * Rows about persons are not shown. Of each column the texts of the first rows are shown by
 * themselves, each once and sorted, so that nobody can put a row together again; and of numbers of
 * persons and claims, of symbols and numbers of insured persons, of texts, and of whatever looks
 * like such a number in another column (the layout under test may be wrong), the shape only.
 */
#ifndef SHY_PLUGIN_PREVIEW_H
#define SHY_PLUGIN_PREVIEW_H

#include "core/base/mem.h"
#include "core/plugin/plugin_host.h"

/* A text and what it is understood as. "" = blank, no value. */
struct shy_preview_pair {
    const char *read, *understood;
    bool wrong; /* the row would be rejected */
};

struct shy_preview_column {
    const char *name, *from;
    struct shy_preview_pair *pairs; /* the most frequent, sorted; at most SHY_PREVIEW_PAIRS */
    size_t pair_count;
    size_t shown_of;  /* how many there are, as far as they look different */
    size_t different; /* before masking */
    size_t values;    /* rows looked at */
};

struct shy_preview_table {
    const struct shy_contract *contract;
    size_t files;
    const char *file; /* NULL: none was looked at */
    struct shy_preview_column *columns;
    size_t column_count;
    const char **unused; /* labels of the header that no column is taken from */
    size_t unused_count;
};

struct shy_preview {
    struct shy_preview_table *tables;
    size_t table_count, table_capacity;
    const char **files; /* that no table takes */
    size_t file_count;
    struct shy_arena arena;
};

enum { SHY_PREVIEW_ROWS = 200, SHY_PREVIEW_PAIRS = 5 };

/* SHY_E_PLUGIN_UNSUPPORTED where the plugin cannot do that. *out is freed in any case by the
 * caller. */
int shy_source_preview(struct shy_source *s, struct shy_preview *out, struct shihyo_error *err);
void shy_preview_free(struct shy_preview *p);

#endif
