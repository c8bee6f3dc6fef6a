-- Absences and delegations begin and end by timers of the kind "presence".

INSERT INTO timer (kind, object_id, key, due_ms, next_ms)
SELECT 'presence', id, 'absence', CASE WHEN seen = 0 THEN from_ms ELSE to_ms END,
       CASE WHEN seen = 0 THEN from_ms ELSE to_ms END
  FROM absence WHERE seen < 2 AND to_ms > from_ms;
INSERT INTO timer (kind, object_id, key, due_ms, next_ms)
SELECT 'presence', id, 'delegation', CASE WHEN seen = 0 THEN from_ms ELSE to_ms END,
       CASE WHEN seen = 0 THEN from_ms ELSE to_ms END
  FROM delegation WHERE seen < 2 AND to_ms > from_ms;

DROP INDEX absence_open;
DROP INDEX delegation_open;
