-- One act on many requests.

-- bulk_insert(g self, act text, at ms) -> one: id int
INSERT INTO bulk_act (by_id, act, at_ms) VALUES (:g_self, :act, :at) RETURNING id;

-- bulk_part_insert(g self, bulk int, position int, request int?, number text, ok bool, why text,
--   before text, after text) -> exec
INSERT INTO bulk_part (bulk_id, position, request_id, number, ok, why, before, after)
SELECT b.id, :position, :request, :number, :ok, :why, :before, :after
  FROM bulk_act b WHERE b.id = :bulk AND b.by_id = :g_self;

-- bulk_one(g self, id int) -> opt: act text, at_ms ms, undone_ms ms?
SELECT act, at_ms, undone_ms FROM bulk_act WHERE id = :id AND by_id = :g_self;

-- bulk_parts(g self, id int) -> many: position int, request_id int?, number text, ok bool, why text,
--   before text, after text, undone bool, undo_why text
SELECT p.position, p.request_id, p.number, p.ok, p.why, p.before, p.after, p.undone, p.undo_why
  FROM bulk_part p JOIN bulk_act b ON b.id = p.bulk_id
 WHERE p.bulk_id = :id AND b.by_id = :g_self ORDER BY p.position LIMIT 1000;

-- bulk_undone(g self, id int, now ms) -> exec
UPDATE bulk_act SET undone_ms = :now WHERE id = :id AND by_id = :g_self AND undone_ms IS NULL;

-- bulk_part_undone(g self, bulk int, position int, undone bool, why text) -> exec
UPDATE bulk_part SET undone = :undone, undo_why = :why
 WHERE position = :position
   AND bulk_id = (SELECT b.id FROM bulk_act b WHERE b.id = :bulk AND b.by_id = :g_self);
