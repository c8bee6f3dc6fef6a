#include "domain/access/access.h"

#include <assert.h>

#include "domain/access/access_q.h"
#include "domain/access/rules.h"

#define LEVELS_OF_MANAGERS 20

/* What remains without the right to write. */
#define MAY_READ (MAY_SEE | MAY_NOTES | MAY_SUPPLY)
#define MAY_ALL                                                                                    \
    (MAY_SEE | MAY_SAY | MAY_NOTES | MAY_ASK_SIDE | MAY_DECIDE | MAY_WORK | MAY_LEAD | MAY_TASK    \
     | MAY_OWN | MAY_SUPPLY | MAY_NOTE)

/* Principals, see the table person_principal. */
#define PRINCIPAL_FOR_ALL 3
static int64_t principal_person(int64_t id)
{
    return 4 * id + 1;
}
static int64_t principal_team(int64_t id)
{
    return 4 * id + 2;
}

int64_t granted_request_id(GrantedRequest g)
{
    return g.access_id;
}

bool granted_may(GrantedRequest g, uint32_t bits)
{
    return (g.access_may & bits) == bits;
}

bool granted_confidential(GrantedRequest g)
{
    return g.access_confidential;
}

int64_t granted_presence_person(GrantedPresence g)
{
    return g.access_id;
}

int64_t granted_submit_person(GrantedSubmit g)
{
    return g.access_id;
}

/* The same words whether there is no such request or it is not theirs to see. */
static Rc no_such_request(Ctx *cx)
{
    return fail(cx, RC_NOT_FOUND, "not_found",
                TEXT("There is no such request, or it is not shared with you."));
}

static Rc not_yours(Ctx *cx)
{
    return fail_whole(cx, RC_FORBIDDEN, "forbidden",
                      TEXT("You may see this, but this act is for somebody else."));
}

/* --- one request ---------------------------------------------------------------------------- */

/* Adds up what the rows of a person allow. */
static Rc read_ways(Rows *rows, bool (*next)(Rows *, AccessReader *), GrantedRequest *ret)
{
    AccessReader row;
    GrantedRequest g = { 0 };

    while (next(rows, &row)) {
        Relation relation;
        if (!relation_from(row.relation, &relation))
            continue;
        g.access_id = row.request;
        g.access_confidential = row.confidential;
        g.access_may |= access_may(access_rules, access_rules_n, relation, (uint32_t)row.roles,
                                   (AccessState){ row.draft, row.confidential });
    }
    TRY(rows_result(rows));
    *ret = g;
    return RC_OK;
}

static Rc decide(Ctx *cx, GrantedRequest g, uint32_t needed, GrantedRequest *ret)
{
    if ((cx->subject->scopes & SCOPE_REQUEST) == 0)
        g.access_may &= MAY_READ;
    if ((g.access_may & (MAY_SEE | MAY_SUPPLY)) == 0)
        return no_such_request(cx);
    if (!granted_may(g, needed))
        return (g.access_may & MAY_SEE) != 0 ? not_yours(cx) : no_such_request(cx);
    if (g.access_confidential)
        view_add(cx, g.access_id, 0);
    *ret = g;
    return RC_OK;
}

Rc access_request(Ctx *cx, int64_t request_id, uint32_t needed, GrantedRequest *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    GrantedRequest g;

    TRY(q_access_ways(cx, request_id, cx->subject->person_id, &rows));
    TRY(read_ways(&rows, q_access_ways_next, &g));
    return decide(cx, g, needed, ret);
}

/* "REQ-17" to record and serial; one number has one spelling. */
static bool read_number(Str number, Str *ret_record, int64_t *ret_serial)
{
    static const struct {
        Str prefix, record;
    } series[] = {
        { STR_INIT("REQ-"), STR_INIT("request") },
        { STR_INIT("INC-"), STR_INIT("incident") },
        { STR_INIT("PRB-"), STR_INIT("problem") },
        { STR_INIT("CHG-"), STR_INIT("change") },
    };
    for (size_t i = 0; i < COUNT_OF(series); i++) {
        if (!str_starts(number, series[i].prefix))
            continue;
        Str digits = str_skip(number, series[i].prefix.len);
        if (digits.len == 0 || digits.ptr[0] < '1' || digits.ptr[0] > '9')
            return false;
        *ret_record = series[i].record;
        return str_to_i64(digits, ret_serial);
    }
    return false;
}

