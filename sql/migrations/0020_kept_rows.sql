-- request.parts now rises with every change of the row itself, too: whoever finds the same number again finds the
-- same row (src/domain/request/rows.c).  Statements that change a request raise it themselves; the trigger is for a
-- writer that does not.  What is said about when a request will be ready is one of its parts.
[sqlite]
-- Every column but the two that only count: whoever raises one of those alone does not pay for this.
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
CREATE TRIGGER parts_promise_new AFTER INSERT ON promise BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_promise_changed AFTER UPDATE ON promise BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_promise_gone AFTER DELETE ON promise BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;

[postgres]
CREATE FUNCTION parts_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parts = OLD.parts THEN
        NEW.parts := OLD.parts + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER parts_request BEFORE UPDATE ON request
    FOR EACH ROW EXECUTE FUNCTION parts_of_row();
CREATE TRIGGER parts_promise AFTER INSERT OR UPDATE OR DELETE ON promise
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
