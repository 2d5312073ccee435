/* SPDX-License-Identifier: MIT */
/*
 * Inside the naive evaluator: what its files share. Everything lives in the run's arena until the
 * run ends; results of nodes are kept by node, so that what indicators share is computed once.
 * Functions return 0 or a message code, with the run's error filled.
 */
#ifndef SHY_EXEC_NAIVE_H
#define SHY_EXEC_NAIVE_H

#include "core/base/mem.h"
#include "core/exec/exec.h"

#define NONE UINT32_MAX

/* Data ----------------------------------------------------------------------------------- */

/* A table as a link of another: for each row of that, its row of `to`, or NONE. */
struct link {
    const char *column;
    struct source *to;
    uint32_t *row;
};

/* Where the rows are, on one basis: set and area, NONE where unknown. */
struct places {
    uint32_t *set, *area;
};
/* The set of rows that belong to the nation only; not one of shy_areas. */
#define SET_UNASSIGNED (UINT32_MAX - 1)

/* The rows of one contract. Columns are numbers of table columns, -1 where there is none. */
struct source {
    const struct shy_contract *contract;
    const struct shy_table *table; /* NULL: no rows */
    size_t rows;
    int *columns; /* by the contract's columns */
    int person, claim, institution, month, period, area_set, area;
    const int32_t *months; /* delivered */
    size_t month_count;
    const struct shy_period *periods; /* by the dictionary of `period`; kind NONE = not one */
    uint32_t *persons, *claims;       /* numbers common to all contracts; NULL until asked for */
    uint32_t *series;                 /* NULL until asked for */
    const uint8_t *doubt;             /* of rows that a function made; else NULL */
    struct link links[8];
    size_t link_count;
    struct places places[16]; /* by basis */
    struct source *next;
};

/* Rows selected, in ascending order. doubt: see semantics.md, "Rows in doubt". */
enum doubt { SURE, DOUBT_END, DOUBT_WINDOW };
struct rows {
    uint32_t *row;
    uint8_t *doubt;
    size_t count;
};

/* An operand found in the data. */
struct bound {
    const struct shy_operand *operand;
    const struct source *base; /* whose rows are asked */
    const struct source *from; /* where the column is */
    const uint32_t *link;      /* from base's rows to from's; NULL = the same */
    int column;                /* of from's table */
};
struct value {
    enum shihyo_state state;
    int64_t number;
    const char *text; /* of codes, texts, periods, attributes */
};

/* Cells ---------------------------------------------------------------------------------- */

struct val {
    enum shihyo_state state;
    enum shy_reason reason;
    bool exact;
    struct shy_fraction num, den;
    int64_t factor;
    double value;
    int64_t persons, institutions;
    uint32_t notes;
    int64_t note_count;
};

/* The dimensions of one definition: dims.c. */
enum { MAX_DIMS = 16 };
struct dims;

/* For what a node is evaluated. */
struct frame {
    uint32_t basis;    /* SHIHYO_BASIS_*; 0 with whole */
    bool whole;        /* no area axis: one cell for all rows */
    uint32_t set;      /* the nation's where whole */
    uint32_t period;   /* of run.periods */
    struct dims *dims; /* NULL = none */
};

/* What a value has beside its number, where it has: what limits are made from, how it is judged. */
struct extra {
    struct shy_estimate estimate;  /* MEAN, *_STANDARDISED; kind NONE: of the number itself */
    struct shy_cell_limits limits; /* COMPARE, FUNNEL, TREND */
};

/* Values of a node in a frame: [area * combos + combo]. */
struct block {
    struct val *vals;
    struct extra *extras; /* NULL = none */
    size_t areas, combos;
};

struct memo_rows {
    shy_node_id node;
    uint32_t period; /* NONE: of any */
    struct rows rows;
    struct memo_rows *next;
};
struct memo_block {
    struct frame frame;
    struct block block;
    struct memo_block *next;
};

struct native;

struct run {
    const struct shy_plan *plan;
    const struct shy_dataset *data;
    const struct shy_areas *areas;
    const struct shy_functions *functions;
    const struct shy_request *request;
    struct shy_result *out;
    struct shy_problems *problems;
    struct shihyo_error *err;
    struct shy_arena arena;
    uint32_t nation; /* its set */
    struct source *sources;
    struct shy_map person_ids, claim_ids;
    struct shy_period *periods;
    size_t period_count, period_capacity;
    struct memo_rows **rows;            /* by node */
    struct memo_block **blocks;         /* by node */
    struct shihyo_error function_error; /* the first of the definition */
    struct native *native;              /* answers for rows of persons; NULL = the tables do */
    bool several;                       /* threads may work for the run */
    struct made *made;                  /* tables of rows that functions made */
    struct unknown *unknown;            /* rows of events that nobody can place */
};

