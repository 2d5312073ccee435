/* SPDX-License-Identifier: MIT */
/*
 * The tables of project.db. That a run never changes is kept by triggers in the file itself, since
 * people open it with sqlite3; the view `results` is what they are told to read, so that tables
 * may change from one format to the next.
 */
#include "config.h"

#include "core/base/i18n.h"
#include "core/result/result_internal.h"

/* A run is inserted last, after what belongs to it: from then on nothing can be added to it. */
#define RUN " run INTEGER NOT NULL REFERENCES runs DEFERRABLE INITIALLY DEFERRED,"

#define FROZEN(table) \
    "CREATE TRIGGER " table "_no_update BEFORE UPDATE ON " table \
    " BEGIN SELECT RAISE(ABORT, 'what a run has written never changes'); END;" \
    "CREATE TRIGGER " table "_no_delete BEFORE DELETE ON " table \
    " BEGIN SELECT RAISE(ABORT, 'what a run has written never changes'); END;"
#define SEALED(table) \
    FROZEN(table) \
    "CREATE TRIGGER " table "_no_insert BEFORE INSERT ON " table \
    " WHEN EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)" \
    " BEGIN SELECT RAISE(ABORT, 'a run never changes'); END;"

/* The same of the tables of targets. */
#define TARGET_TABLE \
    " target_table INTEGER NOT NULL REFERENCES target_tables DEFERRABLE INITIALLY DEFERRED,"
#define SEALED_TARGETS(table) \
    FROZEN(table) \
    "CREATE TRIGGER " table "_no_insert BEFORE INSERT ON " table \
    " WHEN EXISTS (SELECT 1 FROM target_tables WHERE target_table = NEW.target_table)" \
    " BEGIN SELECT RAISE(ABORT, 'targets that were set never change'); END;"

