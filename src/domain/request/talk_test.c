#include "domain/request/office_fixture.h"

static int64_t ask_question(Office *o)
{
    office_as(o, "robin");
    return office_ask(o, "question", "{\"details\":\"How?\"}");
}

DB_TEST(message_needs_words_or_a_file)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    MessageInput in = { .text = STR("  ") };
    MessageMade made;

    EXPECT_RC(RC_INVALID, message_add(cx, office_grant(&o, id), &in, &made));
    EXPECT_STR("/text", cx->errors.at[0].pointer);
    in.text = STR("a\x01");
    EXPECT_RC(RC_INVALID, message_add(cx, office_grant(&o, id), &in, &made));
    char *big = arena_try(cx->arena, REQUEST_TEXT_MAX + 1);
    memset(big, 'x', REQUEST_TEXT_MAX + 1);
    in.text = (Str){ big, REQUEST_TEXT_MAX + 1 };
    EXPECT_RC(RC_INVALID, message_add(cx, office_grant(&o, id), &in, &made));
    in.text = (Str){ big, REQUEST_TEXT_MAX };
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &in, &made));
    Str file = office_upload(&o, "a.txt", 1);
    in = (MessageInput){ .text = STR(""), .attachments = { .at = &file, .n = 1 } };
    EXPECT_RC(RC_OK, message_add(cx, office_grant(&o, id), &in, &made));
    in.task_id = 4711;
    in.text = STR("x");
    EXPECT_RC(RC_NOT_FOUND, message_add(cx, office_grant(&o, id), &in, &made));
    office_as(&o, "aud");
    in = (MessageInput){ .text = STR("I only read.") };
    EXPECT_RC(RC_FORBIDDEN, message_add(cx, office_grant(&o, id), &in, &made));
}

DB_TEST(message_of_staff_is_no_reply_to_what_they_asked)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);

    office_as(&o, "sam");
    RequestAct ask = { .kind = ACT_ASK, .text = STR("Which room?") };
    EXPECT_RC(RC_OK, request_act(cx, office_grant(&o, id), &ask, NULL));
    EXPECT_STR("pending", office_state(&o, id));
    EXPECT_RC(RC_OK, office_say(&o, id, "The one with the printer, perhaps?"));
    EXPECT_STR("pending", office_state(&o, id));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, office_say(&o, id, "That one."));
    office_as(&o, "sam");
    EXPECT(strcmp("pending", office_state(&o, id)) != 0);
}

DB_TEST(timeline_of_what_is_public_leaves_out_notes_for_staff_too)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o), note;
    Entries entries;
    bool more = false;
    NoteInput in = { .text = STR("Between us.") };
    TimelineFilter newest = { .newest = true, .size = 2 };

    office_as(&o, "sam");
    EXPECT_RC(RC_OK, office_say(&o, id, "We look into it."));
    for (int i = 0; i < 3; i++)
        EXPECT_RC(RC_OK, note_add(cx, office_grant(&o, id), &in, &note));
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &newest, &entries, &more));
    EXPECT_STR("Between us.", entries.at[1].text);
    newest.only_public = true;
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &newest, &entries, &more));
    EXPECT_INT(2, entries.n);
    EXPECT(more);
    EXPECT_STR("We look into it.", entries.at[1].text); /* however many notes came after it */
    newest.before_seq = entries.at[0].seq;
    newest.size = 100;
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &newest, &entries, &more));
    EXPECT(!more);
    EXPECT_INT(1, entries.at[0].seq);
}

DB_TEST(message_list_goes_page_by_page)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o), next = 0;
    Messages list;

    for (int i = 0; i < 5; i++)
        EXPECT_RC(RC_OK, office_say(&o, id, str_dup_z(cx->arena, str_fmt(cx->arena, "m%d", i))));
    EXPECT_RC(RC_OK, message_list(cx, office_grant(&o, id), 0, 2, &list, &next));
    EXPECT_INT(2, list.n);
    EXPECT_STR("m0", list.at[0].text);
    EXPECT_RC(RC_OK, message_list(cx, office_grant(&o, id), next, 3, &list, &next));
    EXPECT_INT(3, list.n);
    EXPECT_STR("m4", list.at[2].text);
    EXPECT_INT(0, next);
}

