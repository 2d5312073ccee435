/* SPDX-License-Identifier: MIT */
/*
 * The Arrow C data interface and C stream interface, as published in the Apache Arrow
 * specification ("The Arrow C data interface", "The Arrow C stream interface"). The layout of the
 * three structs is a stable ABI that every analytics library reads; it is restated here so that a
 * plugin needs no library.
 *
 * Ownership: whoever holds a struct whose release member is not NULL must call it exactly once.
 * Moving a struct is copying it and setting the source's release to NULL.
 *
 * Threads: a struct may be used by one thread at a time.
 */
#ifndef SHIHYO_ARROW_H
#define SHIHYO_ARROW_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format;
    const char *name;
    const char *metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema **children;
    struct ArrowSchema *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    /* Both return 0 or an errno value; the text of an error is get_last_error's. */
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
    /* At the end of the stream returns 0 and leaves out->release NULL. */
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
    /* Valid until the next call on the stream; may be NULL. */
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

#ifdef __cplusplus
}
#endif

#endif /* SHIHYO_ARROW_H */
