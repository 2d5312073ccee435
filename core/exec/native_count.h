/* SPDX-License-Identifier: MIT */
/* Rows of a partition on their way into a grid: what native_atoms.c finds and native_count.c
 * counts. */
#ifndef SHY_EXEC_NATIVE_COUNT_H
#define SHY_EXEC_NATIVE_COUNT_H

#include "core/exec/native.h"

/* One pass over a selection: where it stands in the lists that run beside it. */
struct beside {
    const struct memo_values *values[MAX_DIMS];
    size_t at[MAX_DIMS];
};

/* Where every row of a partition's selection is counted, batch by batch. */
struct counting {
    struct worker *w;
    struct grid *g;
    struct shelf *s;
    const struct selection *sel;
    struct beside beside;
    uint32_t stamp;      /* of the shelf's first row */
    bool months, claims; /* are counted */
    bool goes_on;        /* the next batch begins with the same person */
};

/* Rows that count, with the atoms they lie in. Persons are not divided, but those with more rows
 * than a batch has. */
struct batch {
    uint32_t rows[BATCH], atom[BATCH], slot[BATCH];
    size_t n;
    bool divided;
    uint32_t seen[BATCH]; /* the stamp of the atom's row before */
};

/* native_atoms.c */
/* The values that dimensions find beside the rows of the selection. */
int shy_atoms_begin(struct counting *c);
/* The places and atoms of b->rows; NONE where a row has none. */
int shy_atoms_find(struct counting *c, struct batch *b);

#endif
