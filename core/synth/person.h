/* SPDX-License-Identifier: MIT */
/*
 * A person's course through the data, and what a month of it brings. Both follow from the seed and
 * the person's number alone; nothing is kept. Months are counted from the first of the data: 0 is
 * the first, negative ones lie before it.
 */
#ifndef SHY_SYNTH_PERSON_H
#define SHY_SYNTH_PERSON_H

#include "core/synth/world.h"

#define SHY_SYNTH_NEVER INT32_MAX

struct shy_synth_person {
    uint32_t index;
    uint32_t items; /* whose insured number it has: of twins, the first's */
    bool twin, male;
    int32_t birth;       /* ordinal of the month */
    uint32_t place[2];   /* before and after moving */
    int32_t moved;       /* the first month in the new place */
    int32_t first, last; /* of eligibility, both included */
    int32_t turns_75;
    bool renumbered_with_items; /* the new number of 75 has a row of the old items */
    bool dies;                  /* in the month `last` */
    int8_t association;         /* -1 = none */
    uint8_t frailty;            /* 0 to 3 */
    int32_t home_from, home_to; /* home care; home_to is the month after */
    uint8_t residence, severity;
    uint32_t home_institution;
    int32_t stay[2][2]; /* in a long-term-care ward; [1] is the month after */
    uint32_t ward;
    uint8_t ward_item;
    int32_t care_from;
    uint8_t level, services, service[3];
    bool care_items; /* the care register has the items of the medical insurance */
};

void shy_synth_person_make(const struct shy_synth_world *world, uint32_t index,
                           struct shy_synth_person *out);

static inline uint32_t shy_synth_place_at(const struct shy_synth_person *p, int32_t month)
{
    return p->place[month >= p->moved];
}
/* The number of the time before 75 (0) or after (1). Late-stage eligibility is written from the
 * month after the birthday. */
static inline int shy_synth_number_at(const struct shy_synth_person *p, int32_t month)
{
    return month > p->turns_75;
}
/* Which of the two numbers the data have. */
bool shy_synth_has_number(const struct shy_synth_world *world, const struct shy_synth_person *p,
                          int number);
/* Whether there is a row in the care register, and whether it can be linked. */
bool shy_synth_has_care(const struct shy_synth_world *world, const struct shy_synth_person *p);
bool shy_synth_care_linked(const struct shy_synth_world *world, const struct shy_synth_person *p);
/* Whether both numbers come out as one person. */
bool shy_synth_numbers_joined(const struct shy_synth_world *world,
                              const struct shy_synth_person *p);

#define SHY_SYNTH_CLAIMS_MOST 32
#define SHY_SYNTH_LINES_MOST 1400

struct shy_synth_line {
    uint16_t item, quantity;
    uint32_t points;
};
struct shy_synth_claim {
    uint32_t institution, points;
    uint16_t first_line, lines;
    uint8_t inpatient, type, days; /* type as the layout writes it: 1 medical … */
    uint8_t number;                /* 0 or 1: which person number it carries */
    uint8_t outcome;               /* as the layout writes it: 1 alive, 3 dead, 0 not told */
    int32_t admitted;              /* month of admission, of inpatients */
    uint8_t admitted_day;          /* of that month, from 1; 0 = no inpatient */
};
struct shy_synth_care {
    uint8_t service, level, items;
    uint32_t office, units;
};
struct shy_synth_month {
    bool late;      /* the medical receipts come two months later */
    bool delivered; /* … which is still within the data */
    unsigned claims, lines, cares;
    struct shy_synth_claim claim[SHY_SYNTH_CLAIMS_MOST];
    struct shy_synth_line line[SHY_SYNTH_LINES_MOST];
    struct shy_synth_care care[3];
};

#define SHY_SYNTH_LATE_BY 2 /* months */

bool shy_synth_is_late(const struct shy_synth_world *world, uint32_t index, int32_t month);
/* Empty where the person is not eligible in the month. */
void shy_synth_month_make(const struct shy_synth_world *world, const struct shy_synth_person *p,
                          int32_t month, struct shy_synth_month *out);

#endif