static Rc access_foreign(Ctx *cx, Str number, uint32_t needed, GrantedRequest *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AccessReader row;
    int64_t only = 0;

    if (number.len == 0)
        return no_such_request(cx);
    TRY(q_access_ways_by_foreign(cx, number, cx->subject->person_id, &rows));
    while (q_access_ways_by_foreign_next(&rows, &row)) {
        if (only != 0 && only != row.request)
            return no_such_request(cx);
        only = row.request;
    }
    TRY(rows_result(&rows));
    return access_request(cx, only, needed, ret);
}

Rc access_request_number(Ctx *cx, Str number, uint32_t needed, GrantedRequest *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    Str record;
    int64_t serial;
    GrantedRequest g;

    if (!read_number(number, &record, &serial))
        return access_foreign(cx, number, needed, ret);
    TRY(q_access_ways_by_number(cx, record, serial, cx->subject->person_id, &rows));
    TRY(read_ways(&rows, q_access_ways_by_number_next, &g));
    return decide(cx, g, needed, ret);
}

Rc access_task(Ctx *cx, int64_t task_id, uint32_t needed, GrantedRequest *ret)
{
    AccessTaskRequestRow row = { 0 };
    bool found;

    TRY(q_access_task_request(cx, task_id, &row, &found));
    /* Request 0 does not exist: an unknown part takes the same way as a hidden one. */
    return access_request(cx, found ? row.request_id : 0, needed, ret);
}

Rc access_task_of(Ctx *cx, Str number, int64_t task_id, uint32_t needed, GrantedRequest *ret)
{
    AccessTaskRequestRow row = { 0 };
    GrantedRequest g;
    bool found;

    TRY(access_request_number(cx, number, needed, &g));
    TRY(q_access_task_request(cx, task_id, &row, &found));
    if (!found || row.request_id != g.access_id)
        return no_such_request(cx);
    *ret = g;
    return RC_OK;
}

Rc access_approval(Ctx *cx, int64_t approval_id, uint32_t needed, GrantedRequest *ret)
{
    AccessApprovalRequestRow row = { 0 };
    bool found;

    TRY(q_access_approval_request(cx, approval_id, &row, &found));
    return access_request(cx, found ? row.request_id : 0, needed, ret);
}

Rc access_attachment(Ctx *cx, int64_t attachment_id, uint32_t needed, GrantedRequest *ret)
{
    AccessAttachmentRequestRow row = { 0 };
    bool found;

    TRY(q_access_attachment_request(cx, attachment_id, &row, &found));
    return access_request(cx, found ? row.request_id : 0, needed, ret);
}

Rc access_more(Ctx *cx, GrantedRequest g, uint32_t needed)
{
    return granted_may(g, needed) ? RC_OK : not_yours(cx);
}

/* --- making a request ------------------------------------------------------------------------ */

/* Role bits a person holds: for all, anywhere, and at the principal of one team (0: none). */
typedef struct Held {
    uint32_t for_all, anywhere, at_team;
} Held;

static Rc read_roles(Ctx *cx, int64_t person_id, int64_t team_id, Held *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AccessRolesRow row;
    Held held = { 0 };

    TRY(q_access_roles(cx, person_id, &rows));
    while (q_access_roles_next(&rows, &row)) {
        uint32_t bits = (uint32_t)row.role;
        held.anywhere |= bits;
        if (row.principal == PRINCIPAL_FOR_ALL)
            held.for_all |= bits;
        if (team_id != 0 && row.principal == principal_team(team_id))
            held.at_team |= bits;
    }
    TRY(rows_result(&rows));
    *ret = held;
    return RC_OK;
}

