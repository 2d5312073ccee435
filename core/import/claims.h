/* SPDX-License-Identifier: MIT */
/*
 * Person-level tables of a source into the store: persons linked, rows checked and divided by
 * partition, segments packed. docs/claims.md. Runs inside the delivery's transaction, between
 * shy_store_begin and shy_store_commit; whoever called rolls back where it fails.
 */
#ifndef SHY_IMPORT_CLAIMS_H
#define SHY_IMPORT_CLAIMS_H

#include "core/import/import.h"

/* Whether a contract goes this way. */
bool shy_claims_takes(const char *contract);

struct shy_claims_job {
    struct shy_source *source;
    const char *name;
    struct shy_store *store;
    const struct shy_import_options *options;
    struct shy_import_report *report; /* tables, links and problems are added to it */
    const struct shy_catalogue *catalogue;
    const char *spill_beside; /* a path; what does not fit in memory is put beside it for a while */
    int64_t rows_before;      /* of small tables, for progress */
    const struct shy_hashed_files *hashed; /* files whose hash is made while they are read */
    const struct shy_delivery *delivery;   /* its files are those that are read; may be NULL */
};
int shy_claims_import(const struct shy_claims_job *job, struct shihyo_error *err);

#endif
