/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/base/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "core/base/period.h"

enum { DAY_SECONDS = 86400, DEFAULT_WIDTH = 80 };

/* By hand rather than with strftime, which depends on the locale. */
static void two_digits(char *out, int64_t value)
{
    out[0] = (char)('0' + value / 10);
    out[1] = (char)('0' + value % 10);
}

/* The only place that looks at the clock: times go into records of imports and runs, never into a
 * value. */
int64_t shy_os_now(void)
{
    return (int64_t)time(NULL);
}

void shy_os_utc(int64_t seconds, char out[21])
{
    int64_t days = seconds / DAY_SECONDS, rest = seconds % DAY_SECONDS;
    if (rest < 0) {
        rest += DAY_SECONDS;
        days--;
    }
    shy_date_text((int32_t)days, out);
    out[10] = 'T';
    two_digits(out + 11, rest / 3600);
    out[13] = out[16] = ':';
    two_digits(out + 14, rest / 60 % 60);
    two_digits(out + 17, rest % 60);
    out[19] = 'Z';
    out[20] = '\0';
}

/* For measuring: not moved when the clock is set. */
int64_t shy_os_monotonic_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (int64_t)now.tv_sec * 1000000000 + (int64_t)now.tv_nsec;
}

int64_t shy_os_peak_memory(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        return 0;
    /* Linux counts in KiB. */
    return (int64_t)usage.ru_maxrss * 1024;
}

/* Colour and bars are for eyes alone; a pipe gets plain lines. */
bool shy_os_is_terminal(FILE *f)
{
    return isatty(fileno(f)) == 1;
}

/* 80 for what is no terminal, so that text written to a file is the same everywhere. */
int shy_os_terminal_width(FILE *f)
{
    struct winsize size;
    if (ioctl(fileno(f), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return DEFAULT_WIDTH;
    return size.ws_col;
}

/* Lock-free, so that a signal handler may set it and every thread may read it. */
static atomic_int cancelled;

static void on_signal(int number)
{
    (void)number;
    atomic_store_explicit(&cancelled, 1, memory_order_relaxed);
}

void shy_os_install_cancel(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    /* The second signal finds the default action: a run that does not stop can still be ended. */
    action.sa_flags = (int)(SA_RESTART | SA_RESETHAND);
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    /* A limit on the size of files is a full disk: the write fails and is reported. */
    (void)signal(SIGXFSZ, SIG_IGN);
}

static _Thread_local const atomic_bool *watched;

void shy_os_watch(const atomic_bool *stop)
{
    watched = stop;
}

void shy_os_keep_streams(void)
{
    /* Reading from or writing to the one that was closed fails, as it would have; nobody reads what
     * messages say when they have nowhere to go. */
    static const int flags[] = {O_WRONLY, O_RDONLY, O_WRONLY};
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)open("/dev/null", flags[fd]);
    }
}

bool shy_os_cancelled(void)
{
    if (atomic_load_explicit(&cancelled, memory_order_relaxed) != 0)
        return true;
    return watched != NULL && atomic_load_explicit(watched, memory_order_relaxed);
}

size_t shy_os_processors(void)
{
    cpu_set_t own; /* a container, or `taskset`, may leave fewer than there are */
    CPU_ZERO(&own);
    long count = sched_getaffinity(0, sizeof own, &own) == 0 ? CPU_COUNT(&own)
                                                             : sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (size_t)count;
}
