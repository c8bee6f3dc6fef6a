/* refused: not handled in switch */
#include "core/base.h"

int number(Rc rc);

int number(Rc rc)
{
    switch (rc) {
    case RC_OK: return 1;
    default: return 2;
    }
}
