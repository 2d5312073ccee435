/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/deliveries.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/import/workers.h"
#include "core/store/segments.h"

struct finding {
    struct shy_source *source;
    const char *name;
    struct shy_store *store;
    const struct shy_import_options *options;
    struct shy_incoming *in;
    struct shy_import_report *report;
    unsigned char *chosen; /* of every file found */
    unsigned char *unread; /* its content is nobody's, whatever it is */
    bool chooses;
};

/* Files ---------------------------------------------------------------------------------- */

/* Times of files are kept in steps of up to some milliseconds; what changed within the last ones
 * may change again without a trace. */
#define SETTLED_NS ((int64_t)2000000000)

/* The stamp is to be noted where the file was the same before and after it was read. */
static void keep_stamp(struct shy_file_stamp *stamp, const char *hash)
{
    struct shy_os_stamp after;
    int64_t now = shy_os_now() * 1000000000;
    if (shy_os_stamp(stamp->path, &after) && memcmp(&stamp->stamp, &after, sizeof after) == 0 &&
        after.changed + SETTLED_NS < now && after.modified + SETTLED_NS < now)
        memcpy(stamp->hash, hash, sizeof stamp->hash);
}

static int hash_blocks(const char *path, int64_t size, const unsigned char *have,
                       struct shy_block_hash *blocks, char hash[SHY_HASH_TEXT],
                       struct shihyo_error *err)
{
    SHY_TRY(shy_hash_read_blocks(path, size, have, blocks, err));
    shy_hash_of_blocks(size, blocks, hash);
    return 0;
}

static int hash_large(const char *path, int64_t size, char hash[SHY_HASH_TEXT],
                      struct shihyo_error *err)
{
    struct shy_block_hash *blocks = shy_alloc(shy_hash_block_count(size) + 1, sizeof *blocks);
    int code =
        blocks == NULL ? shy_fail_nomem(err) : hash_blocks(path, size, NULL, blocks, hash, err);
    shy_free(blocks);
    return code;
}

static int hash_file(void *arg, size_t task, size_t thread, struct shihyo_error *err)
{
    struct finding *f = arg;
    struct shy_delivery_file *file = &f->in->files[task];
    (void)thread;
    if (shy_os_cancelled())
        return shy_fail(err, SHY_E_CANCELLED, _("Stopped."));
    if (!f->chooses)
        return shy_hash_file(file->path, file->hash, &file->size, err);
    if (file->hash[0] != '\0' || f->unread[task])
        return 0;
    SHY_TRY(hash_large(file->path, file->size, file->hash, err));
    keep_stamp(&f->in->stamps[task], file->hash);
    return 0;
}

/* Whether a file of that size is anywhere else, here or in the store. */
static bool has_like(const struct finding *f, size_t file, const struct shy_delivery *list,
                     size_t count)
{
    int64_t size = f->in->files[file].size;
    bool found = false;
    for (size_t i = 0; i < f->in->found; i++)
        found = found || (i != file && f->in->files[i].size == size);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < list[i].file_count; k++)
            found = found || list[i].files[k].size == size;
    }
    return found;
}

/* What is known of the files without reading them. A file without a stamp (it is gone) is read, to
 * say so. */
static int look_at_files(struct finding *f, struct shihyo_error *err)
{
    const struct shy_delivery *list;
    size_t count;
    bool trust = !f->options->force && !f->options->verify_files;
    for (size_t i = 0; i < f->in->found; i++) {
        struct shy_delivery_file *file = &f->in->files[i];
        struct shy_file_stamp *stamp = &f->in->stamps[i];
        stamp->path = file->path;
        if (!shy_os_stamp(file->path, &stamp->stamp))
            return shy_hash_whole_file(file->path, file->hash, &file->size, err);
        file->size = stamp->stamp.size;
        if (trust)
            SHY_TRY(shy_store_find_stamp(f->store, file->path, &stamp->stamp, file->hash, err));
    }
    SHY_TRY(shy_store_deliveries(f->store, &list, &count, err));
    for (size_t i = 0; i < f->in->found; i++)
        f->unread[i] = f->in->files[i].hash[0] == '\0' && !has_like(f, i, list, count);
    return 0;
}

