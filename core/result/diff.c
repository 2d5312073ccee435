/* SPDX-License-Identifier: MIT */
/*
 * The older side is kept in memory under the key of each value, then the newer one is read past it.
 * A value that is the same on both sides costs its key and 64 bytes.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/result/diff.h"
#include "core/result/result_internal.h"
#include "core/text/csv.h"
#include "core/text/header.h"
#include "core/text/normalise.h"

static const struct {
    const char *id, *text;
} causes[] = {
    {"data", N_("The data that are counted were delivered anew.")},
    {"definition", N_("The definition changed.")},
    {"answer", N_("Another source answers.")},
    {"population", N_("The populations were delivered anew.")},
    {"areas", N_("The areas, or the date for which they hold, changed.")},
    {"program", N_("Another version of shihyo computed it.")},
};

static size_t cause_number(uint32_t bit)
{
    size_t n = 0;
    while (bit > 1)
        bit >>= 1, n++;
    return n;
}

const char *shy_diff_cause_id(uint32_t bit)
{
    size_t n = cause_number(bit);
    return n < sizeof causes / sizeof causes[0] ? causes[n].id : NULL;
}

const char *shy_diff_cause_text(uint32_t bit)
{
    size_t n = cause_number(bit);
    return n < sizeof causes / sizeof causes[0] ? _(causes[n].text) : "";
}

/* Sides ------------------------------------------------------------------------------------ */

/* A value of the older side. Texts are of the arena. */
struct kept {
    const char *indicator, *name, *area_set, *area_code, *area_name, *period, *measure, *dimensions,
        *unit;
    int decimals;
    struct shy_diff_side side;
    int shown; /* of a published table: digits behind the point, -1 = a state, no number */
    bool seen; /* the newer side has it too */
};

struct diffing {
    struct shy_results *results;
    struct shy_diff_options *options;
    int (*visit)(void *arg, const struct shy_diff_row *row);
    void *arg;
    struct shy_diff_counts *counts;
    bool table; /* the older side is a published table */
    struct shy_map keys;
    struct kept *kept; /* by keys */
    size_t kept_count, kept_capacity;
    struct shy_arena arena;
    struct shy_map texts;     /* of columns whose texts repeat */
    struct shy_map changed;   /* indicators, */
    uint32_t *changed_causes; /* and what is different behind each */
    size_t changed_count, changed_capacity;
    struct shy_text key;
    struct shihyo_error *err;
};

static void free_diffing(struct diffing *d)
{
    shy_map_free(&d->keys);
    shy_map_free(&d->texts);
    shy_map_free(&d->changed);
    shy_free(d->kept);
    shy_free(d->changed_causes);
    shy_arena_free(&d->arena);
    shy_text_free(&d->key);
}

static bool has_number(enum shihyo_state state)
{
    return state == SHIHYO_STATE_OK || state == SHIHYO_STATE_PARTIAL;
}

static void side_of(const struct shy_value_row *row, struct shy_diff_side *out)
{
    struct shy_fraction factor = {row->factor, 1};
    *out = (struct shy_diff_side){.there = true, .state = row->state, .number = row->value};
    out->exact = row->exact && has_number(row->state) &&
                 shy_fraction_mul(row->numerator, factor, &out->value) &&
                 shy_fraction_div(out->value, row->denominator, &out->value);
}

static bool same_side(const struct shy_diff_side *a, const struct shy_diff_side *b)
{
    if (a->state != b->state)
        return false;
    if (!has_number(a->state))
        return true;
    if (a->exact && b->exact)
        return shy_fraction_compare(a->value, b->value) == 0;
    /* One of a function's, or too large: to the last bit, which runs of one machine agree in. */
    return a->number == b->number;
}

/* The key in d->key; its number, SHY_MAP_NONE where it is not there (or memory ran out: failed). */
static uint32_t find_key(struct diffing *d, const char *const parts[6], bool add)
{
    shy_text_clear(&d->key);
    for (int i = 0; i < 6; i++)
        shy_text_addf(&d->key, "%s\x1f", parts[i]);
    if (d->key.failed)
        return SHY_MAP_NONE;
    return add ? shy_map_add(&d->keys, d->key.text, d->key.length)
               : shy_map_find(&d->keys, d->key.text, d->key.length);
}

