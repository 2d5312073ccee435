/* SPDX-License-Identifier: MIT */
/* Random numbers from whole numbers alone: every draw follows from the seed, a person and a
 * month, so that a month can be made without those before it, by any thread. */
#ifndef SHY_SYNTH_DICE_H
#define SHY_SYNTH_DICE_H

#include <stdbool.h>
#include <stdint.h>

struct shy_dice {
    uint64_t state;
};

static inline uint64_t shy_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static inline struct shy_dice shy_dice_of(uint64_t seed, uint64_t who, uint64_t what)
{
    uint64_t s = shy_mix(seed + UINT64_C(0x9e3779b97f4a7c15));
    return (struct shy_dice){shy_mix(s ^ shy_mix(who * UINT64_C(0x9e3779b97f4a7c15) + what))};
}

static inline uint32_t shy_roll(struct shy_dice *d)
{
    d->state += UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(shy_mix(d->state) >> 32);
}

/* 0 to n - 1. */
static inline uint32_t shy_below(struct shy_dice *d, uint32_t n)
{
    return (uint32_t)(((uint64_t)shy_roll(d) * n) >> 32);
}

static inline bool shy_chance(struct shy_dice *d, uint32_t in_ten_thousand)
{
    return shy_below(d, 10000) < in_ten_thousand;
}

/* 0 to n - 1, the first ones much more often: the place of a uniform number's cube. */
static inline uint32_t shy_skewed(struct shy_dice *d, uint32_t n)
{
    uint64_t u = shy_roll(d), square = (u * u) >> 32;
    return (uint32_t)((((square * u) >> 32) * n) >> 32);
}

/* Exponential with the mean, cut off at about 4.9 times it. */
uint32_t shy_exponential(struct shy_dice *d, uint32_t mean);

#endif
