/* SPDX-License-Identifier: MIT */
/*
 * What the plugins of this tree would otherwise each write again: the list of files, options by
 * name, texts cut to fit, codes of errors. It is compiled into every plugin that uses it, since a
 * module sees nothing of another; a plugin of one's own needs none of it (plugins/template).
 *
 * Thread-safe, but for a list of files, which belongs to its source.
 */
#ifndef PLUGINS_COMMON_H
#define PLUGINS_COMMON_H

#include <stddef.h>

#include <shihyo/plugin.h>

/* Numbers of docs/messages.md. The core's enum is not for plugins: numbers are never given anew,
 * so writing them down once more cannot go wrong silently. */
#define E_SHEET 1214u
#define E_NUMBER 1220u
#define E_PERIOD 1221u
#define E_AREA_CODE 1222u
#define E_HEADER_MISSING 1230u
#define E_HEADER_TWICE 1231u
#define E_LAYOUT 1232u
#define E_OPTION_MISSING 1321u
#define E_OPTION_TYPE 1322u

/* Marks a message for translation; the host looks it up when it is used. */
#define N_(text) text

/* Files of a delivery, in the order in which the option names them, each once. */
struct common_files {
    struct shihyo_file *items; /* paths are owned; notes are the plugin's to set */
    size_t count, capacity;
};

/* Adds every file that `patterns` (the text or list of a SHIHYO_OPTION_PATH, or NULL) names. A
 * file that two patterns name is one file: read twice, its figures would count double. None at
 * all is an error. */
int common_find_files(struct common_files *files, const struct shihyo_host *host,
                      const struct shihyo_value *patterns, struct shihyo_error *err);
void common_free_files(struct common_files *files);

/* Member of a map, or NULL; a NIL counts as absent, and what is no map has no members. */
const struct shihyo_value *common_member(const struct shihyo_value *map, const char *key);
/* The text if the value is a text, or a list's i-th text; NULL past the end. */
const char *common_text_at(const struct shihyo_value *value, size_t i);

/* Copies text to out[size], cut between two characters of UTF-8, always terminated. */
void common_copy(char *out, size_t size, const char *text, size_t length);
/* Label made comparable into out[size]; "" where it does not fit: so long a cell is a note. */
void common_label(const struct shihyo_host *host, const char *text, size_t length, char *out,
                  size_t size);

/* The year of an era as receipts write it: 1 to 5 or M, T, S, H, R, and the year in it; -1 = none.
 * Years of 平成 beyond 31 are written by systems that were not changed in time. */
int common_era_year(char sign, int year);
/* Days since 1970-01-01; INT32_MIN: there is no such day. */
int32_t common_day(int year, int month, int day);
/* A day as yyyy-mm-dd; years have four digits. */
void common_day_text(int32_t day, char out[11]);

/* choose_files of a source with `files` files: keeps a copy of the list in *kept, in place of the
 * one before. */
int common_choose_files(const struct shihyo_host *host, const unsigned char *chosen, size_t count,
                        size_t files, unsigned char **kept, struct shihyo_error *err);
int common_nomem(const struct shihyo_host *host, struct shihyo_error *err);

#endif
