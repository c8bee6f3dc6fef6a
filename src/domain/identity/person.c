#include "app/fold.h"
#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"
#include "domain/identity/sign_in_q.h"

#define EMAIL_MAX_BYTES 254 /* RFC 5321, section 4.5.3.1.3, less the angle brackets */

/* --- reading -------------------------------------------------------------------------------- */

static int64_t id_or_zero(OptInt id)
{
    return id.set ? id.value : 0;
}

static OptInt none_if_zero(int64_t id)
{
    return id != 0 ? OPT_INT(id) : OPT_NONE;
}

static Person person_from(const PersonRow *r)
{
    Person p = {
        .id = r->id,
        .login = r->login,
        .name = r->name,
        .email = r->email,
        .kind = r->kind,
        .org_id = id_or_zero(r->org_id),
        .org = r->org,
        .manager_id = id_or_zero(r->manager_id),
        .manager = r->manager,
        .site = r->site,
        .zone = r->zone,
        .theme = r->theme,
        .active = r->active,
        .demo = r->demo,
        .created_ms = r->created_ms,
        .updated_ms = r->updated_ms,
        .version = r->version,
    };
    if (!lang_from_key(r->lang, &p.lang))
        p.lang = LANG_EN;
    return p;
}

static Rc no_such_person(Ctx *cx)
{
    return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such person."));
}

Rc person_get(Ctx *cx, int64_t id, Person *ret)
{
    PersonRow row;
    bool found;

    TRY(q_person_get(cx, id, &row, &found));
    if (!found)
        return no_such_person(cx);
    *ret = person_from(&row);
    return RC_OK;
}

Rc person_by_login(Ctx *cx, Str login, Person *ret)
{
    PersonRow row;
    bool found;

    TRY(q_person_by_login(cx, login, &row, &found));
    if (!found)
        return no_such_person(cx);
    *ret = person_from(&row);
    return RC_OK;
}

Rc person_id(Ctx *cx, Str login, int64_t *ret)
{
    PersonActiveIdRow row;
    bool found;

    TRY(q_person_active_id(cx, login, &row, &found));
    if (!found)
        return no_such_person(cx);
    *ret = row.id;
    return RC_OK;
}

Rc person_managers(Ctx *cx, int64_t id, PersonRefs *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PersonManagersRow row;
    PersonRefs list = { 0 };

    TRY(q_person_managers(cx, id, MANAGER_LEVELS, &rows));
    while (q_person_managers_next(&rows, &row)) {
        bool seen = row.id == id;
        for (size_t i = 0; i < list.n && !seen; i++)
            seen = list.at[i].id == row.id;
        if (!seen && row.active)
            TRY(LIST_PUSH(cx->arena, &list, (PersonRef){ row.id, row.login, row.name }));
    }
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

/* --- searching ------------------------------------------------------------------------------ */

Rc word_patterns(Ctx *cx, Str words, WordPatterns *ret)
{
    WordPatterns p = { .first = STR("%") };
    Str rest;
    size_t n = 0;

    for (size_t i = 0; i < WORDS_MAX; i++)
        p.at[i] = STR("%");
    TRY(text_fold(cx->arena, words, &rest));
    while (!str_is_null(rest) && n < WORDS_MAX) {
        Str word = str_cut(&rest, ' ');
        if (word.len == 0)
            continue;
        TRY(text_like(cx->arena, word, &p.at[n]));
        if (n == 0)
            p.first = str_skip(p.at[0], 1);
        n++;
    }
    *ret = p;
    return RC_OK;
}

Rc person_list(Ctx *cx, GrantedPeople g, const PersonFilter *f, Persons *ret, int64_t *ret_next)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    WordPatterns w;
    PersonRow row;
    Persons list = { 0 };
    int64_t next = 0;

    TRY(word_patterns(cx, f->words, &w));
    TRY(q_person_list(cx, g, w.at[0], w.at[1], w.at[2], w.at[3],
                      str_is_null(f->kind) ? STR("") : f->kind, f->active, f->team_id, f->after_id,
                      f->size + 1, &rows));
    while (q_person_list_next(&rows, &row)) {
        if ((int64_t)list.n == f->size) {
            next = list.at[list.n - 1].id;
            break;
        }
        TRY(LIST_PUSH(cx->arena, &list, person_from(&row)));
    }
    if (next == 0)
        TRY(rows_result(&rows));
    *ret = list;
    *ret_next = next;
    return RC_OK;
}

Rc person_search(Ctx *cx, Str words, int64_t size, PersonRefs *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    WordPatterns w;
    PersonSearchRow row;
    PersonRefs list = { 0 };

    TRY(word_patterns(cx, words, &w));
    TRY(q_person_search(cx, cx->subject->person_id, w.at[0], w.at[1], w.at[2], w.at[3], w.first,
                        size, &rows));
    while (q_person_search_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, (PersonRef){ row.id, row.login, row.name }));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

