/* SPDX-License-Identifier: MIT */
/* Rows of a contract as an Arrow stream: claims and items of one part, persons and institutions of
 * all files. */
#include <errno.h>
#include <stdlib.h>

#include "receipt.h"

/* Columns as receipt_contracts has them. */
enum claim_column {
    CLAIM_CLAIM,
    CLAIM_PERSON,
    CLAIM_MONTH,
    CLAIM_INSTITUTION,
    CLAIM_SETTING,
    CLAIM_TYPE,
    CLAIM_DAYS,
    CLAIM_POINTS,
    CLAIM_ADMITTED,
    CLAIM_OUTCOME,
};
enum item_column {
    ITEM_OF_CLAIM,
    ITEM_OF_PERSON,
    ITEM_OF_MONTH,
    ITEM_OF_INSTITUTION,
    ITEM_OF_ITEM,
    ITEM_OF_QUANTITY,
    ITEM_OF_POINTS,
};
enum person_column {
    PERSON_PERSON,
    PERSON_SEX,
    PERSON_BIRTH,
    PERSON_SCHEME,
    PERSON_INSURER,
    PERSON_SYMBOL,
    PERSON_NUMBER,
    PERSON_AREA,
    PERSON_FROM,
    PERSON_TO,
};
enum institution_column { INSTITUTION_CODE, INSTITUTION_NAME, INSTITUTION_AREA };

/* A batch is given when a receipt ends behind so many rows. Lines of a receipt that has more than
 * are left then are given before it is known whether it is good. */
enum { ENOUGH = BATCH_ROWS / 4 };

struct stream {
    struct shihyo_source *source;
    enum receipt_contract contract;
    const struct receipt_part *part; /* of claims and items */
    const struct column_def *columns[BATCH_COLUMNS];
    int ids[BATCH_COLUMNS]; /* which of the contract */
    size_t column_count;
    int (*reject)(void *rejects, const struct shihyo_error *err);
    void *rejects;
    bool silent; /* rows are looked for, and what is wrong was told before */

    struct receipt_reader *reader;
    const struct receipt_scan *scan;
    size_t next; /* of persons or institutions */
    struct batch_pool *pool;
    struct batch batch;
    size_t receipt_rows;  /* rows before those of the receipt being read */
    int64_t *row_lines;   /* of the batch, where they are asked for; or NULL */
    int64_t lines_before; /* -1: not known yet */
    bool nomem;
    struct shihyo_error error; /* of what ended the stream */
};

static void free_stream(struct stream *s)
{
    if (s == NULL)
        return;
    if (s->reader != NULL)
        receipt_reader_close(s->reader);
    batch_drop(&s->batch);
    batch_pool_leave(s->pool);
    free(s->reader);
    free(s->row_lines);
    free(s);
}

static int nomem(struct stream *s)
{
    return common_nomem(s->source->host, &s->error);
}

/* Rejects ---------------------------------------------------------------------------------- */

static const char *sentence(uint32_t code)
{
    switch (code) {
    case E_PERIOD:
        return N_("A month or a date cannot be read.");
    case E_NUMBER:
        return N_("An item should hold a whole number and does not.");
    case E_FIELDS:
        return N_("A record has fewer items than it should.");
    case E_LAYOUT:
        return N_("No institution (IR) stands before the receipt, it cannot be read, or the "
                  "insurer (HO) stands behind what was done.");
    case E_NO_VALUE:
        return N_("The insured person has no number.");
    case E_KEY:
        return N_("A receipt is there twice.");
    case E_CLAIM:
        return N_("A part of a receipt stands without the receipt that sums it up.");
    default:
        return N_("An item has a value that the specification does not allow.");
    }
}

static int tell(struct stream *s, uint32_t code, const char *column, int64_t line)
{
    struct shihyo_error found = {SHIHYO_ABI_INIT(struct shihyo_error)};
    if (s->silent)
        return 0;
    if (s->lines_before < 0) {
        int status = receipt_lines_before(s->source, s->part, &s->lines_before, &s->error);
        if (status != 0)
            return status;
    }
    (void)s->source->host->error(&found, SHIHYO_DATA, code, sentence(code));
    const char *path = s->source->files[s->part->input->file].path;
    common_copy(found.file, sizeof found.file, path, strlen(path));
    common_copy(found.column_name, sizeof found.column_name, column, strlen(column));
    found.row = line + s->lines_before;
    if (s->reject != NULL)
        return s->reject(s->rejects, &found);
    /* Nobody counts: a receipt that is left out without a word would be worse than an end. */
    s->error = found;
    return SHIHYO_DATA;
}

