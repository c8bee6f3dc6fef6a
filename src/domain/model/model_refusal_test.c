#include "domain/model/model_fixture.h"
#include "support/test.h"

/* Lines 1 to 5 of every model below. */
#define HEAD "model: x\nrecord: request\nkind: goods\nteam: t\nname: { en: X }\n"
#define FORM HEAD "form:\n"
/* Line 7 on: one question, then the rest of a case. */
#define DEVICE                                                                                     \
    "  - { id: device, ask: { en: D }, type: choice, options: { a: { en: A }, b: { en: B } } }\n"

#define NOTS "not not not not not not not not not "

#define E DIAGNOSTIC_ERROR
#define W DIAGNOSTIC_WARNING

typedef struct Refusal {
    int test_line;
    DiagnosticLevel level;
    const char *code;
    uint32_t line, column;
    const char *yaml;
    const char *says; /* part of the sentence; NULL: not looked at */
} Refusal;

static const Refusal refusals[] = {
    /* the YAML itself */
    { __LINE__, E, "yaml_syntax", 2, 0, "model: x\n  record: request\n", NULL },
    { __LINE__, E, "yaml_syntax", 2, 0, "model: [a\n", NULL },
    { __LINE__, E, "yaml_empty", 1, 1, "# only a comment\n", NULL },
    { __LINE__, E, "yaml_documents", 2, 0, "model: x\n---\nmodel: y\n", NULL },
    { __LINE__, E, "yaml_directive", 1, 1, "%YAML 1.1\n---\nmodel: x\n", NULL },
    { __LINE__, E, "yaml_directive", 1, 1, "%TAG ! tag:x,2000:\n---\nmodel: x\n", NULL },
    { __LINE__, E, "yaml_anchor", 1, 8, "model: &a x\n", NULL },
    { __LINE__, E, "yaml_anchor", 1, 7, "name: &a { en: X }\n", NULL },
    { __LINE__, E, "yaml_anchor", 1, 7, "form: &a []\n", NULL },
    { __LINE__, E, "yaml_alias", 2, 7, "model: x\nname: *a\n", NULL },
    { __LINE__, E, "yaml_alias", 1, 1, "*a : x\n", NULL },
    { __LINE__, E, "yaml_alias", 2, 1, "model: x\n<<: { en: X }\n", NULL },
    { __LINE__, E, "yaml_tag", 1, 8, "model: !!str x\n", NULL },
    { __LINE__, E, "yaml_tag", 1, 7, "name: !x { en: X }\n", NULL },
    { __LINE__, E, "yaml_key", 1, 0, "? [a, b]\n: x\n", NULL },
    { __LINE__, E, "yaml_boolean", 6, 15, HEAD "confidential: yes\n",
      "Write confidential: true instead of yes." },
    { __LINE__, E, "yaml_boolean", 6, 15, HEAD "confidential: Off\n",
      "Write confidential: false instead of Off." },
    { __LINE__, E, "yaml_boolean", 6, 15, HEAD "confidential: \"no\"\n", NULL },
    { __LINE__, E, "yaml_boolean", 7, 52,
      FORM "  - { id: a, ask: { en: A }, type: text, required: no }\n", "Write required: false" },
    { __LINE__, E, "yaml_boolean", 7, 25, FORM "  - { id: a, ask: { en: Yes }, type: text }\n",
      "write \"Yes\"" },
    { __LINE__, E, "yaml_boolean", 7, 55,
      FORM "  - { id: a, ask: { en: A }, type: choice, options: { no: { en: N } } }\n",
      "write \"no\" in quotes" },
    { __LINE__, E, "duplicate_key", 3, 1, "model: x\nkind: goods\nmodel: y\n", "first in line 1" },
    { __LINE__, E, "duplicate_key", 1, 16, "name: { en: X, en: Y }\n", NULL },
    { __LINE__, E, "too_deep", 1, 0, "form: [[[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]]\n", NULL },
    { __LINE__, E, "bad_text", 1, 0, "model: \"a\\x01\"\n", NULL },
    /* keys and values */
    { __LINE__, E, "unknown_key", 6, 1, HEAD "confidental: true\n", "Is confidential meant?" },
    { __LINE__, E, "unknown_key", 6, 1, HEAD "colour: red\n", "it has: model, record" },
    { __LINE__, E, "unknown_key", 7, 30, FORM "  - { id: a, ask: { en: A }, typ: text }\n",
      "Is type meant?" },
    { __LINE__, E, "missing_key", 1, 1, "record: request\n", "A model needs model." },
    { __LINE__, E, "missing_key", 7, 5, FORM "  - { id: a, type: text }\n",
      "A question needs ask." },
    { __LINE__, E, "empty_value", 6, 0, HEAD "service:\n", NULL },
    { __LINE__, E, "empty_value", 6, 0, HEAD "service: ~\n", NULL },
    { __LINE__, E, "empty_value", 6, 0, HEAD "service: null\n", NULL },
    { __LINE__, E, "empty_value", 6, 0, HEAD "service: \"  \"\n", NULL },
    { __LINE__, E, "empty_value", 6, 0, HEAD "confidential:\n", NULL },
    { __LINE__, E, "empty_value", 6, 10, HEAD "summary: {}\n", NULL },
    { __LINE__, E, "wrong_shape", 1, 1, "[a, b]\n", NULL },
    { __LINE__, E, "wrong_shape", 6, 10, HEAD "service: [a]\n", NULL },
    { __LINE__, E, "wrong_shape", 6, 7, HEAD "form: { id: a }\n", NULL },
    { __LINE__, E, "wrong_shape", 5, 7,
      "model: x\nrecord: request\nkind: goods\nteam: t\nname: X\n", "by language" },
    { __LINE__, E, "task_nobody", 7, 5, HEAD "plan:\n  - a\n", NULL },
    { __LINE__, E, "bad_key", 4, 7,
      "model: x\nrecord: request\nkind: goods\nteam: Work Place\nname: { en: X }\n", NULL },
    { __LINE__, E, "bad_id", 7, 11, FORM "  - { id: de.vice, ask: { en: A }, type: text }\n",
      NULL },
    { __LINE__, E, "bad_id", 7, 11, FORM "  - { id: 1st, ask: { en: A }, type: text }\n", NULL },
    { __LINE__, E, "bad_word", 2, 9,
      "model: x\nrecord: ticket\nkind: goods\nteam: t\nname: { en: X }\n",
      "request, incident, problem, change" },
    { __LINE__, E, "bad_word", 7, 36, FORM "  - { id: a, ask: { en: A }, type: string }\n",
      "long_text" },
    { __LINE__, E, "bad_word", 6, 22, HEAD "priority: { urgency: urgent }\n", "answer.question" },
    { __LINE__, E, "bad_word", 6, 21, HEAD "priority: { impact: ask }\n", "answer.question" },
    { __LINE__, E, "bad_word", 6, 11, HEAD "feedback: maybe\n", NULL },
    { __LINE__, E, "bad_bool", 6, 15, HEAD "confidential: maybe\n", NULL },
    { __LINE__, E, "bad_span", 6, 14, HEAD "close_after: 5 days\n", NULL },
    { __LINE__, E, "bad_span", 6, 23, HEAD "follow_up: { remind: [2 days] }\n", "36h" },
    { __LINE__, E, "bad_span", 6, 21, HEAD "follow_up: { close: 0wd }\n", NULL },
    { __LINE__, E, "unknown_key", 6, 14, HEAD "follow_up: { reminder: [2wd] }\n", NULL },
    { __LINE__, E, "too_many", 6, 0, HEAD "follow_up: { remind: [] }\n", "1 to 10" },
    { __LINE__, E, "too_many", 6, 0,
      HEAD "follow_up: { remind: [1d, 1d, 1d, 1d, 1d, 1d, 1d, 1d, 1d, 1d, 1d] }\n", "1 to 10" },
    { __LINE__, E, "wrong_shape", 6, 0, HEAD "follow_up: 5wd\n", NULL },
    { __LINE__, E, "bad_bool", 6, 11, HEAD "schedule: sometimes\n", NULL },
    { __LINE__, E, "bad_span", 7, 33, HEAD "plan:\n  - { task: a, team: t, effort: 2wd }\n",
      "m, h or d" },
    { __LINE__, E, "bad_date", 6, 9, HEAD "review: 2027-13-01\n", NULL },
    { __LINE__, E, "bad_money", 7, 53,
      FORM "  - { id: a, ask: { en: A }, type: money, currency: euro }\n", NULL },
    { __LINE__, E, "unknown_language", 6, 12, HEAD "summary: { de: X }\n", "en, sv and zh" },
    { __LINE__, E, "unknown_language", 6, 13, HEAD "synonyms: { fr: [x] }\n", NULL },
    { __LINE__, E, "duplicate_entry", 8, 0,
      HEAD "plan:\n  - { task: a, team: t }\n  - { task: b, team: t, after: [a, a] }\n", NULL },
    { __LINE__, E, "bad_who", 7, 0, HEAD "approvals:\n  - { stage: s, who: boss(beneficiary) }\n",
      NULL },
    { __LINE__, E, "bad_who", 7, 31, HEAD "approvals:\n  - { stage: s, who: \"manager(me)\" }\n",
      "requester, beneficiary" },
    { __LINE__, E, "bad_rule", 7, 37,
      HEAD "approvals:\n  - { stage: s, who: team(t), rule: most }\n", NULL },
    { __LINE__, E, "bad_rule", 7, 0,
      HEAD "approvals:\n  - { stage: s, who: team(t), rule: quorum 0 }\n", NULL },
    { __LINE__, E, "bad_rule", 7, 0,
      HEAD "approvals:\n  - { stage: s, who: team(t), rule: percent 101 }\n", NULL },
    { __LINE__, E, "duplicate_id", 8, 5,
      FORM "  - { id: a, ask: { en: A }, type: text }\n  - { id: a, ask: { en: A }, type: text }\n",
      "line 7" },
    { __LINE__, E, "duplicate_id", 8, 5,
      HEAD "approvals:\n  - { stage: s, who: team(t) }\n  - { stage: s, who: team(t) }\n", NULL },
    { __LINE__, E, "duplicate_id", 8, 5,
      HEAD "plan:\n  - { task: a, team: t }\n  - { task: a, team: t }\n", NULL },
    { __LINE__, E, "reserved_id", 7, 5, FORM "  - { id: cost, ask: { en: A }, type: text }\n",
      NULL },
    { __LINE__, E, "reserved_id", 7, 5, HEAD "approvals:\n  - { stage: adhoc, who: team(t) }\n",
      NULL },
    /* conditions: the column is the place in the file */
    { __LINE__, E, "cond_syntax", 8, 56,
      FORM DEVICE "  - { id: a, ask: { en: A }, type: text, show: \"device == a\" }\n", "write =" },
    { __LINE__, E, "cond_unknown_name", 8, 49,
      FORM DEVICE "  - { id: a, ask: { en: A }, type: text, show: \"devise = a\" }\n",
      "Is device meant?" },
    { __LINE__, E, "cond_unknown_key", 8, 58,
      FORM DEVICE "  - { id: a, ask: { en: A }, type: text, show: \"device = c\" }\n", "a, b" },
    { __LINE__, E, "cond_type", 8, 49,
      FORM DEVICE "  - { id: a, ask: { en: A }, type: text, show: \"device\" }\n", NULL },
    { __LINE__, E, "cond_type", 7, 16, HEAD "cost:\n  - { amount: \"1500\" }\n",
      "money is expected" },
    { __LINE__, E, "cond_syntax", 8, 49,
      FORM DEVICE "  - { id: a, ask: { en: A }, type: text, show: \"device = \\\"a\\\" and\" }\n",
      "At character" },
    { __LINE__, E, "cond_unknown_name", 6, 12, HEAD "audience: \"device = a\"\n",
      "an audience is about" },
    { __LINE__, E, "cond_unknown_name", 7, 0,
      HEAD "cost:\n  - { when: \"cost > 1 EUR\", amount: 1 EUR }\n", NULL },
    { __LINE__, E, "cond_unknown_name", 7, 0,
      HEAD "targets:\n  - { when: \"assess.in_stock = no\", respond: 1h }\n", NULL },
    { __LINE__, E, "cond_limit", 6, 0,
      HEAD "audience: \"" NOTS NOTS NOTS NOTS "person.kind = vendor\"\n", "nots" },
    { __LINE__, W, "never_holds", 8, 0,
      FORM DEVICE
      "  - { id: a, ask: { en: A }, type: text, show: \"device = a and device = b\" }\n",
      "or" },
    /* questions */
    { __LINE__, E, "unreachable_question", 7, 0,
      FORM "  - { id: a, ask: { en: A }, type: text, show: \"b = yes\" }\n  - { id: b, ask: { en: "
           "B }, type: yes_no }\n",
      "asked later" },
    { __LINE__, E, "unreachable_question", 7, 0,
      FORM "  - { id: a, ask: { en: A }, type: yes_no, show: \"a = yes\" }\n", "its own answer" },
    { __LINE__, E, "unreachable_question", 7, 0,
      FORM "  - { id: a, ask: { en: A }, type: text, required_if: \"answer.b = yes\" }\n  - { id: "
           "b, ask: { en: B }, type: yes_no }\n",
      NULL },
    { __LINE__, E, "unreachable_question", 7, 0,
      HEAD "assess:\n  - { id: a, ask: { en: A }, type: text, show: \"assess.b = yes\" }\n  - { "
           "id: b, ask: { en: B }, type: yes_no }\n",
      NULL },
    { __LINE__, E, "key_not_for_type", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: text, options: { x: { en: X } } }\n", NULL },
    { __LINE__, E, "key_not_for_type", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: text, list: x }\n", NULL },
    { __LINE__, E, "key_not_for_type", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: text, currency: EUR }\n", NULL },
    { __LINE__, E, "key_not_for_type", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: yes_no, min: 1 }\n", NULL },
    { __LINE__, E, "key_not_for_type", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: file, default: x }\n", NULL },
    { __LINE__, E, "no_options", 7, 5, FORM "  - { id: a, ask: { en: A }, type: choice }\n", NULL },
    { __LINE__, E, "no_list", 7, 5, FORM "  - { id: a, ask: { en: A }, type: list }\n", NULL },
    { __LINE__, E, "no_columns", 7, 5, FORM "  - { id: a, ask: { en: A }, type: table }\n", NULL },
    { __LINE__, E, "bad_column", 10, 15,
      FORM "  - id: a\n    ask: { en: A }\n    type: table\n    columns: [{ id: c, ask: { en: C }, "
           "type: file }]\n",
      NULL },
    { __LINE__, E, "bad_column", 10, 0,
      FORM "  - id: a\n    ask: { en: A }\n    type: table\n    columns: [{ id: c, ask: { en: C }, "
           "type: text, show: \"a is empty\" }]\n",
      NULL },
    { __LINE__, E, "bad_column", 7, 5,
      HEAD "assess:\n  - { id: a, ask: { en: A }, type: table, columns: [{ id: c, ask: { en: C }, "
           "type: text }] }\n",
      NULL },
    { __LINE__, E, "required_twice", 8, 5,
      FORM DEVICE
      "  - { id: a, ask: { en: A }, type: text, required: true, required_if: \"device = a\" }\n",
      NULL },
    { __LINE__, E, "bad_bound", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: number, min: few }\n", NULL },
    { __LINE__, E, "bad_bound", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: number, min: 3, max: 2 }\n", NULL },
    { __LINE__, E, "bad_bound", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: date, min: 2030-01-02, max: 2030-01-01 }\n", NULL },
    { __LINE__, E, "bad_bound", 7, 5, FORM "  - { id: a, ask: { en: A }, type: text, max: 1.5 }\n",
      NULL },
    { __LINE__, E, "bad_bound", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: money, min: 1 EUR, max: 2 SEK }\n", NULL },
    { __LINE__, E, "bad_bound", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: money, currency: EUR, max: 2 SEK }\n", NULL },
    { __LINE__, E, "bad_default", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: choice, options: { x: { en: X } }, default: y }\n",
      NULL },
    { __LINE__, E, "bad_default", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: number, default: many }\n", NULL },
    { __LINE__, E, "bad_default", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: yes_no, default: \"yes\" }\n", NULL },
    { __LINE__, E, "bad_default", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: text, default: [a, b] }\n", NULL },
    { __LINE__, E, "bad_prefill", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: text, prefill: person.shoe }\n", NULL },
    { __LINE__, E, "bad_prefill", 7, 5,
      FORM "  - { id: a, ask: { en: A }, type: number, prefill: person.name }\n", NULL },
    { __LINE__, E, "bad_prefill", 7, 5,
      HEAD "assess:\n  - { id: a, ask: { en: A }, type: text, prefill: person.name }\n", NULL },
    /* costs, targets, priority, approvals */
    { __LINE__, W, "unreachable_line", 8, 5,
      HEAD "cost:\n  - { amount: 1 EUR }\n  - { amount: 2 EUR }\n", NULL },
    { __LINE__, W, "unreachable_line", 8, 5,
      HEAD "targets:\n  - { fulfil: 1h }\n  - { fulfil: 2h }\n", NULL },
    { __LINE__, W, "no_fallback", 7, 5,
      HEAD "targets:\n  - { when: \"request.urgency = high\", fulfil: 1h }\n", NULL },
    { __LINE__, E, "empty_target", 7, 5, HEAD "targets:\n  - { calendar: c }\n", NULL },
    { __LINE__, E, "calendar_needed", 7, 5, HEAD "targets:\n  - { fulfil: 1wd }\n", NULL },
    { __LINE__, E, "bad_threshold", 7, 26, HEAD "targets:\n  - { fulfil: 1d, warn: [75] }\n",
      "a share of the time (75%)" },
    { __LINE__, E, "bad_recipient", 8, 34,
      HEAD "targets:\n  - fulfil: 1d\n    escalate: [{ at: breach, to: everybody }]\n", NULL },
    { __LINE__, E, "cond_unknown_name", 7, 27,
      HEAD "targets:\n  - { fulfil: 1d, pause: \"weather = bad\" }\n", NULL },
    { __LINE__, W, "approve_unused", 7, 5, HEAD "targets:\n  - { approve: 1d, fulfil: 2d }\n",
      NULL },
    { __LINE__, W, "currency_mix", 1, 1,
      HEAD "cost:\n  - { when: \"person.kind = vendor\", amount: 1 EUR }\n  - { amount: 1 SEK }\n",
      "of EUR and of SEK" },
    { __LINE__, W, "currency_mix", 1, 1,
      FORM
      "  - { id: a, ask: { en: A }, type: money, currency: SEK }\ncost:\n  - { amount: 1 EUR }\n",
      NULL },
    { __LINE__, E, "bad_priority", 6, 11, HEAD "priority: { urgency: answer.how }\n",
      "no question" },
    { __LINE__, E, "bad_priority", 8, 57,
      HEAD "priority: { urgency: answer.how }\nform:\n  - { id: how, ask: { en: A }, type: choice, "
           "options: { soon: { en: S } } }\n",
      "soon" },
    { __LINE__, E, "missing_key", 7, 5, HEAD "risk:\n  - { level: high }\n", "why" },
    { __LINE__, E, "missing_key", 7, 5, HEAD "risk:\n  - { why: { en: W } }\n", "level" },
    { __LINE__, E, "bad_word", 7, 14, HEAD "risk:\n  - { level: huge, why: { en: W } }\n",
      "low, medium, high" },
    { __LINE__, E, "cond_unknown_name", 7, 14,
      HEAD "risk:\n  - { when: \"request.risk = low\", level: low, why: { en: W } }\n", NULL },
    { __LINE__, E, "cond_unknown_name", 7, 14,
      HEAD
      "cost:\n  - { when: \"request.risk = low\", amount: 1 EUR }\nrisk:\n  - { level: low, why: "
      "{ en: W } }\n",
      NULL },
    { __LINE__, W, "unreachable_line", 8, 5,
      HEAD "risk:\n  - { level: low, why: { en: W } }\n  - { level: high, why: { en: W } }\n",
      "risk" },
    { __LINE__, E, "no_risk", 7, 42,
      HEAD "approvals:\n  - { stage: s, who: person(kim), when: \"request.risk >= high\" }\n",
      "no lines of risk" },
    { __LINE__, E, "unknown_question", 7, 5,
      HEAD "approvals:\n  - { stage: s, who: owner(answer.app) }\n", NULL },
    { __LINE__, E, "who_type", 9, 5,
      FORM DEVICE "approvals:\n  - { stage: s, who: owner(answer.device) }\n", "list or item" },
    { __LINE__, E, "who_type", 9, 5,
      FORM DEVICE "approvals:\n  - { stage: s, who: answer.device }\n", "person or team" },
    { __LINE__, E, "who_type", 9, 5,
      FORM DEVICE "plan:\n  - { task: a, team: t, sign_off: manager(answer.device) }\n", "person" },
    { __LINE__, W, "self_chosen", 9, 5,
      FORM "  - { id: who, ask: { en: A }, type: person }\napprovals:\n  - { stage: s, who: "
           "answer.who }\n",
      NULL },
    { __LINE__, E, "evidence_unused", 7, 5,
      HEAD "approvals:\n  - { stage: s, who: team(t), evidence: { en: E } }\n", NULL },
    { __LINE__, E, "too_many", 7, 0, HEAD "approvals:\n  - { stage: s, who: [] }\n", NULL },
    /* plan */
    { __LINE__, E, "unknown_task", 7, 5, HEAD "plan:\n  - { task: a, team: t, after: [b] }\n",
      NULL },
    { __LINE__, E, "unknown_task", 8, 9,
      HEAD "plan:\n  - { task: a, team: t }\nraci: { b: { R: t } }\n", NULL },
    { __LINE__, E, "cycle", 7, 5, HEAD "plan:\n  - { task: a, team: t, after: [a] }\n", NULL },
    { __LINE__, E, "cycle", 9, 5,
      HEAD "plan:\n  - { task: a, team: t, after: [c] }\n  - { task: b, team: t, after: [a] }\n  - "
           "{ task: c, team: t, after: [b] }\n",
      NULL },
    { __LINE__, E, "task_nobody", 7, 5, HEAD "plan:\n  - { task: a }\n", NULL },
    { __LINE__, E, "task_nobody", 7, 5, HEAD "plan:\n  - { task: a, team: t, owner: requester }\n",
      "keep one" },
    { __LINE__, E, "bad_word", 7, 0, HEAD "plan:\n  - { task: a, owner: anybody }\n",
      "team: anybody" },
    { __LINE__, E, "accept_by_team", 7, 5, HEAD "plan:\n  - { task: a, team: t, accept: true }\n",
      NULL },
    { __LINE__, W, "accept_twice", 8, 5,
      HEAD "plan:\n  - { task: a, owner: requester, accept: true }\n  - { task: b, owner: "
           "requester, accept: true }\n",
      NULL },
    { __LINE__, E, "accept_and_test", 7, 5,
      HEAD "plan:\n  - { task: a, owner: requester, accept: true, test: true }\n", NULL },
    { __LINE__, E, "with_unused", 7, 5, HEAD "plan:\n  - { task: a, team: t, with: { x: y } }\n",
      NULL },
    { __LINE__, E, "action_for_people", 7, 5,
      HEAD "plan:\n  - { task: a, team: t, test: true, action: x }\n", NULL },
    { __LINE__, E, "action_for_people", 7, 5,
      HEAD "plan:\n  - { task: a, owner: requester, action: x }\n", NULL },
    { __LINE__, E, "unknown_question", 7, 44,
      HEAD "plan:\n  - { task: a, team: t, action: x, with: { a: answer.size } }\n",
      "answer.size" },
    { __LINE__, E, "wrong_shape", 7, 0,
      HEAD "plan:\n  - { task: a, team: t, action: x, with: [a] }\n", NULL },
    { __LINE__, W, "moment_empty", 9, 5,
      FORM "  - { id: until, ask: { en: A }, type: date }\nplan:\n  - { task: a, team: t, at: "
           "answer.until }\n",
      "not (until is empty)" },
    { __LINE__, E, "cond_type", 9, 0,
      FORM DEVICE "plan:\n  - { task: a, team: t, at: answer.device }\n", "a date or a moment" },
    { __LINE__, W, "no_accountable", 7, 5, HEAD "plan:\n  - { task: a, team: t }\n", NULL },
    { __LINE__, E, "raci_accountable", 8, 17,
      HEAD "plan:\n  - { task: a, team: t }\nraci: { a: { A: [t, u] } }\n", NULL },
    { __LINE__, E, "unknown_key", 8, 14,
      HEAD "plan:\n  - { task: a, team: t }\nraci: { a: { X: t } }\n", NULL },
};

