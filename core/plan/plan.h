/* SPDX-License-Identifier: MIT */
/*
 * The plan: what scripts describe, typed and checked against contracts, before any data is read.
 * It is made from a definition document (JSON; docs/plan.md is its grammar, docs/semantics.md the
 * meaning of every operator) and never changes afterwards. Equal sub-plans of all indicators are
 * one node, so that an engine computes them once. A plan owns everything it points to but the
 * contracts: the catalogue must outlive it. Threads: readers may share a plan.
 */
#ifndef SHY_PLAN_H
#define SHY_PLAN_H

#include <jansson.h>

#include "core/base/hash.h"
#include "core/base/number.h"
#include "core/base/period.h"
#include "core/contract/contract.h"
#include "core/stat/stat.h"

/** Conditions on rows. */
enum shy_condition_kind {
    SHY_COND_IN,    /* value is one of texts[] (codes), or of numbers[] */
    SHY_COND_CODES, /* value is in a code list, valid on the row's date */
    SHY_COND_RANGE, /* from <= value <= to; from/to may be open */
    SHY_COND_STATE, /* the value's state is `state` */
};

/*
 * Where a condition, key or measure finds its value. column NULL = there is none.
 *   own column       index in the rows' contract, link NULL
 *   linked column    index in `contract`, whose row the rows' column `link` names
 *   age              derived; index = the column birth_month of `contract`; whole years in the
 *                    row's month or period
 *   code attribute   derived; index = the column with the code; the value is the text that `list`
 *                    gives to the code, valid on the row's date, in attribute_index
 */
struct shy_operand {
    const char *column;                  /* canonical name: "item", "person.sex", "age" */
    const struct shy_contract *contract; /* of the column: the rows' own, or the linked one */
    int index;                           /* of the column in that contract */
    enum shy_type type;                  /* of the value: INT of an age, CODE of a code attribute */
    int scale;                           /* of a DECIMAL value */
    enum shy_derived {
        SHY_DERIVED_NO,
        SHY_DERIVED_AGE,
        SHY_DERIVED_CODE_ATTRIBUTE,
    } derived;
    const struct shy_code_list *list; /* of a code attribute */
    const char *attribute;
    int attribute_index; /* in list->attributes */
    const char *link;    /* column of the rows that links to `contract`; NULL = own column */
};

struct shy_condition {
    enum shy_condition_kind kind;
    bool negated;
    struct shy_operand operand;
    const char *const *texts; /* of CODE, PERIOD: sorted, unique; NULL where there are numbers */
    const int64_t *numbers;   /* sorted, unique; at the column's scale; months as ordinals, dates
                                 as day numbers, bools 0 and 1 */
    size_t count;             /* of texts or numbers */
    const struct shy_code_list *list; /* of CODES */
    bool has_from, has_to;
    int64_t from, to; /* as numbers */
    enum shihyo_state state;
};

/** Code lists with validity. Dates are day numbers, INT32_MIN / INT32_MAX = open. */
struct shy_code_entry {
    const char *code;
    const char *label;
    int32_t valid_from, valid_to;        /* both included */
    const char *const *attribute_values; /* by the list's attributes; NULL = none */
};
struct shy_code_list {
    const char *id, *label, *system, *source;
    const char *const *attributes;
    size_t attribute_count;
    const struct shy_code_entry *entries; /* sorted by code, then valid_from; no overlaps */
    size_t entry_count;
    /* Months the list has all codes of; span_from > span_to: none. */
    bool has_span, outside_partial;
    bool to_be_supplied;        /* it was written without codes; others may have added some */
    int32_t span_from, span_to; /* ordinals, both included; INT32_MIN / INT32_MAX = open */
    const char *const *adds_to; /* ids of lists that have these codes too */
    size_t adds_to_count;
    char hash[SHY_HASH_TEXT]; /* of codes, validity, attributes and span; labels do not count */
    const char *file;
    int line;
};
/* The entry of the code that is valid on the date, or NULL. */
const struct shy_code_entry *shy_code_list_find(const struct shy_code_list *list, const char *code,
                                                int32_t date);

