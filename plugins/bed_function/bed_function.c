/* SPDX-License-Identifier: MIT */
/*
 * 病床機能報告 as the ministry publishes it: workbooks of the areas, of the expected demand and of
 * single institutions. Which of them a file is, its content says. README.md has the layouts.
 */
#include "bed_function.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_AS_OF "2025-07-01"

/* What the source is and what it can answer ----------------------------------------------- */

static const struct shihyo_option facility_fields[] = {
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "institution", .type = SHIHYO_VALUE_STRING,
     .help_ja = "医療機関コード", .help_en = "code of the institution"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "area", .type = SHIHYO_VALUE_STRING,
     .help_ja = "所在する圏域のコード", .help_en = "code of the area it stands in"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "area_set", .type = SHIHYO_VALUE_STRING,
     .default_text = "vision", .help_ja = "そのコードの圏域の種類",
     .help_en = "area set of that code"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "ward", .type = SHIHYO_VALUE_STRING,
     .default_text = "all", .help_ja = "退院元の病床の区分",
     .help_en = "kind of ward the discharged left"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = NULL},
};

static const struct shihyo_option facilities[] = {
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "*", .type = SHIHYO_VALUE_MAP,
     .help_ja = "施設票の医療機関名", .help_en = "name of the institution in its sheet",
     .children = facility_fields},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = NULL},
};

static const struct shihyo_option options[] = {
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "files", .type = SHIHYO_VALUE_STRING,
     .flags = SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK,
     .help_ja = "公表されたブック（* も可）。種類は内容で見分けます",
     .help_en = "the workbooks as published (* is allowed); their kind is told by their content"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "as_of", .type = SHIHYO_VALUE_STRING,
     .default_text = DEFAULT_AS_OF,
     .help_ja = "「構想区域別の医療機関」の時点（ブックに日付がないため。R7の報告は2025年7月1日）",
     .help_en = "date of the figures by institution, which their workbook lacks (R7: 2025-07-01)"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "facilities", .type = SHIHYO_VALUE_MAP,
     .help_ja = "施設票の医療機関のコードと圏域",
     .help_en = "codes and areas of the institutions of facility sheets", .children = facilities},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = NULL},
};

/* finest_level: the institution's municipality is known by name; figures are by vision area. */
static const struct shihyo_offer offer_institutions = {
    SHIHYO_ABI_INIT(struct shihyo_offer), .contract = "bed_institutions",
    .bases = SHIHYO_BASIS_INSTITUTION, .finest_level = SHIHYO_LEVEL_SECONDARY};
static const struct shihyo_offer offer_beds = {
    SHIHYO_ABI_INIT(struct shihyo_offer), .contract = "beds", .bases = SHIHYO_BASIS_INSTITUTION,
    .finest_level = SHIHYO_LEVEL_SECONDARY};
static const struct shihyo_offer offer_demand = {
    SHIHYO_ABI_INIT(struct shihyo_offer), .contract = "home_care_demand",
    .bases = SHIHYO_BASIS_INSTITUTION, .finest_level = SHIHYO_LEVEL_SECONDARY};
static const struct shihyo_offer offer_discharge = {
    SHIHYO_ABI_INIT(struct shihyo_offer), .contract = "discharge_destinations",
    .bases = SHIHYO_BASIS_INSTITUTION, .finest_level = SHIHYO_LEVEL_ANY};
static const struct shihyo_offer *const offers[] = {&offer_institutions, &offer_beds, &offer_demand,
                                                    &offer_discharge, NULL};

/* Slide 13 of 「在宅医療の整備目標の設定プロセス」 (地域医療構想WG・在宅医療WG, 2018-03-02). */
static const struct shihyo_claim destination = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "discharge_destination",
    .answer = SHIHYO_ANSWER_YES,
    .remark = {"退棟・退院先の場所別の患者数", "patients by the place they went to"}};
static const struct shihyo_claim category = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "medical_category",
    .answer = SHIHYO_ANSWER_PARTLY,
    .remark = {"医療区分別の退院患者の集計はできない。報告対象の病棟に入院中の患者の医療区分は分"
               "かる",
               "not of the discharged; known of the patients in the ward"}};
