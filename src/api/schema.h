/* schema.h - the shapes of API answers, as data: the OpenAPI document is made of them, and tests check
 * live answers against it.
 *
 * Words of types: text, int, number, bool, time (RFC 3339), date, span (ISO 8601), any (JSON value);
 * the name of another schema; "[x]" a list of x; "{x}" an object with any keys and values of x; and
 * "x?" when it may be null.
 */
#pragma once

#include "http/dispatch.h"

typedef struct SchemaField {
    const char *name;
    const char *type;
    const char *about; /* may be NULL */
} SchemaField;

typedef struct Schema {
    const char        *name;
    const SchemaField *fields;
    size_t             n;
} Schema;

typedef struct SchemaTable {
    const Schema *rows;
    size_t        n;
} SchemaTable;

#define SCHEMA(schema_name, ...)                                                                   \
    { .name = (schema_name), .fields = (const SchemaField[]){ __VA_ARGS__ },                       \
      .n = sizeof((const SchemaField[]){ __VA_ARGS__ }) / sizeof(SchemaField) }
#define SCHEMAS(...)                                                                               \
    { .rows = (const Schema[]){ __VA_ARGS__ },                                                     \
      .n = sizeof((const Schema[]){ __VA_ARGS__ }) / sizeof(Schema) }

/* Writes the OpenAPI 3.1 document of these modules. */
void openapi_write(JsonOut *o, const Module *const *modules, size_t n, Str base_url);
