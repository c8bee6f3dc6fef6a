/* ready.c - ready replies: kept per team, filled for one request. */
#include "domain/request/ready.h"

#include "app/event.h"
#include "app/fold.h"
#include "app/loc.h"
#include "domain/request/macro_q.h"
#include "domain/request/ready_q.h"

/* ---- places ---- */

enum {
    AT_NUMBER,
    AT_TITLE,
    AT_ITEM,
    AT_REQUESTER,
    AT_FIRST,
    AT_BENEFICIARY,
    AT_ASSIGNEE,
    AT_ME,
    AT_DUE,
    AT_COUNT
};

const ReadyPlace ready_places[] = {
    [AT_NUMBER] = { "number", T("the number of the request") },
    [AT_TITLE] = { "title", T("its title") },
    [AT_ITEM] = { "item", T("what was asked for, as the catalog names it") },
    [AT_REQUESTER] = { "requester.name", T("the name of who asked") },
    [AT_FIRST] = { "requester.first_name", T("the first word of that name") },
    [AT_BENEFICIARY] = { "beneficiary.name", T("the name of whom it is for") },
    [AT_ASSIGNEE] = { "assignee.name", T("the name of who has it") },
    [AT_ME] = { "me.name", T("your own name") },
    [AT_DUE] = { "due",
                 T("when it will be done: the agreed day, else what is expected, else the target") },
};
const size_t ready_places_n = COUNT_OF(ready_places);

static int place_of(Str name)
{
    for (size_t i = 0; i < COUNT_OF(ready_places); i++)
        if (str_eq_z(name, ready_places[i].name))
            return (int)i;
    return -1;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_' || c == '.';
}

/* How long the place is that `s` begins with, braces included; 0: it begins with none. */
static size_t place_len(Str s)
{
    size_t n = 1;

    if (s.len == 0 || s.ptr[0] != '{')
        return 0;
    while (n < s.len && is_name(s.ptr[n]))
        n++;
    return n > 1 && n < s.len && s.ptr[n] == '}' ? n + 1 : 0;
}

/* The next piece of a text: plain words, or a place ("{due}", with *ret_name its name).  Braces around anything
 * that is no lower-case name are plain. */
static Str next_piece(Str *rest, Str *ret_name)
{
    size_t n = place_len(*rest), i = 1;

    *ret_name = n > 0 ? str_sub(*rest, 1, n - 1) : STR_NULL;
    if (n > 0) {
        Str piece = str_sub(*rest, 0, n);
        *rest = str_skip(*rest, n);
        return piece;
    }
    while (i < rest->len && rest->ptr[i] != '{')
        i++;
    Str piece = str_sub(*rest, 0, i);
    *rest = str_skip(*rest, i);
    return piece;
}

/* ---- reading ---- */

static bool looks_after_all(const Subject *s)
{
    return (s->roles & ROLE_ADMIN) != 0;
}

LIST_OF(ReadyRow, ReadyRows);

static Rc from_row(Ctx *cx, const ReadyRow *row, ReadyReply *ret)
{
    ReadyReply r = { .id = row->id,
                     .version = row->version,
                     .name = row->name,
                     .words = loc_read(cx->arena, row->words),
                     .changed_ms = row->changed_ms,
                     .may_change = row->leads || looks_after_all(cx->subject) };

    TRY(team_ref(cx, row->team_id.value, &r.team));
    TRY(person_ref(cx, row->changed_by, &r.changed_by));
    *ret = r;
    return RC_OK;
}

static Rc rows_read(Ctx *cx, int64_t team_id, ReadyRows *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    int64_t self = cx->subject->person_id;
    ReadyRow row;

    if (team_id == 0 && looks_after_all(cx->subject)) {
        TRY(q_ready_all(cx, self, &rows));
        while (q_ready_all_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, ret, row));
    } else {
        TRY(q_ready_usable(cx, self, team_id, &rows));
        while (q_ready_usable_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, ret, row));
    }
    return rows_result(&rows);
}

LIST_OF(int64_t, NumberList);

