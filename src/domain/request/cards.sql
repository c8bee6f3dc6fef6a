-- What cards, calendars and timelines show of many requests; ids is a JSON array.

-- cards_tags(s requests, ids text) -> many: request_id int, tag text
[sqlite]
SELECT t.request_id, t.tag FROM request_tag t JOIN request r ON r.id = t.request_id
 WHERE t.request_id IN (SELECT value FROM json_each(:ids)) AND {scope s r} ORDER BY t.request_id, t.tag LIMIT 4000;
[postgres]
SELECT t.request_id, t.tag FROM request_tag t JOIN request r ON r.id = t.request_id
 WHERE t.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {scope s r}
 ORDER BY t.request_id, t.tag LIMIT 4000;

-- Without those of internal notes.
-- cards_files(s requests, ids text) -> many: request_id int, files int!
[sqlite]
SELECT a.request_id, count(*) AS files FROM attachment a JOIN request r ON r.id = a.request_id
 WHERE a.request_id IN (SELECT value FROM json_each(:ids)) AND a.internal = 0 AND {scope s r} GROUP BY a.request_id LIMIT 200;
[postgres]
SELECT a.request_id, count(*) AS files FROM attachment a JOIN request r ON r.id = a.request_id
 WHERE a.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND a.internal = 0
   AND {scope s r} GROUP BY a.request_id LIMIT 200;

-- row TaskSpanRow: request_id int = t.request_id, key text = t.key, title text = t.title, state text = t.state,
--   after text = t.after, at_ms ms? = t.at_ms, started_ms ms? = t.started_ms, finished_ms ms? = t.finished_ms,
--   due_ms ms? = t.due_ms, effort_min int = t.effort_min

-- cards_tasks(s requests, ids text) -> many: TaskSpanRow
[sqlite]
SELECT {columns TaskSpanRow t} FROM task t JOIN request r ON r.id = t.request_id
 WHERE t.request_id IN (SELECT value FROM json_each(:ids)) AND t.state NOT IN ('skipped', 'cancelled') AND {scope s r}
 ORDER BY t.request_id, t.position LIMIT 2000;
[postgres]
SELECT {columns TaskSpanRow t} FROM task t JOIN request r ON r.id = t.request_id
 WHERE t.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value)
   AND t.state NOT IN ('skipped', 'cancelled') AND {scope s r}
 ORDER BY t.request_id, t.position LIMIT 2000;
