-- Calendars: which rules were in force when, with the data of their time zone, so that what was
-- measured stays as it was.

CREATE TABLE zone_data (
    hash    TEXT NOT NULL PRIMARY KEY,         -- SHA-256 (hex) of bytes
    bytes   {bytes} NOT NULL,                  -- a TZif file (RFC 9636), kept once
    made_ms {int} NOT NULL                     -- when it was first seen
) {strict};

CREATE TABLE calendar_version (
    id                  {id},
    calendar            TEXT NOT NULL,         -- key of the document
    number              {int} NOT NULL,        -- 1, 2, 3 ... of the calendar
    from_ms             {int} NOT NULL,        -- in force from then until the next one; the first: from ever
    rules               TEXT NOT NULL,         -- as published, one line for each fact
    feeds               TEXT NOT NULL,         -- names of the feeds that the document names, separated by blanks
    feed_days           TEXT NOT NULL,         -- holidays that feeds had when this was made, as lines of rules
    rules_hash          TEXT NOT NULL,         -- SHA-256 (hex) of rules and feed_days
    zone_hash           TEXT NOT NULL REFERENCES zone_data (hash), -- data of the zone that rules name
    document_version_id {int} REFERENCES document_version (id), -- where it was published; NULL: not as a document
    cause               TEXT NOT NULL,         -- published | zone (its data changed) | feed
    made_ms             {int} NOT NULL,        -- when it was made
    UNIQUE (calendar, from_ms)
) {strict};

-- A file of holidays that was read for a calendar.
CREATE TABLE calendar_feed (
    calendar   TEXT NOT NULL,                  -- key
    feed       TEXT NOT NULL,                  -- name of the file
    uploaded   {int} NOT NULL,                 -- 1: given by hand, 0: in the folder of feeds
    hash       TEXT NOT NULL,                  -- SHA-256 (hex) of the file as it was last read; '' never
    days       TEXT NOT NULL,                  -- its holidays, as lines of rules
    read_ms    {int} NOT NULL,                 -- when it was last taken in; 0: never
    trouble    TEXT NOT NULL,                  -- why the last try changed nothing; '' it did not fail
    trouble_ms {int} NOT NULL,                 -- when that was; 0: never
    PRIMARY KEY (calendar, feed)
) {strict};

-- One row: its number changes with every change of a calendar, which tells processes to forget theirs.
CREATE TABLE calendar_generation (
    id    {int} NOT NULL PRIMARY KEY,          -- 1
    token {int} NOT NULL                       -- drawn anew with each change
) {strict};
