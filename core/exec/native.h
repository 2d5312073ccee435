/* SPDX-License-Identifier: MIT */
/*
 * Inside the native engine: what its files share. docs/claims.md, "The engine".
 *
 * What is asked is collected first (native_ask.c), made ready once (native_plan.c,
 * native_fetch.c), and answered in one pass over the partitions by several threads: native_load.c
 * reads rows, native_rows.c and native_events.c select them, native_grid.c counts. The counts then
 * stand in for the leaves of the common evaluator (native_fill.c).
 */
#ifndef SHY_EXEC_NATIVE_H
#define SHY_EXEC_NATIVE_H

#include "core/exec/idset.h"
#include "core/exec/naive.h"
#include "core/exec/seen.h"
#include "core/exec/tuples.h"

enum { BATCH = 1024 };

/* Made ready ------------------------------------------------------------------------------ */

/* Months at which something changes; class 0 is before the first of them. */
struct classes {
    int32_t *breaks;
    size_t count, capacity;
};
static inline size_t class_of(const struct classes *c, int32_t month)
{
    size_t i = 0;
    while (i < c->count && c->breaks[i] <= month)
        i++;
    return i;
}

/* A function that is called for each person; its rows are a shelf. */
enum { EACH_MONTH = 1, EACH_VALUE }; /* columns of its contract; made ones begin with the second */
struct each_failure {
    int rc;
    uint32_t partition;
    struct shihyo_error err;
};
struct each_plan {
    const struct shy_node *node;
    size_t number;
    const struct shelf_plan *shelf, *persons;
    struct shy_seen_months *months; /* by need */
    struct each_failure failure;    /* after the pass */
    struct each_plan *next;
};

/* From numbers of a code to other numbers, by class of the row's month; NONE = nothing. */
struct code_map {
    struct classes classes;
    size_t size;
    uint32_t *to; /* [class * size + number] */
};

/* Which numbers of a code are accepted, by class of the row's month. */
struct month_range {
    int32_t first, last;
};

struct code_test {
    struct classes classes;
    size_t size;
    uint8_t *yes;
};

/* Whose rows: everybody's; of persons who are on shelves with everybody's rows; of persons whose
 * rows are looked at beside them. In this order shelves are filled. */
enum reach { REACH_ALL, REACH_LINKED, REACH_ASKED };

/* What is read of one contract. */
struct shelf_plan {
    const struct shy_contract *contract;
    size_t number;                                       /* in native.shelves */
    int month, valid_from, valid_to, claim, institution; /* columns; -1 = none */
    bool *needed;                                        /* by column */
    bool used, needs_claims;
    bool linked;         /* rows of others look for their row here */
    bool chooses;        /* rows of a month are put in order by their columns */
    int compared;        /* columns before this one decide that order */
    bool *present;       /* by column: the data have it */
    int32_t first, last; /* months read */
    shy_node_id *scans;
    size_t scan_count;
    /* Scans that may want a row, by its code in column `key`, as bits; `size` stands for no code.
     */
    int key;
    struct classes classes;
    size_t size, words;
    uint64_t *masks; /* [(class * (size + 1) + number) * words] */
    uint32_t *kinds; /* [class * (size + 1) + number]: which of the different masks it is */
    size_t kind_count;
    uint32_t *kind_first, *kind_scans; /* the bits of each, as a list */
    uint8_t *hot;                      /* [class * (size + 1) + number] */
    uint8_t *wanted;                   /* [number]: hot in any class; NULL = every row is read */
    enum reach reach;
    shy_node_id *asking; /* REACH_ASKED: whose persons' rows are needed */
    size_t asking_count;
    struct shelf_plan *next;
};

/* FROM_REGISTER: of the person, by the register that places whom `persons` does not have. */
enum fetch_from { FROM_NOTHING, FROM_OWN, FROM_PERSON, FROM_CLAIM, FROM_REGISTER };

