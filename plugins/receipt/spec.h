/* SPDX-License-Identifier: MIT */
/*
 * Where things stand in the records of the receipt computer system (レセプト電算処理システム), in
 * one place, so that an edition that moved an item needs a change here only. Numbers are the 項番
 * of 「オンライン又は光ディスク等による請求に係る記録条件仕様」 (医科用, DPC用), counted from 1
 * with the record's own mark. docs/receipt.md says which editions they were compared with, and how.
 */
#ifndef RECEIPT_SPEC_H
#define RECEIPT_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* X(name, record, number, label) */
#define RECEIPT_ITEMS(X) \
    X(IR_PAYER, "IR", 2, "審査支払機関") \
    X(IR_PREFECTURE, "IR", 3, "都道府県") \
    X(IR_TABLE, "IR", 4, "点数表") \
    X(IR_CODE, "IR", 5, "医療機関コード") \
    X(IR_NAME, "IR", 7, "医療機関名称") \
    X(IR_BILLED, "IR", 8, "請求年月") \
    X(RE_NUMBER, "RE", 2, "レセプト番号") \
    X(RE_TYPE, "RE", 3, "レセプト種別") \
    X(RE_MONTH, "RE", 4, "診療年月") \
    X(RE_SEX, "RE", 6, "男女区分") \
    X(RE_BIRTH, "RE", 7, "生年月日") \
    X(RE_ADMITTED, "RE", 9, "入院年月日") \
    X(RE_SUMMARY, "RE", 19, "レセプト総括区分") \
    X(HO_INSURER, "HO", 2, "保険者番号") \
    X(HO_SYMBOL, "HO", 3, "被保険者証等の記号") \
    X(HO_NUMBER, "HO", 4, "被保険者証等の番号") \
    X(HO_DAYS, "HO", 5, "診療実日数") \
    X(HO_POINTS, "HO", 6, "合計点数") \
    X(KO_POINTS, "KO", 6, "合計点数") \
    X(SY_OUTCOME, "SY", 4, "転帰区分") \
    X(BU_ADMITTED, "BU", 3, "今回入院年月日") \
    X(BU_OUTCOME, "BU", 5, "DPC転帰区分") \
    X(SN_PARTY, "SN", 2, "負担者種別") \
    X(SN_BRANCH, "SN", 7, "枝番") \
    X(SI_SECTION, "SI", 2, "診療識別") \
    X(SI_SHARE, "SI", 3, "負担区分") \
    X(SI_CODE, "SI", 4, "診療行為コード") \
    X(SI_POINTS, "SI", 6, "点数") \
    X(SI_TIMES, "SI", 7, "回数") \
    X(GT_SHARE, "GT", 5, "負担区分") \
    X(GT_POINTS, "GT", 9, "今月包括合計点数") \
    X(GO_RECEIPTS, "GO", 2, "総件数") \
    X(GO_POINTS, "GO", 3, "総合計点数")

/* Indexes into the fields of a line: NAME is 項番 - 1. IY and TO have the items of SI that are
 * used at the same places. */
#define RECEIPT_INDEX(name, record, number, label) name = (number)-1,
enum receipt_index { RECEIPT_ITEMS(RECEIPT_INDEX) RECEIPT_FIELDS = 19 };
#undef RECEIPT_INDEX

enum receipt_item {
#define RECEIPT_ID(name, record, number, label) ITEM_##name,
    RECEIPT_ITEMS(RECEIPT_ID)
#undef RECEIPT_ID
        ITEM_COUNT
};

struct receipt_item_text {
    const char *record;
    int number;
    const char *label;
};
extern const struct receipt_item_text receipt_items[ITEM_COUNT];

/* The mark of a record as one number; 0 = the line does not begin with two capital letters. */
#define RECORD(a, b) ((uint32_t)(a) << 8 | (uint32_t)(b))
uint32_t receipt_record(const char *text, size_t length);

/* What becomes of a kind of records. */
enum receipt_use {
    USE_UNKNOWN,
    USE_FILE,    /* of the file or the institution: ends a receipt */
    USE_RECEIPT, /* of a receipt, and read */
    USE_UNUSED,  /* of a receipt or of the examination, and not read */
};
enum receipt_use receipt_use_of(uint32_t record);

/* 別表5 レセプト種別コード: four digits. false: it is none of medical care (医科). */
bool receipt_type_read(const char *text, size_t length, bool *inpatient);
/* 別表21 負担区分コード: whether medical insurance bears a part; -1: no such code. */
int receipt_share_insured(char share);

/* 別表18 転帰区分コード and 別表22 DPC転帰区分コード: whether it says death; -1: no such code. */
int receipt_outcome_death(const char *text, size_t length);
int receipt_dpc_outcome_death(const char *text, size_t length);

/* 診療識別 97 食事療養・生活療養: its lines are in yen. */
#define SECTION_MEALS "97"

#endif
