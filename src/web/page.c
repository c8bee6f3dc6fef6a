/* page.c - see page.h. */
#include "web/page.h"

#include "http/dispatch.h"
#include "tmpl/failure.h"
#include "tmpl/frame_gate.h"
#include "tmpl/frame_portal.h"
#include "tmpl/frame_work.h"
#include "web/frame.h"

#include <assert.h>

static PageCounts count_waiting; /* set before the server starts */
static bool demo_loaded;

void page_set_counts(PageCounts fn)
{
    count_waiting = fn;
}
void page_set_demo(bool demo)
{
    demo_loaded = demo;
}

/* The language that a person without an account chose with ?lang= on the sign-in page. */
static Lang chosen_lang(const Call *call)
{
    Lang lang = call->cx.lang;

    if (call->cx.subject == NULL || call->cx.subject->person_id == 0) {
        Lang asked;
        if (lang_from_key(call_query(call, "lang"), &asked))
            lang = asked;
    }
    return lang;
}

void page_open(Call *call, FrameKind kind, PageOut *o, PageFrame *f)
{
    const Subject *who = call->cx.subject;
    Str code, arg;

    *o = (PageOut){
        .buf = &call->body,
        .arena = call->arena,
        .reader = { .lang = chosen_lang(call), .zone = call->cx.zone, .now_ms = call->cx.now_ms },
        .csrf = dispatch_csrf(call),
    };
    *f = (PageFrame){ .kind = kind, .demo = demo_loaded, .here_url = http_target(call->http) };
    if (who != NULL && who->person_id != 0) {
        f->theme = who->theme;
        f->person_name = who->name;
        f->person_login = who->login;
        f->may_work = (who->roles & ~(uint32_t)ROLE_REQUESTER) != 0;
        f->may_see_models =
            (who->roles & (ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR)) != 0;
        f->may_see_people = (who->roles & (ROLE_LEAD | ROLE_ADMIN | ROLE_AUDITOR)) != 0;
        f->may_audit = (who->roles & ROLE_AUDITOR) != 0;
        /* A count that cannot be had is left out: it must not cost anybody the page. */
        if (count_waiting != NULL && call->cx.db != NULL
            && count_waiting(&call->cx, &f->approvals_waiting, &f->notifications_new) != RC_OK)
            f->approvals_waiting = f->notifications_new = 0;
    }
    if (call_flash_shown(call, &code, &arg))
        f->flash = flash_of(call->arena, code, arg);
}

/* -- what the frames show -- */

Str key_words(const char *keys)
{
    static const struct {
        const char *keys, *words;
    } known[] = {
        { "g h", "G H" }, { "g c", "G C" }, { "g r", "G R" }, { "g a", "G A" }, { "g w", "G W" },
        { "g q", "G Q" }, { "g m", "G M" }, { "g p", "G P" }, { "g i", "G I" },
    };

    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (strcmp(known[i].keys, keys) == 0)
            return str_z(known[i].words);
    assert(!"a key without its words");
    return STR_NULL;
}

typedef struct Place {
    NavPlace nav;
    const char *url, *text, *icon, *keys;
} Place;

static const Place portal_places[] = {
    { NAV_HOME, "/", T("Home"), "home", "g h" },
    { NAV_CATALOG, "/catalog", T("Catalog"), "catalog", "g c" },
    { NAV_REQUESTS, "/requests", T("My requests"), "list", "g r" },
    { NAV_APPROVALS, "/approvals", T("Approvals"), "check-circle", "g a" },
};
static const Place work_places[] = {
    { NAV_MY_WORK, "/work", T("My work"), "inbox", "g w" },
    { NAV_QUEUE, "/work/list", T("Requests"), "list", "g q" },
    { NAV_APPROVALS, "/approvals", T("Approvals"), "check-circle", "g a" },
    { NAV_INSIGHT, "/insight", T("Insight"), "chart", "g i" },
    { NAV_MODELS, "/catalog/manage", T("Models"), "catalog", "g m" },
    { NAV_PEOPLE, "/admin/people", T("People"), "people", "g p" },
};

static bool may_enter(const PageFrame *f, NavPlace nav)
{
    switch (nav) {
    case NAV_MY_WORK:
    case NAV_QUEUE:
    case NAV_INSIGHT: return f->may_work;
    case NAV_MODELS: return f->may_see_models;
    case NAV_PEOPLE: return f->may_see_people;
    case NAV_AUDIT: return f->may_audit;
    case NAV_NONE:
    case NAV_HOME:
    case NAV_CATALOG:
    case NAV_REQUESTS:
    case NAV_APPROVALS: break;
    }
    return true;
}