/* An operand of a plan, ready to be read for many rows. */
struct fetch {
    enum fetch_from from;
    const struct shelf_plan *base, *source; /* whose rows are asked; where the column is */
    int column;
    bool age, is_text;
    const struct code_map *link;         /* to rows of tail's table */
    const struct shy_table_column *tail; /* NULL: the column itself */
    const struct code_map *last;         /* from the code to an attribute */
    const struct code_map *flat;         /* link, tail and last in one; NULL = the code itself */
    const char *const *texts;            /* of codes */
    size_t text_count;
};

struct sieve {
    const struct shy_condition *condition;
    struct fetch fetch;
    const struct code_test *test; /* of texts; NULL where the condition is not on texts */
};

/* Conditions of a node that the masks do not answer. */
struct sieves {
    struct sieve *items;
    size_t count;
};

/* Areas of one set, as columns of a grid's cells. With `among` a place is lifted through it. */
struct lift {
    uint32_t among, set;   /* among NONE: straight */
    uint32_t *area;        /* by slot */
    uint32_t *column;      /* by slot; NONE */
    uint32_t *index;       /* by slot: the column's place among those of the slot */
    bool *alone;           /* by slot: no other slot lies in its area */
    int64_t *institutions; /* of the cells of its set, once they are joined; NULL */
};

struct dim_plan {
    struct fetch fetch;
    shy_node_id other;
    const struct shy_dim *dim;
    const struct shy_operand *operand;
    int64_t missing; /* of rows without a value: VALUE_*, or what the label names */
    size_t radix;    /* of codes: texts, the missing label, no value; 0 = numbers */
    uint32_t none;   /* the digit of rows without a value */
};

/* Distinct persons, persons of each month, claims. */
enum count_kind { COUNT_PERSONS, COUNT_MONTHS, COUNT_CLAIMS, COUNT_KINDS };

enum measure_kind { MEASURE_DISTINCT, MEASURE_SUM };
struct measure {
    enum measure_kind kind;
    bool monthly; /* DISTINCT: in each month */
    bool coded;   /* DISTINCT: numbers of codes, with the month in the lowest bits */
    int month_bits;
    const struct shy_operand *operand, *times;
    struct fetch value, factor;
    size_t universe; /* of coded numbers */
};

/* How the institutions behind the cells are known. */
enum support {
    SUPPORT_NONE,    /* the contract has none */
    SUPPORT_SEEN,    /* written down row by row */
    SUPPORT_DIM,     /* a dimension is the institution: its value tells */
    SUPPORT_MEASURE, /* distinct institutions are asked for anyway */
};

/* What leaves ask of the same rows in the same months, on one basis, by the same dimensions. */
struct grid_plan {
    size_t number;
    shy_node_id leaf, rows; /* leaf: the first that asked */
    uint32_t period;        /* for which the rows are made */
    int32_t first, last;    /* months they lie in */
    uint32_t basis;
    bool whole;
    const struct shy_definition *dims_of; /* NULL = none */
    struct dim_plan *dims;
    size_t dim_count;
    bool looks; /* a dimension looks into other rows */
    struct shelf_plan *shelf;
    struct fetch place;      /* codes are slots */
    struct fetch place_text; /* codes are texts, for the report */
    struct fetch otherwise;  /* slots of rows without a row of `persons`; or FROM_NOTHING */
    uint32_t *slots;         /* place of each, in the set of municipalities */
    size_t slot_count;
    struct lift *lifts;
    size_t lift_count, lift_capacity;
    size_t width;                        /* columns of all lifts */
    uint32_t *slot_first, *slot_columns; /* columns that a slot counts in: first those that */
    uint32_t *slot_shared;               /* other slots share, which end here */
    bool totals;                         /* a dimension has one */
    bool shares, by_slot;                /* cells have several atoms; of one slot each */
    size_t product;                      /* of the radices; 0 = numbers, or too many */
    bool flat;                           /* threads have all atoms from the beginning */
    enum support support;
    size_t support_at; /* of dims, of measures */
    bool counts[COUNT_KINDS];
    struct measure *measures;
    size_t measure_count, measure_capacity;
    struct grid_plan *next;
};

