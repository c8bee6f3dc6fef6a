-- What is published: open to everybody through the view.

-- catalog_in_force(kind text, key text) -> opt: id int, document_id int, number int, hash text, owner_id int?, published_ms ms
SELECT id, document_id, number, hash, owner_id, published_ms
  FROM published_version WHERE kind = :kind AND key = :key AND in_force = 1;

-- catalog_version_head(id int) -> opt: id int, document_id int, number int, hash text, owner_id int?, published_ms ms
SELECT id, document_id, number, hash, owner_id, published_ms FROM published_version WHERE id = :id;

-- catalog_all_in_force(kind text) -> many: id int, document_id int, number int, key text, hash text, owner_id int?, published_ms ms
SELECT id, document_id, number, key, hash, owner_id, published_ms
  FROM published_version WHERE kind = :kind AND in_force = 1 ORDER BY key;

-- catalog_body(id int) -> one: body text
SELECT body FROM published_version WHERE id = :id;

-- Documents and their versions, drafts included: for those who may.

-- document_all(g catalog, kind text?) -> many: id int, kind text, key text, owner_id int?, published_id int?, published_number int?, published_ms ms?, draft_id int?
SELECT d.id, d.kind, d.key, d.owner_id, d.published_id, p.number AS published_number, p.published_ms, w.id AS draft_id
  FROM document d
  LEFT JOIN document_version p ON p.id = d.published_id
  LEFT JOIN document_version w ON w.document_id = d.id AND w.state = 'draft'
 WHERE (:kind IS NULL OR d.kind = :kind)
 ORDER BY d.kind, d.key;

-- document_one(g catalog, kind text, key text) -> opt: id int, kind text, key text, owner_id int?, published_id int?, published_number int?, published_ms ms?, draft_id int?
SELECT d.id, d.kind, d.key, d.owner_id, d.published_id, p.number AS published_number, p.published_ms, w.id AS draft_id
  FROM document d
  LEFT JOIN document_version p ON p.id = d.published_id
  LEFT JOIN document_version w ON w.document_id = d.id AND w.state = 'draft'
 WHERE d.kind = :kind AND d.key = :key;

-- version_all(g catalog, document int) -> many: id int, number int, state text, hash text, note text, author_id int?, publisher_id int?, created_ms ms, updated_ms ms, published_ms ms?, version int
SELECT id, number, state, hash, note, author_id, publisher_id, created_ms, updated_ms, published_ms, version
  FROM document_version WHERE document_id = :document AND state <> 'discarded' ORDER BY number DESC;

-- version_one(g catalog, document int, number int) -> opt: id int, number int, state text, body text, hash text, note text, author_id int?, publisher_id int?, created_ms ms, updated_ms ms, published_ms ms?, version int
SELECT id, number, state, body, hash, note, author_id, publisher_id, created_ms, updated_ms, published_ms, version
  FROM document_version WHERE document_id = :document AND number = :number;

-- version_draft(g catalog, document int) -> opt: id int, number int, body text, version int
SELECT id, number, body, version FROM document_version WHERE document_id = :document AND state = 'draft';

-- document_insert(g catalog, kind text, key text, owner int?, demo bool, now ms) -> one: id int
INSERT INTO document (kind, key, owner_id, demo, created_ms) VALUES (:kind, :key, :owner, :demo, :now) RETURNING id;

-- version_next_number(g catalog, document int) -> one: number int
SELECT COALESCE(MAX(number), 0) + 1 AS number FROM document_version WHERE document_id = :document;

-- version_insert(g catalog, document int, number int, state text, body text, hash text, note text, author int?, now ms, published ms?, publisher int?) -> one: id int
INSERT INTO document_version (document_id, number, state, body, hash, note, author_id, created_ms, updated_ms,
                              published_ms, publisher_id)
VALUES (:document, :number, :state, :body, :hash, :note, :author, :now, :now, :published, :publisher)
RETURNING id;

-- draft_update(g catalog, id int, version int, body text, hash text, author int?, now ms) -> exec
UPDATE document_version
   SET body = :body, hash = :hash, author_id = :author, updated_ms = :now, version = version + 1
 WHERE id = :id AND version = :version AND state = 'draft';

-- draft_set_published(g catalog, id int, version int, note text, publisher int?, now ms) -> exec
UPDATE document_version
   SET state = 'published', note = :note, published_ms = :now, publisher_id = :publisher, version = version + 1
 WHERE id = :id AND version = :version AND state = 'draft';

-- draft_set_discarded(g catalog, id int, version int, now ms) -> exec
UPDATE document_version SET state = 'discarded', updated_ms = :now, version = version + 1
 WHERE id = :id AND version = :version AND state = 'draft';

-- document_put_in_force(g catalog, id int, published int, owner int?) -> exec
UPDATE document SET published_id = :published, owner_id = :owner WHERE id = :id;
