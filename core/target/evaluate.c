/* SPDX-License-Identifier: MIT */
/*
 * How far a target has come. Everything is compared as exact fractions: a value that is shown like
 * the goal but lies a hair below it has not reached it. docs/targets.md, "Evaluation".
 *
 * The line from baseline to goal, and the grades with their 5 %, are those of 健康日本21（第二次）
 * 最終評価報告書 (厚生労働省, 2022-10), chapter 2, pages 6 and 7; achieved / on track / behind /
 * worse are the same comparison in words.
 */
#include "config.h"

#include <string.h>

#include "core/target/target_private.h"

/* Numbers of one evaluation: which way is better, and how far each lies from the goal. */
struct measuring {
    const struct shy_target *target;
    const struct shy_target_point *point;
    bool higher; /* is better; of a range: unused */
    bool overflowed;
};

static int sign(const struct measuring *m)
{
    return m->higher ? 1 : -1;
}

/* What is to be reached at a point; false on overflow. */
static bool goal_at(const struct shy_target *t, const struct shy_target_point *p,
                    struct shy_fraction *out)
{
    struct shy_fraction percent;
    switch (t->kind) {
    case SHY_TARGET_GROWTH: /* baseline * (100 + value) / 100 */
        return shy_fraction_add(p->value, (struct shy_fraction){100, 1}, &percent) &&
               shy_fraction_mul(t->baseline, percent, out) &&
               shy_fraction_div(*out, (struct shy_fraction){100, 1}, out);
    case SHY_TARGET_MAINTAIN:
    case SHY_TARGET_INCREASE:
    case SHY_TARGET_DECREASE:
        *out = t->baseline;
        return true;
    default:
        *out = p->value;
        return t->carried_from[0] == '\0' || shy_fraction_add(p->value, t->carried, out);
    }
}

/* Better is positive: a against b. */
static int better(const struct measuring *m, struct shy_fraction a, struct shy_fraction b)
{
    return sign(m) * shy_fraction_compare(a, b);
}

/* 0 within the range, else the distance to its nearer end. */
static bool outside(const struct shy_target_point *p, struct shy_fraction x,
                    struct shy_fraction *out)
{
    *out = (struct shy_fraction){0, 1};
    if (shy_fraction_compare(x, p->value) < 0)
        return shy_fraction_sub(p->value, x, out);
    if (shy_fraction_compare(x, p->upper) > 0)
        return shy_fraction_sub(x, p->upper, out);
    return true;
}

/* from + (to - from) * done / whole; done <= whole, months. */
static bool between(struct shy_fraction from, struct shy_fraction to, int64_t done, int64_t whole,
                    struct shy_fraction *out)
{
    struct shy_fraction step, share;
    return shy_fraction_make(done, whole, &share) && shy_fraction_sub(to, from, &step) &&
           shy_fraction_mul(step, share, &step) && shy_fraction_add(from, step, out);
}

/* Where the straight line stands at the value's month: it goes from the baseline, or from the
 * stated point before this one, to this one, and stays there. */
static bool line_at(const struct shy_target *t, size_t n, struct shy_fraction goal, int32_t month,
                    struct shy_fraction *out)
{
    const struct shy_target_point *p = &t->points[n];
    struct shy_fraction from = t->baseline;
    int32_t start = t->baseline_period.last_month, end = p->period.last_month;
    if (n > 0 && t->points[n - 1].period.last_month <= month) {
        if (!goal_at(t, &t->points[n - 1], &from))
            return false;
        start = t->points[n - 1].period.last_month;
    } else if (n > 0 && month < t->points[n - 1].period.last_month) {
        /* Before an earlier point the line is that one's. */
        return goal_at(t, &t->points[n - 1], &from) && line_at(t, n - 1, from, month, out);
    }
    *out = goal;
    return month >= end || between(from, goal, month - start, end - start, out);
}

static void cannot(struct shy_evaluation *out, enum shy_standing_reason reason)
{
    out->standing = SHY_STANDING_CANNOT;
    out->reason = reason;
    out->grade = SHY_GRADE_E;
}

/* Does a new series begin after the baseline and by the value? Words that are no period were
 * refused when the definition was compiled. */
