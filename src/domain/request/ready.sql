-- Ready replies.  `team` 0 stands for those that are everybody's.

-- row ReadyRow: id int = r.id, team_id int? = r.team_id, name text = r.name, words text = r.words, version int = r.version,
--   changed_by int = r.changed_by, changed_ms ms = r.changed_ms,
--   leads bool = CASE WHEN EXISTS (SELECT 1 FROM team_member l WHERE l.team_id = r.team_id AND l.person_id = :self
--     AND l.lead = 1) THEN 1 ELSE 0 END

-- Everybody's, those of one's teams, and those of one team more.
-- ready_usable(self int, team int) -> many: ReadyRow
SELECT {columns ReadyRow r} FROM ready_reply r
 WHERE r.team_id IS NULL OR r.team_id = :team
    OR r.team_id IN (SELECT m.team_id FROM team_member m WHERE m.person_id = :self)
 ORDER BY r.name, r.id LIMIT 1000;

-- For who looks after all of them.
-- ready_all(self int) -> many: ReadyRow
SELECT {columns ReadyRow r} FROM ready_reply r ORDER BY r.name, r.id LIMIT 5000;

-- ready_one(self int, id int) -> opt: ReadyRow
SELECT {columns ReadyRow r} FROM ready_reply r WHERE r.id = :id;

-- ready_count(team int) -> one: n int!
SELECT count(*) AS n FROM ready_reply WHERE coalesce(team_id, 0) = :team;

-- ready_insert(g load, team int?, name text, words text, by int, now ms) -> one: id int
INSERT INTO ready_reply (team_id, name, words, changed_by, changed_ms) VALUES (:team, :name, :words, :by, :now)
RETURNING id;

-- ready_update(g load, id int, version int, name text, words text, by int, now ms) -> exec
UPDATE ready_reply SET name = :name, words = :words, changed_by = :by, changed_ms = :now, version = version + 1
 WHERE id = :id AND version = :version;

-- ready_delete(g load, id int, version int) -> exec
DELETE FROM ready_reply WHERE id = :id AND version = :version;

-- Teams that one leads.
-- ready_led(self int) -> many: team_id int
SELECT m.team_id FROM team_member m JOIN team t ON t.id = m.team_id
 WHERE m.person_id = :self AND m.lead = 1 AND t.active = 1 AND t.supplier = '' ORDER BY m.team_id LIMIT 200;
