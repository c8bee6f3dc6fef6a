/* similar_web.c - similar open requests: while somebody asks, and for who sorts what came in; following one. */
#include "domain/request/similar_web.h"

#include "domain/request/lists.h"
#include "domain/request/portal_web.h"
#include "domain/request/talk.h"
#include "tmpl/merge_into.h"
#include "tmpl/similar_list.h"

static Str joined(Ctx *cx, const StrList *words)
{
    Str s = STR("");

    for (size_t i = 0; i < words->n; i++)
        s = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(s), i == 0 ? "" : ", ", STR_ARG(words->at[i]));
    return s;
}

Rc similar_looks(Ctx *cx, const Similars *list, const char *base, SimilarLooks *ret)
{
    for (size_t i = 0; i < list->n; i++) {
        const Similar *one = &list->at[i];
        StateLook look = state_look(one->head.state, one->head.outcome);
        SimilarLook line = {
            .url = str_fmt(cx->arena, "%s/%.*s", base, STR_ARG(one->head.number)),
            .number = one->head.number,
            .title = one->head.title,
            .css = look.css,
            .icon = look.icon,
            .state = look.label,
            .words = joined(cx, &one->shared),
            .same_item = one->same_item,
            .own = one->own,
            .follows = one->follows,
            .may_follow = one->may_follow,
            .me_too = one->me_too,
            .may_me_too = one->may_me_too,
            .others = one->head.me_too - one->me_too,
        };
        TRY(LIST_PUSH(cx->arena, ret, line));
    }
    return RC_OK;
}

/* The words of who asks: answers to questions for text. */
static Str words_of_answers(Ctx *cx, const ModelVersion *m, const AnswerInputs *answers)
{
    Str s = STR("");

    for (size_t i = 0; i < answers->n; i++) {
        const AnswerInput *a = &answers->at[i];
        for (size_t k = 0; k < m->form.n; k++) {
            const Question *q = &m->form.at[k];
            bool text = q->type == QUESTION_TEXT || q->type == QUESTION_LONG_TEXT;
            if (text && a->row < 0 && str_eq(q->id, a->question))
                s = str_fmt(cx->arena, "%.*s%.*s\n", STR_ARG(s), STR_ARG(a->text));
        }
    }
    return s;
}

Rc similar_while_asking(Ctx *cx, const ModelVersion *m, const AnswerInputs *answers,
                        SimilarLooks *ret)
{
    SimilarAsk ask = { .text = words_of_answers(cx, m, answers), .item = m->key, .name = m->name };
    Similars list = { 0 };
    ScopeRequests s;

    *ret = (SimilarLooks){ 0 };
    if (ask.text.len == 0 || !str_is_utf8(ask.text))
        return RC_OK;
    TRY(access_requests(cx, &s));
    TRY(similar_requests(cx, s, &ask, &list));
    return similar_looks(cx, &list, "/requests", ret);
}

static Rc page_similar(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    ScopeRequests s;
    RequestHeads heads = { 0 };
    Similars list = { 0 };
    SimilarPage p = { .number = call_param(call, "number") };
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, p.number, MAY_SEE, &g));
    TRY(access_requests(cx, &s));
    int64_t id = granted_request_id(g);
    TRY(request_heads(cx, s, &id, 1, &heads));
    if (heads.n == 1) {
        p.number = heads.at[0].number;
        p.title = heads.at[0].title;
    }
    p.confidential = granted_confidential(g);
    TRY(similar_to(cx, g, s, &list));
    TRY(similar_looks(cx, &list, "/work", &p.similar));
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].may_merge)
            p.similar.at[i].merge_url = str_fmt(cx->arena, "/work/%.*s/merge?into=%.*s",
                                                STR_ARG(p.number), STR_ARG(list.at[i].head.number));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Similar to {0}", p.number);
    return PAGE(&out, &frame, tmpl_similar_list, &p);
}

/* Two requests side by side before they become one. */
static Rc page_merge(Call *call)
{
    Ctx *cx = &call->cx;
    Str into = call_query(call, "into");
    GrantedRequest from, to;
    RequestHead head, other;
    Similars list = { 0 };
    ScopeRequests s;
    MergePage p = { .words = STR("") };
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE | MAY_WORK, &from));
    /* asked again by request_head */
    TRY(access_request_number(cx, str_is_null(into) ? STR("") : into, MAY_SEE, &to));
    TRY(access_requests(cx, &s));
    TRY(request_head(cx, from, &head));
    TRY(request_head(cx, to, &other));
    TRY(similar_to(cx, from, s, &list));
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].head.id == other.id)
            p.words = joined(cx, &list.at[i].shared);
    p.number = head.number;
    p.title = head.title;
    p.into = other.number;
    p.into_title = other.title;
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_QUEUE;
    frame.title = TEXT("Merge {0} into {1}", p.number, p.into);
    return PAGE(&out, &frame, tmpl_merge_into, &p);
}

/* The page of the request says that it is followed: in the workspace for staff. */
static Rc act_follow(Call *call)
{
    static const uint32_t staff = ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN;
    Ctx *cx = &call->cx;
    const char *base = (cx->subject->roles & staff) != 0 ? "/work" : "/requests";
    GrantedRequest g;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(participant_add(cx, g,
                        &(ParticipantAdd){ .login = cx->subject->login, .kind = STR("watcher") }));
    call_flash(call, "followed", call_param(call, "number"));
    return call_redirect(
        call, str_fmt(call->arena, "%s/%.*s", base, STR_ARG(call_param(call, "number"))));
}

extern const RouteTable similar_pages;
const RouteTable similar_pages =
    ROUTES({ HTTP_GET, "/work/{number}/similar", page_similar, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Open requests that are about the same" },
           { HTTP_GET, "/work/{number}/merge", page_merge, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Two requests before they become one" },
           { HTTP_POST, "/requests/{number}/follow", act_follow, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "Follow a request" }, );
