-- The request: one aggregate of answers, approvals, tasks, conversation, hand-overs and files.

CREATE TABLE number_series (
    record TEXT NOT NULL PRIMARY KEY,          -- request | incident | problem | change
    next   {int} NOT NULL
) {strict};
INSERT INTO number_series (record, next) VALUES ('request', 1), ('incident', 1), ('problem', 1), ('change', 1);

CREATE TABLE request (
    id               {id},
    record           TEXT NOT NULL CHECK (record IN ('request', 'incident', 'problem', 'change')),
    serial           {int} NOT NULL,           -- REQ-17: record 'request', serial 17
    model_key        TEXT NOT NULL,            -- the catalog item
    model_version_id {int} NOT NULL REFERENCES document_version (id),
    kind             TEXT NOT NULL,            -- action | information | access | goods | feedback | compliment | complaint
    title            TEXT NOT NULL,
    search           TEXT NOT NULL,            -- title and number, folded (src/app/fold.h), for searching by words
    state            TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'assessing', 'awaiting_approval',
                                                    'fulfilling', 'pending', 'fulfilled', 'closed')),
    phase            TEXT NOT NULL,            -- the state below a pending record; equal to state otherwise
    outcome          TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'fulfilled', 'partly', 'rejected', 'withdrawn', 'cancelled')),
    impact           TEXT NOT NULL DEFAULT 'person',
    urgency          TEXT NOT NULL DEFAULT 'normal',
    level            {int} NOT NULL DEFAULT 2, -- 1 low, 2 normal, 3 high, 4 critical
    level_reason     TEXT NOT NULL DEFAULT '', -- why the matrix was overruled; '' when it was not
    confidential     {int} NOT NULL DEFAULT 0,
    assessment       TEXT NOT NULL DEFAULT '' CHECK (assessment IN ('', 'open', 'passed')), -- '' before the first submission
    adhoc            TEXT NOT NULL DEFAULT '' CHECK (adhoc IN ('', 'asked', 'approved', 'refused')), -- left the model
    adhoc_by         {int} REFERENCES person (id), -- who asked to leave the model; may not approve that
    requester_id     {int} NOT NULL REFERENCES person (id),
    beneficiary_id   {int} NOT NULL REFERENCES person (id),
    submitter_id     {int} NOT NULL REFERENCES person (id),
    channel          TEXT NOT NULL CHECK (channel IN ('portal', 'mail', 'phone', 'walk_in', 'chat', 'api', 'monitoring')),
    team_id          {int} NOT NULL REFERENCES team (id),
    owner_id         {int} REFERENCES team (id),   -- the model's owner team
    assignee_id      {int} REFERENCES person (id),
    cost_minor       {int},                    -- in the smallest unit of cost_currency; empty: no price
    cost_currency    TEXT NOT NULL DEFAULT '',
    resolution       TEXT NOT NULL DEFAULT '', -- what was done, in words
    round            {int} NOT NULL DEFAULT 1, -- rises with each return for correction or reopening
    step_code        TEXT NOT NULL DEFAULT '', -- next step for people: "approve", "task", "confirm" ... (EngineNext)
    step_who         TEXT NOT NULL DEFAULT '', -- who has it: "person:17", "team:3", "requester"
    step_ms          {int} NOT NULL,           -- since when
    created_ms       {int} NOT NULL,
    submitted_ms     {int},
    fulfilled_ms     {int},
    closed_ms        {int},
    close_at_ms      {int},                    -- when a fulfilled request closes by itself
    timer_ms         {int},                    -- when the clock next has something to do here; empty: nothing
    updated_ms       {int} NOT NULL,
    event_seq        {int} NOT NULL DEFAULT 0, -- last event number of this request
    demo             {int} NOT NULL DEFAULT 0,
    version          {int} NOT NULL DEFAULT 1,
    UNIQUE (record, serial)
) {strict};
CREATE INDEX request_by_requester ON request (requester_id, id);
CREATE INDEX request_by_beneficiary ON request (beneficiary_id, id);
CREATE INDEX request_by_submitter ON request (submitter_id, id);
CREATE INDEX request_by_team ON request (team_id, id);
CREATE INDEX request_by_assignee ON request (assignee_id, id);
-- Open requests are few among many that are closed.
CREATE INDEX request_open_by_team ON request (team_id, id) WHERE state <> 'closed';
CREATE INDEX request_open_by_assignee ON request (assignee_id, id) WHERE state <> 'closed';
CREATE INDEX request_timer ON request (timer_ms) WHERE timer_ms IS NOT NULL;

