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

/* Bytes of lines after which a run is cut in two, and the most that a run's head takes. */
enum { RUN_BYTES = 32 * 1024, HEAD_BYTES = 64 };
/* Rows that are looked at together, column by column. */
enum { CHUNK = 1024 };

/* What a run is told by, as it was given. */
struct head {
    struct shy_id person, claim, institution;
    int64_t month; /* INT64_MIN = none */
};

/* One split being read. */
struct stream {
    struct shy_claims *c;
    struct shy_claims_table *table;
    int kind;
    uint32_t split;
    size_t thread;
    int64_t row; /* in the split */
    /* Columns of the batch; NULL = not given. */
    const struct shy_batch_column *person, *month, *claim, *institution, *columns;
    struct shy_numbering *numberings[SHY_CLAIMS_COLUMNS];
    bool plain[SHY_CLAIMS_COLUMNS]; /* of the line's columns in this batch: put_plain does */
    /* Of the rows from chunk on: which do not have the head of the row before, and the numbers of
     * the lines' codes (SHY_ID_NONE = no value). */
    int64_t chunk;
    uint8_t turns[CHUNK];
    uint32_t numbers[SHY_CLAIMS_COLUMNS][CHUNK];
    /* The run. */
    bool open;
    int bad; /* why its rows are rejected; 0 = they are not */
    const char *bad_column;
    struct head head;
    uint32_t who; /* shy_person_pack */
    int32_t month_of_care;
    uint32_t place; /* number of the institution + 1 */
    int64_t first_row;
    uint32_t line_count;
    uint8_t *end; /* of lines */
    uint8_t lines[RUN_BYTES + SHY_CLAIMS_COLUMNS * SHY_LINE_VALUE + SHY_LINE_SLACK];
    /* Person looked up last. */
    struct shy_id known_id;
    uint32_t known;
};

/* Rejects -------------------------------------------------------------------------------- */

static int reject(struct stream *s, int code, const char *column, struct shihyo_error *err)
{
    (void)atomic_fetch_add(&s->table->rows_rejected, 1);
    return shy_rejects_add(&s->c->rejects, s->kind, code, column, s->split, s->row, 1, NULL, err);
}

/* Runs ----------------------------------------------------------------------------------- */

/* Head and lines to the partition's bytes. shy_run_parse in claims_parts.c reads them. */
static int close_run(struct stream *s, struct shihyo_error *err)
{
    uint8_t head[HEAD_BYTES], *to = head, *out;
    if (!s->open || s->line_count == 0)
        return 0;
    uint32_t bytes = (uint32_t)(s->end - s->lines);
    *to++ = (uint8_t)s->kind;
    to = shy_put_number(to, s->who & (SHY_PERSON_MOST - 1));
    to = shy_put_number(to, (uint64_t)s->month_of_care);
    to = shy_put_number(to, s->place);
    to = shy_put_number(to, s->split);
    to = shy_put_number(to, (uint64_t)s->first_row);
    to = shy_put_number(to, s->line_count);
    to = shy_put_number(to, bytes);
    if (s->claim != NULL) {
        uint64_t hash = XXH3_64bits(&s->head.claim, sizeof s->head.claim);
        memcpy(to, &hash, sizeof hash);
        to += sizeof hash;
    }
    if (s->kind == SHY_KIND_MEDICAL_CLAIMS) {
        const struct shy_id both[2] = {s->head.claim, s->head.person};
        uint64_t hash = XXH3_64bits(both, sizeof both);
        memcpy(to, &hash, sizeof hash);
        to += sizeof hash;
    }
    uint32_t size = (uint32_t)(to - head);
    SHY_TRY(
        shy_spill_add(&s->c->spill, s->thread, s->who >> SHY_PERSON_BITS, size + bytes, &out, err));
    memcpy(out, head, size);
    memcpy(out + size, s->lines, bytes);
    if (s->place > 0)
        s->numberings[s->table->institution]->lines[s->place - 1] += s->line_count;
    s->line_count = 0;
    s->end = s->lines;
    return 0;
}

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
        bad_run(s, SHY_E_CONTRACT_NULL, s->person);
        return;
    }
    if (!shy_id_same(s->head.person, s->known_id)) {
        s->known_id = s->head.person;
        s->known = shy_ids_find(&s->c->numbers, s->head.person);
    }
    s->who = s->known;
    if (s->who == SHY_ID_NONE || s->who == SHY_PERSON_NOBODY)
        bad_run(s, SHY_E_PERSON_UNKNOWN, s->person);
}

static void find_month(struct stream *s)
{
    const struct shy_column *def = s->month->def;
    int64_t month = s->head.month == INT64_MIN ? -1 : shy_month_of(s->head.month);
    if (s->head.month == INT64_MIN)
        bad_run(s, SHY_E_CONTRACT_NULL, s->month);
    else if (month < 0 || month < def->min || month > def->max)
        bad_run(s, SHY_E_CONTRACT_VALUE, s->month);
    s->month_of_care = (int32_t)month;
}

