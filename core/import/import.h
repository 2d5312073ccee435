/* SPDX-License-Identifier: MIT */
/*
 * Import: from a source to the store, in one transaction, with constraints checked and everything
 * left out counted by reason. docs/import.md.
 */
#ifndef SHY_IMPORT_H
#define SHY_IMPORT_H

#include "core/plugin/plugin_host.h"
#include "core/store/store.h"

struct shy_import_options {
    bool force;          /* import again though the same files were imported before */
    double reject_limit; /* share of the rows read that may be rejected, e.g. 0.001; 0 = none */
    /* Called now and then with rows so far and the share of files done (0..1, < 0 unknown);
     * may be NULL. */
    void (*progress)(void *arg, const char *source, int64_t rows, double share);
    void *progress_arg;
};

struct shy_import_table {
    char contract[64];
    int64_t rows_read, rows_kept, rows_rejected, values_rounded;
};
struct shy_import_report {
    bool unchanged; /* the same files were imported before: nothing done */
    struct shy_import_table *tables;
    size_t table_count, table_capacity;
    int64_t files, bytes;
    struct shy_problems problems; /* the first ten rejects by reason, warnings */
    int64_t delivery;
};
void shy_import_report_free(struct shy_import_report *r);

/*
 * Makes what the source has now the source's only delivery. options_json: canonical; part of the
 * delivery's identity, as are the plugin, its version and the files. The source is read against
 * the core contracts and those it declares itself, whatever the store held of it before.
 *
 * SHY_E_IMPORT_REJECTED, SHY_E_IMPORT_EMPTY, SHY_E_CANCELLED and every other failure leave the
 * store as it was; report says how far it came. report must be zero-initialised.
 */
int shy_import_source(struct shy_source *source, const char *name, const char *options_json,
                      const struct shihyo_plugin *plugin, struct shy_store *store,
                      const struct shy_import_options *options, struct shy_import_report *report,
                      struct shihyo_error *err);

#endif