static void expect_refusal(const Refusal *r)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(8u << 20);
    const ModelVersion *m = NULL;
    Diagnostics d;
    bool found = false;

    diagnostics_init(&d, a);
    Rc rc = model_parse(a, str_z(r->yaml), STR("x.yaml"), &m, &d);
    if (rc != (r->level == E ? RC_INVALID : RC_OK))
        test_fail(__FILE__, r->test_line, "%s: %.*s", rc_name(rc), STR_ARG(fixture_print(&d)));
    for (size_t i = 0; i < d.n; i++) {
        const Diagnostic *x = &d.at[i];
        found = found
                || (x->level == r->level && str_eq_z(str_z(x->code), r->code)
                    && x->pos.line == r->line && (r->column == 0 || x->pos.column == r->column)
                    && (r->says == NULL || str_contains(x->text, str_z(r->says))));
    }
    if (!found)
        test_fail(__FILE__, r->test_line, "%.*s", STR_ARG(fixture_print(&d)));
}

TEST(model_parse_refuses_each_fault_at_its_place)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++)
        expect_refusal(&refusals[i]);
}

TEST(model_parse_tells_all_faults_of_a_document_at_once)
{
    Arena *a = test_arena();
    const ModelVersion *m;
    Diagnostics d;

    diagnostics_init(&d, a);
    EXPECT_RC(
        RC_INVALID,
        model_parse(
            a,
            STR("model: X\nrecord: ticket\nkind: goods\ncolour: red\nteam: t\nname: { en: X }\n"),
            STR("x.yaml"), &m, &d));
    EXPECT_INT(3, (int64_t)d.errors);
    EXPECT_STR(
        "x.yaml:1:8: error: \"X\" is no key; a key has at most 64 of a-z, 0-9, - and _, and begins "
        "with a letter "
        "or digit. [bad_key]\n"
        "x.yaml:2:9: error: record is one of: request, incident, problem, change; not ticket. "
        "[bad_word]\n"
        "x.yaml:4:1: error: A model has no colour; it has: model, record, kind, service, category, "
        "owner, team, "
        "confidential, name, summary, synonyms, audience, prerequisites, entitlement, form, cost, "
        "priority, risk, "
        "targets, assess, approvals, plan, raci, close_after, follow_up, schedule, feedback, review. [unknown_key]\n",
        fixture_print(&d));
}

