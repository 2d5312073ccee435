/* SPDX-License-Identifier: MIT */
/* The lines of a run become rows of a segment: column by column, apart by class. */
#include "config.h"

#include <stdlib.h>

#include "core/import/claims_parts.h"

/* Preparing ------------------------------------------------------------------------------ */

static void place_columns(struct shy_parts *w)
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
                        struct shy_decoder *d, struct shihyo_error *err)
{
    d->classes = shy_alloc(n->count + 1, sizeof *d->classes);
    if (d->classes == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < n->count; i++) {
        uint32_t class = shy_code_class(t->contract, n->texts[i], n->lengths[i]);
        SHY_BUG_ON(class >= SHY_PART_CLASSES);
        d->classes[i + 1] = (uint8_t) class;
    }
    return 0;
}

static int make_decoder(const struct shy_claims *c, const struct shy_claims_table *t, size_t thread,
                        struct shy_decoder *d, struct shihyo_error *err)
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

static int make_decoders(struct shy_parts *w, int kind, struct shihyo_error *err)
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

int shy_emit_prepare(struct shy_parts *w, struct shihyo_error *err)
{
    place_columns(w);
    for (int kind = SHY_KIND_FIRST_EVENT; kind < SHY_KIND_COUNT; kind++)
        SHY_TRY(make_decoders(w, kind, err));
    return 0;
}

void shy_emit_free(struct shy_parts *w)
{
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        for (size_t t = 0; w->decoders[kind] != NULL && t < w->c->threads; t++) {
            for (size_t k = 0; k < SHY_CLAIMS_COLUMNS; k++)
                shy_free(w->decoders[kind][t].final[k]);
            shy_free(w->decoders[kind][t].classes);
        }
        shy_free(w->decoders[kind]);
    }
}

/* Packs ---------------------------------------------------------------------------------- */

/* Columns of a pack of events, in the order of place_columns. */
static void begin_pack(const struct shy_part *part, int kind, struct shy_packing *pack)
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

/* Runs ----------------------------------------------------------------------------------- */

/* A run about to be packed. */
struct emission {
    struct shy_packing *packs; /* by class */
    struct shy_run_head head;
    const struct shy_decoder *d;
    const uint8_t *widths; /* and what follows */
    int kind;
    uint32_t person, claim;
    size_t count; /* of lines that are taken */
};

/* How many of a run's values are there. */
enum there { NONE, SOME, ALL };

#define EACH(type, statement) \
    for (size_t i = 0; i < count; i++) { \
        type v; \
        memcpy(&v, from + i * sizeof v, sizeof v); \
        statement; \
    }
/* For each of `count` values, of at most four bytes. */
#define EACH_OF(statement) \
    do { \
        if (code == 0) \
            EACH(uint8_t, statement) \
        else if (code == 1) \
            EACH(uint16_t, statement) \
        else \
            EACH(uint32_t, statement) \
    } while (0)

static enum there count_there(const uint8_t *from, unsigned code, size_t count)
{
    uint32_t any = 0;
    EACH_OF(any |= v);
    return any == 0 ? NONE : SOME;
}

/* Values of one column. */
static inline enum there get_column(const uint8_t *from, unsigned code, size_t count,
                                    const uint32_t *final, int32_t *out)
{
    bool gap = false;
    if (final != NULL)
        EACH_OF(gap |= v == 0; out[i] = (int32_t) final[v]);
    else
        EACH_OF(gap |= v == 0; out[i] = (int32_t)((v - 1u) >> 1 ^ (0u - ((v - 1u) & 1u))));
    return gap ? count_there(from, code, count) : ALL;
}

static inline void get_classes(const uint8_t *from, unsigned code, size_t count,
                               const uint8_t *classes, uint8_t *out)
{
    EACH_OF(out[i] = classes[v]);
}

/* The lines of a run, where of each column all values are there or none, and they fit 32 bits; else
 * false. */
static inline bool get_lines(struct shy_part_worker *w, const struct emission *e)
{
    const struct shy_decoder *d = e->d;
    const uint8_t *from = e->widths + shy_width_bytes(d->values);
    if (e->head.states)
        return false;
    for (size_t k = 0; k < d->values; k++) {
        unsigned code = shy_width_at(e->widths, k);
        if (code == 3)
            return false;
        enum there there = get_column(from, code, e->count, d->final[k], w->small[k]);
        if (there == SOME)
            return false;
        w->missing[k] = there == NONE;
        if ((int)k == d->class_line)
            get_classes(from, code, e->count, d->classes, w->classes);
        from += (size_t)e->head.line_count << code;
    }
    return true;
}

static struct shy_packing *pack_of(struct shy_part *part, const struct emission *e, uint8_t class)
{
    struct shy_packing *pack = &e->packs[class];
    if (pack->contract == NULL)
        begin_pack(part, e->kind, pack);
    return pack;
}

/* Lines of one class, from `first` on. */
static int append_lines(struct shy_part *part, const struct emission *e, uint8_t class,
                        size_t first, size_t count, struct shihyo_error *err)
{
    const struct shy_parts *w = part->w;
    struct shy_packing *pack = pack_of(part, e, class);
    SHY_TRY(shy_packing_rows(pack, e->person, count, err));
    if (w->claim[e->kind] >= 0)
        shy_packing_fill(pack, (size_t)w->claim[e->kind], (int32_t)e->claim, count);
    if (w->institution[e->kind] >= 0)
        shy_packing_fill(pack, (size_t)w->institution[e->kind], (int32_t)(e->head.institution - 1),
                         count);
    for (size_t k = 0; k < e->d->values; k++) {
        size_t column = (size_t)w->lines[e->kind] + k;
        if (part->worker->missing[k])
            shy_packing_none(pack, column, count);
        else
            shy_packing_copy(pack, column, part->worker->small[k] + first, count);
    }
    if (w->hash[e->kind] >= 0)
        return shy_packing_set(pack, (size_t)w->hash[e->kind], (int64_t)e->head.identity,
                               SHIHYO_STATE_OK, err);
    return 0;
}

static int append_all(struct shy_part *part, const struct emission *e, struct shihyo_error *err)
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
static void get_any(struct shy_part_worker *w, const struct emission *e)
{
    const struct shy_decoder *d = e->d;
    const uint8_t *from = e->widths + shy_width_bytes(d->values);
    for (size_t k = 0; k < d->values; k++) {
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
            if (!e->head.states || d->final[k] != NULL)
                w->states[k][i] = v == 0 ? SHIHYO_STATE_MISSING : SHIHYO_STATE_OK;
            if (d->final[k] == NULL) {
                w->values[k][i] = v == 0 ? 0 : shy_unzigzag(v - 1);
                continue;
            }
            w->values[k][i] = d->final[k][v];
            if ((int)k == d->class_line)
                w->classes[i] = d->classes[v];
        }
        from += (size_t)e->head.line_count << code;
    }
}

static int append_any(struct shy_part *part, const struct emission *e, size_t i,
                      struct shihyo_error *err)
{
    const struct shy_parts *w = part->w;
    const struct shy_part_worker *own = part->worker;
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

int shy_emit_run(struct shy_part *part, int kind, const struct shy_run *run,
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

int shy_emit_month(struct shy_part *part, int kind, int32_t month, struct shihyo_error *err)
{
    for (uint32_t class = 0; class < SHY_PART_CLASSES; class ++) {
        if (part->worker->packs[kind][class].rows > 0)
            SHY_TRY(shy_packing_end(&part->worker->packs[kind][class], part->number, month, class,
                                    &part->packed[kind], err));
    }
    return 0;
}