Rc access_submit(Ctx *cx, int64_t beneficiary_id, GrantedSubmit *ret)
{
    int64_t self = cx->subject->person_id;
    AccessPersonActiveRow person = { 0 };
    AccessManagesRow manages;
    Held held;
    bool found, above = false;

    if (self == 0 || (cx->subject->scopes & SCOPE_REQUEST) == 0)
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("You may not send requests from here."));
    TRY(q_access_person_active(cx, beneficiary_id, &person, &found));
    if (!found || !person.active)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such person."));

    if (beneficiary_id != self) {
        TRY(read_roles(cx, self, 0, &held));
        if ((held.anywhere & (ROLE_AGENT | ROLE_LEAD)) == 0) {
            TRY(q_access_manages(cx, self, beneficiary_id, LEVELS_OF_MANAGERS, &manages, &above));
            if (!above)
                return fail(cx, RC_FORBIDDEN, "not_for_them",
                            TEXT("You can ask for yourself and for people who report to you."));
        }
    }
    *ret = (GrantedSubmit){ beneficiary_id };
    return RC_OK;
}

/* Whether rows of this relation exist for a confidential request. */
static bool relation_in_confidence(Relation relation)
{
    return relation != RELATION_TASK_TEAM && relation != RELATION_OWNER_TEAM
           && relation != RELATION_DELEGATE && relation != RELATION_ROLE;
}

static Rc reader_add(Ctx *cx, GrantedRequest g, Relation relation, int64_t principal)
{
    if (g.access_confidential && !relation_in_confidence(relation))
        return RC_OK;
    return q_access_reader_add(
        cx, &(AccessReaderAddRow){ g.access_id, principal, str_z(relation_name(relation)), false },
        1);
}

Rc access_request_created(Ctx *cx, GrantedSubmit g, const RequestParties *p, GrantedRequest *ret)
{
    GrantedRequest made = {
        .access_id = p->request_id,
        .access_may = MAY_SEE | MAY_SAY | MAY_ASK_SIDE,
        .access_confidential = p->confidential,
    };
    CLEANUP(rows_close) Rows rows = { 0 };
    GrantedRequest found;

    /* The grant was given for one beneficiary; another one here would be a hole. */
    assert(p->beneficiary_id == g.access_id);
    TRY(reader_add(cx, made, RELATION_REQUESTER, principal_person(p->requester_id)));
    TRY(reader_add(cx, made, RELATION_BENEFICIARY, principal_person(p->beneficiary_id)));
    TRY(reader_add(cx, made, RELATION_SUBMITTER, principal_person(p->submitter_id)));
    TRY(reader_add(cx, made, RELATION_TEAM, principal_team(p->team_id)));
    if (p->owner_team_id != 0)
        TRY(reader_add(cx, made, RELATION_OWNER_TEAM, principal_team(p->owner_team_id)));
    TRY(reader_add(cx, made, RELATION_ROLE, PRINCIPAL_FOR_ALL));

    TRY(q_access_ways(cx, p->request_id, cx->subject->person_id, &rows));
    TRY(read_ways(&rows, q_access_ways_next, &found));
    made.access_may |= found.access_may;
    *ret = made;
    return RC_OK;
}

Rc access_request_confidence(Ctx *cx, GrantedRequest g, bool confidential, GrantedRequest *ret)
{
    g.access_confidential = confidential;
    *ret = g;
    if (!confidential)
        return reader_add(cx, g, RELATION_ROLE, PRINCIPAL_FOR_ALL);
    for (Relation relation = RELATION_REQUESTER; relation <= RELATION_ROLE; relation++)
        if (!relation_in_confidence(relation))
            TRY(q_access_reader_drop_all(cx, g.access_id, str_z(relation_name(relation)), NULL));
    return RC_OK;
}

Rc access_reader_person(Ctx *cx, GrantedRequest g, Relation relation, int64_t person_id)
{
    return reader_add(cx, g, relation, principal_person(person_id));
}

Rc access_reader_team(Ctx *cx, GrantedRequest g, Relation relation, int64_t team_id)
{
    return reader_add(cx, g, relation, principal_team(team_id));
}

Rc access_reader_drop_team(Ctx *cx, GrantedRequest g, Relation relation, int64_t team_id)
{
    return q_access_reader_drop(cx, g.access_id, principal_team(team_id),
                                str_z(relation_name(relation)), NULL);
}

Rc access_reader_drop_person(Ctx *cx, GrantedRequest g, Relation relation, int64_t person_id)
{
    return q_access_reader_drop(cx, g.access_id, principal_person(person_id),
                                str_z(relation_name(relation)), NULL);
}

