-- Absences, hours, skills and delegations.  `ids` is a JSON array of person ids.

-- ---- absences

-- absence_insert(g presence, from ms, to ms, by int?, now ms) -> one: id int
INSERT INTO absence (person_id, from_ms, to_ms, by_id, created_ms)
VALUES (:g_presence, :from, :to, :by, :now)
RETURNING id;

-- absence_note_insert(g presence, id int, kind text, note text) -> exec
INSERT INTO absence_note (absence_id, kind, note)
SELECT a.id, :kind, :note FROM absence a WHERE a.id = :id AND a.person_id = :g_presence;

-- absence_overlaps(person int, from ms, to ms) -> opt: id int
SELECT id FROM absence WHERE person_id = :person AND from_ms < :to AND to_ms > :from AND to_ms > from_ms LIMIT 1;

-- absence_count(person int, now ms) -> one: n int
SELECT count(*) AS n FROM absence WHERE person_id = :person AND to_ms > :now AND to_ms > from_ms;

-- absence_rows(g presence, now ms) -> many: id int, from_ms ms, to_ms ms, kind text, note text
SELECT a.id, a.from_ms, a.to_ms, n.kind, n.note
  FROM absence a JOIN absence_note n ON n.absence_id = a.id
 WHERE a.person_id = :g_presence AND a.to_ms > :now AND a.to_ms > a.from_ms
 ORDER BY a.from_ms, a.id LIMIT 200;

-- absence_get(g presence, id int) -> opt: from_ms ms, to_ms ms
SELECT from_ms, to_ms FROM absence WHERE id = :id AND person_id = :g_presence;

-- One that has not begun becomes an empty span, which is no absence.
-- absence_cut(g presence, id int, to ms) -> exec
UPDATE absence SET to_ms = CASE WHEN from_ms > :to THEN from_ms ELSE :to END
 WHERE id = :id AND person_id = :g_presence;

-- absences_of(ids text, from ms, to ms) -> many: id int, person_id int, from_ms ms, to_ms ms
[sqlite]
SELECT id, person_id, from_ms, to_ms FROM absence
 WHERE person_id IN (SELECT value FROM json_each(:ids)) AND to_ms > :from AND from_ms < :to AND to_ms > from_ms
 ORDER BY person_id, from_ms LIMIT 5000;
[postgres]
SELECT id, person_id, from_ms, to_ms FROM absence
 WHERE person_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json))) AND to_ms > :from
   AND from_ms < :to AND to_ms > from_ms
 ORDER BY person_id, from_ms LIMIT 5000;

-- ---- hours and skills

-- work_hours_get(person int) -> opt: weekly_min int?, calendar text, version int
SELECT weekly_min, calendar, version FROM work_hours WHERE person_id = :person;

-- No row changed: somebody else was faster.
-- work_hours_put(g presence, weekly int?, calendar text, version int) -> exec
INSERT INTO work_hours (person_id, weekly_min, calendar) VALUES (:g_presence, :weekly, :calendar)
ON CONFLICT (person_id) DO UPDATE
   SET weekly_min = excluded.weekly_min, calendar = excluded.calendar, version = work_hours.version + 1
 WHERE work_hours.version = :version;

-- skill_version(person int) -> opt: version int
SELECT version FROM person_skill_version WHERE person_id = :person;

-- No row changed: somebody else was faster.
-- skill_version_put(g presence, version int) -> exec
INSERT INTO person_skill_version (person_id, version) VALUES (:g_presence, 1)
ON CONFLICT (person_id) DO UPDATE SET version = person_skill_version.version + 1
 WHERE person_skill_version.version = :version;

-- skill_rows(person int) -> many: skill text
SELECT skill FROM person_skill WHERE person_id = :person ORDER BY skill LIMIT 500;

-- skill_clear(g presence) -> exec
DELETE FROM person_skill WHERE person_id = :g_presence;

-- skill_put(g presence, skill text) -> exec
INSERT INTO person_skill (person_id, skill) VALUES (:g_presence, :skill)
ON CONFLICT (person_id, skill) DO NOTHING;

-- ---- delegation

-- row DelegationRow: id int, principal_id int, delegate_id int, what text, from_ms ms, to_ms ms, by_id int?

