-- Absences and delegations begin and end by timers of the kind "presence"; clocks and targets are kept in memory.

INSERT INTO timer (kind, object_id, key, due_ms, next_ms)
SELECT 'presence', id, 'absence', CASE WHEN seen = 0 THEN from_ms ELSE to_ms END,
       CASE WHEN seen = 0 THEN from_ms ELSE to_ms END
  FROM absence WHERE seen < 2 AND to_ms > from_ms;
INSERT INTO timer (kind, object_id, key, due_ms, next_ms)
SELECT 'presence', id, 'delegation', CASE WHEN seen = 0 THEN from_ms ELSE to_ms END,
       CASE WHEN seen = 0 THEN from_ms ELSE to_ms END
  FROM delegation WHERE seen < 2 AND to_ms > from_ms;

DROP INDEX absence_open;
DROP INDEX delegation_open;

-- Versions of targets are kept in memory, too.
ALTER TABLE generation ADD COLUMN targets {int} NOT NULL DEFAULT 1; -- raised with every change of a target or a version of it

[sqlite]
CREATE TRIGGER generation_target_new AFTER INSERT ON target_version BEGIN
    UPDATE generation SET targets = targets + 1;
END;
CREATE TRIGGER generation_target_changed AFTER UPDATE ON target_version BEGIN
    UPDATE generation SET targets = targets + 1;
END;
CREATE TRIGGER generation_target_gone AFTER DELETE ON target_version BEGIN
    UPDATE generation SET targets = targets + 1;
END;
CREATE TRIGGER generation_target_renamed AFTER UPDATE OF id, key ON target BEGIN
    UPDATE generation SET targets = targets + 1;
END;
-- Clocks are parts of their request.
CREATE TRIGGER parts_clock_new AFTER INSERT ON clock BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_clock_changed AFTER UPDATE ON clock BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_clock_gone AFTER DELETE ON clock BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;

[postgres]
CREATE FUNCTION generation_of_targets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE generation SET targets = targets + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER generation_target_version AFTER INSERT OR UPDATE OR DELETE ON target_version
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_targets();
CREATE TRIGGER generation_target AFTER UPDATE OF id, key ON target
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_targets();
CREATE TRIGGER parts_clock AFTER INSERT OR UPDATE OR DELETE ON clock
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
