/* SPDX-License-Identifier: MIT */
/* Pass 2: rows of claims, items and care, checked and put aside by partition. Neighbouring rows
 * mostly share person, month, claim and institution: together they are a run, whose head is
 * looked up and written once. */
#include "config.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/base/i18n.h"
#include "core/import/claims_internal.h"

/* Rows that are looked at together, column by column; a run goes no further than they do. */
enum { CHUNK = SHY_RUN_LINES };
/* Values of a run are gone through in steps: where a run ends cannot be foreseen. What is too much
 * is some other row's, or gone over. */
enum { STEP = 4 };

/* What a run is told by, as it was given. */
struct head {
    struct shy_id person, claim, institution;
    int64_t month; /* INT64_MIN = none */
};

/* A column of the head in the batch at hand. */
struct key_column {
    const struct shy_batch_column *of; /* NULL = not given */
    int64_t run;                       /* where it is in runs: that of the row last looked at */
};

/* One split being read. */
struct stream {
    struct shy_claims *c;
    struct shy_claims_table *table;
    int kind;
    uint32_t split;
    size_t thread;
    int64_t row; /* in the split, of the chunk's first */
    struct key_column person, month, claim, institution;
    const struct shy_batch_column *columns;
    struct shy_numbering *numberings[SHY_CLAIMS_COLUMNS];
    /* The chunk: rows of the batch from there on. Where a head may begin that is not the one
     * before; values of the lines' columns as they are put aside, and their states. */
    int64_t chunk;
    uint16_t turns[CHUNK];
    size_t turn_count;
    uint8_t marks[CHUNK];
    uint64_t values[SHY_CLAIMS_COLUMNS][CHUNK + STEP];
    uint8_t states[SHY_CLAIMS_COLUMNS][CHUNK];
    bool stateful[SHY_CLAIMS_COLUMNS]; /* some state is not OK */
    bool any_bad;
    int bad_rows[CHUNK]; /* why a row is rejected; valid where any is */
    int bad_columns[CHUNK];
    /* The head. */
    bool open;
    int bad; /* why its rows are rejected; 0 = they are not */
    const char *bad_column;
    struct head head;
    uint32_t who; /* shy_person_pack */
    int32_t month_of_care;
    uint32_t place; /* number of the institution + 1 */
    uint64_t claim_hash, identity;
    /* Person looked up last. */
    struct shy_id known_id;
    uint32_t known;
};

/* Rejects -------------------------------------------------------------------------------- */

static int reject(struct stream *s, size_t i, int code, const char *column,
                  struct shihyo_error *err)
{
    (void)atomic_fetch_add(&s->table->rows_rejected, 1);
    return shy_rejects_add(&s->c->rejects, s->kind, code, column, s->split, s->row + (int64_t)i, 1,
                           NULL, err);
}

/* The first thing wrong with a row is told. */
static void spoil(struct stream *s, size_t i, int code, int column)
{
    if (!s->any_bad)
        memset(s->bad_rows, 0, sizeof s->bad_rows);
    s->any_bad = true;
    if (s->bad_rows[i] != 0)
        return;
    s->bad_rows[i] = code;
    s->bad_columns[i] = column;
}

/* Runs ----------------------------------------------------------------------------------- */

/* A run's lines: rows from `first` on, with what each column needs. */
struct lines {
    size_t first, count;
    unsigned widths[SHY_CLAIMS_COLUMNS];
    bool states;
    size_t size; /* in bytes, at most */
};

static void measure(const struct stream *s, struct lines *l)
{
    size_t columns = s->table->line_count;
    l->size = SHY_RUN_HEAD_MOST + shy_width_bytes(columns);
    for (size_t k = 0; k < columns; k++) {
        const uint64_t *v = s->values[k] + l->first;
        uint64_t any = 0;
        uint8_t state = 0;
        for (size_t i = 0; i < l->count; i += STEP)
            any |= v[i] | v[i + 1] | v[i + 2] | v[i + 3];
        l->widths[k] = shy_width_code(any);
        l->size += (l->count << l->widths[k]) + l->count;
        for (size_t i = 0; s->stateful[k] && i < l->count; i++)
            state |= s->states[k][l->first + i];
        l->states = l->states || state != 0;
    }
    l->size += STEP * sizeof(uint64_t);
}

