/* disk.c - see disk.h: an SQLite VFS in front of the usual one. */
#include "support/disk.h"

#include "support/db_test.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>

typedef struct File {
    sqlite3_file base;   /* first: SQLite sees a File as this */
    sqlite3_file real[]; /* of the usual VFS, which needs more room than this type */
} File;

static sqlite3_vfs *usual;
static sqlite3_vfs disk;

static atomic_bool owned, broken;
static pthread_t owner;                                   /* written before `owned` */
static _Atomic uint64_t own_writes, strange_writes, room; /* room 0: no limit */

static void count(void)
{
    if (!atomic_load(&owned))
        return;
    if (pthread_equal(owner, pthread_self()))
        atomic_fetch_add(&own_writes, 1);
    else
        atomic_fetch_add(&strange_writes, 1);
}

static bool is_full(void)
{
    uint64_t left = atomic_load(&room);

    if (left == 0)
        return false;
    if (left == 1) /* stays full */
        return true;
    atomic_store(&room, left - 1);
    return false;
}

static sqlite3_file *real(sqlite3_file *f)
{
    return ((File *)(void *)f)->real;
}

static int on_close(sqlite3_file *f)
{
    return real(f)->pMethods->xClose(real(f));
}
static int on_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    return real(f)->pMethods->xRead(real(f), to, n, at);
}
static int on_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return real(f)->pMethods->xFileSize(real(f), n);
}
static int on_lock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xLock(real(f), level);
}
static int on_unlock(sqlite3_file *f, int level)
{
    return real(f)->pMethods->xUnlock(real(f), level);
}
static int on_reserved(sqlite3_file *f, int *ret)
{
    return real(f)->pMethods->xCheckReservedLock(real(f), ret);
}
static int on_control(sqlite3_file *f, int op, void *arg)
{
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}
static int on_sector(sqlite3_file *f)
{
    return real(f)->pMethods->xSectorSize(real(f));
}
static int on_traits(sqlite3_file *f)
{
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}
static int on_map(sqlite3_file *f, int page, int n, int extend, void volatile **ret)
{
    return real(f)->pMethods->xShmMap(real(f), page, n, extend, ret);
}
static int on_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}
static void on_barrier(sqlite3_file *f)
{
    real(f)->pMethods->xShmBarrier(real(f));
}
static int on_unmap(sqlite3_file *f, int remove_it)
{
    return real(f)->pMethods->xShmUnmap(real(f), remove_it);
}
static int on_fetch(sqlite3_file *f, sqlite3_int64 at, int n, void **ret)
{
    return real(f)->pMethods->xFetch(real(f), at, n, ret);
}
static int on_unfetch(sqlite3_file *f, sqlite3_int64 at, void *page)
{
    return real(f)->pMethods->xUnfetch(real(f), at, page);
}

static int on_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    count();
    return is_full() ? SQLITE_FULL : real(f)->pMethods->xWrite(real(f), from, n, at);
}

static int on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    count();
    return real(f)->pMethods->xTruncate(real(f), size);
}

static int on_sync(sqlite3_file *f, int flags)
{
    count();
    return atomic_load(&broken) ? SQLITE_IOERR_FSYNC : real(f)->pMethods->xSync(real(f), flags);
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = on_close,
    .xRead = on_read,
    .xWrite = on_write,
    .xTruncate = on_truncate,
    .xSync = on_sync,
    .xFileSize = on_size,
    .xLock = on_lock,
    .xUnlock = on_unlock,
    .xCheckReservedLock = on_reserved,
    .xFileControl = on_control,
    .xSectorSize = on_sector,
    .xDeviceCharacteristics = on_traits,
    .xShmMap = on_map,
    .xShmLock = on_shm_lock,
    .xShmBarrier = on_barrier,
    .xShmUnmap = on_unmap,
    .xFetch = on_fetch,
    .xUnfetch = on_unfetch,
};

static int on_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *f, int flags,
                   int *ret_flags)
{
    int code;

    UNUSED(vfs);
    f->pMethods = NULL;
    code = usual->xOpen(usual, name, real(f), flags, ret_flags);
    if (code == SQLITE_OK)
        f->pMethods = &methods;
    return code;
}

void disk_install(void)
{
    test_db_file(); /* SQLite is configured before its first use, which must not be here */
    usual = sqlite3_vfs_find(NULL);
    assert(usual != &disk);
    disk = *usual;
    disk.zName = "watched";
    disk.szOsFile = (int)sizeof(File) + usual->szOsFile;
    disk.xOpen = on_open;
    disk.pNext = NULL;
    atomic_store(&owned, false);
    atomic_store(&own_writes, 0);
    atomic_store(&strange_writes, 0);
    disk_heal();
    sqlite3_vfs_register(&disk, 1);
}

void disk_remove(void)
{
    sqlite3_vfs_unregister(&disk);
    sqlite3_vfs_register(usual, 1);
}

void disk_own(void)
{
    owner = pthread_self();
    atomic_store(&owned, true);
}

uint64_t disk_writes(void)
{
    return atomic_load(&own_writes);
}

uint64_t disk_strange(void)
{
    return atomic_load(&strange_writes);
}

void disk_fill(uint64_t nth)
{
    atomic_store(&room, nth);
}

void disk_break(void)
{
    atomic_store(&broken, true);
}

void disk_heal(void)
{
    atomic_store(&broken, false);
    atomic_store(&room, 0);
}