DB_TEST(files_have_limits)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    GrantedSelf g;
    Upload u;
    UploadInput in = {
        .name = STR("../../x\n.txt"), .type = STR("text/plain"), .sha256 = STR("00"), .size = 0
    };
    Str ids[REQUEST_FILES_MAX + 1];
    StrList list = { .at = ids, .n = 0 };

    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_INVALID, upload_add(cx, g, &in, &u));
    in.size = FILE_BYTES_MAX + 1;
    EXPECT_RC(RC_LIMIT, upload_add(cx, g, &in, &u));
    in.size = FILE_BYTES_MAX;
    EXPECT_RC(RC_OK, upload_add(cx, g, &in, &u));
    EXPECT(!str_contains(u.name, STR("/")) && !str_contains(u.name, STR("\n")));
    for (size_t i = 0; i <= REQUEST_FILES_MAX; i++)
        ids[list.n++] = office_upload(&o, "f.txt", 10);
    EXPECT_RC(RC_LIMIT, attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    list.n = REQUEST_FILES_MAX;
    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    list = (StrList){ .at = &ids[REQUEST_FILES_MAX], .n = 1 };
    fixture_exec(cx, "SAVEPOINT tried");
    EXPECT_RC(RC_LIMIT, attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    fixture_exec(cx, "ROLLBACK TO tried");
    /* 100 MiB in all. */
    int64_t other = office_ask(&o, "question", "{\"details\":\"x\"}");
    for (size_t i = 0; i < 5; i++)
        ids[i] = office_upload(&o, "big.bin", FILE_BYTES_MAX);
    list = (StrList){ .at = ids, .n = 5 };
    fixture_exec(cx, "SAVEPOINT tried");
    EXPECT_RC(RC_LIMIT,
              attachment_add(cx, office_grant(&o, other), &(AttachmentAdd){ list, RC_OK }));
    fixture_exec(cx, "ROLLBACK TO tried");
    list.n = 4;
    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, other), &(AttachmentAdd){ list, RC_OK }));
    for (size_t i = 0; i < UPLOADS_OPEN_MAX - 3; i++)
        office_upload(&o, "many.txt", 1);
    EXPECT_RC(RC_LIMIT, upload_add(cx, g, &in, &u));
}

DB_TEST(files_are_attached_once_and_by_their_owner)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    Str mine = office_upload(&o, "mine.txt", 10);
    StrList list = { .at = &mine, .n = 1 };
    FileToSend f;
    GrantedSelf g;
    Upload u;

    office_as(&o, "sam");
    EXPECT_RC(RC_NOT_FOUND,
              attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    EXPECT_RC(RC_OK, access_self(cx, &g));
    EXPECT_RC(RC_NOT_FOUND, upload_get(cx, g, mine, &u));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    EXPECT_RC(RC_NOT_FOUND,
              attachment_add(cx, office_grant(&o, id), &(AttachmentAdd){ list, RC_OK }));
    ViewFiles files;
    EXPECT_RC(RC_OK, attachment_list(cx, office_grant(&o, id), &files));
    EXPECT_INT(1, files.n);
    EXPECT_RC(RC_OK, attachment_get(cx, office_grant(&o, id), files.at[0].id, &f));
    EXPECT_STR("mine.txt", f.name);
    EXPECT(cx->views == NULL);
    EXPECT_RC(RC_NOT_FOUND, attachment_get(cx, office_grant(&o, id), 4711, &f));
    /* The grant of one request opens no file of another. */
    int64_t other = office_ask(&o, "question", "{\"details\":\"x\"}");
    EXPECT_RC(RC_NOT_FOUND, attachment_get(cx, office_grant(&o, other), files.at[0].id, &f));
}

DB_TEST(files_as_answers_stay_through_edits)
{
    Office o = office_open(cx);
    office_as(&o, "robin");
    Str scan = office_upload(&o, "scan.txt", 9), other = office_upload(&o, "other.txt", 9);
    int64_t id =
        office_ask(&o, "paper",
                   str_dup_z(cx->arena, str_fmt(cx->arena, "{\"scan\":\"%.*s\"}", STR_ARG(scan))));
    RequestEdit edit = { .has_answers = true };

    EXPECT_STR("scan.txt", office_view(&o, id).answers.at[0].words);
    edit.answers = office_answers(
        &o, str_dup_z(cx->arena, str_fmt(cx->arena, "{\"second\":\"%.*s\"}", STR_ARG(other))));
    EXPECT_RC(RC_OK, request_edit(cx, office_grant(&o, id), &edit));
    RequestView v = office_view(&o, id);
    EXPECT_INT(2, v.files.n);
    EXPECT_STR("answer", v.files.at[1].object);
    edit.answers = office_answers(&o, "{\"second\":\"not-an-upload\"}");
    EXPECT_RC(RC_INVALID, request_edit(cx, office_grant(&o, id), &edit));
    office_as(&o, "bo"); /* may edit, and has no upload of that name */
    Str theirs = office_upload(&o, "theirs.txt", 9);
    office_as(&o, "robin");
    edit.answers = office_answers(
        &o, str_dup_z(cx->arena, str_fmt(cx->arena, "{\"scan\":\"%.*s\"}", STR_ARG(theirs))));
    EXPECT_RC(RC_INVALID, request_edit(cx, office_grant(&o, id), &edit));
}

