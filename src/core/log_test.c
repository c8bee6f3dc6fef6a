#include "support/test.h"

#include "core/json.h"
#include "core/log.h"

#include <fcntl.h>

/* What `fn` writes to stderr. */
static Str captured(void (*fn)(const char *), const char *detail)
{
    char text[4096];
    int ends[2];

    EXPECT(pipe(ends) == 0);
    int kept = dup(STDERR_FILENO);
    EXPECT(kept >= 0 && dup2(ends[1], STDERR_FILENO) >= 0);
    fn(detail);
    EXPECT(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    close(ends[1]);
    ssize_t n = read(ends[0], text, sizeof text);
    close(ends[0]);
    EXPECT(n >= 0);
    return str_dup(test_arena(), (Str){ text, (size_t)n });
}

static void warn(const char *detail)
{
    log_warn("a warning", "%s", detail);
}

static void inform(const char *detail)
{
    log_info("news", "%s", detail);
}

static const Json *parsed(Str line)
{
    const Json *v = NULL;

    EXPECT(str_ends(line, STR("}\n")));
    EXPECT_RC(RC_OK, json_parse(test_arena(), line, &v, NULL));
    return v;
}

TEST(log_writes_one_line_of_json)
{
    Ms at = 0;

    log_set_level(LOG_INFO);
    const Json *v = parsed(captured(warn, "request 7"));
    log_set_level(LOG_ERROR);
    EXPECT_STR("warn", json_get(v, STR("level"))->text);
    EXPECT_STR("a warning", json_get(v, STR("what"))->text);
    EXPECT_STR("request 7", json_get(v, STR("detail"))->text);
    EXPECT(clock_parse_rfc3339(json_get(v, STR("at"))->text, &at));
    EXPECT(clock_now_ms() - at < MS_MINUTE);
}

TEST(log_leaves_out_what_is_below_its_level)
{
    log_set_level(LOG_WARN);
    Str below = captured(inform, "x"), at = captured(warn, "x");
    log_set_level(LOG_INFO);
    Str above = captured(inform, "x");
    log_set_level(LOG_ERROR);
    EXPECT_STR("", below);
    EXPECT(at.len > 0 && above.len > 0);
}

TEST(log_escapes_what_could_forge_a_line)
{
    log_set_level(LOG_INFO);
    Str line = captured(warn, "a\n{\"b\"}\\\x1B[31m\x7F\xC2\x85\xFFz\xC3\xA5");
    log_set_level(LOG_ERROR);
    EXPECT_INT(line.len - 1, str_find(line, '\n'));
    EXPECT(!str_contains(line, STR("\x1B")) && str_is_utf8(line));
    EXPECT_STR("a\n{\"b\"}\\\x1B[31m\x7F\xC2\x85\xEF\xBF\xBDz\xC3\xA5",
               json_get(parsed(line), STR("detail"))->text);
}

TEST(log_cuts_at_1_kib_and_stays_json)
{
    static const char *const fills[] = { "x", "\n", "\xC3\xA5", "\"", "\xF0\x9F\x98\x80" };

    log_set_level(LOG_INFO);
    for (size_t i = 0; i < COUNT_OF(fills); i++)
        for (size_t lead = 0; lead < 8; lead++) {
            char detail[3000];
            size_t n = lead;
            memset(detail, '-', lead);
            for (; n + 5 < sizeof detail; n += strlen(fills[i]))
                memcpy(detail + n, fills[i], strlen(fills[i]));
            detail[n] = '\0';
            Str line = captured(warn, detail);
            EXPECT_AT((int)i, line.len <= 1024 && line.len > 1000 && str_is_utf8(line));
            parsed(line);
        }
    log_set_level(LOG_ERROR);
}

static void die(void *unused)
{
    UNUSED(unused);
    log_fatal("broken", "%d", 1);
}

TEST(log_fatal_ends_the_process)
{
    EXPECT_ABORT(die, NULL);
}