-- Who may read a request and why: one row per principal and relation (src/domain/access).
-- relation: requester | beneficiary | submitter | participant | askee | team | task_team | owner_team | role
CREATE TABLE request_reader (
    request_id {int} NOT NULL REFERENCES request (id),
    principal  {int} NOT NULL,
    relation   TEXT NOT NULL,
    PRIMARY KEY (request_id, principal, relation)
) {strict}{without_rowid};
CREATE INDEX request_reader_by_principal ON request_reader (principal, request_id);

-- One row per value.  Plain questions: row 0, field ''.  Several: one row per chosen key.
-- Tables: row counts the lines, field names the column.
-- Answers of the assessment stand beside them with 'assess.' before the id of the question.
CREATE TABLE answer (
    request_id {int} NOT NULL REFERENCES request (id),
    question   TEXT NOT NULL,
    row        {int} NOT NULL DEFAULT 0,
    field      TEXT NOT NULL DEFAULT '',
    text       TEXT,                           -- key, words, login, upload id, date
    number     {int},                          -- whole number in thousandths, money in minor units, instants, 0/1
    currency   TEXT,                           -- of money
    PRIMARY KEY (request_id, question, row, field)
) {strict}{without_rowid};

CREATE TABLE approval (
    id           {id},
    request_id   {int} NOT NULL REFERENCES request (id),
    stage        TEXT NOT NULL,                -- key of the stage in the model; 'adhoc' for leaving the model
    stage_no     {int} NOT NULL,               -- order of stages
    round        {int} NOT NULL,               -- which asking of this stage
    rule         TEXT NOT NULL,                -- any | all | quorum 2 | percent 60
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'asked', 'approved', 'rejected', 'returned', 'withdrawn', 'skipped')),
    stuck        {int} NOT NULL DEFAULT 0,     -- 1: its turn has come and nobody may approve; it waits visibly
    pre_approved {int} NOT NULL DEFAULT 0,     -- 1: skipped by `unless`; 0: its `when` did not hold
    approver_id  {int} REFERENCES person (id), -- empty while the stage waits or for a skipped stage
    delegate_id  {int} REFERENCES person (id), -- who may decide in the approver's place
    decider_id   {int} REFERENCES person (id),
    asked_ms     {int},
    decided_ms   {int},
    reason       TEXT NOT NULL DEFAULT '',
    shown_hash   TEXT NOT NULL DEFAULT '',     -- hash of the answers and cost that were shown
    version      {int} NOT NULL DEFAULT 1
) {strict};
CREATE INDEX approval_by_request ON approval (request_id, stage_no, id);
CREATE INDEX approval_by_approver ON approval (approver_id, state, id);
CREATE INDEX approval_by_delegate ON approval (delegate_id, state, id);

