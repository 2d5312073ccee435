/* SPDX-License-Identifier: MIT */
/*
 * All files once, before the first rows are given: who is in them and in which months, the
 * institutions, records that nobody knows, totals that do not agree. A person has many receipts in
 * many files, and one row. Parts are read by as many threads as there are processors; nothing
 * depends on which was faster.
 */
#include <stdlib.h>
#include <unistd.h>

#include "receipt.h"

enum { SHARDS = 64, CHUNK = 1 << 16, MOST_THREADS = 16 };

/* Texts that stay until the scan is freed. */
struct chunk {
    struct chunk *before;
    size_t used;
    char text[CHUNK];
};

/* Persons by the first bits of their id, so that threads rarely wait for each other. */
struct shard {
    pthread_mutex_t lock;
    struct receipt_person *persons;
    size_t count, capacity;
    uint32_t *slots; /* number of a person + 1 */
    size_t slot_count;
    struct chunk *texts;
};

struct receipt_memory {
    struct shard shards[SHARDS];
    pthread_mutex_t lock; /* of what follows, and of the scan's hospitals */
    size_t hospital_capacity;
    struct chunk *texts;
};

struct scanning {
    struct shihyo_source *source;
    struct receipt_scan *scan;
    bool again; /* the second time: which of two receipts came first */
    _Atomic size_t next;
    _Atomic int failed;
    pthread_mutex_t lock; /* of error */
    struct shihyo_error error;
};

/* A part in one thread. */
struct part_scan {
    struct scanning *all;
    struct receipt_part *part;
    struct receipt_tally tally; /* since the last total */
    struct receipt_institution last;
};

/* Texts ------------------------------------------------------------------------------------ */

static const char *keep_text(struct chunk **texts, const char *text, size_t length)
{
    if (*texts == NULL || CHUNK - (*texts)->used < length) {
        struct chunk *chunk = malloc(sizeof *chunk);
        if (chunk == NULL)
            return NULL;
        chunk->before = *texts;
        chunk->used = 0;
        *texts = chunk;
    }
    char *to = (*texts)->text + (*texts)->used;
    memcpy(to, text, length);
    (*texts)->used += length;
    return to;
}

static void free_texts(struct chunk *texts)
{
    while (texts != NULL) {
        struct chunk *before = texts->before;
        free(texts);
        texts = before;
    }
}

/* Persons ---------------------------------------------------------------------------------- */

static size_t slot_of(const struct shard *s, const char id[RECEIPT_ID])
{
    uint64_t bits;
    memcpy(&bits, id + 4, sizeof bits);
    size_t at = (size_t)(bits * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->slot_count - 1);
    while (s->slots[at] != 0 && memcmp(s->persons[s->slots[at] - 1].id, id, RECEIPT_ID) != 0)
        at = (at + 1) & (s->slot_count - 1);
    return at;
}

static bool grow_shard(struct shard *s)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 256 : s->capacity * 2;
        struct receipt_person *persons = realloc(s->persons, capacity * sizeof *persons);
        if (persons == NULL)
            return false;
        s->persons = persons;
        s->capacity = capacity;
    }
    if (s->slot_count > 2 * s->count)
        return true;
    size_t count = s->slot_count == 0 ? 1024 : s->slot_count * 2;
    uint32_t *slots = calloc(count, sizeof *slots);
    if (slots == NULL)
        return false;
    free(s->slots);
    s->slots = slots;
    s->slot_count = count;
    for (size_t i = 0; i < s->count; i++)
        s->slots[slot_of(s, s->persons[i].id)] = (uint32_t)i + 1;
    return true;
}

static bool is_before(size_t part, int64_t line, size_t other_part, int64_t other_line)
{
    return part < other_part || (part == other_part && line < other_line);
}

static bool new_person(struct shard *s, const struct receipt *c, struct receipt_person *p)
{
    *p = (struct receipt_person){
        .first = c->month,
        .last = c->month,
        .birth = c->birth / 100,
        .female = c->female,
        .late = c->late,
        .symbol = keep_text(&s->texts, c->symbol, c->symbol_length),
        .number = keep_text(&s->texts, c->insured_number, c->insured_number_length),
        .symbol_length = c->symbol_length,
        .number_length = c->insured_number_length,
        .part = SIZE_MAX,
    };
    memcpy(p->id, c->person, sizeof p->id);
    memcpy(p->insurer, c->insurer, sizeof p->insurer);
    return p->symbol != NULL && p->number != NULL;
}

