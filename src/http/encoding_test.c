#include "http/encoding.h"
#include "support/test.h"

TEST(gzip_is_used_only_for_those_who_take_it)
{
    static const struct {
        int line;
        bool accepts;
        const char *header;
    } cases[] = {
        { __LINE__, true, "gzip" },
        { __LINE__, true, "gzip, deflate, br, zstd" },
        { __LINE__, true, "br;q=1.0, GZIP;q=0.8, *;q=0.1" },
        { __LINE__, true, "gzip;q=0.001" },
        { __LINE__, true, "gzip ; q = 1.000" },
        { __LINE__, true, "*" },
        { __LINE__, true, "*;q=0, gzip" },
        { __LINE__, false, "" },
        { __LINE__, false, "identity" },
        { __LINE__, false, "x-gzipped, gzip2" },
        { __LINE__, false, "gzip;q=0" },
        { __LINE__, false, "gzip;q=0.000" },
        { __LINE__, false, "gzip;q=0, *" },
        { __LINE__, false, "*;q=0" },
        { __LINE__, false, "gzip;q=-1" },
        { __LINE__, false, "gzip;q=2" },
        { __LINE__, false, "gzip;q=0.0001" },
        { __LINE__, false, "gzip;q=" },
        { __LINE__, false, "gzip;level=9" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_AT(cases[i].line, cases[i].accepts == http_accepts_gzip(str_z(cases[i].header)));
    EXPECT(!http_accepts_gzip(STR_NULL));
}
