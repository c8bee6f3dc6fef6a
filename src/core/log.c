/* log.c - see log.h.  Written without Buf and Arena, which report their own failures here. */
#include "core/log.h"

#include "core/clock.h"

#include <stdarg.h>
#include <stdatomic.h>

#define LINE_BYTES 1024u
#define TAIL       "\"}\n"

static _Atomic int least_level = LOG_INFO;

void log_set_level(LogLevel least)
{
    atomic_store(&least_level, (int)least);
}

typedef struct Line {
    char text[LINE_BYTES];
    size_t len;
} Line;

/* Adds n bytes whole, or none where they would leave no room for the end of the line. */
static bool line_add(Line *l, const char *bytes, size_t n)
{
    if (n > LINE_BYTES - (sizeof TAIL - 1) - l->len)
        return false;
    memcpy(l->text + l->len, bytes, n);
    l->len += n;
    return true;
}

/* Adds the inside of a JSON string; whatever is not clean UTF-8 is shown as an escape. */
static void line_add_escaped(Line *l, const char *text, size_t len)
{
    Str s = { text, len };
    size_t at = 0;

    while (at < len) {
        size_t from = at;
        uint32_t c = str_next_char(s, &at);
        char hex[8];
        bool fits;
        if (c == '"' || c == '\\') {
            char pair[2] = { '\\', (char)c };
            fits = line_add(l, pair, 2);
        } else if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c == 0xFFFD && at - from == 1)) {
            int n = snprintf(hex, sizeof hex, "\\u%04x", (unsigned)(c & 0xFFFFu));
            fits = line_add(l, hex, (size_t)n);
        } else {
            fits = line_add(l, text + from, at - from);
        }
        if (!fits)
            return;
    }
}

__attribute__((format(printf, 3, 0))) static void line_write(LogLevel level, const char *what,
                                                             const char *format, va_list args)
{
    static const char *const names[] = { "debug", "info", "warn", "error" };
    Line l = { .len = 0 };
    char part[LINE_BYTES];
    char at[CLOCK_RFC3339_BYTES];

    int n = snprintf(part, sizeof part, "{\"at\":\"%.*s\",\"level\":\"%s\",\"what\":\"",
                     (int)clock_write_rfc3339(at, clock_now_ms()), at, names[level]);
    line_add(&l, part, (size_t)n);
    line_add_escaped(&l, what, strlen(what));
    line_add(&l, "\",\"detail\":\"", 12);
    n = vsnprintf(part, sizeof part, format, args);
    if (n > 0)
        line_add_escaped(&l, part, (size_t)n < sizeof part ? (size_t)n : sizeof part - 1);
    memcpy(l.text + l.len, TAIL, sizeof TAIL - 1);
    l.len += sizeof TAIL - 1;
    /* One write, so that lines of threads do not mix.  Where stderr is gone nobody can be told. */
    ssize_t written = write(STDERR_FILENO, l.text, l.len);
    UNUSED(written);
}

void log_line(LogLevel level, const char *what, const char *format, ...)
{
    va_list args;

    if ((int)level < atomic_load(&least_level))
        return;
    va_start(args, format);
    line_write(level, what, format, args);
    va_end(args);
}

_Noreturn void log_fatal(const char *what, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    line_write(LOG_ERROR, what, format, args);
    va_end(args);
    abort();
}
