/* timeline_words.c - one sentence for each kind of event. */
#include "app/loc.h"
#include "domain/request/team_field.h"
#include "domain/request/timeline.h"

/* Values of a sentence, in the order of its places:
 *   a who acted        b on whose behalf      p the person it is about   d the delegate
 *   t the task         s the stage            m the team                 r the linked request
 *   v the state or outcome it came to     o the bundle it was ordered in
 *   g the tag that came or went           x the macro that was run
 *   f the field of the team              u what stands in it now
 *   n how many came before it
 *   c what a clock measures               h the threshold it reached             w the state in the words of another system */
static const struct Sentence {
    const char *kind;
    const char *acted; /* somebody did it */
    const char *args;
    const char *follows; /* it came of another act, or of the clock; NULL: the same */
    const char *follows_args;
} sentences[] = {
    { "request.created", T("{0} began this request"), "a", NULL, NULL },
    { "request.bundled", T("{0} ordered it as part of {1}"), "ao", NULL, NULL },
    { "request.submitted", T("{0} sent this request"), "a", NULL, NULL },
    { "request.assessed", T("{0} assessed it"), "a", NULL, NULL },
    { "request.edited", T("{0} changed it"), "a", NULL, NULL },
    { "request.state", T("It is now: {0}"), "v", NULL, NULL },
    { "request.outcome", T("It ended: {0}"), "v", NULL, NULL },
    { "request.assigned", T("{0} gave it to {1}"), "ap", NULL, NULL },
    { "request.out_of_turn", T("It was taken out of turn; in the queue before it: {0}"), "n", NULL,
      NULL },
    { "request.asked", T("{0} asked a question and waits for the answer"), "a", NULL, NULL },
    { "request.pending", T("{0} put it on hold"), "a", T("It waits for its planned start"), "" },
    { "request.snoozed", T("{0} put it aside"), "a", NULL, NULL },
    { "request.awake", T("{0} brought it back"), "a", T("It is back in the work lists"), "" },
    { "request.agreed", T("{0} agreed a day for it"), "a", NULL, NULL },
    { "request.reminded", T("A reminder was sent"), "", NULL, NULL },
    { "request.silent", T("It was closed because no answer came"), "", NULL, NULL },
    { "request.resumed", T("{0} went on with it"), "a", T("It goes on"), "" },
    { "request.confirmed", T("{0} confirmed that it is done"), "a", T("It is confirmed"), "" },
    { "request.not_solved", T("{0} said that it is not solved"), "a", NULL, NULL },
    { "request.reopened", T("{0} reopened it"), "a", T("It was reopened"), "" },
    { "request.withdrawn", T("{0} withdrew it"), "a", NULL, NULL },
    { "request.cancelled", T("{0} cancelled it"), "a", NULL, NULL },
    { "request.rejected", T("{0} rejected it"), "a", NULL, NULL },
    { "request.fulfilled", T("{0} fulfilled it"), "a", NULL, NULL },
    { "request.converted", T("{0} converted it"), "a", NULL, NULL },
    { "request.merged", T("{0} merged it into another request"), "a", NULL, NULL },
    { "request.unmerged", T("{0} took the merge back"), "a", NULL, NULL },
    { "request.split", T("{0} split a part off into a request of its own"), "a", NULL, NULL },
    { "request.took_in", T("{0} merged another request into it"), "a", NULL, NULL },
    { "request.gave_back", T("{0} let a merged request go again"), "a", NULL, NULL },
    { "request.confidential", T("It became confidential"), "", NULL, NULL },
    { "request.opened_up", T("It is no longer confidential"), "", NULL, NULL },
    { "request.imported", T("Taken over from the log of another system, in the state: {0}"), "w",
      NULL, NULL },
    { "request.imported_state", T("The log of the other system says: {0}"), "w", NULL, NULL },
    { "request.imported_change", T("The log of the other system has another line"), "", NULL,
      NULL },
    { "request.viewed", T("{0} looked at it"), "a", NULL, NULL },
    { "request.risk", T("Its risk is now: {0}"), "k", NULL, NULL },
    { "request.expected", T("It is expected later than before"), "", NULL, NULL },
    { "request.timer", T("Its time had come"), "", NULL, NULL },
    { "approval.skipped", T("Not needed: {0}"), "s", NULL, NULL },
    { "approval.stuck", T("Nobody may approve yet: {0}"), "s", NULL, NULL },
    { "approval.again", T("Asked again, because what was shown has changed: {0}"), "s", NULL,
      NULL },
    { "approval.asked", T("{0} was asked to approve: {1}"), "ps", NULL, NULL },
    { "approval.approved", T("{0} approved: {1}"), "as", NULL, NULL },
    { "approval.rejected", T("{0} rejected: {1}"), "as", NULL, NULL },
    { "approval.returned", T("{0} sent it back for correction"), "a", NULL, NULL },
    { "approval.delegated", T("{0} asked {1} to decide: {2}"), "ads", NULL, NULL },
    { "approval.delegation", T("Who decides in somebody's place has changed: {0}"), "s", NULL,
      NULL },
    { "request.standing_in", T("{0} stands in for a colleague with work here"), "p", NULL, NULL },
    { "approval.withdrawn", T("{0} need not decide any more: {1}"), "ps", NULL, NULL },
    { "approval.stage_approved", T("Approved: {0}"), "s", NULL, NULL },
    { "approval.stage_rejected", T("Rejected: {0}"), "s", NULL, NULL },
    { "task.added", T("{0} added a step: {1}"), "at", T("A step was added: {0}"), "t" },
    { "task.ready", T("Can begin: {0}"), "t", NULL, NULL },
    { "task.paused", T("Has to wait: {0}"), "t", NULL, NULL },
    { "task.started", T("{0} began: {1}"), "at", NULL, NULL },
    { "task.assigned", T("{0} gave a step to {1}: {2}"), "apt", NULL, NULL },
    { "task.finished", T("{0} finished: {1}"), "at", T("Finished with it: {0}"), "t" },
    { "task.failed", T("{0} tested it, and it did not pass: {1}"), "at", NULL, NULL },
    { "task.done_by_action", T("Done by itself: {0}"), "t", NULL, NULL },
    { "task.action_failed", T("Could not be done by itself: {0}"), "t", NULL, NULL },
    { "task.action_late", T("Was done by itself too, after somebody took it in hand: {0}"), "t",
      NULL, NULL },
    { "task.reopened", T("Has to be done again: {0}"), "t", NULL, NULL },
    { "task.skipped", T("{0} left out: {1}"), "at", T("Not needed: {0}"), "t" },
    { "task.unskipped", T("Needed after all: {0}"), "t", NULL, NULL },
    { "task.cancelled", T("No longer needed: {0}"), "t", NULL, NULL },
    { "task.moment", T("Waits for its time: {0}"), "t", NULL, NULL },
    { "task.sign_off_asked", T("Waits for a second look: {0}"), "t", NULL, NULL },
    { "task.signed", T("{0} signed off: {1}"), "at", NULL, NULL },
    { "task.sign_off_refused", T("{0} did not sign off: {1}"), "at", NULL, NULL },
    { "task.checked", T("{0} ticked a line: {1}"), "at", NULL, NULL },
    { "task.unchecked", T("{0} took back a tick: {1}"), "at", NULL, NULL },
    { "handover.offered", T("{0} offered it to {1}"), "am", NULL, NULL },
    { "handover.accepted", T("{0} took it over"), "a", NULL, NULL },
    { "handover.declined", T("{0} did not take it over"), "a", NULL, NULL },
    { "handover.withdrawn", T("The offer to another team ended"), "", NULL, NULL },
    { "adhoc.asked", T("{0} asked to leave the model"), "a", NULL, NULL },
    { "adhoc.approved", T("The model may be left"), "", NULL, NULL },
    { "adhoc.refused", T("The model may not be left"), "", NULL, NULL },
    { "message.added", T("{0} wrote"), "a", NULL, NULL },
    { "message.carried", T("{0} wrote, before it was converted"), "a", NULL, NULL },
    { "message.split", T("{0} wrote in the request that this one was split from"), "a", NULL,
      NULL },
    { "message.merged", T("{0} wrote in a request that was merged into this one"), "a", NULL,
      NULL },
    { "note.added", T("{0} noted"), "a", NULL, NULL },
    { "note.carried", T("{0} noted, before it was converted"), "a", NULL, NULL },
    { "attachment.added", T("{0} added a file"), "a", NULL, NULL },
    { "attachment.downloaded", T("{0} downloaded a file"), "a", NULL, NULL },
    { "participant.added", T("{0} added {1}"), "ap", NULL, NULL },
    { "participant.removed", T("{0} removed {1}"), "ap", NULL, NULL },
    { "clock.reached", T("Time for {0}: {1}"), "ch", NULL, NULL },
    { "request.escalated", T("It went to {0}, which takes it over"), "y", NULL, NULL },
    { "task.escalated", T("A step went to {1}, which takes it over: {0}"), "ty", NULL, NULL },
    { "clock.help_asked", T("{0} was asked to help"), "m", NULL, NULL },
    { "clock.reason", T("{0} said why it is late"), "a", NULL, NULL },
    { "macro.run", T("{0} ran the macro {1}"), "ax", NULL, NULL },
    { "me_too.said", T("{0} has this too"), "a", NULL, NULL },
    { "me_too.taken_back", T("{0} no longer has this"), "a", NULL, NULL },
    { "tag.added", T("{0} gave it the tag {1}"), "ag", NULL, NULL },
    { "tag.removed", T("{0} took away the tag {1}"), "ag", NULL, NULL },
    { "field.set", T("{0} wrote into {1}: {2}"), "afu", NULL, NULL },
    { "field.emptied", T("{0} emptied {1}"), "af", NULL, NULL },
    { "link.added", T("{0} linked it to {1}"), "ar", NULL, NULL },
    { "link.removed", T("{0} removed the link to {1}"), "ar", NULL, NULL },
};

