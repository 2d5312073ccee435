/* SPDX-License-Identifier: MIT */
/*
 * A delivery of receipts in the default layout. Lines that begin with @ and a letter say which file
 * the lines behind them are of; the file's header is written here, or, where the letter is a
 * capital, is the first of those lines. An input that begins with ! tolerates no reject, others
 * any number of them. The import either fails with a code and a sentence and has stored nothing, or
 * the store holds one sound delivery with as many rows as the report says.
 */
#include "config.h"

#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/os/os.h"
#include "core/contract/core_contracts.h"
#include "core/project/project.h"
#include "core/text/encoding.h"
#include "tests/fuzz/fuzz.h"

/* As plugins/kdb/layouts/default.lua has them. */
static const struct kind {
    char letter;
    const char *contract, *file, *header;
} kinds[] = {
    {'p', "persons", "被保険者台帳",
     "個人番号,制度,保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月,住所地市町村コード"},
    {'k', "care_persons", "介護受給者台帳",
     "個人番号,介護保険者番号,介護被保険者番号,医療保険者番号,記号,番号,性別,生年月,資格取得年月,"
     "資格喪失年月"},
    {'c', "medical_claims", "医療レセプト",
     "レセプト番号,個人番号,診療年月,医療機関コード,入外,レセプト種別,診療実日数,点数"},
    {'i', "medical_items", "レセプト摘要",
     "レセプト番号,個人番号,診療年月,医療機関コード,診療行為コード,回数,点数"},
    {'r', "care_claims", "介護レセプト",
     "個人番号,サービス提供年月,サービス種類コード,事業所番号,要介護状態区分,単位数"},
    {'d', "care_items", "介護明細", "個人番号,サービス提供年月,事業所番号,サービスコード,回数"},
    {'h', "institutions", "医療機関", "医療機関コード,名称,市町村コード,種別"},
    {'o', "care_offices", "介護事業所", "事業所番号,名称,市町村コード"},
    {'n', "insurers", "保険者", "保険者番号,名称,市町村コード"},
};
enum { KINDS = sizeof kinds / sizeof kinds[0], FILES_MOST = 20, PERSON_KINDS = 6 };

static char folder[64], data_path[80], store_path[80];
static struct shy_project *project;
static struct shy_catalogue *catalogue;

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *where)
{
    (void)info, (void)type, (void)where;
    return remove(path);
}

