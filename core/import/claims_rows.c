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

/* What the rows of a run share. */
struct head {
    uint32_t who;   /* shy_person_pack */
    uint32_t place; /* number of the institution + 1 */
    int32_t month;
    int bad; /* why its rows are rejected; 0 = they are not */
    const char *bad_column;
    uint64_t claim, identity; /* hashes */
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
    struct head heads[CHUNK]; /* that begin there */
    struct shy_id persons[CHUNK];
    int64_t places[CHUNK]; /* where a column's values of them are */
    uint8_t marks[CHUNK];
    uint32_t small[SHY_CLAIMS_COLUMNS][CHUNK + STEP];
    uint64_t large[SHY_CLAIMS_COLUMNS][CHUNK + STEP]; /* of a column with a value that needs it */
    bool wide[SHY_CLAIMS_COLUMNS];
    uint8_t states[SHY_CLAIMS_COLUMNS][CHUNK];
    bool stateful[SHY_CLAIMS_COLUMNS]; /* some state is neither OK nor MISSING */
    bool any_stateful;
    bool any_bad;
    int bad_rows[CHUNK]; /* why a row is rejected; valid where any is */
    int bad_columns[CHUNK];
    struct head head; /* of the rows at hand */
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

/* Each number is stored as four bytes; the next one goes over what is too much of it. */
static inline uint8_t *put_small(uint8_t *to, const uint32_t *v, size_t count, unsigned *code)
{
    uint32_t any = 0;
    for (size_t i = 0; i < count; i += STEP)
        any |= v[i] | v[i + 1] | v[i + 2] | v[i + 3];
    *code = shy_width_code(any);
    size_t width = (size_t)1 << *code;
    uint8_t *at = to;
    for (size_t i = 0; i < count; i += STEP, at += STEP * width) {
        memcpy(at, &v[i], sizeof *v);
        memcpy(at + width, &v[i + 1], sizeof *v);
        memcpy(at + width * 2, &v[i + 2], sizeof *v);
        memcpy(at + width * 3, &v[i + 3], sizeof *v);
    }
    return to + count * width;
}

static uint8_t *put_large(uint8_t *to, const uint64_t *v, size_t count, unsigned *code)
{
    uint64_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= v[i];
    *code = shy_width_code(any);
    for (size_t i = 0; i < count; i++)
        memcpy(to + (i << *code), &v[i], sizeof v[i]);
    return to + (count << *code);
}

/* Whether some row has a state that its value does not tell. */
static bool has_states(const struct stream *s, size_t first, size_t count)
{
    for (size_t k = 0; s->any_stateful && k < s->table->line_count; k++) {
        for (size_t i = 0; s->stateful[k] && i < count; i++) {
            if (s->states[k][first + i] != SHIHYO_STATE_OK &&
                s->states[k][first + i] != SHIHYO_STATE_MISSING)
                return true;
        }
    }
    return false;
}

static uint8_t *put_states(const struct stream *s, size_t first, size_t count, uint8_t *to)
{
    const struct shy_claims_table *t = s->table;
    for (size_t k = 0; k < t->line_count; k++) {
        if (s->numberings[t->lines[k]] != NULL)
            continue;
        for (size_t i = 0; i < count; i++) {
            uint64_t value = s->wide[k] ? s->large[k][first + i] : s->small[k][first + i];
            uint8_t implied = value == 0 ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
            *to++ = s->stateful[k] ? s->states[k][first + i] : implied;
        }
    }
    return to;
}

static uint8_t *put_lines(const struct stream *s, size_t first, size_t count, bool states,
                          uint8_t *to)
{
    size_t columns = s->table->line_count;
    uint8_t *widths = to;
    uint64_t codes = 0;
    to += shy_width_bytes(columns);
    if (states)
        to = put_states(s, first, count, to);
    for (size_t k = 0; k < columns; k++) {
        unsigned code;
        to = s->wide[k] ? put_large(to, s->large[k] + first, count, &code)
                        : put_small(to, s->small[k] + first, count, &code);
        codes |= (uint64_t)code << (2 * k);
    }
    memcpy(widths, &codes, shy_width_bytes(columns));
    return to;
}

static uint8_t *put_section(const struct stream *s, struct shy_spill_section *section, int64_t row,
                            uint8_t *to)
{
    *section = (struct shy_spill_section){
        .begun = true, .kind = s->kind, .split = s->split, .month = s->head.month, .row = row};
    *to++ = 0;
    *to++ = (uint8_t)s->kind;
    to = shy_put_number(to, s->split);
    to = shy_put_number(to, (uint64_t)s->head.month);
    return shy_put_number(to, (uint64_t)row);
}

static uint8_t *put_head(const struct stream *s, struct shy_spill_section *section, size_t first,
                         size_t count, bool states, uint8_t *to)
{
    int64_t row = s->row + (int64_t)first;
    if (!section->begun || section->kind != s->kind || section->split != s->split)
        to = put_section(s, section, row, to);
    to = shy_put_number(to, (uint64_t)count << 1 | states);
    to = shy_put_number(to, s->head.who & (SHY_PERSON_MOST - 1));
    to = shy_put_number(to, shy_zigzag(s->head.month - section->month));
    to = shy_put_number(to, s->head.place);
    to = shy_put_number(to, (uint64_t)(row - section->row));
    section->month = s->head.month;
    section->row = row;
    if (s->claim.of != NULL) {
        memcpy(to, &s->head.claim, sizeof s->head.claim);
        to += sizeof s->head.claim;
    }
    if (s->kind == SHY_KIND_MEDICAL_CLAIMS) {
        memcpy(to, &s->head.identity, sizeof s->head.identity);
        to += sizeof s->head.identity;
    }
    return to;
}

/* Bytes that so many lines need at most. */
static size_t lines_most(const struct stream *s, size_t count)
{
    size_t columns = s->table->line_count;
    return shy_width_bytes(columns) + (count + STEP) * columns * (sizeof(uint64_t) + 1);
}

/* Good rows of one head to the partition's bytes. parse_block in claims_runs.c reads them. */
static int put_run(struct stream *s, size_t from, size_t to, struct shihyo_error *err)
{
    size_t count = to - from;
    struct shy_spill_part *open;
    uint8_t *out;
    if (count == 0)
        return 0;
    bool states = has_states(s, from, count);
    SHY_TRY(shy_spill_begin(&s->c->spill, s->thread, s->head.who >> SHY_PERSON_BITS,
                            SHY_RUN_HEAD_MOST + lines_most(s, count), &open, &out, err));
    out = put_head(s, &open->section, from, count, states, out);
    shy_spill_end(open, put_lines(s, from, count, states, out));
    if (s->head.place > 0)
        s->numberings[s->table->institution]->lines[s->head.place - 1] += (int64_t)count;
    return 0;
}

/* Heads: column by column, so that the processor looks for many at once ------------------- */

static void spoil_head(struct head *head, int code, const struct shy_batch_column *column)
{
    if (head->bad != 0)
        return;
    head->bad = code;
    head->bad_column = column->def->name;
}

/* Where the column's values of the turns are. */
static void place_turns(struct stream *s, struct key_column *k)
{
    for (size_t t = 0; t < s->turn_count; t++) {
        int64_t i = s->chunk + s->turns[t];
        if (k->of->run_ends != NULL)
            i = k->run = shy_batch_run(k->of, i, k->run);
        s->places[t] = i;
    }
}

static inline struct shy_id id_at(const struct shy_batch_column *column, int64_t i)
{
    return shy_batch_has(column, i) ? shy_id_at(column, i) : (struct shy_id){0, 0};
}

/* The table of numbers is larger than the processor's memory near at hand: what will be looked up
 * is fetched, and looked up when the lines are done. */
static void fetch_persons(struct stream *s)
{
    place_turns(s, &s->person);
    for (size_t t = 0; t < s->turn_count; t++) {
        s->persons[t] = id_at(s->person.of, s->places[t]);
        shy_ids_prefetch(&s->c->numbers, shy_id_key_of(s->persons[t]));
    }
}

static void find_persons(struct stream *s)
{
    for (size_t t = 0; t < s->turn_count; t++) {
        struct head *head = &s->heads[t];
        *head = (struct head){.who = shy_ids_find(&s->c->numbers, s->persons[t])};
        if (shy_id_empty(s->persons[t]))
            spoil_head(head, SHY_E_CONTRACT_NULL, s->person.of);
        else if (head->who >= SHY_PERSON_NOBODY)
            spoil_head(head, SHY_E_PERSON_UNKNOWN, s->person.of);
    }
}

static void find_months(struct stream *s)
{
    const struct shy_column *def = s->month.of->def;
    place_turns(s, &s->month);
    for (size_t t = 0; t < s->turn_count; t++) {
        bool there = shy_batch_has(s->month.of, s->places[t]);
        int64_t month = there ? shy_month_of(shy_batch_int(s->month.of, s->places[t])) : -1;
        if (!there)
            spoil_head(&s->heads[t], SHY_E_CONTRACT_NULL, s->month.of);
        else if (month < 0 || month < def->min || month > def->max)
            spoil_head(&s->heads[t], SHY_E_CONTRACT_VALUE, s->month.of);
        s->heads[t].month = (int32_t)month;
    }
}

static void find_claims(struct stream *s)
{
    if (s->claim.of == NULL)
        return;
    place_turns(s, &s->claim);
    for (size_t t = 0; t < s->turn_count; t++) {
        struct head *head = &s->heads[t];
        struct shy_id id = id_at(s->claim.of, s->places[t]);
        if (shy_id_empty(id))
            spoil_head(head, SHY_E_CONTRACT_NULL, s->claim.of);
        head->claim = XXH3_64bits(&id, sizeof id);
        if (s->kind != SHY_KIND_MEDICAL_CLAIMS)
            continue;
        const struct shy_id both[2] = {id, s->persons[t]};
        head->identity = XXH3_64bits(both, sizeof both);
    }
}

static int find_institutions(struct stream *s, struct shihyo_error *err)
{
    if (s->institution.of == NULL)
        return 0;
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[s->table->institution]];
    struct shy_numbering *n = s->numberings[s->table->institution];
    place_turns(s, &s->institution);
    for (size_t t = 0; t < s->turn_count && n->count > 0; t++) {
        struct shy_id id = id_at(s->institution.of, s->places[t]);
        s->heads[t].place = shy_ids_glance(&n->ids, shy_id_key_of(id));
    }
    for (size_t t = 0; t < s->turn_count; t++) {
        uint32_t number;
        if (s->heads[t].place != 0 || s->heads[t].bad != 0 ||
            shy_id_empty(id_at(s->institution.of, s->places[t])))
            continue;
        SHY_TRY(shy_numbering_of(n, m, s->institution.of, s->places[t], &number, err));
        s->heads[t].place = number + 1;
    }
    return 0;
}

