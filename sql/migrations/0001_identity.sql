-- Persons, teams, roles and how they prove who they are.
--
-- Every instant is a 64-bit count of milliseconds since 1970-01-01T00:00Z, UTC, and ends in _ms.
-- Columns that hold words in several languages are JSON objects: {"en": "...", "sv": "...", "zh": "..."}.
-- {id} {int} {bytes} {strict} become the types of each database; yes/no values are 0 or 1.

CREATE TABLE org (
    id   {id},
    key  TEXT NOT NULL UNIQUE,                 -- stable word, used by the catalog folder
    name TEXT NOT NULL                         -- a proper name, the same in every language
) {strict};

CREATE TABLE person (
    id         {id},
    login      TEXT NOT NULL UNIQUE,           -- what the person signs in with; lower case
    name       TEXT NOT NULL,                  -- as they write it
    email      TEXT NOT NULL DEFAULT '',
    search     TEXT NOT NULL DEFAULT '',       -- login, name and email, case-folded, for searching by words
    kind       TEXT NOT NULL CHECK (kind IN ('employee', 'customer', 'vendor')),
    org_id     {int} REFERENCES org (id),
    manager_id {int} REFERENCES person (id),   -- empty at the top
    site       TEXT NOT NULL DEFAULT '',       -- key in the managed list "sites"
    lang       TEXT NOT NULL DEFAULT 'en' CHECK (lang IN ('en', 'sv', 'zh')),
    zone       TEXT NOT NULL DEFAULT 'UTC',    -- IANA name of the time zone
    theme      TEXT NOT NULL DEFAULT '' CHECK (theme IN ('', 'light', 'dark')),
    active     {int} NOT NULL DEFAULT 1,       -- 0: may not sign in, is not asked or assigned
    demo       {int} NOT NULL DEFAULT 0,       -- 1: part of the demo organisation
    created_ms {int} NOT NULL,
    updated_ms {int} NOT NULL,
    version    {int} NOT NULL DEFAULT 1        -- rises with each change; guards against lost updates
) {strict};
CREATE INDEX person_by_manager ON person (manager_id);
CREATE INDEX person_by_name ON person (name, id);

CREATE TABLE password (
    person_id  {int} NOT NULL PRIMARY KEY REFERENCES person (id),
    hash       TEXT NOT NULL,                  -- Argon2id, PHC string
    changed_ms {int} NOT NULL
) {strict};

CREATE TABLE team (
    id           {id},
    key          TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,                -- JSON by language
    summary      TEXT NOT NULL DEFAULT '{}',   -- JSON by language
    supplier     TEXT NOT NULL DEFAULT '',     -- key of the supplier whose people these are; '' for our own
    calendar     TEXT NOT NULL DEFAULT '',     -- key of the calendar of its working time; '' for none
    confidential {int} NOT NULL DEFAULT 0,     -- 1: what waits in its queue is confidential whatever its model says
    active       {int} NOT NULL DEFAULT 1,
    demo         {int} NOT NULL DEFAULT 0,
    created_ms   {int} NOT NULL,
    updated_ms   {int} NOT NULL,
    version      {int} NOT NULL DEFAULT 1
) {strict};

CREATE TABLE team_member (
    team_id   {int} NOT NULL REFERENCES team (id),
    person_id {int} NOT NULL REFERENCES person (id),
    lead      {int} NOT NULL DEFAULT 0,        -- 1: leads the team
    PRIMARY KEY (team_id, person_id)
) {strict};
CREATE INDEX team_member_by_person ON team_member (person_id);

-- A role for one team (team_id > 0) or for all (team_id = 0).  Members of a team are its agents and
-- its leads are leads without a row here.
CREATE TABLE role_held (
    person_id {int} NOT NULL REFERENCES person (id),
    role      TEXT NOT NULL CHECK (role IN ('agent', 'lead', 'owner', 'admin', 'auditor', 'supplier')),
    team_id   {int} NOT NULL DEFAULT 0,
    PRIMARY KEY (person_id, role, team_id)
) {strict};

