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

#define SHY_WEIGHT_WHOLE 1000000 /* the share 1: weights have six decimals */

struct place {
    const char *code, *name;
    bool carried;                  /* named by a change, not by a table of areas */
    uint32_t *within;              /* by set: the area of that set it lies in, or SHY_AREA_NONE */
    size_t first_pop, pop_count;   /* of shy_areas.population */
    size_t first_part, part_count; /* of shy_areas.by_outer: its direct members */
};

struct place_set {
    const char *id;
    bool declared;        /* the table of areas has rows of it: codes not among them are unknown */
    struct place *places; /* areas of the date by code, then former ones */
    size_t count, capacity, former;
    size_t first_version, version_count; /* of shy_areas.versions */
    int32_t *days;                       /* of changes */
    size_t day_count;
    struct former *formers; /* by place number less count */
    bool former_counted;    /* some of them have a population */
};

/* What a code meant from one change to the next. */
struct version {
    uint32_t set;
    const char *code, *name;
    int32_t from, to;   /* first day, first day no more; INT32_MIN, INT32_MAX open */
    uint32_t place;     /* of its set; SHY_AREA_NONE = of no known area */
    size_t next, nexts; /* of shy_areas.changes: what it became */
    size_t prev, prevs; /* of shy_areas.changes_back: what it was made of */
    uint32_t mark;      /* of the last walk that came by */
};
struct change {
    uint32_t before, after; /* versions */
};

/* A place that is no area of the date. */
struct former {
    uint32_t *areas;
    size_t count;
    bool split;
    int64_t *weights; /* NULL = not stated */
};

/* A band of a population table. */
struct pop_row {
    struct place_id place;
    uint32_t origin;  /* the place its code means: of the same set, the same or a former one */
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
    struct version *versions; /* by set, code, first day */
    size_t version_count, version_capacity;
    struct change *changes, *changes_back; /* by before; by after */
    size_t change_count;
    int32_t as_of;
};

/* The tables an area world is made from, and where its problems go. */
struct area_build {
    struct shy_areas *a;
    const struct shy_table *areas, *members, *population, *changes, *weights;
    int32_t as_of;
    struct shy_problems *problems;
    size_t reported; /* problems of this build so far */
    struct shihyo_error *err;
    struct shy_map told; /* problems so far: a code is in many rows and is told of once */
    uint32_t walks;      /* through versions */
};

/* The versions of the date that a version became or was made of. */
struct reached {
    uint32_t *versions;
    size_t count, capacity;
    bool lost; /* a way ends before the date */
};

/* A warning about a code; after the first hundred only counted. */
void shy_area_problem(struct area_build *b, enum shy_code code, const char *set, const char *value,
                      const char *message, const char *hint);
void shy_area_report(struct area_build *b, struct shihyo_error *e);
/* Is row valid on the date, by its valid_from and valid_to? */
bool shy_area_valid(const struct shy_table *t, size_t row, int32_t as_of);
/* The place of a code of a set id, or {SHY_AREA_NONE, SHY_AREA_NONE}. */
struct place_id shy_area_place(const struct shy_areas *a, const char *set, const char *code);
int shy_area_changes(struct area_build *b); /* changes.c: versions of codes */
/* changes.c. The version a row of a day means, or (day INT32_MIN: not said) the last one;
 * SHY_AREA_NONE where no change names the code. */
uint32_t shy_area_version(const struct shy_areas *a, uint32_t set, const char *code, int32_t day);
bool shy_area_is_of_date(const struct shy_areas *a, uint32_t version);
int shy_area_reach(struct area_build *b, uint32_t version, struct reached *out);
/* Of a row of the tables of areas and members: what its code is on the date. count 0: no change
 * names it. */
int shy_area_carry(struct area_build *b, uint32_t set, const char *code, bool dated,
                   struct reached *out);
/* cities.c: designated cities, by number; the name of a city's code. NULL. */
#define SHY_AREA_CITIES 21
const char *shy_area_city(size_t i);
const char *shy_area_city_name(const char *code);
int shy_area_formers(struct area_build *b); /* former.c: places that are no areas of the date */
int shy_area_former_within(struct area_build *b);
int shy_area_members(struct area_build *b);    /* memberships.c */
int shy_area_population(struct area_build *b); /* population.c */

#endif
