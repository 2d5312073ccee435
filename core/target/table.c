/* SPDX-License-Identifier: MIT */
/*
 * A target table in memory: rows of a file become targets with their points. A target that is
 * named by several rows, one for each of its years, says the same of itself in all of them or only
 * in the first.
 */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/target/target_private.h"
#include "core/text/normalise.h"

int shy_target_table_new(const char *plan, const char *file, struct shy_target_table **out,
                         struct shihyo_error *err)
{
    struct shy_target_table *t = shy_alloc(1, sizeof *t);
    *out = NULL;
    if (t == NULL)
        return shy_fail_nomem(err);
    t->plan = shy_arena_strdup(&t->arena, plan);
    t->file = shy_arena_strdup(&t->arena, file);
    if (t->plan == NULL || t->file == NULL) {
        shy_target_table_free(t);
        return shy_fail_nomem(err);
    }
    *out = t;
    return 0;
}

void shy_target_table_free(struct shy_target_table *t)
{
    if (t == NULL)
        return;
    for (size_t i = 0; i < t->count; i++)
        shy_free(t->targets[i].points);
    shy_free(t->targets);
    shy_map_free(&t->keys);
    shy_arena_free(&t->arena);
    shy_free(t);
}

/* Ids have no such byte. */
static void add_key(struct shy_text *key, const struct shy_target *t)
{
    shy_text_addf(key, "%s\x1f%s\x1f%s\x1f%s\x1f%s", t->indicator, t->area_set, t->area, t->measure,
                  t->dimensions);
}

uint32_t shy_target_find(const struct shy_target_table *t, const struct shy_target *like)
{
    struct shy_text key = {0};
    add_key(&key, like);
    uint32_t found = key.failed ? SHY_MAP_NONE : shy_map_find(&t->keys, key.text, key.length);
    shy_text_free(&key);
    return found;
}

/* Every text of a target, to be copied, compared or released together. */
enum { TEXTS = 14 };
static void texts_of(struct shy_target *t, const char **texts[TEXTS])
{
    const char **all[TEXTS] = {&t->indicator,      &t->area_set,        &t->area,  &t->measure,
                               &t->dimensions,     &t->baseline_source, &t->group, &t->source,
                               &t->reason,         &t->improvement,     &t->note,  &t->carried_from,
                               &t->carried_reason, &t->definition_hash};
    memcpy(texts, all, sizeof all);
}

static int copy_texts(struct shy_target_table *t, struct shy_target *target,
                      struct shihyo_error *err)
{
    const char **texts[TEXTS];
    texts_of(target, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        *texts[i] = shy_arena_strdup(&t->arena, *texts[i] == NULL ? "" : *texts[i]);
        if (*texts[i] == NULL)
            return shy_fail_nomem(err);
    }
    target->comparable =
        shy_arena_strdup(&t->arena, target->comparable == NULL ? "" : target->comparable);
    return target->comparable == NULL ? shy_fail_nomem(err) : 0;
}

static int add_point(struct shy_target *target, const struct shy_target_point *point,
                     struct shihyo_error *err)
{
    if (!SHY_GROW(target->points, target->point_count, target->point_capacity))
        return shy_fail_nomem(err);
    target->points[target->point_count++] = *point;
    return 0;
}

/* Without its points. */
static int add_target(struct shy_target_table *t, const struct shy_target *from,
                      struct shy_target **out, struct shihyo_error *err)
{
    struct shy_target target = *from;
    struct shy_text key = {0};
    target.points = NULL;
    target.point_count = target.point_capacity = 0;
    SHY_TRY(copy_texts(t, &target, err));
    if (!SHY_GROW(t->targets, t->count, t->capacity))
        return shy_fail_nomem(err);
    add_key(&key, &target);
    uint32_t number = key.failed ? SHY_MAP_NONE : shy_map_add(&t->keys, key.text, key.length);
    shy_text_free(&key);
    if (number == SHY_MAP_NONE)
        return shy_fail_nomem(err);
    SHY_BUG_ON(number != t->count); /* the caller has looked */
    t->targets[t->count] = target;
    *out = &t->targets[t->count++];
    return 0;
}

int shy_target_add(struct shy_target_table *t, const struct shy_target *target,
                   struct shihyo_error *err)
{
    struct shy_target *copy;
    if (shy_target_find(t, target) != SHY_MAP_NONE)
        return shy_fail(err, SHY_E_TARGET_TWICE, _("There are two targets for '%s' in area %s."),
                        target->indicator, target->area);
    SHY_TRY(add_target(t, target, &copy, err));
    for (size_t i = 0; i < target->point_count; i++)
        SHY_TRY(add_point(copy, &target->points[i], err));
    return 0;
}

