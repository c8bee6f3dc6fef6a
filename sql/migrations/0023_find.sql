-- Requests are found by what was answered, and listed by when something last happened and by what is due.

ALTER TABLE answer ADD COLUMN folded TEXT; -- words of a person as they are compared (src/app/fold.h); empty where that is `text` itself

CREATE INDEX request_by_created ON request (created_ms, id);
CREATE INDEX request_by_updated ON request (updated_ms, id);
CREATE INDEX request_open_by_due ON request (coalesce(next_due_ms, 9223372036854775807), id) WHERE state <> 'closed';
