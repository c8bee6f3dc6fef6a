#include "cli/import_map.h"
#include "cli/shell_fixture.h"

#include "domain/request/clocks.h"
#include "domain/request/plan.h"
#include "domain/request/talk.h"
#include "domain/request/upkeep.h"
#include "support/db_test.h"

#define LOG  "tests/logs/desk.csv"
#define MAP  "tests/logs/desk.yaml"
#define REAL "../shared/data/event-log/"

static Str first_line(const Buf *b)
{
    Str rest = buf_str(b);
    return str_cut(&rest, '\n');
}

/* JSON without the blanks between its words. */
static Str compact(Arena *a, Str json)
{
    char *to = arena_try(a, json.len + 1);
    size_t n = 0;
    bool in_text = false;

    EXPECT(to != NULL);
    for (size_t i = 0; i < json.len; i++) {
        char c = json.ptr[i];
        if (c == '"')
            in_text = !in_text;
        if (in_text || (c != ' ' && c != '\n'))
            to[n++] = c;
    }
    return (Str){ to, n };
}

/* Writes a file of this run and gives its name. */
static const char *file_of(Arena *a, const char *name, Str text)
{
    const char *path = str_dup_z(a, str_fmt(a, "%s/%s", test_dir(), name));
    FILE *f = fopen(path, "wb");

    EXPECT(f != NULL && fwrite(text.ptr, 1, text.len, f) == text.len && fclose(f) == 0);
    return path;
}

static bool read_file(Arena *a, const char *path, Str *ret)
{
    FILE *f = fopen(path, "rb");
    char *bytes = arena_try(a, 1 << 20);

    if (f == NULL || bytes == NULL)
        return false;
    *ret = (Str){ bytes, fread(bytes, 1, 1 << 20, f) };
    return fclose(f) == 0;
}

/* ---- the fixture log ---- */

/* Counted by hand. */
static const char desk[] =
    "{\"incidents\":3,\"events\":9,"
    "\"events_by_state\":{\"Done\":2,\"Open\":2,\"Shut\":2,\"Working\":2,\"Odd\":1},"
    "\"made_sla_true_last_event\":1,\"made_sla_share\":0.5,"
    "\"by_priority_last_event\":{\"?\":{\"n\":1,\"made_sla\":0},\"1 - High\":{\"n\":1,\"made_sla\":1},"
    "\"2 - Low\":{\"n\":1,\"made_sla\":0}},"
    "\"contact_type_last_event\":{\"E-mail\":1,\"Phone\":1,\"Phone, twice\":1},"
    "\"reopened_incidents\":1,\"reassigned_incidents\":1,\"mean_reassignments\":0.6667,"
    "\"hours_open_to_closed\":{\"n\":2,\"mean\":416,\"median\":416,\"max\":792},"
    "\"hours_open_to_resolved\":{\"n\":3,\"mean\":17,\"median\":4,\"max\":48,\"negative\":1},"
    "\"opened_per_month\":{\"2030-01\":2,\"2030-02\":1},"
    "\"top_assignment_groups\":[[\"Desk\",2],[\"Field\",1]],"
    "\"top_categories\":[[\"=Mail\",1],[\"Mail\",1],[\"Print\",1]],"
    "\"last_state\":{\"Shut\":2,\"Odd\":1},"
    "\"open_backlog_at_midnight\":{\"2030-02-01\":1,\"2030-03-01\":2,\"2030-04-01\":1}}";

