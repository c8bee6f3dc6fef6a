/* answers.h - answers to the questions of a model: reading, checking, keeping, hashing.
 *
 * Answers come as JSON (API), as form fields (pages) or as rows (database).  answers_check turns them
 * into an AnswerSet, typed and normalised, which is what conditions, costs and the engine read.
 * Hidden answers are dropped: a question that is not shown has no answer, whatever was sent.
 *
 * Forms of the JSON: text, choice, person (login), team, list, item, file (upload id), date, datetime:
 * a string; yes_no: a boolean; number: a number or a string; several: an array of strings; money:
 * {"amount":"1500.00","currency":"EUR"}; table: an array of objects.  null and "" are no answer.
 *
 * Names of form fields: `device`; several: repeated; money: `price` ("1500.00 EUR" or "1500.00") and
 * `price.currency`; tables: `lines.0.price`, `lines.0.price.currency`.  Rows without any value are
 * left out.
 *
 * Everything here is pure.  What needs the database (does this person, this list entry, this upload
 * exist?) is asked through AnswerLookup.
 */
#pragma once

#include "app/ctx.h"
#include "core/json.h"
#include "domain/model/folder.h"

#define ANSWER_TEXT_MAX 65536 /* bytes of one text answer */
#define ANSWER_LINE_MAX 1000  /* characters of a one-line text */
#define ANSWER_ROWS_MAX 200   /* rows of a table */

/* One question of the form and what was answered. */
typedef struct Answer {
    const Question *question;
    CondValue       value; /* COND_EMPTY: no answer.  Team, list, item, file: COND_KEY */
    /* Tables: rows_n rows of question->columns.n values each: cells[row * columns.n + column]. */
    CondValue *cells;
    size_t     rows_n;
} Answer;

typedef struct AnswerSet {
    const QuestionList *questions; /* the form or the assessment of the model */
    Answer             *at;        /* one for each question, in the same order */
    size_t              n;
} AnswerSet;

const Answer *answer_get(const AnswerSet *s,
                         Str              question); /* NULL: no such question or no answer */

/* ---- what came in ---- */

/* How a value came: programs say what they mean, people's fields are read kindly. */
typedef enum AnswerForm {
    ANSWER_FIELD,  /* field of a form: text */
    ANSWER_TEXT,   /* JSON string */
    ANSWER_NUMBER, /* JSON number, as printed */
    ANSWER_TRUTH,  /* JSON boolean: "true" or "false" */
    ANSWER_MONEY,  /* JSON object of amount and currency */
    ANSWER_WRONG,  /* JSON of a shape that no question takes */
} AnswerForm;

/* One value as it came, before it is understood.  An empty text clears the answer. */
typedef struct AnswerInput {
    Str        question;
    int32_t    row;    /* of a table; -1 for a plain question */
    Str        column; /* of a table; STR_NULL for a plain question */
    AnswerForm form;
    Str        text;
    Str        currency; /* money in two parts; STR_NULL else */
    bool       item;     /* an entry of a JSON array: several */
    Str        pointer;  /* where an error is shown: "/answers/lines/0/price" */
} AnswerInput;
LIST_OF(AnswerInput, AnswerInputs);

/* `object` is the member "answers" of a body; NULL gives none.  Unknown questions are kept and
 * refused by answers_check.  Appends to *ret.  Errors: RC_INVALID (no object), RC_LIMIT. */
CHECKED Rc answers_from_json(Arena *a, const Json *object, AnswerInputs *ret);
/* One form field.  Call for each field of the form that belongs to a question. */
CHECKED Rc answers_from_field(Arena *a, Str name, Str value, AnswerInputs *ret);
/* Adds the answers of `old` to the questions that `in` does not name: a change of some answers. */
CHECKED Rc answers_keep(Arena *a, const AnswerSet *old, AnswerInputs *in);

/* ---- facts about the request, for conditions ---- */

typedef struct AnswerPerson {
    Str login, name, email, kind, org, site, language, manager; /* manager: login */
} AnswerPerson;

