/* SPDX-License-Identifier: MIT */
/*
 * From fields of lines to values of columns. What the layout says of a column is looked at once,
 * when a stream begins; then whole columns are made at a time, the usual kinds (a field as it
 * stands, a month yyyymm, a number) each in a loop of its own.
 */
#include <stdlib.h>

#include "plain.h"

/* A piece with the place of its field among those wanted; SIZE_MAX: it has none. */
struct piece {
    const struct kdb_piece *of;
    size_t slot;
};

struct word {
    const char *from, *to;
    size_t from_length, to_length;
};

struct op {
    const struct kdb_column *of; /* NULL: the layout does not map the column */
    enum column_type type;
    bool plain; /* a field as it stands */
    struct piece *pieces;
    struct word *words; /* of recode, sorted by length and bytes */
    size_t word_count;
    const struct shihyo_value *empty;
};

struct condition {
    const struct kdb_where *of;
    struct op op;
};

struct kdb_program {
    struct op *ops;
    size_t op_count;
    struct condition *conditions;
    size_t condition_count;
    uint32_t *wanted;
    size_t wanted_count;
    bool in_runs;
    size_t repeating;              /* slots of shared columns, the first of all */
    uint32_t run_first[KDB_LINES]; /* number of a run's first record */
    struct kdb_verdict of_runs;
    size_t *same; /* slots whose fields tell whether a row is the same as the one before */
    size_t same_count;
    char *before; /* those fields of the last record, each with its length in front */
    size_t before_length, before_size;
    bool any_before;
};

/* Making ----------------------------------------------------------------------------------- */

static size_t slot_of(struct kdb_program *p, uint32_t field)
{
    size_t i = 0;
    if (field >= UINT32_MAX - 1)
        return SIZE_MAX;
    while (i < p->wanted_count && p->wanted[i] != field)
        i++;
    if (i == p->wanted_count)
        p->wanted[p->wanted_count++] = field;
    return i;
}

static int by_word(const void *a, const void *b)
{
    const struct word *x = a, *y = b;
    if (x->from_length != y->from_length)
        return x->from_length < y->from_length ? -1 : 1;
    return memcmp(x->from, y->from, x->from_length);
}

static bool make_words(struct op *op, const struct shihyo_value *map)
{
    if (map == NULL || map->count == 0)
        return true;
    op->words = calloc(map->count, sizeof *op->words);
    if (op->words == NULL)
        return false;
    for (uint32_t i = 0; i < map->count; i++) {
        const char *to = common_text_at(map->items[i], 0);
        op->words[i] = (struct word){map->keys[i], to, strlen(map->keys[i]), strlen(to)};
    }
    op->word_count = map->count;
    qsort(op->words, op->word_count, sizeof *op->words, by_word);
    return true;
}

/* fields: of the column's pieces in the file at hand. */
static bool make_op(struct kdb_program *p, const struct kdb_column *c, enum column_type type,
                    const uint32_t *fields, struct op *op)
{
    *op = (struct op){.of = c, .type = type, .empty = c->empty};
    op->pieces = calloc(c->piece_count, sizeof *op->pieces);
    if (op->pieces == NULL)
        return false;
    for (size_t i = 0; i < c->piece_count; i++)
        op->pieces[i] = (struct piece){&c->pieces[i], slot_of(p, fields[i])};
    op->plain = c->piece_count == 1 && op->pieces[0].slot != SIZE_MAX &&
                c->pieces[0].take_first == 0 && c->recode == NULL && c->empty == NULL &&
                c->pad == 0 && (type != COLUMN_MONTH || c->form == KDB_YYYYMM) &&
                type != COLUMN_DATE;
    return make_words(op, c->recode);
}

/* The dataset's column of this name, and where its pieces begin among all. */
static const struct kdb_column *column_named(const struct kdb_dataset *d, const char *name,
                                             size_t *first)
{
    *first = 0;
    for (size_t i = 0; i < d->column_count; i++) {
        if (strcmp(d->columns[i].name, name) == 0)
            return &d->columns[i];
        *first += d->columns[i].piece_count;
    }
    return NULL;
}

