/* SPDX-License-Identifier: MIT */
/*
 * What the store and the results share of SQLite: opening a file that may be damaged, foreign or
 * from another version, hardened settings, versions and their steps, statements, and the
 * translation of SQLite's results into message codes. Only core/store and core/result include it.
 * Threads: one handle per thread.
 */
#ifndef SHY_STORE_DATABASE_H
#define SHY_STORE_DATABASE_H

#include <sqlite3.h>

#include "core/base/error.h"

struct shy_database_format {
    const char *title; /* untranslated: N_("the store") */
    int32_t application_id;
    int version;              /* number of steps */
    const char *const *steps; /* steps[v] brings version v to v + 1; steps[0] makes a new file */
    int page_size;
    bool wal;           /* else a rollback journal */
    bool secure_delete; /* what is removed is overwritten */
};

enum shy_database_mode {
    SHY_DATABASE_READ,     /* never changes the content */
    SHY_DATABASE_EXISTING, /* reads a file that is there and, where it may, writes to it */
    SHY_DATABASE_CREATE,   /* and makes it where there is none */
};

struct shy_database {
    sqlite3 *handle;
    char *path;
    const struct shy_database_format *format;
};

/* SHY_E_STORE_OPEN, _FOREIGN, _VERSION, _DAMAGED, _BUSY. A file of an older version is brought to
 * the present one, in one transaction. *db may be closed after a failure as well. */
int shy_database_open(const char *path, const struct shy_database_format *format,
                      enum shy_database_mode mode, struct shy_database *db,
                      struct shihyo_error *err);
/* One more handle, only for reading and through mapped memory, on a file that another handle has
 * checked and holds in a transaction. */
int shy_database_open_beside(const struct shy_database *checked, struct shy_database *db,
                             struct shihyo_error *err);
void shy_database_close(struct shy_database *db);

/* Fills err for the last result of SQLite on this handle; returns the code. */
int shy_database_fail(const struct shy_database *db, struct shihyo_error *err);
/* "… is damaged: what". */
int shy_database_damaged(const struct shy_database *db, struct shihyo_error *err,
                         const char *format, ...) SHY_PRINTF(3, 4);

int shy_database_exec(struct shy_database *db, const char *sql, struct shihyo_error *err);
/* A statement of the caller's, ended by sqlite3_finalize. */
int shy_database_prepare(struct shy_database *db, const char *sql, sqlite3_stmt **out,
                         struct shihyo_error *err);
/* One step; *row tells whether there is a row. At the end the statement is reset. */
int shy_database_step(struct shy_database *db, sqlite3_stmt *statement, bool *row,
                      struct shihyo_error *err);
/* Steps to the end, ignoring rows, and resets. */
int shy_database_run(struct shy_database *db, sqlite3_stmt *statement, struct shihyo_error *err);
/* Visits every row, then finalizes the statement, also after a failure. visit's return other than
 * 0 ends the visiting and is returned. */
int shy_database_each(struct shy_database *db, sqlite3_stmt *statement,
                      int (*visit)(sqlite3_stmt *row, void *arg, struct shihyo_error *err),
                      void *arg, struct shihyo_error *err);
/* The first column of the first row, 0 where there is none. */
int shy_database_number(struct shy_database *db, const char *sql, int64_t *out,
                        struct shihyo_error *err);

int shy_database_begin(struct shy_database *db, bool write, struct shihyo_error *err);
/* In a writing transaction: waits for the readers now and lets none in until its end, so that much
 * can be written without waiting for each page. SHY_E_STORE_BUSY. */
int shy_database_lock(struct shy_database *db, struct shihyo_error *err);
/* On failure the transaction is rolled back. */
int shy_database_commit(struct shy_database *db, struct shihyo_error *err);
void shy_database_rollback(struct shy_database *db);

/* Turns references and triggers off and on for this handle. Off for a writer of many rows whose
 * references all lead to rows of the same transaction, in a part of the file that no trigger
 * guards yet: SQLite asks for every row. shy_database_check finds references that lead nowhere. */
void shy_database_set_rules(struct shy_database *db, bool on);

/* Binds a text (NULL = NULL) that stays unchanged until the statement is reset. */
void shy_database_bind_text(sqlite3_stmt *statement, int index, const char *text);
/* Text of a column, "" where it is NULL; valid until the next step. */
const char *shy_database_text(sqlite3_stmt *statement, int column);

/* SQLite's own checks of pages, indices and foreign keys; what it finds goes to problems. */
int shy_database_check(struct shy_database *db, struct shy_problems *problems,
                       struct shihyo_error *err);

#endif
