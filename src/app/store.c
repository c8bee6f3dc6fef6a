/* store.c - content-addressed files below one directory descriptor. */
#include "app/store.h"

#include "core/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_CHARS 64
#define FOLDERS    256 /* two hex digits */

struct Store {
    int dir;
    DIR *walk; /* the folder in which the walk stands; NULL between two folders */
    unsigned folder;
};

/* Between looking at the age of a file and removing it, nobody may store the same bytes again.  One
 * process at a time keeps a store, so a lock of the process is enough. */
static pthread_mutex_t ages = PTHREAD_MUTEX_INITIALIZER;

Rc store_open(Str dir, Store **ret)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(8192);
    const char *path = str_dup_z(a, dir);

    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        log_error("store", "cannot make the directory for files: %s", strerror(errno));
        return RC_INTERNAL;
    }
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        log_error("store", "cannot open the directory for files: %s", strerror(errno));
        return RC_INTERNAL;
    }
    Store *s = calloc(1, sizeof *s);
    if (s == NULL) {
        close(fd);
        return RC_INTERNAL;
    }
    s->dir = fd;
    *ret = s;
    return RC_OK;
}

void store_close(Store *s)
{
    if (s == NULL)
        return;
    if (s->walk != NULL)
        closedir(s->walk);
    close(s->dir);
    free(s);
}

static bool is_hash(Str s)
{
    if (s.len != HASH_CHARS)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!((s.ptr[i] >= '0' && s.ptr[i] <= '9') || (s.ptr[i] >= 'a' && s.ptr[i] <= 'f')))
            return false;
    return true;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* A hash is the only thing that becomes a path, and it is checked first: hex digits cannot leave the
 * directory. */
static void path_of(Str sha256, char ret[HASH_CHARS + 4])
{
    ret[0] = sha256.ptr[0];
    ret[1] = sha256.ptr[1];
    ret[2] = '/';
    memcpy(ret + 3, sha256.ptr, HASH_CHARS);
    ret[HASH_CHARS + 3] = '\0';
}