CREATE TABLE task (
    id            {id},
    request_id    {int} NOT NULL REFERENCES request (id),
    key           TEXT NOT NULL,
    position      {int} NOT NULL,
    title         TEXT NOT NULL,               -- JSON by language, or {"": "words"} for ad hoc tasks
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'started', 'finished', 'skipped', 'cancelled')),
    team_id       {int} REFERENCES team (id),
    assignee_id   {int} REFERENCES person (id),
    owner         TEXT NOT NULL DEFAULT 'team' CHECK (owner IN ('team', 'requester', 'beneficiary')), -- who does it
    after         TEXT NOT NULL DEFAULT '[]',  -- JSON array of task keys
    test          {int} NOT NULL DEFAULT 0,
    passed        {int},                       -- test tasks: 1 passed, 0 failed
    accept        {int} NOT NULL DEFAULT 0,
    origin        TEXT NOT NULL DEFAULT 'model' CHECK (origin IN ('model', 'whole', 'rework', 'adhoc')),
    skip          TEXT NOT NULL DEFAULT '' CHECK (skip IN ('', 'condition', 'person', 'adhoc', 'confirmed')), -- why skipped
    at_ms         {int},                       -- not before this instant
    sign_off      TEXT NOT NULL DEFAULT '' CHECK (sign_off IN ('', 'needed', 'asked', 'signed', 'refused')),
    sign_off_who  TEXT NOT NULL DEFAULT '',    -- expression of the model: lead(workplace)
    sign_off_by   {int} REFERENCES person (id),
    supplier      TEXT NOT NULL DEFAULT '',
    effort_min    {int} NOT NULL DEFAULT 0,    -- planned minutes of work
    attempt       {int} NOT NULL DEFAULT 1,    -- rises when a failed test or refused sign-off sends it back
    remark        TEXT NOT NULL DEFAULT '',    -- what was done; reason of a skip
    started_ms    {int},
    finished_ms   {int},
    finished_by   {int} REFERENCES person (id), -- may not sign it off
    version       {int} NOT NULL DEFAULT 1,
    UNIQUE (request_id, key)
) {strict};
CREATE INDEX task_by_team ON task (team_id, state, id);
CREATE INDEX task_by_assignee ON task (assignee_id, state, id);
CREATE INDEX task_by_supplier ON task (supplier, state, id) WHERE supplier <> '';

-- Who may sign off a task, as long as it waits for that.
CREATE TABLE task_signer (
    task_id   {int} NOT NULL REFERENCES task (id),
    person_id {int} NOT NULL REFERENCES person (id),
    PRIMARY KEY (task_id, person_id)
) {strict}{without_rowid};
CREATE INDEX task_signer_by_person ON task_signer (person_id, task_id);

CREATE TABLE task_check (
    task_id  {int} NOT NULL REFERENCES task (id),
    position {int} NOT NULL,
    text     TEXT NOT NULL,                    -- JSON by language
    done_ms  {int},
    done_by  {int} REFERENCES person (id),
    PRIMARY KEY (task_id, position)
) {strict};

-- What the requester and everyone who sees the request may read.
CREATE TABLE message (
    id         {id},
    request_id {int} NOT NULL REFERENCES request (id),
    task_id    {int} REFERENCES task (id),     -- said at a task; empty: at the request
    author_id  {int} NOT NULL REFERENCES person (id),
    text       TEXT NOT NULL,
    at_ms      {int} NOT NULL,
    salt       TEXT NOT NULL,                  -- of the hash of these words in the event
    carried_id {int} REFERENCES message (id)   -- the message of the converted request that this one repeats
) {strict};
CREATE INDEX message_by_request ON message (request_id, id);

-- Internal: only the staff among the readers.  A table of its own, so that no query can mix them up.
CREATE TABLE note (
    id         {id},
    request_id {int} NOT NULL REFERENCES request (id),
    task_id    {int} REFERENCES task (id),
    author_id  {int} NOT NULL REFERENCES person (id),
    text       TEXT NOT NULL,
    at_ms      {int} NOT NULL,
    salt       TEXT NOT NULL,
    carried_id {int} REFERENCES note (id)
) {strict};
CREATE INDEX note_by_request ON note (request_id, id);

