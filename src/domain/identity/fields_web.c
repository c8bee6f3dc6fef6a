#include "domain/identity/fields_page.h"

#include "app/choices.h"

/* One zone for each way of keeping time where people work; others can be typed. */
static const char *const zones[] = {
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Argentina/Buenos_Aires",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Phoenix",
    "America/Sao_Paulo",
    "America/Toronto",
    "America/Vancouver",
    "Asia/Bangkok",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Jerusalem",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Manila",
    "Asia/Riyadh",
    "Asia/Seoul",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Taipei",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Brisbane",
    "Australia/Perth",
    "Australia/Sydney",
    "Europe/Amsterdam",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Copenhagen",
    "Europe/Dublin",
    "Europe/Helsinki",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Prague",
    "Europe/Rome",
    "Europe/Stockholm",
    "Europe/Warsaw",
    "Europe/Zurich",
    "Pacific/Auckland",
    "Pacific/Honolulu",
    "UTC",
};

static WidgetOption plain_option(Str value, Str label)
{
    return (WidgetOption){ .value = value, .label = TEXT("{0}", label) };
}

Widget field_zone(Ctx *cx, Str value)
{
    Widget w = { .kind = WIDGET_PICK,
                 .name = STR("zone"),
                 .label = TEXT("Time zone"),
                 .help = TEXT("Dates and times are shown in it. Type a city to choose."),
                 .required = true,
                 .value = value };

    /* Without room for the suggestions the field can still be typed into. */
    for (size_t i = 0; i < COUNT_OF(zones); i++)
        if (LIST_PUSH(cx->arena, &w.options, plain_option(str_z(zones[i]), str_z(zones[i])))
            != RC_OK)
            break;
    return w;
}

Rc field_kept(Ctx *cx, Widget w, Str of, Text typed_help, Widget *ret)
{
    Choices choices = { 0 };
    bool there = w.value.len == 0;

    TRY(choices_of(cx, of, &choices));
    w.optional_word = true;
    w.kind = choices.n > 0 ? WIDGET_SELECT : WIDGET_TEXT;
    if (choices.n == 0)
        w.help = typed_help;
    for (size_t i = 0; i < choices.n; i++) {
        const Choice *c = &choices.at[i];
        there = there || str_eq(c->key, w.value);
        TRY(LIST_PUSH(cx->arena, &w.options,
                      (WidgetOption){ .value = c->key, .label = TEXT("{0}", c->name) }));
    }
    if (choices.n > 0 && !there)
        TRY(LIST_PUSH(cx->arena, &w.options, plain_option(w.value, w.value)));
    if (choices.n > 0)
        widget_choose(&w, w.value);
    *ret = w;
    return RC_OK;
}

Widget field_lang(Ctx *cx, Str value)
{
    Widget w = { .kind = WIDGET_CHOICE,
                 .name = STR("language"),
                 .label = TEXT("Language"),
                 .chips = true,
                 .required = true };

    for (int i = 0; i < LANG_COUNT; i++)
        if (LIST_PUSH(cx->arena, &w.options,
                      plain_option(str_z(lang_key((Lang)i)), str_z(lang_name((Lang)i))))
            != RC_OK)
            break;
    widget_choose(&w, value);
    return w;
}

Widget field_new_password(const char *name, Text label)
{
    return (Widget){ .kind = WIDGET_PASSWORD,
                     .name = str_z(name),
                     .label = label,
                     .help =
                         TEXT("At least {0} characters. A few words in a row are easy to remember.",
                              PASSWORD_MIN_BYTES),
                     .required = true,
                     .autocomplete = "new-password" };
}
