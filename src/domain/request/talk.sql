-- Conversation, files, participants, links, and the timeline.

-- ---- messages and notes: alike, and never in one query

-- message_insert(g request, task int?, author int, text text, at ms, salt text, carried int?) -> one: id int
INSERT INTO message (request_id, task_id, author_id, text, at_ms, salt, carried_id)
VALUES (:g_request, :task, :author, :text, :at, :salt, :carried)
RETURNING id;

-- row MessageRow: id int, task_id int?, author_id int, text text, at_ms ms

-- message_rows(g request, after_id int, size int) -> many: MessageRow
SELECT {columns MessageRow m} FROM message m
 WHERE m.request_id = :g_request AND m.id > :after_id ORDER BY m.id LIMIT :size;

-- message_one(g request, id int) -> one: MessageRow
SELECT {columns MessageRow m} FROM message m WHERE m.request_id = :g_request AND m.id = :id;

-- message_span(g request, first int, last int) -> many: MessageRow
SELECT {columns MessageRow m} FROM message m
 WHERE m.request_id = :g_request AND m.id >= :first AND m.id <= :last ORDER BY m.id;

-- note_insert(g request, task int?, author int, text text, at ms, salt text, carried int?) -> one: id int
INSERT INTO note (request_id, task_id, author_id, text, at_ms, salt, carried_id)
VALUES (:g_request, :task, :author, :text, :at, :salt, :carried)
RETURNING id;

-- row NoteRow: id int, task_id int?, author_id int, text text, at_ms ms

-- note_rows(g request, after_id int, size int) -> many: NoteRow
SELECT {columns NoteRow n} FROM note n
 WHERE n.request_id = :g_request AND n.id > :after_id ORDER BY n.id LIMIT :size;

-- note_one(g request, id int) -> one: NoteRow
SELECT {columns NoteRow n} FROM note n WHERE n.request_id = :g_request AND n.id = :id;

-- note_span(g request, first int, last int) -> many: NoteRow
SELECT {columns NoteRow n} FROM note n
 WHERE n.request_id = :g_request AND n.id >= :first AND n.id <= :last ORDER BY n.id;

-- What was said goes along to the request that goes on; at its tasks it was said to the request.
-- message_carry(g request, from_request int, size int) -> many: id int
INSERT INTO message (request_id, task_id, author_id, text, at_ms, salt, carried_id)
SELECT :g_request, NULL, m.author_id, m.text, m.at_ms, m.salt, m.id
  FROM message m WHERE m.request_id = :from_request ORDER BY m.id LIMIT :size
RETURNING id;

-- One chosen message; no row: the other request has no such message.
-- message_carry_one(g request, from_request int, id int) -> opt: id int
INSERT INTO message (request_id, task_id, author_id, text, at_ms, salt, carried_id)
SELECT :g_request, NULL, m.author_id, m.text, m.at_ms, m.salt, m.id
  FROM message m WHERE m.request_id = :from_request AND m.id = :id
RETURNING id;

-- note_carry(g request, from_request int, size int) -> many: id int
INSERT INTO note (request_id, task_id, author_id, text, at_ms, salt, carried_id)
SELECT :g_request, NULL, n.author_id, n.text, n.at_ms, n.salt, n.id
  FROM note n WHERE n.request_id = :from_request ORDER BY n.id LIMIT :size
RETURNING id;

-- ---- files

-- row UploadRow: id int, public_id text, person_id int, sha256 text, name text, type text, size int,
--   created_ms ms, used bool

-- upload_insert(g self, public_id text, sha256 text, name text, type text, size int, now ms) -> one: id int
INSERT INTO upload (public_id, person_id, sha256, name, type, size, created_ms)
VALUES (:public_id, :g_self, :sha256, :name, :type, :size, :now)
RETURNING id;

-- upload_mine(g self, public_id text) -> opt: UploadRow
SELECT {columns UploadRow u} FROM upload u
 WHERE u.public_id = :public_id AND u.person_id = :g_self AND u.used = 0;

-- upload_count(g self) -> one: n int!
SELECT count(*) AS n FROM upload WHERE person_id = :g_self AND used = 0;

-- Taking it once: no row when it is somebody else's or used.
-- upload_take(g self, public_id text) -> opt: UploadRow
UPDATE upload SET used = 1 WHERE public_id = :public_id AND person_id = :g_self AND used = 0
RETURNING id, public_id, person_id, sha256, name, type, size, created_ms, used;

-- attachment_insert(g request, upload int, object text, object_id int, internal bool, added_by int, at ms) -> one: id int
INSERT INTO attachment (request_id, upload_id, object, object_id, internal, added_by, at_ms)
VALUES (:g_request, :upload, :object, :object_id, :internal, :added_by, :at)
RETURNING id;

-- attachment_sums(g request) -> one: files int!, bytes_all int!
SELECT count(*) AS files, CAST(coalesce(sum(u.size), 0) AS {int}) AS bytes_all
  FROM attachment a JOIN upload u ON u.id = a.upload_id WHERE a.request_id = :g_request;

-- row FileRow: id int = a.id, upload_id int = a.upload_id, public_id text = u.public_id, name text = u.name,
--   type text = u.type, size int = u.size, sha256 text = u.sha256, object text = a.object,
--   object_id int = a.object_id, internal bool = a.internal, added_by int = a.added_by, at_ms ms = a.at_ms

-- internal: 1 with the files of notes, else 0.
-- attachment_rows(g request, internal bool) -> many: FileRow
SELECT {columns FileRow a} FROM attachment a JOIN upload u ON u.id = a.upload_id
 WHERE a.request_id = :g_request AND (a.internal = 0 OR :internal = 1) ORDER BY a.id LIMIT 200;

