-- The aggregate: its root row, answers, approvals, tasks, pending records and hand-overs.

-- One request as lists and commands read it; mv is the version of its model.
-- row RequestRow: id int, record text, serial int, model_key text, model_version_id int,
--   model_number int = mv.number, model_hash text = mv.hash, kind text, title text, state text,
--   phase text, outcome text, impact text, urgency text, level int, level_reason text,
--   confidential bool, assessment text, adhoc text, adhoc_by int?, requester_id int,
--   beneficiary_id int, submitter_id int, channel text, team_id int, owner_id int?, assignee_id int?,
--   cost_minor int?, cost_currency text, round int, step_code text, step_who text, step_ms ms,
--   created_ms ms, submitted_ms ms?, fulfilled_ms ms?, closed_ms ms?, close_at_ms ms?,
--   not_before_ms ms?, back_until_ms ms?, agreed_ms ms?, due_ms ms?, next_due_ms ms?, updated_ms ms,
--   event_seq int, imported bool, risk text, risk_line int, me_too int,
--   version int, parts int

-- request_get(g request) -> one: RequestRow
SELECT {columns RequestRow r} FROM request r JOIN document_version mv ON mv.id = r.model_version_id
 WHERE r.id = :g_request;

-- request_parts(g request) -> one: parts int
SELECT parts FROM request WHERE id = :g_request;

-- For a command: on PostgreSQL it locks the root of the aggregate.
-- request_lock(g request) -> one: RequestRow
[sqlite]
SELECT {columns RequestRow r} FROM request r JOIN document_version mv ON mv.id = r.model_version_id
 WHERE r.id = :g_request;
[postgres]
SELECT {columns RequestRow r} FROM request r JOIN document_version mv ON mv.id = r.model_version_id
 WHERE r.id = :g_request FOR UPDATE OF r;

-- What comes before it in the queue of its team, counted to `most`; none: it is not in the queue.  Confidential requests are
-- not counted: who sees the number need not see them.
-- queue_ahead(g request, now ms, most int) -> opt: ahead int!
SELECT (SELECT count(*) FROM (
          SELECT 1 FROM request q
           WHERE q.team_id = r.team_id AND q.state <> 'closed' AND q.assignee_id IS NULL
             AND q.state IN ('assessing', 'fulfilling') AND q.confidential = 0 AND q.imported = 0
             AND (q.not_before_ms IS NULL OR q.not_before_ms <= :now)
             AND coalesce(q.next_due_ms, 9223372036854775807) <= coalesce(r.next_due_ms, 9223372036854775807)
             AND (coalesce(q.next_due_ms, 9223372036854775807) < coalesce(r.next_due_ms, 9223372036854775807)
                  OR q.level > r.level
                  OR (q.level = r.level AND (q.created_ms < r.created_ms
                                             OR (q.created_ms = r.created_ms AND q.id < r.id))))
             AND NOT EXISTS (SELECT 1 FROM snooze z WHERE z.request_id = q.id AND z.task_id = 0 AND z.person_id = 0
                                AND z.until_ms > :now)
           LIMIT :most) x) AS ahead
  FROM request r
 WHERE r.id = :g_request AND r.assignee_id IS NULL AND r.state IN ('assessing', 'fulfilling') AND r.imported = 0;

-- request_resolution(g request) -> one: resolution text
SELECT resolution FROM request WHERE id = :g_request;

-- number_next(record text) -> one: serial int!
UPDATE number_series SET next = next + 1 WHERE record = :record RETURNING next - 1 AS serial;

-- request_insert(g submit, record text, serial int, model_key text, model_version int, kind text,
--   title text, search text, impact text, urgency text, level int, level_reason text,
--   confidential bool, requester int, submitter int, channel text, team int, owner int?,
--   cost_minor int?, cost_currency text, not_before ms?, demo bool, now ms) -> one: id int
INSERT INTO request (record, serial, model_key, model_version_id, kind, title, search, state, phase, impact,
                     urgency, level, level_reason, confidential, requester_id, beneficiary_id,
                     submitter_id, channel, team_id, owner_id, cost_minor, cost_currency,
                     not_before_ms, step_code,
                     step_who, step_ms, created_ms, updated_ms, demo)
VALUES (:record, :serial, :model_key, :model_version, :kind, :title, :search, 'draft', 'draft', :impact,
        :urgency, :level, :level_reason, :confidential, :requester, :g_submit,
        :submitter, :channel, :team, :owner, :cost_minor, :cost_currency, :not_before, 'submit',
        'requester', :now, :now, :now, :demo)
