-- Rows that are counted, and figures that were counted before.

-- ---- logs

-- row ReportSourceRow: id int, key text, record text, unknown text, team_id int, requests int, events int,
--   version int, first_ms ms?, last_ms ms?, updated_ms ms

-- Which logs there are; who may see which is asked for each.  `key` '': all.
-- report_sources(key text) -> many: ReportSourceRow
SELECT {columns ReportSourceRow s} FROM import_source s
 WHERE :key = '' OR s.key = :key ORDER BY s.key LIMIT 1000;

-- report_states(g report, source int) -> many: state text, events int
SELECT state, events FROM import_state WHERE source_id = :source ORDER BY events DESC, state LIMIT 1000;

-- report_log_rows(g report, source int, after int, size int) -> many: request_id int, state text, priority text, team text,
--   category text, channel text, opened_ms ms?, answered_ms ms?, resolved_ms ms?, closed_ms ms?, made_target int?,
--   reassignments int?, reopenings int?
SELECT request_id, state, priority, team, category, channel, opened_ms, answered_ms, resolved_ms, closed_ms,
       made_target, reassignments, reopenings
  FROM imported_request
 WHERE source_id = :source AND request_id > :after ORDER BY request_id LIMIT :size;

-- ---- the organisation's own requests

-- The first answer is the first act of anybody but the asking side that these may see, besides approvals: an
-- approver does not answer.  Verdicts are those of the request's own clocks of a measure, see Verdict; the calendar of
-- its working times is that of its first clock, of the fulfilment before others.
-- row ReportOwnRow: id int, state text, outcome text, level int,
--   team text, channel text, version_id int, hash text, submitted_ms ms!, fulfilled_ms ms?, closed_ms ms?,
--   events int, answered_ms ms?, reopenings int!, reassignments int!, model_key text, calendar text!,
--   fulfil_verdict int?, answer_verdict int?

-- part fulfil_verdict
       CAST((SELECT max(CASE WHEN k.stopped_ms IS NULL AND k.due_ms < :now THEN 4
                         WHEN k.stopped_ms IS NULL THEN 3 WHEN k.stopped_ms > k.due_ms THEN 2 ELSE 1 END)
                FROM clock k
               WHERE k.request_id = r.id AND k.measure = 'fulfil' AND k.line >= 0
                 AND (k.stopped_ms IS NULL OR k.due_ms IS NOT NULL)) AS {int});

-- part answer_verdict
       CAST((SELECT max(CASE WHEN k.stopped_ms IS NULL AND k.due_ms < :now THEN 4
                         WHEN k.stopped_ms IS NULL THEN 3 WHEN k.stopped_ms > k.due_ms THEN 2 ELSE 1 END)
                FROM clock k
               WHERE k.request_id = r.id AND k.measure = 'respond' AND k.line >= 0
                 AND (k.stopped_ms IS NULL OR k.due_ms IS NOT NULL)) AS {int});

-- The calendar of its first clock, of the fulfilment before the first answer; '' none.
-- part own_calendar
       coalesce((SELECT k.calendar FROM clock k
                  WHERE k.request_id = r.id AND k.measure IN ('fulfil', 'respond') AND k.calendar <> ''
                  ORDER BY k.measure, k.cycle, k.target LIMIT 1), '');

-- part own_columns
       r.id AS id, r.state AS state, r.outcome AS outcome, r.level AS level, t.key AS team, r.channel AS channel,
       r.model_version_id AS version_id, mv.hash AS hash, r.submitted_ms AS submitted_ms,
       r.fulfilled_ms AS fulfilled_ms, r.closed_ms AS closed_ms, r.event_seq AS events,
       (SELECT min(e.at_ms) FROM event e
         WHERE e.request_id = r.id AND e.internal = 0 AND e.actor_id IS NOT NULL
           AND e.actor_id <> r.requester_id AND e.actor_id <> r.beneficiary_id
           AND e.kind NOT LIKE 'approval.%'
           AND e.kind NOT IN ('request.created', 'request.bundled', 'request.submitted', 'request.edited',
                              'request.viewed')) AS answered_ms,
       (SELECT count(*) FROM event o
         WHERE o.request_id = r.id AND o.kind IN ('request.reopened', 'request.not_solved')) AS reopenings,
       (SELECT count(*) FROM handover h WHERE h.request_id = r.id AND h.state = 'accepted') AS reassignments,
       r.model_key AS model_key,
       {part own_calendar} AS calendar,
       {part fulfil_verdict} AS fulfil_verdict,
       {part answer_verdict} AS answer_verdict;

