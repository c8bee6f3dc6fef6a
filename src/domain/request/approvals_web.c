/* approvals_web.c - deciding, made for a phone; notifications; files; why somebody sees a request. */
#include "domain/request/approvals_page.h"

#include "domain/request/order_web.h"
#include "domain/request/portal_web.h"
#include "tmpl/approvals.h"
#include "tmpl/notifications.h"
#include "tmpl/who_can_see.h"

#define CARDS_SIZE   30
#define DECIDED_SIZE 10
#define PAGE_SIZE    50

/* The first longer answer is what the person says for it. */
static Str quote_of(const ViewAnswers *answers)
{
    for (size_t i = 0; i < answers->n; i++) {
        QuestionType type = answers->at[i].answer->question->type;
        if (type == QUESTION_LONG_TEXT || type == QUESTION_TEXT)
            return answers->at[i].words;
    }
    return STR_NULL;
}

static ApprovalCard card_of(Ctx *cx, const ApprovalLine *l)
{
    ApprovalCard c = { .id = l->approval.id,
                       .number = l->request.number,
                       .title = l->request.title,
                       .hash = l->approval.shown_hash,
                       .asker = l->request.requester.name,
                       .initials = page_initials(l->request.requester.name, cx->arena),
                       .hue = page_hue(l->request.requester.login),
                       .asked_ms = l->approval.asked_ms,
                       .answers = l->answers,
                       .quote = quote_of(&l->answers),
                       .then = l->then,
                       .verify = l->approval.verify,
                       .evidence = l->approval.evidence,
                       .risk_why = l->risk_why,
                       .delegate_of = l->delegate_of.name };
    if (l->risk.len > 0)
        c.risk = risk_label(l->risk);
    if (l->request.cost.type == COND_MONEY) {
        c.has_price = true;
        c.price = l->request.cost.money;
    }
    return c;
}

static DecidedLine decided_of(const ApprovalLine *l)
{
    bool yes = str_eq_z(l->approval.state, "approved"),
         no = str_eq_z(l->approval.state, "rejected");
    return (DecidedLine){ .number = l->request.number,
                          .title = l->request.title,
                          .who = l->request.requester.name,
                          .label = yes  ? T("Approved")
                                   : no ? T("Rejected")
                                        : T("Sent back"),
                          .icon = yes  ? "s-fulfilled"
                                  : no ? "s-rejected"
                                       : "back",
                          .css = yes  ? "ok"
                                 : no ? "no"
                                      : "",
                          .at_ms = l->approval.decided_ms };
}

static Rc page_approvals(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    ApprovalFilter f = { .state = STR("asked"), .size = CARDS_SIZE };
    ApprovalLines asked = { 0 }, decided = { 0 };
    ApprovalsPage p = { 0 };
    int64_t next = 0, none = 0, tried = 0;
    Text error = { 0 };
    PageFrame frame;
    PageOut out;
    Str after = call_query(call, "after");

    if (after.len > 0 && !str_to_i64(after, &f.after_id))
        return RC_NOT_FOUND;
    if (call->is_again) {
        if (!str_to_i64(call_param(call, "id"), &tried))
            return RC_NOT_FOUND;
        error = cx->detail.msgid != NULL ? cx->detail
                : cx->errors.n > 0       ? cx->errors.at[0].text
                                         : (Text){ 0 };
        p.gone = error;
        p.typed = call_form(call, "reason");
    }
    TRY(access_self(cx, &g));
    TRY(approval_list(cx, g, &f, &asked, &next));
    TRY(approval_list(cx, g, &(ApprovalFilter){ .state = STR("decided"), .size = DECIDED_SIZE },
                      &decided, &none));
    for (size_t i = 0; i < asked.n; i++) {
        ApprovalCard c = card_of(cx, &asked.at[i]);
        if (c.id == tried) {
            c.error = error;
            c.typed = p.typed;
            p.gone = (Text){ 0 };
        }
        TRY(LIST_PUSH(cx->arena, &p.cards, c));
    }
    for (size_t i = 0; i < decided.n; i++)
        TRY(LIST_PUSH(cx->arena, &p.decided, decided_of(&decided.at[i])));
    if (next != 0)
        p.next_url = str_fmt(cx->arena, "/approvals?after=%lld", (long long)next);
    p.heading = asked.n == 0 ? TEXT("Nothing waits for you")
                             : TEXT_N("%d waits for you", "%d wait for you", asked.n);
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_APPROVALS;
    frame.title = TEXT("Approvals");
    frame.live = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);
    return PAGE(&out, &frame, tmpl_approvals, &p);
}

