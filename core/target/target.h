/* SPDX-License-Identifier: MIT */
/*
 * Targets of a target plan: what an indicator should reach in an area by the end of one or more
 * years, from which baseline, and how far it has come. Reading target tables, evaluating one target
 * against an actual value, grading. No files of a project and no database here: core/result keeps
 * tables, core/project brings actual values and targets together. docs/targets.md has the rules and
 * their sources. Thread-safe; a table belongs to one thread while it is built.
 */
#ifndef SHY_TARGET_H
#define SHY_TARGET_H

#include <jansson.h>

#include "core/base/hash.h"
#include "core/base/map.h"
#include "core/base/mem.h"
#include "core/base/number.h"
#include "core/base/period.h"

enum shy_target_kind {
    SHY_TARGET_VALUE,          /* 値: the figure itself */
    SHY_TARGET_PER_POPULATION, /* 人口対: a rate, named by the measure */
    SHY_TARGET_PERCENTAGE,     /* 割合 */
    SHY_TARGET_GROWTH,         /* 増加率: percent above the baseline */
    SHY_TARGET_MAINTAIN,       /* 現状維持: not worse than the baseline */
    SHY_TARGET_INCREASE,       /* 増加, without a number */
    SHY_TARGET_DECREASE,       /* 減少, without a number */
    SHY_TARGET_RANGE,          /* 範囲: from value to upper, both included */
    SHY_TARGET_ESTIMATE,       /* 推計値: not a goal */
    SHY_TARGET_NOT_SET,        /* 設定なし: that none was set, and why */
    SHY_TARGET_KINDS_
};
enum shy_target_direction { SHY_TARGET_ANY, SHY_TARGET_HIGHER, SHY_TARGET_LOWER };

/* Ids in files ("per_population", "higher"); static. NULL where there is no such kind. */
const char *shy_target_kind_id(enum shy_target_kind kind);
const char *shy_target_kind_label(enum shy_target_kind kind); /* translated */
/* Does a target of the kind state a number? */
bool shy_target_has_number(enum shy_target_kind kind);
/* The fraction as the shortest decimal text that is exactly it, or "NUM/DEN" where there is none.
 */
void shy_target_number_text(struct shy_fraction f, char out[48]);
const char *shy_target_direction_id(enum shy_target_direction direction); /* "" of ANY */

struct shy_target_point {
    struct shy_period period;         /* reached by its end */
    struct shy_fraction value, upper; /* 0/1 where the kind has no number; upper of a RANGE */
    int64_t line;                     /* of the file */
};

/* What is to be reached by one indicator in one area. Texts are never NULL. */
struct shy_target {
    const char *indicator, *area_set, *area;
    const char *measure;    /* as in results: "count", "rate:100000:65+", a measure's label */
    const char *dimensions; /* as in results; "" = none */
    enum shy_target_kind kind;
    enum shy_target_direction
        direction; /* ANY: that of the indicator, else from baseline to value */
    bool has_baseline, baseline_dated;
    struct shy_fraction baseline;
    struct shy_period baseline_period;
    const char *baseline_source;
    const char *group;       /* 施策: what is graded together; "" = the indicator alone */
    const char *source;      /* document and page of the target plan */
    const char *reason;      /* why it was set so, or not set */
    const char *improvement; /* 改善の方向性: what will be done where it is missed */
    const char *note;
    bool substitute; /* 代替: stands for another indicator, as 実施件数 for institutions */
    /* What an earlier plan did not reach and this one takes on; carried_from "" = nothing. */
    const char *carried_from, *carried_reason;
    struct shy_fraction carried;
    /* Of the indicator when the target was set: with another definition, or an answer that may not
     * stand in one series, nothing is compared. "" = not known. */
    const char *definition_hash, *comparable;
    struct shy_target_point *points; /* by the end of their periods */
    size_t point_count, point_capacity;
    int64_t line; /* of its first point */
};

struct shy_target_table {
    const char *plan; /* id of the target plan */
    const char *file;
    char hash[SHY_HASH_TEXT];   /* of what it says; equal tables have equal hashes */
    struct shy_target *targets; /* in the order of the file */
    size_t count, capacity;
    struct shy_map keys; /* of the targets: see shy_target_key */
    struct shy_arena arena;
};

/* A plan's years. The built-in ones (第7次医療計画 …) and those of project.lua. */
struct shy_target_plan {
    const char *id, *name;
    int first, last; /* fiscal years */
};
const struct shy_target_plan *shy_target_plans(size_t *count); /* the built-in ones; static */

/*
 * Reads a CSV (any encoding text in knows; labels in English or Japanese) into *out. Every row that
 * is wrong is a problem; *out is set even then, so that all problems are seen at once, and must not
 * be used where problems->errors has grown. Fails where the file cannot be read at all.
 */
int shy_target_table_read(const char *path, struct shy_target_table **out,
                          struct shy_problems *problems, struct shihyo_error *err);
