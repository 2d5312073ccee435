/* SPDX-License-Identifier: MIT */
/*
 * Person-level receipts of the KDB system (国保データベース) as a prefecture's federation of
 * insurers delivers them: text files of any make, described by a layout file. docs/kdb.md.
 */
#include <stdlib.h>

#include "kdb.h"

static void close_source(struct shihyo_source *s)
{
    kdb_free_tables(s);
    kdb_free_files(s);
    kdb_layout_free(&s->layout);
    free(s);
}

static int read_split(struct shihyo_source *s, const struct shihyo_value *options,
                      struct shihyo_error *err)
{
    const struct shihyo_value *bytes = common_member(options, "split_bytes");
    s->split_bytes = bytes == NULL ? KDB_DEFAULT_SPLIT : (uint64_t)bytes->integer;
    if (bytes != NULL && bytes->integer < 1)
        return s->host->error(err, SHIHYO_INVALID_ARG, E_OPTION_TYPE,
                              N_("split_bytes must be at least 1."));
    return 0;
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
    s->folders = common_member(options, "folder");
    int code = read_split(s, options, err);
    if (code == 0)
        code = kdb_layout_read(&s->layout, host, common_member(options, "layout"), err);
    if (code == 0)
        code = kdb_find_files(s, err);
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

static int list_tables(struct shihyo_source *s, const struct shihyo_table_info **tables,
                       size_t *count, struct shihyo_error *err)
{
    int code = kdb_make_tables(s, err);
    if (code != 0)
        return code;
    *tables = s->infos;
    *count = s->table_count;
    return 0;
}

SHIHYO_PLUGIN_EXPORT(kdb) = {
    SHIHYO_ABI_INIT(struct shihyo_plugin),
    .name = "kdb",
    .version = "1",
    .license = "MIT",
    .summary = {"国保データベース（KDB）の個人単位のレセプト",
                "Person-level receipts of the KDB system (national health insurance)"},
    .capabilities = &kdb_capabilities,
    .options = kdb_options,
    .open = open_source,
    .close = close_source,
    .files = list_files,
    .tables = list_tables,
    .stream = kdb_stream,
    .choose_files = choose_files,
    .locate = kdb_locate,
    .preview = kdb_preview,
};
