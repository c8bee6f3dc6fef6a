-- Requests are found by what was answered, and listed by when something last happened and by what is due.

ALTER TABLE answer ADD COLUMN folded TEXT; -- words of a person as they are compared (src/app/fold.h); empty where that is `text` itself

CREATE INDEX request_by_created ON request (created_ms, id);
CREATE INDEX request_by_updated ON request (updated_ms, id);
CREATE INDEX request_open_by_due ON request (coalesce(next_due_ms, 9223372036854775807), id) WHERE state <> 'closed';

-- By which words a request is found.  Written by the follower "words" from title, number, answers, messages
-- and resolution; never from notes.  It can be made anew at any time.
[sqlite]
CREATE VIRTUAL TABLE request_words USING fts5(
    title,                                     -- tokens of app/tokens.h with a blank between them; rowid is the request
    body,                                      -- of everything, the title among it
    readers,                                   -- a word for each principal that may read it
    tokenize = 'ascii', prefix = '2 3', detail = full
);

[postgres]
CREATE TABLE request_words (
    request_id bigint NOT NULL PRIMARY KEY REFERENCES request (id),
    words      tsvector NOT NULL,              -- those of the title have the weight A
    readers    tsvector NOT NULL
);
CREATE INDEX request_words_by_word ON request_words USING gin (words);