Rc ready_list(Ctx *cx, int64_t team_id, ReadyReplies *ret)
{
    NumberList people = { 0 }, teams = { 0 };
    ReadyRows found = { 0 };

    *ret = (ReadyReplies){ 0 };
    TRY(rows_read(cx, team_id, &found));
    for (size_t i = 0; i < found.n; i++) {
        TRY(LIST_PUSH(cx->arena, &people, found.at[i].changed_by));
        if (found.at[i].team_id.set)
            TRY(LIST_PUSH(cx->arena, &teams, found.at[i].team_id.value));
    }
    TRY(person_refs_load(cx, people.at, people.n));
    TRY(team_refs_load(cx, teams.at, teams.n));
    for (size_t i = 0; i < found.n; i++) {
        ReadyReply r;
        TRY(from_row(cx, &found.at[i], &r));
        TRY(LIST_PUSH(cx->arena, ret, r));
    }
    return RC_OK;
}

Rc ready_get(Ctx *cx, int64_t id, ReadyReply *ret)
{
    ReadyRow row;
    bool found = false;

    TRY(q_ready_one(cx, cx->subject->person_id, id, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such ready reply."));
    return from_row(cx, &row, ret);
}

/* Folded, all languages in one. */
static Rc folded_of(Ctx *cx, const ReadyReply *r, Str *ret)
{
    Str all = r->name;

    for (int l = 0; l < LANG_COUNT; l++)
        if (!str_is_null(r->words.in[l]))
            all = str_fmt(cx->arena, "%.*s %.*s", STR_ARG(all), STR_ARG(r->words.in[l]));
    return text_fold(cx->arena, all, ret);
}

Rc ready_find(Ctx *cx, const ReadyReplies *from, Str asked, ReadyReplies *ret)
{
    Str folded = STR("");

    *ret = (ReadyReplies){ 0 };
    if (str_trim(asked).len > 0)
        TRY(text_fold(cx->arena, str_shortened(str_trim(asked), 256), &folded));
    for (size_t i = 0; i < from->n; i++) {
        Str rest = folded, all;
        bool fits = true;
        TRY(folded_of(cx, &from->at[i], &all));
        while (rest.len > 0 && fits)
            fits = str_contains(all, str_cut(&rest, ' '));
        if (fits)
            TRY(LIST_PUSH(cx->arena, ret, from->at[i]));
    }
    return RC_OK;
}

/* ---- writing ---- */

/* What concerns all teams is for who has the role in all of them. */
static Rc may_write(Ctx *cx, int64_t team_id, GrantedLoad *ret)
{
    Rc rc = access_load(cx, team_id, true, ret);

    if (rc != RC_FORBIDDEN)
        return rc;
    return fail(cx, RC_FORBIDDEN, "forbidden",
                TEXT("Only the leads of a team and administrators write what is ready for it."));
}

Rc ready_teams(Ctx *cx, TeamRefs *ret, bool *ret_all)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    NumberList ids = { 0 };
    ReadyLedRow row;

    *ret = (TeamRefs){ 0 };
    *ret_all = looks_after_all(cx->subject);
    if (*ret_all)
        return team_choices(cx, ret);
    TRY(q_ready_led(cx, cx->subject->person_id, &rows));
    while (q_ready_led_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, &ids, row.team_id));
    TRY(rows_result(&rows));
    rows_close(&rows);
    TRY(team_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < ids.n; i++) {
        TeamRef team;
        TRY(team_ref(cx, ids.at[i], &team));
        TRY(LIST_PUSH(cx->arena, ret, team));
    }
    return RC_OK;
}

static void check_text(Ctx *cx, Lang lang, Str text)
{
    Str pointer = str_fmt(cx->arena, "/words.%s", lang_key(lang)), name;

    if (!str_is_clean_text(text, true))
        fail_add(cx, pointer, "unclean_text",
                 TEXT("This text has characters that cannot be kept."));
    else if (str_chars(text) > READY_TEXT_MAX)
        fail_add(cx, pointer, "too_long", TEXT("Use at most {0} characters.", READY_TEXT_MAX));
    while (text.len > 0) {
        Str piece = next_piece(&text, &name);
        if (str_is_null(name) || place_of(name) >= 0)
            continue;
        fail_add(
            cx, pointer, "unknown_place",
            TEXT("Nothing stands for {0}. The list beside the form shows what there is.", piece));
        return;
    }
}

