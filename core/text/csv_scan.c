/* SPDX-License-Identifier: MIT */
#include "core/text/csv_scan.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/text/csv_look.h"
#include "core/text/encoding.h"

enum {
    CHUNK = 16384, /* offsets within it fit uint16_t, and its tables the first cache */
    CHUNK_BLOCKS = CHUNK / SHY_CSV_BLOCK,
};

/* Behind every offset, so that "before it" needs no case of its own. */
#define NOWHERE SIZE_MAX

struct shy_csv_scanner {
    struct shy_csv_dialect dialect;
    enum shy_csv_bytes bytes;
    shy_csv_classify *classify;

    const unsigned char *data;
    size_t end;
    bool complete;

    /* The chunk looked at last: data[chunk..looked). */
    size_t chunk, looked;
    struct shy_csv_carry carry;
    bool chunk_high; /* has bytes beyond ASCII */
    size_t bad;      /* first byte that breaks the format, NOWHERE if none so far */
    size_t checked;  /* valid UTF-8 up to here */
    size_t bad_text; /* first invalid UTF-8 */
    size_t mark, mark_count, extra, extra_count;
    uint16_t marks[CHUNK], extras[CHUNK];

    /* The record being put together or given last. */
    size_t at;               /* where the next record begins */
    int64_t line, next_line; /* of the last record and of the next */
    bool rough, high;        /* it has extras, bytes beyond ASCII, in chunks before the last */
    struct shihyo_field *fields;
    size_t field_count, field_capacity;
    char *scratch; /* fields that had to be copied */
    size_t scratch_used, scratch_size;
};

int shy_csv_dialect_check(struct shy_csv_dialect *dialect, struct shihyo_error *err)
{
    unsigned char d = dialect->delimiter;
    if (d == '"' || d == '\n' || d == '\r' || d >= 0x80) {
        (void)shy_fail(err, SHY_E_CSV_DELIMITER,
                       _("Fields cannot be parted by the character U+%04X."), (unsigned)d);
        shy_hint(err, _("Use a comma, a tab, or another ASCII character that is no quote and no "
                        "line break."));
        return SHY_E_CSV_DELIMITER;
    }
    if (d == 0)
        dialect->delimiter = ',';
    if (dialect->max_record == 0)
        dialect->max_record = UINT64_C(16) << 20;
    if (dialect->max_record > UINT64_C(1) << 40)
        dialect->max_record = UINT64_C(1) << 40;
    if (dialect->max_fields == 0)
        dialect->max_fields = 16384;
    return 0;
}

/* Looking -------------------------------------------------------------------------------- */

/* Appends the places of the bits, counted from the chunk's start. out has room for a chunk's bytes,
 * so there is nothing to check. */
static inline size_t list_bits(uint64_t bits, size_t base, uint16_t *out, size_t count)
{
    for (; bits != 0; bits &= bits - 1)
        out[count++] = (uint16_t)(base + (size_t)__builtin_ctzll(bits));
    return count;
}

/* Extends what is known to be valid UTF-8 to looked. A character cut off there waits for more. */
static void check_text(struct shy_csv_scanner *s)
{
    if (s->bytes != SHY_CSV_UTF8 || s->bad_text != NOWHERE)
        return;
    if (!s->chunk_high && s->checked == s->chunk) {
        s->checked = s->looked;
        return;
    }
    s->checked += shy_utf8_valid(s->data + s->checked, s->looked - s->checked);
    if (s->checked == s->looked)
        return;
    bool more = s->looked < s->end || !s->complete;
    if (!more || !shy_utf8_unfinished(s->data + s->checked, s->looked - s->checked))
        s->bad_text = s->checked;
}

static void look_at_chunk(struct shy_csv_scanner *s)
{
    struct shy_csv_masks masks[CHUNK_BLOCKS];
    size_t rest = s->end - s->looked, size = rest < CHUNK ? rest : CHUNK;
    uint64_t quoting = s->dialect.no_quotes ? 0 : UINT64_MAX;
    s->chunk = s->looked;
    s->looked += size;
    s->mark = s->mark_count = s->extra = s->extra_count = 0;
    size_t blocks = shy_csv_classify_all(s->classify, s->data + s->chunk, size,
                                         s->dialect.delimiter, masks, &s->chunk_high);
    for (size_t b = 0; b < blocks; b++) {
        size_t base = b * SHY_CSV_BLOCK;
        struct shy_csv_bits bits = shy_csv_look(masks + b, quoting, &s->carry);
        if (size - base < SHY_CSV_BLOCK)
            bits.bad &= (UINT64_C(1) << (size - base)) - 1;
        if (bits.bad != 0 && s->bad == NOWHERE)
            s->bad = s->chunk + base + (size_t)__builtin_ctzll(bits.bad);
        s->mark_count = list_bits(bits.marks, base, s->marks, s->mark_count);
        s->extra_count = list_bits(bits.extras, base, s->extras, s->extra_count);
    }
    check_text(s);
}

