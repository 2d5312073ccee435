/* SPDX-License-Identifier: MIT */
/* The rows of one partition, month by month: claims are numbered, lines find theirs, and what
 * another delivery has already is told and left out. */
#include "config.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/import/claims_parts.h"

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

static int reject_run(struct shy_part *part, int kind, const struct shy_run_head *run, int code,
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

/* Claims --------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Whether another delivery has rows of the month: mostly none has, and the store, which a thread
 * may be writing to, need not be asked. */
static bool month_is_known(const struct shy_parts *w, int kind, int32_t month)
{
    for (size_t i = 0; i < w->known_month_counts[kind]; i++) {
        if (w->known_months[kind][i] == month)
            return true;
    }
    return false;
}

/* Claims of the month that the store has already. */
static int known_claims(struct shy_part *part, int32_t month, uint64_t **out, size_t *count,
                        struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    if (!month_is_known(part->w, SHY_KIND_MEDICAL_CLAIMS, month))
        return 0;
    (void)pthread_mutex_lock(&c->store_lock);
    int code = shy_store_claims_known(c->job.store, part->number, month, out, count, err);
    (void)pthread_mutex_unlock(&c->store_lock);
    return code;
}

static int note_claim(struct shy_part_worker *worker, const struct shy_run *run, uint32_t number,
                      int rejected, struct shihyo_error *err)
{
    if (!SHY_GROW(worker->claims, worker->claim_count, worker->claim_capacity))
        return shy_fail_nomem(err);
    worker->claims[worker->claim_count++] =
        (struct shy_part_claim){run->claim, shy_run_person(run), number, rejected};
    return 0;
}

/* Numbers the claims of one month; the first of one id of a person stays, unless it was delivered
 * before. */
static int take_claims(struct shy_part *part, const struct shy_run *runs, size_t count,
                       const uint64_t *known, size_t known_count, struct shihyo_error *err)
{
    const int kind = SHY_KIND_MEDICAL_CLAIMS;
    struct shy_part_worker *worker = part->worker;
    uint32_t next = 0;
    for (size_t i = 0; i < count; i++) {
        const struct shy_run *run = &runs[i];
        fetch_lines(runs, i, count);
        const struct shy_run_head head = shy_run_head_of(run);
        const struct shy_part_claim *last =
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
        SHY_TRY(shy_emit_run(part, kind, run, &head, next - 1, 1, err));
        if (head.line_count > 1) { /* the first stays */
            struct shy_run_head others = head;
            others.order++;
            SHY_TRY(reject_run(part, kind, &others, SHY_E_CONTRACT_KEY,
                               (int64_t)head.line_count - 1, err));
        }
    }
    return 0;
}

/* Where no claims were delivered, lines of one id of a person are one claim. */
static int own_claims(struct shy_part *part, const struct shy_run *runs, size_t count,
                      struct shihyo_error *err)
{
    struct shy_part_worker *worker = part->worker;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || runs[i].claim != runs[i - 1].claim || runs[i].key != runs[i - 1].key)
            SHY_TRY(note_claim(worker, &runs[i], (uint32_t)worker->claim_count, 0, err));
    }
    return 0;
}

/* Lines to their claims: both are sorted by person and claim. */
static int take_items(struct shy_part *part, const struct shy_run *runs, size_t count,
                      struct shihyo_error *err)
{
    const int kind = SHY_KIND_MEDICAL_ITEMS;
    const struct shy_part_worker *worker = part->worker;
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
        const struct shy_part_claim *claim = at < worker->claim_count ? &worker->claims[at] : NULL;
        bool mine = claim != NULL && claim->person == person && claim->hash == run->claim;
        int code = !mine ? SHY_E_CLAIM_UNKNOWN : claim->rejected;
        SHY_TRY(code != 0
                    ? reject_run(part, kind, &head, code, head.line_count, err)
                    : shy_emit_run(part, kind, run, &head, claim->number, head.line_count, err));
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

static int take_month(struct shy_part *part, int32_t month, const struct shy_run *claims,
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
        code = shy_emit_month(part, SHY_KIND_MEDICAL_CLAIMS, month, err);
    if (code == 0)
        code = shy_emit_month(part, SHY_KIND_MEDICAL_ITEMS, month, err);
    shy_free(known);
    return code;
}

static int take_medical(struct shy_part *part, const struct shy_runs *runs,
                        struct shihyo_error *err)
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
static int known_care(struct shy_part *part, int kind, int32_t month, uint64_t **out, size_t *count,
                      struct shihyo_error *err)
{
    struct shy_claims *c = part->w->c;
    const struct shy_contract *contract = c->tables[kind].contract;
    int columns[2], code = 0;
    if (!month_is_known(part->w, kind, month))
        return 0;
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
static int drop_known(struct shy_part *part, int kind, const struct shy_run_head *head,
                      size_t before, const uint64_t *known, size_t known_count,
                      struct shihyo_error *err)
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
static int take_care_month(struct shy_part *part, int kind, const struct shy_run *runs,
                           size_t count, struct shihyo_error *err)
{
    struct shy_packing *pack = &part->worker->packs[kind][0];
    uint64_t *known = NULL;
    size_t known_count = 0;
    int code = known_care(part, kind, shy_run_month(runs), &known, &known_count, err);
    for (size_t i = 0; i < count && code == 0; i++) {
        const struct shy_run_head head = shy_run_head_of(&runs[i]);
        size_t before = pack->rows;
        fetch_lines(runs, i, count);
        code = shy_emit_run(part, kind, &runs[i], &head, 0, head.line_count, err);
        if (code == 0 && known_count > 0)
            code = drop_known(part, kind, &head, before, known, known_count, err);
    }
    shy_free(known);
    return code;
}

static int take_care(struct shy_part *part, int kind, const struct shy_run_list *list,
                     struct shihyo_error *err)
{
    for (size_t i = 0; i < list->count;) {
        int32_t month = shy_run_month(&list->items[i]);
        size_t count = month_runs(list, i, month);
        SHY_TRY(take_care_month(part, kind, &list->items[i], count, err));
        SHY_TRY(shy_emit_month(part, kind, month, err));
        i += count;
    }
    return 0;
}

int shy_match_runs(void *arg, const struct shy_runs *runs, struct shihyo_error *err)
{
    struct shy_part *part = arg;
    SHY_TRY(take_medical(part, runs, err));
    for (int kind = SHY_KIND_CARE_CLAIMS; kind < SHY_KIND_COUNT; kind++)
        SHY_TRY(take_care(part, kind, &runs->kinds[kind], err));
    return 0;
}
