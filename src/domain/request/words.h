/* words.h - finding requests by words: the index, and what it is asked.
 *
 * The index holds what everybody reads who sees the request: title, number, answers of the form, messages and
 * resolution; notes are not in it.  Beside them stands who may read it, and whether it is open.  The follower "words" keeps it, a moment behind the acts.  It decides
 * nothing about rights: every search carries the scope, and the readers in it only narrow what is looked at.
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
/* *ret STR_NULL: there is no word to look for.  Its words are those of this transaction: not to be kept. */
CHECKED Rc words_match(Ctx *cx, DbDialect d, const WordsAsk *ask, Str *ret);

/* The entries that the subject may be a reader of.  It stands beside every question, so that neither a limit nor the
 * time counts what they cannot see; the scope decides. */
CHECKED Rc words_readers(Ctx *cx, DbDialect d, Str *ret);