/* Each text is kept once: names and units repeat in every value. */
static const char *intern(struct diffing *d, const char *text)
{
    uint32_t n = shy_map_adds(&d->texts, text);
    return n == SHY_MAP_NONE ? NULL : d->texts.keys[n];
}

static int keep(struct diffing *d, const struct kept *k, bool *twice)
{
    const char *const parts[] = {k->indicator, k->area_set, k->area_code,
                                 k->period,    k->measure,  k->dimensions};
    size_t before = d->keys.count;
    uint32_t n = find_key(d, parts, true);
    if (n == SHY_MAP_NONE)
        return shy_fail_nomem(d->err);
    *twice = d->keys.count == before;
    if (*twice)
        return 0;
    if (!SHY_GROW(d->kept, d->kept_count, d->kept_capacity))
        return shy_fail_nomem(d->err);
    struct kept *to = &d->kept[d->kept_count++];
    *to = *k;
    const char **texts[] = {&to->indicator, &to->name,       &to->area_set,
                            &to->area_code, &to->area_name,  &to->period,
                            &to->measure,   &to->dimensions, &to->unit};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = intern(d, *texts[i]);
        if (*texts[i] == NULL)
            return shy_fail_nomem(d->err);
    }
    return 0;
}

static int keep_row(void *arg, const struct shy_value_row *row)
{
    struct diffing *d = arg;
    bool twice;
    struct kept k = {.indicator = row->indicator,
                     .name = row->name,
                     .area_set = row->area_set,
                     .area_code = row->area_code,
                     .area_name = row->area_name,
                     .period = row->period,
                     .measure = row->measure,
                     .dimensions = row->dimensions,
                     .unit = row->unit,
                     .decimals = row->decimals};
    side_of(row, &k.side);
    return keep(d, &k, &twice);
}

/* Causes ----------------------------------------------------------------------------------- */

static uint32_t causes_of(struct diffing *d, const char *indicator)
{
    uint32_t n = shy_map_finds(&d->changed, indicator);
    return n == SHY_MAP_NONE ? 0 : d->changed_causes[n];
}

/* Section n of "data;populations;areas". */
static void section(const char *provenance, int n, const char **begin, size_t *length)
{
    for (; n > 0; n--) {
        provenance += strcspn(provenance, ";");
        provenance += *provenance == ';';
    }
    *begin = provenance;
    *length = strcspn(provenance, ";");
}

static bool differs(const char *a, const char *b, int n)
{
    size_t la, lb;
    section(a, n, &a, &la);
    section(b, n, &b, &lb);
    return la != lb || memcmp(a, b, la) != 0;
}

/* What run and command line say of the dates for which areas hold: "… # as_of DATE". */
static const char *areas_part(const char *command)
{
    const char *mark = strstr(command, " # ");
    return mark == NULL ? "" : mark;
}

static int add_causes(sqlite3_stmt *s, void *arg, struct shihyo_error *err)
{
    struct diffing *d = arg;
    uint32_t bits = 0;
    const char *before = shy_database_text(s, 5);
    /* A text is valid until the next step, all of one row at once. */
    const char *after = shy_database_text(s, 6);
    bits |= differs(before, after, 0) ? SHY_DIFF_DATA : 0;
    bits |= differs(before, after, 1) ? SHY_DIFF_POPULATION : 0;
    bits |= differs(before, after, 2) ? SHY_DIFF_AREAS : 0;
    bits |= strcmp(shy_database_text(s, 1), shy_database_text(s, 2)) != 0 ? SHY_DIFF_DEFINITION : 0;
    if ((bits & SHY_DIFF_DEFINITION) == 0 &&
        strcmp(shy_database_text(s, 3), shy_database_text(s, 4)) != 0)
        bits |= SHY_DIFF_ANSWER;
    if (strcmp(shy_database_text(s, 7), shy_database_text(s, 8)) != 0)
        bits |= SHY_DIFF_PROGRAM;
    if (strcmp(areas_part(shy_database_text(s, 9)), areas_part(shy_database_text(s, 10))) != 0)
        bits |= SHY_DIFF_AREAS;
    if (shy_map_adds(&d->changed, shy_database_text(s, 0)) == SHY_MAP_NONE ||
        !SHY_GROW(d->changed_causes, d->changed_count, d->changed_capacity))
        return shy_fail_nomem(err);
    d->changed_causes[d->changed_count++] = bits;
    return 0;
}

