/* SPDX-License-Identifier: MIT */
/*
 * The results of a project (project.db): runs, definitions, values, provenance; SQLite, STRICT
 * tables, documented in docs/results.md. A run is written in one transaction and never changes.
 * Threads: one handle per thread.
 */
#ifndef SHY_RESULT_H
#define SHY_RESULT_H

#include "core/exec/exec.h"
#include "core/target/target.h"

struct shy_results;

/* SHY_E_STORE_OPEN where there is none and create is false; _FOREIGN, _VERSION, _DAMAGED, _BUSY. */
int shy_results_open(const char *path, bool create, struct shy_results **out,
                     struct shihyo_error *err);
void shy_results_close(struct shy_results *r);

struct shy_run_source { /* what an indicator's values were made from */
    const char *name;   /* of the source in the project */
    const char *plugin;
    const char *hash; /* of the delivery */
};
struct shy_run_pack {
    const char *id, *version, *hash;
};
struct shy_run_info {
    const char *program_version;
    const char *command; /* the command line's arguments that matter: ids, periods, sets */
    const char *started; /* UTC; not part of show's output */
    const char *engine;  /* "naive", "native", "sql" */
    const char *prefecture;
    const struct shy_run_pack *packs;
    size_t pack_count;
    const struct shy_run_source *sources;
    size_t source_count;
};

/*
 * Writing a run, in pieces: what it was made from, then cells, then that it is whole. Values keep
 * the order in which cells are added (docs/semantics.md, "Order"). choices has one entry for each
 * definition of the plan; one without answer and without reason was not asked for and is left out.
 * provenance[i]: "source:hash,…" of what definition i counts, behind a semicolon of its
 * populations, behind another of the areas; NULL, or an entry NULL = only the source chosen is
 * named. All that is given to begin must stay until the end. One thread at a time.
 *
 * Nothing of a run is seen before shy_saving_end has succeeded, and after a failure there is no
 * trace of it.
 */
struct shy_saving;
int shy_saving_begin(struct shy_results *r, const struct shy_run_info *info,
                     const struct shy_plan *plan, const struct shy_choice *choices,
                     const char *const *provenance, const struct shy_areas *areas,
                     struct shy_saving **out, struct shihyo_error *err);

/* Cells with the texts that their numbers mean. */
struct shy_saved_cells {
    const struct shy_cell *items;
    size_t count;
    char *const *measures, *const *dims;
};
int shy_saving_add(struct shy_saving *w, const struct shy_saved_cells *cells,
                   struct shihyo_error *err);
/* Its number (1, 2, …) to *run. Frees w, as cancelling does; NULL may be cancelled. */
int shy_saving_end(struct shy_saving *w, const struct shy_problems *problems, int64_t *run,
                   struct shihyo_error *err);
void shy_saving_cancel(struct shy_saving *w);

/*
 * One line of `show`: every column of docs/cli.md's CSV; texts are valid during the visit.
 *
 * unit: of a rate the value's unit with what stands below the line: "人（人口千対）",
 * "人（75歳以上人口1万対）", "件（女性65〜74歳人口10万対）". method is empty where there are
 * no limits of confidence and no judgement. notes: ids joined by ';', a counting note that is the
 * only one of its kind with its number: "population_year;unreported:3". source: names joined by
 * ';'. Where a state has no number, numerator is 0/1, denominator 1/1 and value 0.
 */
struct shy_value_row {
    int64_t run;
    const char *indicator, *name, *area_set, *area_code, *area_name, *period, *measure, *dimensions;
    bool exact;
    struct shy_fraction numerator, denominator;
    int64_t factor;
    double value;
    enum shihyo_state state;
    const char *unit, *reason, *source, *basis, *notes;
    const char *method, *judgement; /* "" = none */
    int levels;                     /* of confidence; 0 = none */
    bool intervals;                 /* false: levels of a test, without limits */
    int level[SHY_LEVELS_MOST];     /* hundredths of a percent */
    struct shy_interval limits[SHY_LEVELS_MOST];
    int decimals;
    int64_t persons, institutions;
    const char *definition_hash;
    const char *comparable; /* group of answers that may stand in one series; "" = only itself */
};
struct shy_value_filter {
    int64_t run;            /* 0 = the latest */
    const char *const *ids; /* NULL = all */
    size_t id_count;
};
/* Visits the values in their fixed order; visit's return other than 0 stops and is returned.
 * SHY_E_RUN_UNKNOWN where there is no such run; SHY_E_INDICATOR_UNKNOWN with the nearest ids where
 * an id asked for is not among the run's. */
int shy_results_each(struct shy_results *r, const struct shy_value_filter *filter,
                     int (*visit)(void *arg, const struct shy_value_row *row), void *arg,
                     struct shihyo_error *err);

/* Runs, newest first. */
struct shy_run_row {
    int64_t run, values;
    const char *started, *engine, *command, *program_version;
};
int shy_results_runs(struct shy_results *r, int (*visit)(void *arg, const struct shy_run_row *row),
                     void *arg, struct shihyo_error *err);
/* What the definitions of a run (0 = the latest) say of themselves, by indicator. */
struct shy_definition_row {
    const char *indicator, *name, *hash, *comparable;
    const char *better; /* "higher", "lower" or "" */
    const char *breaks; /* periods with which a new series begins, one a line */
};
int shy_results_definitions(struct shy_results *r, int64_t run,
                            int (*visit)(void *arg, const struct shy_definition_row *row),
                            void *arg, struct shihyo_error *err);

/* Targets. A table is added whole and never changes; the last of a plan is in force. set_at: UTC.
 */
int shy_results_set_targets(struct shy_results *r, const struct shy_target_table *t,
                            const char *set_at, const char *program_version, int64_t *number,
                            struct shihyo_error *err);
/* The table in force of a plan, freed with shy_target_table_free; SHY_E_TARGET_NONE with the
 * nearest plans. */
int shy_results_targets(struct shy_results *r, const char *plan, struct shy_target_table **out,
                        int64_t *number, struct shihyo_error *err);
struct shy_target_row {
    int64_t number, targets;
    const char *plan, *set_at, *file;
    bool in_force;
};
/* Every table ever set, by plan and number. */
int shy_results_target_tables(struct shy_results *r,
                              int (*visit)(void *arg, const struct shy_target_row *row), void *arg,
                              struct shihyo_error *err);

/* Checks pages, references and the hash of every run's values; damage goes to problems. */
int shy_results_verify(struct shy_results *r, struct shy_problems *problems,
                       struct shihyo_error *err);

#endif