Rc access_readers(Ctx *cx, GrantedRequest g, Relation relation, ReaderIds *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AccessReadersRow row;

    *ret = (ReaderIds){ 0 };
    TRY(q_access_readers(cx, g.access_id, str_z(relation_name(relation)), &rows));
    while (q_access_readers_next(&rows, &row))
        if (row.principal % 4 == 1)
            TRY(LIST_PUSH(cx->arena, ret, row.principal / 4));
    return rows_result(&rows);
}

Rc access_principals(Ctx *cx, GrantedRequest g, ReaderIds *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AccessPrincipalsRow row;

    *ret = (ReaderIds){ 0 };
    TRY(q_access_principals(cx, g.access_id, &rows));
    while (q_access_principals_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.principal));
    return rows_result(&rows);
}

bool access_principal_is_team(int64_t principal)
{
    return principal % 4 == 2;
}

bool access_principal_is_all(int64_t principal)
{
    return principal == PRINCIPAL_FOR_ALL;
}

Rc access_own_principals(Ctx *cx, ReaderIds *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AccessOwnPrincipalsRow row;

    *ret = (ReaderIds){ 0 };
    TRY(q_access_own_principals(cx, cx->subject->person_id, &rows));
    while (q_access_own_principals_next(&rows, &row))
        TRY(LIST_PUSH(cx->arena, ret, row.principal));
    return rows_result(&rows);
}

static bool reason_known(const Reasons *list, Str relation, int64_t team_id)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].relation, relation) && list->at[i].team_id == team_id)
            return true;
    return false;
}

Rc access_why(Ctx *cx, GrantedRequest g, int64_t person_id, Reasons *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    AccessWhyRow row;
    Reasons list = { 0 };

    if (person_id != cx->subject->person_id && !granted_may(g, MAY_NOTES))
        return not_yours(cx);
    TRY(q_access_why(cx, g.access_id, person_id, &rows));
    while (q_access_why_next(&rows, &row)) {
        Relation relation;
        if (!relation_from(row.relation, &relation))
            continue;
        uint32_t may = access_may(access_rules, access_rules_n, relation, (uint32_t)row.roles,
                                  (AccessState){ row.draft, row.confidential });
        int64_t team_id = row.principal % 4 == 2 ? row.principal / 4 : 0;
        if ((may & (MAY_SEE | MAY_SUPPLY)) == 0 || reason_known(&list, row.relation, team_id))
            continue;
        TRY(LIST_PUSH(cx->arena, &list, (Reason){ row.relation, team_id }));
    }
    TRY(rows_result(&rows));
    *ret = list;
    return RC_OK;
}

/* --- grants without a request ---------------------------------------------------------------- */

static Rc not_signed_in(Ctx *cx)
{
    return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("This needs a person who is signed in."));
}

Rc access_requests(Ctx *cx, ScopeRequests *ret)
{
    if (cx->subject->person_id == 0)
        return not_signed_in(cx);
    *ret = (ScopeRequests){ cx->subject->person_id };
    return RC_OK;
}

/* With k rows of their own among n requests, counting and gathering all k costs about 1.1 k, and going
 * through the table until a page of 50 is found about 1.5 * 50 * n / k: the first is cheaper while
 * k * k < 70 n.  A power of two below that is good enough. */
static int64_t few_rows(int64_t requests)
{
    int64_t few = 1;
    while (4 * few * few <= 70 * requests)
        few *= 2;
    return few;
}

/* What was counted lately: by it a way of searching is chosen, nothing else; both ways give the same rows, so an
 * old answer costs time at most.  Counting thousands of rows for each page would cost more than the page. */
typedef struct Seen {
    const DbConn *db;
    int64_t person;
    Ms at;
    AccessSees sees;
} Seen;
enum { SEEN_SLOTS = 64, SEEN_MS = 10 * MS_SECOND, FEW_OPEN = 1000, SOME_ROWS = 50000, SOME_IN = 4 };
static _Thread_local Seen seen_lately[SEEN_SLOTS];

