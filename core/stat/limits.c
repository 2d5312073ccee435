/* SPDX-License-Identifier: MIT */
/*
 * Limits of confidence.
 *
 * Wilson EB (1927). Probable inference, the law of succession, and statistical inference. Journal
 *   of the American Statistical Association 22: 209-212; as in Newcombe RG (1998), Statistics in
 *   Medicine 17: 857-872, method 3.
 * Garwood F (1936). Fiducial limits for the Poisson distribution. Biometrika 28: 437-442.
 * Breslow NE, Day NE (1987). Statistical methods in cancer research, vol. II. IARC, Lyon, p. 69,
 *   equation 2.13 (Byar's approximation).
 * Dobson AJ, Kuulasmaa K, Eberle E, Scherer J (1991). Confidence intervals for weighted sums of
 *   Poisson parameters. Statistics in Medicine 10: 457-462.
 * Eayres D (2008). Technical briefing 3: Commonly used public health statistics and their
 *   confidence intervals. APHO, York: which of them for what, and exact below ten events.
 */
#include "config.h"

#include "core/stat/stat.h"

#include <math.h>

/* The mean at which a tail of the Poisson distribution has the size asked for, between two means.
 * Newton's method, and halves where it would leave the interval. */
static double solve_mean(int64_t count, bool lower, double tail, double low, double high)
{
    double mean = (low + high) / 2;
    for (int i = 0; i < 200; i++) {
        double p = lower ? shy_poisson_above(count, mean) : shy_poisson_below(count, mean);
        bool too_high = lower ? p > tail : p < tail;
        if (too_high)
            high = mean;
        else
            low = mean;
        double slope = lower ? shy_poisson_pmf(count - 1, mean) : -shy_poisson_pmf(count, mean);
        double next = mean - (p - tail) / slope;
        if (!(next > low && next < high))
            next = (low + high) / 2;
        bool done = fabs(next - mean) <= 2e-16 * mean;
        mean = next;
        if (done)
            break;
    }
    return mean;
}

/* Garwood: the means for which so many events, or more (fewer), are as rare as the tail. No event
 * has an upper limit of -ln(tail), and a lower one of 0. */
void shy_limits_exact(int64_t events, int level, struct shy_interval *out)
{
    double tail = (10000 - level) / 20000.0, x = (double)events;
    double reach = 10 * sqrt(x + 1) + 30; /* wider than any tail asked for */
    out->lower = events == 0 ? 0 : solve_mean(events, true, tail, x > reach ? x - reach : 0, x);
    out->upper = solve_mean(events, false, tail, x, x + reach);
}

/* Negative below some four events at 99.8 %; there the exact limits are used. */
void shy_limits_byar(double events, int level, struct shy_interval *out)
{
    double z = shy_normal_two_sided(level), x = events, y = events + 1;
    double low = 1 - 1 / (9 * x) - z / (3 * sqrt(x));
    double high = 1 - 1 / (9 * y) + z / (3 * sqrt(y));
    out->lower = low <= 0 ? 0 : x * low * low * low;
    out->upper = y * high * high * high;
}

/* The two roots of (x - n p)^2 = z^2 n p (1 - p). The lower by their product, x^2 / (n (n + z^2)),
 * so that it is 0 where x is and loses no digits near it. */
enum shy_stat shy_limits_wilson(double count, double total, int level, struct shy_interval *out)
{
    double z = shy_normal_two_sided(level), square = z * z;
    if (count < 0 || total < 0)
        return SHY_STAT_NEGATIVE;
    if (total == 0)
        return SHY_STAT_ZERO;
    if (count > total)
        return SHY_STAT_NOT_A_SHARE;
    double root = z * sqrt(square + 4 * count * (1 - count / total));
    double upper = (2 * count + square + root) / (2 * (total + square));
    out->lower = count * count / (total * (total + square) * upper);
    out->upper = count == total ? 1 : upper;
    return SHY_STAT_OK;
}

/* Events of which few are exact: a tenth of a percent lies between the two at ten. */
static const char *limits_of_events(double events, int level, struct shy_interval *out)
{
    if (events < SHY_STAT_EVENTS_LEAST && events == floor(events)) {
        shy_limits_exact((int64_t)events, level, out);
        return "exact";
    }
    shy_limits_byar(events, level, out);
    return "byar";
}

static enum shy_stat limits_of_mean(const struct shy_estimate *e, int level,
                                    struct shy_interval *out)
{
    if (e->count < 2)
        return SHY_STAT_FEW_VALUES;
    double half = shy_student_two_sided(level, (int64_t)e->count - 1) * e->scale;
    *out = (struct shy_interval){e->value - half, e->value + half};
    return SHY_STAT_OK;
}

/* Dobson: the distance of the limits of the events from the events, in errors of the rate. */
static enum shy_stat limits_of_direct(const struct shy_estimate *e, int level,
                                      struct shy_interval *out)
{
    struct shy_interval events;
    if (e->count < SHY_STAT_EVENTS_LEAST)
        return SHY_STAT_FEW_EVENTS;
    shy_limits_byar(e->count, level, &events);
    out->lower = e->value + e->scale * (events.lower - e->count);
    out->upper = e->value + e->scale * (events.upper - e->count);
    return SHY_STAT_OK;
}

enum shy_stat shy_limits_of(const struct shy_estimate *e, int level, struct shy_interval *out,
                            const char **method)
{
    enum shy_stat state = SHY_STAT_OK;
    switch (e->kind) {
    case SHY_STATISTIC_NONE:
        return SHY_STAT_ZERO;
    case SHY_STATISTIC_EVENTS:
        if (e->count < 0)
            return SHY_STAT_NEGATIVE;
        *method = limits_of_events(e->count, level, out);
        out->lower *= e->scale;
        out->upper *= e->scale;
        break;
    case SHY_STATISTIC_SHARE:
        *method = "wilson";
        state = shy_limits_wilson(e->count, e->total, level, out);
        out->lower *= e->scale;
        out->upper *= e->scale;
        break;
    case SHY_STATISTIC_MEAN:
        *method = "t";
        return limits_of_mean(e, level, out);
    case SHY_STATISTIC_DIRECT:
        *method = "dobson";
        return limits_of_direct(e, level, out);
    }
    return state;
}

double shy_estimate_value(const struct shy_estimate *e)
{
    switch (e->kind) {
    case SHY_STATISTIC_EVENTS:
        return e->count * e->scale;
    case SHY_STATISTIC_SHARE:
        return e->count / e->total * e->scale;
    default:
        return e->value;
    }
}
