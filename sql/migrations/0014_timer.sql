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
