-- Somebody new is only themselves: looking through all members and roles for each would make the taking in of many
-- people take the square of their number.  (SQLite carries no condition into a view that is a union.)
[sqlite]
DROP TRIGGER principal_person_new;
CREATE TRIGGER principal_person_new AFTER INSERT ON person WHEN NEW.active = 1 BEGIN
    INSERT INTO person_principal (person_id, principal, role) VALUES (NEW.id, 4 * NEW.id + 1, 1);
END;

[postgres]
UPDATE generation SET people = people; -- PostgreSQL carries the condition into the view: nothing to change