/* Rows ------------------------------------------------------------------------------------- */

static void put_text(struct stream *s, size_t column, const char *text, size_t length)
{
    if (!batch_put_text(&s->batch, column, text, length))
        s->nomem = true;
    if (length == 0)
        batch_set_null(&s->batch, column, s->batch.rows);
}

static void put_word(struct stream *s, size_t column, const char *word)
{
    put_text(s, column, word, strlen(word));
}

static void put_number(struct stream *s, size_t column, int64_t value, bool null)
{
    batch_ints(&s->batch, column)[0] = value;
    if (null)
        batch_set_null(&s->batch, column, s->batch.rows);
}

static void end_row(struct stream *s, int64_t line)
{
    if (s->row_lines != NULL)
        s->row_lines[s->batch.rows] = line;
    s->batch.rows++;
    if (s->reader != NULL && s->batch.rows == BATCH_ROWS)
        s->reader->paused = true;
}

static void put_day(struct stream *s, size_t column, int32_t day)
{
    bool known = day != INT32_MIN;
    batch_months(&s->batch, column)[0] = known ? day : 0;
    if (!known)
        batch_set_null(&s->batch, column, s->batch.rows);
}

static void put_claim(struct stream *s, const struct receipt_reader *r)
{
    const struct receipt *c = &r->current;
    for (size_t i = 0; i < s->column_count; i++) {
        switch ((enum claim_column)s->ids[i]) {
        case CLAIM_CLAIM:
            put_text(s, i, c->claim, RECEIPT_ID);
            break;
        case CLAIM_PERSON:
            put_text(s, i, c->person, RECEIPT_ID);
            break;
        case CLAIM_MONTH:
            batch_months(&s->batch, i)[0] = c->month;
            break;
        case CLAIM_INSTITUTION:
            put_text(s, i, r->institution.code, 10);
            break;
        case CLAIM_SETTING:
            put_word(s, i, c->inpatient ? "inpatient" : "outpatient");
            break;
        case CLAIM_TYPE:
            put_word(s, i, c->dpc ? "dpc" : "medical");
            break;
        case CLAIM_DAYS:
            put_number(s, i, c->days, false);
            break;
        case CLAIM_POINTS:
            put_number(s, i, c->points, false);
            break;
        case CLAIM_ADMITTED:
            put_day(s, i, c->admitted);
            break;
        case CLAIM_OUTCOME:
            put_word(s, i, receipt_outcome_word(c));
            break;
        }
    }
    end_row(s, c->line);
}

static int take_claim(void *arg, const struct receipt_reader *r)
{
    struct stream *s = arg;
    const struct receipt *c = &r->current;
    if (c->other)
        return 0;
    if (c->bad != 0)
        return tell(s, c->bad, c->bad_column, c->bad_line);
    put_claim(s, r);
    return 0;
}

struct item {
    struct shihyo_field code;
    int64_t times, points;
    bool no_times, no_points;
};

/* What the lines of a receipt share, once for all of them. */
static void put_shared(struct stream *s, const struct receipt_reader *r)
{
    for (size_t i = 0; i < s->column_count; i++) {
        switch ((enum item_column)s->ids[i]) {
        case ITEM_OF_CLAIM:
            put_text(s, i, r->current.claim, RECEIPT_ID);
            break;
        case ITEM_OF_PERSON:
            put_text(s, i, r->current.person, RECEIPT_ID);
            break;
        case ITEM_OF_MONTH:
            batch_months(&s->batch, i)[0] = r->current.month;
            break;
        case ITEM_OF_INSTITUTION:
            put_text(s, i, r->institution.code, 10);
            break;
        default:
            break;
        }
    }
}