/* naive.c: everything between a filled run and its end */
int shy_exec_run(struct run *run);
void shy_exec_end(struct run *run, int rc); /* rc: of the run; a failing one leaves no result */

void *shy_run_alloc(struct run *run, size_t count, size_t size, int *rc); /* sets *rc on failure */
int shy_run_period(struct run *run, const struct shy_period *p, uint32_t *out); /* numbers it */

/* sources.c: data */
int shy_source(struct run *run, const struct shy_contract *contract, struct source **out);
int shy_source_persons(struct run *run, struct source *s);
int shy_source_claims(struct run *run, struct source *s);
int shy_source_link(struct run *run, struct source *s, const char *column,
                    const struct shy_contract *to, const struct link **out);
/* The months of a row: first and last, both included; INT32_MIN/MAX open. */
void shy_row_months(const struct source *s, uint32_t row, int32_t *first, int32_t *last);
bool shy_row_in_period(const struct source *s, uint32_t row, const struct shy_period *p);
/* Are rows of the contract there for each month of care that the node scans? */
int shy_delivered(struct run *run, shy_node_id node, int32_t month, bool *out);
int shy_has_months(struct run *run, shy_node_id node, bool *out);
bool shy_is_published(const struct source *s); /* figures of a source, with a period */
bool shy_is_entity(const struct source *s, uint32_t row);
bool shy_source_wants(const struct run *run, const struct shy_contract *contract, size_t column);
/* Rows of a table by the dictionary number of its key: rows[first[code] … first[code + 1]). */
struct key_index {
    uint32_t *first, *rows;
    const struct shy_map *dict;
};
int shy_key_index(struct run *run, const struct source *s, struct key_index *out, bool *have);
/* The row of a code to be taken for months first … last, or NONE. */
uint32_t shy_best_row(const struct source *to, const struct key_index *index, uint32_t code,
                      int32_t first, int32_t last);

/* places.c */
int shy_source_places(struct run *run, struct source *s, uint32_t basis, const struct places **out);
/* The area of the frame's set that a place counts in, or NONE. */
uint32_t shy_lift(const struct run *run, const struct frame *f, uint32_t set, uint32_t area);
/* Where shy_lift gives NONE for a place that was split: calls again and again give the areas in
 * which parts of it lie, each once, with their share in millionths (-1: not stated). *at from 0. */
bool shy_lift_spread(const struct run *run, const struct frame *f, uint32_t set, uint32_t area,
                     size_t *at, uint32_t *target, int64_t *weight);
/* What an area is compared in: the area of the set `within` that it lies in (NONE where in none);
 * 0, one group of all, where within is NONE or the frame has no areas. */
uint32_t shy_group_of(const struct run *run, const struct frame *f, uint32_t area, uint32_t within);
bool shy_is_former(const struct run *run, uint32_t set, uint32_t area);
/* The day that decides what a code means in a row of a month: its last. */
int32_t shy_day_of_month(int32_t month);
enum shy_role shy_basis_role(uint32_t basis); /* of the column with the place of events */
/* The column of `to` with that role: the contract's own (link NULL), or one it links to; -1. */
void shy_place_column(const struct shy_contract *c, enum shy_role role, const char **link,
                      const struct shy_contract **to, int *column);
const struct shy_contract *shy_linked_contract(const char *id); /* a core contract, or NULL */
/* Of a contract whose rows may be placed by another register: the column of its persons that says
 * so, and that register's column with the role; NULL where there is none. */
const struct shy_contract *shy_place_otherwise(const struct shy_contract *c, enum shy_role role,
                                               const char **link, int *column);
/* Of rows of events that are selected those that nobody can place, for the report, which is made
 * at the end: for each contract and basis as many rows as the selection with most of them has, and
 * the codes of all. The maps given out are added to. */
int shy_note_unknown(struct run *run, const struct shy_contract *contract, uint32_t basis,
                     int64_t rows, struct shy_map **codes);
/* Notes the selected rows of the period. */
int shy_note_unknown_rows(struct run *run, const struct frame *f, struct source *s,
                          const struct rows *rows);
int shy_report_unknown(struct run *run);
void shy_unknown_free(struct run *run);

