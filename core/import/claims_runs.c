/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_runs.h"

#include <stdlib.h>

#include "core/base/i18n.h"

/* Bits of the key that one pass of sorting looks at. */
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, FEW = 24 };

static void free_runs(struct shy_runs *runs)
{
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_free(runs->kinds[kind].items);
    shy_free(runs->bytes);
    *runs = (struct shy_runs){0};
}

/* Reading back --------------------------------------------------------------------------- */

/* Months that can occur, by their ordinals. */
enum { MONTH_MOST = 2200 * 12 };

/* Runs of these months are taken out of the partition's bytes. */
struct parsing {
    const struct shy_claims *c;
    struct shy_runs *runs;
    int32_t first, last;
    int64_t *sizes; /* by month, where they are counted only */
};

/* One run at `from`, as close_run in claims_rows.c writes it. */
static const uint8_t *parse_run(const struct shy_claims *c, size_t thread, const uint8_t *from,
                                struct shy_run *run)
{
    uint64_t person, month, place, split, row, lines, bytes;
    *run = (struct shy_run){.kind = *from++, .thread = (uint32_t)thread};
    from = shy_get_number(from, &person);
    from = shy_get_number(from, &month);
    from = shy_get_number(from, &place);
    from = shy_get_number(from, &split);
    from = shy_get_number(from, &row);
    from = shy_get_number(from, &lines);
    from = shy_get_number(from, &bytes);
    const struct shy_claims_table *t = &c->tables[run->kind];
    if (t->claim >= 0) {
        memcpy(&run->claim, from, sizeof run->claim);
        from += sizeof run->claim;
    }
    if (run->kind == SHY_KIND_MEDICAL_CLAIMS) {
        memcpy(&run->identity, from, sizeof run->identity);
        from += sizeof run->identity;
    }
    run->key = month << 32 | person;
    run->order = split << SHY_ORDER_ROW_BITS | row;
    run->lines = from;
    run->line_count = (uint32_t)lines;
    if (place > 0) {
        const struct shy_meaning *m = &c->codes.meanings[t->meanings[t->institution]];
        run->institution = m->threads[thread].final[place - 1] + 1;
    }
    return from + bytes;
}

static int count_block(void *arg, size_t writer, const uint8_t *bytes, size_t length,
                       struct shihyo_error *err)
{
    struct parsing *p = arg;
    const uint8_t *end = bytes + length;
    (void)err;
    while (bytes < end) {
        struct shy_run run;
        const uint8_t *next = parse_run(p->c, writer, bytes, &run);
        p->sizes[shy_run_month(&run)] += next - bytes;
        bytes = next;
    }
    return 0;
}

/* Copies the lines: the block is somebody else's after this. */
static int parse_block(void *arg, size_t writer, const uint8_t *bytes, size_t length,
                       struct shihyo_error *err)
{
    struct parsing *p = arg;
    const uint8_t *end = bytes + length;
    while (bytes < end) {
        struct shy_run run;
        bytes = parse_run(p->c, writer, bytes, &run);
        if (shy_run_month(&run) < p->first || shy_run_month(&run) > p->last)
            continue;
        struct shy_run_list *list = &p->runs->kinds[run.kind];
        if (!SHY_GROW(list->items, list->count, list->capacity))
            return shy_fail_nomem(err);
        size_t size = (size_t)(bytes - run.lines);
        memcpy(p->runs->bytes + p->runs->used, run.lines, size);
        run.lines = p->runs->bytes + p->runs->used;
        p->runs->used += size;
        list->items[list->count++] = run;
    }
    return 0;
}

/* Sorting -------------------------------------------------------------------------------- */

static inline bool less(const struct shy_run *a, const struct shy_run *b)
{
    if (a->claim != b->claim)
        return a->claim < b->claim;
    return a->order < b->order;
}

static int by_claim(const void *a, const void *b)
{
    return less(a, b) ? -1 : 1;
}

/* Runs of one person and month: mostly a handful. */
static void sort_group(struct shy_run *runs, size_t count)
{
    if (count > FEW) {
        qsort(runs, count, sizeof *runs, by_claim);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct shy_run run = runs[i];
        size_t k = i;
        for (; k > 0 && less(&run, &runs[k - 1]); k--)
            runs[k] = runs[k - 1];
        runs[k] = run;
    }
}

