/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/synth/synth.h"

#include <stdatomic.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/os/os.h"
#include "core/synth/files.h"
#include "core/text/encoding.h"

#define THREADS_MOST 4
#define BUFFER ((size_t)1 << 20)

/* Task 0 is the registers, task 1 the lists, the rest months: each writes files of its own. */
struct work {
    struct shy_synth_truth *truth;
    const char *data;
    atomic_uint next;
    atomic_bool failed;
    pthread_mutex_t lock; /* of what follows */
    unsigned done;
    int64_t lines;
    unsigned tasks, failed_task;
    struct shihyo_error err; /* of the first task (by number) that failed */
};

static int run_task(struct work *w, unsigned task, struct shy_synth_month *room,
                    struct shy_synth_cells *cells, struct shihyo_error *err)
{
    int64_t lines = 0;
    int code;
    if (task == 0)
        code = shy_synth_write_registers(w->truth, w->data, err);
    else if (task == 1)
        code = shy_synth_write_lists(w->truth, w->data, err);
    else
        code =
            shy_synth_write_month(w->truth, w->data, (int32_t)task - 2, room, cells, &lines, err);
    (void)pthread_mutex_lock(&w->lock);
    w->lines += lines;
    (void)pthread_mutex_unlock(&w->lock);
    return code;
}

static void report(struct work *w)
{
    const struct shy_synth_options *o = w->truth->world->options;
    (void)pthread_mutex_lock(&w->lock);
    w->done++;
    if (o->progress != NULL)
        o->progress(o->progress_arg, w->lines, (double)w->done / w->tasks);
    (void)pthread_mutex_unlock(&w->lock);
}

static void keep_error(struct work *w, unsigned task, const struct shihyo_error *err)
{
    (void)pthread_mutex_lock(&w->lock);
    if (!atomic_exchange(&w->failed, true) || task < w->failed_task) {
        w->err = *err;
        w->failed_task = task;
    }
    (void)pthread_mutex_unlock(&w->lock);
}

static void *work_on(void *arg)
{
    struct work *w = arg;
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_synth_cells cells = {0};
    struct shy_synth_month *room = shy_alloc(1, sizeof *room);
    unsigned task = 0;
    int code = room == NULL ? shy_fail_nomem(&err) : shy_synth_cells_open(w->truth, &cells, &err);
    while (code == 0 && !atomic_load(&w->failed)) {
        task = atomic_fetch_add(&w->next, 1);
        if (task >= w->tasks)
            break;
        code = run_task(w, task, room, &cells, &err);
        report(w);
    }
    if (code != 0)
        keep_error(w, task, &err);
    shy_synth_cells_free(&cells);
    shy_free(room);
    return NULL;
}

/* The calling thread works too. */
static int run_all(struct work *w, size_t threads, struct shihyo_error *err)
{
    pthread_t others[THREADS_MOST];
    size_t started = 0;
    (void)pthread_mutex_init(&w->lock, NULL);
    while (started + 1 < threads && pthread_create(&others[started], NULL, work_on, w) == 0)
        started++;
    (void)work_on(w);
    while (started > 0)
        (void)pthread_join(others[--started], NULL);
    (void)pthread_mutex_destroy(&w->lock);
    if (!atomic_load(&w->failed))
        return 0;
    shy_error_give(err, &w->err);
    return (int)w->err.code;
}

static int check_options(const struct shy_synth_options *o, struct shihyo_error *err)
{
    const char *p = o->prefecture;
    int n = strlen(p) == 2 && p[0] >= '0' && p[0] <= '4' && p[1] >= '0' && p[1] <= '9'
                ? (p[0] - '0') * 10 + p[1] - '0'
                : 0;
    if (n < 1 || n > 47)
        return shy_fail(err, SHY_E_USAGE, _("'%s' is not the code of a prefecture."), p);
    if (o->persons < 1 || o->persons > SHY_SYNTH_PERSONS_MOST)
        return shy_fail(err, SHY_E_USAGE, _("There can be 1 to %d persons."),
                        SHY_SYNTH_PERSONS_MOST);
    if (o->months < 1 || o->months > SHY_SYNTH_MONTHS_MOST)
        return shy_fail(err, SHY_E_USAGE, _("There can be 1 to %d months."), SHY_SYNTH_MONTHS_MOST);
    if (o->first_month < 2010 * 12 || o->first_month + o->months > 2090 * 12)
        return shy_fail(err, SHY_E_USAGE, _("The months must lie between 2010 and 2089."));
    return 0;
}

/* An empty folder is fine; in any other nothing is touched. */
static int refuse_existing(const char *directory, struct shihyo_error *err)
{
    struct shy_paths entries = {0};
    if (!shy_os_exists(directory))
        return 0;
    SHY_TRY(shy_os_list(directory, &entries, err));
    size_t count = entries.count;
    shy_paths_free(&entries);
    if (count == 0)
        return 0;
    int code = shy_fail(err, SHY_E_PROJECT_EXISTS, _("The folder '%s' is not empty."), directory);
    shy_hint(err, _("Give the name of a new folder; nothing was changed."));
    return code;
}

static int make_folders(const char *directory, char *out[3], struct shihyo_error *err)
{
    static const char *const names[] = {"data", "truth", "areas"};
    SHY_TRY(refuse_existing(directory, err));
    for (size_t i = 0; i < 3; i++) {
        out[i] = shy_os_join(directory, names[i]);
        SHY_TRY(out[i] == NULL ? shy_fail_nomem(err) : shy_os_mkdir(out[i], err));
    }
    return 0;
}

static int write_all(struct shy_synth_truth *truth, struct shihyo_error *err)
{
    const struct shy_synth_options *o = truth->world->options;
    char *folders[3] = {NULL, NULL, NULL};
    size_t threads = o->threads != 0 ? o->threads : shy_os_processors();
    int code = make_folders(o->directory, folders, err);
    struct work w = {.truth = truth,
                     .data = folders[0],
                     .tasks = 2 + (unsigned)o->months,
                     .err = SHY_ERROR_INIT};
    if (code == 0)
        code = run_all(&w, threads < THREADS_MOST ? threads : THREADS_MOST, err);
    if (code == 0)
        code = shy_synth_truth_write(truth, folders[1], err);
    if (code == 0)
        code = shy_synth_write_project(truth->world, o->directory, err);
    for (size_t i = 0; i < 3; i++)
        shy_free(folders[i]);
    return code;
}

int shy_synth(const struct shy_synth_options *options, struct shy_synth_totals *totals,
              struct shihyo_error *err)
{
    struct shy_synth_options o = *options;
    struct shy_synth_world world;
    struct shy_synth_truth truth;
    o.buffer = o.buffer != 0 ? o.buffer : BUFFER;
    *totals = (struct shy_synth_totals){0};
    SHY_TRY(check_options(&o, err));
    SHY_TRY(shy_cp932_ready(err));
    int code = shy_synth_world_make(&o, &world, err);
    if (code == 0) {
        code = shy_synth_truth_open(&world, &truth, err);
        if (code == 0)
            code = write_all(&truth, err);
        totals->persons = truth.persons;
        totals->items = truth.lines[SHY_TABLE_ITEMS];
        totals->home_items = truth.home_lines;
        for (size_t i = 0; i < sizeof truth.lines / sizeof truth.lines[0]; i++)
            totals->lines += truth.lines[i];
        shy_synth_truth_close(&truth);
    }
    shy_synth_world_free(&world);
    return code;
}
