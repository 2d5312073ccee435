/* SPDX-License-Identifier: MIT */
/*
 * Memory: overflow-checked allocation, an arena, growing arrays and text. Functions that allocate
 * return NULL (or false) when memory is exhausted; nothing aborts. Tests make the n-th allocation
 * fail with shy_mem_fail_after. Threads: an object belongs to one thread at a time.
 */
#ifndef SHY_BASE_MEM_H
#define SHY_BASE_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* What they give belongs to the caller and goes back by shy_free. A size of 0 gives a pointer too,
 * so that NULL always means that memory is exhausted. */
void *shy_alloc(size_t count, size_t size);            /* zeroed; count * size checked */
void *shy_realloc(void *p, size_t count, size_t size); /* p unchanged on failure */
char *shy_strdup(const char *text);                    /* NULL in, NULL out */
char *shy_strndup(const char *text, size_t length);
void shy_free(void *p);

/* For tests: the n-th allocation from now fails, and every later one; 0 = never. */
void shy_mem_fail_after(uint64_t n);

/* Makes room for one more element: grows the pointer and capacity members of a struct.
 * Evaluates to false when out of memory. */
#define SHY_GROW(items, count, capacity) \
    ((count) < (capacity) || \
     shy_grow_((void **)&(items), &(capacity), (count) + 1, sizeof *(items)))
bool shy_grow_(void **items, size_t *capacity, size_t need, size_t size);

/* Arena: everything is freed at once. Zero-initialised struct is an empty arena. */
struct shy_arena {
    struct shy_arena_block *last;
};
void *shy_arena_alloc(struct shy_arena *arena, size_t count, size_t size); /* zeroed, aligned 16 */
char *shy_arena_strdup(struct shy_arena *arena, const char *text);
char *shy_arena_strndup(struct shy_arena *arena, const char *text, size_t length);
void shy_arena_free(struct shy_arena *arena);

/* Growing text. Zero-initialised is empty; text is NULL until something is added, then always
 * terminated. Failure is sticky: check failed once at the end. */
struct shy_text {
    char *text;
    size_t length, capacity;
    bool failed;
};
void shy_text_add(struct shy_text *t, const char *bytes, size_t length);
void shy_text_adds(struct shy_text *t, const char *text);
void shy_text_addc(struct shy_text *t, char c);
void shy_text_addf(struct shy_text *t, const char *format, ...) SHY_PRINTF(2, 3);
void shy_text_vaddf(struct shy_text *t, const char *format, va_list args) SHY_PRINTF(2, 0);
void shy_text_clear(struct shy_text *t); /* keeps the memory, forgets a failure */
void shy_text_free(struct shy_text *t);
const char *shy_text_get(const struct shy_text *t); /* never NULL */

#endif
