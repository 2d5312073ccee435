/* SPDX-License-Identifier: MIT */
/* The contracts a layout can fill, and the options as the core checks them: every column of every
 * contract is named, so that a misspelt one gets a message with the nearest names. */
#include "kdb.h"

#define OPTION(n, t, f, default_, ja, en, inner) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_option), n, SHIHYO_VALUE_##t, f, default_, ja, en, inner \
    }
#define END_OF_OPTIONS OPTION(NULL, NIL, 0, NULL, NULL, NULL, NULL)

/* clang-format off */
#define PIECE_OPTIONS \
    OPTION("from", STRING, SHIHYO_OPTION_LIST_OK, NULL, "ファイルの見出し（複数ならどれか一つ）", \
           "label in the file (of several, any one)", NULL), \
    OPTION("position", INT, 0, NULL, "左から何番目の項目か（見出しのないファイル）", \
           "number of the field from the left, from 1 (files without a header)", NULL), \
    OPTION("value", STRING, 0, NULL, "全行に同じ値", "the same for every row", NULL), \
    OPTION("take", STRING, 0, NULL, "取り出す文字（5-8 は5文字目から8文字目）", \
           "characters to take (5-8: the fifth to the eighth)", NULL)

static const struct shihyo_option piece_options[] = {PIECE_OPTIONS, END_OF_OPTIONS};

static const struct shihyo_option column_options[] = {
    PIECE_OPTIONS,
    OPTION("join", LIST, 0, NULL, "つなげる項目", "pieces that are put together", piece_options),
    OPTION("form", STRING, 0, NULL,
           "年月・年月日の書き方（yyyymm, yyyy-mm, yyyymmdd, yyyy-mm-dd, gyymm, gyymmdd。既定は年月なら yyyymm、年月日なら yyyymmdd）",
           "how a month or date is written: yyyymm (months by default), yyyy-mm, yyyymmdd (dates by default), yyyy-mm-dd, gyymm, gyymmdd", NULL),
    OPTION("recode", MAP, 0, NULL, "値の読み替え", "texts and what they stand for", NULL),
    OPTION("default", STRING, 0, NULL, "読み替えにない値（空文字は値なし）",
           "for texts that recode does not name (an empty text: no value)", NULL),
    OPTION("empty", STRING, SHIHYO_OPTION_LIST_OK, NULL, "値なしを意味する文字", "texts that mean no value", NULL),
    OPTION("pad", INT, 0, NULL, "前に 0 を補って揃える桁数", "zeros in front up to this length", NULL),
    OPTION("digits", INT, 0, NULL, "この桁数の数字でない値は除外する", "a text that is not this many digits is rejected", NULL),
    OPTION("optional", BOOL, 0, "false", "ファイルになくてもよい", "need not be in the file", NULL),
    END_OF_OPTIONS,
};

