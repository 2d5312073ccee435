/* SPDX-License-Identifier: MIT */
/* A new project: the folders, and a project.lua that explains itself. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/project/project.h"

/* JIS X 0401 (都道府県コード), in the order of their codes. */
static const char *const prefectures[] = {
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県",   "福島県", "茨城県",
    "栃木県", "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県",
    "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県",   "愛知県", "三重県",
    "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県",
    "岡山県", "広島県", "山口県", "徳島県", "香川県", "愛媛県",   "高知県", "福岡県",
    "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
};

const char *shy_prefecture_name(const char *code)
{
    if (strcmp(code, "00") == 0)
        return "全国";
    if (strlen(code) != 2 || code[0] < '0' || code[0] > '4' || code[1] < '0' || code[1] > '9')
        return NULL;
    int n = (code[0] - '0') * 10 + (code[1] - '0');
    return n >= 1 && n <= 47 ? prefectures[n - 1] : NULL;
}

/* The comments are Japanese: the file is read by a prefecture's planners. */
static const char template_text[] =
    "-- shihyo のプロジェクト設定。「--」から行末までは説明です。\n"
    "-- ファイル名はこのフォルダーからの相対パスで書きます（* が使えます）。\n"
    "return {\n"
    "  title      = \"%s 在宅医療・介護の指標\",\n"
    "  prefecture = \"%s\",                 -- 都道府県コード（\"00\" は全国）\n"
    "\n"
    "  -- 計算する指標の束（パック）。自作のパックは \"./packs/名前\" のように書きます。\n"
    "  packs      = { \"standard\" },\n"
    "\n"
    "  -- 結果を出す地域の区分: municipality 市区町村, secondary 二次医療圏, vision 構想区域,\n"
    "  -- prefecture 都道府県, nation 全国\n"
    "  area_sets  = { \"secondary\", \"prefecture\" },\n"
    "  as_of      = \"2025-04-01\",         -- 結果をどの日の市区町村・圏域で出すか\n"
    "\n"
    "  -- データ。`shihyo sources` が使える種類と設定項目を示します。\n"
    "  sources = {\n"
    "    -- NDBオープンデータ（厚生労働省のページから得たxlsxを data/ndb に置く）\n"
    "    -- { name = \"ndb\", plugin = \"ndb_open_data\", options = { files = \"data/ndb/*.xlsx\" "
    "} },\n"
    "  },\n"
    "}\n";

/* An empty folder is fine, as one made in a file manager is; in any other nothing is touched. */
static int refuse_existing(const char *directory, struct shihyo_error *err)
{
    struct shy_paths entries = {0};
    if (!shy_os_exists(directory))
        return 0;
    SHY_TRY(shy_os_list(directory, &entries, err));
    size_t count = entries.count;
    shy_paths_free(&entries);
    if (count == 0)
        return 0;
    int code = shy_fail(err, SHY_E_PROJECT_EXISTS, _("The folder '%s' is not empty."), directory);
    shy_hint(err, _("Give the name of a new folder; nothing was changed."));
    return code;
}

static int write_template(const char *directory, const char *prefecture, struct shihyo_error *err)
{
    struct shy_text text = {0};
    char *path = shy_os_join(directory, "project.lua");
    shy_text_addf(&text, template_text, shy_prefecture_name(prefecture), prefecture);
    int code = text.failed || path == NULL ? shy_fail_nomem(err)
                                           : shy_os_write_file(path, text.text, text.length, err);
    shy_text_free(&text);
    shy_free(path);
    return code;
}

int shy_project_init(const char *directory, const char *prefecture, struct shihyo_error *err)
{
    static const char *const folders[] = {"data", "packs"};
    if (shy_prefecture_name(prefecture) == NULL) {
        int code =
            shy_fail(err, SHY_E_USAGE, _("'%s' is not the code of a prefecture."), prefecture);
        shy_hint(err, _("Give two digits, \"01\" to \"47\", or \"00\" for the nation."));
        return code;
    }
    SHY_TRY(refuse_existing(directory, err));
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char *path = shy_os_join(directory, folders[i]);
        int code = path == NULL ? shy_fail_nomem(err) : shy_os_mkdir(path, err);
        shy_free(path);
        SHY_TRY(code);
    }
    return write_template(directory, prefecture, err);
}