static bool make_conditions(struct kdb_program *p, const struct kdb_input *input)
{
    const struct kdb_dataset *d = input->dataset;
    size_t first = 0;
    for (size_t i = 0; i < d->column_count; i++)
        first += d->columns[i].piece_count;
    for (size_t i = 0; i < d->where_count; i++) {
        struct condition *c = &p->conditions[p->condition_count++];
        c->of = &d->where[i];
        if (!make_op(p, &d->where[i].column, COLUMN_CODE, input->fields + first, &c->op))
            return false;
        first += d->where[i].column.piece_count;
    }
    return true;
}

/* All mapped columns, whichever are asked for: which rows there are does not depend on that. */
static bool make_same(struct kdb_program *p, const struct kdb_input *input)
{
    const struct kdb_dataset *d = input->dataset;
    size_t piece = 0;
    if (!d->distinct)
        return true;
    p->same = calloc(d->piece_count + 1, sizeof *p->same);
    for (size_t i = 0; p->same != NULL && i < d->column_count; i++) {
        for (size_t k = 0; k < d->columns[i].piece_count; k++) {
            size_t slot = slot_of(p, input->fields[piece++]);
            if (slot != SIZE_MAX)
                p->same[p->same_count++] = slot;
        }
    }
    return p->same != NULL;
}

/* Shared columns first, so that their fields are the first of those wanted. */
static bool make_ops(struct kdb_program *p, const struct kdb_input *input,
                     const struct column_def *const *columns, size_t count, bool shared)
{
    for (size_t i = 0; i < count; i++) {
        size_t first;
        const struct kdb_column *c = column_named(input->dataset, columns[i]->name, &first);
        p->ops[i].type = columns[i]->type;
        if (c == NULL || (p->in_runs && columns[i]->shared) != shared)
            continue;
        if (!make_op(p, c, columns[i]->type, input->fields + first, &p->ops[i]))
            return false;
    }
    return true;
}

int kdb_program_new(const struct shihyo_host *host, const struct kdb_input *input,
                    const struct column_def *const *columns, size_t column_count, bool in_runs,
                    struct kdb_program **out, struct shihyo_error *err)
{
    const struct kdb_dataset *d = input->dataset;
    struct kdb_program *p = *out = calloc(1, sizeof *p);
    if (p == NULL)
        return common_nomem(host, err);
    p->ops = calloc(column_count + 1, sizeof *p->ops);
    p->conditions = calloc(d->where_count + 1, sizeof *p->conditions);
    p->wanted = calloc(d->piece_count + 1, sizeof *p->wanted);
    p->in_runs = in_runs;
    p->op_count = p->ops == NULL ? 0 : column_count;
    bool made = p->ops != NULL && p->conditions != NULL && p->wanted != NULL &&
                make_ops(p, input, columns, column_count, true);
    p->repeating = p->wanted_count;
    made = made && make_ops(p, input, columns, column_count, false) && make_conditions(p, input) &&
           make_same(p, input);
    if (made)
        return 0;
    kdb_program_free(p);
    *out = NULL;
    return common_nomem(host, err);
}

void kdb_program_free(struct kdb_program *p)
{
    if (p == NULL)
        return;
    for (size_t i = 0; i < p->op_count; i++) {
        free(p->ops[i].pieces);
        free(p->ops[i].words);
    }
    for (size_t i = 0; i < p->condition_count; i++) {
        free(p->conditions[i].op.pieces);
        free(p->conditions[i].op.words);
    }
    free(p->ops);
    free(p->conditions);
    free(p->wanted);
    free(p->same);
    free(p->before);
    free(p);
}

const uint32_t *kdb_program_wanted(const struct kdb_program *p, size_t *count, size_t *repeating)
{
    *count = p->wanted_count;
    *repeating = p->repeating;
    return p->wanted;
}

/* Texts ------------------------------------------------------------------------------------ */

/* Byte where character n (from 0) begins, or length. */
static size_t character(const char *text, size_t length, size_t n)
{
    size_t i = 0;
    for (; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80 && n-- == 0)
            break;
    }
    return i;
}

/* false: the text has fewer characters than are to be taken. A blank one stays blank. */
static bool take(const struct kdb_piece *p, struct kdb_text *t)
{
    if (p->take_first == 0 || t->length == 0)
        return true;
    size_t from = character(t->text, t->length, (size_t)p->take_first - 1);
    size_t last = character(t->text, t->length, (size_t)p->take_last - 1);
    size_t to = character(t->text, t->length, (size_t)p->take_last);
    if (last == t->length)
        return false;
    *t = (struct kdb_text){t->text + from, to - from};
    return true;
}

