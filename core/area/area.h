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
 *
 * Codes change: the table of changes says which code became which on which day. Areas are those of
 * the date; a code of another day is a former area, which lies in one area of its set, or is spread
 * over several (a split). docs/areas.md.
 */
#ifndef SHY_AREA_H
#define SHY_AREA_H

#include "core/base/period.h"
#include "core/contract/table.h"

#define SHY_AREA_NONE UINT32_MAX

struct shy_areas;

/* What places are made from; any may be NULL (nothing known). */
struct shy_area_tables {
    const struct shy_table *areas, *members, *population;
    const struct shy_table *changes; /* contract area_changes */
    const struct shy_table *weights; /* contract area_weights */
};
/* problems gets unknown members, doubles, circles, weights that are none. */
int shy_areas_build(const struct shy_area_tables *tables, int32_t as_of, struct shy_areas **out,
                    struct shy_problems *problems, struct shihyo_error *err);
/* The same without changes. */
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

/* The place that a row of a day means by a code: an area of the date, or (a number from
 * shy_areas_count on) a former area; SHY_AREA_NONE where nobody knows the code. */
uint32_t shy_areas_at(const struct shy_areas *a, uint32_t set, const char *code, int32_t day);
static inline bool shy_areas_is_former(size_t count, uint32_t area)
{
    return area != SHY_AREA_NONE && area >= count;
}
/* The areas of its own set over which a place is spread: one where it lies in it, several where it
 * was split (or is a city beside its wards). */
struct shy_spread {
    const uint32_t *areas;
    size_t count;
    bool split;             /* it is not known how much is in which */
    const int64_t *weights; /* of a split, in millionths, as stated; NULL = not stated */
};
void shy_areas_spread(const struct shy_areas *a, uint32_t set, uint32_t area,
                      struct shy_spread *out);
/* Have the rows of a period (first to last day) all of an area of the date, where has[place] tells
 * of which places there are rows? */
bool shy_areas_covered(const struct shy_areas *a, uint32_t set, uint32_t area, int32_t first,
                       int32_t last, const bool *has);
/* Areas of the date and former ones: one more than the greatest number of a place. */
size_t shy_areas_places(const struct shy_areas *a, uint32_t set);
/* The code of the designated city of a ward's code; NULL. */
const char *shy_city_of_ward(const char *code);
bool shy_is_city(const char *code); /* a designated city's */
/* Days on which codes of a set change, sorted. */
size_t shy_areas_change_days(const struct shy_areas *a, uint32_t set, const int32_t **days);

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