RETURNING id;

-- What a step of the engine may change.  No row: somebody else was faster.
-- request_save_state(g request, version int, state text, phase text, outcome text, assessment text,
--   adhoc text, adhoc_by int?, round int, team int, assignee int?, step_code text, step_who text,
--   step_ms ms, submitted ms?, fulfilled ms?, closed ms?, close_at ms?,
--   not_before ms?, back_until ms?, now ms) -> exec
UPDATE request
   SET state = :state, phase = :phase, outcome = :outcome, assessment = :assessment, adhoc = :adhoc,
       adhoc_by = :adhoc_by, round = :round, team_id = :team, assignee_id = :assignee,
       step_code = :step_code, step_who = :step_who, step_ms = :step_ms, submitted_ms = :submitted,
       fulfilled_ms = :fulfilled, closed_ms = :closed, close_at_ms = :close_at,
       not_before_ms = :not_before, back_until_ms = :back_until, updated_ms = :now, version = version + 1,
       parts = parts + 1
 WHERE id = :g_request AND version = :version;

-- What an edit may change; the state is saved beside it.
-- request_save_words(g request, title text, search text, impact text, urgency text, level int,
--   level_reason text, cost_minor int?, cost_currency text) -> exec
UPDATE request
   SET title = :title, search = :search, impact = :impact, urgency = :urgency, level = :level,
       level_reason = :level_reason, cost_minor = :cost_minor, cost_currency = :cost_currency,
       parts = parts + 1
 WHERE id = :g_request;

-- request_save_risk(g request, risk text, line int) -> exec
UPDATE request SET risk = :risk, risk_line = :line, parts = parts + 1 WHERE id = :g_request;

-- Of a draft.
-- request_save_start(g request, not_before ms?) -> exec
UPDATE request SET not_before_ms = :not_before, parts = parts + 1 WHERE id = :g_request;

-- request_save_resolution(g request, resolution text) -> exec
UPDATE request SET resolution = :resolution, parts = parts + 1 WHERE id = :g_request;

-- A change beside the engine's state: a message, a file, a participant.
-- request_touch(g request, now ms) -> exec
UPDATE request SET updated_ms = CASE WHEN updated_ms > :now THEN updated_ms ELSE :now END, version = version + 1,
       parts = parts + 1
 WHERE id = :g_request;   -- time never runs backwards in one request

-- request_confidential_set(g request, confidential bool) -> exec
UPDATE request SET confidential = :confidential, parts = parts + 1 WHERE id = :g_request;

-- A draft that was never sent moves to another version of its model.
-- request_model_set(g request, model_version int, kind text, team int, owner int?) -> exec
UPDATE request SET model_version_id = :model_version, kind = :kind, team_id = :team, owner_id = :owner,
       parts = parts + 1
 WHERE id = :g_request;

-- supplier_teams(supplier text) -> many: id int
SELECT id FROM team WHERE supplier = :supplier AND active = 1 ORDER BY id LIMIT 1000;

-- ---- answers

-- answer_list(g request) -> many: question text, line int, field text, text text?, number int?, currency text?
SELECT question, row AS line, field, text, number, currency FROM answer
 WHERE request_id = :g_request ORDER BY question, row, field;

-- answer_insert(g request, question text, line int, field text, text text?, folded text?, number int?,
--   currency text?) -> exec
INSERT INTO answer (request_id, question, row, field, text, folded, number, currency)
VALUES (:g_request, :question, :line, :field, :text, :folded, :number, :currency);

-- assess: those of the assessment, else those of the form.
-- answer_delete(g request, assess bool) -> exec
DELETE FROM answer
 WHERE request_id = :g_request
   AND ((:assess = 1 AND question LIKE 'assess.%') OR (:assess = 0 AND question NOT LIKE 'assess.%'));

-- ---- approvals

-- row ApprovalRow: id int, request_id int, stage text, stage_no int, round int, rule text, state text,
--   stuck bool, pre_approved bool, approver_id int?, delegate_id int?, decider_id int?, asked_ms ms?,
--   decided_ms ms?, reason text, shown_hash text, given text, version int

-- In the order of their rows, as the engine counts them.
-- approval_rows(g request) -> many: ApprovalRow
SELECT {columns ApprovalRow a} FROM approval a WHERE a.request_id = :g_request ORDER BY a.id;

-- approval_insert(g request, stage text, stage_no int, round int, rule text, state text, stuck bool,
--   pre_approved bool, approver int?, delegate int?, decider int?, asked ms?, decided ms?,
--   reason text, shown_hash text, given text) -> one: id int
INSERT INTO approval (request_id, stage, stage_no, round, rule, state, stuck, pre_approved, approver_id,
                      delegate_id, decider_id, asked_ms, decided_ms, reason, shown_hash, given)
