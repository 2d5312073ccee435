/* SPDX-License-Identifier: MIT */
/* Pass 3: partition by partition, runs become segments. Partitions are worked on in parallel and
 * written in their order, so that the same deliveries give the same bytes. */
#include "config.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/import/claims_pack.h"
#include "core/import/claims_runs.h"

#define CLASSES 16

/* A claim of the month, and what becomes of its lines. */
struct claim {
    uint64_t hash;
    uint32_t person, number;
    int rejected; /* 0, or SHY_E_CLAIM_KNOWN */
};

/* What one thread keeps from one partition to the next. */
struct worker {
    struct shy_packing packs[SHY_KIND_COUNT][CLASSES];
    struct claim *claims;
    size_t claim_count, claim_capacity;
};

/* What the bytes of a contract's lines mean that a thread has written. */
struct decoder {
    size_t values;
    const uint32_t *final[SHY_CLAIMS_COLUMNS]; /* of codes, by provisional number; else NULL */
    int class_line;                            /* whose code tells the row's class; -1 = none */
    uint8_t *classes;                          /* by provisional number */
};

struct writing {
    struct shy_claims *c;
    struct worker *workers;
    struct shy_turns turns;
    /* Where in a pack's columns the parts of a row stand; -1 = none. */
    int claim[SHY_KIND_COUNT], institution[SHY_KIND_COUNT], lines[SHY_KIND_COUNT],
        hash[SHY_KIND_COUNT];
    struct decoder *decoders[SHY_KIND_COUNT]; /* by thread */
};

/* One partition in work. */
struct part {
    struct writing *w;
    struct worker *worker;
    uint32_t number;
    struct shy_packed_list packed[SHY_KIND_COUNT];
};

/* Rows of the registers ------------------------------------------------------------------ */

enum register_column { CODE, BIRTH, FIRST, LAST };

/* The columns of a register that are stored, and what of a row they hold. */
struct register_layout {
    int indices[SHY_PACK_COLUMNS];
    enum register_column what[SHY_PACK_COLUMNS];
    enum shy_person_code code[SHY_PACK_COLUMNS];
    const struct shy_numbering *numbering[SHY_PACK_COLUMNS];
    size_t count;
};

static void add_layout(struct register_layout *l, int index, enum register_column what, int code,
                       const struct shy_numbering *numbering)
{
    l->indices[l->count] = index;
    l->what[l->count] = what;
    l->code[l->count] = (enum shy_person_code)code;
    l->numbering[l->count] = numbering;
    l->count++;
}

static void layout_register(struct shy_claims *c, int kind, struct register_layout *l)
{
    static const char *const codes[SHY_PERSON_CODES] = {"sex", "scheme", "insurer", "insurer_area",
                                                        "residence_area"};
    const struct shy_claims_table *t = &c->tables[kind];
    *l = (struct register_layout){0};
    for (size_t i = 0; i < t->column_count; i++) {
        for (int k = 0; k < SHY_PERSON_CODES; k++) {
            if (strcmp(t->names[i], codes[k]) == 0)
                add_layout(l, t->columns[i], CODE, k,
                           &c->codes.meanings[t->meanings[i]].threads[c->threads]);
        }
        if (strcmp(t->names[i], "birth_month") == 0)
            add_layout(l, t->columns[i], BIRTH, 0, NULL);
        if (strcmp(t->names[i], "valid_from") == 0)
            add_layout(l, t->columns[i], FIRST, 0, NULL);
        if (strcmp(t->names[i], "valid_to") == 0)
            add_layout(l, t->columns[i], LAST, 0, NULL);
    }
}

static int64_t register_value(const struct register_layout *l, size_t column,
                              const struct shy_person_row *row, uint8_t *state)
{
    uint32_t code = row->codes[l->code[column]];
    *state = SHIHYO_STATE_OK;
    switch (l->what[column]) {
    case BIRTH:
        return row->birth;
    case FIRST:
        return row->first;
    case LAST:
        *state = row->last == SHY_MONTH_OPEN ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
        return row->last == SHY_MONTH_OPEN ? 0 : row->last;
    default:
        *state = code == 0 ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
        return code == 0 ? 0 : l->numbering[column]->final[code - 1];
    }
}

