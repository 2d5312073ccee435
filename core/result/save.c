/* SPDX-License-Identifier: MIT */
/*
 * Writing a run: everything that belongs to it, its values in the order of the cells, and last of
 * all the run itself, which seals it.
 */
#include "config.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/result/result_internal.h"
#include "core/result/values_hash.h"

struct shy_saving {
    struct shy_results *results;
    int64_t run;
    const struct shy_run_info *info;
    const struct shy_plan *plan;
    const struct shy_choice *choices;
    const char *const *provenance;
    const struct shy_areas *areas;
    int64_t *definitions; /* ids of the plan's definitions, 0 = not written yet */
    char **sources;       /* of the plan's definitions: names joined by ';' */
    struct shy_map area_keys;
    int64_t *area_ids; /* by area_keys */
    size_t area_count, area_capacity;
    struct shy_map measures; /* (definition, measure) written already */
    char **units;            /* by measures */
    size_t unit_count, unit_capacity;
    sqlite3_stmt *value;  /* inserts one */
    sqlite3_stmt *limits; /* inserts those of one value */
    struct shy_text notes;
    struct shy_values_hash hash; /* its count: of the values so far */
};

static void bind_numbers(sqlite3_stmt *s, int first, const int64_t *numbers, int count)
{
    for (int i = 0; i < count; i++)
        (void)sqlite3_bind_int64(s, first + i, numbers[i]);
}

static void bind_texts(sqlite3_stmt *s, int first, const char *const *texts, int count)
{
    for (int i = 0; i < count; i++)
        shy_database_bind_text(s, first + i, texts[i] == NULL ? "" : texts[i]);
}

static int prepare(struct shy_saving *w, const char *sql, sqlite3_stmt **out,
                   struct shihyo_error *err)
{
    return shy_database_prepare(&w->results->db, sql, out, err);
}

/* Runs a statement and ends it. */
static int run_once(struct shy_saving *w, sqlite3_stmt *s, struct shihyo_error *err)
{
    int code = shy_database_run(&w->results->db, s, err);
    (void)sqlite3_finalize(s);
    return code;
}

/* What the run was made with ------------------------------------------------------------- */

static int save_lists(struct shy_saving *w, struct shihyo_error *err)
{
    sqlite3_stmt *s;
    for (size_t i = 0; i < w->info->pack_count; i++) {
        const struct shy_run_pack *p = &w->info->packs[i];
        SHY_TRY(prepare(w, "INSERT INTO run_packs VALUES (?, ?, ?, ?, ?)", &s, err));
        bind_numbers(s, 1, (const int64_t[]){w->run, (int64_t)i + 1}, 2);
        bind_texts(s, 3, (const char *const[]){p->id, p->version, p->hash}, 3);
        SHY_TRY(run_once(w, s, err));
    }
    for (size_t i = 0; i < w->info->source_count; i++) {
        const struct shy_run_source *source = &w->info->sources[i];
        SHY_TRY(prepare(w, "INSERT INTO run_sources VALUES (?, ?, ?, ?, ?)", &s, err));
        bind_numbers(s, 1, (const int64_t[]){w->run, (int64_t)i + 1}, 2);
        bind_texts(s, 3, (const char *const[]){source->name, source->plugin, source->hash}, 3);
        SHY_TRY(run_once(w, s, err));
    }
    return 0;
}

