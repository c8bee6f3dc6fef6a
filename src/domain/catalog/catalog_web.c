/* catalog_web.c - pages of catalog management: documents, versions, drafts, publication. */
#include "domain/catalog/manage_page.h"

#include "domain/catalog/publish.h"
#include "domain/identity/identity.h"
#include "http/dispatch.h"
#include "tmpl/manage_document.h"
#include "tmpl/manage_list.h"
#include "tmpl/procedure.h"

static bool may_write(const Call *call)
{
    return dispatch_config(call)->auth.right(call->cx.subject, RIGHT_CATALOG_WRITE, true);
}

static const char *kind_label(Str kind)
{
    static const struct {
        const char *kind, *label;
    } labels[] = {
        { "model", T("Model") },       { "bundle", T("Bundle") }, { "list", T("List") },
        { "calendar", T("Calendar") }, { "sop", T("Procedure") },
    };
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (str_eq_z(kind, labels[i].kind))
            return labels[i].label;
    return T("Document");
}

static Str document_name(Ctx *cx, Str kind, Str key)
{
    CatalogModel m;
    const ManagedList *l = NULL;
    CatalogBundle b;

    if (str_eq_z(kind, "model") && catalog_model(cx, key, &m) == RC_OK)
        return lang_text(&m.model->name, cx->lang, NULL);
    if (str_eq_z(kind, "bundle") && catalog_bundle(cx, key, &b) == RC_OK)
        return lang_text(&b.bundle->name, cx->lang, NULL);
    if (str_eq_z(kind, "list") && catalog_list(cx, key, &l) == RC_OK)
        return lang_text(&l->name, cx->lang, NULL);
    return key;
}

static Rc page_manage(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    Documents list = { 0 };
    ManagePage p = { .may_write = may_write(call), .kind = call_query(call, "kind") };
    TeamRef team;
    PageFrame frame;
    PageOut out;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(document_list(cx, g, p.kind.len > 0 ? p.kind : STR_NULL, &list));
    for (size_t i = 0; i < list.n; i++) {
        const Document *d = &list.at[i];
        team = (TeamRef){ 0 };
        if (d->owner_id != 0)
            TRY(team_ref(cx, d->owner_id, &team));
        TRY(LIST_PUSH(cx->arena, &p.lines,
                      (DocumentLine){ .kind = d->kind,
                                      .key = d->key,
                                      .kind_word = kind_label(d->kind),
                                      .name = document_name(cx, d->kind, d->key),
                                      .owner = team.name,
                                      .number = d->published_number,
                                      .published_ms = d->published_ms,
                                      .published = d->published_id != 0,
                                      .draft = d->draft_version != 0 }));
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("Models");
    return PAGE(&out, &frame, tmpl_manage_list, &p);
}

/* --- one document ------------------------------------------------------------------------------------------- */

static Rc add_line(Ctx *cx, SheetLines *lines, const char *part, Str words)
{
    return LIST_PUSH(cx->arena, lines, (SheetLine){ part, words });
}

static Str joined(Ctx *cx, const Str *parts, size_t n)
{
    Buf b;

    buf_init(&b, 64 * 1024);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_add_lit(&b, ", ");
        buf_add(&b, parts[i]);
    }
    Str s = str_dup(cx->arena, buf_str(&b));
    buf_done(&b);
    return s;
}

/* The model sheet: what anybody who works with it asks first. */
static Rc model_sheet(Ctx *cx, const ModelVersion *m, SheetLines *ret)
{
    Str names[MODEL_QUESTIONS_MAX];
    size_t n = 0;

    TRY(add_line(cx, ret, T("Owner"), m->owner));
    TRY(add_line(cx, ret, T("Team"), m->team));
    for (n = 0; n < m->form.n && n < COUNT_OF(names); n++)
        names[n] = lang_text(&m->form.at[n].ask, cx->lang, NULL);
    TRY(add_line(cx, ret, T("Questions"), joined(cx, names, n)));
    for (n = 0; n < m->approvals.n && n < COUNT_OF(names); n++)
        TRY(catalog_stage_name(cx, m, m->approvals.at[n].key, &names[n]));
    TRY(add_line(cx, ret, T("Approvals"), joined(cx, names, n)));
    for (n = 0; n < m->plan.n && n < COUNT_OF(names); n++)
        TRY(catalog_task_name(cx, m, m->plan.at[n].key, &names[n]));
    TRY(add_line(cx, ret, T("Tasks"), joined(cx, names, n)));
    for (n = 0; n < m->targets.n && n < COUNT_OF(names); n++)
        names[n] = timespan_text(cx->arena, m->targets.at[n].fulfil);
    TRY(add_line(cx, ret, T("Fulfilled within"), joined(cx, names, n)));
    return add_line(cx, ret, T("Review"),
                    m->review != MS_NONE ? clock_date(cx->arena, m->review) : STR(""));
}

