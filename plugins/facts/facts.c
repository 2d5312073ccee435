/* SPDX-License-Identifier: MIT */
/*
 * Tables of any shape: CSV or xlsx with a small mapping, into a contract of the project's own
 * (facts.NAME) or one of the core (areas, population …). docs/facts.md describes the options.
 */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

/* Options --------------------------------------------------------------------------------- */

#define OPTION(n, t, f, default_, ja, en, inner) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_option), n, SHIHYO_VALUE_##t, f, default_, ja, en, inner \
    }
#define END_OF_OPTIONS OPTION(NULL, NIL, 0, NULL, NULL, NULL, NULL)

static const struct shihyo_option column_options[] = {
    OPTION("name", STRING, SHIHYO_OPTION_REQUIRED, NULL, "データ様式の列の名前",
           "column of the contract", NULL),
    OPTION("from", STRING, SHIHYO_OPTION_LIST_OK, NULL, "表の見出し（複数ならどれか一つ）",
           "label in the table (of several, any one)", NULL),
    OPTION("type", STRING, 0, "code", "型", "type", NULL),
    OPTION("level", STRING, 0, NULL, "圏域コードの段階", "level of an area code", NULL),
    OPTION("width", INT, 0, NULL, "コードの桁数（表計算で消えた先頭の0を補う）",
           "digits of a code (leading zeros that a spreadsheet dropped are put back)", NULL),
    OPTION("take", STRING, 0, NULL, "取り出す文字（1-2 は最初の2文字）",
           "characters to take (1-2: the first two)", NULL),
    OPTION("fiscal", BOOL, 0, "false", "西暦・和暦だけの年を年度と読む",
           "a year alone is a fiscal year", NULL),
    OPTION("scale", INT, 0, "0", "小数点以下の桁数", "digits after the point", NULL),
    OPTION("measure", BOOL, 0, NULL, "測った値か（false なら区分の数）",
           "a figure, or a number that tells rows apart", NULL),
    OPTION("key", BOOL, 0, "false", "行を区別する列", "tells rows apart", NULL),
    OPTION("optional", BOOL, 0, "false", "表になくてもよい列", "need not be in the table", NULL),
    OPTION("required", BOOL, 0, "false", "空欄を認めない", "no cell may be blank", NULL),
    OPTION("thousands", BOOL, 0, "false", "千単位の列", "the column is in thousands", NULL),
    OPTION("unit", STRING, 0, NULL, "単位", "unit", NULL),
    OPTION("label", STRING, 0, NULL, "表示名", "label in Japanese", NULL),
    OPTION("label_en", STRING, 0, NULL, "英語の表示名", "label in English", NULL),
    END_OF_OPTIONS,
};

static const struct shihyo_option unpivot_options[] = {
    OPTION("into", STRING, 0, "value", "値を入れる列", "column that takes the values", NULL),
    OPTION("columns", LIST, SHIHYO_OPTION_REQUIRED, NULL,
           "横に並んだ列（見出しの型、または見出しと値の表）",
           "the columns side by side: patterns, or tables of a label and its values", NULL),
    OPTION("type", STRING, 0, "int", "型", "type", NULL),
    OPTION("scale", INT, 0, "0", "小数点以下の桁数", "digits after the point", NULL),
    OPTION("thousands", BOOL, 0, "false", "千単位の列", "the column is in thousands", NULL),
    OPTION("unit", STRING, 0, NULL, "単位", "unit", NULL),
    OPTION("label", STRING, 0, NULL, "表示名", "label in Japanese", NULL),
    OPTION("label_en", STRING, 0, NULL, "英語の表示名", "label in English", NULL),
    END_OF_OPTIONS,
};

static const struct shihyo_option where_options[] = {
    OPTION("column", STRING, SHIHYO_OPTION_REQUIRED, NULL, "見出し", "label", NULL),
    OPTION("is", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この値の行だけ", "rows with this text",
           NULL),
    OPTION("is_not", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この値の行は除く",
           "rows without this text", NULL),
    OPTION("ends", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この文字で終わる行だけ",
           "rows whose text ends so", NULL),
    OPTION("not_ends", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この文字で終わる行は除く",
           "rows whose text does not end so", NULL),
    OPTION("blank", BOOL, 0, NULL, "空欄の行だけ（false なら空欄を除く）",
           "rows where it is blank, or is not", NULL),
    END_OF_OPTIONS,
};