/** Nodes. Row nodes give rows; cell nodes give one value per area, period and dimension. */
enum shy_op {
    SHY_OP_NONE = 0,
    /* rows */
    SHY_OP_SCAN,
    SHY_OP_WHERE,
    SHY_OP_HAVING,
    SHY_OP_LACKING,
    SHY_OP_DISCHARGES,
    SHY_OP_FOLLOWED_BY,
    SHY_OP_NOT_FOLLOWED_BY,
    SHY_OP_PRECEDED_BY,
    SHY_OP_NOT_PRECEDED_BY,
    SHY_OP_PICK,
    SHY_OP_UNION,
    SHY_OP_EACH_PERSON,
    /* rows to cells */
    SHY_OP_ROWS,
    SHY_OP_PERSONS,
    SHY_OP_CLAIMS,
    SHY_OP_DISTINCT,
    SHY_OP_SUM,
    SHY_OP_AREAS,
    /* cells to cells */
    SHY_OP_MONTHLY_AVERAGE,
    SHY_OP_SHARE,
    SHY_OP_ALL_OF,
    SHY_OP_RATIO,
    SHY_OP_TOTAL,
    SHY_OP_DIFFERENCE,
    SHY_OP_GROWTH,
    SHY_OP_RANK,
    SHY_OP_TOP_HALF,
    SHY_OP_COMPUTE,
    SHY_OP_INDICATOR, /* the value of another indicator */
    SHY_OP_IF_DELIVERED,
    SHY_OP_RATE,
    SHY_OP_MEAN,
    SHY_OP_DIRECTLY_STANDARDISED,
    SHY_OP_INDIRECTLY_STANDARDISED,
    SHY_OP_COMPARE,
    SHY_OP_FUNNEL,
    SHY_OP_TREND,
    SHY_OP_QUANTILE,
    SHY_OP_NUMBER,
    SHY_OP_SINCE,
    SHY_OP_HIGHEST,
    SHY_OP_LOWEST,
    SHY_OP_FIRST_OF,
    SHY_OP_CHOOSE,
    SHY_OP_ROUNDED,
    SHY_OP_EARLIER,
    SHY_OP_INTERPOLATE,
    SHY_OP_MOST_RECENT,
    SHY_OP_EACH_AREA,
    SHY_OP_COMPOSITE,
    SHY_OP_MOST_FREQUENT,
    SHY_OP_GRADE,
    SHY_OP_OVER,
    SHY_OP_ALLOCATE,
    SHY_OP_COUNT_
};

typedef uint32_t shy_node_id; /* 0 = none */

enum shy_match { SHY_MATCH_CLAIM, SHY_MATCH_MONTH, SHY_MATCH_PERSON, SHY_MATCH_PERIOD };
enum shy_keep { SHY_KEEP_EARLIEST, SHY_KEEP_LATEST, SHY_KEEP_ALL };
enum shy_scope { SHY_SCOPE_PERIOD, SHY_SCOPE_FISCAL_YEAR }; /* earliest of what */
enum shy_masked { SHY_MASKED_PROPAGATE, SHY_MASKED_PARTIAL };
enum shy_unreported {
    SHY_UNREPORTED_PARTIAL, /* counted as no; the result is partial */
    SHY_UNREPORTED_EXCLUDE, /* left out of numerator and denominator; noted */
    SHY_UNREPORTED_REFUSE,  /* not computable */
    SHY_UNREPORTED_NO,      /* counted as no; noted */
};
enum shy_rounding { SHY_ROUND_HALF_UP, SHY_ROUND_UP, SHY_ROUND_DOWN };
enum shy_above { SHY_ABOVE_SUM, SHY_ABOVE_NONE }; /* what an area has in which several lie */
enum shy_gives { SHY_GIVES_MONTHS, SHY_GIVES_NUMBERS, SHY_GIVES_ROWS };
/* Digits after the point of numbers that a function gives as "decimal". */
enum { SHY_MADE_SCALE = 4 };
enum shy_ties { SHY_TIES_MIN, SHY_TIES_MAX, SHY_TIES_DENSE };
enum shy_sex { SHY_SEX_BOTH, SHY_SEX_FEMALE, SHY_SEX_MALE };
enum shy_better { SHY_BETTER_HIGHER, SHY_BETTER_LOWER, SHY_BETTER_NEITHER };
/* How limits are computed where the value alone does not say it. */
enum shy_method { SHY_METHOD_AUTO, SHY_METHOD_WILSON, SHY_METHOD_POISSON };

