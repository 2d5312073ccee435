/* SPDX-License-Identifier: MIT */
/* The mapping as the options give it, checked as far as it can be without a file. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

static const char *const type_names[] = {"code", "text",     "int",        "bool",
                                         "date", "decimal",  "period",     "month",
                                         "area", "area_set", "institution"};

const char *facts_type_name(enum facts_type type)
{
    return type_names[type];
}

const struct shihyo_value *facts_option(const struct facts_mapping *m, const char *key)
{
    const struct shihyo_value *value = common_member(m->root, key);
    return value != NULL ? value : common_member(m->layout, key);
}

size_t facts_column_named(const struct facts_mapping *m, const char *name)
{
    for (size_t i = 0; i < m->column_count; i++) {
        if (strcmp(m->columns[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

char *facts_label(const struct shihyo_host *host, const char *text, size_t length)
{
    /* NFKC can make a text longer: the service says by how much. */
    size_t need = host->text->normalise_label(text, length, NULL, 0);
    char *label = need == SIZE_MAX ? NULL : malloc(need + 1);
    if (label != NULL && host->text->normalise_label(text, length, label, need + 1) != need) {
        free(label);
        label = NULL;
    }
    return label;
}

static int fail(const struct facts_mapping *m, struct shihyo_error *err, const char *format,
                const char *name)
{
    return m->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE, format, name);
}

/* Texts and their values ------------------------------------------------------------------ */

static int read_words(const struct facts_mapping *m, const struct shihyo_value *map,
                      struct facts_word **out, size_t *count, struct shihyo_error *err)
{
    *count = 0;
    if (map == NULL || map->count == 0)
        return 0;
    *out = calloc(map->count, sizeof **out);
    if (*out == NULL)
        return common_nomem(m->host, err);
    for (uint32_t i = 0; i < map->count; i++) {
        (*out)[i].from = facts_label(m->host, map->keys[i], strlen(map->keys[i]));
        (*out)[i].to = map->items[i];
        if ((*out)[i].from == NULL)
            return common_nomem(m->host, err);
        *count = i + 1;
    }
    return 0;
}

static void free_words(struct facts_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(words[i].from);
    free(words);
}

struct state_name {
    const char *name;
    uint32_t state;
};

static const struct state_name state_names[] = {
    {"zero", SHIHYO_STATE_OK},
    {"missing", SHIHYO_STATE_MISSING},
    {"masked", SHIHYO_STATE_MASKED},
    {"not_applicable", SHIHYO_STATE_NOT_APPLICABLE},
    {"not_computable", SHIHYO_STATE_NOT_COMPUTABLE},
    {"unreported", SHIHYO_STATE_UNREPORTED},
};

static int find_state(const struct facts_mapping *m, const char *name, bool zero, uint32_t *state,
                      struct shihyo_error *err)
{
    for (size_t i = zero ? 0 : 1; i < sizeof state_names / sizeof state_names[0]; i++) {
        if (strcmp(state_names[i].name, name) == 0) {
            *state = state_names[i].state;
            return 0;
        }
    }
    return fail(m, err,
                N_("'%s' is no state: write missing, masked, not_applicable, not_computable or "
                   "unreported (for a sign also zero)."),
                name);
}

/* The states as values, so that a word can name one. */
#define STATE_VALUE(state) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_INT, 0, state, 0, NULL, NULL, NULL \
    }
static const struct shihyo_value state_values[] = {
    STATE_VALUE(SHIHYO_STATE_OK),
    STATE_VALUE(SHIHYO_STATE_MISSING),
    STATE_VALUE(SHIHYO_STATE_MASKED),
    STATE_VALUE(SHIHYO_STATE_NOT_APPLICABLE),
    STATE_VALUE(SHIHYO_STATE_NOT_COMPUTABLE),
    STATE_VALUE(SHIHYO_STATE_UNREPORTED),
};

