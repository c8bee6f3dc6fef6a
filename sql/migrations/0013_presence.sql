-- Who is there: absences, part-time hours, dated delegation, skills.

-- A time in which somebody is not at work.  Everybody may know that, and until when; why stands apart.
CREATE TABLE absence (
    id         {id},
    person_id  {int} NOT NULL REFERENCES person (id),
    from_ms    {int} NOT NULL,                 -- first instant
    to_ms      {int} NOT NULL,                 -- first instant after it; > from_ms
    seen       {int} NOT NULL DEFAULT 0,       -- what followed from it: 0 nothing yet, 1 that it began, 2 that it is over
    by_id      {int} REFERENCES person (id),   -- who entered it
    created_ms {int} NOT NULL
) {strict};
CREATE INDEX absence_by_person ON absence (person_id, to_ms);
CREATE INDEX absence_open ON absence (to_ms) WHERE seen < 2;

-- For the person, their manager, their leads and administrators.
CREATE TABLE absence_note (
    absence_id {int} NOT NULL PRIMARY KEY REFERENCES absence (id),
    kind       TEXT NOT NULL CHECK (kind IN ('holiday', 'sick', 'training', 'other')),
    note       TEXT NOT NULL                   -- '' for none
) {strict};

-- Who works less than full time, or at hours of their own.  No row: full time, as the team.
CREATE TABLE work_hours (
    person_id  {int} NOT NULL PRIMARY KEY REFERENCES person (id),
    weekly_min {int},                          -- minutes of work in a week; empty: full time
    calendar   TEXT NOT NULL                   -- key of their own calendar; '' for that of the team
) {strict};

-- Somebody stands in for somebody else.
CREATE TABLE delegation (
    id           {id},
    principal_id {int} NOT NULL REFERENCES person (id), -- who is stood in for
    delegate_id  {int} NOT NULL REFERENCES person (id),
    what         TEXT NOT NULL CHECK (what IN ('approvals', 'tasks', 'both')),
    from_ms      {int} NOT NULL,
    to_ms        {int} NOT NULL,               -- first instant after it; moved to now by ending it early
    seen         {int} NOT NULL DEFAULT 0,     -- as in absence
    by_id        {int} REFERENCES person (id), -- who said so: the principal or an administrator
    created_ms   {int} NOT NULL
) {strict};
CREATE INDEX delegation_by_principal ON delegation (principal_id, to_ms);
CREATE INDEX delegation_by_delegate ON delegation (delegate_id, to_ms);
CREATE INDEX delegation_open ON delegation (to_ms) WHERE seen < 2;

-- Keys of the managed list "skills".
CREATE TABLE person_skill (
    person_id {int} NOT NULL REFERENCES person (id),
    skill     TEXT NOT NULL,
    PRIMARY KEY (person_id, skill)
) {strict}{without_rowid};

-- How an ask came to have its delegate: '' | dated (ends with its delegation) | hand
ALTER TABLE approval ADD COLUMN given TEXT NOT NULL DEFAULT '';
UPDATE approval SET given = 'hand' WHERE delegate_id IS NOT NULL;

-- How work in the queue of a team finds its person.  No row: by hand.
CREATE TABLE team_assignment (
    team_id       {int} NOT NULL PRIMARY KEY REFERENCES team (id),
    way           TEXT NOT NULL CHECK (way IN ('manual', 'round_robin', 'least_loaded', 'fair')),
    limit_percent {int} NOT NULL               -- nobody gets more planned work than this share of their hours in two weeks
) {strict};

-- When somebody last got work by itself, for taking turns.
CREATE TABLE assignment_turn (
    team_id   {int} NOT NULL REFERENCES team (id),
    person_id {int} NOT NULL REFERENCES person (id),
    last_ms   {int} NOT NULL,
    PRIMARY KEY (team_id, person_id)
) {strict}{without_rowid};

-- Requests in which something waits for a person, and when that is looked at.
CREATE TABLE assignment_due (
    request_id {int} NOT NULL PRIMARY KEY REFERENCES request (id),
    due_ms     {int} NOT NULL
) {strict};
CREATE INDEX assignment_due_by_time ON assignment_due (due_ms);

-- Every choice with all that it was made from, so that it can be made again.
CREATE TABLE assignment_choice (
    id         {id},
    request_id {int} NOT NULL REFERENCES request (id),
    task_id    {int} REFERENCES task (id),     -- empty: of the request itself
    team_id    {int} NOT NULL REFERENCES team (id),
    at_ms      {int} NOT NULL,
    chosen_id  {int} REFERENCES person (id),   -- empty: nobody fitted
    record     TEXT NOT NULL                   -- JSON: facts and choice (src/domain/request/assign.h)
) {strict};
CREATE INDEX assignment_choice_by_request ON assignment_choice (request_id, id);

-- How impact and urgency make a priority, by organisation; versions, the latest holds.
CREATE TABLE priority_matrix (
    id      {id},
    org_id  {int} NOT NULL,                    -- 0: of everybody whose organisation has none
    version {int} NOT NULL,                    -- from 1 for each organisation
    cells   TEXT NOT NULL,                     -- 16 digits 1 low .. 4 critical, by impact, then urgency; '': no longer one of its own
    at_ms   {int} NOT NULL,
    by_id   {int} REFERENCES person (id),
    UNIQUE (org_id, version)
) {strict};

-- Which matrix gave a request its priority.  No row: the one that the program comes with.
CREATE TABLE request_priority (
    request_id {int} NOT NULL PRIMARY KEY REFERENCES request (id),
    matrix_id  {int} NOT NULL REFERENCES priority_matrix (id)
) {strict};
