#include "domain/identity/inner.h"
#include "domain/identity/person_q.h"

Rc profile_update(Ctx *cx, GrantedSelf g, const ProfileInput *in)
{
    Person p;
    PersonInput plain = { .lang = in->lang, .zone = in->zone };
    Changes c = { 0 };

    TRY(person_get(cx, cx->subject->person_id, &p));
    person_check(cx, STR(""), &plain);
    bool theme_known = str_is_empty(in->theme) || str_eq(in->theme, STR("light"))
                       || str_eq(in->theme, STR("dark"));
    if (!theme_known)
        fail_add(cx, STR("/theme"), "unknown", TEXT("Choose light, dark or that of your device."));
    TRY(fail_result(cx));

    Str lang = str_is_null(in->lang) ? str_z(lang_key(p.lang)) : in->lang;
    Str zone = str_is_null(in->zone) ? p.zone : in->zone;
    Str theme = str_is_null(in->theme) ? p.theme : in->theme;
    change_add(&c, "language", str_z(lang_key(p.lang)), lang);
    change_add(&c, "zone", p.zone, zone);
    change_add(&c, "theme", p.theme, theme);
    if (c.n == 0)
        return RC_OK;
    TRY(q_person_settings(cx, g, lang, zone, theme, cx->now_ms, NULL));
    return identity_event(cx, "person.settings", "person", p.id, &c);
}