-- part own_joins
       JOIN team t ON t.id = r.team_id JOIN document_version mv ON mv.id = r.model_version_id;

-- part own_where
       r.imported = 0 AND r.id > :after AND r.submitted_ms IS NOT NULL;

-- SQLite would rather pass over a million replayed rows than use an index of the own ones.
-- report_own_seen(s requests, now ms, after int, size int) -> many: ReportOwnRow
[sqlite]
SELECT {part own_columns} FROM request r INDEXED BY request_own {part own_joins}
 WHERE {part own_where} AND {scope s r} ORDER BY r.id LIMIT :size;
[postgres]
SELECT {part own_columns} FROM request r {part own_joins}
 WHERE {part own_where} AND {scope s r} ORDER BY r.id LIMIT :size;

-- report_own_all(g report, now ms, after int, size int) -> many: ReportOwnRow
[sqlite]
SELECT {part own_columns} FROM request r INDEXED BY request_own {part own_joins}
 WHERE {part own_where} ORDER BY r.id LIMIT :size;
[postgres]
SELECT {part own_columns} FROM request r {part own_joins}
 WHERE {part own_where} ORDER BY r.id LIMIT :size;

-- row ReportWaitRow: why text, since_ms ms, ended_ms ms?, calendar text!

-- part wait_columns
       p.kind AS why, p.since_ms AS since_ms, p.ended_ms AS ended_ms,
       {part own_calendar} AS calendar;

-- Waits of the requests of a piece, `after` not among them, `last` is.
-- report_waits_seen(s requests, after int, last int) -> many: ReportWaitRow
SELECT {part wait_columns} FROM request r JOIN pending p ON p.request_id = r.id
 WHERE r.imported = 0 AND r.id > :after AND r.id <= :last AND r.submitted_ms IS NOT NULL AND {scope s r}
 ORDER BY p.id LIMIT 1000000;

-- report_waits_all(g report, after int, last int) -> many: ReportWaitRow
SELECT {part wait_columns} FROM request r JOIN pending p ON p.request_id = r.id
 WHERE r.imported = 0 AND r.id > :after AND r.id <= :last AND r.submitted_ms IS NOT NULL
 ORDER BY p.id LIMIT 1000000;

-- The newest published versions of models; only those of models that a reader counts are told.
-- report_changes() -> many: model text, number int, at_ms ms
SELECT d.key AS model, v.number AS number, v.published_ms AS at_ms
  FROM document_version v JOIN document d ON d.id = v.document_id
 WHERE d.kind = 'model' ORDER BY v.published_ms DESC, v.id DESC LIMIT 2000;

-- About how many of its own requests the database has: numbers that were given, less those of logs.
-- report_own_about() -> one: n int!
SELECT CAST(coalesce((SELECT sum(n.next - 1) FROM number_series n), 0)
            - coalesce((SELECT sum(s.requests) FROM import_source s), 0) AS {int}) AS n;

-- ---- what was counted before

-- report_kept_log(g report, source int, calendar text) -> opt: version int, counted_ms ms, body text
SELECT version, counted_ms, body FROM report_snapshot
 WHERE source_id = :source AND person_id = 0 AND calendar = :calendar;

-- report_kept_own(g self, calendar text) -> opt: counted_ms ms, body text
SELECT counted_ms, body FROM report_snapshot
 WHERE source_id = 0 AND person_id = :g_self AND calendar = :calendar;

-- report_keep_log(g report, source int, calendar text, version int, counted ms, took int, body text) -> exec
INSERT INTO report_snapshot (source_id, person_id, calendar, version, counted_ms, took_ms, body)
VALUES (:source, 0, :calendar, :version, :counted, :took, :body)
ON CONFLICT (source_id, person_id, calendar) DO UPDATE SET version = excluded.version,
    counted_ms = excluded.counted_ms, took_ms = excluded.took_ms, body = excluded.body;

-- report_keep_own(g self, calendar text, counted ms, took int, body text) -> exec
INSERT INTO report_snapshot (source_id, person_id, calendar, version, counted_ms, took_ms, body)
VALUES (0, :g_self, :calendar, 0, :counted, :took, :body)
ON CONFLICT (source_id, person_id, calendar) DO UPDATE SET counted_ms = excluded.counted_ms,
    took_ms = excluded.took_ms, body = excluded.body;

-- ---- the requests behind a figure