/* How the parts of a COMPOSITE, or the areas of an OVER, make one figure. */
enum shy_joint {
    SHY_JOINT_SUM,
    SHY_JOINT_MEAN,
    SHY_JOINT_BEST,
    SHY_JOINT_ALL,
    SHY_JOINT_ANY,
    SHY_JOINT_COUNT,
    SHY_JOINT_MEDIAN,
    SHY_JOINT_LOWEST,
    SHY_JOINT_HIGHEST,
    SHY_JOINT_SHARE,
};
/* Parts or areas without a figure. */
enum shy_lacking {
    SHY_LACKING_REFUSE,  /* the result has no figure either */
    SHY_LACKING_PARTIAL, /* they are left out; the result is partial */
};
enum shy_tie { SHY_TIE_FIRST, SHY_TIE_LAST, SHY_TIE_REFUSE };
enum shy_rest { SHY_REST_LARGEST, SHY_REST_LEFT }; /* what rounding down leaves over */

/* A step of a GRADE: values from `least` to `most`; points where the scheme gives any. */
struct shy_step {
    const char *label;
    bool open_below, open_above;    /* no bound */
    bool without_least, below_most; /* the bound itself is not in the step */
    struct shy_fraction least, most;
    bool has_points;
    struct shy_fraction points;
};

/* Levels of confidence, ascending, in hundredths of a percent: 9500, 9980. */
enum { SHY_LEVELS_MOST = 4, SHY_COMPARED_MOST = 2 };
struct shy_levels {
    int level[SHY_LEVELS_MOST];
    int count;
};

/* An age group of a standardised figure; its events are in of[] of the node, at the same place. */
struct shy_band {
    int age_from, age_to;                           /* years, included; age_to -1 = open */
    int64_t weight;                                 /* persons of the standard population */
    int64_t reference_events, reference_population; /* the reference's; 0 = that of with_set */
};

/*
 * inputs[0] is `rows`, `value` or `num` of docs/plan.md, inputs[1] `other` or `den`; 0 = unused.
 * of[] holds the terms of UNION, TOTAL, DIFFERENCE (two), COMPUTE, HIGHEST, LOWEST, FIRST_OF,
 * COMPOSITE and MOST_FREQUENT, what an EACH_PERSON sees, and of CHOOSE by turns a condition and its
 * value, an odd last one being the value where no condition holds. The rows of an EACH_PERSON are
 * of a contract of its own: person, month and, where it gives numbers, value; where it gives rows,
 * the columns of made[].
 */
struct shy_node {
    enum shy_op op;
    shy_node_id inputs[2];
    const shy_node_id *of;
    size_t of_count;
    const struct shy_contract *contract; /* of a row node: what its rows are; else NULL */