TEST(cmd_import_replays_a_log_and_the_figures_are_those_counted_by_hand)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_STR("9 lines of desk: 9 new events, 3 new requests, 0 known, 0 bad", first_line(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json"));
    EXPECT_STR(desk, compact(a, buf_str(&s.out)));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json|--full|--source|desk"));
    Str full = compact(a, buf_str(&s.out));
    EXPECT(str_contains(
        full, STR("\"hours_open_to_first_answer\":{\"n\":2,\"mean\":17.75,\"median\":17.75,"
                  "\"p80\":34.5,\"p90\":34.5,\"p95\":34.5,\"max\":34.5,\"negative\":0}")));
    EXPECT(str_contains(full, STR("\"closed_per_month\":{\"2030-01\":1,\"2030-03\":1}")));
    EXPECT(str_contains(full, STR("\"2030-01-02\":1,\"2030-01-03\":0,")));
}

TEST(cmd_import_of_the_same_log_again_adds_nothing)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_STR("9 lines of desk: 0 new events, 0 new requests, 9 known, 0 bad", first_line(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json"));
    EXPECT_STR(desk, compact(a, buf_str(&s.out)));
}

TEST(cmd_import_of_a_file_that_grew_adds_only_what_is_new)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);
    Str whole, rest, part[4] = { { NULL, 0 } };

    EXPECT(read_file(a, LOG, &whole));
    rest = whole;
    for (size_t i = 0; i < 4; i++)
        part[i] = str_cut(&rest, '\n');
    Str head = { whole.ptr, (size_t)(part[3].ptr + part[3].len - whole.ptr) };
    const char *begun = file_of(a, "grown.csv", head);
    EXPECT_INT(EXIT_DONE,
               shell_run(&s, str_dup_z(a, str_fmt(a, "import|events|%s|--map|" MAP, begun))));
    EXPECT_STR("3 lines of desk: 3 new events, 1 new requests, 0 known, 0 bad", first_line(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_STR("9 lines of desk: 6 new events, 2 new requests, 3 known, 0 bad", first_line(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json"));
    EXPECT_STR(desk, compact(a, buf_str(&s.out)));
}

TEST(cmd_import_tells_bad_lines_and_takes_all_others)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);
    const char *path = file_of(
        a, "bad.csv",
        STR("\xEF\xBB\xBFno,when,status,prio,who,grp,how,kind,made,done,shut,ok,moves,again\r\n"
            "A,2030-01-01 08:00,Open,,,,,,,,,,,\r\n"
            "B,\"2030-01-01 08:00,Open,,,,,,,,,,,\r\n"
            "C,2030-01-01 08:00,Open,,,\r\n"
            "D,soon,Open,,,,,,,,,,,\r\n"
            "E,2030-01-01 08:00,Open,\xFF,,,,,,,,,,\r\n"
            "A,2030-01-01 09:00,Shut,,,\"Desk \"\"one\"\"\",,,,,,,,\r\n"));

    EXPECT_INT(EXIT_NO,
               shell_run(&s, str_dup_z(a, str_fmt(a, "import|events|%s|--map|" MAP, path))));
    EXPECT_STR("6 lines of desk: 2 new events, 1 new requests, 0 known, 4 bad", first_line(&s.out));
    Str out = buf_str(&s.out);
    EXPECT(str_contains(out, STR("line 3: something stands behind a closing quote"))
           || str_contains(out, STR("line 3: a quoted value does not end")));
    EXPECT(str_contains(out, STR("line 4: the line has fewer values than the first line")));
    EXPECT(str_contains(out, STR("line 5: \"soon\" is no time of the form that the map gives")));
    EXPECT(str_contains(out, STR("line 6: the line is not UTF-8")));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json"));
    EXPECT(str_contains(buf_str(&s.out), STR("\"Desk \\\"one\\\"\"")));
}

TEST(cmd_import_passes_over_a_line_of_ten_megabytes)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(32 << 20);
    static const char head[] =
        "no,when,status,prio,who,grp,how,kind,made,done,shut,ok,moves,again\n"
        "A,2030-01-01 08:00,Open,,,,,,,,,,,\nB,2030-01-01 08:00,Open,";
    static const char tail[] = ",,,,,,,,,,\nC,2030-01-01 08:00,Open,,,,,,,,,,,\n";
    size_t most = 10 << 20;
    char *text = arena_bytes(a, sizeof head + most + sizeof tail);

    memcpy(text, head, sizeof head - 1);
    memset(text + sizeof head - 1, 'x', most);
    memcpy(text + sizeof head - 1 + most, tail, sizeof tail - 1);
    const char *path = file_of(a, "long.csv", (Str){ text, sizeof head + most + sizeof tail - 2 });
    EXPECT_INT(EXIT_NO,
               shell_run(&s, str_dup_z(a, str_fmt(a, "import|events|%s|--map|" MAP, path))));
    EXPECT_STR("3 lines of desk: 2 new events, 2 new requests, 0 known, 1 bad", first_line(&s.out));
    EXPECT(str_contains(buf_str(&s.out), STR("line 3: the line is longer than 256 KiB")));
}

/* ---- a database that fails ---- */

typedef struct Faulty {
    ImportMap map;
    ImportLines lines;
} Faulty;

static long give(void *arg, char *to, size_t n)
{
    Str *left = arg;

    n = n < left->len ? n : left->len;
    if (n > 0)
        memcpy(to, left->ptr, n);
    *left = str_skip(*left, n);
    return (long)n;
}

static void read_lines(Arena *a, Faulty *to)
{
    Str map, log;
    Diagnostics d;
    ImportReader *reader = NULL;
    ImportFault why;
    CsvRow row;

    diagnostics_init(&d, a);
    EXPECT(read_file(a, MAP, &map) && read_file(a, LOG, &log));
    EXPECT_RC(RC_OK, import_map_read(a, map, STR(MAP), STR("desk"), &to->map, &d));
    CLEANUP(csv_close) Csv *csv = csv_open(give, &log);
    EXPECT_RC(RC_OK, csv_next(csv, &row));
    EXPECT_RC(RC_OK, import_reader(a, &to->map, &row, &reader, &why));
    while (csv_next(csv, &row) == RC_OK) {
        ImportLine line;
        EXPECT_RC(RC_OK, import_read(reader, &row, a, &line, &why));
        EXPECT_RC(RC_OK, LIST_PUSH(a, &to->lines, line));
    }
}

static Rc open_and_apply(Ctx *cx, void *arg)
{
    const Faulty *f = arg;
    ImportSource source;
    ImportCounts counts;
    GrantedImport g;

    TRY(access_import(cx, &g));
    TRY(import_open(cx, g, &f->map, &source));
    return import_apply(cx, g, &f->map, &source, &f->lines, &counts);
}

DB_TEST(cmd_import_batch_overlooks_no_failure_of_the_database)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);
    Subject operator_ = { .origin = STR("cli"), .scopes = SCOPE_ALL, .zone = zone_utc() };
    Faulty f = { 0 };

    read_lines(a, &f);
    cx->subject = &operator_;
    fault_run(cx, open_and_apply, &f);
    EXPECT_INT(9, fixture_int(cx, "SELECT count(*) FROM event WHERE origin = 'import'"));
    EXPECT_INT(3, fixture_int(cx, "SELECT count(*) FROM imported_request"));
    EXPECT_INT(6, fixture_int(cx, "SELECT count(*) FROM request_reader"));
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM request_reader x JOIN request r ON r.id ="
                                  " x.request_id WHERE (x.closed = 1) <> (r.state = 'closed')"));
}

