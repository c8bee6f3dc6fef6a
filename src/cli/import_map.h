/* import_map.h - the map of a log as strict YAML: which column says what (docs/import.md). */
#pragma once

#include "domain/model/yaml.h"
#include "domain/report/report.h"

#define IMPORT_MAP_BYTES (256 * 1024)

/* Reads a map.  `file` is named in messages; `source` is the key of the log.  Keys that it does not know, keys
 * that are missing and values that cannot be are errors in `d`, each with its line.
 * Errors: RC_INVALID (with errors in `d`), RC_LIMIT. */
CHECKED Rc import_map_read(Arena *a, Str text, Str file, Str source, ImportMap *ret, Diagnostics *d);
