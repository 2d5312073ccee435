/* SPDX-License-Identifier: MIT */
#ifndef SHY_BASE_HASH_WIDE_H
#define SHY_BASE_HASH_WIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* XXH3-128, low half first; only where it is usable. */
bool shy_hash_wide_usable(void);
void shy_hash_wide(const void *bytes, size_t length, uint64_t out[2]);

#endif
