/* field_page.h - what the pages show of fields of teams. */
#pragma once

#include "domain/request/team_field.h"
#include "http/call.h"
#include "web/page.h"
#include "web/widgets.h"

typedef struct FieldLook {
    Text name, words;
} FieldLook;
LIST_OF(FieldLook, FieldLooks);

/* On the page of a request: a form of those that are filled in here, and the others. */
typedef struct FieldsPart {
    bool       there;
    bool       may_write;
    Str        number;
    Form       form;
    FieldLooks looks;
} FieldsPart;
/* `may_work`: who reads works on the request.  `staff` false: nothing but what is filled in, nothing to write. */
CHECKED Rc fields_part(Call *call, GrantedRequest g, const RequestView *v, bool staff, FieldsPart *ret);

typedef struct TeamFieldLine {
    Str         key, url;
    Text        name;
    const char *kind;
    Str         query; /* as the language names it */
    bool        retired;
    int64_t     up, down; /* places to which it can be moved; 0: none */
} TeamFieldLine;
LIST_OF(TeamFieldLine, TeamFieldLines);

typedef struct TeamFieldsPage {
    Str            team, team_name;
    TeamFieldLines rows;
    bool           may_write;
    Form           form; /* of a new one */
} TeamFieldsPage;

typedef struct TeamFieldPage {
    Str         team, team_name, key;
    Text        name;
    const char *kind;
    int64_t     version;
    bool        may_write;
    Form        form;
} TeamFieldPage;
