/* SPDX-License-Identifier: MIT */
/* What is known of persons besides their rows: insurers' municipalities, the register of numbers,
 * link rates. */
#include "config.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/import/claims_people.h"

/* Insurers ------------------------------------------------------------------------------- */

struct shy_insurers {
    struct shy_map codes;
    struct shy_map areas;
    uint32_t *area_of; /* number of the area by number of the code; SHY_MAP_NONE = none */
    size_t capacity;
};

/* A later row goes before an earlier one. */
static int take_insurers(void *arg, const struct shy_table *rows, struct shihyo_error *err)
{
    struct shy_insurers *in = arg;
    int insurer = shy_table_column(rows, "insurer"), area = shy_table_column(rows, "insurer_area");
    for (size_t i = 0; i < rows->rows && insurer >= 0 && area >= 0; i++) {
        const char *code = shy_table_text(rows, i, insurer), *name = shy_table_text(rows, i, area);
        if (code == NULL)
            continue;
        uint32_t number = shy_map_adds(&in->codes, code);
        uint32_t place =
            name == NULL || *name == '\0' ? SHY_MAP_NONE : shy_map_adds(&in->areas, name);
        if (number == SHY_MAP_NONE || (place == SHY_MAP_NONE && name != NULL && *name != '\0') ||
            (number >= in->capacity &&
             !shy_grow_((void **)&in->area_of, &in->capacity, number + 1, sizeof *in->area_of)))
            return shy_fail_nomem(err);
        in->area_of[number] = place;
    }
    return 0;
}

int shy_claims_read_insurers(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_insurers *in = c->insurers = shy_alloc(1, sizeof *in);
    if (in == NULL)
        return shy_fail_nomem(err);
    const struct shy_contract *contract = shy_catalogue_find(c->job.catalogue, "insurers");
    const struct shihyo_table_info *tables;
    struct shy_table *stored;
    size_t count = 0;
    SHY_TRY(shy_store_read(c->job.store, contract, NULL, 0, &stored, err));
    int code = stored == NULL ? 0 : take_insurers(in, stored, err);
    shy_table_free(stored);
    if (code == 0)
        code = shy_source_tables(c->job.source, NULL, &tables, &count, err);
    for (size_t i = 0; i < count && code == 0; i++) {
        for (uint32_t s = 0;
             strcmp(tables[i].contract, "insurers") == 0 && s < tables[i].splits && code == 0; s++)
            code = shy_source_read(c->job.source, contract, NULL, 0, s, take_insurers, in, err);
    }
    return code;
}

/* The main thread's numbering of a code column of a register; NULL where it was not given. */
static struct shy_numbering *numbering_of(struct shy_claims *c, int kind, const char *column,
                                          struct shy_meaning **meaning)
{
    const struct shy_claims_table *t = &c->tables[kind];
    for (size_t i = 0; t->contract != NULL && i < t->column_count; i++) {
        if (strcmp(t->names[i], column) != 0)
            continue;
        *meaning = &c->codes.meanings[t->meanings[i]];
        return &(*meaning)->threads[c->threads];
    }
    return NULL;
}

/* The area's code + 1 for every insurer of the numbering; 0 = not in the table. */
static int map_insurers(const struct shy_insurers *in, const struct shy_numbering *insurers,
                        struct shy_numbering *areas, const struct shy_meaning *meaning,
                        uint32_t *out, struct shihyo_error *err)
{
    for (size_t i = 0; i < insurers->count; i++) {
        uint32_t at = shy_map_find(&in->codes, insurers->texts[i], insurers->lengths[i]);
        out[i] = 0;
        if (at == SHY_MAP_NONE || in->area_of[at] == SHY_MAP_NONE)
            continue;
        const char *text = in->areas.keys[in->area_of[at]];
        size_t length = in->areas.lengths[in->area_of[at]];
        struct shy_id id = shy_id_of(text, length);
        uint32_t number = shy_ids_find(&areas->ids, id);
        if (number == SHY_ID_NONE)
            SHY_TRY(shy_numbering_add(areas, meaning, id, text, length, &number, err));
        out[i] = number + 1;
    }
    return 0;
}

static bool is_late_elderly(const struct shy_numbering *insurers, uint32_t number)
{
    return insurers->lengths[number] == 8 && memcmp(insurers->texts[number], "39", 2) == 0;
}

/* Insurance societies (国保組合) have no municipality, so this is a note with numbers, no reject.
 */
