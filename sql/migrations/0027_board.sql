-- The board of a view: what its columns are, and how much each of them may hold.
ALTER TABLE saved_view ADD COLUMN board TEXT NOT NULL DEFAULT '';        -- field of its columns: state, tasks.stage, assignee, priority, answer.ID; '': state
ALTER TABLE saved_view ADD COLUMN board_limits TEXT NOT NULL DEFAULT ''; -- most cards of a column: "fulfilling=6 pending=10"; '': none
ALTER TABLE saved_view ADD COLUMN board_strict {int} NOT NULL DEFAULT 0  -- 1: a move into a full column is refused, 0: the page warns
    CHECK (board_strict IN (0, 1));
