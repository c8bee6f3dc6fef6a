/* search_web.c - search everywhere: the page, and the palette while somebody types. */
#include "domain/view/search_page.h"
#include "domain/view/view_web.h"

#include "app/fold.h"
#include "domain/catalog/gap.h"
#include "domain/request/lists.h"
#include "domain/request/portal_web.h"
#include "tmpl/palette_found.h"
#include "tmpl/search_list.h"

enum { PALETTE_REQUESTS = 8, PALETTE_OTHERS = 5, PAGE_REQUESTS = 20, PAGE_ITEMS = 12 };

static const uint32_t staff = ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR;
static const uint32_t people_readers = ROLE_LEAD | ROLE_ADMIN | ROLE_AUDITOR;

/* ---- places ---- */

/* Every page that stands for itself.  Those of the frame are among the places of the palette already. */
typedef struct PlaceRow {
    const char *url, *icon, *text;
    uint32_t roles; /* 0: everybody */
    bool in_frame;
} PlaceRow;

static const PlaceRow places[] = {
    { "/", "home", T("Home"), 0, true },
    { "/catalog", "catalog", T("Catalog"), 0, true },
    { "/catalog", "plus", T("New request"), 0, true },
    { "/requests", "list", T("My requests"), 0, true },
    { "/approvals", "check-circle", T("Approvals"), 0, true },
    { "/notifications", "mail", T("Notifications"), 0, false },
    { "/profile", "person", T("Your profile"), 0, false },
    { "/presence", "calendar", T("Your time away"), 0, false },
    { "/repeating", "clock", T("My repeating requests"), 0, false },
    { "/work", "inbox", T("My work"), staff | ROLE_SUPPLIER, true },
    { "/work/list", "list", T("Requests of my teams"), staff, true },
    { "/work/list", "list", T("Requests by a query"), staff, false },
    { "/work/views", "eye", T("All views"), staff, false },
    { "/work/views/new", "plus", T("Save a view"), staff, false },
    { "/work/new", "plus", T("Write down a request for somebody"), staff, false },
    { "/work/repeating", "clock", T("Repeating requests of the team"), staff, false },
    { "/insight", "chart", T("Insight"), staff, true },
    { "/catalog/manage", "catalog", T("Models, lists and procedures"), staff, true },
    { "/catalog/manage/searches", "search", T("Searched in vain"), ROLE_OWNER, false },
    { "/admin/calendars", "calendar", T("Calendars"), staff, false },
    { "/admin/targets", "clock", T("Targets"), staff, false },
    { "/admin/people", "people", T("People"), people_readers, true },
    { "/admin/teams", "people", T("Teams"), people_readers, false },
    { "/admin/priorities", "p-high", T("Priority matrices"), ROLE_ADMIN, false },
    { "/help/query", "info", T("The query language"), 0, false },
};

/* All words must stand in the name of the page, in the reader's language. */
static bool place_has(Ctx *cx, const PlaceRow *p, Str folded)
{
    Reader r = { cx->lang, cx->zone, cx->now_ms };
    Text text = { .msgid = p->text };
    Str name;

    if (text_fold(cx->arena, words_text(cx->arena, &r, &text), &name) != RC_OK)
        return false;
    while (folded.len > 0) {
        Str word = str_cut(&folded, ' ');
        if (word.len > 0 && !str_contains(name, word))
            return false;
    }
    return true;
}

static Rc find_places(Ctx *cx, Str words, bool palette, FoundPlaces *ret)
{
    Str folded;

    TRY(text_fold(cx->arena, words, &folded));
    for (size_t i = 0; folded.len > 0 && i < COUNT_OF(places); i++) {
        const PlaceRow *p = &places[i];
        bool mine = p->roles == 0 || (cx->subject->roles & p->roles) != 0;
        if (mine && !(palette && p->in_frame) && place_has(cx, p, folded))
            TRY(LIST_PUSH(cx->arena, ret, ((FoundPlace){ p->url, p->icon, p->text })));
    }
    return RC_OK;
}

/* ---- requests, items, people ---- */

