/* page_test.c - frames and questions as whole pages.
 *
 * With ERRAND_SAMPLES=DIR the pages are also written to DIR, and the built-in files below
 * DIR/static, for looking at them and for the markup checker (tests/markup).
 */
#include "http/call.h"
#include "tmpl/failure.h"
#include "tmpl/test_form.h"
#include "web/asset.h"
#include "web/frame.h"
#include "web/page.h"
#include "web/widgets.h"

#include "core/random.h"
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>

static Buf page;

static PageOut start(Lang lang)
{
    buf_done(&page);
    buf_init(&page, 1 << 20);
    return (PageOut){
        .buf = &page,
        .arena = test_arena(),
        .reader = { .lang = lang, .zone = zone_utc(), .now_ms = ms("2026-11-26T09:38Z") },
        .csrf = STR("token"),
    };
}

static PageFrame frame_of(FrameKind kind)
{
    return (PageFrame){
        .kind = kind,
        .title = TEXT("New laptop"),
        .nav = kind == FRAME_WORK ? NAV_QUEUE : NAV_CATALOG,
        .person_name = kind == FRAME_GATE ? STR("") : STR("Robin <Birch>"),
        .person_login = STR("robin"),
        .may_work = kind == FRAME_WORK,
        .may_see_models = true,
        .may_see_people = true,
        .approvals_waiting = 3,
        .notifications_new = 2,
        .demo = true,
        .here_url = STR("/catalog/laptop?a=1&lang=sv"),
        .flash = { .kind = FLASH_DONE,
                   .text = TEXT("Sent as {0}.", STR("REQ-17")),
                   .undo_url = STR("/undo") },
    };
}

/* Bytes to DIR/name, when samples are wanted. */
static void keep(const char *name, Str bytes)
{
    const char *dir = getenv("ERRAND_SAMPLES");

    if (dir == NULL)
        return;
    Str path = str_fmt(test_arena(), "%s/%s", dir, name);
    int fd = open(str_dup_z(test_arena(), path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    EXPECT(fd >= 0);
    EXPECT(write(fd, bytes.ptr, bytes.len) == (ssize_t)bytes.len);
    close(fd);
}

static bool has(const char *text)
{
    return str_contains(buf_str(&page), str_z(text));
}

/* -- the form -- */

static Widget *add(Form *f, WidgetKind kind, const char *name, const char *label)
{
    Widget w = { .kind = kind, .name = str_z(name), .label = TEXT("{0}", str_z(label)) };

    EXPECT_RC(RC_OK, form_add(f, w));
    return &f->widgets.at[f->widgets.n - 1];
}

static void option(Widget *w, const char *value, const char *label, const char *help,
                   const char *aside)
{
    WidgetOption o = { .value = str_z(value), .label = TEXT("{0}", str_z(label)) };

    if (help != NULL)
        o.help = TEXT("{0}", str_z(help));
    if (aside != NULL)
        o.aside = TEXT("{0}", str_z(aside));
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &w->options, o));
}

