/* view.h - inside this folder: what the views, lists and timelines share. */
#pragma once

#include "domain/request/aggregate.h"
#include "domain/request/lists_q.h"

/* The head from its row.  Persons and teams come from the call's cache: load them first. */
CHECKED Rc head_from_row(Ctx *cx, const RequestRow *row, RequestHead *ret);
/* Loads the names of all persons and teams that heads of these rows mention, in two statements. */
LIST_OF(RequestRow, RequestRows);
CHECKED Rc rows_load_names(Ctx *cx, const RequestRows *rows);
CHECKED Rc heads_from_rows(Ctx *cx, const RequestRows *rows, RequestHeads *ret);

/* ---- rows.c ---- */

/* The rows of a list, in its order; from memory where they have not changed.  Two statements at most, whatever
 * the length, the list's own included.  `listed` was found in the running transaction, within `s`, and names each
 * request once. */
LIST_OF(ListedRow, ListedRows);
CHECKED Rc rows_of_listed(Ctx *cx, ScopeRequests s, const ListedRows *listed, RequestRows *ret);

/* One answer in words, with names looked up. */
CHECKED Rc answer_in_words(Ctx *cx, const Answer *answer, Str *ret);
/* Those of the set that have an answer, in words, with names looked up. */
CHECKED Rc answers_in_words(Ctx *cx, const AnswerSet *s, ViewAnswers *ret);
/* The holder of a word of a row: "person:17", "team:3", "requester", "beneficiary". */
CHECKED Rc holder_of(Ctx *cx, Str word, int64_t requester, int64_t beneficiary,
                     PersonRef *ret_person, TeamRef *ret_team);

/* Pages hold 1..100; a page that begins nowhere begins at the newest. */
int64_t page_size(int64_t size);
int64_t page_before(int64_t id);

/* Checklists and signers of tasks, read once for all of them. */
LIST_OF(TaskSignersRow, SignerRows);
typedef struct TaskParts {
    CheckRows  checks;
    SignerRows signers;
} TaskParts;
CHECKED Rc task_from_row(Ctx *cx, Aggregate *r, size_t i, const TaskParts *parts, ViewTask *ret);
/* A JSON array of ids, as queries take a set of them. */
CHECKED Rc ids_json(Arena *a, const IdList *ids, Str *ret);
