/* SPDX-License-Identifier: MIT */
/*
 * What the files of the plugin share. Files are found and cut into parts at the begin of receipts
 * (files.c). A reader (reader.c) goes through a part and says what it finds: lines of items,
 * receipts as they end, records that mean nothing. Two listen: the scan (scan.c) goes through all
 * files once, for the persons and institutions and for what people should know of the files; a
 * stream (stream.c) makes rows of one part. docs/receipt.md says what becomes of which record.
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <shihyo/plugin.h>

#include "common/batch.h"
#include "common/common.h"
#include "receipt/spec.h"

/* Numbers of docs/messages.md beyond those of common.h. */
#define E_ENCODING 1203u
#define E_FIELDS 1216u
#define E_NO_VALUE 1403u
#define E_VALUE 1404u
#define E_KEY 1406u
#define E_CLAIM 1415u
#define E_RECORD_UNKNOWN 1420u
#define E_RECORD_STRAY 1421u
#define E_POINTS 1422u
#define E_TOTALS 1423u
#define E_OTHER 1424u

enum {
    RECEIPT_LINES = 2048, /* taken from the host at once */
    RECEIPT_TEXT = 128,   /* bytes of a symbol, a number, a name */
    RECEIPT_ID = 12,      /* characters of a person or claim */
    RECEIPT_CONTRACTS = 4,
    RECEIPT_DEFAULT_SPLIT = 48 << 20,
};

enum receipt_contract { OF_INSTITUTIONS, OF_CLAIMS, OF_ITEMS, OF_PERSONS };

struct receipt_contract_def {
    const char *id;
    const struct column_def *columns; /* ended by name NULL */
};
extern const struct receipt_contract_def receipt_contracts[RECEIPT_CONTRACTS];
extern const struct shihyo_option receipt_options[];
extern const struct shihyo_capabilities receipt_capabilities;

/* Fields (fields.c) ------------------------------------------------------------------------ */

/* The first fields of a line, without blanks around them; returns how many, at most `most`. */
size_t receipt_split(const char *text, size_t length, struct shihyo_field *fields, size_t most);
/* gyymm or yyyymm as yyyymm, gyymmdd or yyyymmdd as yyyymmdd; -1: neither, or no such day. */
int32_t receipt_month(const struct shihyo_field *f);
int32_t receipt_date(const struct shihyo_field *f);
/* The same as common_day has it, or INT32_MIN. */
int32_t receipt_day(const struct shihyo_field *f);
/* A whole number; false: it is none. A blank is 0 with *blank. */
bool receipt_number(const struct shihyo_field *f, int64_t *out, bool *blank);
/* Digits with zeros in front up to `width`; false: not digits, or more. */
bool receipt_digits(const struct shihyo_field *f, char *out, size_t width);
/* A symbol or number of the insured made comparable: half width, no blanks, no zeros in front of
 * what is all digits. Returns its length, RECEIPT_TEXT if it is too long. */
size_t receipt_insured(const struct shihyo_host *host, const struct shihyo_field *f,
                       char out[RECEIPT_TEXT]);
/* Twelve characters that stand for a text. */
void receipt_id(const char *text, size_t length, char out[RECEIPT_ID]);

/* Files (files.c) -------------------------------------------------------------------------- */

/* A claim file, or one in an archive. */
struct receipt_input {
    size_t file;  /* of the source's list */
    char *member; /* NULL: the file itself */
};

/* What was found in a part and no row is rejected for: how often, and where first. */
struct receipt_note {
    uint32_t code, record; /* of unknown records: which */
    int64_t count, line;
};

/* What was billed: how many parties' claims, and points. */
struct receipt_tally {
    int64_t receipts, points;
};

/* The total at the end of a claim file. */
struct receipt_total {
    struct receipt_tally given, before; /* before: in this part, since the total before */
    int64_t line;
    bool readable;
};

/* A part of a file, which begins with a receipt or what stands before one. */
struct receipt_part {
    const struct receipt_input *input;
    size_t number; /* within the input */
    uint64_t from, to;
    _Atomic int64_t lines; /* -1: not counted yet */
    /* Of the scan. */
    struct receipt_note *notes;
    size_t note_count, note_capacity;
    struct receipt_total *totals;
    size_t total_count, total_capacity;
    struct receipt_tally rest; /* behind the last total */
};

