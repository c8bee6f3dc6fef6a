-- Macros.  `team` 0 stands for those that are everybody's.

-- row MacroRow: id int = m.id, team_id int? = m.team_id, name text = m.name, version int = m.version,
--   changed_by int = m.changed_by, changed_ms ms = m.changed_ms,
--   leads bool = CASE WHEN EXISTS (SELECT 1 FROM team_member l WHERE l.team_id = m.team_id AND l.person_id = :self
--     AND l.lead = 1) THEN 1 ELSE 0 END

-- Everybody's, those of one's teams, and those of one team more; with `all` whatever there is.
-- part usable
(:every = 1 OR m.team_id IS NULL OR m.team_id = :team
 OR m.team_id IN (SELECT k.team_id FROM team_member k WHERE k.person_id = :self));

-- macro_usable(self int, team int, every bool) -> many: MacroRow
SELECT {columns MacroRow m} FROM macro m WHERE {part usable} ORDER BY m.name, m.id LIMIT 1000;

-- Their steps, in one go.
-- macro_usable_steps(self int, team int, every bool) -> many: macro_id int, act text, value text, ready_id int?, ready_name text?,
--   text text
SELECT s.macro_id, s.act, s.value, s.ready_id, r.name AS ready_name, s.text
  FROM macro m JOIN macro_step s ON s.macro_id = m.id LEFT JOIN ready_reply r ON r.id = s.ready_id
 WHERE {part usable} ORDER BY s.macro_id, s.position LIMIT 8000;

-- macro_one(self int, id int) -> opt: MacroRow
SELECT {columns MacroRow m} FROM macro m WHERE m.id = :id;

-- macro_steps(id int) -> many: macro_id int, act text, value text, ready_id int?, ready_name text?, text text
SELECT s.macro_id, s.act, s.value, s.ready_id, r.name AS ready_name, s.text
  FROM macro_step s LEFT JOIN ready_reply r ON r.id = s.ready_id WHERE s.macro_id = :id ORDER BY s.position LIMIT 20;

-- macro_count(team int) -> one: n int!
SELECT count(*) AS n FROM macro WHERE coalesce(team_id, 0) = :team;

-- macro_insert(g load, team int?, name text, by int, now ms) -> one: id int
INSERT INTO macro (team_id, name, changed_by, changed_ms) VALUES (:team, :name, :by, :now) RETURNING id;

-- macro_update(g load, id int, version int, name text, by int, now ms) -> exec
UPDATE macro SET name = :name, changed_by = :by, changed_ms = :now, version = version + 1
 WHERE id = :id AND version = :version;

-- macro_delete(g load, id int, version int) -> exec
DELETE FROM macro WHERE id = :id AND version = :version;

-- macro_step_insert(g load, macro int, position int, act text, value text, ready int?, text text) -> exec
INSERT INTO macro_step (macro_id, position, act, value, ready_id, text)
VALUES (:macro, :position, :act, :value, :ready, :text);

-- macro_steps_delete(g load, macro int) -> exec
DELETE FROM macro_step WHERE macro_id = :macro;

-- macros_with_ready(ready int) -> one: n int!
SELECT count(*) AS n FROM macro_step WHERE ready_id = :ready;