/* values.c */
int shy_bind(struct run *run, struct source *base, const struct shy_operand *operand,
             struct bound *out);
void shy_value_of(const struct bound *b, uint32_t row, struct value *out);
const struct shy_code_entry *shy_entry_in(const struct shy_code_list *list, const char *code,
                                          int32_t from, int32_t to);
void shy_row_dates(const struct source *s, uint32_t row, int32_t *from, int32_t *to);

/* conditions.c: a list of conditions, ready to be asked row by row */
struct test {
    const struct shy_condition *condition;
    struct bound bound;
    const uint8_t *accepts; /* of texts that may satisfy it, by dictionary number; or NULL */
};
int shy_tests(struct run *run, struct source *s, const struct shy_condition *conditions,
              size_t count, struct test **out);
enum { NOT_HAVE, HAVE, UNKNOWN };
int shy_test(const struct test *t, uint32_t row); /* one of these */
int shy_test_all(const struct test *t, size_t count, uint32_t row);

/* rows.c, events.c */
int shy_rows(struct run *run, shy_node_id node, uint32_t period, const struct rows **out);
int shy_rows_make(struct run *run, size_t most, struct rows *out);
bool shy_depends_on_period(const struct run *run, shy_node_id id);
int shy_discharges(struct run *run, const struct shy_node *n, struct source *s,
                   const struct rows *in, uint32_t period, struct rows *out);
/* A total order of the values of a column: none first, texts by bytes. */
int shy_compare_values(const struct shy_table_column *c, uint32_t a, uint32_t b);
int shy_pick(struct run *run, const struct shy_node *n, struct source *s, const struct rows *in,
             struct rows *out);
int shy_follow(struct run *run, const struct shy_node *n, struct source *s, const struct rows *in,
               uint32_t period, struct rows *out);
/* In how many months of the period does the node have a row, anywhere? */
int shy_months_with_rows(struct run *run, shy_node_id node, uint32_t period, int *out);
/* Keys of rows by person (and month), sorted; doubt of the surest row of each. */
struct key {
    uint64_t key;
    uint8_t doubt;
};
int shy_keys(struct run *run, struct source *s, const struct rows *rows, enum shy_match match,
             struct key **out, size_t *count);
uint64_t shy_key_of(const struct source *s, uint32_t row, enum shy_match match);
#define NO_KEY UINT64_MAX

/* A selected row with its person and month. */
struct event {
    uint32_t person;
    int32_t month;
    uint32_t row;
    uint8_t doubt;
};
/* Rows that have a person and a month, sorted by both; the smallest row of a month first. */
int shy_events(struct run *run, struct source *s, const struct rows *in, struct event **out,
               size_t *count);

/* each_person.c: rows that a function makes */
int shy_made_load(struct run *run, struct source *s);
void shy_made_free(struct run *run);
/* Which months were delivered about each need of the node. */
int shy_seen_months(struct run *run, const struct shy_node *node, struct shy_seen_months **out);
/* `persons`, as an answer that needs it has it; NULL where none does. */
const struct shy_contract *shy_persons_contract(const struct run *run);
/* native_each.c: did a function below the node fail in the pass? Its error, and the run's. */
int shy_each_failed(struct run *run, shy_node_id id);
/* The node that makes the rows of the contract. */
const struct shy_node *shy_made_node(const struct run *run, const struct shy_contract *contract);

/* parts.c, published.c: which rows count where */
enum part_kind {
    PART_VALUE,
    PART_MISSING, /* `count` areas without a figure */
    PART_NOT_ADDITIVE,
    PART_DOUBT_END,
    PART_DOUBT_WINDOW,
    PART_SPLIT, /* nobody knows how much of the row is in the area */
};
struct part {
    uint32_t row, area, combo;
    uint8_t kind;
    bool rebased;     /* the row's code is of another day */
    uint32_t share;   /* one more than the millionths of the row that count here; 0 = all */
    bool added;       /* from smaller areas */
    bool some_months; /* added months that do not cover the period */
    uint32_t count;
};
struct parts {
    struct part *items;
    size_t count, capacity;
    int64_t unknown; /* rows left out: nobody knows their area */
    bool cumulative;
};
int shy_parts(struct run *run, const struct frame *f, shy_node_id leaf, struct parts *out);
int shy_parts_add(struct run *run, struct parts *parts, struct part part);
int shy_published_parts(struct run *run, const struct frame *f, shy_node_id leaf, struct source *s,
                        const struct rows *rows, struct parts *out);