typedef struct RequestFacts {
    AnswerPerson person;    /* the one it is for */
    Str          requester; /* login */
    Str          channel, impact, urgency, level, team, record;
    Str          risk; /* "low", "medium", "high"; "": none */
    const Zone  *zone; /* of the person; NULL: UTC */
    /* For count(...): how many requests meet the question.  NULL: 0. */
    bool (*count)(void *arg, const CountQuery *q, int64_t *ret);
    void *count_arg;
} RequestFacts;

/* Does this exist, and may it be chosen now?  RC_OK: yes; RC_NOT_FOUND: no; anything else is a fault of
 * the database, which ends the check.  A NULL function accepts everything. */
typedef struct AnswerLookup {
    Rc (*person)(void *arg, Str login);
    Rc (*team)(void *arg, Str key);
    Rc (*entry)(void *arg, Str list, Str key); /* of questions of type list and item */
    Rc (*upload)(void *arg, Str id);
    void *arg;
} AnswerLookup;

/* Everything conditions of a model may look at. */
typedef struct ModelRecord {
    const ModelVersion *model;
    const AnswerSet    *answers; /* NULL: none yet */
    const AnswerSet    *assess;  /* NULL: none yet */
    const RequestFacts *facts;   /* never NULL */
    CondValue           cost;    /* COND_EMPTY: none */
} ModelRecord;
/* The callbacks for cond_eval; `r` must stay as long as the result is used. */
CondRecord model_record(ModelRecord *r);
/* Does the condition hold for the record?  Absent conditions hold.  A condition that exceeds its
 * limits does not hold; that is logged. */
bool model_holds(const ModelCond *c, ModelRecord *r, Ms now);

/* ---- checking ---- */

typedef enum AnswersMode {
    ANSWERS_COMPLETE, /* for submission: everything required must be there */
    ANSWERS_DRAFT,    /* required answers may be missing; what is there must be valid */
} AnswersMode;

/* Checks `in` against the questions of the form, in order: drops what is hidden, fills nothing in.
 * Faults are added to `errors` (pointer, code, text), all of them at once.  Codes: required,
 * unknown_question, wrong_type, unknown_option, too_long, too_short, too_small, too_big, too_many,
 * too_few, not_a_number, not_money, not_a_date, currency, not_found, unclean_text, duplicate.
 * *ret is written only on RC_OK.  Errors: RC_INVALID (faults in `errors`), RC_LIMIT, and what a look-up
 * says besides RC_NOT_FOUND. */
CHECKED Rc answers_check(Arena *a, const ModelVersion *m, const AnswerInputs *in,
                         const RequestFacts *facts, const AnswerLookup *lookup, AnswersMode mode,
                         Ms now, AnswerSet *ret, FieldErrors *errors);
/* The same for the assessment questions; `answers` are those of the form. */
CHECKED Rc answers_check_assess(Arena *a, const ModelVersion *m, const AnswerInputs *in,
                                const AnswerSet *answers, const RequestFacts *facts,
                                const AnswerLookup *lookup, AnswersMode mode, Ms now,
                                AnswerSet *ret, FieldErrors *errors);

/* Shared questions are answered and checked by the functions for models, with bundle->form.
 * Is this part of the bundle ordered for these shared answers? */
bool bundle_part_holds(const BundlePart *p, const AnswerSet *shared, const RequestFacts *facts,
                       Ms now);
/* What the bundle answers of a part's own form, as inputs for answers_check with the part's model. */
CHECKED Rc bundle_part_inputs(Arena *a, const BundlePart *p, const AnswerSet *shared,
                              AnswerInputs *ret);

/* Is question i shown, given the answers to those above it?  Its condition has to hold for certain:
 * while a question that it names can still be answered and is not, it is not shown yet, so that
 * "device != standard" asks only once a machine is chosen (docs/decisions/forms.md).  open[k] says of
 * each k < i whether it has no answer and may still get one; open[i] is set as if there were none. */
bool question_shown(const QuestionList *questions, size_t i, ModelRecord *r, Ms now, bool *open);
/* Which questions are shown for these answers: ret[i] for question i (model->form.n of them).
 * Errors: RC_LIMIT. */
