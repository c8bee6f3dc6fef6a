-- Requests about the same thing become one, and one about two things becomes two.  A request that was merged ends with
-- the outcome 'merged' and has a link of kind 'merged_into' to the one that goes on; a split one has 'split_from' to the
-- one that it was part of.

-- What came along with a merge, so that it goes back with it.
CREATE TABLE merge_part (
    link_id   {int} NOT NULL,                  -- the link of kind 'merged_into'; goes away with it
    object    TEXT NOT NULL CHECK (object IN ('message', 'file', 'participant', 'watcher')), -- what it is
    object_id {int} NOT NULL,                  -- of the message or attachment in the request that stays; of the person
    PRIMARY KEY (link_id, object, object_id)
) {strict}{without_rowid};

-- Which messages went on in another request.
CREATE INDEX message_carried ON message (carried_id) WHERE carried_id IS NOT NULL;

[sqlite]
DROP TRIGGER parts_request_changed;
ALTER TABLE request RENAME COLUMN outcome TO outcome_before;
ALTER TABLE request ADD COLUMN outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'fulfilled', 'partly', 'rejected', 'withdrawn', 'cancelled', 'merged')); -- how it ended; '': it did not
UPDATE request SET outcome = outcome_before WHERE outcome_before <> '';
ALTER TABLE request DROP COLUMN outcome_before;
CREATE TRIGGER parts_request_changed AFTER UPDATE OF
    record, serial, model_key, model_version_id, kind, title, search, state, phase, outcome, impact,
    urgency, level, level_reason, confidential, assessment, adhoc, adhoc_by, requester_id,
    beneficiary_id, submitter_id, channel, team_id, owner_id, assignee_id, cost_minor, cost_currency,
    resolution, round, step_code, step_who, step_ms, created_ms, submitted_ms, fulfilled_ms, closed_ms,
    close_at_ms, updated_ms, demo, version, due_ms, next_due_ms, not_before_ms, back_until_ms, agreed_ms,
    imported, risk, risk_line
ON request WHEN NEW.parts = OLD.parts BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.id;
END;
ALTER TABLE request_link RENAME TO link_before;
-- Which requests belong together, and how.
CREATE TABLE request_link (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- its number
    from_id    INTEGER NOT NULL REFERENCES request (id),
    to_id      INTEGER NOT NULL REFERENCES request (id),
    kind       TEXT NOT NULL CHECK (kind IN ('related', 'caused_by', 'needs', 'converted_to', 'follow_up', 'part_of', 'duplicate_of', 'merged_into', 'split_from')), -- what the first is to the second
    at_ms      INTEGER NOT NULL,                -- since when
    by_id      INTEGER REFERENCES person (id),  -- who linked them; empty: the program
    UNIQUE (from_id, to_id, kind)
) STRICT;
INSERT INTO request_link (id, from_id, to_id, kind, at_ms, by_id)
SELECT id, from_id, to_id, kind, at_ms, by_id FROM link_before ORDER BY id;
DROP TABLE link_before;
CREATE INDEX request_link_to ON request_link (to_id);
CREATE UNIQUE INDEX request_link_merged ON request_link (from_id) WHERE kind = 'merged_into';

[postgres]
ALTER TABLE request DROP CONSTRAINT request_outcome_check;
ALTER TABLE request ADD CONSTRAINT request_outcome_check
    CHECK (outcome IN ('', 'fulfilled', 'partly', 'rejected', 'withdrawn', 'cancelled', 'merged'));
ALTER TABLE request_link DROP CONSTRAINT request_link_kind_check;
ALTER TABLE request_link ADD CONSTRAINT request_link_kind_check
    CHECK (kind IN ('related', 'caused_by', 'needs', 'converted_to', 'follow_up', 'part_of', 'duplicate_of', 'merged_into', 'split_from'));
CREATE UNIQUE INDEX request_link_merged ON request_link (from_id) WHERE kind = 'merged_into';
