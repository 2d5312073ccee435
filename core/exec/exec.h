/* SPDX-License-Identifier: MIT */
/*
 * Running a plan: rows to cells, then cells to cells. The naive evaluator (shy_exec_naive) follows
 * docs/semantics.md word for word and is the reference every faster engine is held against.
 */
#ifndef SHY_EXEC_H
#define SHY_EXEC_H

#include "core/area/area.h"
#include "core/base/mem.h"
#include "core/contract/partition.h"
#include "core/contract/table.h"
#include "core/plan/plan.h"

/* Where rows come from: the store, or the rows given in an example. */
struct shy_dataset {
    void *self;
    /* The rows of a contract with at least these columns; owned by the dataset, valid until it is
     * closed; *out = NULL where there are none. */
    int (*table)(void *self, const struct shy_contract *contract, const char *const *columns,
                 size_t count, const struct shy_table **out, struct shihyo_error *err);
    /* Months of care delivered for a person-level contract: sorted ordinals, owned by the
     * dataset. For published figures *count = 0. */
    int (*months)(void *self, const struct shy_contract *contract, const int32_t **months,
                  size_t *count, struct shihyo_error *err);
};

/* A function of a script over named values of one cell; core/script provides it. */
struct shy_named_value {
    const char *name;
    enum shihyo_state state;
    double value;
};

/* What a function that is called for each person sees of one. Owned by the engine, valid for the
 * call. Rows have numbers from 0, in the order of their months. */
struct shy_seen_rows {
    const int32_t *months; /* ascending */
    size_t count;
};
/* A row of `persons`; of several that are valid in a month the first is taken. */
struct shy_seen_span {
    int32_t first, last;      /* months */
    int32_t birth;            /* month; INT32_MIN = not known */
    const char *sex, *scheme; /* NULL = not known */
};
struct shy_seen_value {
    enum shihyo_state state;
    int64_t number;   /* of numbers, months, dates, truth values */
    const char *text; /* of codes */
};
struct shy_seen {
    const struct shy_seen_rows *rows; /* by need */
    const struct shy_seen_span *spans;
    size_t span_count;
    void *self;
    void (*value)(void *self, size_t need, size_t row, int column, struct shy_seen_value *out);
};
/* Months delivered about one need: base … base + count; none outside. */
struct shy_seen_months {
    int32_t base;
    size_t count;
    const uint8_t *known;
};

/* A month in which the person counts, or may count; the order of the states is that of doubt. */
enum shy_told_doubt { SHY_TOLD_SURE, SHY_TOLD_END, SHY_TOLD_WINDOW };
/* Of one of the columns of a node that gives rows; of a code its place among the column's values.
 */
struct shy_told_value {
    bool known;
    int64_t number;
};
struct shy_told {
    int32_t month;
    enum shy_told_doubt doubt;
    int64_t value;                       /* where the node gives numbers */
    bool rows;                           /* a row was returned for it */
    const struct shy_told_value *values; /* where it gives rows: by column; NULL = a month that was
                                            looked from and not returned: nobody knows */
};

/* The function of one EACH_PERSON node in the hands of one thread at a time. */
struct shy_teller {
    void *self;
    /* What the function returns of a person; valid until the next call. */
    int (*tell)(void *self, const struct shy_seen *person, const struct shy_told **out,
                size_t *count, struct shihyo_error *err);
    void (*close)(void *self);
};

struct shy_functions {
    void *self;
    int (*call)(void *self, const char *function, const struct shy_named_value *values,
                size_t count, enum shihyo_state *state, double *value, struct shihyo_error *err);
    /* One teller for each thread; opened by the thread that loaded the scripts. plan, node and
     * months (by need) must stay valid until it is closed. */
    int (*open)(void *self, const struct shy_plan *plan, const struct shy_node *node,
                const struct shy_seen_months *months, struct shy_teller *out,
                struct shihyo_error *err);
};

