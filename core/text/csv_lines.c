/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "core/base/i18n.h"
#include "core/text/csv_lines_internal.h"
#include "core/text/encoding.h"

/* Tables of a chunk of short lines fit the second cache. */
enum { CHUNK = 32768, BLOCKS = 64 };

struct shy_csv_lines *shy_csv_lines_new(const struct shy_csv_dialect *dialect,
                                        enum shy_csv_bytes bytes)
{
    struct shy_csv_lines *l = shy_alloc(1, sizeof *l);
    if (l == NULL)
        return NULL;
    l->dialect = *dialect;
    l->bytes = bytes;
    l->classify = shy_csv_classifier();
    return l;
}

void shy_csv_lines_free(struct shy_csv_lines *l)
{
    if (l == NULL)
        return;
    shy_free(l->marks);
    shy_free(l->ends);
    shy_free(l->bads);
    shy_free(l->wanted);
    shy_free(l->fields);
    shy_free(l->heads);
    shy_free(l->places);
    shy_arena_free(&l->scratch);
    shy_free(l);
}

void shy_csv_lines_range(struct shy_csv_lines *l, const unsigned char *data, size_t begin,
                         size_t stop, size_t end, int64_t line, bool complete)
{
    l->data = data;
    l->at = begin;
    l->stop = stop;
    l->end = end;
    l->line = line;
    l->complete = complete;
    l->end_count = l->next_end = l->bad_count = l->next_bad = 0;
}

size_t shy_csv_lines_at(const struct shy_csv_lines *l)
{
    return l->at;
}

int64_t shy_csv_lines_line(const struct shy_csv_lines *l)
{
    return l->line;
}

/* The line break at or after offset, or size. */
static size_t find_break(const unsigned char *data, size_t size, size_t offset)
{
    while (offset < size && data[offset] != '\n' && data[offset] != '\r')
        offset++;
    return offset;
}

/* Behind the line break at offset. */
static size_t after_break(const unsigned char *data, size_t size, size_t offset)
{
    return offset + 1 + (data[offset] == '\r' && offset + 1 < size && data[offset + 1] == '\n');
}

size_t shy_csv_line_begin(const unsigned char *data, size_t size, size_t offset)
{
    if (offset == 0 || offset >= size)
        return offset < size ? offset : size;
    size_t found = find_break(data, size, offset - 1);
    return found == size ? size : after_break(data, size, found);
}

/* Chunks --------------------------------------------------------------------------------- */

static bool make_room(struct shy_csv_lines *l, size_t bytes)
{
    size_t count = bytes + SHY_CSV_BLOCK + 1;
    if (l->capacity >= bytes)
        return true;
    uint32_t *marks = shy_realloc(l->marks, count, sizeof *marks);
    l->marks = marks != NULL ? marks : l->marks;
    uint32_t *ends = shy_realloc(l->ends, count, sizeof *ends);
    l->ends = ends != NULL ? ends : l->ends;
    uint32_t *bads = shy_realloc(l->bads, count, sizeof *bads);
    l->bads = bads != NULL ? bads : l->bads;
    if (marks == NULL || ends == NULL || bads == NULL)
        return false;
    l->capacity = bytes;
    return true;
}

struct counts {
    size_t marks, ends, bads;
    uint64_t quotes;
};

/* A few blocks at a time, so that their masks stay in the first cache. */
static void list_blocks(struct shy_csv_lines *l, const struct shy_csv_masks *masks, size_t blocks,
                        size_t base, size_t size, struct shy_csv_carry *carry, struct counts *n)
{
    uint64_t quoting = l->dialect.no_quotes ? 0 : UINT64_MAX;
    for (size_t b = 0; b < blocks; b++) {
        struct shy_csv_bits bits = shy_csv_look_lines(masks + b, quoting, carry);
        uint32_t from = (uint32_t)(base + b * SHY_CSV_BLOCK);
        uint64_t ends = bits.marks & ~masks[b].delimiter, bad = bits.bad;
        for (; ends != 0; ends &= ends - 1) {
            uint64_t before = bits.marks & ((ends & (0 - ends)) - 1);
            l->ends[n->ends++] = (uint32_t)(n->marks + (size_t)__builtin_popcountll(before));
        }
        n->marks = shy_csv_list_bits(bits.marks, from, l->marks, n->marks);
        n->quotes |= masks[b].quote & quoting;
        if (size - (from - base) < SHY_CSV_BLOCK)
            bad &= (UINT64_C(1) << (size - (from - base))) - 1;
        n->bads = shy_csv_list_bits(bad, from, l->bads, n->bads);
    }
}

