/* SPDX-License-Identifier: MIT */
/*
 * Nothing here allocates, but for the list of problems: running out of memory must be tellable.
 * All texts have fixed room; what is too long is cut between two characters, so that a message
 * stays valid UTF-8 for JSON and for the terminal.
 */
#include "core/base/error.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/foreign.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"

_Noreturn void shy_bug(const char *file, int line, const char *condition)
{
    (void)fprintf(stderr, "shihyo: defect at %s:%d: %s\n", file, line, condition);
    abort();
}

/* Text ----------------------------------------------------------------------------------- */

/* Length of text[0..length) without an incomplete character at its end. At most three bytes are
 * looked at, so bytes that are not UTF-8 are cut anywhere. */
static size_t whole_characters(const char *text, size_t length)
{
    size_t start = length;
    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return length;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t expected = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return length - (start - 1) < expected ? start - 1 : length;
}

void shy_copy_text(char *dst, size_t size, const char *src, size_t length)
{
    if (size == 0)
        return;
    if (src == NULL)
        length = 0;
    if (length >= size)
        length = whole_characters(src, size - 1);
    if (length > 0)
        memmove(dst, src, length);
    dst[length] = '\0';
}

static void copy_string(char *dst, size_t size, const char *src)
{
    shy_copy_text(dst, size, src, src == NULL ? 0 : strlen(src));
}

static void format_text(char *dst, size_t size, const char *format, va_list args) SHY_PRINTF(3, 0);

static void format_text(char *dst, size_t size, const char *format, va_list args)
{
    int length = vsnprintf(dst, size, format, args);
    if (length < 0)
        dst[0] = '\0';
    else if ((size_t)length >= size)
        dst[whole_characters(dst, size - 1)] = '\0';
}

/* Filling -------------------------------------------------------------------------------- */

void shy_error_reset(struct shihyo_error *err)
{
    if (err == NULL)
        return;
    err->struct_size = sizeof *err;
    err->abi_version = SHIHYO_ABI_VERSION;
    err->code = 0;
    err->row = err->column = 0;
    err->message[0] = err->file[0] = err->sheet[0] = '\0';
    err->column_name[0] = err->value[0] = err->hint[0] = '\0';
}

void shy_error_give(struct shihyo_error *to, const struct shihyo_error *from)
{
    if (to == NULL || to->struct_size < offsetof(struct shihyo_error, code))
        return;
    uint32_t size = to->struct_size, version = to->abi_version;
    memcpy(to, from, size < sizeof *from ? size : sizeof *from);
    to->struct_size = size;
    to->abi_version = version;
}

int shy_fail(struct shihyo_error *err, enum shy_code code, const char *format, ...)
{
    if (err == NULL)
        return (int)code;
    /* Put together aside: an argument may be a text of this very error. */
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    format_text(message, sizeof message, format, args);
    va_end(args);
    shy_error_reset(err);
    err->code = (uint32_t)code;
    memcpy(err->message, message, sizeof message);
    return (int)code;
}

int shy_fail_nomem(struct shihyo_error *err)
{
    return shy_fail(err, SHY_E_NOMEM, _("There is not enough memory."));
}

/* A missing file is the user's matter (its exit class is input), the rest the machine's. */
int shy_fail_os(struct shihyo_error *err, int errno_value, const char *what, const char *file)
{
    char reason[256];
    if (errno_value == ENOMEM)
        return shy_fail_nomem(err);
    enum shy_code code = errno_value == ENOENT ? SHY_E_FILE_NOT_FOUND : SHY_E_OS;
    /* TRANSLATORS: what failed, and the reason the operating system gives. */
    (void)shy_fail(err, code, _("%s: %s"), what,
                   shy_foreign(strerror(errno_value), reason, sizeof reason));
    shy_at(err, file, 0, 0);
    return (int)code;
}

/* What an inner layer has said is nearer to the truth: it stays. */
void shy_at(struct shihyo_error *err, const char *file, int64_t row, int64_t column)
{
    if (err == NULL)
        return;
    if (err->file[0] == '\0')
        copy_string(err->file, sizeof err->file, file);
    /* A row without a column is a place too, so the two are filled apart. */
    if (err->row == 0)
        err->row = row;
    if (err->column == 0)
        err->column = column;
}

void shy_at_column(struct shihyo_error *err, const char *column_name)
{
    if (err != NULL && err->column_name[0] == '\0')
        copy_string(err->column_name, sizeof err->column_name, column_name);
}

void shy_value(struct shihyo_error *err, const char *text, size_t length)
{
    if (err != NULL)
        shy_copy_text(err->value, sizeof err->value, text, length);
}

/* Put in front: what is cut off at the end of a long message is the least important part. */
void shy_context(struct shihyo_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    char message[sizeof err->message];
    va_list args;
    va_start(args, format);
    format_text(message, sizeof message, format, args);
    va_end(args);
    size_t used = strlen(message);
    if (err->message[0] != '\0' && used + 3 < sizeof message) {
        memcpy(message + used, ": ", 3);
        copy_string(message + used + 2, sizeof message - used - 2, err->message);
    }
    copy_string(err->message, sizeof err->message, message);
}