/* Where the person it is about is who acted, or nobody, the sentence above would read oddly. */
static const struct Plainer {
    const char *kind;
    const char *self, *nobody; /* NULL: as above */
    const char *args;
} plainer[] = {
    { "request.assigned", T("{0} took it"), T("{0} put it back for anybody to take"), "a" },
    { "task.assigned", T("{0} took a step: {1}"), T("{0} put a step back for anybody to take: {1}"),
      "at" },
    { "participant.added", T("{0} joined"), NULL, "a" },
    { "participant.removed", T("{0} left"), NULL, "a" },
};

Rc timeline_names(Ctx *cx, GrantedRequest g, const RequestView *v, TimelineNames *ret)
{
    TimelineNames n = { 0 };
    RequestRow root;

    if (v != NULL) {
        TRY(step_names(cx, &v->loaded->steps));
        *ret = (TimelineNames){ v->loaded->model, v->loaded->steps, v->loaded->tasks };
        return RC_OK;
    }
    TRY(row_of_request(cx, g, &root));
    TRY(catalog_model_known(cx, root.model_version_id, root.model_hash, &n.model));
    TRY(step_names(cx, &n.steps));
    TRY(task_rows_load(cx, g, &n.tasks));
    *ret = n;
    return RC_OK;
}

static Str data_text(const Json *data, Str key)
{
    const Json *v = json_get(data, key);
    return v != NULL && v->kind == JSON_TEXT ? v->text : STR("");
}