TEST(cmd_import_says_what_cannot_be)
{
    static const struct {
        int line;
        const char *words;
        ExitCode code;
        const char *says;
    } cases[] = {
        { __LINE__, "import", EXIT_USAGE, "Use: errand import" },
        { __LINE__, "import|events|" LOG, EXIT_USAGE, "Use:" },
        { __LINE__, "import|people|" LOG "|--map|" MAP, EXIT_USAGE, "Use:" },
        { __LINE__, "import|events|no.csv|--map|" MAP, EXIT_CANNOT, "no.csv" },
        { __LINE__, "import|events|" LOG "|--map|no.yaml", EXIT_NO, "no.yaml" },
        { __LINE__, "import|events|" LOG "|--map|" MAP "|--source|own", EXIT_USAGE,
          "cannot name a log" },
        { __LINE__, "import|events|" LOG "|--map|" MAP "|--source|A b", EXIT_USAGE,
          "cannot name a log" },
        { __LINE__, "import|events|" MAP "|--map|" MAP, EXIT_CANNOT,
          "the first line has no column" },
        { __LINE__, "report|kpi", EXIT_USAGE, "Use: errand report" },
        { __LINE__, "report|kpi|--json|--csv", EXIT_USAGE, "Use:" },
        { __LINE__, "report|kpi|--json|--source|nothing", EXIT_CANNOT, "There is no such log." },
        { __LINE__, "report|kpi|--json|--calendar|nothing", EXIT_CANNOT,
          "There is no such calendar." },
    };
    CLEANUP(shell_close) Shell s = shell_open();

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        EXPECT_INT_AT(cases[i].line, cases[i].code, shell_run(&s, cases[i].words));
        EXPECT_AT(cases[i].line, str_contains(buf_str(&s.err), str_z(cases[i].says)));
    }
}

TEST(cmd_promise_plays_a_log_again)
{
    CLEANUP(shell_close) Shell s = shell_open();

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "promise|backtest|--source|desk|--json"));
    EXPECT(str_contains(buf_str(&s.out), STR("\"source\":\"log\"")));
    EXPECT(str_contains(buf_str(&s.out),
                        STR("\"requests\":2"))); /* T-3 was done before it was opened */
    EXPECT(str_contains(buf_str(&s.out), STR("\"finished\":2")));
    EXPECT_INT(EXIT_CANNOT, shell_run(&s, "promise|backtest|--source|nothing"));
    EXPECT_INT(EXIT_USAGE, shell_run(&s, "promise|backtest|" LOG "|--source|desk"));
}

