/* engine_words.c - the words of the engine's enums, for storage, the API and the query language. */
#include "domain/request/engine.h"

#include <assert.h>

static bool find(const char *const *words, size_t n, Str text, size_t *ret)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_z(text, words[i])) {
            *ret = i;
            return true;
        }
    }
    return false;
}

#define ENUM_WORDS(Type, name, ...)                                                                \
    static const char *const name##_words[] = { __VA_ARGS__ };                                     \
    Str name##_word(Type v)                                                                        \
    {                                                                                              \
        assert((size_t)v < COUNT_OF(name##_words));                                                \
        return str_z(name##_words[v]);                                                             \
    }                                                                                              \
    bool name##_from_word(Str text, Type *ret)                                                     \
    {                                                                                              \
        size_t i = 0;                                                                              \
        if (!find(name##_words, COUNT_OF(name##_words), text, &i))                                 \
            return false;                                                                          \
        *ret = (Type)i;                                                                            \
        return true;                                                                               \
    }

ENUM_WORDS(Phase, phase, "draft", "submitted", "assessing", "awaiting_approval", "fulfilling",
           "pending", "fulfilled", "closed")
ENUM_WORDS(Outcome, outcome, "", "fulfilled", "partly", "rejected", "withdrawn", "cancelled",
           "merged")
ENUM_WORDS(ApprovalState, approval_state, "waiting", "asked", "approved", "rejected", "returned",
           "withdrawn", "skipped")
ENUM_WORDS(TaskState, task_state, "waiting", "ready", "started", "finished", "skipped", "cancelled")
ENUM_WORDS(TaskSkip, task_skip, "", "condition", "person", "adhoc", "confirmed")
ENUM_WORDS(TaskOrigin, task_origin, "model", "whole", "rework", "adhoc")
ENUM_WORDS(TaskOwner, task_owner, "team", "requester", "beneficiary")
ENUM_WORDS(SignOff, sign_off, "", "needed", "asked", "signed", "refused")
ENUM_WORDS(EngineAction, action, "", "due", "done", "person")
ENUM_WORDS(GivenBy, given_by, "", "dated", "hand")
ENUM_WORDS(Adhoc, adhoc, "", "asked", "approved", "refused")
ENUM_WORDS(Assessment, assessment, "", "open", "passed")
ENUM_WORDS(PendingKind, pending_kind, "requester", "supplier", "date", "other")

Str engine_effect_word(EffectKind kind)
{
    static const char *const words[] = {
        [EFFECT_SUBMITTED] = "request.submitted",
        [EFFECT_ASSESSED] = "request.assessed",
        [EFFECT_STATE] = "request.state",
        [EFFECT_OUTCOME] = "request.outcome",
        [EFFECT_STAGE_SKIPPED] = "approval.skipped",
        [EFFECT_STAGE_STUCK] = "approval.stuck",
        [EFFECT_STAGE_AGAIN] = "approval.again",
        [EFFECT_ASKED] = "approval.asked",
        [EFFECT_APPROVED] = "approval.approved",
        [EFFECT_REJECTED] = "approval.rejected",
        [EFFECT_RETURNED] = "approval.returned",
        [EFFECT_DELEGATED] = "approval.delegated",
        [EFFECT_DELEGATION] = "approval.delegation",
        [EFFECT_ASK_WITHDRAWN] = "approval.withdrawn",
        [EFFECT_STAGE_APPROVED] = "approval.stage_approved",
        [EFFECT_STAGE_REJECTED] = "approval.stage_rejected",
        [EFFECT_TASK_ADDED] = "task.added",
        [EFFECT_TASK_READY] = "task.ready",
        [EFFECT_TASK_PAUSED] = "task.paused",
        [EFFECT_TASK_STARTED] = "task.started",
        [EFFECT_TASK_ASSIGNED] = "task.assigned",
        [EFFECT_TASK_ESCALATED] = "task.escalated",
        [EFFECT_TASK_FINISHED] = "task.finished",
        [EFFECT_TASK_FAILED] = "task.failed",
        [EFFECT_ACTION_DONE] = "task.done_by_action",
        [EFFECT_ACTION_FAILED] = "task.action_failed",
        [EFFECT_TASK_BACK] = "task.reopened",
        [EFFECT_TASK_SKIPPED] = "task.skipped",
        [EFFECT_TASK_UNSKIPPED] = "task.unskipped",
        [EFFECT_TASK_CANCELLED] = "task.cancelled",
        [EFFECT_TASK_MOMENT] = "task.moment",
        [EFFECT_SIGN_OFF_ASKED] = "task.sign_off_asked",
        [EFFECT_SIGNED] = "task.signed",
        [EFFECT_SIGN_OFF_REFUSED] = "task.sign_off_refused",
        [EFFECT_PENDING] = "request.pending",
        [EFFECT_REMIND] = "request.reminded",
        [EFFECT_SILENCE] = "request.silent",
        [EFFECT_RESUMED] = "request.resumed",
        [EFFECT_CONFIRMED] = "request.confirmed",
        [EFFECT_REOPENED] = "request.reopened",
        [EFFECT_EDITED] = "request.edited",
        [EFFECT_ASSIGNED] = "request.assigned",
        [EFFECT_ESCALATED] = "request.escalated",
        [EFFECT_OFFERED] = "handover.offered",
        [EFFECT_ACCEPTED] = "handover.accepted",
        [EFFECT_DECLINED] = "handover.declined",
        [EFFECT_OFFER_WITHDRAWN] = "handover.withdrawn",
        [EFFECT_ADHOC_ASKED] = "adhoc.asked",
        [EFFECT_ADHOC_APPROVED] = "adhoc.approved",
        [EFFECT_ADHOC_REFUSED] = "adhoc.refused",
        [EFFECT_CONVERTED] = "request.converted",
        [EFFECT_MERGED] = "request.merged",
        [EFFECT_UNMERGED] = "request.unmerged",
        [EFFECT_TELL] = "request.tell",
    };
    assert((size_t)kind < COUNT_OF(words));
    return str_z(words[kind]);
}

Str approval_rule_word(Arena *a, ApprovalRule v)
{
    switch (v.kind) {
    case RULE_ANY: return STR("any");
    case RULE_ALL: return STR("all");
    case RULE_QUORUM: return str_fmt(a, "quorum %d", (int)v.n);
    case RULE_PERCENT: return str_fmt(a, "percent %d", (int)v.n);
    }
    assert(false); /* not a rule */
    return STR_NULL;
}

bool approval_rule_from_word(Str text, ApprovalRule *ret)
{
    if (str_eq_z(text, "any") || str_eq_z(text, "all")) {
        *ret = (ApprovalRule){ str_eq_z(text, "any") ? RULE_ANY : RULE_ALL, 0 };
        return true;
    }
    Str rest = text;
    Str first = str_cut(&rest, ' ');
    bool quorum = str_eq_z(first, "quorum");
    int64_t n = 0;
    if ((!quorum && !str_eq_z(first, "percent")) || !str_to_i64(rest, &n) || n < 1 || n > 100)
        return false;
    *ret = (ApprovalRule){ quorum ? RULE_QUORUM : RULE_PERCENT, (int32_t)n };
    return true;
}

Str holder_word(Arena *a, Holder who)
{
    switch (who.kind) {
    case HOLDER_NOBODY: return STR("");
    case HOLDER_PERSON: return str_fmt(a, "person:%lld", (long long)who.id);
    case HOLDER_TEAM: return str_fmt(a, "team:%lld", (long long)who.id);
    case HOLDER_REQUESTER: return STR("requester");
    case HOLDER_BENEFICIARY: return STR("beneficiary");
    }
    assert(false); /* not a holder */
    return STR_NULL;
}

bool holder_from_word(Str text, Holder *ret)
{
    static const struct {
        const char *word;
        HolderKind kind;
    } plain[] = {
        { "", HOLDER_NOBODY },
        { "requester", HOLDER_REQUESTER },
        { "beneficiary", HOLDER_BENEFICIARY },
    };
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        if (str_eq_z(text, plain[i].word)) {
            *ret = (Holder){ plain[i].kind, 0 };
            return true;
        }
    }
    Str rest = text;
    Str first = str_cut(&rest, ':');
    bool person = str_eq_z(first, "person");
    int64_t id = 0;
    if ((!person && !str_eq_z(first, "team")) || !str_to_i64(rest, &id) || id < 1)
        return false;
    *ret = (Holder){ person ? HOLDER_PERSON : HOLDER_TEAM, id };
    return true;
}
