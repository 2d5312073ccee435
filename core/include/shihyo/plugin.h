/* SPDX-License-Identifier: MIT */
/*
 * The plugin interface: what a data-source plugin gives to the core and what it gets from it.
 *
 * A plugin is one module that exports one symbol, NAME_LTX_shihyo_plugin, a const descriptor made
 * with SHIHYO_PLUGIN_EXPORT. docs/plugin-api.md has the life cycle as a picture and the promise
 * about compatibility; plugins/template is a plugin to copy.
 *
 * Threads: the core calls a descriptor's functions from any thread, but one source at a time from
 * one thread, except that streams of different splits of a table (struct shihyo_stream_request) may
 * be read from different threads at the same time, and those of different tables that are `beside`
 * each other. The host's functions may be called from any thread.
 *
 * Strings are UTF-8. Memory: who allocates frees; no pointer obtained from one side is freed by
 * the other.
 */
#ifndef SHIHYO_PLUGIN_H
#define SHIHYO_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#include <shihyo/arrow.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Major: a plugin of another major number is refused. Minor: grows when fields are added at the
 * end of a struct; each side uses what both know. The low 16 bits are the minor number.
 */
#define SHIHYO_ABI_MAJOR 1u
#define SHIHYO_ABI_MINOR 0u
#define SHIHYO_ABI_VERSION ((SHIHYO_ABI_MAJOR << 16) | SHIHYO_ABI_MINOR)
#define SHIHYO_ABI_MAJOR_OF(v) ((uint32_t)(v) >> 16)
#define SHIHYO_ABI_MINOR_OF(v) ((uint32_t)(v) & 0xffffu)

/* The first two members of every struct that crosses the boundary. Filled by macros. */
#define SHIHYO_ABI_HEADER \
    uint32_t struct_size; \
    uint32_t abi_version

#define SHIHYO_ABI_INIT(type) sizeof(type), SHIHYO_ABI_VERSION

/** \defgroup status Results and errors */

enum shihyo_status {
    SHIHYO_OK = 0,
    SHIHYO_INVALID_ARG = 1, /* an argument or option cannot be; name its code with host->error */
    SHIHYO_NOT_FOUND = 2,   /* a file, sheet, column or table that should be there is not */
    SHIHYO_IO = 3,          /* the operating system refused */
    SHIHYO_PARSE = 4,       /* not the format it should be */
    SHIHYO_DATA = 5,        /* well formed, but the content breaks a rule */
    SHIHYO_LIMIT = 6,       /* a limit of size, time or memory was reached */
    SHIHYO_NOMEM = 7,
    SHIHYO_UNSUPPORTED = 8, /* not offered by this plugin */
    SHIHYO_CANCELLED = 9,
    SHIHYO_INTERNAL = 10,   /* a defect */
};

/*
 * Why a call failed and where in the data. The caller owns it and passes it in; it may be NULL. A
 * plugin fills it with host->error, which clears the rest, and then writes the place (row to value)
 * into it. Rows and columns are 1-based as a spreadsheet shows them, 0 = unknown. Texts end in NUL
 * and are cut between two characters of UTF-8.
 */
struct shihyo_error {
    SHIHYO_ABI_HEADER;
    uint32_t code; /* SHY-nnnn, see docs/messages.md; 0 = none */
    int64_t row;
    int64_t column;
    char message[512];
    char file[512];
    char sheet[128];
    char column_name[128];
    char value[128]; /* the offending text, shortened; never of a person-level table */
    char hint[512];  /* likely cause, nearest valid names, what to do */
};

/** \defgroup value Option values: what the Lua of a project or a mapping file evaluated to */

enum shihyo_value_type {
    SHIHYO_VALUE_NIL = 0,
    SHIHYO_VALUE_BOOL = 1,
    SHIHYO_VALUE_INT = 2,
    SHIHYO_VALUE_NUMBER = 3,
    SHIHYO_VALUE_STRING = 4,
    SHIHYO_VALUE_LIST = 5, /* items[0..count) */
    SHIHYO_VALUE_MAP = 6,  /* keys[i] -> items[i], sorted by key bytes */
};

