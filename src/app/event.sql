-- The event table.  Its queries need no grant: who may act was settled before, and what is written
-- here is who acted.

-- The next number of a request's own count of events.
-- event_seq_next(request int) -> one: event_seq int
UPDATE request SET event_seq = event_seq + 1, parts = parts + 1 WHERE id = :request RETURNING event_seq;

-- event_insert(at ms, kind text, actor int?, behalf int?, origin text, call_ref text, request int?,
--     seq int?, object text, object_id int, internal bool, data text, step text) -> one: id int
INSERT INTO event (at_ms, kind, actor_id, behalf_id, origin, call_ref, request_id, seq, object,
                   object_id, internal, data, step)
VALUES (:at, :kind, :actor, :behalf, :origin, :call_ref, :request, :seq, :object,
        :object_id, :internal, :data, :step)
RETURNING id;

-- event_text_insert(event int, field text, from_text text?, to_text text?, salt text) -> rows
INSERT INTO event_text (event_id, field, from_text, to_text, salt)
VALUES (:event, :field, :from_text, :to_text, :salt);

-- A run goes on where the last one ended.
-- event_span_longer(first int, last int) -> exec
UPDATE event_span SET last_id = :last WHERE last_id = :first - 1;

-- event_span_insert(first int, last int) -> exec
INSERT INTO event_span (first_id, last_id) VALUES (:first, :last);

-- Ids for many events: the first of so many that nobody else gets.  An insert that gives its id back makes SQLite
-- keep what it changes for the case that it fails, which costs more than the insert.
-- event_ids(n int) -> one: first int!
[sqlite]
SELECT CAST(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0) + (CASE WHEN :n > 0 THEN 1 ELSE 0 END) AS INTEGER) AS first;
[postgres]
SELECT setval(pg_get_serial_sequence('event', 'id'), nextval(pg_get_serial_sequence('event', 'id')) + :n - 1) - :n + 1 AS first;

-- event_insert_past(id int, at ms, kind text, ref text, request int, seq int, object text, object_id int, data text) -> rows
INSERT INTO event (id, at_ms, kind, origin, call_ref, request_id, seq, object, object_id, data)
VALUES (:id, :at, :kind, 'import', :ref, :request, :seq, :object, :object_id, :data);
