/* serve.c - the server: database, followers, routes, signals. */
#include "cli/actions.h"
#include "cli/commands.h"
#include "cli/figures.h"
#include "cli/modules.h"
#include "cli/socket.h"
#include "cli/upkeep.h"

#include "api/problem.h"
#include "app/event.h"
#include "core/log.h"
#include "domain/access/access.h"
#include "domain/catalog/catalog.h"
#include "domain/identity/identity.h"
#include "domain/request/clocks.h"
#include "domain/request/lists.h"
#include "domain/request/talk.h"
#include "domain/request/plan.h"
#include "domain/request/read_mark.h"
#include "domain/request/schedule.h"
#include "domain/view/digest.h"
#include "domain/request/upkeep.h"
#include "domain/request/words.h"
#include "http/live.h"
#include "web/asset.h"
#include "web/page.h"

#include <signal.h>

#define HOSTS_MAX 32

typedef struct Address {
    Str host; /* numeric, without brackets */
    int port;
    bool loopback;
} Address;

static bool parse_address(Str text, Address *ret)
{
    size_t colon = text.len;
    while (colon > 0 && text.ptr[colon - 1] != ':')
        colon--;
    int64_t port = 0;
    if (colon == 0 || !str_to_i64(str_skip(text, colon), &port) || port < 0 || port > 65535)
        return false;
    Str host = str_sub(text, 0, colon - 1);
    if (host.len > 2 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']')
        host = str_sub(host, 1, host.len - 1);
    if (host.len == 0)
        return false;
    *ret = (Address){ host, (int)port, str_starts(host, STR("127.")) || str_eq_z(host, "::1") };
    return true;
}

/* --- live pages --------------------------------------------------------------------------------------- */

static void publish(Str name, int64_t version, void *arg)
{
    UNUSED(arg);
    live_publish(name, version);
}

/* "request:17" for those who see it, "desk:17" for those who work on it, "person:9" for oneself, "queue:3" for
 * members of the team. */
static bool may_listen(Ctx *cx, Str name)
{
    Str id_text = name, kind = str_cut(&id_text, ':');
    int64_t id = 0;
    GrantedRequest g;
    bool member = false, lead = false;

    if (cx->subject->person_id == 0 || !str_to_i64(id_text, &id))
        return false;
    if (str_eq_z(kind, "person"))
        return id == cx->subject->person_id;
    if (str_eq_z(kind, "queue"))
        return team_has(cx, id, cx->subject->person_id, &member, &lead) == RC_OK && member;
    if (str_eq_z(kind, "desk"))
        return access_request(cx, id, MAY_SEE | MAY_NOTE, &g) == RC_OK;
    return str_eq_z(kind, "request") && access_request(cx, id, MAY_SEE, &g) == RC_OK;
}

/* --- wiring --------------------------------------------------------------------------------------------- */

static void denied(const Subject *s, const Route *route, Ms now_ms)
{
    denial_note(s->person_id, route->path, now_ms);
}

static Rc keep_file(Ctx *cx, CallFile *f)
{
    GrantedSelf g;
    Upload u;

    TRY(access_self(cx, &g));
    TRY(upload_add(
        cx, g,
        &(UploadInput){ .name = f->name, .type = f->type, .sha256 = f->sha256, .size = f->size },
        &u));
    f->id = u.id;
    return RC_OK;
}

/* The counts in the navigation. */
static Rc count_waiting(Ctx *cx, int32_t *ret_approvals, int32_t *ret_notifications)
{
    GrantedSelf g;
    int64_t approvals = 0, unread = 0;

    TRY(access_self(cx, &g));
    TRY(badges_waiting(cx, g, &approvals, &unread));
    *ret_approvals = (int32_t)approvals;
    *ret_notifications = (int32_t)unread;
    return RC_OK;
}

static void look_for_demo(Db *db, Arena *a)
{
    DbConn *reader = NULL;
    bool demo = false;

    if (db_reader_open(db, &reader) != RC_OK)
        return;
    if (db_read_begin(reader) == RC_OK) {
        Ctx cx = { .arena = a, .db = reader, .now_ms = clock_now_ms(), .zone = zone_utc() };
        if (people_has_demo(&cx, &demo) == RC_OK)
            page_set_demo(demo);
        db_read_end(reader);
    }
    db_reader_close(reader);
}

/* False: there are too many. */
static bool add_host(Str hosts[HOSTS_MAX], size_t *n, Str host)
{
    if (host.len == 0)
        return true;
    if (*n == HOSTS_MAX)
        return false;
    hosts[(*n)++] = host;
    return true;
}

/* The names under which this server answers: its own, and those of the settings. */
static bool list_hosts(Arena *a, const Config *config, const Address *listen, Str hosts[HOSTS_MAX],
                       size_t *n)
{
    bool bracket = str_find(listen->host, ':') < listen->host.len;
    Str own = bracket ? str_fmt(a, "[%.*s]", STR_ARG(listen->host)) : listen->host;
    Str more = config_get(config, "hosts"), base_host;
    bool fit = add_host(hosts, n, own);

    if (listen->loopback)
        fit = fit && add_host(hosts, n, STR("localhost"));
    if (setting_base_host(config_get(config, "base_url"), &base_host)) /* as main has seen */
        fit = fit && add_host(hosts, n, base_host);
    while (more.len > 0 && fit)
        fit = add_host(hosts, n, str_cut(&more, ' '));
    return fit;
}

