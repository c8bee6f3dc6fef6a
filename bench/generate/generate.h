/* generate.h - a database as a large organisation has it after years: ./dev generate.
 *
 * A program of its own and no command of errand: it writes rows past the engine, which nothing that is
 * installed may do.
 *
 *   organisation.c  people beside those of the demo organisation, and the branches with the teams they work in
 *   texts.c         words in three languages, drawn by Zipf's law
 *   lives.c         whole lives through the commands that pages and programs use
 *   copies.c        the years before: closed and open lives again, of other people at other times, in all branches
 *   moved.c         what becomes of instants, people and teams in a copy
 *
 * The same seed, size and instant give the same database, but for salts and hashes.
 */
#pragma once

#include "domain/identity/identity.h"
#include "domain/model/yaml.h"

enum {
    PEOPLE_OF_A_MANAGER = 12,
    PEOPLE_OF_A_BRANCH = 400,
    BRANCHES_MAX = 64,
    TEAMS_MAX_HERE = 16, /* of a branch */
    WORKERS_MAX = 32,    /* of one team */
    WORKERS_MAX_HERE = 64, /* of all of them */
};

typedef struct Draw {
    uint64_t state;
} Draw;
uint64_t draw(Draw *d);
size_t   draw_below(Draw *d, size_t n);
bool     draw_chance(Draw *d, int percent);
/* 0..n-1; the first twice as often as the second, thrice as often as the third ... */
size_t   draw_zipf(Draw *d, size_t n);

typedef struct Workers {
    int64_t team_id;
    int64_t ids[WORKERS_MAX];
    size_t  n;
} Workers;

/* A place with its own people in teams of its own, which do what the demo's do: the first branch are those themselves. */
typedef struct Branch {
    int64_t teams[TEAMS_MAX_HERE]; /* in the order of World.teams */
    int64_t workers[WORKERS_MAX_HERE]; /* in the order of World.workers */
} Branch;

typedef struct World {
    Db      *db;
    Draw     draw;
    Ms       now;         /* what stands in the database has happened by then */
    int64_t  requests;    /* how many there are to be */
    int64_t  lives;       /* how many of them are played */
    Ms       lives_since; /* when the first of those begins */
    int64_t  person_first; /* of those made here, one after another; whole groups of one manager */
    size_t   people;
    Workers  teams[TEAMS_MAX_HERE]; /* those of the demo organisation */
    size_t   teams_n;
    int64_t  workers[WORKERS_MAX_HERE]; /* in any of them */
    size_t   workers_n;
    Branch   branches[BRANCHES_MAX];
    size_t   branches_n;
    const Yaml *stories;  /* demo/requests.yaml */
} World;

/* Runs in one write transaction as the operator.  Says on stderr what went wrong. */
CHECKED Rc as_operator(World *w, Ms now, Rc (*fn)(Ctx *cx, World *w));
void       tell_failure(Ctx *cx, const char *what, Rc rc);

CHECKED Rc organisation(World *w);
/* Does this person work in a team of the branch? */
bool       branch_has(const World *w, size_t branch, int64_t person);
/* Who does in a branch what this team, this worker does in the first one; of anybody else the same. */
int64_t    branch_team(const World *w, size_t branch, int64_t team);
int64_t    branch_person(const World *w, size_t branch, int64_t person);
CHECKED Rc lives(World *w);
/* Before the lives, so that there is room for the ids of the copies below theirs, and after them.  The database is
 * closed; `file` is its file. */
void       copies_make_room(World *w, const char *file);
void       copies(World *w, const char *file);
/* At the end: each index of words in one piece, whatever it was made of.  The database is closed. */
void       copies_settle(const World *w, const char *file);

/* SQL functions of copies.c (moved.c).  false: SQLite refused. */
typedef struct sqlite3 sqlite3;
CHECKED bool moved_functions(sqlite3 *db, const World *w);
bool       word_is_in(Str word, const char *const *list, size_t n);

/* A few words on one line: what a message, a question or a title says. */
Str text_sentence(Arena *a, Draw *d, Lang lang);
Str text_name(Arena *a, Draw *d, Lang lang);
