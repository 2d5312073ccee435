/* SPDX-License-Identifier: MIT */
/* A layer between SQLite and the operating system that makes the n-th change of a file fail. */
#ifndef SHY_STORE_TEST_FAULTS_H
#define SHY_STORE_TEST_FAULTS_H

#include "core/store/test_help.h"

#include <signal.h>
#include <sqlite3.h>

enum fault {
    FAULT_ONCE,  /* the n-th change fails, the next succeed */
    FAULT_FULL,  /* from the n-th on nothing can be written, but files can be synced and removed */
    FAULT_CRASH, /* from the n-th on nothing changes any more: the process is gone */
    FAULTS,
    FAULT_KILL = FAULTS /* the process is gone indeed; for a child */
};

static struct {
    enum fault kind;
    int64_t at;            /* 0 = no fault */
    _Atomic int64_t count; /* what changes files may be in several threads */
} plan;

static bool fails(bool writing)
{
    if (plan.at == 0)
        return false;
    /* What gives room back works on a full disk, too. */
    if (plan.kind == FAULT_FULL && !writing)
        return false;
    int64_t count = ++plan.count;
    if (plan.kind == FAULT_KILL && count == plan.at)
        (void)raise(SIGKILL);
    return plan.kind == FAULT_ONCE ? count == plan.at : count >= plan.at;
}

struct shim_file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct shim_file *)f)->real;
}

static int shim_close(sqlite3_file *f)
{
    sqlite3_file *real = real_of(f);
    return real->pMethods->xClose(real);
}

static int shim_read(sqlite3_file *f, void *to, int size, sqlite3_int64 at)
{
    return real_of(f)->pMethods->xRead(real_of(f), to, size, at);
}

static int shim_write(sqlite3_file *f, const void *from, int size, sqlite3_int64 at)
{
    if (fails(true))
        return plan.kind == FAULT_FULL ? SQLITE_FULL : SQLITE_IOERR_WRITE;
    return real_of(f)->pMethods->xWrite(real_of(f), from, size, at);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return fails(false) ? SQLITE_IOERR_TRUNCATE : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

/* Nothing is really synced: what a process has written survives it, and no test cuts the power. */
static int shim_sync(sqlite3_file *f, int flags)
{
    (void)f, (void)flags;
    return fails(false) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size)
{
    return real_of(f)->pMethods->xFileSize(real_of(f), size);
}

static int shim_lock(sqlite3_file *f, int lock)
{
    return real_of(f)->pMethods->xLock(real_of(f), lock);
}

static int shim_unlock(sqlite3_file *f, int lock)
{
    return real_of(f)->pMethods->xUnlock(real_of(f), lock);
}

static int shim_reserved(sqlite3_file *f, int *out)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), out);
}

static int shim_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}

static int shim_sector(sqlite3_file *f)
{
    return real_of(f)->pMethods->xSectorSize(real_of(f));
}

static int shim_device(sqlite3_file *f)
{
    return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f));
}

static const sqlite3_io_methods shim_methods = {
    1,         shim_close,  shim_read,     shim_write,   shim_truncate, shim_sync,  shim_size,
    shim_lock, shim_unlock, shim_reserved, shim_control, shim_sector,   shim_device};

static sqlite3_vfs *real_vfs, shim_vfs;

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    struct shim_file *file = (struct shim_file *)f;
    (void)vfs;
    file->real = (sqlite3_file *)(file + 1);
    int result = real_vfs->xOpen(real_vfs, name, file->real, flags, out);
    file->base.pMethods = file->real->pMethods == NULL ? NULL : &shim_methods;
    return result;
}

static int shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    return fails(false) ? SQLITE_IOERR_DELETE : real_vfs->xDelete(real_vfs, name, sync);
}

static int register_shim(void **state)
{
    (void)state;
    real_vfs = sqlite3_vfs_find(NULL);
    shim_vfs = *real_vfs;
    shim_vfs.zName = "faulty";
    shim_vfs.szOsFile = (int)sizeof(struct shim_file) + real_vfs->szOsFile;
    shim_vfs.xOpen = shim_open;
    shim_vfs.xDelete = shim_delete;
    return sqlite3_vfs_register(&shim_vfs, 1) == SQLITE_OK ? 0 : -1;
}

static int unregister_shim(void **state)
{
    (void)state;
    return sqlite3_vfs_unregister(&shim_vfs) == SQLITE_OK ? 0 : -1;
}

#endif
