-- Followers of the event table.  On PostgreSQL ids are not commit order: an event is read only when no
-- older transaction runs any more, and the position is (tx, id).  On SQLite one thread writes, ids are
-- commit order and tx is 0.

-- row FollowerEvent: id int, tx int!, at_ms ms, kind text, actor_id int?, behalf_id int?,
--     request_id int?, seq int?, object text, object_id int, internal bool, data text

-- What comes after a position.
-- event_after(tx int, position int, size int) -> many: FollowerEvent
[sqlite]
SELECT e.id AS id, e.tx AS tx, e.at_ms AS at_ms, e.kind AS kind, e.actor_id AS actor_id,
       e.behalf_id AS behalf_id, e.request_id AS request_id, e.seq AS seq, e.object AS object,
       e.object_id AS object_id, e.internal AS internal, e.data AS data
  FROM event e
 WHERE e.id > :position AND e.tx >= :tx
 ORDER BY e.id LIMIT :size;
[postgres]
SELECT e.id AS id, CAST(CAST(e.tx AS text) AS bigint) AS tx, e.at_ms AS at_ms, e.kind AS kind,
       e.actor_id AS actor_id, e.behalf_id AS behalf_id, e.request_id AS request_id, e.seq AS seq,
       e.object AS object, e.object_id AS object_id, e.internal AS internal, e.data AS data
  FROM event e
 WHERE e.tx < pg_snapshot_xmin(pg_current_snapshot())
   AND (e.tx, e.id) > (CAST(CAST(:tx AS text) AS xid8), :position)
 ORDER BY e.tx, e.id LIMIT :size;

-- follower_position(name text) -> opt: tx int!, event_id int, failing_ms ms?
[sqlite]
SELECT tx, event_id, failing_ms FROM follower WHERE name = :name;
[postgres]
SELECT CAST(CAST(tx AS text) AS bigint) AS tx, event_id, failing_ms FROM follower WHERE name = :name;

-- Stores where a follower stands; failing_ms is empty when it is healthy.
-- follower_store(name text, tx int, event int, failing_ms ms?, failing_why text) -> exec
[sqlite]
INSERT INTO follower (name, tx, event_id, failing_ms, failing_why)
VALUES (:name, :tx, :event, :failing_ms, :failing_why)
ON CONFLICT (name) DO UPDATE SET tx = excluded.tx, event_id = excluded.event_id,
    failing_ms = excluded.failing_ms, failing_why = excluded.failing_why;
[postgres]
INSERT INTO follower (name, tx, event_id, failing_ms, failing_why)
VALUES (:name, CAST(CAST(:tx AS text) AS xid8), :event, :failing_ms, :failing_why)
ON CONFLICT (name) DO UPDATE SET tx = excluded.tx, event_id = excluded.event_id,
    failing_ms = excluded.failing_ms, failing_why = excluded.failing_why;

-- The end of the run of replayed events that begins right behind a position, or goes on there.  On PostgreSQL
-- ids are no order of commits: followers read such events and find that they have nothing to do.
-- event_span_end(position int) -> opt: last_id int
[sqlite]
SELECT last_id FROM event_span
 WHERE last_id > :position AND first_id <= :position + 1 ORDER BY last_id LIMIT 1;
[postgres]
SELECT last_id FROM event_span WHERE last_id > :position AND false;
