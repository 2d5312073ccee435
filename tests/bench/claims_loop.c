/* SPDX-License-Identifier: MIT */
/*
 * Table T1 of the claims benchmark as a loop written for this one question, over the same store and
 * through the same reader as the engine: what the description in Lua costs is seen beside it.
 *
 *     claims_loop STORE ITEM_MASTER.csv [THREADS [ROUNDS]]
 *
 * Prints the table as the answers have it (municipality, item, persons, claims, items and
 * institutions of each month, added up over FY2023), and the best time on standard error.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/base/period.h"
#include "core/contract/core_contracts.h"
#include "core/store/segments.h"

enum { GROUPS = 61, MONTHS = 12, THREADS = 64 };

/* One line of the table in one thread. */
struct line {
    uint32_t person, claim; /* the last that counted */
    int64_t persons, claims, items;
};

struct worker {
    struct loop *loop;
    struct line *lines;     /* [area * GROUPS + group]; the nation is the last area */
    uint64_t *institutions; /* [(line * MONTHS + month) * words]: bits */
    uint32_t stamp;
    pthread_t thread;
};

struct loop {
    struct shy_partitions data;
    const struct shy_contract *persons, *items;
    int area, from, to;                     /* columns of persons */
    int item, institution, claim, quantity; /* of items */
    uint8_t *group;                         /* by item: 0 = not asked for */
    size_t areas, words;
    int32_t first;
    atomic_uint next;
    struct worker workers[THREADS];
};

static void check(bool ok, const char *what)
{
    if (ok)
        return;
    (void)fprintf(stderr, "claims_loop: %s\n", what);
    exit(1);
}

static int64_t value_at(const struct shy_strip *s, size_t i)
{
    switch (s->width) {
    case 1:
        return s->base + ((const uint8_t *)s->values)[i];
    case 2:
        return s->base + ((const uint16_t *)s->values)[i];
    case 4:
        return s->base + ((const uint32_t *)s->values)[i];
    case 8:
        return (int64_t)((uint64_t)s->base + ((const uint64_t *)s->values)[i]);
    default:
        return s->base;
    }
}

/* The municipality of a person's insurer in a month: of several rows the one that began last. */
static size_t area_of(const struct shy_stretch *persons, const uint32_t *start, uint32_t person,
                      int32_t month)
{
    int64_t begin = INT64_MIN;
    size_t area = SIZE_MAX;
    for (uint32_t row = start[person]; row < start[person + 1]; row++) {
        int64_t from = value_at(&persons->columns[1], row);
        if (from <= month && value_at(&persons->columns[2], row) >= month && from > begin) {
            begin = from;
            area = (size_t)value_at(&persons->columns[0], row);
        }
    }
    return area;
}

static void count(struct worker *w, size_t line, size_t month, uint32_t person, uint32_t claim,
                  int64_t quantity, size_t institution)
{
    struct line *l = &w->lines[line];
    l->persons += l->person != person;
    l->claims += l->claim != claim;
    l->person = person;
    l->claim = claim;
    l->items += quantity;
    w->institutions[(line * MONTHS + month) * w->loop->words + institution / 64] |=
        (uint64_t)1 << institution % 64;
}

static void count_stretch(struct worker *w, const struct shy_stretch *s,
                          const struct shy_stretch *persons, const uint32_t *start)
{
    const struct loop *l = w->loop;
    const struct shy_strip *item = &s->columns[0], *institution = &s->columns[1];
    const struct shy_strip *claim = &s->columns[2], *quantity = &s->columns[3];
    uint32_t person = UINT32_MAX, stamp_person = 0, stamp = w->stamp;
    int64_t last_claim = -1;
    size_t area = SIZE_MAX, month = (size_t)(s->month - l->first);
    for (size_t i = 0; i < s->rows; i++) {
        uint8_t group = l->group[value_at(item, i)];
        if (group == 0)
            continue;
        if (s->person[i] != person) {
            person = s->person[i];
            area = area_of(persons, start, person, s->month);
            last_claim = -1;
            stamp_person = stamp + 1;
        }
        stamp += value_at(claim, i) != last_claim;
        last_claim = value_at(claim, i);
        size_t code = (size_t)value_at(institution, i);
        int64_t number = value_at(quantity, i);
        if (area != SIZE_MAX)
            count(w, area * GROUPS + group, month, stamp_person, stamp, number, code);
        count(w, l->areas * GROUPS + group, month, stamp_person, stamp, number, code);
    }
    w->stamp = stamp;
}