static const struct shihyo_claim services = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "services_after_discharge",
    .answer = SHIHYO_ANSWER_NO,
    .remark = {"サービスごとの利用量は分からない", "the use of each service is not known"}};
static const struct shihyo_claim granularity = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "area_granularity",
    .answer = SHIHYO_ANSWER_PARTLY,
    .remark = {"患者住所地での集計はできない（医療機関所在地ベースであれば、市町村単位で集計が可"
               "能）",
               "not by the patient's home; by municipality of the institution"}};
static const struct shihyo_claim workload = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "workload", .answer = SHIHYO_ANSWER_YES,
    .remark = {"病床機能報告事務局にて一定の集計作業を実施し、都道府県に結果を提供する仕組み",
               "tabulated for the prefectures by the report's office"}};
static const struct shihyo_claim *const claims[] = {&destination, &category, &services,
                                                    &granularity, &workload, NULL};

static const struct shihyo_text caveats[] = {
    {"未報告の医療機関があり、その病床は合計に含まれない",
     "some institutions did not report; their beds are in no sum"},
    {"診療実績は1以上10未満が秘匿され（*）、実際より小さい場合がある",
     "figures of care below 10 are masked (*) and may be smaller than they were"},
    {"医療機関に公表された番号がなく、構想区域コードと一覧の番号で作る。年をまたいで同じではない",
     "institutions have no code; theirs is made of area and number in the list and changes yearly"},
    {"報告と将来の必要量は計算方法が異なり、単純に比較できない",
     "reported and required beds are computed differently and cannot simply be compared"},
    {NULL, NULL},
};

static const struct shihyo_capabilities capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"病床機能報告", "Bed-function report"},
    .cycle = {"毎年", "yearly"},
    .as_of = {"10月1日", "1 October"},
    .published = {"調査翌年", "the year after"},
    .population = {"一般病床・療養病床をもつ病院と有床診療所",
                   "hospitals and clinics with general or long-term-care beds"},
    .offers = offers,
    .claims = claims,
    .caveats = caveats,
};

/* Kinds ----------------------------------------------------------------------------------- */

static const struct kind {
    const char *contract, *note;
    const char *title; /* what a cell of the first rows begins with */
    int (*read)(struct bed_reader *r);
} kinds[BED_KIND_COUNT] = {
    [BED_INSTITUTIONS] = {"bed_institutions", "構想区域別の医療機関",
                          "構想区域別の医療機関の病床機能報告上の病床数", bed_read_institutions},
    [BED_BEDS] = {"beds", "構想区域別の病床数と必要数", "構想区域別の病床機能報告上の病床数及び",
                  bed_read_beds},
    [BED_DEMAND] = {"home_care_demand", "在宅（訪問診療）・外来の需要推計", "将来の",
                    bed_read_demand},
    [BED_FACILITY] = {"discharge_destinations", "医療機関の施設票", "様式1", bed_read_facility},
};

/* A title is near the top; a facility sheet has it below the institution's name and an index of its
 * sections. ENOUGH ends the reading of a sheet and cannot be a status of the host, which are not
 * negative. */
enum { ENOUGH = -1, ROWS_LOOKED_AT = 60 };

struct recognition {
    const struct shihyo_host *host;
    enum bed_kind kind;
};

static bool has_title(const char *label, enum bed_kind kind)
{
    if (strncmp(label, kinds[kind].title, strlen(kinds[kind].title)) != 0)
        return false;
    if (kind == BED_DEMAND)
        return strstr(label, "需要推計") != NULL;
    return kind != BED_FACILITY || strstr(label, "票(") != NULL;
}

static int look(void *arg, int64_t number, const struct shihyo_field *cells, size_t count)
{
    struct recognition *look_for = arg;
    const struct bed_row row = {number, cells, count};
    char label[LABEL_SIZE];
    size_t c = bed_next_cell(look_for->host, &row, 0);
    bed_label(look_for->host, &row, c, label);
    for (enum bed_kind k = 0; k < BED_KIND_COUNT; k++) {
        if (has_title(label, k)) {
            look_for->kind = k;
            return ENOUGH;
        }
    }
    return number > ROWS_LOOKED_AT ? ENOUGH : 0;
}

