/* profile_web.c - one's own page: language, zone, theme, password, sessions, API tokens. */
#include "domain/identity/gate_page.h"
#include "domain/identity/profile_page.h"
#include "http/dispatch.h"
#include "tmpl/profile.h"

#define TOKEN_DAYS "90"

/* --- what the page shows --------------------------------------------------------------------- */

/* Which browser on which system, from what it says of itself; the order matters, because they all claim
 * to be each other. */
static Text device_words(Str agent)
{
    static const struct {
        const char *sign, *name;
    } browsers[] = { { "Edg/", "Edge" },      { "OPR/", "Opera" },    { "Firefox/", "Firefox" },
                     { "Chrome/", "Chrome" }, { "CriOS/", "Chrome" }, { "FxiOS/", "Firefox" },
                     { "Safari/", "Safari" }, { "curl/", "curl" } },
      machines[] = { { "Android", "Android" }, { "iPhone", "iPhone" },  { "iPad", "iPad" },
                     { "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "Linux", "Linux" } };
    const char *browser = NULL, *machine = NULL;

    for (size_t i = 0; i < COUNT_OF(browsers) && browser == NULL; i++)
        if (str_contains(agent, str_z(browsers[i].sign)))
            browser = browsers[i].name;
    for (size_t i = 0; i < COUNT_OF(machines) && machine == NULL; i++)
        if (str_contains(agent, str_z(machines[i].sign)))
            machine = machines[i].name;
    if (browser != NULL && machine != NULL)
        return TEXT("{0} on {1}", str_z(browser), str_z(machine));
    if (browser != NULL || machine != NULL)
        return TEXT("{0}", str_z(browser != NULL ? browser : machine));
    return TEXT("Unknown browser");
}

static Rc read_sessions(Call *call, GrantedSelf g, ProfilePage *page)
{
    Sessions list;

    TRY(session_list(&call->cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        const Session *s = &list.at[i];
        page->other_sessions = page->other_sessions || !s->current;
        TRY(LIST_PUSH(call->arena, &page->sessions,
                      (SessionLine){ s->id, device_words(s->device), s->address, s->created_ms,
                                     s->seen_ms, s->current }));
    }
    return RC_OK;
}

static const struct {
    uint32_t bit;
    const char *key, *label;
} scopes[] = {
    { SCOPE_READ, "read", T("Read what I can read") },
    { SCOPE_REQUEST, "request", T("Send and work on requests, decide approvals") },
    { SCOPE_CATALOG, "catalog", T("Change models, where I may") },
    { SCOPE_PEOPLE, "people", T("Change people and teams, where I may") },
};

static Rc read_tokens(Call *call, GrantedSelf g, ProfilePage *page)
{
    ApiTokens list;

    TRY(token_list(&call->cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        const ApiToken *t = &list.at[i];
        Str words = STR("");
        for (size_t k = 0; k < COUNT_OF(scopes); k++)
            if ((t->scopes & scopes[k].bit) != 0)
                words = str_fmt(call->arena, "%.*s%s%s", STR_ARG(words), words.len > 0 ? ", " : "",
                                scopes[k].key);
        TRY(LIST_PUSH(call->arena, &page->tokens,
                      (TokenLine){ t->id, t->name, t->hint, words, t->expires_ms,
                                   t->used_ms == MS_NONE ? 0 : t->used_ms }));
    }
    return RC_OK;
}

static Rc settings_form(Call *call, ProfilePage *page)
{
    Form *f = &page->settings;
    Widget theme = {
        .kind = WIDGET_CHOICE, .name = STR("theme"), .label = TEXT("Light or dark"), .chips = true
    };

    TRY(LIST_PUSH(call->arena, &theme.options,
                  (WidgetOption){ .value = STR(""), .label = TEXT("As the system") }));
    TRY(LIST_PUSH(call->arena, &theme.options,
                  (WidgetOption){ .value = STR("light"), .label = TEXT("Light") }));
    TRY(LIST_PUSH(call->arena, &theme.options,
                  (WidgetOption){ .value = STR("dark"), .label = TEXT("Dark") }));
    widget_choose(&theme, page->person.theme);
    TRY(form_add(f, field_lang(&call->cx, str_z(lang_key(page->person.lang)))));
    TRY(form_add(f, field_zone(&call->cx, page->person.zone)));
    return form_add(f, theme);
}

static Rc password_form(ProfilePage *page)
{
    Form *f = &page->password;

    TRY(form_add(f, (Widget){ .kind = WIDGET_PASSWORD,
                              .name = STR("old_password"),
                              .label = TEXT("Password so far"),
                              .required = true,
                              .autocomplete = "current-password" }));
    return form_add(f, field_new_password("new_password", TEXT("New password")));
}

static Rc token_form(Call *call, ProfilePage *page)
{
    Form *f = &page->token;
    Widget may = {
        .kind = WIDGET_SEVERAL, .name = STR("scopes"), .label = TEXT("It may"), .required = true
    };

    for (size_t i = 0; i < COUNT_OF(scopes); i++)
        TRY(LIST_PUSH(call->arena, &may.options,
                      (WidgetOption){ .value = str_z(scopes[i].key),
                                      .label = (Text){ .msgid = scopes[i].label },
                                      .chosen = scopes[i].bit == SCOPE_READ }));
    TRY(form_add(f, (Widget){ .kind = WIDGET_TEXT,
                              .name = STR("name"),
                              .label = TEXT("What is it for?"),
                              .required = true,
                              .max_chars = 80 }));
    TRY(form_add(f, may));
    return form_add(f, (Widget){ .kind = WIDGET_NUMBER,
                                 .name = STR("days"),
                                 .label = TEXT("How many days does it last?"),
                                 .help = TEXT("At most 365."),
                                 .required = true,
                                 .value = STR(TOKEN_DAYS),
                                 .min = STR("1"),
                                 .max = STR("365") });
}

/* The form that was sent, when it is shown again. */
static Form *form_sent(const Call *call, ProfilePage *page)
{
    Str path = str_z(call->route->path);
    if (str_ends(path, STR("/password")))
        return &page->password;
    return str_ends(path, STR("/tokens")) ? &page->token : &page->settings;
}

static Rc page_profile(Call *call)
{
    Ctx *cx = &call->cx;
    ProfilePage page = { .settings = { .arena = call->arena },
                         .password = { .arena = call->arena },
                         .token = { .arena = call->arena } };
    GrantedSelf g;
    PageOut out;
    PageFrame frame;

    TRY(access_self(cx, &g));
    TRY(person_get(cx, cx->subject->person_id, &page.person));
    TRY(person_teams(cx, page.person.id, &page.teams));
    TRY(read_sessions(call, g, &page));
    TRY(read_tokens(call, g, &page));
    TRY(settings_form(call, &page));
    TRY(password_form(&page));
    TRY(token_form(call, &page));
    if (call->is_again && str_eq_z(cx->type, "again"))
        page.new_token = *(const Str *)call->prepared;
    else if (call->is_again)
        TRY(form_refuse(form_sent(call, &page), call));
    gate_retry_after(call);
    page.initials = page_initials(page.person.name, call->arena);
    page.hue = page_hue(page.person.login);
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.title = TEXT("Profile");
    return PAGE(&out, &frame, tmpl_profile, &page);
}

/* --- settings ------------------------------------------------------------------------------- */

static Rc update(Call *call, const ProfileInput *in)
{
    GrantedSelf g;

    TRY(access_self(&call->cx, &g));
    return profile_update(&call->cx, g, in);
}

static Rc act_settings(Call *call)
{
    ProfileInput in = { call_form(call, "language"), str_trim(call_form(call, "zone")),
                        call_form(call, "theme") };

    TRY(update(call, &in));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, STR("/profile"));
}

static Rc back(Call *call)
{
    Str next = gate_next(call, call_form(call, "next"));
    return call_redirect(call, next.len > 0 ? next : STR("/profile"));
}

static Rc act_language(Call *call)
{
    TRY(update(call, &(ProfileInput){ .lang = call_form(call, "lang") }));
    return back(call);
}

static Rc act_theme(Call *call)
{
    TRY(update(call, &(ProfileInput){ .theme = call_form(call, "theme") }));
    return back(call);
}

/* --- password ------------------------------------------------------------------------------- */

static Rc prepare_password(Call *call)
{
    GrantedSelf g;
    PasswordChange *change = ARENA_NEW(call->arena, PasswordChange);

    *change = (PasswordChange){ .old_password = call_form(call, "old_password"),
                                .new_password = call_form(call, "new_password") };
    call->prepared = change;
    TRY(access_self(&call->cx, &g));
    Rc rc = password_change_prepare(&call->cx, g, change);
    if (rc == RC_BUSY)
        return fail(&call->cx, rc, "busy",
                    TEXT("Many people sign in just now. Try again in a moment."));
    return rc;
}

static Rc act_password(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    NewSession made;

    TRY(access_self(cx, &g));
    TRY(password_change(cx, g, call->prepared, http_header(call->http, STR("user-agent")), &made));
    if (made.outcome == SIGN_IN_WAIT) {
        (void)fail(cx, RC_BUSY, "too_many",
                   TEXT_N("There were too many tries. Wait %d second, then try again.",
                          "There were too many tries. Wait %d seconds, then try again.",
                          (made.wait_ms + 999) / 1000));
        return call_refuse(call, RC_BUSY);
    }
    if (made.outcome == SIGN_IN_WRONG) {
        (void)fail_field(cx, RC_INVALID, "old_password", "wrong",
                         TEXT("This is not your password."));
        return call_refuse(call, RC_INVALID);
    }
    call_session(call, made.token, made.max_age_s);
    call_flash(call, "password_changed", STR(""));
    return call_redirect(call, STR("/profile"));
}

/* --- sessions ------------------------------------------------------------------------------- */

static Rc signed_out(Call *call)
{
    call_session(call, STR_NULL, 0);
    call_flash(call, "signed_out", STR(""));
    return call_redirect(call, STR("/sign-in"));
}

static Rc act_session_end(Call *call)
{
    GrantedSelf g;
    int64_t id;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(access_self(&call->cx, &g));
    TRY(session_end(&call->cx, g, id));
    if (id == call->cx.subject->session_id)
        return signed_out(call);
    call_flash(call, "session_ended", STR(""));
    return call_redirect(call, STR("/profile"));
}

static Rc act_sessions_end(Call *call)
{
    GrantedSelf g;
    int64_t ended;

    TRY(access_self(&call->cx, &g));
    TRY(session_end_all(&call->cx, g, &ended));
    return signed_out(call);
}

/* --- tokens --------------------------------------------------------------------------------- */

static Rc act_token(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    TokenInput in = { .name = call_form(call, "name") };
    int64_t id, days = 0;
    Str *token = ARENA_NEW(call->arena, Str);

    for (size_t i = 0; i < call->form.n; i++) {
        uint32_t bit = 0;
        if (str_eq(call->form.at[i].name, STR("scopes"))
            && token_scopes(call->form.at[i].value, &bit) == RC_OK)
            in.scopes |= bit;
    }
    /* What is no number is as wrong as one out of range. */
    if (!str_to_i64(str_trim(call_form(call, "days")), &days) || days < 0 || days > 1000)
        days = 0;
    in.days = (int32_t)days;
    TRY(access_self(cx, &g));
    TRY(token_create(cx, g, &in, &id, token));
    call->prepared = token;
    return call_tell(call);
}

static Rc act_token_revoke(Call *call)
{
    GrantedSelf g;
    int64_t id;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(access_self(&call->cx, &g));
    TRY(token_revoke(&call->cx, g, id));
    call_flash(call, "token_revoked", STR(""));
    return call_redirect(call, STR("/profile"));
}

extern const RouteTable profile_pages;
const RouteTable profile_pages =
    ROUTES({ HTTP_GET, "/profile", page_profile, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "One's own page" },
           { HTTP_POST, "/profile", act_settings, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Choose language, time zone and theme", .again = page_profile },
           { HTTP_POST, "/profile/language", act_language, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Choose a language", .again = page_profile },
           { HTTP_POST, "/profile/theme", act_theme, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Choose light or dark", .again = page_profile },
           { HTTP_POST, "/profile/password", act_password, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Change one's password", .prepare = prepare_password, .again = page_profile },
           { HTTP_POST, "/profile/sessions/{id}/end", act_session_end, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "End one of one's sessions" },
           { HTTP_POST, "/profile/sessions/end-all", act_sessions_end, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "Sign out everywhere" },
           { HTTP_POST, "/profile/tokens", act_token, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Make an API token", .again = page_profile },
           { HTTP_POST, "/profile/tokens/{id}/revoke", act_token_revoke, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "Revoke an API token" }, );
