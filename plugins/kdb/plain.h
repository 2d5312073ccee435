/* SPDX-License-Identifier: MIT */
/* Columns that are fields as they stand: nearly all of them, so each kind has a loop of its own. */
#ifndef KDB_PLAIN_H
#define KDB_PLAIN_H

#include "kdb.h"

struct kdb_text {
    const char *text;
    size_t length;
};

static inline struct kdb_text kdb_trim(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    while (length > 0 && (*text == ' ' || *text == '\t')) {
        text++;
        length--;
    }
    return (struct kdb_text){text, length};
}

/* What is wrong with row i; the first thing is told. */
static inline void kdb_spoil(struct kdb_verdict *v, size_t i, size_t column, uint32_t code)
{
    if (v->bad[i] != 0)
        return;
    v->bad[i] = code;
    v->column[i] = (uint32_t)column;
    v->bad_count++;
}

/* No value is none to be wrong. */
static inline bool kdb_is_digits(const struct kdb_text *t, int digits)
{
    unsigned other = 0;
    for (size_t i = 0; i < t->length; i++)
        other |= (unsigned)(unsigned char)t->text[i] - (unsigned)'0' > 9;
    return t->length == 0 || (other == 0 && t->length == (size_t)digits);
}

/* A whole number of up to 18 digits, perhaps with a sign. */
bool kdb_parse_int(const char *text, size_t length, int64_t *out);
/* false: out of memory. */
bool kdb_put_text(struct batch *batch, struct batch_view *view, const char *text, size_t length);

/* The column to be made: of the records in select, or of the first of every run. */
struct kdb_plain {
    const struct shihyo_field *fields; /* of its slot */
    const uint32_t *select, *run_of;   /* run_of NULL: by record */
    bool slack;                        /* as that of the records */
    size_t count, column;
    size_t first; /* place of the first in the batch's column */
    struct batch *batch;
    struct kdb_verdict *verdict;
};
bool kdb_plain_texts(const struct kdb_plain *p); /* false: out of memory */
/* Texts that are not so many digits are rejected; no value is none to be wrong. */
void kdb_plain_digits(const struct kdb_plain *p, int digits);
void kdb_plain_months(const struct kdb_plain *p);
void kdb_plain_ints(const struct kdb_plain *p);

#endif
