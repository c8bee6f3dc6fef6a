/* priority_web.c - matrices of impact and urgency, for administrators. */
#include "domain/request/priority_page.h"
#include "http/dispatch.h"
#include "tmpl/priority_matrix.h"

static const char *const impacts[] = { T("one person"), T("a team"), T("a site"),
                                       T("the whole organisation") };
static const char *const words[] = { T("low"), T("normal"), T("high"), T("critical") };

static Rc fill_cell(Ctx *cx, const PriorityMatrix *m, size_t row, size_t column, MatrixCells *ret)
{
    MatrixCell c = { .name = str_fmt(cx->arena, "c%zu%zu", row, column),
                     .hint = (Text){ .msgid = T("{0}, urgency {1}"),
                                     .args = { arg_msg(impacts[row]), arg_msg(words[column]) },
                                     .n = 2 } };

    for (int level = 1; level <= 4; level++)
        TRY(LIST_PUSH(cx->arena, &c.levels,
                      (WidgetOption){ .value = str_fmt(cx->arena, "%d", level),
                                      .label = (Text){ .msgid = words[level - 1] },
                                      .chosen = m->cells[row][column] == level }));
    return LIST_PUSH(cx->arena, ret, c);
}

static Rc fill_lines(Ctx *cx, const PriorityMatrix *m, MatrixPage *p)
{
    for (size_t row = 0; row < 4; row++) {
        MatrixLine line = { .impact = impacts[row] };
        for (size_t column = 0; column < 4; column++)
            TRY(fill_cell(cx, m, row, column, &line.cells));
        TRY(LIST_PUSH(cx->arena, &p->lines, line));
    }
    return RC_OK;
}

static Rc fill_orgs(Ctx *cx, GrantedPeople g, MatrixPage *p)
{
    PriorityMatrices list;

    TRY(priority_matrix_list(cx, g, &list));
    for (size_t i = 0; i < list.n; i++) {
        const PriorityMatrix *m = &list.at[i];
        Str key = m->org_id == 0 ? STR("default") : m->org_key;
        TRY(LIST_PUSH(cx->arena, &p->orgs,
                      (MatrixLink){ str_fmt(cx->arena, "/admin/priorities?org=%.*s", STR_ARG(key)),
                                    m->org_id == 0 ? TEXT("Everybody") : TEXT("{0}", m->org),
                                    str_eq(key, p->key), !m->inherited }));
    }
    return RC_OK;
}

static int64_t cell_sent(Call *call, size_t row, size_t column)
{
    int64_t n = 0;
    Str name = str_fmt(call->arena, "c%zu%zu", row, column);

    return str_to_i64(call_form(call, str_dup_z(call->arena, name)), &n) && n >= 0 && n <= 9 ? n
                                                                                             : 0;
}

static void read_cells(Call *call, int8_t cells[4][4])
{
    for (size_t i = 0; i < 16; i++)
        cells[i / 4][i % 4] = (int8_t)cell_sent(call, i / 4, i % 4);
}

static Rc page_matrix(Call *call)
{
    Ctx *cx = &call->cx;
    MatrixPage p = { .form = { .arena = call->arena, .detail = cx->detail } };
    PriorityMatrix m;
    GrantedPeople g;
    PageFrame frame;
    PageOut out;

    p.key = call->is_again ? call_form(call, "org") : call_query(call, "org");
    if (str_is_empty(p.key))
        p.key = STR("default");
    TRY(access_people(cx, true, &g));
    TRY(priority_matrix_get(cx, g, p.key, &m));
    p.version = m.version;
    p.name = m.org_id == 0 ? TEXT("Everybody") : TEXT("{0}", m.org);
    p.state = !m.inherited    ? TEXT("Version {0}.", m.version)
              : m.org_id == 0 ? TEXT("This is the usual matrix.")
                              : TEXT("It uses the matrix for everybody.");
    p.may_drop = !m.inherited;
    if (call->is_again) {
        read_cells(call, m.cells);
        TRY(form_take_errors(&p.form, &cx->errors));
    }
    TRY(fill_lines(cx, &m, &p));
    TRY(fill_orgs(cx, g, &p));
    page_open(call, FRAME_WORK, &out, &frame);
    frame.nav = NAV_PEOPLE;
    frame.title = TEXT("Priority matrices");
    return PAGE(&out, &frame, tmpl_priority_matrix, &p);
}

static Rc act_matrix(Call *call)
{
    Ctx *cx = &call->cx;
    Str org = call_form(call, "org");
    int8_t cells[4][4];
    int64_t version;
    GrantedPeople g;

    TRY(access_people(cx, true, &g));
    if (!str_to_i64(call_form(call, "version"), &version))
        return fail(cx, RC_INVALID, "malformed",
                    TEXT("This form is incomplete. Open the page again."));
    read_cells(call, cells);
    TRY(call_form(call, "drop").len > 0 ? priority_matrix_drop(cx, g, org, version)
                                        : priority_matrix_put(cx, g, org, version, cells));
    call_flash(call, "saved", STR(""));
    return call_redirect(call, str_fmt(cx->arena, "/admin/priorities?org=%.*s", STR_ARG(org)));
}

extern const RouteTable priority_pages;
const RouteTable priority_pages =
    ROUTES({ HTTP_GET, "/admin/priorities", page_matrix, RIGHT_PEOPLE_WRITE, BODY_NONE, TX_READ,
             .text = "Priority matrices" },
           { HTTP_POST, "/admin/priorities", act_matrix, RIGHT_PEOPLE_WRITE, BODY_FORM, TX_WRITE,
             .text = "Change a priority matrix", .again = page_matrix }, );
