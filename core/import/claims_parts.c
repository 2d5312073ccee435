/* SPDX-License-Identifier: MIT */
/* Pass 3: partition by partition, runs become segments. Partitions are worked on in parallel and
 * written in their order, so that the same deliveries give the same bytes. */
#include "config.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/import/claims_parts.h"

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

static int pack_register(struct shy_part *part, int kind, struct shihyo_error *err)
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

static int make_segments(struct shy_part *part, struct shihyo_error *err)
{
    for (int kind = 0; kind < SHY_KIND_FIRST_EVENT; kind++)
        SHY_TRY(pack_register(part, kind, err));
    return shy_runs_each(part->w->c, part->number, &part->worker->runs, shy_match_runs, part, err);
}

static int add_segments(struct shy_claims *c, const struct shy_packed_list *list, bool rest,
                        struct shihyo_error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        if (shy_packed_segment_is_rest(list->items[i]) != rest)
            continue;
        (void)pthread_mutex_lock(&c->store_lock);
        int code = shy_store_add_segment(c->job.store, list->items[i], err);
        (void)pthread_mutex_unlock(&c->store_lock);
        SHY_TRY(code);
    }
    return 0;
}

static int write_segments(void *arg, void *left, struct shihyo_error *err)
{
    struct shy_claims *c = ((struct shy_parts *)arg)->c;
    const struct shy_packed_list *packed = left;
    int code = 0;
    for (int rest = 0; rest < 2; rest++) {
        for (int kind = 0; kind < SHY_KIND_COUNT && code == 0; kind++)
            code = add_segments(c, &packed[kind], rest != 0, err);
    }
    return code;
}

static void free_segments(void *left)
{
    struct shy_packed_list *packed = left;
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_packed_list_free(&packed[kind]);
    shy_free(packed);
}

static int64_t size_of_segments(const struct shy_packed_list *packed)
{
    size_t size = 0;
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
        for (size_t i = 0; i < packed[kind].count; i++)
            size += shy_packed_segment_size(packed[kind].items[i]);
    }
    return (int64_t)size;
}

static int write_part(void *arg, size_t task, size_t thread, struct shihyo_error *err)
{
    struct shy_parts *w = arg;
    struct shy_part part = {.w = w, .worker = &w->workers[thread], .number = (uint32_t)task};
    part.packed = shy_alloc(SHY_KIND_COUNT, sizeof *part.packed);
    int code = part.packed == NULL  ? shy_fail_nomem(err)
               : shy_os_cancelled() ? shy_fail(err, SHY_E_CANCELLED, _("Stopped."))
                                    : make_segments(&part, err);
    if (code == 0)
        return shy_turns_leave(&w->turns, task, part.packed, size_of_segments(part.packed), err);
    shy_turns_stop(&w->turns);
    if (part.packed != NULL)
        free_segments(part.packed);
    return code;
}

static void tell(void *arg, size_t done)
{
    struct shy_parts *w = arg;
    const struct shy_claims_job *job = &w->c->job;
    double share = (double)done / (double)w->c->partitions;
    if (job->options->progress != NULL)
        job->options->progress(job->options->progress_arg, job->name,
                               job->rows_before + atomic_load(&w->c->rows), 0.75 + 0.25 * share);
}

/* Preparing ------------------------------------------------------------------------------ */

static int find_known_months(struct shy_parts *w, struct shihyo_error *err)
{
    for (int kind = SHY_KIND_FIRST_EVENT; kind < SHY_KIND_COUNT; kind++) {
        const struct shy_contract *contract = w->c->tables[kind].contract;
        if (contract != NULL)
            SHY_TRY(shy_store_months_known(w->c->job.store, contract, &w->known_months[kind],
                                           &w->known_month_counts[kind], err));
    }
    return 0;
}

static void free_parts(struct shy_parts *w)
{
    shy_turns_close(&w->turns);
    for (size_t t = 0; w->workers != NULL && t < w->c->threads; t++) {
        for (int kind = 0; kind < SHY_KIND_COUNT; kind++) {
            for (int class = 0; class < SHY_PART_CLASSES; class ++)
                shy_packing_free(&w->workers[t].packs[kind][class]);
        }
        shy_free(w->workers[t].claims);
        shy_runs_free(&w->workers[t].runs);
    }
    shy_free(w->workers);
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_free(w->known_months[kind]);
    shy_emit_free(w);
    shy_known_rows_close(w->known);
}

int shy_claims_write_parts(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_parts w = {.c = c};
    const struct shy_turns_work turns = {.tasks = c->partitions,
                                         .most = c->memory / 2,
                                         .write = write_segments,
                                         .free = free_segments,
                                         .arg = &w};
    const struct shy_work work = {
        .threads = c->threads, .tasks = c->partitions, .task = write_part, .wait = tell, .arg = &w};
    int code = shy_turns_open(&w.turns, &turns, err);
    w.workers = shy_alloc(c->threads, sizeof *w.workers);
    if (code == 0 && w.workers == NULL)
        code = shy_fail_nomem(err);
    if (code == 0)
        code = find_known_months(&w, err);
    if (code == 0)
        code = shy_emit_prepare(&w, err);
    if (code == 0)
        code = shy_work_run(&work, err);
    free_parts(&w);
    return code;
}
