-- Priority matrices.

-- row MatrixRow: id int = m.id, org_id int = m.org_id, version int = m.version, cells text = m.cells,
--   at_ms ms = m.at_ms, by_id int? = m.by_id

-- The latest version of an organisation, 0: for everybody.
-- matrix_latest(org int) -> opt: MatrixRow
SELECT {columns MatrixRow m} FROM priority_matrix m WHERE m.org_id = :org ORDER BY m.version DESC LIMIT 1;

-- matrix_insert(g people, org int, version int, cells text, at ms, by int?) -> opt: id int
INSERT INTO priority_matrix (org_id, version, cells, at_ms, by_id)
VALUES (:org, :version, :cells, :at, :by)
ON CONFLICT (org_id, version) DO NOTHING
RETURNING id;

-- matrix_orgs() -> many: id int, key text, name text
SELECT id, key, name FROM org ORDER BY name, id LIMIT 1000;

-- matrix_org(key text) -> opt: id int, name text
SELECT id, name FROM org WHERE key = :key;

-- matrix_of_request(g request) -> opt: id int, org_id int, version int, at_ms ms, org text
SELECT m.id, m.org_id, m.version, m.at_ms, coalesce(o.name, '') AS org
  FROM request_priority p JOIN priority_matrix m ON m.id = p.matrix_id LEFT JOIN org o ON o.id = m.org_id
 WHERE p.request_id = :g_request;

-- request_matrix_put(g request, matrix int) -> exec
INSERT INTO request_priority (request_id, matrix_id) VALUES (:g_request, :matrix)
ON CONFLICT (request_id) DO UPDATE SET matrix_id = excluded.matrix_id;

-- request_matrix_drop(g request) -> exec
DELETE FROM request_priority WHERE request_id = :g_request;
