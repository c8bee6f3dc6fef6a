/* gate_page.h - what the pages before sign-in show. */
#pragma once

#include "domain/identity/fields_page.h"
#include "domain/identity/identity.h"
#include "web/page.h"

/* `next` when it is the address of a page of ours, else the empty text: a link to one of our pages
 * cannot lead anywhere else. */
Str gate_next(Call *call, Str next);

/* Says in a header, too, how many seconds a form with too many tries asks to wait. */
void gate_retry_after(Call *call);

typedef struct SignInPage {
    Form form;
    Str action;       /* keeps the language that was chosen here */
    Str next;         /* path to go to afterwards; may be empty */
    Str signed_in_as; /* empty: nobody is */
    Str home;
    bool demo;
} SignInPage;

/* Setting up and setting a new password. */
typedef struct LinkPage {
    Form form;
    Str action;
    Str person; /* whose password it is; empty: the first administrator */
} LinkPage;
