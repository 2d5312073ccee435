/* SPDX-License-Identifier: MIT */
/*
 * Areas beside a benchmark, series, and groups of areas.
 *
 * Spiegelhalter DJ (2005). Funnel plots for comparing institutional performance. Statistics in
 *   Medicine 24: 1185-1202, appendix A.1: exact limits with interpolation between whole events.
 * Office for Health Improvement and Disparities. Fingertips: recent trends (method and published
 *   code, 2014-): the last five points, weighted with the inverse square of their error, tested at
 *   99.8 %, and not significant where one point alone makes the slope.
 */
#include "config.h"

#include "core/stat/stat.h"

#include <math.h>

/* Funnels ---------------------------------------------------------------------------------- */

/* total < 0: Poisson. */
struct control {
    double mean, share;
    int64_t total;
};

static double term_of(const struct control *c, int64_t count)
{
    if (c->total < 0)
        return shy_poisson_pmf(count, c->mean);
    return shy_binomial_pmf(count, c->total, c->share);
}

static double below(const struct control *c, int64_t count)
{
    if (c->total < 0)
        return shy_poisson_below(count, c->mean);
    return shy_binomial_below(count, c->total, c->share);
}

/* The smallest count that a share p of all outcomes does not pass; from the normal approximation
 * it is a few steps away. */
static int64_t count_at(const struct control *c, double p, double *cumulated)
{
    double variance = c->mean * (c->total < 0 ? 1 : 1 - c->share);
    double guess = floor(c->mean + shy_normal_quantile(p) * sqrt(variance));
    int64_t most = c->total < 0 ? INT64_MAX : c->total;
    int64_t count = guess < 0 ? 0 : guess > (double)most ? most : (int64_t)guess;
    double sum = below(c, count);
    while (sum < p && count < most)
        sum += term_of(c, ++count);
    while (count > 0 && sum - term_of(c, count) >= p)
        sum -= term_of(c, count--);
    *cumulated = sum;
    return count;
}

/* Between whole events: r less the share of its probability that lies beyond p. */
static double control_limit(const struct control *c, double p)
{
    double cumulated;
    int64_t r = count_at(c, p, &cumulated);
    double limit = (double)r - (cumulated - p) / term_of(c, r);
    return limit < 0 ? 0 : limit;
}

static void control_limits(const struct control *c, int level, struct shy_interval *out)
{
    double tail = (10000 - level) / 20000.0;
    out->lower = control_limit(c, tail);
    out->upper = control_limit(c, 1 - tail);
}

enum shy_stat shy_funnel_share(double target, int64_t total, int level, struct shy_interval *out)
{
    struct control c = {.mean = target * (double)total, .share = target, .total = total};
    if (total < 0 || target < 0)
        return SHY_STAT_NEGATIVE;
    if (total == 0)
        return SHY_STAT_ZERO;
    if (target > 1)
        return SHY_STAT_NOT_A_SHARE;
    *out = (struct shy_interval){target, target};
    if (target == 0 || target == 1)
        return SHY_STAT_OK;
    control_limits(&c, level, out);
    out->lower /= (double)total;
    out->upper /= (double)total;
    return SHY_STAT_OK;
}

enum shy_stat shy_funnel_events(double expected, int level, struct shy_interval *out)
{
    struct control c = {.mean = expected, .total = -1};
    if (expected < 0)
        return SHY_STAT_NEGATIVE;
    if (expected == 0)
        return SHY_STAT_ZERO;
    control_limits(&c, level, out);
    return SHY_STAT_OK;
}

/* A limit that is the benchmark itself does not pass it. */
int shy_stat_side(const struct shy_interval *interval, double benchmark)
{
    return interval->lower > benchmark ? 1 : interval->upper < benchmark ? -1 : 0;
}

/* Trends ----------------------------------------------------------------------------------- */

/* Least squares over the points but one (left == count: over all), weighted with 1 / error^2. */
static double slope_without(const struct shy_point *points, size_t count, size_t left,
                            double *variance)
{
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    for (size_t i = 0; i < count; i++) {
        double x = (double)i + 1, y = points[i].value;
        double weight = 1 / (points[i].error * points[i].error);
        if (i == left)
            continue;
        w += weight;
        wx += weight * x;
        wy += weight * y;
        wxx += weight * x * x;
        wxy += weight * x * y;
    }
    double divisor = w * wxx - wx * wx;
    *variance = w / divisor;
    return (w * wxy - wx * wy) / divisor;
}

enum shy_stat shy_trend_of(const struct shy_point *points, size_t count, int level,
                           struct shy_trend *out)
{
    double variance, other, z = shy_normal_two_sided(level);
    *out = (struct shy_trend){0};
    if (count < SHY_POINTS_LEAST || count > SHY_POINTS_MOST)
        return SHY_STAT_FEW_VALUES;
    for (size_t i = 0; i < count; i++) {
        if (!(points[i].error > 0))
            return SHY_STAT_NO_SPREAD;
    }
    out->slope = slope_without(points, count, count, &variance);
    out->chi_squared = out->slope * out->slope / variance;
    bool steady = true;
    for (size_t i = 0; i < count; i++)
        steady = steady && slope_without(points, count, i, &other) * out->slope > 0;
    if (steady && out->chi_squared > z * z)
        out->direction = out->slope > 0 ? 1 : -1;
    return SHY_STAT_OK;
}

/* Quantiles -------------------------------------------------------------------------------- */

/* Groups as equal as whole areas allow; the rule of the Office for Health
 * Improvement and Disparities (phe_quantile):
 * 1 + whole part of groups * (place - 1) / count. */
enum shy_stat shy_quantile_of(int64_t place, int64_t count, int groups, int *out)
{
    if (groups < SHY_GROUPS_LEAST || groups > SHY_GROUPS_MOST || count < groups || place < 1 ||
        place > count)
        return SHY_STAT_FEW_VALUES;
    *out = (int)((__int128)groups * (place - 1) / count) + 1;
    return SHY_STAT_OK;
}
