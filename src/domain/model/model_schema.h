/* model_schema.h - which names the conditions of a model may use, where; for this folder only. */
#pragma once

#include "domain/model/model_words.h"

typedef enum NamesFor {
    NAMES_AUDIENCE,    /* person.* */
    NAMES_FORM,        /* questions of the form, person.*, request.* */
    NAMES_ENTITLEMENT, /* as FORM, and cost, count(...) */
    NAMES_RISK,        /* as FORM, and cost */
    NAMES_TARGET,      /* as RISK, and request.risk */
    NAMES_ALL,         /* as TARGET, and assess.* */
} NamesFor;

/* What CondName.id holds: where the value comes from. */
typedef enum NameSource {
    NAME_QUESTION,
    NAME_ASSESS,
    NAME_REQUEST,
    NAME_PERSON,
    NAME_COST
} NameSource;

typedef struct NameId {
    NameSource source;
    size_t     index;  /* of the question; else of the row in the table below */
    size_t     column; /* 1-based column of a table; 0: the question itself */
} NameId;
NameId name_id(const CondName *name);

/* Does the condition look at this question, under whichever of its names? */
bool cond_uses_question(const Cond *c, NameSource source, size_t index);
/* Does `c` look at every question that `of` looks at, and at least at one? */
bool cond_covers(const Cond *c, const Cond *of);

typedef enum RequestName {
    REQUEST_IMPACT,
    REQUEST_URGENCY,
    REQUEST_LEVEL,
    REQUEST_CHANNEL,
    REQUEST_REQUESTER,
    REQUEST_BENEFICIARY,
    REQUEST_TEAM,
    REQUEST_RECORD,
    REQUEST_RISK, /* the last: NAMES_TARGET and NAMES_ALL only */
} RequestName;
typedef enum PersonName {
    PERSON_KIND,
    PERSON_ORG,
    PERSON_SITE,
    PERSON_LANGUAGE,
    PERSON_LOGIN,
    PERSON_NAME,
    PERSON_EMAIL,
    PERSON_MANAGER,
} PersonName;

/* `questions` and `assess` may be NULL.  `shared` questions of a bundle also answer to shared.x. */
CHECKED Rc names_make(Arena *a, NamesFor scope, const QuestionList *questions,
                      const QuestionList *assess, bool shared, CondSchema *ret);
