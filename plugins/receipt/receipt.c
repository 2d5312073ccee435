/* SPDX-License-Identifier: MIT */
/*
 * Claims as hospitals and clinics send them: files of the receipt computer system (レセプト電算処理
 * システム), medical care (医科) and DPC. docs/receipt.md.
 */
#include <stdint.h>
#include <stdlib.h>

#include "receipt.h"

static void close_source(struct shihyo_source *s)
{
    receipt_free_scan(s);
    receipt_free_parts(s);
    receipt_free_files(s);
    (void)pthread_mutex_destroy(&s->lock);
    free(s);
}

static bool flag(const struct shihyo_value *options, const char *key, bool otherwise)
{
    const struct shihyo_value *value = common_member(options, key);
    return value == NULL ? otherwise : value->integer != 0;
}

static int read_records(struct shihyo_source *s, struct shihyo_error *err)
{
    const struct shihyo_value *records = common_member(s->options, "records");
    const char *record;
    s->take_si = s->take_iy = s->take_to = records == NULL;
    for (size_t i = 0; (record = common_text_at(records, i)) != NULL; i++) {
        bool *take = strcmp(record, "SI") == 0   ? &s->take_si
                     : strcmp(record, "IY") == 0 ? &s->take_iy
                     : strcmp(record, "TO") == 0 ? &s->take_to
                                                 : NULL;
        if (take == NULL)
            return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                                  N_("'%s' is no record of items: write SI, IY or TO."), record);
        *take = true;
    }
    return 0;
}

static int read_options(struct shihyo_source *s, struct shihyo_error *err)
{
    const struct shihyo_value *bytes = common_member(s->options, "split_bytes");
    const char *encoding = common_text_at(common_member(s->options, "encoding"), 0);
    s->encoding = encoding == NULL ? "CP932" : encoding;
    s->branch = flag(s->options, "branch", false);
    s->give_institutions = flag(s->options, "give_institutions", true);
    s->split_bytes = bytes == NULL ? RECEIPT_DEFAULT_SPLIT : (uint64_t)bytes->integer;
    if (bytes != NULL && bytes->integer < 1)
        return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                              N_("split_bytes must be at least 1."));
    return read_records(s, err);
}

static int open_source(const struct shihyo_host *host, const char *source_name,
                       const struct shihyo_value *options, struct shihyo_source **out,
                       struct shihyo_error *err)
{
    (void)source_name;
    struct shihyo_source *s = calloc(1, sizeof *s);
    if (s == NULL)
        return common_nomem(host, err);
    s->host = host;
    s->options = options;
    s->list_file = SIZE_MAX;
    (void)pthread_mutex_init(&s->lock, NULL);
    int code = read_options(s, err);
    if (code == 0)
        code = receipt_find_files(s, err);
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
    *files = s->files;
    *count = s->file_count;
    return 0;
}

static int choose_files(struct shihyo_source *s, const unsigned char *chosen, size_t count,
                        struct shihyo_error *err)
{
    return common_choose_files(s->host, chosen, count, s->file_count, &s->chosen, err);
}

static void add_table(struct shihyo_source *s, enum receipt_contract contract, size_t splits)
{
    s->infos[s->table_count++] = (struct shihyo_table_info){
        SHIHYO_ABI_INIT(struct shihyo_table_info),
        .contract = receipt_contracts[contract].id,
        .splits = (uint32_t)splits,
    };
}

/* The list of institutions comes with every delivery: what it says of places is always all. */
static int list_tables(struct shihyo_source *s, const struct shihyo_table_info **tables,
                       size_t *count, struct shihyo_error *err)
{
    int code = receipt_make_parts(s, err);
    if (code != 0)
        return code;
    s->table_count = 0;
    if (s->give_institutions && (s->part_count > 0 || s->list_file != SIZE_MAX))
        add_table(s, OF_INSTITUTIONS, 1);
    if (s->part_count > 0) {
        add_table(s, OF_CLAIMS, s->part_count);
        add_table(s, OF_ITEMS, s->part_count);
        add_table(s, OF_PERSONS, 1);
    }
    *tables = s->infos;
    *count = s->table_count;
    return 0;
}

SHIHYO_PLUGIN_EXPORT(receipt) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "receipt",
    .version = "1",
    .license = "MIT",
    .summary = {"レセプト電算処理システムの請求ファイル（UKE。医科・DPC）",
                "Claim files of the receipt computer system (UKE): medical care and DPC"},
    .capabilities = &receipt_capabilities,
    .options = receipt_options,
    .open = open_source,
    .close = close_source,
    .files = list_files,
    .tables = list_tables,
    .stream = receipt_stream,
    .choose_files = choose_files,
    .locate = receipt_locate,
    .preview = receipt_preview,
};