/* *ret: blank languages are absent. */
static Rc check(Ctx *cx, const ReadyInput *in, Str *ret_name, LangText *ret)
{
    bool any = false;

    *ret_name = str_trim(in->name);
    *ret = (LangText){ 0 };
    if (ret_name->len == 0)
        fail_add(cx, STR("/name"), "required", TEXT("Write something here."));
    else if (!str_is_clean_text(*ret_name, false) || str_chars(*ret_name) > READY_NAME_MAX)
        fail_add(cx, STR("/name"), "too_long", TEXT("Use at most {0} characters.", READY_NAME_MAX));
    for (int l = 0; l < LANG_COUNT; l++) {
        Str text = str_trim(in->words.in[l]);
        if (text.len == 0)
            continue;
        any = true;
        check_text(cx, (Lang)l, text);
        ret->in[l] = text;
    }
    if (!any)
        fail_add(cx, STR("/words.en"), "required",
                 TEXT("Write the text in one language at least."));
    return fail_result(cx);
}

static Rc said(Ctx *cx, const char *kind, int64_t id, const EventChange *changes, size_t n)
{
    return event_add(cx,
                     &(Event){ .kind = kind,
                               .object = "ready_reply",
                               .object_id = id,
                               .changes = changes,
                               .changes_n = n },
                     NULL);
}

Rc ready_team(Ctx *cx, Str key, int64_t *ret)
{
    Rc rc = key.len > 0 ? team_id(cx, key, ret) : RC_OK;

    return rc == RC_NOT_FOUND
               ? fail_field(cx, RC_INVALID, "team", "not_found", TEXT("There is no such team."))
               : rc;
}

Rc ready_chosen_team(Ctx *cx, Str *ret)
{
    TeamRefs teams;
    bool everybody = false;

    if (ret->len == 0) {
        TRY(ready_teams(cx, &teams, &everybody));
        if (everybody || teams.n > 0)
            return fail_field(cx, RC_INVALID, "team", "required", TEXT("Choose for whom it is."));
    }
    if (str_eq_z(*ret, "*"))
        *ret = STR("");
    return RC_OK;
}

Rc ready_create(Ctx *cx, const ReadyInput *in, int64_t *ret_id)
{
    int64_t self = cx->subject->person_id, team = 0;
    ReadyCountRow count;
    ReadyInsertRow made;
    GrantedLoad g;
    LangText words;
    Str name;

    TRY(ready_team(cx, in->team, &team));
    TRY(may_write(cx, team, &g));
    TRY(check(cx, in, &name, &words));
    TRY(q_ready_count(cx, team, &count));
    if (count.n >= READY_MOST)
        return fail_field(cx, RC_LIMIT, "name", "too_many",
                          TEXT("There are {0} already. Drop one first.", READY_MOST));
    Str json = loc_json(cx->arena, &words);
    TRY(q_ready_insert(cx, g, team != 0 ? OPT_INT(team) : OPT_NONE, name, json, self, cx->now_ms,
                       &made));
    EventChange changes[] = { { STR("name"), STR_NULL, name, true },
                              { STR("words"), STR_NULL, json, true } };
    TRY(said(cx, "ready_reply.created", made.id, changes, COUNT_OF(changes)));
    *ret_id = made.id;
    return RC_OK;
}

static Rc stale(Ctx *cx)
{
    return fail(cx, RC_STALE, "stale",
                TEXT("Somebody else has changed this in the meantime. Look at it again."));
}

Rc ready_change(Ctx *cx, int64_t id, const ReadyInput *in)
{
    EventChange changes[2];
    int64_t changed = 0;
    size_t n = 0;
    GrantedLoad g;
    ReadyReply was;
    LangText words;
    Str name;

    TRY(ready_get(cx, id, &was));
    TRY(may_write(cx, was.team.id, &g));
    if (in->version.set && in->version.value != was.version)
        return stale(cx);
    TRY(check(cx, in, &name, &words));
    Str before = loc_json(cx->arena, &was.words), json = loc_json(cx->arena, &words);
    if (!str_eq(name, was.name))
        changes[n++] = (EventChange){ STR("name"), was.name, name, true };
    if (!str_eq(json, before))
        changes[n++] = (EventChange){ STR("words"), before, json, true };
    if (n == 0)
        return RC_OK;
    TRY(q_ready_update(cx, g, id, was.version, name, json, cx->subject->person_id, cx->now_ms,
                       &changed));
    if (changed == 0)
        return stale(cx);
    return said(cx, "ready_reply.changed", id, changes, n);
}

