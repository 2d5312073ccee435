/* SPDX-License-Identifier: MIT */
/* How core/area keeps places; shared by its own files only. */
#ifndef SHY_AREA_INTERNAL_H
#define SHY_AREA_INTERNAL_H

#include "core/area/area.h"
#include "core/base/mem.h"

/* A place by numbers: area `area` of set `set`. */
struct place_id {
    uint32_t set, area;
};

/* Member `inner` lies in `outer`. */
struct membership {
    struct place_id inner, outer;
};

struct place {
    const char *code, *name;
    uint32_t *within;              /* by set: the area of that set it lies in, or SHY_AREA_NONE */
    size_t first_pop, pop_count;   /* of shy_areas.population */
    size_t first_part, part_count; /* of shy_areas.by_outer: its direct members */
};

struct place_set {
    const char *id;
    bool declared; /* the table of areas has rows of it: codes not among them are unknown */
    struct place *places;
    size_t count, capacity;
};

/* A band of a population table. */
struct pop_row {
    struct place_id place;
    uint32_t vintage; /* of shy_areas.vintages */
    char sex;         /* 'b'oth, 'f'emale, 'm'ale */
    int from, to;     /* from -1: age unknown; to INT_MAX: open */
    enum shihyo_state state;
    int64_t persons;
};

/* Populations of one period, counted or projected. */
struct vintage {
    struct shy_period period;
    bool projection;
};

struct shy_areas {
    struct shy_arena arena;
    struct place_set *sets;
    size_t set_count;
    struct membership *by_inner; /* sorted by inner, then outer */
    struct membership *by_outer; /* the same, sorted by outer, then inner */
    size_t member_count, member_capacity, by_outer_capacity;
    struct pop_row *population; /* sorted by place, vintage, sex, age */
    size_t pop_count, pop_capacity;
    struct vintage *vintages;
    size_t vintage_count, vintage_capacity;
};

/* The tables an area world is made from, and where its problems go. */
struct area_build {
    struct shy_areas *a;
    const struct shy_table *areas, *members, *population;
    int32_t as_of;
    struct shy_problems *problems;
    size_t reported; /* problems of this build so far */
    struct shihyo_error *err;
    struct shy_map told; /* problems so far: a code is in many rows and is told of once */
};

/* A warning about a code; after the first hundred only counted. */
void shy_area_problem(struct area_build *b, enum shy_code code, const char *set, const char *value,
                      const char *message);
/* Is row valid on the date, by its valid_from and valid_to? */
bool shy_area_valid(const struct shy_table *t, size_t row, int32_t as_of);
/* The place of a code of a set id, or {SHY_AREA_NONE, SHY_AREA_NONE}. */
struct place_id shy_area_place(const struct shy_areas *a, const char *set, const char *code);
int shy_area_members(struct area_build *b);    /* memberships.c */
int shy_area_population(struct area_build *b); /* population.c */

#endif
