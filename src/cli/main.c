/* main.c - the program: finds the command, its settings and its database. */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/modules.h"
#include "cli/socket.h"

#include "core/log.h"

#include <sys/prctl.h>

#define INPUT_MAX_BYTES  (8 * 1024 * 1024)
#define OUTPUT_MAX_BYTES (64 * 1024 * 1024)
#define WORDS_MAX        1000
#define CACHE_KIB                                                                                  \
    (256 * 1024) /* this process ends with its command: an import may fill a whole database */

extern char **environ;

/* errand help [COMMAND | --man], and the same list when no command was given. */
static int help(Str topic, FILE *to)
{
    CLEANUP(buf_done) Buf text = { 0 };
    int code = to == stdout ? EXIT_DONE : EXIT_USAGE;

    buf_init(&text, OUTPUT_MAX_BYTES);
    if (str_eq_z(topic, "--man")) {
        help_manual(&text, ERRAND_VERSION);
    } else if (str_is_null(topic) || !help_command(&text, topic)) {
        help_list(&text);
        if (!str_is_null(topic))
            code = EXIT_USAGE;
    }
    fwrite(text.ptr, 1, text.len, code == EXIT_DONE ? stdout : stderr);
    return fflush(to) == 0 ? code : EXIT_CANNOT;
}

static int trouble(Str why)
{
    fprintf(stderr, "errand: %.*s\n", STR_ARG(why));
    return EXIT_USAGE;
}

/* "--base-url" names the setting base_url. */
static const char *setting_of(Arena *a, Str word)
{
    if (!str_starts(word, STR("--")))
        return NULL;
    char *name = arena_alloc(a, word.len);
    for (size_t i = 2; i < word.len; i++)
        name[i - 2] = word.ptr[i] == '-' ? '_' : word.ptr[i];
    for (size_t i = 0; i < program_settings_n; i++)
        if (str_eq_z(str_z(name), program_settings[i].name))
            return program_settings[i].name;
    return NULL;
}

typedef struct Line {
    Str words[WORDS_MAX]; /* without settings */
    size_t n;
    struct {
        const char *name;
        Str value;
    } set[32];
    size_t n_set;
} Line;

/* Errors: a sentence; STR_NULL when all is well. */
static Str split(Arena *a, int argc, char **argv, Line *ret)
{
    for (int i = 1; i < argc; i++) {
        Str value = str_z(argv[i]), word = str_cut(&value, '=');
        const char *setting = setting_of(a, word);
        if (setting == NULL) {
            if (ret->n == WORDS_MAX)
                return str_fmt(a, "more than %d words", WORDS_MAX);
            ret->words[ret->n++] = str_z(argv[i]);
            continue;
        }
        if (str_is_null(value)) {
            if (++i == argc)
                return str_fmt(a, "%.*s lacks its value", STR_ARG(word));
            value = str_z(argv[i]);
        }
        if (ret->n_set == COUNT_OF(ret->set))
            return str_fmt(a, "more than %zu settings", COUNT_OF(ret->set));
        ret->set[ret->n_set].name = setting;
        ret->set[ret->n_set++].value = value;
    }
    return STR_NULL;
}

static Rc read_input(Buf *to)
{
    char piece[65536];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0)
        buf_add_bytes(to, piece, n);
    return buf_result(to);
}

static int print(int code, const Buf *out, const Buf *err)
{
    if (out->len > 0)
        fwrite(out->ptr, 1, out->len, stdout);
    if (err->len > 0)
        fwrite(err->ptr, 1, err->len, stderr);
    return fflush(stdout) == 0 ? code : EXIT_CANNOT;
}

static Str own_folder(Arena *a)
{
    char *path = getcwd(NULL, 0);
    Str folder = path != NULL ? str_dup(a, str_z(path)) : STR("/");
    free(path);
    return folder;
}

