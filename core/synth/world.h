/* SPDX-License-Identifier: MIT */
/* The prefecture: where people live and who treats them. Made once, then only read. */
#ifndef SHY_SYNTH_WORLD_H
#define SHY_SYNTH_WORLD_H

#include "core/base/mem.h"
#include "core/synth/dice.h"
#include "core/synth/facts.h"
#include "core/synth/synth.h"

#define SHY_SYNTH_ASSOCIATIONS 3 /* 国保組合 */
#define SHY_SYNTH_NOWHERE UINT32_MAX

struct shy_synth_place {
    const char *code, *name;
    uint32_t secondary;                 /* index of world->secondaries */
    uint32_t persons[SHY_SYNTH_GROUPS]; /* of age groups, for the weights */
    uint32_t first_institution, institutions;
    uint32_t first_office, offices;
    uint32_t unlinked; /* of 10,000 persons of the care register, without the medical items */
};

struct shy_synth_world {
    const struct shy_synth_options *options;
    char prefecture[3];
    struct shy_synth_place *places;
    uint32_t place_count;
    struct shy_synth_area {
        const char *code, *name;
    } * secondaries;
    uint32_t secondary_count;
    struct shy_arena texts;
    /* Institutions: those of the places, then those elsewhere, then those nobody knows where. */
    uint32_t inside, outside, unknown, offices;
    const struct shy_synth_municipality *elsewhere[8];
    uint32_t elsewhere_count;
    /* Sums of weights up to each place, by age group; of groups; of bands by sex (male first). */
    uint64_t *until[SHY_SYNTH_GROUPS];
    uint64_t groups[SHY_SYNTH_GROUPS];
    uint64_t bands[2 * SHY_SYNTH_BANDS];
};

int shy_synth_world_make(const struct shy_synth_options *options, struct shy_synth_world *world,
                         struct shihyo_error *err);
void shy_synth_world_free(struct shy_synth_world *world);
/* Fills places, secondaries and their texts. */
int shy_synth_places(struct shy_synth_world *world, struct shihyo_error *err);

/* The place's number of the group, by weight. */
uint32_t shy_synth_pick_place(const struct shy_synth_world *world, struct shy_dice *dice,
                              unsigned group);
/* An institution that a person of the place goes to. */
uint32_t shy_synth_pick_institution(const struct shy_synth_world *world, struct shy_dice *dice,
                                    uint32_t place, uint32_t near, uint32_t outside);
/* A hospital of the place (every twelfth institution is one). */
uint32_t shy_synth_pick_hospital(const struct shy_synth_world *world, struct shy_dice *dice,
                                 uint32_t place);
/* Ten digits; kind: 1 medical, 3 dental, 4 pharmacy, 6 home nursing, 7 care office. */
void shy_synth_institution_code(const struct shy_synth_world *world, uint32_t institution, int kind,
                                char out[11]);
/* The area of the institution's place, NULL = nobody knows. */
const char *shy_synth_institution_area(const struct shy_synth_world *world, uint32_t institution);

/* Eight digits (six of care): association < 0 = the place's own. */
enum shy_synth_scheme { SHY_SYNTH_NHI, SHY_SYNTH_LATE, SHY_SYNTH_CARE };
void shy_synth_insurer(const struct shy_synth_world *world, enum shy_synth_scheme scheme,
                       uint32_t place, int association, char out[9]);

#endif
