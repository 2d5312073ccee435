/* SPDX-License-Identifier: MIT */
/*
 * Places: areas in area sets, which set lies inside which, and populations. Built once per run
 * from the contracts areas, area_members and population as of one date; immutable afterwards and
 * shared by readers. docs/semantics.md, "Place".
 *
 * Set ids: "municipality", "secondary" (二次医療圏), "vision" (構想区域), "prefecture", "nation",
 * "home_care" (在宅医療圏), and whatever a prefecture adds. Every municipality lies in the
 * prefecture its code begins with, every prefecture in the nation ("00"); other memberships are
 * data. An area lies in at most one area of another set on one date.
 */
#ifndef SHY_AREA_H
#define SHY_AREA_H

#include "core/base/period.h"
#include "core/contract/table.h"

#define SHY_AREA_NONE UINT32_MAX

struct shy_areas;

/* Any table may be NULL (nothing known). problems gets unknown members, doubles, circles. */
int shy_areas_new(const struct shy_table *areas, const struct shy_table *members,
                  const struct shy_table *population, int32_t as_of, struct shy_areas **out,
                  struct shy_problems *problems, struct shihyo_error *err);
void shy_areas_free(struct shy_areas *a);

size_t shy_areas_set_count(const struct shy_areas *a);
const char *shy_areas_set_id(const struct shy_areas *a, uint32_t set); /* sets sorted by id */
uint32_t shy_areas_set(const struct shy_areas *a, const char *id);     /* or SHY_AREA_NONE */
int shy_areas_require_set(const struct shy_areas *a, const char *id, uint32_t *out,
                          struct shihyo_error *err); /* nearest ids */
/* "市区町村", "二次医療圏", …; the id where there is no label. */
const char *shy_areas_set_label(const struct shy_areas *a, uint32_t set, bool japanese);

/* Areas are numbered within their set in the order of their codes. */
size_t shy_areas_count(const struct shy_areas *a, uint32_t set);
uint32_t shy_areas_find(const struct shy_areas *a, uint32_t set, const char *code);
const char *shy_areas_code(const struct shy_areas *a, uint32_t set, uint32_t area);
const char *shy_areas_name(const struct shy_areas *a, uint32_t set, uint32_t area); /* "" unknown */

/* The area of to_set in which (set, area) lies, directly or through other sets; the same area
 * where to_set == set; SHY_AREA_NONE where it lies in none. */
uint32_t shy_areas_within(const struct shy_areas *a, uint32_t set, uint32_t area, uint32_t to_set);

/* Whom a denominator counts. */
struct shy_population_filter {
    const char *sex; /* "male", "female" or NULL = both */
    int age_from;    /* years, 0 = from birth */
    int age_to;      /* included; -1 = open */
};
/* Which year's population stands below a figure of another year. */
enum shy_population_year {
    SHY_POPULATION_LATEST, /* the latest not after the end of the period, else the first after */
    SHY_POPULATION_SAME,   /* only one within the period */
};
struct shy_population {
    enum shihyo_state state; /* OK, MISSING (none for the area), NOT_COMPUTABLE (bands cut across
                                the ages asked, or a part of the area has none) */
    int64_t persons;
    struct shy_period period; /* of the population */
    bool projection;
    bool other_year; /* period lies outside the figure's period */
};
/* Sums the parts of an area where the population is not given for the area itself. */
void shy_areas_population(const struct shy_areas *a, uint32_t set, uint32_t area,
                          const struct shy_period *period,
                          const struct shy_population_filter *filter, enum shy_population_year year,
                          struct shy_population *out);

#endif
