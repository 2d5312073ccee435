/* SPDX-License-Identifier: MIT */
/*
 * NDB open data (NDBオープンデータ): the ministry's workbooks of procedures billed and patients, by
 * secondary medical area, by prefecture, by sex and age. What a prefecture can compute with no
 * application and no personal data.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "ndb.h"

/* Options and capabilities ---------------------------------------------------------------- */

static const struct shihyo_option options[] = {
    {SHIHYO_ABI_INIT(struct shihyo_option), "files", SHIHYO_VALUE_STRING,
     SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK, NULL,
     "厚生労働省の Excel ファイル（* も可、複数可）",
     "the ministry's workbooks (a path, a pattern with *, or a list)", NULL},
    {SHIHYO_ABI_INIT(struct shihyo_option), NULL, SHIHYO_VALUE_NIL, 0, NULL, NULL, NULL, NULL},
};

static const char *const offered[] = {"item",     "name",     "section", "kind",   "setting",
                                      "addition", "area_set", "area",    "period", "sex",
                                      "age_from", "age_to",   "value",   NULL};

#define OFFER(contract) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_offer), contract, offered, SHIHYO_BASIS_INSTITUTION, \
            SHIHYO_LEVEL_SECONDARY, 0 \
    }
static const struct shihyo_offer offers[] = {OFFER("ndb_items"), OFFER("ndb_patients")};
static const struct shihyo_offer *const offer_list[] = {&offers[0], &offers[1], NULL};

#define CLAIM(question, answer, ja, en) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_claim), question, SHIHYO_ANSWER_##answer, \
        { \
            ja, en \
        } \
    }
static const struct shihyo_claim claims[] = {
    CLAIM("discharge_destination", NO, "退院先はわからない", "no destinations"),
    CLAIM("medical_category", PARTLY, "入院料の区分ごとの算定回数まで",
          "only how often each inpatient charge was billed"),
    CLAIM("services_after_discharge", NO, "患者を追跡できない", "persons cannot be followed"),
    CLAIM("area_granularity", PARTLY, "二次医療圏まで（医療機関の所在地）",
          "secondary area of the institution"),
    CLAIM("workload", YES, "小さい（公表データ、申請不要）", "low: published, no application"),
};
static const struct shihyo_claim *const claim_list[] = {&claims[0], &claims[1], &claims[2],
                                                        &claims[3], &claims[4], NULL};

static const struct shihyo_text caveats[] = {
    {"地域は医療機関の所在地であり、患者の住所地ではない。",
     "The area is where the institution stands, not where the patient lives."},
    {"患者数は診療行為ごとの実人数で、診療行為や地域について足し上げると延べ人数になる。",
     "Patients are counted per procedure: adding over procedures or areas counts persons again."},
    {"10未満は「-」で秘匿され、その箇所が1つのときは10以上の最小値も秘匿される。",
     "Figures below 10 are withheld as -, and where there is only one, the smallest of the "
     "others."},
    {"一部のレセプトは二次医療圏を判別できず、判別不可として別に示される。",
     "Claims whose secondary area could not be told are a figure of their own."},
    {NULL, NULL},
};

static const struct shihyo_capabilities capabilities = {
    SHIHYO_ABI_INIT(struct shihyo_capabilities),
    .title = {"NDBオープンデータ", "NDB open data"},
    .cycle = {"毎年", "yearly"},
    .as_of = {"診療年度（4月～翌年3月）", "year of care, April to March"},
    .published = {"診療年度の翌々年度", "two years after"},
    .population = {"公費単独・労災等を除く保険診療の全レセプト",
                   "all claims of health insurance, without those of public funds alone"},
    .offers = offer_list,
    .claims = claim_list,
    .caveats = caveats,
};

/* Sources --------------------------------------------------------------------------------- */

/* A workbook is a split of its contract; one more split are the totals that the workbooks share,
 * which needs all of them to have been read. */
enum progress { UNREAD, BEING_READ, READ };

struct book {
    enum ndb_measure measure;
    enum progress progress;
    struct ndb_totals totals; /* once READ */
};

struct shihyo_source {
    const struct shihyo_host *host;
    struct common_files files;
    struct book *books; /* of the files */
    struct shihyo_table_info tables[NDB_MEASURES];
    size_t table_count;
    pthread_mutex_t lock; /* of progress and totals of the books */
    pthread_cond_t ended; /* the reading of one of them */
};

