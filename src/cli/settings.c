/* settings.c - every setting of the program, in one table. */
#include "cli/modules.h"

const ConfigRow program_settings[] = {
    { "db", "sqlite:errand.sqlite", "the database: sqlite:FILE" },
    { "listen", "127.0.0.1:8080", "address and port of the server" },
    { "base_url", "", "how people reach the server; empty: http:// and the listening address" },
    { "hosts", "", "further host names that are answered, separated by blanks" },
    { "loops", "2", "threads that read and answer calls, 1 to 16" },
    { "api_rate", "200", "calls a second that one API token may make" },
    { "actions", "",
      "absolute path of a folder of executables that carry out actions; empty: none" },
    { "feeds", "",
      "absolute path of a folder of iCalendar files that calendars name; empty: none" },
    { "config", "", "a file with settings, name = value" },
};
const size_t program_settings_n = COUNT_OF(program_settings);

bool setting_base_host(Str base_url, Str *ret_host)
{
    static const Str schemes[] = { STR_INIT("http://"), STR_INIT("https://") };

    *ret_host = STR("");
    if (base_url.len == 0)
        return true;
    for (size_t i = 0; i < COUNT_OF(schemes); i++)
        if (str_starts(base_url, schemes[i]))
            *ret_host = str_skip(base_url, schemes[i].len);
    for (size_t i = 0; i < ret_host->len; i++) {
        char c = ret_host->ptr[i];
        if (c <= ' ' || c > '~' || strchr("/?#@\"<>", c) != NULL)
            return false;
    }
    return ret_host->len > 0;
}