static Rc missing_parts(Ctx *cx, const ModelVersion *m, SheetLines *ret)
{
    SheetParts parts = { 0 };
    Reader r = { cx->lang, cx->zone, cx->now_ms };

    TRY(model_sheet_missing(cx->arena, m, &parts));
    for (size_t i = 0; i < parts.n; i++)
        TRY(add_line(cx, ret, "", words_text(cx->arena, &r, &parts.at[i].text)));
    return RC_OK;
}

static Rc fill_versions(Ctx *cx, GrantedCatalog g, const Document *d, DocumentPage *p)
{
    DocumentVersions list = { 0 };
    PersonRef person;

    TRY(version_list(cx, g, d->id, &list));
    for (size_t i = 0; i < list.n; i++) {
        TRY(person_ref(cx, list.at[i].publisher_id, &person));
        TRY(LIST_PUSH(cx->arena, &p->versions,
                      (VersionLine){ .number = list.at[i].number,
                                     .note = list.at[i].note,
                                     .publisher = person.name,
                                     .published_ms = list.at[i].published_ms,
                                     .in_force = list.at[i].id == d->published_id,
                                     .shown = list.at[i].number == p->number }));
    }
    return RC_OK;
}

static Rc fill_draft(Ctx *cx, GrantedCatalog g, const Document *d, DocumentPage *p)
{
    DocumentDraft draft;
    PersonRef author;

    if (d->draft_version == 0)
        return RC_OK;
    TRY(draft_get(cx, g, d->id, &draft));
    TRY(person_ref(cx, draft.author_id, &author));
    p->has_draft = true;
    p->draft = draft.body;
    p->draft_version = draft.version;
    p->draft_author = author.name;
    p->draft_ms = draft.updated_ms;
    if (!str_eq_z(p->kind, "model"))
        return RC_OK;
    Diagnostics diagnostics;
    const ModelVersion *m = NULL;
    diagnostics_init(&diagnostics, cx->arena);
    if (model_parse(cx->arena, draft.body, p->key, &m, &diagnostics) == RC_OK)
        TRY(missing_parts(cx, m, &p->missing));
    return RC_OK;
}

static Rc page_document(Call *call)
{
    Ctx *cx = &call->cx;
    GrantedCatalog g;
    Document d;
    DocumentVersion v = { 0 };
    DocumentPage p = { .kind = call_param(call, "kind"),
                       .key = call_param(call, "key"),
                       .may_write = may_write(call),
                       .editing = str_eq_z(call_query(call, "edit"), "1") };
    Str wanted = call_query(call, "version");
    PageFrame frame;
    PageOut out;

    TRY(access_catalog(cx, false, 0, &g));
    TRY(document_get(cx, g, p.kind, p.key, &d));
    p.number = d.published_number;
    if (wanted.len > 0 && !str_to_i64(wanted, &p.number))
        return RC_NOT_FOUND;
    if (p.number > 0)
        TRY(version_get(cx, g, d.id, p.number, &v));
    p.text = v.body;
    p.name = document_name(cx, p.kind, p.key);
    TRY(fill_versions(cx, g, &d, &p));
    if (p.may_write)
        TRY(fill_draft(cx, g, &d, &p));
    if (str_eq_z(p.kind, "model") && v.id != 0) {
        CatalogModel m;
        TRY(catalog_model_version(cx, v.id, &m));
        TRY(model_sheet(cx, m.model, &p.sheet));
    }
    if (call->is_again) {
        p.editing = true;
        p.form = (Form){ .arena = cx->arena, .detail = cx->detail };
        TRY(form_take_errors(&p.form, &cx->errors));
        if (call->refused == RC_STALE)
            p.theirs = p.draft;
        p.draft = call_form(call, "body");
        const Diagnostics *found = call->prepared;
        for (size_t i = 0; found != NULL && i < found->n; i++)
            TRY(LIST_PUSH(
                cx->arena, &p.diagnostics,
                (DiagnosticLine){ .text = found->at[i].text,
                                  .error = found->at[i].level == DIAGNOSTIC_ERROR,
                                  .place = str_fmt(cx->arena, "%u:%u", found->at[i].pos.line,
                                                   found->at[i].pos.column) }));
    } else if (p.editing && !p.has_draft) {
        p.draft = p.text;
    }
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("{0}", p.name);
    return PAGE(&out, &frame, tmpl_manage_document, &p);
}