static void places_add(const PageFrame *f, Arena *a, NavLinks *links, const Place *places, size_t n)
{
    links->at = ARENA_ARRAY(a, NavLink, n);
    for (size_t i = 0; i < n && links->at != NULL; i++) {
        if (!may_enter(f, places[i].nav))
            continue;
        links->at[links->n++] = (NavLink){
            .url = places[i].url,
            .text = places[i].text,
            .icon = places[i].icon,
            .keys = places[i].keys,
            .current = places[i].nav == f->nav,
            .count = places[i].nav == NAV_APPROVALS ? f->approvals_waiting : 0,
        };
    }
}

/* This page in another language: the same address with another ?lang=. */
static Str url_in(Arena *a, Str here, Lang lang)
{
    Str query = here;
    Str path = str_cut(&query, '?');
    Buf b;

    buf_init(&b, here.len + 16);
    buf_add(&b, path);
    char joint = '?';
    while (!str_is_null(query)) {
        Str pair = str_cut(&query, '&');
        if (pair.len == 0 || str_starts(pair, STR("lang=")))
            continue;
        buf_add_char(&b, joint);
        buf_add(&b, pair);
        joint = '&';
    }
    buf_add_char(&b, joint);
    buf_add_lit(&b, "lang=");
    buf_add(&b, str_z(lang_key(lang)));
    Str url = str_dup(a, buf_str(&b));
    buf_done(&b);
    return url;
}

static FrameView view_of(const PageOut *o, const PageFrame *f)
{
    FrameView v = {
        .f = f,
        .csrf_token = o->csrf,
        .initials = page_initials(f->person_name, o->arena),
        .hue = page_hue(f->person_login),
        .portal = f->kind == FRAME_PORTAL,
        .light = str_eq_z(f->theme, "light"),
        .dark = str_eq_z(f->theme, "dark"),
        .signed_in = f->person_name.len > 0,
        .toast = f->flash.kind == FLASH_DONE,
        .note_warn = f->flash.kind == FLASH_WARN,
        .note_bad = f->flash.kind == FLASH_BAD,
    };
    v.by_system = !v.light && !v.dark;
    NavLinks *portal = f->kind == FRAME_WORK ? &v.more : &v.places;
    NavLinks *work = f->kind == FRAME_WORK ? &v.places : &v.more;
    if (v.signed_in) {
        /* Approvals are a place of both frames and stand in each once. */
        size_t own = COUNT_OF(portal_places) - (f->kind == FRAME_WORK ? 1 : 0);
        places_add(f, o->arena, portal, portal_places, own);
        if (f->may_work)
            places_add(f, o->arena, work, work_places, COUNT_OF(work_places));
        if (f->kind != FRAME_WORK)
            for (size_t i = 0; i < work->n; i++)
                if (strcmp(work->at[i].url, "/approvals") == 0) {
                    memmove(work->at + i, work->at + i + 1, (work->n - i - 1) * sizeof *work->at);
                    work->n--;
                }
    }
    v.langs.at = ARENA_ARRAY(o->arena, LangLink, LANG_COUNT);
    for (int i = 0; i < LANG_COUNT && v.langs.at != NULL; i++) {
        Lang lang = (Lang)i;
        v.langs.at[v.langs.n++] = (LangLink){
            .key = lang_key(lang),
            .tag = lang_tag(lang),
            .name = lang_name(lang),
            .current = lang == o->reader.lang,
            .url = f->kind == FRAME_GATE ? url_in(o->arena, f->here_url, lang) : STR_NULL,
        };
    }
    return v;
}

/* Whether the frame fitted shows at the end, in page_result: a full buffer stays full. */
void page_begin(PageOut *o, const PageFrame *f)
{
    FrameView v = view_of(o, f);
    Rc rc = RC_OK;

    switch (f->kind) {
    case FRAME_PORTAL: rc = tmpl_frame_portal_begin(o, &v); break;
    case FRAME_WORK: rc = tmpl_frame_work_begin(o, &v); break;
    case FRAME_GATE: rc = tmpl_frame_gate_begin(o, &v); break;
    }
    UNUSED(rc);
}

void page_end(PageOut *o, const PageFrame *f)
{
    FrameView v = view_of(o, f);
    Rc rc = RC_OK;

    switch (f->kind) {
    case FRAME_PORTAL: rc = tmpl_frame_portal_end(o, &v); break;
    case FRAME_WORK: rc = tmpl_frame_work_end(o, &v); break;
    case FRAME_GATE: rc = tmpl_frame_gate_end(o, &v); break;
    }
    UNUSED(rc);
}

Rc page_close(PageOut *o, const PageFrame *f, Rc body)
{
    TRY(body);
    page_end(o, f);
    return page_result(o);
}

/* -- failures -- */