Rc person_is_visible(Ctx *cx, int64_t id, bool *ret)
{
    PersonVisibleRow row;
    return q_person_visible(cx, cx->subject->person_id, id, &row, ret);
}

/* --- checking ------------------------------------------------------------------------------- */

bool login_is_wellformed(Str login)
{
    if (login.len == 0 || login.len > LOGIN_MAX_BYTES)
        return false;
    for (size_t i = 0; i < login.len; i++) {
        char c = login.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!plain && (i == 0 || !memchr("._+@-", c, 5)))
            return false;
    }
    return true;
}

Str login_tidy(Arena *a, Str login)
{
    return str_lower_ascii(a, str_trim(login));
}

Str pointer_below(Ctx *cx, Str at, const char *member)
{
    return str_fmt(cx->arena, "%.*s/%s", STR_ARG(at), member);
}

static bool name_is_clean(Str name, size_t max_chars)
{
    return str_is_clean_text(name, false) && str_chars(name) <= max_chars && str_trim(name).len > 0;
}

/* Not a judgement whether mail arrives: one @ with something on both sides and no blanks. */
static bool email_is_plausible(Str s)
{
    size_t at = str_find(s, '@');
    return s.len <= EMAIL_MAX_BYTES && str_is_clean_text(s, false) && at > 0 && at + 1 < s.len
           && str_find(str_skip(s, at + 1), '@') == s.len - at - 1 && str_find(s, ' ') == s.len;
}

void person_check(Ctx *cx, Str at, const PersonInput *in)
{
    Lang lang;

    if (!str_is_null(in->name) && !name_is_clean(in->name, NAME_MAX_CHARS))
        fail_add(cx, pointer_below(cx, at, "name"), "malformed",
                 TEXT("A name has 1 to {0} characters on one line.", NAME_MAX_CHARS));
    if (in->email.len > 0 && !email_is_plausible(in->email))
        fail_add(cx, pointer_below(cx, at, "email"), "malformed",
                 TEXT("Write an address like sam@example.org."));
    if (!str_is_null(in->lang) && !lang_from_key(in->lang, &lang))
        fail_add(cx, pointer_below(cx, at, "language"), "unknown", TEXT("Choose en, sv or zh."));
    if (!str_is_null(in->zone) && zone_get(in->zone) == NULL)
        fail_add(cx, pointer_below(cx, at, "zone"), "unknown",
                 TEXT("Choose a time zone like Europe/Stockholm."));
}

static bool kind_is_known(Str kind)
{
    return str_eq(kind, STR("employee")) || str_eq(kind, STR("customer"))
           || str_eq(kind, STR("vendor"));
}

static void check_rest(Ctx *cx, Str at, const PersonInput *in)
{
    if (!str_is_null(in->kind) && !kind_is_known(in->kind))
        fail_add(cx, pointer_below(cx, at, "kind"), "unknown",
                 TEXT("Choose employee, customer or vendor."));
    if (in->org.len > 0 && !name_is_clean(in->org, NAME_MAX_CHARS))
        fail_add(cx, pointer_below(cx, at, "org"), "malformed",
                 TEXT("A name has 1 to {0} characters on one line.", NAME_MAX_CHARS));
    if (in->site.len > 0 && !str_is_key(in->site))
        fail_add(cx, pointer_below(cx, at, "site"), "malformed",
                 TEXT("Choose a site from the list."));
}

Rc person_search_text(Ctx *cx, Str login, Str name, Str email, Str org, Str *ret)
{
    /* The name first, so that "begins with the word" means the name. */
    return text_fold(cx->arena,
                     str_fmt(cx->arena, "%.*s %.*s %.*s %.*s", STR_ARG(name), STR_ARG(login),
                             STR_ARG(email), STR_ARG(org)),
                     ret);
}

/* --- writing -------------------------------------------------------------------------------- */

Rc not_oneself(Ctx *cx, int64_t person_id)
{
    if (person_id != cx->subject->person_id)
        return RC_OK;
    return fail(cx, RC_FORBIDDEN, "own_rights",
                TEXT("Nobody changes their own rights. Ask another administrator."));
}

Rc stale(Ctx *cx)
{
    return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
}

