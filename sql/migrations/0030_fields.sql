-- What each person has read of a request.

-- A person without a row has never opened it.
CREATE TABLE request_read (
    person_id  {int} NOT NULL REFERENCES person (id),  -- who read it
    request_id {int} NOT NULL REFERENCES request (id),
    seq        {int} NOT NULL,                 -- its last event that they have seen (request.event_seq then); -1: they want it unread
    at_ms      {int} NOT NULL,                 -- when
    PRIMARY KEY (person_id, request_id)
) {strict}{without_rowid};

-- Fields that a team has for its own requests, and what is written in them.

CREATE TABLE team_field (
    id         {id},
    key        TEXT NOT NULL UNIQUE,           -- in queries field.KEY; of one team, unlike that of any other
    team_id    {int} NOT NULL REFERENCES team (id), -- on whose requests it is filled in
    name       TEXT NOT NULL,                  -- JSON by language
    kind       TEXT NOT NULL CHECK (kind IN ('text', 'number', 'money', 'date', 'choice', 'person', 'yes_no')), -- what it holds; stays as it is
    options    TEXT NOT NULL DEFAULT '[]',     -- of a choice: JSON array of {"key","name":{by language}}, in this order
    retired    {int} NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)), -- 1: no longer filled in; what was written stays
    version    {int} NOT NULL DEFAULT 1,       -- raised with every change
    changed_ms {int} NOT NULL                  -- when it was made or last changed
) {strict};
CREATE INDEX team_field_by_team ON team_field (team_id, id);

-- A row for each field of a request that is filled in.
CREATE TABLE field_value (
    request_id {int} NOT NULL REFERENCES request (id),
    field_id   {int} NOT NULL REFERENCES team_field (id),
    text       TEXT,                           -- kind text: the words as they were written
    word       TEXT,                           -- kind text: the words as they are compared (src/app/fold.h); choice: key of the option
    number     {int},                          -- thousandths; money: smallest units; date: start of the day in UTC, ms; person: id; yes or no: 1 or 0
    currency   TEXT,                           -- of money
    by_id      {int} NOT NULL REFERENCES person (id), -- who wrote it
    at_ms      {int} NOT NULL,                 -- when
    PRIMARY KEY (request_id, field_id)
) {strict}{without_rowid};
CREATE INDEX field_value_by_word ON field_value (field_id, word, request_id) WHERE word IS NOT NULL;
CREATE INDEX field_value_by_number ON field_value (field_id, number, request_id) WHERE number IS NOT NULL;

[sqlite]
CREATE TRIGGER generation_field_new AFTER INSERT ON team_field BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_field_changed AFTER UPDATE ON team_field BEGIN
    UPDATE generation SET people = people + 1;
END;
CREATE TRIGGER generation_field_gone AFTER DELETE ON team_field BEGIN
    UPDATE generation SET people = people + 1;
END;

[postgres]
CREATE TRIGGER generation_field AFTER INSERT OR UPDATE OR DELETE ON team_field
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_people();
