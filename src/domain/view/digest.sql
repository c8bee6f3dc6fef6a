-- Views of which somebody is told once a day or a week.

-- row DigestRow: id int = d.id, person_id int = d.person_id, key text = d.key, every text = d.every, weekday int = d.weekday,
--   hour int = d.hour, since_ms ms = d.since_ms

-- digest_list(g self) -> many: DigestRow
SELECT {columns DigestRow d} FROM view_digest d WHERE d.person_id = :g_self ORDER BY d.id LIMIT 50;

-- digest_get(g self, key text) -> opt: DigestRow
SELECT {columns DigestRow d} FROM view_digest d WHERE d.person_id = :g_self AND d.key = :key;

-- What is new is counted from the first time on; saying another hour does not begin anew.
-- digest_put(g self, key text, every text, weekday int, hour int, now ms) -> one: id int
INSERT INTO view_digest (person_id, key, every, weekday, hour, since_ms)
VALUES (:g_self, :key, :every, :weekday, :hour, :now)
ON CONFLICT (person_id, key) DO UPDATE SET every = excluded.every, weekday = excluded.weekday, hour = excluded.hour
RETURNING id;

-- digest_end(g self, key text) -> exec
DELETE FROM view_digest WHERE person_id = :g_self AND key = :key;

-- The view goes, and with it what everybody is told of it.  Who may drop it was settled before.
-- digest_end_all(g self, key text) -> exec
DELETE FROM view_digest WHERE key = :key AND :g_self > 0;

-- digest_due(g timers, id int) -> opt: DigestRow
SELECT {columns DigestRow d} FROM view_digest d WHERE d.id = :id;

-- digest_ran(g timers, id int, now ms) -> exec
UPDATE view_digest SET since_ms = :now WHERE id = :id;

-- digest_gone(g timers, id int) -> exec
DELETE FROM view_digest WHERE id = :id;

-- digest_said(g self, event int, key text, name text, found int, fresh int, first text, now ms) -> exec
INSERT INTO digest_told (event_id, person_id, key, name, found, fresh, first, at_ms)
VALUES (:event, :g_self, :key, :name, :found, :fresh, :first, :now);

-- digest_notify(g self, event int, now ms) -> exec
INSERT INTO notification (person_id, event_id, kind, at_ms) VALUES (:g_self, :event, 'digest', :now)
ON CONFLICT (person_id, event_id) DO NOTHING;

-- The last notice of each view.
-- digest_last(g self) -> many: key text, found int, fresh int, first text, at_ms ms
SELECT t.key, t.found, t.fresh, t.first, t.at_ms FROM digest_told t
 WHERE t.person_id = :g_self
   AND t.event_id = (SELECT max(x.event_id) FROM digest_told x WHERE x.person_id = t.person_id AND x.key = t.key)
   AND EXISTS (SELECT 1 FROM view_digest d WHERE d.person_id = t.person_id AND d.key = t.key)
 ORDER BY t.key LIMIT 50;
