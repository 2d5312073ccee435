/* SPDX-License-Identifier: MIT */
/*
 * All memory of the core comes through injected_failure, so that a test can make every single
 * allocation of an operation fail in turn and see that it cleans up.
 */
#include "core/base/mem.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Fault injection. Two counters, so that the common case reads one word that nobody writes. */
static _Atomic uint64_t fail_limit;
static _Atomic uint64_t allocations;

static bool injected_failure(void)
{
    uint64_t limit = atomic_load_explicit(&fail_limit, memory_order_relaxed);
    if (__builtin_expect(limit == 0, 1))
        return false;
    return atomic_fetch_add(&allocations, 1) + 1 >= limit;
}

/* Off first: a thread that is allocating meanwhile must not meet the new limit with the old count.
 */
void shy_mem_fail_after(uint64_t n)
{
    atomic_store(&fail_limit, 0);
    atomic_store(&allocations, 0);
    atomic_store(&fail_limit, n);
}

/* Large tables are written from end to end: with pages of 2 MiB the kernel is asked hundreds of
 * times less often. Only pages that lie in the piece as a whole may change their size. */
enum { LARGE = 1 << 22, PAGE = 4096 };

static void *in_large_pages(void *p, size_t bytes)
{
    if (p != NULL && bytes >= LARGE) {
        int kept = errno;
        char *first = (char *)p + (PAGE - (uintptr_t)p % PAGE) % PAGE;
        (void)madvise(first, bytes - PAGE, MADV_HUGEPAGE);
        errno = kept;
    }
    return p;
}

void *shy_alloc(size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || injected_failure())
        return NULL;
    /* Nothing asked for is still an object of its own, so that NULL always means failure. */
    return in_large_pages(calloc(bytes == 0 ? 1 : bytes, 1), bytes);
}

void *shy_realloc(void *p, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || injected_failure())
        return NULL;
    return in_large_pages(realloc(p, bytes == 0 ? 1 : bytes), bytes);
}

char *shy_strdup(const char *text)
{
    return text == NULL ? NULL : shy_strndup(text, strlen(text));
}

char *shy_strndup(const char *text, size_t length)
{
    if (text == NULL || length == SIZE_MAX)
        return NULL;
    char *copy = shy_alloc(length + 1, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

void shy_free(void *p)
{
    free(p);
}

/* Capacity changes only with the memory: after a failure both are as they were and still belong to
 * the caller. */
bool shy_grow_(void **items, size_t *capacity, size_t need, size_t size)
{
    /* Doubling keeps the cost of adding one element constant on average. */
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < need) {
        if (wanted > SIZE_MAX / 2)
            return false;
        wanted *= 2;
    }
    /* The pointer's own type is not void *: move it as bytes, which may alias anything. */
    void *p;
    memcpy(&p, items, sizeof p);
    p = shy_realloc(p, wanted, size);
    if (p == NULL)
        return false;
    memcpy(items, &p, sizeof p);
    *capacity = wanted;
    return true;
}

/* Arena ---------------------------------------------------------------------------------- */

enum { ARENA_FIRST = 4096, ARENA_LARGEST = 1 << 20, ARENA_ALIGN = 16 };

struct shy_arena_block {
    struct shy_arena_block *previous;
    size_t used, size;
    _Alignas(ARENA_ALIGN) unsigned char bytes[];
};

/* Blocks double up to a mebibyte: small arenas stay small, large ones need few blocks. A piece
 * larger than a block gets one of its own size. */
static struct shy_arena_block *arena_block(struct shy_arena *arena, size_t need)
{
    size_t size = ARENA_FIRST;
    if (arena->last != NULL && arena->last->size < ARENA_LARGEST)
        size = arena->last->size * 2;
    else if (arena->last != NULL)
        size = ARENA_LARGEST;
    if (size < need)
        size = need;
    if (size > SIZE_MAX - sizeof(struct shy_arena_block))
        return NULL;
    struct shy_arena_block *block =
        in_large_pages(calloc(1, sizeof *block + size), sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->size = size;
    block->previous = arena->last;
    arena->last = block;
    return block;
}

void *shy_arena_alloc(struct shy_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    /* Every piece counts for fault injection, not only the blocks behind it: callers must cope
     * with the failure of each. */
    if (__builtin_mul_overflow(count, size, &bytes) || injected_failure())
        return NULL;
    if (bytes > SIZE_MAX - ARENA_ALIGN)
        return NULL;
    bytes = bytes == 0 ? ARENA_ALIGN : (bytes + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    struct shy_arena_block *block = arena->last;
    if (block == NULL || block->size - block->used < bytes)
        block = arena_block(arena, bytes);
    if (block == NULL)
        return NULL;
    void *p = block->bytes + block->used;
    block->used += bytes;
    return p;
}

char *shy_arena_strdup(struct shy_arena *arena, const char *text)
{
    return text == NULL ? NULL : shy_arena_strndup(arena, text, strlen(text));
}

char *shy_arena_strndup(struct shy_arena *arena, const char *text, size_t length)
{
    if (text == NULL || length == SIZE_MAX)
        return NULL;
    char *copy = shy_arena_alloc(arena, length + 1, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

void shy_arena_free(struct shy_arena *arena)
{
    while (arena->last != NULL) {
        struct shy_arena_block *block = arena->last;
        arena->last = block->previous;
        free(block);
    }
}

/* Growing text --------------------------------------------------------------------------- */

/* Room for more bytes and the terminator. */
static bool text_reserve(struct shy_text *t, size_t more)
{
    if (t->failed)
        return false;
    if (more > SIZE_MAX - 1 - t->length) {
        t->failed = true;
        return false;
    }
    size_t need = t->length + more + 1;
    if (need > t->capacity && !shy_grow_((void **)&t->text, &t->capacity, need, 1))
        t->failed = true;
    return !t->failed;
}

void shy_text_add(struct shy_text *t, const char *bytes, size_t length)
{
    if (!text_reserve(t, length))
        return;
    if (length > 0)
        memcpy(t->text + t->length, bytes, length);
    t->length += length;
    t->text[t->length] = '\0';
}

void shy_text_adds(struct shy_text *t, const char *text)
{
    shy_text_add(t, text, strlen(text));
}

void shy_text_addc(struct shy_text *t, char c)
{
    shy_text_add(t, &c, 1);
}

void shy_text_addf(struct shy_text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    shy_text_vaddf(t, format, args);
    va_end(args);
}

void shy_text_vaddf(struct shy_text *t, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        t->failed = true;
        return;
    }
    if (!text_reserve(t, (size_t)length))
        return;
    (void)vsnprintf(t->text + t->length, (size_t)length + 1, format, args);
    t->length += (size_t)length;
}

/* Forgets a failure as well: a line that could not be built says nothing of the next. */
void shy_text_clear(struct shy_text *t)
{
    t->length = 0;
    t->failed = false;
    if (t->text != NULL)
        t->text[0] = '\0';
}

void shy_text_free(struct shy_text *t)
{
    shy_free(t->text);
    *t = (struct shy_text){0};
}

const char *shy_text_get(const struct shy_text *t)
{
    return t->text == NULL ? "" : t->text;
}
