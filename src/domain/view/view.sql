-- Requests by a query: what is asked and in which order stands in parts (find_sql.c).

-- find_rows(s requests, asked part, sorted part, size int) -> many: RequestRow
SELECT {columns RequestRow r} FROM request r JOIN document_version mv ON mv.id = r.model_version_id
 WHERE {lead s r} AND {where asked} AND {scope s r}
 ORDER BY {order sorted} LIMIT :size;

-- find_ids(s requests, asked part, sorted part, size int) -> many: id int
SELECT r.id FROM request r
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
