/* SPDX-License-Identifier: MIT */
/*
 * Encodings of text files. Inside shihyo text is UTF-8; what cannot be mapped is an error with its
 * place, never a substitute character. CP932 is Windows-31J as iconv knows it: Japanese files that
 * call themselves Shift_JIS are that, and differ from the standard of that name in the wave dash,
 * the minus sign and a few hundred other characters. Thread-safe.
 */
#ifndef SHY_TEXT_ENCODING_H
#define SHY_TEXT_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/mem.h"

enum shy_encoding_kind {
    SHY_ENCODING_UTF8,
    SHY_ENCODING_CP932,
    SHY_ENCODING_OTHER, /* through iconv: UTF-16 and whatever else is asked for by name */
};

struct shy_encoding {
    enum shy_encoding_kind kind;
    char name[32]; /* for iconv and for messages */
    size_t mark;   /* bytes of the byte order mark at the start */
};

/*
 * What the bytes of a file are. name: NULL or "auto", or a name; case, '-' and '_' do not matter
 * in the common ones, and any that iconv knows will do. "auto" is the mark, else valid UTF-8, else
 * valid CP932, else SHY_E_ENCODING. "UTF-16" without a mark is decided by where the high bytes are.
 *
 * Looks no further than needed: 4,096 characters beyond ASCII that are valid settle the matter,
 * so the reader must still check what it reads.
 */
int shy_encoding_find(const char *name, const unsigned char *bytes, size_t size,
                      struct shy_encoding *out, struct shihyo_error *err);

/* SHY_E_ENCODING for the bytes at offset; the row is the caller's to add. */
int shy_fail_encoding(struct shihyo_error *err, const char *name, const unsigned char *bytes,
                      size_t size, size_t offset);

/* Line breaks in bytes: LF, CR, or CR LF as one. */
int64_t shy_count_lines(const unsigned char *bytes, size_t size);

bool shy_is_ascii(const char *text, size_t length);

/* Length of the longest prefix that is whole valid UTF-8 characters. */
size_t shy_utf8_valid(const unsigned char *bytes, size_t size);
/* The bytes (fewer than 4) begin a character that could be completed. */
bool shy_utf8_unfinished(const unsigned char *bytes, size_t size);

/* Fails where the machine's iconv does not know CP932. Call before the two below. */
int shy_cp932_ready(struct shihyo_error *err);
/* Decodes to out, which has room for 3 bytes per byte; *used < size where a character is invalid
 * or cut off. Returns the bytes written. */
size_t shy_cp932_decode(const char *bytes, size_t size, char *out, size_t *used);

/*
 * Appends text as CP932. The several look-alikes of Unicode go to their one CP932 character:
 * U+301C and U+FF5E, U+2212 and U+FF0D, U+2016 and U+2225, U+2014 and U+2015, the half-width yen
 * sign and overline to the full-width ones. The first character that has no place there is
 * SHY_E_ENCODING_CHARACTER with its line as row; out then holds what came before it.
 */
int shy_cp932_encode(const char *text, size_t length, struct shy_text *out,
                     struct shihyo_error *err);

#endif
