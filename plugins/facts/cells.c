/* SPDX-License-Identifier: MIT */
/* What one cell says. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

enum { KEPT_TEXT, KEPT_INT, KEPT_NUMBER };

/* Before the bytes of each value of a row. No padding: rows are compared as bytes. */
struct kept {
    int32_t target, kind;
    uint64_t length;
};
_Static_assert(sizeof(struct kept) == 16, "no padding");

/* Keeps a value for its column: the kind says how the bytes are to be read. */
static int put(struct facts_sink *s, const struct facts_column *c, int kind, const void *bytes,
               size_t length, struct shihyo_error *err)
{
    struct kept head = {c->target, kind, length};
    size_t need = s->length + sizeof head + length;
    if (need > s->capacity) {
        char *grown = realloc(s->row, need * 2);
        if (grown == NULL)
            return common_nomem(s->mapping->host, err);
        s->row = grown;
        s->capacity = need * 2;
    }
    memcpy(s->row + s->length, &head, sizeof head);
    memcpy(s->row + s->length + sizeof head, bytes, length);
    s->length = need;
    return 0;
}

void facts_flush(const struct facts_sink *s)
{
    const struct shihyo_builder_services *b = s->mapping->host->builder;
    struct shihyo_number number;
    struct kept head;
    int64_t value;
    for (size_t at = 0; at < s->length; at += sizeof head + head.length) {
        memcpy(&head, s->row + at, sizeof head);
        const char *bytes = s->row + at + sizeof head;
        if (head.kind == KEPT_TEXT) {
            b->set_text(s->builder, head.target, bytes, head.length);
        } else if (head.kind == KEPT_INT) {
            memcpy(&value, bytes, sizeof value);
            b->set_int(s->builder, head.target, value);
        } else {
            memcpy(&number, bytes, sizeof number);
            b->set_number(s->builder, head.target, &number);
        }
    }
}

static int put_text(struct facts_sink *s, const struct facts_column *c, const char *text,
                    size_t length, struct shihyo_error *err)
{
    return put(s, c, KEPT_TEXT, text, length, err);
}

static int put_int(struct facts_sink *s, const struct facts_column *c, int64_t value,
                   struct shihyo_error *err)
{
    return put(s, c, KEPT_INT, &value, sizeof value, err);
}

static int put_number(struct facts_sink *s, const struct facts_column *c,
                      const struct shihyo_number *number, struct shihyo_error *err)
{
    return put(s, c, KEPT_NUMBER, number, sizeof *number, err);
}

static int put_state(struct facts_sink *s, const struct facts_column *c, uint32_t state,
                     struct shihyo_error *err)
{
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number), .state = state};
    /* A key that is not there is empty, and nothing more: else 未回答 and a blank cell would be two
     * keys. */
    return c->key || state == SHIHYO_STATE_MISSING ? 0 : put_number(s, c, &number, err);
}

/* White space at both ends, the wide one too, is no part of a text. */
static void trim(const char **text, size_t *length)
{
    static const char wide[] = "\xe3\x80\x80";
    for (;;) {
        if (*length > 0 && strchr(" \t\r\n", (*text)[0]) != NULL) {
            (*text)++;
            (*length)--;
        } else if (*length >= 3 && memcmp(*text, wide, 3) == 0) {
            *text += 3;
            *length -= 3;
        } else {
            break;
        }
    }
    for (;;) {
        if (*length > 0 && strchr(" \t\r\n", (*text)[*length - 1]) != NULL)
            (*length)--;
        else if (*length >= 3 && memcmp(*text + *length - 3, wide, 3) == 0)
            *length -= 3;
        else
            break;
    }
}

/* The characters asked for, counted from 1. */
static void take(const struct facts_column *c, const char **text, size_t *length)
{
    if (c->take_first == 0)
        return;
    const char *begin = NULL, *end = *text + *length;
    int number = 0;
    for (const char *p = *text; p < end; p++) {
        if (((unsigned char)*p & 0xc0u) == 0x80u)
            continue;
        number++;
        if (number == c->take_first)
            begin = p;
        if (number == c->take_last + 1) {
            end = p;
            break;
        }
    }
    *text = begin == NULL ? end : begin;
    *length = (size_t)(end - *text);
}