/* Rows ------------------------------------------------------------------------------------- */

static void report(struct shy_target_reader *r, struct shihyo_error *e, int64_t line,
                   enum shy_target_column column, const char *value)
{
    shy_at(e, r->file, line, 0);
    shy_at_column(e, shy_target_columns[column].japanese);
    if (value != NULL)
        shy_value(e, value, strlen(value));
    shy_problems_add(r->problems, SHY_ERROR, e);
}

static bool find_word(const struct shy_target_word *words, size_t count, const char *text,
                      size_t *out)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i].id, text) == 0 || strcmp(words[i].japanese, text) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

static void unknown_word(struct shy_target_reader *r, const struct shy_target_word *words,
                         size_t count, const char *text, int64_t line, enum shy_target_column c)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    const char *names[2 * SHY_TC_COUNT];
    struct shy_text list = {0};
    for (size_t i = 0; i < count; i++) {
        names[2 * i] = words[i].id;
        names[2 * i + 1] = words[i].japanese;
        if (words[i].id[0] != '\0')
            shy_text_addf(&list, "%s%s (%s)", list.length > 0 ? ", " : "", words[i].japanese,
                          words[i].id);
    }
    (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("'%s' is not one of the words for this column."),
                   text);
    shy_nearest(&e, text, names, 2 * count);
    shy_hint(&e, _("The words are: %s."), shy_text_get(&list));
    shy_text_free(&list);
    report(r, &e, line, c, text);
}

/* "12.5", "1,234", "１２", "35.7%" or "1/3"; *known false where the cell is empty. */
static bool read_number(struct shy_target_reader *r, const char *const *cells,
                        enum shy_target_column c, int64_t line, bool *known,
                        struct shy_fraction *out)
{
    const char *text = cells[c], *slash = strchr(text, '/');
    size_t length = strlen(text);
    struct shihyo_number n = {SHIHYO_ABI_INIT(struct shihyo_number), .state = 0};
    *known = length > 0;
    *out = (struct shy_fraction){0, 1};
    if (length == 0)
        return true;
    if (slash != NULL) {
        int64_t num, den;
        int scale_num, scale_den;
        if (shy_decimal_parse(text, (size_t)(slash - text), &num, &scale_num) && scale_num == 0 &&
            shy_decimal_parse(slash + 1, length - (size_t)(slash + 1 - text), &den, &scale_den) &&
            scale_den == 0 && den > 0 && shy_fraction_make(num, den, out))
            return true;
    } else {
        if (text[length - 1] == '%')
            length--;
        if (shy_parse_number(text, length, NULL, &n) == SHIHYO_OK && n.state == SHIHYO_STATE_OK &&
            shy_fraction_decimal(n.mantissa, n.scale, out))
            return true;
    }
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("'%s' is not a number."), text);
    shy_hint(&e, _("Leave the cell empty where the target has no number (maintain, increase)."));
    report(r, &e, line, c, text);
    return false;
}

static bool read_period(struct shy_target_reader *r, const char *const *cells,
                        enum shy_target_column c, int64_t line, bool *known, struct shy_period *out)
{
    const char *text = cells[c];
    *known = text[0] != '\0';
    if (!*known || shy_period_parse_any(text, strlen(text), out))
        return true;
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("'%s' is not understood as a year or month."), text);
    shy_hint(&e, _("Write FY2023, 令和5年度 or R5年度."));
    report(r, &e, line, c, text);
    return false;
}

static bool read_switch(struct shy_target_reader *r, const char *const *cells,
                        enum shy_target_column c, int64_t line, bool *out)
{
    static const struct shy_target_word words[] = {
        {"", ""}, {"no", "いいえ"}, {"0", "×"}, {"yes", "はい"}, {"1", "○"}, {"true", "〇"}};
    size_t word;
    if (find_word(words, sizeof words / sizeof words[0], cells[c], &word)) {
        *out = word >= 3;
        return true;
    }
    unknown_word(r, words + 1, 3, cells[c], line, c);
    return false;
}

bool shy_target_has_number(enum shy_target_kind kind)
{
    return kind != SHY_TARGET_MAINTAIN && kind != SHY_TARGET_INCREASE &&
           kind != SHY_TARGET_DECREASE && kind != SHY_TARGET_NOT_SET;
}