/* Owned by the host, valid from open to close of the source. A NIL is an option given as null: it
 * counts as not given. */
struct shihyo_value {
    SHIHYO_ABI_HEADER;
    uint32_t type; /* enum shihyo_value_type */
    uint32_t count;
    int64_t integer; /* also 0 or 1 of a bool */
    double number;
    const char *string; /* NUL-terminated, valid UTF-8 */
    const char *const *keys;
    const struct shihyo_value *const *items;
};

/* One option of a plugin, checked by the host before open. Nested maps and lists carry a schema. */
struct shihyo_option {
    SHIHYO_ABI_HEADER;
    const char *name; /* NULL ends a table; "*" = any key of a map */
    uint32_t type;    /* enum shihyo_value_type */
    uint32_t flags;   /* SHIHYO_OPTION_* */
    const char *default_text; /* for the listing; the plugin applies it, but for a LUA_FILE, which the
                                 host reads. NULL = none */
    const char *help_ja;
    const char *help_en;
    const struct shihyo_option *children; /* of a map; of each item of a list of maps */
};

#define SHIHYO_OPTION_REQUIRED 1u
#define SHIHYO_OPTION_PATH 2u      /* a file or glob, or a list of them, relative to the project */
#define SHIHYO_OPTION_LUA_FILE 4u  /* a path; the host evaluates the file and passes its value */
#define SHIHYO_OPTION_LIST_OK 8u   /* a single value or a list of values of the type */

/** \defgroup capability Capabilities: what a source can answer, as data */

/* Basis of place (docs/semantics.md). Bits. */
#define SHIHYO_BASIS_RESIDENCE 1u
#define SHIHYO_BASIS_INSTITUTION 2u
#define SHIHYO_BASIS_INSURER 4u
#define SHIHYO_BASIS_NONE 8u /* the nation only, or areas named by the table itself */

/* Finest area a figure can be had for. */
enum shihyo_area_level {
    SHIHYO_LEVEL_NATION = 0,
    SHIHYO_LEVEL_PREFECTURE = 1,
    SHIHYO_LEVEL_SECONDARY = 2,
    SHIHYO_LEVEL_MUNICIPALITY = 3,
    SHIHYO_LEVEL_ANY = 4, /* whatever areas the table names */
};

enum shihyo_answerable {
    SHIHYO_ANSWER_NO = 0,      /* × */
    SHIHYO_ANSWER_PARTLY = 1,  /* △ */
    SHIHYO_ANSWER_YES = 2,     /* ○ */
    SHIHYO_ANSWER_NOT_ASKED = 3, /* the question does not apply to this source: ・ */
};

/* A text in both languages. */
struct shihyo_text {
    const char *ja;
    const char *en;
};

/* One line of the comparison of sources (reference 003, slide 13). question: an id from
 * docs/plugin-api.md: "discharge_destination", "medical_category", "services_after_discharge",
 * "area_granularity", "workload"; a plugin may add its own. */
struct shihyo_claim {
    SHIHYO_ABI_HEADER;
    const char *question;
    uint32_t answer; /* enum shihyo_answerable */
    struct shihyo_text remark;
    struct shihyo_text label; /* of a question of the plugin's own */
};

/* What a plugin offers of one contract. */
struct shihyo_offer {
    SHIHYO_ABI_HEADER;
    const char *contract;        /* id of docs/contracts.md; "*" = contracts named by the options */
    const char *const *columns;  /* NULL-ended: columns that can be had; NULL = all of the contract */
    uint32_t bases;              /* SHIHYO_BASIS_* */
    uint32_t finest_level;       /* enum shihyo_area_level */
    uint32_t person_level;       /* 1: rows are about single persons */
};