/* Why a value is in its state, and what a reader must know; codes of docs/semantics.md. */
enum shy_reason {
    SHY_REASON_NONE = 0,
    SHY_REASON_NO_ROWS,          /* missing: the source has no figure for the cell */
    SHY_REASON_SOURCE,           /* the state stands so in the source */
    SHY_REASON_MASKED_PART,      /* a part of the sum is masked */
    SHY_REASON_UNREPORTED_AREAS, /* some areas did not answer */
    SHY_REASON_MONTHS_MISSING,   /* months of the period are not delivered */
    SHY_REASON_WINDOW_OPEN,      /* the follow-up window reaches beyond the data */
    SHY_REASON_ZERO_DENOMINATOR,
    SHY_REASON_NO_POPULATION,
    SHY_REASON_POPULATION_BANDS, /* age bands cut across the ages asked */
    SHY_REASON_INPUT,            /* a value it is computed from is in that state */
    SHY_REASON_NOT_ADDITIVE,     /* the figure is not published for the area and parts of it
                                    may not be added */
    SHY_REASON_NO_EARLIER,       /* growth without an earlier value */
    SHY_REASON_FUNCTION,         /* a script's function gave no number */
    SHY_REASON_OVERFLOW,
    SHY_REASON_NOT_DELIVERED,    /* receipts of this kind were not delivered */
    SHY_REASON_CODES_INCOMPLETE, /* a code list does not know all codes of the period */
    SHY_REASON_NO_CODES,         /* a code list knows that the period had none */
    SHY_REASON_FEW_EVENTS,       /* a rate standardised directly over fewer than ten events */
    SHY_REASON_FEW_AREAS,        /* fewer areas with a figure than groups */
    SHY_REASON_FEW_POINTS,       /* a trend without figures for all its years */
    SHY_REASON_SERIES_BREAK,     /* a new series began between the periods compared */
    SHY_REASON_ITSELF,           /* an area is its own benchmark */
    SHY_REASON_NO_LIMITS,        /* no limits of confidence, and so no judgement */
    SHY_REASON_AREA_SPLIT,       /* counted for an area that was split; no shares are stated */
    SHY_REASON_NO_CHOICE,        /* none of the conditions holds */
    SHY_REASON_OUTSIDE_LINE,     /* before or after the periods it is interpolated between */
    SHY_REASON_TIE,              /* answers are equally frequent */
    SHY_REASON_COUNT_
};
const char *shy_reason_id(enum shy_reason reason);   /* "masked_part" */
const char *shy_reason_text(enum shy_reason reason); /* translated sentence */
const char *shy_state_id(enum shihyo_state state);   /* "not_computable" */
const char *shy_state_sign(enum shihyo_state state); /* on paper: … * ・ - 未報告 */

/* Notes a value carries; bits. */
#define SHY_NOTE_CUMULATIVE (1u << 0)      /* 延べ: persons counted under several codes */
#define SHY_NOTE_POPULATION_YEAR (1u << 1) /* population of another year */
#define SHY_NOTE_PROJECTION (1u << 2)
#define SHY_NOTE_MIXED_BASIS (1u << 3)     /* numerator and denominator on different bases */
#define SHY_NOTE_UNREPORTED (1u << 4)      /* unreported areas: note_count of them */
#define SHY_NOTE_MASKED_LEFT_OUT (1u << 5) /* a lower bound: note_count masked parts left out */
#define SHY_NOTE_WINDOW_EXCLUDED (1u << 6) /* events left out for want of follow-up */
#define SHY_NOTE_AREAS_ADDED (1u << 7)     /* added up from smaller areas */
#define SHY_NOTE_UNKNOWN_AREA (1u << 8)    /* rows with an area nobody knows are left out */
#define SHY_NOTE_UNLINKED \
    (1u << 9)                           /* note_count persons of the care register in the area \
                                           have no medical number */
#define SHY_NOTE_NO_LIMITS (1u << 10)   /* limits were asked for and cannot be computed */
#define SHY_NOTE_REBASED (1u << 11)     /* codes of another day, counted on the areas of the date */
#define SHY_NOTE_WEIGHTED (1u << 12)    /* an area that was split, divided by stated shares */
#define SHY_NOTE_MIXED_CLOCK (1u << 13) /* numerator and denominator on different clocks */
#define SHY_NOTE_INTERPOLATED (1u << 14)   /* on a straight line between two periods */
#define SHY_NOTE_EARLIER_PERIOD (1u << 15) /* of note_count years before */
#define SHY_NOTE_TIE (1u << 16)            /* note_count answers are equally frequent */
#define SHY_NOTE_LEFT_OUT (1u << 17)       /* note_count parts or areas without a figure */
#define SHY_NOTE_SERIES_BREAK (1u << 18)   /* not comparable with the periods before a break */
#define SHY_NOTE_REPEATED (1u << 19)       /* limits of events of which one person has several */
#define SHY_NOTE_LAST_ SHY_NOTE_LEFT_OUT
const char *shy_note_id(uint32_t bit);
const char *shy_note_text(uint32_t bit); /* translated sentence */

