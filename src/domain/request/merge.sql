-- Requests that became one.

-- The one that a merged request goes on in.
-- merge_of(g request) -> opt: link_id int, into_id int
SELECT id AS link_id, to_id AS into_id FROM request_link
 WHERE from_id = :g_request AND kind = 'merged_into';

-- What came along; the grant is that of the request that was merged.
-- merge_part_add(g request, link int, object text, object_id int) -> exec
INSERT INTO merge_part (link_id, object, object_id)
SELECT l.id, :object, :object_id FROM request_link l WHERE l.id = :link AND l.from_id = :g_request;

-- merge_people(g request, link int) -> many: person_id int, kind text
SELECT p.object_id AS person_id, p.object AS kind
  FROM merge_part p JOIN request_link l ON l.id = p.link_id
 WHERE p.link_id = :link AND l.from_id = :g_request AND p.object IN ('participant', 'watcher')
 ORDER BY p.object, p.object_id LIMIT 1000;

-- merge_parts_drop(g request, link int) -> exec
DELETE FROM merge_part
 WHERE link_id = :link AND EXISTS (SELECT 1 FROM request_link l WHERE l.id = :link AND l.from_id = :g_request);

-- Messages that came from there, when it was split, do not come twice.
-- merge_messages(g request, from_request int, size int) -> many: id int
INSERT INTO message (request_id, task_id, author_id, text, at_ms, salt, carried_id)
SELECT :g_request, NULL, m.author_id, m.text, m.at_ms, m.salt, m.id
  FROM message m
 WHERE m.request_id = :from_request
   AND NOT EXISTS (SELECT 1 FROM message o WHERE o.id = m.carried_id AND o.request_id = :g_request)
 ORDER BY m.id LIMIT :size
RETURNING id;

-- Files of answers, tasks and the request itself; those of messages come with them (attachment_carry_said).
-- merge_files(g request, from_request int, at ms) -> many: id int
INSERT INTO attachment (request_id, upload_id, object, object_id, internal, added_by, at_ms)
SELECT :g_request, a.upload_id, 'request', 0, 0, a.added_by, :at
  FROM attachment a
 WHERE a.request_id = :from_request AND a.object IN ('answer', 'task', 'request') AND a.internal = 0
 ORDER BY a.id LIMIT 200
RETURNING id;

-- Messages that went on from here into yet another request.
-- merge_went_on(g request, link int) -> one: n int!
SELECT count(*) AS n FROM message m
 WHERE m.request_id <> :g_request
   AND m.carried_id IN (SELECT p.object_id FROM merge_part p WHERE p.link_id = :link AND p.object = 'message');

-- merge_files_back(g request, link int) -> exec
DELETE FROM attachment
 WHERE request_id = :g_request
   AND (id IN (SELECT p.object_id FROM merge_part p WHERE p.link_id = :link AND p.object = 'file')
        OR (object = 'message'
            AND object_id IN (SELECT p.object_id FROM merge_part p WHERE p.link_id = :link AND p.object = 'message')));

-- merge_messages_back(g request, link int) -> exec
DELETE FROM message
 WHERE request_id = :g_request
   AND id IN (SELECT p.object_id FROM merge_part p WHERE p.link_id = :link AND p.object = 'message');