struct shihyo_capabilities {
    SHIHYO_ABI_HEADER;
    struct shihyo_text title;       /* 患者調査 / Patient survey */
    struct shihyo_text cycle;       /* ３年に１度 / every 3 years */
    struct shihyo_text as_of;       /* ９月 / September */
    struct shihyo_text published;   /* 調査翌年 / the year after */
    struct shihyo_text population;  /* whom the figures cover */
    const struct shihyo_offer *const *offers;   /* NULL-ended */
    const struct shihyo_claim *const *claims;   /* NULL-ended */
    const struct shihyo_text *caveats;          /* ended by {NULL, NULL} */
};

/** \defgroup host Host services
 *
 * Everything a plugin may ask of the core comes through these tables, so that a plugin needs no
 * symbol of the executable. All pointers stay valid until the plugin is unloaded.
 */

struct shihyo_host;
struct shihyo_csv;      /* opaque: an open delimited text file */
struct shihyo_workbook; /* opaque: an open xlsx workbook */
struct shihyo_header;   /* opaque: the header rows of a table */
struct shihyo_builder;  /* opaque: rows of a contract being put together */

enum shihyo_log_level {
    SHIHYO_LOG_ERROR = 0,
    SHIHYO_LOG_WARNING = 1,
    SHIHYO_LOG_INFO = 2,
    SHIHYO_LOG_DEBUG = 3,
};

/* What a cell of a government table says (docs/semantics.md, "States"). Stored as one byte. */
enum shihyo_state {
    SHIHYO_STATE_OK = 0,
    SHIHYO_STATE_MISSING = 1,        /* … or blank: should be there, is not */
    SHIHYO_STATE_MASKED = 2,         /* * ＊ x, and - where the table says so */
    SHIHYO_STATE_NOT_APPLICABLE = 3, /* ・ */
    SHIHYO_STATE_NOT_COMPUTABLE = 4, /* cannot be computed from what is there */
    SHIHYO_STATE_UNREPORTED = 5,     /* the reporter did not answer: 未報告 */
    SHIHYO_STATE_PARTIAL = 6,        /* computed from part of what it should cover */
};

/* How a number in a government table was read. value is mantissa / 10^scale. */
struct shihyo_number {
    SHIHYO_ABI_HEADER;
    uint32_t state; /* enum shihyo_state; mantissa is meaningful when OK */
    int32_t scale;
    int64_t mantissa;
};

/* What the signs of one table mean; start from host->text->signs_default. The words 未報告 and
 * 該当なし are UNREPORTED and NOT_APPLICABLE in every table. */
struct shihyo_signs {
    SHIHYO_ABI_HEADER;
    uint32_t hyphen;     /* state of - ‐ − – — ― ; default MISSING; OK = zero ("none") */
    uint32_t dot;        /* state of ・ ･ · ; default NOT_APPLICABLE */
    uint32_t ellipsis;   /* state of … ... ; default MISSING */
    uint32_t asterisk;   /* state of * ＊ ** *** ; default MASKED */
    uint32_t letter_x;   /* state of x X ｘ Ｘ χ ; default MASKED */
    uint32_t blank;      /* state of an empty cell ; default MISSING */
    int32_t scale;       /* digits after the point to keep, at most 18 (default: leave rounding to
                            the column); more digits: rounded half up */
    uint32_t thousands;  /* 1: the table is in units of thousands (千人): value times 1000 */
};

/* Delimited text. Fields point into the reader's buffer, valid until the next call; they are
 * UTF-8 whatever the encoding of the file. */
struct shihyo_field {
    const char *text; /* not NUL-terminated */
    size_t length;
};

