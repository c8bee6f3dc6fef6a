#include "http/spool.h"

#include "core/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>

static Rc failed(const char *act)
{
    log_error("http.spool", "%s: %s", act, strerror(errno));
    return RC_INTERNAL;
}

Rc spool_open(Str dir, int *ret_fd)
{
    char path[PATH_MAX];

    if (dir.len == 0 || dir.len + sizeof "/body-XXXXXX" > sizeof path) {
        errno = ENAMETOOLONG;
        return failed("name of the directory");
    }
    memcpy(path, dir.ptr, dir.len);
    path[dir.len] = '\0';
    int fd = open(path, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
        /* Not every file system has files without names (NFS, older overlays). */
        memcpy(path + dir.len, "/body-XXXXXX", sizeof "/body-XXXXXX");
        fd = mkostemp(path, O_CLOEXEC);
        if (fd >= 0 && unlink(path) != 0) {
            close(fd);
            return failed("unlink");
        }
    }
    if (fd < 0)
        return failed("open");
    *ret_fd = fd;
    return RC_OK;
}

Rc spool_write(int fd, Str piece)
{
    while (piece.len > 0) {
        ssize_t n = write(fd, piece.ptr, piece.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return failed("write");
        piece = str_skip(piece, (size_t)n);
    }
    return RC_OK;
}

Rc spool_map(int fd, size_t bytes, Str *ret)
{
    if (bytes == 0) {
        *ret = STR("");
        return RC_OK;
    }
    void *at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return failed("mmap");
    *ret = (Str){ at, bytes };
    return RC_OK;
}

void spool_unmap(Str bytes)
{
    if (bytes.len > 0 && munmap((void *)(uintptr_t)bytes.ptr, bytes.len) != 0)
        log_fatal("http.spool", "munmap: %s", strerror(errno));
}