static int find_heads(struct stream *s, struct shihyo_error *err)
{
    find_persons(s);
    find_months(s);
    find_claims(s);
    return find_institutions(s, err);
}

/* Lines ---------------------------------------------------------------------------------- */

/* Of rows whose code was not seen at a glance. */
static int fill_code(struct stream *s, size_t k, size_t i, struct shihyo_error *err)
{
    int column = s->table->lines[k];
    const struct shy_batch_column *from = &s->columns[column];
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[column]];
    int64_t row = s->chunk + (int64_t)i;
    uint32_t number;
    if (!shy_id_empty(id_at(from, row))) {
        SHY_TRY(shy_numbering_of(s->numberings[column], m, from, row, &number, err));
        s->small[k][i] = number + 1;
    } else if ((from->def->flags & SHY_COLUMN_NULLABLE) == 0) {
        spoil(s, i, SHY_E_CONTRACT_NULL, column);
    }
    return 0;
}

/* Codes seen at a glance as their numbers + 1, others as 0. Returns whether all were. */
static bool glance_codes(const struct shy_batch_column *from, const struct shy_ids *ids,
                         int64_t first, size_t rows, uint32_t *to)
{
    bool all = true;
    if (from->layout != SHY_LAYOUT_VIEWS || from->validity != NULL || from->parent != NULL) {
        for (size_t i = 0; i < rows; i++) {
            to[i] = shy_ids_glance(ids, shy_id_key_of(id_at(from, first + (int64_t)i)));
            all &= to[i] != 0;
        }
        return all;
    }
    struct shy_id_key keys[CHUNK];
    const char *at = (const char *)from->values + (from->first + first) * 16;
    for (size_t i = 0; i < rows; i++, at += 16) {
        bool rare;
        keys[i] = shy_id_key_of_view(at, &rare);
        if (rare)
            keys[i] = shy_id_key_of(shy_id_at(from, first + (int64_t)i));
        shy_ids_prefetch(ids, keys[i]);
    }
    for (size_t i = 0; i < rows; i++) {
        to[i] = shy_ids_glance(ids, keys[i]);
        all &= to[i] != 0;
    }
    return all;
}