static const struct shihyo_option sign_options[] = {
    OPTION("hyphen", STRING, 0, "missing", "「-」の意味", "what - means", NULL),
    OPTION("dot", STRING, 0, "not_applicable", "「・」の意味", "what ・ means", NULL),
    OPTION("ellipsis", STRING, 0, "missing", "「…」の意味", "what … means", NULL),
    OPTION("asterisk", STRING, 0, "masked", "「*」の意味", "what * means", NULL),
    OPTION("letter_x", STRING, 0, "masked", "「x」の意味", "what x means", NULL),
    OPTION("blank", STRING, 0, "missing", "空欄の意味", "what a blank cell means", NULL),
    END_OF_OPTIONS,
};

/* clang-format off */
#define MAPPING_OPTIONS \
    OPTION("contract", STRING, 0, NULL, "出力するデータ様式（areas, population など）", \
           "contract of the rows (areas, population …)", NULL), \
    OPTION("table", STRING, 0, NULL, "県独自の表の名前（facts.名前 になる）", \
           "name of a table of your own (becomes facts.NAME)", NULL), \
    OPTION("label", STRING, 0, NULL, "表の表示名", "label of the table in Japanese", NULL), \
    OPTION("label_en", STRING, 0, NULL, "表の英語の表示名", "label of the table in English", NULL), \
    OPTION("basis", STRING, 0, "none", "圏域の基準", \
           "basis of place: residence, institution, insurer, none", NULL), \
    OPTION("clock", STRING, 0, NULL, "期間の意味（care 診療、examination 審査、reporting 報告、survey 調査日）", \
           "what its periods mean: care, examination, reporting, survey", NULL), \
    OPTION("not_additive", STRING, SHIHYO_OPTION_LIST_OK, NULL, "足し上げてはならない方向", \
           "along what figures may not be added: area, item, period", NULL), \
    OPTION("sheet", STRING, 0, NULL, "シート名", "name of the sheet", NULL), \
    OPTION("sheet_number", INT, 0, NULL, "何番目のシートか", "number of the sheet, from 1", NULL), \
    OPTION("skip_rows", INT, 0, "0", "読み飛ばす行数", "rows to skip at the top", NULL), \
    OPTION("header", STRING, 0, NULL, "見出しの最初の行にある文字", \
           "a label that the first header row holds", NULL), \
    OPTION("header_rows", INT, 0, "1", "見出しの行数", "number of header rows", NULL), \
    OPTION("encoding", STRING, 0, "auto", "文字コード", "encoding of text files", NULL), \
    OPTION("delimiter", STRING, 0, ",", "区切り文字", "delimiter of text files", NULL), \
    OPTION("columns", LIST, 0, NULL, "列の対応", "which column is which", column_options), \
    OPTION("constants", MAP, 0, NULL, "全行に同じ値", "values that every row has", NULL), \
    OPTION("unpivot", MAP, 0, NULL, "横に並んだ列を縦に直す", "turns columns side by side into rows", \
           unpivot_options), \
    OPTION("where", LIST, 0, NULL, "読む行の条件", "which rows to read", where_options), \
    OPTION("recode", MAP, 0, NULL, "値の読み替え", "texts and the values they stand for", NULL), \
    OPTION("states", MAP, 0, NULL, "状態を表す言葉", "texts and the states they stand for", NULL), \
    OPTION("signs", MAP, 0, NULL, "記号の意味", "what signs mean", sign_options), \
    OPTION("thousands", BOOL, 0, "false", "千単位の表", "the table is in thousands", NULL), \
    OPTION("blank_means_above", STRING, SHIHYO_OPTION_LIST_OK, NULL, "空欄が上と同じを意味する列", \
           "columns whose blank cells mean as above", NULL), \
    OPTION("distinct", BOOL, 0, "false", "同じ行は一度だけ", "rows that are the same only once", NULL)