static bool begins_anew(const struct shy_target *t, const struct shy_actual *actual)
{
    const char *word = actual->breaks != NULL && t->baseline_dated ? actual->breaks : "";
    while (*word != '\0') {
        size_t length = strcspn(word, "\n");
        struct shy_period p;
        if (shy_period_parse_any(word, length, &p) &&
            t->baseline_period.last_month < p.first_month &&
            p.first_month <= actual->period.last_month)
            return true;
        word += length + (word[length] == '\n');
    }
    return false;
}

/* Why a target and a value may not be compared at all. */
static enum shy_standing_reason refuse(const struct shy_target *t, const struct shy_actual *actual)
{
    if (t->kind == SHY_TARGET_NOT_SET)
        return SHY_STANDING_NOT_SET;
    if (!actual->found)
        return SHY_STANDING_NO_VALUE;
    if (!actual->ok)
        return SHY_STANDING_NOT_NUMBER;
    if (t->definition_hash[0] != '\0' && strcmp(t->definition_hash, actual->definition_hash) != 0)
        return SHY_STANDING_DEFINITION;
    if (t->definition_hash[0] != '\0' && strcmp(t->comparable, actual->comparable) != 0)
        return SHY_STANDING_ANSWER;
    if (t->kind == SHY_TARGET_ESTIMATE)
        return SHY_STANDING_ESTIMATE;
    if (t->baseline_dated && actual->period.last_month <= t->baseline_period.last_month)
        return SHY_STANDING_TOO_EARLY;
    if (begins_anew(t, actual))
        return SHY_STANDING_SERIES;
    return SHY_STANDING_REASON_NONE;
}

/* The change in percent of the baseline, within `unchanged` on both sides? A baseline of 0 has no
 * percent: only no change at all is none. */
static bool is_unchanged(const struct shy_target *t, struct shy_fraction x,
                         struct shy_fraction unchanged, bool *overflowed)
{
    struct shy_fraction change, limit;
    if (shy_fraction_compare(x, t->baseline) == 0)
        return true;
    if (!shy_fraction_sub(x, t->baseline, &change) ||
        !shy_fraction_mul(t->baseline, unchanged, &limit) ||
        !shy_fraction_div(limit, (struct shy_fraction){100, 1}, &limit)) {
        *overflowed = true;
        return false;
    }
    change.num = change.num < 0 ? -change.num : change.num;
    limit.num = limit.num < 0 ? -limit.num : limit.num;
    return limit.num > 0 && shy_fraction_compare(change, limit) < 0;
}

/* A: reached; B: improving and on the line; B*: improving and below it; C, D. */
static enum shy_grade grade_of(const struct measuring *m, const struct shy_evaluation *e,
                               struct shy_fraction x, bool improved, struct shy_fraction unchanged)
{
    bool overflowed = false;
    const struct shy_target *t = m->target;
    if (e->standing == SHY_STANDING_ACHIEVED)
        return SHY_GRADE_A;
    /* To stay as it is is reached as long as it does. */
    if (t->kind == SHY_TARGET_MAINTAIN)
        return e->standing == SHY_STANDING_ON_TRACK ? SHY_GRADE_A : SHY_GRADE_D;
    if (!t->has_baseline)
        return SHY_GRADE_E;
    if (is_unchanged(t, x, unchanged, &overflowed))
        return SHY_GRADE_C;
    if (overflowed)
        return SHY_GRADE_E;
    if (!improved)
        return SHY_GRADE_D;
    return e->standing == SHY_STANDING_ON_TRACK ? SHY_GRADE_B : SHY_GRADE_B_STAR;
}

/* Kinds without a number: what matters is the side of the baseline. Before the year they are on
 * track or not; only when it has come are they achieved. */
static void evaluate_side(const struct measuring *m, struct shy_fraction x, bool due,
                          struct shy_evaluation *out)
{
    int side = better(m, x, m->target->baseline);
    bool met = m->target->kind == SHY_TARGET_MAINTAIN ? side >= 0 : side > 0;
    if (met)
        out->standing = due ? SHY_STANDING_ACHIEVED : SHY_STANDING_ON_TRACK;
    else
        out->standing = side < 0 ? SHY_STANDING_WORSE : SHY_STANDING_BEHIND;
    if (m->target->kind == SHY_TARGET_MAINTAIN) {
        out->goal = m->target->baseline;
        out->has_goal = true;
    }
}