/* In the running server when there is one, here otherwise. */
static int run_with_db(Arena *a, const CommandRow *row, const Line *line, const Config *config,
                       Str in, Buf *out, Buf *err)
{
    Str url = config_get(config, "db"), why = STR_NULL, base = config_get(config, "base_url");
    Db *db = NULL;
    int code = EXIT_CANNOT;

    Str file = STR_NULL;
    if (db_file(a, url, &file, &why) == RC_OK) {
        Str socket = str_fmt(a, "%.*s.sock", STR_ARG(file));
        SocketCall call = { .arena = a,
                            .folder = own_folder(a),
                            .words = line->words,
                            .words_n = line->n,
                            .in = in,
                            .out = out,
                            .err = err };
        Rc rc = cli_socket_call(socket.ptr, &call, &code, &why);
        if (rc == RC_OK)
            return code;
        if (rc != RC_NOT_FOUND) {
            fprintf(stderr, "errand: %.*s\n", STR_ARG(why));
            return EXIT_CANNOT;
        }
    }
    DbOpen how = { .url = url,
                   .write = true,
                   .create = str_eq_z(str_z(row->name), "init"),
                   .lock_wait_ms = 5000,
                   .cache_kib = CACHE_KIB };
    if (db_open(a, &how, &db, &why) != RC_OK) {
        fprintf(stderr, "errand: %.*s\n", STR_ARG(why));
        return EXIT_CANNOT;
    }
    if (db_migrate(db, a, &why) != RC_OK) {
        fprintf(stderr, "errand: %.*s\n", STR_ARG(why));
    } else {
        if (base.len == 0)
            base = str_fmt(a, "http://%.*s", STR_ARG(config_get(config, "listen")));
        code = (int)command_run(&(CommandCall){ .row = row,
                                                .argv = line->words + 1,
                                                .argc = line->n - 1,
                                                .in = in,
                                                .base_url = base,
                                                .db = db,
                                                .out = out,
                                                .err = err });
    }
    db_close(db);
    return code;
}

static int run(Arena *a, const CommandRow *row, const Line *line, const Config *config)
{
    Buf in, out, err;

    buf_init(&in, INPUT_MAX_BYTES);
    buf_init(&out, OUTPUT_MAX_BYTES);
    buf_init(&err, OUTPUT_MAX_BYTES);
    int code = EXIT_CANNOT;
    unsigned needs = command_needs(row, line->words, line->n);
    if ((needs & NEEDS_INPUT) != 0 && read_input(&in) != RC_OK)
        fputs("errand: the input is longer than 8 MiB\n", stderr);
    else if ((needs & NEEDS_DB) != 0)
        code = run_with_db(a, row, line, config, buf_str(&in), &out, &err);
    else
        code = (int)command_run(&(CommandCall){ .row = row,
                                                .argv = line->words + 1,
                                                .argc = line->n - 1,
                                                .in = buf_str(&in),
                                                .from = stdin,
                                                .to = stdout,
                                                .base_url = config_get(config, "base_url"),
                                                .out = &out,
                                                .err = &err });
    code = print(code, &out, &err);
    buf_done(&in);
    buf_done(&out);
    buf_done(&err);
    return code;
}

int main(int argc, char **argv)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(64 * 1024 * 1024);
    Line *line = ARENA_NEW(a, Line);
    Config config;
    Str why = STR_NULL, file = STR_NULL, host;

    /* Secrets stay out of core files. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    why = split(a, argc, argv, line);
    if (!str_is_null(why))
        return trouble(why);
    for (size_t i = 0; i < line->n_set; i++)
        if (str_eq_z(str_z(line->set[i].name), "config"))
            file = line->set[i].value;
    if (str_is_null(file) && getenv("ERRAND_CONFIG") != NULL)
        file = str_z(getenv("ERRAND_CONFIG"));
    if (config_load(a, program_settings, program_settings_n, file, environ, &config, &why) != RC_OK)
        return trouble(why);
    for (size_t i = 0; i < line->n_set; i++)
        config_set(&config, line->set[i].name, line->set[i].value);
    if (!setting_base_host(config_get(&config, "base_url"), &host))
        return trouble(STR("base_url must be http:// or https:// and a host, without a path: "
                           "https://errand.example.org"));

    if (line->n == 0)
        return help(STR_NULL, stderr);
    if (str_eq_z(line->words[0], "help") || str_eq_z(line->words[0], "--help"))
        return help(line->n > 1 ? line->words[1] : STR_NULL, stdout);
    if (line->n == 2 && str_eq_z(line->words[1], "--help"))
        return help(line->words[0], stdout);
    if (str_eq_z(line->words[0], "--version")) {
        puts("errand " ERRAND_VERSION);
        return EXIT_DONE;
    }
    if (str_eq_z(line->words[0], "serve"))
        return line->n > 1
                   ? trouble(str_fmt(a, "\"%.*s\" is not understood here", STR_ARG(line->words[1])))
                   : serve_main(a, &config);
    const CommandRow *row = command_find(line->words[0]);
    if (row == NULL)
        return trouble(str_fmt(a, "there is no command \"%.*s\"; errand help lists them",
                               STR_ARG(line->words[0])));
    return run(a, row, line, &config);
}
