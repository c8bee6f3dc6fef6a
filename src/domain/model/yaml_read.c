/* yaml_read.c - libyaml's events to a tree, refusing what is not strict. */
#include "domain/model/yaml.h"

#include <yaml.h>

typedef struct YamlReader {
    Arena *arena;
    Str file;
    Diagnostics *d;
    yaml_parser_t parser;
    size_t nodes;
} YamlReader;

static SourcePos pos_of(yaml_mark_t m)
{
    return (SourcePos){ (uint32_t)m.line + 1, (uint32_t)m.column + 1 };
}

static Rc refuse(YamlReader *r, SourcePos pos, const char *code, const char *text)
{
    diagnose(r->d, DIAGNOSTIC_ERROR, code, r->file, pos, "%s", text);
    return RC_INVALID;
}

static Rc next_event(YamlReader *r, yaml_event_t *ret)
{
    if (yaml_parser_parse(&r->parser, ret))
        return RC_OK;
    if (r->parser.error == YAML_MEMORY_ERROR)
        return RC_LIMIT;
    SourcePos pos = pos_of(r->parser.problem_mark);
    if (r->parser.context != NULL && r->parser.context_mark.line != r->parser.problem_mark.line)
        diagnose(r->d, DIAGNOSTIC_ERROR, "yaml_syntax", r->file, pos,
                 "This is not YAML: %s, %s of line %zu.", r->parser.problem, r->parser.context,
                 r->parser.context_mark.line + 1);
    else
        diagnose(r->d, DIAGNOSTIC_ERROR, "yaml_syntax", r->file, pos, "This is not YAML: %s.",
                 r->parser.problem != NULL ? r->parser.problem : "it cannot be read");
    return RC_INVALID;
}

bool yaml_is_word(Str text)
{
    static const char *const words[] = {
        "yes", "no", "on", "off", "true", "false", "null", "~", ""
    };

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_eq_nocase(text, str_z(words[i])))
            return true;
    return false;
}

/* Anchors and tags are refused wherever they stand. */
static Rc refuse_extras(YamlReader *r, SourcePos pos, const yaml_char_t *anchor,
                        const yaml_char_t *tag)
{
    if (anchor != NULL)
        return refuse(r, pos, "yaml_anchor",
                      "Anchors (&name) are not used here; write the value where it is needed.");
    if (tag != NULL)
        return refuse(r, pos, "yaml_tag", "Tags (!name) are not used here; leave the tag out.");
    return RC_OK;
}

static Rc new_node(YamlReader *r, YamlKind kind, SourcePos pos, Yaml **ret)
{
    if (++r->nodes > YAML_NODES_MAX)
        return refuse(r, pos, "too_large", "This document has too many parts; split it.");
    Yaml *y = arena_try(r->arena, sizeof *y);
    if (y == NULL)
        return RC_LIMIT;
    y->kind = kind;
    y->pos = pos;
    *ret = y;
    return RC_OK;
}

static Rc read_scalar(YamlReader *r, const yaml_event_t *e, Yaml **ret)
{
    SourcePos pos = pos_of(e->start_mark);
    bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    Str text = { (const char *)e->data.scalar.value, e->data.scalar.length };
    Yaml *y;

    TRY(refuse_extras(r, pos, e->data.scalar.anchor, e->data.scalar.tag));
    if (!str_is_clean_text(text, true))
        return refuse(r, pos, "bad_text", "This text has control characters in it; take them out.");
    TRY(new_node(r, YAML_IS_SCALAR, pos, &y));
    char *copy = arena_try(r->arena, text.len + 1);
    if (copy == NULL)
        return RC_LIMIT;
    memcpy(copy, text.ptr, text.len);
    y->text = (Str){ copy, text.len };
    y->style = plain ? YAML_PLAIN : YAML_QUOTED;
    y->exact = e->start_mark.line == e->end_mark.line
               && e->end_mark.column - e->start_mark.column == str_chars(y->text) + (plain ? 0 : 2);
    *ret = y;
    return RC_OK;
}

static Rc read_node(YamlReader *r, const yaml_event_t *e, int depth, Yaml **ret);

static Rc read_list(YamlReader *r, SourcePos pos, int depth, Yaml **ret)
{
    Yaml *y;
    Rc rc = RC_OK;

    TRY(new_node(r, YAML_IS_LIST, pos, &y));
    for (bool end = false; !end && rc == RC_OK;) {
        yaml_event_t e;
        Yaml *item;
        TRY(next_event(r, &e));
        end = e.type == YAML_SEQUENCE_END_EVENT;
        if (!end) {
            rc = read_node(r, &e, depth, &item);
            if (rc == RC_OK)
                rc = yaml_add(r->arena, y, item);
        }
        yaml_event_delete(&e);
    }
    *ret = y;
    return rc;
}