Rc access_sees(Ctx *cx, ScopeRequests s, AccessSees *ret)
{
    AccessRequestsRow all;
    AccessVisibleRow row;
    AccessVisibleOpenRow open;
    Seen *f = &seen_lately[(uint64_t)s.access_person % SEEN_SLOTS];

    if (f->db == cx->db && f->person == s.access_person && cx->now_ms >= f->at
        && cx->now_ms < f->at + SEEN_MS) {
        *ret = f->sees;
        return RC_OK;
    }
    TRY(q_access_requests(cx, &all));
    int64_t few = few_rows(all.n), most = few > SOME_ROWS ? few : SOME_ROWS;
    TRY(q_access_visible(cx, s.access_person, most + 1, &row));
    TRY(q_access_visible_open(cx, s.access_person, FEW_OPEN + 1, &open));
    ret->few = row.n <= few;
    ret->some = row.n <= most && row.n < all.n / SOME_IN;
    ret->few_open = ret->few || open.n <= FEW_OPEN;
    *f = (Seen){ cx->db, s.access_person, cx->now_ms, *ret };
    return RC_OK;
}

Rc access_sees_few(Ctx *cx, ScopeRequests s, bool *ret)
{
    AccessSees sees;

    TRY(access_sees(cx, s, &sees));
    *ret = sees.few;
    return RC_OK;
}

Rc access_newest(Ctx *cx, ScopeRequests s, int64_t below, int64_t n, int64_t *ret_from,
                 bool *ret_dense)
{
    AccessRequestsRow all;
    AccessNewestRow row;

    TRY(q_access_requests(cx, &all));
    TRY(q_access_newest(cx, s.access_person, below, n, &row));
    *ret_from = row.id;
    *ret_dense = (below <= all.n ? below - 1 : all.n) - row.id < SOME_IN * n;
    return RC_OK;
}

Rc access_self(Ctx *cx, GrantedSelf *ret)
{
    if (cx->subject->person_id == 0)
        return not_signed_in(cx);
    *ret = (GrantedSelf){ cx->subject->person_id };
    return RC_OK;
}

Rc access_sign_in(Ctx *cx, GrantedSignIn *ret)
{
    UNUSED(cx);
    *ret = (GrantedSignIn){ 0 };
    return RC_OK;
}

bool access_is_operator(const Subject *s)
{
    return s->person_id == 0 && str_eq(s->origin, STR("cli"));
}

Rc access_people(Ctx *cx, bool write, GrantedPeople *ret)
{
    const Subject *s = cx->subject;
    Held held;

    if (!access_is_operator(s)) {
        /* Read again: the subject's roles may be older than this transaction. */
        TRY(read_roles(cx, s->person_id, 0, &held));
        bool may = (held.for_all & ROLE_ADMIN) != 0;
        if (!write)
            may = may || (held.for_all & ROLE_AUDITOR) != 0 || (held.anywhere & ROLE_LEAD) != 0;
        if (!may || (s->scopes & (write ? SCOPE_PEOPLE : SCOPE_READ | SCOPE_PEOPLE)) == 0)
            return fail(cx, RC_FORBIDDEN, "forbidden",
                        write ? TEXT("Only administrators change people and teams.")
                              : TEXT("Only administrators, auditors and team leads see this."));
    }
    *ret = (GrantedPeople){ s->person_id };
    return RC_OK;
}

/* What the subject is to the person, as bits of PresenceTie. */
static Rc ties_to(Ctx *cx, int64_t person_id, uint32_t *ret)
{
    const Subject *s = cx->subject;
    AccessLeadsPersonRow leads;
    AccessManagesRow manages;
    Held held;
    bool yes;

    *ret = 0;
    if (access_is_operator(s)) {
        *ret = TIE_ADMIN;
        return RC_OK;
    }
    TRY(read_roles(cx, s->person_id, 0, &held));
    if (s->person_id == person_id)
        *ret |= TIE_SELF;
    if ((held.for_all & ROLE_ADMIN) != 0)
        *ret |= TIE_ADMIN;
    TRY(q_access_leads_person(cx, s->person_id, person_id, &leads, &yes));
    if (yes)
        *ret |= TIE_LEAD;
    TRY(q_access_manages(cx, s->person_id, person_id, LEVELS_OF_MANAGERS, &manages, &yes));
    if (yes && s->person_id != person_id)
        *ret |= TIE_MANAGER;
    return RC_OK;
}

