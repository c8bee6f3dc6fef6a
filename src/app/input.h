/* input.h - input rows: what a form or a JSON body may contain, as data.
 *
 * One table per act, used four times: to read a form, to read JSON, to write the OpenAPI document
 * and to label what was wrong.  Unknown and repeated members are refused; all faults are reported
 * together.  A domain command still checks its input itself: the rows say what can be read, the
 * command says what is right.
 */
#pragma once

#include "app/ctx.h"
#include "core/json.h"

typedef enum InputType {
    IN_TEXT,      /* Str: one line, trimmed, no control characters */
    IN_LONG_TEXT, /* Str: several lines */
    IN_KEY,       /* Str: a key, login or number */
    IN_INT,       /* OptInt */
    IN_BOOL,      /* OptInt: 0 or 1.  A form's unchecked box is absent, which is 0 with IN_REQUIRED */
    IN_TIME,      /* OptInt: instant, RFC 3339; forms: local time of the reader's zone.  With IN_KEEP_EMPTY null, and
                   * a form's empty field, is the value MS_NONE */
    IN_WORD,      /* Str: one of `words` */
    IN_STRINGS,   /* StrList: JSON array of strings; forms: the repeated field */
    IN_JSON,      /* const Json *: any value; not in forms */
    IN_SECRET,    /* Str: a password; never trimmed, never logged, never shown again */
} InputType;

typedef enum InputFlag { IN_REQUIRED = 1, IN_KEEP_EMPTY = 2 } InputFlag;

typedef struct InputField {
    const char *name;    /* snake_case */
    InputType   type;
    size_t      offset;  /* of the member in the input struct */
    uint32_t    flags;
    int64_t     min, max; /* length in characters, or value; 0, 0: the type's own bound */
    const char *words;   /* IN_WORD: "person team site organisation" */
    const char *about;   /* for the reference: what it means */
} InputField;

typedef struct Input {
    const char       *name; /* schema name in the OpenAPI document: "RequestCreate" */
    const InputField *fields;
    size_t            n;
    size_t            size; /* of the struct */
} Input;

#define INPUT(Struct, schema, ...)                                                                 \
    { .name = (schema), .size = sizeof(Struct),                                                    \
      .n = sizeof((const InputField[]){ __VA_ARGS__ }) / sizeof(InputField),                       \
      .fields = (const InputField[]){ __VA_ARGS__ } }

/* Reads a JSON object into the zeroed struct `ret`.
 * Errors: RC_INVALID with cx->type "malformed" (not an object, unknown member: answered 400) or with
 * field errors (answered 422). */
CHECKED Rc input_from_json(Ctx *cx, const Input *in, const Json *json, void *ret);

/* As above from decoded form fields; names that begin with '_' are the frame's own and skipped, and
 * so are those that `other` (may be NULL) accepts: answers of a model's form. */
typedef struct InputPair { Str name, value; } InputPair;
CHECKED Rc input_from_pairs(Ctx *cx, const Input *in, const InputPair *pairs, size_t n,
                            bool (*other)(Str name), void *ret);