/* dims.c */
int shy_dims_new(struct run *run, const struct shy_definition *d, struct dims **out);
void shy_dims_free(struct dims *dims); /* what is not in the arena */
/* Takes in the combinations of a leaf's rows in a period. */
int shy_dims_scan(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period);
int shy_dims_close(struct run *run, struct dims *dims); /* sorts them and begins to name them */
int shy_dims_named(struct run *run, struct dims *dims); /* before the first text is asked for */
size_t shy_dims_count(const struct dims *dims);         /* combinations; 1 where dims is NULL */
uint32_t shy_dims_text(const struct dims *dims, size_t combo); /* of result.dims */
/* Combinations a row counts in, to out[SHY_ROW_COMBOS]; *count of them. */
#define SHY_ROW_COMBOS 256
int shy_dims_of_row(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period,
                    uint32_t row, uint32_t *out, size_t *count);
/* Are all months delivered in which the row's dimensions look for their values? */
int shy_dims_known(struct run *run, const struct dims *dims, const struct source *s, uint32_t row,
                   bool *out);
void shy_number_text(enum shy_type type, int64_t number, char out[32]); /* "2023-04", "true" */
const struct shy_definition *shy_dims_definition(const struct dims *dims);
/* For counts that are made elsewhere: the number of a text in a dimension, NONE once the list is
 * closed and it is not in it; a row by its numbers (NONE = no value); the place of a combination
 * (SHY_DIMS_TOTAL = total) when the list is closed, or NONE. */
#define SHY_DIMS_TOTAL (UINT32_MAX - 1)
int shy_dims_value(struct run *run, struct dims *dims, size_t dim, const char *text, uint32_t *out);
/* out: the combination as found, where it is one; NONE. */
int shy_dims_add(struct run *run, struct dims *dims, const uint32_t *values, uint32_t *out);
int shy_dims_expect(struct run *run, struct dims *dims, size_t count); /* so many combinations */
/* Places of combinations in the closed list, by their numbers as found. */
const uint32_t *shy_dims_ranks(const struct dims *dims);
uint32_t shy_dims_find(const struct dims *dims, const uint32_t *values);
bool shy_dims_name(const struct dims *dims, shy_node_id leaf, const struct shy_column *column);

/* leaves.c, area_counts.c, cells.c, ranks.c: values */

/* What is gathered of one cell. */
__extension__ typedef __int128 shy_wide;
struct tally {
    int64_t rows; /* that count */
    int64_t by_state[SHIHYO_STATE_PARTIAL + 1];
    shy_wide sum; /* mantissas at the leaf's scale */
    int64_t distinct, persons, institutions;
    int64_t missing_areas, not_additive, doubt_end, doubt_window;
    int64_t split; /* rows of areas that were split */
    bool added, some_months, overflow, rebased, weighted;
};
int shy_cells(struct run *run, const struct frame *f, shy_node_id node, const struct block **out);
int shy_leaf(struct run *run, const struct frame *f, shy_node_id node, bool monthly,
             struct block *out);
int shy_area_count(struct run *run, const struct frame *f, const struct shy_node *n,
                   shy_node_id leaf, struct block *out);
int shy_rank(struct run *run, const struct frame *f, const struct shy_node *n,
             const struct block *in, struct block *out);
int shy_block_make(struct run *run, const struct frame *f, struct block *out);
size_t shy_frame_areas(const struct run *run, const struct frame *f);
const struct shy_answer *shy_answer_of(const struct run *run, const char *id);
int shy_earlier_period(struct run *run, const struct frame *f, const struct shy_node *n,
                       uint32_t *out); /* of GROWTH, EARLIER */

uint32_t shy_bases_of(const struct run *run, shy_node_id id, uint32_t basis); /* of place */
/* Does a new series begin after the one month and by the other, in what the node is made of? */
bool shy_broken_between(const struct run *run, shy_node_id id, int32_t after, int32_t until);
int shy_years_before(struct run *run, const struct frame *f, int years, uint32_t *out);

/* estimates.c: what limits of a node's values are made from */
struct estimator {
    const struct block *block;
    size_t divide; /* values of the block for one of the node's */
    enum shy_statistic kind;
};
int shy_estimator(struct run *run, const struct frame *f, shy_node_id node, enum shy_method method,
                  struct estimator *out);
