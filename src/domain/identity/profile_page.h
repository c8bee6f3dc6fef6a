/* profile_page.h - what the page of one's own profile shows. */
#pragma once

#include "domain/identity/fields_page.h"
#include "domain/identity/identity.h"
#include "web/page.h"

typedef struct SessionLine {
    int64_t id;
    Text device;
    Str address;
    Ms created_ms, seen_ms;
    bool current;
} SessionLine;
LIST_OF(SessionLine, SessionLines);

typedef struct TokenLine {
    int64_t id;
    Str name, hint, scopes;
    Ms expires_ms, used_ms; /* used_ms 0: never */
} TokenLine;
LIST_OF(TokenLine, TokenLines);

typedef struct ProfilePage {
    Person person;
    Str initials;
    const char *hue;
    TeamRefs teams;
    Form settings, password, token;
    SessionLines sessions;
    bool other_sessions;
    TokenLines tokens;
    Str new_token; /* shown this once; empty otherwise */
} ProfilePage;
