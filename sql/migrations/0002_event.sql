-- The event table: every change, written in the same transaction as the change.

CREATE TABLE event (
    id           {id},
    tx           {tx},                         -- PostgreSQL: the transaction's id, because ids are not commit order
    at_ms        {int} NOT NULL,
    kind         TEXT NOT NULL,                -- "request.submitted", "person.created" ...
    actor_id     {int},                        -- person; empty for the system itself
    behalf_id    {int},                        -- person on whose behalf
    origin       TEXT NOT NULL,                -- web | api | cli | job
    call_ref     TEXT NOT NULL,                -- reference number of the call
    request_id   {int},                        -- empty: not about a request
    seq          {int},                        -- counted per request, from 1
    object       TEXT NOT NULL,
    object_id    {int} NOT NULL,
    internal     {int} NOT NULL DEFAULT 0,     -- 1: only for the staff among the readers
    data         TEXT NOT NULL DEFAULT '{}'    -- JSON: ids, codes, numbers, salted hashes
) {strict};
CREATE UNIQUE INDEX event_by_request ON event (request_id, seq);
CREATE INDEX event_by_object ON event (object, object_id, id);
CREATE INDEX event_by_kind ON event (kind, id);

-- Words and personal values of an event; an erasure deletes rows here, the hash in the event stays.
CREATE TABLE event_text (
    event_id  {int} NOT NULL REFERENCES event (id),
    field     TEXT NOT NULL,
    from_text TEXT,
    to_text   TEXT,
    salt      TEXT NOT NULL,
    PRIMARY KEY (event_id, field)
) {strict};

CREATE TABLE follower (
    name        TEXT NOT NULL PRIMARY KEY,
    tx          {tx_position},
    event_id    {int} NOT NULL DEFAULT 0,      -- last event that was taken in
    failing_ms  {int},                         -- since when it fails; empty: healthy
    failing_why TEXT NOT NULL DEFAULT ''
) {strict};

CREATE TABLE notification (
    id         {id},
    person_id  {int} NOT NULL REFERENCES person (id),
    event_id   {int} NOT NULL REFERENCES event (id),
    request_id {int},
    kind       TEXT NOT NULL,                  -- what it says: "approval_asked", "message", "done" ...
    at_ms      {int} NOT NULL,
    read_ms    {int},
    UNIQUE (person_id, event_id)               -- a follower may run twice over the same event
) {strict};
CREATE INDEX notification_by_person ON notification (person_id, id);

-- Answers kept for Idempotency-Key, 24 hours.
CREATE TABLE idempotency (
    person_id  {int} NOT NULL,
    key        TEXT NOT NULL,
    body_hash  TEXT NOT NULL,
    status     {int} NOT NULL,
    location   TEXT NOT NULL,                  -- path whose GET gives the answer again
    created_ms {int} NOT NULL,
    PRIMARY KEY (person_id, key)
) {strict};
CREATE INDEX idempotency_by_age ON idempotency (created_ms);