/* What tables write where there is no answer. */
struct usual_word {
    const char *text;
    uint32_t state;
};
static const struct usual_word usual_words[] = {
    {"未報告", SHIHYO_STATE_UNREPORTED},     {"未回答", SHIHYO_STATE_UNREPORTED},
    {"無回答", SHIHYO_STATE_UNREPORTED},     {"回答なし", SHIHYO_STATE_UNREPORTED},
    {"未提出", SHIHYO_STATE_UNREPORTED},     {"該当なし", SHIHYO_STATE_NOT_APPLICABLE},
    {"非該当", SHIHYO_STATE_NOT_APPLICABLE}, {"不明", SHIHYO_STATE_MISSING},
    {"非公表", SHIHYO_STATE_MASKED},         {"非公開", SHIHYO_STATE_MASKED},
    {"秘匿", SHIHYO_STATE_MASKED},
};

/* The mapping's words come first: they win over the usual ones. */
static int read_states(struct facts_mapping *m, struct shihyo_error *err)
{
    const struct shihyo_value *own = facts_option(m, "states");
    size_t usual = sizeof usual_words / sizeof usual_words[0], given = own == NULL ? 0 : own->count;
    m->states = calloc(usual + given, sizeof *m->states);
    if (m->states == NULL)
        return common_nomem(m->host, err);
    for (size_t i = 0; i < given + usual; i++) {
        const char *text = i < given ? own->keys[i] : usual_words[i - given].text;
        uint32_t state = i < given ? 0 : usual_words[i - given].state;
        if (i < given) {
            const char *name = common_text_at(own->items[i], 0);
            int code = find_state(m, name == NULL ? "" : name, false, &state, err);
            if (code != 0)
                return code;
        }
        m->states[i].to = &state_values[state];
        m->states[i].from = facts_label(m->host, text, strlen(text));
        if (m->states[i].from == NULL)
            return common_nomem(m->host, err);
        m->state_count = i + 1;
    }
    return 0;
}

static int read_signs(struct facts_mapping *m, struct shihyo_error *err)
{
    const struct shihyo_value *signs = facts_option(m, "signs");
    const struct shihyo_value *thousands = facts_option(m, "thousands");
    struct {
        const char *name;
        uint32_t *state;
    } const fields[] = {
        {"hyphen", &m->signs.hyphen},     {"dot", &m->signs.dot},
        {"ellipsis", &m->signs.ellipsis}, {"asterisk", &m->signs.asterisk},
        {"letter_x", &m->signs.letter_x}, {"blank", &m->signs.blank},
    };
    m->signs = *m->host->text->signs_default;
    m->signs.thousands = thousands != NULL && thousands->integer != 0;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const char *name = common_text_at(common_member(signs, fields[i].name), 0);
        int code = name == NULL ? 0 : find_state(m, name, true, fields[i].state, err);
        if (code != 0)
            return code;
    }
    return 0;
}

/* Columns --------------------------------------------------------------------------------- */

/* What columns of these names are, unless the mapping says otherwise. */
struct usual_column {
    const char *name;
    enum facts_type type;
    bool measure;
};
static const struct usual_column usual_columns[] = {
    {"age_from", FACTS_INT, false},
    {"age_to", FACTS_INT, false},
    {"area", FACTS_AREA, false},
    {"area_set", FACTS_AREA_SET, false},
    {"areas_as_of", FACTS_DATE, false},
    {"changed_on", FACTS_DATE, false},
    {"institution", FACTS_INSTITUTION, false},
    {"name", FACTS_TEXT, false},
    {"period", FACTS_PERIOD, false},
    {"projection", FACTS_BOOL, false},
    {"after_name", FACTS_TEXT, false},
    {"before_name", FACTS_TEXT, false},
    {"grounds", FACTS_TEXT, false},
    {"valid_from", FACTS_DATE, false},
    {"valid_to", FACTS_DATE, false},
    {"value", FACTS_INT, true},
};

static void set_usual(struct facts_column *c)
{
    c->type = FACTS_CODE;
    for (size_t i = 0; i < sizeof usual_columns / sizeof usual_columns[0]; i++) {
        if (strcmp(usual_columns[i].name, c->name) == 0) {
            c->type = usual_columns[i].type;
            c->measure = usual_columns[i].measure;
        }
    }
}