    const struct shy_condition *where; /* SCAN, WHERE: all must hold */
    size_t where_count;
    enum shy_match match;           /* HAVING, LACKING */
    enum shy_keep keep;             /* DISCHARGES, PICK */
    enum shy_scope scope;           /* DISCHARGES */
    int gap;                        /* DISCHARGES: months without a claim that make a break */
    int from_month, to_month;       /* windows, relative, both included */
    struct shy_operand operand;     /* DISTINCT, SUM: the column */
    struct shy_operand times;       /* SUM: a column to multiply by; column NULL = none */
    enum shy_masked masked;         /* SUM */
    enum shy_unreported unreported; /* AREAS, SHARE, ALL_OF */
    const char *among_set;          /* OVER: the areas put together.
                                       AREAS, SHARE, ALL_OF: area set counted over. SHARE and
                                       ALL_OF have the same set and unreported as the AREAS
                                       below them; NULL (AREAS only) = the set the rows name */
    int64_t factor;                 /* RATIO: 100 for percent */
    int growth_years;               /* GROWTH, EARLIER: so many years before; 0 = see since */
    struct shy_period growth_since; /* GROWTH, EARLIER: this period; kind NONE = by years. SINCE */
    bool descending;                /* RANK, TOP_HALF: the highest value is rank 1 */
    enum shy_ties ties;
    const char *within_set;        /* RANK, TOP_HALF, QUANTILE, ALLOCATE: inside an area of; NULL =
                                      all */
    const char *function;          /* COMPUTE, EACH_PERSON: what shy_functions is asked for */
    const char *text_hash;         /* of these: identity of its text; NULL = not given */
    const char *const *names;      /* of these and MOST_FREQUENT: names of of[] */
    enum shy_gives gives;          /* EACH_PERSON */
    const struct shy_column *made; /* of it, where it gives rows: columns beside person and month */
    size_t made_count;
    const char *const *reads; /* of it: columns its function sees of those sources need not have */
    size_t read_count;
    const char *indicator;        /* INDICATOR: id of a definition of the plan that is ok */
    enum shy_sex sex;             /* RATE, *_STANDARDISED: the population below */
    int age_from, age_to;         /* RATE: years; age_to 150 = open */
    bool same_year;               /* as struct shy_population_key */
    const struct shy_band *bands; /* *_STANDARDISED; of[] has the events of each, in order, or is
                                     empty where only inputs[0] is counted: all events of an area,
                                     of INDIRECTLY_STANDARDISED (0 = those of the bands added) */
    size_t band_count;
    const char *standard;     /* name of the standard population, for people; or NULL */
    const char *with_set;     /* COMPARE, FUNNEL: the area of this set that an area lies in is
                                 its benchmark; INDIRECTLY_STANDARDISED: gives the rates */
    struct shy_levels levels; /* COMPARE, FUNNEL, TREND */
    enum shy_better better;   /* of these: which side is the good one */
    enum shy_method method;   /* of these */
    int points;               /* TREND */
    int groups;               /* QUANTILE */
    int64_t number;           /* NUMBER: digits without the point */
    int digits;               /* NUMBER: of them behind the point; ROUNDED: kept behind it */
    enum shy_rounding how;    /* ROUNDED */
    int years_most;           /* MOST_RECENT: how far back */
    enum shy_above above;     /* EACH_AREA */
    struct shy_period from_period, to_period; /* INTERPOLATE: ends of the line */
    const struct shy_fraction *weights;       /* COMPOSITE: of of[]; NULL = 1 each */
    size_t weight_count;
    const struct shy_step *steps; /* GRADE: the lowest first, without gap or overlap */
    size_t step_count;
    const char *scheme;              /* GRADE: name of the steps, for people; or NULL */
    enum shy_joint joint;            /* COMPOSITE, OVER */
    enum shy_lacking lacking;        /* COMPOSITE, OVER, ALLOCATE */
    enum shy_tie tie;                /* MOST_FREQUENT */
    struct shy_fraction least, most; /* OVER, counting areas: bounds, included; den 0 = open */
    int64_t amount, portion;         /* ALLOCATE: what is shared, in portions of so much */
    enum shy_rest rest;              /* ALLOCATE */
    const char *file;                /* script place, for messages; not part of the identity */
    int line;
};

/** An area axis: by which place of the rows cells are grouped. */
struct shy_by {
    uint32_t basis; /* one of SHIHYO_BASIS_*; NONE = the area the rows name; 0 = no area axis */
};

/* The column of a dimension, or of the area, in the rows below one leaf (a ROWS … AREAS node). */
struct shy_dim_leaf {
    shy_node_id leaf;
    struct shy_operand operand;
};

/** A dimension beside area and period. */
struct shy_dim {
    const char *label;
    const struct shy_dim_leaf *leaves; /* every leaf below the measures, sorted by id; operands
                                          are of the rows of `other` where it is given */
    size_t leaf_count;
    shy_node_id other;        /* rows of the same person that give the value; 0 = the row's own */
    int from_month, to_month; /* of `other`: months after the row's, both included */
    const char *missing;      /* label where there is none; NULL = such rows are left out */
    const char *total;        /* label of the total over the dimension; NULL = none */
};

struct shy_rate {
    int64_t per;
    struct shy_population_key {
        const char *sex; /* "female", "male"; NULL = both */
        int age_from;    /* 0 = from birth */
        int age_to;      /* included; -1 = open */
        bool same_year;
    } population;
    const char *measure; /* "rate:10000:75+", "rate:100000:female:65-74", "rate:100000:all" */
};

/* Limits of confidence asked for. */
struct shy_limits_asked {
    struct shy_levels levels; /* count 0 = none */
    enum shy_method method;
};

/* One way to compute an indicator. A cross table has one answer with value 0: its by, needs and
 * hash are those of all its measures. */