/* One digit of the key, from `from` to `to`; earlier passes' order stays among equals. */
static void sort_digit(const struct shy_run *from, struct shy_run *to, size_t count, int shift)
{
    size_t starts[DIGITS] = {0}, at = 0;
    for (size_t i = 0; i < count; i++)
        starts[from[i].key >> shift & (DIGITS - 1)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t n = starts[d];
        starts[d] = at;
        at += n;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[from[i].key >> shift & (DIGITS - 1)]++] = from[i];
}

void shy_runs_sort(struct shy_run *runs, size_t count, struct shy_run *spare)
{
    uint64_t any = 0, all = UINT64_MAX;
    struct shy_run *from = runs, *to = spare;
    for (size_t i = 0; i < count; i++) {
        any |= runs[i].key;
        all &= runs[i].key;
    }
    /* Digits that are the same in all keys need no pass. */
    for (int shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (((any ^ all) >> shift & (DIGITS - 1)) == 0 || count < 2)
            continue;
        sort_digit(from, to, count, shift);
        struct shy_run *swap = from;
        from = to;
        to = swap;
    }
    if (from != runs)
        memcpy(runs, from, count * sizeof *runs);
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count && runs[i + n].key == runs[i].key)
            n++;
        sort_group(runs + i, n);
        i += n;
    }
}

static int sort_kinds(struct shy_runs *runs, struct shihyo_error *err)
{
    size_t most = 0;
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        most = runs->kinds[kind].count > most ? runs->kinds[kind].count : most;
    struct shy_run *spare = shy_alloc(most + 1, sizeof *spare);
    if (spare == NULL)
        return shy_fail_nomem(err);
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_runs_sort(runs->kinds[kind].items, runs->kinds[kind].count, spare);
    shy_free(spare);
    return 0;
}

/* Rounds --------------------------------------------------------------------------------- */

struct rounds {
    struct shy_claims *c;
    uint32_t partition;
    uint8_t *room;
    int (*take)(void *arg, const struct shy_runs *runs, struct shihyo_error *err);
    void *arg;
};

static int take_round(const struct rounds *r, int32_t first, int32_t last, int64_t size,
                      struct shihyo_error *err)
{
    struct shy_runs runs = {0};
    struct parsing p = {.c = r->c, .runs = &runs, .first = first, .last = last};
    runs.bytes = shy_alloc((size_t)size + SHY_LINE_SLACK, 1);
    int code = runs.bytes == NULL
                   ? shy_fail_nomem(err)
                   : shy_spill_read(&r->c->spill, r->partition, r->room, parse_block, &p, err);
    if (code == 0)
        code = sort_kinds(&runs, err);
    if (code == 0)
        code = r->take(r->arg, &runs, err);
    free_runs(&runs);
    return code;
}

/* As many months at a time as fit, one at least. */
static int take_months(const struct rounds *r, const int64_t *sizes, struct shihyo_error *err)
{
    for (int32_t first = 0; first < MONTH_MOST;) {
        int32_t last = first;
        int64_t size = sizes[first];
        while (last + 1 < MONTH_MOST && size + sizes[last + 1] <= r->c->memory)
            size += sizes[++last];
        if (size > 0)
            SHY_TRY(take_round(r, first, last, size, err));
        first = last + 1;
    }
    return 0;
}

int shy_runs_each(struct shy_claims *c, uint32_t partition,
                  int (*take)(void *arg, const struct shy_runs *runs, struct shihyo_error *err),
                  void *arg, struct shihyo_error *err)
{
    struct rounds r = {c, partition, shy_alloc(SHY_SPILL_BLOCK, 1), take, arg};
    int64_t size = shy_spill_size(&c->spill, partition), *sizes = NULL;
    int code = r.room == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0 && size > c->memory) {
        sizes = shy_alloc(MONTH_MOST, sizeof *sizes);
        struct parsing p = {.c = c, .sizes = sizes};
        code = sizes == NULL ? shy_fail_nomem(err)
                             : shy_spill_read(&c->spill, partition, r.room, count_block, &p, err);
        if (code == 0)
            code = take_months(&r, sizes, err);
    } else if (code == 0) {
        code = take_round(&r, 0, MONTH_MOST, size, err);
    }
    shy_spill_drop(&c->spill, partition);
    shy_free(sizes);
    shy_free(r.room);
    return code;
}
