/* SPDX-License-Identifier: MIT */
/*
 * Errors inside the core. A function that can fail returns int: 0, or the number of a message
 * code (enum shy_code, SHY-nnnn). The same struct as the plugin interface's carries the text and
 * the place; the caller owns it, NULL is allowed everywhere.
 *
 *   return shy_fail(err, SHY_E_COLUMN_MISSING, _("The column '%s' is not in the table."), name);
 *
 * Inner layers fail with what they know; outer layers add the place (shy_at), a context in front
 * (shy_context), a hint (shy_hint). Threads: an error belongs to one thread at a time.
 */
#ifndef SHY_BASE_ERROR_H
#define SHY_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <shihyo/plugin.h>

/* Exit codes of the command (docs/cli.md). */
enum shy_exit {
    SHY_EXIT_OK = 0,
    SHY_EXIT_INTERNAL = 1,
    SHY_EXIT_USAGE = 2,
    SHY_EXIT_DEFINITION = 10,
    SHY_EXIT_INPUT = 11,
    SHY_EXIT_CAPABILITY = 12,
    SHY_EXIT_TEST = 13,
    SHY_EXIT_PUBLICATION = 14,
    SHY_EXIT_STORE = 15,
};

/* The catalogue: one line per code in codes/LAYER.def. */
enum shy_code {
    SHY_E_NONE = 0,
#define SHY_CODE(number, name, exit_class, title) SHY_E_##name = number,
#include "core/base/codes/all.def"
#undef SHY_CODE
};

#if defined(__GNUC__)
#define SHY_PRINTF(fmt, first) __attribute__((__format__(__printf__, fmt, first)))
#define SHY_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SHY_PRINTF(fmt, first)
#define SHY_MUST_CHECK
#endif

#define SHY_ERROR_INIT \
    { \
        SHIHYO_ABI_INIT(struct shihyo_error), 0, 0, 0, "", "", "", "", "", "" \
    }

/* Returns from the calling function when expr fails. Not in functions that hold resources. */
#define SHY_TRY(expr) \
    do { \
        int shy_try_code = (expr); \
        if (shy_try_code != 0) \
            return shy_try_code; \
    } while (0)

/* A broken invariant: prints where and aborts. Never for what data or users can cause. */
#define SHY_BUG_ON(condition) \
    do { \
        if (__builtin_expect(!!(condition), 0)) \
            shy_bug(__FILE__, __LINE__, #condition); \
    } while (0)
_Noreturn void shy_bug(const char *file, int line, const char *condition);

void shy_error_reset(struct shihyo_error *err);

/* Copies from to an error of the other side of the plugin interface, whose struct may be that of an
 * older or newer plugin.h: no byte beyond to->struct_size is written, and to keeps its size and
 * version. No-op on NULL. Every service of plugins that can fail ends here, since the rest of the
 * core writes whole structs. */
void shy_error_give(struct shihyo_error *to, const struct shihyo_error *from);

/* Fills code and message, clears the rest; returns code. */
int shy_fail(struct shihyo_error *err, enum shy_code code, const char *format, ...)
    SHY_PRINTF(3, 4);

/* Out of memory, and an operating-system error (errno_value) on a file. Both return the code. */
int shy_fail_nomem(struct shihyo_error *err);
int shy_fail_os(struct shihyo_error *err, int errno_value, const char *what, const char *file);

/* Add to an error already filled; no-ops on NULL. Text too long is cut at a character. A place that
 * an inner layer has given (file, row, column, column name) stays. */
void shy_at(struct shihyo_error *err, const char *file, int64_t row, int64_t column);
void shy_at_column(struct shihyo_error *err, const char *column_name);
void shy_value(struct shihyo_error *err, const char *text, size_t length);
void shy_context(struct shihyo_error *err, const char *format, ...) SHY_PRINTF(2, 3);
void shy_hint(struct shihyo_error *err, const char *format, ...) SHY_PRINTF(2, 3); /* appends */

/* Appends "Did you mean 'a' or 'b'?" (at most three, nearest first) where a candidate is near. */
void shy_nearest(struct shihyo_error *err, const char *wanted, const char *const *candidates,
                 size_t count);

/* Copies src to dst[size], cut at a UTF-8 character boundary, always terminated. */
void shy_copy_text(char *dst, size_t size, const char *src, size_t length);

enum shy_exit shy_code_exit(int code);
const char *shy_code_name(int code);  /* "COLUMN_MISSING"; "UNKNOWN" */
const char *shy_code_title(int code); /* one sentence for docs/messages.md, untranslated */

enum shy_severity { SHY_NOTE, SHY_WARNING, SHY_ERROR };

/* "error SHY-1203: message\n  at file:row:column …\n  hint\n" in the chosen language. */
void shy_error_print(FILE *out, enum shy_severity severity, const struct shihyo_error *err);

/** Several problems at once: what `check` and `import` report. Owned by the caller. */

struct shy_problem {
    enum shy_severity severity;
    struct shihyo_error error;
};

struct shy_problems {
    struct shy_problem *items;
    size_t count, capacity;
    size_t errors, warnings, notes;
};

/* Copies err; out of memory only counts it. */
void shy_problems_add(struct shy_problems *list, enum shy_severity severity,
                      const struct shihyo_error *err);
void shy_problems_free(struct shy_problems *list);

#endif
