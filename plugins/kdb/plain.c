/* SPDX-License-Identifier: MIT */
/*
 * A field is a few bytes, and how many cannot be foreseen from line to line: it is taken in whole
 * words, of which what is too much is masked or shifted away. So there is neither a loop over bytes
 * nor a branch on lengths.
 */
#include "plain.h"

enum { VIEW_MOST = 12, DIGITS_MOST = 8 };

/* Two words from the begin of a field of at most twelve bytes. Where what is behind it may not be
 * read, byte by byte. */
struct words {
    uint64_t low, high;
};

static inline struct words words_at(const char *text, size_t length, bool slack)
{
    struct words w = {0, 0};
    if (slack) {
        memcpy(&w, text, sizeof w);
    } else if (length >= sizeof w.low) {
        memcpy(&w.low, text, sizeof w.low);
        for (size_t i = sizeof w.low; i < length; i++)
            w.high |= (uint64_t)(unsigned char)text[i] << (8 * (i - sizeof w.low));
    } else {
        for (size_t i = 0; i < length; i++)
            w.low |= (uint64_t)(unsigned char)text[i] << (8 * i);
    }
    return w;
}

/* Texts ------------------------------------------------------------------------------------ */

#define FIRST(n) (UINT64_MAX >> (64 - 8 * (n)))

/* A text of up to 12 bytes as it stands in a view: behind its length. */
static inline void put_short(struct batch_view *view, struct words w, size_t length)
{
    static const uint64_t keep[VIEW_MOST + 1][2] = {
        {0, 0},
        {FIRST(1), 0},
        {FIRST(2), 0},
        {FIRST(3), 0},
        {FIRST(4), 0},
        {FIRST(5), 0},
        {FIRST(6), 0},
        {FIRST(7), 0},
        {FIRST(8), 0},
        {FIRST(8), FIRST(1)},
        {FIRST(8), FIRST(2)},
        {FIRST(8), FIRST(3)},
        {FIRST(8), FIRST(4)},
    };
    uint64_t low = w.low & keep[length][0], high = w.high & keep[length][1];
    const uint64_t words[2] = {low << 32 | length, low >> 32 | high << 32};
    memcpy(view, words, sizeof words);
}

bool kdb_put_text(struct batch *batch, struct batch_view *view, const char *text, size_t length)
{
    if (length > VIEW_MOST)
        return batch_put_long(batch, view, text, length);
    put_short(view, words_at(text, length, false), length);
    return true;
}

static inline const struct shihyo_field *field_at(const struct kdb_plain *p, size_t i)
{
    uint32_t record = p->select[i];
    return &p->fields[p->run_of != NULL ? p->run_of[record] : record];
}

#define INLINE static inline __attribute__((__always_inline__))

/* The column as a loop sees it: a copy, which no store of the loop can change. `usual`: what most
 * are, one field for each record and slack behind it, for which the compiler makes a loop apart. */
INLINE struct kdb_plain seen(const struct kdb_plain *p, bool usual)
{
    struct kdb_plain plain = *p;
    if (usual) {
        plain.slack = true;
        plain.run_of = NULL;
    }
    return plain;
}

static bool is_usual(const struct kdb_plain *p)
{
    return p->slack && p->run_of == NULL;
}

INLINE bool put_texts(const struct kdb_plain *p, bool usual)
{
    const struct kdb_plain plain = seen(p, usual);
    struct batch_view *out = batch_views(plain.batch, plain.column);
    for (size_t i = 0; i < plain.count; i++) {
        const struct shihyo_field *f = field_at(&plain, i);
        const char *text = f->text;
        size_t length = f->length;
        /* Blanks are the lowest of what a field may hold. */
        if (length - 1 < VIEW_MOST && (unsigned char)text[0] > ' ' &&
            (unsigned char)text[length - 1] > ' ') {
            put_short(&out[i], words_at(text, length, plain.slack), length);
            continue;
        }
        struct kdb_text t = kdb_trim(text, length);
        if (!kdb_put_text(plain.batch, &out[i], t.text, t.length))
            return false;
        if (t.length == 0)
            batch_set_null(plain.batch, plain.column, plain.first + i);
    }
    return true;
}