struct receipt_scan;

struct shihyo_source {
    const struct shihyo_host *host;
    const char *encoding;
    const struct shihyo_value *options;
    bool take_si, take_iy, take_to; /* which records become rows of medical_items */
    bool branch;                    /* 枝番 is part of who a person is */
    bool give_institutions;
    uint64_t split_bytes;
    struct shihyo_file *files; /* sorted by path */
    size_t file_count, file_capacity;
    size_t list_file;      /* of institutions' places; SIZE_MAX = none */
    unsigned char *chosen; /* NULL = all */
    struct receipt_input *inputs;
    size_t input_count, input_capacity;
    struct receipt_part *parts;
    size_t part_count;
    struct shihyo_table_info infos[RECEIPT_CONTRACTS];
    size_t table_count;
    pthread_mutex_t lock; /* of the scan */
    struct receipt_scan *scan;
};

int receipt_find_files(struct shihyo_source *s, struct shihyo_error *err);
void receipt_free_files(struct shihyo_source *s);
/* Cuts the chosen files into parts. */
int receipt_make_parts(struct shihyo_source *s, struct shihyo_error *err);
void receipt_free_parts(struct shihyo_source *s);
int receipt_open_part(const struct shihyo_source *s, const struct receipt_part *part,
                      struct shihyo_csv **out, struct shihyo_error *err);
/* Lines of the file before the part. */
int receipt_lines_before(const struct shihyo_source *s, const struct receipt_part *part,
                         int64_t *lines, struct shihyo_error *err);
/* The last IR before the part as a line of the host's; *csv is NULL where there is none. Else the
 * caller closes it when it is done with the line. */
int receipt_last_institution(const struct shihyo_source *s, const struct receipt_part *part,
                             struct shihyo_csv **csv, struct shihyo_field *line,
                             struct shihyo_error *err);
/* The mark of a line that the host cannot give; 0 = unknown. Lines are asked for in their order. */
struct receipt_peek {
    const char *data; /* of the file; NULL = not looked at yet */
    size_t size, at;
    int64_t line;
    bool closed; /* it cannot be looked at: an archive */
};
uint32_t receipt_peek_record(struct receipt_peek *p, const struct shihyo_source *s,
                             const struct receipt_part *part, int64_t line);
void receipt_peek_close(struct receipt_peek *p);

/* Reading (reader.c) ----------------------------------------------------------------------- */

struct receipt_institution {
    bool known;
    char code[11]; /* prefecture, table of points, number */
    char payer;
    int32_t billed; /* month of the claim */
    char name[RECEIPT_TEXT];
    size_t name_length;
};

/* A receipt as far as it is read. One that sums up others (総括レセプト, DPC) is one with them. */
struct receipt {
    int64_t line; /* of its RE in the part */
    uint32_t bad; /* why it cannot be given: a code; where, and in which column of medical_claims */
    int64_t bad_line;
    const char *bad_column;
    bool summary, detail; /* sums up others; is at one of them now */
    bool insured;         /* has HO */
    bool settled;         /* its head was read: other, person and claim are known */
    bool other;           /* of an insurance that is not read */
    bool dpc, inpatient, female, late;
    bool donor; /* what follows was done to the donor of an organ */
    int32_t month, birth;
    char number_text[16], insurer[9], branch[3];
    char type_text[8], month_text[8]; /* as they stand, for the preview */
    char symbol[RECEIPT_TEXT], insured_number[RECEIPT_TEXT];
    size_t symbol_length, insured_number_length;
    int64_t days, points;
    int32_t admitted; /* day of admission as common_day has it; INT32_MIN = not told */
    char admitted_text[12];
    char outcome; /* 0 = not told, 'a' = alive, 'd' = dead */
    char person[RECEIPT_ID], claim[RECEIPT_ID];
    /* Points: of its lines, as far as medical insurance bears them; of its details. */
    struct receipt_tally tally;
    int64_t lines_sum, part_points, details_sum;
    bool part_insured, uncertain, differs;
    char section[3];
};

struct receipt_reader;

