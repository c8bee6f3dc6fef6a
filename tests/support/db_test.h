/* db_test.h - tests with a database.
 *
 * DB_TEST(name) { ... } has `cx`: a migrated, empty database in a transaction of its own that is
 * rolled back at the end, at the instant 2030-01-07T09:00Z (a Monday), acting as nobody until
 * fixture_act_as.  All DB_TESTs share one file, so none sees what another wrote.
 *
 * Tests of the writer thread, of several connections or of commits open a database of their own with
 * test_db.
 */
#pragma once

#include "app/ctx.h"
#include "support/test.h"

typedef void (*DbTestFn)(Ctx *cx);
void db_test_run(DbTestFn fn);

#define DB_TEST(name)                                                                              \
    static void db_test_##name(Ctx *cx);                                                           \
    TEST(name)                                                                                     \
    {                                                                                              \
        db_test_run(db_test_##name);                                                               \
    }                                                                                              \
    static void db_test_##name(Ctx *cx)

/* Runs `act` again and again with its first, second, third ... database call failing, each time from
 * the same state, until it gets through without a fault.  Expects that no fault is overlooked: an act
 * that says RC_OK after one has left something half done, for everything else is rolled back by
 * whoever called it.  The last run must be RC_OK, and its changes stay.  Use inside a DB_TEST. */
void fault_run(Ctx *cx, Rc (*act)(Ctx *cx, void *arg), void *arg);

/* FAULT_TEST(name) { TRY(...); return RC_OK; }: a whole scenario as above, on an empty database. */
#define FAULT_TEST(name)                                                                           \
    static Rc fault_test_##name(Ctx *cx, void *arg);                                               \
    DB_TEST(name)                                                                                  \
    {                                                                                              \
        fault_run(cx, fault_test_##name, NULL);                                                    \
    }                                                                                              \
    static Rc fault_test_##name(Ctx *cx, __attribute__((unused)) void *arg)

/* A folder for the files of this run, removed at its end. */
const char *test_dir(void);
/* A copy of the migrated, empty database under a fresh name in test_dir(). */
const char *test_db_file(void);
/* Opens such a copy with its writer thread; close it with db_close.  `queue_limit` as in DbOpen. */
Db *test_db(size_t queue_limit);

/* Persons and teams, made by plain inserts.  Logins and keys must be fresh within a test.  The tests of
 * identity use its own functions. */
int64_t fixture_person(Ctx *cx, const char *login); /* an active employee who speaks English */
void    fixture_manager(Ctx *cx, int64_t person_id, int64_t manager_id);
int64_t fixture_team(Ctx *cx, const char *key);
int64_t fixture_supplier_team(Ctx *cx, const char *key, const char *supplier);
void    fixture_member(Ctx *cx, int64_t team_id, int64_t person_id, bool lead);
void    fixture_role(Ctx *cx, int64_t person_id, const char *role, int64_t team_id); /* 0: for all */
/* From here on cx acts as this person, with the roles they hold, as in a session. */
void fixture_act_as(Ctx *cx, int64_t person_id);
/* A query without a generated function, to look at what was written: the first column of the first
 * row.  Fails the test when there is no row. */
int64_t fixture_int(Ctx *cx, const char *sql);
Str     fixture_text(Ctx *cx, const char *sql);
void    fixture_exec(Ctx *cx, const char *sql);