static const struct facts_word *find_word(const struct facts_word *words, size_t count,
                                          const char *label)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i].from, label) == 0)
            return &words[i];
    }
    return NULL;
}

/* 1 and 0, or -1. */
static int truth(const char *label)
{
    static const char *const yes[] = {"1",    "○",    "〇",   "◯",      "有",       "有り",
                                      "あり", "はい", "可",   "true",   "TRUE",     "True",
                                      "yes",  "Yes",  "YES",  "実施",   "実施済",   "実施済み",
                                      "済",   "該当", "設定", "設定済", "設定済み", NULL};
    static const char *const no[] = {
        "0",     "×",  "✕",  "✗",  "無",     "無し", "なし", "いいえ", "不可",   "false",  "FALSE",
        "False", "no", "No", "NO", "未実施", "未",   "x",    "X",      "非該当", "未設定", NULL};
    for (size_t i = 0; yes[i] != NULL; i++) {
        if (strcmp(yes[i], label) == 0)
            return 1;
    }
    for (size_t i = 0; no[i] != NULL; i++) {
        if (strcmp(no[i], label) == 0)
            return 0;
    }
    return -1;
}

static int set_bool(struct facts_sink *s, const struct facts_column *c, const char *text,
                    size_t length, const char *label, struct shihyo_error *err)
{
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number)};
    int value = truth(label);
    if (value >= 0)
        return put_int(s, c, value, err);
    /* A sign says why there is no answer; a number is none. */
    if (s->mapping->host->text->parse_number(text, length, &s->mapping->signs, &number) == 0 &&
        number.state != SHIHYO_STATE_OK)
        return put_state(s, c, number.state, err);
    return s->mapping->host->error(err, SHIHYO_DATA, E_LAYOUT,
                                   N_("The cell should say yes or no: %s."),
                                   "○ ×, 有 無, はい いいえ, 実施 未実施, 1 0, true false");
}

/* Says what is likely: an error of the spreadsheet, too many digits, or a text. */
static int refuse_number(const struct shihyo_host *host, const char *text, size_t length,
                         struct shihyo_error *err)
{
    int code = host->error(err, SHIHYO_DATA, E_NUMBER,
                           N_("The cell should hold a number, or a sign that stands for none."));
    bool digits = length > 0;
    for (size_t i = 0; i < length; i++)
        digits = digits && text[i] >= '0' && text[i] <= '9';
    if (text[0] == '#')
        host->hint(err, N_("The formula of the cell has failed: repair the workbook."));
    else if (digits)
        host->hint(err, N_("The number has more digits than can be kept."));
    else
        host->hint(err, N_("Correct the cell, or say with the option states what the text stands "
                           "for."));
    return code;
}

static int refuse_fraction(const struct shihyo_host *host, struct shihyo_error *err)
{
    int code = host->error(err, SHIHYO_DATA, E_NUMBER, N_("The cell should hold a whole number."));
    host->hint(err, N_("If the figures have digits after the point, make the column a decimal: "
                       "type = \"decimal\" and scale."));
    return code;
}

static int set_number(struct facts_sink *s, const struct facts_column *c, const char *text,
                      size_t length, struct shihyo_error *err)
{
    const struct shihyo_host *host = s->mapping->host;
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number)};
    struct shihyo_signs signs = s->mapping->signs;
    signs.thousands = c->thousands;
    if (host->text->parse_number(text, length, &signs, &number) != 0)
        return refuse_number(host, text, length, err);
    while (number.scale > 0 && number.mantissa % 10 == 0) {
        number.mantissa /= 10;
        number.scale--;
    }
    /* The builder would round it, and nobody could tell a mapping's mistake from the figure. */
    if (number.state == SHIHYO_STATE_OK && number.scale != 0 && c->type == FACTS_INT)
        return refuse_fraction(host, err);
    if (c->measure)
        return put_number(s, c, &number, err);
    if (number.state != SHIHYO_STATE_OK)
        return put_state(s, c, number.state, err);
    return c->type == FACTS_INT ? put_int(s, c, number.mantissa, err)
                                : put_number(s, c, &number, err);
}

