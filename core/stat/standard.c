/* SPDX-License-Identifier: MIT */
/*
 * Standardised rates and ratios, and standard populations.
 *
 * Breslow NE, Day NE (1987). Statistical methods in cancer research, vol. II. IARC, Lyon: directly
 *   standardised rate p. 52 (equation 2.2, variance p. 59), standardised ratio p. 65 (2.9).
 * Dobson et al. 1991 (limits.c): Var(rate) / Var(events) stands in the estimate.
 */
#include "config.h"

#include "core/stat/stat.h"

#include <math.h>
#include <string.h>

/* Each age group's rate weighted with the standard population. Var = sum (w / n)^2 events / W^2. */
enum shy_stat shy_direct_rate(const struct shy_stratum *strata, size_t count, double per,
                              struct shy_estimate *out)
{
    double events = 0, weights = 0, rate = 0, variance = 0;
    bool zero = count == 0;
    for (size_t i = 0; i < count; i++) {
        double observed = (double)strata[i].events, n = (double)strata[i].population;
        double weight = (double)strata[i].weight;
        if (observed < 0 || n < 0)
            return SHY_STAT_NEGATIVE;
        zero = zero || n == 0;
        events += observed;
        weights += weight;
        rate += n == 0 ? 0 : weight * observed / n;
        variance += n == 0 ? 0 : weight / n * (weight / n) * observed;
    }
    *out = (struct shy_estimate){.kind = SHY_STATISTIC_DIRECT, .count = events};
    if (zero || weights == 0)
        return SHY_STAT_ZERO;
    if (events < SHY_STAT_EVENTS_LEAST)
        return SHY_STAT_FEW_EVENTS;
    out->value = rate / weights * per;
    out->scale = sqrt(variance / events) / weights * per;
    return SHY_STAT_OK;
}

/* Events beside those expected if every age group had the reference's rate. */
enum shy_stat shy_indirect_ratio(const struct shy_stratum *strata, size_t count, double factor,
                                 struct shy_estimate *out)
{
    double events = 0, expected = 0;
    for (size_t i = 0; i < count; i++) {
        if (strata[i].events < 0 || strata[i].population < 0 || strata[i].expected_per_person < 0)
            return SHY_STAT_NEGATIVE;
        events += (double)strata[i].events;
        expected += (double)strata[i].population * strata[i].expected_per_person;
    }
    *out = (struct shy_estimate){.kind = SHY_STATISTIC_EVENTS, .count = events, .total = expected};
    if (expected <= 0)
        return SHY_STAT_ZERO;
    out->scale = factor / expected;
    return SHY_STAT_OK;
}

/* Standard populations --------------------------------------------------------------------- */

/* Rounded to thousands by the ministry; the sums are 120,287,000 and 125,319,000. */
static const struct shy_standard_band japan_1985[] = {
    {0, 4, 8180000},   {5, 9, 8338000},   {10, 14, 8497000}, {15, 19, 8655000}, {20, 24, 8814000},
    {25, 29, 8972000}, {30, 34, 9130000}, {35, 39, 9289000}, {40, 44, 9400000}, {45, 49, 8651000},
    {50, 54, 7616000}, {55, 59, 6581000}, {60, 64, 5546000}, {65, 69, 4511000}, {70, 74, 3476000},
    {75, 79, 2441000}, {80, 84, 1406000}, {85, -1, 784000},
};
static const struct shy_standard_band japan_2015[] = {
    {0, 4, 5026000},   {5, 9, 5369000},   {10, 14, 5711000}, {15, 19, 6053000}, {20, 24, 6396000},
    {25, 29, 6738000}, {30, 34, 7081000}, {35, 39, 7423000}, {40, 44, 7766000}, {45, 49, 8108000},
    {50, 54, 8451000}, {55, 59, 8793000}, {60, 64, 9135000}, {65, 69, 9246000}, {70, 74, 7892000},
    {75, 79, 6306000}, {80, 84, 4720000}, {85, 89, 3134000}, {90, 94, 1548000}, {95, -1, 423000},
};

static const struct shy_standard_population populations[] = {
    {"japan_1985", "昭和60年モデル人口",
     "厚生省「昭和60年モデル人口」（人口動態統計の年齢調整死亡率の基準人口、平成元年～）",
     japan_1985, sizeof japan_1985 / sizeof japan_1985[0]},
    {"japan_2015", "平成27年モデル人口",
     "厚生労働省「平成27年（2015年）モデル人口」（人口動態統計の年齢調整死亡率の基準人口、令和2年～"
     "）",
     japan_2015, sizeof japan_2015 / sizeof japan_2015[0]},
};

size_t shy_standard_population_count(void)
{
    return sizeof populations / sizeof populations[0];
}

const struct shy_standard_population *shy_standard_population_at(size_t i)
{
    return &populations[i];
}

const struct shy_standard_population *shy_standard_population_find(const char *id)
{
    for (size_t i = 0; i < shy_standard_population_count(); i++) {
        if (strcmp(populations[i].id, id) == 0)
            return &populations[i];
    }
    return NULL;
}
