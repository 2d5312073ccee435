/* SPDX-License-Identifier: MIT */
/*
 * Contracts: named table shapes with meaning, which sources offer and indicators ask for. The core
 * contracts are defined in core/contract/core_contracts.c and described in docs/contracts.md;
 * facts.NAME contracts are declared by a source when it is opened. Definitions are immutable;
 * the catalogue may be shared by readers.
 */
#ifndef SHY_CONTRACT_H
#define SHY_CONTRACT_H

#include "core/base/error.h"

enum shy_type {
    SHY_CODE_T,    /* a code or id: dictionary number */
    SHY_TEXT_T,    /* free text, never filtered on: dictionary number */
    SHY_INT_T,     /* int64 */
    SHY_BOOL_T,    /* 0 or 1 */
    SHY_MONTH_T,   /* ordinal, see period.h; in streams yyyymm */
    SHY_DATE_T,    /* day number; in streams days since 1970-01-01 */
    SHY_PERIOD_T,  /* canonical text: dictionary number */
    SHY_DECIMAL_T, /* int64 mantissa at the column's scale */
    SHY_STATE_T,   /* enum shihyo_state; only as NAME_state of a column */
};

/* What a column means to the operators, whatever it is called. At most one column of a contract
 * has each role. */
enum shy_role {
    SHY_ROLE_NONE,
    SHY_ROLE_PERSON,
    SHY_ROLE_CLAIM,
    SHY_ROLE_INSTITUTION,
    SHY_ROLE_MONTH,            /* month of care: rows are events */
    SHY_ROLE_PERIOD,           /* the period a published figure is for */
    SHY_ROLE_AREA_SET,         /* id of the area set the area code belongs to */
    SHY_ROLE_AREA,             /* of the figure; its basis is the contract's */
    SHY_ROLE_AREA_RESIDENCE,   /* municipality of the person */
    SHY_ROLE_AREA_INSURER,     /* municipality of the insurer */
    SHY_ROLE_AREA_INSTITUTION, /* municipality of the institution */
};

#define SHY_COLUMN_NULLABLE 1u
#define SHY_COLUMN_MEASURE 2u  /* a number with a state beside it */
#define SHY_COLUMN_OPTIONAL 4u /* a source need not offer it */
#define SHY_COLUMN_KEY 8u      /* rows are unique by the key columns together */
#define SHY_COLUMN_LINK 16u    /* evidence for linking persons: hashed at import, never kept */

struct shy_column {
    const char *name;
    enum shy_type type;
    enum shy_role role;
    uint32_t flags;
    int scale; /* of a decimal */
    const char *label_ja, *label_en;
    const char *unit;          /* of a measure; may be NULL */
    const char *links;         /* contract whose row this code names ("institutions"), or NULL */
    const char *or_links;      /* of a person: contract that places rows for which `links` has no
                                  row in their month, or NULL */
    const char *const *values; /* NULL-ended list of the codes allowed, or NULL = any */
    int64_t min, max;          /* of INT, MONTH (ordinals); min > max = any */
    const char *note;          /* for docs/contracts.md */
};

/* Along which dimension figures may not be added: the result of adding is 延べ. Bits. */
#define SHY_NOT_ADDITIVE_AREA 1u
#define SHY_NOT_ADDITIVE_ITEM 2u
#define SHY_NOT_ADDITIVE_PERIOD 4u

struct shy_contract {
    const char *id;
    const char *label_ja, *label_en;
    const char *description; /* one paragraph, for the docs */
    bool person_level;
    bool made;             /* by a plan: no source offers its rows (SHY_OP_EACH_PERSON) */
    uint32_t basis;        /* SHIHYO_BASIS_* of the AREA role; 0 where roles name it */
    uint32_t not_additive; /* of its measures */
    uint32_t clock;        /* SHIHYO_CLOCK_* of its months or periods; 0 = none of its own */
    const struct shy_column *columns;
    size_t column_count;
};

/* Index of a column by name or role, or -1. */
int shy_contract_column(const struct shy_contract *c, const char *name);
/* Whether a stream may have NAME_state beside it: why there is no value. */
bool shy_column_tells_state(const struct shy_column *column);
int shy_contract_role(const struct shy_contract *c, enum shy_role role);

/* What a code column's texts name, so that columns of one meaning can share a dictionary: the
 * contract it links to, "area" of area roles, else "CONTRACT.COLUMN". */
#define SHY_MEANING_TEXT 128
void shy_code_meaning(const struct shy_contract *c, int column, char out[SHY_MEANING_TEXT]);

/* All contracts known to a process: the core's, and those declared by sources or examples. */
struct shy_catalogue;
struct shy_catalogue *shy_catalogue_new(void); /* with the core contracts; NULL: out of memory */
void shy_catalogue_free(struct shy_catalogue *cat);
/* NULL if unknown. Valid until the catalogue is freed. */
const struct shy_contract *shy_catalogue_find(const struct shy_catalogue *cat, const char *id);
size_t shy_catalogue_count(const struct shy_catalogue *cat);
const struct shy_contract *shy_catalogue_at(const struct shy_catalogue *cat, size_t i); /* by id */
/* Copies the definition. The same id with the same columns again (names, types, roles, in any
 * order) is fine, the first stays; with others it is SHY_E_ID_TWICE. */
int shy_catalogue_declare(struct shy_catalogue *cat, const struct shy_contract *contract,
                          struct shihyo_error *err);
/* SHY_E_CONTRACT_UNKNOWN with the nearest ids. */
int shy_catalogue_require(const struct shy_catalogue *cat, const char *id,
                          const struct shy_contract **out, struct shihyo_error *err);
/* SHY_E_CONTRACT_COLUMN with the nearest names. */
int shy_contract_require(const struct shy_contract *c, const char *column, int *out,
                         struct shihyo_error *err);

const char *shy_type_name(enum shy_type type); /* "code", "decimal" … */
bool shy_type_parse(const char *name, enum shy_type *out);

#endif
