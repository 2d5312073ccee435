/* SPDX-License-Identifier: MIT */
/*
 * Products of two 64-bit numbers are formed in 128 bits, brought to lowest terms, and only then
 * checked for fitting: an intermediate result never overflows where the answer would fit.
 */
#include "core/base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef __int128 wide;
typedef unsigned __int128 uwide;

enum { MAX_SCALE = 18, MAX_WIDE_SCALE = 38, DOUBLE_DIGITS = 17 };

/* A table: the scale of nearly every value is looked up, not computed. */
static const int64_t powers[MAX_SCALE + 1] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
    100000000000000000,
    1000000000000000000,
};

int64_t shy_pow10(int scale)
{
    return powers[scale];
}

static uwide wide_pow10(int scale)
{
    return scale <= MAX_SCALE ? (uwide)powers[scale]
                              : wide_pow10(scale - MAX_SCALE) * (uwide)powers[MAX_SCALE];
}

/* Negation as unsigned: the smallest number has no positive counterpart. */
static uwide wide_abs(wide v)
{
    return v < 0 ? -(uwide)v : (uwide)v;
}

/* Fractions ------------------------------------------------------------------------------ */

bool shy_add_i64(int64_t a, int64_t b, int64_t *out)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return false;
    *out = sum;
    return true;
}

bool shy_mul_i64(int64_t a, int64_t b, int64_t *out)
{
    int64_t product;
    if (__builtin_mul_overflow(a, b, &product))
        return false;
    *out = product;
    return true;
}

