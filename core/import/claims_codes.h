/* SPDX-License-Identifier: MIT */
/*
 * Codes of person-level rows to numbers. While rows are read each thread numbers what it meets by
 * itself; when all are read the codes of one meaning become one dictionary, new ones in the order
 * of their bytes, and every thread's numbers are mapped to it. So the final numbers do not depend
 * on threads.
 */
#ifndef SHY_IMPORT_CLAIMS_CODES_H
#define SHY_IMPORT_CLAIMS_CODES_H

#include "core/import/claims_ids.h"
#include "core/store/segments.h"

#define SHY_MEANINGS 24

/* The codes that one thread met of one meaning. */
struct shy_numbering {
    struct shy_ids ids;
    struct shy_arena arena;
    const char **texts;
    uint32_t *lengths;
    bool *allowed;  /* in the column's list of values, where it has one */
    int64_t *lines; /* how many lines have the code, where that is counted */
    size_t count, capacity;
    uint32_t *final; /* numbers of the store's dictionary */
};

struct shy_meaning {
    char name[SHY_MEANING_TEXT];
    const struct shy_contract *contract; /* one that has a column of it */
    int column;
    const char *const *values;
    struct shy_numbering *threads;
};

struct shy_codes {
    struct shy_meaning meanings[SHY_MEANINGS];
    size_t meaning_count, thread_count;
};

int shy_codes_open(struct shy_codes *codes, size_t threads, struct shihyo_error *err);
void shy_codes_free(struct shy_codes *codes);
/* The meaning of a code column; made known where it is new. */
int shy_codes_meaning(struct shy_codes *codes, const struct shy_contract *contract, int column,
                      int *out, struct shihyo_error *err);

/* A code that the thread has not met yet. The text is checked: SHY_E_PLUGIN_STREAM. */
int shy_numbering_add(struct shy_numbering *n, const struct shy_meaning *meaning, struct shy_id id,
                      const char *text, size_t length, uint32_t *out, struct shihyo_error *err);

static inline int shy_numbering_of(struct shy_numbering *n, const struct shy_meaning *meaning,
                                   const struct shy_batch_column *c, int64_t i, uint32_t *out,
                                   struct shihyo_error *err)
{
    size_t length;
    struct shy_id id = shy_id_at(c, i);
    *out = shy_ids_find(&n->ids, id);
    if (*out != SHY_ID_NONE)
        return 0;
    const char *text = shy_batch_text(c, i, &length);
    return shy_numbering_add(n, meaning, id, text, length, out, err);
}

/* Adds what is new to the store's dictionaries and fills `final` of every thread. */
int shy_codes_finish(struct shy_codes *codes, struct shy_store *store, struct shihyo_error *err);

#endif
