-- Replaying the log of another system.  The grant proves that the operator does it.

-- row ImportSourceRow: id int, key text, record text, unknown text, team_id int, person_id int, version_id int,
--   requests int, events int, version int, first_ms ms?, last_ms ms?, updated_ms ms

-- import_source_get(g import, key text) -> opt: ImportSourceRow
SELECT {columns ImportSourceRow s} FROM import_source s WHERE s.key = :key;

-- import_source_insert(g import, key text, record text, unknown text, team int, person int, version int, now ms) -> exec
INSERT INTO import_source (key, record, unknown, team_id, person_id, version_id, updated_ms)
VALUES (:key, :record, :unknown, :team, :person, :version, :now);

-- What a batch has added.
-- import_source_add(g import, id int, requests int, events int, first ms?, last ms, now ms) -> exec
UPDATE import_source
   SET requests = requests + :requests, events = events + :events, version = version + 1, updated_ms = :now,
       first_ms = CASE WHEN first_ms IS NULL OR :first < first_ms THEN coalesce(:first, first_ms) ELSE first_ms END,
       last_ms = CASE WHEN last_ms IS NULL OR :last > last_ms THEN :last ELSE last_ms END
 WHERE id = :id;

-- import_state_add(g import, source int, state text, events int) -> exec
INSERT INTO import_state (source_id, state, events) VALUES (:source, :state, :events)
ON CONFLICT (source_id, state) DO UPDATE SET events = import_state.events + excluded.events;

-- ---- what is there

-- import_find(g import, source int, number text) -> opt: request_id int, serial int,
--   event_seq int, to_state text, last_ms ms, state text, priority text, impact text,
--   urgency text, team text, assignee text, channel text, category text, opened_ms ms?, answered_ms ms?,
--   resolved_ms ms?, closed_ms ms?, made_target int?, reassignments int?, reopenings int?
SELECT i.request_id, r.serial AS serial, r.event_seq AS event_seq, r.state AS to_state, i.last_ms, i.state,
       i.priority, i.impact, i.urgency, i.team, i.assignee, i.channel, i.category, i.opened_ms,
       i.answered_ms, i.resolved_ms, i.closed_ms AS closed_ms, i.made_target, i.reassignments, i.reopenings
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE i.number = :number AND i.source_id = :source;

-- The marks of the lines that became events.
-- import_known(g import, request int, size int) -> many: call_ref text
SELECT call_ref FROM event WHERE request_id = :request AND origin = 'import' ORDER BY seq LIMIT :size;

-- ---- writing

-- import_numbers(record text, n int) -> one: first int!
UPDATE number_series SET next = next + :n WHERE record = :record RETURNING next - :n AS first;

-- Ids for the new requests of a batch, as event_ids.
-- import_request_ids(n int) -> one: first int!
[sqlite]
SELECT CAST(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'request'), 0) + (CASE WHEN :n > 0 THEN 1 ELSE 0 END) AS INTEGER) AS first;
[postgres]
SELECT setval(pg_get_serial_sequence('request', 'id'), nextval(pg_get_serial_sequence('request', 'id')) + :n - 1) - :n + 1 AS first;

-- import_request_insert(g import, id int, record text, serial int, model_key text, version int, title text, search text,
--   state text, phase text, impact text, urgency text, level int, person int, channel text, team int,
--   created ms, fulfilled ms?, closed ms?, updated ms, events int) -> rows
INSERT INTO request (id, record, serial, model_key, model_version_id, kind, title, search, state, phase, impact,
                     urgency, level, assessment, requester_id, beneficiary_id, submitter_id, channel, team_id,
                     step_ms, created_ms, submitted_ms, fulfilled_ms, closed_ms, updated_ms, event_seq, imported)
VALUES (:id, :record, :serial, :model_key, :version, 'action', :title, :search, :state, :phase, :impact,
        :urgency, :level, 'passed', :person, :person, :person, :channel, :team,
        :updated, :created, :created, :fulfilled, :closed, :updated, :events, 1);

-- import_request_save(g import, id int, title text, search text, state text, phase text, impact text,
--   urgency text, level int, channel text, fulfilled ms?, closed ms?, updated ms, events int) -> exec
UPDATE request
   SET title = :title, search = :search, state = :state, phase = :phase, impact = :impact,
       urgency = :urgency, level = :level, channel = :channel, fulfilled_ms = :fulfilled,
       closed_ms = :closed, updated_ms = :updated, step_ms = :updated, event_seq = :events,
       version = version + 1, parts = parts + 1
 WHERE id = :id;

-- import_facts_insert(g import, request int, source int, number text, last ms, state text, priority text,
--   impact text, urgency text, team text, assignee text, channel text, category text, opened ms?,
--   answered ms?, resolved ms?, closed ms?, made_target int?, reassignments int?, reopenings int?) -> rows
INSERT INTO imported_request (request_id, source_id, number, last_ms, state, priority, impact, urgency, team,
                              assignee, channel, category, opened_ms, answered_ms, resolved_ms, closed_ms,
                              made_target, reassignments, reopenings)
VALUES (:request, :source, :number, :last, :state, :priority, :impact, :urgency, :team,
        :assignee, :channel, :category, :opened, :answered, :resolved, :closed,
        :made_target, :reassignments, :reopenings);

-- import_facts_save(g import, request int, last ms, state text, priority text, impact text, urgency text, team text,
--   assignee text, channel text, category text, opened ms?, answered ms?, resolved ms?, closed ms?,
--   made_target int?, reassignments int?, reopenings int?) -> exec
UPDATE imported_request
   SET last_ms = :last, state = :state, priority = :priority, impact = :impact, urgency = :urgency,
       team = :team, assignee = :assignee, channel = :channel, category = :category, opened_ms = :opened,
       answered_ms = :answered, resolved_ms = :resolved, closed_ms = :closed, made_target = :made_target,
       reassignments = :reassignments, reopenings = :reopenings
 WHERE request_id = :request;
