/* SPDX-License-Identifier: MIT */
/*
 * A line is put together on the stack and written under one mutex: logging works when memory has
 * run out, and lines of two threads never mix. The file is flushed after each line, because the
 * last line before a crash is the one that is wanted.
 */
#include "core/base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

enum { LOG_BYTES = 1 << 20, LOG_FILES = 5, LINE_BYTES = 2048 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int shown_level = SHIHYO_LOG_WARNING;

/* Guarded by the mutex. */
static FILE *file;
static char *file_path;
static int64_t file_size;

/* English in the file, which is for who mends things; translated for the terminal. */
static const char *level_word(enum shihyo_log_level level)
{
    switch (level) {
    case SHIHYO_LOG_ERROR:
        return N_("error");
    case SHIHYO_LOG_WARNING:
        return N_("warning");
    case SHIHYO_LOG_INFO:
        return N_("info");
    default:
        return N_("debug");
    }
}

void shy_log_verbosity(enum shihyo_log_level level)
{
    atomic_store(&shown_level, (int)level);
}

static void close_file(void)
{
    if (file != NULL)
        (void)fclose(file);
    file = NULL;
}

static int open_file(struct shihyo_error *err)
{
    file = fopen(file_path, "ae");
    if (file == NULL)
        return shy_fail_os(err, errno, _("The log file cannot be opened"), file_path);
    /* In append mode the position is unknown until asked for; a pipe or device has none. */
    long at = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;
    file_size = at > 0 ? at : 0;
    return 0;
}

/* path.3 becomes path.4 and so on; what was path.4 is gone. A name that does not exist yet is no
 * error, and a log that cannot be rotated goes on growing rather than being lost. */
static void rotate(void)
{
    struct shy_text from = {0}, to = {0};
    close_file();
    for (int i = LOG_FILES - 1; i >= 1; i--) {
        shy_text_clear(&from);
        shy_text_clear(&to);
        shy_text_adds(&from, file_path);
        if (i > 1)
            shy_text_addf(&from, ".%d", i - 1);
        shy_text_addf(&to, "%s.%d", file_path, i);
        if (!from.failed && !to.failed)
            (void)rename(from.text, to.text);
    }
    shy_text_free(&from);
    shy_text_free(&to);
    (void)open_file(NULL);
}

int shy_log_file(const char *path, struct shihyo_error *err)
{
    int code = 0;
    (void)pthread_mutex_lock(&mutex);
    close_file();
    shy_free(file_path);
    file_path = shy_strdup(path);
    if (path != NULL)
        code = file_path == NULL ? shy_fail_nomem(err) : open_file(err);
    (void)pthread_mutex_unlock(&mutex);
    return code;
}

/* One record is one line, whatever is in its texts. */
static void clean_line(char *line)
{
    for (; *line != '\0'; line++) {
        if ((unsigned char)*line < 0x20 || *line == 0x7f)
            *line = ' ';
    }
}

static void write_file_line(enum shihyo_log_level level, const char *line)
{
    char now[21];
    if (file == NULL)
        return;
    if (file_size >= LOG_BYTES)
        rotate();
    /* Rotation may have failed to open the new one. */
    if (file == NULL)
        return;
    shy_os_utc(shy_os_now(), now);
    int written = fprintf(file, "%s %s: %s\n", now, level_word(level), line);
    (void)fflush(file);
    if (written > 0)
        file_size += written;
}

static void log_line(enum shihyo_log_level level, char *line)
{
    clean_line(line);
    (void)pthread_mutex_lock(&mutex);
    int shown = atomic_load(&shown_level);
    if ((int)level <= shown)
        (void)fprintf(stderr, "shihyo: %s: %s\n", _(level_word(level)), line);
    /* The file keeps what would be wanted afterwards even where the terminal was told less. */
    if (level <= SHIHYO_LOG_INFO || (int)level <= shown)
        write_file_line(level, line);
    (void)pthread_mutex_unlock(&mutex);
}

void shy_log(enum shihyo_log_level level, const char *format, ...)
{
    char long_line[LINE_BYTES + 4], line[LINE_BYTES];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(long_line, sizeof long_line, format, args);
    va_end(args);
    if (length < 0)
        return;
    shy_copy_text(line, sizeof line, long_line, strlen(long_line));
    log_line(level, line);
}

static void add_number(char *line, size_t size, const char *word, int64_t number)
{
    size_t used = strlen(line);
    if (number > 0)
        (void)snprintf(line + used, size - used, " %s %" PRId64, word, number);
}

static void add_name(char *line, size_t size, const char *word, const char *name)
{
    size_t used = strlen(line);
    if (name[0] != '\0')
        (void)snprintf(line + used, size - used, " %s '%s'", word, name);
}

/* The field value is left out on purpose: it is a cell of the data. */
void shy_log_error(enum shihyo_log_level level, const struct shihyo_error *err)
{
    char line[LINE_BYTES];
    (void)snprintf(line, sizeof line, "SHY-%04" PRIu32 " %s", err->code, err->message);
    add_name(line, sizeof line, "file", err->file);
    add_name(line, sizeof line, "sheet", err->sheet);
    add_number(line, sizeof line, "row", err->row);
    add_number(line, sizeof line, "column", err->column);
    add_name(line, sizeof line, "column", err->column_name);
    clean_line(line);
    (void)pthread_mutex_lock(&mutex);
    write_file_line(level, line);
    (void)pthread_mutex_unlock(&mutex);
}