/* Failing -------------------------------------------------------------------------------- */

/* The place of data[offset] in the record that began at s->at. */
static void at_place(const struct shy_csv_scanner *s, size_t offset, size_t field,
                     struct shihyo_error *err)
{
    int64_t line = s->next_line + shy_count_lines(s->data + s->at, offset - s->at);
    shy_at(err, NULL, line, (int64_t)field + 1);
}

static int fail_text(struct shy_csv_scanner *s, const char *encoding, size_t offset, size_t field,
                     struct shihyo_error *err)
{
    (void)shy_fail_encoding(err, encoding, s->data, s->end, offset);
    at_place(s, offset, field, err);
    return SHY_E_ENCODING;
}

static int fail_format(struct shy_csv_scanner *s, size_t offset, struct shihyo_error *err)
{
    enum shy_code code = SHY_E_CSV_QUOTE;
    if (s->data[offset] == '\0') {
        code = SHY_E_CSV_NUL;
        (void)shy_fail(err, code, _("The text holds a NUL byte."));
        shy_hint(err, _("The file may be UTF-16: name its encoding, \"UTF-16\". Or it is no text, "
                        "or damaged."));
    } else if (s->data[offset] == '"') {
        (void)shy_fail(err, code, _("A quote stands within a field that does not begin with one."));
        shy_hint(err, _("Such a field must be quoted whole and the quotes in it doubled. If quotes "
                        "mean nothing in this file, say so with the option no_quotes."));
    } else {
        (void)shy_fail(err, code, _("Text follows the closing quote of a field."));
        shy_hint(err, _("A quote within a quoted field must be doubled. If quotes mean nothing in "
                        "this file, say so with the option no_quotes."));
    }
    at_place(s, offset, s->field_count, err);
    return (int)code;
}

/* start: the field, whose first byte is the quote; where it should have ended nobody knows. */
static int fail_unclosed(struct shy_csv_scanner *s, size_t start, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_CSV_QUOTE, _("The quote that opens the field is never closed."));
    shy_hint(err, _("The file may be cut off. If quotes mean nothing in this file, say so with the "
                    "option no_quotes."));
    at_place(s, start, s->field_count, err);
    return SHY_E_CSV_QUOTE;
}

static int fail_long(struct shy_csv_scanner *s, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_CSV_LIMIT, _("The record is longer than %llu bytes."),
                   (unsigned long long)s->dialect.max_record);
    shy_hint(err, _("A quote that is never closed may be the cause, or the file is no delimited "
                    "text."));
    shy_at(err, NULL, s->next_line, 0);
    return SHY_E_CSV_LIMIT;
}

static int fail_many(struct shy_csv_scanner *s, size_t start, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_CSV_LIMIT, _("The record has more than %lu fields."),
                   (unsigned long)s->dialect.max_fields);
    shy_hint(err, _("The delimiter may be another one, or the file is no delimited text."));
    at_place(s, start, s->field_count, err);
    return SHY_E_CSV_LIMIT;
}

/* What was seen to be wrong before offset, if anything. */
static int check_bad(struct shy_csv_scanner *s, size_t offset, struct shihyo_error *err)
{
    if (s->bad_text < offset && s->bad_text < s->bad)
        return fail_text(s, "UTF-8", s->bad_text, s->field_count, err);
    if (s->bad < offset)
        return fail_format(s, s->bad, err);
    return 0;
}

/* Putting together ----------------------------------------------------------------------- */

static bool add_field(struct shy_csv_scanner *s, size_t start, size_t stop)
{
    if (!SHY_GROW(s->fields, s->field_count, s->field_capacity))
        return false;
    if (start < stop && s->data[start] == '"' && !s->dialect.no_quotes) {
        start++;
        stop--;
    }
    /* That a quoted field ends with its quote has been checked with the masks. */
    s->fields[s->field_count++] =
        (struct shihyo_field){(const char *)s->data + start, stop - start};
    return true;
}

/* Every decoded byte becomes at most three; room is made at once, so that fields do not move. */
static bool reserve(struct shy_csv_scanner *s, size_t size)
{
    s->scratch_used = 0;
    if (size <= s->scratch_size)
        return true;
    char *more = shy_realloc(s->scratch, size + size / 2, 1);
    if (more == NULL)
        return false;
    s->scratch = more;
    s->scratch_size = size + size / 2;
    return true;
}