struct shihyo_csv_options {
    SHIHYO_ABI_HEADER;
    const char *encoding;  /* NULL or "auto", "UTF-8", "CP932", "UTF-16" (by its mark), … */
    uint32_t delimiter;    /* 0 = comma */
    uint32_t no_quotes;    /* 1: quote characters are ordinary */
    uint64_t max_record;   /* bytes of one record, 0 = 16 MiB */
    uint32_t max_fields;   /* of one record, 0 = 16384 */
    /* A part of the file, for splits: the records that begin at byte `from` or later and before
     * byte `to`; to = 0: the end. Every record of a file is in exactly one of parts that follow
     * each other. Lines are counted from the part's begin. What cannot be cut (UTF-16) is whole
     * in the part that begins at 0, and the other parts are empty. With quotes and without
     * `lines`, all bytes before `from` are looked at. */
    uint64_t from, to;
    /* 1: every line is a record, so quotes never go over a line break. A broken line then spoils
     * no other, and a part is found without looking at what is before it. Not for UTF-16, which
     * is read as without it. */
    uint32_t lines;
    uint32_t reserved;
    const char *member; /* path is a zip archive, and this a file in it; with `lines` only. It is
                           unpacked while it is read, and is one part */
};

#define SHIHYO_CSV_SLACK 16u

/* Many records at once, for tables of many lines: see csv_batch. */
struct shihyo_csv_batch {
    SHIHYO_ABI_HEADER;
    const uint32_t *wanted; /* fields from 0 that are wanted */
    size_t wanted_count;
    uint32_t expected; /* fields that a record must have; 0: at least the wanted ones */
    /* Filled: so many bytes behind the end of every field given may be read, whatever they are. 0 or
     * SHIHYO_CSV_SLACK: with it short fields are taken in whole words, without a loop. */
    uint32_t slack;
    size_t most;                 /* records that there is room for */
    struct shihyo_field *fields; /* most * wanted_count: wanted[k] of record i at [k * most + i] */
    int64_t *lines;              /* most: line on which record i begins; or NULL */
    /* Told of a record that is broken and left out: code, row, column, never what it holds. 0, or
     * a status with which the reading ends. */
    int (*broken)(void *arg, const struct shihyo_error *err);
    void *arg;
    size_t count; /* filled: records given */
    /* Neighbours often share fields: the lines of a receipt do. The first `repeating` of the wanted
     * fields are given once for neighbours that have the same bytes in all of them, a run: wanted[k]
     * of record i then is at [k * most + run_of[i]]. A batch begins with run 0; runs may be shorter
     * than they could be. repeating = 0: every field of every record, and no runs. */
    size_t repeating;
    uint32_t *run_of; /* most */
};

struct shihyo_text_services {
    SHIHYO_ABI_HEADER;
    const struct shihyo_signs *signs_default;

    /* Opens path; on failure returns a status and fills err. *out is closed by csv_close. */
    int (*csv_open)(const char *path, const struct shihyo_csv_options *options,
                    struct shihyo_csv **out, struct shihyo_error *err);
    /* *fields and *count are of the next record; *count = 0 with SHIHYO_OK at the end of the file.
     * An empty line is a record of one empty field. */
    int (*csv_next)(struct shihyo_csv *csv, const struct shihyo_field **fields, size_t *count,
                    struct shihyo_error *err);
    int64_t (*csv_line)(const struct shihyo_csv *csv); /* line on which the last record began */
    void (*csv_close)(struct shihyo_csv *csv);

    int (*workbook_open)(const char *path, struct shihyo_workbook **out, struct shihyo_error *err);
    size_t (*sheet_count)(const struct shihyo_workbook *wb);
    const char *(*sheet_name)(const struct shihyo_workbook *wb, size_t sheet);
    /* Reads one sheet row after row. row_number is 1-based; empty rows are not visited. Cells are
     * the shown texts in column order without gaps (an absent cell is an empty field); a merged
     * cell's text stands in its first cell only. Numbers are their shortest exact decimal text,
     * dates YYYY-MM-DD. The visitor's return value other than 0 ends the reading and is returned;
     * statuses are positive, so a negative number can say "enough". */
    int (*sheet_read)(struct shihyo_workbook *wb, size_t sheet,
                      int (*visit)(void *arg, int64_t row_number, const struct shihyo_field *cells,
                                   size_t count),
                      void *arg, struct shihyo_error *err);
    void (*workbook_close)(struct shihyo_workbook *wb);

