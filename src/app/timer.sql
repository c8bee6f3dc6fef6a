-- Timers; the rules: timer.h.

-- row TimerRow: id int, kind text, object_id int, key text, due_ms ms, next_ms ms, tries int, fence int

-- Puts a timer, or moves it: whoever has leased it meanwhile is refused.
-- timer_put_row(kind text, object int, key text, due ms) -> exec
INSERT INTO timer (kind, object_id, key, due_ms, next_ms) VALUES (:kind, :object, :key, :due, :due)
ON CONFLICT (kind, object_id, key) DO UPDATE
   SET due_ms = excluded.due_ms, next_ms = excluded.next_ms, tries = 0, failed_ms = NULL, why = '',
       owner = '', until_ms = 0, fence = timer.fence + 1;

-- timer_drop_row(kind text, object int, key text?) -> exec
DELETE FROM timer WHERE kind = :kind AND object_id = :object AND (:key IS NULL OR key = :key);

-- timer_of(kind text, object int, key text) -> opt: due_ms ms
SELECT due_ms FROM timer WHERE kind = :kind AND object_id = :object AND key = :key;

-- The first one of an object.
-- timer_first_of(kind text, object int) -> opt: TimerRow
SELECT {columns TimerRow t} FROM timer t WHERE t.kind = :kind AND t.object_id = :object
 ORDER BY t.due_ms, t.id LIMIT 1;

-- Leases what is due and free.  A lease that ends later than any lease could (`far`) was made before the
-- clock was set back, and holds nobody up.
-- timers_lease(owner text, now ms, until ms, far ms, size int) -> many: TimerRow
[sqlite]
UPDATE timer SET owner = :owner, until_ms = :until, fence = fence + 1
 WHERE id IN (SELECT d.id FROM timer d
               WHERE d.next_ms <= :now AND (d.until_ms <= :now OR d.until_ms > :far)
               ORDER BY d.next_ms, d.id LIMIT :size)
RETURNING id, kind, object_id, key, due_ms, next_ms, tries, fence;
[postgres]
UPDATE timer SET owner = :owner, until_ms = :until, fence = fence + 1
 WHERE id IN (SELECT d.id FROM timer d
               WHERE d.next_ms <= :now AND (d.until_ms <= :now OR d.until_ms > :far)
               ORDER BY d.next_ms, d.id LIMIT :size FOR UPDATE SKIP LOCKED)
RETURNING id, kind, object_id, key, due_ms, next_ms, tries, fence;

-- What failed later than any node's clock can be ahead (`far`): the clock has been set back since.  It is due when it
-- was meant to be, and when it failed is not known better than now.
-- timers_right(now ms, far ms) -> exec
UPDATE timer SET next_ms = due_ms, failed_ms = :now WHERE failed_ms > :far;

-- timer_lease(id int, owner text, until ms) -> one: fence int!
UPDATE timer SET owner = :owner, until_ms = :until, fence = fence + 1 WHERE id = :id RETURNING fence;

-- Is the lease still ours?  On PostgreSQL nobody else takes it until the end of the transaction.
-- timer_hold(id int, owner text, fence int) -> opt: id int
[sqlite]
SELECT id FROM timer WHERE id = :id AND owner = :owner AND fence = :fence;
[postgres]
SELECT id FROM timer WHERE id = :id AND owner = :owner AND fence = :fence FOR UPDATE;

-- It has run.  One that was put again has another number and stays.
-- timer_done(id int, fence int) -> exec
DELETE FROM timer WHERE id = :id AND fence = :fence;

-- timer_failed(id int, fence int, next ms, now ms, why text) -> exec
UPDATE timer SET tries = tries + 1, next_ms = :next, failed_ms = :now, why = :why, owner = '', until_ms = 0
 WHERE id = :id AND fence = :fence;

-- The one that is most overdue, tried or not.
-- timer_oldest(now ms) -> opt: kind text, object_id int, next_ms ms
SELECT kind, object_id, next_ms FROM timer WHERE next_ms <= :now ORDER BY next_ms, id LIMIT 1;

-- timers_failing() -> one: n int
SELECT count(*) AS n FROM timer WHERE failed_ms IS NOT NULL;

-- timer_failure() -> opt: kind text, object_id int, tries int, due_ms ms, next_ms ms, failed_ms ms!, why text
SELECT kind, object_id, tries, due_ms, next_ms, failed_ms, why FROM timer
 WHERE failed_ms IS NOT NULL ORDER BY failed_ms DESC, id DESC LIMIT 1;
