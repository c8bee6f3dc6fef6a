/* model.h - request models: the form, the rules, the approvals and the plan of one kind of request.
 *
 * A model is one YAML document (docs/models.md).  Published, it never changes: ModelVersion is plain
 * immutable data in one arena, safe to share between threads, and everything that runs a request
 * (engine, forms, pages) reads it and nothing else.  Pointers inside stay in the arena; texts that are
 * absent are STR_NULL, lists that are absent have n == 0, conditions that are absent have cond == NULL
 * and hold.
 *
 * Names in the conditions of a model:
 *     device, answer.device      the answer to question `device`; a column is `lines.price`, in sum()
 *     assess.in_stock            the answer to an assessment question (approvals and plan only)
 *     request.impact .urgency .level .channel .requester .beneficiary .team .record
 *     person.kind .org .site .language .login .name .email .manager   the person it is for
 *     cost                       the price of the request (not inside cost itself)
 */
#pragma once

#include "app/i18n.h"
#include "core/buf.h"
#include "domain/query/query.h"
#include "domain/target/target.h"

LIST_OF(LangText, LangTextList);

/* Where something stands in its document; line 0: not from a text. */
typedef struct SourcePos {
    uint32_t line, column; /* 1-based, in characters */
} SourcePos;

typedef enum RecordKind {
    RECORD_REQUEST,
    RECORD_INCIDENT,
    RECORD_PROBLEM,
    RECORD_CHANGE
} RecordKind;
typedef enum RequestKind {
    KIND_ACTION,
    KIND_INFORMATION,
    KIND_ACCESS,
    KIND_GOODS,
    KIND_FEEDBACK,
    KIND_COMPLIMENT,
    KIND_COMPLAINT,
} RequestKind;

typedef enum QuestionType {
    QUESTION_TEXT,
    QUESTION_LONG_TEXT,
    QUESTION_CHOICE,
    QUESTION_SEVERAL,
    QUESTION_YES_NO,
    QUESTION_NUMBER,
    QUESTION_MONEY,
    QUESTION_DATE,
    QUESTION_DATETIME,
    QUESTION_PERSON,
    QUESTION_TEAM,
    QUESTION_LIST, /* an entry of a managed list */
    QUESTION_ITEM, /* a configuration item: an entry of a list of them, ITEM_LIST unless named */
    QUESTION_FILE,
    QUESTION_TABLE, /* rows of simple questions */
    QUESTION_TYPE_COUNT,
} QuestionType;

typedef enum RiskLevel { RISK_LOW, RISK_MEDIUM, RISK_HIGH } RiskLevel;

/* A condition as written and as parsed. */
typedef struct ModelCond {
    Str         text;
    const Cond *cond;
    SourcePos   pos;   /* of the first character of the text */
    bool        exact; /* character n of the text stands at column pos.column + n - 1 */
} ModelCond;

typedef struct Option {
    Str       key;
    LangText  name;
    SourcePos pos;
} Option;
LIST_OF(Option, OptionList);

typedef struct Question Question;
LIST_OF(Question, QuestionList);
struct Question {
    Str          id;
    LangText     ask, help, example;
    QuestionType type;
    ModelCond    show; /* hidden questions have no answer */
    bool         required;
    ModelCond    required_if;
    Str          list;    /* QUESTION_LIST, QUESTION_ITEM: key of the list */
    OptionList   options; /* QUESTION_CHOICE, QUESTION_SEVERAL; at least one */
    QuestionList columns; /* QUESTION_TABLE; at least one, of simple types */
    /* Bounds, type COND_EMPTY when not given: number, money, date; characters of a text, how many of
     * several, rows of a table as COND_NUMBER in whole things (thousandths, as everywhere). */
    CondValue min, max;
    Str       currency;  /* QUESTION_MONEY: the only one allowed; STR_NULL: any */
    StrList   default_;  /* in the form of the document; more than one only for several */
    Str       prefill;   /* "person.site": from the person it is for */
    bool      reapprove; /* an edit asks approved stages again; true unless said otherwise */
    SourcePos pos;
};

typedef struct Entitlement {
    ModelCond check;
    LangText  message; /* shown when the check does not hold */
    SourcePos pos;
} Entitlement;
LIST_OF(Entitlement, EntitlementList);

/* The first line whose condition holds gives the price. */
typedef struct CostLine {
    ModelCond when;
    ModelCond amount; /* an expression of money: cond_eval_value */
    SourcePos pos;
} CostLine;
LIST_OF(CostLine, CostLineList);

/* A word or the answer to a question: impact and urgency. */
typedef struct WordOrAnswer {
    Str word;     /* "person", "normal" */
    Str question; /* id when it comes from an answer; else STR_NULL */
    bool asked;   /* urgency: the form asks in plain words; `word` until somebody says */
} WordOrAnswer;

typedef struct ModelPriority {
    WordOrAnswer impact, urgency; /* words: person, normal unless given */
    SourcePos    pos;
} ModelPriority;

