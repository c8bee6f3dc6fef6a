/* search_page.h - what the search and the palette show. */
#pragma once

#include "domain/request/order_web.h"
#include "domain/view/search.h"

typedef struct FoundRequest {
    Str url, number;
    SearchPieces title, snippet;
    const char *icon, *state, *css; /* of its state */
    const char *place;              /* where the snippet stands; NULL: there is none */
    PersonRef requester;
    Ms updated_ms;
    bool exact; /* its number was typed */
} FoundRequest;
LIST_OF(FoundRequest, FoundRequests);

typedef struct FoundPerson {
    Str url, name, login;
    Str initials;
    const char *hue;
} FoundPerson;
LIST_OF(FoundPerson, FoundPersons);

/* A page that one may go to. */
typedef struct FoundPlace {
    const char *url, *icon, *text;
} FoundPlace;
LIST_OF(FoundPlace, FoundPlaces);

typedef struct FoundPage {
    Str q;
    bool asked;
    FoundRequests requests;
    ItemCards items;
    FoundPersons people;
    FoundPlaces places;
    bool nothing;
    Str meant;    /* a word of the catalog that is near; empty: none */
    Str list_url; /* the same as a list; empty: none */
    Str list_query;
    Str all_url; /* palette: the whole search */
    Str next_url, first_url;
    Text wrong; /* a filter that is wrong; msgid NULL: none */
    bool cut;   /* the time was over */
    bool staff;
} FoundPage;