static int add_column(struct facts_mapping *m, const char *name, struct facts_column **out,
                      struct shihyo_error *err)
{
    if (facts_column_named(m, name) != SIZE_MAX)
        return fail(m, err, N_("The mapping has two values for the column '%s'."), name);
    if (m->column_count == MOST_COLUMNS)
        return fail(m, err, N_("The mapping has too many columns; '%s' is one too many."), name);
    struct facts_column *c = &m->columns[m->column_count++];
    *c = (struct facts_column){.name = name, .level = LEVEL_NONE, .source = SIZE_MAX, .target = -1};
    set_usual(c);
    *out = c;
    return 0;
}

static int set_type(const struct facts_mapping *m, struct facts_column *c, const char *name,
                    struct shihyo_error *err)
{
    for (size_t i = 0; name != NULL && i < sizeof type_names / sizeof type_names[0]; i++) {
        if (strcmp(type_names[i], name) == 0) {
            c->type = (enum facts_type)i;
            c->measure = c->type == FACTS_INT || c->type == FACTS_DECIMAL;
            return 0;
        }
    }
    return name == NULL ? 0
                        : fail(m, err,
                               N_("'%s' is no type of a column: write code, text, int, bool, date, "
                                  "decimal, period, month, area, area_set or institution."),
                               name);
}

/* LEVEL_NONE where the name is none of a level. The areas of the vision have codes as the
 * secondary areas do. */
static int level_of(const char *name)
{
    if (strcmp(name, "municipality") == 0)
        return SHIHYO_LEVEL_MUNICIPALITY;
    if (strcmp(name, "secondary") == 0 || strcmp(name, "vision") == 0)
        return SHIHYO_LEVEL_SECONDARY;
    if (strcmp(name, "prefecture") == 0)
        return SHIHYO_LEVEL_PREFECTURE;
    return strcmp(name, "nation") == 0 ? SHIHYO_LEVEL_NATION : LEVEL_NONE;
}

/* "1-2": the first two characters; "3": the third. */
static int read_take(const struct facts_mapping *m, struct facts_column *c, const char *text,
                     struct shihyo_error *err)
{
    char *end = NULL;
    long first = strtol(text, &end, 10), last = first;
    if (*end == '-')
        last = strtol(end + 1, &end, 10);
    if (*end != '\0' || first < 1 || last < first || last > MOST_TEXT)
        return fail(m, err,
                    N_("'%s' does not say which characters to take: write 1-2 for the "
                       "first two."),
                    text);
    c->take_first = (int)first;
    c->take_last = (int)last;
    return 0;
}

static bool is_true(const struct shihyo_value *map, const char *key)
{
    const struct shihyo_value *value = common_member(map, key);
    return value != NULL && value->integer != 0;
}

static int read_column(struct facts_mapping *m, const struct shihyo_value *map,
                       struct facts_column *c, struct shihyo_error *err)
{
    const char *level = common_text_at(common_member(map, "level"), 0);
    const char *take = common_text_at(common_member(map, "take"), 0);
    const struct shihyo_value *scale = common_member(map, "scale");
    const struct shihyo_value *measure = common_member(map, "measure");
    int code = set_type(m, c, common_text_at(common_member(map, "type"), 0), err);
    if (code == 0 && take != NULL)
        code = read_take(m, c, take, err);
    if (code != 0)
        return code;
    if (level != NULL) {
        c->level = level_of(level);
        if (c->level == LEVEL_NONE)
            return fail(m, err,
                        N_("'%s' is no level of areas: write municipality, secondary, "
                           "prefecture or nation."),
                        level);
    }
    const struct shihyo_value *width = common_member(map, "width");
    if (width != NULL && (width->integer < 1 || width->integer > MOST_WIDTH ||
                          c->type != FACTS_CODE || c->level != LEVEL_NONE))
        return fail(m, err,
                    N_("The width of the column '%s' must be 1 to 18, and is for codes other than "
                       "those of areas."),
                    c->name);
    c->width = width == NULL ? 0 : (int)width->integer;
    c->from = common_member(map, "from");
    c->optional = is_true(map, "optional");
    c->required = is_true(map, "required");
    c->fiscal = is_true(map, "fiscal");
    c->key = is_true(map, "key");
    c->thousands = m->signs.thousands != 0 || is_true(map, "thousands");
    if (c->key)
        c->measure = false;
    if (measure != NULL)
        c->measure = measure->integer != 0 && (c->type == FACTS_INT || c->type == FACTS_DECIMAL);
    int64_t digits = scale == NULL || c->type != FACTS_DECIMAL ? 0 : scale->integer;
    if (digits < 0 || digits > 18)
        return fail(m, err, N_("The scale of the column '%s' must be 0 to 18."), c->name);
    c->scale = (int)digits;
    c->unit = common_text_at(common_member(map, "unit"), 0);
    c->label = common_text_at(common_member(map, "label"), 0);
    c->label_en = common_text_at(common_member(map, "label_en"), 0);
    return 0;
}

