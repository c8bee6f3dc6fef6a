/* presence_page.h - what the page of a person's presence shows. */
#pragma once

#include "domain/presence/presence.h"
#include "web/differences.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct AbsenceLine {
    int64_t id;
    Ms from_ms, last_ms; /* the last instant of it */
    const char *kind;
    Str note;
    bool begun;
} AbsenceLine;
LIST_OF(AbsenceLine, AbsenceLines);

typedef struct DelegationLine {
    int64_t id;
    Str who; /* the delegate; in the list of those one stands in for, the principal */
    const char *what;
    Ms from_ms, last_ms;
    bool running;
    Str by; /* who said so, when it was not the principal */
} DelegationLine;
LIST_OF(DelegationLine, DelegationLines);

typedef struct PresencePage {
    Person person;
    Str initials;
    const char *hue;
    Text away_now; /* msgid NULL: not away */
    bool self, may_read, may_write, may_skills, may_delegate;
    Form away, hours, skills, delegation;
    int64_t hours_version, skills_version; /* from which the forms are filled in */
    Differences hours_differ, skills_differ; /* somebody else saved first */
    AbsenceLines absences;
    DelegationLines given, held;
    StrList skill_names;
    Text refused; /* of an act beside the forms */
} PresencePage;