static int find_institution(struct stream *s, int64_t i, struct shihyo_error *err)
{
    uint32_t number;
    s->place = 0;
    if (s->institution == NULL || shy_id_empty(s->head.institution))
        return 0;
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[s->table->institution]];
    struct shy_numbering *n = s->numberings[s->table->institution];
    SHY_TRY(shy_numbering_of(n, m, s->institution, i, &number, err));
    s->place = number + 1;
    return 0;
}

static inline struct shy_id id_at(const struct shy_batch_column *column, int64_t i)
{
    if (column == NULL || !shy_batch_has(column, i))
        return (struct shy_id){0, 0};
    return shy_id_at(column, i);
}

static inline struct head head_at(const struct stream *s, int64_t i)
{
    return (struct head){id_at(s->person, i), id_at(s->claim, i), id_at(s->institution, i),
                         shy_batch_has(s->month, i) ? shy_batch_int(s->month, i) : INT64_MIN};
}

static inline bool same_head(const struct head *a, const struct head *b)
{
    return a->month == b->month && shy_id_same(a->person, b->person) &&
           shy_id_same(a->claim, b->claim) && shy_id_same(a->institution, b->institution);
}

static int open_run(struct stream *s, const struct head *head, int64_t i, struct shihyo_error *err)
{
    SHY_TRY(close_run(s, err));
    s->head = *head;
    s->open = true;
    s->bad = 0;
    s->end = s->lines;
    s->line_count = 0;
    find_person(s);
    find_month(s);
    if (s->claim != NULL && shy_id_empty(s->head.claim))
        bad_run(s, SHY_E_CONTRACT_NULL, s->claim);
    return s->bad == 0 ? find_institution(s, i, err) : 0;
}

/* Row i may begin a run. */
static int turn_head(struct stream *s, int64_t i, struct shihyo_error *err)
{
    struct head head = head_at(s, i);
    return s->open && same_head(&head, &s->head) ? 0 : open_run(s, &head, i, err);
}

/* Lines ---------------------------------------------------------------------------------- */

/* A line being written: where its lengths stand and the next value goes. */
struct line {
    uint8_t *lengths, *to;
    size_t values;
};

static inline void put(struct line *line, uint64_t v)
{
    line->to = shy_put_value(line->to, line->lengths, line->values++, v);
}

static void put_state(struct line *line, uint8_t state)
{
    put(line, 0);
    *line->to++ = state;
}

static inline void put_code(const struct stream *s, int column, int64_t i, struct line *line,
                            int *bad)
{
    uint32_t number = s->numbers[column][i - s->chunk];
    const struct shy_column *def = s->columns[column].def;
    if (number == SHY_ID_NONE) {
        *bad = (def->flags & SHY_COLUMN_NULLABLE) == 0 ? SHY_E_CONTRACT_NULL : 0;
        put_state(line, SHIHYO_STATE_MISSING);
        return;
    }
    if (def->values != NULL && !s->numberings[column]->allowed[number])
        *bad = SHY_E_CONTRACT_VALUE;
    put(line, (uint64_t)number + 1);
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

static int put_value(const struct shy_batch_column *from, int64_t i, struct line *line, int *bad,
                     struct shihyo_error *err)
{
    const struct shy_column *def = from->def;
    uint8_t state = SHIHYO_STATE_OK;
    int64_t v;
    if (from->states != NULL)
        SHY_TRY(shy_batch_state(from, i, &state, err));
    else if (!shy_batch_has(from, i))
        state = SHIHYO_STATE_MISSING;
    if (state != SHIHYO_STATE_OK && state != SHIHYO_STATE_PARTIAL) {
        *bad = (def->flags & SHY_COLUMN_NULLABLE) == 0 ? SHY_E_CONTRACT_NULL : 0;
        put_state(line, state);
        return 0;
    }
    SHY_TRY(value_of(from, i, &v, err));
    if ((def->min <= def->max && (v < def->min || v > def->max)) || v == INT64_MIN ||
        (def->type == SHY_MONTH_T && v < 0))
        *bad = SHY_E_CONTRACT_VALUE;
    uint64_t bytes = shy_zigzag(v) + 1;
    if (state == SHIHYO_STATE_PARTIAL) {
        put_state(line, state);
        memcpy(line->to, &bytes, sizeof bytes);
        line->to += sizeof bytes;
    } else {
        put(line, bytes);
    }
    return 0;
}

/* A whole number of a column in which every row has one, and none has a state. */
static inline void put_plain(const struct shy_batch_column *from, int64_t i, struct line *line,
                             int *bad)
{
    const struct shy_column *def = from->def;
    int64_t v = from->layout == SHY_LAYOUT_INT64 ? ((const int64_t *)from->values)[from->first + i]
                                                 : ((const int32_t *)from->values)[from->first + i];
    if ((def->min <= def->max && (v < def->min || v > def->max)) || v == INT64_MIN)
        *bad = SHY_E_CONTRACT_VALUE;
    put(line, shy_zigzag(v) + 1);
}

static int take_line(struct stream *s, int64_t i, struct shihyo_error *err)
{
    size_t lengths = shy_line_lengths(s->table->line_count);
    struct line line = {.lengths = s->end, .to = s->end + lengths};
    memset(line.lengths, 0, lengths);
    for (size_t k = 0; k < s->table->line_count; k++) {
        int column = s->table->lines[k], bad = 0;
        if (s->plain[k])
            put_plain(&s->columns[column], i, &line, &bad);
        else if (s->numberings[column] != NULL)
            put_code(s, column, i, &line, &bad);
        else
            SHY_TRY(put_value(&s->columns[column], i, &line, &bad, err));
        if (bad != 0)
            return reject(s, bad, s->columns[column].def->name, err);
    }
    if (s->line_count == 0)
        s->first_row = s->row;
    s->end = line.to;
    s->line_count++;
    return line.to - s->lines >= RUN_BYTES ? close_run(s, err) : 0;
}

/* Batches -------------------------------------------------------------------------------- */

static void find_plain(struct stream *s)
{
    for (size_t k = 0; k < s->table->line_count; k++) {
        const struct shy_batch_column *c = &s->columns[s->table->lines[k]];
        s->plain[k] = c->def->type == SHY_INT_T && c->validity == NULL && c->parent == NULL &&
                      c->states == NULL;
    }
}

/* Marks the rows whose value is not bit for bit the one before: they may begin a run. Going by
 * columns, the processor works on many rows at once. */
static void mark_turns(struct stream *s, const struct shy_batch_column *column, size_t rows)
{
    if (column == NULL)
        return;
    if (column->layout != SHY_LAYOUT_VIEWS) {
        memset(s->turns, 1, rows);
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
        s->turns[i] |= !same;
    }
}

static void mark_months(struct stream *s, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        int64_t row = s->chunk + (int64_t)i;
        s->turns[i] |= row == 0 || !shy_batch_has(s->month, row) ||
                       !shy_batch_has(s->month, row - 1) ||
                       shy_batch_int(s->month, row) != shy_batch_int(s->month, row - 1);
    }
}

