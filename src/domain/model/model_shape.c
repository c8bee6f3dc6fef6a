/* model_shape.c - the shapes of models and bundles: every key, in the canonical order. */
#include "domain/model/model_pieces.h"
#include "domain/model/model_words.h"

#define AT(Struct, member) .offset = offsetof(Struct, member)

#define KEY(name, Struct, member, about_)                                                          \
    {                                                                                              \
        .key = name, .kind = FIELD_KEY, AT(Struct, member), .about = about_                        \
    }
#define WORDS(name, Struct, member, about_)                                                        \
    {                                                                                              \
        .key = name, .kind = FIELD_WORDS, AT(Struct, member), .about = about_                      \
    }
#define COND(name, Struct, member, about_)                                                         \
    {                                                                                              \
        .key = name, .kind = FIELD_COND, AT(Struct, member), .about = about_                       \
    }
#define BOOL(name, Struct, member, about_)                                                         \
    {                                                                                              \
        .key = name, .kind = FIELD_BOOL, AT(Struct, member), .about = about_                       \
    }
#define CUSTOM(name, at, read_, write_, form_, about_)                                             \
    {                                                                                              \
        .key = name, .kind = FIELD_CUSTOM, .offset = (at), .read = (read_), .write = (write_),     \
        .form = form_, .about = about_                                                             \
    }
#define LIST(name, Struct, member, shape_, max_, about_)                                           \
    {                                                                                              \
        .key = name, .kind = FIELD_LIST, AT(Struct, member), .shape = &(shape_), .max = (max_),    \
        .about = about_                                                                            \
    }
#define SHAPE(name_, Struct, rows, pos_)                                                           \
    {                                                                                              \
        .name = name_, .fields = rows, .n = COUNT_OF(rows), .size = sizeof(Struct), .pos = pos_    \
    }
#define POS(Struct) ((ptrdiff_t)offsetof(Struct, pos))

#define ID(name, Struct, member, about_)                                                           \
    {                                                                                              \
        .key = name, .kind = FIELD_ID, AT(Struct, member), .flags = FIELD_REQUIRED,                \
        .about = about_                                                                            \
    }
#define SPAN(name, Struct, member, about_)                                                         \
    {                                                                                              \
        .key = name, .kind = FIELD_SPAN, AT(Struct, member), .about = about_                       \
    }

static const ShapeField question_fields[] = {
    ID("id", Question, id,
       "name of the answer in conditions and in the API; keeps its type for ever"),
    { .key = "ask",
      .kind = FIELD_WORDS,
      AT(Question, ask),
      .flags = FIELD_REQUIRED,
      .about = "the question" },
    WORDS("help", Question, help, "shown with the question"),
    WORDS("example", Question, example, "an answer as an example"),
    { .key = "type",
      .kind = FIELD_WORD,
      AT(Question, type),
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = QUESTION_TYPE_WORDS,
      .words_n = QUESTION_TYPE_COUNT,
      .about = "what kind of answer" },
    COND("show", Question, show, "asked only when this holds; not in columns"),
    CUSTOM("required", 0, piece_required_read, piece_required_write, "true or false",
           "must be answered where it is shown"),
    COND("required_if", Question, required_if,
         "must be answered when this holds; instead of required"),
    KEY("list", Question, list,
        "type list: the managed list; type item: the list of configuration items, items without it"),
    CUSTOM("options", offsetof(Question, options), piece_options_read, piece_options_write,
           "mapping of keys to words", "types choice and several"),
    LIST("columns", Question, columns, question_shape, MODEL_LINES_MAX,
         "type table: questions of simple types"),
    CUSTOM("min", offsetof(Question, min), piece_bound_read, piece_bound_write, "value",
           "smallest number, amount or date; least characters, choices or rows"),
    CUSTOM("max", offsetof(Question, max), piece_bound_read, piece_bound_write, "value",
           "largest number, amount or date; most characters, choices or rows"),
    { .key = "currency",
      .kind = FIELD_CURRENCY,
      AT(Question, currency),
      .about = "type money: the only currency" },
    CUSTOM("default", offsetof(Question, default_), piece_default_read, piece_default_write,
           "value, or list of keys", "stands in the form before anybody answers"),
    { .key = "prefill",
      .kind = FIELD_LINE,
      AT(Question, prefill),
      .about = "taken from the person it is for, as in person.site" },
    { .key = "reapprove",
      .kind = FIELD_BOOL,
      AT(Question, reapprove),
      .standard = true,
      .flags = FIELD_SAYS_NO,
      .about = "false: changing the answer asks no approval again" },
};
const Shape question_shape = SHAPE("A question", Question, question_fields, POS(Question));