static Rc page_decide(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    int64_t id = 0;
    ApprovalDecision in = { .decision = call_form(call, "decision"),
                            .reason = str_trim(call_form(call, "reason")),
                            .to = str_trim(call_form(call, "to")),
                            .shown_hash = call_form(call, "hash") };

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(access_approval(cx, id, MAY_SEE, &g));
    TRY(approval_decide(cx, g, id, &in));
    call_flash(call,
               str_eq_z(in.decision, "approve")    ? "approved"
               : str_eq_z(in.decision, "reject")   ? "rejected"
               : str_eq_z(in.decision, "delegate") ? "delegated"
                                                   : "returned",
               STR(""));
    return call_redirect(call, STR("/approvals"));
}

/* --- notifications -------------------------------------------------------------------------------------- */

static Rc page_notifications(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedSelf g;
    Notifications list = { 0 };
    NotificationsPage p = { 0 };
    int64_t before = 0, next = 0;
    Str text = call_query(call, "before");
    PageFrame frame;
    PageOut out;

    if (text.len > 0 && !str_to_i64(text, &before))
        return RC_NOT_FOUND;
    TRY(access_self(cx, &g));
    TRY(notification_list(cx, g, false, before, PAGE_SIZE, &list, &next));
    for (size_t i = 0; i < list.n; i++) {
        const Notification *n = &list.at[i];
        bool unread = n->read_ms == MS_NONE;
        p.any_unread |= unread;
        NotificationLine line = {
            .id = n->id, .text = n->text, .at_ms = n->at_ms, .css = unread ? "strong" : ""
        };
        if (str_eq_z(n->kind, "schedule_failed"))
            line.url = STR("/repeating");
        else if (str_eq_z(n->kind, "digest"))
            line.url = STR("/work/digests");
        else if (!str_is_null(n->number))
            line.url = str_eq_z(n->kind, "approve")
                           ? STR("/approvals")
                           : str_fmt(cx->arena, "/requests/%.*s", STR_ARG(n->number));
        else if (str_eq_z(n->kind, "delegation"))
            line.url = STR("/presence");
        else if (str_eq_z(n->kind, "work_left") && n->behalf.id != 0)
            line.url = str_fmt(cx->arena, "/work/list?q=open%%20%%3D%%20yes&assignee=%.*s",
                               STR_ARG(n->behalf.login));
        TRY(LIST_PUSH(cx->arena, &p.lines, line));
    }
    if (next != 0)
        p.next_url = str_fmt(cx->arena, "/notifications?before=%lld", (long long)next);
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_NONE;
    frame.title = TEXT("Notifications");
    frame.live = str_fmt(cx->arena, "person:%lld", (long long)cx->subject->person_id);
    return PAGE(&out, &frame, tmpl_notifications, &p);
}

static Rc page_notifications_read(Call *call)
{
    GrantedSelf g;
    int64_t id = 0;
    Str text = call_form(call, "id");

    if (text.len > 0 && !str_to_i64(text, &id))
        return RC_NOT_FOUND;
    TRY(access_self(&call->cx, &g));
    TRY(notification_read(&call->cx, g, id, 0));
    return call_redirect(call, STR("/notifications"));
}

/* --- files ------------------------------------------------------------------------------------------------- */

/* The header of RFC 6266: a plain name for old readers, the full one encoded. */
static Str disposition(Arena *a, Str name, bool in_place)
{
    static const char hex[] = "0123456789ABCDEF";
    Buf b;

    buf_init(&b, 2048);
    buf_add(&b, in_place ? STR("inline") : STR("attachment"));
    buf_add_lit(&b, "; filename=\"");
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%';
        buf_add_char(&b, plain ? c : '_');
    }
    buf_add_lit(&b, "\"; filename*=UTF-8''");
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                     || c == '-' || c == '.' || c == '_';
        if (plain) {
            buf_add_char(&b, (char)c);
        } else {
            buf_add_char(&b, '%');
            buf_add_char(&b, hex[c >> 4]);
            buf_add_char(&b, hex[c & 15]);
        }
    }
    Str s = str_dup(a, buf_str(&b));
    buf_done(&b);
    return s;
}