static Form whole_form(void)
{
    Form f = { .arena = test_arena(), .pointer_prefix = STR("/answers") };
    Widget *w;

    w = add(&f, WIDGET_PICK, "for", "Who is it for?");
    w->help = TEXT("You may also ask for people in your team.");
    w->value = STR("robin");
    w->chosen_name = TEXT("{0}", STR("Robin Birch, Platform"));
    w->suggest_url = STR("/suggest/people");
    option(w, "robin", "Robin Birch", NULL, NULL);

    w = add(&f, WIDGET_CHOICE, "device", "Which machine?");
    w->required = true;
    option(w, "standard", "Standard", "14 inch, 16 GB. For mail and documents.", "€900");
    option(w, "light", "Light", "13 inch, 990 g. For people who travel.", "€1,400");
    option(w, "developer", "Developer", NULL, "€2,400");
    widget_choose(w, STR("developer"));

    w = add(&f, WIDGET_LONG_TEXT, "reason", "Why a developer machine?");
    w->conditional = true;
    w->required = true;
    w->help = TEXT("One or two sentences.");
    w->example = TEXT("For example: builds take 40 minutes");

    w = add(&f, WIDGET_TEXT, "never", "Hidden for now");
    w->conditional = true;
    w->hidden = true;

    w = add(&f, WIDGET_CHOICE, "keyboard", "Keyboard");
    w->chips = true;
    option(w, "nordic", "Nordic", NULL, NULL);
    option(w, "us", "US", NULL, NULL);

    w = add(&f, WIDGET_CHOICE, "site", "Site");
    const char *const sites[] = { "Lund", "Malmö", "Kiruna", "上海", "Stockholm", "Umeå", "Visby" };
    for (size_t i = 0; i < COUNT_OF(sites); i++)
        option(w, sites[i], sites[i], NULL, NULL);

    w = add(&f, WIDGET_YES_NO, "old", "Do you bring back an old machine?");
    w->required = true;
    w = add(&f, WIDGET_SEVERAL, "extras", "Extras");
    option(w, "dock", "Docking station", "Two screens", NULL);
    option(w, "mouse", "Mouse", NULL, NULL);
    w = add(&f, WIDGET_NUMBER, "count", "How many?");
    w->value = STR("2");
    w = add(&f, WIDGET_MONEY, "price", "Highest price");
    w->currency = STR("EUR");
    option(w, "EUR", "EUR", NULL, NULL);
    option(w, "SEK", "SEK", NULL, NULL);
    w = add(&f, WIDGET_MONEY, "fee", "Fee");
    w->currency = STR("EUR");
    w->one_currency = true;
    w = add(&f, WIDGET_DATE, "when", "Needed by");
    w->optional_word = true;
    w->help = TEXT("Leave empty for the usual time.");
    w->min = STR("2026-11-26");
    add(&f, WIDGET_DATETIME, "meeting", "Hand-over");
    w = add(&f, WIDGET_FILE, "files", "Files");
    w->multiple = true;
    w->help = TEXT("Up to 10 files, 25 MB each.");
    WidgetFile file = { STR("U1"), STR("build \"times\".png"), size_bytes(184320) };
    EXPECT_RC(RC_OK, LIST_PUSH(test_arena(), &w->files, file));
    w = add(&f, WIDGET_TABLE, "lines", "What to buy");
    Form columns = { .arena = test_arena() };
    add(&columns, WIDGET_TEXT, "what", "What")->required = true;
    add(&columns, WIDGET_NUMBER, "quantity", "Quantity");
    Widget *unit = add(&columns, WIDGET_CHOICE, "unit", "Unit");
    option(unit, "piece", "Piece", NULL, NULL);
    option(unit, "box", "Box", NULL, NULL);
    w->columns = columns.widgets;
    EXPECT_RC(RC_OK,
              widget_rows(test_arena(), w, (Str[]){ STR("Chairs"), STR("4"), STR("box") }, 1, 2));
    add(&f, WIDGET_CHECK, "agree", "I have read the rules")->help = TEXT("They are short.");
    add(&f, WIDGET_HIDDEN, "version", "")->value = STR("7\"");
    return f;
}

TEST(widgets_show_every_kind_and_keep_what_was_sent)
{
    Form f = whole_form();
    static FormField sent[] = {
        { STR_INIT("device"), STR_INIT("light") },
        { STR_INIT("reason"), STR_INIT("</textarea><b>") },
        { STR_INIT("extras"), STR_INIT("mouse") },
        { STR_INIT("extras"), STR_INIT("nothing") },
        { STR_INIT("old"), STR_INIT("false") },
        { STR_INIT("price"), STR_INIT("12,50") },
        { STR_INIT("price.currency"), STR_INIT("SEK") },
        { STR_INIT("fee.currency"), STR_INIT("SEK") },
        { STR_INIT("lines.0.what"), STR_INIT("Tables") },
        { STR_INIT("lines.1.unit"), STR_INIT("box") },
        { STR_INIT("for"), STR_INIT("kim") },
        { STR_INIT("agree"), STR_INIT("true") },
    };
    FormFields fields = { .at = sent, .n = COUNT_OF(sent) };
    FieldError wrong[] = {
        { .pointer = STR("/answers/reason"), .text = TEXT("Say why you need a developer machine") },
        { .pointer = STR("/answers/device"), .text = TEXT("Choose again") },
        { .pointer = STR("/answers/lines/1/what"), .text = TEXT("Say what") },
        { .pointer = STR("/title"), .text = TEXT("Nothing here has that name") },
    };
    FieldErrors errors = { .at = wrong, .n = COUNT_OF(wrong) };
    PageOut o = start(LANG_EN);
    PageFrame frame = frame_of(FRAME_PORTAL);

    Form fresh = whole_form();
    EXPECT_RC(RC_OK, PAGE(&o, &frame, tmpl_test_form, &fresh));
    keep("form-new.html", buf_str(&page));
    EXPECT(!has("id=\"errors\""));
    buf_clear(&page);

    form_fill(&f, &fields);
    EXPECT_RC(RC_OK, form_take_errors(&f, &errors));
    EXPECT_INT(4, (int64_t)f.errors.n);
    EXPECT_STR("#lines.1.what", f.errors.at[2].href);
    EXPECT(str_is_empty(f.errors.at[3].href));
    EXPECT_RC(RC_OK, PAGE(&o, &frame, tmpl_test_form, &f));
    keep("form.html", buf_str(&page));

    EXPECT(has("value=\"light\" checked"));
    EXPECT(!has("value=\"developer\" checked"));
    EXPECT(has("&lt;/textarea&gt;&lt;b&gt;</textarea>"));
    EXPECT(has("value=\"mouse\" checked"));
    EXPECT(!has("value=\"dock\" checked"));
    EXPECT(has("name=\"old\" value=\"false\" checked"));
    EXPECT(has("value=\"12,50\""));
    EXPECT(has("<option value=\"SEK\" selected>"));
    EXPECT(has("name=\"fee.currency\" value=\"EUR\"")); /* the only currency stays */
    EXPECT(has("name=\"lines.0.what\" aria-labelledby=\"lines.row1 lines.what\" value=\"Tables\""));
    EXPECT(has("<option value=\"box\" selected>"));
    EXPECT(has("id=\"reason\" name=\"reason\" required aria-invalid=\"true\" "
               "aria-describedby=\"reason-h reason-e\""));
    EXPECT(has("<a href=\"#reason\">Say why you need a developer machine</a>"));
    EXPECT(has("<li>Nothing here has that name</li>"));
    EXPECT(has("data-q=\"never\" hidden"));
    EXPECT(!has("Robin Birch, Platform")); /* the name of the former choice is gone */
    EXPECT(has("name=\"agree\" value=\"true\" checked"));
    EXPECT(has("name=\"version\" value=\"\""));
    EXPECT(has("Remove build &quot;times&quot;.png"));
    buf_done(&page);
}

