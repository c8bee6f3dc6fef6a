-- What the query language says about a request, as SQL: one fragment for each field of fields.c, or two
-- for a field that holds several values.  They stand inside a statement with {scope s r}: each looks at the
-- parts of the request r and at nothing else.  Empty is NULL; a yes-or-no is 0 or 1; numbers are thousandths; a test is a
-- condition.
-- fragments of request r

-- find_id() = int
r.id;

-- Ways to what the reader may see, in front of everything that is asked; they say nothing new (find_lead.c).
-- find_seen(s_person int) = test
r.id IN (SELECT lead_rr.request_id FROM person_principal lead_pp
           JOIN request_reader lead_rr ON lead_rr.principal = lead_pp.principal
          WHERE lead_pp.person_id = :s_person AND lead_pp.role <> 64);

-- find_seen_open(s_person int) = test
r.id IN (SELECT lead_rr.request_id FROM person_principal lead_pp
           JOIN request_reader lead_rr ON lead_rr.principal = lead_pp.principal AND lead_rr.closed = 0
          WHERE lead_pp.person_id = :s_person AND lead_pp.role <> 64);

-- Looked up beside an index that gives the order.
-- find_seen_beside(s_person int) = test
r.id + 0 IN (SELECT lead_rr.request_id FROM person_principal lead_pp
               JOIN request_reader lead_rr ON lead_rr.principal = lead_pp.principal
              WHERE lead_pp.person_id = :s_person AND lead_pp.role <> 64);

-- find_seen_since(s_person int, from int) = test
r.id IN (SELECT lead_rr.request_id FROM person_principal lead_pp
           JOIN request_reader lead_rr ON lead_rr.principal = lead_pp.principal AND lead_rr.closed IN (0, 1)
          WHERE lead_pp.person_id = :s_person AND lead_pp.role <> 64 AND lead_rr.request_id >= :from);

-- find_number() = text
CASE r.record WHEN 'request' THEN 'REQ-' WHEN 'incident' THEN 'INC-' WHEN 'problem' THEN 'PRB-' ELSE 'CHG-' END
|| CAST(r.serial AS TEXT);

-- find_record() = text
r.record;

-- find_model() = text
r.model_key;

-- find_kind() = text
r.kind;

-- find_state() = text
r.state;

-- find_phase() = text
r.phase;

-- find_outcome() = text
nullif(r.outcome, '');

-- find_channel() = text
r.channel;

-- find_open() = bool
CASE WHEN r.state <> 'closed' THEN 1 ELSE 0 END;

-- Written so that the indexes of open requests are taken: the second test holds always, and makes them look narrower than
-- those that hold what is closed, too.
-- find_open_only() = test
r.state <> 'closed' AND coalesce(r.next_due_ms, 9223372036854775807) > -1;

-- The same where something else leads: no index has it.
-- find_open_beside() = test
coalesce(r.state, '') <> 'closed';

-- find_confidential() = bool
r.confidential;

-- The folded title: what stands behind the number and a blank.
-- find_title() = text
[sqlite]
substr(r.search, instr(r.search, ' ') + 1);
[postgres]
substr(r.search, strpos(r.search, ' ') + 1);

-- find_priority() = int
r.level;

-- find_impact() = int
CASE r.impact WHEN 'person' THEN 1 WHEN 'team' THEN 2 WHEN 'site' THEN 3 ELSE 4 END;

-- find_urgency() = int
CASE r.urgency WHEN 'low' THEN 1 WHEN 'normal' THEN 2 WHEN 'high' THEN 3 ELSE 4 END;

-- find_team() = int
r.team_id;

-- find_owner() = int
r.owner_id;

-- find_assignee() = int
r.assignee_id;

-- find_requester() = int
r.requester_id;

-- find_beneficiary() = int
r.beneficiary_id;

-- find_submitter() = int
r.submitter_id;

-- find_requester_org() = text
(SELECT o.key FROM person p JOIN org o ON o.id = p.org_id WHERE p.id = r.requester_id);

-- find_requester_site() = text
(SELECT nullif(p.site, '') FROM person p WHERE p.id = r.requester_id);

-- find_requester_kind() = text
(SELECT p.kind FROM person p WHERE p.id = r.requester_id);

-- find_waits_for() = text
nullif(r.step_code, '');

-- find_waiting_since() = ms
r.step_ms;

-- find_created() = ms
r.created_ms;

-- find_submitted() = ms
r.submitted_ms;

-- find_fulfilled() = ms
r.fulfilled_ms;

-- find_closed() = ms
r.closed_ms;

-- find_updated() = ms
r.updated_ms;

-- find_due() = ms
r.due_ms;

-- find_next_due() = ms
r.next_due_ms;