static bool evaluate_range(struct measuring *m, struct shy_fraction x, int32_t month,
                           struct shy_evaluation *out)
{
    const struct shy_target *t = m->target;
    const struct shy_target_point *p = m->point;
    struct shy_fraction now, before, expected, zero = {0, 1};
    if (!outside(p, x, &now))
        return false;
    if (now.num == 0) {
        out->standing = SHY_STANDING_ACHIEVED;
    } else if (!t->has_baseline) {
        cannot(out, SHY_STANDING_NO_BASELINE);
    } else {
        /* The distance to the range is to shrink to nothing in a straight line. */
        int32_t end = p->period.last_month, start = t->baseline_period.last_month;
        if (!outside(p, t->baseline, &before))
            return false;
        expected = zero;
        if (t->baseline_dated && month < end &&
            !between(before, zero, month - start, end - start, &expected))
            return false;
        out->standing = shy_fraction_compare(now, before) > 0     ? SHY_STANDING_WORSE
                        : shy_fraction_compare(now, expected) > 0 ? SHY_STANDING_BEHIND
                                                                  : SHY_STANDING_ON_TRACK;
    }
    return true;
}

/* (x - baseline) / (goal - baseline), where the goal asks for a change for the better. */
static bool add_rate(const struct measuring *m, struct shy_fraction x, struct shy_evaluation *out)
{
    struct shy_fraction way, whole;
    if (!m->target->has_baseline || better(m, out->goal, m->target->baseline) <= 0)
        return true;
    if (!shy_fraction_sub(x, m->target->baseline, &way) ||
        !shy_fraction_sub(out->goal, m->target->baseline, &whole) ||
        !shy_fraction_div(way, whole, &out->rate))
        return false;
    out->has_rate = true;
    return true;
}

static bool evaluate_number(struct measuring *m, size_t n, struct shy_fraction x, int32_t month,
                            struct shy_evaluation *out)
{
    const struct shy_target *t = m->target;
    bool due = month >= m->point->period.last_month;
    if (!add_rate(m, x, out))
        return false;
    if (t->has_baseline && (t->baseline_dated || due)) {
        if (!line_at(t, n, out->goal, month, &out->expected))
            return false;
        out->has_expected = true;
    }
    if (better(m, x, out->goal) >= 0)
        out->standing = SHY_STANDING_ACHIEVED;
    else if (!t->has_baseline && due)
        out->standing = SHY_STANDING_BEHIND;
    else if (!t->has_baseline)
        cannot(out, SHY_STANDING_NO_BASELINE);
    else if (better(m, x, t->baseline) < 0)
        out->standing = SHY_STANDING_WORSE;
    else if (!out->has_expected) /* a baseline without its year gives no line */
        cannot(out, SHY_STANDING_NO_BASELINE);
    else
        out->standing =
            better(m, x, out->expected) >= 0 ? SHY_STANDING_ON_TRACK : SHY_STANDING_BEHIND;
    return true;
}

/* The target's own word, else the indicator's, else whichever way leads from baseline to goal. */
static bool higher_is_better(const struct shy_target *t, const struct shy_evaluation *e,
                             enum shy_target_direction direction)
{
    if (t->kind == SHY_TARGET_INCREASE)
        return true;
    if (t->kind == SHY_TARGET_DECREASE)
        return false;
    if (t->direction != SHY_TARGET_ANY)
        return t->direction == SHY_TARGET_HIGHER;
    if (direction != SHY_TARGET_ANY)
        return direction == SHY_TARGET_HIGHER;
    return !t->has_baseline || !e->has_goal || shy_fraction_compare(e->goal, t->baseline) >= 0;
}

