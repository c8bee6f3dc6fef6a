/* saved.c - views: those that come with the program, saved ones, and the tabs of a person. */
#include "domain/view/board.h"
#include "domain/view/digest.h"

#include "app/event.h"
#include "domain/view/saved_q.h"

#include <stdlib.h>

/* ---- those that come with the program ---- */

enum {
    WORKS = ROLE_AGENT | ROLE_LEAD,
    STAFF = ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR,
};

/* Each begins with what an index of open requests answers: the team, the person, the due time. */
static const struct {
    const char *key, *label;
    uint32_t roles; /* of whom it is a tab; 0: of nobody, it can be pinned */
    const char *query;
} builtin[] = {
    { "unassigned", T("Unassigned"), WORKS,
      "open = yes and team = my_teams and assignee is empty and state != draft" },
    { "mine", T("Assigned to me"), WORKS, "open = yes and assignee = me" },
    { "due-next", T("Due next"), WORKS,
      "open = yes and team = my_teams and due >= now and due < now + 2d" },
    { "waiting", T("Waiting for the requester"), WORKS,
      "open = yes and team = my_teams and next_step in (answer, confirm)" },
    { "overdue", T("Overdue"), WORKS, "open = yes and team = my_teams and due < now" },
    { "unread", T("Unread"), WORKS,
      "open = yes and (assignee = me or watcher = me) and unread = yes" },
    { "breached", T("Target missed"), ROLE_LEAD,
      "open = yes and team = my_teams and breached = yes" },
    { "quick-wins", T("Quick wins"), ROLE_AGENT,
      "open = yes and team = my_teams and assignee is empty and state = fulfilling and tasks.open <= 1" },
    { "our-items", T("Of our items"), ROLE_OWNER, "open = yes and owner = my_teams" },
    { "open", T("Everything open"), ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR,
      "open = yes and state != draft" },
    { "watched", T("I take part"), 0, "open = yes and watcher = me" },
};

static bool uses_shared(const Subject *s)
{
    return (s->roles & STAFF) != 0;
}

static SavedView builtin_view(const Subject *s, size_t i)
{
    return (SavedView){ .key = str_z(builtin[i].key),
                        .name = STR_NULL,
                        .label = builtin[i].label,
                        .query = str_z(builtin[i].query),
                        .grouping = STR(""),
                        .board = STR(""),
                        .limits = STR(""),
                        .sharing = STR(""),
                        .created_ms = MS_NONE,
                        .changed_ms = MS_NONE,
                        .pinned = (s->roles & builtin[i].roles) != 0 };
}

static bool is_builtin(Str key)
{
    for (size_t i = 0; i < COUNT_OF(builtin); i++)
        if (str_eq_z(key, builtin[i].key))
            return true;
    return false;
}

Text view_name(const SavedView *v)
{
    return v->label != NULL ? (Text){ .msgid = v->label } : TEXT("{0}", v->name);
}

/* ---- reading ---- */

static Rc words_of(Arena *a, Str text, StrList *ret)
{
    while (text.len > 0)
        TRY(LIST_PUSH(a, ret, str_cut(&text, ' ')));
    return RC_OK;
}

static Rc from_row(Ctx *cx, const SavedRow *row, SavedView *ret)
{
    const Subject *s = cx->subject;
    SavedView v = { .id = row->id,
                    .key = row->key,
                    .name = row->name,
                    .query = row->asked,
                    .grouping = row->grouping,
                    .board = row->board,
                    .limits = row->board_limits,
                    .strict = row->board_strict,
                    .sharing = row->sharing,
                    .version = row->version,
                    .created_ms = row->created_ms,
                    .changed_ms = row->changed_ms };

    TRY(words_of(cx->arena, row->shown, &v.columns));
    TRY(person_ref(cx, row->owner_id, &v.owner));
    TRY(team_ref(cx, row->team_id.value, &v.team));
    v.may_change = row->owner_id == s->person_id || row->leads
                   || (str_eq_z(v.sharing, "public") && (s->roles & ROLE_ADMIN) != 0);
    *ret = v;
    return RC_OK;
}

LIST_OF(SavedRow, SavedRows);