static bool add_person(struct receipt_memory *memory, const struct receipt *c, size_t part)
{
    struct shard *s = &memory->shards[(unsigned char)c->person[0] % SHARDS];
    (void)pthread_mutex_lock(&s->lock);
    bool good = grow_shard(s);
    size_t at = good ? slot_of(s, c->person) : 0;
    if (good && s->slots[at] == 0) {
        good = new_person(s, c, &s->persons[s->count]);
        if (good)
            s->slots[at] = (uint32_t)++s->count;
    }
    if (good) {
        struct receipt_person *p = &s->persons[s->slots[at] - 1];
        p->first = c->month < p->first ? c->month : p->first;
        p->last = c->month > p->last ? c->month : p->last;
        if (is_before(part, c->line, p->part, p->line)) {
            p->part = part;
            p->line = c->line;
        }
    }
    (void)pthread_mutex_unlock(&s->lock);
    return good;
}

/* Institutions ----------------------------------------------------------------------------- */

static struct receipt_hospital *find_hospital(struct receipt_scan *scan, const char *code,
                                              size_t *at)
{
    size_t low = 0, high = scan->hospital_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(scan->hospitals[middle].code, code);
        if (order == 0) {
            *at = middle;
            return &scan->hospitals[middle];
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    return NULL;
}

/* The one that is there, or a new one at its place; NULL: out of memory. */
static struct receipt_hospital *hospital(struct receipt_scan *scan, const char *code)
{
    size_t at;
    struct receipt_hospital *h = find_hospital(scan, code, &at);
    if (h != NULL)
        return h;
    if (scan->hospital_count == scan->memory->hospital_capacity) {
        size_t capacity = scan->hospital_count == 0 ? 256 : scan->hospital_count * 2;
        h = realloc(scan->hospitals, capacity * sizeof *h);
        if (h == NULL)
            return NULL;
        scan->hospitals = h;
        scan->memory->hospital_capacity = capacity;
    }
    h = &scan->hospitals[at];
    memmove(h + 1, h, (scan->hospital_count++ - at) * sizeof *h);
    *h = (struct receipt_hospital){.name = "", .area = "", .part = SIZE_MAX};
    memcpy(h->code, code, sizeof h->code);
    return h;
}

/* With its final NUL. */
static const char *keep_string(struct receipt_memory *memory, const char *text, size_t length)
{
    char copy[RECEIPT_TEXT];
    common_copy(copy, sizeof copy, text, length);
    return keep_text(&memory->texts, copy, strlen(copy) + 1);
}

/* The name is that of the first IR in the order of the files. */
static int take_institution(void *arg, const struct receipt_reader *r, int64_t line)
{
    struct part_scan *p = arg;
    struct receipt_scan *scan = p->all->scan;
    const struct receipt_institution *i = &r->institution;
    size_t part = (size_t)(p->part - p->all->source->parts);
    if (strcmp(p->last.code, i->code) == 0)
        return 0;
    p->last = *i;
    (void)pthread_mutex_lock(&scan->memory->lock);
    struct receipt_hospital *h = hospital(scan, i->code);
    bool good = h != NULL;
    if (good && is_before(part, line, h->part, h->line)) {
        h->part = part;
        h->line = line;
        h->name = keep_string(scan->memory, i->name, i->name_length);
        good = h->name != NULL;
    }
    (void)pthread_mutex_unlock(&scan->memory->lock);
    return good ? 0 : SHIHYO_NOMEM;
}

/* Notes ------------------------------------------------------------------------------------ */

static int add_note(struct receipt_part *part, uint32_t code, uint32_t record, int64_t line)
{
    for (size_t i = 0; i < part->note_count; i++) {
        if (part->notes[i].code == code && part->notes[i].record == record) {
            part->notes[i].count++;
            return 0;
        }
    }
    if (part->note_count == part->note_capacity) {
        size_t capacity = part->note_capacity == 0 ? 8 : part->note_capacity * 2;
        struct receipt_note *notes = realloc(part->notes, capacity * sizeof *notes);
        if (notes == NULL)
            return SHIHYO_NOMEM;
        part->notes = notes;
        part->note_capacity = capacity;
    }
    part->notes[part->note_count++] = (struct receipt_note){code, record, 1, line};
    return 0;
}

static int take_note(void *arg, uint32_t code, uint32_t record, int64_t line)
{
    struct part_scan *p = arg;
    return add_note(p->part, code, code == E_RECORD_UNKNOWN ? record : 0, line);
}

static int take_receipt(void *arg, const struct receipt_reader *r)
{
    struct part_scan *p = arg;
    const struct receipt *c = &r->current;
    int code = 0;
    p->tally.receipts += c->tally.receipts;
    p->tally.points += c->tally.points;
    if (c->other)
        return add_note(p->part, E_OTHER, 0, c->line);
    if (c->bad != 0)
        return 0;
    if (c->differs)
        code = add_note(p->part, E_POINTS, 0, c->line);
    if (code == 0 &&
        (!add_person(p->all->scan->memory, c, (size_t)(p->part - p->all->source->parts)) ||
         !receipt_doubles_add(p->all->scan->doubles, r)))
        code = SHIHYO_NOMEM;
    return code;
}

static int place_receipt(void *arg, const struct receipt_reader *r)
{
    struct part_scan *p = arg;
    if (r->current.bad == 0 && !r->current.other)
        receipt_doubles_place(p->all->scan->doubles, &r->current,
                              (size_t)(p->part - p->all->source->parts));
    return 0;
}

static int take_total(void *arg, const struct shihyo_field *f, size_t count, int64_t line)
{
    struct part_scan *p = arg;
    struct receipt_part *part = p->part;
    struct receipt_total total = {.before = p->tally, .line = line};
    bool no_count, no_points;
    if (part->total_count == part->total_capacity) {
        size_t capacity = part->total_capacity == 0 ? 8 : part->total_capacity * 2;
        struct receipt_total *totals = realloc(part->totals, capacity * sizeof *totals);
        if (totals == NULL)
            return SHIHYO_NOMEM;
        part->totals = totals;
        part->total_capacity = capacity;
    }
    total.readable =
        count > GO_POINTS && receipt_number(&f[GO_RECEIPTS], &total.given.receipts, &no_count) &&
        receipt_number(&f[GO_POINTS], &total.given.points, &no_points) && !no_count && !no_points;
    part->totals[part->total_count++] = total;
    p->tally = (struct receipt_tally){0};
    return 0;
}

/* A total is of all receipts since the one before, in whatever parts they are. */
static int compare_totals(struct shihyo_source *s)
{
    struct receipt_tally open = {0};
    int code = 0;
    for (size_t i = 0; code == 0 && i < s->part_count; i++) {
        struct receipt_part *part = &s->parts[i];
        if (part->number == 0)
            open = (struct receipt_tally){0};
        for (size_t k = 0; code == 0 && k < part->total_count; k++) {
            const struct receipt_total *t = &part->totals[k];
            open.receipts += t->before.receipts;
            open.points += t->before.points;
            if (!t->readable || open.receipts != t->given.receipts ||
                open.points != t->given.points)
                code = add_note(part, E_TOTALS, 0, t->line);
            open = (struct receipt_tally){0};
        }
        open.receipts += part->rest.receipts;
        open.points += part->rest.points;
    }
    return code;
}

/* Threads ---------------------------------------------------------------------------------- */

static int scan_part(struct scanning *all, struct receipt_part *part, struct shihyo_error *err)
{
    struct part_scan p = {.all = all, .part = part};
    const struct receipt_listener first = {.arg = &p,
                                           .sums = true,
                                           .receipt = take_receipt,
                                           .institution = take_institution,
                                           .total = take_total,
                                           .note = take_note},
                                  again = {.arg = &p, .receipt = place_receipt};
    struct receipt_reader *r = malloc(sizeof *r);
    if (r == NULL)
        return common_nomem(all->source->host, err);
    if (!all->again)
        part->note_count = part->total_count = 0;
    int code = receipt_reader_open(r, all->source, part, all->again ? &again : &first, err);
    while (code == 0 && !r->ended)
        code = receipt_reader_step(r, err);
    if (!all->again)
        part->rest = p.tally;
    receipt_reader_close(r);
    free(r);
    return code == SHIHYO_NOMEM ? common_nomem(all->source->host, err) : code;
}

static void *work(void *arg)
{
    struct scanning *all = arg;
    for (;;) {
        struct shihyo_error err = {SHIHYO_ABI_INIT(struct shihyo_error)};
        size_t i = atomic_fetch_add(&all->next, 1);
        if (i >= all->source->part_count || atomic_load(&all->failed) != 0)
            return NULL;
        int code = scan_part(all, &all->source->parts[i], &err);
        if (code == 0)
            continue;
        (void)pthread_mutex_lock(&all->lock);
        if (atomic_load(&all->failed) == 0) {
            all->error = err;
            atomic_store(&all->failed, code);
        }
        (void)pthread_mutex_unlock(&all->lock);
    }
}

/* Where a thread cannot be had the others do its part, at least this one. */
static void read_parts(struct scanning *all)
{
    pthread_t threads[MOST_THREADS];
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = processors < 1 ? 1 : (size_t)processors, started = 0;
    wanted = wanted > MOST_THREADS ? MOST_THREADS : wanted;
    wanted = wanted > all->source->part_count ? all->source->part_count : wanted;
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, work, all) == 0)
        started++;
    (void)work(all);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(threads[i], NULL);
}