static Rc shown(Call *call)
{
    return call_redirect(call, str_fmt(call->arena, "/catalog/manage/%.*s/%.*s",
                                       STR_ARG(call_param(call, "kind")),
                                       STR_ARG(call_param(call, "key"))));
}

static Rc write_grant(Call *call, GrantedCatalog *ret)
{
    GrantedCatalog g;
    Document d = { 0 };

    TRY(access_catalog(&call->cx, false, 0, &g));
    Rc rc = document_get(&call->cx, g, call_param(call, "kind"), call_param(call, "key"), &d);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    return access_catalog(&call->cx, true, d.owner_id, ret);
}

/* Diagnostics stay with the call, for the page that shows the form again. */
static Diagnostics *diagnostics_of(Call *call)
{
    Diagnostics *d = ARENA_NEW(call->arena, Diagnostics);
    diagnostics_init(d, call->arena);
    call->prepared = d;
    return d;
}

static Rc draft_version(Call *call, int64_t *ret)
{
    Str text = call_form(call, "version");
    return text.len == 0 || str_to_i64(text, ret) ? RC_OK : RC_NOT_FOUND;
}

static Rc page_save(Call *call)
{
    GrantedCatalog g;
    int64_t version = 0;

    TRY(draft_version(call, &version));
    TRY(write_grant(call, &g));
    TRY(draft_save(&call->cx, g, call_param(call, "kind"), call_param(call, "key"),
                   call_form(call, "body"), version, diagnostics_of(call)));
    call_flash(call, "draft_saved", STR(""));
    return shown(call);
}

static Rc page_publish(Call *call)
{
    GrantedCatalog g;
    int64_t version = 0, number = 0;

    TRY(draft_version(call, &version));
    TRY(write_grant(call, &g));
    TRY(draft_publish(&call->cx, g, call_param(call, "kind"), call_param(call, "key"), version,
                      str_trim(call_form(call, "note")), diagnostics_of(call), &number));
    call_flash(call, "published", str_fmt(call->arena, "%lld", (long long)number));
    return shown(call);
}

static Rc page_discard(Call *call)
{
    GrantedCatalog g;
    int64_t version = 0;

    TRY(draft_version(call, &version));
    TRY(write_grant(call, &g));
    TRY(draft_discard(&call->cx, g, call_param(call, "kind"), call_param(call, "key"), version));
    call_flash(call, "draft_discarded", STR(""));
    return shown(call);
}

static Rc page_procedure(Call *call)
{
    Ctx *cx = &call->cx;
    Sop sop;
    PageFrame frame;
    PageOut out;

    TRY(catalog_sop(cx, call_param(call, "key"), &sop));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_MODELS;
    frame.title = TEXT("{0}", sop.title);
    return PAGE(&out, &frame, tmpl_procedure, &sop);
}

const RouteTable catalog_pages =
    ROUTES({ HTTP_GET, "/catalog/manage", page_manage, RIGHT_CATALOG_READ, BODY_NONE, TX_READ,
             .text = "Models, lists and procedures" },
           { HTTP_GET, "/catalog/manage/{kind}/{key}", page_document, RIGHT_CATALOG_READ, BODY_NONE,
             TX_READ, .text = "One document with its versions" },
           { HTTP_POST, "/catalog/manage/{kind}/{key}/draft", page_save, RIGHT_CATALOG_WRITE,
             BODY_FORM, TX_WRITE, .text = "Save a draft", .again = page_document },
           { HTTP_POST, "/catalog/manage/{kind}/{key}/publish", page_publish, RIGHT_CATALOG_WRITE,
             BODY_FORM, TX_WRITE, .text = "Publish the draft", .again = page_document },
           { HTTP_POST, "/catalog/manage/{kind}/{key}/discard", page_discard, RIGHT_CATALOG_WRITE,
             BODY_FORM, TX_WRITE, .text = "Discard the draft", .again = page_document },
           { HTTP_GET, "/procedures/{key}", page_procedure, RIGHT_STAFF, BODY_NONE, TX_READ,
             .text = "Read a procedure" }, );
