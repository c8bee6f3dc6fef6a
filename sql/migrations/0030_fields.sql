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

-- What a request was before: a row for each value that it has no longer.  What it is now stands in `request`, since the
-- last of these, or since it was made.  Kept by triggers, so that no writer can forget it.
CREATE TABLE request_past (
    request_id {int} NOT NULL REFERENCES request (id),
    field      {int} NOT NULL,                 -- 1 state, 2 assignee, 3 team, 4 priority
    until_ms   {int} NOT NULL,                 -- when it got another value
    from_ms    {int} NOT NULL,                 -- since when it had this one; less than until_ms
    value      {int} NOT NULL,                 -- place of the state among the eight, from 1; id of the person, 0: nobody; of the team; level
    PRIMARY KEY (request_id, field, until_ms)
) {strict}{without_rowid};
CREATE INDEX request_past_by_value ON request_past (field, value, from_ms, until_ms);

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
CREATE TRIGGER request_past_state AFTER UPDATE OF state ON request WHEN OLD.state IS NOT NEW.state BEGIN
    INSERT INTO request_past (request_id, field, until_ms, from_ms, value)
    SELECT OLD.id, 1, NEW.updated_ms, x.since,
           CASE OLD.state WHEN 'draft' THEN 1 WHEN 'submitted' THEN 2 WHEN 'assessing' THEN 3
             WHEN 'awaiting_approval' THEN 4 WHEN 'fulfilling' THEN 5 WHEN 'pending' THEN 6 WHEN 'fulfilled' THEN 7 ELSE 8 END
      FROM (SELECT coalesce((SELECT max(p.until_ms) FROM request_past p WHERE p.request_id = OLD.id AND p.field = 1),
                            OLD.created_ms) AS since) x
     WHERE x.since < NEW.updated_ms;
END;
CREATE TRIGGER request_past_assignee AFTER UPDATE OF assignee_id ON request WHEN OLD.assignee_id IS NOT NEW.assignee_id BEGIN
    INSERT INTO request_past (request_id, field, until_ms, from_ms, value)
    SELECT OLD.id, 2, NEW.updated_ms, x.since,
           coalesce(OLD.assignee_id, 0)
      FROM (SELECT coalesce((SELECT max(p.until_ms) FROM request_past p WHERE p.request_id = OLD.id AND p.field = 2),
                            OLD.created_ms) AS since) x
     WHERE x.since < NEW.updated_ms;
END;
CREATE TRIGGER request_past_team AFTER UPDATE OF team_id ON request WHEN OLD.team_id IS NOT NEW.team_id BEGIN
    INSERT INTO request_past (request_id, field, until_ms, from_ms, value)
    SELECT OLD.id, 3, NEW.updated_ms, x.since,
           OLD.team_id
      FROM (SELECT coalesce((SELECT max(p.until_ms) FROM request_past p WHERE p.request_id = OLD.id AND p.field = 3),
                            OLD.created_ms) AS since) x
     WHERE x.since < NEW.updated_ms;
END;
CREATE TRIGGER request_past_level AFTER UPDATE OF level ON request WHEN OLD.level IS NOT NEW.level BEGIN
    INSERT INTO request_past (request_id, field, until_ms, from_ms, value)
    SELECT OLD.id, 4, NEW.updated_ms, x.since,
           OLD.level
      FROM (SELECT coalesce((SELECT max(p.until_ms) FROM request_past p WHERE p.request_id = OLD.id AND p.field = 4),
                            OLD.created_ms) AS since) x
     WHERE x.since < NEW.updated_ms;
END;

[postgres]
CREATE TRIGGER generation_field AFTER INSERT OR UPDATE OR DELETE ON team_field
    FOR EACH STATEMENT EXECUTE FUNCTION generation_of_people();
CREATE FUNCTION request_past_keep(id bigint, was_field bigint, was_value bigint, made_ms bigint, now_ms bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE since bigint;
BEGIN
    SELECT coalesce(max(p.until_ms), made_ms) INTO since FROM request_past p WHERE p.request_id = id AND p.field = was_field;
    IF since < now_ms THEN
        INSERT INTO request_past (request_id, field, until_ms, from_ms, value) VALUES (id, was_field, now_ms, since, was_value);
    END IF;
END $$;
CREATE FUNCTION request_past_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IS DISTINCT FROM NEW.state THEN
        PERFORM request_past_keep(OLD.id, 1, CASE OLD.state WHEN 'draft' THEN 1 WHEN 'submitted' THEN 2 WHEN 'assessing' THEN 3
            WHEN 'awaiting_approval' THEN 4 WHEN 'fulfilling' THEN 5 WHEN 'pending' THEN 6 WHEN 'fulfilled' THEN 7 ELSE 8 END, OLD.created_ms, NEW.updated_ms);
    END IF;
    IF OLD.assignee_id IS DISTINCT FROM NEW.assignee_id THEN
        PERFORM request_past_keep(OLD.id, 2, coalesce(OLD.assignee_id, 0), OLD.created_ms, NEW.updated_ms);
    END IF;
    IF OLD.team_id IS DISTINCT FROM NEW.team_id THEN
        PERFORM request_past_keep(OLD.id, 3, OLD.team_id, OLD.created_ms, NEW.updated_ms);
    END IF;
    IF OLD.level IS DISTINCT FROM NEW.level THEN
        PERFORM request_past_keep(OLD.id, 4, OLD.level, OLD.created_ms, NEW.updated_ms);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER request_past_changed AFTER UPDATE OF state, assignee_id, team_id, level ON request
    FOR EACH ROW EXECUTE FUNCTION request_past_of_row();
