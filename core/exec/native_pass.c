/* SPDX-License-Identifier: MIT */
/*
 * The pass: threads take partitions from a counter, each with its own reader, rows and grids; the
 * grids are joined at the end. Memory is that of one partition per thread and of the cells.
 */
#include "config.h"

#include "core/exec/native.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

enum { CHUNK = 1 << 22 };

/* Memory of one partition ------------------------------------------------------------------- */

void *shy_scratch(struct worker *w, size_t count, size_t size, int *rc)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
        *rc = shy_fail_nomem(&w->err);
        return NULL;
    }
    bytes = (bytes + 63) / 64 * 64;
    for (; w->chunk != NULL; w->chunk = w->chunk->next) {
        if (w->chunk->size - w->chunk->used >= bytes)
            break;
    }
    if (w->chunk == NULL) {
        size_t whole = bytes > CHUNK ? bytes : CHUNK;
        struct chunk *c = shy_realloc(NULL, 1, sizeof *c + whole);
        if (c == NULL) {
            *rc = shy_fail_nomem(&w->err);
            return NULL;
        }
        *c = (struct chunk){.next = w->chunks, .size = whole};
        w->chunks = c;
        w->chunk = c;
    }
    char *p = (char *)w->chunk->bytes + w->chunk->used;
    w->chunk->used += bytes;
    return p;
}

static void forget(struct worker *w)
{
    for (struct chunk *c = w->chunks; c != NULL; c = c->next)
        c->used = 0;
    w->chunk = w->chunks;
    w->beside = NULL;
    memset(w->selections, 0,
           (shy_plan_node_count(w->native->run->plan) + 1) * sizeof(struct memo_selection *));
}

/* A partition ------------------------------------------------------------------------------- */

static int load_shelves(struct worker *w, enum reach reach)
{
    const struct native *n = w->native;
    for (size_t i = 0; i < n->shelf_count; i++) {
        const struct shelf_plan *p = n->shelves[i];
        if (p->used && !p->contract->made && p->reach == reach)
            SHY_TRY(shy_shelf_load(w, &w->shelves[i]));
    }
    return 0;
}

static int load_all(struct worker *w)
{
    const struct native *n = w->native;
    for (size_t i = 0; i < n->shelf_count; i++)
        w->shelves[i] = (struct shelf){.plan = n->shelves[i]};
    SHY_TRY(load_shelves(w, REACH_ALL));
    for (const struct each_plan *p = n->each_list; p != NULL; p = p->next)
        SHY_TRY(shy_each_load(w, p));
    SHY_TRY(load_shelves(w, REACH_LINKED));
    return load_shelves(w, REACH_ASKED);
}

static int count_partition(struct worker *w, uint32_t partition)
{
    const struct native *n = w->native;
    forget(w);
    w->partition = partition;
    w->persons = n->data->persons(n->data->self, partition);
    int rc = w->persons == 0 ? 0 : load_all(w);
    for (size_t i = 0; rc == 0 && w->persons > 0 && i < n->grid_count; i++)
        rc = shy_grid_count(w, &w->grids[i]);
    for (const struct presence *p = n->presences; rc == 0 && w->persons > 0 && p != NULL;
         p = p->next)
        rc = shy_presence_count(w, p, w->seen[p->number]);
    w->reader.release(w->reader.self);
    return rc;
}

/* Threads ----------------------------------------------------------------------------------- */

struct pass {
    struct native *native;
    atomic_uint next, done;
    atomic_bool stop;
    pthread_mutex_t progress;
};
struct thread {
    struct pass *pass;
    struct worker worker;
    pthread_t thread;
    bool started;
};

static void say_progress(struct pass *p)
{
    const struct shy_native_options *o = &p->native->options;
    unsigned done = atomic_fetch_add(&p->done, 1) + 1;
    if (o->progress == NULL)
        return;
    (void)pthread_mutex_lock(&p->progress);
    o->progress(o->self, (double)done / p->native->data->count);
    (void)pthread_mutex_unlock(&p->progress);
}

static bool is_cancelled(const struct pass *p)
{
    const struct shy_native_options *o = &p->native->options;
    return o->cancelled != NULL && o->cancelled(o->self);
}

