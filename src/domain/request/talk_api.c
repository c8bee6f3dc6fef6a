/* talk_api.c - conversation, files and links over the API. */
#include "domain/request/read_mark.h"
#include "domain/request/tag.h"
#include "domain/request/request_json_api.h"

#include "http/dispatch.h"

static Rc grant(Call *call, uint32_t may, GrantedRequest *ret)
{
    return access_request_number(&call->cx, call_param(call, "number"), may, ret);
}

static Rc page_of(Call *call, int64_t *ret_after, int64_t *ret_size)
{
    int64_t unused = 0;
    TRY(call_limit(call, ret_size));
    return call_cursor(call, ret_after, &unused);
}

static Str part_path(Call *call, const char *part, int64_t id)
{
    return str_fmt(call->arena, "/api/v1/requests/%.*s/%s/%lld",
                   STR_ARG(call_param(call, "number")), part, (long long)id);
}

/* --- messages and notes ------------------------------------------------------------------------------------ */

typedef struct TalkBody {
    Str text;
    StrList attachments;
    OptInt seen;
} TalkBody;

/* clang-format off */
#define TALK_FIELDS                                                                                \
    { "text", IN_LONG_TEXT, offsetof(TalkBody, text), .about = NULL },                             \
    { "attachments", IN_STRINGS, offsetof(TalkBody, attachments), .about = "ids of uploads" }
/* clang-format on */

static const Input talk_input = INPUT(TalkBody, "TalkCreate", TALK_FIELDS);
static const Input message_input =
    INPUT(TalkBody, "MessageCreate", TALK_FIELDS,
          { "seen", IN_INT, offsetof(TalkBody, seen), .min = 1, .max = INT64_MAX,
            .about = "id of the newest event that its author has read; 409 answered_meanwhile when "
                     "somebody else wrote a message after it" });

static Rc api_messages(Call *call)
{
    GrantedRequest g;
    Messages list = { 0 };
    int64_t after = 0, size = 0, next = 0;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(page_of(call, &after, &size));
    TRY(message_list(&call->cx, g, after, size, &list, &next));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        message_json(&o, &list.at[i]);
    page_end_json(&o, call->arena, next);
    return RC_OK;
}

static Rc part_id(Call *call, int64_t *ret)
{
    return str_to_i64(call_param(call, "id"), ret) ? RC_OK : RC_NOT_FOUND;
}

static Rc api_message(Call *call)
{
    GrantedRequest g;
    Message m;
    int64_t id = 0;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(part_id(call, &id));
    TRY(message_get(&call->cx, g, id, &m));
    json_out_init(&o, &call->body);
    message_json(&o, &m);
    return RC_OK;
}

static Rc api_message_add(Call *call)
{
    GrantedRequest g;
    TalkBody body = { 0 };
    MessageMade made;

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &message_input, &body);
    TRY(message_add(&call->cx, g,
                    &(MessageInput){ .text = body.text,
                                     .attachments = body.attachments,
                                     .seen_seq = body.seen.value,
                                     .fault = fault },
                    &made));
    if (!str_is_null(made.follow_up))
        return call_show(call, 201,
                         str_fmt(call->arena, "/api/v1/requests/%.*s/messages/%lld",
                                 STR_ARG(made.follow_up), (long long)made.id));
    return call_show(call, 201, part_path(call, "messages", made.id));
}

static Rc api_notes(Call *call)
{
    GrantedRequest g;
    Notes list = { 0 };
    int64_t after = 0, size = 0, next = 0;
    JsonOut o;

    TRY(grant(call, MAY_SEE | MAY_NOTES, &g));
    TRY(page_of(call, &after, &size));
    TRY(note_list(&call->cx, g, after, size, &list, &next));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < list.n; i++)
        note_json(&o, &list.at[i]);
    page_end_json(&o, call->arena, next);
    return RC_OK;
}

static Rc api_note(Call *call)
{
    GrantedRequest g;
    Note n;
    int64_t id = 0;
    JsonOut o;

    TRY(grant(call, MAY_SEE | MAY_NOTES, &g));
    TRY(part_id(call, &id));
    TRY(note_get(&call->cx, g, id, &n));
    json_out_init(&o, &call->body);
    note_json(&o, &n);
    return RC_OK;
}