static int cannot(const char *what, Str why)
{
    fprintf(stderr, "errand: %s: %.*s\n", what, STR_ARG(why));
    return EXIT_CANNOT;
}

static int run(Arena *a, const Config *config, const Address *listen, Db *db)
{
    Str hosts[HOSTS_MAX], base = config_get(config, "base_url"), why = STR_NULL;
    size_t n_hosts = 0;
    int64_t loops = 0, rate = 0;
    Dispatch *dispatch = NULL;
    CliSocket *commands = NULL;
    Str files_dir = str_fmt(a, "%.*s.files", STR_ARG(db_path(db)));

    if (config_int(config, "loops", 1, 16, &loops, a, &why) != RC_OK
        || config_int(config, "api_rate", 1, 1000000, &rate, a, &why) != RC_OK) {
        cannot("settings", why);
        return EXIT_USAGE;
    }
    if (!list_hosts(a, config, listen, hosts, &n_hosts)) {
        cannot("settings", STR("hosts: these are more names than one server can have (32)"));
        return EXIT_USAGE;
    }
    identity_loopback(listen->loopback);
    page_set_counts(count_waiting);
    look_for_demo(db, a);
    live_allow(may_listen);
    db_on_turn(db, followers_run, NULL);
    Rc rc = upkeep_start(db, files_dir, config_get(config, "feeds"));
    if (rc != RC_OK)
        return cannot("cannot serve", STR("the folder of the files cannot be opened"));

    DispatchConfig d = {
        .db = db,
        .modules = program_modules,
        .modules_n = program_modules_n,
        .auth = { .session = session_resolve,
                  .token = token_resolve,
                  .touch = identity_touch,
                  .right = access_route,
                  .csrf = csrf_token,
                  .csrf_ok = csrf_ok,
                  .viewed = view_note,
                  .opened = request_opened,
                  .denied = denied },
        .failure = { .page = page_failure, .problem = problem_write },
        .keep_file = keep_file,
        .assets = web_assets,
        .listen_address = listen->host,
        .listen_port = listen->port,
        .hosts = hosts,
        .n_hosts = n_hosts,
        .base_url =
            base.len > 0 ? base : str_fmt(a, "http://%.*s:%d", STR_ARG(hosts[0]), listen->port),
        .loopback = listen->loopback,
        .secure = str_starts(base, STR("https://")),
        .files_dir = files_dir,
        .loops = (int)loops,
        .api_rate = rate,
    };
    CommandServer server = { db, d.base_url };
    choices_come_from(catalog_choices);
    /* Before the first page is answered: whoever sees the server alive can use the command line with it. */
    rc = cli_socket_serve(a, str_fmt(a, "%.*s.sock", STR_ARG(db_path(db))).ptr,
                          commands_run_in_server, &server, &commands, &why);
    if (rc != RC_OK)
        log_warn("serve", "no command socket: %.*s", STR_ARG(why));
    rc = dispatch_start(&d, &dispatch, &why, a);
    if (rc != RC_OK) {
        cli_socket_stop(commands);
        return cannot("cannot serve", str_is_null(why) ? str_z(rc_name(rc)) : why);
    }

    rc = actions_start(db, config_get(config, "actions"), a, &why);
    if (rc != RC_OK) {
        cli_socket_stop(commands);
        dispatch_stop(dispatch);
        return cannot("cannot carry out actions", why);
    }

    if (figures_start(db) != RC_OK)
        log_warn("serve", "figures of many requests will not be counted");

    log_info("serving", "address=%.*s port=%d", STR_ARG(hosts[0]), dispatch_port(dispatch));
    printf("Errand serves %.*s\n", STR_ARG(d.base_url));
    fflush(stdout);

    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    int signal_number;
    while ((signal_number = sigtimedwait(&stop, NULL, &(struct timespec){ .tv_sec = 1 })) < 0)
        live_tick();

    log_info("stopping", "signal=%d", signal_number);
    figures_stop();
    actions_stop();
    cli_socket_stop(commands);
    dispatch_stop(dispatch);
    return EXIT_DONE;
}

int serve_main(Arena *a, const Config *config)
{
    Address listen;
    Str why = STR_NULL;
    Db *db = NULL;
    sigset_t stop;

    /* Before any thread starts, so that all of them leave the signals to the main thread. */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);

    if (!parse_address(config_get(config, "listen"), &listen)) {
        cannot("settings", STR("listen must be ADDRESS:PORT, such as 127.0.0.1:8080"));
        return EXIT_USAGE;
    }
    DbOpen how = { .url = config_get(config, "db"), .write = true, .lock_wait_ms = 5000 };
    if (db_open(a, &how, &db, &why) != RC_OK)
        return cannot("cannot open the database", why);
    Rc rc = db_migrate(db, a, &why);
    if (rc != RC_OK) {
        db_close(db);
        return cannot("cannot bring the database up to date", why);
    }
    Follower live = { 0 };
    request_live_follower(publish, NULL, &live);
    follower_register(&live);
    follower_register(request_notify_follower());
    follower_register(request_confidence_follower());
    follower_register(request_clocks_follower());
    request_timers_register();
    request_promise_timers_register();
    snooze_timers_register();
    schedule_timers_register();
    digest_timers_register();
    follower_register(promise_samples_follower());
    follower_register(request_promise_follower());
    follower_register(words_follower());
    int code = run(a, config, &listen, db);
    db_close(db);
    upkeep_end();
    return code;
}