static bool piece_text(const struct piece *piece, const struct kdb_records *records, size_t i,
                       struct kdb_text *out)
{
    *out = (struct kdb_text){"", 0};
    if (piece->of->constant != NULL)
        *out = (struct kdb_text){piece->of->constant, strlen(piece->of->constant)};
    else if (piece->slot != SIZE_MAX) {
        const struct shihyo_field *f = kdb_field(records, piece->slot, i);
        *out = kdb_trim(f->text, f->length);
    }
    return take(piece->of, out);
}

/* Where a piece is blank, the whole is: half a code is none. */
static bool join(const struct op *op, const struct kdb_records *records, size_t i, char *memory,
                 struct kdb_text *out)
{
    size_t used = 0;
    for (size_t k = 0; k < op->of->piece_count; k++) {
        struct kdb_text t;
        if (!piece_text(&op->pieces[k], records, i, &t) || used + t.length > KDB_MOST_TEXT)
            return false;
        if (t.length == 0) {
            used = 0;
            break;
        }
        memcpy(memory + used, t.text, t.length);
        used += t.length;
    }
    *out = (struct kdb_text){memory, used};
    return true;
}

static bool is_one_of(const struct shihyo_value *texts, const struct kdb_text *t)
{
    const char *text;
    for (size_t i = 0; (text = common_text_at(texts, i)) != NULL; i++) {
        if (strlen(text) == t->length && memcmp(text, t->text, t->length) == 0)
            return true;
    }
    return false;
}

static const struct word *find_word(const struct op *op, const struct kdb_text *t)
{
    size_t low = 0, high = op->word_count;
    const struct word key = {t->text, NULL, t->length, 0};
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = by_word(&key, &op->words[middle]);
        if (order == 0)
            return &op->words[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool recode(const struct op *op, struct kdb_text *t)
{
    const struct word *word = find_word(op, t);
    if (word != NULL)
        *t = (struct kdb_text){word->to, word->to_length};
    else if (op->of->other != NULL)
        *t = (struct kdb_text){op->of->other, strlen(op->of->other)};
    else
        return false;
    return true;
}

/* The text of a column in record i, empty for no value. Returns 0 or the code of what is wrong.
 * memory: KDB_MOST_TEXT bytes that the text may be put into. */
static uint32_t value_text(const struct op *op, const struct kdb_records *records, size_t i,
                           char *memory, struct kdb_text *t)
{
    bool whole = op->of->piece_count == 1 ? piece_text(&op->pieces[0], records, i, t)
                                          : join(op, records, i, memory, t);
    if (!whole)
        return E_LAYOUT;
    if (op->empty != NULL && is_one_of(op->empty, t))
        t->length = 0;
    if (t->length == 0 && op->word_count == 0)
        return 0;
    if (op->of->recode != NULL && !(t->length == 0 && find_word(op, t) == NULL) && !recode(op, t))
        return E_VALUE;
    size_t pad = (size_t)op->of->pad;
    if (t->length > 0 && t->length < pad) {
        memmove(memory + pad - t->length, t->text, t->length);
        memset(memory, '0', pad - t->length);
        *t = (struct kdb_text){memory, pad};
    }
    return op->of->digits == 0 || kdb_is_digits(t, op->of->digits) ? 0 : E_VALUE;
}

/* Values ----------------------------------------------------------------------------------- */

static int digits(const char *text, size_t count)
{
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned char)text[i] - (unsigned)'0';
        if (digit > 9)
            return -1;
        value = value * 10 + (int)digit;
    }
    return value;
}

/* How long a form is, and where in it month and day begin; day 0: it has none. */
static const struct {
    size_t length, month, day;
} shapes[] = {
    [KDB_YYYYMM] = {6, 4, 0},      [KDB_YYYY_MM] = {7, 5, 0}, [KDB_YYYYMMDD] = {8, 4, 6},
    [KDB_YYYY_MM_DD] = {10, 5, 8}, [KDB_GYYMM] = {5, 3, 0},   [KDB_GYYMMDD] = {7, 3, 5},
};