static int hash_files(struct finding *f, struct shihyo_error *err)
{
    const struct shihyo_file *files;
    size_t count;
    SHY_TRY(shy_source_files(f->source, &files, &count, err));
    f->in->files = shy_alloc(count + 1, sizeof *f->in->files);
    f->chosen = shy_alloc(count + 1, 1);
    f->unread = shy_alloc(count + 1, 1);
    f->in->stamps = shy_alloc(count + 1, sizeof *f->in->stamps);
    if (f->in->files == NULL || f->chosen == NULL || f->unread == NULL || f->in->stamps == NULL)
        return shy_fail_nomem(err);
    f->in->found = count;
    for (size_t i = 0; i < count; i++) {
        f->in->files[i].path = files[i].path;
        f->in->files[i].note = files[i].note == NULL ? "" : files[i].note;
    }
    if (f->chooses)
        SHY_TRY(look_at_files(f, err));
    const struct shy_work work = {.threads = f->options->threads > 0 ? f->options->threads
                                                                     : shy_os_processors(),
                                  .tasks = count,
                                  .task = hash_file,
                                  .arg = f};
    return shy_work_run(&work, err);
}

/* Stores of before have files by the hash of the whole: it is made where only that can tell. */
static int same_content(const struct shy_delivery_file *file, const struct shy_delivery_file *held,
                        char whole[SHY_HASH_TEXT], bool *same, struct shihyo_error *err)
{
    int64_t size;
    *same = strcmp(held->hash, file->hash) == 0;
    if (*same || held->size != file->size || file->size == 0)
        return 0;
    if (whole[0] == '\0')
        SHY_TRY(shy_hash_whole_file(file->path, whole, &size, err));
    *same = strcmp(held->hash, whole) == 0;
    return 0;
}

/* The delivery that has a file of this content, or NULL; not the one that is to be replaced. */
static int find_holder(const struct finding *f, const struct shy_delivery_file *file,
                       const struct shy_delivery *list, size_t count,
                       const struct shy_delivery **out, struct shihyo_error *err)
{
    char whole[SHY_HASH_TEXT] = "";
    bool same = false;
    *out = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].source, f->name) != 0 || list[i].id == f->options->replace)
            continue;
        for (size_t k = 0; k < list[i].file_count && !same; k++)
            SHY_TRY(same_content(file, &list[i].files[k], whole, &same, err));
        if (same) {
            *out = &list[i];
            return 0;
        }
    }
    return 0;
}

/* The part of a delivery's options that says how rows are read: where files lie may change. */
static bool same_layout(const char *a, const char *b)
{
    const char *key = "\"" SHY_OPTIONS_LUA "\":\"";
    const char *x = strstr(a, key), *y = strstr(b, key);
    if (x == NULL || y == NULL)
        return x == y;
    return strncmp(x, y, strlen(key) + SHY_HASH_TEXT - 1) == 0;
}

/* Rows that were read by another layout stay as they are until somebody says otherwise: not
 * silently. */
static void pass_over(struct finding *f, const struct shy_delivery_file *file,
                      const struct shy_delivery *holder)
{
    struct shihyo_error found = SHY_ERROR_INIT;
    bool otherwise = holder != NULL && !same_layout(holder->options, f->in->delivery.options);
    if (otherwise) {
        (void)shy_fail(&found, SHY_E_DELIVERY_KNOWN,
                       _("The file was imported before, in delivery %lld, by another layout; it "
                         "is passed over."),
                       (long long)holder->id);
        shy_hint(&found, _("To read it by the layout of now: `shihyo import %s --replace %lld`."),
                 f->name, (long long)holder->id);
    } else if (holder != NULL)
        (void)shy_fail(&found, SHY_E_DELIVERY_KNOWN,
                       _("The file was imported before, in delivery %lld; it is passed over."),
                       (long long)holder->id);
    else
        (void)shy_fail(&found, SHY_E_DELIVERY_KNOWN,
                       _("A file of the same content is among the files; it is passed over."));
    shy_at(&found, file->path, 0, 0);
    shy_problems_add(&f->report->problems, otherwise ? SHY_WARNING : SHY_NOTE, &found);
    f->report->files_passed_over++;
}

