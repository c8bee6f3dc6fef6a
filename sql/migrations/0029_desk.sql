-- What helps who writes in a request: drafts of the composer, ready replies.

-- What somebody has typed below a request and not sent.  Nobody else reads it; it goes when it is sent.
CREATE TABLE unsent (
    person_id  {int} NOT NULL REFERENCES person (id),          -- whose words
    request_id {int} NOT NULL REFERENCES request (id),         -- below which request
    internal   {int} NOT NULL CHECK (internal IN (0, 1)),      -- 1: meant as an internal note
    text       TEXT NOT NULL,                                  -- never empty, at most 64 kB
    at_ms      {int} NOT NULL,                                 -- when it was last kept
    PRIMARY KEY (person_id, request_id)
) {strict}{without_rowid};
CREATE INDEX unsent_by_request ON unsent (request_id, at_ms);

-- Ready replies: texts that are written often, with places for what differs ({number}, {requester.name} ...).
CREATE TABLE ready_reply (
    id         {id},                                            -- number
    team_id    {int} REFERENCES team (id),                      -- whose it is; NULL: for everybody who works here
    name       TEXT NOT NULL,                                   -- 1..80 characters, by which it is found
    words      TEXT NOT NULL,                                   -- JSON: the text by language, {"en":"...","sv":"..."}; at least one
    version    {int} NOT NULL DEFAULT 1,                        -- raised with every change
    changed_by {int} NOT NULL REFERENCES person (id),           -- who wrote it last
    changed_ms {int} NOT NULL                                   -- when
) {strict};
CREATE INDEX ready_reply_by_team ON ready_reply (team_id, id);