/* Once per indicator: definition, answer, provenance, and the runs' own. */
static int compare_definitions(struct diffing *d, struct shihyo_error *err)
{
    sqlite3_stmt *s;
    SHY_TRY(shy_database_prepare(
        &d->results->db,
        "SELECT da.indicator, db.hash, da.hash, b.answer_hash, a.answer_hash, b.provenance,"
        " a.provenance, rb.program_version, ra.program_version, rb.command, ra.command"
        " FROM run_definitions AS a JOIN definitions AS da ON da.definition = a.definition"
        " JOIN definitions AS db ON db.indicator = da.indicator"
        " JOIN run_definitions AS b ON b.definition = db.definition AND b.run = ?1"
        " JOIN runs AS rb ON rb.run = ?1 JOIN runs AS ra ON ra.run = ?2"
        " WHERE a.run = ?2 ORDER BY da.indicator",
        &s, err));
    (void)sqlite3_bind_int64(s, 1, d->options->before);
    (void)sqlite3_bind_int64(s, 2, d->options->after);
    return shy_database_each(&d->results->db, s, add_causes, d, err);
}

/* Comparing -------------------------------------------------------------------------------- */

static int tell(struct diffing *d, struct shy_diff_row *row)
{
    row->causes = d->table ? 0 : causes_of(d, row->indicator);
    switch (row->change) {
    case SHY_DIFF_CHANGED:
        d->counts->changed++;
        d->counts->unexplained += !d->table && row->causes == 0;
        break;
    case SHY_DIFF_ADDED:
        d->counts->added++;
        break;
    case SHY_DIFF_REMOVED:
        d->counts->removed++;
        break;
    }
    return d->visit(d->arg, row);
}

/* The run's number as the table would show it: rounded half up to its digits. */
static bool shown_same(const struct kept *k, const struct shy_diff_side *after)
{
    char ours[48], theirs[48];
    if (k->shown < 0 || !has_number(after->state))
        return k->side.state == after->state;
    if (after->exact)
        shy_fraction_format(after->value, k->shown, false, ours, sizeof ours);
    else
        shy_double_format(after->number, k->shown, false, ours, sizeof ours);
    shy_fraction_format(k->side.value, k->shown, false, theirs, sizeof theirs);
    return strcmp(ours, theirs) == 0;
}

static int compare_row(void *arg, const struct shy_value_row *row)
{
    struct diffing *d = arg;
    const char *const parts[] = {row->indicator, row->area_set, row->area_code,
                                 row->period,    row->measure,  row->dimensions};
    uint32_t n = find_key(d, parts, false);
    struct shy_diff_row out = {.indicator = row->indicator,
                               .name = row->name,
                               .area_set = row->area_set,
                               .area_code = row->area_code,
                               .area_name = row->area_name,
                               .period = row->period,
                               .measure = row->measure,
                               .dimensions = row->dimensions,
                               .unit = row->unit,
                               .decimals = row->decimals,
                               .change = SHY_DIFF_ADDED};
    if (d->key.failed)
        return shy_fail_nomem(d->err);
    side_of(row, &out.after);
    if (n == SHY_MAP_NONE)
        return d->table ? 0 : tell(d, &out);
    struct kept *k = &d->kept[n];
    k->seen = true;
    if (d->table ? shown_same(k, &out.after) : same_side(&k->side, &out.after)) {
        d->counts->same++;
        return 0;
    }
    out.before = k->side;
    out.change = SHY_DIFF_CHANGED;
    return tell(d, &out);
}

static int tell_removed(struct diffing *d)
{
    for (size_t i = 0; i < d->kept_count; i++) {
        const struct kept *k = &d->kept[i];
        struct shy_diff_row out = {.indicator = k->indicator,
                                   .name = k->name,
                                   .area_set = k->area_set,
                                   .area_code = k->area_code,
                                   .area_name = k->area_name,
                                   .period = k->period,
                                   .measure = k->measure,
                                   .dimensions = k->dimensions,
                                   .unit = k->unit,
                                   .decimals = k->decimals,
                                   .change = SHY_DIFF_REMOVED,
                                   .before = k->side};
        if (!k->seen)
            SHY_TRY(tell(d, &out));
    }
    return 0;
}