static int open_worker(struct thread *t)
{
    struct worker *w = &t->worker;
    struct native *n = t->pass->native;
    size_t nodes = shy_plan_node_count(n->run->plan) + 1;
    w->native = n;
    w->err = (struct shihyo_error)SHY_ERROR_INIT;
    w->shelves = shy_alloc(n->shelf_count + 1, sizeof *w->shelves);
    w->grids = shy_alloc(n->grid_count + 1, sizeof *w->grids);
    w->selections = shy_alloc(nodes, sizeof(struct memo_selection *));
    w->values = shy_alloc(MAX_DIMS * (size_t)BATCH, sizeof *w->values);
    w->seen = shy_alloc(n->presence_count + 1, sizeof *w->seen);
    if (w->shelves == NULL || w->grids == NULL || w->selections == NULL || w->values == NULL ||
        w->seen == NULL)
        return shy_fail_nomem(&w->err);
    for (const struct presence *p = n->presences; p != NULL; p = p->next) {
        w->seen[p->number] = shy_alloc((size_t)shy_period_months(&n->run->periods[p->period]), 1);
        if (w->seen[p->number] == NULL)
            return shy_fail_nomem(&w->err);
    }
    for (size_t i = 0; i < n->grid_count; i++) {
        w->grids[i].plan = n->grid_plans[i];
        w->grids[i].flat = n->grid_plans[i]->flat;
        w->grids[i].codes = n->institutions[n->grid_plans[i]->shelf->number];
    }
    SHY_TRY(n->data->reader(n->data->self, &w->reader, &w->err));
    w->open = true;
    return 0;
}

/* What was for partitions alone goes while other threads still count. */
static void leave(struct worker *w)
{
    if (w->open)
        w->reader.close(w->reader.self);
    w->open = false;
    for (struct chunk *c = w->chunks, *next; c != NULL; c = next) {
        next = c->next;
        shy_free(c);
    }
    w->chunks = NULL;
}

static void *work(void *self)
{
    struct thread *t = self;
    struct pass *p = t->pass;
    struct worker *w = &t->worker;
    w->rc = open_worker(t);
    while (w->rc == 0 && !atomic_load(&p->stop)) {
        unsigned partition = atomic_fetch_add(&p->next, 1);
        if (partition >= p->native->data->count)
            break;
        w->failed_partition = partition;
        w->rc = is_cancelled(p) ? shy_fail(&w->err, SHY_E_CANCELLED, _("Stopped."))
                                : count_partition(w, partition);
        if (w->rc == 0)
            say_progress(p);
    }
    for (size_t i = 0; w->rc == 0 && i < p->native->grid_count; i++) {
        forget(w);
        w->rc = shy_grid_sort(w, &w->grids[i]);
    }
    if (w->rc != 0)
        atomic_store(&p->stop, true);
    leave(w);
    return NULL;
}

static void close_worker(struct thread *t)
{
    struct worker *w = &t->worker;
    for (size_t i = 0; w->grids != NULL && i < w->native->grid_count; i++)
        shy_grid_free(&w->grids[i]);
    shy_free(w->shelves);
    shy_free(w->grids);
    shy_free(w->selections);
    shy_free(w->values);
    for (size_t i = 0; w->seen != NULL && i < w->native->presence_count; i++)
        shy_free(w->seen[i]);
    shy_free(w->seen);
}

/* Joining: threads take grids from a counter. */
struct joining {
    struct native *native;
    struct thread *threads;
    size_t count;
    atomic_uint next;
};
struct joiner {
    struct joining *all;
    pthread_t thread;
    bool started;
    int rc;
    struct shihyo_error err;
};

static int join_grid(const struct joining *j, size_t number, struct shihyo_error *err)
{
    struct grid *into = &j->native->grids[number], **from;
    from = shy_alloc(j->count, sizeof(struct grid *));
    if (from == NULL)
        return shy_fail_nomem(err);
    for (size_t t = 0; t < j->count; t++)
        from[t] = &j->threads[t].worker.grids[number];
    int rc = shy_grid_join(into, from, j->count, err);
    shy_free(from);
    return rc == 0 && into->begun ? shy_grid_expand(into, err) : rc;
}

static void *join_some(void *self)
{
    struct joiner *me = self;
    while (me->rc == 0) {
        unsigned number = atomic_fetch_add(&me->all->next, 1);
        if (number >= me->all->native->grid_count)
            break;
        me->rc = join_grid(me->all, number, &me->err);
    }
    return NULL;
}

