/* SPDX-License-Identifier: MIT */
/*
 * Statistics of indicators: limits of confidence, standardised rates, control limits of funnel
 * plots, trends, quantiles. Pure functions: counts in, doubles out, and a state where there is no
 * number; nothing is allocated, nothing remembered. Only + - * / and the square root of the
 * machine are used, which IEEE 754 rounds correctly, so that the same counts give the same bytes
 * on every machine (the library's exp, log and gamma functions promise no last digit). Each
 * function names the paper it can be read against; docs/statistics.md has the whole list.
 */
#ifndef SHY_STAT_H
#define SHY_STAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why there is no number. */
enum shy_stat {
    SHY_STAT_OK,
    SHY_STAT_FEW_EVENTS,  /* fewer than SHY_STAT_EVENTS_LEAST */
    SHY_STAT_FEW_VALUES,  /* a mean of fewer than two, too few points or areas */
    SHY_STAT_ZERO,        /* a denominator is zero, or nothing is expected */
    SHY_STAT_NOT_A_SHARE, /* the numerator is no part of the denominator */
    SHY_STAT_NEGATIVE,    /* a count is below zero */
    SHY_STAT_NO_SPREAD,   /* a point of a trend without error has no weight */
};

/* From so many events on Byar's limits stand for the exact ones, and below so many no rate is
 * standardised directly: Eayres 2008 (docs/statistics.md). */
#define SHY_STAT_EVENTS_LEAST 10

/* A level of confidence in hundredths of a percent: 9500, 9980. */
#define SHY_LEVEL_LEAST 5000
#define SHY_LEVEL_MOST 9999

struct shy_interval {
    double lower, upper;
};

/* Distributions (normal.c, poisson.c, student.c) ------------------------------------------- */

double shy_stat_exp(double x);
double shy_stat_log(double x);   /* x > 0 */
double shy_stat_log1p(double x); /* x > -1 */

/* z for a two-sided level: 1.959963984540054 at 9500. */
double shy_normal_two_sided(int level);
/* The z below which the share p lies, 0 < p < 1. */
double shy_normal_quantile(double p);

double shy_poisson_pmf(int64_t count, double mean);
double shy_poisson_below(int64_t count, double mean); /* P(X <= count) */
double shy_poisson_above(int64_t count, double mean); /* P(X >= count) */
double shy_binomial_pmf(int64_t count, int64_t total, double share);
double shy_binomial_below(int64_t count, int64_t total, double share); /* P(X <= count) */

/* t for a two-sided level and degrees of freedom >= 1. */
double shy_student_two_sided(int level, int64_t freedom);

/* Limits (limits.c) ------------------------------------------------------------------------ */

/* Of a count of events; for a rate both are multiplied by per / population. */
void shy_limits_exact(int64_t events, int level, struct shy_interval *out);
void shy_limits_byar(double events, int level, struct shy_interval *out); /* events > 0 */
/* Of a proportion count / total, between 0 and 1. */
enum shy_stat shy_limits_wilson(double count, double total, int level, struct shy_interval *out);

/* What a value is, so far as its limits are concerned. */
enum shy_statistic {
    SHY_STATISTIC_NONE,
    SHY_STATISTIC_EVENTS, /* a count, a rate of events, an indirectly standardised ratio */
    SHY_STATISTIC_SHARE,  /* a proportion */
    SHY_STATISTIC_MEAN,   /* of measured numbers */
    SHY_STATISTIC_DIRECT, /* a directly standardised rate */
};

/*
 *            count            total        value     scale
 *   EVENTS   events           -            -         of one event in the value
 *   SHARE    numerator        denominator  -         1, 100 …
 *   MEAN     n                -            mean      standard error
 *   DIRECT   events           -            rate      standard error / sqrt(events)
 */
struct shy_estimate {
    enum shy_statistic kind;
    double count, total, value, scale;
};

/* Limits of any value, at its own scale; *method is the name of what was used. */
enum shy_stat shy_limits_of(const struct shy_estimate *e, int level, struct shy_interval *out,
                            const char **method);
/* The value itself, as the estimate has it. */
double shy_estimate_value(const struct shy_estimate *e);

/* Standardisation (standard.c) -------------------------------------------------------------- */

struct shy_stratum {
    int64_t events, population;
    int64_t weight;             /* persons of the standard population; direct */
    double expected_per_person; /* rate of the reference; indirect */
};

/* The rate per `per`; events gets their sum in every case. */
enum shy_stat shy_direct_rate(const struct shy_stratum *strata, size_t count, double per,
                              struct shy_estimate *out);
/* Observed / expected * factor. */
enum shy_stat shy_indirect_ratio(const struct shy_stratum *strata, size_t count, double factor,
                                 struct shy_estimate *out);
enum { SHY_STRATA_MOST = 130 };

/* A standard population by age. */
struct shy_standard_band {
    int age_from, age_to; /* to -1: open */
    int64_t persons;
};
struct shy_standard_population {
    const char *id, *label, *source;
    const struct shy_standard_band *bands;
    size_t count;
};
size_t shy_standard_population_count(void);
const struct shy_standard_population *shy_standard_population_at(size_t i);
const struct shy_standard_population *shy_standard_population_find(const char *id); /* or NULL */

/* Comparisons (compare.c) ------------------------------------------------------------------- */

/* Control limits around a target for the denominator of one area (funnel plot): a share of
 * `total`, or events of which `expected` are expected; as a share, as events. */
enum shy_stat shy_funnel_share(double target, int64_t total, int level, struct shy_interval *out);
enum shy_stat shy_funnel_events(double expected, int level, struct shy_interval *out);

/* -1 when the whole interval lies below the benchmark, 1 above, 0 when it holds it. */
int shy_stat_side(const struct shy_interval *interval, double benchmark);

/* One point of a series: a value and its standard error. */
struct shy_point {
    double value, error;
};
struct shy_trend {
    double slope, chi_squared; /* per point; of the slope against none, one degree of freedom */
    int direction;             /* 1, -1, 0 = no significant change */
};
enum { SHY_POINTS_LEAST = 5, SHY_POINTS_MOST = 20 };
/* level: of the test. */
enum shy_stat shy_trend_of(const struct shy_point *points, size_t count, int level,
                           struct shy_trend *out);

/* Group 1 … groups of the place (1 … count) among count values in ascending order. */
enum shy_stat shy_quantile_of(int64_t place, int64_t count, int groups, int *out);
enum { SHY_GROUPS_LEAST = 2, SHY_GROUPS_MOST = 100 };

#endif
