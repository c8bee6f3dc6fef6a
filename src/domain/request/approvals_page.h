/* approvals_page.h - what the pages of approvals and notifications show. */
#pragma once

#include "domain/request/lists.h"
#include "web/page.h"

typedef struct ApprovalCard {
    int64_t     id;
    Str         number, title, hash;
    Str         asker, initials;
    const char *hue;
    Ms          asked_ms;
    bool        has_price;
    Money       price;
    Str         quote;        /* the answer in the person's own words */
    ViewAnswers answers;
    const char *risk; /* its label; NULL: none */
    LangText    risk_why;
    Text        then;
    bool        verify;
    LangText    evidence;
    Str         delegate_of;  /* name of the principal, when one decides in their place */
    Text        error;        /* what was wrong with the last try */
    Str         typed;
} ApprovalCard;
LIST_OF(ApprovalCard, ApprovalCards);

typedef struct DecidedLine {
    Str         number, title, who;
    const char *label, *icon, *css;
    Ms          at_ms;
} DecidedLine;
LIST_OF(DecidedLine, DecidedLines);

typedef struct ApprovalsPage {
    ApprovalCards cards;
    DecidedLines  decided;
    Str           next_url;
    Text          heading;
    Text          gone;  /* why the last try came too late: its card is no longer there */
    Str           typed; /* the words that were sent with it */
} ApprovalsPage;

typedef struct NotificationLine {
    int64_t id;
    Text    text;
    Str     url;
    Ms      at_ms;
    const char *css; /* "strong" while unread */
} NotificationLine;
LIST_OF(NotificationLine, NotificationLines);

typedef struct NotificationsPage {
    NotificationLines lines;
    bool              any_unread;
    Str               next_url;
} NotificationsPage;

typedef struct WhyLine {
    const char *relation;
    Str         team;
} WhyLine;
LIST_OF(WhyLine, WhyLines);

typedef struct WhoCanSeePage {
    Str      number, title, name;
    WhyLines lines;
    bool     confidential;
} WhoCanSeePage;
