/* SPDX-License-Identifier: MIT */
/*
 * The store: the project's file of imported rows (claims.store), columns in SQLite, rebuildable
 * from the deliveries. A delivery is the unit that is added, replaced, removed and refused twice;
 * an import is one transaction: stopped at any instant, the store is as before.
 *
 * Layout: docs/store.md. Threads: one handle per thread; any number of readers, one writer.
 */
#ifndef SHY_STORE_H
#define SHY_STORE_H

#include "core/base/hash.h"
#include "core/base/os/os.h"
#include "core/contract/table.h"

struct shy_store;

enum shy_store_mode { SHY_STORE_READ, SHY_STORE_WRITE };
/* WRITE creates the file. READ of a file that is not there: SHY_E_STORE_OPEN. */
int shy_store_open(const char *path, enum shy_store_mode mode, struct shy_store **out,
                   struct shihyo_error *err);
void shy_store_close(struct shy_store *store); /* rolls an unfinished delivery back */
/* Reads only the rows of these sources from now on (NULL = all again): a source that a project no
 * longer names must not be added to the one that has taken its place. The texts are copied. Lists
 * and verification still tell of all. */
int shy_store_only(struct shy_store *store, const char *const *sources, size_t count,
                   struct shihyo_error *err);
/* How long to wait for another process before SHY_E_STORE_BUSY; 5000 ms unless told. */
void shy_store_wait(struct shy_store *store, int milliseconds);

/* One file of a delivery. */
struct shy_delivery_file {
    const char *path, *note;
    char hash[SHY_HASH_TEXT];
    int64_t size;
};
struct shy_delivery {
    int64_t id; /* given by the store */
    const char *source, *plugin, *plugin_version;
    const char *options;      /* canonical JSON of the source's options */
    char hash[SHY_HASH_TEXT]; /* of the files' hashes, the options and the plugin's version */
    const char *received;     /* UTC */
    const struct shy_delivery_file *files;
    size_t file_count;
    int64_t rows;
};

/* What a file was when its content was read last: as long as nothing of that has changed it counts
 * as the same, and is not read to find out. */
struct shy_file_stamp {
    const char *path;
    char hash[SHY_HASH_TEXT];
    struct shy_os_stamp stamp;
};
/* The hash of the file at path, if its stamp is that; else *hash is empty. */
int shy_store_find_stamp(struct shy_store *store, const char *path,
                         const struct shy_os_stamp *stamp, char hash[SHY_HASH_TEXT],
                         struct shihyo_error *err);
/* Inside a delivery. */
int shy_store_note_stamp(struct shy_store *store, const struct shy_file_stamp *stamp,
                         struct shihyo_error *err);
/* The hashes of the delivery being written and of its files, where they were not known when it was
 * begun. */
int shy_store_identify(struct shy_store *store, const struct shy_delivery *delivery,
                       struct shihyo_error *err);

/* Declared contracts (facts.NAME) are kept with the deliveries, so that a run needs no plugin. */
int shy_store_load_catalogue(struct shy_store *store, struct shy_catalogue *catalogue,
                             struct shihyo_error *err);

/* Deliveries in the order of their ids; the list is owned by the store, valid until the next call
 * that writes or lists. */
int shy_store_deliveries(struct shy_store *store, const struct shy_delivery **out, size_t *count,
                         struct shihyo_error *err);

/* Begins the transaction that makes this delivery the only one of its source (replace) or adds it
 * beside the others. SHY_E_DELIVERY_KNOWN where the same hash is there already, other than in
 * what it replaces; of a source that shy_store_only leaves out it makes way. Any failure from here
 * to commit rolls back. */
int shy_store_begin(struct shy_store *store, const struct shy_delivery *delivery, bool replace,
                    struct shihyo_error *err);
/* Adds rows; the table's columns may be a part of the contract's. A table without rows makes the
 * contract known. The contract must live until commit. SHY_E_ID_TWICE where another source
 * declared the contract with other columns. */
int shy_store_append(struct shy_store *store, const struct shy_table *rows,
                     struct shihyo_error *err);
int shy_store_commit(struct shy_store *store, int64_t *delivery, struct shihyo_error *err);
void shy_store_rollback(struct shy_store *store);
/* Without deliveries of the source nothing happens. */
int shy_store_remove(struct shy_store *store, const char *source, struct shihyo_error *err);

/* All rows of a contract (of every delivery, in the order of delivery and row) with these columns
 * (NULL = all). *out = NULL where there are none; the caller frees it. Checksums are verified:
 * SHY_E_STORE_DAMAGED names contract, delivery and column. */
int shy_store_read(struct shy_store *store, const struct shy_contract *contract,
                   const char *const *columns, size_t count, struct shy_table **out,
                   struct shihyo_error *err);
/* Sources that delivered rows of the contract, comma-separated, with the deliveries' hashes:
 * "ndb9:3f2a…,ndb10:…". Owned by the store until the next call. */
int shy_store_provenance(struct shy_store *store, const char *contract, const char **out,
                         struct shihyo_error *err);
/* Months of care with rows of a person-level contract: sorted, shy_free'd by the caller. */
int shy_store_months(struct shy_store *store, const char *contract, int32_t **out, size_t *count,
                     struct shihyo_error *err);
/* Reads every chunk and compares checksums; damage goes to problems and is no failure. */
int shy_store_verify(struct shy_store *store, struct shy_problems *problems,
                     struct shihyo_error *err);

#endif
