/* SPDX-License-Identifier: MIT */
/*
 * Work in threads: tasks 0, 1, 2… are taken in that order by the next thread that is free. The
 * thread that calls waits, and may do something meanwhile.
 */
#ifndef SHY_IMPORT_WORKERS_H
#define SHY_IMPORT_WORKERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

struct shy_work {
    size_t threads, tasks;
    /* One task; thread counts from 0. A failure stops the others at their next task. */
    int (*task)(void *arg, size_t task, size_t thread, struct shihyo_error *err);
    /* Called by the waiting thread some times a second, and at the end; may be NULL. */
    void (*wait)(void *arg, size_t done);
    void *arg;
};

/* The failure of the first task (by number) that failed. */
int shy_work_run(const struct shy_work *work, struct shihyo_error *err);

/* What tasks made is written one after another, in the order of the tasks, by whichever of their
 * threads finds nobody writing; the others go on with their next tasks. Only where more than `most`
 * bytes were left and not written yet do they wait, so memory stays bounded. */
struct shy_turns_work {
    size_t tasks;
    int64_t most;
    int (*write)(void *arg, void *left, struct shihyo_error *err);
    void (*free)(void *left);
    void *arg;
};
struct shy_turns {
    struct shy_turns_work work;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct shy_turn {
        void *left; /* NULL: not there yet, or written */
        int64_t size;
    } * turns;
    size_t next;
    int64_t waiting; /* bytes */
    bool writing, stopped;
};
int shy_turns_open(struct shy_turns *t, const struct shy_turns_work *work,
                   struct shihyo_error *err); /* to be closed after a failure as well */
void shy_turns_close(struct shy_turns *t);
/* left: what the task made, the turns' from now on; size: its bytes. Returns the failure of what
 * this thread wrote, if anything. */
int shy_turns_leave(struct shy_turns *t, size_t task, void *left, int64_t size,
                    struct shihyo_error *err);
/* A task failed: what comes behind it is not written, and nobody waits for it. */
void shy_turns_stop(struct shy_turns *t);

#endif