static void put_item(struct stream *s, const struct receipt_reader *r, const struct item *item)
{
    struct batch *b = &s->batch;
    bool first = b->rows == s->receipt_rows;
    if (first || !b->in_runs)
        put_shared(s, r);
    for (size_t i = 0; i < s->column_count; i++) {
        switch ((enum item_column)s->ids[i]) {
        case ITEM_OF_ITEM:
            put_text(s, i, item->code.text, item->code.length);
            break;
        case ITEM_OF_QUANTITY:
            put_number(s, i, item->times, item->no_times);
            break;
        case ITEM_OF_POINTS:
            put_number(s, i, item->points, item->no_points);
            break;
        default:
            break;
        }
    }
    if (!b->in_runs)
        return;
    b->runs += first;
    batch_run_ends(b)[-1] = (int32_t)b->rows + 1;
}

static bool is_taken(const struct shihyo_source *s, const struct shihyo_field *record)
{
    return record->text[0] == 'S' ? s->take_si : record->text[0] == 'I' ? s->take_iy : s->take_to;
}

/* Of lines that are counted together the last has the points: the others have none. */
static int take_item(void *arg, const struct receipt_reader *r, const struct shihyo_field *f,
                     size_t count, int64_t line)
{
    struct stream *s = arg;
    struct item item;
    char code[10];
    if (!is_taken(s->source, &f[0]))
        return 0;
    if (count <= SI_TIMES)
        return tell(s, E_FIELDS, "", line);
    item.code = f[SI_CODE];
    if (item.code.length != 9 || !receipt_digits(&item.code, code, 9))
        return tell(s, E_VALUE, "item", line);
    if (!receipt_number(&f[SI_TIMES], &item.times, &item.no_times))
        return tell(s, E_NUMBER, "quantity", line);
    if (!receipt_number(&f[SI_POINTS], &item.points, &item.no_points))
        return tell(s, E_NUMBER, "points", line);
    put_item(s, r, &item);
    end_row(s, line);
    return 0;
}

/* What was wrong further down in a receipt takes back its rows. */
static int end_items(void *arg, const struct receipt_reader *r)
{
    struct stream *s = arg;
    if (r->current.bad != 0 && s->batch.rows > s->receipt_rows)
        batch_rewind(&s->batch, s->receipt_rows);
    s->receipt_rows = s->batch.rows;
    s->reader->paused = s->batch.rows >= ENOUGH;
    return 0;
}

static void put_person(struct stream *s, const struct receipt_person *p)
{
    for (size_t i = 0; i < s->column_count; i++) {
        switch ((enum person_column)s->ids[i]) {
        case PERSON_PERSON:
            put_text(s, i, p->id, RECEIPT_ID);
            break;
        case PERSON_SEX:
            put_word(s, i, p->female ? "female" : "male");
            break;
        case PERSON_BIRTH:
            batch_months(&s->batch, i)[0] = p->birth;
            break;
        case PERSON_SCHEME:
            put_word(s, i, p->late ? "late_elderly" : "nhi");
            break;
        case PERSON_INSURER:
            put_word(s, i, p->insurer);
            break;
        case PERSON_SYMBOL:
            put_text(s, i, p->symbol, p->symbol_length);
            break;
        case PERSON_NUMBER:
            put_text(s, i, p->number, p->number_length);
            break;
        case PERSON_AREA:
            put_word(s, i, "");
            break;
        case PERSON_FROM:
            batch_months(&s->batch, i)[0] = p->first;
            break;
        case PERSON_TO:
            batch_months(&s->batch, i)[0] = p->last;
            break;
        }
    }
    s->batch.rows++;
}

static void put_hospital(struct stream *s, const struct receipt_hospital *h)
{
    for (size_t i = 0; i < s->column_count; i++) {
        switch ((enum institution_column)s->ids[i]) {
        case INSTITUTION_CODE:
            put_word(s, i, h->code);
            break;
        case INSTITUTION_NAME:
            put_word(s, i, h->name);
            break;
        case INSTITUTION_AREA:
            put_word(s, i, h->area);
            break;
        }
    }
    s->batch.rows++;
}

/* Batches ---------------------------------------------------------------------------------- */