static void look(struct shy_csv_lines *l, size_t size)
{
    struct shy_csv_masks masks[BLOCKS];
    struct shy_csv_carry carry = shy_csv_fresh;
    struct counts n = {0};
    l->high = false;
    for (size_t at = 0; at < size; at += BLOCKS * SHY_CSV_BLOCK) {
        size_t part = size - at < BLOCKS * SHY_CSV_BLOCK ? size - at : BLOCKS * SHY_CSV_BLOCK;
        bool high;
        size_t blocks = shy_csv_classify_all(l->classify, l->data + l->chunk + at, part,
                                             l->dialect.delimiter, masks, &high);
        l->high |= high;
        list_blocks(l, masks, blocks, at, part, &carry, &n);
    }
    /* The last line of a file, which no line break ends, ends with the file. */
    if (l->complete && l->chunk + size == l->end &&
        (n.ends == 0 ||
         after_break(l->data, l->end, l->chunk + l->marks[l->ends[n.ends - 1]]) < l->end)) {
        l->ends[n.ends++] = (uint32_t)n.marks;
        l->marks[n.marks++] = (uint32_t)size;
        if (carry.inside != 0)
            l->bads[n.bads++] = (uint32_t)size;
    }
    /* Whether LF follows a CR at the end of what is there is not known yet. */
    if (!l->complete && n.ends > 0 && l->data[l->end - 1] == '\r' &&
        l->chunk + l->marks[l->ends[n.ends - 1]] + 1 == l->end)
        n.ends--;
    l->end_count = n.ends;
    l->bad_count = n.bads;
    l->quotes = n.quotes != 0;
    l->next_end = l->next_bad = 0;
    l->start = 0;
    l->chunk_size = size;
}

/* The next chunk of whole lines; end_count = 0: there is none. */
static int next_chunk(struct shy_csv_lines *l, struct shihyo_error *err)
{
    size_t size = CHUNK;
    l->end_count = l->next_end = 0;
    for (;; size *= 2) {
        size_t rest = l->end - l->at;
        if (l->at >= l->stop || rest == 0)
            return 0;
        size = size < rest ? size : rest;
        if (!make_room(l, size))
            return shy_fail_nomem(err);
        l->chunk = l->at;
        look(l, size);
        if (l->end_count > 0 || size == rest)
            return 0;
        if (size > l->dialect.max_record) {
            (void)shy_fail(err, SHY_E_CSV_LIMIT, _("The record is longer than %llu bytes."),
                           (unsigned long long)l->dialect.max_record);
            shy_at(err, NULL, l->line, 0);
            return SHY_E_CSV_LIMIT;
        }
    }
}

/* Records -------------------------------------------------------------------------------- */

struct record {
    uint32_t start, stop;   /* of the line in the chunk */
    const uint32_t *breaks; /* ends of its fields */
    size_t fields;
};

/* Tells of a broken record. */
static int tell(const struct shy_csv_lines *l, const struct shihyo_csv_batch *batch,
                struct shihyo_error *found, int64_t column)
{
    shy_at(found, NULL, l->line, column);
    found->value[0] = '\0';
    return batch->broken == NULL ? 0 : batch->broken(batch->arg, found);
}

static int tell_bad(struct shy_csv_lines *l, const struct shihyo_csv_batch *batch,
                    const struct record *r, uint32_t bad)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    int64_t column = 1;
    for (size_t f = 0; f + 1 < r->fields && r->breaks[f] < bad; f++)
        column++;
    if (bad < r->stop && l->data[l->chunk + bad] == '\0')
        (void)shy_fail(&found, SHY_E_CSV_NUL, _("The text holds a NUL byte."));
    else if (bad == r->stop)
        (void)shy_fail(&found, SHY_E_CSV_QUOTE,
                       _("The quote that opens the field is never closed."));
    else
        (void)shy_fail(&found, SHY_E_CSV_QUOTE,
                       _("A quote stands where it may not: within a field without quotes, or text "
                         "follows the closing one."));
    return tell(l, batch, &found, column);
}

