/* SPDX-License-Identifier: MIT */
/* Opening the file, and reading runs back. */
#include "config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/result/result_internal.h"
#include "core/result/values_hash.h"

int shy_results_open(const char *path, bool create, struct shy_results **out,
                     struct shihyo_error *err)
{
    *out = NULL;
    struct shy_results *r = shy_alloc(1, sizeof *r);
    if (r == NULL)
        return shy_fail_nomem(err);
    int code = shy_database_open(path, &shy_results_format,
                                 create ? SHY_DATABASE_CREATE : SHY_DATABASE_EXISTING, &r->db, err);
    if (code != 0) {
        if (code == SHY_E_STORE_OPEN && err != NULL && err->hint[0] == '\0')
            shy_hint(err, _("Nothing was computed yet: shihyo run."));
        if (code == SHY_E_STORE_DAMAGED)
            shy_hint(err, _("Put back a copy of the file, or move it away: the next run begins a "
                            "new one."));
        shy_results_close(r);
        return code;
    }
    *out = r;
    return 0;
}

void shy_results_close(struct shy_results *r)
{
    if (r == NULL)
        return;
    shy_database_close(&r->db);
    shy_free(r);
}

/* Values --------------------------------------------------------------------------------- */

bool shy_result_parse_state(const char *id, enum shihyo_state *out)
{
    for (int state = SHIHYO_STATE_OK; state <= SHIHYO_STATE_PARTIAL; state++) {
        if (strcmp(shy_state_id((enum shihyo_state)state), id) == 0) {
            *out = (enum shihyo_state)state;
            return true;
        }
    }
    return false;
}

/* Columns of the query below. */
enum column {
    INDICATOR,
    NAME,
    AREA_SET,
    AREA_CODE,
    AREA_NAME,
    PERIOD,
    MEASURE,
    DIMENSIONS,
    NUMERATOR_NUM,
    NUMERATOR_DEN,
    DENOMINATOR_NUM,
    DENOMINATOR_DEN,
    FACTOR,
    VALUE,
    UNIT,
    STATE,
    REASON,
    PERSONS,
    INSTITUTIONS,
    SOURCE,
    BASIS,
    NOTES,
    DECIMALS,
    DEFINITION_HASH,
    COMPARABLE,
    LIMITS, /* the first of them */
};
static const char values_sql[] =
    "SELECT indicator, name, area_set, area_code, area_name, period, measure, dimensions,"
    " numerator_num, numerator_den, denominator_num, denominator_den, factor, value, unit, state,"
    " reason, persons, institutions, source, basis, notes, decimals, definition_hash, "
    "comparable, " SHY_RESULT_LIMITS " FROM results"
    " WHERE run = ?1 AND (?2 IS NULL OR indicator IN (SELECT value FROM json_each(?2)))"
    " ORDER BY n";

static struct shy_fraction get_fraction(sqlite3_stmt *s, int num, int64_t otherwise)
{
    if (sqlite3_column_type(s, num) == SQLITE_NULL)
        return (struct shy_fraction){otherwise, 1};
    return (struct shy_fraction){sqlite3_column_int64(s, num), sqlite3_column_int64(s, num + 1)};
}

static int64_t get_support(sqlite3_stmt *s, int column)
{
    return sqlite3_column_type(s, column) == SQLITE_NULL ? SHY_SUPPORT_UNKNOWN
                                                         : sqlite3_column_int64(s, column);
}

static bool get_row(sqlite3_stmt *s, int64_t run, struct shy_value_row *row)
{
    *row = (struct shy_value_row){
        .run = run,
        .indicator = shy_database_text(s, INDICATOR),
        .name = shy_database_text(s, NAME),
        .area_set = shy_database_text(s, AREA_SET),
        .area_code = shy_database_text(s, AREA_CODE),
        .area_name = shy_database_text(s, AREA_NAME),
        .period = shy_database_text(s, PERIOD),
        .measure = shy_database_text(s, MEASURE),
        .dimensions = shy_database_text(s, DIMENSIONS),
        .exact = sqlite3_column_type(s, NUMERATOR_NUM) != SQLITE_NULL,
        .numerator = get_fraction(s, NUMERATOR_NUM, 0),
        .denominator = get_fraction(s, DENOMINATOR_NUM, 1),
        .factor = sqlite3_column_int64(s, FACTOR),
        .value = sqlite3_column_double(s, VALUE),
        .unit = shy_database_text(s, UNIT),
        .reason = shy_database_text(s, REASON),
        .source = shy_database_text(s, SOURCE),
        .basis = shy_database_text(s, BASIS),
        .notes = shy_database_text(s, NOTES),
        .decimals = sqlite3_column_int(s, DECIMALS),
        .persons = get_support(s, PERSONS),
        .institutions = get_support(s, INSTITUTIONS),
        .definition_hash = shy_database_text(s, DEFINITION_HASH),
        .comparable = shy_database_text(s, COMPARABLE),
    };
    shy_result_get_limits(s, LIMITS, row);
    return shy_result_parse_state(shy_database_text(s, STATE), &row->state) &&
           row->numerator.den > 0 && row->denominator.den > 0;
}