static void remove_folder(void)
{
    shy_project_close(project);
    shy_catalogue_free(catalogue);
    (void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* In memory where there is such a place: every input makes a store. */
static void make_project(void)
{
    static const char text[] =
        "return { prefecture = '29', packs = {}, area_sets = {}, sources = {\n"
        "  { name = 'kdb', plugin = 'kdb', options = { folder = 'data' } } } }\n";
    struct shihyo_error err = SHY_ERROR_INIT;
    char path[80];
    (void)snprintf(folder, sizeof folder, "%s/shihyo-fuzz-XXXXXX",
                   access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    SHY_BUG_ON(mkdtemp(folder) == NULL);
    (void)snprintf(data_path, sizeof data_path, "%s/data", folder);
    (void)snprintf(store_path, sizeof store_path, "%s/claims.store", folder);
    (void)snprintf(path, sizeof path, "%s/project.lua", folder);
    SHY_BUG_ON(shy_os_write_file(path, text, sizeof text - 1, &err) != 0);
    SHY_BUG_ON(shy_os_mkdir(data_path, &err) != 0);
    (void)setenv("SHIHYO_PLUGIN_PATH", SHY_TEST_BUILDDIR "/plugins", 1);
    (void)setenv("SHIHYO_LAYOUT_PATH", SHY_TEST_SRCDIR "/plugins", 1);
    SHY_BUG_ON(shy_project_open(folder, &project, &err) != 0);
    catalogue = shy_catalogue_new();
    SHY_BUG_ON(catalogue == NULL || atexit(remove_folder) != 0);
}

/* Files ------------------------------------------------------------------------------------ */

static void start_file(FILE **f, char letter, int number)
{
    for (size_t i = 0; i < KINDS; i++) {
        char path[160];
        struct shy_text header = {0};
        if (kinds[i].letter != (char)tolower((unsigned char)letter))
            continue;
        if (*f != NULL)
            SHY_BUG_ON(fclose(*f) != 0);
        (void)snprintf(path, sizeof path, "%s/%s_%02d.csv", data_path, kinds[i].file, number);
        *f = fopen(path, "wb");
        SHY_BUG_ON(*f == NULL);
        if (letter == kinds[i].letter) {
            SHY_BUG_ON(shy_cp932_encode(kinds[i].header, strlen(kinds[i].header), &header, NULL) !=
                       0);
            SHY_BUG_ON(fprintf(*f, "%s\r\n", header.text) < 0);
            shy_text_free(&header);
        }
        return;
    }
}

static void write_files(const char *data, size_t size)
{
    FILE *f = NULL;
    int number = 0;
    for (size_t at = 0; at < size;) {
        const char *end = memchr(data + at, '\n', size - at);
        size_t next = end == NULL ? size : (size_t)(end - data) + 1;
        if (data[at] == '@' && at + 1 < size && number < FILES_MOST)
            start_file(&f, data[at + 1], number++);
        else if (f != NULL)
            SHY_BUG_ON(fwrite(data + at, 1, next - at, f) != next - at);
        at = next;
    }
    if (f != NULL)
        SHY_BUG_ON(fclose(f) != 0);
}

/* A target that cannot read good files would find nothing in any. */
static void import_good_files(void)
{
    static const char text[] = "@p\nN1,1,00290015,1,1,2,194804,201504,,29201\n"
                               "@c\nR1,N1,202304,2910000001,2,1,2,5000\n";
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_import_report report = {0};
    struct shy_import_options options = {.threads = 1};
    write_files(text, sizeof text - 1);
    int code = shy_project_import(project, "kdb", &options, &report, &err);
    if (code != 0)
        shy_error_print(stderr, SHY_ERROR, &err);
    SHY_BUG_ON(code != 0 || report.table_count != 2 || report.tables[0].rows_kept != 1);
    shy_import_report_free(&report);
}

/* What came of it -------------------------------------------------------------------------- */

/* No value of a person's row is told. */
static void check_problems(const struct shy_problems *problems)
{
    for (size_t i = 0; i < problems->count; i++) {
        const struct shihyo_error *e = &problems->items[i].error;
        SHY_BUG_ON(e->message[0] == '\0' || e->code == 0);
        for (size_t k = 0; k < PERSON_KINDS; k++)
            SHY_BUG_ON(strstr(e->file, kinds[k].file) != NULL && e->value[0] != '\0');
    }
}

static size_t deliveries(struct shy_store *store)
{
    const struct shy_delivery *list;
    size_t count;
    SHY_BUG_ON(shy_store_deliveries(store, &list, &count, NULL) != 0);
    return count;
}

static void check_table(struct shy_store *store, const struct shy_import_table *t)
{
    const struct shy_contract *contract = shy_catalogue_find(catalogue, t->contract);
    struct shy_table *rows;
    SHY_BUG_ON(contract == NULL || t->rows_kept < 0 || t->rows_rejected < 0);
    SHY_BUG_ON(t->rows_kept + t->rows_rejected != t->rows_read);
    SHY_BUG_ON(shy_store_read(store, contract, NULL, 0, &rows, NULL) != 0);
    SHY_BUG_ON((rows == NULL ? 0 : (int64_t)rows->rows) != t->rows_kept);
    shy_table_free(rows);
}

static void check_store(int code, const struct shy_import_report *report)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_problems problems = {0};
    struct shy_store *store;
    if (!shy_os_exists(store_path)) {
        SHY_BUG_ON(code == 0);
        return;
    }
    SHY_BUG_ON(shy_store_open(store_path, SHY_STORE_READ, &store, &err) != 0);
    SHY_BUG_ON(deliveries(store) != (code == 0 ? 1 : 0));
    for (size_t i = 0; i < report->table_count && code == 0; i++)
        check_table(store, &report->tables[i]);
    SHY_BUG_ON(shy_store_verify(store, &problems, &err) != 0 || problems.count != 0);
    shy_problems_free(&problems);
    shy_store_close(store);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct shihyo_error err = SHY_ERROR_INIT;
    struct shy_import_report report = {0}, again = {0};
    if (project == NULL) {
        make_project();
        import_good_files();
    }
    SHY_BUG_ON(nftw(data_path, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0);
    SHY_BUG_ON(shy_os_mkdir(data_path, &err) != 0);
    (void)unlink(store_path);
    write_files((const char *)data, size);
    struct shy_import_options options = {
        .reject_limit = size > 0 && data[0] == '!' ? 0 : 1, .threads = 2, .memory = 4096};
    int code = shy_project_import(project, "kdb", &options, &report, &err);
    SHY_BUG_ON(code != 0 && (code != (int)err.code || err.message[0] == '\0'));
    check_problems(&report.problems);
    check_store(code, &report);
    if (code == 0) {
        code = shy_project_import(project, "kdb", &options, &again, &err);
        SHY_BUG_ON(code != 0 || !again.unchanged);
    }
    shy_import_report_free(&report);
    shy_import_report_free(&again);
    return 0;
}