/* How much may go wrong: the first line whose condition holds gives the level and why; none: no risk. */
typedef struct RiskLine {
    ModelCond when;
    RiskLevel level;
    LangText  why;
    SourcePos pos;
} RiskLine;
LIST_OF(RiskLine, RiskLineList);

/* Service level: the first line whose condition holds. */
typedef struct Target {
    ModelCond  when;
    TimeSpan   respond, approve, fulfil, update; /* n == 0: not promised */
    Str        calendar;                         /* STR_NULL: around the clock */
    ModelCond  pause; /* over clock facts (domain/target); absent: the usual ones */
    ClockMarks marks; /* warnings, then escalations, in the order of the document */
    SourcePos  pos;
} Target;
LIST_OF(Target, TargetList);

typedef enum StageRule { RULE_ANY, RULE_ALL, RULE_QUORUM, RULE_PERCENT } StageRule;

typedef struct Stage {
    Str       key;
    LangText  name; /* absent: the key in words */
    WhoList   who;  /* the union of all */
    StageRule rule;
    int32_t   rule_n;   /* QUORUM: 1..100, PERCENT: 1..100 */
    ModelCond when;     /* does not hold: the stage is not needed */
    ModelCond unless;   /* holds: pre-approved */
    bool      verify;   /* a verification: the decision needs a note of the evidence */
    LangText  evidence; /* what the note should say; only with verify */
    SourcePos pos;
} Stage;
LIST_OF(Stage, StageList);

typedef enum TaskOwner { TASK_BY_TEAM, TASK_BY_REQUESTER, TASK_BY_BENEFICIARY } TaskOwner;

/* What an action is told: an answer, or a word. */
typedef struct ActionValue {
    Str       name;
    Str       answer; /* "answer.x" or "assess.x"; STR_NULL: the word */
    Str       word;
    SourcePos pos;
} ActionValue;
LIST_OF(ActionValue, ActionValues);
#define ACTION_LIST "actions" /* the managed list that names the actions there are */

typedef struct PlanTask {
    Str          key;
    LangText     name; /* absent: the key in words */
    TaskOwner    owner;
    Str          team;     /* TASK_BY_TEAM */
    TimeSpan     effort;   /* planned work; m, h or d of the calendar's day_hours */
    Str          supplier; /* key of the supplier, STR_NULL: none */
    StrList      skills;
    StrList      after; /* keys of tasks that must be finished or skipped before */
    Str          sop;   /* key of a procedure */
    LangTextList checklist;
    ModelCond    when;       /* does not hold: the task is skipped */
    ModelCond    at;         /* expression of a date or datetime: not before this moment */
    Who          sign_off;   /* who must sign before what comes after may start */
    bool         signed_off; /* sign_off is given */
    bool         test;       /* must pass before the request can be fulfilled */
    bool         accept;     /* finishing it is the requester's confirmation */
    Str          action;     /* key of the action that does it; its team does when that fails */
    ActionValues with;       /* what the action is told */
    SourcePos    pos;
} PlanTask;
LIST_OF(PlanTask, PlanTaskList);

/* Who is responsible, accountable, consulted and informed for one task: team keys, logins,
 * "requester" or "beneficiary". */
typedef struct RaciLine {
    Str       task;
    StrList   responsible;
    Str       accountable; /* filled with the model's owner where the document names none */
    bool      accountable_given;
    StrList   consulted, informed;
    bool      given; /* stands in the document; else made from the plan */
    SourcePos pos;
} RaciLine;
LIST_OF(RaciLine, RaciLineList);

/* What happens while the requester owes an answer. */
#define FOLLOW_UP_MAX 10
LIST_OF(TimeSpan, TimeSpanList);
typedef struct FollowUp {
    TimeSpanList remind; /* after the question, then each after the one before; empty: as
                            follow_up_remind says */
    TimeSpan     close;  /* after the last reminder, the request is closed as withdrawn; n 0: never */
    SourcePos    pos;
} FollowUp;

typedef struct ModelVersion {
    Str             key;
    RecordKind      record;
    RequestKind     kind;
    Str             service, category; /* keys; STR_NULL where the document is still a sketch */
    Str             owner, team;
    bool            confidential;
    LangText        name, summary;
    StrList         synonyms[LANG_COUNT];
    ModelCond       audience; /* names person.* only; absent: everybody */
    LangTextList    prerequisites;
    EntitlementList entitlement;
    QuestionList    form;
    CostLineList    cost;
    ModelPriority   priority;
    RiskLineList    risk;
    TargetList      targets;
    QuestionList    assess;
    StageList       approvals;
    PlanTaskList    plan;
    RaciLineList    raci;        /* in the order of the plan; one line for each task */
    TimeSpan        close_after; /* 5wd unless given */
    FollowUp        follow_up;
    bool            schedule;    /* the requester may say from when on it is needed */
    bool            feedback;    /* ask for it; true unless "none" */
    Ms              review;      /* date; MS_NONE: not given */
} ModelVersion;