/* Each number is stored as eight bytes; the next one goes over what is too much of it. */
static uint8_t *put_values(uint8_t *to, const uint64_t *v, size_t count, unsigned code)
{
    for (size_t i = 0; i < count; i += STEP) {
        for (size_t k = 0; k < STEP; k++)
            memcpy(to + ((i + k) << code), &v[i + k], sizeof v[i + k]);
    }
    return to + (count << code);
}

static uint8_t *put_lines(const struct stream *s, const struct lines *l, uint8_t *to)
{
    const struct shy_claims_table *t = s->table;
    uint8_t *widths = to;
    memset(widths, 0, shy_width_bytes(t->line_count));
    to += shy_width_bytes(t->line_count);
    for (size_t k = 0; k < t->line_count; k++)
        widths[k / 4] = (uint8_t)(widths[k / 4] | l->widths[k] << (k % 4 * 2));
    for (size_t k = 0; l->states && k < t->line_count; k++) {
        if (s->numberings[t->lines[k]] != NULL)
            continue;
        if (s->stateful[k])
            memcpy(to, s->states[k] + l->first, l->count);
        else
            memset(to, 0, l->count);
        to += l->count;
    }
    for (size_t k = 0; k < t->line_count; k++)
        to = put_values(to, s->values[k] + l->first, l->count, l->widths[k]);
    return to;
}

static uint8_t *put_section(const struct stream *s, struct shy_spill_section *section, int64_t row,
                            uint8_t *to)
{
    *section = (struct shy_spill_section){
        .begun = true, .kind = s->kind, .split = s->split, .month = s->month_of_care, .row = row};
    *to++ = 0;
    *to++ = (uint8_t)s->kind;
    to = shy_put_number(to, s->split);
    to = shy_put_number(to, (uint64_t)s->month_of_care);
    return shy_put_number(to, (uint64_t)row);
}

static uint8_t *put_head(const struct stream *s, struct shy_spill_section *section,
                         const struct lines *l, uint8_t *to)
{
    int64_t row = s->row + (int64_t)l->first;
    if (!section->begun || section->kind != s->kind || section->split != s->split)
        to = put_section(s, section, row, to);
    to = shy_put_number(to, (uint64_t)l->count << 1 | l->states);
    to = shy_put_number(to, s->who & (SHY_PERSON_MOST - 1));
    to = shy_put_number(to, shy_zigzag(s->month_of_care - section->month));
    to = shy_put_number(to, s->place);
    to = shy_put_number(to, (uint64_t)(row - section->row));
    section->month = s->month_of_care;
    section->row = row;
    if (s->claim.of != NULL) {
        memcpy(to, &s->claim_hash, sizeof s->claim_hash);
        to += sizeof s->claim_hash;
    }
    if (s->kind == SHY_KIND_MEDICAL_CLAIMS) {
        memcpy(to, &s->identity, sizeof s->identity);
        to += sizeof s->identity;
    }
    return to;
}

/* Good rows of one head to the partition's bytes. parse_block in claims_runs.c reads them. */
static int put_run(struct stream *s, size_t from, size_t to, struct shihyo_error *err)
{
    struct lines l = {.first = from, .count = to - from};
    struct shy_spill_part *open;
    uint8_t *out;
    if (from == to)
        return 0;
    measure(s, &l);
    SHY_TRY(shy_spill_begin(&s->c->spill, s->thread, s->who >> SHY_PERSON_BITS, l.size, &open, &out,
                            err));
    shy_spill_end(open, put_lines(s, &l, put_head(s, &open->section, &l, out)));
    if (s->place > 0)
        s->numberings[s->table->institution]->lines[s->place - 1] += (int64_t)l.count;
    return 0;
}

/* Heads ---------------------------------------------------------------------------------- */

static void bad_run(struct stream *s, int code, const struct shy_batch_column *column)
{
    if (s->bad != 0)
        return;
    s->bad = code;
    s->bad_column = column->def->name;
}

static void find_person(struct stream *s)
{
    if (shy_id_empty(s->head.person)) {
        bad_run(s, SHY_E_CONTRACT_NULL, s->person.of);
        return;
    }
    if (!shy_id_same(s->head.person, s->known_id)) {
        s->known_id = s->head.person;
        s->known = shy_ids_find(&s->c->numbers, s->head.person);
    }
    s->who = s->known;
    if (s->who == SHY_ID_NONE || s->who == SHY_PERSON_NOBODY)
        bad_run(s, SHY_E_PERSON_UNKNOWN, s->person.of);
}