Rc access_presence(Ctx *cx, int64_t person_id, PresenceMay needed, GrantedPresence *ret)
{
    AccessPersonActiveRow person = { 0 };
    const Subject *s = cx->subject;
    uint32_t ties, scope = s->person_id == person_id ? SCOPE_REQUEST : SCOPE_PEOPLE;
    bool found;

    TRY(q_access_person_active(cx, person_id, &person, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such person."));
    if (needed == PRESENCE_READ)
        scope |= SCOPE_READ;
    TRY(ties_to(cx, person_id, &ties));
    if ((access_presence_may(ties) & needed) == 0 || (s->scopes & scope) == 0)
        return fail(cx, RC_FORBIDDEN, "forbidden",
                    TEXT("This is for the person, those who lead them, and administrators."));
    *ret = (GrantedPresence){ person_id };
    return RC_OK;
}

int64_t granted_load_team(GrantedLoad g)
{
    return g.access_id;
}

Rc access_load(Ctx *cx, int64_t team_id, bool write, GrantedLoad *ret)
{
    const Subject *s = cx->subject;
    Held held;

    if (!access_is_operator(s)) {
        TRY(read_roles(cx, s->person_id, team_id, &held));
        uint32_t here = held.for_all | held.at_team;
        uint32_t needed = write ? ROLE_LEAD : ROLE_LEAD | ROLE_AGENT;
        bool may = (here & needed) != 0 || (held.for_all & ROLE_ADMIN) != 0
                   || (!write && (held.for_all & ROLE_AUDITOR) != 0);
        if (!may || (s->scopes & (write ? SCOPE_PEOPLE : SCOPE_READ | SCOPE_PEOPLE)) == 0)
            return fail(cx, RC_FORBIDDEN, "forbidden",
                        write ? TEXT("Only the leads of a team say how its work is shared out.")
                              : TEXT("How much work a team has is for those who work in it."));
    }
    *ret = (GrantedLoad){ team_id };
    return RC_OK;
}

Rc access_catalog(Ctx *cx, bool write, int64_t owner_team_id, GrantedCatalog *ret)
{
    const Subject *s = cx->subject;
    Held held;

    if (!access_is_operator(s)) {
        TRY(read_roles(cx, s->person_id, owner_team_id, &held));
        bool may = write ? ((held.for_all | held.at_team) & ROLE_OWNER) != 0
                         : (held.anywhere
                            & (ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR))
                               != 0;
        if (!may || (s->scopes & (write ? SCOPE_CATALOG : SCOPE_READ | SCOPE_CATALOG)) == 0)
            return fail(cx, RC_FORBIDDEN, "forbidden",
                        write ? TEXT("Only the owners of this document change it.")
                              : TEXT("Only staff see drafts of the catalog."));
    }
    *ret = (GrantedCatalog){ s->person_id };
    return RC_OK;
}

/* --- internal tasks -------------------------------------------------------------------------- */

Rc access_internal_request(Ctx *cx, InternalTask task, int64_t request_id, GrantedRequest *ret)
{
    AccessConfidentialRow row;
    bool found;

    TRY(q_access_confidential(cx, request_id, &row, &found));
    if (!found)
        return no_such_request(cx);
    *ret = (GrantedRequest){
        .access_id = request_id,
        .access_may = task == INTERNAL_NOTIFY ? MAY_SEE | MAY_NOTES : MAY_ALL,
        .access_confidential = row.confidential,
    };
    return RC_OK;
}

Rc access_internal_timers(Ctx *cx, InternalTask task, GrantedTimers *ret)
{
    if ((task != INTERNAL_TIMER && task != INTERNAL_ACTION && task != INTERNAL_ASSIGN)
        || cx->subject->person_id != 0)
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("Only the clock does this."));
    *ret = (GrantedTimers){ 0 };
    return RC_OK;
}

Rc access_import(Ctx *cx, GrantedImport *ret)
{
    if (!access_is_operator(cx->subject))
        return fail(cx, RC_FORBIDDEN, "forbidden",
                    TEXT("Only the operator of the command line does this."));
    *ret = (GrantedImport){ 0 };
    return RC_OK;
}

Rc access_imported(Ctx *cx, GrantedImport g, const ImportedRequest *made, size_t n, int64_t team_id)
{
    AccessReaderAddRow *rows = ARENA_ARRAY(cx->arena, AccessReaderAddRow, 2 * n + 1);

    UNUSED(g);
    if (rows == NULL)
        return RC_LIMIT;
    for (size_t i = 0; i < n; i++) {
        rows[2 * i] = (AccessReaderAddRow){ made[i].id, principal_team(team_id),
                                            str_z(relation_name(RELATION_TEAM)), made[i].closed };
        rows[2 * i + 1] =
            (AccessReaderAddRow){ made[i].id, PRINCIPAL_FOR_ALL,
                                  str_z(relation_name(RELATION_ROLE)), made[i].closed };
    }
    return q_access_reader_add(cx, rows, 2 * n);
}

Rc access_report(Ctx *cx, int64_t team_id, GrantedReport *ret)
{
    const Subject *s = cx->subject;
    AccessTeamSeenRow row;
    bool found = access_is_operator(s);

    if (!found && s->person_id != 0 && team_id != 0
        && (s->scopes & (SCOPE_READ | SCOPE_REQUEST)) != 0)
        TRY(q_access_team_seen(cx, s->person_id, team_id, &row, &found));
    if (!found)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such log."));
    *ret = (GrantedReport){ 0 };
    return RC_OK;
}

Rc access_internal_load(Ctx *cx, int64_t team_id, GrantedLoad *ret)
{
    if (cx->subject->person_id != 0)
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("Only the clock does this."));
    *ret = (GrantedLoad){ team_id };
    return RC_OK;
}

