/* SPDX-License-Identifier: MIT */
/*
 * Exact numbers. A quantity is a fraction of two 64-bit integers until it is shown; every
 * operation says whether it overflowed. Division into a double happens once, at the end; rounding
 * for display is half up (away from zero at the half) on the exact fraction. Thread-safe.
 */
#ifndef SHY_BASE_NUMBER_H
#define SHY_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* den > 0 always; kept in lowest terms by the operations. {0,1} is zero. */
struct shy_fraction {
    int64_t num;
    int64_t den;
};

/* All return false on overflow (or division by zero) and leave *out alone. */
bool shy_add_i64(int64_t a, int64_t b, int64_t *out);
bool shy_mul_i64(int64_t a, int64_t b, int64_t *out);
bool shy_fraction_make(int64_t num, int64_t den, struct shy_fraction *out); /* den != 0 */
bool shy_fraction_decimal(int64_t mantissa, int scale, /* mantissa / 10^scale */
                          struct shy_fraction *out);
bool shy_fraction_add(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out);
bool shy_fraction_sub(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out);
bool shy_fraction_mul(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out);
bool shy_fraction_div(struct shy_fraction a, struct shy_fraction b, struct shy_fraction *out);
int shy_fraction_compare(struct shy_fraction a, struct shy_fraction b); /* exact */
double shy_fraction_double(struct shy_fraction f);

/* "1234.5" with exactly decimals digits, half up, to out (>= 48 bytes). The sign of a negative
 * number that rounds to zero is dropped. group: thousands separated by commas. */
void shy_fraction_format(struct shy_fraction f, int decimals, bool group, char *out, size_t size);
/* The same for a double (half up on its shortest decimal text). */
void shy_double_format(double value, int decimals, bool group, char *out, size_t size);
/* Shortest text that reads back as the same double, '.' as point, no exponent below 1e15. */
void shy_double_shortest(double value, char *out, size_t size);

/* 10^scale for 0 <= scale <= 18; the caller has checked that it is. */
int64_t shy_pow10(int scale);
/* Brings a decimal to another scale, half up; *rounded (may be NULL) tells if digits were lost. */
bool shy_decimal_rescale(int64_t mantissa, int from, int to, int64_t *out, bool *rounded);
/* "-12.50" exactly -> mantissa -1250 and scale 2; plain ASCII only, no exponent, no separators.
 * False where the text is no such number or has more than 18 digits behind the point. */
bool shy_decimal_parse(const char *text, size_t length, int64_t *mantissa, int *scale);

#endif