static int fill_part(struct stream *s)
{
    int code = 0;
    s->receipt_rows = 0;
    do
        code = receipt_reader_step(s->reader, &s->error);
    while (code == 0 && !s->reader->ended && !s->reader->paused);
    return code;
}

static int fill_batch(struct stream *s)
{
    int code = 0;
    if (!batch_begin(&s->batch, s->pool))
        return nomem(s);
    if (s->reader != NULL)
        code = fill_part(s);
    else if (s->contract == OF_PERSONS)
        while (s->next < s->scan->person_count && s->batch.rows < BATCH_ROWS)
            put_person(s, s->scan->persons[s->next++]);
    else
        while (s->next < s->scan->hospital_count && s->batch.rows < BATCH_ROWS)
            put_hospital(s, &s->scan->hospitals[s->next++]);
    return code == 0 && s->nomem ? nomem(s) : code;
}

static bool is_ended(const struct stream *s)
{
    if (s->reader != NULL)
        return s->reader->ended;
    return s->next >= (s->contract == OF_PERSONS ? s->scan->person_count : s->scan->hospital_count);
}

/* Arrow ------------------------------------------------------------------------------------ */

static int errno_of(int status)
{
    return status == SHIHYO_NOMEM ? ENOMEM : status == SHIHYO_CANCELLED ? ECANCELED : EIO;
}

static int get_schema(struct ArrowArrayStream *self, struct ArrowSchema *out)
{
    struct stream *s = self->private_data;
    bool good = s->batch.in_runs ? batch_make_schema_in_runs(s->columns, s->column_count, out)
                                 : batch_make_schema(s->columns, s->column_count, out);
    return good ? 0 : ENOMEM;
}

static int get_next(struct ArrowArrayStream *self, struct ArrowArray *out)
{
    struct stream *s = self->private_data;
    int code = 0;
    *out = (struct ArrowArray){0};
    /* Where no line becomes a row there are no empty batches on the way. */
    while (code == 0 && !is_ended(s) && s->batch.block == NULL) {
        if (s->source->host->cancelled())
            return ECANCELED;
        code = fill_batch(s);
        if (code != 0 || s->batch.rows == 0)
            batch_drop(&s->batch);
    }
    if (code != 0)
        return errno_of(code);
    if (s->batch.block != NULL)
        batch_finish(&s->batch, out);
    return 0;
}

static const char *get_last_error(struct ArrowArrayStream *self)
{
    struct stream *s = self->private_data;
    return s->error.message[0] == '\0' ? NULL : s->error.message;
}

static void release_stream(struct ArrowArrayStream *self)
{
    free_stream(self->private_data);
    self->release = NULL;
}

/* Opening ---------------------------------------------------------------------------------- */

static int not_given(const struct stream *s, const char *what, struct shihyo_error *err)
{
    return s->source->host->error(err, SHIHYO_UNSUPPORTED, 0, N_("This source does not give '%s'."),
                                  what);
}

static int take_request(struct stream *s, const struct shihyo_stream_request *request,
                        struct shihyo_error *err)
{
    size_t contract = 0;
    while (contract < RECEIPT_CONTRACTS &&
           strcmp(receipt_contracts[contract].id, request->contract) != 0)
        contract++;
    s->contract = (enum receipt_contract)contract;
    bool parts = contract == OF_CLAIMS || contract == OF_ITEMS;
    if (contract == RECEIPT_CONTRACTS || request->split >= (parts ? s->source->part_count : 1))
        return not_given(s, request->contract, err);
    s->part = parts ? &s->source->parts[request->split] : NULL;
    for (size_t i = 0; i < request->column_count; i++) {
        const struct column_def *def = receipt_contracts[contract].columns;
        while (def->name != NULL && strcmp(def->name, request->columns[i]) != 0)
            def++;
        if (def->name == NULL || s->column_count == BATCH_COLUMNS)
            return not_given(s, request->columns[i], err);
        s->ids[s->column_count] = (int)(def - receipt_contracts[contract].columns);
        s->columns[s->column_count++] = def;
    }
    s->reject = request->reject;
    s->rejects = request->rejects;
    s->batch.in_runs = contract == OF_ITEMS &&
                       request->struct_size >=
                           offsetof(struct shihyo_stream_request, runs) + sizeof request->runs &&
                       request->runs != 0;
    return 0;
}