static Rc load_saved(Ctx *cx, GrantedSelf g, SavedViews *ret)
{
    SavedRows found = { 0 };
    int64_t owners[500];
    size_t n = 0;

    {
        CLEANUP(rows_close) Rows rows = { 0 };
        SavedRow row;
        TRY(q_saved_list(cx, g, uses_shared(cx->subject), &rows));
        while (q_saved_list_next(&rows, &row))
            TRY(LIST_PUSH(cx->arena, &found, row));
        TRY(rows_result(&rows));
    }
    for (size_t i = 0; i < found.n && n < COUNT_OF(owners); i++)
        owners[n++] = found.at[i].owner_id;
    TRY(person_refs_load(cx, owners, n));
    for (size_t i = 0; i < found.n; i++) {
        SavedView v;
        TRY(from_row(cx, &found.at[i], &v));
        TRY(LIST_PUSH(cx->arena, ret, v));
    }
    return RC_OK;
}

typedef struct Place {
    Str key;
    int64_t position;
    bool pinned;
} Place;
LIST_OF(Place, Places);

static Rc load_places(Ctx *cx, GrantedSelf g, Places *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    PlacesListRow row;

    TRY(q_places_list(cx, g, &rows));
    while (q_places_list_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, ((Place){ row.key, row.position, row.pinned })));
    return rows_result(&rows);
}

/* Where the person put it; SIZE_MAX: they said nothing. */
static size_t place_at(const Places *p, Str key)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->at[i].key, key))
            return i;
    return SIZE_MAX;
}

static Rc push_where(Ctx *cx, const SavedViews *from, bool pinned, SavedViews *ret)
{
    for (size_t i = 0; i < from->n; i++)
        if (from->at[i].pinned == pinned)
            TRY(LIST_PUSH(cx->arena, ret, from->at[i]));
    return RC_OK;
}

/* Tabs that the person placed in their order, then those that nobody placed, then the rest. */
static Rc in_order(Ctx *cx, const Places *places, SavedViews *all, SavedViews *ret)
{
    SavedViews placed = { 0 }, others = { 0 };

    for (size_t p = 0; p < places->n; p++)
        for (size_t i = 0; i < all->n; i++) {
            if (!str_eq(all->at[i].key, places->at[p].key))
                continue;
            all->at[i].pinned = places->at[p].pinned;
            if (places->at[p].pinned)
                TRY(LIST_PUSH(cx->arena, &placed, all->at[i]));
        }
    for (size_t i = 0; i < all->n; i++) {
        size_t at = place_at(places, all->at[i].key);
        if (at == SIZE_MAX || !places->at[at].pinned)
            TRY(LIST_PUSH(cx->arena, &others, all->at[i]));
    }
    *ret = placed;
    TRY(push_where(cx, &others, true, ret));
    return push_where(cx, &others, false, ret);
}

Rc view_list(Ctx *cx, GrantedSelf g, SavedViews *ret)
{
    SavedViews all = { 0 };
    Places places = { 0 };

    for (size_t i = 0; i < COUNT_OF(builtin) && uses_shared(cx->subject); i++)
        TRY(LIST_PUSH(cx->arena, &all, builtin_view(cx->subject, i)));
    TRY(load_saved(cx, g, &all));
    TRY(load_places(cx, g, &places));
    return in_order(cx, &places, &all, ret);
}

