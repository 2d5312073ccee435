/* SPDX-License-Identifier: MIT */
/*
 * What is true of the data, from the model and not from the files: counted while they are made,
 * and written beside them (docs/synth.md has the columns). Sums over months and threads do not
 * depend on their order.
 */
#ifndef SHY_SYNTH_TRUTH_H
#define SHY_SYNTH_TRUTH_H

#include <pthread.h>

#include "core/synth/person.h"

#define SHY_SYNTH_NO_LEVEL SHY_SYNTH_LEVELS /* of the level: no care receipt */

/* Of one area (all three sets) and row of the table of supply. */
struct shy_synth_supply {
    int64_t persons, claims, quantity, institution_months, institutions;
};

/* One month's cells, and those of a year. Of the last place: persons without a municipality. */
struct shy_synth_cells {
    int64_t *patients;               /* [scheme][place][residence][severity, 3 = any][level] */
    struct shy_synth_supply *supply; /* [place][row]; institutions stay 0 */
    uint64_t *institutions;          /* [place][row][word] */
    int64_t *treated;                /* [institution][row]: persons */
    int64_t *flow;                   /* [place][kind of residence, any][target, any]: persons */
    int64_t *care;                   /* [place][row of care]: persons */
};
enum { SHY_SYNTH_VISITS = 3, SHY_SYNTH_CARE_ROWS = 6 };
/* Municipalities of institutions: the places, those elsewhere, nobody knows. */
static inline uint32_t shy_synth_targets(const struct shy_synth_world *w)
{
    return w->place_count + w->elsewhere_count + 1;
}

struct shy_synth_discharges {
    int64_t all, home, facility, both, neither, service;
    int64_t level[SHY_SYNTH_LEVELS + 1];
};

struct shy_synth_truth {
    const struct shy_synth_world *world;
    size_t words;  /* of a set of institutions */
    int32_t years; /* fiscal years that lie wholly in the data */
    int32_t first_year;
    struct shy_synth_cells *year;            /* of places */
    struct shy_synth_supply *supply;         /* [year][area][row], areas: places, secondary, all */
    struct shy_synth_discharges *discharges; /* [year][place] */
    int64_t (*links)[3];                     /* [place]: care numbers, linked, ambiguous */
    int64_t persons, medical_numbers, care_numbers;
    int64_t lines[9]; /* by table, in the order of enum shy_synth_table */
    int64_t home_lines;
    pthread_mutex_t lock;
};

enum shy_synth_table {
    SHY_TABLE_PERSONS,
    SHY_TABLE_CARE_PERSONS,
    SHY_TABLE_CLAIMS,
    SHY_TABLE_ITEMS,
    SHY_TABLE_CARE_CLAIMS,
    SHY_TABLE_CARE_ITEMS,
    SHY_TABLE_INSTITUTIONS,
    SHY_TABLE_OFFICES,
    SHY_TABLE_INSURERS,
};

int shy_synth_truth_open(const struct shy_synth_world *world, struct shy_synth_truth *truth,
                         struct shihyo_error *err);
void shy_synth_truth_close(struct shy_synth_truth *truth);

/* Cells of one month, to be reused. */
int shy_synth_cells_open(const struct shy_synth_truth *truth, struct shy_synth_cells *cells,
                         struct shihyo_error *err);
void shy_synth_cells_free(struct shy_synth_cells *cells);
void shy_synth_cells_clear(const struct shy_synth_truth *truth, struct shy_synth_cells *cells);
void shy_synth_cells_count(const struct shy_synth_truth *truth, struct shy_synth_cells *cells,
                           const struct shy_synth_person *p, int32_t month,
                           const struct shy_synth_month *made);
/* Adds a finished month to its year. Any thread. */
void shy_synth_truth_add(struct shy_synth_truth *truth, const struct shy_synth_cells *cells,
                         int32_t month);

/* Counts a person: numbers, links, discharges. month: room to work in. */
void shy_synth_truth_person(struct shy_synth_truth *truth, const struct shy_synth_person *p,
                            struct shy_synth_month *room);

/* Areas are numbered: places, secondary areas, the prefecture. */
bool shy_synth_lies_in(const struct shy_synth_world *w, uint32_t area, uint32_t place);
/* Different institutions of the places that lie in the area. sets: of cells. */
int64_t shy_synth_institutions_in(const struct shy_synth_truth *t, const uint64_t *sets,
                                  uint32_t area, unsigned row);

int shy_synth_truth_write(const struct shy_synth_truth *truth, const char *directory,
                          struct shihyo_error *err);

#endif
