-- Requests by a query: what is asked and in which order stands in parts (find_sql.c).

-- What a list is ordered by, and so where its next page begins.
-- row FoundRow: id int = r.id, created_ms ms = r.created_ms, updated_ms ms = r.updated_ms, level int = r.level,
--   next_due_ms ms = coalesce(r.next_due_ms, 9223372036854775807)

-- find_rows(s requests, asked part, sorted part, size int) -> many: FoundRow
SELECT {columns FoundRow r} FROM request r
 WHERE {lead s r} AND {where asked} AND {scope s r}
 ORDER BY {order sorted} LIMIT :size;

-- How many, counted to `most` and no further.
-- find_count(s requests, asked part, most int) -> one: n int!
SELECT count(*) AS n FROM (
  SELECT 1 FROM request r WHERE {lead s r} AND {where asked} AND {scope s r} LIMIT :most) x;

-- find_clocks(g request) -> many: due_ms ms?, stopped_ms ms?
SELECT c.due_ms, c.stopped_ms FROM clock c WHERE c.request_id = :g_request AND c.task = '';

-- find_org(person int) -> opt: key text
SELECT o.key FROM person p JOIN org o ON o.id = p.org_id WHERE p.id = :person;

-- find_past(g request) -> many: field int, value int, from_ms ms, until_ms ms
SELECT p.field, p.value, p.from_ms, p.until_ms FROM request_past p WHERE p.request_id = :g_request
 ORDER BY p.field, p.until_ms LIMIT 10000;
