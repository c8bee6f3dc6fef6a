-- What a person has read of a request.

-- read_put(g request, person int, seq int, at ms) -> exec
INSERT INTO request_read (person_id, request_id, seq, at_ms) VALUES (:person, :g_request, :seq, :at)
ON CONFLICT (person_id, request_id) DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms;

-- read_get(g request, person int) -> opt: seq int
SELECT m.seq FROM request_read m WHERE m.person_id = :person AND m.request_id = :g_request;

-- read_last(g request) -> one: seq int
SELECT r.event_seq AS seq FROM request r WHERE r.id = :g_request;

-- The events behind a place, one kind of each actor and no more are enough.  What is internal is news to the team alone.
-- read_news(g request, person int, after int) -> many: actor_id int?, kind text
SELECT DISTINCT e.actor_id, e.kind FROM event e JOIN request r ON r.id = e.request_id
 WHERE e.request_id = :g_request AND e.seq > :after
   AND (e.internal = 0 OR EXISTS (SELECT 1 FROM team_member t WHERE t.team_id = r.team_id AND t.person_id = :person))
 LIMIT 1000;

-- As the field `unread` of the query language; ids as a JSON array.
-- read_unread_ids(s requests, ids text) -> many: id int
[sqlite]
SELECT r.id FROM request r LEFT JOIN request_read m ON m.person_id = :s_person AND m.request_id = r.id
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND {scope s r}
   AND (coalesce(m.seq, 0) < 0
        OR EXISTS (SELECT 1 FROM event e WHERE e.request_id = r.id AND e.seq > coalesce(m.seq, 0)
                      AND (e.actor_id IS NULL OR e.actor_id <> :s_person)
                      AND (e.internal = 0 OR EXISTS (SELECT 1 FROM team_member t
                                                      WHERE t.team_id = r.team_id AND t.person_id = :s_person))
                      AND e.kind <> 'request.viewed' AND e.kind <> 'attachment.downloaded'));
[postgres]
SELECT r.id FROM request r LEFT JOIN request_read m ON m.person_id = :s_person AND m.request_id = r.id
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {scope s r}
   AND (coalesce(m.seq, 0) < 0
        OR EXISTS (SELECT 1 FROM event e WHERE e.request_id = r.id AND e.seq > coalesce(m.seq, 0)
                      AND (e.actor_id IS NULL OR e.actor_id <> :s_person)
                      AND (e.internal = 0 OR EXISTS (SELECT 1 FROM team_member t
                                                      WHERE t.team_id = r.team_id AND t.person_id = :s_person))
                      AND e.kind <> 'request.viewed' AND e.kind <> 'attachment.downloaded'));