static Rc api_note_add(Call *call)
{
    GrantedRequest g;
    TalkBody body = { 0 };
    int64_t id = 0;

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &talk_input, &body);
    TRY(note_add(&call->cx, g,
                 &(NoteInput){ .text = body.text, .attachments = body.attachments, .fault = fault },
                 &id));
    return call_show(call, 201, part_path(call, "notes", id));
}

/* --- files --------------------------------------------------------------------------------------------------- */

static void upload_json(JsonOut *o, const Upload *u)
{
    json_object(o);
    json_field_text(o, "id", u->id);
    json_field_text(o, "name", u->name);
    json_field_text(o, "type", u->type);
    json_field_int(o, "size", u->size);
    json_field_time(o, "created", u->created_ms);
    json_object_end(o);
}

/* The bytes are stored and the upload made before the handler runs. */
static Rc api_upload(Call *call)
{
    if (call->files.n != 1)
        return fail(&call->cx, RC_INVALID, "malformed", TEXT("Send the bytes of one file."));
    return call_show(call, 201,
                     str_fmt(call->arena, "/api/v1/uploads/%.*s", STR_ARG(call->files.at[0].id)));
}

static Rc api_upload_get(Call *call)
{
    GrantedSelf g;
    Upload u;
    JsonOut o;

    TRY(access_self(&call->cx, &g));
    TRY(upload_get(&call->cx, g, call_param(call, "id"), &u));
    json_out_init(&o, &call->body);
    upload_json(&o, &u);
    return RC_OK;
}

static Rc api_attachments(Call *call)
{
    GrantedRequest g;
    ViewFiles files = { 0 };
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(attachment_list(&call->cx, g, &files));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < files.n; i++)
        file_json(&o, &files.at[i]);
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

typedef struct AttachBody {
    StrList uploads;
} AttachBody;
static const Input attach_input = INPUT(AttachBody, "AttachmentAdd",
                                        { "uploads", IN_STRINGS, offsetof(AttachBody, uploads),
                                          IN_REQUIRED, .about = "ids of uploads" });

static Rc api_attach(Call *call)
{
    GrantedRequest g;
    AttachBody body = { 0 };

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &attach_input, &body);
    TRY(attachment_add(&call->cx, g, &(AttachmentAdd){ .uploads = body.uploads, .fault = fault }));
    return call_show(call, 201,
                     str_fmt(call->arena, "/api/v1/requests/%.*s/attachments",
                             STR_ARG(call_param(call, "number"))));
}

/* --- links and participants ------------------------------------------------------------------------------------ */

static Rc api_links(Call *call)
{
    GrantedRequest g;
    ViewLinks links = { 0 };
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(link_list(&call->cx, g, &links));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < links.n; i++) {
        const ViewLink *l = &links.at[i];
        json_object(&o);
        json_field_int(&o, "id", l->id);
        json_field_text(&o, "kind", l->kind);
        json_field_bool(&o, "outgoing", l->outgoing);
        json_field_text(&o, "request", l->number);
        json_field_text(&o, "title", l->title);
        json_field_text(&o, "state", l->state);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

typedef struct LinkBody {
    Str request, kind;
} LinkBody;
static const Input link_input = INPUT(LinkBody, "LinkAdd",
                                      { "request", IN_KEY, offsetof(LinkBody, request), IN_REQUIRED,
                                        .about = "number of the other one" },
                                      { "kind", IN_WORD, offsetof(LinkBody, kind), IN_REQUIRED,
                                        .words = "related caused_by needs part_of duplicate_of" });

static Rc api_link_add(Call *call)
{
    GrantedRequest g;
    LinkBody body = { 0 };
    int64_t id = 0;

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &link_input, &body);
    TRY(link_add(&call->cx, g,
                 &(LinkAdd){ .number = body.request, .kind = body.kind, .fault = fault }, &id));
    return call_show(
        call, 201,
        str_fmt(call->arena, "/api/v1/requests/%.*s/links", STR_ARG(call_param(call, "number"))));
}

static Rc api_link_remove(Call *call)
{
    GrantedRequest g;
    int64_t id = 0;

    TRY(grant(call, MAY_SEE, &g));
    TRY(part_id(call, &id));
    TRY(link_remove(&call->cx, g, id));
    return call_done(call);
}