static int read_columns(struct facts_mapping *m, struct shihyo_error *err)
{
    const struct shihyo_value *list = facts_option(m, "columns");
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        const char *name = common_text_at(common_member(list->items[i], "name"), 0);
        struct facts_column *c = NULL;
        int code = add_column(m, name, &c, err);
        if (code == 0)
            code = read_column(m, list->items[i], c, err);
        if (code != 0)
            return code;
        if (c->from == NULL)
            return fail(m, err,
                        N_("The column '%s' does not say from which column of the table it "
                           "comes (from); a fixed value stands under constants."),
                        name);
    }
    return 0;
}

/* The project's constants are added to the layout's, and win. */
static int read_constants(struct facts_mapping *m, const struct shihyo_value *map, bool again,
                          struct shihyo_error *err)
{
    for (uint32_t i = 0; map != NULL && i < map->count; i++) {
        struct facts_column *c = NULL;
        size_t at = facts_column_named(m, map->keys[i]);
        if (again && at != SIZE_MAX && m->columns[at].value != NULL)
            continue;
        int code = add_column(m, map->keys[i], &c, err);
        if (code != 0)
            return code;
        c->value = map->items[i];
        c->required = true;
        if (c->value->type == SHIHYO_VALUE_BOOL)
            c->type = FACTS_BOOL;
        else if (c->value->type == SHIHYO_VALUE_INT && c->type != FACTS_INT)
            c->type = FACTS_INT;
        else if (c->value->type != SHIHYO_VALUE_STRING && c->value->type != SHIHYO_VALUE_INT)
            return fail(m, err,
                        N_("The constant '%s' must be a text, a whole number, true or "
                           "false."),
                        c->name);
    }
    return 0;
}

static int read_recode(struct facts_mapping *m, struct shihyo_error *err)
{
    const struct shihyo_value *map = facts_option(m, "recode");
    for (uint32_t i = 0; map != NULL && i < map->count; i++) {
        size_t at = facts_column_named(m, map->keys[i]);
        if (at == SIZE_MAX || map->items[i]->type != SHIHYO_VALUE_MAP)
            return fail(m, err,
                        N_("recode names the column '%s', which the mapping does not have, "
                           "or gives it no table of texts."),
                        map->keys[i]);
        struct facts_column *c = &m->columns[at];
        int code = read_words(m, map->items[i], &c->words, &c->word_count, err);
        if (code != 0)
            return code;
    }
    return 0;
}

/* The wide table -------------------------------------------------------------------------- */

/* A column whose value comes with a column of the wide table: added once. */
static int add_carried(struct facts_mapping *m, const char *name, const struct shihyo_value *value,
                       struct shihyo_error *err)
{
    struct facts_column *c = NULL;
    size_t at = facts_column_named(m, name);
    if (at != SIZE_MAX && m->columns[at].from == NULL && m->columns[at].value == NULL)
        return 0;
    int code = add_column(m, name, &c, err);
    if (code != 0)
        return code;
    bool usual = c->type != FACTS_CODE;
    if (!usual && (value == NULL || value->type == SHIHYO_VALUE_INT))
        c->type = FACTS_INT;
    else if (!usual && value->type == SHIHYO_VALUE_BOOL)
        c->type = FACTS_BOOL;
    c->measure = false;
    return 0;
}