static Rc read_key(YamlReader *r, const Yaml *map, const yaml_event_t *e, Yaml **ret)
{
    SourcePos pos = pos_of(e->start_mark);

    if (e->type == YAML_ALIAS_EVENT)
        return refuse(r, pos, "yaml_alias",
                      "Aliases (*name) are not used here; write the value itself.");
    if (e->type != YAML_SCALAR_EVENT)
        return refuse(r, pos, "yaml_key", "A key is a single word, not a list or mapping.");
    TRY(read_scalar(r, e, ret));
    Yaml *key = *ret;
    if (key->style == YAML_PLAIN && str_eq_z(key->text, "<<"))
        return refuse(r, pos, "yaml_alias",
                      "Merging (<<) is not used here; write the members themselves.");
    if (key->style == YAML_PLAIN && yaml_is_word(key->text)) {
        diagnose(
            r->d, DIAGNOSTIC_ERROR, "yaml_boolean", r->file, pos,
            "%.*s is read as a truth value by other programs; as a key write \"%.*s\" in quotes.",
            STR_ARG(key->text), STR_ARG(key->text));
        return RC_INVALID;
    }
    if (key->text.len > 128 || str_find(key->text, '\n') < key->text.len)
        return refuse(r, pos, "yaml_key", "A key is a single short word.");
    for (size_t i = 0; i < map->n; i++) {
        if (!str_eq(map->keys[i]->text, key->text))
            continue;
        diagnose(r->d, DIAGNOSTIC_ERROR, "duplicate_key", r->file, pos,
                 "%.*s stands here twice, first in line %u; keep one of them.", STR_ARG(key->text),
                 map->keys[i]->pos.line);
        return RC_INVALID;
    }
    return RC_OK;
}

static Rc read_map(YamlReader *r, SourcePos pos, int depth, Yaml **ret)
{
    Yaml *y;
    Rc rc = RC_OK;

    TRY(new_node(r, YAML_IS_MAP, pos, &y));
    for (bool end = false; !end && rc == RC_OK;) {
        yaml_event_t e;
        Yaml *key, *item;
        TRY(next_event(r, &e));
        end = e.type == YAML_MAPPING_END_EVENT;
        if (!end)
            rc = read_key(r, y, &e, &key);
        yaml_event_delete(&e);
        if (end || rc != RC_OK)
            continue;
        TRY(next_event(r, &e));
        rc = read_node(r, &e, depth, &item);
        yaml_event_delete(&e);
        if (rc == RC_OK)
            rc = yaml_put(r->arena, y, key->text, item);
        if (rc == RC_OK)
            *y->keys[y->n - 1] = *key;
    }
    *ret = y;
    return rc;
}

static Rc read_node(YamlReader *r, const yaml_event_t *e, int depth, Yaml **ret)
{
    SourcePos pos = pos_of(e->start_mark);

    if (depth >= YAML_DEPTH_MAX)
        return refuse(r, pos, "too_deep", "This is nested too deep.");
    if (e->type == YAML_SCALAR_EVENT)
        return read_scalar(r, e, ret);
    if (e->type == YAML_SEQUENCE_START_EVENT) {
        TRY(refuse_extras(r, pos, e->data.sequence_start.anchor, e->data.sequence_start.tag));
        return read_list(r, pos, depth + 1, ret);
    }
    if (e->type == YAML_MAPPING_START_EVENT) {
        TRY(refuse_extras(r, pos, e->data.mapping_start.anchor, e->data.mapping_start.tag));
        return read_map(r, pos, depth + 1, ret);
    }
    return refuse(r, pos, "yaml_alias",
                  "Aliases (*name) are not used here; write the value itself.");
}

/* The events around the one document. */
static Rc read_document(YamlReader *r, Yaml **ret)
{
    Yaml *root = NULL;
    Rc rc = RC_OK;

    for (bool end = false; !end && rc == RC_OK;) {
        yaml_event_t e;
        TRY(next_event(r, &e));
        SourcePos pos = pos_of(e.start_mark);
        end = e.type == YAML_STREAM_END_EVENT;
        if (e.type == YAML_DOCUMENT_START_EVENT) {
            if (root != NULL)
                rc = refuse(r, pos, "yaml_documents",
                            "A file holds one document; move what follows --- to its own file.");
            else if (e.data.document_start.version_directive != NULL
                     || e.data.document_start.tag_directives.start
                            != e.data.document_start.tag_directives.end)
                rc = refuse(r, pos, "yaml_directive",
                            "Directives (%YAML, %TAG) are not used here; leave the line out.");
        } else if (e.type == YAML_SCALAR_EVENT || e.type == YAML_SEQUENCE_START_EVENT
                   || e.type == YAML_MAPPING_START_EVENT || e.type == YAML_ALIAS_EVENT) {
            rc = read_node(r, &e, 0, &root);
        }
        yaml_event_delete(&e);
    }
    TRY(rc);
    if (root == NULL)
        return refuse(r, (SourcePos){ 1, 1 }, "yaml_empty", "This file is empty.");
    *ret = root;
    return RC_OK;
}

Rc yaml_read(Arena *a, Str text, size_t max_bytes, Str file, Diagnostics *d, const Yaml **ret)
{
    YamlReader r = { .arena = a, .file = file, .d = d };
    SourcePos start = { 1, 1 };
    Yaml *root;

    if (text.len > max_bytes) {
        diagnose(d, DIAGNOSTIC_ERROR, "too_large", file, start, "A document has at most %zu KiB.",
                 max_bytes / 1024);
        return RC_INVALID;
    }
    if (!str_is_utf8(text)) {
        diagnose(d, DIAGNOSTIC_ERROR, "yaml_encoding", file, start,
                 "This file is not UTF-8; save it as UTF-8.");
        return RC_INVALID;
    }
    if (!yaml_parser_initialize(&r.parser))
        return RC_LIMIT;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &r.parser, (const unsigned char *)(text.ptr != NULL ? text.ptr : ""), text.len);
    Rc rc = read_document(&r, &root);
    yaml_parser_delete(&r.parser);
    TRY(rc);
    *ret = root;
    return RC_OK;
}

const Yaml *yaml_get(const Yaml *map, const char *key)
{
    if (map == NULL || map->kind != YAML_IS_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (str_eq_z(map->keys[i]->text, key))
            return map->items[i];
    return NULL;
}
