/* yaml.h - the strict YAML of catalog documents: text to a tree, and a tree to canonical text.
 *
 * Accepted: one document of block or flow mappings, sequences and scalars.  Refused, with file, line and
 * column and what to write instead: anchors, aliases, tags, directives, several documents, duplicate or
 * compound keys, empty values, and the words that YAML readers disagree about (yes, no, on, off).
 * For this folder and the stories of the demo organisation.
 */
#pragma once

#include "domain/model/model.h"

typedef enum YamlKind { YAML_IS_SCALAR, YAML_IS_LIST, YAML_IS_MAP } YamlKind;

/* How a scalar is written. */
typedef enum YamlStyle {
    YAML_PLAIN,  /* without quotes: keys, numbers, dates, spans; reading: stood without quotes */
    YAML_TEXT,   /* words of people: quotes where they are needed */
    YAML_QUOTED, /* always in quotes: conditions; reading: stood in quotes or as a block */
} YamlStyle;

typedef struct Yaml Yaml;
struct Yaml {
    YamlKind  kind;
    SourcePos pos;
    Str       text; /* scalars */
    YamlStyle style;
    bool      exact; /* reading: the text stands in one line as it is, without escapes */
    bool      block; /* writing: a list of which each entry has its own line, whatever its length */
    size_t    n, cap;
    Yaml    **items; /* lists and maps */
    Yaml    **keys;  /* maps: keys[i] belongs to items[i]; scalars */
    size_t    keys_cap;
};

#define YAML_DEPTH_MAX 16
#define YAML_NODES_MAX 400000

/* Errors: RC_INVALID with errors in `d`, RC_LIMIT. */
CHECKED Rc  yaml_read(Arena *a, Str text, size_t max_bytes, Str file, Diagnostics *d,
                      const Yaml **ret);
const Yaml *yaml_get(const Yaml *map, const char *key); /* NULL: absent, or not a map */
/* Is this plain scalar one of the words that stand for a boolean or nothing in YAML? */
bool yaml_is_word(Str text);

/* Building a tree for writing. */
Yaml      *yaml_scalar(Arena *a, Str text, YamlStyle style);
Yaml      *yaml_list(Arena *a, bool block);
Yaml      *yaml_map(Arena *a);
CHECKED Rc yaml_add(Arena *a, Yaml *list, Yaml *item);
CHECKED Rc yaml_put(Arena *a, Yaml *map, Str key, Yaml *item);

/* Writes the canonical text: two blanks of indentation, at most 116 columns where a map or list can
 * stand on one line, otherwise one line for each member. */
void yaml_write(const Yaml *root, Buf *to);

/* Reports a fault; the sentence is printf. */
void diagnose(Diagnostics *d, DiagnosticLevel level, const char *code, Str file, SourcePos pos,
              const char *format, ...) __attribute__((format(printf, 6, 7)));
