-- Writing costs less, and the lists behind a figure are found.

-- No query asks for events by their kind, and those of a request are found by it.
DROP INDEX event_by_kind;
DROP INDEX event_by_object;
CREATE INDEX event_by_object ON event (object, object_id, id) WHERE request_id IS NULL;
-- Most requests have no assignee, and nobody looks for those by it.
DROP INDEX request_by_assignee;
DROP INDEX request_open_by_assignee;
CREATE INDEX request_by_assignee ON request (assignee_id, id) WHERE assignee_id IS NOT NULL;
CREATE INDEX request_open_by_assignee ON request (assignee_id, id) WHERE state <> 'closed' AND assignee_id IS NOT NULL;

-- Lists behind a figure of a log: by its time, by a word of which there are many, or by a mark that few have.  What
-- has few words (state, priority, channel) is found fast enough by its time.
CREATE INDEX imported_request_opened ON imported_request (source_id, opened_ms, request_id);
CREATE INDEX imported_request_closed ON imported_request (source_id, closed_ms, request_id);
CREATE INDEX imported_request_team ON imported_request (source_id, team, request_id);
CREATE INDEX imported_request_category ON imported_request (source_id, category, request_id);
CREATE INDEX imported_request_reopened ON imported_request (source_id, request_id) WHERE reopenings > 0;
CREATE INDEX imported_request_missed ON imported_request (source_id, request_id) WHERE made_target = 0;
CREATE INDEX imported_request_negative ON imported_request (source_id, request_id) WHERE resolved_ms < opened_ms;
