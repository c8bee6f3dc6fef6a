/* help.c - see help.h. */
#include "cli/help.h"

#include "cli/commands.h"
#include "cli/modules.h"

/* It takes no words and never runs inside a server, so it is none of command_rows. */
static const CommandRow serve_row = { .name = "serve",
                                      .usage = "serve",
                                      .about = "answer people and programs until stopped" };

static const CommandRow *row_at(size_t i)
{
    return i == 0 ? &serve_row : &command_rows[i - 1];
}

/* ---- on the terminal ------------------------------------------------------------------------- */

void help_list(Buf *to)
{
    buf_add_lit(to, "errand - service request management\n\n");
    for (size_t i = 0; row_at(i)->name != NULL; i++)
        buf_add_fmt(to, "  %-10s %s\n", row_at(i)->name, row_at(i)->about);
    buf_add_lit(to, "\nerrand help COMMAND says how one of them is used.\n"
                    "\nSettings: --NAME VALUE, ERRAND_NAME, or NAME = VALUE in the file named by"
                    " --config\n");
    for (size_t i = 0; i < program_settings_n; i++) {
        const ConfigRow *s = &program_settings[i];
        buf_add_fmt(to, "  %-10s %s", s->name, s->about);
        if (s->initial[0] != '\0')
            buf_add_fmt(to, " (%s)", s->initial);
        buf_add_char(to, '\n');
    }
}

bool help_command(Buf *to, Str name)
{
    for (size_t i = 0; row_at(i)->name != NULL; i++) {
        if (!str_eq_z(name, row_at(i)->name))
            continue;
        buf_add_fmt(to, "errand %s - %s\n\n", row_at(i)->name, row_at(i)->about);
        for (Str use = str_z(row_at(i)->usage); !str_is_null(use);) {
            Str line = str_cut(&use, '\n');
            buf_add_fmt(to, "  errand %.*s\n", STR_ARG(line));
        }
        return true;
    }
    return false;
}

/* ---- for man(1) ------------------------------------------------------------------------------ */

/* Words as roff prints them: hyphens as on a command line, nothing read as a request. */
static void put(Buf *to, Str words)
{
    for (size_t i = 0; i < words.len; i++) {
        if (words.ptr[i] == '-')
            buf_add_lit(to, "\\-");
        else if (words.ptr[i] == '\\')
            buf_add_lit(to, "\\e");
        else if (i == 0 && (words.ptr[i] == '.' || words.ptr[i] == '\''))
            buf_add_fmt(to, "\\&%c", words.ptr[i]);
        else
            buf_add_char(to, words.ptr[i]);
    }
}

static void put_setting_name(Buf *to, const char *name)
{
    buf_add_lit(to, "\\-\\-");
    for (; *name != '\0'; name++)
        if (*name == '_')
            buf_add_lit(to, "\\-");
        else
            buf_add_char(to, *name);
}

static void put_commands(Buf *to)
{
    buf_add_lit(to, ".SH COMMANDS\n");
    for (size_t i = 0; row_at(i)->name != NULL; i++) {
        Str use = str_z(row_at(i)->usage);
        for (bool first = true; !str_is_null(use); first = false) {
            buf_add(to, first ? STR(".TP\n\\fBerrand ") : STR(".TQ\n\\fBerrand "));
            put(to, str_cut(&use, '\n'));
            buf_add_lit(to, "\\fR\n");
        }
        put(to, str_z(row_at(i)->about));
        buf_add_char(to, '\n');
    }
}

static void put_settings(Buf *to)
{
    buf_add_lit(to, ".SH SETTINGS\n"
                    "A setting is an option on the command line, a variable of the environment\n"
                    "(\\fBERRAND_BASE_URL\\fR for \\fB\\-\\-base\\-url\\fR), or a line\n"
                    "\\fBname = value\\fR in the file named by \\fB\\-\\-config\\fR; the first of\n"
                    "these that is there counts.\n");
    for (size_t i = 0; i < program_settings_n; i++) {
        const ConfigRow *s = &program_settings[i];
        buf_add_lit(to, ".TP\n\\fB");
        put_setting_name(to, s->name);
        buf_add_lit(to, "\\fR\n");
        put(to, str_z(s->about));
        if (s->initial[0] != '\0') {
            buf_add_lit(to, " (");
            put(to, str_z(s->initial));
            buf_add_char(to, ')');
        }
        buf_add_char(to, '\n');
    }
}

void help_manual(Buf *to, const char *version)
{
    buf_add_fmt(to, ".TH ERRAND 1 \"\" \"Errand %s\" \"\"\n", version);
    buf_add_lit(to, ".SH NAME\nerrand \\- service request management\n"
                    ".SH SYNOPSIS\n.B errand\n\\fICOMMAND\\fR [\\fIWORD\\fR ...]"
                    " [\\fB\\-\\-\\fISETTING VALUE\\fR ...]\n.br\n.B errand \\-\\-version\n"
                    ".SH DESCRIPTION\n"
                    "Errand serves requests of an organisation: the catalog, the forms, the\n"
                    "approvals, the tasks of those who fulfil them. One process serves one\n"
                    "database, a file. Other commands run inside that process when it is there,\n"
                    "as the operator: who may read and write the file may run them.\n");
    put_commands(to);
    put_settings(to);
    buf_add_lit(to,
                ".SH FILES\n"
                "Beside a database \\fIFILE\\fR stand \\fIFILE\\fB.files\\fR, what was attached\n"
                "to requests, \\fIFILE\\fB.lock\\fR, which says who writes, and, while a server\n"
                "runs, \\fIFILE\\fB.sock\\fR, through which commands reach it.\n"
                ".SH EXIT STATUS\n"
                ".TP\n0\ndone\n.TP\n1\nthe answer is no: something was looked at and is not right\n"
                ".TP\n2\nwrong use\n.TP\n3\nit could not be done; the message says why\n");
}
