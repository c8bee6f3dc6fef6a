-- What is read most.
--
-- Somebody may have thousands of requests of which few are open, and the home page shows those.
CREATE INDEX request_open_by_requester ON request (requester_id, id) WHERE state <> 'closed';
CREATE INDEX request_open_by_beneficiary ON request (beneficiary_id, id) WHERE state <> 'closed';
CREATE INDEX request_open_by_submitter ON request (submitter_id, id) WHERE state <> 'closed';

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
