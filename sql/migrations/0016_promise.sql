-- Promises: when requests were done, from which the time of the next ones is estimated, and what was said of those
-- that are open.

-- A stretch of a request: the whole run from being sent to its end, or one state of it to the same end.  Made from
-- the events alone (follower "samples"); `errand promise rebuild` makes it again.
CREATE TABLE promise_sample (
    request_id   {int} NOT NULL REFERENCES request (id), -- whose stretch it is; never shown with a figure
    seq          {int} NOT NULL,               -- number of the request's event with which the stretch begins
    phase        TEXT NOT NULL,                -- state in which it was; '' for the whole run
    model_key    TEXT NOT NULL,                -- as request.model_key
    kind         TEXT NOT NULL,                -- as request.kind
    confidential {int} NOT NULL DEFAULT 0,     -- 1: counts for the figures of its own model only
    entered_ms   {int} NOT NULL,               -- when the stretch began
    left_ms      {int},                        -- when the state was left; empty: it is still in it
    ended_ms     {int},                        -- when the run ended; empty: it goes on
    outcome      TEXT NOT NULL DEFAULT '',     -- as request.outcome, of the run
    done         {int} NOT NULL DEFAULT 0,     -- 1: the run ended because the request was fulfilled
    PRIMARY KEY (request_id, seq, phase)
) {strict}{without_rowid};
-- The latest ones of a group are read, never all.
CREATE INDEX promise_sample_by_model ON promise_sample (model_key, phase, entered_ms);
CREATE INDEX promise_sample_by_kind ON promise_sample (kind, entered_ms) WHERE phase = '' AND confidential = 0;

-- What was last said about an open request: by when it is expected, and from which facts.
CREATE TABLE promise (
    request_id {int} NOT NULL PRIMARY KEY REFERENCES request (id), -- one that is under way
    seq        {int} NOT NULL,                 -- last event of the request that is taken in
    at_ms      {int} NOT NULL,                 -- instant for which it was worked out
    phase      TEXT NOT NULL,                  -- state of the request then
    basis      TEXT NOT NULL CHECK (basis IN ('model_phase', 'model', 'kind', 'none')), -- which requests count as similar
    samples    {int} NOT NULL,                 -- finished ones among them; with 'none' how many of the model there are so far
    running    {int} NOT NULL,                 -- those of them that still went on
    since_ms   {int},                          -- when the earliest of them began
    spent_ms   {int} NOT NULL,                 -- time that had passed of the stretch that is compared, working time of the calendar
    p50_ms     {int},                          -- half of the similar ones were done by then; empty: too few to say
    p80_ms     {int},                          -- four of five were
    said_ms    {int},                          -- p50 as it was last announced
    said_phase TEXT NOT NULL DEFAULT '',       -- state of the request when that was announced
    moved_ms   {int},                          -- when the announced time last moved by more than a day; empty: never
    moved_from {int},                          -- what had been announced before
    moved_why  TEXT NOT NULL DEFAULT '',       -- earlier | slow | longer | waiting | figures; '' with moved_ms empty
    told_seq   {int} NOT NULL DEFAULT 0        -- stretch for which the requester was notified of a later time
) {strict};
