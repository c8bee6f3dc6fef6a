-- Views of which somebody is told once a day or a week.

CREATE TABLE view_digest (
    id         {id},
    person_id  {int} NOT NULL REFERENCES person (id), -- who is told
    key        TEXT NOT NULL,                  -- of the view, as in view_place
    every      TEXT NOT NULL CHECK (every IN ('day', 'week')), -- each day on which the person works, or once a week
    weekday    {int} NOT NULL CHECK (weekday BETWEEN 0 AND 6), -- of a week: 0 Monday
    hour       {int} NOT NULL CHECK (hour BETWEEN 0 AND 23), -- on the clock of the person's zone
    since_ms   {int} NOT NULL,                 -- what was written down from then on is new; when it was told of last, or begun
    UNIQUE (person_id, key)
) {strict};

-- What was said: the notice in the program reads it, and so would a mail.
CREATE TABLE digest_told (
    event_id   {int} PRIMARY KEY REFERENCES event (id), -- "view.told"
    person_id  {int} NOT NULL REFERENCES person (id),
    key        TEXT NOT NULL,                  -- of the view
    name       TEXT NOT NULL,                  -- of the view, as the person read it then
    found      {int} NOT NULL,                 -- how many requests; 1000: more than 999
    fresh      {int} NOT NULL,                 -- how many of them are new
    first      TEXT NOT NULL,                  -- JSON array: ids of the first five requests
    at_ms      {int} NOT NULL                  -- when
) {strict};
CREATE INDEX digest_told_by_person ON digest_told (person_id, key, event_id);