static int tell_count(struct shy_csv_lines *l, const struct shihyo_csv_batch *batch,
                      const struct record *r)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    (void)shy_fail(&found, SHY_E_CSV_FIELDS, _("The line has %zu fields; %lu are due."), r->fields,
                   (unsigned long)batch->expected);
    return tell(l, batch, &found, 0);
}

/* Where the encoding breaks, in the whole line: a wrong byte anywhere makes it doubtful. */
static bool text_holds(struct shy_csv_lines *l, const struct record *r, size_t *column)
{
    uint32_t start = r->start;
    for (size_t f = 0; f < r->fields; f++) {
        const char *text = (const char *)l->data + l->chunk + start;
        size_t length = r->breaks[f] - start, used = length;
        start = r->breaks[f] + 1;
        *column = f + 1;
        if (shy_is_ascii(text, length))
            continue;
        if (l->bytes != SHY_CSV_CP932) {
            if (shy_utf8_valid((const unsigned char *)text, length) < length)
                return false;
            continue;
        }
        while (length > 0 && used > 0) {
            char out[192];
            /* In pieces: a character cut at the end of one begins the next. */
            size_t piece = length < sizeof out / 3 ? length : sizeof out / 3;
            (void)shy_cp932_decode(text, piece, out, &used);
            if (used < piece && used + 1 < piece)
                return false;
            if (used == 0)
                return false;
            text += used;
            length -= used;
        }
    }
    return true;
}

static int tell_text(struct shy_csv_lines *l, const struct shihyo_csv_batch *batch, size_t column)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    (void)shy_fail(&found, SHY_E_ENCODING, _("Bytes are not valid %s."),
                   l->bytes == SHY_CSV_CP932 ? "CP932" : "UTF-8");
    return tell(l, batch, &found, (int64_t)column);
}

/* A wanted field that cannot stay as it is in the file: quoted, or to be decoded. */
static int polish(struct shy_csv_lines *l, struct shihyo_field *f, struct shihyo_error *err)
{
    if (l->quotes && f->length > 0 && f->text[0] == '"' && !l->dialect.no_quotes) {
        f->text++;
        f->length -= 2;
        if (memchr(f->text, '"', f->length) != NULL) {
            char *to = shy_arena_alloc(&l->scratch, f->length + SHIHYO_CSV_SLACK, 1);
            size_t length = 0;
            if (to == NULL)
                return shy_fail_nomem(err);
            for (size_t i = 0; i < f->length; i++) {
                to[length++] = f->text[i];
                i += f->text[i] == '"';
            }
            *f = (struct shihyo_field){to, length};
        }
    }
    if (l->high && l->bytes == SHY_CSV_CP932 && !shy_is_ascii(f->text, f->length)) {
        size_t used;
        char *to = shy_arena_alloc(&l->scratch, f->length * 3 + SHIHYO_CSV_SLACK, 1);
        if (to == NULL)
            return shy_fail_nomem(err);
        size_t length = shy_cp932_decode(f->text, f->length, to, &used);
        *f = (struct shihyo_field){to, length};
    }
    return 0;
}

/* Field number w of a sound record as it stands in the file. */
static inline struct shihyo_field field_of(const struct shy_csv_lines *l, const struct record *r,
                                           uint32_t w)
{
    uint32_t start = w == 0 ? r->start : r->breaks[w - 1] + 1;
    return (struct shihyo_field){(const char *)l->data + l->chunk + start, r->breaks[w] - start};
}

/* The run of record number i: that of the record before where the repeating fields are the same
 * bytes; *begins: it is a new one. */
