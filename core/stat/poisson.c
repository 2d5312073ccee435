/* SPDX-License-Identifier: MIT */
/*
 * Poisson and binomial probabilities.
 *
 * Loader C (2000). Fast and accurate computation of binomial probabilities. Bell Laboratories.
 * Single terms by the saddle point, which keeps its digits for counts of many millions; sums of
 * terms outward from the greatest one needed, so that each is small beside the first.
 */
#include "config.h"

#include "core/stat/stat.h"

#include <math.h>

#define TWO_PI 6.28318530717958647692

/* Below this a further term does not change the sum. */
#define SMALL 1e-18

/* ln n! less its Stirling approximation. Loader, section 3. */
static double stirling_error(double n)
{
    double factorial = 1, square = n * n;
    if (n > 15)
        return (1.0 / 12 -
                (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square) / square) /
                    square) /
               n;
    if (n == 0)
        return 0; /* not used: a term of 0 is written without it */
    for (int i = 2; i <= (int)n; i++)
        factorial *= i; /* 15! is exact */
    return shy_stat_log(factorial) - 0.5 * shy_stat_log(TWO_PI * n) - n * shy_stat_log(n) + n;
}

/* x ln(x / m) + m - x, without loss where x is near m. Loader, section 3. */
static double deviance(double x, double m)
{
    if (fabs(x - m) >= 0.1 * (x + m))
        return x * shy_stat_log(x / m) + m - x;
    double v = (x - m) / (x + m), s = (x - m) * v, power = 2 * x * v;
    for (int k = 1; k < 1000; k++) {
        power *= v * v;
        double next = s + power / (2 * k + 1);
        if (next == s)
            break;
        s = next;
    }
    return s;
}

double shy_poisson_pmf(int64_t count, double mean)
{
    double x = (double)count;
    if (count < 0)
        return 0;
    if (mean <= 0)
        return count == 0 ? 1 : 0;
    if (count == 0)
        return shy_stat_exp(-mean);
    return shy_stat_exp(-stirling_error(x) - deviance(x, mean)) / sqrt(TWO_PI * x);
}

/* count, count - 1, … down to 0; falling where count is not above the mean. */
static double poisson_down(int64_t count, double mean)
{
    double term = 1, sum = 1;
    for (int64_t k = count; k > 0 && term > SMALL * sum; k--) {
        term *= (double)k / mean;
        sum += term;
    }
    return sum * shy_poisson_pmf(count, mean);
}

/* count, count + 1, …; falling where count is not below the mean. */
static double poisson_up(int64_t count, double mean)
{
    double term = 1, sum = 1;
    for (int64_t k = count + 1; term > SMALL * sum; k++) {
        term *= mean / (double)k;
        sum += term;
    }
    return sum * shy_poisson_pmf(count, mean);
}

double shy_poisson_below(int64_t count, double mean)
{
    if (count < 0)
        return 0;
    if (mean <= 0)
        return 1;
    return (double)count <= mean ? poisson_down(count, mean) : 1 - poisson_up(count + 1, mean);
}

double shy_poisson_above(int64_t count, double mean)
{
    if (count <= 0)
        return 1;
    if (mean <= 0)
        return 0;
    return (double)count >= mean ? poisson_up(count, mean) : 1 - poisson_down(count - 1, mean);
}

double shy_binomial_pmf(int64_t count, int64_t total, double share)
{
    double x = (double)count, n = (double)total, rest = (double)(total - count);
    if (count < 0 || count > total)
        return 0;
    if (share <= 0 || share >= 1)
        return count == (share <= 0 ? 0 : total) ? 1 : 0;
    if (count == 0)
        return shy_stat_exp(n * shy_stat_log1p(-share));
    if (count == total)
        return shy_stat_exp(n * shy_stat_log(share));
    double exponent = stirling_error(n) - stirling_error(x) - stirling_error(rest) -
                      deviance(x, n * share) - deviance(rest, n * (1 - share));
    return shy_stat_exp(exponent) * sqrt(n / (TWO_PI * x * rest));
}

static double binomial_down(int64_t count, int64_t total, double share)
{
    double odds = share / (1 - share), term = 1, sum = 1;
    for (int64_t k = count; k > 0 && term > SMALL * sum; k--) {
        term *= (double)k / ((double)(total - k + 1) * odds);
        sum += term;
    }
    return sum * shy_binomial_pmf(count, total, share);
}

static double binomial_up(int64_t count, int64_t total, double share)
{
    double odds = share / (1 - share), term = 1, sum = 1;
    for (int64_t k = count; k < total && term > SMALL * sum; k++) {
        term *= (double)(total - k) / (double)(k + 1) * odds;
        sum += term;
    }
    return sum * shy_binomial_pmf(count, total, share);
}

double shy_binomial_below(int64_t count, int64_t total, double share)
{
    if (count < 0)
        return 0;
    if (count >= total || share <= 0)
        return 1;
    if (share >= 1)
        return 0;
    if ((double)count <= (double)total * share)
        return binomial_down(count, total, share);
    return 1 - binomial_up(count + 1, total, share);
}
