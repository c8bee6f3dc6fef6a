-- Lists over many requests.  Each carries the one condition of what the person sees.

-- Parameters that narrow nothing: '' , 0, -1 for `open`; `awake` is the present instant when what the person
-- has put aside is left out.  Lists of words are written ",a,b,";
-- assignee -1: nobody; words are patterns for LIKE, '%' for none.
-- Mostly nothing is narrowed.  The planner would take each condition for one that leaves few rows, and
-- then rather sort what it finds than search in the order of the list: in one CASE they are one.
-- part narrowed
    r.id < :before AND r.id > :after
AND CASE WHEN (:states = '' OR :states LIKE '%,' || r.state || ',%')
          AND (:open = -1 OR (:open = 1 AND r.state <> 'closed') OR (:open = 0 AND r.state = 'closed'))
          AND (:outcome = '' OR r.outcome = :outcome)
          AND (:assignee <= 0 OR r.assignee_id = :assignee)
          AND (:assignee <> -1 OR r.assignee_id IS NULL)
          AND (:record = '' OR r.record = :record)
          AND (:item = '' OR r.model_key = :item)
          AND (:party = 0 OR r.requester_id = :party OR r.beneficiary_id = :party)
          AND (:w1 = '%' OR r.search LIKE :w1 ESCAPE '\') AND (:w2 = '%' OR r.search LIKE :w2 ESCAPE '\')
          AND (:w3 = '%' OR r.search LIKE :w3 ESCAPE '\') AND (:w4 = '%' OR r.search LIKE :w4 ESCAPE '\')
          AND (:awake = 0 OR NOT EXISTS (SELECT 1 FROM snooze z WHERE z.request_id = r.id AND z.task_id = 0
                                            AND z.person_id IN (0, :s_person) AND z.until_ms > :awake))
         THEN 1 ELSE 0 END = 1
AND {scope s r};

-- Lists find which requests; their rows are taken from memory, or read by requests_by_ids (rows.c).
-- row ListedRow: id int, parts int

-- list_visible(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE {lead s r} AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- One's own: asked, for oneself, sent for somebody.  They are merged, so that each search ends with its page; each
-- leaves out what one before it gives.
-- list_as_requester(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.requester_id = :s_person AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- list_as_beneficiary(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.beneficiary_id = :s_person AND r.requester_id <> :s_person AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- list_as_submitter(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.submitter_id = :s_person AND r.requester_id <> :s_person AND r.beneficiary_id <> :s_person AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- Open ones alone, which have indexes of their own.
-- list_as_requester_open(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.requester_id = :s_person AND r.state <> 'closed' AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- list_as_beneficiary_open(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.beneficiary_id = :s_person AND r.requester_id <> :s_person AND r.state <> 'closed' AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- list_as_submitter_open(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.submitter_id = :s_person AND r.requester_id <> :s_person AND r.beneficiary_id <> :s_person AND r.state <> 'closed' AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- One team's; those of several teams are merged, so that each search ends with its page.
-- list_queue(s requests, team int, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.team_id = :team AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- Open ones alone, which have an index of their own.
-- list_queue_open(s requests, team int, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.team_id = :team AND r.state <> 'closed' AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- row PaneRow: id int, record text, serial int, title text, state text, outcome text, requester_id int

-- Beside one request: the newest of a team that are open and newer than `after`.  What the pane shows and no more.
-- list_pane(s requests, team int, after int, size int) -> many: PaneRow
SELECT {columns PaneRow r} FROM request r
 WHERE r.team_id = :team AND r.state <> 'closed' AND r.id > :after AND {scope s r}
 ORDER BY r.id DESC LIMIT :size;

-- list_work(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.assignee_id = :s_person AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- list_work_open(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.assignee_id = :s_person AND r.state <> 'closed' AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- list_watched(s requests, states text, open int, outcome text, assignee int, record text, item text, party int,
--   w1 text, w2 text, w3 text, w4 text, awake ms, before int, after int, size int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.id IN (SELECT request_id FROM participant WHERE person_id = :s_person
                UNION SELECT request_id FROM me_too WHERE person_id = :s_person) AND {part narrowed}
 ORDER BY r.id DESC LIMIT :size;

-- The requests of a number, one of each series.  record '': of any.
-- list_numbered(s requests, record text, serial int) -> many: ListedRow
SELECT {columns ListedRow r} FROM request r
 WHERE r.record IN ('request', 'incident', 'problem', 'change') AND r.serial = :serial
   AND (:record = '' OR r.record = :record) AND {scope s r}
 ORDER BY r.id LIMIT 4;

-- ---- tasks

-- row TaskLineRow: id int = t.id, key text = t.key, title text = t.title, state text = t.state,
--   team_id int? = t.team_id, assignee_id int? = t.assignee_id, owner text = t.owner, test bool = t.test,
--   accept bool = t.accept, sign_off text = t.sign_off, effort_min int = t.effort_min, at_ms ms? = t.at_ms,
--   due_ms ms? = t.due_ms,
--   started_ms ms? = t.started_ms, version int = t.version, request_id int = r.id, record text = r.record,
--   serial int = r.serial, request_title text = r.title, request_state text = r.state,
--   level int = r.level, requester_id int = r.requester_id, beneficiary_id int = r.beneficiary_id

-- Not put aside by this person or for everybody, at the instant `awake`; 0: that does not matter.
-- part awake_task
(:awake = 0 OR NOT EXISTS (SELECT 1 FROM snooze z WHERE z.request_id = r.id AND z.task_id IN (0, t.id)
                              AND z.person_id IN (0, :s_person) AND z.until_ms > :awake));

-- Ready or started, and this person's: assigned to them, or theirs as the one who asked.
-- `standing`: ids of persons for whom this one stands in, as a JSON array.  Mostly it is empty, so the search begins with it.
-- tasks_mine(s requests, standing text, awake ms, before int, size int) -> many: TaskLineRow
[sqlite]
SELECT {columns TaskLineRow t} FROM task t JOIN request r ON r.id = t.request_id
 WHERE t.id IN (SELECT a.id FROM task a
                 WHERE a.assignee_id = :s_person AND a.state IN ('ready', 'started')
                UNION
                SELECT b.id FROM task b
                 WHERE b.assignee_id IN (SELECT value FROM json_each(:standing)) AND b.state IN ('ready', 'started')
                UNION
                SELECT c.id FROM request q CROSS JOIN task c
                 WHERE q.assignee_id IN (SELECT value FROM json_each(:standing)) AND q.state <> 'closed'
                   AND c.request_id = q.id AND c.assignee_id IS NULL AND c.owner = 'team' AND +c.team_id = q.team_id
                   AND c.state IN ('ready', 'started') AND c.action_state <> 'due'
                UNION
                SELECT o.id FROM request q JOIN task o ON o.request_id = q.id
                 WHERE q.requester_id = :s_person AND q.state <> 'closed'
                   AND o.owner = 'requester' AND o.state IN ('ready', 'started')
                UNION
                SELECT o.id FROM request q JOIN task o ON o.request_id = q.id
                 WHERE q.beneficiary_id = :s_person AND q.state <> 'closed'
                   AND o.owner = 'beneficiary' AND o.state IN ('ready', 'started'))
   AND t.id < :before AND {part awake_task} AND {scope s r}
 ORDER BY t.id DESC LIMIT :size;
[postgres]
SELECT {columns TaskLineRow t} FROM task t JOIN request r ON r.id = t.request_id
 WHERE t.id IN (SELECT a.id FROM task a
                 WHERE a.assignee_id = :s_person AND a.state IN ('ready', 'started')
                UNION
                SELECT b.id FROM task b
                 WHERE b.assignee_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:standing AS json)))
                   AND b.state IN ('ready', 'started')
                UNION
                SELECT c.id FROM request q JOIN task c ON c.request_id = q.id
                 WHERE q.assignee_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:standing AS json)))
                   AND q.state <> 'closed' AND c.assignee_id IS NULL AND c.owner = 'team' AND c.team_id = q.team_id
                   AND c.state IN ('ready', 'started') AND c.action_state <> 'due'
                UNION
                SELECT o.id FROM request q JOIN task o ON o.request_id = q.id
                 WHERE q.requester_id = :s_person AND q.state <> 'closed'
                   AND o.owner = 'requester' AND o.state IN ('ready', 'started')
                UNION
                SELECT o.id FROM request q JOIN task o ON o.request_id = q.id
                 WHERE q.beneficiary_id = :s_person AND q.state <> 'closed'
                   AND o.owner = 'beneficiary' AND o.state IN ('ready', 'started'))
   AND t.id < :before AND {part awake_task} AND {scope s r}
 ORDER BY t.id DESC LIMIT :size;

-- Ready and nobody's yet, in a team of the person, and not the program's; team 0: any of them.
-- tasks_of_teams(s requests, team int, awake ms, before int, size int) -> many: TaskLineRow
SELECT {columns TaskLineRow t} FROM task t JOIN request r ON r.id = t.request_id
 WHERE t.team_id IN (SELECT team_id FROM team_member WHERE person_id = :s_person)
   AND (:team = 0 OR t.team_id = :team)
   AND t.state = 'ready' AND t.assignee_id IS NULL AND t.action_state <> 'due'
   AND t.id < :before AND {part awake_task} AND {scope s r}
 ORDER BY t.id DESC LIMIT :size;

-- tasks_to_sign(s requests, awake ms, before int, size int) -> many: TaskLineRow
SELECT {columns TaskLineRow t} FROM task t JOIN request r ON r.id = t.request_id
 WHERE t.id IN (SELECT task_id FROM task_signer WHERE person_id = :s_person)
   AND t.sign_off = 'asked' AND t.id < :before AND {part awake_task} AND {scope s r}
 ORDER BY t.id DESC LIMIT :size;

-- ---- approvals

-- Asked of the person, oldest first.
-- approvals_asked(g self, after_id int, size int) -> many: ApprovalRow
SELECT {columns ApprovalRow a} FROM approval a
 WHERE (a.approver_id = :g_self OR a.delegate_id = :g_self) AND a.state = 'asked' AND a.id > :after_id
 ORDER BY a.id LIMIT :size;

-- Decided by the person, newest first.
-- approvals_decided(g self, before_id int, size int) -> many: ApprovalRow
SELECT {columns ApprovalRow a} FROM approval a
 WHERE (a.approver_id = :g_self OR a.delegate_id = :g_self) AND a.decider_id = :g_self
   AND a.state IN ('approved', 'rejected', 'returned') AND a.id < :before_id
 ORDER BY a.id DESC LIMIT :size;

-- Requests and answers of a set of requests, ids as a JSON array.
-- requests_by_ids(s requests, ids text) -> many: RequestRow
[sqlite]
SELECT {columns RequestRow r} FROM request r JOIN document_version mv ON mv.id = r.model_version_id
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND {scope s r};
[postgres]
SELECT {columns RequestRow r} FROM request r JOIN document_version mv ON mv.id = r.model_version_id
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {scope s r};

-- answers_by_ids(s requests, ids text) -> many: request_id int, question text, line int, field text, text text?, number int?, currency text?
[sqlite]
SELECT n.request_id, n.question, n.row AS line, n.field, n.text, n.number, n.currency
  FROM answer n JOIN request r ON r.id = n.request_id
 WHERE n.request_id IN (SELECT value FROM json_each(:ids)) AND {scope s r}
 ORDER BY n.request_id, n.question, n.row, n.field;
[postgres]
SELECT n.request_id, n.question, n.row AS line, n.field, n.text, n.number, n.currency
  FROM answer n JOIN request r ON r.id = n.request_id
 WHERE n.request_id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {scope s r}
 ORDER BY n.request_id, n.question, n.row, n.field;

-- ---- badges: counting ends at 100

-- badge_approvals(g self) -> one: n int!
SELECT count(*) AS n FROM (SELECT 1 FROM approval a
  WHERE (a.approver_id = :g_self OR a.delegate_id = :g_self) AND a.state = 'asked' LIMIT 100) x;

-- `standing` as in tasks_mine.
-- badge_tasks(s requests, standing text, awake ms) -> one: n int!
[sqlite]
SELECT count(*) AS n FROM (
  SELECT t.id FROM task t JOIN request r ON r.id = t.request_id
   WHERE t.id IN (SELECT a.id FROM task a
                   WHERE a.assignee_id = :s_person AND a.state IN ('ready', 'started')
                  UNION
                  SELECT b.id FROM task b
                   WHERE b.assignee_id IN (SELECT value FROM json_each(:standing)) AND b.state IN ('ready', 'started')
                  UNION
                  SELECT c.id FROM request q CROSS JOIN task c
                   WHERE q.assignee_id IN (SELECT value FROM json_each(:standing)) AND q.state <> 'closed'
                     AND c.request_id = q.id AND c.assignee_id IS NULL AND c.owner = 'team' AND +c.team_id = q.team_id
                     AND c.state IN ('ready', 'started') AND c.action_state <> 'due')
     AND {part awake_task} AND {scope s r}
   LIMIT 100) x;
[postgres]
SELECT count(*) AS n FROM (
  SELECT t.id FROM task t JOIN request r ON r.id = t.request_id
   WHERE t.id IN (SELECT a.id FROM task a
                   WHERE a.assignee_id = :s_person AND a.state IN ('ready', 'started')
                  UNION
                  SELECT b.id FROM task b
                   WHERE b.assignee_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:standing AS json))) AND b.state IN ('ready', 'started')
                  UNION
                  SELECT c.id FROM request q JOIN task c ON c.request_id = q.id
                   WHERE q.assignee_id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:standing AS json))) AND q.state <> 'closed'
                     AND c.assignee_id IS NULL AND c.owner = 'team' AND c.team_id = q.team_id
                     AND c.state IN ('ready', 'started') AND c.action_state <> 'due')
     AND {part awake_task} AND {scope s r}
   LIMIT 100) x;

-- What is asked of next_due_ms holds always and makes the index of open work look narrower than that of all of it.
-- badge_assigned(s requests, awake ms) -> one: n int!
SELECT count(*) AS n FROM (
  SELECT 1 FROM request r
   WHERE r.assignee_id = :s_person AND r.state <> 'closed' AND coalesce(r.next_due_ms, 9223372036854775807) > -1
     AND r.state <> 'fulfilled' AND {scope s r}
     AND NOT EXISTS (SELECT 1 FROM snooze z WHERE z.request_id = r.id AND z.task_id = 0
                        AND z.person_id IN (0, :s_person) AND z.until_ms > :awake)
   LIMIT 100) x;

-- badge_queue(s requests) -> one: n int!
SELECT count(*) AS n FROM (
  SELECT 1 FROM request r
   WHERE r.team_id IN (SELECT team_id FROM team_member WHERE person_id = :s_person)
     AND r.state <> 'closed' AND r.state NOT IN ('draft', 'fulfilled') AND r.assignee_id IS NULL
     AND {scope s r}
   LIMIT 100) x;

-- What waits for the one who asked: a question, a correction, a task, the confirmation.
-- badge_mine(s requests) -> one: n int!
SELECT count(*) AS n FROM (
  SELECT 1 FROM request r
   WHERE r.id IN (SELECT id FROM request
                   WHERE requester_id = :s_person AND state <> 'closed' AND submitted_ms IS NOT NULL
                     AND step_who = 'requester'
                  UNION
                  SELECT id FROM request
                   WHERE beneficiary_id = :s_person AND state <> 'closed' AND submitted_ms IS NOT NULL
                     AND step_who = 'beneficiary')
     AND {scope s r}
   LIMIT 100) x;

-- badge_unread(g self) -> one: n int!
SELECT count(*) AS n FROM (SELECT 1 FROM notification
  WHERE person_id = :g_self AND read_ms IS NULL LIMIT 100) x;

-- ---- notifications

-- row NotificationRow: id int = n.id, kind text = n.kind, at_ms ms = n.at_ms, read_ms ms? = n.read_ms,
--   request_id int? = n.request_id, actor_id int? = e.actor_id, behalf_id int? = e.behalf_id

-- notification_rows(g self, only_unread bool, before int, size int) -> many: NotificationRow
SELECT {columns NotificationRow n} FROM notification n JOIN event e ON e.id = n.event_id
 WHERE n.person_id = :g_self AND n.id < :before AND (:only_unread = 0 OR n.read_ms IS NULL)
 ORDER BY n.id DESC LIMIT :size;

-- Numbers and titles of those that the person may still see.
-- request_names(s requests, ids text) -> many: id int, record text, serial int, title text
[sqlite]
SELECT r.id, r.record, r.serial, r.title FROM request r
 WHERE r.id IN (SELECT value FROM json_each(:ids)) AND {scope s r};
[postgres]
SELECT r.id, r.record, r.serial, r.title FROM request r
 WHERE r.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {scope s r};

-- id 0: all; request 0: of any.
-- What notices of views say (domain/view/digest.h).
-- notification_digests(g self, ids text) -> many: id int, name text, found int, fresh int
[sqlite]
SELECT n.id, t.name, t.found, t.fresh FROM notification n JOIN digest_told t ON t.event_id = n.event_id
 WHERE n.person_id = :g_self AND n.id IN (SELECT value FROM json_each(:ids));
[postgres]
SELECT n.id, t.name, t.found, t.fresh FROM notification n JOIN digest_told t ON t.event_id = n.event_id
 WHERE n.person_id = :g_self AND n.id IN (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(:ids AS json)));

-- notification_mark(g self, id int, request int, now ms) -> exec
UPDATE notification SET read_ms = :now
 WHERE person_id = :g_self AND read_ms IS NULL AND (:id = 0 OR id = :id)
   AND (:request = 0 OR request_id = :request);

-- ---- suppliers: their tasks, and of the request its number, model and answers

-- row SupplierRow: id int = t.id, request_id int = r.id, record text = r.record, serial int = r.serial,
--   phase text = r.phase, model_version_id int = r.model_version_id, model_hash text = mv.hash

-- Tasks whose supplier is one of the person's teams', and which have left the waiting line.
-- part supplied
    t.supplier <> '' AND t.supplier IN (
        SELECT s.supplier FROM team s JOIN team_member m ON m.team_id = s.id
         WHERE m.person_id = :g_self AND s.active = 1 AND s.supplier <> '')
AND t.state IN ('ready', 'started', 'finished');

-- supplier_rows(g self, done bool, before int, size int) -> many: SupplierRow
SELECT {columns SupplierRow t} FROM task t JOIN request r ON r.id = t.request_id
  JOIN document_version mv ON mv.id = r.model_version_id
 WHERE {part supplied} AND t.id < :before AND r.confidential = 0
   AND ((:done = 0 AND t.state <> 'finished') OR (:done = 1 AND t.state = 'finished'))
 ORDER BY t.id DESC LIMIT :size;

-- supplier_has(g self, task int) -> opt: SupplierRow
SELECT {columns SupplierRow t} FROM task t JOIN request r ON r.id = t.request_id
  JOIN document_version mv ON mv.id = r.model_version_id
 WHERE {part supplied} AND t.id = :task AND r.confidential = 0;

-- What belongs to a set of such tasks, ids as a JSON array.
-- supplier_task_rows(g self, ids text) -> many: TaskRow
[sqlite]
SELECT {columns TaskRow t} FROM task t WHERE t.id IN (SELECT value FROM json_each(:ids)) AND {part supplied};
[postgres]
SELECT {columns TaskRow t} FROM task t WHERE t.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {part supplied};

-- supplier_checks(g self, ids text) -> many: task_id int, position int, text text, done_ms ms?, done_by int?
[sqlite]
SELECT c.task_id, c.position, c.text, c.done_ms, c.done_by
  FROM task_check c JOIN task t ON t.id = c.task_id
 WHERE t.id IN (SELECT value FROM json_each(:ids)) AND {part supplied} ORDER BY c.task_id, c.position;
[postgres]
SELECT c.task_id, c.position, c.text, c.done_ms, c.done_by
  FROM task_check c JOIN task t ON t.id = c.task_id
 WHERE t.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {part supplied} ORDER BY c.task_id, c.position;

-- supplier_answers(g self, ids text) -> many: task_id int!, question text, line int, field text, text text?, number int?, currency text?
[sqlite]
SELECT t.id AS task_id, n.question, n.row AS line, n.field, n.text, n.number, n.currency
  FROM task t JOIN answer n ON n.request_id = t.request_id
 WHERE t.id IN (SELECT value FROM json_each(:ids)) AND {part supplied} ORDER BY t.id, n.question, n.row, n.field;
[postgres]
SELECT t.id AS task_id, n.question, n.row AS line, n.field, n.text, n.number, n.currency
  FROM task t JOIN answer n ON n.request_id = t.request_id
 WHERE t.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {part supplied} ORDER BY t.id, n.question, n.row, n.field;

-- supplier_files(g self, ids text) -> many: FileRow
[sqlite]
SELECT {columns FileRow a} FROM task t
  JOIN attachment a ON a.request_id = t.request_id AND a.object = 'task' AND a.object_id = t.id AND a.internal = 0
  JOIN upload u ON u.id = a.upload_id
 WHERE t.id IN (SELECT value FROM json_each(:ids)) AND {part supplied} ORDER BY a.id LIMIT 500;
[postgres]
SELECT {columns FileRow a} FROM task t
  JOIN attachment a ON a.request_id = t.request_id AND a.object = 'task' AND a.object_id = t.id AND a.internal = 0
  JOIN upload u ON u.id = a.upload_id
 WHERE t.id IN (SELECT value::bigint FROM json_array_elements_text(:ids::json) AS value) AND {part supplied} ORDER BY a.id LIMIT 500;