bool kdb_form_has_day(enum kdb_form form)
{
    return shapes[form].day != 0;
}

int32_t kdb_parse_date(const char *text, size_t length, enum kdb_form form)
{
    int32_t month = kdb_parse_month(text, length, form);
    return month < 0 ? INT32_MIN
                     : common_day(month / 100, month % 100, digits(text + shapes[form].day, 2));
}

int32_t kdb_parse_month(const char *text, size_t length, enum kdb_form form)
{
    if (length != shapes[form].length)
        return -1;
    bool era = form == KDB_GYYMM || form == KDB_GYYMMDD;
    int year = era ? common_era_year(text[0], digits(text + 1, 2)) : digits(text, 4);
    int month = digits(text + shapes[form].month, 2);
    int day = shapes[form].day == 0 ? 1 : digits(text + shapes[form].day, 2);
    if (year < 1860 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 31)
        return -1;
    return year * 100 + month;
}

/* Columns ---------------------------------------------------------------------------------- */

/* A column being made: of the records in select, or of the first of every run. */
struct making {
    const struct op *op;
    const struct kdb_records *records;
    const uint32_t *select;
    size_t count, column;
    size_t first; /* place of the first in the batch's column */
    struct batch *batch;
    struct kdb_verdict *verdict;
};

static bool store(const struct making *r, size_t i, const struct kdb_text *t)
{
    uint32_t wrong = 0;
    if (r->op->type == COLUMN_MONTH) {
        int32_t *out = batch_months(r->batch, r->column);
        out[i] = t->length == 0 ? 0 : kdb_parse_month(t->text, t->length, r->op->of->form);
        wrong = out[i] < 0 ? E_PERIOD : 0;
    } else if (r->op->type == COLUMN_DATE) {
        int32_t *out = batch_months(r->batch, r->column);
        out[i] = t->length == 0 ? 0 : kdb_parse_date(t->text, t->length, r->op->of->form);
        wrong = out[i] == INT32_MIN ? E_PERIOD : 0;
    } else if (r->op->type == COLUMN_INT) {
        int64_t *out = batch_ints(r->batch, r->column);
        out[i] = 0;
        wrong = t->length > 0 && !kdb_parse_int(t->text, t->length, &out[i]) ? E_NUMBER : 0;
    } else if (!kdb_put_text(r->batch, &batch_views(r->batch, r->column)[i], t->text, t->length)) {
        return false;
    }
    if (wrong != 0)
        kdb_spoil(r->verdict, i, r->column, wrong);
    if (t->length == 0)
        batch_set_null(r->batch, r->column, r->first + i);
    return true;
}

/* The field that alone makes the value, where there is one. */
static const struct shihyo_field *only_field(const struct making *r, size_t i)
{
    const struct piece *piece = &r->op->pieces[0];
    return r->op->of->piece_count == 1 && piece->slot != SIZE_MAX
               ? kdb_field(r->records, piece->slot, r->select[i])
               : NULL;
}

static bool same_field(const struct shihyo_field *a, const struct shihyo_field *b)
{
    return a != NULL && b != NULL && a->length == b->length &&
           memcmp(a->text, b->text, a->length) == 0;
}

/* Kinds of receipts, months of an era: what the line before had is not looked up again. */
static bool run_any(const struct making *r)
{
    char memory[KDB_MOST_TEXT];
    const struct shihyo_field *last = NULL;
    for (size_t i = 0; i < r->count; i++) {
        struct kdb_text t = {"", 0};
        const struct shihyo_field *field = only_field(r, i);
        if (same_field(field, last)) {
            batch_repeat(r->batch, r->column, r->first + i);
            continue;
        }
        uint32_t wrong = value_text(r->op, r->records, r->select[i], memory, &t);
        if (wrong != 0) {
            kdb_spoil(r->verdict, i, r->column, wrong);
            t.length = 0;
        }
        if (!store(r, i, &t))
            return false;
        last = r->verdict->bad[i] == 0 ? field : NULL;
    }
    return true;
}

static bool check_digits(const struct kdb_column *c, const struct kdb_plain *plain)
{
    if (c->digits > 0)
        kdb_plain_digits(plain, c->digits);
    return true;
}