TEST(widgets_never_write_a_password_back)
{
    Form f = { .arena = test_arena() };
    PageOut o = start(LANG_EN);

    Widget *w = add(&f, WIDGET_PASSWORD, "password", "Password");
    w->value = STR("secret");
    EXPECT_RC(RC_OK, widget_write(&o, w));
    EXPECT(!has("secret"));
    EXPECT(has("type=\"password\""));
    buf_done(&page);
}

TEST(frames_come_in_three_kinds_and_languages)
{
    static const struct {
        FrameKind kind;
        const char *file;
    } kinds[] = { { FRAME_PORTAL, "portal" }, { FRAME_WORK, "work" }, { FRAME_GATE, "gate" } };

    for (size_t k = 0; k < COUNT_OF(kinds); k++) {
        for (int l = 0; l < LANG_COUNT; l++) {
            PageOut o = start((Lang)l);
            PageFrame frame = frame_of(kinds[k].kind);
            FailurePage body = { .lost = true,
                                 .what = T("This page is not here"),
                                 .todo = T("Go to the start and take the way from there."),
                                 .back_url = STR("/"),
                                 .back_text = T("Go to the start"),
                                 .reference = STR("7F2-K19") };
            EXPECT_RC(RC_OK, PAGE(&o, &frame, tmpl_failure, &body));
            EXPECT(str_starts(buf_str(&page), STR("<!doctype html>\n<html lang=\"")));
            EXPECT(str_ends(buf_str(&page), STR("</html>\n")));
            EXPECT(!has("{{"));
            EXPECT(!has("<Birch>"));
            EXPECT(has(kinds[k].kind == FRAME_GATE ? "?a=1&amp;lang=" : "name=\"_csrf\""));
            keep(str_dup_z(test_arena(),
                           str_fmt(test_arena(), "%s.%s.html", kinds[k].file, lang_key((Lang)l))),
                 buf_str(&page));
        }
    }
    buf_done(&page);
}

TEST(page_initials_know_chinese_names)
{
    static const struct {
        int line;
        const char *name, *want;
    } cases[] = {
        { __LINE__, "Kim Alder", "KA" },
        { __LINE__, "Anna Maria Öberg", "AÖ" },
        { __LINE__, " Robin ", "R" },
        { __LINE__, "王小明", "明" },
        { __LINE__, "", "" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++)
        EXPECT_STR_AT(cases[i].line, cases[i].want,
                      page_initials(str_z(cases[i].name), test_arena()));
    EXPECT(strcmp(page_hue(STR("kim")), page_hue(STR("kim"))) == 0);
}

TEST(flash_of_knows_its_codes_only)
{
    EXPECT_INT(FLASH_NONE, flash_of(test_arena(), STR("no_such_code"), STR("")).kind);
    Flash sent = flash_of(test_arena(), STR("request_sent"), STR("REQ-17"));
    EXPECT_INT(FLASH_DONE, sent.kind);
    Reader en = { .lang = LANG_EN, .zone = zone_utc() };
    EXPECT_STR("Sent as REQ-17.", words_text(test_arena(), &en, &sent.text));
}

TEST(assets_are_sorted_and_carry_their_hash)
{
    for (size_t i = 0; i < web_assets.n; i++) {
        const Asset *a = &web_assets.at[i];
        EXPECT(a->bytes.len > 0);
        EXPECT(i == 0 || str_cmp(web_assets.at[i - 1].path, a->path) < 0);
        Str digest = str_sub(sha256_hex(test_arena(), a->bytes), 0, 16);
        EXPECT(str_contains(a->path, digest));
        EXPECT(str_contains(a->etag, digest));
        const char *dir = getenv("ERRAND_SAMPLES");
        if (dir != NULL) {
            mkdir(str_dup_z(test_arena(), str_fmt(test_arena(), "%s/static", dir)), 0755);
            keep(str_dup_z(test_arena(), str_skip(a->path, 1)), a->bytes);
        }
    }
}
