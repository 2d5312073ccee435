/* SPDX-License-Identifier: MIT */
/*
 * 患者調査: where discharged patients went, from tables in the shape of e-Stat's CSV files. What
 * its labels stand for is in mapping.c and in the options; table.c reads a file.
 */
#include "patient_survey.h"

#include <stdlib.h>
#include <string.h>

#define CONTRACT "discharge_destinations"

/* What the source is and what it can answer ----------------------------------------------- */

static const struct shihyo_option any_text[] = {
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "*", .type = SHIHYO_VALUE_STRING,
     .help_ja = "ラベル（上位のラベルは | でつなぐ）→ コード、または ignore",
     .help_en = "a label (labels above it joined by |) and its code, or ignore"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = NULL},
};

static const struct shihyo_option options[] = {
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "files", .type = SHIHYO_VALUE_STRING,
     .flags = SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK,
     .help_ja = "e-Statの形のCSV（* も可）",
     .help_en = "CSV files in e-Stat's shape (* is allowed)"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "destinations", .type = SHIHYO_VALUE_MAP,
     .help_ja = "行き先のラベルとコード（既定の対応に優先する）",
     .help_en = "codes of the labels of destinations, before our own", .children = any_text},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "wards", .type = SHIHYO_VALUE_MAP,
     .help_ja = "病床のラベルとコード（既定の対応に優先する）",
     .help_en = "codes of the labels of wards, before our own", .children = any_text},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "destinations_in", .type = SHIHYO_VALUE_STRING,
     .default_text = "rows", .help_ja = "行き先が並ぶ向き（rows 行、columns 列）",
     .help_en = "where the destinations stand: rows or columns"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "area_set", .type = SHIHYO_VALUE_STRING,
     .default_text = "prefecture", .help_ja = "area の圏域の種類", .help_en = "area set of area"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = "area", .type = SHIHYO_VALUE_STRING,
     .help_ja = "表の圏域のコード（省略時は全国）",
     .help_en = "code of the area the tables are of (the nation if left out)"},
    {SHIHYO_ABI_INIT(struct shihyo_option), .name = NULL},
};

/* Not institution: these figures name none, and an answer that needs one must look elsewhere. */
static const char *const offered[] = {"area_set",    "area",  "period", "ward",
                                      "destination", "value", NULL};
static const struct shihyo_offer offer = {
    SHIHYO_ABI_INIT(struct shihyo_offer), .contract = CONTRACT, .columns = offered,
    .bases = SHIHYO_BASIS_INSTITUTION, .finest_level = SHIHYO_LEVEL_PREFECTURE};
static const struct shihyo_offer *const offers[] = {&offer, NULL};

/* Slide 13 of 「在宅医療の整備目標の設定プロセス」 (地域医療構想WG・在宅医療WG, 2018-03-02). */
static const struct shihyo_claim destination = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "discharge_destination",
    .answer = SHIHYO_ANSWER_YES,
    .remark = {"退院後の行き先別の推計退院患者数", "estimated discharges by destination"}};
static const struct shihyo_claim category = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "medical_category",
    .answer = SHIHYO_ANSWER_NO,
    .remark = {"医療区分別の退院患者の集計はできない", "not of the discharged"}};
static const struct shihyo_claim services = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "services_after_discharge",
    .answer = SHIHYO_ANSWER_NO,
    .remark = {"サービスごとの利用量は分からない", "the use of each service is not known"}};
static const struct shihyo_claim granularity = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "area_granularity",
    .answer = SHIHYO_ANSWER_PARTLY,
    .remark = {"Ｎ数が少ないため、全国または都道府県単位の集計でなければ、有効な集計値が得られない",
               "the sample is too small for anything below a prefecture"}};
static const struct shihyo_claim workload = {
    SHIHYO_ABI_INIT(struct shihyo_claim), .question = "workload", .answer = SHIHYO_ANSWER_YES,
    .remark = {"厚生労働省にて一定の集計値を公表済み", "tables are published by the ministry"}};
static const struct shihyo_claim *const claims[] = {&destination, &category, &services,
                                                    &granularity, &workload, NULL};

