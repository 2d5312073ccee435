/* SPDX-License-Identifier: MIT */
/*
 * What both SQLite files of a project need: opening with the settings for files that may come from
 * others, formats and their steps, and SQLite's results as errors of ours. A statement that fails
 * for a reason we cannot cause is damage, and is said to be.
 */
#include "config.h"

#include "core/store/database.h"

#include <stdarg.h>
#include <string.h>

#include "core/base/foreign.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

/* Another process may hold the file for as long as it needs to write its pages back. */
enum { WAIT_MS = 5000, CHECK_FINDINGS = 100 };

/* What SQLite maps at most; of a longer file it reads the rest. */
static const int64_t MAPPED_MOST = 0x7fff0000;

/* No value that we write is longer (the longest is a partition's register, of millions of persons
 * where the first delivery was small); a damaged length must not make us ask for gigabytes. */
enum { LONGEST_VALUE = 256 << 20 };

/* Errors --------------------------------------------------------------------------------- */

static int fail_at(const struct shy_database *db, struct shihyo_error *err, enum shy_code code)
{
    shy_at(err, db->path, 0, 0);
    return (int)code;
}

/* WAIT_MS have passed by then: what holds the file is no short write but another command. */
static int fail_busy(const struct shy_database *db, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_STORE_BUSY, _("Another process is using %s."), _(db->format->title));
    shy_hint(err, _("Wait until it has ended, then try again."));
    return fail_at(db, err, SHY_E_STORE_BUSY);
}

/* Told apart by the application id in the file's header, so that a path written wrongly never makes
 * us change a database of another program. */
static int fail_foreign(const struct shy_database *db, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_STORE_FOREIGN, _("The file is not %s of a project."),
                   _(db->format->title));
    shy_hint(err, _("Move it away, or name another file in project.lua. It was not changed."));
    return fail_at(db, err, SHY_E_STORE_FOREIGN);
}

/* SQLite's own words, for who looks after the disk; ours stand before them. */
static const char *reason_of(const struct shy_database *db, char *out, size_t size)
{
    return shy_foreign(sqlite3_errmsg(db->handle), out, size);
}

static int fail_write(const struct shy_database *db, struct shihyo_error *err, bool full)
{
    char reason[256];
    if (full) {
        (void)shy_fail(err, SHY_E_STORE_WRITE,
                       _("There is no room left on the disk of %s; nothing was changed."),
                       _(db->format->title));
        shy_hint(err, _("Make room on the disk, then try again."));
    } else {
        (void)shy_fail(err, SHY_E_STORE_WRITE,
                       _("The disk refused an operation on %s; nothing was changed (%s)."),
                       _(db->format->title), reason_of(db, reason, sizeof reason));
        shy_hint(err, _("Check the disk and the rights to the file and its folder."));
    }
    return fail_at(db, err, SHY_E_STORE_WRITE);
}

/* A file that is not there has its hint from who knows what should have made it. */
static int fail_open(const struct shy_database *db, struct shihyo_error *err)
{
    char reason[256];
    (void)shy_fail(err, SHY_E_STORE_OPEN, _("The file of %s cannot be opened (%s)."),
                   _(db->format->title), reason_of(db, reason, sizeof reason));
    if (shy_os_exists(db->path))
        shy_hint(err, _("Check the disk and the rights to the file and its folder."));
    return fail_at(db, err, SHY_E_STORE_OPEN);
}

int shy_database_damaged(const struct shy_database *db, struct shihyo_error *err,
                         const char *format, ...)
{
    char what[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)shy_fail(err, SHY_E_STORE_DAMAGED, _("The file of %s is damaged: %s"),
                   _(db->format->title), what);
    return fail_at(db, err, SHY_E_STORE_DAMAGED);
}

static int fail_result(const struct shy_database *db, int result, struct shihyo_error *err)
{
    char reason[256];
    switch (result) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail_busy(db, err);
    case SQLITE_NOTADB:
        return fail_foreign(db, err);
    case SQLITE_NOMEM:
        return shy_fail_nomem(err);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
        return fail_write(db, err, result == SQLITE_FULL);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return fail_open(db, err);
    default:
        /* Statements that are ours fail otherwise only when the file is not what it should be:
         * corrupt pages, lost tables, values that break a constraint. */
        return shy_database_damaged(db, err, "%s", reason_of(db, reason, sizeof reason));
    }
}