static int pack_register(struct part *part, int kind, struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    struct register_layout l;
    struct shy_packing pack;
    int code = 0;
    if (c->tables[kind].contract == NULL)
        return 0;
    layout_register(c, kind, &l);
    shy_packing_begin(&pack, c->tables[kind].contract, l.indices, l.count);
    const struct shy_people *p = &c->people;
    for (size_t i = p->row_first[part->number]; i < p->row_first[part->number + 1] && code == 0;
         i++) {
        const struct shy_person_row *row = &p->rows[i];
        if (row->kind != kind || row->rejected)
            continue;
        code = shy_packing_row(&pack, p->nodes[row->node].joined, err);
        for (size_t k = 0; k < l.count && code == 0; k++) {
            uint8_t state;
            int64_t value = register_value(&l, k, row, &state);
            code = shy_packing_set(&pack, k, value, state, err);
        }
    }
    if (code == 0)
        code = shy_packing_end(&pack, part->number, SHY_NO_MONTH, 0, &part->packed[kind], err);
    shy_packing_free(&pack);
    return code;
}

/* Rows of events ------------------------------------------------------------------------- */

static int reject_run(struct part *part, const struct shy_run *run, int code, int64_t rows,
                      struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    const struct shy_claims_table *t = &c->tables[run->kind];
    (void)atomic_fetch_add(&c->tables[run->kind].rows_rejected, rows);
    return shy_rejects_add(
        &c->rejects, run->kind, code, t->claim >= 0 ? t->names[t->claim] : t->names[t->person],
        (uint32_t)(run->order >> SHY_ORDER_ROW_BITS),
        (int64_t)(run->order & (((uint64_t)1 << SHY_ORDER_ROW_BITS) - 1)), rows, NULL, err);
}

/* Columns of a pack of events, in the order of place_columns. */
static void begin_pack(const struct part *part, int kind, struct shy_packing *pack)
{
    const struct shy_claims_table *t = &part->w->c->tables[kind];
    int indices[SHY_PACK_COLUMNS];
    size_t n = 0;
    if (t->claim >= 0)
        indices[n++] = t->columns[t->claim];
    if (t->institution >= 0)
        indices[n++] = t->columns[t->institution];
    for (size_t i = 0; i < t->line_count; i++)
        indices[n++] = t->columns[t->lines[i]];
    if (kind == SHY_KIND_MEDICAL_CLAIMS)
        indices[n++] = SHY_CLAIM_HASH;
    shy_packing_begin(pack, t->contract, indices, n);
}

struct line {
    int64_t values[SHY_CLAIMS_COLUMNS];
    uint8_t states[SHY_CLAIMS_COLUMNS];
    uint32_t class;
};

/* A value that is not there, or only in part. */
static const uint8_t *get_state(const uint8_t *from, uint8_t *state, uint64_t *v)
{
    *state = *from++;
    if (*state != SHIHYO_STATE_PARTIAL)
        return from;
    memcpy(v, from, sizeof *v);
    return from + sizeof *v;
}

/* The inverse of take_line in claims_rows.c. */
static inline const uint8_t *get_line(const struct decoder *d, const uint8_t *from,
                                      struct line *line)
{
    const uint8_t *lengths = from;
    from += shy_line_lengths(d->values);
    line->class = 0;
    for (size_t i = 0; i < d->values; i++) {
        uint64_t v;
        line->states[i] = SHIHYO_STATE_OK;
        from = shy_get_value(from, lengths, i, &v);
        if (v == 0)
            from = get_state(from, &line->states[i], &v);
        if (v == 0)
            line->values[i] = 0;
        else if (d->final[i] == NULL)
            line->values[i] = shy_unzigzag(v - 1);
        else
            line->values[i] = d->final[i][v - 1];
        if ((int)i == d->class_line && v != 0)
            line->class = d->classes[v - 1];
    }
    return from;
}

static inline int emit_line(struct part *part, const struct shy_run *run, const struct line *line,
                            uint32_t claim, struct shihyo_error *err)
{
    const struct writing *w = part->w;
    int kind = run->kind;
    struct shy_packing *pack = &part->worker->packs[kind][line->class];
    if (pack->contract == NULL)
        begin_pack(part, kind, pack);
    SHY_TRY(shy_packing_row(pack, shy_run_person(run), err));
    if (w->claim[kind] >= 0)
        SHY_TRY(shy_packing_set(pack, (size_t)w->claim[kind], claim, SHIHYO_STATE_OK, err));
    if (w->institution[kind] >= 0)
        SHY_TRY(shy_packing_set(pack, (size_t)w->institution[kind],
                                run->institution == 0 ? 0 : (int64_t)run->institution - 1,
                                run->institution == 0 ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK,
                                err));
    size_t first = (size_t)w->lines[kind], count = w->c->tables[kind].line_count;
    for (size_t i = 0; i < count; i++)
        SHY_TRY(shy_packing_set(pack, first + i, line->values[i], line->states[i], err));
    if (w->hash[kind] >= 0)
        SHY_TRY(shy_packing_set(pack, (size_t)w->hash[kind], (int64_t)run->identity,
                                SHIHYO_STATE_OK, err));
    return 0;
}

