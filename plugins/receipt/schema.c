/* SPDX-License-Identifier: MIT */
/* The contracts that claim files fill, and the options. */
#include "receipt.h"

/* clang-format off */
static const struct column_def institutions_columns[] = {
    {"institution", COLUMN_CODE, false}, {"name", COLUMN_TEXT, false}, {"institution_area", COLUMN_CODE, false},
    {NULL, COLUMN_CODE, false},
};
static const struct column_def claims_columns[] = {
    {"claim", COLUMN_CODE, false}, {"person", COLUMN_CODE, false}, {"month", COLUMN_MONTH, false},
    {"institution", COLUMN_CODE, false}, {"setting", COLUMN_CODE, false}, {"type", COLUMN_CODE, false},
    {"days", COLUMN_INT, false}, {"points", COLUMN_INT, false},
    {"admitted_on", COLUMN_DATE, false}, {"outcome", COLUMN_CODE, false}, {NULL, COLUMN_CODE, false},
};
/* The lines of a receipt have the first four in common. */
static const struct column_def items_columns[] = {
    {"claim", COLUMN_CODE, true}, {"person", COLUMN_CODE, true}, {"month", COLUMN_MONTH, true},
    {"institution", COLUMN_CODE, true}, {"item", COLUMN_CODE, false},
    {"quantity", COLUMN_INT, false}, {"points", COLUMN_INT, false}, {NULL, COLUMN_CODE, false},
};
static const struct column_def persons_columns[] = {
    {"person", COLUMN_CODE, false}, {"sex", COLUMN_CODE, false}, {"birth_month", COLUMN_MONTH, false},
    {"scheme", COLUMN_CODE, false}, {"insurer", COLUMN_CODE, false}, {"insured_symbol", COLUMN_CODE, false},
    {"insured_number", COLUMN_CODE, false}, {"insurer_area", COLUMN_CODE, false}, {"valid_from", COLUMN_MONTH, false}, {"valid_to", COLUMN_MONTH, false},
    {NULL, COLUMN_CODE, false},
};

const struct receipt_contract_def receipt_contracts[RECEIPT_CONTRACTS] = {
    [OF_INSTITUTIONS] = {"institutions", institutions_columns},
    [OF_CLAIMS] = {"medical_claims", claims_columns},
    [OF_ITEMS] = {"medical_items", items_columns},
    [OF_PERSONS] = {"persons", persons_columns},
};

#define OPTION(n, t, f, default_, ja, en) \
    { \
        SHIHYO_ABI_INIT(struct shihyo_option), n, SHIHYO_VALUE_##t, f, default_, ja, en, NULL \
    }

const struct shihyo_option receipt_options[] = {
    OPTION("files", STRING, SHIHYO_OPTION_REQUIRED | SHIHYO_OPTION_PATH | SHIHYO_OPTION_LIST_OK, NULL,
           "レセプト電算のファイル（UKE。zip も可。* も可。複数可）",
           "claim files (UKE), or zip archives of them; * allowed, several in a list"),
    OPTION("members", STRING, SHIHYO_OPTION_LIST_OK, "*.UKE", "zip の中のファイル名（* も可）",
           "names inside zip archives; * allowed"),
    OPTION("encoding", STRING, 0, "CP932", "文字コード", "encoding of the files"),
    OPTION("records", STRING, SHIHYO_OPTION_LIST_OK, "SI, IY, TO",
           "明細とするレコード（SI 診療行為、IY 医薬品、TO 特定器材）",
           "records that become items: SI (procedures), IY (drugs), TO (materials)"),
    OPTION("branch", BOOL, 0, "false", "被保険者証の枝番も個人の区別に使うか",
           "whether the branch number (枝番) tells persons apart, too"),
    OPTION("institutions", STRING, SHIHYO_OPTION_PATH, NULL,
           "医療機関の所在地の表（見出し: 医療機関コード、市町村コード、名称）",
           "a table of where institutions stand, with the labels 医療機関コード, 市町村コード, 名称"),
    OPTION("give_institutions", BOOL, 0, "true",
           "医療機関の一覧も渡すか（別のデータソースにあれば false）",
           "whether to give the list of institutions too; false where another source has it"),
    OPTION("split_bytes", INT, 0, "50331648", "並行して読む一区切りの大きさ（バイト）",
           "bytes of the parts in which files are read side by side"),
    OPTION(NULL, NIL, 0, NULL, NULL, NULL),
};
/* clang-format on */
