/* talk.h - what people say and attach: messages, notes, files, participants, links, the timeline.
 *
 * A message is read by everyone who sees the request.  A note is read by the staff among them and by
 * nobody else; it has its own table, type and functions, and nothing turns one into the other.
 * General rules (grants, versions, errors): request.h.
 */
#pragma once

#include "domain/request/request.h"

/* --- messages and notes ----------------------------------------------------------------------- */

typedef struct MessageInput {
    Str     text;        /* 1..REQUEST_TEXT_MAX bytes of clean text, several lines; may be empty with files */
    StrList attachments; /* public ids of own, unused uploads */
    int64_t task_id;     /* said at a task; 0: at the request */
    int64_t seen_seq;    /* the newest entry of the timeline that its author had before them; 0: not said */
    Rc      fault;       /* see request.h, order of refusals */
} MessageInput;

typedef struct MessageMade {
    int64_t id;
    int64_t follow_up_id; /* the request was closed for good: the message opened this linked request */
    Str     follow_up;    /* its number; STR_NULL: none */
} MessageMade;

/* Writes a message.  One of the asking side ends a pending question, reopens a fulfilled request
 * within its grace, and later opens a linked follow-up request which holds the message.
 * Suppliers may write at their own tasks.  Needs MAY_SAY, or MAY_SUPPLY with a task of theirs.
 * Errors: RC_INVALID with field errors, RC_LIMIT (files), RC_NOT_FOUND (task), RC_CONFLICT
 * "answered_meanwhile" (somebody else has written a message after `seen_seq`: nothing is sent). */
CHECKED Rc message_add(Ctx *cx, GrantedRequest g, const MessageInput *in, MessageMade *ret);

typedef struct NoteInput {
    Str     text;
    StrList attachments;
    int64_t task_id;
    Rc      fault;
} NoteInput;
/* Needs MAY_NOTE.  Errors as message_add. */
CHECKED Rc note_add(Ctx *cx, GrantedRequest g, const NoteInput *in, int64_t *ret_id);

typedef struct Message {
    int64_t   id, task_id;
    PersonRef author;
    Str       text;
    Ms        at_ms;
    ViewFiles files;
} Message;
LIST_OF(Message, Messages);
typedef struct Note {
    int64_t   id, task_id;
    PersonRef author;
    Str       text;
    Ms        at_ms;
    ViewFiles files;
} Note;
LIST_OF(Note, Notes);

/* Oldest first; `after_id` 0: from the start; at most `size` (1..100). `*ret_next` is the after_id of
 * the next page, 0 at the end. */
CHECKED Rc message_list(Ctx *cx, GrantedRequest g, int64_t after_id, int64_t size, Messages *ret,
                        int64_t *ret_next);
/* Needs MAY_NOTES. */
CHECKED Rc note_list(Ctx *cx, GrantedRequest g, int64_t after_id, int64_t size, Notes *ret,
                     int64_t *ret_next);
CHECKED Rc message_get(Ctx *cx, GrantedRequest g, int64_t id, Message *ret);
CHECKED Rc note_get(Ctx *cx, GrantedRequest g, int64_t id, Note *ret);

/* --- files ------------------------------------------------------------------------------------ */

#define FILE_BYTES_MAX    (INT64_C(25) * 1024 * 1024)
#define REQUEST_BYTES_MAX (INT64_C(100) * 1024 * 1024)
#define REQUEST_FILES_MAX 20
#define UPLOADS_OPEN_MAX  100 /* unused uploads of one person */
#define UPLOAD_DAYS       7   /* an unused upload is kept so long */

/* A file whose bytes are stored already (app/store.h). */
typedef struct UploadInput {
    Str     name;   /* as the client named it; cleaned here */
    Str     type;   /* by our own table (filetype_of) */
    Str     sha256;
    int64_t size;   /* 1..FILE_BYTES_MAX */
} UploadInput;
typedef struct Upload {
    Str     id;     /* public, random */
    Str     name, type;
    int64_t size;
    Ms      created_ms;
} Upload;
/* Errors: RC_INVALID (empty), RC_LIMIT (too big, too many unused). */
CHECKED Rc upload_add(Ctx *cx, GrantedSelf g, const UploadInput *in, Upload *ret);
/* One's own, unused. Errors: RC_NOT_FOUND. */
CHECKED Rc upload_get(Ctx *cx, GrantedSelf g, Str id, Upload *ret);

/* Attaches own uploads to the request itself.  Needs MAY_SAY.
 * Errors: RC_FORBIDDEN, RC_CONFLICT (closed), then `fault` and RC_NOT_FOUND (not one's own, or used),
 * RC_LIMIT. */
