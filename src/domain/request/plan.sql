-- Putting work aside, and the day that the team has agreed.

-- row SnoozeRow: id int, task_id int, person_id int, until_ms ms, reason text, by_id int, at_ms ms

-- snooze_put_row(g request, task int, person int, until ms, reason text, by int, now ms) -> one: id int
INSERT INTO snooze (request_id, task_id, person_id, until_ms, reason, by_id, at_ms)
VALUES (:g_request, :task, :person, :until, :reason, :by, :now)
ON CONFLICT (request_id, task_id, person_id) DO UPDATE
   SET until_ms = excluded.until_ms, reason = excluded.reason, by_id = excluded.by_id, at_ms = excluded.at_ms
RETURNING id;

-- Those that concern a person: their own, and those for everybody.  Written so that SQLite makes no table of the two,
-- and sorts nothing: nearly always there is none, on the page that is opened most.
-- snooze_rows(g request, person int, now ms) -> many: SnoozeRow
SELECT {columns SnoozeRow z} FROM snooze z
 WHERE z.request_id = :g_request AND z.person_id * (z.person_id - :person) = 0 AND z.until_ms > :now
 ORDER BY z.request_id, z.task_id, z.person_id LIMIT 50;

-- Own ones, and with `all` those of everybody.
-- snooze_drop(g request, person int, all bool) -> many: id int
DELETE FROM snooze WHERE request_id = :g_request AND (person_id = :person OR (:all = 1 AND person_id = 0))
RETURNING id;

-- snooze_drop_all(g request) -> many: id int
DELETE FROM snooze WHERE request_id = :g_request RETURNING id;

-- snooze_request(g timers, id int) -> opt: request_id int
SELECT request_id FROM snooze WHERE id = :id;

-- snooze_take(g request, id int) -> opt: SnoozeRow
DELETE FROM snooze WHERE id = :id AND request_id = :g_request
RETURNING id, task_id, person_id, until_ms, reason, by_id, at_ms;

-- agreed_set(g request, agreed ms?) -> exec
UPDATE request SET agreed_ms = :agreed, parts = parts + 1 WHERE id = :g_request;
