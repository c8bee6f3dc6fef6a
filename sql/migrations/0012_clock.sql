-- Targets and clocks: what is promised, and what was measured.

-- Targets of their own, beside the lines of models: for requests of every model, for the tasks of a team
-- (an agreement between teams) or of a supplier (an underpinning contract).
CREATE TABLE target (
    id         {id},
    key        TEXT NOT NULL UNIQUE,           -- of its clocks; never one of the measures
    created_ms {int} NOT NULL,
    demo       {int} NOT NULL DEFAULT 0
) {strict};

-- Written once, never changed.  A cycle of a clock keeps the version that was in force when it began.
CREATE TABLE target_version (
    id           {id},
    target_id    {int} NOT NULL REFERENCES target (id),
    number       {int} NOT NULL,               -- 1, 2, 3 ... per target
    from_ms      {int} NOT NULL,               -- in force from this instant on; later than that of the version before
    body         TEXT NOT NULL,                -- JSON as in the API: measure, lines, conditions, thresholds
    hash         TEXT NOT NULL,                -- SHA-256 (hex) of body
    note         TEXT NOT NULL DEFAULT '',     -- what changed, in the publisher's words
    publisher_id {int} REFERENCES person (id), -- empty: the command line
    published_ms {int} NOT NULL,
    UNIQUE (target_id, number)
) {strict};

-- One row for each cycle of a clock: from a start to a stop.  All but the reason follows from the events of
-- the request, the target version and the calendar: a cache that `errand doctor --clocks` recomputes.
CREATE TABLE clock (
    request_id {int} NOT NULL REFERENCES request (id),
    target     TEXT NOT NULL,                  -- respond | approve | fulfil | update of the model, or a target's key
    task       TEXT NOT NULL DEFAULT '',       -- key of the task that is measured; '' the request itself
    cycle      {int} NOT NULL,                 -- 1, 2, 3 ... of the same clock
    measure    TEXT NOT NULL CHECK (measure IN ('respond', 'approve', 'fulfil', 'update', 'task')),
    version_id {int} REFERENCES target_version (id), -- empty: of the request's model version
    line       {int} NOT NULL,                 -- the line of the target that counts, from 0; -1: none any more
    calendar   TEXT NOT NULL DEFAULT '',       -- key of the calendar of that line; '' around the clock
    started_ms {int} NOT NULL,
    stopped_ms {int},                          -- empty: it runs
    pauses     TEXT NOT NULL DEFAULT '[]',     -- JSON [[from, to, "why"], ...], to null while it lasts
    answered   {int} NOT NULL DEFAULT 0,       -- 1: the staff wrote to the requester since it began
    due_ms     {int},                          -- empty: nothing promised, or paused before it
    fired      {int} NOT NULL DEFAULT 0,       -- how many thresholds were told, in the order of their times
    mark_ms    {int},                          -- when the next threshold is reached; empty: none
    armed      {int} NOT NULL DEFAULT 0,       -- 1: another cycle may begin after this one
    reason     TEXT NOT NULL DEFAULT '',       -- why it came too late, in the words of the team
    reason_by  {int} REFERENCES person (id),
    reason_ms  {int},
    PRIMARY KEY (request_id, target, task, cycle)
) {strict}{without_rowid};
CREATE INDEX clock_due ON clock (due_ms) WHERE stopped_ms IS NULL AND due_ms IS NOT NULL;
CREATE INDEX clock_by_calendar ON clock (calendar, request_id) WHERE stopped_ms IS NULL AND calendar <> '';

ALTER TABLE request ADD COLUMN due_ms {int};      -- by when it is to be fulfilled: the earliest due time of running clocks of that measure; empty: none
ALTER TABLE request ADD COLUMN next_due_ms {int}; -- the earliest due time of all running clocks of the request itself; empty: none
CREATE INDEX request_by_next_due ON request (team_id, next_due_ms) WHERE next_due_ms IS NOT NULL;
ALTER TABLE task ADD COLUMN due_ms {int};         -- the earliest due time of the running clocks of the task; empty: none