TEST(cmd_report_asks_which_log_when_there_are_several)
{
    CLEANUP(shell_close) Shell s = shell_open();

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP "|--source|other"));
    EXPECT_STR("9 lines of other: 9 new events, 3 new requests, 0 known, 0 bad",
               first_line(&s.out));
    EXPECT_INT(EXIT_CANNOT, shell_run(&s, "report|kpi|--json"));
    EXPECT(str_contains(buf_str(&s.err), STR("desk, other")));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json|--source|other"));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json|--source|own"));
    EXPECT(str_contains(buf_str(&s.out), STR("\"incidents\": 0")));
}

TEST(cmd_report_writes_csv_that_no_spreadsheet_calculates)
{
    CLEANUP(shell_close) Shell s = shell_open();

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--csv"));
    EXPECT(str_starts(buf_str(&s.out), STR("kind,key,value\r\ntotal,\"requests\",3\r\n")));
    EXPECT(str_contains(buf_str(&s.out), STR("category,\"'=Mail\",1\r\n")));
    EXPECT(str_contains(buf_str(&s.out), STR("channel,\"Phone, twice\",1\r\n")));
}

/* ---- what is in the database ---- */

static Rc look(Ctx *cx, void *arg)
{
    UNUSED(arg);
    /* As many events as lines, numbered without gaps, and passed over by followers. */
    EXPECT_INT(9, fixture_int(cx, "SELECT count(*) FROM event WHERE origin = 'import'"));
    EXPECT_INT(9, fixture_int(cx, "SELECT sum(event_seq) FROM request WHERE imported = 1"));
    EXPECT_INT(4,
               fixture_int(cx, "SELECT max(seq) FROM event WHERE request_id = "
                               "(SELECT request_id FROM imported_request WHERE number = 'T-1')"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event_span"));
    EXPECT_INT(9, fixture_int(cx, "SELECT last_id - first_id + 1 FROM event_span"));
    /* A name of a person stands in the words that an erasure takes. */
    EXPECT_INT(0, fixture_int(cx, "SELECT count(*) FROM event WHERE instr(data, 'Ann') > 0"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM event_text WHERE to_text = 'Ann'"));
    /* Nobody of the log became a person or a team. */
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM person"));
    EXPECT_INT(0, fixture_int(cx, "SELECT active FROM person"));
    EXPECT_INT(1, fixture_int(cx, "SELECT count(*) FROM team"));
    EXPECT_STR("closed", fixture_text(cx, "SELECT state FROM request WHERE title LIKE 'T-2%'"));
    EXPECT_STR("submitted", fixture_text(cx, "SELECT state FROM request WHERE title LIKE 'T-3%'"));
    EXPECT_STR("Odd", fixture_text(cx, "SELECT state FROM imported_request WHERE number = 'T-3'"));
    EXPECT_STR("mail", fixture_text(cx, "SELECT channel FROM request WHERE title LIKE 'T-2%'"));
    EXPECT_INT(3, fixture_int(cx, "SELECT level FROM request WHERE title LIKE 'T-1%'"));
    EXPECT_INT(1, fixture_int(cx, "SELECT level FROM request WHERE title LIKE 'T-2%'"));
    EXPECT_INT(4, fixture_int(cx, "SELECT next FROM number_series WHERE record = 'incident'"));
    /* Figures by state, recounted from the events. */
    EXPECT_INT(
        2, fixture_int(cx, "SELECT count(*) FROM event WHERE data LIKE '%\"to\":\"Working\"%'"));
    EXPECT_INT(2, fixture_int(cx, "SELECT events FROM import_state WHERE state = 'Working'"));
    return RC_OK;
}

/* Seen by the usual rights, found by both numbers, and changed by nobody. */
static Rc use(Ctx *cx, void *arg)
{
    int64_t lead = fixture_person(cx, "lee"), other = fixture_person(cx, "ola");
    int64_t team = fixture_int(cx, "SELECT id FROM team");
    GrantedRequest g;
    MessageMade made;

    UNUSED(arg);
    fixture_member(cx, team, lead, true);
    fixture_act_as(cx, lead);
    EXPECT_RC(RC_OK, access_request_number(cx, STR("T-1"), MAY_SEE, &g));
    EXPECT_RC(RC_OK, access_request_number(cx, STR("INC-1"), MAY_SEE, &g));
    EXPECT_RC(RC_OK, request_replay(cx, g));
    EXPECT_RC(RC_CONFLICT, message_add(cx, g, &(MessageInput){ .text = STR("hello") }, &made));
    EXPECT_STR("imported", cx->type);
    SnoozeInput later = { .until_ms = cx->now_ms + MS_DAY, .reason = STR("Later.") };
    EXPECT_RC(RC_CONFLICT, snooze_put(cx, g, &later));
    AgreedInput day = { .at_ms = OPT_INT(cx->now_ms + MS_DAY), .reason = STR("On Friday.") };
    EXPECT_RC(RC_CONFLICT, agreed_move(cx, g, &day));
    EXPECT_RC(RC_CONFLICT, attachment_add(cx, g, &(AttachmentAdd){ .fault = RC_OK }));
    EXPECT_STR("imported", cx->type);
    StrList differences = { 0 };
    EXPECT_RC(RC_OK, clocks_check(cx, g, &differences));
    EXPECT_INT(0, (int64_t)differences.n); /* no clock measures what another system did */
    fixture_act_as(cx, other);
    EXPECT_RC(RC_NOT_FOUND, access_request_number(cx, STR("T-1"), MAY_SEE, &g));
    EXPECT_RC(RC_NOT_FOUND, access_request_number(cx, STR(""), MAY_SEE, &g));
    return RC_OK;
}

/* The page of figures: who sees the log, sees all of it; the others none. */
static Rc pages(Ctx *cx, void *arg)
{
    ReportAsk ask = { STR("desk"), STR_NULL };
    ReportShown shown;
    ReportLines lines = { 0 };
    ImportSources logs = { 0 };
    int64_t next = 0;

    UNUSED(arg);
    fixture_act_as(cx, fixture_int(cx, "SELECT id FROM person WHERE login = 'lee'"));
    EXPECT_RC(RC_OK, report_show(cx, &ask, &shown));
    EXPECT(shown.fresh);
    EXPECT_INT(3, shown.figures.requests);
    EXPECT_INT(9, shown.figures.events);
    ReportFilter f = { .source = STR("desk"),
                       .opened_from = MS_NONE,
                       .opened_before = MS_NONE,
                       .closed_from = MS_NONE,
                       .closed_before = MS_NONE,
                       .open_at = MS_NONE,
                       .size = 2 };
    EXPECT_RC(RC_OK, report_list(cx, &f, &lines, &next));
    EXPECT_INT(2, (int64_t)lines.n);
    EXPECT(next > 0);
    f.before_id = next;
    lines = (ReportLines){ 0 };
    EXPECT_RC(RC_OK, report_list(cx, &f, &lines, &next));
    EXPECT_INT(1, (int64_t)lines.n);
    EXPECT_STR("T-1", lines.at[0].foreign_number);
    EXPECT_INT(0, next);
    /* Behind each hour of the week stand as many as arrived in it, page by page and piece by piece. */
    for (int64_t i = 0; i < 2 * FIGURE_HOURS; i++) {
        int64_t n = 0, pages_n = 0;
        f = (ReportFilter){ .source = STR("desk"),
                            .opened_from = MS_NONE,
                            .opened_before = MS_NONE,
                            .closed_from = MS_NONE,
                            .closed_before = MS_NONE,
                            .open_at = MS_NONE,
                            .hour = OPT_INT(i % FIGURE_HOURS),
                            .size = 1,
                            .piece = i / FIGURE_HOURS };
        do {
            lines = (ReportLines){ 0 };
            EXPECT_RC(RC_OK, report_list(cx, &f, &lines, &f.before_id));
            EXPECT(lines.n <= 1);
            n += (int64_t)lines.n;
        } while (f.before_id != 0 && ++pages_n < 10);
        EXPECT_INT(shown.figures.arrivals[i % FIGURE_HOURS], n);
    }
    f.hour = OPT_INT(FIGURE_HOURS);
    EXPECT_RC(RC_NOT_FOUND, report_list(cx, &f, &lines, &next));
    f.hour = OPT_INT(0);
    f.calendar = STR("none-of-ours");
    EXPECT_RC(RC_NOT_FOUND, report_list(cx, &f, &lines, &next));
    cx->type = STR("");
    cx->detail = (Text){ 0 };
    CLEANUP(buf_done) Buf csv = { 0 };
    buf_init(&csv, 65536);
    f = (ReportFilter){ .source = STR("desk"),
                        .opened_from = MS_NONE,
                        .opened_before = MS_NONE,
                        .closed_from = MS_NONE,
                        .closed_before = MS_NONE,
                        .open_at = MS_NONE };
    EXPECT_RC(RC_OK, report_list_csv(cx, &f, &csv, &next));
    EXPECT_INT(0, next);
    EXPECT(str_starts(
        buf_str(&csv),
        STR("number,title,state,outcome,team,number_in_log,opened,fulfilled,closed\r\n")));
    int64_t newlines = 0;
    for (size_t i = 0; i < csv.len; i++)
        newlines += csv.ptr[i] == '\n';
    EXPECT_INT(4, newlines);
    /* A page that had to look through more than it may goes on where it stood: nothing is lost, nothing comes twice. */
    const struct {
        int line;
        Str state, category;
        Ms opened, closed;
        bool open, reopened, negative;
        int64_t want;
    } narrow[] = {
        { __LINE__, STR_NULL, STR_NULL, MS_NONE, MS_NONE, false, false, false, 3 },
        { __LINE__, STR("Shut"), STR_NULL, MS_NONE, MS_NONE, false, false, false, 2 },
        { __LINE__, STR("None"), STR_NULL, MS_NONE, MS_NONE, false, false, false, 0 },
        { __LINE__, STR("Shut"), STR("Mail"), MS_NONE, MS_NONE, false, false, false, 1 },
        { __LINE__, STR_NULL, STR_NULL, 1893456000000, MS_NONE, false, false, false, 2 },
        { __LINE__, STR_NULL, STR_NULL, MS_NONE, 1898553600000, false, false, false, 1 },
        { __LINE__, STR_NULL, STR_NULL, MS_NONE, MS_NONE, true, false, false, 1 },
        { __LINE__, STR_NULL, STR_NULL, MS_NONE, MS_NONE, false, true, false, 1 },
        { __LINE__, STR_NULL, STR_NULL, MS_NONE, MS_NONE, false, false, true, 1 },
    };
    for (size_t i = 0; i < COUNT_OF(narrow); i++) {
        for (int64_t piece = 0; piece < 3; piece++) { /* 0: as a page looks */
            bool seen[4] = { false };
            int64_t n = 0, pages_n = 0;
            f = (ReportFilter){ .source = STR("desk"),
                                .state = narrow[i].state,
                                .category = narrow[i].category,
                                .opened_from = narrow[i].opened,
                                .opened_before = narrow[i].opened == MS_NONE
                                                     ? MS_NONE
                                                     : narrow[i].opened + 31 * MS_DAY,
                                .closed_from = narrow[i].closed,
                                .closed_before = narrow[i].closed == MS_NONE
                                                     ? MS_NONE
                                                     : narrow[i].closed + 31 * MS_DAY,
                                .open_at = MS_NONE,
                                .open = narrow[i].open,
                                .reopened = narrow[i].reopened,
                                .negative = narrow[i].negative,
                                .size = 2,
                                .piece = piece };
            do {
                lines = (ReportLines){ 0 };
                EXPECT_RC(RC_OK, report_list(cx, &f, &lines, &next));
                for (size_t k = 0; k < lines.n; k++) {
                    size_t at = (size_t)(lines.at[k].foreign_number.ptr[2] - '0');
                    EXPECT(at < COUNT_OF(seen) && !seen[at]);
                    seen[at] = true;
                    n++;
                }
                f.before_id = next;
            } while (next != 0 && ++pages_n < 10);
            EXPECT_INT(0, next);
            EXPECT_INT_AT(narrow[i].line, narrow[i].want, n);
        }
    }
    lines = (ReportLines){ 0 };
    f = (ReportFilter){ .source = STR("desk"),
                        .priority = STR(""),
                        .opened_from = MS_NONE,
                        .opened_before = MS_NONE,
                        .closed_from = MS_NONE,
                        .closed_before = MS_NONE,
                        .open_at = MS_NONE,
                        .open = true,
                        .size = 10 };
    EXPECT_RC(RC_OK, report_list(cx, &f, &lines, &next));
    EXPECT_INT(1, (int64_t)lines.n);
    EXPECT_STR("T-3", lines.at[0].foreign_number);
    fixture_act_as(cx, fixture_int(cx, "SELECT id FROM person WHERE login = 'ola'"));
    EXPECT_RC(RC_NOT_FOUND, report_show(cx, &ask, &shown));
    EXPECT_RC(RC_NOT_FOUND, report_list(cx, &f, &lines, &next));
    EXPECT_RC(RC_OK, report_logs(cx, &logs));
    EXPECT_INT(0, (int64_t)logs.n);
    return RC_OK;
}

typedef struct Job {
    Rc (*fn)(Ctx *cx, void *arg);
} Job;

static Rc in_job(DbConn *conn, void *arg)
{
    const Job *job = arg;
    CLEANUP(arena_free_at) Arena *a = arena_new(32 << 20);
    Ctx cx = { .arena = a, .db = conn, .now_ms = clock_now_ms(), .zone = zone_utc() };

    return job->fn(&cx, NULL);
}

TEST(cmd_import_makes_history_that_is_seen_by_rights_and_changed_by_nobody)
{
    CLEANUP(shell_close) Shell s = shell_open();

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look }));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ use }));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ pages }));
}

