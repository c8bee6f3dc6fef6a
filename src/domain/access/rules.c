#include "domain/access/rules.h"

/* Sees and reads everything that is written, changes nothing. */
#define READS (MAY_SEE | MAY_NOTES)
/* Takes part in the work on it. */
#define TALKS (MAY_SEE | MAY_SAY | MAY_NOTES | MAY_NOTE)
#define ASKS  (MAY_SEE | MAY_SAY | MAY_ASK_SIDE)

#define OVERSEERS (ROLE_OWNER | ROLE_ADMIN | ROLE_AUDITOR)
#define WORKERS   (ROLE_AGENT | ROLE_LEAD)

/* Why it is as it is:
 * - A confidential request is for those it is about, those who are asked, and its own team; a role
 *   held for all or in another team is no reason to read it.  Nor is having typed it in for
 *   somebody else, once it is sent.
 * - An approver is not staff of the request, whatever they are elsewhere: no notes.
 * - Who stands in for somebody with work in it sees and does that work, as staff; in a confidential
 *   request only people of its team do.
 * - A supplier never sees a request, only tasks.
 * - An auditor reads everything that is not confidential and writes nothing: without MAY_SAY nobody
 *   follows a request either, for following is a row and an event in it. */
const AccessRule access_rules[] = {
    { RELATION_REQUESTER, ROLE_REQUESTER, true, true, ASKS },
    { RELATION_BENEFICIARY, ROLE_REQUESTER, true, true, ASKS },
    { RELATION_SUBMITTER, ROLE_REQUESTER, true, false, ASKS },
    { RELATION_PARTICIPANT, ROLE_REQUESTER, false, true, MAY_SEE | MAY_SAY },
    { RELATION_ASKEE, ROLE_REQUESTER, false, true, MAY_SEE | MAY_SAY | MAY_DECIDE },

    { RELATION_TEAM, WORKERS, false, true, TALKS | MAY_WORK | MAY_TASK },
    { RELATION_TEAM, ROLE_LEAD, false, true, MAY_LEAD },
    { RELATION_TEAM, OVERSEERS, false, false, READS },
    { RELATION_TEAM, ROLE_SUPPLIER, false, false, MAY_SUPPLY },

    { RELATION_TASK_TEAM, WORKERS, false, false, TALKS | MAY_TASK },
    { RELATION_TASK_TEAM, OVERSEERS, false, false, READS },
    { RELATION_TASK_TEAM, ROLE_SUPPLIER, false, false, MAY_SUPPLY },

    { RELATION_OWNER_TEAM, WORKERS | OVERSEERS, false, false, READS },
    { RELATION_OWNER_TEAM, WORKERS | ROLE_OWNER, false, false, MAY_OWN },

    { RELATION_DELEGATE, ROLE_REQUESTER, false, false, TALKS | MAY_TASK },

    { RELATION_ROLE, WORKERS, false, false, TALKS | MAY_WORK | MAY_TASK },
    { RELATION_ROLE, ROLE_LEAD, false, false, MAY_LEAD },
    { RELATION_ROLE, OVERSEERS, false, false, READS },
    { RELATION_ROLE, ROLE_OWNER, false, false, MAY_OWN },
};
const size_t access_rules_n = COUNT_OF(access_rules);

/* A manager may know why somebody is away; whether the work goes on is for those who lead it.  Nobody
 * but the person hands their word to somebody else, unless they cannot: then an administrator does.
 * Nobody says of themselves what they can do. */
const PresenceRule presence_rules[] = {
    { TIE_SELF, PRESENCE_READ | PRESENCE_WRITE | PRESENCE_DELEGATE },
    { TIE_LEAD, PRESENCE_READ | PRESENCE_WRITE | PRESENCE_SKILLS },
    { TIE_MANAGER, PRESENCE_READ },
    { TIE_ADMIN, PRESENCE_READ | PRESENCE_WRITE | PRESENCE_SKILLS | PRESENCE_DELEGATE },
};
const size_t presence_rules_n = COUNT_OF(presence_rules);

uint32_t access_presence_may(uint32_t ties)
{
    uint32_t may = 0;
    for (size_t i = 0; i < presence_rules_n; i++)
        if ((presence_rules[i].tie & ties) != 0)
            may |= presence_rules[i].may;
    return may;
}

static bool rule_fits(const AccessRule *rule, AccessState state)
{
    return state.draft ? rule->draft : !state.confidential || rule->confidential;
}

uint32_t access_may(const AccessRule *rules, size_t n, Relation relation, uint32_t roles,
                    AccessState state)
{
    uint32_t may = 0;
    for (size_t i = 0; i < n; i++)
        if (rules[i].relation == relation && (rules[i].roles & roles) != 0
            && rule_fits(&rules[i], state))
            may |= rules[i].may;
    return may;
}

static const char *const relation_names[] = {
    [RELATION_REQUESTER] = "requester", [RELATION_BENEFICIARY] = "beneficiary",
    [RELATION_SUBMITTER] = "submitter", [RELATION_PARTICIPANT] = "participant",
    [RELATION_ASKEE] = "askee",         [RELATION_TEAM] = "team",
    [RELATION_TASK_TEAM] = "task_team", [RELATION_OWNER_TEAM] = "owner_team",
    [RELATION_DELEGATE] = "delegate",   [RELATION_ROLE] = "role",
};

const char *relation_name(Relation relation)
{
    return relation_names[relation];
}

bool relation_from(Str name, Relation *ret)
{
    for (size_t i = 0; i < COUNT_OF(relation_names); i++) {
        if (str_eq_z(name, relation_names[i])) {
            *ret = (Relation)i;
            return true;
        }
    }
    return false;
}