bool kdb_plain_texts(const struct kdb_plain *p)
{
    return is_usual(p) ? put_texts(p, true) : put_texts(p, false);
}

void kdb_plain_digits(const struct kdb_plain *p, int digits)
{
    for (size_t i = 0; i < p->count; i++) {
        const struct shihyo_field *f = field_at(p, i);
        struct kdb_text t = kdb_trim(f->text, f->length);
        if (!kdb_is_digits(&t, digits))
            kdb_spoil(p->verdict, i, p->column, E_VALUE);
    }
}

/* Numbers ---------------------------------------------------------------------------------- */

/* Months repeat from line to line: what the line before had is not parsed again. */
void kdb_plain_months(const struct kdb_plain *p)
{
    const struct kdb_plain plain = *p;
    int32_t *out = batch_months(plain.batch, plain.column), last = -1;
    uint64_t before = 0;
    for (size_t i = 0; i < plain.count; i++) {
        const struct shihyo_field *f = field_at(&plain, i);
        if (f->length == 6) {
            uint64_t now = words_at(f->text, 6, plain.slack).low & FIRST(6);
            if (now != before) {
                before = now;
                last = kdb_parse_month(f->text, 6, KDB_YYYYMM);
            }
            out[i] = last;
            if (last < 0)
                kdb_spoil(plain.verdict, i, plain.column, E_PERIOD);
            continue;
        }
        struct kdb_text t = kdb_trim(f->text, f->length);
        out[i] = kdb_parse_month(t.text, t.length, KDB_YYYYMM);
        if (t.length == 0)
            batch_set_null(plain.batch, plain.column, plain.first + i);
        else if (out[i] < 0)
            kdb_spoil(plain.verdict, i, plain.column, E_PERIOD);
    }
}

/*
 * One to eight digits at once: as differences to '0' they are shifted to the high end of a word,
 * zeros in front, and neighbours are joined in three steps. What is behind the text cannot disturb
 * the differences, since a subtraction borrows from higher bytes only.
 */
static inline bool parse_digits(uint64_t word, size_t length, int64_t *out)
{
    const uint64_t zeros = UINT64_C(0x3030303030303030), most = UINT64_C(0x7676767676767676),
                   high = UINT64_C(0x8080808080808080);
    uint64_t w = (word - zeros) << (8 * (DIGITS_MOST - length));
    if (((w | (w + most)) & high) != 0)
        return false;
    w = w * 2561 >> 8;
    w = (w & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;
    w = (w & UINT64_C(0x0000ffff0000ffff)) * UINT64_C(42949672960001) >> 32;
    *out = (int64_t)w;
    return true;
}

bool kdb_parse_int(const char *text, size_t length, int64_t *out)
{
    bool minus = length > 1 && text[0] == '-';
    size_t from = minus || (length > 1 && text[0] == '+');
    int64_t value = 0;
    if (length - from > 18)
        return false;
    for (size_t i = from; i < length; i++) {
        unsigned digit = (unsigned char)text[i] - (unsigned)'0';
        if (digit > 9)
            return false;
        value = value * 10 + (int64_t)digit;
    }
    *out = minus ? -value : value;
    return true;
}

INLINE void put_ints(const struct kdb_plain *p, bool usual)
{
    const struct kdb_plain plain = seen(p, usual);
    int64_t *out = batch_ints(plain.batch, plain.column);
    for (size_t i = 0; i < plain.count; i++) {
        const struct shihyo_field *f = field_at(&plain, i);
        if (f->length - 1 < DIGITS_MOST &&
            parse_digits(words_at(f->text, f->length, plain.slack).low, f->length, &out[i]))
            continue;
        struct kdb_text t = kdb_trim(f->text, f->length);
        out[i] = 0;
        if (t.length == 0)
            batch_set_null(plain.batch, plain.column, plain.first + i);
        else if (!kdb_parse_int(t.text, t.length, &out[i]))
            kdb_spoil(plain.verdict, i, plain.column, E_NUMBER);
    }
}

void kdb_plain_ints(const struct kdb_plain *p)
{
    if (is_usual(p))
        put_ints(p, true);
    else
        put_ints(p, false);
}
