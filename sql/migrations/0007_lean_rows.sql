-- Rows that every list and page joins carry no long texts, and parts come in their order without sorting.

-- What a published version says, read once and then kept in memory.
CREATE TABLE document_body (
    version_id {int} NOT NULL PRIMARY KEY REFERENCES document_version (id),
    body       TEXT NOT NULL                   -- canonical YAML (Markdown for a procedure)
) {strict};
INSERT INTO document_body (version_id, body) SELECT id, body FROM document_version;
ALTER TABLE document_version DROP COLUMN body;

DROP INDEX approval_by_request;
CREATE INDEX approval_by_request ON approval (request_id, id);