static void find_month(struct stream *s)
{
    const struct shy_column *def = s->month.of->def;
    int64_t month = s->head.month == INT64_MIN ? -1 : shy_month_of(s->head.month);
    if (s->head.month == INT64_MIN)
        bad_run(s, SHY_E_CONTRACT_NULL, s->month.of);
    else if (month < 0 || month < def->min || month > def->max)
        bad_run(s, SHY_E_CONTRACT_VALUE, s->month.of);
    s->month_of_care = (int32_t)month;
}

static void find_claim(struct stream *s)
{
    if (s->claim.of == NULL)
        return;
    if (shy_id_empty(s->head.claim))
        bad_run(s, SHY_E_CONTRACT_NULL, s->claim.of);
    s->claim_hash = XXH3_64bits(&s->head.claim, sizeof s->head.claim);
    if (s->kind == SHY_KIND_MEDICAL_CLAIMS) {
        const struct shy_id both[2] = {s->head.claim, s->head.person};
        s->identity = XXH3_64bits(both, sizeof both);
    }
}

static int find_institution(struct stream *s, int64_t i, struct shihyo_error *err)
{
    uint32_t number;
    s->place = 0;
    if (s->institution.of == NULL || shy_id_empty(s->head.institution))
        return 0;
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[s->table->institution]];
    struct shy_numbering *n = s->numberings[s->table->institution];
    SHY_TRY(shy_numbering_of(n, m, s->institution.of, i, &number, err));
    s->place = number + 1;
    return 0;
}

/* Where the column's value of row i is: rows are asked for in their order. */
static inline int64_t value_at(struct key_column *k, int64_t i)
{
    if (k->of->run_ends != NULL)
        i = k->run = shy_batch_run(k->of, i, k->run);
    return i;
}

static inline struct shy_id id_at(const struct shy_batch_column *column, int64_t i)
{
    return shy_batch_has(column, i) ? shy_id_at(column, i) : (struct shy_id){0, 0};
}

static inline struct shy_id key_at(struct key_column *k, int64_t i)
{
    return k->of == NULL ? (struct shy_id){0, 0} : id_at(k->of, value_at(k, i));
}

static inline struct head head_at(struct stream *s, int64_t i)
{
    struct head head = {.person = key_at(&s->person, i),
                        .claim = key_at(&s->claim, i),
                        .institution = key_at(&s->institution, i),
                        .month = INT64_MIN};
    int64_t month = value_at(&s->month, i);
    if (shy_batch_has(s->month.of, month))
        head.month = shy_batch_int(s->month.of, month);
    return head;
}

static inline bool same_head(const struct head *a, const struct head *b)
{
    return a->month == b->month && shy_id_same(a->person, b->person) &&
           shy_id_same(a->claim, b->claim) && shy_id_same(a->institution, b->institution);
}

/* Row i may have another head. */
static int turn_head(struct stream *s, int64_t i, struct shihyo_error *err)
{
    const struct head head = head_at(s, i);
    if (s->open && same_head(&head, &s->head))
        return 0;
    s->head = head;
    s->open = true;
    s->bad = 0;
    find_person(s);
    find_month(s);
    find_claim(s);
    if (s->bad != 0 || s->institution.of == NULL)
        return 0;
    return find_institution(s, s->institution.of->run_ends == NULL ? i : s->institution.run, err);
}

/* Lines ---------------------------------------------------------------------------------- */

static int fill_codes(struct stream *s, size_t k, size_t rows, struct shihyo_error *err)
{
    int column = s->table->lines[k];
    const struct shy_batch_column *from = &s->columns[column];
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[column]];
    struct shy_numbering *n = s->numberings[column];
    bool nullable = (from->def->flags & SHY_COLUMN_NULLABLE) != 0;
    for (size_t i = 0; i < rows; i++) {
        struct shy_id id = id_at(from, s->chunk + (int64_t)i);
        uint32_t number = shy_ids_find(&n->ids, id);
        if (number == SHY_ID_NONE && !shy_id_empty(id))
            SHY_TRY(shy_numbering_of(n, m, from, s->chunk + (int64_t)i, &number, err));
        s->values[k][i] = number == SHY_ID_NONE ? 0 : (uint64_t)number + 1;
        if (number == SHY_ID_NONE && !nullable)
            spoil(s, i, SHY_E_CONTRACT_NULL, column);
        else if (m->values != NULL && number != SHY_ID_NONE && !n->allowed[number])
            spoil(s, i, SHY_E_CONTRACT_VALUE, column);
    }
    return 0;
}

static bool in_range(const struct shy_column *def, int64_t v)
{
    return (def->min > def->max || (v >= def->min && v <= def->max)) && v != INT64_MIN;
}

