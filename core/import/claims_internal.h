/* SPDX-License-Identifier: MIT */
/* What the files of the person-level import share. docs/claims.md has the picture. */
#ifndef SHY_IMPORT_CLAIMS_INTERNAL_H
#define SHY_IMPORT_CLAIMS_INTERNAL_H

#include "core/base/hash.h"
#include "core/base/mem.h"
#include "core/import/claims.h"
#include "core/import/claims_codes.h"
#include "core/import/claims_ids.h"
#include "core/import/claims_link.h"
#include "core/import/claims_rejects.h"
#include "core/import/claims_spill.h"
#include "core/import/workers.h"
#include "core/store/segments.h"

/* The contracts of this way, in the order in which they are read. */
enum shy_claims_kind {
    SHY_KIND_PERSONS,
    SHY_KIND_CARE_PERSONS,
    SHY_KIND_MEDICAL_CLAIMS,
    SHY_KIND_MEDICAL_ITEMS,
    SHY_KIND_CARE_CLAIMS,
    SHY_KIND_CARE_ITEMS,
    SHY_KIND_COUNT,
};
#define SHY_KIND_FIRST_EVENT SHY_KIND_MEDICAL_CLAIMS
#define SHY_CLAIMS_COLUMNS 16

/* One contract as this source gives it. Positions are among the columns asked for; -1 = none. */
struct shy_claims_table {
    const struct shy_contract *contract; /* NULL: the source has no such table */
    uint32_t splits;
    const char *names[SHY_CLAIMS_COLUMNS];
    int columns[SHY_CLAIMS_COLUMNS]; /* in the contract */
    int meanings[SHY_CLAIMS_COLUMNS];
    size_t column_count;
    int person, month, claim, institution;
    int lines[SHY_CLAIMS_COLUMNS]; /* what differs between the lines of a run */
    size_t line_count;
    _Atomic int64_t rows_read, rows_rejected;
    bool *split_seen; /* whether a split gave a row, good or bad; each set by who reads it */
};

/* The value of a number's slot: partition in the highest six bits, local number below. */
#define SHY_PERSON_BITS 26
#define SHY_PERSON_MOST ((uint32_t)1 << SHY_PERSON_BITS)
#define SHY_PERSON_NOBODY (UINT32_MAX - 1) /* of a number whose rows contradict each other */
static inline uint32_t shy_person_pack(uint32_t partition, uint32_t person)
{
    return partition << SHY_PERSON_BITS | person;
}

struct shy_claims {
    struct shy_claims_job job;
    size_t threads;
    /* Bytes put aside that stay in memory, over all threads; and bytes of a partition that are
     * sorted at once. */
    int64_t memory;
    struct shy_claims_table tables[SHY_KIND_COUNT];
    struct shy_codes codes; /* of threads 0 … threads - 1, and of the main one */
    struct shy_rejects rejects;
    struct shy_people people;
    struct shy_insurers *insurers; /* of claims_register.c */
    bool unsettled;                /* what shy_claims_settle_people does is yet to be done */
    struct shy_ids numbers;        /* delivered number -> shy_person_pack of who it counts as */
    struct shy_spill spill;
    uint32_t partitions;
    pthread_mutex_t store_lock; /* one thread at a time uses the store */
    /* Progress. */
    _Atomic int64_t rows;
    double share_from, share_step;
    size_t tasks;
};

/* claims_people.c: pass 1 up to the rows in memory. */
int shy_claims_read_people(struct shy_claims *c, struct shihyo_error *err);
/* What else is to be done for persons, once they have numbers: nobody needs it before pass 3, so
 * one thread does it while the others begin with pass 2. */
int shy_claims_settle_people(struct shy_claims *c, struct shihyo_error *err);
void shy_claims_free_insurers(struct shy_claims *c);
/* claims_rows.c: pass 2. */
int shy_claims_read_rows(struct shy_claims *c, struct shihyo_error *err);
/* claims_parts.c: pass 3. */
int shy_claims_write_parts(struct shy_claims *c, struct shihyo_error *err);

/* The values of a run's lines as bytes, column by column: first for each column the bytes that its
 * largest value needs, as a code of two bits (1, 2, 4 or 8 bytes), four to a byte; then, where the
 * run has states, those of the lines for each column of numbers; then the values, little-endian. So
 * neither writing nor reading has to branch on how long a number is, which nobody can foretell. A
 * value is the number plus one, and 0 where there is none. A run without states has values that are
 * OK, and MISSING ones. */
#define SHY_RUN_LINES 512 /* at most */

static inline size_t shy_width_bytes(size_t columns)
{
    return (columns + 3) / 4;
}
/* any: all values joined by OR. */
static inline unsigned shy_width_code(uint64_t any)
{
    static const uint8_t codes[9] = {0, 0, 1, 2, 2, 3, 3, 3, 3};
    return codes[(71 - (unsigned)__builtin_clzll(any | 1)) / 8];
}
static inline unsigned shy_width_at(const uint8_t *widths, size_t column)
{
    return widths[column / 4] >> (column % 4 * 2) & 3u;
}

/* Numbers in the head of a run, seven bits to a byte. */
static inline uint8_t *shy_put_number(uint8_t *to, uint64_t v)
{
    while (v >= 0x80) {
        *to++ = (uint8_t)(v | 0x80);
        v >>= 7;
    }
    *to++ = (uint8_t)v;
    return to;
}
static inline const uint8_t *shy_get_number(const uint8_t *from, uint64_t *v)
{
    uint64_t n = *from & 0x7f;
    for (unsigned shift = 7; (*from++ & 0x80) != 0; shift += 7)
        n |= (uint64_t)(*from & 0x7f) << shift;
    *v = n;
    return from;
}
/* Small numbers of either sign to small ones. */
static inline uint64_t shy_zigzag(int64_t v)
{
    return (uint64_t)v << 1 ^ (uint64_t)(v >> 63);
}
static inline int64_t shy_unzigzag(uint64_t v)
{
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* A run in the spill: the number of its lines times two, plus one where it has states; local number
 * of the person; difference to the month of the run before; institution + 1, or 0; difference to
 * the row of the run before; the hashes of struct shy_run and shy_run_head that its contract has;
 * the lines. Before the first of a block, and where contract or split change, stands a section: 0,
 * contract, split, the month and the row from which differences count. */
enum { SHY_RUN_HEAD_MOST = 96 };

/* A run among those of its contract and partition: what it is sorted by, and where it is. */
struct shy_run {
    uint64_t key;      /* month << 32 | local number */
    uint64_t claim;    /* hash of the claim's id; 0 where the contract has none */
    const uint8_t *at; /* struct shy_run_head, then the bytes of its lines; not aligned */
};
struct shy_run_head {
    uint64_t identity; /* of the claim and the delivered number; only of the claims' own contract */
    uint64_t order;    /* split << 40 | row in the split: where it came from */
    uint32_t institution;        /* final number + 1; 0 = none */
    uint16_t line_count, thread; /* whose provisional codes its lines have */
    bool states;
};
#define SHY_ORDER_ROW_BITS 40

/* claims_gaps.c: files that gave no row, when all are read; months without rows, when all are
 * stored. Told, not rejected. */
void shy_claims_check_files(struct shy_claims *c);
int shy_claims_check_months(struct shy_claims *c, struct shihyo_error *err);

#endif
