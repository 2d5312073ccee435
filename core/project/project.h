/* SPDX-License-Identifier: MIT */
/*
 * A project folder: project.lua and what it names, and the whole actions over it: import, run,
 * check, test. The command line only parses words and prints. docs/project.md describes the file.
 */
#ifndef SHY_PROJECT_H
#define SHY_PROJECT_H

#include "core/import/import.h"
#include "core/plan/logic.h"
#include "core/plugin/preview.h"
#include "core/result/progress.h"
#include "core/result/result.h"
#include "core/script/script.h"

struct shy_project_source {
    const char *name, *plugin;
    const json_t *options; /* may be NULL */
    bool may_be_empty;     /* a table without rows is a delivery too: nothing was decided yet */
};

struct shy_project {
    char *directory;
    json_t *config;         /* project.lua, checked; owns the texts below */
    const char *prefecture; /* "29"; "00" = the nation */
    const char *title;
    struct shy_project_source *sources;
    size_t source_count;
    const char **packs; /* ids or paths */
    size_t pack_count;
    const char **area_sets; /* by default those results are made for */
    size_t area_set_count;
    int32_t as_of; /* the day whose areas and memberships results are for */
    double reject_limit;
    char *store_path, *results_path, *log_path, *lock_path;
    struct shy_plugins *plugins; /* loaded on first use */
};

/* Reads DIR/project.lua. SHY_E_PROJECT_NOT_FOUND says how to make one; SHY_E_PROJECT_INVALID,
 * SHY_E_ID_TWICE and the codes of scripts (SHY-16nn) say what in it is wrong. *out is freed by
 * shy_project_close and is set only on success. */
int shy_project_open(const char *directory, struct shy_project **out, struct shihyo_error *err);
void shy_project_close(struct shy_project *p);

/* Writes a commented project.lua and folders into a new or empty directory. */
int shy_project_init(const char *directory, const char *prefecture, struct shihyo_error *err);

/* "奈良県"; "全国" for "00"; NULL where there is no such code (JIS X 0401). Static. */
const char *shy_prefecture_name(const char *code);

/* Everything that is needed to compile and run: catalogue, packs, plan, choices. */
struct shy_session;
struct shy_session_options {
    const char *base;         /* where paths of packs begin; NULL = the project's folder, or here */
    const char *const *packs; /* NULL = the project's */
    size_t pack_count;
    const char *const *ids; /* definitions to run; NULL = all */
    size_t id_count;
    const char *const *area_sets;
    size_t area_set_count;
    const char *const *periods; /* canonical or as people write them; none = all there are */
    size_t period_count;
    const char *as_of;  /* a day as people write it, instead of the project's; NULL */
    const char *engine; /* "naive" or "native"; NULL = native where there are rows of persons */
    int threads;        /* of the native engine; 0 = as many as there are processors */
    void (*progress)(void *arg, double share); /* of the native engine's pass; NULL */
    void *progress_arg;
    /* Takes the project's lock before the store is looked at, and holds it until the session is
     * closed: what the sources offer is then what shy_session_run reads. */
    bool to_run;
};
/* Without a project (NULL) packs can be checked, but nothing chosen or run. The options' texts and
 * the project must outlive the session. problems gets what is wrong with single definitions, and
 * notes on those that nobody can answer; the function fails only where no session can be had at
 * all. */
int shy_session_open(struct shy_project *p, const struct shy_session_options *options,
                     struct shy_session **out, struct shy_problems *problems,
                     struct shihyo_error *err);
void shy_session_close(struct shy_session *s);
const struct shy_plan *shy_session_plan(const struct shy_session *s);
const struct shy_logic_models *shy_session_logic(const struct shy_session *s);
/* What the last of its packs says of itself (id, name, version, description); owned by the session,
 * NULL where there is none. Packs that it depends on come before it. */
const json_t *shy_session_pack(const struct shy_session *s);
const struct shy_choice *shy_session_choices(const struct shy_session *s); /* one per definition */