/* Whole numbers of a column in which every row has one, and none has a state. */
static void fill_plain(struct stream *s, size_t k, size_t rows)
{
    const struct shy_batch_column *from = &s->columns[s->table->lines[k]];
    const struct shy_column *def = from->def;
    int64_t least = def->min <= def->max ? def->min : INT64_MIN + 1;
    int64_t most = def->min <= def->max ? def->max : INT64_MAX;
    int64_t first = from->first + s->chunk;
    uint64_t *to = s->values[k];
    bool good = true;
    for (size_t i = 0; i < rows; i++) {
        int64_t v = from->layout == SHY_LAYOUT_INT64
                        ? ((const int64_t *)from->values)[first + (int64_t)i]
                        : ((const int32_t *)from->values)[first + (int64_t)i];
        to[i] = shy_zigzag(v) + 1;
        good = good && v >= least && v <= most;
    }
    for (size_t i = 0; !good && i < rows; i++) {
        if (!in_range(def, shy_unzigzag(to[i] - 1)))
            spoil(s, i, SHY_E_CONTRACT_VALUE, s->table->lines[k]);
    }
}

static int value_of(const struct shy_batch_column *from, int64_t i, int64_t *v,
                    struct shihyo_error *err)
{
    if (from->def->type == SHY_DECIMAL_T)
        return shy_batch_decimal(from, i, v, err);
    *v = shy_batch_int(from, i);
    if (from->def->type == SHY_MONTH_T)
        *v = shy_month_of(*v);
    return 0;
}

static int fill_values(struct stream *s, size_t k, size_t rows, struct shihyo_error *err)
{
    int column = s->table->lines[k];
    const struct shy_batch_column *from = &s->columns[column];
    const struct shy_column *def = from->def;
    for (size_t i = 0; i < rows; i++) {
        int64_t v, row = s->chunk + (int64_t)i;
        uint8_t *state = &s->states[k][i];
        *state = SHIHYO_STATE_OK;
        if (from->states != NULL)
            SHY_TRY(shy_batch_state(from, row, state, err));
        else if (!shy_batch_has(from, row))
            *state = SHIHYO_STATE_MISSING;
        s->stateful[k] = s->stateful[k] || *state != SHIHYO_STATE_OK;
        s->values[k][i] = 0;
        if (*state != SHIHYO_STATE_OK && *state != SHIHYO_STATE_PARTIAL) {
            if ((def->flags & SHY_COLUMN_NULLABLE) == 0)
                spoil(s, i, SHY_E_CONTRACT_NULL, column);
            continue;
        }
        SHY_TRY(value_of(from, row, &v, err));
        if (!in_range(def, v) || (def->type == SHY_MONTH_T && v < 0))
            spoil(s, i, SHY_E_CONTRACT_VALUE, column);
        s->values[k][i] = shy_zigzag(v) + 1;
    }
    return 0;
}

static int fill_column(struct stream *s, size_t k, size_t rows, struct shihyo_error *err)
{
    const struct shy_batch_column *from = &s->columns[s->table->lines[k]];
    s->stateful[k] = false;
    if (s->numberings[s->table->lines[k]] != NULL)
        return fill_codes(s, k, rows, err);
    if (from->def->type != SHY_INT_T || from->validity != NULL || from->parent != NULL ||
        from->states != NULL)
        return fill_values(s, k, rows, err);
    fill_plain(s, k, rows);
    return 0;
}

/* Turns ---------------------------------------------------------------------------------- */

/* First row of a run, counted in the chunk; below 0 where it begins before. */
static int64_t begin_of(const struct stream *s, const struct shy_batch_column *column, int64_t run)
{
    return (run == 0 ? 0 : column->run_ends[run - 1] - column->run_first) - s->chunk;
}

/* Marks the rows whose value is not bit for bit the one before: they may begin a run. Going by
 * columns, the processor works on many rows at once. */
