-- Saved queries over requests, and in which order each person wants to see them.

CREATE TABLE saved_view (
    id         {id},                          -- number
    key        TEXT NOT NULL UNIQUE,           -- in addresses; never one of those that come with the program
    name       TEXT NOT NULL,                  -- 1..80 characters, in its author's words
    query      TEXT NOT NULL,                  -- the one text of the query with its order; '': everything
    shown      TEXT NOT NULL,                  -- names of columns with blanks between them; '': the usual ones
    grouping   TEXT NOT NULL DEFAULT ''        -- heads between the rows; '': none
        CHECK (grouping IN ('', 'priority', 'due')),
    sharing    TEXT NOT NULL                   -- who may use it
        CHECK (sharing IN ('private', 'team', 'public')),
    owner_id   {int} NOT NULL REFERENCES person (id), -- who made it
    team_id    {int} REFERENCES team (id)      -- whose members may use it; only with sharing 'team'
        CHECK ((sharing = 'team') = (team_id IS NOT NULL)),
    version    {int} NOT NULL DEFAULT 1,       -- raised with every change
    created_ms {int} NOT NULL,                 -- when it was made
    changed_ms {int} NOT NULL                  -- when it was last changed
) {strict};
CREATE INDEX saved_view_by_owner ON saved_view (owner_id);
CREATE INDEX saved_view_by_team ON saved_view (team_id) WHERE team_id IS NOT NULL;
CREATE INDEX saved_view_public ON saved_view (id) WHERE sharing = 'public';

-- What a person has said about the tabs above their lists.  A view without a row stands as the program says.
CREATE TABLE view_place (
    person_id {int} NOT NULL REFERENCES person (id), -- whose tabs
    key       TEXT NOT NULL,                   -- of the view
    view_id   {int} REFERENCES saved_view (id) ON DELETE CASCADE, -- NULL: one that comes with the program
    position  {int} NOT NULL,                  -- ascending; ties by key
    pinned    {int} NOT NULL CHECK (pinned IN (0, 1)), -- 1: it is a tab, 0: it is not
    PRIMARY KEY (person_id, key)
) {strict}{without_rowid};
CREATE INDEX view_place_by_view ON view_place (view_id) WHERE view_id IS NOT NULL;
