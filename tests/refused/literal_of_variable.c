/* refused: expected */
#include "core/buf.h"

void add(Buf *b, const char *markup);

void add(Buf *b, const char *markup)
{
    buf_add_lit(b, markup);
}
