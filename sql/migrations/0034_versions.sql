-- Hours, skills and the way of sharing out work have versions: what is older than what is kept is refused.
ALTER TABLE work_hours ADD COLUMN version {int} NOT NULL DEFAULT 1; -- rises with each change
ALTER TABLE team_assignment ADD COLUMN version {int} NOT NULL DEFAULT 1; -- rises with each change

-- Of the skills of a person together.  No row: they were not changed since there are versions.
CREATE TABLE person_skill_version (
    person_id {int} NOT NULL PRIMARY KEY REFERENCES person (id),
    version   {int} NOT NULL                   -- rises with each change
) {strict};