/* Sorted runs have their lines anywhere in the partition's bytes: those of runs to come are brought
 * near while the present ones are taken. */
static inline void fetch_lines(const struct shy_run *runs, size_t i, size_t count)
{
    enum { AHEAD = 12, LINE = 64 };
    if (i + AHEAD >= count)
        return;
    __builtin_prefetch(runs[i + AHEAD].lines);
    __builtin_prefetch(runs[i + AHEAD].lines + LINE);
}

/* most: lines that are taken at most; the others were counted. */
static int emit_run(struct part *part, const struct shy_run *run, uint32_t claim, uint32_t most,
                    struct shihyo_error *err)
{
    const struct decoder *d = &part->w->decoders[run->kind][run->thread];
    const uint8_t *from = run->lines;
    for (uint32_t i = 0; i < run->line_count && i < most; i++) {
        struct line line;
        from = get_line(d, from, &line);
        SHY_TRY(emit_line(part, run, &line, claim, err));
    }
    return 0;
}

static int end_month(struct part *part, int kind, int32_t month, struct shihyo_error *err)
{
    for (uint32_t class = 0; class < CLASSES; class ++) {
        if (part->worker->packs[kind][class].rows > 0)
            SHY_TRY(shy_packing_end(&part->worker->packs[kind][class], part->number, month, class,
                                    &part->packed[kind], err));
    }
    return 0;
}

/* Claims --------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Claims of the month that the store has already. */
static int known_claims(struct part *part, int32_t month, uint64_t **out, size_t *count,
                        struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    (void)pthread_mutex_lock(&c->store_lock);
    int code = shy_store_claims_known(c->job.store, part->number, month, out, count, err);
    (void)pthread_mutex_unlock(&c->store_lock);
    return code;
}

static int note_claim(struct worker *worker, const struct shy_run *run, uint32_t number,
                      int rejected, struct shihyo_error *err)
{
    if (!SHY_GROW(worker->claims, worker->claim_count, worker->claim_capacity))
        return shy_fail_nomem(err);
    worker->claims[worker->claim_count++] =
        (struct claim){run->claim, shy_run_person(run), number, rejected};
    return 0;
}

/* Numbers the claims of one month; the first of one id of a person stays, unless it was delivered
 * before. */
static int take_claims(struct part *part, const struct shy_run *runs, size_t count,
                       const uint64_t *known, size_t known_count, struct shihyo_error *err)
{
    struct worker *worker = part->worker;
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        const struct shy_run *run = &runs[i];
        fetch_lines(runs, i, count);
        const struct claim *last =
            worker->claim_count == 0 ? NULL : &worker->claims[worker->claim_count - 1];
        if (last != NULL && last->hash == run->claim && last->person == shy_run_person(run)) {
            SHY_TRY(reject_run(part, run, SHY_E_CONTRACT_KEY, run->line_count, err));
            continue;
        }
        bool seen = known_count > 0 &&
                    bsearch(&run->identity, known, known_count, sizeof *known, by_value) != NULL;
        SHY_TRY(note_claim(worker, run, next, seen ? SHY_E_CLAIM_KNOWN : 0, err));
        if (seen) {
            SHY_TRY(reject_run(part, run, SHY_E_CLAIM_KNOWN, run->line_count, err));
            continue;
        }
        next++;
        SHY_TRY(emit_run(part, run, next - 1, 1, err));
        if (run->line_count > 1)
            SHY_TRY(reject_run(part, run, SHY_E_CONTRACT_KEY, (int64_t)run->line_count - 1, err));
    }
    return 0;
}

/* Where no claims were delivered, lines of one id of a person are one claim. */
static int own_claims(struct part *part, const struct shy_run *runs, size_t count,
                      struct shihyo_error *err)
{
    struct worker *worker = part->worker;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || runs[i].claim != runs[i - 1].claim || runs[i].key != runs[i - 1].key)
            SHY_TRY(note_claim(worker, &runs[i], (uint32_t)worker->claim_count, 0, err));
    }
    return 0;
}

/* Lines to their claims: both are sorted by person and claim. */
static int take_items(struct part *part, const struct shy_run *runs, size_t count,
                      struct shihyo_error *err)
{
    const struct worker *worker = part->worker;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct shy_run *run = &runs[i];
        uint32_t person = shy_run_person(run);
        fetch_lines(runs, i, count);
        while (at < worker->claim_count &&
               (worker->claims[at].person < person ||
                (worker->claims[at].person == person && worker->claims[at].hash < run->claim)))
            at++;
        const struct claim *claim = at < worker->claim_count ? &worker->claims[at] : NULL;
        bool mine = claim != NULL && claim->person == person && claim->hash == run->claim;
        int code = !mine ? SHY_E_CLAIM_UNKNOWN : claim->rejected;
        SHY_TRY(code != 0 ? reject_run(part, run, code, run->line_count, err)
                          : emit_run(part, run, claim->number, run->line_count, err));
    }
    return 0;
}

