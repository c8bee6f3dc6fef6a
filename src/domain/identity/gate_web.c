/* gate_web.c - the pages before sign-in: signing in and out, the set-up link, the reset link. */
#include "domain/identity/gate_page.h"
#include "http/dispatch.h"
#include "tmpl/link_ended.h"
#include "tmpl/set_password.h"
#include "tmpl/sign_in.h"

/* --- where to go ---------------------------------------------------------------------------- */

static bool is_page(Call *call, Str path)
{
    Str params[6], rest = path;
    bool other, is_api;
    const Route *route =
        router_find(dispatch_router(call), HTTP_GET, str_cut(&rest, '?'), params, &other, &is_api);
    return route != NULL && !is_api && route->tx == TX_READ;
}

Str gate_next(Call *call, Str next)
{
    bool ours = next.len > 0 && next.len < 2000 && next.ptr[0] == '/'
                && (next.len == 1 || (next.ptr[1] != '/' && next.ptr[1] != '\\'))
                && str_is_clean_text(next, false) && is_page(call, next);
    return ours ? next : STR("");
}

/* Where a person's day begins, by what they are. */
static Str home_of(Call *call, uint32_t roles)
{
    static const struct {
        uint32_t roles;
        Str path;
    } homes[] = {
        { ROLE_AGENT | ROLE_LEAD | ROLE_SUPPLIER, STR_INIT("/work") },
        { ROLE_OWNER, STR_INIT("/catalog/manage") },
        { ROLE_ADMIN, STR_INIT("/admin/people") },
        { ROLE_AUDITOR, STR_INIT("/work/list") },
    };
    for (size_t i = 0; i < COUNT_OF(homes); i++)
        if ((roles & homes[i].roles) != 0 && is_page(call, homes[i].path))
            return homes[i].path;
    return STR("/");
}

/* The form comes back in the language that was chosen on the page. */
static Str with_lang(Call *call, Str path)
{
    Lang lang;
    if (!lang_from_key(call_query(call, "lang"), &lang))
        return path;
    return str_fmt(call->arena, "%.*s?lang=%s", STR_ARG(path), lang_key(lang));
}

static Rc too_busy(Ctx *cx, Rc rc)
{
    if (rc != RC_BUSY)
        return rc;
    return fail(cx, RC_BUSY, "busy", TEXT("Many people sign in just now. Try again in a moment."));
}

/* --- sign-in -------------------------------------------------------------------------------- */

void gate_retry_after(Call *call)
{
    if (call->is_again && str_eq_z(call->cx.type, "too_many"))
        call_header(call, STR("Retry-After"),
                    str_fmt(call->arena, "%lld", (long long)call->cx.detail.count));
}

static Rc page_sign_in(Call *call)
{
    const Subject *who = call->cx.subject;
    SignInPage page = { .form = { .arena = call->arena },
                        .action = with_lang(call, STR("/sign-in")) };
    PageOut out;
    PageFrame frame;
    Str code, login;

    page.next =
        gate_next(call, call->is_again ? call_form(call, "next") : call_query(call, "next"));
    page.demo = dispatch_config(call)->loopback;
    gate_retry_after(call);
    if (who->person_id != 0) {
        page.signed_in_as = who->name;
        page.home = home_of(call, who->roles);
    }
    if (!call_flash_shown(call, &code, &login) || !str_eq_z(code, "password_set"))
        login = STR("");
    TRY(form_add(&page.form, (Widget){ .kind = WIDGET_TEXT,
                                       .name = STR("login"),
                                       .label = TEXT("Login"),
                                       .required = true,
                                       .value = login,
                                       .autocomplete = "username" }));
    TRY(form_add(&page.form, (Widget){ .kind = WIDGET_PASSWORD,
                                       .name = STR("password"),
                                       .label = TEXT("Password"),
                                       .required = true,
                                       .autocomplete = "current-password" }));
    if (call->is_again)
        TRY(form_refuse(&page.form, call));
    page_open(call, FRAME_GATE, &out, &frame);
    frame.title = TEXT("Sign in");
    page.demo = page.demo && frame.demo;
    return PAGE(&out, &frame, tmpl_sign_in, &page);
}

static Rc prepare_sign_in(Call *call)
{
    GrantedSignIn g;
    SignIn *s = ARENA_NEW(call->arena, SignIn);

    *s = (SignIn){ .login = call_form(call, "login"),
                   .password = call_form(call, "password"),
                   .address = call->cx.subject->address,
                   .device = http_header(call->http, STR("user-agent")) };
    call->prepared = s;
    TRY(access_sign_in(&call->cx, &g));
    return too_busy(&call->cx, sign_in_prepare(&call->cx, g, s));
}

/* The sentence for a refused try; the same for every reason but too many tries. */
static Rc refused(Call *call, const NewSession *made)
{
    if (made->outcome == SIGN_IN_WAIT) {
        int64_t seconds = (made->wait_ms + 999) / 1000;
        (void)fail(&call->cx, RC_BUSY, "too_many",
                   TEXT_N("There were too many tries. Wait %d second, then try again.",
                          "There were too many tries. Wait %d seconds, then try again.", seconds));
        return call_refuse(call, RC_BUSY);
    }
    (void)fail(&call->cx, RC_INVALID, "wrong",
               TEXT("This login and this password do not belong together."));
    return call_refuse(call, RC_INVALID);
}

static Rc act_sign_in(Call *call)
{
    GrantedSignIn g;
    NewSession made;

    TRY(access_sign_in(&call->cx, &g));
    TRY(sign_in_finish(&call->cx, g, call->prepared, call->cx.subject->session_id, &made));
    if (made.outcome != SIGN_IN_OK)
        return refused(call, &made);
    call_session(call, made.token, made.max_age_s);
    Str next = gate_next(call, call_form(call, "next"));
    return call_redirect(call, next.len > 0 ? next : home_of(call, made.roles));
}

