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
    struct shy_runs runs;
    /* The lines of one run. */
    int32_t small[SHY_CLAIMS_COLUMNS][SHY_RUN_LINES + SHY_PACK_STEP];
    int64_t values[SHY_CLAIMS_COLUMNS][SHY_RUN_LINES];
    uint8_t states[SHY_CLAIMS_COLUMNS][SHY_RUN_LINES], classes[SHY_RUN_LINES];
};

/* What the bytes of a contract's lines mean that a thread has written. */
struct decoder {
    size_t values;
    /* Of codes, by provisional number + 1, with a 0 in front; else NULL. */
    uint32_t *final[SHY_CLAIMS_COLUMNS];
    int class_line;    /* whose code tells the row's class; -1 = none */
    uint32_t *classes; /* by provisional number + 1, with a 0 in front */
};

struct writing {
    struct shy_claims *c;
    struct worker *workers;
    struct shy_turns turns;
    /* Where in a pack's columns the parts of a row stand; -1 = none. */
    int claim[SHY_KIND_COUNT], institution[SHY_KIND_COUNT], lines[SHY_KIND_COUNT],
        hash[SHY_KIND_COUNT];
    struct decoder *decoders[SHY_KIND_COUNT]; /* by thread */
    struct shy_known_rows *known;             /* under the store's lock; NULL until asked for */
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
        code = shy_packing_rows(&pack, p->nodes[row->node].joined, 1, err);
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

static int reject_run(struct part *part, int kind, const struct shy_run_head *run, int code,
                      int64_t rows, struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    const struct shy_claims_table *t = &c->tables[kind];
    (void)atomic_fetch_add(&c->tables[kind].rows_rejected, rows);
    return shy_rejects_add(
        &c->rejects, kind, code, t->claim >= 0 ? t->names[t->claim] : t->names[t->person],
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

/* A run about to be packed. */
struct emission {
    struct shy_packing *packs; /* by class */
    struct shy_run_head head;
    const struct decoder *d;
    const uint8_t *widths; /* and what follows */
    int kind;
    uint32_t person, claim;
    size_t count; /* of lines that are taken */
};

#define EACH(type, expression) \
    for (size_t i = 0; i < count; i++) { \
        type v; \
        memcpy(&v, from + i * sizeof v, sizeof v); \
        least = v < least ? v : least; \
        out[i] = (int32_t)(expression); \
    }
#define EACH_OF(expression) \
    do { \
        if (code == 0) \
            EACH(uint8_t, expression) \
        else if (code == 1) \
            EACH(uint16_t, expression) \
        else \
            EACH(uint32_t, expression) \
    } while (0)

/* Values of one column, of at most four bytes each. false: one is not there. */
static inline bool get_column(const uint8_t *from, unsigned code, size_t count,
                              const uint32_t *final, int32_t *out)
{
    uint32_t least = UINT32_MAX;
    if (final != NULL)
        EACH_OF(final[v]);
    else
        EACH_OF((v - 1u) >> 1 ^ (0u - ((v - 1u) & 1u)));
    return least > 0;
}

/* The lines of a run, where all values are there and fit 32 bits; else false. */
static inline bool get_lines(struct worker *w, const struct emission *e)
{
    const struct decoder *d = e->d;
    const uint8_t *from = e->widths + shy_width_bytes(d->values);
    if (e->head.states)
        return false;
    for (size_t k = 0; k < d->values; k++) {
        unsigned code = shy_width_at(e->widths, k);
        if (code == 3 || !get_column(from, code, e->count, d->final[k], w->small[k]))
            return false;
        if ((int)k == d->class_line) {
            int32_t classes[SHY_RUN_LINES];
            (void)get_column(from, code, e->count, d->classes, classes);
            for (size_t i = 0; i < e->count; i++)
                w->classes[i] = (uint8_t)classes[i];
        }
        from += (size_t)e->head.line_count << code;
    }
    return true;
}

static struct shy_packing *pack_of(struct part *part, const struct emission *e, uint8_t class)
{
    struct shy_packing *pack = &e->packs[class];
    if (pack->contract == NULL)
        begin_pack(part, e->kind, pack);
    return pack;
}

/* Lines of one class, from `first` on. */
static int append_lines(struct part *part, const struct emission *e, uint8_t class, size_t first,
                        size_t count, struct shihyo_error *err)
{
    const struct writing *w = part->w;
    struct shy_packing *pack = pack_of(part, e, class);
    SHY_TRY(shy_packing_rows(pack, e->person, count, err));
    if (w->claim[e->kind] >= 0)
        shy_packing_fill(pack, (size_t)w->claim[e->kind], (int32_t)e->claim, count);
    if (w->institution[e->kind] >= 0)
        shy_packing_fill(pack, (size_t)w->institution[e->kind], (int32_t)(e->head.institution - 1),
                         count);
    for (size_t k = 0; k < e->d->values; k++)
        shy_packing_copy(pack, (size_t)w->lines[e->kind] + k, part->worker->small[k] + first,
                         count);
    if (w->hash[e->kind] >= 0)
        return shy_packing_set(pack, (size_t)w->hash[e->kind], (int64_t)e->head.identity,
                               SHIHYO_STATE_OK, err);
    return 0;
}

static int append_all(struct part *part, const struct emission *e, struct shihyo_error *err)
{
    const uint8_t *classes = part->worker->classes;
    if (e->d->class_line < 0)
        return append_lines(part, e, 0, 0, e->count, err);
    for (size_t i = 0, n; i < e->count; i += n) {
        for (n = 1; i + n < e->count && classes[i + n] == classes[i];)
            n++;
        SHY_TRY(append_lines(part, e, classes[i], i, n, err));
    }
    return 0;
}

/* The general way: a value may be large, not there, or there in part. */
static void get_any(struct worker *w, const struct emission *e)
{
    const struct decoder *d = e->d;
    const uint8_t *from = e->widths + shy_width_bytes(d->values);
    for (size_t k = 0; k < d->values; k++) {
        memset(w->states[k], SHIHYO_STATE_OK, e->count);
        if (!e->head.states || d->final[k] != NULL)
            continue;
        memcpy(w->states[k], from, e->count);
        from += e->head.line_count;
    }
    for (size_t k = 0; k < d->values; k++) {
        unsigned code = shy_width_at(e->widths, k);
        for (size_t i = 0; i < e->count; i++) {
            uint64_t v = 0;
            memcpy(&v, from + (i << code), (size_t)1 << code);
            if (d->final[k] == NULL) {
                w->values[k][i] = v == 0 ? 0 : shy_unzigzag(v - 1);
                continue;
            }
            w->values[k][i] = d->final[k][v];
            w->states[k][i] = v == 0 ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
            if ((int)k == d->class_line)
                w->classes[i] = (uint8_t)d->classes[v];
        }
        from += (size_t)e->head.line_count << code;
    }
}

static int append_any(struct part *part, const struct emission *e, size_t i,
                      struct shihyo_error *err)
{
    const struct writing *w = part->w;
    const struct worker *own = part->worker;
    struct shy_packing *pack = pack_of(part, e, e->d->class_line < 0 ? 0 : own->classes[i]);
    bool placed = e->head.institution > 0;
    SHY_TRY(shy_packing_rows(pack, e->person, 1, err));
    if (w->claim[e->kind] >= 0)
        shy_packing_fill(pack, (size_t)w->claim[e->kind], (int32_t)e->claim, 1);
    if (w->institution[e->kind] >= 0)
        SHY_TRY(shy_packing_set(pack, (size_t)w->institution[e->kind],
                                placed ? (int64_t)e->head.institution - 1 : 0,
                                placed ? SHIHYO_STATE_OK : SHIHYO_STATE_MISSING, err));
    for (size_t k = 0; k < e->d->values; k++)
        SHY_TRY(shy_packing_set(pack, (size_t)w->lines[e->kind] + k, own->values[k][i],
                                own->states[k][i], err));
    if (w->hash[e->kind] >= 0)
        SHY_TRY(shy_packing_set(pack, (size_t)w->hash[e->kind], (int64_t)e->head.identity,
                                SHIHYO_STATE_OK, err));
    return 0;
}

/* Sorted runs are anywhere in the partition's bytes: those to come are brought near while the
 * present ones are taken. */
static inline void fetch_lines(const struct shy_run *runs, size_t i, size_t count)
{
    enum { AHEAD = 12, LINE = 64 };
    if (i + AHEAD >= count)
        return;
    shy_fetch(runs[i + AHEAD].at);
    shy_fetch(runs[i + AHEAD].at + LINE);
}

/* most: lines that are taken at most; the others were counted. */
static int emit_run(struct part *part, int kind, const struct shy_run *run,
                    const struct shy_run_head *head, uint32_t claim, size_t most,
                    struct shihyo_error *err)
{
    const struct emission e = {
        .packs = part->worker->packs[kind],
        .head = *head,
        .d = &part->w->decoders[kind][head->thread],
        .widths = run->at + sizeof *head,
        .kind = kind,
        .person = shy_run_person(run),
        .claim = claim,
        .count = head->line_count < most ? head->line_count : most,
    };
    bool placed = head->institution > 0 || part->w->institution[kind] < 0;
    if (placed && get_lines(part->worker, &e))
        return append_all(part, &e, err);
    get_any(part->worker, &e);
    for (size_t i = 0; i < e.count; i++)
        SHY_TRY(append_any(part, &e, i, err));
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
    const int kind = SHY_KIND_MEDICAL_CLAIMS;
    struct worker *worker = part->worker;
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        const struct shy_run *run = &runs[i];
        fetch_lines(runs, i, count);
        const struct shy_run_head head = shy_run_head_of(run);
        const struct claim *last =
            worker->claim_count == 0 ? NULL : &worker->claims[worker->claim_count - 1];
        if (last != NULL && last->hash == run->claim && last->person == shy_run_person(run)) {
            SHY_TRY(reject_run(part, kind, &head, SHY_E_CONTRACT_KEY, head.line_count, err));
            continue;
        }
        bool seen = known_count > 0 &&
                    bsearch(&head.identity, known, known_count, sizeof *known, by_value) != NULL;
        SHY_TRY(note_claim(worker, run, next, seen ? SHY_E_CLAIM_KNOWN : 0, err));
        if (seen) {
            SHY_TRY(reject_run(part, kind, &head, SHY_E_CLAIM_KNOWN, head.line_count, err));
            continue;
        }
        next++;
        SHY_TRY(emit_run(part, kind, run, &head, next - 1, 1, err));
        if (head.line_count > 1)
            SHY_TRY(reject_run(part, kind, &head, SHY_E_CONTRACT_KEY, (int64_t)head.line_count - 1,
                               err));
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
    const int kind = SHY_KIND_MEDICAL_ITEMS;
    const struct worker *worker = part->worker;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        const struct shy_run *run = &runs[i];
        uint32_t person = shy_run_person(run);
        fetch_lines(runs, i, count);
        const struct shy_run_head head = shy_run_head_of(run);
        while (at < worker->claim_count &&
               (worker->claims[at].person < person ||
                (worker->claims[at].person == person && worker->claims[at].hash < run->claim)))
            at++;
        const struct claim *claim = at < worker->claim_count ? &worker->claims[at] : NULL;
        bool mine = claim != NULL && claim->person == person && claim->hash == run->claim;
        int code = !mine ? SHY_E_CLAIM_UNKNOWN : claim->rejected;
        SHY_TRY(code != 0 ? reject_run(part, kind, &head, code, head.line_count, err)
                          : emit_run(part, kind, run, &head, claim->number, head.line_count, err));
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

/* Care ----------------------------------------------------------------------------------- */

/* By which codes, besides person and month, a row of care is known: what it is and whose. */
static size_t care_key(const struct shy_contract *contract, int out[2])
{
    static const char *const names[] = {"service", "item", "office"};
    size_t count = 0;
    for (size_t i = 0; i < 3 && count < 2; i++) {
        int column = shy_contract_column(contract, names[i]);
        if (column >= 0)
            out[count++] = column;
    }
    return count;
}

/* Rows of the month that other deliveries have. */
static int known_care(struct part *part, int kind, int32_t month, uint64_t **out, size_t *count,
                      struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    const struct shy_contract *contract = c->tables[kind].contract;
    int columns[2], code = 0;
    (void)pthread_mutex_lock(&c->store_lock);
    if (part->w->known == NULL)
        code = shy_known_rows_open(c->job.store, &part->w->known, err);
    if (code == 0)
        code = shy_known_rows_read(part->w->known, contract, columns, care_key(contract, columns),
                                   part->number, month, out, count, err);
    (void)pthread_mutex_unlock(&c->store_lock);
    return code;
}

static uint64_t pack_key(const struct shy_packing *p, const int *columns, size_t count, size_t row)
{
    uint64_t key = shy_known_key(0, p->person[row]);
    for (size_t k = 0; k < count; k++) {
        int64_t value = -1;
        for (size_t i = 0; i < p->column_count; i++) {
            const struct shy_packing_column *c = &p->columns[i];
            if (c->index == columns[k] && (!c->states || c->state[row] == SHIHYO_STATE_OK))
                value = c->wide ? c->large[row] : c->small[row];
        }
        key = shy_known_key(key, value);
    }
    return key;
}

/* Takes away what a run has just added and another delivery had. */
static int drop_known(struct part *part, int kind, const struct shy_run_head *head, size_t before,
                      const uint64_t *known, size_t known_count, struct shihyo_error *err)
{
    struct shy_packing *pack = &part->worker->packs[kind][0];
    int columns[2];
    size_t count = care_key(part->w->c->tables[kind].contract, columns);
    int64_t dropped = 0;
    for (size_t row = before; row < pack->rows;) {
        uint64_t key = pack_key(pack, columns, count, row);
        if (bsearch(&key, known, known_count, sizeof *known, by_value) == NULL) {
            row++;
            continue;
        }
        shy_packing_drop(pack, row);
        dropped++;
    }
    return dropped == 0 ? 0 : reject_run(part, kind, head, SHY_E_CLAIM_KNOWN, dropped, err);
}

/* Rows without claims, of one class. What came with an earlier delivery is told like a claim that
 * did; within a delivery every row counts. */
static int take_care_month(struct part *part, int kind, const struct shy_run *runs, size_t count,
                           struct shihyo_error *err)
{
    struct shy_packing *pack = &part->worker->packs[kind][0];
    uint64_t *known = NULL;
    size_t known_count = 0;
    int code = known_care(part, kind, shy_run_month(runs), &known, &known_count, err);
    for (size_t i = 0; i < count && code == 0; i++) {
        const struct shy_run_head head = shy_run_head_of(&runs[i]);
        size_t before = pack->rows;
        fetch_lines(runs, i, count);
        code = emit_run(part, kind, &runs[i], &head, 0, head.line_count, err);
        if (code == 0 && known_count > 0)
            code = drop_known(part, kind, &head, before, known, known_count, err);
    }
    shy_free(known);
    return code;
}

static int take_care(struct part *part, int kind, const struct shy_run_list *list,
                     struct shihyo_error *err)
{
    for (size_t i = 0; i < list->count;) {
        int32_t month = shy_run_month(&list->items[i]);
        size_t count = month_runs(list, i, month);
        SHY_TRY(take_care_month(part, kind, &list->items[i], count, err));
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
    return shy_runs_each(part->w->c, part->number, &part->worker->runs, take_runs, part, err);
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
    d->classes = shy_alloc(n->count + 1, sizeof *d->classes);
    if (d->classes == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < n->count; i++) {
        d->classes[i + 1] = shy_code_class(t->contract, n->texts[i], n->lengths[i]);
        SHY_BUG_ON(d->classes[i + 1] >= CLASSES);
    }
    return 0;
}

static int make_decoder(const struct shy_claims *c, const struct shy_claims_table *t, size_t thread,
                        struct decoder *d, struct shihyo_error *err)
{
    d->values = t->line_count;
    d->class_line = -1;
    for (size_t i = 0; i < t->line_count; i++) {
        int column = t->lines[i];
        if (t->meanings[column] < 0)
            continue;
        const struct shy_numbering *n = &c->codes.meanings[t->meanings[column]].threads[thread];
        d->final[i] = shy_alloc(n->count + 1, sizeof *d->final[i]);
        if (d->final[i] == NULL)
            return shy_fail_nomem(err);
        memcpy(d->final[i] + 1, n->final, n->count * sizeof *n->final);
        if (t->columns[column] != shy_code_class_column(t->contract))
            continue;
        d->class_line = (int)i;
        SHY_TRY(find_classes(t, n, d, err));
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
    for (size_t thread = 0; thread < w->c->threads; thread++)
        SHY_TRY(make_decoder(w->c, t, thread, &w->decoders[kind][thread], err));
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
        shy_runs_free(&w->workers[t].runs);
    }
    shy_free(w->workers);
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        for (size_t t = 0; w->decoders[kind] != NULL && t < w->c->threads; t++) {
            for (size_t k = 0; k < SHY_CLAIMS_COLUMNS; k++)
                shy_free(w->decoders[kind][t].final[k]);
            shy_free(w->decoders[kind][t].classes);
        }
        shy_free(w->decoders[kind]);
    }
    shy_known_rows_close(w->known);
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