/* Places of institutions ------------------------------------------------------------------- */

struct place_columns {
    size_t code, area, name;
    bool has_name;
};

static int find_columns(const struct shihyo_source *s, const struct shihyo_field *f, size_t count,
                        struct place_columns *out, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    int code = text->find_column(f, count, "医療機関コード", &out->code, err);
    if (code == 0)
        code = text->find_column(f, count, "市町村コード", &out->area, err);
    out->has_name = text->find_column(f, count, "名称", &out->name, NULL) == 0;
    return code;
}

static int take_place(const struct shihyo_source *s, struct receipt_scan *scan,
                      const struct place_columns *c, const struct shihyo_field *f, size_t count,
                      struct shihyo_error *err)
{
    char code[11], area[8] = "";
    if (c->code >= count || f[c->code].length == 0)
        return 0;
    if (!receipt_digits(&f[c->code], code, 10))
        return s->host->error(err, SHIHYO_DATA, E_VALUE,
                              N_("The code of an institution has ten digits: prefecture, table of "
                                 "points, number."));
    const struct shihyo_field *place = c->area < count ? &f[c->area] : NULL;
    if (place != NULL && place->length > 0 &&
        s->host->text->parse_area_code(place->text, place->length, SHIHYO_LEVEL_MUNICIPALITY,
                                       area) != 0)
        return s->host->error(err, SHIHYO_DATA, E_AREA_CODE,
                              N_("The code of a municipality cannot be read."));
    struct receipt_hospital *h = hospital(scan, code);
    if (h == NULL)
        return common_nomem(s->host, err);
    h->area = keep_string(scan->memory, area, strlen(area));
    if (h->name[0] == '\0' && c->has_name && c->name < count)
        h->name = keep_string(scan->memory, f[c->name].text, f[c->name].length);
    return h->area == NULL || h->name == NULL ? common_nomem(s->host, err) : 0;
}