/* clang-format on */

static const struct shihyo_option layout_options[] = {MAPPING_OPTIONS, END_OF_OPTIONS};

static const struct shihyo_option options[] = {
    OPTION("files", STRING, SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK,
           NULL, "ファイル（* も可）", "the files (a path, a pattern with *, or a list)", NULL),
    OPTION("layout", MAP, SHIHYO_OPTION_LUA_FILE, NULL, "対応を書いた Lua ファイル",
           "a Lua file with the mapping; what stands here beside it wins", layout_options),
    MAPPING_OPTIONS,
    END_OF_OPTIONS,
};

/* Capabilities ---------------------------------------------------------------------------- */

static const struct shihyo_offer offer = {
    SHIHYO_ABI_INIT(struct shihyo_offer), "*", NULL, SHIHYO_BASIS_NONE, SHIHYO_LEVEL_ANY, 0};
static const struct shihyo_offer *const offers[] = {&offer, NULL};

static const struct shihyo_claim claims[] = {
    {SHIHYO_ABI_INIT(struct shihyo_claim),
     "discharge_destination",
     SHIHYO_ANSWER_NOT_ASKED,
     {"表による", "as the table says"}},
    {SHIHYO_ABI_INIT(struct shihyo_claim),
     "medical_category",
     SHIHYO_ANSWER_NOT_ASKED,
     {"表による", "as the table says"}},
    {SHIHYO_ABI_INIT(struct shihyo_claim),
     "services_after_discharge",
     SHIHYO_ANSWER_NOT_ASKED,
     {"表による", "as the table says"}},
    {SHIHYO_ABI_INIT(struct shihyo_claim),
     "area_granularity",
     SHIHYO_ANSWER_NOT_ASKED,
     {"表による", "as the table says"}},
    {SHIHYO_ABI_INIT(struct shihyo_claim),
     "workload",
     SHIHYO_ANSWER_YES,
     {"小さな対応付けを書く", "a small mapping to write"}},
};
static const struct shihyo_claim *const claim_list[] = {&claims[0], &claims[1], &claims[2],
                                                        &claims[3], &claims[4], NULL};
static const struct shihyo_text caveats[] = {
    {"対象・時点・定義は表ごとに異なる。出典を label に書いておくこと。",
     "Whom, when and what the figures cover is the table's own; name its origin in the label."},
    {NULL, NULL},
};
static const struct shihyo_capabilities capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"県・市町村の独自の表", "Tables of the prefecture and its municipalities"},
    .cycle = {"表による", "as the table says"},
    .as_of = {"表による", "as the table says"},
    .published = {"表による", "as the table says"},
    .population = {"表による", "as the table says"},
    .offers = offers,
    .claims = claim_list,
    .caveats = caveats,
};

/* Sources --------------------------------------------------------------------------------- */

struct shihyo_source {
    const struct shihyo_host *host;
    struct facts_mapping mapping;
    char *contract;
    struct common_files files;
    struct shihyo_column_info *columns; /* of facts.NAME */
    struct shihyo_table_info table;
    const struct shihyo_table_info *tables;
};

static void close_source(struct shihyo_source *s)
{
    common_free_files(&s->files);
    free(s->columns);
    free(s->contract);
    facts_mapping_free(&s->mapping);
    free(s);
}

static const char prefix[] = "facts."; /* of every contract that a plugin may declare */

/* A contract of the core, or the table's own. */
static int name_contract(struct shihyo_source *s, bool *declared, struct shihyo_error *err)
{
    const char *contract = common_text_at(facts_option(&s->mapping, "contract"), 0);
    const char *table = common_text_at(facts_option(&s->mapping, "table"), 0);
    if ((contract == NULL) == (table == NULL))
        return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_MISSING,
                              N_("Give either 'table', a name for a table of your own, or "
                                 "'contract', what of the core the rows are."));
    *declared = table != NULL;
    const char *id = table == NULL ? contract : table;
    const char *before =
        table == NULL || strncmp(table, prefix, sizeof prefix - 1) == 0 ? "" : prefix;
    s->contract = malloc(strlen(before) + strlen(id) + 1);
    if (s->contract == NULL)
        return common_nomem(s->host, err);
    strcpy(s->contract, before);
    strcat(s->contract, id);
    return 0;
}

