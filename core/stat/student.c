/* SPDX-License-Identifier: MIT */
/*
 * Quantiles of Student's t.
 *
 * Student (1908). The probable error of a mean. Biometrika 6: 1-25. The tail is the incomplete beta
 * function (Abramowitz and Stegun 1964, 26.5.27), by its continued fraction (26.5.8; evaluated as
 * in Lentz 1976, Applied Optics 15: 668-671), the quantile by Newton's method on it.
 */
#include "config.h"

#include "core/stat/stat.h"

#include <math.h>

#define PI 3.14159265358979323846

/* gamma(a + 1/2) / gamma(a): its asymptotic series from a = 40 on, below by
 * gamma(a + 1) = a gamma(a). */
static double gamma_ratio(double a)
{
    double scale = 1;
    for (; a < 40; a += 1)
        scale *= a / (a + 0.5);
    double u = 1 / a;
    double series =
        1 + u * (-1.0 / 8 +
                 u * (1.0 / 128 +
                      u * (5.0 / 1024 +
                           u * (-21.0 / 32768 + u * (-399.0 / 262144 + u * (869.0 / 4194304))))));
    return scale * sqrt(a) * series;
}

/* Continued fraction of the incomplete beta function, x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double f = d;
    for (int m = 1; m < 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double step = 1;
        for (int part = 0; part < 2; part++) {
            double n = part == 0 ? even : odd;
            d = 1 + n * d;
            c = 1 + n / c;
            d = 1 / (fabs(d) < tiny ? tiny : d);
            c = fabs(c) < tiny ? tiny : c;
            step = c * d;
            f *= step;
        }
        if (fabs(step - 1) < 1e-16)
            break;
    }
    return f;
}

/* P(T > t) for t > 0. x^a (1 - x)^b stands before the fraction in both forms of it. */
static double upper_tail(double t, double freedom)
{
    double a = freedom / 2, square = t * t;
    double x = freedom / (freedom + square), rest = square / (freedom + square);
    double power = shy_stat_exp(-a * shy_stat_log1p(square / freedom)) * sqrt(rest);
    double front = power * gamma_ratio(a) / sqrt(PI); /* 1 / beta(a, 1/2) */
    if (x < (a + 1) / (a + 2.5))
        return front * beta_fraction(a, 0.5, x) / a / 2;
    return (1 - front * beta_fraction(0.5, a, rest) / 0.5) / 2;
}

static double density(double t, double freedom)
{
    double power = shy_stat_exp(-(freedom + 1) / 2 * shy_stat_log1p(t * t / freedom));
    return gamma_ratio(freedom / 2) / sqrt(freedom * PI) * power;
}

/* Abramowitz and Stegun, 26.7.5, three terms: from 10,000 degrees of freedom on the next is below
 * the last digit. */
static double expansion(double z, double n)
{
    double s = z * z, first = z * (s + 1) / 4;
    double second = z * ((5 * s + 16) * s + 3) / 96;
    double third = z * (((3 * s + 19) * s + 17) * s - 15) / 384;
    return z + (first + (second + third / n) / n) / n;
}

/* The tail is convex where t > 0, so that Newton's method from below its root rises to it and never
 * passes; the normal quantile lies below. */
double shy_student_two_sided(int level, int64_t freedom)
{
    double tail = (10000 - level) / 20000.0, n = (double)freedom;
    double z = shy_normal_two_sided(level), t = z;
    if (freedom < 1)
        return INFINITY;
    if (freedom > 10000)
        return expansion(z, n);
    for (int i = 0; i < 200; i++) {
        double step = (upper_tail(t, n) - tail) / density(t, n);
        t += step;
        if (fabs(step) <= 1e-15 * t)
            break;
    }
    return t;
}
