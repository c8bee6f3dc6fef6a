/* frame.h - what the templates of the frames show; only page.c fills it. */
#pragma once

#include "web/page.h"

#include "http/form.h"

typedef struct NavLink {
    const char *url, *text, *icon, *keys; /* keys: "g h", see web/js/keys.js */
    bool current;
    int32_t count;
} NavLink;
LIST_OF(NavLink, NavLinks);

typedef struct LangLink {
    const char *key, *tag, *name;
    bool current;
    Str url; /* gate: this page in that language */
} LangLink;
LIST_OF(LangLink, LangLinks);

typedef struct FrameView {
    const PageFrame *f;
    Str csrf_token;
    NavLinks places; /* of the frame */
    NavLinks more;   /* of the menu and the palette: the other places this person may enter */
    LangLinks langs;
    const char *lang_name;
    Str initials;
    const char *hue;
    bool portal;
    bool light, dark, by_system;
    bool signed_in;
    bool toast, note_warn, note_bad;
} FrameView;

/* "g h" as it is shown: "G H". */
Str key_words(const char *keys);

/* The page of a failure. */
typedef struct FailurePage {
    bool lost; /* what was asked for is not there */
    const char *what, *todo;
    Text detail;   /* the sentence that the command gave; may be none */
    Str reference; /* to quote; empty: nothing to quote */
    Str before_url; /* where the form was that was sent; STR_NULL: not known */
    Str back_url;
    const char *back_text;
    FormFields  typed;     /* of a form that was sent after the session had ended */
    Str         typed_url; /* where it goes again */
} FailurePage;
