/* SPDX-License-Identifier: MIT */
/* What the files of core/store share: store.c opens and lists, write.c adds, read.c reads. */
#ifndef SHY_STORE_INTERNAL_H
#define SHY_STORE_INTERNAL_H

#include "core/base/mem.h"
#include "core/store/chunk.h"
#include "core/store/database.h"
#include "core/store/store.h"

struct shy_store_writer;

struct shy_store {
    struct shy_database db;
    struct shy_store_writer *writer; /* NULL outside a delivery's transaction */
    struct shy_arena listed;         /* what shy_store_deliveries gave last */
    struct shy_text provenance;      /* what shy_store_provenance gave last */
    char *only;                      /* ",a,b,": the sources that are read; NULL = all */
    /* The manifests were found sound when others' commits had brought the file to this version. */
    bool checked;
    int64_t checked_version;
};

extern const struct shy_database_format shy_store_format;

/* A condition on deliveries.source, for the text bound as parameter n: store->only. The commas
 * around every name keep "ndb" from matching in "ndb9". */
#define SHY_STORE_IS_READ(n) "(?" #n " IS NULL OR instr(?" #n ", ',' || source || ',') > 0)"
bool shy_store_reads(const struct shy_store *store, const char *source);

bool shy_store_has_texts(enum shy_type type);

/* The checksum over a delivery's own columns, files, contracts and months. */
int shy_store_manifest(struct shy_store *store, int64_t delivery, uint64_t *out,
                       struct shihyo_error *err);
/* SHY_E_STORE_DAMAGED where a delivery's checksum does not fit. */
int shy_store_check_manifests(struct shy_store *store, struct shihyo_error *err);

/* The definition of a contract as a delivery stored it; SHY_E_STORE_DAMAGED where it is not one. */
int shy_store_definition(struct shy_store *store, const char *contract, const char *json,
                         struct shy_arena *arena, const struct shy_contract **out,
                         struct shihyo_error *err);
/* Runs work inside one read transaction, with the manifests checked, so that all its queries see
 * the same state; inside a delivery's own transaction there is one already. */
int shy_store_reading(struct shy_store *store,
                      int (*work)(struct shy_store *store, void *arg, struct shihyo_error *err),
                      void *arg, struct shihyo_error *err);

/* What identifies a segment besides its chunks. */
struct shy_store_segment {
    int64_t segment, delivery, partition, month, class, sequence, rows;
    bool has_month;
    const char *columns; /* "area,area_set,value" */
};
uint64_t shy_store_segment_checksum(const char *contract, const struct shy_store_segment *s);

int shy_store_not_begun(struct shihyo_error *err);
/* Inside a transaction: where no rows of persons are left, empties register and dictionaries. */
int shy_store_forget_persons(struct shy_store *store, struct shihyo_error *err);

#endif
