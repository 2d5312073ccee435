/* SPDX-License-Identifier: MIT */
/* What the files of pass 3 share: claims_parts.c goes through the partitions and writes them,
 * claims_match.c brings a partition's claims and lines together, claims_emit.c makes rows. */
#ifndef SHY_IMPORT_CLAIMS_PARTS_H
#define SHY_IMPORT_CLAIMS_PARTS_H

#include "core/import/claims_pack.h"
#include "core/import/claims_runs.h"

#define SHY_PART_CLASSES 16

/* A claim of the month, and what becomes of its lines. */
struct shy_part_claim {
    uint64_t hash;
    uint32_t person, number;
    int rejected; /* 0, or SHY_E_CLAIM_KNOWN */
};

/* What one thread keeps from one partition to the next. */
struct shy_part_worker {
    struct shy_packing packs[SHY_KIND_COUNT][SHY_PART_CLASSES];
    struct shy_part_claim *claims;
    size_t claim_count, claim_capacity;
    struct shy_runs runs;
    /* The lines of one run. */
    int32_t small[SHY_CLAIMS_COLUMNS][SHY_RUN_LINES + SHY_PACK_STEP];
    bool missing[SHY_CLAIMS_COLUMNS]; /* no line has a value of the column */
    int64_t values[SHY_CLAIMS_COLUMNS][SHY_RUN_LINES];
    uint8_t states[SHY_CLAIMS_COLUMNS][SHY_RUN_LINES], classes[SHY_RUN_LINES];
};

/* What the bytes of a contract's lines mean that a thread has written. */
struct shy_decoder {
    size_t values;
    /* Of codes, by provisional number + 1, with a 0 in front; else NULL. */
    uint32_t *final[SHY_CLAIMS_COLUMNS];
    int class_line;   /* whose code tells the row's class; -1 = none */
    uint8_t *classes; /* by provisional number + 1, with a 0 in front */
};

struct shy_parts {
    struct shy_claims *c;
    struct shy_part_worker *workers;
    struct shy_turns turns;
    /* Where in a pack's columns the parts of a row stand; -1 = none. */
    int claim[SHY_KIND_COUNT], institution[SHY_KIND_COUNT], lines[SHY_KIND_COUNT],
        hash[SHY_KIND_COUNT];
    struct shy_decoder *decoders[SHY_KIND_COUNT]; /* by thread */
    /* Months of which other deliveries have rows. */
    int32_t *known_months[SHY_KIND_COUNT];
    size_t known_month_counts[SHY_KIND_COUNT];
    struct shy_known_rows *known; /* under the store's lock; NULL until asked for */
};

/* One partition in work. */
struct shy_part {
    struct shy_parts *w;
    struct shy_part_worker *worker;
    uint32_t number;
    struct shy_packed_list *packed; /* by contract */
};

/* Columns of packs and what lines mean. free: also after a failure. */
int shy_emit_prepare(struct shy_parts *w, struct shihyo_error *err);
void shy_emit_free(struct shy_parts *w);
/* Adds rows to the packs of the contract. most: lines that are taken at most; the others were
 * counted. */
int shy_emit_run(struct shy_part *part, int kind, const struct shy_run *run,
                 const struct shy_run_head *head, uint32_t claim, size_t most,
                 struct shihyo_error *err);
/* Makes segments of what the packs of the contract hold. */
int shy_emit_month(struct shy_part *part, int kind, int32_t month, struct shihyo_error *err);

/* Takes runs of whole months; arg: struct shy_part. */
int shy_match_runs(void *arg, const struct shy_runs *runs, struct shihyo_error *err);

#endif