struct visiting {
    struct shy_results *results;
    int64_t run;
    int (*visit)(void *arg, const struct shy_value_row *row);
    void *arg;
    int returned; /* by visit */
};

static int visit_row(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct visiting *v = arg;
    struct shy_value_row row;
    if (!get_row(s, v->run, &row))
        return shy_database_damaged(&v->results->db, err, _("a value of run %lld"),
                                    (long long)v->run);
    v->returned = v->visit(v->arg, &row);
    return v->returned;
}

/* ids: JSON list of the indicators wanted, NULL = all. */
static int each_value(struct visiting *v, const char *ids, struct shihyo_error *err)
{
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(&v->results->db, values_sql, &s, err));
    (void)sqlite3_bind_int64(s, 1, v->run);
    shy_database_bind_text(s, 2, ids);
    return shy_database_each(&v->results->db, s, visit_row, v, err);
}

/* Hash ----------------------------------------------------------------------------------- */

struct hashing {
    struct shy_values_hash hash;
    struct shihyo_error *err;
};

static int hash_row(void *arg, const struct shy_value_row *row)
{
    struct hashing *h = arg;
    return shy_values_hash_add(&h->hash, row, h->err);
}

/* Of the values as they are in the file. */
static int hash_values(struct shy_results *r, int64_t run, char out[SHY_HASH_TEXT], int64_t *count,
                       struct shihyo_error *err)
{
    struct hashing h = {.err = err};
    struct visiting v = {.results = r, .run = run, .visit = hash_row, .arg = &h};
    int code = each_value(&v, NULL, err);
    if (code == 0)
        code = shy_values_hash_end(&h.hash, out, err);
    *count = h.hash.count;
    shy_values_hash_free(&h.hash);
    return code;
}

/* Which run, which indicators ------------------------------------------------------------- */

int shy_result_find_run(struct shy_results *r, int64_t wanted, int64_t *out,
                        struct shihyo_error *err)
{
    int64_t last;
    SHY_TRY(shy_database_number(&r->db, "SELECT coalesce(max(run), 0) FROM runs", &last, err));
    *out = wanted == 0 ? last : wanted;
    /* Runs are numbered without gaps and never removed. */
    if (*out >= 1 && *out <= last)
        return 0;
    if (last == 0) {
        (void)shy_fail(err, SHY_E_RUN_UNKNOWN, _("There is no run yet."));
        shy_hint(err, _("Nothing was computed yet: shihyo run."));
    } else {
        (void)shy_fail(err, SHY_E_RUN_UNKNOWN, _("There is no run %lld."), (long long)wanted);
        shy_hint(err, _("The runs are 1 to %lld."), (long long)last);
    }
    return SHY_E_RUN_UNKNOWN;
}

static int add_id(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    return shy_map_adds(arg, shy_database_text(s, 0)) == SHY_MAP_NONE ? shy_fail_nomem(err) : 0;
}

/* An id that the run does not have gives an error, not an empty table. */
static int check_ids(struct shy_results *r, int64_t run, const struct shy_value_filter *filter,
                     struct shihyo_error *err)
{
    struct shy_map there = {0};
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(&r->db,
                                 "SELECT indicator FROM run_definitions"
                                 " JOIN definitions USING (definition) WHERE run = ?"
                                 " ORDER BY indicator",
                                 &s, err));
    (void)sqlite3_bind_int64(s, 1, run);
    int code = shy_database_each(&r->db, s, add_id, &there, err);
    for (size_t i = 0; i < filter->id_count && code == 0; i++) {
        if (shy_map_finds(&there, filter->ids[i]) != SHY_MAP_NONE)
            continue;
        code = shy_fail(err, SHY_E_INDICATOR_UNKNOWN, _("Run %lld has no indicator '%s'."),
                        (long long)run, filter->ids[i]);
        shy_nearest(err, filter->ids[i], (const char *const *)there.keys, there.count);
    }
    shy_map_free(&there);
    return code;
}