static uint32_t run_of(struct shy_csv_lines *l, const struct shihyo_csv_batch *batch,
                       const struct record *r, size_t i, bool *begins)
{
    *begins = i == 0;
    for (size_t k = 0; k < batch->repeating; k++) {
        const struct shihyo_field f = field_of(l, r, batch->wanted[k]), *before = &l->heads[k];
        *begins =
            *begins || f.length != before->length || memcmp(f.text, before->text, f.length) != 0;
        l->heads[k] = f;
    }
    return i == 0 ? 0 : batch->run_of[i - 1] + *begins;
}

/* The fields of a sound record. */
static int take_fields(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                       const struct record *r, bool rough, struct shihyo_error *err)
{
    size_t i = batch->count, run = i, first = 0;
    if (batch->repeating > 0) {
        bool begins;
        batch->run_of[i] = run_of(l, batch, r, i, &begins);
        run = batch->run_of[i];
        first = begins ? 0 : batch->repeating;
    }
    for (size_t k = first; k < batch->wanted_count; k++) {
        struct shihyo_field f = field_of(l, r, batch->wanted[k]);
        if (rough)
            SHY_TRY(polish(l, &f, err));
        batch->fields[k * batch->most + (k < batch->repeating ? run : i)] = f;
    }
    if (batch->lines != NULL)
        batch->lines[i] = l->line;
    batch->count++;
    return 0;
}

static bool is_empty(const struct shy_csv_lines *l, const struct record *r)
{
    /* The mark with which DOS ended files is no record either. */
    return r->stop == r->start || (r->stop == r->start + 1 && l->data[l->chunk + r->start] == 0x1a);
}

/* The same as examine, where nobody asks why. */
static bool is_sound(struct shy_csv_lines *l, const struct record *r, size_t needed, bool exactly)
{
    size_t column;
    bool sound = true;
    for (; l->next_bad < l->bad_count && l->bads[l->next_bad] <= r->stop; l->next_bad++)
        sound = false;
    return sound && !is_empty(l, r) && (exactly ? r->fields == needed : r->fields >= needed) &&
           (!l->high || text_holds(l, r, &column));
}

/* Checks what the fast way does not; *sound: the record is to be given. */
static int examine(struct shy_csv_lines *l, struct shihyo_csv_batch *batch, const struct record *r,
                   size_t needed, bool *sound)
{
    size_t column;
    *sound = false;
    if (batch->broken == NULL) {
        /* Nobody asks why. */
        *sound = is_sound(l, r, needed, batch->expected != 0);
        return 0;
    }
    if (l->next_bad < l->bad_count && l->bads[l->next_bad] <= r->stop) {
        int status = tell_bad(l, batch, r, l->bads[l->next_bad]);
        while (l->next_bad < l->bad_count && l->bads[l->next_bad] <= r->stop)
            l->next_bad++;
        return status;
    }
    if (is_empty(l, r))
        return 0;
    if (batch->expected != 0 ? r->fields != batch->expected : r->fields < needed)
        return tell_count(l, batch, r);
    if (l->high && !text_holds(l, r, &column))
        return tell_text(l, batch, column);
    *sound = true;
    return 0;
}

static size_t fields_needed(const struct shihyo_csv_batch *batch)
{
    size_t needed = 1;
    for (size_t k = 0; k < batch->wanted_count; k++)
        needed = batch->wanted[k] + 1 > needed ? batch->wanted[k] + 1 : needed;
    return batch->expected > needed ? batch->expected : needed;
}

/* Takes lines of the chunk until the batch is full. */
static int take_lines(struct shy_csv_lines *l, struct shihyo_csv_batch *batch, size_t needed,
                      struct shihyo_error *err)
{
    const unsigned char *base = l->data + l->chunk;
    bool careful = l->high || l->bad_count > 0 || batch->expected == 0,
         rough = l->quotes || l->high;
    size_t size = l->end - l->chunk;
    while (l->next_end < l->end_count && batch->count < batch->most &&
           l->chunk + l->start < l->stop) {
        size_t first = l->next_end == 0 ? 0 : (size_t)l->ends[l->next_end - 1] + 1;
        size_t last = l->ends[l->next_end];
        const struct record r = {l->start, l->marks[last], l->marks + first, last + 1 - first};
        bool sound = r.fields == needed;
        if (careful || !sound) {
            int status = examine(l, batch, &r, needed, &sound);
            if (status != 0)
                return status;
        }
        l->next_end++;
        l->start = r.stop < size ? (uint32_t)after_break(base, size, r.stop) : r.stop;
        l->at = l->chunk + l->start;
        if (sound)
            SHY_TRY(take_fields(l, batch, &r, rough, err));
        l->line++;
    }
    return 0;
}

