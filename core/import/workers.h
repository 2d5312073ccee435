/* SPDX-License-Identifier: MIT */
/*
 * Work in threads: tasks 0, 1, 2… are taken in that order by the next thread that is free. The
 * thread that calls waits, and may do something meanwhile.
 */
#ifndef SHY_IMPORT_WORKERS_H
#define SHY_IMPORT_WORKERS_H

#include <pthread.h>
#include <stdatomic.h>

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

/* What tasks do at their end one after another, in the order of the tasks, whoever is first to be
 * ready. A thread that waits holds one task's results, so memory stays bounded. */
struct shy_turns {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t next;
    bool stopped;
};
void shy_turns_open(struct shy_turns *t);
void shy_turns_close(struct shy_turns *t);
/* Waits until all tasks before this have had their turn; false: one of them failed. */
bool shy_turns_wait(struct shy_turns *t, size_t task);
/* Ends the task's turn; failed: nobody else gets one. */
void shy_turns_end(struct shy_turns *t, bool failed);

#endif