VALUES (:g_request, :stage, :stage_no, :round, :rule, :state, :stuck, :pre_approved, :approver,
        :delegate, :decider, :asked, :decided, :reason, :shown_hash, :given)
RETURNING id;

-- reason empty: as it was.
-- approval_save(g request, id int, state text, stuck bool, pre_approved bool, approver int?, delegate int?,
--   decider int?, asked ms?, decided ms?, reason text?, shown_hash text, given text) -> exec
UPDATE approval
   SET state = :state, stuck = :stuck, pre_approved = :pre_approved, approver_id = :approver,
       delegate_id = :delegate, decider_id = :decider, asked_ms = :asked, decided_ms = :decided,
       reason = coalesce(:reason, reason), shown_hash = :shown_hash, given = :given, version = version + 1
 WHERE id = :id AND request_id = :g_request;

-- ---- tasks

-- row TaskRow: id int, request_id int, key text, position int, title text, state text, team_id int?,
--   assignee_id int?, owner text, after text, test bool, passed int?, accept bool, origin text, skip text,
--   at_ms ms?, sign_off text, sign_off_who text, sign_off_by int?, supplier text, effort_min int,
--   attempt int, remark text, started_ms ms?, finished_ms ms?, finished_by int?, action text,
--   action_state text, due_ms ms?, version int

-- In the order of an index: who reads them puts them in the order of `position`.
-- task_rows(g request) -> many: TaskRow
SELECT {columns TaskRow t} FROM task t WHERE t.request_id = :g_request ORDER BY t.key;

-- task_insert(g request, key text, position int, title text, state text, team int?, assignee int?,
--   owner text, after text, test bool, passed int?, accept bool, origin text, skip text, at ms?,
--   sign_off text, sign_off_who text, supplier text, effort int, attempt int, finished ms?, action text,
--   action_state text) -> one: id int
INSERT INTO task (request_id, key, position, title, state, team_id, assignee_id, owner, after, test, passed,
                  accept, origin, skip, at_ms, sign_off, sign_off_who, supplier, effort_min, attempt,
                  finished_ms, action, action_state)
VALUES (:g_request, :key, :position, :title, :state, :team, :assignee, :owner, :after, :test, :passed,
        :accept, :origin, :skip, :at, :sign_off, :sign_off_who, :supplier, :effort, :attempt,
        :finished, :action, :action_state)
RETURNING id;

-- remark empty: as it was.
-- task_save(g request, id int, state text, team int?, assignee int?, passed int?, skip text, at ms?,
--   sign_off text, sign_off_by int?, attempt int, started ms?, finished ms?, finished_by int?,
--   action_state text, remark text?) -> exec
UPDATE task
   SET state = :state, team_id = :team, assignee_id = :assignee, passed = :passed, skip = :skip,
       at_ms = :at, sign_off = :sign_off, sign_off_by = :sign_off_by, attempt = :attempt,
       started_ms = :started, finished_ms = :finished, finished_by = :finished_by,
       action_state = :action_state,
       remark = coalesce(:remark, remark), version = version + 1
 WHERE id = :id AND request_id = :g_request;

-- task_save_after(g request, id int, after text) -> exec
UPDATE task SET after = :after WHERE id = :id AND request_id = :g_request;

-- task_signer_insert(g request, task int, person int) -> exec
INSERT INTO task_signer (task_id, person_id)
SELECT t.id, :person FROM task t WHERE t.id = :task AND t.request_id = :g_request
ON CONFLICT (task_id, person_id) DO NOTHING;

-- task_signer_clear(g request, task int) -> exec
DELETE FROM task_signer
 WHERE task_id = (SELECT t.id FROM task t WHERE t.id = :task AND t.request_id = :g_request);

-- task_signers(g request) -> many: task_id int, person_id int
SELECT s.task_id, s.person_id FROM task_signer s JOIN task t ON t.id = s.task_id
 WHERE t.request_id = :g_request ORDER BY t.key, s.person_id;

-- task_check_insert(g request, task int, position int, text text) -> exec
INSERT INTO task_check (task_id, position, text)
SELECT t.id, :position, :text FROM task t WHERE t.id = :task AND t.request_id = :g_request;

-- task_check_rows(g request) -> many: task_id int, position int, text text, done_ms ms?, done_by int?
SELECT c.task_id, c.position, c.text, c.done_ms, c.done_by
  FROM task_check c JOIN task t ON t.id = c.task_id
 WHERE t.request_id = :g_request ORDER BY t.key, c.position;

