/* refused: variable length array */
#include "core/base.h"

int first(size_t n);

int first(size_t n)
{
    int room[n];

    room[0] = 1;
    return room[0];
}