static int join_grids(struct native *n, struct thread *threads, size_t count,
                      struct shihyo_error *err)
{
    struct joining all = {.native = n, .threads = threads, .count = count};
    int rc = 0;
    struct joiner *joiners = shy_alloc(count, sizeof *joiners);
    if (joiners == NULL)
        return shy_fail_nomem(err);
    for (size_t t = 0; t < count; t++)
        joiners[t] = (struct joiner){.all = &all, .err = SHY_ERROR_INIT};
    for (size_t t = 1; t < count; t++)
        joiners[t].started = pthread_create(&joiners[t].thread, NULL, join_some, &joiners[t]) == 0;
    (void)join_some(&joiners[0]);
    for (size_t t = 0; t < count; t++) {
        if (joiners[t].started)
            (void)pthread_join(joiners[t].thread, NULL);
        if (rc == 0 && joiners[t].rc != 0) {
            rc = joiners[t].rc;
            *err = joiners[t].err;
        }
    }
    shy_free(joiners);
    return rc;
}

static void join_presences(struct native *n, const struct thread *threads, size_t count)
{
    for (struct presence *p = n->presences; p != NULL; p = p->next) {
        int months = shy_period_months(&n->run->periods[p->period]);
        for (size_t t = 0; t < count; t++) {
            for (int i = 0; i < months; i++)
                p->seen[i] |= threads[t].worker.seen[p->number][i];
        }
    }
}

/* Of several failures that of the first partition, which does not depend on the threads. */
static int outcome(struct thread *threads, size_t count, struct shihyo_error *err)
{
    const struct worker *first = NULL;
    for (size_t t = 0; t < count; t++) {
        const struct worker *w = &threads[t].worker;
        if (w->rc != 0 && (first == NULL || w->failed_partition < first->failed_partition))
            first = w;
    }
    if (first == NULL)
        return 0;
    *err = first->err;
    return first->rc;
}

static size_t thread_count(const struct native *n)
{
    size_t most = n->data->count, asked = n->options.threads < 1 ? 1 : (size_t)n->options.threads;
    return asked < most ? asked : most < 1 ? 1 : most;
}

/* A thread that could not be started leaves its share to the others. */
static size_t run_threads(struct thread *threads, size_t count)
{
    size_t used = 1;
    for (size_t t = 1; t < count; t++)
        threads[t].started = pthread_create(&threads[t].thread, NULL, work, &threads[t]) == 0;
    (void)work(&threads[0]);
    for (size_t t = 1; t < count; t++) {
        if (threads[t].started)
            (void)pthread_join(threads[t].thread, NULL);
    }
    for (size_t t = 1; t < count; t++) {
        struct thread done = threads[t];
        if (!done.started)
            continue;
        threads[t] = threads[used];
        threads[used++] = done;
    }
    return used;
}

int shy_native_pass(struct native *n, struct shihyo_error *err)
{
    struct pass pass = {.native = n};
    size_t count = thread_count(n);
    int rc = 0;
    n->grids = shy_alloc(n->grid_count + 1, sizeof *n->grids);
    struct thread *threads = shy_alloc(count, sizeof *threads);
    if (n->grids == NULL || threads == NULL || pthread_mutex_init(&pass.progress, NULL) != 0) {
        shy_free(threads);
        return shy_fail_nomem(err);
    }
    for (size_t g = 0; g < n->grid_count; g++)
        n->grids[g] = (struct grid){.plan = n->grid_plans[g],
                                    .codes = n->institutions[n->grid_plans[g]->shelf->number]};
    for (size_t t = 0; t < count; t++)
        threads[t].pass = &pass;
    for (size_t t = 0; rc == 0 && t < count; t++)
        rc = shy_each_open(n, &threads[t].worker, err);
    if (rc == 0) {
        size_t used = run_threads(threads, count);
        rc = outcome(threads, used, err);
        if (rc == 0)
            rc = join_grids(n, threads, used, err);
        if (rc == 0)
            join_presences(n, threads, used);
    }
    for (size_t t = 0; t < count; t++) {
        shy_each_close(n, &threads[t].worker);
        close_worker(&threads[t]);
    }
    (void)pthread_mutex_destroy(&pass.progress);
    shy_free(threads);
    return rc;
}