Rc view_get(Ctx *cx, GrantedSelf g, Str key, SavedView *ret)
{
    SavedRow row;
    bool found = false;

    for (size_t i = 0; i < COUNT_OF(builtin); i++)
        if (str_eq_z(key, builtin[i].key) && uses_shared(cx->subject)) {
            *ret = builtin_view(cx->subject, i);
            return RC_OK;
        }
    TRY(q_saved_get(cx, g, uses_shared(cx->subject), key, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such view."));
    return from_row(cx, &row, ret);
}

/* ---- checking ---- */

Text view_wrong(Ctx *cx, const CondError *error)
{
    Reader reader = { .lang = cx->lang, .zone = cx->zone, .now_ms = cx->now_ms };

    return TEXT("At character {0}: {1}", (int64_t)error->column,
                words_text(cx->arena, &reader, &error->text));
}

Rc view_query(Ctx *cx, const char *field, Str text, const FindQuery **ret)
{
    CondError error = { 0 };
    Rc rc = find_parse(cx, text, ret, &error);

    if ((rc != RC_INVALID && rc != RC_LIMIT) || error.code.len == 0)
        return rc;
    return fail_field(cx, RC_INVALID, field, str_dup_z(cx->arena, error.code),
                      view_wrong(cx, &error));
}

/* What is kept: everything checked, in its one form. */
typedef struct Kept {
    Str name, query, shown, grouping, sharing;
    OptInt team;
} Kept;

static void check_name(Ctx *cx, Str name)
{
    if (name.len == 0)
        fail_add(cx, STR("/name"), "required", TEXT("Give the view a name."));
    else if (!str_is_clean_text(name, false) || str_chars(name) > VIEW_NAME_MAX)
        fail_add(cx, STR("/name"), "too_long", TEXT("Use at most {0} characters.", VIEW_NAME_MAX));
}

static Rc check_columns(Ctx *cx, const StrList *names, Str *ret)
{
    Str shown = STR("");

    if (names->n > VIEW_COLUMNS_MAX)
        fail_add(cx, STR("/columns"), "too_many",
                 TEXT("Choose at most {0} columns.", VIEW_COLUMNS_MAX));
    for (size_t i = 0; i < names->n && i < VIEW_COLUMNS_MAX; i++) {
        bool again = false;
        for (size_t k = 0; k < i; k++)
            again |= str_eq(names->at[k], names->at[i]);
        const ViewColumn *c;
        TRY(view_column(cx, names->at[i], &c));
        if (c == NULL)
            fail_add(cx, STR("/columns"), "unknown_word",
                     TEXT("There is no column {0}.", names->at[i]));
        else if (!again)
            shown = str_fmt(cx->arena, "%.*s%s%.*s", STR_ARG(shown), shown.len > 0 ? " " : "",
                            STR_ARG(names->at[i]));
    }
    *ret = shown;
    return RC_OK;
}

/* `was`: whom it is shared with already, which stays allowed to who changes it; NULL: nobody. */
static Rc check_sharing(Ctx *cx, const ViewInput *in, const SavedView *was, Kept *k)
{
    bool team = str_eq_z(in->sharing, "team"), known = team, member = false, lead = false;
    int64_t id = 0;

    k->sharing = in->sharing;
    k->team = OPT_NONE;
    known |= str_eq_z(in->sharing, "private") || str_eq_z(in->sharing, "public");
    if (!known)
        fail_add(cx, STR("/sharing"), "unknown_word", TEXT("Choose who may use it."));
    else if (str_eq_z(in->sharing, "public") && !uses_shared(cx->subject))
        fail_add(cx, STR("/sharing"), "forbidden", TEXT("Only staff make views for everybody."));
    if (!team)
        return RC_OK;
    Rc rc = in->team.len > 0 ? team_id(cx, in->team, &id) : RC_NOT_FOUND;
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK)
        TRY(team_has(cx, id, cx->subject->person_id, &member, &lead));
    if (rc == RC_OK && was != NULL && was->team.id == id)
        member = true;
    if (!member)
        fail_add(cx, STR("/team"), "not_a_member", TEXT("Choose one of your teams."));
    k->team = OPT_INT(id);
    return RC_OK;
}

/* What it was grouped by already stays allowed: a question may have gone since. */
static Rc check_grouping(Ctx *cx, Str by, const SavedView *was)
{
    bool known = was != NULL && str_eq(by, was->grouping);

    if (!known)
        TRY(group_is_field(cx, by, &known));
    if (!known)
        fail_add(cx, STR("/grouping"), "unknown_word",
                 TEXT("A list cannot be grouped by {0}.", by));
    return RC_OK;
}

static Rc check(Ctx *cx, const ViewInput *in, const SavedView *was, Kept *k)
{
    const FindQuery *q = NULL;

    k->name = str_trim(in->name);
    k->grouping = in->grouping;
    check_name(cx, k->name);
    Rc rc = view_query(cx, "query", in->query, &q);
    if (rc == RC_OK)
        rc = find_text(cx, q, &k->query);
    if (rc != RC_OK && rc != RC_INVALID)
        return rc;
    TRY(check_columns(cx, &in->columns, &k->shown));
    TRY(check_grouping(cx, in->grouping, was));
    TRY(check_sharing(cx, in, was, k));
    return fail_result(cx);
}

/* ---- writing ---- */

static Rc said(Ctx *cx, const char *kind, int64_t id, const EventChange *changes, size_t n)
{
    return event_add(
        cx,
        &(Event){
            .kind = kind, .object = "view", .object_id = id, .changes = changes, .changes_n = n },
        NULL);
}

/* What differs, as changes of an event; `was` NULL: all of it is new. */
static size_t differences(Arena *a, const SavedView *was, Str was_shown, const Kept *k,
                          EventChange *ret)
{
    Str team = k->team.set ? str_fmt(a, "%lld", (long long)k->team.value) : STR("");
    Str was_team =
        was != NULL && was->team.id != 0 ? str_fmt(a, "%lld", (long long)was->team.id) : STR("");
    EventChange all[] = {
        { STR("name"), was != NULL ? was->name : STR_NULL, k->name, true },
        { STR("query"), was != NULL ? was->query : STR_NULL, k->query, true },
        { STR("columns"), was != NULL ? was_shown : STR(""), k->shown, false },
        { STR("grouping"), was != NULL ? was->grouping : STR(""), k->grouping, false },
        { STR("sharing"), was != NULL ? was->sharing : STR(""), k->sharing, false },
        { STR("team"), was_team, team, false },
    };
    size_t n = 0;

    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (str_is_null(all[i].from) || !str_eq(all[i].from, all[i].to))
            ret[n++] = all[i];
    return n;
}

enum { CHANGES_MAX = 6 };

/* Letters and digits of the name, "-" for what is between them. */
static Str key_of_name(Arena *a, Str name)
{
    Str low = str_lower_ascii(a, name);
    char key[41];
    size_t n = 0;

    for (size_t i = 0; i < low.len && n < sizeof key - 1; i++) {
        char c = low.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            key[n++] = c;
        else if (n > 0 && key[n - 1] != '-')
            key[n++] = '-';
    }
    while (n > 0 && key[n - 1] == '-')
        n--;
    return n > 0 ? str_dup(a, (Str){ key, n }) : STR("view");
}

static Rc insert(Ctx *cx, GrantedSelf g, Str key, const Kept *k, int64_t *ret_id, bool *ret_made)
{
    SavedInsertRow row = { 0 };

    *ret_made = false;
    if (is_builtin(key))
        return RC_OK;
    TRY(q_saved_insert(cx, g, key, k->name, k->query, k->shown, k->grouping, k->sharing, k->team,
                       cx->now_ms, &row, ret_made));
    *ret_id = row.id;
    return RC_OK;
}

/* The key asked for, or one made of the name: with a number behind it where somebody has it. */
static Rc insert_named(Ctx *cx, GrantedSelf g, Str asked, const Kept *k, Str *ret_key,
                       int64_t *ret_id)
{
    Str stem = asked.len > 0 ? asked : key_of_name(cx->arena, k->name), key = stem;
    bool made = false;

    TRY(insert(cx, g, key, k, ret_id, &made));
    if (!made && asked.len > 0)
        return fail_field(cx, RC_CONFLICT, "key", "taken", TEXT("There is a view of this key."));
    for (int i = 2; !made && i <= 1000; i++) {
        key = str_fmt(cx->arena, "%.*s-%d", STR_ARG(stem), i);
        TRY(insert(cx, g, key, k, ret_id, &made));
    }
    *ret_key = key;
    return made ? RC_OK
                : fail_field(cx, RC_CONFLICT, "name", "taken",
                             TEXT("There are too many views of this name."));
}

static Rc place(Ctx *cx, GrantedSelf g, Str key, int64_t id, int64_t position, bool pinned)
{
    return q_place_put(cx, g, key, id != 0 ? OPT_INT(id) : OPT_NONE, position, pinned, NULL);
}

Rc view_create(Ctx *cx, GrantedSelf g, const ViewInput *in, Str *ret_key)
{
    Kept k = { 0 };
    SavedCountRow count;
    EventChange changes[CHANGES_MAX];
    int64_t id = 0;
    Str key;

    if (in->key.len > 0 && (!str_is_key(in->key) || str_contains(in->key, STR("/"))))
        fail_add(cx, STR("/key"), "malformed",
                 TEXT("A key has letters a to z, digits and hyphens."));
    TRY(check(cx, in, NULL, &k));
    TRY(q_saved_count(cx, g, &count));
    if (count.n >= VIEWS_OWN_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("You have {0} views. Drop one first.", VIEWS_OWN_MAX));
    TRY(insert_named(cx, g, in->key, &k, &key, &id));
    TRY(said(cx, "view.created", id, changes, differences(cx->arena, NULL, STR(""), &k, changes)));
    TRY(view_place(cx, g, key, VIEW_PIN));
    *ret_key = key;
    return RC_OK;
}

static Rc to_change(Ctx *cx, GrantedSelf g, Str key, OptInt version, SavedView *ret)
{
    TRY(view_get(cx, g, key, ret));
    if (!ret->may_change)
        return fail(
            cx, RC_FORBIDDEN, "not_yours",
            ret->label != NULL
                ? TEXT("This view comes with the program. Save it under a name of your own.")
                : TEXT("This view is somebody else's. Save it under a name of your own."));
    if (version.set && version.value != ret->version)
        return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
    return RC_OK;
}

static Str shown_of(Arena *a, const StrList *columns)
{
    Str s = STR("");

    for (size_t i = 0; i < columns->n; i++)
        s = str_fmt(a, "%.*s%s%.*s", STR_ARG(s), i > 0 ? " " : "", STR_ARG(columns->at[i]));
    return s;
}

Rc view_change(Ctx *cx, GrantedSelf g, Str key, const ViewInput *in)
{
    SavedView was;
    Kept k = { 0 };
    EventChange changes[CHANGES_MAX];
    int64_t done = 0;

    TRY(to_change(cx, g, key, in->version, &was));
    TRY(check(cx, in, &was, &k));
    size_t n = differences(cx->arena, &was, shown_of(cx->arena, &was.columns), &k, changes);
    if (n == 0)
        return RC_OK;
    TRY(q_saved_update(cx, g, was.id, was.version, k.name, k.query, k.shown, k.grouping, k.sharing,
                       k.team, cx->now_ms, &done));
    if (done == 0)
        return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
    return said(cx, "view.changed", was.id, changes, n);
}

Rc view_drop(Ctx *cx, GrantedSelf g, Str key, OptInt version)
{
    SavedView was;
    int64_t done = 0;

    TRY(to_change(cx, g, key, version, &was));
    TRY(q_saved_delete(cx, g, was.id, was.version, &done));
    if (done == 0)
        return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
    TRY(digest_end_all(cx, g, key));
    EventChange changes[] = { { STR("name"), was.name, STR_NULL, true },
                              { STR("query"), was.query, STR_NULL, true } };
    return said(cx, "view.dropped", was.id, changes, COUNT_OF(changes));
}

/* ---- boards ---- */

/* "fulfilling=6": the key of a column and how many. */
static bool read_limit(Str item, Str *ret_key, int64_t *ret_most)
{
    Str key = str_cut(&item, '=');

    *ret_key = key;
    return key.len > 0 && key.len <= 64 && !str_contains(key, STR(" "))
           && str_is_clean_text(key, false) && !str_is_null(item) && str_to_i64(item, ret_most)
           && *ret_most >= 1 && *ret_most <= VIEW_LIMIT_MOST;
}

static bool named_later(const StrList *list, size_t i, Str key)
{
    for (size_t k = i + 1; k < list->n; k++) {
        Str rest = list->at[k];
        if (str_eq(str_cut(&rest, '='), key))
            return true;
    }
    return false;
}

static Rc check_limits(Ctx *cx, const StrList *list, Str *ret)
{
    Str kept = STR("");

    if (list->n > VIEW_LIMITS_MAX)
        return fail_field(cx, RC_INVALID, "limits", "too_many",
                          TEXT("At most {0} columns have a limit.", VIEW_LIMITS_MAX));
    for (size_t i = 0; i < list->n; i++) {
        Str key;
        int64_t most = 0;
        if (!read_limit(list->at[i], &key, &most))
            return fail_field(cx, RC_INVALID, "limits", "bad_limit",
                              TEXT("A limit is a number from 1 to {0}.", VIEW_LIMIT_MOST));
        if (!named_later(list, i, key))
            kept = str_fmt(cx->arena, "%.*s%s%.*s=%lld", STR_ARG(kept), kept.len > 0 ? " " : "",
                           STR_ARG(key), (long long)most);
    }
    *ret = kept;
    return RC_OK;
}

Rc view_board_set(Ctx *cx, GrantedSelf g, Str key, const ViewBoard *in)
{
    SavedView was;
    Str limits, words[] = { STR("no"), STR("yes") };
    bool known = false;
    int64_t done = 0;
    size_t n = 0;

    TRY(to_change(cx, g, key, in->version, &was));
    TRY(board_is_field(cx, in->board, &known));
    if (!known)
        return fail_field(cx, RC_INVALID, "board", "unknown_word",
                          TEXT("A board cannot have columns of {0}.", in->board));
    TRY(check_limits(cx, &in->limits, &limits));
    const EventChange all[] = {
        { STR("board"), was.board, in->board, false },
        { STR("limits"), was.limits, limits, true },
        { STR("strict"), words[was.strict], words[in->strict], false },
    };
    EventChange changes[COUNT_OF(all)];
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (!str_eq(all[i].from, all[i].to))
            changes[n++] = all[i];
    if (n == 0)
        return RC_OK;
    TRY(q_saved_board(cx, g, was.id, was.version, in->board, limits, in->strict, cx->now_ms,
                      &done));
    if (done == 0)
        return fail(cx, RC_STALE, "stale", TEXT("Somebody else has changed this meanwhile."));
    return said(cx, "view.changed", was.id, changes, n);
}

/* ---- tabs ---- */

bool view_move_from_word(Str word, ViewMove *ret)
{
    static const char *const words[] = {
        [VIEW_PIN] = "pin", [VIEW_UNPIN] = "unpin", [VIEW_UP] = "up", [VIEW_DOWN] = "down"
    };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_z(word, words[i])) {
            *ret = (ViewMove)i;
            return true;
        }
    return false;
}

