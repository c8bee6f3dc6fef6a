/* actions.h - the loop that carries actions out, and the runner of executables.
 *
 * One thread, beside the loop threads and the writer.  It looks for a task that an action is due for, takes
 * the order in one write, lets a runner do it while nothing else waits, and brings the answer back in another
 * write.  What is out when the server stops, or is killed, is handed out again at the next start, under the
 * same key (domain/request/action.h).
 *
 * The runner of executables.  An action is the executable FOLDER/KEY, a file that is writable by its owner
 * alone.  It is started directly, not by a shell, in that folder, with an environment of PATH and LANG and
 * nothing else, with no descriptor but these three: standard input is the order as JSON, standard output
 * the evidence, standard error the reason of a failure; of both the first 8 KiB count.  Exit code 0: done.
 * 75: not now, try again.  Any other: cannot be done.  After order.limit_ms, and when the server stops, it is
 * killed with everything in its process group, and it is tried again.
 */
#pragma once

#include "db/db.h"
#include "domain/request/action.h"

/* Starts the loop.  `folder` "": no executables; actions without a runner then fail in words.
 * Errors: RC_INVALID (the folder cannot be read; `ret_why`), RC_INTERNAL. */
CHECKED Rc actions_start(Db *db, Str folder, Arena *a, Str *ret_why);
/* Ends what runs and the loop; before db_close.  Does nothing when it was not started. */
void actions_stop(void);

/* One turn of the loop: true when there was something to do.  For the loop and tests. */
bool actions_turn(Db *db, DbConn *reader, Ms now, const atomic_bool *stop);

/* Whether the folder has an executable for this action, and running it.  `folder` ends in NUL. */
bool program_has(const char *folder, Str action);
void program_run(const char *folder, const ActionOrder *o, Arena *a, ActionAnswer *ret);
