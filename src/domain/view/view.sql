-- Requests by a query: what is asked and in which order stands in parts (find_sql.c).

-- What a list is ordered by, and so where its next page begins.
-- row FoundRow: id int = r.id, parts int = r.parts, created_ms ms = r.created_ms, updated_ms ms = r.updated_ms, level int = r.level,
--   next_due_ms ms = coalesce(r.next_due_ms, 9223372036854775807)

-- The ids first: an index that narrows and orders them needs no row of what is not on the page.
-- find_rows(s requests, asked part, sorted part, size int) -> many: FoundRow
SELECT {columns FoundRow r} FROM (
  SELECT r.id AS found_id FROM request r
   WHERE {where asked} AND {scope s r}
   ORDER BY {order sorted} LIMIT :size) x
  JOIN request r ON r.id = x.found_id
 ORDER BY {order sorted};

-- The first `most` of the list, in groups: `ranked` is the place of the group, by which `sorted` begins.  Without a limit
-- a page of everything would sort everything.
-- find_ranked(s requests, ranked part, asked part, within part, behind part, sorted part, most int, size int) -> many:
--   id int, parts int, created_ms ms, updated_ms ms, level int, next_due_ms ms, rank text!
SELECT {columns FoundRow r}, CAST({order ranked} AS TEXT) AS rank FROM request r
 WHERE r.id IN (SELECT r.id FROM request r
                 WHERE {where asked} AND {scope s r}
                 ORDER BY {order within} LIMIT :most)
   AND {where behind}
 ORDER BY {order sorted} LIMIT :size;

-- The first `most` in their order, each with what stands in a field.
-- find_spread(s requests, valued part, asked part, sorted part, most int) -> many: id int, value text?
SELECT r.id AS id, CAST({order valued} AS TEXT) AS value FROM request r
 WHERE {where asked} AND {scope s r}
 ORDER BY {order sorted} LIMIT :most;

-- How many have each value, among the first `most` of the list; those that most have come first.
-- find_groups(s requests, valued part, asked part, within part, most int, size int) -> many: value text?, n int!
SELECT x.value, count(*) AS n FROM (
  SELECT CAST({order valued} AS TEXT) AS value FROM request r
   WHERE {where asked} AND {scope s r}
   ORDER BY {order within} LIMIT :most) x
 GROUP BY x.value ORDER BY count(*) DESC, x.value LIMIT :size;

-- How many, counted to `most` and no further.
-- find_count(s requests, asked part, most int) -> one: n int!
SELECT count(*) AS n FROM (
  SELECT 1 FROM request r WHERE {where asked} AND {scope s r} LIMIT :most) x;

-- find_clocks(g request) -> many: due_ms ms?, stopped_ms ms?
SELECT c.due_ms, c.stopped_ms FROM clock c WHERE c.request_id = :g_request AND c.task = '';

-- find_org(person int) -> opt: key text
SELECT o.key FROM person p JOIN org o ON o.id = p.org_id WHERE p.id = :person;

-- Who has most of what is asked for, among the first `most` that are found.
-- find_assignees(s requests, asked part, most int) -> many: assignee_id int!, held int!
SELECT x.assignee_id, count(*) AS held FROM (
  SELECT r.assignee_id FROM request r
   WHERE r.assignee_id IS NOT NULL AND {where asked} AND {scope s r} LIMIT :most) x
 GROUP BY x.assignee_id ORDER BY count(*) DESC, x.assignee_id LIMIT 20;
-- find_past(g request) -> many: field int, value int, from_ms ms, until_ms ms
SELECT p.field, p.value, p.from_ms, p.until_ms FROM request_past p WHERE p.request_id = :g_request
 ORDER BY p.field, p.until_ms LIMIT 10000;
