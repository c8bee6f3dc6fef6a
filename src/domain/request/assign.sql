-- Sharing out work.  `ids` is a JSON array of person ids.

-- team_assignment_get(team int) -> opt: way text, limit_percent int, version int
SELECT way, limit_percent, version FROM team_assignment WHERE team_id = :team;

-- No row changed: somebody else was faster.
-- team_assignment_put(g load, team int, way text, limit_percent int, version int) -> exec
INSERT INTO team_assignment (team_id, way, limit_percent) VALUES (:team, :way, :limit_percent)
ON CONFLICT (team_id) DO UPDATE
   SET way = excluded.way, limit_percent = excluded.limit_percent, version = team_assignment.version + 1
 WHERE team_assignment.version = :version;

-- Teams whose work finds its person by itself.
-- assigning_teams() -> many: team_id int
SELECT team_id FROM team_assignment WHERE way <> 'manual' ORDER BY team_id LIMIT 1000;

-- A task without planned effort counts `usual` minutes, and so does a request that somebody has without
-- having one of its tasks.  What is confidential counts for `team` alone, 0: for nobody.
-- load_of(g load, ids text, usual int, team int) -> many: person_id int!, minutes int!, pieces int!
[sqlite]
SELECT w.person_id AS person_id, CAST(sum(w.minutes) AS {int}) AS minutes, count(*) AS pieces
  FROM (SELECT t.assignee_id AS person_id, CASE WHEN t.effort_min > 0 THEN t.effort_min ELSE :usual END AS minutes
          FROM task t JOIN request r ON r.id = t.request_id
         WHERE t.assignee_id IN (SELECT value FROM json_each(:ids)) AND t.state IN ('waiting', 'ready', 'started')
           AND r.state <> 'closed' AND (r.confidential = 0 OR r.team_id = :team)
        UNION ALL
        SELECT r.assignee_id, :usual FROM request r
         WHERE r.assignee_id IN (SELECT value FROM json_each(:ids)) AND r.state NOT IN ('draft', 'fulfilled', 'closed')
           AND (r.confidential = 0 OR r.team_id = :team)
           AND NOT EXISTS (SELECT 1 FROM task t WHERE t.request_id = r.id AND t.assignee_id = r.assignee_id
                              AND t.state IN ('waiting', 'ready', 'started'))) w
 GROUP BY w.person_id LIMIT 1000;
[postgres]
SELECT w.person_id AS person_id, CAST(sum(w.minutes) AS {int}) AS minutes, count(*) AS pieces
  FROM (SELECT t.assignee_id AS person_id, CASE WHEN t.effort_min > 0 THEN t.effort_min ELSE :usual END AS minutes
          FROM task t JOIN request r ON r.id = t.request_id
         WHERE t.assignee_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))
           AND t.state IN ('waiting', 'ready', 'started') AND r.state <> 'closed'
           AND (r.confidential = 0 OR r.team_id = :team)
        UNION ALL
        SELECT r.assignee_id, :usual FROM request r
         WHERE r.assignee_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)))
           AND r.state NOT IN ('draft', 'fulfilled', 'closed')
           AND (r.confidential = 0 OR r.team_id = :team)
           AND NOT EXISTS (SELECT 1 FROM task t WHERE t.request_id = r.id AND t.assignee_id = r.assignee_id
                              AND t.state IN ('waiting', 'ready', 'started'))) w
 GROUP BY w.person_id LIMIT 1000;

-- turns_of(team int) -> many: person_id int, last_ms ms
SELECT person_id, last_ms FROM assignment_turn WHERE team_id = :team ORDER BY person_id LIMIT 1000;

-- turn_put(g load, team int, person int, at ms) -> exec
INSERT INTO assignment_turn (team_id, person_id, last_ms) VALUES (:team, :person, :at)
ON CONFLICT (team_id, person_id) DO UPDATE SET last_ms = excluded.last_ms;

-- ---- what is due

-- assign_due_put(g request, due ms) -> exec
INSERT INTO assignment_due (request_id, due_ms) VALUES (:g_request, :due)
ON CONFLICT (request_id) DO UPDATE SET due_ms = excluded.due_ms;

-- assign_due_drop(g request) -> exec
DELETE FROM assignment_due WHERE request_id = :g_request;

-- assign_dues(g timers, now ms, size int) -> many: request_id int
SELECT request_id FROM assignment_due WHERE due_ms <= :now ORDER BY due_ms, request_id LIMIT :size;

-- What waits in the queue of a team whose work is shared out by itself from now on.
-- assign_due_team(g load, team int, now ms) -> exec
INSERT INTO assignment_due (request_id, due_ms)
SELECT w.id, :now
  FROM (SELECT r.id FROM request r
         WHERE r.team_id = :team AND r.assignee_id IS NULL AND r.state NOT IN ('draft', 'fulfilled', 'closed')
        UNION
        SELECT t.request_id FROM task t WHERE t.team_id = :team AND t.assignee_id IS NULL AND t.state = 'ready') w
 WHERE w.id > 0
ON CONFLICT (request_id) DO NOTHING;

-- ---- choices

-- choice_insert(g request, task int?, team int, at ms, chosen int?, record text) -> exec
INSERT INTO assignment_choice (request_id, task_id, team_id, at_ms, chosen_id, record)
VALUES (:g_request, :task, :team, :at, :chosen, :record);

-- choice_rows(g request) -> many: id int, task_id int?, at_ms ms, record text
SELECT id, task_id, at_ms, record FROM assignment_choice WHERE request_id = :g_request ORDER BY id DESC LIMIT 20;

-- choice_last(g request, task int?) -> opt: record text
SELECT record FROM assignment_choice WHERE request_id = :g_request AND task_id IS NOT DISTINCT FROM :task
 ORDER BY id DESC LIMIT 1;
