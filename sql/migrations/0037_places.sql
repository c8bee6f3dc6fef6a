-- Fields of a team stand in an order of its own, and tasks are counted by state without their rows.

ALTER TABLE team_field ADD COLUMN place {int} NOT NULL DEFAULT 0; -- among the fields of its team, from 1 without gaps
UPDATE team_field SET place = (SELECT count(*) FROM team_field o WHERE o.team_id = team_field.team_id AND o.id <= team_field.id);

CREATE INDEX task_by_request ON task (request_id, state);
