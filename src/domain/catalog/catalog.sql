-- What is published is open to everybody.

-- catalog_in_force(kind text, key text) -> opt: id int, document_id int, number int, hash text, owner_id int?, published_ms ms
SELECT v.id, v.document_id, v.number, v.hash, d.owner_id, v.published_ms
  FROM document d JOIN document_version v ON v.id = d.published_id
 WHERE d.kind = :kind AND d.key = :key;

-- catalog_version_head(id int) -> opt: id int, document_id int, number int, hash text, owner_id int?, published_ms ms
SELECT v.id, v.document_id, v.number, v.hash, d.owner_id, v.published_ms
  FROM document_version v JOIN document d ON d.id = v.document_id
 WHERE v.id = :id;

-- catalog_all_in_force(kind text) -> many: id int, document_id int, number int, key text, hash text, owner_id int?, published_ms ms
SELECT v.id, v.document_id, v.number, d.key, v.hash, d.owner_id, v.published_ms
  FROM document d JOIN document_version v ON v.id = d.published_id
 WHERE d.kind = :kind ORDER BY d.key;

-- catalog_body(id int) -> one: body text
SELECT body FROM document_body WHERE version_id = :id;

-- Documents with their drafts, and everything that writes: for those who may.

-- row DocumentHead: id int, kind text, key text, owner_id int?, published_id int?, published_number int?, published_ms ms?, draft_version int?

-- document_all(g catalog, kind text?) -> many: DocumentHead
SELECT d.id, d.kind, d.key, d.owner_id, d.published_id, p.number AS published_number, p.published_ms,
       w.version AS draft_version
  FROM document d
  LEFT JOIN document_version p ON p.id = d.published_id
  LEFT JOIN document_draft w ON w.document_id = d.id
 WHERE (:kind IS NULL OR d.kind = :kind)
 ORDER BY d.kind, d.key;

-- document_one(g catalog, kind text, key text) -> opt: DocumentHead
SELECT d.id, d.kind, d.key, d.owner_id, d.published_id, p.number AS published_number, p.published_ms,
       w.version AS draft_version
  FROM document d
  LEFT JOIN document_version p ON p.id = d.published_id
  LEFT JOIN document_draft w ON w.document_id = d.id
 WHERE d.kind = :kind AND d.key = :key;

-- version_all(g catalog, document int) -> many: id int, number int, hash text, note text, publisher_id int?, published_ms ms
SELECT id, number, hash, note, publisher_id, published_ms
  FROM document_version WHERE document_id = :document ORDER BY number DESC;

-- version_one(g catalog, document int, number int) -> opt: id int, number int, body text, hash text, note text, publisher_id int?, published_ms ms
SELECT v.id, v.number, b.body, v.hash, v.note, v.publisher_id, v.published_ms
  FROM document_version v JOIN document_body b ON b.version_id = v.id
 WHERE v.document_id = :document AND v.number = :number;

-- draft_one(g catalog, document int) -> opt: body text, author_id int?, updated_ms ms, version int
SELECT body, author_id, updated_ms, version FROM document_draft WHERE document_id = :document;

-- document_insert(g catalog, kind text, key text, owner int?, demo bool, now ms) -> one: id int
INSERT INTO document (kind, key, owner_id, demo, created_ms) VALUES (:kind, :key, :owner, :demo, :now) RETURNING id;

-- Its body goes in beside it: body_insert.
-- version_insert(g catalog, document int, hash text, note text, publisher int?, now ms) -> one: id int, number int
INSERT INTO document_version (document_id, number, hash, note, publisher_id, published_ms)
SELECT :document, COALESCE(MAX(v.number), 0) + 1, :hash, :note, :publisher, :now
  FROM document_version v WHERE v.document_id = :document
RETURNING id, number;

-- body_insert(g catalog, version int, body text) -> exec
INSERT INTO document_body (version_id, body) VALUES (:version, :body);

-- draft_insert(g catalog, document int, body text, author int?, now ms) -> exec
INSERT INTO document_draft (document_id, body, author_id, updated_ms) VALUES (:document, :body, :author, :now)
ON CONFLICT (document_id) DO NOTHING;

-- draft_update(g catalog, document int, version int, body text, author int?, now ms) -> exec
UPDATE document_draft SET body = :body, author_id = :author, updated_ms = :now, version = version + 1
 WHERE document_id = :document AND version = :version;

-- draft_delete(g catalog, document int, version int) -> exec
DELETE FROM document_draft WHERE document_id = :document AND version = :version;

-- document_put_in_force(g catalog, document int, published int, owner int?) -> exec
UPDATE document SET published_id = :published, owner_id = :owner WHERE id = :document;
