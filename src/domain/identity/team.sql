-- Teams and who is in them.

-- row TeamRow: id int = t.id, key text = t.key, name text = t.name, summary text = t.summary,
--   supplier text = t.supplier,
--   calendar text = t.calendar, confidential bool = t.confidential,
--   active bool = t.active, demo bool = t.demo, version int = t.version,
--   members int! = (SELECT count(*) FROM team_member tm JOIN person tp ON tp.id = tm.person_id
--     WHERE tm.team_id = t.id AND tp.active = 1),
--   leads int! = (SELECT count(*) FROM team_member tm JOIN person tp ON tp.id = tm.person_id
--     WHERE tm.team_id = t.id AND tp.active = 1 AND tm.lead = 1)

-- team_get(id int) -> opt: TeamRow
SELECT {columns TeamRow t} FROM team t WHERE t.id = :id;

-- team_by_key(key text) -> opt: TeamRow
SELECT {columns TeamRow t} FROM team t WHERE t.key = :key;

-- team_active_id(key text) -> opt: id int
SELECT id FROM team WHERE key = :key AND active = 1;

-- team_list(only_active bool) -> many: TeamRow
SELECT {columns TeamRow t} FROM team t WHERE t.active >= :only_active ORDER BY t.key LIMIT 1000;

-- Those that work may be handed to.
-- team_choices() -> many: id int, key text, name text
SELECT id, key, name FROM team WHERE active = 1 AND supplier = '' ORDER BY key LIMIT 1000;

-- team_refs(ids text) -> many: id int, key text, name text
[sqlite]
SELECT t.id, t.key, t.name FROM json_each(:ids) j JOIN team t ON t.id = j.value;
[postgres]
SELECT t.id, t.key, t.name FROM team t
 WHERE t.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value);

-- team_count() -> one: n int!
SELECT count(*) AS n FROM team;

-- team_insert(g people, key text, name text, summary text, supplier text, calendar text,
--   confidential bool, demo bool, now_ms ms) -> opt: id int
INSERT INTO team (key, name, summary, supplier, calendar, confidential, demo, created_ms, updated_ms)
VALUES (:key, :name, :summary, :supplier, :calendar, :confidential, :demo, :now_ms, :now_ms)
ON CONFLICT (key) DO NOTHING
RETURNING id;

-- team_change(g people, id int, version int, name text, summary text, supplier text, calendar text,
--   confidential bool, now_ms ms) -> exec
UPDATE team SET name = :name, summary = :summary, supplier = :supplier, calendar = :calendar,
       confidential = :confidential, updated_ms = :now_ms, version = version + 1
 WHERE id = :id AND version = :version;

-- team_set_active(g people, id int, version int, active bool, now_ms ms) -> exec
UPDATE team SET active = :active, updated_ms = :now_ms, version = version + 1
 WHERE id = :id AND version = :version;

-- team_bump(g people, id int, now_ms ms) -> exec
UPDATE team SET updated_ms = :now_ms, version = version + 1 WHERE id = :id;

-- In the order of its index: a sorter of SQLite costs more than reading a few rows, so team_members sorts.
-- team_members(team int) -> many: id int, login text, name text, lead bool
SELECT p.id AS id, p.login AS login, p.name AS name, tm.lead AS lead
  FROM team_member tm JOIN person p ON p.id = tm.person_id
 WHERE tm.team_id = :team AND p.active = 1
 ORDER BY tm.person_id LIMIT 500;

-- team_member_get(team int, person int) -> opt: lead bool
SELECT lead FROM team_member WHERE team_id = :team AND person_id = :person;

-- team_member_put(g people, team int, person int, lead bool) -> exec
INSERT INTO team_member (team_id, person_id, lead) VALUES (:team, :person, :lead)
ON CONFLICT (team_id, person_id) DO UPDATE SET lead = excluded.lead;

-- team_member_delete(g people, team int, person int) -> exec
DELETE FROM team_member WHERE team_id = :team AND person_id = :person;

-- team_member_delete_all(g people, person int) -> exec
DELETE FROM team_member WHERE person_id = :person;

-- Sorted by person_teams, likewise.
-- person_teams(person int) -> many: id int, key text, name text, lead bool, supplier text
SELECT t.id AS id, t.key AS key, t.name AS name, tm.lead AS lead, t.supplier AS supplier
  FROM team_member tm JOIN team t ON t.id = tm.team_id
 WHERE tm.person_id = :person AND t.active = 1;

-- Every membership, for writing people.yaml and teams.yaml.
-- team_everybody(g people) -> many: team text, login text, lead bool, supplier text
SELECT t.key AS team, p.login AS login, tm.lead AS lead, t.supplier AS supplier
  FROM team_member tm JOIN team t ON t.id = tm.team_id JOIN person p ON p.id = tm.person_id
 ORDER BY t.key, p.login;

-- role_everybody(g people) -> many: login text, role text, team text!
SELECT p.login AS login, r.role AS role, coalesce(t.key, '') AS team
  FROM role_held r JOIN person p ON p.id = r.person_id LEFT JOIN team t ON t.id = r.team_id
 ORDER BY p.login, r.role, team;

-- team_demo(g people) -> many: id int, version int
SELECT id, version FROM team WHERE demo = 1 AND active = 1 ORDER BY id;