/* Staff open in the workspace what they did not ask for themselves. */
static Str url_of_request(Ctx *cx, const RequestHead *h)
{
    int64_t self = cx->subject->person_id;
    bool own = h->requester.id == self || h->beneficiary.id == self;

    return str_fmt(cx->arena, "%s/%.*s",
                   (cx->subject->roles & staff) != 0 && !own ? "/work" : "/requests",
                   STR_ARG(h->number));
}

static const char *place_label(const SearchHit *h)
{
    if (h->snippet.n == 0)
        return NULL;
    switch (h->place) {
    case SEARCH_RESOLUTION: return T("In the resolution");
    case SEARCH_MESSAGE: return T("In a message");
    case SEARCH_ANSWER: return T("In an answer");
    case SEARCH_TITLE: break;
    }
    return NULL;
}

static FoundRequest found_request(Ctx *cx, const SearchHit *h)
{
    StateLook look = state_look(h->head.state, h->head.outcome);

    return (FoundRequest){
        .url = url_of_request(cx, &h->head),
        .number = h->head.number,
        .title = h->title,
        .snippet = h->snippet,
        .place = place_label(h),
        .icon = look.icon,
        .state = look.label,
        .css = look.css,
        .requester = h->head.requester,
        .updated_ms = h->head.updated_ms,
        .exact = h->exact,
    };
}

static Rc find_items(Ctx *cx, Str words, size_t most, FoundPage *p)
{
    ItemGroups groups = { 0 };
    ItemCards all = { 0 };
    int64_t count = 0;

    TRY(item_groups(cx, &groups, &count));
    TRY(item_search(cx, words, &groups, &all, &p->meant));
    for (size_t i = 0; i < all.n && i < most; i++)
        TRY(LIST_PUSH(cx->arena, &p->items, all.at[i]));
    return RC_OK;
}

/* Staff look people up; where they lead depends on what the reader may see of them. */
static Rc find_people(Ctx *cx, Str words, FoundPage *p)
{
    PersonRefs found = { 0 };
    bool page = (cx->subject->roles & people_readers) != 0;

    if ((cx->subject->roles & staff) == 0 || str_chars(words) < 2)
        return RC_OK;
    TRY(person_search(cx, words, PALETTE_OTHERS, &found));
    for (size_t i = 0; i < found.n; i++) {
        CLEANUP(buf_done) Buf url = { 0 };
        const PersonRef *one = &found.at[i];
        buf_init(&url, 1024);
        if (page) {
            buf_add_fmt(&url, "/admin/people/%lld", (long long)one->id);
        } else {
            buf_add_lit(&url, "/work/list");
            view_url_part(&url, "q",
                          str_fmt(cx->arena, "requester = \"%.*s\"", STR_ARG(one->login)));
        }
        TRY(LIST_PUSH(cx->arena, &p->people,
                      ((FoundPerson){ .url = str_dup(cx->arena, buf_str(&url)),
                                      .name = one->name,
                                      .login = one->login,
                                      .initials = page_initials(one->name, cx->arena),
                                      .hue = page_hue(one->login) })));
    }
    return RC_OK;
}

static Str url_with(Ctx *cx, const char *path, Str q, Str cursor)
{
    CLEANUP(buf_done) Buf url = { 0 };

    buf_init(&url, 16 * 1024);
    buf_add(&url, str_z(path));
    view_url_part(&url, "q", q);
    if (cursor.len > 0)
        view_url_part(&url, "cursor", cursor);
    return str_dup(cx->arena, buf_str(&url));
}

static Rc find_others(Ctx *cx, const SearchAsked *q, bool palette, FoundPage *p)
{
    if (q->words.len == 0)
        return RC_OK;
    TRY(find_items(cx, q->words, palette ? PALETTE_OTHERS : PAGE_ITEMS, p));
    TRY(find_people(cx, q->words, p));
    return find_places(cx, q->words, palette, &p->places);
}

static Rc add_requests(Ctx *cx, const SearchHits *hits, FoundPage *p)
{
    for (size_t i = 0; i < hits->n; i++)
        TRY(LIST_PUSH(cx->arena, &p->requests, found_request(cx, &hits->at[i])));
    return RC_OK;
}