static bool found_before(const struct shy_incoming *in, size_t file)
{
    for (size_t i = 0; i < file; i++) {
        if (strcmp(in->files[i].hash, in->files[file].hash) == 0)
            return true;
    }
    return false;
}

static int choose(struct finding *f, size_t *count, struct shihyo_error *err)
{
    const struct shy_delivery *list;
    size_t known;
    SHY_TRY(shy_store_deliveries(f->store, &list, &known, err));
    *count = 0;
    for (size_t i = 0; i < f->in->found; i++) {
        const struct shy_delivery_file *file = &f->in->files[i];
        const struct shy_delivery *holder = NULL;
        if (!f->options->force && !f->unread[i])
            SHY_TRY(find_holder(f, file, list, known, &holder, err));
        f->chosen[i] = holder == NULL && (f->unread[i] || !found_before(f->in, i));
        if (f->chosen[i])
            ++*count;
        else
            pass_over(f, file, holder);
        if (holder != NULL)
            f->report->delivery = holder->id;
    }
    return 0;
}

/* A file whose blocks are to be hashed while it is read. */
static int add_unread(struct shy_incoming *in, const struct shy_delivery_file *file,
                      struct shihyo_error *err)
{
    size_t blocks = shy_hash_block_count(file->size);
    struct shy_hashed_file *to = &in->unread.files[in->unread.count++];
    *to = (struct shy_hashed_file){.path = file->path, .size = file->size};
    to->blocks = shy_alloc(blocks + 1, sizeof *to->blocks);
    to->done = shy_alloc(blocks + 1, sizeof *to->done);
    return to->blocks == NULL || to->done == NULL ? shy_fail_nomem(err) : 0;
}

/* The chosen files to the front, in their order. */
static int gather_chosen(struct finding *f, struct shihyo_error *err)
{
    size_t n = 0;
    f->in->unread.files = shy_alloc(f->in->found + 1, sizeof *f->in->unread.files);
    if (f->in->unread.files == NULL)
        return shy_fail_nomem(err);
    for (size_t i = 0; i < f->in->found; i++) {
        if (!f->chosen[i])
            continue;
        struct shy_delivery_file file = f->in->files[i];
        f->in->files[n++] = file;
        f->report->bytes += file.size;
        f->report->files++;
        if (f->unread[i])
            SHY_TRY(add_unread(f->in, &file, err));
    }
    f->in->delivery.files = f->in->files;
    f->in->delivery.file_count = n;
    f->in->one_file = n == 1 ? f->in->files[0].path : NULL;
    return 0;
}

static int choose_files(struct finding *f, struct shihyo_error *err)
{
    size_t count = f->in->found;
    memset(f->chosen, 1, f->in->found);
    if (f->chooses)
        SHY_TRY(choose(f, &count, err));
    if (count == 0 && f->in->found > 0) {
        f->report->unchanged = true;
        return 0;
    }
    if (count < f->in->found)
        SHY_TRY(shy_source_choose_files(f->source, f->chosen, f->in->found, err));
    return gather_chosen(f, err);
}

/* Identity ------------------------------------------------------------------------------- */

/* A source without files (a database) may have changed unseen: its identity is the moment. */
static int identify(struct shy_delivery *d, struct shihyo_error *err)
{
    struct shy_text t = {0};
    shy_text_addf(&t, "%s\n%s\n%s\n", d->plugin, d->plugin_version, d->options);
    for (size_t i = 0; i < d->file_count; i++)
        shy_text_addf(&t, "%s %lld\n", d->files[i].hash, (long long)d->files[i].size);
    if (d->file_count == 0)
        shy_text_adds(&t, d->received);
    if (!t.failed)
        shy_hash_bytes(t.text, t.length, d->hash);
    shy_text_free(&t);
    return t.failed ? shy_fail_nomem(err) : 0;
}

/* A source of which the store keeps one delivery: one of the same hash is the last. */
static int find_same(struct finding *f, struct shihyo_error *err)
{
    const struct shy_delivery *d = &f->in->delivery, *list;
    size_t count;
    SHY_TRY(shy_store_deliveries(f->store, &list, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].hash, d->hash) != 0 || strcmp(list[i].source, d->source) != 0)
            continue;
        f->report->unchanged = true;
        f->report->delivery = list[i].id;
    }
    return 0;
}