Rc access_internal_people(Ctx *cx, InternalTask task, GrantedPeople *ret)
{
    if (task != INTERNAL_DEMO && task != INTERNAL_PUBLISH && task != INTERNAL_SCHEDULE)
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("This task does not change people."));
    *ret = (GrantedPeople){ 0 };
    return RC_OK;
}

Rc access_internal_catalog(Ctx *cx, InternalTask task, GrantedCatalog *ret)
{
    if (task != INTERNAL_DEMO)
        return fail(cx, RC_FORBIDDEN, "forbidden", TEXT("This task does not change the catalog."));
    *ret = (GrantedCatalog){ 0 };
    return RC_OK;
}

/* --- routes ---------------------------------------------------------------------------------- */

#define STAFF (ROLE_AGENT | ROLE_LEAD | ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR | ROLE_SUPPLIER)

/* Roles that open a route, and the scope that a token needs to write there. */
static const struct {
    uint32_t roles, write_scope;
} route_rights[RIGHT_COUNT] = {
    [RIGHT_SIGNED_IN] = { ROLE_REQUESTER, SCOPE_REQUEST },
    [RIGHT_STAFF] = { STAFF, SCOPE_REQUEST },
    [RIGHT_CATALOG_READ] = { STAFF & ~(uint32_t)ROLE_SUPPLIER, SCOPE_CATALOG },
    [RIGHT_CATALOG_WRITE] = { ROLE_OWNER, SCOPE_CATALOG },
    [RIGHT_PEOPLE_READ] = { ROLE_ADMIN | ROLE_AUDITOR | ROLE_LEAD, SCOPE_PEOPLE },
    [RIGHT_PEOPLE_WRITE] = { ROLE_ADMIN, SCOPE_PEOPLE },
    [RIGHT_AUDIT] = { ROLE_AUDITOR, 0 },
};

bool access_right(const Subject *s, Right right)
{
    if (right <= RIGHT_NONE || right >= RIGHT_COUNT)
        return false;
    if (right == RIGHT_PUBLIC)
        return true;
    return s->person_id != 0 && (s->roles & route_rights[right].roles) != 0;
}

bool access_route(const Subject *s, Right right, bool writes)
{
    if (!access_right(s, right))
        return false;
    if (right == RIGHT_PUBLIC)
        return true;
    return (s->scopes & (writes ? route_rights[right].write_scope : (uint32_t)SCOPE_READ)) != 0;
}
