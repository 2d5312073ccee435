/* SPDX-License-Identifier: MIT */
/*
 * What labels, numbers, periods and area codes of government tables mean. The rules are written
 * down in docs/government_tables.md. Thread-safe; nothing is kept.
 *
 * The parsing functions return enum shihyo_status, as the services of plugin.h do; the caller, who
 * knows the place, makes the message.
 */
#ifndef SHY_TEXT_NORMALISE_H
#define SHY_TEXT_NORMALISE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* Every sign a state, none a zero: hyphen, ellipsis and blank are missing, a dot is not
 * applicable, asterisk and x are masked. All digits after the point are kept. */
extern const struct shihyo_signs shy_signs_default;

/* See plugin.h. SIZE_MAX: out of memory. Bytes that are not UTF-8 are copied as they are. */
size_t shy_normalise_label(const char *text, size_t length, char *out, size_t size);
/* The same into new memory (shy_free); NULL: out of memory. */
char *shy_label(const char *text, size_t length);

/* signs NULL = default. */
int shy_parse_number(const char *text, size_t length, const struct shihyo_signs *signs,
                     struct shihyo_number *out);
int shy_parse_period(const char *text, size_t length, char out[16]);
int shy_parse_area_code(const char *text, size_t length, uint32_t level, char out[8]);

/* Check digit ('0'..'9') of a five-digit code of 全国地方公共団体コード. */
char shy_area_check_digit(const char code[5]);

#endif
