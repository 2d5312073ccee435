/* SPDX-License-Identifier: MIT */
/*
 * The log: lines to standard error by verbosity, and to the project's log file once it is set.
 * Values of rows never go to the log: callers pass names, counts, codes, file names. Thread-safe.
 */
#ifndef SHY_BASE_LOG_H
#define SHY_BASE_LOG_H

#include "core/base/error.h"

/* Least important level still printed to standard error. */
void shy_log_verbosity(enum shihyo_log_level level);
/* Appends to path from now on; rotated to path.1 … path.4 at 1 MiB. NULL closes it. */
int shy_log_file(const char *path, struct shihyo_error *err);
void shy_log(enum shihyo_log_level level, const char *format, ...) SHY_PRINTF(2, 3);
/* Code, place and message of an error, to the file only: the command shows errors in its own way.
 * The value field is left out. */
void shy_log_error(enum shihyo_log_level level, const struct shihyo_error *err);

#endif