/* The names in braces; kept as texts of the mapping's own. */
static int read_pattern(struct facts_mapping *m, const char *pattern, struct shihyo_error *err)
{
    static const struct {
        const char *name;
        size_t length;
    } known[] = {{"age_from", 8}, {"age_to", 6}, {"period", 6}};
    for (const char *p = strchr(pattern, '{'); p != NULL; p = strchr(p + 1, '{')) {
        const char *end = strchr(p, '}');
        const char *name = NULL;
        for (size_t i = 0; end != NULL && i < sizeof known / sizeof known[0]; i++) {
            if (known[i].length == (size_t)(end - p - 1) &&
                strncmp(known[i].name, p + 1, known[i].length) == 0)
                name = known[i].name;
        }
        if (name == NULL)
            return fail(m, err,
                        N_("The pattern '%s' has braces that are none of {age_from}, "
                           "{age_to} and {period}; other columns are listed one by one."),
                        pattern);
        int code = add_carried(m, name, NULL, err);
        if (code != 0)
            return code;
    }
    return 0;
}

static int read_wide_entry(struct facts_mapping *m, const struct shihyo_value *item,
                           struct shihyo_error *err)
{
    struct facts_wide *w = &m->wide[m->wide_count++];
    if (item->type == SHIHYO_VALUE_STRING) {
        w->pattern = item->string;
        return read_pattern(m, item->string, err);
    }
    w->entry = item;
    if (common_text_at(common_member(item, "from"), 0) == NULL)
        return fail(m, err, N_("A column of unpivot does not say its label (%s)."), "from");
    for (uint32_t i = 0; i < item->count; i++) {
        if (strcmp(item->keys[i], "from") == 0)
            continue;
        int code = add_carried(m, item->keys[i], item->items[i], err);
        if (code != 0)
            return code;
    }
    return 0;
}

static int read_unpivot(struct facts_mapping *m, struct shihyo_error *err)
{
    const struct shihyo_value *map = facts_option(m, "unpivot");
    const struct shihyo_value *list = common_member(map, "columns");
    const char *into = common_text_at(common_member(map, "into"), 0);
    struct facts_column *c = NULL;
    m->wide_into = SIZE_MAX;
    if (map == NULL)
        return 0;
    int code = add_column(m, into == NULL ? "value" : into, &c, err);
    if (code == 0)
        code = read_column(m, map, c, err);
    if (code != 0)
        return code;
    m->wide_into = m->column_count - 1;
    m->wide = calloc(list == NULL ? 1 : list->count, sizeof *m->wide);
    if (m->wide == NULL)
        return common_nomem(m->host, err);
    for (uint32_t i = 0; code == 0 && list != NULL && i < list->count; i++)
        code = read_wide_entry(m, list->items[i], err);
    return code;
}

/* Rows ------------------------------------------------------------------------------------ */

static int read_where(struct facts_mapping *m, struct shihyo_error *err)
{
    const struct shihyo_value *list = facts_option(m, "where");
    m->where = calloc(list == NULL ? 1 : list->count, sizeof *m->where);
    if (m->where == NULL)
        return common_nomem(m->host, err);
    for (uint32_t i = 0; list != NULL && i < list->count; i++) {
        const struct shihyo_value *item = list->items[i], *blank = common_member(item, "blank");
        m->where[m->where_count++] = (struct facts_where){
            .column = common_text_at(common_member(item, "column"), 0),
            .is = common_member(item, "is"),
            .is_not = common_member(item, "is_not"),
            .ends = common_member(item, "ends"),
            .not_ends = common_member(item, "not_ends"),
            .blank = blank == NULL ? -1 : (int)blank->integer,
        };
    }
    return 0;
}

static void read_layout(struct facts_mapping *m)
{
    const struct shihyo_value *sheet = facts_option(m, "sheet");
    const struct shihyo_value *number = facts_option(m, "sheet_number");
    const struct shihyo_value *skip = facts_option(m, "skip_rows");
    const struct shihyo_value *rows = facts_option(m, "header_rows");
    const struct shihyo_value *distinct = facts_option(m, "distinct");
    const char *delimiter = common_text_at(facts_option(m, "delimiter"), 0);
    m->sheet_name = common_text_at(sheet, 0);
    m->sheet_number = number == NULL ? 0 : number->integer;
    m->skip_rows = skip == NULL ? 0 : skip->integer;
    m->header_rows = rows == NULL ? 1 : rows->integer;
    m->header = common_text_at(facts_option(m, "header"), 0);
    m->above = facts_option(m, "blank_means_above");
    m->distinct = distinct != NULL && distinct->integer != 0;
    m->csv = (struct shihyo_csv_options){SHIHYO_ABI_INIT(struct shihyo_csv_options)};
    m->csv.encoding = common_text_at(facts_option(m, "encoding"), 0);
    m->csv.delimiter = delimiter == NULL ? 0 : (unsigned char)delimiter[0];
}

