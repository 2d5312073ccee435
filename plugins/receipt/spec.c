/* SPDX-License-Identifier: MIT */
/* The code lists of the specification that are used. */
#include "spec.h"

#include <string.h>

const struct receipt_item_text receipt_items[ITEM_COUNT] = {
#define RECEIPT_TEXT(name, record, number, label) {record, number, label},
    RECEIPT_ITEMS(RECEIPT_TEXT)
#undef RECEIPT_TEXT
};

uint32_t receipt_record(const char *text, size_t length)
{
    if (length < 2 || text[0] < 'A' || text[0] > 'Z' || text[1] < 'A' || text[1] > 'Z' ||
        (length > 2 && text[2] != ','))
        return 0;
    return RECORD(text[0], text[1]);
}

/* Records of claiming (医科用, DPC用), of files sent back and examined (返戻, 再審査), and those
 * that examination adds. */
enum receipt_use receipt_use_of(uint32_t record)
{
    switch (record) {
    case RECORD('U', 'K'): /* 受付情報 */
    case RECORD('I', 'R'): /* 医療機関情報 */
    case RECORD('G', 'O'): /* 診療報酬請求書 */
    case RECORD('H', 'I'): /* 返戻医療機関 */
    case RECORD('H', 'G'): /* 返戻合計 */
        return USE_FILE;
    case RECORD('R', 'E'): /* レセプト共通 */
    case RECORD('H', 'O'): /* 保険者 */
    case RECORD('K', 'O'): /* 公費 */
    case RECORD('S', 'N'): /* 資格確認 */
    case RECORD('S', 'I'): /* 診療行為 */
    case RECORD('I', 'Y'): /* 医薬品 */
    case RECORD('T', 'O'): /* 特定器材 */
    case RECORD('G', 'T'): /* 合計調整 (DPC) */
    case RECORD('B', 'U'): /* 診断群分類 (DPC) */
    case RECORD('T', 'I'): /* 臓器提供医療機関情報 */
    case RECORD('T', 'R'): /* 臓器提供者レセプト情報 */
        return USE_RECEIPT;
    case RECORD('T', 'S'): /* 臓器提供者請求情報 */
    case RECORD('K', 'H'): /* 国保連固有情報 */
    case RECORD('J', 'D'): /* 受診日等 */
    case RECORD('M', 'F'): /* 窓口負担額 */
    case RECORD('G', 'R'): /* 包括評価対象外理由 */
    case RECORD('S', 'Y'): /* 傷病名 */
    case RECORD('S', 'B'): /* 傷病 (DPC) */
    case RECORD('C', 'O'): /* コメント */
    case RECORD('N', 'I'): /* 日計表 */
    case RECORD('S', 'J'): /* 症状詳記 */
    case RECORD('K', 'K'): /* 患者基礎 (DPC) */
    case RECORD('S', 'K'): /* 診療関連 (DPC) */
    case RECORD('G', 'A'): /* 外泊 (DPC) */
    case RECORD('H', 'H'): /* 包括評価 (DPC) */
    case RECORD('C', 'D'): /* コーディングデータ (DPC) */
    case RECORD('H', 'R'): /* 返戻理由 */
    case RECORD('R', 'C'): /* レコード管理情報 */
    case RECORD('E', 'X'): /* 審査運用 */
    case RECORD('J', 'Y'): /* 事由 */
    case RECORD('M', 'D'): /* 再審査等申し出 */
    case RECORD('R', 'T'): /* 理由対象 */
    case RECORD('J', 'R'): /* レセプト縦覧 */
    case RECORD('M', 'K'): /* 再審査等申し出結果 */
    case RECORD('M', 'N'): /* レセプト管理 */
    case RECORD('O', 'N'): /* 資格確認運用 */
        return USE_UNUSED;
    default:
        return USE_UNKNOWN;
    }
}

/* First digit: the table of points, 1 = medical. Second: 1 medical insurance and national health
 * insurance, 2 public funds alone, 3 the late-stage elderly, 4 retired employees. Third: how many
 * bear the cost. Fourth: who; odd = inpatient. Who can be of which insurance is not looked at. */
bool receipt_type_read(const char *text, size_t length, bool *inpatient)
{
    if (length != 4 || text[0] != '1' || text[1] < '1' || text[1] > '4' || text[2] < '1' ||
        text[2] > '5' || text[3] < '0' || text[3] > '9')
        return false;
    *inpatient = ((text[3] - '0') & 1) != 0;
    return true;
}

/* 1 none of the others, 2 治ゆ, 3 死亡, 4 中止（転医）. */
int receipt_outcome_death(const char *text, size_t length)
{
    return length != 1 || text[0] < '1' || text[0] > '4' ? -1 : text[0] == '3';
}

/* 1 治癒, 2 軽快, 3 寛解, 4 不変, 5 増悪, 6 and 7 死亡 (of what the stay was for, or of something
 * else), 9 その他. */
int receipt_dpc_outcome_death(const char *text, size_t length)
{
    if (length != 1 || text[0] < '1' || text[0] > '9' || text[0] == '8')
        return -1;
    return text[0] == '6' || text[0] == '7';
}

int receipt_share_insured(char share)
{
    /* 公費 alone, and with medical insurance. */
    static const char without[] = "56BC7HIJKLRSTUZ", with[] = "123EG4MNOPQVWXY9";
    if (share == '\0')
        return -1;
    return strchr(with, share) != NULL ? 1 : strchr(without, share) != NULL ? 0 : -1;
}