/* Counted --------------------------------------------------------------------------------- */

#define VALUE_NONE INT64_MIN          /* the row has no value in the dimension */
#define VALUE_TOTAL (INT64_MIN + 1)   /* of combinations */
#define VALUE_MISSING (INT64_MIN + 2) /* the label of rows without a value */

struct sums {
    shy_wide sum;
    int64_t by_state[SHIHYO_STATE_PARTIAL + 1];
    bool overflow;
};

/* Rows of one combination of values at one place: what can be added up afterwards. Stamps number
 * rows, in the order of partitions and shelves. */
struct atom {      /* two of them are a line of the cache */
    uint32_t last; /* stamp of the last row */
    uint32_t
        group; /* of atoms that may share cells, + 1; 0 = not looked for; NONE: it shares none */
    uint32_t n[COUNT_KINDS];
    uint32_t last_institution; /* + 1 */
    int64_t rows;
};
struct atom_place {
    uint32_t base, slot;
    uint32_t cells, cell_count; /* of shared.cells */
};
struct doubts {
    int64_t end, window;
};

struct base {
    uint32_t first, count; /* of grid.pool: the combinations it counts in */
    uint32_t own;          /* of them: that of no other base; NONE */
};

/* Distinct persons and claims of cells that several atoms lie in. Most persons have rows in one
 * atom of a group: then the atoms' counts add up. What a person, month or claim counted in one
 * atom and again in another of the same cell is taken off afterwards. */
struct shared_cell {
    uint32_t cell; /* combination * width + column */
    uint32_t twice[COUNT_KINDS];
};
struct group {
    uint32_t person, first; /* the stamp of the person counted last, and its first atom */
    uint32_t last;          /* the stamp of that atom's last row */
    bool many;              /* it has several atoms */
};
struct sharing {
    struct tuples groups; /* values of dimensions without total, and the slot if that tells */
    struct group *group;
    size_t group_capacity;
    struct shared_cell *cells; /* of atoms, one atom after the other */
    size_t cell_count, cell_capacity;
    uint32_t *last; /* by cell: stamp; of persons with several atoms */
    size_t last_size;
};

struct grid {
    const struct grid_plan *plan;
    size_t codes;                /* of institutions */
    struct tuples bases, combos; /* without totals, bases are combinations */
    struct base *base;
    size_t base_capacity, expanded;
    uint32_t *pool; /* combinations of bases */
    size_t pool_count, pool_capacity;
    bool flat;         /* atoms are [number * slot_count + slot], by the mixed number of codes */
    uint8_t *named;    /* flat, by number: a row at no known place has it */
    uint32_t *direct;  /* base + 1 by the mixed number of codes */
    uint32_t *atom_of; /* atom + 1: [base * slot_count + slot] */
    size_t atom_of_size;
    struct atom *atoms;
    struct atom_place *places; /* flat: of those with a group, if any; atom_slot, atom_base */
    size_t atom_count, atom_capacity;
    struct doubts *doubts; /* by atom; NULL until needed */
    int64_t **added;       /* by measure, atom: sums */
    struct sums **sums;    /* what those cannot hold; NULL until needed */
    struct seen *seen;     /* by measure */
    struct idset **sets;   /* by measure, atom (and month): distinct numbers */
    struct seen institutions;
    struct sharing shared;
    uint32_t stamp;
    int64_t unknown;
    struct idset unknown_codes;
    bool begun;
    const struct dims *found_in; /* without totals: by base, the combination's number there */
    const uint32_t *found;
};

/* The pass -------------------------------------------------------------------------------- */

struct shelf_column {
    int32_t *narrow; /* codes, months, dates, bools */
    int64_t *wide;   /* numbers */
    uint8_t *state;  /* NULL = all OK */
};

struct selection {
    const uint32_t *row;
    const uint8_t *doubt; /* NULL = all sure */
    size_t count;
};