/* Of the node's value i; false: it is not ok, or not whole numbers. */
bool shy_estimate_at(const struct estimator *e, size_t i, struct shy_estimate *out);
bool shy_estimate_of(const struct val *v, enum shy_statistic kind, struct shy_estimate *out);
/* Limits at all levels; false where there are none. */
bool shy_limits_make(const struct shy_estimate *e, const struct shy_levels *levels,
                     struct shy_cell_limits *out);
int shy_extras_make(struct run *run, struct block *block);
void shy_val_stat(struct val *v, enum shy_stat state); /* not computable, for that reason */

/* standardised.c, judged.c */
int shy_rate_node(struct run *run, const struct frame *f, const struct shy_node *n,
                  struct block *out);
int shy_mean_node(struct run *run, const struct frame *f, const struct shy_node *n,
                  struct block *out);
int shy_standardised_node(struct run *run, const struct frame *f, const struct shy_node *n,
                          struct block *out);
int shy_judged_node(struct run *run, const struct frame *f, const struct shy_node *n,
                    struct block *out);

/* chosen.c: choices, other periods, other areas */
int shy_chosen_node(struct run *run, const struct frame *f, const struct shy_node *n,
                    struct block *out);
/* Of INTERPOLATE: where its line begins and ends. */
int shy_line_frames(struct run *run, const struct frame *f, const struct shy_node *n,
                    struct frame *start, struct frame *end);
/* Of EACH_AREA: the frame of its areas; set NONE where its rows name none. */
int shy_each_area_frame(struct run *run, const struct frame *f, const struct shy_node *n,
                        struct frame *out);

/* scores.c, sharing.c */
enum { SHY_TERMS_MOST = 256 };
int shy_terms_of(struct run *run, const struct frame *f, const struct shy_node *n,
                 const struct block **blocks); /* at most so many */
int shy_score_node(struct run *run, const struct frame *f, const struct shy_node *n,
                   struct block *out);
int shy_over_node(struct run *run, const struct frame *f, const struct shy_node *n,
                  struct block *out);
int shy_allocate_node(struct run *run, const struct frame *f, const struct shy_node *n,
                      struct block *out);

/* vals.c: single values */
void shy_val_number(struct val *v, struct shy_fraction num, struct shy_fraction den,
                    int64_t factor);
void shy_val_state(struct val *v, enum shihyo_state state, enum shy_reason reason);
void shy_val_partial(struct val *v, enum shy_reason reason); /* if it is ok */
bool shy_val_has_number(const struct val *v);
bool shy_val_fraction(const struct val *v, struct shy_fraction *out); /* false: not exact */
int shy_state_rank(enum shihyo_state state); /* the greater goes before the smaller */
/* State, notes and supports of a value computed from inputs; true if all have a number. */
bool shy_val_from(struct val *out, const struct val *const *inputs, size_t count);
int64_t shy_support_least(int64_t a, int64_t b);
void shy_val_note(struct val *v, uint32_t note, int64_t count);

/* spans.c: counts by code lists that are not complete for the frame's period */
int shy_codes_known(struct run *run, const struct frame *f, shy_node_id leaf, struct block *out);

/* rates.c */
void shy_rate(const struct run *run, const struct frame *f, uint32_t area,
              const struct shy_rate *rate, uint32_t basis, const struct val *in, struct val *out);

/* The native engine, where rows of persons are not read as tables (run.native): native_ask.c
 * collects what is asked, native.c answers all of it at once, native_fill.c gives the answers. */
int shy_native_ask(struct run *run, const struct frame *f, const struct shy_definition *dims_of,
                   shy_node_id node);
int shy_native_answer(struct run *run);
bool shy_is_native(const struct run *run, shy_node_id leaf);
int shy_native_months(const struct run *run, shy_node_id node, uint32_t period); /* with rows */
int shy_native_dims(struct run *run, struct dims *dims, shy_node_id leaf, uint32_t period);
int shy_native_leaf(struct run *run, const struct frame *f, shy_node_id leaf, bool monthly,
                    struct tally *tallies, int64_t *unknown);
/* Calls with the tally of every cell (area * combinations + combination) that has rows, once,
 * unknown being set before; given: false where the cells are not as simple as that. */
typedef void (*shy_give_tally)(void *self, size_t cell, struct tally *t);
int shy_native_give(struct run *run, const struct frame *f, shy_node_id leaf, bool monthly,
                    shy_give_tally give, void *self, int64_t *unknown, bool *given);
int shy_native_areas(struct run *run, const struct frame *f, shy_node_id leaf, uint32_t among,
                     bool *has, bool *doubt_end, bool *doubt_window, bool *split,
                     struct tally *tallies);

#endif