static int each(struct diffing *d, int64_t run, int (*visit)(void *, const struct shy_value_row *),
                bool filtered)
{
    const struct shy_value_filter filter = {.run = run,
                                            .ids = filtered ? d->options->ids : NULL,
                                            .id_count = filtered ? d->options->id_count : 0};
    return shy_results_each(d->results, &filter, visit, d, d->err);
}

static bool wanted(const struct shy_diff_options *options, const char *indicator)
{
    for (size_t i = 0; i < options->id_count; i++)
        if (strcmp(options->ids[i], indicator) == 0)
            return true;
    return options->id_count == 0;
}

/* An indicator that only one of the runs has is a difference, not an error: ids are checked with
 * the newer run, and the older one is filtered here. */
static int keep_wanted(void *arg, const struct shy_value_row *row)
{
    struct diffing *d = arg;
    return wanted(d->options, row->indicator) ? keep_row(arg, row) : 0;
}

static int find_runs(struct diffing *d)
{
    struct shy_diff_options *o = d->options;
    SHY_TRY(shy_result_find_run(d->results, o->after, &o->after, d->err));
    if (d->table)
        return 0;
    if (o->before == 0 && o->after == 1) {
        int code = shy_fail(d->err, SHY_E_RUN_UNKNOWN, _("There is one run only."));
        shy_hint(d->err, _("A second `shihyo run` makes one to compare it with."));
        return code;
    }
    return shy_result_find_run(d->results, o->before == 0 ? o->after - 1 : o->before, &o->before,
                               d->err);
}

int shy_results_diff(struct shy_results *r, struct shy_diff_options *options,
                     int (*visit)(void *arg, const struct shy_diff_row *row), void *arg,
                     struct shy_diff_counts *counts, struct shihyo_error *err)
{
    struct diffing d = {
        .results = r, .options = options, .visit = visit, .arg = arg, .counts = counts, .err = err};
    *counts = (struct shy_diff_counts){0};
    int code = find_runs(&d);
    if (code == 0)
        code = compare_definitions(&d, err);
    if (code == 0)
        code = each(&d, options->before, keep_wanted, false);
    if (code == 0)
        code = each(&d, options->after, compare_row, options->id_count > 0);
    if (code == 0)
        code = tell_removed(&d);
    free_diffing(&d);
    return code;
}

/* A published table ------------------------------------------------------------------------- */

enum column {
    T_INDICATOR,
    T_AREA_SET,
    T_AREA_CODE,
    T_PERIOD,
    T_VALUE,
    T_MEASURE,
    T_DIMENSIONS,
    T_STATE,
    T_COUNT
};
static const char *const labels[T_COUNT] = {"indicator", "area_set", "area_code",  "period",
                                            "value",     "measure",  "dimensions", "state"};
enum { T_REQUIRED = T_MEASURE };

struct table_reading {
    struct diffing *d;
    struct shihyo_csv *csv;
    const char *path;
    struct shy_problems *problems;
    int places[T_COUNT]; /* -1 = not in the table */
    struct shy_text cells[T_COUNT];
};

static int read_labels(struct table_reading *t)
{
    const struct shihyo_field *fields;
    size_t count, column;
    SHY_TRY(shy_csv_next(t->csv, &fields, &count, t->d->err));
    for (size_t i = 0; i < T_COUNT; i++) {
        struct shihyo_error e = SHY_ERROR_INIT;
        t->places[i] = -1;
        int code = shy_find_column(fields, count, labels[i], &column, &e);
        if (code == 0) {
            t->places[i] = (int)column;
        } else if (i < T_REQUIRED || code != SHY_E_HEADER_MISSING) {
            shy_at(&e, t->path, 1, 0);
            if (t->d->err != NULL)
                *t->d->err = e;
            return code;
        }
    }
    return 0;
}

/* A number with its digits, or a sign, or what the column state says. */
static bool parse_value(const char *value, const char *state, struct kept *k)
{
    struct shihyo_number n = {SHIHYO_ABI_INIT(struct shihyo_number), .state = 0};
    k->side.there = true;
    k->shown = -1;
    if (value[0] == '\0' && state[0] != '\0')
        return shy_result_parse_state(state, &k->side.state);
    if (shy_parse_number(value, strlen(value), NULL, &n) != SHIHYO_OK)
        return false;
    k->side.state = (enum shihyo_state)n.state;
    if (n.state != SHIHYO_STATE_OK)
        return true;
    k->shown = n.scale;
    k->side.exact =
        n.scale >= 0 && n.scale <= 18 && shy_fraction_decimal(n.mantissa, n.scale, &k->side.value);
    k->side.number = k->side.exact ? shy_fraction_double(k->side.value) : 0;
    return k->side.exact;
}