static bool run_op(const struct making *r)
{
    if (r->op->of == NULL) {
        batch_put_nulls(r->batch, r->column, r->count);
        return true;
    }
    if (!r->op->plain)
        return run_any(r);
    size_t slot = r->op->pieces[0].slot;
    const struct kdb_plain plain = {
        .fields = r->records->fields + slot * KDB_LINES,
        .select = r->select,
        .run_of = slot < r->records->repeating ? r->records->run_of : NULL,
        .slack = r->records->slack,
        .count = r->count,
        .column = r->column,
        .first = r->first,
        .batch = r->batch,
        .verdict = r->verdict,
    };
    if (r->op->type == COLUMN_CODE || r->op->type == COLUMN_TEXT)
        return kdb_plain_texts(&plain) && check_digits(r->op->of, &plain);
    if (r->op->type == COLUMN_MONTH)
        kdb_plain_months(&plain);
    else
        kdb_plain_ints(&plain);
    return true;
}

/* The runs of the selected records; returns how many. */
static size_t find_runs(struct kdb_program *p, const struct kdb_records *records,
                        const uint32_t *select, size_t count, struct batch *batch)
{
    int32_t *ends = batch_run_ends(batch);
    size_t runs = 0;
    for (size_t i = 0; i < count; i++) {
        bool begins = i == 0 || (p->repeating > 0 &&
                                 records->run_of[select[i]] != records->run_of[select[i - 1]]);
        p->run_first[runs] = select[i];
        runs += begins;
        ends[runs - 1] = (int32_t)(batch->rows + i + 1);
    }
    return runs;
}

/* What is wrong with a run is wrong with all its records. */
static void spoil_runs(struct kdb_program *p, const struct batch *batch, const int32_t *ends,
                       size_t runs, struct kdb_verdict *verdict)
{
    size_t i = 0;
    for (size_t run = 0; run < runs; run++) {
        for (; i + batch->rows < (size_t)ends[run]; i++) {
            if (p->of_runs.bad[run] != 0)
                kdb_spoil(verdict, i, p->of_runs.column[run], p->of_runs.bad[run]);
        }
    }
    p->of_runs.bad_count = 0;
    memset(p->of_runs.bad, 0, sizeof p->of_runs.bad);
}

bool kdb_program_run(struct kdb_program *p, const struct kdb_records *records,
                     const uint32_t *select, size_t count, struct batch *batch,
                     struct kdb_verdict *verdict)
{
    size_t runs = p->in_runs ? find_runs(p, records, select, count, batch) : 0;
    verdict->bad_count = 0;
    memset(verdict->bad, 0, count * sizeof verdict->bad[0]);
    for (size_t c = 0; c < p->op_count; c++) {
        bool shared = p->in_runs && batch->columns[c]->shared;
        const struct making making = {.op = &p->ops[c],
                                      .records = records,
                                      .select = shared ? p->run_first : select,
                                      .count = shared ? runs : count,
                                      .column = c,
                                      .first = shared ? batch->runs : batch->rows,
                                      .batch = batch,
                                      .verdict = shared ? &p->of_runs : verdict};
        if (!run_op(&making))
            return false;
        if (p->of_runs.bad_count > 0)
            spoil_runs(p, batch, batch_run_ends(batch), runs, verdict);
    }
    batch->rows += count;
    batch->runs += runs;
    return true;
}

/* Conditions ------------------------------------------------------------------------------- */

static int compare(const struct kdb_text *t, const char *with)
{
    size_t length = strlen(with), common = t->length < length ? t->length : length;
    int order = memcmp(t->text, with, common);
    return order != 0 ? order : t->length < length ? -1 : t->length > length;
}

static bool begins(const struct shihyo_value *prefixes, const struct kdb_text *t)
{
    const char *prefix;
    for (size_t i = 0; (prefix = common_text_at(prefixes, i)) != NULL; i++) {
        size_t length = strlen(prefix);
        if (length <= t->length && memcmp(prefix, t->text, length) == 0)
            return true;
    }
    return false;
}

