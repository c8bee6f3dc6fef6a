#include "domain/report/figures.h"

#include "support/test.h"

static Ms at(const char *text)
{
    Ms ms = MS_NONE;
    EXPECT(clock_parse_rfc3339(str_z(text), &ms));
    return ms;
}

static Arena *arena(void)
{
    return arena_new(64 << 20);
}

/* Requests that took 1, 2 ... n hours to be fulfilled. */
static Figures hours(Arena *a, int64_t n)
{
    FiguresBuild *b = figures_begin(a, 4, NULL, NULL, false);
    Ms opened = at("2030-01-01T00:00:00Z");
    Figures f;

    for (int64_t i = n; i > 0; i--)
        EXPECT_RC(RC_OK, figures_add(b, &(FigureRow){ .opened = opened,
                                                      .answered = MS_NONE,
                                                      .fulfilled = opened + i * MS_HOUR,
                                                      .closed = MS_NONE }));
    EXPECT_RC(RC_OK, figures_end(b, at("2030-01-10T00:00:00Z"), false, &f));
    return f;
}

TEST(figures_percentiles_are_values_that_so_many_do_not_exceed)
{
    static const struct {
        int line;
        int64_t n;
        double median;
        int64_t p80, p90, p95, max;
    } cases[] = {
        { __LINE__, 1, 1, 1, 1, 1, 1 },         { __LINE__, 2, 1.5, 2, 2, 2, 2 },
        { __LINE__, 5, 3, 4, 5, 5, 5 },         { __LINE__, 10, 5.5, 8, 9, 10, 10 },
        { __LINE__, 20, 10.5, 16, 18, 19, 20 }, { __LINE__, 100, 50.5, 80, 90, 95, 100 },
        { __LINE__, 101, 51, 81, 91, 96, 101 },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(arena_free_at) Arena *a = arena();
        Figures f = hours(a, cases[i].n);
        const Spread *s = &f.time[SPREAD_FULFIL];
        EXPECT_INT_AT(cases[i].line, cases[i].n, s->n);
        EXPECT_INT_AT(cases[i].line, (int64_t)(cases[i].median * MS_HOUR), (int64_t)s->median);
        EXPECT_INT_AT(cases[i].line, cases[i].p80 * MS_HOUR, s->p80);
        EXPECT_INT_AT(cases[i].line, cases[i].p90 * MS_HOUR, s->p90);
        EXPECT_INT_AT(cases[i].line, cases[i].p95 * MS_HOUR, s->p95);
        EXPECT_INT_AT(cases[i].line, cases[i].max * MS_HOUR, s->max);
        EXPECT_INT_AT(cases[i].line, 0, s->negative);
    }
}

/* What is open at midnights 1 to 5 January after one request. */
static void expect_open(int line, const char *opened, const char *closed, const char *expect)
{
    CLEANUP(arena_free_at) Arena *a = arena();
    FiguresBuild *b = figures_begin(a, 4, NULL, NULL, false);
    Figures f;
    char got[16] = { 0 };

    EXPECT_RC(RC_OK,
              figures_add(b, &(FigureRow){ .opened = at(opened),
                                           .answered = MS_NONE,
                                           .fulfilled = MS_NONE,
                                           .closed = closed != NULL ? at(closed) : MS_NONE }));
    EXPECT_RC(RC_OK, figures_end(b, at("2030-01-05T12:00:00Z"), false, &f));
    int64_t day = figures_day(at("2030-01-01T00:00:00Z"));
    for (int64_t i = 0; i < 5; i++) {
        int64_t k = day + i - f.days.first;
        got[i] = k >= 0 && k < (int64_t)f.days.n ? (char)('0' + f.days.at[k]) : '.';
    }
    EXPECT_STR_AT(line, expect, str_z(got));
}

TEST(figures_open_at_midnight_is_opened_before_and_not_closed_until_then)
{
    expect_open(__LINE__, "2030-01-01T08:00:00Z", "2030-01-03T08:00:00Z", ".1100");
    expect_open(__LINE__, "2030-01-01T08:00:00Z", NULL, ".1111");
    expect_open(__LINE__, "2030-01-01T08:00:00Z", "2030-01-01T09:00:00Z", ".0000");
    /* Exactly at midnight: what opens then is not open yet, what closes then is open no more. */
    expect_open(__LINE__, "2030-01-02T00:00:00Z", "2030-01-04T00:00:00Z", "..100");
    expect_open(__LINE__, "2030-01-01T23:59:59Z", "2030-01-02T00:00:00Z", ".0000");
    expect_open(__LINE__, "2030-01-01T23:59:59Z", "2030-01-02T00:00:01Z", ".1000");
    /* Closed before it was opened: never open. */
    expect_open(__LINE__, "2030-01-03T08:00:00Z", "2030-01-01T08:00:00Z", "...00");
}