/* One stretch with all rows of persons, sorted by person. */
static void count_partition(struct worker *w, struct shy_partition_reader *r, uint32_t partition)
{
    struct loop *l = w->loop;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_stretches persons, items;
    const int who[] = {l->area, l->from, l->to};
    const int what[] = {l->item, l->institution, l->claim, l->quantity};
    struct shy_partition_request request = {
        .contract = l->persons, .columns = who, .column_count = 3, .code = -1};
    check(r->read(r->self, partition, &request, &persons, &err) == 0 && persons.count <= 1,
          "persons are not read");
    const struct shy_map *codes = l->data.dictionary(l->data.self, l->items, l->item);
    request = (struct shy_partition_request){.contract = l->items,
                                             .columns = what,
                                             .column_count = 4,
                                             .first_month = l->first,
                                             .last_month = l->first + MONTHS - 1,
                                             .code = l->item,
                                             .wanted = l->group,
                                             .wanted_count = codes->count};
    check(r->read(r->self, partition, &request, &items, &err) == 0, "items are not read");
    uint32_t count = l->data.persons(l->data.self, partition);
    uint32_t *start = shy_alloc((size_t)count + 2, sizeof *start);
    check(start != NULL, "no memory");
    for (size_t i = 0; persons.count == 1 && i < persons.items[0].rows; i++)
        start[persons.items[0].person[i] + 1]++;
    for (uint32_t p = 0; p < count; p++)
        start[p + 1] += start[p];
    for (size_t i = 0; i < items.count; i++)
        count_stretch(w, &items.items[i], persons.items, start);
    shy_free(start);
    r->release(r->self);
}

static void *work(void *self)
{
    struct worker *w = self;
    struct loop *l = w->loop;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_partition_reader reader;
    size_t lines = (l->areas + 1) * GROUPS;
    w->lines = shy_alloc(lines, sizeof *w->lines);
    w->institutions = shy_alloc(lines * MONTHS * l->words, sizeof *w->institutions);
    check(w->lines != NULL && w->institutions != NULL, "no memory");
    check(l->data.reader(l->data.self, &reader, &err) == 0, "the store is not read");
    for (uint32_t p; (p = atomic_fetch_add(&l->next, 1)) < l->data.count;)
        count_partition(w, &reader, p);
    reader.close(reader.self);
    return NULL;
}

/* What the others counted goes to the first. */
static void join(struct worker *to, struct worker *from)
{
    size_t lines = (to->loop->areas + 1) * GROUPS;
    for (size_t i = 0; i < lines; i++) {
        to->lines[i].persons += from->lines[i].persons;
        to->lines[i].claims += from->lines[i].claims;
        to->lines[i].items += from->lines[i].items;
    }
    for (size_t i = 0; i < lines * MONTHS * to->loop->words; i++)
        to->institutions[i] |= from->institutions[i];
    shy_free(from->lines);
    shy_free(from->institutions);
}

static void run(struct loop *l, int threads)
{
    atomic_store(&l->next, 0);
    for (int t = 0; t < threads; t++) {
        l->workers[t] = (struct worker){.loop = l};
        check(pthread_create(&l->workers[t].thread, NULL, work, &l->workers[t]) == 0, "no thread");
    }
    for (int t = 0; t < threads; t++)
        (void)pthread_join(l->workers[t].thread, NULL);
    for (int t = 1; t < threads; t++)
        join(&l->workers[0], &l->workers[t]);
}

