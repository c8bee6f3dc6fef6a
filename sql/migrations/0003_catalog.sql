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

-- Published versions: written once, never changed.
CREATE TABLE document_version (
    id           {id},
    document_id  {int} NOT NULL REFERENCES document (id),
    number       {int} NOT NULL,               -- 1, 2, 3 ... per document
    body         TEXT NOT NULL,                -- canonical YAML (Markdown for a procedure)
    hash         TEXT NOT NULL,                -- SHA-256 (hex) of body
    note         TEXT NOT NULL DEFAULT '',     -- what changed, in the publisher's words
    publisher_id {int} REFERENCES person (id), -- empty: the command line
    published_ms {int} NOT NULL,
    UNIQUE (document_id, number)
) {strict};

-- At most one draft of each document; publishing or discarding it deletes the row.
CREATE TABLE document_draft (
    document_id  {int} NOT NULL PRIMARY KEY REFERENCES document (id),
    body         TEXT NOT NULL,                -- canonical, as above
    author_id    {int} REFERENCES person (id), -- who saved it last
    updated_ms   {int} NOT NULL,
    version      {int} NOT NULL DEFAULT 1      -- guards a draft that two people edit
) {strict};
