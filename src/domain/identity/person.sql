-- Persons, organisations and the roles they hold beyond their teams.

-- row PersonRow: id int = p.id, login text = p.login, name text = p.name, email text = p.email,
--   kind text = p.kind, org_id int? = p.org_id, org text! = coalesce(o.name, ''),
--   manager_id int? = p.manager_id, manager text! = coalesce(m.login, ''), site text = p.site,
--   lang text = p.lang, zone text = p.zone, theme text = p.theme, active bool = p.active,
--   demo bool = p.demo, created_ms ms = p.created_ms, updated_ms ms = p.updated_ms,
--   version int = p.version

-- person_get(id int) -> opt: PersonRow
SELECT {columns PersonRow p} FROM person p
  LEFT JOIN org o ON o.id = p.org_id
  LEFT JOIN person m ON m.id = p.manager_id
 WHERE p.id = :id;

-- person_by_login(login text) -> opt: PersonRow
SELECT {columns PersonRow p} FROM person p
  LEFT JOIN org o ON o.id = p.org_id
  LEFT JOIN person m ON m.id = p.manager_id
 WHERE p.login = :login;

-- person_ref(id int) -> opt: login text, name text
SELECT login, name FROM person WHERE id = :id;

-- The persons whose ids stand in a JSON array of numbers.
-- person_refs(ids text) -> many: id int, login text, name text
[sqlite]
SELECT p.id, p.login, p.name FROM json_each(:ids) j JOIN person p ON p.id = j.value;
[postgres]
SELECT id, login, name FROM person
 WHERE id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value);

-- person_active_id(login text) -> opt: id int
SELECT id FROM person WHERE login = :login AND active = 1;

-- From the nearest manager upwards; the same person may come again when there is a circle.
-- person_managers(id int, levels int) -> many: id int, login text, name text, active bool
WITH RECURSIVE chain (id, level) AS (
    SELECT manager_id, 1 FROM person WHERE id = :id
    UNION ALL
    SELECT p.manager_id, chain.level + 1 FROM chain JOIN person p ON p.id = chain.id
     WHERE chain.level < :levels
)
SELECT p.id AS id, p.login AS login, p.name AS name, p.active AS active
  FROM chain JOIN person p ON p.id = chain.id
 ORDER BY chain.level;

-- Words are patterns for LIKE, '%' for one that does not matter.
-- person_list(g people, w1 text, w2 text, w3 text, w4 text, kind text, active int?, team int,
--   after_id int, size int) -> many: PersonRow
SELECT {columns PersonRow p} FROM person p
  LEFT JOIN org o ON o.id = p.org_id
  LEFT JOIN person m ON m.id = p.manager_id
 WHERE p.search LIKE :w1 ESCAPE '\' AND p.search LIKE :w2 ESCAPE '\'
   AND p.search LIKE :w3 ESCAPE '\' AND p.search LIKE :w4 ESCAPE '\'
   AND (:kind = '' OR p.kind = :kind)
   AND (:active IS NULL OR p.active = :active)
   AND (:team = 0 OR EXISTS (SELECT 1 FROM team_member tm
                              WHERE tm.team_id = :team AND tm.person_id = p.id))
   AND (:after_id = 0 OR (p.name, p.id) > (SELECT a.name, a.id FROM person a WHERE a.id = :after_id))
 ORDER BY p.name, p.id LIMIT :size;

-- For pickers.  `self` is who asks: employees find everybody, others only their own organisation.
-- Names that begin with the first word come first.
-- person_search(self int, w1 text, w2 text, w3 text, w4 text, first text, size int) ->
--   many: id int, login text, name text
SELECT p.id AS id, p.login AS login, p.name AS name
  FROM person p JOIN person me ON me.id = :self
 WHERE p.active = 1
   AND p.search LIKE :w1 ESCAPE '\' AND p.search LIKE :w2 ESCAPE '\'
   AND p.search LIKE :w3 ESCAPE '\' AND p.search LIKE :w4 ESCAPE '\'
   AND (me.kind = 'employee' OR p.id = me.id OR p.org_id = me.org_id)
 ORDER BY CASE WHEN p.search LIKE :first ESCAPE '\' THEN 0 ELSE 1 END, p.name, p.id
 LIMIT :size;

-- person_insert(g people, login text, name text, email text, search text, kind text, org_id int?,
--   manager_id int?, site text, lang text, zone text, demo bool, now_ms ms) -> opt: id int
INSERT INTO person (login, name, email, search, kind, org_id, manager_id, site, lang, zone, demo,
                    created_ms, updated_ms)
VALUES (:login, :name, :email, :search, :kind, :org_id, :manager_id, :site, :lang, :zone, :demo,
        :now_ms, :now_ms)
