/* request_json_api.h - requests and their parts as the API writes them; only *_api.c files include it. */
#pragma once

#include "api/schema.h"
#include "domain/request/clocks.h"
#include "domain/request/lists.h"
#include "domain/request/talk.h"

void json_money(JsonOut *o, Arena *a, const CondValue *v); /* null when there is none */
/* A cycle of a clock and why it stands as it does. */
void tale_json(JsonOut *o, Ctx *cx, const ClockTale *t);
/* null when nothing is said. */
void promise_json(JsonOut *o, const Promise *p);
void request_json(JsonOut *o, Ctx *cx, const RequestView *v);
void head_json(JsonOut *o, Ctx *cx, const RequestHead *h);
void task_json(JsonOut *o, Ctx *cx, const ViewTask *t, Str number);
void supplier_task_json(JsonOut *o, const SupplierTask *t);
void approval_json(JsonOut *o, Ctx *cx, const ViewApproval *a, Str number);
void entry_json(JsonOut *o, const Entry *e);
void message_json(JsonOut *o, const Message *m);
void note_json(JsonOut *o, const Note *n);
void file_json(JsonOut *o, const ViewFile *f);
/* A page of a list: { "items": [ ... ], "next": "..." }. */
void page_begin_json(JsonOut *o);
void page_end_json(JsonOut *o, Arena *a, int64_t next);

extern const SchemaTable request_schemas;
