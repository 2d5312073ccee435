/* SPDX-License-Identifier: MIT */
/*
 * What the files of the plugin share. A layout (layout.c) has datasets; a dataset says how lines of
 * its files become rows of one contract. Files are found and their headers looked at (files.c);
 * each is read in parts (stream.c), and the columns asked for are put together from its fields by
 * a program made once per stream (program.c) into Arrow batches (common/batch.c). docs/kdb.md is
 * the reference of layouts.
 *
 * Strings of the options live as long as the source and are not copied.
 */
#ifndef KDB_H
#define KDB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include <shihyo/plugin.h>

#include "common/batch.h"
#include "common/common.h"

/* Numbers of docs/messages.md beyond those of common.h. */
#define E_FILE 1201u
#define E_ENCODING_UNKNOWN 1207u
#define E_VALUE 1404u
#define E_OPTION_NO_FILE 1323u
#define E_LAYOUT_COLUMN 1324u

enum {
    KDB_CONTRACTS = 9,
    KDB_MOST_PIECES = 8, /* that one value is put together from */
    KDB_MOST_TEXT = 256, /* bytes of a value that is not just a field */
    KDB_LINES = 1024,    /* records taken from the reader at once */
    KDB_DEFAULT_SPLIT = 48 << 20,
    KDB_LEAST_SPLIT = 4 << 20, /* smaller only where the option says so */
    KDB_LOOKED = 16 << 20,
};

/* Contracts -------------------------------------------------------------------------------- */

struct kdb_contract {
    const char *id;
    const struct column_def *columns; /* ended by name NULL */
    bool person_level;
};

extern const struct kdb_contract kdb_contracts[KDB_CONTRACTS];
extern const struct shihyo_option kdb_options[];
extern const struct shihyo_capabilities kdb_capabilities;

/* Layout ----------------------------------------------------------------------------------- */

/* A field of a line, or a part of one, or a constant. */
struct kdb_piece {
    const struct shihyo_value *labels; /* header name, or a list any of which may stand */
    int64_t position;                  /* of the field from 1; 0: by labels */
    const char *constant;
    int take_first, take_last; /* characters from 1; 0 = all */
};

enum kdb_form {
    KDB_YYYYMM,
    KDB_YYYY_MM, /* any one sign between */
    KDB_YYYYMMDD,
    KDB_YYYY_MM_DD,
    KDB_GYYMM,
    KDB_GYYMMDD,
};

/* How a column's value is put together. */
struct kdb_column {
    const struct column_def *def; /* NULL: of a condition */
    const char *name;
    struct kdb_piece *pieces;
    size_t piece_count;
    enum kdb_form form;
    const struct shihyo_value *recode; /* map of texts */
    const char *other;                 /* for texts that are not in the map; NULL = reject */
    const struct shihyo_value *empty;  /* texts that mean no value */
    int pad;                           /* zeros in front up to this length */
    int digits;                        /* what is no such number of digits is rejected; 0 = any */
    bool optional;
};

/* Lines that are left out unless all of these hold. */
struct kdb_where {
    struct kdb_column column;
    const struct shihyo_value *is, *is_not, *prefix;
    const char *from, *to;
    int blank; /* 1 must be blank, 0 must not, -1 either */
};

struct kdb_dataset {
    const struct kdb_contract *contract;
    const struct shihyo_value *value; /* the layout's table, for messages and options */
    size_t number;                    /* among those of the contract, from 0 */
    struct kdb_column *columns;
    size_t column_count;
    struct kdb_where *where;
    size_t where_count;
    size_t piece_count; /* of all columns and conditions */
    const char *encoding;
    uint32_t delimiter;
    bool quotes, header, multiline;
    int64_t skip_lines, fields;
    bool distinct;
};

struct kdb_layout {
    const struct shihyo_host *host;
    struct kdb_dataset *datasets;
    size_t dataset_count;
};

int kdb_layout_read(struct kdb_layout *layout, const struct shihyo_host *host,
                    const struct shihyo_value *value, struct shihyo_error *err);
void kdb_layout_free(struct kdb_layout *layout);

/* Files ------------------------------------------------------------------------------------ */

/* A file as one dataset sees it. */
struct kdb_input {
    struct kdb_dataset *dataset;
    size_t file;  /* of the source's list */
    char *member; /* where that is an archive: the file in it; else NULL */
    uint64_t size;
    bool looked; /* the rest is known */
    char encoding[32];
    uint32_t expected;  /* fields of a line */
    int64_t first_line; /* of the first row */
    uint32_t *fields;   /* field of every piece; UINT32_MAX = none */
    uint64_t part_bytes;
    size_t part_count;
    _Atomic int64_t *part_lines; /* -1: not counted yet */
};

/* A part of a file: one stream. */
struct kdb_part {
    struct kdb_input *input;
    size_t number; /* within the input */
    uint64_t from, to;
};

struct kdb_table {
    const struct kdb_contract *contract;
    struct kdb_part *parts;
    size_t part_count;
};