/* ASCII fields, which are most, stay where they are. */
static int decode(struct shy_csv_scanner *s, size_t index, struct shihyo_error *err)
{
    struct shihyo_field *f = s->fields + index;
    if (shy_is_ascii(f->text, f->length))
        return 0;
    size_t used;
    char *to = s->scratch + s->scratch_used;
    size_t length = shy_cp932_decode(f->text, f->length, to, &used);
    if (used < f->length)
        return fail_text(s, "CP932", (size_t)(f->text - (const char *)s->data) + used, index, err);
    s->scratch_used += length;
    *f = (struct shihyo_field){to, length};
    return 0;
}

/* Quotes within a field that has passed the checks come in pairs. */
static void undouble(struct shy_csv_scanner *s, struct shihyo_field *f)
{
    const char *quote = f->length == 0 ? NULL : memchr(f->text, '"', f->length);
    if (quote == NULL)
        return;
    char *to = s->scratch + s->scratch_used;
    size_t length = 0;
    for (size_t i = 0; i < f->length; i++) {
        to[length++] = f->text[i];
        i += f->text[i] == '"';
    }
    s->scratch_used += length;
    *f = (struct shihyo_field){to, length};
}

/* The record that ends before stop: what could not stay as it is in the file. */
static int finish_fields(struct shy_csv_scanner *s, size_t stop, bool rough, bool high,
                         struct shihyo_error *err)
{
    bool to_decode = high && s->bytes == SHY_CSV_CP932;
    if (!to_decode && !rough)
        return 0;
    /* A field may be decoded to three times its length and then be copied once more. */
    if (!reserve(s, (stop - s->at) * 6))
        return shy_fail_nomem(err);
    for (size_t i = 0; to_decode && i < s->field_count; i++)
        SHY_TRY(decode(s, i, err));
    for (size_t i = 0; rough && !s->dialect.no_quotes && i < s->field_count; i++)
        undouble(s, s->fields + i);
    return 0;
}

/* The record's end is known: next is where the next one begins. */
static int finish_record(struct shy_csv_scanner *s, size_t stop, size_t next,
                         struct shihyo_error *err)
{
    bool rough = s->rough, high = s->high || s->chunk_high;
    while (s->extra < s->extra_count && s->chunk + s->extras[s->extra] < stop) {
        s->extra++;
        rough = true;
    }
    if (stop - s->at > s->dialect.max_record)
        return fail_long(s, err);
    SHY_TRY(finish_fields(s, stop, rough, high, err));
    s->line = s->next_line;
    /* Lines within quotes are counted only where there are any. */
    s->next_line += 1 + (rough ? shy_count_lines(s->data + s->at, stop - s->at) : 0);
    s->at = next;
    s->rough = s->high = false;
    return 0;
}

/* The last record of the range, which no line break ends. A text that ends with a line break has no
 * further record behind it, and an empty one has none. */
static int finish_range(struct shy_csv_scanner *s, size_t start, struct shihyo_error *err)
{
    if (!s->complete || s->at == s->end) {
        s->field_count = 0;
        return 0;
    }
    if (s->carry.inside != 0)
        return fail_unclosed(s, start, err);
    if (s->field_count == s->dialect.max_fields)
        return fail_many(s, start, err);
    if (!add_field(s, start, s->end))
        return shy_fail_nomem(err);
    return finish_record(s, s->end, s->end, err);
}

/* Takes the marks of the chunk as far as the record's end; *done when it was among them. */
static int take_marks(struct shy_csv_scanner *s, size_t *start, bool *done,
                      struct shihyo_error *err)
{
    const unsigned char delimiter = s->dialect.delimiter;
    /* A place that breaks the format or the encoding was noted when the chunk was looked at; it is
     * told only when its record is reached, since the records before it are sound. */
    size_t good = s->bad < s->bad_text ? s->bad : s->bad_text;
    while (s->mark < s->mark_count) {
        size_t stop = s->chunk + s->marks[s->mark];
        if (stop > good)
            return check_bad(s, stop, err);
        bool ends = s->data[stop] != delimiter;
        /* Whether LF follows a CR at the end of what is there is not known yet. */
        if (ends && s->data[stop] == '\r' && stop + 1 == s->end && !s->complete)
            return 0;
        if (s->field_count == s->dialect.max_fields)
            return fail_many(s, *start, err);
        if (!add_field(s, *start, stop))
            return shy_fail_nomem(err);
        s->mark++;
        *start = stop + 1;
        if (ends) {
            bool crlf = s->data[stop] == '\r' && stop + 1 < s->end && s->data[stop + 1] == '\n';
            *done = true;
            return finish_record(s, stop, stop + 1 + crlf, err);
        }
    }
    return 0;
}