Rc ready_drop(Ctx *cx, int64_t id, OptInt version)
{
    int64_t changed = 0;
    MacrosWithReadyRow used;
    GrantedLoad g;
    ReadyReply was;

    TRY(ready_get(cx, id, &was));
    TRY(may_write(cx, was.team.id, &g));
    if (version.set && version.value != was.version)
        return stale(cx);
    TRY(q_macros_with_ready(cx, id, &used));
    if (used.n > 0)
        return fail(cx, RC_CONFLICT, "in_use",
                    TEXT("A macro uses this ready reply. Change the macro first."));
    TRY(q_ready_delete(cx, g, id, was.version, &changed));
    if (changed == 0)
        return stale(cx);
    EventChange change = { STR("name"), was.name, STR_NULL, true };
    return said(cx, "ready_reply.dropped", id, &change, 1);
}

/* ---- filling ---- */

/* The day that was agreed, else the time that is expected, else the target. */
static Str due_words(Ctx *cx, const RequestView *v, const Reader *r)
{
    Text expected = promise_by(&v->promise, cx->now_ms);

    if (v->head.agreed_ms != MS_NONE)
        return words_when(cx->arena, r, when_day(v->head.agreed_ms));
    if (expected.msgid != NULL)
        return words_text(cx->arena, r, &expected);
    return v->head.due_ms != MS_NONE ? words_when(cx->arena, r, when_day(v->head.due_ms))
                                     : STR_NULL;
}

static Str or_null(Str s)
{
    return s.len > 0 ? s : STR_NULL;
}

Rc ready_values(Ctx *cx, const RequestView *v, ReadyValues *ret)
{
    const RequestHead *h = &v->head;
    Person asks;
    PersonRef me;

    TRY(person_get(cx, h->requester.id, &asks));
    TRY(person_ref(cx, cx->subject->person_id, &me));
    const Zone *zone = zone_get(asks.zone);
    Reader r = { asks.lang, zone != NULL ? zone : cx->zone, cx->now_ms };
    Str first = h->requester.name;
    *ret = (ReadyValues){ .lang = asks.lang,
                          .at = { [AT_NUMBER] = h->number,
                                  [AT_TITLE] = h->title,
                                  [AT_ITEM] = lang_text(&h->item_name, asks.lang, NULL),
                                  [AT_REQUESTER] = or_null(h->requester.name),
                                  [AT_FIRST] = or_null(str_cut(&first, ' ')),
                                  [AT_BENEFICIARY] = or_null(h->beneficiary.name),
                                  [AT_ASSIGNEE] = or_null(h->assignee.name),
                                  [AT_ME] = or_null(me.name),
                                  [AT_DUE] = due_words(cx, v, &r) } };
    return RC_OK;
}

Rc ready_fill(Ctx *cx, const ReadyValues *values, const LangText *words, ReadyText *ret)
{
    CLEANUP(buf_done) Buf b = { 0 };
    ReadyText out = { .missing = STR("") };
    Str rest = lang_text(words, values->lang, &out.lang), name;

    buf_init(&b, REQUEST_TEXT_MAX);
    out.foreign = out.lang != values->lang;
    while (rest.len > 0) {
        Str piece = next_piece(&rest, &name);
        int at = str_is_null(name) ? -1 : place_of(name);
        if (at >= 0 && !str_is_null(values->at[at])) {
            buf_add(&b, values->at[at]);
            continue;
        }
        buf_add(&b, piece);
        if (at >= 0 && !str_contains(out.missing, piece))
            out.missing = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(out.missing),
                                  out.missing.len > 0 ? " " : "", STR_ARG(piece));
    }
    TRY(buf_result(&b));
    out.text = str_dup(cx->arena, buf_str(&b));
    *ret = out;
    return RC_OK;
}