/* ---- bounds ---- */

typedef struct Bounded {
    const char *head, *each, *tail;
    int max;
    const char *code;
} Bounded;

static Rc parse_many(const Bounded *b, int n, Diagnostics *d, Arena *a)
{
    CLEANUP(buf_done) Buf text = { 0 };
    const ModelVersion *m;

    buf_init(&text, 1u << 20);
    buf_add(&text, str_z(b->head));
    for (int i = 0; i < n; i++) {
        Str each = str_z(b->each);
        while (!str_is_null(each)) {
            Str part = str_cut(&each, '#');
            buf_add(&text, part);
            if (!str_is_null(each))
                buf_add_fmt(&text, "%d", i);
        }
    }
    buf_add(&text, str_z(b->tail));
    diagnostics_init(d, a);
    return model_parse(a, buf_str(&text), STR("x.yaml"), &m, d);
}

TEST(model_parse_holds_its_bounds_on_both_sides)
{
    static const Bounded cases[] = {
        { FORM, "  - { id: q#, ask: { en: Q }, type: text }\n", "", MODEL_QUESTIONS_MAX,
          "too_many" },
        { HEAD "assess:\n", "  - { id: q#, ask: { en: Q }, type: text }\n", "", MODEL_QUESTIONS_MAX,
          "too_many" },
        { FORM "  - { id: a, ask: { en: A }, type: choice, options: { ", "o#: { en: O }, ", "} }\n",
          MODEL_OPTIONS_MAX, "too_many" },
        { HEAD "owner: t\nplan:\n", "  - { task: t#, team: t }\n", "", MODEL_TASKS_MAX,
          "too_many" },
        { HEAD "approvals:\n", "  - { stage: s#, who: team(t) }\n", "", MODEL_STAGES_MAX,
          "too_many" },
        { HEAD "cost:\n", "  - { when: \"person.kind = vendor\", amount: # EUR }\n", "",
          MODEL_LINES_MAX, "too_many" },
        { HEAD "prerequisites:\n", "  - { en: P# }\n", "", MODEL_LINES_MAX, "too_many" },
        { HEAD "summary: { en: \"", "a", "\" }\n", MODEL_TEXT_MAX, "too_long" },
        { HEAD "approvals:\n  - { stage: s, who: [", "person(p#), ", "] }\n", 20, "too_many" },
    };

    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
        Diagnostics d;
        if (parse_many(&cases[i], cases[i].max, &d, a) != RC_OK)
            test_fail(__FILE__, __LINE__, "%zu: %.*s", i, STR_ARG(fixture_print(&d)));
        EXPECT_RC(RC_INVALID, parse_many(&cases[i], cases[i].max + 1, &d, a));
        EXPECT(fixture_has(&d, E, cases[i].code, NULL, 0));
    }
}