int shy_csv_scanner_next(struct shy_csv_scanner *s, const struct shihyo_field **fields,
                         size_t *count, struct shihyo_error *err)
{
    size_t start = s->at;
    bool done = false;
    s->field_count = 0;
    *fields = NULL;
    *count = 0;
    for (;;) {
        SHY_TRY(take_marks(s, &start, &done, err));
        if (done)
            break;
        /* All marks are taken, so what is left of the chunk is of this record. */
        SHY_TRY(check_bad(s, s->looked, err));
        /* The LF of the last record may lie beyond what was looked at. */
        if (s->looked > s->at && s->looked - s->at > s->dialect.max_record + 1)
            return fail_long(s, err);
        if (s->looked == s->end) {
            SHY_TRY(finish_range(s, start, err));
            break;
        }
        s->rough |= s->extra < s->extra_count;
        s->high |= s->chunk_high;
        look_at_chunk(s);
    }
    *fields = s->fields;
    *count = s->field_count;
    return 0;
}

/* Life ----------------------------------------------------------------------------------- */

struct shy_csv_scanner *shy_csv_scanner_new(const struct shy_csv_dialect *dialect,
                                            enum shy_csv_bytes bytes)
{
    struct shy_csv_scanner *s = shy_alloc(1, sizeof *s);
    if (s == NULL)
        return NULL;
    s->dialect = *dialect;
    s->bytes = bytes;
    s->classify = shy_csv_classifier();
    shy_csv_scanner_range(s, (const unsigned char *)"", 0, 0, 1, true);
    return s;
}

void shy_csv_scanner_free(struct shy_csv_scanner *s)
{
    if (s == NULL)
        return;
    shy_free(s->fields);
    shy_free(s->scratch);
    shy_free(s);
}

void shy_csv_scanner_range(struct shy_csv_scanner *s, const unsigned char *data, size_t begin,
                           size_t end, int64_t line, bool complete)
{
    s->data = data;
    s->end = end;
    s->complete = complete;
    s->chunk = s->looked = s->checked = s->at = begin;
    s->carry = shy_csv_fresh;
    s->chunk_high = s->rough = s->high = false;
    s->bad = s->bad_text = NOWHERE;
    s->mark = s->mark_count = s->extra = s->extra_count = 0;
    s->next_line = line;
}

size_t shy_csv_scanner_at(const struct shy_csv_scanner *s)
{
    return s->at;
}

int64_t shy_csv_scanner_line(const struct shy_csv_scanner *s)
{
    return s->line;
}

int64_t shy_csv_scanner_next_line(const struct shy_csv_scanner *s)
{
    return s->next_line;
}

/* Boundaries ----------------------------------------------------------------------------- */

/* In one block at base: where the first record that begins at or after offset begins, or NOWHERE.
 * Counts the line breaks before it. */
static size_t boundary_in_block(const struct shy_csv_bits *bits, uint64_t ends, size_t base,
                                const unsigned char *data, size_t end, size_t offset, int64_t *line)
{
    /* One more than the block: a CR LF may reach over its end. */
    bool near = base + SHY_CSV_BLOCK + 1 >= offset;
    for (; near && ends != 0; ends &= ends - 1) {
        unsigned at = (unsigned)__builtin_ctzll(ends);
        size_t next = base + at + 1;
        next += data[base + at] == '\r' && next < end && data[next] == '\n';
        if (next < offset)
            continue;
        *line += __builtin_popcountll(bits->breaks & (UINT64_MAX >> (63 - at)));
        return next;
    }
    *line += __builtin_popcountll(bits->breaks);
    return NOWHERE;
}

/* No fields are made here, so this runs several times as fast as reading. */
size_t shy_csv_boundary(const struct shy_csv_dialect *dialect, const unsigned char *data,
                        size_t begin, size_t end, size_t offset, int64_t *line)
{
    enum { BLOCKS = 32 };
    struct shy_csv_masks masks[BLOCKS];
    shy_csv_classify *kernel = shy_csv_classifier();
    uint64_t quoting = dialect->no_quotes ? 0 : UINT64_MAX;
    struct shy_csv_carry carry = shy_csv_fresh;
    if (offset <= begin)
        return begin;
    for (size_t at = begin; at < end; at += BLOCKS * SHY_CSV_BLOCK) {
        size_t size = end - at < BLOCKS * SHY_CSV_BLOCK ? end - at : BLOCKS * SHY_CSV_BLOCK;
        bool high;
        size_t blocks =
            shy_csv_classify_all(kernel, data + at, size, dialect->delimiter, masks, &high);
        for (size_t b = 0; b < blocks; b++) {
            struct shy_csv_bits bits = shy_csv_look(masks + b, quoting, &carry);
            size_t found = boundary_in_block(&bits, bits.marks & ~masks[b].delimiter,
                                             at + b * SHY_CSV_BLOCK, data, end, offset, line);
            if (found != NOWHERE)
                return found;
        }
    }
    return end;
}