static void warn_insurers(struct shy_claims *c, int kind, size_t insurers, int64_t rows)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    if (insurers == 0)
        return;
    (void)shy_fail(&found, SHY_E_INSURER_UNKNOWN,
                   _("%lld rows of '%s' are of %lld insurers without a municipality."),
                   (long long)rows, c->tables[kind].contract->id, (long long)insurers);
    shy_hint(&found, _("Societies have none; else add the insurers to the table `insurers`."));
    shy_problems_add(&c->job.report->problems, SHY_WARNING, &found);
}

static int fill_areas(struct shy_claims *c, int kind, const struct shy_insurers *in,
                      struct shihyo_error *err)
{
    struct shy_meaning *meaning = NULL, *area_meaning = NULL;
    const struct shy_numbering *insurers = numbering_of(c, kind, "insurer", &meaning);
    struct shy_numbering *areas = numbering_of(c, kind, "insurer_area", &area_meaning);
    size_t without = 0;
    int64_t rows = 0;
    if (insurers == NULL || areas == NULL)
        return 0;
    uint32_t *map = shy_alloc(insurers->count + 1, sizeof *map);
    bool *missed = shy_alloc(insurers->count + 1, sizeof *missed);
    int code = map == NULL || missed == NULL
                   ? shy_fail_nomem(err)
                   : map_insurers(in, insurers, areas, area_meaning, map, err);
    for (size_t i = 0; i < c->people.row_count && code == 0; i++) {
        struct shy_person_row *row = &c->people.rows[i];
        uint32_t insurer = row->codes[SHY_PERSON_INSURER];
        uint32_t *area = &row->codes[SHY_PERSON_INSURER_AREA];
        if (row->kind != kind || row->rejected || *area != 0 || insurer == 0)
            continue;
        *area = map[insurer - 1];
        if (*area == 0 && kind == SHY_KIND_PERSONS && is_late_elderly(insurers, insurer - 1))
            *area = row->codes[SHY_PERSON_RESIDENCE_AREA];
        if (*area != 0)
            continue;
        rows++;
        without += missed[insurer - 1] ? 0 : 1;
        missed[insurer - 1] = true;
    }
    if (code == 0)
        warn_insurers(c, kind, without, rows);
    shy_free(map);
    shy_free(missed);
    return code;
}

int shy_claims_insurer_areas(struct shy_claims *c, struct shihyo_error *err)
{
    for (int kind = 0; kind < SHY_KIND_FIRST_EVENT; kind++)
        SHY_TRY(fill_areas(c, kind, c->insurers, err));
    return 0;
}

void shy_claims_free_insurers(struct shy_claims *c)
{
    if (c->insurers == NULL)
        return;
    shy_map_free(&c->insurers->codes);
    shy_map_free(&c->insurers->areas);
    shy_free(c->insurers->area_of);
    shy_free(c->insurers);
    c->insurers = NULL;
}

/* Link rates ----------------------------------------------------------------------------- */

/* Of every person (root): whether a number of it is of the medical register. */
static bool *medical_roots(struct shy_people *p)
{
    bool *medical = shy_alloc(p->node_count + 1, sizeof *medical);
    for (uint32_t i = 0; medical != NULL && i < p->node_count; i++) {
        if (p->nodes[i].medical)
            medical[shy_people_root(p, i)] = true;
    }
    return medical;
}

static int by_area(const void *a, const void *b)
{
    return strcmp(((const struct shy_link_rate *)a)->area, ((const struct shy_link_rate *)b)->area);
}

struct rates {
    struct shy_link_rate *items;
    size_t count;
};

/* A number of the care register counts where its last row of this delivery says. */
static void count_care(struct shy_claims *c, const bool *medical, const uint32_t *last_row,
                       struct rates *rates)
{
    struct shy_people *p = &c->people;
    struct shy_import_links *links = &c->job.report->links;
    for (uint32_t i = 0; i < p->node_count; i++) {
        const struct shy_person_node *n = &p->nodes[i];
        if (last_row[i] == SHY_ID_NONE)
            continue;
        bool linked = medical[shy_people_root(p, i)];
        struct shy_link_rate *rate =
            &rates->items[p->rows[last_row[i]].codes[SHY_PERSON_INSURER_AREA]];
        rate->persons++;
        rate->linked += linked ? 1 : 0;
        rate->ambiguous += !linked && n->ambiguous ? 1 : 0;
        links->care++;
        links->linked += linked ? 1 : 0;
        links->unlinked += linked || n->ambiguous ? 0 : 1;
    }
}

/* The last row of the care register for every number, by first month; SHY_ID_NONE = none. */
static uint32_t *last_care_rows(const struct shy_people *p)
{
    uint32_t *last = shy_alloc(p->node_count + 1, sizeof *last);
    for (size_t i = 0; last != NULL && i < p->node_count; i++)
        last[i] = SHY_ID_NONE;
    for (size_t i = 0; last != NULL && i < p->row_count; i++) {
        const struct shy_person_row *row = &p->rows[i];
        uint32_t *at = &last[row->node];
        if (row->kind == SHY_KIND_CARE_PERSONS && !row->rejected &&
            (*at == SHY_ID_NONE || p->rows[*at].first < row->first))
            *at = (uint32_t)i;
    }
    return last;
}