static void bad_line(struct table_reading *t, int code, const char *message, const char *column)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, (enum shy_code)code, "%s", message);
    shy_at(&e, t->path, shy_csv_line(t->csv), 0);
    shy_at_column(&e, column);
    shy_problems_add(t->problems, SHY_ERROR, &e);
}

static int keep_line(struct table_reading *t)
{
    const char *cells[T_COUNT];
    struct shy_period period;
    char text[SHY_PERIOD_TEXT];
    bool twice = false;
    for (size_t i = 0; i < T_COUNT; i++)
        cells[i] = shy_text_get(&t->cells[i]);
    if (!wanted(t->d->options, cells[T_INDICATOR]))
        return 0;
    struct kept k = {.indicator = cells[T_INDICATOR],
                     .name = "",
                     .area_set = cells[T_AREA_SET],
                     .area_code = cells[T_AREA_CODE],
                     .area_name = "",
                     .measure = cells[T_MEASURE][0] == '\0' ? "count" : cells[T_MEASURE],
                     .dimensions = cells[T_DIMENSIONS],
                     .unit = ""};
    if (!shy_period_parse_any(cells[T_PERIOD], strlen(cells[T_PERIOD]), &period)) {
        bad_line(t, SHY_E_PERIOD, _("The period is not understood."), labels[T_PERIOD]);
        return 0;
    }
    shy_period_text(&period, text);
    k.period = text;
    if (!parse_value(cells[T_VALUE], cells[T_STATE], &k)) {
        bad_line(t, SHY_E_NUMBER, _("The value is neither a number nor a sign."), labels[T_VALUE]);
        return 0;
    }
    k.decimals = k.shown > 0 ? k.shown : 0;
    SHY_TRY(keep(t->d, &k, &twice));
    if (twice)
        bad_line(t, SHY_E_CONTRACT_KEY, _("The table has this value twice."), labels[T_INDICATOR]);
    return 0;
}

static int read_lines(struct table_reading *t)
{
    const struct shihyo_field *fields;
    size_t count;
    SHY_TRY(read_labels(t));
    for (;;) {
        bool failed = false;
        SHY_TRY(shy_csv_next(t->csv, &fields, &count, t->d->err));
        if (count == 0)
            return 0;
        if (count == 1 && fields[0].length == 0)
            continue;
        for (size_t i = 0; i < T_COUNT; i++) {
            shy_text_clear(&t->cells[i]);
            if (t->places[i] >= 0 && (size_t)t->places[i] < count)
                shy_text_add(&t->cells[i], fields[t->places[i]].text, fields[t->places[i]].length);
            failed |= t->cells[i].failed;
        }
        if (failed)
            return shy_fail_nomem(t->d->err);
        SHY_TRY(keep_line(t));
    }
}

static int read_table(struct diffing *d, const char *path, struct shy_problems *problems)
{
    struct table_reading t = {.d = d, .path = path, .problems = problems};
    SHY_TRY(shy_csv_open(path, NULL, &t.csv, d->err));
    int code = read_lines(&t);
    for (size_t i = 0; i < T_COUNT; i++)
        shy_text_free(&t.cells[i]);
    shy_csv_close(t.csv);
    return code;
}

int shy_results_diff_table(struct shy_results *r, struct shy_diff_options *options,
                           const char *path,
                           int (*visit)(void *arg, const struct shy_diff_row *row), void *arg,
                           struct shy_diff_counts *counts, struct shy_problems *problems,
                           struct shihyo_error *err)
{
    struct diffing d = {.results = r,
                        .options = options,
                        .visit = visit,
                        .arg = arg,
                        .counts = counts,
                        .table = true,
                        .err = err};
    *counts = (struct shy_diff_counts){0};
    size_t errors = problems->errors;
    int code = find_runs(&d);
    if (code == 0)
        code = read_table(&d, path, problems);
    /* Half a table must not be called equal. */
    if (code == 0 && problems->errors == errors)
        code = each(&d, options->after, compare_row, options->id_count > 0);
    if (code == 0 && problems->errors == errors)
        code = tell_removed(&d);
    free_diffing(&d);
    return code;
}
