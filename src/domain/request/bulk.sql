-- One act on many requests.

-- bulk_insert(g self, act text, value text, words text, next_step text, at ms) -> one: id int
INSERT INTO bulk_act (by_id, act, value, text, next_step, at_ms)
VALUES (:g_self, :act, :value, :words, :next_step, :at) RETURNING id;

-- bulk_part_insert(g self, bulk int, position int, request int?, number text, ok bool, why text,
--   before text, after text, waits bool) -> exec
INSERT INTO bulk_part (bulk_id, position, request_id, number, ok, why, before, after, waits)
SELECT b.id, :position, :request, :number, :ok, :why, :before, :after, :waits
  FROM bulk_act b WHERE b.id = :bulk AND b.by_id = :g_self;

-- bulk_one(g self, id int) -> opt: act text, at_ms ms, undone_ms ms?
SELECT act, at_ms, undone_ms FROM bulk_act WHERE id = :id AND by_id = :g_self;

-- Written first in each piece: whoever comes meanwhile waits for its end.
-- bulk_piece(g self, id int) -> opt: act text, value text, words text, next_step text, undone_ms ms?
UPDATE bulk_act SET pieces = pieces + 1 WHERE id = :id AND by_id = :g_self
RETURNING act, value, text AS words, next_step, undone_ms;

-- row BulkPartRow: position int, request_id int?, number text, ok bool, why text, before text, after text, undone bool,
--   undo_why text, waits bool

-- bulk_parts(g self, id int) -> many: BulkPartRow
SELECT {columns BulkPartRow p}
  FROM bulk_part p JOIN bulk_act b ON b.id = p.bulk_id
 WHERE p.bulk_id = :id AND b.by_id = :g_self ORDER BY p.position LIMIT 1000;

-- bulk_waiting(g self, id int, size int) -> many: BulkPartRow
SELECT {columns BulkPartRow p}
  FROM bulk_part p JOIN bulk_act b ON b.id = p.bulk_id
 WHERE p.bulk_id = :id AND b.by_id = :g_self AND p.waits = 1 ORDER BY p.position LIMIT :size;

-- bulk_left(g self, id int) -> one: n int!
SELECT count(*) AS n FROM bulk_part p JOIN bulk_act b ON b.id = p.bulk_id
 WHERE p.bulk_id = :id AND b.by_id = :g_self AND p.waits = 1;

-- bulk_part_tried(g self, bulk int, position int, request int?, number text, ok bool, why text, before text,
--   after text) -> exec
UPDATE bulk_part SET request_id = :request, number = :number, ok = :ok, why = :why, before = :before, after = :after,
       waits = 0
 WHERE position = :position
   AND bulk_id = (SELECT b.id FROM bulk_act b WHERE b.id = :bulk AND b.by_id = :g_self);

-- The words that the act took are needed no longer.
-- bulk_end(g self, id int) -> exec
UPDATE bulk_act SET value = '', text = '', next_step = '' WHERE id = :id AND by_id = :g_self;

-- bulk_undone(g self, id int, now ms) -> exec
UPDATE bulk_act SET undone_ms = :now WHERE id = :id AND by_id = :g_self AND undone_ms IS NULL;

-- What was not tried is not tried any more; what worked waits for its way back.
-- bulk_turn_round(g self, id int, why text) -> exec
UPDATE bulk_part SET waits = ok, why = CASE WHEN waits = 1 THEN :why ELSE why END
 WHERE bulk_id = (SELECT b.id FROM bulk_act b WHERE b.id = :id AND b.by_id = :g_self);

-- bulk_part_undone(g self, bulk int, position int, undone bool, why text) -> exec
UPDATE bulk_part SET undone = :undone, undo_why = :why, waits = 0
 WHERE position = :position
   AND bulk_id = (SELECT b.id FROM bulk_act b WHERE b.id = :bulk AND b.by_id = :g_self);