-- row ReportOwnListRow: id int, record text, serial int, title text, state text, outcome text, team text, opened_ms ms?,
--   resolved_ms ms?, closed_ms ms?, version_id int, hash text, calendar text!

-- row ReportListRow: id int, record text, serial int, title text, state text, outcome text, foreign_number text, foreign_state text,
--   team text, opened_ms ms?, resolved_ms ms?, closed_ms ms?

-- A list is made of pieces, so that one that few requests fit, or none, costs no page more than its share: see
-- report_list.c.  The index is named, because SQLite has no statistics here and would take any.
--
-- An hour of the week is asked for by the span of instants in which it can be, since zones differ: `width` milliseconds of
-- each week, from where `shift` brings its beginning to a multiple of a week.  report_list.c looks at each of them.
--
-- Values that narrow nothing: NULL for words, instants and shift, -1 for verdict, reopened, reassigned and negative.  A word
-- '' asks for what is unknown.
-- part log_columns
       r.id AS id, r.record AS record, r.serial AS serial, r.title AS title, r.state AS state,
       r.outcome AS outcome, i.number AS foreign_number, i.state AS foreign_state, i.team AS team,
       i.opened_ms AS opened_ms, i.resolved_ms AS resolved_ms, i.closed_ms AS closed_ms;

-- part log_where
       i.source_id = :source
   AND (:state IS NULL OR i.state = :state) AND (:priority IS NULL OR i.priority = :priority)
   AND (:team IS NULL OR i.team = :team) AND (:category IS NULL OR i.category = :category)
   AND (:channel IS NULL OR i.channel = :channel)
   AND (:opened_from IS NULL OR i.opened_ms >= :opened_from)
   AND (:opened_before IS NULL OR i.opened_ms < :opened_before)
   AND (:closed_from IS NULL OR i.closed_ms >= :closed_from)
   AND (:closed_before IS NULL OR i.closed_ms < :closed_before)
   AND (:open_at IS NULL OR (i.opened_ms < :open_at AND (i.closed_ms IS NULL OR i.closed_ms > :open_at)))
   AND (:shift IS NULL OR (i.opened_ms + :shift) % 604800000 < :width)
   AND (:kept = -1 OR i.made_target = :kept)
   AND (:reopened = -1 OR i.reopenings > 0) AND (:reassigned = -1 OR i.reassignments > 0)
   AND (:negative = -1 OR i.resolved_ms < i.opened_ms);