DB_TEST(participants_see_it_and_watchers_must_see_it_already)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o);
    GrantedRequest g;

    EXPECT_RC(RC_NOT_FOUND,
              participant_add(cx, office_grant(&o, id),
                              &(ParticipantAdd){ STR("who"), STR("participant"), RC_OK }));
    EXPECT_RC(RC_INVALID, participant_add(cx, office_grant(&o, id),
                                          &(ParticipantAdd){ STR("eve"), STR("friend"), RC_OK }));
    office_as(&o, "eve");
    EXPECT_RC(RC_NOT_FOUND, access_request(cx, id, MAY_SEE, &g));
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("eve"), STR("participant"), RC_OK }));
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("eve"), STR("participant"),
                                                        RC_OK })); /* again: nothing */
    EXPECT_RC(RC_FORBIDDEN,
              participant_add(cx, office_grant(&o, id),
                              &(ParticipantAdd){ STR("mika"), STR("watcher"), RC_OK }));
    office_as(&o, "eve");
    EXPECT_RC(RC_OK, office_say(&o, id, "I can help."));
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("eve"), STR("watcher"), RC_OK }));
    EXPECT_RC(RC_FORBIDDEN,
              participant_remove(cx, office_grant(&o, id), STR("robin"), STR("participant")));
    office_as(&o, "sam");
    EXPECT_RC(RC_INVALID, participant_add(cx, office_grant(&o, id),
                                          &(ParticipantAdd){ STR("mika"), STR("watcher"), RC_OK }));
    EXPECT_RC(RC_OK, participant_add(cx, office_grant(&o, id),
                                     &(ParticipantAdd){ STR("noor"), STR("watcher"), RC_OK }));
    EXPECT_INT(3, office_view(&o, id).participants.n);
    office_as(&o, "robin");
    EXPECT_RC(RC_OK, participant_remove(cx, office_grant(&o, id), STR("eve"), STR("participant")));
    EXPECT_RC(RC_NOT_FOUND,
              participant_remove(cx, office_grant(&o, id), STR("eve"), STR("participant")));
    office_as(&o, "eve");
    EXPECT_RC(RC_NOT_FOUND, access_request(cx, id, MAY_SEE, &g));
}

DB_TEST(links_show_both_ends_to_those_who_see_them)
{
    Office o = office_open(cx);
    int64_t id = ask_question(&o), link;
    ViewLinks links;

    office_as(&o, "mika");
    int64_t other = office_ask(&o, "question", "{\"details\":\"Where?\"}");
    office_as(&o, "robin");
    EXPECT_RC(RC_INVALID,
              link_add(cx, office_grant(&o, id), &(LinkAdd){ STR("REQ-2"), STR("related"), RC_OK },
                       &link)); /* not seen */
    EXPECT_STR("not_found", cx->errors.at[0].code);
    EXPECT_RC(RC_INVALID, link_add(cx, office_grant(&o, id),
                                   &(LinkAdd){ STR("REQ-1"), STR("related"), RC_OK }, &link));
    office_as(&o, "sam");
    EXPECT_RC(RC_INVALID, link_add(cx, office_grant(&o, id),
                                   &(LinkAdd){ STR("REQ-2"), STR("converted_to"), RC_OK }, &link));
    EXPECT_RC(RC_OK, link_add(cx, office_grant(&o, id),
                              &(LinkAdd){ STR("REQ-2"), STR("duplicate_of"), RC_OK }, &link));
    EXPECT_RC(RC_CONFLICT, link_add(cx, office_grant(&o, id),
                                    &(LinkAdd){ STR("REQ-2"), STR("duplicate_of"), RC_OK }, &link));
    EXPECT_RC(RC_OK, link_list(cx, office_grant(&o, other), &links));
    EXPECT_INT(1, links.n);
    EXPECT_STR("REQ-1", links.at[0].number);
    EXPECT(!links.at[0].outgoing);
    office_as(&o, "mika"); /* sees one end */
    EXPECT_RC(RC_OK, link_list(cx, office_grant(&o, other), &links));
    EXPECT_INT(0, links.n);
    Entries entries;
    TimelineFilter talk = { .size = 100 };
    bool more;
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, other), &talk, &entries, &more));
    for (size_t i = 0; i < entries.n; i++)
        for (size_t k = 0; k < entries.at[i].changes.n; k++)
            EXPECT(!str_eq_z(entries.at[i].changes.at[k].to, "REQ-1"));
    office_as(&o, "aud");
    EXPECT_RC(RC_FORBIDDEN, link_remove(cx, office_grant(&o, id), link));
    office_as(&o, "sam");
    EXPECT_RC(RC_OK, link_remove(cx, office_grant(&o, id), link));
    EXPECT_RC(RC_NOT_FOUND, link_remove(cx, office_grant(&o, id), link));
}

