-- Targets of their own and their versions.

-- target_insert(g catalog, key text, now ms, demo bool) -> opt: id int
INSERT INTO target (key, created_ms, demo) VALUES (:key, :now, :demo)
ON CONFLICT (key) DO NOTHING
RETURNING id;

-- target_by_key(key text) -> opt: id int
SELECT id FROM target WHERE key = :key;

-- Without their bodies, which are kept in memory by hash.
-- target_version_rows() -> many: id int, target_id int, key text, number int, from_ms ms, hash text, note text,
--   publisher_id int?, published_ms ms
SELECT v.id, v.target_id, t.key, v.number, v.from_ms, v.hash, v.note, v.publisher_id, v.published_ms
  FROM target_version v JOIN target t ON t.id = v.target_id ORDER BY t.key, v.number LIMIT 20000;

-- target_version_body(id int) -> one: body text
SELECT body FROM target_version WHERE id = :id;

-- target_version_insert(g catalog, target int, number int, from_ms ms, body text, hash text, note text,
--   publisher int?, now ms) -> one: id int
INSERT INTO target_version (target_id, number, from_ms, body, hash, note, publisher_id, published_ms)
VALUES (:target, :number, :from_ms, :body, :hash, :note, :publisher, :now)
RETURNING id;
