/* csv_out.c - writes CSV. */
#include "core/csv.h"

#include <string.h>

void csv_cell(Buf *to, Str s)
{
    bool formula = s.len > 0 && memchr("=+-@\t\r", s.ptr[0], 6) != NULL;

    buf_add_char(to, '"');
    if (formula)
        buf_add_char(to, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"')
            buf_add_char(to, '"');
        buf_add_char(to, s.ptr[i]);
    }
    buf_add_char(to, '"');
}