/* The rows in the store, read when they are asked for; valid until the session is closed. */
int shy_session_data(struct shy_session *s, struct shy_dataset *out, struct shihyo_error *err);

struct shy_run_report {
    int64_t run; /* 0 = nothing was saved */
    size_t indicators_ok, indicators_failed, indicators_without_source;
    int64_t values;
    int64_t compute_ns; /* of the evaluation alone: neither packs nor saving; for benchmarks */
};
/* Computes and saves; takes the project's lock where the session does not hold it. Nothing is saved
 * (report->run 0) where no value came out. Definitions that fail are in problems and in the report,
 * and do not stop the others. */
int shy_session_run(struct shy_session *s, struct shy_run_report *report,
                    struct shy_problems *problems, struct shihyo_error *err);
/* Runs the packs' examples, without any project's data. */
struct shy_test_report {
    size_t passed, failed;
};
int shy_session_test(struct shy_session *s, struct shy_test_report *report,
                     struct shy_problems *problems, struct shihyo_error *err);
/* Calls visit with every sound definition of the packs named (not of those they depend on) of which
 * no example of any pack expects a number. */
void shy_session_each_untested(const struct shy_session *s,
                               void (*visit)(void *arg, const struct shy_definition *definition),
                               void *arg);

/* Imports one source (by name), with the project's lock held. */
int shy_project_import(struct shy_project *p, const char *source,
                       const struct shy_import_options *options, struct shy_import_report *report,
                       struct shihyo_error *err);

/* Reports what is wrong with the areas of the rows in the store, if there are any: areas that lie
 * in two areas of a set or in none, codes that nobody knows, shares that do not add up. */
int shy_project_check_areas(struct shy_project *p, struct shy_problems *problems,
                            struct shihyo_error *err);

/* Calls visit with every delivery in the store, by number; a result other than 0 means that memory
 * ran out. Without a store there are none. */
int shy_project_each_delivery(struct shy_project *p,
                              int (*visit)(void *arg, const struct shy_delivery *delivery),
                              void *arg, struct shihyo_error *err);
/* SHY_E_DELIVERY_UNKNOWN. Holds the project's lock. */
int shy_project_remove_delivery(struct shy_project *p, int64_t number, struct shihyo_error *err);

/* Targets (docs/targets.md). */
struct shy_targets_report {
    int64_t table;    /* number of the table now in force */
    size_t targets;   /* in it */
    bool unchanged;   /* it says what the one before said; nothing was written */
    size_t baselines; /* taken from the latest run */
    size_t carried;   /* targets that take on what an earlier plan did not reach */
};
/* Reads a CSV or Lua file, checks it against packs and areas, and sets it as its plan's targets.
 * Nothing is set where problems gets an error. Takes the project's lock. */
int shy_project_set_targets(struct shy_project *p, const char *path,
                            struct shy_targets_report *report, struct shy_problems *problems,
                            struct shihyo_error *err);
struct shy_carry_options {
    const char *from, *to; /* plans */
    int64_t run;           /* 0 = the latest */
    const char *reason;
};
/* Adds what `from` did not reach by its last year to the targets of `to`, as a new table of it.
 * What cannot be added is a warning each. Takes the project's lock. */
int shy_project_carry_targets(struct shy_project *p, const struct shy_carry_options *options,
                              struct shy_targets_report *report, struct shy_problems *problems,
                              struct shihyo_error *err);
/* A target plan by its id, of project.lua or built in; SHY_E_TARGET_PLAN with the nearest. Texts
 * are the project's. */
int shy_project_target_plan(const struct shy_project *p, const char *id,
                            struct shy_target_plan *out, struct shihyo_error *err);

/* How a source would read its files; nothing is imported. *out ends with shy_preview_free, also
 * after a failure. */
int shy_project_preview(struct shy_project *p, const char *source, struct shy_preview *out,
                        struct shihyo_error *err);

#endif