static void fill_asked(Ctx *cx, const SearchAsked *q, FoundPage *p)
{
    p->staff = (cx->subject->roles & staff) != 0;
    p->wrong = q->wrong;
    if (p->staff && q->query.len > 0) {
        p->list_query = q->query;
        p->list_url = url_with(cx, "/work/list", q->query, STR(""));
    }
    p->nothing = p->requests.n == 0 && p->items.n == 0 && p->people.n == 0 && p->places.n == 0;
}

/* ---- the palette ---- */

/* Requests of one's own that have what is typed anywhere in a word of the title come with those of the index: one
 * that was made a moment ago is not in it yet. */
static Rc own_titles(Ctx *cx, ScopeRequests s, const SearchAsked *q, SearchHits *to)
{
    RequestHeads heads = { 0 };

    if (q->narrowed || q->words.len == 0)
        return RC_OK;
    TRY(request_find(cx, s, q->words, PALETTE_REQUESTS, &heads));
    for (size_t i = 0; i < heads.n && to->n < PALETTE_REQUESTS; i++) {
        SearchHit hit = { .head = heads.at[i] };
        bool there = false;
        for (size_t k = 0; k < to->n; k++)
            there = there || to->at[k].head.id == hit.head.id;
        if (there)
            continue;
        TRY(search_mark(cx, q, hit.head.title, &hit.title));
        TRY(LIST_PUSH(cx->arena, to, hit));
    }
    return RC_OK;
}

static Rc part_find(Call *call)
{
    Ctx *cx = &call->cx;
    SearchAsked q = { 0 };
    SearchHits hits = { 0 };
    FoundPage p = { .q = str_trim(call_query(call, "q")) };
    ScopeRequests s;
    Str next;
    PageFrame frame;
    PageOut out;

    if (p.q.len > 0 && p.q.len <= SEARCH_MAX_BYTES) {
        TRY(search_read(cx, p.q, &q));
        TRY(access_requests(cx, &s));
        TRY(search_requests(cx, s, &q, (SearchPage){ .size = PALETTE_REQUESTS }, &hits, &next,
                            &p.cut));
        TRY(own_titles(cx, s, &q, &hits));
        TRY(add_requests(cx, &hits, &p));
        TRY(find_others(cx, &q, true, &p));
        fill_asked(cx, &q, &p);
        p.all_url = url_with(cx, "/search", p.q, STR(""));
    }
    page_open(call, FRAME_PORTAL, &out, &frame);
    return tmpl_palette_found(&out, &p);
}

/* ---- the page ---- */

static Rc page_search(Call *call)
{
    Ctx *cx = &call->cx;
    SearchAsked q = { 0 };
    SearchHits hits = { 0 };
    FoundPage p = { .q = str_trim(call_query(call, "q")) };
    Str after = call_query(call, "cursor"), next = STR("");
    ScopeRequests s;
    PageFrame frame;
    PageOut out;

    if (str_is_null(after))
        after = STR("");
    p.asked = p.q.len > 0;
    TRY(search_read(cx, p.q, &q));
    TRY(access_requests(cx, &s));
    SearchPage page = { .after = after, .size = PAGE_REQUESTS, .snippets = true };
    TRY(search_requests(cx, s, &q, page, &hits, &next, &p.cut));
    TRY(add_requests(cx, &hits, &p));
    if (after.len == 0)
        TRY(find_others(cx, &q, false, &p));
    fill_asked(cx, &q, &p);
    if (next.len > 0)
        p.next_url = url_with(cx, "/search", p.q, next);
    if (after.len > 0)
        p.first_url = url_with(cx, "/search", p.q, STR(""));
    if (p.asked && p.nothing && after.len == 0 && !q.narrowed && !p.cut)
        TRY(gap_note(cx, q.words));
    page_open(call, p.staff ? FRAME_WORK : FRAME_PORTAL, &out, &frame);
    frame.title = p.asked ? TEXT("Search: {0}", p.q) : TEXT("Search");
    return PAGE(&out, &frame, tmpl_search_list, &p);
}

extern const RouteTable find_pages;
const RouteTable find_pages =
    ROUTES({ HTTP_GET, "/find", part_find, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Find requests, items, people and pages while somebody types" },
           { HTTP_GET, "/search", page_search, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Search everywhere" }, );
