/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_runs.h"

#include <stdlib.h>

#include "core/base/i18n.h"

/* Bytes behind the last run that may be touched. */
#define SHY_RUN_SLACK 8

/* Bits of the key that one pass of sorting looks at. */
enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, FEW = 24 };

void shy_runs_free(struct shy_runs *runs)
{
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        shy_free(runs->kinds[kind].items);
    shy_free(runs->bytes);
    shy_free(runs->spare);
    shy_free(runs->room);
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

/* A run in a block, as put_run in claims_rows.c writes it. */
struct parsed {
    int kind;
    uint64_t split, month, row, person;
    uint64_t claim;
    struct shy_run_head head;
    const uint8_t *lines;
    size_t size; /* of lines */
};

static size_t size_of_lines(const struct shy_claims *c, const struct parsed *p)
{
    const struct shy_claims_table *t = &c->tables[p->kind];
    size_t size = shy_width_bytes(t->line_count);
    for (size_t k = 0; k < t->line_count; k++) {
        size += (size_t)p->head.line_count << shy_width_at(p->lines, k);
        if (p->head.states && t->meanings[t->lines[k]] < 0)
            size += p->head.line_count;
    }
    return size;
}

static const uint8_t *parse_section(const uint8_t *from, struct parsed *p)
{
    from++;
    p->kind = *from++;
    from = shy_get_number(from, &p->split);
    from = shy_get_number(from, &p->month);
    return shy_get_number(from, &p->row);
}

/* The next run; p is that before, or was for the block's first. */
static const uint8_t *parse_run(const struct shy_claims *c, size_t thread, const uint8_t *from,
                                struct parsed *p)
{
    uint64_t lines, month, place, row;
    if (*from == 0)
        from = parse_section(from, p);
    from = shy_get_number(from, &lines);
    from = shy_get_number(from, &p->person);
    from = shy_get_number(from, &month);
    from = shy_get_number(from, &place);
    from = shy_get_number(from, &row);
    p->month += (uint64_t)shy_unzigzag(month);
    p->row += row;
    const struct shy_claims_table *t = &c->tables[p->kind];
    p->head = (struct shy_run_head){.order = p->split << SHY_ORDER_ROW_BITS | p->row,
                                    .line_count = (uint16_t)(lines >> 1),
                                    .thread = (uint16_t)thread,
                                    .states = (lines & 1) != 0};
    p->claim = 0;
    if (t->claim >= 0) {
        memcpy(&p->claim, from, sizeof p->claim);
        from += sizeof p->claim;
    }
    if (p->kind == SHY_KIND_MEDICAL_CLAIMS) {
        memcpy(&p->head.identity, from, sizeof p->head.identity);
        from += sizeof p->head.identity;
    }
    if (place > 0) {
        const struct shy_meaning *m = &c->codes.meanings[t->meanings[t->institution]];
        p->head.institution = m->threads[thread].final[place - 1] + 1;
    }
    p->lines = from;
    p->size = size_of_lines(c, p);
    return from + p->size;
}

static int count_block(void *arg, size_t writer, const uint8_t *bytes, size_t length,
                       struct shihyo_error *err)
{
    struct parsing *p = arg;
    const uint8_t *end = bytes + length;
    struct parsed run = {0};
    (void)err;
    while (bytes < end) {
        bytes = parse_run(p->c, writer, bytes, &run);
        p->sizes[run.month] += (int64_t)(sizeof run.head + run.size);
    }
    return 0;
}

static void keep_run(struct shy_runs *runs, const struct parsed *run)
{
    struct shy_run_list *list = &runs->kinds[run->kind];
    uint8_t *at = runs->bytes + runs->used;
    list->items[list->count++] =
        (struct shy_run){.key = run->month << 32 | run->person, .claim = run->claim, .at = at};
    memcpy(at, &run->head, sizeof run->head);
    memcpy(at + sizeof run->head, run->lines, run->size);
    runs->used += sizeof run->head + run->size;
}

/* Copies the runs: the block is somebody else's after this. */
static int parse_block(void *arg, size_t writer, const uint8_t *bytes, size_t length,
                       struct shihyo_error *err)
{
    struct parsing *p = arg;
    const uint8_t *end = bytes + length;
    struct parsed run = {0};
    (void)err;
    while (bytes < end) {
        bytes = parse_run(p->c, writer, bytes, &run);
        if ((int32_t)run.month >= p->first && (int32_t)run.month <= p->last)
            keep_run(p->runs, &run);
    }
    return 0;
}

/* Sorting -------------------------------------------------------------------------------- */

static inline bool less(const struct shy_run *a, const struct shy_run *b)
{
    return a->claim != b->claim ? a->claim < b->claim
                                : shy_run_head_of(a).order < shy_run_head_of(b).order;
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

/* What keys are sorted by, in as few bits as they need. */
struct order {
    uint64_t first_month;
    unsigned person_bits;
};

static inline uint64_t place_of(const struct order *o, uint64_t key)
{
    return ((key >> 32) - o->first_month) << o->person_bits | (uint32_t)key;
}

/* One digit, from `from` to `to`; earlier passes' order stays among equals. */
static void sort_digit(const struct order *o, const struct shy_run *from, struct shy_run *to,
                       size_t count, unsigned shift)
{
    size_t starts[DIGITS] = {0}, at = 0;
    for (size_t i = 0; i < count; i++)
        starts[place_of(o, from[i].key) >> shift & (DIGITS - 1)]++;
    for (size_t d = 0; d < DIGITS; d++) {
        size_t n = starts[d];
        starts[d] = at;
        at += n;
    }
    for (size_t i = 0; i < count; i++)
        to[starts[place_of(o, from[i].key) >> shift & (DIGITS - 1)]++] = from[i];
}

static void sort_keys(struct shy_run *runs, size_t count, struct shy_run *spare)
{
    struct shy_run *from = runs, *to = spare;
    uint32_t most_person = 0;
    struct order o = {.first_month = UINT64_MAX};
    uint64_t last_month = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t month = runs[i].key >> 32;
        o.first_month = month < o.first_month ? month : o.first_month;
        last_month = month > last_month ? month : last_month;
        most_person |= (uint32_t)runs[i].key;
    }
    while (o.person_bits < 32 && most_person >> o.person_bits != 0)
        o.person_bits++;
    uint64_t most = (last_month - o.first_month + 1) << o.person_bits;
    for (unsigned shift = 0; shift < 64 && (most - 1) >> shift != 0; shift += DIGIT_BITS) {
        sort_digit(&o, from, to, count, shift);
        struct shy_run *swap = from;
        from = to;
        to = swap;
    }
    if (from != runs)
        memcpy(runs, from, count * sizeof *runs);
}

static void sort_runs(struct shy_run *runs, size_t count, struct shy_run *spare)
{
    if (count > 1)
        sort_keys(runs, count, spare);
    for (size_t i = 0; i < count;) {
        size_t n = 1;
        while (i + n < count && runs[i + n].key == runs[i].key)
            n++;
        if (n > 1)
            sort_group(runs + i, n);
        i += n;
    }
}

static void sort_kinds(struct shy_runs *runs)
{
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        sort_runs(runs->kinds[kind].items, runs->kinds[kind].count, runs->spare);
}

/* Rounds --------------------------------------------------------------------------------- */

struct rounds {
    struct shy_claims *c;
    struct shy_runs *runs;
    uint32_t partition;
    int (*take)(void *arg, const struct shy_runs *runs, struct shihyo_error *err);
    void *arg;
};

/* What was there is lost. */
static bool make_room(void *items, size_t *capacity, size_t wanted, size_t size)
{
    void *old;
    memcpy(&old, items, sizeof old);
    if (old != NULL && wanted <= *capacity)
        return true;
    shy_free(old);
    *capacity = wanted + wanted / 8;
    void *p = shy_alloc(*capacity + 1, size);
    memcpy(items, &p, sizeof p);
    return p != NULL;
}

/* Room for all runs of the partition, of `size` bytes together. */
static int clear_runs(const struct rounds *r, size_t size, struct shihyo_error *err)
{
    struct shy_runs *runs = r->runs;
    size_t most = 0;
    bool made = make_room(&runs->bytes, &runs->capacity, size + SHY_RUN_SLACK, 1);
    for (int kind = 0; kind < SHY_KIND_COUNT && made; kind++) {
        struct shy_run_list *list = &runs->kinds[kind];
        size_t count = (size_t)shy_spill_pieces(&r->c->spill, r->partition, kind);
        most = count > most ? count : most;
        list->count = 0;
        made = make_room(&list->items, &list->capacity, count, sizeof *list->items);
    }
    made = made && make_room(&runs->spare, &runs->spare_capacity, most, sizeof *runs->spare);
    if (runs->room == NULL)
        runs->room = shy_alloc(SHY_SPILL_BLOCK, 1);
    runs->used = 0;
    return made && runs->room != NULL ? 0 : shy_fail_nomem(err);
}

static int take_round(const struct rounds *r, int32_t first, int32_t last, int64_t size,
                      struct shihyo_error *err)
{
    struct parsing p = {.c = r->c, .runs = r->runs, .first = first, .last = last};
    SHY_TRY(clear_runs(r, (size_t)size, err));
    SHY_TRY(shy_spill_read(&r->c->spill, r->partition, r->runs->room, parse_block, &p, err));
    sort_kinds(r->runs);
    return r->take(r->arg, r->runs, err);
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

int shy_runs_each(struct shy_claims *c, uint32_t partition, struct shy_runs *runs,
                  int (*take)(void *arg, const struct shy_runs *runs, struct shihyo_error *err),
                  void *arg, struct shihyo_error *err)
{
    struct rounds r = {c, runs, partition, take, arg};
    int64_t *sizes = NULL;
    int64_t size = shy_spill_size(&c->spill, partition);
    /* Each run gets a head of one size. */
    for (int kind = 0; kind < SHY_KIND_COUNT; kind++)
        size += shy_spill_pieces(&c->spill, partition, kind) * (int64_t)sizeof(struct shy_run_head);
    int code = clear_runs(&r, 0, err);
    if (code == 0 && size > c->memory) {
        sizes = shy_alloc(MONTH_MOST, sizeof *sizes);
        struct parsing p = {.c = c, .sizes = sizes};
        code = sizes == NULL
                   ? shy_fail_nomem(err)
                   : shy_spill_read(&c->spill, partition, runs->room, count_block, &p, err);
        if (code == 0)
            code = take_months(&r, sizes, err);
    } else if (code == 0) {
        code = take_round(&r, 0, MONTH_MOST, size, err);
    }
    shy_spill_drop(&c->spill, partition);
    shy_free(sizes);
    return code;
}