/* What a kind needs and what it cannot have. */
static bool check_shape(struct shy_target_reader *r, const struct shy_target *t,
                        const struct shy_target_point *p, bool has_value, bool has_upper,
                        bool has_period, int64_t line)
{
    struct shihyo_error e = SHY_ERROR_INIT;
    enum shy_target_column at = SHY_TC_VALUE;
    const char *kind = shy_target_kind_label(t->kind);
    if (shy_target_has_number(t->kind) && !has_value)
        (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("A target of the kind '%s' needs a number."),
                       kind);
    else if (!shy_target_has_number(t->kind) && has_value)
        (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("A target of the kind '%s' has no number."), kind);
    else if (has_upper != (t->kind == SHY_TARGET_RANGE))
        (void)shy_fail(&e, SHY_E_TARGET_FIELD,
                       _("A range, and nothing else, has an upper limit beside its value."));
    else if (has_upper && shy_fraction_compare(p->value, p->upper) > 0)
        (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("The upper limit lies below the value."));
    else if (!has_period && t->kind != SHY_TARGET_NOT_SET) {
        (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("A target needs the year of its goal."));
        at = SHY_TC_PERIOD;
    } else if (t->kind == SHY_TARGET_PER_POPULATION && strncmp(t->measure, "rate:", 5) != 0) {
        (void)shy_fail(&e, SHY_E_TARGET_MEASURE,
                       _("A target per population needs the measure of a rate, not '%s'."),
                       t->measure);
        shy_hint(&e, _("Measures are the words of `shihyo show --format csv`: rate:100000:65+."));
        at = SHY_TC_MEASURE;
    } else if ((t->kind == SHY_TARGET_GROWTH || t->kind == SHY_TARGET_MAINTAIN ||
                t->kind == SHY_TARGET_INCREASE || t->kind == SHY_TARGET_DECREASE) &&
               !t->has_baseline) {
        (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("A target of the kind '%s' needs a baseline."),
                       kind);
        at = SHY_TC_BASELINE;
    }
    if (e.code == 0)
        return true;
    report(r, &e, line, at, NULL);
    return false;
}

static bool read_required(struct shy_target_reader *r, const char *const *cells, int64_t line)
{
    static const enum shy_target_column required[] = {SHY_TC_PLAN, SHY_TC_INDICATOR,
                                                      SHY_TC_AREA_SET, SHY_TC_AREA, SHY_TC_KIND};
    bool good = true;
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
        struct shihyo_error e = SHY_ERROR_INIT;
        if (cells[required[i]][0] != '\0')
            continue;
        (void)shy_fail(&e, SHY_E_TARGET_FIELD, _("The column '%s' is empty."),
                       shy_target_columns[required[i]].japanese);
        report(r, &e, line, required[i], NULL);
        good = false;
    }
    if (strcmp(cells[SHY_TC_PLAN], r->table->plan) != 0 && cells[SHY_TC_PLAN][0] != '\0') {
        struct shihyo_error e = SHY_ERROR_INIT;
        (void)shy_fail(&e, SHY_E_TARGET_TABLE,
                       _("A target table is of one plan; this one began with '%s'."),
                       r->table->plan);
        report(r, &e, line, SHY_TC_PLAN, cells[SHY_TC_PLAN]);
        good = false;
    }
    return good;
}

/* The area sets everybody has, as people call them, and how their codes are written. */
static const struct {
    const char *id, *japanese;
    uint32_t level; /* 0: codes are taken as they stand */
} area_sets[] = {
    {"municipality", "市町村", SHIHYO_LEVEL_MUNICIPALITY},
    {"secondary", "二次医療圏", SHIHYO_LEVEL_SECONDARY},
    {"vision", "構想区域", SHIHYO_LEVEL_SECONDARY},
    {"prefecture", "都道府県", SHIHYO_LEVEL_PREFECTURE},
    {"home_care", "在宅医療圏", 0},
    {"nation", "全国", 0},
};

/* Zeros that a spreadsheet took away come back; a check digit goes when it is right. */
static bool read_area(struct shy_target_reader *r, const char *const *cells, int64_t line,
                      struct shy_target *t, char code[8])
{
    const char *set = cells[SHY_TC_AREA_SET], *area = cells[SHY_TC_AREA];
    t->area_set = set;
    t->area = area;
    for (size_t i = 0; i < sizeof area_sets / sizeof area_sets[0]; i++) {
        if (strcmp(area_sets[i].id, set) != 0 && strcmp(area_sets[i].japanese, set) != 0)
            continue;
        t->area_set = area_sets[i].id;
        if (area_sets[i].level == 0 || area[0] == '\0')
            return true;
        if (shy_parse_area_code(area, strlen(area), area_sets[i].level, code) == SHIHYO_OK) {
            t->area = code;
            return true;
        }
        struct shihyo_error e = SHY_ERROR_INIT;
        (void)shy_fail(&e, SHY_E_AREA_CODE, _("'%s' is no code of the area set '%s'."), area,
                       area_sets[i].id);
        report(r, &e, line, SHY_TC_AREA, area);
        return false;
    }
    return true;
}

