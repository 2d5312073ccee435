/* SPDX-License-Identifier: MIT */
/* A file of many short lines: whole numbers and texts into a buffer, CP932, CRLF. A failure is kept
 * and told at the end. Threads: one at a time. */
#ifndef SHY_SYNTH_OUT_H
#define SHY_SYNTH_OUT_H

#include <string.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"

#define SHY_OUT_LINE 512 /* no line is longer */

struct shy_out {
    struct shy_output file;
    char *bytes;
    size_t used, size;
    int64_t lines;
    int code; /* of the first failure */
    struct shihyo_error *err;
};

/* header: UTF-8, without line break. buffer: at least SHY_OUT_LINE is taken. */
int shy_out_open(struct shy_out *o, const char *directory, const char *name, const char *header,
                 size_t buffer, struct shihyo_error *err);
/* keep = false removes what was written. */
int shy_out_close(struct shy_out *o, bool keep);
void shy_out_flush(struct shy_out *o);

/* Room for a line; what is put goes there. */
static inline char *shy_out_begin(struct shy_out *o)
{
    if (o->size - o->used < SHY_OUT_LINE)
        shy_out_flush(o);
    return o->bytes + o->used;
}
static inline void shy_out_end(struct shy_out *o, char *at)
{
    *at++ = '\r';
    *at++ = '\n';
    o->used = (size_t)(at - o->bytes);
    o->lines++;
}

static inline char *shy_put_text(char *at, const char *text, size_t length)
{
    memcpy(at, text, length);
    return at + length;
}
static inline char *shy_put_comma(char *at)
{
    *at++ = ',';
    return at;
}
static inline char *shy_put_number(char *at, uint64_t n)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    while (count > 0)
        *at++ = digits[--count];
    return at;
}
/* With zeros in front. */
static inline char *shy_put_digits(char *at, uint64_t n, size_t width)
{
    for (size_t i = width; i-- > 0; n /= 10)
        at[i] = (char)('0' + n % 10);
    return at + width;
}
/* A month's ordinal as yyyymm. */
static inline char *shy_put_month(char *at, int32_t ordinal)
{
    return shy_put_digits(at, (uint64_t)(ordinal / 12 * 100 + ordinal % 12 + 1), 6);
}
/* UTF-8 in CP932; text that has no place there is a failure. */
char *shy_put_name(struct shy_out *o, char *at, const char *text);

#endif