TEST(model_parse_bounds_the_document)
{
    CLEANUP(arena_free_at) Arena *a = arena_new(16u << 20);
    Diagnostics d;
    Bounded b = { HEAD, "#", "", 0, "too_large" };
    int room = MODEL_BYTES_MAX - (int)sizeof HEAD;

    b.head = HEAD "# ";
    b.each = ".";
    room = MODEL_BYTES_MAX - (int)str_z(b.head).len;
    EXPECT_RC(RC_OK, parse_many(&b, room, &d, a));
    EXPECT_RC(RC_INVALID, parse_many(&b, room + 1, &d, a));
    EXPECT(fixture_has(&d, E, "too_large", NULL, 1));
}

TEST(model_parse_refuses_what_is_not_utf8)
{
    const ModelVersion *m;
    Diagnostics d;

    diagnostics_init(&d, test_arena());
    EXPECT_RC(RC_INVALID, model_parse(test_arena(), STR("model: \xFF\n"), STR("x.yaml"), &m, &d));
    EXPECT(fixture_has(&d, E, "yaml_encoding", "x.yaml", 1));
}

TEST(model_parse_says_no_when_the_arena_is_full)
{
    CLEANUP(arena_free_at) Arena *small = arena_new(16384);
    Str yaml = fixture_file(test_arena(), FIXTURE_SHOP "/models/bike.yaml");
    const ModelVersion *m = NULL;
    Diagnostics d;

    diagnostics_init(&d, test_arena());
    EXPECT_RC(RC_LIMIT, model_parse(small, yaml, STR("x.yaml"), &m, &d));
    EXPECT(m == NULL);
}

bool fixture_refusal_covers(const char *code)
{
    for (size_t i = 0; i < COUNT_OF(refusals); i++)
        if (str_eq_z(str_z(code), refusals[i].code))
            return true;
    return str_eq_z(str_z(code), "too_large") || str_eq_z(str_z(code), "too_long")
           || str_eq_z(str_z(code), "yaml_encoding");
}