TEST(cmd_import_leaves_a_catalog_that_can_be_exported_and_linted)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
    const char *dir = str_dup_z(a, str_fmt(a, "%s/exported", test_dir()));

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_INT(EXIT_DONE, shell_run(&s, str_dup_z(a, str_fmt(a, "catalog|export|%s", dir))));
    EXPECT_INT(EXIT_DONE, shell_run(&s, str_dup_z(a, str_fmt(a, "catalog|lint|%s", dir))));
    EXPECT_INT(EXIT_DONE, shell_run(&s, str_dup_z(a, str_fmt(a, "catalog|plan|%s", dir))));
    EXPECT(str_contains(buf_str(&s.out), STR("Nothing to change.")));
}

/* ---- figures that were counted before ---- */

static Rc make_large(Ctx *cx, void *arg)
{
    UNUSED(arg);
    fixture_member(cx, fixture_int(cx, "SELECT id FROM team"), fixture_person(cx, "lee"), true);
    fixture_exec(cx, "UPDATE import_source SET requests = 1000000");
    fixture_exec(cx, "UPDATE number_series SET next = next + 2000000 WHERE record = 'request'");
    return RC_OK;
}

static Rc lose_kept(Ctx *cx, void *arg)
{
    UNUSED(arg);
    fixture_exec(cx, "DELETE FROM report_snapshot");
    return RC_OK;
}

