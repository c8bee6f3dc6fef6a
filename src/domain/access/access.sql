-- Queries behind the grants.  This folder makes the grants, so its queries need none.

-- row AccessReader: request int = r.id, confidential bool = r.confidential,
--   draft bool! = CASE WHEN r.state = 'draft' AND r.submitted_ms IS NULL THEN 1 ELSE 0 END,
--   relation text = rr.relation, roles int! = pp.role

-- Every way in which a person reaches a request.  What the person is comes first: that is little, and a
-- request may have many readers.
-- access_ways(request int, person int) -> many: AccessReader
SELECT {columns AccessReader r}
  FROM request r
  CROSS JOIN person_principal pp
  CROSS JOIN request_reader rr
 WHERE r.id = :request AND pp.person_id = :person
   AND rr.request_id = r.id AND rr.principal = pp.principal;

-- access_ways_by_number(record text, serial int, person int) -> many: AccessReader
SELECT {columns AccessReader r}
  FROM request r
  CROSS JOIN person_principal pp
  CROSS JOIN request_reader rr
 WHERE r.record = :record AND r.serial = :serial AND pp.person_id = :person
   AND rr.request_id = r.id AND rr.principal = pp.principal;

-- By the number that another system gave.
-- access_ways_by_foreign(number text, person int) -> many: AccessReader
SELECT {columns AccessReader r}
  FROM imported_request i
  CROSS JOIN request r
  CROSS JOIN person_principal pp
  CROSS JOIN request_reader rr
 WHERE i.number = :number AND r.id = i.request_id AND pp.person_id = :person
   AND rr.request_id = r.id AND rr.principal = pp.principal;

-- Whether a person sees what this team has, as one of it or by a role held for all (never as a supplier).
-- access_team_seen(person int, team int) -> opt: found int!
SELECT 1 AS found FROM team t
 WHERE t.id = :team
   AND (EXISTS (SELECT 1 FROM person_principal m
                 WHERE m.person_id = :person AND m.principal = 4 * :team + 2
                   AND ((m.role & 6) <> 0 OR (t.confidential = 0 AND m.role <> 64)))
        OR (t.confidential = 0
            AND EXISTS (SELECT 1 FROM person_principal a WHERE a.person_id = :person AND a.principal = 3)));

-- access_why(request int, person int) -> many: principal int!, confidential bool, draft bool!, relation text, roles int!
SELECT rr.principal AS principal, r.confidential AS confidential,
       CASE WHEN r.state = 'draft' AND r.submitted_ms IS NULL THEN 1 ELSE 0 END AS draft,
       rr.relation AS relation, pp.role AS roles
  FROM request r
  JOIN request_reader rr ON rr.request_id = r.id
  JOIN person_principal pp ON pp.principal = rr.principal
 WHERE r.id = :request AND pp.person_id = :person
 ORDER BY rr.relation, rr.principal;

-- access_confidential(request int) -> opt: confidential bool
SELECT confidential FROM request WHERE id = :request;

-- access_task_request(task int) -> opt: request_id int
SELECT request_id FROM task WHERE id = :task;

-- access_attachment_request(attachment int) -> opt: request_id int
SELECT request_id FROM attachment WHERE id = :attachment;

-- access_approval_request(approval int) -> opt: request_id int
SELECT request_id FROM approval WHERE id = :approval;

-- What a person holds: their own principal, those of their teams, 3 for all.
-- access_roles(person int) -> many: principal int!, role int!
SELECT principal, role FROM person_principal WHERE person_id = :person;

-- access_person_active(person int) -> opt: active bool
SELECT active FROM person WHERE id = :person;

-- Whether `manager` stands above `person` within `levels` steps.  The count of steps ends a circle.
-- access_manages(manager int, person int, levels int) -> opt: found int!
WITH RECURSIVE chain (id, level) AS (
    SELECT manager_id, 1 FROM person WHERE id = :person
    UNION ALL
    SELECT p.manager_id, chain.level + 1 FROM chain JOIN person p ON p.id = chain.id
     WHERE chain.level < :levels
)
SELECT 1 AS found FROM chain WHERE id = :manager LIMIT 1;

-- Does `lead` lead an active team of the person?
-- access_leads_person(lead int, person int) -> opt: found int!
SELECT 1 AS found
  FROM team_member l JOIN team_member m ON m.team_id = l.team_id
                     JOIN team t ON t.id = l.team_id AND t.active = 1
 WHERE l.person_id = :lead AND l.lead = 1 AND m.person_id = :person AND :lead <> :person
 LIMIT 1;

-- access_reader_add(request int, principal int, relation text, closed bool) -> rows
INSERT INTO request_reader (request_id, principal, relation, closed) VALUES (:request, :principal, :relation, :closed)
ON CONFLICT (request_id, principal, relation) DO NOTHING;

-- access_reader_drop(request int, principal int, relation text) -> exec
DELETE FROM request_reader
 WHERE request_id = :request AND principal = :principal AND relation = :relation;

-- access_readers(request int, relation text) -> many: principal int
SELECT principal FROM request_reader WHERE request_id = :request AND relation = :relation
 ORDER BY principal LIMIT 1000;

-- access_principals(request int) -> many: principal int
SELECT DISTINCT principal FROM request_reader WHERE request_id = :request ORDER BY principal LIMIT 1000;

-- access_own_principals(person int) -> many: principal int
SELECT DISTINCT principal FROM person_principal WHERE person_id = :person AND role <> 64 ORDER BY principal LIMIT 1000;

-- access_reader_drop_all(request int, relation text) -> exec
DELETE FROM request_reader WHERE request_id = :request AND relation = :relation;

-- How many requests there are, about.
-- access_requests() -> one: n int!
SELECT coalesce(max(id), 0) AS n FROM request;

-- How many rows lead a person to requests, counted to `most`.
-- access_visible(person int, most int) -> one: n int
SELECT count(*) AS n
  FROM (SELECT 1 FROM person_principal pp JOIN request_reader rr ON rr.principal = pp.principal
         WHERE pp.person_id = :person AND pp.role <> 64 LIMIT :most) AS seen;

-- The same of what is open.
-- access_visible_open(person int, most int) -> one: n int
SELECT count(*) AS n
  FROM (SELECT 1 FROM person_principal pp JOIN request_reader rr ON rr.principal = pp.principal AND rr.closed = 0
         WHERE pp.person_id = :person AND pp.role <> 64 LIMIT :most) AS seen;

-- From which request on the person reaches `n` in one way (as one of a team, say), all of them below `below`; 0: in no way so many.
-- access_newest(person int, below int, n int) -> one: id int!
SELECT coalesce(max(x.id), 0) AS id FROM (
  SELECT (SELECT rr.request_id FROM request_reader rr
           WHERE rr.principal = pp.principal AND rr.closed = 0 AND rr.request_id < :below
           ORDER BY rr.request_id DESC LIMIT 1 OFFSET :n) AS id
    FROM person_principal pp WHERE pp.person_id = :person AND pp.role <> 64
   UNION ALL
  SELECT (SELECT rr.request_id FROM request_reader rr
           WHERE rr.principal = pp.principal AND rr.closed = 1 AND rr.request_id < :below
           ORDER BY rr.request_id DESC LIMIT 1 OFFSET :n) AS id
    FROM person_principal pp WHERE pp.person_id = :person AND pp.role <> 64) x;