static int number_codes(struct stream *s, int column, size_t rows, struct shihyo_error *err)
{
    const struct shy_batch_column *from = &s->columns[column];
    const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[column]];
    struct shy_numbering *n = s->numberings[column];
    uint32_t *out = s->numbers[column];
    for (size_t i = 0; i < rows; i++) {
        struct shy_id id = id_at(from, s->chunk + (int64_t)i);
        out[i] = shy_ids_find(&n->ids, id);
        if (out[i] == SHY_ID_NONE && !shy_id_empty(id))
            SHY_TRY(shy_numbering_of(n, m, from, s->chunk + (int64_t)i, &out[i], err));
    }
    return 0;
}

/* The table of numbers is larger than the processor's memory near at hand: what the chunk's runs
 * will look up is fetched before the first looks. */
static void fetch_persons(const struct stream *s, size_t rows)
{
    for (size_t i = 0; i < rows; i++) {
        if (s->turns[i])
            shy_ids_prefetch(&s->c->numbers, id_at(s->person, s->chunk + (int64_t)i));
    }
}

static int take_chunk(struct stream *s, size_t rows, struct shihyo_error *err)
{
    memset(s->turns, 0, rows);
    mark_turns(s, s->claim, rows);
    mark_turns(s, s->person, rows);
    mark_turns(s, s->institution, rows);
    mark_months(s, rows);
    fetch_persons(s, rows);
    for (size_t k = 0; k < s->table->line_count; k++) {
        if (s->numberings[s->table->lines[k]] != NULL)
            SHY_TRY(number_codes(s, s->table->lines[k], rows, err));
    }
    for (size_t i = 0; i < rows; i++) {
        int64_t row = s->chunk + (int64_t)i;
        if (s->turns[i])
            SHY_TRY(turn_head(s, row, err));
        SHY_TRY(s->bad != 0 ? reject(s, s->bad, s->bad_column, err) : take_line(s, row, err));
        s->row++;
    }
    return 0;
}

static int take_batch(void *arg, const struct shy_batch *batch, struct shihyo_error *err)
{
    struct stream *s = arg;
    const struct shy_claims_table *t = s->table;
    s->columns = batch->columns;
    s->person = &batch->columns[t->person];
    s->month = &batch->columns[t->month];
    s->claim = t->claim < 0 ? NULL : &batch->columns[t->claim];
    s->institution = t->institution < 0 ? NULL : &batch->columns[t->institution];
    find_plain(s);
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
    int kind;
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
    const struct shy_batch_visitor visitor = {take_batch, take_reject, s, take_note};
    int code = shy_source_read_batches(r->c->job.source, t->contract, t->names, t->column_count,
                                       s->split, &visitor, err);
    if (code == 0)
        code = close_run(s, err);
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