/* The set that the areas belong to, where only their level is said; and the level, where only
 * the set is. */
static int complete_areas(struct facts_mapping *m, struct shihyo_error *err)
{
    static const struct shihyo_value sets[] = {
        {SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_STRING, .string = "nation"},
        {SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_STRING, .string = "prefecture"},
        {SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_STRING, .string = "secondary"},
        {SHIHYO_ABI_INIT(struct shihyo_value), SHIHYO_VALUE_STRING, .string = "municipality"},
    };
    size_t set = facts_column_named(m, "area_set"), area = facts_column_named(m, "area");
    if (area == SIZE_MAX)
        return 0;
    struct facts_column *c = &m->columns[area];
    const struct shihyo_value *named = set == SIZE_MAX ? NULL : m->columns[set].value;
    if (c->level == LEVEL_NONE && c->take_first == 0 && common_text_at(named, 0) != NULL)
        c->level = level_of(named->string);
    if (set != SIZE_MAX)
        return 0;
    if (c->level == LEVEL_NONE || c->level >= (int)(sizeof sets / sizeof sets[0]))
        return fail(m, err,
                    N_("The mapping does not say to which set the areas belong: give '%s' "
                       "as a constant or a column, or the level of the column area."),
                    "area_set");
    int level = c->level;
    int code = add_column(m, "area_set", &c, err);
    if (code == 0)
        c->value = &sets[level];
    return code;
}

static int check_mapping(const struct facts_mapping *m, bool declared, struct shihyo_error *err)
{
    bool area = facts_column_named(m, "area") != SIZE_MAX;
    if (m->column_count == 0)
        return m->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_MISSING,
                              N_("The mapping has no columns (option 'columns', or a file named by "
                                 "'layout')."));
    if (declared && area && facts_column_named(m, "period") == SIZE_MAX)
        return m->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_MISSING,
                              N_("A table of facts about areas must say its period: give 'period' "
                                 "as a constant or a column."));
    if (m->header_rows < 1 || m->header_rows > MOST_HEADER_ROWS || m->skip_rows < 0)
        return fail(m, err, N_("'%s' must be 1 to 16, and skip_rows not below 0."), "header_rows");
    return 0;
}

int facts_mapping_read(struct facts_mapping *m, const struct shihyo_host *host,
                       const struct shihyo_value *options, bool declared, struct shihyo_error *err)
{
    m->host = host;
    m->root = options;
    m->layout = common_member(options, "layout");
    m->columns = calloc(MOST_COLUMNS, sizeof *m->columns);
    if (m->columns == NULL)
        return common_nomem(m->host, err);
    read_layout(m);
    int code = read_signs(m, err);
    if (code == 0)
        code = read_states(m, err);
    if (code == 0)
        code = read_columns(m, err);
    if (code == 0)
        code = read_constants(m, common_member(m->root, "constants"), false, err);
    if (code == 0)
        code = read_constants(m, common_member(m->layout, "constants"), true, err);
    if (code == 0)
        code = read_unpivot(m, err);
    if (code == 0)
        code = read_recode(m, err);
    if (code == 0)
        code = read_where(m, err);
    if (code == 0)
        code = complete_areas(m, err);
    return code != 0 ? code : check_mapping(m, declared, err);
}

void facts_mapping_free(struct facts_mapping *m)
{
    for (size_t i = 0; i < m->column_count; i++)
        free_words(m->columns[i].words, m->columns[i].word_count);
    free_words(m->states, m->state_count);
    free(m->columns);
    free(m->wide);
    free(m->where);
}
