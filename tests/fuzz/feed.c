/* Whatever an iCalendar file holds, its days are dates within the horizon, each once and in order. */
#include "fuzz/fuzz.h"

#include "domain/calendar/calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    const Ms now = INT64_C(1906243200000); /* 2030-05-29 */
    CalendarHolidays days = { 0 };
    size_t timed = 0;
    Text why = { 0 };
    Rc rc = calendar_feed_parse(a, (Str){ (const char *)data, size }, now, &days, &timed, &why);

    assert((rc == RC_INVALID) == (why.msgid != NULL));
    for (size_t i = 0; rc == RC_OK && i < days.n; i++) {
        CivilTime t = clock_civil_utc(days.at[i].date);
        assert(days.at[i].date % MS_DAY == 0 && t.year >= 2020 && t.year <= 2040);
        assert(i == 0 || days.at[i - 1].date < days.at[i].date);
        assert(str_is_clean_text(days.at[i].name, false));
    }
    return 0;
}