/* The low byte is the primary code; the rest says in which function of SQLite it happened. */
int shy_database_fail(const struct shy_database *db, struct shihyo_error *err)
{
    return fail_result(db, sqlite3_errcode(db->handle) & 0xff, err);
}

/* Statements ----------------------------------------------------------------------------- */

int shy_database_exec(struct shy_database *db, const char *sql, struct shihyo_error *err)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
        return shy_database_fail(db, err);
    return 0;
}

int shy_database_prepare(struct shy_database *db, const char *sql, sqlite3_stmt **out,
                         struct shihyo_error *err)
{
    *out = NULL;
    if (sqlite3_prepare_v2(db->handle, sql, -1, out, NULL) != SQLITE_OK)
        return shy_database_fail(db, err);
    return 0;
}

/* After the last row, and after a failure, the statement is reset: one that is left open would keep
 * its transaction from ending. */
int shy_database_step(struct shy_database *db, sqlite3_stmt *statement, bool *row,
                      struct shihyo_error *err)
{
    int result = sqlite3_step(statement);
    *row = result == SQLITE_ROW;
    if (*row)
        return 0;
    int code = result == SQLITE_DONE ? 0 : shy_database_fail(db, err);
    (void)sqlite3_reset(statement);
    return code;
}

int shy_database_run(struct shy_database *db, sqlite3_stmt *statement, struct shihyo_error *err)
{
    bool row = true;
    while (row)
        SHY_TRY(shy_database_step(db, statement, &row, err));
    return 0;
}

/* The statement goes with the walk, also where visit ends it: callers have nothing to free. */
int shy_database_each(struct shy_database *db, sqlite3_stmt *statement,
                      int (*visit)(sqlite3_stmt *row, void *arg, struct shihyo_error *err),
                      void *arg, struct shihyo_error *err)
{
    bool row = true;
    int code = 0;
    while (code == 0 && row) {
        code = shy_database_step(db, statement, &row, err);
        if (code == 0 && row)
            code = visit(statement, arg, err);
    }
    (void)sqlite3_finalize(statement);
    return code;
}

int shy_database_number(struct shy_database *db, const char *sql, int64_t *out,
                        struct shihyo_error *err)
{
    sqlite3_stmt *statement;
    bool row = false;
    *out = 0;
    SHY_TRY(shy_database_prepare(db, sql, &statement, err));
    int code = shy_database_step(db, statement, &row, err);
    if (row)
        *out = sqlite3_column_int64(statement, 0);
    (void)sqlite3_finalize(statement);
    return code;
}

/* Static: every text that is bound outlives the statement's next step. */
void shy_database_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
    if (text == NULL)
        (void)sqlite3_bind_null(statement, index);
    else
        (void)sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

const char *shy_database_text(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);
    return text == NULL ? "" : (const char *)text;
}

/* A writer takes its lock at once: a transaction that began by reading could find at its first
 * write that another process was faster, and would have to be given up half-way. */
int shy_database_begin(struct shy_database *db, bool write, struct shihyo_error *err)
{
    return shy_database_exec(db, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

int shy_database_lock(struct shy_database *db, struct shihyo_error *err)
{
    int result = sqlite3_db_cacheflush(db->handle);
    return result == SQLITE_OK ? 0 : fail_result(db, result & 0xff, err);
}

void shy_database_rollback(struct shy_database *db)
{
    /* Some failures have ended the transaction already. */
    if (db->handle != NULL && !sqlite3_get_autocommit(db->handle))
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int shy_database_commit(struct shy_database *db, struct shihyo_error *err)
{
    int code = shy_database_exec(db, "COMMIT", err);
    if (code != 0)
        shy_database_rollback(db);
    return code;
}

void shy_database_set_rules(struct shy_database *db, bool on)
{
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, on, NULL);
    (void)sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, on, NULL);
}

/* Opening -------------------------------------------------------------------------------- */

/* Settings of sqlite.org/security.html for files that come from others. */
static void harden(sqlite3 *handle)
{
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_SQL_LENGTH, 100000);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_COLUMN, 100);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_EXPR_DEPTH, 100);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(handle, SQLITE_LIMIT_TRIGGER_DEPTH, 10);
    (void)sqlite3_extended_result_codes(handle, 1);
    (void)sqlite3_busy_timeout(handle, WAIT_MS);
}