static const struct shihyo_text caveats[] = {
    {"9月の1か月間に退院した患者の推計値。年間の数ではない",
     "estimates of the discharges of one September, not of a year"},
    {"千人単位・小数1桁で公表され、内訳の計は丸めのため総数と一致しないことがある。0.0 は50人未満",
     "printed in thousands with one decimal: parts need not add up; 0.0 is fewer than 50 persons"},
    {"「家庭」には通院と在宅医療を含み、「その他」には死亡・不明を含む",
     "home includes outpatients and home care; other includes deaths and unknown"},
    {NULL, NULL},
};

static const struct shihyo_capabilities capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"患者調査", "Patient survey"},
    .cycle = {"３年に１度", "every 3 years"},
    .as_of = {"９月", "September"},
    .published = {"調査翌年", "the year after"},
    .population = {"抽出された病院・診療所の患者からの推計",
                   "estimates from patients of a sample of hospitals and clinics"},
    .offers = offers,
    .claims = claims,
    .caveats = caveats,
};

/* Life ------------------------------------------------------------------------------------ */

static void close_source(struct shihyo_source *s)
{
    common_free_files(&s->files);
    free(s->area);
    free(s->area_set);
    free(s);
}

static int check_codes(const struct shihyo_source *s, struct shihyo_error *err)
{
    for (uint32_t i = 0; s->destinations != NULL && i < s->destinations->count; i++) {
        const char *code = s->destinations->items[i]->string;
        if (strcmp(code, SURVEY_IGNORE) == 0 || survey_destination_number(code) != TO_COUNT)
            continue;
        int status = s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                                    N_("The option destinations gives '%s' the code '%s', which "
                                       "is none."),
                                    s->destinations->keys[i], code);
        s->host->hint(err, N_("Codes are those of the column destination of "
                              "discharge_destinations, or ignore."));
        return status;
    }
    return SHIHYO_OK;
}

static int take_options(struct shihyo_source *s, const struct shihyo_value *given,
                        struct shihyo_error *err)
{
    const struct shihyo_value *area = common_member(given, "area");
    const struct shihyo_value *set = common_member(given, "area_set");
    const struct shihyo_value *in = common_member(given, "destinations_in");
    s->destinations = common_member(given, "destinations");
    s->wards = common_member(given, "wards");
    if (area != NULL) {
        s->area = strdup(area->string);
        s->area_set = strdup(set != NULL ? set->string : "prefecture");
        if (s->area == NULL || s->area_set == NULL)
            return common_nomem(s->host, err);
    }
    s->destinations_in_columns = in != NULL && strcmp(in->string, "columns") == 0;
    if (in != NULL && !s->destinations_in_columns && strcmp(in->string, "rows") != 0)
        return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                              N_("The option destinations_in must be rows or columns, not '%s'."),
                              in->string);
    return check_codes(s, err);
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
    int status = take_options(s, given, err);
    if (status == SHIHYO_OK)
        status = common_find_files(&s->files, host, common_member(given, "files"), err);
    if (status != SHIHYO_OK) {
        close_source(s);
        return status;
    }
    s->table = (struct shihyo_table_info){SHIHYO_ABI_INIT(struct shihyo_table_info),
                                          .contract = CONTRACT, .splits = (uint32_t)s->files.count};
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
    *tables = &s->table;
    *count = 1;
    return SHIHYO_OK;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    const struct shihyo_builder_services *build = s->host->builder;
    struct shihyo_builder *builder;
    if (request->split >= s->files.count)
        return s->host->error(err, SHIHYO_UNSUPPORTED, 0, N_("There is no split %u of '%s'."),
                              request->split, request->contract);
    int status = build->create(s->host, request->contract, request->columns, request->column_count,
                               &builder, err);
    if (status != SHIHYO_OK)
        return status;
    status = survey_read(s, s->files.items[request->split].path, builder, err);
    if (status == SHIHYO_OK)
        return build->finish(builder, out, err);
    build->destroy(builder);
    return status;
}

SHIHYO_PLUGIN_EXPORT(patient_survey) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "patient_survey",
    .version = "1.0",
    .license = "MIT",
    .summary = {"患者調査の退院後の行き先を読む（e-Statの形のCSV）",
                "reads destinations of the discharged from CSV files in e-Stat's shape"},
    .capabilities = &capabilities,
    .options = options,
    .open = open_source,
    .close = close_source,
    .files = give_files,
    .tables = give_tables,
    .stream = stream,
};
