/* people_page.h - what the pages of people and teams show. */
#pragma once

#include "domain/identity/fields_page.h"
#include "domain/identity/identity.h"
#include "web/differences.h"
#include "web/page.h"

/* A team or role of a person. */
typedef struct PartLine {
    Text text;
    Str team_key;     /* a membership */
    int64_t team_id;  /* of a membership, or of an owner's team */
    const char *role; /* key of a role held; NULL: a membership */
} PartLine;
LIST_OF(PartLine, PartLines);

typedef struct PersonLine {
    int64_t id;
    Str name, login, initials, org;
    const char *hue, *kind;
    PartLines parts;
    bool active;
} PersonLine;
LIST_OF(PersonLine, PersonLines);

typedef struct PeoplePage {
    Str q;
    WidgetOptions kinds, teams, states;
    PersonLines rows;
    Str next_url;
    bool may_write, filtered;
} PeoplePage;

typedef struct PersonPage {
    Person person; /* id 0: a new one */
    Str initials, action;
    const char *hue, *kind;
    Str manager_name;
    int64_t version;
    Form form;
    Differences differences; /* somebody else saved first */
    Text refused;            /* of an act beside the form */
    PartLines teams, roles;
    WidgetOptions grantable, owner_teams, joinable;
    Str link_url; /* shown this once; empty otherwise */
    bool may_write, is_self, is_new;
    bool has_password;
} PersonPage;

typedef struct TeamLine {
    int64_t id;
    Str key, name, summary, supplier;
    int64_t members, leads;
    bool active;
} TeamLine;
LIST_OF(TeamLine, TeamLines);

typedef struct TeamsPage {
    TeamLines rows;
    bool may_write;
} TeamsPage;

typedef struct MemberLine {
    int64_t id;
    Str name, login, initials;
    const char *hue;
    bool lead, may_change;
} MemberLine;
LIST_OF(MemberLine, MemberLines);

typedef struct TeamPage {
    Team team; /* id 0: a new one */
    Str action;
    int64_t version;
    Form form;
    Differences differences;
    Text refused;
    MemberLines members;
    bool may_write, is_new;
} TeamPage;

typedef struct SuggestPage {
    PersonRefs people;
} SuggestPage;

typedef struct TeamSuggestPage {
    TeamRefs teams;
} TeamSuggestPage;

/* One page for people and teams: the two tabs. */
typedef struct PeopleTabs {
    bool people, teams;
} PeopleTabs;