/* A key for an organisation: the letters and digits of its name, else a number. */
static Rc org_key(Ctx *cx, Str name, Str *ret)
{
    char plain[41];
    size_t n = 0;
    Str folded;

    TRY(text_fold(cx->arena, name, &folded));
    for (size_t i = 0; i < folded.len && n < sizeof plain - 1; i++) {
        char c = folded.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain[n++] = c;
        else if (n > 0 && plain[n - 1] != '-')
            plain[n++] = '-';
    }
    while (n > 0 && plain[n - 1] == '-')
        n--;
    Str base = n > 0 ? (Str){ plain, n } : STR("org");
    for (int i = 1; i < 1000; i++) {
        OrgKeyTakenRow row;
        bool taken;
        Str key =
            i == 1 ? str_dup(cx->arena, base) : str_fmt(cx->arena, "%.*s-%d", STR_ARG(base), i);
        TRY(q_org_key_taken(cx, key, &row, &taken));
        if (!taken) {
            *ret = key;
            return RC_OK;
        }
    }
    return RC_LIMIT;
}

Rc org_names(Ctx *cx, StrList *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    OrgListRow row;
    StrList list = { 0 };

    TRY(q_org_list(cx, &rows));
    while (q_org_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &list, row.name));
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

/* The organisation of that name, made when nobody has it yet. */
static Rc org_find(Ctx *cx, GrantedPeople g, Str name, int64_t *ret_id)
{
    OrgByNameRow row;
    OrgInsertRow made;
    bool found;
    Str key;
    Changes c = { 0 };

    if (name.len == 0) {
        *ret_id = 0;
        return RC_OK;
    }
    TRY(q_org_by_name(cx, name, &row, &found));
    if (found) {
        *ret_id = row.id;
        return RC_OK;
    }
    TRY(org_key(cx, name, &key));
    TRY(q_org_insert(cx, g, key, name, &made));
    change_add(&c, "key", STR_NULL, key);
    change_add(&c, "name", STR_NULL, name);
    TRY(identity_event(cx, "org.created", "org", made.id, &c));
    *ret_id = made.id;
    return RC_OK;
}

/* Whether `manager` may stand above `person`: known, active, and not below them. */
static Rc manager_find(Ctx *cx, Str at, int64_t person, Str login, int64_t *ret_id)
{
    PersonActiveIdRow row = { 0 };
    PersonRefs above = { 0 };
    bool found = true, circle;

    *ret_id = 0;
    if (login.len == 0)
        return RC_OK;
    TRY(q_person_active_id(cx, login, &row, &found));
    if (!found) {
        fail_add(cx, pointer_below(cx, at, "manager"), "unknown",
                 TEXT("Nobody active signs in as {0}.", login));
        return RC_OK;
    }
    circle = row.id == person;
    if (person != 0 && !circle) {
        TRY(person_managers(cx, row.id, &above));
        for (size_t i = 0; i < above.n; i++)
            circle = circle || above.at[i].id == person;
    }
    if (circle)
        fail_add(cx, pointer_below(cx, at, "manager"), "circle",
                 TEXT("{0} stands below this person; that would be a circle.", login));
    *ret_id = row.id;
    return RC_OK;
}

static Str pick(Str given, Str otherwise)
{
    return str_is_null(given) ? otherwise : given;
}

/* What the person becomes: the input over what is there. */
static Person overlay(const Person *now, const PersonInput *in)
{
    Person p = *now;
    p.name = str_trim(pick(in->name, now->name));
    p.email = str_trim(pick(in->email, now->email));
    p.kind = pick(in->kind, now->kind);
    p.org = str_trim(pick(in->org, now->org));
    p.manager = str_is_null(in->manager) ? now->manager : str_trim(in->manager);
    p.site = pick(in->site, now->site);
    p.zone = pick(in->zone, now->zone);
    if (!str_is_null(in->lang) && !lang_from_key(in->lang, &p.lang))
        p.lang = now->lang;
    return p;
}

static Changes differences(const Person *was, const Person *is, bool created)
{
    Changes c = { 0 };
#define WAS(s) (created ? STR_NULL : (s))
    change_add_text(&c, "name", WAS(was->name), is->name);
    change_add_text(&c, "email", WAS(was->email), is->email);
    change_add(&c, "kind", WAS(was->kind), is->kind);
    change_add(&c, "org", WAS(was->org), is->org);
    change_add_text(&c, "manager", WAS(was->manager), is->manager);
    change_add(&c, "site", WAS(was->site), is->site);
    change_add(&c, "language", WAS(str_z(lang_key(was->lang))), str_z(lang_key(is->lang)));
    change_add(&c, "zone", WAS(was->zone), is->zone);
#undef WAS
    return c;
}

