/* words.h - finding requests by words: the index, and what it is asked.
 *
 * The index holds what everybody reads who sees the request: title, number, answers of the form, messages and
 * resolution; notes are not in it.  Beside them stands who may read it, and whether it is open.  A second index has each word once for
 * each team that reads the request.  The follower "words" keeps both, a moment behind the acts.  They decide nothing
 * about rights: every search carries the scope, and the readers in them only narrow what is looked at.
 */
#pragma once

#include "app/event.h"
#include "db/part.h"
#include "domain/request/request.h"

/* Register before the server starts. */
const Follower *words_follower(void);
/* Makes the entries of the next `size` requests after `after` anew; *ret_last: the last of them, 0: there
 * was none.  The operator's, in a transaction of its own. */
CHECKED Rc words_renew(Ctx *cx, int64_t after, int64_t size, int64_t *ret_last);

/* By which words a request is found, as tokens with blanks between them: of its title, and of everything. */
typedef struct RequestWords {
    Str title, all;
    bool open; /* not closed */
} RequestWords;
/* `g` needs MAY_SEE. */
CHECKED Rc words_of(Ctx *cx, GrantedRequest g, RequestWords *ret);

#define WORDS_ASKED_MAX 16 /* tokens of a question; further ones do not count */

/* What to ask the index for. */
typedef enum WordsPlace {
    WORDS_ANYWHERE,  /* all words, in everything */
    WORDS_TITLE,     /* all of them in the title */
    WORDS_ELSEWHERE, /* all of them in everything, and not all in the title */
    WORDS_OPEN,      /* all of them in everything, of open requests */
} WordsPlace;
typedef struct WordsAsk {
    Str words;
    WordsPlace place;
    bool whole; /* the last one too as it stands; else as the start of a word */
} WordsAsk;

/* Of whom the entries are that are asked.  Whoever belongs to teams asks the entries of each team, where those of everybody else do not
 * stand between, and beside them those that they read as a person.  It stands beside every question, so that neither a limit nor
 * the time counts what they cannot see; the scope decides. */
typedef struct WordsReader {
    Str       readers; /* for request_words */
    ReaderIds teams;   /* for team_words */
    bool      all;     /* whatever is not confidential is theirs to read: the words alone lead */
} WordsReader;
CHECKED Rc words_reader(Ctx *cx, DbDialect d, WordsReader *ret);

/* What the two indexes are asked; found is what either of them has. */
typedef struct WordsMatch {
    Str words, readers; /* request_words */
    Str teams;          /* team_words */
} WordsMatch;
/* ret->words STR_NULL: there is no word to look for.  Its words are those of this transaction: not to be kept. */
CHECKED Rc words_match(Ctx *cx, DbDialect d, const WordsReader *by, const WordsAsk *ask, WordsMatch *ret);