static const ShapeField entitlement_fields[] = {
    { .key = "check",
      .kind = FIELD_COND,
      AT(Entitlement, check),
      .flags = FIELD_REQUIRED,
      .about = "must hold, or nothing can be ordered; may use count(...)" },
    { .key = "message",
      .kind = FIELD_WORDS,
      AT(Entitlement, message),
      .flags = FIELD_REQUIRED,
      .about = "said when it does not hold" },
};
static const Shape entitlement_shape =
    SHAPE("An entitlement check", Entitlement, entitlement_fields, POS(Entitlement));

static const ShapeField cost_fields[] = {
    COND("when", CostLine, when,
         "the line counts when this holds; the first one that holds is taken"),
    { .key = "amount",
      .kind = FIELD_CUSTOM,
      AT(CostLine, amount),
      .flags = FIELD_REQUIRED,
      .read = piece_expression_read,
      .write = piece_amount_write,
      .form = "money, or an expression of money",
      .about = "the price" },
};
static const Shape cost_shape = SHAPE("A line of cost", CostLine, cost_fields, POS(CostLine));

static const ShapeField risk_fields[] = {
    COND("when", RiskLine, when,
         "the line counts when this holds; the first one that holds is taken"),
    { .key = "level",
      .kind = FIELD_WORD,
      AT(RiskLine, level),
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = RISK_WORDS,
      .words_n = 3,
      .about = "how much may go wrong" },
    { .key = "why",
      .kind = FIELD_WORDS,
      AT(RiskLine, why),
      .flags = FIELD_REQUIRED,
      .about = "what staff and approvers read" },
};
static const Shape risk_shape = SHAPE("A line of risk", RiskLine, risk_fields, POS(RiskLine));

static const ShapeField target_fields[] = {
    COND("when", Target, when,
         "the line counts when this holds; the first one that holds is taken"),
    SPAN("respond", Target, respond, "until the first answer by a person"),
    SPAN("approve", Target, approve, "until everything is approved"),
    SPAN("fulfil", Target, fulfil, "until it is fulfilled"),
    SPAN("update", Target, update, "from one word to the requester to the next one"),
    KEY("calendar", Target, calendar, "whose hours wh and wd count; around the clock without it"),
    COND("pause", Target, pause,
         "the clocks rest while this holds; over pending, phase, level and their kin"),
    CUSTOM("warn", offsetof(Target, marks), piece_warn_read, piece_warn_write,
           "a share of the time, or a time left; or a list of them",
           "when whoever has it is warned"),
    CUSTOM(
        "escalate", offsetof(Target, marks), piece_escalate_read, piece_escalate_write,
        "list of mappings of at (as warn, or breach) and to (assignee, lead, manager, team KEY, transfer KEY)",
        "who else is told, and when"),
};
static const Shape target_shape = SHAPE("A target", Target, target_fields, POS(Target));

