/* SPDX-License-Identifier: MIT */
/*
 * Loading plugins (libltdl) and calling them. Names are looked for among the preloaded (static)
 * modules, then in each directory of SHIHYO_PLUGIN_PATH, then in the install directory; never on
 * the system's library path. Thread-safe: one mutex around every libltdl call.
 */
#ifndef SHY_PLUGIN_HOST_H
#define SHY_PLUGIN_HOST_H

#include <jansson.h>

#include "core/base/hash.h"
#include "core/contract/batch.h"
#include "core/contract/table.h"

struct shy_plugins; /* the modules loaded in this process */
struct shy_plugin;  /* one loaded module */

int shy_plugins_new(struct shy_plugins **out, struct shihyo_error *err);
void shy_plugins_free(struct shy_plugins *p);

/* By name; loaded once. SHY_E_PLUGIN_NOT_FOUND names the directories searched and near names. */
int shy_plugins_load(struct shy_plugins *p, const char *name, struct shy_plugin **out,
                     struct shihyo_error *err);
/* Every plugin found, sorted by name; those that cannot be loaded go to problems. The array is
 * owned by p. */
int shy_plugins_all(struct shy_plugins *p, struct shy_plugin *const **out, size_t *count,
                    struct shy_problems *problems, struct shihyo_error *err);

/* The descriptor as this host knows it (zeroed where the plugin is older). */
const struct shihyo_plugin *shy_plugin_descriptor(const struct shy_plugin *plugin);
const char *shy_plugin_file(const struct shy_plugin *plugin); /* "(static)" when preloaded */
/* The host table for what belongs to no open source: its builder knows the core contracts only.
 * A source gets a table of its own when it is opened. */
const struct shihyo_host *shy_plugin_host(void);

/* Checks options (JSON of project.lua) against the plugin's schema: unknown keys with the nearest
 * names, types, required ones, paths made absolute against base, LUA_FILE options replaced by
 * their value through read_lua. *out is a tree owned by the caller. */
struct shy_options;
int shy_options_check(const struct shihyo_option *schema, const json_t *options, const char *base,
                      int (*read_lua)(const char *path, json_t **out, struct shihyo_error *err),
                      struct shy_options **out, struct shihyo_error *err);
const struct shihyo_value *shy_options_root(const struct shy_options *o);
/* Hash of what the options' Lua files evaluated to, in the order they were read; "" without any. */
const char *shy_options_lua_hash(const struct shy_options *o);
void shy_options_free(struct shy_options *o);

/* An open source; wraps the plugin's functions and checks what they return. */
struct shy_source;
int shy_source_open(struct shy_plugin *plugin, const char *name, const struct shy_options *options,
                    struct shy_source **out, struct shihyo_error *err);
void shy_source_close(struct shy_source *s);
int shy_source_files(struct shy_source *s, const struct shihyo_file **files, size_t *count,
                     struct shihyo_error *err);
/* The tables it can give; contracts it declares itself are added to the catalogue. */
int shy_source_tables(struct shy_source *s, struct shy_catalogue *catalogue,
                      const struct shihyo_table_info **tables, size_t *count,
                      struct shihyo_error *err);
/* Reads one split of a contract, batch after batch, into tables of at most a few thousand rows
 * given to visit (which does not keep them). columns NULL = all the plugin offers. */
int shy_source_read(struct shy_source *s, const struct shy_contract *contract,
                    const char *const *columns, size_t column_count, uint32_t split,
                    int (*visit)(void *arg, const struct shy_table *rows, struct shihyo_error *err),
                    void *arg, struct shihyo_error *err);

/* Whether the plugin offers a column of a contract. */
bool shy_source_offers(const struct shy_source *s, const char *contract, const char *column);

/* Reads one split of a contract as batches; other splits may be read by other threads meanwhile. */
struct shy_batch_visitor {
    int (*rows)(void *arg, const struct shy_batch *batch, struct shihyo_error *err);
    /* A row that the plugin could not give, and why; a code other than 0 ends the reading. NULL:
     * the plugin fails at such a row. */
    int (*reject)(void *arg, const struct shihyo_error *found, struct shihyo_error *err);
    void *arg;
    /* Something that people should know of and no row is rejected for; found->value is a kind of
     * records or empty. NULL: passed over. */
    int (*note)(void *arg, const struct shihyo_error *found, int64_t count,
                struct shihyo_error *err);
    bool runs;                             /* columns may be in runs: shy_batch_open_runs */
    const struct shy_hashed_files *hashed; /* told of what is read of them; may be NULL */
};
int shy_source_read_batches(struct shy_source *s, const struct shy_contract *contract,
                            const char *const *columns, size_t column_count, uint32_t split,
                            const struct shy_batch_visitor *visitor, struct shihyo_error *err);

/* Whether the plugin can read some of its files only, and that it does from now on: chosen[i] in
 * the order of shy_source_files. Its tables are asked for anew. */
bool shy_source_chooses(const struct shy_source *s);
int shy_source_choose_files(struct shy_source *s, const unsigned char *chosen, size_t count,
                            struct shihyo_error *err);
/* Adds to place the file and row that row `row` (from 0) of a split came from; fails where the
 * plugin cannot tell. */
int shy_source_locate(struct shy_source *s, const struct shy_contract *contract,
                      const char *const *columns, size_t column_count, uint32_t split, int64_t row,
                      struct shihyo_error *place);

/* The same with all columns, giving the tables away: take owns each from then on, also when it
 * fails. What a builder of ours made comes as one table, however long, and is not copied. */
int shy_source_take(struct shy_source *s, const struct shy_contract *contract, uint32_t split,
                    int (*take)(void *arg, struct shy_table *rows, struct shihyo_error *err),
                    void *arg, struct shihyo_error *err);

/* How many numbers of a contract the plugin's builders had to round to their column's scale so far.
 */
int64_t shy_source_rounded(const struct shy_source *s, const char *contract);

#endif
