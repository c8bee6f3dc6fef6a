/* macro.h - macros: several acts on a request, run as one.
 *
 * A macro belongs to a team or to everybody who works here, like a ready reply, and the same people write it.  Its
 * steps are the acts of the workspace.  What the requester reads comes from a ready reply, so that it is in their
 * language.  Running it does the steps one after the other through the same commands as by hand, with the rights
 * of who runs it: all of them, or none.
 * General rules (grants, errors, versions): request.h.
 */
#pragma once

#include "domain/request/request.h"

#define MACRO_NAME_MAX   80 /* characters */
#define MACRO_TEXT_MAX   2000
#define MACRO_STEPS_MOST 8
#define MACROS_MOST      200 /* of one team, and of everybody */

typedef enum MacroAct {
    MACRO_REPLY, MACRO_NOTE, MACRO_ASK, MACRO_ASSIGN, MACRO_PRIORITY, MACRO_TAG, MACRO_UNTAG, MACRO_WATCH, MACRO_PEND,
    MACRO_RESUME, MACRO_FULFIL, MACRO_ACT_COUNT,
} MacroAct;
const char  *macro_act_word(MacroAct act);  /* "reply" */
const char  *macro_act_label(MacroAct act); /* msgid */
CHECKED bool macro_act_from_word(Str word, MacroAct *ret);

typedef struct MacroStep {
    Str     act;        /* word */
    Str     value;      /* assign: login, "me", "" for nobody; priority: level; tag, untag: the tag; ask, pend: days
                           from now until it goes on, "" for no date */
    int64_t ready_id;   /* reply, ask, pend, fulfil: the ready reply; 0 otherwise */
    Str     ready_name; /* of it; not read when a macro is written */
    Str     text;       /* note; priority: the reason */
} MacroStep;
LIST_OF(MacroStep, MacroSteps);

typedef struct Macro {
    int64_t    id, version;
    TeamRef    team; /* id 0: for everybody */
    Str        name;
    MacroSteps steps;
    PersonRef  changed_by;
    Ms         changed_ms;
    bool       may_change; /* for buttons; the commands ask themselves */
} Macro;
LIST_OF(Macro, Macros);

/* Those that the subject may use, as ready_list.  Two statements besides names. */
CHECKED Rc macro_list(Ctx *cx, int64_t team_id, Macros *ret);
/* Anybody of the staff reads one by its id.  Errors: RC_NOT_FOUND. */
CHECKED Rc macro_get(Ctx *cx, int64_t id, Macro *ret);
/* What a step does, for people: "Assign: sam". */
Text macro_step_text(const MacroStep *s);

typedef struct MacroInput {
    Str        team;    /* with macro_create: its key; "": for everybody */
    Str        name;    /* 1..MACRO_NAME_MAX characters, one line */
    MacroSteps steps;   /* 1..MACRO_STEPS_MOST */
    OptInt     version; /* with macro_change */
} MacroInput;
/* In the caller's transaction, with the events "macro.created", "macro.changed", "macro.dropped".
 * Errors: RC_FORBIDDEN, RC_NOT_FOUND, RC_STALE, RC_LIMIT (MACROS_MOST), RC_INVALID at team, name, steps/N/act, value,
 * ready, text. */
CHECKED Rc macro_create(Ctx *cx, const MacroInput *in, int64_t *ret_id);
CHECKED Rc macro_change(Ctx *cx, int64_t id, const MacroInput *in);
CHECKED Rc macro_drop(Ctx *cx, int64_t id, OptInt version);

/* Does all its steps on the request, in a savepoint of the caller's transaction, after an internal event
 * "macro.run" with its name.  Needs MAY_NOTE, each step what its act needs.
 * Errors: RC_FORBIDDEN, RC_NOT_FOUND (no such macro); that of the first step that is refused, with a sentence that names
 * the step and says why: then nothing was done.  A ready reply with a place that has nothing now is such a
 * refusal (RC_CONFLICT): nobody reads it over before it is sent. */
CHECKED Rc macro_run(Ctx *cx, GrantedRequest g, int64_t id);