struct shihyo_source {
    const struct shihyo_host *host;
    struct kdb_layout layout;
    const struct shihyo_value *folders;
    uint64_t split_bytes;
    struct shihyo_file *files; /* sorted by path */
    size_t file_count, file_capacity;
    unsigned char *chosen; /* NULL = all */
    struct kdb_input *inputs;
    size_t input_count, input_capacity;
    struct kdb_table tables[KDB_CONTRACTS];
    struct shihyo_table_info infos[KDB_CONTRACTS];
    size_t table_count;
};

int kdb_find_files(struct shihyo_source *s, struct shihyo_error *err);
/* folder/name as a pattern, to be freed; NULL: out of memory. */
char *kdb_join_pattern(const char *folder, const char *name);
/* Looks at the headers of the chosen files and cuts them into parts. */
int kdb_make_tables(struct shihyo_source *s, struct shihyo_error *err);
void kdb_free_tables(struct shihyo_source *s);
void kdb_free_files(struct shihyo_source *s);

int kdb_open_part(const struct shihyo_source *s, const struct kdb_input *input, uint64_t from,
                  uint64_t to, struct shihyo_csv **out, struct shihyo_error *err);
/* Lines of the file before the part. */
int kdb_lines_before(const struct shihyo_source *s, const struct kdb_part *part, int64_t *lines,
                     struct shihyo_error *err);

/* Programs --------------------------------------------------------------------------------- */

struct kdb_program;

/* Records as struct shihyo_csv_batch gives them, KDB_LINES at most. */
struct kdb_records {
    const struct shihyo_field *fields;
    const uint32_t *run_of;
    size_t repeating;
    bool slack; /* SHIHYO_CSV_SLACK bytes behind every field may be read */
};

/* The field of record i that stands at place `slot` of those wanted. */
static inline const struct shihyo_field *kdb_field(const struct kdb_records *r, size_t slot,
                                                   size_t i)
{
    return &r->fields[slot * KDB_LINES + (slot < r->repeating ? r->run_of[i] : i)];
}

/* in_runs: the shared columns are made once for neighbouring records that have the same fields. */
int kdb_program_new(const struct shihyo_host *host, const struct kdb_input *input,
                    const struct column_def *const *columns, size_t column_count, bool in_runs,
                    struct kdb_program **out, struct shihyo_error *err);
void kdb_program_free(struct kdb_program *p);
/* Fields of a line that the program needs; the first `repeating` are those of shared columns, 0
 * where there are no runs. */
const uint32_t *kdb_program_wanted(const struct kdb_program *p, size_t *count, size_t *repeating);

/* One record that cannot be a row: bad[i] = code of the message, column[i] = the requested one. */
struct kdb_verdict {
    uint32_t bad[KDB_LINES];
    uint32_t column[KDB_LINES];
    size_t bad_count;
};

/* Leaves in select the numbers of the records that the conditions keep; returns how many. */
size_t kdb_program_filter(const struct kdb_program *p, const struct kdb_records *records,
                          size_t count, uint32_t *select);
/* Where the dataset is distinct: leaves out selected records that are the same as the one before,
 * also the last of the call before. false: out of memory. */
bool kdb_program_distinct(struct kdb_program *p, const struct kdb_records *records,
                          uint32_t *select, size_t *count);
/* false: it has to know the record before the first, and does not. */
bool kdb_program_remembers(const struct kdb_program *p);
/* Adds the selected records to the batch. false: out of memory. */
bool kdb_program_run(struct kdb_program *p, const struct kdb_records *records,
                     const uint32_t *select, size_t count, struct batch *batch,
                     struct kdb_verdict *verdict);

/* The fields of a column as they stand in the file, parted by " + ". Returns the bytes
 * written, at most size. */
size_t kdb_program_read(const struct kdb_program *p, size_t column,
                        const struct kdb_records *records, size_t i, char *out, size_t size);

/* The month of a text as yyyymm, or -1. */
int32_t kdb_parse_month(const char *text, size_t length, enum kdb_form form);
bool kdb_form_has_day(enum kdb_form form);
/* The day of a text in such a form as common_day has it, or INT32_MIN. */
int32_t kdb_parse_date(const char *text, size_t length, enum kdb_form form);

/* Streams ---------------------------------------------------------------------------------- */

int kdb_stream(struct shihyo_source *s, const struct shihyo_stream_request *request,
               struct ArrowArrayStream *out, struct shihyo_error *err);

/* The first rows of a part, at most KDB_LINES, while they are looked at. */
struct kdb_first {
    const struct kdb_program *program;
    const struct kdb_records *records;
    const uint32_t *select;
    size_t count;
    struct batch *batch; /* a rejected row is in it, too */
    const struct kdb_verdict *verdict;
};
int kdb_first_rows(struct shihyo_source *s, const struct shihyo_stream_request *request,
                   int (*visit)(void *arg, const struct kdb_first *rows), void *arg,
                   struct shihyo_error *err);
int kdb_preview(struct shihyo_source *s, size_t rows,
                int (*visit)(void *arg, const struct shihyo_preview *preview), void *arg,
                struct shihyo_error *err);
int kdb_locate(struct shihyo_source *s, const struct shihyo_stream_request *request, int64_t row,
               struct shihyo_error *place);

#endif