/* The same of a list of tables, as a Lua file returns it; name stands for the file. */
int shy_target_table_from_json(const json_t *list, const char *name, struct shy_target_table **out,
                               struct shy_problems *problems, struct shihyo_error *err);
void shy_target_table_free(struct shy_target_table *t);
/* An empty table of a plan, to be filled by shy_target_add. */
int shy_target_table_new(const char *plan, const char *file, struct shy_target_table **out,
                         struct shihyo_error *err);
/* Copies a target with its points to the end. SHY_E_TARGET_TWICE where there is one of its key. */
int shy_target_add(struct shy_target_table *t, const struct shy_target *target,
                   struct shihyo_error *err);
/* Index of the target with the same indicator, area, measure and dimensions, or SHY_MAP_NONE. */
uint32_t shy_target_find(const struct shy_target_table *t, const struct shy_target *like);
/* Hashes what the table says; to be called when it is complete. */
int shy_target_table_seal(struct shy_target_table *t, struct shihyo_error *err);
/* The table as CSV in the columns shy_target_table_read takes: reading it gives the same table. */
void shy_target_table_write(const struct shy_target_table *t, struct shy_text *out);

/* The plan's years hold every point; a point outside them is a warning (SHY_E_TARGET_PERIOD). */
void shy_target_check_years(const struct shy_target_table *t, const struct shy_target_plan *plan,
                            struct shy_problems *problems);

/* Evaluation ------------------------------------------------------------------------------- */

/* The value that a target is held against. */
struct shy_actual {
    bool found; /* the run has such a value */
    bool ok;    /* it is a number for the whole area and period: neither masked nor partial … */
    struct shy_fraction value;
    struct shy_period period;
    const char *definition_hash, *comparable;
    const char *breaks; /* periods with which its series begins anew, one a line; NULL: none */
};

enum shy_standing {
    SHY_STANDING_ACHIEVED,
    SHY_STANDING_ON_TRACK, /* on or above the line to the target */
    SHY_STANDING_BEHIND,   /* not worse than the baseline, below the line */
    SHY_STANDING_WORSE,    /* than the baseline */
    SHY_STANDING_CANNOT,   /* be evaluated: see the reason */
    SHY_STANDING_COUNT_
};
enum shy_standing_reason {
    SHY_STANDING_REASON_NONE,
    SHY_STANDING_NO_VALUE,   /* the run has no value of this indicator, area, measure and period */
    SHY_STANDING_NOT_NUMBER, /* masked, missing, partial … */
    SHY_STANDING_DEFINITION, /* the definition changed since the target was set */
    SHY_STANDING_ANSWER,     /* another source's answer, which may not stand in one series */
    SHY_STANDING_SERIES,     /* its figures mean something else since after the baseline */
    SHY_STANDING_NO_BASELINE,
    SHY_STANDING_TOO_EARLY, /* the value is not later than the baseline */
    SHY_STANDING_ESTIMATE,  /* not a goal */
    SHY_STANDING_NOT_SET,   /* there is no target */
    SHY_STANDING_OVERFLOW,
    SHY_STANDING_REASON_COUNT_
};
const char *shy_standing_id(enum shy_standing standing);    /* "on_track"; static */
const char *shy_standing_label(enum shy_standing standing); /* translated */
const char *shy_standing_reason_id(enum shy_standing_reason reason);
const char *shy_standing_reason_text(enum shy_standing_reason reason); /* a sentence */

/* A, B, B*, C, D, E of 健康日本21（第二次）. */
enum shy_grade {
    SHY_GRADE_A,
    SHY_GRADE_B,
    SHY_GRADE_B_STAR,
    SHY_GRADE_C,
    SHY_GRADE_D,
    SHY_GRADE_E,
};
const char *shy_grade_id(enum shy_grade grade); /* "B*" */

struct shy_evaluation {
    enum shy_standing standing;
    enum shy_standing_reason reason;
    bool has_goal; /* goal: the number to reach, what was carried over included */
    struct shy_fraction goal;
    bool
        has_expected; /* the line from baseline (or the point before) to goal, at the value's end */
    struct shy_fraction expected;
    bool has_rate; /* 達成率 = (actual - baseline) / (goal - baseline) */
    struct shy_fraction rate;
    bool missed; /* the point's time has come and it is not reached */
    enum shy_grade grade;
};

/*
 * Point n of a target. direction: of the indicator, taken where the target has none. unchanged:
 * percent of the baseline within which the grades call a value unchanged (grades only; the official
 * rule takes 5 where nothing is tested).
 */
void shy_target_evaluate(const struct shy_target *target, size_t n,
                         enum shy_target_direction direction, const struct shy_actual *actual,
                         struct shy_fraction unchanged, struct shy_evaluation *out);

/* The grade of several together; E where none can be graded. */
enum shy_grade shy_grade_group(const enum shy_grade *grades, size_t count);

#endif