static int save_problems(struct shy_saving *w, const struct shy_problems *problems,
                         struct shihyo_error *err)
{
    static const char *const words[] = {
        [SHY_NOTE] = "note", [SHY_WARNING] = "warning", [SHY_ERROR] = "error"};
    sqlite3_stmt *s;
    for (size_t i = 0; problems != NULL && i < problems->count; i++) {
        const struct shihyo_error *e = &problems->items[i].error;
        SHY_TRY(prepare(w,
                        "INSERT INTO run_problems (run, n, code, file_row, file_column, severity,"
                        " message, file, sheet, column_name, value, hint)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        &s, err));
        bind_numbers(s, 1, (const int64_t[]){w->run, (int64_t)i + 1, e->code, e->row, e->column},
                     5);
        bind_texts(s, 6,
                   (const char *const[]){words[problems->items[i].severity], e->message, e->file,
                                         e->sheet, e->column_name, e->value, e->hint},
                   7);
        SHY_TRY(run_once(w, s, err));
    }
    return 0;
}

/* Definitions ---------------------------------------------------------------------------- */

/* The same definition with the same words is kept once for all runs. */
static int find_definition(struct shy_saving *w, const struct shy_definition *d,
                           const char *metadata, int64_t *out, struct shihyo_error *err)
{
    static const char *const where =
        "SELECT definition FROM definitions WHERE indicator = ? AND hash = ? AND kind = ?"
        " AND name = ? AND name_en = ? AND unit = ? AND pack = ? AND metadata = ?"
        " AND canonical = ? AND decimals = ?";
    static const char *const insert =
        "INSERT INTO definitions (indicator, hash, kind, name, name_en, unit, pack, metadata,"
        " canonical, decimals) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const char *texts[] = {
        d->id,   d->hash,    d->kind == SHY_CROSS_TABLE ? "cross_table" : "indicator",
        d->name, d->name_en, d->unit,
        d->pack, metadata,   d->canonical};
    sqlite3_stmt *s;
    bool row = false;
    SHY_TRY(prepare(w, where, &s, err));
    bind_texts(s, 1, texts, 9);
    (void)sqlite3_bind_int64(s, 10, d->decimals);
    int code = shy_database_step(&w->results->db, s, &row, err);
    *out = row ? sqlite3_column_int64(s, 0) : 0;
    (void)sqlite3_finalize(s);
    if (code != 0 || row)
        return code;
    SHY_TRY(prepare(w, insert, &s, err));
    bind_texts(s, 1, texts, 9);
    (void)sqlite3_bind_int64(s, 10, d->decimals);
    SHY_TRY(run_once(w, s, err));
    *out = sqlite3_last_insert_rowid(w->results->db.handle);
    return 0;
}

static const char *basis_word(uint32_t basis)
{
    switch (basis) {
    case SHIHYO_BASIS_RESIDENCE:
        return "residence";
    case SHIHYO_BASIS_INSTITUTION:
        return "institution";
    case SHIHYO_BASIS_INSURER:
        return "insurer";
    case SHIHYO_BASIS_NONE:
        return "none";
    default:
        return "";
    }
}

/* "a:hash,b:hash;;areas:hash" to "a;b": what is counted is cited, not the tables of areas and
 * populations behind the semicolon. Without provenance the source that was chosen. */
static void add_source_names(const char *provenance, const char *chosen, struct shy_text *out)
{
    if (provenance == NULL || provenance[0] == '\0') {
        shy_text_adds(out, chosen == NULL ? "" : chosen);
        return;
    }
    for (const char *p = provenance; *p != '\0' && *p != ';';) {
        size_t part = strcspn(p, ",;"), name = strcspn(p, ":,;");
        if (out->length > 0)
            shy_text_addc(out, ';');
        shy_text_add(out, p, name);
        p += part;
        p += *p == ',';
    }
}

static int insert_choice(struct shy_saving *w, size_t i, struct shihyo_error *err)
{
    const struct shy_definition *d = shy_plan_definition(w->plan, i);
    const struct shy_choice *choice = &w->choices[i];
    const struct shy_answer *a = choice->answer;
    const char *provenance = w->provenance == NULL ? NULL : w->provenance[i];
    struct shy_text sources = {0};
    sqlite3_stmt *s;
    if (a != NULL)
        add_source_names(provenance, choice->source, &sources);
    int code = sources.failed ? shy_fail_nomem(err) : 0;
    if (code == 0)
        code = prepare(w,
                       "INSERT INTO run_definitions (run, definition, answer, answer_name,"
                       " answer_hash, answer_note, reason, comparable, basis, source, provenance)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                       &s, err);
    if (code == 0) {
        bind_numbers(s, 1, (const int64_t[]){w->run, w->definitions[i], 0}, 2);
        if (a != NULL)
            (void)sqlite3_bind_int64(s, 3, (int64_t)(a - d->answers) + 1);
        const char *texts[] = {
            a == NULL ? "" : a->name,       a == NULL ? "" : a->hash,
            a == NULL ? "" : a->note,       choice->reason,
            a == NULL ? "" : a->comparable, a == NULL ? "" : basis_word(a->by.basis),
            shy_text_get(&sources),         a == NULL ? "" : provenance};
        bind_texts(s, 4, texts, 8);
        code = run_once(w, s, err);
    }
    w->sources[i] = sources.text;
    return code;
}

/* Definitions that were neither chosen nor refused were not asked for. */
static int save_definitions(struct shy_saving *w, struct shihyo_error *err)
{
    for (size_t i = 0; i < shy_plan_definition_count(w->plan); i++) {
        const struct shy_definition *d = shy_plan_definition(w->plan, i);
        if (w->choices[i].answer == NULL && w->choices[i].reason[0] == '\0')
            continue;
        char *metadata =
            d->metadata == NULL ? NULL : json_dumps(d->metadata, JSON_COMPACT | JSON_SORT_KEYS);
        if (d->metadata != NULL && metadata == NULL)
            return shy_fail_nomem(err);
        int code =
            find_definition(w, d, metadata == NULL ? "{}" : metadata, &w->definitions[i], err);
        free(metadata);
        SHY_TRY(code);
        SHY_TRY(insert_choice(w, i, err));
    }
    return 0;
}

/* Values --------------------------------------------------------------------------------- */

/* A name that changed (a merger, a correction) is another row: old runs keep the name they had. */
static int find_area(struct shy_saving *w, const struct shy_cell *cell, int64_t *out,
                     struct shihyo_error *err)
{
    const char *set = shy_areas_set_id(w->areas, cell->area_set);
    const char *texts[] = {set, shy_areas_code(w->areas, cell->area_set, cell->area),
                           shy_areas_name(w->areas, cell->area_set, cell->area)};
    sqlite3_stmt *s;
    bool row = false;
    SHY_TRY(
        prepare(w, "SELECT area FROM areas WHERE area_set = ? AND code = ? AND name = ?", &s, err));
    bind_texts(s, 1, texts, 3);
    int code = shy_database_step(&w->results->db, s, &row, err);
    *out = row ? sqlite3_column_int64(s, 0) : 0;
    (void)sqlite3_finalize(s);
    if (code != 0 || row)
        return code;
    SHY_TRY(prepare(w, "INSERT INTO areas (area_set, code, name) VALUES (?, ?, ?)", &s, err));
    bind_texts(s, 1, texts, 3);
    SHY_TRY(run_once(w, s, err));
    *out = sqlite3_last_insert_rowid(w->results->db.handle);
    return 0;
}

static int area_of(struct shy_saving *w, const struct shy_cell *cell, int64_t *out,
                   struct shihyo_error *err)
{
    uint32_t key[2] = {cell->area_set, cell->area};
    uint32_t number = shy_map_add(&w->area_keys, (const char *)key, sizeof key);
    if (number == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    if (number == w->area_count) {
        if (!SHY_GROW(w->area_ids, w->area_count, w->area_capacity))
            return shy_fail_nomem(err);
        SHY_TRY(find_area(w, cell, &w->area_ids[number], err));
        w->area_count++;
    }
    *out = w->area_ids[number];
    return 0;
}

static int insert_measure(struct shy_saving *w, const struct shy_cell *cell, const char *measure,
                          const char *unit, struct shihyo_error *err)
{
    sqlite3_stmt *s;
    SHY_TRY(prepare(w, "INSERT INTO run_measures VALUES (?, ?, ?, ?)", &s, err));
    bind_numbers(s, 1, (const int64_t[]){w->run, w->definitions[cell->definition]}, 2);
    bind_texts(s, 3, (const char *const[]){measure, unit}, 2);
    return run_once(w, s, err);
}

/* Units once per measure and run, not once per value. */
static int unit_of(struct shy_saving *w, const struct shy_cell *cell, const char *measure,
                   const char **out, struct shihyo_error *err)
{
    uint32_t key[2] = {cell->definition, cell->measure};
    uint32_t number = shy_map_add(&w->measures, (const char *)key, sizeof key);
    if (number == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    if (number == w->unit_count) {
        struct shy_text unit = {0};
        if (!SHY_GROW(w->units, w->unit_count, w->unit_capacity))
            return shy_fail_nomem(err);
        shy_result_unit(shy_plan_definition(w->plan, cell->definition),
                        w->choices[cell->definition].answer, measure, &unit);
        w->units[w->unit_count++] = unit.text;
        if (unit.failed)
            return shy_fail_nomem(err);
        SHY_TRY(insert_measure(w, cell, measure, shy_text_get(&unit), err));
    }
    *out = w->units[number] == NULL ? "" : w->units[number];
    return 0;
}

/* Notes that count something; where one of them stands alone, the count is its own. */
#define COUNTING \
    (SHY_NOTE_UNREPORTED | SHY_NOTE_MASKED_LEFT_OUT | SHY_NOTE_WINDOW_EXCLUDED | \
     SHY_NOTE_UNKNOWN_AREA | SHY_NOTE_UNLINKED)

static void add_notes(const struct shy_cell *cell, struct shy_text *out)
{
    uint32_t counting = cell->notes & COUNTING;
    bool alone = counting != 0 && (counting & (counting - 1)) == 0;
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        if ((cell->notes & bit) == 0)
            continue;
        shy_text_addf(out, "%s%s", out->length == 0 ? "" : ";", shy_note_id(bit));
        if (bit == counting && alone && cell->note_count > 0)
            shy_text_addf(out, ":%lld", (long long)cell->note_count);
    }
}

static bool has_number(const struct shy_cell *cell)
{
    return cell->state == SHIHYO_STATE_OK || cell->state == SHIHYO_STATE_PARTIAL;
}

/* The row as it will be read again, which is what the hash is taken of: where there is no number,
 * 0/1 over 1/1. The REAL is 0.0 for any zero, since SQLite may keep it as the integer. */
static void fill_numbers(const struct shy_cell *cell, struct shy_value_row *row)
{
    bool number = has_number(cell);
    row->exact = number && cell->exact;
    row->numerator = row->exact ? cell->numerator : (struct shy_fraction){0, 1};
    row->denominator = row->exact ? cell->denominator : (struct shy_fraction){1, 1};
    row->factor = cell->factor;
    row->value = number && isfinite(cell->value) && cell->value != 0 ? cell->value : 0;
    row->state = cell->state;
    row->persons = cell->persons;
    row->institutions = cell->institutions;
}

static int fill_row(struct shy_saving *w, const struct shy_saved_cells *cells,
                    const struct shy_cell *cell, struct shy_value_row *row,
                    struct shihyo_error *err)
{
    const struct shy_definition *d = shy_plan_definition(w->plan, cell->definition);
    const struct shy_answer *answer = w->choices[cell->definition].answer;
    const char *source = w->sources[cell->definition];
    SHY_BUG_ON(w->definitions[cell->definition] == 0);
    *row = (struct shy_value_row){
        .run = w->run,
        .indicator = d->id,
        .name = d->name,
        .area_set = shy_areas_set_id(w->areas, cell->area_set),
        .area_code = shy_areas_code(w->areas, cell->area_set, cell->area),
        .area_name = shy_areas_name(w->areas, cell->area_set, cell->area),
        .measure = cells->measures[cell->measure],
        .dimensions = cells->dims[cell->dims],
        .reason = shy_reason_id(cell->reason),
        .source = source == NULL ? "" : source,
        .basis = answer == NULL ? "" : basis_word(answer->by.basis),
        .definition_hash = d->hash,
    };
    fill_numbers(cell, row);
    shy_result_fill_limits(cell, row);
    return unit_of(w, cell, row->measure, &row->unit, err);
}

/* The fraction is the value; the REAL beside it is for who reads the file with other tools. Where
 * there is no number both are NULL, never 0. */
static void bind_value(sqlite3_stmt *s, const struct shy_cell *cell,
                       const struct shy_value_row *row)
{
    const int64_t fractions[] = {row->numerator.num, row->numerator.den, row->denominator.num,
                                 row->denominator.den};
    if (has_number(cell) && isfinite(cell->value))
        (void)sqlite3_bind_double(s, 7, row->value);
    else
        (void)sqlite3_bind_null(s, 7);
    for (int i = 0; i < 4; i++) {
        if (row->exact)
            (void)sqlite3_bind_int64(s, 10 + i, fractions[i]);
        else
            (void)sqlite3_bind_null(s, 10 + i);
    }
    (void)sqlite3_bind_int64(s, 14, row->factor);
    const int64_t supports[] = {row->persons, row->institutions};
    for (int i = 0; i < 2; i++) {
        if (supports[i] == SHY_SUPPORT_UNKNOWN)
            (void)sqlite3_bind_null(s, 15 + i);
        else
            (void)sqlite3_bind_int64(s, 15 + i, supports[i]);
    }
}

static int save_value(struct shy_saving *w, const struct shy_saved_cells *cells, size_t i,
                      struct shihyo_error *err)
{
    const struct shy_cell *cell = &cells->items[i];
    sqlite3_stmt *s = w->value;
    struct shy_value_row row;
    char period[SHY_PERIOD_TEXT];
    int64_t area = 0;
    SHY_TRY(fill_row(w, cells, cell, &row, err));
    SHY_TRY(area_of(w, cell, &area, err));
    shy_text_clear(&w->notes);
    add_notes(cell, &w->notes);
    if (w->notes.failed)
        return shy_fail_nomem(err);
    shy_period_text(&cell->period, period);
    row.period = period;
    row.notes = shy_text_get(&w->notes);
    bind_numbers(s, 1,
                 (const int64_t[]){w->run, w->hash.count + 1, w->definitions[cell->definition]}, 3);
    (void)sqlite3_bind_int64(s, 4, area);
    bind_texts(s, 5, (const char *const[]){row.period, row.measure}, 2);
    bind_texts(s, 8, (const char *const[]){shy_state_id(row.state), row.reason}, 2);
    bind_value(s, cell, &row);
    shy_database_bind_text(s, 17, row.notes);
    (void)sqlite3_bind_int64(s, 18, cell->note_count);
    shy_database_bind_text(s, 19, row.dimensions);
    SHY_TRY(shy_database_run(&w->results->db, s, err));
    SHY_TRY(shy_result_save_limits(w->results, &w->limits, w->run, w->hash.count + 1, &row, err));
    return shy_values_hash_add(&w->hash, &row, err);
}

int shy_saving_add(struct shy_saving *w, const struct shy_saved_cells *cells,
                   struct shihyo_error *err)
{
    int code = 0;
    for (size_t i = 0; i < cells->count && code == 0; i++)
        code = save_value(w, cells, i, err);
    return code;
}

/* The run -------------------------------------------------------------------------------- */

/* The row in runs is what the triggers of schema.c look for: after it nothing can be added. */
static int seal(struct shy_saving *w, struct shihyo_error *err)
{
    const struct shy_run_info *info = w->info;
    char hash[SHY_HASH_TEXT];
    sqlite3_stmt *s;
    SHY_TRY(shy_values_hash_end(&w->hash, hash, err));
    SHY_TRY(prepare(w,
                    "INSERT INTO runs (run, value_count, started, program_version, command,"
                    " engine, prefecture, values_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    &s, err));
    bind_numbers(s, 1, (const int64_t[]){w->run, w->hash.count}, 2);
    bind_texts(s, 3,
               (const char *const[]){info->started, info->program_version, info->command,
                                     info->engine, info->prefecture, hash},
               6);
    return run_once(w, s, err);
}

static int begin(struct shy_saving *w, struct shihyo_error *err)
{
    size_t count = shy_plan_definition_count(w->plan);
    w->definitions = shy_alloc(count, sizeof *w->definitions);
    w->sources = shy_alloc(count, sizeof *w->sources);
    if (w->definitions == NULL || w->sources == NULL)
        return shy_fail_nomem(err);
    SHY_TRY(shy_database_number(&w->results->db, "SELECT coalesce(max(run), 0) + 1 FROM runs",
                                &w->run, err));
    SHY_TRY(save_lists(w, err));
    SHY_TRY(save_definitions(w, err));
    return prepare(w,
                   "INSERT INTO run_values (run, n, definition, area, period, measure, value,"
                   " state, reason, numerator_num, numerator_den, denominator_num,"
                   " denominator_den, factor, persons, institutions, notes, note_count,"
                   " dimensions) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   &w->value, err);
}

static void free_saving(struct shy_saving *w)
{
    (void)sqlite3_finalize(w->value);
    (void)sqlite3_finalize(w->limits);
    for (size_t i = 0; w->sources != NULL && i < shy_plan_definition_count(w->plan); i++)
        shy_free(w->sources[i]);
    for (size_t i = 0; i < w->unit_count; i++)
        shy_free(w->units[i]);
    shy_free(w->definitions);
    shy_free(w->sources);
    shy_free(w->units);
    shy_free(w->area_ids);
    shy_map_free(&w->area_keys);
    shy_map_free(&w->measures);
    shy_text_free(&w->notes);
    shy_values_hash_free(&w->hash);
    shy_free(w);
}

int shy_saving_begin(struct shy_results *r, const struct shy_run_info *info,
                     const struct shy_plan *plan, const struct shy_choice *choices,
                     const char *const *provenance, const struct shy_areas *areas,
                     struct shy_saving **out, struct shihyo_error *err)
{
    struct shy_saving *w = shy_alloc(1, sizeof *w);
    *out = NULL;
    if (w == NULL)
        return shy_fail_nomem(err);
    *w = (struct shy_saving){.results = r,
                             .info = info,
                             .plan = plan,
                             .choices = choices,
                             .provenance = provenance,
                             .areas = areas};
    int code = shy_database_begin(&r->db, true, err);
    if (code != 0) {
        free_saving(w);
        return code;
    }
    shy_database_set_rules(&r->db, false);
    code = begin(w, err);
    if (code != 0) {
        shy_saving_cancel(w);
        return code;
    }
    *out = w;
    return 0;
}

/* The statement is ended before the transaction is; the rules come back whatever became of it. */
static int close_saving(struct shy_saving *w, int code, struct shihyo_error *err)
{
    struct shy_database *db = &w->results->db;
    free_saving(w);
    if (code == 0)
        code = shy_database_commit(db, err);
    else
        shy_database_rollback(db);
    shy_database_set_rules(db, true);
    return code;
}

int shy_saving_end(struct shy_saving *w, const struct shy_problems *problems, int64_t *run,
                   struct shihyo_error *err)
{
    int64_t number = w->run;
    int code = save_problems(w, problems, err);
    if (code == 0)
        code = seal(w, err);
    code = close_saving(w, code, err);
    if (code == 0 && run != NULL)
        *run = number;
    return code;
}

void shy_saving_cancel(struct shy_saving *w)
{
    if (w != NULL)
        (void)close_saving(w, SHY_E_CANCELLED, NULL);
}