Rc person_create_at(Ctx *cx, GrantedPeople g, Str at, const PersonInput *in, bool demo,
                    int64_t *ret_id)
{
    static const Person nobody = { .name = STR_INIT(""),
                                   .email = STR_INIT(""),
                                   .kind = STR_INIT("employee"),
                                   .org = STR_INIT(""),
                                   .manager = STR_INIT(""),
                                   .site = STR_INIT(""),
                                   .zone = STR_INIT("UTC"),
                                   .lang = LANG_EN };
    PersonInsertRow row;
    bool made;
    Str search;

    Str login = login_tidy(cx->arena, in->login);
    if (!login_is_wellformed(login))
        fail_add(cx, pointer_below(cx, at, "login"), str_is_empty(login) ? "required" : "malformed",
                 TEXT("A login has 1 to {0} letters a to z, digits, or . _ + @ - and starts with a "
                      "letter or digit.",
                      LOGIN_MAX_BYTES));
    if (str_is_null(in->name))
        fail_add(cx, pointer_below(cx, at, "name"), "required", TEXT("Write the person's name."));
    person_check(cx, at, in);
    check_rest(cx, at, in);
    Person p = overlay(&nobody, in);
    TRY(manager_find(cx, at, 0, p.manager, &p.manager_id));
    TRY(fail_result(cx));
    TRY(org_find(cx, g, p.org, &p.org_id));
    TRY(person_search_text(cx, login, p.name, p.email, p.org, &search));
    TRY(q_person_insert(cx, g, login, p.name, p.email, search, p.kind, none_if_zero(p.org_id),
                        none_if_zero(p.manager_id), p.site, str_z(lang_key(p.lang)), p.zone, demo,
                        cx->now_ms, &row, &made));
    if (!made) {
        fail_add(cx, pointer_below(cx, at, "login"), "taken",
                 TEXT("Somebody signs in as {0} already.", login));
        return RC_INVALID;
    }
    Changes c = differences(&nobody, &p, true);
    change_add_text(&c, "login", STR_NULL, login);
    TRY(identity_event(cx, "person.created", "person", row.id, &c));
    *ret_id = row.id;
    return RC_OK;
}

Rc person_create(Ctx *cx, GrantedPeople g, const PersonInput *in, int64_t *ret_id)
{
    return person_create_at(cx, g, STR(""), in, false, ret_id);
}

Rc person_update_at(Ctx *cx, GrantedPeople g, Str at, int64_t id, int64_t version,
                    const PersonInput *in, bool *ret_changed)
{
    Person was;
    int64_t changed;
    Str search;

    TRY(person_get(cx, id, &was));
    if (was.version != version)
        return stale(cx);
    if (!str_is_null(in->login) && !str_eq(login_tidy(cx->arena, in->login), was.login))
        fail_add(cx, pointer_below(cx, at, "login"), "fixed",
                 TEXT("A login stays as it is. Make a new person instead."));
    person_check(cx, at, in);
    check_rest(cx, at, in);
    Person is = overlay(&was, in);
    if (str_eq(is.manager, was.manager))
        is.manager_id = was.manager_id; /* whoever it is may have been deactivated since */
    else
        TRY(manager_find(cx, at, id, is.manager, &is.manager_id));
    TRY(fail_result(cx));
    Changes c = differences(&was, &is, false);
    *ret_changed = c.n > 0;
    if (c.n == 0)
        return RC_OK;
    TRY(org_find(cx, g, is.org, &is.org_id));
    TRY(person_search_text(cx, was.login, is.name, is.email, is.org, &search));
    TRY(q_person_change(cx, g, id, version, is.name, is.email, search, is.kind,
                        none_if_zero(is.org_id), none_if_zero(is.manager_id), is.site,
                        str_z(lang_key(is.lang)), is.zone, cx->now_ms, &changed));
    if (changed == 0)
        return stale(cx);
    return identity_event(cx, "person.changed", "person", id, &c);
}

Rc person_update(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, const PersonInput *in)
{
    bool changed;
    return person_update_at(cx, g, STR(""), id, version, in, &changed);
}

Rc person_set_active(Ctx *cx, GrantedPeople g, int64_t id, int64_t version, bool active)
{
    Person p;
    int64_t changed;

    TRY(person_get(cx, id, &p));
    TRY(not_oneself(cx, id));
    if (p.version != version)
        return stale(cx);
    if (p.active == active)
        return RC_OK;
    TRY(q_person_set_active(cx, g, id, version, active, cx->now_ms, &changed));
    if (changed == 0)
        return stale(cx);
    if (!active) {
        TRY(sessions_end_of(cx, g, id));
        TRY(q_token_revoke_of(cx, g, id, cx->now_ms, NULL));
        TRY(q_link_end(cx, g, STR("reset"), OPT_INT(id), cx->now_ms, NULL));
    }
    return identity_event(cx, active ? "person.activated" : "person.deactivated", "person", id,
                          NULL);
}
