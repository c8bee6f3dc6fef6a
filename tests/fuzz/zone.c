/* Whatever zone_read accepts answers for any instant. */
#include "fuzz/fuzz.h"

#include "core/clock.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const Ms instants[] = {
        0, INT64_MAX, INT64_MIN + 1, 1911859200000, -1911859200000, 4102444800000
    };
    Zone *z = zone_read((Str){ (const char *)data, size });

    if (z == NULL)
        return 0;
    for (size_t i = 0; i < COUNT_OF(instants); i++) {
        CivilTime t = zone_civil(z, instants[i]);
        Ms back = zone_instant(z, &t);
        assert(i == 1 || i == 2 || back <= instants[i]);
    }
    zone_free(z);
    return 0;
}