static int check_replaced(const struct finding *f, struct shihyo_error *err)
{
    const struct shy_delivery *list;
    size_t count;
    if (f->options->replace == 0)
        return 0;
    SHY_TRY(shy_store_deliveries(f->store, &list, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (list[i].id == f->options->replace && strcmp(list[i].source, f->name) == 0)
            return 0;
    }
    (void)shy_fail(err, SHY_E_DELIVERY_UNKNOWN, _("Source '%s' has no delivery of number %lld."),
                   f->name, (long long)f->options->replace);
    shy_hint(err, _("`shihyo import --list` shows the deliveries."));
    return SHY_E_DELIVERY_UNKNOWN;
}

int shy_incoming_find(struct shy_source *source, const char *name, const char *options_json,
                      const struct shihyo_plugin *plugin, struct shy_store *store,
                      const struct shy_import_options *options, struct shy_incoming *out,
                      struct shy_import_report *report, struct shihyo_error *err)
{
    struct finding f = {.source = source,
                        .name = name,
                        .store = store,
                        .options = options,
                        .in = out,
                        .report = report,
                        .chooses = shy_source_chooses(source)};
    *out = (struct shy_incoming){
        .delivery = {.source = name,
                     .plugin = plugin->name,
                     .plugin_version = plugin->version,
                     .options = options_json == NULL ? "{}" : options_json},
        .adds = f.chooses && !options->force,
    };
    shy_os_utc(shy_os_now(), out->received);
    out->delivery.received = out->received;
    int code = check_replaced(&f, err);
    if (code == 0)
        code = hash_files(&f, err);
    if (code == 0)
        code = choose_files(&f, err);
    if (code == 0 && !report->unchanged)
        code = identify(&out->delivery, err);
    if (code == 0 && !report->unchanged && !options->force && options->replace == 0)
        code = find_same(&f, err);
    shy_free(f.chosen);
    shy_free(f.unread);
    return code;
}

void shy_incoming_free(struct shy_incoming *in)
{
    for (size_t i = 0; i < in->unread.count; i++) {
        shy_free(in->unread.files[i].blocks);
        shy_free((void *)in->unread.files[i].done);
    }
    shy_free(in->unread.files);
    shy_free(in->stamps);
    shy_free(in->files);
    *in = (struct shy_incoming){0};
}

static struct shy_file_stamp *stamp_of(struct shy_incoming *in, const char *path)
{
    size_t i = 0;
    while (strcmp(in->stamps[i].path, path) != 0)
        i++;
    return &in->stamps[i];
}

/* Blocks that nobody went through (of archives, of files in other encodings) are read now. */
static int finish_file(struct shy_incoming *in, const struct shy_hashed_file *from,
                       struct shihyo_error *err)
{
    struct shy_delivery_file *file = in->files;
    while (strcmp(file->path, from->path) != 0)
        file++;
    SHY_TRY(hash_blocks(from->path, from->size, (const unsigned char *)(const void *)from->done,
                        from->blocks, file->hash, err));
    keep_stamp(stamp_of(in, from->path), file->hash);
    return 0;
}

int shy_incoming_identify(struct shy_incoming *in, struct shy_store *store,
                          struct shihyo_error *err)
{
    if (in->stamps == NULL || in->unread.files == NULL)
        return 0;
    for (size_t i = 0; i < in->unread.count; i++)
        SHY_TRY(finish_file(in, &in->unread.files[i], err));
    if (in->unread.count > 0) {
        SHY_TRY(identify(&in->delivery, err));
        SHY_TRY(shy_store_identify(store, &in->delivery, err));
    }
    for (size_t i = 0; i < in->found; i++) {
        if (in->stamps[i].hash[0] != '\0')
            SHY_TRY(shy_store_note_stamp(store, &in->stamps[i], err));
    }
    return 0;
}

int shy_incoming_begin(const struct shy_incoming *in, const struct shy_import_options *options,
                       struct shy_store *store, struct shihyo_error *err)
{
    if (in->adds || options->replace != 0)
        return shy_store_begin_instead(store, &in->delivery, options->replace, err);
    return shy_store_begin(store, &in->delivery, true, err);
}
