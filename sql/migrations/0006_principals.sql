-- What a person is, kept as rows: the condition of every list looks it up for every request it meets.
--
-- Triggers keep the rows, because no writer may forget them: a row too many would be a right too many.

DROP VIEW person_principal;

-- What the rows of person_principal must say.
CREATE VIEW person_principal_due AS
    SELECT p.id AS person_id, 4 * p.id + 1 AS principal, 1 AS role
      FROM person p WHERE p.active = 1
    UNION
    SELECT m.person_id, 4 * m.team_id + 2,
           CASE WHEN t.supplier <> '' THEN 64 WHEN m.lead = 1 THEN 6 ELSE 2 END
      FROM team_member m JOIN person p ON p.id = m.person_id AND p.active = 1
                         JOIN team t ON t.id = m.team_id AND t.active = 1
    UNION
    SELECT r.person_id, CASE WHEN r.team_id = 0 THEN 3 ELSE 4 * r.team_id + 2 END,
           CASE r.role WHEN 'agent' THEN 2 WHEN 'lead' THEN 4 WHEN 'owner' THEN 8 WHEN 'admin' THEN 16
                       WHEN 'auditor' THEN 32 ELSE 64 END
      FROM role_held r JOIN person p ON p.id = r.person_id AND p.active = 1
     WHERE NOT (r.role = 'supplier' AND r.team_id = 0);

-- Everything a person is, as principals: themselves, their teams, the roles they hold for all.
CREATE TABLE person_principal (
    person_id {int} NOT NULL,
    principal {int} NOT NULL,                  -- person: 4 * id + 1, team: 4 * id + 2, held for all: 3
    role      {int} NOT NULL,                  -- a bit of enum Role (src/app/subject.h), or several
    PRIMARY KEY (person_id, principal, role)
) {strict}{without_rowid};
INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due;

[sqlite]
CREATE TRIGGER principal_person_new AFTER INSERT ON person BEGIN
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = NEW.id;
END;
CREATE TRIGGER principal_person_changed AFTER UPDATE OF active ON person BEGIN
    DELETE FROM person_principal WHERE person_id = NEW.id;
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = NEW.id;
END;
CREATE TRIGGER principal_person_gone AFTER DELETE ON person BEGIN
    DELETE FROM person_principal WHERE person_id = OLD.id;
END;
CREATE TRIGGER principal_member_new AFTER INSERT ON team_member BEGIN
    DELETE FROM person_principal WHERE person_id = NEW.person_id;
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = NEW.person_id;
END;
CREATE TRIGGER principal_member_changed AFTER UPDATE ON team_member BEGIN
    DELETE FROM person_principal WHERE person_id IN (OLD.person_id, NEW.person_id);
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id IN (OLD.person_id, NEW.person_id);
END;
CREATE TRIGGER principal_member_gone AFTER DELETE ON team_member BEGIN
    DELETE FROM person_principal WHERE person_id = OLD.person_id;
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = OLD.person_id;
END;
CREATE TRIGGER principal_role_new AFTER INSERT ON role_held BEGIN
    DELETE FROM person_principal WHERE person_id = NEW.person_id;
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = NEW.person_id;
END;
CREATE TRIGGER principal_role_changed AFTER UPDATE ON role_held BEGIN
    DELETE FROM person_principal WHERE person_id IN (OLD.person_id, NEW.person_id);
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id IN (OLD.person_id, NEW.person_id);
END;
CREATE TRIGGER principal_role_gone AFTER DELETE ON role_held BEGIN
    DELETE FROM person_principal WHERE person_id = OLD.person_id;
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = OLD.person_id;
END;
CREATE TRIGGER principal_team_changed AFTER UPDATE OF active, supplier ON team BEGIN
    DELETE FROM person_principal WHERE person_id IN (SELECT person_id FROM team_member WHERE team_id = NEW.id);
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due
     WHERE person_id IN (SELECT person_id FROM team_member WHERE team_id = NEW.id);
END;

[postgres]
CREATE FUNCTION principal_renew(who bigint) RETURNS void LANGUAGE sql AS $$
    DELETE FROM person_principal WHERE person_id = who;
    INSERT INTO person_principal SELECT person_id, principal, role FROM person_principal_due WHERE person_id = who;
$$;
CREATE FUNCTION principal_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM principal_renew(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    RETURN NULL;
END $$;
CREATE FUNCTION principal_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM principal_renew(OLD.person_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM principal_renew(NEW.person_id);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION principal_of_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM principal_renew(m.person_id) FROM team_member m WHERE m.team_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER principal_person AFTER INSERT OR UPDATE OF active OR DELETE ON person
    FOR EACH ROW EXECUTE FUNCTION principal_of_person();
CREATE TRIGGER principal_member AFTER INSERT OR UPDATE OR DELETE ON team_member
    FOR EACH ROW EXECUTE FUNCTION principal_of_part();
CREATE TRIGGER principal_role AFTER INSERT OR UPDATE OR DELETE ON role_held
    FOR EACH ROW EXECUTE FUNCTION principal_of_part();
CREATE TRIGGER principal_team AFTER UPDATE OF active, supplier ON team
    FOR EACH ROW EXECUTE FUNCTION principal_of_team();