struct shy_answer {
    const char *name, *unit, *note; /* name, note may be NULL */
    shy_node_id value;
    struct shy_by by;
    const struct shy_dim_leaf *areas; /* where the area of each leaf's rows stands, sorted by leaf;
                                         none where there is no area axis */
    size_t area_count;
    const char *comparable; /* group of answers that may stand in one series; NULL = only itself */
    char hash[SHY_HASH_TEXT]; /* of what is computed: value, by, unit, code lists; no labels */
    const struct shy_contract *main; /* of the first rows it reads; NULL = only other indicators */
    const struct shy_need *needs;    /* contracts and columns, sorted by contract id */
    size_t need_count;
    const char *const *refs; /* ids of the indicators it uses directly, sorted */
    size_t ref_count;
};

/* What must be had of a contract; supports (person, institution) that are not computed with are
 * not among the columns. */
struct shy_need {
    const struct shy_contract *contract;
    const char *const *columns; /* NULL-ended, sorted */
    uint32_t basis;             /* asked of this contract; 0 = none */
};

enum shy_definition_kind { SHY_INDICATOR, SHY_CROSS_TABLE };

/* A measure column of a cross table: its label and value. */
struct shy_measure {
    const char *label, *unit;
    shy_node_id value;
};

struct shy_definition {
    enum shy_definition_kind kind;
    const char *id, *name, *name_en, *unit, *pack;
    const json_t *metadata;   /* stages, kind, marked, definition, caveats, … as written */
    int decimals;             /* for display */
    struct shy_period period; /* always computed for this one; kind NONE = those asked for */
    const struct shy_period *breaks; /* with each a new series begins */
    size_t break_count;
    bool ok;                  /* false: has errors, not to be run */
    const struct shy_answer *answers; /* in order of preference */
    size_t answer_count;
    const struct shy_rate *rates;
    size_t rate_count;
    struct shy_limits_asked limits; /* of the value and its rates */
    const struct shy_dim *dims;     /* of a cross table: rows then columns */
    size_t dim_count, row_dims;
    bool area_rows;                     /* a cross table with an area axis */
    size_t area_position;               /* row dimensions printed before the area axis */
    const struct shy_measure *measures; /* of a cross table; none of an indicator */
    size_t measure_count;
    char hash[SHY_HASH_TEXT]; /* of the canonical serialisation */
    const char *canonical;    /* JSON text, sorted keys, no script places */
    const char *file;
    int line;
};

struct shy_plan;

/*
 * Compiles documents (one per pack: docs/plan.md). Problems of one definition leave the others
 * usable: it is kept with ok = false. Returns an error only when nothing can be compiled.
 */
int shy_plan_compile(const json_t *const *documents, size_t count,
                     const struct shy_catalogue *catalogue, struct shy_plan **out,
                     struct shy_problems *problems, struct shihyo_error *err);
void shy_plan_free(struct shy_plan *plan);

const struct shy_node *shy_plan_node(const struct shy_plan *plan, shy_node_id id);
size_t shy_plan_node_count(const struct shy_plan *plan); /* ids are 1..count, inputs first */
size_t shy_plan_definition_count(const struct shy_plan *plan);
const struct shy_definition *shy_plan_definition(const struct shy_plan *plan, size_t i); /* by id */
const struct shy_definition *shy_plan_find(const struct shy_plan *plan, const char *id);
const struct shy_code_list *shy_plan_code_list(const struct shy_plan *plan, const char *id);
size_t shy_plan_code_list_count(const struct shy_plan *plan);
/* The column of a leaf among a dimension's leaves or an answer's areas; NULL where it is not. */
const struct shy_operand *shy_leaf_operand(const struct shy_dim_leaf *leaves, size_t count,
                                           shy_node_id leaf);
const struct shy_operand *shy_dim_operand(const struct shy_dim *dim, shy_node_id leaf);

/* What the function of an EACH_PERSON sees of a contract: codes and numbers that every source has
 * and those that it reads, but neither who the person is nor the claim. */
bool shy_person_sees(const struct shy_node *node, const struct shy_contract *contract,
                     size_t column);

/* What a value is as far as its limits are concerned. answer_of gives the answer that another
 * indicator uses (NULL: any of them). NONE: *why says the reason, for people. */