static int read_places(const struct shihyo_source *s, struct receipt_scan *scan,
                       struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    const struct shihyo_field *f;
    struct place_columns columns;
    struct shihyo_csv *csv;
    size_t count;
    if (s->list_file == SIZE_MAX)
        return 0;
    const char *path = s->files[s->list_file].path;
    int code = text->csv_open(path, NULL, &csv, err);
    if (code != 0)
        return code;
    code = text->csv_next(csv, &f, &count, err);
    if (code == 0)
        code = find_columns(s, f, count, &columns, err);
    while (code == 0 && (code = text->csv_next(csv, &f, &count, err)) == 0 && count > 0)
        code = take_place(s, scan, &columns, f, count, err);
    if (code != 0 && err != NULL) {
        common_copy(err->file, sizeof err->file, path, strlen(path));
        err->row = text->csv_line(csv);
    }
    text->csv_close(csv);
    return code;
}

/* All -------------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct receipt_person *x = *(struct receipt_person *const *)a,
                                *y = *(struct receipt_person *const *)b;
    if (x->part != y->part)
        return x->part < y->part ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

static int list_persons(const struct shihyo_source *s, struct receipt_scan *scan,
                        struct shihyo_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < SHARDS; i++)
        count += scan->memory->shards[i].count;
    scan->persons = malloc((count + 1) * sizeof(struct receipt_person *));
    if (scan->persons == NULL)
        return common_nomem(s->host, err);
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *shard = &scan->memory->shards[i];
        for (size_t k = 0; k < shard->count; k++)
            scan->persons[scan->person_count++] = &shard->persons[k];
        free(shard->slots);
        shard->slots = NULL;
    }
    if (count > 0)
        qsort(scan->persons, count, sizeof(struct receipt_person *), by_place);
    return 0;
}

static void free_scan(struct receipt_scan *scan)
{
    if (scan == NULL)
        return;
    for (size_t i = 0; i < SHARDS && scan->memory != NULL; i++) {
        struct shard *shard = &scan->memory->shards[i];
        (void)pthread_mutex_destroy(&shard->lock);
        free(shard->persons);
        free(shard->slots);
        free_texts(shard->texts);
    }
    if (scan->memory != NULL) {
        (void)pthread_mutex_destroy(&scan->memory->lock);
        free_texts(scan->memory->texts);
    }
    receipt_doubles_free(scan->doubles);
    free(scan->memory);
    free(scan->persons);
    free(scan->hospitals);
    free(scan);
}

static struct receipt_scan *new_scan(void)
{
    struct receipt_scan *scan = calloc(1, sizeof *scan);
    if (scan == NULL)
        return NULL;
    scan->memory = calloc(1, sizeof *scan->memory);
    scan->doubles = receipt_doubles_new();
    if (scan->memory == NULL || scan->doubles == NULL) {
        receipt_doubles_free(scan->doubles);
        free(scan->memory);
        free(scan);
        return NULL;
    }
    for (size_t i = 0; i < SHARDS; i++)
        (void)pthread_mutex_init(&scan->memory->shards[i].lock, NULL);
    (void)pthread_mutex_init(&scan->memory->lock, NULL);
    return scan;
}

static int make_scan(struct shihyo_source *s, struct receipt_scan *scan, struct shihyo_error *err)
{
    struct scanning all = {.source = s, .scan = scan};
    (void)pthread_mutex_init(&all.lock, NULL);
    read_parts(&all);
    if (atomic_load(&all.failed) == 0 && receipt_doubles_sort(scan->doubles)) {
        all.again = true;
        atomic_store(&all.next, 0);
        read_parts(&all);
    }
    (void)pthread_mutex_destroy(&all.lock);
    int code = atomic_load(&all.failed);
    if (code != 0 && err != NULL)
        *err = all.error;
    if (code == 0 && compare_totals(s) != 0)
        code = common_nomem(s->host, err);
    if (code == 0)
        code = read_places(s, scan, err);
    return code != 0 ? code : list_persons(s, scan, err);
}

int receipt_scan(struct shihyo_source *s, const struct receipt_scan **out, struct shihyo_error *err)
{
    int code = 0;
    (void)pthread_mutex_lock(&s->lock);
    if (s->scan == NULL) {
        struct receipt_scan *scan = new_scan();
        code = scan == NULL ? common_nomem(s->host, err) : make_scan(s, scan, err);
        if (code == 0)
            s->scan = scan;
        else
            free_scan(scan);
    }
    *out = s->scan;
    (void)pthread_mutex_unlock(&s->lock);
    return code;
}

void receipt_free_scan(struct shihyo_source *s)
{
    free_scan(s->scan);
    s->scan = NULL;
}

/* Telling ---------------------------------------------------------------------------------- */

