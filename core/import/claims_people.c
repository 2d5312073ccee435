/* SPDX-License-Identifier: MIT */
/* Pass 1: the registers of persons and of care, in memory. Splits are read in parallel; what they
 * gave is put together in the order of the splits, so that nothing depends on threads. */
#include "config.h"

#include <stdlib.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/import/claims_internal.h"
#include "core/import/claims_people.h"

/* Where the columns of a register stand among those asked for; -1 = not offered. */
struct places {
    int person, birth, first, last;
    int insurer, symbol, number; /* of the five items */
    int codes[SHY_PERSON_CODES];
};

/* One split as it was read. Its rows' nodes are numbers of `numbers` until they are put together.
 */
struct part {
    int kind;
    uint32_t split;
    size_t thread;
    struct shy_ids ids;
    struct shy_people own; /* nodes, evidence and rows of this split */
    int64_t rows;
};

struct reading {
    struct shy_claims *c;
    struct part *parts;
    size_t count;
    struct places places[2];
};

static const char *const code_names[SHY_PERSON_CODES] = {"sex", "scheme", "insurer", "insurer_area",
                                                         "residence_area"};

static int place_of(const struct shy_claims_table *t, const char *name)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (strcmp(t->names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

static void find_places(const struct shy_claims_table *t, int kind, struct places *p)
{
    p->person = place_of(t, "person");
    p->birth = place_of(t, "birth_month");
    p->first = place_of(t, "valid_from");
    p->last = place_of(t, "valid_to");
    p->insurer = place_of(t, kind == SHY_KIND_PERSONS ? "insurer" : "medical_insurer");
    p->symbol = place_of(t, "insured_symbol");
    p->number = place_of(t, "insured_number");
    for (int i = 0; i < SHY_PERSON_CODES; i++)
        p->codes[i] = place_of(t, code_names[i]);
}

/* One row -------------------------------------------------------------------------------- */

struct cell {
    struct part *part;
    struct reading *r;
    const struct shy_batch *batch;
    int64_t row;
    int code; /* why the row is rejected; 0 = it is not */
    const char *column;
};

static void reject_cell(struct cell *cell, int code, int place)
{
    if (cell->code != 0)
        return;
    cell->code = code;
    cell->column = cell->batch->columns[place].def->name;
}

/* Whether a column has a value; a row without one that must have it is rejected. */
static bool has_value(struct cell *cell, int place)
{
    if (place < 0)
        return false;
    const struct shy_batch_column *column = &cell->batch->columns[place];
    size_t length = 1;
    bool there = shy_batch_has(column, cell->row);
    if (there && column->def->type == SHY_CODE_T)
        (void)shy_batch_text(column, cell->row, &length);
    if (there && length > 0)
        return true;
    if ((column->def->flags & SHY_COLUMN_NULLABLE) == 0)
        reject_cell(cell, SHY_E_CONTRACT_NULL, place);
    return false;
}

static int32_t month_at(struct cell *cell, int place, int32_t none)
{
    if (!has_value(cell, place))
        return none;
    const struct shy_batch_column *column = &cell->batch->columns[place];
    int64_t month = shy_month_of(shy_batch_int(column, cell->row));
    if (month < 0 || (column->def->min <= column->def->max &&
                      (month < column->def->min || month > column->def->max))) {
        reject_cell(cell, SHY_E_CONTRACT_VALUE, place);
        return none;
    }
    return (int32_t)month;
}

/* Number of a code in the thread's numbering + 1; 0 = none. */
static int code_at(struct cell *cell, int place, uint32_t *out, struct shihyo_error *err)
{
    *out = 0;
    if (!has_value(cell, place))
        return 0;
    struct shy_claims *c = cell->r->c;
    struct shy_meaning *m = &c->codes.meanings[c->tables[cell->part->kind].meanings[place]];
    struct shy_numbering *n = &m->threads[cell->part->thread];
    SHY_TRY(shy_numbering_of(n, m, &cell->batch->columns[place], cell->row, out, err));
    if (!n->allowed[*out])
        reject_cell(cell, SHY_E_CONTRACT_VALUE, place);
    ++*out;
    return 0;
}

static const char *item_at(struct cell *cell, int place, size_t *length)
{
    *length = 0;
    if (place < 0 || !shy_batch_has(&cell->batch->columns[place], cell->row))
        return "";
    return shy_batch_text(&cell->batch->columns[place], cell->row, length);
}

static int add_evidence(struct cell *cell, const struct places *p, const struct shy_person_row *row,
                        struct shihyo_error *err)
{
    struct shy_five_items items = {.sex = row->sex, .birth = row->birth};
    /* Of the row, until the splits are put together and it is known whether the row stays. */
    struct shy_evidence e = {
        .node = (uint32_t)cell->part->own.row_count, .first = row->first, .last = row->last};
    items.insurer = item_at(cell, p->insurer, &items.insurer_length);
    items.symbol = item_at(cell, p->symbol, &items.symbol_length);
    items.number = item_at(cell, p->number, &items.number_length);
    if (!shy_five_items_hash(&items, e.hash))
        return 0;
    return shy_people_add_evidence(&cell->part->own, &e, err);
}

/* The number's node in the split; the first row tells whose it is. */
static int node_at(struct cell *cell, int place, uint32_t *out, struct shihyo_error *err)
{
    struct part *part = cell->part;
    const struct shy_batch_column *column = &cell->batch->columns[place];
    size_t length, before = part->own.node_count;
    struct shy_id id = shy_id_at(column, cell->row);
    if (!shy_ids_add(&part->ids, id, (uint32_t)before, out))
        return shy_fail_nomem(err);
    if (*out != before)
        return 0;
    const char *text = shy_batch_text(column, cell->row, &length);
    if (!shy_text_is_clean(text, length))
        return shy_batch_broken(err, column->name, _("a text is not valid UTF-8."));
    return shy_people_add(&part->own, text, length, out, err);
}

static int take_row(struct cell *cell, const struct places *p, struct shihyo_error *err)
{
    struct shy_person_row row = {
        .kind = (uint8_t)cell->part->kind, .split = cell->part->split, .row = cell->part->rows};
    bool person = has_value(cell, p->person);
    row.birth = month_at(cell, p->birth, 0);
    row.first = month_at(cell, p->first, 0);
    row.last = month_at(cell, p->last, SHY_MONTH_OPEN);
    if (cell->code == 0 && row.last < row.first)
        reject_cell(cell, SHY_E_CONTRACT_VALUE, p->last);
    for (int i = 0; i < SHY_PERSON_CODES; i++)
        SHY_TRY(code_at(cell, p->codes[i], &row.codes[i], err));
    if (cell->code != 0 || !person)
        return 0;
    const struct shy_claims *c = cell->r->c;
    const struct shy_meaning *sex = &c->codes.meanings[c->tables[row.kind].meanings[p->codes[0]]];
    const char *name = sex->threads[cell->part->thread].texts[row.codes[SHY_PERSON_SEX] - 1];
    row.sex = name[0] == 'm' ? 1 : 2;
    SHY_TRY(node_at(cell, p->person, &row.node, err));
    SHY_TRY(add_evidence(cell, p, &row, err));
    struct shy_people *own = &cell->part->own;
    if (!SHY_GROW(own->rows, own->row_count, own->row_capacity))
        return shy_fail_nomem(err);
    own->rows[own->row_count++] = row;
    return 0;
}

/* Splits --------------------------------------------------------------------------------- */

struct visit {
    struct reading *r;
    struct part *part;
};

static int count_reject(struct shy_claims *c, int kind, int code, const char *column,
                        uint32_t split, int64_t row, const struct shihyo_error *told,
                        struct shihyo_error *err)
{
    (void)atomic_fetch_add(&c->tables[kind].rows_rejected, 1);
    return shy_rejects_add(&c->rejects, kind, code, column, split, row, 1, told, err);
}

static int take_batch(void *arg, const struct shy_batch *batch, struct shihyo_error *err)
{
    struct visit *v = arg;
    struct shy_claims *c = v->r->c;
    const struct places *p = &v->r->places[v->part->kind];
    for (int64_t i = 0; i < batch->rows; i++) {
        struct cell cell = {.part = v->part, .r = v->r, .batch = batch, .row = i};
        SHY_TRY(take_row(&cell, p, err));
        if (cell.code != 0)
            SHY_TRY(count_reject(c, v->part->kind, cell.code, cell.column, v->part->split,
                                 v->part->rows, NULL, err));
        v->part->rows++;
    }
    bool *seen = &c->tables[v->part->kind].split_seen[v->part->split];
    *seen = *seen || batch->rows > 0;
    (void)atomic_fetch_add(&c->tables[v->part->kind].rows_read, batch->rows);
    (void)atomic_fetch_add(&c->rows, batch->rows);
    return 0;
}

static int take_reject(void *arg, const struct shihyo_error *found, struct shihyo_error *err)
{
    struct visit *v = arg;
    v->r->c->tables[v->part->kind].split_seen[v->part->split] = true;
    (void)atomic_fetch_add(&v->r->c->tables[v->part->kind].rows_read, 1);
    return count_reject(v->r->c, v->part->kind, (int)found->code, found->column_name,
                        v->part->split, v->part->rows, found, err);
}

static int take_note(void *arg, const struct shihyo_error *found, int64_t count,
                     struct shihyo_error *err)
{
    struct visit *v = arg;
    return shy_rejects_note(&v->r->c->rejects, v->part->kind, v->part->split, found, count, err);
}

static int read_part(void *arg, size_t task, size_t thread, struct shihyo_error *err)
{
    struct reading *r = arg;
    struct part *part = &r->parts[task];
    const struct shy_claims_table *t = &r->c->tables[part->kind];
    struct visit v = {r, part};
    const struct shy_batch_visitor visitor = {.rows = take_batch,
                                              .reject = take_reject,
                                              .arg = &v,
                                              .note = take_note,
                                              .hashed = r->c->job.hashed};
    part->thread = thread;
    return shy_source_read_batches(r->c->job.source, t->contract, t->names, t->column_count,
                                   part->split, &visitor, err);
}

static int list_parts(struct reading *r, struct shihyo_error *err)
{
    size_t count = 0;
    for (int kind = 0; kind < SHY_KIND_FIRST_EVENT; kind++)
        count += r->c->tables[kind].contract == NULL ? 0 : r->c->tables[kind].splits;
    r->parts = shy_alloc(count + 1, sizeof *r->parts);
    if (r->parts == NULL)
        return shy_fail_nomem(err);
    for (int kind = 0; kind < SHY_KIND_FIRST_EVENT; kind++) {
        const struct shy_claims_table *t = &r->c->tables[kind];
        if (t->contract == NULL)
            continue;
        find_places(t, kind, &r->places[kind]);
        for (uint32_t split = 0; split < t->splits; split++)
            r->parts[r->count++] = (struct part){.kind = kind, .split = split};
    }
    return 0;
}

/* Putting together ----------------------------------------------------------------------- */

/* The register of earlier deliveries comes first. */
static int add_known(struct shy_claims *c, const struct shy_register *known, bool with_evidence,
                     struct shihyo_error *err)
{
    struct shy_people *p = &c->people;
    for (size_t i = 0; i < known->entry_count; i++) {
        const struct shy_register_entry *e = &known->entries[i];
        uint32_t node, at;
        SHY_TRY(shy_people_add(p, e->number, e->length, &node, err));
        if (!shy_ids_add(&c->numbers, shy_id_of(e->number, e->length), node, &at))
            return shy_fail_nomem(err);
        struct shy_person_node *n = &p->nodes[node];
        n->known = true;
        n->partition = e->partition;
        n->person = e->person;
        n->joined = e->joined;
        n->sex = e->sex;
        n->birth = e->birth_month;
        n->care = e->care;
        n->medical = !e->care;
        if (e->partition < SHY_PARTITIONS_MOST && p->persons[e->partition] <= e->person)
            p->persons[e->partition] = e->person + 1;
    }
    for (size_t i = 0; with_evidence && i < known->key_count; i++) {
        const struct shy_register_key *k = &known->keys[i];
        struct shy_evidence e = {
            .node = k->entry, .first = k->first_month, .last = k->last_month, .known = true};
        memcpy(e.hash, k->hash, sizeof e.hash);
        if (k->entry < known->entry_count)
            SHY_TRY(shy_people_add_evidence(p, &e, err));
    }
    return 0;
}

/* Nodes of a split to nodes of all. */
static int map_nodes(struct shy_claims *c, const struct part *part, uint32_t *map,
                     struct shihyo_error *err)
{
    enum { AHEAD = 16 };
    const struct shy_person_node *nodes = part->own.nodes;
    for (size_t i = 0; i < part->own.node_count; i++) {
        const struct shy_person_node *n = &nodes[i];
        struct shy_id id = shy_id_of(n->text, n->length);
        if (i + AHEAD < part->own.node_count)
            shy_ids_prefetch(&c->numbers, shy_id_key_of(shy_id_of(nodes[i + AHEAD].text,
                                                                  nodes[i + AHEAD].length)));
        map[i] = shy_ids_find(&c->numbers, id);
        if (map[i] != SHY_ID_NONE)
            continue;
        uint32_t at;
        SHY_TRY(shy_people_add(&c->people, n->text, n->length, &map[i], err));
        if (!shy_ids_add(&c->numbers, id, map[i], &at))
            return shy_fail_nomem(err);
    }
    return 0;
}

/* A thread's code to the main thread's, by its text. */
static int main_code(struct shy_claims *c, const struct part *part, int place, uint32_t *code,
                     struct shihyo_error *err)
{
    if (*code == 0)
        return 0;
    struct shy_meaning *m = &c->codes.meanings[c->tables[part->kind].meanings[place]];
    const struct shy_numbering *from = &m->threads[part->thread];
    struct shy_numbering *to = &m->threads[c->threads];
    const char *text = from->texts[*code - 1];
    uint32_t length = from->lengths[*code - 1];
    struct shy_id id = shy_id_of(text, length);
    uint32_t number = shy_ids_find(&to->ids, id);
    if (number == SHY_ID_NONE)
        SHY_TRY(shy_numbering_add(to, m, id, text, length, &number, err));
    *code = number + 1;
    return 0;
}

/* The first row says whose number it is; one that says otherwise contradicts it. */
static bool agrees(struct shy_person_node *n, const struct shy_person_row *row)
{
    if (n->sex == 0) {
        n->sex = row->sex;
        n->birth = row->birth;
    }
    bool same = n->sex == row->sex && n->birth == row->birth;
    n->contradicted = n->contradicted || !same;
    if (same && row->kind == SHY_KIND_PERSONS)
        n->medical = true;
    if (same && row->kind == SHY_KIND_CARE_PERSONS)
        n->care = true;
    return same;
}

/* Of all splits at once: growing step by step would copy what is there again and again. A number
 * may be in several, so there may be less of them than room. */
static bool make_room(struct reading *r)
{
    struct shy_people *p = &r->c->people;
    size_t nodes = 0, rows = p->row_count;
    for (size_t i = 0; i < r->count; i++) {
        nodes += r->parts[i].own.node_count;
        rows += r->parts[i].own.row_count;
    }
    return shy_ids_reserve(&r->c->numbers, nodes) &&
           (rows <= p->row_capacity ||
            shy_grow_((void **)&p->rows, &p->row_capacity, rows, sizeof *p->rows));
}

static int add_part(struct reading *r, struct part *part, struct shihyo_error *err)
{
    struct shy_people *p = &r->c->people;
    uint32_t *map = shy_alloc(part->own.node_count + 1, sizeof *map);
    int code = map == NULL ? shy_fail_nomem(err) : map_nodes(r->c, part, map, err);
    for (size_t i = 0; i < part->own.row_count && code == 0; i++) {
        struct shy_person_row row = part->own.rows[i];
        row.node = map[row.node];
        for (int k = 0; k < SHY_PERSON_CODES && code == 0; k++)
            code = main_code(r->c, part, r->places[part->kind].codes[k], &row.codes[k], err);
        row.rejected = !agrees(&p->nodes[row.node], &row);
        part->own.rows[i] = row;
        p->rows[p->row_count++] = row;
    }
    for (size_t i = 0; i < part->own.evidence_count && code == 0; i++) {
        struct shy_evidence e = part->own.evidence[i];
        const struct shy_person_row *row = &part->own.rows[e.node];
        e.node = row->node;
        if (!row->rejected)
            code = shy_people_add_evidence(p, &e, err);
    }
    shy_free(map);
    shy_ids_free(&part->ids);
    shy_people_free(&part->own);
    return code;
}

/* All rows of a new number that contradicts itself are rejected: which one is right, no program
 * knows. Of a number known before, those that say otherwise. */
static int reject_contradictions(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_people *p = &c->people;
    for (size_t i = 0; i < p->row_count; i++) {
        struct shy_person_row *row = &p->rows[i];
        const struct shy_person_node *n = &p->nodes[row->node];
        row->rejected = row->rejected || (n->contradicted && !n->known);
        if (row->rejected)
            SHY_TRY(count_reject(c, row->kind, SHY_E_PERSON_CONTRADICTION, "person", row->split,
                                 row->row, NULL, err));
    }
    return 0;
}

/* Numbering ------------------------------------------------------------------------------ */

static int by_number(const void *arg, uint32_t a, uint32_t b)
{
    const struct shy_person_row *rows = arg, *x = &rows[a], *y = &rows[b];
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    /* As they stand in the files. */
    return a < b ? -1 : 1;
}

/* By partition, table, person and first month. */
static uint64_t row_key(const struct shy_people *p, const struct shy_person_row *row)
{
    enum { FIRST = 29, PERSON = 28 };
    const struct shy_person_node *n = &p->nodes[row->node];
    uint64_t person = n->joined == SHY_ID_NONE ? SHY_PERSON_MOST : n->joined;
    uint64_t table = (uint64_t)n->partition << 1 | row->kind;
    return (table << PERSON | person) << FIRST | (uint32_t)row->first;
}

static int order_rows(struct shy_people *p, struct shihyo_error *err)
{
    struct shy_sort_item *order = shy_alloc(p->row_count + 1, sizeof *order);
    struct shy_person_row *sorted = shy_alloc(p->row_count + 1, sizeof *sorted);
    int code = order == NULL || sorted == NULL ? shy_fail_nomem(err) : 0;
    for (size_t i = 0; i < p->row_count && code == 0; i++)
        order[i] = (struct shy_sort_item){row_key(p, &p->rows[i]), (uint32_t)i};
    if (code == 0)
        code = shy_sort_items(order, p->row_count, by_number, p->rows, err);
    for (size_t i = 0; i < p->row_count && code == 0; i++)
        sorted[i] = p->rows[order[i].at];
    shy_free(order);
    if (code != 0) {
        shy_free(sorted);
        return code;
    }
    shy_free(p->rows);
    p->rows = sorted;
    p->row_capacity = p->row_count + 1;
    return 0;
}

/* Sorted by partition, table and person; of two rows of one number and first month the first of
 * the files stays. */
static int sort_rows(struct shy_claims *c, struct shihyo_error *err)
{
    struct shy_people *p = &c->people;
    SHY_TRY(order_rows(p, err));
    const struct shy_person_row *last = NULL;
    size_t partition = 0;
    for (size_t i = 0; i < p->row_count; i++) {
        struct shy_person_row *row = &p->rows[i];
        while (partition <= p->nodes[row->node].partition)
            p->row_first[partition++] = i;
        if (row->rejected)
            continue;
        if (last != NULL && last->kind == row->kind && last->node == row->node &&
            last->first == row->first) {
            row->rejected = true;
            SHY_TRY(count_reject(c, row->kind, SHY_E_CONTRACT_KEY, "person", row->split, row->row,
                                 NULL, err));
        } else {
            last = row;
        }
    }
    while (partition <= SHY_PARTITIONS_MOST)
        p->row_first[partition++] = p->row_count;
    return 0;
}

/* From now on the table of numbers gives persons. */
static void numbers_to_persons(struct shy_claims *c)
{
    for (size_t i = 0; i < c->numbers.slot_count; i++) {
        struct shy_id_slot *slot = &c->numbers.slots[i];
        if (slot->value == 0)
            continue;
        const struct shy_person_node *n = &c->people.nodes[slot->value - 1];
        uint32_t value =
            n->joined == SHY_ID_NONE ? SHY_PERSON_NOBODY : shy_person_pack(n->partition, n->joined);
        slot->value = value + 1;
    }
}

static int put_together(struct reading *r, struct shihyo_error *err)
{
    struct shy_claims *c = r->c;
    struct shy_register known = {0};
    SHY_TRY(shy_store_read_register(c->job.store, &known, err));
    c->partitions = shy_store_partitions(c->job.store);
    /* A delivery of receipts alone changes nobody's identity: the register stays as it is. */
    bool as_before = r->count == 0 && c->partitions > 0;
    int code = add_known(c, &known, !as_before, err);
    shy_register_free(&known);
    if (as_before) {
        numbers_to_persons(c);
        return code;
    }
    if (code == 0 && !make_room(r))
        code = shy_fail_nomem(err);
    for (size_t i = 0; i < r->count && code == 0; i++)
        code = add_part(r, &r->parts[i], err);
    if (code == 0)
        code = reject_contradictions(c, err);
    if (code == 0)
        code = shy_people_link(&c->people, err);
    bool choose = c->partitions == 0;
    if (code == 0)
        code = shy_people_number(&c->people, &c->partitions, err);
    if (code == 0 && choose)
        code = shy_store_set_partitions(c->job.store, c->partitions, err);
    if (code == 0)
        code = shy_claims_read_insurers(c, err);
    if (code == 0)
        numbers_to_persons(c);
    c->unsettled = code == 0;
    return code;
}

int shy_claims_settle_people(struct shy_claims *c, struct shihyo_error *err)
{
    SHY_TRY(sort_rows(c, err));
    SHY_TRY(shy_claims_insurer_areas(c, err));
    return shy_claims_write_register(c, err);
}

int shy_claims_read_people(struct shy_claims *c, struct shihyo_error *err)
{
    struct reading r = {.c = c};
    int code = list_parts(&r, err);
    const struct shy_work work = {
        .threads = c->threads, .tasks = r.count, .task = read_part, .arg = &r};
    if (code == 0)
        code = shy_work_run(&work, err);
    if (code == 0)
        code = put_together(&r, err);
    for (size_t i = 0; i < r.count; i++) {
        shy_ids_free(&r.parts[i].ids);
        shy_people_free(&r.parts[i].own);
    }
    shy_free(r.parts);
    return code;
}