static void take_texts(struct shy_target *t, const char *const *cells)
{
    t->indicator = cells[SHY_TC_INDICATOR];
    t->measure = cells[SHY_TC_MEASURE][0] == '\0' ? "count" : cells[SHY_TC_MEASURE];
    t->dimensions = cells[SHY_TC_DIMENSIONS];
    t->baseline_source = cells[SHY_TC_BASELINE_SOURCE];
    t->group = cells[SHY_TC_GROUP];
    t->source = cells[SHY_TC_SOURCE];
    t->reason = cells[SHY_TC_REASON];
    t->improvement = cells[SHY_TC_IMPROVEMENT];
    t->note = cells[SHY_TC_NOTE];
    t->carried_from = cells[SHY_TC_CARRIED_FROM];
    t->carried_reason = cells[SHY_TC_CARRIED_REASON];
    t->definition_hash = t->comparable = "";
}

static bool read_row(struct shy_target_reader *r, const char *const *cells, int64_t line,
                     struct shy_target *t, struct shy_target_point *p, char area[8])
{
    bool has_value, has_upper, has_period, has_carried;
    size_t kind, direction;
    bool good = read_required(r, cells, line);
    memset(t, 0, sizeof *t);
    take_texts(t, cells);
    good &= read_area(r, cells, line, t, area);
    t->line = p->line = line;
    if (!find_word(shy_target_kind_words, SHY_TARGET_KINDS_, cells[SHY_TC_KIND], &kind)) {
        if (cells[SHY_TC_KIND][0] != '\0')
            unknown_word(r, shy_target_kind_words, SHY_TARGET_KINDS_, cells[SHY_TC_KIND], line,
                         SHY_TC_KIND);
        return false;
    }
    if (!find_word(shy_target_direction_words, SHY_TARGET_LOWER + 1, cells[SHY_TC_DIRECTION],
                   &direction)) {
        unknown_word(r, shy_target_direction_words, SHY_TARGET_LOWER + 1, cells[SHY_TC_DIRECTION],
                     line, SHY_TC_DIRECTION);
        return false;
    }
    t->kind = (enum shy_target_kind)kind;
    t->direction = (enum shy_target_direction)direction;
    good &= read_number(r, cells, SHY_TC_BASELINE, line, &t->has_baseline, &t->baseline);
    good &= read_period(r, cells, SHY_TC_BASELINE_PERIOD, line, &t->baseline_dated,
                        &t->baseline_period);
    good &= read_number(r, cells, SHY_TC_VALUE, line, &has_value, &p->value);
    good &= read_number(r, cells, SHY_TC_UPPER, line, &has_upper, &p->upper);
    good &= read_number(r, cells, SHY_TC_CARRIED, line, &has_carried, &t->carried);
    good &= read_period(r, cells, SHY_TC_PERIOD, line, &has_period, &p->period);
    good &= read_switch(r, cells, SHY_TC_SUBSTITUTE, line, &t->substitute);
    return good && check_shape(r, t, p, has_value, has_upper, has_period, line);
}

/* A later row of a target repeats what the first said, or leaves it empty. */
static bool check_same(struct shy_target_reader *r, struct shy_target *first, struct shy_target *t)
{
    const char **one[TEXTS], **two[TEXTS];
    texts_of(first, one);
    texts_of(t, two);
    bool same = first->kind == t->kind &&
                (t->direction == SHY_TARGET_ANY || t->direction == first->direction);
    for (size_t i = 0; i < TEXTS && same; i++)
        same = (*two[i])[0] == '\0' || strcmp(*one[i], *two[i]) == 0;
    if (t->has_baseline)
        same &= first->has_baseline && shy_fraction_compare(first->baseline, t->baseline) == 0;
    if (t->baseline_dated)
        same &= first->baseline_dated &&
                shy_period_compare(&first->baseline_period, &t->baseline_period) == 0;
    if (same)
        return true;
    struct shihyo_error e = SHY_ERROR_INIT;
    (void)shy_fail(&e, SHY_E_TARGET_TWICE,
                   _("The row says something else of its target than line %lld does."),
                   (long long)first->line);
    shy_hint(&e, _("Rows of one target differ in the year and its value only; what they have in "
                   "common may stand in the first alone."));
    report(r, &e, t->line, SHY_TC_INDICATOR, t->indicator);
    return false;
}