CHECKED Rc answers_shown(Arena *a, const ModelVersion *m, const AnswerSet *s,
                         const RequestFacts *facts, Ms now, bool *ret);
/* Which required questions have no answer yet, counting those that wait for another: ret[i] for
 * question i of the form.  Errors: RC_LIMIT. */
CHECKED Rc answers_wanted(Arena *a, const ModelVersion *m, const AnswerSet *s,
                          const RequestFacts *facts, Ms now, bool *ret);
/* What the condition says of a form that still wants these answers, `cost` when the price is open
 * too (the risk is open when they decide it); and whether the price is. */
CondSure model_sure(const ModelCond *c, ModelRecord *r, Ms now, const bool *wanted, bool cost);
bool     model_cost_later(ModelRecord *r, Ms now, const bool *wanted);
/* Is an answer required, given the others? */
bool question_required(const Question *q, ModelRecord *r, Ms now);

/* Values to start a form with: defaults and prefills, as inputs. */
CHECKED Rc answers_initial(Arena *a, const ModelVersion *m, const RequestFacts *facts,
                           AnswerInputs *ret);

/* The price: the first cost line that holds; COND_EMPTY when there is none or a part is empty. */
CondValue model_cost(const ModelVersion *m, const AnswerSet *s, const RequestFacts *facts, Ms now);

/* The first entitlement check that does not hold; NULL: entitled. */
const Entitlement *model_entitled(const ModelVersion *m, const AnswerSet *s,
                                  const RequestFacts *facts, Ms now);
/* May this person see and order it? */
bool model_audience_holds(const ModelVersion *m, const RequestFacts *facts, Ms now);
/* The number of the line of risk that counts, from 1; 0: no risk. */
size_t model_risk(const ModelVersion *m, const AnswerSet *s, const RequestFacts *facts,
                  CondValue cost, Ms now);
/* The word of that line; "" for none, or a line that the model does not have. */
Str model_risk_word(const ModelVersion *m, int64_t line);
/* The target line for the request; NULL: none promised. */
const Target *model_target(const ModelVersion *m, ModelRecord *r, Ms now);
/* impact and urgency that the model gives to these answers: a word of IMPACT_WORDS, URGENCY_WORDS. */
void model_priority(const ModelVersion *m, const AnswerSet *s, Str *ret_impact, Str *ret_urgency);

/* SHA-256 (hex) of the answers and the cost as approvers saw them, without questions marked
 * reapprove: false.  Equal answers give equal hashes whatever the order they came in. */
Str answers_hash(Arena *a, const AnswerSet *s, const CondValue *cost);

/* ---- keeping ---- */

/* A row of the table `answer`. */
typedef struct AnswerRow {
    Str     question;
    int64_t row;      /* several: position of the key; tables: the line; else 0 */
    Str     field;    /* column of a table, else "" */
    Str     text;     /* STR_NULL where number says it */
    OptInt  number;   /* thousandths, minor units, instants, 0/1 */
    Str     currency; /* money; else STR_NULL */
} AnswerRow;
LIST_OF(AnswerRow, AnswerRows);
CHECKED Rc answers_to_rows(Arena *a, const AnswerSet *s, AnswerRows *ret);
/* Rows of questions that the list does not have are ignored.  Errors: RC_LIMIT. */
CHECKED Rc answers_from_rows(Arena *a, const QuestionList *questions, const AnswerRows *rows,
                             AnswerSet *ret);

/* Writes the object {"device":"light", ...} with the questions that have an answer. */
void answers_json(JsonOut *o, const AnswerSet *s);
/* One member of that object; nothing when the question has no answer. */
void answer_json(JsonOut *o, const Answer *answer);
/* Its value alone. */
void answer_value_json(JsonOut *o, const Answer *answer);
/* Gives the name behind a key (person, team, list entry, item): the key itself where there is none. */
typedef struct AnswerNames {
    Str (*name)(void *arg, const Question *q, Str key);
    void *arg;
} AnswerNames;
/* One answer in words for a page, a mail or an event: options by their name in the reader's language,
 * other keys by what `names` says; NULL leaves them as they are. */
Str answer_words(Arena *a, const Reader *r, const Answer *answer, const AnswerNames *names);
