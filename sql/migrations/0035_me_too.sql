-- Who has the same trouble as the one who asked.
CREATE TABLE me_too (
    request_id {int} NOT NULL REFERENCES request (id),
    person_id  {int} NOT NULL REFERENCES person (id), -- who says so; their names are for the staff of the request
    at_ms      {int} NOT NULL,                        -- since when
    link_id    {int},                                 -- the merge that it came along with, and goes back with; empty: none
    PRIMARY KEY (request_id, person_id)
) {strict}{without_rowid};
CREATE INDEX me_too_by_person ON me_too (person_id, request_id);
ALTER TABLE request ADD COLUMN me_too {int} NOT NULL DEFAULT 0; -- how many rows of me_too it has

[sqlite]
DROP TRIGGER parts_request_changed;
CREATE TRIGGER parts_request_changed AFTER UPDATE OF
    record, serial, model_key, model_version_id, kind, title, search, state, phase, outcome, impact,
    urgency, level, level_reason, confidential, assessment, adhoc, adhoc_by, requester_id,
    beneficiary_id, submitter_id, channel, team_id, owner_id, assignee_id, cost_minor, cost_currency,
    resolution, round, step_code, step_who, step_ms, created_ms, submitted_ms, fulfilled_ms, closed_ms,
    close_at_ms, updated_ms, demo, version, due_ms, next_due_ms, not_before_ms, back_until_ms, agreed_ms,
    imported, risk, risk_line, me_too
ON request WHEN NEW.parts = OLD.parts BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.id;
END;