/* Words of the enums as they stand in documents, in the API and in the database. */
const char              *record_word(RecordKind k);
const char              *request_kind_word(RequestKind k);
const char              *question_type_word(QuestionType t);
CHECKED bool             record_from_word(Str s, RecordKind *ret);
extern const char *const IMPACT_WORDS[4];  /* person team site organisation */
extern const char *const URGENCY_WORDS[4]; /* low normal high critical */

extern const char *const RISK_WORDS[3];    /* low medium high, by RiskLevel */

const Question *model_question(const ModelVersion *m, Str id); /* of the form; NULL: none */
const Question *model_assess_question(const ModelVersion *m, Str id);
const Option   *question_option(const Question *q, Str key);
/* Is the answer an entry of the managed list q->list? */
bool question_is_entry(const Question *q);
/* The span before reminder `i` (0: the first); n 0: there is none.  2wd, three times, unless given. */
TimeSpan        follow_up_remind(const FollowUp *f, size_t i);
const PlanTask *model_task(const ModelVersion *m, Str key);
const Stage    *model_stage(const ModelVersion *m, Str key);
const RaciLine *model_raci(const ModelVersion *m, Str task);
/* The value type conditions see for a question. */
CondType question_cond_type(const Question *q);
/* "set_up" -> "Set up": what people read where a key has no name. */
Str key_in_words(Arena *a, Str key);
/* Name of a stage or task in a language, else its key in words. */
Str named_or_key(Arena *a, const LangText *name, Str key, Lang lang);

/* ---- what is wrong with a document ---- */

typedef enum DiagnosticLevel { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING } DiagnosticLevel;

/* Every code and what it means. */
typedef struct DiagnosticCode {
    const char *code, *meaning;
} DiagnosticCode;
extern const DiagnosticCode DIAGNOSTIC_CODES[];
extern const size_t         DIAGNOSTIC_CODES_N;
bool                        diagnostic_is_known(const char *code);

typedef struct Diagnostic {
    DiagnosticLevel level;
    const char     *code; /* stable word, one of DIAGNOSTIC_CODES */
    Str             file;
    SourcePos       pos;
    Str             text; /* a plain English sentence, and what to do */
} Diagnostic;

#define DIAGNOSTICS_MAX 500

/* Collects up to DIAGNOSTICS_MAX; counts go on beyond that. */
typedef struct Diagnostics {
    Arena      *arena;
    Diagnostic *at;
    size_t      n, cap;
    size_t      errors, warnings;
} Diagnostics;

void diagnostics_init(Diagnostics *d, Arena *a);
/* Writes "file:line:column: error: text [code]" lines, in the order of files and lines. */
void diagnostics_print(const Diagnostics *d, Buf *to);

/* The reference of all documents as Markdown: docs/models-reference.md. */
void model_reference(Buf *to);

/* ---- reading and writing one model ---- */

/* The list of a question of type item that names no other. */
#define ITEM_LIST "items"

#define MODEL_BYTES_MAX     (256 * 1024)
#define MODEL_QUESTIONS_MAX 100
#define MODEL_OPTIONS_MAX   500
#define MODEL_TASKS_MAX     100
#define MODEL_STAGES_MAX    20
#define MODEL_TEXT_MAX      4096 /* bytes of one text */
#define MODEL_LINES_MAX     50 /* cost lines, targets, entitlement checks, prerequisites, columns */

/* Reads and checks one document by itself (not what it refers to: folder.h does that).
 * `file` is only for messages.  *ret is written only on RC_OK; warnings may stand in `d` then.
 * Keeps no pointer into `yaml`; everything lives in `a`.
 * Errors: RC_INVALID with at least one error in `d`; RC_LIMIT when `a` is full. */
CHECKED Rc model_parse(Arena *a, Str yaml, Str file, const ModelVersion **ret, Diagnostics *d);

/* The canonical document: fixed order of keys, one way to write each value.  Reading it gives an
 * equal model, and writing that again gives the same bytes. */
void model_export(const ModelVersion *m, Buf *to);

/* What is missing before the model may be published: name, summary, service, category, owner, team, a
 * promised time of fulfilment, a task, a date of review.  Publishing is refused while anything is
 * listed.  Words in other languages are not among them; they are reported by model_missing_texts. */
typedef struct SheetPart {
    const char *code; /* "name", "targets" ... */
    Text        text;
} SheetPart;
LIST_OF(SheetPart, SheetParts);
CHECKED Rc model_sheet_missing(Arena *a, const ModelVersion *m, SheetParts *ret);

/* Texts without a translation. */
typedef struct MissingText {
    Lang      lang;
    Str       where; /* "form.device.options.light" */
    Str       words; /* the text in the language that has it */
    SourcePos pos;
} MissingText;
LIST_OF(MissingText, MissingTexts);
CHECKED Rc model_missing_texts(Arena *a, const ModelVersion *m, MissingTexts *ret);