/* JSON list, to be released with free. */
static int list_ids(const struct shy_value_filter *filter, char **out, struct shihyo_error *err)
{
    *out = NULL;
    if (filter->ids == NULL)
        return 0;
    json_t *list = json_array();
    bool good = list != NULL;
    for (size_t i = 0; good && i < filter->id_count; i++)
        good = json_array_append_new(list, json_string(filter->ids[i])) == 0;
    *out = good ? json_dumps(list, JSON_COMPACT) : NULL;
    json_decref(list);
    return *out == NULL ? shy_fail_nomem(err) : 0;
}

static int each_filtered(struct visiting *v, const struct shy_value_filter *filter,
                         struct shihyo_error *err)
{
    char *ids = NULL;
    SHY_TRY(shy_result_find_run(v->results, filter->run, &v->run, err));
    if (filter->ids != NULL)
        SHY_TRY(check_ids(v->results, v->run, filter, err));
    SHY_TRY(list_ids(filter, &ids, err));
    int code = each_value(v, ids, err);
    free(ids);
    return code;
}

int shy_results_each(struct shy_results *r, const struct shy_value_filter *filter,
                     int (*visit)(void *arg, const struct shy_value_row *row), void *arg,
                     struct shihyo_error *err)
{
    struct visiting v = {.results = r, .visit = visit, .arg = arg};
    /* One state of the file for all queries. */
    SHY_TRY(shy_database_begin(&r->db, false, err));
    int code = each_filtered(&v, filter, err);
    shy_database_rollback(&r->db);
    return code;
}

/* Runs ----------------------------------------------------------------------------------- */

struct visiting_runs {
    int (*visit)(void *arg, const struct shy_run_row *row);
    void *arg;
};

static int visit_run(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct visiting_runs *v = arg;
    struct shy_run_row row = {.run = sqlite3_column_int64(s, 0),
                              .values = sqlite3_column_int64(s, 1),
                              .started = shy_database_text(s, 2),
                              .engine = shy_database_text(s, 3),
                              .command = shy_database_text(s, 4),
                              .program_version = shy_database_text(s, 5)};
    (void)err;
    return v->visit(v->arg, &row);
}

int shy_results_runs(struct shy_results *r, int (*visit)(void *arg, const struct shy_run_row *row),
                     void *arg, struct shihyo_error *err)
{
    struct visiting_runs v = {visit, arg};
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(&r->db,
                                 "SELECT run, value_count, started, engine, command,"
                                 " program_version FROM runs ORDER BY run DESC",
                                 &s, err));
    return shy_database_each(&r->db, s, visit_run, &v, err);
}

struct verification {
    struct shy_results *results;
    struct shy_problems *problems;
};

static int verify_run(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct verification *v = arg;
    char hash[SHY_HASH_TEXT];
    int64_t count = 0, run = sqlite3_column_int64(s, 0);
    int code = hash_values(v->results, run, hash, &count, err);
    if (code == 0 &&
        (count != sqlite3_column_int64(s, 1) || strcmp(hash, shy_database_text(s, 2)) != 0))
        code = shy_database_damaged(&v->results->db, err, _("the values of run %lld have changed"),
                                    (long long)run);
    if (code != SHY_E_STORE_DAMAGED)
        return code;
    shy_problems_add(v->problems, SHY_ERROR, err);
    return 0;
}

int shy_results_verify(struct shy_results *r, struct shy_problems *problems,
                       struct shihyo_error *err)
{
    struct verification v = {r, problems};
    sqlite3_stmt *s;
    SHY_TRY(shy_database_check(&r->db, problems, err));
    SHY_TRY(shy_database_prepare(
        &r->db, "SELECT run, value_count, values_hash FROM runs ORDER BY run", &s, err));
    return shy_database_each(&r->db, s, verify_run, &v, err);
}
