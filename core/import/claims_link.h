/* SPDX-License-Identifier: MIT */
/*
 * Who is who: delivered numbers become persons. A number is a node; nodes that share the five
 * published items are one person, unless the items fit several persons at once. docs/claims.md,
 * "Persons and links". Threads: one.
 */
#ifndef SHY_IMPORT_CLAIMS_LINK_H
#define SHY_IMPORT_CLAIMS_LINK_H

#include "core/base/mem.h"
#include "core/import/claims_ids.h"
#include "core/import/claims_sort.h"

#define SHY_PARTITION_BITS 6
#define SHY_PARTITIONS_MOST (1 << SHY_PARTITION_BITS)
#define SHY_PARTITION_PERSONS 16000
#define SHY_EVIDENCE_BYTES 16
#define SHY_MONTH_OPEN INT32_MAX /* an eligibility that has not ended */

struct shy_person_node {
    const char *text;
    uint32_t length;
    int32_t birth; /* month */
    uint8_t sex;   /* 1 male, 2 female */
    bool known;    /* by an earlier delivery */
    bool medical, care;
    bool contradicted; /* two sexes or months of birth in this delivery: nobody */
    bool ambiguous;    /* its items fit several persons */
    uint32_t parent;
    uint32_t partition;
    uint32_t person; /* local number as first given */
    uint32_t joined; /* … it counts as now */
};

/* The five items seen with a number in the months first … last. */
struct shy_evidence {
    unsigned char hash[SHY_EVIDENCE_BYTES];
    uint32_t node;
    int32_t first, last;
    bool known; /* from an earlier delivery */
};

/* A row of the registers. Codes are numbers of the main thread's numbering + 1; 0 = none. */
enum shy_person_code {
    SHY_PERSON_SEX,
    SHY_PERSON_SCHEME,
    SHY_PERSON_INSURER,
    SHY_PERSON_INSURER_AREA,
    SHY_PERSON_RESIDENCE_AREA,
    SHY_PERSON_CODES,
};
struct shy_person_row {
    uint32_t node, split;
    int64_t row;
    int32_t birth, first, last; /* last: SHY_MONTH_OPEN = no end */
    uint32_t codes[SHY_PERSON_CODES];
    uint8_t sex, kind;
    bool rejected;
};

struct shy_people {
    struct shy_person_node *nodes;
    size_t node_count, node_capacity;
    struct shy_evidence *evidence;
    size_t evidence_count, evidence_capacity;
    struct shy_person_row *rows; /* after numbering: sorted by partition and person */
    size_t row_count, row_capacity;
    size_t row_first[SHY_PARTITIONS_MOST + 1]; /* of a partition's rows */
    uint32_t persons[SHY_PARTITIONS_MOST];     /* of a partition, so far */
    int64_t joined;                            /* persons of earlier deliveries found to be one */
    struct shy_arena arena;                    /* of texts */
};
void shy_people_free(struct shy_people *p);

/* A node for a number that has none; the text is copied. */
int shy_people_add(struct shy_people *p, const char *text, size_t length, uint32_t *node,
                   struct shihyo_error *err);
int shy_people_add_evidence(struct shy_people *p, const struct shy_evidence *e,
                            struct shihyo_error *err);

/* Hash of the five items, made comparable: full width, blanks, leading zeros. false: the insurer
 * or the number is blank, which is no evidence. */
struct shy_five_items {
    const char *insurer, *symbol, *number; /* not terminated */
    size_t insurer_length, symbol_length, number_length;
    uint8_t sex;
    int32_t birth;
};
bool shy_five_items_hash(const struct shy_five_items *items, unsigned char out[SHY_EVIDENCE_BYTES]);

/* Joins nodes by evidence; of equal evidence (hash, number, first month) the newer stays. */
int shy_people_link(struct shy_people *p, struct shihyo_error *err);
/* After linking: the node that stands for the person. */
uint32_t shy_people_root(struct shy_people *p, uint32_t node);

/* Sorts nodes by the lowest `bits` of the keys, which they fill, and then by the numbers' texts. */
int shy_people_sort(const struct shy_people *p, struct shy_sort_item *items, size_t count,
                    unsigned bits, struct shihyo_error *err);

/* Which partition holds a person. */
uint32_t shy_people_partition(uint8_t sex, int32_t birth, uint32_t partitions);
/* How many partitions a first delivery of so many persons gets. */
uint32_t shy_people_partitions(size_t persons);
/* Gives partitions and local numbers to what has none, and says which persons were joined.
 * *partitions = 0: chosen here. SHY_E_TOO_MANY_PERSONS. */
int shy_people_number(struct shy_people *p, uint32_t *partitions, struct shihyo_error *err);

#endif
