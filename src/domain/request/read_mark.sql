-- What a person has read of a request.

-- read_put(g request, person int, seq int, at ms) -> exec
INSERT INTO request_read (person_id, request_id, seq, at_ms) VALUES (:person, :g_request, :seq, :at)
ON CONFLICT (person_id, request_id) DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms;

-- read_get(g request, person int) -> opt: seq int
SELECT m.seq FROM request_read m WHERE m.person_id = :person AND m.request_id = :g_request;

-- read_last(g request) -> one: seq int
SELECT r.event_seq AS seq FROM request r WHERE r.id = :g_request;

-- The events behind a place, one kind of each actor and no more are enough.
-- read_news(g request, after int) -> many: actor_id int?, kind text
SELECT DISTINCT e.actor_id, e.kind FROM event e WHERE e.request_id = :g_request AND e.seq > :after LIMIT 1000;
