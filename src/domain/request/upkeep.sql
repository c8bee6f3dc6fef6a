-- Timers, notifications, replay: acts without a person, and what they read.

-- Requests that may have to follow a change of their team are due at once.
-- timers_of_team(g timers, team int, now ms) -> exec
INSERT INTO timer (kind, object_id, key, due_ms, next_ms)
SELECT 'request', r.id, 'confidence', :now, :now FROM request r
 WHERE r.team_id = :team AND r.confidential <> (SELECT t.confidential FROM team t WHERE t.id = :team)
ON CONFLICT (kind, object_id, key) DO UPDATE
   SET due_ms = excluded.due_ms, next_ms = excluded.next_ms, tries = 0, failed_ms = NULL, why = '',
       owner = '', until_ms = 0, fence = timer.fence + 1;

-- Open requests in which the person is asked or has work are due at once.
-- timers_of_person(g timers, person int, now ms) -> exec
INSERT INTO timer (kind, object_id, key, due_ms, next_ms)
SELECT 'request', r.id, 'presence', :now, :now FROM request r
 WHERE r.state <> 'closed'
   AND r.id IN (SELECT a.request_id FROM approval a WHERE a.approver_id = :person AND a.state = 'asked'
                UNION SELECT t.request_id FROM task t
                       WHERE t.assignee_id = :person AND t.state IN ('waiting', 'ready', 'started')
                UNION SELECT q.id FROM request q WHERE q.assignee_id = :person AND q.state <> 'closed')
ON CONFLICT (kind, object_id, key) DO UPDATE
   SET due_ms = excluded.due_ms, next_ms = excluded.next_ms, tries = 0, failed_ms = NULL, why = '',
       owner = '', until_ms = 0, fence = timer.fence + 1;

-- Open work of a person.
-- work_left(g timers, person int) -> opt: id int
SELECT t.request_id AS id FROM task t
 WHERE t.assignee_id = :person AND t.state IN ('waiting', 'ready', 'started')
UNION ALL
SELECT r.id FROM request r WHERE r.assignee_id = :person AND r.state NOT IN ('draft', 'fulfilled', 'closed')
 LIMIT 1;

-- work_left_told(g timers, person int, event int, at ms) -> exec
INSERT INTO notification (person_id, event_id, request_id, kind, at_ms)
VALUES (:person, :event, NULL, 'work_left', :at)
ON CONFLICT (person_id, event_id) DO NOTHING;

-- uploads_stale(g timers, before ms, size int) -> many: id int, sha256 text
SELECT id, sha256 FROM upload WHERE used = 0 AND created_ms < :before ORDER BY created_ms LIMIT :size;

-- upload_remove(g timers, id int) -> exec
DELETE FROM upload WHERE id = :id AND used = 0;

-- upload_bytes_used(g timers, sha256 text) -> opt: id int
SELECT id FROM upload WHERE sha256 = :sha256 LIMIT 1;

-- ---- who is told

-- notify_request(g request) -> one: requester_id int, beneficiary_id int, submitter_id int, assignee_id int?,
--   team_id int, confidential bool, state text
SELECT requester_id, beneficiary_id, submitter_id, assignee_id, team_id, confidential, state
  FROM request WHERE id = :g_request;

-- notify_participants(g request) -> many: person_id int
SELECT person_id FROM participant WHERE request_id = :g_request
 UNION SELECT person_id FROM me_too WHERE request_id = :g_request ORDER BY person_id LIMIT 1000;

-- Those who work on its open tasks.
-- notify_workers(g request) -> many: assignee_id int!
SELECT DISTINCT assignee_id FROM task
 WHERE request_id = :g_request AND assignee_id IS NOT NULL AND state IN ('waiting', 'ready', 'started')
   AND owner = 'team' ORDER BY assignee_id LIMIT 200;

-- notification_insert(g request, person int, event int, kind text, at ms) -> exec
INSERT INTO notification (person_id, event_id, request_id, kind, at_ms)
VALUES (:person, :event, :g_request, :kind, :at)
ON CONFLICT (person_id, event_id) DO NOTHING;

-- ---- replay

-- replay_steps(g request) -> many: seq int!, step text
SELECT seq, step FROM event WHERE request_id = :g_request AND step <> '' ORDER BY seq;
