/* SPDX-License-Identifier: MIT */
/* See common.h. Nothing here keeps state between calls. */
#include "common/common.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int common_nomem(const struct shihyo_host *host, struct shihyo_error *err)
{
    return host->error(err, SHIHYO_NOMEM, 0, N_("There is not enough memory."));
}

/* Files ----------------------------------------------------------------------------------- */

/* Deliveries are some hundred files at most: looking at all of them is quick enough. */
static bool has_file(const struct common_files *files, const char *path)
{
    for (size_t i = 0; i < files->count; i++) {
        if (strcmp(files->items[i].path, path) == 0)
            return true;
    }
    return false;
}

/* Visitor of host->each_file. It has no error to fill: the status alone goes back. */
static int add_file(void *arg, const char *path)
{
    struct common_files *files = arg;
    if (has_file(files, path))
        return SHIHYO_OK;
    if (files->count == files->capacity) {
        size_t capacity = files->capacity == 0 ? 16 : files->capacity * 2;
        struct shihyo_file *items = realloc(files->items, capacity * sizeof *items);
        if (items == NULL)
            return SHIHYO_NOMEM;
        files->items = items;
        files->capacity = capacity;
    }
    char *copy = strdup(path);
    if (copy == NULL)
        return SHIHYO_NOMEM;
    files->items[files->count++] =
        (struct shihyo_file){SHIHYO_ABI_INIT(struct shihyo_file), .path = copy};
    return SHIHYO_OK;
}

int common_find_files(struct common_files *files, const struct shihyo_host *host,
                      const struct shihyo_value *patterns, struct shihyo_error *err)
{
    const char *pattern;
    for (size_t i = 0; (pattern = common_text_at(patterns, i)) != NULL; i++) {
        int status = host->each_file(pattern, add_file, files, err);
        if (status == SHIHYO_NOMEM)
            return common_nomem(host, err);
        if (status != SHIHYO_OK)
            return status;
    }
    /* A pattern without a file has failed above; what is left is an empty list. */
    if (files->count == 0)
        return host->error(err, SHIHYO_INVALID_ARG, E_OPTION_MISSING,
                           N_("The option 'files' names no file."));
    return SHIHYO_OK;
}

void common_free_files(struct common_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free((char *)files->items[i].path);
    free(files->items);
    *files = (struct common_files){0};
}

/* Options --------------------------------------------------------------------------------- */

const struct shihyo_value *common_member(const struct shihyo_value *map, const char *key)
{
    for (uint32_t i = 0; map != NULL && map->type == SHIHYO_VALUE_MAP && i < map->count; i++) {
        if (strcmp(map->keys[i], key) == 0)
            return map->items[i]->type == SHIHYO_VALUE_NIL ? NULL : map->items[i];
    }
    return NULL;
}

const char *common_text_at(const struct shihyo_value *value, size_t i)
{
    if (value != NULL && value->type == SHIHYO_VALUE_LIST)
        return i < value->count && value->items[i]->type == SHIHYO_VALUE_STRING
                   ? value->items[i]->string
                   : NULL;
    return i == 0 && value != NULL && value->type == SHIHYO_VALUE_STRING ? value->string : NULL;
}

/* Texts ----------------------------------------------------------------------------------- */

void common_copy(char *out, size_t size, const char *text, size_t length)
{
    /* A byte 10xxxxxx continues a character: cutting in front of one would leave half of it. */
    if (length >= size) {
        length = size - 1;
        while (length > 0 && ((unsigned char)text[length] & 0xc0u) == 0x80u)
            length--;
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

void common_label(const struct shihyo_host *host, const char *text, size_t length, char *out,
                  size_t size)
{
    out[0] = '\0';
    if (host->text->normalise_label(text, length, out, size) >= size)
        out[0] = '\0';
}

/* Years ----------------------------------------------------------------------------------- */

int common_era_year(char sign, int year)
{
    static const char signs[] = "MTSHR", numbers[] = "12345";
    static const int before[] = {1867, 1911, 1925, 1988, 2018}, last[] = {45, 15, 64, 99, 99};
    const char *found = sign == '\0' ? NULL : strchr(numbers, sign);
    int era = found == NULL ? -1 : (int)(found - numbers);
    if (found == NULL && sign != '\0' && (found = strchr(signs, sign)) != NULL)
        era = (int)(found - signs);
    return era < 0 || year < 1 || year > last[era] ? -1 : before[era] + year;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days before the first of the month, in years that begin with March: the day that a leap year has
 * more is their last. 719468 is 1970-01-01 counted from 0000-03-01. */
static int32_t days_before(int year, int month)
{
    int shifted = (month + 9) % 12, from_march = month < 3 ? year - 1 : year;
    return from_march * 365 + from_march / 4 - from_march / 100 + from_march / 400 +
           (shifted * 153 + 2) / 5 - 719468;
}

int32_t common_day(int year, int month, int day)
{
    static const int last[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > last[month - 1] + (month == 2 && is_leap(year)))
        return INT32_MIN;
    return days_before(year, month) + day - 1;
}

void common_day_text(int32_t day, char out[11])
{
    int year = 1970 + day / 366, month = 12;
    while (days_before(year + 1, 1) <= day)
        year++;
    while (month > 1 && days_before(year, month) > day)
        month--;
    unsigned parts[] = {(unsigned)year, (unsigned)month,
                        (unsigned)(day - days_before(year, month) + 1)};
    static const int at[] = {3, 6, 9};
    memcpy(out, "0000-00-00", 11);
    for (int i = 0; i < 3; i++) {
        for (int k = at[i]; parts[i] > 0 && k >= 0; k--, parts[i] /= 10)
            out[k] = (char)('0' + parts[i] % 10);
    }
}

/* Files ----------------------------------------------------------------------------------- */

int common_choose_files(const struct shihyo_host *host, const unsigned char *chosen, size_t count,
                        size_t files, unsigned char **kept, struct shihyo_error *err)
{
    if (count != files)
        return host->error(err, SHIHYO_INTERNAL, 0, N_("The list of files is another."));
    unsigned char *copy = malloc(count + 1);
    if (copy == NULL)
        return common_nomem(host, err);
    memcpy(copy, chosen, count);
    free(*kept);
    *kept = copy;
    return 0;
}
