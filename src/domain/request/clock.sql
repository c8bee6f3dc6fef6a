-- Clocks of requests: the cycles measured so far, and what a recomputation reads.

-- row ClockRow: target text, task text, cycle int, measure text, version_id int?, line int, started_ms ms,
--   stopped_ms ms?, pauses text, answered bool, due_ms ms?, fired int, mark_ms ms?, armed bool, reason text,
--   reason_by int?, reason_ms ms?

-- clock_rows(g request) -> many: ClockRow
SELECT {columns ClockRow c} FROM clock c WHERE c.request_id = :g_request
 ORDER BY c.target, c.task, c.cycle LIMIT 20000;

-- All but the reason, which people write.
-- clock_put(g request, target text, task text, cycle int, measure text, version int?, line int, calendar text,
--   started ms, stopped ms?, pauses text, answered bool, due ms?, fired int, mark ms?, armed bool) -> exec
INSERT INTO clock (request_id, target, task, cycle, measure, version_id, line, calendar, started_ms,
                   stopped_ms, pauses, answered, due_ms, fired, mark_ms, armed)
VALUES (:g_request, :target, :task, :cycle, :measure, :version, :line, :calendar, :started,
        :stopped, :pauses, :answered, :due, :fired, :mark, :armed)
ON CONFLICT (request_id, target, task, cycle) DO UPDATE
   SET line = excluded.line, calendar = excluded.calendar, stopped_ms = excluded.stopped_ms,
       pauses = excluded.pauses, answered = excluded.answered, due_ms = excluded.due_ms,
       fired = excluded.fired, mark_ms = excluded.mark_ms, armed = excluded.armed;

-- clock_reason_put(g request, target text, task text, cycle int, reason text, by_id int, now ms) -> exec
UPDATE clock SET reason = :reason, reason_by = :by_id, reason_ms = :now
 WHERE request_id = :g_request AND target = :target AND task = :task AND cycle = :cycle;

-- request_due_put(g request, due ms?, next_due ms?) -> exec
UPDATE request SET due_ms = :due, next_due_ms = :next_due, parts = parts + 1 WHERE id = :g_request;

-- task_due_put(g request, key text, due ms?) -> exec
UPDATE task SET due_ms = :due WHERE request_id = :g_request AND key = :key;

-- ---- recomputing

-- What moves clocks, in order: steps, messages, thresholds that were told.
-- clock_events(g request) -> many: seq int!, kind text, at_ms ms, actor_id int?, data text, step text
SELECT seq, kind, at_ms, actor_id, data, step FROM event
 WHERE request_id = :g_request AND (step <> '' OR kind = 'message.added' OR kind = 'clock.reached')
 ORDER BY seq;

-- Requests that may have clocks, by id: for checking them all in turn.
-- clock_requests(g timers, after int, size int) -> many: id int
SELECT id FROM request WHERE id > :after AND submitted_ms IS NOT NULL ORDER BY id LIMIT :size;

-- Running clocks whose calendar has another version than when they were last looked at.
-- clock_of_calendar(g timers, calendar text, after int, size int) -> many: request_id int
SELECT DISTINCT request_id FROM clock
 WHERE calendar = :calendar AND stopped_ms IS NULL AND request_id > :after
 ORDER BY request_id LIMIT :size;