static const ShapeField stage_fields[] = {
    { .key = "stage",
      .kind = FIELD_KEY,
      AT(Stage, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the stage" },
    WORDS("name", Stage, name, "what people read; else the entry of the list steps, else the key"),
    { .key = "who",
      .kind = FIELD_CUSTOM,
      AT(Stage, who),
      .flags = FIELD_REQUIRED,
      .read = piece_who_read,
      .write = piece_who_write,
      .form = "who, or a list of them",
      .about = "who is asked" },
    CUSTOM("rule", 0, piece_rule_read, piece_rule_write, "any, all, quorum 2 or percent 60",
           "whose decision counts; any without it"),
    COND("when", Stage, when, "the stage is needed when this holds"),
    COND("unless", Stage, unless, "pre-approved when this holds"),
    BOOL("verify", Stage, verify, "a verification: the decision needs a note of what was checked"),
    WORDS("evidence", Stage, evidence, "what that note should say"),
};
static const Shape stage_shape = SHAPE("An approval stage", Stage, stage_fields, POS(Stage));

static const ShapeField task_fields[] = {
    { .key = "task",
      .kind = FIELD_KEY,
      AT(PlanTask, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the task" },
    WORDS("name", PlanTask, name,
          "what people read; else the entry of the list steps, else the key"),
    KEY("team", PlanTask, team, "who does it"),
    CUSTOM("owner", 0, piece_task_owner_read, piece_task_owner_write, "requester or beneficiary",
           "who does it, instead of a team"),
    { .key = "effort",
      .kind = FIELD_SPAN,
      AT(PlanTask, effort),
      .flags = FIELD_DAYS,
      .about = "planned work, in m, h or d" },
    KEY("supplier", PlanTask, supplier, "entry of the list suppliers that takes part"),
    { .key = "skills",
      .kind = FIELD_KEYS,
      AT(PlanTask, skills),
      .max = 20,
      .about = "what one must know for it" },
    { .key = "after",
      .kind = FIELD_KEYS,
      AT(PlanTask, after),
      .max = MODEL_TASKS_MAX,
      .about = "tasks that must be finished or skipped before" },
    KEY("sop", PlanTask, sop, "procedure to follow"),
    { .key = "checklist",
      .kind = FIELD_WORDS_LIST,
      AT(PlanTask, checklist),
      .max = MODEL_LINES_MAX,
      .about = "points to tick off" },
    COND("when", PlanTask, when, "done only when this holds"),
    CUSTOM("at", offsetof(PlanTask, at), piece_expression_read, piece_moment_write,
           "an expression of a date or moment", "not before this moment"),
    CUSTOM("sign_off", 0, piece_sign_off_read, piece_sign_off_write, "who",
           "must sign before what comes after may start"),
    BOOL("test", PlanTask, test, "a test: must pass before the request is fulfilled"),
    BOOL("accept", PlanTask, accept, "finishing it is the requester's confirmation"),
    KEY("action", PlanTask, action,
        "the program does it: entry of the list actions; the team does it when that fails"),
    CUSTOM("with", offsetof(PlanTask, with), piece_with_read, piece_with_write,
           "mapping of names to answer.question, assess.question or a word",
           "what the action is told"),
};
static const Shape task_shape = SHAPE("A task", PlanTask, task_fields, POS(PlanTask));

#define SYNONYM_MAX 30

#define CATALOG_HEAD(Struct)                                                                       \
    KEY("service", Struct, service, "the service it belongs to"),                                  \
        KEY("category", Struct, category, "section of the catalog, as in hardware/computers"),     \
        KEY("owner", Struct, owner, "team answerable for it")
#define CATALOG_TEXTS(Struct)                                                                      \
    { .key = "name",                                                                               \
      .kind = FIELD_WORDS,                                                                         \
      AT(Struct, name),                                                                            \
      .flags = FIELD_REQUIRED,                                                                     \
      .about = "name in the catalog" },                                                            \
        WORDS("summary", Struct, summary, "what one gets, in a sentence"),                         \
        { .key = "synonyms",                                                                       \
          .kind = FIELD_SYNONYMS,                                                                  \
          AT(Struct, synonyms),                                                                    \
          .max = SYNONYM_MAX,                                                                      \
          .about = "other words people search for" },                                              \
        COND("audience", Struct, audience, "who may order it: conditions on person")

static const ShapeField model_fields[] = {
    { .key = "model",
      .kind = FIELD_KEY,
      AT(ModelVersion, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the model and of the catalog item; also the name of the file" },
    { .key = "record",
      .kind = FIELD_WORD,
      AT(ModelVersion, record),
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = RECORD_WORDS,
      .words_n = 4,
      .about = "what is made" },
    { .key = "kind",
      .kind = FIELD_WORD,
      AT(ModelVersion, kind),
      .flags = FIELD_REQUIRED | FIELD_ALWAYS,
      .words = REQUEST_KIND_WORDS,
      .words_n = 7,
      .about = "for reports" },
    CATALOG_HEAD(ModelVersion),
    { .key = "team",
      .kind = FIELD_KEY,
      AT(ModelVersion, team),
      .flags = FIELD_REQUIRED,
      .about = "whose queue it enters" },
    { .key = "confidential",
      .kind = FIELD_BOOL,
      AT(ModelVersion, confidential),
      .flags = FIELD_ALWAYS,
      .about = "only the parties, who is asked, and its own team can see it" },
    CATALOG_TEXTS(ModelVersion),
    { .key = "prerequisites",
      .kind = FIELD_WORDS_LIST,
      AT(ModelVersion, prerequisites),
      .max = MODEL_LINES_MAX,
      .about = "what must be done before asking" },
    LIST("entitlement", ModelVersion, entitlement, entitlement_shape, MODEL_LINES_MAX,
         "who may have how many"),
    LIST("form", ModelVersion, form, question_shape, MODEL_QUESTIONS_MAX, "the questions"),
    LIST("cost", ModelVersion, cost, cost_shape, MODEL_LINES_MAX, "the price"),
    CUSTOM("priority", offsetof(ModelVersion, priority), piece_priority_read, piece_priority_write,
           "mapping of impact and urgency to a word or answer.question; urgency also ask",
           "where the priority comes from; ask: the form asks in plain words"),
    LIST("risk", ModelVersion, risk, risk_shape, MODEL_LINES_MAX,
         "how much may go wrong, for staff and approvers; request.risk in conditions"),
    LIST("targets", ModelVersion, targets, target_shape, MODEL_LINES_MAX, "by when"),
    LIST("assess", ModelVersion, assess, question_shape, MODEL_QUESTIONS_MAX,
         "questions to the team before work begins"),
    LIST("approvals", ModelVersion, approvals, stage_shape, MODEL_STAGES_MAX,
         "who decides, one stage after the other"),
    LIST("plan", ModelVersion, plan, task_shape, MODEL_TASKS_MAX, "what is done"),
    CUSTOM("raci", offsetof(ModelVersion, raci), piece_raci_read, piece_raci_write,
           "mapping of tasks to R, A, C and I",
           "who is responsible, accountable, consulted, informed"),
    SPAN("close_after", ModelVersion, close_after,
         "closes by itself so long after it was fulfilled"),
    CUSTOM("follow_up", offsetof(ModelVersion, follow_up), piece_follow_up_read,
           piece_follow_up_write, "mapping of remind to a list of spans and of close to a span",
           "reminders while the requester owes an answer, and the end when none comes"),
    { .key = "schedule",
      .kind = FIELD_BOOL,
      AT(ModelVersion, schedule),
      .about = "the requester may say from when on it is needed; work begins then" },
    CUSTOM("feedback", offsetof(ModelVersion, feedback), piece_feedback_read, piece_feedback_write,
           "ask or none", "ask the requester how it went"),
    { .key = "review",
      .kind = FIELD_DATE,
      AT(ModelVersion, review),
      .about = "when the model itself is looked at again" },
};
const Shape model_shape = SHAPE("A model", ModelVersion, model_fields, -1);

static const ShapeField part_fields[] = {
    { .key = "item",
      .kind = FIELD_KEY,
      AT(BundlePart, item),
      .flags = FIELD_REQUIRED,
      .about = "key of the model" },
    CUSTOM("answers", offsetof(BundlePart, answers), piece_part_answers_read,
           piece_part_answers_write, "mapping of questions to shared.question or a value",
           "answers of the part's form"),
    COND("when", BundlePart, when, "ordered when this holds; conditions on the shared questions"),
};
static const Shape part_shape = SHAPE("A part", BundlePart, part_fields, POS(BundlePart));

static const ShapeField bundle_fields[] = {
    { .key = "bundle",
      .kind = FIELD_KEY,
      AT(BundleVersion, key),
      .flags = FIELD_REQUIRED,
      .about = "key of the bundle" },
    CATALOG_HEAD(BundleVersion),
    CATALOG_TEXTS(BundleVersion),
    LIST("shared", BundleVersion, shared, question_shape, MODEL_QUESTIONS_MAX,
         "questions asked once for all parts"),
    { .key = "parts",
      .kind = FIELD_LIST,
      AT(BundleVersion, parts),
      .flags = FIELD_REQUIRED,
      .shape = &part_shape,
      .max = MODEL_LINES_MAX,
      .about = "one request each" },
};
const Shape bundle_shape = SHAPE("A bundle", BundleVersion, bundle_fields, -1);