    /* Text of a header or label made comparable: NFKC, white space and line breaks dropped, the
     * several hyphens, tildes and middle dots made one. Returns the number of bytes written
     * without the final NUL, or the number needed if size is too small (nothing is written then). */
    size_t (*normalise_label)(const char *text, size_t length, char *out, size_t size);
    /* A number as government tables write it: full-width digits, thousands separators, △ ▲ for
     * minus, the signs above. SHIHYO_PARSE if it is none of these. */
    int (*parse_number)(const char *text, size_t length, const struct shihyo_signs *signs,
                        struct shihyo_number *out);
    /* A period as people write it (令和6年度, R6, H26.9, 2022年度, FY2022, 平成26年10月1日,
     * 202204, 43404): canonical form "FY2024", "2014", "2014-10", "2014-10-01" to out (>= 16
     * bytes). SHIHYO_PARSE if it is none. */
    int (*parse_period)(const char *text, size_t length, char out[16]);
    /* An area code as people write it (5 digits, 6 with a check digit, lost leading zeros, full
     * width) made canonical: 2 digits of a prefecture, 4 of a secondary area, 5 of a municipality.
     * level: enum shihyo_area_level expected. SHIHYO_PARSE if it is none; SHIHYO_DATA if the check
     * digit is wrong. */
    int (*parse_area_code)(const char *text, size_t length, uint32_t level, char out[8]);

    /* The columns of a table with header rows, found by their labels (docs/government_tables.md).
     * A path is a column's labels from top to bottom, normalised, joined by '|'; empty cells take
     * the label at their left, in the last row the one above. */
    int (*header_new)(struct shihyo_header **out, struct shihyo_error *err);
    int (*header_row)(struct shihyo_header *header, const struct shihyo_field *cells, size_t count,
                      struct shihyo_error *err);
    /* Index from 0 of the column whose path is wanted or ends in it; else of one that is, but for
     * the mark 再掲. None, or more than one: SHIHYO_DATA, and err names what is there. */
    int (*header_find)(struct shihyo_header *header, const char *wanted, size_t *column,
                       struct shihyo_error *err);
    size_t (*header_count)(const struct shihyo_header *header);
    /* "" for a column without labels; NULL when memory ran out. Valid until the next header_row. */
    const char *(*header_path)(struct shihyo_header *header, size_t column);
    /* 1: the column is a 再掲, part of another: no sum may count it. */
    int (*header_repeated)(struct shihyo_header *header, size_t column);
    void (*header_free)(struct shihyo_header *header);
    /* header_find in one row of labels. */
    int (*find_column)(const struct shihyo_field *labels, size_t count, const char *wanted,
                       size_t *column, struct shihyo_error *err);
    int (*sheet_hidden)(const struct shihyo_workbook *wb, size_t sheet); /* 1: hidden */

    /* The next records, at most batch->most; count = 0 at the end, and csv_line is then the number
     * of lines read. Fields are valid until the next call. Empty lines are passed over. Records
     * with another number of fields than expected go to batch->broken; records that break the
     * format too where the file was opened with `lines`, otherwise they end the reading. */
    int (*csv_batch)(struct shihyo_csv *csv, struct shihyo_csv_batch *batch,
                     struct shihyo_error *err);
    /* "UTF-8", "CP932", …: what the file is read as. */
    const char *(*csv_encoding)(const struct shihyo_csv *csv);
    /* Calls visit with the name of every file in a zip archive, sorted, and its size unpacked.
     * visit's return value other than 0 ends the walk and is returned. */
    int (*each_member)(const char *path, int (*visit)(void *arg, const char *name, uint64_t size),
                       void *arg, struct shihyo_error *err);
};