static Rc api_participants(Call *call)
{
    GrantedRequest g;
    RequestView v;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(request_view(&call->cx, g, &v));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < v.participants.n; i++) {
        const ViewParticipant *p = &v.participants.at[i];
        json_object(&o);
        json_key_lit(&o, "person");
        json_person(&o, &p->person);
        json_field_text(&o, "kind", p->kind);
        json_key_lit(&o, "added_by");
        json_person(&o, &p->added_by);
        json_field_time(&o, "at", p->at_ms);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

typedef struct ParticipantBody {
    Str login, kind;
} ParticipantBody;
static const Input participant_input =
    INPUT(ParticipantBody, "ParticipantAdd",
          { "login", IN_KEY, offsetof(ParticipantBody, login), IN_REQUIRED, .about = NULL },
          { "kind", IN_WORD, offsetof(ParticipantBody, kind), IN_REQUIRED,
            .words = "participant watcher" });

static Rc api_participant_add(Call *call)
{
    GrantedRequest g;
    ParticipantBody body = { 0 };

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &participant_input, &body);
    TRY(participant_add(
        &call->cx, g, &(ParticipantAdd){ .login = body.login, .kind = body.kind, .fault = fault }));
    return call_show(call, 201,
                     str_fmt(call->arena, "/api/v1/requests/%.*s/participants",
                             STR_ARG(call_param(call, "number"))));
}

static Rc api_participant_remove(Call *call)
{
    GrantedRequest g;

    TRY(grant(call, MAY_SEE, &g));
    TRY(participant_remove(&call->cx, g, call_param(call, "login"), call_param(call, "kind")));
    return call_done(call);
}

/* --- tags ------------------------------------------------------------------------------------------------------ */

static Rc api_tags(Call *call)
{
    GrantedRequest g;
    ViewTags tags;
    JsonOut o;

    TRY(grant(call, MAY_SEE, &g));
    TRY(tag_list(&call->cx, g, &tags));
    json_out_init(&o, &call->body);
    page_begin_json(&o);
    for (size_t i = 0; i < tags.n; i++) {
        json_object(&o);
        json_field_text(&o, "tag", tags.at[i].tag);
        json_key_lit(&o, "added_by");
        json_person(&o, &tags.at[i].added_by);
        json_field_time(&o, "at", tags.at[i].at_ms);
        json_object_end(&o);
    }
    page_end_json(&o, call->arena, 0);
    return RC_OK;
}

typedef struct TagBody {
    Str tag;
} TagBody;
static const Input tag_input =
    INPUT(TagBody, "TagAdd",
          { "tag", IN_TEXT, offsetof(TagBody, tag), IN_REQUIRED, .max = 200,
            .about = "letters a to z, digits, - and _, at most 40" });

static Rc api_tag_add(Call *call)
{
    GrantedRequest g;
    TagBody body = { 0 };

    TRY(grant(call, MAY_SEE, &g));
    Rc fault = call_input(call, &tag_input, &body);
    TRY(tag_add(&call->cx, g, &(TagAct){ .tag = body.tag, .fault = fault }));
    return call_show(
        call, 201,
        str_fmt(call->arena, "/api/v1/requests/%.*s/tags", STR_ARG(call_param(call, "number"))));
}

static Rc api_tag_remove(Call *call)
{
    GrantedRequest g;

    TRY(grant(call, MAY_SEE, &g));
    TRY(tag_remove(&call->cx, g, &(TagAct){ .tag = call_param(call, "tag") }));
    return call_done(call);
}

/* --- read marks -------------------------------------------------------------------------------------------------- */

static Rc mark(Call *call, bool read)
{
    GrantedRequest g;

    TRY(grant(call, MAY_SEE, &g));
    TRY(read_mark(&call->cx, g, read));
    return call_done(call);
}

static Rc api_read(Call *call)
{
    return mark(call, true);
}

static Rc api_unread(Call *call)
{
    return mark(call, false);
}

