/* attachments.c - uploads, and the files of a request.
 *
 * The bytes are in the content store before a row names them.  An upload belongs to the person who sent
 * it until it is attached, once; from then on the grant of the request decides who reads it.
 */
#include "app/store.h"
#include "core/random.h"
#include "domain/request/aggregate.h"
#include "domain/request/talk.h"
#include "domain/request/talk_q.h"

enum { PUBLIC_ID_BYTES = 16 };

static Upload upload_from(const UploadRow *row)
{
    return (Upload){ row->public_id, row->name, row->type, row->size, row->created_ms };
}

Rc upload_add(Ctx *cx, GrantedSelf g, const UploadInput *in, Upload *ret)
{
    uint8_t id[PUBLIC_ID_BYTES];
    UploadCountRow open;
    UploadInsertRow made;

    if (in->size <= 0)
        return fail(cx, RC_INVALID, "empty", TEXT("The file is empty."));
    if (in->size > FILE_BYTES_MAX)
        return fail(cx, RC_LIMIT, "too_big", TEXT("A file may have at most 25 MB."));
    TRY(q_upload_count(cx, g, &open));
    if (open.n >= UPLOADS_OPEN_MAX)
        return fail(cx, RC_LIMIT, "too_many",
                    TEXT("You have too many files that are not attached to anything yet."));
    random_bytes(id, sizeof id);
    Upload u = {
        .id = base64url_encode(cx->arena, id, sizeof id),
        .name = filename_clean(cx->arena, in->name),
        .type = in->type,
        .size = in->size,
        .created_ms = cx->now_ms,
    };
    TRY(q_upload_insert(cx, g, u.id, in->sha256, u.name, u.type, u.size, cx->now_ms, &made));
    *ret = u;
    return RC_OK;
}

Rc upload_get(Ctx *cx, GrantedSelf g, Str id, Upload *ret)
{
    UploadRow row;
    bool found = false;

    TRY(q_upload_mine(cx, g, id, &row, &found));
    if (!found)
        return RC_NOT_FOUND;
    *ret = upload_from(&row);
    return RC_OK;
}

/* ---- attaching ---- */

static Rc check_room(Ctx *cx, const AttachmentSumsRow *sums, const char *pointer)
{
    if (sums->files > REQUEST_FILES_MAX)
        return fail_field(cx, RC_LIMIT, pointer, "too_many",
                          TEXT("A request may have at most 20 files."));
    if (sums->bytes_all > REQUEST_BYTES_MAX)
        return fail_field(cx, RC_LIMIT, pointer, "too_big",
                          TEXT("The files of a request may have at most 100 MB."));
    return RC_OK;
}

static Rc attach_one(Ctx *cx, GrantedRequest g, GrantedSelf self, Str id, const char *object,
                     int64_t object_id, bool internal, const char *pointer)
{
    UploadRow row;
    AttachmentInsertRow made;
    bool found = false;

    TRY(q_upload_take(cx, self, id, &row, &found));
    if (!found)
        return fail_field(cx, RC_NOT_FOUND, pointer, "not_found",
                          TEXT("A file is not there any more. Add it again."));
    return q_attachment_insert(cx, g, row.id, str_z(object), object_id, internal,
                               cx->subject->person_id, cx->now_ms, &made);
}

Rc files_attach(Ctx *cx, GrantedRequest g, const StrList *uploads, const char *object,
                int64_t object_id, bool internal, const char *pointer)
{
    AttachmentSumsRow sums;
    GrantedSelf self;

    if (uploads == NULL || uploads->n == 0)
        return RC_OK;
    if (uploads->n > REQUEST_FILES_MAX)
        return fail_field(cx, RC_LIMIT, pointer, "too_many",
                          TEXT("A request may have at most 20 files."));
    TRY(access_self(cx, &self));
    for (size_t i = 0; i < uploads->n; i++)
        TRY(attach_one(cx, g, self, uploads->at[i], object, object_id, internal, pointer));
    TRY(q_attachment_sums(cx, g, &sums));
    return check_room(cx, &sums, pointer);
}