/*
 * Puts rows of one contract together and hands them over as Arrow batches: with it a plugin of a
 * known layout does not touch Arrow buffers.
 */
struct shihyo_builder_services {
    SHIHYO_ABI_HEADER;
    /* A builder for the requested columns of a contract; columns not set in a row are null. */
    int (*create)(const struct shihyo_host *host, const char *contract, const char *const *columns,
                  size_t column_count, struct shihyo_builder **out, struct shihyo_error *err);
    /* Index of a column, or -1 where it was not requested; setting -1 does nothing. */
    int (*column)(const struct shihyo_builder *b, const char *name);
    /* CODE, TEXT and PERIOD columns; a DATE takes "YYYY-MM-DD". */
    void (*set_text)(struct shihyo_builder *b, int column, const char *text, size_t length);
    /* INT and BOOL columns, MONTH as yyyymm, DATE as days since 1970-01-01, a DECIMAL as a whole
     * number. */
    void (*set_int)(struct shihyo_builder *b, int column, int64_t value);
    /* Sets a measure (or a BOOL to 0 or 1) and the column NAME_state beside it. The mantissa is
     * brought to the column's scale; digits beyond it are rounded half up and counted for the
     * import report. A state other than OK and PARTIAL can be set for a column of any type: why
     * there is no value. */
    void (*set_number)(struct shihyo_builder *b, int column, const struct shihyo_number *value);
    /* Ends the row. Errors of setting (overflow, wrong type, out of memory) come out here; the row
     * is then left out, and building may go on with the next. */
    int (*end_row)(struct shihyo_builder *b, struct shihyo_error *err);
    size_t (*rows)(const struct shihyo_builder *b);
    /* Turns what was built into a stream that owns it; the builder is freed, also on failure. */
    int (*finish)(struct shihyo_builder *b, struct ArrowArrayStream *out, struct shihyo_error *err);
    void (*destroy)(struct shihyo_builder *b);
};

struct shihyo_host {
    SHIHYO_ABI_HEADER;
    const char *version; /* of shihyo */
    /* Fills err (which may be NULL) and returns status. code: 0 = derived from status. format is
     * English; the host looks it up in its catalogue of translations. */
    int (*error)(struct shihyo_error *err, int status, uint32_t code, const char *format, ...);
    void (*log)(int level, const char *plugin, const char *format, ...);
    int (*cancelled)(void); /* 1: the user asked to stop; return SHIHYO_CANCELLED soon */
    const struct shihyo_text_services *text;
    const struct shihyo_builder_services *builder;
    /* Calls visit with every file that pattern (an option with SHIHYO_OPTION_PATH) names, sorted;
     * a file of exactly that name wins over reading it as a pattern. No file at all is an error
     * that tells the user. visit's return value other than 0 ends the walk and is returned; err is
     * then not filled, since only the plugin knows what the value means. */
    int (*each_file)(const char *pattern, int (*visit)(void *arg, const char *path), void *arg,
                     struct shihyo_error *err);
    /* Appends a sentence to err's hint: the likely cause, what to do. Translated like error's. */
    void (*hint)(struct shihyo_error *err, const char *format, ...);
};

/** \defgroup source Sources: what the core calls
 *
 * A function that can fail returns 0, or what host->error or another host service returned.
 */

struct shihyo_source; /* the plugin's own; opaque to the core */

/* A file that makes up the delivery, for hashes, provenance and "already imported". Strings are
 * the plugin's, valid until close. */
struct shihyo_file {
    SHIHYO_ABI_HEADER;
    const char *path;
    const char *note; /* what the plugin took it for, for the report; may be NULL */
};