struct state {
    int64_t application_id, version, objects;
};

static int read_state(struct shy_database *db, struct state *out, struct shihyo_error *err)
{
    SHY_TRY(shy_database_number(db, "SELECT count(*) FROM sqlite_schema", &out->objects, err));
    SHY_TRY(shy_database_number(db, "PRAGMA application_id", &out->application_id, err));
    return shy_database_number(db, "PRAGMA user_version", &out->version, err);
}

static bool is_empty(const struct state *s)
{
    return s->objects == 0 && s->application_id == 0 && s->version == 0;
}

static int fail_newer(const struct shy_database *db, int64_t version, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_STORE_VERSION,
                   _("The file of %s has format %lld; this shihyo knows formats up to %d."),
                   _(db->format->title), (long long)version, db->format->version);
    shy_hint(err, _("Use the newer shihyo that wrote it."));
    return fail_at(db, err, SHY_E_STORE_VERSION);
}

/* From version to the present one; inside a transaction. */
static int take_steps(struct shy_database *db, int64_t version, struct shihyo_error *err)
{
    char sql[64];
    for (int v = (int)version; v < db->format->version; v++)
        SHY_TRY(shy_database_exec(db, db->format->steps[v], err));
    (void)snprintf(sql, sizeof sql, "PRAGMA user_version = %d", db->format->version);
    SHY_TRY(shy_database_exec(db, sql, err));
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %ld",
                   (long)db->format->application_id);
    return shy_database_exec(db, sql, err);
}

/* Two processes may come to the same point: who has the lock second finds the work done. */
static int upgrade(struct shy_database *db, struct shihyo_error *err)
{
    struct state state;
    SHY_TRY(shy_database_begin(db, true, err));
    int code = read_state(db, &state, err);
    if (code == 0 && state.version < db->format->version)
        code = take_steps(db, state.version, err);
    if (code == 0)
        return shy_database_commit(db, err);
    shy_database_rollback(db);
    return code;
}

static int create(struct shy_database *db, struct shihyo_error *err)
{
    char sql[64];
    (void)snprintf(sql, sizeof sql, "PRAGMA page_size = %d", db->format->page_size);
    SHY_TRY(shy_database_exec(db, sql, err));
    SHY_TRY(upgrade(db, err));
    return db->format->wal ? shy_database_exec(db, "PRAGMA journal_mode = WAL", err) : 0;
}

static int check_version(struct shy_database *db, enum shy_database_mode mode,
                         struct shihyo_error *err)
{
    struct state state;
    SHY_TRY(read_state(db, &state, err));
    if (is_empty(&state) && mode == SHY_DATABASE_CREATE)
        return create(db, err);
    if (is_empty(&state)) {
        (void)shy_fail(err, SHY_E_STORE_OPEN, _("The file of %s is empty."), _(db->format->title));
        return fail_at(db, err, SHY_E_STORE_OPEN);
    }
    if (state.application_id != db->format->application_id)
        return fail_foreign(db, err);
    if (state.version > db->format->version)
        return fail_newer(db, state.version, err);
    if (state.version < 1)
        return shy_database_damaged(db, err, _("it has no version"));
    return state.version < db->format->version ? upgrade(db, err) : 0;
}

