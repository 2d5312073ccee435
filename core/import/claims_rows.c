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
    uint8_t lines[RUN_BYTES + SHY_CLAIMS_COLUMNS * SHY_LINE_VALUE];
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

/* Lines ---------------------------------------------------------------------------------- */

/* A value that is not there: a zero, then its state. */
static uint8_t *put_state(uint8_t *to, uint8_t state)
{
    *to++ = 0;
    *to++ = state;
    return to;
}

static int put_code(struct stream *s, int column, int64_t i, uint8_t **to, int *bad,
                    struct shihyo_error *err)
{
    const struct shy_batch_column *from = &s->columns[column];
    struct shy_numbering *n = s->numberings[column];
    struct shy_id id = id_at(from, i);
    if (shy_id_empty(id)) {
        *bad = (from->def->flags & SHY_COLUMN_NULLABLE) == 0 ? SHY_E_CONTRACT_NULL : 0;
        *to = put_state(*to, SHIHYO_STATE_MISSING);
        return 0;
    }
    uint32_t number = shy_ids_find(&n->ids, id);
    if (number == SHY_ID_NONE) {
        const struct shy_meaning *m = &s->c->codes.meanings[s->table->meanings[column]];
        SHY_TRY(shy_numbering_of(n, m, from, i, &number, err));
    }
    if (!n->allowed[number])
        *bad = SHY_E_CONTRACT_VALUE;
    *to = shy_put_number(*to, (uint64_t)number + 1);
    return 0;
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

static int put_value(const struct shy_batch_column *from, int64_t i, uint8_t **to, int *bad,
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
        *to = put_state(*to, state);
        return 0;
    }
    SHY_TRY(value_of(from, i, &v, err));
    if ((def->min <= def->max && (v < def->min || v > def->max)) || v == INT64_MIN ||
        (def->type == SHY_MONTH_T && v < 0))
        *bad = SHY_E_CONTRACT_VALUE;
    if (state == SHIHYO_STATE_PARTIAL)
        *to = put_state(*to, state);
    *to = shy_put_number(*to, shy_zigzag(v) + 1);
    return 0;
}

static int take_line(struct stream *s, int64_t i, struct shihyo_error *err)
{
    uint8_t *to = s->end;
    for (size_t k = 0; k < s->table->line_count; k++) {
        int column = s->table->lines[k], bad = 0;
        SHY_TRY(s->numberings[column] != NULL ? put_code(s, column, i, &to, &bad, err)
                                              : put_value(&s->columns[column], i, &to, &bad, err));
        if (bad != 0)
            return reject(s, bad, s->columns[column].def->name, err);
    }
    if (s->line_count == 0)
        s->first_row = s->row;
    s->end = to;
    s->line_count++;
    return to - s->lines >= RUN_BYTES ? close_run(s, err) : 0;
}

/* Batches -------------------------------------------------------------------------------- */

static int take_batch(void *arg, const struct shy_batch *batch, struct shihyo_error *err)
{
    struct stream *s = arg;
    const struct shy_claims_table *t = s->table;
    s->columns = batch->columns;
    s->person = &batch->columns[t->person];
    s->month = &batch->columns[t->month];
    s->claim = t->claim < 0 ? NULL : &batch->columns[t->claim];
    s->institution = t->institution < 0 ? NULL : &batch->columns[t->institution];
    for (int64_t i = 0; i < batch->rows; i++) {
        struct head head = head_at(s, i);
        if (!s->open || !same_head(&head, &s->head))
            SHY_TRY(open_run(s, &head, i, err));
        SHY_TRY(s->bad != 0 ? reject(s, s->bad, s->bad_column, err) : take_line(s, i, err));
        s->row++;
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
    const struct shy_batch_visitor visitor = {take_batch, take_reject, s};
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
