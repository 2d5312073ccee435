/* SPDX-License-Identifier: MIT */
/* The words of targets: kinds, directions, progress, grades, and the plans everybody has. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/target/target_private.h"

const struct shy_target_word shy_target_kind_words[SHY_TARGET_KINDS_] = {
    [SHY_TARGET_VALUE] = {"value", "値"},
    [SHY_TARGET_PER_POPULATION] = {"per_population", "人口対"},
    [SHY_TARGET_PERCENTAGE] = {"percentage", "割合"},
    [SHY_TARGET_GROWTH] = {"growth", "増加率"},
    [SHY_TARGET_MAINTAIN] = {"maintain", "現状維持"},
    [SHY_TARGET_INCREASE] = {"increase", "増加"},
    [SHY_TARGET_DECREASE] = {"decrease", "減少"},
    [SHY_TARGET_RANGE] = {"range", "範囲"},
    [SHY_TARGET_ESTIMATE] = {"estimate", "推計値"},
    [SHY_TARGET_NOT_SET] = {"not_set", "設定なし"},
};

const struct shy_target_word shy_target_direction_words[SHY_TARGET_LOWER + 1] = {
    [SHY_TARGET_ANY] = {"", ""},
    [SHY_TARGET_HIGHER] = {"higher", "高いほどよい"},
    [SHY_TARGET_LOWER] = {"lower", "低いほどよい"},
};

const char *shy_target_kind_id(enum shy_target_kind kind)
{
    return (unsigned)kind < SHY_TARGET_KINDS_ ? shy_target_kind_words[kind].id : NULL;
}

const char *shy_target_kind_label(enum shy_target_kind kind)
{
    static const char *const english[SHY_TARGET_KINDS_] = {
        [SHY_TARGET_VALUE] = N_("value"),
        [SHY_TARGET_PER_POPULATION] = N_("per population"),
        [SHY_TARGET_PERCENTAGE] = N_("percentage"),
        [SHY_TARGET_GROWTH] = N_("growth"),
        [SHY_TARGET_MAINTAIN] = N_("maintain"),
        [SHY_TARGET_INCREASE] = N_("increase"),
        [SHY_TARGET_DECREASE] = N_("decrease"),
        [SHY_TARGET_RANGE] = N_("range"),
        [SHY_TARGET_ESTIMATE] = N_("estimate, no goal"),
        [SHY_TARGET_NOT_SET] = N_("not set"),
    };
    return (unsigned)kind < SHY_TARGET_KINDS_ ? _(english[kind]) : "";
}

const char *shy_target_direction_id(enum shy_target_direction direction)
{
    return shy_target_direction_words[direction].id;
}

const char *shy_standing_id(enum shy_standing standing)
{
    static const char *const ids[SHY_STANDING_COUNT_] = {
        [SHY_STANDING_ACHIEVED] = "achieved", [SHY_STANDING_ON_TRACK] = "on_track",
        [SHY_STANDING_BEHIND] = "behind",     [SHY_STANDING_WORSE] = "worse",
        [SHY_STANDING_CANNOT] = "cannot",
    };
    return ids[standing];
}

const char *shy_standing_label(enum shy_standing standing)
{
    static const char *const labels[SHY_STANDING_COUNT_] = {
        [SHY_STANDING_ACHIEVED] = N_("achieved"),
        [SHY_STANDING_ON_TRACK] = N_("on track"),
        [SHY_STANDING_BEHIND] = N_("behind"),
        [SHY_STANDING_WORSE] = N_("worse than the baseline"),
        [SHY_STANDING_CANNOT] = N_("cannot be evaluated"),
    };
    return _(labels[standing]);
}

static const struct {
    const char *id, *text;
} reasons[SHY_STANDING_REASON_COUNT_] = {
    [SHY_STANDING_REASON_NONE] = {"", ""},
    [SHY_STANDING_NO_VALUE] = {"no_value",
                               N_("The run has no value of this indicator, area and period.")},
    [SHY_STANDING_NOT_NUMBER] = {"not_number", N_("The value is masked, missing or incomplete.")},
    [SHY_STANDING_DEFINITION] =
        {"definition_changed", N_("The indicator's definition changed since the target was set.")},
    [SHY_STANDING_ANSWER] = {"other_answer", N_("The value comes from another kind of source than "
                                                "when the target was set.")},
    [SHY_STANDING_SERIES] = {"series_break",
                             N_("The indicator's series began anew after the baseline.")},
    [SHY_STANDING_NO_BASELINE] = {"no_baseline", N_("The target has no baseline.")},
    [SHY_STANDING_TOO_EARLY] = {"too_early", N_("The value is not later than the baseline.")},
    [SHY_STANDING_ESTIMATE] = {"estimate", N_("The figure is an estimate, not a goal.")},
    [SHY_STANDING_NOT_SET] = {"not_set", N_("No target was set.")},
    [SHY_STANDING_OVERFLOW] = {"overflow", N_("The numbers are too large to be compared exactly.")},
};

const char *shy_standing_reason_id(enum shy_standing_reason reason)
{
    return reasons[reason].id;
}

const char *shy_standing_reason_text(enum shy_standing_reason reason)
{
    return reasons[reason].text[0] == '\0' ? "" : _(reasons[reason].text);
}

const char *shy_grade_id(enum shy_grade grade)
{
    static const char *const ids[] = {"A", "B", "B*", "C", "D", "E"};
    return ids[grade];
}

/* 医療計画作成指針 (6 years, from the 7th on) and 介護保険事業計画 (3 years): the years are those
 * of the calendar in the ministry's material (第7次医療計画 2018-2023, 第7期 2018-2020, …). */
const struct shy_target_plan *shy_target_plans(size_t *count)
{
    static const struct shy_target_plan plans[] = {
        {"medical7", "第7次医療計画", 2018, 2023},
        {"medical8", "第8次医療計画", 2024, 2029},
        {"care7", "第7期介護保険事業計画", 2018, 2020},
        {"care8", "第8期介護保険事業計画", 2021, 2023},
        {"care9", "第9期介護保険事業計画", 2024, 2026},
    };
    *count = sizeof plans / sizeof plans[0];
    return plans;
}
