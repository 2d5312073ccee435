/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_codes.h"

#include <stdlib.h>

#include "core/base/i18n.h"

enum { FIRST_CODES = 64 };

int shy_codes_open(struct shy_codes *codes, size_t threads, struct shihyo_error *err)
{
    (void)err;
    *codes = (struct shy_codes){.thread_count = threads};
    return 0;
}

static void free_numbering(struct shy_numbering *n)
{
    shy_ids_free(&n->ids);
    shy_arena_free(&n->arena);
    shy_free((void *)n->texts);
    shy_free(n->lengths);
    shy_free(n->allowed);
    shy_free(n->lines);
    shy_free(n->final);
}

void shy_codes_free(struct shy_codes *codes)
{
    for (size_t m = 0; m < codes->meaning_count; m++) {
        for (size_t t = 0; t < codes->thread_count; t++)
            free_numbering(&codes->meanings[m].threads[t]);
        shy_free(codes->meanings[m].threads);
    }
    *codes = (struct shy_codes){0};
}

int shy_codes_meaning(struct shy_codes *codes, const struct shy_contract *contract, int column,
                      int *out, struct shihyo_error *err)
{
    char name[SHY_MEANING_TEXT];
    shy_code_meaning(contract, column, name);
    for (size_t i = 0; i < codes->meaning_count; i++) {
        if (strcmp(codes->meanings[i].name, name) == 0) {
            *out = (int)i;
            return 0;
        }
    }
    SHY_BUG_ON(codes->meaning_count == SHY_MEANINGS);
    struct shy_meaning *m = &codes->meanings[codes->meaning_count];
    *m = (struct shy_meaning){
        .contract = contract, .column = column, .values = contract->columns[column].values};
    memcpy(m->name, name, sizeof name);
    m->threads = shy_alloc(codes->thread_count, sizeof *m->threads);
    if (m->threads == NULL)
        return shy_fail_nomem(err);
    *out = (int)codes->meaning_count++;
    return 0;
}

static bool grow(struct shy_numbering *n)
{
    size_t capacity = n->capacity == 0 ? FIRST_CODES : n->capacity * 2;
    const char **texts = shy_realloc((void *)n->texts, capacity, sizeof *texts);
    if (texts != NULL)
        n->texts = texts;
    uint32_t *lengths = shy_realloc(n->lengths, capacity, sizeof *lengths);
    if (lengths != NULL)
        n->lengths = lengths;
    bool *allowed = shy_realloc(n->allowed, capacity, sizeof *allowed);
    if (allowed != NULL)
        n->allowed = allowed;
    int64_t *lines = shy_realloc(n->lines, capacity, sizeof *lines);
    if (lines != NULL)
        n->lines = lines;
    if (texts == NULL || lengths == NULL || allowed == NULL || lines == NULL)
        return false;
    n->capacity = capacity;
    return true;
}

static bool in_list(const char *const *values, const char *text, size_t length)
{
    for (; values != NULL && *values != NULL; values++) {
        if (strlen(*values) == length && memcmp(*values, text, length) == 0)
            return true;
    }
    return values == NULL;
}

int shy_numbering_add(struct shy_numbering *n, const struct shy_meaning *meaning, struct shy_id id,
                      const char *text, size_t length, uint32_t *out, struct shihyo_error *err)
{
    if (!shy_text_is_clean(text, length))
        return shy_batch_broken(err, meaning->contract->columns[meaning->column].name,
                                _("a text is not valid UTF-8."));
    if (n->count == n->capacity && !grow(n))
        return shy_fail_nomem(err);
    const char *kept = shy_arena_strndup(&n->arena, text, length);
    if (kept == NULL || !shy_ids_add(&n->ids, id, (uint32_t)n->count, out))
        return shy_fail_nomem(err);
    n->texts[n->count] = kept;
    n->lengths[n->count] = (uint32_t)length;
    n->allowed[n->count] = in_list(meaning->values, text, length);
    n->lines[n->count] = 0;
    n->count++;
    return 0;
}

/* Final numbers -------------------------------------------------------------------------- */

struct text {
    const char *bytes;
    uint32_t length;
};

static int by_bytes(const void *a, const void *b)
{
    const struct text *x = a, *y = b;
    uint32_t least = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->bytes, y->bytes, least);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Texts of all threads that the dictionary lacks, sorted, each once. */
static int new_texts(const struct shy_meaning *m, size_t threads, const struct shy_map *known,
                     struct text **out, size_t *count, struct shihyo_error *err)
{
    size_t most = 0, n = 0;
    for (size_t t = 0; t < threads; t++)
        most += m->threads[t].count;
    struct text *list = shy_alloc(most + 1, sizeof *list);
    if (list == NULL)
        return shy_fail_nomem(err);
    for (size_t t = 0; t < threads; t++) {
        const struct shy_numbering *from = &m->threads[t];
        for (size_t i = 0; i < from->count; i++) {
            if (shy_map_find(known, from->texts[i], from->lengths[i]) == SHY_MAP_NONE)
                list[n++] = (struct text){from->texts[i], from->lengths[i]};
        }
    }
    qsort(list, n, sizeof *list, by_bytes);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        if (*count == 0 || by_bytes(&list[i], &list[*count - 1]) != 0)
            list[(*count)++] = list[i];
    }
    *out = list;
    return 0;
}

static int add_texts(const struct shy_meaning *m, struct shy_store *store, const struct text *list,
                     size_t count, struct shihyo_error *err)
{
    const char **texts = shy_alloc(count + 1, sizeof *texts);
    size_t *lengths = shy_alloc(count + 1, sizeof *lengths);
    int code = texts == NULL || lengths == NULL ? shy_fail_nomem(err) : 0;
    for (size_t i = 0; i < count && code == 0; i++) {
        texts[i] = list[i].bytes;
        lengths[i] = list[i].length;
    }
    if (code == 0 && count > 0)
        code = shy_store_dictionary_add(store, m->contract, m->column, texts, lengths, count, err);
    shy_free((void *)texts);
    shy_free(lengths);
    return code;
}

static int map_threads(struct shy_meaning *m, size_t threads, const struct shy_map *dictionary,
                       struct shihyo_error *err)
{
    for (size_t t = 0; t < threads; t++) {
        struct shy_numbering *n = &m->threads[t];
        n->final = shy_alloc(n->count + 1, sizeof *n->final);
        if (n->final == NULL)
            return shy_fail_nomem(err);
        for (size_t i = 0; i < n->count; i++)
            n->final[i] = shy_map_find(dictionary, n->texts[i], n->lengths[i]);
    }
    return 0;
}

static int finish_meaning(struct shy_meaning *m, size_t threads, struct shy_store *store,
                          struct shihyo_error *err)
{
    struct shy_map known = {0};
    struct text *list = NULL;
    size_t count = 0;
    int code = shy_store_dictionary(store, m->contract, m->column, &known, err);
    if (code == 0)
        code = new_texts(m, threads, &known, &list, &count, err);
    if (code == 0)
        code = add_texts(m, store, list, count, err);
    shy_free(list);
    shy_map_free(&known);
    if (code == 0)
        code = shy_store_dictionary(store, m->contract, m->column, &known, err);
    if (code == 0)
        code = map_threads(m, threads, &known, err);
    shy_map_free(&known);
    return code;
}

int shy_codes_finish(struct shy_codes *codes, struct shy_store *store, struct shihyo_error *err)
{
    for (size_t i = 0; i < codes->meaning_count; i++)
        SHY_TRY(finish_meaning(&codes->meanings[i], codes->thread_count, store, err));
    return 0;
}