/* The page that somebody sent a form from, as an address of this server; STR_NULL: not known. */
static Str page_before(const Call *call)
{
    Str from = http_header(call->http, STR("referer")), host;

    if (http_method(call->http) <= HTTP_HEAD || from.len > 2000)
        return STR_NULL;
    if (!str_starts(from, STR("https://")) && !str_starts(from, STR("http://")))
        return STR_NULL;
    from = str_skip(from, str_starts(from, STR("https://")) ? 8 : 7);
    host = http_header(call->http, STR("host"));
    if (!str_starts(from, host) || !str_starts(str_skip(from, host.len), STR("/"))
        || str_starts(str_skip(from, host.len), STR("//")))
        return STR_NULL;
    return str_skip(from, host.len);
}

Rc page_failure(Call *call, int status)
{
    static const struct {
        int status;
        const char *what, *todo;
    } known[] = {
        { 400, T("We could not read that"), T("Go back and try once more. Nothing was changed.") },
        { 401, T("You are signed out"), T("Sign in to go on.") },
        { 403, T("This is not yours to do"),
          T("It belongs to somebody else. Nothing was changed.") },
        { 404, T("This page is not here"),
          T("The address may be old, or the page is not for you. Request numbers keep working for "
            "ever, so search for yours.") },
        { 405, T("This page is not here"), T("Go to the start and take the way from there.") },
        { 409, T("That is not possible any more"),
          T("Somebody was faster, or it has moved on. Look at it again before you decide.") },
        { 412, T("Somebody else changed this meanwhile"),
          T("Your text is kept. Go back, look at both and send again.") },
        { 413, T("That is too large"),
          T("Go back and send less at once. Your text is kept there.") },
        { 415, T("We could not read that"), T("Go back and try once more. Nothing was changed.") },
        { 421, T("This page is not here"),
          T("Check the address: this server does not answer for that name.") },
        { 422, T("Something in it is not right yet"),
          T("Go back and look at what you filled in. Everything is kept.") },
        { 429, T("That was a little too fast"), T("Wait a minute, then try again.") },
        { 503, T("Errand is busy"), T("Nothing was changed. Try again in a moment.") },
    };
    FailurePage page = {
        .lost = status == 404 || status == 405 || status == 421,
        .what = T("That did not work"),
        .todo = T("Nothing was changed. Try again in a moment."),
        .detail = call->cx.detail,
        .reference = status >= 500 ? call->cx.call_ref : STR_NULL,
        .back_url = STR("/"),
        .back_text = T("Go to the start"),
    };
    PageOut o;
    PageFrame f;
    bool signed_in = call->cx.subject != NULL && call->cx.subject->person_id != 0;

    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (known[i].status == status) {
            page.what = known[i].what;
            page.todo = known[i].todo;
        }
    }
    if (page.detail.msgid == NULL && call->cx.errors.n > 0)
        page.detail = call->cx.errors.at[0].text;
    if (status == 403 && http_method(call->http) <= HTTP_HEAD
        && str_eq_z(call->cx.type, "forbidden")) {
        page.what = T("This is not open to you");
        page.todo = T("Your roles do not include it. Ask an administrator if they should.");
        page.detail = (Text){ .msgid = NULL };
    }
    if (signed_in)
        page.before_url = page_before(call);
    if (status == 401) {
        page.back_url = STR("/sign-in");
        page.back_text = T("Sign in");
        page.typed_url = http_target(call->http);
        for (size_t i = 0; i < call->form.n; i++)
            if (!str_starts(call->form.at[i].name, STR("_csrf")))
                TRY(LIST_PUSH(call->arena, &page.typed, call->form.at[i]));
    }
    /* It must not tell "not there" from "not for you"; and where the fault is ours, what was said on the
     * way was not meant for this end. */
    if (page.lost || status == 401 || status == 500)
        page.detail = (Text){ .msgid = NULL };
    page_open(call, signed_in ? FRAME_PORTAL : FRAME_GATE, &o, &f);
    f.title = (Text){ .msgid = page.what };
    return PAGE(&o, &f, tmpl_failure, &page);
}

/* -- helpers -- */

Str page_initials(Str name, Arena *a)
{
    Str rest = str_trim(name);
    size_t at = 0, last = 0;

    if (rest.len == 0)
        return STR("");
    uint32_t first = str_next_char(rest, &at);
    size_t first_end = at;
    if (first >= 0x2e80) { /* Chinese: people are called by the end of the name */
        while (at < rest.len) {
            last = at;
            (void)str_next_char(rest, &at);
        }
        return str_skip(rest, last);
    }
    for (size_t i = 1; i < rest.len; i++)
        if (rest.ptr[i - 1] == ' ' && rest.ptr[i] != ' ')
            last = i;
    if (last == 0)
        return str_sub(rest, 0, first_end);
    at = last;
    (void)str_next_char(rest, &at);
    return str_fmt(a, "%.*s%.*s", (int)first_end, rest.ptr, (int)(at - last), rest.ptr + last);
}

const char *page_hue(Str text)
{
    static const char *const hues[] = { "h1", "h2", "h3", "h4", "h5", "h6" };

    return hues[str_hash(text) % COUNT_OF(hues)];
}