TEST(figures_words_are_counted_and_the_most_frequent_stand_first)
{
    static const char *const teams[] = { "b", "a", "b", "", "a", "c", "" };
    CLEANUP(arena_free_at) Arena *a = arena();
    FiguresBuild *b = figures_begin(a, 4, NULL, NULL, false);
    Figures f;

    for (size_t i = 0; i < COUNT_OF(teams); i++)
        EXPECT_RC(RC_OK, figures_add(b, &(FigureRow){ .team = str_z(teams[i]),
                                                      .promised = { i == 1   ? VERDICT_KEPT
                                                                    : i < 3  ? VERDICT_MISSED
                                                                    : i == 3 ? VERDICT_RUNNING
                                                                    : i == 4 ? VERDICT_LATE
                                                                             : VERDICT_NONE },
                                                      .opened = MS_NONE,
                                                      .answered = MS_NONE,
                                                      .fulfilled = MS_NONE,
                                                      .closed = MS_NONE }));
    EXPECT_RC(RC_OK, figures_end(b, MS_NONE, true, &f));
    EXPECT_INT(4, (int64_t)f.teams.n);
    EXPECT_STR("", f.teams.at[0].word);
    EXPECT_STR("a", f.teams.at[1].word);
    EXPECT_INT(2, f.teams.at[1].n);
    EXPECT_INT(1, f.teams.at[1].promised[PROMISED_FULFIL].kept);
    EXPECT_STR("b", f.teams.at[2].word);
    EXPECT_INT(2, f.teams.at[2].promised[PROMISED_FULFIL].judged);
    EXPECT_STR("c", f.teams.at[3].word);
    EXPECT_INT(3, f.promised[PROMISED_FULFIL].judged);
    EXPECT_INT(1, f.promised[PROMISED_FULFIL].running);
    EXPECT_INT(1, f.promised[PROMISED_FULFIL].late);
    EXPECT_INT(0, f.promised[PROMISED_ANSWER].judged);
    EXPECT_INT(7, f.open);
    EXPECT_INT(0, (int64_t)f.days.n);
}

TEST(figures_words_beyond_those_that_are_kept_are_counted)
{
    CLEANUP(arena_free_at) Arena *a = arena();
    FiguresBuild *b = figures_begin(a, 4, NULL, NULL, false);
    Figures f;

    for (int i = 0; i < FIGURE_WORDS + 3; i++)
        EXPECT_RC(RC_OK, figures_add(b, &(FigureRow){ .team = str_fmt(a, "team %d", i),
                                                      .opened = MS_NONE,
                                                      .answered = MS_NONE,
                                                      .fulfilled = MS_NONE,
                                                      .closed = MS_NONE }));
    EXPECT_RC(RC_OK, figures_end(b, MS_NONE, true, &f));
    EXPECT_INT(FIGURE_WORDS, (int64_t)f.teams.n);
    EXPECT_INT(3, f.more_teams);
}

static int64_t half(const void *calendar, Ms from, Ms to)
{
    UNUSED(calendar);
    return (to - from) / 2;
}

TEST(figures_negative_times_are_counted_in_plain_and_in_working_time)
{
    CLEANUP(arena_free_at) Arena *a = arena();
    FiguresBuild *b = figures_begin(a, 4, half, "", false);
    Ms opened = at("2030-01-01T10:00:00Z");
    Figures f;

    EXPECT_RC(RC_OK, figures_add(b, &(FigureRow){ .opened = opened,
                                                  .answered = opened,
                                                  .fulfilled = opened - 2 * MS_HOUR,
                                                  .closed = opened + 4 * MS_HOUR }));
    EXPECT_RC(RC_OK, figures_end(b, opened + MS_DAY, true, &f));
    EXPECT_INT(0, f.time[SPREAD_ANSWER].negative);
    EXPECT_INT(1, f.time[SPREAD_FULFIL].negative);
    EXPECT_INT(1, f.work[SPREAD_FULFIL].negative);
    EXPECT_INT(-MS_HOUR, f.work[SPREAD_FULFIL].max);
    EXPECT_INT(2 * MS_HOUR, f.work[SPREAD_CLOSE].max);
}

static Str as_json(Arena *a, const Figures *f)
{
    CLEANUP(buf_done) Buf b = { 0 };
    JsonOut o;

    buf_init(&b, 1 << 20);
    json_out_init(&o, &b);
    figures_write(&o, f);
    return str_dup(a, buf_str(&b));
}

TEST(figures_kept_and_read_back_are_the_same)
{
    CLEANUP(arena_free_at) Arena *a = arena();
    Figures f = hours(a, 101), back;
    const Json *json = NULL;

    EXPECT_RC(RC_OK, json_parse(a, as_json(a, &f), &json, NULL));
    EXPECT_RC(RC_OK, figures_read(a, json, &back));
    EXPECT(str_eq(as_json(a, &f), as_json(a, &back)));
    EXPECT_INT((int64_t)f.days.n, (int64_t)back.days.n);
    EXPECT_RC(RC_OK, json_parse(a, STR("{\"requests\":\"many\"}"), &json, NULL));
    EXPECT_RC(RC_INVALID, figures_read(a, json, &back));
}