static void close_source(struct shihyo_source *s)
{
    for (size_t i = 0; s->books != NULL && i < s->files.count; i++)
        ndb_totals_free(&s->books[i].totals);
    free(s->books);
    common_free_files(&s->files);
    (void)pthread_cond_destroy(&s->ended);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

/* Reads the sheets of the workbook `at`; without builder and totals only the first one's header. */
static int read_book(struct shihyo_source *s, size_t at, struct shihyo_builder *builder,
                     struct ndb_totals *totals, struct shihyo_error *err)
{
    const struct shihyo_text_services *text = s->host->text;
    bool peek = builder == NULL && totals == NULL;
    struct shihyo_workbook *wb = NULL;
    int code = text->workbook_open(s->files.items[at].path, &wb, err);
    size_t sheets = code != 0 ? 0 : peek ? 1 : text->sheet_count(wb);
    for (size_t i = 0; code == 0 && i < sheets; i++) {
        struct ndb_sheet *sheet = calloc(1, sizeof *sheet);
        if (sheet == NULL) {
            code = common_nomem(s->host, err);
            break;
        }
        sheet->host = s->host;
        sheet->file = s->files.items[at].path;
        sheet->builder = builder;
        sheet->wanted = s->books[at].measure;
        sheet->totals = totals;
        code = ndb_sheet_read(sheet, wb, i, err);
        if (peek)
            s->books[at].measure = sheet->measure;
        free(sheet);
    }
    if (wb != NULL)
        text->workbook_close(wb);
    return code;
}

/* Streams share the books' progress and totals only, under the lock: the tables may be read beside
 * each other. What the files hold is said by the header of their first sheets: those of one
 * workbook have the same figures. */
static int peek(struct shihyo_source *s, struct shihyo_error *err)
{
    static const char *const notes[NDB_MEASURES] = {"算定回数", "患者数"};
    uint32_t found[NDB_MEASURES] = {0, 0};
    s->books = calloc(s->files.count, sizeof *s->books);
    if (s->books == NULL)
        return common_nomem(s->host, err);
    for (size_t i = 0; i < s->files.count; i++) {
        int code = read_book(s, i, NULL, NULL, err);
        if (code != 0)
            return code;
        found[s->books[i].measure]++;
        s->files.items[i].note = notes[s->books[i].measure];
    }
    for (int m = 0; m < NDB_MEASURES; m++) {
        if (found[m] > 0)
            s->tables[s->table_count++] = (struct shihyo_table_info){
                SHIHYO_ABI_INIT(struct shihyo_table_info), .contract = ndb_contracts[m],
                .splits = found[m] + 1, .beside = 1};
    }
    return 0;
}

static int open_source(const struct shihyo_host *host, const char *source_name,
                       const struct shihyo_value *given, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    (void)source_name;
    struct shihyo_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return common_nomem(host, err);
    s->host = host;
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->ended, NULL);
    int code = common_find_files(&s->files, host, common_member(given, "files"), err);
    if (code == 0)
        code = peek(s, err);
    if (code != 0) {
        close_source(s);
        return code;
    }
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
    *count = s->table_count;
    return 0;
}

/* Waits while another thread reads the workbook; true: it was not read, and is the caller's to
 * read now. */
static bool claim(struct shihyo_source *s, struct book *book)
{
    (void)pthread_mutex_lock(&s->lock);
    while (book->progress == BEING_READ)
        (void)pthread_cond_wait(&s->ended, &s->lock);
    bool mine = book->progress == UNREAD;
    if (mine)
        book->progress = BEING_READ;
    (void)pthread_mutex_unlock(&s->lock);
    return mine;
}

/* Reads a workbook and keeps its totals; without a builder nothing else. A workbook that was read
 * before has told its totals. */
static int read_split(struct shihyo_source *s, size_t at, struct shihyo_builder *builder,
                      struct shihyo_error *err)
{
    struct book *book = &s->books[at];
    struct ndb_totals totals = {0};
    if (!claim(s, book))
        return builder == NULL ? 0 : read_book(s, at, builder, NULL, err);
    int code = read_book(s, at, builder, &totals, err);
    if (code != 0)
        ndb_totals_free(&totals);
    (void)pthread_mutex_lock(&s->lock);
    book->totals = totals;
    book->progress = code == 0 ? READ : UNREAD;
    (void)pthread_cond_broadcast(&s->ended);
    (void)pthread_mutex_unlock(&s->lock);
    return code;
}

/* The last split: the totals of all workbooks of the measure, whoever read them. */
static int read_totals(struct shihyo_source *s, enum ndb_measure wanted,
                       struct shihyo_builder *builder, struct shihyo_error *err)
{
    struct ndb_totals *books = calloc(s->files.count, sizeof *books);
    const char **paths = calloc(s->files.count, sizeof *paths);
    size_t count = 0;
    int code = books == NULL || paths == NULL ? common_nomem(s->host, err) : 0;
    for (size_t i = 0; code == 0 && i < s->files.count; i++) {
        if (s->books[i].measure != wanted)
            continue;
        code = read_split(s, i, NULL, err);
        /* Borrowed: a workbook that is READ stays as it is until the source is closed. */
        books[count] = s->books[i].totals;
        paths[count++] = s->files.items[i].path;
    }
    if (code == 0)
        code = ndb_totals_write(s->host, books, paths, count, builder, err);
    free(books);
    free(paths);
    return code;
}

/* The file that is the split of the measure; the number of files behind the last. */
static size_t find_split(const struct shihyo_source *s, enum ndb_measure wanted, uint32_t split)
{
    size_t i = 0;
    for (; i < s->files.count; i++) {
        if (s->books[i].measure == wanted && split-- == 0)
            break;
    }
    return i;
}

static int stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err)
{
    struct shihyo_builder *builder = NULL;
    enum ndb_measure wanted =
        strcmp(request->contract, ndb_contracts[NDB_PATIENTS]) == 0 ? NDB_PATIENTS : NDB_ITEMS;
    if (strcmp(request->contract, ndb_contracts[wanted]) != 0)
        return s->host->error(err, SHIHYO_UNSUPPORTED, 0, N_("This source does not give '%s'."),
                              request->contract);
    size_t at = find_split(s, wanted, request->split);
    int code = s->host->builder->create(s->host, request->contract, request->columns,
                                        request->column_count, &builder, err);
    if (code == 0)
        code = at < s->files.count ? read_split(s, at, builder, err)
                                   : read_totals(s, wanted, builder, err);
    if (code != 0) {
        if (builder != NULL)
            s->host->builder->destroy(builder);
        return code;
    }
    return s->host->builder->finish(builder, out, err);
}

SHIHYO_PLUGIN_EXPORT(ndb_open_data) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "ndb_open_data",
    .version = "1",
    .license = "MIT",
    .summary = {"NDBオープンデータ（厚生労働省の公表 Excel）",
                "NDB open data, the ministry's published workbooks"},
    .capabilities = &capabilities,
    .options = options,
    .open = open_source,
    .close = close_source,
    .files = list_files,
    .tables = list_tables,
    .stream = stream,
};