/* The rows of a contract in a partition that some scan may want, by person, month and claim. */
struct shelf {
    const struct shelf_plan *plan;
    size_t rows;
    uint32_t *start; /* by person: rows start[p] … start[p + 1] */
    uint32_t *person;
    int32_t *first, *last;                             /* months; the same array but for spans */
    uint64_t *claim;                                   /* delivery and number; NULL */
    uint32_t *kind;                                    /* which scans want it */
    uint32_t *month_begin, *claim_begin;               /* first rows of the row's; by need */
    uint8_t *doubt;                                    /* of rows that a function made */
    struct shelf_column *columns;                      /* by the contract's columns */
    uint32_t *person_row, *claim_row, *registered_row; /* linked rows; NULL until asked for */
    struct selection *scans; /* by bit of the mask; NULL until asked for */
};

/* The first of the selected rows from `at` on that is not before `row`: far steps, then halves. */
static inline size_t shy_seek(const struct selection *s, size_t at, uint32_t row)
{
    size_t step = 1, high;
    if (at >= s->count || s->row[at] >= row)
        return at;
    while (at + step < s->count && s->row[at + step] < row) {
        at += step;
        step *= 2;
    }
    high = at + step < s->count ? at + step : s->count;
    while (at + 1 < high) {
        size_t middle = at + (high - at) / 2;
        if (s->row[middle] < row)
            at = middle;
        else
            high = middle;
    }
    return high;
}

struct memo_selection {
    uint32_t period;
    int32_t first, last; /* of those in a period; first > last: all */
    struct selection selection;
    struct memo_selection *next;
};

/* The text of a person's month, of several the greatest. */
struct month_value {
    uint32_t person;
    int32_t month;
    int64_t value; /* a code, or a number */
};
struct memo_values {
    const struct dim_plan *dim;
    const struct selection *base; /* whose persons are read */
    uint32_t period;
    struct month_value *items;
    size_t count;
    struct memo_values *next;
};

struct chunk {
    struct chunk *next;
    size_t size, used;
    max_align_t bytes[];
};

/* One thread. */
struct worker {
    const struct native *native;
    struct chunk *chunks, *chunk; /* memory of one partition, kept for the next */
    struct shy_partition_reader reader;
    bool open;
    uint32_t partition, persons;
    struct shelf *shelves;
    struct memo_selection **selections; /* by node */
    struct memo_values *beside;
    struct grid *grids;
    int64_t *values;               /* of a batch, by dimension */
    uint8_t **seen;                /* by presence */
    struct shy_teller *tellers;    /* by function */
    struct each_failure *failures; /* by function */
    uint32_t failed_partition;
    int rc;
    struct shihyo_error err;
};

/* Which months about a node were delivered: base … base + count. */
struct months_known {
    int32_t base;
    size_t count;
    uint8_t *known;
    bool outside;
};

/* In which months of a period a node has a row. */
struct presence {
    shy_node_id node;
    uint32_t period;
    size_t number;
    uint8_t *seen; /* by month of the period, after the pass */
    struct presence *next;
};

struct memo_ask {
    struct frame frame;
    const struct shy_definition *dims_of;
    struct memo_ask *next;
};

struct native {
    struct run *run;
    const struct shy_partitions *data;
    struct shy_native_options options;
    struct shelf_plan *shelf_list;
    struct shelf_plan **shelves;
    size_t shelf_count;
    struct grid_plan *grid_list, **grid_end;
    struct grid_plan **grid_plans;
    struct memo_ask **asked; /* by node */
    struct presence *presences;
    struct each_plan *each_list;
    size_t each_count;
    size_t presence_count;
    size_t grid_count;
    size_t flat;                          /* atoms that threads have from the beginning */
    const struct shelf_plan **node_shelf; /* by node of rows */
    size_t *institutions;                 /* by shelf: how many codes there are */
    struct sieves *sieves;                /* by node */
    uint32_t *scan_bits;                  /* by node: its bit in its shelf's masks */
    struct months_known *months_known;    /* by node; known NULL = not needed */
    struct month_range *ranges;           /* by node: months in which its rows may matter */
    struct month_range *rows_in;          /* by node: months in which its rows can lie at all */
    bool *by_period;                      /* by node: rows depend on the period */
    struct grid *grids;                   /* all threads' together, after the pass */
    const struct shelf_plan *persons, *claims, *registered; /* that rows link to; NULL = not used */
};