static Str last_sentence(Office *o, int64_t id, const char *kind)
{
    Entries e;
    bool more;
    Reader reader = { LANG_EN, zone_utc(), 0 };
    Str said = STR("");
    TimelineFilter f = { .size = 100 };

    EXPECT_RC(RC_OK, timeline(o->cx, office_grant(o, id), &f, &e, &more));
    for (size_t i = 0; i < e.n; i++)
        if (str_eq_z(e.at[i].kind, kind))
            said = words_text(o->cx->arena, &reader, &e.at[i].what);
    return said;
}

DB_TEST(timeline_says_who_took_and_who_gave)
{
    Office o = office_open(cx);

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "question", "{\"details\":\"Where is the key?\"}");
    office_as(&o, "sam");
    office_assign(&o, id, "sam");
    EXPECT_STR("sam took it", last_sentence(&o, id, "request.assigned"));
    office_assign(&o, id, "");
    EXPECT_STR("sam put it back for anybody to take", last_sentence(&o, id, "request.assigned"));
    office_as(&o, "ada");
    office_assign(&o, id, "sam");
    EXPECT_STR("ada gave it to sam", last_sentence(&o, id, "request.assigned"));
}

DB_TEST(timeline_tells_the_story_in_order)
{
    Office o = office_open(cx);
    Entries e;
    bool more;
    TimelineFilter f = { .size = 100 };
    Reader reader = { LANG_EN, zone_utc(), 0 };

    office_as(&o, "robin");
    int64_t id = office_ask(&o, "laptop", "{\"device\":\"light\",\"reason\":\"I travel\"}");
    EXPECT_RC(RC_OK, office_say(&o, id, "Soon, please."));
    office_as(&o, "kim");
    EXPECT_RC(RC_OK, office_decide(&o, id, "manager", "approve", "Fine with me."));
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &f, &e, &more));
    EXPECT(!more);
    for (size_t i = 0; i < e.n; i++) {
        EXPECT_INT(i + 1, e.at[i].seq);
        EXPECT(e.at[i].what.msgid != NULL);
        EXPECT(words_text(cx->arena, &reader, &e.at[i].what).len > 0);
    }
    EXPECT_STR("request.created", e.at[0].kind);
    EXPECT_STR("request.submitted", e.at[1].kind);
    EXPECT_STR("robin sent this request", words_text(cx->arena, &reader, &e.at[1].what));
    bool said = false, approved = false, asked = false;
    for (size_t i = 0; i < e.n; i++) {
        said =
            said
            || (str_eq_z(e.at[i].kind, "message.added") && str_eq_z(e.at[i].text, "Soon, please."));
        asked = asked || (str_eq_z(e.at[i].kind, "approval.asked") && e.at[i].by_system);
        if (!str_eq_z(e.at[i].kind, "approval.approved"))
            continue;
        approved = true;
        EXPECT_STR("Fine with me.", e.at[i].text);
        EXPECT_STR("kim", e.at[i].actor.login);
        EXPECT_STR("kim approved: Manager", words_text(cx->arena, &reader, &e.at[i].what));
    }
    EXPECT(said && approved && asked);
    size_t all = e.n;
    f = (TimelineFilter){ .size = 3 };
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &f, &e, &more));
    EXPECT(more && e.n == 3 && e.at[0].seq == 1);
    f = (TimelineFilter){ .size = 2, .newest = true };
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &f, &e, &more));
    EXPECT(more && e.n == 2 && e.at[1].seq == (int64_t)all);
    f = (TimelineFilter){ .size = 100, .only_talk = true };
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &f, &e, &more));
    EXPECT_INT(1, e.n);
    /* Words that an erasure removed leave the event. */
    fixture_exec(cx, "DELETE FROM event_text");
    f = (TimelineFilter){ .size = 100 };
    EXPECT_RC(RC_OK, timeline(cx, office_grant(&o, id), &f, &e, &more));
    EXPECT_INT(all, e.n);
    EXPECT(e.at[0].changes.at[0].erased);
}