typedef struct AttachmentAdd {
    StrList uploads; /* public ids */
    Rc      fault;   /* what was wrong with the body: told after whose act it is and the state */
} AttachmentAdd;
CHECKED Rc attachment_add(Ctx *cx, GrantedRequest g, const AttachmentAdd *in);
CHECKED Rc attachment_list(Ctx *cx, GrantedRequest g, ViewFiles *ret);

/* What a download needs; the grant of the request covers it, files of notes need MAY_NOTES and are
 * unknown otherwise.  Suppliers get files of their own tasks only.  Files of confidential requests and
 * of notes are recorded when they are taken: adds them to cx->views.  Errors: RC_NOT_FOUND. */
typedef struct FileToSend {
    Str     sha256, name, type;
    int64_t size;
} FileToSend;
CHECKED Rc attachment_get(Ctx *cx, GrantedRequest g, int64_t attachment_id, FileToSend *ret);

/* --- participants and links ------------------------------------------------------------------- */

/* kind: participant (takes part, sees it) | watcher (follows it; must see it already or is oneself).
 * Needs MAY_SAY, for oneself too: whoever only reads writes nothing.
 * Errors: RC_FORBIDDEN, then `fault` and RC_NOT_FOUND (person), RC_INVALID (kind; a watcher who does not
 * see it). */
typedef struct ParticipantAdd {
    Str login, kind;
    Rc  fault;
} ParticipantAdd;
CHECKED Rc participant_add(Ctx *cx, GrantedRequest g, const ParticipantAdd *in);
/* Oneself, or with MAY_ASK_SIDE, MAY_WORK. */
CHECKED Rc participant_remove(Ctx *cx, GrantedRequest g, Str login, Str kind);

/* Links to another request that the subject sees too.  Needs MAY_NOTE or MAY_ASK_SIDE.
 * Kinds that people set: related caused_by needs part_of duplicate_of.
 * Errors: RC_FORBIDDEN, then `fault` and RC_INVALID (kind, no such request, itself), RC_CONFLICT (there
 * already). */
typedef struct LinkAdd {
    Str number, kind;
    Rc  fault;
} LinkAdd;
CHECKED Rc link_add(Ctx *cx, GrantedRequest g, const LinkAdd *in, int64_t *ret_id);
/* converted_to, follow_up, merged_into and split_from stay (RC_CONFLICT). */
CHECKED Rc link_remove(Ctx *cx, GrantedRequest g, int64_t link_id);
CHECKED Rc link_list(Ctx *cx, GrantedRequest g, ViewLinks *ret);

/* --- timeline ---------------------------------------------------------------------------------- */

typedef struct EntryChange {
    Str  field, from, to;       /* as programs read them: words, logins, keys, numbers; STR_NULL: none */
    Str  from_name, to_name;    /* as people read them */
    bool erased;                /* there were words, and an erasure has removed them */
} EntryChange;
LIST_OF(EntryChange, EntryChanges);

/* One event of the request with what belongs to it. */
typedef struct Entry {
    int64_t      seq;        /* counted per request, from 1: the id of the API */
    int64_t      event_id;
    Str          kind;       /* "request.submitted", "message.added" ... */
    Ms           at_ms;
    PersonRef    actor;      /* id 0: the system itself */
    PersonRef    on_behalf_of;
    Str          object;     /* request | approval | task | message | note | attachment | ... */
    int64_t      object_id;
    bool         internal;   /* staff only */
    bool         gone;       /* its words went back to another request with a merge */
    bool         by_system;  /* a step that followed from another one: pages fold these */
    Text         what;       /* the sentence: "{0} approved." */
    Str          text;       /* words said with it: message, note, reason; STR_NULL: none */
    EntryChanges changes;
    ViewFiles    files;
} Entry;
LIST_OF(Entry, Entries);

typedef struct TimelineFilter {
    int64_t after_seq;   /* 0: from the start */
    int64_t before_seq;  /* 0: to the end; with it the page ends just before */
    bool    newest;      /* the last `size` entries of the range instead of the first; order stays oldest first */
    int64_t size;        /* 1..100 */
    bool    only_talk;   /* messages and notes only */
    bool    only_public; /* nothing internal, whoever reads */
    const RequestView *view; /* where this call has made one: its tasks and files are not read again */
} TimelineFilter;
/* Oldest first, internal entries only with MAY_NOTES; a constant number of statements.
 * `*ret_more`: there is more in that direction. */
CHECKED Rc timeline(Ctx *cx, GrantedRequest g, const TimelineFilter *f, Entries *ret,
                    bool *ret_more);