static int fill_codes(struct stream *s, size_t k, size_t rows, struct shihyo_error *err)
{
    int column = s->table->lines[k];
    const struct shy_batch_column *from = &s->columns[column];
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[column]];
    const struct shy_numbering *n = s->numberings[column];
    uint32_t *to = s->small[k];
    bool all = n->count > 0 && glance_codes(from, &n->ids, s->chunk, rows, to);
    if (n->count == 0)
        memset(to, 0, rows * sizeof *to);
    for (size_t i = 0; i < rows && !all; i++) {
        if (to[i] == 0)
            SHY_TRY(fill_code(s, k, i, err));
    }
    for (size_t i = 0; i < rows && m->values != NULL; i++) {
        if (to[i] != 0 && !n->allowed[to[i] - 1])
            spoil(s, i, SHY_E_CONTRACT_VALUE, column);
    }
    return 0;
}

static bool in_range(const struct shy_column *def, int64_t v)
{
    return (def->min > def->max || (v >= def->min && v <= def->max)) && v != INT64_MIN;
}

/* As they are put aside: whether a number is too large for `small`, and whether it is none that the
 * contract allows, is told of all together. */
#define FILL(type) \
    for (size_t i = 0; i < rows; i++) { \
        int64_t v = ((const type *)from->values)[first + (int64_t)i]; \
        uint64_t put = shy_zigzag(v) + 1; \
        large[i] = put; \
        small[i] = (uint32_t)put; \
        any |= put; \
        bad |= (uint64_t)v - (uint64_t)least > range; \
    }