-- report_list_all(s requests, source int, after int, before int, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_by_source JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;

-- report_list_team(s requests, source int, after int, before int, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_team JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.team = :team AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.team = :team AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;

-- report_list_category(s requests, source int, after int, before int, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_category JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.category = :category AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.category = :category AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;

-- report_list_reopened(s requests, source int, after int, before int, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_reopened JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.reopenings > 0 AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.reopenings > 0 AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;

-- report_list_missed(s requests, source int, after int, before int, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_missed JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.made_target = 0 AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.made_target = 0 AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;

-- report_list_negative(s requests, source int, after int, before int, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_negative JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.resolved_ms < i.opened_ms AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND i.resolved_ms < i.opened_ms AND i.request_id > :after AND i.request_id < :before AND {scope s r}
 ORDER BY i.request_id DESC LIMIT :size;

-- In the order of the opening: from `before_ms`, `before` back to `after_ms`, `after`, which is among them.
-- report_list_opened(s requests, source int, after int, before int, after_ms ms, before_ms ms, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_opened JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND (i.opened_ms, i.request_id) >= (:after_ms, :after)
   AND (i.opened_ms, i.request_id) < (:before_ms, :before) AND {scope s r}
 ORDER BY i.opened_ms DESC, i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND (i.opened_ms, i.request_id) >= (:after_ms, :after)
   AND (i.opened_ms, i.request_id) < (:before_ms, :before) AND {scope s r}
 ORDER BY i.opened_ms DESC, i.request_id DESC LIMIT :size;

-- Where a piece of so many requests ends.
-- report_list_opened_bound(g report, source int, before_ms ms, before int, size int) -> opt: at_ms ms!, id int
[sqlite]
SELECT i.opened_ms AS at_ms, i.request_id AS id FROM imported_request i INDEXED BY imported_request_opened
 WHERE i.source_id = :source AND (i.opened_ms, i.request_id) < (:before_ms, :before)
 ORDER BY i.opened_ms DESC, i.request_id DESC LIMIT 1 OFFSET :size;
[postgres]
SELECT i.opened_ms AS at_ms, i.request_id AS id FROM imported_request i
 WHERE i.source_id = :source AND (i.opened_ms, i.request_id) < (:before_ms, :before)
 ORDER BY i.opened_ms DESC, i.request_id DESC LIMIT 1 OFFSET :size;

-- In the order of the closing: from `before_ms`, `before` back to `after_ms`, `after`, which is among them.
-- report_list_closed(s requests, source int, after int, before int, after_ms ms, before_ms ms, state text?, priority text?,
--   team text?, category text?, channel text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?,
--   open_at ms?, shift int?, width int, kept int, reopened int, reassigned int, negative int, size int) -> many: ReportListRow
[sqlite]
SELECT {part log_columns}
  FROM imported_request i INDEXED BY imported_request_closed JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND (i.closed_ms, i.request_id) >= (:after_ms, :after)
   AND (i.closed_ms, i.request_id) < (:before_ms, :before) AND {scope s r}
 ORDER BY i.closed_ms DESC, i.request_id DESC LIMIT :size;
[postgres]
SELECT {part log_columns}
  FROM imported_request i JOIN request r ON r.id = i.request_id
 WHERE {part log_where} AND (i.closed_ms, i.request_id) >= (:after_ms, :after)
   AND (i.closed_ms, i.request_id) < (:before_ms, :before) AND {scope s r}
 ORDER BY i.closed_ms DESC, i.request_id DESC LIMIT :size;

-- Where a piece of so many requests ends.
-- report_list_closed_bound(g report, source int, before_ms ms, before int, size int) -> opt: at_ms ms!, id int
[sqlite]
SELECT i.closed_ms AS at_ms, i.request_id AS id FROM imported_request i INDEXED BY imported_request_closed
 WHERE i.source_id = :source AND (i.closed_ms, i.request_id) < (:before_ms, :before)
 ORDER BY i.closed_ms DESC, i.request_id DESC LIMIT 1 OFFSET :size;
[postgres]
SELECT i.closed_ms AS at_ms, i.request_id AS id FROM imported_request i
 WHERE i.source_id = :source AND (i.closed_ms, i.request_id) < (:before_ms, :before)
 ORDER BY i.closed_ms DESC, i.request_id DESC LIMIT 1 OFFSET :size;

-- When the last one of a page was opened and closed.
-- report_list_place(g report, source int, id int) -> opt: opened_ms ms?, closed_ms ms?
SELECT opened_ms, closed_ms FROM imported_request WHERE source_id = :source AND request_id = :id;

-- report_list_last(g report, source int) -> one: id int!
SELECT CAST(coalesce(max(request_id), 0) AS {int}) AS id FROM imported_request WHERE source_id = :source;

-- report_list_own(s requests, now ms, after int, before int, state text?, outcome text?, level int, team text?, channel text?,
--   model text?, wait text?, opened_from ms?, opened_before ms?, closed_from ms?, closed_before ms?, open_at ms?,
--   shift int?, width int, fulfil int, answer int, reopened int, reassigned int, size int) -> many: ReportOwnListRow
[sqlite]
SELECT r.id AS id, r.record AS record, r.serial AS serial, r.title AS title, r.state AS state,
       r.outcome AS outcome, t.key AS team, r.submitted_ms AS opened_ms, r.fulfilled_ms AS resolved_ms,
       r.closed_ms AS closed_ms, r.model_version_id AS version_id, mv.hash AS hash,
       CASE WHEN :shift IS NULL THEN '' ELSE {part own_calendar} END AS calendar
  FROM request r INDEXED BY request_own {part own_joins}
 WHERE {lead s r} AND r.imported = 0 AND r.submitted_ms IS NOT NULL AND r.id > :after AND r.id < :before
   AND (:state IS NULL OR r.state = :state) AND (:outcome IS NULL OR r.outcome = :outcome)
   AND (:level = 0 OR r.level = :level) AND (:team IS NULL OR t.key = :team)
   AND (:channel IS NULL OR r.channel = :channel) AND (:model IS NULL OR r.model_key = :model)
   AND (:wait IS NULL OR EXISTS (SELECT 1 FROM pending p WHERE p.request_id = r.id AND p.kind = :wait))
   AND (:fulfil = 0 OR {part fulfil_verdict} = :fulfil)
   AND (:answer = 0 OR {part answer_verdict} = :answer)
   AND (:opened_from IS NULL OR r.submitted_ms >= :opened_from)
   AND (:opened_before IS NULL OR r.submitted_ms < :opened_before)
   AND (:closed_from IS NULL OR r.closed_ms >= :closed_from)
   AND (:closed_before IS NULL OR r.closed_ms < :closed_before)
   AND (:open_at IS NULL OR (r.submitted_ms < :open_at AND (r.closed_ms IS NULL OR r.closed_ms > :open_at)))
   AND (:shift IS NULL OR (r.submitted_ms + :shift) % 604800000 < :width)
   AND (:reopened = -1 OR EXISTS (SELECT 1 FROM event o WHERE o.request_id = r.id
                                     AND o.kind IN ('request.reopened', 'request.not_solved')))
   AND (:reassigned = -1 OR EXISTS (SELECT 1 FROM handover h WHERE h.request_id = r.id AND h.state = 'accepted'))
   AND {scope s r}
 ORDER BY r.id DESC LIMIT :size;
[postgres]
SELECT r.id AS id, r.record AS record, r.serial AS serial, r.title AS title, r.state AS state,
       r.outcome AS outcome, t.key AS team, r.submitted_ms AS opened_ms, r.fulfilled_ms AS resolved_ms,
       r.closed_ms AS closed_ms, r.model_version_id AS version_id, mv.hash AS hash,
       CASE WHEN :shift IS NULL THEN '' ELSE {part own_calendar} END AS calendar
  FROM request r {part own_joins}
 WHERE {lead s r} AND r.imported = 0 AND r.submitted_ms IS NOT NULL AND r.id > :after AND r.id < :before
   AND (:state IS NULL OR r.state = :state) AND (:outcome IS NULL OR r.outcome = :outcome)
   AND (:level = 0 OR r.level = :level) AND (:team IS NULL OR t.key = :team)
   AND (:channel IS NULL OR r.channel = :channel) AND (:model IS NULL OR r.model_key = :model)
   AND (:wait IS NULL OR EXISTS (SELECT 1 FROM pending p WHERE p.request_id = r.id AND p.kind = :wait))
   AND (:fulfil = 0 OR {part fulfil_verdict} = :fulfil)
   AND (:answer = 0 OR {part answer_verdict} = :answer)
   AND (:opened_from IS NULL OR r.submitted_ms >= :opened_from)
   AND (:opened_before IS NULL OR r.submitted_ms < :opened_before)
   AND (:closed_from IS NULL OR r.closed_ms >= :closed_from)
   AND (:closed_before IS NULL OR r.closed_ms < :closed_before)
   AND (:open_at IS NULL OR (r.submitted_ms < :open_at AND (r.closed_ms IS NULL OR r.closed_ms > :open_at)))
   AND (:shift IS NULL OR (r.submitted_ms + :shift) % 604800000 < :width)
   AND (:reopened = -1 OR EXISTS (SELECT 1 FROM event o WHERE o.request_id = r.id
                                     AND o.kind IN ('request.reopened', 'request.not_solved')))
   AND (:reassigned = -1 OR EXISTS (SELECT 1 FROM handover h WHERE h.request_id = r.id AND h.state = 'accepted'))
   AND {scope s r}
 ORDER BY r.id DESC LIMIT :size;

-- report_list_own_last(s requests) -> opt: id int
[sqlite]
SELECT r.id AS id FROM request r INDEXED BY request_own
 WHERE {lead s r} AND r.imported = 0 AND {scope s r} ORDER BY r.id DESC LIMIT 1;
[postgres]
SELECT r.id AS id FROM request r WHERE {lead s r} AND r.imported = 0 AND {scope s r} ORDER BY r.id DESC LIMIT 1;

-- ---- lives for the backtest of promises

-- The changes of state of the requests of a piece, `after` not among them.
-- report_lives(g report, source int, after int, last int) -> many: request_id int, category text, priority text,
--   opened_ms ms!, resolved_ms ms?, closed_ms ms?, at_ms ms, data text
SELECT i.request_id AS request_id, i.category AS category, i.priority AS priority, i.opened_ms AS opened_ms,
       i.resolved_ms AS resolved_ms, i.closed_ms AS closed_ms, e.at_ms AS at_ms, e.data AS data
  FROM imported_request i JOIN event e ON e.request_id = i.request_id
 WHERE i.source_id = :source AND i.request_id > :after AND i.request_id <= :last AND i.opened_ms IS NOT NULL
   AND (e.kind = 'request.imported' OR e.kind = 'request.imported_state')
 ORDER BY i.request_id DESC, e.seq;
