/* SPDX-License-Identifier: MIT */
/*
 * A slot for each split that may be under way. A reader takes the next split as soon as its slot
 * is free, so that memory is bounded by the slots and their queues. Who asks for the front split
 * never waits in vain: splits are begun in order, so that one is read, or was, or is the next.
 */
#include "config.h"

#include "core/import/readers.h"

#include <pthread.h>
#include <stdatomic.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

/* More threads than that would wait for who checks and stores. AHEAD: splits that may be read, or
 * be waiting, beside one for each thread. Workbooks differ tenfold in size: with one, threads that
 * are through with a small one wait for the large one in front. */
enum { MOST_THREADS = 4, QUEUE = 4, AHEAD = 2 };

struct slot {
    struct shy_table *tables[QUEUE];
    size_t first, count;
    bool ended; /* by code */
    int code;
    struct shihyo_error error;
};

struct shy_readers {
    struct shy_source *source;
    const struct shy_split *splits;
    size_t split_count;
    pthread_t threads[MOST_THREADS];
    size_t thread_count;
    atomic_bool stop;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t filled, room;
    struct slot slots[MOST_THREADS + AHEAD];
    size_t slot_count;
    size_t front, next; /* split being asked for; the next to be read */
    bool failed;        /* nothing more is begun */
};

/* One split being read. */
struct reading {
    struct shy_readers *readers;
    struct slot *slot;
};

/* Reading threads ------------------------------------------------------------------------ */

static int push(void *arg, struct shy_table *rows, struct shihyo_error *err)
{
    struct reading *reading = arg;
    struct shy_readers *r = reading->readers;
    struct slot *slot = reading->slot;
    (void)pthread_mutex_lock(&r->lock);
    while (slot->count == QUEUE && !atomic_load(&r->stop))
        (void)pthread_cond_wait(&r->room, &r->lock);
    bool stopped = atomic_load(&r->stop);
    if (!stopped) {
        slot->tables[(slot->first + slot->count++) % QUEUE] = rows;
        (void)pthread_cond_signal(&r->filled);
    }
    (void)pthread_mutex_unlock(&r->lock);
    if (!stopped)
        return 0;
    shy_table_free(rows);
    return shy_fail(err, SHY_E_CANCELLED, _("Stopped."));
}

/* Under the lock, which is given up while the plugin reads. */
static void read_split(struct shy_readers *r, size_t at)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct reading reading = {r, &r->slots[at % r->slot_count]};
    const struct shy_split *split = &r->splits[at];
    (void)pthread_mutex_unlock(&r->lock);
    int code = shy_source_take(r->source, split->contract, split->split, push, &reading, &err);
    (void)pthread_mutex_lock(&r->lock);
    reading.slot->ended = true;
    reading.slot->code = code;
    reading.slot->error = err;
    r->failed = r->failed || code != 0;
    (void)pthread_cond_signal(&r->filled);
    (void)pthread_cond_broadcast(&r->room);
}

static void *read_splits(void *arg)
{
    struct shy_readers *r = arg;
    shy_os_watch(&r->stop);
    (void)pthread_mutex_lock(&r->lock);
    for (;;) {
        bool over = atomic_load(&r->stop) || r->failed || r->next == r->split_count;
        if (over)
            break;
        if (r->next - r->front < r->slot_count)
            read_split(r, r->next++);
        else
            (void)pthread_cond_wait(&r->room, &r->lock);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* Starting and ending -------------------------------------------------------------------- */

int shy_readers_start(struct shy_source *source, const struct shy_split *splits, size_t count,
                      struct shy_readers **out, struct shihyo_error *err)
{
    size_t wanted = shy_os_processors();
    *out = NULL;
    struct shy_readers *r = shy_alloc(1, sizeof *r);
    if (r == NULL)
        return shy_fail_nomem(err);
    if (wanted > MOST_THREADS)
        wanted = MOST_THREADS;
    if (wanted > count)
        wanted = count;
    r->source = source;
    r->splits = splits;
    r->split_count = count;
    r->slot_count = wanted + AHEAD;
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->filled, NULL);
    (void)pthread_cond_init(&r->room, NULL);
    while (r->thread_count < wanted &&
           pthread_create(&r->threads[r->thread_count], NULL, read_splits, r) == 0)
        r->thread_count++;
    *out = r;
    /* Fewer threads than wanted are enough, none are not. */
    if (r->thread_count > 0 || wanted == 0)
        return 0;
    shy_readers_stop(r);
    *out = NULL;
    return shy_fail_nomem(err);
}

void shy_readers_stop(struct shy_readers *r)
{
    if (r == NULL)
        return;
    (void)pthread_mutex_lock(&r->lock);
    atomic_store(&r->stop, true);
    (void)pthread_cond_broadcast(&r->room);
    (void)pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < r->thread_count; i++)
        (void)pthread_join(r->threads[i], NULL);
    for (size_t i = 0; i < r->slot_count; i++) {
        struct slot *slot = &r->slots[i];
        for (; slot->count > 0; slot->count--)
            shy_table_free(slot->tables[slot->first++ % QUEUE]);
    }
    (void)pthread_cond_destroy(&r->filled);
    (void)pthread_cond_destroy(&r->room);
    (void)pthread_mutex_destroy(&r->lock);
    shy_free(r);
}

/* Taking --------------------------------------------------------------------------------- */

/* Under the lock: the slot is free for another split. */
static int end_split(struct shy_readers *r, struct slot *slot, struct shihyo_error *err)
{
    int code = slot->code;
    if (code != 0 && err != NULL)
        *err = slot->error;
    *slot = (struct slot){0};
    r->front++;
    (void)pthread_cond_broadcast(&r->room);
    return code;
}

int shy_readers_next(struct shy_readers *r, size_t at, struct shy_table **rows,
                     struct shihyo_error *err)
{
    int code = 0;
    *rows = NULL;
    (void)pthread_mutex_lock(&r->lock);
    SHY_BUG_ON(at != r->front || at >= r->split_count);
    struct slot *slot = &r->slots[at % r->slot_count];
    while (slot->count == 0 && !slot->ended)
        (void)pthread_cond_wait(&r->filled, &r->lock);
    if (slot->count > 0) {
        *rows = slot->tables[slot->first];
        slot->first = (slot->first + 1) % QUEUE;
        slot->count--;
        (void)pthread_cond_broadcast(&r->room);
    } else {
        code = end_split(r, slot, err);
    }
    (void)pthread_mutex_unlock(&r->lock);
    return code;
}