/* One contract a configured source can give now. Strings are the plugin's, valid until close. */
struct shihyo_table_info {
    SHIHYO_ABI_HEADER;
    const char *contract;
    uint32_t splits; /* how many streams it may be read as in parallel, at least 1 */
    const struct shihyo_column_info *columns; /* for contracts that the source itself declares
                                                 (facts.NAME); NULL for core contracts */
    size_t column_count;
    /* Of a contract the source declares: */
    struct shihyo_text label;
    uint32_t basis;        /* SHIHYO_BASIS_* of its areas */
    uint32_t not_additive; /* SHIHYO_NOT_ADDITIVE_* of its measures */
    /* 1: its streams may be read from different threads at the same time as those of the source's
     * other tables that say so, too. */
    uint32_t beside;
    uint32_t clock; /* SHIHYO_CLOCK_* of its periods, of a contract the source declares; 0 = none */
};

/* What a period of a table means. Bits: a value may be made of several. */
#define SHIHYO_CLOCK_CARE 1u        /* months of care (診療年月) */
#define SHIHYO_CLOCK_EXAMINATION 2u /* months of examination (審査年月) */
#define SHIHYO_CLOCK_REPORTING 4u   /* years reported on (報告年度) */
#define SHIHYO_CLOCK_SURVEY 8u      /* the day or month of a survey */

/* Along which dimension figures may not be added: the result of adding is 延べ. Bits. */
#define SHIHYO_NOT_ADDITIVE_AREA 1u
#define SHIHYO_NOT_ADDITIVE_ITEM 2u
#define SHIHYO_NOT_ADDITIVE_PERIOD 4u

/* A column of a contract declared by the source. type: "code", "text", "int", "bool", "date",
 * "decimal"; and, each at most once in a contract, "area" (a code: the area of the figure),
 * "area_set" (a code: the set that area belongs to), "period", "month" (of the event) and
 * "institution" (a code). */
struct shihyo_column_info {
    SHIHYO_ABI_HEADER;
    const char *name;
    const char *type;
    const char *unit;  /* may be NULL */
    struct shihyo_text label;
    int32_t scale;     /* of a decimal */
    uint32_t flags;    /* SHIHYO_COLUMN_* */
};

#define SHIHYO_COLUMN_NULLABLE 1u
#define SHIHYO_COLUMN_MEASURE 2u /* a number with a state beside it */
/* 4 is taken inside the core. */
#define SHIHYO_COLUMN_KEY 8u     /* rows are unique by the key columns together */

struct shihyo_stream_request {
    SHIHYO_ABI_HEADER;
    const char *contract;
    const char *const *columns; /* the columns wanted, in this order */
    size_t column_count;
    uint32_t split; /* 0 .. splits-1 */
    /* Counts a row that cannot be given (a broken line, a month that is none) and says why: the
     * code, and the place; the rest of err is passed on only where the contract is not
     * person-level. Returns 0, or a status with which the stream is to end: too many. */
    int (*reject)(void *rejects, const struct shihyo_error *err);
    void *rejects;
    /* Tells of something in the files that people should know of although no row is rejected for
     * it, such as records of a kind that is not known: what and where first, and how often. Passed
     * on as by reject; and err's value, of a table about persons only where it is a kind of
     * records: two capital letters. NULL, or beyond struct_size: nobody listens. */
    int (*note)(void *rejects, const struct shihyo_error *err, int64_t count);
    /* 1: columns may be run-end encoded ("+r" with ends of 32 bits): those that neighbouring rows
     * share, and all of them with the same ends. */
    uint32_t runs;
    uint32_t reserved;
};

/* One cell of the first rows of a file. */
struct shihyo_preview_cell {
    SHIHYO_ABI_HEADER;
    const char *column;                   /* of the contract */
    const char *from;                     /* what it is taken from: labels, positions */
    struct shihyo_field read, understood; /* understood: a month as yyyymm; no text = no value */
    uint32_t code;                        /* 0, or why the row would be rejected */
    uint32_t reserved;
};

/* How files would be read, for a person to look at. Texts are as they are in the file: the core
 * decides what of them may be shown. */