-- Requests without a due time come last.
-- find_next_due_sort() = ms
coalesce(r.next_due_ms, 9223372036854775807);

-- find_not_before() = ms
r.not_before_ms;

-- find_agreed() = ms
r.agreed_ms;

-- find_cost() = int
r.cost_minor;

-- find_cost_currency() = text
r.cost_currency;

-- find_round() = int
r.round * 1000;

-- find_watcher(person int) = test
r.id IN (SELECT pa.request_id FROM participant pa WHERE pa.person_id = :person);

-- find_watcher_any() = test
EXISTS (SELECT 1 FROM participant pa WHERE pa.request_id = r.id);

-- find_tag(tag text) = test
r.id IN (SELECT ta.request_id FROM request_tag ta WHERE ta.tag = :tag);

-- find_tag_any() = test
EXISTS (SELECT 1 FROM request_tag ta WHERE ta.request_id = r.id);

-- find_approver(person int) = test
r.id IN (SELECT ap.request_id FROM approval ap WHERE ap.approver_id = :person AND ap.state = 'asked');

-- find_approver_any() = test
EXISTS (SELECT 1 FROM approval ap WHERE ap.request_id = r.id AND ap.state = 'asked' AND ap.approver_id IS NOT NULL);

-- find_task_team(team int) = test
EXISTS (SELECT 1 FROM task t WHERE t.request_id = r.id AND t.state IN ('ready', 'started') AND t.team_id = :team);

-- find_task_team_any() = test
EXISTS (SELECT 1 FROM task t WHERE t.request_id = r.id AND t.state IN ('ready', 'started') AND t.team_id IS NOT NULL);

-- find_tasks() = int
(SELECT count(*) FROM task t WHERE t.request_id = r.id) * 1000;

-- find_tasks_open() = int
(SELECT count(*) FROM task t WHERE t.request_id = r.id AND t.state IN ('waiting', 'ready', 'started')) * 1000;

-- The furthest of its tasks that is not over.
-- find_tasks_stage() = text
(SELECT CASE WHEN count(*) = 0 THEN NULL
             WHEN max(CASE WHEN t.state = 'started' THEN 1 ELSE 0 END) = 1 THEN 'started'
             WHEN max(CASE WHEN t.state = 'ready' THEN 1 ELSE 0 END) = 1 THEN 'ready'
             WHEN max(CASE WHEN t.state = 'waiting' THEN 1 ELSE 0 END) = 1 THEN 'waiting'
             ELSE 'done' END
   FROM task t WHERE t.request_id = r.id);

-- Of links only those whose other end the reader sees too.
-- find_link(s_person int, kind text) = test
EXISTS (SELECT 1 FROM request_link l JOIN request o ON o.id = CASE WHEN l.from_id = r.id THEN l.to_id ELSE l.from_id END
         WHERE (l.from_id = r.id OR l.to_id = r.id) AND {scope s o} AND l.kind = :kind);

-- find_link_any(s_person int) = test
EXISTS (SELECT 1 FROM request_link l JOIN request o ON o.id = CASE WHEN l.from_id = r.id THEN l.to_id ELSE l.from_id END
         WHERE (l.from_id = r.id OR l.to_id = r.id) AND {scope s o});

-- Requests that are part of it, as far as the reader sees them.
-- find_children(s_person int) = int
(SELECT count(*) FROM request_link l JOIN request o ON o.id = l.from_id
  WHERE l.to_id = r.id AND l.kind = 'part_of' AND {scope s o}) * 1000;

-- find_children_open(s_person int) = int
(SELECT count(*) FROM request_link l JOIN request o ON o.id = l.from_id
  WHERE l.to_id = r.id AND l.kind = 'part_of' AND o.state <> 'closed' AND {scope s o}) * 1000;

-- find_me_too() = int
r.me_too * 1000;

-- Requests that were merged into it, as far as the reader sees them.
-- find_duplicates(s_person int) = int
(SELECT count(*) FROM request_link l JOIN request o ON o.id = l.from_id
  WHERE l.to_id = r.id AND l.kind = 'merged_into' AND {scope s o}) * 1000;

-- Any cycle of any of its own clocks ended too late, or is late now.
-- find_breached(now ms) = bool
CASE WHEN EXISTS (SELECT 1 FROM clock c
                   WHERE c.request_id = r.id AND c.task = '' AND c.due_ms IS NOT NULL
                     AND coalesce(c.stopped_ms, :now) > c.due_ms)
     THEN 1 ELSE 0 END;