/* The objects a file of this version has, from a model made in memory. */
static int compare_schema(struct shy_database *db, struct shy_database *model,
                          struct shihyo_error *err)
{
    static const char *const list = "SELECT type, name, sql FROM sqlite_schema "
                                    "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    static const char *const find = "SELECT sql FROM sqlite_schema WHERE type = ? AND name = ?";
    sqlite3_stmt *wanted = NULL, *there = NULL;
    bool row = true, found;
    int code = shy_database_prepare(model, list, &wanted, err);
    if (code == 0)
        code = shy_database_prepare(db, find, &there, err);
    while (code == 0) {
        code = shy_database_step(model, wanted, &row, err);
        if (code != 0 || !row)
            break;
        const char *name = shy_database_text(wanted, 1);
        shy_database_bind_text(there, 1, shy_database_text(wanted, 0));
        shy_database_bind_text(there, 2, name);
        code = shy_database_step(db, there, &found, err);
        if (code == 0 &&
            (!found || strcmp(shy_database_text(there, 0), shy_database_text(wanted, 2)) != 0))
            code = shy_database_damaged(db, err, _("'%s' is not what it should be"), name);
        (void)sqlite3_reset(there);
    }
    (void)sqlite3_finalize(wanted);
    (void)sqlite3_finalize(there);
    return code;
}

/* Triggers act on our own statements: one that is not ours is refused. Tables, views and indices
 * that someone added do no harm. */
static int check_triggers(struct shy_database *db, struct shy_database *model,
                          struct shihyo_error *err)
{
    static const char *const count = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'";
    int64_t ours, theirs;
    SHY_TRY(shy_database_number(model, count, &ours, err));
    SHY_TRY(shy_database_number(db, count, &theirs, err));
    return ours == theirs ? 0 : shy_database_damaged(db, err, _("it has triggers not made by us"));
}

