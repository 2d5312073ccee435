/* SPDX-License-Identifier: MIT */
/*
 * What a source has to give, compared with what the store has of it: which files make the next
 * delivery, and whose place it takes. Threads: one at a time.
 */
#ifndef SHY_IMPORT_DELIVERIES_H
#define SHY_IMPORT_DELIVERIES_H

#include "core/import/import.h"

struct shy_incoming {
    struct shy_delivery delivery;    /* files: those to be read */
    struct shy_delivery_file *files; /* owned; all that were found, those to be read first */
    size_t found;
    char received[21];
    /* Files whose content nobody has looked at yet: their blocks are hashed while their lines are
     * read. Of a size that no other file has, they are no other. */
    struct shy_hashed_files unread;
    struct shy_file_stamp *stamps; /* of the files found; those with a hash are to be noted */
    bool adds;            /* stands beside the source's others; else it replaces all of them */
    const char *one_file; /* where one file only is read */
};

/* Hashes the files whose content may be known, passes over those that the store has (where the
 * plugin can read some only), and tells the plugin. report->unchanged: there is nothing to do.
 * options->replace must name a delivery of the source. */
int shy_incoming_find(struct shy_source *source, const char *name, const char *options_json,
                      const struct shihyo_plugin *plugin, struct shy_store *store,
                      const struct shy_import_options *options, struct shy_incoming *out,
                      struct shy_import_report *report, struct shihyo_error *err);
void shy_incoming_free(struct shy_incoming *in);
/* The hashes of the files that were read meanwhile; the delivery's, and the stamps, into the
 * store. */
int shy_incoming_identify(struct shy_incoming *in, struct shy_store *store,
                          struct shihyo_error *err);
/* Begins the delivery's transaction. */
int shy_incoming_begin(const struct shy_incoming *in, const struct shy_import_options *options,
                       struct shy_store *store, struct shihyo_error *err);

#endif