static int open_reader(struct stream *s, struct shihyo_error *err)
{
    const bool claims = s->contract == OF_CLAIMS;
    const struct receipt_listener listener = {
        .arg = s, .item = claims ? NULL : take_item, .receipt = claims ? take_claim : end_items};
    s->reader = calloc(1, sizeof *s->reader);
    if (s->reader == NULL)
        return common_nomem(s->source->host, err);
    int code = receipt_reader_open(s->reader, s->source, s->part, &listener, err);
    s->reader->doubles = s->scan->doubles;
    return code;
}

static int open_stream(struct shihyo_source *source, const struct shihyo_stream_request *request,
                       struct stream **out, struct shihyo_error *err)
{
    struct stream *s = *out = calloc(1, sizeof *s);
    if (s == NULL)
        return common_nomem(source->host, err);
    s->source = source;
    s->error = (struct shihyo_error){SHIHYO_ABI_INIT(struct shihyo_error)};
    int code = take_request(s, request, err);
    s->lines_before = s->part != NULL && s->part->number == 0 ? 0 : -1;
    s->batch.columns = s->columns;
    s->batch.column_count = s->column_count;
    s->pool = code == 0 ? batch_pool_new() : NULL;
    if (code == 0 && s->pool == NULL)
        code = common_nomem(source->host, err);
    if (code == 0)
        code = receipt_scan(source, &s->scan, err);
    if (code == 0 && s->part != NULL)
        code = open_reader(s, err);
    if (code != 0) {
        free_stream(s);
        *out = NULL;
    }
    return code;
}

int receipt_stream(struct shihyo_source *source, const struct shihyo_stream_request *request,
                   struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct stream *s;
    int code = open_stream(source, request, &s, err);
    if (code == 0 && s->contract == OF_PERSONS) {
        code = receipt_tell_notes(source, request, err);
        if (code != 0)
            free_stream(s);
    }
    if (code != 0)
        return code;
    *out = (struct ArrowArrayStream){.get_schema = get_schema,
                                     .get_next = get_next,
                                     .get_last_error = get_last_error,
                                     .release = release_stream,
                                     .private_data = s};
    return 0;
}

/* Where rows came from --------------------------------------------------------------------- */

/* Reads batches until the row is among them. */
static int find_line(struct stream *s, int64_t row, int64_t *line)
{
    int64_t before = 0;
    *line = 0;
    while (!s->reader->ended && *line == 0) {
        int code = fill_batch(s);
        if (code == 0 && row < before + (int64_t)s->batch.rows)
            *line = s->row_lines[row - before];
        before += (int64_t)s->batch.rows;
        batch_drop(&s->batch);
        if (code != 0)
            return code;
    }
    return 0;
}

static int locate_person(const struct stream *s, int64_t row, const struct receipt_part **part,
                         int64_t *line)
{
    if (s->contract == OF_PERSONS && row < (int64_t)s->scan->person_count) {
        *part = &s->source->parts[s->scan->persons[row]->part];
        *line = s->scan->persons[row]->line;
    }
    return 0;
}

int receipt_locate(struct shihyo_source *source, const struct shihyo_stream_request *request,
                   int64_t row, struct shihyo_error *place)
{
    struct stream *s;
    int64_t line = 0, before = 0;
    int code = open_stream(source, request, &s, place);
    if (code != 0)
        return code;
    const struct receipt_part *part = s->part;
    s->silent = true;
    if (s->reader != NULL) {
        s->row_lines = calloc(BATCH_ROWS, sizeof *s->row_lines);
        code = s->row_lines == NULL ? nomem(s) : find_line(s, row, &line);
    } else {
        code = locate_person(s, row, &part, &line);
    }
    if (code == 0 && part != NULL)
        code = receipt_lines_before(source, part, &before, &s->error);
    if (code != 0 && place != NULL)
        *place = s->error;
    if (code == 0 && part != NULL && place != NULL) {
        const char *path = source->files[part->input->file].path;
        common_copy(place->file, sizeof place->file, path, strlen(path));
        place->row = line == 0 ? 0 : line + before;
    }
    free_stream(s);
    return code;
}
