/* engine_fixture.h - for tests of the engine: a small model, its people, and one life at a time.
 *
 * Every step that a test takes through here is also checked against the engine's promises, written
 * as a record, read back and replayed; so each named case tests storing and replaying as well.
 */
#pragma once

#include "domain/request/engine.h"
#include "support/test.h"

enum {
    REQUESTER = 1,
    BENEFICIARY,
    SUBMITTER,
    MANAGER,
    DIRECTOR,
    CHIEF,
    FINANCE_1,
    FINANCE_2,
    FINANCE_3,
    AGENT,
    LEAD,
    OWNER_1,
    OWNER_2,
    OWNER_LEAD,
    STRANGER,
    TEAM_OWN = 101,
    TEAM_OTHER,
    TEAM_OWNERS,
    TEAM_THIRD,
};

typedef struct Life {
    Arena        *a;
    ModelVersion  m;
    EngineFacts   f;
    RequestState  s;
    EngineParties who;
    Ms            now;
    EngineEffects last;    /* of the last step, also of a refused one */
    StrList       records; /* one JSON text for each step that went through */
    uint64_t      seed;    /* of a generated life, for the report of a failure */
} Life;

/* A life in draft: no stages, no tasks, no assessment; team TEAM_OWN, owners TEAM_OWNERS. */
Life life_new(Arena *a);
/* Adds a stage to the model, with who is asked (ids end with 0), and gives its facts. */
FactStage *life_stage(Life *l, const char *key, StageRule rule, int32_t n, const int64_t *who);
/* Adds a task of TEAM_OWN to the model.  `after` names keys, parted by blanks. */
PlanTask  *life_task(Life *l, const char *key, const char *after);
FactStage *life_fact_stage(Life *l, const char *key);
FactTask  *life_fact_task(Life *l, const char *key);
void       life_ids(Life *l, IdList *list, const int64_t *ids);
#define IDS(...) ((const int64_t[]){ __VA_ARGS__, 0 })

/* One step; after RC_OK l->s is the next state.  Fails the test on a broken promise, a changed
 * argument or a replay that differs. */
Rc life_step(Life *l, EngineInput in);
/* The code of the last refusal. */
const char *life_code(const Life *l);

/* Shorter forms; each takes the capacity that fits. */
Rc life_submit(Life *l);
Rc life_assess(Life *l);
Rc life_decide(Life *l, const char *stage, int64_t person,
               Decision d); /* the open ask of that person */
Rc life_approve(Life *l, const char *stage, int64_t person);
Rc life_start(Life *l, const char *task);
Rc life_finish(Life *l, const char *task);
Rc life_finish_test(Life *l, const char *task, bool passed);
Rc life_skip(Life *l, const char *task);
Rc life_sign(Life *l, const char *task, int64_t person, bool ok);
Rc life_by_party(Life *l, InputKind kind); /* with a reason */
Rc life_by_team(Life *l, InputKind kind);  /* with a reason */
Rc life_edit(Life *l, const char *hash);
Rc life_timer(Life *l, Ms now);
Rc life_action(Life *l, const char *task, bool ok); /* the program's answer */

const EngineTask *life_get_task(const Life *l,
                                const char *key); /* fails the test when there is none */
/* The latest ask of a stage to a person (0: its place-holder); fails the test without one. */
size_t        life_ask_of(const Life *l, const char *stage, int64_t person);
ApprovalState life_ask_state(const Life *l, const char *stage, int64_t person);
size_t        life_effects_of(const Life *l, EffectKind kind); /* how many in the last step */
bool          life_told(const Life *l, Holder who, const char *code);

#define EXPECT_PHASE(want, l) EXPECT_STR((want), phase_word((l)->s.phase))
#define EXPECT_STATE(want, l) EXPECT_STR((want), phase_word((l)->s.state))
#define EXPECT_TASK(want, l, key)                                                                  \
    EXPECT_STR((want), task_state_word(life_get_task((l), (key))->state))
#define EXPECT_ASK(want, l, stage, person)                                                         \
    EXPECT_STR((want), approval_state_word(life_ask_state((l), (stage), (person))))
#define EXPECT_REFUSED(rc, code, l, act)                                                           \
    do {                                                                                           \
        EXPECT_RC((rc), (act));                                                                    \
        EXPECT_STR((code), life_code(l));                                                          \
    } while (0)
