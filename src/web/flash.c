/* flash.c - the notices that acts leave for the next page.
 *
 * A write handler says call_flash(call, "message_sent", STR_NULL); the code and one value travel in
 * a short-lived cookie.  To add a notice, add a row.
 */
#include "web/page.h"

typedef struct FlashRow {
    const char *code;
    FlashKind kind;
    const char *text; /* {0} is the value */
    const char *undo; /* POST here to undo; {0} is the value, percent-encoded; NULL: no undo */
} FlashRow;

static const FlashRow rows[] = {
    { "saved", FLASH_DONE, T("Saved."), NULL },
    { "moved", FLASH_DONE, T("{0} is moved."), NULL },
    { "moved_kept", FLASH_DONE, T("Moved."), "/work/bulk/{0}/undo" },
    { "macro_done", FLASH_DONE, T("All steps are done."), NULL },
    { "assigned", FLASH_DONE, T("Changed who has it."), "/work/bulk/{0}/undo" },
    { "priority_changed", FLASH_DONE, T("The priority is changed."), "/work/bulk/{0}/undo" },
    { "tagged", FLASH_DONE, T("The tag is given."), "/work/bulk/{0}/undo" },
    { "untagged", FLASH_DONE, T("The tag is taken away."), "/work/bulk/{0}/undo" },
    { "waits", FLASH_DONE, T("{0} waits."), "/work/{0}/acts/resume" },
    { "taken_back", FLASH_DONE, T("Taken back."), NULL },
    { "not_taken_back", FLASH_WARN, T("It could not be taken back: {0}"), NULL },
    { "unread_again", FLASH_DONE, T("{0} is unread until you open it again."), NULL },
    { "view_dropped", FLASH_DONE, T("The view is dropped."), NULL },
    { "calendar_published", FLASH_DONE, T("Published. What was measured before stays as it was."),
      NULL },
    { "holidays_taken_in", FLASH_DONE, T("Days that the file brings: {0}."), NULL },
    { "signed_out", FLASH_DONE, T("You are signed out."), NULL },
    { "password_set", FLASH_DONE, T("Your new password is set. Sign in with it."), NULL },
    { "password_changed", FLASH_DONE, T("Your password is changed. Other places are signed out."),
      NULL },
    { "session_ended", FLASH_DONE, T("Signed out there."), NULL },
    { "token_revoked", FLASH_DONE,
      T("The token is revoked. Programs that used it are refused from now on."), NULL },
    { "person_activated", FLASH_DONE, T("This person can sign in again."), NULL },
    { "person_deactivated", FLASH_DONE, T("This person can no longer sign in."),
      "/admin/people/{0}/activate" },
    { "team_activated", FLASH_DONE, T("The team is active again."), NULL },
    { "team_deactivated", FLASH_DONE, T("The team is no longer active."),
      "/admin/teams/{0}/activate" },
    { "request_sent", FLASH_DONE, T("Sent as {0}."), NULL },
    { "put_aside", FLASH_DONE, T("{0} is put aside. It comes back by itself."), "/work/{0}/awake" },
    { "brought_back", FLASH_DONE, T("It is back in the work lists."), NULL },
    { "repeats", FLASH_DONE, T("It repeats from now on."), NULL },
    { "bundle_sent", FLASH_DONE, T("Sent: {0}."), NULL },
    { "draft_saved", FLASH_DONE, T("Saved as a draft."), NULL },
    { "me_too_said", FLASH_DONE, T("Noted. You hear how {0} goes on."), NULL },
    { "me_too_taken_back", FLASH_DONE, T("Noted. You no longer follow {0} for this."), NULL },
    { "followed", FLASH_DONE, T("You follow {0} from now on."), NULL },
    { "message_sent", FLASH_DONE, T("Message sent."), NULL },
    { "note_kept", FLASH_DONE, T("Internal note kept."), NULL },
    { "request_sent_in_confidence", FLASH_DONE,
      T("Sent as {0}. Only the people it needs can read it."), NULL },
    { "follow_up", FLASH_DONE, T("The old request is closed, so this is a new one: {0}."), NULL },
    { "merged", FLASH_DONE, T("{0} was merged into this request, where it goes on."), NULL },
    { "split", FLASH_DONE, T("{0} is a request of its own now."), NULL },
    { "confirmed", FLASH_DONE, T("Closed. Thank you for telling us."), NULL },
    { "reopened", FLASH_DONE, T("Sent back to the team."), NULL },
    { "withdrawn", FLASH_DONE, T("Withdrawn."), NULL },
    { "task_done", FLASH_DONE, T("Done. The next step begins."), NULL },
    { "approved", FLASH_DONE, T("Approved."), NULL },
    { "rejected", FLASH_DONE, T("Rejected. Your reason was sent."), NULL },
    { "returned", FLASH_DONE, T("Sent back for a change."), NULL },
    { "delegated", FLASH_DONE, T("Handed on. Both names stay on record."), NULL },
};

Flash flash_of(Arena *a, Str code, Str arg)
{
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!str_eq_z(code, rows[i].code))
            continue;
        Flash flash = { .kind = rows[i].kind,
                        .text = { .msgid = rows[i].text, .n = 1, .args = { arg_str(arg) } } };
        if (rows[i].undo != NULL) {
            Buf b;
            PageOut o = { .buf = &b };
            buf_init(&b, 1024);
            Str rest = str_z(rows[i].undo), piece;
            int slot;
            while (text_next(&rest, &piece, &slot)) {
                buf_add(&b, piece);
                if (slot == 0)
                    url_part_str(&o, arg);
            }
            flash.undo_url = str_dup(a, buf_str(&b));
            buf_done(&b);
        }
        return flash;
    }
    return (Flash){ .kind = FLASH_NONE };
}