ON CONFLICT (login) DO NOTHING
RETURNING id;

-- person_change(g people, id int, version int, name text, email text, search text, kind text,
--   org_id int?, manager_id int?, site text, lang text, zone text, now_ms ms) -> exec
UPDATE person SET name = :name, email = :email, search = :search, kind = :kind, org_id = :org_id,
       manager_id = :manager_id, site = :site, lang = :lang, zone = :zone, updated_ms = :now_ms,
       version = version + 1
 WHERE id = :id AND version = :version;

-- person_set_active(g people, id int, version int, active bool, now_ms ms) -> exec
UPDATE person SET active = :active, updated_ms = :now_ms, version = version + 1
 WHERE id = :id AND version = :version;

-- Roles and teams are part of a person: whoever edits them must see the change.
-- person_bump(g people, id int, now_ms ms) -> exec
UPDATE person SET updated_ms = :now_ms, version = version + 1 WHERE id = :id;

-- Whether `self` may know that this person is here: see person_search.
-- person_visible(self int, id int) -> opt: id int
SELECT p.id AS id FROM person p JOIN person me ON me.id = :self
 WHERE p.id = :id AND (p.id = me.id OR (p.active = 1 AND (me.kind = 'employee' OR p.org_id = me.org_id)));

-- person_settings(g self, lang text, zone text, theme text, now_ms ms) -> exec
UPDATE person SET lang = :lang, zone = :zone, theme = :theme, updated_ms = :now_ms,
       version = version + 1
 WHERE id = :g_self;

-- org_by_name(name text) -> opt: id int
SELECT id FROM org WHERE name = :name ORDER BY id LIMIT 1;

-- org_key_taken(key text) -> opt: id int
SELECT id FROM org WHERE key = :key;

-- org_insert(g people, key text, name text) -> one: id int
INSERT INTO org (key, name) VALUES (:key, :name) RETURNING id;

-- org_list() -> many: id int, name text
SELECT id, name FROM org ORDER BY name, id LIMIT 1000;

-- person_roles(person int) -> many: role text, team_id int
SELECT role, team_id FROM role_held WHERE person_id = :person ORDER BY role, team_id;

-- Memberships (role '') and roles of several persons, whose ids stand in a JSON array of numbers.
-- person_parts(ids text) -> many: person int!, team_id int!, lead bool!, role text!
[sqlite]
SELECT tm.person_id AS person, tm.team_id AS team_id, tm.lead AS lead, '' AS role
  FROM team_member tm JOIN team t ON t.id = tm.team_id AND t.active = 1
 WHERE tm.person_id IN (SELECT value FROM json_each(:ids))
UNION ALL
SELECT r.person_id, r.team_id, 0, r.role FROM role_held r
 WHERE r.person_id IN (SELECT value FROM json_each(:ids))
 ORDER BY 1, 4, 2;
[postgres]
SELECT tm.person_id AS person, tm.team_id AS team_id, tm.lead AS lead, '' AS role
  FROM team_member tm JOIN team t ON t.id = tm.team_id AND t.active = 1
 WHERE tm.person_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value)
UNION ALL
SELECT r.person_id, r.team_id, 0, r.role FROM role_held r
 WHERE r.person_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value)
 ORDER BY 1, 4, 2;

-- role_insert(g people, person int, role text, team_id int) -> exec
INSERT INTO role_held (person_id, role, team_id) VALUES (:person, :role, :team_id)
ON CONFLICT (person_id, role, team_id) DO NOTHING;

-- role_delete(g people, person int, role text, team_id int) -> exec
DELETE FROM role_held WHERE person_id = :person AND role = :role AND team_id = :team_id;

-- role_delete_all(g people, person int) -> exec
DELETE FROM role_held WHERE person_id = :person;

-- Whether anybody active holds a role for all; demo accounts count when `demo`.
-- role_anybody(role text, demo bool) -> opt: id int
SELECT p.id AS id FROM role_held r JOIN person p ON p.id = r.person_id
 WHERE r.role = :role AND r.team_id = 0 AND p.active = 1 AND (:demo = 1 OR p.demo = 0)
 LIMIT 1;

-- person_everybody(g people, after_id int, size int) -> many: PersonRow
SELECT {columns PersonRow p} FROM person p
  LEFT JOIN org o ON o.id = p.org_id
  LEFT JOIN person m ON m.id = p.manager_id
 WHERE p.id > :after_id ORDER BY p.id LIMIT :size;

-- person_demo(g people) -> many: id int, active bool, version int
SELECT id, active, version FROM person WHERE demo = 1 ORDER BY id;

-- person_has_demo() -> opt: id int
SELECT id FROM person WHERE demo = 1 AND active = 1 LIMIT 1;