/* How many runs from `at` on are of the month. */
static size_t month_runs(const struct shy_run_list *list, size_t at, int32_t month)
{
    size_t n = 0;
    while (at + n < list->count && shy_run_month(&list->items[at + n]) == month)
        n++;
    return n;
}

static int take_month(struct part *part, int32_t month, const struct shy_run *claims,
                      size_t claim_count, const struct shy_run *items, size_t item_count,
                      struct shihyo_error *err)
{
    uint64_t *known = NULL;
    size_t known_count = 0;
    bool delivered = part->w->c->tables[SHY_KIND_MEDICAL_CLAIMS].contract != NULL;
    part->worker->claim_count = 0;
    int code = claim_count == 0 ? 0 : known_claims(part, month, &known, &known_count, err);
    if (code == 0)
        code = take_claims(part, claims, claim_count, known, known_count, err);
    if (code == 0 && !delivered)
        code = own_claims(part, items, item_count, err);
    if (code == 0)
        code = take_items(part, items, item_count, err);
    if (code == 0)
        code = end_month(part, SHY_KIND_MEDICAL_CLAIMS, month, err);
    if (code == 0)
        code = end_month(part, SHY_KIND_MEDICAL_ITEMS, month, err);
    shy_free(known);
    return code;
}

static int take_medical(struct part *part, const struct shy_runs *runs, struct shihyo_error *err)
{
    const struct shy_run_list *claims = &runs->kinds[SHY_KIND_MEDICAL_CLAIMS],
                              *items = &runs->kinds[SHY_KIND_MEDICAL_ITEMS];
    size_t i = 0, k = 0;
    while (i < claims->count || k < items->count) {
        int32_t month = i < claims->count ? shy_run_month(&claims->items[i]) : INT32_MAX;
        if (k < items->count && shy_run_month(&items->items[k]) < month)
            month = shy_run_month(&items->items[k]);
        size_t claim_count = month_runs(claims, i, month);
        size_t item_count = month_runs(items, k, month);
        SHY_TRY(take_month(part, month, claims->items + i, claim_count, items->items + k,
                           item_count, err));
        i += claim_count;
        k += item_count;
    }
    return 0;
}

/* Care: rows without claims. */
static int take_care(struct part *part, int kind, const struct shy_run_list *list,
                     struct shihyo_error *err)
{
    for (size_t i = 0; i < list->count;) {
        int32_t month = shy_run_month(&list->items[i]);
        size_t count = month_runs(list, i, month);
        for (size_t k = 0; k < count; k++)
            SHY_TRY(emit_run(part, &list->items[i + k], 0, list->items[i + k].line_count, err));
        SHY_TRY(end_month(part, kind, month, err));
        i += count;
    }
    return 0;
}

/* Partitions ----------------------------------------------------------------------------- */

static int take_runs(void *arg, const struct shy_runs *runs, struct shihyo_error *err)
{
    struct part *part = arg;
    SHY_TRY(take_medical(part, runs, err));
    for (int kind = SHY_KIND_CARE_CLAIMS; kind < SHY_KIND_COUNT; kind++)
        SHY_TRY(take_care(part, kind, &runs->kinds[kind], err));
    return 0;
}

static int make_segments(struct part *part, struct shihyo_error *err)
{
    for (int kind = 0; kind < SHY_KIND_FIRST_EVENT; kind++)
        SHY_TRY(pack_register(part, kind, err));
    return shy_runs_each(part->w->c, part->number, take_runs, part, err);
}

static int add_segments(struct shy_claims *c, const struct shy_packed_list *list, bool rest,
                        struct shihyo_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (shy_packed_segment_is_rest(list->items[i]) == rest)
            SHY_TRY(shy_store_add_segment(c->job.store, list->items[i], err));
    }
    return 0;
}

static int write_segments(struct part *part, struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    int code = 0;
    (void)pthread_mutex_lock(&c->store_lock);
    for (int rest = 0; rest < 2; rest++) {
        for (int kind = 0; kind < SHY_KIND_COUNT && code == 0; kind++)
            code = add_segments(c, &part->packed[kind], rest != 0, err);
    }
    (void)pthread_mutex_unlock(&c->store_lock);
    return code;
}

