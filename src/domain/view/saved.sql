-- Saved views and the tabs of a person.

-- row SavedRow: id int = v.id, key text = v.key, name text = v.name, asked text = v.query, shown text = v.shown,
--   grouping text = v.grouping, sharing text = v.sharing, board text = v.board,
--   board_limits text = v.board_limits, board_strict bool = v.board_strict, owner_id int = v.owner_id, team_id int? = v.team_id,
--   version int = v.version, created_ms ms = v.created_ms, changed_ms ms = v.changed_ms,
--   leads bool = CASE WHEN EXISTS (SELECT 1 FROM team_member l WHERE l.team_id = v.team_id AND l.person_id = :g_self
--     AND l.lead = 1) THEN 1 ELSE 0 END

-- One's own, those of one's teams, and with `shared` those for everybody.
-- part usable
(v.owner_id = :g_self
 OR (:shared = 1 AND v.sharing = 'public')
 OR (v.sharing = 'team' AND v.team_id IN (SELECT m.team_id FROM team_member m WHERE m.person_id = :g_self)));

-- saved_list(g self, shared bool) -> many: SavedRow
SELECT {columns SavedRow v} FROM saved_view v WHERE {part usable} ORDER BY v.name, v.id LIMIT 500;

-- saved_get(g self, shared bool, key text) -> opt: SavedRow
SELECT {columns SavedRow v} FROM saved_view v WHERE v.key = :key AND {part usable};

-- saved_count(g self) -> one: n int!
SELECT count(*) AS n FROM saved_view v WHERE v.owner_id = :g_self;

-- saved_insert(g self, key text, name text, asked text, shown text, grouping text, sharing text,
--   team int?, now ms) -> opt: id int
INSERT INTO saved_view (key, name, query, shown, grouping, sharing, owner_id, team_id, created_ms, changed_ms)
VALUES (:key, :name, :asked, :shown, :grouping, :sharing, :g_self, :team, :now, :now)
ON CONFLICT (key) DO NOTHING
RETURNING id;

-- Who may was settled before; `self` proves that somebody is there.
-- saved_update(g self, id int, version int, name text, asked text, shown text, grouping text, sharing text, team int?,
--   now ms) -> exec
UPDATE saved_view SET name = :name, query = :asked, shown = :shown, grouping = :grouping, sharing = :sharing,
       team_id = :team, changed_ms = :now, version = version + 1
 WHERE id = :id AND version = :version AND :g_self > 0;

-- saved_board(g self, id int, version int, board text, limits text, strict bool, now ms) -> exec
UPDATE saved_view SET board = :board, board_limits = :limits, board_strict = :strict, changed_ms = :now,
       version = version + 1
 WHERE id = :id AND version = :version AND :g_self > 0;

-- saved_delete(g self, id int, version int) -> exec
DELETE FROM saved_view WHERE id = :id AND version = :version AND :g_self > 0;

-- places_list(g self) -> many: key text, position int, pinned bool
SELECT p.key, p.position, p.pinned FROM view_place p WHERE p.person_id = :g_self ORDER BY p.position, p.key LIMIT 1000;

-- place_put(g self, key text, view int?, position int, pinned bool) -> exec
INSERT INTO view_place (person_id, key, view_id, position, pinned)
VALUES (:g_self, :key, :view, :position, :pinned)
ON CONFLICT (person_id, key) DO UPDATE SET view_id = excluded.view_id, position = excluded.position,
       pinned = excluded.pinned;