/* A bare year of a column of fiscal years: 2024, 令和6. */
static void make_fiscal(char period[16])
{
    if (strlen(period) == 4 && strspn(period, "0123456789") == 4) {
        memmove(period + 2, period, 5);
        memcpy(period, "FY", 2);
    }
}

static int set_time(struct facts_sink *s, const struct facts_column *c, const char *text,
                    size_t length, struct shihyo_error *err)
{
    const struct shihyo_host *host = s->mapping->host;
    char period[16] = "";
    if (host->text->parse_period(text, length, period) != 0)
        return host->error(err, SHIHYO_DATA, E_PERIOD,
                           N_("The cell should name a date or a period: %s."),
                           "令和6年度, R6.10, 2024, 2024-10-01");
    if (c->fiscal)
        make_fiscal(period);
    size_t used = strlen(period);
    if (c->type == FACTS_PERIOD || (c->type == FACTS_DATE && used == 10))
        return put_text(s, c, period, used, err);
    if (c->type == FACTS_MONTH && used == 7)
        return put_int(s, c, strtol(period, NULL, 10) * 100 + strtol(period + 5, NULL, 10), err);
    return host->error(err, SHIHYO_DATA, E_PERIOD,
                       c->type == FACTS_DATE ? N_("The cell should name a day: %s.")
                                             : N_("The cell should name a month: %s."),
                       c->type == FACTS_DATE ? "2024-10-01, 令和6年10月1日" : "2024-10, R6.10");
}

static const char *level_name(int level)
{
    switch (level) {
    case SHIHYO_LEVEL_NATION:
        return "nation";
    case SHIHYO_LEVEL_PREFECTURE:
        return "prefecture";
    case SHIHYO_LEVEL_SECONDARY:
        return "secondary";
    default:
        return "municipality";
    }
}

/* A spreadsheet that takes a code for a number drops its leading zeros. With the width they can be
 * put back; anything but digits, or too many, is another kind of code. */
static int set_wide_code(struct facts_sink *s, const struct facts_column *c, const char *label,
                         struct shihyo_error *err)
{
    char code[MOST_WIDTH];
    size_t length = strlen(label), width = (size_t)c->width;
    if (length > width || strspn(label, "0123456789") != length) {
        int status = s->mapping->host->error(
            err, SHIHYO_DATA, E_LAYOUT, N_("The cell should hold a code of %d digits."), c->width);
        s->mapping->host->hint(
            err, N_("A code with letters needs no width; a spreadsheet may have made a number or "
                    "a date of a code: have the column as text there."));
        return status;
    }
    memset(code, '0', width - length);
    memcpy(code + width - length, label, length);
    s->padded += length < width ? 1 : 0;
    return put_text(s, c, code, width, err);
}

static int set_code(struct facts_sink *s, const struct facts_column *c, const char *text,
                    size_t length, const char *label, struct shihyo_error *err)
{
    const struct shihyo_host *host = s->mapping->host;
    char area[8] = "";
    if (c->width > 0)
        return set_wide_code(s, c, label, err);
    if (c->type != FACTS_TEXT) {
        text = label;
        length = strlen(label);
    }
    if (c->level != LEVEL_NONE) {
        int code = host->text->parse_area_code(text, length, (uint32_t)c->level, area);
        if (code == SHIHYO_DATA)
            return host->error(err, SHIHYO_DATA, E_AREA_CODE,
                               N_("The check digit of the area code is wrong."));
        if (code != 0)
            return host->error(err, SHIHYO_DATA, E_AREA_CODE,
                               N_("The cell should hold the code of an area (level '%s')."),
                               level_name(c->level));
        text = area;
        length = strlen(area);
    }
    take(c, &text, &length);
    if (length == 0)
        return 0;
    return put_text(s, c, text, length, err);
}

static int set_blank(struct facts_sink *s, const struct facts_column *c, struct shihyo_error *err)
{
    if (c->required)
        return s->mapping->host->error(
            err, SHIHYO_DATA, E_LAYOUT,
            N_("The cell is blank, but every row must have a value here."));
    return put_state(s, c, s->mapping->signs.blank, err);
}

/* How much two texts begin and end alike: a name mistyped keeps most of both. */
static size_t likeness(const char *a, const char *b)
{
    size_t from = 0, to = 0, a_length = strlen(a), b_length = strlen(b);
    size_t shorter = a_length < b_length ? a_length : b_length;
    while (from < shorter && a[from] == b[from])
        from++;
    while (to < shorter - from && a[a_length - 1 - to] == b[b_length - 1 - to])
        to++;
    return from + to;
}