static Rc act_sign_out(Call *call)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    if (call->cx.subject->session_id != 0)
        TRY(session_end(&call->cx, g, call->cx.subject->session_id));
    call_session(call, STR_NULL, 0);
    call_flash(call, "signed_out", STR(""));
    return call_redirect(call, STR("/sign-in"));
}

/* --- links ---------------------------------------------------------------------------------- */

static Rc page_link_ended(Call *call)
{
    PageOut out;
    PageFrame frame;

    page_open(call, FRAME_GATE, &out, &frame);
    frame.title = TEXT("This link has ended");
    call->status = 404;
    page_begin(&out, &frame);
    return page_close(&out, &frame, tmpl_link_ended(&out));
}

static Rc setup_fields(Call *call, Form *form)
{
    TRY(form_add(form, (Widget){ .kind = WIDGET_TEXT,
                                 .name = STR("name"),
                                 .label = TEXT("Your name"),
                                 .required = true,
                                 .autocomplete = "name" }));
    TRY(form_add(form, (Widget){ .kind = WIDGET_TEXT,
                                 .name = STR("login"),
                                 .label = TEXT("Login"),
                                 .help = TEXT("What you sign in with. It stays as it is."),
                                 .required = true,
                                 .autocomplete = "username" }));
    TRY(form_add(form, (Widget){ .kind = WIDGET_TEXT,
                                 .name = STR("email"),
                                 .label = TEXT("E-mail"),
                                 .optional_word = true,
                                 .inputmode = "email",
                                 .autocomplete = "email" }));
    TRY(form_add(form, field_new_password("password", TEXT("Password"))));
    TRY(form_add(form, field_lang(&call->cx, str_z(lang_key(call->cx.lang)))));
    return form_add(form, field_zone(&call->cx, STR("UTC")));
}

static LinkKind kind_of(const Call *call)
{
    return str_starts(str_z(call->route->path), STR("/setup")) ? LINK_SETUP : LINK_RESET;
}

static Rc page_link(Call *call)
{
    LinkKind kind = kind_of(call);
    LinkPage page = { .form = { .arena = call->arena } };
    GrantedSignIn g;
    Link link;
    PageOut out;
    PageFrame frame;
    Str token = call_param(call, "token");

    TRY(access_sign_in(&call->cx, &g));
    Rc rc = link_look(&call->cx, g, kind, token, &link);
    if (rc == RC_NOT_FOUND)
        return page_link_ended(call);
    TRY(rc);
    page.action = with_lang(call, str_fmt(call->arena, "/%s/%.*s",
                                          kind == LINK_SETUP ? "setup" : "reset", STR_ARG(token)));
    page.person = link.person.name;
    if (kind == LINK_SETUP)
        TRY(setup_fields(call, &page.form));
    else
        TRY(form_add(&page.form, field_new_password("password", TEXT("New password"))));
    if (call->is_again)
        TRY(form_refuse(&page.form, call));
    page_open(call, FRAME_GATE, &out, &frame);
    frame.title = kind == LINK_SETUP ? TEXT("Set up Errand") : TEXT("Set a new password");
    return PAGE(&out, &frame, tmpl_set_password, &page);
}

static Rc prepare_link(Call *call)
{
    GrantedSignIn g;
    LinkUse *use = ARENA_NEW(call->arena, LinkUse);

    *use = (LinkUse){ .kind = kind_of(call),
                      .token = call_param(call, "token"),
                      .password = call_form(call, "password"),
                      .person = { .login = call_form(call, "login"),
                                  .name = call_form(call, "name"),
                                  .email = str_trim(call_form(call, "email")),
                                  .lang = call_form(call, "language"),
                                  .zone = str_trim(call_form(call, "zone")) } };
    call->prepared = use;
    TRY(access_sign_in(&call->cx, &g));
    return too_busy(&call->cx, link_prepare(&call->cx, g, use));
}

static Rc act_link(Call *call)
{
    GrantedSignIn g;
    Str login;

    TRY(access_sign_in(&call->cx, &g));
    TRY(link_use(&call->cx, g, call->prepared, &login));
    call_flash(call, "password_set", login);
    return call_redirect(call, STR("/sign-in"));
}

/* --- routes --------------------------------------------------------------------------------- */

extern const RouteTable gate_pages;
const RouteTable gate_pages =
    ROUTES({ HTTP_GET, "/sign-in", page_sign_in, RIGHT_PUBLIC, BODY_NONE, TX_READ,
             .text = "Sign-in page" },
           { HTTP_POST, "/sign-in", act_sign_in, RIGHT_PUBLIC, BODY_FORM, TX_WRITE,
             .text = "Sign in", .prepare = prepare_sign_in, .again = page_sign_in },
           { HTTP_POST, "/signout", act_sign_out, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Sign out" },
           { HTTP_GET, "/setup/{token}", page_link, RIGHT_PUBLIC, BODY_NONE, TX_READ,
             .text = "Set-up page" },
           { HTTP_POST, "/setup/{token}", act_link, RIGHT_PUBLIC, BODY_FORM, TX_WRITE,
             .text = "Make the first administrator", .prepare = prepare_link, .again = page_link },
           { HTTP_GET, "/reset/{token}", page_link, RIGHT_PUBLIC, BODY_NONE, TX_READ,
             .text = "Page for a new password" },
           { HTTP_POST, "/reset/{token}", act_link, RIGHT_PUBLIC, BODY_FORM, TX_WRITE,
             .text = "Set a new password by link", .prepare = prepare_link, .again = page_link }, );