/* native_ask.c */
struct grid_plan *shy_native_find(const struct native *n, shy_node_id rows, uint32_t period,
                                  int32_t first, int32_t last, const struct frame *f,
                                  const struct shy_definition *dims_of, shy_node_id leaf);
bool shy_same_operand(const struct shy_operand *a, const struct shy_operand *b);
enum shy_role shy_own_role(const struct shy_operand *o); /* of a column of the rows themselves */
uint32_t shy_native_among(const struct run *run, const struct shy_node *n, shy_node_id leaf);

/* native_plan.c: shelves, columns, conditions, months */
int shy_native_prepare(struct native *n);
int shy_native_shelf(struct native *n, const struct shy_contract *c, struct shelf_plan **out);

/* native_fetch.c: operands */
int shy_fetch_make(struct native *n, struct shelf_plan *base, const struct shy_operand *o,
                   struct fetch *out);
int shy_fetch_place(struct native *n, struct grid_plan *g);
int shy_fetch_slots(struct worker *w, const struct grid_plan *g, const uint32_t *rows, size_t n,
                    uint32_t *slot);
int shy_sieve_make(struct native *n, struct shelf_plan *base, const struct shy_condition *c,
                   struct sieve *out);
int shy_code_test_make(struct native *n, const struct shelf_plan *base,
                       const struct shy_condition *c, const char *const *texts, size_t count,
                       struct code_test *out);
int shy_classes_add(struct native *n, struct classes *c, int32_t month);
void shy_class_months(const struct classes *c, const struct shelf_plan *base, size_t k,
                      int32_t *month, bool *open);
/* Values of rows, at most BATCH of them. */
int shy_fetch_numbers(struct worker *w, const struct fetch *f, const uint32_t *rows, size_t n,
                      int64_t *number, uint8_t *state);
int shy_fetch_codes(struct worker *w, const struct fetch *f, const uint32_t *rows, size_t n,
                    uint32_t *code);

/* native_load.c */
int shy_shelf_load(struct worker *w, struct shelf *s);
int shy_shelf_person_rows(struct worker *w, struct shelf *s);
int shy_shelf_registered_rows(struct worker *w, struct shelf *s);
int shy_shelf_claim_rows(struct worker *w, struct shelf *s);
int shy_shelf_months(struct worker *w, struct shelf *s); /* month_begin */
int shy_shelf_claims(struct worker *w, struct shelf *s); /* claim_begin */
/* Of two rows of persons valid in one month, is `a` to be taken? */
bool shy_person_better(struct worker *w, const struct shelf *s, uint32_t a, uint32_t b);
static inline struct shelf *shelf_of(struct worker *w, const struct shelf_plan *plan)
{
    return &w->shelves[plan->number];
}

/* native_reach.c */
int shy_reach_plan(struct native *n);
/* By person; NULL = all of them. */
int shy_reach_marks(struct worker *w, const struct shelf_plan *plan, const uint8_t **out);

/* native_rows.c, native_events.c */
int shy_select(struct worker *w, shy_node_id node, uint32_t period, const struct selection **out);
int shy_select_within(struct worker *w, shy_node_id node, uint32_t period, int32_t first,
                      int32_t last, const struct selection **out);
int shy_select_pick(struct worker *w, const struct shy_node *n, const struct shelf *s,
                    const struct selection *in, struct selection *out);
int shy_select_discharges(struct worker *w, const struct shy_node *n, const struct shelf *s,
                          const struct selection *in, uint32_t period, struct selection *out);
int shy_select_window(struct worker *w, const struct shy_node *n, const struct shelf *s,
                      const struct selection *in, const struct shelf *t,
                      const struct selection *other, struct selection *out);