static const char *sentence(uint32_t code)
{
    switch (code) {
    case E_RECORD_UNKNOWN:
        return N_("There are records of a kind that is not known.");
    case E_RECORD_STRAY:
        return N_("There are records that belong to no receipt.");
    case E_POINTS:
        return N_("There are receipts whose points are not the sum of their lines.");
    case E_TOTALS:
        return N_("There are totals that are not those of the receipts before them.");
    default:
        return N_("There are receipts of insurances that are not read.");
    }
}

int receipt_tell_notes(const struct shihyo_source *s, const struct shihyo_stream_request *request,
                       struct shihyo_error *err)
{
    if (request->struct_size <
            offsetof(struct shihyo_stream_request, note) + sizeof request->note ||
        request->note == NULL)
        return 0;
    for (size_t i = 0; i < s->part_count; i++) {
        const struct receipt_part *part = &s->parts[i];
        for (size_t k = 0; k < part->note_count; k++) {
            const struct receipt_note *n = &part->notes[k];
            struct shihyo_error found = {SHIHYO_ABI_INIT(struct shihyo_error)};
            int64_t before;
            int code = receipt_lines_before(s, part, &before, err);
            if (code != 0)
                return code;
            (void)s->host->error(&found, SHIHYO_DATA, n->code, sentence(n->code));
            const char *path = s->files[part->input->file].path;
            common_copy(found.file, sizeof found.file, path, strlen(path));
            found.row = n->line + before;
            found.value[0] = (char)(n->record >> 8);
            found.value[1] = (char)(n->record & 0xff);
            code = request->note(request->rejects, &found, n->count);
            if (code != 0)
                return code;
        }
    }
    return 0;
}