/* The names that would be understood: all where they are few, else those most like the text. */
static void hint_words(const struct facts_sink *s, const struct facts_column *c, const char *label,
                       struct shihyo_error *err)
{
    enum { FEW = 8, MOST = 3 };
    size_t shown = c->word_count <= FEW ? c->word_count : MOST;
    size_t last = SIZE_MAX, last_at = 0; /* in the order of likeness, equals as they stand */
    for (size_t n = 0; n < shown; n++) {
        size_t best = SIZE_MAX, best_at = 0;
        for (size_t i = 0; i < c->word_count; i++) {
            size_t like = likeness(label, c->words[i].from);
            bool told = last != SIZE_MAX && (like > last || (like == last && i <= last_at));
            if (!told && (best == SIZE_MAX || like > best)) {
                best = like;
                best_at = i;
            }
        }
        s->mapping->host->hint(err, N_("'%s'"), c->words[best_at].from);
        last = best;
        last_at = best_at;
    }
}

/* A text that the mapping names: recode, then states. *done tells whether it was one. */
static int set_word(struct facts_sink *s, const struct facts_column *c, const char *label,
                    bool *done, struct shihyo_error *err)
{
    const struct facts_mapping *m = s->mapping;
    const struct facts_word *word = find_word(c->words, c->word_count, label);
    *done = true;
    if (word != NULL)
        return facts_set_value(s, c, word->to, err);
    bool free_text = c->type == FACTS_TEXT;
    word = free_text ? NULL : find_word(m->states, m->state_count, label);
    if (word != NULL)
        return put_state(s, c, (uint32_t)word->to->integer, err);
    if (c->word_count == 0) {
        *done = false;
        return 0;
    }
    int code = m->host->error(err, SHIHYO_DATA, E_LAYOUT,
                              N_("The cell's text is none of those that recode names."));
    hint_words(s, c, label, err);
    return code;
}

int facts_set_cell(struct facts_sink *s, const struct facts_column *c, const char *text,
                   size_t length, struct shihyo_error *err)
{
    const struct facts_mapping *m = s->mapping;
    bool done = false;
    trim(&text, &length);
    if (length == 0)
        return set_blank(s, c, err);
    if (c->type == FACTS_TEXT && c->word_count == 0)
        return set_code(s, c, text, length, text, err);
    char *label = facts_label(m->host, text, length);
    if (label == NULL)
        return common_nomem(s->mapping->host, err);
    int code = set_word(s, c, label, &done, err);
    if (done || code != 0) {
        free(label);
        return code;
    }
    switch (c->type) {
    case FACTS_INT:
    case FACTS_DECIMAL:
        code = set_number(s, c, text, length, err);
        break;
    case FACTS_BOOL:
        code = set_bool(s, c, text, length, label, err);
        break;
    case FACTS_DATE:
    case FACTS_MONTH:
    case FACTS_PERIOD:
        code = set_time(s, c, text, length, err);
        break;
    default:
        code = set_code(s, c, text, length, label, err);
        break;
    }
    free(label);
    return code;
}

int facts_set_value(struct facts_sink *s, const struct facts_column *c,
                    const struct shihyo_value *value, struct shihyo_error *err)
{
    struct shihyo_number number = {SHIHYO_ABI_INIT(struct shihyo_number)};
    number.mantissa = value->integer;
    switch (value->type) {
    case SHIHYO_VALUE_BOOL:
        return put_int(s, c, value->integer, err);
    case SHIHYO_VALUE_INT:
        return c->measure ? put_number(s, c, &number, err) : put_int(s, c, value->integer, err);
    case SHIHYO_VALUE_STRING:
        if (c->type == FACTS_PERIOD || c->type == FACTS_DATE || c->type == FACTS_MONTH)
            return set_time(s, c, value->string, strlen(value->string), err);
        return put_text(s, c, value->string, strlen(value->string), err);
    default:
        return s->mapping->host->error(
            err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
            N_("The value for the column '%s' must be a text, a whole number, true or false."),
            c->name);
    }
}
