-- Logs of other systems, replayed into requests with their events, and figures that were counted before.

ALTER TABLE request ADD COLUMN imported {int} NOT NULL DEFAULT 0; -- 1: history of another system, nobody acts on it
CREATE INDEX request_own ON request (id) WHERE imported = 0;

-- Runs of event ids that were replayed from a log: they tell of the past, so followers pass over them.
CREATE TABLE event_span (
    last_id  {int} NOT NULL PRIMARY KEY,       -- last event of the run
    first_id {int} NOT NULL                    -- first event of the run
) {strict};

-- A log of another system, under the name that its map has.
CREATE TABLE import_source (
    id         {id},
    key        TEXT NOT NULL UNIQUE,           -- "servicenow"
    record     TEXT NOT NULL,                  -- request | incident | problem | change: what its numbers become
    unknown    TEXT NOT NULL,                  -- the word that the log writes for an unknown value: "?"
    team_id    {int} NOT NULL REFERENCES team (id),            -- whose queue its requests are in
    person_id  {int} NOT NULL REFERENCES person (id),          -- stands for the persons of the log; never signs in
    version_id {int} NOT NULL REFERENCES document_version (id), -- the model of its requests
    requests   {int} NOT NULL DEFAULT 0,       -- how many it has brought
    events     {int} NOT NULL DEFAULT 0,       -- how many lines became events
    first_ms   {int},                          -- earliest instant of a request's opening
    last_ms    {int},                          -- latest instant of a line, an opening or a closing
    version    {int} NOT NULL DEFAULT 0,       -- rises whenever something is added
    updated_ms {int} NOT NULL
) {strict};

-- How many lines of a log were in a state, as the log writes it ('' for unknown).
CREATE TABLE import_state (
    source_id {int} NOT NULL REFERENCES import_source (id),
    state     TEXT NOT NULL,
    events    {int} NOT NULL,
    PRIMARY KEY (source_id, state)
) {strict}{without_rowid};

-- What the log says of a request in the last of its lines.  Words are as they were written, '' for unknown.
CREATE TABLE imported_request (
    request_id    {int} NOT NULL PRIMARY KEY REFERENCES request (id),
    source_id     {int} NOT NULL REFERENCES import_source (id),
    number        TEXT NOT NULL,               -- the number it has in the log
    last_ms       {int} NOT NULL,              -- instant of that last line
    state         TEXT NOT NULL,
    priority      TEXT NOT NULL,
    impact        TEXT NOT NULL,
    urgency       TEXT NOT NULL,
    team          TEXT NOT NULL,
    assignee      TEXT NOT NULL,               -- a person's name, perhaps: an erasure empties it
    channel       TEXT NOT NULL,
    category      TEXT NOT NULL,
    opened_ms     {int},
    answered_ms   {int},                       -- instant of the first line after which it no longer only waits
    resolved_ms   {int},
    closed_ms     {int},
    made_target   {int},                       -- the other system's verdict: 1 kept, 0 missed; never a clock
    reassignments {int},
    reopenings    {int},
    UNIQUE (number, source_id)
) {strict};
CREATE INDEX imported_request_by_source ON imported_request (source_id, request_id);

-- Figures as they were counted, because counting a million requests takes longer than a page may.
CREATE TABLE report_snapshot (
    source_id  {int} NOT NULL,                 -- the log; 0: Errand's own requests
    person_id  {int} NOT NULL,                 -- as this person sees them; 0: all of the log
    calendar   TEXT NOT NULL,                  -- key of the calendar of the working times; '' for none
    version    {int} NOT NULL,                 -- import_source.version that was counted; 0 for own requests
    counted_ms {int} NOT NULL,                 -- when the counting began
    took_ms    {int} NOT NULL,                 -- how long it took
    body       TEXT NOT NULL,                  -- JSON, see src/domain/report/figures.h
    PRIMARY KEY (source_id, person_id, calendar)
) {strict};
