/* office_fixture.h - for tests of the aggregate: a small organisation with a catalog of its own.
 *
 * workplace: sam, noor (agents), ada (lead).  procurement: bo, ivy.  finance: fay, finn.  people (hr,
 * confidential): hana.  acme (supplier): sid.  owners: olga.  kim manages robin and mika, dora manages
 * kim.  aud is auditor for all, adm administrator, gus agent for all teams.
 * Models: laptop, question (nothing but a question), concern (confidential), incident, paper (files,
 * quorum, verification), badge (until a date), repair (of a configuration item: pc-1 of finance, pc-2 of
 * dora, pc-0 retired), account (two actions, pre-approved unless days are given), visit (planned for later, closed when
 * nobody answers), tool (a risk, high for administrators: then finance is asked too).  Bundle: start (badge, laptop when a device is chosen; quiet: concern and another
 * badge; not quiet: another laptop).
 */
#pragma once

#include "domain/request/aggregate.h"
#include "domain/request/lists.h"
#include "domain/request/talk.h"
#include "domain/request/upkeep.h"
#include "core/random.h"
#include "support/db_test.h"

typedef struct Office {
    Ctx    *cx;
    int64_t workplace, procurement, finance, people, acme, owners;
} Office;

Office office_open(Ctx *cx);
/* Acts as this person from here on. */
void office_as(Office *o, const char *login);
/* A request of the present person for themselves, sent; `answers` is the JSON of the body's answers. */
int64_t office_ask(Office *o, const char *item, const char *answers);
/* The same for somebody else, or a draft; the result of the command. */
Rc office_create(Office *o, const char *item, const char *answers, const char *beneficiary,
                 bool draft, RequestMade *ret);
/* A laptop of robin's with a task for the supplier; acts as sid, who sees that task and not the request. */
int64_t office_supplied(Office *o);
/* A grant for the present person; fails the test when they do not see it. */
GrantedRequest office_grant(Office *o, int64_t id);
AnswerInputs   office_answers(Office *o, const char *json);
/* The act as the present person. */
Rc office_act(Office *o, int64_t id, ActKind kind, const char *text);
void office_assign(Office *o, int64_t id, const char *login); /* "": nobody */
Rc office_assess(Office *o, int64_t id, const char *answers);
/* Decides the asked approval of this stage that is the present person's. */
Rc office_decide(Office *o, int64_t id, const char *stage, const char *decision,
                 const char *reason);
/* An act on the task of this key. */
Rc      office_task(Office *o, int64_t id, const char *key, TaskAct in);
/* May the person of office_as see the request at all? */
CHECKED Rc office_sees(Office *o, int64_t id);
int64_t office_task_id(Office *o, int64_t id, const char *key);
Rc      office_say(Office *o, int64_t id, const char *text);
RequestView office_view(Office *o, int64_t id);
const char *office_state(Office *o, int64_t id);
/* Acts as nobody: what the program does by itself. */
void office_nobody(Office *o);
/* A turn of the timers at the present instant, at most `max` of them. */
Rc office_timers(Office *o, int64_t max, bool *ret_more);
/* All timers that are due, of requests and of what else is registered, each database call failing once (fault_run): a timer that met a
 * fault must wait to be tried again.  None may be left in trouble. */
void office_timers_faulty(Office *o);
/* Moves the clock. */
void office_later(Office *o, Ms by);
/* Rows and events agree, seen by the clock; and the team that has the request is among its readers (sql/scopes.sql). */
void office_expect_replay(Office *o, int64_t id, int line);
/* An upload of the present person: its public id. */
Str office_upload(Office *o, const char *name, int64_t size);