static Rc add_version(Ctx *cx, void *arg)
{
    UNUSED(arg);
    fixture_exec(cx, "UPDATE import_source SET version = version + 1");
    return RC_OK;
}

static ReportShown shown_as(Ctx *cx, const char *source)
{
    ReportShown shown;

    fixture_act_as(cx, fixture_int(cx, "SELECT id FROM person WHERE login = 'lee'"));
    EXPECT_RC(RC_OK, report_show(cx, &(ReportAsk){ str_z(source), STR_NULL }, &shown));
    return shown;
}

/* The page shows what was kept when the log was replayed. */
static Rc look_kept(Ctx *cx, void *arg)
{
    UNUSED(arg);
    ReportShown s = shown_as(cx, "desk");
    EXPECT(s.fresh && s.counted_ms != MS_NONE);
    EXPECT_INT(3, s.figures.requests);
    EXPECT_INT(9, s.figures.events);
    EXPECT_INT(2, s.figures.time[SPREAD_CLOSE].n);
    return RC_OK;
}

/* The log has grown since: old figures with their age. */
static Rc look_old(Ctx *cx, void *arg)
{
    UNUSED(arg);
    ReportShown s = shown_as(cx, "desk");
    EXPECT(!s.fresh && s.counted_ms != MS_NONE);
    EXPECT_INT(3, s.figures.requests);
    return RC_OK;
}

