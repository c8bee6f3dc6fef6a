#include "cli/shell_fixture.h"

#include "support/db_test.h"

Shell shell_open(void)
{
    Shell s = { .db = test_db(0), .folder = STR_NULL };
    buf_init(&s.out, 8 << 20);
    buf_init(&s.err, 1 << 20);
    return s;
}

void shell_close(Shell *s)
{
    buf_done(&s->out);
    buf_done(&s->err);
    db_close(s->db);
}

ExitCode shell_run(Shell *s, const char *line)
{
    Str words[16], rest = str_z(line);
    size_t n = 0;

    while (!str_is_null(rest) && n < COUNT_OF(words))
        words[n++] = str_cut(&rest, '|');
    buf_clear(&s->out);
    buf_clear(&s->err);
    return command_run(&(CommandCall){ .row = command_find(words[0]),
                                       .argv = words + 1,
                                       .argc = n - 1,
                                       .db = s->db,
                                       .base_url = STR("http://127.0.0.1:8080"),
                                       .folder = s->folder,
                                       .out = &s->out,
                                       .err = &s->err });
}
