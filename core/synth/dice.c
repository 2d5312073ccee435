/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/synth/dice.h"

/* -ln(1 - (k + 1/2) / 64) * 256, rounded. */
static const uint16_t quantiles[64] = {
    2,   6,   10,  14,  19,  23,  27,  32,  36,  41,  46,  51,  56,  61,  66,  71,
    76,  82,  87,  93,  99,  105, 111, 117, 124, 130, 137, 144, 151, 158, 166, 173,
    181, 190, 198, 207, 216, 226, 236, 246, 256, 268, 279, 291, 304, 318, 332, 347,
    363, 380, 398, 418, 439, 463, 488, 517, 549, 585, 628, 680, 744, 830, 961, 1242,
};

uint32_t shy_exponential(struct shy_dice *d, uint32_t mean)
{
    return (quantiles[shy_roll(d) >> 26] * mean + 128) >> 8;
}
