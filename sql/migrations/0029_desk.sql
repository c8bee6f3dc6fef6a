-- What helps who works on a request: drafts of the composer, ready replies, macros.

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

-- Macros: several acts on a request, run as one.
CREATE TABLE macro (
    id         {id},                                            -- number
    team_id    {int} REFERENCES team (id),                      -- whose it is; NULL: for everybody who works here
    name       TEXT NOT NULL,                                   -- 1..80 characters
    version    {int} NOT NULL DEFAULT 1,                        -- raised with every change
    changed_by {int} NOT NULL REFERENCES person (id),           -- who wrote it last
    changed_ms {int} NOT NULL                                   -- when
) {strict};
CREATE INDEX macro_by_team ON macro (team_id, id);

CREATE TABLE macro_step (
    macro_id {int} NOT NULL REFERENCES macro (id) ON DELETE CASCADE, -- of which macro
    position {int} NOT NULL,                                    -- from 1, in the order in which they are done
    act      TEXT NOT NULL                                      -- what is done
        CHECK (act IN ('reply', 'note', 'ask', 'assign', 'priority', 'tag', 'untag', 'watch', 'pend', 'resume', 'fulfil')),
    value    TEXT NOT NULL,                                     -- assign: login, 'me' or '' for nobody; priority: level; tag, untag: the tag; ask, pend: days or ''
    ready_id {int} REFERENCES ready_reply (id),                 -- reply, ask, pend, fulfil: what the requester reads
    text     TEXT NOT NULL,                                     -- note, priority: the words; '' otherwise
    PRIMARY KEY (macro_id, position)
) {strict}{without_rowid};
CREATE INDEX macro_step_by_ready ON macro_step (ready_id) WHERE ready_id IS NOT NULL;