/* Whole numbers of a column in which every row has one, and none has a state. */
static void fill_plain(struct stream *s, size_t k, size_t rows)
{
    const struct shy_batch_column *from = &s->columns[s->table->lines[k]];
    const struct shy_column *def = from->def;
    bool limited = def->min <= def->max, bad = false;
    int64_t least = limited ? def->min : INT64_MIN + 1;
    uint64_t range = (uint64_t)(limited ? def->max : INT64_MAX) - (uint64_t)least;
    int64_t first = from->first + s->chunk;
    uint32_t *small = s->small[k];
    uint64_t *large = s->large[k], any = 0;
    if (from->layout == SHY_LAYOUT_INT64)
        FILL(int64_t)
    else
        FILL(int32_t)
    s->wide[k] = any > UINT32_MAX;
    for (size_t i = 0; bad && i < rows; i++) {
        if (!in_range(def, shy_unzigzag(large[i] - 1)))
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
    s->wide[k] = true;
    for (size_t i = 0; i < rows; i++) {
        int64_t v, row = s->chunk + (int64_t)i;
        uint8_t *state = &s->states[k][i];
        *state = SHIHYO_STATE_OK;
        if (from->states != NULL)
            SHY_TRY(shy_batch_state(from, row, state, err));
        else if (!shy_batch_has(from, row))
            *state = SHIHYO_STATE_MISSING;
        s->stateful[k] =
            s->stateful[k] || (*state != SHIHYO_STATE_OK && *state != SHIHYO_STATE_MISSING);
        s->large[k][i] = 0;
        if (*state != SHIHYO_STATE_OK && *state != SHIHYO_STATE_PARTIAL) {
            if ((def->flags & SHY_COLUMN_NULLABLE) == 0)
                spoil(s, i, SHY_E_CONTRACT_NULL, column);
            continue;
        }
        SHY_TRY(value_of(from, row, &v, err));
        if (!in_range(def, v) || (def->type == SHY_MONTH_T && v < 0))
            spoil(s, i, SHY_E_CONTRACT_VALUE, column);
        s->large[k][i] = shy_zigzag(v) + 1;
    }
    return 0;
}

/* Of a column that a file does not have, no row has a value. */
static bool none_there(const struct shy_batch_column *from, int64_t first, size_t rows)
{
    int64_t bit = from->first + first, end = bit + (int64_t)rows;
    if (from->validity == NULL || from->states != NULL)
        return false;
    while (bit < end) {
        if ((bit & 7) == 0 && end - bit >= 8) {
            if (from->validity[bit >> 3] != 0)
                return false;
            bit += 8;
        } else if (shy_bit(from->validity, bit++)) {
            return false;
        }
    }
    return true;
}

static int fill_column(struct stream *s, size_t k, size_t rows, struct shihyo_error *err)
{
    const struct shy_batch_column *from = &s->columns[s->table->lines[k]];
    s->stateful[k] = s->wide[k] = false;
    if ((from->def->flags & SHY_COLUMN_NULLABLE) != 0 && none_there(from, s->chunk, rows)) {
        memset(s->small[k], 0, rows * sizeof s->small[k][0]);
        return 0;
    }
    if (s->numberings[s->table->lines[k]] != NULL)
        return fill_codes(s, k, rows, err);
    if (from->def->type != SHY_INT_T || from->validity != NULL || from->parent != NULL ||
        from->states != NULL)
        SHY_TRY(fill_values(s, k, rows, err));
    else
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

/* Rows of the head at hand. */
static int take_rows(struct stream *s, size_t from, size_t to, struct shihyo_error *err)
{
    if (s->head.bad == 0 && !s->any_bad)
        return put_run(s, from, to, err);
    for (size_t i = from; i < to; i++) {
        if (s->head.bad != 0) {
            SHY_TRY(reject(s, i, s->head.bad, s->head.bad_column, err));
        } else if (s->bad_rows[i] != 0) {
            SHY_TRY(put_run(s, from, i, err));
            SHY_TRY(reject(s, i, s->bad_rows[i], s->columns[s->bad_columns[i]].def->name, err));
            from = i + 1;
        }
    }
    return s->head.bad != 0 ? 0 : put_run(s, from, to, err);
}

static int take_chunk(struct stream *s, size_t rows, struct shihyo_error *err)
{
    size_t from = 0;
    find_turns(s, rows);
    fetch_persons(s);
    s->any_bad = s->any_stateful = false;
    for (size_t k = 0; k < s->table->line_count; k++) {
        SHY_TRY(fill_column(s, k, rows, err));
        s->any_stateful = s->any_stateful || s->stateful[k];
    }
    SHY_TRY(find_heads(s, err));
    for (size_t t = 0; t < s->turn_count; t++) {
        SHY_TRY(take_rows(s, from, s->turns[t], err));
        s->head = s->heads[t];
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
    s->table->split_seen[s->split] = s->table->split_seen[s->split] || batch->rows > 0;
    (void)atomic_fetch_add(&s->table->rows_read, batch->rows);
    (void)atomic_fetch_add(&s->c->rows, batch->rows);
    return 0;
}

static int take_reject(void *arg, const struct shihyo_error *found, struct shihyo_error *err)
{
    struct stream *s = arg;
    s->table->split_seen[s->split] = true;
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
