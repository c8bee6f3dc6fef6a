/* refused: sign */
#include "core/base.h"

bool less(int a, size_t b);

bool less(int a, size_t b)
{
    return a < b;
}