CREATE TABLE session (
    id           {id},
    token_hash   TEXT NOT NULL UNIQUE,         -- SHA-256 (hex) of the cookie's value
    csrf_secret  TEXT NOT NULL,                -- random, never leaves the server; tokens are derived
    person_id    {int} NOT NULL REFERENCES person (id),
    created_ms   {int} NOT NULL,
    seen_ms      {int} NOT NULL,               -- written at most once a minute
    expires_ms   {int} NOT NULL,               -- absolute end
    idle_ms      {int} NOT NULL,               -- longest pause before it ends
    address      TEXT NOT NULL,
    device       TEXT NOT NULL                 -- browser's own words, cut, for the list of sessions
) {strict};
CREATE INDEX session_by_person ON session (person_id);

CREATE TABLE api_token (
    id           {id},
    person_id    {int} NOT NULL REFERENCES person (id),
    name         TEXT NOT NULL,
    token_hash   TEXT NOT NULL UNIQUE,         -- SHA-256 (hex)
    hint         TEXT NOT NULL,                -- last four characters, to recognise it in a list
    scopes       {int} NOT NULL,               -- bits of TokenScope
    created_ms   {int} NOT NULL,
    expires_ms   {int} NOT NULL,
    used_ms      {int},                        -- empty: never used
    revoked_ms   {int}
) {strict};
CREATE INDEX api_token_by_person ON api_token (person_id);

CREATE TABLE one_time_link (
    id         {id},
    token_hash TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL CHECK (kind IN ('setup', 'reset')),
    person_id  {int} REFERENCES person (id),   -- empty for the first-run set-up
    created_ms {int} NOT NULL,
    expires_ms {int} NOT NULL,
    used_ms    {int}
) {strict};

-- Growing delay after failed sign-ins, per account, per address prefix and in all.  'known:' is an
-- account at an address prefix where it signed in before: others' failures do not delay it there.
CREATE TABLE sign_in_throttle (
    subject    TEXT NOT NULL PRIMARY KEY,      -- 'account:', 'address:' or 'known:' and a hash, or 'all'
    failures   {int} NOT NULL,                 -- as of last_ms; falls with time
    last_ms    {int} NOT NULL,
    open_ms    {int} NOT NULL                  -- no try before this instant
) {strict};
CREATE INDEX sign_in_throttle_by_age ON sign_in_throttle (last_ms);

CREATE TABLE setting (
    key        TEXT NOT NULL PRIMARY KEY,
    value      TEXT NOT NULL,
    updated_ms {int} NOT NULL
) {strict};

-- Everything a person is, as principals, for the one scope condition:
-- person = 4 * id + 1, team = 4 * id + 2, a role held for all = 3.
-- `role` is a bit of enum Role (src/app/subject.h).
CREATE VIEW person_principal AS
    SELECT p.id AS person_id, 4 * p.id + 1 AS principal, 1 AS role
      FROM person p WHERE p.active = 1
    UNION ALL
    SELECT m.person_id, 4 * m.team_id + 2,
           CASE WHEN t.supplier <> '' THEN 64 WHEN m.lead = 1 THEN 6 ELSE 2 END
      FROM team_member m JOIN person p ON p.id = m.person_id AND p.active = 1
                         JOIN team t ON t.id = m.team_id AND t.active = 1
    UNION ALL
    SELECT r.person_id, CASE WHEN r.team_id = 0 THEN 3 ELSE 4 * r.team_id + 2 END,
           CASE r.role WHEN 'agent' THEN 2 WHEN 'lead' THEN 4 WHEN 'owner' THEN 8 WHEN 'admin' THEN 16
                       WHEN 'auditor' THEN 32 ELSE 64 END
      FROM role_held r JOIN person p ON p.id = r.person_id AND p.active = 1
     WHERE NOT (r.role = 'supplier' AND r.team_id = 0);