-- delegation_insert(g presence, delegate int, what text, from ms, to ms, by int?, now ms) -> one: id int
INSERT INTO delegation (principal_id, delegate_id, what, from_ms, to_ms, by_id, created_ms)
VALUES (:g_presence, :delegate, :what, :from, :to, :by, :now)
RETURNING id;

-- delegation_cut(g presence, id int, to ms) -> exec
UPDATE delegation SET to_ms = CASE WHEN from_ms > :to THEN from_ms ELSE :to END
 WHERE id = :id AND principal_id = :g_presence;

-- delegation_get(g presence, id int) -> opt: DelegationRow
SELECT {columns DelegationRow d} FROM delegation d WHERE d.id = :id AND d.principal_id = :g_presence;

-- delegation_rows(principal int, now ms) -> many: DelegationRow
SELECT {columns DelegationRow d} FROM delegation d
 WHERE d.principal_id = :principal AND d.to_ms > :now AND d.to_ms > d.from_ms
 ORDER BY d.from_ms, d.id LIMIT 200;

-- delegation_rows_for(g self, now ms) -> many: DelegationRow
SELECT {columns DelegationRow d} FROM delegation d
 WHERE d.delegate_id = :g_self AND d.to_ms > :now AND d.to_ms > d.from_ms
 ORDER BY d.from_ms, d.id LIMIT 200;

-- Of this person in a span, for one of the things in `what` (',approvals,both,').
-- delegation_overlaps(principal int, what text, from ms, to ms) -> many: DelegationRow
SELECT {columns DelegationRow d} FROM delegation d
 WHERE d.principal_id = :principal AND d.from_ms < :to AND d.to_ms > :from AND d.to_ms > d.from_ms
   AND :what LIKE '%,' || d.what || ',%'
 ORDER BY d.id LIMIT 200;

-- delegations_at(ids text, what text, at ms) -> many: principal_id int, delegate_id int
[sqlite]
SELECT d.principal_id, d.delegate_id FROM delegation d JOIN person p ON p.id = d.delegate_id AND p.active = 1
 WHERE d.principal_id IN (SELECT value FROM json_each(:ids)) AND d.from_ms <= :at AND d.to_ms > :at
   AND :what LIKE '%,' || d.what || ',%'
 ORDER BY d.principal_id, d.id LIMIT 5000;
[postgres]
SELECT d.principal_id, d.delegate_id FROM delegation d JOIN person p ON p.id = d.delegate_id AND p.active = 1
 WHERE d.principal_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))
   AND d.from_ms <= :at AND d.to_ms > :at AND :what LIKE '%,' || d.what || ',%'
 ORDER BY d.principal_id, d.id LIMIT 5000;

-- Who has named one of these persons.
-- delegations_to(ids text, at ms) -> many: principal_id int
[sqlite]
SELECT DISTINCT principal_id FROM delegation
 WHERE delegate_id IN (SELECT value FROM json_each(:ids)) AND from_ms <= :at AND to_ms > :at
 ORDER BY principal_id LIMIT 200;
[postgres]
SELECT DISTINCT principal_id FROM delegation
 WHERE delegate_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))
   AND from_ms <= :at AND to_ms > :at
 ORDER BY principal_id LIMIT 200;

-- delegation_told(g presence, person int, event int, at ms) -> exec
INSERT INTO notification (person_id, event_id, request_id, kind, at_ms)
SELECT :person, :event, NULL, 'delegation', :at FROM person p WHERE p.id = :g_presence
ON CONFLICT (person_id, event_id) DO NOTHING;

-- ---- moments

-- delegation_moment(g timers, id int) -> opt: person_id int, from_ms ms, to_ms ms, seen int
SELECT principal_id AS person_id, from_ms, to_ms, seen FROM delegation WHERE id = :id;

-- delegation_seen(g timers, id int, seen int) -> exec
UPDATE delegation SET seen = :seen WHERE id = :id;

-- absence_moment(g timers, id int) -> opt: person_id int, from_ms ms, to_ms ms, seen int
SELECT person_id, from_ms, to_ms, seen FROM absence WHERE id = :id;

-- absence_seen(g timers, id int, seen int) -> exec
UPDATE absence SET seen = :seen WHERE id = :id;