-- task_check_set(g request, task int, position int, done ms?, done_by int?) -> exec
UPDATE task_check SET done_ms = :done, done_by = :done_by
 WHERE position = :position
   AND task_id = (SELECT t.id FROM task t WHERE t.id = :task AND t.request_id = :g_request);

-- Sent back: every line is to be ticked again.
-- task_check_reset(g request, task int) -> exec
UPDATE task_check SET done_ms = NULL, done_by = NULL
 WHERE task_id = (SELECT t.id FROM task t WHERE t.id = :task AND t.request_id = :g_request);

-- ---- pending

-- pending_open(g request) -> opt: id int, kind text, reason text, since_ms ms, until_ms ms?, reminded int, remind_ms ms?,
--   close_ms ms?, by_id int?
SELECT id, kind, reason, since_ms, until_ms, reminded, remind_ms, close_ms, by_id FROM pending
 WHERE request_id = :g_request AND ended_ms IS NULL;

-- pending_insert(g request, kind text, reason text, since ms, until ms?, remind ms?, close ms?,
--   by_id int?) -> one: id int
INSERT INTO pending (request_id, kind, reason, since_ms, until_ms, remind_ms, close_ms, by_id)
VALUES (:g_request, :kind, :reason, :since, :until, :remind, :close, :by_id)
RETURNING id;

-- pending_save(g request, id int, until ms?, reminded int, remind ms?, close ms?, ended ms?) -> exec
UPDATE pending SET until_ms = :until, reminded = :reminded, remind_ms = :remind, close_ms = :close,
       ended_ms = :ended
 WHERE id = :id AND request_id = :g_request;

-- ---- hand-over

-- row HandoverRow: id int, from_team_id int, to_team_id int, by_id int, summary text, open_questions text,
--   next_step text, state text, reason text, offered_ms ms, answered_ms ms?, answered_by int?

-- handover_last(g request) -> opt: HandoverRow
SELECT {columns HandoverRow h} FROM handover h WHERE h.request_id = :g_request ORDER BY h.id DESC LIMIT 1;

-- handover_insert(g request, from_team int, to_team int, by_id int, summary text, open_questions text,
--   next_step text, now ms) -> one: id int
INSERT INTO handover (request_id, from_team_id, to_team_id, by_id, summary, open_questions, next_step, state,
                      offered_ms)
VALUES (:g_request, :from_team, :to_team, :by_id, :summary, :open_questions, :next_step, 'offered', :now)
RETURNING id;

-- handover_save(g request, id int, state text, reason text, answered ms?, answered_by int?) -> exec
UPDATE handover SET state = :state, reason = :reason, answered_ms = :answered, answered_by = :answered_by
 WHERE id = :id AND request_id = :g_request;

-- ---- facts

-- How many requests meet a question of an entitlement.  Lists of keys are written ",a,b,"; '' is any.
-- part counted
    r.id <> :self
AND r.created_ms >= :from_ms AND r.created_ms < :before_ms
AND (:models = '' OR :models LIKE '%,' || r.model_key || ',%')
AND (:states = '' OR :states LIKE '%,' || r.state || ',%')
AND (:outcomes = '' OR :outcomes LIKE '%,' || r.outcome || ',%')
AND r.submitted_ms IS NOT NULL;

-- Before there is a request: for its beneficiary, and for the requester when that is not 0.
-- count_for_beneficiary(g submit, requester int, self int, from_ms ms, before_ms ms, models text, states text, outcomes text) -> one: n int!
SELECT count(*) AS n FROM request r
 WHERE r.beneficiary_id = :g_submit AND (:requester = 0 OR r.requester_id = :requester) AND {part counted};

-- beneficiary or requester 0: anybody.  The person of the grant sees only the number.
-- count_for_requester(g submit, requester int, beneficiary int, self int, from_ms ms, before_ms ms, models text, states text, outcomes text) -> one: n int!
SELECT count(*) AS n FROM request r
 WHERE r.requester_id = :requester AND (:beneficiary = 0 OR r.beneficiary_id = :beneficiary)
   AND :g_submit > 0 AND {part counted};

-- count_for_any(g submit, beneficiary int, self int, from_ms ms, before_ms ms, models text, states text, outcomes text) -> one: n int!
SELECT count(*) AS n FROM request r
 WHERE (:beneficiary = 0 OR r.beneficiary_id = :beneficiary) AND :g_submit > 0 AND {part counted};