Rc file_send(Call *call, const FileToSend *f)
{
    bool in_place = filetype_inline(f->type) && str_eq_z(call_query(call, "view"), "1");
    Rc rc = store_get(dispatch_store(call), f->sha256, &call->file_fd, &call->file_bytes);

    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_INTERNAL : rc; /* the row is there, so the bytes must be */
    call->type = str_dup_z(call->arena, f->type);
    call_header(call, STR("Content-Disposition"), disposition(call->arena, f->name, in_place));
    call_header(call, STR("Content-Security-Policy"), STR("sandbox; default-src 'none'"));
    return RC_OK;
}

static Rc page_file(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    FileToSend f;
    int64_t id = 0;

    if (!str_to_i64(call_param(call, "id"), &id))
        return RC_NOT_FOUND;
    TRY(access_attachment(cx, id, 0, &g));
    TRY(attachment_get(cx, g, id, &f));
    return file_send(call, &f);
}

/* --- why somebody sees it ------------------------------------------------------------------------------------ */

static const char *relation_words(Str relation)
{
    static const struct {
        const char *relation, *words;
    } rows[] = {
        { "requester", T("asked for it") },
        { "beneficiary", T("it is for them") },
        { "submitter", T("sent it for somebody else") },
        { "participant", T("takes part") },
        { "askee", T("is or was asked to approve") },
        { "team", T("works in the team that has it") },
        { "task_team", T("works in a team with a task in it") },
        { "owner_team", T("works in the team that owns this kind of request") },
        { "delegate", T("stands in for somebody with work in it") },
        { "role", T("holds a role for all requests") },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (str_eq_z(relation, rows[i].relation))
            return rows[i].words;
    return T("sees it for another reason");
}

static Rc page_who(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedRequest g;
    RequestHead h;
    Reasons reasons = { 0 };
    PersonRef person;
    TeamRef team;
    int64_t id = cx->subject->person_id;
    Str login = call_query(call, "person");
    PageFrame frame;
    PageOut out;

    TRY(access_request_number(cx, call_param(call, "number"), MAY_SEE, &g));
    TRY(request_head(cx, g, &h));
    if (login.len > 0)
        TRY(person_id(cx, login, &id));
    TRY(person_ref(cx, id, &person));
    TRY(access_why(cx, g, id, &reasons));
    WhoCanSeePage p = {
        .number = h.number, .title = h.title, .name = person.name, .confidential = h.confidential
    };
    for (size_t i = 0; i < reasons.n; i++) {
        team = (TeamRef){ 0 };
        if (reasons.at[i].team_id != 0)
            TRY(team_ref(cx, reasons.at[i].team_id, &team));
        TRY(LIST_PUSH(cx->arena, &p.lines,
                      (WhyLine){ relation_words(reasons.at[i].relation), team.name }));
    }
    page_open(call, FRAME_PORTAL, &out, &frame);
    frame.nav = NAV_REQUESTS;
    frame.title = TEXT("Who can see this?");
    frame.crumb = TEXT("Who can see this?");
    TRY(LIST_PUSH(cx->arena, &frame.crumbs,
                  (Crumb){ .url = str_fmt(cx->arena, "/requests/%.*s", STR_ARG(h.number)),
                           .text = TEXT("{0}", h.number) }));
    return PAGE(&out, &frame, tmpl_who_can_see, &p);
}

const RouteTable approval_pages =
    ROUTES({ HTTP_GET, "/approvals", page_approvals, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "What waits for my decision" },
           { HTTP_POST, "/approvals/{id}", page_decide, RIGHT_SIGNED_IN, BODY_FORM, TX_WRITE,
             .text = "Approve, reject, send back or hand on", .again = page_approvals },
           { HTTP_GET, "/notifications", page_notifications, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Notifications" },
           { HTTP_POST, "/notifications", page_notifications_read, RIGHT_SIGNED_IN, BODY_FORM,
             TX_WRITE, .text = "Mark notifications as read" },
           { HTTP_GET, "/files/{id}", page_file, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Download a file" },
           { HTTP_GET, "/requests/{number}/who", page_who, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
             .text = "Why somebody can see a request" }, );