static void print_area(const struct loop *l, size_t area, int number)
{
    const struct worker *w = &l->workers[0];
    for (size_t group = 1; group < GROUPS; group++) {
        size_t line = area * GROUPS + group;
        const uint64_t *bits = &w->institutions[line * MONTHS * l->words];
        int64_t institutions = 0;
        for (size_t i = 0; i < MONTHS * l->words; i++)
            institutions += __builtin_popcountll(bits[i]);
        if (w->lines[line].items > 0)
            (void)printf("%d,%zu,%lld,%lld,%lld,%lld\n", number, group,
                         (long long)w->lines[line].persons, (long long)w->lines[line].claims,
                         (long long)w->lines[line].items, (long long)institutions);
    }
}

/* The answers number municipalities as the generator does: layouts/bench.lua. */
static void print(const struct loop *l)
{
    const struct shy_map *areas = l->data.dictionary(l->data.self, l->persons, l->area);
    print_area(l, l->areas, 0);
    for (int number = 27701; number < 27799; number++) {
        char text[8];
        (void)snprintf(text, sizeof text, "%d", number);
        uint32_t area = shy_map_finds(areas, text);
        if (area != SHY_MAP_NONE)
            print_area(l, area, number - 26700);
    }
}

static const struct shy_contract *contract(const char *id)
{
    for (size_t i = 0; shy_core_contracts[i] != NULL; i++) {
        if (strcmp(shy_core_contracts[i]->id, id) == 0)
            return shy_core_contracts[i];
    }
    return NULL;
}

/* Lines "item,g1,…". */
static void read_groups(struct loop *l, const char *path)
{
    const struct shy_map *codes = l->data.dictionary(l->data.self, l->items, l->item);
    char line[256];
    FILE *file = fopen(path, "r");
    check(file != NULL && codes != NULL, "no list of items");
    l->group = shy_alloc(codes->count, 1);
    check(l->group != NULL, "no memory");
    while (fgets(line, sizeof line, file) != NULL) {
        char *comma = strchr(line, ',');
        check(comma != NULL, "not a list of items");
        *comma = '\0';
        uint32_t code = shy_map_finds(codes, line);
        if (code != SHY_MAP_NONE)
            l->group[code] = (uint8_t)strtol(comma + 1, NULL, 10);
    }
    (void)fclose(file);
}

static void prepare(struct loop *l, const char *path)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    l->persons = contract("persons");
    l->items = contract("medical_items");
    check(shy_store_open_partitions(path, NULL, 0, &l->data, &err) == 0, "the store is not opened");
    l->area = shy_contract_column(l->persons, "insurer_area");
    l->from = shy_contract_column(l->persons, "valid_from");
    l->to = shy_contract_column(l->persons, "valid_to");
    l->item = shy_contract_column(l->items, "item");
    l->institution = shy_contract_column(l->items, "institution");
    l->claim = shy_contract_column(l->items, "claim");
    l->quantity = shy_contract_column(l->items, "quantity");
    l->areas = l->data.dictionary(l->data.self, l->persons, l->area)->count;
    l->words = l->data.dictionary(l->data.self, l->items, l->institution)->count / 64 + 1;
    l->first = shy_month(2023, 4);
}

int main(int argc, char **argv)
{
    static struct loop l;
    int threads = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 2;
    int rounds = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 5;
    int64_t best = INT64_MAX;
    check(argc > 2 && threads >= 1 && threads <= THREADS && rounds >= 1,
          "STORE ITEM_MASTER.csv [THREADS [ROUNDS]]");
    for (int i = 0; i < rounds; i++) {
        int64_t begin = shy_os_monotonic_ns();
        prepare(&l, argv[1]);
        read_groups(&l, argv[2]);
        run(&l, threads);
        int64_t took = shy_os_monotonic_ns() - begin;
        best = took < best ? took : best;
        if (i == rounds - 1)
            print(&l);
        shy_free(l.workers[0].lines);
        shy_free(l.workers[0].institutions);
        shy_free(l.group);
        shy_store_close_partitions(&l.data);
    }
    (void)fprintf(stderr, "%.1f ms\n", (double)best / 1e6);
    return 0;
}