/* A text too short for what is to be taken of it is blank to a condition. */
static bool holds(const struct condition *c, const struct kdb_records *records, size_t i)
{
    char memory[KDB_MOST_TEXT];
    struct kdb_text t;
    if (value_text(&c->op, records, i, memory, &t) != 0)
        t = (struct kdb_text){"", 0};
    const struct kdb_where *w = c->of;
    return (w->blank < 0 || (t.length == 0) == (w->blank == 1)) &&
           (w->is == NULL || is_one_of(w->is, &t)) &&
           (w->is_not == NULL || !is_one_of(w->is_not, &t)) &&
           (w->prefix == NULL || begins(w->prefix, &t)) &&
           (w->from == NULL || compare(&t, w->from) >= 0) &&
           (w->to == NULL || compare(&t, w->to) <= 0);
}

size_t kdb_program_filter(const struct kdb_program *p, const struct kdb_records *records,
                          size_t count, uint32_t *select)
{
    size_t kept = 0;
    if (p->condition_count == 0) {
        for (size_t i = 0; i < count; i++)
            select[i] = (uint32_t)i;
        return count;
    }
    for (size_t i = 0; i < count; i++) {
        bool keep = true;
        for (size_t c = 0; keep && c < p->condition_count; c++)
            keep = holds(&p->conditions[c], records, i);
        select[kept] = (uint32_t)i;
        kept += keep;
    }
    return kept;
}

size_t kdb_program_read(const struct kdb_program *p, size_t column,
                        const struct kdb_records *records, size_t i, char *out, size_t size)
{
    const struct op *op = &p->ops[column];
    size_t used = 0;
    for (size_t k = 0; op->of != NULL && k < op->of->piece_count; k++) {
        if (op->pieces[k].slot == SIZE_MAX)
            continue;
        const struct shihyo_field *f = kdb_field(records, op->pieces[k].slot, i);
        if (used + f->length + 3 > size)
            break;
        if (used > 0) {
            memcpy(out + used, " + ", 3);
            used += 3;
        }
        memcpy(out + used, f->text, f->length);
        used += f->length;
    }
    return used;
}

/* Distinct rows ---------------------------------------------------------------------------- */

static bool same_fields(const struct kdb_program *p, const struct kdb_records *records, size_t a,
                        size_t b)
{
    for (size_t k = 0; k < p->same_count; k++) {
        const struct shihyo_field *x = kdb_field(records, p->same[k], a);
        const struct shihyo_field *y = kdb_field(records, p->same[k], b);
        if (x->length != y->length || memcmp(x->text, y->text, x->length) != 0)
            return false;
    }
    return true;
}

static bool same_as_before(const struct kdb_program *p, const struct kdb_records *records, size_t i)
{
    size_t at = 0;
    for (size_t k = 0; k < p->same_count; k++) {
        const struct shihyo_field *f = kdb_field(records, p->same[k], i);
        size_t length;
        memcpy(&length, p->before + at, sizeof length);
        at += sizeof length;
        if (f->length != length || memcmp(p->before + at, f->text, length) != 0)
            return false;
        at += length;
    }
    return true;
}

static bool keep_before(struct kdb_program *p, const struct kdb_records *records, size_t i)
{
    size_t need = 0;
    for (size_t k = 0; k < p->same_count; k++)
        need += sizeof(size_t) + kdb_field(records, p->same[k], i)->length;
    if (need > p->before_size) {
        char *larger = realloc(p->before, need * 2);
        if (larger == NULL)
            return false;
        p->before = larger;
        p->before_size = need * 2;
    }
    char *to = p->before;
    for (size_t k = 0; k < p->same_count; k++) {
        const struct shihyo_field *f = kdb_field(records, p->same[k], i);
        memcpy(to, &f->length, sizeof f->length);
        memcpy(to + sizeof f->length, f->text, f->length);
        to += sizeof f->length + f->length;
    }
    p->any_before = true;
    return true;
}

bool kdb_program_distinct(struct kdb_program *p, const struct kdb_records *records,
                          uint32_t *select, size_t *count)
{
    size_t kept = 0, last = SIZE_MAX;
    if (p->same == NULL || *count == 0)
        return true;
    for (size_t i = 0; i < *count; i++) {
        bool same = last != SIZE_MAX ? same_fields(p, records, last, select[i])
                                     : p->any_before && same_as_before(p, records, select[i]);
        last = select[i];
        select[kept] = select[i];
        kept += !same;
    }
    *count = kept;
    return keep_before(p, records, last);
}

bool kdb_program_remembers(const struct kdb_program *p)
{
    return p->same == NULL || p->any_before;
}