int shy_shelf_compare(const struct worker *w, const struct shelf *s, int column, uint32_t a,
                      uint32_t b);
bool shy_month_known(const struct native *n, shy_node_id node, int32_t month);
static inline uint8_t doubt_at(const struct selection *s, size_t i)
{
    return s->doubt == NULL ? (uint8_t)SURE : s->doubt[i];
}

/* native_each.c */
int shy_each_plan(struct native *n, const struct shy_node *node, struct shelf_plan *shelf,
                  struct shelf_plan *persons);
int shy_each_open(struct native *n, struct worker *w, struct shihyo_error *err);
void shy_each_close(struct native *n, struct worker *w);
int shy_each_load(struct worker *w, const struct each_plan *plan);

/* native_grid.c */
/* flat: how many atoms grids have from the beginning. */
void shy_grid_shape(struct grid_plan *p, size_t *flat);
int shy_grid_begin(struct grid *g, struct shihyo_error *err);
/* The values that a mixed number of codes is made of. */
void shy_grid_values(const struct grid_plan *p, size_t number, int64_t *values);
/* The number of a combination of values, and its atom at a slot, made if there is none. */
int shy_grid_base(struct grid *g, const int64_t *values, uint32_t *out, struct shihyo_error *err);
int shy_grid_atom(struct grid *g, const int64_t *values, uint32_t slot, uint32_t *out,
                  struct shihyo_error *err);
/* The same for the number that codes make; there is a table of these. */
int shy_grid_base_at(struct grid *g, size_t number, const int64_t *values, uint32_t *out,
                     struct shihyo_error *err);
bool shy_grid_direct(struct grid *g); /* makes that table; false: out of memory */
/* Has any row come to the atom? Of a flat grid's most have none. */
static inline bool shy_grid_met(const struct grid *g, size_t atom)
{
    return g->atoms[atom].rows > 0 ||
           (g->doubts != NULL && (g->doubts[atom].end > 0 || g->doubts[atom].window > 0));
}
static inline uint32_t atom_slot(const struct grid *g, size_t atom)
{
    return g->flat ? (uint32_t)(atom % g->plan->slot_count) : g->places[atom].slot;
}
static inline uint32_t atom_base(const struct grid *g, size_t atom)
{
    return g->flat ? g->direct[atom / g->plan->slot_count] - 1 : g->places[atom].base;
}
/* Lists the cells that an atom shares with others, once. */
int shy_grid_share(struct grid *g, uint32_t atom, struct shihyo_error *err);
struct doubts *shy_grid_doubts(struct grid *g);                /* NULL: out of memory */
int shy_grid_expand(struct grid *g, struct shihyo_error *err); /* lists bases' combinations */
struct idset *shy_grid_set(const struct grid *g, size_t measure, uint32_t atom, int32_t month);
struct sums *shy_grid_sums(struct grid *g, size_t measure); /* NULL: out of memory */
int shy_grid_sort(struct worker *w, struct grid *g);        /* what was seen, by atom */
static inline const struct tuples *combos_of(const struct grid *g)
{
    return g->plan->totals ? &g->combos : &g->bases;
}
/* The last two digits stand for the missing label and for no value. */
static inline size_t digit_of(const struct dim_plan *d, int64_t value)
{
    return value == VALUE_NONE      ? d->radix - 1
           : value == VALUE_MISSING ? d->radix - 2
                                    : (size_t)value;
}

/* native_count.c */
int shy_grid_count(struct worker *w, struct grid *g);
int shy_presence_count(struct worker *w, const struct presence *p, uint8_t *seen);
int shy_grid_join(struct grid *into, struct grid *const *from, size_t count,
                  struct shihyo_error *err);
void shy_grid_free(struct grid *g);


/* native_pass.c */
int shy_native_pass(struct native *n, struct shihyo_error *err);
void *shy_scratch(struct worker *w, size_t count, size_t size, int *rc); /* not zeroed */

#endif
