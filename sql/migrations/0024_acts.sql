-- Tags: words by which the staff finds requests that belong together; and acts on many requests at once.

CREATE TABLE request_tag (
    request_id {int} NOT NULL REFERENCES request (id),
    tag        TEXT NOT NULL,                             -- as str_is_key, without '/', at most 40 characters
    added_by   {int} NOT NULL REFERENCES person (id),     -- who gave it
    at_ms      {int} NOT NULL,                            -- when
    PRIMARY KEY (request_id, tag)
) {strict}{without_rowid};
CREATE INDEX request_tag_by_tag ON request_tag (tag, request_id);

-- One act on many requests, as its author sees it and can take it back.
CREATE TABLE bulk_act (
    id        {id},
    by_id     {int} NOT NULL REFERENCES person (id), -- who did it; nobody else reads it
    act       TEXT NOT NULL,                         -- assign, transfer, priority, watch, unwatch, tag, untag, reject, cancel, fulfil
    at_ms     {int} NOT NULL,                        -- when
    undone_ms {int}                                  -- when it was taken back
) {strict};

CREATE TABLE bulk_part (
    bulk_id     {int} NOT NULL REFERENCES bulk_act (id),
    position    {int} NOT NULL,                      -- in the order in which they were named, from 1
    request_id  {int} REFERENCES request (id),       -- empty: its author sees no such request
    number      TEXT NOT NULL,                       -- its number, or what was named instead of one
    ok          {int} NOT NULL CHECK (ok IN (0, 1)), -- 1: it worked
    why         TEXT NOT NULL,                       -- else why not, in the language of its author; '': it worked
    before      TEXT NOT NULL,                       -- what it had: login, level, yes or no; '': nothing
    after       TEXT NOT NULL,                       -- what it has since
    undone      {int} NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)), -- 1: taken back
    undo_why    TEXT NOT NULL DEFAULT '',            -- why it could not be taken back, in the language of its author
    PRIMARY KEY (bulk_id, position)
) {strict};