Rc attachment_add(Ctx *cx, GrantedRequest g, const AttachmentAdd *in)
{
    RequestRow row;

    TRY(access_more(cx, g, MAY_SAY));
    TRY(q_request_lock(cx, g, &row));
    TRY(history_check(cx, &row));
    if (str_eq_z(row.state, "closed"))
        return fail(cx, RC_CONFLICT, "wrong_state", TEXT("This request is closed."));
    TRY(in->fault);
    if (in->uploads.n == 0)
        return fail_field(cx, RC_INVALID, "attachments", "required", TEXT("Choose a file."));
    TRY(files_attach(cx, g, &in->uploads, "request", 0, false, "attachments"));
    Event ev = {
        .kind = "attachment.added",
        .object = "request",
        .object_id = row.id,
        .on_behalf_of = behalf_of(cx, &row),
        .data = str_fmt(cx->arena, "{\"files\":%zu}", in->uploads.n),
    };
    TRY(aggregate_note(cx, g, &ev, NULL));
    return answered_by_file(cx, g);
}

/* ---- reading ---- */

Rc file_from_row(Ctx *cx, const FileRow *row, ViewFile *ret)
{
    ViewFile f = {
        .id = row->id,
        .upload = row->public_id,
        .name = row->name,
        .type = row->type,
        .size = row->size,
        .object = row->object,
        .object_id = row->object_id,
        .internal = row->internal,
        .at_ms = row->at_ms,
    };
    TRY(person_ref(cx, row->added_by, &f.added_by));
    *ret = f;
    return RC_OK;
}

Rc attachment_list(Ctx *cx, GrantedRequest g, ViewFiles *ret)
{
    CLEANUP(rows_close) Rows rows = { 0 };
    FileRow row;
    FileRows found = { 0 };
    IdList ids = { 0 };
    ViewFiles list = { 0 };

    TRY(access_more(cx, g, MAY_SEE));
    TRY(q_attachment_rows(cx, g, granted_may(g, MAY_NOTES), &rows));
    while (q_attachment_rows_next(&rows, &row)) {
        TRY(LIST_PUSH(cx->arena, &found, row));
        TRY(LIST_PUSH(cx->arena, &ids, row.added_by));
    }
    TRY(rows_result(&rows));
    TRY(person_refs_load(cx, ids.at, ids.n));
    for (size_t i = 0; i < found.n; i++) {
        ViewFile f;
        TRY(file_from_row(cx, &found.at[i], &f));
        TRY(LIST_PUSH(cx->arena, &list, f));
    }
    *ret = list;
    return RC_OK;
}

/* Files of notes do not exist for those who may not read notes, nor any but those at their own tasks
 * for a supplier. */
static Rc file_is_theirs(Ctx *cx, GrantedRequest g, const FileRow *row, bool *ret)
{
    *ret = granted_may(g, MAY_SEE) && (!row->internal || granted_may(g, MAY_NOTES));
    if (*ret || row->internal || !str_eq_z(row->object, "task"))
        return RC_OK;
    return supplier_has_task(cx, row->object_id, ret);
}

Rc attachment_get(Ctx *cx, GrantedRequest g, int64_t attachment_id, FileToSend *ret)
{
    FileRow row;
    bool found = false, theirs = false;

    TRY(q_attachment_one(cx, g, attachment_id, &row, &found));
    if (found)
        TRY(file_is_theirs(cx, g, &row, &theirs));
    if (!theirs)
        return fail(cx, RC_NOT_FOUND, "not_found", TEXT("There is no such file."));
    if (granted_confidential(g) || row.internal)
        view_add(cx, granted_request_id(g), attachment_id);
    *ret = (FileToSend){ row.sha256, row.name, row.type, row.size };
    return RC_OK;
}