enum shy_statistic
shy_plan_statistic(const struct shy_plan *plan, shy_node_id value, enum shy_method method,
                   const struct shy_answer *(*answer_of)(const void *arg, const char *id),
                   const void *arg, const char **why);
/* Does it count what one person may have several of: rows, claims, quantities of receipts? */
bool shy_plan_repeats(const struct shy_plan *plan, shy_node_id value);
/* Is a population below the value, or below one of its rates? */
bool shy_plan_needs_population(const struct shy_plan *plan, const struct shy_definition *definition,
                               const struct shy_answer *answer);

bool shy_op_is_rows(enum shy_op op);
bool shy_op_is_leaf(enum shy_op op);     /* rows to cells: ROWS … AREAS */
const char *shy_op_name(enum shy_op op); /* as in docs/plan.md */

/* Codes of an answer's lists that are valid nowhere in the period, or only in part of it. */
void shy_plan_check_period(const struct shy_plan *plan, const struct shy_definition *definition,
                           const struct shy_period *period, struct shy_problems *problems);

/* Calls for every code list that a definition looks codes up in, by id; ends where visit gives
 * another value than 0, and gives that. */
int shy_plan_each_list(const struct shy_plan *plan, const struct shy_definition *definition,
                       void *self, int (*visit)(void *self, const struct shy_code_list *list),
                       struct shihyo_error *err);

/* One look of a count at a code list that says what it is complete for. */
struct shy_list_use {
    const struct shy_code_list *list;
    const struct shy_contract *contract; /* whose rows are looked at */
    int from, to;                        /* months after the first and the last of the period */
    bool fiscal_year;                    /* in the whole of the fiscal years it touches */
    bool anywhere;                       /* in all that was delivered, too */
    bool selects;                        /* a row without a code of the list counts nowhere */
};
/* The worse one has the greater number. */
enum shy_list_coverage {
    SHY_LIST_COMPLETE,
    SHY_LIST_NO_CODES,   /* it knows that there was nothing of the kind */
    SHY_LIST_IN_PART,    /* a part of the rows may be missing, and that is said */
    SHY_LIST_INCOMPLETE, /* nobody can tell */
};
/* "2020-04 to 2026-05", for messages. */
#define SHY_SPAN_TEXT 64
void shy_code_list_span(const struct shy_code_list *list, char out[SHY_SPAN_TEXT]);
/* A list that was always to be supplied is no news. */
enum shy_severity shy_code_list_severity(const struct shy_code_list *list);
void shy_code_list_hint(struct shihyo_error *err,
                        const struct shy_code_list *list); /* what to do */
/* Calls for every look of the leaf (ROWS … AREAS) and of the definition's dimensions over it; ends
 * where visit gives another value than 0, and gives that. definition NULL = no dimensions. */
int shy_plan_list_uses(const struct shy_plan *plan, const struct shy_definition *definition,
                       shy_node_id leaf, void *self,
                       int (*visit)(void *self, const struct shy_list_use *use));
/* delivered: the months of the contract that there are, ascending; may be none. */
enum shy_list_coverage shy_list_use_coverage(const struct shy_list_use *use,
                                             const struct shy_period *period,
                                             const int32_t *delivered, size_t count);

/** What a project's sources offer; filled by core/project from plugins' declarations. */
struct shy_offer {
    const char *source; /* name in the project; "store" data carry it too */
    const char *contract;
    const char *const *columns; /* NULL-ended; NULL = all */
    uint32_t bases;
    uint32_t finest_level;
};
struct shy_choice {
    const struct shy_answer *answer; /* NULL = none */
    const char *source;              /* whose offer of answer->main is taken */
    char reason[512];                /* why the answers before it could not be used; "" = first */
};
/* The first answer whose every need is offered, by one source or several, and whose every
 * indicator used has such an answer. Returns 0 or SHY_E_NO_ANSWER (with reasons). */
int shy_plan_choose(const struct shy_plan *plan, const struct shy_definition *definition,
                    const struct shy_offer *offers, size_t count, struct shy_choice *out,
                    struct shihyo_error *err);
/* The answer of that name or none; wanted NULL: as above. */
int shy_plan_choose_named(const struct shy_plan *plan, const struct shy_definition *definition,
                          const char *wanted, const struct shy_offer *offers, size_t count,
                          struct shy_choice *out, struct shihyo_error *err);

#endif
