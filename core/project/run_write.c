/* SPDX-License-Identifier: MIT */
/*
 * Evaluating and writing take about as long as each other, and neither needs what the other has
 * open: the store is read by one thread, the results are written by the other. What is written,
 * and in which order, does not depend on who is faster.
 */
#include "config.h"

#include <pthread.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/project/run_cells.h"

/* Batches that wait at most, and cells of one, of 200 bytes each. Their memory is taken once and
 * used again and again: what comes and goes beside the evaluator's own would leave holes in it. */
enum { BATCHES = 12, CELLS = 4096 };

/* The texts behind numbers of cells, copied: the evaluator's own lists move when they grow, and go
 * when it fails, which the thread that writes would not notice. */
struct texts {
    char **items;
    size_t count, capacity;
};

struct batch {
    struct shy_cell *cells;
    struct shy_cell_limits *limits; /* of the cells that have any, copied; NULL = none had yet */
    size_t count;
    char **texts; /* of measures, then of dims, as far as they were known */
    size_t measures, text_capacity;
};

struct shy_writer {
    struct shy_saving *saving;
    pthread_t thread;
    struct texts measures, dims; /* of who gives; those a batch points to stay */
    pthread_mutex_t lock;        /* of what follows */
    pthread_cond_t given, taken;
    struct batch batches[BATCHES];
    size_t first, count; /* those that wait, the one that is being written among them */
    bool ended;          /* no more come */
    int code;            /* the first failure; what comes after is dropped */
    struct shihyo_error error;
};

/* In the thread ------------------------------------------------------------------------------ */

static int write_batch(struct shy_writer *w, const struct batch *b, struct shihyo_error *err)
{
    const struct shy_saved_cells cells = {b->cells, b->count, b->texts, b->texts + b->measures};
    return shy_saving_add(w->saving, &cells, err);
}

static void *write_all(void *arg)
{
    struct shy_writer *w = arg;
    (void)pthread_mutex_lock(&w->lock);
    for (;;) {
        while (w->count == 0 && !w->ended)
            (void)pthread_cond_wait(&w->given, &w->lock);
        if (w->count == 0)
            break;
        struct shihyo_error err = SHY_ERROR_INIT;
        int code = w->code;
        (void)pthread_mutex_unlock(&w->lock);
        if (code == 0)
            code = write_batch(w, &w->batches[w->first], &err);
        (void)pthread_mutex_lock(&w->lock);
        w->first = (w->first + 1) % BATCHES;
        w->count--;
        if (code != 0 && w->code == 0) {
            w->code = code;
            w->error = err;
        }
        (void)pthread_cond_signal(&w->taken);
    }
    (void)pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* Of the thread's owner ---------------------------------------------------------------------- */

static void free_texts(struct texts *t)
{
    for (size_t i = 0; i < t->count; i++)
        shy_free(t->items[i]);
    shy_free(t->items);
}

static void free_writer(struct shy_writer *w)
{
    free_texts(&w->measures);
    free_texts(&w->dims);
    for (size_t i = 0; i < BATCHES; i++) {
        shy_free(w->batches[i].cells);
        shy_free(w->batches[i].limits);
        shy_free(w->batches[i].texts);
    }
    (void)pthread_cond_destroy(&w->given);
    (void)pthread_cond_destroy(&w->taken);
    (void)pthread_mutex_destroy(&w->lock);
    shy_free(w);
}

static int start(struct shy_writer *w, struct shihyo_error *err)
{
    for (size_t i = 0; i < BATCHES; i++) {
        w->batches[i].cells = shy_alloc(CELLS, sizeof *w->batches[i].cells);
        if (w->batches[i].cells == NULL)
            return shy_fail_nomem(err);
    }
    int refused = pthread_create(&w->thread, NULL, write_all, w);
    return refused == 0 ? 0 : shy_fail_os(err, refused, _("No thread can be started"), "");
}

int shy_writer_start(struct shy_saving *saving, struct shy_writer **out, struct shihyo_error *err)
{
    struct shy_writer *w = shy_alloc(1, sizeof *w);
    *out = NULL;
    if (w == NULL)
        return shy_fail_nomem(err);
    w->saving = saving;
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)pthread_cond_init(&w->given, NULL);
    (void)pthread_cond_init(&w->taken, NULL);
    int code = start(w, err);
    if (code != 0) {
        free_writer(w);
        return code;
    }
    *out = w;
    return 0;
}