/* The tabs as they stand get positions 1, 2, 3 ...; nothing else is written. */
static Rc keep_tabs(Ctx *cx, GrantedSelf g, const SavedViews *tabs)
{
    for (size_t i = 0; i < tabs->n; i++)
        TRY(place(cx, g, tabs->at[i].key, tabs->at[i].id, (int64_t)i + 1, true));
    return RC_OK;
}

static Rc swap_tabs(Ctx *cx, GrantedSelf g, SavedViews *tabs, size_t at, ViewMove move)
{
    size_t other = move == VIEW_UP ? at - 1 : at + 1;

    if (at >= tabs->n || other >= tabs->n)
        return RC_OK;
    SavedView kept = tabs->at[at];
    tabs->at[at] = tabs->at[other];
    tabs->at[other] = kept;
    return keep_tabs(cx, g, tabs);
}

Rc view_place(Ctx *cx, GrantedSelf g, Str key, ViewMove move)
{
    SavedView v;
    SavedViews all = { 0 }, tabs = { 0 };
    size_t at = SIZE_MAX;

    TRY(view_get(cx, g, key, &v));
    TRY(view_list(cx, g, &all));
    TRY(push_where(cx, &all, true, &tabs));
    for (size_t i = 0; i < tabs.n; i++)
        if (str_eq(tabs.at[i].key, key))
            at = i;
    switch (move) {
    case VIEW_PIN:
        if (at != SIZE_MAX)
            return RC_OK;
        TRY(LIST_PUSH(cx->arena, &tabs, v));
        return keep_tabs(cx, g, &tabs);
    case VIEW_UNPIN: return place(cx, g, key, v.id, 0, false);
    case VIEW_UP:
    case VIEW_DOWN: return swap_tabs(cx, g, &tabs, at, move);
    }
    return RC_OK;
}
