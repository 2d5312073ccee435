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
    bool verify_files;   /* read files although they seem to be the same as ever */
    int64_t replace;     /* number of the delivery whose place is taken; 0 = none */
    bool may_be_empty;   /* a delivery without any row is kept as one */
    double reject_limit; /* share of the rows read that may be rejected, e.g. 0.001; 0 = none */
    /* Called now and then with rows so far and the share of files done (0..1, < 0 unknown);
     * may be NULL. */
    void (*progress)(void *arg, const char *source, int64_t rows, double share);
    void *progress_arg;
    size_t threads; /* 0 = as many as there are processors */
    int64_t memory; /* bytes of claims' rows that are held at once, here and there; 0 = 64 MiB */
};

struct shy_import_table {
    char contract[64];
    int64_t rows_read, rows_kept, rows_rejected, values_rounded;
};
/* Persons of a delivery: who is who. docs/claims.md. */
struct shy_import_links {
    int64_t numbers, persons;       /* delivered numbers and persons that the store knows */
    int64_t joined;                 /* numbers of earlier deliveries found to be another person's */
    int64_t ambiguous;              /* numbers whose items fit several persons */
    int64_t care, linked, unlinked; /* numbers of the care register in this delivery */
};
struct shy_import_report {
    struct shy_import_links links;
    bool unchanged; /* all files were imported before: nothing done */
    struct shy_import_table *tables;
    size_t table_count, table_capacity;
    int64_t files, bytes, files_passed_over;
    struct shy_problems problems; /* the first ten rejects by reason, warnings */
    int64_t delivery;
};
void shy_import_report_free(struct shy_import_report *r);

/* Member of options_json with the hash of what the options' Lua files evaluated to. */
#define SHY_OPTIONS_LUA "(lua)"

/*
 * Makes what the source has now the source's only delivery; of a source that can read some of its
 * files only (person-level ones), the files that the store does not have become a delivery beside
 * the others. options_json: canonical; part of the delivery's identity, as are the plugin, its
 * version and the files. The source is read against the core contracts and those it declares
 * itself, whatever the store held of it before. spill_beside: a path (the store's) beside which
 * there is room for what does not fit in memory.
 *
 * SHY_E_IMPORT_REJECTED, SHY_E_IMPORT_EMPTY, SHY_E_CANCELLED and every other failure leave the
 * store as it was; report says how far it came. report must be zero-initialised.
 */
int shy_import_source(struct shy_source *source, const char *name, const char *options_json,
                      const struct shihyo_plugin *plugin, struct shy_store *store,
                      const char *spill_beside, const struct shy_import_options *options,
                      struct shy_import_report *report, struct shihyo_error *err);

/* SHY_E_IMPORT_REJECTED where more rows were rejected than the project allows. */
int shy_import_check_limit(const struct shy_import_options *options, int64_t read, int64_t rejected,
                           struct shihyo_error *err);

#endif
