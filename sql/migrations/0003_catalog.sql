-- Models, bundles, lists, calendars and procedures: documents in immutable versions.

CREATE TABLE document (
    id           {id},
    kind         TEXT NOT NULL CHECK (kind IN ('model', 'bundle', 'list', 'calendar', 'sop')),
    key          TEXT NOT NULL,
    owner_id     {int} REFERENCES team (id),   -- team answerable for it (models)
    published_id {int},                        -- the version in force; empty: never published
    demo         {int} NOT NULL DEFAULT 0,
    created_ms   {int} NOT NULL,
    UNIQUE (kind, key)
) {strict};

CREATE TABLE document_version (
    id           {id},
    document_id  {int} NOT NULL REFERENCES document (id),
    number       {int} NOT NULL,               -- 1, 2, 3 ... per document
    state        TEXT NOT NULL CHECK (state IN ('draft', 'published', 'discarded')),
    body         TEXT NOT NULL,                -- canonical YAML (Markdown for a procedure)
    hash         TEXT NOT NULL,                -- SHA-256 (hex) of body
    note         TEXT NOT NULL DEFAULT '',     -- what changed, in the publisher's words
    author_id    {int} REFERENCES person (id),
    created_ms   {int} NOT NULL,
    updated_ms   {int} NOT NULL,
    published_ms {int},
    publisher_id {int} REFERENCES person (id),
    version      {int} NOT NULL DEFAULT 1,     -- guards a draft that two people edit
    UNIQUE (document_id, number)
) {strict};
-- At most one draft at a time.
CREATE UNIQUE INDEX document_draft ON document_version (document_id) WHERE state = 'draft';

-- Published versions may be read by anybody; drafts only with a grant (sql/guarded.txt).
CREATE VIEW published_version AS
    SELECT v.id, v.document_id, d.kind, d.key, d.owner_id, v.number, v.body, v.hash, v.note, v.published_ms,
           CASE WHEN d.published_id = v.id THEN 1 ELSE 0 END AS in_force
      FROM document_version v JOIN document d ON d.id = v.document_id
     WHERE v.state = 'published';