/* What a reader tells. A code other than 0 ends the reading. */
struct receipt_listener {
    void *arg;
    bool sums; /* points are added up: tally of receipts, and what differs */
    /* A line SI, IY or TO of a receipt that is good so far. */
    int (*item)(void *arg, const struct receipt_reader *r, const struct shihyo_field *fields,
                size_t count, int64_t line);
    /* At the end of a receipt, good or bad; or NULL. */
    int (*receipt)(void *arg, const struct receipt_reader *r);
    int (*institution)(void *arg, const struct receipt_reader *r, int64_t line);
    int (*total)(void *arg, const struct shihyo_field *fields, size_t count, int64_t line);
    int (*note)(void *arg, uint32_t code, uint32_t record, int64_t line);
};

struct receipt_reader {
    const struct shihyo_source *source;
    const struct receipt_part *part;
    const struct receipt_doubles *doubles; /* receipts that came before are bad; NULL = not known */
    struct receipt_listener listener;
    struct shihyo_csv *csv;
    struct shihyo_csv_batch records;
    struct shihyo_field texts[RECEIPT_LINES];
    int64_t lines[RECEIPT_LINES];
    struct broken {
        int64_t line;
        uint32_t code;
    } * broken;
    size_t broken_count, broken_capacity;
    bool broken_nomem;
    struct receipt_peek peek;
    struct receipt_institution institution;
    struct receipt current;
    bool open;   /* a receipt is being read */
    bool paused; /* a listener has enough: the step ends behind this line */
    size_t next_text, next_broken;
    bool ended;
};

int receipt_reader_open(struct receipt_reader *r, const struct shihyo_source *s,
                        const struct receipt_part *part, const struct receipt_listener *listener,
                        struct shihyo_error *err);
/* Some thousand lines; r->ended at the end of the part. */
int receipt_reader_step(struct receipt_reader *r, struct shihyo_error *err);
void receipt_reader_close(struct receipt_reader *r);
/* As the contract has it; "" = not told. */
const char *receipt_outcome_word(const struct receipt *c);
/* A name for some numbers of receipts in what the institution sent for a month; -1: for the number
 * of the current one alone. */
void receipt_name_numbers(const struct receipt_reader *r, int64_t block, char out[RECEIPT_ID]);

/* The scan (scan.c) ------------------------------------------------------------------------- */

struct receipt_person {
    char id[RECEIPT_ID];
    int32_t first, last; /* months of care */
    int32_t birth;       /* month */
    bool female, late;
    char insurer[9];
    const char *symbol, *number; /* not terminated */
    size_t symbol_length, number_length;
    size_t part; /* where first */
    int64_t line;
};

struct receipt_hospital {
    char code[11];
    const char *name, *area; /* "" = unknown */
    size_t part;
    int64_t line;
};

struct receipt_doubles;

struct receipt_scan {
    struct receipt_doubles *doubles;
    struct receipt_person **persons; /* in the order of the files */
    size_t person_count;
    struct receipt_hospital *hospitals; /* by code */
    size_t hospital_count;
    struct receipt_memory *memory;
};

/* Goes through all parts, once; later calls give the same. */
int receipt_scan(struct shihyo_source *s, const struct receipt_scan **out,
                 struct shihyo_error *err);
void receipt_free_scan(struct shihyo_source *s);
/* Tells the notes of all parts. */
int receipt_tell_notes(const struct shihyo_source *s, const struct shihyo_stream_request *request,
                       struct shihyo_error *err);

/* Receipts that are there twice (doubles.c) --------------------------------------------------- */

struct receipt_doubles *receipt_doubles_new(void);
void receipt_doubles_free(struct receipt_doubles *d);
/* A good receipt that was read. false: out of memory. */
bool receipt_doubles_add(struct receipt_doubles *d, const struct receipt_reader *r);
/* When all are added: whether any was there twice. Then all are read once more, and placed. */
bool receipt_doubles_sort(struct receipt_doubles *d);
void receipt_doubles_place(struct receipt_doubles *d, const struct receipt *c, size_t part);
bool receipt_is_double(const struct receipt_doubles *d, const struct receipt *c, size_t part);

/* Streams (stream.c), and the first rows (preview.c) ------------------------------------------ */

int receipt_stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
                   struct ArrowArrayStream *out, struct shihyo_error *err);
int receipt_locate(struct shihyo_source *s, const struct shihyo_stream_request *request,
                   int64_t row, struct shihyo_error *place);
int receipt_preview(struct shihyo_source *s, size_t rows,
                    int (*visit)(void *arg, const struct shihyo_preview *preview), void *arg,
                    struct shihyo_error *err);

#endif