static int write_rates(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_meaning *meaning = NULL;
    const struct shy_numbering *areas =
        numbering_of(c, SHY_KIND_CARE_PERSONS, "insurer_area", &meaning);
    size_t area_count = areas == NULL ? 0 : areas->count;
    struct rates rates = {shy_alloc(area_count + 1, sizeof *rates.items), 0};
    uint32_t *last = last_care_rows(&c->people);
    bool *medical = medical_roots(&c->people);
    int code = rates.items == NULL || last == NULL || medical == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0)
        count_care(c, medical, last, &rates);
    for (size_t i = 0; i <= area_count && code == 0; i++) {
        struct shy_link_rate rate = rates.items[i];
        if (rate.persons == 0)
            continue;
        if (i > 0)
            shy_copy_text(rate.area, sizeof rate.area, areas->texts[i - 1], areas->lengths[i - 1]);
        rates.items[rates.count++] = rate;
    }
    if (code == 0) {
        qsort(rates.items, rates.count, sizeof *rates.items, by_area);
        code = shy_store_write_link_rates(c->job.store, rates.items, rates.count, err);
    }
    shy_free(medical);
    shy_free(last);
    shy_free(rates.items);
    return code;
}

/* The register --------------------------------------------------------------------------- */

static void fill_entries(const struct shy_people *p, const struct shy_sort_item *order,
                         size_t count, uint32_t *entry_of, struct shy_register *r)
{
    for (size_t i = 0; i < count; i++) {
        const struct shy_person_node *n = &p->nodes[order[i].at];
        entry_of[order[i].at] = (uint32_t)i;
        r->entries[i] = (struct shy_register_entry){.number = n->text,
                                                    .length = n->length,
                                                    .partition = n->partition,
                                                    .person = n->person,
                                                    .joined = n->joined,
                                                    .sex = n->sex,
                                                    .birth_month = n->birth,
                                                    .care = !n->medical};
    }
    r->entry_count = count;
    for (size_t i = 0; i < p->evidence_count; i++) {
        const struct shy_evidence *e = &p->evidence[i];
        struct shy_register_key *k = &r->keys[i];
        *k = (struct shy_register_key){
            .entry = entry_of[e->node], .first_month = e->first, .last_month = e->last};
        memcpy(k->hash, e->hash, sizeof k->hash);
    }
    r->key_count = p->evidence_count;
}

static int write_entries(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_people *p = &c->people;
    struct shy_register r = {0};
    size_t count = 0;
    struct shy_sort_item *order = shy_alloc(p->node_count + 1, sizeof *order);
    uint32_t *entry_of = shy_alloc(p->node_count + 1, sizeof *entry_of);
    r.entries = shy_alloc(p->node_count + 1, sizeof *r.entries);
    r.keys = shy_alloc(p->evidence_count + 1, sizeof *r.keys);
    int code = order == NULL || entry_of == NULL || r.entries == NULL || r.keys == NULL
                   ? shy_fail_nomem(err)
                   : 0;
    for (uint32_t i = 0; code == 0 && i < p->node_count; i++) {
        if (p->nodes[i].joined != SHY_ID_NONE)
            order[count++] = (struct shy_sort_item){p->nodes[i].partition, i};
    }
    if (code == 0)
        code = shy_people_sort(p, order, count, SHY_PARTITION_BITS, err);
    if (code == 0) {
        fill_entries(p, order, count, entry_of, &r);
        code = shy_store_write_register(c->job.store, &r, p->persons, err);
    }
    shy_free(r.keys);
    shy_free(r.entries);
    shy_free(entry_of);
    shy_free(order);
    return code;
}

int shy_claims_write_register(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_people *p = &c->people;
    struct shy_import_links *links = &c->job.report->links;
    for (size_t i = 0; i < p->node_count; i++) {
        links->numbers += p->nodes[i].joined != SHY_ID_NONE;
        links->ambiguous += p->nodes[i].joined != SHY_ID_NONE && p->nodes[i].ambiguous;
    }
    for (size_t i = 0; i < SHY_PARTITIONS_MOST; i++)
        links->persons += p->persons[i];
    links->joined = p->joined;
    if (c->tables[SHY_KIND_CARE_PERSONS].contract != NULL)
        SHY_TRY(write_rates(c, err));
    return write_entries(c, err);
}