static int read_clock(struct shihyo_source *s, struct shihyo_error *err)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } clocks[] = {{"care", SHIHYO_CLOCK_CARE},
                  {"examination", SHIHYO_CLOCK_EXAMINATION},
                  {"reporting", SHIHYO_CLOCK_REPORTING},
                  {"survey", SHIHYO_CLOCK_SURVEY}};
    const char *name = common_text_at(facts_option(&s->mapping, "clock"), 0);
    for (size_t i = 0; name != NULL && i < sizeof clocks / sizeof clocks[0]; i++)
        s->table.clock |= strcmp(clocks[i].name, name) == 0 ? clocks[i].bit : 0;
    if (name == NULL || s->table.clock != 0)
        return 0;
    return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                          N_("'%s' is nothing that a period means: write care, examination, "
                             "reporting or survey."),
                          name);
}

static int read_basis(struct shihyo_source *s, struct shihyo_error *err)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } bases[] = {{"residence", SHIHYO_BASIS_RESIDENCE},
                 {"institution", SHIHYO_BASIS_INSTITUTION},
                 {"insurer", SHIHYO_BASIS_INSURER},
                 {"none", SHIHYO_BASIS_NONE}},
      additive[] = {{"area", SHIHYO_NOT_ADDITIVE_AREA},
                    {"item", SHIHYO_NOT_ADDITIVE_ITEM},
                    {"period", SHIHYO_NOT_ADDITIVE_PERIOD}};
    const struct shihyo_value *list = facts_option(&s->mapping, "not_additive");
    const char *basis = common_text_at(facts_option(&s->mapping, "basis"), 0), *name;
    basis = basis == NULL ? "none" : basis;
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        s->table.basis |= strcmp(bases[i].name, basis) == 0 ? bases[i].bit : 0;
    if (s->table.basis == 0)
        return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                              N_("'%s' is no basis of place: write residence, institution, insurer "
                                 "or none."),
                              basis);
    for (size_t k = 0; (name = common_text_at(list, k)) != NULL; k++) {
        uint32_t bit = 0;
        for (size_t i = 0; i < sizeof additive / sizeof additive[0]; i++)
            bit |= strcmp(additive[i].name, name) == 0 ? additive[i].bit : 0;
        if (bit == 0)
            return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                                  N_("'%s' is nothing to add along: write area, item or period."),
                                  name);
        s->table.not_additive |= bit;
    }
    return 0;
}

/* The columns of facts.NAME, for the core to know. */
static int declare_columns(struct shihyo_source *s, struct shihyo_error *err)
{
    const struct facts_mapping *m = &s->mapping;
    bool any_key = false;
    s->columns = calloc(m->column_count, sizeof *s->columns);
    if (s->columns == NULL)
        return common_nomem(s->host, err);
    for (size_t i = 0; i < m->column_count; i++)
        any_key = any_key || m->columns[i].key;
    for (size_t i = 0; i < m->column_count; i++) {
        const struct facts_column *c = &m->columns[i];
        uint32_t flags = c->measure ? SHIHYO_COLUMN_MEASURE | SHIHYO_COLUMN_NULLABLE : 0;
        if (!c->required && c->type != FACTS_AREA && c->type != FACTS_PERIOD)
            flags |= SHIHYO_COLUMN_NULLABLE;
        /* A key of a mapping tells apart rows of one area and period. */
        bool place = c->type == FACTS_AREA || c->type == FACTS_AREA_SET || c->type == FACTS_PERIOD;
        if (c->key || (any_key && place))
            flags |= SHIHYO_COLUMN_KEY;
        s->columns[i] = (struct shihyo_column_info){
            SHIHYO_ABI_INIT(struct shihyo_column_info),
            .name = c->name,
            .type = facts_type_name(c->type),
            .unit = c->unit,
            .label = {c->label == NULL ? c->name : c->label,
                      c->label_en == NULL ? c->name : c->label_en},
            .scale = c->scale,
            .flags = flags,
        };
    }
    s->table.columns = s->columns;
    s->table.column_count = m->column_count;
    return 0;
}

