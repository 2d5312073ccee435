/* SPDX-License-Identifier: MIT */
/*
 * Exponential, logarithm, and the quantile of the normal distribution.
 *
 * Wichura MJ (1988). Algorithm AS 241: The percentage points of the normal distribution. Applied
 * Statistics 37(3): 477-484. PPND16, accurate to about 1 part in 10^16.
 */
#include "config.h"

#include "core/stat/stat.h"

#include <math.h>

/* ln 2 in two parts: the first has so few digits that k * LN2_HIGH is exact. */
#define LN2_HIGH 6.93147180369123816490e-01
#define LN2_LOW 1.90821492927058770002e-10

/* 2 atanh(s), |s| < 0.18: s^23 / 23 is below the last digit. */
static double log_series(double s)
{
    double square = s * s, sum = 0;
    for (int k = 23; k >= 3; k -= 2)
        sum = (sum + 1.0 / k) * square;
    return 2 * s + 2 * s * sum;
}

/* x = 2^k m with m between sqrt(1/2) and sqrt(2), and ln m = 2 atanh((m - 1) / (m + 1)). */
double shy_stat_log(double x)
{
    int k;
    double m = frexp(x, &k);
    if (m < 0.70710678118654752) {
        m *= 2;
        k--;
    }
    return k * LN2_HIGH + (log_series((m - 1) / (m + 1)) + k * LN2_LOW);
}

double shy_stat_log1p(double x)
{
    return fabs(x) < 0.3 ? log_series(x / (2 + x)) : shy_stat_log(1 + x);
}

/* x = k ln 2 + r with |r| <= ln 2 / 2, and the power series of e^r. */
double shy_stat_exp(double x)
{
    if (x < -745)
        return 0;
    if (x > 709.7)
        return INFINITY;
    double k = floor(x / 0.69314718055994531 + 0.5);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW, sum = 1;
    for (int i = 17; i >= 1; i--)
        sum = 1 + sum * r / i;
    return ldexp(sum, (int)k);
}

static double polynomial(const double *c, int degree, double x)
{
    double sum = c[degree];
    for (int i = degree - 1; i >= 0; i--)
        sum = sum * x + c[i];
    return sum;
}

/* Coefficients a to f of AS 241, by rising power. */
static const double near_top[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                  1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                  4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
static const double near_bottom[] = {1.0,
                                     4.2313330701600911252e+1,
                                     6.8718700749205790830e+2,
                                     5.3941960214247511077e+3,
                                     2.1213794301586595867e+4,
                                     3.9307895800092710610e+4,
                                     2.8729085735721942674e+4,
                                     5.2264952788528545610e+3};
static const double middle_top[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                    5.76949722146069140550e0,  3.64784832476320460504e0,
                                    1.27045825245236838258e0,  2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double middle_bottom[] = {1.0,
                                       2.05319162663775882187e0,
                                       1.67638483018380384940e0,
                                       6.89767334985100004550e-1,
                                       1.48103976427480074590e-1,
                                       1.51986665636164571966e-2,
                                       5.47593808499534494600e-4,
                                       1.05075007164441684324e-9};
static const double far_top[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_bottom[] = {1.0,
                                    5.99832206555887937690e-1,
                                    1.36929880922735805310e-1,
                                    1.48753612908506148525e-2,
                                    7.86869131145613259100e-4,
                                    1.84631831751005468180e-5,
                                    1.42151175831644588870e-7,
                                    2.04426310338993978564e-15};

double shy_normal_quantile(double p)
{
    double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(near_top, 7, r) / polynomial(near_bottom, 7, r);
    }
    double r = sqrt(-shy_stat_log(q < 0 ? p : 1 - p)), z;
    if (r <= 5)
        z = polynomial(middle_top, 7, r - 1.6) / polynomial(middle_bottom, 7, r - 1.6);
    else
        z = polynomial(far_top, 7, r - 5) / polynomial(far_bottom, 7, r - 5);
    return q < 0 ? -z : z;
}

/* By the lower tail, which has all its digits where the upper one is rounded. */
double shy_normal_two_sided(int level)
{
    return -shy_normal_quantile((10000 - level) / 20000.0);
}
