/* SPDX-License-Identifier: MIT */
/* The unit of a measure, which for a rate names what stands below the line. */
#include "config.h"

#include <string.h>

#include "core/result/result_internal.h"

/* Units are Japanese, as the definitions are: 人口千対, 75歳以上人口10万対. */
static void add_population(const struct shy_population_key *key, struct shy_text *out)
{
    if (key->sex != NULL)
        shy_text_adds(out, strcmp(key->sex, "female") == 0 ? "女性" : "男性");
    if (key->age_from > 0 && key->age_to < 0)
        shy_text_addf(out, "%d歳以上", key->age_from);
    else if (key->age_from > 0)
        shy_text_addf(out, "%d〜%d歳", key->age_from, key->age_to);
    else if (key->age_to >= 0)
        shy_text_addf(out, "%d歳未満", key->age_to + 1);
    shy_text_adds(out, "人口");
}

static void add_per(int64_t per, struct shy_text *out)
{
    if (per % 10000 == 0)
        shy_text_addf(out, "%lld万対", (long long)(per / 10000));
    else if (per == 1000)
        shy_text_adds(out, "千対");
    else
        shy_text_addf(out, "%lld対", (long long)per);
}

static const struct shy_rate *find_rate(const struct shy_definition *d, const char *measure)
{
    for (size_t i = 0; i < d->rate_count; i++) {
        if (strcmp(d->rates[i].measure, measure) == 0)
            return &d->rates[i];
    }
    return NULL;
}

static const char *own_unit(const struct shy_definition *d, const struct shy_answer *answer,
                            const char *measure)
{
    for (size_t i = 0; i < d->measure_count; i++) {
        const char *label = d->measures[i].label;
        if (label == NULL || label[0] == '\0')
            label = "count"; /* the only value of a table: core/exec calls it so */
        if (strcmp(label, measure) == 0 && d->measures[i].unit != NULL)
            return d->measures[i].unit;
    }
    if (answer != NULL && answer->unit != NULL)
        return answer->unit;
    return d->unit == NULL ? "" : d->unit;
}

void shy_result_unit(const struct shy_definition *definition, const struct shy_answer *answer,
                     const char *measure, struct shy_text *out)
{
    const char *unit = own_unit(definition, answer, measure);
    const struct shy_rate *rate = find_rate(definition, measure);
    shy_text_adds(out, unit);
    if (rate == NULL)
        return;
    if (unit[0] != '\0')
        shy_text_adds(out, "（");
    add_population(&rate->population, out);
    add_per(rate->per, out);
    if (unit[0] != '\0')
        shy_text_adds(out, "）");
}