static int write_part(void *arg, size_t task, size_t thread, struct shihyo_error *err)
{
    struct writing *w = arg;
    struct part part = {.w = w, .worker = &w->workers[thread], .number = (uint32_t)task};
    int code = shy_os_cancelled() ? shy_fail(err, SHY_E_CANCELLED, _("Stopped."))
                                  : make_segments(&part, err);
    /* Where another partition failed, that is what is told; this one has nothing to add. */
    if (code == 0 && shy_turns_wait(&w->turns, task))
        code = write_segments(&part, err);
    shy_turns_end(&w->turns, code != 0);
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_packed_list_free(&part.packed[kind]);
    return code;
}

static void tell(void *arg, size_t done)
{
    struct writing *w = arg;
    const struct shy_claims_job *job = &w->c->job;
    double share = (double)done / (double)w->c->partitions;
    if (job->options->progress != NULL)
        job->options->progress(job->options->progress_arg, job->name,
                               job->rows_before + atomic_load(&w->c->rows), 0.75 + 0.25 * share);
}

/* Preparing ------------------------------------------------------------------------------ */

static void place_columns(struct writing *w)
{
    for (int kind = SHY_KIND_FIRST_EVENT; kind < SHY_KIND_COUNT; kind++) {
        const struct shy_claims_table *t = &w->c->tables[kind];
        int n = 0;
        w->claim[kind] = t->claim >= 0 ? n++ : -1;
        w->institution[kind] = t->institution >= 0 ? n++ : -1;
        w->lines[kind] = n;
        n += (int)t->line_count;
        w->hash[kind] = kind == SHY_KIND_MEDICAL_CLAIMS ? n : -1;
    }
}

/* The class of a row is that of its procedure code. */
static int find_classes(const struct shy_claims_table *t, const struct shy_numbering *n,
                        struct decoder *d, struct shihyo_error *err)
{
    d->classes = shy_alloc(n->count + 1, 1);
    if (d->classes == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < n->count; i++) {
        uint32_t class = shy_code_class(t->contract, n->texts[i], n->lengths[i]);
        SHY_BUG_ON(class >= CLASSES);
        d->classes[i] = (uint8_t) class;
    }
    return 0;
}

static int make_decoders(struct writing *w, int kind, struct shihyo_error *err)
{
    const struct shy_claims_table *t = &w->c->tables[kind];
    if (t->contract == NULL)
        return 0;
    w->decoders[kind] = shy_alloc(w->c->threads, sizeof *w->decoders[kind]);
    if (w->decoders[kind] == NULL)
        return shy_fail_nomem(err);
    for (size_t thread = 0; thread < w->c->threads; thread++) {
        struct decoder *d = &w->decoders[kind][thread];
        d->values = t->line_count;
        d->class_line = -1;
        for (size_t i = 0; i < t->line_count; i++) {
            int column = t->lines[i];
            if (t->meanings[column] < 0)
                continue;
            const struct shy_numbering *n =
                &w->c->codes.meanings[t->meanings[column]].threads[thread];
            d->final[i] = n->final;
            if (t->columns[column] != shy_code_class_column(t->contract))
                continue;
            d->class_line = (int)i;
            SHY_TRY(find_classes(t, n, d, err));
        }
    }
    return 0;
}

static void free_writing(struct writing *w)
{
    for (size_t t = 0; w->workers != NULL && t < w->c->threads; t++) {
        for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
            for (int class = 0; class < CLASSES; class ++)
                shy_packing_free(&w->workers[t].packs[kind][class]);
        }
        shy_free(w->workers[t].claims);
    }
    shy_free(w->workers);
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        for (size_t t = 0; w->decoders[kind] != NULL && t < w->c->threads; t++)
            shy_free(w->decoders[kind][t].classes);
        shy_free(w->decoders[kind]);
    }
    shy_turns_close(&w->turns);
}

int shy_claims_write_parts(struct shy_claims *c, struct shihyo_error *err)
{
    struct writing w = {.c = c};
    shy_turns_open(&w.turns);
    w.workers = shy_alloc(c->threads, sizeof *w.workers);
    int code = w.workers == NULL ? shy_fail_nomem(err) : 0;
    place_columns(&w);
    for (int kind = SHY_KIND_FIRST_EVENT; kind < SHY_KIND_COUNT && code == 0; kind++)
        code = make_decoders(&w, kind, err);
    const struct shy_work work = {
        .threads = c->threads, .tasks = c->partitions, .task = write_part, .wait = tell, .arg = &w};
    if (code == 0)
        code = shy_work_run(&work, err);
    free_writing(&w);
    return code;
}