static int check_schema(struct shy_database *db, struct shihyo_error *err)
{
    struct shy_database model = {.format = db->format};
    int code = 0;
    if (sqlite3_open_v2(":memory:", &model.handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        code = shy_fail_nomem(err);
    for (int v = 0; v < db->format->version && code == 0; v++)
        code = shy_database_exec(&model, db->format->steps[v], err);
    if (code == 0)
        code = compare_schema(db, &model, err);
    if (code == 0)
        code = check_triggers(db, &model, err);
    (void)sqlite3_close(model.handle);
    return code;
}

static int configure(struct shy_database *db, enum shy_database_mode mode, struct shihyo_error *err)
{
    SHY_TRY(shy_database_exec(db,
                              "PRAGMA foreign_keys = ON;"
                              "PRAGMA cell_size_check = ON;"
                              "PRAGMA temp_store = MEMORY;"
                              "PRAGMA cache_size = -8192;",
                              err));
    /* EXTRA: the removal of the journal is on the disk as well before a commit is reported. */
    SHY_TRY(shy_database_exec(
        db, db->format->wal ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = EXTRA", err));
    if (db->format->secure_delete)
        SHY_TRY(shy_database_exec(db, "PRAGMA secure_delete = ON", err));
    return mode == SHY_DATABASE_READ ? shy_database_exec(db, "PRAGMA query_only = ON", err) : 0;
}

static int open_with(struct shy_database *db, const char *name, int flags,
                     enum shy_database_mode mode, struct shihyo_error *err)
{
    if (sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return db->handle == NULL ? shy_fail_nomem(err) : shy_database_fail(db, err);
    harden(db->handle);
    SHY_TRY(check_version(db, mode, err));
    SHY_TRY(check_schema(db, err));
    return configure(db, mode, err);
}

/* A write-ahead log needs a file beside it even of those who only read. Where the folder does not
 * take one and no log was left by a writer, the file alone is the whole content. */
static bool may_be_read_alone(const struct shy_database *db, int code)
{
    struct shy_text log = {0};
    if (!db->format->wal || (code != SHY_E_STORE_WRITE && code != SHY_E_STORE_OPEN) ||
        !shy_os_exists(db->path))
        return false;
    shy_text_addf(&log, "%s-wal", db->path);
    bool alone = !log.failed && !shy_os_exists(log.text);
    shy_text_free(&log);
    return alone;
}

static int open_alone(struct shy_database *db, enum shy_database_mode mode,
                      struct shihyo_error *err)
{
    struct shy_text uri = {0};
    /* The two strokes keep a path that begins with two from naming a host. */
    shy_text_addf(&uri, "%s", db->path[0] == '/' ? "file://" : "file:");
    for (const char *c = db->path; *c != '\0'; c++) {
        if (strchr("?#%", *c) == NULL)
            shy_text_addc(&uri, *c);
        else
            shy_text_addf(&uri, "%%%02X", (unsigned)*c);
    }
    shy_text_addf(&uri, "%s", "?immutable=1");
    SHY_BUG_ON(sqlite3_close(db->handle) != SQLITE_OK);
    db->handle = NULL;
    int code = uri.failed
                   ? shy_fail_nomem(err)
                   : open_with(db, uri.text, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, mode, err);
    shy_text_free(&uri);
    return code;
}

/* SQLite says of a folder, by how it is opened, that it cannot be opened, read or written. */
static int fail_folder(const struct shy_database *db, struct shihyo_error *err)
{
    (void)shy_fail(err, SHY_E_STORE_OPEN, _("Where the file of %s should be is a folder."),
                   _(db->format->title));
    shy_hint(err, _("Give `store` or `results` in project.lua the path of a file, or move the "
                    "folder away."));
    return fail_at(db, err, SHY_E_STORE_OPEN);
}

int shy_database_open(const char *path, const struct shy_database_format *format,
                      enum shy_database_mode mode, struct shy_database *db,
                      struct shihyo_error *err)
{
    *db = (struct shy_database){.format = format, .path = shy_strdup(path)};
    if (db->path == NULL)
        return shy_fail_nomem(err);
    if (shy_os_is_directory(path))
        return fail_folder(db, err);
    /* Reading, too, asks for the right to write: a journal left by a crash must be played back. */
    if (mode == SHY_DATABASE_CREATE)
        return open_with(db, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, mode, err);
    int code = open_with(db, path, SQLITE_OPEN_READWRITE, mode, err);
    if (code == 0 || !may_be_read_alone(db, code))
        return code;
    shy_error_reset(err);
    return open_alone(db, mode, err);
}

int shy_database_open_beside(const struct shy_database *checked, struct shy_database *db,
                             struct shihyo_error *err)
{
    char sql[64];
    *db = (struct shy_database){.format = checked->format, .path = shy_strdup(checked->path)};
    if (db->path == NULL)
        return shy_fail_nomem(err);
    if (sqlite3_open_v2(db->path, &db->handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return db->handle == NULL ? shy_fail_nomem(err) : shy_database_fail(db, err);
    harden(db->handle);
    (void)snprintf(sql, sizeof sql, "PRAGMA mmap_size = %lld", (long long)MAPPED_MOST);
    SHY_TRY(shy_database_exec(db, sql, err));
    return configure(db, SHY_DATABASE_READ, err);
}

void shy_database_close(struct shy_database *db)
{
    shy_database_rollback(db);
    SHY_BUG_ON(sqlite3_close(db->handle) != SQLITE_OK);
    shy_free(db->path);
    *db = (struct shy_database){0};
}

/* Checking ------------------------------------------------------------------------------- */

struct findings {
    const struct shy_database *db;
    struct shy_problems *problems;
};

static int add_finding(sqlite3_stmt *row, void *arg, struct shihyo_error *err)
{
    struct findings *findings = arg;
    struct shihyo_error found = SHY_ERROR_INIT;
    const char *text = shy_database_text(row, 0);
    (void)err;
    if (strcmp(text, "ok") == 0)
        return 0;
    (void)shy_database_damaged(findings->db, &found, "%s", text);
    shy_problems_add(findings->problems, SHY_ERROR, &found);
    return 0;
}

int shy_database_check(struct shy_database *db, struct shy_problems *problems,
                       struct shihyo_error *err)
{
    struct findings findings = {db, problems};
    sqlite3_stmt *statement;
    char sql[64];
    (void)snprintf(sql, sizeof sql, "PRAGMA integrity_check(%d)", CHECK_FINDINGS);
    SHY_TRY(shy_database_prepare(db, sql, &statement, err));
    SHY_TRY(shy_database_each(db, statement, add_finding, &findings, err));
    SHY_TRY(shy_database_prepare(db, "PRAGMA foreign_key_check", &statement, err));
    return shy_database_each(db, statement, add_finding, &findings, err);
}