int shy_target_add_row(struct shy_target_reader *r, const char *const cells[SHY_TC_COUNT],
                       int64_t line, struct shihyo_error *err)
{
    struct shy_target t, *target;
    struct shy_target_point p = {0};
    char area[8];
    if (!read_row(r, cells, line, &t, &p, area))
        return 0;
    uint32_t known = shy_target_find(r->table, &t);
    if (known == SHY_MAP_NONE) {
        SHY_TRY(add_target(r->table, &t, &target, err));
    } else {
        target = &r->table->targets[known];
        if (!check_same(r, target, &t))
            return 0;
    }
    if (t.kind == SHY_TARGET_NOT_SET && known == SHY_MAP_NONE)
        return 0;
    return add_point(target, &p, err);
}

/* The whole ----------------------------------------------------------------------------- */

/* Few points: by insertion. */
static void sort_points(struct shy_target *t)
{
    for (size_t i = 1; i < t->point_count; i++) {
        struct shy_target_point p = t->points[i];
        size_t k = i;
        for (; k > 0 && shy_period_compare(&t->points[k - 1].period, &p.period) > 0; k--)
            t->points[k] = t->points[k - 1];
        t->points[k] = p;
    }
}

static void check_points(struct shy_target_reader *r, const struct shy_target *t)
{
    for (size_t i = 0; i < t->point_count; i++) {
        struct shihyo_error e = SHY_ERROR_INIT;
        const struct shy_target_point *p = &t->points[i];
        char period[SHY_PERIOD_TEXT], baseline[SHY_PERIOD_TEXT];
        shy_period_text(&p->period, period);
        shy_period_text(&t->baseline_period, baseline);
        if (i > 0 && t->points[i - 1].period.last_month == p->period.last_month) {
            (void)shy_fail(&e, SHY_E_TARGET_TWICE,
                           _("There are two targets for '%s' in area %s at %s."), t->indicator,
                           t->area, period);
            shy_hint(&e, _("The other one is in line %lld."), (long long)t->points[i - 1].line);
        } else if (t->baseline_dated && p->period.last_month <= t->baseline_period.last_month) {
            (void)shy_fail(&e, SHY_E_TARGET_PERIOD,
                           _("The target's year %s is not later than its baseline's, %s."), period,
                           baseline);
            shy_hint(&e, _("Are the columns of the target's and of the baseline's year "
                           "exchanged, or an era wrong?"));
        } else {
            continue;
        }
        report(r, &e, p->line, SHY_TC_PERIOD, period);
    }
    if (t->kind == SHY_TARGET_NOT_SET && t->point_count > 0) {
        struct shihyo_error e = SHY_ERROR_INIT;
        (void)shy_fail(&e, SHY_E_TARGET_TWICE,
                       _("A target that is not set has one row, and no year."));
        report(r, &e, t->points[0].line, SHY_TC_KIND, NULL);
    }
}

int shy_target_finish(struct shy_target_reader *r, struct shihyo_error *err)
{
    for (size_t i = 0; i < r->table->count; i++) {
        sort_points(&r->table->targets[i]);
        check_points(r, &r->table->targets[i]);
    }
    return shy_target_table_seal(r->table, err);
}

int shy_target_table_seal(struct shy_target_table *t, struct shihyo_error *err)
{
    struct shy_text text = {0};
    shy_target_table_write(t, &text);
    for (size_t i = 0; i < t->count; i++)
        shy_text_addf(&text, "%s\x1f%s\n", t->targets[i].definition_hash, t->targets[i].comparable);
    if (!text.failed)
        shy_hash_bytes(text.text, text.length, t->hash);
    bool failed = text.failed;
    shy_text_free(&text);
    return failed ? shy_fail_nomem(err) : 0;
}

void shy_target_check_years(const struct shy_target_table *t, const struct shy_target_plan *plan,
                            struct shy_problems *problems)
{
    int32_t first = shy_month(plan->first, 4), last = shy_month(plan->last + 1, 3);
    for (size_t i = 0; i < t->count; i++) {
        for (size_t k = 0; k < t->targets[i].point_count; k++) {
            const struct shy_target_point *p = &t->targets[i].points[k];
            struct shihyo_error e = SHY_ERROR_INIT;
            char period[SHY_PERIOD_TEXT];
            if (p->period.last_month >= first && p->period.last_month <= last)
                continue;
            shy_period_text(&p->period, period);
            (void)shy_fail(&e, SHY_E_TARGET_PERIOD,
                           _("%s lies outside the plan %s (%s), FY%d to FY%d."), period, plan->id,
                           plan->name, plan->first, plan->last);
            shy_at(&e, t->file, p->line, 0);
            shy_problems_add(problems, SHY_WARNING, &e);
        }
    }
}