/* Texts are added to the map, never changed. */
static int copy_texts(struct texts *t, const struct shy_map *map, struct shihyo_error *err)
{
    while (t->count < map->count) {
        if (!SHY_GROW(t->items, t->count, t->capacity))
            return shy_fail_nomem(err);
        t->items[t->count] = shy_strdup(map->keys[t->count]);
        if (t->items[t->count] == NULL)
            return shy_fail_nomem(err);
        t->count++;
    }
    return 0;
}

/* Few definitions have limits, so that room for them is taken when the first come. */
static int copy_limits(struct batch *b, struct shihyo_error *err)
{
    for (size_t i = 0; i < b->count; i++) {
        if (b->cells[i].limits == NULL)
            continue;
        if (b->limits == NULL)
            b->limits = shy_alloc(CELLS, sizeof *b->limits);
        if (b->limits == NULL)
            return shy_fail_nomem(err);
        b->limits[i] = *b->cells[i].limits;
        b->cells[i].limits = &b->limits[i];
    }
    return 0;
}

static int fill(struct shy_writer *w, struct batch *b, const struct shy_result *cells, size_t first,
                size_t count, struct shihyo_error *err)
{
    SHY_TRY(copy_texts(&w->measures, &cells->measures, err));
    SHY_TRY(copy_texts(&w->dims, &cells->dims, err));
    size_t measures = w->measures.count, dims = w->dims.count;
    if (measures + dims > b->text_capacity &&
        !shy_grow_((void **)&b->texts, &b->text_capacity, measures + dims, sizeof *b->texts))
        return shy_fail_nomem(err);
    b->count = count;
    b->measures = measures;
    memcpy(b->cells, cells->cells + first, count * sizeof *b->cells);
    memcpy(b->texts, w->measures.items, measures * sizeof *b->texts);
    memcpy(b->texts + measures, w->dims.items, dims * sizeof *b->texts);
    return copy_limits(b, err);
}

static int failure(const struct shy_writer *w, struct shihyo_error *err)
{
    if (w->code != 0 && err != NULL)
        *err = w->error;
    return w->code;
}

/* The batch behind those that wait, when there is room for one: it is the caller's to fill. */
static int next_batch(struct shy_writer *w, struct batch **out, struct shihyo_error *err)
{
    (void)pthread_mutex_lock(&w->lock);
    while (w->code == 0 && w->count == BATCHES)
        (void)pthread_cond_wait(&w->taken, &w->lock);
    int code = failure(w, err);
    *out = &w->batches[(w->first + w->count) % BATCHES];
    (void)pthread_mutex_unlock(&w->lock);
    return code;
}

int shy_writer_give(struct shy_writer *w, const struct shy_result *cells, struct shihyo_error *err)
{
    for (size_t done = 0; done < cells->count;) {
        size_t count = cells->count - done < CELLS ? cells->count - done : CELLS;
        struct batch *b;
        SHY_TRY(next_batch(w, &b, err));
        SHY_TRY(fill(w, b, cells, done, count, err));
        (void)pthread_mutex_lock(&w->lock);
        w->count++;
        (void)pthread_cond_signal(&w->given);
        (void)pthread_mutex_unlock(&w->lock);
        done += count;
    }
    return 0;
}

int shy_writer_stop(struct shy_writer *w, struct shihyo_error *err)
{
    if (w == NULL)
        return 0;
    (void)pthread_mutex_lock(&w->lock);
    w->ended = true;
    (void)pthread_cond_signal(&w->given);
    (void)pthread_mutex_unlock(&w->lock);
    (void)pthread_join(w->thread, NULL);
    int code = failure(w, err);
    free_writer(w);
    return code;
}
