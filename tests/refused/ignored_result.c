/* refused: ignoring return value */
#include "core/buf.h"

void ignore(const Buf *b);

void ignore(const Buf *b)
{
    buf_result(b);
}