-- Bytes are files named by their SHA-256 beside the database.
CREATE TABLE upload (
    id         {id},
    public_id  TEXT NOT NULL UNIQUE,           -- random, 128 bits; what people and programs quote
    person_id  {int} NOT NULL REFERENCES person (id),
    sha256     TEXT NOT NULL,
    name       TEXT NOT NULL,                  -- data only, never a path
    type       TEXT NOT NULL,                  -- from our own table of magic numbers
    size       {int} NOT NULL,                 -- bytes
    created_ms {int} NOT NULL,
    used       {int} NOT NULL DEFAULT 0        -- 1: attached; unused ones go after seven days
) {strict};
CREATE INDEX upload_unused ON upload (created_ms) WHERE used = 0;
CREATE INDEX upload_unused_by_person ON upload (person_id) WHERE used = 0;

CREATE TABLE attachment (
    id         {id},
    request_id {int} NOT NULL REFERENCES request (id),
    upload_id  {int} NOT NULL REFERENCES upload (id),
    object     TEXT NOT NULL CHECK (object IN ('answer', 'message', 'note', 'task', 'request')),
    object_id  {int} NOT NULL DEFAULT 0,
    internal   {int} NOT NULL DEFAULT 0,       -- 1: belongs to a note
    added_by   {int} NOT NULL REFERENCES person (id),
    at_ms      {int} NOT NULL
) {strict};
CREATE INDEX attachment_by_request ON attachment (request_id, id);
CREATE INDEX attachment_by_upload ON attachment (upload_id);

CREATE TABLE pending (
    id         {id},
    request_id {int} NOT NULL REFERENCES request (id),
    kind       TEXT NOT NULL CHECK (kind IN ('requester', 'supplier', 'date', 'other')),
    reason     TEXT NOT NULL,
    since_ms   {int} NOT NULL,
    until_ms   {int},                          -- empty: until somebody resumes it or the requester answers
    reminded   {int} NOT NULL DEFAULT 0,       -- reminders sent so far
    remind_ms  {int},                          -- when the next one is due
    ended_ms   {int},
    by_id      {int} REFERENCES person (id)
) {strict};
CREATE INDEX pending_by_request ON pending (request_id, id);
CREATE UNIQUE INDEX pending_open ON pending (request_id) WHERE ended_ms IS NULL;

CREATE TABLE handover (
    id             {id},
    request_id     {int} NOT NULL REFERENCES request (id),
    from_team_id   {int} NOT NULL REFERENCES team (id),
    to_team_id     {int} NOT NULL REFERENCES team (id),
    by_id          {int} NOT NULL REFERENCES person (id),
    summary        TEXT NOT NULL,
    open_questions TEXT NOT NULL,              -- JSON array of texts
    next_step      TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn')),
    reason         TEXT NOT NULL DEFAULT '',   -- of declining
    offered_ms     {int} NOT NULL,
    answered_ms    {int},
    answered_by    {int} REFERENCES person (id)
) {strict};
CREATE INDEX handover_by_request ON handover (request_id, id);
CREATE UNIQUE INDEX handover_open ON handover (request_id) WHERE state = 'offered';

CREATE TABLE request_link (
    id         {id},
    from_id    {int} NOT NULL REFERENCES request (id),
    to_id      {int} NOT NULL REFERENCES request (id),
    kind       TEXT NOT NULL CHECK (kind IN ('related', 'caused_by', 'needs', 'converted_to', 'follow_up', 'part_of', 'duplicate_of')),
    at_ms      {int} NOT NULL,
    by_id      {int} REFERENCES person (id),
    UNIQUE (from_id, to_id, kind)
) {strict};
CREATE INDEX request_link_to ON request_link (to_id);

CREATE TABLE participant (
    request_id {int} NOT NULL REFERENCES request (id),
    person_id  {int} NOT NULL REFERENCES person (id),
    kind       TEXT NOT NULL CHECK (kind IN ('participant', 'watcher')), -- takes part | only follows
    added_by   {int} NOT NULL REFERENCES person (id),
    at_ms      {int} NOT NULL,
    PRIMARY KEY (request_id, person_id, kind)
) {strict}{without_rowid};
CREATE INDEX participant_by_person ON participant (person_id, request_id);
