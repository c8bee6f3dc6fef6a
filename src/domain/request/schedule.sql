-- Repeating requests.

-- row ScheduleRow: id int, owner_id int, team_id int?, beneficiary_id int, item text, title text, answers text,
--   every int, unit text, workdays bool, zone text, first_ms ms, until_ms ms?, state text, next_ms ms?,
--   last_ms ms?, last_request int?, failed_ms ms?, why text, made int, created_ms ms, version int

-- The owner's, and those of teams in which the person is.
-- part own_or_team
(s.owner_id = :g_self OR s.team_id IN (SELECT m.team_id FROM team_member m WHERE m.person_id = :g_self));

-- team 0: one's own alone; -1: those of one's teams; else of that team.
-- schedule_rows(g self, team int, ended bool, before int, size int) -> many: ScheduleRow
SELECT {columns ScheduleRow s} FROM schedule s
 WHERE {part own_or_team} AND s.id < :before AND (:ended = 1 OR s.state <> 'ended')
   AND CASE WHEN :team = 0 THEN s.owner_id = :g_self AND s.team_id IS NULL
            WHEN :team = -1 THEN s.team_id IS NOT NULL ELSE s.team_id = :team END
 ORDER BY s.id DESC LIMIT :size;

-- Of this owner, whosever work they are.
-- schedule_count(g self) -> one: n int
SELECT count(*) AS n FROM schedule WHERE owner_id = :g_self AND state <> 'ended';

-- schedule_one(g self, id int) -> one: ScheduleRow
SELECT {columns ScheduleRow s} FROM schedule s WHERE s.id = :id AND {part own_or_team};

-- schedule_insert(g self, team int?, beneficiary int, item text, title text, answers text, every int, unit text,
--   workdays bool, zone text, first ms, until ms?, next ms?, now ms) -> one: id int
INSERT INTO schedule (owner_id, team_id, beneficiary_id, item, title, answers, every, unit, workdays, zone,
                      first_ms, until_ms, state, next_ms, created_ms)
VALUES (:g_self, :team, :beneficiary, :item, :title, :answers, :every, :unit, :workdays, :zone,
        :first, :until, 'active', :next, :now)
RETURNING id;

-- schedule_save(g self, id int, version int, owner int, beneficiary int, title text, answers text, every int, unit text, workdays bool,
--   first ms, until ms?, state text, next ms?) -> exec
UPDATE schedule AS s
   SET owner_id = :owner, beneficiary_id = :beneficiary, title = :title, answers = :answers, every = :every, unit = :unit, workdays = :workdays,
       first_ms = :first, until_ms = :until, state = :state, next_ms = :next, version = s.version + 1
 WHERE s.id = :id AND s.version = :version AND {part own_or_team};

-- schedule_due(g timers, id int) -> opt: ScheduleRow
SELECT {columns ScheduleRow s} FROM schedule s WHERE s.id = :id AND s.state = 'active';

-- schedule_ran(g timers, id int, state text, next ms?, last ms?, request int?, failed ms?, why text, made int) -> exec
UPDATE schedule SET state = :state, next_ms = :next, last_ms = coalesce(:last, last_ms),
       last_request = coalesce(:request, last_request), failed_ms = :failed, why = :why, made = made + :made,
       version = version + 1
 WHERE id = :id;

-- schedule_told(g timers, person int, event int, at ms) -> exec
INSERT INTO notification (person_id, event_id, kind, at_ms) VALUES (:person, :event, 'schedule_failed', :at)
ON CONFLICT (person_id, event_id) DO NOTHING;

-- schedule_notify(g self, event int, kind text, at ms) -> exec
INSERT INTO notification (person_id, event_id, kind, at_ms) VALUES (:g_self, :event, :kind, :at)
ON CONFLICT (person_id, event_id) DO NOTHING;