static void mark_turns(struct stream *s, const struct key_column *k, size_t rows)
{
    const struct shy_batch_column *column = k->of;
    if (column == NULL)
        return;
    if (column->run_ends != NULL) {
        for (int64_t run = k->run; run < column->run_count; run++) {
            int64_t i = begin_of(s, column, run);
            if (i >= (int64_t)rows)
                break;
            if (i >= 0)
                s->marks[i] = 1;
        }
        return;
    }
    if (column->layout != SHY_LAYOUT_VIEWS) {
        memset(s->marks, 1, rows);
        return;
    }
    const char *at = (const char *)column->values + (column->first + s->chunk) * 16;
    bool whole = column->validity == NULL && column->parent == NULL;
    for (size_t i = s->chunk == 0 ? 1 : 0; i < rows; i++) {
        int64_t row = s->chunk + (int64_t)i;
        bool same = memcmp(at + i * 16, at + i * 16 - 16, 16) == 0;
        if (!whole)
            same = shy_batch_has(column, row) == shy_batch_has(column, row - 1) &&
                   (same || !shy_batch_has(column, row));
        s->marks[i] |= !same;
    }
}

static void mark_months(struct stream *s, size_t rows)
{
    const struct shy_batch_column *month = s->month.of;
    if (month->run_ends != NULL) {
        mark_turns(s, &s->month, rows);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        int64_t row = s->chunk + (int64_t)i;
        s->marks[i] |= row == 0 || !shy_batch_has(month, row) || !shy_batch_has(month, row - 1) ||
                       shy_batch_int(month, row) != shy_batch_int(month, row - 1);
    }
}

/* Whether all columns of the head have the same runs, which then are the turns. */
static bool same_runs(const struct stream *s)
{
    const struct key_column *const others[] = {&s->month, &s->claim, &s->institution};
    const struct shy_batch_column *person = s->person.of;
    bool same = person->run_ends != NULL;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct shy_batch_column *of = others[i]->of;
        same = same && (of == NULL ||
                        (of->run_ends == person->run_ends && of->run_first == person->run_first));
    }
    return same;
}

static void find_turns(struct stream *s, size_t rows)
{
    s->turn_count = 0;
    if (same_runs(s)) {
        const struct shy_batch_column *column = s->person.of;
        for (int64_t run = s->person.run; run < column->run_count; run++) {
            int64_t i = begin_of(s, column, run);
            if (i >= (int64_t)rows)
                break;
            if (i >= 0 || s->chunk == 0)
                s->turns[s->turn_count++] = (uint16_t)(i < 0 ? 0 : i);
        }
        return;
    }
    memset(s->marks, 0, rows);
    s->marks[0] = s->chunk == 0;
    mark_turns(s, &s->claim, rows);
    mark_turns(s, &s->person, rows);
    mark_turns(s, &s->institution, rows);
    mark_months(s, rows);
    for (size_t i = 0; i < rows; i++) {
        if (s->marks[i])
            s->turns[s->turn_count++] = (uint16_t)i;
    }
}

/* The table of numbers is larger than the processor's memory near at hand: what the chunk's runs
 * will look up is fetched before the first looks. */
static void fetch_persons(const struct stream *s)
{
    struct key_column person = s->person;
    for (size_t i = 0; i < s->turn_count; i++)
        shy_ids_prefetch(&s->c->numbers, key_at(&person, s->chunk + s->turns[i]));
}

/* Rows of the head at hand. */
static int take_rows(struct stream *s, size_t from, size_t to, struct shihyo_error *err)
{
    if (s->bad == 0 && !s->any_bad)
        return put_run(s, from, to, err);
    for (size_t i = from; i < to; i++) {
        if (s->bad != 0) {
            SHY_TRY(reject(s, i, s->bad, s->bad_column, err));
        } else if (s->bad_rows[i] != 0) {
            SHY_TRY(put_run(s, from, i, err));
            SHY_TRY(reject(s, i, s->bad_rows[i], s->columns[s->bad_columns[i]].def->name, err));
            from = i + 1;
        }
    }
    return s->bad != 0 ? 0 : put_run(s, from, to, err);
}

static int take_chunk(struct stream *s, size_t rows, struct shihyo_error *err)
{
    size_t from = 0;
    find_turns(s, rows);
    fetch_persons(s);
    s->any_bad = false;
    for (size_t k = 0; k < s->table->line_count; k++)
        SHY_TRY(fill_column(s, k, rows, err));
    for (size_t t = 0; t < s->turn_count; t++) {
        SHY_TRY(take_rows(s, from, s->turns[t], err));
        SHY_TRY(turn_head(s, s->chunk + s->turns[t], err));
        from = s->turns[t];
    }
    SHY_TRY(take_rows(s, from, rows, err));
    s->row += (int64_t)rows;
    return 0;
}

/* Batches -------------------------------------------------------------------------------- */

static struct key_column key_of(const struct shy_batch *batch, int column)
{
    return (struct key_column){.of = column < 0 ? NULL : &batch->columns[column]};
}

