-- Tags: words by which the staff finds requests that belong together.

CREATE TABLE request_tag (
    request_id {int} NOT NULL REFERENCES request (id),
    tag        TEXT NOT NULL,                             -- as str_is_key, without '/', at most 40 characters
    added_by   {int} NOT NULL REFERENCES person (id),     -- who gave it
    at_ms      {int} NOT NULL,                            -- when
    PRIMARY KEY (request_id, tag)
) {strict}{without_rowid};
CREATE INDEX request_tag_by_tag ON request_tag (tag, request_id);
