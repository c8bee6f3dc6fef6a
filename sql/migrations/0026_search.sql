-- What people look for in vain, and which requests in the index of words are open.

-- Words that were searched for and found nothing.  Nobody's name stands here, and no time finer than a day.
CREATE TABLE search_gap (
    words     TEXT NOT NULL PRIMARY KEY,        -- folded (src/app/fold.h), at most 60 characters
    times     {int} NOT NULL,                   -- how often, on however many days
    first_day {int} NOT NULL,                   -- ms: the start of the day (UTC) on which it was first looked for
    last_day  {int} NOT NULL                    -- ms: of the last one; forgotten 180 days after it
) {strict};
CREATE INDEX search_gap_by_times ON search_gap (times, words);
CREATE INDEX search_gap_by_day ON search_gap (last_day);

-- Among the readers of an entry stands the word open or shut.
[sqlite]
UPDATE request_words SET readers = 'open ' || readers
 WHERE rowid IN (SELECT r.id FROM request r WHERE r.state <> 'closed');

[postgres]
UPDATE request_words SET readers = readers || CAST('open' AS tsvector)
 WHERE request_id IN (SELECT r.id FROM request r WHERE r.state <> 'closed');
