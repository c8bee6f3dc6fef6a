/* command.c - words and options of a command line, and transactions for it. */
#include "cli/command.h"

#include "core/log.h"
#include "core/random.h"

#include <stdarg.h>

static bool is_option(Str word)
{
    return str_starts(word, STR("--")) && word.len > 2;
}

Str command_option(Command *c, const char *name)
{
    for (size_t i = 0; i < c->argc; i++) {
        Str word = c->argv[i];
        if (c->used[i] || !is_option(word))
            continue;
        Str value = str_skip(word, 2), key = str_cut(&value, '=');
        if (!str_eq_z(key, name))
            continue;
        c->used[i] = true;
        if (!str_is_null(value))
            return value;
        if (i + 1 < c->argc && !c->used[i + 1] && !is_option(c->argv[i + 1])) {
            c->used[i + 1] = true;
            return c->argv[i + 1];
        }
        c->used[i] = false; /* an option without its value is left over and refused */
        return STR_NULL;
    }
    return STR_NULL;
}

bool command_flag(Command *c, const char *name)
{
    for (size_t i = 0; i < c->argc; i++) {
        if (!c->used[i] && is_option(c->argv[i]) && str_eq_z(str_skip(c->argv[i], 2), name)) {
            c->used[i] = true;
            return true;
        }
    }
    return false;
}

Str command_word(Command *c)
{
    for (size_t i = 0; i < c->argc; i++) {
        if (!c->used[i] && !is_option(c->argv[i])) {
            c->used[i] = true;
            return c->argv[i];
        }
    }
    return STR_NULL;
}

bool command_is_done(Command *c)
{
    for (size_t i = 0; i < c->argc; i++) {
        if (c->used[i])
            continue;
        command_complain(c, "errand: \"%.*s\" is not understood here", STR_ARG(c->argv[i]));
        return false;
    }
    return true;
}

Str command_path(Command *c, Str path)
{
    if (str_is_null(c->folder) || str_starts(path, STR("/")))
        return path;
    return str_fmt(c->arena, "%.*s/%.*s", STR_ARG(c->folder), STR_ARG(path));
}

static void say(Buf *to, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
static void say(Buf *to, const char *format, va_list args)
{
    char line[8192];
    int n = vsnprintf(line, sizeof line, format, args);

    if (n < 0)
        return;
    buf_add_bytes(to, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
    buf_add_char(to, '\n');
}

void command_say(Command *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c->out, format, args);
    va_end(args);
}

void command_complain(Command *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    say(c->err, format, args);
    va_end(args);
}

typedef struct Job {
    Command *c;
    Rc (*fn)(Ctx *cx, void *arg);
    void *arg;
    Subject *subject;
} Job;

/* The sentences of a failure, one a line, in English: the command line has no reader's language. */
static Str trouble_of(Ctx *cx)
{
    Reader r = { LANG_EN, cx->zone, cx->now_ms };
    Buf text;

    buf_init(&text, 64 * 1024);
    if (cx->detail.msgid != NULL) {
        buf_add(&text, words_text(cx->arena, &r, &cx->detail));
        buf_add_char(&text, '\n');
    }
    for (size_t i = 0; i < cx->errors.n; i++) {
        const FieldError *e = &cx->errors.at[i];
        if (e->pointer.len > 0)
            buf_add_fmt(&text, "%.*s: ", STR_ARG(str_skip(e->pointer, 1)));
        buf_add(&text, words_text(cx->arena, &r, &e->text));
        buf_add_char(&text, '\n');
    }
    Str result = str_dup(cx->arena, str_trim(buf_str(&text)));
    buf_done(&text);
    return result;
}

static Rc run_job(DbConn *conn, void *arg)
{
    Job *job = arg;
    Ctx cx = { .arena = job->c->arena,
               .db = conn,
               .now_ms = clock_now_ms(),
               .subject = job->subject,
               .lang = LANG_EN,
               .zone = zone_utc(),
               .call_ref = STR("cli") };
    Rc rc = job->fn(&cx, job->arg);

    job->c->trouble = rc == RC_OK ? STR_NULL : trouble_of(&cx);
    return rc;
}

/* The operator: known by the operating system's rights to the database file, not by a person. */
static Subject *operator_subject(Command *c)
{
    Subject *s = ARENA_NEW(c->arena, Subject);
    s->origin = STR("cli");
    s->scopes = SCOPE_ALL;
    s->zone = zone_utc();
    return s;
}

Rc command_write(Command *c, Rc (*fn)(Ctx *cx, void *arg), void *arg)
{
    Job job = { c, fn, arg, operator_subject(c) };
    return db_write(c->db, run_job, &job);
}

Rc command_write_long(Command *c, Rc (*fn)(Ctx *cx, void *arg), void *arg)
{
    Job job = { c, fn, arg, operator_subject(c) };
    return db_write_long(c->db, run_job, &job);
}

Rc command_read(Command *c, Rc (*fn)(Ctx *cx, void *arg), void *arg)
{
    Job job = { c, fn, arg, operator_subject(c) };
    DbConn *reader = NULL;

    TRY(db_reader_open(c->db, &reader));
    Rc rc = db_read_begin(reader);
    if (rc == RC_OK) {
        rc = run_job(reader, &job);
        db_read_end(reader);
    }
    db_reader_close(reader);
    return rc;
}

ExitCode command_failed(Command *c, Rc rc)
{
    if (c->trouble.len > 0)
        command_complain(c, "errand: %.*s", STR_ARG(c->trouble));
    else if (rc == RC_NOT_FOUND)
        command_complain(c, "errand: there is no such thing");
    else
        command_complain(c, "errand: that did not work (%s)", rc_name(rc));
    return rc == RC_INVALID ? EXIT_NO : EXIT_CANNOT;
}