static bool write_all(int fd, Str bytes)
{
    size_t done = 0;
    while (done < bytes.len) {
        ssize_t n = write(fd, bytes.ptr + done, bytes.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return true;
}

static bool same_bytes(int fd, Str bytes)
{
    char piece[65536];
    size_t at = 0;
    for (;;) {
        ssize_t n = pread(fd, piece, sizeof piece, (off_t)at);
        if (n < 0)
            return false;
        if (n == 0)
            return at == bytes.len;
        if ((size_t)n > bytes.len - at || memcmp(piece, bytes.ptr + at, (size_t)n) != 0)
            return false;
        at += (size_t)n;
    }
}

/* Makes a file that is there already as young as a new one.  False when it was just removed. */
static bool renewed(int fd)
{
    struct stat st;

    pthread_mutex_lock(&ages);
    bool ok = futimens(fd, NULL) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0;
    pthread_mutex_unlock(&ages);
    return ok;
}

/* Gives a finished file its name. */
static bool named(int dir, const char *temp, const char *name)
{
    pthread_mutex_lock(&ages);
    bool ok = renameat(dir, temp, dir, name) == 0;
    pthread_mutex_unlock(&ages);
    return ok;
}

static Rc disk_failed(void)
{
    log_error("store", "cannot store a file: %s", strerror(errno));
    return RC_INTERNAL;
}

Rc store_put(Store *s, Arena *a, Str bytes, Str *ret_sha256)
{
    Str hash = sha256_hex(a, bytes);
    Str temp = str_fmt(a, "tmp-%.*s", STR_ARG(random_secret(a)));
    char path[HASH_CHARS + 4];
    char folder[3] = { hash.ptr[0], hash.ptr[1], '\0' };

    path_of(hash, path);
    bool made = mkdirat(s->dir, folder, 0700) == 0;
    if ((!made && errno != EEXIST) || (made && fsync(s->dir) != 0))
        return disk_failed();
    CLEANUP(close_fd)
    int dir = openat(s->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (dir < 0)
        return disk_failed();

    CLEANUP(close_fd) int have = openat(s->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (have >= 0 && same_bytes(have, bytes) && renewed(have)) {
        *ret_sha256 = hash;
        return RC_OK;
    }
    CLEANUP(close_fd)
    int fd = openat(dir, temp.ptr, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400);
    if (fd < 0)
        return disk_failed();
    /* A failed fsync is never retried: the file is dropped and the upload fails. */
    if (!write_all(fd, bytes) || fsync(fd) != 0 || !same_bytes(fd, bytes)
        || !named(dir, temp.ptr, path + 3)) {
        Rc rc = disk_failed();
        unlinkat(dir, temp.ptr, 0);
        return rc;
    }
    if (fsync(dir) != 0)
        return disk_failed();
    *ret_sha256 = hash;
    return RC_OK;
}

Rc store_get(Store *s, Str sha256, int *ret_fd, int64_t *ret_bytes)
{
    char path[HASH_CHARS + 4];
    struct stat st;

    if (!is_hash(sha256))
        return RC_INVALID;
    path_of(sha256, path);
    int fd = openat(s->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_INTERNAL;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(fd);
        return RC_INTERNAL;
    }
    *ret_fd = fd;
    *ret_bytes = st.st_size;
    return RC_OK;
}

Rc store_read(Store *s, Str sha256, Buf *to)
{
    int fd = -1;
    int64_t bytes = 0;
    size_t start = to->len;

    TRY(store_get(s, sha256, &fd, &bytes));
    char *at = buf_room(to, (size_t)bytes);
    while (at != NULL && to->len - start < (size_t)bytes) {
        ssize_t n = read(fd, at + (to->len - start), (size_t)bytes - (to->len - start));
        if (n <= 0)
            break;
        to->len += (size_t)n;
    }
    close(fd);
    if (at == NULL)
        return RC_LIMIT;
    return to->len - start == (size_t)bytes ? RC_OK : RC_INTERNAL;
}

/* ---- removing ---- */

static bool is_old(int dir, const char *path, Ms before)
{
    struct stat st;

    return fstatat(dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)
           && (Ms)st.st_mtim.tv_sec * MS_SECOND + st.st_mtim.tv_nsec / 1000000 < before;
}

static Rc remove_old(int dir, const char *path, Ms before)
{
    Rc rc = RC_OK;

    pthread_mutex_lock(&ages);
    if (is_old(dir, path, before) && unlinkat(dir, path, 0) != 0 && errno != ENOENT) {
        log_error("store", "cannot remove a file: %s", strerror(errno));
        rc = RC_INTERNAL;
    }
    pthread_mutex_unlock(&ages);
    return rc;
}

Rc store_remove(Store *s, Str sha256, Ms before)
{
    char path[HASH_CHARS + 4];

    if (!is_hash(sha256))
        return RC_INVALID;
    path_of(sha256, path);
    return remove_old(s->dir, path, before);
}

/* Opens the next folder that is there; false when the round is over. */
static bool next_folder(Store *s)
{
    for (; s->folder < FOLDERS; s->folder++) {
        char name[3];
        snprintf(name, sizeof name, "%02x", s->folder);
        int fd = openat(s->dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        if (fd < 0)
            continue;
        s->folder++;
        s->walk = fdopendir(fd);
        if (s->walk != NULL)
            return true;
        close(fd);
    }
    s->folder = 0;
    return false;
}

static Rc look_at(Store *s, Arena *a, const char *name, Ms before, StrList *ret)
{
    Str n = str_z(name);
    int dir = dirfd(s->walk);

    if (str_starts(n, STR("tmp-")))
        return remove_old(dir, name, before);
    if (is_hash(n) && is_old(dir, name, before))
        return LIST_PUSH(a, ret, str_dup(a, n));
    return RC_OK;
}

Rc store_walk(Store *s, Arena *a, Ms before, size_t max, StrList *ret)
{
    StrList list = { 0 };

    for (size_t i = 0; i < max && (s->walk != NULL || next_folder(s)); i++) {
        struct dirent *entry = readdir(s->walk);
        if (entry != NULL) {
            TRY(look_at(s, a, entry->d_name, before, &list));
        } else {
            closedir(s->walk);
            s->walk = NULL;
        }
    }
    *ret = list;
    return RC_OK;
}

/* Magic numbers of what people attach to requests.  Sources: the formats' own specifications. */
Str filetype_of(Str bytes)
{
    static const struct {
        Str magic;
        size_t at;
        Str type;
    } table[] = {
        { STR_INIT("\x89PNG\r\n\x1a\n"), 0, STR_INIT("image/png") },
        { STR_INIT("\xff\xd8\xff"), 0, STR_INIT("image/jpeg") },
        { STR_INIT("GIF87a"), 0, STR_INIT("image/gif") },
        { STR_INIT("GIF89a"), 0, STR_INIT("image/gif") },
        { STR_INIT("WEBP"), 8, STR_INIT("image/webp") },
        { STR_INIT("%PDF-"), 0, STR_INIT("application/pdf") },
        { STR_INIT("PK\x03\x04"), 0, STR_INIT("application/zip") },
        { STR_INIT("\x1f\x8b"), 0, STR_INIT("application/gzip") },
        { STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0, STR_INIT("application/x-ole-storage") },
        { STR_INIT("ftyp"), 4, STR_INIT("video/mp4") },
        { STR_INIT("{\\rtf"), 0, STR_INIT("application/rtf") },
    };
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        Str m = table[i].magic;
        if (bytes.len >= table[i].at + m.len && memcmp(bytes.ptr + table[i].at, m.ptr, m.len) == 0)
            return table[i].type;
    }
    /* Only the beginning decides; cut at a character. */
    Str head = str_sub(bytes, 0, 4096);
    while (head.len > 0 && bytes.len > head.len && (head.ptr[head.len - 1] & 0x80) != 0)
        head.len--;
    bool text = str_is_utf8(head);
    for (size_t i = 0; i < head.len && text; i++) {
        unsigned char c = (unsigned char)head.ptr[i];
        text = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    }
    return text ? STR("text/plain; charset=utf-8") : STR("application/octet-stream");
}

bool filetype_inline(Str type)
{
    return str_eq_z(type, "image/png") || str_eq_z(type, "image/jpeg")
           || str_eq_z(type, "image/gif") || str_eq_z(type, "image/webp");
}

Str filename_clean(Arena *a, Str name)
{
    for (size_t i = name.len; i > 0; i--) {
        if (name.ptr[i - 1] == '/' || name.ptr[i - 1] == '\\') {
            name = str_skip(name, i);
            break;
        }
    }
    name = str_trim(name);
    if (name.len == 0 || name.len > 255 || !str_is_clean_text(name, false) || str_eq_z(name, ".")
        || str_eq_z(name, ".."))
        return STR("file");
    return str_dup(a, name);
}