static Rc data_person(Ctx *cx, const Json *data, Str key, Str *ret)
{
    const Json *v = json_get(data, key);
    PersonRef p = { 0 };

    if (v != NULL && v->kind == JSON_INT)
        TRY(person_ref(cx, v->integer, &p));
    *ret = p.name;
    return RC_OK;
}

static Str task_name(Ctx *cx, const TimelineNames *names, const Entry *e, Str key)
{
    for (size_t i = 0; i < names->tasks.n; i++) {
        const TaskRow *t = &names->tasks.at[i];
        if (str_eq(t->key, key)
            || (key.len == 0 && t->id == e->object_id && str_eq_z(e->object, "task")))
            return loc_text(cx, t->title);
    }
    return key_in_words(cx->arena, key);
}

/* The name on the side of a change that this sentence is about. */
static Str changed_to(const Entry *e, const char *field)
{
    for (size_t i = 0; i < e->changes.n; i++)
        if (field == NULL || str_eq_z(e->changes.at[i].field, field))
            return e->changes.at[i].to_name;
    return STR_NULL;
}

/* The words that came or went; "" when an erasure took them. */
static Str words_of(const Entry *e, const char *field)
{
    for (size_t i = 0; i < e->changes.n; i++) {
        const EntryChange *c = &e->changes.at[i];
        if (str_eq_z(c->field, field))
            return c->to.len > 0 ? c->to : str_is_null(c->from) ? STR("") : c->from;
    }
    return STR("");
}