static int open_source(const struct shihyo_host *host, const char *source_name,
                       const struct shihyo_value *given, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    bool declared = false;
    struct shihyo_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return common_nomem(host, err);
    s->host = s->mapping.host = host;
    s->mapping.root = given;
    s->mapping.layout = common_member(given, "layout");
    s->table = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info), .splits = 1};
    int code = name_contract(s, &declared, err);
    if (code == 0)
        code = facts_mapping_read(&s->mapping, host, given, declared, err);
    if (code == 0)
        code = common_find_files(&s->files, host, facts_option(&s->mapping, "files"), err);
    if (code == 0)
        code = read_basis(s, err);
    if (code == 0 && declared)
        code = read_clock(s, err);
    if (code == 0 && declared)
        code = declare_columns(s, err);
    if (code != 0) {
        close_source(s);
        return code;
    }
    const char *label = common_text_at(facts_option(&s->mapping, "label"), 0);
    const char *label_en = common_text_at(facts_option(&s->mapping, "label_en"), 0);
    for (size_t i = 0; i < s->files.count; i++)
        s->files.items[i].note = s->contract;
    s->table.contract = s->contract;
    /* Not the source's name: two sources may fill one table, and its declaration must be equal. */
    const char *name = declared ? s->contract + sizeof prefix - 1 : source_name;
    s->table.label.ja = label == NULL ? name : label;
    s->table.label.en = label_en == NULL ? name : label_en;
    s->tables = &s->table;
    *out = s;
    return 0;
}

static int list_files(struct shihyo_source *s, const struct shihyo_file **files, size_t *count,
                      struct shihyo_error *err)
{
    (void)err;
    *files = s->files.items;
    *count = s->files.count;
    return 0;
}

static int list_tables(struct shihyo_source *s, const struct shihyo_table_info **tables,
                       size_t *count, struct shihyo_error *err)
{
    (void)err;
    *tables = s->tables;
    *count = 1;
    return 0;
}

static int read_files(struct shihyo_source *s, struct shihyo_builder *builder,
                      struct shihyo_error *err)
{
    struct facts_rows *rows = NULL;
    int code = facts_rows_new(&s->mapping, s->contract, builder, &rows, err);
    for (size_t i = 0; code == 0 && i < s->files.count; i++)
        code = facts_rows_file(rows, s->files.items[i].path, err);
    if (code == 0 && facts_rows_bad(rows) > 0) {
        if (facts_rows_bad(rows) > 1)
            s->host->hint(err, N_("%zu more cells are wrong; the log names them."),
                          facts_rows_bad(rows) - 1);
        code = SHIHYO_DATA;
    }
    if (code == 0 && facts_rows_padded(rows) > 0)
        s->host->log(SHIHYO_LOG_WARNING, "facts",
                     N_("%zu codes of '%s' had fewer digits than their width and got back leading "
                        "zeros"),
                     facts_rows_padded(rows), s->contract);
    facts_rows_free(rows);
    return code;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct shihyo_builder *builder = NULL;
    if (strcmp(request->contract, s->contract) != 0)
        return s->host->error(err, SHIHYO_UNSUPPORTED, 0, N_("This source does not give '%s'."),
                              request->contract);
    int code = s->host->builder->create(s->host, s->contract, request->columns,
                                        request->column_count, &builder, err);
    if (code == 0)
        code = read_files(s, builder, err);
    if (code != 0) {
        if (builder != NULL)
            s->host->builder->destroy(builder);
        return code;
    }
    return s->host->builder->finish(builder, out, err);
}

SHIHYO_PLUGIN_EXPORT(facts) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "facts",
    .version = "1",
    .license = "MIT",
    .summary = {"CSV・Excel の表を対応付けで読む", "Tables in CSV or Excel, read with a mapping"},
    .capabilities = &capabilities,
    .options = options,
    .open = open_source,
    .close = close_source,
    .files = list_files,
    .tables = list_tables,
    .stream = stream,
};