void shy_hint(struct shihyo_error *err, const char *format, ...)
{
    if (err == NULL)
        return;
    char text[sizeof err->hint];
    va_list args;
    va_start(args, format);
    format_text(text, sizeof text, format, args);
    va_end(args);
    size_t used = strlen(err->hint);
    /* Sentences are parted by a space, which Japanese, ending in a wide full stop, has not. */
    if (used > 0 && used + 2 < sizeof err->hint && (unsigned char)err->hint[used - 1] < 0x80)
        err->hint[used++] = ' ';
    copy_string(err->hint + used, sizeof err->hint - used, text);
}

/* Near names ----------------------------------------------------------------------------- */

enum { NEAR_LENGTH = 64, NEAR_MOST = 3 };

struct letters {
    uint32_t at[NEAR_LENGTH];
    size_t count;
};

struct near {
    const char *name;
    size_t score;
};

/* Characters of text with ASCII folded to lower case; false where it has too many. By characters,
 * not bytes: one wrong kanji is one edit. What is not UTF-8 makes letters that match nothing. */
static bool to_letters(const char *text, struct letters *out)
{
    out->count = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        bool continues = (*p & 0xc0) == 0x80 && out->count > 0;
        if (continues) {
            out->at[out->count - 1] = out->at[out->count - 1] << 6 | (*p & 0x3fu);
            continue;
        }
        if (out->count == NEAR_LENGTH)
            return false;
        out->at[out->count++] = *p >= 'A' && *p <= 'Z' ? *p + 32u : *p;
    }
    return true;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits from a to b: a letter added, dropped, changed, or two neighbours swapped (the restricted
 * Damerau-Levenshtein distance). Only three rows of the table are ever needed. */
static size_t edit_distance(const struct letters *a, const struct letters *b)
{
    size_t rows[3][NEAR_LENGTH + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= b->count; j++)
        last[j] = before[j] = j;
    for (size_t i = 1; i <= a->count; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b->count; j++) {
            size_t change = a->at[i - 1] == b->at[j - 1] ? 0 : 1;
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + change);
            if (i > 1 && j > 1 && a->at[i - 1] == b->at[j - 2] && a->at[i - 2] == b->at[j - 1])
                now[j] = least(now[j], before[j - 2] + 1);
        }
        size_t *spare = before;
        before = last;
        last = now;
        now = spare;
    }
    return last[b->count];
}

static bool is_prefix(const struct letters *shorter, const struct letters *longer)
{
    return shorter->count >= 2 && shorter->count <= longer->count &&
           memcmp(shorter->at, longer->at, shorter->count * sizeof shorter->at[0]) == 0;
}

/* Names of packs begin with what they belong to: pref.visits is near where visits was asked for. */
static bool is_last_part(const struct letters *shorter, const struct letters *longer)
{
    size_t before = longer->count - shorter->count;
    return shorter->count >= 2 && shorter->count < longer->count && longer->at[before - 1] == '.' &&
           memcmp(shorter->at, longer->at + before, shorter->count * sizeof shorter->at[0]) == 0;
}

/* How far the candidate is from what was wanted; SIZE_MAX: not near. */
static size_t near_score(const struct letters *wanted, const char *candidate)
{
    struct letters name;
    if (!to_letters(candidate, &name) || name.count == 0)
        return SIZE_MAX;
    /* About a third of the letters may be wrong; of one letter none, or everything would be near.
     */
    size_t limit = wanted->count < 2 ? 0 : wanted->count < 6 ? 1 : wanted->count / 3;
    size_t distance = edit_distance(wanted, &name);
    if (distance <= limit)
        return distance;
    /* A name typed in part, or with something after it, ranks behind the misspelt ones. */
    if (is_prefix(wanted, &name) || is_prefix(&name, wanted) || is_last_part(wanted, &name))
        return NEAR_LENGTH + distance;
    return SIZE_MAX;
}

/* Keeps best[] sorted by score, then name, so that the order of the candidates is no matter. */
static size_t keep_best(struct near best[NEAR_MOST], size_t count, struct near candidate)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(best[i].name, candidate.name) == 0)
            return count;
    }
    size_t at = count;
    while (at > 0 && (candidate.score < best[at - 1].score ||
                      (candidate.score == best[at - 1].score &&
                       strcmp(candidate.name, best[at - 1].name) < 0)))
        at--;
    if (at == NEAR_MOST)
        return count;
    if (count < NEAR_MOST)
        count++;
    memmove(best + at + 1, best + at, (count - at - 1) * sizeof *best);
    best[at] = candidate;
    return count;
}