/* *sheets: how many the workbook has, hidden ones included. */
static int recognise(const struct shihyo_host *host, const char *path, enum bed_kind *out,
                     size_t *sheets, struct shihyo_error *err)
{
    struct recognition r = {host, BED_UNKNOWN};
    struct bed_reader where = {.path = path, .err = err};
    struct shihyo_workbook *book;
    int status = host->text->workbook_open(path, &book, err);
    if (status != SHIHYO_OK)
        return bed_place(&where, NULL, SIZE_MAX, NULL, status);
    for (size_t i = 0; i < host->text->sheet_count(book) && r.kind == BED_UNKNOWN; i++) {
        if (host->text->sheet_hidden(book, i))
            continue;
        status = host->text->sheet_read(book, i, look, &r, err);
        /* A long first sheet without a title may be a cover: the next one is looked at, too. */
        if (status == ENOUGH)
            status = SHIHYO_OK;
        if (status != SHIHYO_OK)
            break;
    }
    *sheets = host->text->sheet_count(book);
    host->text->workbook_close(book);
    *out = r.kind;
    if (status != SHIHYO_OK || r.kind != BED_UNKNOWN)
        return status;
    status = host->error(err, SHIHYO_DATA, E_LAYOUT,
                         N_("The workbook is none of those of the bed-function report."));
    host->hint(err,
               N_("Known are the workbooks with the titles %s, %s, 将来の在宅（訪問診療）需要"
                  "推計, and the sheet of a clinic (様式１診療所票)."),
               kinds[BED_INSTITUTIONS].title, kinds[BED_BEDS].title);
    return bed_place(&where, NULL, SIZE_MAX, NULL, status);
}

/* Life ------------------------------------------------------------------------------------ */

static void close_source(struct shihyo_source *s)
{
    common_free_files(&s->files);
    free(s->kinds);
    free(s->parts);
    free(s);
}

static int add_part(struct shihyo_source *s, struct bed_part part, struct shihyo_error *err)
{
    if (s->part_count == s->part_capacity) {
        size_t capacity = s->part_capacity == 0 ? 16 : s->part_capacity * 2;
        struct bed_part *parts = realloc(s->parts, capacity * sizeof *parts);
        if (parts == NULL)
            return common_nomem(s->host, err);
        s->parts = parts;
        s->part_capacity = capacity;
    }
    s->parts[s->part_count++] = part;
    return SHIHYO_OK;
}

/* A workbook of institutions has a sheet for each of the 339 areas and takes as long as all others
 * together; in pieces it is read by several threads. A piece costs an opening, which is as much as
 * reading a dozen sheets. */
enum { SHEETS_OF_PART = 120 };

static int add_parts(struct shihyo_source *s, size_t file, size_t sheets, uint32_t *count,
                     struct shihyo_error *err)
{
    size_t step = s->kinds[file] == BED_INSTITUTIONS ? SHEETS_OF_PART : sheets, first = 0;
    int status;
    do {
        size_t end = sheets - first < step ? sheets : first + step;
        status = add_part(s, (struct bed_part){file, first, end}, err);
        first = end;
        ++*count;
    } while (status == SHIHYO_OK && first < sheets);
    return status;
}

/* The kinds of the files, and a table for each kind that is there. Streams share nothing that
 * changes: all tables may be read beside each other. */
static int list_tables(struct shihyo_source *s, struct shihyo_error *err)
{
    uint32_t splits[BED_KIND_COUNT] = {0};
    int status = SHIHYO_OK;
    s->kinds = calloc(s->files.count, sizeof *s->kinds);
    if (s->kinds == NULL)
        return common_nomem(s->host, err);
    for (size_t i = 0; status == SHIHYO_OK && i < s->files.count; i++) {
        struct shihyo_file *file = &s->files.items[i];
        size_t sheets = 0;
        status = recognise(s->host, file->path, &s->kinds[i], &sheets, err);
        if (status == SHIHYO_OK) {
            file->note = kinds[s->kinds[i]].note;
            status = add_parts(s, i, sheets, &splits[s->kinds[i]], err);
        }
    }
    for (int k = 0; k < BED_KIND_COUNT; k++) {
        if (splits[k] > 0)
            s->tables[s->table_count++] = (struct shihyo_table_info){
                SHIHYO_ABI_INIT(struct shihyo_table_info), .contract = kinds[k].contract,
                .splits = splits[k], .beside = 1};
    }
    return status;
}