static const struct shihyo_option where_options[] = {
    PIECE_OPTIONS,
    OPTION("is", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この値の行だけ", "lines with this text", NULL),
    OPTION("is_not", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この値の行は除く", "lines without this text", NULL),
    OPTION("prefix", STRING, SHIHYO_OPTION_LIST_OK, NULL, "この文字で始まる行だけ",
           "lines whose text begins so", NULL),
    OPTION("at_least", STRING, 0, NULL, "この値以上の行だけ（文字の順）", "lines with this text or a later one", NULL),
    OPTION("at_most", STRING, 0, NULL, "この値以下の行だけ（文字の順）", "lines with this text or an earlier one", NULL),
    OPTION("blank", BOOL, 0, NULL, "空欄の行だけ（false なら空欄を除く）", "lines where it is blank, or is not", NULL),
    END_OF_OPTIONS,
};

#define FORMAT_OPTIONS \
    OPTION("encoding", STRING, 0, "auto", "文字コード", "encoding of the files", NULL), \
    OPTION("delimiter", STRING, 0, ",", "区切り文字", "delimiter", NULL), \
    OPTION("quotes", BOOL, 0, "true", "引用符を解釈するか", "whether quotes have a meaning", NULL), \
    OPTION("multiline", BOOL, 0, "false", "引用符の中に改行がある", "quoted texts may hold line breaks", NULL), \
    OPTION("header", BOOL, 0, "true", "見出しの行があるか", "whether there is a line of labels", NULL), \
    OPTION("skip_lines", INT, 0, "0", "見出しの前に読み飛ばす行数", "lines to skip before the labels", NULL)

/* X(column, type, Japanese, English) */
#define PERSONS(X) \
    X(person, CODE, "個人番号", "person number") \
    X(sex, CODE, "性別（female, male）", "sex: female, male") \
    X(birth_month, MONTH, "生年月", "month of birth") \
    X(scheme, CODE, "制度（nhi, late_elderly）", "scheme: nhi, late_elderly") \
    X(insurer, CODE, "保険者番号", "insurer") \
    X(insured_symbol, CODE, "被保険者証記号", "insured symbol") \
    X(insured_number, CODE, "被保険者証番号", "insured number") \
    X(insurer_area, CODE, "保険者の市町村", "municipality of the insurer") \
    X(residence_area, CODE, "住所地の市町村", "municipality of residence") \
    X(valid_from, MONTH, "資格開始月", "eligible from") \
    X(valid_to, MONTH, "資格終了月", "eligible to, the last month")
#define CARE_PERSONS(X) \
    X(person, CODE, "個人番号", "person number") \
    X(sex, CODE, "性別（female, male）", "sex: female, male") \
    X(birth_month, MONTH, "生年月", "month of birth") \
    X(insurer, CODE, "介護保険者番号", "long-term-care insurer") \
    X(insurer_area, CODE, "保険者の市町村", "municipality of the insurer") \
    X(medical_insurer, CODE, "医療保険の保険者番号", "medical insurer") \
    X(insured_symbol, CODE, "医療保険の被保険者証記号", "insured symbol of the medical insurer") \
    X(insured_number, CODE, "医療保険の被保険者証番号", "insured number of the medical insurer") \
    X(valid_from, MONTH, "資格開始月", "eligible from") \
    X(valid_to, MONTH, "資格終了月", "eligible to, the last month")
#define MEDICAL_CLAIMS(X) \
    X(claim, SHARED_CODE, "レセプト番号", "number of the claim") \
    X(person, SHARED_CODE, "個人番号", "person number") \
    X(month, SHARED_MONTH, "診療年月", "month of care") \
    X(institution, SHARED_CODE, "医療機関コード", "institution") \
    X(setting, CODE, "入外（inpatient, outpatient）", "setting: inpatient, outpatient") \
    X(type, CODE, "種別（medical, dpc, dental, pharmacy, home_nursing）", \
      "type: medical, dpc, dental, pharmacy, home_nursing") \
    X(days, INT, "診療実日数", "days of care") \
    X(points, INT, "点数", "points") \
    X(admitted_on, DATE, "入院年月日", "day of admission") \
    X(outcome, CODE, "転帰（alive, death）", "outcome: alive, death")
#define MEDICAL_ITEMS(X) \
    X(claim, SHARED_CODE, "レセプト番号", "number of the claim") \
    X(person, SHARED_CODE, "個人番号", "person number") \
    X(month, SHARED_MONTH, "診療年月", "month of care") \
    X(institution, SHARED_CODE, "医療機関コード", "institution") \
    X(item, CODE, "診療行為コード", "procedure code") \
    X(quantity, INT, "回数", "times billed") \
    X(points, INT, "点数", "points")
#define CARE_CLAIMS(X) \
    X(person, SHARED_CODE, "個人番号", "person number") \
    X(month, SHARED_MONTH, "サービス提供年月", "month of service") \
    X(service, CODE, "サービス種類コード", "type of service") \
    X(office, SHARED_CODE, "事業所番号", "office") \
    X(care_level, CODE, "要介護状態区分", "care level") \
    X(units, INT, "単位数", "units")
#define CARE_ITEMS(X) \
    X(person, SHARED_CODE, "個人番号", "person number") \
    X(month, SHARED_MONTH, "サービス提供年月", "month of service") \
    X(office, SHARED_CODE, "事業所番号", "office") \
    X(item, CODE, "サービスコード", "service code") \
    X(quantity, INT, "回数", "times")
#define INSTITUTIONS(X) \
    X(institution, CODE, "医療機関コード", "institution") \
    X(name, TEXT, "名称", "name") \
    X(institution_area, CODE, "所在地の市町村", "municipality") \
    X(kind, CODE, "種別", "kind")
#define CARE_OFFICES(X) \
    X(office, CODE, "事業所番号", "office") \
    X(name, TEXT, "名称", "name") \
    X(institution_area, CODE, "所在地の市町村", "municipality")
#define INSURERS(X) \
    X(insurer, CODE, "保険者番号", "insurer") \
    X(name, TEXT, "名称", "name") \
    X(insurer_area, CODE, "市町村", "municipality")

#define AS_OPTION(n, t, ja, en) OPTION(#n, MAP, 0, NULL, ja, en, column_options),
#define AS_CODE COLUMN_CODE, false
#define AS_TEXT COLUMN_TEXT, false
#define AS_INT COLUMN_INT, false
#define AS_MONTH COLUMN_MONTH, false
#define AS_DATE COLUMN_DATE, false
/* What the lines of a receipt share. */
#define AS_SHARED_CODE COLUMN_CODE, true
#define AS_SHARED_MONTH COLUMN_MONTH, true
#define AS_DEF(n, t, ja, en) {#n, AS_##t},

/* A contract's columns as definitions and as options, and the options of its datasets. */
#define CONTRACT(id, COLUMNS) \
    static const struct column_def id##_defs[] = {COLUMNS(AS_DEF){NULL, COLUMN_CODE, false}}; \
    static const struct shihyo_option id##_columns[] = {COLUMNS(AS_OPTION) END_OF_OPTIONS}; \
    static const struct shihyo_option id##_options[] = { \
        OPTION("files", STRING, SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_LIST_OK, NULL, \
               "ファイル名（* も可。複数可）", "names of files, * allowed; several in a list", NULL), \
        OPTION("members", STRING, SHIHYO_OPTION_LIST_OK, NULL, \
               "zip の中のファイル名（* も可）", "names of files inside zip archives, * allowed", NULL), \
        FORMAT_OPTIONS, \
        OPTION("fields", INT, 0, NULL, "一行の項目数（見出しがないとき）", \
               "fields of a line (without a header)", NULL), \
        OPTION("columns", MAP, SHIHYO_OPTION_REQUIRED, NULL, "列の対応", "which column is which", \
               id##_columns), \
        OPTION("where", LIST, 0, NULL, "読む行の条件", "which lines to read", where_options), \
        OPTION("distinct", BOOL, 0, "false", "前の行と同じ行は一度だけ", \
               "a row that is the same as the one before it only once", NULL), \
        END_OF_OPTIONS, \
    };

CONTRACT(persons, PERSONS)
CONTRACT(care_persons, CARE_PERSONS)
CONTRACT(medical_claims, MEDICAL_CLAIMS)
CONTRACT(medical_items, MEDICAL_ITEMS)
CONTRACT(care_claims, CARE_CLAIMS)
CONTRACT(care_items, CARE_ITEMS)
CONTRACT(institutions, INSTITUTIONS)
CONTRACT(care_offices, CARE_OFFICES)
CONTRACT(insurers, INSURERS)

#define DATASET(id, ja, en) OPTION(#id, MAP, SHIHYO_OPTION_LIST_OK, NULL, ja, en, id##_options)

static const struct shihyo_option layout_options[] = {
    OPTION("description", STRING, 0, NULL, "この対応表の説明", "what this layout is for", NULL),
    FORMAT_OPTIONS,
    DATASET(persons, "被保険者", "persons"),
    DATASET(care_persons, "介護保険の被保険者", "persons of the long-term-care register"),
    DATASET(medical_claims, "医療レセプト", "medical claims"),
    DATASET(medical_items, "医療レセプト摘要", "items of medical claims"),
    DATASET(care_claims, "介護レセプト", "long-term-care claims"),
    DATASET(care_items, "介護レセプト明細", "items of long-term-care claims"),
    DATASET(institutions, "医療機関", "institutions"),
    DATASET(care_offices, "介護事業所", "long-term-care offices"),
    DATASET(insurers, "保険者", "insurers"),
    END_OF_OPTIONS,
};

const struct shihyo_option kdb_options[] = {
    OPTION("folder", STRING, SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK,
           NULL, "納品ファイルのあるフォルダ（* も可。複数可）",
           "folder of the delivered files; * allowed, several in a list", NULL),
    OPTION("layout", MAP, SHIHYO_OPTION_LUA_FILE, "kdb/default", "ファイルの作りを書いた Lua ファイル",
           "a Lua file that says how the files are made", layout_options),
    OPTION("split_bytes", INT, 0, "50331648", "並行して読む一区切りの大きさ（バイト）",
           "bytes of the parts in which files are read side by side", NULL),
    END_OF_OPTIONS,
};

const struct kdb_contract kdb_contracts[KDB_CONTRACTS] = {
    {"care_claims", care_claims_defs, true},
    {"care_items", care_items_defs, true},
    {"care_offices", care_offices_defs, false},
    {"care_persons", care_persons_defs, true},
    {"institutions", institutions_defs, false},
    {"insurers", insurers_defs, false},
    {"medical_claims", medical_claims_defs, true},
    {"medical_items", medical_items_defs, true},
    {"persons", persons_defs, true},
};
/* clang-format on */