/* Room for the repeating fields of a record. */
static int make_heads(struct shy_csv_lines *l, const struct shihyo_csv_batch *batch,
                      struct shihyo_error *err)
{
    if (l->head_capacity < batch->repeating &&
        !shy_grow_((void **)&l->heads, &l->head_capacity, batch->repeating, sizeof *l->heads))
        return shy_fail_nomem(err);
    return 0;
}

static int next_lines(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                      struct shihyo_error *err)
{
    size_t needed = fields_needed(batch);
    shy_arena_free(&l->scratch);
    SHY_TRY(make_heads(l, batch, err));
    while (batch->count < batch->most) {
        if (l->next_end == l->end_count)
            SHY_TRY(shy_csv_lines_short(l, batch, err));
        if (batch->count == batch->most)
            return 0;
        if (l->next_end == l->end_count)
            SHY_TRY(next_chunk(l, err));
        if (l->end_count == 0 || l->at >= l->stop)
            return 0;
        int status = take_lines(l, batch, needed, err);
        if (status != 0)
            return status;
    }
    return 0;
}

int shy_csv_lines_next(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                       struct shihyo_error *err)
{
    batch->count = 0;
    int code = next_lines(l, batch, err);
    /* Fields are in lines before the next one, or were copied with as much behind them. */
    batch->slack = l->end - l->at >= SHIHYO_CSV_SLACK ? SHIHYO_CSV_SLACK : 0;
    return code;
}

/* One record ----------------------------------------------------------------------------- */

static int keep_error(void *arg, const struct shihyo_error *err)
{
    struct shihyo_error *to = arg;
    if (to != NULL)
        *to = *err;
    return (int)err->code;
}

/* Room for as many fields as the next line has, all of them wanted. */
static int want_all(struct shy_csv_lines *l, struct shihyo_csv_batch *batch,
                    struct shihyo_error *err)
{
    size_t first = l->next_end == 0 ? 0 : (size_t)l->ends[l->next_end - 1] + 1;
    size_t count = l->ends[l->next_end] + 1 - first;
    if (count > l->dialect.max_fields) {
        (void)shy_fail(err, SHY_E_CSV_LIMIT, _("The record has more than %lu fields."),
                       (unsigned long)l->dialect.max_fields);
        shy_at(err, NULL, l->line, 0);
        return SHY_E_CSV_LIMIT;
    }
    for (size_t i = 0; i < count; i++) {
        if (!SHY_GROW(l->wanted, i, l->wanted_capacity) ||
            !SHY_GROW(l->fields, i, l->field_capacity))
            return shy_fail_nomem(err);
        l->wanted[i] = (uint32_t)i;
    }
    batch->wanted = l->wanted;
    batch->fields = l->fields;
    batch->wanted_count = batch->expected = (uint32_t)count;
    return 0;
}

int shy_csv_lines_one(struct shy_csv_lines *l, const struct shihyo_field **fields, size_t *count,
                      struct shihyo_error *err)
{
    struct shihyo_csv_batch batch = {SHIHYO_ABI_INIT(struct shihyo_csv_batch), .most = 1,
                                     .broken = keep_error, .arg = err};
    shy_arena_free(&l->scratch);
    *fields = NULL;
    *count = 0;
    while (batch.count == 0) {
        if (l->next_end == l->end_count)
            SHY_TRY(next_chunk(l, err));
        if (l->end_count == 0 || l->at >= l->stop)
            return 0;
        SHY_TRY(want_all(l, &batch, err));
        SHY_TRY(take_lines(l, &batch, batch.wanted_count, err));
    }
    *fields = l->fields;
    *count = batch.wanted_count;
    return 0;
}