/* Nearer to what is wanted than the baseline was? */
static bool has_improved(struct measuring *m, struct shy_fraction x)
{
    struct shy_fraction now, before;
    if (!m->target->has_baseline)
        return false;
    if (m->target->kind != SHY_TARGET_RANGE)
        return better(m, x, m->target->baseline) > 0;
    if (!outside(m->point, x, &now) || !outside(m->point, m->target->baseline, &before)) {
        m->overflowed = true;
        return false;
    }
    return shy_fraction_compare(now, before) < 0;
}

static bool has_side_only(enum shy_target_kind kind)
{
    return kind == SHY_TARGET_MAINTAIN || kind == SHY_TARGET_INCREASE ||
           kind == SHY_TARGET_DECREASE;
}

void shy_target_evaluate(const struct shy_target *target, size_t n,
                         enum shy_target_direction direction, const struct shy_actual *actual,
                         struct shy_fraction unchanged, struct shy_evaluation *out)
{
    *out = (struct shy_evaluation){.grade = SHY_GRADE_E};
    bool good = true;
    if (target->kind != SHY_TARGET_NOT_SET && !has_side_only(target->kind) &&
        target->kind != SHY_TARGET_RANGE)
        out->has_goal = good = goal_at(target, &target->points[n], &out->goal);
    enum shy_standing_reason reason = refuse(target, actual);
    if (reason != SHY_STANDING_REASON_NONE) {
        cannot(out, reason);
        return;
    }
    struct measuring m = {.target = target,
                          .point = &target->points[n],
                          .higher = higher_is_better(target, out, direction)};
    int32_t month = actual->period.last_month;
    bool due = month >= m.point->period.last_month;
    if (good && has_side_only(target->kind))
        evaluate_side(&m, actual->value, due, out);
    else if (good && target->kind == SHY_TARGET_RANGE)
        good = evaluate_range(&m, actual->value, month, out);
    else if (good)
        good = evaluate_number(&m, n, actual->value, month, out);
    if (!good) {
        cannot(out, SHY_STANDING_OVERFLOW);
        return;
    }
    out->missed =
        due && out->standing != SHY_STANDING_ACHIEVED && out->standing != SHY_STANDING_CANNOT;
    bool improved = has_improved(&m, actual->value);
    if (out->standing != SHY_STANDING_CANNOT && !m.overflowed)
        out->grade = grade_of(&m, out, actual->value, improved, unchanged);
}

/* Together --------------------------------------------------------------------------------- */

/* Points of the grades in tenths of their mean: half up to one digit, then ".5 down, .6 up"
 * (五捨六入). */
static int round_mean(int sum, int count)
{
    int tenths = (sum * 20 + count) / (2 * count);
    return tenths / 10 + (tenths % 10 >= 6);
}

static enum shy_grade grade_of_points(int points)
{
    return points >= 5   ? SHY_GRADE_A
           : points == 4 ? SHY_GRADE_B
           : points == 3 ? SHY_GRADE_C
                         : SHY_GRADE_D;
}

enum shy_grade shy_grade_group(const enum shy_grade *grades, size_t count)
{
    static const int now[] = {[SHY_GRADE_A] = 5, [SHY_GRADE_B] = 4, [SHY_GRADE_B_STAR] = 4,
                              [SHY_GRADE_C] = 3, [SHY_GRADE_D] = 2, [SHY_GRADE_E] = 0};
    /* Where each will be in the target year: a B will be an A, a B* a B. */
    static const int then[] = {[SHY_GRADE_A] = 5, [SHY_GRADE_B] = 5, [SHY_GRADE_B_STAR] = 4,
                               [SHY_GRADE_C] = 3, [SHY_GRADE_D] = 2, [SHY_GRADE_E] = 0};
    int sum = 0, sum_then = 0, counted = 0;
    for (size_t i = 0; i < count; i++) {
        if (grades[i] == SHY_GRADE_E)
            continue;
        sum += now[grades[i]];
        sum_then += then[grades[i]];
        counted++;
    }
    if (counted == 0)
        return SHY_GRADE_E;
    enum shy_grade grade = grade_of_points(round_mean(sum, counted));
    if (grade != SHY_GRADE_B)
        return grade;
    return round_mean(sum_then, counted) >= 5 ? SHY_GRADE_B : SHY_GRADE_B_STAR;
}
