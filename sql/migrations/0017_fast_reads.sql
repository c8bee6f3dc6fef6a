-- What is read most.
--
-- Somebody may have thousands of requests of which few are open, and the home page shows those.
CREATE INDEX request_open_by_requester ON request (requester_id, id) WHERE state <> 'closed';
CREATE INDEX request_open_by_beneficiary ON request (beneficiary_id, id) WHERE state <> 'closed';
CREATE INDEX request_open_by_submitter ON request (submitter_id, id) WHERE state <> 'closed';

-- How often the parts of a request have changed: raised by triggers with every change of an answer, approval, task,
-- line of a checklist, pending record or hand-over, in its transaction.  A reading transaction that finds the same
-- number again sees the same parts (src/domain/request/parts.c).
ALTER TABLE request ADD COLUMN parts {int} NOT NULL DEFAULT 0;

-- How often the names of people and teams and what is in force in the catalog have changed.  Processes keep both in memory (src/app/memory.h).  A reading transaction that finds the number under which
-- something was kept sees the very rows that it was made from: whoever changes them raises the number in the
-- same transaction.  Triggers do it, because no writer may forget it, the one with another program in hand
-- included.

CREATE TABLE generation (
    id      {int} NOT NULL PRIMARY KEY CHECK (id = 1), -- there is one row
    people  {int} NOT NULL,                    -- raised with logins and names of persons and with every change of a team
    catalog {int} NOT NULL                     -- raised with every change of which version is in force, and of owners
) {strict};
INSERT INTO generation (id, people, catalog) VALUES (1, 1, 1);

[sqlite]
CREATE TRIGGER parts_answer_new AFTER INSERT ON answer BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_answer_changed AFTER UPDATE ON answer BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_answer_gone AFTER DELETE ON answer BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;
CREATE TRIGGER parts_approval_new AFTER INSERT ON approval BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_approval_changed AFTER UPDATE ON approval BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_approval_gone AFTER DELETE ON approval BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;
CREATE TRIGGER parts_task_new AFTER INSERT ON task BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_task_changed AFTER UPDATE ON task BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_task_gone AFTER DELETE ON task BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;
CREATE TRIGGER parts_pending_new AFTER INSERT ON pending BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_pending_changed AFTER UPDATE ON pending BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_pending_gone AFTER DELETE ON pending BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;
CREATE TRIGGER parts_handover_new AFTER INSERT ON handover BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
END;
CREATE TRIGGER parts_handover_changed AFTER UPDATE ON handover BEGIN
    UPDATE request SET parts = parts + 1 WHERE id IN (OLD.request_id, NEW.request_id);
END;
CREATE TRIGGER parts_handover_gone AFTER DELETE ON handover BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
END;
CREATE TRIGGER parts_task_check_new AFTER INSERT ON task_check BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = (SELECT request_id FROM task WHERE id = NEW.task_id);
END;
CREATE TRIGGER parts_task_check_changed AFTER UPDATE ON task_check BEGIN
    UPDATE request SET parts = parts + 1
     WHERE id IN (SELECT request_id FROM task WHERE id IN (OLD.task_id, NEW.task_id));
END;
CREATE TRIGGER parts_task_check_gone AFTER DELETE ON task_check BEGIN
    UPDATE request SET parts = parts + 1 WHERE id = (SELECT request_id FROM task WHERE id = OLD.task_id);
END;
CREATE TRIGGER generation_person_new AFTER INSERT ON person BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_person_changed AFTER UPDATE OF id, login, name ON person BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_person_gone AFTER DELETE ON person BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_team_new AFTER INSERT ON team BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_team_changed AFTER UPDATE ON team BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_team_gone AFTER DELETE ON team BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_document_new AFTER INSERT ON document BEGIN
    UPDATE generation SET catalog = catalog + 1;
END;
CREATE TRIGGER generation_document_changed AFTER UPDATE ON document BEGIN
    UPDATE generation SET catalog = catalog + 1;
END;
CREATE TRIGGER generation_document_gone AFTER DELETE ON document BEGIN
    UPDATE generation SET catalog = catalog + 1;
END;
CREATE TRIGGER generation_version_changed AFTER UPDATE ON document_version BEGIN
    UPDATE generation SET catalog = catalog + 1;
END;
CREATE TRIGGER generation_version_gone AFTER DELETE ON document_version BEGIN
    UPDATE generation SET catalog = catalog + 1;
END;

[postgres]
CREATE FUNCTION parts_of_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE request SET parts = parts + 1 WHERE id = OLD.request_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE request SET parts = parts + 1 WHERE id = NEW.request_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION parts_of_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE request SET parts = parts + 1 WHERE id = (SELECT request_id FROM task WHERE id = OLD.task_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE request SET parts = parts + 1 WHERE id = (SELECT request_id FROM task WHERE id = NEW.task_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER parts_answer AFTER INSERT OR UPDATE OR DELETE ON answer
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
CREATE TRIGGER parts_approval AFTER INSERT OR UPDATE OR DELETE ON approval
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
CREATE TRIGGER parts_task AFTER INSERT OR UPDATE OR DELETE ON task
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
CREATE TRIGGER parts_pending AFTER INSERT OR UPDATE OR DELETE ON pending
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
CREATE TRIGGER parts_handover AFTER INSERT OR UPDATE OR DELETE ON handover
    FOR EACH ROW EXECUTE FUNCTION parts_of_request();
CREATE TRIGGER parts_task_check AFTER INSERT OR UPDATE OR DELETE ON task_check
    FOR EACH ROW EXECUTE FUNCTION parts_of_task();
-- The row is locked until its transaction ends, so two changes never share a number.
CREATE FUNCTION generation_of_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE generation SET people = people + 1;
    RETURN NULL;
END $$;
CREATE FUNCTION generation_of_catalog() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE generation SET catalog = catalog + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER generation_person AFTER INSERT OR UPDATE OF id, login, name OR DELETE ON person
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_people();
CREATE TRIGGER generation_team AFTER INSERT OR UPDATE OR DELETE ON team
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_people();
CREATE TRIGGER generation_document AFTER INSERT OR UPDATE OR DELETE ON document
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_catalog();
CREATE TRIGGER generation_version AFTER UPDATE OR DELETE ON document_version
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_catalog();
