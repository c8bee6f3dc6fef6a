-- Drafts of the composer.  `self` is the one who writes: everybody has their own.

-- unsent_get(g request, self int) -> opt: internal bool, text text, at_ms ms
SELECT internal, text, at_ms FROM unsent WHERE person_id = :self AND request_id = :g_request;

-- unsent_put(g request, self int, internal bool, text text, at ms) -> exec
INSERT INTO unsent (person_id, request_id, internal, text, at_ms)
VALUES (:self, :g_request, :internal, :text, :at)
ON CONFLICT (person_id, request_id) DO UPDATE SET internal = excluded.internal, text = excluded.text,
       at_ms = excluded.at_ms;

-- unsent_delete(g request, self int) -> exec
DELETE FROM unsent WHERE person_id = :self AND request_id = :g_request;

-- What one has forgotten elsewhere: the grant proves that somebody is there who writes.
-- unsent_forget(g request, self int, before ms) -> exec
DELETE FROM unsent WHERE person_id = :self AND at_ms < :before AND :g_request > 0;

-- Has one of those words been sent already?  Then what arrives late is the draft of what was sent.
-- unsent_sent(g request, self int, seen int) -> one: n int!
SELECT count(*) AS n FROM event e
 WHERE e.request_id = :g_request AND e.seq > :seen AND e.actor_id = :self AND e.kind IN ('message.added', 'note.added');

-- Who else keeps a draft here at this time, and what for; never its words.
-- unsent_writers(g request, self int, since ms) -> many: person_id int, internal bool
SELECT person_id, internal FROM unsent
 WHERE request_id = :g_request AND at_ms >= :since AND person_id <> :self ORDER BY at_ms DESC, person_id LIMIT 20;

-- Who wrote a message since: the last of them.
-- talk_since(g request, self int, seen int) -> opt: actor_id int!
SELECT e.actor_id AS actor_id FROM event e
 WHERE e.request_id = :g_request AND e.seq > :seen AND e.kind = 'message.added' AND e.actor_id IS NOT NULL AND e.actor_id <> :self
 ORDER BY e.seq DESC LIMIT 1;

-- One's own, below requests that one still sees.
-- unsent_list(s requests, self int, size int) -> many: record text, serial int, title text, internal bool, at_ms ms
SELECT r.record, r.serial, r.title, u.internal, u.at_ms
  FROM unsent u JOIN request r ON r.id = u.request_id
 WHERE u.person_id = :self AND {scope s r} ORDER BY u.at_ms DESC, u.request_id DESC LIMIT :size;