static int take_batch(void *arg, const struct shy_batch *batch, struct shihyo_error *err)
{
    struct stream *s = arg;
    const struct shy_claims_table *t = s->table;
    s->columns = batch->columns;
    s->person = key_of(batch, t->person);
    s->month = key_of(batch, t->month);
    s->claim = key_of(batch, t->claim);
    s->institution = key_of(batch, t->institution);
    for (s->chunk = 0; s->chunk < batch->rows; s->chunk += CHUNK) {
        int64_t left = batch->rows - s->chunk;
        SHY_TRY(take_chunk(s, left < CHUNK ? (size_t)left : CHUNK, err));
    }
    (void)atomic_fetch_add(&s->table->rows_read, batch->rows);
    (void)atomic_fetch_add(&s->c->rows, batch->rows);
    return 0;
}

static int take_reject(void *arg, const struct shihyo_error *found, struct shihyo_error *err)
{
    struct stream *s = arg;
    (void)atomic_fetch_add(&s->table->rows_read, 1);
    (void)atomic_fetch_add(&s->table->rows_rejected, 1);
    return shy_rejects_add(&s->c->rejects, s->kind, (int)found->code, found->column_name, s->split,
                           s->row, 1, found, err);
}

static int take_note(void *arg, const struct shihyo_error *found, int64_t count,
                     struct shihyo_error *err)
{
    struct stream *s = arg;
    return shy_rejects_note(&s->c->rejects, s->kind, s->split, found, count, err);
}

/* Splits --------------------------------------------------------------------------------- */

struct split {
    int kind; /* before the events: persons are settled */
    uint32_t split;
};
struct reading {
    struct shy_claims *c;
    struct split *splits;
    size_t count;
};

static int read_split(void *arg, size_t task, size_t thread, struct shihyo_error *err)
{
    struct reading *r = arg;
    if (r->splits[task].kind < SHY_KIND_FIRST_EVENT)
        return shy_claims_settle_people(r->c, err);
    struct shy_claims_table *t = &r->c->tables[r->splits[task].kind];
    struct stream *s = shy_alloc(1, sizeof *s);
    if (s == NULL)
        return shy_fail_nomem(err);
    s->c = r->c;
    s->table = t;
    s->kind = r->splits[task].kind;
    s->split = r->splits[task].split;
    s->thread = thread;
    for (size_t i = 0; i < t->column_count; i++) {
        if (t->meanings[i] >= 0)
            s->numberings[i] = &r->c->codes.meanings[t->meanings[i]].threads[thread];
    }
    const struct shy_batch_visitor visitor = {.rows = take_batch,
                                              .reject = take_reject,
                                              .arg = s,
                                              .note = take_note,
                                              .runs = true,
                                              .hashed = r->c->job.hashed};
    int code = shy_source_read_batches(r->c->job.source, t->contract, t->names, t->column_count,
                                       s->split, &visitor, err);
    shy_free(s);
    return code;
}

static void tell(void *arg, size_t done)
{
    struct reading *r = arg;
    const struct shy_claims_job *job = &r->c->job;
    double share = r->count == 0 ? 1 : (double)done / (double)r->count;
    if (job->options->progress != NULL)
        job->options->progress(job->options->progress_arg, job->name,
                               job->rows_before + atomic_load(&r->c->rows), 0.05 + 0.7 * share);
}

int shy_claims_read_rows(struct shy_claims *c, struct shihyo_error *err)
{
    struct reading r = {.c = c};
    size_t most = 0;
    for (int kind = SHY_KIND_FIRST_EVENT; kind < SHY_KIND_COUNT; kind++)
        most += c->tables[kind].contract == NULL ? 0 : c->tables[kind].splits;
    r.splits = shy_alloc(most + 1, sizeof *r.splits);
    if (r.splits == NULL)
        return shy_fail_nomem(err);
    if (c->unsettled)
        r.splits[r.count++] = (struct split){SHY_KIND_PERSONS, 0};
    c->unsettled = false;
    for (int kind = SHY_KIND_FIRST_EVENT; kind < SHY_KIND_COUNT; kind++) {
        for (uint32_t s = 0; c->tables[kind].contract != NULL && s < c->tables[kind].splits; s++)
            r.splits[r.count++] = (struct split){kind, s};
    }
    const struct shy_work work = {
        .threads = c->threads, .tasks = r.count, .task = read_split, .wait = tell, .arg = &r};
    int code = shy_work_run(&work, err);
    shy_free(r.splits);
    return code;
}
