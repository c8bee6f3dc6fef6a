#include "cli/modules.h"

#include "support/test.h"

TEST(settings_base_url_is_an_address_without_a_path)
{
    static const struct {
        int line;
        const char *url;
        const char *host; /* NULL: refused */
    } cases[] = {
        { __LINE__, "", "" },
        { __LINE__, "https://errand.example.org", "errand.example.org" },
        { __LINE__, "http://127.0.0.1:8080", "127.0.0.1:8080" },
        { __LINE__, "http://[::1]:8080", "[::1]:8080" },
        { __LINE__, "https://", NULL },
        { __LINE__, "errand.example.org", NULL },
        { __LINE__, "ftp://errand.example.org", NULL },
        { __LINE__, "https://errand.example.org/", NULL },
        { __LINE__, "https://example.org/errand", NULL },
        { __LINE__, "https://admin@example.org", NULL },
        { __LINE__, "https://errand.example.org ", NULL },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str host;
        EXPECT_AT(cases[i].line,
                  setting_base_host(str_z(cases[i].url), &host) == (cases[i].host != NULL));
        if (cases[i].host != NULL)
            EXPECT_STR_AT(cases[i].line, cases[i].host, host);
    }
}