static const FieldOption *option_named(const TeamField *f, Str key)
{
    for (size_t i = 0; i < f->options.n; i++)
        if (str_eq(f->options.at[i].key, key))
            return &f->options.at[i];
    return NULL;
}

/* The field of the team that this is about, or what stands in it now: "" when an erasure took the words. */
static Rc field_told(Ctx *cx, const Entry *e, bool its_value, Arg *ret)
{
    TeamFields fields = { 0 };
    Ms day = 0;
    Str key = e->changes.n > 0 ? e->changes.at[0].field : STR("");
    Str to = e->changes.n > 0 && !str_is_null(e->changes.at[0].to) ? e->changes.at[0].to : STR("");

    (void)str_cut(&key, '.');
    *ret = arg_str(its_value ? to : str_is_null(key) ? STR("") : key);
    TRY(team_fields(cx, &fields));
    for (size_t i = 0; i < fields.n; i++) {
        const TeamField *f = &fields.at[i];
        const FieldOption *o = option_named(f, to);
        if (!str_eq(f->key, key))
            continue;
        if (!its_value)
            *ret = arg_lang(f->name);
        else if (o != NULL)
            *ret = arg_lang(o->name);
        else if (f->kind == FIELD_YES_NO)
            *ret = arg_msg(str_eq_z(to, "yes") ? T("Yes") : T("No"));
        else if (f->kind == FIELD_PERSON)
            *ret = arg_str(to.len > 0 ? e->changes.at[0].to_name : to);
        else if (f->kind == FIELD_DATE && clock_parse_date(to, &day))
            *ret = arg_when(when_date(day));
    }
    return RC_OK;
}

/* The change that names the person it is about; NULL: none does. */
static const EntryChange *person_change(const Entry *e)
{
    bool joins = str_starts(e->kind, STR("participant."));

    for (size_t i = 0; i < e->changes.n; i++)
        if (joins || str_eq_z(e->changes.at[i].field, "assignee"))
            return &e->changes.at[i];
    return NULL;
}

/* NULL: the usual sentence. */
static const char *plainer_sentence(const Entry *e, const char **ret_args)
{
    const EntryChange *c = person_change(e);

    if (e->gone) {
        *ret_args = "";
        return T("A message that had come with a merge went back");
    }
    for (size_t i = 0; c != NULL && i < COUNT_OF(plainer); i++) {
        const struct Plainer *p = &plainer[i];
        bool self = e->actor.id != 0 && str_eq(c->to, e->actor.login);
        const char *found = self ? p->self : c->to.len == 0 ? p->nobody : NULL;
        if (!str_eq_z(e->kind, p->kind) || found == NULL)
            continue;
        *ret_args = p->args;
        return found;
    }
    return NULL;
}

static Arg state_arg(const Entry *e)
{
    Str outcome = changed_to(e, "outcome");
    if (outcome.len > 0)
        return arg_msg(request_state_label(STR("closed"), outcome));
    return arg_msg(request_state_label(changed_to(e, "state"), STR("")));
}

static Rc person_arg(Ctx *cx, const Entry *e, const Json *data, Arg *ret)
{
    Str name = changed_to(e, "assignee");

    if (name.len == 0 && str_starts(e->kind, STR("participant.")))
        name = changed_to(e, NULL);
    if (name.len == 0)
        TRY(data_person(cx, data, STR("person"), &name));
    *ret = name.len > 0 ? arg_str(name) : arg_msg(T("nobody"));
    return RC_OK;
}

static Arg clock_arg(const Json *data)
{
    Measure m;
    Str target = data_text(data, STR("target"));

    return measure_from_word(target, &m) ? arg_msg(clock_label(m)) : arg_str(target);
}

static Arg threshold_arg(const Json *data)
{
    const Json *late = json_get(data, STR("late"));

    if (late != NULL && late->kind == JSON_BOOL && late->boolean)
        return arg_msg(T("too late"));
    return arg_str(data_text(data, STR("mark")));
}

static Arg ahead_arg(Arena *a, const Json *data)
{
    const Json *ahead = json_get(data, STR("ahead"));
    int64_t n = ahead != NULL && ahead->kind == JSON_INT ? ahead->integer : 0;

    return arg_str(str_fmt(a, "%lld%s", (long long)n, n == QUEUE_AHEAD_MOST ? "+" : ""));
}