-- Somebody else has done something since this person opened it, or they say so (read_mark.h).
-- find_unread(reader int) = bool
CASE WHEN EXISTS (SELECT 1 FROM person x LEFT JOIN request_read m ON m.person_id = x.id AND m.request_id = r.id
                   WHERE x.id = :reader
                     AND (coalesce(m.seq, 0) < 0
                          OR EXISTS (SELECT 1 FROM event e
                                      WHERE e.request_id = r.id AND e.seq > coalesce(m.seq, 0)
                                        AND (e.actor_id IS NULL OR e.actor_id <> x.id)
                                        AND (e.internal = 0 OR EXISTS (SELECT 1 FROM team_member t
                                                                        WHERE t.team_id = r.team_id AND t.person_id = x.id))
                                        AND e.kind <> 'request.viewed' AND e.kind <> 'attachment.downloaded')))
     THEN 1 ELSE 0 END;

-- What a field was before (request_past), at some instant from `from` on and before `before`.
-- find_was(field int, value int, from ms, before ms) = test
r.id IN (SELECT p.request_id FROM request_past p
          WHERE p.field = :field AND p.value = :value AND p.until_ms > :from AND p.from_ms < :before);

-- Since when it is what it is now.
-- find_since(field int) = ms
coalesce((SELECT max(p.until_ms) FROM request_past p WHERE p.request_id = r.id AND p.field = :field), r.created_ms);

-- What a request has in a field of a team.
-- find_own_word(field int) = text
(SELECT v.word FROM field_value v WHERE v.request_id = r.id AND v.field_id = :field);

-- find_own_number(field int) = int
(SELECT v.number FROM field_value v WHERE v.request_id = r.id AND v.field_id = :field);

-- find_own_yes(field int) = bool
(SELECT CASE v.number WHEN 0 THEN 0 ELSE 1 END FROM field_value v WHERE v.request_id = r.id AND v.field_id = :field);

-- find_own_currency(field int) = text
(SELECT v.currency FROM field_value v WHERE v.request_id = r.id AND v.field_id = :field);

-- By an index, where it is compared with one value.
-- find_own_is_word(field int, word text) = test
r.id IN (SELECT v.request_id FROM field_value v WHERE v.field_id = :field AND v.word = :word);

-- find_own_is_number(field int, number int) = test
r.id IN (SELECT v.request_id FROM field_value v WHERE v.field_id = :field AND v.number = :number);

-- find_answer_text(question text) = text
(SELECT n.text FROM answer n WHERE n.request_id = r.id AND n.question = :question AND n.row = 0 AND n.field = '');

-- Words of a person, as they are compared.
-- find_answer_folded(question text) = text
(SELECT coalesce(n.folded, n.text) FROM answer n
  WHERE n.request_id = r.id AND n.question = :question AND n.row = 0 AND n.field = '');

-- find_answer_number(question text) = int
(SELECT n.number FROM answer n WHERE n.request_id = r.id AND n.question = :question AND n.row = 0 AND n.field = '');

-- find_answer_yes(question text) = bool
(SELECT CASE n.number WHEN 0 THEN 0 WHEN 1 THEN 1 END FROM answer n
  WHERE n.request_id = r.id AND n.question = :question AND n.row = 0 AND n.field = '');

-- find_answer_money(question text) = int
(SELECT CASE WHEN n.currency IS NOT NULL THEN n.number END FROM answer n
  WHERE n.request_id = r.id AND n.question = :question AND n.row = 0 AND n.field = '');

-- find_answer_currency(question text) = text
(SELECT n.currency FROM answer n WHERE n.request_id = r.id AND n.question = :question AND n.row = 0 AND n.field = '');

-- find_answer_has(question text, key text) = test
EXISTS (SELECT 1 FROM answer n WHERE n.request_id = r.id AND n.question = :question AND n.field = '' AND n.text = :key);

-- find_answer_any(question text) = test
EXISTS (SELECT 1 FROM answer n WHERE n.request_id = r.id AND n.question = :question AND n.field = '' AND n.text IS NOT NULL);

-- Of a word that stands everywhere only the newest requests are looked through that the reader may be one of.
-- find_words(words text, readers text, teams text, most int) = test
[sqlite]
r.id IN (SELECT request_words.rowid FROM request_words WHERE request_words MATCH (:words || ' AND ' || :readers)
         UNION SELECT team_words.rowid FROM team_words WHERE team_words MATCH :teams
          ORDER BY 1 DESC LIMIT :most);
[postgres]
r.id IN (SELECT w.request_id FROM request_words w
          WHERE w.words @@ CAST(:words AS tsquery) AND w.readers @@ CAST(:readers AS tsquery)
         UNION SELECT t.request_id FROM team_words t WHERE t.words @@ CAST(:teams AS tsquery)
          ORDER BY 1 DESC LIMIT :most);