-- attachment_one(g request, id int) -> opt: FileRow
SELECT {columns FileRow a} FROM attachment a JOIN upload u ON u.id = a.upload_id
 WHERE a.request_id = :g_request AND a.id = :id;

-- Files that are nobody's words: of answers, tasks and the request itself.
-- attachment_carry(g request, from_request int, at ms) -> exec
INSERT INTO attachment (request_id, upload_id, object, object_id, internal, added_by, at_ms)
SELECT :g_request, a.upload_id, CASE a.object WHEN 'answer' THEN 'answer' ELSE 'request' END, 0, 0, a.added_by, :at
  FROM attachment a
 WHERE a.request_id = :from_request AND a.object IN ('answer', 'task', 'request') ORDER BY a.id;

-- attachment_carry_said(g request, from_request int, at ms) -> exec
INSERT INTO attachment (request_id, upload_id, object, object_id, internal, added_by, at_ms)
SELECT :g_request, a.upload_id, 'message', m.id, 0, a.added_by, :at
  FROM attachment a JOIN message m ON m.carried_id = a.object_id AND m.request_id = :g_request
 WHERE a.request_id = :from_request AND a.object = 'message' ORDER BY a.id;

-- attachment_carry_noted(g request, from_request int, at ms) -> exec
INSERT INTO attachment (request_id, upload_id, object, object_id, internal, added_by, at_ms)
SELECT :g_request, a.upload_id, 'note', n.id, 1, a.added_by, :at
  FROM attachment a JOIN note n ON n.carried_id = a.object_id AND n.request_id = :g_request
 WHERE a.request_id = :from_request AND a.object = 'note' ORDER BY a.id;

-- ---- participants

-- participant_insert(g request, person int, kind text, added_by int, at ms) -> exec
INSERT INTO participant (request_id, person_id, kind, added_by, at_ms)
VALUES (:g_request, :person, :kind, :added_by, :at)
ON CONFLICT (request_id, person_id, kind) DO NOTHING;

-- participant_delete(g request, person int, kind text) -> exec
DELETE FROM participant WHERE request_id = :g_request AND person_id = :person AND kind = :kind;

-- participant_rows(g request) -> many: person_id int, kind text, added_by int, at_ms ms
SELECT person_id, kind, added_by, at_ms FROM participant WHERE request_id = :g_request
 ORDER BY person_id, kind LIMIT 200;

-- ---- links

-- request_link_insert(g request, other int, kind text, at ms, by_id int?) -> opt: id int
INSERT INTO request_link (from_id, to_id, kind, at_ms, by_id)
VALUES (:g_request, :other, :kind, :at, :by_id)
ON CONFLICT (from_id, to_id, kind) DO NOTHING
RETURNING id;

-- request_link_one(g request, id int) -> opt: from_id int, to_id int, kind text
SELECT from_id, to_id, kind FROM request_link
 WHERE id = :id AND (from_id = :g_request OR to_id = :g_request);

-- request_link_delete(g request, id int) -> exec
DELETE FROM request_link WHERE id = :id AND (from_id = :g_request OR to_id = :g_request);

-- Those whose other end the person sees; in no order.
-- request_link_rows(s requests, request int) -> many: id int, kind text, outgoing bool!, other_id int!, record text, serial int, title text, state text, outcome text
SELECT l.id, l.kind, 1 AS outgoing, l.to_id AS other_id, r.record, r.serial, r.title, r.state, r.outcome
  FROM request_link l JOIN request r ON r.id = l.to_id
 WHERE l.from_id = :request AND {scope s r}
UNION ALL
SELECT l.id, l.kind, 0 AS outgoing, l.from_id AS other_id, r.record, r.serial, r.title, r.state, r.outcome
  FROM request_link l JOIN request r ON r.id = l.from_id
 WHERE l.to_id = :request AND {scope s r}
 LIMIT 500;

-- ---- the timeline

-- row TimelineRow: id int, seq int!, at_ms ms, kind text, actor_id int?, behalf_id int?, object text,
--   object_id int, internal bool, data text

-- internal: 1 with what only staff may see.  talk: 1 for messages and notes alone.
-- timeline_first(g request, after_seq int, before_seq int, internal bool, talk bool, size int) -> many: TimelineRow
SELECT {columns TimelineRow e} FROM event e
 WHERE e.request_id = :g_request AND e.seq > :after_seq AND (:before_seq = 0 OR e.seq < :before_seq)
   AND (e.internal = 0 OR :internal = 1)
   AND (:talk = 0 OR e.object IN ('message', 'note'))
 ORDER BY e.seq LIMIT :size;

-- timeline_last(g request, after_seq int, before_seq int, internal bool, talk bool, size int) -> many: TimelineRow
SELECT {columns TimelineRow e} FROM event e
 WHERE e.request_id = :g_request AND e.seq > :after_seq AND (:before_seq = 0 OR e.seq < :before_seq)
   AND (e.internal = 0 OR :internal = 1)
   AND (:talk = 0 OR e.object IN ('message', 'note'))
 ORDER BY e.seq DESC LIMIT :size;

-- The login in a field of a team is a person's: with their name.
-- timeline_texts(g request, first_seq int, last_seq int, internal bool) -> many: event_id int, field text, from_text text?, to_text text?, to_person text?
SELECT t.event_id, t.field, t.from_text, t.to_text,
       (SELECT p.name FROM person p JOIN team_field f ON f.kind = 'person' AND t.field = 'field.' || f.key
         WHERE p.login = t.to_text) AS to_person
  FROM event e JOIN event_text t ON t.event_id = e.id
 WHERE e.request_id = :g_request AND e.seq >= :first_seq AND e.seq <= :last_seq
   AND (e.internal = 0 OR :internal = 1)
 ORDER BY e.seq;