/* Apart from the wide one below: 64-bit division is many times faster, and nearly always enough. */
static uint64_t gcd64(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static uwide gcd(uwide a, uwide b)
{
    while (b > UINT64_MAX || a > UINT64_MAX) {
        if (b == 0)
            return a;
        uwide rest = a % b;
        a = b;
        b = rest;
    }
    return gcd64((uint64_t)a, (uint64_t)b);
}

/* A magnitude with its sign; false where it does not fit. The smallest number is one further from
 * zero than the largest, and is a number all the same. */
static bool to_i64(uwide size, bool negative, int64_t *out)
{
    if (size > (uwide)INT64_MAX + (negative ? 1 : 0))
        return false;
    *out = negative ? (int64_t)(0 - (uint64_t)size) : (int64_t)size;
    return true;
}

/* The one way to make a fraction: lowest terms, sign in the numerator, zero as 0/1. */
static bool reduce(wide num, wide den, struct shy_fraction *out)
{
    struct shy_fraction f;
    if (den == 0)
        return false;
    if (den == 1 && num >= INT64_MIN && num <= INT64_MAX) { /* counts are */
        *out = (struct shy_fraction){(int64_t)num, 1};
        return true;
    }
    uwide n = wide_abs(num), d = wide_abs(den), common = gcd(n, d);
    if (!to_i64(n / common, n != 0 && (num < 0) != (den < 0), &f.num) ||
        !to_i64(d / common, false, &f.den))
        return false;
    *out = f;
    return true;
}

bool shy_fraction_make(int64_t num, int64_t den, struct shy_fraction *out)
{
    return reduce(num, den, out);
}

bool shy_fraction_decimal(int64_t mantissa, int scale, struct shy_fraction *out)
{
    if (mantissa == 0)
        return reduce(0, 1, out);
    if (scale > MAX_SCALE || scale < -MAX_SCALE)
        return false;
    /* A negative scale is what a table in thousands has. */
    if (scale < 0)
        return reduce((wide)mantissa * powers[-scale], 1, out);
    return reduce(mantissa, powers[scale], out);
}

/* Neither sum below overflows 128 bits: each product is at most 2^63 * (2^63 - 1). */
bool shy_fraction_add(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out)
{
    return reduce((wide)a.num * b.den + (wide)b.num * a.den, (wide)a.den * b.den, out);
}

bool shy_fraction_sub(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out)
{
    return reduce((wide)a.num * b.den - (wide)b.num * a.den, (wide)a.den * b.den, out);
}

bool shy_fraction_mul(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out)
{
    return reduce((wide)a.num * b.num, (wide)a.den * b.den, out);
}

bool shy_fraction_div(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out)
{
    return reduce((wide)a.num * b.den, (wide)a.den * b.num, out);
}

/* Crosswise, which needs no division and cannot overflow in 128 bits. */
int shy_fraction_compare(struct shy_fraction a, struct shy_fraction b)
{
    wide left = (wide)a.num * b.den, right = (wide)b.num * a.den;
    return left < right ? -1 : left > right;
}

static int leading_zeros(uwide v)
{
    uint64_t high = (uint64_t)(v >> 64);
    return high != 0 ? __builtin_clzll(high) : 64 + __builtin_clzll((uint64_t)v);
}

/* The nearest double to n / d for any n and d: the quotient to at least 64 bits, with a last bit
 * that says whether anything is left, is rounded once, by the conversion. */
static double divide_rounded(uint64_t n, uint64_t d)
{
    const uint64_t exact = (uint64_t)1 << 53;
    if (n <= exact && d <= exact)
        return (double)n / (double)d; /* both are exact, and so the division is the rounding */
    int shift = leading_zeros(n);
    uwide scaled = (uwide)n << shift, quotient = scaled / d;
    bool rest = scaled % d != 0;
    int drop = 64 - leading_zeros(quotient);
    if (drop > 0) {
        rest = rest || (quotient & (((uwide)1 << drop) - 1)) != 0;
        quotient >>= drop;
    } else {
        drop = 0;
    }
    uint64_t bits = (uint64_t)quotient | (rest ? 1 : 0);
    return ldexp((double)bits, drop - shift);
}

/* Not (double)num / den: beyond 2^53 both would be
 * rounded before they are divided, and the last digit shown would be wrong. */
double shy_fraction_double(struct shy_fraction f)
{
    if (f.num == 0)
        return 0.0;
    double size = divide_rounded((uint64_t)wide_abs(f.num), (uint64_t)f.den);
    return f.num < 0 ? -size : size;
}

/* Text ----------------------------------------------------------------------------------- */

/* Quotient rounded half up; v and divisor are magnitudes, so "up" is away from zero. */
static uwide round_divide(uwide v, uwide divisor)
{
    uwide quotient = v / divisor, rest = v % divisor;
    return rest >= divisor - rest ? quotient + 1 : quotient;
}

/* Writes scaled / 10^decimals. Digits come out from the right, into a buffer that holds the 39
 * digits of 128 bits, their commas, point and sign. */
static void put_digits(uwide scaled, bool negative, int decimals, bool group, char *out,
                       size_t size)
{
    char buffer[64];
    char *p = buffer + sizeof buffer;
    int place = 0;
    negative = negative && scaled != 0;
    *--p = '\0';
    do {
        if (decimals > 0 && place == decimals)
            *--p = '.';
        if (group && place > decimals && (place - decimals) % 3 == 0)
            *--p = ',';
        *--p = (char)('0' + (int)(scaled % 10));
        scaled /= 10;
        place++;
    } while (scaled != 0 || place <= decimals);
    if (negative)
        *--p = '-';
    (void)snprintf(out, size, "%s", p);
}

/* More digits than a 64-bit fraction can fill would only show zeros. */
static int clamp_decimals(int decimals)
{
    return decimals < 0 ? 0 : decimals > MAX_SCALE ? MAX_SCALE : decimals;
}

void shy_fraction_format(struct shy_fraction f, int decimals, bool group, char *out, size_t size)
{
    decimals = clamp_decimals(decimals);
    /* Below 2^63 * 10^18, which is less than 2^123. */
    uwide scaled = wide_abs(f.num) * (uwide)powers[decimals];
    put_digits(round_divide(scaled, (uwide)f.den), f.num < 0, decimals, group, out, size);
}

/* A finite double as its shortest decimal: digits * 10^exponent. */
struct decimal {
    uint64_t digits;
    int exponent;
    bool negative;
};

/* By trying: printf and strtod of glibc both round correctly, so the first number of digits that
 * reads back is the shortest. 17 always do. Costs about a microsecond, only for display. */
static struct decimal shortest(double value)
{
    char text[40];
    for (int digits = 0; digits < DOUBLE_DIGITS; digits++) {
        (void)snprintf(text, sizeof text, "%.*e", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    struct decimal d = {0, 0, text[0] == '-'};
    int after_point = 0;
    const char *p = text + (d.negative ? 1 : 0);
    for (; *p != 'e'; p++) {
        if (*p == '.')
            continue;
        d.digits = d.digits * 10 + (uint64_t)(*p - '0');
        after_point++;
    }
    d.exponent = (int)strtol(p + 1, NULL, 10) - (after_point - 1);
    return d;
}

static bool put_not_finite(double value, char *out, size_t size)
{
    if (isfinite(value))
        return false;
    (void)snprintf(out, size, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    return true;
}

void shy_double_format(double value, int decimals, bool group, char *out, size_t size)
{
    decimals = clamp_decimals(decimals);
    if (put_not_finite(value, out, size))
        return;
    /* Beyond what 64-bit counts can give; 48 bytes would not hold the digits. */
    if (fabs(value) >= 1e18) {
        shy_double_shortest(value, out, size);
        return;
    }
    struct decimal d = shortest(value);
    /* Half up on what people see: 0.285 becomes 0.29 although the double lies below it. */
    int shift = d.exponent + decimals;
    uwide scaled = d.digits;
    if (shift >= 0)
        scaled *= wide_pow10(shift);
    else
        scaled = -shift > MAX_WIDE_SCALE ? 0 : round_divide(scaled, wide_pow10(-shift));
    put_digits(scaled, d.negative, decimals, group, out, size);
}

/* Exponents appear from 1e15 up and below 1e-15, where the zeros would hide the number. */
void shy_double_shortest(double value, char *out, size_t size)
{
    if (put_not_finite(value, out, size))
        return;
    if (value == 0) {
        (void)snprintf(out, size, "0");
        return;
    }
    struct decimal d = shortest(value);
    while (d.digits % 10 == 0) {
        d.digits /= 10;
        d.exponent++;
    }
    double magnitude = fabs(value);
    if (magnitude < 1e15 && magnitude >= 1e-15) {
        uwide digits = d.digits;
        if (d.exponent > 0)
            digits *= wide_pow10(d.exponent);
        put_digits(digits, d.negative, d.exponent < 0 ? -d.exponent : 0, false, out, size);
        return;
    }
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)d.digits);
    (void)snprintf(out, size, "%s%c%s%se%+03d", d.negative ? "-" : "", digits[0],
                   count > 1 ? "." : "", digits + 1, d.exponent + count - 1);
}

/* Decimals ------------------------------------------------------------------------------- */

/* Half up as everywhere; whoever must not lose a digit looks at *rounded. */
bool shy_decimal_rescale(int64_t mantissa, int from, int to, int64_t *out, bool *rounded)
{
    uwide size = wide_abs(mantissa);
    bool lost = false;
    int shift = to - from;
    if (size != 0 && shift > 0) {
        if (shift > MAX_SCALE)
            return false;
        size *= (uwide)powers[shift];
    } else if (size != 0 && shift < 0) {
        /* Beyond 38 digits nothing of a 64-bit number is left. */
        uwide divisor = -shift > MAX_WIDE_SCALE ? 0 : wide_pow10(-shift);
        lost = divisor == 0 || size % divisor != 0;
        size = divisor == 0 ? 0 : round_divide(size, divisor);
    }
    if (!to_i64(size, mantissa < 0 && size != 0, out))
        return false;
    if (rounded != NULL)
        *rounded = lost;
    return true;
}

/* ".5" is a number, "5." is not: the first is how tables drop a zero, the second a cut-off cell.
 * Zeros at the end count as digits; the scale says how exactly a figure was published. */
bool shy_decimal_parse(const char *text, size_t length, int64_t *mantissa, int *scale)
{
    size_t i = 0;
    bool negative = length > 0 && text[0] == '-', point = false;
    uwide value = 0;
    int digits = 0, decimals = 0;
    if (length > 0 && (text[0] == '-' || text[0] == '+'))
        i++;
    for (; i < length; i++) {
        if (text[i] == '.' && !point && i + 1 < length) {
            point = true;
            continue;
        }
        if (text[i] < '0' || text[i] > '9' || value > UINT64_MAX)
            return false;
        value = value * 10 + (uwide)(text[i] - '0');
        digits++;
        decimals += point ? 1 : 0;
    }
    if (digits == 0 || decimals > MAX_SCALE || !to_i64(value, negative, mantissa))
        return false;
    *scale = decimals;
    return true;
}
