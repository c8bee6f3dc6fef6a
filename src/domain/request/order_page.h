/* order_page.h - what the pages of the catalog and of ordering show. */
#pragma once

#include "domain/request/request.h"
#include "domain/request/similar_page.h"
#include "web/page.h"
#include "web/widgets.h"

/* One item as catalog lists and search results show it. */
typedef struct ItemCard {
    Str      key;
    LangText name, summary;
    Text     time;      /* "5 working days" */
    Text     decides;   /* "Your manager" or "No approval" */
    bool     approval;
    Text     price;     /* "from €900" */
    bool     changed;   /* published again lately */
    bool     bundle;
} ItemCard;
LIST_OF(ItemCard, ItemCards);

typedef struct ItemGroup {
    Str         key, name;
    const char *icon;
    ItemCards   items;
    bool        current;
} ItemGroup;
LIST_OF(ItemGroup, ItemGroups);

typedef struct CatalogPage {
    Str        q;
    int64_t    count;      /* items this person may ask for */
    ItemGroups groups;     /* all, for the side */
    ItemGroups shown;      /* those of the page */
    ItemCards  found;      /* of a search */
    bool       searching, everything;
    Str        meant;      /* the word that was probably meant; empty: none */
    Str        else_key;   /* item for free words: "question"; empty: none */
} CatalogPage;

/* A stop of "what happens next". */
typedef struct RouteStop {
    Text title;
    Text who;
    Text note;
    bool done, now, unsure;
    const char *css; /* "done", "now" or "": set by route_finish */
} RouteStop;
LIST_OF(RouteStop, RouteStops);

/* Sets how each stop looks, once all are there. */
void route_finish(RouteStops *stops);

/* The aside of item and form: route and cost. */
typedef struct OrderSide {
    RouteStops  stops;
    bool        has_cost;
    Money       cost;
    Text        refused;   /* not entitled, not in the audience */
    Text        usual;     /* how long such requests take; msgid NULL: nobody can say */
} OrderSide;

typedef struct ItemPage {
    Str          key;
    LangText     name, summary;
    LangTextList prerequisites;
    OrderSide    side;
    Text         time, price;
    Text         usual;    /* from history */
    TextList     facts;    /* what that was worked out from */
    bool         no_questions, may_order;
    int64_t      version;
    Ms           published_ms;
} ItemPage;

/* One part of a bundle, on its page and in its form. */
typedef struct PartLook {
    Str       id, key;      /* id: "monitor:2" */
    LangText  name, summary;
    Text      when;         /* whether it applies, in words */
    Text      decides, workers, time;
    bool      approval, applies;
    bool      visible;      /* the reader can open the item itself */
    bool      has_cost;
    Money     cost;
    Text      refused;
    Str       section, refusal; /* names under which script shows and hides them */
    Widget    without;      /* leave it out */
    Widgets   widgets;      /* questions that the bundle leaves open */
} PartLook;
LIST_OF(PartLook, PartLooks);

typedef struct BundlePage {
    Str          key;
    LangText     name, summary;
    LangTextList prerequisites;
    PartLooks    parts;
    OrderSide    side;
    Ms           published_ms;
} BundlePage;

typedef struct BundleFormPage {
    LangText  name, summary;
    Str       action, preview;
    Form      form;         /* all fields, for the summary of errors */
    Widgets   shared;       /* the page's own and the shared questions */
    PartLooks parts;        /* those with something to ask, or refused */
    OrderSide side;
    Str       shown;
    Text      send;
} BundleFormPage;

typedef struct OrderPage {
    Str       key;
    LangText  name, summary;
    Str       action;      /* where the form goes */
    Str       preview;     /* where the aside comes from */
    Str       shown;       /* ids of the questions that are shown */
    Str       number;      /* of the draft or request that is edited; empty: new */
    int64_t   version;     /* of it, for lost updates */
    Form      form;
    OrderSide side;
    SimilarLooks similar;  /* open ones that are like what is being asked */
    bool      editing;     /* an open request: "Save", no draft */
    Text      send;        /* what the main button says */
    Text      both_sides;  /* two people edited: what the other one saved */
    ViewAnswers theirs;
    Ms planned_ms; /* when it is needed from; MS_NONE: not said */
    Str urgency;   /* of a draft, where its model asks for it; "": not said yet */
} OrderPage;
