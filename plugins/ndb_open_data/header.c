/* SPDX-License-Identifier: MIT */
/*
 * What a sheet is about: the title line, the sheet's name and the header rows. Positions move
 * between rounds of publication, labels hardly do: everything is found by its label.
 */
#include <stdlib.h>
#include <string.h>

#include "ndb.h"

const char *const ndb_contracts[NDB_MEASURES] = {"ndb_items", "ndb_patients"};

void ndb_label(const struct shihyo_host *host, const char *text, size_t length,
               char out[MOST_LABEL])
{
    common_label(host, text, length, out, MOST_LABEL);
}

void ndb_place(const struct ndb_sheet *s, struct shihyo_error *err, int64_t row)
{
    if (err == NULL)
        return;
    common_copy(err->file, sizeof err->file, s->file, strlen(s->file));
    if (s->name != NULL)
        common_copy(err->sheet, sizeof err->sheet, s->name, strlen(s->name));
    if (err->row == 0)
        err->row = row;
}

/* The title ------------------------------------------------------------------------------- */

/* 外来, 入院, 全体 at the beginning of a normalised label, with or without (加算) after it. */
static const char *setting_of(const char *label, bool *addition)
{
    static const struct {
        const char *text, *setting;
    } known[] = {{"外来", "outpatient"}, {"入院", "inpatient"}, {"全体", "all"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t length = strlen(known[i].text);
        if (strncmp(label, known[i].text, length) != 0)
            continue;
        *addition = strcmp(label + length, "(加算)") == 0;
        if (*addition || label[length] == '\0')
            return known[i].setting;
    }
    return NULL;
}

/* The last word of the title before its notes (※). Words are parted by white space, wide too. */
static void last_word(const struct ndb_sheet *s, char out[MOST_LABEL])
{
    static const char wide[] = "\xe3\x80\x80", note[] = "※";
    const char *end = strstr(s->title, note), *begin = s->title;
    if (end == NULL)
        end = s->title + strlen(s->title);
    while (end > s->title) {
        if (strchr(" \t\r\n", end[-1]) != NULL)
            end--;
        else if (end - s->title >= 3 && memcmp(end - 3, wide, 3) == 0)
            end -= 3;
        else
            break;
    }
    for (const char *p = s->title; p < end; p++) {
        if (strchr(" \t\r\n", *p) != NULL)
            begin = p + 1;
        else if (end - p >= 3 && memcmp(p, wide, 3) == 0)
            begin = p + 3;
    }
    ndb_label(s->host, begin, (size_t)(end - begin), out);
}

/* 診療年月:2022年04月~2023年03月. The figures of one year of care are one period; other spans were
 * never published and would be another thing. */
static bool read_period(struct ndb_sheet *s, const char *title)
{
    static const char mark[] = "診療年月:";
    char from[16], to[16];
    const char *begin = strstr(title, mark);
    if (begin == NULL)
        return false;
    begin += sizeof mark - 1;
    const char *tilde = strchr(begin, '~');
    const char *end = tilde == NULL ? NULL : strstr(tilde, "月");
    if (end == NULL)
        return false;
    end += strlen("月");
    if (s->host->text->parse_period(begin, (size_t)(tilde - begin), from) != 0 ||
        s->host->text->parse_period(tilde + 1, (size_t)(end - tilde - 1), to) != 0 ||
        strlen(from) != 7 || strlen(to) != 7 || strcmp(from + 4, "-04") != 0 ||
        strcmp(to + 4, "-03") != 0 || strtol(to, NULL, 10) != strtol(from, NULL, 10) + 1)
        return false;
    memcpy(s->period, "FY", 2);
    memcpy(s->period + 2, from, 4);
    s->period[6] = '\0';
    return true;
}

int ndb_title_read(struct ndb_sheet *s, struct shihyo_error *err)
{
    char title[sizeof s->title * 2], word[MOST_LABEL], name[MOST_LABEL];
    bool in_title = false, in_name = false;
    size_t length = s->host->text->normalise_label(s->title, strlen(s->title), title, sizeof title);
    if (length >= sizeof title || !read_period(s, title))
        return s->host->error(err, SHIHYO_DATA, E_LAYOUT,
                              N_("The title does not say the year of care: '%s' or the like is "
                                 "expected above the header."),
                              "診療年月：2022年04月～2023年03月");
    s->kind = strstr(title, "(歯科)") != NULL   ? "dental"
              : strstr(title, "(調剤)") != NULL ? "pharmacy"
                                                : "medical";
    last_word(s, word);
    ndb_label(s->host, s->name, strlen(s->name), name);
    const char *by_title = setting_of(word, &in_title), *by_name = setting_of(name, &in_name);
    if (by_title == NULL && by_name == NULL)
        return s->host->error(err, SHIHYO_DATA, E_LAYOUT,
                              N_("Neither the title nor the sheet's name says %s."),
                              "外来 / 入院 / 全体");
    if (by_title != NULL && by_name != NULL &&
        (strcmp(by_title, by_name) != 0 || in_title != in_name))
        return s->host->error(err, SHIHYO_DATA, E_LAYOUT,
                              N_("The title says '%s', the sheet is called '%s'."), word, name);
    s->setting = by_title != NULL ? by_title : by_name;
    s->addition = by_title != NULL ? in_title : in_name;
    return 0;
}

/* The header ------------------------------------------------------------------------------ */

/* 0~4歳, 5歳~9歳, 90歳以上; false: no band. */
static bool read_band(const char *label, struct ndb_column *c)
{
    static const char years[] = "歳", open[] = "歳以上";
    char *end = NULL;
    if (*label < '0' || *label > '9')
        return false;
    c->age_from = (int)strtol(label, &end, 10);
    c->age_to = -1;
    if (strcmp(end, open) == 0)
        return true;
    if (strncmp(end, years, sizeof years - 1) == 0)
        end += sizeof years - 1;
    if (*end != '~' || end[1] < '0' || end[1] > '9')
        return false;
    c->age_to = (int)strtol(end + 1, &end, 10);
    return strcmp(end, years) == 0 && c->age_to >= c->age_from && c->age_to < 131;
}

/* A part of the path that is a code: 0101 of a secondary area, 01 of a prefecture. */
static bool read_area(const struct ndb_sheet *s, const char *path, struct ndb_column *c)
{
    for (const char *p = path; p != NULL; p = strchr(p, '|')) {
        p += *p == '|' ? 1 : 0;
        size_t digits = strspn(p, "0123456789");
        if (p[digits] != '|' && p[digits] != '\0')
            continue;
        if (digits == 4 &&
            s->host->text->parse_area_code(p, digits, SHIHYO_LEVEL_SECONDARY, c->area) == 0) {
            c->area_set = "secondary";
            return true;
        }
        if (digits == 2 &&
            s->host->text->parse_area_code(p, digits, SHIHYO_LEVEL_PREFECTURE, c->area) == 0) {
            c->area_set = "prefecture";
            return true;
        }
    }
    return false;
}

static bool read_column(const struct ndb_sheet *s, const char *path, struct ndb_column *c)
{
    static const char men[] = "男|", women[] = "女|", unassigned[] = "二次医療圏判別不可";
    c->area_set = "nation";
    memcpy(c->area, "00", 3);
    c->sex = NULL;
    c->age_from = c->age_to = -1;
    if (strncmp(path, men, sizeof men - 1) == 0 || strncmp(path, women, sizeof women - 1) == 0) {
        c->sex = strncmp(path, men, sizeof men - 1) == 0 ? "male" : "female";
        return read_band(path + sizeof men - 1, c);
    }
    if (strcmp(path, unassigned) == 0) {
        c->area_set = "unassigned";
        return true;
    }
    return read_area(s, path, c);
}

static bool same_column(const struct ndb_column *a, const struct ndb_column *b)
{
    return strcmp(a->area_set, b->area_set) == 0 && strcmp(a->area, b->area) == 0 &&
           a->age_from == b->age_from && (a->sex == b->sex);
}

/* The columns of figures: all that stand after the total. */
static int read_columns(struct ndb_sheet *s, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    size_t width = text->header_count(s->header);
    s->columns = calloc(width + 1, sizeof *s->columns);
    if (s->columns == NULL)
        return common_nomem(s->host, err);
    for (size_t i = s->total + 1; i < width; i++) {
        struct ndb_column *c = &s->columns[s->column_count];
        const char *path = text->header_path(s->header, i);
        if (path == NULL)
            return common_nomem(s->host, err);
        if (path[0] == '\0')
            continue;
        if (!read_column(s, path, c)) {
            int code = s->host->error(
                err, SHIHYO_DATA, E_LAYOUT,
                N_("The column '%s' is neither an area with its code, nor sex and age, nor '%s'."),
                path, "二次医療圏判別不可");
            if (err != NULL)
                err->column = (int64_t)i + 1;
            return code;
        }
        c->source = i;
        for (size_t k = 0; k < s->column_count; k++) {
            if (same_column(&s->columns[k], c))
                return s->host->error(err, SHIHYO_DATA, E_HEADER_TWICE,
                                      N_("The column '%s' is in the table twice."), path);
        }
        s->column_count++;
    }
    return s->column_count > 0
               ? 0
               : s->host->error(err, SHIHYO_DATA, E_HEADER_MISSING,
                                N_("No column of an area, or of sex and age, stands after '%s'."),
                                "総計");
}

/* 総計(算定回数) or 総計(患者数) says which figures these are. */
static int read_total(struct ndb_sheet *s, struct shihyo_error *err)
{
    static const struct {
        const char *label;
        enum ndb_measure measure;
    } known[] = {{"総計(算定回数)", NDB_ITEMS}, {"総計(患者数)", NDB_PATIENTS}};
    const struct shihyo_text_services *text = s->host->text;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct shihyo_error missing = {SHIHYO_ABI_INIT(struct shihyo_error)};
        s->measure = known[i].measure;
        if (text->header_find(s->header, known[i].label, &s->total, &missing) == 0)
            return 0;
    }
    int code = text->header_find(s->header, known[0].label, &s->total, err);
    s->host->hint(err, N_("Tables of other figures than these two are not read: %s."),
                  "算定回数, 患者数");
    return code;
}

int ndb_header_read(struct ndb_sheet *s, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    struct shihyo_error none = {SHIHYO_ABI_INIT(struct shihyo_error)};
    int code = read_total(s, err);
    if (code == 0)
        code = text->header_find(s->header, "診療行為", &s->label, err);
    if (code == 0)
        code = read_columns(s, err);
    if (text->header_find(s->header, "分類コード", &s->section, &none) != 0)
        s->section = SIZE_MAX;
    if (code == 0 && (s->code > MOST_CLASSES || s->label > s->total || s->code > s->total))
        code = s->host->error(err, SHIHYO_DATA, E_LAYOUT,
                              N_("'%s' and '%s' should stand before '%s'."), "診療行為コード",
                              "診療行為", "総計");
    s->ready = code == 0;
    return code;
}
