/* find_web.c - what the palette finds while somebody types: requests by number or title, items. */
#include "domain/request/order_web.h"
#include "domain/request/portal_web.h"
#include "tmpl/palette_found.h"

#define FOUND_REQUESTS 6
#define FOUND_ITEMS    5

/* Staff open in the workspace what they did not ask for themselves. */
static FoundRequest found_request(Ctx *cx, const RequestHead *h, Str typed)
{
    static const uint32_t staff = ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR;
    int64_t self = cx->subject->person_id;
    bool own = h->requester.id == self || h->beneficiary.id == self;
    StateLook look = state_look(h->state, h->outcome);

    return (FoundRequest){
        .url = str_fmt(cx->arena, "%s/%.*s",
                       (cx->subject->roles & staff) != 0 && !own ? "/work" : "/requests",
                       STR_ARG(h->number)),
        .number = h->number,
        .title = h->title,
        .icon = look.icon,
        .state = look.label,
        .exact = str_eq_nocase(h->number, typed),
    };
}

static Rc part_find(Call *call)
{
    Ctx *cx = &call->cx;
    Str words = str_trim(call_query(call, "q")), meant;
    FoundPage p = { 0 };
    ItemGroups groups = { 0 };
    ItemCards items = { 0 };
    RequestHeads heads = { 0 };
    ScopeRequests s;
    int64_t count = 0;
    PageFrame frame;
    PageOut out;

    if (words.len > 0 && words.len <= 256) {
        TRY(access_requests(cx, &s));
        TRY(request_find(cx, s, words, FOUND_REQUESTS, &heads));
        TRY(item_groups(cx, &groups, &count));
        TRY(item_search(cx, words, &groups, &items, &meant));
    }
    for (size_t i = 0; i < heads.n; i++)
        TRY(LIST_PUSH(cx->arena, &p.requests, found_request(cx, &heads.at[i], words)));
    for (size_t i = 0; i < items.n && i < FOUND_ITEMS; i++)
        TRY(LIST_PUSH(cx->arena, &p.items, items.at[i]));
    if (p.requests.n == 0 && p.items.n == 0)
        p.nothing = words;
    page_open(call, FRAME_PORTAL, &out, &frame);
    return tmpl_palette_found(&out, &p);
}

const RouteTable find_pages =
    ROUTES({ HTTP_GET, "/find", part_find, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Find requests and items while somebody types" }, );