static Rc bundle_name(Ctx *cx, Str key, Str *ret)
{
    CatalogBundle b;

    *ret = key;
    Rc rc = catalog_bundle(cx, key, &b);
    if (rc == RC_OK)
        *ret = lang_text(&b.bundle->name, cx->lang, NULL);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static Rc value(Ctx *cx, const TimelineNames *names, const Entry *e, const Json *data, char what,
                Arg *ret)
{
    Str name = STR("");

    switch (what) {
    case 'a': *ret = e->actor.id != 0 ? arg_str(e->actor.name) : arg_msg(T("Errand")); return RC_OK;
    case 'p': return person_arg(cx, e, data, ret);
    case 'b': *ret = arg_str(e->on_behalf_of.name); return RC_OK;
    case 'd': TRY(data_person(cx, data, STR("delegate"), &name)); break;
    case 't': name = task_name(cx, names, e, data_text(data, STR("task"))); break;
    case 's':
        name = stage_name(cx, &names->steps, names->model, data_text(data, STR("stage")));
        break;
    case 'g': name = words_of(e, "tag"); break;
    case 'x': name = words_of(e, "macro"); break;
    case 'f': return field_told(cx, e, false, ret);
    case 'u': return field_told(cx, e, true, ret);
    case 'm': name = changed_to(e, "offered_to"); break;
    case 'y': name = changed_to(e, "team"); break;
    case 'v': *ret = state_arg(e); return RC_OK;
    case 'c': *ret = clock_arg(data); return RC_OK;
    case 'h': *ret = threshold_arg(data); return RC_OK;
    case 'n': *ret = ahead_arg(cx->arena, data); return RC_OK;
    case 'k': *ret = arg_msg(risk_label(changed_to(e, "risk"))); return RC_OK;
    case 'w':
        name = changed_to(e, "state");
        *ret = name.len > 0 ? arg_str(name) : arg_msg(T("unknown"));
        return RC_OK;
    case 'o': TRY(bundle_name(cx, changed_to(e, "bundle"), &name)); break;
    case 'r':
        name = changed_to(e, NULL);
        if (name.len == 0) {
            *ret = arg_msg(T("another request"));
            return RC_OK;
        }
        break;
    default: break;
    }
    *ret = arg_str(name);
    return RC_OK;
}

/* What somebody did in another person's place names both. */
static const struct {
    const char *kind, *text, *args;
} in_place_of[] = {
    { "approval.approved", T("{0} approved for {1}: {2}"), "abs" },
    { "approval.rejected", T("{0} rejected for {1}: {2}"), "abs" },
    { "approval.returned", T("{0} sent it back for correction, for {1}"), "ab" },
    { "task.started", T("{0} began for {1}: {2}"), "abt" },
    { "task.finished", T("{0} finished for {1}: {2}"), "abt" },
    { "task.skipped", T("{0} left out for {1}: {2}"), "abt" },
};

static const char *in_place(const Entry *e, const char **ret_args)
{
    for (size_t i = 0; e->on_behalf_of.id != 0 && i < COUNT_OF(in_place_of); i++) {
        if (!str_eq_z(e->kind, in_place_of[i].kind))
            continue;
        *ret_args = in_place_of[i].args;
        return in_place_of[i].text;
    }
    return NULL;
}

Rc timeline_sentence(Ctx *cx, const TimelineNames *names, const Entry *e, const Json *data,
                     Text *ret)
{
    for (size_t i = 0; i < COUNT_OF(sentences); i++) {
        const struct Sentence *s = &sentences[i];
        if (!str_eq_z(e->kind, s->kind))
            continue;
        bool follows = e->by_system && s->follows != NULL;
        const char *args = follows ? s->follows_args : s->args;
        const char *plain = follows ? NULL : plainer_sentence(e, &args);
        if (plain == NULL && !follows)
            plain = in_place(e, &args);
        Text t = { .msgid = plain != NULL ? plain : follows ? s->follows : s->acted };
        for (; *args != '\0' && t.n < TEXT_ARGS_MAX; args++, t.n++)
            TRY(value(cx, names, e, data, *args, &t.args[t.n]));
        *ret = t;
        return RC_OK;
    }
    *ret = (Text){ 0 };
    return RC_OK;
}