void shy_nearest(struct shihyo_error *err, const char *wanted, const char *const *candidates,
                 size_t count)
{
    struct letters letters;
    struct near best[NEAR_MOST];
    size_t found = 0;
    if (err == NULL || wanted == NULL || !to_letters(wanted, &letters))
        return;
    for (size_t i = 0; i < count; i++) {
        if (candidates[i] == NULL)
            continue;
        size_t score = near_score(&letters, candidates[i]);
        if (score != SIZE_MAX)
            found = keep_best(best, found, (struct near){candidates[i], score});
    }
    if (found == 1)
        shy_hint(err, _("Did you mean '%s'?"), best[0].name);
    else if (found == 2)
        shy_hint(err, _("Did you mean '%s' or '%s'?"), best[0].name, best[1].name);
    else if (found == 3)
        shy_hint(err, _("Did you mean '%s', '%s' or '%s'?"), best[0].name, best[1].name,
                 best[2].name);
}

/* The catalogue -------------------------------------------------------------------------- */

struct code_entry {
    const char *name;
    const char *title;
    enum shy_exit exit_class;
};

/* A switch, because it does not compile when a number is given twice. */
static const struct code_entry *code_entry(int code)
{
    switch (code) {
#define SHY_CODE(number, code_name, class, code_title) \
    case number: { \
        static const struct code_entry entry = {#code_name, code_title, class}; \
        return &entry; \
    }
#include "core/base/codes/all.def"
#undef SHY_CODE
    default:
        return NULL;
    }
}

enum shy_exit shy_code_exit(int code)
{
    const struct code_entry *entry = code_entry(code);
    if (entry != NULL)
        return entry->exit_class;
    return code == 0 ? SHY_EXIT_OK : SHY_EXIT_INTERNAL;
}

const char *shy_code_name(int code)
{
    const struct code_entry *entry = code_entry(code);
    return entry == NULL ? "UNKNOWN" : entry->name;
}

const char *shy_code_title(int code)
{
    const struct code_entry *entry = code_entry(code);
    return entry == NULL ? "" : entry->title;
}

/* Printing ------------------------------------------------------------------------------- */

/* Texts come from data: control characters must not reach a terminal. */
static void print_clean(FILE *out, const char *text)
{
    for (const char *p = text; *p != '\0'; p++) {
        unsigned char c = (unsigned char)*p;
        (void)fputc(c < 0x20 || c == 0x7f ? ' ' : c, out);
    }
}

static void print_place(FILE *out, const struct shihyo_error *err)
{
    bool numbered = err->row > 0 || err->column > 0;
    if (err->file[0] == '\0' && err->sheet[0] == '\0' && !numbered && err->column_name[0] == '\0')
        return;
    (void)fputs("  ", out);
    (void)fputs(_("at"), out);
    (void)fputc(' ', out);
    /* Without a file the numbers are of something that the message names. */
    print_clean(out, err->file[0] != '\0' || !numbered ? err->file : "?");
    if (err->sheet[0] != '\0') {
        (void)fputc('[', out);
        print_clean(out, err->sheet);
        (void)fputc(']', out);
    }
    /* As compilers write it, so that editors jump to the place. */
    if (numbered)
        (void)fprintf(out, ":%" PRId64, err->row);
    if (err->column > 0)
        (void)fprintf(out, ":%" PRId64, err->column);
    if (err->column_name[0] != '\0') {
        if (err->file[0] != '\0' || err->sheet[0] != '\0' || numbered)
            (void)fputc(' ', out);
        (void)fputs(_("column"), out);
        (void)fputs(" '", out);
        print_clean(out, err->column_name);
        (void)fputc('\'', out);
    }
    (void)fputc('\n', out);
}

static const char *severity_word(enum shy_severity severity)
{
    switch (severity) {
    case SHY_ERROR:
        return _("error");
    case SHY_WARNING:
        return _("warning");
    case SHY_NOTE:
        break;
    }
    return _("note");
}

void shy_error_print(FILE *out, enum shy_severity severity, const struct shihyo_error *err)
{
    (void)fputs(severity_word(severity), out);
    if (err->code != 0)
        (void)fprintf(out, " SHY-%04" PRIu32, err->code);
    (void)fputs(": ", out);
    print_clean(out, err->message);
    (void)fputc('\n', out);
    print_place(out, err);
    if (err->value[0] != '\0') {
        (void)fputs("  ", out);
        (void)fputs(_("value"), out);
        (void)fputs(": ", out);
        print_clean(out, err->value);
        (void)fputc('\n', out);
    }
    if (err->hint[0] != '\0') {
        (void)fputs("  ", out);
        print_clean(out, err->hint);
        (void)fputc('\n', out);
    }
}

/* Several problems ----------------------------------------------------------------------- */

void shy_problems_add(struct shy_problems *list, enum shy_severity severity,
                      const struct shihyo_error *err)
{
    if (severity == SHY_ERROR)
        list->errors++;
    else if (severity == SHY_WARNING)
        list->warnings++;
    else
        list->notes++;
    if (!SHY_GROW(list->items, list->count, list->capacity))
        return;
    list->items[list->count++] = (struct shy_problem){severity, *err};
}

void shy_problems_free(struct shy_problems *list)
{
    shy_free(list->items);
    *list = (struct shy_problems){0};
}
