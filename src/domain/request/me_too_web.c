/* me_too_web.c - "I have this too" on pages. */
#include "domain/request/me_too_web.h"

#include "http/dispatch.h"

static Str joined(Ctx *cx, const PersonRefs *people)
{
    Str s = STR("");

    for (size_t i = 0; i < people->n; i++)
        s = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(s), i == 0 ? "" : ", ",
                    STR_ARG(people->at[i].name));
    return s;
}

Rc me_too_part(Ctx *cx, GrantedRequest g, Str number, bool names, MeTooPart *ret)
{
    MeToo m;

    TRY(me_too_get(cx, g, &m));
    *ret = (MeTooPart){ .number = number,
                        .others = m.count - m.self,
                        .self = m.self,
                        .may = m.may,
                        .shown = m.count > 0 || m.may,
                        .names = names ? joined(cx, &m.people) : STR("") };
    return RC_OK;
}

/* Said on the page of the request, or beside a form: either way that page shows what came of it. */
static Rc act_me_too(Call *call)
{
    Str number = call_param(call, "number"), back = call_form(call, "take_back");
    GrantedRequest g;

    TRY(access_request_number(&call->cx, number, MAY_SEE, &g));
    if (str_eq_z(back, "1"))
        TRY(me_too_take_back(&call->cx, g));
    else
        TRY(me_too_say(&call->cx, g));
    call_flash(call, str_eq_z(back, "1") ? "me_too_taken_back" : "me_too_said", number);
    return call_redirect(call, str_fmt(call->arena, "/requests/%.*s", STR_ARG(number)));
}

extern const RouteTable me_too_pages;
const RouteTable me_too_pages =
    ROUTES({ HTTP_POST, "/requests/{number}/me-too", act_me_too, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "Say that one has the same, or take it back" }, );