static Rc look_none(Ctx *cx, void *arg)
{
    UNUSED(arg);
    EXPECT(shown_as(cx, "desk").counted_ms == MS_NONE);
    EXPECT(shown_as(cx, "own").counted_ms == MS_NONE);
    return RC_OK;
}

static Rc look_own(Ctx *cx, void *arg)
{
    UNUSED(arg);
    ReportShown s = shown_as(cx, "own");
    EXPECT(!s.fresh && s.counted_ms != MS_NONE);
    EXPECT_INT(0, s.figures.requests);
    return RC_OK;
}

TEST(cmd_import_keeps_figures_for_pages_and_the_thread_counts_them_again)
{
    CLEANUP(shell_close) Shell s = shell_open();
    Ms now = clock_now_ms();

    EXPECT_INT(EXIT_DONE, shell_run(&s, "import|events|" LOG "|--map|" MAP));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ make_large }));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look_kept }));
    EXPECT(!report_turn(s.db, now));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ add_version }));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look_old }));
    EXPECT(report_turn(s.db, now));
    EXPECT(!report_turn(s.db, now));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look_kept }));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ lose_kept }));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look_none }));
    /* What was counted a moment ago rests; what was never counted does not. */
    EXPECT(report_turn(s.db, now + MS_SECOND));
    EXPECT(!report_turn(s.db, now + MS_SECOND));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look_own }));
    EXPECT(report_turn(s.db, now + MS_HOUR));
    EXPECT(report_turn(s.db, now + MS_HOUR));
    EXPECT(!report_turn(s.db, now + MS_HOUR));
    EXPECT_RC(RC_OK, db_write(s.db, in_job, &(Job){ look_kept }));
}