/* docs/results.md says what each column means. */
static const char *const steps[] = {
    "CREATE TABLE runs ("
    " run INTEGER PRIMARY KEY,"
    " started TEXT NOT NULL,"
    " program_version TEXT NOT NULL,"
    " command TEXT NOT NULL,"
    " engine TEXT NOT NULL,"
    " prefecture TEXT NOT NULL,"
    " value_count INTEGER NOT NULL,"
    " values_hash TEXT NOT NULL"
    ") STRICT;"
    "CREATE TABLE run_packs (" RUN " n INTEGER NOT NULL,"
    " pack TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " PRIMARY KEY (run, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE run_sources (" RUN " n INTEGER NOT NULL,"
    " source TEXT NOT NULL,"
    " plugin TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " PRIMARY KEY (run, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE run_problems (" RUN " n INTEGER NOT NULL,"
    " severity TEXT NOT NULL,"
    " code INTEGER NOT NULL,"
    " message TEXT NOT NULL,"
    " file TEXT NOT NULL,"
    " sheet TEXT NOT NULL,"
    " file_row INTEGER NOT NULL,"
    " file_column INTEGER NOT NULL,"
    " column_name TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " hint TEXT NOT NULL,"
    " PRIMARY KEY (run, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE definitions ("
    " definition INTEGER PRIMARY KEY,"
    " indicator TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " name_en TEXT NOT NULL,"
    " unit TEXT NOT NULL,"
    " decimals INTEGER NOT NULL,"
    " pack TEXT NOT NULL,"
    " metadata TEXT NOT NULL,"
    " canonical TEXT NOT NULL"
    ") STRICT;"
    "CREATE INDEX definitions_indicator ON definitions (indicator, hash);"
    "CREATE TABLE run_definitions (" RUN " definition INTEGER NOT NULL REFERENCES definitions,"
    " answer INTEGER,"
    " answer_name TEXT NOT NULL,"
    " answer_hash TEXT NOT NULL,"
    " answer_note TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " comparable TEXT NOT NULL,"
    " basis TEXT NOT NULL,"
    " source TEXT NOT NULL,"
    " provenance TEXT NOT NULL,"
    " PRIMARY KEY (run, definition)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE run_measures (" RUN " definition INTEGER NOT NULL,"
    " measure TEXT NOT NULL,"
    " unit TEXT NOT NULL,"
    " PRIMARY KEY (run, definition, measure),"
    " FOREIGN KEY (run, definition) REFERENCES run_definitions"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE areas ("
    " area INTEGER PRIMARY KEY,"
    " area_set TEXT NOT NULL,"
    " code TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " UNIQUE (area_set, code, name)"
    ") STRICT;"
    "CREATE TABLE run_values (" RUN " n INTEGER NOT NULL,"
    " definition INTEGER NOT NULL,"
    " area INTEGER NOT NULL REFERENCES areas,"
    " period TEXT NOT NULL,"
    " measure TEXT NOT NULL,"
    " dimensions TEXT NOT NULL,"
    " value REAL,"
    " state TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " numerator_num INTEGER,"
    " numerator_den INTEGER,"
    " denominator_num INTEGER,"
    " denominator_den INTEGER,"
    " factor INTEGER NOT NULL,"
    " persons INTEGER,"
    " institutions INTEGER,"
    " notes TEXT NOT NULL,"
    " note_count INTEGER NOT NULL,"
    " PRIMARY KEY (run, n),"
    " FOREIGN KEY (run, definition, measure) REFERENCES run_measures"
    ") STRICT, WITHOUT ROWID;"
    "CREATE INDEX run_values_definition ON run_values (definition, run);"
    "CREATE VIEW results AS SELECT"
    " v.run AS run, v.n AS n, d.indicator AS indicator, d.name AS name, a.area_set AS area_set,"
    " a.code AS area_code, a.name AS area_name, v.period AS period, v.measure AS measure,"
    " v.dimensions AS dimensions, v.numerator_num AS numerator_num,"
    " v.numerator_den AS numerator_den, v.denominator_num AS denominator_num,"
    " v.denominator_den AS denominator_den, v.factor AS factor, v.value AS value, m.unit AS unit,"
    " d.decimals AS decimals, v.state AS state, v.reason AS reason, v.persons AS persons,"
    " v.institutions AS institutions, r.source AS source, r.basis AS basis, v.notes AS notes,"
    " v.note_count AS note_count, d.hash AS definition_hash, r.comparable AS comparable"
    " FROM run_values AS v"
    " JOIN definitions AS d ON d.definition = v.definition"
    " JOIN run_definitions AS r ON r.run = v.run AND r.definition = v.definition"
    " JOIN run_measures AS m ON m.run = v.run AND m.definition = v.definition"
    " AND m.measure = v.measure"
    " JOIN areas AS a ON a.area = v.area;" SEALED("runs") SEALED("run_packs") SEALED("run_sources")
        SEALED("run_problems") SEALED("run_definitions") SEALED("run_measures") SEALED("run_values")
            FROZEN("definitions") FROZEN("areas"),
    /* Targets: a table is set as a whole and never changes; the last of a plan is in force. */
    "CREATE TABLE target_tables ("
    " target_table INTEGER PRIMARY KEY,"
    " plan TEXT NOT NULL,"
    " set_at TEXT NOT NULL,"
    " program_version TEXT NOT NULL,"
    " file TEXT NOT NULL,"
    " hash TEXT NOT NULL,"
    " target_count INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE targets (" TARGET_TABLE " n INTEGER NOT NULL,"
    " indicator TEXT NOT NULL,"
    " area_set TEXT NOT NULL,"
    " area_code TEXT NOT NULL,"
    " measure TEXT NOT NULL,"
    " dimensions TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " direction TEXT NOT NULL,"
    " baseline_num INTEGER,"
    " baseline_den INTEGER,"
    " baseline_period TEXT NOT NULL,"
    " baseline_source TEXT NOT NULL,"
    " policy_group TEXT NOT NULL,"
    " source TEXT NOT NULL,"
    " reason TEXT NOT NULL,"
    " improvement TEXT NOT NULL,"
    " note TEXT NOT NULL,"
    " substitute INTEGER NOT NULL,"
    " carried_from TEXT NOT NULL,"
    " carried_num INTEGER NOT NULL,"
    " carried_den INTEGER NOT NULL,"
    " carried_reason TEXT NOT NULL,"
    " definition_hash TEXT NOT NULL,"
    " comparable TEXT NOT NULL,"
    " PRIMARY KEY (target_table, n)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE target_points (" TARGET_TABLE " n INTEGER NOT NULL,"
    " period TEXT NOT NULL,"
    " value_num INTEGER NOT NULL,"
    " value_den INTEGER NOT NULL,"
    " upper_num INTEGER NOT NULL,"
    " upper_den INTEGER NOT NULL,"
    " PRIMARY KEY (target_table, n, period),"
    " FOREIGN KEY (target_table, n) REFERENCES targets"
    ") STRICT, WITHOUT ROWID;" SEALED_TARGETS("target_tables") SEALED_TARGETS("targets")
        SEALED_TARGETS("target_points"),
};

const struct shy_database_format shy_results_format = {
    .title = N_("the results"),
    .application_id = 0x73687952, /* "shyR" */
    .version = sizeof steps / sizeof steps[0],
    .steps = steps,
    .page_size = 4096,
    .wal = true,
};
