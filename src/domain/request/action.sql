-- Tasks that the program carries out, and the orders to runners.

-- The next one to hand out.  A request that waits for somebody lets its actions wait too.
-- action_due(g timers, now ms) -> opt: task_id int, request_id int
SELECT t.id AS task_id, t.request_id
  FROM task t JOIN request r ON r.id = t.request_id LEFT JOIN action_run a ON a.task_id = t.id
 WHERE t.action_state = 'due' AND t.state = 'ready' AND r.state = 'fulfilling'
   AND (a.task_id IS NULL OR a.next_ms <= :now)
 ORDER BY t.id LIMIT 1;

-- action_run_get(g request, task int) -> opt: key text, tries int, running bool
SELECT a.key, a.tries, a.running FROM action_run a JOIN task t ON t.id = a.task_id
 WHERE a.task_id = :task AND t.request_id = :g_request;

-- action_run_put(g request, task int, key text, tries int, running bool, next ms) -> exec
INSERT INTO action_run (task_id, key, tries, running, next_ms)
SELECT t.id, :key, :tries, :running, :next FROM task t WHERE t.id = :task AND t.request_id = :g_request
ON CONFLICT (task_id) DO UPDATE SET key = excluded.key, tries = excluded.tries,
                                    running = excluded.running, next_ms = excluded.next_ms;

-- What was handed out by a process that is gone.
-- action_run_release(g timers, now ms) -> exec
UPDATE action_run SET running = 0, next_ms = :now WHERE running = 1;