struct shihyo_preview {
    SHIHYO_ABI_HEADER;
    const char *contract; /* NULL: what is unused are files that no table takes */
    size_t files;         /* that the rows are read from */
    const char *file;     /* the one whose first rows are given; NULL = none */
    const char *const *unused; /* labels of its header that no column is taken from */
    size_t unused_count;
    const struct shihyo_preview_cell *cells;
    size_t cell_count;
};

/*
 * The descriptor. Static const data of the plugin; the core copies what it knows of it.
 *
 * Life cycle: load -> open(options) -> files, tables, stream… -> close -> (unload).
 */
struct shihyo_plugin {
    SHIHYO_ABI_HEADER;
    const char *name; /* [a-z][a-z0-9_]*, equal to the module's file name */
    const char *version;
    const char *license; /* SPDX id */
    struct shihyo_text summary;
    const struct shihyo_capabilities *capabilities;
    const struct shihyo_option *options; /* ended by name == NULL */

    /* Takes the checked options, finds the files, reads as little as needed to know what is
     * there. *out is the plugin's, freed by close. */
    int (*open)(const struct shihyo_host *host, const char *source_name,
                const struct shihyo_value *options, struct shihyo_source **out,
                struct shihyo_error *err);
    void (*close)(struct shihyo_source *source);

    int (*files)(struct shihyo_source *source, const struct shihyo_file **files, size_t *count,
                 struct shihyo_error *err);
    int (*tables)(struct shihyo_source *source, const struct shihyo_table_info **tables,
                  size_t *count, struct shihyo_error *err);
    /* *out is released by the core. Batches hold exactly the requested columns, in order, as
     * children of a struct array; a column NAME may be followed by NAME_state. Which may, and
     * formats per column type, are in docs/plugin-api.md; host->builder makes such streams. */
    int (*stream)(struct shihyo_source *source, const struct shihyo_stream_request *request,
                  struct ArrowArrayStream *out, struct shihyo_error *err);

    /* Optional (NULL = not supported): runs one query of a database source and gives its cells.
     * sql and dialect come from the core's second engine. */
    int (*run_sql)(struct shihyo_source *source, const char *sql, struct ArrowArrayStream *out,
                   struct shihyo_error *err);
    const char *sql_dialect; /* NULL, or "postgresql" */

    /* Optional: reads only the files for which chosen[i] != 0 (in the order of `files`) from now
     * on. The core calls it before `tables`, where a delivery brings only some new files; a plugin
     * of person-level tables has it. */
    int (*choose_files)(struct shihyo_source *source, const unsigned char *chosen, size_t count,
                        struct shihyo_error *err);
    /* Optional: where a row of a split (from 0) came from, in err's file, sheet, row and column.
     * May read the file again. */
    int (*locate)(struct shihyo_source *source, const struct shihyo_stream_request *request,
                  int64_t row, struct shihyo_error *place);
    /* Optional: calls visit with at most `rows` rows of every kind of file it reads. visit's
     * return value other than 0 ends it and is returned. */
    int (*preview)(struct shihyo_source *source, size_t rows,
                   int (*visit)(void *arg, const struct shihyo_preview *preview), void *arg,
                   struct shihyo_error *err);
};

#if defined(__GNUC__)
#define SHIHYO_EXPORT __attribute__((visibility("default")))
#else
#define SHIHYO_EXPORT
#endif

#ifdef __cplusplus
#define SHIHYO_EXTERN_C extern "C"
#else
#define SHIHYO_EXTERN_C extern
#endif

/* SHIHYO_PLUGIN_EXPORT(name) = { SHIHYO_ABI_INIT(struct shihyo_plugin), … }; */
#define SHIHYO_PLUGIN_EXPORT(plugin_name) \
    SHIHYO_EXTERN_C SHIHYO_EXPORT const struct shihyo_plugin plugin_name##_LTX_shihyo_plugin; \
    const struct shihyo_plugin plugin_name##_LTX_shihyo_plugin

#ifdef __cplusplus
}
#endif

#endif /* SHIHYO_PLUGIN_H */
