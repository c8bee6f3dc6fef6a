#include "http/spool.h"
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>

TEST(spool_gives_back_what_was_written)
{
    int fd = -1;
    Str bytes = STR_NULL;

    EXPECT_RC(RC_OK, spool_open(STR("/tmp"), &fd));
    EXPECT_RC(RC_OK, spool_map(fd, 0, &bytes));
    EXPECT_STR("", bytes);
    spool_unmap(bytes);
    EXPECT_RC(RC_OK, spool_write(fd, STR("one ")));
    EXPECT_RC(RC_OK, spool_write(fd, STR("")));
    EXPECT_RC(RC_OK, spool_write(fd, STR("two")));
    EXPECT_RC(RC_OK, spool_map(fd, 7, &bytes));
    EXPECT_STR("one two", bytes);
    spool_unmap(bytes);
    close(fd);
}

TEST(spool_file_is_private_and_has_no_name)
{
    int fd = -1;
    struct stat s;

    EXPECT_RC(RC_OK, spool_open(STR("/tmp"), &fd));
    EXPECT_INT(0, fstat(fd, &s));
    EXPECT_INT(0600, s.st_mode & 07777);
    EXPECT_INT(0, (int64_t)s.st_nlink);
    EXPECT_INT(FD_CLOEXEC, fcntl(fd, F_GETFD));
    close(fd);
}

TEST(spool_tells_when_it_cannot)
{
    int fd = -1;
    Str bytes = STR_NULL;

    EXPECT_RC(RC_INTERNAL, spool_open(STR(""), &fd));
    EXPECT_RC(RC_INTERNAL, spool_open(STR("/tmp/there/is/no/such/directory"), &fd));
    EXPECT_INT(-1, fd);
    fd = open("/dev/full", O_WRONLY | O_CLOEXEC); /* a disk without room */
    EXPECT(fd >= 0);
    EXPECT_RC(RC_INTERNAL, spool_write(fd, STR("one")));
    EXPECT_RC(RC_INTERNAL, spool_map(fd, 3, &bytes));
    EXPECT(str_is_null(bytes));
    close(fd);
}