static int read_as_of(struct shihyo_source *s, const struct shihyo_value *given,
                      struct shihyo_error *err)
{
    const struct shihyo_value *as_of = common_member(given, "as_of");
    const char *text = as_of != NULL ? as_of->string : DEFAULT_AS_OF;
    s->as_of_given = as_of != NULL;
    int status = s->host->text->parse_period(text, strlen(text), s->as_of);
    if (status != SHIHYO_OK)
        (void)s->host->error(err, status, E_PERIOD, N_("The option as_of, '%s', is not a date."),
                             text);
    return status;
}

static int open_source(const struct shihyo_host *host, const char *source_name,
                       const struct shihyo_value *given, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    struct shihyo_source *s = calloc(1, sizeof *s);
    (void)source_name;
    if (s == NULL)
        return common_nomem(host, err);
    s->host = host;
    s->facilities = common_member(given, "facilities");
    int status = read_as_of(s, given, err);
    if (status == SHIHYO_OK)
        status = common_find_files(&s->files, host, common_member(given, "files"), err);
    if (status == SHIHYO_OK)
        status = list_tables(s, err);
    if (status != SHIHYO_OK) {
        close_source(s);
        return status;
    }
    *out = s;
    return SHIHYO_OK;
}

static int give_files(struct shihyo_source *s, const struct shihyo_file **files, size_t *count,
                      struct shihyo_error *err)
{
    (void)err;
    *files = s->files.items;
    *count = s->files.count;
    return SHIHYO_OK;
}

static int give_tables(struct shihyo_source *s, const struct shihyo_table_info **tables,
                       size_t *count, struct shihyo_error *err)
{
    (void)err;
    *tables = s->tables;
    *count = s->table_count;
    return SHIHYO_OK;
}

/* Reading --------------------------------------------------------------------------------- */

/* The part that is the split of the contract; NULL where there is none. */
static const struct bed_part *find_split(const struct shihyo_source *s, const char *contract,
                                         uint32_t split)
{
    for (size_t i = 0; i < s->part_count; i++) {
        const struct bed_part *part = &s->parts[i];
        if (strcmp(kinds[s->kinds[part->file]].contract, contract) == 0 && split-- == 0)
            return part;
    }
    return NULL;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    const struct shihyo_host *host = s->host;
    const struct bed_part *part = find_split(s, request->contract, request->split);
    struct bed_reader r = {.source = s, .host = host, .part = part, .err = err};
    if (part == NULL)
        return host->error(err, SHIHYO_UNSUPPORTED, 0, N_("There is no split %u of '%s'."),
                           request->split, request->contract);
    r.path = s->files.items[part->file].path;
    int status = host->builder->create(host, request->contract, request->columns,
                                       request->column_count, &r.builder, err);
    if (status != SHIHYO_OK)
        return status;
    status = host->text->workbook_open(r.path, &r.book, err);
    if (status == SHIHYO_OK) {
        status = kinds[s->kinds[part->file]].read(&r);
        host->text->workbook_close(r.book);
    }
    if (status == SHIHYO_OK)
        return host->builder->finish(r.builder, out, err);
    host->builder->destroy(r.builder);
    return status;
}

SHIHYO_PLUGIN_EXPORT(bed_function) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "bed_function",
    .version = "1.0",
    .license = "MIT",
    .summary = {"病床機能報告（構想区域別の公表ブックと施設票）を読む",
                "reads the workbooks of the bed-function report"},
    .capabilities = &capabilities,
    .options = options,
    .open = open_source,
    .close = close_source,
    .files = give_files,
    .tables = give_tables,
    .stream = stream,
};
