-- Tasks that the program carries out.

ALTER TABLE task ADD COLUMN action TEXT NOT NULL DEFAULT '';       -- key of the action that does it; '': people
ALTER TABLE task ADD COLUMN action_state TEXT NOT NULL DEFAULT ''; -- due | done | person (people do it after all)
CREATE INDEX task_action_due ON task (id) WHERE action_state = 'due' AND state = 'ready';

-- The present order to a runner: one row for each task that was ever handed out.
CREATE TABLE action_run (
    task_id {int} NOT NULL PRIMARY KEY REFERENCES task (id),
    key     TEXT NOT NULL,                     -- the same for the same order: whoever gets it twice does it once
    tries   {int} NOT NULL,                    -- how often this order was handed out
    running {int} NOT NULL,                    -- 1: handed out and not answered yet
    next_ms {int} NOT NULL                     -- not handed out again before this instant
) {strict};