/* ---- the log of a company ---- */

TEST(cmd_import_of_a_real_log_gives_every_expected_figure)
{
    CLEANUP(shell_close) Shell s = shell_open();
    CLEANUP(arena_free_at) Arena *a = arena_new(8 << 20);
    Str expected;

    if (!read_file(a, REAL "expected_kpis.json", &expected)) {
        printf("skipped: there is no " REAL "\n");
        return;
    }
    EXPECT_INT(EXIT_DONE,
               shell_run(&s, "import|events|" REAL
                             "servicenow_incidents.csv.gz|--map|docs/examples/servicenow.yaml"));
    EXPECT_STR("35352 lines of servicenow: 35352 new events, 6202 new requests, 0 known, 0 bad",
               first_line(&s.out));
    EXPECT_INT(EXIT_DONE, shell_run(&s, "report|kpi|--json"));
    EXPECT_STR(compact(a, expected), compact(a, buf_str(&s.out)));
}

/* ---- maps ---- */

/* The first error that reading a map gives; "" for none. */
static const char *map_error(Arena *a, const char *text)
{
    Diagnostics d;
    ImportMap m;

    diagnostics_init(&d, a);
    Rc rc = import_map_read(a, str_z(text), STR("m.yaml"), STR("m"), &m, &d);
    EXPECT_INT(rc == RC_OK, d.errors == 0);
    return d.n > 0 ? str_dup_z(a, str_fmt(a, "%u: %.*s", d.at[0].pos.line, STR_ARG(d.at[0].text)))
                   : "";
}

TEST(import_map_says_where_it_is_wrong)
{
#define REST "number: n\ntime: t\nstate: { column: s, map: { New: submitted } }\n"
    static const struct {
        int line;
        const char *text, *says;
    } cases[] = {
        { __LINE__, "record: incident\n" REST, "" },
        { __LINE__,
          "record: incident\n" REST "order: time\nempty: [\"?\", \"-\"]\nfields: { team: g }\n",
          "" },
        { __LINE__, "record: incident\n" REST "colour: red\n",
          "5: this key is not known here: \"colour\"" },
        { __LINE__, REST, "this key is missing: \"record\"" },
        { __LINE__, "record: ticket\n" REST,
          "1: record is request, incident, problem or change, not" },
        { __LINE__, "record: incident\nnumber: n\ntime: t\n", "this key is missing: \"state\"" },
        { __LINE__,
          "record: incident\nnumber: n\ntime: t\nstate: { column: s, map: { New: draft } }\n",
          "4: a state is submitted," },
        { __LINE__,
          "record: incident\nnumber: n\ntime: t\nstate: { column: s, map: {}, other: drop }\n",
          "4: " },
        { __LINE__, "record: incident\n" REST "fields: { colour: c }\n",
          "5: this key is not known here" },
        { __LINE__, "record: incident\n" REST "order: random\n", "5: order is file or time" },
        { __LINE__, "record: incident\n" REST "time_format: \"%H:%M\"\n", "5: a format of %Y" },
        { __LINE__, "record: incident\n" REST "time_zone: Mars/Base\n",
          "5: this system does not know" },
        { __LINE__, "record: incident\n" REST "empty: none\n", "5: a list of at most 50 values" },
        { __LINE__, "[a]\n", "a map begins with its keys" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(1 << 20);
        Str got = str_z(map_error(a, cases[i].text));
        EXPECT_AT(cases[i].line, cases[i].says[0] == '\0'
                                     ? got.len == 0
                                     : str_contains(got, str_z(cases[i].says)));
    }
}
