-- Timers: what the program does by itself at an instant, each once, by one node.

CREATE TABLE timer (
    id        {id},
    kind      TEXT NOT NULL,                   -- who runs it: "request" ... (timer_register)
    object_id {int} NOT NULL,                  -- of what it is about, by kind
    key       TEXT NOT NULL DEFAULT '',        -- which of several timers of one object
    due_ms    {int} NOT NULL,                  -- when it is meant to run
    next_ms   {int} NOT NULL,                  -- when it is tried next: due_ms, or later after a failure
    tries     {int} NOT NULL DEFAULT 0,        -- how often it has failed since it was put
    failed_ms {int},                           -- when it last failed; empty: it has not
    why       TEXT NOT NULL DEFAULT '',        -- how it last failed: a code, no words of people
    owner     TEXT NOT NULL DEFAULT '',        -- which process has leased it; '': none
    until_ms  {int} NOT NULL DEFAULT 0,        -- when the lease ends; 0: there is none
    fence     {int} NOT NULL DEFAULT 0,        -- rises with each lease and each put: who holds an old number is refused
    UNIQUE (kind, object_id, key)
) {strict};
CREATE INDEX timer_next ON timer (next_ms, id);
CREATE INDEX timer_failing ON timer (failed_ms) WHERE failed_ms IS NOT NULL;

-- The engine's timer moves here.
INSERT INTO timer (kind, object_id, due_ms, next_ms)
SELECT 'request', id, timer_ms, timer_ms FROM request WHERE timer_ms IS NOT NULL;
DROP INDEX request_timer;
ALTER TABLE request DROP COLUMN timer_ms;

-- The end of waiting for an answer, and work that is planned for later.
ALTER TABLE pending ADD COLUMN close_ms {int};      -- when silence closes the request; empty: it does not (yet)
ALTER TABLE request ADD COLUMN not_before_ms {int}; -- work begins then; empty: at once
ALTER TABLE request ADD COLUMN back_until_ms {int}; -- until when the asking side brings back what silence closed

-- The day that the team has agreed with the requester.
ALTER TABLE request ADD COLUMN agreed_ms {int}; -- empty: what the targets promise counts alone

-- Put aside: hidden from work lists until a moment.  One row per request or task and person, or for everybody.
CREATE TABLE snooze (
    id         {id},
    request_id {int} NOT NULL REFERENCES request (id),
    task_id    {int} NOT NULL DEFAULT 0,       -- of the request; 0: the whole of it
    person_id  {int} NOT NULL DEFAULT 0,       -- for whom it is hidden; 0: for everybody who works on it
    until_ms   {int} NOT NULL,
    reason     TEXT NOT NULL,
    by_id      {int} NOT NULL REFERENCES person (id),
    at_ms      {int} NOT NULL,                 -- when it was put aside
    UNIQUE (request_id, task_id, person_id)
) {strict};

-- Repeating requests.
CREATE TABLE schedule (
    id             {id},
    owner_id       {int} NOT NULL REFERENCES person (id), -- asks each time, with the rights of that moment
    team_id        {int} REFERENCES team (id), -- whose repeating work it is; empty: the owner's own
    beneficiary_id {int} NOT NULL REFERENCES person (id),
    item           TEXT NOT NULL,              -- key of the model
    title          TEXT NOT NULL DEFAULT '',   -- '': the name of the item
    answers        TEXT NOT NULL,              -- JSON, as the API takes them
    every          {int} NOT NULL,             -- 1 or more of `unit`
    unit           TEXT NOT NULL CHECK (unit IN ('day', 'workday', 'week', 'month')),
    workdays       {int} NOT NULL DEFAULT 0,   -- 1: what falls on a day off is made at the next opening
    zone           TEXT NOT NULL,              -- IANA name: the clock that it goes by
    first_ms       {int} NOT NULL,             -- the first moment, from which the others are counted
    until_ms       {int},                      -- not after this; empty: without end
    state          TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    next_ms        {int},                      -- the next moment; empty: paused or ended
    last_ms        {int},                      -- when a request was last made
    last_request   {int} REFERENCES request (id),
    failed_ms      {int},                      -- when it last could not be made; empty: the last one was made
    why            TEXT NOT NULL DEFAULT '',   -- the sentence of that, in the owner's language
    made           {int} NOT NULL DEFAULT 0,   -- how many were made
    created_ms     {int} NOT NULL,
    version        {int} NOT NULL DEFAULT 1
) {strict};
CREATE INDEX schedule_by_owner ON schedule (owner_id, id);
CREATE INDEX schedule_by_team ON schedule (team_id, id);