/* What a comparison or a trend says. */
enum shy_judgement {
    SHY_JUDGED_NONE,
    SHY_JUDGED_BETTER,
    SHY_JUDGED_SIMILAR,
    SHY_JUDGED_WORSE,
    SHY_JUDGED_HIGHER, /* where neither side is the good one */
    SHY_JUDGED_LOWER,
    SHY_JUDGED_IMPROVING,
    SHY_JUDGED_NO_CHANGE,
    SHY_JUDGED_WORSENING,
    SHY_JUDGED_INCREASING,
    SHY_JUDGED_DECREASING,
    SHY_JUDGED_COUNT_
};
const char *shy_judgement_id(enum shy_judgement judgement); /* "better"; "" = none */
struct shy_cell_limits;
/* The same of a value: the label of its grade, or the id of its judgement. */
const char *shy_judgement_word(const struct shy_cell_limits *limits);

/* Limits of a value, or how it was judged. */
struct shy_cell_limits {
    const char *method; /* "wilson", "byar", "exact", "t", "dobson", "funnel", "regression";
                           "grade", and "points" where the number says more than the label */
    const char *label;  /* of a grade, or the answer; the plan's. NULL = none */
    enum shy_judgement judgement;
    bool intervals; /* false: levels of a test, without limits */
    int count;
    int level[SHY_LEVELS_MOST]; /* hundredths of a percent */
    struct shy_interval limits[SHY_LEVELS_MOST];
};

#define SHY_SUPPORT_UNKNOWN (-1)

/* One value. The exact fraction numerator * factor / denominator stands beside the double;
 * values of script functions have only the double (exact = false). */
struct shy_cell {
    uint32_t definition;     /* index in the plan */
    uint32_t measure;        /* index of shy_result.measures */
    uint32_t area_set, area; /* of shy_areas */
    struct shy_period period;
    uint32_t dims; /* index of shy_result.dims; 0 = none */
    enum shihyo_state state;
    enum shy_reason reason;
    bool exact;
    struct shy_fraction numerator;   /* a count is n/1; decimals make it n/10^k */
    struct shy_fraction denominator; /* 1/1 where there is none; a population, months, … */
    int64_t factor;                  /* per; 100 for percent; 1 */
    double value;
    int64_t persons, institutions; /* behind the cell; SHY_SUPPORT_UNKNOWN */
    uint32_t notes;
    int64_t note_count;
    const struct shy_cell_limits *limits; /* owned by the result; NULL = none */
};

struct shy_result {
    struct shy_cell *cells; /* by definition, measure, area set, area code, period, dims */
    size_t count, capacity;
    struct shy_map measures; /* "count", "rate:10000:75+" */
    struct shy_map dims;     /* "", "制度=国保;重症度=計" */
    struct shy_arena limits; /* of the cells */
};
void shy_result_free(struct shy_result *r);

struct shy_request {
    const struct shy_choice *choices; /* one per definition of the plan; answer NULL = skip */
    const char *const *area_sets;     /* ids; cells are made for each */
    size_t area_set_count;
    const struct shy_period *periods; /* NULL = every period the rows carry */
    size_t period_count;
    /* NULL = all cells stay in the result. Else called with the cells of one definition after the
     * other, in their order, which are forgotten then; a code other than 0 ends the run. */
    int (*give)(void *self, struct shy_result *cells, struct shihyo_error *err);
    void *self;
};

/* problems gets what was left out (unknown areas with their codes) and definitions that failed;
 * one failing definition does not stop the others. */
/* The naive evaluator: reads whole tables, row by row; the reference. */
int shy_exec_naive(const struct shy_plan *plan, const struct shy_dataset *data,
                   const struct shy_areas *areas, const struct shy_functions *functions,
                   const struct shy_request *request, struct shy_result *out,
                   struct shy_problems *problems, struct shihyo_error *err);

struct shy_native_options {
    int threads; /* partitions in flight; at least one */
    void *self;
    void (*progress)(void *self, double share); /* of the pass; NULL; one thread at a time */
    bool (*cancelled)(void *self);              /* asked between partitions, by any thread; NULL */
};

/* The native engine: the same cells. Person-level contracts are read from `partitions` in one pass
 * for the whole run, all others from data, whose months() also tells of the person-level ones. */
int shy_exec_native(const struct shy_plan *plan, const struct shy_partitions *partitions,
                    const struct shy_dataset *data, const struct shy_areas *areas,
                    const struct shy_functions *functions, const struct shy_request *request,
                    const struct shy_native_options *options, struct shy_result *out,
                    struct shy_problems *problems, struct shihyo_error *err);

#endif