const RouteTable talk_api = ROUTES(
    { HTTP_GET, "/api/v1/requests/{number}/messages", api_messages, RIGHT_SIGNED_IN, BODY_NONE,
      TX_READ, .text = "Messages of a request", .reply = "[Message]", .query = "limit cursor" },
    { HTTP_GET, "/api/v1/requests/{number}/messages/{id}", api_message, RIGHT_SIGNED_IN, BODY_NONE,
      TX_READ, .text = "Read a message", .reply = "Message" },
    { HTTP_POST, "/api/v1/requests/{number}/messages", api_message_add, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Write a message", .input = &message_input, .reply = "Message",
      .status = 201 },
    { HTTP_GET, "/api/v1/requests/{number}/notes", api_notes, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Internal notes of a request", .reply = "[Note]", .query = "limit cursor" },
    { HTTP_GET, "/api/v1/requests/{number}/notes/{id}", api_note, RIGHT_SIGNED_IN, BODY_NONE,
      TX_READ, .text = "Read an internal note", .reply = "Note" },
    { HTTP_POST, "/api/v1/requests/{number}/notes", api_note_add, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Keep an internal note", .input = &talk_input, .reply = "Note",
      .status = 201 },
    { HTTP_POST, "/api/v1/uploads", api_upload, RIGHT_SIGNED_IN, BODY_UPLOAD, TX_WRITE,
      .text = "Store the bytes of a file until they are used", .reply = "Upload", .status = 201,
      .query = "name" },
    { HTTP_GET, "/api/v1/uploads/{id}", api_upload_get, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Read about an own, unused upload", .reply = "Upload" },
    { HTTP_GET, "/api/v1/requests/{number}/attachments", api_attachments, RIGHT_SIGNED_IN,
      BODY_NONE, TX_READ, .text = "Files of a request", .reply = "[Attachment]" },
    { HTTP_POST, "/api/v1/requests/{number}/attachments", api_attach, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Attach uploads to a request", .input = &attach_input,
      .reply = "[Attachment]", .status = 201 },
    { HTTP_GET, "/api/v1/requests/{number}/links", api_links, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Links of a request", .reply = "[Link]" },
    { HTTP_POST, "/api/v1/requests/{number}/links", api_link_add, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Link two requests", .input = &link_input, .reply = "[Link]",
      .status = 201 },
    { HTTP_DELETE, "/api/v1/requests/{number}/links/{id}", api_link_remove, RIGHT_SIGNED_IN,
      BODY_NONE, TX_WRITE, .text = "Remove a link", .status = 204 },
    { HTTP_GET, "/api/v1/requests/{number}/tags", api_tags, RIGHT_SIGNED_IN, BODY_NONE, TX_READ,
      .text = "Tags of a request", .reply = "[Tag]" },
    { HTTP_POST, "/api/v1/requests/{number}/tags", api_tag_add, RIGHT_SIGNED_IN, BODY_JSON,
      TX_WRITE, .text = "Give a request a tag", .input = &tag_input, .reply = "[Tag]",
      .status = 201 },
    { HTTP_DELETE, "/api/v1/requests/{number}/tags/{tag}", api_tag_remove, RIGHT_SIGNED_IN,
      BODY_NONE, TX_WRITE, .text = "Take a tag away", .status = 204 },
    { HTTP_PUT, "/api/v1/requests/{number}/read", api_read, RIGHT_SIGNED_IN, BODY_NONE, TX_WRITE,
      .text = "Mark a request as read, for oneself", .status = 204 },
    { HTTP_DELETE, "/api/v1/requests/{number}/read", api_unread, RIGHT_SIGNED_IN, BODY_NONE,
      TX_WRITE, .text = "Mark a request as unread, for oneself", .status = 204 },
    { HTTP_GET, "/api/v1/requests/{number}/participants", api_participants, RIGHT_SIGNED_IN,
      BODY_NONE, TX_READ, .text = "Who takes part in a request", .reply = "[Participant]" },
    { HTTP_POST, "/api/v1/requests/{number}/participants", api_participant_add, RIGHT_SIGNED_IN,
      BODY_JSON, TX_WRITE, .text = "Let somebody take part or follow", .input = &participant_input,
      .reply = "[Participant]", .status = 201 },
    { HTTP_DELETE, "/api/v1/requests/{number}/participants/{login}/{kind}", api_participant_remove,
      RIGHT_SIGNED_IN, BODY_NONE, TX_WRITE, .text = "Take somebody out", .status = 204 }, );
