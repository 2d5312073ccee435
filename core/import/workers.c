/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/workers.h"

#include <errno.h>
#include <time.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"

#define WAIT_NS 200000000

struct team {
    const struct shy_work *work;
    _Atomic size_t next, done;
    _Atomic bool stop;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    size_t running;
    /* The failure that is told: of the lowest task. */
    size_t failed_task;
    int code;
    struct shihyo_error error;
};

struct member {
    struct team *team;
    size_t number;
    pthread_t thread;
};

static void note_failure(struct team *team, size_t task, int code, const struct shihyo_error *e)
{
    (void)pthread_mutex_lock(&team->lock);
    if (team->code == 0 || task < team->failed_task) {
        team->failed_task = task;
        team->code = code;
        team->error = *e;
    }
    (void)pthread_mutex_unlock(&team->lock);
    atomic_store(&team->stop, true);
}

static void *run_member(void *arg)
{
    struct member *me = arg;
    struct team *team = me->team;
    for (;;) {
        size_t task = atomic_fetch_add(&team->next, 1);
        if (task >= team->work->tasks || atomic_load(&team->stop))
            break;
        struct shihyo_error e = SHY_ERROR_INIT;
        int code = team->work->task(team->work->arg, task, me->number, &e);
        if (code != 0)
            note_failure(team, task, code, &e);
        (void)atomic_fetch_add(&team->done, 1);
    }
    (void)pthread_mutex_lock(&team->lock);
    team->running--;
    (void)pthread_cond_signal(&team->ended);
    (void)pthread_mutex_unlock(&team->lock);
    return NULL;
}

/* Until all have ended; the caller's own business goes on in between. */
static void wait_for(struct team *team)
{
    (void)pthread_mutex_lock(&team->lock);
    while (team->running > 0) {
        struct timespec until;
        (void)clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_NS;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        int woken = pthread_cond_timedwait(&team->ended, &team->lock, &until);
        if (woken == ETIMEDOUT && team->work->wait != NULL) {
            (void)pthread_mutex_unlock(&team->lock);
            team->work->wait(team->work->arg, atomic_load(&team->done));
            (void)pthread_mutex_lock(&team->lock);
        }
    }
    (void)pthread_mutex_unlock(&team->lock);
    if (team->work->wait != NULL)
        team->work->wait(team->work->arg, atomic_load(&team->done));
}

/* A system that gives fewer threads than asked for slows the work down, no more. */
static int start(struct team *team, struct member *members, size_t count, size_t *started,
                 struct shihyo_error *err)
{
    int refused = 0;
    for (*started = 0; *started < count; ++*started) {
        struct member *m = &members[*started];
        *m = (struct member){.team = team, .number = *started};
        (void)pthread_mutex_lock(&team->lock);
        team->running++;
        (void)pthread_mutex_unlock(&team->lock);
        refused = pthread_create(&m->thread, NULL, run_member, m);
        if (refused != 0)
            break;
    }
    if (refused != 0) {
        (void)pthread_mutex_lock(&team->lock);
        team->running--;
        (void)pthread_mutex_unlock(&team->lock);
    }
    return *started > 0 || count == 0
               ? 0
               : shy_fail_os(err, refused, _("No thread can be started"), "");
}

int shy_work_run(const struct shy_work *work, struct shihyo_error *err)
{
    struct team team = {.work = work, .error = SHY_ERROR_INIT};
    size_t count = work->threads < work->tasks ? work->threads : work->tasks, started;
    struct member *members = shy_alloc(count + 1, sizeof *members);
    if (members == NULL)
        return shy_fail_nomem(err);
    (void)pthread_mutex_init(&team.lock, NULL);
    (void)pthread_cond_init(&team.ended, NULL);
    int code = start(&team, members, count, &started, err);
    if (code == 0)
        wait_for(&team);
    for (size_t i = 0; i < started; i++)
        (void)pthread_join(members[i].thread, NULL);
    (void)pthread_cond_destroy(&team.ended);
    (void)pthread_mutex_destroy(&team.lock);
    shy_free(members);
    if (code == 0 && team.code != 0) {
        code = team.code;
        if (err != NULL)
            *err = team.error;
    }
    return code;
}

/* Turns ---------------------------------------------------------------------------------- */

int shy_turns_open(struct shy_turns *t, const struct shy_turns_work *work, struct shihyo_error *err)
{
    *t = (struct shy_turns){.work = *work};
    (void)pthread_mutex_init(&t->lock, NULL);
    (void)pthread_cond_init(&t->changed, NULL);
    t->turns = shy_alloc(work->tasks + 1, sizeof *t->turns);
    return t->turns == NULL ? shy_fail_nomem(err) : 0;
}

void shy_turns_close(struct shy_turns *t)
{
    for (size_t i = 0; t->turns != NULL && i < t->work.tasks; i++) {
        if (t->turns[i].left != NULL)
            t->work.free(t->turns[i].left);
    }
    shy_free(t->turns);
    (void)pthread_cond_destroy(&t->changed);
    (void)pthread_mutex_destroy(&t->lock);
}

/* With the lock held, which is let go while writing. */
static int write_next(struct shy_turns *t, struct shihyo_error *err)
{
    struct shy_turn turn = t->turns[t->next];
    t->turns[t->next].left = NULL;
    t->writing = true;
    (void)pthread_mutex_unlock(&t->lock);
    int code = t->work.write(t->work.arg, turn.left, err);
    t->work.free(turn.left);
    (void)pthread_mutex_lock(&t->lock);
    t->writing = false;
    t->waiting -= turn.size;
    t->next++;
    t->stopped = t->stopped || code != 0;
    (void)pthread_cond_broadcast(&t->changed);
    return code;
}

/* Tasks are begun in their order, so the next turn is always in work or left: nobody waits for
 * ever. */
int shy_turns_leave(struct shy_turns *t, size_t task, void *left, int64_t size,
                    struct shihyo_error *err)
{
    int code = 0;
    (void)pthread_mutex_lock(&t->lock);
    t->turns[task] = (struct shy_turn){left, size};
    t->waiting += size;
    while (code == 0 && !t->stopped) {
        if (!t->writing && t->turns[t->next].left != NULL)
            code = write_next(t, err);
        else if (t->waiting > t->work.most)
            (void)pthread_cond_wait(&t->changed, &t->lock);
        else
            break;
    }
    (void)pthread_mutex_unlock(&t->lock);
    return code;
}

void shy_turns_stop(struct shy_turns *t)
{
    (void)pthread_mutex_lock(&t->lock);
    t->stopped = true;
    (void)pthread_cond_broadcast(&t->changed);
    (void)pthread_mutex_unlock(&t->lock);
}
