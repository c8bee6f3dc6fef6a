-- Open work is listed in the order in which it is to be done (due, priority, age), for a team, a person or everybody.
-- Behind the order stands what lists narrow it by, so that rows which do not fit are never fetched.

DROP INDEX request_open_by_assignee;
CREATE INDEX request_open_by_assignee ON request
    (assignee_id, coalesce(next_due_ms, 9223372036854775807), level DESC, created_ms, id, team_id, state)
    WHERE state <> 'closed' AND assignee_id IS NOT NULL;
DROP INDEX request_open_by_team;
CREATE INDEX request_open_newest ON request (team_id, id) WHERE state <> 'closed';
CREATE INDEX request_open_by_team ON request
    (team_id, coalesce(next_due_ms, 9223372036854775807), level DESC, created_ms, id, assignee_id, state, step_code)
    WHERE state <> 'closed';
DROP INDEX request_open_by_due;
CREATE INDEX request_open_by_due ON request
    (coalesce(next_due_ms, 9223372036854775807), level DESC, created_ms, id, team_id, assignee_id, state, step_code)
    WHERE state <> 'closed';

-- What a team has had, and what was asked by one model, in the orders of lists: neither is sorted when it is asked for.
CREATE INDEX request_team_created ON request (team_id, created_ms, id);
CREATE INDEX request_team_updated ON request (team_id, updated_ms, id);
CREATE INDEX request_model_created ON request (model_key, created_ms, id);
